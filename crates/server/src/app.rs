//! What every request shares.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use axum::http::{HeaderMap, header};
use compact_str::{CompactString, format_compact};
use jifen_connect::{Gateway, Mail, PayProvider, Post, Provider, Sms, WebPush};
use jifen_engine::{Boards as BoardKeeper, Clock, Engine, EngineError, Nightly, Reconciliation, SpotCheck};
use jifen_program::events::Marker;

use crate::callers::{CallerKind, Callers};
use crate::gate::cookies::is_on_this_machine;
use crate::gate::{Cost, Gate};
use crate::metrics::Metrics;
use crate::operation::Operation;
use crate::personal::{Cipher, SealError, Vault, VaultError};
use crate::rate::Policy;
use crate::recent::Recent;
use crate::shelf::Index;

/// How a server is set up.
pub struct Options {
    /// The engine it serves.
    pub engine: Engine,
    /// Where the keys that protect personal data are.
    pub keys: Keys,
    /// What personal data is sealed with from now on, where the keys are not open already. What was sealed otherwise is
    /// read all the same.
    pub cipher: Cipher,
    /// Whether a backup has just taken the store's place: what was indexed may be of another day.
    pub restored: bool,
    /// The token of a sandbox: it may do everything, past rate limits, and the clock may be moved. None for a server
    /// that is no sandbox.
    pub sandbox_token: Option<String>,
    /// The machine's clock, for what people sign in with: a sandbox that moves its own clock ends nobody's session and
    /// suits everybody's authenticator.
    pub wall: Clock,
    /// What hashing a password costs.
    pub password_cost: Cost,
    /// A mail server; without one nobody gets mail, except in a sandbox, whose messages can be read.
    pub mail: Option<Mail>,
    /// A gateway for text messages; the same holds without one.
    pub sms: Option<Sms>,
    /// The company's own gateway for messages to its members' apps, accounts and shops; without one, and outside a
    /// sandbox, those channels carry nothing.
    pub gateway: Option<Gateway>,
    /// Under which address people reach the server, such as `https://points.example`: what links in letters lead to.
    pub public_url: Option<String>,
    /// The payment provider; without one, payments are reported by those who may.
    pub payments: Option<PayProvider>,
    /// How often the provider is talked to.
    pub payment_pace: Pace,
    /// The company's own sign-in; without one staff sign in with a password.
    pub provider: Option<Provider>,
    /// Whether something in front of the server says where requests come from.
    pub behind_proxy: bool,
    /// Whether anyone may read `/metrics`.
    pub open_metrics: bool,
    /// Requests a client may send in a minute.
    pub requests_per_minute: u32,
    /// Whether all points are compared with the journal every night, and the result told in `/metrics`.
    pub reconcile: bool,
}

/// Where the keys of personal data are.
pub enum Keys {
    /// Beside a master key in that file, which is created where it is missing. Usually `keys/master.key` in the store's
    /// folder.
    Beside(PathBuf),
    /// Open already.
    Open(Box<Vault>),
}

impl From<PathBuf> for Keys {
    fn from(path: PathBuf) -> Keys {
        Keys::Beside(path)
    }
}

impl From<Vault> for Keys {
    fn from(vault: Vault) -> Keys {
        Keys::Open(Box::new(vault))
    }
}

/// Requests a person may send in a minute, with a session or a member's token: pages send a few at a time.
pub const REQUESTS_OF_A_PERSON: u32 = 1_200;

/// Requests a client may send in a minute unless a server is told otherwise. One request may hold a thousand events.
pub const REQUESTS_PER_MINUTE: u32 = 60_000;

impl Options {
    /// A server of that engine, with its keys in that file, and nothing else allowed.
    pub fn new(engine: Engine, keys: impl Into<Keys>) -> Self {
        Options {
            engine,
            keys: keys.into(),
            cipher: Cipher::default(),
            restored: false,
            sandbox_token: None,
            wall: Clock::new(0),
            password_cost: Cost::default(),
            mail: None,
            sms: None,
            gateway: None,
            public_url: None,
            payments: None,
            payment_pace: Pace::default(),
            provider: None,
            behind_proxy: false,
            open_metrics: false,
            requests_per_minute: REQUESTS_PER_MINUTE,
            reconcile: false,
        }
    }
}

/// How often the provider is talked to.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// How often the worker looks for something to do.
    pub look: Duration,
    /// How long a payment is waited for before the provider is asked, and asked again.
    pub ask: Duration,
    /// The pause after the first failure; it doubles.
    pub pause: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Pace { look: Duration::from_millis(500), ask: Duration::from_secs(20), pause: Duration::from_secs(2) }
    }
}

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The key of personal data cannot be used.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// Personal data cannot be used.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The store cannot be read.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The operating system gives no thread.
    #[error("the operating system gives no thread: {0}")]
    Thread(std::io::Error),
    /// The operating system gives no randomness.
    #[error("the operating system gives no random numbers: {0}")]
    Random(getrandom::Error),
}

/// By what messages leave the house, besides mail and text messages.
pub struct Carriers {
    /// The company's own gateway.
    pub gateway: Option<Arc<Gateway>>,
    /// Push services of browsers.
    pub web_push: Option<Arc<WebPush>>,
}

/// What every request shares.
pub struct App {
    /// What the API can do.
    pub operations: &'static [&'static Operation],
    /// The engine.
    pub engine: Engine,
    /// Who may call.
    pub callers: Callers,
    /// Personal data's keys.
    pub vault: Vault,
    /// Tells devices and paying accounts apart.
    pub marker: Marker,
    /// Held while personal data of a member changes.
    pub amending: tokio::sync::Mutex<()>,
    /// Boards made a moment ago.
    pub boards: Recent,
    /// Every reward there is.
    pub shelf: Index,
    /// What is counted.
    pub metrics: Metrics,
    /// How often clients may call.
    pub rate: Policy,
    /// How often a person may call.
    pub person_rate: Policy,
    /// Whether the clock may be moved.
    pub sandbox: bool,
    /// How people prove who they are.
    pub gate: Gate,
    /// Sends codes and links.
    pub post: Post,
    /// By what messages leave the house besides.
    pub carriers: Carriers,
    public_url: Option<String>,
    /// The company's own sign-in.
    pub provider: Option<Arc<Provider>>,
    /// Whether something in front of the server says where requests come from.
    pub behind_proxy: bool,
    /// The machine's clock, by which sessions, codes and locks end.
    pub wall: Clock,
    /// The payment provider.
    pub payments: Option<Arc<PayProvider>>,
    /// Whether anyone may read `/metrics`.
    pub open_metrics: bool,
    nightly: Option<Nightly>,
    /// Keeps leaderboards while the server runs.
    _leaderboards: BoardKeeper,
    requests: RequestIds,
}

/// How long the last user of an app waits for others, and between two looks.
const OTHERS: Duration = Duration::from_secs(5);
const BETWEEN_LOOKS: Duration = Duration::from_millis(5);

impl App {
    /// The app itself, once nobody else uses it; what works beside the requests holds it for moments, and those are
    /// waited for. Blocks.
    ///
    /// # Errors
    /// The app as it came, where somebody still uses it after five seconds.
    pub fn alone(mut self: Arc<App>) -> Result<App, Arc<App>> {
        let until = Instant::now() + OTHERS;
        loop {
            self = match Arc::try_unwrap(self) {
                Ok(app) => return Ok(app),
                Err(shared) if Instant::now() >= until => return Err(shared),
                Err(shared) => shared,
            };
            std::thread::sleep(BETWEEN_LOOKS);
        }
    }

    /// Opens the keys, for an API of those operations. Nothing is started yet: that is [`crate::start`].
    ///
    /// # Errors
    /// [`StartError`]
    pub(crate) fn open(options: Options, operations: &'static [&'static Operation]) -> Result<App, StartError> {
        let vault = match options.keys {
            Keys::Beside(path) => Vault::open(&path, options.cipher)?,
            Keys::Open(vault) => *vault,
        };
        let contact = options.public_url.clone().filter(|url| url.starts_with("https://"));
        let contact = contact.unwrap_or_else(|| "mailto:operator@localhost".to_owned());
        let web_push = WebPush::new(&vault.derived("web-push"), &contact);
        Ok(App {
            operations,
            carriers: Carriers { gateway: options.gateway.map(Arc::new), web_push: web_push.map(Arc::new) },
            gate: Gate::new(&vault, options.password_cost),
            marker: Marker::new(vault.derived("marks")),
            vault,
            post: Post::start(options.mail, options.sms, options.sandbox_token.is_some().then(Arc::default))
                .map_err(StartError::Thread)?,
            public_url: options.public_url.map(|url| url.trim_end_matches('/').to_owned()),
            provider: options.provider.map(Arc::new),
            behind_proxy: options.behind_proxy,
            callers: Callers::new(options.sandbox_token.as_deref()),
            amending: tokio::sync::Mutex::default(),
            boards: Recent::default(),
            shelf: Index::default(),
            metrics: Metrics::new(operations.iter().copied().map(metrics_label)),
            rate: Policy::new(options.requests_per_minute),
            person_rate: Policy::new(options.requests_per_minute.min(REQUESTS_OF_A_PERSON)),
            sandbox: options.sandbox_token.is_some(),
            wall: options.wall,
            payments: options.payments.map(Arc::new),
            open_metrics: options.open_metrics,
            nightly: options.reconcile.then(|| options.engine.reconcile_nightly()),
            _leaderboards: options.engine.keep_boards(),
            requests: RequestIds::new().map_err(StartError::Random)?,
            engine: options.engine,
        })
    }

    /// The newest comparison of all points with the journal, if there was one since the start.
    pub fn reconciliation(&self) -> Option<Reconciliation> {
        self.nightly.as_ref().and_then(Nightly::latest)
    }

    /// The newest spot check of the journal, if there was one since the start.
    pub fn spot_check(&self) -> Option<SpotCheck> {
        self.nightly.as_ref().and_then(Nightly::spot)
    }

    /// How often such a caller may call.
    pub fn rate_of(&self, kind: CallerKind) -> &Policy {
        match kind {
            CallerKind::Member | CallerKind::Staff => &self.person_rate,
            _ => &self.rate,
        }
    }

    /// Under which address this request reached the server.
    pub fn address(&self, headers: &HeaderMap) -> String {
        if let Some(url) = &self.public_url {
            return url.clone();
        }
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
        let scheme = if is_on_this_machine(headers) { "http" } else { "https" };
        format!("{scheme}://{host}")
    }

    /// Under which address people reach the server, where that was set.
    pub fn public_address(&self) -> Option<String> {
        self.public_url.clone()
    }

    /// Where links in letters lead: what was set, or this machine. Never where a request says, which anyone may send.
    pub fn address_for_letters(&self, headers: &HeaderMap) -> Option<String> {
        (self.public_url.is_some() || is_on_this_machine(headers)).then(|| self.address(headers))
    }

    /// A new request's identifier.
    pub fn next_request(&self) -> CompactString {
        self.requests.next()
    }
}

fn metrics_label(operation: &'static Operation) -> (&'static str, &'static str) {
    let method = match operation.method.as_str() {
        "DELETE" => "DELETE",
        "POST" => "POST",
        "PUT" => "PUT",
        _ => "GET",
    };
    (method, operation.path)
}

/// Identifiers of requests: random for each start of the server, then counted.
struct RequestIds {
    start: CompactString,
    next: AtomicU64,
}

impl RequestIds {
    fn new() -> Result<Self, getrandom::Error> {
        let random = getrandom::u32()?;
        Ok(RequestIds { start: format_compact!("req-{random:08x}"), next: AtomicU64::new(1) })
    }

    fn next(&self) -> CompactString {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        format_compact!("{}-{number:x}", self.start)
    }
}
