//! `leaderboards.yaml`: who did the most in a period, and what the first places get.

use std::collections::BTreeMap;

use compact_str::CompactString;
use jifen_rules::Names;
use jifen_rules::cel::Scope;
use jifen_rules::document::{MapReader, Node, Problems};
use jifen_rules::rule::{read_condition, read_types};

use super::awards::{Awards, known_unit};
use super::tasks::{named, sum_of};
use super::values;
use super::values::{maps, only_list};
use crate::book::leaderboards::{BoardPeriod, Leaderboard, Leaderboards, Prize, ScoreBy};
use crate::book::tasks::SumOf;

/// Leaderboards beyond which a slip is more likely: each has a record for each member and period.
const BOARDS_MAX: usize = 20;
/// Places that everyone sees, or that get something.
const PLACES_MAX: i64 = 100;
/// Kinds of prizes of one board.
const PRIZES_MAX: usize = 20;
/// Hours for late events beyond which a slip is more likely.
const HOURS_MAX: i64 = 744;
/// Hours for late events where it does not say.
const HOURS_DEFAULT: u16 = 24;

/// Reads the file.
pub(super) fn read(root: Node<'_>, gives: &Awards<'_>, problems: &mut Problems) -> Leaderboards {
    let mut seen = Vec::new();
    let mut boards = Vec::new();
    for map in only_list(root, "leaderboards", BOARDS_MAX, problems) {
        boards.extend(board(map, gives, &mut seen, problems));
    }
    let mut by_type: BTreeMap<CompactString, Vec<u16>> = BTreeMap::new();
    for (board, place) in boards.iter().zip(0_u16..).filter(|(board, _)| board.enabled) {
        let ScoreBy::Event { on, .. } = &board.by else { continue };
        on.iter().for_each(|kind| by_type.entry(kind.clone()).or_default().push(place));
    }
    Leaderboards { boards, by_type }
}

fn board(
    mut map: MapReader<'_>,
    gives: &Awards<'_>,
    seen: &mut Vec<(String, u32)>,
    problems: &mut Problems,
) -> Option<Leaderboard> {
    let id = named(&mut map, seen, problems);
    let name = values::name(&mut map, problems);
    let enabled = map.take("enabled").map_or(Some(true), |node| node.boolean(problems));
    let by = by(&mut map, gives.names, problems);
    let period = map.require("period", problems).and_then(|node| node.choice(BoardPeriod::WORDS, problems));
    let by_store = map.take("by_store").map_or(Some(false), |node| node.boolean(problems));
    let top = map.take("top").map_or(Some(10), |node| values::count(node, 1..=PLACES_MAX, problems));
    let prizes_at = map.take("prizes");
    let after = map.take("prizes_after_hours").map(|node| values::count(node, 0..=HOURS_MAX, problems));
    map.finish(problems);
    if let Some(node) = prizes_at.filter(|_| by_store == Some(true)) {
        problems.push(node.problem("goes only with a board of the whole program"));
    }
    let mut taken = Vec::new();
    let prizes = maps(prizes_at, PRIZES_MAX, problems).into_iter();
    let prizes = prizes.filter_map(|map| prize(map, gives, &mut taken, problems)).collect();
    Some(Leaderboard {
        id: id?,
        name,
        enabled: enabled?,
        by: by?,
        period: period?,
        by_store: by_store?,
        top: top?,
        prizes,
        prizes_after_hours: after.unwrap_or(Some(HOURS_DEFAULT))?,
    })
}

/// `earned: points`, `spent: points`, or `on: steps.recorded` with `sum: data.steps`.
fn by(map: &mut MapReader<'_>, names: &Names, problems: &mut Problems) -> Option<ScoreBy> {
    let place = map.node();
    let (earned, spent, on) = (map.take("earned"), map.take("spent"), map.take("on"));
    let (when, sum) = (map.take("when"), map.take("sum"));
    if [earned, spent, on].iter().flatten().count() != 1 {
        return place.or_problem(None, "needs exactly one of `earned`, `spent` and `on`", problems);
    }
    if let Some(stray) = when.or(sum).filter(|_| on.is_none()) {
        problems.push(stray.problem("goes only with `on`"));
    }
    if let Some(node) = earned {
        return known_unit(node, names, problems).map(ScoreBy::Earned);
    }
    if let Some(node) = spent {
        return known_unit(node, names, problems).map(ScoreBy::Spent);
    }
    let node = on?;
    let on = read_types(node, problems)?;
    if on.iter().any(|kind| kind.starts_with("order.")) {
        let message = "counts orders by what they earn: use `earned`, which refunds take back";
        return node.or_problem(None, message, problems);
    }
    let when = match when {
        None => None,
        Some(node) => Some(read_condition(node, &Scope::of(names), problems)?),
    };
    let node = place.or_problem(sum, "needs `sum`, a number of the data such as data.steps", problems)?;
    let sum = sum_of(node, problems)?;
    let of_data = matches!(sum, SumOf::Data(_)).then_some(sum);
    let sum = node.or_problem(of_data, "must be a number of the data, such as data.steps", problems)?;
    Some(ScoreBy::Event { on, when, sum })
}

fn prize(
    mut map: MapReader<'_>,
    gives: &Awards<'_>,
    taken: &mut Vec<(u16, u16)>,
    problems: &mut Problems,
) -> Option<Prize> {
    let place = map.node();
    let from = map.require("from", problems).and_then(|node| values::count(node, 1..=PLACES_MAX, problems));
    let to = map.require("to", problems).and_then(|node| values::count(node, 1..=PLACES_MAX, problems));
    let awards = map.require("award", problems).map(Node::one_or_many).unwrap_or_default();
    map.finish(problems);
    let awards = awards.into_iter().filter_map(|node| gives.read(node, problems)).collect();
    let (from, to) = (from?, to?);
    place.or_problem((from <= to).then_some(()), "ends before it begins", problems)?;
    let is_free = taken.iter().all(|(first, last)| to < *first || from > *last);
    place.or_problem(is_free.then_some(()), "has places that an earlier prize has as well", problems)?;
    taken.push((from, to));
    Some(Prize { from, to, awards })
}
