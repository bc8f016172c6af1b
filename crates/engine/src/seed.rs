//! Seeds for chances and new identifiers: one a command, not to be guessed, recorded with what was drawn.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};

/// A source of seeds.
#[derive(Debug)]
pub(crate) struct Seeds {
    from: From,
    next: AtomicU64,
}

#[derive(Debug)]
enum From {
    /// Keyed by the operating system's randomness.
    System([RandomState; 2]),
    /// The same every time, for worlds that must be repeated exactly.
    Fixed(u64),
}

impl Seeds {
    /// Seeds that nobody can guess; with a number, seeds that everybody can repeat.
    pub(crate) fn new(fixed: Option<u64>) -> Self {
        let from = match fixed {
            Some(seed) => From::Fixed(seed),
            None => From::System([RandomState::new(), RandomState::new()]),
        };
        Seeds { from, next: AtomicU64::new(0) }
    }

    pub(crate) fn next(&self) -> u64 {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        match &self.from {
            From::Fixed(seed) => seed.wrapping_add(number.wrapping_mul(0x9e37_79b9_7f4a_7c15)),
            From::System(keyed) => keyed.iter().fold(number, |value, keyed| {
                let mut hasher = keyed.build_hasher();
                hasher.write_u64(value);
                hasher.finish()
            }),
        }
    }
}
