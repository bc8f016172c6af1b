//! The journal's table: a row holds a block of entries, so that an entry costs a copy and not a place in a tree.
//!
//! A block is about a page large. Its row has the number of its first entry, how many there are, their `links` (packed
//! numbers of a fixed size, see [`Link`]) and their `bodies`: the stored bytes, one after the other, with brackets
//! around and commas between them, which is a JSON array. A person reads it through the view `entry`.

use std::sync::Arc;

use ahash::AHashMap;
use bytes::Bytes;
use compact_str::CompactString;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension};

use super::sealed::Sealed;
use crate::{Entry, EntryNumber, Hash};

/// Bytes after which a block is full: with what SQLite adds, it fits a page of 8 KiB.
const BLOCK_BYTES: usize = 7_900;
/// Bytes of a packed link.
const LINK_BYTES: usize = 8 + 8 + 8 + 4 + 32;

/// The table, and the entries as a person wants to see them.
pub(super) const CREATE: &str = "
    CREATE TABLE journal (number INTEGER PRIMARY KEY, count INTEGER NOT NULL, links BLOB NOT NULL, bodies TEXT NOT NULL);
    CREATE VIEW entry AS SELECT journal.number + one.key AS number, one.value AS body FROM journal, json_each(bodies) one;
";

/// What a block says of an entry besides its body.
struct Link {
    /// The surrogate of the record whose chain it belongs to.
    chain: i64,
    seq: u64,
    previous: EntryNumber,
    body_bytes: usize,
    hash: Hash,
}

/// A block that is being filled.
#[derive(Default)]
struct Block {
    first: EntryNumber,
    count: u64,
    links: Vec<u8>,
    bodies: Vec<u8>,
}

impl Block {
    fn has_room(&self, body: &[u8]) -> bool {
        self.links.len() + LINK_BYTES + self.bodies.len() + body.len() + 2 <= BLOCK_BYTES
    }

    fn add(&mut self, link: &Link, body: &[u8]) {
        self.links.extend_from_slice(&link.chain.to_le_bytes());
        self.links.extend_from_slice(&link.seq.to_le_bytes());
        self.links.extend_from_slice(&link.previous.to_le_bytes());
        self.links.extend_from_slice(&(link.body_bytes as u32).to_le_bytes());
        self.links.extend_from_slice(&link.hash);
        self.bodies.push(if self.count == 0 { b'[' } else { b',' });
        self.bodies.extend_from_slice(body);
        self.count += 1;
    }

    /// Writes the block, if there is anything in it, and empties it.
    fn write(&mut self, insert: &mut rusqlite::Statement<'_>) -> rusqlite::Result<()> {
        if self.count == 0 {
            return Ok(());
        }
        self.bodies.push(b']');
        insert.raw_bind_parameter(1, self.first)?;
        insert.raw_bind_parameter(2, self.count)?;
        insert.raw_bind_parameter(3, self.links.as_slice())?;
        insert.raw_bind_parameter(4, super::tables::Body(&self.bodies))?;
        insert.raw_execute()?;
        self.first += self.count;
        self.count = 0;
        self.links.clear();
        self.bodies.clear();
        Ok(())
    }
}

/// The number of the newest entry.
pub(super) fn last(conn: &Connection) -> rusqlite::Result<EntryNumber> {
    conn.query_row("SELECT coalesce(max(number + count - 1), 0) FROM (SELECT number, count FROM journal ORDER BY number DESC LIMIT 1)", [], |row| row.get(0))
}

/// Appends the entries of batches; `chains` says under which surrogates their records are.
pub(super) fn write(conn: &Connection, chunk: &[Arc<Sealed>], chains: &AHashMap<&str, i64>) -> rusqlite::Result<()> {
    let mut insert = conn.prepare_cached("INSERT INTO journal (number, count, links, bodies) VALUES (?, ?, ?, ?)")?;
    let mut block = Block { first: chunk.first().map_or(1, |batch| batch.first_entry), ..Block::default() };
    for batch in chunk {
        for entry in &batch.entries {
            let chain = chains.get(batch.rows[entry.chain as usize].id.as_str());
            let chain = *chain.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
            if !block.has_room(&entry.body) {
                block.write(&mut insert)?;
            }
            let (seq, previous, body_bytes) = (entry.seq, entry.previous, entry.body.len());
            block.add(&Link { chain, seq, previous, body_bytes, hash: entry.hash }, &entry.body);
        }
    }
    block.write(&mut insert)
}

/// A block as read.
struct Stored {
    first: EntryNumber,
    links: Bytes,
    bodies: Bytes,
}

impl Stored {
    /// The block that has the entry of that number, or would have it.
    fn with(conn: &Connection, number: EntryNumber) -> rusqlite::Result<Option<Stored>> {
        let sql = "SELECT number, links, bodies FROM journal WHERE number <= ? ORDER BY number DESC LIMIT 1";
        let number = i64::try_from(number).unwrap_or(i64::MAX);
        conn.prepare_cached(sql)?.query_row([number], Stored::read).optional()
    }

    fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Stored> {
        let bytes = |value: ValueRef<'_>| Ok::<_, rusqlite::Error>(Bytes::copy_from_slice(value.as_bytes()?));
        Ok(Stored { first: row.get(0)?, links: bytes(row.get_ref(1)?)?, bodies: bytes(row.get_ref(2)?)? })
    }

    fn has(&self, number: EntryNumber) -> bool {
        (self.first..self.end()).contains(&number)
    }

    /// The number after that of the last entry.
    fn end(&self) -> EntryNumber {
        self.first + (self.links.len() / LINK_BYTES) as u64
    }

    /// Links and bodies in their order; ends early where the block is damaged.
    fn entries(&self) -> impl Iterator<Item = (EntryNumber, Link, &[u8])> {
        let mut at = 1;
        (self.first..).zip(self.links.chunks_exact(LINK_BYTES)).map_while(move |(number, packed)| {
            let link = unpack(packed)?;
            let body = self.bodies.get(at..at + link.body_bytes)?;
            at += link.body_bytes + 1;
            Some((number, link, body))
        })
    }
}

fn unpack(packed: &[u8]) -> Option<Link> {
    let (chain, rest) = packed.split_first_chunk::<8>()?;
    let (seq, rest) = rest.split_first_chunk::<8>()?;
    let (previous, rest) = rest.split_first_chunk::<8>()?;
    let (body_bytes, hash) = rest.split_first_chunk::<4>()?;
    Some(Link {
        chain: i64::from_le_bytes(*chain),
        seq: u64::from_le_bytes(*seq),
        previous: u64::from_le_bytes(*previous),
        body_bytes: u32::from_le_bytes(*body_bytes) as usize,
        hash: hash.try_into().ok()?,
    })
}

/// Reads entries and the ids of their chains.
pub(super) struct Reader<'a> {
    conn: &'a Connection,
    /// Finds the id of a surrogate.
    name: String,
    block: Option<Stored>,
}

impl<'a> Reader<'a> {
    /// A reader of a journal whose chains belong to records of the kind of that name.
    pub(super) fn new(conn: &'a Connection, kind: &str) -> Reader<'a> {
        Reader { conn, name: format!("SELECT id FROM \"{kind}\" WHERE sk = ?"), block: None }
    }

    /// The entry of that number.
    pub(super) fn entry(&mut self, number: EntryNumber) -> rusqlite::Result<Option<Entry>> {
        if !self.block.as_ref().is_some_and(|block| block.has(number)) {
            self.block = Stored::with(self.conn, number)?;
        }
        let Some(block) = &self.block else { return Ok(None) };
        let Some((_, link, body)) = block.entries().find(|(found, ..)| *found == number) else { return Ok(None) };
        Ok(Some(self.named(number, &link, body)?))
    }

    /// Entries after one number and before another, in their order.
    pub(super) fn between(
        &mut self,
        after: EntryNumber,
        before: EntryNumber,
        limit: usize,
    ) -> rusqlite::Result<Vec<Entry>> {
        let mut found = Vec::new();
        let mut next = after.saturating_add(1);
        while next < before && found.len() < limit {
            let Some(block) = Stored::with(self.conn, next)?.filter(|block| block.has(next)) else { break };
            let wanted = block.entries().filter(|(number, ..)| (next..before).contains(number));
            for (number, link, body) in wanted.take(limit - found.len()) {
                found.push(self.named(number, &link, body)?);
            }
            next = block.end();
        }
        Ok(found)
    }

    fn named(&self, number: EntryNumber, link: &Link, body: &[u8]) -> rusqlite::Result<Entry> {
        let mut name = self.conn.prepare_cached(&self.name)?;
        Ok(Entry {
            number,
            chain: name.query_row([link.chain], |row| Ok(CompactString::new(row.get_ref(0)?.as_str()?)))?,
            seq: link.seq,
            previous: link.previous,
            hash: link.hash,
            body: Bytes::copy_from_slice(body),
        })
    }
}
