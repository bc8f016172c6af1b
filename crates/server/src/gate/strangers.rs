//! Wrong passwords for logins that nobody has: they lock as others do, so that a lock does not tell who is there.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jifen_program::staff::Lock;
use jifen_vocab::Timestamp;

use crate::callers::{TokenHash, hash};

/// Logins that are remembered; beyond it, those whose lock has ended are forgotten first, then all.
const REMEMBERED_MAX: usize = 10_000;

/// Logins that nobody has and that were tried.
#[derive(Debug, Default)]
pub struct Strangers(Mutex<HashMap<TokenHash, Lock, ahash::RandomState>>);

impl Strangers {
    /// Counts a wrong password; gives until when nobody gets in, where that is so.
    pub fn fail(&self, login: &str, wall: Timestamp) -> Option<Timestamp> {
        let mut locks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if locks.len() >= REMEMBERED_MAX {
            locks.retain(|_, lock| lock.closed_until(wall).is_some());
        }
        if locks.len() >= REMEMBERED_MAX {
            locks.clear();
        }
        let lock = locks.entry(hash(login)).or_default();
        if lock.closed_until(wall).is_none() {
            lock.fail(wall);
        }
        lock.closed_until(wall)
    }
}

#[cfg(test)]
mod tests {
    use jifen_vocab::limits::{LOCK_MINUTES, TRIES_MAX};

    use super::*;

    #[test]
    fn a_login_that_nobody_has_locks_as_others_do() {
        let strangers = Strangers::default();
        let begin = Timestamp::from_millis(0);
        let tries = (1..=TRIES_MAX + 2).map(|_| strangers.fail("nobody", begin).is_some()).collect::<Vec<_>>();
        assert_eq!(tries.iter().position(|locked| *locked), Some(usize::from(TRIES_MAX) - 1));
        assert!(strangers.fail("somebody", begin).is_none());
        assert!(strangers.fail("nobody", begin.plus_millis(LOCK_MINUTES * 60_000)).is_none());
    }

    #[test]
    fn memory_is_bounded() {
        let strangers = Strangers::default();
        for n in 0..REMEMBERED_MAX + 10 {
            strangers.fail(&n.to_string(), Timestamp::from_millis(0));
        }
        assert!(strangers.0.lock().unwrap().len() <= REMEMBERED_MAX);
    }
}
