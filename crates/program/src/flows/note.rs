//! An event is noted with what was known when it was judged, so that rules to come can be tried on it.

use compact_str::{CompactString, format_compact};
use jifen_rules::RuleIndex;
use smallvec::SmallVec;

use super::event::Case;
use crate::book::RuleBook;
use crate::days::{DayEvent, DayMember};
use crate::desk::Desk;
use crate::earning::{member_facts, once_key, period, total_key};

/// Bytes of a usual purchase's note.
const NOTE_BYTES_USUAL: usize = 512;

/// Under which name a budget's spending is noted.
pub(super) fn budget_key(name: &str) -> CompactString {
    format_compact!("budget/{name}")
}

impl Case<'_> {
    /// Notes the event before its awards are given.
    pub(super) fn note(&self, spent: &[(CompactString, i64)], given_for: &[RuleIndex], desk: &mut Desk<'_>) {
        if !desk.notes(self.at) {
            return;
        }
        let event = DayEvent::of(
            self.event,
            self.at,
            self.who(),
            self.used(spent, given_for),
            looks_at_data(&self.book, self.kind()),
        );
        // What cannot be written is not noted: the judgment itself does not depend on it.
        let mut note = Vec::with_capacity(NOTE_BYTES_USUAL);
        if serde_json::to_writer(&mut note, &event).is_ok() {
            desk.note(note);
        }
    }

    fn kind(&self) -> &str {
        &self.event.kind
    }

    fn who(&self) -> DayMember {
        let facts = member_facts(&self.sitting.member, &self.book, self.day);
        let streaks = self.book.streaks.iter().map(|streak| streak.id.clone()).zip(self.streaks());
        DayMember {
            tier: self.tier.clone(),
            orders: facts.orders,
            spent: facts.spent,
            days: facts.days,
            tags: facts.tags.to_vec(),
            badges: self.sitting.member.badges_at(self.at).into_vec(),
            idle_days: facts.idle_days,
            streaks: streaks.filter(|(_, length)| *length != 0).collect(),
            stage: self.sitting.member.stage_on(&self.book, self.day),
        }
    }

    fn used(&self, spent: &[(CompactString, i64)], given_for: &[RuleIndex]) -> SmallVec<[(CompactString, i64); 4]> {
        let rules = &self.book.rules;
        let member = &self.sitting.member;
        let mut used: SmallVec<[(CompactString, i64); 4]> = SmallVec::new();
        for index in rules.rules_on(&self.event.kind) {
            let rule = rules.rule(*index);
            for cap in rule.caps().iter().map(|cap| rules.cap(*cap)) {
                let points = member.used(&cap.key, period(cap.per, self.day).0);
                if points != 0 && !used.iter().any(|(known, _)| *known == cap.key) {
                    used.push((cap.key.clone(), points));
                }
            }
            if let Some(once) = rule.once {
                let points = member.used(&once_key(rule), period(once, self.day).0);
                used.extend((points != 0).then(|| (once_key(rule), points)));
            }
            if let Some(total) = rule.total {
                let points = member.used(&total_key(rule), period(total, self.day).0);
                used.extend((points != 0).then(|| (total_key(rule), points)));
            }
            used.extend(given_for.contains(index).then(|| (once_key(rule), 1)));
        }
        used.extend(spent.iter().filter(|(_, points)| *points != 0).map(|(name, points)| (budget_key(name), *points)));
        used
    }
}

/// Whether a rule on that type of event looks at fields that only some events have.
fn looks_at_data(book: &RuleBook, kind: &str) -> bool {
    let rules = book.rules.rules_on(kind).iter().map(|index| book.rules.rule(*index));
    rules.into_iter().any(|rule| {
        let condition = rule.when.as_ref().is_some_and(|when| when.text().contains("data."));
        let about = rule.once_for.is_some() || matches!(rule.award.basis(), Some(jifen_rules::formula::Basis::Data(_)));
        condition || about
    })
}
