//! The tables' database and the writing of batches into it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ahash::AHashMap;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use jifen_vocab::Timestamp;
use rusqlite::hooks::Wal;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, OptionalExtension, Statement, ToSql, TransactionBehavior};

use super::Options;
use super::fault::failed;
use super::files::{begin_header, open, read_meta, write_meta};
use super::journal;
use super::kinds::{Kinds, Table};
use super::place::{Hasher, generation, mark, place, spread};
use super::sealed::{Sealed, SealedRow};
use crate::{StoreError, Value};

/// The connection that writes the tables.
pub(super) struct Tables {
    conn: Connection,
    path: PathBuf,
    /// The newest batch they have.
    applied: u64,
    hasher: Hasher,
    /// Statements that rewrite records, by kind and what changes.
    updates: AHashMap<(u16, u32), String>,
    /// Pages of the write-ahead file after the newest chunk.
    ahead_pages: Arc<AtomicUsize>,
    page_bytes: usize,
}

/// A record of a chunk: as it stands after the newest of its batches.
struct Folded<'a> {
    row: &'a SealedRow,
    /// The mark of its id.
    mark: u64,
    /// Whether the first of its batches created it.
    fresh: bool,
}

impl Tables {
    /// Opens the tables, or creates them; then creates what the schema has and they do not.
    pub(super) fn open(path: &Path, kinds: &Kinds, options: &Options, store: &str) -> Result<Tables, StoreError> {
        let (mut conn, fresh) = open(path)?;
        let fail = failed("preparing the tables", path);
        if fresh {
            conn.pragma_update(None, "page_size", options.page_bytes as i64).map_err(&fail)?;
        }
        conn.pragma_update(None, "journal_mode", "WAL").map_err(&fail)?;
        conn.pragma_update(None, "synchronous", "NORMAL").map_err(&fail)?;
        conn.pragma_update(None, "wal_autocheckpoint", 0).map_err(&fail)?;
        // A file that was cut is grown again, which costs more than to write over it.
        let kept = options.ahead_bytes_max.saturating_mul(2);
        conn.pragma_update(None, "journal_size_limit", i64::try_from(kept).unwrap_or(i64::MAX)).map_err(&fail)?;
        conn.pragma_update(None, "temp_store", "MEMORY").map_err(&fail)?;
        conn.pragma_update(None, "cache_size", -((options.page_cache_bytes / 1024) as i64)).map_err(&fail)?;
        let hasher = if fresh { Hasher::of(store) } else { Hasher::of(&read_meta::<String>(&conn, path, "store")?) };
        create(&conn, kinds, hasher, fresh.then_some(store)).map_err(&fail)?;
        let applied = read_meta(&conn, path, "applied")?;
        let page_bytes = conn.pragma_query_value(None, "page_size", |row| row.get(0)).map_err(&fail)?;
        let ahead_pages = Arc::new(AtomicUsize::new(0));
        let told = Arc::clone(&ahead_pages);
        let tell = move |_: &mut Wal, pages| {
            told.store(usize::try_from(pages).unwrap_or(0), Ordering::Relaxed);
            Ok(())
        };
        conn.wal_hook(Some(tell)).map_err(&fail)?;
        Ok(Tables { conn, path: path.to_owned(), applied, hasher, updates: AHashMap::new(), ahead_pages, page_bytes })
    }

    /// The identity of the store, the same in both databases.
    pub(super) fn store(&self) -> Result<String, StoreError> {
        read_meta(&self.conn, &self.path, "store")
    }

    /// The newest batch the tables have.
    pub(super) fn applied(&self) -> u64 {
        self.applied
    }

    /// Bytes of the write-ahead file that are in use.
    pub(super) fn ahead_bytes(&self) -> usize {
        self.ahead_pages.load(Ordering::Relaxed).saturating_mul(self.page_bytes)
    }

    /// What hashes ids here.
    pub(super) fn hasher(&self) -> Hasher {
        self.hasher
    }

    /// The number of the newest entry.
    pub(super) fn last_entry(&self) -> Result<u64, StoreError> {
        journal::last(&self.conn).map_err(failed("reading the journal", &self.path))
    }

    /// Writes batches that follow [`Tables::applied`], each record once, sorted by key: all or nothing.
    pub(super) fn apply(&mut self, kinds: &Kinds, chunk: &[Arc<Sealed>]) -> Result<(), StoreError> {
        let Some(newest) = chunk.last() else { return Ok(()) };
        let fail = failed("writing the tables", &self.path);
        let tx = self.conn.transaction_with_behavior(TransactionBehavior::Immediate).map_err(&fail)?;
        let chains = write_rows(&tx, kinds, &mut self.updates, &fold(kinds, self.hasher, chunk)).map_err(&fail)?;
        journal::write(&tx, chunk, &chains).map_err(&fail)?;
        write_counters(&tx, chunk).map_err(&fail)?;
        write_meta(&tx, "applied", newest.seq).map_err(&fail)?;
        tx.commit().map_err(&fail)?;
        self.applied = newest.seq;
        Ok(())
    }

    /// Moves what was written into the tables' file and flushes it; says whether all of it is there. Readers of an
    /// older state can keep the last of it back for a moment.
    pub(super) fn checkpoint(&self, whole: bool) -> Result<bool, StoreError> {
        let sql = if whole { "PRAGMA wal_checkpoint(TRUNCATE)" } else { "PRAGMA wal_checkpoint(PASSIVE)" };
        let all_there = self
            .conn
            .query_row(sql, [], |row| Ok(row.get::<_, i64>(0)? == 0 && row.get::<_, i64>(1)? == row.get::<_, i64>(2)?));
        all_there.map_err(failed("flushing the tables", &self.path))
    }

    /// Lets the tables grow to so many pages, as a full disk would.
    #[cfg(test)]
    pub(super) fn limit_pages(&self, pages: u32) {
        let set = self.conn.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |row| row.get::<_, i64>(0));
        set.unwrap();
    }
}

fn create(conn: &Connection, kinds: &Kinds, hasher: Hasher, store: Option<&str>) -> rusqlite::Result<()> {
    let tx = conn.unchecked_transaction()?;
    if let Some(store) = store {
        begin_header(&tx, store)?;
        write_meta(&tx, "applied", 0)?;
        tx.execute_batch(journal::CREATE)?;
        tx.execute_batch(
            "CREATE TABLE counters (metric TEXT, day INTEGER, dimensions TEXT, value INTEGER NOT NULL,
                 PRIMARY KEY (metric, day, dimensions)) WITHOUT ROWID;",
        )?;
    }
    kinds.create(&tx, hasher)?;
    tx.commit()
}

/// Every record of the chunk once, sorted by kind and by what it is looked up by: mark or id.
fn fold<'a>(kinds: &Kinds, hasher: Hasher, chunk: &'a [Arc<Sealed>]) -> Vec<Folded<'a>> {
    let rows = chunk.iter().map(|batch| batch.rows.len()).sum();
    let mut places: HashTable<u32> = HashTable::with_capacity(rows);
    let mut folded: Vec<Folded<'a>> = Vec::with_capacity(rows);
    for row in chunk.iter().flat_map(|batch| &batch.rows) {
        let mark = mark(hasher.id(&row.id));
        let new = Folded { row, mark, fresh: row.row.version == 1 };
        // What is written once comes once.
        if kinds.at(row.kind).kind.immutable {
            folded.push(new);
            continue;
        }
        let same = |place: &u32| {
            let other = &folded[*place as usize];
            other.mark == mark && other.row.kind == row.kind && other.row.id == row.id
        };
        match places.entry(spread(mark), same, |place| spread(folded[*place as usize].mark)) {
            Entry::Occupied(older) => folded[*older.get() as usize].row = row,
            Entry::Vacant(free) => {
                free.insert(folded.len() as u32);
                folded.push(new);
            }
        }
    }
    folded.sort_unstable_by(|a, b| {
        let by_id = || if kinds.at(a.row.kind).unlisted { a.mark.cmp(&b.mark) } else { a.row.id.cmp(&b.row.id) };
        a.row.kind.cmp(&b.row.kind).then_with(by_id)
    });
    folded
}

/// Writes records and says under which surrogate the chained ones are.
fn write_rows<'a>(
    conn: &Connection,
    kinds: &Kinds,
    updates: &mut AHashMap<(u16, u32), String>,
    rows: &[Folded<'a>],
) -> rusqlite::Result<AHashMap<&'a str, i64>> {
    let mut chains = AHashMap::new();
    for of_kind in rows.chunk_by(|a, b| a.row.kind == b.row.kind) {
        let table = kinds.at(of_kind[0].row.kind);
        if table.unlisted {
            write_unlisted(conn, table, updates, of_kind)?;
            continue;
        }
        let mut insert = conn.prepare_cached(&table.insert)?;
        let mut locate = conn.prepare_cached(&table.locate)?;
        for Folded { row, fresh, .. } in of_kind {
            let sk = if *fresh {
                bind_insert(&mut insert, table.kind, row, 1)?;
                insert.raw_execute()?;
                conn.last_insert_rowid()
            } else {
                let (sk, changed) = locate.query_row([row.id.as_str()], |old| compare(old, row))?;
                rewrite(conn, table, updates, row, sk, changed)?;
                sk
            };
            if table.kind.chained {
                chains.insert(row.id.as_str(), sk);
            }
        }
    }
    Ok(chains)
}

/// Writes records of an unlisted kind: new ones to the newest generation, others where they are.
fn write_unlisted(
    conn: &Connection,
    table: &Table,
    updates: &mut AHashMap<(u16, u32), String>,
    rows: &[Folded<'_>],
) -> rusqlite::Result<()> {
    let mut insert = conn.prepare_cached(&table.insert)?;
    let mut locate = conn.prepare_cached(&table.locate)?;
    let mut newest: i64 = conn.prepare_cached(&table.newest)?.query_row([], |row| row.get(0))?;
    for Folded { row, mark, fresh } in rows {
        if *fresh {
            newest += 1;
            insert.raw_bind_parameter(1, newest)?;
            insert.raw_bind_parameter(2, place(generation(newest), *mark))?;
            bind_insert(&mut insert, table.kind, row, 3)?;
            insert.raw_execute()?;
            continue;
        }
        let mut generations = (0..=generation(newest)).rev();
        let found = loop {
            let Some(generation) = generations.next() else { return Err(rusqlite::Error::QueryReturnedNoRows) };
            let at = place(generation, *mark);
            if let Some(found) = locate.query_row((at, row.id.as_str()), |old| compare(old, row)).optional()? {
                break found;
            }
        };
        rewrite(conn, table, updates, row, found.0, found.1)?;
    }
    Ok(())
}

/// Binds the parameters of a new record, beginning with the id at that number.
fn bind_insert(insert: &mut Statement<'_>, kind: &crate::Kind, row: &SealedRow, first: usize) -> rusqlite::Result<()> {
    insert.raw_bind_parameter(first, row.id.as_str())?;
    let mut places = first + 1..;
    let mut next = || places.next().unwrap_or_default();
    if !kind.immutable {
        insert.raw_bind_parameter(next(), row.row.version)?;
    }
    if kind.alarmed {
        insert.raw_bind_parameter(next(), row.row.due_at.map(Timestamp::as_millis))?;
    }
    if kind.chained {
        insert.raw_bind_parameter(next(), row.row.tail)?;
    }
    for value in &row.columns {
        insert.raw_bind_parameter(next(), Param(value))?;
    }
    insert.raw_bind_parameter(next(), Body(&row.row.body))
}

/// The surrogate of a record that is there, and what besides its body changes: see [`Table::update`].
fn compare(old: &rusqlite::Row<'_>, row: &SealedRow) -> rusqlite::Result<(i64, u32)> {
    let due_at = row.row.due_at.map(Timestamp::as_millis);
    let mut changed = u32::from(old.get::<_, Option<i64>>(1)? != due_at);
    for (place, value) in row.columns.iter().enumerate() {
        changed |= u32::from(!same(old.get_ref(place + 2)?, value)) << (place + 1);
    }
    Ok((old.get(0)?, changed))
}

/// Rewrites a record that is there.
fn rewrite(
    conn: &Connection,
    table: &Table,
    updates: &mut AHashMap<(u16, u32), String>,
    row: &SealedRow,
    sk: i64,
    changed: u32,
) -> rusqlite::Result<()> {
    let sql = updates.entry((row.kind, changed)).or_insert_with(|| table.update(changed));
    let mut update = conn.prepare_cached(sql)?;
    let mut places = 1_usize..;
    let mut next = || places.next().unwrap_or_default();
    update.raw_bind_parameter(next(), row.row.version)?;
    if table.kind.chained {
        update.raw_bind_parameter(next(), row.row.tail)?;
    }
    update.raw_bind_parameter(next(), Body(&row.row.body))?;
    if changed & 1 != 0 {
        update.raw_bind_parameter(next(), row.row.due_at.map(Timestamp::as_millis))?;
    }
    for (_, value) in row.columns.iter().enumerate().filter(|(place, _)| changed & (2 << place) != 0) {
        update.raw_bind_parameter(next(), Param(value))?;
    }
    update.raw_bind_parameter(next(), sk)?;
    update.raw_execute()?;
    Ok(())
}

fn same(old: ValueRef<'_>, new: &Value) -> bool {
    match (old, new) {
        (ValueRef::Null, Value::Null) => true,
        (ValueRef::Integer(old), Value::Integer(new)) => old == *new,
        (ValueRef::Text(old), Value::Text(new)) => old == new.as_bytes(),
        _ => false,
    }
}

fn write_counters(conn: &Connection, chunk: &[Arc<Sealed>]) -> rusqlite::Result<()> {
    let mut sums: BTreeMap<(&str, i32, &str), i64> = BTreeMap::new();
    for count in chunk.iter().flat_map(|batch| &batch.counts) {
        let sum = sums.entry((&count.metric, count.day.number(), &count.dimensions)).or_default();
        *sum = sum.saturating_add(count.add);
    }
    let mut read = conn.prepare_cached("SELECT value FROM counters WHERE metric = ? AND day = ? AND dimensions = ?")?;
    let mut write = conn.prepare_cached(
        "INSERT INTO counters (metric, day, dimensions, value) VALUES (?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET value = excluded.value",
    )?;
    for ((metric, day, dimensions), add) in sums {
        // Added here and not by SQLite, which would go on in floating point where a sum does not fit.
        let before: Option<i64> = read.query_row((metric, day, dimensions), |row| row.get(0)).optional()?;
        write.execute((metric, day, dimensions, before.unwrap_or(0).saturating_add(add)))?;
    }
    Ok(())
}

/// A body: a text, so that a person can read it with the `sqlite3` program. SQLite takes what is no UTF-8 as well and
/// gives it back as it is.
pub(super) struct Body<'a>(pub(super) &'a [u8]);

impl ToSql for Body<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(ValueRef::Text(self.0)))
    }
}

/// The value of a column as a parameter.
pub(super) struct Param<'a>(pub(super) &'a Value);

impl ToSql for Param<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let value = match self.0 {
            Value::Null => ValueRef::Null,
            Value::Integer(number) => ValueRef::Integer(*number),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
        };
        Ok(ToSqlOutput::Borrowed(value))
    }
}
