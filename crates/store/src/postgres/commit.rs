//! A batch goes down: one transaction, sent in one piece.
//!
//! Records are locked as they are written, kind by kind in the schema's order, within a kind those that are there before
//! new ones, each in the order of their ids; then counters, the stream's row, and the chained ones. Whoever commits takes
//! locks in this order, so nobody waits in a circle; a build that took them in another is told of the circle by the
//! server, and decides again. Statements raise an error where a record has another version than the batch was decided on
//! or is there against expectation; what follows fails then, and the end of the transaction undoes everything. So nothing
//! has to be asked in between, and the stream's row is locked for no longer than the journal and the chained records take
//! to be written.

use std::borrow::Cow;
use std::collections::BTreeMap;

use deadpool_postgres::Object;
use jifen_vocab::Timestamp;
use tokio_postgres::types::ToSql;

use super::fault::Fault;
use super::link::{Call, pipelined};
use super::schema::FORMAT;
use super::spelling;
use super::tables::{Table, Tables};
use super::{Inner, tables};
use crate::check::check;
use crate::{Batch, Committed, Put, StoreError};

/// A batch as arrays.
pub(super) struct Arrays<'a> {
    /// In the schema's order; the chained kind last.
    groups: Vec<Group<'a>>,
    reads: Vec<Read<'a>>,
    journal: Journal<'a>,
    counters: Counters<'a>,
}

/// Records of a kind that were only read.
struct Read<'a> {
    table: &'a Table,
    ids: Vec<Cow<'a, str>>,
    versions: Vec<i64>,
    count: i64,
}

/// Records of a kind that are new, or that were there.
struct Group<'a> {
    table: &'a Table,
    fresh: Records<'a>,
    known: Records<'a>,
}

#[derive(Default)]
struct Records<'a> {
    count: i64,
    places: Vec<i64>,
    ids: Vec<Cow<'a, str>>,
    bases: Vec<i64>,
    dues: Vec<Option<i64>>,
    columns: Vec<Vec<Option<String>>>,
    bodies: Vec<&'a [u8]>,
}

#[derive(Default)]
struct Journal<'a> {
    count: i64,
    chains: Vec<Cow<'a, str>>,
    seqs: Vec<i64>,
    /// The place in the batch, from 1, of the entry before it in its chain; 0 where that is stored already.
    before: Vec<i64>,
    hashes: Vec<&'a [u8]>,
    bodies: Vec<&'a [u8]>,
}

#[derive(Default)]
struct Counters<'a> {
    metrics: Vec<Cow<'a, str>>,
    days: Vec<i32>,
    dimensions: Vec<Cow<'a, str>>,
    values: Vec<i64>,
}

impl<'a> Arrays<'a> {
    /// Checks a batch and turns it into arrays, each in the order in which locks are taken.
    pub(super) fn of(batch: &'a Batch, tables: &'a Tables) -> Result<Arrays<'a>, StoreError> {
        let chains = check(batch)?;
        let mut newest = vec![0_i64; batch.puts.len()];
        let mut journal = Journal::default();
        for (entry, put) in batch.entries.iter().zip(&chains) {
            let before = &mut newest[*put as usize];
            journal.count += 1;
            journal.chains.push(spelling::text(&entry.chain.id));
            journal.seqs.push(entry.seq as i64);
            journal.before.push(*before);
            journal.hashes.push(&entry.hash);
            journal.bodies.push(&entry.body);
            *before = journal.count;
        }
        let mut by_kind: Vec<Vec<usize>> = vec![Vec::new(); tables.len()];
        for (place, put) in batch.puts.iter().enumerate() {
            by_kind[tables.place(put.key.kind)?].push(place);
        }
        let mut groups = Vec::new();
        for (kind, mut puts) in by_kind.into_iter().enumerate().filter(|(_, puts)| !puts.is_empty()) {
            puts.sort_by(|a, b| batch.puts[*a].key.id.cmp(&batch.puts[*b].key.id));
            groups.push(Group::of(tables.at(kind), puts.iter().map(|put| (&batch.puts[*put], newest[*put]))));
        }
        groups.sort_by_key(|group| group.table.kind.chained);
        Ok(Arrays { groups, reads: Read::of(batch, tables)?, journal, counters: Counters::of(batch) })
    }

    /// Whether it changes nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.groups.is_empty() && self.counters.metrics.is_empty()
    }

    /// Whether it brings entries.
    pub(super) fn has_entries(&self) -> bool {
        self.journal.count > 0
    }

    /// Sends everything and hears what became of it.
    pub(super) async fn send(&self, client: &Object, inner: &Inner, attempt: i64) -> Result<Committed, Fault> {
        let doing = inner.link.doing("committing");
        let told = inner.watch.notices(&inner.writer, self.groups.iter().map(|group| group.table.kind));
        let (format, shard) = (i64::from(FORMAT), inner.shard);
        let calls = self.calls(client, inner, &attempt, &format, &shard, &told).await;
        let (calls, number) = calls.map_err(|error| doing.failed(error))?;
        let answers = pipelined(client, &calls).await.map_err(|error| doing.failed(error))?;
        let last = answers.get(number).and_then(|rows| rows.first()).map(|row| row.get::<_, i64>(0));
        let last = last.ok_or_else(|| StoreError::Broken("the stream has no row".to_owned()))?;
        Ok(Committed { last_entry: last as u64 })
    }

    /// The statements of the transaction, and which of them gives the number of the newest entry.
    async fn calls<'s>(
        &'s self,
        client: &Object,
        inner: &'s Inner,
        attempt: &'s i64,
        format: &'s i64,
        shard: &'s i16,
        told: &'s [String],
    ) -> Result<(Vec<Call<'s>>, usize), tokio_postgres::Error> {
        let mut calls = vec![
            Call::new(client, "BEGIN", vec![]).await?,
            Call::new(client, "SELECT jifen_begin($1, $2, $3)", vec![&inner.writer, attempt, format]).await?,
        ];
        for group in self.groups.iter().filter(|group| !group.table.kind.chained) {
            group.write(client, &self.journal.count, &mut calls).await?;
        }
        if !self.counters.metrics.is_empty() {
            calls.push(Call::new(client, tables::COUNT, self.counters.params(shard)).await?);
        }
        let number = calls.len();
        if self.journal.count == 0 {
            let sql = if self.reads.is_empty() { tables::NEWEST } else { tables::TURN };
            calls.push(Call::new(client, sql, vec![]).await?);
        } else {
            calls.push(Call::new(client, tables::NUMBER, vec![&self.journal.count, &inner.writer]).await?);
            let journal = inner.journal.as_deref().unwrap_or_default();
            calls.push(Call::new(client, journal, self.journal.params()).await?);
        }
        // Whoever wrote what was read has committed, or waits for the stream's row.
        for read in &self.reads {
            let params: Params<'_> = vec![&read.ids, &read.versions, &read.count];
            calls.push(Call::new(client, &read.table.compare, params).await?);
        }
        for group in self.groups.iter().filter(|group| group.table.kind.chained) {
            group.write(client, &self.journal.count, &mut calls).await?;
        }
        for kind in told {
            calls.push(Call::new(client, "SELECT pg_notify($1, $2)", vec![&inner.channel, kind]).await?);
        }
        calls.push(Call::new(client, "COMMIT", vec![]).await?);
        Ok((calls, number))
    }
}

impl<'a> Read<'a> {
    fn of(batch: &'a Batch, tables: &'a Tables) -> Result<Vec<Read<'a>>, StoreError> {
        let mut by_kind: BTreeMap<usize, Read<'a>> = BTreeMap::new();
        for (key, version) in &batch.reads {
            let place = tables.place(key.kind)?;
            let empty = || Read { table: tables.at(place), ids: Vec::new(), versions: Vec::new(), count: 0 };
            let read = by_kind.entry(place).or_insert_with(empty);
            read.ids.push(spelling::text(&key.id));
            read.versions.push(i64::try_from(*version).unwrap_or(-1));
            read.count += 1;
        }
        Ok(by_kind.into_values().collect())
    }
}

type Params<'a> = Vec<&'a (dyn ToSql + Sync)>;

impl<'a> Group<'a> {
    fn of(table: &'a Table, puts: impl Iterator<Item = (&'a Put, i64)>) -> Group<'a> {
        let columns = || vec![Vec::new(); table.kind.columns.len()];
        let mut group = Group {
            table,
            fresh: Records { columns: columns(), ..Records::default() },
            known: Records { columns: columns(), ..Records::default() },
        };
        for (put, place) in puts {
            let records = if put.base == 0 { &mut group.fresh } else { &mut group.known };
            records.push(put, place);
        }
        group
    }

    async fn write<'s>(
        &'s self,
        client: &Object,
        entries: &'s i64,
        calls: &mut Vec<Call<'s>>,
    ) -> Result<(), tokio_postgres::Error> {
        if self.known.count > 0 {
            calls.push(Call::new(client, &self.table.update, self.known.renewed(self.table, entries)).await?);
        }
        if self.fresh.count > 0 {
            calls.push(Call::new(client, &self.table.insert, self.fresh.added(self.table, entries)).await?);
        }
        Ok(())
    }
}

impl<'a> Records<'a> {
    fn push(&mut self, put: &'a Put, place: i64) {
        self.count += 1;
        self.places.push(place);
        self.ids.push(spelling::text(&put.key.id));
        // A version that cannot be is none that is there.
        self.bases.push(i64::try_from(put.base).unwrap_or(-1));
        self.dues.push(put.due_at.map(Timestamp::as_millis));
        for (values, value) in self.columns.iter_mut().zip(&put.columns) {
            values.push(spelling::value(value));
        }
        self.bodies.push(&put.body);
    }

    /// Parameters for records that were not there.
    fn added<'s>(&'s self, table: &Table, entries: &'s i64) -> Params<'s> {
        let mut params = self.places(table, entries);
        params.push(&self.ids);
        params.extend(self.written(table));
        params
    }

    /// Parameters for records that were there.
    fn renewed<'s>(&'s self, table: &Table, entries: &'s i64) -> Params<'s> {
        let mut params: Params<'s> = vec![&self.count];
        params.extend(self.places(table, entries));
        params.extend([&self.ids as &(dyn ToSql + Sync), &self.bases]);
        params.extend(self.written(table));
        params
    }

    fn places<'s>(&'s self, table: &Table, entries: &'s i64) -> Params<'s> {
        if table.kind.chained { vec![entries, &self.places] } else { Vec::new() }
    }

    fn written<'s>(&'s self, table: &Table) -> Params<'s> {
        let mut params: Params<'s> = Vec::new();
        if table.kind.alarmed {
            params.push(&self.dues);
        }
        params.extend(self.columns.iter().map(|values| values as &(dyn ToSql + Sync)));
        params.push(&self.bodies);
        params
    }
}

impl Journal<'_> {
    fn params(&self) -> Params<'_> {
        vec![&self.count, &self.chains, &self.seqs, &self.before, &self.hashes, &self.bodies]
    }
}

impl<'a> Counters<'a> {
    /// Each counter once, in their order.
    fn of(batch: &'a Batch) -> Counters<'a> {
        let mut sums: BTreeMap<(&str, i32, &str), i64> = BTreeMap::new();
        for count in &batch.counts {
            let sum = sums.entry((count.metric, count.day.number(), &count.dimensions)).or_default();
            *sum = sum.saturating_add(count.add);
        }
        let mut counters = Counters::default();
        for ((metric, day, dimensions), value) in sums {
            counters.metrics.push(spelling::text(metric));
            counters.days.push(day);
            counters.dimensions.push(spelling::text(dimensions));
            counters.values.push(value);
        }
        counters
    }

    fn params<'s>(&'s self, shard: &'s i16) -> Params<'s> {
        vec![&self.metrics, &self.days, &self.dimensions, &self.values, shard]
    }
}
