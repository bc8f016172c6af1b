//! New Year's Eve: the points of every member lapse at midnight, while others go on buying and looking.
//!
//! A server of its own gets its members by an order each. Its clock is moved into December, past the reminders, and when
//! those are settled to seconds before midnight; then time runs. Measured is how long it takes until nothing is due any
//! more, and what live requests feel of it meanwhile.

use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::failure::{self, Failure, Result};

use super::Bench;
use super::http::Connection;
use super::load::{self, Load, Measured};
use super::redeem::post;
use super::scenario::{Scenario, Target, get};
use super::server::Server;

/// How the clock stands when reminders of the last month have fallen due.
const REMINDED: &str = "-12-15T12:00:00";
/// How the clock stands when what else the last day brings is settled.
const EVENING: &str = "-12-31T23:55:00";
/// How the clock stands when live requests begin.
const BEFORE: &str = "-12-31T23:59:53";
/// From then until midnight.
const UNTIL_MIDNIGHT: Duration = Duration::from_secs(7);
/// After midnight the alarms may have been looked at for the first time only then.
const AWAKE_WITHIN: Duration = Duration::from_secs(1);
/// The longest that everybody's reminders may take.
const REMINDED_WITHIN: Duration = Duration::from_secs(1800);
/// Seconds of a round of live requests.
const ROUND: u64 = 2;
/// Beyond this nobody waits.
const ROUNDS_MAX: u32 = 900;

/// What a night was like.
pub(super) struct Night {
    /// From midnight until nothing was due any more.
    pub(super) swept_in: Duration,
    /// What live requests felt of it.
    pub(super) orders: Measured,
    /// What those who looked at their wallets felt of it.
    pub(super) wallets: Measured,
}

/// Lives through the night.
pub(super) fn night(bench: &Bench, members: u32, token: &str, data: &Path) -> Result<Night> {
    let server = Server::start(data, &bench.program, token)?;
    let target = Target { members, ..bench.target(server.address.to_string(), token)? };
    load::enroll(server.address, &target, 4)?;
    let now = ask(server.address, &get(&target, "/v1/sandbox/clock").0)?;
    let now: serde_json::Value = serde_json::from_slice(&now).unwrap_or_default();
    let now = now["now"].as_str().filter(|now| now.len() > 19).unwrap_or_default();
    let (Some(year), Some(offset)) = (now.get(..4), now.get(now.len().saturating_sub(6)..)) else {
        return Err(Failure::new(format!("the server's clock shows {now}")));
    };
    let set = |moment: &str| {
        let at = format!("{year}{moment}{offset}");
        ask(server.address, &post(&target, "/v1/sandbox/clock", &format!(r#"{{"now":"{at}"}}"#))).map(|_| at)
    };
    load::all_told(server.address, &target)?;
    for moment in [REMINDED, EVENING] {
        set(moment)?;
        settled(server.address, &target)?;
    }
    let before = set(BEFORE)?;
    let midnight = load::now() + UNTIL_MIDNIGHT;
    // Orders of each round are others than those before.
    let live = || Ok(Target { time: before.clone(), members, ..bench.target(target.host.clone(), token)? });
    let night = watch(bench, &server, midnight, live)?;
    server.stop()?;
    Ok(night)
}

/// Live requests in rounds, until nothing is due any more.
fn watch(bench: &Bench, server: &Server, midnight: Instant, target: impl Fn() -> Result<Target>) -> Result<Night> {
    let (mut orders, mut wallets) = (Measured::default(), Measured::default());
    let connections = bench.connections.div_ceil(2).max(1);
    let load = |scenario| Load { scenario, connections, seconds: ROUND };
    let mut all = Duration::ZERO;
    for _ in 0..ROUNDS_MAX {
        let (target, began) = (&target()?, load::now());
        let swept = std::thread::scope(|scope| {
            let buying = scope.spawn(|| load::run(server.address, target, load(Scenario::Orders)));
            let looking = scope.spawn(|| load::run(server.address, target, load(Scenario::Wallets)));
            let swept = look(server.address, target, midnight, Duration::from_secs(ROUND));
            let lost = || Failure::new("a thread of the load was lost");
            orders.add(buying.join().map_err(|_| lost())??);
            wallets.add(looking.join().map_err(|_| lost())??);
            swept
        })?;
        all += began.elapsed();
        if let Some(swept_in) = swept {
            orders.finish(all);
            wallets.finish(all);
            return Ok(Night { swept_in, orders, wallets });
        }
    }
    Err(Failure::new("the sweep came to no end"))
}

/// Looks for a while how late the alarms are; how long after midnight it was when they were done.
fn look(address: SocketAddr, target: &Target, midnight: Instant, lasting: Duration) -> Result<Option<Duration>> {
    let until = load::now() + lasting;
    while load::now() < until {
        let since = load::now().saturating_duration_since(midnight);
        if since > AWAKE_WITHIN && late(address, target)? <= 0.0 {
            return Ok(Some(since));
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    Ok(None)
}

/// For how many seconds the earliest record has been due.
fn late(address: SocketAddr, target: &Target) -> Result<f64> {
    let text = ask(address, &get(target, "/metrics").0)?;
    let text = String::from_utf8_lossy(&text).into_owned();
    let line = text.lines().find_map(|line| line.strip_prefix("jifen_alarms_late_seconds "));
    line.and_then(|line| line.parse().ok())
        .ok_or_else(|| Failure::new("the server does not say how late its alarms are"))
}

/// Waits until nothing is due any more. What is on its way out by then is carried during the night, as it would be.
fn settled(address: SocketAddr, target: &Target) -> Result {
    let began = load::now();
    // The alarm looks at the clock now and then: what the jump made due is not there at once.
    std::thread::sleep(Duration::from_secs(2));
    while late(address, target)? > 0.0 {
        if began.elapsed() > REMINDED_WITHIN {
            return Err(Failure::new("the reminders came to no end"));
        }
        std::thread::sleep(Duration::from_millis(500));
    }
    Ok(())
}

fn ask(address: SocketAddr, request: &[u8]) -> Result<Vec<u8>> {
    load::runtime()?.block_on(async {
        let mut line = Connection::open(address).await.map_err(failure::io("connecting"))?;
        let (status, body) = line.call(request).await.map_err(failure::io("asking the server"))?;
        match status {
            200 => Ok(body.to_vec()),
            _ => Err(Failure::new(format!("{status}: {}", String::from_utf8_lossy(body)))),
        }
    })
}
