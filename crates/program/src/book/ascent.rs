//! How members rise and fall (`tiers.yaml`, under `ascent`): what counts toward a score, when it is looked at, what a
//! festival lends, and what goes before a fall. A scheme by points collected and one by growth value are scores with one
//! part.

use compact_str::CompactString;
use jifen_rules::rule::Season;
use jifen_vocab::{Day, Decimal, Ratio, Rounding, TierId, UnitId};

use super::name::Name;
use crate::words::words;

/// Hundredths in a whole: scores are compared to the hundredth.
pub const HUNDRED: i64 = 100;

words! {
    /// What a part of a score counts.
    PartKind {
        /// Months with so many days on which the member did something that counts.
        ActiveMonths = "active_months",
        /// What the member has of a unit: growth value.
        Balance = "balance",
        /// Counted orders.
        Orders = "orders",
        /// Points earned, what was taken back taken off; pending, held and dormant ones count (decision 7).
        Points = "points",
        /// What orders paid, what was refunded taken off.
        Spent = "spent",
    }
}

words! {
    /// How a score is read (TIER-03).
    Reading {
        /// Parts add up as they are: so much score for each so much.
        Linear = "linear",
        /// Each part is full at some amount and weighs its share of the whole.
        Weighted = "weighted",
    }
}

words! {
    /// When a score that was reached raises the tier.
    Upgrade {
        /// At the next assessment.
        AtAssessment = "at_assessment",
        /// At once.
        AtOnce = "at_once",
    }
}

words! {
    /// How often members are assessed.
    Every {
        /// Every month.
        Month = "month",
        /// Every quarter.
        Quarter = "quarter",
        /// Every year.
        Year = "year",
    }
}

impl Every {
    /// The first day of the period a day lies in.
    pub fn start_of(self, day: Day) -> Day {
        match self {
            Every::Month => day.start_of_month(),
            Every::Quarter => day.start_of_quarter(),
            Every::Year => day.start_of_year(),
        }
    }

    /// The first day of the period after the one a day lies in.
    pub fn after(self, day: Day) -> Day {
        let months = match self {
            Every::Month => 1,
            Every::Quarter => 3,
            Every::Year => 12,
        };
        self.start_of(day).plus_months(months)
    }
}

/// How members rise and fall. Without it, only people assign tiers.
#[derive(Debug, Clone)]
pub struct Ascent {
    /// How the score is read.
    pub reading: Reading,
    /// Over how many months it counts, the running one included; over all time where it does not say.
    pub months: Option<u16>,
    /// Types of events that make a day an active one.
    pub activity: Vec<CompactString>,
    /// The parts of the score.
    pub parts: Vec<Part>,
    /// When a score that was reached raises the tier.
    pub upgrade: Upgrade,
    /// When everybody is looked at.
    pub assessment: Option<AssessmentTerms>,
    /// What goes before a fall.
    pub downgrade: Downgrade,
    /// What a festival lends.
    pub temporary: Option<Temporary>,
    /// When members are told that the next tier is near; never where it does not say.
    pub progress: Option<Progress>,
}

/// A part of a score.
#[derive(Debug, Clone)]
pub struct Part {
    /// What it counts.
    pub kind: PartKind,
    /// What people call it.
    pub name: Name,
    /// The unit of points it counts.
    pub unit: UnitId,
    /// Active days that make a month count.
    pub days: u8,
    /// As it is written: for each so much …
    pub each: i64,
    /// … so much score.
    pub score: i64,
    /// The score of one: of a minor unit of money, a point, an order, a month.
    pub rate: Ratio,
    /// The most score it may bring.
    pub most: Option<Ratio>,
    /// The same, in hundredths, for what is computed often.
    pub rough: RoughRate,
}

/// A rate of hundredths of score, and the most they may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoughRate {
    /// So many hundredths …
    pub hundredths: i128,
    /// … for so much; above zero.
    pub each: i128,
    /// At most.
    pub most: i64,
}

/// When everybody is looked at (TIER-04).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AssessmentTerms {
    /// How often.
    pub every: Every,
    /// Whether somebody looks at the plan before it is carried out, and not whoever asked for it.
    pub approval: bool,
}

/// What goes before a fall.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Downgrade {
    /// Days between the notice and the fall; without any, a tier falls at the assessment.
    pub notice_days: u16,
    /// Months for which a tier is kept once it was reached.
    pub least_months: u16,
}

/// When members are told that the next tier is near (NOTE-03).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// They are told when no more than so much score is missing; the largest first.
    pub missing: Vec<i64>,
    /// Each is told of once in such a period.
    pub per: Every,
}

/// What a festival lends (TIER-06).
#[derive(Debug, Clone, PartialEq)]
pub struct Temporary {
    /// The festivals.
    pub during: Season,
    /// The share of the standard that must be spent within them.
    pub reach: Decimal,
    /// For how many months.
    pub months: u16,
    /// What must be spent for each tier, in minor units, the share worked in.
    pub standards: Vec<(TierId, i64)>,
}

/// What redemptions bring besides their reward (TIER-09).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedemptionGrowth {
    /// The unit that grows.
    pub unit: UnitId,
    /// The unit that was spent.
    pub of: UnitId,
    /// For each so many points …
    pub each: i64,
    /// … so much growth.
    pub growth: i64,
}

impl RedemptionGrowth {
    /// What so many points spent bring.
    pub fn growth_of(&self, points: i64) -> i64 {
        let exact = i128::from(points.max(0)) * i128::from(self.growth) / i128::from(self.each.max(1));
        i64::try_from(exact).unwrap_or(0)
    }
}

/// A row of the matrix of benefits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Benefit {
    /// The identifier.
    pub id: CompactString,
    /// What people call it.
    pub name: Name,
    /// What a tier gets.
    pub tiers: Vec<(TierId, Name)>,
}

impl Ascent {
    /// How many months members' records keep sums of: those that count, and two for what comes late. Nothing where
    /// nothing is counted by months.
    pub fn months_kept(&self) -> u16 {
        let by_month = self.months.is_some() || self.parts.iter().any(|part| part.kind == PartKind::ActiveMonths);
        if by_month { self.months.unwrap_or(3).saturating_add(2) } else { 0 }
    }

    /// Whether a type of event makes a day an active one.
    pub fn is_activity(&self, event: &str) -> bool {
        self.activity.iter().any(|known| known == event)
    }

    /// The first day of the festival that a day lies in.
    pub fn festival(&self, day: Day) -> Option<Day> {
        self.temporary.as_ref()?.during.begun(day)
    }
}

impl Part {
    /// The score that an amount brings. What is beyond what is computed with counts as the most there is.
    pub fn brings(&self, amount: i64) -> Ratio {
        let score = self.rate.checked_mul(Ratio::whole(amount.max(0)));
        let score = score.unwrap_or_else(|| Ratio::whole(i64::MAX / HUNDRED));
        match self.most {
            Some(most) if hundredths(score) >= hundredths(most) => most,
            _ => score,
        }
    }

    /// Hundredths of score that an amount brings, rounded down.
    pub fn roughly(&self, amount: i64) -> i64 {
        let RoughRate { hundredths, each, most } = self.rough;
        let brought = i128::from(amount.max(0)).saturating_mul(hundredths) / each;
        i64::try_from(brought).unwrap_or(i64::MAX).min(most)
    }

    /// How much more of it alone would bring so much more score, in hundredths; nothing where it cannot.
    pub fn needed(&self, amount: i64, missing: i64) -> Option<i64> {
        let more = Ratio::new(missing, HUNDRED)?;
        if self.most.is_some_and(|most| hundredths(self.brings(amount)).saturating_add(missing) > hundredths(most)) {
            return None;
        }
        more.checked_div(self.rate)?.round(Rounding::Ceil)
    }
}

/// A score to the hundredth, rounded down.
pub fn hundredths(score: Ratio) -> i64 {
    let scaled = score.checked_mul(Ratio::whole(HUNDRED));
    scaled.and_then(|scaled| scaled.round(Rounding::Floor)).unwrap_or(i64::MAX)
}
