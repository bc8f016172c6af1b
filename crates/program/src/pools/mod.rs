//! Pools: codes of a partner's vouchers, imported by the thousand, of which each redeemed piece gets one.
//!
//! Codes are numbered as they come and given out in that order, so that a pool of millions is as quick as one of ten: the
//! pool is two numbers, and a piece remembers the number of its code. A code is never given out twice, and none is
//! imported twice.

use compact_str::{CompactString, format_compact};
use jifen_vocab::{Kind, RewardId};
use serde::{Deserialize, Serialize};

use crate::desk::json_record;

/// Codes in one command.
pub const CODES_MAX: usize = 1_000;

/// Characters of a code at most.
pub const CODE_LEN_MAX: usize = 100;

/// The pool of a reward.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Pool {
    /// Schema version.
    pub v: u8,
    /// Codes that came in.
    pub imported: u64,
    /// Codes that were given out.
    pub given: u64,
    /// As many had come in when operators were last told that few are left; none where they never were.
    #[serde(default, skip_serializing_if = "is_none")]
    pub told: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_none(told: &u64) -> bool {
    *told == 0
}

/// Pools, by reward.
pub static POOL: Kind = Kind::records("pool");

json_record!(Pool, POOL);

impl Pool {
    /// Codes that are left.
    pub const fn left(&self) -> u64 {
        self.imported - self.given
    }

    /// Whether fewer codes are left than that: time to ask the partner for more.
    pub fn is_low(&self, least: i64) -> bool {
        self.imported > 0 && i64::try_from(self.left()).is_ok_and(|left| left < least)
    }

    /// Whether operators are to be told that few are left: once, until more come in.
    pub fn is_to_be_told(&self, least: i64) -> bool {
        self.is_low(least) && self.told != self.imported
    }

    /// Gives the next code out; its number. None where there is none.
    pub fn give(&mut self) -> Option<u64> {
        let number = self.given;
        (number < self.imported).then(|| {
            self.given += 1;
            number
        })
    }
}

/// A partner's code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolCode {
    /// Schema version.
    pub v: u8,
    /// The code, as the partner wrote it.
    pub code: CompactString,
}

/// Partners' codes, by reward and number.
pub static POOL_CODE: Kind = Kind::facts("pool_code");

json_record!(PoolCode, POOL_CODE);

impl PoolCode {
    /// The id of the code of that number.
    pub fn key(reward: &RewardId, number: u64) -> CompactString {
        format_compact!("{reward} {number:012}")
    }
}

/// That a code came in, so that it does not come in twice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownCode {
    /// Schema version.
    pub v: u8,
    /// Its number.
    pub number: u64,
}

/// Codes that came in, by reward and code.
pub static KNOWN_CODE: Kind = Kind::facts("known_code");

json_record!(KnownCode, KNOWN_CODE);

impl KnownCode {
    /// The id of that code.
    pub fn key(reward: &RewardId, code: &str) -> CompactString {
        format_compact!("{reward} {code}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_is_given_once() {
        let mut pool = Pool { v: 1, imported: 2, ..Pool::default() };
        let given: Vec<_> = (0..4).map(|_| pool.give()).collect();
        assert_eq!(given, [Some(0), Some(1), None, None]);
        assert_eq!(pool.left(), 0);
    }

    #[test]
    fn operators_are_told_once_until_more_come_in() {
        let mut pool = Pool { v: 1, imported: 10, given: 7, told: 0 };
        assert!(!pool.is_to_be_told(3) && !pool.is_to_be_told(0));
        assert!(pool.is_to_be_told(4));
        pool.told = pool.imported;
        pool.given = 10;
        assert!(pool.is_low(4) && !pool.is_to_be_told(4));
        pool.imported = 11;
        assert!(pool.is_to_be_told(4));
        assert!(!Pool::default().is_low(4), "nobody waits for the codes of a reward that has none");
    }
}
