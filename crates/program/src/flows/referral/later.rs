//! What is to be judged a moment later, because what it takes was not loaded with what brought it about.

use jifen_vocab::{MemberId, Timestamp};

use crate::desk::Desk;
use crate::flows::case::Step;
use crate::member::Member;
use crate::referrals::{Happened, ReferralNews};

/// Notes what is to be judged a moment later.
pub(super) fn note(desk: &mut Desk<'_>, friend: &MemberId, referrer: &MemberId, at: Timestamp, step: &Step) {
    let happened = match step {
        Step::Bound => Happened::Bound,
        Step::Ordered { order, amount } => Happened::Ordered { order: order.clone(), amount: *amount },
        Step::Undone { order } => Happened::Undone { order: order.clone() },
    };
    write(desk, friend, referrer, at, happened);
}

fn write(desk: &mut Desk<'_>, friend: &MemberId, referrer: &MemberId, at: Timestamp, happened: Happened) {
    let id = desk.new_id("rfn");
    let news = ReferralNews { v: 1, friend: friend.clone(), referrer: referrer.clone(), at, happened, told: false };
    desk.write_new(&id, news);
}

/// A member redeems: whoever brought them hears of the first time.
pub(in crate::flows) fn tell_redeemed(desk: &mut Desk<'_>, member: &mut Member) {
    if !member.body.untold {
        return;
    }
    member.body.untold = false;
    if let Some(referrer) = member.body.referrer.clone() {
        let (friend, now) = (member.body.id.clone(), desk.now());
        write(desk, &friend, &referrer, now, Happened::Redeemed);
    }
}
