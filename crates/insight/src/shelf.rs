//! The shelf as a whole: what stands on it against what it is to look like, how each reward does, and what somebody
//! should see to.

use std::collections::{BTreeMap, HashMap};

use compact_str::CompactString;
use jifen_program::book::Name;
use jifen_program::book::assortment::Assortment;
use jifen_store::{Store, StoreError};
use jifen_vocab::{Day, Decimal, Ratio, Rounding};

/// Days over which a reward's doings are looked at.
pub const LATELY: i32 = 30;
/// Days of counters that are read: two years, as far as a rule about months may reach.
const DAYS_READ: i32 = 770;

/// A reward, as far as the board looks at it. Money is in minor units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The identifier.
    pub id: CompactString,
    /// What people call it.
    pub name: Name,
    /// The kind of goods.
    pub category: CompactString,
    /// Words on it.
    pub tags: Vec<CompactString>,
    /// Its price before anything counts for or against it, in points.
    pub points: i64,
    /// What it is worth in a shop.
    pub worth: Option<i64>,
    /// What it costs.
    pub cost: Option<i64>,
    /// Since when it is there.
    pub created: Day,
    /// Pieces that can be taken; none where it never runs out.
    pub remaining: Option<i64>,
    /// Pieces that were there when stock was last set.
    pub supplied: i64,
    /// When stock was last set.
    pub since: Day,
    /// The last day on which the pieces are good.
    pub best_before: Option<Day>,
    /// Days after a delivery within which its supplier takes pieces back.
    pub return_days: Option<u16>,
}

/// What was counted of rewards.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ShelfCounts {
    taken: HashMap<CompactString, BTreeMap<i32, i64>>,
    quotes: HashMap<CompactString, BTreeMap<i32, i64>>,
    stars: HashMap<CompactString, i64>,
    reviews: HashMap<CompactString, i64>,
}

impl ShelfCounts {
    /// Reads what was counted until that day, that day included.
    ///
    /// # Errors
    /// [`StoreError`]
    pub fn read(store: &dyn Store, today: Day) -> Result<ShelfCounts, StoreError> {
        let mut counts = ShelfCounts::default();
        let from = today.plus_days(-DAYS_READ);
        for (metric, of) in [("redemption", &mut counts.taken), ("quote", &mut counts.quotes)] {
            for row in store.counters(metric, from, today)? {
                *of.entry(row.dimensions).or_default().entry(row.day.number()).or_default() += row.value;
            }
        }
        for (metric, of) in [("reward_stars", &mut counts.stars), ("reward_reviews", &mut counts.reviews)] {
            for row in store.counters(metric, from, today)? {
                *of.entry(row.dimensions).or_default() += row.value;
            }
        }
        Ok(counts)
    }

    /// Pieces taken in so many days up to one, that one included.
    pub fn taken(&self, reward: &str, until: Day, days: i32) -> i64 {
        over(&self.taken, reward, until.plus_days(1 - days), until)
    }

    /// Times its price was asked for in those days.
    pub fn quotes(&self, reward: &str, until: Day, days: i32) -> i64 {
        over(&self.quotes, reward, until.plus_days(1 - days), until)
    }

    /// Stars and reviews, all of them.
    pub fn reviews(&self, reward: &str) -> (i64, i64) {
        let of = |counted: &HashMap<CompactString, i64>| counted.get(reward).copied().unwrap_or(0);
        (of(&self.stars), of(&self.reviews))
    }

    /// Whether it has had its time: in each of the months that are over, less than the share of its pieces was taken,
    /// or, where it never runs out, less than the share of those who asked for its price took it (CAT-29).
    pub fn is_over(&self, item: &Item, assortment: &Assortment, today: Day) -> bool {
        let Some(terms) = assortment.retire else { return false };
        let this_month = today.start_of_month();
        let first = this_month.plus_months(-i32::from(terms.months));
        // What came later has not had that many months.
        item.created <= first
            && (0..i32::from(terms.months)).all(|back| {
                let (from, until) = (this_month.plus_months(-back - 1), this_month.plus_months(-back).plus_days(-1));
                let taken = over(&self.taken, &item.id, from, until);
                let of = if item.remaining.is_some() {
                    item.supplied
                } else {
                    over(&self.quotes, &item.id, from, until).max(1)
                };
                of > 0 && is_below(taken, of, terms.below)
            })
    }
}

fn over(of: &HashMap<CompactString, BTreeMap<i32, i64>>, reward: &str, from: Day, until: Day) -> i64 {
    of.get(reward).map_or(0, |days| days.range(from.number()..=until.number()).map(|(_, pieces)| pieces).sum())
}

/// What somebody should see to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flag {
    /// Members do not like it: off the shelf, corrected, back again (CAT-30).
    Correct,
    /// Its pieces are not good any more.
    Expired,
    /// Few pieces are left.
    Low,
    /// Its margin is too small (CAT-27).
    Margin,
    /// Its pieces will not be good for long (CAT-23).
    NearExpiry,
    /// It has had its time (CAT-29).
    Over,
    /// It was hot, and is taken less because little is left: replenish (CAT-24).
    Short,
    /// It lies too long (CAT-25); its supplier may take it back (CAT-26).
    Slow,
}

impl Flag {
    /// The name as it is written outside.
    pub const fn as_str(self) -> &'static str {
        match self {
            Flag::Correct => "correct",
            Flag::Expired => "expired",
            Flag::Low => "low",
            Flag::Margin => "margin",
            Flag::NearExpiry => "near_expiry",
            Flag::Over => "over",
            Flag::Short => "short",
            Flag::Slow => "slow",
        }
    }
}

/// How a reward does. Shares are in hundredths of a percent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doing {
    /// The reward.
    pub item: Item,
    /// Pieces taken lately.
    pub taken: i64,
    /// Times its price was asked for lately.
    pub quotes: i64,
    /// Of those who asked for its price, who took it.
    pub conversion: Option<i64>,
    /// Average stars, in hundredths.
    pub stars: Option<i64>,
    /// Reviews.
    pub reviews: i64,
    /// The share of its worth that is not its cost.
    pub margin: Option<i64>,
    /// Its worth by its cost.
    pub benefit: Option<i64>,
    /// Days in which what is there will be taken, as it goes.
    pub turnover_days: Option<i64>,
    /// Until when its supplier takes it back, where it does.
    pub return_until: Option<Day>,
    /// What somebody should see to, and should for the worst first.
    pub flags: Vec<Flag>,
}

/// A share of the shelf against what it is to be, in hundredths of a percent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The identifier.
    pub id: CompactString,
    /// What people call it.
    pub name: Name,
    /// Rewards that belong to it.
    pub rewards: i64,
    /// Their share of the shelf.
    pub share: i64,
    /// What is aimed for, or the most there may be; nothing where nothing is said.
    pub bound: Option<i64>,
}

/// The margin of what was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MarginSeen {
    /// The share of the worth that was not the cost, in hundredths of a percent.
    pub share: Option<i64>,
    /// The least it is to be.
    pub least: i64,
    /// What the average piece was worth, in minor units.
    pub average: Option<i64>,
    /// At which average it is meant, in minor units.
    pub meant_at: i64,
}

/// The shelf as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShelfBoard {
    /// Rewards on it.
    pub rewards: i64,
    /// By layer of price.
    pub layers: Vec<Part>,
    /// Against the mix that is aimed for.
    pub mix: Vec<Part>,
    /// Against the most that kinds of goods may take.
    pub share_caps: Vec<Part>,
    /// The margin.
    pub margin: Option<MarginSeen>,
    /// The share of cheap rewards in all pieces taken lately, and the share from which on it is too much.
    pub low_value: Option<(i64, i64)>,
    /// The day on which something new came last, and the day by which something is to come.
    pub refresh: (Option<Day>, Option<Day>),
    /// Rewards that came lately.
    pub fresh: i64,
    /// Each reward: those that somebody should see to first, then what is taken most.
    pub doings: Vec<Doing>,
}

/// The board of what is on the shelf.
pub fn shelf(assortment: &Assortment, items: Vec<Item>, counts: &ShelfCounts, today: Day) -> ShelfBoard {
    let count = i64::try_from(items.len()).unwrap_or(i64::MAX);
    let part = |id: &CompactString, name: &Name, bound: Option<Decimal>, belongs: &dyn Fn(&Item) -> bool| {
        let rewards = i64::try_from(items.iter().filter(|item| belongs(item)).count()).unwrap_or(i64::MAX);
        let share = share(rewards, count).unwrap_or(0);
        Part { id: id.clone(), name: name.clone(), rewards, share, bound: bound.and_then(hundredths) }
    };
    let layers = assortment.layers.iter().map(|layer| {
        let belongs = |item: &Item| assortment.layer(item.points).is_some_and(|there| there.id == layer.id);
        part(&layer.id, &layer.name, None, &belongs)
    });
    let mix = assortment.mix.iter().map(|target| {
        part(&target.id, &target.name, Some(target.share), &|item: &Item| item.tags.contains(&target.tag))
    });
    let caps = assortment.share_caps.iter().map(|cap| {
        let belongs = |item: &Item| item.category == cap.of || item.tags.contains(&cap.of);
        part(&cap.of, &cap.name, Some(cap.most), &belongs)
    });
    let (layers, mix, share_caps) = (layers.collect(), mix.collect(), caps.collect());
    let newest = items.iter().map(|item| item.created).max();
    let fresh = items.iter().filter(|item| item.created > today.plus_days(-LATELY)).count();
    let refresh_by = assortment.refresh_days.and_then(|days| Some(newest?.plus_days(i32::from(days))));
    let mut doings: Vec<Doing> = items.into_iter().map(|item| doing(assortment, item, counts, today)).collect();
    let margin = margin(assortment, &doings);
    let low_value = assortment.low_value.and_then(|terms| {
        let all: i64 = doings.iter().map(|doing| doing.taken).sum();
        let cheap = doings.iter().filter(|doing| doing.item.points < terms.below);
        Some((share(cheap.map(|doing| doing.taken).sum(), all)?, hundredths(terms.share)?))
    });
    doings
        .sort_by(|a, b| b.flags.len().cmp(&a.flags.len()).then(b.taken.cmp(&a.taken)).then(a.item.id.cmp(&b.item.id)));
    ShelfBoard {
        rewards: count,
        layers,
        mix,
        share_caps,
        margin,
        low_value,
        refresh: (newest, refresh_by),
        fresh: i64::try_from(fresh).unwrap_or(i64::MAX),
        doings,
    }
}

fn margin(assortment: &Assortment, doings: &[Doing]) -> Option<MarginSeen> {
    let terms = assortment.margin?;
    let (mut worth, mut cost, mut pieces) = (0_i64, 0_i64, 0_i64);
    for doing in doings {
        let (Some(value), Some(paid)) = (doing.item.worth, doing.item.cost) else { continue };
        worth = worth.checked_add(value.checked_mul(doing.taken)?)?;
        cost = cost.checked_add(paid.checked_mul(doing.taken)?)?;
        pieces = pieces.checked_add(doing.taken)?;
    }
    Some(MarginSeen {
        share: share(worth - cost, worth),
        least: hundredths(terms.least)?,
        average: (pieces > 0).then(|| worth / pieces),
        meant_at: terms.value,
    })
}

fn doing(assortment: &Assortment, item: Item, counts: &ShelfCounts, today: Day) -> Doing {
    let (taken, quotes) = (counts.taken(&item.id, today, LATELY), counts.quotes(&item.id, today, LATELY));
    let (stars, reviews) = counts.reviews(&item.id);
    let margin = item.worth.and_then(|worth| share(worth - item.cost?, worth));
    let days = i64::from((today.number() - item.since.number()).clamp(0, LATELY - 1)) + 1;
    let since = counts.taken(&item.id, today, i32::try_from(days).unwrap_or(LATELY));
    let turnover_days = item
        .remaining
        .filter(|_| since > 0)
        .and_then(|left| Ratio::new(left.checked_mul(days)?, since)?.round(Rounding::Ceil));
    let returns = item.return_days.map(|days| item.since.plus_days(i32::from(days)));
    let mut doing = Doing {
        conversion: share(taken.min(quotes), quotes),
        stars: (reviews > 0).then(|| stars * 100 / reviews),
        margin,
        benefit: item.cost.and_then(|cost| share(item.worth?, cost)),
        turnover_days,
        return_until: returns.filter(|until| *until >= today && item.remaining.is_some_and(|left| left > 0)),
        flags: Vec::new(),
        item,
        taken,
        quotes,
        reviews,
    };
    doing.flags = flags(assortment, &doing, counts, today, days);
    doing
}

fn flags(assortment: &Assortment, doing: &Doing, counts: &ShelfCounts, today: Day, days: i64) -> Vec<Flag> {
    let item = &doing.item;
    let is_low = |share: Decimal| item.remaining.is_some_and(|left| is_below(left, item.supplied, share));
    let has_pieces = item.remaining.is_some_and(|left| left > 0);
    let mut flags = Vec::new();
    let mut flag = |flag, holds: bool| {
        if holds {
            flags.push(flag);
        }
    };
    let spoils = item.best_before.filter(|_| has_pieces);
    flag(Flag::Expired, spoils.is_some_and(|until| until < today));
    let near = assortment.near_expiry_days.map(|days| today.plus_days(i32::from(days)));
    let is_near = |until: Day| until >= today && near.is_some_and(|near| until <= near);
    flag(Flag::NearExpiry, spoils.is_some_and(is_near));
    let short = assortment.shortage.is_some_and(|terms| {
        let days = i32::from(terms.days);
        let (now, before) = (counts.taken(&item.id, today, days), counts.taken(&item.id, today.plus_days(-days), days));
        let fell = share(before - now, before).zip(hundredths(terms.fall)).is_some_and(|(fell, bound)| fell >= bound);
        before >= terms.hot && fell && (item.remaining == Some(0) || assortment.low_stock.is_some_and(is_low))
    });
    flag(Flag::Short, short);
    flag(Flag::Low, assortment.low_stock.is_some_and(is_low));
    let correct = assortment.reviews.is_some_and(|terms| {
        doing.reviews >= terms.least && {
            let (stars, reviews) = counts.reviews(&item.id);
            is_below(stars, reviews, terms.stars)
        }
    });
    flag(Flag::Correct, correct);
    let least = assortment.margin.and_then(|terms| hundredths(terms.least));
    flag(Flag::Margin, doing.margin.zip(least).is_some_and(|(margin, least)| margin < least));
    // Nothing taken since it came, longer ago than it is to lie, is slow as well.
    let slow = assortment.turnover_days.is_some_and(|bound| {
        has_pieces && doing.turnover_days.map_or(days > i64::from(bound), |days| days > i64::from(bound))
    });
    flag(Flag::Slow, slow);
    flag(Flag::Over, counts.is_over(item, assortment, today));
    flags
}

fn share(part: i64, of: i64) -> Option<i64> {
    if of <= 0 {
        return None;
    }
    Ratio::new(part, of)?.checked_mul(Ratio::whole(10_000))?.round(Rounding::HalfUp)
}

fn hundredths(rate: Decimal) -> Option<i64> {
    rate.ratio().checked_mul(Ratio::whole(10_000))?.round(Rounding::HalfUp)
}

/// Whether `part ÷ whole` is less than a rate.
fn is_below(part: i64, whole: i64, rate: Decimal) -> bool {
    let Some(bound) = rate.ratio().checked_mul(Ratio::whole(whole)) else { return false };
    bound.round(Rounding::Ceil).is_some_and(|bound| part < bound)
}
