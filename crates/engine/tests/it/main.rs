//! The engine over a naive store and the embedded one: three beats, whole flows, and what happens when things break.

#![allow(clippy::unwrap_used, reason = "a helper of a test fails the test")]

mod approvals;
mod batching;
mod failures;
mod flows;
mod leaderboards;
mod property;
mod subscribers;
mod world;
