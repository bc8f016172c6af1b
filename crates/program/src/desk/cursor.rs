//! How far a subscriber has read the journal, and which process reads for it.
//!
//! Of several processes one at a time holds a cursor, for a while that it prolongs by going on. Who died lets go of it by
//! not doing so.

use compact_str::CompactString;
use jifen_vocab::{Kind, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Command, Desk, Keys, Loaded, Stop, Touch, json_record};
use crate::book::Books;

/// How far a subscriber has read.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Cursor {
    /// Schema version.
    pub v: u8,
    /// The number of the last entry that was dealt with.
    pub number: u64,
    /// Who reads just now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lease: Option<Lease>,
}

/// That a process reads for a subscriber.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    /// Which process.
    pub holder: CompactString,
    /// Until when, unless it goes on.
    pub until: Timestamp,
}

impl Cursor {
    /// Whether somebody else reads at that instant.
    pub fn is_taken(&self, holder: &str, now: Timestamp) -> bool {
        self.lease.as_ref().is_some_and(|lease| lease.holder != holder && now < lease.until)
    }
}

/// Cursors, by subscriber.
pub static CURSOR: Kind = Kind::records("cursor");

json_record!(Cursor, CURSOR);

/// Takes a cursor, or keeps it for longer; the number of the last entry that was dealt with, or nothing where somebody
/// else holds it.
#[derive(Debug, Clone)]
pub struct TakeCursor {
    /// The subscriber.
    pub subscriber: String,
    /// The process.
    pub holder: CompactString,
    /// For how many milliseconds.
    pub lease_ms: i64,
}

impl Command for TakeCursor {
    type Outcome = Option<u64>;

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        keys.want::<Cursor>(&self.subscriber);
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Option<u64>, Stop> {
        let before = desk.read::<Cursor>(&self.subscriber)?.map(|cursor| Cursor::clone(&cursor)).unwrap_or_default();
        if before.is_taken(&self.holder, desk.now()) {
            return Ok(None);
        }
        let lease = Lease { holder: self.holder.clone(), until: desk.now().plus_millis(self.lease_ms) };
        desk.write(&self.subscriber, Cursor { v: 1, number: before.number, lease: Some(lease) });
        Ok(Some(before.number))
    }
}

/// Notes that a subscriber has dealt with everything up to an entry, and keeps the cursor for longer; no where somebody
/// else has taken it meanwhile. It only moves forward.
#[derive(Debug, Clone)]
pub struct MoveCursor {
    /// The subscriber.
    pub subscriber: String,
    /// The number of the last entry that was dealt with.
    pub number: u64,
    /// The process.
    pub holder: CompactString,
    /// For how many milliseconds it keeps the cursor.
    pub lease_ms: i64,
}

impl Command for MoveCursor {
    type Outcome = bool;

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        keys.want::<Cursor>(&self.subscriber);
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<bool, Stop> {
        let before = desk.read::<Cursor>(&self.subscriber)?.map(|cursor| Cursor::clone(&cursor)).unwrap_or_default();
        if before.lease.as_ref().is_none_or(|lease| lease.holder != self.holder) {
            return Ok(false);
        }
        let number = before.number.max(self.number);
        let lease = Lease { holder: self.holder.clone(), until: desk.now().plus_millis(self.lease_ms) };
        desk.write(&self.subscriber, Cursor { v: 1, number, lease: Some(lease) });
        Ok(true)
    }
}
