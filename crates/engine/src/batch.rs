//! One batch: load what its commands touch, decide them one after another, gather what goes down.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use bytes::Bytes;
use compact_str::CompactString;
use jifen_program::days::{self, DayBlock};
use jifen_program::desk::{Command, Draws, Keys, Left, Loaded, Records, SealedEntry, Touch};
use jifen_program::{Books, member};
use jifen_store::{Append, Batch, Count, Key, Put, StoreError};
use jifen_vocab::{Timestamp, limits};

use crate::job::{Answered, Job, Sitting, judge};
use crate::{EngineError, Shared};

/// Entries with the id of their chain.
pub(crate) type Entries = Vec<(CompactString, SealedEntry)>;

/// Rows that are on their way down: decided, not yet durable.
#[derive(Debug, Default)]
pub(crate) struct Overlay(std::collections::HashMap<Key, (u64, Bytes), ahash::RandomState>);

impl Overlay {
    /// What a batch will have written.
    pub(crate) fn of(batch: &Batch) -> Self {
        Overlay(batch.puts.iter().map(|put| (put.key.clone(), (put.base + 1, put.body.clone()))).collect())
    }
}

/// Loads what the jobs touch, in at most [`limits::LOAD_ROUNDS_MAX`] rounds.
pub(crate) fn load(
    shared: &Shared,
    jobs: &[&dyn Touches],
    overlay: &Overlay,
    books: &Books,
) -> Result<Records, StoreError> {
    let mut records = Records::keeping(*shared.seeds.secret());
    let mut asking: Vec<usize> = (0..jobs.len()).collect();
    let mut keys = Keys::default();
    for _ in 0..limits::LOAD_ROUNDS_MAX {
        let loaded = Loaded::new(&records);
        let mut wanted: Vec<Key> = Vec::with_capacity(asking.len() * 4);
        asking.retain(|&job| {
            let touch = jobs[job].touches(books, &loaded, &mut keys);
            wanted.extend(keys.drain());
            touch == Touch::Again
        });
        let mut stored: Vec<Key> = Vec::with_capacity(wanted.len());
        for key in wanted {
            // What several commands want is asked for once. Stores that take locks bring keys into their order.
            if records.holds(&key) {
                continue;
            }
            let row = overlay.0.get(&key).cloned();
            if row.is_none() {
                stored.push(key.clone());
            }
            records.insert(key, row);
        }
        if !stored.is_empty() {
            let rows = shared.store.load(&stored)?;
            for (key, row) in stored.into_iter().zip(rows) {
                records.insert(key, row.map(|row| (row.version, row.body)));
            }
        }
        if asking.is_empty() {
            break;
        }
    }
    Ok(records)
}

/// What names its records.
pub(crate) trait Touches {
    fn touches(&self, books: &Books, loaded: &Loaded<'_>, keys: &mut Keys) -> Touch;
}

impl Touches for Box<dyn Job> {
    fn touches(&self, books: &Books, loaded: &Loaded<'_>, keys: &mut Keys) -> Touch {
        self.as_ref().touches(books, loaded, keys)
    }
}

struct Single<'a, C>(&'a C);

impl<C: Command> Touches for Single<'_, C> {
    fn touches(&self, books: &Books, loaded: &Loaded<'_>, keys: &mut Keys) -> Touch {
        if let Some(identity) = self.0.identity() {
            keys.want_key(identity.key());
        }
        self.0.touches(books, loaded, keys)
    }
}

/// What a batch of commands came to.
#[derive(Debug)]
pub(crate) struct Gathered {
    /// What goes down.
    pub(crate) batch: Batch,
    /// Whether versions of the rule book came or went.
    pub(crate) changes_books: bool,
}

/// Decides a batch and gathers what goes down.
pub(crate) fn decide(shared: &Shared, jobs: &mut [Box<dyn Job>], overlay: &Overlay) -> Result<Gathered, StoreError> {
    let books = shared.books();
    let asked: Vec<&dyn Touches> = jobs.iter().map(|job| job as &dyn Touches).collect();
    let mut records = load(shared, &asked, overlay, &books)?;
    let now = shared.clock.now();
    let mut entries = Entries::new();
    let mut counts = Vec::new();
    let mut notes = Vec::new();
    let mut changes_books = false;
    for job in jobs {
        let left = decide_one(job.as_mut(), &mut records, &books, now);
        entries.extend(left.entries);
        counts.extend(left.counts);
        notes.extend(left.notes);
        changes_books |= left.changes_books;
    }
    let reads = if shared.store.is_shared() { records.unchanged() } else { Vec::new() };
    let mut batch = Batch { reads, ..gather(records, entries, counts)? };
    batch.puts.extend(noted(shared, &notes, &books, now));
    Ok(Gathered { batch, changes_books })
}

/// The events of a batch in one record.
fn noted(shared: &Shared, notes: &[Vec<u8>], books: &Books, now: Timestamp) -> Option<Put> {
    if notes.is_empty() {
        return None;
    }
    let until = now.plus_days(i64::from(books.at(now).kept_days));
    let key = Key { kind: &days::DAY_EVENTS, id: DayBlock::id(now, shared.seeds.next()) };
    let body = Bytes::from(DayBlock::compose(until, notes));
    Some(Put { key, base: 0, due_at: Some(until), columns: Default::default(), body })
}

fn decide_one(job: &mut dyn Job, records: &mut Records, books: &Books, now: Timestamp) -> Left {
    let decided = catch_unwind(AssertUnwindSafe(|| job.decide(records, books, now)));
    decided.unwrap_or_else(|_| {
        tracing::error!("a decision panicked; that one command was undone");
        job.panicked();
        Left::default()
    })
}

fn gather(records: Records, entries: Entries, counts: Vec<Count>) -> Result<Batch, StoreError> {
    let dirty = records.into_dirty().map_err(|error| StoreError::Broken(error.to_string()))?;
    let put = |dirty: jifen_program::desk::Dirty| Put {
        key: dirty.key,
        base: dirty.base,
        due_at: dirty.due_at,
        columns: dirty.columns,
        body: dirty.body,
    };
    let append = |(chain, sealed): (CompactString, SealedEntry)| Append {
        chain: Key { kind: &member::MEMBER, id: chain },
        seq: sealed.entry.seq,
        hash: *sealed.hash.as_bytes(),
        body: Bytes::from(sealed.body),
    };
    let (puts, entries) = (dirty.into_iter().map(put).collect(), entries.into_iter().map(append).collect());
    Ok(Batch { puts, entries, counts, reads: Vec::new() })
}

/// Decides one command over what is stored and throws everything away but the answer.
pub(crate) fn dry_run<C: Command>(shared: &Shared, command: &C) -> Result<Answered<C::Outcome>, EngineError> {
    let books = shared.books();
    let single = Single(command);
    let mut records = load(shared, &[&single], &Overlay::default(), &books).map_err(Arc::new)?;
    let now = shared.clock.now();
    let identity = command.identity();
    let desk = Sitting { books: &books, now, draws: Draws::Odds, notes_since: Timestamp::MAX };
    judge(command, identity.as_ref(), &mut records, desk, &mut Left::default())
}
