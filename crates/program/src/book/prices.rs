//! How the price of a reward is made (`prices.yaml`): what points count for, who pays less, and what stock does to a
//! price.

use compact_str::CompactString;
use jifen_rules::rule::Season;
use jifen_vocab::{Day, Decimal, Ratio, TierId};
use serde::{Deserialize, Serialize};

use super::name::Name;
use super::plan::PlanTerms;

/// How prices are made. Without a file, a reward costs what it says.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PriceTerms {
    /// How much a point is worth in a kind of goods, against the anchor (VAL-01); 1 where nothing is said.
    pub categories: Vec<(String, Decimal)>,
    /// The share of the price that a tier saves (VAL-04).
    pub discounts: Vec<(TierId, Decimal)>,
    /// How much more a tier's points count for (VAL-04).
    pub bonuses: Vec<(TierId, Decimal)>,
    /// How much a point counts for in the month of the member's birthday (VAL-03); 1 where nothing is said.
    pub birthday: Option<Decimal>,
    /// How far a price may move in a day (VAL-06).
    pub guard: Option<Decimal>,
    /// Few pieces are left.
    pub scarcity: Option<Scarcity>,
    /// Many were taken.
    pub take_up: Option<TakeUp>,
    /// Many pile up.
    pub overstock: Option<Overstock>,
    /// Times and kinds of goods in which points count for more or less.
    pub weights: Vec<Weight>,
    /// What a point is worth in several kinds of goods (VAL-22); the unit's worth where none is named.
    pub anchors: Vec<Anchor>,
    /// How prices follow what happens.
    pub plan: PlanTerms,
}

/// What a point is worth in some kinds of goods.
#[derive(Debug, Clone, PartialEq)]
pub struct Anchor {
    /// The identifier.
    pub id: CompactString,
    /// What people call it.
    pub name: Name,
    /// The kinds of goods.
    pub categories: Vec<String>,
    /// What a point is worth there, in major units.
    pub value: Decimal,
    /// Its share in the combined worth; those of all make a whole.
    pub share: Decimal,
}

impl PriceTerms {
    /// The anchor of a kind of goods.
    pub fn anchor(&self, category: &str) -> Option<&Anchor> {
        self.anchors.iter().find(|anchor| anchor.categories.iter().any(|known| known == category))
    }

    /// What a point is worth over all anchors, each with its share, in major units; nothing where there are none.
    pub fn combined_worth(&self) -> Option<Ratio> {
        if self.anchors.is_empty() {
            return None;
        }
        let add =
            |sum: Ratio, anchor: &Anchor| sum.checked_add(anchor.value.ratio().checked_mul(anchor.share.ratio())?);
        self.anchors.iter().try_fold(Ratio::ZERO, add)
    }
}

/// Below this share of the stock, the price is multiplied (VAL-07). The daily guard rail does not hold it back
/// (decision 17).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scarcity {
    /// Less than this share is left.
    pub below: Decimal,
    /// What the price is multiplied by.
    pub by: Decimal,
}

/// Above this share taken, the price rises (VAL-08).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TakeUp {
    /// More than this share was taken.
    pub above: Decimal,
    /// By this share.
    pub rise: Decimal,
}

/// Above this share left after some days, the price falls (VAL-09).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Overstock {
    /// More than this share is left.
    pub above: Decimal,
    /// So many days after the stock came.
    pub days: u16,
    /// By this share.
    pub fall: Decimal,
}

/// Points count for more or less at some times, for some goods: two tracks (VAL-15), seasons and themes (VAL-16).
#[derive(Debug, Clone, PartialEq)]
pub struct Weight {
    /// The identifier.
    pub id: CompactString,
    /// What people call it.
    pub name: Name,
    /// What a point counts for.
    pub by: Decimal,
    /// From this day on.
    pub from: Option<Day>,
    /// Up to this day, included.
    pub until: Option<Day>,
    /// On these days of the year and around festivals; on all where none is named.
    pub during: Season,
    /// On these days of the week, Monday being 1; on all where none is named.
    pub weekdays: Vec<i8>,
    /// For these kinds of goods; for all where none is named.
    pub categories: Vec<String>,
    /// Not for rewards with one of these tags.
    pub except_tags: Vec<String>,
}

impl Weight {
    /// Whether it counts on that day for a reward of that kind with those tags.
    pub fn holds(&self, day: Day, category: &str, tags: &[CompactString]) -> bool {
        self.from.is_none_or(|from| day >= from)
            && self.until.is_none_or(|until| day <= until)
            && self.during.has(day)
            && (self.weekdays.is_empty() || self.weekdays.contains(&day.weekday()))
            && (self.categories.is_empty() || self.categories.iter().any(|known| known == category))
            && !self.except_tags.iter().any(|except| tags.iter().any(|tag| tag == except))
    }
}

/// A step of a price.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// What it is.
    pub what: StepKind,
    /// The factor or share; nothing for the base.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<Decimal>,
    /// What people call it, where it has a name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// The price after it, rounded down.
    pub points: i64,
}

/// What a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// What the operator set.
    Base,
    /// The birthday month's weight.
    Birthday,
    /// The tier's bonus.
    Bonus,
    /// The worth of a point in this kind of goods.
    Category,
    /// The tier's discount.
    Discount,
    /// Many pieces pile up.
    Overstock,
    /// A plan of the operator's or of the rule book.
    Plan,
    /// Several pieces.
    Quantity,
    /// Few pieces are left.
    Scarcity,
    /// Many were taken.
    TakeUp,
    /// A track, season or theme.
    Weight,
}
