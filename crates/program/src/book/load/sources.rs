//! `sources.yaml`: the labels under which points are reported (PROG-04).

use std::collections::BTreeMap;

use jifen_rules::document::{Node, Problems};
use jifen_vocab::SourceLabel;

use super::values::{only_list, unique};
use super::{limits, values};
use crate::book::Label;

/// The labels, and the label of rules that name none, by event type.
pub(super) struct Sources {
    pub(super) labels: Vec<Label>,
    pub(super) of_events: BTreeMap<String, SourceLabel>,
}

/// Reads the file.
pub(super) fn read(root: Node<'_>, problems: &mut Problems) -> Sources {
    let mut sources = Sources { labels: Vec::new(), of_events: BTreeMap::new() };
    let mut seen = Vec::new();
    for mut map in only_list(root, "sources", limits::SOURCES_MAX, problems) {
        let place = map.require("id", problems);
        let id = place.and_then(|node| values::id(node, SourceLabel::new, problems));
        let name = values::name(&mut map, problems);
        let events = map.take("events").map(Node::one_or_many).unwrap_or_default();
        map.finish(problems);
        let (Some(place), Some(id)) = (place, id) else { continue };
        unique(&mut seen, id.as_str(), place, problems);
        for event in events {
            let Some(text) = event.text(problems) else { continue };
            if let Some(other) = sources.of_events.insert(text.to_owned(), id.clone()) {
                problems.push(event.problem(format!("`{text}` is usually reported as `{other}` already")));
            }
        }
        sources.labels.push(Label { id, name });
    }
    sources
}
