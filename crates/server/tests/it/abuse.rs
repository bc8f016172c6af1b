//! What is done too often in too short a time, and how fast points leave the program.

use serde_json::{Value, json};

use crate::world::{Heard, World, event, order};

/// An event at that time of the world's first day.
fn at(mut event: Value, time: &str) -> Value {
    event["time"] = json!(format!("2026-06-10T{time}+08:00"));
    event
}

fn review(n: usize, time: &str) -> Value {
    at(event(&format!("r-{n}"), "review.posted", "lin", json!({"product": "p-1", "kind": "picture", "stars": 5})), time)
}

async fn hits(world: &World, query: &str) -> Value {
    world.get(&format!("/v1/abuse-hits{query}")).send().await.expect(200).body
}

// row LIM-05
#[tokio::test]
async fn signing_in_twice_within_a_minute_is_noted_and_nothing_more() {
    let world = World::new();
    let sign_in = |id: &str, time: &str| at(event(id, "member.signed_in", "lin", json!({})), time);
    world.post("/v1/events", sign_in("s-1", "08:00:00")).send().await.expect(200);
    world.post("/v1/events", sign_in("s-2", "08:01:00")).send().await.expect(200);
    assert_eq!(hits(&world, "").await["data"], json!([]));
    world.post("/v1/events", sign_in("s-3", "08:01:59")).send().await.expect(200);
    let found = hits(&world, "?member=lin").await;
    assert_eq!(found["data"].as_array().unwrap().len(), 1, "{found}");
    let hit = &found["data"][0];
    assert_eq!((&hit["pattern"], &hit["events"], &hit["event"]), (&json!("sign-in-rush"), &json!(2), &json!("s-3")));
    assert_eq!((&hit["consequence"], &hit["frozen_until"]), (&json!("note"), &Value::Null));
    assert_eq!(hit["at"], "2026-06-10T08:01:59+08:00");
    // Points can be spent all the same.
    world.give("lin", 10).await;
    let spend = json!({"unit": "points", "points": 5, "reason": "x", "reference": "x-1"});
    world.post("/v1/members/lin/spend", spend).send().await.expect(200);
    // The same event again is answered and not counted again.
    world.post("/v1/events", sign_in("s-3", "08:01:59")).send().await.expect(200);
    assert_eq!(hits(&world, "").await["data"].as_array().unwrap().len(), 1);
}

// rows LIM-08, LIM-09
#[tokio::test]
async fn ten_reviews_within_a_minute_freeze_the_points_for_a_day() {
    let world = World::new();
    for n in 0..9 {
        world.post("/v1/events", review(n, &format!("08:00:{:02}", n * 6))).send().await.expect(200);
    }
    let earned = world.available("lin").await;
    assert_eq!(earned, 9 * 30);
    assert_eq!(hits(&world, "").await["data"], json!([]));
    world.post("/v1/events", review(9, "08:00:54")).send().await.expect(200);
    let hit = hits(&world, "?pattern=review-rush").await["data"][0].clone();
    assert_eq!((&hit["member"], &hit["consequence"]), (&json!("lin"), &json!("freeze")), "{hit}");
    assert_eq!(hit["name"], json!({"zh": "频繁评价", "en": "Reviews in quick succession"}));
    let until = hit["frozen_until"].as_str().unwrap();
    assert!(until.starts_with("2026-06-11T12:00"), "{until}");
    // The member is told at once.
    let inbox = world.get("/v1/members/lin/messages").send().await.expect(200).body;
    let told = inbox["data"].as_array().unwrap().iter().find(|message| message["kind"] == "frozen");
    assert_eq!(told.map(|message| &message["show"]), Some(&json!("popup")), "{inbox}");
    // The wallet earns and does not spend; nine more pasted at once change nothing.
    let spend = json!({"unit": "points", "points": 5, "reason": "x", "reference": "x-1"});
    let spend = || world.post("/v1/members/lin/spend", spend.clone()).send();
    spend().await.problem("wallet-frozen");
    let pasted: Vec<Value> = (10..19).map(|n| review(n, "08:00:55")).collect();
    let batch = world.post("/v1/events", json!(pasted)).header("content-type", "application/cloudevents-batch+json");
    batch.send().await.expect(200);
    assert_eq!(world.available("lin").await, 19 * 30);
    let again = hits(&world, "?pattern=review-rush").await;
    assert_eq!(again["data"].as_array().unwrap().len(), 2);
    // Somebody can see it in the trail, and it ends by itself.
    let trail = world.get("/v1/audit?object=member:lin&action=wallets.freeze").send().await.expect(200).body;
    let line = &trail["data"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(
        (&line["actor"]["kind"], &line["after"]["pattern"]),
        (&json!("system"), &json!("review-rush")),
        "{line}"
    );
    let clock = |now: &str| world.post("/v1/sandbox/clock", json!({"now": now})).send();
    clock("2026-06-11T11:59:00+08:00").await.expect(200);
    let other = json!({"unit": "points", "points": 5, "reason": "x", "reference": "x-2"});
    world.post("/v1/members/lin/spend", other).send().await.problem("wallet-frozen");
    clock("2026-06-11T12:05:00+08:00").await.expect(200);
    let other = json!({"unit": "points", "points": 5, "reason": "x", "reference": "x-3"});
    world.post("/v1/members/lin/spend", other).send().await.expect(200);
}

#[tokio::test]
async fn a_freeze_by_hand_is_not_shortened() {
    let world = World::new();
    world.member("lin").await;
    world.post("/v1/members/lin/freeze", json!({"reason": "looks odd"})).send().await.expect(200);
    for n in 0..10 {
        world.post("/v1/events", review(n, "08:00:00")).send().await.expect(200);
    }
    let hit = hits(&world, "?member=lin").await["data"][0].clone();
    assert_eq!((&hit["pattern"], &hit["frozen_until"]), (&json!("review-rush"), &Value::Null), "{hit}");
    world.post("/v1/sandbox/clock", json!({"now": "2026-06-12T12:00:00+08:00"})).send().await.expect(200);
    let spend = json!({"unit": "points", "points": 5, "reason": "x", "reference": "x-1"});
    world.post("/v1/members/lin/spend", spend).send().await.problem("wallet-frozen");
}

/// A world whose program gives 500 points a day at most.
pub(crate) fn stopping() -> World {
    World::edited("rulebook", "abuse.yaml", "{ per: day, points: 5000000 }", "{ per: day, points: 500, stops: true }")
}

/// Sends more orders than the day has points for; gives the answer to the last.
pub(crate) async fn too_much(world: &World) -> Heard {
    world.post("/v1/events", order("a", "lin", 30_000)).send().await.expect(200);
    world.post("/v1/events", order("b", "wei", 30_000)).send().await.expect(200)
}

// row LIM-23
#[tokio::test]
async fn the_program_stops_giving_points_at_its_threshold() {
    let world = stopping();
    let stopped = too_much(&world).await;
    assert_eq!(stopped.body["awards"], json!([]));
    let refusal = &stopped.body["refusals"][0];
    assert_eq!((&refusal["code"], &refusal["facts"]["issued"]), (&json!("issuance-stopped"), &json!(300)), "{refusal}");
    // What still fits is given, and the next day begins anew.
    let fits = world.post("/v1/events", order("c", "wei", 20_000)).send().await.expect(200);
    assert_eq!(fits.body["awards"][0]["points"], 200);
    let board = world.get("/v1/boards/overview").send().await.expect(200).body;
    let alert = board["alerts"].as_array().unwrap().iter().find(|alert| alert["id"] == "issuance.points.day");
    assert_eq!(alert.unwrap()["level"], "stop");
    world.post("/v1/sandbox/clock", json!({"now": "2026-06-11T08:00:00+08:00"})).send().await.expect(200);
    let mut next = order("d", "wei", 30_000);
    next["time"] = json!("2026-06-11T07:00:00+08:00");
    let next = world.post("/v1/events", next).send().await.expect(200);
    assert_eq!(next.body["awards"][0]["points"], 300);
}

// row LIM-23
#[tokio::test]
async fn a_threshold_that_is_passed_is_an_alert() {
    let per_month = "{ per: month, points: 100000000 }";
    let world = World::edited("rulebook", "abuse.yaml", per_month, "{ per: month, points: 500 }");
    let alerts = || async {
        let board = world.get("/v1/boards/overview").send().await.expect(200).body;
        let alerts = board["alerts"].as_array().unwrap().clone();
        alerts.into_iter().filter(|alert| alert["id"] == "issuance.points.month").collect::<Vec<_>>()
    };
    world.post("/v1/events", order("a", "lin", 50_000)).send().await.expect(200);
    assert!(alerts().await.is_empty());
    let more = world.post("/v1/events", order("b", "lin", 100)).send().await.expect(200);
    assert_eq!(more.body["awards"][0]["points"], 1);
    let found = alerts().await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(
        found[0]["detail"]["en"],
        "501 points were given this month; the threshold is 500. Check campaigns, rules and accounts."
    );
}
