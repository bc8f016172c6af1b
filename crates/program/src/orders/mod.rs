//! Orders: the fact kept for ever of what an order paid and earned, and what its refunds take back.
//!
//! Nouns: [`OrderFact`], [`OrderAward`], [`Refunded`]. Invariants: what was taken back of an award so far is always
//! `floor(award × refunded ÷ amount)`, by line where lines are named, so that all parts add up to the award exactly
//! (decision 4); an order counts once, however often it is sent; a payment that was undone may be made again and then
//! counts again.

mod refund;
#[cfg(test)]
mod tests;

use compact_str::CompactString;
use jifen_ledger::Piece;
use jifen_vocab::{GiftGiven, Kind, MemberId, OrderId, Points, RefundRequest, RuleId, TaskShare, Timestamp, UnitId};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use crate::desk::json_record;

pub use refund::Refunded;

/// Where an order stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderState {
    /// Something was said of it before it came; that waits in [`OrderFact::parked`].
    Expected,
    /// Paid and counted.
    Paid,
    /// Its payment failed or was cancelled; a later payment counts again.
    Undone,
}

/// What an order paid and earned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderFact {
    /// Schema version.
    pub v: u8,
    /// The order.
    pub order: OrderId,
    /// Whose.
    #[serde(rename = "m")]
    pub member: MemberId,
    /// Where it stands.
    #[serde(rename = "s")]
    pub state: OrderState,
    /// When it was paid, by the shop's word; of an order that is only expected, when something was first said of it.
    pub at: Timestamp,
    /// What was paid, in minor units of the program's currency.
    #[serde(rename = "amt")]
    pub amount: i64,
    /// The amount of each line, as sent.
    #[serde(default, skip_serializing_if = "SmallVec::is_empty")]
    pub lines: SmallVec<[i64; 8]>,
    /// The awards it earned.
    #[serde(default, rename = "aw", skip_serializing_if = "Vec::is_empty")]
    pub awards: Vec<OrderAward>,
    /// What was refunded so far.
    #[serde(default, rename = "rf", skip_serializing_if = "Refunded::is_none")]
    pub refunded: Refunded,
    /// What else happened to it, each type of event once: completed (EARN-18), collected.
    #[serde(default, rename = "pr", skip_serializing_if = "Vec::is_empty")]
    pub progress: Vec<(CompactString, Timestamp)>,
    /// What was said of the order before it came.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parked: Vec<Parked>,
    /// What points pay of it.
    #[serde(default, rename = "ded", skip_serializing_if = "Option::is_none")]
    pub deducted: Option<Deducted>,
    /// Whether it is the first order of a member whom somebody brought, by which that counts.
    #[serde(default, rename = "ref", skip_serializing_if = "std::ops::Not::not")]
    pub brought: bool,
    /// What it brought in tasks.
    #[serde(default, rename = "tk", skip_serializing_if = "Vec::is_empty")]
    pub tasks: Vec<TaskShare>,
}

/// What points pay of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deducted {
    /// The money they stand for, in minor units.
    #[serde(rename = "p")]
    pub money: i64,
    /// The bill they pay a part of, in minor units.
    #[serde(rename = "b")]
    pub bill: i64,
    /// Until when they wait to be confirmed; nothing once they are spent.
    #[serde(default, rename = "u", skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// An award as it was recorded: refunds reverse this, not what today's rule would give (decision 4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderAward {
    /// The unit.
    #[serde(rename = "u")]
    pub unit: UnitId,
    /// The rule.
    #[serde(rename = "r")]
    pub rule: RuleId,
    /// The version of the rule book.
    #[serde(rename = "ver")]
    pub version: u32,
    /// How much.
    #[serde(rename = "p")]
    pub points: Points,
    /// The award apportioned to the lines it is based on; of one line or none, nothing is written.
    #[serde(rename = "l", default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<(u32, i64)>,
    /// Which points: a refund takes these first.
    #[serde(rename = "pc")]
    pub piece: Piece,
    /// Taken back so far, in whatever way.
    #[serde(rename = "t", default, skip_serializing_if = "Points::is_zero")]
    pub taken: Points,
    /// Of these, how many had lapsed unspent and count as taken.
    #[serde(rename = "lap", default, skip_serializing_if = "Points::is_zero")]
    pub lapsed: Points,
    /// The budget that paid, which gets its points back.
    #[serde(rename = "bud", default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<CompactString>,
    /// The reward of the shelf that came with it, until that is taken back.
    #[serde(rename = "gi", default, skip_serializing_if = "Option::is_none")]
    pub gift: Option<Box<GiftGiven>>,
}

/// Something said of an order before the order came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parked {
    /// When it happened, by the shop's word.
    pub at: Timestamp,
    /// The id of the event that said it.
    pub event: CompactString,
    /// The source of that event.
    pub source: CompactString,
    /// What was said.
    pub what: ParkedKind,
}

/// What can be said of an order before it came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ParkedKind {
    /// It was refunded, wholly or in part.
    Refund(RefundRequest),
    /// Its payment failed or was cancelled.
    Undo,
}

/// Order facts, kept for ever.
pub static ORDER: Kind = Kind::records("order_fact");

json_record!(OrderFact, ORDER);

impl OrderFact {
    /// An order of which something was said before it came.
    pub fn expected(order: OrderId, member: MemberId, at: Timestamp) -> Self {
        OrderFact {
            v: 1,
            order,
            member,
            state: OrderState::Expected,
            at,
            amount: 0,
            lines: SmallVec::new(),
            awards: Vec::new(),
            refunded: Refunded::default(),
            progress: Vec::new(),
            parked: Vec::new(),
            deducted: None,
            brought: false,
            tasks: Vec::new(),
        }
    }
}
