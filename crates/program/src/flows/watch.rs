//! What members do is watched while it is judged: days in a row, patterns of abuse (LIM-05, LIM-08, LIM-09), and how
//! fast points leave the program (LIM-23).

use compact_str::CompactString;
use jifen_rules::Judged;
use jifen_vocab::{Code, Refusal, Timestamp};
use smallvec::SmallVec;

use super::case::Case;
use super::streak;
use crate::abuse::{AbuseHit, Issued, Rush};
use crate::audit::{self, By, Line};
use crate::book::RuleBook;
use crate::book::abuse::{Consequence, Issuance, Pattern};
use crate::book::streaks::streaks_on;
use crate::desk::{Desk, Keys, Stop};
use crate::messages;
use crate::streaks::mark;

/// Milliseconds of an hour.
const HOUR_MS: i64 = 3_600_000;

/// The records that watching events of a type needs besides the member.
pub(super) fn want(book: &RuleBook, kind: &str, keys: &mut Keys) {
    let freezes = |pattern: &Pattern| matches!(pattern.then, Consequence::Freeze { .. });
    if book.abuse.on(kind).any(freezes) {
        audit::want(keys);
    }
    if !book.rules.rules_on(kind).is_empty() {
        book.abuse.stops().for_each(|issuance| keys.want::<Issued>(issuance.unit.as_str()));
    }
}

/// Whether what rules on events of a type may give can be counted.
pub(super) fn is_at_hand(book: &RuleBook, kind: &str, desk: &Desk<'_>) -> bool {
    let has = |issuance: &Issuance| desk.has_asked::<Issued>(issuance.unit.as_str());
    book.rules.rules_on(kind).is_empty() || book.abuse.stops().all(has)
}

impl Case<'_> {
    /// Makes the day count in the streaks that the event feeds.
    pub(super) fn mark_day(&mut self, desk: &mut Desk<'_>) {
        let (book, day) = (std::sync::Arc::clone(&self.book), self.day);
        let is_today = book.zone.day_of(desk.now()) == day;
        for streak in book.streaks.iter().filter(|streak| streak.is_fed_by(&self.event.kind)) {
            let all = &mut self.sitting.member.body.streaks;
            if all.len() > book.streaks.len() {
                // Streaks that the book has no more are forgotten.
                all.retain(|days| book.streaks.iter().any(|known| known.id == days.streak));
            }
            mark(all, &streak.id, day);
            let length = streak.days_of(all).map_or(0, |days| days.length(day));
            if is_today {
                streak::set_reminder(desk, &book, streak, &self.sitting.member, (day, length));
            }
        }
    }

    /// The member's streaks as rules see them, in the order of the book.
    pub(super) fn streaks(&self) -> SmallVec<[i64; 2]> {
        streaks_on(&self.book.streaks, &self.sitting.member.body.streaks, self.day)
    }

    /// Looks whether the event is one too many.
    pub(super) fn watch(&mut self, desk: &mut Desk<'_>) -> Result<(), Stop> {
        let book = std::sync::Arc::clone(&self.book);
        for pattern in book.abuse.on(&self.event.kind) {
            if self.meets(pattern) {
                self.follow(pattern, desk)?;
            }
        }
        Ok(())
    }

    fn meets(&mut self, pattern: &Pattern) -> bool {
        let rushes = &mut self.sitting.member.body.rushes;
        let at = rushes.iter().position(|rush| rush.0 == pattern.id).unwrap_or_else(|| {
            let day_ago = self.at.plus_days(-1);
            rushes.retain(|rush| rush.last().is_some_and(|last| last > day_ago));
            rushes.push(Rush::new(pattern.id.clone()));
            rushes.len() - 1
        });
        rushes[at].note(self.at, pattern)
    }

    /// What follows from a pattern that was met.
    fn follow(&mut self, pattern: &Pattern, desk: &mut Desk<'_>) -> Result<(), Stop> {
        let frozen_until = match pattern.then {
            Consequence::Note => None,
            Consequence::Freeze { hours } => self.freeze(pattern, desk.now(), hours, desk)?,
        };
        let id = desk.new_id("abu");
        let hit = AbuseHit {
            v: 1,
            member: self.event.member.clone(),
            pattern: pattern.id.clone(),
            at: self.at,
            events: pattern.count,
            event: self.event.id.clone(),
            frozen_until,
        };
        desk.write_new(&id, hit);
        desk.count("abuse", self.day, pattern.id.clone(), 1);
        Ok(())
    }

    /// Freezes the wallet, unless it is frozen for longer already.
    fn freeze(
        &mut self,
        pattern: &Pattern,
        now: Timestamp,
        hours: u16,
        desk: &mut Desk<'_>,
    ) -> Result<Option<Timestamp>, Stop> {
        let until = now.plus_millis(i64::from(hours) * HOUR_MS);
        let before = self.sitting.ledger().wallet().frozen();
        if before.is_some_and(|freeze| freeze.until.is_none_or(|other| other >= until)) {
            return Ok(None);
        }
        self.sitting.ledger().freeze(Some(until));
        messages::notify(desk, &self.sitting.member.body, messages::Cause::Frozen { until: Some(until) });
        let line = Line::new("wallets.freeze", "member", self.event.member.as_str());
        let line = line.before("frozen", before.is_some()).after("frozen", true).after("until", until.as_millis());
        audit::write(desk, &By::system(), line.after("pattern", pattern.id.as_str()))?;
        Ok(Some(until))
    }

    /// Takes away what would bring the program over a threshold at which it stops; what is left is counted.
    pub(super) fn brake(&mut self, judged: &mut Judged, desk: &mut Desk<'_>) -> Result<(), Stop> {
        let book = std::sync::Arc::clone(&self.book);
        let today = book.zone.day_of(desk.now());
        for issuance in book.abuse.stops() {
            let unit = &issuance.unit;
            let is_of = |award: &jifen_rules::Award| book.rules.rule(award.rule).unit == *unit;
            let points: i64 = judged.awards.iter().filter(|award| is_of(award)).map(|award| award.points).sum();
            let so_far = issued(unit.as_str(), desk)?.on(today).of(issuance);
            if points == 0 || so_far.saturating_add(points) <= issuance.points {
                continue;
            }
            judged.awards.retain(|award| !is_of(award));
            let per = if issuance.is_monthly { "month" } else { "day" };
            let refusal = Refusal::new(Code::IssuanceStopped).word("unit", unit.as_str()).word("per", per);
            self.outcome.refuse(None, refusal.number("limit", issuance.points).number("issued", so_far));
            desk.count("issuance_stopped", today, CompactString::new(unit.as_str()), 1);
        }
        let mut units: SmallVec<[&str; 2]> = book.abuse.stops().map(|issuance| issuance.unit.as_str()).collect();
        units.dedup();
        for unit in units {
            let of_unit = judged.awards.iter().filter(|award| book.rules.rule(award.rule).unit.as_str() == unit);
            let points: i64 = of_unit.map(|award| award.points).sum();
            if points > 0 {
                desk.write(unit, issued(unit, desk)?.on(today).plus(points));
            }
        }
        Ok(())
    }
}

fn issued(unit: &str, desk: &Desk<'_>) -> Result<Issued, Stop> {
    Ok(desk.read::<Issued>(unit)?.map(|issued| *issued).unwrap_or_default())
}
