//! What sleeping points may become (`conversions.yaml`, EXP-15).

use compact_str::CompactString;
use jifen_vocab::UnitId;

use super::name::Name;

/// What sleeping points may become. Without a file they become nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ConversionTerms {
    /// The unit whose sleeping points are converted; the program's default unit where it does not say.
    pub unit: Option<UnitId>,
    /// The ways, in the order written.
    pub ways: Vec<Way>,
}

/// One thing that sleeping points may become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// The identifier.
    pub id: CompactString,
    /// What people call it.
    pub name: Name,
    /// So many points become one of what it is, and no part of it.
    pub points: i64,
    /// What they become.
    pub into: Into,
    /// Only for members who hold this badge; for all where it does not say.
    pub badge: Option<CompactString>,
}

/// What points become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Into {
    /// So many points of another unit.
    Unit {
        /// The unit.
        unit: UnitId,
        /// How many.
        points: i64,
    },
    /// A gift, with a certificate.
    Charity {
        /// To what.
        cause: Name,
    },
    /// A voucher of cash without a minimum spend.
    Voucher {
        /// In minor units.
        amount: i64,
        /// Days for which it can be used.
        days: u16,
    },
}

impl Way {
    /// Whether it is there for whoever holds these badges.
    pub fn is_for(&self, badges: &[CompactString]) -> bool {
        self.badge.as_ref().is_none_or(|badge| badges.contains(badge))
    }
}

impl ConversionTerms {
    /// The way of that identifier.
    pub fn way(&self, id: &str) -> Option<&Way> {
        self.ways.iter().find(|way| way.id == id)
    }
}
