//! An event comes in. What is checked, in this order: too far ahead (not judged), the member is known or enrolled
//! (else not judged), the currency (not judged), too late (put aside for a person), then what its type demands; what
//! would bring more points than the rules give alone is put aside for a person as well (LIM-22).

use compact_str::CompactString;
use jifen_vocab::{Code, Refusal, Timestamp};
use smallvec::SmallVec;

pub(super) use super::case::Case;
use super::outcome::EventOutcome;
use super::raise::want_on;
use super::redeem::gift;
use super::referral;
use super::scores::want_scores;
use super::streak::want_reminders;
use super::tasks::{want_lapsed, want_progress};
use crate::book::{Books, RuleBook};
use crate::deductions::Deduction;
use crate::desk::{Command, Desk, Identity, Keys, Loaded, Stop, Touch};
use crate::earning::{Award, Budget, LazyData, Once, once_ids};
use crate::events::{Event, EventBody};
use crate::member::Member;
use crate::orders::OrderFact;
use crate::reviews::{Review, ReviewReason};
use crate::wallets::{WalletView, lapsed_keys, lot_is_whole, unknown};

/// Judges an event by the rules of its day.
#[derive(Debug, Clone)]
pub struct JudgeEvent {
    /// The event.
    pub event: Event,
    /// Who reports it: the credential.
    pub client: CompactString,
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
        award.gift.iter().for_each(|given| gift::want_back(given, keys));
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
