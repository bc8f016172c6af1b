//! What is kept of where a member stands, besides the tier itself.

use jifen_vocab::{TierId, Timestamp};
use serde::{Deserialize, Serialize};

use super::Near;
use crate::member::Member;

/// Where a member stands, besides the tier.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Standing {
    /// The tier that was reached, while a better one is lent.
    #[serde(default, rename = "b", skip_serializing_if = "Option::is_none")]
    pub base: Option<TierId>,
    /// What is lent.
    #[serde(default, rename = "l", skip_serializing_if = "Option::is_none")]
    pub lent: Option<Lent>,
    /// A fall that was announced.
    #[serde(default, rename = "w", skip_serializing_if = "Option::is_none")]
    pub warned: Option<Warned>,
    /// Since when the tier that was reached is the member's.
    #[serde(default, rename = "s", skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// What the member was told last of the next tier.
    #[serde(default, rename = "n", skip_serializing_if = "Option::is_none")]
    pub near: Option<Near>,
}

/// A tier for a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lent {
    /// The tier.
    #[serde(rename = "t")]
    pub tier: TierId,
    /// Until when.
    #[serde(rename = "u")]
    pub until: Timestamp,
    /// The first day of the festival that lends it, in days since 1970-01-01.
    #[serde(rename = "d")]
    pub festival: i32,
}

/// A fall that was announced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warned {
    /// To which tier, unless the score has changed until then.
    #[serde(rename = "t")]
    pub tier: TierId,
    /// When the notice was given.
    #[serde(rename = "n")]
    pub noticed: Timestamp,
    /// When it comes.
    #[serde(rename = "u")]
    pub due: Timestamp,
    /// Since when completed tasks speak against it: the beginning of the period that was assessed.
    #[serde(default, rename = "p", skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
}

impl Standing {
    /// When time next changes something.
    pub fn next_due(&self) -> Option<Timestamp> {
        let lent = self.lent.as_ref().map(|lent| lent.until);
        let warned = self.warned.as_ref().map(|warned| warned.due);
        lent.into_iter().chain(warned).min()
    }

    /// Whether there is nothing to keep.
    pub fn is_empty(&self) -> bool {
        *self == Standing::default()
    }
}

impl Member {
    /// The tier that was reached; a better one may be lent.
    pub fn base_tier(&self) -> &TierId {
        let base = self.body.standing.as_ref().and_then(|standing| standing.base.as_ref());
        base.unwrap_or(&self.body.tier)
    }

    /// A fall that was announced.
    pub fn warned(&self) -> Option<&Warned> {
        self.body.standing.as_ref()?.warned.as_ref()
    }

    /// What is lent.
    pub fn lent(&self) -> Option<&Lent> {
        self.body.standing.as_ref()?.lent.as_ref()
    }

    /// Where the member stands, to be changed.
    pub(crate) fn standing_mut(&mut self) -> &mut Standing {
        self.body.standing.get_or_insert_with(Box::default)
    }
}
