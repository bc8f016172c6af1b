//! Entries: what the journal is made of. Each moves points of one unit from one account to another.

use compact_str::CompactString;
use jifen_vocab::{MemberId, OrderId, Points, RuleId, SourceLabel, Timestamp, UnitId, Why};
use serde::{Deserialize, Serialize};

use crate::account::Account;
use crate::lot::Pieces;

/// Why points moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// A rule awarded points.
    Earn,
    /// Pending points became available.
    Release,
    /// Pending points were cancelled: what they waited for did not come.
    Cancel,
    /// Points were spent.
    Spend,
    /// Points were reserved.
    Hold,
    /// Reserved points were spent.
    Capture,
    /// Reserved points came back.
    Unhold,
    /// A spend was given back.
    Reverse,
    /// A refunded order took its award back.
    Refund,
    /// Points lapsed.
    Expire,
    /// Points that nobody used fell asleep.
    Sleep,
    /// Sleeping points shrank.
    Shrink,
    /// Sleeping points came back, what shrank too.
    Wake,
    /// A person added or took points.
    Adjust,
    /// All available points of a unit were taken away.
    Forfeit,
    /// Points paid a debt.
    Repay,
    /// A better validity was given to points already held; nothing moved.
    Extend,
    /// Opening balance brought over from another system.
    Open,
    /// Points came from sleeping ones of another unit.
    Convert,
}

impl EntryKind {
    /// The name as it is written outside.
    pub const fn as_str(self) -> &'static str {
        match self {
            EntryKind::Earn => "earn",
            EntryKind::Release => "release",
            EntryKind::Cancel => "cancel",
            EntryKind::Spend => "spend",
            EntryKind::Hold => "hold",
            EntryKind::Capture => "capture",
            EntryKind::Unhold => "unhold",
            EntryKind::Reverse => "reverse",
            EntryKind::Refund => "refund",
            EntryKind::Expire => "expire",
            EntryKind::Sleep => "sleep",
            EntryKind::Shrink => "shrink",
            EntryKind::Wake => "wake",
            EntryKind::Adjust => "adjust",
            EntryKind::Forfeit => "forfeit",
            EntryKind::Repay => "repay",
            EntryKind::Extend => "extend",
            EntryKind::Open => "open",
            EntryKind::Convert => "convert",
        }
    }
}

/// What brought an entry about: references and numbers, no free text and no personal data.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Cause {
    /// What it was: `event`, `spend`, `hold`, `adjustment`, `import`, `redemption`, `deduction`,
    /// `conversion`, `time`.
    #[serde(rename = "by")]
    pub by: CauseKind,
    /// The id of that thing: an event's id, a spend's, a hold's, an adjustment's.
    #[serde(default, rename = "id", skip_serializing_if = "Option::is_none")]
    pub id: Option<CompactString>,
    /// The `source` of the event.
    #[serde(default, rename = "src", skip_serializing_if = "Option::is_none")]
    pub event_source: Option<CompactString>,
    /// The type of the event.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub event_type: Option<CompactString>,
    /// The order.
    #[serde(default, rename = "order", skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderId>,
    /// The rule that awarded.
    #[serde(default, rename = "rule", skip_serializing_if = "Option::is_none")]
    pub rule: Option<RuleId>,
    /// The version of the rule book that judged.
    #[serde(default, rename = "ver", skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
    /// The label of source (PROG-04).
    #[serde(default, rename = "label", skip_serializing_if = "Option::is_none")]
    pub label: Option<SourceLabel>,
    /// The credential of the operator or client.
    #[serde(default, rename = "who", skip_serializing_if = "Option::is_none")]
    pub operator: Option<CompactString>,
    /// Where it happened.
    #[serde(default, rename = "at", skip_serializing_if = "Option::is_none")]
    pub place: Option<CompactString>,
    /// For a lapse that demanded notice: when the notice was given (EXP-09).
    #[serde(default, rename = "noticed", skip_serializing_if = "Option::is_none")]
    pub noticed_at: Option<Timestamp>,
    /// How the award was computed.
    #[serde(default, rename = "why", skip_serializing_if = "Option::is_none")]
    pub why: Option<Box<Why>>,
}

/// What kind of thing brought an entry about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CauseKind {
    /// Time passed.
    #[default]
    Time,
    /// An event came in.
    Event,
    /// A spend, or its reversal.
    Spend,
    /// A hold, its capture or release.
    Hold,
    /// A person's adjustment.
    Adjustment,
    /// A migration from another system.
    Import,
    /// A redemption: points for a reward.
    Redemption,
    /// A deduction: points for a part of a bill.
    Deduction,
    /// A conversion of sleeping points.
    Conversion,
}

/// One movement of points, as it is hashed and stored.
///
/// The stored bytes are this struct's JSON; the hash covers them and the hash of the member's entry before. The
/// stream's number is not part of it: the store gives it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Schema version of the stored bytes.
    pub v: u8,
    /// Whose.
    #[serde(rename = "m")]
    pub member: MemberId,
    /// Place in the member's chain, from 1.
    #[serde(rename = "n")]
    pub seq: u64,
    /// Since when it counts: the time of the event, the instant it fell due.
    #[serde(rename = "eff")]
    pub effective_at: Timestamp,
    /// When it was decided.
    #[serde(rename = "rec")]
    pub recorded_at: Timestamp,
    /// Why points moved.
    #[serde(rename = "k")]
    pub kind: EntryKind,
    /// The unit.
    #[serde(rename = "u")]
    pub unit: UnitId,
    /// The account the points left.
    pub from: Account,
    /// The account the points entered.
    pub to: Account,
    /// How many; never negative.
    #[serde(rename = "p")]
    pub points: Points,
    /// Which points: the pieces of lots that moved. Empty where debt moves without points.
    #[serde(rename = "l", default, skip_serializing_if = "Pieces::is_empty")]
    pub pieces: Pieces,
    /// Available points of the unit after it.
    #[serde(rename = "bal")]
    pub balance: Points,
    /// What brought it about.
    #[serde(rename = "c")]
    pub cause: Cause,
}

impl Entry {
    /// The signed change of available points.
    pub fn change(&self) -> Points {
        let points = self.points.get();
        let entered = if self.to == Account::Available { points } else { 0 };
        let left = if self.from == Account::Available { points } else { 0 };
        Points::new(entered - left)
    }
}
