//! Assessments: every member is looked at, and a list says who rises, who falls and why, before anything happens
//! (TIER-04).
//!
//! Nouns: [`Assessment`], a plan; [`Line`], what it does to one member; [`Slice`], lines that are carried out together;
//! [`Docket`], what is open and when the last one was. A plan is made in parts while members are looked at, does not
//! change once it is complete, and is carried out slice by slice: it may be stopped between any two, and goes on where it
//! stood. A member who has moved since the plan was made is left alone.
//!
//! Refusals, in order: unknown; plan-decided; approval-own. Of making: assessment-open; not-assessed; an instant to come.

use compact_str::{CompactString, format_compact};
use jifen_vocab::{Day, Kind, MemberId, RuleId, TierId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::desk::json_record;
use crate::tiers::Turn;
use crate::words::{serde_words, words};

/// Lines that are carried out together: few enough that live requests are served between slices.
pub const SLICE_LINES: usize = 100;

words! {
    /// Where an assessment stands.
    AssessmentState {
        /// Somebody decided against it.
        Dismissed = "dismissed",
        /// It was carried out.
        Done = "done",
        /// Members are being looked at.
        Planning = "planning",
        /// It waits for somebody to look at it.
        Proposed = "proposed",
        /// It is being carried out.
        Running = "running",
        /// Somebody stopped it; it can go on.
        Stopped = "stopped",
    }
}

serde_words!(AssessmentState);

/// An assessment of all members.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessment {
    /// Schema version.
    pub v: u8,
    /// Its identifier.
    pub id: CompactString,
    /// What was done before this instant counts.
    pub as_of: Timestamp,
    /// When it was begun.
    pub at: Timestamp,
    /// The version of the rule book that it follows.
    pub version: u32,
    /// Who asked for it; nobody where its date had come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<CompactString>,
    /// Whether somebody else must let it run.
    #[serde(default)]
    pub approval: bool,
    /// Where it stands.
    pub state: AssessmentState,
    /// The last member that was looked at, while members are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<CompactString>,
    /// Members who were looked at.
    pub seen: i64,
    /// Slices there are.
    pub slices: u32,
    /// Lines there are.
    pub lines: i64,
    /// Slices that were carried out.
    pub carried: u32,
    /// Lines that were carried out.
    pub done: i64,
    /// Lines that were left alone, because the member had moved since.
    pub skipped: i64,
    /// What becomes of the members of each tier.
    pub tally: Vec<Tally>,
    /// Who let it run or dismissed it, and when; the rule book itself where it may.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided: Option<(CompactString, Timestamp)>,
}

/// What becomes of the members of a tier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// The tier before.
    pub tier: TierId,
    /// Members who keep it.
    pub kept: i64,
    /// Members who rise.
    pub risen: i64,
    /// Members whose fall is announced.
    pub warned: i64,
    /// Members who fall.
    pub fallen: i64,
}

/// What an assessment does to a member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Who.
    #[serde(rename = "m")]
    pub member: MemberId,
    /// The tier before.
    #[serde(rename = "f")]
    pub from: TierId,
    /// The tier afterwards, or the one that is announced.
    #[serde(rename = "t")]
    pub to: TierId,
    /// What it does.
    #[serde(rename = "w")]
    pub turn: Turn,
    /// The score, in hundredths.
    #[serde(rename = "s")]
    pub score: i64,
    /// What each part of the score counted, and its score in hundredths, in the order of the rule book.
    #[serde(rename = "p")]
    pub parts: Vec<(i64, i64)>,
    /// The task that raises or keeps the tier, where the score alone would not.
    #[serde(default, rename = "k", skip_serializing_if = "Option::is_none")]
    pub by: Option<RuleId>,
}

/// Lines that are carried out together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slice {
    /// Schema version.
    pub v: u8,
    /// The lines, by member.
    pub lines: Vec<Line>,
}

/// What is open, and when the last one was.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Docket {
    /// Schema version.
    pub v: u8,
    /// The assessment that is not over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open: Option<CompactString>,
    /// The first day of the newest period that is dealt with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<Day>,
}

/// Assessments, by identifier: later ones sort later.
pub static ASSESSMENT: Kind = Kind::records("assessment");
/// Their lines.
pub static ASSESSMENT_SLICE: Kind = Kind::facts("assessment_slice");
/// What is open.
pub static ASSESSMENT_DOCKET: Kind = Kind::records("assessment_docket");

json_record!(Assessment, ASSESSMENT);
json_record!(Slice, ASSESSMENT_SLICE);
json_record!(Docket, ASSESSMENT_DOCKET);

/// The id of the one docket.
pub const DOCKET: &str = "tiers";

/// The id of a slice of an assessment, counted from 0.
pub fn slice_id(assessment: &str, number: u32) -> CompactString {
    format_compact!("{assessment}.{number:08}")
}

impl Assessment {
    /// Whether somebody may look at its lines: they do not change any more.
    pub const fn is_complete(&self) -> bool {
        !matches!(self.state, AssessmentState::Planning)
    }

    /// Whether nothing will come of it any more.
    pub const fn is_over(&self) -> bool {
        matches!(self.state, AssessmentState::Dismissed | AssessmentState::Done)
    }

    /// Counts what becomes of a member of a tier.
    pub fn count(&mut self, tier: &TierId, turn: Turn) {
        let place = self.tally.iter().position(|tally| tally.tier == *tier).unwrap_or_else(|| {
            self.tally.push(Tally { tier: tier.clone(), kept: 0, risen: 0, warned: 0, fallen: 0 });
            self.tally.len() - 1
        });
        let Some(tally) = self.tally.get_mut(place) else { return };
        match turn {
            Turn::Falls => tally.fallen += 1,
            Turn::Keeps => tally.kept += 1,
            Turn::Rises => tally.risen += 1,
            Turn::Warned => tally.warned += 1,
        }
    }
}
