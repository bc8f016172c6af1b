//! The engine over a naive store and the embedded one: three beats, whole flows, and what happens when things break.

mod batching;
mod failures;
mod flows;
mod property;
mod world;
