//! The port: what engines must do. One suite of tests runs over all of them.

use std::sync::Arc;

use bytes::Bytes;
use compact_str::CompactString;
pub use jifen_vocab::record::{Column, Count, Key, Kind, Schema, Value};
use jifen_vocab::{Day, Timestamp};
use smallvec::SmallVec;

/// A SHA-256 digest.
pub type Hash = [u8; 32];

/// An entry's place in its stream: from 1, without gaps.
pub type EntryNumber = u64;

/// A fixed partition of the members with a journal of its own; 0 is the only one unless a cluster asks for more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Stream(pub u16);

/// A record as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Rises with each write, from 1.
    pub version: u64,
    /// When the record next wants to be woken.
    pub due_at: Option<Timestamp>,
    /// For chained kinds: the number of the newest entry of the chain, 0 for none. Kept by the store.
    pub tail: EntryNumber,
    /// JSON, with a schema version `v`.
    pub body: Bytes,
}

/// A record to be written whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Put {
    /// Which record.
    pub key: Key,
    /// The version it was loaded with, 0 for a new record; a commit where any base differs fails with
    /// [`StoreError::Conflict`] and changes nothing.
    pub base: u64,
    /// When it next wants to be woken; only for alarmed kinds.
    pub due_at: Option<Timestamp>,
    /// One value for each column of the kind, in their order.
    pub columns: SmallVec<[Value; 2]>,
    /// The JSON body.
    pub body: Bytes,
}

/// An entry to be appended to a member's chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Append {
    /// The chain; its record must be put by the same batch.
    pub chain: Key,
    /// Its place in the chain, from 1.
    pub seq: u64,
    /// Covers `body` and the hash of the entry before.
    pub hash: Hash,
    /// The stored bytes: JSON.
    pub body: Bytes,
}

/// An entry as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its place in the stream.
    pub number: EntryNumber,
    /// The id of the record whose chain it belongs to.
    pub chain: CompactString,
    /// Its place in the chain, from 1.
    pub seq: u64,
    /// The number of the entry before it in the chain, 0 for the first.
    pub previous: EntryNumber,
    /// Covers `body` and the hash of the entry before.
    pub hash: Hash,
    /// The stored bytes: JSON.
    pub body: Bytes,
}

/// A counter as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CounterRow {
    /// What is counted.
    pub metric: CompactString,
    /// The program's day.
    pub day: Day,
    /// What it is split by.
    pub dimensions: CompactString,
    /// The sum.
    pub value: i64,
}

/// What goes down in one piece.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    /// Records, each at most once.
    pub puts: Vec<Put>,
    /// Entries; those of one chain in the order of their `seq`.
    pub entries: Vec<Append>,
    /// Counters; the same counter may come several times.
    pub counts: Vec<Count>,
    /// Records that the batch was decided on and does not write, with the versions they had, 0 for none. Where one has
    /// another by now, the commit fails with [`StoreError::Conflict`]: what is decided together holds together, whoever
    /// else writes. Only needed where [`Store::is_shared`].
    pub reads: Vec<(Key, u64)>,
}

/// What a commit brought about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Committed {
    /// The number of the newest entry of the stream after the commit; the batch's entries have the numbers up to it.
    pub last_entry: EntryNumber,
}

/// From where a page starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bound {
    /// The first record in the order asked for.
    Start,
    /// After the record with this column value (ignored when ordered by id) and id.
    After(Value, CompactString),
}

/// In which order records are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Rising.
    Ascending,
    /// Falling.
    Descending,
}

/// A question for records of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Find {
    /// Of which kind.
    pub kind: &'static Kind,
    /// The column to look at, by its index in [`Kind::columns`]; without one, records are listed by id. For kinds that
    /// have neither columns nor alarms nor chains, that may read and sort all of them: engines keep such records so
    /// that they are written and looked up quickly, not so that they are listed.
    pub column: Option<usize>,
    /// Only records whose column (or id) equals this.
    pub equals: Option<Value>,
    /// In which order of (column value, id).
    pub order: Order,
    /// From where.
    pub from: Bound,
    /// How many at most.
    pub limit: usize,
}

/// Records found, and where the next page starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Id, the value of the column asked for (`Null` when listed by id), and the record.
    pub rows: Vec<(CompactString, Value, Row)>,
    /// Where to go on, where there is more.
    pub next: Option<Bound>,
}

/// What can go wrong in a store. Nothing was changed, unless the variant says otherwise.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A record was changed since it was loaded: load and decide again.
    #[error("a record was changed meanwhile")]
    Conflict,
    /// No room is left on the disk.
    #[error("the disk is full: make room and try again; nothing was lost")]
    DiskFull,
    /// Another process serves this data.
    #[error("another process is using {path}: stop it first, or let it do the work")]
    InUse {
        /// The folder.
        path: String,
    },
    /// The files are not this product's, or damaged.
    #[error("{path} cannot be used: {reason}")]
    Foreign {
        /// The file or folder.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The data was written by a newer build.
    #[error("the data needs a build that writes format {needed}; this one writes format {ours}")]
    TooNew {
        /// The oldest format that may write.
        needed: u32,
        /// This build's format.
        ours: u32,
    },
    /// The database server cannot be reached, or went away and did not come back in time.
    #[error("the database {server} cannot be reached: {reason}")]
    Away {
        /// The server, without a password.
        server: String,
        /// What was said last.
        reason: String,
    },
    /// The database server takes no more connections.
    #[error("the database {server} takes no more connections: others hold all that it allows")]
    Crowded {
        /// The server, without a password.
        server: String,
    },
    /// The database server lets nobody write: a standby, or switched to read-only.
    #[error("the database {server} is read-only: it may be a standby")]
    ReadOnly {
        /// The server, without a password.
        server: String,
    },
    /// The database server does not let us in, or not do this.
    #[error("the database {server} refuses: {reason}")]
    Denied {
        /// The server, without a password.
        server: String,
        /// What it said.
        reason: String,
    },
    /// The database took longer than it may.
    #[error("{context}: the database took too long and was told to stop")]
    Slow {
        /// What was being done.
        context: &'static str,
    },
    /// The connection was lost while a batch went down, and the server did not come back to say what became of it:
    /// it is there whole, or not at all. Judged commands are remembered, so sending the same key again is safe.
    #[error("the database {server} went away during a commit and did not come back: it is kept whole or not at all")]
    Unsure {
        /// The server, without a password.
        server: String,
    },
    /// The caller broke the port's rules, or stored data broke ours: a bug, never an input.
    #[error("internal: {0}")]
    Broken(String),
    /// Anything technical.
    #[error("{context}: {source}")]
    Failed {
        /// What was being done.
        context: &'static str,
        /// What went wrong.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// Records and journal, committed together.
///
/// Calls may come from any thread. `load`, `find`, `due` and `entries` see every commit that returned before they were
/// called.
pub trait Store: Send + Sync {
    /// The records of these keys, in their order; `None` where there is none.
    fn load(&self, keys: &[Key]) -> Result<Vec<Option<Row>>, StoreError>;

    /// Writes a batch: all or nothing, durable on return.
    fn commit(&self, batch: Batch) -> Result<Committed, StoreError>;

    /// Records by a declared column or by id, a page at a time.
    fn find(&self, query: &Find) -> Result<Page, StoreError>;

    /// Records of all alarmed kinds whose `due_at` has come, earliest first.
    fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<(Key, Timestamp)>, StoreError>;

    /// The same for whoever wakes what it is given. Where several processes share a store, a record is given to one of
    /// them only; what a process that went away was to wake is given to another a little later. So what is due may be
    /// missing here for a while: who must see all of it asks [`Store::due`].
    fn claim_due(&self, now: Timestamp, limit: usize) -> Result<Vec<(Key, Timestamp)>, StoreError> {
        self.due(now, limit)
    }

    /// The earliest `due_at` of all, for the alarm clock. While very much is being committed it may be an earlier
    /// instant, never a later one.
    fn next_due(&self) -> Result<Option<Timestamp>, StoreError>;

    /// Entries of a stream after a number, in their order.
    fn entries(&self, stream: Stream, after: EntryNumber, limit: usize) -> Result<Vec<Entry>, StoreError>;

    /// Entries of one chain, newest first, starting with the entry of that number (a record's tail, or a cursor).
    fn history(&self, stream: Stream, newest: EntryNumber, limit: usize) -> Result<Vec<Entry>, StoreError>;

    /// Counters of a metric between two days, both included, in the order of day and dimensions.
    fn counters(&self, metric: &str, from: Day, to: Day) -> Result<Vec<CounterRow>, StoreError>;

    /// Counters of a metric on a day whose dimensions begin like that, in their order.
    fn counters_of(&self, metric: &str, day: Day, dimensions: &str) -> Result<Vec<CounterRow>, StoreError> {
        let mut rows = self.counters(metric, day, day)?;
        rows.retain(|row| row.dimensions.starts_with(dimensions));
        Ok(rows)
    }

    /// Whether other processes may write at the same time, so that what a batch only read must be compared as well.
    fn is_shared(&self) -> bool {
        false
    }

    /// Has `told` called when **another** process may have written records of these kinds: soon after its commit, and
    /// whenever it could not be known for a while. Own commits are not told of. Of what is kept in memory, whatever
    /// others can change is watched this way. An engine that only one process uses has nothing to tell.
    fn watch(&self, kinds: &[&'static Kind], told: Told) {
        let _ = (kinds, told);
    }
}

/// What is called when another process wrote: from a thread that may use the store.
pub type Told = Arc<dyn Fn() + Send + Sync>;
