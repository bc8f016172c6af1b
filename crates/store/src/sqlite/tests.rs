//! What can only be seen from inside: full disks, a table writer that is stuck, many threads.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

use bytes::Bytes;
use jifen_vocab::{Day, Timestamp};
use smallvec::{SmallVec, smallvec};

use super::{Options, SqliteStore};
use crate::{
    Append, Batch, Bound, Column, Count, Find, Key, Kind, Order, Put, Schema, Store, StoreError, Stream, Value,
};

static MEMBER: Kind =
    Kind { name: "member", columns: &[Column { name: "score" }], alarmed: true, chained: true, immutable: false };
static SEEN: Kind = Kind { name: "seen", columns: &[], alarmed: false, chained: false, immutable: true };
static FACT: Kind = Kind { name: "fact", columns: &[], alarmed: false, chained: false, immutable: false };
static SCHEMA: Schema = &[&MEMBER, &SEEN, &FACT];

fn member(id: u64, base: u64) -> Put {
    Put {
        key: Key::new(&MEMBER, &format!("m{id}")),
        base,
        due_at: Some(Timestamp::from_millis(base as i64)),
        columns: smallvec![Value::Integer(base as i64)],
        body: Bytes::from(vec![b'x'; 600]),
    }
}

fn seen(id: u64) -> Put {
    let key = Key::new(&SEEN, &format!("event/{id:020}"));
    Put { key, base: 0, due_at: None, columns: SmallVec::new(), body: Bytes::from(vec![b'y'; 300]) }
}

fn entry(id: u64, seq: u64) -> Append {
    Append { chain: Key::new(&MEMBER, &format!("m{id}")), seq, hash: [7; 32], body: Bytes::from(vec![b'z'; 350]) }
}

fn day() -> Day {
    Day::from_number(20_000)
}

/// A batch that writes one member for the `base + 1`-th time and sees ten keys.
fn batch(base: u64) -> Batch {
    let mut batch = Batch { puts: vec![member(1, base)], ..Batch::default() };
    batch.puts.extend((0..10).map(|key| seen(base * 10 + key)));
    batch.entries.push(entry(1, base + 1));
    batch.counts.push(Count { metric: "batches", day: day(), dimensions: "".into(), add: 1 });
    batch
}

/// Everything a reader can ask for is as it must be after that many batches.
fn assert_holds(store: &SqliteStore, batches: u64) {
    let rows = store.load(&[Key::new(&MEMBER, "m1"), Key::new(&SEEN, &format!("event/{:020}", batches * 10))]).unwrap();
    let row = rows[0].as_ref().unwrap();
    assert_eq!((row.version, row.tail, &rows[1]), (batches, batches, &None));
    let all = store.entries(Stream(0), 0, usize::MAX).unwrap();
    assert_eq!(all.iter().map(|entry| entry.number).collect::<Vec<_>>(), (1..=batches).collect::<Vec<_>>());
    assert_eq!(store.history(Stream(0), batches, 5).unwrap().len() as u64, batches.min(5));
    assert_eq!(store.counters("batches", day(), day()).unwrap()[0].value, batches as i64);
    let score = Some(Value::Integer(batches as i64 - 1));
    let by_score =
        Find { kind: &MEMBER, column: Some(0), equals: score, order: Order::Ascending, from: Bound::Start, limit: 5 };
    assert_eq!(store.find(&by_score).unwrap().rows.len(), 1);
    let page = Find { kind: &SEEN, column: None, equals: None, limit: 50_000, ..by_score };
    assert_eq!(store.find(&page).unwrap().rows.len() as u64, batches * 10);
    // Asked last: while much is pending it may be an earlier instant.
    assert_eq!(store.next_due().unwrap(), Some(Timestamp::from_millis(batches as i64 - 1)));
}

#[test]
fn a_full_disk_under_the_log_refuses_whole_batches_until_there_is_room() {
    let dir = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(dir.path(), SCHEMA).unwrap();
    store.commit(batch(0)).unwrap();
    let limit = |segments| store.shared.writer().log.limit_segments(segments);
    limit(2);
    let mut refused = 0;
    let mut done = 1;
    while refused < 3 {
        match store.commit(batch(done)) {
            Ok(committed) => {
                done += 1;
                assert_eq!(committed.last_entry, done);
                assert!(done < 1_000, "the log never filled up");
            }
            Err(StoreError::DiskFull) => refused += 1,
            Err(other) => panic!("{other:?}"),
        }
        assert_holds(&store, done);
    }
    limit(usize::MAX);
    store.commit(batch(done)).unwrap();
    assert_holds(&store, done + 1);
    drop(store);
    assert_holds(&SqliteStore::open(dir.path(), SCHEMA).unwrap(), done + 1);
}

#[test]
fn the_next_segment_of_the_log_is_made_before_it_is_needed_and_then_used() {
    let dir = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(dir.path(), SCHEMA).unwrap();
    let shape = || {
        let writer = store.shared.writer();
        (writer.log.segments(), writer.log.spares())
    };
    let mut done = 0;
    let mut next = || {
        store.commit(batch(done)).unwrap();
        done += 1;
        assert!(done < 1_000, "the log never filled up");
        done
    };
    let deadline = Instant::now() + Duration::from_secs(30);
    while shape() != (1, 1) {
        assert!(Instant::now() < deadline, "no segment was made ahead");
        if shape() == (1, 0) && !store.shared.writer().log.is_ordered() {
            next();
        }
        std::thread::yield_now();
    }
    while shape().0 == 1 {
        next();
    }
    assert_eq!(shape().0, 2);
    let done = next();
    drop(store);
    assert_holds(&SqliteStore::open(dir.path(), SCHEMA).unwrap(), done);
    let left = std::fs::read_dir(dir.path().join("log")).unwrap().map(|file| file.unwrap().path());
    assert!(left.into_iter().all(|path| path.extension().is_some_and(|of| of == "log" || of == "spare")));
}

#[test]
fn a_large_batch_leaves_no_segment_that_cannot_be_used_again() {
    let dir = tempfile::tempdir().unwrap();
    let options = Options { linger: Duration::ZERO, ..Options::default() };
    let store = SqliteStore::open_with(dir.path(), SCHEMA, options).unwrap();
    let sizes = |extension: &str| -> Vec<u64> {
        let files = std::fs::read_dir(dir.path().join("log")).unwrap().map(|file| file.unwrap());
        let named = files.filter(|file| file.path().extension().is_some_and(|of| of == extension));
        named.map(|file| file.metadata().unwrap().len()).collect()
    };
    for done in 0..200 {
        let mut next = batch(done);
        if done % 20 == 19 {
            let large = Bytes::from(vec![b'l'; 700_000 * (1 + done as usize / 60)]);
            let key = Key::new(&FACT, &format!("f{done}"));
            next.puts.push(Put { key, base: 0, due_at: None, columns: SmallVec::new(), body: large });
        }
        store.commit(next).unwrap();
        assert!(sizes("log").iter().all(|size| size.is_power_of_two()), "{:?}", sizes("log"));
    }
    assert!(store.settle());
    let newest = sizes("log").into_iter().max().unwrap();
    assert!(sizes("spare").iter().all(|size| *size >= newest / 2), "{:?} beside {newest}", sizes("spare"));
    drop(store);
    assert_holds(&SqliteStore::open(dir.path(), SCHEMA).unwrap(), 200);
}

#[test]
fn full_tables_hold_commits_back_in_the_end_and_lose_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let options = Options { pending_bytes_max: 200_000, linger: Duration::ZERO, ..Options::default() };
    let open = || SqliteStore::open_with(dir.path(), SCHEMA, options).unwrap();
    let store = open();
    store.commit(batch(0)).unwrap();
    assert!(store.settle());
    store.shared.tables_pages_max.store(1, Relaxed);
    let mut done = 1;
    let error = loop {
        match store.commit(batch(done)) {
            Ok(_) => done += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(error, StoreError::DiskFull), "{error:?}");
    assert!(done > 20, "the tables took {done} batches with them");
    // Everything is answered while the tables stand still.
    assert_holds(&store, done);
    assert!(matches!(store.backup(&dir.path().join("copy"), |_, _| {}), Err(StoreError::Failed { .. })));
    // Closing does not wait for room, and the log keeps what the tables lack.
    drop(store);
    let store = open();
    assert_holds(&store, done);
    store.shared.tables_pages_max.store(1, Relaxed);
    while store.commit(batch(done)).is_ok() {
        done += 1;
    }
    // Room again: the tables follow by themselves.
    store.shared.tables_pages_max.store(u32::MAX - 1, Relaxed);
    let started = Instant::now();
    while !store.settle() {
        assert!(started.elapsed() < Duration::from_secs(10));
        std::thread::sleep(Duration::from_millis(10));
    }
    store.commit(batch(done)).unwrap();
    assert_holds(&store, done + 1);
}

/// Everybody that a query finds, page by page.
fn all_pages(store: &SqliteStore, query: &Find) -> Vec<(i64, String)> {
    let (mut query, mut all) = (query.clone(), Vec::new());
    loop {
        let page = store.find(&query).unwrap();
        assert!(page.rows.len() <= query.limit);
        let score = |value: &Value| if let Value::Integer(score) = value { *score } else { -1 };
        all.extend(page.rows.iter().map(|(id, value, _)| (score(value), id.to_string())));
        match page.next {
            Some(next) => query.from = next,
            None => return all,
        }
    }
}

#[test]
fn what_is_pending_is_found_without_hurrying_the_tables() {
    let dir = tempfile::tempdir().unwrap();
    let store =
        SqliteStore::open_with(dir.path(), SCHEMA, Options { linger: Duration::from_secs(600), ..Options::default() })
            .unwrap();
    // Of ten thousand members the first half is in the tables; a third is written again, partly under another score,
    // and the second half is new.
    let mut scores = std::collections::BTreeMap::new();
    let mut write = |ids: &mut dyn Iterator<Item = u64>, base: u64| {
        let puts: Vec<Put> = ids
            .map(|id| {
                let score = (id * 7 + base * (id % 2)) as i64 % 50;
                scores.insert(format!("m{id}"), score);
                Put { columns: smallvec![Value::Integer(score)], ..member(id, base) }
            })
            .collect();
        store.commit(Batch { puts, ..Batch::default() }).unwrap();
    };
    write(&mut (0..5_000), 0);
    assert!(store.settle());
    write(&mut (0..5_000).filter(|id| id % 3 == 0), 1);
    write(&mut (5_000..10_000), 0);
    write(&mut (5_000..10_000).filter(|id| id % 3 == 0), 1);
    let by_id: Vec<(i64, String)> = scores.keys().map(|id| (-1, id.clone())).collect();
    let mut by_score: Vec<(i64, String)> = scores.iter().map(|(id, score)| (*score, id.clone())).collect();
    by_score.sort();
    for order in [Order::Ascending, Order::Descending] {
        let turned = |mut all: Vec<(i64, String)>| {
            if order == Order::Descending {
                all.reverse();
            }
            all
        };
        let all = Find { kind: &MEMBER, column: None, equals: None, order, from: Bound::Start, limit: 333 };
        assert!(all_pages(&store, &all) == turned(by_id.clone()));
        let scored = Find { column: Some(0), limit: 777, ..all.clone() };
        assert!(all_pages(&store, &scored) == turned(by_score.clone()));
        let seven = Find { equals: Some(Value::Integer(7)), limit: 10, ..scored };
        assert!(all_pages(&store, &seven) == turned(by_score.iter().filter(|one| one.0 == 7).cloned().collect()));
    }
    assert_eq!(store.due(Timestamp::MAX, 20_000).unwrap().len(), 10_000);
    assert_eq!(store.shared.queue.applied(), 1, "the tables were hurried");
    assert!(store.settle());
    assert_eq!(store.shared.overlays.of(0).len(), 0, "what the tables have is kept");
}

/// Sizes that make rows leave memory all the time.
fn cramped() -> Options {
    Options {
        row_cache_bytes: 64 * 2_000,
        chunk_bytes: 64 * 1024,
        checkpoint_bytes: 256 * 1024,
        pending_bytes_max: 512 * 1024,
        linger: Duration::from_millis(1),
        ..Options::default()
    }
}

/// Commits to one member until told to stop; says how often.
fn write_member(store: &SqliteStore, id: u64, stop: &AtomicBool) -> u64 {
    let mut base = 0;
    while !stop.load(Relaxed) {
        let mut batch = Batch { puts: vec![member(id, base), seen(id * 1_000_000 + base)], ..Batch::default() };
        batch.entries.push(entry(id, base + 1));
        batch.counts.push(Count { metric: "batches", day: day(), dimensions: "".into(), add: 1 });
        store.commit(batch).unwrap();
        base += 1;
        let row = store.load(&[Key::new(&MEMBER, &format!("m{id}"))]).unwrap().remove(0).unwrap();
        assert_eq!(row.version, base, "a commit is not seen by the one who made it");
    }
    base
}

/// Reads everything over and over: versions and counters never go back, chains and numbers never have a hole.
fn read_all(store: &SqliteStore, members: u64, stop: &AtomicBool) {
    let keys: Vec<Key> = (0..members).map(|id| Key::new(&MEMBER, &format!("m{id}"))).collect();
    let (mut versions, mut sum, mut next) = (vec![0; keys.len()], 0, 0);
    while !stop.load(Relaxed) {
        for (version, row) in versions.iter_mut().zip(store.load(&keys).unwrap()) {
            let Some(row) = row else { continue };
            assert!(row.version >= *version, "a version went back from {version} to {}", row.version);
            *version = row.version;
            let newest = store.history(Stream(0), row.tail, 3).unwrap();
            let seqs: Vec<u64> = newest.iter().map(|entry| entry.seq).collect();
            assert_eq!(seqs, (1..=row.version).rev().take(3).collect::<Vec<_>>());
        }
        let now = store.counters("batches", day(), day()).unwrap().first().map_or(0, |row| row.value);
        assert!(now >= sum);
        sum = now;
        for entry in store.entries(Stream(0), next, 500).unwrap() {
            assert_eq!(entry.number, next + 1);
            next = entry.number;
        }
        // The displayed points, found by a column, are the ones of the record.
        let by_score = Find {
            kind: &MEMBER,
            column: Some(0),
            equals: None,
            order: Order::Descending,
            from: Bound::Start,
            limit: 50,
        };
        for (_, value, row) in store.find(&by_score).unwrap().rows {
            assert_eq!(value, Value::Integer(row.version as i64 - 1));
        }
    }
}

// row REL-17
#[test]
fn many_threads_read_and_commit_and_never_see_anything_half_done() {
    const MEMBERS: u64 = 4;
    let dir = tempfile::tempdir().unwrap();
    let store = SqliteStore::open_with(dir.path(), SCHEMA, cramped()).unwrap();
    let stop = AtomicBool::new(false);
    let written: Vec<u64> = std::thread::scope(|scope| {
        let (store, stop) = (&store, &stop);
        let writers: Vec<_> = (0..MEMBERS).map(|id| scope.spawn(move || write_member(store, id, stop))).collect();
        (0..2).for_each(|_| drop(scope.spawn(move || read_all(store, MEMBERS, stop))));
        std::thread::sleep(Duration::from_millis(1_500));
        stop.store(true, Relaxed);
        writers.into_iter().map(|writer| writer.join().unwrap()).collect()
    });
    drop(store);
    let store = SqliteStore::open(dir.path(), SCHEMA).unwrap();
    store.check().unwrap();
    let all: u64 = written.iter().sum();
    assert!(all > 20, "hardly anything was committed");
    assert_eq!(store.entries(Stream(0), 0, usize::MAX).unwrap().len() as u64, all);
    for (id, count) in (0..MEMBERS).zip(written) {
        let row = store.load(&[Key::new(&MEMBER, &format!("m{id}"))]).unwrap().remove(0).unwrap();
        assert_eq!(row.version, count);
    }
}

#[test]
fn two_threads_with_the_same_base_win_once() {
    let dir = tempfile::tempdir().unwrap();
    let store = SqliteStore::open_with(dir.path(), SCHEMA, cramped()).unwrap();
    for base in 0..40 {
        let attempt = || store.commit(Batch { puts: vec![member(1, base)], ..Batch::default() });
        let outcomes = std::thread::scope(|scope| {
            let other = scope.spawn(attempt);
            [attempt(), other.join().unwrap()]
        });
        let won = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
        let lost = outcomes.iter().filter(|outcome| matches!(outcome, Err(StoreError::Conflict))).count();
        assert_eq!((won, lost), (1, 1));
    }
}

#[test]
fn the_log_stays_small() {
    let dir = tempfile::tempdir().unwrap();
    let store = SqliteStore::open_with(dir.path(), SCHEMA, cramped()).unwrap();
    (0..400).for_each(|base| assert!(store.commit(batch(base)).is_ok()));
    assert!(store.settle());
    assert!(store.shared.writer().log.first() > 100, "nothing was forgotten");
    drop(store);
    let left = std::fs::metadata(dir.path().join("tables.sqlite-wal")).map_or(0, |file| file.len());
    assert_eq!(left, 0, "a closed store has everything in the tables' file");
    let store = SqliteStore::open(dir.path(), SCHEMA).unwrap();
    assert_holds(&store, 400);
}

#[test]
fn many_rows_are_read_from_the_tables_at_once_each_where_it_was_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(dir.path(), SCHEMA).unwrap();
    for id in 0..1_000 {
        store.commit(Batch { puts: vec![member(id, 0), seen(id), fact(id, 0)], ..Batch::default() }).unwrap();
    }
    drop(store);
    let store = SqliteStore::open_with(dir.path(), SCHEMA, cramped()).unwrap();
    // A tenth of the ids are unknown.
    let ids = (0..3_300_u64).map(|place| place * 1_009 % 1_100);
    let keys: Vec<Key> = ids
        .clone()
        .zip([member, |id, _| seen(id), fact].into_iter().cycle())
        .map(|(id, put): (u64, fn(u64, u64) -> Put)| put(id, 0).key)
        .collect();
    let rows = store.load(&keys).unwrap();
    for ((id, key), row) in ids.zip(&keys).zip(rows) {
        assert_eq!(row.is_some(), id < 1_000, "{key:?}");
        let body = row.map(|row| row.body);
        let expected = match key.kind.name {
            "member" => member(id, 0).body,
            "seen" => seen(id).body,
            _ => fact(id, 0).body,
        };
        assert!(body.is_none_or(|body| body == expected), "{key:?}");
    }
}

#[test]
fn the_pages_of_members_are_read_ahead_as_far_as_there_is_room() {
    let dir = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(dir.path(), SCHEMA).unwrap();
    assert_eq!(store.shared.read_pages(u64::MAX).unwrap(), 0);
    for id in 0..1_050 {
        store.commit(Batch { puts: vec![member(id, 0)], ..Batch::default() }).unwrap();
    }
    assert!(store.settle());
    let bytes = |members: u64| members * member(0, 0).body.len() as u64;
    assert_eq!(store.shared.read_pages(u64::MAX).unwrap(), bytes(1_050));
    assert_eq!(store.shared.read_pages(0).unwrap(), 0);
    let some = store.shared.read_pages(bytes(450)).unwrap();
    assert!((bytes(450)..=bytes(850)).contains(&some), "{some} bytes");
}

#[test]
fn the_write_ahead_file_of_the_tables_is_written_over_once_it_is_large() {
    let dir = tempfile::tempdir().unwrap();
    // By what was written alone it would never be time.
    let options = Options { checkpoint_bytes: usize::MAX, ahead_bytes_max: 1 << 20, ..cramped() };
    let store = SqliteStore::open_with(dir.path(), SCHEMA, options).unwrap();
    for base in 0..400 {
        store.commit(batch(base)).unwrap();
        assert!(base % 20 != 0 || store.settle());
    }
    let file = std::fs::metadata(dir.path().join("tables.sqlite-wal")).unwrap().len();
    assert!(file < 3 << 20, "{file} bytes");
    assert!(store.shared.writer().log.first() > 100, "nothing was forgotten");
    assert_holds(&store, 400);
}

fn fact(id: u64, base: u64) -> Put {
    let body = Bytes::from(format!("{{\"v\":1,\"written\":{}}}", base + 1));
    Put { key: Key::new(&FACT, &format!("o-{id}")), base, due_at: None, columns: SmallVec::new(), body }
}

/// Ten generations of facts, each written `times` times, are all there.
fn assert_facts(store: &SqliteStore, times: u64) {
    let keys: Vec<Key> = (0..161).map(|id| Key::new(&FACT, &format!("o-{id}"))).collect();
    let rows = store.load(&keys).unwrap();
    for (id, row) in (0..160).zip(&rows) {
        let row = row.as_ref().unwrap();
        assert_eq!((row.version, &row.body), (times, &fact(id, times - 1).body));
    }
    assert_eq!(rows[160], None);
    let by_id =
        Find { kind: &FACT, column: None, equals: None, order: Order::Ascending, from: Bound::Start, limit: 1_000 };
    let found = store.find(&by_id).unwrap().rows;
    assert!(found.is_sorted_by(|a, b| a.0 < b.0) && found.len() == 160);
}

#[test]
fn records_without_columns_are_found_and_rewritten_in_every_generation() {
    let dir = tempfile::tempdir().unwrap();
    for times in 1..4 {
        let store = SqliteStore::open_with(dir.path(), SCHEMA, cramped()).unwrap();
        for some in 0..8 {
            let puts = (some * 20..some * 20 + 20).map(|id| fact(id, times - 1)).collect();
            store.commit(Batch { puts, ..Batch::default() }).unwrap();
            assert!(store.settle());
        }
        assert!(matches!(
            store.commit(Batch { puts: vec![fact(3, 0)], ..Batch::default() }),
            Err(StoreError::Conflict)
        ));
        assert_facts(&store, times);
        drop(store);
        assert_facts(&SqliteStore::open(dir.path(), SCHEMA).unwrap(), times);
    }
}

#[test]
fn a_kind_that_is_no_longer_listed_keeps_its_records() {
    static LISTED: Kind =
        Kind { name: "fact", columns: &[Column { name: "shelf" }], alarmed: false, chained: false, immutable: false };
    static BEFORE: Schema = &[&MEMBER, &SEEN, &LISTED];
    let dir = tempfile::tempdir().unwrap();
    for round in 0..2 {
        let store = SqliteStore::open(dir.path(), BEFORE).unwrap();
        let listed = |id| Put {
            key: Key { kind: &LISTED, ..fact(id, 0).key },
            columns: smallvec![Value::Integer(7)],
            ..fact(id, round * 2)
        };
        store.commit(Batch { puts: (0..160).map(listed).collect(), ..Batch::default() }).unwrap();
        let by_shelf = Find {
            kind: &LISTED,
            column: Some(0),
            equals: None,
            order: Order::Ascending,
            from: Bound::Start,
            limit: 1_000,
        };
        assert_eq!(store.find(&by_shelf).unwrap().rows.len(), 160);
        drop(store);
        let store = SqliteStore::open(dir.path(), SCHEMA).unwrap();
        assert_facts(&store, round * 2 + 1);
        let puts = (0..160).map(|id| fact(id, round * 2 + 1)).collect();
        store.commit(Batch { puts, ..Batch::default() }).unwrap();
        drop(store);
        assert_facts(&SqliteStore::open(dir.path(), SCHEMA).unwrap(), round * 2 + 2);
    }
}
