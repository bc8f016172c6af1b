//! Questions. Nothing is kept in memory: another process may have written since.

use std::collections::HashMap;

use compact_str::CompactString;
use deadpool_postgres::Object;
use jifen_vocab::{Day, Timestamp};
use tokio_postgres::types::ToSql;

use super::fault::Fault;
use super::link::{Call, pipelined};
use super::{Inner, spelling, tables};
use crate::{Bound, CounterRow, Entry, EntryNumber, Find, Key, Order, Page, Row, StoreError, Stream, Value};

impl Inner {
    /// The records of these keys, as of one moment.
    pub(super) async fn load(&self, client: &Object, keys: &[Key]) -> Result<Vec<Option<Row>>, Fault> {
        let failed = |error| self.link.doing("loading records").failed(error);
        let mut by_kind: Vec<Vec<usize>> = vec![Vec::new(); self.tables.len()];
        for (place, key) in keys.iter().enumerate() {
            by_kind[self.tables.place(key.kind)?].push(place);
        }
        let asked: Vec<(usize, Vec<usize>)> =
            by_kind.into_iter().enumerate().filter(|(_, places)| !places.is_empty()).collect();
        let ids = |places: &[usize]| places.iter().map(|place| spelling::text(&keys[*place].id)).collect::<Vec<_>>();
        let ids: Vec<_> = asked.iter().map(|(_, places)| ids(places)).collect();
        // Several kinds are several statements, which one snapshot holds together.
        let several = asked.len() > 1;
        let mut calls = Vec::new();
        if several {
            calls.push(
                Call::new(client, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", vec![]).await.map_err(failed)?,
            );
        }
        for ((kind, _), ids) in asked.iter().zip(&ids) {
            calls.push(Call::new(client, &self.tables.at(*kind).load, vec![ids]).await.map_err(failed)?);
        }
        if several {
            calls.push(Call::new(client, "COMMIT", vec![]).await.map_err(failed)?);
        }
        let answers = pipelined(client, &calls).await.map_err(failed)?;
        let mut found = vec![None; keys.len()];
        for ((_, places), rows) in asked.iter().zip(answers.iter().skip(usize::from(several))) {
            let by_id: HashMap<&str, &tokio_postgres::Row> = rows.iter().map(|row| (row.get(0), row)).collect();
            for place in places {
                let row = by_id.get(&*spelling::text(&keys[*place].id));
                found[*place] = row.map(|row| read_row(row));
            }
        }
        Ok(found)
    }

    pub(super) async fn find(&self, client: &Object, query: &Find) -> Result<Page, Fault> {
        let failed = |error| self.link.doing("finding records").failed(error);
        let table = self.tables.at(self.tables.place(query.kind)?);
        let nothing = Page { rows: Vec::new(), next: None };
        if query.limit == 0 {
            return Ok(nothing);
        }
        let equals = match (&query.equals, query.column) {
            (Some(Value::Text(id)), None) => Some(spelling::text(id).into_owned()),
            (Some(Value::Null), _) | (Some(_), None) => return Ok(nothing),
            (Some(value), Some(_)) => spelling::value(value),
            (None, _) => None,
        };
        let after = match (&query.from, query.column) {
            (Bound::Start, _) => None,
            (Bound::After(_, id), None) => Some((None, spelling::text(id))),
            // Nothing comes before the smallest value, and everything after it.
            (Bound::After(Value::Null, _), Some(_)) if query.order == Order::Descending => return Ok(nothing),
            (Bound::After(Value::Null, _), Some(_)) => None,
            (Bound::After(value, id), Some(_)) => Some((spelling::value(value), spelling::text(id))),
        };
        let limit = count(query.limit.saturating_add(1));
        let mut params: Vec<&(dyn ToSql + Sync)> = vec![&limit];
        params.extend(equals.as_ref().map(|equals| equals as &(dyn ToSql + Sync)));
        if let Some((value, id)) = &after {
            params.extend(value.as_ref().map(|value| value as &(dyn ToSql + Sync)));
            params.push(id);
        }
        let sql = table.find(query, after.is_some())?;
        let call = Call::new(client, &sql, params).await.map_err(failed)?;
        let rows = self.ask(client, call, "finding records").await?;
        let mut found = rows
            .iter()
            .map(|row| {
                let value = row.get::<_, Option<&str>>(5).map_or(Ok(Value::Null), spelling::read_value)?;
                Ok((spelling::read_text(row.get(0)), value, read_row(row)))
            })
            .collect::<Result<Vec<_>, StoreError>>()?;
        let more = found.len() > query.limit;
        found.truncate(query.limit);
        let next = found.last().filter(|_| more).map(|(id, value, _)| Bound::After(value.clone(), id.clone()));
        Ok(Page { rows: found, next })
    }

    pub(super) async fn due(
        &self,
        client: &Object,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<(Key, Timestamp)>, Fault> {
        let Some(sql) = &self.due else { return Ok(Vec::new()) };
        let (now, limit) = (now.as_millis(), count(limit));
        let rows = self.asked(client, sql, vec![&now, &limit], "looking for what is due").await?;
        Ok(self.due_keys(&rows))
    }

    /// What is due of the shares that this process holds.
    pub(super) async fn claim_due(
        &self,
        client: &Object,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<(Key, Timestamp)>, Fault> {
        let Some(sql) = &self.due_in else { return Ok(Vec::new()) };
        let lease = i64::try_from(self.options.share_lease.as_millis()).unwrap_or(i64::MAX);
        let held = self.asked(client, tables::SHARES, vec![&self.writer, &lease], "sharing what is due").await?;
        let shares: Vec<i16> = held.first().map(|row| row.get(0)).unwrap_or_default();
        let (now, limit) = (now.as_millis(), count(limit));
        let rows = self.asked(client, sql, vec![&now, &limit, &shares], "looking for what is due").await?;
        Ok(self.due_keys(&rows))
    }

    fn due_keys(&self, rows: &[tokio_postgres::Row]) -> Vec<(Key, Timestamp)> {
        let key = |row: &tokio_postgres::Row| {
            let name: &str = row.get(0);
            let kind = self.tables.iter().map(|table| table.kind).find(|kind| kind.name == name)?;
            Some((Key { kind, id: spelling::read_text(row.get(1)) }, Timestamp::from_millis(row.get(2))))
        };
        rows.iter().filter_map(key).collect()
    }

    pub(super) async fn next_due(&self, client: &Object) -> Result<Option<Timestamp>, Fault> {
        let Some(sql) = &self.next_due else { return Ok(None) };
        let rows = self.asked(client, sql, vec![], "looking for what is due next").await?;
        Ok(rows.first().and_then(|row| row.get::<_, Option<i64>>(0)).map(Timestamp::from_millis))
    }

    pub(super) async fn entries(
        &self,
        client: &Object,
        stream: Stream,
        after: EntryNumber,
        limit: usize,
    ) -> Result<Vec<Entry>, Fault> {
        self.journal(client, tables::ENTRIES, stream, after, limit).await
    }

    pub(super) async fn history(
        &self,
        client: &Object,
        stream: Stream,
        newest: EntryNumber,
        limit: usize,
    ) -> Result<Vec<Entry>, Fault> {
        self.journal(client, tables::HISTORY, stream, newest, limit).await
    }

    async fn journal(
        &self,
        client: &Object,
        sql: &str,
        stream: Stream,
        number: EntryNumber,
        limit: usize,
    ) -> Result<Vec<Entry>, Fault> {
        // Beyond what a column holds there are neither streams nor entries.
        let (Ok(stream), Ok(number)) = (i16::try_from(stream.0), i64::try_from(number)) else { return Ok(Vec::new()) };
        if limit == 0 {
            return Ok(Vec::new());
        }
        let limit = count(limit);
        let rows = self.asked(client, sql, vec![&stream, &number, &limit], "reading the journal").await?;
        Ok(rows.iter().map(read_entry).collect::<Result<_, StoreError>>()?)
    }

    pub(super) async fn counters(
        &self,
        client: &Object,
        metric: &str,
        from: Day,
        to: Day,
    ) -> Result<Vec<CounterRow>, Fault> {
        let spelled = spelling::text(metric);
        let (from, to) = (from.number(), to.number());
        let rows = self.asked(client, tables::COUNTERS, vec![&spelled, &from, &to], "reading counters").await?;
        Ok(read_counters(metric, &rows))
    }

    /// Counters of a metric on a day whose dimensions begin like that.
    pub(super) async fn counters_of(
        &self,
        client: &Object,
        metric: &str,
        day: Day,
        dimensions: &str,
    ) -> Result<Vec<CounterRow>, Fault> {
        let (spelled, day, begin) = (spelling::text(metric), day.number(), spelling::text(dimensions));
        let beyond = spelling::beyond(&begin);
        let asked: Vec<&(dyn ToSql + Sync)> = vec![&spelled, &day, &begin, &beyond];
        let rows = self.asked(client, tables::COUNTERS_OF, asked, "reading counters").await?;
        Ok(read_counters(metric, &rows))
    }

    /// How many records each table has, and entries under `journal`.
    pub(super) async fn census(&self, client: &Object) -> Result<HashMap<&'static str, u64>, Fault> {
        let mut found = HashMap::new();
        for name in self.tables.iter().map(|table| table.kind.name).chain(["journal"]) {
            found.insert(name, self.count(client, name).await?);
        }
        Ok(found)
    }

    /// How many records a table has, or entries the journal.
    pub(super) async fn count(&self, client: &Object, name: &str) -> Result<u64, Fault> {
        let sql = format!("SELECT count(*) FROM \"{name}\"");
        let rows = self.asked(client, &sql, vec![], "counting records").await?;
        Ok(rows.first().map_or(0, |row| row.get::<_, i64>(0)) as u64)
    }

    async fn asked(
        &self,
        client: &Object,
        sql: &str,
        params: Vec<&(dyn ToSql + Sync)>,
        context: &'static str,
    ) -> Result<Vec<tokio_postgres::Row>, Fault> {
        let call = Call::new(client, sql, params).await.map_err(|error| self.link.doing(context).failed(error))?;
        self.ask(client, call, context).await
    }

    async fn ask(
        &self,
        client: &Object,
        call: Call<'_>,
        context: &'static str,
    ) -> Result<Vec<tokio_postgres::Row>, Fault> {
        let answers = pipelined(client, &[call]).await.map_err(|error| self.link.doing(context).failed(error))?;
        Ok(answers.into_iter().next().unwrap_or_default())
    }
}

/// A limit as PostgreSQL takes it.
fn count(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// What stands behind the id: version, due_at, tail, body.
fn read_row(row: &tokio_postgres::Row) -> Row {
    Row {
        version: row.get::<_, i64>(1) as u64,
        due_at: row.get::<_, Option<i64>>(2).map(Timestamp::from_millis),
        tail: row.get::<_, i64>(3) as u64,
        body: row.get::<_, &[u8]>(4).to_vec().into(),
    }
}

/// Counters of a metric: day, dimensions, value.
fn read_counters(metric: &str, rows: &[tokio_postgres::Row]) -> Vec<CounterRow> {
    let row = |row: &tokio_postgres::Row| CounterRow {
        metric: CompactString::new(metric),
        day: Day::from_number(row.get(0)),
        dimensions: spelling::read_text(row.get(1)),
        value: row.get(2),
    };
    rows.iter().map(row).collect()
}

fn read_entry(row: &tokio_postgres::Row) -> Result<Entry, StoreError> {
    let number = row.get::<_, i64>(0) as u64;
    let hash = row.get::<_, &[u8]>(4).try_into();
    Ok(Entry {
        number,
        chain: spelling::read_text(row.get(1)),
        seq: row.get::<_, i64>(2) as u64,
        previous: row.get::<_, i64>(3) as u64,
        hash: hash.map_err(|_| StoreError::Broken(format!("entry {number} has a hash of another length")))?,
        body: row.get::<_, &[u8]>(5).to_vec().into(),
    })
}
