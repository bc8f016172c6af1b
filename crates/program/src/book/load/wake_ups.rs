//! `wake_up.yaml`: when members whose points sleep are woken, and with what.

use jifen_rules::document::{Node, Problems, closest};

use super::values;
use crate::book::Unit;
use crate::book::tasks::Badge;
use crate::book::wake_ups::WakeUpTerms;

/// Days of a wake-up beyond which nobody remembers why.
const DAYS_MAX: i64 = 92;
/// Days between two beyond which a slip is more likely: two years.
const REST_DAYS_MAX: i64 = 731;

/// Reads the file.
pub(super) fn read(root: Node<'_>, units: &[Unit], badges: &[Badge], problems: &mut Problems) -> Option<WakeUpTerms> {
    let mut map = root.map(problems)?;
    let unit = map.take("unit").and_then(|node| values::known_unit(node, units, problems)).map(|unit| unit.id.clone());
    let above = map.require("above", problems).and_then(|node| values::share(node, problems));
    let days = map.require("days", problems).and_then(|node| values::count(node, 1..=DAYS_MAX, problems));
    let rest = map.require("rest_days", problems).and_then(|node| values::count(node, 1..=REST_DAYS_MAX, problems));
    let badge = map.take("badge").map(|node| known_badge(node, badges, problems));
    map.finish(problems);
    let badge = match badge {
        None => None,
        Some(known) => Some(known?),
    };
    Some(WakeUpTerms { unit, above: above?, days: days?, rest_days: rest?, badge })
}

/// A badge of `tasks.yaml`.
pub(super) fn known_badge(
    node: Node<'_>,
    badges: &[Badge],
    problems: &mut Problems,
) -> Option<compact_str::CompactString> {
    let text = node.text(problems)?;
    let found = badges.iter().find(|badge| badge.id == text).map(|badge| badge.id.clone());
    if found.is_none() {
        let suggestion = closest(text, badges.iter().map(|badge| badge.id.as_str()));
        problems.push(node.problem(format!("there is no badge `{text}` in tasks.yaml")).suggest(suggestion));
    }
    found
}
