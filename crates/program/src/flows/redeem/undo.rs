//! A redemption is taken back: canceled, returned, or its time to wait has run out.
//!
//! Refusals, in order: unknown; redemption-closed.

use std::sync::Arc;

use compact_str::CompactString;
use jifen_vocab::{MemberId, Ratio, RedemptionId, Refusal, Rounding, Timestamp};

use super::booking;
use super::counter::Counter;
use super::hand_over::{closed, through};
use super::money;
use super::pay::owned;
use crate::book::{Books, RuleBook};
use crate::bookings::Booking;
use crate::desk::{Command, Desk, Identity, Keys, Loaded, RequestKey, Stop, Touch};
use crate::redemptions::{PieceState, Redemption, Remedy, State};
use crate::vouchers::Voucher;

/// How a redemption is taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TakeBackHow {
    /// Before fulfillment begins, or within the hours in which dear ones can be revoked.
    Cancel,
    /// As goods that were paid in cash go back (RED-10).
    Return {
        /// Whether it is broken: any reward goes back then, and not onto the shelf (RED-11).
        defect: bool,
        /// Whether it is picked up at the door.
        pick_up: bool,
    },
    /// A broken one goes back and another one comes (RED-12).
    Exchange {
        /// Whether it is picked up at the door.
        pick_up: bool,
    },
}

impl TakeBackHow {
    const fn is_defect(self) -> bool {
        matches!(self, TakeBackHow::Return { defect: true, .. } | TakeBackHow::Exchange { .. })
    }

    const fn pick_up(self) -> bool {
        matches!(self, TakeBackHow::Return { pick_up: true, .. } | TakeBackHow::Exchange { pick_up: true })
    }
}

/// Takes a redemption back.
#[derive(Debug, Clone)]
pub struct UndoRedemption {
    /// The key it came with.
    pub request: Option<RequestKey>,
    /// Which.
    pub redemption: RedemptionId,
    /// Whose it must be, where a member asks.
    pub owner: Option<MemberId>,
    /// How.
    pub how: TakeBackHow,
    /// Why, in the caller's words.
    pub reason: Option<String>,
    /// Who asks: the credential.
    pub operator: CompactString,
}

impl Command for UndoRedemption {
    type Outcome = Redemption;

    fn identity(&self) -> Option<Identity> {
        self.request.as_ref().map(RequestKey::identity)
    }

    fn touches(&self, _: &Books, loaded: &Loaded<'_>, keys: &mut Keys) -> Touch {
        if let Some(redemption) = loaded.peek::<Redemption>(self.redemption.as_str()) {
            redemption
                .pieces
                .iter()
                .filter_map(|piece| piece.code.as_ref())
                .for_each(|code| keys.want::<Voucher>(code));
        }
        keys.want::<Booking>(self.redemption.as_str());
        booking::want_slot(&self.redemption, loaded, keys);
        through(&self.redemption, loaded, keys)
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Redemption, Stop> {
        let mut redemption = owned(desk, &self.redemption, self.owner.as_ref())?;
        let mut counter = Counter::open(desk, &redemption.member, &redemption.reward)?;
        if redemption.state.is_waiting() && self.how == TakeBackHow::Cancel {
            counter.unhold(&redemption, &self.operator)?;
            counter.supplies.stock.unreserve(redemption.quantity);
            redemption.state = State::Canceled;
        } else {
            let ways = WaysBack::of(&redemption, counter.sitting.book(), desk.now());
            let may = match self.how {
                TakeBackHow::Cancel => ways.cancel,
                TakeBackHow::Return { defect: true, .. } => ways.defect,
                TakeBackHow::Return { defect: false, .. } => ways.give_back,
                TakeBackHow::Exchange { .. } => ways.exchange,
            };
            if !may {
                return Err(closed(&redemption).into());
            }
            let remedy = self.remedy(&redemption, &mut counter, desk.now())?;
            match self.how {
                TakeBackHow::Exchange { .. } => exchange(&mut redemption, &mut counter, remedy.exchange_by)?,
                _ => self.take_back(&mut redemption, &mut counter, desk)?,
            }
            redemption.remedy = Some(remedy).filter(|remedy| *remedy != Remedy::default());
            booking::release(desk, &self.redemption)?;
        }
        if self.how == TakeBackHow::Cancel {
            counter.uncount(&redemption);
        }
        redemption.reason.clone_from(&self.reason);
        counter.close(desk);
        money::follow(desk, &redemption)?;
        desk.write(self.redemption.as_str(), redemption.clone());
        Ok(redemption)
    }
}

/// In which ways a redemption can be taken back at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WaysBack {
    /// It can be canceled.
    pub cancel: bool,
    /// It can be returned without a reason.
    pub give_back: bool,
    /// It can be returned because it is broken.
    pub defect: bool,
    /// Another one can come because it is broken.
    pub exchange: bool,
}

impl WaysBack {
    /// Of that redemption.
    pub fn of(redemption: &Redemption, book: &RuleBook, now: Timestamp) -> WaysBack {
        // A partner's code that was shown is spent, whoever says otherwise; nothing comes back for what was given.
        let is_shown = redemption.pieces.iter().any(|piece| piece.pooled.is_some());
        let there = !is_shown
            && redemption.gift.is_none()
            && matches!(redemption.state, State::Open | State::Fulfilled)
            && redemption.pieces.iter().any(|piece| matches!(piece.state, PieceState::Open | PieceState::Used));
        let begun = redemption.has_begun();
        let cancel = there && (!begun || is_revocable(redemption, book, now));
        WaysBack {
            cancel: cancel || redemption.state.is_waiting(),
            give_back: there && (!begun || can_return(redemption, book, now)),
            defect: there,
            exchange: there && begun && redemption.sent,
        }
    }
}

impl UndoRedemption {
    fn take_back(&self, redemption: &mut Redemption, counter: &mut Counter, desk: &mut Desk<'_>) -> Result<(), Stop> {
        let (mut points, mut pieces) = (0, 0);
        for piece in &mut redemption.pieces {
            if !matches!(piece.state, PieceState::Open | PieceState::Used) {
                continue;
            }
            points += piece.points;
            pieces += 1;
            piece.state = PieceState::Void;
            if let Some(code) = &piece.code
                && let Some(voucher) = desk.read::<Voucher>(code)?
            {
                desk.write(code, Voucher { open: false, ..Voucher::clone(&voucher) });
            }
        }
        counter.give_back(redemption, points, &self.operator)?;
        redemption.cash_back += redemption.cash / redemption.quantity * pieces;
        if pieces == redemption.quantity {
            redemption.cash_back = redemption.cash;
        }
        if !self.how.is_defect() {
            counter.supplies.stock.put_back(pieces);
        }
        redemption.state = match self.how {
            TakeBackHow::Cancel => State::Canceled,
            TakeBackHow::Return { .. } | TakeBackHow::Exchange { .. } => State::Returned,
        };
        Ok(())
    }

    /// What is done about it besides. Points for the trouble are given where the company says that it is broken: the word
    /// of whoever gets them is enough for their own points, not for more.
    fn remedy(&self, redemption: &Redemption, counter: &mut Counter, now: Timestamp) -> Result<Remedy, Refusal> {
        let book = Arc::clone(counter.sitting.book());
        let terms = &book.shelf;
        let tier = &counter.sitting.member.body.tier;
        let free_pick_up = self.how.pick_up().then(|| terms.free_pick_up.contains(tier));
        let exchanges = matches!(self.how, TakeBackHow::Exchange { .. });
        let hours = i64::from(terms.defects.exchange_hours);
        let exchange_by = exchanges.then(|| now.plus_millis(hours * 3_600_000));
        let before = redemption.remedy.as_ref().map_or(0, |remedy| remedy.compensation);
        let is_owed = self.how.is_defect() && self.owner.is_none() && redemption.has_begun() && before == 0;
        let mut compensation = 0;
        if is_owed {
            let share = Ratio::whole(redemption.points).checked_mul(terms.defects.compensation.ratio());
            compensation = share.and_then(|share| share.round(Rounding::Floor)).unwrap_or(0);
            counter.compensate(redemption, compensation, &self.operator)?;
        }
        Ok(Remedy { compensation: before + compensation, exchange_by, free_pick_up })
    }
}

/// Another one is on its way: nothing is given back, and the first does not go onto the shelf.
fn exchange(redemption: &mut Redemption, counter: &mut Counter, by: Option<Timestamp>) -> Result<(), Refusal> {
    counter.supplies.stock.take(redemption.quantity)?;
    for piece in redemption.pieces.iter_mut().filter(|piece| piece.state == PieceState::Used) {
        piece.state = PieceState::Open;
    }
    redemption.state = State::Open;
    redemption.handed_at = None;
    redemption.tracking = None;
    redemption.ship_by = by;
    Ok(())
}

/// Whether it is worth so much that it may be revoked though it is on its way (RED-13); not once a voucher was used.
fn is_revocable(redemption: &Redemption, book: &RuleBook, now: Timestamp) -> bool {
    let Some(terms) = book.shelf.revocation else { return false };
    let shown = redemption.pieces.iter().any(|piece| piece.code.is_some() && piece.state == PieceState::Used);
    let worth = book.worth(&redemption.unit, redemption.points).map_or(0, |money| money.amount);
    let in_time = now < redemption.at.plus_millis(i64::from(terms.hours) * 3_600_000);
    !shown && in_time && worth.saturating_add(redemption.cash) > terms.above
}

/// Whether goods that were handed over may still come back.
fn can_return(redemption: &Redemption, book: &RuleBook, now: Timestamp) -> bool {
    let until = |at: Timestamp| at.plus_days(i64::from(book.shelf.return_days));
    redemption.physical && redemption.handed_at.is_some_and(|at| now < until(at))
}

/// Names what a redemption whose time has come works on.
pub(crate) fn want_run_out(id: &str, loaded: &Loaded<'_>, keys: &mut Keys) -> Touch {
    match RedemptionId::new(id) {
        Ok(id) => through(&id, loaded, keys),
        Err(_) => Touch::Done,
    }
}

/// The money or the second word did not come: points and pieces are free again.
pub(crate) fn run_out(desk: &mut Desk<'_>, id: &str) -> Result<(), Stop> {
    let Some(redemption) = desk.read::<Redemption>(id)? else { return Ok(()) };
    let mut redemption = Redemption::clone(&redemption);
    let is_over = redemption.waits_until.is_some_and(|until| desk.now() >= until);
    if !redemption.state.is_waiting() || !is_over {
        return Ok(());
    }
    let mut counter = Counter::open(desk, &redemption.member, &redemption.reward)?;
    counter.unhold(&redemption, &CompactString::const_new("time"))?;
    counter.supplies.stock.unreserve(redemption.quantity);
    counter.uncount(&redemption);
    redemption.state = State::Expired;
    counter.close(desk);
    money::follow(desk, &redemption)?;
    desk.write(id, redemption);
    Ok(())
}
