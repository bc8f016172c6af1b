//! What happened day by day, in one unit.

use std::collections::BTreeMap;

use compact_str::CompactString;
use jifen_store::{CounterRow, Store, StoreError};
use jifen_vocab::Day;

/// The first day that anything can be counted on: events carry no time before it.
const BEGINNING: i32 = 0;

/// Sums of one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DaySums {
    /// Points that came from the program, those it took back taken off.
    pub issued: i64,
    /// Points that bought something, those given back taken off.
    pub spent: i64,
    /// Points that lapsed.
    pub expired: i64,
    /// Points a person took away.
    pub taken: i64,
    /// Orders that counted.
    pub orders: i64,
    /// What they paid, in minor units.
    pub paid: i64,
    /// Members who did something that day.
    pub active: i64,
    /// Members who did nothing since that day.
    pub last_active: i64,
    /// Members who joined.
    pub joined: i64,
    /// Events to which rules gave nothing because too many points had been given.
    pub stopped: i64,
    /// Points that became owed, those repaid taken off.
    owed: i64,
    /// Points that fell asleep, those that came back or lapsed taken off.
    asleep: i64,
}

/// Everything that was counted about a unit, up to a day.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Series {
    days: BTreeMap<i32, DaySums>,
    /// Members by tier.
    pub tiers: BTreeMap<CompactString, i64>,
    /// Points awarded by rule, by day.
    by_rule: BTreeMap<(i32, CompactString), i64>,
    /// Points awarded by label of source, by day.
    by_source: BTreeMap<(i32, CompactString), i64>,
}

impl Series {
    /// Reads what was counted until that day, that day included.
    ///
    /// # Errors
    /// [`StoreError`]
    pub fn read(store: &dyn Store, unit: &str, until: Day) -> Result<Series, StoreError> {
        let mut series = Series::default();
        let from = Day::from_number(BEGINNING);
        let each = |metric: &str| store.counters(metric, from, until);
        for row in each("points")? {
            series.points(unit, &row);
        }
        for row in each("taken")? {
            let Some((of, kind)) = row.dimensions.split_once('|') else { continue };
            if of == unit {
                let day = series.day(row.day);
                day.taken += row.value;
                // The sums of adjustments hold both directions.
                day.issued -= if kind == "adjust" { row.value } else { 0 };
            }
        }
        for row in each("debt")?.into_iter().filter(|row| row.dimensions == unit) {
            series.day(row.day).owed += row.value;
        }
        for row in each("issuance_stopped")?.into_iter().filter(|row| row.dimensions == unit) {
            series.day(row.day).stopped += row.value;
        }
        for row in each("asleep")?.into_iter().filter(|row| row.dimensions == unit) {
            series.day(row.day).asleep += row.value;
        }
        for row in each("rule")? {
            if let Some((_, rule)) = row.dimensions.split_once('|').filter(|(of, _)| *of == unit) {
                *series.by_rule.entry((row.day.number(), rule.into())).or_default() += row.value;
            }
        }
        series.members(each)?;
        Ok(series)
    }

    fn members(&mut self, each: impl Fn(&str) -> Result<Vec<CounterRow>, StoreError>) -> Result<(), StoreError> {
        for row in each("members")? {
            self.day(row.day).joined += row.value;
            *self.tiers.entry(row.dimensions).or_default() += row.value;
        }
        for row in each("tier_moves")? {
            *self.tiers.entry(row.dimensions).or_default() += row.value;
        }
        for row in each("orders")? {
            self.day(row.day).orders += row.value;
        }
        for row in each("paid")? {
            self.day(row.day).paid += row.value;
        }
        for row in each("active")? {
            self.day(row.day).active += row.value;
        }
        for row in each("last_active")? {
            self.day(row.day).last_active += row.value;
        }
        Ok(())
    }

    fn points(&mut self, unit: &str, row: &CounterRow) {
        let mut parts = row.dimensions.splitn(3, '|');
        let (Some(of), Some(kind), Some(source)) = (parts.next(), parts.next(), parts.next()) else { return };
        if of != unit {
            return;
        }
        let day = self.day(row.day);
        match kind {
            "earn" | "open" | "adjust" | "convert" => day.issued += row.value,
            "refund" | "cancel" => day.issued -= row.value,
            "spend" | "capture" => day.spent += row.value,
            "reverse" => day.spent -= row.value,
            "expire" => day.expired += row.value,
            "repay" => day.owed -= row.value,
            _ => {}
        }
        if kind == "earn" && !source.is_empty() {
            *self.by_source.entry((row.day.number(), source.into())).or_default() += row.value;
        }
    }

    fn day(&mut self, day: Day) -> &mut DaySums {
        self.days.entry(day.number()).or_default()
    }

    /// The sums of that day.
    pub fn on(&self, day: Day) -> DaySums {
        self.days.get(&day.number()).copied().unwrap_or_default()
    }

    /// The sums of so many days up to that day, that day included. The members who did something in that time are
    /// those whose last day lies in it, where the time ends today.
    pub fn over(&self, until: Day, days: u16) -> DaySums {
        let from = until.number() - i32::from(days) + 1;
        self.sum(self.days.range(from..=until.number()).map(|(_, sums)| sums))
    }

    /// The sums of everything up to that day.
    pub fn until(&self, day: Day) -> DaySums {
        self.sum(self.days.range(..=day.number()).map(|(_, sums)| sums))
    }

    fn sum<'a>(&self, days: impl Iterator<Item = &'a DaySums>) -> DaySums {
        days.fold(DaySums::default(), |all, day| DaySums {
            issued: all.issued.saturating_add(day.issued),
            spent: all.spent.saturating_add(day.spent),
            expired: all.expired.saturating_add(day.expired),
            taken: all.taken.saturating_add(day.taken),
            orders: all.orders.saturating_add(day.orders),
            paid: all.paid.saturating_add(day.paid),
            active: all.active.saturating_add(day.active),
            last_active: all.last_active.saturating_add(day.last_active),
            joined: all.joined.saturating_add(day.joined),
            stopped: all.stopped.saturating_add(day.stopped),
            owed: all.owed.saturating_add(day.owed),
            asleep: all.asleep.saturating_add(day.asleep),
        })
    }

    /// Members who ever did something.
    pub fn all_last_active(&self) -> i64 {
        self.days.values().map(|day| day.last_active).sum()
    }

    /// Points in members' hands, in whatever state, at the end of that day.
    pub fn outstanding(&self, day: Day) -> i64 {
        let all = self.until(day);
        all.issued
            .saturating_sub(all.spent)
            .saturating_sub(all.expired)
            .saturating_sub(all.taken)
            .saturating_add(all.owed)
    }

    /// Points that sleep at the end of that day, with what they shrank by.
    pub fn asleep(&self, day: Day) -> i64 {
        self.until(day).asleep
    }

    /// Whether anything was counted before that day: a window that begins earlier is not full.
    pub fn reaches_before(&self, day: Day) -> bool {
        self.days.range(..day.number()).next().is_some()
    }

    /// Points awarded by rule over so many days, most first.
    pub fn rules(&self, until: Day, days: u16) -> Vec<(CompactString, i64)> {
        most_first(&self.by_rule, until, days)
    }

    /// Points awarded by label of source over so many days, most first.
    pub fn sources(&self, until: Day, days: u16) -> Vec<(CompactString, i64)> {
        most_first(&self.by_source, until, days)
    }
}

fn most_first(rows: &BTreeMap<(i32, CompactString), i64>, until: Day, days: u16) -> Vec<(CompactString, i64)> {
    let from = until.number() - i32::from(days) + 1;
    let mut sums: BTreeMap<&CompactString, i64> = BTreeMap::new();
    for ((_, name), points) in
        rows.range((from, CompactString::default())..(until.number() + 1, CompactString::default()))
    {
        *sums.entry(name).or_default() += points;
    }
    let mut sums: Vec<_> = sums.into_iter().map(|(name, points)| (name.clone(), points)).collect();
    sums.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    sums
}
