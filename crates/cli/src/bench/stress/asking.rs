//! One of many who ask at the same time: what they ask is drawn, what comes back is counted.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::super::http::Connection;
use super::super::load::turned_away;
use super::super::scenario::{Maker, Scenario, Target, draw};
use super::scene::{Mix, Scene};
use super::tally::{End, Tally};

/// What all who ask share.
pub(super) struct Shared {
    pub(super) address: SocketAddr,
    pub(super) target: Target,
    pub(super) scene: Scene,
    pub(super) began: Instant,
    pub(super) all: Duration,
    /// Those who ask at the peak.
    pub(super) crowd: u32,
    /// Judged and not judged, since the last look.
    pub(super) answered: AtomicU64,
    pub(super) lost: AtomicU64,
    /// What came back, by second; what was asked in time and answered late belongs to the last.
    pub(super) seconds: Vec<Mutex<Tally>>,
}

impl Shared {
    pub(super) fn ms(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    pub(super) fn all_ms(&self) -> u64 {
        u64::try_from(self.all.as_millis()).unwrap_or(u64::MAX)
    }

    /// Whether one of the crowd asks in the phase of this moment.
    fn is_asking(&self, place: u32, ms: u64) -> bool {
        let phase = self.scene.phases()[self.scene.phase_at(ms, self.all_ms())];
        place < (self.crowd * phase.demand / self.scene.peak()).max(1)
    }
}

/// What one who asked has seen.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// Pieces of the hot item that were paid.
    pub(super) redeemed: u64,
    pub(super) first_failure: Option<String>,
}

/// Asks until the time is over.
pub(super) async fn keep_asking(shared: Arc<Shared>, place: u32) -> Seen {
    let mut one = One::new(&shared, place);
    let mut seen = Seen::default();
    let mut line = None;
    loop {
        let ms = shared.ms();
        if ms >= shared.all_ms() {
            return seen;
        }
        if !shared.is_asking(place, ms) {
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        }
        let connection = match line.take() {
            Some(connection) => connection,
            None => match Connection::open(shared.address).await {
                Ok(connection) => connection,
                Err(error) => {
                    seen.count(&shared, End::Failed, 0, || format!("connecting: {error}"));
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
        };
        line = one.ask(&shared, connection, &mut seen).await;
    }
}

impl Seen {
    fn count(&mut self, shared: &Shared, end: End, micros: u64, what: impl FnOnce() -> String) {
        self.count_pieces(shared, end, micros, 1, what);
    }

    fn count_pieces(&mut self, shared: &Shared, end: End, micros: u64, pieces: u64, what: impl FnOnce() -> String) {
        let second = usize::try_from(shared.ms() / 1_000).unwrap_or(0).min(shared.seconds.len() - 1);
        shared.seconds[second].lock().unwrap_or_else(PoisonError::into_inner).add(end, micros, pieces);
        let (figure, pieces) = match end {
            End::Done | End::Refused => (&shared.answered, pieces),
            End::TurnedAway | End::Failed => (&shared.lost, 1),
        };
        figure.fetch_add(pieces, Ordering::Relaxed);
        if end == End::Failed {
            self.first_failure.get_or_insert_with(what);
        }
    }
}

/// Makes the requests of one who asks.
struct One {
    orders: Maker,
    wallets: Maker,
    entries: Maker,
    batches: Option<Maker>,
    mix: Mix,
    place: u32,
    random: u64,
    next: u64,
}

impl One {
    fn new(shared: &Shared, place: u32) -> One {
        let maker = |scenario| Maker::new(scenario, &shared.target, place);
        One {
            orders: maker(Scenario::Orders),
            wallets: maker(Scenario::Wallets),
            entries: maker(Scenario::Entries),
            // A batch is some hundred kilobytes: only where it is wanted.
            batches: (shared.scene.mix().batches > 0).then(|| maker(Scenario::Batches)),
            mix: shared.scene.mix(),
            place,
            random: 0x5851_F42D_4C95_7F2D ^ (u64::from(place) + 1).wrapping_mul(0xBF58_476D_1CE4_E5B9),
            next: 0,
        }
    }

    /// Asks once; gives the connection back where it still holds.
    async fn ask(&mut self, shared: &Shared, mut line: Connection, seen: &mut Seen) -> Option<Connection> {
        if let Some(batches) = &mut self.batches {
            return stream(shared, &mut line, batches.make(), seen).await.then_some(line);
        }
        let Mix { wallets, entries, orders, spends, .. } = self.mix;
        let dice = u32::try_from(draw(&mut self.random) % 100).unwrap_or(0);
        let is_open = if dice < wallets {
            call(shared, &mut line, self.wallets.make(), seen).await.is_some()
        } else if dice < wallets + entries {
            call(shared, &mut line, self.entries.make(), seen).await.is_some()
        } else if dice < wallets + entries + orders {
            call(shared, &mut line, self.orders.make(), seen).await.is_some()
        } else if dice < wallets + entries + orders + spends {
            let request = self.spend(shared);
            call(shared, &mut line, &request, seen).await.is_some()
        } else {
            self.redeem(shared, &mut line, seen).await
        };
        is_open.then_some(line)
    }

    fn member(&mut self, shared: &Shared) -> String {
        format!("m{:08}", draw(&mut self.random) % u64::from(shared.target.members.max(1)))
    }

    fn spend(&mut self, shared: &Shared) -> Vec<u8> {
        self.next += 1;
        let member = self.member(shared);
        let reference = format!("{}-{}-{}", shared.target.run, self.place, self.next);
        let body = format!(r#"{{"unit":"points","points":1,"reason":"bench","reference":"{reference}"}}"#);
        post(&shared.target, &format!("/v1/members/{member}/spends"), &body)
    }

    /// Asks for the price of the hot item and pays it; whether the connection still holds.
    async fn redeem(&mut self, shared: &Shared, line: &mut Connection, seen: &mut Seen) -> bool {
        let member = self.member(shared);
        let body = format!(r#"{{"member":"{member}","reward":"{}"}}"#, hot_item(&shared.target));
        let Some((end, answer)) = call(shared, line, &post(&shared.target, "/v1/quotes", &body), seen).await else {
            return false;
        };
        let quote = serde_json::from_slice::<serde_json::Value>(&answer).ok();
        let quote = quote.as_ref().and_then(|quote| quote["id"].as_str()).filter(|_| end == End::Done);
        let Some(quote) = quote else { return true };
        let request = post(&shared.target, "/v1/redemptions", &format!(r#"{{"quote":"{quote}"}}"#));
        match call(shared, line, &request, seen).await {
            Some((end, _)) => {
                seen.redeemed += u64::from(end == End::Done);
                true
            }
            None => false,
        }
    }
}

/// The reward that everybody wants.
pub(super) fn hot_item(target: &Target) -> String {
    format!("hot-{}", target.run)
}

/// A request with a body.
pub(super) fn post(target: &Target, path: &str, body: &str) -> Vec<u8> {
    let Target { host, token, .. } = target;
    format!(
        "POST {path} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// Sends a batch and counts its events; whether the connection still holds. Of a batch that is answered, those events
/// count that were not turned away one by one.
async fn stream(shared: &Shared, line: &mut Connection, request: &[u8], seen: &mut Seen) -> bool {
    let asked = super::super::load::now();
    match line.call(request).await {
        Ok((status, body)) => {
            let micros = u64::try_from(asked.elapsed().as_micros()).unwrap_or(u64::MAX);
            let text = || format!("{status}: {}", String::from_utf8_lossy(&body[..body.len().min(300)]));
            let judged = u64::from(shared.target.batch).saturating_sub(turned_away(body));
            seen.count_pieces(shared, End::of(status), micros, judged, text);
            true
        }
        Err(error) => {
            seen.count(shared, End::Failed, 0, || error.to_string());
            false
        }
    }
}

/// Sends a request and counts its end; nothing where the connection broke.
async fn call(shared: &Shared, line: &mut Connection, request: &[u8], seen: &mut Seen) -> Option<(End, Vec<u8>)> {
    let asked = super::super::load::now();
    match line.call(request).await {
        Ok((status, body)) => {
            let micros = u64::try_from(asked.elapsed().as_micros()).unwrap_or(u64::MAX);
            let end = End::of(status);
            let text = || format!("{status}: {}", String::from_utf8_lossy(&body[..body.len().min(300)]));
            seen.count(shared, end, micros, text);
            Some((end, body.to_vec()))
        }
        Err(error) => {
            seen.count(shared, End::Failed, 0, || error.to_string());
            None
        }
    }
}
