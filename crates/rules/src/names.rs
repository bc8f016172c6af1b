//! The names a bundle declares elsewhere, against which conditions and rules are checked.

use std::collections::BTreeMap;

use compact_str::CompactString;
use jifen_vocab::{Currency, Day, Decimal, LunarDay, SourceLabel, TierId, UnitId, Zone};

/// What the bundle declares outside its earning rules.
#[derive(Debug, Clone)]
pub struct Names {
    /// The program's time zone; days of rules begin in it.
    pub zone: Zone,
    /// The program's currency; amounts of money in formulas are in it.
    pub currency: Currency,
    /// The units of points there are.
    pub units: Vec<UnitName>,
    /// The unit of rules that name none.
    pub default_unit: UnitId,
    /// The tiers, lowest first.
    pub tiers: Vec<TierId>,
    /// The labels under which points are reported (PROG-04).
    pub sources: Vec<SourceLabel>,
    /// The label of rules that name none, by event type. Rules without either are refused.
    pub source_of: BTreeMap<String, SourceLabel>,
    /// The streaks there are, for `streak.<name>`; their order is that of [`crate::Facts::streaks`].
    pub streaks: Vec<CompactString>,
    /// The places of the organization.
    pub places: Vec<PlaceName>,
    /// Festivals and other days that windows name.
    pub days: Vec<NamedDay>,
}

/// A day that has a name: a festival, or a day of the company's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedDay {
    /// Its identifier.
    pub id: CompactString,
    /// When it is.
    pub on: DayOf,
}

/// When a named day is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DayOf {
    /// That month and day of every year.
    Year(i8, i8),
    /// That day of every year of the traditional Chinese calendar.
    Lunar(LunarDay),
    /// On these days and no others.
    Dates(Vec<Day>),
}

/// The years for which named days are worked out.
const YEARS: std::ops::Range<i16> = 2000..2100;

impl DayOf {
    /// All its days, in order. The 29th of February is there in years that have it.
    pub fn all(&self) -> Vec<Day> {
        match self {
            DayOf::Year(month, day) => YEARS.filter_map(|year| Day::new(year, *month, *day)).collect(),
            DayOf::Lunar(lunar) => YEARS.filter_map(|year| lunar.in_year(year)).collect(),
            DayOf::Dates(dates) => dates.clone(),
        }
    }
}

/// A place of the organization.
#[derive(Debug, Clone)]
pub struct PlaceName {
    /// Its identifier.
    pub id: CompactString,
    /// Itself and everything that belongs to it, sorted: events name one of these as their store.
    pub within: Vec<CompactString>,
}

/// A unit of points.
#[derive(Debug, Clone)]
pub struct UnitName {
    /// Its identifier.
    pub id: UnitId,
    /// What a point is worth in major units of the program's currency (yuan), where it has a value. Formulas per cent
    /// need it.
    pub value: Option<Decimal>,
}

impl Names {
    pub(crate) fn unit(&self, id: &str) -> Option<&UnitName> {
        self.units.iter().find(|unit| unit.id.as_str() == id)
    }

    pub(crate) fn tier_slot(&self, id: &str) -> Option<usize> {
        self.tiers.iter().position(|tier| tier.as_str() == id)
    }
}
