//! The law of points, operation by operation, decision by decision, and against a naive model.

#![allow(clippy::unwrap_used, reason = "a helper of a test fails the test")]

mod chain;
mod dormancy;
mod give_back;
mod grants;
mod model;
mod notices;
mod properties;
mod refunds;
mod spends;
mod time;
mod world;
