//! Payments: the money of a redemption, as the payment provider and we know it.
//!
//! A payment is written down in the same commit as the redemption that waits for it, so that nothing is forgotten when
//! a process ends before the provider heard of it: what is still to be done with the provider stands in [`Todo`], and
//! whoever talks to it reads that, does it, and notes what came of it. Everything may be done twice: the provider knows
//! a payment by the redemption's identifier. Money that came too late goes back; the reward is handed over once.

use compact_str::CompactString;
use jifen_vocab::{Column, Kind, MemberId, RedemptionId, Timestamp, Value};
use serde::{Deserialize, Serialize};
use smallvec::{SmallVec, smallvec};

use crate::desk::Record;

/// Where a payment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentState {
    /// Nobody waits for it any more, and the provider takes none.
    Closed,
    /// The provider says that it failed.
    Failed,
    /// The provider waits for the member.
    Open,
    /// The money came.
    Paid,
    /// Nobody waits for it any more; the provider is to be told.
    ToClose,
    /// The provider is to be told of it.
    ToCreate,
}

impl PaymentState {
    /// The name as it is written outside.
    pub const fn as_str(self) -> &'static str {
        match self {
            PaymentState::Closed => "closed",
            PaymentState::Failed => "failed",
            PaymentState::Open => "open",
            PaymentState::Paid => "paid",
            PaymentState::ToClose => "to_close",
            PaymentState::ToCreate => "to_create",
        }
    }
}

/// What is to be done with the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Todo {
    /// Ask what became of it, in case no call-back comes.
    Ask,
    /// Tell that no money is wanted any more.
    Close,
    /// Tell of it.
    Create,
    /// Send money back.
    Refund,
}

impl Todo {
    /// All there are, the most urgent first.
    pub const ALL: [Todo; 4] = [Todo::Create, Todo::Refund, Todo::Close, Todo::Ask];

    /// The word that payments are listed by.
    pub const fn as_str(self) -> &'static str {
        match self {
            Todo::Ask => "ask",
            Todo::Close => "close",
            Todo::Create => "create",
            Todo::Refund => "refund",
        }
    }
}

/// The money of a redemption.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// Schema version.
    pub v: u8,
    /// Of which redemption; the provider knows the payment by this.
    pub redemption: RedemptionId,
    /// Whose.
    pub member: MemberId,
    /// How much, in minor units of the program's currency.
    pub amount: i64,
    /// Where it stands.
    pub state: PaymentState,
    /// When it was written down.
    pub at: Timestamp,
    /// The provider's name for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<CompactString>,
    /// Where the member pays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Money that is to go back in all, in minor units.
    #[serde(default)]
    pub owed: i64,
    /// Money that went back, as the provider says.
    #[serde(default)]
    pub refunded: i64,
}

/// Payments by redemption, listed by what is to be done.
pub static PAYMENT: Kind = Kind::records("payment").listed_by(&[Column { name: "todo" }]);

impl Record for Payment {
    const KIND: &'static Kind = &PAYMENT;

    fn read(body: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(body)
    }

    fn write(&self, out: &mut Vec<u8>) -> Result<(), serde_json::Error> {
        serde_json::to_writer(out, self)
    }

    fn columns(&self) -> SmallVec<[Value; 2]> {
        smallvec![Value::Text(CompactString::const_new(self.todo().map_or("", Todo::as_str)))]
    }
}

impl Payment {
    /// Money that a redemption waits for.
    pub fn new(redemption: RedemptionId, member: MemberId, amount: i64, at: Timestamp) -> Payment {
        let state = PaymentState::ToCreate;
        Payment { v: 1, redemption, member, amount, state, at, provider: None, url: None, owed: 0, refunded: 0 }
    }

    /// What is to be done with the provider, where something is.
    pub fn todo(&self) -> Option<Todo> {
        match self.state {
            PaymentState::ToCreate => Some(Todo::Create),
            PaymentState::Open => Some(Todo::Ask),
            PaymentState::ToClose => Some(Todo::Close),
            PaymentState::Paid if self.owed > self.refunded => Some(Todo::Refund),
            PaymentState::Paid | PaymentState::Closed | PaymentState::Failed => None,
        }
    }

    /// Its redemption does not wait any more, whatever became of it.
    pub fn is_not_wanted(&mut self) {
        if matches!(self.state, PaymentState::ToCreate | PaymentState::Open) {
            self.state = PaymentState::ToClose;
        }
    }

    /// So much is to go back in all; never less than before, never more than came.
    pub fn owe(&mut self, in_all: i64) {
        if self.state == PaymentState::Paid {
            self.owed = self.owed.max(in_all).min(self.amount);
        }
    }
}
