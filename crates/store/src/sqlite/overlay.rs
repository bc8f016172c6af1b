//! What the tables do not have yet of the kinds that somebody asks for, sorted by id: a question neither waits for the
//! tables nor goes through everything that is pending.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use compact_str::CompactString;

use super::sealed::{Sealed, SealedRow};

/// One for each kind.
pub(super) struct Overlays(Vec<Mutex<Overlay>>);

/// Pending records of a kind, as they stand after the newest batch that was taken in.
#[derive(Default)]
pub(super) struct Overlay {
    /// The newest batch that was taken in; all of those before it were, or the tables have them.
    taken: u64,
    /// Each with its batch. Some may be in the tables by now.
    rows: BTreeMap<CompactString, (u64, SealedRow)>,
}

impl Overlays {
    pub(super) fn new(kinds: usize) -> Overlays {
        Overlays((0..kinds).map(|_| Mutex::default()).collect())
    }

    /// That of a kind; who asks for the same kind meanwhile waits.
    pub(super) fn of(&self, kind: u16) -> MutexGuard<'_, Overlay> {
        self.0[usize::from(kind)].lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets go of what the tables have: every batch up to `applied`.
    pub(super) fn let_go(&self, applied: u64) {
        for overlay in &self.0 {
            let mut overlay = overlay.lock().unwrap_or_else(PoisonError::into_inner);
            overlay.rows.retain(|_, (seq, _)| *seq > applied);
        }
    }
}

impl Overlay {
    /// The newest batch that was taken in.
    pub(super) fn taken(&self) -> u64 {
        self.taken
    }

    /// Takes in the records of the kind from what is pending after [`Overlay::taken`], in the order in which it came.
    pub(super) fn take(&mut self, kind: u16, pending: &[Arc<Sealed>]) {
        for batch in pending {
            self.taken = batch.seq;
            for row in batch.rows.iter().filter(|row| row.kind == kind) {
                self.rows.insert(row.id.clone(), (batch.seq, row.clone()));
            }
        }
    }

    /// How many there may be that the tables do not have.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether tables that have every batch up to `applied` have an older record of that id, or none.
    pub(super) fn covers(&self, id: &str, applied: u64) -> bool {
        self.rows.get(id).is_some_and(|(seq, _)| *seq > applied)
    }

    /// What tables that have every batch up to `applied` do not have, by id.
    pub(super) fn later_than(&self, applied: u64) -> impl Iterator<Item = &SealedRow> {
        self.rows.values().filter(move |(seq, _)| *seq > applied).map(|(_, row)| row)
    }

    /// The same after an id.
    pub(super) fn after<'a>(&'a self, id: &str, applied: u64) -> impl Iterator<Item = &'a SealedRow> {
        let range = self.rows.range::<str, _>((Bound::Excluded(id), Bound::Unbounded));
        range.map(|(_, row)| row).filter(move |(seq, _)| *seq > applied).map(|(_, row)| row)
    }
}
