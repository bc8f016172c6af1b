//! Where the data is, a folder or a database, and the program it runs.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use jifen_engine::{Clock, Engine, OpenError, Options, open_program};
use jifen_program::SCHEMA;
use jifen_rules::document::Problem;
use jifen_server::personal::{Cipher, Vault};
use jifen_store::postgres::{Address, Mark, PostgresStore};
use jifen_store::sqlite::{self, SqliteStore};
use jifen_store::{Store, StoreError};
use jifen_vocab::Zone;
use serde_json::Value;

use crate::bundle;
use crate::control::{self, Request};
use crate::failure::{Failure, NOTHING_CHANGED, Result};
use crate::swap;

/// Where the data is, on the command line.
#[derive(Args, Debug, Clone)]
pub(crate) struct StorePlace {
    /// The folder of the store; with a database, of the keys of personal data only
    #[arg(long, env = "JIFEN_DATA", value_name = "DIR")]
    data: Option<PathBuf>,
    /// A PostgreSQL database instead: postgres://user:password@host/database?schema=points&sslmode=verify-full
    #[arg(long, env = "JIFEN_DATABASE_URL", value_name = "URL", hide_env_values = true, hide_default_value = true)]
    database_url: Option<String>,
    /// A PostgreSQL database of its own for the keys of personal data, where several machines use one --database-url
    #[arg(
        long,
        env = "JIFEN_KEYS_DATABASE_URL",
        value_name = "URL",
        hide_env_values = true,
        hide_default_value = true
    )]
    keys_database_url: Option<String>,
}

impl StorePlace {
    /// The folder, for commands that work on nothing else.
    pub(crate) fn dir(&self) -> Result<PathBuf> {
        if self.url().is_some() {
            return Err(Failure::new("this works on a folder, and --database-url names a database")
                .data(NOTHING_CHANGED)
                .hint(
                    "servers of a database are stopped by a signal; it is backed up and restored with pg_dump and \
                     pg_restore",
                ));
        }
        self.data.clone().ok_or_else(which_folder)
    }

    /// The folder or the database.
    pub(crate) fn place(&self) -> Result<Place> {
        let keys_url = self.keys_database_url.as_deref().filter(|url| !url.is_empty());
        let Some(url) = self.url() else {
            if keys_url.is_some() {
                return Err(Failure::usage(
                    "--keys-database-url goes with --database-url: a folder has its keys in it",
                ));
            }
            return self.dir().map(Place::Folder);
        };
        let address = address("--database-url", url)?;
        let keys_database = keys_url.map(|url| self::address("--keys-database-url", url)).transpose()?;
        if keys_database.as_ref().is_some_and(|keys| keys.is_same_place(&address)) {
            return Err(Failure::usage("--keys-database-url names the same database and schema as --database-url").hint(
                "give the keys a database of their own: what backs up or copies one must not have the other with it",
            ));
        }
        Ok(Place::Database { address, keys: self.data.clone(), keys_database })
    }

    /// Whether anything was named.
    pub(crate) fn is_named(&self) -> bool {
        self.data.is_some() || self.url().is_some()
    }

    fn url(&self) -> Option<&str> {
        self.database_url.as_deref().filter(|url| !url.is_empty())
    }
}

fn address(flag: &str, url: &str) -> Result<Box<Address>> {
    let parsed = url.parse().map(Box::new);
    parsed.map_err(|error: StoreError| {
        Failure::usage(error.to_string()).hint(format!("{flag} postgres://user:password@host:port/database"))
    })
}

fn which_folder() -> Failure {
    Failure::usage("which folder? give --data DIR, or set JIFEN_DATA, or `data` in jifen.toml")
}

/// Where the data is.
#[derive(Debug, Clone)]
pub(crate) enum Place {
    /// In a folder, which one process at a time has open; others ask that one.
    Folder(PathBuf),
    /// In a database, which any number of processes have open.
    Database {
        /// Where it is.
        address: Box<Address>,
        /// The folder of the keys of personal data.
        keys: Option<PathBuf>,
        /// Where members' keys are, when several machines use them; the folder has the master key then.
        keys_database: Option<Box<Address>>,
    },
}

impl Place {
    /// The folder of what is not in the store: the keys of personal data.
    pub(crate) fn folder(&self) -> Result<&Path> {
        match self {
            Place::Folder(dir) | Place::Database { keys: Some(dir), .. } => Ok(dir),
            Place::Database { keys: None, .. } => {
                Err(Failure::usage("where are the keys of personal data? give --data DIR beside --database-url")
                    .hint("all processes of a database use the same keys"))
            }
        }
    }

    /// Asks the process that has the folder open. Nothing where nobody has, and for a database, which is open to all.
    pub(crate) fn ask(&self, request: &Request, progress: impl FnMut(u64, u64)) -> Result<Option<Value>> {
        match self {
            Place::Folder(dir) => control::ask(dir, request, progress),
            Place::Database { .. } => Ok(None),
        }
    }
}

/// A store that is open.
#[derive(Clone)]
pub(crate) enum Data {
    /// In a folder.
    Folder(Arc<SqliteStore>),
    /// In a database.
    Database(Arc<PostgresStore>),
}

impl Data {
    fn open(place: &Place) -> Result<Data> {
        match place {
            Place::Folder(dir) => Ok(Data::Folder(Arc::new(SqliteStore::open(dir, SCHEMA)?))),
            Place::Database { address, .. } => Ok(Data::Database(Arc::new(PostgresStore::open(address, SCHEMA)?))),
        }
    }

    /// The store, for whoever need not know which it is.
    pub(crate) fn store(&self) -> Arc<dyn Store> {
        match self {
            Data::Folder(store) => Arc::clone(store) as Arc<dyn Store>,
            Data::Database(store) => Arc::clone(store) as Arc<dyn Store>,
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
    pub(crate) data: Data,
    pub(crate) engine: Engine,
    /// Whether the store was empty and got its first rule book just now.
    pub(crate) seeded: bool,
}

/// Opens a store and starts its engine. An empty one gets the bundle as its first rule book.
pub(crate) fn open(place: &Place, program: Option<&Path>, what_for: Use) -> Result<Opened> {
    let files = program.map(bundle::read).transpose()?;
    if let Place::Folder(dir) = place {
        swap::resume(dir)?;
        if files.is_none() {
            must_hold_store(dir)?;
        }
    }
    // A bundle with mistakes must not leave an empty store behind.
    if let Some(files) = &files
        && !matches!(place, Place::Folder(dir) if holds_store(dir))
    {
        bundle::compile(files).map_err(|problems| in_bundle(program, &problems))?;
    }
    let data = Data::open(place)?;
    let now = Clock::new(0).now();
    let program_of = open_program(&*data.store(), files.as_ref(), now).map_err(|error| cannot_open(error, program))?;
    let clock = Arc::new(Clock::new(program_of.clock_offset_ms));
    let options = Options { alarms: what_for == Use::Serve, ..Options::default() };
    let engine = Engine::start(data.store(), program_of.books, clock, &options);
    Ok(Opened { data, engine, seeded: program_of.seeded })
}

/// Opens a store to read it, without an engine.
pub(crate) fn open_store(place: &Place) -> Result<Data> {
    if let Place::Folder(dir) = place {
        swap::resume(dir)?;
        must_hold_store(dir)?;
        let options = sqlite::Options { prepares: false, ..sqlite::Options::default() };
        return Ok(Data::Folder(Arc::new(SqliteStore::open_with(dir, SCHEMA, options)?)));
    }
    Data::open(place)
}

/// Opens the keys of a store's personal data. A database notes which keys it is used with, and no others are let in: a
/// member whose data is sealed under keys that the rest cannot see would be lost to them.
pub(crate) fn vault(place: &Place, data: &Data, master_key: &Path, cipher: Cipher) -> Result<Vault> {
    if let Data::Database(store) = data
        && !master_key.exists()
        && store.noted(Mark::Keyring)?.is_some()
    {
        // Keys that were made now would be others.
        return Err(Failure::new(format!(
            "{} is missing, and the database has been used with one",
            master_key.display()
        ))
        .data(NOTHING_CHANGED)
        .hint("copy the master key from a machine that serves the database, or from where it is kept"));
    }
    let vault = match place {
        Place::Database { keys_database: Some(database), .. } => Vault::open_shared(master_key, database, cipher),
        Place::Database { .. } | Place::Folder(_) => Vault::open(master_key, cipher),
    };
    let vault = vault.map_err(|error| Failure::new(error.to_string()).data(NOTHING_CHANGED))?;
    if let Data::Database(store) = data {
        let known = store.note_first(Mark::Keyring, vault.identity())?;
        if known != vault.identity() {
            return Err(other_keys());
        }
    }
    Ok(vault)
}

fn other_keys() -> Failure {
    Failure::new("the personal data of this database is sealed with other keys than the ones given")
        .data(NOTHING_CHANGED)
        .hint(
            "give the --data or --keys-database-url that its other servers use; where those keys are lost for good, \
             `jifen keys replace` lets these take their place, and what was sealed with the former stays unreadable",
        )
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
            .hint("a new store begins with `jifen serve` or `jifen replay` and --program programs/rulebook"),
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
        drop(self.data);
    }
}
