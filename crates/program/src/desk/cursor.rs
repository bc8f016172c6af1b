//! How far a subscriber has read the journal.

use jifen_vocab::Kind;
use serde::{Deserialize, Serialize};

use super::{Command, Desk, Keys, Loaded, Stop, Touch, json_record};
use crate::book::Books;

/// How far a subscriber has read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// Schema version.
    pub v: u8,
    /// The number of the last entry that was dealt with.
    pub number: u64,
}

/// Cursors, by subscriber.
pub static CURSOR: Kind = Kind::records("cursor");

json_record!(Cursor, CURSOR);

/// Notes that a subscriber has dealt with everything up to an entry. It only moves forward.
#[derive(Debug, Clone)]
pub struct MoveCursor {
    /// Who.
    pub subscriber: String,
    /// The number of the last entry that was dealt with.
    pub number: u64,
}

impl Command for MoveCursor {
    type Outcome = ();

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        keys.want::<Cursor>(&self.subscriber);
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<(), Stop> {
        let before = desk.read::<Cursor>(&self.subscriber)?.map_or(0, |cursor| cursor.number);
        if self.number > before {
            desk.write(&self.subscriber, Cursor { v: 1, number: self.number });
        }
        Ok(())
    }
}
