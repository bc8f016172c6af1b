//! Every reward with its stock and price history, kept in memory: a shelf of ten thousand is looked at thousands of
//! times between two changes. What is committed here is taken up before the next look; prices are computed once a day
//! for each tier and forgotten with the reward's next change.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock, RwLockReadGuard};
use std::time::{Duration, Instant};

use compact_str::CompactString;
use jifen_engine::{Changed, Changes, Engine};
use jifen_program::RuleBook;
use jifen_program::desk::Record;
use jifen_program::flows::{Looker, shown_price};
use jifen_program::pricing::{PRICE_HISTORY, PriceHistory};
use jifen_program::rewards::{Obstacle, REWARD, Reward};
use jifen_program::stock::{STOCK, Stock};
use jifen_rules::cel::Condition;
use jifen_store::{Bound, Find, Key, Kind, Order};
use jifen_vocab::{TierId, Timestamp};
use smallvec::SmallVec;

use crate::problems::Problem;

/// Rewards read at once.
const SLICE: usize = 1_000;
/// Kinds of records that a row is made of.
static KINDS: [&Kind; 3] = [&REWARD, &STOCK, &PRICE_HISTORY];
/// Where other processes write as well, they say only that something changed: everything is read again then, this often
/// at most.
const REREAD: Duration = Duration::from_secs(1);

/// The rows, by identifier.
pub(crate) type Rows = BTreeMap<CompactString, Row>;

/// Every reward there is.
#[derive(Default)]
pub struct Index {
    changes: OnceLock<Arc<Changes>>,
    rows: RwLock<Rows>,
    /// When everything was read last.
    read: Mutex<Option<Instant>>,
}

/// What it costs those who looked, today.
type Prices = SmallVec<[(PriceFor, Option<Priced>); 4]>;

/// A reward with all that its price and its place on the shelf depend on.
pub(crate) struct Row {
    pub(crate) reward: Reward,
    pub(crate) stock: Stock,
    pub(crate) history: PriceHistory,
    unlock: OnceLock<Option<Condition>>,
    prices: Mutex<Prices>,
}

/// Whom a price is for: they all pay the same.
#[derive(Debug, Clone, PartialEq, Eq)]
struct PriceFor {
    version: u32,
    day: i32,
    tier: TierId,
    birthday: bool,
}

/// A price without its story.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Priced {
    /// In points.
    pub(crate) points: i64,
    /// Money besides, in minor units.
    pub(crate) cash: i64,
}

impl Index {
    /// The rows as last committed.
    pub(crate) fn rows(&self, engine: &Engine) -> Result<RwLockReadGuard<'_, Rows>, Problem> {
        let changes = self.changes.get_or_init(|| engine.changes_of(&KINDS));
        // One at a time: who comes second finds what the first took up.
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        match changes.take() {
            Changed::All if read.is_some_and(|at| at.elapsed() < REREAD) => changes.forget(),
            Changed::All => {
                *self.rows.write().unwrap_or_else(PoisonError::into_inner) =
                    all(engine).inspect_err(|_| changes.forget())?;
                *read = Some(now());
            }
            Changed::These(ids) if !ids.is_empty() => {
                let fresh = these(engine, &ids).inspect_err(|_| changes.forget())?;
                let mut rows = self.rows.write().unwrap_or_else(PoisonError::into_inner);
                for (id, row) in ids.into_iter().zip(fresh) {
                    match row {
                        Some(row) => drop(rows.insert(id, row)),
                        None => drop(rows.remove(&id)),
                    }
                }
            }
            Changed::These(_) => {}
        }
        drop(read);
        Ok(self.rows.read().unwrap_or_else(PoisonError::into_inner))
    }
}

#[allow(clippy::disallowed_methods, reason = "a stopwatch")]
fn now() -> Instant {
    Instant::now()
}

fn all(engine: &Engine) -> Result<Rows, Problem> {
    let (mut rows, mut from) = (Rows::new(), Bound::Start);
    loop {
        let find = Find { kind: &REWARD, column: None, equals: None, order: Order::Ascending, from, limit: SLICE };
        let found = engine.store().find(&find)?;
        let ids: Vec<CompactString> = found.rows.iter().map(|(id, ..)| id.clone()).collect();
        let fresh = these(engine, &ids)?;
        rows.extend(ids.into_iter().zip(fresh).filter_map(|(id, row)| Some((id, row?))));
        match found.next {
            Some(next) => from = next,
            None => return Ok(rows),
        }
    }
}

/// The rows of some identifiers, in their order.
fn these(engine: &Engine, ids: &[CompactString]) -> Result<Vec<Option<Row>>, Problem> {
    let keys: Vec<Key> = ids.iter().flat_map(|id| KINDS.map(|kind| Key { kind, id: id.clone() })).collect();
    let loaded = engine.store().load(&keys)?;
    let mut rows = Vec::with_capacity(ids.len());
    for (id, found) in ids.iter().zip(loaded.chunks(KINDS.len())) {
        let [reward, stock, history] = found else { break };
        let Some(reward) = reward else {
            rows.push(None);
            continue;
        };
        let fault = |error: serde_json::Error| Problem::internal(format!("the reward {id} cannot be read: {error}"));
        let reward = <Reward as Record>::read(&reward.body).map_err(fault)?;
        let stock = stock.as_ref().map(|row| <Stock as Record>::read(&row.body)).transpose().map_err(fault)?;
        let history = history.as_ref().map(|row| <PriceHistory as Record>::read(&row.body));
        let history = history.transpose().map_err(fault)?;
        rows.push(Some(Row {
            stock: stock.unwrap_or_else(|| Stock::new(None, reward.created)),
            history: history.unwrap_or_else(PriceHistory::new),
            reward,
            unlock: OnceLock::new(),
            prices: Mutex::default(),
        }));
    }
    Ok(rows)
}

impl Row {
    /// Why it is not there for somebody, where it is not.
    pub(crate) fn obstacle(&self, book: &RuleBook, looker: &Looker, now: Timestamp) -> Option<Obstacle> {
        let unlock = self.reward.offer.unlock.as_ref();
        let condition = unlock.and_then(|unlock| self.unlock.get_or_init(|| unlock.compile(book).ok()).as_ref());
        looker.obstacle_with(book, &self.reward, condition, now)
    }

    /// What one costs somebody now; nothing where it has no price.
    pub(crate) fn price(&self, book: &RuleBook, looker: &Looker, now: Timestamp) -> Option<Priced> {
        let whom = PriceFor {
            version: book.version,
            day: book.zone.day_of(now).number(),
            tier: looker.tier.clone(),
            birthday: looker.has_birthday(book, now),
        };
        let mut prices = self.prices.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, price)) = prices.iter().find(|(for_whom, _)| *for_whom == whom) {
            return *price;
        }
        let price = shown_price(book, &self.reward, &self.stock, &self.history, looker, 1, now);
        let price = price.map(|price| Priced { points: price.points, cash: price.cash });
        prices.retain(|(before, _)| before.version == whom.version && before.day == whom.day);
        prices.push((whom, price));
        price
    }
}
