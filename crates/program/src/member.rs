//! A member's record: what every decision about a member needs, in one place and of bounded size.
//!
//! The wallet, the tier and its history of the last days, what was earned under caps, and plain statistics. What grows
//! without bound (orders, spends, lapsed points) has records of its own. Personal data is not here: see
//! [`crate::members`].

use compact_str::CompactString;
use jifen_ledger::{LotId, Wallet};
use jifen_vocab::{Column, Day, Kind, MemberId, RuleId, TierId, Timestamp, UnitId, Value, limits};
use serde::{Deserialize, Serialize};
use smallvec::{SmallVec, smallvec};

use crate::abuse::Rush;
use crate::book::RuleBook;
use crate::book::stages::{self, Stage};
use crate::book::tasks::MeritKind;
use crate::desk::{Extra, Record};
use crate::streaks::Days;
use crate::tiers::{MonthSums, Standing};

const VERSION: u8 = 1;

/// A member.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// What is stored of the member.
    pub body: MemberBody,
    extra: Extra,
    /// When time next changes something; set whenever the wallet was changed.
    due_at: Option<Timestamp>,
}

/// The stored fields. Short names: this is written with every event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MemberBody {
    /// Schema version.
    pub v: u8,
    /// The identifier.
    pub id: MemberId,
    /// When the membership began.
    pub joined: Timestamp,
    /// The tier now.
    pub tier: TierId,
    /// Since when, and the tiers before, newest first: as far back as late events reach.
    #[serde(default, skip_serializing_if = "SmallVec::is_empty")]
    pub tiers: SmallVec<[TierSpell; 1]>,
    /// The points.
    pub wallet: Wallet,
    /// What was used of caps and of awards given once in a period.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub used: Vec<Used>,
    /// Lots that lapsed in part and are still there, because the rest is held: unit, lot, and how many records of
    /// lapsed points there are.
    #[serde(default, rename = "lapsing", skip_serializing_if = "SmallVec::is_empty")]
    pub lapsing: SmallVec<[(UnitId, LotId, u32); 1]>,
    /// What lapsed of late and may be brought back: unit, when, how many; the newest last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lapses: Vec<(UnitId, Timestamp, i64)>,
    /// Counted orders.
    #[serde(default)]
    pub orders: i64,
    /// What they paid, in minor units.
    #[serde(default)]
    pub spent: i64,
    /// When the member last did something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active: Option<Timestamp>,
    /// Words operators put on members.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<CompactString>,
    /// Who brought the member.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referrer: Option<MemberId>,
    /// Until when the first order counts for who brought the member; nothing where it does not, or has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invited: Option<Timestamp>,
    /// Whether who brought the member is yet to be told of the first redemption.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub untold: bool,
    /// What tells apart the devices and accounts the member was last seen with.
    #[serde(default, skip_serializing_if = "SmallVec::is_empty")]
    pub marks: SmallVec<[u32; 4]>,
    /// Days in a row, by streak.
    #[serde(default, skip_serializing_if = "SmallVec::is_empty")]
    pub streaks: Days,
    /// When the member last did what patterns of abuse watch.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rushes: Vec<Rush>,
    /// What was done month by month, newest first, as far back as a score looks.
    #[serde(default, skip_serializing_if = "SmallVec::is_empty")]
    pub months: SmallVec<[MonthSums; 1]>,
    /// Where the member stands, besides the tier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standing: Option<Box<Standing>>,
    /// The stage of the membership on the last day the member did something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<Stage>,
    /// Badges, titles and frames the member was given; of each at most one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub badges: Vec<BadgeHeld>,
    /// What tasks say for the member's tier.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub merits: Vec<Merit>,
    /// That the member was told to come back, until they do or it is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub called: Option<Box<Called>>,
}

impl MemberBody {
    /// The badges the member holds at that instant.
    pub fn badges_at(&self, at: Timestamp) -> SmallVec<[CompactString; 2]> {
        let held = self.badges.iter().filter(|held| held.until.is_none_or(|until| at < until));
        held.map(|held| held.badge.clone()).collect()
    }
}

/// A badge that a member was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BadgeHeld {
    /// Which.
    #[serde(rename = "b")]
    pub badge: CompactString,
    /// Since when.
    #[serde(rename = "f")]
    pub from: Timestamp,
    /// Until when; none for ever.
    #[serde(default, rename = "u", skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// That a member whose points sleep was told to come back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Called {
    /// By which wake-up.
    #[serde(rename = "w")]
    pub wake_up: CompactString,
    /// Until when coming back counts for it.
    #[serde(rename = "u")]
    pub until: Timestamp,
}

/// The metric that counts who came back, by wake-up.
pub const CAME_BACK: &str = "came_back";

/// What a completed task says for a member's tier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merit {
    /// What it is worth.
    #[serde(rename = "k")]
    pub kind: MeritKind,
    /// The task.
    #[serde(rename = "t")]
    pub task: RuleId,
    /// When it was completed.
    pub at: Timestamp,
    /// Whether the tier has followed: an upgrade counts once.
    #[serde(default, rename = "d", skip_serializing_if = "std::ops::Not::not")]
    pub done: bool,
    /// When the tier followed, and which it was before.
    #[serde(default, rename = "r", skip_serializing_if = "Option::is_none")]
    pub raised: Option<(Timestamp, TierId)>,
}

/// Devices and accounts of a member that are remembered.
const MARKS_MAX: usize = 6;

/// Merits that a member's record keeps; the oldest go.
pub const MERITS_MAX: usize = 20;

/// A tier and since when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TierSpell {
    /// The tier.
    #[serde(rename = "t")]
    pub tier: TierId,
    /// Since when.
    #[serde(rename = "f")]
    pub from: Timestamp,
}

/// What was used of a cap in one period. Written as a list of its four values: there may be dozens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "UsedRow", into = "UsedRow")]
pub struct Used {
    /// The cap's key in the rule set.
    pub cap: CompactString,
    /// The first day of the period, in days since 1970-01-01.
    pub day: i32,
    /// Days for which it must be kept after that day; without a number, for ever.
    pub keep: Option<i32>,
    /// How much.
    pub points: i64,
}

type UsedRow = (CompactString, i32, Option<i32>, i64);

impl From<UsedRow> for Used {
    fn from((cap, day, keep, points): UsedRow) -> Self {
        Used { cap, day, keep, points }
    }
}

impl From<Used> for UsedRow {
    fn from(used: Used) -> Self {
        (used.cap, used.day, used.keep, used.points)
    }
}

/// Members: the one kind that has chains in the journal.
pub static MEMBER: Kind =
    Kind { name: "member", columns: &[Column { name: "tier" }], alarmed: true, chained: true, immutable: false };

impl Record for Member {
    const KIND: &'static Kind = &MEMBER;

    fn read(body: &[u8]) -> Result<Self, serde_json::Error> {
        let (body, extra) = Extra::read(body, VERSION)?;
        Ok(Member { body, extra, due_at: None })
    }

    fn write(&self, out: &mut Vec<u8>) -> Result<(), serde_json::Error> {
        self.extra.write(&self.body, out)
    }

    fn due_at(&self) -> Option<Timestamp> {
        self.due_at
    }

    fn columns(&self) -> SmallVec<[Value; 2]> {
        smallvec![Value::Text(CompactString::new(self.body.tier.as_str()))]
    }
}

impl Member {
    /// A member who joins now, in the lowest tier.
    pub fn new(id: MemberId, joined: Timestamp, tier: TierId) -> Self {
        let body = MemberBody {
            v: VERSION,
            id,
            joined,
            tier,
            tiers: SmallVec::new(),
            wallet: Wallet::default(),
            used: Vec::new(),
            lapsing: SmallVec::new(),
            lapses: Vec::new(),
            orders: 0,
            spent: 0,
            active: None,
            tags: Vec::new(),
            referrer: None,
            invited: None,
            untold: false,
            marks: SmallVec::new(),
            streaks: SmallVec::new(),
            rushes: Vec::new(),
            months: SmallVec::new(),
            standing: None,
            stage: None,
            badges: Vec::new(),
            merits: Vec::new(),
            called: None,
        };
        Member { body, extra: Extra::default(), due_at: None }
    }

    /// Notes when time next changes something, by the law in force. Everyone who writes a member does this last.
    pub fn note_due(&mut self, law: &jifen_ledger::Law<'_>) {
        let standing = self.body.standing.as_ref().and_then(|standing| standing.next_due());
        self.due_at = self.body.wallet.next_due(law).into_iter().chain(standing).min();
    }

    /// The stage of the membership as of that day, whoever did something today being idle for no day; nothing where the
    /// rule book has no stages.
    pub fn stage_on(&self, book: &RuleBook, day: Day) -> Option<Stage> {
        if book.stages.is_empty() {
            return None;
        }
        let days = |since: Timestamp| i64::from(day.number() - book.zone.day_of(since).number()).max(0);
        let body = &self.body;
        let idle_days = days(body.active.unwrap_or(body.joined));
        let seen = stages::Seen { idle_days, days: days(body.joined), orders: body.orders, spent: body.spent };
        stages::stage_of(&book.stages, &seen).map(|rule| rule.stage)
    }

    /// The tier the member had at that instant, as far back as late events reach.
    pub fn tier_at(&self, instant: Timestamp) -> &TierId {
        let spell = self.body.tiers.iter().find(|spell| spell.from <= instant);
        match (spell, self.body.tiers.last()) {
            (Some(spell), _) => &spell.tier,
            (None, Some(oldest)) => &oldest.tier,
            (None, None) => &self.body.tier,
        }
    }

    /// Moves the member to a tier from that instant on, and forgets what no late event can ask for.
    pub fn set_tier(&mut self, tier: TierId, from: Timestamp) {
        if self.body.tiers.is_empty() {
            self.body.tiers.push(TierSpell { tier: self.body.tier.clone(), from: self.body.joined });
        }
        self.body.tiers.insert(0, TierSpell { tier: tier.clone(), from });
        self.body.tier = tier;
        let horizon = from.plus_days(-i64::from(limits::HISTORY_DAYS));
        let needed = self.body.tiers.iter().position(|spell| spell.from <= horizon);
        self.body.tiers.truncate(needed.map_or(self.body.tiers.len(), |last| last + 1));
    }

    /// Remembers devices and accounts, the newest in place of the oldest.
    pub fn remember(&mut self, marks: &[u32]) {
        for mark in marks {
            if self.body.marks.contains(mark) {
                continue;
            }
            if self.body.marks.len() >= MARKS_MAX {
                self.body.marks.remove(0);
            }
            self.body.marks.push(*mark);
        }
    }

    /// The badges the member holds at that instant.
    pub fn badges_at(&self, at: Timestamp) -> SmallVec<[CompactString; 2]> {
        self.body.badges_at(at)
    }

    /// Gives a badge, or gives it again for longer. Whether the member did not hold it before.
    pub fn give_badge(&mut self, badge: &CompactString, from: Timestamp, until: Option<Timestamp>) -> bool {
        let Some(held) = self.body.badges.iter_mut().find(|held| held.badge == *badge) else {
            self.body.badges.push(BadgeHeld { badge: badge.clone(), from, until });
            return true;
        };
        let lapsed = held.until.is_some_and(|before| before <= from);
        if lapsed {
            held.from = from;
        }
        held.until = held.until.and_then(|before| until.map(|until| before.max(until)));
        lapsed
    }

    /// Notes what a task says for the tier.
    pub fn add_merit(&mut self, merit: Merit) {
        self.body.merits.push(merit);
        let over = self.body.merits.len().saturating_sub(MERITS_MAX);
        self.body.merits.drain(..over);
    }

    /// What was used of a cap in the period that begins that day.
    pub fn used(&self, cap: &str, period: Day) -> i64 {
        let day = period.number();
        self.body.used.iter().find(|used| used.day == day && used.cap == cap).map_or(0, |used| used.points)
    }

    /// Uses some of a cap. `keep` is the length of the period in days, none for a period without end.
    pub fn use_cap(&mut self, cap: &str, period: Day, keep: Option<i32>, points: i64) {
        let day = period.number();
        let place = self.body.used.iter_mut().find(|used| used.day == day && used.cap == cap);
        match place {
            Some(used) => used.points = used.points.saturating_add(points),
            None => self.body.used.push(Used { cap: CompactString::new(cap), day, keep, points }),
        }
    }

    /// Forgets what was used in periods that no late event can fall into any more.
    pub fn forget_used(&mut self, today: Day) {
        let horizon = today.number() - limits::HISTORY_DAYS;
        self.body.used.retain(|used| used.keep.is_none_or(|days| used.day.saturating_add(days) >= horizon));
    }
}
