//! Rewards of the shelf that are given and not bought.

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use crate::{RedemptionId, RewardId, RuleId, Timestamp};

/// A reward of the shelf that a rule or a task gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GiftGiven {
    /// The gift, as the rule book calls it.
    #[serde(rename = "g")]
    pub gift: CompactString,
    /// The rule or task that gave it.
    #[serde(rename = "r")]
    pub rule: RuleId,
    /// The reward.
    #[serde(rename = "w")]
    pub reward: RewardId,
    /// Where it stands among what the member redeemed.
    #[serde(rename = "d")]
    pub redemption: RedemptionId,
    /// The code of its voucher; none where a partner's code was given.
    #[serde(rename = "c", default, skip_serializing_if = "Option::is_none")]
    pub code: Option<CompactString>,
    /// When its voucher lapses.
    #[serde(rename = "x", default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

/// What became of a gift whose cause was taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GiftBack {
    /// The gift, as the rule book calls it.
    #[serde(rename = "g")]
    pub gift: CompactString,
    /// Where it stands among what the member redeemed.
    #[serde(rename = "d")]
    pub redemption: RedemptionId,
    /// Whether it was canceled; what is used stays used, and what has lapsed lapsed.
    #[serde(rename = "t")]
    pub taken: bool,
}
