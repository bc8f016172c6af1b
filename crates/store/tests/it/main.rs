//! The store's contract, on every engine, and what only one of them must stand.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod archive;
mod crash;
mod damage;
mod full;
mod keyring;
mod postgres;
mod random;
mod suite;
mod world;

use jifen_store::memory::MemoryStore;
use jifen_store::sqlite::SqliteStore;

use crate::world::SCHEMA;

#[test]
fn memory_keeps_the_contract() {
    suite::run(|check| check(&MemoryStore::new()));
}

#[test]
fn sqlite_keeps_the_contract() {
    suite::run(|check| {
        let dir = tempfile::tempdir().unwrap();
        check(&SqliteStore::open(dir.path(), SCHEMA).unwrap());
    });
}
