//! What the committer has done since the start, for operators: numbers that nobody waits for.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// What was committed since the start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// Batches, also those that changed nothing.
    pub batches: u64,
    /// Commands in them, refused ones included.
    pub commands: u64,
    /// Entries written to the journal.
    pub entries: u64,
    /// Batches that could not be committed; their callers were told.
    pub failed: u64,
    /// Microseconds that the store took for all commits together.
    pub commit_us: u64,
    /// Microseconds that it took for the newest.
    pub last_commit_us: u64,
}

/// The same, as the threads of the pipeline count it.
#[derive(Debug, Default)]
pub(crate) struct Counted {
    batches: AtomicU64,
    commands: AtomicU64,
    entries: AtomicU64,
    failed: AtomicU64,
    commit_us: AtomicU64,
    last_commit_us: AtomicU64,
}

impl Counted {
    /// A batch of so many commands went down with so many entries.
    pub(crate) fn committed(&self, commands: usize, entries: usize, took: Duration) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.batches.fetch_add(1, Ordering::Relaxed);
        self.commands.fetch_add(commands as u64, Ordering::Relaxed);
        self.entries.fetch_add(entries as u64, Ordering::Relaxed);
        self.commit_us.fetch_add(micros, Ordering::Relaxed);
        self.last_commit_us.store(micros, Ordering::Relaxed);
    }

    /// A batch did not go down.
    pub(crate) fn failed(&self) {
        self.failed.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn now(&self) -> Figures {
        let read = |figure: &AtomicU64| figure.load(Ordering::Relaxed);
        Figures {
            batches: read(&self.batches),
            commands: read(&self.commands),
            entries: read(&self.entries),
            failed: read(&self.failed),
            commit_us: read(&self.commit_us),
            last_commit_us: read(&self.last_commit_us),
        }
    }
}
