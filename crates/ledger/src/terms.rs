//! What the rule book says about a unit's law: debt, grace, notices, and points that nobody uses.

use jifen_vocab::{Timestamp, UnitId, Zone};
use smallvec::SmallVec;

use crate::validity::Validity;

/// What happens when a refund takes more than the wallet has (decision 4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum DebtPolicy {
    /// The rest becomes a debt that points repay as they become available.
    #[default]
    AllowNegative,
    /// The refund takes what there is.
    WithinBalance,
    /// The refund takes only the order's own pending points.
    PendingOnly,
}

/// How long before a lapse a notice is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lead {
    /// That many days of the program's calendar.
    Days(u16),
    /// That many months of the program's calendar: three months before 1 January is 1 October.
    Months(u16),
}

impl Lead {
    /// The instant that long before `expires_at`, at the same time of day.
    pub fn before(self, expires_at: Timestamp, zone: &Zone) -> Timestamp {
        let day = zone.day_of(expires_at);
        let earlier = match self {
            Lead::Days(days) => day.plus_days(-i32::from(days)),
            Lead::Months(months) => day.plus_months(-i32::from(months)),
        };
        zone.same_time_on(earlier, expires_at)
    }

    /// An instant not later than [`Lead::before`], found without the calendar.
    pub(crate) fn not_before(self, expires_at: Timestamp) -> Timestamp {
        let days = match self {
            Lead::Days(days) => i64::from(days) + 2,
            Lead::Months(months) => i64::from(months) * 31 + 2,
        };
        expires_at.plus_days(-days)
    }
}

/// When members are told that points will lapse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeTerms {
    /// How long before; each is given once for each date.
    pub leads: SmallVec<[Lead; 2]>,
    /// Whether points may lapse only after a notice (EXP-09).
    pub required: bool,
    /// Since when these terms hold; nothing was due under them before.
    pub since: Timestamp,
}

impl NoticeTerms {
    /// Whether a notice about that date may be due by then; quick, and never wrongly no.
    pub(crate) fn may_be_due(&self, date: Timestamp, by: Timestamp) -> bool {
        self.leads.is_empty() || self.leads.iter().any(|lead| lead.not_before(date) <= by)
    }
}

/// When points that nobody uses fall asleep, and how they shrink meanwhile (EXP-11, EXP-12).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DormancyTerms {
    /// How long points stay awake, counted from the member's last use of the unit and from their own grant, whichever is
    /// later; rounded up where it says so.
    pub after: Validity,
    /// How many days before members are told; fewer than `after` has. A clock that jumps never takes these days away.
    pub lead_days: u16,
    /// How they shrink; none for not at all.
    pub shrink: Option<Shrink>,
    /// Since when these terms hold; nobody was told under them before.
    pub since: Timestamp,
}

/// How sleeping points shrink.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shrink {
    /// How often: each time counts from the one before, the first from the beginning of the sleep.
    pub every: Validity,
    /// How many of a thousand points each time, rounded down for each lot.
    pub per_mille: u16,
    /// Of what.
    pub of: ShrinkOf,
}

/// What sleeping points shrink by a part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ShrinkOf {
    /// Of what is still there: they shrink ever more slowly and never to nothing.
    #[default]
    Rest,
    /// Of what fell asleep: by the same number each time, until nothing is left.
    Whole,
}

impl Shrink {
    /// By how much a lot shrinks of which so many points sleep and so many have shrunk.
    pub(crate) fn of_lot(&self, dormant: i64, shrunk: i64) -> i64 {
        let basis = match self.of {
            ShrinkOf::Rest => i128::from(dormant),
            ShrinkOf::Whole => i128::from(dormant) + i128::from(shrunk),
        };
        let points = basis * i128::from(self.per_mille) / 1000;
        i64::try_from(points).unwrap_or(i64::MAX).min(dormant)
    }
}

/// The law of one unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitTerms {
    /// The unit.
    pub unit: UnitId,
    /// What refunds do beyond the balance.
    pub debt: DebtPolicy,
    /// Days for which points come back whose lot lapsed meanwhile (decision 5).
    pub grace_days: u16,
    /// Notices before a lapse; none for none.
    pub notice: Option<NoticeTerms>,
    /// When unused points fall asleep; none for never.
    pub dormancy: Option<DormancyTerms>,
}

/// Days of grace unless a rule book says otherwise (decision 5).
pub const GRACE_DAYS_DEFAULT: u16 = 30;

impl UnitTerms {
    /// The defaults: debt allowed, 30 days of grace, no notices, no sleep.
    pub fn new(unit: UnitId) -> Self {
        UnitTerms { unit, debt: DebtPolicy::default(), grace_days: GRACE_DAYS_DEFAULT, notice: None, dormancy: None }
    }
}

/// The law under which a wallet is settled and moved: the program's calendar and each unit's terms. A unit without
/// terms has the defaults of [`UnitTerms::new`].
#[derive(Debug, Clone, Copy)]
pub struct Law<'a> {
    /// The program's zone (decision 9).
    pub zone: &'a Zone,
    /// One for each unit.
    pub terms: &'a [UnitTerms],
}

impl<'a> Law<'a> {
    fn of(&self, unit: &UnitId) -> Option<&'a UnitTerms> {
        self.terms.iter().find(|terms| terms.unit == *unit)
    }

    /// The unit's debt policy.
    pub fn debt(&self, unit: &UnitId) -> DebtPolicy {
        self.of(unit).map(|terms| terms.debt).unwrap_or_default()
    }

    /// The unit's notices.
    pub fn notice(&self, unit: &UnitId) -> Option<&'a NoticeTerms> {
        self.of(unit)?.notice.as_ref()
    }

    /// When the unit's points fall asleep.
    pub fn dormancy(&self, unit: &UnitId) -> Option<&'a DormancyTerms> {
        self.of(unit)?.dormancy.as_ref()
    }

    /// When points that come back now, after their lot lapsed, expire.
    pub fn grace_until(&self, unit: &UnitId, now: Timestamp) -> Timestamp {
        let days = self.of(unit).map_or(GRACE_DAYS_DEFAULT, |terms| terms.grace_days);
        self.zone.same_time_on(self.zone.day_of(now).plus_days(i32::from(days)), now)
    }
}
