//! What stock and demand do to a price, held by the daily guard rail (decision 17), and the history of it.

use compact_str::CompactString;
use jifen_vocab::{Day, Decimal, Kind, Ratio, Rounding};
use serde::{Deserialize, Serialize};

use crate::book::prices::{PriceTerms, StepKind};
use crate::desk::json_record;

use super::rule::PlanRule;

/// A factor of one, in millionths.
pub(super) const ONE: i64 = 1_000_000;
/// Days of a price's history that are kept: a year, and the days on which nothing changed take no room.
const DAYS_MAX: usize = 366;

/// The figures that a price looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figures {
    /// Pieces that were there when stock was last set; 0 where the reward never runs out.
    pub supplied: i64,
    /// Pieces that can be taken now.
    pub remaining: i64,
    /// Pieces taken since.
    pub taken: i64,
    /// Days since stock was last set.
    pub days: i64,
}

/// What the market does to a price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Market {
    /// The factor, in millionths.
    pub millionths: i64,
    /// Why; nothing where it is one.
    pub kind: Option<StepKind>,
}

impl Market {
    /// It does nothing.
    pub const CALM: Market = Market { millionths: ONE, kind: None };

    /// The factor.
    pub fn factor(self) -> Decimal {
        Decimal::new(self.millionths, 6).unwrap_or(Decimal::ONE)
    }

    /// What it does to a reward with these figures. Rises that fall together do not compound: the larger counts. The
    /// daily guard rail holds back all but scarcity.
    pub fn of(terms: &PriceTerms, figures: Figures, history: &PriceHistory, today: Day) -> Option<Market> {
        let held = |wanted: i64, kind| {
            let millionths = held(wanted, history.before(today), terms.guard)?;
            Some(Market { millionths, kind: (millionths != ONE).then_some(kind) })
        };
        let planned = history.plan.as_ref().map_or(ONE, |plan| plan.millionths);
        let calm = || if planned == ONE { Some(Market::CALM) } else { held(planned, StepKind::Plan) };
        if figures.supplied <= 0 {
            return calm();
        }
        let scarcity = terms.scarcity.filter(|scarcity| is_below(figures.remaining, figures.supplied, scarcity.below));
        let scarcity = scarcity.map_or(Some(None), |scarcity| millionths(scarcity.by).map(Some))?;
        let take_up = terms.take_up.filter(|take_up| is_above(figures.taken, figures.supplied, take_up.above));
        let take_up = take_up.map_or(Some(None), |take_up| Some(Some(ONE.checked_add(millionths(take_up.rise)?)?)))?;
        let rise = match (take_up, planned) {
            (Some(taken), planned) if planned <= taken => Some((taken, StepKind::TakeUp)),
            (_, planned) if planned > ONE => Some((planned, StepKind::Plan)),
            (taken, _) => taken.map(|taken| (taken, StepKind::TakeUp)),
        };
        match (scarcity, rise) {
            (Some(scarce), other) if other.is_none_or(|(other, _)| other <= scarce) => {
                Some(Market { millionths: scarce, kind: Some(StepKind::Scarcity) })
            }
            (_, Some((wanted, kind))) => held(wanted, kind),
            (_, None) => {
                let piled = terms.overstock.filter(|overstock| {
                    figures.days >= i64::from(overstock.days)
                        && is_above(figures.remaining, figures.supplied, overstock.above)
                });
                let piled = piled.map(|overstock| ONE.checked_sub(millionths(overstock.fall)?));
                match piled {
                    // The deeper of two falls holds.
                    Some(piled) if piled? <= planned => held(piled?, StepKind::Overstock),
                    _ => calm(),
                }
            }
        }
    }
}

/// Whether so few of the pieces are left that the terms call it scarce.
pub fn is_scarce(terms: &PriceTerms, supplied: i64, remaining: i64) -> bool {
    let scarcity = terms.scarcity.filter(|_| supplied > 0);
    scarcity.is_some_and(|scarcity| is_below(remaining, supplied, scarcity.below))
}

/// The factor that the guard rail lets through.
fn held(wanted: i64, before: i64, guard: Option<Decimal>) -> Option<i64> {
    let Some(guard) = guard else { return Some(wanted) };
    let step = Ratio::whole(before).checked_mul(guard.ratio())?.round(Rounding::Floor)?;
    Some(wanted.clamp(before.checked_sub(step)?, before.checked_add(step)?))
}

pub(super) fn millionths(rate: Decimal) -> Option<i64> {
    rate.ratio().checked_mul(Ratio::whole(ONE))?.round(Rounding::Floor)
}

/// Whether `part ÷ whole` is less than a share.
pub(super) fn is_below(part: i64, whole: i64, share: Decimal) -> bool {
    compare(part, whole, share).is_some_and(|difference| difference < 0)
}

pub(super) fn is_above(part: i64, whole: i64, share: Decimal) -> bool {
    compare(part, whole, share).is_some_and(|difference| difference > 0)
}

/// The sign of `part − whole × share`.
fn compare(part: i64, whole: i64, share: Decimal) -> Option<i64> {
    let bound = Ratio::whole(whole).checked_mul(share.ratio())?.checked_mul(Ratio::whole(-1))?;
    let difference = Ratio::whole(part).checked_add(bound)?;
    let floor = difference.round(Rounding::Floor)?;
    // A fraction above zero has the floor zero and a ceiling of one.
    Some(if floor < 0 { -1 } else { difference.round(Rounding::Ceil)? })
}

/// The market's factor on a day that changed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceDay {
    /// The day, in days since 1970-01-01.
    pub day: i32,
    /// The price that the operator set, in points; 0 where it follows from the worth.
    pub points: i64,
    /// The factor at the day's end, in millionths.
    pub millionths: i64,
}

/// What the market did to the price of a reward, day by day.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PriceHistory {
    /// Schema version.
    pub v: u8,
    /// Days on which something changed, oldest first.
    #[serde(default)]
    pub days: Vec<PriceDay>,
    /// What a plan set, as long as it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<Planned>,
}

/// What a plan set for a price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planned {
    /// The factor that the price moves to, within the daily guard rail, in millionths.
    pub millionths: i64,
    /// Which rule of the plan.
    pub rule: PlanRule,
    /// The plan.
    pub plan: CompactString,
}

/// Price histories, by reward.
pub static PRICE_HISTORY: Kind = Kind::records("price_history");

json_record!(PriceHistory, PRICE_HISTORY);

impl PriceHistory {
    /// Of a reward that has just come.
    pub fn new() -> PriceHistory {
        PriceHistory { v: 1, days: Vec::new(), plan: None }
    }

    /// The factor at the end of the days before.
    fn before(&self, today: Day) -> i64 {
        let before = self.days.iter().rev().find(|day| day.day < today.number());
        before.map_or(ONE, |day| day.millionths)
    }

    /// Notes what holds now; gives whether that is new.
    pub fn note(&mut self, today: Day, points: i64, market: Market) -> bool {
        let now = PriceDay { day: today.number(), points, millionths: market.millionths };
        match self.days.last_mut() {
            Some(last) if last.points == points && last.millionths == market.millionths => return false,
            Some(last) if last.day == now.day => *last = now,
            _ => self.days.push(now),
        }
        let surplus = self.days.len().saturating_sub(DAYS_MAX);
        self.days.drain(..surplus);
        true
    }
}
