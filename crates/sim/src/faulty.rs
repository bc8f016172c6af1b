//! A store that fails when the dice say so, and, where one was planted, has a bug.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use fastrand::Rng;
use jifen_store::{Batch, Committed, CounterRow, Entry, EntryNumber, Find, Key, Page, Row, Store, StoreError, Stream};
use jifen_vocab::{Day, Timestamp};

use crate::plan::{Bug, Rates};

/// How often a bug strikes: once in so many commits.
const BUG_RATE: u32 = 6;

/// What faults have struck.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Struck {
    /// Commits that failed without having written.
    pub before: usize,
    /// Commits that had written when their answer was lost.
    pub after: usize,
    /// Races that were said to be lost.
    pub conflicts: usize,
    /// Deaths of the process.
    pub crashes: usize,
    /// Readings that failed.
    pub loads: usize,
}

/// What decides about faults: shared by the stores of all lives of the process.
#[derive(Debug)]
pub(crate) struct Fate {
    dice: Mutex<(Rng, Struck)>,
    rates: Rates,
    bug: Option<Bug>,
    calm: AtomicBool,
    dead: AtomicBool,
}

/// What becomes of a commit.
enum Draw {
    Pass,
    Before,
    After,
    Conflict,
    CrashBefore,
    CrashAfter,
    Bug(Bug),
}

impl Fate {
    pub(crate) fn new(seed: u64, rates: Rates, bug: Option<Bug>) -> Fate {
        let dice = Mutex::new((Rng::with_seed(seed ^ 0xfa7e), Struck::default()));
        Fate { dice, rates, bug, calm: AtomicBool::new(true), dead: AtomicBool::new(false) }
    }

    /// While it is calm, nothing fails.
    pub(crate) fn set_calm(&self, calm: bool) {
        self.calm.store(calm, Ordering::SeqCst);
    }

    /// Whether the process has died.
    pub(crate) fn is_dead(&self) -> bool {
        self.dead.load(Ordering::SeqCst)
    }

    /// The process is started again.
    pub(crate) fn revive(&self) {
        self.dead.store(false, Ordering::SeqCst);
    }

    /// What has struck so far.
    pub(crate) fn struck(&self) -> Struck {
        self.dice().1
    }

    fn dice(&self) -> MutexGuard<'_, (Rng, Struck)> {
        self.dice.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn draw(&self) -> Draw {
        if self.calm.load(Ordering::SeqCst) {
            return Draw::Pass;
        }
        let mut guard = self.dice();
        let (dice, struck) = &mut *guard;
        let mut hits = |rate: u32| rate > 0 && dice.u32(0..rate) == 0;
        if let Some(bug) = self.bug
            && hits(BUG_RATE)
        {
            return Draw::Bug(bug);
        }
        if hits(self.rates.slow) {
            std::thread::sleep(Duration::from_micros(700));
        }
        if hits(self.rates.before) {
            struck.before += 1;
            return Draw::Before;
        }
        if hits(self.rates.after) {
            struck.after += 1;
            return Draw::After;
        }
        if hits(self.rates.conflict) {
            struck.conflicts += 1;
            return Draw::Conflict;
        }
        let (before, after) = (hits(self.rates.crash_before), hits(self.rates.crash_after));
        if before || after {
            struck.crashes += 1;
            return if before { Draw::CrashBefore } else { Draw::CrashAfter };
        }
        Draw::Pass
    }

    fn die(&self) {
        self.dead.store(true, Ordering::SeqCst);
    }

    fn check_load(&self) -> Result<(), StoreError> {
        self.check_alive()?;
        if self.rates.load == 0 || self.calm.load(Ordering::SeqCst) {
            return Ok(());
        }
        let mut guard = self.dice();
        let (dice, struck) = &mut *guard;
        if dice.u32(0..self.rates.load) == 0 {
            struck.loads += 1;
            return Err(away());
        }
        Ok(())
    }

    fn check_alive(&self) -> Result<(), StoreError> {
        if self.is_dead() { Err(away()) } else { Ok(()) }
    }
}

fn away() -> StoreError {
    StoreError::Away { server: "simulated".to_owned(), reason: "a fault, on purpose".to_owned() }
}

fn unsure() -> StoreError {
    StoreError::Unsure { server: "simulated".to_owned() }
}

/// A store under that fate.
pub(crate) struct Faulty {
    pub(crate) inner: Arc<dyn Store>,
    pub(crate) fate: Arc<Fate>,
}

impl Faulty {
    fn commit_with(&self, bug: Bug, mut batch: Batch) -> Result<Committed, StoreError> {
        match bug {
            Bug::Forgets => {
                let entries = self.inner.entries(Stream(0), 0, usize::MAX >> 1)?;
                Ok(Committed { last_entry: entries.last().map_or(0, |entry| entry.number) })
            }
            Bug::Repeats => {
                batch.puts.retain(|put| !put.key.kind.name.ends_with("_key"));
                self.inner.commit(batch)
            }
            Bug::Tears => {
                // Records that carry chains are whole with their entries; the remembered answers are the missing half.
                batch.puts.retain(|put| !put.key.kind.name.ends_with("_key"));
                self.inner.commit(batch)?;
                Err(StoreError::DiskFull)
            }
        }
    }
}

impl Store for Faulty {
    fn load(&self, keys: &[Key]) -> Result<Vec<Option<Row>>, StoreError> {
        self.fate.check_load()?;
        self.inner.load(keys)
    }

    fn commit(&self, batch: Batch) -> Result<Committed, StoreError> {
        self.fate.check_alive()?;
        match self.fate.draw() {
            Draw::Pass => self.inner.commit(batch),
            Draw::Before => Err(StoreError::DiskFull),
            Draw::Conflict => Err(StoreError::Conflict),
            Draw::Bug(bug) => self.commit_with(bug, batch),
            Draw::After => self.inner.commit(batch).and(Err(unsure())),
            Draw::CrashBefore => {
                self.fate.die();
                Err(away())
            }
            Draw::CrashAfter => {
                self.inner.commit(batch)?;
                self.fate.die();
                Err(unsure())
            }
        }
    }

    fn find(&self, query: &Find) -> Result<Page, StoreError> {
        self.fate.check_alive()?;
        self.inner.find(query)
    }

    fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<(Key, Timestamp)>, StoreError> {
        self.fate.check_alive()?;
        self.inner.due(now, limit)
    }

    fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        self.fate.check_alive()?;
        self.inner.next_due()
    }

    fn entries(&self, stream: Stream, after: EntryNumber, limit: usize) -> Result<Vec<Entry>, StoreError> {
        self.fate.check_alive()?;
        self.inner.entries(stream, after, limit)
    }

    fn history(&self, stream: Stream, newest: EntryNumber, limit: usize) -> Result<Vec<Entry>, StoreError> {
        self.fate.check_alive()?;
        self.inner.history(stream, newest, limit)
    }

    fn counters(&self, metric: &str, from: Day, to: Day) -> Result<Vec<CounterRow>, StoreError> {
        self.fate.check_alive()?;
        self.inner.counters(metric, from, to)
    }
}
