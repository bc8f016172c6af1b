//! A redemption is taken back: canceled, returned, or its time to wait has run out.
//!
//! Refusals, in order: unknown; redemption-closed.

use compact_str::CompactString;
use jifen_vocab::{MemberId, RedemptionId, Timestamp};

use super::counter::Counter;
use super::hand_over::closed;
use super::money;
use super::pay::{owned, through};
use crate::book::{Books, RuleBook};
use crate::desk::{Command, Desk, Identity, Keys, Loaded, RequestKey, Stop, Touch};
use crate::redemptions::{PieceState, Redemption, State};
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
    },
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
        through(&self.redemption, loaded, keys)
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Redemption, Stop> {
        let mut redemption = owned(desk, &self.redemption, self.owner.as_ref())?;
        let mut counter = Counter::open(desk, &redemption.member, &redemption.reward)?;
        if redemption.state.is_waiting() && self.how == TakeBackHow::Cancel {
            counter.unhold(&redemption, &self.operator)?;
            counter.stock.unreserve(redemption.quantity);
            redemption.state = State::Canceled;
        } else {
            let ways = WaysBack::of(&redemption, counter.sitting.book(), desk.now());
            let may = match self.how {
                TakeBackHow::Cancel => ways.cancel,
                TakeBackHow::Return { defect: true } => ways.defect,
                TakeBackHow::Return { defect: false } => ways.give_back,
            };
            if !may {
                return Err(closed(&redemption).into());
            }
            self.take_back(&mut redemption, &mut counter, desk)?;
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
}

impl WaysBack {
    /// Of that redemption.
    pub fn of(redemption: &Redemption, book: &RuleBook, now: Timestamp) -> WaysBack {
        let there = matches!(redemption.state, State::Open | State::Fulfilled)
            && redemption.pieces.iter().any(|piece| matches!(piece.state, PieceState::Open | PieceState::Used));
        let begun = redemption.has_begun();
        let cancel = there && (!begun || is_revocable(redemption, book, now));
        WaysBack {
            cancel: cancel || redemption.state.is_waiting(),
            give_back: there && (!begun || can_return(redemption, book, now)),
            defect: there,
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
        if self.how != (TakeBackHow::Return { defect: true }) {
            counter.stock.put_back(pieces);
        }
        redemption.state = match self.how {
            TakeBackHow::Cancel => State::Canceled,
            TakeBackHow::Return { .. } => State::Returned,
        };
        Ok(())
    }
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
    counter.stock.unreserve(redemption.quantity);
    counter.uncount(&redemption);
    redemption.state = State::Expired;
    counter.close(desk);
    money::follow(desk, &redemption)?;
    desk.write(id, redemption);
    Ok(())
}
