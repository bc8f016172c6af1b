//! `jifen bench`: puts a load on a server and says how it did; or measures everything on servers of its own.

mod board;
mod http;
mod load;
mod redeem;
mod scenario;
mod server;
mod stress;
mod suite;
mod sweep;

use std::net::{SocketAddr, ToSocketAddrs};
use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use crate::failure::{Failure, Result};
use crate::terminal;

use load::{Load, Measured};
use scenario::{Scenario, Target};
use stress::{Rate, Scene, Within};

/// Puts a load on a server and measures it.
#[derive(Args, Debug)]
#[command(after_long_help = "\
A load writes: orders and batches are real events of members m00000000, m00000001, …, so use a sandbox. Each connection
asks again as soon as it is answered. What is measured begins half a second late, and counts only answers that are
successes; anything else is an error, and errors make the exit code 1.

--scenario plays a day: an ordinary hour first, then up to ten times its demand, then quiet again. --connections is the
most who ask at the same time. Each second a line says how it goes; at the end each phase is told, and from what demand on
the server was overloaded: the slowest hundredth took longer than --limit-ms, or more than one in a hundred was turned
away. For hot-item a reward is made with --stock pieces, and what was redeemed is compared with what is left. reads,
orders and stream ask the same all the time.

--at-least and --p99 say what an installation must give: so many requests (of stream: events) judged in a time, in each
tenth of the time of the greatest demand, and the slowest hundredth of each phase. Each limit is told with what was got,
here and in the report, and one that is not met, like any request that fails, makes the exit code 1. --checks plays a file
of such limits, one after another; scripts/bench/reference.json has those of the reference installation.

--suite starts servers of its own in a folder of its own, measures the whole of it, and needs no --url: the empty
handler, single orders, batches, wallets, redemptions of one hot item, a shelf of ten thousand rewards, a year of orders
replayed, start and memory with a million members, and with --large of them how orders, verification, backup and restore
do. It takes half an hour; --parts measures only some of it.

hot-item makes an item, an order for each of --members and a quote for each, and then measures how all of them redeem
it, once each: --seconds does not matter to it.

Examples:
  jifen bench orders --url http://127.0.0.1:8080 --token \"$TOKEN\" --connections 64 --seconds 10
  jifen bench wallets --url http://127.0.0.1:8080 --token \"$TOKEN\" --members 1000 --json
  jifen bench --scenario flash-sale --url http://127.0.0.1:8080 --token \"$TOKEN\" --seconds 60 --report sale.html
  jifen bench --scenario reads --at-least 30000/s --p99 50ms --seconds 600 --url http://127.0.0.1:8080 --token \"$TOKEN\"
  jifen bench --checks scripts/bench/reference.json --report proof.html --url http://127.0.0.1:8080 --token \"$TOKEN\"
  jifen bench --scenario hot-item --stock 1000 --url http://127.0.0.1:8080 --token \"$TOKEN\" --connections 200
  jifen bench --suite --parts new-year --night 1000000 --connections 16
  jifen bench --suite --json --program programs/rulebook --orders orders.ndjson.zst

Exit codes: 0 measured, 1 requests failed, a limit was not met or it could not be measured, 2 wrong use.")]
pub(crate) struct Bench {
    /// What to ask of the server
    #[arg(value_enum)]
    scenario: Option<Scenario>,
    /// A day that a program must be ready for, with demand that rises and falls
    #[arg(long = "scenario", value_enum, value_name = "SCENE", group = "played", conflicts_with_all = ["scenario", "suite"])]
    scene: Option<Scene>,
    /// Days and loads to play one after another, each with what is asked of the installation: JSON
    #[arg(long, value_name = "FILE", group = "played", conflicts_with_all = ["scenario", "suite"])]
    checks: Option<PathBuf>,
    /// For --scenario: what must be judged in a time, such as 30000/s or 100000/day
    #[arg(long, value_name = "RATE", requires = "scene", conflicts_with_all = ["scenario", "suite"])]
    at_least: Option<Rate>,
    /// For --scenario: how long the slowest hundredth may take, such as 50ms
    #[arg(long, value_name = "TIME", requires = "scene", conflicts_with_all = ["scenario", "suite"])]
    p99: Option<Within>,
    /// For --scenario and --checks: where to write a report with drawings, HTML
    #[arg(long, value_name = "FILE", requires = "played", conflicts_with_all = ["scenario", "suite"])]
    report: Option<PathBuf>,
    /// For hot-item: pieces there are
    #[arg(long, value_name = "PIECES", default_value_t = 500, value_parser = clap::value_parser!(i64).range(1..=1_000_000))]
    stock: i64,
    /// For --scenario: milliseconds beyond which the slowest hundredth counts as overload
    #[arg(long, value_name = "MS", default_value_t = 800)]
    limit_ms: u64,
    /// The server, such as http://127.0.0.1:8080
    #[arg(long, env = "JIFEN_URL")]
    url: Option<String>,
    /// A token that may do what is asked
    #[arg(long, env = "JIFEN_TOKEN", hide_env_values = true, hide_default_value = true)]
    token: Option<String>,
    /// Connections that ask at the same time
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    connections: u32,
    /// How long to measure
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=3_600))]
    seconds: u64,
    /// Members that events and reads are about
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    members: u32,
    /// Events of a batch
    #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    batch: u32,
    /// Print lines of JSON
    #[arg(long)]
    json: bool,
    /// Measure everything, on servers of its own
    #[arg(long)]
    suite: bool,
    /// For --suite: the rule book
    #[arg(long, env = "JIFEN_PROGRAM", value_name = "DIR", default_value = "programs/rulebook")]
    program: PathBuf,
    /// For --suite: the year of orders; left out, the replay is not measured
    #[arg(long, value_name = "FILE")]
    orders: Option<PathBuf>,
    /// For --suite: only these parts of it, with commas
    #[arg(long, value_enum, value_name = "PARTS", value_delimiter = ',', requires = "suite",
        default_values_t = [suite::Part::Requests, suite::Part::Redemptions, suite::Part::Year, suite::Part::Board, suite::Part::Million, suite::Part::Large, suite::Part::NewYear])]
    parts: Vec<suite::Part>,
    /// For --suite: members of the largest store
    #[arg(long, value_name = "MEMBERS", default_value_t = 10_000_000, value_parser = clap::value_parser!(u32).range(1..=100_000_000))]
    large: u32,
    /// For --suite: members whose points lapse on New Year's Eve
    #[arg(long, value_name = "MEMBERS", default_value_t = 1_000_000, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    night: u32,
    /// For --suite: a folder on the disk to measure; what is made in it is removed at the end
    #[arg(long, value_name = "DIR", default_value = ".")]
    work: PathBuf,
}

impl Bench {
    pub(crate) fn run(&self) -> Result {
        if self.suite {
            return suite::run(self);
        }
        if self.scene.is_some() || self.checks.is_some() {
            return stress::run(self);
        }
        let (Some(scenario), Some(url), Some(token)) = (self.scenario, &self.url, &self.token) else {
            return Err(Failure::usage("what is to be measured? give a scenario, --url and --token, or --suite"));
        };
        let (address, host) = address(url)?;
        let target = self.target(host, token)?;
        let load = Load { scenario, connections: self.connections, seconds: self.seconds };
        let measured = match scenario {
            Scenario::HotItem => redeem::hot_item(address, &target, self.connections)?,
            _ => load::run(address, &target, load)?,
        };
        if self.json {
            terminal::json(&as_json(&measured))?;
        } else {
            tell(&measured);
        }
        match &measured.first_error {
            Some(error) => Err(Failure::new(format!("{} requests failed, the first: {error}", measured.errors))),
            None => Ok(()),
        }
    }

    fn target(&self, host: String, token: &str) -> Result<Target> {
        let mut random = [0; 4];
        getrandom::fill(&mut random).map_err(|error| Failure::new(format!("no randomness: {error}")))?;
        Ok(Target {
            host,
            token: token.to_owned(),
            time: jifen_engine::Clock::new(0).now().to_string(),
            run: format!("{:08x}", u32::from_le_bytes(random)),
            members: self.members,
            batch: self.batch,
        })
    }
}

/// Where an address such as `http://127.0.0.1:8080` leads.
fn address(url: &str) -> Result<(SocketAddr, String)> {
    let host = url.strip_prefix("http://").map(|rest| rest.trim_end_matches('/')).filter(|host| !host.contains('/'));
    let host = host.ok_or_else(|| Failure::usage(format!("--url must be like http://127.0.0.1:8080, not {url}")))?;
    let with_port = if host.contains(':') { host.to_owned() } else { format!("{host}:80") };
    let found = with_port.to_socket_addrs().ok().and_then(|mut addresses| addresses.next());
    let address = found.ok_or_else(|| Failure::usage(format!("--url: there is no host {host}")))?;
    Ok((address, host.to_owned()))
}

fn as_json(measured: &Measured) -> serde_json::Value {
    json!({
        "requests": measured.requests(),
        "requests_per_second": measured.rate().round(),
        "events_per_second": events_rate(measured).round(),
        "p50_ms": measured.within_ms(500),
        "p99_ms": measured.within_ms(990),
        "max_ms": measured.within_ms(1000),
        "errors": measured.errors,
        "events_turned_away": measured.turned_away,
    })
}

fn tell(measured: &Measured) {
    terminal::line(format!("{:.0} requests/s", measured.rate()));
    if measured.events > 1 {
        let away = measured.turned_away;
        terminal::line(format!("{:.0} events/s, {away} more were turned away (503)", events_rate(measured)));
    }
    terminal::line(format!(
        "p50 {:.2} ms, p99 {:.2} ms, max {:.2} ms, {} errors",
        measured.within_ms(500),
        measured.within_ms(990),
        measured.within_ms(1000),
        measured.errors
    ));
}

#[expect(clippy::float_arithmetic, reason = "a rate, not points or money")]
fn events_rate(measured: &Measured) -> f64 {
    let away = measured.turned_away as f64 / measured.elapsed.as_secs_f64().max(0.001);
    measured.rate() * f64::from(measured.events) - away
}
