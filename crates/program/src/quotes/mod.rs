//! Quotes: a price that holds for some minutes. It reserves nothing.

use jifen_vocab::{Chosen, Kind, MemberId, QuoteId, RewardId, Timestamp, UnitId};
use serde::{Deserialize, Serialize};

use crate::book::prices::Step;
use crate::desk::json_record;

/// A price that holds for some minutes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Quote {
    /// Schema version.
    pub v: u8,
    /// Its identifier.
    pub id: QuoteId,
    /// For whom.
    pub member: MemberId,
    /// Of what.
    pub reward: RewardId,
    /// Pieces.
    pub quantity: i64,
    /// The unit.
    pub unit: UnitId,
    /// Points to pay.
    pub points: i64,
    /// Money to pay, in minor units.
    pub cash: i64,
    /// How the reward comes to the member.
    pub delivery: Delivery,
    /// When it was given.
    pub at: Timestamp,
    /// Until when it holds.
    pub expires_at: Timestamp,
    /// How the price came about, before cash was taken off.
    pub steps: Vec<Step>,
    /// What the member chose.
    #[serde(default, skip_serializing_if = "Chosen::is_empty")]
    pub chosen: Chosen,
}

/// How a reward comes to a member (RED-15).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// As a code, at once.
    Electronic,
    /// By courier within the city.
    Express,
    /// Handed over in a shop against a code.
    PickUp,
    /// Sent home.
    Ship,
}

impl Delivery {
    /// All ways.
    pub const ALL: [Delivery; 4] = [Delivery::Electronic, Delivery::Express, Delivery::PickUp, Delivery::Ship];

    /// Whether it is sent, so that nobody shows a code for it.
    pub const fn is_sent(self) -> bool {
        matches!(self, Delivery::Express | Delivery::Ship)
    }

    /// The name as it is written outside.
    pub const fn as_str(self) -> &'static str {
        match self {
            Delivery::Electronic => "electronic",
            Delivery::Express => "express",
            Delivery::PickUp => "pick_up",
            Delivery::Ship => "ship",
        }
    }
}

/// Quotes.
pub static QUOTE: Kind = Kind::records("quote");

json_record!(Quote, QUOTE);
