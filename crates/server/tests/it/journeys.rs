//! Whole stories of points: every call, its answer and everything it brought about.

use serde_json::json;

use crate::show::{answer, effects};
use crate::world::{World, event, order};

// row PROG-01
#[tokio::test]
async fn points_are_earned_held_spent_given_back_and_taken_back() {
    let world = World::new();
    let mut story = String::new();
    let paid = world.post("/v1/events", order("1", "lin", 20_000)).send().await.expect(200);
    story += &answer(&paid);
    let held = json!({"unit": "points", "points": 60, "reason": "checkout"});
    let held = world.post("/v1/members/lin/holds", held).key("h-1").send().await.expect(200);
    let hold = held.body["id"].as_str().unwrap();
    story += &answer(&held);
    let captured =
        world.post(&format!("/v1/holds/{hold}/capture"), json!({"points": 10})).key("c-1").send().await.expect(200);
    assert_eq!((captured.body["held"].as_i64(), captured.body["captured"].as_i64()), (Some(50), Some(10)));
    let released = world.ask("POST", &format!("/v1/holds/{hold}/release")).key("r-1").send().await.expect(200);
    assert_eq!(released.body["held"], 0);
    world
        .post(&format!("/v1/holds/{hold}/capture"), json!({"points": 1}))
        .key("c-2")
        .send()
        .await
        .problem("hold-not-open");
    let coffee = json!({"unit": "points", "points": 80, "reason": "a coffee machine", "reference": "till-7-0001"});
    let spent = world.post("/v1/members/lin/spend", coffee.clone()).send().await.expect(200);
    story += &answer(&spent);
    let again = world.post("/v1/members/lin/spend", coffee).send().await.expect(200);
    assert!(again.is_replay());
    assert_eq!(again.body, spent.body);
    let spend = spent.body["id"].as_str().unwrap();
    let back = json!({"points": 30, "reason": "a part was missing"});
    let back = world.post(&format!("/v1/spends/{spend}/reverse"), back).key("v-1").send().await.expect(200);
    story += &answer(&back);
    let too_much = json!({"points": 51, "reason": "all of it"});
    world.post(&format!("/v1/spends/{spend}/reverse"), too_much).key("v-2").send().await.problem("already-reversed");
    let refund = event("r-1", "order.refunded", "lin", json!({"order": "1", "amount": 10_000, "reason": "returned"}));
    story += &answer(&world.post("/v1/events", refund).send().await.expect(200));
    let adjusted = json!({"unit": "points", "points": -15, "reason": "counted twice by hand"});
    story += &answer(&world.post("/v1/members/lin/adjustments", adjusted).key("a-1").send().await.expect(200));
    insta::assert_snapshot!(story + &effects(&world, "lin").await);
}

// row TRUST-02
#[tokio::test]
async fn a_member_sees_what_was_bought_and_what_the_points_went_for() {
    let world = World::new();
    let mut bought = order("A", "lin", 10_000);
    bought["time"] = json!("2026-06-01T10:00:00+08:00");
    world.post("/v1/events", bought).send().await.expect(200);
    world.post("/v1/sandbox/clock", json!({"now": "2026-06-14T09:00:00+08:00"})).send().await.expect(200);
    let redeemed = json!({"unit": "points", "points": 80, "reason": "B", "reference": "order-B"});
    world.post("/v1/members/lin/spend", redeemed).send().await.expect(200);
    let page = world.get("/v1/members/lin/entries").send().await.expect(200).body;
    let (spent, earned) = (&page["data"][0], &page["data"][1]);
    assert_eq!((earned["points"].as_i64(), spent["points"].as_i64()), (Some(100), Some(-80)));
    assert!(earned["effective_at"].as_str().unwrap().starts_with("2026-06-01"));
    assert!(spent["effective_at"].as_str().unwrap().starts_with("2026-06-14"));
    assert_eq!((&earned["cause"]["order"], &earned["cause"]["id"]), (&json!("A"), &json!("paid-A")));
    assert_eq!((&spent["cause"]["reason"], &spent["cause"]["reference"]), (&json!("B"), &json!("order-B")));
    assert_eq!(spent["balance"], 20);
}

#[tokio::test]
async fn a_refund_beyond_the_balance_is_owed_and_repaid() {
    let world = World::new();
    world.post("/v1/events", order("1", "lin", 20_000)).send().await.expect(200);
    let all = json!({"unit": "points", "points": 200, "reason": "a lamp", "reference": "r-1"});
    world.post("/v1/members/lin/spend", all).send().await.expect(200);
    let refund = event("r-1", "order.refunded", "lin", json!({"order": "1", "reason": "returned"}));
    let refund = world.post("/v1/events", refund).send().await.expect(200);
    assert_eq!(refund.body["taken"][0]["debt"], 200);
    assert_eq!(world.get("/v1/members/lin").send().await.body["states"]["in_debt"], true);
    world.post("/v1/events", order("2", "lin", 25_000)).send().await.expect(200);
    insta::assert_snapshot!(effects(&world, "lin").await);
}

// row COMP-08
#[tokio::test]
async fn years_later_the_first_entry_is_still_there() {
    let world = World::new();
    world.post("/v1/events", order("1", "lin", 20_000)).send().await.expect(200);
    let moved = world.post("/v1/sandbox/clock", json!({"now": "2029-06-11T12:00:00+08:00"})).send().await.expect(200);
    assert!(moved.body["now"].as_str().unwrap().starts_with("2029-06-11T12:00:0"));
    world
        .post("/v1/sandbox/clock", json!({"now": "2029-06-11T11:00:00+08:00"}))
        .send()
        .await
        .problem("time-moves-forward");
    let entries = world.get("/v1/members/lin/entries").send().await.expect(200).body;
    let oldest = entries["data"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(oldest["number"], 1);
    assert!(oldest["effective_at"].as_str().unwrap().starts_with("2026-06-10"));
    // What lapsed bears the instant it was due, however late anybody looked.
    insta::assert_snapshot!(effects(&world, "lin").await);
}

// row COMP-08
#[tokio::test]
async fn members_look_back_as_far_as_their_program_says() {
    let world = World::new();
    world.post("/v1/events", order("1", "lin", 20_000)).send().await.expect(200);
    let own = async |world: &World| {
        let token = world.post("/v1/members/lin/tokens", json!({})).send().await.expect(201).body;
        let token = token["token"].as_str().unwrap().to_owned();
        let seen = world.get("/v1/members/lin/entries").token(Some(&token)).send().await.expect(200).body;
        seen["data"].as_array().unwrap().iter().map(|entry| entry["number"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    // The rule book's three years: the day they are over, the order is not shown to the member any more.
    world.post("/v1/sandbox/clock", json!({"now": "2029-06-10T12:00:00+08:00"})).send().await.expect(200);
    assert_eq!(own(&world).await, [2, 1]);
    world.post("/v1/sandbox/clock", json!({"now": "2029-06-11T12:00:00+08:00"})).send().await.expect(200);
    assert_eq!(own(&world).await, [2], "the lapse of 2027 is");
    let kept = world.get("/v1/members/lin/entries").send().await.expect(200).body;
    assert_eq!(kept["data"].as_array().unwrap().len(), 2, "it is kept, and staff see it");
}

#[tokio::test]
async fn entries_are_paged_and_filtered() {
    let world = World::new();
    world.member("lin").await;
    world.member("wei").await;
    for number in 1..=7 {
        world.give("lin", number).await;
        world.give("wei", number).await;
    }
    let miles = json!({"unit": "miles", "points": 9, "reason": "a flight"});
    world.post("/v1/members/lin/adjustments", miles).key("m-1").send().await.expect(200);
    let mut numbers = Vec::new();
    let mut path = "/v1/members/lin/entries?limit=3".to_owned();
    loop {
        let page = world.get(&path).send().await.expect(200).body;
        numbers.extend(page["data"].as_array().unwrap().iter().map(|entry| entry["number"].as_u64().unwrap()));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/v1/members/lin/entries?limit=3&cursor={cursor}");
        // A cursor is good for its member only.
        world.get(&format!("/v1/members/wei/entries?cursor={cursor}")).send().await.problem("invalid-parameter");
    }
    assert_eq!(numbers, (1..=8).rev().collect::<Vec<_>>());
    let miles = world.get("/v1/members/lin/entries?unit=miles").send().await.expect(200).body;
    assert_eq!(miles["data"].as_array().unwrap().len(), 1);
    assert_eq!(miles["next_cursor"], json!(null));
    world.get("/v1/members/lin/entries?unit=nothing").send().await.problem("unit-unknown");
    world.get("/v1/members/nobody/entries").send().await.problem("member-unknown");
}

#[tokio::test]
async fn entries_and_wallet_agree_although_nobody_settled() {
    let quiet = jifen_engine::Options { alarms: false, ..jifen_engine::Options::default() };
    let folder = tempfile::tempdir().unwrap();
    let store = jifen_store::sqlite::SqliteStore::open(&folder.path().join("data"), jifen_program::SCHEMA).unwrap();
    let world = World::over(folder, std::sync::Arc::new(store), &quiet, |_| {});
    world.member("lin").await;
    let body = json!({"unit": "points", "points": 10, "reason": "x", "expires_at": "2026-06-10T12:00:01.500+08:00"});
    let soon = world.post("/v1/members/lin/adjustments", body).key("a-1").send().await;
    // The clock runs: on a slow machine the instant may have passed, which is refused.
    if soon.status.as_u16() == 422 {
        return;
    }
    soon.expect(200);
    tokio::time::sleep(std::time::Duration::from_millis(2_000)).await;
    let shown = effects(&world, "lin").await;
    let expired = shown.contains("expire");
    assert_eq!(world.available("lin").await == 0, expired, "{shown}");
}

#[tokio::test]
async fn the_program_its_versions_and_its_rules() {
    let world = World::new();
    let program = world.get("/v1/program").send().await.expect(200).body;
    assert_eq!((program["id"].as_str(), program["version"].as_u64()), (Some("rulebook"), Some(1)));
    let versions = world.get("/v1/program/versions").send().await.expect(200).body;
    assert_eq!(versions["data"][0]["in_force"], true);
    let rules = world.get("/v1/program/rules?at=2026-01-01").send().await.expect(200).body;
    assert_eq!(rules["at"], "2026-01-01T00:00:00+08:00");
    let daily = rules["rules"].as_array().unwrap().iter().find(|rule| rule["id"] == "purchase-daily").unwrap();
    assert_eq!(daily["name"]["zh"], "日用品消费");
    assert!(rules["limits"].as_array().unwrap().iter().any(|limit| limit["per"] == "month"));
    assert!(!rules["page"]["zh"]["sections"].as_array().unwrap().is_empty());
}

// row PROG-04
#[tokio::test]
async fn points_are_reported_by_the_source_they_came_from() {
    let world = World::new();
    world.post("/v1/events", order("1", "lin", 20_000)).send().await.expect(200);
    world.post("/v1/events", order("2", "bo", 5_000)).send().await.expect(200);
    let collected = event("c-1", "order.collected", "lin", json!({"order": "1"}));
    world.post("/v1/events", collected).send().await.expect(200);
    let coffee = json!({"unit": "points", "points": 80, "reason": "coffee", "reference": "t-1"});
    world.post("/v1/members/lin/spend", coffee).send().await.expect(200);
    let report = world.get("/v1/reports/points").send().await.expect(200).body;
    let rows = report["data"].as_array().unwrap();
    let points = |kind: &str, source: &str| {
        let row = rows.iter().find(|row| row["kind"] == kind && row["source"] == source);
        row.map_or(0, |row| row["points"].as_i64().unwrap())
    };
    assert_eq!(points("earn", "purchase"), 250, "{report:#}");
    assert_eq!(points("earn", "in-store-experience"), 50, "{report:#}");
    assert_eq!(points("spend", ""), 80);
    world.get("/v1/reports/points?from=2026-06-19&to=2026-06-01").send().await.problem("invalid-parameter");
    world.get("/v1/reports/points?from=2020-01-01").send().await.problem("invalid-parameter");
    world.get("/v1/reports/points?from=yesterday").send().await.problem("invalid-parameter");
}
