//! Every problem of the table, provoked. What no call can bring about yet stands on a list that may only shrink.

use std::collections::BTreeSet;
use std::sync::Arc;

use jifen_server::problems::TABLE;
use jifen_store::memory::MemoryStore;
use jifen_store::{Batch, Committed, CounterRow, Entry, EntryNumber, Find, Key, Page, Row, Store, StoreError, Stream};
use jifen_vocab::{Day, Timestamp};
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::requests::Never;
use crate::world::{Heard, World, event, order};

/// Problems that belong to features which are not there yet.
const LATER: &[&str] = &[];

#[derive(Default)]
struct Seen(BTreeSet<String>);

impl Seen {
    fn problem(&mut self, code: &str, heard: Heard) {
        heard.problem(code);
        self.0.insert(code.to_owned());
    }

    /// A refusal inside an answer.
    fn inside(&mut self, code: &str, heard: Heard) {
        let heard = heard.expect(200);
        let refusals = heard.body["refusals"].as_array().unwrap();
        let refusal = refusals.iter().find(|refusal| refusal["code"] == code);
        let refusal = refusal.unwrap_or_else(|| panic!("{code} is not in {}", heard.text));
        for lang in ["en", "zh"] {
            assert!(!refusal["explanation"][lang].as_str().unwrap().contains('{'), "{refusal}");
        }
        self.0.insert(code.to_owned());
    }
}

#[tokio::test]
async fn every_problem_can_be_provoked() {
    let mut seen = Seen::default();
    requests(&mut seen).await;
    people(&mut seen).await;
    approvals(&mut seen).await;
    assessments(&mut seen).await;
    points(&mut seen).await;
    orders(&mut seen).await;
    redemptions(&mut seen).await;
    deductions(&mut seen).await;
    messages(&mut seen).await;
    surveys(&mut seen).await;
    rules(&mut seen).await;
    broken_stores(&mut seen).await;
    let missing: Vec<&str> =
        TABLE.iter().map(|row| row.code).filter(|code| !seen.0.contains(*code) && !LATER.contains(code)).collect();
    assert!(missing.is_empty(), "nothing provokes {missing:?}");
    let needless: Vec<&&str> = LATER.iter().filter(|code| seen.0.contains(**code)).collect();
    assert!(needless.is_empty(), "take these off the list: {needless:?}");
}

async fn requests(seen: &mut Seen) {
    let world = World::with(|options| options.requests_per_minute = 2);
    let post = |path: &str, body: Value| world.post(path, body);
    seen.problem("not-found", world.get("/nothing").send().await);
    seen.problem("method-not-allowed", world.ask("PATCH", "/v1/members").send().await);
    seen.problem("unauthorized", world.get("/v1/program").token(None).send().await);
    let till = world.client("till", &["events:write"], Some(&["/till"])).await;
    seen.problem("forbidden", world.get("/v1/program").token(Some(&till)).send().await);
    let foreign = event("e-1", "page.viewed", "lin", json!({}));
    seen.problem("source-not-allowed", post("/v1/events", foreign.clone()).token(Some(&till)).send().await);
    post("/v1/events", foreign.clone()).token(Some(&till)).send().await.expect(403);
    seen.problem("rate-limited", post("/v1/events", foreign).token(Some(&till)).send().await);
    seen.problem("malformed-json", post("/v1/members", json!({})).text("{").send().await);
    seen.problem("invalid-field", post("/v1/members", json!({"id": ""})).send().await);
    seen.problem("unknown-parameter", world.get("/v1/program?x=1").send().await);
    seen.problem("invalid-parameter", world.get("/v1/reviews?limit=0").send().await);
    let text = post("/v1/members", json!({})).header("content-type", "text/plain");
    seen.problem("unsupported-media-type", text.send().await);
    seen.problem("payload-too-large", post("/v1/members", json!({})).text("x".repeat(70_000)).send().await);
    let big = format!("[{{\"pad\": \"{}\"}}]", "x".repeat(300_000));
    let batch = || post("/v1/events", json!({})).header("content-type", "application/cloudevents-batch+json");
    let results = batch().text(big).send().await.expect(200);
    assert_eq!(results.body["results"][0]["status"], 413);
    let many = format!("[{}]", vec!["{}"; 1001].join(","));
    seen.problem("batch-too-long", batch().text(many).send().await);
    tokio::time::pause();
    let never = post("/v1/members", json!({})).header("transfer-encoding", "chunked");
    seen.problem("request-timeout", never.text(axum::body::Body::from_stream(Never)).send().await);
    tokio::time::resume();
    let now = json!({"now": "2020-01-01T00:00:00Z"});
    seen.problem("time-moves-forward", post("/v1/sandbox/clock", now).send().await);
    let real = World::new();
    let clock = real.client("clock", &["sandbox"], None).await;
    let closed = World::over_same(real, |options| options.sandbox_token = None);
    seen.problem("sandbox-off", closed.get("/v1/sandbox/clock").token(Some(&clock)).send().await);
}

async fn surveys(seen: &mut Seen) {
    let world = World::new();
    world.member("lin").await;
    let now = json!({"now": "2026-07-01T00:00:00+08:00"});
    world.post("/v1/sandbox/clock", now).send().await.expect(200);
    seen.problem("survey-closed", crate::tickets::fill_in(&world, "lin", json!({})).await);
}

async fn people(seen: &mut Seen) {
    let world = World::new();
    let wrong = || world.post("/v1/sign-in", json!({"login": "nobody", "password": "nothing"})).token(None);
    seen.problem("sign-in-failed", wrong().send().await);
    for _ in 2..jifen_vocab::limits::TRIES_MAX {
        wrong().send().await.expect(403);
    }
    seen.problem("account-locked", wrong().send().await);
    let lin = world.staff("lin", "owner", None).await;
    let code = || json!({"code": "no"});
    seen.problem("code-wrong", lin.post(&world, "/v1/session/confirm", code()).send().await);
    seen.problem("not-signed-in", world.post("/v1/session/confirm", code()).send().await);
    let forged = Browser { csrf: String::new(), ..lin.clone() };
    seen.problem("csrf-token-missing", forged.post(&world, "/v1/members", json!({})).send().await);
    let token = |form: &'static str| {
        let asked = world.ask("POST", "/oauth/token").token(None).text(form);
        asked.header("content-type", "application/x-www-form-urlencoded").send()
    };
    seen.problem("invalid-token-request", token("x=1").await);
    seen.problem("unsupported-grant-type", token("grant_type=x").await);
    seen.problem("invalid-client", token("grant_type=client_credentials").await);
    let none = "grant_type=client_credentials&client_id=sandbox&client_secret=sandbox-token&scope=no";
    seen.problem("invalid-scope", token(none).await);
    let chosen = json!({"password": "another long password"});
    seen.problem("reset-ended", world.post("/v1/password-resets/x", chosen).token(None).send().await);
    let later = World::over_same(world, |options| options.wall = jifen_engine::Clock::new(6 * 60_000));
    seen.problem("second-factor-required", lin.post(&later, "/v1/staff", json!({})).send().await);
    let [forged, stranger] = crate::oidc::refusals().await;
    seen.problem("provider-answer-invalid", forged);
    seen.problem("provider-person-unknown", stranger);
    seen.problem("provider-away", crate::oidc::away().await);
    seen.problem("device-unconfirmed", crate::guard::refusal().await);
}

async fn approvals(seen: &mut Seen) {
    let world = World::new();
    world.member("lin").await;
    let scopes = ["points:adjust", "approvals:decide"];
    let till = world.client("till", &scopes, None).await;
    let other = world.client("other", &scopes, None).await;
    let body = json!({"unit": "points", "points": 25_000, "reason": "x"});
    let waits = world.post("/v1/members/lin/adjustments", body).key("k").token(Some(&till)).send().await.expect(202);
    let approve = format!("/v1/approvals/{}/approve", waits.body["approval"]["id"].as_str().unwrap());
    seen.problem("approval-own", world.ask("POST", &approve).token(Some(&till)).send().await);
    seen.problem("approval-role", world.ask("POST", &approve).token(Some(&other)).send().await);
    world.ask("POST", &approve).send().await.expect(200);
    seen.problem("approval-decided", world.ask("POST", &approve).send().await);
    let reason = json!({"reason": "x"});
    let later = json!({"expires_at": "2027-01-01T00:00:00+08:00", "reason": "asked for it"});
    seen.problem("extension-unavailable", world.post("/v1/members/lin/extensions", later).send().await);
    seen.problem("wallet-not-frozen", world.post("/v1/members/lin/unfreeze", reason.clone()).send().await);
    world.post("/v1/members/lin/freeze", reason).send().await.expect(200);
    let spend = json!({"unit": "points", "points": 1, "reason": "x", "reference": "r"});
    seen.problem("wallet-frozen", world.post("/v1/members/lin/spend", spend).send().await);
}

async fn points(seen: &mut Seen) {
    let world = World::new();
    world.member("lin").await;
    let adjust = |points: i64, unit: &str| {
        world.post("/v1/members/lin/adjustments", json!({"unit": unit, "points": points, "reason": "x"}))
    };
    seen.problem("idempotency-key-missing", adjust(1, "points").send().await);
    seen.problem("idempotency-key-invalid", adjust(1, "points").key("\t").send().await);
    adjust(1000, "points").key("k-1").send().await.expect(200);
    seen.problem("idempotency-conflict", adjust(2, "points").key("k-1").send().await);
    seen.problem("insufficient-points", adjust(-1001, "points").key("k-2").send().await);
    seen.problem("amount-out-of-range", adjust(i64::MAX, "points").key("k-3").send().await);
    seen.problem("unit-unknown", adjust(1, "stars").key("k-4").send().await);
    let born = |day: &str| world.put("/v1/members/lin", json!({"birthday": day})).send();
    born("1990-05-01").await.expect(200);
    born("1990-05-02").await.expect(200);
    seen.problem("birthday-locked", born("1990-05-03").await);
    let invitation = world.ask("POST", "/v1/members/lin/invitation").send().await.expect(200).body;
    let own = json!({"code": invitation["code"]});
    seen.problem("referral-refused", world.post("/v1/members/lin/referrals", own).send().await);
    world.post("/v1/votes", crate::votes::vote("mug")).send().await.expect(201);
    seen.problem("vote-exists", world.post("/v1/votes", crate::votes::vote("mug")).send().await);
    crate::votes::cast(&world, "lin", "mug", "cat").await.expect(200);
    seen.problem("voted-already", crate::votes::cast(&world, "lin", "mug", "dog").await);
    world.ask("POST", "/v1/votes/mug/close").send().await.expect(200);
    seen.problem("vote-closed", crate::votes::cast(&world, "lin", "mug", "dog").await);
    let ticket = crate::tickets::open(&world, "lin", crate::tickets::suggestion("x")).await.expect(201).body;
    let done = json!({"text": "x", "result": "settled"});
    let ticket = ticket["id"].as_str().unwrap();
    crate::tickets::answer(&world, ticket, done.clone()).await.expect(200);
    seen.problem("ticket-closed", crate::tickets::answer(&world, ticket, done).await);
    let said = || json!({"overall": 5, "clear": 5});
    crate::tickets::fill_in(&world, "lin", said()).await.expect(201);
    seen.problem("survey-answered", crate::tickets::fill_in(&world, "lin", said()).await);
    world.member("gone").await;
    let erase = || world.post("/v1/members/gone/erase", json!({"reason": "x"}));
    erase().send().await.expect(200);
    seen.problem("member-erased", erase().send().await);
    seen.problem("member-exists", world.post("/v1/members", json!({"id": "lin"})).send().await);
    seen.problem("member-unknown", world.get("/v1/members/nobody/wallet").send().await);
    let spend = |unit: &str, points: i64, reference: &str| {
        world.post(
            "/v1/members/lin/spend",
            json!({"unit": unit, "points": points, "reason": "x", "reference": reference}),
        )
    };
    seen.problem("unit-not-spendable", spend("miles", 1, "r-1").send().await);
    let spent = spend("points", 10, "r-2").send().await.expect(200);
    let reverse = format!("/v1/spends/{}/reverse", spent.body["id"].as_str().unwrap());
    world.post(&reverse, json!({"reason": "x"})).key("k-5").send().await.expect(200);
    seen.problem("already-reversed", world.post(&reverse, json!({"reason": "x"})).key("k-6").send().await);
    let draft = crate::drafts::begin(&world).await;
    let edit = || crate::drafts::edit(&world, &draft, "earning.yaml", "percent: 1%", "percent: 2%");
    edit().await.expect(200);
    seen.problem("draft-changed", edit().await);
    world.ask("DELETE", &crate::drafts::path(&draft, "")).send().await.expect(200);
    seen.problem("draft-closed", edit().await);
    rule_books(seen, &world).await;
    seen.problem("unknown", world.post("/v1/holds/nothing/capture", json!({})).key("k-7").send().await);
    let hold = json!({"unit": "points", "points": 1, "reason": "x"});
    let held = world.post("/v1/members/lin/holds", hold.clone()).key("h-0").send().await.expect(200);
    let release = format!("/v1/holds/{}/release", held.body["id"].as_str().unwrap());
    world.ask("POST", &release).key("k-8").send().await.expect(200);
    seen.problem("hold-not-open", world.ask("POST", &release).key("k-9").send().await);
    for number in 1..=200 {
        world.post("/v1/members/lin/holds", hold.clone()).key(&format!("h-{number}")).send().await.expect(200);
    }
    seen.problem("limit-exceeded", world.post("/v1/members/lin/holds", hold).key("h-201").send().await);
}

async fn messages(seen: &mut Seen) {
    let world = World::new();
    world.member("lin").await;
    let reason = json!({"reason": "too many reviews"});
    world.post("/v1/members/lin/freeze", reason).send().await.expect(200);
    let list = world.get("/v1/deliveries?member=lin").send().await.expect(200).body;
    let id = list["data"][0]["id"].as_str().unwrap();
    let retry = world.post(&format!("/v1/deliveries/{id}/retry"), json!({})).text("");
    seen.problem("delivery-not-failed", retry.send().await);
    // One that has just begun may be over already.
    loop {
        world.ask("POST", "/v1/wake-ups").send().await;
        let second = world.ask("POST", "/v1/wake-ups").send().await;
        if second.status.as_u16() == 409 {
            return seen.problem("wake-up-open", second);
        }
    }
}

async fn redemptions(seen: &mut Seen) {
    use crate::redeem::{act, ask, clock, member, pay, redeem, reward};
    let world = World::new();
    member(&world, "lin", "ordinary", 5000).await;
    reward(&world, "cup", 500, json!({"stock": 2})).await;
    reward(&world, "car", 5000, json!({})).await;
    reward(&world, "suite", 500, json!({"tiers": ["diamond"]})).await;
    seen.problem("out-of-stock", ask(&world, "lin", "cup", json!({"quantity": 3})).await);
    seen.problem("redemption-limit", ask(&world, "lin", "car", json!({})).await);
    seen.problem("reward-unavailable", ask(&world, "lin", "suite", json!({})).await);
    let cup = json!({"id": "cup", "name": "cup", "kind": "goods", "points": 500, "stock": 0});
    seen.problem("reward-exists", world.post("/v1/rewards", cup.clone()).send().await);
    let [full, late] = crate::redeem::bookings::refusals().await;
    seen.problem("slot-full", full);
    seen.problem("booking-closed", late);
    seen.problem("rated-already", crate::redeem::ratings::refusal().await);
    let plan = world.post("/v1/price-plans", json!(null)).text("").send().await.expect(201).body;
    let dismiss = format!("/v1/price-plans/{}/dismiss", plan["id"].as_str().unwrap());
    world.post(&dismiss, json!(null)).text("").send().await.expect(200);
    seen.problem("plan-decided", world.post(&dismiss, json!(null)).text("").send().await);
    let waiting = redeem(&world, "lin", "cup", json!({"cash": 100})).await.expect(201).body;
    seen.problem("stock-reserved", world.put("/v1/rewards/cup", cup).send().await);
    let paid = json!({"state": "paid", "amount": 99, "reference": "p-1"});
    seen.problem("payment-mismatch", act(&world, &waiting, "payment", paid).await);
    act(&world, &waiting, "cancel", json!({})).await.expect(200);
    seen.problem("redemption-closed", act(&world, &waiting, "cancel", json!({})).await);
    let made = redeem(&world, "lin", "cup", json!({})).await.expect(201).body;
    act(&world, &made, "cancel", json!({})).await.expect(200);
    let used = format!("/v1/vouchers/{}/use", made["vouchers"][0]["code"].as_str().unwrap());
    seen.problem("voucher-not-valid", world.post(&used, json!({"store": "s1", "reference": "r"})).send().await);
    let late = ask(&world, "lin", "cup", json!({})).await.expect(200);
    clock(&world, "2026-06-10T13:00:00+08:00").await;
    seen.problem("quote-expired", pay(&world, &late).await);
}

async fn assessments(seen: &mut Seen) {
    let world = World::new();
    crate::assessments::spends(&world, "lin", "a", 300_000).await;
    crate::assessments::proposed(&world).await;
    seen.problem("assessment-open", world.post("/v1/assessments", json!({})).send().await);
    let without = World::of("innovation");
    seen.problem("not-assessed", without.post("/v1/assessments", json!({})).send().await);
}

async fn deductions(seen: &mut Seen) {
    let world = World::of("operations");
    world.member("lin").await;
    world.give("lin", 5_000).await;
    let bill = |amount: i64| world.post("/v1/members/lin/deductions", json!({"order": "d", "amount": amount})).send();
    seen.problem("deduction-unavailable", bill(100).await);
    bill(10_000).await.expect(200);
    seen.problem("deduction-exists", bill(20_000).await);
    world.post("/v1/deductions/d/cancel", json!({})).send().await.expect(200);
    let forged = json!({"order": "r", "payment": "p", "state": "paid", "amount": {"amount": 1, "currency": "CNY"}});
    seen.problem("signature-invalid", world.post("/v1/payments/callback", forged).token(None).send().await);
    seen.problem("deduction-closed", world.post("/v1/deductions/d/confirm", json!({})).send().await);
}

async fn rule_books(seen: &mut Seen, world: &World) {
    let draft = crate::drafts::begin(world).await;
    let edit = |draft: Value, from: &'static str, to: &'static str| async move {
        crate::drafts::edit(world, &draft, "earning.yaml", from, to).await.expect(200).body
    };
    let draft = edit(draft, "percent: 1%", "percent: 0.5%").await;
    seen.problem("notice-too-short", crate::publishing::publish(world, &draft, None).await);
    let lower = draft.clone();
    let draft = edit(draft, "percent: 0.5%", "percent: none").await;
    seen.problem("rule-book-invalid", crate::publishing::publish(world, &draft, None).await);
    let withdraw = world.post("/v1/program/versions/1/withdraw", json!({"reason": "x"}));
    seen.problem("version-in-force", withdraw.send().await);
    let shop = world.staff("shopkeeper", "store-manager", Some("store-pudong-1")).await;
    let files = lower["files"].clone();
    let open = shop.post(world, "/v1/program/drafts", json!({"files": files, "note": ""})).send().await;
    seen.problem("outside-grant", open);
    let at_once = crate::publishing::at_once(world).await;
    seen.problem("rule-book-published", at_once.into_iter().find(|heard| heard.status == 409).unwrap());
}

async fn orders(seen: &mut Seen) {
    let world = World::new();
    let send = |event: Value| world.post("/v1/events", event).send();
    send(order("1", "lin", 10_000)).await.expect(200);
    let mut again = order("1", "lin", 10_000);
    again["id"] = json!("again");
    seen.inside("order-already-counted", send(again.clone()).await);
    again["id"] = json!("other");
    again["subject"] = json!("wei");
    seen.inside("order-of-another-member", send(again).await);
    let about = |id: &str, kind: &str, order: &str, data: Value| {
        let mut data = data;
        data["order"] = json!(order);
        send(event(id, kind, "lin", data))
    };
    seen.inside("order-parked", about("p-1", "order.refunded", "9", json!({})).await);
    seen.inside("refund-exceeds-order", about("x-1", "order.refunded", "1", json!({"amount": 10_001})).await);
    about("u-1", "order.cancelled", "1", json!({})).await.expect(200);
    seen.inside("order-undone", about("u-2", "order.cancelled", "1", json!({})).await);
    let mut odd = order("2", "lin", 10_000);
    odd["data"]["amount"] = json!(9_999);
    seen.problem("order-amounts-disagree", send(odd).await);
    let mut dollars = order("3", "lin", 10_000);
    dollars["data"]["currency"] = json!("USD");
    seen.problem("currency-mismatch", send(dollars).await);
    let mut early = order("4", "lin", 10_000);
    early["time"] = json!("2026-06-10T13:00:00+08:00");
    seen.problem("event-too-far-ahead", send(early).await);
    let mut late = order("5", "lin", 10_000);
    late["time"] = json!("2026-01-10T13:00:00+08:00");
    let late = send(late).await;
    let review = late.body["refusals"][0]["facts"]["review"].as_str().unwrap().to_owned();
    seen.inside("event-too-late", late);
    let dismiss = format!("/v1/reviews/{review}/dismiss");
    world.ask("POST", &dismiss).key("k-1").send().await.expect(200);
    seen.problem("review-decided", world.ask("POST", &dismiss).key("k-2").send().await);
    crate::events::with_little_room(&world).await;
    seen.inside("award-waiting", send(order("6", "lin", 20_000)).await);
}

async fn rules(seen: &mut Seen) {
    let world = World::new();
    let send = |id: &str, kind: &str| world.post("/v1/events", event(id, kind, "lin", json!({}))).send();
    send("o-1", "test.once").await.expect(200);
    seen.inside("earned-already", send("o-2", "test.once").await);
    seen.inside("event-maximum", send("m-1", "test.too-much").await);
    seen.inside("rule-excluded", send("x-1", "test.exclusive").await);
    send("b-1", "test.budget").await.expect(200);
    seen.inside("budget-exhausted", send("b-2", "test.budget").await);
    seen.inside("cap-reached", world.post("/v1/events", order("1", "lin", 50_000_000)).send().await);
    seen.inside("issuance-stopped", crate::abuse::too_much(&crate::abuse::stopping()).await);
}

/// A store that does as it is told: it works, or it fails in a certain way.
struct Faulty {
    inner: MemoryStore,
    fault: std::sync::atomic::AtomicU8,
}

const WORKS: u8 = 0;
const FULL: u8 = 1;
const BROKEN: u8 = 2;
const PANICS: u8 = 3;
const SLOW: u8 = 4;
const AWAY: u8 = 5;

impl Faulty {
    fn world(fault: u8, engine: &jifen_engine::Options) -> (World, Arc<Faulty>) {
        let store = Arc::new(Faulty { inner: MemoryStore::new(), fault: WORKS.into() });
        let world = World::over(tempfile::tempdir().unwrap(), Arc::clone(&store) as Arc<dyn Store>, engine, |_| {});
        store.fault.store(fault, std::sync::atomic::Ordering::SeqCst);
        (world, store)
    }

    fn check(&self) -> Result<(), StoreError> {
        match self.fault.load(std::sync::atomic::Ordering::SeqCst) {
            FULL => return Err(StoreError::DiskFull),
            AWAY => return Err(StoreError::Unsure { server: "db:5432/points".to_owned() }),
            BROKEN => return Err(StoreError::Broken("on purpose".to_owned())),
            PANICS => panic!("on purpose"),
            SLOW => std::thread::sleep(std::time::Duration::from_millis(200)),
            _ => {}
        }
        Ok(())
    }
}

impl Store for Faulty {
    fn load(&self, keys: &[Key]) -> Result<Vec<Option<Row>>, StoreError> {
        self.inner.load(keys)
    }

    fn commit(&self, batch: Batch) -> Result<Committed, StoreError> {
        self.check()?;
        self.inner.commit(batch)
    }

    fn find(&self, query: &Find) -> Result<Page, StoreError> {
        self.inner.find(query)
    }

    fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<(Key, Timestamp)>, StoreError> {
        self.inner.due(now, limit)
    }

    fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        self.check()?;
        self.inner.next_due()
    }

    fn entries(&self, stream: Stream, after: EntryNumber, limit: usize) -> Result<Vec<Entry>, StoreError> {
        self.inner.entries(stream, after, limit)
    }

    fn history(&self, stream: Stream, newest: EntryNumber, limit: usize) -> Result<Vec<Entry>, StoreError> {
        self.inner.history(stream, newest, limit)
    }

    fn counters(&self, metric: &str, from: Day, to: Day) -> Result<Vec<CounterRow>, StoreError> {
        self.inner.counters(metric, from, to)
    }
}

async fn broken_stores(seen: &mut Seen) {
    let quiet = jifen_engine::Options { alarms: false, ..jifen_engine::Options::default() };
    let (full, store) = Faulty::world(FULL, &quiet);
    seen.problem("storage-full", enroll(&full).await);
    // Room was made: the same request works.
    store.fault.store(WORKS, std::sync::atomic::Ordering::SeqCst);
    enroll(&full).await.expect(201);
    let (away, _) = Faulty::world(AWAY, &quiet);
    seen.problem("storage-away", enroll(&away).await);
    let (broken, _) = Faulty::world(BROKEN, &quiet);
    let internal = enroll(&broken).await;
    assert!(!internal.text.contains("on purpose"), "{}", internal.text);
    seen.problem("internal", internal);
    seen.problem("not-ready", broken.get("/health/ready").token(None).send().await);
    let narrow = jifen_engine::Options { queue: 1, batch: 1, ..quiet.clone() };
    let (slow, _) = Faulty::world(SLOW, &narrow);
    let events: Vec<Value> = (0..50).map(|number| order(&number.to_string(), "lin", 100)).collect();
    let batch = slow.post("/v1/events", json!(events)).header("content-type", "application/cloudevents-batch+json");
    let results = batch.send().await.expect(200);
    let busy = results.body["results"].as_array().unwrap().iter().find(|result| result["status"] == 503).unwrap();
    assert_eq!(busy["problem"]["type"], "https://jifen.dev/problems/busy");
    seen.0.insert("busy".to_owned());
    let (dying, _) = Faulty::world(PANICS, &quiet);
    seen.problem("stopping", enroll(&dying).await);
}

async fn enroll(world: &World) -> Heard {
    world.post("/v1/members", json!({"id": "lin"})).send().await
}
