//! Puts a load on a server for some seconds and measures what came back.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::failure::{self, Failure, Result};

use super::http::Connection;
use super::scenario::{Maker, Scenario, Target, get};

/// How much load.
#[derive(Debug, Clone, Copy)]
pub(super) struct Load {
    pub(super) scenario: Scenario,
    pub(super) connections: u32,
    pub(super) seconds: u64,
}

/// What came back.
#[derive(Debug, Default)]
pub(super) struct Measured {
    /// Microseconds of each request, rising.
    latencies: Vec<u32>,
    pub(super) errors: u64,
    /// What the first error was.
    pub(super) first_error: Option<String>,
    pub(super) elapsed: Duration,
    /// Events in a request.
    pub(super) events: u32,
    /// Events that a full server refused within answered batches.
    pub(super) turned_away: u64,
}

/// Seconds that are not measured: connections open, caches fill.
const WARM_UP: Duration = Duration::from_millis(500);

impl Measured {
    /// Requests answered.
    pub(super) fn requests(&self) -> usize {
        self.latencies.len()
    }

    /// Requests a second.
    #[expect(clippy::float_arithmetic, reason = "a rate, not points or money")]
    pub(super) fn rate(&self) -> f64 {
        self.requests() as f64 / self.elapsed.as_secs_f64().max(0.001)
    }

    /// The time in which so many thousandths of the requests were answered, in milliseconds.
    #[expect(clippy::float_arithmetic, reason = "a time, not points or money")]
    pub(super) fn within_ms(&self, thousandths: usize) -> f64 {
        let place = (self.latencies.len() * thousandths / 1000).min(self.latencies.len().saturating_sub(1));
        self.latencies.get(place).map_or(0.0, |micros| f64::from(*micros) / 1000.0)
    }

    /// A request was answered as it should be, after so long.
    pub(super) fn took(&mut self, time: Duration) {
        self.latencies.push(u32::try_from(time.as_micros()).unwrap_or(u32::MAX));
    }

    /// A request was not answered as it should be.
    pub(super) fn failed(&mut self, what: String) {
        self.errors += 1;
        self.first_error.get_or_insert(what);
    }

    /// All came back, in so long.
    pub(super) fn finish(&mut self, elapsed: Duration) {
        self.latencies.sort_unstable();
        (self.elapsed, self.events) = (elapsed, 1);
    }

    pub(super) fn add(&mut self, other: Measured) {
        self.latencies.extend(other.latencies);
        self.errors += other.errors;
        self.turned_away += other.turned_away;
        self.first_error = self.first_error.take().or(other.first_error);
    }
}

/// Runs a load; threads of its own, so that it can be called from anywhere.
pub(super) fn run(address: SocketAddr, target: &Target, load: Load) -> Result<Measured> {
    let runtime = runtime()?;
    let stop = Arc::new(AtomicBool::new(false));
    let measured = runtime.block_on(async {
        let mut running = Vec::new();
        for connection in 0..load.connections {
            let maker = Maker::new(load.scenario, target, connection);
            let line = Connection::open(address).await.map_err(failure::io(format!("connecting to {address}")))?;
            running.push(tokio::spawn(keep_asking(line, maker, Arc::clone(&stop))));
        }
        tokio::time::sleep(WARM_UP + Duration::from_secs(load.seconds)).await;
        stop.store(true, Ordering::Relaxed);
        let mut all = Measured::default();
        for task in running {
            all.add(task.await.map_err(|error| Failure::new(error.to_string()))?);
        }
        Ok::<_, Failure>(all)
    })?;
    let events = if load.scenario == Scenario::Batches { target.batch } else { 1 };
    let mut measured = Measured { elapsed: Duration::from_secs(load.seconds), events, ..measured };
    measured.latencies.sort_unstable();
    Ok(measured)
}

pub(super) fn runtime() -> Result<tokio::runtime::Runtime> {
    let processors = std::thread::available_parallelism().map_or(2, usize::from);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(processors.max(2)).enable_all().build();
    runtime.map_err(failure::io("starting the runtime"))
}

async fn keep_asking(mut line: Connection, mut maker: Maker, stop: Arc<AtomicBool>) -> Measured {
    let mut measured = Measured { latencies: Vec::with_capacity(1 << 16), ..Measured::default() };
    let begin = now() + WARM_UP;
    while !stop.load(Ordering::Relaxed) {
        let request = maker.make();
        let asked = now();
        match line.call(request).await {
            Ok((200..300, body)) => {
                // An answer counts where it was asked for after the warm-up and came before the end.
                if asked >= begin && !stop.load(Ordering::Relaxed) {
                    let micros = u32::try_from(asked.elapsed().as_micros()).unwrap_or(u32::MAX);
                    measured.latencies.push(micros);
                    measured.turned_away += turned_away(body);
                }
            }
            Ok((status, body)) => {
                let what = format!("{status}: {}", String::from_utf8_lossy(&body[..body.len().min(300)]));
                measured.errors += 1;
                measured.first_error.get_or_insert(what);
            }
            Err(error) => {
                measured.errors += 1;
                measured.first_error.get_or_insert(error.to_string());
                break;
            }
        }
    }
    measured
}

/// How many events of a batch were answered 503: the batch as a whole is answered all the same.
pub(super) fn turned_away(body: &[u8]) -> u64 {
    const BUSY: &[u8] = b"{\"status\":503,";
    body.windows(BUSY.len()).filter(|window| *window == BUSY).count() as u64
}

/// How long members who were just enrolled may take to be told what new members are told.
const TOLD_WITHIN: Duration = Duration::from_secs(600);

/// Waits until no message is on its way out: members who have been there for a while were told long ago.
pub(super) fn all_told(address: SocketAddr, target: &Target) -> Result {
    let (request, _) = get(target, "/v1/deliveries?state=ready&limit=1");
    let began = now();
    runtime()?.block_on(async {
        let mut connection = Connection::open(address).await.map_err(failure::io("connecting"))?;
        loop {
            let (status, body) = connection.call(&request).await.map_err(failure::io("looking for messages"))?;
            if status == 200 && body.starts_with(b"{\"data\":[]") {
                return Ok(());
            }
            if status != 200 || began.elapsed() > TOLD_WITHIN {
                let what = String::from_utf8_lossy(&body[..body.len().min(300)]).into_owned();
                return Err(Failure::new(format!("messages are still on their way ({status}): {what}")));
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    })
}

/// Enrolls members by an order each, in batches; gives how long it took.
pub(super) fn enroll(address: SocketAddr, target: &Target, lines: u32) -> Result<Duration> {
    let began = now();
    let share = target.members.div_ceil(lines);
    runtime()?.block_on(async {
        let mut running = Vec::new();
        for line in 0..lines {
            let first = line * share;
            let last = (first + share).min(target.members);
            // Numbers of their own, apart from those of the measurements.
            let maker = Maker::new(Scenario::Batches, target, 900 + line).in_turn(first);
            let connection = Connection::open(address).await.map_err(failure::io("connecting"))?;
            running.push(tokio::spawn(send_batches(
                connection,
                maker,
                last.saturating_sub(first).div_ceil(target.batch),
            )));
        }
        for task in running {
            task.await.map_err(|error| Failure::new(error.to_string()))??;
        }
        Ok::<_, Failure>(())
    })?;
    Ok(began.elapsed())
}

async fn send_batches(mut connection: Connection, mut maker: Maker, batches: u32) -> Result {
    for _ in 0..batches {
        let (status, body) = connection.call(maker.make()).await.map_err(failure::io("sending a batch"))?;
        if status != 200 {
            let what = String::from_utf8_lossy(&body[..body.len().min(300)]).into_owned();
            return Err(Failure::new(format!("a batch was answered {status}: {what}")));
        }
    }
    Ok(())
}

#[allow(clippy::disallowed_methods, reason = "a stopwatch")]
pub(super) fn now() -> Instant {
    Instant::now()
}
