//! The crate from outside: rule books in text, events as facts, awards out.

mod agreement;
mod amounts;
mod corpus;
mod limits;
mod properties;
mod world;
