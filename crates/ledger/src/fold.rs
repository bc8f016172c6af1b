//! Rebuilds a member's points from nothing but stored entries, and compares the result with a wallet.
//!
//! It shares no arithmetic with the desk that wrote the entries. For every lot it remembers in which account each
//! number is, so it notices a point that moves from where it is not.

use std::collections::BTreeMap;
use std::fmt;

use jifen_vocab::{MemberId, Timestamp, UnitId};

use crate::account::Account;
use crate::entry::{Entry, EntryKind};
use crate::few::Few;
use crate::hash::{Hash, seal};
use crate::lot::{LotId, Piece};
use crate::wallet::{Holding, Wallet};

/// An entry as it is stored.
#[derive(Debug, Clone, Copy)]
pub struct StoredEntry<'a> {
    /// Its bytes.
    pub body: &'a [u8],
    /// The hash stored beside them.
    pub hash: &'a Hash,
}

/// What is wrong with a member's entries, or with a wallet that should be their fold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flaw {
    /// The bytes are not an entry.
    Unreadable {
        /// The number that the entry should have.
        seq: u64,
    },
    /// An entry is missing or comes twice.
    Sequence {
        /// The number that should come.
        expected: u64,
        /// The number that came.
        found: u64,
    },
    /// The hash does not follow from the bytes and the hash before: something was changed.
    Chain {
        /// The entry's number.
        seq: u64,
    },
    /// The entry belongs to somebody else.
    Member {
        /// The entry's number.
        seq: u64,
    },
    /// The movement makes no sense: its accounts, its amount, or pieces that do not add up to it.
    Movement {
        /// The entry's number.
        seq: u64,
    },
    /// Points move from an account where they are not.
    NotThere {
        /// The entry's number.
        seq: u64,
        /// The lot.
        lot: LotId,
    },
    /// The balance in the entry is not what the entries so far add up to.
    Balance {
        /// The entry's number.
        seq: u64,
        /// What they add up to.
        expected: i64,
        /// What the entry says.
        found: i64,
    },
    /// The wallet's number of entries or last hash is another.
    Head,
    /// The wallet has another amount in an account.
    Amount {
        /// The unit.
        unit: UnitId,
        /// The account.
        account: Account,
        /// What the entries add up to.
        expected: i64,
        /// What the wallet has.
        found: i64,
    },
    /// The wallet has other numbers, or another date, in a lot.
    Lot {
        /// The unit.
        unit: UnitId,
        /// The lot.
        lot: LotId,
    },
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Flaw::Unreadable { seq } => write!(f, "entry {seq}: its bytes are not an entry"),
            Flaw::Sequence { expected, found } => write!(f, "entry {expected} is missing: {found} came in its place"),
            Flaw::Chain { seq } => {
                write!(f, "entry {seq}: its hash does not follow from its bytes and the hash before")
            }
            Flaw::Member { seq } => write!(f, "entry {seq} belongs to another member"),
            Flaw::Movement { seq } => write!(f, "entry {seq}: its accounts, points and pieces do not fit together"),
            Flaw::NotThere { seq, lot } => write!(f, "entry {seq}: points of lot {} leave where they are not", lot.0),
            Flaw::Balance { seq, expected, found } => {
                write!(f, "entry {seq}: its balance is {found}, the entries add up to {expected}")
            }
            Flaw::Head => f.write_str("the wallet ends at another entry"),
            Flaw::Amount { unit, account, expected, found } => {
                let account = account.as_str();
                write!(f, "{unit}: the wallet has {found} {account}, the entries add up to {expected}")
            }
            Flaw::Lot { unit, lot } => write!(f, "{unit}: lot {} has other points than the entries say", lot.0),
        }
    }
}

impl std::error::Error for Flaw {}

/// A member's entries, folded.
#[derive(Debug, Clone, Default)]
pub struct Fold {
    member: Option<MemberId>,
    seq: u64,
    head: Hash,
    units: Few<UnitId, UnitFold>,
}

/// What the entries of one unit add up to.
#[derive(Debug, Clone, Default)]
pub struct UnitFold {
    accounts: Few<Account, i64>,
    lots: Few<LotId, LotFold>,
}

#[derive(Debug, Clone, Default)]
struct LotFold {
    expires_at: Option<Timestamp>,
    /// Every number that was ever given out, and the account where it is: sorted, without gaps from 0.
    strip: Vec<(i64, i64, Account)>,
}

/// Totals of many members: per unit and account. Each unit's accounts sum to zero.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Totals {
    units: BTreeMap<UnitId, BTreeMap<Account, i128>>,
}

impl Fold {
    /// A member without entries.
    pub fn new() -> Self {
        Fold::default()
    }

    /// Adds the member's next entry. After a flaw the fold is of no more use.
    pub fn apply(&mut self, stored: StoredEntry<'_>) -> Result<(), Flaw> {
        let seq = self.seq + 1;
        let hash = seal(&self.head, stored.body);
        let entry: Entry = serde_json::from_slice(stored.body).map_err(|_| Flaw::Unreadable { seq })?;
        if entry.seq != seq {
            return Err(Flaw::Sequence { expected: seq, found: entry.seq });
        }
        if hash != *stored.hash {
            return Err(Flaw::Chain { seq });
        }
        if *self.member.get_or_insert_with(|| entry.member.clone()) != entry.member {
            return Err(Flaw::Member { seq });
        }
        check_movement(&entry)?;
        self.units.at(&entry.unit).apply(&entry)?;
        self.seq = seq;
        self.head = hash;
        Ok(())
    }

    /// Whether the wallet is what the entries add up to.
    pub fn compare(&self, wallet: &Wallet) -> Result<(), Flaw> {
        if wallet.seq() != self.seq || wallet.head() != self.head {
            return Err(Flaw::Head);
        }
        let nothing = UnitFold::default();
        for holding in wallet.holdings() {
            self.units.get(holding.unit()).unwrap_or(&nothing).compare(holding)?;
        }
        let missing = self.units.iter().find(|(unit, fold)| wallet.holding(unit).is_none() && fold.in_wallet() != 0);
        match missing {
            None => Ok(()),
            Some((unit, fold)) => Err(Flaw::Amount {
                unit: unit.clone(),
                account: Account::Available,
                expected: fold.in_wallet(),
                found: 0,
            }),
        }
    }

    /// Whose entries they are; none before the first.
    pub fn member(&self) -> Option<&MemberId> {
        self.member.as_ref()
    }

    /// How many entries were added.
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// The units, with what they add up to.
    pub fn units(&self) -> impl Iterator<Item = (&UnitId, &UnitFold)> {
        self.units.iter()
    }
}

fn check_movement(entry: &Entry) -> Result<(), Flaw> {
    let flaw = Err(Flaw::Movement { seq: entry.seq });
    let sum = entry.pieces.iter().try_fold(0_i64, |sum, piece| {
        let sane = piece.lo >= 0 && piece.lo < piece.hi;
        if sane { sum.checked_add(piece.hi - piece.lo) } else { None }
    });
    let moves = entry.from != entry.to;
    let nothing_moves = entry.kind == EntryKind::Extend;
    let only_debt = entry.pieces.is_empty() && entry.from == Account::Debt;
    if entry.points.get() <= 0 || moves == nothing_moves {
        return flaw;
    }
    if sum == Some(entry.points.get()) || only_debt { Ok(()) } else { flaw }
}

impl UnitFold {
    /// What is in an account. The member's debt, and the account that points are issued from, are below zero.
    pub fn account(&self, account: Account) -> i64 {
        self.accounts.get(&account).copied().unwrap_or(0)
    }

    /// Every account that was touched. They sum to zero.
    pub fn accounts(&self) -> impl Iterator<Item = (Account, i64)> {
        self.accounts.iter().map(|(account, points)| (*account, *points))
    }

    fn in_wallet(&self) -> i64 {
        let inside = self.accounts.iter().filter(|(account, _)| !account.is_outside());
        inside.fold(0, |sum: i64, (_, points)| sum.saturating_add(*points))
    }

    fn apply(&mut self, entry: &Entry) -> Result<(), Flaw> {
        let seq = entry.seq;
        for (account, change) in [(entry.from, -entry.points.get()), (entry.to, entry.points.get())] {
            let balance = self.accounts.at(&account);
            *balance = balance.checked_add(change).ok_or(Flaw::Movement { seq })?;
        }
        if self.account(Account::Debt) > 0 {
            return Err(Flaw::Movement { seq });
        }
        for piece in &entry.pieces {
            let lot = self.lots.at(&piece.lot);
            lot.expires_at = piece.expires_at;
            if !lot.apply(entry, piece) {
                return Err(Flaw::NotThere { seq, lot: piece.lot });
            }
        }
        let (expected, found) = (self.account(Account::Available), entry.balance.get());
        if expected == found { Ok(()) } else { Err(Flaw::Balance { seq, expected, found }) }
    }

    fn compare(&self, holding: &Holding) -> Result<(), Flaw> {
        let unit = holding.unit();
        let lifetime = holding.lifetime();
        let spent = [Account::Redeemed, Account::Donated, Account::Exchanged, Account::Fees];
        let spent = spent.iter().fold(0, |sum: i64, account| sum.saturating_add(self.account(*account)));
        let amounts = [
            (Account::Available, self.account(Account::Available), holding.available()),
            (Account::Pending, self.account(Account::Pending), holding.pending()),
            (Account::Held, self.account(Account::Held), holding.held()),
            (Account::Dormant, self.account(Account::Dormant), holding.dormant()),
            (Account::Shrunk, self.account(Account::Shrunk), holding.shrunk()),
            (Account::Debt, -self.account(Account::Debt), holding.debt()),
            (Account::Issued, -self.account(Account::Issued), lifetime.earned),
            (Account::Expired, self.account(Account::Expired), lifetime.expired),
            (Account::Redeemed, spent, lifetime.spent),
        ];
        for (account, expected, found) in amounts {
            if expected != found.get() {
                return Err(Flaw::Amount { unit: unit.clone(), account, expected, found: found.get() });
            }
        }
        self.compare_lots(holding)
    }

    fn compare_lots(&self, holding: &Holding) -> Result<(), Flaw> {
        let flaw = |lot| Err(Flaw::Lot { unit: holding.unit().clone(), lot });
        for lot in holding.lots() {
            let Some(fold) = self.lots.get(&lot.id()) else { return flaw(lot.id()) };
            if fold.expires_at != lot.expires_at() || !fold.in_wallet().eq(strip_of(lot)) {
                return flaw(lot.id());
            }
        }
        let forgotten = self
            .lots
            .iter()
            .find(|(id, fold)| fold.in_wallet().next().is_some() && !holding.lots().iter().any(|lot| lot.id() == **id));
        forgotten.map_or(Ok(()), |(id, _)| flaw(*id))
    }
}

/// Whether points in that account are in a wallet's lots. What repaid a debt is in none.
fn has_numbers(account: Account) -> bool {
    !account.is_outside() && account != Account::Debt
}

/// The numbers of a wallet's lot by account, neighbors joined.
fn strip_of(lot: &crate::lot::Lot) -> impl Iterator<Item = (i64, i64, Account)> {
    let mut strip: Vec<(i64, i64, Account)> = Vec::with_capacity(lot.parts.len());
    for part in &lot.parts {
        append(&mut strip, (part.lo, part.hi, part.state.account()));
    }
    strip.into_iter()
}

fn append(strip: &mut Vec<(i64, i64, Account)>, part: (i64, i64, Account)) {
    if part.0 >= part.1 {
        return;
    }
    match strip.last_mut() {
        Some(last) if last.1 == part.0 && last.2 == part.2 => last.1 = part.1,
        _ => strip.push(part),
    }
}

impl LotFold {
    fn in_wallet(&self) -> impl Iterator<Item = (i64, i64, Account)> {
        self.strip.iter().copied().filter(|part| has_numbers(part.2))
    }

    /// Moves the piece; whether all of it was where it should have been.
    fn apply(&mut self, entry: &Entry, piece: &Piece) -> bool {
        let (lo, hi) = (piece.lo, piece.hi);
        let granted = self.strip.last().map_or(0, |last| last.1);
        if entry.kind == EntryKind::Extend {
            let inside = |part: &&(i64, i64, Account)| part.0 < hi && lo < part.1;
            return hi <= granted && self.strip.iter().filter(inside).all(|part| has_numbers(part.2));
        }
        // New numbers: a grant, or points that come back to a lot of grace.
        let grace = entry.kind == EntryKind::Reverse && piece.grace;
        if lo == granted && (entry.from == Account::Issued || grace) {
            if self.strip.is_empty() {
                self.strip.reserve_exact(1);
            }
            append(&mut self.strip, (lo, hi, entry.to));
            return true;
        }
        if hi > granted || entry.from == Account::Issued {
            return false;
        }
        let mut strip = Vec::with_capacity(self.strip.len() + 2);
        let mut all_there = true;
        for part in &self.strip {
            let (from, to) = (part.0.max(lo), part.1.min(hi));
            if from >= to {
                append(&mut strip, *part);
                continue;
            }
            all_there &= part.2 == entry.from;
            append(&mut strip, (part.0, from, part.2));
            append(&mut strip, (from, to, entry.to));
            append(&mut strip, (to, part.1, part.2));
        }
        self.strip = strip;
        all_there
    }
}

impl Totals {
    /// Adds a member's fold.
    pub fn add(&mut self, fold: &Fold) {
        for (unit, of_unit) in fold.units() {
            let accounts = self.units.entry(unit.clone()).or_default();
            for (account, points) in of_unit.accounts() {
                *accounts.entry(account).or_default() += i128::from(points);
            }
        }
    }

    /// Per unit: every account with its total, in the order of [`Account`].
    pub fn units(&self) -> impl Iterator<Item = (&UnitId, impl Iterator<Item = (Account, i128)>)> {
        self.units.iter().map(|(unit, accounts)| (unit, accounts.iter().map(|(account, sum)| (*account, *sum))))
    }

    /// Whether every unit's accounts sum to zero.
    pub fn balance(&self) -> bool {
        self.units.values().all(|accounts| accounts.values().sum::<i128>() == 0)
    }
}
