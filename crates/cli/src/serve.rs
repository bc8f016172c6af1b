//! `jifen serve`: the API and its pages over a folder's store.

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};

use clap::Args;
use jifen_connect::{Channel, Gateway, Mail, PayProvider, Provider, ProviderSetup, Secrets, Sms};
use jifen_server::gate::Cost;
use jifen_server::personal::{Cipher, Vault};
use jifen_server::{App, Options, Tls};
use jifen_store::postgres::Mark;
use jifen_store::sqlite::SqliteStore;
use serde_json::{Value, json};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Notify;

use crate::control::{self, Doing, Progress, Request};
use crate::failure::{self, Failure, NOTHING_CHANGED, NOTHING_LOST, Result};
use crate::logs::{self, Form};
use crate::place::{self, Data, StorePlace, Use};
use crate::seal;
use crate::{access, client, drill, follow, import, keys, member, staff, swap, terminal, verify};

/// Serves the API and its pages until Ctrl-C.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Everything is in the folder: the store, the keys of personal data (DIR/keys; keep a copy elsewhere), and a socket
through which `jifen backup`, `jifen client` and `jifen program apply` reach the running server. A folder is served by
one process at a time.

With --database-url the store is in a PostgreSQL database, which any number of processes serve together; the folder has
the keys then, which processes of one machine share. For several machines --keys-database-url names a database of its own
for members' keys, and the folder holds the master key, the same on all of them. `schema` in the address names the schema, `sslmode` and `sslrootcert` say whom to
trust. A database is backed up with its own tools.

--program is what an empty store begins with. From then on the store's versions rule, and changes come through
`jifen program apply`.

--sandbox is for trying things out: the clock can be moved forward, and one token may do everything, past rate limits.
It is the value of JIFEN_SANDBOX_TOKEN, else a random one, printed as `token: …`. Never use it for real members.

Other machines are served over HTTPS only: give --tls-cert and --tls-key, or --behind-proxy where a proxy in front of the
server speaks it (TLS with SM2, SM3 and SM4 too, where the proxy can) and nobody else can reach the address.

With --oidc-issuer staff may sign in at their company's own sign-in; who is not on the staff here is not added.

Ctrl-C or SIGTERM stops: no new connections, what was accepted is finished. A process that is killed loses nothing that
it has confirmed.

Examples:
  jifen serve --data data --program programs/rulebook --sandbox
  jifen serve --data /srv/jifen --listen 0.0.0.0:443 --tls-cert chain.pem --tls-key key.pem --log json
  jifen serve --data /srv/jifen --listen 10.0.0.5:8080 --behind-proxy
  jifen serve --data /srv/jifen --database-url 'postgres://jifen@db/jifen?sslmode=verify-full'

Exit codes: 0 stopped as asked, 1 it cannot start or failed, 2 wrong use.")]
pub(crate) struct Serve {
    #[command(flatten)]
    place: StorePlace,
    /// Address and port to listen on; port 0 takes a free one
    #[arg(long, env = "JIFEN_LISTEN", value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// The rule book that an empty store begins with
    #[arg(long, env = "JIFEN_PROGRAM", value_name = "DIR")]
    program: Option<PathBuf>,
    /// Allow moving the clock, and print a token that may do everything
    #[arg(long, env = "JIFEN_SANDBOX", value_parser = clap::builder::BoolishValueParser::new())]
    sandbox: bool,
    /// Let anyone read /metrics
    #[arg(long, env = "JIFEN_OPEN_METRICS", value_parser = clap::builder::BoolishValueParser::new())]
    open_metrics: bool,
    /// The key of personal data, instead of DIR/keys/master.key
    #[arg(long, env = "JIFEN_MASTER_KEY_FILE", value_name = "FILE")]
    master_key: Option<PathBuf>,
    /// What personal data is sealed with from now on: aes-256-gcm, or sm4-gcm (GB/T 32907)
    #[arg(long, env = "JIFEN_CIPHER", value_name = "CIPHER", default_value = "aes-256-gcm",
        value_parser = seal::cipher_named)]
    cipher: Cipher,
    /// The certificate for HTTPS, with those that lead to its authority; PEM
    #[arg(long, env = "JIFEN_TLS_CERT", value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// The certificate's key; PEM
    #[arg(long, env = "JIFEN_TLS_KEY", value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// Something in front of the server speaks HTTPS, and nobody else can reach it
    #[arg(long, env = "JIFEN_BEHIND_PROXY", value_parser = clap::builder::BoolishValueParser::new())]
    behind_proxy: bool,
    /// A mail server for codes and letters: smtps://user:password@mail.example:465
    #[arg(long, env = "JIFEN_SMTP_URL", value_name = "URL", requires = "mail_from", hide_env_values = true)]
    smtp_url: Option<String>,
    /// Who mail comes from
    #[arg(long, env = "JIFEN_MAIL_FROM", value_name = "ADDRESS")]
    mail_from: Option<String>,
    /// A gateway for text messages, which gets {"to", "text"}: https://sms.example/send
    #[arg(long, env = "JIFEN_SMS_URL", value_name = "URL")]
    sms_url: Option<String>,
    /// The token that the gateway wants
    #[arg(long, env = "JIFEN_SMS_TOKEN", value_name = "TOKEN", hide_env_values = true)]
    sms_token: Option<String>,
    /// The company's gateway to its app, official account, communities and shops: https://messages.example/send
    #[arg(long, env = "JIFEN_MESSAGES_URL", value_name = "URL", requires = "messages_secret")]
    messages_url: Option<String>,
    /// The secret that messages to it are signed with
    #[arg(long, env = "JIFEN_MESSAGES_SECRET", value_name = "SECRET", hide_env_values = true)]
    messages_secret: Option<String>,
    /// Which channels it carries, with commas between them: push, official_account, community, in_store, sms, email
    #[arg(long, env = "JIFEN_MESSAGES_CHANNELS", value_name = "CHANNELS", default_value = "push", value_delimiter = ',',
        value_parser = channel)]
    messages_channels: Vec<Channel>,
    /// The payment provider that takes the money of redemptions: https://pay.example/v1
    #[arg(long, env = "JIFEN_PAY_URL", value_name = "URL", requires = "pay_secret")]
    pay_url: Option<String>,
    /// Who we are to it
    #[arg(long, env = "JIFEN_PAY_MERCHANT", value_name = "NAME", default_value = "jifen")]
    pay_merchant: String,
    /// The secret that calls and call-backs are signed with; several with commas between them, the first one signs
    #[arg(long, env = "JIFEN_PAY_SECRET", value_name = "SECRET", hide_env_values = true)]
    pay_secret: Option<String>,
    /// Under which address people reach the server: what links in letters lead to
    #[arg(long, env = "JIFEN_PUBLIC_URL", value_name = "URL")]
    public_url: Option<String>,
    #[command(flatten)]
    oidc: Oidc,
    /// Memory for hashing a password, in KiB
    #[arg(long, env = "JIFEN_PASSWORD_MEMORY", value_name = "KIB", default_value_t = Cost::default().memory_kib, value_parser = clap::value_parser!(u32).range(8..=4_194_304))]
    password_memory: u32,
    /// Passes over that memory
    #[arg(long, env = "JIFEN_PASSWORD_PASSES", value_name = "N", default_value_t = Cost::default().passes, value_parser = clap::value_parser!(u32).range(1..=100))]
    password_passes: u32,
    /// The form of log lines on standard error
    #[arg(long, env = "JIFEN_LOG", value_enum, value_name = "FORM", default_value = "text")]
    log: Form,
    /// What is logged: a level, or such as warn,jifen_engine=debug
    #[arg(long, env = "JIFEN_LOG_LEVEL", value_name = "LEVEL", default_value = "info")]
    log_level: String,
}

/// A channel that a gateway may carry. Browsers are reached by their own push services.
fn channel(word: &str) -> std::result::Result<Channel, String> {
    let channel = Channel::named(word.trim()).filter(|channel| *channel != Channel::WebPush);
    channel.ok_or_else(|| "must be push, official_account, community, in_store, sms or email".to_owned())
}

/// The company's own sign-in for staff (OpenID Connect), on the command line.
#[derive(Args, Debug)]
struct Oidc {
    /// The company's own sign-in for staff (OpenID Connect): https://login.example
    #[arg(long, env = "JIFEN_OIDC_ISSUER", value_name = "URL", requires = "oidc_client_id")]
    oidc_issuer: Option<String>,
    /// What this server is called there; PUBLIC-URL/v1/sign-in/oidc/callback is where people come back to
    #[arg(long, env = "JIFEN_OIDC_CLIENT_ID", value_name = "ID")]
    oidc_client_id: Option<String>,
    /// What this server proves itself with there
    #[arg(
        long,
        env = "JIFEN_OIDC_CLIENT_SECRET",
        value_name = "SECRET",
        hide_env_values = true,
        hide_default_value = true
    )]
    oidc_client_secret: Option<String>,
    /// What people call it: the button says "Sign in with NAME"
    #[arg(long, env = "JIFEN_OIDC_NAME", value_name = "NAME", default_value = "SSO")]
    oidc_name: String,
    /// The claim that holds a person's login here; without it people are found by their verified address
    #[arg(long, env = "JIFEN_OIDC_LOGIN_CLAIM", value_name = "CLAIM")]
    oidc_login_claim: Option<String>,
    /// Values of amr or acr that count as a second factor, with commas; without them ours is asked for as well
    #[arg(long, env = "JIFEN_OIDC_SECOND_FACTOR", value_name = "VALUES", value_delimiter = ',')]
    oidc_second_factor: Vec<String>,
}

impl Oidc {
    /// The provider, where one is set up.
    fn provider(&self) -> Result<Option<Provider>> {
        let Some(issuer) = self.oidc_issuer.clone() else { return Ok(None) };
        let given = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
        let setup = ProviderSetup {
            issuer,
            client_id: self.oidc_client_id.clone().unwrap_or_default(),
            client_secret: given(&self.oidc_client_secret),
            name: self.oidc_name.clone(),
            login_claim: given(&self.oidc_login_claim),
            second_factors: self.oidc_second_factor.clone(),
        };
        Provider::new(setup).map(Some).map_err(|error| Failure::usage(error.to_string()))
    }
}

impl Serve {
    pub(crate) fn run(&self) -> Result {
        let place = self.place.place()?;
        let folder = place.folder()?;
        logs::start(self.log, &self.log_level)?;
        let token = self.sandbox_token()?;
        let tls = self.tls()?;
        // The port before the folder: whoever mistyped an address should not find a store created.
        let listener = TcpListener::bind(self.listen).map_err(|error| {
            Failure::new(format!("listening on {} is not possible: {error}", self.listen))
                .data(NOTHING_CHANGED)
                .hint("something else may be using the port: choose another with --listen")
        })?;
        loop {
            let opened = place::open(&place, self.program.as_deref(), Use::Serve)?;
            if opened.seeded {
                tracing::info!("the store was empty and begins with the given rule book");
            } else if self.program.is_some() {
                tracing::info!("the store has its own rule book; --program is for empty stores");
            }
            // The socket stays open: who connects while one store takes another's place waits.
            let socket = listener.try_clone().map_err(failure::io("sharing the socket"))?;
            let vault = place::vault(&place, &opened.data, &self.master_key(folder), self.cipher)?;
            self.note_how(&opened.data, &vault)?;
            let mut options = Options::new(opened.engine, vault);
            options.sandbox_token.clone_from(&token);
            match self.serve(folder, options, opened.data, socket, tls.clone())? {
                End::Stop => return Ok(()),
                End::TakeOver => {
                    let aside = swap::carry_out(folder)?;
                    tracing::warn!(former = %aside.display(), "a restored store takes over");
                }
            }
        }
    }

    /// Serves a store until it is told to stop, or to let another take over.
    fn serve(
        &self,
        dir: &Path,
        mut options: Options,
        data: Data,
        listener: TcpListener,
        tls: Option<Tls>,
    ) -> Result<End> {
        let address = listener.local_addr().map_err(failure::io("asking for the address"))?;
        let token = options.sandbox_token.clone();
        options.open_metrics = self.open_metrics;
        options.reconcile = true;
        options.password_cost = Cost { memory_kib: self.password_memory, passes: self.password_passes };
        options.public_url.clone_from(&self.public_url);
        (options.mail, options.sms) = self.connections()?;
        options.gateway = self.gateway()?;
        options.payments = self.payments(address, tls.is_some())?;
        options.provider = self.oidc.provider()?;
        options.behind_proxy = self.behind_proxy;
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
        let runtime = runtime.map_err(failure::io("starting the runtime"))?;
        let app = jifen_server::open(options).map_err(|error| Failure::new(error.to_string()).data(NOTHING_CHANGED))?;
        let (stop, takes_over) = (Arc::new(Notify::new()), Arc::new(AtomicBool::new(false)));
        let desk =
            Desk { app: Arc::downgrade(&app), data, stop: Arc::clone(&stop), takes_over: Arc::clone(&takes_over) };
        // Commands for a database go to the database. Processes that share its keys would take the socket from each other.
        let has_socket = matches!(desk.data, Data::Folder(_));
        let control = has_socket.then(|| control::listen(dir, Arc::new(desk))).transpose()?;
        // Before it says that it listens: whoever waits for that may sign in at once.
        if app.sandbox {
            let added = app.gate.add_demo_staff(&app.engine).map_err(|error| Failure::new(error.to_string()))?;
            note_demo_staff(added);
        }
        say_hello(address, tls.is_some(), token.as_deref());
        if app.sandbox {
            say_how_to_sign_in(&app, dir, has_socket);
        }
        let served =
            runtime.block_on(async { jifen_server::serve_app(listener, app, tls, asked_to_stop(stop)?).await });
        // It holds the store, which closes with the last who holds it.
        drop(control);
        served.map_err(|error| Failure::new(error.to_string()).data(NOTHING_LOST))?;
        Ok(if takes_over.load(Ordering::Acquire) { End::TakeOver } else { End::Stop })
    }

    /// The certificate, where there is one. Members' data does not travel in the open: without HTTPS only this machine is
    /// listened to, unless something in front speaks it.
    fn tls(&self) -> Result<Option<Tls>> {
        if let (Some(cert), Some(key)) = (&self.tls_cert, &self.tls_key) {
            let tls = Tls::load(cert, key);
            return tls.map(Some).map_err(|error| Failure::new(error.to_string()).data(NOTHING_CHANGED));
        }
        if self.listen.ip().is_loopback() || self.behind_proxy {
            return Ok(None);
        }
        Err(Failure::new(format!("{} can be reached from other machines, and HTTPS is off", self.listen))
            .data(NOTHING_CHANGED)
            .hint(
                "give --tls-cert and --tls-key, or --behind-proxy where something in front speaks HTTPS, or listen on \
                 127.0.0.1",
            ))
    }

    /// Where messages go out.
    fn connections(&self) -> Result<(Option<Mail>, Option<Sms>)> {
        let from = self.mail_from.as_deref().unwrap_or_default();
        let mail = self.smtp_url.as_deref().map(|url| Mail::new(url, from)).transpose();
        let sms = self.sms_url.as_deref().map(|url| Sms::new(url, self.sms_token.as_deref())).transpose();
        Ok((
            mail.map_err(|error| Failure::usage(error.to_string()))?,
            sms.map_err(|error| Failure::usage(error.to_string()))?,
        ))
    }

    /// Who carries messages to the company's own channels.
    fn gateway(&self) -> Result<Option<Gateway>> {
        let (Some(url), Some(secret)) = (&self.messages_url, &self.messages_secret) else { return Ok(None) };
        let secrets = Secrets::read(secret).map_err(|error| Failure::usage(format!("--messages-secret: {error}")))?;
        let gateway = Gateway::new(url, secrets, self.messages_channels.clone());
        gateway.map(Some).map_err(|error| Failure::usage(error.to_string()))
    }

    /// Who takes the money of redemptions. It calls back under the public address, or on this machine.
    fn payments(&self, address: SocketAddr, is_https: bool) -> Result<Option<PayProvider>> {
        let (Some(url), Some(secret)) = (&self.pay_url, &self.pay_secret) else { return Ok(None) };
        let secrets = Secrets::read(secret).map_err(|error| Failure::usage(format!("--pay-secret: {error}")))?;
        let scheme = if is_https { "https" } else { "http" };
        let ours = self.public_url.clone().unwrap_or_else(|| format!("{scheme}://{address}"));
        let provider = PayProvider::new(url, &self.pay_merchant, secrets, &ours);
        provider.map(Some).map_err(|error| Failure::usage(error.to_string()))
    }

    /// What commands and people should know of how a database is served.
    fn note_how(&self, data: &Data, vault: &Vault) -> Result {
        let Data::Database(store) = data else { return Ok(()) };
        store.note(Mark::Served, if self.sandbox { staff::AS_SANDBOX } else { "members" })?;
        if !vault.is_shared() {
            tracing::warn!(
                "members' keys are in a folder of this machine: other machines cannot serve this database beside it; \
                 with --keys-database-url they can"
            );
        }
        Ok(())
    }

    fn master_key(&self, dir: &Path) -> PathBuf {
        self.master_key.clone().unwrap_or_else(|| seal::master_key(dir))
    }

    fn sandbox_token(&self) -> Result<Option<String>> {
        if !self.sandbox {
            return Ok(None);
        }
        match std::env::var("JIFEN_SANDBOX_TOKEN") {
            Ok(token) if !token.trim().is_empty() => Ok(Some(token)),
            _ => {
                let token = jifen_server::callers::new_token();
                token.map(Some).map_err(|error| Failure::new(format!("no randomness: {error}")))
            }
        }
    }
}

/// Stops the server of a folder: what was accepted is finished.
#[derive(Args, Debug)]
#[command(after_long_help = "\
It asks through the folder's socket, as Ctrl-C would, and returns at once; the server ends when what it accepted is
finished.

Examples:
  jifen stop --data data

Exit codes: 0 it was asked, 1 nobody serves the folder, 2 wrong use.")]
pub(crate) struct Stop {
    #[command(flatten)]
    place: StorePlace,
}

impl Stop {
    pub(crate) fn run(&self) -> Result {
        let dir = self.place.dir()?;
        match control::ask(&dir, &Request::Stop {}, |_, _| {})? {
            Some(_) => Ok(()),
            None => Err(Failure::new(format!("nobody serves {}", dir.display()))),
        }
    }
}

fn say_hello(address: SocketAddr, is_https: bool, token: Option<&str>) {
    let scheme = if is_https { "https" } else { "http" };
    // Programs that start a server wait for these lines.
    terminal::line(format!("listening: {scheme}://{address}"));
    terminal::line(format!("open: {scheme}://{address}/docs"));
    if let Some(token) = token {
        terminal::line(format!("token: {token}"));
    }
}

fn note_demo_staff(added: bool) {
    if added {
        let people = jifen_server::gate::demo::PEOPLE.map(|(login, _, role)| format!("{login} ({role})"));
        tracing::info!(people = people.join(", "), "the sandbox begins with some staff");
    }
}

/// A sandbox's people have no authenticators: their codes come from the command line.
fn say_how_to_sign_in(app: &App, dir: &Path, is_folder: bool) {
    terminal::line(format!("password: {}", app.gate.demo_password()));
    // The address may have a password in it.
    let place = if is_folder { "" } else { " --database-url URL" };
    terminal::line(format!("code: jifen staff code lin --data {}{place}", dir.display()));
}

/// A code of somebody's second factor, in a sandbox.
fn code(app: &App, login: &str) -> Result<Value> {
    if !app.sandbox {
        return Err(staff::sandbox_only());
    }
    Ok(json!({ "code": staff::told_code(&app.gate, &app.engine, login, app.wall.now())? }))
}

/// Done when a signal or a command asks to stop.
fn asked_to_stop(stop: Arc<Notify>) -> std::io::Result<impl Future<Output = ()> + Send + 'static> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            () = stop.notified() => {}
        }
    })
}

/// Why serving a store ended.
enum End {
    /// It was asked to.
    Stop,
    /// A restored store is to take its place.
    TakeOver,
}

/// What commands reach through the control socket.
struct Desk {
    /// Not kept alive by a command: the server ends when it is told to.
    app: Weak<App>,
    data: Data,
    stop: Arc<Notify>,
    takes_over: Arc<AtomicBool>,
}

impl Desk {
    /// The store, where it is in a folder.
    fn folder(&self) -> Result<&SqliteStore> {
        match &self.data {
            Data::Folder(store) => Ok(store),
            Data::Database(_) => Err(Failure::new("the data is in a database, which is backed up with its own tools")),
        }
    }
}

impl Doing for Desk {
    fn carry_out(&self, request: Request, progress: &mut Progress<'_>) -> Result<Value> {
        let app = self.app.upgrade().ok_or_else(|| Failure::new("the server is stopping"))?;
        match request {
            Request::Backup { file } => {
                access::check(&app, "backup")?;
                self.folder()?.backup(&file, progress)?;
                Ok(json!({}))
            }
            Request::Follow { archive } => {
                access::check(&app, "backup")?;
                follow::carry_out_begin(self.folder()?, &archive, progress)
            }
            Request::Ship { archive } => follow::carry_out_ship(self.folder()?, &archive),
            Request::ClientAdd(_) | Request::ClientRemove { .. } => {
                let done = client::carry_out(&app.engine, request)?;
                app.callers.reload(&app.engine)?;
                Ok(done)
            }
            Request::ClientList {} => client::carry_out(&app.engine, request),
            Request::Import { brings, file } => import::carry_out(&app.engine, &app.vault, brings, &file, progress),
            Request::Member { id } => member::describe(&app.engine, &id),
            Request::NoteDrill(note) => drill::carry_out(&app.engine, note).map(|()| json!({})),
            Request::Publish(publication) => access::publish(&app, publication),
            Request::StaffAdd(_) | Request::StaffList {} | Request::StaffReset { .. } => {
                staff::carry_out(&app.engine, request)
            }
            Request::RotateKeys {} => keys::rotate(&app.vault, &app.engine),
            Request::StaffCode { login } => code(&app, &login),
            Request::MayRestore {} => access::check(&app, "restore").map(|()| json!({})),
            Request::NoteRestore(note) => drill::carry_out(&app.engine, note).map(|()| json!({})),
            Request::TakeOver {} => {
                self.takes_over.store(true, Ordering::Release);
                self.stop.notify_one();
                Ok(json!({}))
            }
            Request::Stop {} => {
                self.stop.notify_one();
                Ok(json!({}))
            }
            Request::Verify {} => verify::carry_out(&self.data, progress),
        }
    }
}
