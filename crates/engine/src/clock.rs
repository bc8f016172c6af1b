//! The one place that asks what time it is.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use jifen_vocab::Timestamp;

/// The program's clock: the machine's, moved forward by a sandbox where one asked for it. It never runs backward, even
/// where the machine's does.
#[derive(Debug)]
pub struct Clock {
    source: Source,
    offset_ms: AtomicI64,
    latest_ms: AtomicI64,
}

#[derive(Debug)]
enum Source {
    Machine,
    /// Stands still until somebody moves it.
    Simulated(AtomicI64),
}

impl Clock {
    /// A clock that many milliseconds ahead of the machine's.
    pub fn new(offset_ms: i64) -> Self {
        Clock::of(Source::Machine, offset_ms)
    }

    /// A clock that stands still at an instant until [`Clock::set`] moves it: for worlds that must be repeated exactly.
    pub fn simulated(at: Timestamp) -> Self {
        Clock::of(Source::Simulated(AtomicI64::new(at.as_millis())), 0)
    }

    fn of(source: Source, offset_ms: i64) -> Self {
        Clock { source, offset_ms: AtomicI64::new(offset_ms), latest_ms: AtomicI64::new(i64::MIN) }
    }

    /// Moves a simulated clock; the machine's goes its own way.
    pub fn set(&self, at: Timestamp) {
        if let Source::Simulated(ms) = &self.source {
            ms.store(at.as_millis(), Ordering::Relaxed);
        }
    }

    fn source_ms(&self) -> i64 {
        match &self.source {
            Source::Machine => machine_ms(),
            Source::Simulated(ms) => ms.load(Ordering::Relaxed),
        }
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        let now = self.source_ms().saturating_add(self.offset_ms.load(Ordering::Relaxed));
        let latest = self.latest_ms.fetch_max(now, Ordering::Relaxed);
        Timestamp::from_millis(now.max(latest))
    }

    /// How far ahead of the machine's clock that instant is.
    pub(crate) fn offset_to(&self, instant: Timestamp) -> i64 {
        instant.as_millis().saturating_sub(self.source_ms())
    }

    pub(crate) fn set_offset(&self, offset_ms: i64) {
        self.offset_ms.store(offset_ms, Ordering::Relaxed);
    }
}

fn machine_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
