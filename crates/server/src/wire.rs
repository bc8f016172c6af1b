//! Wire types that several features answer with. Each is converted by hand: what is stored may change, these may not.

use compact_str::CompactString;
use jifen_program::RuleBook;
use jifen_program::book::Name;
use jifen_program::wallets::{UnitView, WalletView};
use jifen_vocab::{Timestamp, Zone};
use serde::Serialize;
use utoipa::ToSchema;

use crate::problems::Problem;

/// A text in Chinese and English.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Text {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl From<&Name> for Text {
    fn from(name: &Name) -> Self {
        Text { zh: name.zh.clone(), en: name.en.clone() }
    }
}

/// A wallet, settled to an instant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Wallet {
    /// The instant to which it was settled.
    #[schema(format = DateTime)]
    pub as_of: String,
    /// One for each unit of the program.
    pub units: Vec<WalletUnit>,
}

/// The points of one unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct WalletUnit {
    /// The unit.
    #[schema(value_type = String)]
    pub unit: CompactString,
    /// What can be spent now.
    pub available: i64,
    /// Earned, not yet usable.
    pub pending: i64,
    /// Reserved.
    pub held: i64,
    /// Asleep until the member comes back.
    pub dormant: i64,
    /// Owed; repaid as points become available.
    pub debt: i64,
    /// Available points by the instant they lapse, earliest first.
    pub expiring: Vec<Expiring>,
    /// Totals since the wallet exists.
    pub lifetime: Lifetime,
}

/// Points that lapse together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Expiring {
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
    /// How many.
    pub points: i64,
}

/// Totals since the wallet exists, net of what was undone.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, ToSchema)]
pub struct Lifetime {
    /// Earned; pending points count.
    pub earned: i64,
    /// Spent.
    pub spent: i64,
    /// Lapsed.
    pub expired: i64,
}

impl Wallet {
    /// A wallet as it is shown: units that the member never had are there with nothing in them.
    pub fn of(view: &WalletView, book: &RuleBook) -> Wallet {
        let zone = &book.zone;
        let mut units: Vec<WalletUnit> = Vec::with_capacity(book.units.len());
        for unit in &book.units {
            units.push(match view.unit(&unit.id) {
                Some(there) => WalletUnit::of(there, zone),
                None => WalletUnit::empty(unit.id.as_str()),
            });
        }
        // A unit that the rule book no longer has is still the member's.
        let gone = view.units.iter().filter(|unit| book.unit(unit.unit.as_str()).is_none());
        units.extend(gone.map(|unit| WalletUnit::of(unit, zone)));
        Wallet { as_of: zone.rfc3339(view.as_of), units }
    }
}

impl WalletUnit {
    fn of(view: &UnitView, zone: &Zone) -> WalletUnit {
        let expiring =
            |(at, points): &(Timestamp, jifen_vocab::Points)| Expiring { at: zone.rfc3339(*at), points: points.get() };
        WalletUnit {
            unit: CompactString::new(view.unit.as_str()),
            available: view.available.get(),
            pending: view.pending.get(),
            held: view.held.get(),
            dormant: view.dormant.get(),
            debt: view.debt.get(),
            expiring: view.expiring.iter().map(expiring).collect(),
            lifetime: Lifetime { earned: view.earned.get(), spent: view.spent.get(), expired: view.expired.get() },
        }
    }

    fn empty(unit: &str) -> WalletUnit {
        WalletUnit {
            unit: CompactString::new(unit),
            available: 0,
            pending: 0,
            held: 0,
            dormant: 0,
            debt: 0,
            expiring: Vec::new(),
            lifetime: Lifetime::default(),
        }
    }
}

/// Reads an instant of a body's field.
pub fn instant(pointer: &'static str, text: Option<&str>) -> Result<Option<Timestamp>, Problem> {
    let Some(text) = text else { return Ok(None) };
    let wrong = || Problem::field(pointer, "be RFC 3339 with an offset, such as 2026-06-18T20:15:00+08:00");
    Timestamp::parse_rfc3339(text).map(Some).ok_or_else(wrong)
}

/// Checks a reason that a person types.
pub fn reason(text: &str) -> Result<(), Problem> {
    let limit = jifen_vocab::limits::REASON_LEN_MAX;
    if text.trim().is_empty() || text.chars().count() > limit {
        return Err(Problem::field("/reason", &format!("have 1 to {limit} characters")));
    }
    Ok(())
}
