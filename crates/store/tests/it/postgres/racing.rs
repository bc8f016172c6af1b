//! Several stores open on one schema.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Barrier};
use std::time::{Duration, Instant};

use jifen_store::postgres::{Options, PostgresStore};
use jifen_store::{Store, StoreError, Stream};
use jifen_vocab::Timestamp;

use super::open;
use super::server::SHARED;
use crate::world::{MEMBER, REWARD, SCHEMA, SEEN, VOUCHER, body, count, day, due, entry, key, load, put, puts};

#[test]
fn of_two_that_write_one_record_one_goes_down() {
    let address = SHARED.fresh();
    let stores = [open(&address), open(&address)];
    let both = Barrier::new(2);
    for round in 0..40 {
        // A record that is not there yet, then the same again and again.
        let id = format!("r{}", round / 20);
        let base = round % 20;
        let attempts = std::thread::scope(|scope| {
            let write = |store: &'static str, place: usize| {
                let (both, stores, id) = (&both, &stores, &id);
                move || {
                    both.wait();
                    stores[place].commit(puts(vec![put(&REWARD, id, base, store)]))
                }
            };
            let one = scope.spawn(write("one", 0));
            let two = scope.spawn(write("two", 1));
            [one.join().unwrap(), two.join().unwrap()]
        });
        let won = attempts.iter().filter(|attempt| attempt.is_ok()).count();
        assert_eq!(won, 1, "{attempts:?}");
        assert!(attempts.iter().any(|attempt| matches!(attempt, Err(StoreError::Conflict))), "{attempts:?}");
        let winner = if attempts[0].is_ok() { "one" } else { "two" };
        for store in &stores {
            let row = load(store, &REWARD, &id).unwrap();
            assert_eq!((row.version, row.body), (base + 1, body(winner)));
        }
    }
}

// row REL-17
#[test]
fn a_record_that_all_spend_from_is_spent_exactly() {
    let address = SHARED.fresh();
    let spent = AtomicU64::new(0);
    std::thread::scope(|scope| {
        for writer in 0..3 {
            let (address, spent) = (&address, &spent);
            scope.spawn(move || {
                let store = open(address);
                let mut n = 0;
                loop {
                    let row = load(&store, &REWARD, "budget");
                    let version = row.map_or(0, |row| row.version);
                    if version == 100 {
                        return;
                    }
                    let mut batch = puts(vec![
                        put(&REWARD, "budget", version, "spent"),
                        put(&MEMBER, &format!("m{writer}"), n, "member"),
                        put(&SEEN, &format!("{writer}/{n}/{version}"), 0, "seen"),
                    ]);
                    batch.entries = vec![entry(&format!("m{writer}"), n + 1)];
                    match store.commit(batch) {
                        Ok(_) => {
                            n += 1;
                            spent.fetch_add(1, Ordering::Relaxed);
                        }
                        Err(StoreError::Conflict) => {}
                        Err(other) => panic!("{other:?}"),
                    }
                }
            });
        }
    });
    let store = open(&address);
    assert_eq!(spent.into_inner(), 100);
    assert_eq!(load(&store, &REWARD, "budget").unwrap().version, 100);
    let numbers: Vec<u64> = store.entries(Stream(0), 0, 1_000).unwrap().iter().map(|entry| entry.number).collect();
    assert_eq!(numbers, (1..=100).collect::<Vec<_>>());
}

/// Batches that touch the same records in other orders wait for each other and never in a circle.
#[test]
fn whoever_locks_the_same_records_finds_an_end() {
    let address = SHARED.fresh();
    let ids = ["a", "b", "c", "d"];
    let store = open(&address);
    let all = |kind| ids.iter().map(move |id| put(kind, id, 0, "new"));
    store.commit(puts(all(&REWARD).chain(all(&VOUCHER)).chain(all(&MEMBER)).collect())).unwrap();
    let began = Instant::now();
    let written: u64 = std::thread::scope(|scope| {
        let write = |writer: usize| {
            let address = &address;
            move || {
                let store = open(address);
                let mut written = 0;
                while written < 30 {
                    let mut batch = puts(Vec::new());
                    for kind in [&REWARD, &VOUCHER, &MEMBER] {
                        for turn in 0..ids.len() {
                            let id = ids[(turn * (2 * writer + 1) + writer) % ids.len()];
                            let row = load(&store, kind, id).unwrap();
                            batch.puts.push(put(kind, id, row.version, "again"));
                        }
                    }
                    if writer % 2 == 1 {
                        batch.puts.reverse();
                    }
                    batch.puts.push(put(&SEEN, &format!("{}", written % 7), 0, "seen"));
                    batch.puts.pop_if(|put| load(&store, &SEEN, &put.key.id).is_some());
                    batch.counts = vec![count("b", day("2026-01-01"), "", 1), count("a", day("2026-01-01"), "", 1)];
                    match store.commit(batch) {
                        Ok(_) => written += 1,
                        Err(StoreError::Conflict) => {}
                        Err(other) => panic!("{other:?}"),
                    }
                }
                written
            }
        };
        let writers: Vec<_> = (0..3).map(|writer| scope.spawn(write(writer))).collect();
        writers.into_iter().map(|writer| writer.join().unwrap()).sum()
    });
    assert_eq!(load(&store, &MEMBER, "a").unwrap().version, written + 1);
    // The server looks for circles after a second.
    assert!(began.elapsed() < Duration::from_secs(30));
    let database = "SELECT deadlocks FROM pg_stat_database WHERE datname = 'postgres'";
    assert_eq!(SHARED.psql(database), "0");
    assert_eq!(store.counters("a", day("2026-01-01"), day("2026-01-01")).unwrap()[0].value, 90);
}

/// Two that each write what the other has only read cannot both have been right.
#[test]
fn of_two_that_read_what_the_other_writes_one_goes_down() {
    let address = SHARED.fresh();
    let stores = [open(&address), open(&address)];
    let both = Barrier::new(2);
    for round in 0..40 {
        let attempts = std::thread::scope(|scope| {
            let write = |place: usize, mine: &'static str, other: &'static str| {
                let (both, stores) = (&both, &stores);
                move || {
                    let mut batch = puts(vec![put(&SEEN, &format!("{mine}{round}"), 0, "seen")]);
                    batch.reads = vec![(key(&SEEN, &format!("{other}{round}")), 0)];
                    both.wait();
                    stores[place].commit(batch)
                }
            };
            let one = scope.spawn(write(0, "a", "b"));
            let two = scope.spawn(write(1, "b", "a"));
            [one.join().unwrap(), two.join().unwrap()]
        });
        assert_eq!(attempts.iter().filter(|attempt| attempt.is_ok()).count(), 1, "{attempts:?}");
    }
}

/// Whoever reads the journal after a number never misses an entry that comes later with a smaller one.
#[test]
fn readers_see_no_holes_while_others_write() {
    let address = SHARED.fresh();
    let reader = open(&address);
    std::thread::scope(|scope| {
        for writer in 0..3 {
            let address = &address;
            scope.spawn(move || {
                let store = open(address);
                let id = format!("m{writer}");
                for n in 0..60 {
                    let mut batch = puts(vec![put(&MEMBER, &id, n, "m")]);
                    batch.entries = vec![entry(&id, 2 * n + 1), entry(&id, 2 * n + 2)];
                    store.commit(batch).unwrap();
                }
            });
        }
        let mut read = 0;
        while read < 360 {
            for entry in reader.entries(Stream(0), read, 50).unwrap() {
                assert_eq!(entry.number, read + 1);
                read = entry.number;
            }
        }
    });
}

#[test]
fn what_others_write_is_told_and_own_commits_are_not() {
    let address = SHARED.fresh();
    let (here, there) = (open(&address), open(&address));
    let told = Arc::new(AtomicU64::new(0));
    let listen = |store: &dyn Store, told: &Arc<AtomicU64>| {
        let told = Arc::clone(told);
        store.watch(&[&REWARD], Arc::new(move || _ = told.fetch_add(1, Ordering::SeqCst)));
    };
    listen(&here, &told);
    listen(&there, &Arc::default());
    let wait_for = |count: u64| {
        let until = Instant::now() + Duration::from_secs(10);
        while told.load(Ordering::SeqCst) < count {
            assert!(Instant::now() < until, "told {} times, not {count}", told.load(Ordering::SeqCst));
            std::thread::sleep(Duration::from_millis(5));
        }
    };
    // Once as it begins to listen: what happened before may have been missed.
    wait_for(1);
    there.commit(puts(vec![put(&REWARD, "r", 0, "a")])).unwrap();
    wait_for(2);
    here.commit(puts(vec![put(&REWARD, "r", 1, "b")])).unwrap();
    there.commit(puts(vec![put(&VOUCHER, "v", 0, "a")])).unwrap();
    there.commit(puts(vec![put(&REWARD, "r", 2, "c")])).unwrap();
    wait_for(3);
    std::thread::sleep(Duration::from_millis(100));
    assert_eq!(told.load(Ordering::SeqCst), 3);
}

// row REL-17
#[test]
fn what_falls_due_is_given_to_one_process_and_to_another_when_that_goes_away() {
    let address = SHARED.fresh();
    let options = Options { share_lease: Duration::from_millis(400), ..Options::default() };
    let mut stores: Vec<_> =
        (0..3).map(|_| PostgresStore::open_with(&address.parse().unwrap(), SCHEMA, options).unwrap()).collect();
    let ids: BTreeSet<String> = (0..300).map(|n| format!("m{n}")).collect();
    let all = ids.iter().map(|id| due(put(&MEMBER, id, 0, "a"), 5)).collect();
    stores[0].commit(puts(all)).unwrap();
    let claimed = |store: &PostgresStore| -> BTreeSet<String> {
        let due = store.claim_due(Timestamp::from_millis(10), 1_000).unwrap();
        due.into_iter().map(|(key, _)| key.id.to_string()).collect()
    };

    // Alone, a process is given everything; as soon as others ask, each has its part.
    assert_eq!(claimed(&stores[0]), ids);
    for _ in 0..3 {
        for store in &stores {
            claimed(store);
        }
    }
    let parts: Vec<_> = stores.iter().map(&claimed).collect();
    let given: usize = parts.iter().map(BTreeSet::len).sum();
    assert_eq!(given, ids.len(), "{parts:?}");
    assert!(parts.iter().all(|part| part.len() > 50), "{parts:?}");
    assert_eq!(parts.into_iter().flatten().collect::<BTreeSet<_>>(), ids);

    // Two go away without a word.
    stores.truncate(1);
    let until = Instant::now() + Duration::from_secs(10);
    while claimed(&stores[0]) != ids {
        assert!(Instant::now() < until, "what the others held was never given to this one");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn many_that_ask_at_once_for_what_is_due_are_given_nothing_twice() {
    let address = SHARED.fresh();
    let ids: Vec<String> = (0..200).map(|n| format!("m{n}")).collect();
    open(&address).commit(puts(ids.iter().map(|id| due(put(&MEMBER, id, 0, "a"), 5)).collect())).unwrap();
    let (start, asked) = (Barrier::new(4), Barrier::new(4));
    let claims: Vec<Vec<String>> = std::thread::scope(|scope| {
        let ask = |place: usize| {
            let store = open(&address);
            start.wait();
            for _ in 0..20 {
                store.claim_due(Timestamp::from_millis(10), 1_000).unwrap();
            }
            // Whoever was much slower than the others comes to its part now, and those give up what is too much.
            for turn in 0..8 {
                asked.wait();
                if turn % 4 == place {
                    store.claim_due(Timestamp::from_millis(10), 1_000).unwrap();
                }
            }
            // Nobody takes or gives up anything any more.
            asked.wait();
            let due = store.claim_due(Timestamp::from_millis(10), 1_000).unwrap();
            asked.wait();
            due.into_iter().map(|(key, _)| key.id.to_string()).collect()
        };
        let asking: Vec<_> = (0..4).map(|place| scope.spawn(move || ask(place))).collect();
        asking.into_iter().map(|claim| claim.join().unwrap()).collect()
    });
    let mut all: Vec<_> = claims.concat();
    all.sort();
    let given = all.len();
    all.dedup();
    assert_eq!(all.len(), given, "a record was given to two");
    assert_eq!(given, ids.len(), "a record was given to nobody");
}
