//! Reconciliation: once a day the points that members are shown are compared with the journal, and once an hour entries
//! drawn by chance with their receipts; a difference above what the rule book tolerates raises an alarm (REL-13, REL-14).

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use jifen_program::book::boards::Reconciliation as Terms;
use jifen_store::{Store, StoreError};
use jifen_vocab::{Day, Timestamp, Zone};

use crate::pipeline::spawn;
use crate::{Engine, Shared, SpotCheck, Verdict, spot_check, verify};

/// At what local hour the comparison runs, unless asked for: the quietest of the night.
const HOUR: i8 = 3;

/// How often the clock is looked at.
const LOOK: Duration = Duration::from_secs(20);

/// Milliseconds between two spot checks.
const SPOT_MS: i64 = 3_600_000;

/// What a comparison found.
#[derive(Debug, Clone)]
pub struct Reconciliation {
    /// When it was made.
    pub at: Timestamp,
    /// Everything that was found.
    pub verdict: Verdict,
    /// Members in a million that may differ before somebody is told.
    pub tolerance_ppm: u64,
}

impl Reconciliation {
    /// Members whose points differ from the journal, in a million.
    pub fn differing_ppm(&self) -> u64 {
        self.verdict.flaw_count.saturating_mul(1_000_000).checked_div(self.verdict.members).unwrap_or(0)
    }

    /// Whether somebody must be told.
    pub fn is_alarming(&self) -> bool {
        self.differing_ppm() > self.tolerance_ppm || !self.verdict.balanced
    }
}

/// Compares everything, now.
///
/// # Errors
/// What the store says.
pub fn reconcile(store: &dyn Store, now: Timestamp, terms: &Terms) -> Result<Reconciliation, StoreError> {
    let verdict = verify(store, |_, _| ())?;
    let found = Reconciliation { at: now, verdict, tolerance_ppm: u64::from(terms.tolerance_ppm) };
    let (members, entries) = (found.verdict.members, found.verdict.entries);
    if found.is_alarming() {
        let first = found.verdict.flaws.first().map(|flaw| flaw.what.clone()).unwrap_or_default();
        let differing = found.verdict.flaw_count;
        tracing::error!(members, entries, differing, first, "points shown differ from the journal: run `jifen verify`");
    } else {
        tracing::info!(members, entries, "points shown agree with the journal");
    }
    Ok(found)
}

/// The nightly comparison at work, until it is dropped.
pub struct Nightly {
    stop: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
    told: Arc<Told>,
}

/// What the thread has found so far.
#[derive(Default)]
struct Told {
    latest: Mutex<Option<Reconciliation>>,
    spot: Mutex<Option<SpotCheck>>,
    runs: AtomicU64,
}

impl Nightly {
    /// The newest comparison, if there was one since the start.
    pub fn latest(&self) -> Option<Reconciliation> {
        self.told.latest.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The newest spot check, if there was one since the start.
    pub fn spot(&self) -> Option<SpotCheck> {
        self.told.spot.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Comparisons made since the start.
    pub fn runs(&self) -> u64 {
        self.told.runs.load(Ordering::Relaxed)
    }
}

impl Drop for Nightly {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Whether a comparison is due: none was made that day and its hour has come.
fn is_due(zone: &Zone, now: Timestamp, last: Option<Day>) -> bool {
    last != Some(zone.day_of(now)) && zone.time_of(now).0 >= HOUR
}

/// Whether the next spot check is due.
fn is_spot_due(now: Timestamp, last: Option<Timestamp>) -> bool {
    last.is_none_or(|last| now >= last.plus_millis(SPOT_MS))
}

impl Told {
    fn compare(&self, shared: &Shared, now: Timestamp) -> bool {
        match reconcile(shared.store.as_ref(), now, &shared.books().at(now).boards.reconciliation) {
            Ok(found) => {
                self.runs.fetch_add(1, Ordering::Relaxed);
                *self.latest.lock().unwrap_or_else(PoisonError::into_inner) = Some(found);
                true
            }
            Err(error) => {
                tracing::warn!(%error, "the comparison will be tried again");
                false
            }
        }
    }

    fn check(&self, shared: &Shared, now: Timestamp) {
        let books = shared.books();
        match spot_check(shared.store.as_ref(), now, shared.seeds.next(), &books.at(now).boards.reconciliation) {
            Ok(found) => *self.spot.lock().unwrap_or_else(PoisonError::into_inner) = Some(found),
            Err(error) => tracing::warn!(%error, "the spot check is left for the next hour"),
        }
    }
}

impl Engine {
    /// Compares everything once a day, in the night, and a sample every hour, on a thread of its own.
    pub fn reconcile_nightly(&self) -> Nightly {
        let (stop, stopped) = sync_channel::<()>(0);
        let told = Arc::new(Told::default());
        let (telling, shared) = (Arc::clone(&told), Arc::clone(&self.shared));
        let thread = spawn("reconcile", move || {
            // The day of the start counts as done where its hour has passed: restarts must not pile up comparisons.
            let now = shared.clock.now();
            let zone = shared.books().at(now).zone.clone();
            let mut last = is_due(&zone, now, None).then(|| zone.day_of(now));
            let mut last_spot = None;
            while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(LOOK) {
                let now = shared.clock.now();
                if is_spot_due(now, last_spot) {
                    telling.check(&shared, now);
                    last_spot = Some(now);
                }
                let zone = shared.books().at(now).zone.clone();
                if is_due(&zone, now, last) && telling.compare(&shared, now) {
                    last = Some(zone.day_of(now));
                }
            }
        });
        Nightly { stop: Some(stop), thread: Some(thread), told }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_due_once_a_day_from_its_hour_on() {
        let zone = Zone::named("Asia/Shanghai").unwrap();
        let at = |text: &str| Timestamp::parse_rfc3339(text).unwrap();
        let day = |text: &str| Day::parse(text);
        assert!(!is_due(&zone, at("2026-11-21T02:59:00+08:00"), None));
        assert!(is_due(&zone, at("2026-11-21T03:00:00+08:00"), day("2026-11-20")));
        assert!(!is_due(&zone, at("2026-11-21T23:00:00+08:00"), day("2026-11-21")));
        assert!(is_due(&zone, at("2026-11-22T03:10:00+08:00"), day("2026-11-21")));
    }

    #[test]
    fn a_spot_check_is_due_every_hour() {
        let at = |text: &str| Timestamp::parse_rfc3339(text).unwrap();
        let last = Some(at("2026-11-21T10:00:00+08:00"));
        assert!(is_spot_due(at("2026-11-21T10:00:00+08:00"), None));
        assert!(!is_spot_due(at("2026-11-21T10:59:59+08:00"), last));
        assert!(is_spot_due(at("2026-11-21T11:00:00+08:00"), last));
    }
}
