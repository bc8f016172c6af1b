//! A store of plain maps: the model that engines are compared with, and a store for tests. Nothing survives it.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use compact_str::CompactString;
use jifen_vocab::{Day, Timestamp};

use crate::check::check;
use crate::{
    Batch, Bound, Committed, CounterRow, Entry, EntryNumber, Find, Key, Kind, Order, Page, Put, Row, Store, StoreError,
    Stream, Value,
};

/// Keeps everything in maps and answers by looking at all of it. Simple before quick.
#[derive(Debug, Default)]
pub struct MemoryStore {
    world: Mutex<World>,
}

#[derive(Debug, Default)]
struct World {
    records: BTreeMap<(&'static str, CompactString), Record>,
    entries: Vec<Entry>,
    counters: BTreeMap<(CompactString, Day, CompactString), i64>,
}

#[derive(Debug)]
struct Record {
    kind: &'static Kind,
    columns: Vec<Value>,
    row: Row,
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        MemoryStore::default()
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl World {
    fn version(&self, key: &Key) -> u64 {
        self.records.get(&(key.kind.name, key.id.clone())).map_or(0, |record| record.row.version)
    }

    fn put(&mut self, put: Put) {
        let place = (put.key.kind.name, put.key.id);
        let tail = self.records.get(&place).map_or(0, |record| record.row.tail);
        let row = Row { version: put.base + 1, due_at: put.due_at, tail, body: put.body };
        self.records.insert(place, Record { kind: put.key.kind, columns: put.columns.into_vec(), row });
    }

    fn append(&mut self, entry: crate::Append) {
        let number = self.entries.len() as u64 + 1;
        let Some(record) = self.records.get_mut(&(entry.chain.kind.name, entry.chain.id.clone())) else { return };
        let previous = std::mem::replace(&mut record.row.tail, number);
        let (seq, hash, body) = (entry.seq, entry.hash, entry.body);
        self.entries.push(Entry { number, chain: entry.chain.id, seq, previous, hash, body });
    }

    /// Every waking instant, earliest first.
    fn alarms(&self) -> Vec<(Timestamp, Key)> {
        let mut alarms: Vec<_> = self
            .records
            .iter()
            .filter_map(|((_, id), record)| Some((record.row.due_at?, Key { kind: record.kind, id: id.clone() })))
            .collect();
        alarms.sort();
        alarms
    }
}

impl Store for MemoryStore {
    fn load(&self, keys: &[Key]) -> Result<Vec<Option<Row>>, StoreError> {
        let world = self.world();
        let row = |key: &Key| world.records.get(&(key.kind.name, key.id.clone())).map(|record| record.row.clone());
        Ok(keys.iter().map(row).collect())
    }

    fn commit(&self, batch: Batch) -> Result<Committed, StoreError> {
        check(&batch)?;
        let mut world = self.world();
        let written = batch.puts.iter().map(|put| (&put.key, put.base));
        let read = batch.reads.iter().map(|(key, version)| (key, *version));
        if written.chain(read).any(|(key, version)| world.version(key) != version) {
            return Err(StoreError::Conflict);
        }
        for put in batch.puts {
            world.put(put);
        }
        for entry in batch.entries {
            world.append(entry);
        }
        for count in batch.counts {
            let sum = world.counters.entry((count.metric.into(), count.day, count.dimensions)).or_default();
            *sum = sum.saturating_add(count.add);
        }
        Ok(Committed { last_entry: world.entries.len() as u64 })
    }

    fn find(&self, query: &Find) -> Result<Page, StoreError> {
        let world = self.world();
        let mut found = Vec::new();
        for ((name, id), record) in &world.records {
            if *name != query.kind.name {
                continue;
            }
            let value = query.column.map_or(Value::Null, |column| record.columns[column].clone());
            let asked = if query.column.is_some() { value.clone() } else { Value::Text(id.clone()) };
            let equal = query.equals.as_ref().is_none_or(|wanted| *wanted == asked);
            if equal && asked != Value::Null {
                found.push((value, id.clone(), record.row.clone()));
            }
        }
        found.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
        if query.order == Order::Descending {
            found.reverse();
        }
        if let Bound::After(value, id) = &query.from {
            let value = if query.column.is_some() { value } else { &Value::Null };
            found.retain(|row| match query.order {
                Order::Ascending => (&row.0, &row.1) > (value, id),
                Order::Descending => (&row.0, &row.1) < (value, id),
            });
        }
        let more = found.len() > query.limit;
        found.truncate(query.limit);
        let next = found.last().filter(|_| more).map(|(value, id, _)| Bound::After(value.clone(), id.clone()));
        Ok(Page { rows: found.into_iter().map(|(value, id, row)| (id, value, row)).collect(), next })
    }

    fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<(Key, Timestamp)>, StoreError> {
        let alarms = self.world().alarms();
        Ok(alarms.into_iter().filter(|(at, _)| *at <= now).take(limit).map(|(at, key)| (key, at)).collect())
    }

    fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.world().alarms().first().map(|(at, _)| *at))
    }

    fn entries(&self, stream: Stream, after: EntryNumber, limit: usize) -> Result<Vec<Entry>, StoreError> {
        let world = self.world();
        let wanted = |entry: &&Entry| stream == Stream(0) && entry.number > after;
        Ok(world.entries.iter().filter(wanted).take(limit).cloned().collect())
    }

    fn history(&self, stream: Stream, newest: EntryNumber, limit: usize) -> Result<Vec<Entry>, StoreError> {
        let world = self.world();
        let mut found = Vec::new();
        let mut next = if stream == Stream(0) { newest } else { 0 };
        while next != 0 && found.len() < limit {
            let Some(entry) = world.entries.iter().find(|entry| entry.number == next) else { break };
            next = entry.previous;
            found.push(entry.clone());
        }
        Ok(found)
    }

    fn counters(&self, metric: &str, from: Day, to: Day) -> Result<Vec<CounterRow>, StoreError> {
        let world = self.world();
        let rows = world.counters.iter().filter(|((name, day, _), _)| name == metric && (from..=to).contains(day));
        let row = |((metric, day, dimensions), value): (&(CompactString, Day, CompactString), &i64)| CounterRow {
            metric: metric.clone(),
            day: *day,
            dimensions: dimensions.clone(),
            value: *value,
        };
        Ok(rows.map(row).collect())
    }
}
