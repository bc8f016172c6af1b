//! Spent points come back: to the lots they came from, with their own date; once with grace if that has passed
//! (decision 5).

use jifen_vocab::{Code, Points, Refusal, Timestamp, UnitId, limits};

use super::{Ledger, Posting, check_outside, check_points};
use crate::account::Account;
use crate::entry::{Cause, EntryKind};
use crate::lot::{Lot, Piece, Pieces, State, points_of, push_piece};
use crate::wallet::Holding;

/// Where returned points went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenBack {
    /// What can still be given back of the spend: keep it in place of the pieces.
    pub left: Pieces,
    /// Where the points are now; some may have repaid a debt or have lapsed at once.
    pub returned: Pieces,
}

impl Ledger<'_> {
    /// Gives back `points` of a spend whose pieces are given, those that were taken last first. `from` is the account
    /// that the spend went to.
    ///
    /// Refuses `amount-out-of-range`; `already-reversed` for more than the pieces hold, or pieces that are in the
    /// wallet or never were; `limit-exceeded` for a wallet that is full.
    pub fn give_back(
        &mut self,
        unit: &UnitId,
        pieces: &[Piece],
        points: Points,
        from: Account,
        cause: &Cause,
    ) -> Result<GivenBack, Refusal> {
        let points = check_points(points)?;
        check_outside(from)?;
        let there = points_of(pieces).get();
        if points > there {
            return Err(Refusal::new(Code::AlreadyReversed).number("available", there).number("required", points));
        }
        let (left, back) = split_last(pieces, points);
        let plan = self.plan_return(unit, &back)?;
        // From here on nothing may fail.
        let unit = self.holding_for(unit);
        let grace_until = self.law.grace_until(&self.wallet.units[unit].unit, self.now);
        let holding = &mut self.wallet.units[unit];
        let mut returned = Pieces::new();
        for piece in &plan.home {
            push_piece(&mut returned, holding.put_back(piece, self.now));
        }
        if plan.grace > 0 {
            // Never joined with a piece that comes home: these are new numbers.
            returned.push(holding.put_grace(plan.grace, grace_until, self.now));
        }
        holding.used_until(self.now);
        let posting = Posting::of(EntryKind::Reverse, from, Account::Available, self.now, returned.clone());
        self.post(unit, posting, cause.clone());
        self.repay(unit, &returned, self.now, cause);
        for piece in &returned {
            self.lapse_late(unit, piece.lot, self.now);
        }
        self.settle();
        Ok(GivenBack { left, returned })
    }

    /// Which pieces go home and how many points need grace; refuses what cannot be.
    fn plan_return(&self, unit: &UnitId, back: &[Piece]) -> Result<Plan, Refusal> {
        let mut plan = Plan::default();
        let holding = self.wallet.holding(unit);
        let mut gone: Vec<u32> = Vec::new();
        for piece in back {
            let known = holding.is_some_and(|holding| piece.lot.0 < holding.next_lot);
            if !known || piece.lo < 0 || piece.hi > limits::BALANCE_MAX {
                return Err(Refusal::new(Code::AlreadyReversed).number("lot", i64::from(piece.lot.0)));
            }
            let lot = holding.and_then(|holding| holding.lot(piece.lot));
            let alive = match lot {
                Some(lot) => lot.is_alive(self.now),
                None => piece.expires_at.is_none_or(|date| date > self.now),
            };
            if lot.is_some_and(|lot| lot.touches(piece.lo, piece.hi) || !lot.closed && piece.hi > lot.granted) {
                return Err(Refusal::new(Code::AlreadyReversed).number("lot", i64::from(piece.lot.0)));
            }
            if !alive && !piece.grace {
                plan.grace += piece.len();
                continue;
            }
            if lot.is_none() && !gone.contains(&piece.lot.0) {
                gone.push(piece.lot.0);
            }
            plan.home.push(*piece);
        }
        let mut sorted = plan.home.clone();
        sorted.sort_unstable_by_key(|piece| (piece.lot, piece.lo));
        if let Some(twice) = sorted.windows(2).find(|pair| pair[0].lot == pair[1].lot && pair[0].hi > pair[1].lo) {
            return Err(Refusal::new(Code::AlreadyReversed).number("lot", i64::from(twice[0].lot.0)));
        }
        if let Some(holding) = holding {
            holding.check_room(points_of(back).get(), gone.len() + usize::from(plan.grace > 0))?;
        }
        Ok(plan)
    }
}

#[derive(Default)]
struct Plan {
    home: Pieces,
    grace: i64,
}

impl Holding {
    /// Puts numbers back into their lot; a lot that was gone because it was empty is there again, under its number.
    fn put_back(&mut self, piece: &Piece, now: Timestamp) -> Piece {
        if self.lot(piece.lot).is_none() {
            let lot = Lot::open(piece.lot, now, piece.expires_at);
            self.add_lot(Lot { granted: piece.hi, grace: piece.grace, closed: true, ..lot });
        }
        let Some(lot) = self.lot_mut(piece.lot) else { return *piece };
        lot.granted = lot.granted.max(piece.hi);
        lot.insert(piece.lo, piece.hi, State::Available);
        lot.piece(piece.lo, piece.hi)
    }

    /// New numbers in a lot of grace.
    fn put_grace(&mut self, points: i64, until: Timestamp, now: Timestamp) -> Piece {
        if let Some(lot) = self.lots.iter_mut().find(|lot| lot.takes(Some(until), true, points)) {
            return lot.append(points, State::Available, now);
        }
        let id = self.new_lot_id();
        let lot = self.add_lot(Lot { grace: true, ..Lot::open(id, now, Some(until)) });
        lot.append(points, State::Available, now)
    }
}

/// Splits pieces into what stays and the last `points` numbers.
fn split_last(pieces: &[Piece], points: i64) -> (Pieces, Pieces) {
    let (mut left, mut back) = (Pieces::new(), Pieces::new());
    let mut stays = points_of(pieces).get() - points;
    for piece in pieces {
        let middle = piece.lo.saturating_add(stays.min(piece.len()));
        stays -= middle - piece.lo;
        for (part, list) in [(Piece { hi: middle, ..*piece }, &mut left), (Piece { lo: middle, ..*piece }, &mut back)] {
            if part.len() > 0 {
                list.push(part);
            }
        }
    }
    (left, back)
}
