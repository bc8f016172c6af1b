//! What a question costs: records and entries read, counted, so that an answer stays quick however much there is.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use jifen_program::SCHEMA;
use jifen_program::desk::Record;
use jifen_program::members::Profile;
use jifen_store::sqlite::SqliteStore;
use jifen_store::{Batch, Committed, CounterRow, Entry, EntryNumber, Find, Key, Page, Row, Store, StoreError, Stream};
use jifen_vocab::{Day, Timestamp};
use serde_json::json;

use crate::world::{World, order};

/// A store that counts what is read from it.
struct Counting {
    inner: SqliteStore,
    records: AtomicUsize,
    entries: AtomicUsize,
    counters: AtomicUsize,
    /// Questions about profiles, however many each named.
    about_profiles: AtomicUsize,
}

impl Counting {
    fn new(folder: &tempfile::TempDir) -> Arc<Counting> {
        let inner = SqliteStore::open(&folder.path().join("data"), SCHEMA).unwrap();
        let (records, entries, counters, about_profiles) = Default::default();
        Arc::new(Counting { inner, records, entries, counters, about_profiles })
    }

    /// Waits until what the server looks after by itself has come to rest.
    async fn rests(&self) {
        for _ in 0..20 {
            self.taken();
            tokio::time::sleep(std::time::Duration::from_millis(700)).await;
            if self.taken() == (0, 0, 0) {
                break;
            }
        }
    }

    /// Records, entries and counters read since this was last asked.
    fn taken(&self) -> (usize, usize, usize) {
        let take = |count: &AtomicUsize| count.swap(0, Ordering::Relaxed);
        (take(&self.records), take(&self.entries), take(&self.counters))
    }
}

impl Store for Counting {
    fn load(&self, keys: &[Key]) -> Result<Vec<Option<Row>>, StoreError> {
        self.records.fetch_add(keys.len(), Ordering::Relaxed);
        let about_profiles = keys.iter().any(|key| key.kind.name == Profile::KIND.name);
        self.about_profiles.fetch_add(usize::from(about_profiles), Ordering::Relaxed);
        self.inner.load(keys)
    }

    fn commit(&self, batch: Batch) -> Result<Committed, StoreError> {
        self.inner.commit(batch)
    }

    fn find(&self, query: &Find) -> Result<Page, StoreError> {
        let page = self.inner.find(query)?;
        self.records.fetch_add(page.rows.len(), Ordering::Relaxed);
        Ok(page)
    }

    fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<(Key, Timestamp)>, StoreError> {
        self.inner.due(now, limit)
    }

    fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        self.inner.next_due()
    }

    fn entries(&self, stream: Stream, after: EntryNumber, limit: usize) -> Result<Vec<Entry>, StoreError> {
        let entries = self.inner.entries(stream, after, limit)?;
        self.entries.fetch_add(entries.len(), Ordering::Relaxed);
        Ok(entries)
    }

    fn history(&self, stream: Stream, newest: EntryNumber, limit: usize) -> Result<Vec<Entry>, StoreError> {
        let entries = self.inner.history(stream, newest, limit)?;
        self.entries.fetch_add(entries.len(), Ordering::Relaxed);
        Ok(entries)
    }

    fn counters(&self, metric: &str, from: Day, to: Day) -> Result<Vec<CounterRow>, StoreError> {
        let rows = self.inner.counters(metric, from, to)?;
        self.counters.fetch_add(rows.len(), Ordering::Relaxed);
        Ok(rows)
    }
}

async fn buys(world: &World, member: &str, orders: std::ops::Range<usize>) {
    for number in orders {
        world.post("/v1/events", order(&format!("{member}-{number}"), member, 1_000)).send().await.expect(200);
    }
}

// row REL-06
#[tokio::test]
async fn balance_and_records_cost_the_same_however_long_the_history_is() {
    let folder = tempfile::tempdir().unwrap();
    let store = Counting::new(&folder);
    let world = World::over(folder, Arc::clone(&store) as Arc<dyn Store>, &jifen_engine::Options::default(), |_| {});
    let cost = async |path: &str| {
        store.taken();
        world.get(path).send().await.expect(200);
        store.taken()
    };
    buys(&world, "lin", 0..25).await;
    store.rests().await;
    let wallet = cost("/v1/members/lin/wallet").await;
    assert_eq!(wallet, (1, 0, 0), "the member's record and nothing else");
    let page = cost("/v1/members/lin/entries?limit=20").await;
    assert_eq!(page, (1, 21, 0), "the member, the page and where the next begins");
    let board = cost("/v1/boards/overview").await;
    // Ten times the history, and other members beside.
    buys(&world, "lin", 25..250).await;
    for other in 0..30 {
        buys(&world, &format!("other-{other}"), 0..2).await;
    }
    assert_eq!(cost("/v1/members/lin/wallet").await, wallet);
    assert_eq!(cost("/v1/members/lin/entries?limit=20").await, page);
    assert_eq!(cost("/v1/boards/overview").await, board, "boards read sums, whoever bought whatever");
}

// A database that is a journey away is asked once for many of them.
#[tokio::test]
async fn messages_that_leave_together_are_read_together() {
    const MEMBERS: usize = 60;
    let folder = tempfile::tempdir().unwrap();
    let store = Counting::new(&folder);
    let world = World::over(folder, Arc::clone(&store) as Arc<dyn Store>, &jifen_engine::Options::default(), |_| {});
    let members: Vec<String> = (0..MEMBERS).map(|number| format!("m-{number}")).collect();
    for member in &members {
        world.member(member).await;
    }
    store.rests().await;
    store.about_profiles.store(0, Ordering::Relaxed);
    let apology = json!({"kind": "apology", "members": members, "words": {"reason": "a parcel"}});
    world.post("/v1/mailings", apology).key("m-1").send().await.expect(201);
    store.rests().await;
    let sent = world.get("/v1/deliveries?state=sent&limit=100").send().await.expect(200).body["data"].clone();
    assert!(sent.as_array().unwrap().len() >= MEMBERS, "each of them is told something: {sent}");
    let questions = store.about_profiles.load(Ordering::Relaxed);
    assert!(questions < MEMBERS / 2, "{questions} questions about the profiles of {MEMBERS} members");
}
