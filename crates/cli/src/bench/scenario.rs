//! What is asked of the server: requests as ready bytes, of which only digits change.

use clap::ValueEnum;

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Scenario {
    /// One `order.paid` a request, each of its own
    Orders,
    /// Many `order.paid` a request
    Batches,
    /// Wallets
    Wallets,
    /// The newest entries of a wallet
    Entries,
    /// The shelf of a member, what is worth most for a point first
    Shelf,
    /// One redemption a member, all of the same item
    HotItem,
    /// GET /health/live: what the server can do when it does nothing
    Live,
}

/// To whom requests go.
#[derive(Debug, Clone)]
pub(super) struct Target {
    pub(super) host: String,
    pub(super) token: String,
    /// RFC 3339: the time of the events.
    pub(super) time: String,
    /// Requests of this run are told from those of any other by it: 8 characters.
    pub(super) run: String,
    /// Members that events and reads are about.
    pub(super) members: u32,
    /// Events of a batch.
    pub(super) batch: u32,
}

/// Where the drawing of members begins: each run asks about others, or a second one would find what the first left in
/// memory.
fn seed(run: &str, connection: u32) -> u64 {
    let of_run = u64::from_str_radix(run, 16).unwrap_or_default().wrapping_mul(0x94D0_49BB_1331_11EB);
    (0x9E37_79B9_7F4A_7C15 ^ of_run ^ (u64::from(connection) + 1).wrapping_mul(0xBF58_476D_1CE4_E5B9)) | 1
}

/// Makes the requests of one connection.
pub(super) struct Maker {
    bytes: Vec<u8>,
    /// Where digits go: the number of the event (each event has two places for it), and the member.
    numbers: Vec<[usize; 2]>,
    members: Vec<usize>,
    scope: u32,
    random: u64,
    next: u64,
    /// Members one after another instead of any.
    in_turn: Option<u32>,
}

/// Digits of an event's number.
const NUMBER: usize = 12;
/// Digits of a member.
const MEMBER: usize = 8;

impl Maker {
    /// A maker of requests for one of the connections.
    pub(super) fn new(scenario: Scenario, target: &Target, connection: u32) -> Maker {
        let mut maker = Maker {
            bytes: Vec::new(),
            numbers: Vec::new(),
            members: Vec::new(),
            scope: target.members.max(1),
            random: seed(&target.run, connection),
            next: u64::from(connection) * 1_000_000_000,
            in_turn: None,
        };
        match scenario {
            Scenario::Live => maker.bytes = get(target, "/health/live").0,
            // It has a way of its own: see `redeem.rs`.
            Scenario::HotItem => {}
            Scenario::Shelf => {
                let (bytes, at) = get(target, "/v1/rewards?member=m00000000&sort=value&limit=20");
                maker.members.push(at + "/v1/rewards?member=m".len());
                maker.bytes = bytes;
            }
            Scenario::Wallets | Scenario::Entries => {
                let what = if scenario == Scenario::Wallets { "wallet" } else { "entries?limit=20" };
                let (bytes, at) = get(target, &format!("/v1/members/m00000000/{what}"));
                maker.members.push(at + "/v1/members/m".len());
                maker.bytes = bytes;
            }
            Scenario::Orders => maker.events(target, 1, "application/cloudevents+json"),
            Scenario::Batches => maker.events(target, target.batch, "application/cloudevents-batch+json"),
        }
        maker
    }

    /// Goes through members one after another, from that one on: to enroll them.
    pub(super) fn in_turn(mut self, first: u32) -> Maker {
        self.in_turn = Some(first);
        self
    }

    fn events(&mut self, target: &Target, count: u32, content_type: &str) {
        let is_batch = content_type.contains("batch");
        let mut body = Vec::new();
        body.extend_from_slice(if is_batch { b"[" } else { b"" });
        for place in 0..count {
            if place > 0 {
                body.push(b',');
            }
            let event = event(target);
            let digits: Vec<usize> = event.match_indices("#n").map(|(at, _)| at + body.len()).collect();
            let member = event.find("#m").unwrap_or_default() + body.len();
            self.numbers.push([digits[0], digits[1]]);
            self.members.push(member);
            body.extend_from_slice(event.as_bytes());
        }
        body.extend_from_slice(if is_batch { b"]" } else { b"" });
        let head = format!(
            "POST /v1/events HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\ncontent-type: {content_type}\r\n\
             content-length: {}\r\n\r\n",
            target.host,
            target.token,
            body.len()
        );
        self.numbers.iter_mut().flatten().for_each(|at| *at += head.len());
        self.members.iter_mut().for_each(|at| *at += head.len());
        self.bytes = head.into_bytes();
        self.bytes.extend_from_slice(&body);
    }

    /// The next request.
    pub(super) fn make(&mut self) -> &[u8] {
        for places in &self.numbers {
            self.next += 1;
            for at in places {
                write_digits(&mut self.bytes[*at..*at + NUMBER], self.next);
            }
        }
        for at in &self.members {
            let member = match &mut self.in_turn {
                Some(next) => {
                    let member = *next % self.scope;
                    *next += 1;
                    u64::from(member)
                }
                None => draw(&mut self.random) % u64::from(self.scope),
            };
            write_digits(&mut self.bytes[*at..*at + MEMBER], member);
        }
        &self.bytes
    }
}

/// A request as bytes, and where its path begins.
pub(super) fn get(target: &Target, path: &str) -> (Vec<u8>, usize) {
    let head =
        format!("GET {path} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\n\r\n", target.host, target.token);
    (head.into_bytes(), "GET ".len())
}

/// An order of two lines; `#` marks where digits go.
fn event(target: &Target) -> String {
    format!(
        r##"{{"specversion":"1.0","id":"o-{run}-#n__________","source":"/bench","type":"order.paid","subject":"m#m______","time":"{time}","data":{{"order":"{run}-#n__________","amount":4600,"currency":"CNY","channel":"app","store":"s319","lines":[{{"sku":"t-1","category":"daily","quantity":2,"amount":1200}},{{"sku":"w-9","category":"appliance","quantity":1,"amount":3400}}],"device":"d-77","ip":"203.0.113.9"}}}}"##,
        run = target.run,
        time = target.time,
    )
}

fn write_digits(place: &mut [u8], mut number: u64) {
    for digit in place.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
}

/// A quick generator (xorshift): spread is all that is wanted of it.
pub(super) fn draw(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state >> 11
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target() -> Target {
        Target {
            host: "127.0.0.1:8080".into(),
            token: "t".into(),
            time: "2026-06-18T12:00:00Z".into(),
            run: "abcdef01".into(),
            members: 1_000,
            batch: 3,
        }
    }

    fn body(request: &[u8]) -> serde_json::Value {
        let text = std::str::from_utf8(request).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("content-length: {}", body.len())), "{head}");
        serde_json::from_str(body).unwrap()
    }

    #[test]
    fn each_order_is_its_own_and_can_be_read() {
        let mut maker = Maker::new(Scenario::Orders, &target(), 7);
        let (first, second) = (body(maker.make()), body(maker.make()));
        assert_eq!(first["id"], "o-abcdef01-007000000001");
        assert_eq!(second["data"]["order"], "abcdef01-007000000002");
        let event = jifen_program::events::parse(serde_json::to_string(&first).unwrap().as_bytes()).unwrap();
        assert!(event.member.as_str().starts_with("m00000"));
    }

    #[test]
    fn a_batch_goes_through_members_in_turn() {
        let mut maker = Maker::new(Scenario::Batches, &target(), 0).in_turn(998);
        let members: Vec<_> = body(maker.make()).as_array().unwrap().iter().map(|e| e["subject"].clone()).collect();
        assert_eq!(members, ["m00000998", "m00000999", "m00000000"]);
    }

    #[test]
    fn a_wallet_is_asked_for_by_its_member() {
        let mut maker = Maker::new(Scenario::Wallets, &target(), 1).in_turn(42);
        assert!(maker.make().starts_with(b"GET /v1/members/m00000042/wallet HTTP/1.1\r\n"));
    }
}
