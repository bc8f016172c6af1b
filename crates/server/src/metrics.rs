//! Operating figures in Prometheus' text form: atomics only, nothing that waits.

use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

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
#[derive(Debug, Clone, Copy)]
pub struct Others {
    /// Commands waiting right now.
    pub waiting: usize,
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
    pub fn text(&self, others: Others) -> String {
        let mut out = String::with_capacity(8 * 1024);
        self.requests(&mut out);
        self.latencies(&mut out);
        gauge(&mut out, "jifen_requests_in_flight", "Requests being answered.", &self.in_flight);
        let waiting = AtomicU64::new(others.waiting as u64);
        gauge(&mut out, "jifen_commands_waiting", "Commands waiting to be decided.", &waiting);
        counter(&mut out, "jifen_events_judged_total", "Events judged for the first time.", &self.events);
        counter(&mut out, "jifen_events_replayed_total", "Events that had been judged before.", &self.replays);
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

fn gauge(out: &mut String, name: &str, help: &str, value: &AtomicU64) {
    let value = value.load(Ordering::Relaxed);
    let _ = write!(out, "# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}\n");
}

fn counter(out: &mut String, name: &str, help: &str, value: &AtomicU64) {
    let value = value.load(Ordering::Relaxed);
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
        let text = metrics.text(Others { waiting: 3 });
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
}
