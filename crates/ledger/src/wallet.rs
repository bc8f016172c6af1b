//! A member's wallet: what is left of every unit, and what waits for its time. It is the fold of the member's
//! entries, and its size is bounded: what has left it is in the journal only.

use compact_str::CompactString;
use jifen_vocab::{HoldId, Points, Timestamp, UnitId, Zone};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use crate::clock::Clock;
use crate::hash::Hash;
use crate::lot::{HoldNo, Lot, LotId, State, WaitNo};
use crate::terms::{Law, NoticeTerms};

/// The points of a member. It is part of the member's record; only a [`crate::Ledger`] changes it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Wallet {
    /// Sorted by unit.
    #[serde(default)]
    pub(crate) units: Vec<Holding>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) holds: Vec<Hold>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) frozen: Option<Freeze>,
    #[serde(default)]
    pub(crate) seq: u64,
    #[serde(default)]
    pub(crate) head: Hash,
    /// Everything that fell due until then has been applied.
    #[serde(default)]
    pub(crate) settled: Timestamp,
}

/// What a wallet holds of one unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Holding {
    #[serde(rename = "u")]
    pub(crate) unit: UnitId,
    /// The number of the next lot.
    #[serde(rename = "next")]
    pub(crate) next_lot: u32,
    /// What is owed; not negative.
    #[serde(default)]
    pub(crate) debt: i64,
    /// In spend order.
    #[serde(default)]
    pub(crate) lots: Vec<Lot>,
    #[serde(default)]
    pub(crate) earned: i64,
    #[serde(default)]
    pub(crate) spent: i64,
    #[serde(default)]
    pub(crate) expired: i64,
    #[serde(default, skip_serializing_if = "SmallVec::is_empty")]
    pub(crate) waits: SmallVec<[Wait; 1]>,
    #[serde(default, skip_serializing_if = "SmallVec::is_empty")]
    pub(crate) notices: SmallVec<[NoticeGiven; 1]>,
    /// When the member last used points of the unit.
    #[serde(default, rename = "used", skip_serializing_if = "Option::is_none")]
    pub(crate) used: Option<Timestamp>,
    /// What the member was told about points that fall asleep.
    #[serde(default, rename = "told", skip_serializing_if = "Option::is_none")]
    pub(crate) told: Option<Told>,
}

/// What a member was told last about points of a unit that fall asleep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(Timestamp, bool)", into = "(Timestamp, bool)")]
pub(crate) struct Told {
    /// When they do.
    pub(crate) at: Timestamp,
    /// Whether they have.
    pub(crate) done: bool,
}

impl From<(Timestamp, bool)> for Told {
    fn from((at, done): (Timestamp, bool)) -> Self {
        Told { at, done }
    }
}

impl From<Told> for (Timestamp, bool) {
    fn from(told: Told) -> Self {
        (told.at, told.done)
    }
}

/// Totals of a unit since the wallet exists, net of what was undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Lifetime {
    /// Granted, less what refunds and cancellations took back; pending points count.
    pub earned: Points,
    /// Spent, less what was given back.
    pub spent: Points,
    /// Lapsed.
    pub expired: Points,
}

/// A reservation of points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// How the parts of lots name it.
    #[serde(rename = "n")]
    pub(crate) no: HoldNo,
    /// Its identifier.
    pub id: HoldId,
    /// The unit.
    #[serde(rename = "u")]
    pub unit: UnitId,
    /// When what is left of it comes back by itself; none for never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// A block on spending. Points stay where they are and expire on their own date (decision 7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Freeze {
    /// When it ends by itself; none until it is lifted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// When pending points become available.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Release {
    /// At that instant.
    At(Timestamp),
    /// When an event comes, or else they are cancelled.
    Awaiting {
        /// The type of the event.
        event: CompactString,
        /// What the event must be about, such as an order; none for any.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        key: Option<CompactString>,
        /// When the points are cancelled; an event at that very instant is too late.
        until: Timestamp,
    },
}

impl Release {
    /// The same time of day, that many days of the program's calendar after `from`.
    pub fn after_days(days: u16, from: Timestamp, zone: &Zone) -> Self {
        Release::At(zone.same_time_on(zone.day_of(from).plus_days(i32::from(days)), from))
    }

    /// When something happens without an event.
    pub(crate) fn due(&self) -> Timestamp {
        match self {
            Release::At(at) => *at,
            Release::Awaiting { until, .. } => *until,
        }
    }
}

/// What pending points wait for; points that wait for the same share it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Wait {
    #[serde(rename = "n")]
    pub(crate) no: WaitNo,
    #[serde(rename = "r")]
    pub(crate) release: Release,
}

/// Notices given about one date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(Timestamp, Timestamp, Timestamp)", into = "(Timestamp, Timestamp, Timestamp)")]
pub(crate) struct NoticeGiven {
    /// The date they name.
    pub(crate) date: Timestamp,
    /// When the first was given.
    pub(crate) first: Timestamp,
    /// When the last was given.
    pub(crate) last: Timestamp,
}

impl From<(Timestamp, Timestamp, Timestamp)> for NoticeGiven {
    fn from((date, first, last): (Timestamp, Timestamp, Timestamp)) -> Self {
        NoticeGiven { date, first, last }
    }
}

impl From<NoticeGiven> for (Timestamp, Timestamp, Timestamp) {
    fn from(given: NoticeGiven) -> Self {
        (given.date, given.first, given.last)
    }
}

impl Wallet {
    /// What there is of every unit that the wallet ever had, sorted by unit.
    pub fn holdings(&self) -> &[Holding] {
        &self.units
    }

    /// What there is of one unit.
    pub fn holding(&self, unit: &UnitId) -> Option<&Holding> {
        self.index(unit).ok().map(|at| &self.units[at])
    }

    /// Points of the unit that can be spent.
    pub fn available(&self, unit: &UnitId) -> Points {
        self.holding(unit).map(Holding::available).unwrap_or_default()
    }

    /// Points of the unit that are earned and not yet usable.
    pub fn pending(&self, unit: &UnitId) -> Points {
        self.holding(unit).map(Holding::pending).unwrap_or_default()
    }

    /// Points of the unit that are reserved.
    pub fn held(&self, unit: &UnitId) -> Points {
        self.holding(unit).map(Holding::held).unwrap_or_default()
    }

    /// Points of the unit that sleep.
    pub fn dormant(&self, unit: &UnitId) -> Points {
        self.holding(unit).map(Holding::dormant).unwrap_or_default()
    }

    /// Points of the unit that shrank while they slept; they come back with the others.
    pub fn shrunk(&self, unit: &UnitId) -> Points {
        self.holding(unit).map(Holding::shrunk).unwrap_or_default()
    }

    /// Points of the unit that a spend may use now: what is available, and what sleeps and would come back (EXP-13), less
    /// what a debt would take of it.
    pub fn usable(&self, unit: &UnitId) -> Points {
        self.holding(unit).map(Holding::usable).unwrap_or_default()
    }

    /// What is owed of the unit; not negative.
    pub fn debt(&self, unit: &UnitId) -> Points {
        self.holding(unit).map(Holding::debt).unwrap_or_default()
    }

    /// Totals of the unit.
    pub fn lifetime(&self, unit: &UnitId) -> Lifetime {
        self.holding(unit).map(Holding::lifetime).unwrap_or_default()
    }

    /// Available points of the unit by the instant they expire, ascending.
    pub fn expiring(&self, unit: &UnitId) -> impl Iterator<Item = (Timestamp, Points)> {
        self.holding(unit).into_iter().flat_map(Holding::expiring)
    }

    /// Open holds.
    pub fn holds(&self) -> &[Hold] {
        &self.holds
    }

    /// The open hold of that id, and what is left of it.
    pub fn hold(&self, id: &HoldId) -> Option<(&Hold, Points)> {
        let hold = self.holds.iter().find(|hold| hold.id == *id)?;
        let left = self.holding(&hold.unit).map_or(0, |holding| holding.count(|state| state == State::Held(hold.no)));
        Some((hold, Points::new(left)))
    }

    /// The block on spending, while there is one.
    pub fn frozen(&self) -> Option<Freeze> {
        self.frozen
    }

    /// How many entries the member has.
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// The hash of the member's last entry.
    pub fn head(&self) -> Hash {
        self.head
    }

    /// Everything that fell due until this instant has been applied.
    pub fn settled_at(&self) -> Timestamp {
        self.settled
    }

    /// When time next changes something: a release, the end of a wait or hold, a notice, a lapse, points that fall asleep
    /// or shrink, the end of a freeze.
    pub fn next_due(&self, law: &Law<'_>) -> Option<Timestamp> {
        self.due_by(law, self.settled, Timestamp::MAX)
    }

    /// The earliest instant up to `limit` at which something is due. A notice that should have been given before the
    /// wallet was last settled is due at `overdue`: it cannot be given in the past.
    pub(crate) fn due_by(&self, law: &Law<'_>, overdue: Timestamp, limit: Timestamp) -> Option<Timestamp> {
        let mut due = Due { at: None, limit };
        due.offer(self.frozen.and_then(|freeze| freeze.until));
        for hold in &self.holds {
            due.offer(hold.until);
        }
        for holding in &self.units {
            for wait in &holding.waits {
                due.offer(Some(wait.release.due()));
            }
            let terms = law.notice(&holding.unit);
            for lot in &holding.lots {
                let Some(date) = lot.expires_at else { break };
                due.offer(holding.lapse_due(lot, date, terms));
                if let Some(terms) = terms
                    && terms.may_be_due(date, due.limit)
                {
                    due.offer(holding.notice_due(lot, date, terms, law.zone, self.settled, overdue));
                }
            }
            if let Some(terms) = law.dormancy(&holding.unit) {
                let clock = Clock { zone: law.zone, settled: self.settled, now: overdue };
                due.offer(holding.sleep_due(terms, clock, due.limit));
            }
        }
        due.at
    }

    pub(crate) fn index(&self, unit: &UnitId) -> Result<usize, usize> {
        self.units.binary_search_by(|holding| holding.unit.cmp(unit))
    }
}

/// The earliest instant that was offered, up to a limit.
struct Due {
    at: Option<Timestamp>,
    limit: Timestamp,
}

impl Due {
    fn offer(&mut self, at: Option<Timestamp>) {
        if let Some(at) = at
            && at <= self.limit
        {
            self.at = Some(at);
            self.limit = at;
        }
    }
}

impl Holding {
    pub(crate) fn new(unit: UnitId) -> Self {
        Holding {
            unit,
            next_lot: 1,
            debt: 0,
            lots: Vec::new(),
            earned: 0,
            spent: 0,
            expired: 0,
            waits: SmallVec::new(),
            notices: SmallVec::new(),
            used: None,
            told: None,
        }
    }

    /// The unit.
    pub fn unit(&self) -> &UnitId {
        &self.unit
    }

    /// Lots, in spend order.
    pub fn lots(&self) -> &[Lot] {
        &self.lots
    }

    /// Points that can be spent.
    pub fn available(&self) -> Points {
        Points::new(self.count(|state| state == State::Available))
    }

    /// Points that are earned and not yet usable.
    pub fn pending(&self) -> Points {
        Points::new(self.count(|state| matches!(state, State::Pending(_))))
    }

    /// Points that are reserved.
    pub fn held(&self) -> Points {
        Points::new(self.count(State::is_held))
    }

    /// Points that sleep.
    pub fn dormant(&self) -> Points {
        Points::new(self.count(|state| state == State::Dormant))
    }

    /// Points that shrank while they slept.
    pub fn shrunk(&self) -> Points {
        Points::new(self.count(|state| state == State::Shrunk))
    }

    /// What a spend may use: see [`Wallet::usable`].
    pub fn usable(&self) -> Points {
        let asleep = self.count(State::is_asleep).saturating_sub(self.debt).max(0);
        Points::new(self.available().get().saturating_add(asleep))
    }

    /// When the member last spent or reserved points of the unit, or got some back.
    pub fn used_at(&self) -> Option<Timestamp> {
        self.used
    }

    /// When the member was first told that points lapse on that date; none where they were not.
    pub fn noticed_at(&self, date: Timestamp) -> Option<Timestamp> {
        self.notice_given(date).map(|given| given.first)
    }

    /// When points of the unit fall asleep, once the member has been told.
    pub fn falls_asleep_at(&self) -> Option<Timestamp> {
        self.told.filter(|told| !told.done).map(|told| told.at)
    }

    /// What is owed; not negative.
    pub fn debt(&self) -> Points {
        Points::new(self.debt)
    }

    /// Totals since the wallet exists.
    pub fn lifetime(&self) -> Lifetime {
        Lifetime {
            earned: Points::new(self.earned),
            spent: Points::new(self.spent),
            expired: Points::new(self.expired),
        }
    }

    /// Available points by the instant they expire, ascending.
    pub fn expiring(&self) -> impl Iterator<Item = (Timestamp, Points)> {
        let mut dated = self.lots.iter().filter_map(|lot| Some((lot.expires_at?, lot.available().get()))).peekable();
        std::iter::from_fn(move || {
            let (date, mut points) = dated.by_ref().find(|(_, points)| *points > 0)?;
            while let Some((_, more)) = dated.next_if(|(next, _)| *next == date) {
                points = points.saturating_add(more);
            }
            Some((date, Points::new(points)))
        })
    }

    pub(crate) fn count(&self, matches: impl Fn(State) -> bool + Copy) -> i64 {
        self.lots.iter().fold(0, |sum, lot| lot.count(matches).saturating_add(sum))
    }

    pub(crate) fn lot(&self, id: LotId) -> Option<&Lot> {
        self.lots.iter().find(|lot| lot.id == id)
    }

    pub(crate) fn lot_mut(&mut self, id: LotId) -> Option<&mut Lot> {
        self.lots.iter_mut().find(|lot| lot.id == id)
    }

    /// Adds a lot at its place in the spend order.
    pub(crate) fn add_lot(&mut self, lot: Lot) -> &mut Lot {
        let at = self.lots.partition_point(|other| other.order() < lot.order());
        self.lots.insert(at, lot);
        &mut self.lots[at]
    }

    /// Forgets what is empty: lots without points, waits that nothing waits for.
    pub(crate) fn tidy(&mut self) {
        self.lots.retain(|lot| !lot.parts.is_empty());
        let Holding { lots, waits, .. } = self;
        waits.retain(|wait| lots.iter().any(|lot| lot.count(|state| state == State::Pending(wait.no)) > 0));
    }

    pub(crate) fn notice_given(&self, date: Timestamp) -> Option<&NoticeGiven> {
        self.notices.iter().find(|given| given.date == date)
    }

    /// When the lot's free points lapse; none while a required notice has not been given.
    pub(crate) fn lapse_due(&self, lot: &Lot, date: Timestamp, terms: Option<&NoticeTerms>) -> Option<Timestamp> {
        if !lot.has_free() {
            return None;
        }
        let lapse = date.max(lot.since);
        match terms {
            Some(terms) if terms.required => self.notice_given(date).map(|given| given.first.max(lapse)),
            _ => Some(lapse),
        }
    }

    /// When the next notice about the lot's date is to be given, if one is still to be.
    pub(crate) fn notice_due(
        &self,
        lot: &Lot,
        date: Timestamp,
        terms: &NoticeTerms,
        zone: &Zone,
        settled: Timestamp,
        overdue: Timestamp,
    ) -> Option<Timestamp> {
        if !lot.has_free() && date <= settled {
            return None;
        }
        let leads = terms.leads.iter().map(|lead| lead.before(date, zone));
        let due = match self.notice_given(date) {
            None => leads.min().or(terms.required.then_some(date))?.max(lot.since).max(terms.since),
            Some(given) => leads.filter(|lead| *lead > given.last && *lead < date).min()?,
        };
        Some(if due > settled { due } else { overdue })
    }
}
