//! Conditions and earning formulas: compiled once, explained always.
//!
//! - [`document`] reads the files of a program bundle; every node knows its file, line and column.
//! - [`cel`] compiles conditions; [`Facts`] are what they may look at.
//! - [`formula`] says how many points, exactly, rounded once.
//! - [`rule`] puts conditions, formulas and limits together into a [`RuleSet`].
//! - [`judge`] applies a rule set to an event.
//!
//! - [`explain`] puts the explanation of an award into words.
//!
//! This crate knows no clock, no randomness, no files, no network and no database: facts, room and draws are given.

pub mod cel;
pub mod document;
pub mod explain;
mod facts;
pub mod formula;
pub mod judge;
mod names;
pub mod rule;

pub use facts::{DataLookup, Facts, LineFacts, LocalTime, MemberFacts, NoData, OrderFacts, TierFacts};
pub use judge::{Award, Draw, Judged, Room};
pub use names::{DayOf, NamedDay, Names, PlaceName, UnitName};
pub use rule::{Draft, Period, Rule, RuleIndex, RuleSet};
