//! Between which instants a wallet is settled.

use jifen_vocab::{Timestamp, Zone};

/// The calendar, and between which instants a wallet is settled.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock<'a> {
    pub(crate) zone: &'a Zone,
    /// Until when it was settled before.
    pub(crate) settled: Timestamp,
    /// Until when it is settled now.
    pub(crate) now: Timestamp,
}

impl Clock<'_> {
    /// What should have been done before the wallet was last settled is done now: nothing happens in the past.
    pub(crate) fn not_past(self, due: Timestamp) -> Timestamp {
        if due > self.settled { due } else { self.now }
    }
}
