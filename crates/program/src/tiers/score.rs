//! The score of a member, from what the record holds.

use jifen_vocab::{Day, Ratio, Timestamp};
use smallvec::SmallVec;

use super::{MonthSums, month_of};
use crate::book::RuleBook;
use crate::book::ascent::{Ascent, Part, PartKind, hundredths};
use crate::member::Member;

/// Months in which active ones are counted where a score looks at all time.
const ACTIVE_MONTHS: u16 = 3;

/// A score.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Score {
    /// In hundredths, rounded down once.
    pub hundredths: i64,
    /// Its parts, in the order of the rule book.
    pub parts: SmallVec<[PartScore; 3]>,
}

/// A part of a score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartScore {
    /// What was counted: minor units of money, points, orders, months.
    pub amount: i64,
    /// In hundredths, rounded down.
    pub hundredths: i64,
}

impl Score {
    /// The whole score.
    pub fn whole(&self) -> i64 {
        self.hundredths / crate::book::ascent::HUNDRED
    }

    /// Whether a bound is reached.
    pub fn reaches(&self, bound: i64) -> bool {
        self.hundredths >= bound.saturating_mul(crate::book::ascent::HUNDRED)
    }
}

/// The score of what a member did before that instant; nothing where the rule book has none.
pub fn score(book: &RuleBook, member: &Member, as_of: Timestamp) -> Option<Score> {
    let ascent = book.ascent.as_ref()?;
    let last = month_of(book.zone.day_of(as_of.plus_millis(-1)));
    Some(score_of(ascent, |part| amount(ascent, part, member, last)))
}

/// The score of what a member did before that instant, at most two hundredths a part below it: for
/// whoever asks often.
pub(super) fn roughly(book: &RuleBook, ascent: &Ascent, member: &Member, as_of: Timestamp) -> i64 {
    let last = month_of(book.zone.day_of(as_of.plus_millis(-1)));
    let parts = ascent.parts.iter().map(|part| part.roughly(amount(ascent, part, member, last)));
    parts.fold(0, i64::saturating_add)
}

/// The score of so much of each part.
pub fn score_of(ascent: &Ascent, amount: impl Fn(&Part) -> i64) -> Score {
    let mut sum = Ratio::ZERO;
    let mut parts = SmallVec::new();
    for part in &ascent.parts {
        let amount = amount(part);
        let score = part.brings(amount);
        sum = sum.checked_add(score).unwrap_or_else(|| Ratio::whole(i64::MAX));
        parts.push(PartScore { amount, hundredths: hundredths(score) });
    }
    Score { hundredths: hundredths(sum), parts }
}

/// The first day that counts toward a score of that instant; nothing where all time does.
pub fn window_from(book: &RuleBook, as_of: Timestamp) -> Option<Day> {
    let months = book.ascent.as_ref()?.months?;
    let last = book.zone.day_of(as_of.plus_millis(-1)).start_of_month();
    Some(last.plus_months(1 - i32::from(months)))
}

fn amount(ascent: &Ascent, part: &Part, member: &Member, last: i32) -> i64 {
    let body = &member.body;
    let over = |months: u16| {
        let first = last - i32::from(months) + 1;
        body.months.iter().filter(move |sums| (first..=last).contains(&sums.month))
    };
    let sum = |months: u16, of: fn(&MonthSums) -> i64| over(months).map(of).fold(0, i64::saturating_add).max(0);
    match (part.kind, ascent.months) {
        (PartKind::ActiveMonths, months) => {
            let is_active = |sums: &&MonthSums| sums.days.count_ones() >= u32::from(part.days);
            over(months.unwrap_or(ACTIVE_MONTHS)).filter(is_active).count() as i64
        }
        (PartKind::Balance, _) => {
            let wallet = &body.wallet;
            let of = [wallet.available(&part.unit), wallet.held(&part.unit), wallet.dormant(&part.unit)];
            of.iter().fold(0, |sum, points| sum.saturating_add(points.get()))
        }
        (PartKind::Orders, None) => body.orders,
        (PartKind::Orders, Some(months)) => sum(months, |sums| sums.orders),
        (PartKind::Points, None) => body.wallet.lifetime(&part.unit).earned.get(),
        (PartKind::Points, Some(months)) => sum(months, |sums| sums.points),
        (PartKind::Spent, None) => body.spent,
        (PartKind::Spent, Some(months)) => sum(months, |sums| sums.spent),
    }
}
