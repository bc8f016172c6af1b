//! An event comes in. What is checked, in this order: too far ahead (not judged), the member is known or enrolled
//! (else not judged), the currency (not judged), too late (put aside for a person), then what its type demands; what
//! would bring more points than the rules give alone is put aside for a person as well (LIM-22).

use compact_str::CompactString;
use jifen_ledger::{Cause, CauseKind};
use jifen_rules::{Draw, Facts, Judged, MemberFacts, RuleIndex};
use jifen_vocab::{Code, Day, Key, MemberId, Points, Refusal, TaskShare, TierId, Timestamp, UnitId};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::occasion;
use super::referral::{self, Step};
use super::scores::want_scores;
use super::streak::want_reminders;
use super::tasks::{CardDrawn, TaskDone, want_lapsed, want_progress};
use super::watch;
use crate::book::stages::Stage;
use crate::book::{Books, RuleBook};
use crate::deductions::Deduction;
use crate::desk::{Command, Desk, Identity, Keys, Loaded, Stop, Touch};
use crate::earning::{
    self, Award, Budget, Given, LazyData, LineView, MemberRoom, Occasion, Odds, Once, Refused, member_facts, once_ids,
    tier_facts,
};
use crate::events::{Event, EventBody, OrderPaid};
use crate::member::Member;
use crate::messages;
use crate::orders::{OrderAward, OrderFact};
use crate::reviews::{Review, ReviewReason};
use crate::tasks::Progress;
use crate::wallets::{Sitting, WalletView, lapsed_keys, unknown};

/// Judges an event by the rules of its day.
#[derive(Debug, Clone)]
pub struct JudgeEvent {
    /// The event.
    pub event: Event,
    /// Who reports it: the credential.
    pub client: CompactString,
}

/// What an event brought about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventOutcome {
    /// The member.
    #[serde(rename = "m")]
    pub member: MemberId,
    /// Awards, in the order the rules were judged.
    #[serde(rename = "a", default, skip_serializing_if = "Vec::is_empty")]
    pub awards: Vec<Award>,
    /// What was refused, in the order it came about.
    #[serde(rename = "r", default, skip_serializing_if = "Vec::is_empty")]
    pub refusals: Vec<Refused>,
    /// What was taken back.
    #[serde(rename = "t", default, skip_serializing_if = "Vec::is_empty")]
    pub taken: Vec<TakenBack>,
    /// Chances that a dry run did not draw.
    #[serde(rename = "o", default, skip_serializing_if = "Vec::is_empty")]
    pub odds: Vec<Odds>,
    /// Rules whose chance was drawn and missed.
    #[serde(rename = "n", default, skip_serializing_if = "Vec::is_empty")]
    pub missed: Vec<jifen_vocab::RuleId>,
    /// Whether it was no purchase: then a sentence says what came of it (BEHV-21).
    #[serde(rename = "b", default, skip_serializing_if = "std::ops::Not::not")]
    pub is_conduct: bool,
    /// Tasks that were completed, in the order it came about.
    #[serde(rename = "k", default, skip_serializing_if = "Vec::is_empty")]
    pub tasks: Vec<TaskDone>,
    /// Cards that were drawn for.
    #[serde(rename = "c", default, skip_serializing_if = "Vec::is_empty")]
    pub cards: Vec<CardDrawn>,
    /// The wallet afterwards.
    #[serde(rename = "w")]
    pub wallet: WalletView,
}

/// What a refund took back of the points of one unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenBack {
    /// The unit.
    #[serde(rename = "u")]
    pub unit: UnitId,
    /// In all.
    #[serde(rename = "p")]
    pub points: Points,
    /// Of these, what had lapsed unspent and counts as taken.
    #[serde(rename = "x", default, skip_serializing_if = "Points::is_zero")]
    pub lapsed: Points,
    /// Of these, what became a debt.
    #[serde(rename = "d", default, skip_serializing_if = "Points::is_zero")]
    pub debt: Points,
    /// Of these, what the program's policy let go.
    #[serde(rename = "c", default, skip_serializing_if = "Points::is_zero")]
    pub clamped: Points,
}

impl Command for JudgeEvent {
    type Outcome = EventOutcome;

    fn identity(&self) -> Option<Identity> {
        Some(self.event.identity())
    }

    fn touches(&self, books: &Books, loaded: &Loaded<'_>, keys: &mut Keys) -> Touch {
        touches(&self.event, books, loaded, keys)
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<EventOutcome, Stop> {
        let now = desk.now();
        let book = desk.books().at(now).clone();
        let time = self.event.time.unwrap_or(now);
        let ahead = i64::from(book.ahead_minutes) * 60_000;
        if time > now.plus_millis(ahead) {
            let refusal = Refusal::new(Code::EventTooFarAhead).at("/time");
            return Err(refusal.number("minutes", i64::from(book.ahead_minutes)).into());
        }
        let is_late = time < now.plus_days(-i64::from(book.late_days));
        if is_late {
            let refusal = Refusal::new(Code::EventTooLate).number("days", i64::from(book.late_days));
            return put_aside(self, desk, time, ReviewReason::Late, refusal);
        }
        let mark = desk.mark();
        let outcome = judge(&self.event, &self.client, time.min(now), desk)?;
        match too_large(&outcome, &book) {
            None => Ok(outcome),
            Some(refusal) => {
                desk.back_to(mark);
                put_aside(self, desk, time, ReviewReason::Large, refusal)
            }
        }
    }
}

/// The records an event touches: the member, its order, the budgets that may pay, what was given for the same thing, what
/// watches ask for, and of a refund the points that lapsed meanwhile.
pub(super) fn touches(event: &Event, books: &Books, loaded: &Loaded<'_>, keys: &mut Keys) -> Touch {
    let member = event.member.as_str();
    want_progress(event, books, keys);
    want_scores(event, books, keys);
    let Some(order) = event.order() else {
        keys.want::<Member>(member);
        want_others(event, books, keys);
        return referral::want_bringing(event, books, loaded, keys);
    };
    if may_touch_points(event) {
        keys.want::<Deduction>(order.as_str());
    }
    if !loaded.has_asked::<OrderFact>(order.as_str()) {
        keys.want::<Member>(member);
        keys.want::<OrderFact>(order.as_str());
        want_others(event, books, keys);
        let looks_back = matches!(event.body, EventBody::OrderRefunded { .. } | EventBody::OrderUndone { .. });
        return if looks_back || referral::may_follow(event, books) { Touch::Again } else { Touch::Done };
    }
    let follows = referral::want_following(event, books, loaded, keys);
    let Some(fact) = loaded.peek::<OrderFact>(order.as_str()) else { return follows };
    let mut touch = if want_lapsed(event, &fact, loaded, keys) == Touch::Again { Touch::Again } else { follows };
    let member = loaded.peek::<Member>(member);
    for award in &fact.awards {
        if let Some(budget) = &award.budget {
            keys.want::<Budget>(budget);
        }
        let is_whole = member.as_ref().is_some_and(|member| lot_is_whole(member, &award.unit, award.piece.lot));
        if is_whole {
            continue;
        }
        let (lapsed, again) = lapsed_keys(loaded, &event.member, &award.unit, award.piece.lot);
        for key in lapsed {
            keys.want_key(key);
        }
        if again {
            touch = Touch::Again;
        }
    }
    touch
}

/// Whether an event of an order may end in its deduction. What says that points paid nothing does not: that an order has
/// one, the order itself knows.
fn may_touch_points(event: &Event) -> bool {
    match &event.body {
        EventBody::OrderPaid(paid) => paid.points_paid > 0,
        EventBody::OrderRefunded { .. } | EventBody::OrderUndone { .. } => true,
        EventBody::OrderProgressed { .. }
        | EventBody::MemberRegistered { .. }
        | EventBody::ReferralJoined { .. }
        | EventBody::Other => false,
    }
}

/// Whether nothing of a lot can have lapsed: it is in the wallet, and not because the rest is held.
pub(super) fn lot_is_whole(member: &Member, unit: &UnitId, lot: jifen_ledger::LotId) -> bool {
    let there = member.body.wallet.holding(unit).is_some_and(|holding| holding.lots().iter().any(|l| l.id() == lot));
    there && !member.body.lapsing.iter().any(|(u, l, _)| u == unit && *l == lot)
}

fn want_others(event: &Event, books: &Books, keys: &mut Keys) {
    // Which version judges depends on the event's time; a few more records do no harm.
    let Some(time) = event.time else {
        for version in books.versions() {
            others_of(&version.book, event, keys);
        }
        return;
    };
    let book = books.at(time);
    others_of(book, event, keys);
    let kept = book.changes.transition.earning.as_ref().and_then(|kept| books.version(kept.version));
    if let Some(kept) = kept {
        others_of(&kept.book, event, keys);
    }
}

fn others_of(book: &RuleBook, event: &Event, keys: &mut Keys) {
    want_on(book, &event.kind, keys);
    want_reminders(book, event, keys);
    let data = LazyData::new(&event.data);
    for (_, once) in once_ids(book, &event.kind, &event.member, &data) {
        keys.want::<Once>(&once);
    }
}

/// What events of a type that the product raises itself work on, for any of those members: the budgets that may pay, and
/// what was done of tasks.
pub(super) fn want_raised(kind: &str, members: &[&str], books: &Books, keys: &mut Keys) {
    books.versions().iter().for_each(|version| want_on(&version.book, kind, keys));
    if books.versions().iter().any(|version| version.book.tasks.has_any_on(kind)) {
        members.iter().for_each(|member| keys.want::<Progress>(member));
    }
}

/// Whether [`want_raised`] was asked for that type and those members.
pub(super) fn is_raised_at_hand(kind: &str, members: &[&str], desk: &Desk<'_>) -> bool {
    let looks = desk.books().versions().iter().any(|version| version.book.tasks.has_any_on(kind));
    if looks && !members.iter().all(|member| desk.has_asked::<Progress>(member)) {
        return false;
    }
    let has = |book: &RuleBook, budget| desk.has_asked::<Budget>(&book.rules.budget(budget).name);
    desk.books().versions().iter().all(|version| {
        let budgets = earning::budgets_on(&version.book, kind).all(|budget| has(&version.book, budget));
        budgets && watch::is_at_hand(&version.book, kind, desk)
    })
}

/// What every event of a type asks for: the budgets that may pay, and what watches need.
fn want_on(book: &RuleBook, kind: &str, keys: &mut Keys) {
    watch::want(book, kind, keys);
    for budget in earning::budgets_on(book, kind) {
        let name = &book.rules.budget(budget).name;
        keys.want_key(Key::new(&earning::BUDGET, name));
    }
}

/// Why an event brings more than the rules give alone; nothing where it does not.
fn too_large(outcome: &EventOutcome, book: &RuleBook) -> Option<Refusal> {
    let maximum = book.rights.grants.event?;
    let is_spendable = |award: &&Award| book.unit(award.unit.as_str()).is_some_and(|unit| unit.spendable);
    let sum = |sum: i64, award: &Award| sum.saturating_add(award.points.get());
    let points = outcome.awards.iter().filter(is_spendable).fold(0, sum);
    (points > maximum).then(|| Refusal::new(Code::AwardWaiting).number("points", points).number("maximum", maximum))
}

fn put_aside(
    command: &JudgeEvent,
    desk: &mut Desk<'_>,
    time: Timestamp,
    reason: ReviewReason,
    refusal: Refusal,
) -> Result<EventOutcome, Stop> {
    let event = &command.event;
    let now = desk.now();
    let wallet = match desk.read::<Member>(event.member.as_str())? {
        Some(member) => crate::wallets::view_at(&member, desk.books(), now),
        // The event itself would enroll the member, and will when somebody lets it count.
        None if reason == ReviewReason::Large => WalletView { as_of: now, units: SmallVec::new() },
        None => return Err(unknown(event.member.as_str()).into()),
    };
    let review = Review::of(event, reason, time, now).map_err(|_| Code::InvalidField)?;
    let id = desk.new_id("rev");
    desk.write_new(&id, review);
    let mut outcome = EventOutcome::of(&event.member, wallet);
    outcome.refuse(None, refusal.word("review", &id));
    Ok(outcome)
}

/// Judges an event at its time, however late that is.
pub(super) fn judge(
    event: &Event,
    client: &CompactString,
    at: Timestamp,
    desk: &mut Desk<'_>,
) -> Result<EventOutcome, Stop> {
    let mut case = Case::open(event, client, at, desk)?;
    case.outcome.is_conduct = event.order().is_none();
    case.watch(desk)?;
    match &event.body {
        EventBody::OrderPaid(paid) => case.paid(paid, desk)?,
        EventBody::OrderRefunded { order, request } => case.refunded(order, request, desk)?,
        EventBody::OrderUndone { order } => case.undone(order, desk)?,
        EventBody::OrderProgressed { order } => case.progressed(order, desk)?,
        EventBody::MemberRegistered { brought_by: Some(by) } | EventBody::ReferralJoined { brought_by: by } => {
            case.brought(by, desk)?;
            case.other(desk)?;
        }
        EventBody::MemberRegistered { brought_by: None } | EventBody::Other => drop(case.other(desk)?),
    }
    let step = case.step.take();
    let mut outcome = case.close(desk);
    if let Some(step) = step {
        referral::follow(event, at, &step, &mut outcome, desk)?;
    }
    Ok(outcome)
}

/// Judges an event that the product itself raises: what the rules give, and exactly which points. It is nothing that the
/// member did.
pub(super) fn raise(
    event: &Event,
    at: Timestamp,
    desk: &mut Desk<'_>,
) -> Result<(EventOutcome, Vec<OrderAward>), Stop> {
    let mut case = Case::raised(event, at, desk)?;
    let given = case.other(desk)?;
    Ok((case.close(desk), given.into_iter().map(super::purchase::recorded).collect()))
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
    occasion::note_anniversary(desk, &event.member, at);
    messages::notify_at(desk, &member.body, messages::Cause::Registered, at);
    Ok(member)
}

impl EventOutcome {
    fn of(member: &MemberId, wallet: WalletView) -> Self {
        EventOutcome {
            member: member.clone(),
            awards: Vec::new(),
            refusals: Vec::new(),
            taken: Vec::new(),
            odds: Vec::new(),
            missed: Vec::new(),
            is_conduct: false,
            tasks: Vec::new(),
            cards: Vec::new(),
            wallet,
        }
    }

    /// What it awarded of the first unit among its awards; nothing where it awarded nothing.
    pub(super) fn brought(&self) -> Option<(i64, UnitId)> {
        let unit = &self.awards.first()?.unit;
        let points = self.awards.iter().filter(|award| award.unit == *unit).map(|award| award.points.get()).sum();
        Some((points, unit.clone()))
    }

    pub(super) fn refuse(&mut self, rule: Option<jifen_vocab::RuleId>, refusal: Refusal) {
        self.refusals.push(Refused { rule, refusal });
    }
}

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

impl<'e> Case<'e> {
    fn open(event: &'e Event, client: &CompactString, at: Timestamp, desk: &mut Desk<'_>) -> Result<Case<'e>, Stop> {
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
        self.sitting.member.note_month(day, ascent.months_kept(), |sums| {
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
        self.sitting.member.note_month(day, ascent.months_kept(), |sums| {
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
        let given = earning::grant(&mut self.sitting, &occasion, &judged)?;
        for (award, given) in judged.awards.iter().zip(&given) {
            if let Some(budget) = &given.budget {
                pay_budget(desk, budget, award.points)?;
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
            order: paid.map(|paid| jifen_rules::OrderFacts {
                id: paid.order.as_str(),
                amount: paid.amount,
                currency: book.currency,
                discount: paid.discount,
                shipping: paid.shipping,
                points_paid: paid.points_paid,
            }),
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
