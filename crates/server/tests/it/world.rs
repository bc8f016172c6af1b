//! A world to test in: the default rule book, a store in a folder that goes away, and a clock that stands in June.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use jifen_engine::{Clock, Engine, open_program};
use jifen_server::{App, Options, router};
use jifen_store::Store;
use jifen_vocab::Timestamp;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::browser::Browser;
use crate::postgres;

/// The token that may do everything.
pub(crate) const TOKEN: &str = "sandbox-token";

/// When the world begins: no promotion is on.
pub(crate) const BEGIN: &str = "2026-06-10T12:00:00+08:00";

/// Rules and units that the default rule book lacks and tests need.
const MORE_RULES: &str = r#"rules:
  - id: once-a-day
    name: { zh: 每日一次, en: Once a day }
    on: test.once
    once: day
    award: { points: 5 }
    source: purchase
  - id: too-much
    name: { zh: 过多, en: Too much }
    on: test.too-much
    award: { points: 500 }
    event_max: 100
    source: purchase
  - id: first-of-two
    name: { zh: 其一, en: First of two }
    on: test.exclusive
    exclusive: pair
    priority: 2
    award: { points: 3 }
    source: purchase
  - id: second-of-two
    name: { zh: 其二, en: Second of two }
    on: test.exclusive
    exclusive: pair
    award: { points: 4 }
    source: purchase
  - id: little-budget
    name: { zh: 小预算, en: Little budget }
    on: test.budget
    award: { points: 5 }
    budget: { name: little, points: 7 }
    source: purchase
  - id: by-chance
    name: { zh: 随机奖励, en: By chance }
    on: test.chance
    award: { chance: 50%, points: 10 }
    source: purchase
  - id: friend-redeemed
    name: { zh: 好友首次兑换, en: A friend redeemed }
    on: referral.redeemed
    award: { points: 7 }
    source: invite
"#;

const MORE_UNITS: &str = r#"
  - id: miles
    name: { zh: 里程, en: miles }
    foreign: true
    spendable: false
    validity: forever
"#;

pub(crate) struct World {
    pub(crate) app: Arc<App>,
    router: Router,
    folder: tempfile::TempDir,
}

/// The default rule book's files, with what tests need besides.
pub(crate) fn files() -> BTreeMap<String, String> {
    let mut files = bundle("rulebook");
    let earning = files["earning.yaml"].replacen("rules:\n", MORE_RULES, 1);
    files.insert("earning.yaml".to_owned(), earning);
    files.get_mut("units.yaml").unwrap().push_str(MORE_UNITS);
    files
}

/// A rule book's files as they are.
fn bundle(name: &str) -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../programs").join(name);
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        files.insert(name, std::fs::read_to_string(path).unwrap());
    }
    files
}

/// A clock that shows [`BEGIN`] now.
pub(crate) fn clock() -> Arc<Clock> {
    let begin = Timestamp::parse_rfc3339(BEGIN).unwrap();
    Arc::new(Clock::new(begin.as_millis() - Clock::new(0).now().as_millis()))
}

pub(crate) fn engine(store: Arc<dyn Store>, options: &jifen_engine::Options) -> Engine {
    engine_of(store, options, &files())
}

fn engine_of(store: Arc<dyn Store>, options: &jifen_engine::Options, files: &BTreeMap<String, String>) -> Engine {
    let clock = clock();
    let opened = open_program(store.as_ref(), Some(files), clock.now()).unwrap();
    Engine::start(store, opened.books, clock, options)
}

impl World {
    pub(crate) fn new() -> World {
        World::with(|_| {})
    }

    pub(crate) fn with(change: impl FnOnce(&mut Options)) -> World {
        World::in_folder_with(tempfile::tempdir().unwrap(), change)
    }

    /// With another rule book.
    pub(crate) fn of(program: &str) -> World {
        World::of_files(&bundle(program))
    }

    /// With another rule book in which a passage of a file is replaced.
    pub(crate) fn edited(program: &str, file: &str, from: &str, to: &str) -> World {
        let mut files = bundle(program);
        let text = files.get_mut(file).unwrap();
        assert!(text.contains(from), "{file} does not say {from}");
        *text = text.replacen(from, to, 1);
        World::of_files(&files)
    }

    fn of_files(files: &BTreeMap<String, String>) -> World {
        let folder = tempfile::tempdir().unwrap();
        let store = postgres::store(folder.path());
        let engine = engine_of(store, &jifen_engine::Options::default(), files);
        World::around(folder, engine, |_| {})
    }

    /// In a folder that may hold something already.
    pub(crate) fn in_folder(folder: tempfile::TempDir) -> World {
        World::in_folder_with(folder, |_| {})
    }

    pub(crate) fn in_folder_with(folder: tempfile::TempDir, change: impl FnOnce(&mut Options)) -> World {
        let store = postgres::store(folder.path());
        World::over(folder, store, &jifen_engine::Options::default(), change)
    }

    pub(crate) fn over(
        folder: tempfile::TempDir,
        store: Arc<dyn Store>,
        engine_options: &jifen_engine::Options,
        change: impl FnOnce(&mut Options),
    ) -> World {
        World::around(folder, engine(store, engine_options), change)
    }

    fn around(folder: tempfile::TempDir, engine: Engine, change: impl FnOnce(&mut Options)) -> World {
        let mut options = Options::new(engine, folder.path().join("keys/master.key"));
        options.sandbox_token = Some(TOKEN.to_owned());
        options.password_cost = jifen_server::gate::Cost { memory_kib: 8, passes: 1 };
        change(&mut options);
        let app = jifen_server::open(options).unwrap();
        World { router: router(Arc::clone(&app)), app, folder }
    }

    /// The same store behind a server that is set up otherwise.
    pub(crate) fn over_same(world: World, change: impl FnOnce(&mut Options)) -> World {
        let World { app, router, folder } = world;
        drop(router);
        let app = app.alone().ok().expect("nobody else uses it");
        let mut options = Options::new(app.engine, folder.path().join("keys/master.key"));
        change(&mut options);
        let app = jifen_server::open(options).unwrap();
        World { router: jifen_server::router(Arc::clone(&app)), app, folder }
    }

    /// Stops, and gives the folder.
    pub(crate) fn stop(self) -> tempfile::TempDir {
        let World { app, router, folder } = self;
        drop(router);
        std::thread::spawn(move || app.alone().ok().expect("nobody else uses it").engine.stop()).join().unwrap();
        folder
    }

    /// Where everything is kept.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn get(&self, path: &str) -> Asked<'_> {
        Asked::new(self, "GET", path)
    }

    pub(crate) fn post(&self, path: &str, body: Value) -> Asked<'_> {
        let asked = Asked::new(self, "POST", path).header("content-type", "application/json");
        Asked { body: Body::from(body.to_string()), ..asked }
    }

    pub(crate) fn put(&self, path: &str, body: Value) -> Asked<'_> {
        Asked { method: "PUT", ..self.post(path, body) }
    }

    pub(crate) fn ask(&self, method: &str, path: &str) -> Asked<'_> {
        Asked::new(self, method, path)
    }

    /// Enrolls a member.
    pub(crate) async fn member(&self, id: &str) {
        self.post("/v1/members", json!({"id": id})).send().await.expect(201);
    }

    /// Gives a member points by hand, to lapse at the end of the year after next.
    pub(crate) async fn give(&self, member: &str, points: i64) {
        let body = json!({"unit": "points", "points": points, "reason": "to begin with"});
        self.post(&format!("/v1/members/{member}/adjustments"), body)
            .key(&format!("give-{member}-{points}"))
            .send()
            .await
            .expect(200);
    }

    /// Registers a client and gives its token.
    pub(crate) async fn client(&self, id: &str, scopes: &[&str], sources: Option<&[&str]>) -> String {
        let body = json!({"id": id, "name": id, "scopes": scopes, "sources": sources});
        let answer = self.post("/v1/clients", body).send().await.expect(201);
        answer.body["token"].as_str().unwrap().to_owned()
    }

    /// Adds a person to the staff, who signs in for the first time: sets up a second factor and chooses a password.
    pub(crate) async fn staff(&self, login: &str, role: &str, place: Option<&str>) -> Browser {
        let body = json!({"login": login, "name": login, "roles": [{"role": role, "place": place}]});
        let added = self.post("/v1/staff", body).send().await.expect(201).body;
        let password = added["one_time_password"].as_str().unwrap();
        let mut browser = Browser::new(login);
        assert_eq!(browser.show_password(self, password).await.expect(200).body["state"], "enroll");
        browser.enroll(self).await;
        browser.show_code(self).await.expect(200);
        let new = json!({"old": password, "new": browser.password});
        browser.post(self, "/v1/session/password", new).send().await.expect(204);
        browser
    }

    /// Available points of a member.
    pub(crate) async fn available(&self, member: &str) -> i64 {
        let wallet = self.get(&format!("/v1/members/{member}/wallet")).send().await.expect(200).body;
        let units = wallet["units"].as_array().unwrap();
        let points = units.iter().find(|unit| unit["unit"] == "points").unwrap();
        points["available"].as_i64().unwrap()
    }
}

/// An event of that type.
pub(crate) fn event(id: &str, kind: &str, member: &str, data: Value) -> Value {
    json!({"specversion": "1.0", "id": id, "source": "/shop", "type": kind, "subject": member, "time": BEGIN, "data": data})
}

/// A paid order of daily goods.
pub(crate) fn order(id: &str, member: &str, amount: i64) -> Value {
    let lines = json!([{"sku": "t-1", "category": "daily", "quantity": 1, "amount": amount}]);
    event(
        &format!("paid-{id}"),
        "order.paid",
        member,
        json!({"order": id, "amount": amount, "currency": "CNY", "lines": lines}),
    )
}

/// A request in the making.
pub(crate) struct Asked<'w> {
    world: &'w World,
    method: &'static str,
    path: String,
    headers: Vec<(String, String)>,
    token: Option<String>,
    pub(crate) body: Body,
}

impl<'w> Asked<'w> {
    fn new(world: &'w World, method: &str, path: &str) -> Self {
        let method = match method {
            "GET" => "GET",
            "POST" => "POST",
            "DELETE" => "DELETE",
            "PATCH" => "PATCH",
            "PUT" => "PUT",
            other => panic!("{other}"),
        };
        let token = Some(TOKEN.to_owned());
        Asked { world, method, path: path.to_owned(), headers: Vec::new(), token, body: Body::empty() }
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn key(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }

    pub(crate) fn zh(self) -> Self {
        self.header("accept-language", "zh-CN")
    }

    pub(crate) fn token(mut self, token: Option<&str>) -> Self {
        self.token = token.map(str::to_owned);
        self
    }

    pub(crate) fn text(mut self, body: impl Into<Body>) -> Self {
        self.body = body.into();
        self
    }

    pub(crate) async fn send(self) -> Heard {
        let mut request = Request::builder().method(self.method).uri(&self.path);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        use axum::body::HttpBody;
        if let Some(length) = self.body.size_hint().exact()
            && !self.headers.iter().any(|(name, _)| name == "content-length")
        {
            request = request.header("content-length", length);
        }
        let request = request.body(self.body).unwrap();
        let response = self.world.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        let call = format!("{} {}", self.method, self.path);
        Heard { call, status: parts.status, headers: parts.headers, text, body, bytes: bytes.to_vec() }
    }
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Heard {
    pub(crate) call: String,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    pub(crate) body: Value,
    pub(crate) bytes: Vec<u8>,
}

impl Heard {
    /// Checks the status.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Heard {
        assert_eq!(self.status.as_u16(), status, "{} answered {}", self.call, self.text);
        self
    }

    /// Checks that it is that problem, in form and status.
    #[track_caller]
    pub(crate) fn problem(self, code: &str) -> Heard {
        let row = jifen_server::problems::TABLE.iter().find(|row| row.code == code).expect("a row of the table");
        assert_eq!(
            self.body["type"],
            format!("https://jifen.dev/problems/{code}"),
            "{} answered {}",
            self.call,
            self.text
        );
        assert_eq!(self.status.as_u16(), row.status);
        assert_eq!(self.body["status"], row.status);
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(self.body["instance"], self.header("x-request-id"));
        assert!(!self.body["detail"].as_str().unwrap().contains('{'), "{}", self.text);
        assert_eq!(self.headers.contains_key("retry-after"), matches!(row.status, 429 | 503));
        self
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn is_replay(&self) -> bool {
        self.header("idempotent-replay") == "true"
    }
}
