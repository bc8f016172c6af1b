//! Seeds for chances and new identifiers: one a command, not to be guessed, recorded with what was drawn.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};

use jifen_program::desk::Secret;

/// A source of seeds.
#[derive(Debug)]
pub(crate) struct Seeds {
    from: From,
    next: AtomicU64,
    secret: Secret,
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
        let mut seeds = Seeds { from, next: AtomicU64::new(0), secret: Secret::default() };
        let mut secret = Secret::default();
        secret.chunks_exact_mut(8).for_each(|part| part.copy_from_slice(&seeds.next().to_le_bytes()));
        seeds.secret = secret;
        seeds
    }

    /// What codes that must not be guessed are made from, as long as the process lives.
    pub(crate) fn secret(&self) -> &Secret {
        &self.secret
    }

    pub(crate) fn next(&self) -> u64 {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        match &self.from {
            From::Fixed(seed) => scattered(*seed, number),
            From::System(keyed) => keyed.iter().fold(number, |value, keyed| {
                let mut hasher = keyed.build_hasher();
                hasher.write_u64(value);
                hasher.finish()
            }),
        }
    }
}

/// The seed of a command. What a command draws steps from its seed on by a fixed stride: seeds a stride apart would have
/// one command draw what the one before it drew last, and make the same identifiers.
fn scattered(seed: u64, number: u64) -> u64 {
    const ODD: u64 = 0xd6e8_feb8_6659_fd93;
    let folded = |value: u64| (value ^ (value >> 32)).wrapping_mul(ODD);
    folded(folded(seed ^ number.wrapping_mul(ODD)))
}

#[cfg(test)]
mod tests {
    use super::Seeds;

    #[test]
    fn seeds_that_everybody_can_repeat_are_no_stride_apart() {
        let seeds = Seeds::new(Some(7));
        let drawn: Vec<u64> = (0..1_000).map(|_| seeds.next()).collect();
        let strides: std::collections::HashSet<u64> =
            drawn.windows(2).map(|pair| pair[1].wrapping_sub(pair[0])).collect();
        assert!(strides.len() > 990, "{} strides", strides.len());
        let again = Seeds::new(Some(7));
        assert!(drawn.iter().all(|seed| *seed == again.next()));
    }
}
