//! A disk that is full, by a limit on the size of files: what was acknowledged is there, before and after room is made.

use std::path::Path;
use std::process::Command;

use jifen_store::sqlite::SqliteStore;
use jifen_store::{Batch, Store, StoreError, Stream};

use crate::world::{MEMBER, SCHEMA, SEEN, entry, load, put};

const DIR: &str = "JIFEN_STORE_FULL_DIR";

fn batch(n: u64) -> Batch {
    let mut batch = Batch { puts: vec![put(&MEMBER, "m", n - 1, "m")], ..Batch::default() };
    batch.puts.push(put(&SEEN, &n.to_string(), 0, &"x".repeat(20_000)));
    batch.entries.push(entry("m", n));
    batch
}

fn assert_holds(store: &SqliteStore, batches: u64) {
    let row = load(store, &MEMBER, "m").unwrap();
    assert_eq!((row.version, row.tail), (batches, batches));
    assert_eq!(store.entries(Stream(0), 0, usize::MAX).unwrap().len() as u64, batches);
    (1..=batches).for_each(|n| assert!(load(store, &SEEN, &n.to_string()).is_some()));
    assert_eq!(load(store, &SEEN, &(batches + 1).to_string()), None);
}

/// What the process with little room runs; in an ordinary run of the tests it does nothing.
#[test]
fn the_process_with_little_room() {
    let Some(dir) = std::env::var_os(DIR) else { return };
    let store = SqliteStore::open(Path::new(&dir), SCHEMA).unwrap();
    let mut n = 0;
    let error = loop {
        match store.commit(batch(n + 1)) {
            Ok(_) => n += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(error, StoreError::DiskFull), "{error:?}");
    assert_holds(&store, n);
    assert!(matches!(store.commit(batch(n + 1)), Err(StoreError::DiskFull)));
    std::fs::write(Path::new(&dir).join("count"), n.to_string()).unwrap();
}

#[test]
fn a_full_disk_loses_nothing_and_room_mends_it() {
    let dir = tempfile::tempdir().unwrap();
    let output = Command::new("sh")
        .args([
            "-c",
            "trap '' XFSZ; ulimit -f 4096; exec \"$0\" --exact full::the_process_with_little_room --nocapture",
        ])
        .arg(std::env::current_exe().unwrap())
        .env(DIR, dir.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let count: u64 = std::fs::read_to_string(dir.path().join("count")).unwrap().parse().unwrap();
    assert!(count > 50, "only {count} batches found room");
    let store = SqliteStore::open(dir.path(), SCHEMA).unwrap();
    assert_holds(&store, count);
    store.commit(batch(count + 1)).unwrap();
    assert_holds(&store, count + 1);
    store.check().unwrap();
}
