//! Gifts: rewards of the shelf that rules and tasks give (`gifts` in `rewards.yaml`).
//!
//! A gift has a name of its own, under which rules and tasks give it and members read of it; which reward it is, an
//! operator may change. What is on the shelf a rule book does not know: that is looked up when it is published.

use std::collections::{BTreeMap, BTreeSet};

use compact_str::CompactString;
use jifen_rules::RuleSet;
use jifen_rules::document::Problem;
use jifen_vocab::RewardId;

use super::Earning;
use super::name::Name;
use super::tasks::{CARD_COLLECTED, TaskAward, TaskTerms, Trigger};

/// A reward of the shelf that is given.
#[derive(Debug, Clone)]
pub struct Gift {
    /// Its identifier.
    pub id: CompactString,
    /// What people call it.
    pub name: Name,
    /// The reward.
    pub reward: RewardId,
    /// Days for which its voucher is valid; as long as vouchers are otherwise where it does not say.
    pub days: Option<u16>,
    /// What to say where there is no such reward.
    pub(super) absent: Problem,
}

impl Gift {
    /// What to say where there is no such reward, with the place in the bundle.
    pub const fn absent(&self) -> &Problem {
        &self.absent
    }
}

/// Every gift, and which of them events of a type may bring.
#[derive(Debug, Default)]
pub struct GiftTerms {
    /// The gifts, as written.
    pub gifts: Vec<Gift>,
    by_type: BTreeMap<CompactString, Vec<u16>>,
}

impl GiftTerms {
    /// Indexes gifts by the events that rules and tasks which give them look at.
    pub(super) fn of(gifts: Vec<Gift>, rules: &RuleSet, earning: &[Earning], tasks: &TaskTerms) -> GiftTerms {
        if gifts.is_empty() {
            return GiftTerms::default();
        }
        let place = |id: &CompactString| gifts.iter().position(|gift| gift.id == *id).and_then(|at| at.try_into().ok());
        let mut found: BTreeMap<CompactString, BTreeSet<u16>> = BTreeMap::new();
        for (rule, terms) in rules.rules().iter().zip(earning).filter(|(rule, _)| rule.enabled) {
            for (kind, place) in rule.on.iter().zip(std::iter::repeat(terms.gift.as_ref().and_then(place))) {
                found.entry(kind.clone()).or_default().extend(place);
            }
        }
        let reach = reach(tasks, place);
        for (kind, steps) in &tasks.by_type {
            let places = steps.iter().flat_map(|(task, _)| &reach[usize::from(*task)]);
            found.entry(kind.clone()).or_default().extend(places);
        }
        // A card that is drawn is collected in the same decision.
        let collected: BTreeSet<u16> = found.get(CARD_COLLECTED).cloned().unwrap_or_default();
        for kind in tasks.drops.keys() {
            found.entry(kind.clone()).or_default().extend(&collected);
        }
        let by_type = found.into_iter().filter(|(_, places)| !places.is_empty());
        GiftTerms { by_type: by_type.map(|(kind, places)| (kind, places.into_iter().collect())).collect(), gifts }
    }

    /// The gifts that events of a type may bring.
    pub fn on(&self, event_type: &str) -> impl Iterator<Item = &Gift> {
        let places = if self.by_type.is_empty() { None } else { self.by_type.get(event_type) };
        places.into_iter().flatten().map(|place| &self.gifts[usize::from(*place)])
    }

    /// The gift of that name.
    pub fn get(&self, id: &str) -> Option<&Gift> {
        self.gifts.iter().find(|gift| gift.id == id)
    }

    /// The gifts whose rewards another book's gifts do not name: what was published once does not become a mistake because
    /// a reward left the shelf.
    pub fn new_beside<'t>(&'t self, before: &'t GiftTerms) -> impl Iterator<Item = &'t Gift> {
        self.gifts.iter().filter(|gift| !before.gifts.iter().any(|known| known.reward == gift.reward))
    }
}

/// What each task may lead to: what it gives, and what the tasks give that are made of it.
fn reach(tasks: &TaskTerms, place: impl Fn(&CompactString) -> Option<u16>) -> Vec<BTreeSet<u16>> {
    let mut reach: Vec<BTreeSet<u16>> = vec![BTreeSet::new(); tasks.tasks.len()];
    // A pack stands behind the tasks it is made of.
    for (at, task) in tasks.tasks.iter().enumerate().rev() {
        reach[at].extend(task.awards.iter().filter_map(TaskAward::gift).filter_map(&place));
        let own = reach[at].clone();
        for step in &task.steps {
            if let Trigger::Task(earlier) = step.on {
                reach[usize::from(earlier)].extend(&own);
            }
        }
    }
    reach
}
