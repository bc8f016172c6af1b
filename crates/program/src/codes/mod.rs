//! One-time codes: how members sign in directly, by a few digits sent to their telephone or address (MEM-04).
//!
//! A code is hashed under a key before it comes here: six digits would be guessed from a plain hash at once.

use compact_str::CompactString;
use jifen_vocab::{Kind, Timestamp, limits};
use serde::{Deserialize, Serialize};

use crate::desk::json_record;

/// What was sent to a member, and what came back.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Codes {
    /// Schema version.
    pub v: u8,
    /// The newest code, hashed under a key, while it counts.
    #[serde(default)]
    pub hash: Option<CompactString>,
    /// When it was sent.
    pub sent_at: Timestamp,
    /// Since when [`Codes::sent`] is counted.
    pub since: Timestamp,
    /// How many were sent since then.
    pub sent: u8,
    /// Wrong ones in a row.
    pub failures: u8,
    /// Until when nobody gets in.
    #[serde(default)]
    pub locked_until: Option<Timestamp>,
}

/// One-time codes, by member.
pub static CODE: Kind = Kind::records("one_time_code");

json_record!(Codes, CODE);

impl Codes {
    /// Until when nobody gets in, where that is so.
    pub fn closed_until(&self, wall: Timestamp) -> Option<Timestamp> {
        self.locked_until.filter(|until| wall < *until)
    }

    /// Keeps a code that is about to be sent; says whether it may be: not while locked, nor too soon or too often.
    pub fn send(&mut self, hash: CompactString, wall: Timestamp) -> bool {
        let is_first = self.v == 0;
        let is_soon = !is_first && wall < self.sent_at.plus_millis(limits::CODE_PAUSE_SECONDS * 1_000);
        if is_soon || self.closed_until(wall).is_some() {
            return false;
        }
        if is_first || wall >= self.since.plus_days(1) {
            (self.since, self.sent) = (wall, 0);
        }
        if self.sent >= limits::CODES_A_DAY_MAX {
            return false;
        }
        self.v = 1;
        self.hash = Some(hash);
        self.sent_at = wall;
        self.sent += 1;
        true
    }

    /// Whether that is the code that was sent; it counts once. Wrong ones are counted, and lock.
    pub fn show(&mut self, hash: &str, wall: Timestamp) -> bool {
        let counts = wall < self.sent_at.plus_millis(limits::CODE_MINUTES * 60_000);
        if counts && self.hash.as_deref() == Some(hash) {
            (self.hash, self.failures) = (None, 0);
            return true;
        }
        self.failures = self.failures.saturating_add(1);
        if self.failures >= limits::TRIES_MAX {
            (self.hash, self.failures) = (None, 0);
            self.locked_until = Some(wall.plus_millis(limits::LOCK_MINUTES * 60_000));
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1_000)
    }

    #[test]
    fn a_code_counts_once_and_for_a_while() {
        let mut codes = Codes::default();
        assert!(codes.send("a".into(), at(0)));
        assert!(!codes.show("b", at(1)) && codes.show("a", at(2)) && !codes.show("a", at(3)));
        assert!(codes.send("c".into(), at(100)));
        assert!(!codes.show("c", at(100 + limits::CODE_MINUTES * 60)));
    }

    #[test]
    fn codes_are_not_sent_too_soon_nor_too_often() {
        let mut codes = Codes::default();
        assert!(codes.send("a".into(), at(0)) && !codes.send("b".into(), at(limits::CODE_PAUSE_SECONDS - 1)));
        let sent = (1..100).filter(|n| codes.send("x".into(), at(n * limits::CODE_PAUSE_SECONDS))).count();
        assert_eq!(sent, usize::from(limits::CODES_A_DAY_MAX) - 1);
        assert!(codes.send("y".into(), at(86_400)));
    }

    #[test]
    fn wrong_codes_lock() {
        let mut codes = Codes::default();
        assert!(codes.send("a".into(), at(0)));
        for _ in 0..limits::TRIES_MAX {
            assert!(!codes.show("b", at(1)));
        }
        assert!(codes.closed_until(at(2)).is_some() && !codes.send("c".into(), at(120)));
        assert!(codes.closed_until(at(1 + limits::LOCK_MINUTES * 60)).is_none());
    }
}
