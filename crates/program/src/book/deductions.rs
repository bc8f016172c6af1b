//! How points pay a part of a bill (`deductions.yaml`).

use compact_str::CompactString;
use jifen_vocab::{Day, Decimal, UnitId};

use super::name::Name;

/// How points pay a part of a bill. Without a file they pay none.
#[derive(Debug, Clone, PartialEq)]
pub struct DeductionTerms {
    /// The unit that pays; the program's default unit where it does not say.
    pub unit: Option<UnitId>,
    /// Minutes for which points wait at a till.
    pub minutes: u16,
    /// Which part of which bill, the first that fits a line counts.
    pub deductions: Vec<DeductionRule>,
    /// Fixed sums for fixed points.
    pub coupons: Vec<DeductionCoupon>,
}

impl Default for DeductionTerms {
    fn default() -> Self {
        DeductionTerms { unit: None, minutes: 30, deductions: Vec::new(), coupons: Vec::new() }
    }
}

/// Which part of a bill points may pay, and at what rate (PAY-01, PAY-02, PAY-03, PAY-11).
#[derive(Debug, Clone, PartialEq)]
pub struct DeductionRule {
    /// The identifier.
    pub id: CompactString,
    /// What people call it.
    pub name: Name,
    /// So many points …
    pub points: i64,
    /// … stand for so much money, in minor units.
    pub off: i64,
    /// The largest part that points pay.
    pub most: Decimal,
    /// The least bill, in minor units.
    pub least: i64,
    /// On these channels; on all where none is named.
    pub channels: Vec<CompactString>,
    /// In these shops; in all where none is named.
    pub stores: Vec<CompactString>,
    /// For lines of these kinds of goods; for all where none is named.
    pub categories: Vec<String>,
    /// Days on which another part holds (VAL-17).
    pub seasons: Vec<DeductionSeason>,
    /// What the points stand for where the member holds a badge (EXP-16).
    pub for_badge: Option<BadgeWorth>,
}

/// What points stand for where the member holds a badge.
#[derive(Debug, Clone, PartialEq)]
pub struct BadgeWorth {
    /// Which badge.
    pub badge: CompactString,
    /// So much money, in minor units, instead of [`DeductionRule::off`].
    pub off: i64,
}

/// Days on which points pay another part than usual.
#[derive(Debug, Clone, PartialEq)]
pub struct DeductionSeason {
    /// The identifier.
    pub id: CompactString,
    /// What people call it.
    pub name: Name,
    /// The largest part that points pay.
    pub most: Decimal,
    /// The first day.
    pub from: Day,
    /// The last day.
    pub until: Day,
}

/// So much off a bill for so many points (PAY-06).
#[derive(Debug, Clone, PartialEq)]
pub struct DeductionCoupon {
    /// The identifier.
    pub id: CompactString,
    /// What people call it.
    pub name: Name,
    /// What it takes.
    pub points: i64,
    /// What it is worth, in minor units; never more than [`DeductionCoupon::least`].
    pub off: i64,
    /// The least bill, in minor units.
    pub least: i64,
    /// From this day on.
    pub from: Option<Day>,
    /// Up to this day, included.
    pub until: Option<Day>,
    /// Whether points may pay a part of the rest as well.
    pub stackable: bool,
}

impl DeductionRule {
    /// What [`DeductionRule::points`] stand for where the member holds these badges, in minor units.
    pub fn off_with(&self, badges: &[CompactString]) -> i64 {
        let better = self.for_badge.as_ref().filter(|worth| badges.contains(&worth.badge));
        better.map_or(self.off, |worth| worth.off)
    }

    /// The largest part that points pay on a day, and the season that says so.
    pub fn most_on(&self, day: Day) -> (Decimal, Option<&DeductionSeason>) {
        let season = self.seasons.iter().find(|season| season.from <= day && day <= season.until);
        (season.map_or(self.most, |season| season.most), season)
    }

    /// Whether it fits a line of a bill.
    pub fn fits(&self, channel: Option<&str>, store: Option<&str>, category: &str) -> bool {
        let is_among = |known: &[CompactString], asked: Option<&str>| {
            known.is_empty() || asked.is_some_and(|asked| known.iter().any(|known| known == asked))
        };
        is_among(&self.channels, channel)
            && is_among(&self.stores, store)
            && (self.categories.is_empty() || self.categories.iter().any(|known| known == category))
    }
}

impl DeductionCoupon {
    /// Whether it can be used on a day.
    pub fn holds(&self, day: Day) -> bool {
        self.from.is_none_or(|from| day >= from) && self.until.is_none_or(|until| day <= until)
    }
}
