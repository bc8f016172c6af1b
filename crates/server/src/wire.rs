//! Wire types that several features answer with. Each is converted by hand: what is stored may change, these may not.

use std::collections::BTreeMap;

use compact_str::CompactString;
use jifen_program::RuleBook;
use jifen_program::book::Name;
use jifen_program::wallets::{UnitView, WalletView};
use jifen_vocab::{Code, Currency, Day, Money, Refusal, Timestamp, UnitId, limits};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::problems::Problem;

/// A text in Chinese and English.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, ToSchema)]
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

/// An amount of money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Money)]
pub struct Amount {
    /// Minor units, such as fen.
    pub amount: i64,
    /// ISO 4217.
    #[schema(value_type = String)]
    pub currency: CompactString,
}

impl From<Money> for Amount {
    fn from(money: Money) -> Self {
        Amount { amount: money.amount, currency: CompactString::new(money.currency.as_str()) }
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
    /// What the available points are worth today; nothing for units without a value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worth: Option<Amount>,
    /// Earned, not yet usable.
    pub pending: i64,
    /// Reserved.
    pub held: i64,
    /// Asleep until the member comes back.
    pub dormant: i64,
    /// Shrunk while asleep; it comes back with the rest. Left out where there is none.
    #[serde(skip_serializing_if = "is_zero")]
    #[schema(required = false)]
    pub shrunk: i64,
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
        let mut units: Vec<WalletUnit> = Vec::with_capacity(book.units.len());
        for unit in &book.units {
            units.push(match view.unit(&unit.id) {
                Some(there) => WalletUnit::of(there, book),
                None => WalletUnit::empty(&unit.id, book),
            });
        }
        // A unit that the rule book no longer has is still the member's.
        let gone = view.units.iter().filter(|unit| book.unit(unit.unit.as_str()).is_none());
        units.extend(gone.map(|unit| WalletUnit::of(unit, book)));
        Wallet { as_of: book.zone.rfc3339(view.as_of), units }
    }
}

impl WalletUnit {
    fn of(view: &UnitView, book: &RuleBook) -> WalletUnit {
        let zone = &book.zone;
        let expiring =
            |(at, points): &(Timestamp, jifen_vocab::Points)| Expiring { at: zone.rfc3339(*at), points: points.get() };
        WalletUnit {
            unit: CompactString::new(view.unit.as_str()),
            available: view.available.get(),
            worth: book.worth(&view.unit, view.available.get()).map(Amount::from),
            pending: view.pending.get(),
            held: view.held.get(),
            dormant: view.dormant.get(),
            shrunk: view.shrunk.get(),
            debt: view.debt.get(),
            expiring: view.expiring.iter().map(expiring).collect(),
            lifetime: Lifetime { earned: view.earned.get(), spent: view.spent.get(), expired: view.expired.get() },
        }
    }

    fn empty(unit: &UnitId, book: &RuleBook) -> WalletUnit {
        WalletUnit {
            unit: CompactString::new(unit.as_str()),
            available: 0,
            worth: book.worth(unit, 0).map(Amount::from),
            pending: 0,
            held: 0,
            dormant: 0,
            shrunk: 0,
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

/// What a member chose of a reward.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Chosen {
    /// The option of each choice.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    options: BTreeMap<String, String>,
    /// The day it is booked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    day: Option<Day>,
}

impl From<&jifen_vocab::Chosen> for Chosen {
    fn from(chosen: &jifen_vocab::Chosen) -> Self {
        let options = chosen.options.iter().map(|(choice, option)| (choice.to_string(), option.to_string()));
        Chosen { options: options.collect(), day: chosen.day }
    }
}

/// A text that is sent: in both languages, or one for both.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum NewText {
    /// One text for both languages.
    One(String),
    /// In both languages.
    Both {
        /// Chinese.
        zh: String,
        /// English.
        en: String,
    },
}

impl NewText {
    /// The name, where each text has 1 to so many characters.
    pub fn name(self, pointer: &'static str, chars_max: usize) -> Result<Name, Problem> {
        let (zh, en) = match self {
            NewText::One(text) => (text.clone(), text),
            NewText::Both { zh, en } => (zh, en),
        };
        let fits = |text: &String| !text.trim().is_empty() && text.chars().count() <= chars_max;
        if fits(&zh) && fits(&en) {
            return Ok(Name { zh, en });
        }
        Err(Problem::field(pointer, &format!("have 1 to {chars_max} characters")))
    }
}

/// An amount of money that is sent: with its currency, or in minor units of the program's.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum NewAmount {
    /// Minor units of the program's currency.
    Minor(i64),
    /// With its currency.
    Money {
        /// Minor units, such as fen.
        amount: i64,
        /// ISO 4217.
        currency: String,
    },
}

impl NewAmount {
    /// Minor units, where the currency is the program's and the amount is not below zero.
    pub fn minor(&self, pointer: &'static str, currency: Currency) -> Result<i64, Problem> {
        let amount = match self {
            NewAmount::Minor(amount) => *amount,
            NewAmount::Money { amount, currency: named } if named == currency.as_str() => *amount,
            NewAmount::Money { .. } => {
                let refusal = Refusal::new(Code::CurrencyMismatch).at(format!("{pointer}/currency"));
                return Err(refusal.word("currency", currency.as_str()).into());
            }
        };
        if !(0..=limits::AMOUNT_MAX).contains(&amount) {
            return Err(Problem::field(pointer, &format!("be from 0 to {}", limits::AMOUNT_MAX)));
        }
        Ok(amount)
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape that serde asks for")]
fn is_zero(number: &i64) -> bool {
    *number == 0
}
