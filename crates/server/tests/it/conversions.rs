//! What sleeping points become at the member's choice.

use serde_json::{Value, json};

use crate::world::World;

/// A world of the ecosystem plan in which a thousand points of lin sleep.
async fn asleep() -> World {
    let world = World::of("ecosystem");
    world.member("lin").await;
    world.give("lin", 500).await;
    let body = json!({
        "unit": "points", "points": 1_000, "reason": "to sleep", "expires_at": "2029-01-01T00:00:00+08:00",
    });
    world.post("/v1/members/lin/adjustments", body).key("sleepers").send().await.expect(200);
    let now = json!({"now": "2027-01-02T09:00:00+08:00"});
    world.post("/v1/sandbox/clock", now).send().await.expect(200);
    world
}

async fn convert(world: &World, way: &str, points: i64, key: &str) -> crate::world::Heard {
    let body = json!({"conversion": way, "points": points});
    world.post("/v1/members/lin/conversions", body).key(key).send().await
}

fn unit<'a>(wallet: &'a Value, id: &str) -> &'a Value {
    wallet["units"].as_array().unwrap().iter().find(|unit| unit["unit"] == id).unwrap()
}

// row EXP-15
// row PROG-05
// row PROG-07
#[tokio::test]
async fn sleeping_points_become_growth_value_and_green_points() {
    let world = asleep().await;
    let ways = world.get("/v1/members/lin/conversion-ways").send().await.expect(200).body;
    let kinds: Vec<_> = ways["data"].as_array().unwrap().iter().map(|way| way["kind"].as_str().unwrap()).collect();
    assert_eq!((&ways["dormant"], kinds), (&json!(1_000), vec!["unit", "unit", "charity", "voucher"]));
    let made = convert(&world, "to-growth", 400, "c-1").await.expect(200).body;
    assert_eq!((made["into_unit"].as_str(), made["into_points"].as_i64()), (Some("growth"), Some(400)));
    assert_eq!(unit(&made["wallet"], "growth")["available"], 400);
    // Growth value raises the level and is not spent.
    let spend = json!({"unit": "growth", "points": 1, "reason": "no", "reference": "no"});
    world.post("/v1/members/lin/spend", spend).send().await.problem("unit-not-spendable");
    // It was a use of points: the others woke up, and once awake there is nothing to convert.
    assert_eq!(unit(&made["wallet"], "points")["available"], 600);
    convert(&world, "to-green", 1, "c-2").await.problem("insufficient-points");
    assert_eq!(convert(&world, "to-growth", 400, "c-1").await.expect(200).body["id"], made["id"]);
    let now = json!({"now": "2027-08-02T09:00:00+08:00"});
    world.post("/v1/sandbox/clock", now).send().await.expect(200);
    let green = convert(&world, "to-green", 600, "c-3").await.expect(200).body;
    assert_eq!(unit(&green["wallet"], "green-points")["available"], 600);
    let listed = world.get("/v1/members/lin/conversions").send().await.expect(200).body;
    assert_eq!(listed["data"].as_array().unwrap().len(), 2);
    let verdict = jifen_engine::verify(world.app.engine.store().as_ref(), |_, _| ()).unwrap();
    assert!(verdict.agrees(), "{verdict:?}");
}

// row EXP-15
#[tokio::test]
async fn a_gift_comes_with_a_certificate() {
    let world = asleep().await;
    convert(&world, "to-charity", 250, "c-0").await.problem("invalid-field");
    let made = convert(&world, "to-charity", 300, "c-1").await.expect(200).body;
    assert_eq!((&made["amount"]["amount"], &made["cause"]["en"]), (&json!(300), &json!("the charity fund")));
    let path = made["certificate"].as_str().unwrap();
    let file = world.get(&format!("{path}?lang=en")).send().await.expect(200);
    assert_eq!(file.header("content-type"), "application/pdf");
    world.get(&path.replace("/lin/", "/nobody/")).send().await.problem("unknown");
    world.get(&format!("{path}?lang=fr")).send().await.problem("invalid-parameter");
    let entry = world.get("/v1/members/lin/entries").send().await.expect(200).body["data"][0].clone();
    assert_eq!((entry["kind"].as_str(), entry["to"].as_str()), (Some("spend"), Some("donated")), "{entry}");
}

// row EXP-15
#[tokio::test]
async fn a_voucher_of_cash_is_used_once_for_any_bill() {
    let world = asleep().await;
    let made = convert(&world, "to-cash", 1_000, "c-1").await.expect(200).body;
    assert_eq!(made["amount"], json!({"amount": 1_000, "currency": "CNY"}));
    let code = made["voucher"].as_str().unwrap();
    let path = format!("/v1/cash-vouchers/{code}");
    assert_eq!(world.get(&path).send().await.expect(200).body["state"], "open");
    let pay = |reference: &str| {
        let body = json!({"store": "s319", "reference": reference});
        world.post(&format!("{path}/use"), body).send()
    };
    let used = pay("till-1").await.expect(200).body;
    assert_eq!((used["state"].as_str(), used["used_store"].as_str()), (Some("used"), Some("s319")));
    assert_eq!(pay("till-1").await.expect(200).body, used);
    pay("till-2").await.problem("voucher-not-valid");
    world.get("/v1/cash-vouchers/0CR5M2-8V1XQZ-7TKB4H").send().await.problem("unknown");
}

#[tokio::test]
async fn only_what_sleeps_and_what_the_book_names_is_converted() {
    let world = asleep().await;
    convert(&world, "to-gold", 100, "c-1").await.problem("unknown");
    convert(&world, "to-growth", 1_001, "c-2").await.problem("insufficient-points");
    convert(&world, "to-growth", 0, "c-3").await.problem("invalid-field");
    let other = json!({"conversion": "to-growth", "points": 1});
    world.post("/v1/members/nobody/conversions", other).key("c-4").send().await.problem("member-unknown");
}

#[tokio::test]
async fn the_overview_warns_where_too_many_points_sleep() {
    let world = asleep().await;
    let overview = world.get("/v1/boards/overview").send().await.expect(200).body;
    let alerts = overview["alerts"].as_array().unwrap();
    assert!(alerts.iter().any(|alert| alert["id"] == "dormant"), "{overview}");
    convert(&world, "to-growth", 400, "c-1").await.expect(200);
    // The rest is awake; a day says what it was like when it is over.
    let tomorrow = json!({"now": "2027-01-03T09:00:00+08:00"});
    world.post("/v1/sandbox/clock", tomorrow).send().await.expect(200);
    let overview = world.get("/v1/boards/overview").send().await.expect(200).body;
    let alerts = overview["alerts"].as_array().unwrap();
    assert!(alerts.iter().all(|alert| alert["id"] != "dormant"), "{overview}");
}
