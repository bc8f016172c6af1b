//! An amount of points of one unit.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A whole number of points (decision 2). Arithmetic is checked: nothing here wraps or saturates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Points(i64);

impl Points {
    /// No points.
    pub const ZERO: Points = Points(0);

    /// That many points.
    pub const fn new(amount: i64) -> Self {
        Points(amount)
    }

    /// The number of points.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// The sum, or nothing where it would not fit.
    pub fn checked_add(self, other: Points) -> Option<Points> {
        self.0.checked_add(other.0).map(Points)
    }

    /// The difference, or nothing where it would not fit.
    pub fn checked_sub(self, other: Points) -> Option<Points> {
        self.0.checked_sub(other.0).map(Points)
    }

    /// Whether the amount is more than nothing.
    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }

    /// Whether the amount is nothing.
    pub const fn is_zero(&self) -> bool {
        self.0 == 0
    }
}

impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<i64> for Points {
    fn from(amount: i64) -> Self {
        Points(amount)
    }
}
