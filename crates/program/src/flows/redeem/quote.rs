//! A price is asked for. It holds for the minutes that the program promises, and reserves nothing.
//!
//! Refusals, in order: invalid-field; member-unknown; unknown; reward-unavailable; out-of-stock; amount-out-of-range;
//! redemption-limit.

use std::sync::Arc;

use compact_str::CompactString;
use jifen_vocab::{Chosen, Code, MemberId, QuoteId, Ratio, Refusal, RewardId, Rounding};
use serde::{Deserialize, Serialize};

use super::price::{self, Looker, shown_price};
use crate::book::shelf::of_tier;
use crate::book::{Books, RuleBook, Unit};
use crate::desk::{Command, Desk, Identity, Keys, Loaded, RequestKey, Stop, Touch};
use crate::member::Member;
use crate::pricing::PriceHistory;
use crate::quotes::{Delivery, Quote};
use crate::redemptions::PIECES_MAX;
use crate::rewards::{Obstacle, Reward};
use crate::stock::Stock;
use crate::wallets::Sitting;

/// Asks for a price.
#[derive(Debug, Clone)]
pub struct AskQuote {
    /// The key it came with.
    pub request: Option<RequestKey>,
    /// For whom.
    pub member: MemberId,
    /// Of what.
    pub reward: RewardId,
    /// Pieces.
    pub quantity: i64,
    /// Money that is to stand for points, in minor units (PAY-05).
    pub cash: i64,
    /// How it is to come; in a shop or as a code where it does not say.
    pub delivery: Option<Delivery>,
    /// The month of the member's birthday, where it is known.
    pub birth_month: Option<i8>,
    /// What the member chose.
    pub chosen: Chosen,
}

/// A price, and what the member has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Quoted {
    /// The price.
    pub quote: Quote,
    /// Points the member has.
    pub available: i64,
    /// Money that would make up for the points that are missing, in minor units; nothing where none are missing or
    /// money may not stand for so many (RED-20).
    pub cash_for_missing: Option<i64>,
}

impl Command for AskQuote {
    type Outcome = Quoted;

    fn identity(&self) -> Option<Identity> {
        self.request.as_ref().map(RequestKey::identity)
    }

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        keys.want::<Member>(self.member.as_str());
        keys.want::<Reward>(self.reward.as_str());
        keys.want::<Stock>(self.reward.as_str());
        keys.want::<PriceHistory>(self.reward.as_str());
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Quoted, Stop> {
        if !(1..=PIECES_MAX).contains(&self.quantity) {
            return Err(Refusal::field("/quantity", &format!("be from 1 to {PIECES_MAX}")).into());
        }
        let mut sitting = Sitting::open(desk, self.member.as_str())?;
        let unknown = || Refusal::new(Code::Unknown).at("/reward").word("reward", self.reward.as_str());
        let reward = desk.read::<Reward>(self.reward.as_str())?.ok_or_else(unknown)?;
        let (now, book) = (desk.now(), Arc::clone(sitting.book()));
        let looker = Looker::of(&sitting.member, self.birth_month);
        if let Some(obstacle) = looker.obstacle(&book, &reward, now) {
            return Err(unavailable(&book, &reward, obstacle).into());
        }
        let delivery = self.delivery(&reward)?;
        reward.offer.check_chosen(&self.chosen, book.zone.day_of(now))?;
        let stock = desk.read::<Stock>(self.reward.as_str())?;
        let mut stock = stock.map_or_else(|| Stock::new(None, now), |stock| Stock::clone(&stock));
        stock.reserve(self.quantity)?;
        stock.unreserve(self.quantity);
        let history = desk.read::<PriceHistory>(self.reward.as_str())?;
        let history = history.map_or_else(PriceHistory::new, |history| PriceHistory::clone(&history));
        let shown = shown_price(&book, &reward, &stock, &history, &looker, self.quantity, now);
        let shown = shown.ok_or_else(|| Refusal::new(Code::AmountOutOfRange).at("/quantity"))?;
        let unit = price::unit(&book, &reward).ok_or_else(unknown)?;
        let most = most_cash(&book, unit, shown.points);
        let points = shown.points - self.points_for_cash(&book, unit, most)?;
        check_points(&book, &sitting.member, points)?;
        let available = sitting.ledger().wallet().usable(&unit.id).get();
        let missing = cash_for_missing(&book, &reward, shown.points, available);
        let id = QuoteId::new(&desk.new_id("quo")).map_err(|_| Code::LimitExceeded)?;
        let quote = Quote {
            v: 1,
            id: id.clone(),
            member: self.member.clone(),
            reward: self.reward.clone(),
            quantity: self.quantity,
            unit: unit.id.clone(),
            points,
            cash: shown.cash + self.cash,
            delivery,
            at: now,
            expires_at: now.plus_millis(i64::from(book.shelf.quote_minutes) * 60_000),
            steps: shown.steps,
            chosen: self.chosen.clone(),
        };
        desk.count("quote", book.zone.day_of(now), CompactString::new(self.reward.as_str()), 1);
        desk.write_new(id.as_str(), quote.clone());
        Ok(Quoted { quote, available, cash_for_missing: missing })
    }
}

impl AskQuote {
    fn delivery(&self, reward: &Reward) -> Result<Delivery, Refusal> {
        let physical = reward.offer.is_physical();
        let named = &reward.offer.deliveries;
        let is_named = |delivery: Delivery| named.is_empty() || named.iter().any(|name| name == delivery.as_str());
        let usual = if physical { Delivery::PickUp } else { Delivery::Electronic };
        match self.delivery {
            None if is_named(usual) => Ok(usual),
            None => Delivery::ALL
                .into_iter()
                .find(|way| is_named(*way))
                .ok_or_else(|| Refusal::field("/delivery", "be present")),
            Some(delivery) if !is_named(delivery) => {
                Err(Refusal::field("/delivery", &format!("be one of {}", named.join(", "))))
            }
            Some(delivery) if physical == (delivery != Delivery::Electronic) => Ok(delivery),
            Some(_) => Err(Refusal::field("/delivery", "suit what the reward is")),
        }
    }

    /// The points that the money stands for: never more than it is worth, so that both cover the price.
    fn points_for_cash(&self, book: &RuleBook, unit: &Unit, most: i64) -> Result<i64, Refusal> {
        if self.cash == 0 {
            return Ok(0);
        }
        if self.cash < 0 || self.cash > most {
            return Err(Refusal::field("/cash", &format!("be from 0 to {most}")));
        }
        let worth = price::minor_per_point(book, unit);
        let points = worth.and_then(|worth| Ratio::whole(self.cash).checked_div(worth)?.round(Rounding::Floor));
        points.ok_or_else(|| Refusal::field("/cash", "be absent: a point of this unit has no worth"))
    }
}

/// The most money that may stand for points of a price, in minor units.
fn most_cash(book: &RuleBook, unit: &Unit, points: i64) -> i64 {
    let share = book.shelf.payment.most.ratio();
    let worth = price::minor_per_point(book, unit);
    let most =
        worth.and_then(|worth| worth.checked_mul(Ratio::whole(points))?.checked_mul(share)?.round(Rounding::Floor));
    most.unwrap_or(0)
}

/// The most money that may stand for points of that price of a reward, in minor units.
pub fn most_cash_of(book: &RuleBook, reward: &Reward, points: i64) -> i64 {
    price::unit(book, reward).map_or(0, |unit| most_cash(book, unit, points))
}

/// Money that would make up for the points somebody lacks for that price of a reward, in minor units; nothing where none
/// are missing, or money may not stand for so many (RED-20).
pub fn cash_for_missing(book: &RuleBook, reward: &Reward, points: i64, available: i64) -> Option<i64> {
    let unit = price::unit(book, reward)?;
    let cash = cash_for(book, unit, points - available).filter(|_| available < points)?;
    (cash <= most_cash(book, unit, points)).then_some(cash)
}

/// Money that is worth so many points, rounded up.
fn cash_for(book: &RuleBook, unit: &Unit, points: i64) -> Option<i64> {
    price::minor_per_point(book, unit)?.checked_mul(Ratio::whole(points))?.round(Rounding::Ceil)
}

/// The limits of the points of one redemption.
pub(super) fn check_points(book: &RuleBook, member: &Member, points: i64) -> Result<(), Refusal> {
    let tier = &member.body.tier;
    if let Some(most) = of_tier(&book.shelf.points_max, tier).filter(|most| points > *most) {
        return Err(limit("points_max", most, points));
    }
    let least = book.shelf.least_points;
    if points > 0 && points < least {
        return Err(limit("least_points", least, points));
    }
    Ok(())
}

/// A limit of redemptions is reached.
pub(super) fn limit(name: &str, maximum: i64, asked: i64) -> Refusal {
    Refusal::new(Code::RedemptionLimit).word("limit", name).number("maximum", maximum).number("asked", asked)
}

/// The reward is not there for the member.
pub(super) fn unavailable(book: &RuleBook, reward: &Reward, obstacle: Obstacle) -> Refusal {
    let refusal = Refusal::new(Code::RewardUnavailable).word("reward", reward.id.as_str()).word("why", obstacle.why);
    match obstacle.from {
        Some(from) => refusal.word("from", &book.zone.rfc3339(from)),
        None => refusal,
    }
}
