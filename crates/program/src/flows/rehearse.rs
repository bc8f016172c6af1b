//! A rule book in the making is tried on real days: what their events would have earned under it, and under the one it is
//! to follow.
//!
//! Both books judge the events as they were noted, one after the other, each with what was used of caps and budgets at
//! that moment; under the new book a member's earlier events of the rehearsal weigh with what they would have earned
//! there. Chances are drawn from each event's own number, the same for both books.

use std::collections::{BTreeMap, BTreeSet};

use compact_str::CompactString;
use jifen_rules::rule::{Budget, Cap};
use jifen_rules::{Draw, Facts, Judged, MemberFacts, NoData, Room, Rule};
use jifen_vocab::{Code, Day, Decimal, Fact, MemberId, Ratio, Rounding, RuleId, UnitId};
use smallvec::SmallVec;

use super::note::budget_key;
use crate::book::{Name, RuleBook};
use crate::days::DayEvent;
use crate::earning::{LazyData, in_full, lines_paid, local, once_key, order_facts, period, tier_facts, total_key};
use crate::events::OrderPaid;

/// Events whose difference is shown one by one.
const SAMPLES_MAX: usize = 20;

/// What a rehearsal found.
#[derive(Debug, Default)]
pub struct Rehearsal {
    /// Events that were judged.
    pub events: u64,
    /// Members they are of.
    pub members: BTreeSet<MemberId>,
    /// Points of each rule.
    pub rules: BTreeMap<RuleId, RuleSum>,
    /// Budgets, caps and maxima that trimmed or refused awards.
    pub limits: BTreeMap<(LimitKind, CompactString), LimitSum>,
    /// Events that would have earned something else.
    pub samples: Vec<Sample>,
    /// How many events would have earned something else.
    pub changed: u64,
}

/// Points of a rule under both books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleSum {
    /// What people call it.
    pub name: Name,
    /// The unit.
    pub unit: UnitId,
    /// Under the book in force.
    pub before: i64,
    /// Under the new one.
    pub after: i64,
}

/// What kind of limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LimitKind {
    /// A budget ran dry.
    Budget,
    /// A member reached a cap.
    Cap,
    /// One event would have earned too much.
    Event,
}

/// How often a limit trimmed or refused an award.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LimitSum {
    /// Under the book in force.
    pub before: u64,
    /// Under the new one.
    pub after: u64,
}

/// An event that would have earned something else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// The member.
    pub member: MemberId,
    /// The event's id.
    pub event: CompactString,
    /// Its type.
    pub kind: CompactString,
    /// Points under the book in force, unit by unit.
    pub before: Vec<(UnitId, i64)>,
    /// Points under the new one.
    pub after: Vec<(UnitId, i64)>,
}

/// Tries a book on events, in the order they were judged.
pub struct Rehearser<'b> {
    before: &'b RuleBook,
    after: &'b RuleBook,
    /// What a member, or everyone, used under the new book beyond what was noted.
    drift: BTreeMap<(Option<MemberId>, CompactString, Day), i64>,
    found: Rehearsal,
}

impl<'b> Rehearser<'b> {
    /// A rehearsal of `after` in the place of `before`.
    pub fn new(before: &'b RuleBook, after: &'b RuleBook) -> Self {
        Rehearser { before, after, drift: BTreeMap::new(), found: Rehearsal::default() }
    }

    /// Judges an event by both books.
    pub fn judge(&mut self, event: &DayEvent) {
        let paid = event.order.as_ref().map(|order| order.paid());
        let nothing = BTreeMap::new();
        let before = judged(self.before, event, paid.as_ref(), &nothing);
        let after = judged(self.after, event, paid.as_ref(), &self.drift);
        self.drift(event, &before, &after);
        self.found.events += 1;
        self.found.members.insert(event.member.clone());
        self.sum(self.before, &before, false);
        self.sum(self.after, &after, true);
        self.limits(self.before, &before, false);
        self.limits(self.after, &after, true);
        let (before, after) = (by_unit(self.before, &before), by_unit(self.after, &after));
        if before == after {
            return;
        }
        self.found.changed += 1;
        if self.found.samples.len() < SAMPLES_MAX {
            let (member, event, kind) = (event.member.clone(), event.id.clone(), event.kind.clone());
            self.found.samples.push(Sample { member, event, kind, before, after });
        }
    }

    /// What was found.
    pub fn finish(self) -> Rehearsal {
        self.found
    }

    fn sum(&mut self, book: &RuleBook, judged: &Judged, is_after: bool) {
        for award in &judged.awards {
            let rule = book.rules.rule(award.rule);
            let sum = self.found.rules.entry(rule.id.clone()).or_insert_with(|| RuleSum {
                name: Name { zh: rule.name.zh.clone(), en: rule.name.en.clone() },
                unit: rule.unit.clone(),
                before: 0,
                after: 0,
            });
            let side = if is_after { &mut sum.after } else { &mut sum.before };
            *side = side.saturating_add(award.points);
        }
    }

    fn limits(&mut self, book: &RuleBook, judged: &Judged, is_after: bool) {
        for refused in &judged.refusals {
            let fact = |name: &str| {
                refused.refusal.facts.iter().find_map(|(known, fact)| match fact {
                    Fact::Word(word) if known == name => Some(word.clone()),
                    _ => None,
                })
            };
            let rule = || CompactString::new(book.rules.rule(refused.rule).id.as_str());
            let limit = match refused.refusal.code {
                Code::BudgetExhausted => (LimitKind::Budget, fact("budget").unwrap_or_else(rule)),
                Code::CapReached => (LimitKind::Cap, fact("cap").unwrap_or_else(rule)),
                Code::EventMaximum => (LimitKind::Event, rule()),
                _ => continue,
            };
            let sum = self.found.limits.entry(limit).or_default();
            *if is_after { &mut sum.after } else { &mut sum.before } += 1;
        }
    }

    /// Keeps what the new book used beyond the one in force, for the events that follow.
    fn drift(&mut self, event: &DayEvent, before: &Judged, after: &Judged) {
        let mut add = |book: &RuleBook, judged: &Judged, sign: i64| {
            let day = book.zone.day_of(event.at);
            for award in &judged.awards {
                let rule = book.rules.rule(award.rule);
                let member = Some(event.member.clone());
                for cap in award.counted.iter().map(|cap| book.rules.cap(*cap)) {
                    let place = (member.clone(), cap.key.clone(), period(cap.per, day).0);
                    *self.drift.entry(place).or_default() += sign * award.points;
                }
                if let Some(once) = rule.once {
                    *self.drift.entry((member, once_key(rule), period(once, day).0)).or_default() += sign;
                }
                if let Some(total) = rule.total {
                    let place = (Some(event.member.clone()), total_key(rule), period(total, day).0);
                    *self.drift.entry(place).or_default() += sign * in_full(award);
                }
                if let Some(budget) = award.budget {
                    let place = (None, budget_key(&book.rules.budget(budget).name), Day::from_number(0));
                    *self.drift.entry(place).or_default() += sign * award.points;
                }
            }
        };
        add(self.before, before, -1);
        add(self.after, after, 1);
    }
}

fn by_unit(book: &RuleBook, judged: &Judged) -> Vec<(UnitId, i64)> {
    let mut units: BTreeMap<UnitId, i64> = BTreeMap::new();
    for award in &judged.awards {
        *units.entry(book.rules.rule(award.rule).unit.clone()).or_default() += award.points;
    }
    units.into_iter().collect()
}

/// What was used of caps and budgets when the event came.
struct NotedRoom<'a> {
    event: &'a DayEvent,
    day: Day,
    drift: &'a BTreeMap<(Option<MemberId>, CompactString, Day), i64>,
}

impl NotedRoom<'_> {
    fn used(&self, member: Option<&MemberId>, name: CompactString, from: Day) -> i64 {
        let noted = self.event.used(&name);
        noted + self.drift.get(&(member.cloned(), name, from)).copied().unwrap_or(0)
    }
}

impl Room for NotedRoom<'_> {
    fn used(&self, cap: &Cap) -> i64 {
        self.used(Some(&self.event.member), cap.key.clone(), period(cap.per, self.day).0).max(0)
    }

    fn left(&self, budget: &Budget) -> i64 {
        budget.points.saturating_sub(self.used(None, budget_key(&budget.name), Day::from_number(0)))
    }

    fn earned(&self, rule: &Rule) -> bool {
        let of = |once| self.used(Some(&self.event.member), once_key(rule), period(once, self.day).0) > 0;
        rule.once.is_some_and(of) || rule.once_for.is_some() && self.event.used(&once_key(rule)) > 0
    }

    fn total(&self, rule: &Rule) -> i64 {
        let of = |total| self.used(Some(&self.event.member), total_key(rule), period(total, self.day).0);
        rule.total.map_or(0, of)
    }
}

fn judged(
    book: &RuleBook,
    event: &DayEvent,
    paid: Option<&OrderPaid>,
    drift: &BTreeMap<(Option<MemberId>, CompactString, Day), i64>,
) -> Judged {
    if book.rules.rules_on(&event.kind).is_empty() {
        return Judged::default();
    }
    let tier = book.tier(event.who.tier.as_str());
    let known = |id: &str| event.who.streaks.iter().find(|(name, _)| name == id).map_or(0, |(_, length)| *length);
    let streaks: SmallVec<[i64; 2]> = book.streaks.iter().map(|streak| known(&streak.id)).collect();
    let lines = paid.map(|paid| lines_paid(book, paid)).unwrap_or_default();
    let data = event.data.as_ref().map(|data| LazyData::new(data.get().as_bytes()));
    let facts = Facts {
        event_type: &event.kind,
        event_source: event.source.as_str(),
        at: event.at,
        local: local(&book.zone, event.at),
        order: paid.map(|paid| order_facts(book, paid)),
        lines: &lines,
        member: MemberFacts {
            id: event.member.as_str(),
            tags: &event.who.tags,
            badges: &event.who.badges,
            orders: event.who.orders,
            spent: event.who.spent,
            days: event.who.days,
            idle_days: event.who.idle_days,
            stage: event.who.stage.map_or("", crate::book::stages::Stage::as_str),
        },
        tier: tier_facts(tier),
        channel: event.channel.as_deref(),
        store: event.store.as_deref(),
        streaks: &streaks,
        data: data.as_ref().map_or(&NoData as &dyn jifen_rules::DataLookup, |data| data),
    };
    let room = NotedRoom { event, day: book.zone.day_of(event.at), drift };
    let mut seed = event
        .id
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let mut draw = || {
        seed = seed.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
        u32::try_from(seed >> 33).unwrap_or(0) % 1_000_000
    };
    book.rules.judge(&facts, &room, Draw::Numbers(&mut draw))
}

impl Rehearsal {
    /// Points of a unit under the book in force and under the new one.
    pub fn points(&self, unit: &UnitId) -> (i64, i64) {
        let of = self.rules.values().filter(|sum| sum.unit == *unit);
        of.fold((0, 0), |(before, after), sum| (before + sum.before, after + sum.after))
    }

    /// What all points are worth under each book, in minor units of the currency: by the worth of their unit in that
    /// book, rounded half up once for each unit.
    pub fn worth(&self, before: &RuleBook, after: &RuleBook) -> (i64, i64) {
        let units: BTreeSet<&UnitId> = self.rules.values().map(|sum| &sum.unit).collect();
        units.into_iter().fold((0, 0), |(a, b), unit| {
            let (points_before, points_after) = self.points(unit);
            (a + worth(before, unit, points_before), b + worth(after, unit, points_after))
        })
    }
}

/// What points of a unit are worth, in minor units; nothing for units without a worth.
fn worth(book: &RuleBook, unit: &UnitId, points: i64) -> i64 {
    let value = book.unit(unit.as_str()).and_then(|unit| unit.value);
    let minor = |value: Decimal| {
        let each = value.ratio().checked_mul(Ratio::whole(book.currency.minor_per_major()))?;
        each.checked_mul(Ratio::whole(points))?.round(Rounding::HalfUp)
    };
    value.and_then(minor).unwrap_or(0)
}
