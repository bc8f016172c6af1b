//! What people learn from what happened: series by day, measures over them, alerts and boards.
//!
//! Everything is made from counters that every commit folds; no record of a member and no entry of the journal is read.
//! Which measures are watched, from which value on somebody must look, and what is aimed for, the rule book says
//! (`boards.yaml`). Nothing here knows the clock: the day is an argument.

mod alert;
mod board;
mod measure;
mod series;
mod shelf;
mod tiers;

pub use alert::{Alert, Watched, alerts};
pub use board::{Board, Kpi, Share, Totals, overview};
pub use measure::measure;
pub use series::{DaySums, Series};
pub use shelf::{Doing, Flag, Item, LATELY, MarginSeen, Part, ShelfBoard, ShelfCounts, shelf};
pub use tiers::{TierBoard, TierCounts, TierDoing};
