//! Keys of members and the index of their contacts: one small file beside the master key, where deleting is deleting.
//!
//! Records cannot be taken back: they stand in the log, in backups, in free pages. So what must be destroyed when a
//! person is erased is kept apart, in a file that overwrites what it deletes and that no backup of the store holds.
//! What the keys open, and what a contact's hash stands for, is the owner's business: here both are bytes.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use compact_str::CompactString;
use rusqlite::{Connection, OptionalExtension, params};

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
pub struct Keyring {
    path: PathBuf,
    conn: Mutex<Connection>,
}

impl std::fmt::Debug for Keyring {
    /// Says nothing of what it holds.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keyring").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Keyring {
    /// Opens the file, or creates one that only the owner of the process may read.
    ///
    /// # Errors
    /// [`StoreError`]
    pub fn open(path: &Path) -> Result<Keyring, StoreError> {
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
        Ok(Keyring { path: path.to_owned(), conn: Mutex::new(conn) })
    }

    /// Reads.
    ///
    /// # Errors
    /// [`StoreError`]
    pub fn read<T>(&self, query: impl FnOnce(&Ring<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let conn = self.conn();
        query(&Ring { conn: &conn, path: &self.path })
    }

    /// Changes, all or nothing, durable on return. An error of any kind leaves everything as it was.
    ///
    /// # Errors
    /// What `change` gives, or [`StoreError`].
    pub fn change<T, E: From<StoreError>>(&self, change: impl FnOnce(&Ring<'_>) -> Result<T, E>) -> Result<T, E> {
        let mut conn = self.conn();
        let fail = |error| E::from(failed("changing the keys of members", &self.path)(error));
        let tx = conn.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).map_err(fail)?;
        let answer = change(&Ring { conn: &tx, path: &self.path })?;
        tx.commit().map_err(fail)?;
        Ok(answer)
    }

    /// Brings what was deleted to its end: nothing of it is left in the file or the log beside it.
    ///
    /// # Errors
    /// [`StoreError`]
    pub fn scour(&self) -> Result<(), StoreError> {
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
pub struct Ring<'c> {
    conn: &'c Connection,
    path: &'c Path,
}

impl Ring<'_> {
    /// The sealed key of a member.
    ///
    /// # Errors
    /// [`StoreError`], like all that follow.
    pub fn key(&self, member: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.one("SELECT sealed FROM member_key WHERE member = ?", member)
    }

    /// Keeps a member's sealed key, instead of the one there was.
    pub fn put_key(&self, member: &str, sealed: &[u8]) -> Result<(), StoreError> {
        self.run("INSERT OR REPLACE INTO member_key VALUES (?, ?)", params![member, sealed])
    }

    /// Members with a key, after that one, by name.
    pub fn members(&self, after: &str, limit: usize) -> Result<Vec<CompactString>, StoreError> {
        self.names(
            "SELECT member FROM member_key WHERE member > ? ORDER BY member LIMIT ?",
            params![after, limit as i64],
        )
    }

    /// Members with that contact, by name.
    pub fn with_contact(&self, hash: &[u8]) -> Result<Vec<CompactString>, StoreError> {
        self.names("SELECT member FROM contact WHERE hash = ? ORDER BY member", params![hash])
    }

    /// Adds a contact of a member.
    pub fn add_contact(&self, hash: &[u8], member: &str) -> Result<(), StoreError> {
        self.run("INSERT OR IGNORE INTO contact VALUES (?, ?)", params![hash, member])
    }

    /// Forgets a member's contacts.
    pub fn drop_contacts(&self, member: &str) -> Result<(), StoreError> {
        self.run("DELETE FROM contact WHERE member = ?", params![member])
    }

    /// Destroys a member's key and forgets their contacts. See [`Keyring::scour`].
    pub fn destroy(&self, member: &str) -> Result<(), StoreError> {
        self.drop_contacts(member)?;
        self.run("DELETE FROM member_key WHERE member = ?", params![member])
    }

    /// A value by name.
    pub fn mark(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.one("SELECT value FROM mark WHERE name = ?", name)
    }

    /// Keeps a value by name.
    pub fn set_mark(&self, name: &str, value: &[u8]) -> Result<(), StoreError> {
        self.run("INSERT OR REPLACE INTO mark VALUES (?, ?)", params![name, value])
    }

    /// Forgets a value.
    pub fn drop_mark(&self, name: &str) -> Result<(), StoreError> {
        self.run("DELETE FROM mark WHERE name = ?", params![name])
    }

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

    fn names(&self, sql: &str, values: impl rusqlite::Params) -> Result<Vec<CompactString>, StoreError> {
        let fail = self.fail();
        let mut statement = self.conn.prepare_cached(sql).map_err(&fail)?;
        let names =
            statement.query_map(values, |row| Ok(CompactString::new(row.get_ref(0)?.as_str()?))).map_err(&fail)?;
        names.collect::<Result<_, _>>().map_err(&fail)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(folder: &Path, needle: &[u8]) -> bool {
        let files = std::fs::read_dir(folder).unwrap().map(|entry| std::fs::read(entry.unwrap().path()).unwrap());
        files.into_iter().any(|bytes| bytes.windows(needle.len()).any(|window| window == needle))
    }

    #[test]
    fn what_is_destroyed_is_in_no_file_any_more() {
        let folder = tempfile::tempdir().unwrap();
        let ring = Keyring::open(&folder.path().join("members.db")).unwrap();
        let key = |n: u8| [b"the sealed key of ".as_slice(), &[n; 24]].concat();
        ring.change::<_, StoreError>(|ring| {
            for n in b'a'..=b'z' {
                ring.put_key(&char::from(n).to_string(), &key(n))?;
                ring.add_contact(&[n; 32], &char::from(n).to_string())?;
            }
            Ok(())
        })
        .unwrap();
        assert!(holds(folder.path(), &key(b'k')) && holds(folder.path(), &[b'k'; 32]));
        ring.change(|ring| ring.destroy("k")).unwrap();
        ring.scour().unwrap();
        assert!(!holds(folder.path(), &key(b'k')) && !holds(folder.path(), &[b'k'; 32]));
        assert!(holds(folder.path(), &key(b'l')));
        assert_eq!(ring.read(|ring| ring.key("k")).unwrap(), None);
        assert_eq!(ring.read(|ring| ring.with_contact(&[b'l'; 32])).unwrap(), ["l"]);
    }

    #[test]
    fn a_change_that_fails_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let ring = Keyring::open(&folder.path().join("members.db")).unwrap();
        let failed = ring.change(|ring| {
            ring.put_key("lin", b"key")?;
            Err::<(), _>(StoreError::Conflict)
        });
        assert!(matches!(failed, Err(StoreError::Conflict)));
        assert_eq!(ring.read(|ring| ring.key("lin")).unwrap(), None);
    }
}
