//! Questions: answered from the tables and from what they do not have yet.
//!
//! What is pending is always taken first and the tables are read after it, so that nothing is missed that moves from
//! one to the other meanwhile; the number of the newest batch the tables have, read together with them, tells what
//! would otherwise count twice.

use std::collections::{BTreeMap, HashMap};
use std::sync::MutexGuard;

use bytes::Bytes;
use compact_str::CompactString;
use jifen_vocab::{Day, Timestamp};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Statement};

use super::Shared;
use super::fault::failed;
use super::files::read_meta;
use super::journal::{self, Reader};
use super::kinds::Table;
use super::overlay::Overlay;
use super::place::{Hashed, generation, place, spread};
use super::sealed::SealedRow;
use super::tables::Param;
use crate::{Bound, CounterRow, Entry, EntryNumber, Find, Key, Order, Page, Row, StoreError, Value};

/// With more pending records than that, an alarm clock is told a bound and not the instant.
const EXACT_MAX: usize = 4_096;

/// So many rows are worth a thread of their own, and the most threads that read for one question.
const SHARE_MIN: usize = 16;
const READERS_MAX: usize = 8;

/// Which of the keys was looked up, and what the tables have there.
type Looked = (usize, Option<Row>);

impl Shared {
    /// The rows of these keys.
    pub(super) fn rows(&self, keys: &[Hashed<'_>]) -> Result<Vec<Option<Row>>, StoreError> {
        // Known before the tables are read: see `Held::keep`.
        let applied = self.queue.applied();
        let steady = self.steady();
        let mut rows: Vec<Option<Row>> = vec![None; keys.len()];
        let mut missing = Vec::new();
        for (place, key) in keys.iter().enumerate() {
            // Most ids of keys, facts and messages are new, and nothing tells that more quickly than the filter.
            if self.may_hold(key) {
                rows[place] = self.held.get(*key);
                missing.extend(rows[place].is_none().then_some(place));
            }
        }
        drop(steady);
        if missing.is_empty() {
            return Ok(rows);
        }
        missing.sort_unstable_by_key(|place| (keys[*place].kind, keys[*place].id));
        for (place, row) in self.stored_rows(keys, &missing)? {
            rows[place] = row;
        }
        for place in missing {
            if let Some(row) = &rows[place] {
                self.held.keep(keys[place], row.clone(), applied);
            }
        }
        Ok(rows)
    }

    /// What the tables have under those of the keys. Many are read by several threads: where a row has to come from the
    /// disk, what it takes is the waiting for it.
    fn stored_rows(&self, keys: &[Hashed<'_>], wanted: &[usize]) -> Result<Vec<Looked>, StoreError> {
        let readers = (wanted.len() / SHARE_MIN).clamp(1, READERS_MAX);
        if readers == 1 {
            return self.share_of_rows(keys, wanted);
        }
        std::thread::scope(|scope| {
            let shares = wanted.chunks(wanted.len().div_ceil(readers));
            // All of them are begun before any of them is waited for.
            let reading: Vec<_> = shares.map(|share| scope.spawn(move || self.share_of_rows(keys, share))).collect();
            let mut found = Vec::with_capacity(wanted.len());
            for share in reading {
                found.extend(share.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
            }
            Ok(found)
        })
    }

    /// What the tables have under those of the keys, which are sorted by kind.
    fn share_of_rows(&self, keys: &[Hashed<'_>], wanted: &[usize]) -> Result<Vec<Looked>, StoreError> {
        let fail = failed("reading the tables", self.readers.path());
        self.readers.read(|conn| {
            let mut found = Vec::with_capacity(wanted.len());
            for of_kind in wanted.chunk_by(|a, b| keys[*a].kind == keys[*b].kind) {
                let table = self.kinds.at(keys[of_kind[0]].kind);
                let mut statement = conn.prepare_cached(&table.load).map_err(&fail)?;
                let newest = if table.unlisted { newest(conn, table).map_err(&fail)? } else { 0 };
                for place in of_kind {
                    let row = read_row(&mut statement, table, newest, &keys[*place]).map_err(&fail)?;
                    found.push((*place, row));
                }
            }
            Ok(found)
        })
    }

    fn may_hold(&self, key: &Hashed<'_>) -> bool {
        self.filters[usize::from(key.kind)].may_hold(spread(key.mark()))
    }

    /// What the tables may not have of a kind; nobody else asks for the kind while it is held.
    fn overlay(&self, kind: u16) -> MutexGuard<'_, Overlay> {
        let mut overlay = self.overlays.of(kind);
        if self.queue.applied() < self.touched(kind) {
            let steady = self.steady();
            let pending = self.queue.pending_after(overlay.taken());
            drop(steady);
            overlay.take(kind, &pending);
        }
        overlay
    }

    pub(super) fn find_page(&self, query: &Find) -> Result<Page, StoreError> {
        let kind = self.kinds.place(query.kind)?;
        if query.column.is_some_and(|column| column >= query.kind.columns.len()) {
            return Err(StoreError::Broken(format!("{} is asked for by a column it has not", query.kind.name)));
        }
        let overlay = self.overlay(kind);
        let (mut found, applied) = self.readers.read(|conn| {
            let applied: u64 = read_meta(conn, self.readers.path(), "applied")?;
            let found = find_in_table(conn, self.kinds.at(kind), query, &overlay, applied);
            Ok((found.map_err(failed("finding records", self.readers.path()))?, applied))
        })?;
        found.extend(find_pending(query, &overlay, applied));
        drop(overlay);
        found.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
        if query.order == Order::Descending {
            found.reverse();
        }
        let more = found.len() > query.limit;
        found.truncate(query.limit);
        let next = found.last().filter(|_| more).map(|(value, id, _)| Bound::After(value.clone(), id.clone()));
        Ok(Page { rows: found.into_iter().map(|(value, id, row)| (id, value, row)).collect(), next })
    }

    pub(super) fn due_by(&self, now: Timestamp, limit: usize) -> Result<Vec<(Key, Timestamp)>, StoreError> {
        let mut all = Vec::new();
        for kind in self.alarmed() {
            all.extend(self.due_of(kind, now, limit)?);
        }
        all.sort_by(|a, b| (a.1, &a.0).cmp(&(b.1, &b.0)));
        all.truncate(limit);
        Ok(all)
    }

    pub(super) fn earliest_due(&self) -> Result<Option<Timestamp>, StoreError> {
        if self.queue.backlog() > EXACT_MAX {
            return self.no_earlier_due();
        }
        let mut earliest: Option<Timestamp> = None;
        for kind in self.alarmed() {
            let first = self.due_of(kind, Timestamp::MAX, 1)?.first().map(|(_, at)| *at);
            earliest = earliest.into_iter().chain(first).min();
        }
        Ok(earliest)
    }

    /// Before this instant nothing is due. Cheap while much is pending, because an alarm clock asks often and would have
    /// it all sorted; it may name an instant that a pending record has left behind.
    fn no_earlier_due(&self) -> Result<Option<Timestamp>, StoreError> {
        let mut earliest = self.queue.due();
        let fail = failed("looking for what is due", self.readers.path());
        self.readers.read(|conn| {
            for kind in self.alarmed() {
                let sql =
                    format!("SELECT min(due_at) FROM \"{}\" WHERE due_at IS NOT NULL", self.kinds.at(kind).kind.name);
                let first: Option<i64> = conn
                    .prepare_cached(&sql)
                    .and_then(|mut statement| statement.query_row([], |row| row.get(0)))
                    .map_err(&fail)?;
                earliest = earliest.into_iter().chain(first.map(Timestamp::from_millis)).min();
            }
            Ok(earliest)
        })
    }

    fn alarmed(&self) -> impl Iterator<Item = u16> {
        (0_u16..).zip(self.kinds.iter()).filter(|(_, table)| table.kind.alarmed).map(|(place, _)| place)
    }

    fn due_of(&self, kind: u16, now: Timestamp, limit: usize) -> Result<Vec<(Key, Timestamp)>, StoreError> {
        let table = self.kinds.at(kind);
        let overlay = self.overlay(kind);
        let fail = failed("looking for what is due", self.readers.path());
        self.readers.read(|conn| {
            let applied: u64 = read_meta(conn, self.readers.path(), "applied")?;
            let sql = format!(
                "SELECT id, due_at FROM \"{}\" WHERE due_at IS NOT NULL AND due_at <= ? ORDER BY due_at LIMIT ?",
                table.kind.name
            );
            let mut statement = conn.prepare_cached(&sql).map_err(&fail)?;
            let limit_here = limit.saturating_add(overlay.len()) as u64;
            let rows =
                statement.query_map((now.as_millis(), limit_here), |row| Ok((text(row.get_ref(0)?)?, row.get(1)?)));
            let rows: Vec<(CompactString, i64)> = rows.and_then(Iterator::collect).map_err(&fail)?;
            let stored = rows.into_iter().filter(|(id, _)| !overlay.covers(id, applied));
            let stored = stored.map(|(id, at)| (id, Timestamp::from_millis(at)));
            let fresh = overlay.later_than(applied).filter_map(|row| Some((&row.id, row.row.due_at?)));
            let fresh = fresh.filter(|(_, at)| *at <= now).map(|(id, at)| (id.clone(), at));
            let due = stored.chain(fresh);
            let mut due: Vec<_> = due.map(|(id, at)| (Key { kind: table.kind, id }, at)).collect();
            due.sort_by(|a, b| (a.1, &a.0).cmp(&(b.1, &b.0)));
            due.truncate(limit);
            Ok(due)
        })
    }

    pub(super) fn entries_after(&self, after: EntryNumber, limit: usize) -> Result<Vec<Entry>, StoreError> {
        let steady = self.steady();
        let (first_pending, pending) = self.queue.entries_after(after);
        drop(steady);
        let mut found = Vec::new();
        if after.saturating_add(1) < first_pending {
            found = self.readers.read(|conn| self.stored_entries(conn, after, first_pending, limit))?;
        }
        let mut next = found.last().map_or(after, |entry: &Entry| entry.number).saturating_add(1).max(first_pending);
        for batch in &pending {
            while found.len() < limit {
                let Some(entry) = batch.entry(next) else { break };
                found.push(entry);
                next += 1;
            }
        }
        Ok(found)
    }

    /// Entries after one number and before another, from the tables.
    fn stored_entries(
        &self,
        conn: &Connection,
        after: EntryNumber,
        before: EntryNumber,
        limit: usize,
    ) -> Result<Vec<Entry>, StoreError> {
        let Some(table) = self.kinds.chained() else { return Ok(Vec::new()) };
        let found = Reader::new(conn, table.kind.name).between(after, before, limit);
        found.map_err(failed("reading the journal", self.readers.path()))
    }

    pub(super) fn history_from(&self, newest: EntryNumber, limit: usize) -> Result<Vec<Entry>, StoreError> {
        let steady = self.steady();
        let (mut found, mut next) = self.queue.history(newest, limit);
        drop(steady);
        if next == 0 || found.len() == limit {
            return Ok(found);
        }
        let Some(table) = self.kinds.chained() else { return Ok(found) };
        let fail = failed("reading the journal", self.readers.path());
        self.readers.read(|conn| {
            let mut journal = Reader::new(conn, table.kind.name);
            while next != 0 && found.len() < limit {
                let Some(entry) = journal.entry(next).map_err(&fail)? else { break };
                next = entry.previous;
                found.push(entry);
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// Counters of a metric between two days, or those of one day whose dimensions begin like that: of these, and of
    /// nothing else, rows are read.
    pub(super) fn counters_from(
        &self,
        metric: &str,
        (from, to): (Day, Day),
        begin: &str,
    ) -> Result<Vec<CounterRow>, StoreError> {
        let pending = self.pending();
        let fail = failed("reading the counters", self.readers.path());
        let mut sums: BTreeMap<(Day, CompactString), i64> = BTreeMap::new();
        let applied = self.readers.read(|conn| {
            let sql = "SELECT day, dimensions, value FROM counters
                WHERE metric = ? AND (day, dimensions) >= (?, ?) AND day <= ? ORDER BY day, dimensions";
            let mut statement = conn.prepare_cached(sql).map_err(&fail)?;
            let mut rows = statement.query((metric, from.number(), begin, to.number())).map_err(&fail)?;
            while let Some(row) = rows.next().map_err(&fail)? {
                let sum = row.get_ref(1).and_then(text).and_then(|text| Ok((text, row.get(0)?, row.get(2)?)));
                let (dimensions, day, value): (CompactString, _, _) = sum.map_err(&fail)?;
                if !dimensions.starts_with(begin) {
                    // They come in order: what begins so stands together.
                    break;
                }
                sums.insert((Day::from_number(day), dimensions), value);
            }
            read_meta::<u64>(conn, self.readers.path(), "applied")
        })?;
        let later = pending.iter().filter(|batch| batch.seq > applied);
        for count in later.flat_map(|batch| &batch.counts) {
            let is_meant = count.metric == metric && count.dimensions.starts_with(begin);
            if is_meant && (from..=to).contains(&count.day) {
                let sum = sums.entry((count.day, count.dimensions.clone())).or_default();
                *sum = sum.saturating_add(count.add);
            }
        }
        let row = |((day, dimensions), value)| CounterRow { metric: metric.into(), day, dimensions, value };
        Ok(sums.into_iter().map(row).collect())
    }

    /// How many records and entries there are, by table; for people who look after the store.
    pub(super) fn census(&self) -> Result<HashMap<&'static str, u64>, StoreError> {
        let names = self.kinds.iter().map(|table| table.kind.name).chain(["journal"]);
        names.map(|name| Ok((name, self.count(name)?))).collect()
    }

    /// How many records a table has, or entries the journal.
    pub(super) fn count(&self, name: &str) -> Result<u64, StoreError> {
        let fail = failed("counting records", self.readers.path());
        self.readers.read(|conn| {
            if name == "journal" {
                return journal::last(conn).map_err(&fail);
            }
            conn.query_row(&format!("SELECT count(*) FROM \"{name}\""), [], |row| row.get(0)).map_err(&fail)
        })
    }
}

/// The newest generation of an unlisted kind.
fn newest(conn: &Connection, table: &Table) -> rusqlite::Result<i64> {
    conn.prepare_cached(&table.newest)?.query_row([], |row| Ok(generation(row.get(0)?)))
}

/// The record of a key; one of an unlisted kind is looked for in each generation, newest first.
fn read_row(load: &mut Statement<'_>, table: &Table, newest: i64, key: &Hashed<'_>) -> rusqlite::Result<Option<Row>> {
    if !table.unlisted {
        return load.query_row([key.id], |found| row_at(found, 0)).optional();
    }
    for generation in (0..=newest).rev() {
        let at = place(generation, key.mark());
        let found = load.query_row((at, key.id), |found| row_at(found, 0)).optional()?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

type Found = (Value, CompactString, Row);

/// What the tables have for a query, without what is pending otherwise by now; one more than it wants, where there is.
fn find_in_table(
    conn: &Connection,
    table: &Table,
    query: &Find,
    overlay: &Overlay,
    applied: u64,
) -> rusqlite::Result<Vec<Found>> {
    let name = table.kind.name;
    let column = query.column.map(|column| format!("\"{}\"", table.kind.columns[column].name));
    let subject = column.as_deref().unwrap_or("id");
    let (direction, beyond) = match query.order {
        Order::Ascending => ("ASC", ">"),
        Order::Descending => ("DESC", "<"),
    };
    let mut sql = format!(
        "SELECT {}, id, {} FROM \"{name}\" WHERE {subject} IS NOT NULL",
        column.as_deref().unwrap_or("NULL"),
        table.row_terms
    );
    let mut values = Vec::new();
    if let Some(equals) = &query.equals {
        sql.push_str(&format!(" AND {subject} = ?"));
        values.push(equals.clone());
    }
    if let Bound::After(value, id) = &query.from {
        if column.is_some() {
            sql.push_str(&format!(" AND ({subject}, id) {beyond} (?, ?)"));
            values.push(value.clone());
        } else {
            sql.push_str(&format!(" AND id {beyond} ?"));
        }
        values.push(Value::Text(id.clone()));
    }
    let second = if column.is_some() { format!(", id {direction}") } else { String::new() };
    sql.push_str(&format!(" ORDER BY {subject} {direction}{second} LIMIT ?"));
    let wanted = query.limit.saturating_add(1);
    values.push(Value::Integer(clamped(wanted.saturating_add(overlay.len()) as u64)));
    let mut statement = conn.prepare_cached(&sql)?;
    let mut rows = statement.query(rusqlite::params_from_iter(values.iter().map(Param)))?;
    let mut found = Vec::new();
    while found.len() < wanted
        && let Some(row) = rows.next()?
    {
        let id = text(row.get_ref(1)?)?;
        if !overlay.covers(&id, applied) {
            found.push((value(row.get_ref(0)?)?, id, row_at(row, 2)?));
        }
    }
    Ok(found)
}

/// What is pending for a query, at least as many of the first ones as it wants and one more.
fn find_pending(query: &Find, overlay: &Overlay, applied: u64) -> Vec<Found> {
    let wanted_max = query.limit.saturating_add(1);
    if query.column.is_none() && query.order == Order::Ascending {
        let after = if let Bound::After(_, id) = &query.from { id.as_str() } else { "" };
        return overlay.after(after, applied).filter_map(|row| wanted(query, row)).take(wanted_max).collect();
    }
    let mut found: Vec<Found> = overlay.later_than(applied).filter_map(|row| wanted(query, row)).collect();
    if found.len() > wanted_max {
        found.select_nth_unstable_by(query.limit, |a, b| {
            let rising = (&a.0, &a.1).cmp(&(&b.0, &b.1));
            if query.order == Order::Descending { rising.reverse() } else { rising }
        });
        found.truncate(wanted_max);
    }
    found
}

/// The record as the query would find it, if it would.
fn wanted(query: &Find, row: &SealedRow) -> Option<Found> {
    let id = Value::Text(row.id.clone());
    let column = query.column.map(|column| &row.columns[column]);
    let subject = column.unwrap_or(&id);
    let unequal = query.equals.as_ref().is_some_and(|equals| equals != subject);
    if unequal || *subject == Value::Null {
        return None;
    }
    let value = column.cloned().unwrap_or(Value::Null);
    if let Bound::After(after, after_id) = &query.from {
        let after = if column.is_some() { after } else { &Value::Null };
        let place = (&value, &row.id).cmp(&(after, after_id));
        let beyond = match query.order {
            Order::Ascending => place.is_gt(),
            Order::Descending => place.is_lt(),
        };
        if !beyond {
            return None;
        }
    }
    Some((value, row.id.clone(), row.row.clone()))
}

/// A row whose terms begin at that place of the answer.
pub(super) fn row_at(found: &rusqlite::Row<'_>, at: usize) -> rusqlite::Result<Row> {
    let due_at: Option<i64> = found.get(at + 1)?;
    Ok(Row {
        version: found.get(at)?,
        due_at: due_at.map(Timestamp::from_millis),
        tail: found.get(at + 2)?,
        body: body(found.get_ref(at + 3)?)?,
    })
}

fn body(value: ValueRef<'_>) -> rusqlite::Result<Bytes> {
    Ok(Bytes::copy_from_slice(value.as_bytes()?))
}

fn text(value: ValueRef<'_>) -> rusqlite::Result<CompactString> {
    Ok(CompactString::new(value.as_str()?))
}

fn value(value: ValueRef<'_>) -> rusqlite::Result<Value> {
    match value {
        ValueRef::Null => Ok(Value::Null),
        ValueRef::Integer(number) => Ok(Value::Integer(number)),
        other => Ok(Value::Text(text(other)?)),
    }
}

/// A number for SQLite, whose integers are signed.
fn clamped(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
