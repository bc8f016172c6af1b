//! Words that were sealed before they reached the program.

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

/// Words that were sealed under a member's key: nothing that decides can read them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SealedText {
    /// What they were sealed with.
    pub cipher: CompactString,
    /// The words, sealed, in base 64; empty where the member was erased.
    pub sealed: String,
}
