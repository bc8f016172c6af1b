//! Connections that read the tables, each used by one thread at a time.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::fault::failed;
use crate::StoreError;

/// Connections kept while nobody uses them.
const IDLE_MAX: usize = 8;
/// Pages each keeps in memory, in KiB; the rest is mapped and shared.
const CACHE_KIB: i64 = 16 * 1024;

/// The pool.
pub(super) struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
    map_bytes: i64,
}

impl Readers {
    pub(super) fn new(path: &Path, map_bytes: i64) -> Readers {
        Readers { path: path.to_owned(), idle: Mutex::default(), map_bytes }
    }

    /// The file they read.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Reads one consistent state of the tables.
    pub(super) fn read<T>(&self, query: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let conn = match idle {
            Some(conn) => conn,
            None => self.open()?,
        };
        let tx = conn.unchecked_transaction().map_err(failed("reading the tables", &self.path))?;
        let answer = query(&tx);
        drop(tx);
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < IDLE_MAX && conn.is_autocommit() {
            idle.push(conn);
        }
        answer
    }

    fn open(&self) -> Result<Connection, StoreError> {
        let fail = failed("opening the tables for reading", &self.path);
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let conn = Connection::open_with_flags(&self.path, flags).map_err(&fail)?;
        conn.set_prepared_statement_cache_capacity(256);
        conn.busy_timeout(Duration::from_secs(10)).map_err(&fail)?;
        conn.pragma_update(None, "cache_size", -CACHE_KIB).map_err(&fail)?;
        conn.pragma_update(None, "mmap_size", self.map_bytes).map_err(&fail)?;
        Ok(conn)
    }
}
