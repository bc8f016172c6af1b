//! Who may do what, and where: roles of staff and the tree of the organization (PROG-16, PROG-17).

use compact_str::CompactString;
use jifen_vocab::Scopes;

use super::name::Name;
use crate::words::words;

/// A role: a named set of rights.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// Its identifier.
    pub id: CompactString,
    /// What people call it.
    pub name: Name,
    /// What whoever has it is there for.
    pub about: Name,
    /// What it allows.
    pub scopes: Scopes,
}

/// A place of the organization: the group, a brand, a region, a city, a district, a shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Its identifier.
    pub id: CompactString,
    /// What people call it.
    pub name: Name,
    /// What it is.
    pub kind: PlaceKind,
    /// What it belongs to; none for the top.
    pub parent: Option<CompactString>,
}

words! {
    /// What a place is.
    PlaceKind {
        /// A brand of the group.
        Brand = "brand",
        /// A city.
        City = "city",
        /// A part of a city.
        District = "district",
        /// The company as a whole.
        Group = "group",
        /// Several cities.
        Region = "region",
        /// A shop.
        Store = "store",
    }
}

/// The roles and places of a program.
#[derive(Debug, Clone, Default)]
pub struct Organization {
    /// Roles, as the bundle lists them.
    pub roles: Vec<Role>,
    /// Places; each stands after the one it belongs to.
    pub places: Vec<Place>,
}

impl Organization {
    /// The role of that id.
    pub fn role(&self, id: &str) -> Option<&Role> {
        self.roles.iter().find(|role| role.id == id)
    }

    /// The place of that id.
    pub fn place(&self, id: &str) -> Option<&Place> {
        self.places.iter().find(|place| place.id == id)
    }

    /// What those roles allow together; a role that the book no longer has allows nothing.
    pub fn scopes<'a>(&self, roles: impl IntoIterator<Item = &'a str>) -> Scopes {
        let known = roles.into_iter().filter_map(|role| self.role(role));
        known.fold(Scopes::default(), |scopes, role| scopes.or(role.scopes))
    }

    /// Whether a place is that other place or belongs to it, however far down. No outer place means everywhere.
    pub fn is_within(&self, inner: Option<&str>, outer: Option<&str>) -> bool {
        let Some(outer) = outer else { return true };
        let mut at = inner.and_then(|id| self.place(id));
        while let Some(place) = at {
            if place.id == outer {
                return true;
            }
            at = place.parent.as_deref().and_then(|id| self.place(id));
        }
        false
    }
}
