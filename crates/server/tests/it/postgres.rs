//! The same API over PostgreSQL: this program runs a part of its own tests again, every world of theirs in a schema of
//! a database that it starts.

#[path = "../../../store/tests/it/postgres/server.rs"]
#[allow(dead_code, reason = "the tests of the store stop and start it as well")]
mod server;

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use jifen_program::SCHEMA;
use jifen_store::Store;
use jifen_store::postgres::{Address, Options, PostgresStore};
use jifen_store::sqlite::SqliteStore;

/// Where worlds keep their records, unless in a folder.
const DATABASE: &str = "JIFEN_TEST_DATABASE";

/// What is run again, by the beginning of the tests' names. Of erasures those that are not about files of a folder.
const AGAIN: [&str; 6] =
    ["approvals::", "erasure::erasing", "events::", "reads::", "redeem::race::", "redeem::redemptions::"];

/// The store of a world: in its folder, or in a schema that its folder names, so that who comes back finds it again.
pub(crate) fn store(folder: &Path) -> Arc<dyn Store> {
    let Ok(database) = std::env::var(DATABASE) else {
        return Arc::new(SqliteStore::open(&folder.join("data"), SCHEMA).unwrap());
    };
    let name: String =
        folder.file_name().unwrap().as_encoded_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    let address: Address = format!("{database}?schema=w{name}").parse().unwrap();
    Arc::new(PostgresStore::open_with(&address, SCHEMA, Options { connections: 2, ..Options::default() }).unwrap())
}

// row REL-17
#[test]
fn the_api_is_the_same_over_postgresql() {
    let mut again = Command::new(std::env::current_exe().unwrap());
    let output = again.args(AGAIN).env(DATABASE, server::SHARED.database()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    for module in AGAIN {
        assert!(said.contains(&format!("test {module}")), "nothing of {module} was run: {said}");
    }
    let schemas = server::SHARED.psql("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'w%'");
    assert!(schemas.parse::<u32>().unwrap() > 20, "only {schemas} worlds were in the database");
}
