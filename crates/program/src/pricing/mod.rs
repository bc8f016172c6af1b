//! Prices: what a reward costs a member here and now, with every step that led there.
//!
//! The price is computed exactly and rounded once, down. What the market does to a price (stock, take-up) is one factor
//! a reward, held by the daily guard rail and remembered day by day ([`PriceHistory`]); what a member's tier and birthday
//! do is applied on top and is nobody else's business.

mod market;
mod plan;
mod rule;

use compact_str::CompactString;
use jifen_vocab::{Day, Decimal, Ratio, Rounding, TierId};

use crate::book::Name;
use crate::book::prices::{PriceTerms, Step, StepKind};

pub use market::{Figures, Market, PRICE_HISTORY, Planned, PriceDay, PriceHistory, is_scarce};
pub use plan::{
    Change, DUE_PLAN, DuePlan, PLAN_ITEMS_MAX, PRICE_PLAN, PlanState, PricePlan, ProgramSeen, Proposal, Seen, propose,
};
pub use rule::PlanRule;

/// What a price starts from.
#[derive(Debug, Clone, Copy)]
pub enum Base {
    /// Points that an operator set (VAL-02).
    Points(i64),
    /// Points that everybody pays: nothing counts for or against them.
    Fixed(i64),
    /// A worth in minor units, with what a point is worth in minor units.
    Worth {
        /// Of the reward.
        minor: i64,
        /// Of a point.
        per_point: Ratio,
    },
}

/// What is to be priced, for whom.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// What the price starts from.
    pub base: Base,
    /// The kind of goods.
    pub category: &'a str,
    /// Words on the reward.
    pub tags: &'a [CompactString],
    /// Pieces.
    pub quantity: i64,
    /// What the market does.
    pub market: Market,
    /// The member's tier.
    pub tier: &'a TierId,
    /// Whether it is the month of the member's birthday.
    pub birthday: bool,
    /// The day.
    pub day: Day,
}

/// A price.
#[derive(Debug, Clone, PartialEq)]
pub struct Price {
    /// In points.
    pub points: i64,
    /// How it came about.
    pub steps: Vec<Step>,
}

/// The price, or nothing where it is beyond what the product computes with.
pub fn price(terms: &PriceTerms, asked: &Asked<'_>) -> Option<Price> {
    let mut sum = Sum { value: Ratio::ZERO, steps: Vec::new() };
    match asked.base {
        Base::Points(points) | Base::Fixed(points) => {
            sum.value = Ratio::whole(points);
            sum.step(StepKind::Base, None)?;
        }
        Base::Worth { minor, per_point } => {
            sum.value = Ratio::whole(minor).checked_div(per_point)?;
            sum.step(StepKind::Base, None)?;
            let coefficient = terms.categories.iter().find(|(category, _)| category == asked.category);
            if let Some((_, coefficient)) = coefficient {
                sum.divide(StepKind::Category, *coefficient, None)?;
            }
        }
    }
    if asked.quantity != 1 {
        sum.multiply(StepKind::Quantity, Decimal::from(asked.quantity))?;
    }
    if !matches!(asked.base, Base::Fixed(_)) {
        sum.count(terms, asked)?;
    }
    let points = sum.value.round(Rounding::Floor)?;
    // Nothing that has a price becomes free by rounding.
    let has_price = match asked.base {
        Base::Points(points) | Base::Fixed(points) => points > 0,
        Base::Worth { minor, .. } => minor > 0,
    };
    Some(Price { points: points.max(i64::from(has_price)), steps: sum.steps })
}

fn negative(share: Decimal) -> Option<Ratio> {
    share.ratio().checked_mul(Ratio::whole(-1))
}

struct Sum {
    value: Ratio,
    steps: Vec<Step>,
}

impl Sum {
    /// What counts for and against a price: the market, seasons and themes, the member's tier and birthday.
    fn count(&mut self, terms: &PriceTerms, asked: &Asked<'_>) -> Option<()> {
        if let Some(kind) = asked.market.kind {
            self.multiply(kind, asked.market.factor())?;
        }
        for weight in terms.weights.iter().filter(|weight| weight.holds(asked.day, asked.category, asked.tags)) {
            self.divide(StepKind::Weight, weight.by, Some(weight.name.clone()))?;
        }
        let of_tier =
            |list: &[(TierId, Decimal)]| list.iter().find(|(tier, _)| tier == asked.tier).map(|(_, share)| *share);
        if let Some(share) = of_tier(&terms.discounts).filter(|share| !share.is_zero()) {
            let rest = Ratio::whole(1).checked_add(negative(share)?)?;
            self.value = self.value.checked_mul(rest)?;
            self.step(StepKind::Discount, Some(share))?;
        }
        if let Some(share) = of_tier(&terms.bonuses).filter(|share| !share.is_zero()) {
            self.value = self.value.checked_div(Ratio::whole(1).checked_add(share.ratio())?)?;
            self.step(StepKind::Bonus, Some(share))?;
        }
        if let Some(weight) = terms.birthday.filter(|_| asked.birthday) {
            self.divide(StepKind::Birthday, weight, None)?;
        }
        Some(())
    }

    fn step(&mut self, what: StepKind, rate: Option<Decimal>) -> Option<()> {
        let points = self.value.round(Rounding::Floor)?;
        self.steps.push(Step { what, rate, name: None, points });
        Some(())
    }

    fn multiply(&mut self, what: StepKind, by: Decimal) -> Option<()> {
        self.value = self.value.checked_mul(by.ratio())?;
        self.step(what, Some(by))
    }

    fn divide(&mut self, what: StepKind, by: Decimal, name: Option<Name>) -> Option<()> {
        self.value = self.value.checked_div(by.ratio())?;
        let points = self.value.round(Rounding::Floor)?;
        self.steps.push(Step { what, rate: Some(by), name, points });
        Some(())
    }
}
