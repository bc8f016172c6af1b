//! Limits on what is earned: caps for each member and period, budgets for everyone together.

use std::fmt;

use compact_str::CompactString;
use jifen_vocab::UnitId;

/// A period of the program's calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Period {
    /// A day.
    Day,
    /// A week, from Monday.
    Week,
    /// A month.
    Month,
    /// A year.
    Year,
    /// All time.
    Ever,
}

impl Period {
    /// The words they are written with.
    pub const WORDS: [(&'static str, Period); 5] = [
        ("day", Period::Day),
        ("week", Period::Week),
        ("month", Period::Month),
        ("year", Period::Year),
        ("ever", Period::Ever),
    ];

    /// The word it is written with.
    pub fn as_str(self) -> &'static str {
        Period::WORDS[self as usize].0
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The place of a cap in its rule set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CapIndex(pub u16);

/// The place of a budget in its rule set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BudgetIndex(pub u16);

/// The most points a member may earn in a period, by one rule or by all rules of some sources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cap {
    /// The name it is counted and reported under: what it belongs to and the period, such as `sign-in/day`. It stays
    /// the same over versions of the rule book, so that what was used stays used.
    pub key: CompactString,
    /// The period.
    pub per: Period,
    /// The unit.
    pub unit: UnitId,
    /// The limit of each tier, lowest tier first; nothing where there is none.
    pub(crate) limits: Vec<Option<i64>>,
    /// The limit of a member whose tier the bundle does not know.
    pub(crate) otherwise: Option<i64>,
}

impl Cap {
    /// The limit for a tier by its place, 0 for the lowest.
    pub fn limit(&self, tier: Option<usize>) -> Option<i64> {
        match tier {
            Some(tier) => self.limits.get(tier).copied().flatten(),
            None => self.otherwise,
        }
    }
}

/// Points that rules may give away to everyone together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Budget {
    /// Its name; rules that name the same budget share it.
    pub name: CompactString,
    /// Points in it at the beginning.
    pub points: i64,
}
