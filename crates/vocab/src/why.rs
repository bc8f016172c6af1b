//! The explanation that comes with every award: numbers and names only, no text. Pages and the API turn it into a
//! sentence that a shop assistant can read aloud.

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use crate::{Decimal, Money};

/// How an award came about (EARN-10): what it is based on, the rate, the multipliers, what trimmed it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Why {
    /// The money the award is based on, for formulas per amount.
    #[serde(default, rename = "b", skip_serializing_if = "Option::is_none")]
    pub basis: Option<Money>,
    /// Points for each [`Why::each`] of the basis, or the fixed number of points.
    #[serde(default, rename = "r", skip_serializing_if = "Option::is_none")]
    pub rate: Option<Decimal>,
    /// The amount of money that the rate is for, in minor units.
    #[serde(default, rename = "e", skip_serializing_if = "Option::is_none")]
    pub each: Option<i64>,
    /// Full steps counted, for formulas per full step.
    #[serde(default, rename = "n", skip_serializing_if = "Option::is_none")]
    pub steps: Option<i64>,
    /// What multiplied the result, in order.
    #[serde(default, rename = "x", skip_serializing_if = "Vec::is_empty")]
    pub factors: Vec<Factor>,
    /// The chance that was drawn, for awards by chance: parts of a million.
    #[serde(default, rename = "c", skip_serializing_if = "Option::is_none")]
    pub chance_ppm: Option<u32>,
    /// The number that was drawn, from 0 to 999,999; the award is given when it is below the chance.
    #[serde(default, rename = "d", skip_serializing_if = "Option::is_none")]
    pub drawn: Option<u32>,
    /// The award before anything trimmed it; present only when something did.
    #[serde(default, rename = "u", skip_serializing_if = "Option::is_none")]
    pub untrimmed: Option<i64>,
    /// What trimmed it, in order.
    #[serde(default, rename = "t", skip_serializing_if = "Vec::is_empty")]
    pub trims: Vec<Trim>,
}

/// A multiplier and where it comes from, such as `1.2` from `tier.silver`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Factor {
    /// Where it comes from: `tier.silver`, or the name of a campaign.
    #[serde(rename = "f")]
    pub from: CompactString,
    /// The multiplier.
    #[serde(rename = "x")]
    pub by: Decimal,
}

/// A limit that trimmed an award.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trim {
    /// The name of the cap or budget.
    #[serde(rename = "c")]
    pub cap: CompactString,
    /// Its limit, in points.
    #[serde(rename = "l")]
    pub limit: i64,
}
