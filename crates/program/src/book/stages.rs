//! Stages of a membership (`stages.yaml`): from a newcomer to somebody lost, by how lately and how often a member came
//! (PROG-12). The first stage whose bounds all hold is the member's.

use super::name::Name;
use crate::words::words;

words! {
    /// A stage of a membership.
    Stage {
        /// Comes regularly.
        Active = "active",
        /// Has not come for a while.
        AtRisk = "at-risk",
        /// Has not come for long.
        Dormant = "dormant",
        /// Comes more and more.
        Growing = "growing",
        /// Spends much.
        HighValue = "high-value",
        /// Does not come any more.
        Lost = "lost",
        /// Has come for years.
        Mature = "mature",
        /// Has just come, or may come.
        New = "new",
    }
}

crate::words::serde_words!(Stage);

impl Stage {
    /// The stage of that name.
    pub fn named(name: &str) -> Option<Stage> {
        Stage::WORDS.iter().find(|(word, _)| *word == name).map(|(_, stage)| *stage)
    }

    /// What people call it where the rule book does not say.
    pub const fn usual_name(self) -> (&'static str, &'static str) {
        match self {
            Stage::Active => ("活跃", "Active"),
            Stage::AtRisk => ("流失风险", "At risk"),
            Stage::Dormant => ("沉睡", "Dormant"),
            Stage::Growing => ("成长", "Growing"),
            Stage::HighValue => ("高价值", "High value"),
            Stage::Lost => ("流失", "Lost"),
            Stage::Mature => ("成熟", "Mature"),
            Stage::New => ("新会员", "New"),
        }
    }
}

/// A stage and its bounds; without any it holds for everybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageRule {
    /// Which.
    pub stage: Stage,
    /// What people call it.
    pub name: Name,
    /// Days without anything done, at least.
    pub idle_days: Option<u16>,
    /// Days of membership, at least.
    pub days: Option<u16>,
    /// Orders, at least.
    pub orders: Option<i64>,
    /// What they paid, in minor units, at least.
    pub spent: Option<i64>,
}

/// What is known of a member, for telling the stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// Days since the member last did something; since they joined, where they never did.
    pub idle_days: i64,
    /// Days of membership.
    pub days: i64,
    /// Counted orders.
    pub orders: i64,
    /// What they paid, in minor units.
    pub spent: i64,
}

impl StageRule {
    fn holds(&self, seen: &Seen) -> bool {
        let reached = |bound: Option<i64>, value: i64| bound.is_none_or(|bound| value >= bound);
        reached(self.idle_days.map(i64::from), seen.idle_days)
            && reached(self.days.map(i64::from), seen.days)
            && reached(self.orders, seen.orders)
            && reached(self.spent, seen.spent)
    }
}

/// The stage of a member; nothing where the rule book has none.
pub fn stage_of<'r>(rules: &'r [StageRule], seen: &Seen) -> Option<&'r StageRule> {
    rules.iter().find(|rule| rule.holds(seen))
}

/// The stage that a member would be in today, who was in that one on the last day they did something: days without
/// anything done may have moved them on.
pub fn aged(rules: &[StageRule], then: Stage, idle_days: i64) -> Stage {
    let by_idleness = |rule: &&StageRule| {
        rule.days.is_none() && rule.orders.is_none() && rule.spent.is_none() && rule.idle_days.is_some()
    };
    let idle = |rule: &&StageRule| rule.idle_days.is_some_and(|days| idle_days >= i64::from(days));
    rules.iter().filter(by_idleness).find(idle).map_or(then, |rule| rule.stage)
}
