//! Conditions and earning formulas: compiled once, explained always.
//!
//! - [`document`] reads the files of a program bundle; every node knows its file, line and column.
//! - [`cel`] compiles conditions; [`Facts`] are what they may look at.

pub mod cel;
pub mod document;
mod facts;
mod names;

pub use facts::{DataLookup, Facts, LineFacts, LocalTime, MemberFacts, NoData, OrderFacts, TierFacts};
pub use names::{Names, UnitName};
