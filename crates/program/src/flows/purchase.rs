//! A purchase: an order is paid, completed, collected. It counts once, however often it is sent (decision 4, REL-12).

use compact_str::CompactString;
use jifen_vocab::{Code, OrderId, Points, Refusal};

use super::case::Case;
use crate::book::messages::Trigger;
use crate::desk::{Desk, Stop};
use crate::earning::{Given, LineView, lines_paid};
use crate::events::OrderPaid;
use crate::messages::{Cause, notify_at};
use crate::orders::{OrderAward, OrderFact, OrderState};

impl Case<'_> {
    /// `order.paid`
    pub(super) fn paid(&mut self, paid: &OrderPaid, desk: &mut Desk<'_>) -> Result<(), Stop> {
        if paid.currency.is_some_and(|currency| currency != self.book.currency) {
            let refusal = Refusal::new(Code::CurrencyMismatch).at("/data/currency");
            return Err(refusal.word("currency", self.book.currency.as_str()).into());
        }
        let before = desk.read::<OrderFact>(paid.order.as_str())?;
        if let Some(fact) = &before {
            if fact.member != self.event.member {
                let refusal = Refusal::new(Code::OrderOfAnotherMember);
                self.outcome.refuse(None, refusal.word("order", paid.order.as_str()));
                return Ok(());
            }
            if fact.state == OrderState::Paid {
                let refusal = Refusal::new(Code::OrderAlreadyCounted);
                self.outcome.refuse(None, refusal.word("order", paid.order.as_str()));
                return Ok(());
            }
        }
        let deducted = self.pay_with_points(paid, before.as_deref(), desk)?;
        self.released();
        let book = std::sync::Arc::clone(&self.book);
        let given = self.award(Some(paid), &lines_paid(&book, paid), desk)?;
        let body = &mut self.sitting.member.body;
        body.orders += 1;
        body.spent = body.spent.saturating_add(paid.amount);
        self.note_month(paid.amount, 1);
        self.tell(paid, &given, desk);
        desk.count("orders", self.day, CompactString::new(self.event.channel.as_deref().unwrap_or("")), 1);
        desk.count("paid", self.day, CompactString::new(self.event.channel.as_deref().unwrap_or("")), paid.amount);
        let mut fact = OrderFact::expected(paid.order.clone(), self.event.member.clone(), self.at);
        fact.state = OrderState::Paid;
        fact.amount = paid.amount;
        fact.lines = paid.lines.iter().map(|line| line.amount).collect();
        fact.awards = given.into_iter().map(recorded).collect();
        fact.deducted = deducted;
        fact.tasks = std::mem::take(&mut self.shares);
        if let Some(before) = before {
            self.unpark(&mut fact, &before, desk)?;
        }
        self.follow_order(&mut fact);
        desk.write(paid.order.as_str(), fact);
        Ok(())
    }

    /// Tells the member that points have arrived, where the rule book tells of every payment or of the first.
    fn tell(&self, paid: &OrderPaid, given: &[Given], desk: &mut Desk<'_>) {
        let body = &self.sitting.member.body;
        let messages = &self.book.messages;
        let tells_first = body.orders == 1 && messages.tells(Trigger::FirstOrder);
        if !tells_first && !messages.tells(Trigger::Paid) {
            return;
        }
        let unit = self.book.default_unit.clone();
        let of_unit = given.iter().filter(|given| given.award.unit == unit);
        let points = of_unit.fold(0_i64, |sum, given| sum.saturating_add(given.award.points.get()));
        if tells_first {
            notify_at(desk, body, Cause::FirstOrder { points, unit: unit.clone() }, self.at);
        }
        notify_at(desk, body, Cause::Paid { amount: paid.amount, points, unit }, self.at);
    }

    /// `order.completed`, `order.collected`
    pub(super) fn progressed(&mut self, order: &OrderId, desk: &mut Desk<'_>) -> Result<(), Stop> {
        let unknown = || Refusal::new(Code::Unknown).at("/data/order").word("order", order.as_str());
        let fact = desk.read::<OrderFact>(order.as_str())?.ok_or_else(unknown)?;
        match fact.state {
            OrderState::Expected => return Err(unknown().into()),
            OrderState::Undone => {
                self.outcome.refuse(None, Refusal::new(Code::OrderUndone).word("order", order.as_str()));
                return Ok(());
            }
            OrderState::Paid => {}
        }
        if fact.member != self.event.member {
            self.outcome.refuse(None, Refusal::new(Code::OrderOfAnotherMember).word("order", order.as_str()));
            return Ok(());
        }
        if fact.progress.iter().any(|(kind, _)| *kind == self.event.kind) {
            self.outcome.refuse(None, Refusal::new(Code::OrderAlreadyCounted).word("order", order.as_str()));
            return Ok(());
        }
        self.released();
        let given = self.award(None, &LineView::new(), desk)?;
        self.note_month(0, 0);
        let mut fact = OrderFact::clone(&fact);
        fact.progress.push((self.event.kind.clone(), self.at));
        fact.awards.extend(given.into_iter().map(recorded));
        fact.tasks.append(&mut self.shares);
        desk.write(order.as_str(), fact);
        Ok(())
    }
}

/// What is kept of an award so that refunds reverse it and nothing else.
pub(super) fn recorded(given: Given) -> OrderAward {
    OrderAward {
        unit: given.award.unit,
        rule: given.award.rule,
        version: given.award.version,
        points: given.award.points,
        lines: given.lines,
        piece: given.granted.piece,
        taken: Points::ZERO,
        lapsed: Points::ZERO,
        budget: given.budget,
        gift: given.gift.map(Box::new),
    }
}
