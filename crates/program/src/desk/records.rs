//! Records in memory: what a batch of commands loaded, as its commands left it.

use std::any::Any;
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use jifen_vocab::{Key, Kind, Timestamp, Value};
use smallvec::SmallVec;

use super::Remembered;

/// A kind of record and how it is written.
///
/// Bodies are JSON objects whose first field is the schema version `v`. Fields this build does not know must survive
/// rewriting: keep them (see [`crate::member::Member`]) wherever a newer build may have written.
pub trait Record: Send + Sync + Sized + 'static {
    /// Its table.
    const KIND: &'static Kind;

    /// Reads the stored body.
    fn read(body: &[u8]) -> Result<Self, serde_json::Error>;

    /// Writes the body.
    fn write(&self, out: &mut Vec<u8>) -> Result<(), serde_json::Error>;

    /// When it next wants to be woken, for alarmed kinds.
    fn due_at(&self) -> Option<Timestamp> {
        None
    }

    /// One value for each column of the kind.
    fn columns(&self) -> SmallVec<[Value; 2]> {
        SmallVec::new()
    }
}

/// Makes a type a [`Record`] that is stored as its own JSON: the type, its kind, and where the kind has a column, the
/// text in it; where it waits for an instant, that instant.
macro_rules! json_record {
    ($type:ty, $kind:ident $(, |$record:ident| $column:expr)? $(, due |$waiting:ident| $due:expr)?) => {
        impl $crate::desk::Record for $type {
            const KIND: &'static jifen_vocab::Kind = &$kind;

            fn read(body: &[u8]) -> Result<Self, serde_json::Error> {
                serde_json::from_slice(body)
            }

            fn write(&self, out: &mut Vec<u8>) -> Result<(), serde_json::Error> {
                serde_json::to_writer(out, self)
            }

            $(fn columns(&self) -> smallvec::SmallVec<[jifen_vocab::Value; 2]> {
                let $record = self;
                smallvec::smallvec![jifen_vocab::Value::Text(compact_str::CompactString::new($column))]
            })?

            $(fn due_at(&self) -> Option<jifen_vocab::Timestamp> {
                let $waiting = self;
                $due
            })?
        }
    };
}
pub(crate) use json_record;

/// A record whose type is not known.
trait AnyRecord: Send + Sync {
    fn write(&self, out: &mut Vec<u8>) -> Result<(), serde_json::Error>;
    fn due_at(&self) -> Option<Timestamp>;
    fn columns(&self) -> SmallVec<[Value; 2]>;
    fn into_any(self: Arc<Self>) -> Arc<dyn Any + Send + Sync>;
}

impl<R: Record> AnyRecord for R {
    fn write(&self, out: &mut Vec<u8>) -> Result<(), serde_json::Error> {
        Record::write(self, out)
    }

    fn due_at(&self) -> Option<Timestamp> {
        Record::due_at(self)
    }

    fn columns(&self) -> SmallVec<[Value; 2]> {
        Record::columns(self)
    }

    fn into_any(self: Arc<Self>) -> Arc<dyn Any + Send + Sync> {
        self
    }
}

/// Remembered answers live in several kinds, one a namespace, so they are addressed by key and not by type.
impl AnyRecord for Remembered {
    fn write(&self, out: &mut Vec<u8>) -> Result<(), serde_json::Error> {
        serde_json::to_writer(out, self)
    }

    fn due_at(&self) -> Option<Timestamp> {
        None
    }

    fn columns(&self) -> SmallVec<[Value; 2]> {
        SmallVec::new()
    }

    fn into_any(self: Arc<Self>) -> Arc<dyn Any + Send + Sync> {
        self
    }
}

/// Something is wrong with a record: a bug or damaged data, never an input.
#[derive(Debug, Clone, thiserror::Error)]
pub enum RecordFault {
    /// The command reads what it did not ask for.
    #[error("{0:?} was not asked for")]
    NotAsked(Key),
    /// The stored body cannot be read.
    #[error("{key:?} cannot be read: {reason}")]
    Unreadable {
        /// Which record.
        key: Key,
        /// What the reader said.
        reason: String,
    },
}

#[derive(Clone)]
enum Body {
    Absent,
    /// As bytes: loaded, or (dirty) written by somebody who had no need of the record itself.
    Stored {
        body: Bytes,
        dirty: bool,
    },
    Read {
        record: Arc<dyn AnyRecord>,
        dirty: bool,
    },
}

struct Slot {
    base: u64,
    /// Bytes the body had when it was loaded: what it is about to have again.
    bytes: usize,
    body: RefCell<Body>,
}

/// What a batch of commands loaded, as its commands left it.
#[derive(Default)]
pub struct Records {
    slots: HashMap<Key, Slot, ahash::RandomState>,
    secret: Secret,
}

/// What nobody outside the process knows: codes that must not be guessed are made from it.
pub type Secret = [u8; 32];

impl std::fmt::Debug for Records {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.slots.keys()).finish()
    }
}

/// A changed record, ready to be stored.
#[derive(Debug)]
pub struct Dirty {
    /// Which.
    pub key: Key,
    /// The version it was loaded with, 0 for a new one.
    pub base: u64,
    /// When it next wants to be woken.
    pub due_at: Option<Timestamp>,
    /// One value for each column of the kind.
    pub columns: SmallVec<[Value; 2]>,
    /// The JSON body.
    pub body: Bytes,
}

impl Records {
    /// Nothing loaded.
    pub fn new() -> Self {
        Records::default()
    }

    /// Nothing loaded; codes are made from that secret.
    pub fn keeping(secret: Secret) -> Self {
        Records { slots: HashMap::default(), secret }
    }

    /// What codes are made from.
    pub(super) fn secret(&self) -> &Secret {
        &self.secret
    }

    /// Whether the record was loaded, existing or not.
    pub fn holds(&self, key: &Key) -> bool {
        self.slots.contains_key(key)
    }

    /// Puts a loaded record in: its version and body, or nothing where there is none.
    pub fn insert(&mut self, key: Key, row: Option<(u64, Bytes)>) {
        let (base, bytes, body) = match row {
            Some((version, body)) => (version, body.len(), Body::Stored { body, dirty: false }),
            None => (0, 0, Body::Absent),
        };
        self.slots.insert(key, Slot { base, bytes, body: RefCell::new(body) });
    }

    /// The record, where it was loaded, exists and can be read.
    pub fn peek<R: Record>(&self, id: &str) -> Option<Arc<R>> {
        self.get::<R>(id).ok().flatten()
    }

    /// The record as it is now, `None` where there is none.
    pub fn get<R: Record>(&self, id: &str) -> Result<Option<Arc<R>>, RecordFault> {
        self.get_as(Key::new(R::KIND, id), R::read)
    }

    /// The answer remembered under that key, `None` where there is none.
    pub fn remembered(&self, key: Key) -> Result<Option<Arc<Remembered>>, RecordFault> {
        self.get_as(key, |body| serde_json::from_slice(body))
    }

    fn get_as<R: AnyRecord + 'static>(
        &self,
        key: Key,
        read: impl FnOnce(&[u8]) -> Result<R, serde_json::Error>,
    ) -> Result<Option<Arc<R>>, RecordFault> {
        let Some(slot) = self.slots.get(&key) else { return Err(RecordFault::NotAsked(key)) };
        let mut body = slot.body.borrow_mut();
        let record: Arc<R> = match &*body {
            Body::Absent => return Ok(None),
            Body::Read { record, .. } => downcast(&key, Arc::clone(record))?,
            Body::Stored { body, .. } => {
                let read = read(body);
                Arc::new(read.map_err(|error| RecordFault::Unreadable { key, reason: error.to_string() })?)
            }
        };
        if let Body::Stored { dirty, .. } = *body {
            *body = Body::Read { record: record.clone(), dirty };
        }
        Ok(Some(record))
    }

    /// Leaves a changed or new record; it must have been asked for.
    pub(super) fn set(&mut self, staged: Staged) -> Result<(), RecordFault> {
        let Some(slot) = self.slots.get_mut(&staged.key) else { return Err(RecordFault::NotAsked(staged.key)) };
        slot.body = RefCell::new(Body::Read { record: staged.record, dirty: true });
        Ok(())
    }

    /// Puts in a record that nobody can have written before: its id is new by construction.
    pub(super) fn set_new(&mut self, staged: Staged) {
        let body = RefCell::new(Body::Read { record: staged.record, dirty: true });
        let slot = self.slots.entry(staged.key).or_insert(Slot { base: 0, bytes: 0, body: RefCell::new(Body::Absent) });
        slot.body = body;
    }

    /// Remembers a judged answer, written as [`Remembered`] reads it; its key must have been asked for.
    pub fn remember(&mut self, key: Key, body: Vec<u8>) -> Result<(), RecordFault> {
        let Some(slot) = self.slots.get_mut(&key) else { return Err(RecordFault::NotAsked(key)) };
        slot.body = RefCell::new(Body::Stored { body: Bytes::from(body), dirty: true });
        Ok(())
    }

    /// The records that were loaded and not changed, with the versions they had, 0 for those that are not there.
    pub fn unchanged(&self) -> Vec<(Key, u64)> {
        let is_dirty = |slot: &Slot| {
            matches!(*slot.body.borrow(), Body::Read { dirty: true, .. } | Body::Stored { dirty: true, .. })
        };
        self.slots.iter().filter(|(_, slot)| !is_dirty(slot)).map(|(key, slot)| (key.clone(), slot.base)).collect()
    }

    /// Writes every changed record once and empties the collection.
    pub fn into_dirty(self) -> Result<Vec<Dirty>, serde_json::Error> {
        let mut changed = Vec::new();
        for (key, slot) in self.slots {
            let dirty = match slot.body.into_inner() {
                Body::Read { record, dirty: true } => written(key, slot.base, slot.bytes, record.as_ref())?,
                Body::Stored { body, dirty: true } => {
                    Dirty { key, base: slot.base, due_at: None, columns: SmallVec::new(), body }
                }
                Body::Absent | Body::Stored { .. } | Body::Read { .. } => continue,
            };
            changed.push(dirty);
        }
        Ok(changed)
    }
}

fn written(key: Key, base: u64, bytes: usize, record: &dyn AnyRecord) -> Result<Dirty, serde_json::Error> {
    // A little more than it was: a record that grows by a lot or a day is written without moving.
    let mut body = Vec::with_capacity(bytes.max(256) + 256);
    record.write(&mut body)?;
    Ok(Dirty { key, base, due_at: record.due_at(), columns: record.columns(), body: Bytes::from(body) })
}

/// A record a command has written and not yet left.
pub(super) struct Staged {
    pub(super) key: Key,
    pub(super) is_new: bool,
    record: Arc<dyn AnyRecord>,
}

impl Staged {
    pub(super) fn new<R: Record>(id: &str, record: R, is_new: bool) -> Self {
        Staged { key: Key::new(R::KIND, id), is_new, record: Arc::new(record) }
    }

    pub(super) fn get<R: Record>(&self) -> Result<Arc<R>, RecordFault> {
        downcast(&self.key, Arc::clone(&self.record))
    }
}

fn downcast<R: AnyRecord + 'static>(key: &Key, record: Arc<dyn AnyRecord>) -> Result<Arc<R>, RecordFault> {
    let wrong = |_| RecordFault::Unreadable { key: key.clone(), reason: "it is of another type".to_owned() };
    record.into_any().downcast::<R>().map_err(wrong)
}
