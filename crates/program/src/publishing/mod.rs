//! Publishing: versions of the rule book, immutable and numbered from 1 without gaps.
//!
//! The bundle's files are kept as they were, so that any version can be read, compared and compiled again. A version
//! that is not in force yet may be withdrawn; its number is not given again. Commands are in [`crate::flows`], because a
//! version begins as a draft.

use std::collections::BTreeMap;

use compact_str::{CompactString, format_compact};
use jifen_vocab::{Kind, Timestamp};
use serde::{Deserialize, Serialize};

use crate::desk::json_record;

/// A published version of the rule book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// Schema version.
    pub v: u8,
    /// Its number, from 1.
    pub version: u32,
    /// Since when it is in force.
    pub from: Timestamp,
    /// When it was published.
    pub published_at: Timestamp,
    /// Who published it: the credential.
    pub author: CompactString,
    /// Why, in a person's words.
    #[serde(default)]
    pub note: String,
    /// The draft it began as.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draft: Option<CompactString>,
    /// The bundle's files.
    pub files: BTreeMap<String, String>,
}

/// Versions of the rule book, by number.
pub static VERSION: Kind = Kind::facts("rule_book");

json_record!(Version, VERSION);

impl Version {
    /// The record of that number; ids sort as numbers do.
    pub fn id(version: u32) -> CompactString {
        format_compact!("{version:08}")
    }
}

/// That a version was withdrawn before it took effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawal {
    /// Schema version.
    pub v: u8,
    /// The version.
    pub version: u32,
    /// When it was withdrawn.
    pub at: Timestamp,
    /// Who withdrew it.
    pub by: CompactString,
    /// Why.
    pub reason: String,
}

/// Withdrawals, by the number of the version.
pub static WITHDRAWAL: Kind = Kind::facts("rule_book_withdrawal");

json_record!(Withdrawal, WITHDRAWAL);
