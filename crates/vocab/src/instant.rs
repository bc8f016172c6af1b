//! Instants: whole milliseconds since the Unix epoch.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An instant in milliseconds since 1970-01-01T00:00:00Z. It has no zone; [`crate::Zone`] tells days apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

/// The earliest and latest instants that are accepted: the years 1 to 9999.
const RANGE_MS: std::ops::RangeInclusive<i64> = -62_135_596_800_000..=253_402_207_200_000;

impl Timestamp {
    /// The latest instant.
    pub const MAX: Timestamp = Timestamp(*RANGE_MS.end());
    /// The earliest instant.
    pub const MIN: Timestamp = Timestamp(*RANGE_MS.start());

    /// That many milliseconds after the epoch, held to [`Timestamp::MIN`] and [`Timestamp::MAX`].
    pub fn from_millis(millis: i64) -> Self {
        Timestamp(millis.clamp(*RANGE_MS.start(), *RANGE_MS.end()))
    }

    /// Milliseconds after the epoch.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// The instant that many milliseconds later (or earlier), held to the range.
    pub fn plus_millis(self, millis: i64) -> Self {
        Timestamp::from_millis(self.0.saturating_add(millis))
    }

    /// The instant that many days of 24 hours later.
    pub fn plus_days(self, days: i64) -> Self {
        self.plus_millis(days.saturating_mul(86_400_000))
    }

    /// Reads RFC 3339 with an offset (`2026-06-18T20:15:00+08:00`); digits below a millisecond are cut off.
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        // Only in plain ASCII is every byte a place where text may be cut.
        if !text.is_ascii() {
            return None;
        }
        let has_offset = text.ends_with(['Z', 'z']) || text.len() > 19 && text[19..].contains(['+', '-']);
        if !has_offset || text.contains('[') {
            return None;
        }
        let instant: jiff::Timestamp = text.parse().ok()?;
        let millis = instant.as_millisecond();
        RANGE_MS.contains(&millis).then_some(Timestamp(millis))
    }

    /// The instant for calendar work.
    pub(crate) fn to_jiff(self) -> jiff::Timestamp {
        jiff::Timestamp::from_millisecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
    }
}

impl fmt::Display for Timestamp {
    /// Writes RFC 3339 in UTC.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.to_jiff(), f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_needs_an_offset() {
        let read = |text| Timestamp::parse_rfc3339(text).map(Timestamp::as_millis);
        assert_eq!(read("1970-01-01T08:00:01+08:00"), Some(1000));
        assert_eq!(read("1970-01-01T00:00:00.0019Z"), Some(1));
        for text in [
            "1970-01-01T00:00:00",
            "1970-01-01",
            "",
            "yesterday",
            "1970-01-01T00:00:00+08:00[Asia/Shanghai]",
            "２０２６",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
