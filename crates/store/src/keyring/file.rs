//! One file for one machine: SQLite, which overwrites what it deletes.

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use compact_str::CompactString;
use rusqlite::{Connection, OptionalExtension, params};

use super::Ring;
use crate::StoreError;
use crate::sqlite::failed;

/// Prepared statements kept.
const STATEMENTS: usize = 32;
/// How long a second process may wait for the file.
const BUSY: Duration = Duration::from_secs(10);

const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS member_key (member TEXT PRIMARY KEY, sealed BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS contact (hash BLOB NOT NULL, member TEXT NOT NULL, PRIMARY KEY (hash, member)) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS contact_member ON contact (member);
    CREATE TABLE IF NOT EXISTS mark (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
";

/// The file, open.
pub(super) struct KeyFile {
    path: PathBuf,
    conn: Mutex<Connection>,
}

impl std::fmt::Debug for KeyFile {
    /// Says nothing of what it holds.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeyFile").field("path", &self.path).finish_non_exhaustive()
    }
}

impl KeyFile {
    /// Opens the file, or creates one that only the owner of the process may read.
    ///
    /// # Errors
    /// [`StoreError`]
    pub(super) fn open(path: &Path) -> Result<KeyFile, StoreError> {
        let fail = failed("opening the keys of members", path);
        create_private(path).map_err(|source| StoreError::Failed {
            context: "creating the file of members' keys",
            source: Box::new(source),
        })?;
        let conn = Connection::open(path).map_err(&fail)?;
        conn.busy_timeout(BUSY).map_err(&fail)?;
        conn.set_prepared_statement_cache_capacity(STATEMENTS);
        conn.pragma_update(None, "journal_mode", "wal").map_err(&fail)?;
        conn.pragma_update(None, "synchronous", "full").map_err(&fail)?;
        // Zeroes take the place of what is deleted.
        conn.pragma_update(None, "secure_delete", "on").map_err(&fail)?;
        conn.execute_batch(TABLES).map_err(&fail)?;
        Ok(KeyFile { path: path.to_owned(), conn: Mutex::new(conn) })
    }

    /// The content, to read.
    pub(super) fn read(&self) -> impl Ring + '_ {
        Reading { conn: self.conn(), path: &self.path }
    }

    /// Changes, all or nothing, durable on return.
    pub(super) fn change<T, E: From<StoreError>>(
        &self,
        change: impl FnOnce(&dyn Ring) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut conn = self.conn();
        let fail = |error| E::from(failed("changing the keys of members", &self.path)(error));
        let tx = conn.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).map_err(fail)?;
        let answer = change(&Reading { conn: &*tx, path: &self.path })?;
        tx.commit().map_err(fail)?;
        Ok(answer)
    }

    /// Brings what was deleted to its end: nothing of it is left in the file or the log beside it.
    ///
    /// # Errors
    /// [`StoreError`]
    pub(super) fn scour(&self) -> Result<(), StoreError> {
        let fail = failed("overwriting deleted keys", &self.path);
        let conn = self.conn();
        let busy: i64 = conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0)).map_err(&fail)?;
        if busy == 0 {
            return Ok(());
        }
        Err(StoreError::Broken(
            "another process reads the keys of members: what was deleted is still in its log".into(),
        ))
    }

    fn conn(&self) -> MutexGuard<'_, Connection> {
        self.conn.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The file's content, within one reading or change.
struct Reading<'c, C> {
    conn: C,
    path: &'c Path,
}

impl<C: Deref<Target = Connection>> Ring for Reading<'_, C> {
    fn key(&self, member: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.one("SELECT sealed FROM member_key WHERE member = ?", member)
    }

    fn put_key(&self, member: &str, sealed: &[u8]) -> Result<(), StoreError> {
        self.run("INSERT OR REPLACE INTO member_key VALUES (?, ?)", params![member, sealed])
    }

    fn drop_key(&self, member: &str) -> Result<(), StoreError> {
        self.run("DELETE FROM member_key WHERE member = ?", params![member])
    }

    fn members(&self, after: &str, limit: usize) -> Result<Vec<CompactString>, StoreError> {
        let sql = "SELECT member FROM member_key WHERE member > ? ORDER BY member LIMIT ?";
        self.rows(sql, params![after, limit as i64], text)
    }

    fn with_contact(&self, hash: &[u8]) -> Result<Vec<CompactString>, StoreError> {
        self.rows("SELECT member FROM contact WHERE hash = ? ORDER BY member", params![hash], text)
    }

    fn contacts(&self, member: &str) -> Result<Vec<Vec<u8>>, StoreError> {
        self.rows("SELECT hash FROM contact WHERE member = ? ORDER BY hash", params![member], |row| row.get(0))
    }

    fn add_contact(&self, hash: &[u8], member: &str) -> Result<(), StoreError> {
        self.run("INSERT OR IGNORE INTO contact VALUES (?, ?)", params![hash, member])
    }

    fn drop_contacts(&self, member: &str) -> Result<(), StoreError> {
        self.run("DELETE FROM contact WHERE member = ?", params![member])
    }

    fn mark(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.one("SELECT value FROM mark WHERE name = ?", name)
    }

    fn marks(&self, prefix: &str, after: &str, limit: usize) -> Result<Vec<(CompactString, Vec<u8>)>, StoreError> {
        let sql = "SELECT name, value FROM mark WHERE name > ?2 AND name >= ?1 AND substr(name, 1, length(?1)) = ?1
            ORDER BY name LIMIT ?3";
        self.rows(sql, params![prefix, after, limit as i64], |row| Ok((text(row)?, row.get(1)?)))
    }

    fn set_mark(&self, name: &str, value: &[u8]) -> Result<(), StoreError> {
        self.run("INSERT OR REPLACE INTO mark VALUES (?, ?)", params![name, value])
    }

    fn drop_mark(&self, name: &str) -> Result<(), StoreError> {
        self.run("DELETE FROM mark WHERE name = ?", params![name])
    }
}

fn text(row: &rusqlite::Row<'_>) -> rusqlite::Result<CompactString> {
    Ok(CompactString::new(row.get_ref(0)?.as_str()?))
}

impl<C: Deref<Target = Connection>> Reading<'_, C> {
    fn one(&self, sql: &str, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let fail = self.fail();
        let mut statement = self.conn.prepare_cached(sql).map_err(&fail)?;
        statement.query_row([name], |row| row.get(0)).optional().map_err(&fail)
    }

    fn run(&self, sql: &str, values: impl rusqlite::Params) -> Result<(), StoreError> {
        let fail = self.fail();
        self.conn.prepare_cached(sql).map_err(&fail)?.execute(values).map_err(&fail)?;
        Ok(())
    }

    fn rows<T>(
        &self,
        sql: &str,
        values: impl rusqlite::Params,
        read: impl Fn(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, StoreError> {
        let fail = self.fail();
        let mut statement = self.conn.prepare_cached(sql).map_err(&fail)?;
        let found = statement.query_map(values, |row| read(row)).map_err(&fail)?;
        found.collect::<Result<_, _>>().map_err(&fail)
    }

    fn fail(&self) -> impl Fn(rusqlite::Error) -> StoreError {
        failed("reading the keys of members", self.path)
    }
}

fn create_private(path: &Path) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}
