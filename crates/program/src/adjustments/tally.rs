//! What was adjusted by hand so far, as far as ceilings ask for it.

use std::collections::BTreeMap;

use jifen_vocab::{Kind, UnitId};
use serde::{Deserialize, Serialize};

use crate::audit::By;
use crate::desk::{Keys, json_record};

/// What somebody adjusted alone, on the last day they did.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AdjustedAlone {
    /// Schema version.
    pub v: u8,
    /// The day, in days since 1970-01-01.
    pub day: i32,
    /// Points added and taken away, by unit.
    pub points: BTreeMap<UnitId, i64>,
}

/// What was adjusted alone, by actor.
pub static ADJUSTED_ALONE: Kind = Kind::records("adjusted_alone");

json_record!(AdjustedAlone, ADJUSTED_ALONE);

/// What is usually adjusted: a running average.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct UsualAdjustment {
    /// Schema version.
    pub v: u8,
    /// How many are in it.
    pub count: i64,
    /// Their points together.
    pub points: i64,
}

/// What is usually adjusted, by unit.
pub static USUAL_ADJUSTMENT: Kind = Kind::records("usual_adjustment");

json_record!(UsualAdjustment, USUAL_ADJUSTMENT);

/// Names what ceilings look at.
pub(super) fn want(by: &By, unit: &UnitId, keys: &mut Keys) {
    keys.want::<AdjustedAlone>(&by.actor.key());
    keys.want::<UsualAdjustment>(unit.as_str());
}
