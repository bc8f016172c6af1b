//! The kinds as tables: their shapes and their SQL.
//!
//! A table has a surrogate key `sk`, so that new records are appended to it and only a narrow index over `id` is
//! written at random. Columns that a kind cannot use are left out and read as constants.

use std::fmt::Write;

use rusqlite::Connection;

use crate::check::check_schema;
use crate::{Kind, Schema, StoreError};

/// A kind and the statements for its table.
pub(super) struct Table {
    pub(super) kind: &'static Kind,
    /// Version, due_at, tail and body of one id.
    pub(super) load: String,
    /// A new record. Parameters: id, then the columns of [`Table::written`].
    pub(super) insert: String,
    /// `sk`, due_at and the kind's columns of one id.
    pub(super) locate: String,
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
    pub(super) fn create(&self, conn: &Connection) -> rusqlite::Result<()> {
        for table in &self.tables {
            table.create(conn)?;
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
        let slots = vec!["?"; written.len() + 1].join(", ");
        Table {
            kind,
            load: format!("SELECT {row_terms} FROM \"{name}\" WHERE id = ?"),
            insert: format!("INSERT INTO \"{name}\" (id, {}) VALUES ({slots})", written.join(", ")),
            locate: format!("SELECT sk, {due_at}{located} FROM \"{name}\" WHERE id = ?"),
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

    fn create(&self, conn: &Connection) -> rusqlite::Result<()> {
        let (kind, name) = (self.kind, self.kind.name);
        let mut sql = format!("CREATE TABLE IF NOT EXISTS \"{name}\" (sk INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE");
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
        self.add_missing_columns(conn)?;
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

    /// A kind may be declared with more later; records from before have no value there.
    fn add_missing_columns(&self, conn: &Connection) -> rusqlite::Result<()> {
        let name = self.kind.name;
        let mut statement = conn.prepare(&format!("SELECT name FROM pragma_table_info('{name}')"))?;
        let there: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        let due = self.kind.alarmed.then_some("due_at INTEGER");
        let tail = self.kind.chained.then_some("tail INTEGER NOT NULL DEFAULT 0");
        let version = (!self.kind.immutable).then_some("version INTEGER NOT NULL DEFAULT 1");
        let own = [due, tail, version].into_iter().flatten().map(str::to_owned);
        for column in own.chain(self.kind.columns.iter().map(|column| format!("\"{}\"", column.name))) {
            let bare = column.split(' ').next().unwrap_or_default().trim_matches('"');
            if !there.iter().any(|name| name == bare) {
                conn.execute(&format!("ALTER TABLE \"{name}\" ADD COLUMN {column}"), [])?;
            }
        }
        Ok(())
    }
}
