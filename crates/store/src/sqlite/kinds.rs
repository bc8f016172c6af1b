//! The kinds as tables: their shapes and their SQL.
//!
//! A table has a surrogate key `sk`, so that new records are appended to it and only a narrow index is written at
//! random: over `id`, or, where records are only looked up, over their [`place`](super::place). Columns that a kind
//! cannot use are left out and read as constants.

use std::fmt::Write;

use rusqlite::Connection;

use super::place::{Hasher, generation, mark, place};
use crate::check::check_schema;
use crate::{Kind, Schema, StoreError};

/// A kind and the statements for its table.
pub(super) struct Table {
    pub(super) kind: &'static Kind,
    /// Whether records are found by their place only: nobody lists them by anything.
    pub(super) unlisted: bool,
    /// Version, due_at, tail and body of one id; of one place and id for unlisted kinds.
    pub(super) load: String,
    /// A new record. Parameters: `sk` and place for unlisted kinds, id, then the columns of [`Table::written`].
    pub(super) insert: String,
    /// `sk`, due_at and the kind's columns of one id; of one place and id for unlisted kinds.
    pub(super) locate: String,
    /// The highest `sk`.
    pub(super) newest: String,
    /// The terms that make a [`crate::Row`]: version, due_at, tail, body.
    pub(super) row_terms: String,
}

/// Every kind, in the schema's order.
pub(super) struct Kinds {
    tables: Vec<Table>,
    chained: Option<u16>,
}

impl Kinds {
    /// Checks the schema and writes the SQL.
    pub(super) fn new(schema: Schema) -> Result<Kinds, StoreError> {
        check_schema(schema)?;
        let tables = schema.iter().map(|kind| Table::new(kind)).collect();
        let chained = schema.iter().position(|kind| kind.chained).map(|place| place as u16);
        Ok(Kinds { tables, chained })
    }

    pub(super) fn len(&self) -> usize {
        self.tables.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Table> {
        self.tables.iter()
    }

    /// The table at a place.
    pub(super) fn at(&self, place: u16) -> &Table {
        &self.tables[usize::from(place)]
    }

    /// The kind whose records have entries.
    pub(super) fn chained(&self) -> Option<&Table> {
        self.chained.map(|place| self.at(place))
    }

    /// The place of the kind of that name.
    pub(super) fn named(&self, name: &str) -> Option<u16> {
        self.tables.iter().position(|table| table.kind.name == name).map(|place| place as u16)
    }

    /// The place of a kind; a kind that is not in the schema is a bug of the caller.
    pub(super) fn place(&self, kind: &'static Kind) -> Result<u16, StoreError> {
        let same = self.tables.iter().position(|table| std::ptr::eq(table.kind, kind)).map(|place| place as u16);
        same.or_else(|| self.named(kind.name))
            .ok_or_else(|| StoreError::Broken(format!("the kind {} is not in the schema", kind.name)))
    }

    /// Creates tables, columns and indexes that are not there yet.
    pub(super) fn create(&self, conn: &Connection, hasher: Hasher) -> rusqlite::Result<()> {
        for table in &self.tables {
            table.create(conn, hasher)?;
        }
        Ok(())
    }
}

impl Table {
    fn new(kind: &'static Kind) -> Table {
        let name = kind.name;
        let version = if kind.immutable { "1" } else { "version" };
        let due_at = if kind.alarmed { "due_at" } else { "NULL" };
        let tail = if kind.chained { "tail" } else { "0" };
        let row_terms = format!("{version}, {due_at}, {tail}, body");
        let mut located = String::new();
        for column in kind.columns {
            let _ = write!(located, ", \"{}\"", column.name);
        }
        let written = Table::written(kind);
        let unlisted = kind.columns.is_empty() && !kind.alarmed && !kind.chained;
        let (found, own, own_slots) =
            if unlisted { ("place = ? AND id = ?", "sk, place, id", 3) } else { ("id = ?", "id", 1) };
        let slots = vec!["?"; written.len() + own_slots].join(", ");
        Table {
            kind,
            unlisted,
            load: format!("SELECT {row_terms} FROM \"{name}\" WHERE {found}"),
            insert: format!("INSERT INTO \"{name}\" ({own}, {}) VALUES ({slots})", written.join(", ")),
            locate: format!("SELECT sk, {due_at}{located} FROM \"{name}\" WHERE {found}"),
            newest: format!("SELECT coalesce(max(sk), 0) FROM \"{name}\""),
            row_terms,
        }
    }

    /// The columns a new record is written with besides its id, in the order of the parameters.
    fn written(kind: &'static Kind) -> Vec<String> {
        let own = [(!kind.immutable, "version"), (kind.alarmed, "due_at"), (kind.chained, "tail")];
        let own = own.iter().filter(|(there, _)| *there).map(|(_, name)| (*name).to_owned());
        let declared = kind.columns.iter().map(|column| format!("\"{}\"", column.name));
        own.chain(declared).chain(["body".to_owned()]).collect()
    }

    /// The statement that rewrites a record: only those indexed columns are named whose value changed, because naming
    /// one rewrites its index. Bit 0 of `changed` is due_at, the bits after it are the kind's columns. Parameters:
    /// version, tail where chained, body, the changed columns in their order, `sk`.
    pub(super) fn update(&self, changed: u32) -> String {
        let mut sql = format!("UPDATE \"{}\" SET version = ?", self.kind.name);
        if self.kind.chained {
            sql.push_str(", tail = ?");
        }
        sql.push_str(", body = ?");
        if changed & 1 != 0 {
            sql.push_str(", due_at = ?");
        }
        for (place, column) in self.kind.columns.iter().enumerate() {
            if changed & (2 << place) != 0 {
                let _ = write!(sql, ", \"{}\" = ?", column.name);
            }
        }
        sql.push_str(" WHERE sk = ?");
        sql
    }

    fn create(&self, conn: &Connection, hasher: Hasher) -> rusqlite::Result<()> {
        let (kind, name) = (self.kind, self.kind.name);
        let mut sql = format!("CREATE TABLE IF NOT EXISTS \"{name}\" (sk INTEGER PRIMARY KEY");
        if self.unlisted {
            sql.push_str(", place INTEGER");
        }
        sql.push_str(", id TEXT NOT NULL");
        if !kind.immutable {
            sql.push_str(", version INTEGER NOT NULL");
        }
        if kind.alarmed {
            sql.push_str(", due_at INTEGER");
        }
        if kind.chained {
            sql.push_str(", tail INTEGER NOT NULL");
        }
        for column in kind.columns {
            let _ = write!(sql, ", \"{}\"", column.name);
        }
        sql.push_str(", body NOT NULL)");
        conn.execute(&sql, [])?;
        self.add_missing_columns(conn, hasher)?;
        self.create_lookup(conn)?;
        if kind.alarmed {
            let index =
                format!("CREATE INDEX IF NOT EXISTS \"{name}:due\" ON \"{name}\" (due_at) WHERE due_at IS NOT NULL");
            conn.execute(&index, [])?;
        }
        for column in kind.columns.iter().map(|column| column.name) {
            let index = format!(
                "CREATE INDEX IF NOT EXISTS \"{name}:{column}\" ON \"{name}\" (\"{column}\", id) WHERE \"{column}\" IS NOT NULL"
            );
            conn.execute(&index, [])?;
        }
        Ok(())
    }

    /// The index that records are looked up by; one that the kind had as it was declared before goes.
    fn create_lookup(&self, conn: &Connection) -> rusqlite::Result<()> {
        let name = self.kind.name;
        let sql = if self.unlisted {
            format!(
                "DROP INDEX IF EXISTS \"{name}:id\";
                 CREATE INDEX IF NOT EXISTS \"{name}:place\" ON \"{name}\" (place)"
            )
        } else {
            format!(
                "DROP INDEX IF EXISTS \"{name}:place\";
                 CREATE UNIQUE INDEX IF NOT EXISTS \"{name}:id\" ON \"{name}\" (id)"
            )
        };
        conn.execute_batch(&sql)
    }

    /// Gives records their places that were written when the kind was listed by something.
    fn find_places(&self, conn: &Connection, hasher: Hasher) -> rusqlite::Result<()> {
        let name = self.kind.name;
        let mut read = conn.prepare(&format!("SELECT sk, id FROM \"{name}\" WHERE sk > ? ORDER BY sk LIMIT 1000"))?;
        let mut write = conn.prepare(&format!("UPDATE \"{name}\" SET place = ? WHERE sk = ?"))?;
        let mut after = 0_i64;
        loop {
            let some = read.query_map([after], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)))?;
            let some: Vec<(i64, String)> = some.collect::<Result<_, _>>()?;
            let Some((last, _)) = some.last() else { return Ok(()) };
            after = *last;
            for (sk, id) in &some {
                write.execute((place(generation(*sk), mark(hasher.id(id))), sk))?;
            }
        }
    }

    /// A kind may be declared with more later; records from before have no value there.
    fn add_missing_columns(&self, conn: &Connection, hasher: Hasher) -> rusqlite::Result<()> {
        let name = self.kind.name;
        let mut statement = conn.prepare(&format!("SELECT name FROM pragma_table_info('{name}')"))?;
        let there: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        let due = self.kind.alarmed.then_some("due_at INTEGER");
        let tail = self.kind.chained.then_some("tail INTEGER NOT NULL DEFAULT 0");
        let version = (!self.kind.immutable).then_some("version INTEGER NOT NULL DEFAULT 1");
        let place = self.unlisted.then_some("place INTEGER");
        let own = [due, tail, version, place].into_iter().flatten().map(str::to_owned);
        for column in own.chain(self.kind.columns.iter().map(|column| format!("\"{}\"", column.name))) {
            let bare = column.split(' ').next().unwrap_or_default().trim_matches('"');
            if !there.iter().any(|name| name == bare) {
                conn.execute(&format!("ALTER TABLE \"{name}\" ADD COLUMN {column}"), [])?;
            }
        }
        // A kind that was listed and listed no more may have records without a place.
        let lookup = format!("SELECT count(*) FROM sqlite_schema WHERE name = '{name}:place'");
        if self.unlisted && conn.query_row(&lookup, [], |row| row.get::<_, i64>(0))? == 0 {
            self.find_places(conn, hasher)?;
        }
        Ok(())
    }
}
