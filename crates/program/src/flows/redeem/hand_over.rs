//! What was paid for becomes pieces: vouchers, or something to be sent.

use std::sync::Arc;

use jifen_vocab::{Code, RedemptionId, Refusal};

use super::counter::Counter;
use super::pieces::{days_valid, make_pieces};
use crate::book::Books;
use crate::book::shelf::of_tier;
use crate::desk::{Command, Desk, Identity, Keys, Loaded, RequestKey, Stop, Touch};
use crate::flows::referral;
use crate::member::Member;
use crate::messages::{self, Cause};
use crate::payments::Payment;
use crate::quotes::Delivery;
use crate::redemptions::{PieceState, Redemption, State};
use crate::rewards::Reward;

/// Makes the pieces of a redemption that is paid.
pub(super) fn hand_over(
    desk: &mut Desk<'_>,
    counter: &mut Counter,
    redemption: &mut Redemption,
    draws: &[u128],
) -> Result<(), Stop> {
    let (now, book) = (desk.now(), Arc::clone(counter.sitting.book()));
    referral::tell_redeemed(desk, &mut counter.sitting.member);
    redemption.state = State::Open;
    redemption.waits_until = None;
    let hours = of_tier(&book.shelf.ship_hours, &counter.sitting.member.body.tier);
    redemption.ship_by = hours.filter(|_| redemption.sent).map(|hours| now.plus_millis(hours * 3_600_000));
    if let Some(hours) = book.shelf.express_hours.filter(|_| redemption.delivery == Delivery::Express.as_str()) {
        // Whoever has it brought within the city waits hours and not days, whatever the tier.
        let by = now.plus_millis(i64::from(hours) * 3_600_000);
        redemption.ship_by = Some(redemption.ship_by.map_or(by, |usual| usual.min(by)));
    }
    let same_day = counter.supplies.reward.as_ref().and_then(|reward| reward.offer.same_day_until);
    if let Some(hour) = same_day.filter(|_| redemption.sent) {
        // What spoils is on its way the day it was ordered; too late in the day, the day after.
        let today = book.zone.day_of(now);
        let late = i8::try_from(hour).is_ok_and(|hour| book.zone.time_of(now).0 >= hour);
        redemption.ship_by = Some(book.zone.start_of(today.plus_days(if late { 2 } else { 1 })));
    }
    let days = days_valid(&book, redemption.physical);
    make_pieces(desk, &mut counter.supplies, redemption, days, |_, at| draws.get(at).copied())?;
    Ok(())
}

/// A redemption is on its way (RED-19).
#[derive(Debug, Clone)]
pub struct SendOut {
    /// The key it came with.
    pub request: Option<RequestKey>,
    /// Which.
    pub redemption: RedemptionId,
    /// By which its way can be followed.
    pub tracking: Option<String>,
}

impl Command for SendOut {
    type Outcome = Redemption;

    fn identity(&self) -> Option<Identity> {
        self.request.as_ref().map(RequestKey::identity)
    }

    fn touches(&self, _: &Books, loaded: &Loaded<'_>, keys: &mut Keys) -> Touch {
        if !loaded.has_asked::<Redemption>(self.redemption.as_str()) {
            keys.want::<Redemption>(self.redemption.as_str());
            return Touch::Again;
        }
        if let Some(redemption) = loaded.peek::<Redemption>(self.redemption.as_str()) {
            keys.want::<Member>(redemption.member.as_str());
            keys.want::<Reward>(redemption.reward.as_str());
        }
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Redemption, Stop> {
        let redemption = known(desk, &self.redemption)?;
        if redemption.state != State::Open || !redemption.sent {
            return Err(closed(&redemption).into());
        }
        let mut redemption = redemption;
        for piece in &mut redemption.pieces {
            piece.state = PieceState::Used;
        }
        redemption.handed_at = Some(desk.now());
        redemption.tracking.clone_from(&self.tracking);
        redemption.state = State::Fulfilled;
        desk.write(self.redemption.as_str(), redemption.clone());
        tell_handed_over(desk, &redemption)?;
        Ok(redemption)
    }
}

/// Asks the member how content they are, once it is theirs (RED-21).
pub(super) fn tell_handed_over(desk: &mut Desk<'_>, redemption: &Redemption) -> Result<(), Stop> {
    let Some(member) = desk.read::<Member>(redemption.member.as_str())? else { return Ok(()) };
    let reward = desk.read::<Reward>(redemption.reward.as_str())?;
    let reward = reward.map(|reward| reward.offer.name.clone()).unwrap_or_default();
    messages::notify(desk, &member.body, Cause::HandedOver { reward });
    Ok(())
}

/// The redemption, which must exist.
pub(super) fn known(desk: &Desk<'_>, id: &RedemptionId) -> Result<Redemption, Stop> {
    let unknown = || Refusal::new(Code::Unknown).word("redemption", id.as_str());
    Ok(Redemption::clone(&*desk.read::<Redemption>(id.as_str())?.ok_or_else(unknown)?))
}

/// The redemption's state does not allow it.
pub(super) fn closed(redemption: &Redemption) -> Refusal {
    Refusal::new(Code::RedemptionClosed)
        .word("redemption", redemption.id.as_str())
        .word("state", redemption.state.as_str())
}

/// The redemption, and through it the records it works on.
pub(super) fn through(id: &RedemptionId, loaded: &Loaded<'_>, keys: &mut Keys) -> Touch {
    // Named in every round: another command of the batch may have asked for the redemption alone.
    keys.want::<Payment>(id.as_str());
    if !loaded.has_asked::<Redemption>(id.as_str()) {
        keys.want::<Redemption>(id.as_str());
        return Touch::Again;
    }
    if let Some(redemption) = loaded.peek::<Redemption>(id.as_str()) {
        Counter::want(&redemption.member, &redemption.reward, keys);
    }
    Touch::Done
}
