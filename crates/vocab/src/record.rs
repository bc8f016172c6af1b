//! How records are addressed and listed: kinds, keys, columns and counters. What a record means is its feature's
//! business; how it is kept is the store's.

use std::fmt;

use compact_str::CompactString;

use crate::Day;

/// A column that a kind is listed or searched by, apart from its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// The name, used as the column's name in the database.
    pub name: &'static str,
}

/// A kind of record: one table. Kinds are declared once, as statics beside their feature.
#[derive(Debug)]
pub struct Kind {
    /// The name, used as the table's name: `member`, `order_fact`.
    pub name: &'static str,
    /// What it is listed or searched by besides its id; each gets an index. Keep them few: indexes cost writes.
    pub columns: &'static [Column],
    /// Whether records have an instant at which they want to be woken.
    pub alarmed: bool,
    /// Whether entries of the journal belong to records of this kind: it has chains. Only members do.
    pub chained: bool,
    /// Whether a record is written once and never changed: idempotency keys, facts. Engines may store these leaner.
    pub immutable: bool,
}

impl Kind {
    /// Records that change, addressed by id alone.
    pub const fn records(name: &'static str) -> Self {
        Kind { name, columns: &[], alarmed: false, chained: false, immutable: false }
    }

    /// Records that are written once and never changed, addressed by id alone.
    pub const fn facts(name: &'static str) -> Self {
        Kind { name, columns: &[], alarmed: false, chained: false, immutable: true }
    }

    /// The same, listed or searched by these columns as well.
    #[must_use]
    pub const fn listed_by(self, columns: &'static [Column]) -> Self {
        Kind { columns, ..self }
    }
}

/// Every kind the program has, in the order in which locks are taken.
pub type Schema = &'static [&'static Kind];

/// A record's address.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Key {
    /// The kind; compared by its name.
    pub kind: &'static Kind,
    /// The identifier within the kind: at most 512 bytes of UTF-8.
    pub id: CompactString,
}

impl Key {
    /// The address of a record.
    pub fn new(kind: &'static Kind, id: &str) -> Self {
        Key { kind, id: CompactString::new(id) }
    }
}

/// A value of a [`Column`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// No value; such records are not found by this column.
    Null,
    /// A number.
    Integer(i64),
    /// A text, ordered by its bytes.
    Text(CompactString),
}

/// An amount to be added to a counter, folded into the commit it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Count {
    /// What is counted: `points_issued`.
    pub metric: &'static str,
    /// The program's day.
    pub day: Day,
    /// What it is split by, joined with `|`: `points|purchase|ordinary`.
    pub dimensions: CompactString,
    /// How much is added; may be negative.
    pub add: i64,
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Key {
    /// By kind name, then id.
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.kind.name, &self.id).cmp(&(other.kind.name, &other.id))
    }
}

impl PartialEq for Kind {
    /// Kinds are told apart by name; the same static is the usual case.
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other) || self.name == other.name
    }
}

impl Eq for Kind {}

impl std::hash::Hash for Kind {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind.name, self.id)
    }
}
