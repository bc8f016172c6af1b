//! Telling the filters of the ids that were there before the store was opened; a thread's work, beside everything else.

use rusqlite::types::Value;

use super::Shared;
use super::fault::failed;
use super::filter::Filter;
use super::place::{mark, mark_at, spread};
use crate::StoreError;

/// Ids read at once: a long read would keep the tables from being flushed.
const IDS_AT_ONCE: u64 = 10_000;

impl Shared {
    /// Fills the filters.
    pub(super) fn learn_ids(&self) {
        for (kind, filter) in (0_u16..).zip(&self.filters) {
            match self.learn_ids_of(kind, filter) {
                Ok(true) => filter.complete(),
                Ok(false) => return,
                // Lookups go on asking the tables.
                Err(error) => tracing::warn!(%error, "the ids of a kind could not be read"),
            }
        }
    }

    /// No when the store closed meanwhile.
    fn learn_ids_of(&self, kind: u16, filter: &Filter) -> Result<bool, StoreError> {
        let table = self.kinds.at(kind);
        let fail = failed("reading ids", self.readers.path());
        filter.reserve(self.readers.read(|conn| conn.query_row(&table.newest, [], |row| row.get(0)).map_err(&fail))?);
        let mut after = if table.unlisted { Value::Integer(-1) } else { Value::Text(String::new()) };
        while let Some(last) = self.readers.read(|conn| self.learn_some(conn, kind, filter, &after))? {
            if self.queue.closing() {
                return Ok(false);
            }
            after = last;
        }
        Ok(true)
    }

    /// Adds some ids after that one and says which was the last. Two ids of one place are one to a filter.
    fn learn_some(
        &self,
        conn: &rusqlite::Connection,
        kind: u16,
        filter: &Filter,
        after: &Value,
    ) -> Result<Option<Value>, StoreError> {
        let table = self.kinds.at(kind);
        let fail = failed("reading ids", self.readers.path());
        let subject = if table.unlisted { "place" } else { "id" };
        let sql = format!(
            "SELECT {subject} FROM \"{}\" WHERE {subject} > ? ORDER BY {subject} LIMIT {IDS_AT_ONCE}",
            table.kind.name
        );
        let mut statement = conn.prepare_cached(&sql).map_err(&fail)?;
        let mut rows = statement.query([after]).map_err(&fail)?;
        let mut last = None;
        while let Some(row) = rows.next().map_err(&fail)? {
            let found: Value = row.get(0).map_err(&fail)?;
            match &found {
                Value::Integer(place) => filter.add(spread(mark_at(*place))),
                Value::Text(id) => filter.add(spread(mark(self.hasher.id(id)))),
                _ => {}
            }
            last = Some(found);
        }
        Ok(last)
    }
}
