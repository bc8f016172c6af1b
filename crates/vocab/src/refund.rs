//! What a refund asks for.

use serde::{Deserialize, Serialize};

/// What a refund asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundRequest {
    /// All that is left of the order.
    Whole,
    /// An amount of money, not tied to lines, in minor units.
    Amount(i64),
    /// Lines, wholly or in part.
    Lines(Vec<LineRefund>),
}

/// A refund of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineRefund {
    /// Which line, from 0.
    pub line: u32,
    /// How much of the line's amount, as it was sent in the order; all that is left where it does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<i64>,
}
