//! Points pay a part of a bill: a till reserves them, confirms or cancels; the order's payment, its failure and its
//! refunds follow.
//!
//! An order has one deduction that counts. The same bill again gets it as it stands; another bill is refused while it
//! counts. Refusals of reserving, in order: invalid-field; order-of-another-member; order-already-counted;
//! deduction-exists; member-unknown; deduction-unavailable; device-unconfirmed; insufficient-points; wallet-frozen;
//! limit-exceeded. Of confirming and canceling: unknown; deduction-closed.

use compact_str::CompactString;
use jifen_ledger::{Account, Cause, CauseKind, EntryKind};
use jifen_vocab::{Code, HoldId, MemberId, OrderId, Points, Refusal, Timestamp, limits};

use super::case::Case;
use super::guard::{self, Whence};
use crate::book::Books;
use crate::deductions::{Bill, Deduction, DeductionState, work_out};
use crate::desk::{Command, Desk, Identity, Keys, Loaded, RequestKey, Stop, Touch};
use crate::events::OrderPaid;
use crate::member::Member;
use crate::orders::{Deducted, OrderFact, OrderState, Refunded};
use crate::wallets::{Sitting, spendable_unit};

/// Reserves points for a bill, or spends them at once.
#[derive(Debug, Clone)]
pub struct Deduct {
    /// The key it came with.
    pub request: Option<RequestKey>,
    /// Whose points.
    pub member: MemberId,
    /// The order that the bill is for.
    pub order: OrderId,
    /// The bill.
    pub bill: Bill,
    /// Whether the points are spent at once (PAY-03), and not only held.
    pub confirm: bool,
    /// The machine's clock: since when devices are known is told by it.
    pub wall: Timestamp,
    /// Who asks: the credential.
    pub operator: CompactString,
}

/// Ends a deduction that waits at a till.
#[derive(Debug, Clone)]
pub struct EndDeduction {
    /// The key it came with.
    pub request: Option<RequestKey>,
    /// Of which order.
    pub order: OrderId,
    /// How.
    pub how: DeductionEnd,
    /// Who asks: the credential.
    pub operator: CompactString,
}

/// How a deduction ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeductionEnd {
    /// The points come back; not once the order was paid, from then on refunds of the order give them back.
    Cancel,
    /// The points are spent.
    Confirm,
}

impl Deduct {
    fn check(&self, desk: &Desk<'_>) -> Result<(), Refusal> {
        let bill = &self.bill;
        let lines = bill.lines.iter().map(|line| ("/lines", line.amount));
        let amounts = std::iter::once(("/amount", bill.amount)).chain(lines);
        if let Some((pointer, _)) = amounts.into_iter().find(|(_, amount)| !(0..=limits::AMOUNT_MAX).contains(amount)) {
            return Err(Refusal::field(pointer, &format!("be from 0 to {}", limits::AMOUNT_MAX)));
        }
        if bill.lines.len() > limits::ORDER_LINES_MAX {
            return Err(Refusal::field("/lines", &format!("be {} at most", limits::ORDER_LINES_MAX)));
        }
        if bill.points.is_some_and(|points| points < 1) {
            return Err(Refusal::field("/points", "be above zero"));
        }
        let Ok(Some(fact)) = desk.read::<OrderFact>(self.order.as_str()) else { return Ok(()) };
        if fact.member != self.member {
            return Err(Refusal::new(Code::OrderOfAnotherMember).at("/order").word("order", self.order.as_str()));
        }
        if fact.state == OrderState::Paid {
            return Err(Refusal::new(Code::OrderAlreadyCounted).at("/order").word("order", self.order.as_str()));
        }
        Ok(())
    }

    /// The deduction that the order has, where it counts.
    fn there(&self, desk: &Desk<'_>) -> Result<Option<Deduction>, Stop> {
        let there = desk.read::<Deduction>(self.order.as_str())?;
        let Some(there) = there.filter(|there| there.state_at(desk.now()).is_live()) else { return Ok(None) };
        if there.member != self.member || there.bill != self.bill {
            let refusal = Refusal::new(Code::DeductionExists).at("/order").word("order", self.order.as_str());
            return Err(refusal.word("state", there.state.as_str()).into());
        }
        Ok(Some(Deduction::clone(&there)))
    }
}

impl Command for Deduct {
    type Outcome = Deduction;

    fn identity(&self) -> Option<Identity> {
        self.request.as_ref().map(RequestKey::identity)
    }

    fn touches(&self, books: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        keys.want::<Member>(self.member.as_str());
        want(&self.order, keys);
        if books.versions().iter().any(|version| version.book.rights.guard.is_some()) {
            guard::want(&self.member, keys);
        }
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Deduction, Stop> {
        self.check(desk)?;
        if let Some(there) = self.there(desk)? {
            if self.confirm && there.state == DeductionState::Reserved {
                let mut sitting = Sitting::open(desk, self.member.as_str())?;
                return Ok(settle(desk, &mut sitting, there, &self.operator).map(|done| write(desk, sitting, done))?);
            }
            return Ok(there);
        }
        let mut sitting = Sitting::open(desk, self.member.as_str())?;
        let (now, book) = (desk.now(), std::sync::Arc::clone(sitting.book()));
        let unit = book.deduction_unit().clone();
        spendable_unit(&book, &unit, now)?;
        let available = sitting.ledger().wallet().usable(&unit).get();
        let badges = sitting.member.badges_at(now);
        let parts = work_out(&book, &self.bill, available, &badges, book.zone.day_of(now))?;
        let points = parts.iter().map(|part| part.points).sum();
        let (terms, till) = (book.rights.guard.as_ref(), Whence::Till(self.wall));
        guard::check(desk, terms, &self.member, Some(&till), points, available)?;
        let mut deduction = Deduction {
            v: 1,
            order: self.order.clone(),
            member: self.member.clone(),
            unit,
            bill: self.bill.clone(),
            points,
            money: parts.iter().map(|part| part.money).sum(),
            parts,
            state: DeductionState::Reserved,
            hold: HoldId::new(&desk.new_id("ded")).map_err(|_| Code::LimitExceeded)?,
            at: now,
            expires_at: now.plus_millis(i64::from(book.deductions.minutes) * 60_000),
            left: jifen_ledger::Pieces::new(),
            returned: 0,
        };
        let points = Points::new(deduction.points);
        let cause = cause(&deduction, &self.operator);
        if self.confirm {
            deduction.left =
                sitting.ledger().spend(&deduction.unit, points, Account::Redeemed, EntryKind::Spend, &cause)?;
            deduction.state = DeductionState::Confirmed;
        } else {
            let until = Some(deduction.expires_at);
            sitting.ledger().hold(&deduction.unit, points, &deduction.hold, until, &cause)?;
        }
        Ok(write(desk, sitting, deduction))
    }
}

impl Command for EndDeduction {
    type Outcome = Deduction;

    fn identity(&self) -> Option<Identity> {
        self.request.as_ref().map(RequestKey::identity)
    }

    fn touches(&self, _: &Books, loaded: &Loaded<'_>, keys: &mut Keys) -> Touch {
        through(self.order.as_str(), loaded, keys)
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Deduction, Stop> {
        let unknown = || Refusal::new(Code::Unknown).word("deduction", self.order.as_str());
        let deduction = desk.read::<Deduction>(self.order.as_str())?.ok_or_else(unknown)?;
        let deduction = Deduction::clone(&deduction);
        let is_paid = desk.read::<OrderFact>(self.order.as_str())?.is_some_and(|fact| fact.state == OrderState::Paid);
        let state = deduction.state_at(desk.now());
        // What has ended that way already is told as it stands: a till may say it twice.
        let (may, done) = match self.how {
            DeductionEnd::Cancel => (state.is_live() && !is_paid, state == DeductionState::Canceled),
            DeductionEnd::Confirm => (state == DeductionState::Reserved, state == DeductionState::Confirmed),
        };
        if done {
            return Ok(deduction);
        }
        if !may {
            let state = if is_paid { "paid" } else { state.as_str() };
            let refusal = Refusal::new(Code::DeductionClosed).word("order", self.order.as_str());
            return Err(refusal.word("state", state).into());
        }
        let mut sitting = Sitting::open(desk, deduction.member.as_str())?;
        let ended = match self.how {
            DeductionEnd::Cancel => undo(&mut sitting, deduction, &self.operator)?,
            DeductionEnd::Confirm => settle(desk, &mut sitting, deduction, &self.operator)?,
        };
        Ok(write(desk, sitting, ended))
    }
}

fn want(order: &OrderId, keys: &mut Keys) {
    keys.want::<OrderFact>(order.as_str());
    keys.want::<Deduction>(order.as_str());
}

/// The deduction, and through it the records it works on.
fn through(order: &str, loaded: &Loaded<'_>, keys: &mut Keys) -> Touch {
    // Named in every round: another command of the batch may have asked for the deduction alone.
    keys.want::<OrderFact>(order);
    if !loaded.has_asked::<Deduction>(order) {
        keys.want::<Deduction>(order);
        return Touch::Again;
    }
    if let Some(deduction) = loaded.peek::<Deduction>(order) {
        keys.want::<Member>(deduction.member.as_str());
    }
    Touch::Done
}

fn cause(deduction: &Deduction, operator: &CompactString) -> Cause {
    Cause {
        by: CauseKind::Deduction,
        id: Some(CompactString::new(deduction.order.as_str())),
        order: Some(deduction.order.clone()),
        operator: Some(operator.clone()),
        place: deduction.bill.store.clone(),
        ..Cause::default()
    }
}

/// Spends what is held for a deduction.
fn settle(
    desk: &Desk<'_>,
    sitting: &mut Sitting,
    deduction: Deduction,
    operator: &CompactString,
) -> Result<Deduction, Refusal> {
    let state = deduction.state_at(desk.now());
    if state != DeductionState::Reserved {
        let refusal = Refusal::new(Code::DeductionClosed).word("order", deduction.order.as_str());
        return Err(refusal.word("state", state.as_str()));
    }
    let cause = cause(&deduction, operator);
    let points = Points::new(deduction.points);
    let left = sitting.ledger().capture(&deduction.hold, points, Account::Redeemed, &cause)?;
    Ok(Deduction { state: DeductionState::Confirmed, left, ..deduction })
}

/// Gives back all that a deduction still has.
fn undo(sitting: &mut Sitting, deduction: Deduction, operator: &CompactString) -> Result<Deduction, Refusal> {
    let deduction = match deduction.state {
        DeductionState::Reserved => {
            let cause = cause(&deduction, operator);
            let mut ledger = sitting.ledger();
            // Time may have set them free in this very command.
            if ledger.wallet().hold(&deduction.hold).is_some() {
                ledger.unhold(&deduction.hold, &cause)?;
            }
            deduction
        }
        _ => {
            let all = deduction.points;
            give_back(sitting, deduction, all, operator)?
        }
    };
    Ok(Deduction { state: DeductionState::Canceled, ..deduction })
}

/// Gives points of a confirmed deduction back to their lots, until so many have come back in all.
fn give_back(
    sitting: &mut Sitting,
    deduction: Deduction,
    in_all: i64,
    operator: &CompactString,
) -> Result<Deduction, Refusal> {
    let points = in_all - deduction.returned;
    if points <= 0 {
        return Ok(deduction);
    }
    let cause = cause(&deduction, operator);
    let mut ledger = sitting.ledger();
    let back = ledger.give_back(&deduction.unit, &deduction.left, Points::new(points), Account::Redeemed, &cause)?;
    Ok(Deduction { left: back.left, returned: in_all, ..deduction })
}

/// Writes a deduction, what its order knows of it, and the wallet.
fn write(desk: &mut Desk<'_>, mut sitting: Sitting, deduction: Deduction) -> Deduction {
    let (now, day) = (desk.now(), sitting.book().zone.day_of(desk.now()));
    sitting.member.forget_used(day);
    sitting.member.body.active = Some(now);
    sitting.close(desk);
    let order = CompactString::new(deduction.order.as_str());
    let before = desk.read::<OrderFact>(&order).ok().flatten();
    let expected = || OrderFact::expected(deduction.order.clone(), deduction.member.clone(), now);
    let mut fact = before.map_or_else(expected, |before| OrderFact::clone(&before));
    fact.deducted = deducted(&deduction);
    desk.write(&order, fact);
    desk.write(&order, deduction.clone());
    deduction
}

/// What an order knows of its deduction.
fn deducted(deduction: &Deduction) -> Option<Deducted> {
    let until = (deduction.state == DeductionState::Reserved).then_some(deduction.expires_at);
    deduction.state.is_live().then_some(Deducted { money: deduction.money, bill: deduction.bill.amount, until })
}

/// Names what a reservation whose time has come works on.
pub(super) fn want_run_out(order: &str, loaded: &Loaded<'_>, keys: &mut Keys) -> Touch {
    through(order, loaded, keys)
}

/// Nobody confirmed it: its points are free again, and its order knows nothing of it.
pub(super) fn run_out(desk: &mut Desk<'_>, order: &str) -> Result<(), Stop> {
    let Some(deduction) = desk.read::<Deduction>(order)? else { return Ok(()) };
    if deduction.state != DeductionState::Reserved || desk.now() < deduction.expires_at {
        return Ok(());
    }
    let sitting = Sitting::open(desk, deduction.member.as_str())?;
    // The wallet has set the points free at their instant: settling does that.
    sitting.close(desk);
    let deduction = Deduction { state: DeductionState::Expired, ..Deduction::clone(&deduction) };
    if let Some(fact) = desk.read::<OrderFact>(order)? {
        desk.write(order, OrderFact { deducted: None, ..OrderFact::clone(&fact) });
    }
    desk.write(order, deduction);
    Ok(())
}

impl Case<'_> {
    /// What an order's payment reports of points must be what its deduction says; one that still waits is confirmed.
    pub(super) fn pay_with_points(
        &mut self,
        paid: &OrderPaid,
        before: Option<&OrderFact>,
        desk: &mut Desk<'_>,
    ) -> Result<Option<Deducted>, Stop> {
        let now = desk.now();
        let live = before.and_then(|before| before.deducted).filter(|it| it.until.is_none_or(|until| now < until));
        let Some(live) = live else {
            // Points may have paid by a spend of the shop's own. A deduction that ended has paid nothing.
            let ended = paid.points_paid > 0 && desk.read::<Deduction>(paid.order.as_str())?.is_some();
            return if ended { Err(disagree(paid, 0).into()) } else { Ok(None) };
        };
        if paid.points_paid != live.money {
            return Err(disagree(paid, live.money).into());
        }
        let bill = paid.amount.saturating_add(paid.points_paid);
        if bill != live.bill {
            let refusal = Refusal::new(Code::OrderAmountsDisagree).at("/data/amount");
            return Err(refusal.number("bill", bill).number("deduction_bill", live.bill).into());
        }
        let order = paid.order.as_str();
        let Some(deduction) = desk.read::<Deduction>(order)? else { return Ok(None) };
        if deduction.state == DeductionState::Reserved {
            let operator = self.operator();
            let done = settle(desk, &mut self.sitting, Deduction::clone(&deduction), &operator)?;
            desk.write(order, done);
        }
        Ok(Some(Deducted { until: None, ..live }))
    }

    /// Points that paid a part of the order come back, as much as its refunds so far are worth.
    pub(super) fn refund_points(
        &mut self,
        fact: &OrderFact,
        after: &Refunded,
        desk: &mut Desk<'_>,
    ) -> Result<(), Stop> {
        let order = fact.order.as_str();
        if fact.deducted.is_none() {
            return Ok(());
        }
        let Some(deduction) = desk.read::<Deduction>(order)? else { return Ok(()) };
        let in_all = fact.points_back(deduction.points, after);
        let operator = self.operator();
        let done = give_back(&mut self.sitting, Deduction::clone(&deduction), in_all, &operator)?;
        desk.write(order, done);
        Ok(())
    }

    /// The order's payment failed or was canceled: its deduction is undone, whether or not the order had come.
    pub(super) fn undo_points(&mut self, fact: &mut OrderFact, desk: &mut Desk<'_>) -> Result<(), Stop> {
        let order = fact.order.clone();
        if fact.deducted.take().is_none() {
            return Ok(());
        }
        let Some(deduction) = desk.read::<Deduction>(order.as_str())? else { return Ok(()) };
        if deduction.state_at(desk.now()).is_live() {
            let operator = self.operator();
            let done = undo(&mut self.sitting, Deduction::clone(&deduction), &operator)?;
            desk.write(order.as_str(), done);
        }
        Ok(())
    }

    fn operator(&self) -> CompactString {
        self.cause.operator.clone().unwrap_or_default()
    }
}

fn disagree(paid: &OrderPaid, deducted: i64) -> Refusal {
    let refusal = Refusal::new(Code::OrderAmountsDisagree).at("/data/points_paid");
    refusal.number("points_paid", paid.points_paid).number("deducted", deducted)
}
