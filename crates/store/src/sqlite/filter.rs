//! Which ids a kind surely does not have, told without asking the tables.
//!
//! Most lookups of idempotency keys are for ones that were never seen, and most messages are written under an id that
//! was just made. A filter (a Bloom filter whose bits for one id lie in one cache line) answers nearly all of those from
//! memory, at about two bytes an id.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock};

/// Words of a block; each id sets one bit in every word.
const WORDS: usize = 8;
/// Ids a block is meant for: 16 bits an id, one in about a thousand lookups is told a maybe for a no.
const IDS_PER_BLOCK: u64 = 16;
/// Odd numbers that spread a hash over the words.
const SPREAD: [u32; WORDS] =
    [0x4c1b_2f35, 0x9d7f_3a41, 0xb6c2_5e6b, 0x21f8_9c8d, 0xe35a_47a7, 0x7a90_d1c3, 0x5f4e_b2e9, 0xc8d3_6b1f];

/// The ids of one kind.
pub(super) struct Filter {
    layers: RwLock<Vec<Layer>>,
    /// Whether every id from before the store was opened has been added.
    ready: AtomicBool,
}

struct Layer {
    blocks: Vec<[AtomicU32; WORDS]>,
    added: AtomicU64,
}

impl Filter {
    pub(super) fn new() -> Filter {
        Filter { layers: RwLock::default(), ready: AtomicBool::new(false) }
    }

    /// Makes room for that many ids at once.
    pub(super) fn reserve(&self, ids: u64) {
        if ids == 0 {
            // Many kinds are never used.
            return;
        }
        let mut layers = self.layers.write().unwrap_or_else(PoisonError::into_inner);
        layers.push(Layer::new(ids.saturating_mul(5) / 4));
    }

    /// Says that every older id has been added.
    pub(super) fn complete(&self) {
        self.ready.store(true, Ordering::Release);
    }

    /// Adds the id with that hash.
    pub(super) fn add(&self, hash: u64) {
        let layers = self.layers.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(layer) = layers.last().filter(|layer| !layer.is_full()) {
            return layer.add(hash);
        }
        drop(layers);
        let mut layers = self.layers.write().unwrap_or_else(PoisonError::into_inner);
        if layers.last().is_none_or(Layer::is_full) {
            let size = layers.last().map_or(0, |layer| layer.ids() * 2);
            layers.push(Layer::new(size));
        }
        if let Some(layer) = layers.last() {
            layer.add(hash);
        }
    }

    /// Whether the id with that hash may be there; a no is sure.
    pub(super) fn may_hold(&self, hash: u64) -> bool {
        if !self.ready.load(Ordering::Acquire) {
            return true;
        }
        let layers = self.layers.read().unwrap_or_else(PoisonError::into_inner);
        layers.iter().any(|layer| layer.may_hold(hash))
    }
}

impl Layer {
    /// A layer for that many ids, 65,536 at least.
    fn new(ids: u64) -> Layer {
        let blocks = ids.max(65_536).div_ceil(IDS_PER_BLOCK);
        Layer { blocks: (0..blocks).map(|_| Default::default()).collect(), added: AtomicU64::new(0) }
    }

    fn ids(&self) -> u64 {
        self.blocks.len() as u64 * IDS_PER_BLOCK
    }

    fn is_full(&self) -> bool {
        self.added.load(Ordering::Relaxed) >= self.ids()
    }

    fn block(&self, hash: u64) -> &[AtomicU32; WORDS] {
        let place = (u128::from(hash) * self.blocks.len() as u128) >> 64;
        &self.blocks[place as usize]
    }

    fn add(&self, hash: u64) {
        for (word, bit) in self.block(hash).iter().zip(bits(hash)) {
            word.fetch_or(bit, Ordering::Relaxed);
        }
        self.added.fetch_add(1, Ordering::Relaxed);
    }

    fn may_hold(&self, hash: u64) -> bool {
        self.block(hash).iter().zip(bits(hash)).all(|(word, bit)| word.load(Ordering::Relaxed) & bit != 0)
    }
}

fn bits(hash: u64) -> impl Iterator<Item = u32> {
    let low = hash as u32;
    SPREAD.iter().map(move |spread| 1 << (low.wrapping_mul(*spread) >> 27))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_added_is_never_denied_and_little_else_is_admitted() {
        let hasher = ahash::RandomState::with_seeds(1, 2, 3, 4);
        let filter = Filter::new();
        assert!(filter.may_hold(7), "nothing is sure before the old ids are known");
        (0..300_000_u64).for_each(|id| filter.add(hasher.hash_one(id)));
        filter.complete();
        assert!((0..300_000_u64).all(|id| filter.may_hold(hasher.hash_one(id))));
        let wrong = (1_000_000..1_100_000_u64).filter(|id| filter.may_hold(hasher.hash_one(id))).count();
        assert!(wrong < 1_000, "{wrong} of 100,000 unknown ids were admitted");
    }
}
