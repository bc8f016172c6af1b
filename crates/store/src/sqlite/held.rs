//! Rows held in memory: those the tables do not have yet, and those used lately.
//!
//! A row that a commit put is held at least until the tables have it. After that it stays as long as there is room:
//! each shard has a hand that goes round and lets go of what was not used since it came by.

use std::sync::{Mutex, MutexGuard, PoisonError};

use compact_str::CompactString;
use hashbrown::HashTable;

use super::place::Hashed;
use crate::Row;

const SHARDS: usize = 64;
/// Slots looked at for each row that comes in; where all are in use or not applied, the shard grows for a while.
const STEPS_MAX: usize = 16;

/// The rows in memory, in shards by the hash of their key.
pub(super) struct Held {
    shards: Vec<Mutex<Shard>>,
    shard_bytes_max: usize,
}

#[derive(Default)]
struct Shard {
    places: HashTable<u32>,
    slots: Vec<Slot>,
    free: Vec<u32>,
    hand: usize,
    bytes: usize,
    /// The newest batch whose row was let go.
    let_go: u64,
}

struct Slot {
    hash: u64,
    /// The batch that put the row; 0 where it was read from the tables.
    seq: u64,
    kind: u16,
    used: bool,
    id: CompactString,
    row: Option<Row>,
}

impl Held {
    pub(super) fn new(bytes_max: usize) -> Held {
        let shards = (0..SHARDS).map(|_| Mutex::default()).collect();
        Held { shards, shard_bytes_max: bytes_max / SHARDS }
    }

    /// The row, where it is held.
    pub(super) fn get(&self, key: Hashed<'_>) -> Option<Row> {
        let mut shard = self.shard(key.hash());
        let place = shard.find(key)?;
        let slot = &mut shard.slots[place as usize];
        slot.used = true;
        slot.row.clone()
    }

    /// Holds what a commit put.
    pub(super) fn put(&self, key: Hashed<'_>, row: Row, seq: u64, applied: u64) {
        let mut shard = self.shard(key.hash());
        shard.set(key, row, seq);
        shard.make_room(self.shard_bytes_max, applied);
    }

    /// Holds what was read from the tables, which had every batch up to `applied` before they were read. What a commit
    /// put meanwhile stays.
    pub(super) fn keep(&self, key: Hashed<'_>, row: Row, applied: u64) {
        let mut shard = self.shard(key.hash());
        // A newer row of this key may have come and gone since the tables were read.
        if shard.let_go > applied || shard.find(key).is_some() {
            return;
        }
        shard.set(key, row, 0);
        shard.make_room(self.shard_bytes_max, applied);
    }

    fn shard(&self, hash: u64) -> MutexGuard<'_, Shard> {
        // The table inside uses the low and the highest bits.
        let place = (hash >> 40) as usize % SHARDS;
        self.shards[place].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shard {
    fn find(&self, key: Hashed<'_>) -> Option<u32> {
        let same = |place: &u32| {
            let slot = &self.slots[*place as usize];
            slot.hash == key.hash() && slot.kind == key.kind && slot.id == key.id
        };
        self.places.find(key.hash(), same).copied()
    }

    fn set(&mut self, key: Hashed<'_>, row: Row, seq: u64) {
        self.bytes += weight(key.id, &row);
        // Nothing comes before the first version of a row.
        let older = if row.version == 1 { None } else { self.find(key) };
        if let Some(place) = older {
            let slot = &mut self.slots[place as usize];
            self.bytes -= slot.row.as_ref().map_or(0, |row| weight(&slot.id, row));
            (slot.row, slot.seq, slot.used) = (Some(row), seq, true);
            return;
        }
        let slot = Slot { hash: key.hash(), seq, kind: key.kind, used: false, id: key.id.into(), row: Some(row) };
        let place = match self.free.pop() {
            Some(place) => {
                self.slots[place as usize] = slot;
                place
            }
            None => {
                self.slots.push(slot);
                self.slots.len() as u32 - 1
            }
        };
        let slots = &self.slots;
        self.places.insert_unique(key.hash(), place, |place| slots[*place as usize].hash);
    }

    fn make_room(&mut self, bytes_max: usize, applied: u64) {
        for _ in 0..STEPS_MAX {
            if self.bytes <= bytes_max {
                return;
            }
            self.hand = (self.hand + 1) % self.slots.len();
            self.pass(applied);
        }
    }

    /// Lets go of the row under the hand, unless it is wanted.
    fn pass(&mut self, applied: u64) {
        let slot = &mut self.slots[self.hand];
        let Some(row) = &slot.row else { return };
        if slot.used || slot.seq > applied {
            slot.used = false;
            return;
        }
        self.bytes -= weight(&slot.id, row);
        self.let_go = self.let_go.max(slot.seq);
        let (hash, hand) = (slot.hash, self.hand as u32);
        (slot.row, slot.id) = (None, CompactString::default());
        if let Ok(entry) = self.places.find_entry(hash, |place| *place == hand) {
            entry.remove();
        }
        self.free.push(hand);
    }
}

fn weight(id: &str, row: &Row) -> usize {
    // The slot, its place in the table and what the allocator adds.
    row.body.len() + id.len() + 160
}
