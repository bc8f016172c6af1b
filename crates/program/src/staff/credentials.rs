//! What a person signs in with.

use compact_str::CompactString;
use jifen_vocab::{Timestamp, limits};
use serde::{Deserialize, Serialize};

/// A password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Password {
    /// Its hash, with how it was made.
    pub hash: String,
    /// Until when it counts where somebody else knows it, so that it must be changed; none for a person's own.
    #[serde(default)]
    pub one_time_until: Option<Timestamp>,
}

impl Password {
    /// Whether it counts at that instant.
    pub fn counts(&self, wall: Timestamp) -> bool {
        self.one_time_until.is_none_or(|until| wall < until)
    }
}

/// A second factor: codes that change with time (RFC 6238).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Factor {
    /// The secret, sealed.
    pub sealed: CompactString,
    /// The step of the newest code that was shown: a code counts once.
    pub step: u64,
}

/// A password reset by mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reset {
    /// SHA-256 of what the mail holds, in hexadecimal.
    pub token_sha256: CompactString,
    /// Until when it counts.
    pub until: Timestamp,
}

/// Wrong passwords and codes, and what they lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Lock {
    /// How many in a row.
    #[serde(default)]
    pub failures: u8,
    /// Until when nobody gets in.
    #[serde(default)]
    pub until: Option<Timestamp>,
}

impl Lock {
    /// Until when nobody gets in, where that is so.
    pub fn closed_until(self, wall: Timestamp) -> Option<Timestamp> {
        self.until.filter(|until| wall < *until)
    }

    /// Counts a failure; says whether it is the one that locks.
    pub fn fail(&mut self, wall: Timestamp) -> bool {
        self.failures = self.failures.saturating_add(1);
        let locks = self.failures >= limits::TRIES_MAX;
        if locks {
            *self = Lock { failures: 0, until: Some(wall.plus_millis(limits::LOCK_MINUTES * 60_000)) };
        }
        locks
    }
}
