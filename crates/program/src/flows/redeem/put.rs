//! Rewards are made and changed.
//!
//! Refusals, in order: invalid-field, unit-unknown, unit-not-spendable; reward-exists or unknown; stock-reserved.

use compact_str::CompactString;
use jifen_vocab::limits::AMOUNT_MAX;
use jifen_vocab::{Code, Refusal, RewardId, Timestamp};
use serde::{Deserialize, Serialize};

use super::price;
use crate::audit::{self, By, Line};
use crate::book::{Books, RuleBook};
use crate::desk::{Command, Desk, Identity, Keys, Loaded, RequestKey, Stop, Touch};
use crate::pricing::PriceHistory;
use crate::redemptions::PIECES_MAX;
use crate::rewards::{DELIVERIES, Offer, Reward};
use crate::stock::Stock;
use crate::wallets::spendable_unit;

/// Makes a reward or changes one.
#[derive(Debug, Clone)]
pub struct PutReward {
    /// The key it came with.
    pub request: Option<RequestKey>,
    /// Which; a new one where it does not say.
    pub id: Option<RewardId>,
    /// Whether it must not be there yet; else it must.
    pub create: bool,
    /// What is said of it.
    pub offer: Offer,
    /// How many there are, reserved ones included; what there was where it does not say.
    pub stock: Option<i64>,
    /// Who.
    pub by: By,
}

/// A reward and its stock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// The reward.
    pub reward: Reward,
    /// How many there are.
    pub stock: Stock,
}

impl Command for PutReward {
    type Outcome = Held;

    fn identity(&self) -> Option<Identity> {
        self.request.as_ref().map(RequestKey::identity)
    }

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        audit::want(keys);
        if let Some(id) = &self.id {
            keys.want::<Reward>(id.as_str());
            keys.want::<Stock>(id.as_str());
            keys.want::<PriceHistory>(id.as_str());
        }
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Held, Stop> {
        let (now, book) = (desk.now(), std::sync::Arc::clone(desk.books().at(desk.now())));
        check(&self.offer, &book, now)?;
        let id = match &self.id {
            Some(id) => id.clone(),
            None => RewardId::new(&desk.new_id("rwd")).map_err(|_| Code::LimitExceeded)?,
        };
        let (mut before, mut stock, mut history) = (None, Stock::new(self.stock, now), PriceHistory::new());
        if self.id.is_some() {
            before = desk.read::<Reward>(id.as_str())?;
        }
        match (&before, self.create) {
            (Some(_), true) => return Err(Refusal::new(Code::RewardExists).word("reward", id.as_str()).into()),
            (None, false) => return Err(Refusal::new(Code::Unknown).word("reward", id.as_str()).into()),
            _ => {}
        }
        if before.is_some() {
            if let Some(there) = desk.read::<Stock>(id.as_str())? {
                stock = Stock::clone(&there);
            }
            if let Some(there) = desk.read::<PriceHistory>(id.as_str())? {
                history = PriceHistory::clone(&there);
            }
            if self.stock.is_some() && self.stock != stock.on_hand {
                stock.set(self.stock, now)?;
            }
        }
        let created = before.as_ref().map_or(now, |before| before.created);
        let reward = Reward { v: 1, id: id.clone(), offer: self.offer.clone(), created, changed: now };
        price::note(&book, &reward, &stock, &mut history, now);
        let action = if self.create { "rewards.create" } else { "rewards.change" };
        let line =
            Line::new(action, "reward", id.as_str()).after("offer", json(&reward.offer)).after("stock", stock.on_hand);
        let line = match &before {
            Some(before) => line.before("offer", json(&before.offer)),
            None => line,
        };
        audit::write(desk, &self.by, line)?;
        desk.write_new(id.as_str(), reward.clone());
        desk.write_new(id.as_str(), stock.clone());
        desk.write_new(id.as_str(), history);
        Ok(Held { reward, stock })
    }
}

fn json(offer: &Offer) -> serde_json::Value {
    serde_json::to_value(offer).unwrap_or_default()
}

fn check(offer: &Offer, book: &RuleBook, now: Timestamp) -> Result<(), Refusal> {
    let amounts =
        [("/points", offer.points), ("/value", offer.value), ("/cash", Some(offer.cash)), ("/cost", offer.cost)];
    for (pointer, amount) in amounts {
        if amount.is_some_and(|amount| !(0..=AMOUNT_MAX).contains(&amount)) {
            return Err(Refusal::field(pointer, &format!("be from 0 to {AMOUNT_MAX}")));
        }
    }
    let unit = spendable_unit(book, offer.unit.as_ref().unwrap_or(&book.default_unit), now)?;
    match (offer.points, offer.value) {
        (None, _) if offer.fixed => return Err(Refusal::field("/points", "be present: the price is fixed")),
        (None, None) => return Err(Refusal::field("/points", "be present where there is no value")),
        (None, Some(_)) if price::minor_per_point(book, unit).is_none() => {
            return Err(Refusal::field("/points", "be present: a point of this unit has no worth"));
        }
        (Some(0), _) if offer.cash == 0 => {
            return Err(Refusal::field("/points", "be above zero where there is no cash"));
        }
        _ => {}
    }
    if let (Some(from), Some(until)) = (offer.from, offer.until)
        && from >= until
    {
        return Err(Refusal::field("/until", "lie after from"));
    }
    check_makeup(offer, book)?;
    if offer.hours.iter().any(|(from, to)| from >= to || *to > 24) {
        return Err(Refusal::field("/hours", "be pairs such as [9, 12], each from 0 to 24"));
    }
    let known = |tier: &&jifen_vocab::TierId| !book.tiers.iter().any(|there| there.id == **tier);
    if let Some(tier) = offer.tiers.iter().find(known) {
        let names: Vec<CompactString> = book.tiers.iter().map(|tier| CompactString::new(tier.id.as_str())).collect();
        return Err(Refusal::field("/tiers", &format!("be of {}; {tier} is none", names.join(", "))));
    }
    Ok(())
}

/// Beyond these a slip is more likely than a wish: a weight on the shelf, days ahead.
const WEIGHT_MAX: i32 = 1_000;
const DAYS_MAX: u16 = 1_100;

fn check_makeup(offer: &Offer, book: &RuleBook) -> Result<(), Refusal> {
    if let Some(unlock) = &offer.unlock {
        unlock.compile(book)?;
    }
    if offer.parts.iter().any(|part| !(1..=PIECES_MAX).contains(&part.pieces)) {
        return Err(Refusal::field("/parts", &format!("each have from 1 to {PIECES_MAX} pieces")));
    }
    if offer.choices.iter().any(|choice| choice.options.is_empty()) {
        return Err(Refusal::field("/choices", "each have options"));
    }
    if offer.booking.is_some_and(|booking| booking.least > booking.most || booking.most > DAYS_MAX) {
        return Err(Refusal::field("/booking", &format!("be from `least` to `most` days, at most {DAYS_MAX}")));
    }
    if offer.supplier.as_ref().is_some_and(|supplier| supplier.return_percent > 100 || supplier.return_days > DAYS_MAX)
    {
        return Err(Refusal::field("/supplier", &format!("take back at most 100% within at most {DAYS_MAX} days")));
    }
    if offer.same_day_until.is_some_and(|hour| hour > 24) {
        return Err(Refusal::field("/same_day_until", "be an hour from 0 to 24"));
    }
    let physical = offer.is_physical();
    let suits = |way: &CompactString| DELIVERIES.contains(&way.as_str()) && physical == (way != "electronic");
    if !offer.deliveries.iter().all(suits) {
        let ways = if physical { "express, pick_up and ship" } else { "electronic" };
        return Err(Refusal::field("/deliveries", &format!("be of {ways}, as it suits what the reward is")));
    }
    if offer.weight.abs() > WEIGHT_MAX {
        return Err(Refusal::field("/weight", &format!("be from -{WEIGHT_MAX} to {WEIGHT_MAX}")));
    }
    let capacity = book.shelf.assortment.capacity_per_second;
    match (offer.per_second, capacity) {
        (Some(expected), _) if expected < 0 => Err(Refusal::field("/per_second", "not be below 0")),
        // It may be made and corrected; it is not opened before the house is ready for it.
        (Some(expected), Some(most)) if expected > most && !offer.retired && !offer.hidden => {
            let what = format!(
                "be at most {most}, what the program is built for: add capacity first, or spread it over `hours`"
            );
            Err(Refusal::field("/per_second", &what))
        }
        _ => Ok(()),
    }
}
