//! The embedded engine: one process, one folder, nothing to install.
//!
//! The folder holds a log and a SQLite database. A commit appends its batch to `log/` and waits for that one flush. A
//! thread lets `tables.sqlite` follow: it takes what is pending in large chunks, writes each record once, sorted by
//! key, and notes in the same transaction up to which batch it came. What the tables do not have yet is answered from
//! memory. After a crash the log's tail is applied again; the log forgets only what the tables hold durably.

mod applier;
mod archive;
mod backup;
mod fault;
mod files;
mod filter;
mod held;
mod journal;
mod kinds;
mod learn;
mod log;
mod overlay;
mod place;
mod queue;
mod readers;
mod reads;
mod sealed;
mod tables;
#[cfg(test)]
mod tests;
mod warm;

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};
use std::thread::JoinHandle;
use std::time::Duration;

use jifen_vocab::{Day, Timestamp};

use self::applier::Applier;
use self::archive::Tap;
pub use self::archive::{Restored, Shipped};
pub(crate) use self::fault::failed;
use self::fault::{failed_io, foreign};
use self::files::{Folder, looks_like_database};
use self::filter::Filter;
use self::held::Held;
use self::kinds::Kinds;
use self::log::{Ahead, Found, Log};
use self::overlay::Overlays;
use self::place::{Hashed, Hasher, spread};
use self::queue::Queue;
use self::readers::Readers;
use self::sealed::{Sealed, SealedCount, SealedEntry, SealedRow};
use self::tables::Tables;
use crate::check::check;
use crate::{
    Batch, Committed, CounterRow, Entry, EntryNumber, Find, Key, Page, Row, Schema, Store, StoreError, Stream,
};

/// How much memory the engine takes and how it lets the tables follow. The defaults suit a machine that serves a
/// million members.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Bytes of rows kept because they were used lately.
    pub row_cache_bytes: usize,
    /// Bytes of the tables' pages kept by the thread that writes them.
    pub page_cache_bytes: usize,
    /// Bytes of the tables' file mapped into memory for readers; SQLite maps no more than 2 GiB.
    pub map_bytes: u64,
    /// Bytes of committed batches that may wait for the tables; beyond it commits wait.
    pub pending_bytes_max: usize,
    /// Bytes of batches written to the tables in one transaction.
    pub chunk_bytes: usize,
    /// How long a chunk that is not full waits for more, unless someone waits for it.
    pub linger: Duration,
    /// Bytes of batches written to the tables between two flushes of them: a page that changes often is moved into the
    /// tables' file once.
    pub checkpoint_bytes: usize,
    /// Bytes of the tables' write-ahead file at which they are flushed all the same: the larger it is, the slower it is
    /// to read past it. It grows beyond this by one chunk.
    pub ahead_bytes_max: usize,
    /// Bytes of a page of new tables.
    pub page_bytes: usize,
    /// Whether the ids that are there are learned after the opening, and rows read ahead: it makes commits quick, and
    /// whoever reads once has nothing from it.
    pub prepares: bool,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            row_cache_bytes: 256 << 20,
            page_cache_bytes: 256 << 20,
            map_bytes: 2 << 30,
            pending_bytes_max: 384 << 20,
            chunk_bytes: 192 << 20,
            linger: Duration::from_secs(4),
            checkpoint_bytes: 768 << 20,
            ahead_bytes_max: 1 << 30,
            page_bytes: 8 << 10,
            prepares: true,
        }
    }
}

/// Records and journal in a folder of this machine.
///
/// Dropping it applies what is pending, makes it durable and ends its threads.
pub struct SqliteStore {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
    /// Let go last.
    _folder: Folder,
}

/// What callers and threads share.
struct Shared {
    options: Options,
    kinds: Kinds,
    hasher: Hasher,
    writer: Mutex<Writer>,
    queue: Queue,
    held: Held,
    /// Written while a commit becomes visible, so that nobody sees its records without its entries or half of it.
    showing: RwLock<()>,
    readers: Readers,
    /// For each kind, the ids there are: most of what is looked up or written by a new id is new indeed.
    filters: Vec<Filter>,
    /// For each kind, what its questions need of what is pending.
    overlays: Overlays,
    /// For each kind, the newest batch with a record of it.
    touched: Vec<AtomicU64>,
    /// What somebody who follows has not been given yet.
    tap: Mutex<Option<Tap>>,
    #[cfg(test)]
    tables_pages_max: std::sync::atomic::AtomicU32,
}

/// What a commit holds while it goes down.
struct Writer {
    log: Log,
    /// Nobody makes segments ahead once the store closes.
    ahead: Option<Ahead>,
    last_entry: EntryNumber,
    /// Where batches are encoded.
    buffer: Vec<u8>,
}

impl SqliteStore {
    /// Opens the store in a folder, creating it where it is missing.
    ///
    /// # Errors
    /// [`StoreError::InUse`] when another process (or this one) serves the folder, [`StoreError::Foreign`] when a file
    /// in it is not ours, damaged or missing, [`StoreError::TooNew`] when a newer build must write it.
    pub fn open(dir: &Path, schema: Schema) -> Result<SqliteStore, StoreError> {
        SqliteStore::open_with(dir, schema, Options::default())
    }

    /// Opens the store with other options than the default ones.
    ///
    /// # Errors
    /// As for [`SqliteStore::open`].
    pub fn open_with(dir: &Path, schema: Schema, options: Options) -> Result<SqliteStore, StoreError> {
        let kinds = Kinds::new(schema)?;
        let folder = Folder::take(dir)?;
        let (log, tables) = open_pair(&folder, &kinds, &options)?;
        let (last_entry, hasher) = (tables.last_entry()?, tables.hasher());
        let (ahead, maker) = Ahead::of(&log);
        let shared = Arc::new(Shared {
            queue: Queue::new(tables.applied(), options.pending_bytes_max),
            held: Held::new(options.row_cache_bytes),
            showing: RwLock::new(()),
            readers: Readers::new(&folder.tables(), i64::try_from(options.map_bytes).unwrap_or(i64::MAX)),
            filters: kinds.iter().map(|_| Filter::new()).collect(),
            overlays: Overlays::new(kinds.len()),
            touched: kinds.iter().map(|_| AtomicU64::new(0)).collect(),
            tap: Mutex::default(),
            writer: Mutex::new(Writer { log, ahead: Some(ahead), last_entry, buffer: Vec::new() }),
            kinds,
            hasher,
            options,
            #[cfg(test)]
            tables_pages_max: std::sync::atomic::AtomicU32::new(u32::MAX - 1),
        });
        let mut store = SqliteStore { shared: Arc::clone(&shared), threads: Vec::new(), _folder: folder };
        let applier = Applier::new(Arc::clone(&shared), tables);
        store.spawn("jifen-store-tables", move || applier.run())?;
        let writing = Arc::clone(&shared);
        store.spawn("jifen-store-log", move || maker.run(|deliver| deliver(&mut writing.writer().log)))?;
        if options.prepares {
            store.spawn("jifen-store-ids", move || {
                shared.learn_ids();
                shared.warm_rows();
            })?;
        }
        Ok(store)
    }

    /// Writes a copy of everything that was committed before the call into one file, while others go on working.
    /// `progress` is told how many pages of how many are done. The file appears whole or not at all; an older backup
    /// of that name is replaced.
    ///
    /// # Errors
    /// [`StoreError::Foreign`] when the file is there and is no backup, [`StoreError::DiskFull`], or a technical failure.
    pub fn backup(&self, file: &Path, progress: impl FnMut(u64, u64)) -> Result<(), StoreError> {
        let committed = self.shared.queue.committed();
        if !self.shared.queue.wait_for(committed) {
            let source = "the tables cannot be written at the moment, so a copy would lack the newest commits".into();
            return Err(StoreError::Failed { context: "backing up", source });
        }
        self.shared.readers.read(|conn| backup::write(conn, self.shared.readers.path(), file, progress))
    }

    /// Whether a folder holds a store; to open one that does not creates it.
    pub fn is_in(dir: &Path) -> bool {
        dir.join("tables.sqlite").exists() || dir.join("log").exists()
    }

    /// Makes a folder from a backup. The folder must not hold data yet.
    ///
    /// # Errors
    /// [`StoreError::Foreign`] when the file is no backup, is damaged, or the folder holds data already.
    pub fn restore(file: &Path, dir: &Path) -> Result<(), StoreError> {
        backup::restore(file, dir)
    }

    /// Reads every page of the tables and checks that they hang together; for `verify`. It takes as long as reading
    /// the whole file.
    ///
    /// # Errors
    /// [`StoreError::Foreign`] with what is damaged.
    pub fn check(&self) -> Result<(), StoreError> {
        self.shared.queue.wait_for(self.shared.queue.committed());
        let path = self.shared.readers.path();
        self.shared.readers.read(|conn| files::check_pages(conn, path))
    }

    /// How many records each table has, and entries under `journal`; waits until the tables have everything.
    ///
    /// # Errors
    /// Technical failures.
    pub fn census(&self) -> Result<HashMap<&'static str, u64>, StoreError> {
        self.shared.queue.wait_for(self.shared.queue.committed());
        self.shared.census()
    }

    /// How many records of a kind there are, or entries under `journal`; waits until the tables have everything.
    ///
    /// # Errors
    /// Technical failures.
    pub fn count(&self, name: &str) -> Result<u64, StoreError> {
        self.shared.queue.wait_for(self.shared.queue.committed());
        self.shared.count(name)
    }

    /// Waits until the tables have everything that was committed before; no when they do not follow at the moment.
    pub fn settle(&self) -> bool {
        self.shared.queue.wait_for(self.shared.queue.committed())
    }

    fn spawn(&mut self, name: &str, work: impl FnOnce() + Send + 'static) -> Result<(), StoreError> {
        let thread = std::thread::Builder::new().name(name.to_owned()).spawn(work);
        self.threads.push(thread.map_err(failed_io("starting a thread"))?);
        Ok(())
    }
}

impl Drop for SqliteStore {
    fn drop(&mut self) {
        self.shared.queue.close();
        self.shared.writer().ahead = None;
        for thread in self.threads.drain(..) {
            // A panic in it has been reported by the panic hook.
            let _ = thread.join();
        }
    }
}

/// Opens log and tables, sees that they belong together, and applies the log's tail.
fn open_pair(folder: &Folder, kinds: &Kinds, options: &Options) -> Result<(Log, Tables), StoreError> {
    let tables_there = looks_like_database(&folder.tables())?;
    let found = match Found::look(&folder.log())? {
        Some(found) => found,
        None if tables_there => {
            return Err(foreign(&folder.log(), "it is missing: the newest commits may be in it"));
        }
        None => begin_log(folder)?,
    };
    if !tables_there && found.first() > 1 {
        return Err(foreign(
            &folder.tables(),
            "it is missing, and the log beside it does not go back to the beginning",
        ));
    }
    let mut tables = Tables::open(&folder.tables(), kinds, options, found.store())?;
    folder.sync()?;
    if tables.store()? != found.store() {
        return Err(foreign(&folder.log(), "it belongs to other tables than the ones beside it"));
    }
    if found.first() > tables.applied() + 1 {
        return Err(foreign(&folder.tables(), "it ends before the log begins: it is damaged or an older copy"));
    }
    let log = recover(found, folder, &mut tables, kinds, options.chunk_bytes)?;
    Ok((log, tables))
}

fn begin_log(folder: &Folder) -> Result<Found, StoreError> {
    Log::create(&folder.log(), &new_identity(), 1)?;
    Found::look(&folder.log())?.ok_or_else(|| foreign(&folder.log(), "it went away while it was being made"))
}

/// A name for a new store, so that files of different stores are not taken for each other's.
fn new_identity() -> String {
    let random = || std::hash::BuildHasher::hash_one(&std::hash::RandomState::new(), std::process::id());
    format!("{:016x}{:016x}", random(), random())
}

/// Reads the log and applies the batches that it has and the tables do not.
fn recover(
    found: Found,
    folder: &Folder,
    tables: &mut Tables,
    kinds: &Kinds,
    chunk_bytes: usize,
) -> Result<Log, StoreError> {
    let (mut chunk, mut bytes) = (Vec::new(), 0);
    let log = found.read(tables.applied(), |batch| {
        let sealed = Sealed::decode(batch, kinds).map_err(|reason| foreign(&folder.log(), reason))?;
        bytes += batch.len();
        chunk.push(Arc::new(sealed));
        if bytes >= chunk_bytes {
            bytes = 0;
            tables.apply(kinds, &std::mem::take(&mut chunk))?;
        }
        Ok(())
    })?;
    tables.apply(kinds, &chunk)?;
    if tables.applied() == log.last() {
        return Ok(log);
    }
    Err(foreign(&folder.log(), "it ends before what the tables hold: it is damaged or an older copy"))
}

impl Shared {
    fn writer(&self) -> MutexGuard<'_, Writer> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Holds back commits that would become visible meanwhile.
    fn steady(&self) -> RwLockReadGuard<'_, ()> {
        self.showing.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the tables may not have, as of one moment.
    fn pending(&self) -> Vec<Arc<Sealed>> {
        let _steady = self.steady();
        self.queue.pending()
    }

    /// The newest batch with a record of the kind.
    fn touched(&self, kind: u16) -> u64 {
        self.touched[usize::from(kind)].load(Ordering::Acquire)
    }

    fn hashed<'a>(&self, key: &'a Key) -> Result<Hashed<'a>, StoreError> {
        Ok(Hashed::new(self.kinds.place(key.kind)?, &key.id, self.hasher))
    }

    fn commit(&self, batch: Batch) -> Result<Committed, StoreError> {
        let chains = check(&batch)?;
        self.queue.admit()?;
        let keys: Vec<Hashed<'_>> = batch.puts.iter().map(|put| self.hashed(&put.key)).collect::<Result<_, _>>()?;
        let mut writer = self.writer();
        let before = self.rows(&keys)?;
        let version = |row: &Option<Row>| row.as_ref().map_or(0, |row| row.version);
        if before.iter().zip(&batch.puts).any(|(row, put)| version(row) != put.base) {
            return Err(StoreError::Conflict);
        }
        if !batch.reads.is_empty() {
            let keys = batch.reads.iter().map(|(key, _)| self.hashed(key)).collect::<Result<Vec<_>, _>>()?;
            let stored = self.rows(&keys)?;
            if stored.iter().zip(&batch.reads).any(|(row, (_, read))| version(row) != *read) {
                return Err(StoreError::Conflict);
            }
        }
        if batch.puts.is_empty() && batch.counts.is_empty() {
            return Ok(Committed { last_entry: writer.last_entry });
        }
        // The ids move into the sealed batch; what was found out about them stays.
        let keys: Vec<Hashed<'static>> = keys.iter().map(|key| key.with_id("")).collect();
        let sealed = seal(batch, &keys, &chains, &before, &writer);
        let Writer { log, buffer, ahead, .. } = &mut *writer;
        log.append(buffer, |buffer| sealed.encode(&self.kinds, buffer))?;
        if let Some(ahead) = ahead {
            ahead.order(log);
        }
        writer.last_entry = sealed.end_entry() - 1;
        self.publish(sealed, &keys);
        Ok(Committed { last_entry: writer.last_entry })
    }

    /// Makes a batch that is in the log visible to readers and hands it to the tables.
    fn publish(&self, sealed: Sealed, keys: &[Hashed<'_>]) {
        let _showing = self.showing.write().unwrap_or_else(PoisonError::into_inner);
        let applied = self.queue.applied();
        for (row, key) in sealed.rows.iter().zip(keys) {
            self.held.put(key.with_id(&row.id), row.row.clone(), sealed.seq, applied);
            if row.row.version == 1 {
                self.filters[usize::from(key.kind)].add(spread(key.mark()));
            }
            self.touched[usize::from(key.kind)].store(sealed.seq, Ordering::Release);
        }
        let sealed = Arc::new(sealed);
        if let Some(tap) = self.tap().as_mut() {
            tap.take(&sealed);
        }
        self.queue.push(sealed);
    }

    fn tap(&self) -> MutexGuard<'_, Option<Tap>> {
        self.tap.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The identity of the store.
    fn store_name(&self) -> String {
        self.writer().log.store().to_owned()
    }
}

/// Numbers the entries, links them and raises the versions.
fn seal(batch: Batch, keys: &[Hashed<'_>], chains: &[u32], before: &[Option<Row>], writer: &Writer) -> Sealed {
    let first_entry = writer.last_entry + 1;
    let mut tails: Vec<EntryNumber> = before.iter().map(|row| row.as_ref().map_or(0, |row| row.tail)).collect();
    let mut entries = Vec::with_capacity(batch.entries.len());
    for ((number, entry), chain) in (first_entry..).zip(batch.entries).zip(chains) {
        let previous = std::mem::replace(&mut tails[*chain as usize], number);
        entries.push(SealedEntry { chain: *chain, seq: entry.seq, previous, hash: entry.hash, body: entry.body });
    }
    let mut rows = Vec::with_capacity(batch.puts.len());
    for ((put, key), tail) in batch.puts.into_iter().zip(keys).zip(tails) {
        let row = Row { version: put.base + 1, due_at: put.due_at, tail, body: put.body };
        rows.push(SealedRow { kind: key.kind, id: put.key.id, columns: put.columns, row });
    }
    let counts = batch.counts.into_iter().map(|count| SealedCount {
        metric: count.metric.into(),
        day: count.day,
        dimensions: count.dimensions,
        add: count.add,
    });
    Sealed { seq: writer.log.last() + 1, first_entry, rows, entries, counts: counts.collect() }
}

impl Store for SqliteStore {
    fn load(&self, keys: &[Key]) -> Result<Vec<Option<Row>>, StoreError> {
        let keys: Vec<Hashed<'_>> = keys.iter().map(|key| self.shared.hashed(key)).collect::<Result<_, _>>()?;
        self.shared.rows(&keys)
    }

    fn commit(&self, batch: Batch) -> Result<Committed, StoreError> {
        self.shared.commit(batch)
    }

    fn find(&self, query: &Find) -> Result<Page, StoreError> {
        self.shared.find_page(query)
    }

    fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<(Key, Timestamp)>, StoreError> {
        self.shared.due_by(now, limit)
    }

    fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        self.shared.earliest_due()
    }

    fn entries(&self, stream: Stream, after: EntryNumber, limit: usize) -> Result<Vec<Entry>, StoreError> {
        if stream == Stream(0) { self.shared.entries_after(after, limit) } else { Ok(Vec::new()) }
    }

    fn history(&self, stream: Stream, newest: EntryNumber, limit: usize) -> Result<Vec<Entry>, StoreError> {
        if stream == Stream(0) { self.shared.history_from(newest, limit) } else { Ok(Vec::new()) }
    }

    fn counters(&self, metric: &str, from: Day, to: Day) -> Result<Vec<CounterRow>, StoreError> {
        self.shared.counters_from(metric, (from, to), "")
    }

    fn counters_of(&self, metric: &str, day: Day, dimensions: &str) -> Result<Vec<CounterRow>, StoreError> {
        self.shared.counters_from(metric, (day, day), dimensions)
    }
}
