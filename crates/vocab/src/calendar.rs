//! The program's calendar: days, months, quarters and years begin in its own IANA zone (decision 9).

use std::fmt;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, ToSpan};
use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// A day of the program's calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(Date);

impl Day {
    /// The day of that year, month (1–12) and day of the month, if there is one.
    pub fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        Date::new(year, month, day).ok().map(Day)
    }

    /// Reads `2026-06-18`.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != 10 {
            return None;
        }
        text.parse().ok().map(Day)
    }

    /// The year.
    pub fn year(self) -> i16 {
        self.0.year()
    }

    /// The month, 1 to 12.
    pub fn month(self) -> i8 {
        self.0.month()
    }

    /// The day of the month, from 1.
    pub fn day(self) -> i8 {
        self.0.day()
    }

    /// The day of the week, 1 for Monday to 7 for Sunday.
    pub fn weekday(self) -> i8 {
        self.0.weekday().to_monday_one_offset()
    }

    /// Days since 1970-01-01.
    pub fn number(self) -> i32 {
        (self.0 - Date::constant(1970, 1, 1)).get_days()
    }

    /// The day with that number since 1970-01-01, held to the calendar's range.
    pub fn from_number(number: i32) -> Self {
        let epoch = Date::constant(1970, 1, 1);
        let span = Span::new().try_days(number);
        Day(span.and_then(|span| epoch.checked_add(span)).unwrap_or(if number < 0 { Date::MIN } else { Date::MAX }))
    }

    /// The day that many days later (or earlier), held to the calendar's range.
    pub fn plus_days(self, days: i32) -> Self {
        Day(self.0.saturating_add(SignedDuration::from_hours(i64::from(days) * 24)))
    }

    /// The same day that many months later; the last day of the month where that month is shorter.
    pub fn plus_months(self, months: i32) -> Self {
        Day(self.0.saturating_add(months.months()))
    }

    /// The first day of the week (Monday).
    pub fn start_of_week(self) -> Self {
        self.plus_days(1 - i32::from(self.weekday()))
    }

    /// The first day of the month.
    pub fn start_of_month(self) -> Self {
        Day(self.0.first_of_month())
    }

    /// The first day of the quarter.
    pub fn start_of_quarter(self) -> Self {
        let first = (self.0.month() - 1) / 3 * 3 + 1;
        Day(Date::new(self.0.year(), first, 1).unwrap_or(self.0))
    }

    /// The first day of the year.
    pub fn start_of_year(self) -> Self {
        Day(self.0.first_of_year())
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Day {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Day::parse(&text).ok_or_else(|| serde::de::Error::custom("must be a day such as 2026-06-18"))
    }
}

/// An IANA time zone, with its rules built in: results do not depend on the machine.
#[derive(Debug, Clone, PartialEq)]
pub struct Zone(TimeZone);

impl Zone {
    /// The zone of that IANA name, such as `Asia/Shanghai`; nothing where there is none.
    pub fn named(name: &str) -> Option<Self> {
        TimeZone::get(name).ok().map(Zone)
    }

    /// Coordinated universal time.
    pub fn utc() -> Self {
        Zone(TimeZone::UTC)
    }

    /// The IANA name.
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// The day it is at that instant.
    pub fn day_of(&self, instant: Timestamp) -> Day {
        Day(self.0.to_datetime(instant.to_jiff()).date())
    }

    /// Hour (0–23) and minute (0–59) at that instant.
    pub fn time_of(&self, instant: Timestamp) -> (i8, i8) {
        let local = self.0.to_datetime(instant.to_jiff());
        (local.hour(), local.minute())
    }

    /// The instant a day begins: its midnight, or the first instant after it where clocks skip midnight.
    pub fn start_of(&self, day: Day) -> Timestamp {
        self.at(day.0.to_datetime(Time::midnight()))
    }

    /// The instant of a local day and the time of day of another instant: the same hour and minute, that day. Times
    /// that clocks skip move forward; of times that come twice, the first is meant.
    pub fn same_time_on(&self, day: Day, as_of: Timestamp) -> Timestamp {
        self.at(day.0.to_datetime(self.0.to_datetime(as_of.to_jiff()).time()))
    }

    /// Reads a local time without offset, such as `2017-01-01T12:30:27`.
    pub fn parse_local(&self, text: &str) -> Option<Timestamp> {
        let local: DateTime = text.parse().ok()?;
        Some(self.at(local))
    }

    /// Writes RFC 3339 with this zone's offset at that instant, such as `2026-06-18T20:15:00+08:00`.
    pub fn rfc3339(&self, instant: Timestamp) -> String {
        let instant = instant.to_jiff();
        instant.display_with_offset(self.0.to_offset(instant)).to_string()
    }

    fn at(&self, local: DateTime) -> Timestamp {
        let millis = self.0.to_timestamp(local).map(jiff::Timestamp::as_millisecond);
        Timestamp::from_millis(millis.unwrap_or(Timestamp::MAX.as_millis()))
    }
}

impl Serialize for Zone {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Zone::named(&text).ok_or_else(|| serde::de::Error::custom("must be an IANA time zone such as Asia/Shanghai"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instant(text: &str) -> Timestamp {
        Timestamp::parse_rfc3339(text).unwrap()
    }

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    #[test]
    fn days_begin_in_the_zone() {
        let shanghai = Zone::named("Asia/Shanghai").unwrap();
        assert_eq!(shanghai.day_of(instant("2026-12-31T16:00:00Z")), day("2027-01-01"));
        assert_eq!(shanghai.day_of(instant("2026-12-31T15:59:59.999Z")), day("2026-12-31"));
        assert_eq!(shanghai.start_of(day("2027-01-01")), instant("2027-01-01T00:00:00+08:00"));
        assert_eq!(shanghai.rfc3339(instant("2026-06-18T12:15:00Z")), "2026-06-18T20:15:00+08:00");
        assert_eq!(shanghai.parse_local("2017-01-01T12:30:27").unwrap(), instant("2017-01-01T12:30:27+08:00"));
    }

    #[test]
    fn daylight_saving_neither_skips_nor_repeats_a_day() {
        let new_york = Zone::named("America/New_York").unwrap();
        assert_eq!(new_york.start_of(day("2026-03-08")), instant("2026-03-08T00:00:00-05:00"));
        assert_eq!(new_york.start_of(day("2026-03-09")), instant("2026-03-09T00:00:00-04:00"));
        let night = instant("2026-03-07T02:30:00-05:00");
        assert_eq!(new_york.same_time_on(day("2026-03-08"), night), instant("2026-03-08T03:30:00-04:00"));
        // São Paulo skipped midnight when daylight saving began.
        let sao_paulo = Zone::named("America/Sao_Paulo").unwrap();
        assert_eq!(sao_paulo.start_of(day("2018-11-04")), instant("2018-11-04T01:00:00-02:00"));
    }

    #[test]
    fn months_end_where_they_end() {
        assert_eq!(day("2024-01-31").plus_months(1), day("2024-02-29"));
        assert_eq!(day("2023-01-31").plus_months(1), day("2023-02-28"));
        assert_eq!(day("2024-02-29").plus_months(12), day("2025-02-28"));
        assert_eq!(day("2026-08-15").start_of_quarter(), day("2026-07-01"));
        assert_eq!(day("2026-11-21").start_of_week(), day("2026-11-16"));
        assert_eq!(Day::from_number(day("2026-11-21").number()), day("2026-11-21"));
    }
}
