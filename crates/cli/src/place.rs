//! Where the data is: a folder with a store, and the program it runs.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use jifen_engine::{Clock, Engine, OpenError, Options, open_program};
use jifen_program::SCHEMA;
use jifen_rules::document::Problem;
use jifen_server::personal::Cipher;
use jifen_store::Store;
use jifen_store::sqlite::SqliteStore;
use jifen_vocab::Zone;

use crate::bundle;
use crate::failure::{Failure, NOTHING_CHANGED, Result};
use crate::swap;

/// Where the data is, on the command line.
#[derive(Args, Debug, Clone)]
pub(crate) struct StorePlace {
    /// The folder of the store
    #[arg(long, env = "JIFEN_DATA", value_name = "DIR")]
    data: Option<PathBuf>,
    /// A PostgreSQL database instead of the folder (not in this build yet)
    #[arg(long, env = "JIFEN_DATABASE_URL", value_name = "URL", hide_env_values = true, hide_default_value = true)]
    database_url: Option<String>,
}

impl StorePlace {
    /// The folder. An address of a database is refused: this build keeps data in a folder only.
    pub(crate) fn dir(&self) -> Result<PathBuf> {
        if self.database_url.as_ref().is_some_and(|url| !url.is_empty()) {
            return Err(Failure::new("this build has no PostgreSQL engine yet; it keeps its data in a folder")
                .data(NOTHING_CHANGED)
                .hint(
                    "leave out --database-url (and JIFEN_DATABASE_URL, and the line in jifen.toml), and give --data",
                ));
        }
        match &self.data {
            Some(dir) => Ok(dir.clone()),
            None => Err(Failure::usage("which folder? give --data DIR, or set JIFEN_DATA, or `data` in jifen.toml")),
        }
    }
}

/// What a store is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    /// To serve: what falls due is settled by itself.
    Serve,
    /// To bring the past in: each event's own time is its clock.
    Replay,
    /// For one command.
    Once,
}

/// A store that is open, and its engine.
pub(crate) struct Opened {
    pub(crate) store: Arc<SqliteStore>,
    pub(crate) engine: Engine,
    /// Whether the store was empty and got its first rule book just now.
    pub(crate) seeded: bool,
}

/// Opens a folder's store and starts its engine. An empty folder gets the bundle as its first rule book.
pub(crate) fn open(dir: &Path, program: Option<&Path>, what_for: Use) -> Result<Opened> {
    swap::resume(dir)?;
    let files = program.map(bundle::read).transpose()?;
    if files.is_none() {
        must_hold_store(dir)?;
    }
    // A bundle with mistakes must not leave an empty store behind.
    if let Some(files) = &files
        && !holds_store(dir)
    {
        bundle::compile(files).map_err(|problems| in_bundle(program, &problems))?;
    }
    let store = Arc::new(SqliteStore::open(dir, SCHEMA)?);
    let now = Clock::new(0).now();
    let program_of = open_program(&*store, files.as_ref(), now).map_err(|error| cannot_open(error, program))?;
    let clock = Arc::new(Clock::new(program_of.clock_offset_ms));
    let options = Options { alarms: what_for == Use::Serve, ..Options::default() };
    let shared: Arc<dyn Store> = Arc::clone(&store) as Arc<dyn Store>;
    let engine = Engine::start(shared, program_of.books, clock, &options);
    Ok(Opened { store, engine, seeded: program_of.seeded })
}

/// Opens a folder's store to read it, without an engine.
pub(crate) fn open_store(dir: &Path) -> Result<SqliteStore> {
    swap::resume(dir)?;
    must_hold_store(dir)?;
    Ok(SqliteStore::open(dir, SCHEMA)?)
}

/// Where the key of personal data is, unless a server is told otherwise.
pub(crate) fn master_key(dir: &Path) -> PathBuf {
    std::env::var_os("JIFEN_MASTER_KEY_FILE").map_or_else(|| dir.join("keys").join("master.key"), PathBuf::from)
}

/// What personal data is sealed with, unless a server is told otherwise.
pub(crate) fn cipher() -> Result<Cipher> {
    std::env::var("JIFEN_CIPHER")
        .map_or_else(|_| Ok(Cipher::default()), |name| cipher_named(&name).map_err(Failure::usage))
}

/// The cipher of that name.
pub(crate) fn cipher_named(name: &str) -> std::result::Result<Cipher, String> {
    let names = Cipher::ALL.map(Cipher::as_str).join(" or ");
    Cipher::named(name).ok_or_else(|| format!("personal data is sealed with {names}, not with {name:?}"))
}

/// Whether the folder holds a store: opening would create one.
pub(crate) fn holds_store(dir: &Path) -> bool {
    ["log", "tables.sqlite"].iter().any(|file| dir.join(file).exists())
}

fn must_hold_store(dir: &Path) -> Result {
    if holds_store(dir) {
        return Ok(());
    }
    Err(Failure::new(format!("{} holds no data of this program", dir.display()))
        .data(NOTHING_CHANGED)
        .hint("check --data; a new store begins with `jifen serve` or `jifen replay` and --program DIR"))
}

fn cannot_open(error: OpenError, program: Option<&Path>) -> Failure {
    match error {
        OpenError::Store(error) => Failure::from(error),
        OpenError::Empty => Failure::new("the store has no rule book yet")
            .data(NOTHING_CHANGED)
            .hint("name one to begin with: --program programs/rulebook"),
        OpenError::Bundle(problems) => in_bundle(program, &problems),
        OpenError::Version { .. } => Failure::new(error.to_string())
            .data(NOTHING_CHANGED)
            .hint("a newer build may have published it; use that build, or restore a backup"),
    }
}

fn in_bundle(program: Option<&Path>, problems: &[Problem]) -> Failure {
    bundle::mistakes(program.unwrap_or(Path::new("")), problems).data(NOTHING_CHANGED)
}

impl Opened {
    /// The program's zone.
    pub(crate) fn zone(&self) -> Zone {
        let books = self.engine.books();
        books.at(self.engine.clock().now()).zone.clone()
    }

    /// Finishes what was accepted, lets the tables follow, and closes.
    pub(crate) fn close(self) {
        self.engine.stop();
        drop(self.store);
    }
}
