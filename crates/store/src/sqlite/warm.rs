//! Taking rows into memory after the store was opened, so that the first hour is as quick as the second; the last work
//! of the thread that learns ids.
//!
//! Only records of the chained kind are taken: nearly every commit looks one up, by an id that nobody can foresee, and
//! a row that has to be found in the tables costs about as much as deciding on it.

use rusqlite::Connection;

use super::Shared;
use super::fault::failed;
use super::place::Hashed;
use super::reads::row_at;
use crate::{Row, StoreError};

/// Rows read at once: a long read would keep the tables from being flushed.
const ROWS_AT_ONCE: usize = 2_000;

impl Shared {
    /// Takes rows in, the newest first, until half of the room for rows is taken.
    pub(super) fn warm_rows(&self) {
        if let Err(error) = self.warm_up_to(self.options.row_cache_bytes / 2) {
            tracing::warn!(%error, "rows could not be read ahead; they are read when they are wanted");
        }
    }

    fn warm_up_to(&self, bytes_max: usize) -> Result<(), StoreError> {
        let Some(table) = self.kinds.chained() else { return Ok(()) };
        let (kind, name) = (self.kinds.place(table.kind)?, table.kind.name);
        let sql = format!(
            "SELECT sk, id, {} FROM \"{name}\" WHERE sk < ? ORDER BY sk DESC LIMIT {ROWS_AT_ONCE}",
            table.row_terms
        );
        let (mut before, mut bytes) = (i64::MAX, 0);
        while bytes < bytes_max && !self.queue.closing() {
            // Known before the tables are read: see `Held::keep`.
            let applied = self.queue.applied();
            let some = self.readers.read(|conn| {
                read_some(conn, &sql, before).map_err(failed("reading rows ahead", self.readers.path()))
            })?;
            let Some((last, ..)) = some.last() else { return Ok(()) };
            before = *last;
            for (_, id, row) in some {
                bytes += row.body.len() + id.len();
                self.held.keep(Hashed::new(kind, &id, self.hasher), row, applied);
            }
        }
        Ok(())
    }
}

/// Rows before that surrogate, with theirs and their ids.
fn read_some(conn: &Connection, sql: &str, before: i64) -> rusqlite::Result<Vec<(i64, String, Row)>> {
    let mut statement = conn.prepare_cached(sql)?;
    let rows = statement.query_map([before], |row| Ok((row.get(0)?, row.get(1)?, row_at(row, 2)?)))?;
    rows.collect()
}
