//! `changes.yaml`: what the program promises about changes of its rules (COMP-04).

use jifen_rules::document::{Node, Problems};

use super::values;
use crate::book::changes::{Announce, ChangeTerms};

/// Days beyond which a slip is more likely: a year.
const NOTICE_DAYS_MAX: i64 = 366;

/// Reads the file.
pub(super) fn read(root: Node<'_>, problems: &mut Problems) -> ChangeTerms {
    let nothing = ChangeTerms::default();
    let Some(mut map) = root.map(problems) else { return nothing };
    let days = map.require("notice_days", problems);
    let notice_days = days.and_then(|node| values::count(node, 0..=NOTICE_DAYS_MAX, problems));
    let improvements = map.take("improvements_at_once").and_then(|node| node.boolean(problems));
    let confirmation = map.take("confirmation").and_then(|node| node.boolean(problems));
    let announce = map.take("announce").map(|node| announce(node, problems));
    map.finish(problems);
    ChangeTerms {
        notice_days: notice_days.unwrap_or(nothing.notice_days),
        improvements_at_once: improvements.unwrap_or(nothing.improvements_at_once),
        confirmation: confirmation.unwrap_or(nothing.confirmation),
        announce: announce.unwrap_or(nothing.announce),
    }
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
