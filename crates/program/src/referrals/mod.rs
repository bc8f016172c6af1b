//! Invitations of friends: who brought whom, and what became of it.
//!
//! Nouns: [`Invitation`] (a member's code), [`Referrer`] (who invites), [`Referral`] (one friend who was brought).
//! Invariants: a friend has one referrer; an order that is taken back takes back what its referral brought; nobody
//! brings themselves, and there are no circles. What a referral brings, earning rules say: see
//! [`crate::flows::REFERRAL_EVENTS`].

use compact_str::CompactString;
use jifen_ledger::Piece;
use jifen_vocab::{Column, GiftGiven, Kind, MemberId, OrderId, Points, RuleId, Timestamp, UnitId, Value};
use serde::{Deserialize, Serialize};
use smallvec::{SmallVec, smallvec};

use crate::desk::{Record, json_record};

/// Whose a code is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// Schema version.
    pub v: u8,
    /// Who invites.
    pub member: MemberId,
    /// Since when.
    pub at: Timestamp,
}

/// Codes of invitations; they cannot be guessed.
pub static INVITATION: Kind = Kind::facts("invitation");

json_record!(Invitation, INVITATION);

/// A member who invites: the code, and what came of it in sum.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Referrer {
    /// Schema version.
    pub v: u8,
    /// The code, once the member asked for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<CompactString>,
    /// Friends who joined.
    #[serde(default)]
    pub bound: i64,
    /// Friends whose first order counts.
    #[serde(default)]
    pub completed: i64,
    /// What they brought, what was taken back taken off.
    #[serde(default, skip_serializing_if = "SmallVec::is_empty")]
    pub earned: SmallVec<[(UnitId, Points); 1]>,
}

/// Members who invite.
pub static REFERRER: Kind = Kind::records("referrer");

json_record!(Referrer, REFERRER);

impl Referrer {
    /// Adds what a friend brought, or takes it off.
    pub fn earn(&mut self, unit: &UnitId, points: i64) {
        match self.earned.iter_mut().find(|(known, _)| known == unit) {
            Some((_, sum)) => *sum = Points::new(sum.get().saturating_add(points)),
            None => self.earned.push((unit.clone(), Points::new(points))),
        }
    }
}

/// Where a referral stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReferralState {
    /// The friend joined; the first order is awaited.
    Bound,
    /// The friend's first order counts.
    Completed,
    /// It brings nothing: see [`Referral::refused`].
    Refused,
    /// The order it counted by was taken back.
    Undone,
}

impl ReferralState {
    /// The word it is written with.
    pub const fn as_str(self) -> &'static str {
        match self {
            ReferralState::Bound => "bound",
            ReferralState::Completed => "completed",
            ReferralState::Refused => "refused",
            ReferralState::Undone => "undone",
        }
    }
}

/// Why a referral brings nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// Inviter and friend are one member.
    Oneself,
    /// Inviter and friend share a telephone number or an address.
    SamePerson,
    /// They order from one device.
    SameDevice,
    /// They pay from one account.
    SamePayment,
    /// The friend has brought others, who could be the inviter's inviters.
    Circle,
    /// Somebody brought them before.
    BroughtAlready,
    /// They have ordered before.
    OrderedAlready,
    /// The time in which it can be said is over.
    TooLate,
    /// Invitations bring nothing now.
    SwitchedOff,
}

impl Why {
    /// The word it is written with.
    pub const fn as_str(self) -> &'static str {
        match self {
            Why::Oneself => "oneself",
            Why::SamePerson => "same-person",
            Why::SameDevice => "same-device",
            Why::SamePayment => "same-payment",
            Why::Circle => "circle",
            Why::BroughtAlready => "brought-already",
            Why::OrderedAlready => "ordered-already",
            Why::TooLate => "too-late",
            Why::SwitchedOff => "switched-off",
        }
    }
}

/// What a referral brought one of the two: taken back when the order is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Brought {
    /// The unit.
    pub unit: UnitId,
    /// The rule.
    pub rule: RuleId,
    /// The version of the rule book.
    pub version: u32,
    /// How much.
    pub points: Points,
    /// Which points.
    pub piece: Piece,
    /// The budget that paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<CompactString>,
    /// The reward of the shelf that came with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gift: Option<Box<GiftGiven>>,
}

/// A friend who was brought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Referral {
    /// Schema version.
    pub v: u8,
    /// The friend.
    pub friend: MemberId,
    /// Who brought them.
    pub referrer: MemberId,
    /// Where it stands.
    pub state: ReferralState,
    /// Why it brings nothing, where that is so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<Why>,
    /// How far the friend is from whoever nobody brought: 1 for friends of these.
    pub depth: u16,
    /// Since when.
    pub at: Timestamp,
    /// Until when the first order must come.
    pub until: Timestamp,
    /// The order it counts by, and when that was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<(OrderId, Timestamp)>,
    /// What it brought the inviter.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub brought: Vec<Brought>,
    /// What it brought the friend.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub welcomed: Vec<Brought>,
}

/// Friends who were brought, by their identifier; listed by who brought them.
pub static REFERRAL: Kind = Kind::records("referral").listed_by(&[Column { name: "referrer" }]);

impl Record for Referral {
    const KIND: &'static Kind = &REFERRAL;

    fn read(body: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(body)
    }

    fn write(&self, out: &mut Vec<u8>) -> Result<(), serde_json::Error> {
        serde_json::to_writer(out, self)
    }

    fn columns(&self) -> SmallVec<[Value; 2]> {
        smallvec![Value::Text(CompactString::new(self.referrer.as_str()))]
    }
}

/// What happened to a friend.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Happened {
    /// They joined.
    Bound,
    /// Their first order counts.
    Ordered {
        /// Which.
        order: OrderId,
        /// What it paid, in minor units.
        amount: i64,
    },
    /// They redeemed for the first time.
    Redeemed,
    /// The order by which they counted was taken back.
    Undone {
        /// Which.
        order: OrderId,
    },
}

/// News of a friend that are yet to be judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferralNews {
    /// Schema version.
    pub v: u8,
    /// The friend.
    pub friend: MemberId,
    /// Who brought them.
    pub referrer: MemberId,
    /// When it happened.
    pub at: Timestamp,
    /// What.
    pub happened: Happened,
    /// Whether it was judged.
    pub told: bool,
}

/// News, by a number of their own.
pub static REFERRAL_NEWS: Kind = Kind { alarmed: true, ..Kind::records("referral_news") };

impl Record for ReferralNews {
    const KIND: &'static Kind = &REFERRAL_NEWS;

    fn read(body: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(body)
    }

    fn write(&self, out: &mut Vec<u8>) -> Result<(), serde_json::Error> {
        serde_json::to_writer(out, self)
    }

    fn due_at(&self) -> Option<Timestamp> {
        Some(self.at).filter(|_| !self.told)
    }
}
