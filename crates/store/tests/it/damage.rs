//! Files that are not as they were left: each is refused in words, and nothing is made worse.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use jifen_store::sqlite::SqliteStore;
use jifen_store::{Batch, Column, Find, Kind, Schema, Store, StoreError, Stream, Value};
use rusqlite::Connection;

use crate::world::{MEMBER, REWARD, SCHEMA, SEEN, VOUCHER, body, column, entry, load, put, puts};

fn open(dir: &Path) -> Result<SqliteStore, StoreError> {
    SqliteStore::open(dir, SCHEMA)
}

/// A closed store with a few hundred records.
fn filled(dir: &Path) {
    let store = open(dir).unwrap();
    for n in 0..40 {
        let mut batch = puts((0..20).map(|key| put(&SEEN, &format!("{n}-{key}"), 0, &"x".repeat(300))).collect());
        batch.puts.push(put(&MEMBER, "m", n, "m"));
        batch.entries.push(entry("m", n + 1));
        store.commit(batch).unwrap();
    }
}

#[track_caller]
fn refused(dir: &Path, file: &str, word: &str) {
    match open(dir).map(|_| ()) {
        Err(StoreError::Foreign { path, reason }) => {
            assert!(path.ends_with(file), "{path} is blamed instead of {file}: {reason}");
            assert!(reason.contains(word), "{reason}");
        }
        other => panic!("{other:?} instead of a refusal of {file}"),
    }
}

fn truncate(file: &Path, to: impl Fn(u64) -> u64) {
    let file = File::options().write(true).open(file).unwrap();
    file.set_len(to(file.metadata().unwrap().len())).unwrap();
}

#[test]
fn a_second_opening_is_refused_while_the_first_lives() {
    let dir = tempfile::tempdir().unwrap();
    let first = open(dir.path()).unwrap();
    assert!(matches!(open(dir.path()), Err(StoreError::InUse { .. })));
    first.commit(puts(vec![put(&REWARD, "r", 0, "a")])).unwrap();
    drop(first);
    assert!(load(&open(dir.path()).unwrap(), &REWARD, "r").is_some());
}

#[test]
fn a_second_process_is_refused() {
    let child_dir = std::env::var_os("JIFEN_STORE_SECOND_DIR");
    if let Some(dir) = child_dir {
        let refused = matches!(open(Path::new(&dir)), Err(StoreError::InUse { .. }));
        std::process::exit(if refused { 42 } else { 1 });
    }
    let dir = tempfile::tempdir().unwrap();
    let _first = open(dir.path()).unwrap();
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "damage::a_second_process_is_refused", "--nocapture"])
        .env("JIFEN_STORE_SECOND_DIR", dir.path())
        .output()
        .unwrap()
        .status;
    assert_eq!(status.code(), Some(42));
}

/// The newest segment of the log.
fn segment(dir: &Path) -> PathBuf {
    let files = fs::read_dir(dir.join("log")).unwrap().map(|file| file.unwrap().path());
    files.filter(|path| path.extension().unwrap() == "log").max().unwrap()
}

#[test]
fn files_of_other_programs_are_refused_and_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path());
    let tables = dir.path().join("tables.sqlite");
    for file in [&segment(dir.path()), &tables] {
        let before = fs::read(file).unwrap();
        fs::write(file, "a letter to my grandmother").unwrap();
        refused(dir.path(), file.file_name().unwrap().to_str().unwrap(), "not a");
        assert_eq!(fs::read(file).unwrap(), b"a letter to my grandmother");
        fs::write(file, before).unwrap();
    }
    let stray = dir.path().join("log").join("letter.txt");
    fs::write(&stray, "dear").unwrap();
    refused(dir.path(), "letter.txt", "not part");
    fs::remove_file(&stray).unwrap();
    open(dir.path()).unwrap().check().unwrap();

    fs::remove_file(&tables).unwrap();
    Connection::open(&tables).unwrap().execute_batch("CREATE TABLE songs (title)").unwrap();
    let before = fs::read(&tables).unwrap();
    refused(dir.path(), "tables.sqlite", "another program");
    assert_eq!(fs::read(&tables).unwrap(), before);
}

/// Enough commits that the log no longer goes back to the first.
fn busy(dir: &Path) {
    filled(dir);
    let store = open(dir).unwrap();
    let long = "x".repeat(300_000);
    (0..6).for_each(|n| assert!(store.commit(puts(vec![put(&REWARD, "long", n, &long)])).is_ok()));
    drop(store);
}

#[test]
fn swapped_and_missing_files_are_refused() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    busy(one.path());
    filled(two.path());
    let (log, kept, tables) = (one.path().join("log"), one.path().join("kept"), one.path().join("tables.sqlite"));
    fs::rename(&log, &kept).unwrap();
    refused(one.path(), "log", "missing");
    fs::rename(two.path().join("log"), &log).unwrap();
    refused(one.path(), "log", "other tables");
    fs::remove_dir_all(&log).unwrap();
    fs::rename(&kept, &log).unwrap();
    fs::rename(&tables, &kept).unwrap();
    refused(one.path(), "tables.sqlite", "missing");
    fs::rename(&kept, &tables).unwrap();
    open(one.path()).unwrap().check().unwrap();
}

#[test]
fn an_older_copy_of_the_log_is_refused_and_of_the_tables_too_where_the_log_cannot_mend_it() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path());
    let (log, tables) = (segment(dir.path()), dir.path().join("tables.sqlite"));
    let (older_log, older_tables) = (fs::read(&log).unwrap(), fs::read(&tables).unwrap());
    open(dir.path()).unwrap().commit(puts(vec![put(&REWARD, "r", 0, "a")])).unwrap();
    // The log still has what the tables lack: it is applied again.
    fs::write(&tables, &older_tables).unwrap();
    assert!(load(&open(dir.path()).unwrap(), &REWARD, "r").is_some());
    fs::write(&log, older_log).unwrap();
    refused(dir.path(), "log", "older copy");

    let dir = tempfile::tempdir().unwrap();
    filled(dir.path());
    let older_tables = fs::read(dir.path().join("tables.sqlite")).unwrap();
    let store = open(dir.path()).unwrap();
    let long = "x".repeat(300_000);
    (0..6).for_each(|n| assert!(store.commit(puts(vec![put(&REWARD, "long", n, &long)])).is_ok()));
    drop(store);
    fs::write(dir.path().join("tables.sqlite"), older_tables).unwrap();
    refused(dir.path(), "tables.sqlite", "older copy");
}

#[test]
fn files_cut_short_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path());
    let (log, tables) = (segment(dir.path()), dir.path().join("tables.sqlite"));
    let (whole_log, whole_tables) = (fs::read(&log).unwrap(), fs::read(&tables).unwrap());
    truncate(&log, |_| 5_000);
    refused(dir.path(), "log", "ends before");
    truncate(&log, |_| 10);
    refused(dir.path(), log.file_name().unwrap().to_str().unwrap(), "damaged");
    fs::write(&log, whole_log).unwrap();
    truncate(&tables, |len| len / 2 / 4096 * 4096);
    refused(dir.path(), "tables.sqlite", "cut short");
    truncate(&tables, |_| 10);
    refused(dir.path(), "tables.sqlite", "not a database");
    fs::write(&tables, whole_tables).unwrap();
    open(dir.path()).unwrap().check().unwrap();
}

#[test]
fn a_damaged_batch_in_the_middle_of_the_log_is_noticed_and_a_torn_one_at_its_end_was_never_committed() {
    let dir = tempfile::tempdir().unwrap();
    drop(open(dir.path()).unwrap());
    let tables = dir.path().join("tables.sqlite");
    let empty_tables = fs::read(&tables).unwrap();
    let store = open(dir.path()).unwrap();
    (0..3).for_each(|n| assert!(store.commit(puts(vec![put(&REWARD, "r", n, &format!("batch {n}!"))])).is_ok()));
    drop(store);
    // As after a crash: everything is in the log only.
    fs::write(&tables, &empty_tables).unwrap();
    let log = segment(dir.path());
    let whole = fs::read(&log).unwrap();
    let with_damage = |text: &str| {
        let at = whole.windows(text.len()).position(|window| window == text.as_bytes()).unwrap();
        let mut damaged = whole.clone();
        damaged[at] ^= 1;
        fs::write(&log, damaged).unwrap();
    };
    with_damage("batch 1!");
    refused(dir.path(), log.file_name().unwrap().to_str().unwrap(), "damaged");
    with_damage("batch 2!");
    assert_eq!(load(&open(dir.path()).unwrap(), &REWARD, "r").unwrap().version, 2);
    fs::write(&log, &whole).unwrap();
    fs::write(&tables, &empty_tables).unwrap();
    assert_eq!(load(&open(dir.path()).unwrap(), &REWARD, "r").unwrap().version, 3);
}

#[test]
fn damaged_tables_are_noticed_by_a_check() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path());
    let file = File::options().write(true).open(dir.path().join("tables.sqlite")).unwrap();
    let len = file.metadata().unwrap().len();
    (8..len / 4096 - 1).for_each(|page| file.write_all_at(&[0xA5; 64], page * 4096).unwrap());
    let outcome = open(dir.path()).and_then(|store| store.check());
    assert!(matches!(outcome, Err(StoreError::Foreign { .. })), "{outcome:?}");
}

#[test]
fn data_of_a_newer_build_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path());
    let log = segment(dir.path());
    let whole = fs::read(&log).unwrap();
    File::options().write(true).open(&log).unwrap().write_all_at(&9_u32.to_le_bytes(), 12).unwrap();
    assert!(matches!(open(dir.path()), Err(StoreError::TooNew { needed: 9, .. })));
    fs::write(&log, whole).unwrap();
    let tables = Connection::open(dir.path().join("tables.sqlite")).unwrap();
    tables.execute("UPDATE meta SET value = 9 WHERE name = 'oldest_writer'", []).unwrap();
    drop(tables);
    assert!(matches!(open(dir.path()), Err(StoreError::TooNew { needed: 9, .. })));
}

#[test]
fn kinds_and_columns_may_be_added_later() {
    static OLD: Kind = Kind { name: "reward", columns: &[], alarmed: false, chained: false, immutable: false };
    static NEW: Kind =
        Kind { name: "reward", columns: &[Column { name: "shelf" }], alarmed: true, chained: false, immutable: false };
    static BEFORE: Schema = &[&OLD];
    static AFTER: Schema = &[&MEMBER, &NEW, &VOUCHER];
    let dir = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(dir.path(), BEFORE).unwrap();
    store.commit(puts(vec![put(&OLD, "a", 0, "a"), put(&OLD, "b", 0, "b")])).unwrap();
    drop(store);
    let store = SqliteStore::open(dir.path(), AFTER).unwrap();
    store
        .commit(puts(vec![column(put(&NEW, "b", 1, "b2"), 0, Value::Integer(1)), put(&VOUCHER, "v", 0, "v")]))
        .unwrap();
    let by_shelf = Find {
        kind: &NEW,
        column: Some(0),
        equals: None,
        order: jifen_store::Order::Ascending,
        from: jifen_store::Bound::Start,
        limit: 9,
    };
    assert_eq!(store.find(&by_shelf).unwrap().rows.len(), 1);
    assert_eq!(load(&store, &NEW, "a").unwrap().body, body("a"));
}

#[test]
fn backups_are_taken_while_others_commit_and_come_back_whole() {
    let (dir, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    filled(dir.path());
    let store = open(dir.path()).unwrap();
    let file = other.path().join("copy.jifen");
    let mut reports = Vec::new();
    std::thread::scope(|scope| {
        let commits =
            scope.spawn(|| (0..50).for_each(|n| assert!(store.commit(puts(vec![put(&REWARD, "r", n, "r")])).is_ok())));
        store.backup(&file, |done, all| reports.push((done, all))).unwrap();
        // The same name again: replaced.
        store.backup(&file, |_, _| {}).unwrap();
        commits.join().unwrap();
    });
    let (done, all) = *reports.last().unwrap();
    assert!(done == all && all > 0);
    let restored_dir = other.path().join("restored");
    SqliteStore::restore(&file, &restored_dir).unwrap();
    assert!(matches!(SqliteStore::restore(&file, &restored_dir), Err(StoreError::Foreign { .. })));
    let restored = open(&restored_dir).unwrap();
    restored.check().unwrap();
    assert_eq!(restored.entries(Stream(0), 0, 100).unwrap(), store.entries(Stream(0), 0, 100).unwrap());
    assert_eq!(restored.census().unwrap()["seen"], 800);
    // It goes on where the backup was taken.
    let mut batch = puts(vec![put(&MEMBER, "m", 40, "m")]);
    batch.entries.push(entry("m", 41));
    assert_eq!(restored.commit(batch).unwrap().last_entry, 41);
    assert_eq!(fs::read_dir(other.path()).unwrap().count(), 2, "nothing half done is left");
}

#[test]
fn a_backup_replaces_no_other_file_and_a_damaged_one_is_not_restored() {
    let (dir, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    filled(dir.path());
    let store = open(dir.path()).unwrap();
    let file = other.path().join("copy.jifen");
    fs::write(&file, "precious").unwrap();
    assert!(matches!(store.backup(&file, |_, _| {}), Err(StoreError::Foreign { .. })));
    assert_eq!(fs::read(&file).unwrap(), b"precious");
    let live = dir.path().join("tables.sqlite");
    assert!(matches!(store.backup(&live, |_, _| {}), Err(StoreError::Foreign { .. })));
    fs::remove_file(&file).unwrap();
    store.backup(&file, |_, _| {}).unwrap();
    truncate(&file, |len| len / 2);
    let target = other.path().join("restored");
    assert!(matches!(SqliteStore::restore(&file, &target), Err(StoreError::Foreign { .. })));
    assert!(matches!(SqliteStore::restore(&other.path().join("none"), &target), Err(StoreError::Foreign { .. })));
    // Nothing of the attempts stands in the way.
    store.commit(Batch::default()).unwrap();
    fs::remove_file(&file).unwrap();
    store.backup(&file, |_, _| {}).unwrap();
    SqliteStore::restore(&file, &target).unwrap();
    assert_eq!(open(&target).unwrap().census().unwrap()["seen"], 800);
}
