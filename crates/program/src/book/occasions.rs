//! Occasions: birthdays, and days that have a name.

use compact_str::CompactString;
use jifen_ledger::MonthDay;
use jifen_rules::DayOf;
use jifen_vocab::{Day, Timestamp, Zone};

use super::name::Name;

/// What is given because of a day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OccasionTerms {
    /// What holds for birthdays; nothing where they are not noticed.
    pub birthday: Option<BirthdayTerms>,
    /// When years of membership are noticed; never where it does not say.
    pub anniversary: Option<AnniversaryTerms>,
    /// Days that have a name.
    pub days: Vec<FestiveDay>,
    /// When members are greeted on which of them, in order.
    pub greeted: Vec<Greeted>,
}

impl OccasionTerms {
    /// Whether members are gone through for any of it.
    pub fn has_rounds(&self) -> bool {
        self.anniversary.is_some() || !self.greeted.is_empty()
    }
}

/// A named day on which members are greeted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Greeted {
    /// When.
    pub at: Timestamp,
    /// The named day.
    pub id: CompactString,
}

/// A day that has a name, which windows of rules may mention.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FestiveDay {
    /// Its identifier.
    pub id: CompactString,
    /// What people call it.
    pub name: Name,
    /// When it is.
    pub on: DayOf,
    /// The hour at which members are greeted; never where it does not say.
    pub greet: Option<u8>,
}

impl FestiveDay {
    /// When members are greeted on it.
    pub(super) fn greetings(&self, zone: &Zone) -> Vec<Greeted> {
        let Some(hour) = self.greet else { return Vec::new() };
        let at = |day: Day| zone.start_of(day).plus_millis(i64::from(hour) * 3_600_000);
        self.on.all().into_iter().map(|day| Greeted { at: at(day), id: self.id.clone() }).collect()
    }
}

crate::words::words! {
    /// The day that stands for 29 February in years without one.
    LeapDay {
        /// 28 February.
        Before = "02-28",
        /// 1 March.
        After = "03-01",
    }
}

/// What holds for birthdays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BirthdayTerms {
    /// The day that stands for 29 February in years without one.
    pub leap_day: LeapDay,
    /// Days for which a birthday that was changed stays as it is and brings nothing.
    pub locked_days: u16,
    /// The hour of the day at which points come.
    pub hour: u8,
}

/// When years of membership are noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AnniversaryTerms {
    /// The hour of the day.
    pub hour: u8,
}

/// Years of membership beyond which nobody counts.
const YEARS_MAX: u16 = 200;

impl AnniversaryTerms {
    /// How many years are full next after an instant, and when that is noticed. Who joined on 29 February has it on the
    /// last of the month in other years.
    pub fn next(self, joined: Timestamp, after: Timestamp, zone: &Zone) -> Option<(u16, Timestamp)> {
        let first = zone.day_of(joined);
        let at = |years: u16| {
            let day = first.plus_months(12 * i32::from(years));
            zone.start_of(day).plus_millis(i64::from(self.hour) * 3_600_000)
        };
        let passed = i32::from(zone.day_of(after).year()) - i32::from(first.year());
        let from = u16::try_from(passed).unwrap_or(0).max(1);
        (from..=from + 1)
            .filter(|years| *years <= YEARS_MAX)
            .map(|years| (years, at(years)))
            .find(|(_, at)| *at > after)
    }
}

impl BirthdayTerms {
    /// The day of a birthday in a year.
    pub fn in_year(&self, birthday: MonthDay, year: i16) -> Option<Day> {
        Day::new(year, birthday.month(), birthday.day()).or_else(|| match self.leap_day {
            LeapDay::Before => Day::new(year, 2, 28),
            LeapDay::After => Day::new(year, 3, 1),
        })
    }

    /// When points of the next birthday come after an instant, and of which year it is.
    pub fn next(&self, birthday: MonthDay, after: Timestamp, zone: &Zone) -> Option<(i16, Timestamp)> {
        let year = zone.day_of(after).year();
        (year..=year.saturating_add(1)).find_map(|year| {
            let day = self.in_year(birthday, year)?;
            let at = zone.start_of(day).plus_millis(i64::from(self.hour) * 3_600_000);
            (at > after).then_some((year, at))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // row OCC-01
    #[test]
    fn who_was_born_on_the_29th_of_february_has_a_birthday_every_year() {
        let zone = Zone::named("Asia/Shanghai").unwrap();
        let leap = MonthDay::new(2, 29).unwrap();
        let days = |leap_day| {
            let terms = BirthdayTerms { leap_day, locked_days: 0, hour: 8 };
            let mut at = Timestamp::parse_rfc3339("2026-03-01T09:00:00+08:00").unwrap();
            let mut days = Vec::new();
            for _ in 0..4 {
                let (year, next) = terms.next(leap, at, &zone).unwrap();
                assert_eq!((zone.day_of(next).year(), zone.time_of(next)), (year, (8, 0)));
                days.push(zone.day_of(next).to_string());
                at = next;
            }
            days
        };
        assert_eq!(days(LeapDay::Before), ["2027-02-28", "2028-02-29", "2029-02-28", "2030-02-28"]);
        assert_eq!(days(LeapDay::After), ["2027-03-01", "2028-02-29", "2029-03-01", "2030-03-01"]);
    }
}
