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
}

/// Pools, by reward.
pub static POOL: Kind = Kind::records("pool");

json_record!(Pool, POOL);

impl Pool {
    /// Codes that are left.
    pub const fn left(&self) -> u64 {
        self.imported - self.given
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
        let mut pool = Pool { v: 1, imported: 2, given: 0 };
        let given: Vec<_> = (0..4).map(|_| pool.give()).collect();
        assert_eq!(given, [Some(0), Some(1), None, None]);
        assert_eq!(pool.left(), 0);
    }
}
