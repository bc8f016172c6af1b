//! When spending looks like theft (SEC-10).

use jifen_vocab::{Decimal, Ratio, Rounding};

/// What a member who has just signed in with a device not seen before may spend without showing a fresh code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guard {
    /// Minutes for which a device counts as new.
    pub minutes: u16,
    /// More points than this ask for a code.
    pub points: i64,
    /// More than this share of what is available asks for a code.
    pub share: Decimal,
    /// More points than this without a code, and the wallet waits for review.
    pub freeze: Option<FreezeAbove>,
}

/// A wallet is frozen for review.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FreezeAbove {
    /// More points than this.
    pub points: i64,
    /// For so many hours, unless somebody lifts it.
    pub hours: u16,
}

impl Guard {
    /// Whether that is too much for a new device, of what is available.
    pub fn is_much(&self, points: i64, available: i64) -> bool {
        let share =
            Ratio::whole(available).checked_mul(self.share.ratio()).and_then(|share| share.round(Rounding::Floor));
        points > self.points || share.is_some_and(|share| points > share)
    }
}
