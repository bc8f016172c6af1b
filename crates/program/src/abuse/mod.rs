//! Abuse: what is done too often in too short a time (LIM-05, LIM-08), what follows (LIM-09), and how fast points may
//! leave the program (LIM-23). The patterns stand in `abuse.yaml`.
//!
//! Nouns: [`Rush`], when a member last did something that is watched; [`AbuseHit`], a pattern that was met; [`Issued`],
//! what was issued today and this month. A pattern that was met begins anew with the event that met it.

#[cfg(test)]
mod tests;

use compact_str::CompactString;
use jifen_vocab::{Column, Day, Kind, MemberId, Timestamp, Value};
use serde::{Deserialize, Serialize};
use smallvec::{SmallVec, smallvec};

use crate::book::abuse::{Issuance, Pattern};
use crate::desk::{Record, json_record};

/// When a member last did what a pattern watches, oldest first: at most as often as the pattern counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rush(pub CompactString, pub SmallVec<[Timestamp; 2]>);

impl Rush {
    /// Nothing seen yet.
    pub fn new(pattern: CompactString) -> Self {
        Rush(pattern, SmallVec::new())
    }

    /// Notes that it happened once more, and says whether that meets the pattern: so often in less than so long.
    pub fn note(&mut self, at: Timestamp, pattern: &Pattern) -> bool {
        let times = &mut self.1;
        let place = times.partition_point(|other| *other <= at);
        times.insert(place, at);
        let newest = times.last().copied().unwrap_or(at);
        let window = i64::from(pattern.seconds) * 1_000;
        times.retain(|other| newest.as_millis() - other.as_millis() < window);
        let count = usize::from(pattern.count);
        let is_met = times.len() >= count;
        if is_met {
            times.clear();
            times.push(newest);
        }
        is_met
    }

    /// When it happened last.
    pub fn last(&self) -> Option<Timestamp> {
        self.1.last().copied()
    }
}

/// A pattern of abuse that a member met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AbuseHit {
    /// Schema version.
    pub v: u8,
    /// Who.
    pub member: MemberId,
    /// The pattern.
    pub pattern: CompactString,
    /// When.
    pub at: Timestamp,
    /// Events that met it.
    pub events: u16,
    /// The event that met it last.
    pub event: CompactString,
    /// Until when the wallet is frozen; none where it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frozen_until: Option<Timestamp>,
}

/// Patterns that were met, listed by member and by pattern.
pub static ABUSE_HIT: Kind =
    Kind::facts("abuse_hit").listed_by(&[Column { name: "member" }, Column { name: "pattern" }]);

impl Record for AbuseHit {
    const KIND: &'static Kind = &ABUSE_HIT;

    fn read(body: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(body)
    }

    fn write(&self, out: &mut Vec<u8>) -> Result<(), serde_json::Error> {
        serde_json::to_writer(out, self)
    }

    fn columns(&self) -> SmallVec<[Value; 2]> {
        smallvec![Value::Text(CompactString::new(self.member.as_str())), Value::Text(self.pattern.clone())]
    }
}

/// What rules issued of a unit today and this month, where the program stops at a threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Issued {
    /// Schema version.
    pub v: u8,
    /// The day, in days since 1970-01-01.
    pub day: i32,
    /// Points of that day.
    pub today: i64,
    /// Points of the month that day lies in.
    pub month: i64,
}

/// What was issued, by unit.
pub static ISSUED: Kind = Kind::records("issued");

json_record!(Issued, ISSUED);

impl Issued {
    /// The same on that day: a new day and a new month begin with nothing.
    #[must_use]
    pub fn on(self, day: Day) -> Issued {
        let before = Day::from_number(self.day);
        if day <= before && self.v != 0 {
            return self;
        }
        let month = if before.start_of_month() == day.start_of_month() { self.month } else { 0 };
        Issued { v: 1, day: day.number(), today: 0, month }
    }

    /// With so many more.
    #[must_use]
    pub fn plus(self, points: i64) -> Issued {
        Issued { today: self.today.saturating_add(points), month: self.month.saturating_add(points), ..self }
    }

    /// Points of the period that a threshold is about.
    pub fn of(self, issuance: &Issuance) -> i64 {
        if issuance.is_monthly { self.month } else { self.today }
    }
}
