//! What is on the shelf for whom.

use serde_json::{Value, json};

use super::{ask, clock, member, redeem, remaining, reward};
use crate::world::{Heard, World};

async fn seen(world: &World, query: &str) -> Vec<String> {
    let shelf = world.get(&format!("/v1/rewards?{query}")).send().await.expect(200).body;
    shelf["data"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn every_kind_of_reward_has_its_place() {
    // rows CAT-04, CAT-05, CAT-06, CAT-07, CAT-08, CAT-09, CAT-10
    let world = World::new();
    member(&world, "lin", "gold", 10_000).await;
    let kinds = [
        ("goods", "pick_up"),
        ("bundle", "pick_up"),
        ("coupon", "electronic"),
        ("membership", "electronic"),
        ("digital", "electronic"),
        ("service", "electronic"),
        ("experience", "electronic"),
        ("travel", "electronic"),
        ("energy", "electronic"),
        ("donation", "electronic"),
    ];
    for (kind, delivery) in kinds {
        reward(&world, kind, 100, json!({"kind": kind})).await;
        let answer = redeem(&world, "lin", kind, json!({})).await.expect(201).body;
        assert_eq!((&answer["delivery"], &answer["state"]), (&json!(delivery), &json!("open")), "{kind}");
        assert_eq!(answer["vouchers"].as_array().unwrap().len(), 1);
        assert_eq!(seen(&world, &format!("kind={kind}")).await, [kind]);
    }
    let entries = world.get("/v1/members/lin/entries?limit=1").send().await.expect(200).body;
    assert_eq!(entries["data"][0]["to"], "donated");
    assert_eq!(entries["data"][0]["explanation"]["en"], "80 points were redeemed.");
    world.get("/v1/rewards?kind=nothing").send().await.problem("invalid-parameter");
}

#[tokio::test]
async fn limited_rewards_open_to_higher_tiers_first() {
    // row CAT-20
    let world = World::new();
    reward(&world, "co-brand", 500, json!({"limited": true, "stock": 10})).await;
    for tier in ["ordinary", "silver", "gold", "diamond"] {
        member(&world, tier, tier, 0).await;
    }
    let check = async |open: &[&str]| {
        for tier in ["ordinary", "silver", "gold", "diamond"] {
            let heard = ask(&world, tier, "co-brand", json!({})).await;
            if open.contains(&tier) {
                heard.expect(200);
            } else {
                assert_eq!(heard.problem("reward-unavailable").body["why"], "not_yet", "{tier}");
            }
        }
    };
    check(&["gold", "diamond"]).await;
    let item = world.get("/v1/rewards?member=silver").send().await.body["data"][0].clone();
    assert_eq!(item["available"], false);
    assert!(item["opens_at"].as_str().unwrap().starts_with("2026-06-11T12:00"), "{item}");
    clock(&world, "2026-06-11T12:01:00+08:00").await;
    check(&["silver", "gold", "diamond"]).await;
    clock(&world, "2026-06-13T12:01:00+08:00").await;
    check(&["ordinary", "silver", "gold", "diamond"]).await;
}

#[tokio::test]
async fn some_rewards_are_for_some() {
    // row CAT-16
    let world = World::new();
    world
        .post("/v1/members", json!({"id": "lin", "birthday": "1990-06-01", "tags": ["runner"]}))
        .send()
        .await
        .expect(201);
    world.post("/v1/members", json!({"id": "wei", "birthday": "1990-01-01"})).send().await.expect(201);
    reward(&world, "cake", 100, json!({"birthday_only": true})).await;
    reward(&world, "shoes", 100, json!({"members": ["runner"]})).await;
    reward(&world, "suite", 100, json!({"tiers": ["diamond"]})).await;
    reward(&world, "secret", 100, json!({"hidden": true})).await;
    assert_eq!(seen(&world, "member=lin").await, ["cake", "shoes"]);
    assert_eq!(seen(&world, "member=wei").await, [""; 0]);
    for (what, why) in [("cake", "birthday"), ("shoes", "members"), ("suite", "tier")] {
        let heard = ask(&world, "wei", what, json!({})).await.problem("reward-unavailable");
        assert_eq!(heard.body["why"], why);
    }
    ask(&world, "wei", "secret", json!({})).await.expect(200);
}

#[tokio::test]
async fn rewards_are_found_by_scene_region_and_what_suffices() {
    // rows CAT-13, CAT-22, CAT-38, MEM-03
    let world = World::new();
    member(&world, "lin", "ordinary", 600).await;
    reward(&world, "tissue", 100, json!({"tags": ["housing"], "category": "daily"})).await;
    reward(&world, "warmer", 500, json!({"regions": ["north"], "tags": ["clothing", "winter"]})).await;
    reward(&world, "tent", 2000, json!({"tags": ["spring-outing"]})).await;
    reward(&world, "vip-seat", 5000, json!({"kind": "experience", "tags": ["entertainment"]})).await;
    assert_eq!(seen(&world, "tag=spring-outing").await, ["tent"]);
    assert_eq!(seen(&world, "region=south").await, ["tent", "tissue", "vip-seat"]);
    assert_eq!(seen(&world, "member=lin&affordable=true").await, ["tissue", "warmer"]);
    assert_eq!(seen(&world, "points=2000&sort=points").await, ["tissue", "warmer", "tent"]);
    let first = world.get("/v1/rewards?limit=3").send().await.expect(200).body;
    let cursor = first["next_cursor"].as_str().unwrap();
    assert_eq!(seen(&world, &format!("limit=3&cursor={cursor}")).await, ["warmer"]);
    let first = world.get("/v1/rewards?limit=3&sort=points").send().await.expect(200).body;
    let cursor = first["next_cursor"].as_str().unwrap();
    assert_eq!(seen(&world, &format!("limit=3&sort=points&cursor={cursor}")).await, ["vip-seat"]);
}

#[tokio::test]
async fn hot_rewards_are_released_by_the_hour() {
    // row CAT-35
    let world = World::new();
    world.member("lin").await;
    reward(&world, "phone", 100, json!({"hours": [[9, 12], [20, 22]]})).await;
    let heard = ask(&world, "lin", "phone", json!({})).await.problem("reward-unavailable");
    assert_eq!(heard.body["why"], "hours");
    clock(&world, "2026-06-10T20:00:00+08:00").await;
    ask(&world, "lin", "phone", json!({})).await.expect(200);
}

#[tokio::test]
async fn a_reward_is_changed_and_retired_with_a_trace() {
    // row OPER-02
    let world = World::new();
    member(&world, "lin", "ordinary", 1000).await;
    reward(&world, "cup", 500, json!({"stock": 5, "cost": {"amount": 300, "currency": "CNY"}})).await;
    let quote = ask(&world, "lin", "cup", json!({})).await.expect(200);
    let change = |more: Value| {
        let mut body = json!({"name": {"zh": "杯", "en": "Cup"}, "kind": "goods", "category": "daily", "points": 450});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        world.put("/v1/rewards/cup", body).send()
    };
    let changed = change(json!({})).await.expect(200).body;
    assert_eq!((&changed["stock"], &changed["points"]), (&json!(5), &json!(450)), "stock stays where it is not named");
    assert_eq!(ask(&world, "lin", "cup", json!({})).await.body["points"], 450);
    change(json!({"retired": true})).await.expect(200);
    assert_eq!(super::pay(&world, &quote).await.problem("reward-unavailable").body["why"], "retired");
    ask(&world, "lin", "cup", json!({})).await.problem("reward-unavailable");
    assert_eq!(seen(&world, "").await, [""; 0]);
    let trail = world.get("/v1/audit?action=rewards.change").send().await.expect(200).body;
    assert_eq!(trail["data"].as_array().unwrap().len(), 2);
    let reader = world.client("reader", &["rewards:read"], None).await;
    let shown = world.get("/v1/rewards/cup").token(Some(&reader)).send().await.expect(200).body;
    assert_eq!(shown.get("cost"), None, "what it costs is nobody else's business");
}

#[tokio::test]
async fn wrong_rewards_are_refused_and_change_nothing() {
    let world = World::new();
    let put = |body: Value| world.post("/v1/rewards", body).send();
    let base = json!({"id": "cup", "name": "Cup", "kind": "goods", "points": 500, "stock": 5});
    let with = |field: &str, value: Value| {
        let mut body = base.clone();
        body[field] = value;
        body
    };
    let field = async |name: &str, value: Value, pointer: &str| {
        let heard: Heard = put(with(name, value)).await.problem("invalid-field");
        assert_eq!(heard.body["errors"][0]["pointer"], pointer, "{}", heard.text);
    };
    field("points", json!(-1), "/points").await;
    field("points", json!(0), "/points").await;
    field("points", json!(null), "/points").await;
    field("stock", json!(-1), "/stock").await;
    field("kind", json!("house"), "/kind").await;
    field("tiers", json!(["platinum"]), "/tiers").await;
    field("hours", json!([[12, 9]]), "/hours").await;
    field("cash", json!(-5), "/cash").await;
    field("name", json!(""), "/name").await;
    field("nonsense", json!(1), "/nonsense").await;
    put(with("cash", json!({"amount": 100, "currency": "USD"}))).await.problem("currency-mismatch");
    put(with("unit", json!("stars"))).await.problem("unit-unknown");
    put(with("unit", json!("miles"))).await.problem("unit-not-spendable");
    world.get("/v1/rewards/cup").send().await.problem("unknown");
    world.put("/v1/rewards/cup", with("id", json!("cup"))).send().await.problem("unknown");
    put(base.clone()).await.expect(201);
    put(base.clone()).await.problem("reward-exists");
    assert_eq!(remaining(&world, "cup").await, 5);
}
