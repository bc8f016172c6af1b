//! What a reward costs whoever looks at it.

use compact_str::CompactString;
use jifen_rules::cel::Condition;
use jifen_vocab::{MemberId, Ratio, Rounding, TierId, Timestamp};

use crate::book::prices::Step;
use crate::book::{RuleBook, Unit};
use crate::member::Member;
use crate::pricing::{Asked, Base, Figures, Market, PriceHistory, price};
use crate::rewards::{Deeds, Obstacle, Reward, Visitor, is_unlocked};
use crate::stock::Stock;

/// Who looks at the shelf.
#[derive(Debug, Clone)]
pub struct Looker {
    /// Who; nobody in particular where it does not say.
    pub member: Option<MemberId>,
    /// Their tier.
    pub tier: TierId,
    /// Words on them.
    pub tags: Vec<CompactString>,
    /// The month of their birthday, where it is known.
    pub birth_month: Option<i8>,
    /// What they did, for what is unlocked by it.
    pub deeds: Option<Deeds>,
}

impl Looker {
    /// Nobody in particular: the lowest tier.
    pub fn anybody(book: &RuleBook) -> Looker {
        Looker { member: None, tier: book.tiers[0].id.clone(), tags: Vec::new(), birth_month: None, deeds: None }
    }

    /// A member.
    pub fn of(member: &Member, birth_month: Option<i8>) -> Looker {
        let body = &member.body;
        let (tier, tags) = (body.tier.clone(), body.tags.clone());
        Looker { member: Some(body.id.clone()), tier, tags, birth_month, deeds: Some(Deeds::of(member)) }
    }

    /// Whether it is the month of their birthday.
    pub fn has_birthday(&self, book: &RuleBook, now: Timestamp) -> bool {
        self.birth_month == Some(book.zone.day_of(now).month())
    }

    /// Why a reward is not there for them, where it is not.
    pub fn obstacle(&self, book: &RuleBook, reward: &Reward, now: Timestamp) -> Option<Obstacle> {
        let unlock = reward.offer.unlock.as_ref();
        let condition = unlock.and_then(|unlock| unlock.compile(book).ok());
        self.obstacle_with(book, reward, condition.as_ref(), now)
    }

    /// The same where the condition that unlocks it is compiled already.
    pub fn obstacle_with(
        &self,
        book: &RuleBook,
        reward: &Reward,
        unlock: Option<&Condition>,
        now: Timestamp,
    ) -> Option<Obstacle> {
        let birthday = self.has_birthday(book, now);
        let visitor = Visitor { tier: &self.tier, tags: &self.tags, birthday, at: now };
        let obstacle = reward.obstacle(&visitor, &book.shelf, &book.zone);
        // A condition that a newer rule book cannot read holds for nobody.
        let is_locked = reward.offer.unlock.is_some()
            && !unlock.is_some_and(|condition| {
                is_unlocked(condition, self.deeds.as_ref(), &self.tags, self.tier.as_str(), book, now)
            });
        match obstacle {
            Some(obstacle) if obstacle.from.is_none() && obstacle.why != "hours" => Some(obstacle),
            _ if is_locked => Some(Obstacle { why: "locked", from: None }),
            obstacle => obstacle,
        }
    }
}

/// What a reward costs.
#[derive(Debug, Clone, PartialEq)]
pub struct ShownPrice {
    /// Points.
    pub points: i64,
    /// Money besides, in minor units.
    pub cash: i64,
    /// How the points came about.
    pub steps: Vec<Step>,
}

/// What pieces of a reward cost somebody now; nothing where that is beyond what the product computes with.
pub fn shown_price(
    book: &RuleBook,
    reward: &Reward,
    stock: &Stock,
    history: &PriceHistory,
    looker: &Looker,
    quantity: i64,
    now: Timestamp,
) -> Option<ShownPrice> {
    let offer = &reward.offer;
    let today = book.zone.day_of(now);
    let asked = Asked {
        base: base(book, reward)?,
        category: &offer.category,
        tags: &offer.tags,
        quantity,
        market: market(book, stock, history, now)?,
        tier: &looker.tier,
        birthday: looker.has_birthday(book, now),
        day: today,
    };
    let found = price(&book.prices, &asked)?;
    let within = |amount: i64| (amount <= jifen_vocab::limits::AMOUNT_MAX).then_some(amount);
    let cash = offer.cash.checked_mul(quantity).and_then(within)?;
    Some(ShownPrice { points: within(found.points)?, cash, steps: found.steps })
}

/// The price of a reward before anything counts for or against it, in points; nothing where it has none.
pub fn base_points(book: &RuleBook, reward: &Reward) -> Option<i64> {
    match base(book, reward)? {
        Base::Points(points) | Base::Fixed(points) => Some(points),
        Base::Worth { minor, per_point } => Ratio::whole(minor).checked_div(per_point)?.round(Rounding::Floor),
    }
}

/// The unit a reward is paid in.
pub(super) fn unit<'b>(book: &'b RuleBook, reward: &Reward) -> Option<&'b Unit> {
    let id = reward.offer.unit.as_ref().unwrap_or(&book.default_unit);
    book.unit(id.as_str())
}

/// What a point of a unit is worth, in minor units; nothing where it is worth nothing.
pub(super) fn minor_per_point(book: &RuleBook, unit: &Unit) -> Option<Ratio> {
    let value = unit.value.filter(|value| !value.is_zero())?;
    value.ratio().checked_mul(Ratio::whole(book.currency.minor_per_major()))
}

fn base(book: &RuleBook, reward: &Reward) -> Option<Base> {
    match (reward.offer.points, reward.offer.value) {
        (Some(points), _) if reward.offer.fixed => Some(Base::Fixed(points)),
        (Some(points), _) => Some(Base::Points(points)),
        (None, Some(minor)) => Some(Base::Worth { minor, per_point: anchored(book, reward)? }),
        (None, None) => None,
    }
}

/// What a point is worth in a reward, in minor units: as its kind of goods is anchored (VAL-22), else as the unit says.
fn anchored(book: &RuleBook, reward: &Reward) -> Option<Ratio> {
    let unit = unit(book, reward)?;
    let anchor = book.prices.anchor(&reward.offer.category).filter(|_| unit.id == book.default_unit);
    match anchor {
        Some(anchor) => anchor.value.ratio().checked_mul(Ratio::whole(book.currency.minor_per_major())),
        None => minor_per_point(book, unit),
    }
}

fn market(book: &RuleBook, stock: &Stock, history: &PriceHistory, now: Timestamp) -> Option<Market> {
    let today = book.zone.day_of(now);
    let figures = Figures {
        supplied: if stock.on_hand.is_some() { stock.supplied } else { 0 },
        remaining: stock.remaining().unwrap_or(0),
        taken: stock.taken,
        days: i64::from(today.number() - book.zone.day_of(stock.since).number()),
    };
    Market::of(&book.prices, figures, history, today)
}

/// Notes what the market does to a price now.
pub(super) fn note(book: &RuleBook, reward: &Reward, stock: &Stock, history: &mut PriceHistory, now: Timestamp) {
    if let Some(market) = market(book, stock, history, now) {
        history.note(book.zone.day_of(now), reward.offer.points.unwrap_or(0), market);
    }
}
