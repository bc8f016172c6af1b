//! Bookings: a redeemed service happens at a time, with somebody or somewhere (RED-18): a coach, a lounge, a room.
//!
//! A slot is a time of a reward that so many can have; a redemption has at most one booking, which holds one place for
//! each of its pieces.

use compact_str::{CompactString, format_compact};
use jifen_vocab::{Code, Column, Kind, MemberId, RedemptionId, Refusal, RewardId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::desk::json_record;
use crate::words::words;

/// Slots that are set at once.
pub const SLOTS_MAX: usize = 200;

/// Places of a slot at most.
pub const PLACES_MAX: i64 = 1_000_000;

words! {
    /// Where a booking stands.
    BookingState {
        /// It is to come.
        Booked = "booked",
        /// It was given up in time.
        Canceled = "canceled",
        /// The service was given.
        Done = "done",
        /// Nobody came.
        Missed = "missed",
    }
}

impl Serialize for BookingState {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for BookingState {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = CompactString::deserialize(deserializer)?;
        let found = BookingState::WORDS.iter().find(|(word, _)| text == *word);
        found.map(|(_, state)| *state).ok_or_else(|| serde::de::Error::custom("unknown state of a booking"))
    }
}

/// A time at which a service can be had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// Schema version.
    pub v: u8,
    /// Of which reward.
    pub reward: RewardId,
    /// Which, among the reward's.
    pub id: CompactString,
    /// Who or what is booked: a coach, a room.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<CompactString>,
    /// When it begins.
    pub from: Timestamp,
    /// When it ends.
    pub until: Timestamp,
    /// How many can have it.
    pub places: i64,
    /// How many have it.
    pub taken: i64,
}

/// Slots, listed by reward.
pub static SLOT: Kind = Kind::records("slot").listed_by(&[Column { name: "reward" }]);

json_record!(Slot, SLOT, |record| record.reward.as_str());

impl Slot {
    /// The id of its record.
    pub fn key(reward: &RewardId, id: &str) -> CompactString {
        format_compact!("{reward} {id}")
    }

    /// Takes places.
    ///
    /// # Errors
    /// `slot-full` where fewer are left.
    pub fn take(&mut self, places: i64) -> Result<(), Refusal> {
        let left = self.places - self.taken;
        if left < places {
            let refusal = Refusal::new(Code::SlotFull).word("slot", &self.id);
            return Err(refusal.number("remaining", left).number("required", places));
        }
        self.taken += places;
        Ok(())
    }
}

/// That a redemption has a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Booking {
    /// Schema version.
    pub v: u8,
    /// Of which redemption.
    pub redemption: RedemptionId,
    /// Whose.
    pub member: MemberId,
    /// For what.
    pub reward: RewardId,
    /// At which time.
    pub slot: CompactString,
    /// With whom or where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<CompactString>,
    /// When it begins.
    pub from: Timestamp,
    /// When it ends.
    pub until: Timestamp,
    /// Places it holds.
    pub places: i64,
    /// Where it stands.
    pub state: BookingState,
    /// How often it was moved.
    #[serde(default)]
    pub moved: i64,
    /// When it last changed.
    pub at: Timestamp,
}

/// Bookings, by redemption; listed by reward.
pub static BOOKING: Kind = Kind::records("booking").listed_by(&[Column { name: "reward" }]);

json_record!(Booking, BOOKING, |record| record.reward.as_str());
