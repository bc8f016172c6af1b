//! `stages.yaml`: stages of a membership, the first that holds counts.

use jifen_rules::document::{MapReader, Node, Problems};
use jifen_vocab::Currency;
use jifen_vocab::limits::AMOUNT_MAX;

use super::values::only_list;
use super::{limits, values};
use crate::book::Name;
use crate::book::stages::{Stage, StageRule};

/// Days beyond which a slip is more likely: ten years.
const DAYS_MAX: i64 = 3_660;

/// Reads the file.
pub(super) fn read(root: Node<'_>, currency: Currency, problems: &mut Problems) -> Vec<StageRule> {
    let maps = only_list(root, "stages", limits::STAGES_MAX, problems);
    let mut rules: Vec<StageRule> = Vec::new();
    for map in maps {
        let node = map.node();
        let Some(rule) = stage(map, currency, problems) else { continue };
        if rules.iter().any(|other| other.stage == rule.stage) {
            problems.push(node.problem(format!("there is `{}` already", rule.stage.as_str())));
        }
        if rules.last().is_some_and(is_open) {
            problems.push(node.problem("is never reached: the stage before it holds for everybody"));
        }
        rules.push(rule);
    }
    if rules.last().is_some_and(|last| !is_open(last)) {
        problems.push(root.problem("needs a last stage without bounds, for everybody else"));
    }
    rules
}

fn is_open(rule: &StageRule) -> bool {
    rule.idle_days.is_none() && rule.days.is_none() && rule.orders.is_none() && rule.spent.is_none()
}

fn stage(mut map: MapReader<'_>, currency: Currency, problems: &mut Problems) -> Option<StageRule> {
    let stage = map.require("id", problems).and_then(|node| node.choice(Stage::WORDS, problems));
    let name = map.take("name").and_then(|node| values::both(node, limits::NAME_CHARS_MAX, problems));
    let idle_days = map.take("idle_days").and_then(|node| values::count(node, 1..=DAYS_MAX, problems));
    let days = map.take("days").and_then(|node| values::count(node, 1..=DAYS_MAX, problems));
    let orders = map.take("orders").and_then(|node| node.integer_in(1..=AMOUNT_MAX, problems));
    let spent = map.take("spent").and_then(|node| values::money(node, currency, problems));
    map.finish(problems);
    let stage = stage?;
    let (zh, en) = stage.usual_name();
    let name = name.unwrap_or_else(|| Name { zh: zh.to_owned(), en: en.to_owned() });
    Some(StageRule { stage, name, idle_days, days, orders, spent })
}
