//! Conversions: what sleeping points become at the member's choice (EXP-15): another unit, a gift to charity with a
//! certificate, or cash to spend.
//!
//! A conversion is final: what it became may be used at once, so a slip is put right by hand. How points become it is
//! [`crate::flows::Convert`].

use compact_str::CompactString;
use jifen_vocab::{Column, Kind, MemberId, Money, Timestamp, UnitId};
use serde::{Deserialize, Serialize};

use crate::book::Name;
use crate::desk::json_record;

/// A conversion as it was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversion {
    /// Schema version.
    pub v: u8,
    /// Its identifier, which a certificate bears as its number.
    pub id: CompactString,
    /// Whose points.
    pub member: MemberId,
    /// Which way of the rule book.
    pub way: CompactString,
    /// What people called it then.
    pub name: Name,
    /// The unit of the points.
    pub unit: UnitId,
    /// How many.
    pub points: i64,
    /// What they became.
    pub became: Became,
    /// When.
    pub at: Timestamp,
}

/// What points became.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Became {
    /// Points of another unit.
    Unit {
        /// The unit.
        unit: UnitId,
        /// How many.
        points: i64,
    },
    /// A gift.
    Charity {
        /// To what.
        cause: Name,
        /// What the points were worth that day; nothing for units without a value.
        worth: Option<Money>,
    },
    /// A voucher of cash, for any bill.
    Voucher {
        /// Its code.
        code: CompactString,
        /// What it pays.
        amount: Money,
        /// When it lapses.
        expires_at: Timestamp,
    },
}

/// Conversions, listed by member.
pub static CONVERSION: Kind = Kind::facts("conversion").listed_by(&[Column { name: "member" }]);

json_record!(Conversion, CONVERSION, |record| record.member.as_str());

/// A voucher of cash at the till.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CashVoucher {
    /// Schema version.
    pub v: u8,
    /// The conversion it came from.
    pub conversion: CompactString,
    /// Whose it is.
    pub member: MemberId,
    /// What it pays.
    pub amount: Money,
    /// When it lapses.
    pub expires_at: Timestamp,
    /// Where it was used: the shop, the caller's own name for it, and when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used: Option<(CompactString, CompactString, Timestamp)>,
}

/// Vouchers of cash, by code.
pub static CASH_VOUCHER: Kind = Kind::records("cash_voucher");

json_record!(CashVoucher, CASH_VOUCHER);

/// Remembered answers at tills, by code and reference.
pub static CASH_VOUCHER_KEY: Kind = Kind::facts("cash_voucher_key");
