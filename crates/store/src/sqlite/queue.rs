//! Committed batches that the tables do not have yet, and everyone who waits for them.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jifen_vocab::Timestamp;

use super::fault::Fault;
use super::sealed::Sealed;
use crate::{Entry, EntryNumber, StoreError};

/// The queue between commits and the tables.
pub(super) struct Queue {
    state: Mutex<State>,
    /// There is work for the applier, or a reason to look.
    work: Condvar,
    /// Batches were applied, or applying failed.
    moved: Condvar,
    applied: AtomicU64,
    bytes_max: usize,
}

#[derive(Default)]
struct State {
    batches: VecDeque<Waiting>,
    bytes: usize,
    rows: usize,
    /// The newest batch that was committed.
    committed: u64,
    /// Someone waits: do not linger.
    hurry: bool,
    /// From so many bytes on the applier does not linger.
    chunk_bytes: usize,
    closing: bool,
    /// Why the tables do not follow at the moment.
    fault: Option<Fault>,
}

/// A batch that the tables do not have yet.
struct Waiting {
    batch: Arc<Sealed>,
    /// Roughly its bytes in memory.
    weight: usize,
    /// The earliest instant at which one of its records wants to be woken.
    due: Option<Timestamp>,
}

/// What the applier does next.
pub(super) enum Work {
    /// Write these batches to the tables.
    Apply(Vec<Arc<Sealed>>),
    /// Nothing came for a while.
    Idle,
    /// Everything is applied and nothing will come.
    Close,
}

impl Queue {
    /// A queue of at most about `bytes_max` bytes, for tables that have every batch up to `applied`.
    pub(super) fn new(applied: u64, bytes_max: usize) -> Queue {
        let state = State { committed: applied, ..State::default() };
        Queue {
            state: Mutex::new(state),
            work: Condvar::new(),
            moved: Condvar::new(),
            applied: AtomicU64::new(applied),
            bytes_max,
        }
    }

    /// The newest batch that the tables have.
    pub(super) fn applied(&self) -> u64 {
        self.applied.load(Ordering::Acquire)
    }

    /// Waits until there is room for another batch; the reason where the tables do not follow.
    pub(super) fn admit(&self) -> Result<(), StoreError> {
        let mut state = self.state();
        while state.bytes >= self.bytes_max {
            if let Some(fault) = &state.fault {
                return Err(fault.error("writing the tables"));
            }
            state.hurry = true;
            self.work.notify_one();
            state = self.moved.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        Ok(())
    }

    /// Takes a committed batch in.
    pub(super) fn push(&self, batch: Arc<Sealed>) {
        let weight = batch.weight();
        let due = batch.rows.iter().filter_map(|row| row.row.due_at).min();
        let mut state = self.state();
        state.committed = batch.seq;
        state.bytes += weight;
        state.rows += batch.rows.len();
        state.batches.push_back(Waiting { batch, weight, due });
        // The applier lingers with a time limit of its own: only the first batch and a full chunk are news to it.
        let is_news = state.batches.len() == 1 || state.bytes >= state.chunk_bytes;
        drop(state);
        if is_news {
            self.work.notify_one();
        }
    }

    /// What is pending now, in its order; some of it may get into the tables at any time.
    pub(super) fn pending(&self) -> Vec<Arc<Sealed>> {
        self.state().batches.iter().map(|waiting| Arc::clone(&waiting.batch)).collect()
    }

    /// What is pending now and came after that batch.
    pub(super) fn pending_after(&self, seq: u64) -> Vec<Arc<Sealed>> {
        let state = self.state();
        let known = state.batches.partition_point(|waiting| waiting.batch.seq <= seq);
        state.batches.range(known..).map(|waiting| Arc::clone(&waiting.batch)).collect()
    }

    /// What is pending now and has entries after that number, and where pending entries begin at all: before it the
    /// tables have them all, and everything where nothing is pending.
    pub(super) fn entries_after(&self, number: EntryNumber) -> (EntryNumber, Vec<Arc<Sealed>>) {
        let state = self.state();
        let first = state.batches.front().map_or(EntryNumber::MAX, |waiting| waiting.batch.first_entry);
        let known = state.batches.partition_point(|waiting| waiting.batch.end_entry() <= number.saturating_add(1));
        (first, state.batches.range(known..).map(|waiting| Arc::clone(&waiting.batch)).collect())
    }

    /// The pending ones of a chain from an entry backwards, and the number of the one before them; 0 for none.
    pub(super) fn history(&self, newest: EntryNumber, limit: usize) -> (Vec<Entry>, EntryNumber) {
        let state = self.state();
        let (mut found, mut next) = (Vec::new(), newest);
        while found.len() < limit {
            let place = state.batches.partition_point(|waiting| waiting.batch.end_entry() <= next);
            let Some(entry) = state.batches.get(place).and_then(|waiting| waiting.batch.entry(next)) else { break };
            next = entry.previous;
            found.push(entry);
        }
        (found, next)
    }

    /// How many records are pending.
    pub(super) fn backlog(&self) -> usize {
        self.state().rows
    }

    /// The earliest instant at which a pending record wants to be woken, or did before a later batch changed it.
    pub(super) fn due(&self) -> Option<Timestamp> {
        self.state().batches.iter().filter_map(|waiting| waiting.due).min()
    }

    /// The newest batch that was committed.
    pub(super) fn committed(&self) -> u64 {
        self.state().committed
    }

    /// Waits until the tables have the batch; says no where they do not follow.
    pub(super) fn wait_for(&self, seq: u64) -> bool {
        if self.applied() >= seq {
            return true;
        }
        let mut state = self.state();
        while self.applied() < seq {
            if state.fault.is_some() {
                return false;
            }
            state.hurry = true;
            self.work.notify_one();
            state = self.moved.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        true
    }

    /// For the applier: what to do next. Small amounts are left to grow for `linger`, unless someone waits.
    pub(super) fn next(&self, chunk_bytes: usize, linger: Duration, idle: Duration) -> Work {
        let started = Instant::now();
        let mut state = self.state();
        state.chunk_bytes = chunk_bytes;
        loop {
            let patience = if state.batches.is_empty() { idle } else { linger };
            let waited = started.elapsed();
            let pressing = state.closing || state.hurry || state.bytes >= chunk_bytes || waited >= linger;
            if !state.batches.is_empty() && pressing {
                state.hurry = false;
                return Work::Apply(state.chunk(chunk_bytes));
            }
            if state.closing {
                return Work::Close;
            }
            if waited >= patience {
                return Work::Idle;
            }
            let rest = patience.saturating_sub(waited);
            state = self.work.wait_timeout(state, rest).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// For the applier: the tables have every batch up to `seq`.
    pub(super) fn done(&self, seq: u64) {
        self.applied.store(seq, Ordering::Release);
        let mut state = self.state();
        state.fault = None;
        let count = state.batches.partition_point(|waiting| waiting.batch.seq <= seq);
        let gone: Vec<Waiting> = state.batches.drain(..count).collect();
        for waiting in &gone {
            state.bytes -= waiting.weight;
            state.rows -= waiting.batch.rows.len();
        }
        // To let go of so much memory takes a while; nobody shall wait for it.
        drop(state);
        self.moved.notify_all();
        drop(gone);
    }

    /// For the applier: the tables do not follow, for now.
    pub(super) fn stuck(&self, fault: Fault) {
        self.state().fault = Some(fault);
        self.moved.notify_all();
    }

    /// For the applier: waits before another attempt; says whether the store is closing.
    pub(super) fn pause(&self, pause: Duration) -> bool {
        let deadline = Instant::now() + pause;
        let mut state = self.state();
        while !state.closing {
            let rest = deadline.saturating_duration_since(Instant::now());
            if rest.is_zero() {
                return false;
            }
            state = self.work.wait_timeout(state, rest).unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }

    /// Nothing will come any more: apply what there is and end.
    pub(super) fn close(&self) {
        self.state().closing = true;
        self.work.notify_all();
    }

    /// Whether the store is closing.
    pub(super) fn closing(&self) -> bool {
        self.state().closing
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The oldest batches, up to about that many bytes.
    fn chunk(&self, bytes_max: usize) -> Vec<Arc<Sealed>> {
        let mut bytes = 0;
        let within = |waiting: &&Waiting| {
            bytes += waiting.weight;
            bytes <= bytes_max || bytes == waiting.weight
        };
        self.batches.iter().take_while(within).map(|waiting| Arc::clone(&waiting.batch)).collect()
    }
}
