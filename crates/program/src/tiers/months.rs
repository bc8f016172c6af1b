//! What a member did month by month, as far back as a score looks.

use jifen_vocab::Day;
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

/// Sums of a month. Written as a list of its five values: a record may hold three dozen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "Row", into = "Row")]
pub struct MonthSums {
    /// Which month: see [`month_of`].
    pub month: i32,
    /// What orders paid, in minor units, what was refunded taken off.
    pub spent: i64,
    /// Points that rules awarded in the main unit, what was taken back taken off.
    pub points: i64,
    /// Counted orders.
    pub orders: i64,
    /// Active days: bit 0 is the first.
    pub days: u32,
}

type Row = (i32, i64, i64, i64, u32);

impl From<Row> for MonthSums {
    fn from((month, spent, points, orders, days): Row) -> Self {
        MonthSums { month, spent, points, orders, days }
    }
}

impl From<MonthSums> for Row {
    fn from(sums: MonthSums) -> Self {
        (sums.month, sums.spent, sums.points, sums.orders, sums.days)
    }
}

impl MonthSums {
    /// Notes an active day.
    pub fn active_on(&mut self, day: Day) {
        self.days |= 1_u32 << (day.day().unsigned_abs().saturating_sub(1) & 31);
    }
}

/// The number of a day's month: later months have higher ones, without gaps.
pub fn month_of(day: Day) -> i32 {
    i32::from(day.year()) * 12 + i32::from(day.month()) - 1
}

/// Changes the sums of a day's month. Only so many months are kept, the newest included; what lies before them is not
/// noted.
pub fn note_month(months: &mut SmallVec<[MonthSums; 1]>, day: Day, kept: u16, note: impl FnOnce(&mut MonthSums)) {
    if kept == 0 {
        return;
    }
    let month = month_of(day);
    let newest = months.first().map_or(month, |newest| newest.month.max(month));
    let oldest = newest - i32::from(kept) + 1;
    if month < oldest {
        return;
    }
    let place = months.iter().position(|sums| sums.month <= month).unwrap_or(months.len());
    if months.get(place).is_none_or(|sums| sums.month != month) {
        months.insert(place, MonthSums { month, ..MonthSums::default() });
        months.retain(|sums| sums.month >= oldest);
    }
    if let Some(sums) = months.get_mut(place) {
        note(sums);
    }
}
