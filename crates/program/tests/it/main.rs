//! Bundles: those that come with the product, loaded and judged as they are, and broken ones.

#![allow(clippy::unwrap_used, reason = "helpers of tests may fail like tests")]
#![allow(clippy::disallowed_methods, reason = "tests read the bundles and the corpus")]

mod bundles;
mod changes;
mod deduct;
mod differences;
mod events;
mod gifts;
mod local;
mod mistakes;
mod organization;
mod pages;
mod programs;
mod redeem;
mod rights;
mod rows;
mod schema;
mod scribbles;
mod tiers;
mod versions;
