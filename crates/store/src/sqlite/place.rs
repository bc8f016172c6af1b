//! Where records are found that nobody lists.
//!
//! Kinds without columns and alarms (idempotency keys, order facts) come by the million and are only ever looked up by
//! their whole id. An index over such ids would be written at random all over, and each new record would touch a page
//! that is not in memory. Their tables have an index over a number instead: the record's **generation** (about a
//! million records that came one after the other) and a **mark**, the hash of its id. New records only touch the part
//! of the newest generation, which is small and stays in memory. A lookup asks for the mark in each generation, newest
//! first, after a filter has said that the id may be there at all.

use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

/// Records of a generation, as a power of two.
const GENERATION_BITS: u32 = if cfg!(test) { 4 } else { 20 };
/// Bits of a mark; with those of the generation they fit an integer of SQLite.
const MARK_BITS: u32 = 43;
/// An odd number that spreads kinds and marks.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// Hashes ids. What it says is stored, so it stays the same on every machine; it differs from store to store, so that
/// nobody can prepare ids that collide.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hasher {
    seed: u64,
}

impl Hasher {
    /// The hasher of the store with that identity.
    pub(super) fn of(store: &str) -> Hasher {
        Hasher { seed: xxh3_64(store.as_bytes()) }
    }

    /// The hash of an id, whatever its kind.
    pub(super) fn id(self, id: &str) -> u64 {
        xxh3_64_with_seed(id.as_bytes(), self.seed)
    }
}

/// A key as it is looked up: kind, id and the hash of the id.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hashed<'a> {
    pub(super) kind: u16,
    pub(super) id: &'a str,
    id_hash: u64,
}

impl<'a> Hashed<'a> {
    pub(super) fn new(kind: u16, id: &'a str, hasher: Hasher) -> Hashed<'a> {
        Hashed { kind, id, id_hash: hasher.id(id) }
    }

    /// The same key in other words that live elsewhere.
    pub(super) fn with_id<'b>(&self, id: &'b str) -> Hashed<'b> {
        Hashed { kind: self.kind, id, id_hash: self.id_hash }
    }

    /// The hash of kind and id.
    pub(super) fn hash(&self) -> u64 {
        self.id_hash ^ u64::from(self.kind).wrapping_mul(SPREAD)
    }

    /// The part of the hash that is stored.
    pub(super) fn mark(&self) -> u64 {
        mark(self.id_hash)
    }
}

/// The part of an id's hash that is stored.
pub(super) fn mark(id_hash: u64) -> u64 {
    id_hash >> (64 - MARK_BITS)
}

/// A mark as a filter wants it: spread over all bits again.
pub(super) fn spread(mark: u64) -> u64 {
    let spread = mark.wrapping_mul(SPREAD);
    spread ^ (spread >> 32)
}

/// The generation of the record with that surrogate.
pub(super) fn generation(sk: i64) -> i64 {
    sk >> GENERATION_BITS
}

/// The number under which a generation has a mark.
pub(super) fn place(generation: i64, mark: u64) -> i64 {
    generation << MARK_BITS | mark as i64
}

/// The mark in such a number.
pub(super) fn mark_at(place: i64) -> u64 {
    place as u64 & ((1 << MARK_BITS) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_of_an_id_never_changes() {
        let hasher = Hasher::of("0123456789abcdef");
        assert_eq!(hasher.id("/shop o-1001"), 13_097_428_361_960_633_418);
        assert_ne!(Hasher::of("another").id("/shop o-1001"), hasher.id("/shop o-1001"));
    }

    #[test]
    fn places_say_their_mark_and_later_generations_come_later() {
        for hash in [0, 1, 0x1234_5678_9abc_def0, u64::MAX] {
            for sk in [1, (1 << GENERATION_BITS) - 1, 1 << GENERATION_BITS, 1 << (GENERATION_BITS + 19)] {
                let place = place(generation(sk), mark(hash));
                assert!(place >= 0);
                assert_eq!(mark_at(place), mark(hash));
                assert!(super::place(generation(sk) + 1, 0) > place);
            }
        }
    }
}
