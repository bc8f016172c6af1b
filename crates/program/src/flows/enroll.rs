//! A member is enrolled. Rewards for joining come from events, not from here; who brought the member is bound to them.
//!
//! Refusals, in order: unknown (the code of an invitation), member-exists; unknown tier.

use compact_str::CompactString;
use jifen_ledger::MonthDay;
use jifen_vocab::{Code, MemberId, Refusal, TierId, Timestamp};
use serde::{Deserialize, Serialize};

use super::referral::{self, Bringing};
use crate::book::Books;
use crate::desk::{Command, Desk, Identity, Keys, Loaded, RequestKey, Stop, Touch};
use crate::member::Member;
use crate::members::{Birthday, Profile};
use crate::messages::{Cause, notify};
use crate::referrals::{Invitation, Referral};
use crate::vouchers::VoucherCode;

/// Enrolls a member.
#[derive(Debug, Clone)]
pub struct Enroll {
    /// The key it came with.
    pub request: Option<RequestKey>,
    /// The identifier; a new one where the caller gives none.
    pub id: Option<MemberId>,
    /// When the membership began; now where it does not say.
    pub joined_at: Option<Timestamp>,
    /// Words operators put on members.
    pub tags: Vec<CompactString>,
    /// Who brought the member. A stranger is noted and gets nothing for it.
    pub referrer: Option<MemberId>,
    /// The code of who brought the member.
    pub invitation: Option<CompactString>,
    /// Members who are known by the same telephone number or address.
    pub same_person: Vec<MemberId>,
    /// The tier, where another system had given one; the lowest otherwise.
    pub tier: Option<TierId>,
    /// Personal data, sealed.
    pub profile: Option<Profile>,
    /// The birthday's month and day.
    pub birthday: Option<MonthDay>,
}

/// What enrollment brought about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolled {
    /// The member.
    pub id: MemberId,
    /// The tier.
    pub tier: TierId,
    /// When the membership began.
    pub joined_at: Timestamp,
}

impl Command for Enroll {
    type Outcome = Enrolled;

    fn identity(&self) -> Option<Identity> {
        self.request.as_ref().map(RequestKey::identity)
    }

    fn touches(&self, books: &Books, loaded: &Loaded<'_>, keys: &mut Keys) -> Touch {
        if let Some(id) = &self.id {
            keys.want::<Member>(id.as_str());
            keys.want::<Profile>(id.as_str());
        }
        let id = self.id.as_ref().map_or("", MemberId::as_str);
        referral::want_bind(id, self.referrer.as_ref(), self.invitation.as_ref(), books, loaded, keys)
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Enrolled, Stop> {
        let id = match &self.id {
            Some(id) => id.clone(),
            None => MemberId::new(&desk.new_id("mem")).map_err(|_| Code::LimitExceeded)?,
        };
        if self.id.is_some() && desk.read::<Member>(id.as_str())?.is_some() {
            return Err(Refusal::new(Code::MemberExists).word("member", id.as_str()).into());
        }
        let book = desk.books().at(desk.now()).clone();
        let tier = match &self.tier {
            Some(tier) if book.tiers.iter().all(|known| known.id != *tier) => {
                return Err(Refusal::field("/tier", "be one of the program's tiers").into());
            }
            Some(tier) => tier.clone(),
            None => book.tiers[0].id.clone(),
        };
        let joined_at = self.joined_at.unwrap_or(desk.now());
        if joined_at > desk.now() {
            return Err(Refusal::field("/joined_at", "not lie in the future").into());
        }
        let mut member = Member::new(id.clone(), joined_at, tier.clone());
        member.body.tags.clone_from(&self.tags);
        if self.tier.is_some() {
            // What another system gave is kept for as long as what was reached here.
            member.standing_mut().since = Some(desk.now());
        }
        let bound = self.bring(desk, &mut member)?;
        member.note_due(&book.law());
        desk.count("members", book.zone.day_of(desk.now()), CompactString::new(tier.as_str()), 1);
        // Who came over from another system was welcomed there.
        if self.joined_at.is_none() {
            notify(desk, &member.body, Cause::Registered);
        }
        crate::members::note_anniversary(desk, &id, joined_at);
        desk.write_new(id.as_str(), member);
        if let Some(profile) = &self.profile {
            desk.write_new(id.as_str(), profile.clone());
        }
        if let Some(day) = self.birthday {
            desk.write_new(id.as_str(), Birthday::said(day, &book, desk.now()));
        }
        if let Some(bound) = bound {
            referral::raise_bound(desk, &bound)?;
        }
        Ok(Enrolled { id, tier, joined_at })
    }
}

impl Enroll {
    /// Who brought the member gets what that brings, unless something stands against it. Joining itself is never
    /// refused for it, except that nobody brings themselves and a code must be somebody's.
    fn bring(&self, desk: &mut Desk<'_>, member: &mut Member) -> Result<Option<Referral>, Stop> {
        let referrer = match (&self.invitation, &self.referrer) {
            (Some(code), _) => {
                let nobody = || Refusal::new(Code::Unknown).at("/invitation").word("code", code);
                let code = VoucherCode::typed(code).ok_or_else(nobody)?;
                desk.read::<Invitation>(code.as_str())?.ok_or_else(nobody)?.member.clone()
            }
            (None, Some(referrer)) => referrer.clone(),
            (None, None) => return Ok(None),
        };
        if referrer == member.body.id {
            return Err(Refusal::field("/referrer", "not be the member themselves").into());
        }
        member.body.referrer = Some(referrer.clone());
        let at = desk.now();
        let bringing = Bringing { referrer: &referrer, at, marks: &[], same_person: &self.same_person, is_new: true };
        Ok(referral::bind(desk, member, &bringing)?.ok())
    }
}
