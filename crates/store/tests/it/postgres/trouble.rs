//! What an operator's day has in store: somebody holds a lock, an administrator ends sessions, a disk fills up in the
//! middle of a commit. It is said what happened, nothing is there by halves, and nobody has to mend anything by hand.

use std::time::{Duration, Instant};

use jifen_store::postgres::PostgresStore;
use jifen_store::{Batch, Schema, Store, StoreError, Stream};

use super::open;
use super::schema::OLDER;
use super::server::SHARED;
use crate::world::{MEMBER, SCHEMA, SEEN, count, day, entry, load, put, puts};

/// The n-th batch: a member rises to n, with an entry, a key is seen and something is counted.
fn batch(n: u64) -> Batch {
    let mut batch = puts(vec![put(&MEMBER, "m", n - 1, "m"), put(&SEEN, &n.to_string(), 0, "seen")]);
    batch.entries = vec![entry("m", n)];
    batch.counts = vec![count("issued", day("2026-01-01"), "points", 1)];
    batch
}

fn assert_holds(store: &dyn Store, batches: u64) {
    let row = load(store, &MEMBER, "m").unwrap();
    assert_eq!((row.version, row.tail), (batches, batches));
    let numbers: Vec<u64> = store.entries(Stream(0), 0, usize::MAX).unwrap().iter().map(|entry| entry.number).collect();
    assert_eq!(numbers, (1..=batches).collect::<Vec<_>>());
    assert!(load(store, &SEEN, &batches.to_string()).is_some());
    assert_eq!(load(store, &SEEN, &(batches + 1).to_string()), None);
    let counted = store.counters("issued", day("2026-01-01"), day("2026-01-01")).unwrap();
    assert_eq!(counted[0].value as u64, batches);
}

fn schema(address: &str) -> &str {
    address.split_once("schema=").unwrap().1.split('&').next().unwrap()
}

/// An address whose sessions can be told from those of other tests.
fn named(address: &str, name: &str) -> String {
    format!("{address}&application_name={name}")
}

/// Does that to the first session of the name that waits for a lock.
fn to_whoever_waits(name: &str, function: &str) {
    let began = Instant::now();
    let sql = format!(
        "SELECT {function}(pid) FROM pg_stat_activity WHERE application_name = '{name}' AND wait_event_type = 'Lock'"
    );
    while !SHARED.psql(&sql).contains('t') {
        assert!(began.elapsed() < Duration::from_secs(10), "nobody waits");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Holds a lock until `meanwhile` is over.
fn held_up<T>(holder: &str, lock: &str, meanwhile: impl FnOnce() -> T) -> T {
    std::thread::scope(|scope| {
        let sql = format!("SET application_name = '{holder}'; BEGIN; {lock}; SELECT pg_sleep(60)");
        let holding = scope.spawn(move || SHARED.try_psql(&sql));
        let is_held = format!(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = '{holder}' AND wait_event = 'PgSleep'"
        );
        while SHARED.psql(&is_held) != "1" {
            std::thread::sleep(Duration::from_millis(10));
        }
        let done = meanwhile();
        SHARED.psql(&format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '{holder}'"
        ));
        assert!(!holding.join().unwrap(), "the holder was ended");
        done
    })
}

#[test]
fn a_statement_that_is_held_up_is_said_so_and_changes_nothing() {
    let address = named(&SHARED.fresh(), "held_up");
    let store = open(&address);
    store.commit(batch(1)).unwrap();
    let lock = format!("SELECT FROM {}.member WHERE id = 'm' FOR UPDATE", schema(&address));
    held_up("holds_a_member", &lock, || {
        std::thread::scope(|scope| {
            let committing = scope.spawn(|| store.commit(batch(2)));
            // What its time limit would do after a while.
            to_whoever_waits("held_up", "pg_cancel_backend");
            let error = committing.join().unwrap().unwrap_err();
            assert!(matches!(error, StoreError::Slow { .. }), "{error:?}");
            assert!(error.to_string().contains("took too long"), "{error}");
            assert_holds(&store, 1);
            // Ended instead of told to stop, it waits for another connection, and then for the lock.
            let committing = scope.spawn(|| store.commit(batch(2)));
            to_whoever_waits("held_up", "pg_terminate_backend");
            to_whoever_waits("held_up", "pg_cancel_backend");
            assert!(committing.join().unwrap().is_err());
        });
        assert_holds(&store, 1);
    });
    store.commit(batch(2)).unwrap();
    assert_holds(&store, 2);
}

#[test]
fn a_disk_that_fills_up_in_mid_commit_leaves_nothing_of_it() {
    let address = SHARED.fresh();
    let schema = schema(&address);
    let store = open(&address);
    store.commit(batch(1)).unwrap();
    // Entries are written after records and before the end: there the server says what it says when a disk is full.
    SHARED.psql(&format!(
        "CREATE FUNCTION {schema}.disk_full() RETURNS trigger LANGUAGE plpgsql AS $$
         BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$;
         CREATE TRIGGER disk_full BEFORE INSERT ON {schema}.journal EXECUTE FUNCTION {schema}.disk_full()"
    ));
    for _ in 0..2 {
        let error = store.commit(batch(2)).unwrap_err();
        assert!(matches!(error, StoreError::DiskFull), "{error:?}");
        assert_holds(&store, 1);
    }
    SHARED.psql(&format!("DROP TRIGGER disk_full ON {schema}.journal"));
    store.commit(batch(2)).unwrap();
    assert_holds(&store, 2);
    assert_holds(&open(&address), 2);
}

fn open_with(address: &str, schema: Schema) -> Result<PostgresStore, StoreError> {
    PostgresStore::open(&address.parse().unwrap(), schema)
}

#[test]
fn a_migration_that_is_cut_off_is_made_whole_by_the_next_try() {
    let bare = SHARED.fresh();
    let address = named(&bare, "cut_off");
    drop(open_with(&bare, OLDER).unwrap());
    let describe = format!(
        "SELECT string_agg(table_name || '.' || column_name, ' ' ORDER BY table_name, column_name)
         FROM information_schema.columns WHERE table_schema = '{}'",
        schema(&bare)
    );
    let before = SHARED.psql(&describe);
    // Somebody reads the table that is to get a column: the migration waits with half of its work done.
    let lock = format!("LOCK TABLE {}.member IN ACCESS SHARE MODE", schema(&bare));
    held_up("holds_a_table", &lock, || {
        std::thread::scope(|scope| {
            let opening = scope.spawn(|| open_with(&address, SCHEMA).map(drop));
            to_whoever_waits("cut_off", "pg_terminate_backend");
            // It tries again by itself; told to stop, it says so. Each time nothing of it is there.
            to_whoever_waits("cut_off", "pg_cancel_backend");
            let error = opening.join().unwrap().unwrap_err();
            assert!(matches!(error, StoreError::Slow { .. }), "{error:?}");
        });
        assert_eq!(SHARED.psql(&describe), before);
    });
    // Several of the newer build begin together, and all find it whole.
    std::thread::scope(|scope| {
        let opened: Vec<_> = (0..4).map(|_| scope.spawn(|| open_with(&address, SCHEMA).map(drop))).collect();
        opened.into_iter().for_each(|opened| opened.join().unwrap().unwrap());
    });
    assert_ne!(SHARED.psql(&describe), before);
    let store = open(&address);
    store.commit(batch(1)).unwrap();
    assert_holds(&store, 1);
}
