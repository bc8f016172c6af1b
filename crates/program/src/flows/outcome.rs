//! What an event brought about, as it is answered and remembered.

use compact_str::CompactString;
use jifen_vocab::{GiftBack, GiftGiven, MemberId, Points, Refusal, RuleId, UnitId};
use serde::{Deserialize, Serialize};

use crate::earning::{Award, Odds, Refused};
use crate::wallets::WalletView;

/// What an event brought about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventOutcome {
    /// The member.
    #[serde(rename = "m")]
    pub member: MemberId,
    /// Awards, in the order the rules were judged.
    #[serde(rename = "a", default, skip_serializing_if = "Vec::is_empty")]
    pub awards: Vec<Award>,
    /// What was refused, in the order it came about.
    #[serde(rename = "r", default, skip_serializing_if = "Vec::is_empty")]
    pub refusals: Vec<Refused>,
    /// What was taken back.
    #[serde(rename = "t", default, skip_serializing_if = "Vec::is_empty")]
    pub taken: Vec<TakenBack>,
    /// Chances that a dry run did not draw.
    #[serde(rename = "o", default, skip_serializing_if = "Vec::is_empty")]
    pub odds: Vec<Odds>,
    /// Rules whose chance was drawn and missed.
    #[serde(rename = "n", default, skip_serializing_if = "Vec::is_empty")]
    pub missed: Vec<RuleId>,
    /// Whether it was no purchase: then a sentence says what came of it (BEHV-21).
    #[serde(rename = "b", default, skip_serializing_if = "std::ops::Not::not")]
    pub is_conduct: bool,
    /// Tasks that were completed, in the order it came about.
    #[serde(rename = "k", default, skip_serializing_if = "Vec::is_empty")]
    pub tasks: Vec<TaskDone>,
    /// Cards that were drawn for.
    #[serde(rename = "c", default, skip_serializing_if = "Vec::is_empty")]
    pub cards: Vec<CardDrawn>,
    /// Rewards of the shelf that came besides.
    #[serde(rename = "g", default, skip_serializing_if = "Vec::is_empty")]
    pub gifts: Vec<GiftGiven>,
    /// Gifts whose cause was taken back.
    #[serde(rename = "gb", default, skip_serializing_if = "Vec::is_empty")]
    pub gifts_back: Vec<GiftBack>,
    /// The wallet afterwards.
    #[serde(rename = "w")]
    pub wallet: WalletView,
}

/// What a refund took back of the points of one unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenBack {
    /// The unit.
    #[serde(rename = "u")]
    pub unit: UnitId,
    /// In all.
    #[serde(rename = "p")]
    pub points: Points,
    /// Of these, what had lapsed unspent and counts as taken.
    #[serde(rename = "x", default, skip_serializing_if = "Points::is_zero")]
    pub lapsed: Points,
    /// Of these, what became a debt.
    #[serde(rename = "d", default, skip_serializing_if = "Points::is_zero")]
    pub debt: Points,
    /// Of these, what the program's policy let go.
    #[serde(rename = "c", default, skip_serializing_if = "Points::is_zero")]
    pub clamped: Points,
}

/// A task that an event completed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskDone {
    /// The task.
    #[serde(rename = "t")]
    pub task: RuleId,
    /// The badges it gave that the member did not hold before.
    #[serde(rename = "b", default, skip_serializing_if = "Vec::is_empty")]
    pub badges: Vec<CompactString>,
}

/// A draw for a card, and what it gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardDrawn {
    /// The set.
    #[serde(rename = "s")]
    pub set: CompactString,
    /// The card; none where luck failed.
    #[serde(rename = "c", default, skip_serializing_if = "Option::is_none")]
    pub card: Option<CompactString>,
    /// The number that was drawn, from 0 to 999,999.
    #[serde(rename = "d")]
    pub drawn: u32,
}

impl EventOutcome {
    pub(super) fn of(member: &MemberId, wallet: WalletView) -> Self {
        EventOutcome {
            member: member.clone(),
            awards: Vec::new(),
            refusals: Vec::new(),
            taken: Vec::new(),
            odds: Vec::new(),
            missed: Vec::new(),
            is_conduct: false,
            tasks: Vec::new(),
            cards: Vec::new(),
            gifts: Vec::new(),
            gifts_back: Vec::new(),
            wallet,
        }
    }

    /// What it awarded of the first unit among its awards; nothing where it awarded nothing.
    pub(super) fn brought(&self) -> Option<(i64, UnitId)> {
        let unit = &self.awards.first()?.unit;
        let points = self.awards.iter().filter(|award| award.unit == *unit).map(|award| award.points.get()).sum();
        Some((points, unit.clone()))
    }

    pub(super) fn refuse(&mut self, rule: Option<RuleId>, refusal: Refusal) {
        self.refusals.push(Refused { rule, refusal });
    }
}
