//! What a reward costs whoever looks at it.

use jifen_vocab::{MemberId, Ratio, TierId, Timestamp};

use compact_str::CompactString;

use crate::book::prices::Step;
use crate::book::{RuleBook, Unit};
use crate::member::Member;
use crate::pricing::{Asked, Base, Figures, Market, PriceHistory, price};
use crate::rewards::{Obstacle, Reward, Visitor};
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
}

impl Looker {
    /// Nobody in particular: the lowest tier.
    pub fn anybody(book: &RuleBook) -> Looker {
        Looker { member: None, tier: book.tiers[0].id.clone(), tags: Vec::new(), birth_month: None }
    }

    /// A member.
    pub fn of(member: &Member, birth_month: Option<i8>) -> Looker {
        let body = &member.body;
        let (tier, tags) = (body.tier.clone(), body.tags.clone());
        Looker { member: Some(body.id.clone()), tier, tags, birth_month }
    }

    /// Whether it is the month of their birthday.
    pub fn has_birthday(&self, book: &RuleBook, now: Timestamp) -> bool {
        self.birth_month == Some(book.zone.day_of(now).month())
    }

    /// Why a reward is not there for them, where it is not.
    pub fn obstacle(&self, book: &RuleBook, reward: &Reward, now: Timestamp) -> Option<Obstacle> {
        let birthday = self.has_birthday(book, now);
        let visitor = Visitor { tier: &self.tier, tags: &self.tags, birthday, at: now };
        reward.obstacle(&visitor, &book.shelf, &book.zone)
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
        (Some(points), _) => Some(Base::Points(points)),
        (None, Some(minor)) => Some(Base::Worth { minor, per_point: minor_per_point(book, unit(book, reward)?)? }),
        (None, None) => None,
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
