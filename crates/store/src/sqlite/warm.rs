//! Taking rows into memory after the store was opened, so that the first hour is as quick as the second; the last work
//! of the thread that learns ids.
//!
//! Only records of the chained kind are taken: nearly every commit looks one up, by an id that nobody can foresee, and
//! a row that has to be found in the tables costs about as much as deciding on it, and several times that where the disk
//! has to be asked. The newest rows are kept as they are; of the others the pages are read once, so that the machine has
//! them in its own memory.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use rusqlite::Connection;

use super::Shared;
use super::fault::failed;
use super::place::Hashed;
use super::reads::row_at;
use crate::{Row, StoreError};

/// Rows read at once: a long read would keep the tables from being flushed.
const ROWS_AT_ONCE: usize = 2_000;
/// Rows whose pages are read at once.
const STRIP: i64 = if cfg!(test) { 100 } else { 10_000 };
/// Threads that read pages: what it takes is the waiting for the disk.
const READERS: usize = 4;

impl Shared {
    /// Takes rows in, the newest first, until half of the room for rows is taken.
    pub(super) fn warm_rows(&self) {
        let warmed = self.warm_up_to(self.options.row_cache_bytes / 2);
        if let Err(error) = warmed.and_then(|()| self.read_pages(spare_memory() / 2)) {
            tracing::warn!(%error, "rows could not be read ahead; they are read when they are wanted");
        }
    }

    /// Reads the pages of rows once, the newest first, until the rows there come to so many bytes; says to how many.
    pub(super) fn read_pages(&self, bytes_max: u64) -> Result<u64, StoreError> {
        let Some(table) = self.kinds.chained() else { return Ok(0) };
        let fail = failed("reading pages ahead", self.readers.path());
        let last = self.readers.read(|conn| conn.query_row(&table.newest, [], |row| row.get(0)).map_err(&fail))?;
        // Of each strip the rows' own bytes; nothing of them is kept.
        let sql =
            format!("SELECT coalesce(sum(length(body)), 0) FROM \"{}\" WHERE sk > ? AND sk <= ?", table.kind.name);
        let (next, read) = (AtomicI64::new(last), AtomicU64::new(0));
        let work = || {
            while read.load(Ordering::Relaxed) < bytes_max && !self.queue.closing() {
                let end = next.fetch_sub(STRIP, Ordering::Relaxed);
                if end <= 0 {
                    break;
                }
                let strip =
                    |conn: &Connection| conn.prepare_cached(&sql)?.query_row((end - STRIP, end), |row| row.get(0));
                let bytes: u64 = self.readers.read(|conn| strip(conn).map_err(&fail))?;
                read.fetch_add(bytes, Ordering::Relaxed);
            }
            Ok(())
        };
        std::thread::scope(|scope| {
            let readers: Vec<_> = (0..READERS).map(|_| scope.spawn(work)).collect();
            let mut ended = readers.into_iter().map(|reader| reader.join());
            ended.try_for_each(|end| end.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
        })?;
        Ok(read.into_inner())
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

/// Bytes of memory that nobody needs at the moment; none where the system does not say.
fn spare_memory() -> u64 {
    let told = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let line = told.lines().find_map(|line| line.strip_prefix("MemAvailable:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kilobytes.unwrap_or(0).saturating_mul(1024)
}
