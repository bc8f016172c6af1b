//! Earning rules, campaign multipliers and program caps: read from documents, checked against the names of the bundle,
//! compiled into a [`RuleSet`] that is indexed by event type.

mod compile;
mod limit;
mod read;
mod season;
mod window;

#[cfg(test)]
pub(crate) mod tests;

pub use compile::Draft;
pub use limit::{Budget, BudgetIndex, Cap, CapIndex, Period};
pub use read::{read_condition, read_types};
pub use season::{Around, Season};
pub use window::Window;

use std::collections::BTreeMap;

use compact_str::CompactString;
use jifen_vocab::{Currency, Decimal, RuleId, SourceLabel, TierId, UnitId};
use smallvec::SmallVec;

use crate::Names;
use crate::cel::Condition;
use crate::document::{Node, Problem, Problems};
use crate::formula::Formula;

/// A name in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// The place of a rule in its [`RuleSet`], in the order they were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleIndex(pub u32);

/// An earning rule.
#[derive(Debug)]
pub struct Rule {
    /// Its identifier, unique in the program.
    pub id: RuleId,
    /// What people call it.
    pub name: Name,
    /// The types of event it judges.
    pub on: Vec<CompactString>,
    /// The unit of its awards.
    pub unit: UnitId,
    /// The label its awards are reported under (PROG-04).
    pub source: SourceLabel,
    /// Whether it is in use.
    pub enabled: bool,
    /// Higher ones are judged first.
    pub priority: i64,
    /// When it applies at all.
    pub window: Window,
    /// What must hold; over lines when it mentions `line.…`.
    pub when: Option<Condition>,
    /// How many points.
    pub award: Formula,
    /// The period in which it gives at most one award.
    pub once: Option<Period>,
    /// The field of the event's data that names a thing for which a member gets at most one award, such as a review.
    pub once_for: Option<Box<[CompactString]>>,
    /// The period of which the formula tells the whole: only what an event adds to it is awarded.
    pub total: Option<Period>,
    /// The most points of one event; more is refused altogether.
    pub event_max: Option<i64>,
    /// Whether its awards count in, and are bound by, the program's caps.
    pub capped: bool,
    /// Within a group only the first rule that awards applies.
    pub exclusive: Option<CompactString>,
    pub(crate) group: Option<u16>,
    pub(crate) factors: Vec<RuleFactor>,
    /// Campaign multipliers that may apply, by their place in the rule set.
    pub(crate) campaigns: SmallVec<[u16; 4]>,
    /// The rule's own caps, then the program's.
    pub(crate) caps: SmallVec<[CapIndex; 4]>,
    pub(crate) budget: Option<BudgetIndex>,
}

impl Rule {
    /// The caps its awards are bound by and count in: its own, then the program's.
    pub fn caps(&self) -> &[CapIndex] {
        &self.caps
    }

    /// What multiplies its awards, campaigns apart.
    pub fn factors(&self) -> &[RuleFactor] {
        &self.factors
    }

    /// The campaign multipliers that may apply, by their place in [`RuleSet::multipliers`].
    pub fn campaigns(&self) -> impl Iterator<Item = usize> + '_ {
        self.campaigns.iter().map(|slot| usize::from(*slot))
    }

    /// The budget its awards are paid from.
    pub fn budget(&self) -> Option<BudgetIndex> {
        self.budget
    }
}

/// A multiplier of a rule.
#[derive(Debug)]
pub struct RuleFactor {
    /// What it multiplies by.
    pub by: FactorBy,
    /// What people call it; empty where it has no name.
    pub name: CompactString,
    /// What must hold.
    pub when: Option<Condition>,
}

/// What a multiplier multiplies by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactorBy {
    /// The earning multiplier of the member's tier.
    Tier,
    /// A number.
    Number(Decimal),
}

/// A campaign multiplier: it multiplies what the rules it names, or the rules of the sources it names, award.
#[derive(Debug)]
pub struct Multiplier {
    /// Its identifier, unique among multipliers.
    pub id: CompactString,
    /// What people call it.
    pub name: Name,
    /// What it multiplies by.
    pub by: Decimal,
    /// When it applies at all.
    pub window: Window,
    /// What must hold.
    pub when: Option<Condition>,
    /// Of a group only the largest applies.
    pub group: Option<CompactString>,
    /// Whether it is in use.
    pub enabled: bool,
    pub(crate) group_slot: Option<u16>,
}

/// The compiled rules of a bundle.
#[derive(Debug)]
pub struct RuleSet {
    pub(crate) rules: Vec<Rule>,
    pub(crate) multipliers: Vec<Multiplier>,
    pub(crate) caps: Vec<Cap>,
    pub(crate) budgets: Vec<Budget>,
    /// Enabled rules in the order they are judged.
    pub(crate) by_type: BTreeMap<CompactString, Vec<RuleIndex>>,
    pub(crate) tiers: Vec<TierId>,
    pub(crate) currency: Currency,
}

impl RuleSet {
    /// Reads and compiles a document with the lists `rules`, `multipliers` and `caps`, and nothing else. Who reads
    /// more from the same maps uses [`Draft`].
    pub fn compile(root: Node<'_>, names: &Names) -> Result<RuleSet, Vec<Problem>> {
        let mut problems = Problems::new();
        let mut draft = Draft::new(names);
        if let Some(mut map) = root.map(&mut problems) {
            let lists = [map.take("rules"), map.take("multipliers"), map.take("caps")];
            map.finish(&mut problems);
            for (kind, list) in lists.into_iter().enumerate() {
                let items = list.and_then(|list| list.list(&mut problems)).unwrap_or_default();
                for item in items {
                    let Some(mut map) = item.map(&mut problems) else { continue };
                    match kind {
                        0 => drop(draft.rule(&mut map, &mut problems)),
                        1 => draft.multiplier(&mut map, &mut problems),
                        _ => draft.cap(&mut map, &mut problems),
                    }
                    map.finish(&mut problems);
                }
            }
        }
        draft.compile(&mut problems).ok_or_else(|| problems.into_vec())
    }

    /// A rule set without rules: everything earns nothing.
    pub fn empty(names: &Names) -> RuleSet {
        RuleSet {
            rules: Vec::new(),
            multipliers: Vec::new(),
            caps: Vec::new(),
            budgets: Vec::new(),
            by_type: BTreeMap::new(),
            tiers: names.tiers.clone(),
            currency: names.currency,
        }
    }

    /// All rules, in the order they were read.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// A rule.
    pub fn rule(&self, index: RuleIndex) -> &Rule {
        &self.rules[index.0 as usize]
    }

    /// The rules in use on events of that type, in the order they are judged.
    pub fn rules_on(&self, event_type: &str) -> &[RuleIndex] {
        self.by_type.get(event_type).map_or(&[], Vec::as_slice)
    }

    /// All campaign multipliers.
    pub fn multipliers(&self) -> &[Multiplier] {
        &self.multipliers
    }

    /// All caps, those of rules and those of the program.
    pub fn caps(&self) -> &[Cap] {
        &self.caps
    }

    /// A cap.
    pub fn cap(&self, index: CapIndex) -> &Cap {
        &self.caps[index.0 as usize]
    }

    /// All budgets.
    pub fn budgets(&self) -> &[Budget] {
        &self.budgets
    }

    /// A budget.
    pub fn budget(&self, index: BudgetIndex) -> &Budget {
        &self.budgets[index.0 as usize]
    }
}
