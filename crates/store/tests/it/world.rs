//! The kinds that tests use, and short ways to write batches.

use bytes::Bytes;
use jifen_store::{Append, Batch, Column, Count, Key, Kind, Put, Row, Schema, Store, Value};
use jifen_vocab::{Day, Timestamp};
use smallvec::SmallVec;

pub(crate) static MEMBER: Kind = Kind {
    name: "member",
    columns: &[Column { name: "phone" }, Column { name: "score" }],
    alarmed: true,
    chained: true,
    immutable: false,
};
pub(crate) static VOUCHER: Kind =
    Kind { name: "voucher", columns: &[Column { name: "owner" }], alarmed: true, chained: false, immutable: false };
pub(crate) static REWARD: Kind =
    Kind { name: "reward", columns: &[], alarmed: false, chained: false, immutable: false };
pub(crate) static SEEN: Kind =
    Kind { name: "seen", columns: &[Column { name: "shop" }], alarmed: false, chained: false, immutable: true };

pub(crate) static SCHEMA: Schema = &[&MEMBER, &VOUCHER, &REWARD, &SEEN];

pub(crate) fn key(kind: &'static Kind, id: &str) -> Key {
    Key::new(kind, id)
}

pub(crate) fn body(text: &str) -> Bytes {
    Bytes::from(format!("{{\"v\":1,\"text\":\"{text}\"}}"))
}

/// A record with as many nulls as its kind has columns.
pub(crate) fn put(kind: &'static Kind, id: &str, base: u64, text: &str) -> Put {
    let columns = SmallVec::from_elem(Value::Null, kind.columns.len());
    Put { key: key(kind, id), base, due_at: None, columns, body: body(text) }
}

pub(crate) fn due(mut put: Put, at: i64) -> Put {
    put.due_at = Some(Timestamp::from_millis(at));
    put
}

pub(crate) fn column(mut put: Put, place: usize, value: Value) -> Put {
    put.columns[place] = value;
    put
}

pub(crate) fn entry(id: &str, seq: u64) -> Append {
    Append { chain: key(&MEMBER, id), seq, hash: [seq as u8; 32], body: body(&format!("{id} {seq}")) }
}

pub(crate) fn count(metric: &'static str, day: Day, dimensions: &str, add: i64) -> Count {
    Count { metric, day, dimensions: dimensions.into(), add }
}

pub(crate) fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

pub(crate) fn puts(puts: Vec<Put>) -> Batch {
    Batch { puts, ..Batch::default() }
}

pub(crate) fn load(store: &dyn Store, kind: &'static Kind, id: &str) -> Option<Row> {
    store.load(&[key(kind, id)]).unwrap().remove(0)
}
