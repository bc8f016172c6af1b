//! An event is noted with what was known when it was judged, so that rules to come can be tried on it.

use compact_str::{CompactString, format_compact};
use smallvec::SmallVec;

use super::event::Case;
use crate::book::RuleBook;
use crate::days::{DayEvent, DayMember};
use crate::desk::Desk;
use crate::earning::{once_key, period};

/// Under which name a budget's spending is noted.
pub(super) fn budget_key(name: &str) -> CompactString {
    format_compact!("budget/{name}")
}

impl Case<'_> {
    /// Notes the event before its awards are given.
    pub(super) fn note(&self, spent: &[(CompactString, i64)], desk: &mut Desk<'_>) {
        if !desk.notes(self.at) {
            return;
        }
        let event =
            DayEvent::of(self.event, self.at, self.who(), self.used(spent), looks_at_data(&self.book, self.kind()));
        // What cannot be written is not noted: the judgment itself does not depend on it.
        if let Ok(note) = serde_json::to_vec(&event) {
            desk.note(note);
        }
    }

    fn kind(&self) -> &str {
        &self.event.kind
    }

    fn who(&self) -> DayMember {
        let body = &self.sitting.member.body;
        DayMember {
            tier: self.tier.clone(),
            orders: body.orders,
            spent: body.spent,
            days: i64::from(self.day.number() - self.book.zone.day_of(body.joined).number()),
            tags: body.tags.clone(),
        }
    }

    fn used(&self, spent: &[(CompactString, i64)]) -> SmallVec<[(CompactString, i64); 4]> {
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
        condition || matches!(rule.award.basis(), Some(jifen_rules::formula::Basis::Data(_)))
    })
}
