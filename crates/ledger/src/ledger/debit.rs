//! Points go: spends, negative adjustments, and what a refunded order takes back.

use jifen_vocab::{Code, Points, Refusal, UnitId, limits};

use super::{Ledger, Posting, check_outside, check_points};
use crate::account::Account;
use crate::entry::{Cause, EntryKind};
use crate::lot::{Piece, Pieces, State, overlap, points_of};
use crate::terms::DebtPolicy;

/// What a refunded order takes back of its award (decision 4).
#[derive(Debug, Clone, Copy)]
pub struct TakeBack<'p> {
    /// The unit.
    pub unit: &'p UnitId,
    /// How many points of the award are due.
    pub points: Points,
    /// The numbers that the order was granted, in any lots; all of them, also those taken back before.
    pub own: &'p [Piece],
    /// Numbers that lapsed unspent, from [`super::Lapsed`], in any lots; those that are not the order's are ignored.
    pub lapsed: &'p [Piece],
    /// How many of them earlier refunds of this award have counted.
    pub lapsed_counted: Points,
    /// What brought it about.
    pub cause: &'p Cause,
}

/// What was taken, and from where; the parts sum to the points that were due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TakenBack {
    /// The order's own pending points.
    pub pending: Points,
    /// The order's own points that were available or asleep.
    pub own: Points,
    /// The order's own points that had lapsed unspent; add them to `lapsed_counted` next time.
    pub lapsed: Points,
    /// Other available points, in spend order.
    pub other: Points,
    /// What became a debt.
    pub debt: Points,
    /// What the program's policy let go.
    pub clamped: Points,
}

impl Ledger<'_> {
    /// Spends available points: earliest expiry first, never-expiring last, then oldest (decision 3). Returns exactly
    /// which; keep them to give them back. Points that sleep come back first, in full (EXP-13).
    ///
    /// Refuses `amount-out-of-range`, `wallet-frozen`, `insufficient-points`.
    pub fn spend(
        &mut self,
        unit: &UnitId,
        points: Points,
        to: Account,
        kind: EntryKind,
        cause: &Cause,
    ) -> Result<Pieces, Refusal> {
        let points = check_points(points)?;
        check_outside(to)?;
        self.check_not_frozen()?;
        let at = self.check_usable(unit, points)?;
        // From here on nothing may fail.
        self.note_use(at, self.now, cause);
        Ok(self.take_available(at, points, to, kind, cause))
    }

    /// Takes available points away: a negative adjustment of `points` (positive). A freeze does not stop it.
    ///
    /// Refuses `amount-out-of-range`, and `insufficient-points` where it would go below zero.
    pub fn adjust_down(&mut self, unit: &UnitId, points: Points, cause: &Cause) -> Result<Pieces, Refusal> {
        let points = check_points(points)?;
        let at = self.check_available(unit, points)?;
        // From here on nothing may fail.
        Ok(self.take_available(at, points, Account::Forfeited, EntryKind::Adjust, cause))
    }

    /// Takes all available points of a unit away; how many there were. A freeze does not stop it, and pending and held
    /// points stay.
    pub fn forfeit(&mut self, unit: &UnitId, cause: &Cause) -> Points {
        let available = self.wallet.index(unit).ok().map(|at| (at, self.wallet.units[at].available()));
        let Some((at, points)) = available.filter(|(_, points)| points.is_positive()) else { return Points::ZERO };
        self.take_available(at, points.get(), Account::Forfeited, EntryKind::Forfeit, cause);
        points
    }

    /// Takes back what a refunded order was awarded: its own pending points, its own numbers, what of it lapsed
    /// unspent, other available points, then debt as the unit's policy says.
    ///
    /// Refuses `amount-out-of-range` for points below zero and `limit-exceeded` for a debt beyond all bounds.
    pub fn take_back(&mut self, what: &TakeBack<'_>) -> Result<TakenBack, Refusal> {
        if what.points.is_zero() {
            return Ok(TakenBack::default());
        }
        let due = check_points(what.points)?;
        let owed = self.wallet.debt(what.unit).get().saturating_add(due);
        if owed > limits::BALANCE_MAX {
            let refusal = Refusal::new(Code::LimitExceeded).word("limit", "debt");
            return Err(refusal.number("maximum", limits::BALANCE_MAX));
        }
        // From here on nothing may fail.
        let unit = self.holding_for(what.unit);
        let policy = self.law.debt(what.unit);
        let pending = self.take_own(unit, due, Account::Pending, what);
        let mut taken = TakenBack { pending: Points::new(pending), ..TakenBack::default() };
        if policy != DebtPolicy::PendingOnly {
            self.take_rest(unit, due - pending, what, &mut taken);
        }
        let left = Points::new(due - taken.sum());
        match policy {
            DebtPolicy::AllowNegative => taken.debt = left,
            DebtPolicy::WithinBalance | DebtPolicy::PendingOnly => taken.clamped = left,
        }
        if taken.debt.is_positive() {
            let points = taken.debt.get();
            let posting = Posting {
                kind: EntryKind::Refund,
                from: Account::Debt,
                to: Account::Issued,
                at: self.now,
                pieces: Pieces::new(),
                points,
            };
            self.post(unit, posting, what.cause.clone());
        }
        Ok(taken)
    }

    /// Everything between the order's pending points and the debt.
    fn take_rest(&mut self, unit: usize, due: i64, what: &TakeBack<'_>, taken: &mut TakenBack) {
        let mut left = due;
        for account in [Account::Available, Account::Dormant, Account::Shrunk] {
            let own = self.take_own(unit, left, account, what);
            left -= own;
            taken.own = Points::new(taken.own.get() + own);
        }
        let lapsed = points_of(&overlap(what.own, what.lapsed)).get().saturating_sub(what.lapsed_counted.get());
        let lapsed = lapsed.clamp(0, left);
        taken.lapsed = Points::new(lapsed);
        left -= lapsed;
        let other = left.min(self.wallet.units[unit].available().get());
        if other > 0 {
            taken.other = Points::new(other);
            self.take_available(unit, other, Account::Issued, EntryKind::Refund, what.cause);
        }
    }

    /// Takes the order's own numbers that are in that state.
    fn take_own(&mut self, unit: usize, limit: i64, account: Account, what: &TakeBack<'_>) -> i64 {
        let holding = &mut self.wallet.units[unit];
        let mut pieces = Pieces::new();
        let mut left = limit;
        for own in what.own {
            left -= holding.take_numbers(own, left, |state| state.account() == account, None, &mut pieces);
        }
        if pieces.is_empty() {
            return 0;
        }
        holding.tidy();
        let posting = Posting::of(EntryKind::Refund, account, Account::Issued, self.now, pieces);
        self.post(unit, posting, what.cause.clone());
        limit - left
    }

    fn take_available(&mut self, unit: usize, points: i64, to: Account, kind: EntryKind, cause: &Cause) -> Pieces {
        let holding = &mut self.wallet.units[unit];
        let mut pieces = Pieces::new();
        holding.take(points, |state| state == State::Available, None, &mut pieces);
        holding.tidy();
        self.post(unit, Posting::of(kind, Account::Available, to, self.now, pieces.clone()), cause.clone());
        pieces
    }

    pub(super) fn check_not_frozen(&self) -> Result<(), Refusal> {
        match self.wallet.frozen {
            None => Ok(()),
            Some(freeze) => {
                let refusal = Refusal::new(Code::WalletFrozen);
                Err(match freeze.until {
                    Some(until) => refusal.number("until", until.as_millis()),
                    None => refusal,
                })
            }
        }
    }

    /// The unit's place in the wallet, when a spend may use that many points: sleeping ones would come back for it.
    pub(super) fn check_usable(&self, unit: &UnitId, points: i64) -> Result<usize, Refusal> {
        match self.wallet.index(unit) {
            Ok(at) if self.wallet.units[at].usable().get() >= points => Ok(at),
            _ => {
                let usable = self.wallet.usable(unit).get();
                Err(Refusal::new(Code::InsufficientPoints).number("available", usable).number("required", points))
            }
        }
    }

    /// The unit's place in the wallet, when it has that many available points.
    pub(super) fn check_available(&self, unit: &UnitId, points: i64) -> Result<usize, Refusal> {
        let at = self.wallet.index(unit).ok();
        let available = at.map_or(0, |at| self.wallet.units[at].available().get());
        match at {
            Some(at) if available >= points => Ok(at),
            _ => {
                let refusal = Refusal::new(Code::InsufficientPoints);
                Err(refusal.number("available", available).number("required", points))
            }
        }
    }
}

impl TakenBack {
    fn sum(&self) -> i64 {
        let parts = [self.pending, self.own, self.lapsed, self.other, self.debt, self.clamped];
        parts.iter().fold(0, |sum, part| part.get().saturating_add(sum))
    }
}
