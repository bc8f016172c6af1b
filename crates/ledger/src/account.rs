//! Accounts: what every movement leaves and enters.

use serde::{Deserialize, Serialize};

/// Where points are or go. The first five and `Debt` belong to the member, the others to the program; per unit
/// everything always sums to zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Account {
    /// The member's usable points.
    Available,
    /// Earned, not yet usable.
    Pending,
    /// Reserved.
    Held,
    /// Asleep until the member comes back.
    Dormant,
    /// Shrunk while asleep; it comes back in full with the rest.
    Shrunk,
    /// What the member owes; its balance is never above zero.
    Debt,
    /// Where points come from.
    Issued,
    /// Points that bought something.
    Redeemed,
    /// Points that lapsed.
    Expired,
    /// Points taken away.
    Forfeited,
    /// Points given to charity.
    Donated,
    /// Points changed into another unit or currency.
    Exchanged,
    /// Points kept as a fee.
    Fees,
}

impl Account {
    /// Whether it belongs to the program: points in it have left the member's wallet.
    pub const fn is_outside(self) -> bool {
        !matches!(
            self,
            Account::Available | Account::Pending | Account::Held | Account::Dormant | Account::Shrunk | Account::Debt
        )
    }

    /// The name as it is written outside.
    pub const fn as_str(self) -> &'static str {
        match self {
            Account::Available => "available",
            Account::Pending => "pending",
            Account::Held => "held",
            Account::Dormant => "dormant",
            Account::Shrunk => "shrunk",
            Account::Debt => "debt",
            Account::Issued => "issued",
            Account::Redeemed => "redeemed",
            Account::Expired => "expired",
            Account::Forfeited => "forfeited",
            Account::Donated => "donated",
            Account::Exchanged => "exchanged",
            Account::Fees => "fees",
        }
    }
}
