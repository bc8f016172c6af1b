//! Stores that fail, commands that panic, queues that are full: nobody is told what did not happen.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use jifen_engine::{Clock, Engine, EngineError, Options, Subscriber, SubscriberError, open_program};
use jifen_program::Books;
use jifen_program::audit::By;
use jifen_program::book::boards::Reconciliation;
use jifen_program::desk::{Command, Desk, Keys, Loaded, Stop, Touch};
use jifen_store::memory::MemoryStore;
use jifen_store::sqlite::SqliteStore;
use jifen_store::{Batch, Committed, CounterRow, Entry, EntryNumber, Find, Key, Page, Row, Store, StoreError, Stream};
use jifen_vocab::{Day, Timestamp};

use crate::world::{World, files, spend, start};

/// A store whose commits fail when told to.
struct Failing {
    inner: MemoryStore,
    /// Commits to go until one fails; negative for never.
    until: AtomicI64,
    conflict: AtomicBool,
    /// Whether the failing commit is written all the same: the acknowledgment is what is lost.
    after: AtomicBool,
    /// A member for whom somebody else is always faster.
    contested: Mutex<Option<&'static str>>,
}

impl Failing {
    fn new() -> Arc<Self> {
        let (until, conflict, after) = (AtomicI64::new(-1), AtomicBool::new(false), AtomicBool::new(false));
        Arc::new(Failing { inner: MemoryStore::new(), until, conflict, after, contested: Mutex::default() })
    }
}

impl Store for Failing {
    fn load(&self, keys: &[Key]) -> Result<Vec<Option<Row>>, StoreError> {
        self.inner.load(keys)
    }

    fn commit(&self, batch: Batch) -> Result<Committed, StoreError> {
        if self.until.fetch_sub(1, Ordering::SeqCst) == 0 {
            if self.after.load(Ordering::SeqCst) {
                self.inner.commit(batch)?;
            }
            return Err(if self.conflict.load(Ordering::SeqCst) { StoreError::Conflict } else { StoreError::DiskFull });
        }
        let contested = *self.contested.lock().unwrap();
        if contested.is_some_and(|member| batch.entries.iter().any(|entry| entry.chain.id == member)) {
            return Err(StoreError::Conflict);
        }
        self.inner.commit(batch)
    }

    fn find(&self, query: &Find) -> Result<Page, StoreError> {
        self.inner.find(query)
    }

    fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<(Key, Timestamp)>, StoreError> {
        self.inner.due(now, limit)
    }

    fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        self.inner.next_due()
    }

    fn entries(&self, stream: Stream, after: EntryNumber, limit: usize) -> Result<Vec<Entry>, StoreError> {
        self.inner.entries(stream, after, limit)
    }

    fn history(&self, stream: Stream, newest: EntryNumber, limit: usize) -> Result<Vec<Entry>, StoreError> {
        self.inner.history(stream, newest, limit)
    }

    fn counters(&self, metric: &str, from: Day, to: Day) -> Result<Vec<CounterRow>, StoreError> {
        self.inner.counters(metric, from, to)
    }
}

/// Spends one point forty times with the n-th commit failing, for every n, then sends everything again.
fn each_commit_fails_once(conflict: bool, after: bool) {
    for n in 0..40 {
        let store = Failing::new();
        let world = World::over(Arc::clone(&store) as Arc<dyn Store>, 3);
        world.adjust("m1", 0).unwrap_err();
        world.paid("o-1", "m1", 10_000);
        store.conflict.store(conflict, Ordering::SeqCst);
        store.after.store(after, Ordering::SeqCst);
        store.until.store(n, Ordering::SeqCst);
        let round = |world: &World| {
            let sent = (0..40)
                .map(|s| world.engine.enqueue_blocking(spend("m1", 1, &format!("s-{s}")), Some(world.now)).unwrap());
            let sent: Vec<_> = sent.collect();
            sent.into_iter().map(|answer| answer.blocking_recv().unwrap().is_ok()).collect::<Vec<_>>()
        };
        let acknowledged = round(&world);
        if conflict {
            assert!(acknowledged.iter().all(|ok| *ok), "a lost race is run again");
        }
        store.until.store(-1, Ordering::SeqCst);
        assert!(round(&world).iter().all(|ok| *ok));
        assert_eq!(world.available("m1"), 60, "every spend counts once");
        world.agrees();
    }
}

#[test]
fn a_full_disk_loses_nothing_and_doubles_nothing() {
    each_commit_fails_once(false, false);
}

#[test]
fn a_commit_whose_acknowledgment_is_lost_counts_once() {
    each_commit_fails_once(false, true);
}

#[test]
fn a_lost_race_is_run_again() {
    each_commit_fails_once(true, false);
}

// A member over whom processes fight costs those in the same batch nothing.
#[test]
fn who_loses_every_race_keeps_nobody_else_from_theirs() {
    let store = Failing::new();
    let world = World::over(Arc::clone(&store) as Arc<dyn Store>, 100);
    for member in ["m0", "m1", "m2", "m3", "m4"] {
        world.paid(&format!("o-{member}"), member, 10_000);
    }
    *store.contested.lock().unwrap() = Some("m3");
    let send = |number: usize| {
        let spend = spend(["m0", "m1", "m2", "m3", "m4"][number % 5], 1, &format!("s-{number}"));
        world.engine.enqueue_blocking(spend, Some(world.now)).unwrap()
    };
    let sent: Vec<_> = (0..50).map(send).collect();
    let done: Vec<bool> = sent.into_iter().map(|answer| answer.blocking_recv().unwrap().is_ok()).collect();
    for (number, done) in done.iter().enumerate() {
        assert_eq!(*done, number % 5 != 3, "spend {number}");
    }
    *store.contested.lock().unwrap() = None;
    assert_eq!((world.available("m2"), world.available("m3")), (90, 100));
    world.agrees();
}

/// A command with a bug.
struct Panics;

impl Command for Panics {
    type Outcome = ();

    fn touches(&self, _: &Books, _: &Loaded<'_>, _: &mut Keys) -> Touch {
        Touch::Done
    }

    fn decide(&self, _: &mut Desk<'_>) -> Result<(), Stop> {
        panic!("a bug, on purpose")
    }
}

#[test]
fn a_panic_undoes_that_one_command() {
    let world = World::new();
    world.paid("o-1", "m1", 10_000);
    let good = world.engine.enqueue(spend("m1", 10, "s-1"), Some(world.now)).unwrap();
    let bad = world.engine.enqueue(Panics, None).unwrap();
    let also_good = world.engine.enqueue(spend("m1", 10, "s-2"), Some(world.now)).unwrap();
    assert!(matches!(bad.blocking_recv().unwrap(), Err(EngineError::Fault(_))));
    assert!(good.blocking_recv().unwrap().unwrap().result.is_ok());
    assert!(also_good.blocking_recv().unwrap().unwrap().result.is_ok());
    assert_eq!(world.available("m1"), 80);
}

#[test]
fn a_full_queue_says_so_and_a_stopped_engine_finishes_what_it_accepted() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let opened = open_program(store.as_ref(), Some(&files()), start()).unwrap();
    let options = Options { queue: 4, batch: 2, ..Options::repeatable(1) };
    let engine = Engine::start(Arc::clone(&store), opened.books, Arc::new(Clock::new(0)), &options);
    let mut answers = Vec::new();
    let mut busy = 0;
    for n in 0..2_000 {
        match engine.enqueue(spend("nobody", 1, &format!("s-{n}")), None) {
            Ok(answer) => answers.push(answer),
            Err(EngineError::Busy) => busy += 1,
            Err(error) => panic!("{error}"),
        }
    }
    engine.stop();
    assert!(busy > 0, "2,000 commands never filled a queue of four");
    for answer in answers {
        assert!(answer.blocking_recv().unwrap().is_ok());
    }
}

#[test]
fn a_restart_finds_everything() {
    let dir = tempfile::tempdir().unwrap();
    {
        let store = SqliteStore::open(dir.path(), jifen_program::SCHEMA).unwrap();
        let world = World::over(Arc::new(store), 100);
        world.paid("o-1", "m1", 10_000);
        world.spend("m1", 40, "s-1").unwrap();
        world.engine.stop();
    }
    let store = SqliteStore::open(dir.path(), jifen_program::SCHEMA).unwrap();
    let world = World::over(Arc::new(store), 100);
    assert_eq!(world.available("m1"), 60);
    assert!(world.paid("o-1", "m1", 10_000).replayed);
    world.agrees();
}

#[test]
fn the_alarm_settles_what_fell_due() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let opened = open_program(store.as_ref(), Some(&files()), start()).unwrap();
    let clock = Arc::new(Clock::new(0));
    let engine = Engine::start(Arc::clone(&store), opened.books, Arc::clone(&clock), &Options::default());
    let time = clock.now();
    for n in 0..1_200 {
        let json = crate::world::order_paid(&format!("o-{n}"), &format!("o-{n}"), &format!("m{n}"), 1_000, time);
        let event = jifen_program::events::parse(json.as_bytes()).unwrap();
        engine.submit_blocking(jifen_program::flows::JudgeEvent { event, client: "test".into() }, None).unwrap();
    }
    engine.advance_clock(time.plus_days(366), &By::system()).unwrap();
    let expired = store.entries(Stream(0), 0, 10_000).unwrap().len();
    assert_eq!(expired, 2_400, "each member earned and lapsed, and nobody asked");
    assert!(engine.advance_clock(time, &By::system()).is_err(), "time moves forward only");
    engine.stop();
}

/// Counts what it is handed, and fails now and then.
struct Counting {
    seen: Arc<std::sync::Mutex<Vec<u64>>>,
    calls: usize,
}

impl Subscriber for Counting {
    fn name(&self) -> &'static str {
        "counting"
    }

    fn handle(&mut self, entries: &[Entry]) -> Result<(), SubscriberError> {
        self.calls += 1;
        if self.calls % 2 == 1 {
            return Err("not now".into());
        }
        self.seen.lock().unwrap().extend(entries.iter().map(|entry| entry.number));
        Ok(())
    }
}

#[test]
fn a_subscriber_sees_every_entry_in_order_from_where_it_left_off() {
    let world = World::new();
    for n in 0..30 {
        world.paid(&format!("o-{n}"), "m1", 1_000);
    }
    let seen = Arc::default();
    let mut subscriber = Counting { seen: Arc::clone(&seen), calls: 0 };
    assert!(world.engine.feed(&mut subscriber).is_err(), "it failed: the cursor stays");
    assert_eq!(world.engine.feed(&mut subscriber).unwrap(), 30);
    world.paid("o-x", "m1", 1_000);
    assert!(world.engine.feed(&mut subscriber).is_err());
    assert_eq!(world.engine.feed(&mut subscriber).unwrap(), 1);
    assert_eq!(*seen.lock().unwrap(), (1..=31).collect::<Vec<u64>>());
}

/// How the world's rule book has them compared.
fn terms(world: &World) -> Reconciliation {
    world.engine.books().at(world.now).boards.reconciliation
}

// row REL-13
#[test]
fn a_difference_between_points_shown_and_journal_raises_an_alarm() {
    let store = Arc::new(MemoryStore::new());
    let world = World::over(Arc::clone(&store) as Arc<dyn Store>, 10);
    for n in 0..20 {
        world.paid(&format!("o-{n}"), &format!("m{n}"), 10_000);
    }
    let found = jifen_engine::reconcile(store.as_ref(), world.now, &terms(&world)).unwrap();
    assert!(!found.is_alarming());
    assert_eq!((found.verdict.members, found.differing_ppm()), (20, 0));
    let key = Key::new(&jifen_program::member::MEMBER, "m7");
    let row = store.load(std::slice::from_ref(&key)).unwrap().remove(0).unwrap();
    let body = String::from_utf8(row.body.to_vec()).unwrap();
    let forged = body.replace("[[0,100,", "[[0,101,").replace("\"n\":100", "\"n\":101");
    assert_ne!(body, forged, "the forgery must change something: {body}");
    let columns = [jifen_store::Value::Text("ordinary".into())].into_iter().collect();
    let put = jifen_store::Put { key, base: row.version, due_at: row.due_at, columns, body: forged.into() };
    store.commit(Batch { puts: vec![put], ..Batch::default() }).unwrap();
    let found = jifen_engine::reconcile(store.as_ref(), world.now, &terms(&world)).unwrap();
    assert!(found.is_alarming());
    assert_eq!(found.differing_ppm(), 50_000);
    assert_eq!(found.verdict.flaws[0].member, "m7");
}

/// A world in which points moved for every reason that leaves a receipt.
fn receipts(world: &World) -> jifen_vocab::SpendId {
    for n in 0..20 {
        world.paid(&format!("o-{n}"), &format!("m{n}"), 10_000);
    }
    world.adjust("m1", 50).unwrap();
    world.adjust("m1", -20).unwrap();
    let hold = world.hold("m2", 40).unwrap();
    world.capture(&hold, Some(10)).unwrap();
    world.release(&hold).unwrap();
    let spend = world.spend("m3", 30, "s-1").unwrap();
    world.reverse(&spend, Some(5)).unwrap();
    world.about("order.refunded", "r-1", "m4", "o-4", "").result.unwrap();
    spend
}

// row REL-14
#[test]
fn a_spot_check_compares_entries_with_their_receipts() {
    let store = Arc::new(MemoryStore::new());
    let world = World::over(Arc::clone(&store) as Arc<dyn Store>, 10);
    let spend = receipts(&world);
    let check = || jifen_engine::spot_check(store.as_ref(), world.now, 7, &terms(&world)).unwrap();
    let found = check();
    let entries = world.journal().len() as u64;
    assert_eq!((found.entries, found.flaw_count, found.is_alarming()), (entries, 0, false), "{found:?}");
    assert!(found.receipts >= 27, "all but a few have a receipt: {found:?}");

    // Somebody lowers a spend behind everybody's back: wallet and journal agree, the receipt does not.
    let key = Key::new(&jifen_program::spends::SPEND, spend.as_str());
    let row = store.load(std::slice::from_ref(&key)).unwrap().remove(0).unwrap();
    let body = String::from_utf8(row.body.to_vec()).unwrap();
    let forged = body.replace("\"points\":30", "\"points\":3");
    assert_ne!(body, forged, "the forgery must change something: {body}");
    let columns = [jifen_store::Value::Text("m3".into())].into_iter().collect();
    let put = jifen_store::Put { key, base: row.version, due_at: None, columns, body: forged.into() };
    store.commit(Batch { puts: vec![put], ..Batch::default() }).unwrap();
    world.agrees();
    let found = check();
    assert!(found.is_alarming());
    assert_eq!((found.flaw_count, found.flaws[0].member.as_str()), (2, "m3"), "{found:?}");
    assert!(found.flaws[0].what.starts_with("30 points moved, and the receipt"), "{found:?}");
}

// row REL-14
#[test]
fn a_spot_check_looks_at_a_thousand_entries_and_draws_others_each_time() {
    let store = Arc::new(MemoryStore::new());
    let world = World::over(Arc::clone(&store) as Arc<dyn Store>, 1_000);
    for n in 0..1_500 {
        world.paid(&format!("o-{n}"), &format!("m{}", n % 300), 1_000);
    }
    assert_eq!(world.journal().len(), 1_500);
    let check = |seed| jifen_engine::spot_check(store.as_ref(), world.now, seed, &terms(&world)).unwrap();
    assert_eq!((check(1).entries, check(1).flaw_count), (1_000, 0));
    // The numbers are the rule book's.
    let fewer = Reconciliation { sample: 40, ..terms(&world) };
    assert_eq!(jifen_engine::spot_check(store.as_ref(), world.now, 1, &fewer).unwrap().entries, 40);
    // One order lost its receipt. Of enough samples, some meet it and some do not.
    let key = Key::new(&jifen_program::orders::ORDER, "o-700");
    let row = store.load(std::slice::from_ref(&key)).unwrap().remove(0).unwrap();
    let body = String::from_utf8(row.body.to_vec()).unwrap().replace("\"m100\"", "\"m101\"");
    let put = jifen_store::Put { key, base: row.version, due_at: None, columns: Default::default(), body: body.into() };
    store.commit(Batch { puts: vec![put], ..Batch::default() }).unwrap();
    let met = (0..24).filter(|seed| check(seed * 1_000_003).is_alarming()).count();
    assert!((4..24).contains(&met), "{met} of 24 samples met it");
    // One of fifteen hundred is tolerated where the rule book tolerates it.
    let milder = Reconciliation { sample: 1_500, tolerance_ppm: 1_000 };
    let found = jifen_engine::spot_check(store.as_ref(), world.now, 1, &milder).unwrap();
    assert_eq!((found.entries, found.flaw_count, found.is_alarming()), (1_500, 1, false));
}

#[test]
fn a_live_store_is_verified_while_it_is_written() {
    let world = Arc::new(World::new());
    let writer = Arc::clone(&world);
    let writing = std::thread::spawn(move || {
        for n in 0..3_000 {
            writer.paid(&format!("o-{n}"), &format!("m{}", n % 50), 1_000);
        }
    });
    let mut rounds = 0;
    while !writing.is_finished() {
        world.agrees();
        rounds += 1;
    }
    writing.join().unwrap();
    world.agrees();
    assert!(rounds > 0);
}
