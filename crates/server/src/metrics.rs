//! Operating figures in Prometheus' text form: atomics only, nothing that waits.

use std::fmt::{Display, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use jifen_engine::{Figures, Reconciliation, SpotCheck};

/// Upper bounds of the latency buckets, in microseconds.
const BOUNDS_US: [u64; 12] =
    [250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000, 5_000_000];

/// Statuses that are counted apart; any other counts as the last.
const STATUSES: [u16; 17] = [200, 201, 400, 401, 403, 404, 405, 408, 409, 413, 415, 422, 429, 500, 503, 204, 0];

#[derive(Debug, Default)]
struct OfRoute {
    by_status: [AtomicU64; STATUSES.len()],
    by_latency: [AtomicU64; BOUNDS_US.len()],
    micros: AtomicU64,
}

/// What the server counts.
#[derive(Debug)]
pub struct Metrics {
    routes: Vec<(&'static str, &'static str, OfRoute)>,
    in_flight: AtomicU64,
    events: AtomicU64,
    replays: AtomicU64,
}

/// Figures that others keep.
#[derive(Debug, Clone, Default)]
pub struct Others {
    /// Commands waiting right now.
    pub waiting: usize,
    /// For how many milliseconds the earliest record has been due; 0 for none, nothing where it is not known.
    pub late_ms: Option<i64>,
    /// What was committed.
    pub figures: Figures,
    /// The newest comparison of all points with the journal.
    pub reconciliation: Option<Reconciliation>,
    /// The newest spot check of the journal.
    pub spot: Option<SpotCheck>,
}

impl Metrics {
    /// Counters for these routes (method and path); the last is for addresses that do not exist.
    pub fn new(routes: impl IntoIterator<Item = (&'static str, &'static str)>) -> Self {
        let routes = routes.into_iter().chain([("", "none")]);
        Metrics {
            routes: routes.map(|(method, path)| (method, path, OfRoute::default())).collect(),
            in_flight: AtomicU64::new(0),
            events: AtomicU64::new(0),
            replays: AtomicU64::new(0),
        }
    }

    /// A request came in.
    pub fn begin(&self) {
        self.in_flight.fetch_add(1, Ordering::Relaxed);
    }

    /// A request was answered. `route` is its place in the list, or beyond it.
    pub fn end(&self, route: usize, status: u16, took: Duration) {
        self.in_flight.fetch_sub(1, Ordering::Relaxed);
        let (_, _, counted) = &self.routes[route.min(self.routes.len() - 1)];
        let status = STATUSES.iter().position(|known| *known == status).unwrap_or(STATUSES.len() - 1);
        counted.by_status[status].fetch_add(1, Ordering::Relaxed);
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        counted.micros.fetch_add(micros, Ordering::Relaxed);
        if let Some(bucket) = BOUNDS_US.iter().position(|bound| micros <= *bound) {
            counted.by_latency[bucket].fetch_add(1, Ordering::Relaxed);
        }
    }

    /// So many events were judged for the first time, and so many had been judged before.
    pub fn judged(&self, first: u64, again: u64) {
        self.events.fetch_add(first, Ordering::Relaxed);
        self.replays.fetch_add(again, Ordering::Relaxed);
    }

    /// The page that Prometheus reads.
    pub fn text(&self, others: &Others) -> String {
        let mut out = String::with_capacity(8 * 1024);
        self.requests(&mut out);
        self.latencies(&mut out);
        let read = |figure: &AtomicU64| figure.load(Ordering::Relaxed);
        gauge(&mut out, "jifen_requests_in_flight", "Requests being answered.", read(&self.in_flight));
        gauge(&mut out, "jifen_commands_waiting", "Commands waiting to be decided.", others.waiting);
        if let Some(late) = others.late_ms {
            let help = "For how long the earliest record has been due without having been woken.";
            gauge(&mut out, "jifen_alarms_late_seconds", help, format_args!("{}.{:03}", late / 1000, late % 1000));
        }
        counter(&mut out, "jifen_events_judged_total", "Events judged for the first time.", read(&self.events));
        counter(&mut out, "jifen_events_replayed_total", "Events that had been judged before.", read(&self.replays));
        committed(&mut out, &others.figures);
        if let Some(found) = &others.reconciliation {
            reconciled(&mut out, found);
        }
        if let Some(found) = &others.spot {
            spot_checked(&mut out, found);
        }
        out
    }

    fn requests(&self, out: &mut String) {
        out.push_str("# HELP jifen_requests_total Requests answered, by route and status.\n");
        out.push_str("# TYPE jifen_requests_total counter\n");
        for (method, path, counted) in &self.routes {
            for (status, count) in STATUSES.iter().zip(&counted.by_status) {
                let count = count.load(Ordering::Relaxed);
                if count > 0 {
                    let labels = format!("method=\"{method}\",route=\"{path}\",status=\"{status}\"");
                    let _ = writeln!(out, "jifen_requests_total{{{labels}}} {count}");
                }
            }
        }
    }

    fn latencies(&self, out: &mut String) {
        out.push_str("# HELP jifen_request_duration_seconds Time from the request's head to its answer.\n");
        out.push_str("# TYPE jifen_request_duration_seconds histogram\n");
        for (method, path, counted) in &self.routes {
            let all: u64 = counted.by_status.iter().map(|count| count.load(Ordering::Relaxed)).sum();
            if all == 0 {
                continue;
            }
            let labels = format!("method=\"{method}\",route=\"{path}\"");
            let mut below = 0;
            for (bound, count) in BOUNDS_US.iter().zip(&counted.by_latency) {
                below += count.load(Ordering::Relaxed);
                let bound = seconds(*bound);
                let _ = writeln!(out, "jifen_request_duration_seconds_bucket{{{labels},le=\"{bound}\"}} {below}");
            }
            let _ = writeln!(out, "jifen_request_duration_seconds_bucket{{{labels},le=\"+Inf\"}} {all}");
            let sum = seconds(counted.micros.load(Ordering::Relaxed));
            let _ = writeln!(out, "jifen_request_duration_seconds_sum{{{labels}}} {sum}");
            let _ = writeln!(out, "jifen_request_duration_seconds_count{{{labels}}} {all}");
        }
    }
}

/// Microseconds in seconds, exactly.
fn seconds(micros: u64) -> String {
    let text = format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn committed(out: &mut String, figures: &Figures) {
    counter(out, "jifen_batches_committed_total", "Batches of commands committed.", figures.batches);
    counter(out, "jifen_batches_failed_total", "Batches that the store did not take.", figures.failed);
    counter(out, "jifen_commands_committed_total", "Commands in committed batches.", figures.commands);
    counter(out, "jifen_entries_committed_total", "Entries written to the journal.", figures.entries);
    let (all, last) = (seconds(figures.commit_us), seconds(figures.last_commit_us));
    counter(out, "jifen_commit_seconds_total", "Time that commits took together.", all);
    gauge(out, "jifen_commit_last_seconds", "Time that the newest commit took.", last);
}

/// Nothing is told before the first comparison: a zero would be a claim.
fn reconciled(out: &mut String, found: &Reconciliation) {
    let differing = found.verdict.flaw_count;
    gauge(
        out,
        "jifen_reconciliation_differing_members",
        "Differences between points shown and the journal.",
        differing,
    );
    gauge(out, "jifen_reconciliation_members", "Members compared.", found.verdict.members);
    let alarm = "1 when more differ than the program tolerates, or accounts do not sum to zero.";
    gauge(out, "jifen_reconciliation_alarm", alarm, u8::from(found.is_alarming()));
    let at = found.at.as_millis().div_euclid(1_000);
    gauge(out, "jifen_reconciliation_timestamp_seconds", "When the newest comparison was made.", at);
}

fn spot_checked(out: &mut String, found: &SpotCheck) {
    gauge(out, "jifen_spot_check_entries", "Entries drawn by chance and compared.", found.entries);
    gauge(out, "jifen_spot_check_differing_entries", "Of these, not borne out by their receipts.", found.flaw_count);
    let alarm = "1 when more differ than the program tolerates.";
    gauge(out, "jifen_spot_check_alarm", alarm, u8::from(found.is_alarming()));
    let at = found.at.as_millis().div_euclid(1_000);
    gauge(out, "jifen_spot_check_timestamp_seconds", "When the newest spot check was made.", at);
}

fn gauge(out: &mut String, name: &str, help: &str, value: impl Display) {
    let _ = write!(out, "# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}\n");
}

fn counter(out: &mut String, name: &str, help: &str, value: impl Display) {
    let _ = write!(out, "# HELP {name} {help}\n# TYPE {name} counter\n{name} {value}\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_counted_by_route_status_and_time() {
        let metrics = Metrics::new([("GET", "/health/live")]);
        metrics.begin();
        metrics.end(0, 200, Duration::from_micros(700));
        metrics.begin();
        metrics.end(9, 404, Duration::from_secs(9));
        let text = metrics.text(&Others { waiting: 3, ..Others::default() });
        for line in [
            "jifen_requests_total{method=\"GET\",route=\"/health/live\",status=\"200\"} 1",
            "jifen_requests_total{method=\"\",route=\"none\",status=\"404\"} 1",
            "jifen_request_duration_seconds_bucket{method=\"GET\",route=\"/health/live\",le=\"0.001\"} 1",
            "jifen_request_duration_seconds_bucket{method=\"GET\",route=\"/health/live\",le=\"0.0005\"} 0",
            "jifen_request_duration_seconds_sum{method=\"\",route=\"none\"} 9",
            "jifen_requests_in_flight 0",
            "jifen_commands_waiting 3",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} is missing in\n{text}");
        }
    }

    fn lines(others: &Others) -> Vec<String> {
        let text = Metrics::new([]).text(others);
        text.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect()
    }

    #[test]
    fn what_was_committed_is_told() {
        let figures = Figures { batches: 2, commands: 7, entries: 9, failed: 1, commit_us: 2_500, last_commit_us: 40 };
        let lines = lines(&Others { figures, ..Others::default() });
        for line in [
            "jifen_batches_committed_total 2",
            "jifen_batches_failed_total 1",
            "jifen_commands_committed_total 7",
            "jifen_entries_committed_total 9",
            "jifen_commit_seconds_total 0.0025",
            "jifen_commit_last_seconds 0.00004",
        ] {
            assert!(lines.iter().any(|found| found == line), "{line} is missing in {lines:?}");
        }
    }

    // row REL-14
    #[test]
    fn the_newest_spot_check_and_its_alarm_are_told() {
        let at = jifen_vocab::Timestamp::from_millis(1_780_000_000_999);
        let found = |flaw_count| {
            let spot =
                SpotCheck { at, entries: 1_000, receipts: 700, flaw_count, flaws: Vec::new(), tolerance_ppm: 100 };
            Others { spot: Some(spot), ..Others::default() }
        };
        assert!(!lines(&Others::default()).iter().any(|line| line.contains("spot_check")));
        // One entry of a thousand is more than 0.01 %.
        for (differing, alarm) in [(0, 0), (1, 1)] {
            let lines = lines(&found(differing));
            for line in [
                "jifen_spot_check_entries 1000".to_owned(),
                format!("jifen_spot_check_differing_entries {differing}"),
                format!("jifen_spot_check_alarm {alarm}"),
                "jifen_spot_check_timestamp_seconds 1780000000".to_owned(),
            ] {
                assert!(lines.contains(&line), "{line} is missing in {lines:?}");
            }
        }
    }

    // row REL-13
    #[test]
    fn the_newest_comparison_and_its_alarm_are_told() {
        let at = jifen_vocab::Timestamp::from_millis(1_780_000_000_999);
        let found = |flaw_count| {
            let verdict = jifen_engine::Verdict { members: 10_000, flaw_count, balanced: true, ..Default::default() };
            Others { reconciliation: Some(Reconciliation { at, verdict, tolerance_ppm: 100 }), ..Others::default() }
        };
        assert!(!lines(&Others::default()).iter().any(|line| line.contains("reconciliation")));
        // One member in ten thousand is 0.01 %: tolerated, and no more than that.
        for (differing, alarm) in [(0, 0), (1, 0), (2, 1)] {
            let lines = lines(&found(differing));
            for line in [
                format!("jifen_reconciliation_differing_members {differing}"),
                "jifen_reconciliation_members 10000".to_owned(),
                format!("jifen_reconciliation_alarm {alarm}"),
                "jifen_reconciliation_timestamp_seconds 1780000000".to_owned(),
            ] {
                assert!(lines.contains(&line), "{line} is missing in {lines:?}");
            }
        }
    }
}
