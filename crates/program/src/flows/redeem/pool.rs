//! Codes of a partner come in (see [`crate::pools`]).
//!
//! Refusals, in order: unknown; invalid-field.

use std::collections::BTreeSet;

use compact_str::CompactString;
use jifen_vocab::{Code, Refusal, RewardId};
use serde::{Deserialize, Serialize};

use super::counter::own;
use crate::audit::{self, By, Line};
use crate::book::Books;
use crate::desk::{Command, Desk, Identity, Keys, Loaded, RequestKey, Stop, Touch};
use crate::pools::{CODE_LEN_MAX, CODES_MAX, KnownCode, Pool, PoolCode};
use crate::rewards::Reward;
use crate::stock::Stock;

/// Takes codes in. Those that came in before are passed over.
#[derive(Debug, Clone)]
pub struct TakeCodesIn {
    /// The key it came with.
    pub request: Option<RequestKey>,
    /// Of which reward.
    pub reward: RewardId,
    /// The codes; at most [`CODES_MAX`].
    pub codes: Vec<CompactString>,
    /// Who.
    pub by: By,
}

/// What came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TakenIn {
    /// Codes that are new.
    pub added: u64,
    /// Codes that came in before, or twice.
    pub known: u64,
    /// Codes that are left now.
    pub left: u64,
}

impl Command for TakeCodesIn {
    type Outcome = TakenIn;

    fn identity(&self) -> Option<Identity> {
        self.request.as_ref().map(RequestKey::identity)
    }

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        keys.want::<Reward>(self.reward.as_str());
        keys.want::<Pool>(self.reward.as_str());
        keys.want::<Stock>(self.reward.as_str());
        self.codes.iter().for_each(|code| keys.want::<KnownCode>(&KnownCode::key(&self.reward, code)));
        audit::want(keys);
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<TakenIn, Stop> {
        let unknown = || Refusal::new(Code::Unknown).word("reward", self.reward.as_str());
        desk.read::<Reward>(self.reward.as_str())?.ok_or_else(unknown)?;
        if self.codes.len() > CODES_MAX {
            return Err(Refusal::field("", &format!("have at most {CODES_MAX} codes")).into());
        }
        let fits = |code: &CompactString| (1..=CODE_LEN_MAX).contains(&code.chars().count());
        if let Some(place) = self.codes.iter().position(|code| !fits(code)) {
            return Err(Refusal::field(format!("/{place}"), &format!("have 1 to {CODE_LEN_MAX} characters")).into());
        }
        let mut pool = own::<Pool>(desk, self.reward.as_str())?;
        pool.v = 1;
        let (mut done, mut seen) = (TakenIn::default(), BTreeSet::new());
        for code in &self.codes {
            let key = KnownCode::key(&self.reward, code);
            if !seen.insert(code) || desk.read::<KnownCode>(&key)?.is_some() {
                done.known += 1;
                continue;
            }
            desk.write_new(&key, KnownCode { v: 1, number: pool.imported });
            desk.write_new(&PoolCode::key(&self.reward, pool.imported), PoolCode { v: 1, code: code.clone() });
            pool.imported += 1;
            done.added += 1;
        }
        done.left = pool.left();
        let now = desk.now();
        let stock = desk.read::<Stock>(self.reward.as_str())?;
        let mut stock = stock.map_or_else(|| Stock::new(None, now), |stock| Stock::clone(&stock));
        let left = i64::try_from(pool.left()).map_err(|_| Code::LimitExceeded)?;
        stock.set(Some(left), now)?;
        desk.write(self.reward.as_str(), stock);
        desk.write(self.reward.as_str(), pool);
        let line = Line::new("pools.import", "reward", self.reward.as_str()).after("added", done.added);
        audit::write(desk, &self.by, line.after("known", done.known).after("left", done.left))?;
        Ok(done)
    }
}

/// Notes that few codes of a reward are left, so that operators are told once.
#[derive(Debug, Clone)]
pub struct NoteLowPool {
    /// Of which reward.
    pub reward: RewardId,
}

impl Command for NoteLowPool {
    /// How many are left, where operators are to be told.
    type Outcome = Option<u64>;

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        keys.want::<Pool>(self.reward.as_str());
        audit::want(keys);
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Option<u64>, Stop> {
        let least = desk.books().at(desk.now()).shelf.pool_low;
        let pool = desk.read::<Pool>(self.reward.as_str())?.filter(|pool| pool.is_to_be_told(least));
        let Some(pool) = pool else { return Ok(None) };
        let (left, told) = (pool.left(), pool.imported);
        desk.write(self.reward.as_str(), Pool { told, ..Pool::clone(&pool) });
        let line = Line::new("pools.run_low", "reward", self.reward.as_str()).after("left", left);
        audit::write(desk, &By::system(), line)?;
        Ok(Some(left))
    }
}
