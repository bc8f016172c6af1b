//! When and where a rule applies: from, until, days that come every year, festivals and the days around them, a place of
//! the organization.

use compact_str::CompactString;
use jifen_vocab::{Day, Timestamp, Zone};

use crate::document::{MapReader, Node, Problems, closest};
use crate::facts::LocalTime;
use crate::names::{NamedDay, Names, PlaceName};

/// When a rule or a campaign applies. Without bounds: always.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Window {
    /// From this instant on.
    pub from: Option<Timestamp>,
    /// Before this instant.
    pub until: Option<Timestamp>,
    /// On these days of every year, both ends included; month × 100 + day.
    during: Box<[(u16, u16)]>,
    /// And on these days around festivals.
    around: Box<[Around]>,
    /// The days around festivals as numbers since 1970-01-01, both ends included, in order.
    spans: Box<[(i32, i32)]>,
    /// Only at this place and what belongs to it.
    pub place: Option<CompactString>,
    /// The stores of that place, sorted.
    stores: Box<[CompactString]>,
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

impl Window {
    /// Whether it is open at that instant, which is that time on the program's calendar.
    /// An event without a store is at no place.
    pub fn is_open(&self, at: Timestamp, local: &LocalTime, store: Option<&str>) -> bool {
        if self.place.is_some() && !store.is_some_and(|store| self.is_of(store)) {
            return false;
        }
        if self.from.is_some_and(|from| at < from) || self.until.is_some_and(|until| at >= until) {
            return false;
        }
        let is_every_day = self.during.is_empty() && self.around.is_empty();
        is_every_day || self.during.iter().any(|days| within(*days, number(local.day))) || self.is_around(local.day)
    }

    fn is_around(&self, day: Day) -> bool {
        if self.spans.is_empty() {
            return false;
        }
        let day = day.number();
        let after = self.spans.partition_point(|(first, _)| *first <= day);
        let near = self.spans[..after].iter().rev().take_while(|(first, _)| *first >= day - 2 * AROUND_MAX);
        near.into_iter().any(|(_, last)| day <= *last)
    }

    fn is_of(&self, store: &str) -> bool {
        self.stores.binary_search_by(|known| known.as_str().cmp(store)).is_ok()
    }

    /// The days of every year it is open on, both ends included, as month × 100 + day; without any: every day.
    pub fn days(&self) -> &[(u16, u16)] {
        &self.during
    }

    /// The days around festivals it is open on as well.
    pub fn around(&self) -> &[Around] {
        &self.around
    }

    /// Takes `from`, `until` and `during`. A day in `from` means its beginning, a day in `until` its end; instants
    /// mean themselves, and a time without offset is in the zone.
    pub fn read(map: &mut MapReader<'_>, names: &Names, problems: &mut Problems) -> Option<Window> {
        let zone = &names.zone;
        let place = map.take("place").map(|node| read_place(node, names, problems));
        let place = place.map_or(Some(None), |place| place.map(Some))?;
        let from = map.take("from").map(|node| read_instant(node, zone, 0, problems));
        let until = map.take("until").map(|node| read_instant(node, zone, 1, problems));
        let (mut during, mut around, mut spans) = (Vec::new(), Vec::new(), Vec::new());
        for node in map.take("during").map(Node::one_or_many).unwrap_or_default() {
            let text = node.text(problems)?;
            if let Some(days) = read_days(text) {
                during.push(days);
                continue;
            }
            let (days, named) = read_around(node, text, names, problems)?;
            spans.extend(named.on.all().into_iter().map(|day| (day.number() + days.from, day.number() + days.until)));
            around.push(days);
        }
        spans.sort_unstable();
        let from = from.map_or(Some(None), |from| from.map(Some))?;
        let until = until.map_or(Some(None), |until| until.map(Some))?;
        let empty = from.zip(until).is_some_and(|(from, until)| from >= until);
        map.node().or_problem((!empty).then_some(()), "ends before it begins", problems)?;
        let stores = place.map_or_else(Box::default, |place| place.within.clone().into_boxed_slice());
        let (during, around, spans) = (during.into(), around.into(), spans.into());
        let place = place.map(|place| place.id.clone());
        Some(Window { from, until, during, around, spans, place, stores })
    }
}

fn read_place<'n>(node: Node<'_>, names: &'n Names, problems: &mut Problems) -> Option<&'n PlaceName> {
    let text = node.text(problems)?;
    let found = names.places.iter().find(|place| place.id == text);
    if found.is_none() {
        let suggestion = closest(text, names.places.iter().map(|place| place.id.as_str()));
        problems.push(node.problem(format!("there is no place `{text}` in organization.yaml")).suggest(suggestion));
    }
    found
}

/// Whether a day of the year lies in a range, which may go over the turn of the year.
fn within((first, last): (u16, u16), day: u16) -> bool {
    if first <= last { (first..=last).contains(&day) } else { day >= first || day <= last }
}

fn number(day: Day) -> u16 {
    u16::from(day.month().unsigned_abs()) * 100 + u16::from(day.day().unsigned_abs())
}

fn read_instant(node: Node<'_>, zone: &Zone, days: i32, problems: &mut Problems) -> Option<Timestamp> {
    let text = node.text(problems)?;
    let instant = match Day::parse(text) {
        Some(day) => Some(zone.start_of(day.plus_days(days))),
        None => Timestamp::parse_rfc3339(text).or_else(|| zone.parse_local(text)),
    };
    node.or_problem(instant, "must be a day or an instant, such as 2026-06-18 or 2026-06-18T20:00:00+08:00", problems)
}

/// Reads `spring-festival`, `mid-autumn-1` or `spring-festival-7..spring-festival+7`.
fn read_around<'n>(
    node: Node<'_>,
    text: &str,
    names: &'n Names,
    problems: &mut Problems,
) -> Option<(Around, &'n NamedDay)> {
    let (first, last) = text.split_once("..").unwrap_or((text, text));
    let ((named, from), (other, until)) = match (read_near(first, names), read_near(last, names)) {
        (Some(first), Some(last)) => (first, last),
        _ if names.days.is_empty() || text.starts_with(|first: char| first.is_ascii_digit()) => {
            return node.or_problem(None, "must be days of the year, such as 11-11 or 06-16..06-18", problems);
        }
        (first_day, _) => {
            let unknown = if first_day.is_none() { first } else { last };
            let suggestion = closest(unknown, names.days.iter().map(|day| day.id.as_str()));
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
fn read_near<'n>(text: &str, names: &'n Names) -> Option<(&'n NamedDay, i32)> {
    if let Some(named) = names.day(text) {
        return Some((named, 0));
    }
    let sign = text.rfind(['+', '-'])?;
    let (id, digits) = (&text[..sign], &text[sign + 1..]);
    let days: i32 = digits.parse().ok().filter(|_| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
    Some((names.day(id)?, if text[sign..].starts_with('-') { -days } else { days }))
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
