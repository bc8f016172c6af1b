//! `abuse.yaml`: what is done too often in too short a time, and how fast points may leave the program.

use compact_str::CompactString;
use jifen_rules::document::{MapReader, Node, Problems, closest};
use jifen_vocab::limits::BALANCE_MAX;

use super::values::{maps, unique};
use super::{limits, values};
use crate::book::Unit;
use crate::book::abuse::{AbuseTerms, Consequence, Issuance, Pattern};

/// How often something may be counted: the member's record holds an instant for each.
const COUNT_MAX: i64 = 50;
/// Seconds of a pattern at most: a day.
const SECONDS_MAX: i64 = 86_400;
/// Hours that a pattern may freeze a wallet for: a month. Longer is for people to decide.
const HOURS_MAX: i64 = 24 * 31;

/// Reads the file.
pub(super) fn read(root: Node<'_>, units: &[Unit], problems: &mut Problems) -> AbuseTerms {
    let Some(mut map) = root.map(problems) else { return AbuseTerms::default() };
    let (patterns, issuance) = (map.take("patterns"), map.take("issuance"));
    map.finish(problems);
    let mut seen = Vec::new();
    let patterns = maps(patterns, limits::PATTERNS_MAX, problems).into_iter();
    let patterns = patterns.filter_map(|map| pattern(map, &mut seen, problems)).collect();
    let mut seen = Vec::new();
    let issuance = maps(issuance, limits::PATTERNS_MAX, problems).into_iter();
    let issuance = issuance.filter_map(|map| threshold(map, units, &mut seen, problems)).collect();
    AbuseTerms { patterns, issuance }
}

fn pattern(mut map: MapReader<'_>, seen: &mut Vec<(String, u32)>, problems: &mut Problems) -> Option<Pattern> {
    let (place, name) = (map.require("id", problems), values::name(&mut map, problems));
    let on = map.require("on", problems).and_then(|node| values::event_types(node, problems));
    let count = map.require("count", problems).and_then(|node| values::count(node, 2..=COUNT_MAX, problems));
    let seconds = map.require("seconds", problems).and_then(|node| node.integer_in(1..=SECONDS_MAX, problems));
    let freeze = map.take("freeze_hours").map(|node| values::count(node, 1..=HOURS_MAX, problems));
    map.finish(problems);
    let id = values::id(place?, |text| jifen_vocab::id::check(text).map(|()| CompactString::new(text)), problems)?;
    unique(seen, &id, place?, problems);
    let then = match freeze {
        None => Consequence::Note,
        Some(hours) => Consequence::Freeze { hours: hours? },
    };
    Some(Pattern { id, name, on: on?, count: count?, seconds: u32::try_from(seconds?).ok()?, then })
}

fn threshold(
    mut map: MapReader<'_>,
    units: &[Unit],
    seen: &mut Vec<(String, u32)>,
    problems: &mut Problems,
) -> Option<Issuance> {
    let unit = match map.take("unit") {
        None => units.first().map(|unit| unit.id.clone()),
        Some(node) => {
            let text = node.text(problems)?;
            let found = units.iter().find(|unit| unit.id.as_str() == text).map(|unit| unit.id.clone());
            if found.is_none() {
                let suggestion = closest(text, units.iter().map(|unit| unit.id.as_str()));
                problems.push(node.problem(format!("there is no unit `{text}`")).suggest(suggestion));
            }
            found
        }
    };
    let per = map.require("per", problems);
    let is_monthly = per.and_then(|node| node.choice(&[("day", false), ("month", true)], problems));
    let points = map.require("points", problems).and_then(|node| node.integer_in(1..=BALANCE_MAX, problems));
    let stops = map.take("stops").and_then(|node| node.boolean(problems)).unwrap_or(false);
    map.finish(problems);
    let (unit, is_monthly) = (unit?, is_monthly?);
    unique(seen, &format!("{unit} a {}", if is_monthly { "month" } else { "day" }), per?, problems);
    Some(Issuance { unit, is_monthly, points: points?, stops })
}
