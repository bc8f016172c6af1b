//! Values that several files share: names, validities, spans of time.

use compact_str::CompactString;
use jifen_ledger::{Lead, MonthDay, Round, Validity};
use jifen_rules::document::{MapReader, Node, Problems, closest};
use jifen_vocab::{Currency, Decimal, TierId, limits::AMOUNT_MAX};

use super::findings::Findings;
use super::limits;
use crate::book::{Name, Pending, Tier, Unit};

/// Days beyond which a slip is more likely: a hundred years.
const DAYS_MAX: i64 = 36_600;
/// Months beyond which a slip is more likely: a hundred years.
const MONTHS_MAX: i64 = 1_200;
/// What points may count for at most; beyond it a slip is more likely.
const WEIGHT_MAX: i64 = 100;

/// The key `name`: `{ zh: …, en: … }`, or one text for both. A problem and an empty name where it is missing.
pub(in crate::book) fn name(map: &mut MapReader<'_>, problems: &mut Problems) -> Name {
    let node = map.require("name", problems);
    node.and_then(|node| both(node, limits::NAME_CHARS_MAX, problems)).unwrap_or_default()
}

/// A text in both languages, or one for both.
pub(super) fn both(node: Node<'_>, chars_max: usize, problems: &mut Problems) -> Option<Name> {
    let short = |node: Node<'_>, problems: &mut Problems| {
        let text = node.text(problems)?;
        let fits = (text.chars().count() <= chars_max).then(|| text.to_owned());
        node.or_problem(fits, &format!("may have at most {chars_max} characters"), problems)
    };
    if !node.is_map() {
        let text = short(node, problems)?;
        return Some(Name { zh: text.clone(), en: text });
    }
    let mut map = node.map(problems)?;
    let zh = map.require("zh", problems).and_then(|node| short(node, problems));
    let en = map.require("en", problems).and_then(|node| short(node, problems));
    map.finish(problems);
    Some(Name { zh: zh?, en: en? })
}

/// Types of event: one or a list.
pub(super) fn event_types(node: Node<'_>, problems: &mut Problems) -> Option<Vec<CompactString>> {
    let mut types: Vec<CompactString> = Vec::new();
    for item in node.one_or_many() {
        let name = id(item, |text| jifen_vocab::id::check(text).map(|()| CompactString::new(text)), problems)?;
        if !types.contains(&name) {
            types.push(name);
        }
    }
    node.or_problem(Some(types).filter(|types| !types.is_empty()), "needs an event type", problems)
}

/// An identifier of some kind.
pub(super) fn id<T, E: std::fmt::Display>(
    node: Node<'_>,
    make: impl FnOnce(&str) -> Result<T, E>,
    problems: &mut Problems,
) -> Option<T> {
    make(node.text(problems)?).map_err(|error| problems.push(node.problem(error.to_string()))).ok()
}

/// How long points live; a warning where that is short (EXP-10).
pub(super) fn validity(node: Node<'_>, findings: &mut Findings) -> Option<Validity> {
    let problems = &mut findings.problems;
    let validity = if node.is_map() { validity_map(node, problems)? } else { validity_word(node, problems)? };
    if validity.is_short() {
        findings.warnings.push(
            node.problem(
                "is three months or less: so short a validity makes points lapse in masses and members complain",
            ),
        );
    }
    Some(validity)
}

/// The unit of that name.
pub(super) fn known_unit<'u>(node: Node<'_>, units: &'u [Unit], problems: &mut Problems) -> Option<&'u Unit> {
    let text = node.text(problems)?;
    let found = units.iter().find(|unit| unit.id.as_str() == text);
    if found.is_none() {
        let suggestion = closest(text, units.iter().map(|unit| unit.id.as_str()));
        problems.push(node.problem(format!("there is no unit `{text}`")).suggest(suggestion));
    }
    found
}

/// A span of time, rounded up where it says so: `{ months: 12, round: end_of_month }`.
pub(super) fn span(node: Node<'_>, problems: &mut Problems) -> Option<Validity> {
    let span = validity_map(node, problems)?;
    let fits = matches!(span, Validity::Days { .. } | Validity::Months { .. }).then_some(span);
    node.or_problem(fits, "must be a number of days or months, such as { months: 12 }", problems)
}

fn validity_word(node: Node<'_>, problems: &mut Problems) -> Option<Validity> {
    let text = node.text(problems)?;
    match text {
        "forever" => return Some(Validity::Forever),
        "natural_year" => return Some(Validity::NaturalYear),
        "yearly_sweep" => return Some(Validity::YearlySweep),
        _ => {}
    }
    let message = "must be forever, natural_year, yearly_sweep or a map such as { months: 18 }";
    problems.push(node.problem(message).suggest(closest(text, ["forever", "natural_year", "yearly_sweep"])));
    None
}

fn validity_map(node: Node<'_>, problems: &mut Problems) -> Option<Validity> {
    let mut map = node.map(problems)?;
    let [days, months, until, dates] = [map.take("days"), map.take("months"), map.take("until"), map.take("dates")];
    let round = map.take("round");
    map.finish(problems);
    if [days, months, until, dates].iter().flatten().count() != 1 {
        problems.push(node.problem("needs exactly one of `days`, `months`, `until` and `dates`"));
        return None;
    }
    if let Some(stray) = round.filter(|_| days.or(months).is_none()) {
        problems.push(stray.problem("goes only with `days` or `months`"));
    }
    let read_round = |problems: &mut Problems| round.map_or(Some(Round::None), |node| node.choice(&ROUNDS, problems));
    if let Some(node) = days {
        let (days, round) = (count(node, 1..=DAYS_MAX, problems), read_round(problems));
        return Some(Validity::Days { days: days?, round: round? });
    }
    if let Some(node) = months {
        let (months, round) = (count(node, 1..=MONTHS_MAX, problems), read_round(problems));
        return Some(Validity::Months { months: months?, round: round? });
    }
    if let Some(node) = until {
        return node.day(problems).map(Validity::OnDate);
    }
    dates.and_then(|node| fixed_dates(node, problems)).map(Validity::FixedDates)
}

const ROUNDS: [(&str, Round); 5] = [
    ("none", Round::None),
    ("end_of_day", Round::EndOfDay),
    ("end_of_month", Round::EndOfMonth),
    ("end_of_quarter", Round::EndOfQuarter),
    ("end_of_year", Round::EndOfYear),
];

fn fixed_dates(node: Node<'_>, problems: &mut Problems) -> Option<Vec<MonthDay>> {
    let mut dates = Vec::new();
    for item in node.one_or_many() {
        let date =
            item.or_problem(month_day(item.text(problems)?), "must be a day of the year, such as 03-31", problems)?;
        if dates.contains(&date) {
            problems.push(item.problem("is there already"));
        }
        dates.push(date);
    }
    node.or_problem(Some(dates).filter(|dates| !dates.is_empty()), "needs a day of the year, such as 12-31", problems)
}

pub(super) fn month_day(text: &str) -> Option<MonthDay> {
    let digits = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
    let (month, day) = text.split_once('-').filter(|(month, day)| digits(month) && digits(day))?;
    MonthDay::new(month.parse().ok()?, day.parse().ok()?)
}

/// When points become usable: `{ days: 7 }`, `{ until: 2026-12-01 }` or `{ event: order.completed, within: 15d }`.
pub(super) fn pending(node: Node<'_>, problems: &mut Problems) -> Option<Pending> {
    let mut map = node.map(problems)?;
    let [days, until, event] = [map.take("days"), map.take("until"), map.take("event")];
    let within = map.take("within");
    map.finish(problems);
    if [days, until, event].iter().flatten().count() != 1 {
        problems.push(node.problem("needs exactly one of `days`, `until` and `event`"));
        return None;
    }
    if let Some(stray) = within.filter(|_| event.is_none()) {
        problems.push(stray.problem("goes only with `event`"));
    }
    if let Some(node) = days {
        return count(node, 1..=DAYS_MAX, problems).map(Pending::Days);
    }
    if let Some(node) = until {
        return node.day(problems).map(Pending::On);
    }
    let event =
        event.and_then(|node| id(node, |text| jifen_vocab::id::check(text).map(|()| text.to_owned()), problems));
    let within = node.or_problem(within, "needs `within`, after which points are cancelled, such as 15d", problems);
    let within_days = within.and_then(|node| match lead(node, problems)? {
        Lead::Days(days) => Some(days),
        Lead::Months(_) => node.or_problem(None, "must be a number of days, such as 15d", problems),
    });
    Some(Pending::Until { event: event?, within_days: within_days? })
}

/// A span of days (`90d`) or of calendar months (`3mo`).
pub(super) fn lead(node: Node<'_>, problems: &mut Problems) -> Option<Lead> {
    let text = node.text(problems)?;
    let number = |digits: &str, most: i64| {
        let plain = digits.bytes().all(|b| b.is_ascii_digit());
        digits.parse::<u16>().ok().filter(|number| plain && (1..=most).contains(&i64::from(*number)))
    };
    let lead = match (text.strip_suffix('d'), text.strip_suffix("mo")) {
        (Some(days), _) => number(days, DAYS_MAX).map(Lead::Days),
        (_, Some(months)) => number(months, MONTHS_MAX).map(Lead::Months),
        _ => None,
    };
    node.or_problem(lead, "must be a number of days or months, such as 90d or 3mo", problems)
}

/// An amount of money in the program's currency, of nothing or more.
pub(super) fn amount(node: Node<'_>, currency: Currency, problems: &mut Problems) -> Option<i64> {
    let money = node.money(problems)?;
    let fits = money.currency == currency && (0..=AMOUNT_MAX).contains(&money.amount);
    node.or_problem(fits.then_some(money.amount), &format!("must be an amount in {currency}"), problems)
}

/// A whole number within bounds that fit in 16 bits.
pub(super) fn count(node: Node<'_>, range: std::ops::RangeInclusive<i64>, problems: &mut Problems) -> Option<u16> {
    node.integer_in(range, problems).and_then(|number| u16::try_from(number).ok())
}

/// The maps of a list that is the only key of a file, such as `units:`.
pub(super) fn only_list<'a>(
    root: Node<'a>,
    key: &'static str,
    most: usize,
    problems: &mut Problems,
) -> Vec<MapReader<'a>> {
    let Some(mut map) = root.map(problems) else { return Vec::new() };
    let items = maps(map.require(key, problems), most, problems);
    map.finish(problems);
    items
}

/// The maps of a list, of which there may be only so many.
pub(super) fn maps<'a>(list: Option<Node<'a>>, most: usize, problems: &mut Problems) -> Vec<MapReader<'a>> {
    let Some(list) = list else { return Vec::new() };
    let items = list.list(problems).unwrap_or_default();
    if items.len() > most {
        problems.push(list.problem(format!("holds {} entries: at most {most} are possible", items.len())));
    }
    items.into_iter().take(most).filter_map(|item| item.map(problems)).collect()
}

/// Notes that an identifier is there a second time.
pub(super) fn unique<'a>(seen: &mut Vec<(String, u32)>, id: &str, node: Node<'a>, problems: &mut Problems) {
    match seen.iter().find(|(other, _)| other == id) {
        Some((_, line)) => problems.push(node.problem(format!("there is `{id}` already, in line {line}"))),
        None => seen.push((id.to_owned(), node.line())),
    }
}

/// A share from nothing to all.
pub(super) fn share(node: Node<'_>, problems: &mut Problems) -> Option<Decimal> {
    let share = node.percent(problems)?;
    node.or_problem(Some(share).filter(|share| *share <= Decimal::ONE), "must be from 0% to 100%", problems)
}

/// A number of stars.
pub(super) fn stars(node: Node<'_>, problems: &mut Problems) -> Option<Decimal> {
    let number = node.decimal(problems)?;
    let fits = number >= Decimal::ONE && number <= Decimal::from(5);
    node.or_problem(fits.then_some(number), "must be from 1 to 5", problems)
}

/// A number above zero.
pub(super) fn weight(node: Node<'_>, problems: &mut Problems) -> Option<Decimal> {
    let number = node.decimal(problems)?;
    let fits = !number.is_negative() && !number.is_zero() && number <= Decimal::from(WEIGHT_MAX);
    node.or_problem(fits.then_some(number), &format!("must be above 0 and at most {WEIGHT_MAX}"), problems)
}

/// Minor units of the program's currency.
pub(super) fn money(node: Node<'_>, currency: Currency, problems: &mut Problems) -> Option<i64> {
    let money = node.money(problems)?;
    let fits = Some(money).filter(|money| money.currency == currency);
    node.or_problem(fits, "is not the program's currency", problems).map(|money| money.amount)
}

/// The tier of that name.
pub(super) fn tier(key: &str, node: Node<'_>, tiers: &[Tier], problems: &mut Problems) -> Option<TierId> {
    let found = tiers.iter().find(|tier| tier.id.as_str() == key).map(|tier| tier.id.clone());
    if found.is_none() {
        let suggestion = closest(key, tiers.iter().map(|tier| tier.id.as_str()));
        problems.push(node.problem(format!("there is no tier `{key}`")).suggest(suggestion));
    }
    found
}

/// The identifier of an entry, which must not be there yet.
pub(super) fn identified(
    map: &mut MapReader<'_>,
    seen: &mut Vec<(String, u32)>,
    problems: &mut Problems,
) -> Option<CompactString> {
    let place = map.require("id", problems)?;
    fresh(place, seen, problems)
}

/// An identifier that must not be there yet.
pub(super) fn fresh(place: Node<'_>, seen: &mut Vec<(String, u32)>, problems: &mut Problems) -> Option<CompactString> {
    let found = word(place, problems)?;
    unique(seen, &found, place, problems);
    Some(found)
}

pub(super) fn word(node: Node<'_>, problems: &mut Problems) -> Option<CompactString> {
    let check = |text: &str| jifen_vocab::id::check(text).map(|()| CompactString::new(text));
    id(node, check, problems)
}
