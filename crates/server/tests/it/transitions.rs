//! What earlier members keep when rules change, and what places change on their own.

use serde_json::{Value, json};

use crate::drafts::{begin, edit, path};
use crate::publishing::publish;
use crate::world::{World, order};

async fn move_to(world: &World, now: &str) {
    world.post("/v1/sandbox/clock", json!({"now": now})).send().await.expect(200);
}

/// What an order of 100 yuan at that time earns, and by which version.
async fn earns(world: &World, id: &str, member: &str, time: &str) -> (i64, i64) {
    let mut event = order(id, member, 10_000);
    event["time"] = json!(time);
    let answer = world.post("/v1/events", event).send().await.expect(200).body;
    let award = &answer["awards"][0];
    (award["points"].as_i64().unwrap(), award["rule_version"].as_i64().unwrap())
}

// row COMP-05
#[tokio::test]
async fn earlier_members_keep_the_earlier_rules_for_a_while() {
    let world = World::new();
    world.member("early").await;
    let draft = begin(&world).await;
    let draft = edit(&world, &draft, "earning.yaml", "percent: 1%", "percent: 0.5%").await.expect(200).body;
    let kept =
        "notice_days: 30\ntransition:\n  earning: { version: 1, joined_before: 2026-08-01, until: 2026-08-31 }\n";
    let draft = edit(&world, &draft, "changes.yaml", "notice_days: 30\n", kept).await.expect(200).body;
    publish(&world, &draft, Some("2026-08-01T00:00:00+08:00")).await.expect(201);
    let rules = world.get("/v1/program/rules?at=2026-08-01").send().await.expect(200).text;
    assert!(rules.contains("2026-08-01 前入会的会员，至 2026-08-31 仍按第 1 版规则获取积分"), "{rules}");
    move_to(&world, "2026-08-20T12:00:00+08:00").await;
    world.member("late").await;
    assert_eq!(earns(&world, "1", "early", "2026-08-20T12:00:00+08:00").await, (100, 1));
    assert_eq!(earns(&world, "2", "late", "2026-08-20T12:00:00+08:00").await, (50, 2));
    move_to(&world, "2026-09-01T12:00:00+08:00").await;
    assert_eq!(earns(&world, "3", "early", "2026-08-31T23:59:59+08:00").await, (100, 1));
    assert_eq!(earns(&world, "4", "early", "2026-09-01T00:00:00+08:00").await, (50, 2));
}

// row COMP-05
#[tokio::test]
async fn points_that_can_no_longer_be_spent_have_a_window() {
    let world = World::new();
    world.member("lin").await;
    world.give("lin", 500).await;
    let draft = begin(&world).await;
    let closed = "    value: 0.01\n    spendable: false\n";
    let draft = edit(&world, &draft, "units.yaml", "    value: 0.01\n", closed).await.expect(200).body;
    let window = "notice_days: 30\ntransition:\n  redeem: { units: [points], until: 2026-08-31 }\n";
    let draft = edit(&world, &draft, "changes.yaml", "notice_days: 30\n", window).await.expect(200).body;
    publish(&world, &draft, Some("2026-08-01T00:00:00+08:00")).await.expect(201);
    let spend = |reference: &str| {
        let body = json!({"unit": "points", "points": 100, "reason": "a cup", "reference": reference});
        world.post("/v1/members/lin/spend", body).send()
    };
    move_to(&world, "2026-08-31T23:59:00+08:00").await;
    spend("r-1").await.expect(200);
    let hold = json!({"unit": "points", "points": 100, "reason": "a cup"});
    world.post("/v1/members/lin/holds", hold.clone()).key("h-1").send().await.expect(200);
    move_to(&world, "2026-09-01T00:00:00+08:00").await;
    spend("r-2").await.problem("unit-not-spendable");
    world.post("/v1/members/lin/holds", hold).key("h-2").send().await.problem("unit-not-spendable");
}

/// A rule that a shop sets for itself.
const TEA: &str = "rules:
  - id: tea
    name: { zh: 到店茶点, en: Tea in the shop }
    on: order.collected
    award: { points: 20 }
    budget: { points: 1000 }
    source: in-store-experience
    place: store-pudong-1
    from: 2026-06-01
    until: 2026-06-20
";

// row PROG-17
#[tokio::test]
async fn a_shops_manager_sets_benefits_of_the_shop_and_no_others() {
    let world = World::new();
    let manager = world.staff("mei", "store-manager", Some("store-pudong-1")).await;
    let files = world.get("/v1/program/bundle").send().await.expect(200).body["files"].clone();
    let with = |from: &str, to: &str| {
        let mut files = files.clone();
        files["earning.yaml"] = json!(files["earning.yaml"].as_str().unwrap().replacen(from, to, 1));
        files
    };
    let open = |files: Value| manager.post(&world, "/v1/program/drafts", json!({"files": files, "note": "tea"})).send();
    let company = open(with("percent: 1%", "percent: 2%")).await.problem("outside-grant").body;
    assert_eq!(company["errors"][0]["pointer"], "/files/earning.yaml");
    assert!(company["first"].as_str().unwrap().contains("rules[purchase-daily].place"), "{company}");
    let elsewhere = TEA.replace("store-pudong-1", "store-hangzhou-1");
    open(with("rules:\n", &elsewhere)).await.problem("outside-grant");
    open(with("rules:\n", &TEA.replace("points: 20 ", "points: 500 "))).await.problem("outside-grant");
    let draft = open(with("rules:\n", TEA)).await.expect(201).body;
    let mut more = draft["files"].clone();
    more["tiers.yaml"] = json!(more["tiers.yaml"].as_str().unwrap().replacen("1.2", "1.3", 1));
    let body = json!({"revision": 1, "files": more});
    manager.dress(world.put(&path(&draft, ""), body)).send().await.problem("outside-grant");
    // Somebody of the center may change the draft; the manager then cannot publish it.
    let widened = edit(&world, &draft, "earning.yaml", "percent: 1%", "percent: 2%").await.expect(200).body;
    let ask = |draft: &Value| manager.post(&world, &path(draft, "/publish"), json!({"note": "tea"})).send();
    ask(&widened).await.problem("outside-grant");
    let narrowed = edit(&world, &widened, "earning.yaml", "percent: 2%", "percent: 1%").await.expect(200).body;
    let waits = ask(&narrowed).await.expect(202).body;
    let approve = format!("/v1/approvals/{}/approve", waits["approval"]["id"].as_str().unwrap());
    world.post(&approve, json!({})).key("a-1").send().await.expect(200);
    assert_eq!(world.get("/v1/program").send().await.body["version"], 2);
    for (id, store, points) in [("1", "store-pudong-1", 70), ("2", "store-hangzhou-1", 50)] {
        let mut paid = order(id, "lin", 100);
        paid.as_object_mut().unwrap().remove("time");
        world.post("/v1/events", paid).send().await.expect(200);
        let collected = json!({"specversion": "1.0", "id": format!("c-{id}"), "source": "/shop", "type": "order.collected",
            "subject": "lin", "data": {"order": id, "store": store}});
        let answer = world.post("/v1/events", collected).send().await.expect(200).body;
        let sum: i64 = answer["awards"].as_array().unwrap().iter().map(|award| award["points"].as_i64().unwrap()).sum();
        assert_eq!(sum, points, "{store}: {answer}");
    }
}
