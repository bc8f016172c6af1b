//! The server is killed while many connections write, over and over. Whatever it confirmed is there exactly once, and
//! what it did not confirm can be sent again.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::Duration;

use crate::http::{Client, earned, order};
use crate::run::{Server, words};

const ROUNDS: u32 = 20;
const CONNECTIONS: u32 = 8;

/// Few enough that their wallets are written by all connections at once, so many that no cap is reached.
const MEMBERS: u32 = 40;

/// What one connection sent in a round.
#[derive(Default)]
struct Sent {
    confirmed: Vec<(String, String)>,
    /// Sent and not answered: it counted or not.
    open: Option<(String, String)>,
}

fn write_until_killed(address: SocketAddr, round: u32, connection: u32) -> Sent {
    let mut sent = Sent::default();
    let Ok(mut client) = Client::open(address) else { return sent };
    for number in 0.. {
        let id = format!("r{round}-c{connection}-{number}");
        let member = format!("m{}", (number * 7 + connection) % MEMBERS);
        sent.open = Some((id.clone(), member.clone()));
        match client.event(&order(&id, &member)) {
            Ok(answer) => {
                assert_eq!(answer.status, 200, "{answer:?}");
                assert!(!answer.is_replayed(), "{id} was never sent before");
                sent.open = None;
                sent.confirmed.push((id, member));
            }
            Err(_) => break,
        }
    }
    sent
}

// row REL-12
#[test]
fn what_was_confirmed_before_a_kill_is_there_exactly_once() {
    let dir = tempfile::tempdir().unwrap();
    let mut counted: BTreeSet<(String, String)> = BTreeSet::new();
    let mut confirmed_in_all = 0;
    for round in 0..ROUNDS {
        let server = Server::start(dir.path(), "data");
        let address = server.address;
        let writers: Vec<_> = (0..CONNECTIONS)
            .map(|connection| std::thread::spawn(move || write_until_killed(address, round, connection)))
            .collect();
        // Moments that fall into every part of a batch's life.
        std::thread::sleep(Duration::from_millis(u64::from(60 + round * 37 % 200)));
        server.kill();
        let sent: Vec<Sent> = writers.into_iter().map(|writer| writer.join().unwrap()).collect();
        words(dir.path(), "verify --data data").well();
        confirmed_in_all += sent.iter().map(|sent| sent.confirmed.len()).sum::<usize>();
        send_again(dir.path(), &sent, &mut counted);
    }
    assert!(confirmed_in_all > 100, "the rounds were too short to prove anything: {confirmed_in_all}");
    let server = Server::start(dir.path(), "data");
    let mut client = Client::open(server.address).unwrap();
    for member in (0..MEMBERS).map(|member| format!("m{member}")) {
        let expected = counted.iter().filter(|(_, whose)| *whose == member).count();
        assert_eq!(earned(&mut client, &member), expected as i64, "{member}");
    }
    assert_eq!(server.stop(), 0);
    words(dir.path(), "verify --data data").well();
}

/// Confirmed events get their first answer again; open ones count now at the latest.
fn send_again(dir: &std::path::Path, sent: &[Sent], counted: &mut BTreeSet<(String, String)>) {
    let server = Server::start(dir, "data");
    let mut client = Client::open(server.address).unwrap();
    for (id, member) in sent.iter().flat_map(|sent| sent.confirmed.iter().rev().take(20)) {
        let answer = client.event(&order(id, member)).unwrap();
        assert!(answer.status == 200 && answer.is_replayed(), "{id} was confirmed and is gone: {answer:?}");
    }
    for (id, member) in sent.iter().filter_map(|sent| sent.open.as_ref()) {
        let answer = client.event(&order(id, member)).unwrap();
        assert_eq!(answer.status, 200, "{answer:?}");
    }
    let all = || sent.iter().flat_map(|sent| sent.confirmed.iter().chain(&sent.open));
    let events: Vec<String> = all().map(|(id, member)| order(id, member)).collect();
    for events in events.chunks(500) {
        let answer = client.events(events).unwrap();
        let results = answer.body["results"].as_array().unwrap();
        assert!(results.iter().all(|result| result["status"] == 200), "{answer:?}");
    }
    counted.extend(all().cloned());
    assert_eq!(server.stop(), 0);
}
