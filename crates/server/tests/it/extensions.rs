//! From a reminder: a later date, or a small redemption; and what customer service can do.

use serde_json::{Value, json};

use crate::world::{World, order};

const DATE: &str = "2027-01-01T00:00:00+08:00";

async fn move_to(world: &World, now: &str) {
    world.post("/v1/sandbox/clock", json!({"now": now})).send().await.expect(200);
}

/// A world of the ecosystem plan in which lin has 500 points that lapse at the year's end.
async fn ecosystem() -> World {
    let world = World::of("ecosystem");
    world.member("lin").await;
    world.give("lin", 500).await;
    world
}

async fn outlook(world: &World) -> Value {
    world.get("/v1/members/lin/expiring").send().await.expect(200).body
}

async fn members_token(world: &World) -> String {
    let token = world.post("/v1/members/lin/tokens", json!({})).send().await.expect(201).body;
    token["token"].as_str().or(token["access_token"].as_str()).unwrap().to_owned()
}

// row EXP-08
#[tokio::test]
async fn a_member_puts_a_date_off_once() {
    let world = ecosystem().await;
    let token = members_token(&world).await;
    let ask = || world.post("/v1/members/lin/extensions", json!({"expires_at": DATE})).token(Some(&token));
    let early = ask().send().await.problem("extension-unavailable");
    assert_eq!(early.body["why"], "too-early");
    move_to(&world, "2026-12-10T09:00:00+08:00").await;
    let token = members_token(&world).await;
    let ask = || world.post("/v1/members/lin/extensions", json!({"expires_at": DATE})).token(Some(&token));
    let made = ask().key("x-1").send().await.expect(200).body;
    let later = "2027-01-31T00:00:00+08:00";
    assert_eq!((&made["points"], &made["fee"], &made["expires_at"]), (&json!(500), &json!(0), &json!(later)));
    assert_eq!(ask().key("x-1").send().await.expect(200).body["id"], made["id"]);
    let again = json!({"expires_at": later});
    let again = world.post("/v1/members/lin/extensions", again).token(Some(&token)).send().await;
    assert_eq!(again.problem("extension-unavailable").body["why"], "once");
    // Nothing lapses on the old date, and the new one is announced before it.
    move_to(&world, "2027-01-30T09:00:00+08:00").await;
    let seen = outlook(&world).await;
    // By now they sleep, and keep their date.
    assert_eq!((&seen["data"][0]["expires_at"], &seen["data"][0]["points"]), (&json!(later), &json!(500)));
    assert_eq!(seen["dormant"], 500);
    assert!(seen["data"][0]["noticed_at"].as_str().unwrap() < later, "{seen}");
    move_to(&world, "2027-01-31T00:00:01+08:00").await;
    assert_eq!(outlook(&world).await["data"], json!([]));
}

// row EXP-08
#[tokio::test]
async fn what_a_member_asks_for_is_checked() {
    let world = ecosystem().await;
    move_to(&world, "2026-12-10T09:00:00+08:00").await;
    let token = members_token(&world).await;
    let ask = |body: Value| world.post("/v1/members/lin/extensions", body).token(Some(&token)).send();
    ask(json!({"expires_at": "2027-01-02T00:00:00+08:00"})).await.problem("invalid-field");
    ask(json!({"expires_at": DATE, "days": 300})).await.problem("invalid-field");
    ask(json!({})).await.problem("invalid-field");
    ask(json!({"expires_at": DATE, "unit": "gold"})).await.problem("unit-unknown");
    let lapsed = ask(json!({"lapsed_at": DATE})).await;
    lapsed.problem("invalid-field");
    world.member("he").await;
    let other = world.post("/v1/members/he/extensions", json!({"expires_at": DATE})).token(Some(&token)).send().await;
    other.problem("forbidden");
}

// row EXP-17
#[tokio::test]
async fn customer_service_sees_what_can_be_done_and_does_it_for_a_reason() {
    let world = ecosystem().await;
    let service = |body: Value| world.post("/v1/members/lin/extensions", body).send();
    service(json!({"expires_at": DATE})).await.problem("invalid-field");
    let longest = json!({"expires_at": DATE, "days": 91, "reason": "was in hospital"});
    service(longest).await.problem("invalid-field");
    let made = service(json!({"expires_at": DATE, "days": 90, "reason": "was in hospital"})).await.expect(200).body;
    assert_eq!(made["expires_at"], "2027-04-01T00:00:00+08:00");
    let audit = world.get("/v1/audit?action=points.extend").send().await.expect(200).body;
    assert_eq!(audit["data"][0]["reason"], "was in hospital", "{audit}");
    // Above the ceiling nobody does it alone.
    world.give("lin", 6_000).await;
    let above = outlook(&world).await;
    assert_eq!(above["data"][0]["extension"]["why"], "above-ceiling", "{above}");
    let above = service(json!({"expires_at": DATE, "reason": "asked for it"})).await;
    assert_eq!(above.problem("extension-unavailable").body["why"], "above-ceiling");
}

// row EXP-17
#[tokio::test]
async fn what_lapsed_of_late_comes_back_once() {
    let world = ecosystem().await;
    move_to(&world, "2027-01-10T09:00:00+08:00").await;
    let seen = outlook(&world).await;
    let lapsed = &seen["lapsed"][0];
    assert_eq!(
        (&lapsed["at"], &lapsed["points"], &lapsed["extension"]["possible"]),
        (&json!(DATE), &json!(500), &json!(true))
    );
    let token = members_token(&world).await;
    let own = world.post("/v1/members/lin/extensions", json!({"lapsed_at": DATE})).token(Some(&token)).send().await;
    assert_eq!(own.problem("extension-unavailable").body["why"], "ask-service");
    let back =
        || world.post("/v1/members/lin/extensions", json!({"lapsed_at": DATE, "reason": "the reminder was late"}));
    let made = back().send().await.expect(200).body;
    assert_eq!(
        (&made["points"], &made["expires_at"]),
        (&json!(500), &json!(format!("2027-02-09{}", &made["expires_at"].as_str().unwrap()[10..])))
    );
    assert_eq!(world.available("lin").await, 500);
    back().send().await.problem("invalid-field");
    // A month later it is too late.
    world.member("he").await;
    world.post("/v1/events", order("1", "lin", 10_000)).send().await.expect(200);
    let verdict = jifen_engine::verify(world.app.engine.store().as_ref(), |_, _| ()).unwrap();
    assert!(verdict.agrees(), "{verdict:?}");
}

#[tokio::test]
async fn what_lapsed_long_ago_is_forgotten() {
    let world = ecosystem().await;
    move_to(&world, "2027-02-05T09:00:00+08:00").await;
    assert_eq!(outlook(&world).await["lapsed"], json!([]));
    let back = json!({"lapsed_at": DATE, "reason": "the reminder was late"});
    world.post("/v1/members/lin/extensions", back).send().await.problem("invalid-field");
}
