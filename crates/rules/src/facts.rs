//! What a rule may look at: plain borrowed fields, filled once for each event by the caller.

use std::fmt;

use compact_str::CompactString;
use jifen_vocab::{Currency, Day, Decimal, Timestamp, Zone};
use serde_json::Value;

/// Everything that conditions and formulas may look at for one event.
#[derive(Clone, Copy)]
pub struct Facts<'a> {
    /// The event's type, such as `order.paid`.
    pub event_type: &'a str,
    /// The event's source, such as `/shop/online`.
    pub event_source: &'a str,
    /// When it happened; windows of rules are judged by it.
    pub at: Timestamp,
    /// The same instant on the program's calendar and clock.
    pub local: LocalTime,
    /// The order, for events about one.
    pub order: Option<OrderFacts<'a>>,
    /// The order's lines; empty where there are none.
    pub lines: &'a [LineFacts<'a>],
    /// The member as of just before the event.
    pub member: MemberFacts<'a>,
    /// The member's tier at the event's time.
    pub tier: TierFacts<'a>,
    /// Where it happened, if the event says so.
    pub channel: Option<&'a str>,
    /// The shop, if the event says so.
    pub store: Option<&'a str>,
    /// The member's streaks, this event included, in the order of [`crate::Names::streaks`]; a missing one is 0.
    pub streaks: &'a [i64],
    /// The event's data, for `data.<path>`.
    pub data: &'a dyn DataLookup,
}

/// An order, in minor units of its currency.
#[derive(Debug, Clone, Copy)]
pub struct OrderFacts<'a> {
    /// Its identifier.
    pub id: &'a str,
    /// What was paid.
    pub amount: i64,
    /// The currency of all its amounts.
    pub currency: Currency,
    /// Discount, 0 where none.
    pub discount: i64,
    /// Shipping, 0 where none.
    pub shipping: i64,
    /// The part paid with points, 0 where none.
    pub points_paid: i64,
}

/// A line of an order.
#[derive(Debug, Clone, Copy)]
pub struct LineFacts<'a> {
    /// The article, if the shop says so.
    pub sku: Option<&'a str>,
    /// The kind of goods, if the shop says so.
    pub category: Option<&'a str>,
    /// How many.
    pub quantity: i64,
    /// Minor units of the order's currency.
    pub amount: i64,
}

/// The member, as of just before the event.
#[derive(Debug, Clone, Copy)]
pub struct MemberFacts<'a> {
    /// The identifier.
    pub id: &'a str,
    /// Tags.
    pub tags: &'a [CompactString],
    /// Badges, titles and frames the member holds.
    pub badges: &'a [CompactString],
    /// Counted orders before this one.
    pub orders: i64,
    /// Minor units spent before this order.
    pub spent: i64,
    /// Whole days since the member joined.
    pub days: i64,
    /// Whole days since the member last did something; 0 for who never did.
    pub idle_days: i64,
    /// The stage of the membership, such as `at-risk`; empty where the bundle has none.
    pub stage: &'a str,
}

/// The member's tier.
#[derive(Debug, Clone, Copy)]
pub struct TierFacts<'a> {
    /// Its identifier.
    pub id: &'a str,
    /// Its place, 0 for the lowest.
    pub rank: i64,
    /// What it multiplies earned points by.
    pub earning_multiplier: Decimal,
}

/// A field of the event's data by its path, such as `["device"]` or `["address", "city"]`.
///
/// Events carry more than rules look at: implementations may parse what they hold at the first question.
pub trait DataLookup {
    /// The value there; nothing where any step of the path is missing.
    fn find(&self, path: &[CompactString]) -> Option<&Value>;
}

impl DataLookup for Value {
    fn find(&self, path: &[CompactString]) -> Option<&Value> {
        path.iter().try_fold(self, |at, step| at.get(step.as_str()))
    }
}

/// Events without data.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoData;

impl DataLookup for NoData {
    fn find(&self, _: &[CompactString]) -> Option<&Value> {
        None
    }
}

impl fmt::Debug for Facts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Facts")
            .field("event_type", &self.event_type)
            .field("at", &self.at)
            .field("order", &self.order)
            .field("lines", &self.lines)
            .field("member", &self.member)
            .field("tier", &self.tier)
            .finish_non_exhaustive()
    }
}

/// An instant on the program's calendar and clock, with its date written out, so that conditions need no allocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LocalTime {
    /// The day.
    pub day: Day,
    /// 0 to 23.
    pub hour: i8,
    /// 0 to 59.
    pub minute: i8,
    date: [u8; 10],
}

impl LocalTime {
    /// That instant in that zone.
    pub fn at(zone: &Zone, instant: Timestamp) -> Self {
        let (hour, minute) = zone.time_of(instant);
        LocalTime::new(zone.day_of(instant), hour, minute)
    }

    /// That day, hour (0–23) and minute (0–59).
    pub fn new(day: Day, hour: i8, minute: i8) -> Self {
        let digit = |number: i32| b'0' + (number.rem_euclid(10)) as u8;
        let (y, m, d) = (i32::from(day.year()), i32::from(day.month()), i32::from(day.day()));
        let date = [
            digit(y / 1000),
            digit(y / 100),
            digit(y / 10),
            digit(y),
            b'-',
            digit(m / 10),
            digit(m),
            b'-',
            digit(d / 10),
            digit(d),
        ];
        LocalTime { day, hour, minute, date }
    }

    /// `2026-06-18`.
    pub fn date(&self) -> &str {
        std::str::from_utf8(&self.date).unwrap_or("")
    }

    /// `06-18`.
    pub fn month_day(&self) -> &str {
        self.date().get(5..).unwrap_or("")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_as_the_calendar_does() {
        let zone = Zone::named("Asia/Shanghai").unwrap();
        let local = LocalTime::at(&zone, Timestamp::parse_rfc3339("2026-06-17T16:05:00Z").unwrap());
        assert_eq!((local.date(), local.month_day(), local.hour, local.minute), ("2026-06-18", "06-18", 0, 5));
    }
}
