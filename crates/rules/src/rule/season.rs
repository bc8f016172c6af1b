//! Days that come again: days of every year, festivals and the days around them. Whatever a rule book says of them is read
//! here, so that a festival has one name and one date in rules, tiers, prices and on the shelf.

use compact_str::CompactString;
use jifen_vocab::Day;

use crate::document::{Node, Problems, closest};
use crate::names::NamedDay;

/// Days that come again. Without any: every day.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Season {
    /// These days of every year, both ends included; month × 100 + day.
    days: Box<[(u16, u16)]>,
    /// And these days around festivals.
    around: Box<[Around]>,
    /// The days around festivals as numbers since 1970-01-01, both ends included, in order.
    spans: Box<[(i32, i32)]>,
}

/// The days around a named day, both ends included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Around {
    /// The day's identifier.
    pub day: CompactString,
    /// The first, in days after it.
    pub from: i32,
    /// The last, in days after it.
    pub until: i32,
}

/// Days before and after a named day beyond which a slip is more likely.
const AROUND_MAX: i32 = 60;

impl Season {
    /// Reads `11-11`, `06-16..06-18` or `spring-festival-7..spring-festival+7`, one or a list.
    pub fn read(nodes: Vec<Node<'_>>, known: &[NamedDay], problems: &mut Problems) -> Option<Season> {
        let (mut days, mut around, mut spans) = (Vec::new(), Vec::new(), Vec::new());
        for node in nodes {
            let text = node.text(problems)?;
            if let Some(range) = read_days(text) {
                days.push(range);
                continue;
            }
            let (near, named) = read_around(node, text, known, problems)?;
            spans.extend(named.on.all().into_iter().map(|day| (day.number() + near.from, day.number() + near.until)));
            around.push(near);
        }
        spans.sort_unstable();
        Some(Season { days: days.into(), around: around.into(), spans: spans.into() })
    }

    /// Whether it says nothing, so that every day is one of its.
    pub fn is_every_day(&self) -> bool {
        self.days.is_empty() && self.around.is_empty()
    }

    /// Whether a day is one of its.
    pub fn has(&self, day: Day) -> bool {
        self.is_every_day() || self.begun(day).is_some()
    }

    /// The first of the days that follow each other and that a day is among; nothing where it is none of them.
    pub fn begun(&self, day: Day) -> Option<Day> {
        let today = number(day);
        let of_year = self.days.iter().find(|days| within(**days, today)).map(|(first, _)| {
            let year = day.year() - i16::from(today < *first);
            Day::new(year, (first / 100) as i8, (first % 100) as i8).unwrap_or(day)
        });
        of_year.or_else(|| self.begun_around(day))
    }

    fn begun_around(&self, day: Day) -> Option<Day> {
        if self.spans.is_empty() {
            return None;
        }
        let day = day.number();
        let after = self.spans.partition_point(|(first, _)| *first <= day);
        let mut near = self.spans[..after].iter().rev().take_while(|(first, _)| *first >= day - 2 * AROUND_MAX);
        near.find(|(_, last)| day <= *last).map(|(first, _)| Day::from_number(*first))
    }

    /// The days of every year, both ends included, as month × 100 + day.
    pub fn days(&self) -> &[(u16, u16)] {
        &self.days
    }

    /// The days around festivals.
    pub fn around(&self) -> &[Around] {
        &self.around
    }
}

/// Whether a day of the year lies in a range, which may go over the turn of the year.
fn within((first, last): (u16, u16), day: u16) -> bool {
    if first <= last { (first..=last).contains(&day) } else { day >= first || day <= last }
}

fn number(day: Day) -> u16 {
    u16::from(day.month().unsigned_abs()) * 100 + u16::from(day.day().unsigned_abs())
}

/// Reads `spring-festival`, `mid-autumn-1` or `spring-festival-7..spring-festival+7`.
fn read_around<'n>(
    node: Node<'_>,
    text: &str,
    known: &'n [NamedDay],
    problems: &mut Problems,
) -> Option<(Around, &'n NamedDay)> {
    let (first, last) = text.split_once("..").unwrap_or((text, text));
    let ((named, from), (other, until)) = match (read_near(first, known), read_near(last, known)) {
        (Some(first), Some(last)) => (first, last),
        _ if known.is_empty() || text.starts_with(|first: char| first.is_ascii_digit()) => {
            return node.or_problem(None, "must be days of the year, such as 11-11 or 06-16..06-18", problems);
        }
        (first_day, _) => {
            let unknown = if first_day.is_none() { first } else { last };
            let suggestion = closest(unknown, known.iter().map(|day| day.id.as_str()));
            let message = format!("there is no day `{unknown}` in occasions.yaml");
            problems.push(node.problem(message).suggest(suggestion));
            return None;
        }
    };
    node.or_problem((named.id == other.id).then_some(()), "begins and ends around different days", problems)?;
    node.or_problem((from <= until).then_some(()), "ends before it begins", problems)?;
    let fits = from >= -AROUND_MAX && until <= AROUND_MAX;
    node.or_problem(fits.then_some(()), &format!("reaches more than {AROUND_MAX} days from the day"), problems)?;
    Some((Around { day: named.id.clone(), from, until }, named))
}

/// A named day, or so many days before or after it.
fn read_near<'n>(text: &str, known: &'n [NamedDay]) -> Option<(&'n NamedDay, i32)> {
    let day = |id: &str| known.iter().find(|day| day.id == id);
    if let Some(named) = day(text) {
        return Some((named, 0));
    }
    let sign = text.rfind(['+', '-'])?;
    let (id, digits) = (&text[..sign], &text[sign + 1..]);
    let days: i32 = digits.parse().ok().filter(|_| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
    Some((day(id)?, if text[sign..].starts_with('-') { -days } else { days }))
}

fn read_days(text: &str) -> Option<(u16, u16)> {
    let (first, last) = text.split_once("..").unwrap_or((text, text));
    Some((read_month_day(first)?, read_month_day(last)?))
}

/// Reads `06-18`; the 29th of February is a day like any other.
fn read_month_day(text: &str) -> Option<u16> {
    let (month, day) = text.split_once('-').filter(|_| text.len() == 5)?;
    Day::new(2024, month.parse().ok()?, day.parse().ok()?).map(number)
}
