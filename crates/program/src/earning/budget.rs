//! Budgets: points that rules may give away to everyone together.

use jifen_vocab::Kind;
use serde::{Deserialize, Serialize};

use crate::desk::Record;

/// What was given of a budget so far. How much there is, the rule book says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Budget {
    /// Schema version.
    pub v: u8,
    /// Points given, those taken back taken off.
    pub spent: i64,
}

/// Budgets, by name.
pub static BUDGET: Kind = Kind { name: "budget", columns: &[], alarmed: false, chained: false, immutable: false };

impl Record for Budget {
    const KIND: &'static Kind = &BUDGET;

    fn read(body: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(body)
    }

    fn write(&self, out: &mut Vec<u8>) -> Result<(), serde_json::Error> {
        serde_json::to_writer(out, self)
    }
}
