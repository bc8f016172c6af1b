//! Streaks: on how many days in a row a member did something, such as signing in (BEHV-01).
//!
//! Nouns: [`DaysInARow`], the days of the last month in one word of 32 bits. A day counts once, however often something
//! happened on it. A day that is reported late counts for itself: it joins the days around it, and what was awarded
//! before stays as it was. A day that nothing happened on ends the streak; the next begins at one.

mod reminder;
#[cfg(test)]
mod tests;

use compact_str::CompactString;
use jifen_vocab::Day;
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

pub use reminder::{STREAK_REMINDER, StreakReminder};

/// Days that are told apart.
const DAYS: u32 = u32::BITS;

/// The days on which a member did something. Of older days only the length of the streak that reaches into the last
/// month is kept, so that it is as large after ten years as after a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Row", into = "Row")]
pub struct DaysInARow {
    /// The streak's name in the rule book.
    pub streak: CompactString,
    /// The last day, in days since 1970-01-01.
    last: i32,
    /// Bit n is the day n before the last.
    days: u32,
    /// The streak that ends with the oldest of these days, that day included; 0 where nothing happened on it.
    oldest: u32,
    /// The longest there ever was.
    best: u32,
}

/// The streaks of a member.
pub type Days = SmallVec<[DaysInARow; 1]>;

type Row = (CompactString, i32, u32, u32, u32);

impl From<Row> for DaysInARow {
    fn from((streak, last, days, oldest, best): Row) -> Self {
        DaysInARow { streak, last, days, oldest, best }
    }
}

impl From<DaysInARow> for Row {
    fn from(days: DaysInARow) -> Self {
        (days.streak, days.last, days.days, days.oldest, days.best)
    }
}

/// What became of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marked {
    /// It counts now.
    First,
    /// It counted before.
    Again,
    /// It lies too far back to be told apart: nothing changed.
    TooOld,
}

/// Counts a day in the streak of that name, which begins with it where it has no days yet.
pub fn mark(all: &mut Days, streak: &CompactString, day: Day) -> Marked {
    match all.iter_mut().find(|days| days.streak == *streak) {
        Some(days) => days.mark(day),
        None => {
            all.push(DaysInARow::beginning(streak.clone(), day));
            Marked::First
        }
    }
}

impl DaysInARow {
    /// A streak that begins on that day.
    pub fn beginning(streak: CompactString, day: Day) -> Self {
        DaysInARow { streak, last: day.number(), days: 1, oldest: 0, best: 1 }
    }

    /// Counts a day.
    pub fn mark(&mut self, day: Day) -> Marked {
        let ahead = i64::from(day.number()) - i64::from(self.last);
        if ahead > 0 {
            self.move_on(u32::try_from(ahead).unwrap_or(u32::MAX));
            self.last = day.number();
            self.best = self.best.max(self.ending(0));
            return Marked::First;
        }
        let back = u32::try_from(-ahead).unwrap_or(u32::MAX);
        if back >= DAYS {
            return Marked::TooOld;
        }
        if self.days >> back & 1 == 1 {
            return Marked::Again;
        }
        // What lies before the oldest day is not known, so that it cannot be joined to it.
        if back == DAYS - 1 {
            return Marked::TooOld;
        }
        self.days |= 1 << back;
        let newest = (0..=back).rev().take_while(|at| self.days >> at & 1 == 1).last();
        self.best = self.best.max(self.ending(newest.unwrap_or(back)));
        Marked::First
    }

    fn move_on(&mut self, days: u32) {
        if days >= DAYS {
            (self.days, self.oldest) = (1, 0);
            return;
        }
        self.oldest = self.ending(DAYS - 1 - days);
        self.days = self.days << days | 1;
    }

    /// The streak that ends so many days before the last.
    fn ending(&self, back: u32) -> u32 {
        let days = (self.days >> back).trailing_ones();
        // Shifting brought zeros in at the top: a row of ones that reaches them reaches the oldest day.
        if back + days < DAYS { days } else { days - 1 + self.oldest }
    }

    /// How long the streak is on a day: that of the day where it counts, else that of the day before, which the day may
    /// still continue.
    pub fn length(&self, day: Day) -> u32 {
        let back = i64::from(self.last) - i64::from(day.number());
        let at = match back {
            -1 => 0,
            0.. if self.has(day) => back,
            0.. => back + 1,
            _ => return 0,
        };
        u32::try_from(at).ok().filter(|at| *at < DAYS).map_or(0, |at| self.ending(at))
    }

    /// Whether a day of the last month counts.
    pub fn has(&self, day: Day) -> bool {
        let back = i64::from(self.last) - i64::from(day.number());
        u32::try_from(back).is_ok_and(|back| back < DAYS && self.days >> back & 1 == 1)
    }

    /// The longest there ever was, in days.
    pub fn best(&self) -> u32 {
        self.best
    }

    /// The last day that counts.
    pub fn last(&self) -> Day {
        Day::from_number(self.last)
    }
}
