//! Which records of some kinds changed: for whoever keeps them in memory.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use compact_str::CompactString;
use jifen_store::{Kind, Put};

use crate::Engine;

/// What changed since it was last asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changed {
    /// Whatever: another process may have written anything.
    All,
    /// These identifiers, of any of the kinds.
    These(Vec<CompactString>),
}

/// Notes which records change. What this process commits is noted before anybody is answered.
#[derive(Debug)]
pub struct Changes {
    kinds: &'static [&'static Kind],
    all: AtomicBool,
    ids: Mutex<HashSet<CompactString>>,
}

impl Changes {
    /// What changed since the last time; at first, everything.
    pub fn take(&self) -> Changed {
        let mut ids = self.ids.lock().unwrap_or_else(PoisonError::into_inner);
        let ids = std::mem::take(&mut *ids);
        if self.all.swap(false, Ordering::AcqRel) { Changed::All } else { Changed::These(ids.into_iter().collect()) }
    }

    /// Everything is to be read again.
    pub fn forget(&self) {
        self.all.store(true, Ordering::Release);
    }

    fn note(&self, changed: &[(&'static Kind, CompactString)]) {
        let mut ids = self.ids.lock().unwrap_or_else(PoisonError::into_inner);
        ids.extend(changed.iter().filter(|(kind, _)| self.kinds.contains(kind)).map(|(_, id)| id.clone()));
    }
}

/// Those who want to know.
#[derive(Debug, Default)]
pub(crate) struct Curious(RwLock<Vec<Arc<Changes>>>);

impl Curious {
    /// What of a batch somebody wants to know of, once it is down.
    pub(crate) fn of(&self, puts: &[Put]) -> Vec<(&'static Kind, CompactString)> {
        let curious = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if curious.is_empty() {
            return Vec::new();
        }
        let wanted = |put: &&Put| curious.iter().any(|changes| changes.kinds.contains(&put.key.kind));
        puts.iter().filter(wanted).map(|put| (put.key.kind, put.key.id.clone())).collect()
    }

    /// It is down.
    pub(crate) fn tell(&self, changed: &[(&'static Kind, CompactString)]) {
        if !changed.is_empty() {
            for changes in self.0.read().unwrap_or_else(PoisonError::into_inner).iter() {
                changes.note(changed);
            }
        }
    }

    fn add(&self, changes: Arc<Changes>) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).push(changes);
    }
}

impl Engine {
    /// Notes from now on which records of these kinds change, in this process or another.
    pub fn changes_of(&self, kinds: &'static [&'static Kind]) -> Arc<Changes> {
        let changes = Arc::new(Changes { kinds, all: AtomicBool::new(true), ids: Mutex::default() });
        self.shared.curious.add(Arc::clone(&changes));
        let others = Arc::downgrade(&changes);
        let told = move || {
            if let Some(changes) = others.upgrade() {
                changes.forget();
            }
        };
        self.shared.store.watch(kinds, Arc::new(told));
        changes
    }
}
