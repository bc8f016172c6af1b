//! A tier that was assigned counts at once.

use serde_json::json;

use crate::world::{World, order};

fn to(tier: &str) -> serde_json::Value {
    json!({"tier": tier, "reason": "turnover of the year"})
}

// row EARN-06
// row EARN-07
#[tokio::test]
async fn the_next_order_earns_by_the_new_tier() {
    let world = World::new();
    world.post("/v1/events", order("1", "lin", 10_000)).send().await.expect(200);
    for (number, (tier, points)) in [("silver", 120), ("gold", 150), ("ordinary", 100)].into_iter().enumerate() {
        // An event's own tier is that of its instant: the clock has to move on.
        let now = format!("2026-06-{}T12:00:00+08:00", 11 + number);
        world.post("/v1/sandbox/clock", json!({"now": now})).send().await.expect(200);
        let assigned = world.put("/v1/members/lin/tier", to(tier)).send().await.expect(200).body;
        assert_eq!(assigned["tier"], tier);
        assert!(assigned["at"].as_str().unwrap().starts_with(&now[..10]));
        let mut paid = order(tier, "lin", 10_000);
        paid["time"] = json!(now.replace("12:00:00", "12:01:00"));
        let answer = world.post("/v1/events", paid).send().await.expect(200).body;
        assert_eq!(answer["awards"][0]["points"], points, "{tier}");
    }
    assert_eq!(world.get("/v1/members/lin").send().await.body["tier"], "ordinary");
}

#[tokio::test]
async fn points_live_longer_in_a_better_tier_and_never_shorter() {
    let world = World::new();
    world.post("/v1/events", order("1", "lin", 10_000)).send().await.expect(200);
    let gold = world.put("/v1/members/lin/tier", to("gold")).send().await.expect(200).body;
    assert_eq!((gold["before"].as_str(), gold["member"].as_str()), (Some("ordinary"), Some("lin")));
    assert_eq!(gold["wallet"]["units"][0]["expiring"], json!([]));
    let down = world.put("/v1/members/lin/tier", to("ordinary")).send().await.expect(200).body;
    assert_eq!(down["before"], "gold");
    assert_eq!(down["wallet"]["units"][0]["expiring"], json!([]));
}

#[tokio::test]
async fn what_is_asked_with_a_key_is_done_once() {
    let world = World::new();
    world.member("lin").await;
    let first = world.put("/v1/members/lin/tier", to("gold")).key("t-1").send().await.expect(200);
    world.put("/v1/members/lin/tier", to("silver")).send().await.expect(200);
    let again = world.put("/v1/members/lin/tier", to("gold")).key("t-1").send().await.expect(200);
    assert!(again.is_replay());
    assert_eq!(again.body, first.body);
    assert_eq!(world.get("/v1/members/lin").send().await.body["tier"], "silver");
    world.put("/v1/members/lin/tier", to("ordinary")).key("t-1").send().await.problem("idempotency-conflict");
}

#[tokio::test]
async fn only_tiers_there_are_members_there_are_and_for_a_reason() {
    let world = World::new();
    world.member("lin").await;
    let platinum = world.put("/v1/members/lin/tier", to("platinum")).send().await.expect(422).problem("invalid-field");
    assert_eq!(platinum.body["errors"][0]["pointer"], "/tier");
    world.put("/v1/members/nobody/tier", to("gold")).send().await.problem("member-unknown");
    let silent = json!({"tier": "gold", "reason": " "});
    let silent = world.put("/v1/members/lin/tier", silent).send().await.problem("invalid-field");
    assert_eq!(silent.body["errors"][0]["pointer"], "/reason");
}

#[tokio::test]
async fn a_person_does_not_put_somebody_into_the_highest_tier_alone() {
    let world = World::new();
    world.member("lin").await;
    let clerk = world.staff("clerk", "steward", None).await;
    let put = |tier: &str| clerk.dress(world.put("/v1/members/lin/tier", to(tier))).send();
    assert_eq!(put("gold").await.expect(200).body["tier"], "gold");
    let waits = put("diamond").await.expect(202).body;
    let because = json!([{"rule": "tier_rank", "maximum": 2, "value": 3}]);
    assert_eq!((&waits["approval"]["action"], &waits["approval"]["because"]), (&json!("assign_tier"), &because));
    assert_eq!(waits["approval"]["summary"]["en"], "Put member lin into the tier Diamond");
    assert_eq!(world.get("/v1/members/lin").send().await.body["tier"], "gold", "nothing has changed");
    let question = format!("/v1/approvals/{}/approve", waits["approval"]["id"].as_str().unwrap());
    clerk.post(&world, &question, json!({})).send().await.problem("approval-own");
    let owner = world.staff("boss", "owner", None).await;
    owner.post(&world, &question, json!({"note": "agreed"})).send().await.expect(200);
    assert_eq!(world.get("/v1/members/lin").send().await.body["tier"], "diamond");
    // Down again takes nobody else, and neither does what the company's CRM says.
    put("silver").await.expect(200);
    let crm = world.client("crm", &["members:write"], None).await;
    world.put("/v1/members/lin/tier", to("diamond")).token(Some(&crm)).send().await.expect(200);
}
