//! The server goes away, or ends connections, in the middle of things: callers wait, and nothing is lost or doubled.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use jifen_store::postgres::{Address, Options, PostgresStore};
use jifen_store::{Batch, Store, StoreError, Stream};

use super::open;
use super::server::{SHARED, Server};
use crate::world::{MEMBER, REWARD, SCHEMA, SEEN, count, day, entry, load, put, puts};

/// The n-th batch of a writer: it raises its member to n, with an entry, sees a new key and counts.
fn batch(writer: u64, n: u64) -> Batch {
    let id = format!("m{writer}");
    let mut batch = puts(vec![put(&MEMBER, &id, n - 1, "m"), put(&SEEN, &format!("{writer}/{n}"), 0, "seen")]);
    batch.entries = vec![entry(&id, n)];
    batch.counts = vec![count("issued", day("2026-01-01"), "points", 1)];
    batch
}

/// Every batch that was acknowledged is there once, numbered without gaps, and no other.
fn assert_holds(store: &dyn Store, done: &[u64]) {
    let all: u64 = done.iter().sum();
    let entries = store.entries(Stream(0), 0, usize::MAX).unwrap();
    let numbers: Vec<u64> = entries.iter().map(|entry| entry.number).collect();
    assert_eq!(numbers, (1..=all).collect::<Vec<_>>());
    for (writer, done) in done.iter().enumerate() {
        let row = load(store, &MEMBER, &format!("m{writer}")).unwrap();
        assert_eq!(row.version, *done);
        let chain = store.history(Stream(0), row.tail, usize::MAX).unwrap();
        assert_eq!(chain.iter().map(|entry| entry.seq).collect::<Vec<_>>(), (1..=*done).rev().collect::<Vec<_>>());
        assert!(load(store, &SEEN, &format!("{writer}/{done}")).is_some());
        assert_eq!(load(store, &SEEN, &format!("{writer}/{}", done + 1)), None);
    }
    let counted = store.counters("issued", day("2026-01-01"), day("2026-01-01")).unwrap();
    assert_eq!(counted[0].value as u64, all);
}

#[test]
fn a_restarted_server_loses_and_doubles_nothing() {
    let server = Server::start("");
    let address = server.fresh();
    let stop = AtomicBool::new(false);
    let total = AtomicU64::new(0);
    let done = std::thread::scope(|scope| {
        let write = |writer: u64| {
            let (address, stop, total) = (&address, &stop, &total);
            move || {
                let store = open(address);
                let mut n = 0;
                while !stop.load(Ordering::Relaxed) {
                    store.commit(batch(writer, n + 1)).unwrap();
                    n += 1;
                    total.fetch_add(1, Ordering::Relaxed);
                }
                n
            }
        };
        let writers: Vec<_> = (0..3).map(|writer| scope.spawn(write(writer))).collect();
        for how in ["fast", "immediate", "immediate", "fast"] {
            let before = total.load(Ordering::Relaxed);
            while total.load(Ordering::Relaxed) < before + 60 {
                std::thread::sleep(Duration::from_millis(5));
            }
            server.down(how);
            server.up();
        }
        stop.store(true, Ordering::Relaxed);
        writers.into_iter().map(|writer| writer.join().unwrap()).collect::<Vec<u64>>()
    });
    assert_holds(&open(&address), &done);
}

#[test]
fn ended_connections_are_made_anew() {
    let server = Server::start("");
    let address = server.fresh();
    let store = open(&address);
    let stop = AtomicBool::new(false);
    let done = std::thread::scope(|scope| {
        let writing = scope.spawn(|| {
            let mut n = 0;
            while !stop.load(Ordering::Relaxed) {
                store.commit(batch(0, n + 1)).unwrap();
                n += 1;
                assert_eq!(load(&store, &MEMBER, "m0").unwrap().version, n);
            }
            n
        });
        for _ in 0..12 {
            server.psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'jifen%'");
            std::thread::sleep(Duration::from_millis(60));
        }
        stop.store(true, Ordering::Relaxed);
        writing.join().unwrap()
    });
    assert!(done > 5, "only {done} commits between 12 interruptions");
    assert_holds(&store, &[done]);
}

#[test]
fn a_server_that_stays_away_is_said_so_and_found_again() {
    let server = Server::start("");
    let patience = Duration::from_millis(300);
    let options = Options { connections: 2, commit_patience: patience, read_patience: patience, ..Options::default() };
    let address: Address = server.fresh().parse().unwrap();
    let store = PostgresStore::open_with(&address, SCHEMA, options).unwrap();
    store.commit(puts(vec![put(&REWARD, "r", 0, "a")])).unwrap();
    server.down("fast");
    let error = store.load(&[crate::world::key(&REWARD, "r")]).unwrap_err();
    assert!(matches!(error, StoreError::Away { .. }), "{error:?}");
    assert!(!error.to_string().contains("jifen@"), "{error}");
    let error = store.commit(puts(vec![put(&REWARD, "r", 1, "b")])).unwrap_err();
    // Nothing was under way, but only the server could say so.
    assert!(matches!(error, StoreError::Away { .. } | StoreError::Unsure { .. }), "{error:?}");
    let error = PostgresStore::open_with(&address, SCHEMA, options).err().unwrap();
    assert!(matches!(error, StoreError::Away { .. }), "{error:?}");
    server.up();
    assert_eq!(load(&store, &REWARD, "r").unwrap().version, 1);
    store.commit(puts(vec![put(&REWARD, "r", 1, "b")])).unwrap();
    assert_eq!(load(&store, &REWARD, "r").unwrap().version, 2);
}

#[test]
fn a_server_without_free_connections_is_said_so() {
    let server = Server::start("-c max_connections=6 -c superuser_reserved_connections=0");
    let patience = Duration::from_millis(200);
    let options = Options { connections: 2, commit_patience: patience, read_patience: patience, ..Options::default() };
    let address: Address = server.fresh().parse().unwrap();
    let mut held = Vec::new();
    let error = loop {
        match PostgresStore::open_with(&address, SCHEMA, options) {
            Ok(store) => {
                // Each of them takes a connection to ask with.
                let error = store.next_due().err();
                held.push(store);
                if let Some(error) = error {
                    break error;
                }
            }
            Err(error) => break error,
        }
        assert!(held.len() < 10);
    };
    assert!(matches!(error, StoreError::Crowded { .. }), "{error:?}");
    held.truncate(1);
    std::thread::sleep(Duration::from_millis(100));
    held[0].commit(puts(vec![put(&REWARD, "r", 0, "a")])).unwrap();
}

#[test]
fn a_database_that_takes_no_writes_is_said_so() {
    let address = SHARED.fresh();
    let store = open(&address);
    store.commit(puts(vec![put(&REWARD, "r", 0, "a")])).unwrap();
    let read_only = open(&format!("{address}&options=-c%20default_transaction_read_only%3Don"));
    assert_eq!(load(&read_only, &REWARD, "r").unwrap().version, 1);
    let error = read_only.commit(puts(vec![put(&REWARD, "r", 1, "b")])).unwrap_err();
    assert!(matches!(error, StoreError::ReadOnly { .. }), "{error:?}");
    assert_eq!(load(&store, &REWARD, "r").unwrap().version, 1);
}

#[test]
fn who_may_not_come_in_is_told_so() {
    for (address, says) in [
        (SHARED.fresh().replace("jifen@", "nobody@"), "nobody"),
        (SHARED.fresh().replace("/postgres?", "/missing?"), "missing"),
    ] {
        let error = PostgresStore::open(&address.parse().unwrap(), SCHEMA).err().unwrap();
        assert!(matches!(error, StoreError::Denied { .. }), "{error:?}");
        assert!(error.to_string().contains(says), "{error}");
    }
}
