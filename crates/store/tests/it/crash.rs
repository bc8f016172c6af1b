//! A process that commits is killed at any moment: what it was told is there, whole, and nothing is torn.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use jifen_store::sqlite::{Options, SqliteStore};
use jifen_store::{Batch, Store, Stream};

use crate::world::{MEMBER, REWARD, SCHEMA, SEEN, body, count, day, entry, load, put};

const ROUNDS: u64 = 24;
const DIR: &str = "JIFEN_STORE_CRASH_DIR";

fn options() -> Options {
    Options {
        chunk_bytes: 16 * 1024,
        checkpoint_bytes: 48 * 1024,
        linger: Duration::from_millis(1),
        ..Options::default()
    }
}

fn open(dir: &Path) -> SqliteStore {
    SqliteStore::open_with(dir, SCHEMA, options()).unwrap()
}

/// The n-th batch, from 1: it raises the counter record to n, writes to three members in turn and sees n new keys.
fn batch(n: u64) -> Batch {
    let mut batch = Batch::default();
    batch.puts.push(put(&REWARD, "last", n - 1, &n.to_string()));
    for member in 0..3 {
        batch.puts.push(put(&MEMBER, &format!("m{member}"), n - 1, &n.to_string()));
        batch.entries.push(entry(&format!("m{member}"), n));
    }
    batch.puts.extend((0..n % 20).map(|key| put(&SEEN, &format!("{n}-{key}"), 0, &"x".repeat(200))));
    batch.counts.push(count("batches", day("2026-01-01"), "", 1));
    batch
}

/// How many batches the store has, judged by the one record that every batch writes.
fn committed(store: &SqliteStore) -> u64 {
    load(store, &REWARD, "last").map_or(0, |row| row.version)
}

/// What the killed process runs; in an ordinary run of the tests it does nothing.
#[test]
fn the_process_that_is_killed() {
    let Some(dir) = std::env::var_os(DIR) else { return };
    let store = open(Path::new(&dir));
    let mut n = committed(&store);
    loop {
        n += 1;
        store.commit(batch(n)).unwrap();
        println!("\nack {n}");
    }
}

/// Starts the process, lets it commit for a while, kills it, and says what it was told last.
fn run_and_kill(dir: &Path, pause: Duration) -> Option<u64> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "crash::the_process_that_is_killed", "--nocapture", "--test-threads=1"])
        .env(DIR, dir)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let output = BufReader::new(child.stdout.take().unwrap());
    let reader = std::thread::spawn(move || {
        let acks = output.lines().map_while(Result::ok).filter_map(|line| line.strip_prefix("ack ")?.parse().ok());
        acks.last()
    });
    std::thread::sleep(pause);
    child.kill().unwrap();
    child.wait().unwrap();
    reader.join().unwrap()
}

#[test]
fn what_was_acknowledged_survives_a_kill() {
    let dir = tempfile::tempdir().unwrap();
    let mut acknowledged = 0;
    for round in 0..ROUNDS {
        let told = run_and_kill(dir.path(), Duration::from_millis(30 + (round * 37) % 160));
        acknowledged = told.unwrap_or(acknowledged).max(acknowledged);
        let store = open(dir.path());
        let there = committed(&store);
        assert!(there >= acknowledged, "round {round}: {acknowledged} were acknowledged, {there} are there");
        assert_whole(&store, there);
        acknowledged = there;
    }
    assert!(acknowledged > ROUNDS, "the process hardly committed anything");
}

fn assert_whole(store: &SqliteStore, batches: u64) {
    store.check().unwrap();
    let entries = store.entries(Stream(0), 0, usize::MAX).unwrap();
    assert_eq!(entries.len() as u64, batches * 3);
    for (place, entry) in (0_u64..).zip(&entries) {
        let (number, seq) = (place + 1, place / 3 + 1);
        assert_eq!((entry.number, entry.seq), (number, seq));
        assert_eq!(entry.previous, if seq == 1 { 0 } else { number - 3 });
    }
    for member in 0..3 {
        let row = load(store, &MEMBER, &format!("m{member}"));
        let expected = (batches > 0).then(|| (batches, body(&batches.to_string()), batches * 3 - 2 + member));
        assert_eq!(row.map(|row| (row.version, row.body, row.tail)), expected);
    }
    let counters = store.counters("batches", day("2026-01-01"), day("2026-01-01")).unwrap();
    assert_eq!(counters.first().map_or(0, |row| row.value), batches as i64);
    let keys: u64 = (1..=batches).map(|n| n % 20).sum();
    assert_eq!(store.census().unwrap()["seen"], keys);
    // Spot checks of keys that the newest batch wrote.
    (0..batches % 20).for_each(|key| assert!(load(store, &SEEN, &format!("{batches}-{key}")).is_some()));
}
