//! How long points stay valid: the expiry policies of EXP-01 to EXP-04 and their relatives, in the program's calendar.

use jifen_vocab::{Day, Timestamp, Zone};
use serde::{Deserialize, Serialize};

/// How long points stay valid. A point is valid before its lapse instant and not at it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Validity {
    /// They never expire.
    Forever,
    /// Points earned in a year lapse when the next one begins (EXP-01).
    NaturalYear,
    /// A number of days, at the same time of day unless rounded.
    Days {
        /// How many.
        days: u16,
        /// Up to the end of which period the result is rounded.
        round: Round,
    },
    /// A number of months (the last day where that month is shorter), at the same time of day unless rounded. Six
    /// months to the end of the month: what is earned in January 2024 is valid through 31 July 2024 (EXP-02).
    Months {
        /// How many.
        months: u16,
        /// Up to the end of which period the result is rounded.
        round: Round,
    },
    /// The end of each 31 December clears points that are more than one year old then (EXP-03).
    YearlySweep,
    /// Through the end of that day.
    OnDate(Day),
    /// Through the end of the next of these days of the year.
    FixedDates(Vec<MonthDay>),
}

/// Up to the end of which period an expiry is rounded: the lapse instant is the beginning of the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Round {
    /// Not rounded.
    #[default]
    None,
    /// The day.
    EndOfDay,
    /// The month.
    EndOfMonth,
    /// The quarter.
    EndOfQuarter,
    /// The year.
    EndOfYear,
}

/// A day of every year; 29 February is the 28th in years without one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "(i8, i8)", into = "(i8, i8)")]
pub struct MonthDay {
    month: i8,
    day: i8,
}

/// Validities of at most this many days deserve a warning: three months, named as a cause of mass lapse (EXP-10).
pub const SHORT_DAYS_MAX: u32 = 92;

impl Validity {
    /// When points that were earned (or released) at `from` lapse; none for never.
    pub fn expires_at(&self, from: Timestamp, zone: &Zone) -> Option<Timestamp> {
        let day = zone.day_of(from);
        match self {
            Validity::Forever => None,
            Validity::NaturalYear => Some(zone.start_of(day.start_of_year().plus_months(12))),
            Validity::Days { days, round } => Some(round.up(day.plus_days(i32::from(*days)), from, zone)),
            Validity::Months { months, round } => Some(round.up(day.plus_months(i32::from(*months)), from, zone)),
            // Whatever is earned in a year is at most a year old at its end, and more than that a year later.
            Validity::YearlySweep => Some(zone.start_of(day.start_of_year().plus_months(24))),
            Validity::OnDate(last) => Some(zone.start_of(last.plus_days(1))),
            Validity::FixedDates(dates) => {
                dates.iter().filter_map(|date| date.next_end(day)).min().map(|d| zone.start_of(d))
            }
        }
    }

    /// An instant not later than [`Validity::expires_at`], found without the calendar; none where it never expires.
    pub(crate) fn not_before(&self, from: Timestamp) -> Option<Timestamp> {
        let days = match self {
            Validity::Forever => return None,
            Validity::Days { days, .. } => i64::from(*days),
            Validity::Months { months, .. } => i64::from(*months) * 365 / 12 - 2,
            Validity::NaturalYear | Validity::YearlySweep | Validity::OnDate(_) | Validity::FixedDates(_) => 0,
        };
        Some(from.plus_days((days - 1).max(0)))
    }

    /// About how many days a point lives under it at most; nothing where that has no answer.
    pub fn nominal_days(&self) -> Option<u32> {
        match self {
            Validity::Forever | Validity::OnDate(_) => None,
            Validity::NaturalYear => Some(366),
            Validity::Days { days, .. } => Some(u32::from(*days)),
            Validity::Months { months, .. } => Some(u32::from(*months) * 30),
            Validity::YearlySweep => Some(731),
            Validity::FixedDates(dates) => longest_gap_days(dates),
        }
    }

    /// Whether it is so short that whoever writes the rule should be warned (EXP-10).
    pub fn is_short(&self) -> bool {
        self.nominal_days().is_some_and(|days| days <= SHORT_DAYS_MAX)
    }
}

/// The better of two expiries for the member: the later, or never (decision 8).
pub fn better(a: Option<Timestamp>, b: Option<Timestamp>) -> Option<Timestamp> {
    Some(a?.max(b?))
}

impl Round {
    /// The lapse instant for points that live until `day`, at the time of day of `from`.
    fn up(self, day: Day, from: Timestamp, zone: &Zone) -> Timestamp {
        match self {
            Round::None => zone.same_time_on(day, from),
            Round::EndOfDay => zone.start_of(day.plus_days(1)),
            Round::EndOfMonth => zone.start_of(day.start_of_month().plus_months(1)),
            Round::EndOfQuarter => zone.start_of(day.start_of_quarter().plus_months(3)),
            Round::EndOfYear => zone.start_of(day.start_of_year().plus_months(12)),
        }
    }
}

impl MonthDay {
    /// That day of that month, if any year has it.
    pub fn new(month: i8, day: i8) -> Option<Self> {
        // 2024 has every day that any year has.
        Day::new(2024, month, day).map(|_| MonthDay { month, day })
    }

    /// The month, 1 to 12.
    pub fn month(self) -> i8 {
        self.month
    }

    /// The day of the month, from 1.
    pub fn day(self) -> i8 {
        self.day
    }

    fn in_year(self, year: i16) -> Option<Day> {
        Day::new(year, self.month, self.day).or_else(|| Day::new(year, self.month, 28))
    }

    /// The day after its next occurrence, from `today` on.
    fn next_end(self, today: Day) -> Option<Day> {
        let this_year = self.in_year(today.year())?;
        let next = if this_year >= today { this_year } else { self.in_year(today.year().checked_add(1)?)? };
        Some(next.plus_days(1))
    }
}

impl TryFrom<(i8, i8)> for MonthDay {
    type Error = &'static str;

    fn try_from((month, day): (i8, i8)) -> Result<Self, Self::Error> {
        MonthDay::new(month, day).ok_or("must be a month and a day of it")
    }
}

impl From<MonthDay> for (i8, i8) {
    fn from(date: MonthDay) -> Self {
        (date.month, date.day)
    }
}

fn longest_gap_days(dates: &[MonthDay]) -> Option<u32> {
    let mut numbers: Vec<i32> = dates.iter().filter_map(|date| date.in_year(2023)).map(Day::number).collect();
    numbers.sort_unstable();
    let first = *numbers.first()?;
    numbers.push(first + 365);
    numbers.windows(2).map(|pair| pair[1].abs_diff(pair[0])).max()
}

#[cfg(test)]
#[path = "validity_tests.rs"]
mod tests;
