//! A stand-in for a payment provider, for demos and tests. It speaks as [`jifen_connect::PayProvider`] wants it, keeps
//! everything in memory, takes no money, and can be told to misbehave: see [`Switches`].

mod page;
mod routes;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jifen_connect::{ID_HEADER, PayCall, PayState, SIGNATURE_HEADER, Secrets, TIMESTAMP_HEADER, Told};

pub use routes::router;

/// How often a call-back is tried until it is taken.
const TRIES: u32 = 5;
/// The pause before the second try; it doubles.
const PAUSE: Duration = Duration::from_millis(200);

/// How the provider misbehaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Switches {
    /// Call-backs come so many milliseconds late.
    pub delay_ms: u64,
    /// Call-backs come so many times more.
    pub repeat: u32,
    /// What is wrong with call-backs.
    pub lie: Lie,
    /// No call-backs come at all.
    pub silent: bool,
    /// Nothing is answered.
    pub away: bool,
}

/// What is wrong with call-backs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lie {
    /// They tell of another amount.
    Amount,
    /// Nothing.
    #[default]
    Nothing,
    /// They are signed with a key that nobody knows.
    Signature,
}

struct Held {
    told: Told,
    notify_url: String,
    return_url: String,
    refunds: BTreeMap<String, i64>,
}

#[derive(Default)]
struct Books {
    payments: BTreeMap<String, Held>,
    switches: Switches,
    call_backs: u64,
}

/// A stand-in for a payment provider.
pub struct Cashier {
    books: Mutex<Books>,
    secrets: Secrets,
    address: String,
}

impl Cashier {
    /// A provider that people reach under that address, with the secrets that both sides know.
    pub fn new(address: &str, secrets: Secrets) -> Arc<Cashier> {
        Arc::new(Cashier { books: Mutex::default(), secrets, address: address.to_owned() })
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has it misbehave, or behave again.
    pub fn switch(&self, switches: Switches) {
        self.books().switches = switches;
    }

    /// How it misbehaves.
    pub fn switches(&self) -> Switches {
        self.books().switches
    }

    /// The payments it knows, by their orders.
    pub fn payments(&self) -> Vec<Told> {
        self.books().payments.values().map(|held| held.told.clone()).collect()
    }

    /// The payment of an order.
    pub fn payment(&self, order: &str) -> Option<Told> {
        self.books().payments.get(order).map(|held| held.told.clone())
    }

    /// The member pays, or the payment fails; a call-back tells of it. Gives where the member goes then; nothing where
    /// the order is not known.
    pub fn settle(self: &Arc<Self>, order: &str, state: PayState) -> Option<String> {
        let mut books = self.books();
        let held = books.payments.get_mut(order)?;
        if held.told.state == PayState::Open {
            held.told.state = state;
        }
        let back = held.return_url.clone();
        drop(books);
        self.call_back(order);
        Some(back)
    }

    /// Tells of a payment as it stands, once more.
    pub fn call_back(self: &Arc<Self>, order: &str) {
        let mut books = self.books();
        let switches = books.switches;
        books.call_backs += 1;
        let name = format!("cb-{}-{order}", books.call_backs);
        let Some(held) = books.payments.get(order) else { return };
        if switches.silent || switches.away {
            return;
        }
        let (mut told, url) = (held.told.clone(), held.notify_url.clone());
        drop(books);
        if switches.lie == Lie::Amount {
            told.amount.amount -= 1;
        }
        let cashier = Arc::clone(self);
        thread::spawn(move || {
            thread::sleep(Duration::from_millis(switches.delay_ms));
            for _ in 0..=switches.repeat {
                cashier.deliver(&url, &name, &told, switches.lie);
            }
        });
    }

    fn deliver(&self, url: &str, name: &str, told: &Told, lie: Lie) {
        let Ok(body) = serde_json::to_string(told) else { return };
        for attempt in 0..TRIES {
            let second = second();
            let signature = match lie {
                Lie::Signature => "v1,bm90aGluZyB0aGF0IGFueWJvZHkgc2lnbmVkIGV2ZXI=".to_owned(),
                Lie::Amount | Lie::Nothing => self.secrets.sign(name, second, body.as_bytes()),
            };
            let sent = ureq::post(url)
                .header("content-type", "application/json")
                .header(ID_HEADER, name)
                .header(TIMESTAMP_HEADER, second.to_string())
                .header(SIGNATURE_HEADER, signature)
                .send(&body);
            match sent {
                Ok(_) => return,
                // It was heard and is not believed: saying it again does not help.
                Err(ureq::Error::StatusCode(400..=499)) => return,
                Err(_) => thread::sleep(PAUSE * 2_u32.pow(attempt)),
            }
        }
    }

    /// Takes an order; the same one again gets the payment it has.
    fn create(&self, call: PayCall) -> Option<Told> {
        let is_plain = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._:-".contains(&b));
        let amount = call.amount.filter(|amount| amount.amount > 0 && is_plain(&call.order))?;
        let (notify_url, return_url) = (call.notify_url?, call.return_url?);
        let mut books = self.books();
        let payment = format!("pp-{}", books.payments.len() + 1);
        let url = Some(format!("{}/pay/{}", self.address, call.order));
        let held = books.payments.entry(call.order.clone()).or_insert_with(|| Held {
            told: Told { order: call.order, payment, state: PayState::Open, amount, refunded: 0, url },
            notify_url,
            return_url,
            refunds: BTreeMap::new(),
        });
        Some(held.told.clone())
    }

    fn close(&self, order: &str) -> Option<Told> {
        let mut books = self.books();
        let held = books.payments.get_mut(order)?;
        if held.told.state == PayState::Open {
            held.told.state = PayState::Closed;
        }
        Some(held.told.clone())
    }

    /// Sends money back, once for each name of a refund and never more than came.
    fn refund(&self, call: &PayCall) -> Option<Told> {
        let (refund, amount) = (call.refund.as_ref()?, call.amount.as_ref()?);
        let mut books = self.books();
        let held = books.payments.get_mut(&call.order)?;
        let left = held.told.amount.amount - held.told.refunded;
        let may = held.told.state == PayState::Paid && (1..=left).contains(&amount.amount);
        if may && !held.refunds.contains_key(refund) {
            held.refunds.insert(refund.clone(), amount.amount);
            held.told.refunded += amount.amount;
        }
        Some(held.told.clone())
    }
}

/// Serves on a bound socket for as long as it is polled.
///
/// # Errors
/// The socket failed.
pub async fn serve(listener: std::net::TcpListener, cashier: Arc<Cashier>) -> std::io::Result<()> {
    listener.set_nonblocking(true)?;
    axum::serve(tokio::net::TcpListener::from_std(listener)?, router(cashier)).await
}

/// Seconds since 1970.
fn second() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}
