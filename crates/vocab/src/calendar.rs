//! The program's calendar: days, months, quarters and years begin in its own IANA zone (decision 9).

use std::fmt;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, ToSpan};
use serde::{Deserialize, Serialize};

use crate::Timestamp;

const EPOCH: Date = Date::constant(1970, 1, 1);

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
        i32::try_from(self.0.duration_since(EPOCH).as_hours() / 24).unwrap_or(i32::MAX)
    }

    /// The day with that number since 1970-01-01, held to the calendar's range.
    pub fn from_number(number: i32) -> Self {
        Day(EPOCH).plus_days(number)
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
pub struct Zone {
    rules: TimeZone,
    steady: Steady,
}

/// Where a zone's rules need not be asked, which every event does a dozen times: the offset after its last change.
/// Zones with daylight saving have no last one, so for them this begins where the calendar ends.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Steady {
    /// A day after the last change, so that local times need no look at what clocks skip or repeat.
    since: jiff::Timestamp,
    offset: Offset,
}

impl Steady {
    fn of(rules: &TimeZone) -> Steady {
        let last = rules.preceding(jiff::Timestamp::MAX).next().map(|change| change.timestamp());
        let after = |change: jiff::Timestamp| change.saturating_add(SignedDuration::from_hours(24));
        let since = last.map_or(jiff::Timestamp::MIN, |change| after(change).unwrap_or(jiff::Timestamp::MAX));
        Steady { since, offset: rules.to_offset(jiff::Timestamp::MAX) }
    }
}

impl Zone {
    /// The zone of that IANA name, such as `Asia/Shanghai`; nothing where there is none.
    pub fn named(name: &str) -> Option<Self> {
        TimeZone::get(name).ok().map(Zone::of)
    }

    /// Coordinated universal time.
    pub fn utc() -> Self {
        Zone::of(TimeZone::UTC)
    }

    fn of(rules: TimeZone) -> Self {
        Zone { steady: Steady::of(&rules), rules }
    }

    /// The IANA name.
    pub fn name(&self) -> &str {
        self.rules.iana_name().unwrap_or("UTC")
    }

    /// The day it is at that instant.
    pub fn day_of(&self, instant: Timestamp) -> Day {
        Day(self.local(instant).date())
    }

    /// Hour (0–23) and minute (0–59) at that instant.
    pub fn time_of(&self, instant: Timestamp) -> (i8, i8) {
        let local = self.local(instant);
        (local.hour(), local.minute())
    }

    /// The instant a day begins: its midnight, or the first instant after it where clocks skip midnight.
    pub fn start_of(&self, day: Day) -> Timestamp {
        self.at(day.0.to_datetime(Time::midnight()))
    }

    /// The instant of a local day and the time of day of another instant: the same hour and minute, that day. Times
    /// that clocks skip move forward; of times that come twice, the first is meant.
    pub fn same_time_on(&self, day: Day, as_of: Timestamp) -> Timestamp {
        self.at(day.0.to_datetime(self.local(as_of).time()))
    }

    /// Reads a local time without offset, such as `2017-01-01T12:30:27`.
    pub fn parse_local(&self, text: &str) -> Option<Timestamp> {
        let local: DateTime = text.parse().ok()?;
        Some(self.at(local))
    }

    /// Writes RFC 3339 with this zone's offset at that instant, such as `2026-06-18T20:15:00+08:00`.
    pub fn rfc3339(&self, instant: Timestamp) -> String {
        let instant = instant.to_jiff();
        let offset = self.offset(instant);
        let local = offset.to_datetime(instant);
        let is_plain = (0..=9999).contains(&local.year()) && offset.seconds() % 60 == 0;
        if is_plain { plain_rfc3339(local, offset) } else { instant.display_with_offset(offset).to_string() }
    }

    fn offset(&self, instant: jiff::Timestamp) -> Offset {
        if instant >= self.steady.since { self.steady.offset } else { self.rules.to_offset(instant) }
    }

    fn local(&self, instant: Timestamp) -> DateTime {
        let instant = instant.to_jiff();
        self.offset(instant).to_datetime(instant)
    }

    fn at(&self, local: DateTime) -> Timestamp {
        let steady = self.steady.offset.to_timestamp(local).ok().filter(|instant| *instant >= self.steady.since);
        let instant = steady.or_else(|| self.rules.to_timestamp(local).ok());
        Timestamp::from_millis(instant.map_or(Timestamp::MAX.as_millis(), jiff::Timestamp::as_millisecond))
    }
}

/// RFC 3339 digit by digit: an answer about an event holds half a dozen instants.
fn plain_rfc3339(local: DateTime, offset: Offset) -> String {
    let mut text = String::with_capacity(29);
    let mut put = |before: Option<char>, number: i32, digits: u32| {
        text.extend(before);
        for place in (0..digits).rev() {
            let digit = number.unsigned_abs() / 10_u32.pow(place) % 10;
            text.push(char::from(b'0' + digit as u8));
        }
    };
    put(None, i32::from(local.year()), 4);
    put(Some('-'), i32::from(local.month()), 2);
    put(Some('-'), i32::from(local.day()), 2);
    put(Some('T'), i32::from(local.hour()), 2);
    put(Some(':'), i32::from(local.minute()), 2);
    put(Some(':'), i32::from(local.second()), 2);
    match i32::from(local.millisecond()) {
        0 => {}
        millis if millis % 100 == 0 => put(Some('.'), millis / 100, 1),
        millis if millis % 10 == 0 => put(Some('.'), millis / 10, 2),
        millis => put(Some('.'), millis, 3),
    }
    let minutes = offset.seconds() / 60;
    put(Some(if minutes < 0 { '-' } else { '+' }), minutes / 60, 2);
    put(Some(':'), minutes % 60, 2);
    text
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
    fn what_is_found_quickly_is_what_the_rules_say() {
        let zones = ["Asia/Shanghai", "America/New_York", "Asia/Kolkata", "Europe/Dublin", "America/Sao_Paulo", "UTC"];
        for name in zones {
            let zone = Zone::named(name).unwrap();
            let rules = TimeZone::get(name).unwrap();
            for step in 0..40_000_i64 {
                // From 1899 to 2100, at uneven times of day.
                let instant = Timestamp::from_millis(-2_240_000_000_000 + step * 157_000_777);
                let local = rules.to_datetime(instant.to_jiff());
                assert_eq!(zone.local(instant), local, "{name} {step}");
                assert_eq!(zone.at(local).to_jiff(), rules.to_timestamp(local).unwrap(), "{name} {step}");
                let written = instant.to_jiff().display_with_offset(rules.to_offset(instant.to_jiff())).to_string();
                assert_eq!(zone.rfc3339(instant), written, "{name}");
            }
        }
        let shanghai = Zone::named("Asia/Shanghai").unwrap();
        for (millis, text) in
            [(0, "08:00:00+08:00"), (120, "08:00:00.12+08:00"), (700, "08:00:00.7+08:00"), (7, "08:00:00.007+08:00")]
        {
            assert_eq!(shanghai.rfc3339(Timestamp::from_millis(millis)), format!("1970-01-01T{text}"));
        }
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
