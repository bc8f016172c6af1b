//! What examples of every kind are written with.

use compact_str::CompactString;
use jifen_rules::RuleIndex;
use jifen_rules::document::{Node, Problems, closest};
use jifen_vocab::{Code, Day, Timestamp, Zone, limits};
use serde_json::Value;

use crate::book::RuleBook;
use crate::events::OrderLine;

pub(super) fn line(book: &RuleBook, node: Node<'_>, problems: &mut Problems) -> Option<OrderLine> {
    let mut map = node.map(problems)?;
    let mut text =
        |key, problems: &mut Problems| map.take(key).and_then(|node| node.text(problems)).map(CompactString::new);
    let (sku, category) = (text("sku", problems), text("category", problems));
    let quantity = map.take("quantity").map_or(Some(1), |node| node.integer_in(0..=limits::AMOUNT_MAX, problems));
    let amount = map.require("amount", problems).and_then(|node| money(book, node, problems));
    map.finish(problems);
    Some(OrderLine { sku, category, quantity: quantity?, amount: amount? })
}

/// The code of a refusal.
pub(super) fn code(node: Node<'_>, problems: &mut Problems) -> Option<Code> {
    let text = node.text(problems)?;
    let code = Code::ALL.iter().find(|code| code.as_str() == text).copied();
    if code.is_none() {
        let suggestion = closest(text, Code::ALL.iter().map(|code| code.as_str()));
        problems.push(node.problem(format!("there is no refusal `{text}`")).suggest(suggestion));
    }
    code
}

pub(super) fn rule(book: &RuleBook, node: Node<'_>, problems: &mut Problems) -> Option<RuleIndex> {
    let text = node.text(problems)?;
    let rules = book.rules.rules();
    let at = rules.iter().position(|rule| rule.id.as_str() == text);
    if at.is_none() {
        let suggestion = closest(text, rules.iter().map(|rule| rule.id.as_str()));
        problems.push(node.problem(format!("there is no rule `{text}`")).suggest(suggestion));
    }
    at.and_then(|at| u32::try_from(at).ok()).map(RuleIndex)
}

pub(super) fn tier(book: &RuleBook, node: Node<'_>, problems: &mut Problems) -> Option<usize> {
    let text = node.text(problems)?;
    let at = book.tiers.iter().position(|tier| tier.id.as_str() == text);
    if at.is_none() {
        let suggestion = closest(text, book.tiers.iter().map(|tier| tier.id.as_str()));
        problems.push(node.problem(format!("there is no tier `{text}`")).suggest(suggestion));
    }
    at
}

pub(super) fn money(book: &RuleBook, node: Node<'_>, problems: &mut Problems) -> Option<i64> {
    let money = node.money(problems)?;
    let fits = money.currency == book.currency && (0..=limits::AMOUNT_MAX).contains(&money.amount);
    let message = format!("must be an amount in {}", book.currency);
    node.or_problem(fits.then_some(money.amount), &message, problems)
}

/// An instant; a time without offset is in the program's zone, a day means its beginning.
pub(super) fn instant(zone: &Zone, node: Node<'_>, problems: &mut Problems) -> Option<Timestamp> {
    let text = node.text(problems)?;
    let day = Day::parse(text).map(|day| zone.start_of(day));
    let instant = day.or_else(|| Timestamp::parse_rfc3339(text)).or_else(|| zone.parse_local(text));
    node.or_problem(instant, "must be an instant, such as 2026-06-18T20:15:00+08:00", problems)
}

/// A value of the event's data as JSON has it.
pub(super) fn value(node: Node<'_>) -> Value {
    let mut ignored = Problems::new();
    if node.is_null() {
        return Value::Null;
    }
    if let Some(entries) = node.is_map().then(|| node.entries(&mut ignored)).flatten() {
        return entries.into_iter().map(|(key, node)| (key.to_owned(), value(node))).collect();
    }
    if let Some(items) = node.is_list().then(|| node.list(&mut ignored)).flatten() {
        return items.into_iter().map(value).collect();
    }
    let number = node.integer(&mut ignored).map(Value::from);
    let scalar = number.or_else(|| node.boolean(&mut ignored).map(Value::from));
    scalar.unwrap_or_else(|| Value::from(node.scalar().unwrap_or_default()))
}
