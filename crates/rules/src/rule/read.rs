//! Rules as they are written: single keys and their values.

use compact_str::CompactString;
use jifen_vocab::{Decimal, limits};

use super::{FactorBy, Name, Period, RuleFactor};
use crate::Names;
use crate::cel::{Condition, Scope};
use crate::document::{MapReader, Node, Problems, closest};

/// Multipliers beyond which a slip of the pen is more likely.
const FACTOR_MAX: i64 = 1_000;

/// A cap of a rule as it is written.
pub(super) struct RuleCap {
    pub(super) points: i64,
    pub(super) per: Period,
    pub(super) tier: Option<usize>,
}

/// `name: { zh: …, en: … }` or one text for both; the identifier where there is none.
pub(super) fn read_name(map: &mut MapReader<'_>, id: &str, problems: &mut Problems) -> Option<Name> {
    let Some(node) = map.take("name") else { return Some(Name { zh: id.to_owned(), en: id.to_owned() }) };
    if !node.is_map() {
        let text = node.text(problems)?.to_owned();
        return Some(Name { zh: text.clone(), en: text });
    }
    let mut names = node.map(problems)?;
    let zh = names.require("zh", problems).and_then(|node| node.text(problems));
    let en = names.require("en", problems).and_then(|node| node.text(problems));
    names.finish(problems);
    Some(Name { zh: zh?.to_owned(), en: en?.to_owned() })
}

/// A condition; its mistakes are reported at their place within the document.
pub fn read_condition(node: Node<'_>, scope: &Scope, problems: &mut Problems) -> Option<Condition> {
    let text = node.text(problems)?;
    match Condition::compile(text, scope) {
        Ok(condition) => Some(condition),
        Err(error) => {
            let (line, column) = node.place_within(error.line, error.column);
            let mut problem = node.problem(error.message).suggest(error.suggestion);
            (problem.line, problem.column) = (line, column);
            problems.push(problem);
            None
        }
    }
}

/// A condition about the event as a whole.
pub(super) fn read_event_condition(node: Node<'_>, scope: &Scope, problems: &mut Problems) -> Option<Condition> {
    let condition = read_condition(node, scope, problems)?;
    let whole = (!condition.mentions_line()).then_some(condition);
    node.or_problem(
        whole,
        "multiplies the whole award and may not look at single lines: make it a rule of its own",
        problems,
    )
}

/// The types of event: one or a list.
pub fn read_types(node: Node<'_>, problems: &mut Problems) -> Option<Vec<CompactString>> {
    let mut types: Vec<CompactString> = Vec::new();
    for item in node.one_or_many() {
        let text = item.text(problems)?;
        let fits = Some(text)
            .filter(|text| text.len() <= limits::EVENT_SOURCE_LEN_MAX && text.bytes().all(|b| b.is_ascii_graphic()));
        let name = CompactString::new(item.or_problem(fits, "must be an event type, such as order.paid", problems)?);
        if !types.contains(&name) {
            types.push(name);
        }
    }
    node.or_problem(Some(types).filter(|types| !types.is_empty()), "needs an event type", problems)
}

/// What a rule gives one award in, or for.
pub(super) type Once = (Option<Period>, Option<Box<[CompactString]>>);

/// `once`: a period, or `{ of: data.content }` for the thing that a field of the event's data names.
pub(super) fn read_once(node: Node<'_>, problems: &mut Problems) -> Option<Once> {
    if !node.is_map() {
        return node.choice(&Period::WORDS, problems).map(|period| (Some(period), None));
    }
    let mut map = node.map(problems)?;
    let field = map.require("of", problems);
    map.finish(problems);
    let field = field?;
    let path = field.text(problems)?.strip_prefix("data.").filter(|path| path.split('.').all(|step| !step.is_empty()));
    let path = field.or_problem(path, "must be a field of the event's data, such as data.content", problems)?;
    Some((None, Some(path.split('.').map(CompactString::new).collect())))
}

/// `multiply`: the tier's multiplier, numbers, or numbers with a name and a condition.
pub(super) fn read_factors(node: Node<'_>, scope: &Scope, problems: &mut Problems) -> Option<Vec<RuleFactor>> {
    let items = node.one_or_many();
    let count = items.len();
    let factors: Vec<RuleFactor> = items.into_iter().filter_map(|item| read_factor(item, scope, problems)).collect();
    (factors.len() == count).then_some(factors)
}

fn read_factor(node: Node<'_>, scope: &Scope, problems: &mut Problems) -> Option<RuleFactor> {
    if !node.is_map() {
        return Some(RuleFactor { by: read_by(node, problems)?, name: CompactString::default(), when: None });
    }
    let mut map = node.map(problems)?;
    let by = map.require("by", problems).and_then(|node| read_by(node, problems));
    let name = map.take("name").map(|node| node.text(problems));
    let when = map.take("when").map(|node| read_event_condition(node, scope, problems));
    map.finish(problems);
    let name = name.map_or(Some(""), |name| name)?;
    let when = when.map_or(Some(None), |when| when.map(Some))?;
    Some(RuleFactor { by: by?, name: CompactString::new(name), when })
}

fn read_by(node: Node<'_>, problems: &mut Problems) -> Option<FactorBy> {
    if node.scalar() == Some("tier.earning_multiplier") {
        return Some(FactorBy::Tier);
    }
    if let Some(text) = node.scalar().filter(|text| text.starts_with(|c: char| c.is_ascii_alphabetic())) {
        let suggestion = closest(text, ["tier.earning_multiplier"]);
        problems.push(node.problem("must be a number or tier.earning_multiplier").suggest(suggestion));
        return None;
    }
    read_number(node, problems).map(FactorBy::Number)
}

/// What something is multiplied by.
pub(super) fn read_number(node: Node<'_>, problems: &mut Problems) -> Option<Decimal> {
    let number = node.decimal(problems)?;
    let fits = Some(number).filter(|number| !number.is_negative() && *number <= Decimal::from(FACTOR_MAX));
    node.or_problem(fits, &format!("must be from 0 to {FACTOR_MAX}"), problems)
}

/// A number of points that is more than none.
pub(super) fn read_points(node: Node<'_>, problems: &mut Problems) -> Option<i64> {
    node.integer_in(1..=limits::BALANCE_MAX, problems)
}

/// `cap`: one or a list of `{ points, per, tier? }`.
pub(super) fn read_caps(node: Node<'_>, names: &Names, problems: &mut Problems) -> Option<Vec<RuleCap>> {
    let items = node.one_or_many();
    let count = items.len();
    let caps: Vec<RuleCap> = items.into_iter().filter_map(|item| read_cap(item, names, problems)).collect();
    (caps.len() == count).then_some(caps)
}

fn read_cap(node: Node<'_>, names: &Names, problems: &mut Problems) -> Option<RuleCap> {
    let mut map = node.map(problems)?;
    let points = map.require("points", problems).and_then(|node| node.integer_in(0..=limits::BALANCE_MAX, problems));
    let per = map.require("per", problems).and_then(|node| node.choice(&Period::WORDS, problems));
    let tier = map.take("tier").map(|node| read_tier(node, names, problems));
    map.finish(problems);
    let tier = tier.map_or(Some(None), |tier| tier.map(Some))?;
    Some(RuleCap { points: points?, per: per?, tier })
}

fn read_tier(node: Node<'_>, names: &Names, problems: &mut Problems) -> Option<usize> {
    let text = node.text(problems)?;
    tier_named(text, node, names, problems)
}

/// The tier of that name, for the node that mentions it.
pub(super) fn tier_named(text: &str, node: Node<'_>, names: &Names, problems: &mut Problems) -> Option<usize> {
    let slot = names.tier_slot(text);
    if slot.is_none() {
        let suggestion = closest(text, names.tiers.iter().map(|tier| tier.as_str()));
        problems.push(node.problem(format!("there is no tier `{text}`")).suggest(suggestion));
    }
    slot
}
