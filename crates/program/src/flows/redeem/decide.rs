//! A quoted price is paid.
//!
//! Refusals, in order: unknown; quote-expired; reward-unavailable; redemption-limit; device-unconfirmed; out-of-stock; wallet-frozen;
//! insufficient-points. The same quote again gets the first answer, whatever it was.

use compact_str::CompactString;
use jifen_vocab::{Code, MemberId, QuoteId, RedemptionId, Refusal, Timestamp};

use super::CodeDraws;
use super::counter::Counter;
use super::hand_over::hand_over;
use super::money;
use super::quote::{check_points, limit};
use crate::book::Books;
use crate::book::shelf::of_tier;
use crate::desk::{Command, Desk, Identity, Keys, Loaded, Stop, Touch};
use crate::flows::guard::{self, Whence};
use crate::quotes::Quote;
use crate::redemptions::{REDEMPTION_KEY, Redemption, State};
use crate::rewards::RewardKind;
use crate::sessions::Presence;

/// Pays a quoted price.
#[derive(Debug, Clone)]
pub struct Redeem {
    /// The quote.
    pub quote: QuoteId,
    /// Whose quote it must be, where a member asks.
    pub owner: Option<MemberId>,
    /// From which device a member asks, where it is known.
    pub presence: Option<Presence>,
    /// For the vouchers.
    pub draws: CodeDraws,
    /// Of the request's content.
    pub fingerprint: [u8; 16],
    /// Who asks: the credential.
    pub operator: CompactString,
}

impl Command for Redeem {
    type Outcome = Redemption;

    fn identity(&self) -> Option<Identity> {
        let id = CompactString::new(self.quote.as_str());
        Some(Identity { kind: &REDEMPTION_KEY, id, fingerprint: self.fingerprint })
    }

    fn touches(&self, _: &Books, loaded: &Loaded<'_>, keys: &mut Keys) -> Touch {
        if !loaded.has_asked::<Quote>(self.quote.as_str()) {
            keys.want::<Quote>(self.quote.as_str());
            return Touch::Again;
        }
        if let Some(quote) = loaded.peek::<Quote>(self.quote.as_str()) {
            Counter::want(&quote.member, &quote.reward, keys);
            if self.presence.is_some() {
                guard::want(&quote.member, keys);
            }
        }
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Redemption, Stop> {
        let unknown = || Refusal::new(Code::Unknown).at("/quote").word("quote", self.quote.as_str());
        let quote = desk.read::<Quote>(self.quote.as_str())?.ok_or_else(unknown)?;
        if self.owner.as_ref().is_some_and(|owner| *owner != quote.member) {
            return Err(unknown().into());
        }
        let now = desk.now();
        let mut counter = Counter::open(desk, &quote.member, &quote.reward)?;
        if now >= quote.expires_at {
            let at = counter.sitting.book().zone.rfc3339(quote.expires_at);
            return Err(Refusal::new(Code::QuoteExpired)
                .word("quote", quote.id.as_str())
                .word("expired_at", &at)
                .into());
        }
        let reward = counter.supplies.reward.clone().filter(|reward| !reward.offer.retired);
        let Some(reward) = reward else {
            let refusal = Refusal::new(Code::RewardUnavailable).word("reward", quote.reward.as_str());
            return Err(refusal.word("why", "retired").into());
        };
        check_limits(desk, &counter, &quote)?;
        let available = counter.sitting.ledger().wallet().usable(&quote.unit).get();
        let terms = counter.sitting.book().rights.guard;
        let whence = self.presence.as_ref().map(Whence::Device);
        guard::check(desk, terms.as_ref(), &quote.member, whence.as_ref(), quote.points, available)?;
        let waits = waits(&counter, &quote, now);
        let id = RedemptionId::new(&desk.new_id("rdm")).map_err(|_| Code::LimitExceeded)?;
        let mut redemption = Redemption {
            quote: Some(quote.id.clone()),
            quantity: quote.quantity,
            points: quote.points,
            cash: quote.cash,
            state: waits.map_or(State::Open, |(state, _)| state),
            delivery: CompactString::new(quote.delivery.as_str()),
            sent: quote.delivery.is_sent(),
            physical: reward.offer.is_physical(),
            donated: reward.offer.kind == RewardKind::Donation,
            waits_until: waits.map(|(_, until)| until),
            chosen: quote.chosen.clone(),
            ..Redemption::new(id, quote.member.clone(), quote.reward.clone(), quote.unit.clone(), now)
        };
        if waits.is_some() {
            counter.supplies.stock.reserve(redemption.quantity)?;
            counter.hold(&redemption, &self.operator)?;
        } else {
            counter.supplies.stock.take(redemption.quantity)?;
            counter.pay(&mut redemption, &self.operator)?;
            hand_over(desk, &mut counter, &mut redemption, &self.draws)?;
        }
        money::expect(desk, &redemption);
        counter.count(&redemption);
        let today = counter.sitting.book().zone.day_of(now);
        counter.sitting.member.forget_used(today);
        counter.sitting.member.body.active = Some(now);
        counter.close(desk);
        desk.count("redemption", today, CompactString::new(redemption.reward.as_str()), redemption.quantity);
        desk.write_new(redemption.id.as_str(), redemption.clone());
        Ok(redemption)
    }
}

fn check_limits(desk: &Desk<'_>, counter: &Counter, quote: &Quote) -> Result<(), Refusal> {
    let (book, member) = (counter.sitting.book(), &counter.sitting.member);
    check_points(book, member, quote.points)?;
    let (pieces, redemptions) = counter.used(desk);
    let pieces = pieces.saturating_add(quote.quantity);
    if let Some(most) = book.shelf.day_max.filter(|most| pieces > *most) {
        return Err(limit("day_max", most, pieces));
    }
    let redemptions = redemptions.saturating_add(1);
    if let Some(most) = of_tier(&book.shelf.month_max, &member.body.tier).filter(|most| redemptions > *most) {
        return Err(limit("month_max", most, redemptions));
    }
    Ok(())
}

/// What a redemption waits for before anything is spent, and until when.
fn waits(counter: &Counter, quote: &Quote, now: Timestamp) -> Option<(State, Timestamp)> {
    let (book, tier) = (counter.sitting.book(), &counter.sitting.member.body.tier);
    let confirmation = book.shelf.confirmation.as_ref();
    let confirmation = confirmation.filter(|terms| terms.tiers.contains(tier) && quote.points > terms.above);
    match confirmation {
        Some(terms) => Some((State::ToConfirm, now.plus_millis(i64::from(terms.hours) * 3_600_000))),
        None if quote.cash > 0 => Some((State::AwaitingPayment, super::pay::payment_until(book, now))),
        None => None,
    }
}
