//! What is asked of an installation, and whether it gave that: limits with their units, and a verdict on each.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;

use super::tally::Tally;
use super::{Outcome, ms};

/// Into how many parts the time of the greatest demand is divided: what is sustained holds in each of them.
const PARTS: usize = 10;

/// A second or a longer time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Second,
    Minute,
    Hour,
    Day,
}

impl Unit {
    const ALL: [Unit; 4] = [Unit::Second, Unit::Minute, Unit::Hour, Unit::Day];

    /// Its name, and how many seconds it has.
    const fn parts(self) -> (&'static str, u64) {
        match self {
            Unit::Second => ("s", 1),
            Unit::Minute => ("min", 60),
            Unit::Hour => ("h", 3_600),
            Unit::Day => ("day", 86_400),
        }
    }
}

/// So many in some time, such as `30000/s` or `100000/day`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Rate {
    count: u64,
    unit: Unit,
}

/// A time, such as `50ms` or `2s`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Within {
    micros: u64,
}

/// What is asked of an installation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Limits {
    /// What is judged in a time, in each tenth of the phases with the greatest demand.
    pub(super) at_least: Option<Rate>,
    /// The slowest hundredth of each phase.
    pub(super) p99: Option<Within>,
}

/// What became of a limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Verdict {
    /// Of which limit, in a word that programs read.
    pub(super) limit: &'static str,
    /// What it is about, for people.
    pub(super) about: String,
    pub(super) wanted: String,
    pub(super) got: String,
    pub(super) met: bool,
}

impl FromStr for Rate {
    type Err = String;

    fn from_str(text: &str) -> Result<Rate, String> {
        let wrong = || format!("{text} is no rate: it must be like 30000/s, 6000/min, 5000/h or 100000/day");
        let (count, unit) = text.split_once('/').ok_or_else(wrong)?;
        let unit = Unit::ALL.into_iter().find(|one| one.parts().0 == unit).ok_or_else(wrong)?;
        let count = whole(count).ok_or_else(wrong)?;
        Ok(Rate { count, unit })
    }
}

impl FromStr for Within {
    type Err = String;

    fn from_str(text: &str) -> Result<Within, String> {
        let wrong = || format!("{text} is no time: it must be like 50ms or 2s");
        let (digits, scale) = match text.strip_suffix("ms") {
            Some(digits) => (digits, 1_000),
            None => (text.strip_suffix('s').ok_or_else(wrong)?, 1_000_000),
        };
        let micros = whole(digits).and_then(|count| count.checked_mul(scale)).ok_or_else(wrong)?;
        Ok(Within { micros })
    }
}

/// A whole number from 1, in digits alone.
fn whole(digits: &str) -> Option<u64> {
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|count| plain && *count > 0)
}

impl TryFrom<String> for Rate {
    type Error = String;

    fn try_from(text: String) -> Result<Rate, String> {
        text.parse()
    }
}

impl TryFrom<String> for Within {
    type Error = String;

    fn try_from(text: String) -> Result<Within, String> {
        text.parse()
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.count, self.unit.parts().0)
    }
}

impl Rate {
    /// What so many in so many seconds are in this rate's unit, rounded down.
    fn of(self, judged: u64, seconds: usize) -> Rate {
        let count = u128::from(judged) * u128::from(self.unit.parts().1) / (seconds.max(1) as u128);
        Rate { count: u64::try_from(count).unwrap_or(u64::MAX), ..self }
    }
}

impl Limits {
    pub(super) fn is_none(&self) -> bool {
        *self == Limits::default()
    }

    /// A verdict on each limit; where there is one, also on requests that failed.
    pub(super) fn judge(&self, outcome: &Outcome) -> Vec<Verdict> {
        if self.is_none() {
            return Vec::new();
        }
        let failed: u64 = outcome.played.iter().map(|played| played.tally.failed).sum();
        let failures = Verdict {
            limit: "failed",
            about: "失败请求 · failed requests".to_owned(),
            wanted: "0".to_owned(),
            got: failed.to_string(),
            met: failed == 0,
        };
        let rate = self.at_least.map(|wanted| at_least(wanted, outcome));
        let p99 = self.p99.map(|wanted| within(wanted, outcome));
        rate.into_iter().chain(p99).chain([failures]).collect()
    }
}

fn at_least(wanted: Rate, outcome: &Outcome) -> Verdict {
    let busiest: Vec<&Tally> = outcome.at_the_peak().collect();
    let parts = busiest.len().clamp(1, PARTS);
    let part = |place: usize| &busiest[place * busiest.len() / parts..(place + 1) * busiest.len() / parts];
    let rate = |part: &[&Tally]| wanted.of(part.iter().map(|second| second.judged).sum(), part.len());
    let weakest = (0..parts).map(|place| rate(part(place))).min_by_key(|rate| rate.count);
    let got = weakest.unwrap_or(Rate { count: 0, ..wanted });
    let (zh, en) = outcome.scene.counts();
    Verdict {
        limit: "at_least",
        about: format!("{zh}，最弱的十分之一时段 · {en} in the weakest tenth of the time"),
        wanted: format!("≥ {wanted}"),
        got: got.to_string(),
        met: got.count >= wanted.count,
    }
}

fn within(wanted: Within, outcome: &Outcome) -> Verdict {
    let slowest = outcome.played.iter().map(|played| played.tally.within_micros(990)).max().unwrap_or(0);
    Verdict {
        limit: "p99",
        about: "最慢百分之一的响应时间 · the slowest hundredth".to_owned(),
        wanted: format!("≤ {} ms", ms(wanted.micros)),
        got: format!("{} ms", ms(slowest)),
        // Where nothing was judged, nothing was quick.
        met: slowest > 0 && slowest <= wanted.micros,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_and_times_have_units_and_nonsense_is_none() {
        assert_eq!("30000/s".parse(), Ok(Rate { count: 30_000, unit: Unit::Second }));
        assert_eq!("100000/day".parse::<Rate>().unwrap().to_string(), "100000/day");
        assert_eq!(("50ms".parse(), "2s".parse()), (Ok(Within { micros: 50_000 }), Ok(Within { micros: 2_000_000 })));
        for nonsense in
            ["", "30000", "/s", "0/s", "-1/s", "+1/s", "1.5/s", "1/year", "30000 /s", "99999999999999999999/s"]
        {
            assert!(nonsense.parse::<Rate>().unwrap_err().contains("like 30000/s"), "{nonsense}");
        }
        for nonsense in ["", "ms", "50", "0ms", "-5ms", "1.8s", "50 ms", "5m", "99999999999999999s"] {
            assert!(nonsense.parse::<Within>().unwrap_err().contains("like 50ms"), "{nonsense}");
        }
    }

    #[test]
    fn what_is_counted_in_some_seconds_is_told_in_the_unit_asked_for() {
        let a_day: Rate = "100000/day".parse().unwrap();
        assert_eq!(a_day.of(12, 10).count, 103_680);
        assert_eq!(a_day.of(u64::MAX, 1).count, u64::MAX);
        assert_eq!("5/s".parse::<Rate>().unwrap().of(49, 10).count, 4);
    }
}
