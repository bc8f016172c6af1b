//! Reservations: held points wait for their outcome, even past their date (decision 7).

use jifen_vocab::{Code, HoldId, Points, Refusal, Timestamp, UnitId, limits};

use super::{Ledger, Posting, check_outside, check_points};
use crate::account::Account;
use crate::entry::{Cause, EntryKind};
use crate::lot::{Pieces, State};
use crate::wallet::Hold;

impl Ledger<'_> {
    /// Reserves available points, in spend order. What is left of the hold comes back by itself at `until`.
    ///
    /// Refuses `amount-out-of-range`, `idempotency-conflict` for an id that is open, `wallet-frozen`, `limit-exceeded`
    /// for too many open holds, `insufficient-points`.
    pub fn hold(
        &mut self,
        unit: &UnitId,
        points: Points,
        id: &HoldId,
        until: Option<Timestamp>,
        cause: &Cause,
    ) -> Result<Pieces, Refusal> {
        let points = check_points(points)?;
        if self.wallet.holds.iter().any(|hold| hold.id == *id) {
            return Err(Refusal::new(Code::IdempotencyConflict).word("hold", id.as_str()));
        }
        self.check_not_frozen()?;
        if self.wallet.holds.len() >= limits::HOLDS_OPEN_MAX {
            let maximum = i64::try_from(limits::HOLDS_OPEN_MAX).unwrap_or(i64::MAX);
            return Err(Refusal::new(Code::LimitExceeded).word("limit", "holds").number("maximum", maximum));
        }
        let at = self.check_usable(unit, points)?;
        // From here on nothing may fail.
        self.note_use(at, self.now, cause);
        let no = self.wallet.holds.iter().map(|hold| hold.no).max().map_or(1, |last| last.wrapping_add(1));
        self.wallet.holds.push(Hold { no, id: id.clone(), unit: unit.clone(), until });
        let mut pieces = Pieces::new();
        self.wallet.units[at].take(points, |s| s == State::Available, Some(State::Held(no)), &mut pieces);
        let posting = Posting::of(EntryKind::Hold, Account::Available, Account::Held, self.now, pieces.clone());
        self.post(at, posting, cause.clone());
        self.settle();
        Ok(pieces)
    }

    /// Spends held points; in parts if need be, the rest stays held. A freeze does not stop it: the points were
    /// promised before.
    ///
    /// Refuses `amount-out-of-range`, `hold-not-open`, `insufficient-points` for more than is left of the hold.
    pub fn capture(&mut self, id: &HoldId, points: Points, to: Account, cause: &Cause) -> Result<Pieces, Refusal> {
        let points = check_points(points)?;
        check_outside(to)?;
        let (hold, left) = self.wallet.hold(id).ok_or_else(|| not_open(id))?;
        let no = hold.no;
        if left.get() < points {
            return Err(Refusal::new(Code::InsufficientPoints).number("held", left.get()).number("required", points));
        }
        let at = self.wallet.index(&hold.unit).map_err(|_| not_open(id))?;
        // From here on nothing may fail.
        self.note_use(at, self.now, cause);
        let holding = &mut self.wallet.units[at];
        let mut pieces = Pieces::new();
        holding.take(points, |state| state == State::Held(no), None, &mut pieces);
        holding.tidy();
        if left.get() == points {
            self.wallet.holds.retain(|hold| hold.no != no);
        }
        self.post(at, Posting::of(EntryKind::Capture, Account::Held, to, self.now, pieces.clone()), cause.clone());
        Ok(pieces)
    }

    /// Ends a hold: what is left of it becomes available, repays a debt, and lapses at once where its date has passed.
    ///
    /// Refuses `hold-not-open`.
    pub fn unhold(&mut self, id: &HoldId, cause: &Cause) -> Result<Pieces, Refusal> {
        let at = self.wallet.holds.iter().position(|hold| hold.id == *id).ok_or_else(|| not_open(id))?;
        // From here on nothing may fail.
        let hold = self.wallet.holds.remove(at);
        let pieces = self.release_hold(&hold, self.now, cause);
        self.settle();
        Ok(pieces)
    }

    /// Frees the points of a hold that is no longer listed.
    pub(super) fn release_hold(&mut self, hold: &Hold, at: Timestamp, cause: &Cause) -> Pieces {
        let Ok(unit) = self.wallet.index(&hold.unit) else { return Pieces::new() };
        let holding = &mut self.wallet.units[unit];
        let mut pieces = Pieces::new();
        holding.take(i64::MAX, |state| state == State::Held(hold.no), Some(State::Available), &mut pieces);
        if pieces.is_empty() {
            return pieces;
        }
        holding.used_until(at);
        let posting = Posting::of(EntryKind::Unhold, Account::Held, Account::Available, at, pieces.clone());
        self.post(unit, posting, cause.clone());
        self.repay(unit, &pieces, at, cause);
        for piece in &pieces {
            self.lapse_late(unit, piece.lot, at);
        }
        pieces
    }
}

fn not_open(id: &HoldId) -> Refusal {
    Refusal::new(Code::HoldNotOpen).word("hold", id.as_str())
}
