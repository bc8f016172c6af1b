//! Everything that is measured, in one run on one machine, each figure beside what it is to be compared with.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use serde::Serialize;

use crate::failure::{self, Failure, Result};
use crate::terminal;

use super::board;
use super::load::{self, Load, Measured};
use super::redeem;
use super::scenario::Scenario;
use super::server::{Server, this_program};
use super::sweep;
use super::{Bench, events_rate};

/// A figure as `scripts/bench/table.mjs` reads it.
#[derive(Serialize, Default)]
struct Figure<'a> {
    figure: &'a str,
    value: f64,
    unit: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    beside: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at_least: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at_most: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

/// Members of the ordinary measurements, and of the large one.
const MEMBERS: u32 = 100_000;
const MANY: u32 = 1_000_000;

/// Members that redeem one hot item, and rewards of a large shelf.
const HOT_MEMBERS: u32 = 60_000;
const SHELF: u32 = 10_000;

/// Loads in batches by which members get a past before single requests are measured.
const PAST_LOADS: u32 = 2;

/// How long a server is given after its start before batches are measured.
const KNOWS_WITHIN: Duration = Duration::from_secs(180);

/// What everything is compared with.
const EMPTY: &str = "empty-handler";

/// A folder that is gone when this is dropped.
struct Work(PathBuf);

impl Drop for Work {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

struct Suite<'a> {
    bench: &'a Bench,
    work: Work,
    token: String,
}

/// Measures everything.
pub(super) fn run(bench: &Bench) -> Result {
    let token = jifen_server::callers::new_token().map_err(|error| Failure::new(format!("no randomness: {error}")))?;
    let work = bench.work.join(format!("jifen-bench-{}", std::process::id()));
    std::fs::create_dir_all(&work).map_err(failure::io(format!("creating {}", work.display())))?;
    let suite = Suite { bench, work: Work(work), token };
    for part in &bench.parts {
        match part {
            Part::Requests => suite.requests()?,
            Part::Redemptions => suite.redemptions()?,
            Part::Year => suite.year()?,
            Part::Board => suite.board()?,
            Part::Million => suite.million()?,
            Part::Large => suite.large(bench.large)?,
            Part::NewYear => suite.new_year(bench.night)?,
        }
    }
    Ok(())
}

/// A part of the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Part {
    /// The empty handler, single orders, batches, wallets
    Requests,
    /// A hot item, and a shelf of ten thousand rewards
    Redemptions,
    /// A year of real orders
    Year,
    /// A leaderboard with a million members
    Board,
    /// Start, memory and orders with a million members
    Million,
    /// Orders, verification, backup and restore with --large members
    Large,
    /// The night in which the points of --night members lapse, while live requests go on
    NewYear,
}

impl Suite<'_> {
    fn show(&self, figure: &Figure<'_>) -> Result {
        if self.bench.json {
            return terminal::json(figure);
        }
        let note = figure.note.as_deref().unwrap_or_default();
        terminal::line(format!("{:<24} {:>12.2} {:<12} {note}", figure.figure, figure.value, figure.unit));
        Ok(())
    }

    fn folder(&self, name: &str) -> PathBuf {
        self.work.0.join(name)
    }

    fn load(&self, server: &Server, members: u32, scenario: Scenario, connections: u32) -> Result<Measured> {
        let mut target = self.bench.target(server.address.to_string(), &self.token)?;
        target.members = members;
        let load = Load { scenario, connections, seconds: self.bench.seconds };
        let measured = load::run(server.address, &target, load)?;
        match &measured.first_error {
            Some(error) => Err(Failure::new(format!("{} requests failed, the first: {error}", measured.errors))),
            None => Ok(measured),
        }
    }

    /// The empty handler, single orders, batches, wallets.
    fn requests(&self) -> Result {
        let data = self.folder("requests");
        let server = Server::start(&data, &self.bench.program, &self.token)?;
        let live = self.load(&server, MEMBERS, Scenario::Live, 64)?;
        self.show(&Figure { figure: EMPTY, value: live.rate(), unit: "requests/s", ..Figure::default() })?;
        let mut target = self.bench.target(server.address.to_string(), &self.token)?;
        target.members = MEMBERS;
        load::enroll(server.address, &target, 4)?;
        // Members who have bought before: whoever is new is told much, and assessed for the first time.
        for _ in 0..PAST_LOADS {
            self.load(&server, MEMBERS, Scenario::Batches, 4)?;
        }
        load::all_told(server.address, &target)?;
        server.rests()?;
        for (figure, slow, connections) in [("orders-64", "orders-64-p99", 64), ("orders-256", "orders-256-p99", 256)] {
            let measured = self.load(&server, MEMBERS, Scenario::Orders, connections)?;
            let note = format!("{connections} connections, 100,000 members, the whole rule book");
            self.show(&Figure {
                figure,
                value: measured.rate(),
                unit: "requests/s",
                beside: Some(EMPTY),
                at_least: Some(0.22),
                note: Some(note),
                ..Figure::default()
            })?;
            let (p50, max) = (measured.within_ms(500), measured.within_ms(1000));
            self.show(&Figure {
                figure: slow,
                value: measured.within_ms(990),
                unit: "ms",
                at_most: Some(50.0),
                note: Some(format!("p50 {p50:.1} ms, max {max:.1} ms")),
                ..Figure::default()
            })?;
        }
        let batches = self.load(&server, MEMBERS, Scenario::Batches, 8)?;
        self.show(&Figure {
            figure: "batches-of-500",
            value: events_rate(&batches),
            unit: "events/s",
            at_least: Some(40_000.0),
            note: Some(format!("8 connections, p99 {:.0} ms a batch", batches.within_ms(990))),
            ..Figure::default()
        })?;
        let wallets = self.load(&server, MEMBERS, Scenario::Wallets, 64)?;
        self.show(&Figure {
            figure: "wallets",
            value: wallets.rate(),
            unit: "requests/s",
            beside: Some(EMPTY),
            at_least: Some(0.8),
            note: Some(format!("64 connections, p99 {:.1} ms", wallets.within_ms(990))),
            ..Figure::default()
        })?;
        self.queries(&server)?;
        server.stop()?;
        // A figure of a server that lost count is none.
        Self::verified(&data)
    }

    /// One hot item that everybody redeems, and a shelf of ten thousand rewards at everybody's own price.
    fn redemptions(&self) -> Result {
        let data = self.folder("redemptions");
        let server = Server::start(&data, &self.bench.program, &self.token)?;
        let mut target = self.bench.target(server.address.to_string(), &self.token)?;
        target.members = HOT_MEMBERS;
        let measured = redeem::hot_item(server.address, &target, 64)?;
        if let Some(error) = &measured.first_error {
            return Err(Failure::new(format!("{} redemptions failed, the first: {error}", measured.errors)));
        }
        self.show(&Figure {
            figure: "hot-item",
            value: measured.rate(),
            unit: "redemptions/s",
            at_least: Some(10_000.0),
            note: Some("64 connections, one item, a member each".to_owned()),
            ..Figure::default()
        })?;
        let (p50, max) = (measured.within_ms(500), measured.within_ms(1000));
        self.show(&Figure {
            figure: "hot-item-p99",
            value: measured.within_ms(990),
            unit: "ms",
            at_most: Some(50.0),
            note: Some(format!("p50 {p50:.1} ms, max {max:.1} ms")),
            ..Figure::default()
        })?;
        redeem::fill_shelf(server.address, &target, SHELF)?;
        let measured = self.load(&server, HOT_MEMBERS, Scenario::Shelf, 1)?;
        let (p50, max) = (measured.within_ms(500), measured.within_ms(1000));
        self.show(&Figure {
            figure: "shelf-p99",
            value: measured.within_ms(990),
            unit: "ms",
            at_most: Some(20.0),
            note: Some(format!("10,000 rewards ranked at a member's own prices; p50 {p50:.1} ms, max {max:.1} ms")),
            ..Figure::default()
        })?;
        let measured = self.load(&server, HOT_MEMBERS, Scenario::Shelf, 8)?;
        let (p50, max) = (measured.within_ms(500), measured.within_ms(1000));
        self.show(&Figure {
            figure: "shelf-8-p99",
            value: measured.within_ms(990),
            unit: "ms",
            at_most: Some(20.0),
            note: Some(format!("8 connections, {:.0} requests/s; p50 {p50:.1} ms, max {max:.1} ms", measured.rate())),
            ..Figure::default()
        })?;
        server.stop()?;
        Self::verified(&data)
    }

    /// How long a member waits for balance and records, four at a time, beside the presets of the planning documents:
    /// 50 ms for an answer, and milliseconds for these (REL-06).
    fn queries(&self, server: &Server) -> Result {
        for (figure, scenario) in [("wallet-p99", Scenario::Wallets), ("entries-p99", Scenario::Entries)] {
            let measured = self.load(server, MEMBERS, scenario, 4)?;
            let (p50, max) = (measured.within_ms(500), measured.within_ms(1000));
            self.show(&Figure {
                figure,
                value: measured.within_ms(990),
                unit: "ms",
                at_most: Some(50.0),
                note: Some(format!("4 connections, p50 {p50:.2} ms, max {max:.1} ms")),
                ..Figure::default()
            })?;
        }
        Ok(())
    }

    fn verified(data: &Path) -> Result {
        let status = this_program()?.arg("verify").arg("--data").arg(data).stdout(Stdio::null()).status();
        let status = status.map_err(failure::io("verifying"))?;
        if status.success() { Ok(()) } else { Err(Failure::new("after the load, journal and wallets do not agree")) }
    }

    /// A year of real orders.
    fn year(&self) -> Result {
        let Some(orders) = &self.bench.orders else {
            terminal::remark("the year of orders is not measured: give --orders FILE");
            return Ok(());
        };
        let mut replay = this_program()?;
        replay.arg("replay").arg(orders).arg("--data").arg(self.folder("year"));
        replay.arg("--program").arg(&self.bench.program).arg("--json").stderr(Stdio::inherit());
        let output = replay.output().map_err(failure::io("replaying"))?;
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        let seconds = report["seconds"].as_f64().filter(|_| output.status.success());
        let seconds = seconds.ok_or_else(|| Failure::new("the replay failed"))?;
        let note = format!("{} orders of {} members", report["orders"], report["members"]);
        self.show(&Figure {
            figure: "year-replayed",
            value: seconds,
            unit: "s",
            at_most: Some(8.0),
            note: Some(note),
            ..Figure::default()
        })
    }

    /// The night in which the points of all members lapse.
    fn new_year(&self, members: u32) -> Result {
        let data = self.folder("new-year");
        let night = sweep::night(self.bench, members, &self.token, &data)?;
        for measured in [&night.orders, &night.wallets] {
            if let Some(error) = &measured.first_error {
                return Err(Failure::new(format!("{} requests failed, the first: {error}", measured.errors)));
            }
        }
        self.show(&Figure {
            figure: "new-year-sweep",
            value: night.swept_in.as_secs_f64(),
            unit: "s",
            at_most: Some(180.0),
            note: Some(format!("the points of {members} members lapsed at midnight")),
            ..Figure::default()
        })?;
        for (figure, measured) in [("new-year-orders-p99", &night.orders), ("new-year-wallets-p99", &night.wallets)] {
            let (p50, max) = (measured.within_ms(500), measured.within_ms(1000));
            self.show(&Figure {
                figure,
                value: measured.within_ms(990),
                unit: "ms",
                at_most: Some(50.0),
                note: Some(format!("meanwhile, {:.0} requests/s; p50 {p50:.1} ms, max {max:.1} ms", measured.rate())),
                ..Figure::default()
            })?;
        }
        Self::verified(&data)
    }

    /// A leaderboard of a million members: nobody's place may cost a look at everybody.
    fn board(&self) -> Result {
        let data = self.folder("board");
        let places = board::measure(&data, MANY)?;
        for (figure, sorted) in [("board-place-p99", &places.own), ("board-top-p99", &places.first)] {
            let (p50, max) = (board::within_ms(sorted, 500), board::within_ms(sorted, 1_000));
            self.show(&Figure {
                figure,
                value: board::within_ms(sorted, 990),
                unit: "ms",
                at_most: Some(20.0),
                note: Some(format!("{} members; p50 {p50:.2} ms, max {max:.1} ms", grouped(MANY))),
                ..Figure::default()
            })?;
        }
        Self::gone(&data)
    }

    /// A million members: how fast they come in, how much memory they take, how long a start takes.
    fn million(&self) -> Result {
        let (data, server) = self.enrolled("million", MANY)?;
        let started = server.started_in.as_secs_f64();
        self.show(&Figure { figure: "million-start", value: started, unit: "s", ..Figure::default() })?;
        let measured = self.load(&server, MANY, Scenario::Orders, 64)?;
        self.show(&Figure {
            figure: "million-orders-64",
            value: measured.rate(),
            unit: "requests/s",
            beside: Some("orders-64"),
            at_least: Some(0.5),
            note: Some(format!("p99 {:.1} ms", measured.within_ms(990))),
            ..Figure::default()
        })?;
        let (memory, most) = server.memory_mb().unwrap_or_default();
        let value = f64::from(u32::try_from(memory).unwrap_or(u32::MAX));
        let note = Some(format!("{most} MB at most"));
        self.show(&Figure { figure: "million-memory", value, unit: "MB", note, ..Figure::default() })?;
        server.stop()?;
        Self::gone(&data)
    }

    /// Ten million members, unless told otherwise: what a large company has after its first year. The same load as with
    /// a hundred thousand, and what one does with such a store: prove it, copy it, bring it back.
    fn large(&self, members: u32) -> Result {
        let few = self.rate_with("few", MEMBERS.min(members))?;
        self.show(&Figure {
            figure: "few-batches",
            value: few,
            unit: "events/s",
            note: Some(format!("{} members, batches of 500, 8 connections", grouped(MEMBERS.min(members)))),
            ..Figure::default()
        })?;
        let (data, server) = self.enrolled("large", members)?;
        let measured = self.settled(&server, members)?;
        self.show(&Figure {
            figure: "large-batches",
            value: events_rate(&measured),
            unit: "events/s",
            beside: Some("few-batches"),
            at_least: Some(0.5),
            note: Some(format!("{} members, p99 {:.0} ms a batch", grouped(members), measured.within_ms(990))),
            ..Figure::default()
        })?;
        server.stop()?;
        let folder = |name: &str| self.folder(name).display().to_string();
        let (place, copy, back) = (data.display().to_string(), folder("large.db"), folder("back"));
        let (took, said) = timed(&["verify", "--json", "--data", &place])?;
        let entries = said["entries"].as_u64().ok_or_else(|| Failure::new("verification told no entries"))?;
        let note = Some(format!("{} entries", terminal::grouped(i64::try_from(entries).unwrap_or(i64::MAX))));
        self.show(&Figure { figure: "large-verified", value: took, unit: "s", note, ..Figure::default() })?;
        let (took, _) = timed(&["backup", &copy, "--data", &place])?;
        let bytes = std::fs::metadata(&copy).map_err(failure::io("looking at the backup"))?.len();
        let note = Some(format!("{} MB", bytes >> 20));
        self.show(&Figure { figure: "large-backup", value: took, unit: "s", note, ..Figure::default() })?;
        // Room for the copy that comes back.
        Self::gone(&data)?;
        let (took, _) = timed(&["restore", &copy, "--data", &back])?;
        self.show(&Figure { figure: "large-restore", value: took, unit: "s", ..Figure::default() })?;
        // What came back is what was there.
        let (_, said) = timed(&["verify", "--json", "--data", &back])?;
        if said["entries"].as_u64() != Some(entries) {
            return Err(Failure::new("what came back has not the entries of what was copied"));
        }
        Ok(())
    }

    /// Events a second in batches, about so many members.
    fn rate_with(&self, name: &str, members: u32) -> Result<f64> {
        let (data, server) = self.enrolled(name, members)?;
        let measured = self.settled(&server, members)?;
        server.stop()?;
        Self::gone(&data)?;
        Ok(events_rate(&measured))
    }

    /// Batches on a server that has been up for a while: it knows its ids, and has a load behind it.
    fn settled(&self, server: &Server, members: u32) -> Result<Measured> {
        server.rests_within(KNOWS_WITHIN);
        self.load(server, members, Scenario::Batches, 8)?;
        self.load(server, members, Scenario::Batches, 8)
    }

    /// A server whose store has so many members, started anew.
    fn enrolled(&self, name: &str, members: u32) -> Result<(PathBuf, Server)> {
        let data = self.folder(name);
        let server = Server::start(&data, &self.bench.program, &self.token)?;
        let mut target = self.bench.target(server.address.to_string(), &self.token)?;
        target.members = members;
        let took = load::enroll(server.address, &target, 8)?;
        let (_, most) = server.memory_mb().unwrap_or_default();
        self.show(&Figure {
            figure: &format!("{name}-enrolled"),
            value: per_second(members, took.as_secs_f64()),
            unit: "members/s",
            note: Some(format!("{:.1} s; the server took {most} MB at most", took.as_secs_f64())),
            ..Figure::default()
        })?;
        server.stop()?;
        Ok((data.clone(), Server::start(&data, &self.bench.program, &self.token)?))
    }

    /// Makes room for what comes next.
    fn gone(data: &Path) -> Result {
        std::fs::remove_dir_all(data).map_err(failure::io(format!("removing {}", data.display())))
    }
}

/// Runs this program with those arguments; gives the seconds it took, and what it said where that is JSON.
fn timed(arguments: &[&str]) -> Result<(f64, serde_json::Value)> {
    let began = load::now();
    let output = this_program()?.args(arguments).stderr(Stdio::inherit()).output();
    let output = output.map_err(failure::io(format!("jifen {}", arguments[0])))?;
    if !output.status.success() {
        return Err(Failure::new(format!("jifen {} failed: {}", arguments[0], output.status)));
    }
    Ok((began.elapsed().as_secs_f64(), serde_json::from_slice(&output.stdout).unwrap_or_default()))
}

fn grouped(count: u32) -> String {
    terminal::grouped(i64::from(count))
}

#[expect(clippy::float_arithmetic, reason = "a rate, not points or money")]
fn per_second(count: u32, seconds: f64) -> f64 {
    f64::from(count) / seconds.max(0.001)
}
