//! From a draft to a version: at once or with notice, withdrawn, brought back, confirmed by members.

use serde_json::{Value, json};

use crate::drafts::{begin, edit, path};
use crate::world::{Heard, World, event, order};

/// Publishes a draft.
pub(crate) async fn publish(world: &World, draft: &Value, from: Option<&str>) -> Heard {
    world.post(&path(draft, "/publish"), json!({"from": from, "note": "agreed"})).send().await
}

/// The same event, happening when it comes.
fn now(mut event: Value) -> Value {
    event.as_object_mut().unwrap().remove("time");
    event
}

/// What an order of 100 yuan earns.
async fn earns(world: &World, id: &str) -> i64 {
    let answer = world.post("/v1/events", now(order(id, "lin", 10_000))).send().await.expect(200).body;
    answer["awards"].as_array().unwrap().iter().map(|award| award["points"].as_i64().unwrap()).sum()
}

async fn move_to(world: &World, now: &str) {
    world.post("/v1/sandbox/clock", json!({"now": now})).send().await.expect(200);
}

async fn lowered(world: &World) -> Value {
    let draft = begin(world).await;
    edit(world, &draft, "earning.yaml", "percent: 3%", "percent: 2%").await.expect(200).body
}

async fn raised(world: &World) -> Value {
    let draft = begin(world).await;
    edit(world, &draft, "earning.yaml", "percent: 1%", "percent: 2%").await.expect(200).body
}

// rows OPER-01, PROG-14
#[tokio::test]
async fn the_next_order_earns_by_what_was_published() {
    let world = World::new();
    assert_eq!(earns(&world, "1").await, 100);
    let draft = raised(&world).await;
    assert_eq!(earns(&world, "2").await, 100);
    let version = publish(&world, &draft, None).await.expect(201).body;
    assert_eq!((&version["version"], &version["state"]), (&json!(2), &json!("in_force")));
    assert_eq!(earns(&world, "3").await, 200);
    let now = world.get(&path(&draft, "")).send().await.expect(200).body;
    assert_eq!((&now["state"], &now["version"]), (&json!("published"), &json!(2)));
    publish(&world, &draft, None).await.problem("draft-closed");
    let trail = world.get("/v1/audit?action=program.publish").send().await.expect(200).body;
    assert_eq!(trail["data"][0]["object"], json!({"kind": "rule_book", "id": "2"}));
}

// row PROG-14
#[tokio::test]
async fn a_category_earns_twice_for_a_week_and_then_as_before() {
    let world = World::new();
    let draft = begin(&world).await;
    let week = "multipliers:\n  - { id: daily-week, name: { zh: 日用品双倍周, en: Daily goods twice }, by: 2, rules: [purchase-daily], from: 2026-06-11, until: 2026-06-17 }\n";
    let draft = edit(&world, &draft, "earning.yaml", "multipliers:\n", week).await.expect(200).body;
    publish(&world, &draft, None).await.expect(201);
    assert_eq!(earns(&world, "before").await, 100);
    move_to(&world, "2026-06-11T00:00:00+08:00").await;
    let mut first = order("first", "lin", 10_000);
    first["time"] = json!("2026-06-11T00:00:00+08:00");
    let answer = world.post("/v1/events", first).send().await.expect(200).body;
    assert_eq!(answer["awards"][0]["points"], 200);
    move_to(&world, "2026-06-18T00:00:01+08:00").await;
    for (id, time, points) in [("last", "2026-06-17T23:59:59+08:00", 200), ("after", "2026-06-18T00:00:00+08:00", 100)]
    {
        let mut event = order(id, "wei", 10_000);
        event["time"] = json!(time);
        let answer = world.post("/v1/events", event).send().await.expect(200).body;
        assert_eq!(answer["awards"][0]["points"], points, "{id}");
    }
}

// row COMP-04
#[tokio::test]
async fn what_is_worse_for_members_comes_after_the_period_of_notice() {
    let world = World::new();
    let draft = lowered(&world).await;
    let short = publish(&world, &draft, None).await.problem("notice-too-short").body;
    assert_eq!((&short["days"], &short["status"]), (&json!(30), &json!(409)));
    let earliest = short["earliest_from"].as_str().unwrap();
    assert!(earliest.starts_with("2026-07-10T12:00"), "{earliest}");
    publish(&world, &draft, Some("2026-07-10T11:59:59+08:00")).await.problem("notice-too-short");
    assert_eq!(world.get("/v1/program/versions").send().await.body["data"].as_array().unwrap().len(), 1);
    let version = publish(&world, &draft, Some("2026-07-10T12:00:30+08:00")).await.expect(201).body;
    assert_eq!(version["state"], "scheduled");
    let appliance = |id: &str, time: &str| {
        let mut event = order(id, "lin", 10_000);
        event["data"]["lines"][0]["category"] = json!("appliance");
        event["time"] = json!(time);
        event
    };
    move_to(&world, "2026-07-10T12:01:00+08:00").await;
    for (id, time, points) in [("1", "2026-07-10T12:00:29+08:00", 300), ("2", "2026-07-10T12:00:30+08:00", 200)] {
        let answer = world.post("/v1/events", appliance(id, time)).send().await.expect(200).body;
        assert_eq!(answer["awards"][0]["points"], points, "{time}");
    }
    let listed = world.get("/v1/program/versions").send().await.expect(200).body;
    let states: Vec<&str> = listed["data"].as_array().unwrap().iter().map(|v| v["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["in_force", "past"]);
}

// row PROG-03
#[tokio::test]
async fn the_worth_of_a_point_changes_by_the_same_procedure() {
    let world = World::new();
    for worth in ["value: 0.02", "value: 0.005"] {
        let draft = begin(&world).await;
        let draft = edit(&world, &draft, "units.yaml", "value: 0.01", worth).await.expect(200).body;
        publish(&world, &draft, None).await.problem("notice-too-short");
    }
}

#[tokio::test]
async fn what_is_scheduled_may_be_withdrawn_and_what_is_in_force_brought_back() {
    let world = World::new();
    let from = "2026-08-01T00:00:00+08:00";
    publish(&world, &lowered(&world).await, Some(from)).await.expect(201);
    let withdraw = |version: u32| {
        world.post(&format!("/v1/program/versions/{version}/withdraw"), json!({"reason": "not agreed"})).send()
    };
    withdraw(1).await.problem("version-in-force");
    withdraw(9).await.problem("unknown");
    let gone = withdraw(2).await.expect(200).body;
    assert_eq!((&gone["state"], &gone["withdrawn_by"]), (&json!("withdrawn"), &json!("sandbox")));
    withdraw(2).await.expect(200);
    let next = publish(&world, &raised(&world).await, None).await.expect(201).body;
    assert_eq!(next["version"], 3);
    move_to(&world, "2026-08-02T00:00:00+08:00").await;
    assert_eq!(world.get("/v1/program").send().await.body["version"], 3);
    // The first version comes back as a draft; going back takes the raise away, which members are told of.
    let back = world.post("/v1/program/versions/1/restore", json!({"note": "as before"})).send().await.expect(201).body;
    assert_eq!((&back["base_version"], &back["state"]), (&json!(1), &json!("editing")));
    let first = world.get("/v1/program/bundle?version=1").send().await.expect(200).body;
    assert_eq!(back["files"], first["files"]);
    publish(&world, &back, None).await.problem("notice-too-short");
    publish(&world, &back, Some("2026-09-10T00:00:00+08:00")).await.expect(201);
    let diff = world.get("/v1/program/versions/4/diff?against=3").send().await.expect(200).body;
    assert_eq!(diff["changes"][0]["effect"], "worse");
    assert_eq!(world.get("/v1/program/versions/4/diff?against=1").send().await.body["changes"], json!([]));
}

#[tokio::test]
async fn what_was_published_and_withdrawn_is_there_after_a_restart() {
    let world = World::new();
    publish(&world, &raised(&world).await, None).await.expect(201);
    publish(&world, &lowered(&world).await, Some("2026-08-01T00:00:00+08:00")).await.expect(201);
    let path = "/v1/program/versions/3/withdraw";
    world.post(path, json!({"reason": "not agreed"})).send().await.expect(200);
    let before = world.get("/v1/program/versions").send().await.expect(200).body;
    let opened = jifen_engine::open_program(world.app.engine.store().as_ref(), None, world.app.engine.clock().now());
    let books = opened.unwrap().books;
    let numbers: Vec<u32> = books.versions().iter().map(|version| version.book.version).collect();
    assert_eq!((numbers, books.newest()), (vec![1, 2], 3));
    assert_eq!(before["data"][0]["state"], "withdrawn");
}

/// Five who publish at the same moment.
pub(crate) async fn at_once(world: &World) -> Vec<Heard> {
    let mut drafts = Vec::new();
    for _ in 0..5 {
        drafts.push(raised(world).await);
    }
    let publish = |place: usize| publish(world, &drafts[place], None);
    let (a, b, c, d, e) = tokio::join!(publish(0), publish(1), publish(2), publish(3), publish(4));
    vec![a, b, c, d, e]
}

#[tokio::test]
async fn of_those_who_publish_at_once_one_wins_and_the_others_are_told_to_look_again() {
    let world = World::new();
    let heard = at_once(&world).await;
    let (published, refused): (Vec<_>, Vec<_>) = heard.into_iter().partition(|heard| heard.status.as_u16() == 201);
    assert!(!published.is_empty() && !refused.is_empty());
    let numbers: std::collections::BTreeSet<u64> =
        published.iter().map(|heard| heard.body["version"].as_u64().unwrap()).collect();
    assert_eq!(numbers.len(), published.len());
    refused.into_iter().for_each(|heard| drop(heard.problem("rule-book-published")));
}

#[tokio::test]
async fn mistakes_and_stale_revisions_are_not_published() {
    let world = World::new();
    let draft = begin(&world).await;
    let wrong = edit(&world, &draft, "earning.yaml", "percent: 1%", "pecent: 1%").await.expect(200).body;
    let refused = publish(&world, &wrong, None).await.problem("rule-book-invalid").body;
    assert!(refused["first"].as_str().unwrap().starts_with("earning.yaml:"), "{refused}");
    let stale = json!({"revision": 1, "note": ""});
    world.post(&path(&draft, "/publish"), stale).send().await.problem("draft-changed");
    let clause = edit(&world, &wrong, "earning.yaml", "pecent: 1%", "percent: 1%").await.expect(200).body;
    let clause =
        edit(&world, &clause, "tiers.yaml", "zh: 普通会员", "zh: 普通会员最终解释权归公司").await.expect(200).body;
    publish(&world, &clause, None).await.problem("rule-book-invalid");
    world
        .post(&path(&draft, "/publish"), json!({"from": "tomorrow", "note": ""}))
        .send()
        .await
        .problem("invalid-field");
}

// row COMP-04
#[tokio::test]
async fn members_confirm_what_is_to_come() {
    let world = World::new();
    world.member("lin").await;
    publish(&world, &lowered(&world).await, Some("2026-08-01T00:00:00+08:00")).await.expect(201);
    let confirm = |member: &str, version: u32| {
        let path = format!("/v1/members/{member}/rule-confirmations");
        world.post(&path, json!({"version": version})).send()
    };
    let first = confirm("lin", 2).await.expect(200).body;
    assert_eq!(confirm("lin", 2).await.expect(200).body, first);
    confirm("nobody", 2).await.problem("member-unknown");
    confirm("lin", 9).await.problem("unknown");
    let listed = world.get("/v1/members/lin/rule-confirmations").send().await.expect(200).body;
    assert_eq!(listed["data"], json!([first]));
    world.get("/v1/members/nobody/rule-confirmations").send().await.problem("member-unknown");
    let versions = world.get("/v1/program/versions").send().await.expect(200).body;
    assert_eq!((&versions["data"][0]["confirmations"], &versions["data"][1]["confirmations"]), (&json!(1), &json!(0)));
}

#[tokio::test]
async fn a_published_rule_is_explained_by_its_own_version() {
    let world = World::new();
    earns(&world, "1").await;
    publish(&world, &raised(&world).await, None).await.expect(201);
    let once = world.post("/v1/events", now(event("o-1", "test.once", "lin", json!({})))).send().await.expect(200).body;
    assert_eq!(once["awards"][0]["rule_version"], 2);
    let entries = world.get("/v1/members/lin/entries").send().await.expect(200).body;
    let versions: Vec<_> =
        entries["data"].as_array().unwrap().iter().map(|entry| entry["cause"]["version"].clone()).collect();
    assert_eq!(versions.len(), 2);
}
