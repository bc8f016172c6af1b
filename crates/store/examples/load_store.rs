//! Loads a store as a busy shop would and says what it sustained.
//!
//! `cargo run --release -p jifen-store --example load_store -- EVENTS MEMBERS [DIR | postgres://…]` commits batches of 500 events. An
//! event rewrites one of the members (600 bytes), sees two new keys (300 bytes each) and appends an entry (350 bytes);
//! before each batch, its records and keys are loaded, as a server would. The rate counts until the tables have
//! everything; PostgreSQL has no such tail.

use std::collections::{BTreeMap, HashMap};
use std::error::Error;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use bytes::Bytes;
use jifen_store::postgres::PostgresStore;
use jifen_store::sqlite::{Options, SqliteStore};
use jifen_store::{Append, Batch, Column, Count, Key, Kind, Put, Row, Schema, Store, StoreError, Value};
use jifen_vocab::{Day, Timestamp};
use smallvec::{SmallVec, smallvec};

/// The same as in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

static MEMBER: Kind =
    Kind { name: "member", columns: &[Column { name: "tier" }], alarmed: true, chained: true, immutable: false };
static EVENT: Kind = Kind { name: "event", columns: &[], alarmed: false, chained: false, immutable: true };
static ORDER: Kind = Kind { name: "order_fact", columns: &[], alarmed: false, chained: false, immutable: false };
static SCHEMA: Schema = &[&MEMBER, &EVENT, &ORDER];

const BATCH: u64 = 500;

/// What happened to the members so far, and a source of numbers that looks random and is the same each time.
struct Shop {
    members: u64,
    state: u64,
    supply: String,
}

impl Shop {
    fn random(&mut self) -> u64 {
        // SplitMix64.
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// The members and keys of the next batch; a member comes once a batch.
    fn keys(&mut self) -> Vec<Key> {
        let mut members: Vec<u64> = (0..BATCH).map(|_| self.random() % self.members).collect();
        members.sort_unstable();
        members.dedup();
        let mut keys: Vec<Key> = members.iter().map(|id| Key::new(&MEMBER, &format!("m{id:07}"))).collect();
        for _ in 0..BATCH {
            keys.push(Key::new(&EVENT, &format!("/shop/online|{:016x}", self.random())));
            keys.push(Key::new(&ORDER, &format!("o-{:016x}", self.random())));
        }
        keys
    }

    fn batch(&mut self, keys: Vec<Key>, rows: &[Option<Row>]) -> Batch {
        let mut batch = Batch::default();
        let mut chains = Vec::new();
        for (key, row) in keys.into_iter().zip(rows) {
            let base = row.as_ref().map_or(0, |row| row.version);
            if key.kind.chained {
                chains.push((key.clone(), base));
            }
            batch.puts.push(self.put(key, base));
        }
        let chain_count = chains.len();
        for place in 0..BATCH as usize {
            let (chain, seq) = &mut chains[place % chain_count];
            *seq += 1;
            let body = self.body(350 - 90);
            batch.entries.push(Append { chain: chain.clone(), seq: *seq, hash: [place as u8; 32], body });
        }
        // A chain that came twice has both of its entries one after the other.
        batch.entries.sort_by(|a, b| a.chain.cmp(&b.chain).then(a.seq.cmp(&b.seq)));
        let dimensions = ["points|purchase|ordinary", "points|purchase|gold"];
        batch.counts = dimensions
            .iter()
            .map(|name| Count { metric: "issued", day: Day::from_number(20_000), dimensions: (*name).into(), add: 7 })
            .collect();
        batch
    }

    fn put(&mut self, key: Key, base: u64) -> Put {
        let (size, columns) = match key.kind.chained {
            true => (600, smallvec![Value::Text("gold".into())]),
            false => (300 - 40, SmallVec::new()),
        };
        // Most events do not move a member's next alarm.
        let due_at = key.kind.alarmed.then(|| Timestamp::from_millis((base / 4 * 86_400_000) as i64));
        Put { key, base, due_at, columns, body: self.body(size) }
    }

    /// Bytes that differ from most others; cut from a supply, so that making them costs little.
    fn body(&mut self, size: usize) -> Bytes {
        let start = self.random() as usize % (self.supply.len() - size);
        Bytes::copy_from_slice(&self.supply.as_bytes()[start..start + size])
    }
}

#[derive(Default)]
struct Times {
    load: Vec<Duration>,
    commit: Vec<Duration>,
    prepare: Duration,
}

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().collect();
    let number = |place: usize, default: u64| args.get(place).map_or(Ok(default), |text| text.parse());
    let (events, members) = (number(1, 200_000)?, number(2, 100_000)?);
    let place = args.get(3).cloned().unwrap_or_else(|| format!("{}/jifen-load-store", std::env::temp_dir().display()));
    let opened = Instant::now();
    let store = Opened::at(&place, &args)?;
    let mut out = std::io::stdout().lock();
    let census = store.census()?;
    writeln!(out, "opened in {:.2?}; {census:?}", opened.elapsed())?;
    // A later run on the same store sees new keys.
    let state = census.get("event").copied().unwrap_or(0);
    let mut shop = Shop { members, state: state.wrapping_mul(0x1234_5677), supply: String::new() };
    shop.supply = (0..65_536).map(|_| format!("{:016x}", shop.random())).collect();
    let mut times = Times::default();
    let before = threads()?;
    let (started, mut lap) = (Instant::now(), Instant::now());
    for batch in 1..=events / BATCH {
        event_batch(store.store(), &mut shop, &mut times)?;
        if batch % (events / BATCH / 10).max(1) == 0 {
            writeln!(out, "{} events, lap {:.2?}", batch * BATCH, lap.elapsed())?;
            lap = Instant::now();
        }
    }
    let committed = started.elapsed();
    if let Opened::Folder(store) = &store {
        store.settle();
    }
    let settled = started.elapsed();
    let rate = |time: Duration| events as u128 * 1_000 / time.as_millis().max(1);
    writeln!(out, "committed: {} events/s", rate(committed))?;
    writeln!(
        out,
        "with tables: {} events/s; without preparing the batches: {}",
        rate(settled),
        rate(settled.saturating_sub(times.prepare))
    )?;
    report(&mut out, "load", &mut times.load)?;
    report(&mut out, "commit", &mut times.commit)?;
    for (thread, spent) in threads()? {
        let spent = spent.saturating_sub(before.get(&thread).copied().unwrap_or_default());
        writeln!(out, "{thread}: {} ns of a processor an event", spent.as_nanos() / u128::from(events.max(1)))?;
    }
    let closing = Instant::now();
    drop(store);
    writeln!(out, "closed in {:.2?}", closing.elapsed())?;
    if !place.starts_with("postgres") {
        writeln!(out, "{} MB on disk", size(Path::new(&place))? >> 20)?;
    }
    Ok(())
}

/// The store that is loaded.
enum Opened {
    Folder(Box<SqliteStore>),
    Database(PostgresStore),
}

impl Opened {
    fn at(place: &str, args: &[String]) -> Result<Opened, Box<dyn Error>> {
        if place.starts_with("postgres") {
            return Ok(Opened::Database(PostgresStore::open(&place.parse()?, SCHEMA)?));
        }
        Ok(Opened::Folder(Box::new(SqliteStore::open_with(Path::new(place), SCHEMA, options(args)?)?)))
    }

    fn store(&self) -> &dyn Store {
        match self {
            Opened::Folder(store) => &**store,
            Opened::Database(store) => store,
        }
    }

    fn census(&self) -> Result<HashMap<&'static str, u64>, StoreError> {
        match self {
            Opened::Folder(store) => store.census(),
            Opened::Database(store) => store.census(),
        }
    }
}

/// The processor time that each thread of this process has taken, by its name; Linux only, nothing elsewhere.
fn threads() -> std::io::Result<BTreeMap<String, Duration>> {
    let mut spent = BTreeMap::new();
    let Ok(tasks) = std::fs::read_dir("/proc/self/task") else { return Ok(spent) };
    for task in tasks {
        let task = task?.path();
        let read = |what| std::fs::read_to_string(task.join(what));
        // A thread may end at any time.
        let (Ok(name), Ok(times)) = (read("comm"), read("schedstat")) else { continue };
        let nanos = times.split(' ').next().and_then(|nanos| nanos.parse().ok()).unwrap_or(0);
        *spent.entry(name.trim().to_owned()).or_default() += Duration::from_nanos(nanos);
    }
    Ok(spent)
}

/// Trailing arguments such as `chunk=32` (MiB) change the options.
fn options(args: &[String]) -> Result<Options, Box<dyn Error>> {
    let mut options = Options::default();
    for (name, value) in args.iter().filter_map(|arg| arg.split_once('=')) {
        let value: usize = value.parse()?;
        match name {
            "rows" => options.row_cache_bytes = value << 20,
            "pages" => options.page_cache_bytes = value << 20,
            "map" => options.map_bytes = (value as u64) << 20,
            "pending" => options.pending_bytes_max = value << 20,
            "chunk" => options.chunk_bytes = value << 20,
            "checkpoint" => options.checkpoint_bytes = value << 20,
            "ahead" => options.ahead_bytes_max = value << 20,
            "linger" => options.linger = Duration::from_millis(value as u64),
            "page" => options.page_bytes = value,
            _ => return Err(format!("{name} is not an option").into()),
        }
    }
    Ok(options)
}

fn event_batch(store: &dyn Store, shop: &mut Shop, times: &mut Times) -> Result<(), Box<dyn Error>> {
    let started = Instant::now();
    let keys = shop.keys();
    let prepared = Instant::now();
    let rows = store.load(&keys)?;
    times.load.push(prepared.elapsed());
    let loaded = Instant::now();
    let batch = shop.batch(keys, &rows);
    times.prepare += loaded.elapsed() + (prepared - started);
    let decided = Instant::now();
    store.commit(batch)?;
    times.commit.push(decided.elapsed());
    Ok(())
}

fn report(out: &mut impl Write, what: &str, times: &mut [Duration]) -> std::io::Result<()> {
    times.sort_unstable();
    let at = |percent: usize| times.get(times.len() * percent / 100).copied().unwrap_or_default();
    let sum: Duration = times.iter().sum();
    let max = times.last().copied().unwrap_or_default();
    writeln!(out, "{what}: p50 {:.2?}, p99 {:.2?}, max {max:.2?}, sum {sum:.2?}", at(50), at(99))
}

fn size(dir: &Path) -> std::io::Result<u64> {
    std::fs::read_dir(dir)?.map(|file| Ok(file?.metadata()?.len())).sum()
}
