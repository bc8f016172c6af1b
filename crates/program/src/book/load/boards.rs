//! `boards.yaml`: what is watched and aimed for.

use compact_str::CompactString;
use jifen_rules::document::{MapReader, Node, Problems};
use jifen_vocab::{Decimal, Ratio, Rounding};

use super::values::maps;
use super::{limits, values};
use crate::book::Name;
use crate::book::boards::{AlertRule, Boards, Bound, Goal, Level, Marker, Measure, Reconciliation};

/// Days of a window beyond which a slip is more likely: a year.
const DAYS_MAX: i64 = 366;

/// Entries of a spot check beyond which an hour is too short.
const SAMPLE_MAX: i64 = 50_000;

/// Differences in a million beyond which nobody would be told of anything.
const TOLERANCE_PPM_MAX: i64 = 10_000;

/// Reads the file.
pub(super) fn read(root: Node<'_>, problems: &mut Problems) -> Boards {
    let Some(mut map) = root.map(problems) else { return Boards::default() };
    let (alerts, goals) = (map.take("alerts"), map.take("kpis"));
    let budget_share = map.take("budgets_above").and_then(|node| hundredths(node, problems));
    let reconciliation = map.take("reconciliation");
    map.finish(problems);
    let reconciliation = reconciliation.map(|node| compared(node, problems)).unwrap_or_default();
    let (mut watched, mut aimed) = (Vec::new(), Vec::new());
    let alerts = maps(alerts, limits::BOARDS_MAX, problems).into_iter();
    let alerts = alerts.filter_map(|map| alert(map, &mut watched, problems)).collect();
    let goals = maps(goals, limits::BOARDS_MAX, problems).into_iter();
    let goals = goals.filter_map(|map| goal(map, &mut aimed, problems)).collect();
    Boards { alerts, budget_share, goals, reconciliation }
}

fn compared(node: Node<'_>, problems: &mut Problems) -> Reconciliation {
    let unsaid = Reconciliation::default();
    let Some(mut map) = node.map(problems) else { return unsaid };
    let sample = map.take("sample").map_or(Some(unsaid.sample), |node| values::count(node, 1..=SAMPLE_MAX, problems));
    let tolerance = map.take("tolerance").map_or(Some(unsaid.tolerance_ppm), |node| tolerated(node, problems));
    map.finish(problems);
    Reconciliation { sample: sample.unwrap_or(unsaid.sample), tolerance_ppm: tolerance.unwrap_or(unsaid.tolerance_ppm) }
}

/// A small percentage, as so many in a million.
fn tolerated(node: Node<'_>, problems: &mut Problems) -> Option<u32> {
    let share: Decimal = node.percent(problems)?;
    let exact = share.ratio().checked_mul(Ratio::whole(1_000_000));
    // What is finer than one in a million, or coarser than one in a hundred, is a slip.
    let ppm = exact.and_then(|exact| {
        let whole = exact.round(Rounding::Floor).filter(|ppm| (0..=TOLERANCE_PPM_MAX).contains(ppm))?;
        (exact.round(Rounding::Ceil) == Some(whole)).then_some(whole)
    });
    let ppm = ppm.and_then(|ppm| u32::try_from(ppm).ok());
    node.or_problem(ppm, "must be 0% to 1%, in steps of 0.0001%", problems)
}

fn alert(mut map: MapReader<'_>, seen: &mut Vec<(String, u32)>, problems: &mut Problems) -> Option<AlertRule> {
    let id = values::identified(&mut map, seen, problems);
    let name = values::name(&mut map, problems);
    let (measure, days) = measured(&mut map, problems);
    let bound = bound(&mut map, problems);
    let level = map.require("level", problems).and_then(|node| node.choice(Level::WORDS, problems));
    let advice = map.require("advice", problems);
    let advice = advice.and_then(|node| values::both(node, limits::TERMS_CHARS_MAX, problems));
    map.finish(problems);
    let (id, measure, days, bound) = (id?, measure?, days?, bound?);
    Some(AlertRule { id, name, measure, days, bound, level: level?, advice: advice? })
}

fn goal(mut map: MapReader<'_>, seen: &mut Vec<(String, u32)>, problems: &mut Problems) -> Option<Goal> {
    let id = values::identified(&mut map, seen, problems);
    let name = values::name(&mut map, problems);
    let (measure, days) = measured(&mut map, problems);
    let start = map.take("start").map_or(Some(0), |node| hundredths(node, problems));
    let target = map.require("target", problems).and_then(|node| hundredths(node, problems));
    let markers = map.take("markers");
    map.finish(problems);
    let markers = maps(markers, limits::BOARDS_MAX, problems).into_iter();
    let markers = markers.filter_map(|map| marker(map, problems)).collect();
    let (id, measure, days) = (id?, measure?, days?);
    Some(Goal { id, name, measure, days, start: start?, target: target?, markers })
}

fn marker(mut map: MapReader<'_>, problems: &mut Problems) -> Option<Marker> {
    let node = map.require("quarter", problems);
    let name: Name = values::name(&mut map, problems);
    map.finish(problems);
    let node = node?;
    let text = node.text(problems)?;
    let is_quarter = matches!(text.as_bytes(), [a, b, c, d, b'-', b'Q', b'1'..=b'4']
        if [a, b, c, d].iter().all(|digit| digit.is_ascii_digit()));
    let quarter = is_quarter.then(|| CompactString::new(text));
    Some(Marker { quarter: node.or_problem(quarter, "must be a quarter, such as 2026-Q1", problems)?, name })
}

fn measured(map: &mut MapReader<'_>, problems: &mut Problems) -> (Option<Measure>, Option<u16>) {
    let measure = map.require("measure", problems).and_then(|node| node.choice(Measure::WORDS, problems));
    let days = map.require("days", problems).and_then(|node| values::count(node, 1..=DAYS_MAX, problems));
    (measure, days)
}

fn bound(map: &mut MapReader<'_>, problems: &mut Problems) -> Option<Bound> {
    let (above, below) = (map.take("above"), map.take("below"));
    match (above, below) {
        (Some(node), None) => hundredths(node, problems).map(Bound::Above),
        (None, Some(node)) => hundredths(node, problems).map(Bound::Below),
        (Some(node), Some(_)) => {
            problems.push(node.problem("does not go with `below`: an alert has one threshold"));
            None
        }
        (None, None) => {
            map.require("below", problems);
            None
        }
    }
}

/// A percentage in hundredths of a percent.
fn hundredths(node: Node<'_>, problems: &mut Problems) -> Option<i64> {
    let share: Decimal = node.percent(problems)?;
    let value = share.ratio().checked_mul(Ratio::whole(10_000)).and_then(|value| value.round(Rounding::HalfUp));
    node.or_problem(value, "is out of range", problems)
}
