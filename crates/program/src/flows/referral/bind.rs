//! A member says who brought them.
//!
//! Refusals, in order: unknown (the code), member-unknown, referral-refused (switched off; oneself; brought already;
//! ordered already; too late; in a circle). Who shares a device, an account or a telephone number with the inviter is
//! bound all the same, to no effect, so that people can look into it.

use compact_str::CompactString;
use jifen_vocab::{Code, MemberId, Refusal, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{BOUND, event, in_common, referrer_of, want};
use crate::book::Books;
use crate::desk::{Command, Desk, Identity, Keys, Loaded, RequestKey, Stop, Touch};
use crate::flows::raise::{raise, want_raised};
use crate::member::Member;
use crate::messages::{self, Cause};
use crate::referrals::{Invitation, Referral, ReferralState, Referrer, Why};
use crate::vouchers::VoucherCode;
use crate::wallets::unknown;

/// Makes a member's code, or gives the one there is.
#[derive(Debug, Clone)]
pub struct MakeInvitation {
    /// Whose.
    pub member: MemberId,
    /// For a new code.
    pub draw: u128,
}

impl Command for MakeInvitation {
    /// The code as people read it.
    type Outcome = String;

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        keys.want::<Member>(self.member.as_str());
        keys.want::<Referrer>(self.member.as_str());
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<String, Stop> {
        if desk.read::<Member>(self.member.as_str())?.is_none() {
            return Err(unknown(self.member.as_str()).into());
        }
        let mut referrer = referrer_of(desk, &self.member)?;
        let known = referrer.code.as_deref().and_then(VoucherCode::typed);
        if let Some(code) = known {
            return Ok(code.shown());
        }
        let code = VoucherCode::drawn(self.draw);
        desk.write_new(code.as_str(), Invitation { v: 1, member: self.member.clone(), at: desk.now() });
        (referrer.v, referrer.code) = (1, Some(CompactString::new(code.as_str())));
        desk.write(self.member.as_str(), referrer);
        Ok(code.shown())
    }
}

/// A member who exists says who brought them.
#[derive(Debug, Clone)]
pub struct BindReferral {
    /// The key it came with.
    pub request: Option<RequestKey>,
    /// The friend.
    pub member: MemberId,
    /// The inviter's code, as it was typed.
    pub code: CompactString,
    /// Members who are known by the same telephone number or address.
    pub same_person: Vec<MemberId>,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bound {
    /// Who brought the member.
    pub referrer: MemberId,
    /// Where it stands.
    pub state: ReferralState,
    /// Why it brings nothing, where that is so.
    pub refused: Option<Why>,
    /// Until when the first order must come.
    pub until: Timestamp,
}

impl Command for BindReferral {
    type Outcome = Bound;

    fn identity(&self) -> Option<Identity> {
        self.request.as_ref().map(RequestKey::identity)
    }

    fn touches(&self, books: &Books, loaded: &Loaded<'_>, keys: &mut Keys) -> Touch {
        keys.want::<Member>(self.member.as_str());
        want_bind(self.member.as_str(), None, Some(&self.code), books, loaded, keys)
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Bound, Stop> {
        let nobody = || Refusal::new(Code::Unknown).at("/code").word("code", &self.code);
        let code = VoucherCode::typed(&self.code).ok_or_else(nobody)?;
        let invitation = desk.read::<Invitation>(code.as_str())?.ok_or_else(nobody)?;
        let member = desk.read::<Member>(self.member.as_str())?;
        let mut member = Member::clone(&*member.ok_or_else(|| unknown(self.member.as_str()))?);
        let at = desk.now();
        let bringing =
            Bringing { referrer: &invitation.member, at, marks: &[], same_person: &self.same_person, is_new: false };
        let referral = bind(desk, &mut member, &bringing)??;
        member.note_due(&desk.books().at(at).law());
        desk.write(self.member.as_str(), member);
        raise_bound(desk, &referral)?;
        let Referral { referrer, state, refused, until, .. } = referral;
        Ok(Bound { referrer, state, refused, until })
    }
}

/// Names what binding works on: the inviter is named, or has a code.
pub(in crate::flows) fn want_bind(
    friend: &str,
    referrer: Option<&MemberId>,
    code: Option<&CompactString>,
    books: &Books,
    loaded: &Loaded<'_>,
    keys: &mut Keys,
) -> Touch {
    let code = code.and_then(|code| VoucherCode::typed(code));
    if let Some(code) = code.as_ref().filter(|code| !loaded.has_asked::<Invitation>(code.as_str())) {
        keys.want::<Invitation>(code.as_str());
        return Touch::Again;
    }
    let by_code = code.and_then(|code| loaded.peek::<Invitation>(code.as_str()));
    let Some(referrer) = by_code.as_ref().map(|invitation| &invitation.member).or(referrer) else {
        return Touch::Done;
    };
    want(friend, referrer, keys);
    keys.want::<Referral>(referrer.as_str());
    keys.want::<Referrer>(friend);
    want_raised(BOUND, &[friend, referrer.as_str()], books, keys);
    Touch::Done
}

/// Who brought whom, and what is known about it.
pub(in crate::flows) struct Bringing<'a> {
    /// Who.
    pub(in crate::flows) referrer: &'a MemberId,
    /// When it is said.
    pub(in crate::flows) at: Timestamp,
    /// Devices and accounts of the event that says it.
    pub(in crate::flows) marks: &'a [u32],
    /// Members who are known by the same telephone number or address.
    pub(in crate::flows) same_person: &'a [MemberId],
    /// Whether the member joins only now.
    pub(in crate::flows) is_new: bool,
}

/// Binds a friend to who brought them. Whoever calls writes the friend.
pub(in crate::flows) fn bind(
    desk: &mut Desk<'_>,
    friend: &mut Member,
    bringing: &Bringing<'_>,
) -> Result<Result<Referral, Refusal>, Stop> {
    let refused = |why: Why| Refusal::new(Code::ReferralRefused).word("why", why.as_str());
    let book = desk.books().at(bringing.at).clone();
    let Some(terms) = &book.referrals else { return Ok(Err(refused(Why::SwitchedOff))) };
    let id = friend.body.id.clone();
    // Whose identifier was made just now has no records that could have been asked for.
    let is_made = !desk.has_asked::<Referral>(id.as_str());
    if *bringing.referrer == id {
        return Ok(Err(refused(Why::Oneself)));
    }
    let Some(inviter) = desk.read::<Member>(bringing.referrer.as_str())? else {
        return Ok(Err(unknown(bringing.referrer.as_str())));
    };
    // Whoever brought others is not brought any more: so nobody can be among those whom they brought.
    let above = desk.read::<Referral>(bringing.referrer.as_str())?;
    let is_circle =
        !is_made && referrer_of(desk, &id)?.bound > 0 || above.as_ref().is_some_and(|above| above.referrer == id);
    let too_late = bringing.at > friend.body.joined.plus_days(i64::from(terms.bind_days));
    let why = if !is_made && desk.read::<Referral>(id.as_str())?.is_some() {
        Some(Why::BroughtAlready)
    } else if friend.body.orders > 0 {
        Some(Why::OrderedAlready)
    } else if !bringing.is_new && too_late {
        Some(Why::TooLate)
    } else if is_circle {
        Some(Why::Circle)
    } else {
        None
    };
    if let Some(why) = why {
        return Ok(Err(refused(why)));
    }
    let is_same = terms.apart.person && bringing.same_person.contains(bringing.referrer);
    let refused = match is_same {
        true => Some(Why::SamePerson),
        false if is_made => None,
        false => in_common(desk, terms.apart, friend, &inviter, bringing.marks)?,
    };
    let depth = above.map_or(0, |above| above.depth);
    let referral = Referral {
        v: 1,
        friend: id.clone(),
        referrer: bringing.referrer.clone(),
        state: if refused.is_some() { ReferralState::Refused } else { ReferralState::Bound },
        refused,
        depth: depth.saturating_add(1),
        at: bringing.at,
        until: bringing.at.plus_days(i64::from(terms.order_days)),
        order: None,
        brought: Vec::new(),
        welcomed: Vec::new(),
    };
    friend.body.referrer = Some(bringing.referrer.clone());
    let day = book.zone.day_of(bringing.at);
    desk.count("referrals", day, CompactString::new(referral.state.as_str()), 1);
    if referral.state == ReferralState::Bound {
        friend.body.invited = Some(referral.until);
        friend.body.untold = true;
        let mut referrer = referrer_of(desk, bringing.referrer)?;
        (referrer.v, referrer.bound) = (1, referrer.bound + 1);
        desk.write(bringing.referrer.as_str(), referrer);
        desk.count("referral_depth", day, compact_str::format_compact!("{}", referral.depth), 1);
    }
    match is_made {
        true => desk.write_new(id.as_str(), referral.clone()),
        false => desk.write(id.as_str(), referral.clone()),
    }
    Ok(Ok(referral))
}

/// The inviter's rules hear that a friend joined. The friend must have been written.
pub(in crate::flows) fn raise_bound(desk: &mut Desk<'_>, referral: &Referral) -> Result<(), Stop> {
    if referral.state != ReferralState::Bound {
        return Ok(());
    }
    let data = json!({"friend": referral.friend.as_str()});
    let event = event(BOUND, &referral.friend, &referral.referrer, referral.at, &data);
    let (outcome, _) = raise(&event, referral.at, desk)?;
    let inviter = desk.read::<Member>(referral.referrer.as_str())?;
    if let (Some((points, unit)), Some(inviter)) = (outcome.brought(), inviter) {
        messages::notify(desk, &inviter.body, Cause::FriendJoined { points, unit });
    }
    Ok(())
}
