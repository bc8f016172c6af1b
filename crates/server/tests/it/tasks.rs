//! Tasks, badges and cards over HTTP: an event counts once, what is completed is given at once, a refund takes it back.

use serde_json::{Value, json};

use crate::world::{World, event, order};

async fn send(world: &World, event: Value) -> Value {
    world.post("/v1/events", event).send().await.expect(200).body
}

/// The same event at another time.
fn at(mut event: Value, time: &str) -> Value {
    event["time"] = json!(time);
    event
}

async fn task(world: &World, member: &str, id: &str) -> Value {
    let tasks = world.get(&format!("/v1/members/{member}/tasks")).send().await.expect(200).body;
    let found = tasks["data"].as_array().unwrap().iter().find(|task| task["id"] == id).cloned();
    found.unwrap_or(Value::Null)
}

async fn badge(world: &World, member: &str, place: usize) -> Value {
    world.get(&format!("/v1/members/{member}/badges")).send().await.expect(200).body["data"][place].clone()
}

// row BEHV-11
// row MEM-07
#[tokio::test]
async fn a_weekly_task_pays_once_however_often_events_come() {
    let world = World::of("operations");
    let look = |id: &str, category: &str| event(id, "page.viewed", "lin", json!({ "category": category }));
    send(&world, look("v-1", "tea")).await;
    send(&world, look("v-1", "tea")).await;
    send(&world, look("v-2", "tea")).await;
    let open = task(&world, "lin", "weekly-browse").await;
    assert_eq!(
        (&open["state"], &open["steps"][0]["done"], &open["steps"][0]["goal"]),
        (&json!("open"), &json!(1), &json!(3))
    );
    send(&world, look("v-3", "toys")).await;
    let done = send(&world, look("v-4", "shoes")).await;
    assert_eq!(done["tasks"][0]["task"], "weekly-browse");
    assert_eq!((&done["awards"][0]["rule"], &done["awards"][0]["points"]), (&json!("weekly-browse"), &json!(20)));
    let again = send(&world, look("v-4", "shoes")).await;
    assert_eq!(again["awards"], done["awards"], "the same event gets its first answer");
    send(&world, look("v-5", "books")).await;
    assert_eq!(world.available("lin").await, 20);
    let done = task(&world, "lin", "weekly-browse").await;
    assert_eq!((&done["state"], &done["completed"]), (&json!("done"), &json!(1)));
}

// row BEHV-12
#[tokio::test]
async fn a_refund_takes_back_what_the_task_gave_and_the_next_order_gives_it_again() {
    let world = World::of("operations");
    for number in 0..9 {
        assert!(send(&world, order(&format!("o-{number}"), "lin", 1_000)).await["tasks"].is_null());
    }
    let tenth = send(&world, order("o-9", "lin", 1_000)).await;
    assert_eq!(tenth["tasks"][0]["task"], "gift-pack");
    let with_pack = world.available("lin").await;
    let refund = event("r-1", "order.refunded", "lin", json!({"order": "o-3", "reason": "broken"}));
    let back = send(&world, refund).await;
    assert!(back["taken"].as_array().unwrap().iter().any(|taken| taken["points"] == 200), "{back}");
    assert_eq!(world.available("lin").await, with_pack - 210);
    assert_eq!(task(&world, "lin", "gift-pack").await["steps"][0]["done"], 9);
    let eleventh = send(&world, order("o-10", "lin", 1_000)).await;
    assert_eq!(eleventh["tasks"][0]["task"], "gift-pack");
    let from_today = world.get("/v1/tasks/statistics").send().await.expect(200).body;
    let pack = from_today["data"].as_array().unwrap().iter().find(|task| task["task"] == "gift-pack").unwrap().clone();
    assert_eq!((&pack["started"], &pack["completed"], &pack["taken_back"]), (&json!(1), &json!(2), &json!(1)));
    assert_eq!(pack["points"], json!([{"unit": "points", "points": 400}]));
}

// row TIER-17
// row MEM-08
// row SOC-09
#[tokio::test]
async fn invitations_raise_the_tier_and_earn_a_badge_that_opens_a_reward() {
    let world = World::of("operations");
    let rare = json!({"id": "rare", "name": {"zh": "稀有权益", "en": "Rare benefit"}, "kind": "service", "category": "service",
        "points": 100, "unlock": {"when": "'connector' in member.badges", "terms": {"zh": "社交达人专享", "en": "for connectors"}}});
    world.post("/v1/rewards", rare).send().await.expect(201);
    world.member("lin").await;
    world.give("lin", 500).await;
    let quote = || world.post("/v1/quotes", json!({"member": "lin", "reward": "rare"})).send();
    quote().await.expect(409);
    for number in 0..10 {
        let friend = format!("friend-{number}");
        let enrolled = json!({"id": friend, "referrer": "lin"});
        world.post("/v1/members", enrolled).send().await.expect(201);
        send(&world, order(&format!("o-{number}"), &friend, 1_000)).await;
    }
    let connector = badge(&world, "lin", 1).await;
    assert_eq!(
        (&connector["id"], &connector["held"], &connector["kind"]),
        (&json!("connector"), &json!(true), &json!("badge"))
    );
    quote().await.expect(200);
    assert_eq!(task(&world, "lin", "invite-3").await["awards"], json!([{"kind": "tier", "tier": "upgrade"}]));
}

// row TIER-18
// row BEHV-14
// row PROG-06
// row SOC-02
#[tokio::test]
async fn a_hidden_badge_is_a_riddle_until_it_is_earned_and_task_points_pay_privileges() {
    let world = World::of("ecosystem");
    send(&world, event("s-1", "member.signed_in", "lin", json!({}))).await;
    let hidden = badge(&world, "lin", 1).await;
    assert_eq!((&hidden["id"], &hidden["name"], &hidden["hidden"]), (&Value::Null, &Value::Null, &json!(true)));
    assert!(hidden["riddle"]["en"].as_str().unwrap().contains("five shops"));
    for (number, store) in ["s1", "s2", "s3", "s4", "s5"].into_iter().enumerate() {
        let order_id = format!("o-{number}");
        send(&world, order(&order_id, "lin", 1_000)).await;
        let mut collected = event(&format!("c-{number}"), "order.collected", "lin", json!({"order": order_id}));
        collected["data"]["store"] = json!(store);
        send(&world, collected).await;
    }
    let found = badge(&world, "lin", 1).await;
    assert_eq!((&found["id"], &found["held"]), (&json!("explorer"), &json!(true)));
    // Whom they invited redeems for the first time.
    world.post("/v1/members", json!({"id": "wu", "referrer": "lin"})).send().await.expect(201);
    world.give("wu", 100).await;
    let tea = json!({"id": "tea", "name": "Tea", "kind": "coupon", "category": "service", "points": 100});
    world.post("/v1/rewards", tea).send().await.expect(201);
    let quote = world.post("/v1/quotes", json!({"member": "wu", "reward": "tea"})).send().await.expect(200).body;
    world.post("/v1/redemptions", json!({"quote": quote["id"]})).key("tea").send().await.expect(201);
    let soon = json!({"now": "2026-06-10T12:01:00+08:00"});
    world.post("/v1/sandbox/clock", soon).send().await.expect(200);
    assert_eq!(badge(&world, "lin", 0).await["held"], true);
    send(&world, event("s-2", "content.shared", "lin", json!({}))).await;
    let round = send(&world, event("s-3", "review.posted", "lin", json!({}))).await;
    assert_eq!(round["tasks"].as_array().unwrap().len(), 2, "the review and with it the round");
    let trial = json!({"id": "trial", "name": {"zh": "新品试用", "en": "Early trial"}, "kind": "service", "category": "service",
        "points": 100, "unit": "task-points"});
    let more = json!({"unit": "task-points", "points": 90, "reason": "from the year before"});
    world.post("/v1/members/lin/adjustments", more).key("more").send().await.expect(200);
    world.post("/v1/rewards", trial).send().await.expect(201);
    let quote = world.post("/v1/quotes", json!({"member": "lin", "reward": "trial"})).send().await.expect(200).body;
    world.post("/v1/redemptions", json!({"quote": quote["id"]})).key("r").send().await.expect(201);
}

// row OCC-06
#[tokio::test]
async fn five_cards_give_their_points_once_and_every_draw_is_recorded() {
    let world = World::new();
    let now = "2027-02-15T08:00:00+08:00";
    world.post("/v1/sandbox/clock", json!({"now": now})).send().await.expect(200);
    let mut held = 0;
    let collections = || world.get("/v1/members/lin/collections").send();
    send(&world, at(event("p-0", "page.viewed", "lin", json!({})), now)).await;
    assert_eq!(collections().await.expect(200).body["data"][0]["cards"][0]["odds_ppm"], 200_000);
    for number in 0..5 {
        let shared = send(&world, at(event(&format!("s-{number}"), "content.shared", "lin", json!({})), now)).await;
        held += shared["cards"].as_array().map_or(0, Vec::len);
        if let Some(drawn) = shared["cards"][0]["drawn"].as_u64() {
            let card = ["fu", "lu", "shou", "xi", "cai"][(drawn / 200_000) as usize];
            assert_eq!(shared["cards"][0]["card"], card, "the number says which");
        }
    }
    assert_eq!(held, 3, "three draws a day");
    let dry =
        world.post("/v1/events?dry_run=true", at(event("s-9", "content.shared", "wu", json!({})), now)).send().await;
    assert!(dry.expect(200).body["cards"].is_null(), "a dry run draws nothing");
    for (number, card) in ["fu", "lu", "shou", "xi", "cai", "cai"].into_iter().enumerate() {
        let data = json!({"set": "spring-festival", "card": card});
        send(&world, at(event(&format!("c-{number}"), "card.collected", "lin", data), now)).await;
    }
    assert_eq!(collections().await.body["data"][0]["complete"], true);
    let complete = task(&world, "lin", "five-cards").await;
    assert_eq!((&complete["state"], &complete["completed"]), (&json!("done"), &json!(1)));
    let stray = at(event("c-9", "card.collected", "lin", json!({"set": "none", "card": 5})), now);
    assert!(send(&world, stray).await["tasks"].is_null(), "a card that is none changes nothing");
}

// row BEHV-13
#[tokio::test]
async fn a_newcomer_reaches_a_first_redemption_within_the_first_days() {
    let world = World::of("innovation");
    for day in 10..13 {
        let now = format!("2026-06-{day}T20:00:00+08:00");
        world.post("/v1/sandbox/clock", json!({"now": now})).send().await.expect(200);
        for kind in ["member.signed_in", "review.posted", "content.shared"] {
            send(&world, at(event(&format!("{kind}-{day}"), kind, "lin", json!({})), &now)).await;
        }
    }
    assert!(world.available("lin").await >= 200, "three small tasks a day and the gifts of the first week");
}

#[tokio::test]
async fn what_is_not_there_is_said() {
    let world = World::new();
    for part in ["tasks", "badges", "collections"] {
        world.get(&format!("/v1/members/nobody/{part}")).send().await.expect(404).problem("member-unknown");
    }
    world.get("/v1/tasks/statistics?from=2026-02-30").send().await.problem("invalid-parameter");
}
