//! What takes a second person: ceilings of grants by hand, and who approves what (LIM-22, SEC-05). And when spending
//! looks like theft.

use compact_str::CompactString;

use super::{Guard, Organization};
use crate::words::words;

words! {
    /// What may take a second person's approval.
    Sensitive {
        /// A member is put into a high tier by hand.
        AssignTier = "assign_tier",
        /// All points of a member are taken away.
        Clear = "clear",
        /// Data of all members leaves the server: a backup, an export.
        DataAccess = "data_access",
        /// A member's personal data is erased.
        Erase = "erase",
        /// Points are added or taken away by hand above a ceiling.
        Grant = "grant",
        /// A version of the rule book is published.
        Publish = "publish",
        /// A freeze is lifted.
        Unfreeze = "unfreeze",
    }
}

/// Ceilings, and who approves what. A program that says nothing lets everybody do alone what their role allows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rights {
    /// What one person may add or take away by hand.
    pub grants: Ceilings,
    /// The rank up to which one person puts a member into a tier; any where it does not say.
    pub tier_rank: Option<u8>,
    /// What takes a second person, and who that may be.
    pub approvals: Vec<ApprovalTerms>,
    /// When spending looks like theft; never where nothing is said.
    pub guard: Option<Guard>,
}

/// What may be added or taken away by hand without a second person, in points of any unit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ceilings {
    /// In one go, whoever does it; API clients too (LIM-22).
    pub each: Option<i64>,
    /// By the rules, for one event: more waits for a person before it is credited (LIM-22).
    pub event: Option<i64>,
    /// To one member in a day.
    pub member_day: Option<i64>,
    /// What is unusual.
    pub unusual: Option<Unusual>,
    /// By role. A role that is not here has no ceiling of its own.
    pub roles: Vec<RoleCeiling>,
}

/// What is far from what is usually granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unusual {
    /// That many times the average.
    pub times: i64,
    /// Of so many grants before.
    pub of_last: i64,
    /// Never at or below so many points.
    pub above: i64,
}

/// What staff of a role may add or take away by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleCeiling {
    /// The role.
    pub role: CompactString,
    /// In one go.
    pub each: i64,
    /// In a day.
    pub day: i64,
}

/// Who approves an action, and for how long it waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApprovalTerms {
    /// What.
    pub action: Sensitive,
    /// Roles of which one is needed to decide.
    pub by: Vec<CompactString>,
    /// Hours until nobody's answer is an answer.
    pub hours: u16,
}

/// Somebody's role and where it holds; none for everywhere.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Held {
    /// The role.
    pub role: CompactString,
    /// The place and all that belongs to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<CompactString>,
}

impl Rights {
    /// The terms on which that is approved; none where one person is enough.
    pub fn approval(&self, action: Sensitive) -> Option<&ApprovalTerms> {
        self.approvals.iter().find(|terms| terms.action == action)
    }
}

impl Ceilings {
    /// The ceiling of whoever has these roles: the highest; none where one of them has no ceiling, or there are none.
    pub fn of_roles(&self, roles: &[Held]) -> Option<RoleCeiling> {
        let own = |held: &Held| self.roles.iter().find(|ceiling| ceiling.role == held.role);
        let all: Option<Vec<&RoleCeiling>> = roles.iter().map(own).collect();
        all?.into_iter().max_by_key(|ceiling| (ceiling.each, ceiling.day)).cloned()
    }
}

impl ApprovalTerms {
    /// Whether one of these roles may decide what was asked at that place: the role must be one of those named, and hold
    /// there or above.
    pub fn lets(&self, roles: &[Held], asked_at: Option<&str>, organization: &Organization) -> bool {
        let fits =
            |held: &Held| self.by.contains(&held.role) && organization.is_within(asked_at, held.place.as_deref());
        roles.iter().any(fits)
    }
}
