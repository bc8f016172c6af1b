//! What a reward is, and the words and names people put on it.

use jifen_program::rewards::RewardKind;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Characters of a name.
pub(super) const NAME_LEN_MAX: usize = 100;

/// What a reward is.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = RewardKind)]
pub(super) enum Kind {
    Bundle,
    Coupon,
    Donation,
    Digital,
    Energy,
    Experience,
    Goods,
    Membership,
    Service,
    Travel,
}

impl Kind {
    pub(super) fn stored(self) -> RewardKind {
        match self {
            Kind::Bundle => RewardKind::Bundle,
            Kind::Coupon => RewardKind::Coupon,
            Kind::Donation => RewardKind::Donation,
            Kind::Digital => RewardKind::Digital,
            Kind::Energy => RewardKind::Energy,
            Kind::Experience => RewardKind::Experience,
            Kind::Goods => RewardKind::Goods,
            Kind::Membership => RewardKind::Membership,
            Kind::Service => RewardKind::Service,
            Kind::Travel => RewardKind::Travel,
        }
    }
}

/// Whether it is a word that people put on things.
pub(super) fn word(word: &str) -> bool {
    let length = word.chars().count();
    (1..=jifen_vocab::limits::ID_LEN_MAX).contains(&length) && !word.chars().any(char::is_control)
}
