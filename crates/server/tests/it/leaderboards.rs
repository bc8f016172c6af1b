//! Leaderboards: who did the most, by what events report and by what the journal says; prizes when a period is over.

use std::time::Duration;

use serde_json::{Value, json};

use crate::world::{World, event, order};

async fn board(world: &World, path: &str) -> Value {
    world.get(&format!("/v1/leaderboards/{path}")).send().await.expect(200).body
}

/// What is counted of the journal, and prizes, come a moment later.
async fn once(world: &World, path: &str, holds: impl Fn(&Value) -> bool) -> Value {
    for _ in 0..200 {
        let found = board(world, path).await;
        if holds(&found) {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("never came: {}", board(world, path).await);
}

fn steps(id: &str, member: &str, steps: i64, time: &str) -> Value {
    let mut event = event(id, "steps.recorded", member, json!({ "steps": steps }));
    event["time"] = json!(time);
    event
}

// row BEHV-15
// row TIER-19
#[tokio::test]
async fn the_ten_who_walk_most_win_and_ties_are_settled_by_time() {
    let world = World::new();
    for number in 0..12 {
        let walked =
            steps(&format!("s-{number}"), &format!("walker-{number:02}"), 1_000 + number, "2026-06-10T09:00:00+08:00");
        world.post("/v1/events", walked).send().await.expect(200);
    }
    // Both have 1,011; the last walker was there first.
    let late = steps("s-20", "walker-00", 11, "2026-06-10T11:00:00+08:00");
    world.post("/v1/events", late.clone()).send().await.expect(200);
    world.post("/v1/events", late).send().await.expect(200);
    let shown = board(&world, "steps?member=walker-00").await;
    let places: Vec<(i64, &str)> = shown["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|place| (place["score"].as_i64().unwrap(), place["member"].as_str().unwrap()))
        .collect();
    assert_eq!(places[..3], [(1_011, "walker-11"), (1_011, "walker-00"), (1_010, "walker-10")]);
    assert_eq!((&shown["own"]["place"], &shown["data"][1]["own"]), (&json!(2), &json!(true)));
    assert_eq!(board(&world, "steps?member=walker-01").await["own"]["place"], 12);
    assert_eq!(board(&world, "steps?period=2026-06-01").await["data"], json!([]), "another week");
    // The week is over on the 15th, and late events are waited for a day.
    world.post("/v1/sandbox/clock", json!({"now": "2026-06-15T12:00:00+08:00"})).send().await.expect(200);
    assert_eq!(board(&world, "steps?period=2026-06-10").await["winners"], json!([]));
    world.post("/v1/sandbox/clock", json!({"now": "2026-06-16T00:01:00+08:00"})).send().await.expect(200);
    let over = once(&world, "steps?period=2026-06-10", |found| {
        found["winners"]
            .as_array()
            .is_some_and(|all| all.len() == 10 && all.iter().all(|winner| winner["given"] == true))
    })
    .await;
    assert_eq!((&over["over"], &over["winners"][0]["member"]), (&json!(true), &json!("walker-11")));
    let wall = world.get("/v1/members/walker-11/badges").send().await.expect(200).body;
    assert_eq!((&wall["data"][0]["id"], &wall["data"][0]["held"]), (&json!("top-runner"), &json!(true)));
    let wall = world.get("/v1/members/walker-01/badges").send().await.expect(200).body;
    assert_eq!(wall["data"][0]["held"], false, "the twelfth wins nothing");
}

// row TIER-19
// row MEM-08
#[tokio::test]
async fn points_earned_and_spent_are_counted_from_the_journal_once() {
    let world = World::of("operations");
    for (number, amount) in [3_000, 5_000, 4_000].into_iter().enumerate() {
        let member = format!("member-{number}");
        world.post("/v1/events", order(&member, &member, amount)).send().await.expect(200);
    }
    let three = |found: &Value| found["data"].as_array().is_some_and(|places| places.len() == 3);
    let shown = once(&world, "earned?member=member-2", three).await;
    assert_eq!(shown["data"][0]["member"], "member-1");
    assert_eq!((&shown["own"]["place"], &shown["own"]["score"]), (&json!(2), &json!(40)));
    let refund = event("r", "order.refunded", "member-1", json!({"order": "member-1", "reason": "broken"}));
    world.post("/v1/events", refund).send().await.expect(200);
    let after = once(&world, "earned", |found| found["data"].as_array().is_some_and(|places| places.len() == 2)).await;
    assert_eq!(after["data"][0]["member"], "member-2", "what is taken back does not count");
    world.give("member-0", 500).await;
    let spend = json!({"unit": "points", "points": 300, "reason": "tea", "reference": "t-1"});
    world.post("/v1/members/member-0/spend", spend).send().await.expect(200);
    let spent = once(&world, "spent", |found| found["data"][0]["score"] == 300).await;
    assert_eq!(spent["data"][0]["member"], "member-0");
    assert_eq!(board(&world, "earned?member=member-0").await["own"]["score"], 30, "points given by hand are no deed");
    // A month later the listed are experts and have something more, once.
    world.post("/v1/sandbox/clock", json!({"now": "2026-07-02T00:01:00+08:00"})).send().await.expect(200);
    once(&world, "earned?period=2026-06-10", |found| found["winners"][1]["given"] == true).await;
    once(&world, "spent?period=2026-06-10", |found| found["winners"][0]["given"] == true).await;
    assert_eq!(world.available("member-2").await, 140);
    let wall = world.get("/v1/members/member-2/badges").send().await.expect(200).body;
    assert!(
        wall["data"].as_array().unwrap().iter().any(|badge| badge["id"] == "points-expert" && badge["held"] == true)
    );
    assert_eq!(board(&world, "earned?period=2026-07-02").await["data"], json!([]), "prizes are no deeds");
}

#[tokio::test]
async fn members_see_their_own_place_and_nobody_elses_name() {
    let world = World::new();
    for (id, number) in [("lin", 3_000), ("wu", 2_000)] {
        world.post("/v1/events", steps(id, id, number, "2026-06-10T09:00:00+08:00")).send().await.expect(200);
    }
    let issued = world.ask("POST", "/v1/members/wu/tokens").send().await.expect(201).body;
    let token = issued["token"].as_str();
    let own = world.get("/v1/leaderboards/steps").token(token).send().await.expect(200).body;
    assert_eq!((&own["own"]["place"], &own["data"][0]["member"]), (&json!(2), &Value::Null));
    let other = world.get("/v1/leaderboards/steps?member=lin").token(token).send().await;
    other.expect(404).problem("member-unknown");
    let listed = world.get("/v1/leaderboards").send().await.expect(200).body;
    assert_eq!((&listed["data"][0]["id"], &listed["data"][0]["period"]), (&json!("steps"), &json!("week")));
    world.get("/v1/leaderboards/none").send().await.expect(404).problem("unknown");
    world.get("/v1/leaderboards/steps?period=soon").send().await.problem("invalid-parameter");
    world.get("/v1/leaderboards/steps?store=s1").send().await.problem("invalid-parameter");
    let shops = World::of("operations");
    shops.get("/v1/leaderboards/shop-day").send().await.problem("invalid-parameter");
    let mut paid = order("o-1", "lin", 5_000);
    paid["data"]["store"] = json!("s1");
    shops.post("/v1/events", paid).send().await.expect(200);
    let s1 = once(&shops, "shop-day?store=s1&member=lin", |found| found["own"]["place"] == 1).await;
    assert_eq!(s1["data"][0]["score"], 50);
    assert_eq!(board(&shops, "shop-day?store=s2").await["data"], json!([]));
}
