//! A member's tier changes: what fell due, what was reached, what somebody decided. Everything that depends on it
//! follows, and the history has an entry.

use std::sync::Arc;

use compact_str::CompactString;
use jifen_ledger::{Cause, CauseKind};
use jifen_vocab::{Day, RuleId, TierId, Timestamp};

use super::Sitting;
use super::tier_news::Moved;
use crate::book::RuleBook;
use crate::book::ascent::Upgrade;
use crate::book::messages::Trigger;
use crate::desk::Desk;
use crate::member::Merit;
use crate::messages::{Cause as Told, notify_at};
use crate::tiers::{
    ChangeCause, Coming, Lent, Said, TierChange, Turn, Warned, Why, assess_since, assessed_from, coming, fallen_to,
    raised, score,
};

/// The festival's spending, among what was used of caps.
const FESTIVAL: &str = "tier/festival";
/// Days for which it is kept after the festival's first: longer than any festival.
const FESTIVAL_DAYS: i32 = 130;

impl Sitting {
    /// Applies what fell due of the tier, each at its instant, after what fell due in the wallet (decision 6).
    pub(super) fn settle_tier(&mut self) {
        while let Some(due) = self.tier_due() {
            self.ledger();
            let lent = self.member.lent().filter(|lent| lent.until == due).cloned();
            match (lent, self.member.warned().cloned()) {
                (Some(_), _) => self.end_lent(due),
                (None, Some(warned)) => self.fall(&warned),
                (None, None) => return,
            }
        }
    }

    fn tier_due(&self) -> Option<Timestamp> {
        let standing = self.member.body.standing.as_ref()?;
        standing.next_due().filter(|due| *due <= self.now)
    }

    /// What is lent is over; the tier that was reached counts again.
    fn end_lent(&mut self, at: Timestamp) {
        let (base, before) = (self.member.base_tier().clone(), self.member.body.tier.clone());
        let standing = self.member.standing_mut();
        (standing.lent, standing.base) = (None, None);
        if base != before {
            self.member.set_tier(base.clone(), at);
            let moved = Some((before.clone(), base.clone()));
            self.note_change(Changed { before, tier: base, at, due: None, moved }, Why::itself(ChangeCause::LentOver));
        }
    }

    /// An announced fall has come, unless the score is back or a task was completed.
    fn fall(&mut self, warned: &Warned) {
        let book = Arc::clone(&self.book);
        self.member.standing_mut().warned = None;
        let from = book.tier(self.member.base_tier().as_str());
        let since = warned.since.unwrap_or_else(|| book.zone.start_of(assessed_from(&book, warned.due)));
        let Some(verdict) = assess_since(&book, &self.member, since, warned.due) else { return };
        let hundredths = verdict.score.hundredths;
        if matches!(verdict.turn, Turn::Keeps | Turn::Rises) {
            let why = Why { task: verdict.by, ..Why::itself(ChangeCause::Spared).scored(hundredths) };
            let (tier, at) = (from.id.clone(), warned.due);
            return self.note_change(Changed { before: tier.clone(), tier, at, due: None, moved: None }, why);
        }
        let to = fallen_to(&book, from, &verdict.score).id.clone();
        self.move_tier(&to, warned.due, Why::itself(ChangeCause::Assessed).scored(hundredths));
    }

    /// Moves the member to a tier for good. A better one that is lent stays until its time; an upgrade extends points
    /// already held to the better validity, a downgrade never shortens a promise (decision 8).
    pub fn move_tier(&mut self, to: &TierId, at: Timestamp, why: Why) {
        let book = Arc::clone(&self.book);
        let before = self.member.base_tier().clone();
        if before == *to {
            return;
        }
        self.ledger();
        let rank = |tier: &TierId| book.tier(tier.as_str()).rank;
        let is_up = rank(to) > rank(&before);
        let lent = self.member.lent().filter(|lent| rank(&lent.tier) > rank(to)).cloned();
        let standing = self.member.standing_mut();
        (standing.base, standing.warned, standing.since) = (lent.is_some().then(|| to.clone()), None, Some(at));
        let effective = lent.as_ref().map_or_else(|| to.clone(), |lent| lent.tier.clone());
        standing.lent = lent;
        let held = self.member.body.tier.clone();
        let moved = (effective != held).then(|| (held, effective.clone()));
        if moved.is_some() {
            self.member.set_tier(effective, at);
        }
        if is_up {
            self.extend(&book, &before, to, &why.operator);
        }
        self.note_change(Changed { before, tier: to.clone(), at, due: None, moved }, why);
    }

    /// Ends what is lent without a word: a person decides now.
    pub fn forget_lent(&mut self) {
        if self.member.lent().is_some() {
            let standing = self.member.standing_mut();
            (standing.lent, standing.base) = (None, None);
        }
    }

    /// A completed task kept the tier: the history says so.
    pub fn keep(&mut self, why: Why) {
        let (tier, at) = (self.member.base_tier().clone(), self.now);
        self.note_change(Changed { before: tier.clone(), tier, at, due: None, moved: None }, why);
    }

    /// Announces a fall, so many days ahead. Tasks that were completed since that instant speak against it when it comes.
    pub fn warn(&mut self, to: &TierId, days: u16, since: Timestamp, why: Why) {
        let zone = &self.book.zone;
        let due = zone.same_time_on(zone.day_of(self.now).plus_days(i32::from(days)), self.now);
        let warned = Warned { tier: to.clone(), noticed: self.now, due, since: Some(since) };
        self.member.standing_mut().warned = Some(warned);
        let from = self.member.base_tier().clone();
        let (tier, at) = (to.clone(), self.now);
        self.note_change(Changed { before: from, tier, at, due: Some(due), moved: None }, why);
    }

    /// Raises the tier where its score is reached, or a task says so, and the rule book does so at once.
    pub(super) fn rise(&mut self) {
        let book = Arc::clone(&self.book);
        let Some(ascent) = book.ascent.as_ref().filter(|ascent| ascent.upgrade == Upgrade::AtOnce) else { return };
        if self.member.body.merits.iter().any(Merit::is_open_upgrade) {
            self.rise_by_tasks(&book);
        }
        let base = book.tier(self.member.base_tier().as_str());
        let next = book.tiers.get(usize::from(base.rank) + 1);
        if ascent.parts.is_empty() || next.is_none() {
            return;
        }
        let Some(score) = score(&book, &self.member, self.now.plus_millis(1)) else { return };
        let best = book.tiers.iter().rev().find(|tier| tier.from.is_some_and(|from| score.reaches(from)));
        if let Some(best) = best.filter(|best| best.rank > base.rank) {
            let why = Why::itself(ChangeCause::Reached).scored(score.hundredths);
            self.move_tier(&best.id, self.now, why);
        }
    }

    /// Tells the member that the next tier has come near, where points moved and the rule book tells of it.
    pub(super) fn tell_progress(&mut self, desk: &mut Desk<'_>) {
        if self.out.entries.is_empty() || !self.book.messages.tells(Trigger::TierProgress) {
            return;
        }
        let book = Arc::clone(&self.book);
        let Some(Coming { tier, missing, near }) = coming(&book, &self.member, self.now) else { return };
        self.member.standing_mut().near = Some(near);
        notify_at(desk, &self.member.body, Told::TierProgress { tier: tier.name.clone(), missing }, self.now);
    }

    fn rise_by_tasks(&mut self, book: &RuleBook) {
        let until = self.now.plus_millis(1);
        let said = Said::of(&self.member, until, until);
        let to = raised(book, book.tier(self.member.base_tier().as_str()), said.upgrades);
        let raised = to.map(|_| (self.now, self.member.base_tier().clone()));
        self.member.upgrades_done(until, raised.as_ref());
        if let Some(to) = to {
            let why = Why { task: said.raised_by, ..Why::itself(ChangeCause::Merit) };
            self.move_tier(&to.id, self.now, why);
        }
    }

    /// What a task said for the tier is taken back with it. A tier that rose by it alone is what it was before, or what the
    /// score reaches where that is more; one about which anybody decided since is theirs.
    pub fn unsay(&mut self, task: &RuleId, at: Timestamp) {
        let said = |merit: &Merit| merit.task == *task && merit.at == at;
        let raised: Vec<_> = self
            .member
            .body
            .merits
            .iter()
            .filter(|merit| said(merit))
            .filter_map(|merit| merit.raised.clone())
            .collect();
        self.member.body.merits.retain(|merit| !said(merit));
        let since = self.member.body.standing.as_ref().and_then(|standing| standing.since);
        let Some((_, before)) = raised.into_iter().find(|(when, _)| since == Some(*when)) else { return };
        let book = Arc::clone(&self.book);
        let score = score(&book, &self.member, self.now.plus_millis(1));
        let reached = |from: i64| score.as_ref().is_some_and(|score| score.reaches(from));
        let best = book.tiers.iter().rev().find(|tier| tier.from.is_some_and(reached));
        let before = book.tier(before.as_str());
        let to = best.filter(|best| best.rank > before.rank).unwrap_or(before);
        if to.rank < book.tier(self.member.base_tier().as_str()).rank {
            let why = Why { task: Some(task.clone()), ..Why::itself(ChangeCause::TakenBack) };
            self.move_tier(&to.id, self.now, why);
        }
    }

    /// Counts what was paid in a festival, or (below zero) refunded; what reaches a tier's standard lends it (TIER-06),
    /// and what falls below it again ends that.
    pub fn count_festival(&mut self, day: Day, amount: i64) {
        let book = Arc::clone(&self.book);
        let Some(ascent) = &book.ascent else { return };
        let Some((festival, terms)) = ascent.festival(day).zip(ascent.temporary.as_ref()) else { return };
        let amount = amount.max(-self.member.used(FESTIVAL, festival));
        self.member.use_cap(FESTIVAL, festival, Some(FESTIVAL_DAYS), amount);
        let spent = self.member.used(FESTIVAL, festival);
        let of = terms.standards.iter().rev().find(|(_, standard)| spent >= *standard);
        let best = of.map(|(tier, _)| book.tier(tier.as_str()));
        let lent = self.member.lent().cloned();
        if let Some(lent) = lent.filter(|lent| lent.festival == festival.number()) {
            let still = best.is_some_and(|best| best.rank >= book.tier(lent.tier.as_str()).rank);
            if !still {
                self.end_lent(self.now);
            }
        }
        let current = book.tier(self.member.body.tier.as_str()).rank;
        if let Some(best) = best.filter(|best| best.rank > current && amount > 0) {
            let until = book.zone.day_of(self.now).plus_months(i32::from(terms.months));
            let until = book.zone.same_time_on(until, self.now);
            self.lend(Lent { tier: best.id.clone(), until, festival: festival.number() });
        }
    }

    fn lend(&mut self, lent: Lent) {
        let (base, before) = (self.member.base_tier().clone(), self.member.body.tier.clone());
        let (tier, until) = (lent.tier.clone(), lent.until);
        let standing = self.member.standing_mut();
        (standing.base, standing.lent) = (Some(base), Some(lent));
        self.member.set_tier(tier.clone(), self.now);
        let moved = Some((before.clone(), tier.clone()));
        let changed = Changed { before, tier, at: self.now, due: Some(until), moved };
        self.note_change(changed, Why::itself(ChangeCause::Lent));
    }

    fn extend(&mut self, book: &RuleBook, before: &TierId, to: &TierId, operator: &CompactString) {
        let (old, new) = (book.tier(before.as_str()), book.tier(to.as_str()));
        let operator = Some(operator.clone()).filter(|operator| !operator.is_empty());
        let by = if operator.is_some() { CauseKind::Adjustment } else { CauseKind::Time };
        let cause = Cause { by, operator, ..Cause::default() };
        for unit in &book.units {
            let validity = book.validity(unit, new);
            if validity != book.validity(unit, old) {
                self.ledger().extend(&unit.id, &cause, |lot| validity.expires_at(lot.earned_last(), &book.zone));
            }
        }
    }

    fn note_change(&mut self, changed: Changed, why: Why) {
        let change = TierChange {
            v: 1,
            member: self.member.body.id.clone(),
            before: changed.before,
            tier: changed.tier,
            reason: why.reason,
            operator: why.operator,
            at: changed.at,
            cause: why.cause,
            score: why.score,
            due: changed.due,
            by: why.by,
            task: why.task,
        };
        self.changes.push((change, changed.moved));
    }
}

/// What changed, or will.
struct Changed {
    before: TierId,
    tier: TierId,
    at: Timestamp,
    due: Option<Timestamp>,
    /// The tiers that counted before and afterwards, where these are others: while a tier is lent, they are not.
    moved: Moved,
}
