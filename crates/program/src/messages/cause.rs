//! What happened, with what a message about it may say.

use compact_str::CompactString;
use jifen_vocab::{Timestamp, UnitId};
use smallvec::{SmallVec, smallvec};

use crate::book::Name;
use crate::book::messages::{Sort, Trigger};

/// What stands in a blank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// Points of a unit.
    Points(i64, UnitId),
    /// Money, in minor units of the program's currency.
    Money(i64),
    /// The day of an instant; none where there is no end.
    Date(Option<Timestamp>),
    /// A whole number.
    Number(i64),
    /// A name or a few words in both languages.
    Name(Name),
}

impl Fact {
    /// Its sort.
    pub const fn sort(&self) -> Sort {
        match self {
            Fact::Points(..) => Sort::Points,
            Fact::Money(_) => Sort::Money,
            Fact::Date(_) => Sort::Date,
            Fact::Number(_) => Sort::Number,
            Fact::Name(_) => Sort::Name,
        }
    }
}

/// What stands in which blank.
pub type Facts = SmallVec<[(CompactString, Fact); 4]>;

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the blanks of `Trigger::blanks`, by their names")]
pub enum Cause {
    /// A year of membership is full.
    Anniversary { years: i64, points: i64, unit: UnitId },
    /// An appeal was decided.
    Appeal { result: Name },
    /// A badge was earned.
    BadgeEarned { badge: Name },
    /// It is the member's birthday.
    Birthday { points: i64, unit: UnitId },
    /// Points came for the trouble with a return.
    Care { points: i64, unit: UnitId },
    /// Points fall asleep on that day.
    Dormant { points: i64, unit: UnitId, date: Timestamp },
    /// A festival.
    Festival { festival: Name, points: i64, unit: UnitId },
    /// The first order was paid.
    FirstOrder { points: i64, unit: UnitId },
    /// A friend joined.
    FriendJoined { points: i64, unit: UnitId },
    /// A friend bought something.
    FriendOrdered { points: i64, unit: UnitId },
    /// The wallet was frozen; until somebody lifts it where there is no date.
    Frozen { until: Option<Timestamp> },
    /// A reward of the shelf was given; until then its voucher is valid.
    GiftGiven { gift: Name, until: Option<Timestamp> },
    /// A person sends it, with words by their names.
    Hand { words: SmallVec<[(CompactString, Name); 2]> },
    /// What was redeemed was handed over.
    HandedOver { reward: Name },
    /// Points will lapse.
    Lapsing { points: i64, unit: UnitId, date: Timestamp, balance: i64 },
    /// An order was paid.
    Paid { amount: i64, points: i64, unit: UnitId },
    /// Points were taken as a penalty.
    Penalty { reason: Name, points: i64, unit: UnitId },
    /// The membership began.
    Registered,
    /// A streak of so many days ends unless something is done.
    StreakAtRisk { days: i64 },
    /// The next day of a streak, the one of that number, brings so many points.
    StreakNear { days: i64, points: i64, unit: UnitId },
    /// A task is done; what it gives, in words, and the points among it.
    TaskDone { task: Name, award: Name, points: i64, unit: UnitId },
    /// A ticket was answered.
    TicketAnswered { ticket: Name },
    /// The tier will be lost on that day unless so much is brought together.
    TierAtRisk { tier: Name, date: Timestamp, missing: i64 },
    /// The tier is this one now, a lower one.
    TierDown { tier: Name },
    /// So much is missing to that tier.
    TierProgress { tier: Name, missing: i64 },
    /// The tier is this one now, a higher one.
    TierUp { tier: Name },
    /// A freeze has ended.
    Unfrozen,
    /// Reasons to come back until that day, for members whose points sleep.
    WakeUp { points: i64, unit: UnitId, until: Timestamp },
    /// Points that slept are back.
    Woken { points: i64, unit: UnitId },
}

impl Cause {
    /// What messages are sent on.
    pub const fn trigger(&self) -> Trigger {
        match self {
            Cause::Anniversary { .. } => Trigger::Anniversary,
            Cause::Appeal { .. } => Trigger::Appeal,
            Cause::BadgeEarned { .. } => Trigger::BadgeEarned,
            Cause::Birthday { .. } => Trigger::Birthday,
            Cause::Care { .. } => Trigger::Care,
            Cause::Dormant { .. } => Trigger::Dormant,
            Cause::Festival { .. } => Trigger::Festival,
            Cause::FirstOrder { .. } => Trigger::FirstOrder,
            Cause::FriendJoined { .. } => Trigger::FriendJoined,
            Cause::FriendOrdered { .. } => Trigger::FriendOrdered,
            Cause::Frozen { .. } => Trigger::Frozen,
            Cause::GiftGiven { .. } => Trigger::GiftGiven,
            Cause::Hand { .. } => Trigger::Hand,
            Cause::HandedOver { .. } => Trigger::HandedOver,
            Cause::Lapsing { .. } => Trigger::Lapsing,
            Cause::Paid { .. } => Trigger::Paid,
            Cause::Penalty { .. } => Trigger::Penalty,
            Cause::Registered => Trigger::Registered,
            Cause::StreakAtRisk { .. } => Trigger::StreakAtRisk,
            Cause::StreakNear { .. } => Trigger::StreakNear,
            Cause::TaskDone { .. } => Trigger::TaskDone,
            Cause::TicketAnswered { .. } => Trigger::TicketAnswered,
            Cause::TierAtRisk { .. } => Trigger::TierAtRisk,
            Cause::TierDown { .. } => Trigger::TierDown,
            Cause::TierProgress { .. } => Trigger::TierProgress,
            Cause::TierUp { .. } => Trigger::TierUp,
            Cause::Unfrozen => Trigger::Unfrozen,
            Cause::WakeUp { .. } => Trigger::WakeUp,
            Cause::Woken { .. } => Trigger::Woken,
        }
    }

    /// What stands in the blanks.
    pub fn facts(self) -> Facts {
        let points = |points: i64, unit: UnitId| (CompactString::const_new("points"), Fact::Points(points, unit));
        let name = |blank: &'static str, name: Name| (CompactString::const_new(blank), Fact::Name(name));
        let date = |blank: &'static str, date: Option<Timestamp>| (CompactString::const_new(blank), Fact::Date(date));
        let number = |blank: &'static str, number: i64| (CompactString::const_new(blank), Fact::Number(number));
        match self {
            Cause::Registered | Cause::Unfrozen => Facts::new(),
            Cause::Anniversary { years, points: p, unit } => smallvec![number("years", years), points(p, unit)],
            Cause::Appeal { result } => smallvec![name("result", result)],
            Cause::BadgeEarned { badge } => smallvec![name("badge", badge)],
            Cause::Birthday { points: p, unit }
            | Cause::Care { points: p, unit }
            | Cause::FirstOrder { points: p, unit }
            | Cause::FriendJoined { points: p, unit }
            | Cause::FriendOrdered { points: p, unit }
            | Cause::Woken { points: p, unit } => smallvec![points(p, unit)],
            Cause::Dormant { points: p, unit, date: at } => smallvec![points(p, unit), date("date", Some(at))],
            Cause::Festival { festival, points: p, unit } => smallvec![name("festival", festival), points(p, unit)],
            Cause::Frozen { until } => smallvec![date("until", until)],
            Cause::GiftGiven { gift, until } => smallvec![name("gift", gift), date("until", until)],
            Cause::Hand { words } => words.into_iter().map(|(word, text)| (word, Fact::Name(text))).collect(),
            Cause::HandedOver { reward } => smallvec![name("reward", reward)],
            Cause::Lapsing { points: p, unit, date: at, balance } => {
                let balance = (CompactString::const_new("balance"), Fact::Points(balance, unit.clone()));
                smallvec![points(p, unit), date("date", Some(at)), balance]
            }
            Cause::Paid { amount, points: p, unit } => {
                smallvec![(CompactString::const_new("amount"), Fact::Money(amount)), points(p, unit)]
            }
            Cause::Penalty { reason, points: p, unit } => smallvec![name("reason", reason), points(p, unit)],
            Cause::StreakAtRisk { days } => smallvec![number("days", days)],
            Cause::StreakNear { days, points: p, unit } => smallvec![number("days", days), points(p, unit)],
            Cause::TaskDone { task, award, points: p, unit } => {
                smallvec![name("task", task), name("award", award), points(p, unit)]
            }
            Cause::TicketAnswered { ticket } => smallvec![name("ticket", ticket)],
            Cause::TierAtRisk { tier, date: at, missing } => {
                smallvec![name("tier", tier), date("date", Some(at)), number("missing", missing)]
            }
            Cause::WakeUp { points: p, unit, until } => smallvec![points(p, unit), date("until", Some(until))],
            Cause::TierDown { tier } | Cause::TierUp { tier } => smallvec![name("tier", tier)],
            Cause::TierProgress { tier, missing } => smallvec![name("tier", tier), number("missing", missing)],
        }
    }
}
