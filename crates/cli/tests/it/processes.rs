//! Several servers of one database, two of which join while requests come in, killed one after another, with the
//! database restarted in the middle: what was confirmed is there once, and a budget is spent exactly.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::database::postgres;
use crate::http::{Client, order};
use crate::run::{Server, root, run};

const SERVERS: usize = 3;
const CLIENTS: u32 = 6;
const MEMBERS: u32 = 50;

/// What the gifts may bring in all, and each of them.
const BUDGET: i64 = 10_000;
const GIFT: i64 = 40;

/// Where servers listen just now; nothing for one that is down.
type Addresses = Mutex<[Option<SocketAddr>; SERVERS]>;

/// The rule book with a gift out of a budget, and nothing that caps what members earn.
fn bundle(dir: &Path) {
    let from = root().join("programs/rulebook");
    std::fs::create_dir(dir).unwrap();
    for file in std::fs::read_dir(&from).unwrap().map(Result::unwrap) {
        let name = file.file_name();
        match name.to_str().unwrap() {
            "caps.yaml" | "examples.yaml" => {}
            "earning.yaml" => {
                let rules = std::fs::read_to_string(file.path()).unwrap();
                let gift = format!(
                    "rules:\n  - id: flood\n    name: {{ zh: 限量礼, en: Gift }}\n    on: flood.gift\n    \
                     award: {{ points: {GIFT} }}\n    budget: {{ points: {BUDGET} }}\n    source: campaign\n"
                );
                std::fs::write(dir.join(&name), rules.replacen("rules:\n", &gift, 1)).unwrap();
            }
            _ => {
                std::fs::copy(file.path(), dir.join(&name)).unwrap();
            }
        }
    }
}

fn gift(id: &str, member: &str) -> String {
    format!(
        r#"{{"specversion":"1.0","id":"{id}","source":"/test","type":"flood.gift","subject":"{member}","data":{{}}}}"#
    )
}

/// What one client was told: points by event.
#[derive(Default)]
struct Told {
    points: BTreeMap<String, i64>,
    /// Events that were sent more than once, because nobody answered.
    again: u32,
    /// Events that waited longer for an answer than people do.
    late: usize,
    /// Events that each server answered.
    by: [usize; SERVERS],
}

/// How long somebody waits at a counter while the till asks again.
const PATIENCE: Duration = Duration::from_secs(15);

/// Sends events to servers at random until it is told to stop; each again and again until it is answered.
fn keep_sending(addresses: &Addresses, number: u32, stop: &AtomicBool) -> Told {
    let mut told = Told::default();
    let mut state = u64::from(number) * 7_919 + 1;
    let mut random = move |below: u32| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as u32 % below
    };
    let mut lines: [Option<(SocketAddr, Client)>; SERVERS] = Default::default();
    for event in 0.. {
        if stop.load(Ordering::SeqCst) {
            break;
        }
        let member = format!("m{}", random(MEMBERS));
        let id = format!("c{number}-{event}");
        let body = if random(2) == 0 { gift(&id, &member) } else { order(&id, &member) };
        let began = Instant::now();
        for attempt in 0.. {
            assert!(began.elapsed() < Duration::from_secs(120), "{id} is not answered by anybody");
            let up = up(addresses);
            let at = up.get(random(SERVERS as u32) as usize % up.len().max(1)).copied();
            if let Some((at, points)) = at.and_then(|at| Some((at, send(addresses, &mut lines, at, &body, attempt)?))) {
                told.points.insert(id, points);
                told.by[at] += 1;
                told.again += u32::from(attempt > 0);
                told.late += usize::from(began.elapsed() > PATIENCE);
                break;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
    told
}

/// The servers that a balancer would choose from.
fn up(addresses: &Addresses) -> Vec<usize> {
    let addresses = addresses.lock().unwrap_or_else(PoisonError::into_inner);
    (0..SERVERS).filter(|at| addresses[*at].is_some()).collect()
}

/// Sends one event to one server; the points it brought, or nothing where nobody knows.
fn send(
    addresses: &Addresses,
    lines: &mut [Option<(SocketAddr, Client)>; SERVERS],
    at: usize,
    body: &str,
    attempt: u32,
) -> Option<i64> {
    let address = addresses.lock().unwrap_or_else(PoisonError::into_inner)[at]?;
    if lines[at].as_ref().is_none_or(|(to, _)| *to != address) {
        lines[at] = Some((address, Client::open(address).ok()?));
    }
    let (_, client) = lines[at].as_mut()?;
    let Ok(answer) = client.event(body) else {
        lines[at] = None;
        return None;
    };
    match answer.status {
        200 => {
            assert!(attempt > 0 || !answer.is_replayed(), "it was never sent before: {answer:?}");
            let awards = answer.body["awards"].as_array().unwrap();
            Some(awards.iter().map(|award| award["points"].as_i64().unwrap()).sum())
        }
        500 | 503 | 409 => None,
        _ => panic!("{body}: {answer:?}"),
    }
}

fn begin(dir: &Path, url: &str) -> Server {
    Server::start_on(dir, "keys", "bundle", &["--sandbox", "--database-url", url])
}

/// Kills a server and starts another in its place.
fn replace(servers: &mut [Option<Server>], addresses: &Addresses, at: usize, dir: &Path, url: &str) {
    addresses.lock().unwrap()[at] = None;
    servers[at].take().unwrap().kill();
    std::thread::sleep(Duration::from_millis(500));
    join(servers, addresses, at, dir, url);
}

/// Starts another server: all it needs is where the database is.
fn join(servers: &mut [Option<Server>], addresses: &Addresses, at: usize, dir: &Path, url: &str) {
    let server = begin(dir, url);
    addresses.lock().unwrap()[at] = Some(server.address);
    servers[at] = Some(server);
}

// row REL-01
// row REL-07
// row REL-12
// row REL-17
#[test]
fn whatever_dies_what_was_confirmed_is_there_once_and_the_budget_is_spent_exactly() {
    let dir = tempfile::tempdir().unwrap();
    bundle(&dir.path().join("bundle"));
    let database = postgres::Server::start_at(5433, "", |_| {});
    let url = database.fresh();
    let mut servers: Vec<Option<Server>> = (0..SERVERS).map(|_| None).collect();
    let addresses = Addresses::default();
    join(&mut servers, &addresses, 0, dir.path(), &url);
    let stop = AtomicBool::new(false);
    let told: Vec<Told> = std::thread::scope(|scope| {
        let (addresses, stop) = (&addresses, &stop);
        let clients: Vec<_> =
            (0..CLIENTS).map(|number| scope.spawn(move || keep_sending(addresses, number, stop))).collect();
        let pause = || std::thread::sleep(Duration::from_millis(1_500));
        pause();
        join(&mut servers, addresses, 1, dir.path(), &url);
        join(&mut servers, addresses, 2, dir.path(), &url);
        pause();
        replace(&mut servers, addresses, 0, dir.path(), &url);
        pause();
        database.down("immediate");
        std::thread::sleep(Duration::from_millis(700));
        database.up();
        pause();
        replace(&mut servers, addresses, 1, dir.path(), &url);
        replace(&mut servers, addresses, 2, dir.path(), &url);
        pause();
        stop.store(true, Ordering::SeqCst);
        clients.into_iter().map(|client| client.join().unwrap()).collect()
    });
    let (events, again) =
        (told.iter().map(|told| told.points.len()).sum::<usize>(), told.iter().map(|told| told.again).sum::<u32>());
    assert!(events > 400, "only {events} events were answered");
    assert!(again > 0, "nothing that died was missed by anybody");
    let by = |at: usize| told.iter().map(|told| told.by[at]).sum::<usize>();
    assert!((0..SERVERS).all(|at| by(at) > 0), "who joined got nothing to do: {} {} {}", by(0), by(1), by(2));
    // Two processes at least were up at any time, and whoever asked again was served: 99.9 % and more.
    let late: usize = told.iter().map(|told| told.late).sum();
    assert!(late * 1_000 <= events, "{late} of {events} requests were not served in time");

    // The rest of the budget, from all three at once; then every event is an answer that was given before.
    let given =
        |told: &[Told]| told.iter().flat_map(|told| told.points.values()).filter(|points| **points > 1).sum::<i64>();
    let left = BUDGET - given(&told);
    assert!(left >= 0, "gifts brought {} points of {BUDGET}", BUDGET - left);
    let rest: i64 = std::thread::scope(|scope| {
        let spenders: Vec<_> = (0..SERVERS)
            .map(|at| {
                let address = servers[at].as_ref().unwrap().address;
                scope.spawn(move || {
                    let mut client = Client::open(address).unwrap();
                    let gifts = (0..).map(|number| {
                        let answer =
                            client.event(&gift(&format!("rest-{at}-{number}"), &format!("m{number}"))).unwrap();
                        answer.body["awards"]
                            .as_array()
                            .unwrap()
                            .iter()
                            .map(|award| award["points"].as_i64().unwrap())
                            .sum::<i64>()
                    });
                    gifts.take_while(|points| *points > 0).sum::<i64>()
                })
            })
            .collect();
        spenders.into_iter().map(|spender| spender.join().unwrap()).sum()
    });
    assert_eq!(rest, left, "a budget is spent to the point, and not a point more");

    let mut client = Client::open(servers[1].as_ref().unwrap().address).unwrap();
    for (id, points) in told.iter().flat_map(|told| &told.points).step_by(7) {
        let number: u32 = id[1..2].parse().unwrap();
        assert!(number < CLIENTS);
        let body = if *points == 1 { order(id, "m0") } else { gift(id, "m0") };
        // Of another member: were it not known, it would count; known with other content, it is a conflict.
        let answer = client.event(&body).unwrap();
        assert!(answer.status == 422 || answer.is_replayed(), "{id} was confirmed and is gone: {answer:?}");
    }
    let said = run(dir.path(), ["verify", "--json", "--database-url", &url]).well().json();
    assert_eq!(said["agrees"], true, "{said}");
    let confirmed = told.iter().flat_map(|told| told.points.values()).sum::<i64>() + rest;
    assert_eq!(said["units"]["points"]["accounts"]["available"], confirmed, "{said}");
    for server in servers.into_iter().flatten() {
        assert_eq!(server.stop(), 0);
    }
}
