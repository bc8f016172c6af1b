//! A refund, or a payment that failed: what the order earned is taken back as it was recorded, not as today's rules
//! would give it (decision 4). What comes before its order waits for it.

use compact_str::CompactString;
use jifen_ledger::TakeBack;
use jifen_vocab::{Code, OrderId, Points, RefundRequest, Refusal};

use super::case::{Case, pay_budget};
use super::outcome::TakenBack;
use crate::desk::{Desk, Stop};
use crate::earning::LineView;
use crate::messages::{Cause, notify_at};
use crate::orders::{OrderAward, OrderFact, OrderState, Parked, ParkedKind, Refunded};
use crate::wallets::lapsed_pieces;

/// How much may wait for one order.
const PARKED_MAX: usize = 50;

impl Case<'_> {
    /// `order.refunded`
    pub(super) fn refunded(
        &mut self,
        order: &OrderId,
        request: &RefundRequest,
        desk: &mut Desk<'_>,
    ) -> Result<(), Stop> {
        let Some(mut fact) = self.fact(order, &ParkedKind::Refund(request.clone()), desk)? else { return Ok(()) };
        if fact.state == OrderState::Undone {
            self.outcome.refuse(None, Refusal::new(Code::OrderUndone).word("order", order.as_str()));
            return Ok(());
        }
        let before = fact.refunded.clone();
        self.refund(&mut fact, request, desk)?;
        self.follow_undone(&mut fact);
        if fact.refunded != before {
            self.care(&mut fact, desk)?;
        }
        desk.write(order.as_str(), fact);
        Ok(())
    }

    /// `order.failed`, `order.cancelled`
    pub(super) fn undone(&mut self, order: &OrderId, desk: &mut Desk<'_>) -> Result<(), Stop> {
        self.undo_reserved(order, desk)?;
        let Some(mut fact) = self.fact(order, &ParkedKind::Undo, desk)? else { return Ok(()) };
        if fact.state == OrderState::Undone {
            self.outcome.refuse(None, Refusal::new(Code::OrderUndone).word("order", order.as_str()));
            return Ok(());
        }
        self.undo(&mut fact, desk)?;
        self.follow_undone(&mut fact);
        desk.write(order.as_str(), fact);
        Ok(())
    }

    /// Rules may give something for a refund itself, such as points for the trouble with what was broken (OCC-07): once
    /// an order, however many parts it is refunded in.
    fn care(&mut self, fact: &mut OrderFact, desk: &mut Desk<'_>) -> Result<(), Stop> {
        let is_given = fact.progress.iter().any(|(kind, _)| *kind == self.event.kind);
        if is_given || self.book.rules.rules_on(&self.event.kind).is_empty() {
            return Ok(());
        }
        let given = self.award(None, &LineView::new(), desk)?;
        self.note_month(0, 0);
        if let Some(first) = given.first() {
            fact.progress.push((self.event.kind.clone(), self.at));
            let unit = first.award.unit.clone();
            let of_unit = given.iter().filter(|given| given.award.unit == unit);
            let points = of_unit.fold(0_i64, |sum, given| sum.saturating_add(given.award.points.get()));
            notify_at(desk, &self.sitting.member.body, Cause::Care { points, unit }, self.at);
        }
        Ok(())
    }

    /// An order that never came to be paid keeps no points.
    fn undo_reserved(&mut self, order: &OrderId, desk: &mut Desk<'_>) -> Result<(), Stop> {
        let Some(fact) = desk.read::<OrderFact>(order.as_str())? else { return Ok(()) };
        if fact.state == OrderState::Expected && fact.member == self.event.member && fact.deducted.is_some() {
            let mut fact = OrderFact::clone(&fact);
            self.undo_points(&mut fact, desk)?;
            desk.write(order.as_str(), fact);
        }
        Ok(())
    }

    /// The order's fact if it has come; else what was said of it is parked.
    fn fact(&mut self, order: &OrderId, what: &ParkedKind, desk: &mut Desk<'_>) -> Result<Option<OrderFact>, Stop> {
        let before = desk.read::<OrderFact>(order.as_str())?;
        if let Some(fact) = &before
            && fact.member != self.event.member
        {
            self.outcome.refuse(None, Refusal::new(Code::OrderOfAnotherMember).word("order", order.as_str()));
            return Ok(None);
        }
        match before {
            Some(fact) if fact.state != OrderState::Expected => Ok(Some(OrderFact::clone(&fact))),
            other => {
                let expected = || OrderFact::expected(order.clone(), self.event.member.clone(), self.at);
                let mut fact = other.map_or_else(expected, |fact| OrderFact::clone(&fact));
                if fact.parked.len() >= PARKED_MAX {
                    return Err(Refusal::new(Code::LimitExceeded).number("limit", PARKED_MAX as i64).into());
                }
                fact.parked.push(Parked {
                    at: self.at,
                    event: self.event.id.clone(),
                    source: CompactString::new(self.event.source.as_str()),
                    what: what.clone(),
                });
                desk.write(order.as_str(), fact);
                self.outcome.refuse(None, Refusal::new(Code::OrderParked).word("order", order.as_str()));
                Ok(None)
            }
        }
    }

    /// The order has come: what was said of it before is done now, in the order it came. A failed payment that lies
    /// before this one was another attempt.
    pub(super) fn unpark(&mut self, fact: &mut OrderFact, before: &OrderFact, desk: &mut Desk<'_>) -> Result<(), Stop> {
        for parked in &before.parked {
            match &parked.what {
                ParkedKind::Refund(request) if fact.state == OrderState::Paid => self.refund(fact, request, desk)?,
                ParkedKind::Undo if fact.state == OrderState::Paid && parked.at >= self.at => self.undo(fact, desk)?,
                ParkedKind::Refund(_) | ParkedKind::Undo => {}
            }
        }
        Ok(())
    }

    fn refund(&mut self, fact: &mut OrderFact, request: &RefundRequest, desk: &mut Desk<'_>) -> Result<(), Stop> {
        let after = match fact.refund(request) {
            Ok(after) => after,
            Err(refusal) => {
                self.outcome.refuse(None, refusal.word("order", fact.order.as_str()));
                return Ok(());
            }
        };
        // What comes back first can pay for what is taken: no debt arises that would be repaid at once.
        self.refund_points(fact, &after, desk)?;
        let (taken, back) = (self.outcome.taken.len(), fact.money_back(&after) - fact.money_back(&fact.refunded));
        self.take_back(fact, &after, desk)?;
        let body = &mut self.sitting.member.body;
        body.spent = (body.spent - back).max(0);
        self.unnote_month(fact.at, back, 0, taken);
        self.take_tasks_back(fact, &after, desk)?;
        fact.refunded = after;
        Ok(())
    }

    /// Everything the order earned is taken back; it no longer counts as an order.
    fn undo(&mut self, fact: &mut OrderFact, desk: &mut Desk<'_>) -> Result<(), Stop> {
        let whole = Refunded { whole: true, ..Refunded::default() };
        self.undo_points(fact, desk)?;
        let (taken, back) = (self.outcome.taken.len(), fact.amount - fact.money_back(&fact.refunded));
        self.take_back(fact, &whole, desk)?;
        self.take_tasks_back(fact, &whole, desk)?;
        let body = &mut self.sitting.member.body;
        body.orders = (body.orders - 1).max(0);
        body.spent = (body.spent - back).max(0);
        self.unnote_month(fact.at, back, 1, taken);
        fact.state = OrderState::Undone;
        fact.refunded = Refunded::default();
        Ok(())
    }

    fn take_back(&mut self, fact: &mut OrderFact, after: &Refunded, desk: &mut Desk<'_>) -> Result<(), Stop> {
        for index in 0..fact.awards.len() {
            let due = fact.due_back(&fact.awards[index], after);
            let award = &mut fact.awards[index];
            let points = Points::new((due.get() - award.taken.get()).max(0));
            if points.is_zero() {
                continue;
            }
            self.take_award_back(award, points, desk)?;
        }
        Ok(())
    }

    pub(super) fn take_award_back(
        &mut self,
        award: &mut OrderAward,
        points: Points,
        desk: &mut Desk<'_>,
    ) -> Result<(), Stop> {
        let member = self.event.member.clone();
        self.sitting.ledger();
        let lapsed = lapsed_pieces(desk, &member, &award.unit, award.piece.lot, self.sitting.lapsed())?;
        let mut cause = self.cause.clone();
        cause.rule = Some(award.rule.clone());
        cause.version = Some(award.version);
        let taken = self.sitting.ledger().take_back(&TakeBack {
            unit: &award.unit,
            points,
            own: &[award.piece],
            lapsed: &lapsed,
            lapsed_counted: award.lapsed,
            cause: &cause,
        })?;
        award.taken = Points::new(award.taken.get() + points.get());
        award.lapsed = Points::new(award.lapsed.get() + taken.lapsed.get());
        if let Some(budget) = &award.budget {
            pay_budget(desk, budget, -points.get())?;
        }
        // What came besides stays for as long as a part of the award does.
        if award.taken >= award.points
            && let Some(given) = award.gift.take()
        {
            self.take_gift_back(&given, desk)?;
        }
        self.outcome.taken.push(TakenBack {
            unit: award.unit.clone(),
            points,
            lapsed: taken.lapsed,
            debt: taken.debt,
            clamped: taken.clamped,
        });
        Ok(())
    }
}
