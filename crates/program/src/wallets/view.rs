//! What a wallet shows: the points of each unit by state, what lapses next, totals of its life.

use jifen_ledger::Wallet;
use jifen_vocab::{Points, Timestamp, UnitId};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

/// A wallet at an instant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WalletView {
    /// The instant to which it was settled.
    #[serde(rename = "t")]
    pub as_of: Timestamp,
    /// One for each unit the member ever had.
    #[serde(rename = "u")]
    pub units: SmallVec<[UnitView; 1]>,
}

/// The points of one unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitView {
    /// The unit.
    #[serde(rename = "u")]
    pub unit: UnitId,
    /// What can be spent.
    #[serde(rename = "a")]
    pub available: Points,
    /// Earned and not yet usable.
    #[serde(rename = "p", default, skip_serializing_if = "Points::is_zero")]
    pub pending: Points,
    /// Reserved.
    #[serde(rename = "h", default, skip_serializing_if = "Points::is_zero")]
    pub held: Points,
    /// Asleep.
    #[serde(rename = "z", default, skip_serializing_if = "Points::is_zero")]
    pub dormant: Points,
    /// Shrunk while asleep; it comes back with the rest.
    #[serde(rename = "s", default, skip_serializing_if = "Points::is_zero")]
    pub shrunk: Points,
    /// Owed.
    #[serde(rename = "d", default, skip_serializing_if = "Points::is_zero")]
    pub debt: Points,
    /// Available points by the instant they lapse, earliest first.
    #[serde(rename = "x", default, skip_serializing_if = "SmallVec::is_empty")]
    pub expiring: SmallVec<[(Timestamp, Points); 2]>,
    /// Ever earned, refunds taken off.
    #[serde(rename = "le")]
    pub earned: Points,
    /// Ever spent, what came back taken off.
    #[serde(rename = "ls", default, skip_serializing_if = "Points::is_zero")]
    pub spent: Points,
    /// Ever lapsed.
    #[serde(rename = "lx", default, skip_serializing_if = "Points::is_zero")]
    pub expired: Points,
}

impl WalletView {
    /// What a settled wallet shows.
    pub fn of(wallet: &Wallet, as_of: Timestamp) -> Self {
        let unit = |holding: &jifen_ledger::Holding| UnitView {
            unit: holding.unit().clone(),
            available: holding.available(),
            pending: holding.pending(),
            held: holding.held(),
            dormant: holding.dormant(),
            shrunk: holding.shrunk(),
            debt: holding.debt(),
            expiring: holding.expiring().collect(),
            earned: holding.lifetime().earned,
            spent: holding.lifetime().spent,
            expired: holding.lifetime().expired,
        };
        WalletView { as_of, units: wallet.holdings().iter().map(unit).collect() }
    }

    /// The points of one unit, where the member ever had any.
    pub fn unit(&self, id: &UnitId) -> Option<&UnitView> {
        self.units.iter().find(|unit| unit.unit == *id)
    }
}

impl UnitView {
    /// What a spend may use: sleeping points come back for it, less what a debt would take of them (EXP-13).
    pub fn usable(&self) -> Points {
        let asleep = self.dormant.get().saturating_add(self.shrunk.get()).saturating_sub(self.debt.get()).max(0);
        Points::new(self.available.get().saturating_add(asleep))
    }
}
