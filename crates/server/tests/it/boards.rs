//! Boards: what is counted while it happens, what is watched, what is aimed for.

use serde_json::{Value, json};

use crate::world::{World, event, order};

/// An event some days after the world's beginning.
fn on(mut event: Value, day: &str) -> Value {
    event["time"] = json!(format!("{day}T12:00:00+08:00"));
    event
}

async fn clock(world: &World, day: &str) {
    world.post("/v1/sandbox/clock", json!({"now": format!("{day}T12:00:00+08:00")})).send().await.expect(200);
}

async fn overview(world: &World, query: &str) -> Value {
    world.get(&format!("/v1/boards/overview{query}")).send().await.expect(200).body
}

/// Points in members' hands, asked of every wallet.
async fn in_hands(world: &World, members: &[&str]) -> i64 {
    let mut sum = 0;
    for member in members {
        let wallet = world.get(&format!("/v1/members/{member}/wallet")).send().await.expect(200).body;
        let unit = wallet["units"].as_array().unwrap().iter().find(|unit| unit["unit"] == "points").unwrap().clone();
        sum +=
            ["available", "pending", "held", "dormant"].map(|state| unit[state].as_i64().unwrap()).iter().sum::<i64>();
    }
    sum
}

// row OPER-07
#[tokio::test]
async fn the_overview_sums_what_happened() {
    let world = World::new();
    for (id, member, amount) in [("1", "lin", 4_600), ("2", "lin", 10_000), ("3", "wei", 900)] {
        world.post("/v1/events", order(id, member, amount)).send().await.expect(200);
    }
    let spend = json!({"unit": "points", "points": 40, "reason": "tea", "reference": "r-1"});
    let spent = world.post("/v1/members/lin/spend", spend).send().await.expect(200).body;
    world
        .post(&format!("/v1/spends/{}/reverse", spent["id"].as_str().unwrap()), json!({"points": 10, "reason": "x"}))
        .key("v-1")
        .send()
        .await
        .expect(200);
    world.give("wei", 500).await;
    let take = json!({"unit": "points", "points": -100, "reason": "a mistake"});
    world.post("/v1/members/wei/adjustments", take).key("t-1").send().await.expect(200);
    // A refund of points that were spent is owed, and what is owed is repaid by what comes next.
    let all = json!({"unit": "points", "points": 116, "reason": "all", "reference": "r-2"});
    world.post("/v1/members/lin/spend", all).send().await.expect(200);
    let refund = event("f-1", "order.refunded", "lin", json!({"order": "2", "reason": "broken"}));
    world.post("/v1/events", refund).send().await.expect(200);
    world.post("/v1/events", order("4", "lin", 3_000)).send().await.expect(200);
    world.put("/v1/members/wei/tier", json!({"tier": "gold", "reason": "x"})).send().await.expect(200);
    clock(&world, "2026-06-11").await;
    let mut board = overview(&world, "?days=3").await;
    assert_eq!(board["totals"]["outstanding"], in_hands(&world, &["lin", "wei"]).await);
    assert!(board.as_object_mut().unwrap().remove("as_of").unwrap().is_string());
    insta::assert_json_snapshot!(board);
}

// row ANLY-21
#[tokio::test]
async fn an_alert_stands_when_activity_or_consumption_falls_below_its_threshold() {
    let world = World::new();
    let alerts = async || {
        let board = overview(&world, "").await;
        let alerts = board["alerts"].as_array().unwrap().clone();
        alerts
            .iter()
            .map(|alert| format!("{} {} {}", alert["level"], alert["id"], alert["since"]).replace('"', ""))
            .collect::<Vec<_>>()
    };
    for (id, member) in [("1", "lin"), ("2", "wei"), ("3", "ada")] {
        world.post("/v1/events", order(id, member, 10_000)).send().await.expect(200);
    }
    assert!(alerts().await.is_empty(), "a window that is not full says nothing");
    clock(&world, "2026-07-09").await;
    // Everybody spends half of it: the consumption rate is well, and everybody was here within thirty days.
    for member in ["lin", "wei", "ada"] {
        let spend = json!({"unit": "points", "points": 50, "reason": "tea", "reference": format!("r-{member}")});
        world.post(&format!("/v1/members/{member}/spend"), spend).send().await.expect(200);
    }
    clock(&world, "2026-07-10").await;
    assert!(alerts().await.is_empty(), "{:?}", alerts().await);
    // A month in which one of three does something, and nobody spends.
    world.post("/v1/events", on(order("4", "lin", 10_000), "2026-07-10")).send().await.expect(200);
    clock(&world, "2026-08-09").await;
    assert_eq!(alerts().await, ["warn consumption 2026-08-08", "warn activity 2026-07-10"]);
    let board = overview(&world, "").await;
    let detail = |at: usize| board["alerts"][at]["detail"]["en"].as_str().unwrap().to_owned();
    assert!(detail(1).starts_with("share of active members: 33.33% over 30 days, below 70%. Wake"), "{}", detail(1));
    clock(&world, "2026-08-12").await;
    assert_eq!(alerts().await, ["warn activity 2026-07-10"], "nothing was issued in the last thirty days");
    // The others come back, and all is well.
    for member in ["wei", "ada", "lin"] {
        let here = on(event(&format!("v-{member}"), "page.viewed", member, json!({})), "2026-08-12");
        world.post("/v1/events", here).send().await.expect(200);
    }
    clock(&world, "2026-08-13").await;
    assert!(alerts().await.is_empty());
}

#[tokio::test]
async fn a_day_far_above_the_average_and_an_empty_budget_are_told() {
    let world = World::new();
    for day in 11..=29 {
        let paid = on(order(&format!("d{day}"), "lin", 1_000), &format!("2026-06-{day}"));
        clock(&world, &format!("2026-06-{day}")).await;
        world.post("/v1/events", paid).send().await.expect(200);
    }
    clock(&world, "2026-07-20").await;
    world.post("/v1/events", on(order("much", "lin", 100_000), "2026-07-20")).send().await.expect(200);
    for n in 0..2 {
        let little = on(event(&format!("b-{n}"), "test.budget", "wei", json!({})), "2026-07-20");
        world.post("/v1/events", little).send().await.expect(200);
    }
    clock(&world, "2026-07-21").await;
    let board = overview(&world, "").await;
    let told: Vec<_> = board["alerts"].as_array().unwrap().iter().map(|alert| alert["id"].as_str().unwrap()).collect();
    assert_eq!(told, ["budget.little", "issue-jump", "consumption"]);
    assert_eq!(board["alerts"][0]["level"], "stop");
    assert_eq!(board["alerts"][1]["since"], "2026-07-20");
}

// row ANLY-32
#[tokio::test]
async fn the_retention_goal_shows_its_ring_and_its_quarters() {
    let world = World::of("retention");
    for member in ["a", "b", "c", "d"] {
        world.post("/v1/events", order(member, member, 10_000)).send().await.expect(200);
    }
    clock(&world, "2026-07-20").await;
    for member in ["a", "b"] {
        let here = on(event(&format!("v-{member}"), "page.viewed", member, json!({})), "2026-07-20");
        world.post("/v1/events", here).send().await.expect(200);
    }
    let board = overview(&world, "").await;
    let goal = board["kpis"].as_array().unwrap().iter().find(|goal| goal["id"] == "retention").unwrap().clone();
    // Half of the members were active within thirty days: a quarter of the way from 45 % to 65 %.
    assert_eq!((&goal["value"], &goal["target"], &goal["progress"]), (&json!(50), &json!(65), &json!(25)));
    let quarters: Vec<_> =
        goal["markers"].as_array().unwrap().iter().map(|marker| marker["quarter"].as_str().unwrap()).collect();
    assert_eq!(quarters, ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]);
}

#[tokio::test]
async fn what_is_asked_of_a_board_is_checked() {
    let world = World::new();
    for query in ["days=0", "days=367", "days=x"] {
        world.get(&format!("/v1/boards/overview?{query}")).send().await.problem("invalid-parameter");
    }
    world.get("/v1/boards/overview?unit=gold").send().await.problem("unit-unknown");
    assert_eq!(overview(&world, "?unit=miles&days=1").await["value"], json!(null));
    // Where no sandbox moves the clock, many who look at once are given the same board.
    let token = world.client("board", &["boards:read"], None).await;
    let world = World::over_same(world, |_| {});
    let first = world.get("/v1/boards/overview").token(Some(&token)).send().await.expect(200);
    let second = world.get("/v1/boards/overview").token(Some(&token)).send().await.expect(200);
    assert_eq!(first.text, second.text);
}
