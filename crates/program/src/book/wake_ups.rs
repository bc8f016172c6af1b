//! When members whose points sleep are woken, and with what (`wake_up.yaml`, EXP-14).

use compact_str::CompactString;
use jifen_vocab::{Decimal, UnitId};

/// The plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WakeUpTerms {
    /// The unit that is watched; the program's default unit where it does not say.
    pub unit: Option<UnitId>,
    /// It starts when a larger share of all points than this sleeps.
    pub above: Decimal,
    /// For so many days members have what it switches on.
    pub days: u16,
    /// It does not start by itself again for so many days.
    pub rest_days: u16,
    /// What members get who are woken: rules, ways of converting and deductions may ask for it.
    pub badge: Option<CompactString>,
}
