//! Pieces come and go otherwise than by redemptions: a delivery, a count, what is broken or spoiled (CAT-23).
//!
//! Refusals, in order: unknown; invalid-field; stock-reserved.

use compact_str::CompactString;
use jifen_vocab::{Code, Day, Refusal, RewardId};

use super::price;
use super::put::Held;
use crate::audit::{self, By, Line};
use crate::book::Books;
use crate::desk::{Command, Desk, Identity, Keys, Loaded, RequestKey, Stop, Touch};
use crate::pricing::PriceHistory;
use crate::rewards::Reward;
use crate::stock::{PIECES_MAX, Stock};

/// Changes how many pieces of a reward there are.
#[derive(Debug, Clone)]
pub struct Supply {
    /// The key it came with.
    pub request: Option<RequestKey>,
    /// Of which reward.
    pub reward: RewardId,
    /// What changes.
    pub change: SupplyChange,
    /// The last day on which the pieces are good; as it was where it does not say.
    pub best_before: Option<Day>,
    /// Who.
    pub by: By,
}

/// What changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SupplyChange {
    /// So many come; fewer than none leave.
    Add(i64),
    /// So many are there, reserved ones included.
    Set(i64),
}

impl Command for Supply {
    type Outcome = Held;

    fn identity(&self) -> Option<Identity> {
        self.request.as_ref().map(RequestKey::identity)
    }

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        audit::want(keys);
        keys.want::<Reward>(self.reward.as_str());
        keys.want::<Stock>(self.reward.as_str());
        keys.want::<PriceHistory>(self.reward.as_str());
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Held, Stop> {
        let id = self.reward.as_str();
        let unknown = || Refusal::new(Code::Unknown).word("reward", id);
        let reward = Reward::clone(&*desk.read::<Reward>(id)?.ok_or_else(unknown)?);
        let (now, book) = (desk.now(), std::sync::Arc::clone(desk.books().at(desk.now())));
        let stock = desk.read::<Stock>(id)?;
        let mut stock = stock.map_or_else(|| Stock::new(None, now), |stock| Stock::clone(&stock));
        let before = stock.on_hand;
        match self.change {
            SupplyChange::Add(pieces) => stock.add(pieces, now)?,
            SupplyChange::Set(pieces) if !(0..=PIECES_MAX).contains(&pieces) => {
                return Err(Refusal::field("/stock", &format!("be from 0 to {PIECES_MAX}")).into());
            }
            SupplyChange::Set(pieces) => stock.set(Some(pieces), now)?,
        }
        let today = book.zone.day_of(now);
        if let Some(day) = self.best_before {
            if day < today {
                return Err(Refusal::field("/best_before", "not lie in the past").into());
            }
            stock.best_before = Some(day);
        }
        let history = desk.read::<PriceHistory>(id)?;
        let mut history = history.map_or_else(PriceHistory::new, |history| PriceHistory::clone(&history));
        price::note(&book, &reward, &stock, &mut history, now);
        let line = Line::new("rewards.stock", "reward", id).before("stock", before).after("stock", stock.on_hand);
        audit::write(desk, &self.by, line)?;
        let came = stock.on_hand.unwrap_or(0) - before.unwrap_or(0);
        desk.count("supply", today, CompactString::new(id), came);
        desk.write(id, stock.clone());
        desk.write(id, history);
        Ok(Held { reward, stock })
    }
}
