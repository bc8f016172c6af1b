//! The folder: its lock, its two databases, and how they are told from other people's files.

use std::fs::{self, File, TryLockError};
use std::io::Read;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, OptionalExtension};

use super::fault::{failed, failed_io, foreign};
use crate::StoreError;

/// What this build writes.
pub(super) const FORMAT: u32 = 1;
/// The oldest format whose builds may write what this build writes.
pub(super) const OLDEST_WRITER: u32 = 1;

/// What the tables' database is known by.
const APPLICATION_ID: i64 = 0x4A46_5442;

/// A folder that only this store uses, for as long as this lives.
#[derive(Debug)]
pub(super) struct Folder {
    dir: PathBuf,
    lock: File,
}

impl Folder {
    /// Creates the folder where it is missing and takes its lock.
    pub(super) fn take(dir: &Path) -> Result<Folder, StoreError> {
        fs::create_dir_all(dir).map_err(failed_io("creating the folder"))?;
        let lock = File::options().create(true).truncate(false).write(true).open(dir.join("lock"));
        let lock = lock.map_err(failed_io("opening the folder's lock"))?;
        match lock.try_lock() {
            Ok(()) => Ok(Folder { dir: dir.to_owned(), lock }),
            Err(TryLockError::WouldBlock) => Err(StoreError::InUse { path: dir.display().to_string() }),
            Err(TryLockError::Error(error)) => Err(failed_io("locking the folder")(error)),
        }
    }

    /// The database with records, journal and counters.
    pub(super) fn tables(&self) -> PathBuf {
        self.dir.join("tables.sqlite")
    }

    /// The folder with the batches that are not durable in the tables yet.
    pub(super) fn log(&self) -> PathBuf {
        self.dir.join("log")
    }

    /// Makes names of new files as durable as their contents.
    pub(super) fn sync(&self) -> Result<(), StoreError> {
        File::open(&self.dir).and_then(|dir| dir.sync_all()).map_err(failed_io("flushing the folder"))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Closing the file is not enough while a process that is being started still shares it.
        let _ = self.lock.unlock();
    }
}

/// Whether the file holds a database at all, going by its first bytes; not there or empty is no.
pub(super) fn looks_like_database(path: &Path) -> Result<bool, StoreError> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(failed_io("opening a file")(error)),
    };
    let mut head = Vec::new();
    file.by_ref().take(16).read_to_end(&mut head).map_err(failed_io("reading a file"))?;
    match head.as_slice() {
        [] => Ok(false),
        b"SQLite format 3\0" => Ok(true),
        _ => Err(foreign(path, "it is not a database, or its beginning is damaged")),
    }
}

/// Opens the tables for writing and says whether it is new. A file of another program is left as it is.
pub(super) fn open(path: &Path) -> Result<(Connection, bool), StoreError> {
    looks_like_database(path)?;
    let fail = failed("opening a database", path);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags).map_err(&fail)?;
    conn.set_prepared_statement_cache_capacity(256);
    conn.busy_timeout(std::time::Duration::from_secs(10)).map_err(&fail)?;
    let fresh = is_fresh(&conn, path)?;
    if !fresh {
        check_format(&conn, path)?;
    }
    Ok((conn, fresh))
}

fn application_id(conn: &Connection) -> rusqlite::Result<i64> {
    conn.pragma_query_value(None, "application_id", |row| row.get(0))
}

/// Sees by its header that a database is one of our tables, and one that this build can read.
pub(super) fn check_header(conn: &Connection, path: &Path) -> Result<(), StoreError> {
    if application_id(conn).map_err(failed("reading the header of a database", path))? != APPLICATION_ID {
        return Err(foreign(path, "it is not a backup of this program"));
    }
    check_format(conn, path)
}

fn is_fresh(conn: &Connection, path: &Path) -> Result<bool, StoreError> {
    let fail = failed("reading the header of a database", path);
    let id = application_id(conn).map_err(&fail)?;
    if id == APPLICATION_ID {
        return Ok(false);
    }
    let objects: i64 = conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(&fail)?;
    if id == 0 && objects == 0 {
        return Ok(true);
    }
    Err(foreign(path, "it is the database of another program"))
}

fn check_format(conn: &Connection, path: &Path) -> Result<(), StoreError> {
    let needed: u32 = read_meta(conn, path, "oldest_writer")?;
    if needed > FORMAT { Err(StoreError::TooNew { needed, ours: FORMAT }) } else { Ok(()) }
}

/// Reads a value that every database of ours has.
pub(super) fn read_meta<T: rusqlite::types::FromSql>(
    conn: &Connection,
    path: &Path,
    name: &str,
) -> Result<T, StoreError> {
    let mut statement =
        conn.prepare_cached("SELECT value FROM meta WHERE name = ?").map_err(failed("reading the header", path))?;
    let value = statement.query_row([name], |row| row.get(0)).optional();
    value
        .map_err(failed("reading the header", path))?
        .ok_or_else(|| foreign(path, format!("it does not say its {name}, so it was made by something else")))
}

/// Writes a value of the header.
pub(super) fn write_meta(conn: &Connection, name: &str, value: impl rusqlite::ToSql) -> rusqlite::Result<()> {
    let sql = "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    conn.prepare_cached(sql)?.execute((name, value))?;
    Ok(())
}

/// What every new database of ours begins with; part of the transaction that creates its tables.
pub(super) fn begin_header(conn: &Connection, store: &str) -> rusqlite::Result<()> {
    conn.pragma_update(None, "application_id", APPLICATION_ID)?;
    conn.pragma_update(None, "user_version", FORMAT)?;
    conn.execute("CREATE TABLE meta (name TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID", [])?;
    write_meta(conn, "store", store)?;
    write_meta(conn, "format", FORMAT)?;
    write_meta(conn, "oldest_writer", OLDEST_WRITER)
}

/// Reads every page and sees that the trees of the database hang together.
pub(super) fn check_pages(conn: &Connection, path: &Path) -> Result<(), StoreError> {
    let verdict: String =
        conn.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(failed("checking a file", path))?;
    if verdict == "ok" { Ok(()) } else { Err(foreign(path, format!("it is damaged: {verdict}"))) }
}
