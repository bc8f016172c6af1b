//! Invitations of friends: what makes one count. What it brings, earning rules say.

use super::name::Name;

/// What makes an invitation count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferralTerms {
    /// Days after joining in which a member may still say who brought them.
    pub bind_days: u16,
    /// Days after that in which the first order must come.
    pub order_days: u16,
    /// The least the first order pays, in minor units.
    pub least: i64,
    /// What must not be the same.
    pub apart: Apart,
    /// What members send to friends; `{code}` stands for their code.
    pub share: Name,
    /// What a new member costs elsewhere.
    pub references: Vec<CostReference>,
}

/// What an inviter and a friend must not have in common.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Apart {
    /// The device that events name.
    pub device: bool,
    /// The account that paid.
    pub payment: bool,
    /// Telephone number and address.
    pub person: bool,
}

/// What a new member costs somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CostReference {
    /// Where.
    pub name: Name,
    /// How much, in minor units.
    pub cost: i64,
}
