//! How prices follow what happens (`prices.yaml`, `plan`): each rule proposes, within the daily guard rail; a person
//! agrees, or the rule book lets the proposals be carried out by themselves.

use jifen_vocab::Decimal;

use super::ascent::Every;

/// How prices follow what happens. What is not said proposes nothing.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PlanTerms {
    /// Whether proposals may be carried out without a person.
    pub alone: bool,
    /// How often a plan is made by itself, on the first day of the period; only when somebody asks where it does not say.
    pub every: Option<Every>,
    /// From so many points on a reward is of high value.
    pub high_from: i64,
    /// Below so many points a reward is of low value.
    pub low_below: i64,
    /// The budget of a quarter (VAL-12).
    pub budget: Option<BudgetRule>,
    /// The share of the cost that goes into high-value rewards (VAL-13).
    pub cost_share: Option<CostShareRule>,
    /// Too few points are spent (VAL-14).
    pub consumption: Option<ConsumptionRule>,
    /// A reward disappoints (VAL-11).
    pub satisfaction: Option<SatisfactionRule>,
    /// A reward is suddenly wanted (VAL-10).
    pub surge: Option<SurgeRule>,
    /// What a reward that has had its time becomes cheaper by (CAT-29).
    pub retire_fall: Option<Decimal>,
    /// A reward gives much more or much less for a point than others (VAL-18).
    pub evaluation: Option<EvaluationRule>,
    /// The worth of a point floats (VAL-05).
    pub float: Option<FloatRule>,
}

/// The budget of a quarter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BudgetRule {
    /// What redemptions of a quarter may cost, in minor units.
    pub quarter: i64,
    /// Beyond it, high-value rewards become dearer by this share …
    pub rise: Decimal,
    /// … and the supply of low-value ones grows by this share.
    pub supply: Decimal,
}

/// The share of the cost that goes into high-value rewards.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CostShareRule {
    /// Above this share they become dearer …
    pub above: Decimal,
    /// … until it is back at this one.
    pub back_to: Decimal,
    /// By this share.
    pub rise: Decimal,
    /// The supply of low-value ones grows by this share.
    pub supply: Decimal,
}

/// Too few points are spent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ConsumptionRule {
    /// Less than this share of the points that were issued.
    pub below: Decimal,
    /// Everything becomes cheaper by this share.
    pub fall: Decimal,
}

/// A reward disappoints.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SatisfactionRule {
    /// Below so many stars.
    pub below: Decimal,
    /// Reviews from which on they count.
    pub least: i64,
    /// It becomes cheaper by this share.
    pub fall: Decimal,
}

/// A reward is suddenly wanted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SurgeRule {
    /// Days that are compared with as many before.
    pub days: u16,
    /// Taken so many times as often.
    pub above: Decimal,
    /// Pieces from which on it is worth noticing.
    pub least: i64,
    /// What is done about it.
    pub answer: SurgeAnswer,
}

/// What is done about a reward that is suddenly wanted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum SurgeAnswer {
    /// It becomes dearer by this share.
    Rise(Decimal),
    /// More of it is bought, by this share.
    Supply(Decimal),
}

/// What a reward gives for a point is compared with what the shelf gives.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EvaluationRule {
    /// Quotes from which on a conversion says something.
    pub least_quotes: i64,
    /// Of those who asked for its price, less than this share took it …
    pub conversion_below: Decimal,
    /// … though it pays: its worth is at least so many times its cost. Then it becomes cheaper by `fall`.
    pub benefit_above: Decimal,
    /// By this share.
    pub fall: Decimal,
}

/// The worth of a point floats within the unit's band.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FloatRule {
    /// The share of issued points that is to be spent.
    pub consumption: Decimal,
    /// The stars that rewards are to have.
    pub stars: Decimal,
    /// The share of their worth that rewards are to cost.
    pub cost: Decimal,
    /// What a point is worth with competitors, in major units, as an operator looked it up.
    pub competition: Decimal,
    /// How much each of the four moves the worth: behavior, satisfaction, cost, competition.
    pub weights: [Decimal; 4],
}
