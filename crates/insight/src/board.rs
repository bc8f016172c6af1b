//! The overview: what happened, where things stand, what needs somebody, how far the goals are.

use compact_str::CompactString;
use jifen_program::RuleBook;
use jifen_program::book::Name;
use jifen_program::book::boards::{Goal, Marker};
use jifen_vocab::{Day, Money, UnitId};

use crate::alert::{Alert, Watched, alerts};
use crate::measure::measure;
use crate::series::{DaySums, Series};

/// The overview.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Board {
    /// Sums over its days, and what stands at their end.
    pub totals: Totals,
    /// Each day, oldest first.
    pub days: Vec<(Day, DaySums)>,
    /// Members by tier, lowest first.
    pub tiers: Vec<Share>,
    /// Points by rule, most first.
    pub rules: Vec<Share>,
    /// Points by source, most first.
    pub sources: Vec<Share>,
    /// What needs somebody.
    pub alerts: Vec<Alert>,
    /// Goals.
    pub kpis: Vec<Kpi>,
}

/// Sums over the days of a board, and what stands at their end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Totals {
    /// Points issued.
    pub issued: i64,
    /// Points spent.
    pub spent: i64,
    /// Points lapsed.
    pub expired: i64,
    /// Points in members' hands.
    pub outstanding: i64,
    /// What they are worth.
    pub outstanding_value: Option<Money>,
    /// Members there are.
    pub members: i64,
    /// Members who did something in these days.
    pub active_members: i64,
    /// Orders that counted.
    pub orders: i64,
}

/// A part of a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// The identifier.
    pub id: CompactString,
    /// What people call it.
    pub name: Name,
    /// How much.
    pub count: i64,
}

/// A goal and how far it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kpi {
    /// The identifier.
    pub id: CompactString,
    /// What people call it.
    pub name: Name,
    /// In hundredths of a percent; nothing where there is nothing to measure by.
    pub value: Option<i64>,
    /// What is aimed for, in hundredths of a percent.
    pub target: i64,
    /// How much of the way from the start to the target is done, from 0 to 100.
    pub progress: u8,
    /// What each quarter stands under.
    pub markers: Vec<Marker>,
}

/// Makes the overview of so many days up to today.
pub fn overview(book: &RuleBook, unit: &UnitId, series: &Series, watched: &Watched, today: Day, days: u16) -> Board {
    let sums = series.over(today, days);
    let outstanding = series.outstanding(today);
    let members = series.until(today).joined;
    let first = 1 - i32::from(days);
    Board {
        totals: Totals {
            issued: sums.issued,
            spent: sums.spent,
            expired: sums.expired,
            outstanding,
            outstanding_value: book.worth(unit, outstanding.max(0)),
            members,
            active_members: sums.last_active.clamp(0, members),
            orders: sums.orders,
        },
        days: (first..=0).map(|offset| today.plus_days(offset)).map(|day| (day, series.on(day))).collect(),
        tiers: tiers(book, series),
        rules: named(series.rules(today, days), |id| rule_name(book, id)),
        sources: named(series.sources(today, days), |id| source_name(book, id)),
        alerts: alerts(book, unit, series, watched, today),
        kpis: book.boards.goals.iter().map(|goal| kpi(goal, book, series, today)).collect(),
    }
}

/// Every tier of the book, also those without members, then those it no longer has.
fn tiers(book: &RuleBook, series: &Series) -> Vec<Share> {
    let count = |id: &str| series.tiers.get(id).copied().unwrap_or(0);
    let known = book.tiers.iter().map(|tier| Share {
        id: tier.id.as_str().into(),
        name: tier.name.clone(),
        count: count(tier.id.as_str()),
    });
    let is_known = |id: &str| book.tiers.iter().any(|tier| tier.id.as_str() == id);
    let gone = series.tiers.iter().filter(|(id, count)| **count != 0 && !is_known(id));
    known.chain(gone.map(|(id, count)| Share { id: id.clone(), name: same(id), count: *count })).collect()
}

fn named(rows: Vec<(CompactString, i64)>, name: impl Fn(&str) -> Option<Name>) -> Vec<Share> {
    let share = |(id, count): (CompactString, i64)| Share { name: name(&id).unwrap_or_else(|| same(&id)), id, count };
    rows.into_iter().map(share).collect()
}

fn rule_name(book: &RuleBook, id: &str) -> Option<Name> {
    let rule = book.rules.rules().iter().find(|rule| rule.id.as_str() == id)?;
    Some(Name { zh: rule.name.zh.to_string(), en: rule.name.en.to_string() })
}

fn source_name(book: &RuleBook, id: &str) -> Option<Name> {
    book.sources.iter().find(|label| label.id.as_str() == id).map(|label| label.name.clone())
}

fn same(id: &str) -> Name {
    Name { zh: id.to_owned(), en: id.to_owned() }
}

fn kpi(goal: &Goal, book: &RuleBook, series: &Series, today: Day) -> Kpi {
    let value = measure(goal.measure, series, book, today, goal.days);
    Kpi {
        id: goal.id.clone(),
        name: goal.name.clone(),
        value,
        target: goal.target,
        progress: value.map_or(0, |value| progress(goal.start, value, goal.target)),
        markers: goal.markers.clone(),
    }
}

/// How much of the way is done; the way may go up or down.
fn progress(start: i64, value: i64, target: i64) -> u8 {
    let (done, all) = ((value - start) * (target - start).signum(), (target - start).abs());
    if all == 0 {
        return if value == target { 100 } else { 0 };
    }
    (done.max(0).saturating_mul(100) / all).min(100) as u8
}

#[cfg(test)]
mod tests {
    use super::progress;

    #[test]
    fn progress_is_the_part_of_the_way_that_is_done() {
        assert_eq!(progress(4_500, 5_500, 6_500), 50);
        assert_eq!(progress(4_500, 4_000, 6_500), 0, "backward");
        assert_eq!(progress(4_500, 9_000, 6_500), 100, "beyond");
        assert_eq!(progress(300, 275, 250), 50, "downward");
        assert_eq!((progress(5, 5, 5), progress(5, 4, 5)), (100, 0));
    }
}
