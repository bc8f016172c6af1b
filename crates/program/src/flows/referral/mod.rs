//! Friends who are brought: bound to who brought them, rewarded by the first order, and taken back with it.
//!
//! What a referral brings, earning rules say, on events that the program raises itself ([`REFERRAL_EVENTS`]): so caps,
//! budgets, tasks and the explanation of an award hold for it as for any other. Inviter and friend are rewarded in the
//! very decision that judges the friend's order. Where what that takes was not loaded with the order (friend and order
//! came in one batch), it is noted as news, which the clock brings about a moment later.

mod bind;
mod follow;
mod later;
mod news;

pub use bind::{BindReferral, Bound, MakeInvitation};
pub(super) use bind::{Bringing, bind, raise_bound, want_bind};
pub(super) use follow::{follow, may_follow, want_bringing, want_following};
pub(super) use later::tell_redeemed;
pub(super) use news::{hear, want_news};

use compact_str::format_compact;
use jifen_vocab::{MemberId, Timestamp};
use serde_json::Value;

use crate::book::referrals::Apart;
use crate::desk::{Desk, Keys, Stop};
use crate::events::{Event, MarkOf};
use crate::flows::raise::is_raised_at_hand;
use crate::member::Member;
use crate::referrals::{Referral, Referrer, Why};
use crate::sessions::{self, Holder, Sessions};

/// A friend joined; for the inviter.
const BOUND: &str = "referral.bound";
/// A friend's first order counts; for the inviter.
const COMPLETED: &str = "referral.completed";
/// A friend redeemed for the first time; for the inviter.
const REDEEMED: &str = "referral.redeemed";
/// The order by which a friend counted was taken back; for the inviter.
const UNDONE: &str = "referral.undone";
/// The own first order counts; for the friend.
const WELCOMED: &str = "referral.welcomed";

/// The events that the program raises because of a referral.
pub const REFERRAL_EVENTS: [&str; 5] = [BOUND, COMPLETED, REDEEMED, UNDONE, WELCOMED];

/// An event about a friend, for one of the two.
fn event(kind: &'static str, friend: &MemberId, of: &MemberId, at: Timestamp, data: &Value) -> Event {
    Event::raised(kind, format_compact!("{kind}:{friend}"), of, at, data)
}

/// Names what a step of a referral works on.
fn want(friend: &str, referrer: &MemberId, keys: &mut Keys) {
    keys.want::<Referral>(friend);
    keys.want::<Member>(referrer.as_str());
    keys.want::<Referrer>(referrer.as_str());
    keys.want::<Sessions>(&Holder::Member(friend.into()).key());
    keys.want::<Sessions>(&Holder::Member(referrer.as_str().into()).key());
}

/// Whether [`want`] was asked, and budgets that may pay for these events. Commands of one batch share what was loaded, so
/// that a part may be there without the rest.
fn is_at_hand(desk: &Desk<'_>, friend: &MemberId, referrer: &MemberId, kinds: &[&str]) -> bool {
    let sessions = |member: &MemberId| desk.has_asked::<Sessions>(&Holder::Member(member.as_str().into()).key());
    desk.has_asked::<Referral>(friend.as_str())
        && desk.has_asked::<Member>(referrer.as_str())
        && desk.has_asked::<Referrer>(referrer.as_str())
        && sessions(friend)
        && sessions(referrer)
        && kinds.iter().all(|kind| is_raised_at_hand(kind, &[friend.as_str(), referrer.as_str()], desk))
}

fn referrer_of(desk: &Desk<'_>, member: &MemberId) -> Result<Referrer, Stop> {
    Ok(desk.read::<Referrer>(member.as_str())?.map_or_else(Referrer::default, |known| Referrer::clone(&known)))
}

/// What two members have in common that they must not; nothing where they are apart.
fn in_common(desk: &Desk<'_>, apart: Apart, one: &Member, other: &Member, marks: &[u32]) -> Result<Option<Why>, Stop> {
    let shared = one.body.marks.iter().chain(marks).filter(|mark| other.body.marks.contains(mark));
    for mark in shared {
        match MarkOf::of(*mark) {
            MarkOf::Device if apart.device => return Ok(Some(Why::SameDevice)),
            MarkOf::Payment if apart.payment => return Ok(Some(Why::SamePayment)),
            MarkOf::Device | MarkOf::Payment => {}
        }
    }
    let of = |member: &Member| sessions::of(desk, &Holder::Member(member.body.id.as_str().into()));
    let (one, other) = (of(one)?, of(other)?);
    let is_shared = one.devices.iter().any(|device| other.devices.iter().any(|known| known.mark == device.mark));
    Ok(Some(Why::SameDevice).filter(|_| apart.device && is_shared))
}
