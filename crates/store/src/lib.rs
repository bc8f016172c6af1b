//! Records and the journal, committed together: a port, and its engines.
//!
//! The store knows no business. It keeps **records** (`(kind, id) → version, due_at, columns, body`), the **journal**
//! (append-only entries, each in its member's chain, numbered without gaps per stream) and **counters**
//! (`(metric, day, dimensions) += n`). A [`Batch`] goes down in one piece, durable on return, or not at all.
//!
//! Idempotency keys, order facts and subscribers' cursors are records like any other, of kinds of their own.

mod check;
pub mod keyring;
pub mod memory;
mod port;
pub mod postgres;
pub mod sqlite;

pub use port::{
    Append, Batch, Bound, Column, Committed, Count, CounterRow, Entry, EntryNumber, Find, Hash, Key, Kind, Order, Page,
    Put, Row, Schema, Store, StoreError, Stream, Told, Value,
};
