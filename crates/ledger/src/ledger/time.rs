//! What time does: everything that fell due is applied in the order of decision 6, each at the instant it was due.

use jifen_vocab::{Points, Timestamp};

use super::{Lapsed, Ledger, Notice, Posting, by_time};
use crate::account::Account;
use crate::entry::{Cause, EntryKind};
use crate::lot::{LotId, Pieces, State, push_piece};
use crate::wallet::{NoticeGiven, Release, Wait};

impl Ledger<'_> {
    /// Applies everything that fell due until now, oldest first.
    pub(super) fn settle(&mut self) {
        while let Some(at) = self.wallet.due_by(&self.law, self.now, self.now) {
            self.settle_at(at);
        }
        self.wallet.settled = self.now;
        self.forget_notices();
    }

    /// One instant, in the order of decision 6.
    fn settle_at(&mut self, at: Timestamp) {
        for unit in 0..self.wallet.units.len() {
            self.end_waits(unit, at);
        }
        self.end_holds(at);
        for unit in 0..self.wallet.units.len() {
            self.give_notices(unit, at);
        }
        for unit in 0..self.wallet.units.len() {
            self.lapse_due(unit, at);
        }
        for unit in 0..self.wallet.units.len() {
            self.fall_asleep(unit, at);
        }
        if let Some(until) = self.wallet.frozen.and_then(|freeze| freeze.until)
            && until <= at
        {
            self.wallet.frozen = None;
            self.out.thawed_at = Some(until);
        }
    }

    fn end_waits(&mut self, unit: usize, at: Timestamp) {
        while let Some(wait) = self.wallet.units[unit].waits.iter().find(|wait| wait.release.due() <= at).cloned() {
            match wait.release {
                Release::At(_) => {
                    self.release(unit, &wait, at, &by_time());
                }
                Release::Awaiting { .. } => self.cancel(unit, &wait, at),
            }
        }
    }

    /// Makes the points of a wait available; a lot whose validity counts from now gets its date.
    pub(super) fn release(&mut self, unit: usize, wait: &Wait, at: Timestamp, cause: &Cause) -> Pieces {
        let holding = &mut self.wallet.units[unit];
        let waiting = |state| state == State::Pending(wait.no);
        for lot in holding.lots.iter_mut().filter(|lot| lot.on_release.is_some() && lot.count(waiting) > 0) {
            let validity = lot.on_release.take();
            lot.expires_at = validity.and_then(|validity| validity.expires_at(at, self.law.zone));
            (lot.since, lot.latest) = (at, None);
        }
        holding.lots.sort_by_key(crate::lot::Lot::order);
        let mut pieces = Pieces::new();
        for lot in holding.lots.iter_mut().filter(|lot| lot.count(waiting) > 0) {
            lot.touch(at);
        }
        holding.take(i64::MAX, waiting, Some(State::Available), &mut pieces);
        holding.waits.retain(|other| other.no != wait.no);
        if pieces.is_empty() {
            return pieces;
        }
        self.post(
            unit,
            Posting::of(EntryKind::Release, Account::Pending, Account::Available, at, pieces.clone()),
            cause.clone(),
        );
        self.repay(unit, &pieces, at, cause);
        pieces
    }

    /// What the points waited for did not come.
    fn cancel(&mut self, unit: usize, wait: &Wait, at: Timestamp) {
        let holding = &mut self.wallet.units[unit];
        let mut pieces = Pieces::new();
        holding.take(i64::MAX, |state| state == State::Pending(wait.no), None, &mut pieces);
        holding.waits.retain(|other| other.no != wait.no);
        holding.tidy();
        if pieces.is_empty() {
            return;
        }
        let mut cause = by_time();
        if let Release::Awaiting { event, key, .. } = &wait.release {
            cause.event_type = Some(event.clone());
            cause.id.clone_from(key);
        }
        self.post(unit, Posting::of(EntryKind::Cancel, Account::Pending, Account::Issued, at, pieces), cause);
    }

    fn end_holds(&mut self, at: Timestamp) {
        while let Some(index) = self.wallet.holds.iter().position(|hold| hold.until.is_some_and(|until| until <= at)) {
            let hold = self.wallet.holds.remove(index);
            let cause = Cause { id: Some(hold.id.as_str().into()), ..by_time() };
            self.release_hold(&hold, at, &cause);
        }
    }

    fn give_notices(&mut self, unit: usize, at: Timestamp) {
        let holding = &self.wallet.units[unit];
        let Some(terms) = self.law.notice(&holding.unit) else { return };
        let mut from = 0;
        while let Some(lot) = self.wallet.units[unit].lots.get(from) {
            from += 1;
            let Some(date) = lot.expires_at else { break };
            if !terms.may_be_due(date, at) {
                continue;
            }
            let holding = &self.wallet.units[unit];
            let due = holding.notice_due(lot, date, terms, self.law.zone, self.wallet.settled, self.now);
            if due.is_some_and(|due| due <= at) {
                self.give_notice(unit, date, at);
            }
        }
    }

    /// A notice names a date and covers every point of the unit that lapses then.
    fn give_notice(&mut self, unit: usize, date: Timestamp, at: Timestamp) {
        let holding = &mut self.wallet.units[unit];
        match holding.notices.iter_mut().find(|given| given.date == date) {
            Some(given) => given.last = at,
            None => holding.notices.push(NoticeGiven { date, first: at, last: at }),
        }
        let lots = holding.lots.iter().filter(|lot| lot.expires_at == Some(date));
        let points = lots.fold(0, |sum: i64, lot| sum.saturating_add(lot.points().get()));
        let notice = Notice { unit: holding.unit.clone(), expires_at: date, given_at: at, points: Points::new(points) };
        self.out.notices.push(notice);
    }

    fn lapse_due(&mut self, unit: usize, at: Timestamp) {
        loop {
            let holding = &self.wallet.units[unit];
            let terms = self.law.notice(&holding.unit);
            let due = holding.lots.iter().map_while(|lot| Some((lot, lot.expires_at?))).find_map(|(lot, date)| {
                holding.lapse_due(lot, date, terms).filter(|due| *due <= at).map(|due| (lot.id, due))
            });
            let Some((lot, due)) = due else { return };
            self.lapse(unit, lot, due);
        }
    }

    /// Points that came free after their date lapse at once, with the notice that the program may demand. On the date
    /// itself they lapse with the others, in the order of that instant.
    pub(super) fn lapse_late(&mut self, unit: usize, lot: LotId, at: Timestamp) {
        let holding = &self.wallet.units[unit];
        let Some(date) = holding.lot(lot).and_then(|lot| lot.expires_at).filter(|date| *date < at) else { return };
        let demanded = self.law.notice(&holding.unit).is_some_and(|terms| terms.required);
        if demanded && holding.notice_given(date).is_none() {
            self.give_notice(unit, date, at);
        }
        self.lapse(unit, lot, at);
    }

    /// Every point of the lot that is not held lapses.
    fn lapse(&mut self, unit: usize, lot: LotId, at: Timestamp) {
        let holding = &mut self.wallet.units[unit];
        let date = holding.lot(lot).and_then(|lot| lot.expires_at);
        let given = date.and_then(|date| holding.notice_given(date)).map(|given| given.first);
        let cause = Cause { noticed_at: given, ..by_time() };
        let mut all = Pieces::new();
        for account in [Account::Available, Account::Pending, Account::Dormant, Account::Shrunk] {
            let holding = &mut self.wallet.units[unit];
            let Some(lot) = holding.lot_mut(lot) else { break };
            let mut pieces = Pieces::new();
            lot.recolor_all(
                i64::MAX,
                |state| state.account() == account,
                None,
                |piece, _| push_piece(&mut pieces, piece),
            );
            if pieces.is_empty() {
                continue;
            }
            all.extend(pieces.iter().copied());
            self.post(unit, Posting::of(EntryKind::Expire, account, Account::Expired, at, pieces), cause.clone());
        }
        let holding = &mut self.wallet.units[unit];
        holding.tidy();
        // No award ever names the numbers of a lot of grace, so nobody needs to remember them.
        if all.first().is_some_and(|piece| !piece.grace) {
            let unit = holding.unit.clone();
            self.out.add_lapsed(Lapsed { unit, at, pieces: all });
        }
    }

    /// A notice is remembered until its date is over and nothing waits for it anymore.
    fn forget_notices(&mut self) {
        let now = self.now;
        for holding in &mut self.wallet.units {
            let crate::wallet::Holding { lots, notices, .. } = holding;
            notices.retain(|given| given.date > now || lots.iter().any(|lot| lot.expires_at == Some(given.date)));
        }
    }
}
