//! Documents of a program bundle: YAML in which every node knows where it stands.
//!
//! Nouns: a [`Source`] is the whole bundle (file names and their text), a [`Document`] one file, a [`Node`] a place in
//! it, a [`MapReader`] hands out the keys of a map and complains about those that nobody asked for, a [`Problem`] is
//! what an operator reads. Problems are collected in [`Problems`]; nothing stops at the first.
//!
//! A file is plain data: no anchors, no aliases, no tags, one document, bounded size, depth and number of nodes.
//! Numbers are read from the text of the scalar, never by way of a float.

mod map;
mod node;
mod parse;
mod problem;
mod suggest;

#[cfg(test)]
mod tests;

pub use map::MapReader;
pub use node::{Document, Node};
pub use problem::{Problem, Problems};
pub use suggest::closest;

use std::collections::BTreeMap;

/// Bytes of one file.
pub const FILE_BYTES_MAX: usize = 1024 * 1024;
/// Levels of lists and maps inside each other.
pub const DEPTH_MAX: usize = 32;
/// Scalars, lists and maps of one file.
pub const NODES_MAX: usize = 100_000;
/// Problems that are kept; a file that is broken everywhere does not need more.
pub const PROBLEMS_MAX: usize = 500;

/// A whole bundle: the text of each file under its name within the bundle, such as `earning.yaml`.
#[derive(Debug, Clone, Default)]
pub struct Source {
    files: BTreeMap<String, String>,
}

impl Source {
    /// A bundle without files.
    pub fn new() -> Self {
        Source::default()
    }

    /// Adds a file, or replaces the one of that name.
    pub fn insert(&mut self, name: impl Into<String>, text: impl Into<String>) {
        self.files.insert(name.into(), text.into());
    }

    /// The same bundle with one more file.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, text: impl Into<String>) -> Self {
        self.insert(name, text);
        self
    }

    /// The text of a file.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.files.get(name).map(String::as_str)
    }

    /// The names of the files, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// Reads a file into nodes. Nothing where there is no such file (which is no problem by itself) or where the text
    /// is not a document (which is).
    pub fn document(&self, name: &str, problems: &mut Problems) -> Option<Document> {
        let text = self.files.get(name)?;
        Document::parse(name, text, problems)
    }
}
