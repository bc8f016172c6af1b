//! What differs between two bundles, by place: for `jifen program diff` and for whoever reviews a change.
//!
//! Files are compared as data: comments, quotes and the order of keys do not matter. Entries of a list are told apart
//! by their `id` (caps also by their period, examples by their name), so that a rule that moved is the same rule; that it
//! moved is a change of its own, because the order of tiers and units means something.

use std::collections::BTreeMap;

use jifen_rules::document::{Document, Node, Problems, Source};

/// A difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The place, such as `tiers.yaml:tiers[gold].earning_multiplier`.
    pub path: String,
    /// What stood there; nothing where it is new.
    pub old: Option<String>,
    /// What stands there now; nothing where it was taken away.
    pub new: Option<String>,
}

impl Change {
    /// Whether it changes what a point is worth: members count on that, and are told before it changes (PROG-03).
    pub fn touches_worth(&self) -> bool {
        let Some((_, key)) = self.path.strip_prefix("units.yaml:units[").and_then(|rest| rest.split_once(']')) else {
            return false;
        };
        // A whole unit that comes or goes brings its worth along.
        key.is_empty() || key == ".value" || key.starts_with(".value.")
    }
}

/// Every difference between two bundles, file by file. A file that is no document is compared as a whole.
pub fn diff(old: &Source, new: &Source) -> Vec<Change> {
    let mut names: Vec<&str> = old.names().chain(new.names()).collect();
    names.sort_unstable();
    names.dedup();
    let mut changes = Vec::new();
    for name in names {
        let (before, after) = (document(old, name), document(new, name));
        match (old.text(name), new.text(name)) {
            (Some(a), Some(b)) if before.is_none() || after.is_none() => {
                if a != b {
                    push(&mut changes, format!("{name}:"), Some(a.to_owned()), Some(b.to_owned()));
                }
            }
            _ => {
                let (a, b) = (before.as_ref().map(Document::root), after.as_ref().map(Document::root));
                compare(&format!("{name}:"), a, b, &mut changes);
            }
        }
    }
    changes
}

fn document(source: &Source, name: &str) -> Option<Document> {
    source.document(name, &mut Problems::new())
}

fn push(changes: &mut Vec<Change>, path: String, old: Option<String>, new: Option<String>) {
    changes.push(Change { path, old, new });
}

fn compare(path: &str, old: Option<Node<'_>>, new: Option<Node<'_>>, changes: &mut Vec<Change>) {
    let written = |node: &Node<'_>| !node.is_null();
    match (old.filter(written), new.filter(written)) {
        (Some(a), Some(b)) if a.is_map() && b.is_map() => compare_maps(path, a, b, changes),
        (Some(a), Some(b)) if a.is_list() && b.is_list() => compare_lists(path, a, b, changes),
        (Some(list), None) if is_named_list(path, list) => each_named(path, list, |item| (Some(item), None), changes),
        (None, Some(list)) if is_named_list(path, list) => each_named(path, list, |item| (None, Some(item)), changes),
        (a, b) => {
            let (a, b) = (a.map(inline), b.map(inline));
            if a != b {
                push(changes, path.to_owned(), a, b);
            }
        }
    }
}

/// Whether this is a list that a file has for its entries, such as `rules`: the first entry is then no other change
/// than the second.
fn is_named_list(path: &str, node: Node<'_>) -> bool {
    let of_file = path.split_once(':').is_some_and(|(_, key)| !key.contains(['.', '[']));
    of_file && node.is_list() && identities(&items(node)).is_some_and(|ids| !ids.is_empty())
}

fn each_named<'n>(
    path: &str,
    list: Node<'n>,
    side: impl Fn(Node<'n>) -> (Option<Node<'n>>, Option<Node<'n>>),
    changes: &mut Vec<Change>,
) {
    let items = items(list);
    for (id, item) in identities(&items).unwrap_or_default().iter().zip(items) {
        let (old, new) = side(item);
        compare(&format!("{path}[{id}]"), old, new, changes);
    }
}

fn compare_maps(path: &str, old: Node<'_>, new: Node<'_>, changes: &mut Vec<Change>) {
    let (a, b) = (entries(old), entries(new));
    let join = if path.ends_with(':') { "" } else { "." };
    let (in_a, in_b): (BTreeMap<&str, Node<'_>>, BTreeMap<&str, Node<'_>>) =
        (a.iter().copied().collect(), b.iter().copied().collect());
    for (key, node) in a {
        compare(&format!("{path}{join}{key}"), Some(node), in_b.get(key).copied(), changes);
    }
    for (key, node) in b.into_iter().filter(|(key, _)| !in_a.contains_key(key)) {
        compare(&format!("{path}{join}{key}"), None, Some(node), changes);
    }
}

fn compare_lists(path: &str, old: Node<'_>, new: Node<'_>, changes: &mut Vec<Change>) {
    let (a, b) = (items(old), items(new));
    let Some((a_ids, b_ids)) = identities(&a).zip(identities(&b)) else {
        return compare_plain(path, &a, &b, (old, new), changes);
    };
    let places = |ids: &[String]| -> BTreeMap<String, usize> { ids.iter().cloned().zip(0..).collect() };
    let (in_a, in_b) = (places(&a_ids), places(&b_ids));
    for (id, node) in a_ids.iter().zip(&a) {
        let other = in_b.get(id).map(|at| b[*at]);
        compare(&format!("{path}[{id}]"), Some(*node), other, changes);
    }
    for (id, node) in b_ids.iter().zip(&b).filter(|(id, _)| !in_a.contains_key(*id)) {
        compare(&format!("{path}[{id}]"), None, Some(*node), changes);
    }
    let kept = |ids: &[String], others: &BTreeMap<String, usize>| -> Vec<String> {
        ids.iter().filter(|id| others.contains_key(*id)).cloned().collect()
    };
    let (a_order, b_order) = (kept(&a_ids, &in_b), kept(&b_ids, &in_a));
    if a_order != b_order {
        push(changes, format!("{path} (order)"), Some(a_order.join(", ")), Some(b_order.join(", ")));
    }
}

/// Lists whose entries have no names: entries that are maps are compared by their place, anything else as a whole.
fn compare_plain(
    path: &str,
    old: &[Node<'_>],
    new: &[Node<'_>],
    (a, b): (Node<'_>, Node<'_>),
    changes: &mut Vec<Change>,
) {
    if !old.iter().chain(new).all(|node| node.is_map()) {
        let (a, b) = (inline(a), inline(b));
        if a != b {
            push(changes, path.to_owned(), Some(a), Some(b));
        }
        return;
    }
    for at in 0..old.len().max(new.len()) {
        compare(&format!("{path}[{at}]"), old.get(at).copied(), new.get(at).copied(), changes);
    }
}

/// The names of a list's entries; nothing where some entry has none or two have the same.
fn identities(items: &[Node<'_>]) -> Option<Vec<String>> {
    let ids: Vec<String> = items.iter().map(|item| identity(*item)).collect::<Option<_>>()?;
    let mut unique = ids.clone();
    unique.sort_unstable();
    unique.dedup();
    (unique.len() == ids.len()).then_some(ids)
}

pub(super) fn identity(item: Node<'_>) -> Option<String> {
    let entries = entries(item);
    let find = |key: &str| entries.iter().find(|(other, _)| *other == key).map(|(_, node)| *node);
    if let Some(id) = find("id").and_then(Node::scalar) {
        let per = find("per").and_then(Node::scalar);
        return Some(per.map_or_else(|| id.to_owned(), |per| format!("{id}/{per}")));
    }
    let name = find("name")?;
    name.scalar().map(str::to_owned).or_else(|| {
        let names = self::entries(name);
        names.iter().find(|(key, _)| *key == "en").and_then(|(_, node)| node.scalar()).map(str::to_owned)
    })
}

pub(super) fn entries(node: Node<'_>) -> Vec<(&str, Node<'_>)> {
    node.entries(&mut Problems::new()).unwrap_or_default()
}

pub(super) fn items(node: Node<'_>) -> Vec<Node<'_>> {
    node.list(&mut Problems::new()).unwrap_or_default()
}

/// A value in one line.
fn inline(node: Node<'_>) -> String {
    if node.is_map() {
        let entries: Vec<String> =
            entries(node).iter().map(|(key, node)| format!("{key}: {}", inline(*node))).collect();
        return format!("{{ {} }}", entries.join(", "));
    }
    if node.is_list() {
        let items: Vec<String> = items(node).into_iter().map(inline).collect();
        return format!("[{}]", items.join(", "));
    }
    node.scalar().unwrap_or_default().trim_end().to_owned()
}
