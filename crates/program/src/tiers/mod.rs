//! Tiers: where a member stands, what the score is made of, and what an assessment says.
//!
//! Nouns: [`MonthSums`], what a member did in a month; [`Score`], with its parts; [`Standing`], what is lent, announced
//! and since when; [`Said`], what tasks say for a tier; [`TierChange`], an entry of the history; [`assess`], the verdict on
//! one member. A tier is changed by
//! [`crate::wallets::Sitting`], which everybody who opens a wallet goes through, so that what fell due is applied first.
//!
//! Invariants: a fall that was announced comes when its notice says and not before, and not at all where the score has
//! come back meanwhile; what is lent ends by itself and never takes away a tier that was reached; each change is in the
//! history with its reason.

mod assess;
mod merits;
mod months;
mod near;
mod score;
mod standing;

use compact_str::CompactString;
use jifen_vocab::{Column, Kind, MemberId, RuleId, TierId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::desk::json_record;
use crate::words::{serde_words, words};

pub use assess::{Turn, Verdict, assess, assess_since, fallen_to, verdict};
pub use merits::{Said, assessed_from, raised};
pub use months::{MonthSums, month_of, note_month};
pub use near::{Coming, Near, coming};
pub use score::{PartScore, Score, score, score_of, window_from};
pub use standing::{Lent, Standing, Warned};

words! {
    /// Why a tier changed, or is about to.
    ChangeCause {
        /// An assessment raised or lowered it.
        Assessed = "assessed",
        /// A person, or the company's CRM.
        Assigned = "assigned",
        /// A completed task kept it, though the score did not (TIER-08).
        Kept = "kept",
        /// A festival lends it for a while (TIER-06).
        Lent = "lent",
        /// What was lent is over.
        LentOver = "lent_over",
        /// A completed task raised it (TIER-08).
        Merit = "merit",
        /// The score was reached.
        Reached = "reached",
        /// An announced fall does not come: the score has come back, or a task was completed.
        Spared = "spared",
        /// The task that raised it was taken back.
        TakenBack = "taken_back",
        /// A fall was announced.
        Warned = "warned",
    }
}

serde_words!(ChangeCause);

fn assigned() -> ChangeCause {
    ChangeCause::Assigned
}

/// What is kept of a change of tier, or of the notice of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TierChange {
    /// Schema version.
    pub v: u8,
    /// Who.
    pub member: MemberId,
    /// The tier before.
    pub before: TierId,
    /// The tier since then; of a notice, the tier to come.
    pub tier: TierId,
    /// Why, in a person's words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// Who asked: the credential; nobody where the rule book did it.
    #[serde(default, skip_serializing_if = "CompactString::is_empty")]
    pub operator: CompactString,
    /// Since when.
    pub at: Timestamp,
    /// Why.
    #[serde(default = "assigned")]
    pub cause: ChangeCause,
    /// The score, in hundredths.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<i64>,
    /// When what is lent ends, or what was announced comes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
    /// The assessment that said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<CompactString>,
    /// The task that raised or kept it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<RuleId>,
}

/// Changes of tier, listed by member.
pub static TIER_CHANGE: Kind = Kind::facts("tier_change").listed_by(&[Column { name: "member" }]);

json_record!(TierChange, TIER_CHANGE, |record| record.member.as_str());

/// Why a tier changes, for the history.
#[derive(Debug, Clone)]
pub struct Why {
    /// The kind of reason.
    pub cause: ChangeCause,
    /// In a person's words.
    pub reason: String,
    /// Who asked: the credential.
    pub operator: CompactString,
    /// The score, in hundredths.
    pub score: Option<i64>,
    /// The assessment that said so.
    pub by: Option<CompactString>,
    /// The task that raises or keeps it.
    pub task: Option<RuleId>,
}

impl Why {
    /// The rule book does it.
    pub fn itself(cause: ChangeCause) -> Why {
        Why { cause, reason: String::new(), operator: CompactString::default(), score: None, by: None, task: None }
    }

    /// With the score it rests on.
    #[must_use]
    pub fn scored(self, score: i64) -> Why {
        Why { score: Some(score), ..self }
    }
}
