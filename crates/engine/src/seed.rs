//! Seeds for chances: one a command, not to be guessed, recorded with what was drawn.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};

/// A source of seeds, keyed by the operating system's randomness.
#[derive(Debug)]
pub(crate) struct Seeds {
    keyed: [RandomState; 2],
    next: AtomicU64,
}

impl Seeds {
    pub(crate) fn from_system() -> Self {
        Seeds { keyed: [RandomState::new(), RandomState::new()], next: AtomicU64::new(0) }
    }

    pub(crate) fn next(&self) -> u64 {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        self.keyed.iter().fold(number, |value, keyed| {
            let mut hasher = keyed.build_hasher();
            hasher.write_u64(value);
            hasher.finish()
        })
    }
}
