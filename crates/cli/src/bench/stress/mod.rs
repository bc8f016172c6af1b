//! `jifen bench --scenario`: a day that a program must be ready for, played on a running server, with a report.
//!
//! Demand is the number of those who ask at the same time; each asks again as soon as it is answered. The first phase is
//! an ordinary hour; the others are told in percent of it. Where limits are asked for, each gets a verdict.

mod asked;
mod asking;
mod limits;
mod report;
mod scene;
mod tally;

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};

use crate::failure::{self, Failure, Result};
use crate::terminal;

use self::asked::Asked;
use self::asking::{Seen, Shared, hot_item, keep_asking, post};
use self::limits::Verdict;
pub(crate) use self::limits::{Rate, Within};
use self::scene::Phase;
pub(crate) use self::scene::Scene;
use self::tally::Tally;
use super::Bench;
use super::http::Connection;
use super::load;
use super::scenario::Target;

/// Members are enrolled before it begins: more than that takes longer than what is to be learned.
const MEMBERS_MAX: u32 = 10_000;

/// Points that a piece of the hot item costs.
const HOT_POINTS: i64 = 10;

/// Of ten thousand requests, how many may go without a judgment before a phase counts as overloaded.
const LOST_SHARE_MAX: u64 = 100;

/// What came of a phase.
struct Played {
    phase: Phase,
    seconds: usize,
    tally: Tally,
    overloaded: bool,
}

/// What came of a scene.
struct Outcome {
    /// What it was to prove, where that has a name.
    name: Option<String>,
    scene: Scene,
    played: Vec<Played>,
    seconds: Vec<Tally>,
    /// Where each second belongs.
    phases: Vec<usize>,
    hot: Option<Hot>,
    first_failure: Option<String>,
    verdicts: Vec<Verdict>,
}

/// What became of the hot item.
struct Hot {
    stock: i64,
    redeemed: i64,
    remaining: i64,
}

/// Plays what is asked for on a server, one scene after another.
pub(super) fn run(bench: &Bench) -> Result {
    let (Some(url), Some(token)) = (&bench.url, &bench.token) else {
        return Err(Failure::usage("which server? give --url and --token"));
    };
    let asked = Asked::of(bench)?;
    let (address, host) = super::address(url)?;
    let mut outcomes = Vec::with_capacity(asked.len());
    for asked in &asked {
        let members = asked.members.min(MEMBERS_MAX);
        let target = Target { members, batch: asked.batch, ..bench.target(host.clone(), token)? };
        let outcome = play(bench, asked, address, &target)?;
        tell(bench, &outcome)?;
        outcomes.push(outcome);
    }
    if let Some(file) = &bench.report {
        std::fs::write(file, report::html(&outcomes)).map_err(failure::io(format!("writing {}", file.display())))?;
        terminal::remark(format!("the report is in {}", file.display()));
    }
    outcomes.iter().try_for_each(verdict)?;
    all_met(&outcomes)
}

/// Plays one scene on a server that gets what it needs first.
fn play(bench: &Bench, asked: &Asked, address: SocketAddr, target: &Target) -> Result<Outcome> {
    if let Some(name) = asked.name.as_ref().filter(|_| !bench.json) {
        terminal::line(name);
    }
    load::enroll(address, target, 4)?;
    let is_hot = asked.scene == Scene::HotItem;
    if is_hot {
        let body = json!({
            "id": hot_item(target), "name": "bench", "kind": "coupon", "category": "daily", "points": HOT_POINTS,
            "stock": bench.stock,
        });
        ask(address, &post(target, "/v1/rewards", &body.to_string()))?;
    }
    let (shared, seen) = storm(bench, asked, address, target)?;
    let hot = is_hot.then(|| look(bench, address, target, &seen)).transpose()?;
    let mut outcome = outcome(bench.limit_ms, asked, &shared, seen, hot);
    outcome.verdicts = asked.limits.judge(&outcome);
    Ok(outcome)
}

/// One request, for what is done before and after.
fn ask(address: SocketAddr, request: &[u8]) -> Result<Value> {
    load::runtime()?.block_on(async {
        let mut line = Connection::open(address).await.map_err(failure::io(format!("connecting to {address}")))?;
        let (status, body) = line.call(request).await.map_err(failure::io("asking the server"))?;
        if !(200..300).contains(&status) {
            let what = String::from_utf8_lossy(&body[..body.len().min(300)]).into_owned();
            return Err(Failure::new(format!("the server answered {status}: {what}")));
        }
        serde_json::from_slice(body).map_err(|error| Failure::new(error.to_string()))
    })
}

/// Many ask at the same time, until the scene is over.
fn storm(bench: &Bench, asked: &Asked, address: SocketAddr, target: &Target) -> Result<(Arc<Shared>, Vec<Seen>)> {
    let seconds = usize::try_from(asked.seconds).unwrap_or(usize::MAX);
    let shared = Arc::new(Shared {
        address,
        target: target.clone(),
        scene: asked.scene,
        began: load::now(),
        all: Duration::from_secs(asked.seconds),
        crowd: asked.connections,
        answered: AtomicU64::new(0),
        lost: AtomicU64::new(0),
        seconds: (0..seconds).map(|_| Mutex::default()).collect(),
    });
    let seen = load::runtime()?.block_on(async {
        let asking: Vec<_> =
            (0..asked.connections).map(|place| tokio::spawn(keep_asking(Arc::clone(&shared), place))).collect();
        let live = tokio::spawn(show_progress(Arc::clone(&shared), bench.json));
        let mut seen = Vec::with_capacity(asking.len());
        for task in asking {
            seen.push(task.await.map_err(|error| Failure::new(error.to_string()))?);
        }
        live.abort();
        Ok::<_, Failure>(seen)
    })?;
    Ok((shared, seen))
}

/// A line a second on standard error.
async fn show_progress(shared: Arc<Shared>, quiet: bool) {
    loop {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let (answered, lost) = (shared.answered.swap(0, Ordering::Relaxed), shared.lost.swap(0, Ordering::Relaxed));
        let ms = shared.ms().saturating_sub(1);
        let phase = shared.scene.phases()[shared.scene.phase_at(ms, shared.all_ms())];
        if !quiet {
            let (second, name, demand) = (ms / 1_000 + 1, phase.name, phase.demand);
            terminal::remark(format!("{second:>4} s  {name:<10} {demand:>5}%  {answered:>8} answered  {lost:>6} not"));
        }
    }
}

/// What is left of the hot item, and what was promised of it.
fn look(bench: &Bench, address: SocketAddr, target: &Target, seen: &[Seen]) -> Result<Hot> {
    let Target { host, token, .. } = target;
    let path = format!("/v1/rewards/{}", hot_item(target));
    let head = format!("GET {path} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\n\r\n");
    let shown = ask(address, head.as_bytes())?;
    let remaining = shown["remaining"].as_i64().ok_or_else(|| Failure::new("the server does not say what is left"))?;
    let redeemed = seen.iter().map(|seen| seen.redeemed).sum::<u64>();
    Ok(Hot { stock: bench.stock, redeemed: i64::try_from(redeemed).unwrap_or(i64::MAX), remaining })
}

fn outcome(limit_ms: u64, asked: &Asked, shared: &Shared, seen: Vec<Seen>, hot: Option<Hot>) -> Outcome {
    let (scene, all) = (asked.scene, shared.seconds.len());
    let tally = |second: &Mutex<Tally>| second.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let seconds: Vec<Tally> = shared.seconds.iter().map(tally).collect();
    let first_failure = seen.into_iter().find_map(|one| one.first_failure);
    let phase_of = |second: usize| scene.phase_at(second as u64 * 1_000 + 500, shared.all_ms());
    let phases: Vec<usize> = (0..all).map(phase_of).collect();
    let played = scene.phases().iter().enumerate().map(|(place, phase)| {
        let mut tally = Tally::default();
        let of_it: Vec<usize> = (0..all).filter(|second| phases[*second] == place).collect();
        of_it.iter().for_each(|second| tally.join(&seconds[*second]));
        let slow = tally.within_micros(990) > limit_ms * 1_000;
        let overloaded = slow || tally.lost_share() > LOST_SHARE_MAX;
        Played { phase: *phase, seconds: of_it.len(), tally, overloaded }
    });
    let played = played.collect();
    Outcome { name: asked.name.clone(), scene, played, seconds, phases, hot, first_failure, verdicts: Vec::new() }
}

impl Outcome {
    /// The seconds of the greatest demand.
    fn at_the_peak(&self) -> impl Iterator<Item = &Tally> {
        let is_peak = |place: &usize| self.played[*place].phase.demand == self.scene.peak();
        self.seconds.iter().zip(&self.phases).filter(move |(_, phase)| is_peak(phase)).map(|(second, _)| second)
    }
}

impl Played {
    /// What was judged in a second: requests, of batches their events.
    fn rate(&self) -> u64 {
        self.tally.judged / (self.seconds.max(1) as u64)
    }
}

/// Milliseconds with two digits behind the point.
fn ms(micros: u64) -> String {
    format!("{}.{:02}", micros / 1_000, micros % 1_000 / 10)
}

fn tell(bench: &Bench, outcome: &Outcome) -> Result {
    if bench.json {
        return terminal::json(&as_json(outcome));
    }
    for played in &outcome.played {
        let Tally { turned_away, failed, .. } = played.tally;
        terminal::line(format!(
            "{:<10} {:>5}%  {:>8} {}/s  p50 {:>8} ms  p99 {:>8} ms  {turned_away} turned away, {failed} failed{}",
            played.phase.name,
            played.phase.demand,
            played.rate(),
            outcome.scene.counts().1,
            ms(played.tally.within_micros(500)),
            ms(played.tally.within_micros(990)),
            if played.overloaded { "  OVERLOADED" } else { "" },
        ));
    }
    if let Some(Hot { stock, redeemed, remaining }) = outcome.hot {
        terminal::line(format!("of {stock} pieces {redeemed} were redeemed, {remaining} are left"));
    }
    for Verdict { about, wanted, got, met, .. } in &outcome.verdicts {
        let met = if *met { "met" } else { "NOT MET" };
        terminal::line(format!("{met:<8} wanted {wanted}, got {got}: {about}"));
    }
    Ok(())
}

fn as_json(outcome: &Outcome) -> Value {
    let phase = |played: &Played| {
        json!({
            "phase": played.phase.name, "demand_percent": played.phase.demand, "seconds": played.seconds,
            "requests_per_second": played.tally.answered() / (played.seconds.max(1) as u64),
            "judged_per_second": played.rate(), "p50_us": played.tally.within_micros(500),
            "p99_us": played.tally.within_micros(990), "done": played.tally.done, "refused": played.tally.refused,
            "turned_away": played.tally.turned_away, "failed": played.tally.failed, "overloaded": played.overloaded,
        })
    };
    let hot = outcome.hot.as_ref();
    let hot = hot.map(|hot| json!({ "stock": hot.stock, "redeemed": hot.redeemed, "remaining": hot.remaining }));
    let verdict = |one: &Verdict| json!({ "limit": one.limit, "wanted": one.wanted, "got": one.got, "met": one.met });
    json!({
        "check": outcome.name, "phases": outcome.played.iter().map(phase).collect::<Vec<_>>(), "hot_item": hot,
        "limits": outcome.verdicts.iter().map(verdict).collect::<Vec<_>>(),
    })
}

/// A failure where an installation did not give what was asked.
fn all_met(outcomes: &[Outcome]) -> Result {
    let verdicts = || outcomes.iter().flat_map(|outcome| &outcome.verdicts);
    let (all, missed) = (verdicts().count(), verdicts().filter(|verdict| !verdict.met).count());
    match missed {
        0 => Ok(()),
        missed => Err(Failure::new(format!("{missed} of {all} limits were not met"))),
    }
}

fn verdict(outcome: &Outcome) -> Result {
    let failed: u64 = outcome.played.iter().map(|played| played.tally.failed).sum();
    if let Some(Hot { stock, redeemed, remaining }) = outcome.hot {
        let sold_twice = redeemed > stock || failed == 0 && remaining != stock - redeemed;
        if sold_twice {
            return Err(Failure::new(format!("{redeemed} of {stock} pieces were redeemed, and {remaining} are left")));
        }
    }
    match &outcome.first_failure {
        Some(first) => Err(Failure::new(format!("{failed} requests failed, the first: {first}"))),
        None => Ok(()),
    }
}
