//! Judging an event: which rules award how much, what trimmed it, what was refused and why.
//!
//! For each rule on the event's type, in the order of priority, refusals come in this order:
//!
//! 1. `earned-already`: the rule gave its award in this period, or for this thing, or the period's total has not grown;
//! 2. `amount-out-of-range`: the result is beyond what the product computes with;
//! 3. `rule-excluded`: a rule of the same group awarded;
//! 4. `event-maximum`: the award is above the rule's maximum for one event, and is refused altogether;
//! 5. `cap-reached`: a cap trimmed the award, perhaps to nothing (the rule's own caps, then the program's);
//! 6. `budget-exhausted`: the budget trimmed it, perhaps to nothing.
//!
//! A rule whose window is shut, whose condition does not hold or whose formula gives nothing is silent.

mod decide;

use compact_str::{CompactString, format_compact};
use jifen_vocab::{Refusal, Why};
use smallvec::SmallVec;

use crate::cel::EvalError;
use crate::facts::{DataLookup, Facts};
use crate::formula::LineShares;
use crate::rule::{Budget, BudgetIndex, Cap, CapIndex, Rule, RuleIndex, RuleSet};

/// What the member and everyone have used so far, before this event. Periods are those of the event's own day.
pub trait Room {
    /// Points of the member that count in the cap, in its period.
    fn used(&self, cap: &Cap) -> i64;
    /// Points that are left in the budget.
    fn left(&self, budget: &Budget) -> i64;
    /// Whether the member got the award of a rule with `once` in that rule's period, or for the thing this event is
    /// about.
    fn earned(&self, rule: &Rule) -> bool;
    /// What a rule with `total` has come to for the member in its period.
    fn total(&self, rule: &Rule) -> i64;
}

/// A member who has used nothing, and budgets that are full.
#[derive(Debug, Clone, Copy, Default)]
pub struct FreshRoom;

impl Room for FreshRoom {
    fn used(&self, _: &Cap) -> i64 {
        0
    }

    fn left(&self, budget: &Budget) -> i64 {
        budget.points
    }

    fn earned(&self, _: &Rule) -> bool {
        false
    }

    fn total(&self, _: &Rule) -> i64 {
        0
    }
}

/// Where chances come from.
pub enum Draw<'d> {
    /// Nothing is drawn: chances are listed as [`Odds`].
    Odds,
    /// A number from 0 to 999,999 for each chance; larger ones are taken modulo a million.
    Numbers(&'d mut dyn FnMut() -> u32),
}

/// An award of one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Award {
    /// The rule; it has the unit, the label and the name ([`RuleSet::rule`]).
    pub rule: RuleIndex,
    /// How many points, more than 0.
    pub points: i64,
    /// The points of each line the award is based on; they add up to the award. Empty for awards that do not rest on
    /// lines.
    pub lines: LineShares,
    /// How it came about.
    pub why: Why,
    /// The caps it counts in.
    pub counted: SmallVec<[CapIndex; 4]>,
    /// The budget it is paid from.
    pub budget: Option<BudgetIndex>,
}

/// A refusal of one rule; also said beside an award that was trimmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The rule.
    pub rule: RuleIndex,
    /// Why, with facts.
    pub refusal: Refusal,
}

/// A chance that was not drawn (dry run).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Odds {
    /// The rule.
    pub rule: RuleIndex,
    /// The chance in parts of a million.
    pub chance_ppm: u32,
    /// The fewest points, before limits.
    pub from: i64,
    /// The most points, before limits.
    pub to: i64,
}

/// A chance that was drawn and missed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Missed {
    /// The rule.
    pub rule: RuleIndex,
    /// The chance in parts of a million.
    pub chance_ppm: u32,
    /// The number that was drawn.
    pub drawn: u32,
}

/// A rule that was silent because its condition or its formula had no value for the event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Note {
    /// The rule.
    pub rule: RuleIndex,
    /// Why.
    pub error: EvalError,
}

/// What the rules say to an event.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Judged {
    /// Awards, in the order they were judged.
    pub awards: Vec<Award>,
    /// Refusals, in the order they came about.
    pub refusals: Vec<Refused>,
    /// Chances of a dry run.
    pub odds: Vec<Odds>,
    /// Chances that were missed.
    pub missed: Vec<Missed>,
    /// Conditions and formulas without a value.
    pub notes: Vec<Note>,
}

/// The thing that a field of the event's data names: an identifier, or a number.
///
/// # Errors
/// Where there is no such field, or it names nothing.
pub fn thing(data: &dyn DataLookup, path: &[CompactString]) -> Result<CompactString, EvalError> {
    let value = data.find(path).ok_or(EvalError::Missing)?;
    if let Some(text) = value.as_str() {
        return jifen_vocab::id::check(text).map(|()| CompactString::new(text)).map_err(|_| EvalError::WrongType);
    }
    value.as_i64().map(|number| format_compact!("{number}")).ok_or(EvalError::WrongType)
}

impl RuleSet {
    /// Judges an event. Pure: the same facts, room and numbers give the same answer.
    pub fn judge(&self, facts: &Facts<'_>, room: &dyn Room, draw: Draw<'_>) -> Judged {
        decide::judge(self, facts, room, draw)
    }
}
