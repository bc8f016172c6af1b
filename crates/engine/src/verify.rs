//! Proof: the whole journal is read again and compared with every wallet, every hash and every sum (TRUST-01).

use std::collections::HashMap;

use compact_str::CompactString;
use jifen_ledger::Hash;
use jifen_ledger::fold::{Fold, StoredEntry, Totals};
use jifen_program::desk::Record;
use jifen_program::member::Member;
use jifen_store::{Bound, Entry, Find, Order, Store, StoreError, Stream};

/// Entries or members read at once.
const SLICE: usize = 1_000;

/// Flaws that are told one by one; beyond it they are only counted.
const FLAWS_TOLD: usize = 100;

/// What a verification found.
#[derive(Debug, Clone, Default)]
pub struct Verdict {
    /// Entries read.
    pub entries: u64,
    /// Members compared.
    pub members: u64,
    /// Flaws in all.
    pub flaw_count: u64,
    /// The first of them.
    pub flaws: Vec<Found>,
    /// Per unit: every account with its total; they sum to zero.
    pub totals: Vec<(String, Vec<(&'static str, i128)>)>,
    /// Whether every unit's accounts sum to zero.
    pub balanced: bool,
}

/// A flaw and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The member.
    pub member: String,
    /// The entry's number in the journal, where the flaw is in an entry.
    pub entry: Option<u64>,
    /// What is wrong.
    pub what: String,
}

impl Verdict {
    /// Whether everything agrees.
    pub fn agrees(&self) -> bool {
        self.flaw_count == 0 && self.balanced
    }

    fn flaw(&mut self, member: &str, entry: Option<u64>, what: String) {
        self.flaw_count += 1;
        if self.flaws.len() < FLAWS_TOLD {
            self.flaws.push(Found { member: member.to_owned(), entry, what });
        }
    }
}

/// Reads everything. `progress` hears after each slice how many entries and members were read so far.
///
/// It keeps a fold for each member: some hundred bytes each.
///
/// # Errors
/// What the store says. What does not agree is not an error but part of the verdict.
pub fn verify(store: &dyn Store, mut progress: impl FnMut(u64, u64)) -> Result<Verdict, StoreError> {
    let mut verdict = Verdict::default();
    let mut folds: HashMap<CompactString, Option<Fold>, ahash::RandomState> = HashMap::default();
    let mut last = 0;
    loop {
        let entries = store.entries(Stream(0), last, SLICE)?;
        if entries.is_empty() {
            break;
        }
        for entry in &entries {
            if entry.number != last + 1 {
                verdict.flaw(&entry.chain, Some(entry.number), format!("the journal has a gap after {last}"));
            }
            last = entry.number;
            verdict.entries += 1;
            fold(&mut folds, entry, &mut verdict);
        }
        progress(verdict.entries, 0);
    }
    members(store, &mut folds, &mut verdict, &mut progress)?;
    Ok(verdict)
}

fn fold(folds: &mut HashMap<CompactString, Option<Fold>, ahash::RandomState>, entry: &Entry, verdict: &mut Verdict) {
    let slot = folds.entry(entry.chain.clone()).or_insert_with(|| Some(Fold::new()));
    // A chain with a flaw is told once; what follows it in the chain proves nothing more.
    let Some(fold) = slot else { return };
    let hash = Hash::from_bytes(entry.hash);
    let applied = fold.apply(StoredEntry { body: &entry.body, hash: &hash });
    let belongs = fold.member().is_none_or(|member| member.as_str() == entry.chain);
    if let Err(flaw) = applied {
        verdict.flaw(&entry.chain, Some(entry.number), flaw.to_string());
        *slot = None;
    } else if !belongs || fold.seq() != entry.seq {
        verdict.flaw(&entry.chain, Some(entry.number), "it stands in another chain or place than it says".to_owned());
        *slot = None;
    }
}

fn members(
    store: &dyn Store,
    folds: &mut HashMap<CompactString, Option<Fold>, ahash::RandomState>,
    verdict: &mut Verdict,
    progress: &mut impl FnMut(u64, u64),
) -> Result<(), StoreError> {
    let mut totals = Totals::default();
    let mut from = Bound::Start;
    loop {
        let query =
            Find { kind: Member::KIND, column: None, equals: None, order: Order::Ascending, from, limit: SLICE };
        let page = store.find(&query)?;
        for (id, _, row) in &page.rows {
            verdict.members += 1;
            let fold = folds.remove(id).unwrap_or_else(|| Some(Fold::new()));
            let Some(fold) = fold else { continue };
            totals.add(&fold);
            match Member::read(&row.body) {
                Err(error) => verdict.flaw(id, None, format!("the record cannot be read: {error}")),
                Ok(member) => {
                    if let Err(flaw) = fold.compare(&member.body.wallet) {
                        verdict.flaw(id, None, flaw.to_string());
                    }
                }
            }
        }
        progress(verdict.entries, verdict.members);
        match page.next {
            Some(next) => from = next,
            None => break,
        }
    }
    for chain in folds.keys() {
        verdict.flaw(chain, None, "the journal has entries of a member who is not there".to_owned());
    }
    verdict.balanced = totals.balance();
    let unit = |(unit, accounts): (&jifen_vocab::UnitId, _)| (unit.to_string(), named(accounts));
    verdict.totals = totals.units().map(unit).collect();
    Ok(())
}

fn named(accounts: impl Iterator<Item = (jifen_ledger::Account, i128)>) -> Vec<(&'static str, i128)> {
    accounts.map(|(account, total)| (account.as_str(), total)).collect()
}
