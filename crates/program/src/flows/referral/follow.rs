//! What a friend's events mean for who brought them.

use compact_str::CompactString;
use jifen_vocab::{Code, MemberId, OrderId, Points, Refusal, Timestamp};
use serde_json::json;

use super::bind::{Bringing, bind, raise_bound, want_bind};
use super::{BOUND, COMPLETED, UNDONE, WELCOMED, event, in_common, is_at_hand, later, referrer_of, want};
use crate::book::Books;
use crate::desk::{Desk, Keys, Loaded, Stop, Touch};
use crate::events::{BroughtBy, Event, EventBody};
use crate::flows::case::{Case, Step};
use crate::flows::outcome::EventOutcome;
use crate::flows::raise::{raise, want_raised};
use crate::flows::redeem::gift;
use crate::member::Member;
use crate::messages::{self, Cause};
use crate::orders::{OrderAward, OrderFact, OrderState};
use crate::referrals::{Brought, Invitation, Referral, ReferralState};
use crate::vouchers::VoucherCode;
use crate::wallets::{lapsed_keys, view_at};

impl Case<'_> {
    /// The member says who brought them; what stands against it is told, and the event counts all the same.
    pub(in crate::flows) fn brought(&mut self, by: &BroughtBy, desk: &mut Desk<'_>) -> Result<(), Stop> {
        let referrer = match by {
            BroughtBy::Member(member) => member.clone(),
            BroughtBy::Code(code) => {
                let typed = VoucherCode::typed(code);
                let invitation = typed.map(|code| desk.read::<Invitation>(code.as_str())).transpose()?.flatten();
                let Some(invitation) = invitation else {
                    let refusal = Refusal::new(Code::Unknown).at("/data/invitation").word("code", code);
                    self.outcome.refuse(None, refusal);
                    return Ok(());
                };
                invitation.member.clone()
            }
        };
        let bringing = Bringing {
            referrer: &referrer,
            at: self.at,
            marks: &self.event.marks,
            same_person: &[],
            is_new: matches!(self.event.body, EventBody::MemberRegistered { .. }),
        };
        match bind(desk, &mut self.sitting.member, &bringing)? {
            Ok(referral) => self.step = Some(Step::Bound).filter(|_| referral.state == ReferralState::Bound),
            Err(refusal) => self.outcome.refuse(None, refusal),
        }
        Ok(())
    }

    /// An order is paid: it may be the first of a member whom somebody brought.
    pub(in crate::flows) fn follow_order(&mut self, fact: &mut OrderFact) {
        let body = &mut self.sitting.member.body;
        let Some(until) = body.invited else { return };
        if self.at >= until {
            body.invited = None;
            return;
        }
        let least = self.book.referrals.as_ref().map_or(0, |terms| terms.least);
        if fact.state != OrderState::Paid || fact.refunded.whole || fact.still_paid() < least {
            return;
        }
        body.invited = None;
        fact.brought = true;
        self.step = Some(Step::Ordered { order: fact.order.clone(), amount: fact.amount });
    }

    /// An order was refunded or undone: it may be the one by which a member counted.
    pub(in crate::flows) fn follow_undone(&mut self, fact: &mut OrderFact) {
        let least = self.book.referrals.as_ref().map_or(0, |terms| terms.least.max(1));
        let stands = fact.state == OrderState::Paid && (fact.still_paid() >= least || fact.amount < least);
        if fact.brought && (!stands || fact.refunded.whole) {
            fact.brought = false;
            self.step = Some(Step::Undone { order: fact.order.clone() });
        }
    }
}

/// Names what an event works on that says who brought a member; no other event costs anything.
pub(in crate::flows) fn want_bringing(event: &Event, books: &Books, loaded: &Loaded<'_>, keys: &mut Keys) -> Touch {
    let by = match &event.body {
        EventBody::MemberRegistered { brought_by: Some(by) } | EventBody::ReferralJoined { brought_by: by } => by,
        _ => return Touch::Done,
    };
    let (referrer, code) = match by {
        BroughtBy::Member(member) => (Some(member), None),
        BroughtBy::Code(code) => (None, Some(code)),
    };
    want_bind(event.member.as_str(), referrer, code, books, loaded, keys)
}

/// Whether a paid order may mean something for somebody else.
pub(in crate::flows) fn may_follow(event: &Event, books: &Books) -> bool {
    let EventBody::OrderPaid(_) = &event.body else { return false };
    event.time.map_or_else(
        || books.versions().iter().any(|version| version.book.referrals.is_some()),
        |time| books.at(time).referrals.is_some(),
    )
}

/// Names what an order means for who brought the member, once member and order are there.
pub(in crate::flows) fn want_following(event: &Event, books: &Books, loaded: &Loaded<'_>, keys: &mut Keys) -> Touch {
    let friend = event.member.as_str();
    let Some(member) = loaded.peek::<Member>(friend) else { return Touch::Done };
    let Some(referrer) = &member.body.referrer else { return Touch::Done };
    let is_paid = matches!(event.body, EventBody::OrderPaid(_));
    let fact = event.order().and_then(|order| loaded.peek::<OrderFact>(order.as_str()));
    if is_paid && member.body.invited.is_some() {
        want(friend, referrer, keys);
        [COMPLETED, WELCOMED].iter().for_each(|kind| want_raised(kind, &[friend, referrer.as_str()], books, keys));
        return Touch::Done;
    }
    if is_paid || !fact.is_some_and(|fact| fact.brought) {
        return Touch::Done;
    }
    want_undone(friend, referrer, books, loaded, keys)
}

/// Names what taking a referral back works on.
pub(super) fn want_undone(
    friend: &str,
    referrer: &MemberId,
    books: &Books,
    loaded: &Loaded<'_>,
    keys: &mut Keys,
) -> Touch {
    if !loaded.has_asked::<Referral>(friend) {
        want(friend, referrer, keys);
        want_raised(UNDONE, &[friend, referrer.as_str()], books, keys);
        return Touch::Again;
    }
    let Some(referral) = loaded.peek::<Referral>(friend) else { return Touch::Done };
    let sides = [(&referral.referrer, &referral.brought), (&referral.friend, &referral.welcomed)];
    for (member, awards) in sides {
        for award in awards {
            award.budget.iter().for_each(|budget| keys.want::<crate::earning::Budget>(budget));
            award.gift.iter().for_each(|given| gift::want_back(given, keys));
            let (lapsed, _) = lapsed_keys(loaded, member, &award.unit, award.piece.lot);
            lapsed.into_iter().for_each(|key| keys.want_key(key));
        }
    }
    Touch::Done
}

/// Carries out what an event of a friend means. Where that was not loaded with the event, the clock brings it about.
pub(in crate::flows) fn follow(
    event: &Event,
    at: Timestamp,
    step: &Step,
    outcome: &mut EventOutcome,
    desk: &mut Desk<'_>,
) -> Result<(), Stop> {
    let friend = &event.member;
    let Some(member) = desk.read::<Member>(friend.as_str())? else { return Ok(()) };
    let Some(referrer) = member.body.referrer.clone() else { return Ok(()) };
    let kinds: &[&str] = match step {
        Step::Bound => &[BOUND],
        Step::Ordered { .. } => &[COMPLETED, WELCOMED],
        Step::Undone { .. } => &[UNDONE],
    };
    if !is_at_hand(desk, friend, &referrer, kinds) {
        later::note(desk, friend, &referrer, at, step);
        return Ok(());
    }
    let Some(referral) = desk.read::<Referral>(friend.as_str())? else { return Ok(()) };
    let referral = Referral::clone(&referral);
    let awards = || referral.brought.iter().chain(&referral.welcomed);
    let mut budgets = awards().filter_map(|award| award.budget.as_ref());
    let mut gifts = awards().filter_map(|award| award.gift.as_deref());
    if !budgets.all(|budget| desk.has_asked::<crate::earning::Budget>(budget))
        || !gifts.all(|given| gift::is_back_at_hand(given, desk))
    {
        later::note(desk, friend, &referrer, at, step);
        return Ok(());
    }
    match step {
        Step::Bound => raise_bound(desk, &referral),
        Step::Ordered { order, amount } => {
            let welcomed = complete(desk, referral, order, *amount, at)?;
            match welcomed {
                Ok(Some(welcomed)) => {
                    outcome.awards.extend(welcomed.awards);
                    outcome.refusals.extend(welcomed.refusals);
                    outcome.wallet = welcomed.wallet;
                }
                Ok(None) => {}
                Err(refusal) => outcome.refuse(None, refusal),
            }
            Ok(())
        }
        Step::Undone { .. } => {
            undo(desk, referral, at)?;
            if let Some(member) = desk.read::<Member>(friend.as_str())? {
                outcome.wallet = view_at(&member, desk.books(), desk.now());
            }
            Ok(())
        }
    }
}

/// The first order counts, unless both turn out to be one: what the friend gets for it.
pub(super) fn complete(
    desk: &mut Desk<'_>,
    mut referral: Referral,
    order: &OrderId,
    amount: i64,
    at: Timestamp,
) -> Result<Result<Option<EventOutcome>, Refusal>, Stop> {
    let book = desk.books().at(at).clone();
    let (inviter, friend) = (referral.referrer.clone(), referral.friend.clone());
    let known = (desk.read::<Member>(inviter.as_str())?, desk.read::<Member>(friend.as_str())?);
    let (Some(terms), (Some(one), Some(other))) = (&book.referrals, known) else { return Ok(Ok(None)) };
    if referral.state != ReferralState::Bound {
        return Ok(Ok(None));
    }
    let day = book.zone.day_of(at);
    if let Some(why) = in_common(desk, terms.apart, &one, &other, &[])? {
        (referral.state, referral.refused) = (ReferralState::Refused, Some(why));
        desk.count("referrals", day, CompactString::const_new(ReferralState::Refused.as_str()), 1);
        desk.write(friend.as_str(), referral);
        return Ok(Err(Refusal::new(Code::ReferralRefused).word("why", why.as_str())));
    }
    let data = json!({"friend": friend.as_str(), "order": order.as_str(), "amount": amount});
    let (told, brought) = raise(&event(COMPLETED, &friend, &inviter, at, &data), at, desk)?;
    let by = desk.read::<Member>(inviter.as_str())?;
    if let (Some((points, unit)), Some(by)) = (told.brought(), by) {
        messages::notify(desk, &by.body, Cause::FriendOrdered { points, unit });
    }
    let data = json!({"referrer": inviter.as_str(), "order": order.as_str(), "amount": amount});
    let (outcome, welcomed) = raise(&event(WELCOMED, &friend, &friend, at, &data), at, desk)?;
    let [brought, welcomed] = [brought, welcomed].map(kept);
    let mut referrer = referrer_of(desk, &inviter)?;
    (referrer.v, referrer.completed) = (1, referrer.completed + 1);
    brought.iter().for_each(|award| referrer.earn(&award.unit, award.points.get()));
    desk.write(inviter.as_str(), referrer);
    for award in brought.iter().chain(&welcomed) {
        desk.count("referral_points", day, CompactString::new(award.unit.as_str()), award.points.get());
    }
    desk.count("referrals", day, CompactString::const_new(ReferralState::Completed.as_str()), 1);
    referral.state = ReferralState::Completed;
    referral.order = Some((order.clone(), at));
    (referral.brought, referral.welcomed) = (brought, welcomed);
    desk.write(friend.as_str(), referral);
    Ok(Ok(Some(outcome)))
}

/// The order by which the friend counted was taken back, and with it what it brought. Another order may count in its
/// place for as long as the first one might.
pub(super) fn undo(desk: &mut Desk<'_>, mut referral: Referral, at: Timestamp) -> Result<(), Stop> {
    if referral.state != ReferralState::Completed {
        return Ok(());
    }
    let book = desk.books().at(at).clone();
    let (inviter, friend) = (referral.referrer.clone(), referral.friend.clone());
    let mut referrer = referrer_of(desk, &inviter)?;
    (referrer.v, referrer.completed) = (1, (referrer.completed - 1).max(0));
    referral.brought.iter().for_each(|award| referrer.earn(&award.unit, -award.points.get()));
    desk.write(inviter.as_str(), referrer);
    let day = book.zone.day_of(at);
    for award in referral.brought.iter().chain(&referral.welcomed) {
        desk.count("referral_points", day, CompactString::new(award.unit.as_str()), -award.points.get());
    }
    desk.count("referrals", day, CompactString::const_new(ReferralState::Undone.as_str()), 1);
    let data = json!({"friend": friend.as_str()});
    let for_inviter = event(UNDONE, &friend, &inviter, at, &data);
    let mut case = Case::raised(&for_inviter, at, desk)?;
    take_all_back(&mut case, &referral.brought, desk)?;
    case.other(desk)?;
    case.close(desk);
    let for_friend = event(UNDONE, &friend, &friend, at, &data);
    let mut case = Case::raised(&for_friend, at, desk)?;
    take_all_back(&mut case, &referral.welcomed, desk)?;
    let is_open = at < referral.until;
    case.sitting.member.body.invited = Some(referral.until).filter(|_| is_open);
    case.close(desk);
    referral.state = if is_open { ReferralState::Bound } else { ReferralState::Undone };
    referral.order = None;
    (referral.brought, referral.welcomed) = (Vec::new(), Vec::new());
    desk.write(friend.as_str(), referral);
    Ok(())
}

fn kept(awards: Vec<OrderAward>) -> Vec<Brought> {
    let kept = |award: OrderAward| Brought {
        unit: award.unit,
        rule: award.rule,
        version: award.version,
        points: award.points,
        piece: award.piece,
        budget: award.budget,
        gift: award.gift,
    };
    awards.into_iter().map(kept).collect()
}

fn take_all_back(case: &mut Case<'_>, awards: &[Brought], desk: &mut Desk<'_>) -> Result<(), Stop> {
    for brought in awards {
        let mut award = OrderAward {
            unit: brought.unit.clone(),
            rule: brought.rule.clone(),
            version: brought.version,
            points: brought.points,
            lines: Vec::new(),
            piece: brought.piece,
            taken: Points::ZERO,
            lapsed: Points::ZERO,
            budget: brought.budget.clone(),
            gift: brought.gift.clone(),
        };
        case.take_award_back(&mut award, brought.points, desk)?;
    }
    Ok(())
}
