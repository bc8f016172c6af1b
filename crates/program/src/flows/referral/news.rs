//! News of a friend that could not be judged with what brought it about.

use compact_str::CompactString;
use serde_json::json;

use super::follow::{complete, undo, want_undone};
use super::{COMPLETED, REDEEMED, WELCOMED, event, want};
use crate::book::Books;
use crate::desk::{Desk, Keys, Loaded, Stop, Touch};
use crate::flows::raise::{raise, want_raised};
use crate::member::Member;
use crate::orders::OrderFact;
use crate::referrals::{Happened, Referral, ReferralNews};

/// Names what news work on.
pub(in crate::flows) fn want_news(books: &Books, loaded: &Loaded<'_>, id: &str, keys: &mut Keys) -> Touch {
    if !loaded.has_asked::<ReferralNews>(id) {
        keys.want::<ReferralNews>(id);
        return Touch::Again;
    }
    let Some(news) = loaded.peek::<ReferralNews>(id) else { return Touch::Done };
    let friend = news.friend.as_str();
    keys.want::<Member>(friend);
    match &news.happened {
        Happened::Bound | Happened::Redeemed => {
            want(friend, &news.referrer, keys);
            [super::BOUND, REDEEMED]
                .iter()
                .for_each(|kind| want_raised(kind, &[friend, news.referrer.as_str()], books, keys));
            Touch::Done
        }
        Happened::Ordered { order, .. } => {
            want(friend, &news.referrer, keys);
            keys.want::<OrderFact>(order.as_str());
            [COMPLETED, WELCOMED]
                .iter()
                .for_each(|kind| want_raised(kind, &[friend, news.referrer.as_str()], books, keys));
            Touch::Done
        }
        Happened::Undone { .. } => want_undone(friend, &news.referrer, books, loaded, keys),
    }
}

/// News are judged, at the time they are of.
pub(in crate::flows) fn hear(desk: &mut Desk<'_>, id: &CompactString) -> Result<(), Stop> {
    let Some(news) = desk.read::<ReferralNews>(id)?.filter(|news| !news.told) else { return Ok(()) };
    let news = ReferralNews::clone(&news);
    desk.write(id, ReferralNews { told: true, ..news.clone() });
    let Some(referral) = desk.read::<Referral>(news.friend.as_str())? else { return Ok(()) };
    let referral = Referral::clone(&referral);
    if desk.read::<Member>(news.referrer.as_str())?.is_none() {
        return Ok(());
    }
    match &news.happened {
        Happened::Bound => super::raise_bound(desk, &referral),
        Happened::Redeemed => {
            let data = json!({"friend": news.friend.as_str()});
            let event = event(REDEEMED, &news.friend, &news.referrer, news.at, &data);
            raise(&event, news.at, desk).map(drop)
        }
        Happened::Ordered { order, amount } => {
            let stands = desk.read::<OrderFact>(order.as_str())?.is_some_and(|fact| fact.brought);
            if stands {
                // That both are one is written to the referral; there is nobody here to tell.
                drop(complete(desk, referral, order, *amount, news.at)?);
            }
            Ok(())
        }
        Happened::Undone { .. } => undo(desk, referral, news.at),
    }
}
