//! `streaks.yaml`: what counts as days in a row.

use compact_str::CompactString;
use jifen_rules::document::{MapReader, Node, Problems};

use super::values::{only_list, unique};
use super::{limits, values};
use crate::book::streaks::{Remind, Streak};

/// Days after which counting begins anew, at most.
const CYCLE_MAX: i64 = 366;

/// Reads the file.
pub(super) fn read(root: Node<'_>, problems: &mut Problems) -> Vec<Streak> {
    let mut seen = Vec::new();
    let maps = only_list(root, "streaks", limits::STREAKS_MAX, problems);
    maps.into_iter().filter_map(|map| streak(map, &mut seen, problems)).collect()
}

fn streak(mut map: MapReader<'_>, seen: &mut Vec<(String, u32)>, problems: &mut Problems) -> Option<Streak> {
    let (place, name) = (map.require("id", problems), values::name(&mut map, problems));
    let on = map.require("on", problems).and_then(|node| values::event_types(node, problems));
    let cycle = map.take("cycle").and_then(|node| values::count(node, 2..=CYCLE_MAX, problems));
    let check_in = map.take("check_in").and_then(|node| node.boolean(problems)).unwrap_or(false);
    let remind = map.take("remind").and_then(|node| remind(node, problems));
    let near = map.take("near").and_then(|node| near(node, problems));
    map.finish(problems);
    let place = place?;
    let id = place.text(problems).filter(|text| is_word(text));
    let id = place.or_problem(id, "must be a word for conditions, such as sign_in", problems)?;
    unique(seen, id, place, problems);
    Some(Streak { id: CompactString::new(id), name, on: on?, cycle, check_in, remind, near })
}

fn near(node: Node<'_>, problems: &mut Problems) -> Option<u8> {
    let mut map = node.map(problems)?;
    let hour = map.require("hour", problems).and_then(|node| values::count(node, 0..=23, problems));
    map.finish(problems);
    u8::try_from(hour?).ok()
}

fn remind(node: Node<'_>, problems: &mut Problems) -> Option<Remind> {
    let mut map = node.map(problems)?;
    let hour = map.require("hour", problems).and_then(|node| values::count(node, 0..=23, problems));
    let from = map.require("from", problems).and_then(|node| values::count(node, 1..=CYCLE_MAX, problems));
    map.finish(problems);
    Some(Remind { hour: u8::try_from(hour?).ok()?, from: from? })
}

/// Whether conditions can name it: `streak.sign_in`.
fn is_word(text: &str) -> bool {
    let is_letter = |b: u8| b.is_ascii_lowercase() || b == b'_';
    text.len() <= 32
        && text.bytes().next().is_some_and(is_letter)
        && text.bytes().all(|b| is_letter(b) || b.is_ascii_digit())
}
