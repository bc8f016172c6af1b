//! An event while it is judged: who it is about, the rules of its day, and what comes of it step by step. What an event
//! means is in [`super::event`]; what each step does where features meet is beside it.

use compact_str::CompactString;
use jifen_ledger::{Cause, CauseKind};
use jifen_rules::{Draw, Facts, Judged, MemberFacts, RuleIndex};
use jifen_vocab::{Day, GiftGiven, OrderId, RuleId, TaskShare, TierId, Timestamp};
use smallvec::SmallVec;

use super::outcome::EventOutcome;
use super::redeem::gift;
use crate::book::RuleBook;
use crate::book::stages::Stage;
use crate::desk::{Desk, Stop};
use crate::earning::{
    self, Budget, Given, LazyData, LineView, MemberRoom, Occasion, Odds, Once, member_facts, once_ids, order_facts,
    tier_facts,
};
use crate::events::{Event, EventBody, OrderPaid};
use crate::member::Member;
use crate::members;
use crate::messages;
use crate::tiers::note_month;
use crate::wallets::{Sitting, WalletView, unknown};

/// What was given of each budget that may pay, by name.
type Spent = SmallVec<[(CompactString, i64); 1]>;

/// Rules that give one award for a thing, each with the record of the event's thing and whether it is there.
type Things = SmallVec<[(RuleIndex, CompactString, bool); 1]>;

/// An event while it is judged.
pub(super) struct Case<'a> {
    pub(super) event: &'a Event,
    /// Its time, never ahead of the decision.
    pub(super) at: Timestamp,
    pub(super) day: Day,
    /// The member's tier at that time.
    pub(super) tier: TierId,
    pub(super) cause: Cause,
    pub(super) sitting: Sitting,
    /// The rule book of that time.
    pub(super) book: std::sync::Arc<RuleBook>,
    /// What the event brought in tasks, for the order it is about.
    pub(super) shares: Vec<TaskShare>,
    pub(super) outcome: EventOutcome,
    /// What it means for whoever brought the member.
    pub(super) step: Option<Step>,
    /// Whether the product raised it itself, so that it is nothing that the member did.
    pub(super) is_raised: bool,
}

/// What an event of a friend means for who brought them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// The friend was bound just now.
    Bound,
    /// The first order counts.
    Ordered {
        /// Which.
        order: OrderId,
        /// What it paid, in minor units.
        amount: i64,
    },
    /// The order by which the friend counted was taken back.
    Undone {
        /// Which.
        order: OrderId,
    },
}

impl<'e> Case<'e> {
    pub(super) fn open(
        event: &'e Event,
        client: &CompactString,
        at: Timestamp,
        desk: &mut Desk<'_>,
    ) -> Result<Case<'e>, Stop> {
        let book = desk.books().at(at).clone();
        let member = find_or_enroll(event, at, desk, &book)?;
        let book = desk.books().earning_at(at, member.body.joined).clone();
        // What fell due of the tier is applied before anybody asks for it.
        let sitting = Sitting::of(desk, member);
        Ok(Case {
            event,
            at,
            day: book.zone.day_of(at),
            tier: sitting.member.tier_at(at).clone(),
            cause: Cause {
                by: CauseKind::Event,
                id: Some(event.id.clone()),
                event_source: Some(CompactString::new(event.source.as_str())),
                event_type: Some(event.kind.clone()),
                order: event.order().cloned(),
                operator: Some(client.clone()),
                place: event.store.clone(),
                ..Cause::default()
            },
            sitting,
            book,
            outcome: EventOutcome::of(&event.member, WalletView { as_of: desk.now(), units: SmallVec::new() }),
            shares: Vec::new(),
            step: None,
            is_raised: false,
        })
    }

    /// An event that the product raises itself.
    pub(super) fn raised(event: &'e Event, at: Timestamp, desk: &mut Desk<'_>) -> Result<Case<'e>, Stop> {
        let case = Case::open(event, &CompactString::const_new("system"), at, desk)?;
        Ok(Case { is_raised: true, ..case })
    }
}

impl Case<'_> {
    /// An event that is about no order.
    pub(super) fn other(&mut self, desk: &mut Desk<'_>) -> Result<Vec<Given>, Stop> {
        self.released();
        let given = self.award(None, &LineView::new(), desk)?;
        self.note_month(0, 0);
        Ok(given)
    }

    /// Notes in the sums of the month what was paid, the orders that counted, and what the rules gave, where a score
    /// looks at them.
    pub(super) fn note_month(&mut self, spent: i64, orders: i64) {
        if self.sitting.book().ascent.is_none() {
            return;
        }
        let book = std::sync::Arc::clone(self.sitting.book());
        let Some(ascent) = book.ascent.as_ref() else { return };
        let of_unit = self.outcome.awards.iter().filter(|award| award.unit == book.default_unit);
        let points = of_unit.fold(0_i64, |sum, award| sum.saturating_add(award.points.get()));
        let (day, is_active) = (self.day, ascent.is_activity(&self.event.kind));
        if spent == 0 && orders == 0 && points == 0 && !is_active {
            return;
        }
        note_month(&mut self.sitting.member.body.months, day, ascent.months_kept(), |sums| {
            sums.spent = sums.spent.saturating_add(spent);
            sums.orders += orders;
            sums.points = sums.points.saturating_add(points);
            if is_active {
                sums.active_on(day);
            }
        });
        self.sitting.count_festival(day, spent);
    }

    /// Takes off the sums of an order's month what was refunded of it and taken back.
    pub(super) fn unnote_month(&mut self, at: Timestamp, spent: i64, orders: i64, taken_before: usize) {
        let book = std::sync::Arc::clone(self.sitting.book());
        let Some(ascent) = book.ascent.as_ref() else { return };
        let of_unit = self.outcome.taken.iter().skip(taken_before).filter(|taken| taken.unit == book.default_unit);
        let points = of_unit.fold(0_i64, |sum, taken| sum.saturating_add(taken.points.get()));
        let day = book.zone.day_of(at);
        note_month(&mut self.sitting.member.body.months, day, ascent.months_kept(), |sums| {
            sums.spent = sums.spent.saturating_sub(spent);
            sums.orders -= orders;
            sums.points = sums.points.saturating_sub(points);
        });
        self.sitting.count_festival(day, -spent);
    }

    /// Pending points that waited for this event become available.
    pub(super) fn released(&mut self) {
        let order = self.event.order().map(|order| order.as_str().to_owned());
        let (kind, at, cause) = (&self.event.kind, self.at, self.cause.clone());
        self.sitting.ledger().release_awaiting(kind, order.as_deref(), at, &cause);
    }

    /// What the rules give, and what tasks give.
    pub(super) fn award(
        &mut self,
        paid: Option<&OrderPaid>,
        lines: &LineView<'_>,
        desk: &mut Desk<'_>,
    ) -> Result<Vec<Given>, Stop> {
        let given = self.award_by_rules(paid, lines, desk)?;
        self.tasks(paid, lines, desk)?;
        self.scores(paid, lines, desk)?;
        Ok(given)
    }

    fn award_by_rules(
        &mut self,
        paid: Option<&OrderPaid>,
        lines: &LineView<'_>,
        desk: &mut Desk<'_>,
    ) -> Result<Vec<Given>, Stop> {
        let book = std::sync::Arc::clone(&self.book);
        let mut spent = Spent::new();
        for budget in earning::budgets_on(&book, &self.event.kind) {
            let name = &book.rules.budget(budget).name;
            spent.push((name.clone(), desk.read::<Budget>(name)?.map_or(0, |budget| budget.spent)));
        }
        self.mark_day(desk);
        let once = self.once(&book, desk)?;
        let given_for: SmallVec<[RuleIndex; 1]> =
            once.iter().filter(|(_, _, is_given)| *is_given).map(|(index, ..)| *index).collect();
        self.note(&spent, &given_for, desk);
        if book.rules.rules_on(&self.event.kind).is_empty() {
            return Ok(Vec::new());
        }
        let mut judged = self.judged(&book, paid, lines, (spent, given_for), desk);
        self.brake(&mut judged, desk)?;
        let order = self.event.order();
        let occasion = Occasion { book: &book, at: self.at, tier: &self.tier, order, cause: &self.cause };
        let mut given = earning::grant(&mut self.sitting, &occasion, &judged)?;
        for (award, given) in judged.awards.iter().zip(&mut given) {
            if let Some(budget) = &given.budget {
                pay_budget(desk, budget, award.points)?;
            }
            if let Some(gift) = &book.earning[award.rule.0 as usize].gift {
                given.gift = self.give_gift(&book, gift, &given.award.rule, desk)?;
            }
            if let Some((_, id, _)) = once.iter().find(|(index, ..)| *index == award.rule) {
                desk.write(id, Once { v: 1, at: self.at });
            }
        }
        let rule = |index| book.rules.rule(index).id.clone();
        self.outcome.awards.extend(given.iter().map(|given| given.award.clone()));
        for refused in judged.refusals {
            self.outcome.refuse(Some(rule(refused.rule)), refused.refusal);
        }
        let odds = |odds: jifen_rules::judge::Odds| Odds {
            rule: rule(odds.rule),
            chance_ppm: odds.chance_ppm,
            from: odds.from,
            to: odds.to,
        };
        self.outcome.odds.extend(judged.odds.into_iter().map(odds));
        self.outcome.missed.extend(judged.missed.iter().map(|missed| rule(missed.rule)));
        Ok(given)
    }

    /// Gives a reward of the shelf; where that cannot be, the answer says so, and everything else stands.
    pub(super) fn give_gift(
        &mut self,
        book: &RuleBook,
        gift: &str,
        by: &RuleId,
        desk: &mut Desk<'_>,
    ) -> Result<Option<GiftGiven>, Stop> {
        let Some(gift) = book.gifts.get(gift) else { return Ok(None) };
        match gift::give(desk, book, gift, &self.sitting.member.body, by)? {
            Ok(given) => {
                self.outcome.gifts.push(given.clone());
                Ok(Some(given))
            }
            Err(refusal) => {
                self.outcome.refuse(Some(by.clone()), refusal);
                Ok(None)
            }
        }
    }

    /// Takes a gift back, as far as it is not used.
    pub(super) fn take_gift_back(&mut self, given: &GiftGiven, desk: &mut Desk<'_>) -> Result<(), Stop> {
        let back = gift::take_back(desk, &self.book, given)?;
        self.outcome.gifts_back.push(back);
        Ok(())
    }

    /// Rules that give one award for a thing, with the record of this event's thing and whether it is there.
    fn once(&self, book: &RuleBook, desk: &Desk<'_>) -> Result<Things, Stop> {
        let data = LazyData::new(&self.event.data);
        let mut all = Things::new();
        for (index, id) in once_ids(book, &self.event.kind, &self.event.member, &data) {
            let is_given = desk.read::<Once>(&id)?.is_some();
            all.push((index, id, is_given));
        }
        Ok(all)
    }

    fn judged(
        &self,
        book: &RuleBook,
        paid: Option<&OrderPaid>,
        lines: &LineView<'_>,
        (spent, given_for): (Spent, SmallVec<[RuleIndex; 1]>),
        desk: &mut Desk<'_>,
    ) -> Judged {
        self.with_facts(book, paid, lines, |facts| {
            let room = MemberRoom { member: &self.sitting.member, day: self.day, spent, given_for, rules: &book.rules };
            if desk.is_dry() {
                return book.rules.judge(facts, &room, Draw::Odds);
            }
            let mut draw = || desk.draw().unwrap_or(0);
            book.rules.judge(facts, &room, Draw::Numbers(&mut draw))
        })
    }

    /// Shows what rules and tasks may look at.
    pub(super) fn with_facts<T>(
        &self,
        book: &RuleBook,
        paid: Option<&OrderPaid>,
        lines: &LineView<'_>,
        look: impl FnOnce(&Facts<'_>) -> T,
    ) -> T {
        let member = &self.sitting.member;
        let tier = book.tier(self.tier.as_str());
        let badges = member.badges_at(self.at);
        let data = LazyData::new(&self.event.data);
        let streaks = self.streaks();
        let facts = Facts {
            event_type: &self.event.kind,
            event_source: self.event.source.as_str(),
            at: self.at,
            local: earning::local(&book.zone, self.at),
            order: paid.map(|paid| order_facts(book, paid)),
            lines,
            member: MemberFacts { badges: &badges, ..member_facts(member, book, self.day) },
            tier: tier_facts(tier),
            channel: self.event.channel.as_deref(),
            store: self.event.store.as_deref(),
            streaks: &streaks,
            data: &data,
        };
        look(&facts)
    }

    /// Remembers devices and accounts, where it matters whether two members share one.
    fn note_marks(&mut self) {
        if !self.event.marks.is_empty() && self.book.referrals.is_some() {
            self.sitting.member.remember(&self.event.marks);
        }
    }

    /// Counts who is active: each member once a day, and each on the last day they did something, so that whoever did
    /// something in the last days is a sum of days and not a search.
    fn note_active(&mut self, desk: &mut Desk<'_>) {
        let before = self.sitting.member.body.active;
        self.sitting.member.body.active = Some(before.map_or(self.at, |before| before.max(self.at)));
        let last = before.map(|before| self.book.zone.day_of(before));
        let about_orders = self.event.order().is_some();
        if last.is_some_and(|last| last > self.day || last == self.day && !about_orders) {
            return;
        }
        let (counted, stage) = (self.sitting.member.body.stage, self.sitting.member.stage_on(&self.book, self.day));
        if last == Some(self.day) && counted == stage {
            return;
        }
        let name = |stage: Option<Stage>| CompactString::const_new(stage.map_or("", Stage::as_str));
        if last.is_none_or(|last| last < self.day) {
            desk.count("active", self.day, CompactString::default(), 1);
        }
        // The stage they were seen in goes with the day: what idleness makes of it is told by the day alone.
        desk.count("last_active", self.day, name(stage), 1);
        if let Some(last) = last {
            desk.count("last_active", last, name(counted), -1);
        }
        self.sitting.member.body.stage = stage;
    }

    pub(super) fn close(mut self, desk: &mut Desk<'_>) -> EventOutcome {
        self.sitting.member.forget_used(self.day);
        if !self.is_raised {
            self.note_active(desk);
            self.note_marks();
        }
        self.outcome.wallet = self.sitting.view();
        self.sitting.close(desk);
        self.outcome
    }
}

/// A budget pays, or (below zero) gets points back.
pub(super) fn pay_budget(desk: &mut Desk<'_>, name: &str, points: i64) -> Result<(), Stop> {
    let spent = desk.read::<Budget>(name)?.map_or(0, |budget| budget.spent);
    desk.write(name, Budget { v: 1, spent: spent.saturating_add(points).max(0) });
    Ok(())
}

fn find_or_enroll(event: &Event, at: Timestamp, desk: &mut Desk<'_>, book: &RuleBook) -> Result<Member, Stop> {
    if let Some(member) = desk.read::<Member>(event.member.as_str())? {
        return Ok(Member::clone(&member));
    }
    let enrolls = matches!(event.body, EventBody::MemberRegistered { .. });
    if !enrolls && !book.enroll_unknown {
        return Err(unknown(event.member.as_str()).into());
    }
    let tier = book.tiers[0].id.clone();
    desk.count("members", book.zone.day_of(at), CompactString::new(tier.as_str()), 1);
    let member = Member::new(event.member.clone(), at, tier);
    members::note_anniversary(desk, &event.member, at);
    messages::notify_at(desk, &member.body, messages::Cause::Registered, at);
    Ok(member)
}
