//! Budgets: points that rules may give away to everyone together.

use jifen_vocab::Kind;
use serde::{Deserialize, Serialize};

use crate::desk::json_record;

/// What was given of a budget so far. How much there is, the rule book says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Budget {
    /// Schema version.
    pub v: u8,
    /// Points given, those taken back taken off.
    pub spent: i64,
}

/// Budgets, by name.
pub static BUDGET: Kind = Kind::records("budget");

json_record!(Budget, BUDGET);
