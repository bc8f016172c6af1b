//! Redemptions: points that became a reward, or are about to.
//!
//! A redemption waits for a payment or a second word, or it is open at once; then each of its pieces is used, lapses or
//! is taken back, once. What it took, the ledger gives back to the lots it came from (decision 5).

use compact_str::{CompactString, format_compact};
use jifen_ledger::Pieces;
use jifen_vocab::{Chosen, Column, Kind, MemberId, QuoteId, RedemptionId, RewardId, RuleId, Timestamp, UnitId, Value};
use serde::{Deserialize, Serialize};
use smallvec::{SmallVec, smallvec};

use crate::desk::Record;

/// Pieces of one redemption at most: each may have a voucher.
pub const PIECES_MAX: i64 = 20;

/// Where a redemption stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Points are held until the money comes.
    AwaitingPayment,
    /// Canceled before fulfillment began.
    Canceled,
    /// Time ran out: money or a second word did not come, or no voucher was used.
    Expired,
    /// The payment failed.
    Failed,
    /// Everything was used, sent or has lapsed.
    Fulfilled,
    /// Paid: pieces can be used, picked up, sent.
    Open,
    /// Came back.
    Returned,
    /// Points are held until the member says it again (RED-14).
    ToConfirm,
}

impl State {
    /// The name as it is written outside.
    pub const fn as_str(self) -> &'static str {
        match self {
            State::AwaitingPayment => "awaiting_payment",
            State::Canceled => "canceled",
            State::Expired => "expired",
            State::Failed => "failed",
            State::Fulfilled => "fulfilled",
            State::Open => "open",
            State::Returned => "returned",
            State::ToConfirm => "to_confirm",
        }
    }

    /// Whether it still waits for something before anything is spent.
    pub const fn is_waiting(self) -> bool {
        matches!(self, State::AwaitingPayment | State::ToConfirm)
    }
}

/// Redemptions among which a desk works: what is to be sent is a queue of its own, everything else goes by its state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Queue {
    /// In this state.
    State(State),
    /// Open, and to be put on its way.
    ToSend,
}

impl Queue {
    /// Every queue, by its name.
    pub const ALL: [Queue; 9] = [
        Queue::State(State::AwaitingPayment),
        Queue::State(State::Canceled),
        Queue::State(State::Expired),
        Queue::State(State::Failed),
        Queue::State(State::Fulfilled),
        Queue::State(State::Open),
        Queue::State(State::Returned),
        Queue::ToSend,
        Queue::State(State::ToConfirm),
    ];

    /// The name as it is written outside.
    pub const fn as_str(self) -> &'static str {
        match self {
            Queue::State(state) => state.as_str(),
            Queue::ToSend => "to_send",
        }
    }

    /// Whether something is to happen in it: then the most urgent comes first, else the newest.
    pub const fn is_urgent(self) -> bool {
        match self {
            Queue::State(state) => state.is_waiting(),
            Queue::ToSend => true,
        }
    }
}

/// Where a piece stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PieceState {
    /// Its voucher has lapsed.
    Lapsed,
    /// It can be used, or is to be sent.
    Open,
    /// It was used or sent.
    Used,
    /// It was taken back.
    Void,
}

impl PieceState {
    /// The name as it is written outside.
    pub const fn as_str(self) -> &'static str {
        match self {
            PieceState::Lapsed => "lapsed",
            PieceState::Open => "open",
            PieceState::Used => "used",
            PieceState::Void => "void",
        }
    }
}

/// A piece of a redemption.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// Points that were paid for it: the last one bears the remainder.
    pub points: i64,
    /// Where it stands.
    pub state: PieceState,
    /// The code of its voucher; nothing for what is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<CompactString>,
    /// When the voucher lapses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// The number of a partner's code in the reward's pool.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pooled: Option<u64>,
}

/// A redemption.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redemption {
    /// Schema version.
    pub v: u8,
    /// Its identifier.
    pub id: RedemptionId,
    /// Whose points.
    pub member: MemberId,
    /// For what.
    pub reward: RewardId,
    /// The quote whose price it pays; none of what was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<QuoteId>,
    /// Pieces.
    pub quantity: i64,
    /// The unit.
    pub unit: UnitId,
    /// Points it costs.
    pub points: i64,
    /// Money it costs, in minor units.
    pub cash: i64,
    /// Where it stands.
    pub state: State,
    /// How it comes to the member.
    pub delivery: CompactString,
    /// Whether it is sent.
    pub sent: bool,
    /// Whether the reward is a thing.
    pub physical: bool,
    /// Whether the points went to charity.
    #[serde(default)]
    pub donated: bool,
    /// When it was made.
    pub at: Timestamp,
    /// When waiting ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waits_until: Option<Timestamp>,
    /// When it is to be on its way (RED-16).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ship_by: Option<Timestamp>,
    /// When it was handed over or sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handed_at: Option<Timestamp>,
    /// By which its way can be followed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tracking: Option<String>,
    /// The payment that was confirmed or failed, by the payment system's name for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment: Option<CompactString>,
    /// The pieces; none while it waits.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pieces: Vec<Piece>,
    /// Points that can still come back, and to where.
    #[serde(default, skip_serializing_if = "Pieces::is_empty")]
    pub left: Pieces,
    /// Points that came back.
    #[serde(default)]
    pub returned: i64,
    /// Why it was taken back, in the caller's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Money that is to go back, in minor units.
    #[serde(default)]
    pub cash_back: i64,
    /// What the member chose.
    #[serde(default, skip_serializing_if = "Chosen::is_empty")]
    pub chosen: Chosen,
    /// What was done about it where it was broken or came back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<Remedy>,
    /// What it brought besides the reward.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grown: Option<Grown>,
    /// What gave it, where nobody paid for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gift: Option<GivenBy>,
}

/// What gave a reward that nobody paid for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenBy {
    /// The gift, as the rule book calls it.
    pub id: CompactString,
    /// The rule or task.
    pub rule: RuleId,
    /// The version of the rule book.
    pub version: u32,
}

/// Points of a unit that a redemption made grow (TIER-09).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grown {
    /// The unit.
    pub unit: UnitId,
    /// How much.
    pub points: i64,
    /// What was taken of it again.
    #[serde(default)]
    pub taken: i64,
    /// Which points.
    pub piece: jifen_ledger::Piece,
}

/// What is done about a redemption that comes back.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Remedy {
    /// Points given for the trouble (RED-12).
    #[serde(default)]
    pub compensation: i64,
    /// Whether another one comes instead, and by when (RED-12).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exchange_by: Option<Timestamp>,
    /// Whether it is picked up at the door, and that is free (RED-17); none where the member brings it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub free_pick_up: Option<bool>,
}

/// Redemptions, listed by member and by where they stand; they wake when waiting ends.
pub static REDEMPTION: Kind = Kind {
    name: "redemption",
    columns: &[Column { name: "member" }, Column { name: "standing" }],
    alarmed: true,
    chained: false,
    immutable: false,
};

/// Remembered answers to redemptions, by quote.
pub static REDEMPTION_KEY: Kind = Kind::facts("redemption_key");

impl Record for Redemption {
    const KIND: &'static Kind = &REDEMPTION;

    fn read(body: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(body)
    }

    fn write(&self, out: &mut Vec<u8>) -> Result<(), serde_json::Error> {
        serde_json::to_writer(out, self)
    }

    fn due_at(&self) -> Option<Timestamp> {
        self.waits_until.filter(|_| self.state.is_waiting())
    }

    fn columns(&self) -> SmallVec<[Value; 2]> {
        smallvec![Value::Text(CompactString::new(self.member.as_str())), Value::Text(self.standing())]
    }
}

impl Redemption {
    /// One piece that costs nothing and is open, with nothing handed over yet; whoever makes it says what differs.
    pub fn new(id: RedemptionId, member: MemberId, reward: RewardId, unit: UnitId, at: Timestamp) -> Self {
        Redemption {
            v: 1,
            id,
            member,
            reward,
            quote: None,
            quantity: 1,
            unit,
            points: 0,
            cash: 0,
            state: State::Open,
            delivery: CompactString::default(),
            sent: false,
            physical: false,
            donated: false,
            at,
            waits_until: None,
            ship_by: None,
            handed_at: None,
            tracking: None,
            payment: None,
            pieces: Vec::new(),
            left: Pieces::new(),
            returned: 0,
            reason: None,
            cash_back: 0,
            chosen: Chosen::default(),
            remedy: None,
            grown: None,
            gift: None,
        }
    }

    /// Points paid for one of the pieces: all alike, the last with the remainder.
    pub fn share(&self, piece: i64) -> i64 {
        let each = self.points / self.quantity.max(1);
        if piece + 1 == self.quantity { self.points - each * (self.quantity - 1) } else { each }
    }

    /// In which queue it stands.
    pub fn queue(&self) -> Queue {
        match self.state {
            State::Open if self.sent && self.handed_at.is_none() => Queue::ToSend,
            state => Queue::State(state),
        }
    }

    /// Its queue and, within that, the instant by which something is to happen, else the one at which it was made: as
    /// text these sort as the instants do.
    pub fn standing(&self) -> CompactString {
        let queue = self.queue();
        let at = match queue {
            Queue::ToSend => self.ship_by,
            Queue::State(state) if state.is_waiting() => self.waits_until,
            Queue::State(_) => None,
        };
        format_compact!("{}:{:015}", queue.as_str(), at.unwrap_or(self.at).as_millis().max(0))
    }

    /// Pieces in a state.
    pub fn count(&self, state: PieceState) -> i64 {
        let pieces = self.pieces.iter().filter(|piece| piece.state == state);
        i64::try_from(pieces.count()).unwrap_or(i64::MAX)
    }

    /// Whether a piece was used or sent.
    pub fn has_begun(&self) -> bool {
        self.handed_at.is_some() || self.count(PieceState::Used) > 0
    }
}
