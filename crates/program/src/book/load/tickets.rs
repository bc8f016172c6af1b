//! `tickets.yaml`: what members may appeal against, dispute or suggest, and until when they are answered.

use compact_str::CompactString;
use jifen_rules::document::{MapReader, Node, Problems};

use super::values::{maps, unique};
use super::{limits, values};
use crate::book::tickets::{AboutKind, TicketKind, TicketTerms};

/// Tickets of one member that may wait at the same time: the member's box names them all.
const OPEN_MAX: i64 = 50;
/// Characters of a text: a page and a half.
const TEXT_CHARS_MAX: i64 = 4_000;
/// Hours beyond which nobody calls it a deadline: a quarter.
const HOURS_MAX: i64 = 24 * 92;

/// Reads the file.
pub(super) fn read(root: Node<'_>, problems: &mut Problems) -> TicketTerms {
    let Some(mut map) = root.map(problems) else { return TicketTerms::default() };
    let most_open = map.require("most_open", problems).and_then(|node| values::count(node, 1..=OPEN_MAX, problems));
    let text = map.require("text_chars", problems).and_then(|node| values::count(node, 1..=TEXT_CHARS_MAX, problems));
    let list = map.require("tickets", problems);
    map.finish(problems);
    let mut seen = Vec::new();
    let kinds = maps(list, limits::BOARDS_MAX, problems).into_iter();
    let kinds = kinds.filter_map(|map| kind(map, &mut seen, problems)).collect();
    TicketTerms { most_open: most_open.unwrap_or_default(), text_chars: text.unwrap_or_default(), kinds }
}

fn kind(mut map: MapReader<'_>, seen: &mut Vec<(String, u32)>, problems: &mut Problems) -> Option<TicketKind> {
    let (place, name) = (map.require("id", problems), values::name(&mut map, problems));
    let about = map.take("about").map(Node::one_or_many).unwrap_or_default();
    let about = about.into_iter().filter_map(|node| node.choice(AboutKind::WORDS, problems)).collect();
    let respond = map.take("respond_hours").map(|node| (node, values::count(node, 1..=HOURS_MAX, problems)));
    let resolve = map.require("resolve_hours", problems).and_then(|node| values::count(node, 1..=HOURS_MAX, problems));
    let appeal = map.take("appeal").map_or(Some(false), |node| node.boolean(problems));
    map.finish(problems);
    let id = values::id(place?, |text| jifen_vocab::id::check(text).map(|()| CompactString::new(text)), problems)?;
    unique(seen, &id, place?, problems);
    let resolve_hours = resolve?;
    let respond_hours = match respond {
        None => None,
        Some((node, hours)) => {
            let hours = hours?;
            Some(node.or_problem(
                (hours <= resolve_hours).then_some(hours),
                "must not be more than `resolve_hours`",
                problems,
            )?)
        }
    };
    Some(TicketKind { id, name, about, respond_hours, resolve_hours, appeal: appeal? })
}
