//! What every change of a redemption works on: the member's wallet, the reward's stock and the history of its price.

use std::sync::Arc;

use compact_str::CompactString;
use jifen_ledger::{Account, Cause, CauseKind, Dated, EntryKind, Grant, TakeBack};
use jifen_vocab::{HoldId, MemberId, Points, RedemptionId, Refusal, RewardId};

use super::price;
use crate::book::RuleBook;
use crate::desk::{Desk, Keys, Record, RecordFault, Stop};
use crate::member::Member;
use crate::pools::Pool;
use crate::pricing::PriceHistory;
use crate::redemptions::{Grown, Redemption};
use crate::rewards::Reward;
use crate::stock::Stock;
use crate::wallets::Sitting;

/// Pieces a member took in a day, among what was used of caps.
const PIECES: &str = "redeemed-pieces";
/// Redemptions of a member in a month.
const REDEMPTIONS: &str = "redeemed";

/// A reward with everything that changes when pieces of it come or go, open for one command.
pub(super) struct Supplies {
    /// The reward, unless nobody knows it any more.
    pub(super) reward: Option<Arc<Reward>>,
    /// How many there are.
    pub(super) stock: Stock,
    history: PriceHistory,
    /// Codes of a partner; none where there never were any.
    pub(super) pool: Pool,
    id: RewardId,
}

impl Supplies {
    /// Names the records.
    pub(super) fn want(reward: &RewardId, keys: &mut Keys) {
        keys.want::<Reward>(reward.as_str());
        keys.want::<Stock>(reward.as_str());
        keys.want::<PriceHistory>(reward.as_str());
        keys.want::<Pool>(reward.as_str());
    }

    /// Opens them.
    pub(super) fn open(desk: &Desk<'_>, reward: &RewardId) -> Result<Supplies, RecordFault> {
        let stock = desk.read::<Stock>(reward.as_str())?;
        let history = desk.read::<PriceHistory>(reward.as_str())?;
        Ok(Supplies {
            reward: desk.read::<Reward>(reward.as_str())?,
            stock: stock.map_or_else(|| Stock::new(None, desk.now()), |stock| Stock::clone(&stock)),
            history: history.map_or_else(PriceHistory::new, |history| PriceHistory::clone(&history)),
            pool: own::<Pool>(desk, reward.as_str())?,
            id: reward.clone(),
        })
    }

    /// Writes them, and notes what became of the price.
    pub(super) fn close(mut self, book: &RuleBook, desk: &mut Desk<'_>) {
        if let Some(reward) = &self.reward {
            price::note(book, reward, &self.stock, &mut self.history, desk.now());
        }
        desk.write(self.id.as_str(), self.stock);
        desk.write(self.id.as_str(), self.history);
        if self.pool.imported > 0 {
            desk.write(self.id.as_str(), self.pool);
        }
    }
}

/// The records that every change of a redemption works on, open for one command.
pub(super) struct Counter {
    /// The wallet.
    pub(super) sitting: Sitting,
    /// The reward and its pieces.
    pub(super) supplies: Supplies,
}

impl Counter {
    /// Names the records.
    pub(super) fn want(member: &MemberId, reward: &RewardId, keys: &mut Keys) {
        keys.want::<Member>(member.as_str());
        Supplies::want(reward, keys);
    }

    /// Opens them; the member must exist.
    pub(super) fn open(desk: &Desk<'_>, member: &MemberId, reward: &RewardId) -> Result<Counter, Stop> {
        Ok(Counter { sitting: Sitting::open(desk, member.as_str())?, supplies: Supplies::open(desk, reward)? })
    }

    /// Writes them, and notes what became of the price.
    pub(super) fn close(self, desk: &mut Desk<'_>) {
        self.supplies.close(self.sitting.book(), desk);
        self.sitting.close(desk);
    }

    /// Pieces the member has taken today, and redemptions of this month.
    pub(super) fn used(&self, desk: &Desk<'_>) -> (i64, i64) {
        let today = self.sitting.book().zone.day_of(desk.now());
        let member = &self.sitting.member;
        (member.used(PIECES, today), member.used(REDEMPTIONS, today.start_of_month()))
    }

    /// Counts a redemption under the limits of its day and month.
    pub(super) fn count(&mut self, redemption: &Redemption) {
        self.count_as(redemption, redemption.quantity, 1);
    }

    /// It does not count any more.
    pub(super) fn uncount(&mut self, redemption: &Redemption) {
        self.count_as(redemption, -redemption.quantity, -1);
    }

    fn count_as(&mut self, redemption: &Redemption, pieces: i64, redemptions: i64) {
        if redemption.gift.is_some() {
            return;
        }
        let day = self.sitting.book().zone.day_of(redemption.at);
        let month = day.start_of_month();
        let member = &mut self.sitting.member;
        for (cap, period, keep, add) in [(PIECES, day, 1, pieces), (REDEMPTIONS, month, 31, redemptions)] {
            // What is forgotten of long ago is not counted below nothing.
            let add = add.max(-member.used(cap, period));
            if add != 0 {
                member.use_cap(cap, period, Some(keep), add);
            }
        }
    }

    /// Sets the points of a redemption aside until it does not wait any more.
    pub(super) fn hold(&mut self, redemption: &Redemption, operator: &CompactString) -> Result<(), Refusal> {
        if redemption.points > 0 {
            let hold = hold_id(&redemption.id)?;
            let cause = cause(&redemption.id, operator);
            let points = Points::new(redemption.points);
            self.sitting.ledger().hold(&redemption.unit, points, &hold, redemption.waits_until, &cause)?;
        }
        Ok(())
    }

    /// Sets them free, unless time has.
    pub(super) fn unhold(&mut self, redemption: &Redemption, operator: &CompactString) -> Result<(), Refusal> {
        let hold = hold_id(&redemption.id)?;
        let mut ledger = self.sitting.ledger();
        if ledger.wallet().hold(&hold).is_some() {
            ledger.unhold(&hold, &cause(&redemption.id, operator))?;
        }
        Ok(())
    }

    /// Spends the points of a redemption, those that were set aside where there are such.
    pub(super) fn pay(&mut self, redemption: &mut Redemption, operator: &CompactString) -> Result<(), Refusal> {
        if redemption.points == 0 {
            return Ok(());
        }
        let (points, to) = (Points::new(redemption.points), account(redemption));
        let cause = cause(&redemption.id, operator);
        let mut ledger = self.sitting.ledger();
        redemption.left = if redemption.state.is_waiting() {
            ledger.capture(&hold_id(&redemption.id)?, points, to, &cause)?
        } else {
            ledger.spend(&redemption.unit, points, to, EntryKind::Spend, &cause)?
        };
        self.grow(redemption, operator)
    }

    /// What was spent raises the unit that raises the tier (TIER-09), as the rule book says.
    fn grow(&mut self, redemption: &mut Redemption, operator: &CompactString) -> Result<(), Refusal> {
        let book = Arc::clone(self.sitting.book());
        let Some(terms) = book.growth.as_ref().filter(|terms| terms.of == redemption.unit) else { return Ok(()) };
        let growth = terms.growth_of(redemption.points);
        let Some(unit) = book.unit(terms.unit.as_str()).filter(|_| growth > 0) else { return Ok(()) };
        let tier = book.tier(self.sitting.member.body.tier.as_str());
        let now = self.sitting.ledger().now();
        let granted = self.sitting.ledger().grant(Grant {
            unit: unit.id.clone(),
            points: Points::new(growth),
            effective_at: now,
            dated: Dated::At(book.validity(unit, tier).expires_at(now, &book.zone)),
            release: None,
            kind: EntryKind::Earn,
            cause: cause(&redemption.id, operator),
        })?;
        redemption.grown = Some(Grown { unit: unit.id.clone(), points: growth, taken: 0, piece: granted.piece });
        Ok(())
    }

    /// Points of a redemption come back: what they made grow shrinks by the same share.
    fn shrink(&mut self, redemption: &mut Redemption, operator: &CompactString) -> Result<(), Refusal> {
        let Some(grown) = &mut redemption.grown else { return Ok(()) };
        let share = i128::from(grown.points) * i128::from(redemption.returned) / i128::from(redemption.points.max(1));
        let due = i64::try_from(share).unwrap_or(grown.points) - grown.taken;
        if due <= 0 {
            return Ok(());
        }
        self.sitting.ledger().take_back(&TakeBack {
            unit: &grown.unit,
            points: Points::new(due),
            own: &[grown.piece],
            lapsed: &[],
            lapsed_counted: Points::ZERO,
            cause: &cause(&redemption.id, operator),
        })?;
        grown.taken += due;
        Ok(())
    }

    /// Gives points for the trouble of a redemption.
    pub(super) fn compensate(
        &mut self,
        redemption: &Redemption,
        points: i64,
        operator: &CompactString,
    ) -> Result<(), Refusal> {
        let book = Arc::clone(self.sitting.book());
        let Some(unit) = book.unit(redemption.unit.as_str()).filter(|_| points > 0) else { return Ok(()) };
        let tier = book.tier(self.sitting.member.body.tier.as_str());
        let now = self.sitting.ledger().now();
        let granted = Grant {
            unit: unit.id.clone(),
            points: Points::new(points),
            effective_at: now,
            dated: Dated::At(book.validity(unit, tier).expires_at(now, &book.zone)),
            release: None,
            kind: EntryKind::Adjust,
            cause: cause(&redemption.id, operator),
        };
        self.sitting.ledger().grant(granted).map(drop)
    }

    /// Gives points of a redemption back to the lots they came from.
    pub(super) fn give_back(
        &mut self,
        redemption: &mut Redemption,
        points: i64,
        operator: &CompactString,
    ) -> Result<(), Refusal> {
        if points == 0 {
            return Ok(());
        }
        let (cause, from) = (cause(&redemption.id, operator), account(redemption));
        let mut ledger = self.sitting.ledger();
        let back = ledger.give_back(&redemption.unit, &redemption.left, Points::new(points), from, &cause)?;
        redemption.left = back.left;
        redemption.returned += points;
        self.shrink(redemption, operator)
    }
}

/// A record to be changed, where there is one, or a new one.
pub(super) fn own<R: Record + Clone + Default>(desk: &Desk<'_>, id: &str) -> Result<R, RecordFault> {
    Ok(desk.read::<R>(id)?.map_or_else(R::default, |record| R::clone(&record)))
}

fn account(redemption: &Redemption) -> Account {
    if redemption.donated { Account::Donated } else { Account::Redeemed }
}

fn hold_id(id: &RedemptionId) -> Result<HoldId, Refusal> {
    HoldId::new(id.as_str()).map_err(|error| Refusal::field("/id", &error.to_string()))
}

fn cause(id: &RedemptionId, operator: &CompactString) -> Cause {
    Cause {
        by: CauseKind::Redemption,
        id: Some(CompactString::new(id.as_str())),
        operator: Some(operator.clone()),
        ..Cause::default()
    }
}
