//! Vouchers: codes that stand for a piece of a redemption until they are used or lapse.

mod code;

use compact_str::CompactString;
use jifen_vocab::{Kind, MemberId, RedemptionId, RewardId, Timestamp, Value};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use crate::desk::Record;

pub use code::VoucherCode;

/// A voucher. Whether its piece is still open, the redemption says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Voucher {
    /// Schema version.
    pub v: u8,
    /// The redemption it belongs to.
    pub redemption: RedemptionId,
    /// Whose it is.
    pub member: MemberId,
    /// What it is good for.
    pub reward: RewardId,
    /// Which piece of the redemption.
    pub piece: usize,
    /// When it lapses.
    pub expires_at: Timestamp,
    /// Whether it can still be used.
    pub open: bool,
    /// Where it was used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used: Option<Use>,
}

/// Where and when a voucher was used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Use {
    /// The shop.
    pub store: CompactString,
    /// The caller's own name for it.
    pub reference: CompactString,
    /// When.
    pub at: Timestamp,
}

/// Vouchers, by code; they wake when they lapse.
pub static VOUCHER: Kind = Kind { name: "voucher", columns: &[], alarmed: true, chained: false, immutable: false };

/// Remembered answers at tills, by code and reference.
pub static VOUCHER_KEY: Kind = Kind::facts("voucher_key");

impl Record for Voucher {
    const KIND: &'static Kind = &VOUCHER;

    fn read(body: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(body)
    }

    fn write(&self, out: &mut Vec<u8>) -> Result<(), serde_json::Error> {
        serde_json::to_writer(out, self)
    }

    fn due_at(&self) -> Option<Timestamp> {
        self.open.then_some(self.expires_at)
    }

    fn columns(&self) -> SmallVec<[Value; 2]> {
        SmallVec::new()
    }
}
