//! A batch with everything numbered, as it stands in the log, and its bytes.
//!
//! The bytes begin with a checksum over the rest. Numbers are little-endian; texts and bodies are preceded by their
//! length. Kinds are named once each, so that a log can be read by a build whose kinds stand in another order.

use bytes::Bytes;
use compact_str::CompactString;
use jifen_vocab::{Day, Timestamp};
use smallvec::SmallVec;

use super::kinds::Kinds;
use crate::{EntryNumber, Hash, Row, Value};

/// A committed batch.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sealed {
    /// Its place in the log, from 1.
    pub(super) seq: u64,
    /// The number of its first entry, whether or not it has any.
    pub(super) first_entry: EntryNumber,
    /// Records, as they stand after the batch.
    pub(super) rows: Vec<SealedRow>,
    /// Entries; they are numbered from `first_entry`.
    pub(super) entries: Vec<SealedEntry>,
    /// Counters.
    pub(super) counts: Vec<SealedCount>,
}

/// A record as it stands after a batch.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SealedRow {
    /// The kind, by its place in [`Kinds`].
    pub(super) kind: u16,
    pub(super) id: CompactString,
    pub(super) columns: SmallVec<[Value; 2]>,
    pub(super) row: Row,
}

/// An entry with its links.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SealedEntry {
    /// The chain, by its place in [`Sealed::rows`].
    pub(super) chain: u32,
    pub(super) seq: u64,
    pub(super) previous: EntryNumber,
    pub(super) hash: Hash,
    pub(super) body: Bytes,
}

/// An amount added to a counter.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SealedCount {
    pub(super) metric: CompactString,
    pub(super) day: Day,
    pub(super) dimensions: CompactString,
    pub(super) add: i64,
}

impl Sealed {
    /// Roughly the bytes it holds in memory.
    pub(super) fn weight(&self) -> usize {
        let rows: usize = self.rows.iter().map(|row| row.row.body.len() + row.id.len() + 160).sum();
        let entries: usize = self.entries.iter().map(|entry| entry.body.len() + 96).sum();
        rows + entries + self.counts.len() * 80 + 64
    }

    /// The number after that of its last entry.
    pub(super) fn end_entry(&self) -> EntryNumber {
        self.first_entry + self.entries.len() as u64
    }

    /// The entry of that number, if it is one of the batch.
    pub(super) fn entry(&self, number: EntryNumber) -> Option<crate::Entry> {
        let place = number.checked_sub(self.first_entry)?;
        let entry = self.entries.get(usize::try_from(place).ok()?)?;
        Some(crate::Entry {
            number,
            chain: self.rows[entry.chain as usize].id.clone(),
            seq: entry.seq,
            previous: entry.previous,
            hash: entry.hash,
            body: entry.body.clone(),
        })
    }

    /// Adds the bytes for the log to a buffer: the checksum, the number, the rest.
    pub(super) fn encode(&self, kinds: &Kinds, buffer: &mut Vec<u8>) {
        let begin = buffer.len();
        let mut out = Out(std::mem::take(buffer));
        out.u32(0);
        out.u64(self.seq);
        out.u64(self.first_entry);
        out.len(kinds.len());
        for table in kinds.iter() {
            out.bytes(table.kind.name.as_bytes());
        }
        out.len(self.rows.len());
        for row in &self.rows {
            out.row(row);
        }
        out.len(self.entries.len());
        for entry in &self.entries {
            out.u32(entry.chain);
            out.u64(entry.seq);
            out.u64(entry.previous);
            out.0.extend_from_slice(&entry.hash);
            out.bytes(&entry.body);
        }
        out.len(self.counts.len());
        for count in &self.counts {
            out.bytes(count.metric.as_bytes());
            out.u32(count.day.number() as u32);
            out.bytes(count.dimensions.as_bytes());
            out.u64(count.add as u64);
        }
        let sum = crc32fast::hash(&out.0[begin + 4..]);
        out.0[begin..begin + 4].copy_from_slice(&sum.to_le_bytes());
        *buffer = out.0;
    }

    /// Reads the bytes back; the reason where they are not what was written.
    pub(super) fn decode(bytes: &[u8], kinds: &Kinds) -> Result<Sealed, String> {
        let damaged = || "a batch in it is damaged".to_owned();
        let mut input = In(bytes);
        let sum = input.u32().ok_or_else(damaged)?;
        if crc32fast::hash(input.0) != sum {
            return Err(damaged());
        }
        let seq = input.u64().ok_or_else(damaged)?;
        let first_entry = input.u64().ok_or_else(damaged)?;
        let names = input.list(In::text).ok_or_else(damaged)?;
        let places: Vec<Option<u16>> = names.iter().map(|name| kinds.named(name)).collect();
        let rows = input.list(In::row).ok_or_else(damaged)?;
        let entries = input.list(In::entry).ok_or_else(damaged)?;
        let counts = input.list(In::count).ok_or_else(damaged)?;
        let mut sealed = Sealed { seq, first_entry, rows, entries, counts };
        for row in &mut sealed.rows {
            let name = names.get(usize::from(row.kind)).ok_or_else(damaged)?;
            let place = places[usize::from(row.kind)];
            row.kind =
                place.ok_or_else(|| format!("it holds records of the kind {name}, which this build does not know"))?;
        }
        let whole = input.0.is_empty() && sealed.entries.iter().all(|entry| (entry.chain as usize) < sealed.rows.len());
        if whole { Ok(sealed) } else { Err(damaged()) }
    }
}

/// Bytes being written.
struct Out(Vec<u8>);

impl Out {
    fn u32(&mut self, value: u32) {
        self.0.extend_from_slice(&value.to_le_bytes());
    }

    fn u64(&mut self, value: u64) {
        self.0.extend_from_slice(&value.to_le_bytes());
    }

    fn len(&mut self, len: usize) {
        self.u32(len as u32);
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.len(bytes.len());
        self.0.extend_from_slice(bytes);
    }

    fn row(&mut self, row: &SealedRow) {
        self.u32(u32::from(row.kind));
        self.bytes(row.id.as_bytes());
        self.u64(row.row.version);
        // No instant of the range is `i64::MIN`.
        self.u64(row.row.due_at.map_or(i64::MIN, Timestamp::as_millis) as u64);
        self.u64(row.row.tail);
        self.len(row.columns.len());
        for value in &row.columns {
            self.value(value);
        }
        self.bytes(&row.row.body);
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Null => self.0.push(0),
            Value::Integer(number) => {
                self.0.push(1);
                self.u64(*number as u64);
            }
            Value::Text(text) => {
                self.0.push(2);
                self.bytes(text.as_bytes());
            }
        }
    }
}

/// Bytes being read.
struct In<'a>(&'a [u8]);

impl<'a> In<'a> {
    fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(head)
    }

    fn u32(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(self.take(4)?.try_into().ok()?))
    }

    fn u64(&mut self) -> Option<u64> {
        Some(u64::from_le_bytes(self.take(8)?.try_into().ok()?))
    }

    fn bytes(&mut self) -> Option<&'a [u8]> {
        let len = self.u32()?;
        self.take(len as usize)
    }

    fn text(&mut self) -> Option<CompactString> {
        CompactString::from_utf8(self.bytes()?).ok()
    }

    fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let len = self.u32()?;
        (0..len).map(|_| item(self)).collect()
    }

    fn value(&mut self) -> Option<Value> {
        match self.take(1)? {
            [0] => Some(Value::Null),
            [1] => Some(Value::Integer(self.u64()? as i64)),
            [2] => Some(Value::Text(self.text()?)),
            _ => None,
        }
    }

    fn row(&mut self) -> Option<SealedRow> {
        let kind = u16::try_from(self.u32()?).ok()?;
        let id = self.text()?;
        let version = self.u64()?;
        let due_at = Some(self.u64()? as i64).filter(|millis| *millis != i64::MIN).map(Timestamp::from_millis);
        let tail = self.u64()?;
        let columns = self.list(In::value)?.into();
        let body = Bytes::copy_from_slice(self.bytes()?);
        Some(SealedRow { kind, id, columns, row: Row { version, due_at, tail, body } })
    }

    fn entry(&mut self) -> Option<SealedEntry> {
        Some(SealedEntry {
            chain: self.u32()?,
            seq: self.u64()?,
            previous: self.u64()?,
            hash: self.take(32)?.try_into().ok()?,
            body: Bytes::copy_from_slice(self.bytes()?),
        })
    }

    fn count(&mut self) -> Option<SealedCount> {
        let metric = self.text()?;
        let day = Day::from_number(self.u32()? as i32);
        Some(SealedCount { metric, day, dimensions: self.text()?, add: self.u64()? as i64 })
    }
}
