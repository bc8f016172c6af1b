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
use crate::rewards::{Offer, Reward};
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
