//! The rules by which a plan changes prices.

use crate::words::{serde_words, words};

words! {
    /// A rule of a plan.
    PlanRule {
        /// The budget of the quarter (VAL-12).
        Budget = "budget",
        /// Too few points are spent (VAL-14).
        Consumption = "consumption",
        /// High-value rewards take too much of the cost (VAL-13).
        CostShare = "cost_share",
        /// It would pay, and few take it (VAL-18).
        Evaluation = "evaluation",
        /// What a point is worth floats (VAL-05).
        Float = "float",
        /// It has had its time (CAT-29).
        Retire = "retire",
        /// It disappoints (VAL-11).
        Satisfaction = "satisfaction",
        /// It is suddenly wanted (VAL-10).
        Surge = "surge",
    }
}

serde_words!(PlanRule);
