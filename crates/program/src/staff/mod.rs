//! Staff: the people of the company who sign in, what they are and where (PROG-16).
//!
//! Passwords are hashed, and secrets of the second factor sealed, before they come here. A person's rights are read from
//! this record and the rule book at each request, so that a change of roles takes effect at once.

mod credentials;

use std::collections::BTreeSet;

use compact_str::{CompactString, format_compact};
use jifen_vocab::{Code, Column, Kind, Refusal, Timestamp, Value, limits};
use serde::{Deserialize, Serialize};
use smallvec::{SmallVec, smallvec};

pub use credentials::{Factor, Lock, Password, Reset};

use crate::audit::{self, By, Line};
use crate::book::{Books, Organization};
use crate::desk::{Command, Desk, Keys, Loaded, Record, Stop, Touch};

/// A person of the staff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Staff {
    /// Schema version.
    pub v: u8,
    /// What they sign in with, and what lines of the audit trail name.
    pub login: CompactString,
    /// What people call them.
    pub name: String,
    /// Where mail reaches them, in small letters.
    #[serde(default)]
    pub email: Option<CompactString>,
    /// What they are and where.
    pub roles: BTreeSet<RoleAt>,
    /// Whether they may sign in.
    pub active: bool,
    /// Their password; none where only the company's own sign-in knows them.
    #[serde(default)]
    pub password: Option<Password>,
    /// Their second factor.
    #[serde(default)]
    pub factor: Option<Factor>,
    /// A second factor that was offered and not shown yet.
    #[serde(default)]
    pub offered: Option<CompactString>,
    /// A password reset that is under way.
    #[serde(default)]
    pub reset: Option<Reset>,
    /// Wrong passwords and codes.
    #[serde(default)]
    pub lock: Lock,
    /// Since when, by the program's clock.
    pub created_at: Timestamp,
}

/// A role and where it holds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RoleAt {
    /// The role.
    pub role: CompactString,
    /// The place and everything that belongs to it; none for everywhere.
    #[serde(default)]
    pub place: Option<CompactString>,
}

impl std::fmt::Display for RoleAt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.place {
            Some(place) => write!(f, "{}@{place}", self.role),
            None => f.write_str(&self.role),
        }
    }
}

/// Staff, by login; found by their address as well.
pub static STAFF: Kind = Kind::records("staff").listed_by(&[Column { name: "email" }]);

impl Record for Staff {
    const KIND: &'static Kind = &STAFF;

    fn read(body: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(body)
    }

    fn write(&self, out: &mut Vec<u8>) -> Result<(), serde_json::Error> {
        serde_json::to_writer(out, self)
    }

    fn columns(&self) -> SmallVec<[Value; 2]> {
        smallvec![self.email.clone().map_or(Value::Null, Value::Text)]
    }
}

impl Staff {
    /// Whether the password must be changed before anything else.
    pub fn must_change_password(&self) -> bool {
        self.password.as_ref().is_some_and(|password| password.one_time_until.is_some())
    }
}

/// The person at the desk, or the refusal that there is none.
pub(crate) fn of(desk: &Desk<'_>, login: &str) -> Result<Staff, Stop> {
    let found = desk.read::<Staff>(login)?;
    Ok(Staff::clone(&*found.ok_or_else(|| Refusal::new(Code::Unknown).word("staff", login))?))
}

/// What can be said of a person of the staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Details {
    /// What people call them.
    pub name: String,
    /// Where mail reaches them.
    pub email: Option<CompactString>,
    /// What they are and where.
    pub roles: BTreeSet<RoleAt>,
    /// Whether they may sign in.
    pub active: bool,
}

impl Details {
    fn check(&self, organization: &Organization) -> Result<(), Refusal> {
        if self.roles.len() > limits::ROLES_OF_ONE_MAX {
            return Err(Refusal::field("/roles", &format!("have at most {} roles", limits::ROLES_OF_ONE_MAX)));
        }
        for (n, at) in self.roles.iter().enumerate() {
            if organization.role(&at.role).is_none() {
                return Err(Refusal::field(format!("/roles/{n}/role"), "be one of the rule book's roles"));
            }
            if at.place.as_ref().is_some_and(|place| organization.place(place).is_none()) {
                return Err(Refusal::field(format!("/roles/{n}/place"), "be one of the rule book's places"));
            }
        }
        Ok(())
    }
}

fn words(roles: &BTreeSet<RoleAt>) -> Vec<String> {
    roles.iter().map(ToString::to_string).collect()
}

/// Adds a person to the staff, with a one-time password.
#[derive(Debug, Clone)]
pub struct AddStaff {
    /// What they sign in with.
    pub login: CompactString,
    /// The rest.
    pub details: Details,
    /// Their password, hashed.
    pub password: Option<Password>,
    /// Their second factor, where it is known already: in a sandbox.
    pub factor: Option<Factor>,
    /// Who adds them.
    pub by: By,
}

impl Command for AddStaff {
    type Outcome = Staff;

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        keys.want::<Staff>(&self.login);
        audit::want(keys);
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Staff, Stop> {
        self.details.check(&desk.books().at(desk.now()).organization)?;
        if desk.read::<Staff>(&self.login)?.is_some() {
            return Err(Refusal::field("/login", "not be in use").into());
        }
        let staff = Staff {
            v: 1,
            login: self.login.clone(),
            name: self.details.name.clone(),
            email: self.details.email.clone(),
            roles: self.details.roles.clone(),
            active: self.details.active,
            password: self.password.clone(),
            factor: self.factor.clone(),
            offered: None,
            reset: None,
            lock: Lock::default(),
            created_at: desk.now(),
        };
        desk.write(&self.login, staff.clone());
        let line = Line::new("staff.add", "staff", &self.login).after("roles", words(&staff.roles));
        audit::write(desk, &self.by, line.after("active", staff.active))?;
        Ok(staff)
    }
}

/// Changes a person of the staff.
#[derive(Debug, Clone)]
pub struct ChangeStaff {
    /// Who is changed.
    pub login: CompactString,
    /// What they are from now on.
    pub details: Details,
    /// Who changes them.
    pub by: By,
}

impl Command for ChangeStaff {
    type Outcome = Staff;

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        keys.want::<Staff>(&self.login);
        audit::want(keys);
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Staff, Stop> {
        let mut staff = of(desk, &self.login)?;
        self.details.check(&desk.books().at(desk.now()).organization)?;
        let is_self = self.by.actor.key() == format_compact!("staff:{}", self.login);
        if is_self && (!self.details.active || self.details.roles != staff.roles) {
            return Err(Refusal::field("/roles", "be left to somebody else where they are your own").into());
        }
        let mut line = Line::new("staff.change", "staff", &self.login)
            .before("roles", words(&staff.roles))
            .before("active", staff.active)
            .after("roles", words(&self.details.roles))
            .after("active", self.details.active);
        // Names and addresses are about a person: that they changed is enough.
        if staff.name != self.details.name || staff.email != self.details.email {
            line = line.after("contact", "changed");
        }
        staff.name = self.details.name.clone();
        staff.email = self.details.email.clone();
        staff.roles = self.details.roles.clone();
        staff.active = self.details.active;
        if !staff.active {
            staff.reset = None;
        }
        desk.write(&self.login, staff.clone());
        audit::write(desk, &self.by, line)?;
        Ok(staff)
    }
}
