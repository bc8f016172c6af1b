//! The spot check: once an hour entries drawn by chance, as many as the rule book says, are compared with their chains
//! and their receipts (REL-14).

use jifen_ledger::{Entry as Moved, Hash, seal};
use jifen_program::book::boards::Reconciliation as Terms;
use jifen_program::flows::{bears_out, receipt_of};
use jifen_store::{Entry, EntryNumber, Store, StoreError, Stream};
use jifen_vocab::Timestamp;

use crate::verify::Found;

/// Flaws that are told one by one.
const FLAWS_TOLD: usize = 20;

/// What a spot check found.
#[derive(Debug, Clone)]
pub struct SpotCheck {
    /// When it was made.
    pub at: Timestamp,
    /// Entries looked at.
    pub entries: u64,
    /// Receipts that were compared.
    pub receipts: u64,
    /// Entries that are not borne out.
    pub flaw_count: u64,
    /// The first of them.
    pub flaws: Vec<Found>,
    /// How many in a million may differ before somebody is told.
    pub tolerance_ppm: u64,
}

impl SpotCheck {
    /// Entries in a million that are not borne out.
    pub fn differing_ppm(&self) -> u64 {
        self.flaw_count.saturating_mul(1_000_000).checked_div(self.entries).unwrap_or(0)
    }

    /// Whether somebody must be told.
    pub fn is_alarming(&self) -> bool {
        self.differing_ppm() > self.tolerance_ppm
    }
}

/// Looks at as many entries as the terms say, drawn by `seed`, or at all where there are no more.
///
/// # Errors
/// What the store says.
pub fn spot_check(store: &dyn Store, now: Timestamp, seed: u64, terms: &Terms) -> Result<SpotCheck, StoreError> {
    let (last, sample) = (newest(store)?, u64::from(terms.sample));
    let tolerance_ppm = u64::from(terms.tolerance_ppm);
    let mut found = SpotCheck { at: now, entries: 0, receipts: 0, flaw_count: 0, flaws: Vec::new(), tolerance_ppm };
    for draw in 0..sample.min(last) {
        let number = if last <= sample { draw + 1 } else { mixed(seed.wrapping_add(draw)) % last + 1 };
        found.entries += 1;
        if let Some((member, what)) = look(store, number, &mut found.receipts)? {
            found.flaw_count += 1;
            if found.flaws.len() < FLAWS_TOLD {
                found.flaws.push(Found { member, entry: Some(number), what });
            }
        }
    }
    let (entries, receipts, differing) = (found.entries, found.receipts, found.flaw_count);
    if found.is_alarming() {
        let first = found.flaws.first().map(|flaw| flaw.what.clone()).unwrap_or_default();
        tracing::error!(entries, differing, first, "entries are not borne out by their receipts: run `jifen verify`");
    } else {
        tracing::info!(entries, receipts, "a spot check of the journal agrees");
    }
    Ok(found)
}

/// The number of the newest entry: ever larger steps up, then halves.
fn newest(store: &dyn Store) -> Result<EntryNumber, StoreError> {
    let is_there = |number: EntryNumber| Ok::<_, StoreError>(!store.entries(Stream(0), number - 1, 1)?.is_empty());
    let mut beyond = 1;
    while is_there(beyond)? {
        beyond *= 2;
    }
    let (mut there, mut gone) = (beyond / 2, beyond);
    while gone - there > 1 {
        let middle = there + (gone - there) / 2;
        if is_there(middle)? { there = middle } else { gone = middle }
    }
    Ok(there)
}

/// Spreads a number over all numbers.
fn mixed(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

/// What is wrong with an entry, where something is, and whose it is.
fn look(store: &dyn Store, number: EntryNumber, receipts: &mut u64) -> Result<Option<(String, String)>, StoreError> {
    let entry = store.entries(Stream(0), number - 1, 1)?.into_iter().next().filter(|entry| entry.number == number);
    let Some(entry) = entry else { return Ok(Some((String::new(), "it is not there".to_owned()))) };
    let told = |what: String| Ok(Some((entry.chain.to_string(), what)));
    let moved: Moved = match serde_json::from_slice(&entry.body) {
        Ok(moved) => moved,
        Err(error) => return told(format!("it cannot be read: {error}")),
    };
    if moved.member.as_str() != entry.chain || moved.seq != entry.seq {
        return told("it stands in another chain or place than it says".to_owned());
    }
    let Some(before) = before(store, &entry)? else {
        return told("the entry before it in its chain is not there".to_owned());
    };
    if seal(&before, &entry.body) != Hash::from_bytes(entry.hash) {
        return told("its hash does not cover its bytes and the entry before".to_owned());
    }
    let Some(key) = receipt_of(&moved) else { return Ok(None) };
    *receipts += 1;
    match store.load(std::slice::from_ref(&key))?.into_iter().next().flatten() {
        None => told(format!("its receipt {}/{} is not there", key.kind.name, key.id)),
        Some(row) => match bears_out(&moved, &key, &row.body) {
            Ok(()) => Ok(None),
            Err(what) => told(what),
        },
    }
}

/// The hash of the entry before in the chain; nothing where it is not there.
fn before(store: &dyn Store, entry: &Entry) -> Result<Option<Hash>, StoreError> {
    if entry.previous == 0 {
        return Ok((entry.seq == 1).then(Hash::default));
    }
    let before = store.history(Stream(0), entry.previous, 1)?.into_iter().next();
    let before = before.filter(|before| before.chain == entry.chain && before.seq + 1 == entry.seq);
    Ok(before.map(|before| Hash::from_bytes(before.hash)))
}
