//! What counts as days in a row (`streaks.yaml`).

use compact_str::CompactString;
use jifen_vocab::Day;
use smallvec::SmallVec;

use super::name::Name;
use crate::streaks::DaysInARow;

/// A streak: days in a row on which a member does something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Streak {
    /// The identifier, as conditions name it: `streak.sign_in`.
    pub id: CompactString,
    /// What people call it.
    pub name: Name,
    /// The types of event that make a day count.
    pub on: Vec<CompactString>,
    /// The day after which it is counted from one again; without it, it grows for ever.
    pub cycle: Option<u16>,
    /// Whether members may make a day count themselves, by pressing a button.
    pub check_in: bool,
    /// When members are told that it ends tonight; never where it does not say.
    pub remind: Option<Remind>,
    /// The hour at which members are told that the day brings more than the day before; never where it does not say.
    pub near: Option<u8>,
}

/// When members are told that a streak ends tonight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Remind {
    /// The hour of the day.
    pub hour: u8,
    /// Streaks of so many days and more.
    pub from: u16,
}

impl Streak {
    /// Whether an event of that type makes a day count.
    pub fn is_fed_by(&self, event_type: &str) -> bool {
        self.on.iter().any(|known| known == event_type)
    }

    /// A number of days in a row as rules see it.
    pub fn shown(&self, days: u32) -> i64 {
        match self.cycle.map(u32::from) {
            Some(cycle) if days > 0 && cycle > 0 => i64::from((days - 1) % cycle + 1),
            _ => i64::from(days),
        }
    }

    /// The member's days, where there are any.
    pub fn days_of<'m>(&self, all: &'m [DaysInARow]) -> Option<&'m DaysInARow> {
        all.iter().find(|days| days.streak == self.id)
    }
}

/// Days in a row as rules see them on a day, in the order of the book.
pub fn streaks_on(streaks: &[Streak], all: &[DaysInARow], day: Day) -> SmallVec<[i64; 2]> {
    if all.is_empty() {
        return SmallVec::new();
    }
    let length = |streak: &Streak| streak.days_of(all).map_or(0, |days| streak.shown(days.length(day)));
    streaks.iter().map(length).collect()
}
