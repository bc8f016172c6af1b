//! A reward on the wire.

use compact_str::CompactString;
use jifen_program::RuleBook;
use jifen_program::pricing::is_scarce;
use jifen_program::rewards::{Offer, Reward as Stored};
use jifen_program::stock::Stock;
use jifen_vocab::{Day, Money, RewardId, TierId, UnitId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::kind::{Kind, NAME_LEN_MAX, word};
use super::makeup::{self, Backstage, Booking, Makeup, NewChoice, NewPart, NewPicture, NewSupplier, NewUnlock};
use crate::problems::Problem;
use crate::wire::{Amount, NewAmount, NewText, Text, instant};

/// Words of one list at most.
const WORDS_MAX: usize = 50;
/// Pieces of a stock: more than anyone can count.
const STOCK_MAX: i64 = 1_000_000_000;

/// What an operator says of a reward.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewReward)]
pub(super) struct RewardBody {
    /// The identifier: 1 to 64 of `A-Z a-z 0-9 . _ : -`; a new one unless it is given. It never changes.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9._:-]+$")]
    pub(super) id: Option<RewardId>,
    /// What people call it.
    name: NewText,
    /// What it is.
    kind: Kind,
    /// The kind of goods, for the worth of a point in it; the program's usual one unless it is given.
    #[schema(min_length = 1, max_length = 64)]
    category: Option<String>,
    /// The unit it is paid in; the program's main one unless it is given.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 64)]
    unit: Option<UnitId>,
    /// Its price in points, before tiers, seasons and stock count. Where it is left out, it follows from `value`.
    #[schema(minimum = 0, maximum = 900_000_000_000_i64)]
    points: Option<i64>,
    /// Whether `points` is what everybody pays: tiers, seasons, stock and price plans move it for nobody.
    #[serde(default)]
    fixed: bool,
    /// What it is worth in a shop.
    value: Option<NewAmount>,
    /// What is paid in money besides.
    cash: Option<NewAmount>,
    /// What it costs the program.
    cost: Option<NewAmount>,
    /// Pieces there are, reserved ones included; without a number it never runs out.
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    stock: Option<i64>,
    /// Whether higher tiers come first.
    #[serde(default)]
    limited: bool,
    /// Whether it is not on the shelf.
    #[serde(default)]
    hidden: bool,
    /// Whether only members in the month of their birthday may have it.
    #[serde(default)]
    birthday_only: bool,
    /// The tiers that may have it; all unless some are named.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    tiers: Vec<TierId>,
    /// Only members with one of these words may have it.
    #[serde(default)]
    members: Vec<String>,
    /// Words on it: scenes, themes, what it suits.
    #[serde(default)]
    tags: Vec<String>,
    /// Regions it is for.
    #[serde(default)]
    regions: Vec<String>,
    /// Shops it is handed over in.
    #[serde(default)]
    stores: Vec<String>,
    /// From when on it is there.
    #[schema(format = DateTime)]
    from: Option<String>,
    /// Until when.
    #[schema(format = DateTime)]
    until: Option<String>,
    /// Hours of the day in which it can be had, such as `[[9, 12]]`.
    #[serde(default)]
    hours: Vec<(u8, u8)>,
    /// Whether it is no longer offered.
    #[serde(default)]
    retired: bool,
    /// Pictures, the first one first.
    #[serde(default)]
    images: Vec<NewPicture>,
    /// Whose it is, such as the brand a coupon is for.
    #[schema(min_length = 1, max_length = 64)]
    brand: Option<String>,
    /// What is to be shared for it to hold, in words.
    sharing: Option<NewText>,
    /// What it is made of, where it is several things.
    #[serde(default)]
    parts: Vec<NewPart>,
    /// What is chosen when its price is asked for.
    #[serde(default)]
    choices: Vec<NewChoice>,
    /// What must have happened before somebody may have it.
    unlock: Option<NewUnlock>,
    /// The days ahead for which it is booked.
    booking: Option<Booking>,
    /// Where it comes from.
    supplier: Option<NewSupplier>,
    /// Whether no more of it will come: gone, it is not listed.
    #[serde(default)]
    last: bool,
    /// Before this hour it is sent the same day.
    #[schema(maximum = 24)]
    same_day_until: Option<u8>,
    /// The ways in which it can be had, of `electronic`, `express`, `pick_up` and `ship`; all that suit it unless given.
    #[serde(default)]
    #[schema(max_items = 4)]
    deliveries: Vec<String>,
    /// How far in front it stands where the shelf is sorted by weight.
    #[serde(default)]
    #[schema(minimum = -1000, maximum = 1000)]
    weight: i32,
    /// Redemptions a second that are expected when it opens; more than the program is built for are refused.
    #[schema(minimum = 0)]
    per_second: Option<i64>,
}

impl RewardBody {
    /// Pieces, where they are given.
    pub(super) fn stock(&self) -> Result<Option<i64>, Problem> {
        match self.stock {
            Some(stock) if !(0..=STOCK_MAX).contains(&stock) => {
                Err(Problem::field("/stock", &format!("be from 0 to {STOCK_MAX}")))
            }
            stock => Ok(stock),
        }
    }

    /// What is said, checked in form.
    pub(super) fn offer(self, book: &RuleBook) -> Result<Offer, Problem> {
        let minor = |pointer: &'static str, amount: Option<NewAmount>| {
            amount.map(|amount| amount.minor(pointer, book.currency)).transpose()
        };
        let category = self.category.as_deref().unwrap_or(&book.default_category);
        jifen_vocab::id::check(category).map_err(|error| Problem::field("/category", &error.to_string()))?;
        Ok(Offer {
            name: self.name.name("/name", NAME_LEN_MAX)?,
            kind: self.kind.stored(),
            category: CompactString::new(category),
            unit: self.unit,
            points: self.points,
            fixed: self.fixed,
            value: minor("/value", self.value)?,
            cash: minor("/cash", self.cash)?.unwrap_or(0),
            cost: minor("/cost", self.cost)?,
            limited: self.limited,
            hidden: self.hidden,
            birthday_only: self.birthday_only,
            tiers: self.tiers,
            members: words("/members", &self.members)?,
            tags: words("/tags", &self.tags)?,
            regions: words("/regions", &self.regions)?,
            stores: words("/stores", &self.stores)?,
            from: instant("/from", self.from.as_deref())?,
            until: instant("/until", self.until.as_deref())?,
            hours: self.hours,
            retired: self.retired,
            images: makeup::pictures(self.images)?,
            brand: self.brand.as_deref().map(makeup::brand).transpose()?,
            sharing: self.sharing.map(makeup::sharing).transpose()?,
            parts: makeup::parts(self.parts)?,
            choices: makeup::choices(self.choices)?,
            unlock: self.unlock.map(makeup::unlock).transpose()?,
            booking: self.booking.map(Booking::stored),
            supplier: self.supplier.map(makeup::supplier).transpose()?,
            last: self.last,
            same_day_until: self.same_day_until,
            deliveries: self.deliveries.iter().map(Into::into).collect(),
            weight: self.weight,
            per_second: self.per_second,
        })
    }
}

fn words(pointer: &'static str, words: &[String]) -> Result<Vec<CompactString>, Problem> {
    if words.len() > WORDS_MAX || !words.iter().all(|text| word(text)) {
        return Err(Problem::field(pointer, &format!("be at most {WORDS_MAX} words of 1 to 64 characters")));
    }
    Ok(words.iter().map(CompactString::new).collect())
}

/// A reward, as it was made.
#[derive(Serialize, ToSchema)]
pub struct Reward {
    /// The identifier.
    id: String,
    /// What people call it.
    name: Text,
    /// What it is.
    #[schema(value_type = Kind)]
    kind: &'static str,
    /// The kind of goods.
    category: String,
    /// The unit it is paid in.
    unit: String,
    /// Its price in points, as it was set; nothing where it follows from the worth.
    points: Option<i64>,
    /// Whether that is what everybody pays: tiers, seasons, stock and price plans move it for nobody.
    fixed: bool,
    /// What it is worth in a shop.
    value: Option<Amount>,
    /// What is paid in money besides.
    cash: Amount,
    /// What it costs the program.
    #[serde(skip_serializing_if = "Option::is_none")]
    cost: Option<Amount>,
    /// Pieces there are, reserved ones included; nothing where it never runs out.
    stock: Option<i64>,
    /// Of these, pieces that wait for a payment or a second word.
    reserved: i64,
    /// Pieces that can be taken now.
    remaining: Option<i64>,
    /// Pieces taken since stock was last set.
    taken: i64,
    /// Pieces that were there then; 0 where it never runs out.
    supplied: i64,
    /// When stock was last set.
    #[schema(format = DateTime)]
    counted_at: String,
    /// Whether few are left: below the share at which the price rises for scarcity.
    low: bool,
    /// Whether higher tiers come first.
    limited: bool,
    /// Whether it is not on the shelf.
    hidden: bool,
    /// Whether it is for the month of the birthday.
    birthday_only: bool,
    /// The tiers that may have it; all where none is named.
    tiers: Vec<String>,
    /// Words of members that may have it; all where none is named.
    members: Vec<String>,
    /// Words on it.
    tags: Vec<String>,
    /// Regions it is for.
    regions: Vec<String>,
    /// Shops it is handed over in.
    stores: Vec<String>,
    /// From when on it is there.
    #[schema(format = DateTime)]
    from: Option<String>,
    /// Until when.
    #[schema(format = DateTime)]
    until: Option<String>,
    /// Hours of the day in which it can be had.
    hours: Vec<(u8, u8)>,
    /// Whether it is no longer offered.
    retired: bool,
    /// The last day on which the pieces are good.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    best_before: Option<Day>,
    #[serde(flatten)]
    makeup: Makeup,
    #[serde(flatten)]
    backstage: Backstage,
    /// When it was added.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it was changed last.
    #[schema(format = DateTime)]
    changed_at: String,
}

impl Reward {
    /// Whether few are left.
    pub(super) fn is_low(stock: &Stock, book: &RuleBook) -> bool {
        stock.remaining().is_some_and(|left| is_scarce(&book.prices, stock.supplied, left))
    }

    pub(super) fn of(reward: &Stored, stock: &Stock, book: &RuleBook, with_cost: bool) -> Reward {
        let offer = &reward.offer;
        let money = |amount: i64| Amount::from(Money { amount, currency: book.currency });
        let texts = |words: &[CompactString]| words.iter().map(ToString::to_string).collect();
        Reward {
            id: reward.id.to_string(),
            name: Text::from(&offer.name),
            kind: offer.kind.as_str(),
            category: offer.category.to_string(),
            unit: offer.unit.as_ref().unwrap_or(&book.default_unit).to_string(),
            points: offer.points,
            fixed: offer.fixed,
            value: offer.value.map(money),
            cash: money(offer.cash),
            cost: offer.cost.filter(|_| with_cost).map(money),
            stock: stock.on_hand,
            reserved: stock.reserved,
            remaining: stock.remaining(),
            taken: stock.taken,
            supplied: stock.supplied,
            counted_at: book.zone.rfc3339(stock.since),
            low: Reward::is_low(stock, book),
            limited: offer.limited,
            hidden: offer.hidden,
            birthday_only: offer.birthday_only,
            tiers: offer.tiers.iter().map(ToString::to_string).collect(),
            members: texts(&offer.members),
            tags: texts(&offer.tags),
            regions: texts(&offer.regions),
            stores: texts(&offer.stores),
            from: offer.from.map(|at| book.zone.rfc3339(at)),
            until: offer.until.map(|at| book.zone.rfc3339(at)),
            hours: offer.hours.clone(),
            retired: offer.retired,
            best_before: stock.best_before,
            makeup: Makeup::of(offer),
            backstage: Backstage::of(offer),
            created_at: book.zone.rfc3339(reward.created),
            changed_at: book.zone.rfc3339(reward.changed),
        }
    }
}
