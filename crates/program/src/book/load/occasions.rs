//! `occasions.yaml`: birthdays, and days that have a name.

use compact_str::CompactString;
use jifen_rules::DayOf;
use jifen_rules::document::{MapReader, Node, Problems};
use jifen_vocab::{Day, LunarDay, Zone};

use super::values;
use super::values::{maps, unique};
use crate::book::occasions::{AnniversaryTerms, BirthdayTerms, FestiveDay, Greeted, LeapDay, OccasionTerms};

/// Named days beyond which a slip is more likely.
const DAYS_MAX: usize = 100;
/// Days of one name.
const DATES_MAX: usize = 200;
/// Days for which a birthday may be locked: two years.
const LOCKED_DAYS_MAX: i64 = 731;

/// Reads the file.
pub(super) fn read(root: Node<'_>, zone: Option<&Zone>, problems: &mut Problems) -> OccasionTerms {
    let Some(mut map) = root.map(problems) else { return OccasionTerms::default() };
    let birthday = map.take("birthday").and_then(|node| birthday(node, problems));
    let anniversary = map.take("anniversary").and_then(|node| anniversary(node, problems));
    let days = map.take("days");
    map.finish(problems);
    let mut seen = Vec::new();
    let days = maps(days, DAYS_MAX, problems).into_iter();
    let days: Vec<FestiveDay> = days.filter_map(|map| festive(map, &mut seen, problems)).collect();
    let mut greeted: Vec<Greeted> =
        zone.into_iter().flat_map(|zone| days.iter().flat_map(|day| day.greetings(zone))).collect();
    // Of two on one day at one hour, one greets.
    greeted.sort_by_key(|greeted| greeted.at);
    greeted.dedup_by_key(|greeted| greeted.at);
    OccasionTerms { birthday, anniversary, days, greeted }
}

fn anniversary(node: Node<'_>, problems: &mut Problems) -> Option<AnniversaryTerms> {
    let mut map = node.map(problems)?;
    let hour = map.require("hour", problems).and_then(|node| values::count(node, 0..=23, problems));
    map.finish(problems);
    Some(AnniversaryTerms { hour: u8::try_from(hour?).ok()? })
}

fn birthday(node: Node<'_>, problems: &mut Problems) -> Option<BirthdayTerms> {
    let mut map = node.map(problems)?;
    let leap_day = map.require("leap_day", problems).and_then(|node| node.choice(LeapDay::WORDS, problems));
    let locked = map.require("locked_days", problems);
    let locked_days = locked.and_then(|node| values::count(node, 0..=LOCKED_DAYS_MAX, problems));
    let hour = map.take("hour").map_or(Some(0), |node| values::count(node, 0..=23, problems));
    map.finish(problems);
    Some(BirthdayTerms { leap_day: leap_day?, locked_days: locked_days?, hour: u8::try_from(hour?).ok()? })
}

fn festive(mut map: MapReader<'_>, seen: &mut Vec<(String, u32)>, problems: &mut Problems) -> Option<FestiveDay> {
    let place = map.require("id", problems);
    let name = values::name(&mut map, problems);
    let [on, lunar, dates] = [map.take("on"), map.take("lunar"), map.take("dates")];
    let greet = map.take("greet").map(|node| values::count(node, 0..=23, problems));
    let node = map.node();
    map.finish(problems);
    let id = values::id(place?, named, problems)?;
    unique(seen, &id, place?, problems);
    let on = match (on, lunar, dates) {
        (Some(on), None, None) => {
            let date = on.text(problems).and_then(values::month_day);
            let date = on.or_problem(date, "must be a day of the year, such as 08-18", problems)?;
            DayOf::Year(date.month(), date.day())
        }
        (None, Some(lunar), None) => {
            let day = lunar.text(problems).and_then(lunar_day);
            let message = "must be a day of the traditional calendar, such as 01-01 or 08-15";
            DayOf::Lunar(lunar.or_problem(day, message, problems)?)
        }
        (None, None, Some(list)) => {
            let mut days: Vec<Day> =
                list.one_or_many().into_iter().take(DATES_MAX).filter_map(|node| node.day(problems)).collect();
            days.sort_unstable();
            DayOf::Dates(days)
        }
        _ => return node.or_problem(None, "needs exactly one of `on`, `lunar` and `dates`", problems),
    };
    let greet = greet.map_or(Some(None), |hour| u8::try_from(hour?).ok().map(Some));
    Some(FestiveDay { id, name, on, greet: greet? })
}

/// Windows write `spring-festival+7`: a name that could be mistaken for a day or a distance would not be found.
fn named(text: &str) -> Result<CompactString, String> {
    let is_plain = text.len() <= jifen_vocab::limits::ID_LEN_MAX
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.ends_with(|last: char| last.is_ascii_lowercase())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    match is_plain {
        true => Ok(CompactString::new(text)),
        false => Err("must be of a-z, 0-9 and -, with a letter at both ends, such as spring-festival".to_owned()),
    }
}

/// Reads `08-15`.
fn lunar_day(text: &str) -> Option<LunarDay> {
    let digits = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    let (month, day) = text.split_once('-').filter(|(month, day)| digits(month) && digits(day))?;
    LunarDay::new(month.parse().ok()?, day.parse().ok()?)
}
