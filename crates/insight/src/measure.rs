//! Measures: shares in hundredths of a percent, over a window of days.

use jifen_program::RuleBook;
use jifen_program::book::boards::Measure;
use jifen_vocab::{Day, Ratio, Rounding};

use crate::series::Series;

/// Hundredths of a percent in a whole.
const WHOLE: i64 = 10_000;

/// A measure over the days up to that day, in hundredths of a percent; nothing where there is nothing to measure by.
///
/// A measure that compares a day with those before it looks at the day itself and at `days` before it.
pub fn measure(measure: Measure, series: &Series, book: &RuleBook, until: Day, days: u16) -> Option<i64> {
    let sums = series.over(until, days);
    let members = series.until(until).joined;
    match measure {
        Measure::ActiveShare => share(active(series, until, days), members),
        Measure::IdleShare => Some(WHOLE - share(active(series, until, days), members)?),
        Measure::DormantShare => share(series.asleep(until), series.outstanding(until)),
        Measure::LapseRate => share(sums.expired, sums.issued),
        Measure::RedemptionRate => share(sums.spent, sums.issued),
        Measure::CostRate => share(book.worth(&book.default_unit, sums.issued.max(0))?.amount, sums.paid),
        Measure::IssueJump => jump(until, days, |day| series.on(day).issued, series),
        Measure::SpendJump => jump(until, days, |day| series.on(day).spent, series),
    }
}

/// Members who did something in the window that ends that day. Those whose last day came later did something before it
/// as well, or not: a window in the past counts who was seen last in it or after it, which never misses anybody.
fn active(series: &Series, until: Day, days: u16) -> i64 {
    let begin = until.plus_days(-i32::from(days));
    series.all_last_active().saturating_sub(series.until(begin).last_active).clamp(0, series.until(until).joined)
}

/// A day against the average of the days before it.
fn jump(day: Day, days: u16, of: impl Fn(Day) -> i64, series: &Series) -> Option<i64> {
    if !series.reaches_before(day.plus_days(1 - i32::from(days))) {
        return None;
    }
    let before: i64 = (1..=i32::from(days)).map(|back| of(day.plus_days(-back))).sum();
    share(of(day).checked_mul(i64::from(days))?, before)
}

/// A share in hundredths of a percent; nothing where there is nothing to share.
pub(crate) fn share(part: i64, of: i64) -> Option<i64> {
    if of <= 0 {
        return None;
    }
    Ratio::new(part, of)?.checked_mul(Ratio::whole(WHOLE))?.round(Rounding::HalfUp)
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn shares_are_hundredths_of_a_percent() {
        assert_eq!(share(1, 3), Some(3_333));
        assert_eq!(share(3, 1), Some(30_000));
        assert_eq!(share(-1, 4), Some(-2_500));
        assert_eq!((share(1, 0), share(0, -5)), (None, None));
    }
}
