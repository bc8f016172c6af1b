//! Deductions: points that pay a part of a bill. A till reserves them, then confirms or cancels; an order has one
//! deduction that counts.
//!
//! Invariants: points pay no more than the rule book says; what is confirmed agrees with what the order's payment
//! reports; what a refund gives back so far is always the floor of its share, so that all parts add up exactly.

mod bill;

use compact_str::CompactString;
use jifen_ledger::Pieces;
use jifen_vocab::{Column, Decimal, HoldId, Kind, MemberId, OrderId, Timestamp, UnitId, Value};
use serde::{Deserialize, Serialize};
use smallvec::{SmallVec, smallvec};

use crate::book::Name;
use crate::desk::Record;

pub use bill::{Bill, BillLine, work_out};

/// Where a deduction stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeductionState {
    /// It was taken back before its order was paid.
    Canceled,
    /// Points are spent.
    Confirmed,
    /// Nobody confirmed it in time: points are free again.
    Expired,
    /// Points are held for the till.
    Reserved,
}

impl DeductionState {
    /// The name as it is written outside.
    pub const fn as_str(self) -> &'static str {
        match self {
            DeductionState::Canceled => "canceled",
            DeductionState::Confirmed => "confirmed",
            DeductionState::Expired => "expired",
            DeductionState::Reserved => "reserved",
        }
    }

    /// Whether it counts: its points are held or spent.
    pub const fn is_live(self) -> bool {
        matches!(self, DeductionState::Confirmed | DeductionState::Reserved)
    }
}

/// A part of a deduction: what one rule or coupon of the book allows, and why so much.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// The rule or coupon.
    pub id: CompactString,
    /// What people call it.
    pub name: Name,
    /// The money it looks at, in minor units.
    pub base: i64,
    /// The largest part of that; nothing for a coupon.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most: Option<Decimal>,
    /// The season that says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub season: Option<Name>,
    /// Points.
    pub points: i64,
    /// Money they stand for, in minor units.
    pub money: i64,
}

/// A deduction.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Deduction {
    /// Schema version.
    pub v: u8,
    /// The order, which names it.
    pub order: OrderId,
    /// Whose points.
    pub member: MemberId,
    /// The unit.
    pub unit: UnitId,
    /// The bill as it was sent.
    pub bill: Bill,
    /// Where the points and the money come from.
    pub parts: Vec<Part>,
    /// Points in all.
    pub points: i64,
    /// Money they stand for, in minor units.
    pub money: i64,
    /// Where it stands.
    pub state: DeductionState,
    /// The reservation of its points.
    pub hold: HoldId,
    /// When it was made.
    pub at: Timestamp,
    /// When a reservation ends.
    pub expires_at: Timestamp,
    /// Points that can still come back, and to where.
    #[serde(default, skip_serializing_if = "Pieces::is_empty")]
    pub left: Pieces,
    /// Points that came back.
    #[serde(default)]
    pub returned: i64,
}

/// Deductions by order, listed by member; they wake when a reservation ends.
pub static DEDUCTION: Kind =
    Kind { name: "deduction", columns: &[Column { name: "member" }], alarmed: true, chained: false, immutable: false };

impl Record for Deduction {
    const KIND: &'static Kind = &DEDUCTION;

    fn read(body: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(body)
    }

    fn write(&self, out: &mut Vec<u8>) -> Result<(), serde_json::Error> {
        serde_json::to_writer(out, self)
    }

    fn due_at(&self) -> Option<Timestamp> {
        (self.state == DeductionState::Reserved).then_some(self.expires_at)
    }

    fn columns(&self) -> SmallVec<[Value; 2]> {
        smallvec![Value::Text(CompactString::new(self.member.as_str()))]
    }
}

impl Deduction {
    /// Where it stands at an instant, though nobody has noted yet that its time is over.
    pub fn state_at(&self, now: Timestamp) -> DeductionState {
        let is_over = self.state == DeductionState::Reserved && now >= self.expires_at;
        if is_over { DeductionState::Expired } else { self.state }
    }
}
