//! Days of the traditional Chinese calendar: the Spring Festival is the first day of its first month, Mid-Autumn the
//! fifteenth of the eighth.
//!
//! The astronomy is another crate's, tested here against what was published for three decades. It is worked out once a
//! process and looked up afterwards.

use std::sync::OnceLock;

use calendrical_calculations::chinese_based::{Chinese, YearBounds, month_structure_for_year};
use calendrical_calculations::rata_die::RataDie;

use crate::Day;

/// The years whose lunar days are known: those for which the astronomy is beyond doubt.
const YEARS: std::ops::Range<i16> = 2000..2100;

/// The day before 1970-01-01 in days since the year 1, as astronomers count.
const EPOCH: i64 = 719_163;

/// A day of the traditional calendar, of every year. Leap months have no such days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LunarDay {
    month: u8,
    day: u8,
}

/// Where the months of one lunar year begin.
struct Year {
    /// Days since 1970-01-01.
    new_year: i32,
    /// Days of each month, a leap month among them; 0 for a thirteenth that is not there.
    days: [i32; 13],
    /// Which of these is the leap month.
    leap: Option<usize>,
}

impl LunarDay {
    /// That day of that month, if there is one in any year.
    pub fn new(month: u8, day: u8) -> Option<Self> {
        ((1..=12).contains(&month) && (1..=30).contains(&day)).then_some(LunarDay { month, day })
    }

    /// The month, 1 to 12.
    pub const fn month(self) -> u8 {
        self.month
    }

    /// The day of the month, 1 to 30.
    pub const fn day(self) -> u8 {
        self.day
    }

    /// The day it is in the lunar year that begins in that year. The thirtieth of a month that has 29 days is its last.
    /// Nothing for years before 2000 and after 2099.
    pub fn in_year(self, year: i16) -> Option<Day> {
        let place = usize::try_from(year.checked_sub(YEARS.start)?).ok()?;
        let year = years().get(place)?;
        let month = usize::from(self.month) - 1;
        let month = if year.leap.is_some_and(|leap| month >= leap) { month + 1 } else { month };
        let before: i32 = year.days[..month].iter().sum();
        let day = i32::from(self.day).min(year.days[month]);
        Some(Day::from_number(year.new_year + before + day - 1))
    }
}

fn years() -> &'static [Year] {
    static KNOWN: OnceLock<Vec<Year>> = OnceLock::new();
    KNOWN.get_or_init(|| YEARS.filter_map(Year::of).collect())
}

impl Year {
    fn of(year: i16) -> Option<Year> {
        // Every lunar year that begins in a year is under way in its middle.
        let middle = i64::from(Day::new(year, 7, 1)?.number()) + EPOCH;
        let bounds = YearBounds::compute::<Chinese>(RataDie::new(middle));
        let (long, leap) = month_structure_for_year::<Chinese>(bounds.new_year, bounds.next_new_year);
        let mut days = long.map(|is_long| if is_long { 30 } else { 29 });
        if leap.is_none() {
            days[12] = 0;
        }
        let new_year = i32::try_from(bounds.new_year.to_i64_date() - EPOCH).ok()?;
        Some(Year { new_year, days, leap: leap.map(|position| usize::from(position) - 1) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Published by the Hong Kong Observatory: the Spring Festival and Mid-Autumn of each year from 2020 on.
    const PUBLISHED: [(&str, &str); 31] = [
        ("2020-01-25", "2020-10-01"),
        ("2021-02-12", "2021-09-21"),
        ("2022-02-01", "2022-09-10"),
        ("2023-01-22", "2023-09-29"),
        ("2024-02-10", "2024-09-17"),
        ("2025-01-29", "2025-10-06"),
        ("2026-02-17", "2026-09-25"),
        ("2027-02-06", "2027-09-15"),
        ("2028-01-26", "2028-10-03"),
        ("2029-02-13", "2029-09-22"),
        ("2030-02-03", "2030-09-12"),
        ("2031-01-23", "2031-10-01"),
        ("2032-02-11", "2032-09-19"),
        ("2033-01-31", "2033-09-08"),
        ("2034-02-19", "2034-09-27"),
        ("2035-02-08", "2035-09-16"),
        ("2036-01-28", "2036-10-04"),
        ("2037-02-15", "2037-09-24"),
        ("2038-02-04", "2038-09-13"),
        ("2039-01-24", "2039-10-02"),
        ("2040-02-12", "2040-09-20"),
        ("2041-02-01", "2041-09-10"),
        ("2042-01-22", "2042-09-28"),
        ("2043-02-10", "2043-09-17"),
        ("2044-01-30", "2044-10-05"),
        ("2045-02-17", "2045-09-25"),
        ("2046-02-06", "2046-09-15"),
        ("2047-01-26", "2047-10-04"),
        ("2048-02-14", "2048-09-22"),
        ("2049-02-02", "2049-09-11"),
        ("2050-01-23", "2050-09-30"),
    ];

    // row OCC-05
    #[test]
    fn festivals_fall_on_the_published_days() {
        let (spring, autumn) = (LunarDay::new(1, 1).unwrap(), LunarDay::new(8, 15).unwrap());
        for (year, (first, middle)) in (2020_i16..).zip(PUBLISHED) {
            assert_eq!(spring.in_year(year), Day::parse(first), "the Spring Festival of {year}");
            assert_eq!(autumn.in_year(year), Day::parse(middle), "Mid-Autumn of {year}");
        }
    }

    #[test]
    fn years_follow_each_other_without_a_gap() {
        for (one, next) in years().iter().zip(&years()[1..]) {
            assert_eq!(one.new_year + one.days.iter().sum::<i32>(), next.new_year);
            assert!(one.leap.is_none_or(|leap| (1..13).contains(&leap)), "{:?}", one.leap);
        }
        assert_eq!(years().len(), 100);
    }

    #[test]
    fn the_last_of_a_short_month_stands_for_the_thirtieth() {
        let last = LunarDay::new(12, 30).unwrap();
        for year in 2000..2099 {
            let next = LunarDay::new(1, 1).unwrap().in_year(year + 1).unwrap();
            assert_eq!(last.in_year(year).unwrap().plus_days(1), next, "{year}");
        }
        assert_eq!((LunarDay::new(13, 1), LunarDay::new(1, 31), LunarDay::new(0, 1)), (None, None, None));
        assert_eq!((last.in_year(1999), last.in_year(2100)), (None, None));
    }
}
