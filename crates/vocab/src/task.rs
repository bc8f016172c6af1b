//! What an order brought in a task: kept with the order, so that its refund takes it back.

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use crate::RuleId;

/// What an order brought in a step of a task: its refund takes this back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskShare {
    /// The task.
    #[serde(rename = "t")]
    pub task: RuleId,
    /// The step.
    #[serde(rename = "s")]
    pub step: CompactString,
    /// The first day of the window.
    #[serde(rename = "f")]
    pub from: i32,
    /// The day it counted on.
    #[serde(rename = "d")]
    pub day: i32,
    /// How often or how much.
    #[serde(rename = "n")]
    pub number: i64,
    /// Of these, taken back so far.
    #[serde(rename = "b", default, skip_serializing_if = "is_zero")]
    pub back: i64,
    /// Whether it is an amount of money, which a refund of a part takes back in part.
    #[serde(rename = "m", default, skip_serializing_if = "std::ops::Not::not")]
    pub money: bool,
    /// The values that it was the first to bring.
    #[serde(rename = "v", default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<CompactString>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
fn is_zero(number: &i64) -> bool {
    *number == 0
}
