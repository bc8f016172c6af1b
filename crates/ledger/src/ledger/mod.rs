//! The desk at which a wallet is changed.
//!
//! Each operation first checks everything and may refuse; behind the marked line it must succeed. A refusal therefore
//! leaves the wallet as it was (settled). Everything that happens is written into one [`Outcome`].

mod debit;
mod dormancy;
mod give_back;
mod grant;
mod hold;
mod time;

use jifen_vocab::{Code, MemberId, Points, Refusal, Timestamp, UnitId, limits};

use crate::account::Account;
use crate::entry::{Cause, CauseKind, Entry, EntryKind};
use crate::hash::{Hash, seal};
use crate::lot::{Lot, LotId, Piece, Pieces, State, points_of, push_piece};
use crate::terms::Law;
use crate::wallet::{Freeze, Holding, Wallet};

pub use debit::{TakeBack, TakenBack};
pub use give_back::GivenBack;
pub use grant::{Dated, Grant, Granted, Released};

/// Schema version of an entry's stored bytes.
const ENTRY_VERSION: u8 = 1;
/// Room for most entries, so that writing one does not grow its buffer.
const ENTRY_BYTES_USUAL: usize = 512;

/// A finished entry: as a value, as the bytes to store, and its place in the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The entry.
    pub entry: Entry,
    /// Its JSON, exactly as it is to be stored.
    pub body: Vec<u8>,
    /// The hash over the entry before and `body`.
    pub hash: Hash,
}

/// A member has to be told that points will lapse. In the member's record it counts as given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The unit.
    pub unit: UnitId,
    /// When the points will lapse.
    pub expires_at: Timestamp,
    /// When it was due, or found to be overdue.
    pub given_at: Timestamp,
    /// Every point of the unit that lapses at that instant, as it was when the notice was given.
    pub points: Points,
}

/// A member has to be told that points will fall asleep unless some are used before (EXP-11).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drowsy {
    /// The unit.
    pub unit: UnitId,
    /// When they fall asleep.
    pub sleeps_at: Timestamp,
    /// When it was due to be told.
    pub given_at: Timestamp,
    /// How many, as it was then.
    pub points: Points,
}

/// Points that lapsed unspent. Whoever keeps the awards of orders must remember the numbers: a later refund counts them
/// as taken (decision 4). The wallet forgets them.
///
/// A lot is reported once in an outcome; another outcome may report more of it: what was held then and is released
/// later. Lots of grace are not reported: no award names their numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lapsed {
    /// The unit.
    pub unit: UnitId,
    /// When they lapsed; the first of them, where what was held lapsed later.
    pub at: Timestamp,
    /// Which; all of one lot.
    pub pieces: Pieces,
}

/// Everything that operations on one wallet brought about, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outcome {
    /// Entries for the journal.
    pub entries: Vec<Sealed>,
    /// Notices to be delivered.
    pub notices: Vec<Notice>,
    /// Notices of points that are about to fall asleep.
    pub drowsy: Vec<Drowsy>,
    /// Points that lapsed.
    pub lapsed: Vec<Lapsed>,
    /// When a freeze ended by itself.
    pub thawed_at: Option<Timestamp>,
}

impl Outcome {
    fn add_lapsed(&mut self, lapsed: Lapsed) {
        let lot = |lapsed: &Lapsed| lapsed.pieces.first().map(|piece| piece.lot);
        let same = self.lapsed.iter_mut().find(|other| other.unit == lapsed.unit && lot(other) == lot(&lapsed));
        match same {
            Some(other) => other.pieces.extend(lapsed.pieces),
            None => self.lapsed.push(lapsed),
        }
    }
}

/// Changes one wallet at one instant.
#[derive(Debug)]
pub struct Ledger<'a> {
    wallet: &'a mut Wallet,
    member: &'a MemberId,
    law: Law<'a>,
    now: Timestamp,
    out: &'a mut Outcome,
}

/// Applies everything that fell due until `now`.
pub fn settle(wallet: &mut Wallet, member: &MemberId, law: Law<'_>, now: Timestamp, out: &mut Outcome) {
    Ledger::open(wallet, member, law, now, out);
}

/// A movement about to become an entry. The strips have changed already.
struct Posting {
    kind: EntryKind,
    from: Account,
    to: Account,
    at: Timestamp,
    pieces: Pieces,
    points: i64,
}

impl Posting {
    fn of(kind: EntryKind, from: Account, to: Account, at: Timestamp, pieces: Pieces) -> Self {
        let points = points_of(&pieces).get();
        Posting { kind, from, to, at, pieces, points }
    }
}

impl<'a> Ledger<'a> {
    /// Opens the wallet: everything that fell due until `now` is applied first. A `now` before the wallet's last
    /// settling counts as that instant.
    pub fn open(
        wallet: &'a mut Wallet,
        member: &'a MemberId,
        law: Law<'a>,
        now: Timestamp,
        out: &'a mut Outcome,
    ) -> Ledger<'a> {
        let now = now.max(wallet.settled);
        let mut ledger = Ledger { wallet, member, law, now, out };
        ledger.settle();
        ledger
    }

    /// The wallet as it is now.
    pub fn wallet(&self) -> &Wallet {
        self.wallet
    }

    /// The instant at which the wallet is changed.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// What was brought about so far.
    pub fn outcome(&mut self) -> &mut Outcome {
        self.out
    }

    /// Blocks spending until an instant, or until [`Ledger::unfreeze`]; replaces an earlier freeze.
    pub fn freeze(&mut self, until: Option<Timestamp>) {
        self.wallet.frozen = Some(Freeze { until });
        self.settle();
    }

    /// Lifts the freeze; whether there was one.
    pub fn unfreeze(&mut self) -> bool {
        self.wallet.frozen.take().is_some()
    }

    /// Gives points already held a better validity (decision 8, EXP-08): `date` says for each lot what it should be,
    /// none for never. A date is never made worse. Lots that wait for their date are left alone. Returns how many
    /// points have a better date now.
    pub fn extend(&mut self, unit: &UnitId, cause: &Cause, date: impl Fn(&Lot) -> Option<Timestamp>) -> Points {
        self.redate(unit, cause, |lot| if lot.awaits_date() { false } else { lot.redate(date(lot)) })
    }

    /// Puts one date of a unit off to a later instant, on somebody's wish (EXP-08). `anew` says whether points count
    /// whose date was put off before. Returns how many points have the later date now.
    pub fn prolong(&mut self, unit: &UnitId, from: Timestamp, to: Timestamp, anew: bool, cause: &Cause) -> Points {
        self.redate(unit, cause, |lot| {
            let moves = lot.expires_at() == Some(from) && (anew || !lot.extended) && lot.redate(Some(to));
            lot.extended |= moves;
            moves
        })
    }

    /// Writes which lots have another date now.
    fn redate(&mut self, unit: &UnitId, cause: &Cause, mut moves: impl FnMut(&mut Lot) -> bool) -> Points {
        let Ok(at) = self.wallet.index(unit) else { return Points::ZERO };
        let mut pieces = Pieces::new();
        let holding = &mut self.wallet.units[at];
        for lot in &mut holding.lots {
            if moves(lot) {
                for part in &lot.parts {
                    push_piece(&mut pieces, lot.piece(part.lo, part.hi));
                }
            }
        }
        if pieces.is_empty() {
            return Points::ZERO;
        }
        holding.lots.sort_by_key(crate::lot::Lot::order);
        let points = points_of(&pieces);
        self.post(
            at,
            Posting::of(EntryKind::Extend, Account::Available, Account::Available, self.now, pieces),
            cause.clone(),
        );
        self.settle();
        points
    }

    /// Finds the unit's holding or makes one.
    fn holding_for(&mut self, unit: &UnitId) -> usize {
        self.wallet.index(unit).unwrap_or_else(|at| {
            self.wallet.units.insert(at, Holding::new(unit.clone()));
            at
        })
    }

    /// Writes the entry of a movement that the strips already show.
    fn post(&mut self, unit: usize, posting: Posting, cause: Cause) {
        let holding = &mut self.wallet.units[unit];
        holding.book(posting.from, -posting.points);
        holding.book(posting.to, posting.points);
        self.wallet.seq += 1;
        let entry = Entry {
            v: ENTRY_VERSION,
            member: self.member.clone(),
            seq: self.wallet.seq,
            effective_at: posting.at,
            recorded_at: self.now,
            kind: posting.kind,
            unit: holding.unit.clone(),
            from: posting.from,
            to: posting.to,
            points: Points::new(posting.points),
            pieces: posting.pieces,
            balance: holding.available(),
            cause,
        };
        let mut body = Vec::with_capacity(ENTRY_BYTES_USUAL);
        serde_json::to_writer(&mut body, &entry).expect("numbers, names and lists of them are always JSON");
        let hash = seal(&self.wallet.head, &body);
        self.wallet.head = hash;
        self.out.entries.push(Sealed { entry, body, hash });
    }

    /// Points became available at that instant: a debt is repaid first. Points whose date has come lapse instead.
    fn repay(&mut self, unit: usize, fresh: &[Piece], at: Timestamp, cause: &Cause) {
        let holding = &mut self.wallet.units[unit];
        if holding.debt == 0 {
            return;
        }
        let mut left = holding.debt;
        let mut pieces = Pieces::new();
        for piece in fresh.iter().filter(|piece| piece.expires_at.is_none_or(|date| date > at)) {
            left -= holding.take_numbers(piece, left, |state| state == State::Available, None, &mut pieces);
        }
        if pieces.is_empty() {
            return;
        }
        holding.tidy();
        // The explanation belongs to the award.
        let cause = Cause { why: None, ..cause.clone() };
        self.post(unit, Posting::of(EntryKind::Repay, Account::Available, Account::Debt, at, pieces), cause);
    }
}

impl Holding {
    /// Keeps debt and totals in step with a movement.
    fn book(&mut self, account: Account, change: i64) {
        match account {
            Account::Debt => self.debt -= change,
            Account::Issued => self.earned -= change,
            Account::Expired => self.expired += change,
            Account::Redeemed | Account::Donated | Account::Exchanged | Account::Fees => self.spent += change,
            Account::Available
            | Account::Pending
            | Account::Held
            | Account::Dormant
            | Account::Shrunk
            | Account::Forfeited => {}
        }
    }

    /// Moves up to `limit` points in spend order.
    fn take(
        &mut self,
        limit: i64,
        matches: impl Fn(State) -> bool + Copy,
        to: Option<State>,
        pieces: &mut Pieces,
    ) -> i64 {
        let mut left = limit;
        for lot in &mut self.lots {
            if left == 0 {
                break;
            }
            left -= lot.recolor_all(left, matches, to, |piece, _| push_piece(pieces, piece));
        }
        limit - left
    }

    /// Moves up to `limit` points among the numbers of one piece.
    fn take_numbers(
        &mut self,
        among: &Piece,
        limit: i64,
        matches: impl Fn(State) -> bool + Copy,
        to: Option<State>,
        pieces: &mut Pieces,
    ) -> i64 {
        let Some(lot) = self.lot_mut(among.lot) else { return 0 };
        lot.recolor((among.lo, among.hi), limit, matches, to, |piece, _| push_piece(pieces, piece))
    }

    /// Every point of the unit in the wallet.
    fn total(&self) -> i64 {
        self.count(|_| true)
    }

    fn new_lot_id(&mut self) -> LotId {
        let id = LotId(self.next_lot);
        self.next_lot += 1;
        id
    }

    /// Refuses what would make the unit larger than it may get.
    fn check_room(&self, points: i64, lots: usize) -> Result<(), Refusal> {
        let limit = limits::BALANCE_MAX;
        let most = self.total().max(self.earned).max(self.spent).checked_add(points);
        if most.is_none_or(|total| total > limit) {
            return Err(Refusal::new(Code::LimitExceeded).word("limit", "balance").number("maximum", limit));
        }
        let room = limits::LOTS_MAX.saturating_sub(self.lots.len());
        if lots > room || u32::try_from(lots).ok().and_then(|lots| self.next_lot.checked_add(lots)).is_none() {
            let maximum = i64::try_from(limits::LOTS_MAX).unwrap_or(i64::MAX);
            return Err(Refusal::new(Code::LimitExceeded).word("limit", "lots").number("maximum", maximum));
        }
        Ok(())
    }
}

/// Refuses amounts that are not positive.
fn check_points(points: Points) -> Result<i64, Refusal> {
    if points.is_positive() && points.get() <= limits::BALANCE_MAX {
        return Ok(points.get());
    }
    Err(Refusal::new(Code::AmountOutOfRange).number("points", points.get()).number("maximum", limits::BALANCE_MAX))
}

/// Refuses accounts of the member where points should leave the wallet.
fn check_outside(account: Account) -> Result<(), Refusal> {
    if account.is_outside() { Ok(()) } else { Err(Refusal::field("", "be an account of the program")) }
}

fn by_time() -> Cause {
    Cause { by: CauseKind::Time, ..Cause::default() }
}
