//! The engine over its store: opened, sent requests in waves, killed and opened again.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

use jifen_engine::{Clock, Engine, Files, Options, Verdict, open_program, verify};
use jifen_program::desk::{Command, Desk, Keys, Loaded, Stop, Touch};
use jifen_program::flows::PutReward;
use jifen_program::member::Member;
use jifen_program::stock::Stock;
use jifen_program::wallets::view_at;
use jifen_program::{Books, SCHEMA};
use jifen_store::memory::MemoryStore;
use jifen_store::sqlite::SqliteStore;
use jifen_store::{Key, Store};
use jifen_vocab::{RewardId, Timestamp, UnitId};
use serde_json::json;
use tempfile::TempDir;

use crate::faulty::{Fate, Faulty, Struck};
use crate::plan::{Ground, Plan};
use crate::request::{self, Heard, Request, UNIT, Waiting, by, member_id, reward_id};

/// Rewards: points of a piece, and pieces there are.
pub(crate) const REWARDS: [(i64, i64); 2] = [(7, 40), (3, 12)];

/// What gifts may bring in all, and one of them.
pub(crate) const GIFTS: (i64, i64) = (200, 30);

/// Minutes for which a price holds.
pub(crate) const QUOTE_MINUTES: i64 = 15;

/// Days in which a voucher is to be used.
pub(crate) const VOUCHER_DAYS: i64 = 20;

/// Of a hundred points of a voucher that lapsed, how many stay with the program.
pub(crate) const VOUCHER_FEE: i64 = 10;

const BUNDLE: [(&str, &str); 6] = [
    (
        "program.yaml",
        "id: sim\nname: { zh: 模拟, en: Simulation }\nzone: Asia/Shanghai\ncurrency: CNY\nenroll_unknown: true\n\
         events: { late_days: 30, ahead_minutes: 5 }\nholds: { hours: 24 }\n\
         categories: { known: [daily], default: daily }\n",
    ),
    ("units.yaml", "units:\n- id: points\n  name: { zh: 积分, en: points }\n  value: 0.01\n  validity: natural_year\n"),
    ("tiers.yaml", "tiers:\n- id: ordinary\n  name: { zh: 普通, en: Ordinary }\n  earning_multiplier: 1.0\n"),
    (
        "sources.yaml",
        "sources:\n- id: purchase\n  name: { zh: 消费, en: Purchase }\n- id: gift\n  name: { zh: 礼物, en: Gift }\n",
    ),
    (
        "earning.yaml",
        "rules:\n\
         - id: daily\n  name: { zh: 日用, en: Daily }\n  on: order.paid\n  \
           award: { per: line.amount, points: 1, each: 1.00 CNY }\n  unit: points\n  source: purchase\n\
         - id: gift\n  name: { zh: 礼物, en: Gift }\n  on: gift.claimed\n  award: { points: 30 }\n  \
           budget: { points: 200 }\n  unit: points\n  source: gift\n",
    ),
    ("rewards.yaml", "quote_minutes: 15\nvouchers: { goods_days: 20, other_days: 20, fee: 10% }\n"),
];

/// What survives the process.
enum Cellar {
    Memory(Arc<MemoryStore>),
    Folder(TempDir),
}

/// An engine and what it stands on.
pub(crate) struct House {
    cellar: Cellar,
    pub(crate) fate: Arc<Fate>,
    clock: Arc<Clock>,
    batch: usize,
    seed: u64,
    lives: u64,
    engine: Option<Arc<Engine>>,
}

impl House {
    pub(crate) fn build(plan: &Plan, now: Timestamp) -> Result<House, String> {
        let cellar = match plan.ground {
            Ground::Memory => Cellar::Memory(Arc::new(MemoryStore::new())),
            Ground::Folder => Cellar::Folder(tempfile::tempdir().map_err(|error| error.to_string())?),
        };
        let fate = Arc::new(Fate::new(plan.seed, plan.rates, plan.bug));
        let clock = Arc::new(Clock::simulated(now));
        let (batch, seed) = (plan.batch, plan.seed);
        let mut house = House { cellar, fate, clock, batch, seed, lives: 0, engine: None };
        house.open()?;
        for (number, (points, stock)) in REWARDS.into_iter().enumerate() {
            house.put_reward(number, points, stock)?;
        }
        Ok(house)
    }

    fn open(&mut self) -> Result<(), String> {
        let inner: Arc<dyn Store> = match &self.cellar {
            Cellar::Memory(store) => Arc::clone(store) as Arc<dyn Store>,
            Cellar::Folder(dir) => Arc::new(
                SqliteStore::open(dir.path(), SCHEMA).map_err(|error| format!("it cannot be opened: {error}"))?,
            ),
        };
        let store: Arc<dyn Store> = Arc::new(Faulty { inner, fate: Arc::clone(&self.fate) });
        let files: Files = BUNDLE.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        let opened = open_program(store.as_ref(), Some(&files), self.clock.now());
        let opened = opened.map_err(|error| format!("the program cannot be opened: {error:?}"))?;
        self.lives += 1;
        // Every life draws other identifiers, as every process does.
        let seed = self.seed.wrapping_add(self.lives << 40);
        let options = Options { batch: self.batch, ..Options::repeatable(seed) };
        self.engine = Some(Arc::new(Engine::start(store, opened.books, Arc::clone(&self.clock), &options)));
        Ok(())
    }

    fn put_reward(&self, number: usize, points: i64, stock: i64) -> Result<(), String> {
        let offer = json!({
            "name": { "zh": "券", "en": "voucher" }, "kind": "coupon", "category": "daily", "points": points,
        });
        let offer = serde_json::from_value(offer).map_err(|error| error.to_string())?;
        let id = Some(RewardId::new(&reward_id(number)).map_err(|error| error.to_string())?);
        let put = PutReward { request: None, id, create: true, offer, stock: Some(stock), by: by() };
        let answered = self.engine()?.submit_blocking(put, None).map_err(|error| error.to_string())?;
        answered.result.map(|_| ()).map_err(|refusal| format!("a reward is refused: {refusal:?}"))
    }

    fn engine(&self) -> Result<&Arc<Engine>, String> {
        self.engine.as_ref().ok_or_else(|| "the engine is not running".to_owned())
    }

    /// Moves the clock.
    pub(crate) fn set_clock(&self, now: Timestamp) {
        self.clock.set(now);
    }

    /// Sends requests, all at one instant and in this order, and waits for what comes back. Where the process died
    /// meanwhile, it is started again.
    pub(crate) fn wave(&mut self, requests: &[Request]) -> Result<Vec<Heard>, String> {
        let sends = requests.iter().map(|request| |engine: &Engine| request.send(engine));
        self.send_all(sends)
    }

    /// Wakes records, in the same way.
    pub(crate) fn wake(&mut self, keys: &[Key]) -> Result<Vec<Heard>, String> {
        let sends = keys.iter().map(|key| |engine: &Engine| request::wake(engine, key.clone()));
        self.send_all(sends)
    }

    /// Everything stands in the queue before the engine looks at the first of it: so batches are the same each time.
    fn send_all<F: FnOnce(&Engine) -> Waiting>(
        &mut self,
        sends: impl Iterator<Item = F>,
    ) -> Result<Vec<Heard>, String> {
        let engine = Arc::clone(self.engine()?);
        let (plug, reached, pull) = plug();
        let plugged = engine.enqueue(plug, None).map_err(|error| error.to_string())?;
        reached.recv().map_err(|_| "the engine does not decide".to_owned())?;
        let waiting: Vec<Waiting> = sends.map(|send| send(&engine)).collect();
        drop(pull);
        drop(plugged);
        let heard = waiting.into_iter().map(|waiting| waiting()).collect();
        drop(engine);
        if self.fate.is_dead() {
            self.engine = None;
            self.fate.revive();
            self.fate.set_calm(true);
            self.open()?;
        }
        Ok(heard)
    }

    /// Records whose time has come.
    pub(crate) fn due(&self) -> Result<Vec<Key>, String> {
        let due = self.engine()?.store().due(self.clock.now(), 10_000).map_err(|error| error.to_string())?;
        Ok(due.into_iter().map(|(key, _)| key).collect())
    }

    /// What a member is shown: available, held and owed points.
    pub(crate) fn shown(&self, member: usize) -> Result<[i64; 3], String> {
        let engine = self.engine()?;
        let record = engine.read::<Member>(&member_id(member)).map_err(|error| error.to_string())?;
        let Some(record) = record else { return Ok([0; 3]) };
        let view = view_at(&record, &engine.books(), self.clock.now());
        let unit = UnitId::new(UNIT).map_err(|error| error.to_string())?;
        Ok(view.unit(&unit).map_or([0; 3], |unit| [unit.available.get(), unit.held.get(), unit.debt.get()]))
    }

    /// Pieces of a reward that are left.
    pub(crate) fn stock(&self, reward: usize) -> Result<i64, String> {
        let stock = self.engine()?.read::<Stock>(&reward_id(reward)).map_err(|error| error.to_string())?;
        Ok(stock.and_then(|stock| stock.remaining()).unwrap_or(0))
    }

    /// Everything proved from the journal.
    pub(crate) fn verify(&self) -> Result<Verdict, String> {
        verify(self.engine()?.store().as_ref(), |_, _| ()).map_err(|error| error.to_string())
    }

    pub(crate) fn struck(&self) -> Struck {
        self.fate.struck()
    }
}

/// A command that stops the engine's queue until it is let go.
struct Plug {
    reached: Sender<()>,
    go: std::sync::Mutex<Receiver<()>>,
}

fn plug() -> (Plug, Receiver<()>, Sender<()>) {
    let ((reached, heard), (pull, go)) = (channel(), channel());
    (Plug { reached, go: std::sync::Mutex::new(go) }, heard, pull)
}

impl Command for Plug {
    type Outcome = ();

    fn touches(&self, _: &Books, _: &Loaded<'_>, _: &mut Keys) -> Touch {
        let _ = self.reached.send(());
        // Whoever lets go drops the other end.
        let _ = self.go.lock().map(|go| go.recv());
        Touch::Done
    }

    fn decide(&self, _: &mut Desk<'_>) -> Result<(), Stop> {
        Ok(())
    }
}
