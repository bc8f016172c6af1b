//! Boards made a moment ago.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use jifen_vocab::UnitId;

/// How long a board is given again: many look at once, and nobody sees the difference.
const FRESH: Duration = Duration::from_secs(1);

/// Boards kept to be given again.
const KEPT: usize = 16;

/// Boards made a moment ago, by unit and days.
#[derive(Default)]
pub struct Recent(Mutex<Vec<(UnitId, u16, Instant, Bytes)>>);

impl Recent {
    /// The board of that unit over so many days, as long as it is fresh.
    pub(crate) fn get(&self, unit: &UnitId, days: u16) -> Option<Bytes> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(_, _, made, _)| made.elapsed() < FRESH);
        kept.iter().find(|(of, over, ..)| of == unit && *over == days).map(|(.., board)| board.clone())
    }

    /// Keeps a board for a moment.
    pub(crate) fn keep(&self, unit: UnitId, days: u16, board: Bytes) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < KEPT {
            kept.push((unit, days, Instant::now(), board));
        }
    }
}
