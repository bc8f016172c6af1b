//! What a member and everyone have used so far.

use compact_str::CompactString;
use jifen_rules::rule::{Budget as BudgetTerms, Cap};
use jifen_rules::{Room, Rule, RuleIndex, RuleSet};
use jifen_vocab::Day;
use smallvec::SmallVec;

use super::{once_key, period, total_key};
use crate::member::Member;

/// The room there is for a member on the day of an event.
#[derive(Debug)]
pub struct MemberRoom<'a> {
    /// The member.
    pub member: &'a Member,
    /// The day of the event in the program's calendar.
    pub day: Day,
    /// What was given of each budget that may pay.
    pub spent: SmallVec<[(CompactString, i64); 1]>,
    /// Rules that gave their award for the thing that the event is about.
    pub given_for: SmallVec<[RuleIndex; 1]>,
    /// The rules.
    pub rules: &'a RuleSet,
}

impl Room for MemberRoom<'_> {
    fn used(&self, cap: &Cap) -> i64 {
        self.member.used(&cap.key, period(cap.per, self.day).0)
    }

    fn left(&self, budget: &BudgetTerms) -> i64 {
        let spent = self.spent.iter().find(|(name, _)| *name == budget.name).map_or(0, |(_, spent)| *spent);
        budget.points.saturating_sub(spent)
    }

    fn earned(&self, rule: &Rule) -> bool {
        match rule.once {
            Some(once) => self.member.used(&once_key(rule), period(once, self.day).0) > 0,
            None => self.given_for.iter().any(|index| self.rules.rule(*index).id == rule.id),
        }
    }

    fn total(&self, rule: &Rule) -> i64 {
        rule.total.map_or(0, |total| self.member.used(&total_key(rule), period(total, self.day).0))
    }
}
