//! Proof: the whole journal is read again and compared with every wallet, every hash and every sum (TRUST-01).

use std::collections::{HashMap, HashSet};

use compact_str::CompactString;
use jifen_ledger::Hash;
use jifen_ledger::fold::{Fold, StoredEntry, Totals};
use jifen_program::audit::{AUDIT, AUDIT_HEAD, AuditHead, Break, Chain, HEAD_ID};
use jifen_program::desk::Record;
use jifen_program::member::Member;
use jifen_store::{Bound, Entry, Find, Key, Order, Row, Store, StoreError, Stream};

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
    /// Lines of the audit trail read.
    pub audited: u64,
    /// Where the audit trail breaks, where it does.
    pub audit_break: Option<String>,
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
        self.flaw_count == 0 && self.balanced && self.audit_break.is_none()
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
/// The store may be live: a member whose record has moved on while the journal was read is looked at again. It keeps a
/// fold for each member: some hundred bytes each.
///
/// # Errors
/// What the store says. What does not agree is not an error but part of the verdict.
pub fn verify(store: &dyn Store, progress: impl FnMut(u64, u64)) -> Result<Verdict, StoreError> {
    let mut reading = Reading { store, verdict: Verdict::default(), folds: HashMap::default(), last: 0, progress };
    reading.catch_up()?;
    reading.members()?;
    reading.audit()?;
    Ok(reading.verdict)
}

/// How often a member who keeps moving is looked at again before a difference counts.
const LOOKS_MAX: usize = 5;

struct Reading<'a, P> {
    store: &'a dyn Store,
    verdict: Verdict,
    /// Nothing for a chain with a flaw: it is told once, and what follows it in the chain proves nothing more.
    folds: HashMap<CompactString, Option<Fold>, ahash::RandomState>,
    last: u64,
    progress: P,
}

impl<P: FnMut(u64, u64)> Reading<'_, P> {
    /// Folds every entry up to the journal's end.
    fn catch_up(&mut self) -> Result<(), StoreError> {
        loop {
            let entries = self.store.entries(Stream(0), self.last, SLICE)?;
            if entries.is_empty() {
                return Ok(());
            }
            for entry in &entries {
                self.fold(entry);
            }
            (self.progress)(self.verdict.entries, self.verdict.members);
        }
    }

    fn fold(&mut self, entry: &Entry) {
        if entry.number != self.last + 1 {
            let what = format!("the journal has a gap after {}", self.last);
            self.verdict.flaw(&entry.chain, Some(entry.number), what);
        }
        self.last = entry.number;
        self.verdict.entries += 1;
        let slot = self.folds.entry(entry.chain.clone()).or_insert_with(|| Some(Fold::new()));
        let Some(fold) = slot else { return };
        let hash = Hash::from_bytes(entry.hash);
        let applied = fold.apply(StoredEntry { body: &entry.body, hash: &hash });
        let belongs = fold.member().is_none_or(|member| member.as_str() == entry.chain) && fold.seq() == entry.seq;
        let what = match applied {
            Err(flaw) => flaw.to_string(),
            Ok(()) if !belongs => "it stands in another chain or place than it says".to_owned(),
            Ok(()) => return,
        };
        *slot = None;
        self.verdict.flaw(&entry.chain, Some(entry.number), what);
    }

    fn members(&mut self) -> Result<(), StoreError> {
        let mut seen: HashSet<CompactString, ahash::RandomState> = HashSet::default();
        let mut from = Bound::Start;
        loop {
            let query =
                Find { kind: Member::KIND, column: None, equals: None, order: Order::Ascending, from, limit: SLICE };
            let page = self.store.find(&query)?;
            for (id, _, row) in page.rows {
                self.verdict.members += 1;
                self.member(&id, Some(row))?;
                seen.insert(id);
            }
            (self.progress)(self.verdict.entries, self.verdict.members);
            match page.next {
                Some(next) => from = next,
                None => break,
            }
        }
        self.orphans(&seen)?;
        self.totals();
        Ok(())
    }

    /// Compares a member with the fold of the chain; looks again where one of both has moved on meanwhile.
    fn member(&mut self, id: &CompactString, mut row: Option<Row>) -> Result<(), StoreError> {
        let mut flaw = None;
        for _ in 0..LOOKS_MAX {
            let Some(found) = row else { break };
            if found.tail > self.last {
                self.catch_up()?;
            }
            flaw = match self.folds.get(id) {
                Some(None) => return Ok(()),
                Some(Some(fold)) => differs(fold, &found),
                None => differs(&Fold::new(), &found),
            };
            if flaw.is_none() {
                return Ok(());
            }
            row = self.store.load(&[Key::new(Member::KIND, id)])?.into_iter().next().flatten();
            if row.as_ref().is_some_and(|again| again.version == found.version) {
                break;
            }
        }
        if let Some(what) = flaw {
            self.verdict.flaw(id, None, what);
        }
        Ok(())
    }

    /// Chains whose member was not listed: somebody who joined meanwhile, or nobody.
    fn orphans(&mut self, seen: &HashSet<CompactString, ahash::RandomState>) -> Result<(), StoreError> {
        let unseen: Vec<CompactString> = self.folds.keys().filter(|chain| !seen.contains(*chain)).cloned().collect();
        for chain in unseen {
            let row = self.store.load(&[Key::new(Member::KIND, &chain)])?.into_iter().next().flatten();
            if row.is_none() {
                self.verdict.flaw(&chain, None, "the journal has entries of a member who is not there".to_owned());
                continue;
            }
            self.verdict.members += 1;
            self.member(&chain, row)?;
        }
        Ok(())
    }

    /// Follows the audit trail to its end, which may move meanwhile: the head is read when the lines have been.
    fn audit(&mut self) -> Result<(), StoreError> {
        let mut chain = Chain::new();
        let mut from = Bound::Start;
        loop {
            let before = chain.number();
            if let Err(broken) = self.follow(&mut chain, &mut from)? {
                self.verdict.audit_break = Some(broken.to_string());
                return Ok(());
            }
            self.verdict.audited = chain.number();
            let row = self.store.load(&[Key::new(&AUDIT_HEAD, HEAD_ID)])?.into_iter().next().flatten();
            let Ok(head) = row.map_or(Ok(AuditHead::default()), |row| AuditHead::read(&row.body)) else {
                self.verdict.audit_break = Some("the head of the trail cannot be read".to_owned());
                return Ok(());
            };
            if head.number <= chain.number() || chain.number() == before {
                self.verdict.audit_break = chain.ends_at(&head).err().map(|broken| broken.to_string());
                return Ok(());
            }
        }
    }

    /// Reads every line there is after those that were read.
    fn follow(&self, chain: &mut Chain, from: &mut Bound) -> Result<Result<(), Break>, StoreError> {
        loop {
            let from_here = from.clone();
            let query = Find {
                kind: &AUDIT,
                column: None,
                equals: None,
                order: Order::Ascending,
                from: from_here,
                limit: SLICE,
            };
            let page = self.store.find(&query)?;
            for (id, _, row) in page.rows {
                if let Err(broken) = chain.follow(&id, &row.body) {
                    return Ok(Err(broken));
                }
                *from = Bound::After(jifen_store::Value::Null, id);
            }
            if page.next.is_none() {
                return Ok(Ok(()));
            }
        }
    }

    fn totals(&mut self) {
        let mut totals = Totals::default();
        for fold in self.folds.values().flatten() {
            totals.add(fold);
        }
        self.verdict.balanced = totals.balance();
        let unit = |(unit, accounts): (&jifen_vocab::UnitId, _)| (unit.to_string(), named(accounts));
        self.verdict.totals = totals.units().map(unit).collect();
    }
}

fn differs(fold: &Fold, row: &Row) -> Option<String> {
    match Member::read(&row.body) {
        Err(error) => Some(format!("the record cannot be read: {error}")),
        Ok(member) => fold.compare(&member.body.wallet).err().map(|flaw| flaw.to_string()),
    }
}

fn named(accounts: impl Iterator<Item = (jifen_ledger::Account, i128)>) -> Vec<(&'static str, i128)> {
    accounts.map(|(account, total)| (account.as_str(), total)).collect()
}
