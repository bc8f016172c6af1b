//! Points that nobody uses fall asleep, shrink while they sleep, and come back in full with the first use (EXP-11,
//! EXP-12, EXP-13).
//!
//! Nothing falls asleep before the member has been told when: a notice names an instant, and whatever of the unit has
//! been quiet for long enough then sleeps from that instant on. Any use between takes the notice back. Sleeping points
//! keep their date; what shrank is kept apart, number by number, and lapses or comes back with the rest.

use jifen_vocab::{Points, Timestamp, UnitId, Zone};

use super::{Drowsy, Ledger, Posting, by_time};
use crate::account::Account;
use crate::clock::Clock;
use crate::entry::{Cause, EntryKind};
use crate::lot::{Lot, Pieces, State, push_piece};
use crate::terms::{DormancyTerms, Shrink};
use crate::wallet::{Holding, Told};

impl Ledger<'_> {
    /// Brings back everything of the unit that sleeps, what shrank too, and repays a debt with it; how many points came
    /// back. It counts as a use of the unit.
    pub fn wake(&mut self, unit: &UnitId, cause: &Cause) -> Points {
        let Ok(at) = self.wallet.index(unit) else { return Points::ZERO };
        let asleep = self.wallet.units[at].count(State::is_asleep);
        self.note_use(at, self.now, cause);
        Points::new(asleep)
    }

    /// The member uses points of the unit: whatever of it sleeps comes back.
    pub(super) fn note_use(&mut self, unit: usize, at: Timestamp, cause: &Cause) {
        let holding = &mut self.wallet.units[unit];
        holding.used_until(at);
        if holding.count(State::is_asleep) == 0 {
            return;
        }
        let mut back = Pieces::new();
        for (state, account) in [(State::Dormant, Account::Dormant), (State::Shrunk, Account::Shrunk)] {
            let mut pieces = Pieces::new();
            let holding = &mut self.wallet.units[unit];
            holding.take(i64::MAX, |of| of == state, Some(State::Available), &mut pieces);
            if pieces.is_empty() {
                continue;
            }
            back.extend(pieces.iter().copied());
            let cause = Cause { why: None, ..cause.clone() };
            self.post(unit, Posting::of(EntryKind::Wake, account, Account::Available, at, pieces), cause);
        }
        for lot in &mut self.wallet.units[unit].lots {
            lot.shrinks = None;
        }
        back.sort_unstable_by_key(|piece| {
            (piece.expires_at.unwrap_or(Timestamp::MAX), piece.expires_at.is_none(), piece.lot, piece.lo)
        });
        self.repay(unit, &back, at, cause);
    }

    /// What of the unit is due at that instant: the notice, the sleep, and what shrinks.
    pub(super) fn fall_asleep(&mut self, unit: usize, at: Timestamp) {
        let Some(terms) = self.law.dormancy(&self.wallet.units[unit].unit) else { return };
        let clock = Clock { zone: self.law.zone, settled: self.wallet.settled, now: self.now };
        if let Some(drowsy) = self.wallet.units[unit].drowsy(terms, clock, at) {
            self.tell(unit, terms, drowsy.sleeps_at, at);
        }
        let told = self.wallet.units[unit].told;
        if told.is_some_and(|told| !told.done && told.at <= at) {
            self.sleep(unit, terms, at);
        }
        self.shrink(unit, terms, clock, at);
    }

    /// A notice names an instant; the days between are the member's, however late the notice is.
    fn tell(&mut self, unit: usize, terms: &DormancyTerms, sleeps_at: Timestamp, at: Timestamp) {
        let zone = self.law.zone;
        let earliest = zone.same_time_on(zone.day_of(at).plus_days(i32::from(terms.lead_days)), at);
        let sleeps_at = sleeps_at.max(earliest);
        let holding = &mut self.wallet.units[unit];
        holding.told = Some(Told { at: sleeps_at, done: false });
        let used = holding.used;
        let quiet = holding.lots.iter().filter(|lot| lot.is_quiet_by(sleeps_at, used, terms, zone));
        let points = quiet.fold(0, |sum: i64, lot| sum.saturating_add(lot.available().get()));
        let unit = holding.unit.clone();
        self.out.drowsy.push(Drowsy { unit, sleeps_at, given_at: at, points: Points::new(points) });
    }

    fn sleep(&mut self, unit: usize, terms: &DormancyTerms, at: Timestamp) {
        let zone = self.law.zone;
        let holding = &mut self.wallet.units[unit];
        holding.told = Some(Told { at, done: true });
        let used = holding.used;
        let mut pieces = Pieces::new();
        for lot in holding.lots.iter_mut().filter(|lot| lot.is_quiet_by(at, used, terms, zone)) {
            let awake = |state| state == State::Available;
            let slept =
                lot.recolor_all(i64::MAX, awake, Some(State::Dormant), |piece, _| push_piece(&mut pieces, piece));
            if slept > 0 {
                // Where some of the lot sleeps already, its month begins anew for all of it.
                lot.shrinks = terms.shrink.as_ref().and_then(|shrink| shrink.next(at, zone));
            }
        }
        if !pieces.is_empty() {
            let posting = Posting::of(EntryKind::Sleep, Account::Available, Account::Dormant, at, pieces);
            self.post(unit, posting, by_time());
        }
    }

    fn shrink(&mut self, unit: usize, terms: &DormancyTerms, clock: Clock<'_>, at: Timestamp) {
        let Some(shrink) = &terms.shrink else { return };
        let mut pieces = Pieces::new();
        for lot in &mut self.wallet.units[unit].lots {
            let Some((due, points)) = lot.shrinks(shrink).filter(|(due, _)| clock.not_past(*due) <= at) else {
                continue;
            };
            let asleep = |state| state == State::Dormant;
            lot.recolor_all(points, asleep, Some(State::Shrunk), |piece, _| push_piece(&mut pieces, piece));
            lot.shrinks = shrink.next(due.max(at), clock.zone);
        }
        if !pieces.is_empty() {
            let posting = Posting::of(EntryKind::Shrink, Account::Dormant, Account::Shrunk, at, pieces);
            self.post(unit, posting, by_time());
        }
    }
}

/// A notice that is to be given.
struct DrowsyDue {
    at: Timestamp,
    sleeps_at: Timestamp,
}

impl Shrink {
    fn next(&self, from: Timestamp, zone: &Zone) -> Option<Timestamp> {
        self.every.expires_at(from, zone).filter(|next| *next > from)
    }
}

impl Lot {
    /// When and by how much it shrinks next; nothing where nothing of it sleeps, or too little to shrink.
    fn shrinks(&self, shrink: &Shrink) -> Option<(Timestamp, i64)> {
        let due = self.shrinks?;
        let dormant = self.count(|state| state == State::Dormant);
        let points = shrink.of_lot(dormant, self.count(|state| state == State::Shrunk));
        (points > 0).then_some((due, points))
    }

    fn has_awake(&self) -> bool {
        self.parts.iter().any(|part| part.state == State::Available)
    }

    /// When its usable points have been quiet for long enough, unless they lapse before.
    fn sleeps_at(&self, used: Option<Timestamp>, terms: &DormancyTerms, zone: &Zone) -> Option<Timestamp> {
        terms.after.expires_at(self.quiet_since(used), zone).filter(|at| self.is_alive(*at))
    }

    fn is_quiet_by(&self, at: Timestamp, used: Option<Timestamp>, terms: &DormancyTerms, zone: &Zone) -> bool {
        self.has_awake() && self.sleeps_at(used, terms, zone).is_some_and(|due| due <= at)
    }
}

impl Holding {
    /// The member used the unit then: its quiet begins anew, and a notice of sleep is void.
    pub(super) fn used_until(&mut self, at: Timestamp) {
        self.used = self.used.max(Some(at));
        self.told = None;
    }

    /// When something about sleep is due next, where that may be up to `limit`: a notice, the sleep itself, or points
    /// that shrink.
    pub(crate) fn sleep_due(&self, terms: &DormancyTerms, clock: Clock<'_>, limit: Timestamp) -> Option<Timestamp> {
        let told = self.told.filter(|told| !told.done).map(|told| clock.not_past(told.at));
        let dozes = told.or_else(|| self.drowsy(terms, clock, limit).map(|due| due.at));
        let shrink = terms.shrink.as_ref();
        let shrinks = self.lots.iter().filter_map(|lot| lot.shrinks(shrink?)).map(|(due, _)| clock.not_past(due)).min();
        [dozes, shrinks].into_iter().flatten().min()
    }

    /// The next notice of sleep, where it is due by `limit`; none while one stands.
    fn drowsy(&self, terms: &DormancyTerms, clock: Clock<'_>, limit: Timestamp) -> Option<DrowsyDue> {
        if self.told.is_some_and(|told| !told.done) {
            return None;
        }
        let mut first: Option<Timestamp> = None;
        let lead = i64::from(terms.lead_days) + 1;
        for lot in self.lots.iter().filter(|lot| lot.has_awake()) {
            let Some(not_before) = terms.after.not_before(lot.quiet_since(self.used)) else { continue };
            let hopeless = not_before.plus_days(-lead) > limit || first.is_some_and(|first| not_before >= first);
            if !hopeless && let Some(at) = lot.sleeps_at(self.used, terms, clock.zone) {
                first = Some(first.map_or(at, |first| first.min(at)));
            }
        }
        let sleeps_at = first?;
        let day = clock.zone.day_of(sleeps_at).plus_days(-i32::from(terms.lead_days));
        let told = clock.zone.same_time_on(day, sleeps_at);
        let after_last = self.told.map_or(Timestamp::MIN, |told| told.at);
        // Whoever has just used points is not told before they did, however long the lead.
        let at = clock.not_past(told.max(terms.since).max(after_last).max(self.used.unwrap_or(Timestamp::MIN)));
        (at <= limit).then_some(DrowsyDue { at, sleeps_at })
    }
}
