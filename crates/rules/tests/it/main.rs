//! The crate from outside: rule books in text, events as facts, awards out.

#![allow(clippy::unwrap_used, reason = "helpers of tests may fail like tests")]
#![allow(clippy::disallowed_methods, reason = "tests read the corpora and how long to run")]

mod agreement;
mod amounts;
mod corpus;
mod limits;
mod properties;
mod world;
