//! Formulas: how many points. Computed exactly, rounded once at the end (decision 2).
//!
//! ```yaml
//! award: { per: line.amount, points: 3, each: 1.00 CNY }       # a rate
//! award: { per: order.amount, percent: 2% }                    # a share of the amount, at the unit's value
//! award: { per: order.amount, each: 1.00 CNY, steps: [ { from: 0.00 CNY, points: 1 }, { from: 200.00 CNY, points: 1.5 } ] }
//! award: { per: order.amount, every: 100.00 CNY, points: 50 }  # for each full step
//! award: { points: 200 }                                       # fixed
//! award: { points: { from: 50, to: 200 }, chance: 10% }        # by chance
//! award: { ladder: { by: streak.sign_in, steps: { 1: 10, 3: 15, 7: 50 } } }
//! ```

mod apportion;
mod read;

pub use apportion::{LineShares, apportion};

use compact_str::CompactString;
use jifen_vocab::{Decimal, Ratio, Rounding};

/// What a formula counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Basis {
    /// What was paid for the order, in minor units.
    OrderAmount,
    /// The amounts of the lines the condition lets through, in minor units.
    LineAmount,
    /// The quantities of the lines the condition lets through.
    LineQuantity,
    /// A whole number in the event's data.
    Data(Box<[CompactString]>),
}

impl Basis {
    /// Whether it is an amount of money.
    pub fn is_money(&self) -> bool {
        matches!(self, Basis::OrderAmount | Basis::LineAmount)
    }

    /// Whether it is summed over lines.
    pub fn is_of_lines(&self) -> bool {
        matches!(self, Basis::LineAmount | Basis::LineQuantity)
    }
}

/// A step of a stepped rate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateStep {
    /// The basis from which it applies.
    pub from: i64,
    /// Points for each part of the basis.
    pub points: Decimal,
}

/// The shape of a formula. Amounts of money are in minor units; nothing in it is negative.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// So many points for each part of the basis; parts count in proportion.
    Rate {
        /// What is counted.
        per: Basis,
        /// Points for each `each`.
        points: Decimal,
        /// The part of the basis the points are for, more than 0.
        each: i64,
    },
    /// A rate that depends on how large the basis is.
    Steps {
        /// What is counted.
        per: Basis,
        /// By `from`, ascending.
        steps: Box<[RateStep]>,
        /// The part of the basis the points are for, more than 0.
        each: i64,
        /// Whether each rate counts only for the part of the basis within its step; otherwise the rate of the step
        /// that was reached counts for all of it.
        marginal: bool,
    },
    /// Points for each full step of the basis.
    Every {
        /// What is counted.
        per: Basis,
        /// The step, more than 0.
        every: i64,
        /// Points for each full step.
        points: Decimal,
    },
    /// A number of points.
    Fixed(i64),
    /// A number of points that is drawn, both ends included.
    Range(i64, i64),
    /// Points by the length of a streak.
    Ladder {
        /// The streak's slot in [`crate::Facts::streaks`].
        streak: usize,
        /// Length and points, ascending: the last step that was reached counts.
        steps: Box<[(i64, i64)]>,
    },
}

/// How many points a rule gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Formula {
    /// How they are computed.
    pub shape: Shape,
    /// How the result becomes a whole number.
    pub rounding: Rounding,
    /// The chance of getting them, in parts of a million; nothing where they are certain.
    pub chance_ppm: Option<u32>,
}

/// One million: a chance that is certain.
pub const CERTAIN_PPM: u32 = 1_000_000;

impl Formula {
    /// What it counts, if it counts anything.
    pub fn basis(&self) -> Option<&Basis> {
        match &self.shape {
            Shape::Rate { per, .. } | Shape::Steps { per, .. } | Shape::Every { per, .. } => Some(per),
            Shape::Fixed(_) | Shape::Range(..) | Shape::Ladder { .. } => None,
        }
    }

    /// Whether a number is drawn for it.
    pub fn is_drawn(&self) -> bool {
        self.chance_ppm.is_some() || matches!(self.shape, Shape::Range(..))
    }
}

/// The step of a stepped rate that a basis reaches.
pub(crate) fn reached(steps: &[RateStep], basis: i64) -> Option<&RateStep> {
    steps.iter().rev().find(|step| step.from <= basis)
}

/// Points of a stepped rate where each rate counts only within its step, exactly.
pub(crate) fn marginal(steps: &[RateStep], basis: i64, each: i64) -> Option<Ratio> {
    let mut sum = Ratio::ZERO;
    for (n, step) in steps.iter().enumerate() {
        let end = steps.get(n + 1).map_or(basis, |next| next.from.min(basis));
        let part = end.checked_sub(step.from)?.max(0);
        sum = sum.checked_add(rate(part, step.points, each)?)?;
    }
    Some(sum)
}

/// `basis × points ÷ each`, exactly.
pub(crate) fn rate(basis: i64, points: Decimal, each: i64) -> Option<Ratio> {
    Ratio::new(basis, each)?.checked_mul(points.ratio())
}

/// The points of a ladder at a streak's length.
pub(crate) fn climbed(steps: &[(i64, i64)], length: i64) -> i64 {
    steps.iter().rev().find(|(from, _)| *from <= length).map_or(0, |(_, points)| *points)
}

/// The number of points of a range that a draw below the chance gives: every number is as likely as any other, as far
/// as a million parts can be shared out.
pub(crate) fn within_range(from: i64, to: i64, drawn: u32, chance_ppm: u32) -> Option<i64> {
    let span = i128::from(to) - i128::from(from) + 1;
    let offset = span.checked_mul(i128::from(drawn))? / i128::from(chance_ppm.max(1));
    i64::try_from(i128::from(from) + offset.min(span - 1)).ok()
}
