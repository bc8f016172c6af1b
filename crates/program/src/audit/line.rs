//! A line of the trail, its record, and how it is written.

use compact_str::{CompactString, format_compact};
use jifen_ledger::Hash;
use jifen_vocab::{Column, Kind, Timestamp, Value as ColumnValue};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use smallvec::{SmallVec, smallvec};

use super::{Actor, By, chain};
use crate::desk::{Desk, Keys, Record, RecordFault, Stop, json_record};

/// What something was done to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Object {
    /// What kind of thing: `member`, `client`, `rule_book`.
    pub kind: CompactString,
    /// Which.
    pub id: CompactString,
}

impl Object {
    /// Kind and identifier, as lines are found by it: `member:h906`.
    pub fn key(&self) -> CompactString {
        format_compact!("{}:{}", self.kind, self.id)
    }
}

/// A line about to be written.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    action: &'static str,
    object: Object,
    before: Map<String, Value>,
    after: Map<String, Value>,
    reason: Option<String>,
}

impl Line {
    /// What was done (`points.adjust`) to what.
    pub fn new(action: &'static str, kind: &str, id: &str) -> Line {
        let object = Object { kind: CompactString::new(kind), id: CompactString::new(id) };
        Line { action, object, before: Map::new(), after: Map::new(), reason: None }
    }

    /// A field as it was.
    #[must_use]
    pub fn before(mut self, field: &str, value: impl Into<Value>) -> Line {
        self.before.insert(field.to_owned(), value.into());
        self
    }

    /// A field as it is now.
    #[must_use]
    pub fn after(mut self, field: &str, value: impl Into<Value>) -> Line {
        self.after.insert(field.to_owned(), value.into());
        self
    }

    /// Why, in a person's words; nothing where there are none.
    #[must_use]
    pub fn because(mut self, reason: &str) -> Line {
        self.reason = Some(reason.trim()).filter(|reason| !reason.is_empty()).map(str::to_owned);
        self
    }
}

/// A line as stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AuditLine {
    /// Schema version.
    pub v: u8,
    /// Its number, from 1 without gaps.
    pub number: u64,
    /// When.
    pub at: Timestamp,
    /// Who, by which request, with whose approval.
    #[serde(flatten)]
    pub by: By,
    /// What was done.
    pub action: CompactString,
    /// To what.
    pub object: Object,
    /// The fields that changed, as they were.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub before: Map<String, Value>,
    /// The fields that changed, as they are.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub after: Map<String, Value>,
    /// Why, in a person's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The hash of the line before; zeros before the first.
    pub previous: Hash,
}

/// Lines, by number; listed by actor, action and object.
pub static AUDIT: Kind =
    Kind::facts("audit").listed_by(&[Column { name: "actor" }, Column { name: "action" }, Column { name: "object" }]);

impl Record for AuditLine {
    const KIND: &'static Kind = &AUDIT;

    fn read(body: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(body)
    }

    fn write(&self, out: &mut Vec<u8>) -> Result<(), serde_json::Error> {
        serde_json::to_writer(out, self)
    }

    fn columns(&self) -> SmallVec<[ColumnValue; 2]> {
        let actor = ColumnValue::Text(self.by.actor.key());
        smallvec![actor, ColumnValue::Text(self.action.clone()), ColumnValue::Text(self.object.key())]
    }
}

impl AuditLine {
    /// The record of that number; ids sort as numbers do.
    pub fn id(number: u64) -> CompactString {
        format_compact!("{number:012}")
    }

    /// Who did it.
    pub fn actor(&self) -> &Actor {
        &self.by.actor
    }
}

/// The newest line's number and hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AuditHead {
    /// Schema version.
    pub v: u8,
    /// How many lines there are.
    pub number: u64,
    /// The hash of the newest; zeros where there is none.
    pub hash: Hash,
}

/// The one record of the trail's head.
pub static AUDIT_HEAD: Kind = Kind::records("audit_head");

/// The id of the one record.
pub const HEAD_ID: &str = "head";

json_record!(AuditHead, AUDIT_HEAD);

/// Asks for what a line needs; commands that are audited do so in [`crate::desk::Command::touches`].
pub fn want(keys: &mut Keys) {
    keys.want::<AuditHead>(HEAD_ID);
}

/// Writes a line, in the same commit as all else the command does; gives its number.
///
/// # Errors
/// [`Stop::Fault`] where the command did not [`want`] to, or the head is damaged.
pub fn write(desk: &mut Desk<'_>, by: &By, line: Line) -> Result<u64, Stop> {
    let head = desk.read::<AuditHead>(HEAD_ID)?.map_or_else(AuditHead::default, |head| *head);
    let (stored, head) = next(head, desk.now(), by, line)?;
    desk.write_new(&AuditLine::id(head.number), stored);
    desk.write(HEAD_ID, head);
    Ok(head.number)
}

/// The first line of a trail that does not exist yet, and its head: for what is written before anything is decided.
///
/// # Errors
/// Where the line cannot be written as JSON.
pub fn first(at: Timestamp, by: &By, line: Line) -> Result<(AuditLine, AuditHead), RecordFault> {
    next(AuditHead::default(), at, by, line)
}

fn next(head: AuditHead, at: Timestamp, by: &By, line: Line) -> Result<(AuditLine, AuditHead), RecordFault> {
    let number = head.number + 1;
    let stored = AuditLine {
        v: 1,
        number,
        at,
        by: by.clone(),
        action: CompactString::const_new(line.action),
        object: line.object,
        before: line.before,
        after: line.after,
        reason: line.reason,
        previous: head.hash,
    };
    let hash = chain::seal(&stored)?;
    Ok((stored, AuditHead { v: 1, number, hash }))
}
