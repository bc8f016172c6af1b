//! What the shelf as a whole is to look like (`rewards.yaml`, `assortment`): layers, mix, themes, and what is to be
//! noticed when it does not.

use compact_str::CompactString;
use jifen_rules::rule::Season;
use jifen_vocab::{Day, Decimal};

use super::name::Name;

/// What the shelf as a whole is to look like. What is not said is not watched.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Assortment {
    /// Layers by price (CAT-01).
    pub layers: Vec<Layer>,
    /// The mix that is aimed for (CAT-02).
    pub mix: Vec<MixTarget>,
    /// The most a kind of goods may take of the shelf (CAT-28).
    pub share_caps: Vec<ShareCap>,
    /// Shelves of a month (CAT-32).
    pub themes: Vec<Theme>,
    /// The margin that is to be kept (CAT-27).
    pub margin: Option<Margin>,
    /// When cheap rewards take too much of all redemptions (CAT-39).
    pub low_value: Option<LowValue>,
    /// When a reward has had its time (CAT-29).
    pub retire: Option<Retire>,
    /// Days after which the shelf wants something new (CAT-31).
    pub refresh_days: Option<u16>,
    /// Days in which a stock is to turn over (CAT-25).
    pub turnover_days: Option<u16>,
    /// A stock below this share of what was supplied is low.
    pub low_stock: Option<Decimal>,
    /// Days before its best-before date from which on a stock is near it (CAT-23).
    pub near_expiry_days: Option<u16>,
    /// When a hot reward is short (CAT-24).
    pub shortage: Option<Shortage>,
    /// What the shelf makes of reviews (CAT-30).
    pub reviews: Option<ReviewTerms>,
    /// Redemptions a second that the house is built for (REL-18).
    pub capacity_per_second: Option<i64>,
}

/// A layer of the shelf, by points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    /// The identifier.
    pub id: CompactString,
    /// What people call it.
    pub name: Name,
    /// From so many points on.
    pub from: i64,
    /// Up to so many, which are included; without end where it does not say.
    pub to: Option<i64>,
}

/// A share of the shelf that is aimed for.
#[derive(Debug, Clone, PartialEq)]
pub struct MixTarget {
    /// The identifier.
    pub id: CompactString,
    /// What people call it.
    pub name: Name,
    /// Rewards with this word belong to it.
    pub tag: CompactString,
    /// The share.
    pub share: Decimal,
}

/// The most a kind of goods may take of the shelf.
#[derive(Debug, Clone, PartialEq)]
pub struct ShareCap {
    /// The kind of goods, or a word on rewards.
    pub of: CompactString,
    /// What people call it; as it is written where it has no name.
    pub name: Name,
    /// The share.
    pub most: Decimal,
}

/// A shelf of some months of the year, or of days around a festival.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    /// The identifier.
    pub id: CompactString,
    /// What people call it.
    pub name: Name,
    /// In these months, 1 to 12.
    pub months: Vec<i8>,
    /// And on these days of the year and around festivals; none where it says nothing.
    pub during: Season,
    /// Rewards with this word are on it.
    pub tag: CompactString,
}

impl Theme {
    /// Whether it is on that day.
    pub fn holds(&self, day: Day) -> bool {
        self.months.contains(&day.month()) || self.during.begun(day).is_some()
    }
}

/// The margin that is to be kept.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Margin {
    /// The least share of a reward's worth that is not its cost.
    pub least: Decimal,
    /// The worth of the average redemption at which it is meant, in minor units.
    pub value: i64,
}

/// Cheap rewards.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LowValue {
    /// Below so many points a reward is cheap.
    pub below: i64,
    /// They are to take less than this share of all pieces.
    pub share: Decimal,
}

/// When a reward has had its time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Retire {
    /// Of its pieces, less than this share was taken in a month …
    pub below: Decimal,
    /// … in so many months that are over, one after another.
    pub months: u16,
}

/// When a hot reward is short: it was taken much less in the days past than in those before, and little is left.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shortage {
    /// Days that are compared with as many before.
    pub days: u16,
    /// Taken less by this share.
    pub fall: Decimal,
    /// Pieces in the days before from which on a reward is hot.
    pub hot: i64,
}

/// What the shelf makes of reviews.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReviewTerms {
    /// Reviews from which on they count.
    pub least: i64,
    /// Below so many stars a reward is to be taken off the shelf for correction.
    pub stars: Decimal,
}

impl Assortment {
    /// The layer of so many points.
    pub fn layer(&self, points: i64) -> Option<&Layer> {
        // Between two layers the lower one holds.
        self.layers.iter().rev().find(|layer| points >= layer.from)
    }

    /// The themes of that day.
    pub fn themes_on(&self, day: Day) -> impl Iterator<Item = &Theme> {
        self.themes.iter().filter(move |theme| theme.holds(day))
    }
}
