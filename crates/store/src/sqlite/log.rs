//! The log: one row a committed batch, flushed before anyone is answered.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, ErrorCode};

use super::fault::{failed, foreign};
use super::files::{Role, begin_header, open, read_meta, write_meta};
use crate::StoreError;

/// Pages large enough that freeing a batch of a megabyte touches few, small enough that a lone command writes little.
const PAGE_BYTES: i64 = 16 * 1024;
/// The write-ahead file is folded into the log's file when it is as large as this.
const FOLD_BYTES: i64 = 64 * 1024 * 1024;
/// Batches pruned in one transaction, so that a commit never waits long for pruning.
const PRUNE_STEP: u64 = 16;

/// The log's database.
pub(super) struct Log {
    conn: Connection,
    path: PathBuf,
    /// Every batch up to this one has been pruned.
    pruned: u64,
    /// The newest batch, pruned or not.
    last: u64,
    /// A flush failed: what is on the disk is not known until the log is read again.
    unsure: bool,
}

impl Log {
    /// Opens the log, or creates it for a store whose batches up to `pruned` need no log.
    pub(super) fn open(path: &Path, store: impl FnOnce() -> String, pruned: u64) -> Result<Log, StoreError> {
        let (conn, fresh) = open(path, Role::Log)?;
        let fail = failed("preparing the log", path);
        if fresh {
            conn.pragma_update(None, "page_size", PAGE_BYTES).map_err(&fail)?;
        }
        conn.pragma_update(None, "journal_mode", "WAL").map_err(&fail)?;
        conn.pragma_update(None, "synchronous", "FULL").map_err(&fail)?;
        conn.pragma_update(None, "wal_autocheckpoint", FOLD_BYTES / PAGE_BYTES).map_err(&fail)?;
        conn.pragma_update(None, "journal_size_limit", FOLD_BYTES).map_err(&fail)?;
        if fresh {
            create(&conn, &store(), pruned).map_err(&fail)?;
        }
        let pruned: u64 = read_meta(&conn, path, "pruned")?;
        let rows = conn.query_row("SELECT count(*), min(seq), max(seq) FROM log", [], |row| {
            Ok((row.get::<_, u64>(0)?, row.get::<_, Option<u64>>(1)?, row.get::<_, Option<u64>>(2)?))
        });
        let (count, first, last) = rows.map_err(&fail)?;
        let last = last.unwrap_or(pruned);
        if first.is_some_and(|first| first != pruned + 1) || count != last - pruned {
            return Err(foreign(path, "batches are missing from it"));
        }
        Ok(Log { conn, path: path.to_owned(), pruned, last, unsure: false })
    }

    /// The identity of the store, the same in both databases.
    pub(super) fn store(&self) -> Result<String, StoreError> {
        read_meta(&self.conn, &self.path, "store")
    }

    /// Every batch up to this one has been pruned.
    pub(super) fn pruned(&self) -> u64 {
        self.pruned
    }

    /// The newest batch there ever was.
    pub(super) fn last(&self) -> u64 {
        self.last
    }

    /// Appends the batch after [`Log::last`]; durable on return. After an error the log is as it was.
    pub(super) fn append(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        if self.unsure {
            let source = "an earlier flush of the log failed: start again, so that it is read from the disk".into();
            return Err(StoreError::Failed { context: "appending to the log", source });
        }
        let seq = self.last + 1;
        let appended = self
            .conn
            .prepare_cached("INSERT INTO log (seq, body) VALUES (?, ?)")
            .and_then(|mut statement| statement.execute((seq, bytes)));
        if let Err(error) = appended {
            self.unsure = error.sqlite_error_code() == Some(ErrorCode::SystemIoFailure);
            return Err(failed("appending to the log", &self.path)(error));
        }
        self.last = seq;
        Ok(())
    }

    /// Hands out the batches after `seq`, in their order, until told to stop by an error.
    pub(super) fn read_after(
        &self,
        seq: u64,
        mut each: impl FnMut(&[u8]) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let fail = failed("reading the log", &self.path);
        let mut statement = self.conn.prepare("SELECT body FROM log WHERE seq > ? ORDER BY seq").map_err(&fail)?;
        let mut rows = statement.query([seq]).map_err(&fail)?;
        while let Some(row) = rows.next().map_err(&fail)? {
            each(row.get_ref(0).and_then(|value| Ok(value.as_blob()?)).map_err(&fail)?)?;
        }
        Ok(())
    }

    /// Forgets a few of the batches up to `seq`; says whether more are to be forgotten.
    pub(super) fn prune_some(&mut self, seq: u64) -> Result<bool, StoreError> {
        if self.pruned >= seq || self.unsure {
            return Ok(false);
        }
        let end = seq.min(self.pruned + PRUNE_STEP);
        // A pruning that a power cut undoes is harmless: no flush.
        let fail = failed("pruning the log", &self.path);
        self.conn.pragma_update(None, "synchronous", "NORMAL").map_err(&fail)?;
        let pruned = prune(&mut self.conn, end);
        self.conn.pragma_update(None, "synchronous", "FULL").map_err(&fail)?;
        pruned.map_err(&fail)?;
        self.pruned = end;
        Ok(end < seq)
    }

    /// Folds the write-ahead file into the log's file, so that a closed store is two files.
    pub(super) fn close(&self) -> Result<(), StoreError> {
        let folded = self.conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        folded.map_err(failed("closing the log", &self.path))
    }

    /// Lets the log grow to so many pages, as a full disk would.
    #[cfg(test)]
    pub(super) fn limit_pages(&self, pages: u32) {
        let set = self.conn.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |row| row.get::<_, i64>(0));
        set.unwrap();
    }
}

fn create(conn: &Connection, store: &str, pruned: u64) -> rusqlite::Result<()> {
    let tx = conn.unchecked_transaction()?;
    begin_header(&tx, Role::Log, store)?;
    tx.execute("CREATE TABLE log (seq INTEGER PRIMARY KEY, body BLOB NOT NULL)", [])?;
    write_meta(&tx, "pruned", pruned)?;
    tx.commit()
}

fn prune(conn: &mut Connection, end: u64) -> rusqlite::Result<()> {
    let tx = conn.transaction()?;
    tx.prepare_cached("DELETE FROM log WHERE seq <= ?")?.execute([end])?;
    write_meta(&tx, "pruned", end)?;
    tx.commit()
}
