//! What a command is.

use compact_str::CompactString;
use jifen_vocab::{Key, Kind};
use serde::Serialize;
use serde::de::DeserializeOwned;
use smallvec::SmallVec;

use super::{Desk, Record, Records, Stop};
use crate::book::Books;

/// Anything that changes anything.
pub trait Command: Send + Sync + 'static {
    /// What a successful decision answers; it is remembered under the command's identity and given again.
    type Outcome: Serialize + DeserializeOwned + Send + 'static;

    /// Under which key the judged answer is remembered. Without one, the command is judged each time it comes.
    fn identity(&self) -> Option<Identity> {
        None
    }

    /// Names the records this command may read or change; [`Touch::Again`] to be asked once more with them loaded.
    fn touches(&self, books: &Books, loaded: &Loaded<'_>, keys: &mut Keys) -> Touch;

    /// Decides, purely. An error leaves no trace, apart from being remembered when it is a judged refusal.
    fn decide(&self, desk: &mut Desk<'_>) -> Result<Self::Outcome, Stop>;
}

/// The key under which an answer is remembered, and what the key was used for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The namespace: a kind of records that hold [`super::Remembered`].
    pub kind: &'static Kind,
    /// The key, unique in its namespace for ever.
    pub id: CompactString,
    /// Of the request's content: the same key with another fingerprint is a conflict.
    pub fingerprint: [u8; 16],
}

impl Identity {
    /// The address of the remembered answer.
    pub fn key(&self) -> Key {
        Key { kind: self.kind, id: self.id.clone() }
    }
}

/// Whether a command has named everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Touch {
    /// These are all.
    Done,
    /// Ask once more when these are loaded; three rounds at most.
    Again,
}

/// The records a command asks for.
#[derive(Debug, Default)]
pub struct Keys(SmallVec<[Key; 6]>);

impl Keys {
    /// Asks for the record of that id.
    pub fn want<R: Record>(&mut self, id: &str) {
        self.0.push(Key::new(R::KIND, id));
    }

    /// Asks for a record by its address.
    pub fn want_key(&mut self, key: Key) {
        self.0.push(key);
    }

    /// What was asked for.
    pub fn drain(&mut self) -> impl Iterator<Item = Key> + '_ {
        self.0.drain(..)
    }
}

/// A look at what was loaded so far, for commands that meet their records through others.
#[derive(Debug)]
pub struct Loaded<'a> {
    records: &'a Records,
}

impl<'a> Loaded<'a> {
    /// A look at these records.
    pub fn new(records: &'a Records) -> Self {
        Loaded { records }
    }

    /// Whether the record was asked for in an earlier round.
    pub fn has_asked<R: Record>(&self, id: &str) -> bool {
        self.records.holds(&Key::new(R::KIND, id))
    }

    /// The record, where it was loaded, exists and can be read.
    pub fn peek<R: Record>(&self, id: &str) -> Option<std::sync::Arc<R>> {
        self.records.peek::<R>(id)
    }
}
