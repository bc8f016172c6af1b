//! What only the engine for several processes must stand.

mod away;
mod racing;
mod schema;
mod secure;
pub(crate) mod server;
mod trouble;

use jifen_store::postgres::{Address, PostgresStore};

use crate::suite;
use crate::world::SCHEMA;

/// A store at that address.
pub(crate) fn open(address: &str) -> PostgresStore {
    PostgresStore::open(&address.parse::<Address>().unwrap(), SCHEMA).unwrap()
}

#[test]
fn postgres_keeps_the_contract() {
    suite::run(|check| check(&open(&server::SHARED.fresh())));
}
