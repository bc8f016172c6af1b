//! Maps: take the keys you know, then complain about the rest.

use super::{Node, Problem, Problems};

/// Hands out the values of a map by key and remembers which keys were asked for.
///
/// Several readers may share one: each takes the keys it knows, the last one calls [`MapReader::finish`].
#[derive(Debug)]
pub struct MapReader<'a> {
    node: Node<'a>,
    asked: Vec<&'static str>,
}

impl<'a> MapReader<'a> {
    pub(super) fn new(node: Node<'a>) -> Self {
        MapReader { node, asked: Vec::new() }
    }

    /// The map itself.
    pub fn node(&self) -> Node<'a> {
        self.node
    }

    /// The value of a key, if it is there and not empty. A key may be taken more than once.
    pub fn take(&mut self, key: &'static str) -> Option<Node<'a>> {
        if !self.asked.contains(&key) {
            self.asked.push(key);
        }
        self.node.pairs().find(|(name, _)| *name == key).map(|(_, node)| node).filter(|node| !node.is_null())
    }

    /// The value of a key that must be there.
    pub fn require(&mut self, key: &'static str, problems: &mut Problems) -> Option<Node<'a>> {
        let value = self.take(key);
        self.node.or_problem(value, &format!("needs `{key}`"), problems)
    }

    /// The keys that are written in the map.
    pub fn keys(&self) -> impl Iterator<Item = &'a str> {
        self.node.pairs().map(|(key, _)| key)
    }

    /// Reports every key that nobody asked for.
    pub fn finish(self, problems: &mut Problems) {
        let asked = self.asked;
        for (key, node) in self.node.pairs() {
            if asked.contains(&key) {
                continue;
            }
            let (line, column) = self.node.key_place(key).unwrap_or((node.line(), node.column()));
            let message = "is not a key that is known here".to_owned();
            let suggestion = super::closest(key, asked.iter().copied());
            problems.push(Problem { line, column, message, suggestion, ..node.problem("") });
        }
    }
}
