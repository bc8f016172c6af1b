//! What is done too often in too short a time, and how fast points may leave the program (`abuse.yaml`).

use compact_str::CompactString;
use jifen_vocab::UnitId;

use super::name::Name;

/// What is watched.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AbuseTerms {
    /// Patterns of what members do.
    pub patterns: Vec<Pattern>,
    /// Thresholds for the whole program.
    pub issuance: Vec<Issuance>,
}

/// Something done so often in less than so long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// The identifier.
    pub id: CompactString,
    /// What people call it.
    pub name: Name,
    /// The types of event it counts together.
    pub on: Vec<CompactString>,
    /// How often, from 2.
    pub count: u16,
    /// In less than so many seconds.
    pub seconds: u32,
    /// What follows.
    pub then: Consequence,
}

/// What follows from a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consequence {
    /// It is noted for people to look at.
    Note,
    /// The wallet earns and does not spend for so many hours, and the member is told.
    Freeze {
        /// How long.
        hours: u16,
    },
}

/// More points than this in a period are more than was meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issuance {
    /// The unit.
    pub unit: UnitId,
    /// Whether the period is the month; else the day.
    pub is_monthly: bool,
    /// Points that rules may give in the period, to all members together.
    pub points: i64,
    /// Whether rules give nothing beyond it; else there is an alert and nothing more.
    pub stops: bool,
}

impl AbuseTerms {
    /// The patterns that events of that type may meet.
    pub fn on<'a>(&'a self, event_type: &'a str) -> impl Iterator<Item = &'a Pattern> {
        self.patterns.iter().filter(move |pattern| pattern.on.iter().any(|known| known == event_type))
    }

    /// The thresholds beyond which nothing is given.
    pub fn stops(&self) -> impl Iterator<Item = &Issuance> {
        self.issuance.iter().filter(|issuance| issuance.stops)
    }
}
