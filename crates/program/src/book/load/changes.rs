//! `changes.yaml`: what the program promises about changes of its rules (COMP-04).

use jifen_rules::document::{Node, Problems};

use super::values;
use crate::book::Unit;
use crate::book::changes::{Announce, ChangeTerms, KeptEarning, KeptSpending, Transition};

/// Days beyond which a slip is more likely: a year.
const NOTICE_DAYS_MAX: i64 = 366;

/// Reads the file.
pub(super) fn read(root: Node<'_>, version: u32, units: &[Unit], problems: &mut Problems) -> ChangeTerms {
    let nothing = ChangeTerms::default();
    let Some(mut map) = root.map(problems) else { return nothing };
    let days = map.require("notice_days", problems);
    let notice_days = days.and_then(|node| values::count(node, 0..=NOTICE_DAYS_MAX, problems));
    let improvements = map.take("improvements_at_once").and_then(|node| node.boolean(problems));
    let confirmation = map.take("confirmation").and_then(|node| node.boolean(problems));
    let announce = map.take("announce").map(|node| announce(node, problems));
    let transition = map.take("transition").and_then(|node| transition(node, version, units, problems));
    map.finish(problems);
    ChangeTerms {
        notice_days: notice_days.unwrap_or(nothing.notice_days),
        improvements_at_once: improvements.unwrap_or(nothing.improvements_at_once),
        confirmation: confirmation.unwrap_or(nothing.confirmation),
        announce: announce.unwrap_or(nothing.announce),
        transition: transition.unwrap_or_default(),
    }
}

fn transition(node: Node<'_>, version: u32, units: &[Unit], problems: &mut Problems) -> Option<Transition> {
    let mut map = node.map(problems)?;
    let earning = map.take("earning").map(|node| earning(node, version, problems));
    let redeem = map.take("redeem").map(|node| redeem(node, units, problems));
    map.finish(problems);
    Some(Transition { earning: earning.flatten(), redeem: redeem.flatten() })
}

fn earning(node: Node<'_>, version: u32, problems: &mut Problems) -> Option<KeptEarning> {
    let mut map = node.map(problems)?;
    let kept = map.require("version", problems);
    let number = kept.and_then(|node| node.integer_in(1..=i64::from(u32::MAX), problems));
    let joined_before = map.require("joined_before", problems).and_then(|node| node.day(problems));
    let until = map.require("until", problems).and_then(|node| node.day(problems));
    map.finish(problems);
    let number = number.and_then(|number| u32::try_from(number).ok())?;
    kept?.or_problem((number != version).then_some(()), "must be an earlier version", problems)?;
    Some(KeptEarning { version: number, joined_before: joined_before?, until: until? })
}

fn redeem(node: Node<'_>, known: &[Unit], problems: &mut Problems) -> Option<KeptSpending> {
    let mut map = node.map(problems)?;
    let list = map.require("units", problems);
    let until = map.require("until", problems).and_then(|node| node.day(problems));
    map.finish(problems);
    let mut units = Vec::new();
    for item in list?.one_or_many() {
        let text = item.text(problems)?;
        let unit = known.iter().find(|unit| unit.id.as_str() == text);
        let unit = item.or_problem(unit, "is not a unit of units.yaml", problems)?;
        units.push(unit.id.clone());
    }
    Some(KeptSpending { units, until: until? })
}

fn announce(node: Node<'_>, problems: &mut Problems) -> Vec<Announce> {
    let mut ways = Vec::new();
    for item in node.one_or_many() {
        let Some(way) = item.choice(Announce::WORDS, problems) else { continue };
        if ways.contains(&way) {
            problems.push(item.problem("is there already"));
        }
        ways.push(way);
    }
    if !ways.contains(&Announce::InApp) {
        problems.push(node.problem("needs `in_app`: members find every change on the rule page"));
    }
    ways
}
