//! An archive: a store is made from it as it was at any instant, or the file that is in the way is named.

use std::fs;
use std::path::{Path, PathBuf};

use jifen_store::sqlite::{Shipped, SqliteStore};
use jifen_store::{Batch, Store, StoreError, Stream};
use jifen_vocab::Timestamp;

use crate::world::{MEMBER, SCHEMA, SEEN, entry, load, put};

fn at(second: i64) -> Timestamp {
    Timestamp::from_millis(1_780_000_000_000 + second * 1_000)
}

fn open(dir: &Path) -> SqliteStore {
    SqliteStore::open(dir, SCHEMA).unwrap()
}

/// The n-th batch, from 1.
fn batch(n: u64) -> Batch {
    let mut batch = Batch { puts: vec![put(&MEMBER, "m", n - 1, "m")], ..Batch::default() };
    batch.puts.push(put(&SEEN, &n.to_string(), 0, &"x".repeat(3_000)));
    batch.entries.push(entry("m", n));
    batch
}

fn commit(store: &SqliteStore, numbers: std::ops::RangeInclusive<u64>) {
    numbers.for_each(|n| assert!(store.commit(batch(n)).is_ok()));
}

#[track_caller]
fn assert_holds(dir: &Path, batches: u64) {
    let store = open(dir);
    let row = load(&store, &MEMBER, "m").unwrap();
    assert_eq!((row.version, row.tail), (batches, batches));
    assert_eq!(store.entries(Stream(0), 0, usize::MAX).unwrap().len() as u64, batches);
    assert!((1..=batches).all(|n| load(&store, &SEEN, &n.to_string()).is_some()));
    store.check().unwrap();
    // It goes on from there.
    store.commit(batch(batches + 1)).unwrap();
}

/// Second 10: a copy of 20 batches. Then 300 batches at second 20, none at 30, 100 at 40; at second 50 another copy, and
/// 10 batches at 60.
fn archived(dir: &Path, archive: &Path) {
    let store = open(dir);
    commit(&store, 1..=20);
    store.follow(archive, || at(10), |_, _| ()).unwrap();
    commit(&store, 21..=320);
    assert!(matches!(store.ship(archive, || at(20)).unwrap(), Shipped::Batches(300, _)));
    assert_eq!(store.ship(archive, || at(30)).unwrap(), Shipped::Batches(0, 0));
    commit(&store, 321..=420);
    store.ship(archive, || at(40)).unwrap();
    commit(&store, 421..=430);
    store.follow(archive, || at(50), |_, _| ()).unwrap();
    commit(&store, 431..=440);
    store.ship(archive, || at(60)).unwrap();
    // What is never shipped is in no archive.
    commit(&store, 441..=450);
}

// row REL-08
#[test]
fn a_store_comes_back_as_it_was_at_any_instant() {
    let (dir, archive) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    archived(dir.path(), archive.path());
    for (second, batches, added) in [
        (10, 20, 0),
        (19, 20, 0),
        (20, 320, 300),
        (39, 320, 300),
        (40, 420, 400),
        (49, 420, 400),
        (50, 430, 0),
        (99, 440, 10),
    ] {
        let target = tempfile::tempdir().unwrap();
        let restored = SqliteStore::restore_archive(archive.path(), target.path(), Some(at(second))).unwrap();
        assert_eq!(restored.batches, added, "second {second}");
        assert!(restored.as_of <= at(second));
        assert_holds(target.path(), batches);
    }
    let target = tempfile::tempdir().unwrap();
    let restored = SqliteStore::restore_archive(archive.path(), target.path(), None).unwrap();
    assert_eq!(restored.as_of, at(60));
    assert_holds(target.path(), 440);
}

fn shipped(archive: &Path, number: usize) -> PathBuf {
    let files = fs::read_dir(archive).unwrap().map(|file| file.unwrap().path());
    let mut files: Vec<PathBuf> = files.filter(|path| path.extension().is_some_and(|it| it == "ship")).collect();
    files.sort();
    files.swap_remove(number)
}

#[track_caller]
fn refused(archive: &Path, second: i64, word: &str) {
    let target = tempfile::tempdir().unwrap();
    match SqliteStore::restore_archive(archive, target.path(), Some(at(second))) {
        Err(StoreError::Foreign { reason, .. }) => assert!(reason.contains(word), "{reason}"),
        other => panic!("{other:?}"),
    }
    assert!(!SqliteStore::is_in(target.path()), "half a store was left behind");
}

#[test]
fn what_is_missing_or_damaged_in_an_archive_is_named_and_nothing_is_made_of_it() {
    let (dir, archive) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    archived(dir.path(), archive.path());
    refused(archive.path(), 9, "begins later");
    let (first, second) = (shipped(archive.path(), 0), shipped(archive.path(), 1));
    let whole = fs::read(&first).unwrap();
    fs::write(&first, &whole[..whole.len() - 1_000]).unwrap();
    refused(archive.path(), 40, "damaged or cut off");
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 1;
    fs::write(&first, flipped).unwrap();
    refused(archive.path(), 40, "damaged or cut off");
    fs::write(&first, "a letter to my grandmother").unwrap();
    refused(archive.path(), 40, "not part of an archive");
    fs::remove_file(&first).unwrap();
    refused(archive.path(), 40, "from 21, is missing");
    fs::write(&first, &whole).unwrap();
    fs::write(archive.path().join("note.txt"), "dear").unwrap();
    fs::write(second.with_extension("new"), "half").unwrap();
    let target = tempfile::tempdir().unwrap();
    SqliteStore::restore_archive(archive.path(), target.path(), Some(at(40))).unwrap();
    assert_holds(target.path(), 420);
    refused(tempfile::tempdir().unwrap().path(), 40, "no archive");
    // A folder with data is not overwritten.
    assert!(SqliteStore::restore_archive(archive.path(), target.path(), None).is_err());
    assert_holds(target.path(), 421);
}

#[test]
fn whoever_was_left_behind_is_told() {
    let (dir, one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = open(dir.path());
    assert_eq!(store.ship(one.path(), || at(1)).unwrap(), Shipped::Lost);
    store.follow(one.path(), || at(2), |_, _| ()).unwrap();
    commit(&store, 1..=5);
    store.follow(two.path(), || at(3), |_, _| ()).unwrap();
    assert_eq!(store.ship(one.path(), || at(4)).unwrap(), Shipped::Lost);
    // What cannot be written is kept for the next time.
    commit(&store, 6..=7);
    let hidden = two.path().with_extension("away");
    fs::rename(two.path(), &hidden).unwrap();
    assert!(store.ship(two.path(), || at(5)).is_err());
    commit(&store, 8..=9);
    fs::rename(&hidden, two.path()).unwrap();
    assert!(matches!(store.ship(two.path(), || at(6)).unwrap(), Shipped::Batches(4, _)));
    let target = tempfile::tempdir().unwrap();
    SqliteStore::restore_archive(two.path(), target.path(), None).unwrap();
    assert_holds(target.path(), 9);
}
