//! Plans: what the rules of `prices.yaml` propose for prices and supply, from what was counted. A plan is a list that
//! does not change any more once it is made; it is carried out as a whole, or dismissed.

use compact_str::{CompactString, format_compact};
use jifen_vocab::{Day, Decimal, Kind, Ratio, RewardId, Rounding, Timestamp};
use serde::{Deserialize, Serialize};

use super::market::{ONE, Planned, is_above, is_below, millionths};
use super::rule::PlanRule;
use crate::book::plan::{CostShareRule, FloatRule, PlanTerms, SurgeAnswer};
use crate::desk::json_record;

/// Proposals of one plan: what a person can look through, and one decision can carry out.
pub const PLAN_ITEMS_MAX: usize = 1_000;

/// What is proposed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Change {
    /// The price moves to this factor, within the daily guard rail.
    Price {
        /// The factor that plans have set until now, in millionths.
        from: i64,
        /// The new one.
        to: i64,
    },
    /// It is replaced by something else.
    Retire,
    /// So many pieces more are bought. Nobody's stock grows by it: a delivery does that.
    Supply {
        /// Pieces.
        pieces: i64,
    },
    /// A point of the main unit becomes worth this; carried out by a change of the rules (PROG-03).
    Worth {
        /// Until now, in millionths of a major unit.
        from: i64,
        /// The new worth.
        to: i64,
    },
}

/// A proposal, with the figures that led to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// For which reward; nothing where it is for the program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reward: Option<RewardId>,
    /// By which rule.
    pub rule: PlanRule,
    /// What is proposed.
    pub change: Change,
    /// What was found, and the bound that it crossed: shares in hundredths of a percent, money in minor units.
    pub found: i64,
    /// The bound.
    pub bound: i64,
}

/// Where a plan stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlanState {
    /// It was carried out.
    CarriedOut,
    /// Somebody decided against it.
    Dismissed,
    /// It waits for somebody.
    Proposed,
}

impl PlanState {
    /// The name as it is written outside.
    pub const fn as_str(self) -> &'static str {
        match self {
            PlanState::CarriedOut => "carried_out",
            PlanState::Dismissed => "dismissed",
            PlanState::Proposed => "proposed",
        }
    }
}

/// A plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PricePlan {
    /// Schema version.
    pub v: u8,
    /// Its identifier.
    pub id: CompactString,
    /// When it was made.
    pub at: Timestamp,
    /// The date that had come, where nobody asked for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Day>,
    /// The version of the rule book that it follows.
    pub version: u32,
    /// Where it stands.
    pub state: PlanState,
    /// Who decided, and when; the rule book itself where it may.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided: Option<(CompactString, Timestamp)>,
    /// What is proposed.
    pub proposals: Vec<Proposal>,
}

/// Plans.
pub static PRICE_PLAN: Kind = Kind::records("price_plan");

json_record!(PricePlan, PRICE_PLAN);

/// That the plan of a date was made: there is one for each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DuePlan {
    /// Schema version.
    pub v: u8,
    /// The plan.
    pub plan: CompactString,
}

/// Dates for which plans were made by themselves.
pub static DUE_PLAN: Kind = Kind::facts("price_plan_due");

json_record!(DuePlan, DUE_PLAN);

impl DuePlan {
    /// The id of a date.
    pub fn id(day: Day) -> CompactString {
        format_compact!("{day}")
    }
}

/// What was seen of a reward.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// Which.
    pub id: CompactString,
    /// Its price before anything counts for or against it, in points.
    pub points: i64,
    /// What it is worth in a shop, in minor units; 0 where nobody says.
    pub worth: i64,
    /// What it costs, in minor units.
    pub cost: i64,
    /// Pieces that were there when stock was last set; 0 where it never runs out.
    pub supplied: i64,
    /// Pieces taken in this quarter.
    pub quarter: i64,
    /// Pieces taken in the days that the surge rule looks at …
    pub lately: i64,
    /// … and in as many before.
    pub before: i64,
    /// Times its price was asked for in this quarter.
    pub quotes: i64,
    /// Stars of its reviews, all together.
    pub stars: i64,
    /// Its reviews.
    pub reviews: i64,
    /// Whether it has had its time.
    pub is_over: bool,
    /// What a plan has set.
    pub plan: Option<Planned>,
}

/// What was seen of the program.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct ProgramSeen {
    /// Points issued lately.
    pub issued: i64,
    /// Points spent lately.
    pub spent: i64,
    /// What a point of the main unit is worth, in major units, with the lowest and the highest it may be.
    pub worth: Option<(Decimal, Decimal, Decimal)>,
    /// How far a worth may move at once.
    pub guard: Option<Decimal>,
}

/// What the rules propose. Of several rises the largest counts, of several falls the deepest, and a rise before a fall;
/// what a rule set and nothing asks for any more goes back. Nothing where a figure is beyond what is computed with.
pub fn propose(terms: &PlanTerms, program: &ProgramSeen, rewards: &[Seen]) -> Option<Vec<Proposal>> {
    let whole = Whole::of(terms, rewards)?;
    let mut proposals = Vec::new();
    if let Some(float) = &terms.float {
        proposals.extend(worth(float, program, rewards));
    }
    for seen in rewards {
        let wanted = wanted(terms, program, &whole, seen)?;
        proposals.extend(price(program, seen, wanted)?);
        proposals.extend(supply(terms, &whole, seen)?);
        if seen.is_over && terms.retire_fall.is_none() {
            proposals.push(of(seen, PlanRule::Retire, Change::Retire, 0, 0)?);
        }
        if proposals.len() >= PLAN_ITEMS_MAX {
            proposals.truncate(PLAN_ITEMS_MAX);
            break;
        }
    }
    Some(proposals)
}

/// Sums over all rewards, in minor units.
struct Whole {
    cost: i64,
    high: i64,
}

impl Whole {
    fn of(terms: &PlanTerms, rewards: &[Seen]) -> Option<Whole> {
        let mut whole = Whole { cost: 0, high: 0 };
        for seen in rewards {
            let cost = seen.quarter.checked_mul(seen.cost)?;
            whole.cost = whole.cost.checked_add(cost)?;
            if seen.points >= terms.high_from {
                whole.high = whole.high.checked_add(cost)?;
            }
        }
        Some(whole)
    }

    fn is_over_budget(&self, terms: &PlanTerms) -> bool {
        terms.budget.is_some_and(|budget| self.cost > budget.quarter)
    }

    /// Whether high-value rewards take too much: from `above` on, and then until it is back.
    fn is_top_heavy(&self, rule: &CostShareRule, already: bool) -> bool {
        let bound = if already { rule.back_to } else { rule.above };
        self.cost > 0 && is_above(self.high, self.cost, bound)
    }
}

/// The factor that a rule wants for a price.
struct Wanted {
    rule: PlanRule,
    millionths: i64,
    found: i64,
    bound: i64,
}

fn wanted(terms: &PlanTerms, program: &ProgramSeen, whole: &Whole, seen: &Seen) -> Option<Option<Wanted>> {
    let (mut rise, mut fall): (Option<Wanted>, Option<Wanted>) = (None, None);
    let mut up = |rule, by: Decimal, found: i64, bound: i64| {
        let wanted = Wanted { rule, millionths: ONE.checked_add(millionths(by)?)?, found, bound };
        if rise.as_ref().is_none_or(|other| other.millionths < wanted.millionths) {
            rise = Some(wanted);
        }
        Some(())
    };
    let is_high = seen.points >= terms.high_from;
    if let Some(rule) = terms.budget.filter(|_| is_high && whole.is_over_budget(terms)) {
        up(PlanRule::Budget, rule.rise, whole.cost, rule.quarter)?;
    }
    let already = seen.plan.as_ref().is_some_and(|plan| plan.rule == PlanRule::CostShare);
    if let Some(rule) = terms.cost_share.filter(|rule| is_high && whole.is_top_heavy(rule, already)) {
        let bound = if already { rule.back_to } else { rule.above };
        up(PlanRule::CostShare, rule.rise, hundredths(whole.high, whole.cost)?, share(bound)?)?;
    }
    if let Some(rule) = terms.surge
        && let SurgeAnswer::Rise(by) = rule.answer
        && surges(terms, seen)
    {
        up(PlanRule::Surge, by, hundredths(seen.lately, seen.before.max(1))?, share(rule.above)?)?;
    }
    let mut down = |rule, by: Decimal, found: i64, bound: i64| {
        let wanted = Wanted { rule, millionths: ONE.checked_sub(millionths(by)?)?, found, bound };
        if fall.as_ref().is_none_or(|other| other.millionths > wanted.millionths) {
            fall = Some(wanted);
        }
        Some(())
    };
    let consumption = terms.consumption;
    if let Some(rule) =
        consumption.filter(|rule| program.issued > 0 && is_below(program.spent, program.issued, rule.below))
    {
        down(PlanRule::Consumption, rule.fall, hundredths(program.spent, program.issued)?, share(rule.below)?)?;
    }
    let satisfaction = terms.satisfaction;
    if let Some(rule) =
        satisfaction.filter(|rule| seen.reviews >= rule.least && is_below(seen.stars, seen.reviews, rule.below))
    {
        down(PlanRule::Satisfaction, rule.fall, hundredths(seen.stars, seen.reviews)?, share(rule.below)?)?;
    }
    if let Some(rule) = terms.evaluation.filter(|rule| {
        seen.quotes >= rule.least_quotes
            && is_below(seen.quarter, seen.quotes, rule.conversion_below)
            && seen.cost > 0
            && is_above(seen.worth, seen.cost, rule.benefit_above)
    }) {
        let found = hundredths(seen.quarter, seen.quotes)?;
        down(PlanRule::Evaluation, rule.fall, found, share(rule.conversion_below)?)?;
    }
    if let Some(by) = terms.retire_fall.filter(|_| seen.is_over) {
        down(PlanRule::Retire, by, 0, 0)?;
    }
    Some(rise.or(fall))
}

fn surges(terms: &PlanTerms, seen: &Seen) -> bool {
    // Where nothing was taken before, the least number alone decides.
    terms.surge.is_some_and(|rule| seen.lately >= rule.least && is_above(seen.lately, seen.before.max(1), rule.above))
}

fn price(program: &ProgramSeen, seen: &Seen, wanted: Option<Wanted>) -> Option<Option<Proposal>> {
    let from = seen.plan.as_ref().map_or(ONE, |plan| plan.millionths);
    match (wanted, &seen.plan) {
        (Some(wanted), _) => {
            let to = within_band(program, wanted.millionths)?;
            if to == from {
                return Some(None);
            }
            of(seen, wanted.rule, Change::Price { from, to }, wanted.found, wanted.bound).map(Some)
        }
        // What made it so is over.
        (None, Some(plan)) if from != ONE => of(seen, plan.rule, Change::Price { from, to: ONE }, 0, 0).map(Some),
        (None, _) => Some(None),
    }
}

/// A factor under which a point stays worth what the band of its unit promises.
fn within_band(program: &ProgramSeen, factor: i64) -> Option<i64> {
    let Some((worth, least, most)) = program.worth else { return Some(factor) };
    let bound =
        |of: Decimal, rounding| worth.ratio().checked_div(of.ratio())?.checked_mul(Ratio::whole(ONE))?.round(rounding);
    let (low, high) = (bound(most, Rounding::Ceil)?, bound(least, Rounding::Floor)?);
    Some(if low <= high { factor.clamp(low, high) } else { factor })
}

fn supply(terms: &PlanTerms, whole: &Whole, seen: &Seen) -> Option<Option<Proposal>> {
    let is_low = seen.points < terms.low_below && seen.supplied > 0;
    let more = |by: Decimal| {
        let pieces = by.ratio().checked_mul(Ratio::whole(seen.supplied))?.round(Rounding::Ceil)?;
        Some(Change::Supply { pieces })
    };
    if let Some(rule) = terms.budget.filter(|_| is_low && whole.is_over_budget(terms)) {
        return of(seen, PlanRule::Budget, more(rule.supply)?, whole.cost, rule.quarter).map(Some);
    }
    if let Some(rule) = terms.cost_share.filter(|rule| is_low && whole.is_top_heavy(rule, false)) {
        let found = hundredths(whole.high, whole.cost)?;
        return of(seen, PlanRule::CostShare, more(rule.supply)?, found, share(rule.above)?).map(Some);
    }
    match terms.surge {
        Some(rule) if seen.supplied > 0 && surges(terms, seen) => match rule.answer {
            SurgeAnswer::Supply(by) => {
                let found = hundredths(seen.lately, seen.before.max(1))?;
                of(seen, PlanRule::Surge, more(by)?, found, share(rule.above)?).map(Some)
            }
            SurgeAnswer::Rise(_) => Some(None),
        },
        _ => Some(None),
    }
}

/// The worth that a point should have: each of four signals pulls with its weight, up where members should get more for
/// a point. Held by the guard rail and the band.
fn worth(rule: &FloatRule, program: &ProgramSeen, rewards: &[Seen]) -> Option<Proposal> {
    let (now, least, most) = program.worth?;
    let sum = |of: fn(&Seen) -> i64| rewards.iter().try_fold(0_i64, |sum, seen| sum.checked_add(of(seen)));
    let taken = |of: fn(&Seen) -> i64| {
        rewards.iter().try_fold(0_i64, |sum, seen| sum.checked_add(of(seen).checked_mul(seen.quarter)?))
    };
    let (stars, reviews) = (sum(|seen| seen.stars)?, sum(|seen| seen.reviews)?);
    let (cost, value) = (taken(|seen| seen.cost)?, taken(|seen| seen.worth)?);
    let signals = [
        // Little is spent: a point should buy more.
        lack(program.spent, program.issued, rule.consumption),
        // Members are not content: the same.
        lack(stars, reviews, rule.stars),
        // Rewards cost less than they may: there is room.
        lack(cost, value, rule.cost),
        // Elsewhere a point is worth more.
        rule.competition.ratio().checked_div(now.ratio()).and_then(|ratio| ratio.checked_add(Ratio::whole(-1))),
    ];
    let mut factor = Ratio::whole(1);
    for (signal, weight) in signals.into_iter().zip(rule.weights) {
        let pull = signal.unwrap_or(Ratio::ZERO).checked_mul(weight.ratio())?;
        factor = factor.checked_add(pull)?;
    }
    let scale = Ratio::whole(ONE);
    let from = now.ratio().checked_mul(scale)?.round(Rounding::HalfUp)?;
    let wanted = now.ratio().checked_mul(factor)?.checked_mul(scale)?.round(Rounding::HalfUp)?;
    let step = match program.guard {
        Some(guard) => Ratio::whole(from).checked_mul(guard.ratio())?.round(Rounding::Floor)?,
        None => i64::MAX / 4,
    };
    let to = wanted.clamp(from.checked_sub(step)?, from.checked_add(step)?);
    let to = to.clamp(millionths(least)?, millionths(most)?);
    let change = Change::Worth { from, to };
    (to != from).then_some(Proposal { reward: None, rule: PlanRule::Float, change, found: wanted, bound: from })
}

/// How far `part ÷ whole` lies below a target, as a share of the target, from -1 to 1; nothing where nothing is known.
fn lack(part: i64, whole: i64, target: Decimal) -> Option<Ratio> {
    let reached = Ratio::new(part, (whole > 0).then_some(whole)?)?.checked_div(target.ratio())?;
    let lack = Ratio::whole(1).checked_add(reached.checked_mul(Ratio::whole(-1))?)?;
    let parts = lack.checked_mul(Ratio::whole(ONE))?.round(Rounding::HalfUp)?;
    Ratio::new(parts.clamp(-ONE, ONE), ONE)
}

fn of(seen: &Seen, rule: PlanRule, change: Change, found: i64, bound: i64) -> Option<Proposal> {
    Some(Proposal { reward: Some(RewardId::new(&seen.id).ok()?), rule, change, found, bound })
}

/// A share in hundredths of a percent.
fn hundredths(part: i64, whole: i64) -> Option<i64> {
    Ratio::new(part, whole)?.checked_mul(Ratio::whole(10_000))?.round(Rounding::HalfUp)
}

fn share(rate: Decimal) -> Option<i64> {
    rate.ratio().checked_mul(Ratio::whole(10_000))?.round(Rounding::HalfUp)
}
