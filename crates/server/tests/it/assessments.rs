//! Everybody is looked at: by the calendar and by hand; what is announced, what is lent, what grows.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::redeem::{act, clock, redeem, reward};
use crate::world::{World, event, order};

/// Pays for daily goods now.
pub(crate) async fn spends(world: &World, member: &str, number: &str, amount: i64) -> Value {
    let now = world.get("/v1/sandbox/clock").send().await.expect(200).body["now"].clone();
    let mut paid = order(&format!("{member}-{number}"), member, amount);
    paid["time"] = now;
    world.post("/v1/events", paid).send().await.expect(200).body
}

pub(crate) async fn tier(world: &World, member: &str) -> Value {
    world.get(&format!("/v1/members/{member}/tier")).send().await.expect(200).body
}

pub(crate) async fn until(world: &World, id: &str, state: &str) -> Value {
    for _ in 0..200 {
        let plan = world.get(&format!("/v1/assessments/{id}")).send().await.expect(200).body;
        if plan["state"] == state {
            return plan;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{id} is not {state} in time");
}

/// A plan that waits for somebody.
pub(crate) async fn proposed(world: &World) -> Value {
    let made = world.post("/v1/assessments", json!({})).send().await.expect(201).body;
    until(world, made["id"].as_str().unwrap(), "proposed").await
}

pub(crate) async fn assign(world: &World, member: &str, to: &str) {
    let body = json!({"tier": to, "reason": "turnover of the year"});
    world.put(&format!("/v1/members/{member}/tier"), body).send().await.expect(200);
}

pub(crate) fn causes(standing: &Value) -> Vec<&str> {
    standing["history"].as_array().unwrap().iter().map(|change| change["cause"].as_str().unwrap()).collect()
}

// row TIER-04
// row EARN-07
#[tokio::test]
async fn each_quarter_raises_whoever_has_reached_a_tier() {
    let world = World::new();
    spends(&world, "lin", "1", 260_000).await;
    assert_eq!(tier(&world, "lin").await["tier"], "ordinary", "a score that was reached waits for the quarter");
    clock(&world, "2026-07-01T00:00:00+08:00").await;
    let standing = tier(&world, "lin").await;
    assert_eq!((standing["tier"].as_str(), causes(&standing)), (Some("silver"), vec!["assessed"]));
    // 2,600 yuan and the 1,000 points of a day: 104 + 40.
    assert_eq!(standing["history"][0]["score"], 144);
    let plans = world.get("/v1/assessments").send().await.expect(200).body["data"].clone();
    assert_eq!(plans.as_array().unwrap().len(), 1);
    assert_eq!((&plans[0]["state"], &plans[0]["automatic"]), (&json!("done"), &json!(true)));
    assert_eq!(plans[0]["as_of"], "2026-07-01T00:00:00+08:00");
    let paid = spends(&world, "lin", "2", 10_000).await;
    assert_eq!(paid["awards"][0]["points"], 120, "the multiplier counts at once");
}

// row TIER-05
#[tokio::test]
async fn a_fall_is_announced_before_it_comes() {
    let world = World::new();
    world.member("wen").await;
    assign(&world, "wen", "silver").await;
    clock(&world, "2026-07-01T00:00:00+08:00").await;
    assert_eq!(tier(&world, "wen").await["notice"], Value::Null, "a tier is kept for a quarter");
    clock(&world, "2026-10-01T09:00:00+08:00").await;
    let standing = tier(&world, "wen").await;
    assert_eq!((&standing["tier"], &standing["notice"]["tier"]), (&json!("silver"), &json!("ordinary")));
    let due = standing["notice"]["at"].as_str().unwrap();
    assert!(due.starts_with("2026-10-31"), "{due}");
    clock(&world, "2026-10-30T00:00:00+08:00").await;
    assert_eq!(tier(&world, "wen").await["tier"], "silver");
    clock(&world, "2026-11-01T00:00:00+08:00").await;
    let standing = tier(&world, "wen").await;
    assert_eq!(
        (standing["tier"].as_str(), causes(&standing)),
        (Some("ordinary"), vec!["assessed", "warned", "assigned"])
    );
    assert_eq!(standing["history"][0]["at"], due, "it is recorded at the instant it was due");
}

#[tokio::test]
async fn a_score_that_comes_back_spares_the_tier() {
    let world = World::new();
    world.member("wen").await;
    assign(&world, "wen", "silver").await;
    clock(&world, "2026-10-01T09:00:00+08:00").await;
    spends(&world, "wen", "1", 300_000).await;
    clock(&world, "2026-12-01T00:00:00+08:00").await;
    let standing = tier(&world, "wen").await;
    assert_eq!((standing["tier"].as_str(), causes(&standing)), (Some("silver"), vec!["spared", "warned", "assigned"]));
    assert_eq!(standing["notice"], Value::Null);
}

#[tokio::test]
async fn a_jump_of_the_clock_gives_notice_before_the_fall() {
    let world = World::new();
    world.member("wen").await;
    assign(&world, "wen", "silver").await;
    clock(&world, "2027-03-01T00:00:00+08:00").await;
    // The quarters that were leapt over are dealt with now: the notice is given now, and the fall comes after it.
    let standing = tier(&world, "wen").await;
    assert_eq!((standing["tier"].as_str(), causes(&standing)), (Some("silver"), vec!["warned", "assigned"]));
    assert!(standing["notice"]["noticed_at"].as_str().unwrap().starts_with("2027-03-01"));
    assert!(standing["notice"]["at"].as_str().unwrap().starts_with("2027-03-31"));
}

#[tokio::test]
async fn a_plan_is_looked_at_before_it_runs() {
    // row TIER-04
    let world = World::new();
    for number in 0..3 {
        spends(&world, &format!("m{number}"), "1", 260_000).await;
    }
    world.member("new").await;
    let plan = proposed(&world).await;
    let id = plan["id"].as_str().unwrap();
    assert_eq!((&plan["seen"], &plan["lines"], &plan["done"]), (&json!(4), &json!(3), &json!(0)));
    assert_eq!(plan["tally"], json!([{"tier": "ordinary", "kept": 1, "risen": 3, "warned": 0, "fallen": 0}]));
    assert_eq!(tier(&world, "m0").await["tier"], "ordinary", "nothing has happened");
    let page = world.get(&format!("/v1/assessments/{id}/lines?limit=2")).send().await.expect(200).body;
    assert_eq!(page["data"][0]["member"], "m0");
    assert_eq!((&page["data"][0]["what"], &page["data"][0]["score"]), (&json!("rises"), &json!("144")));
    assert_eq!(page["data"][0]["parts"][0], json!({"of": "spent", "amount": 260_000, "score": "104"}));
    let cursor = page["next_cursor"].as_str().unwrap();
    let rest = world.get(&format!("/v1/assessments/{id}/lines?cursor={cursor}")).send().await.expect(200).body;
    assert_eq!((rest["data"].as_array().unwrap().len(), &rest["next_cursor"]), (1, &Value::Null));
    let table = world.get(&format!("/v1/assessments/{id}/table")).send().await.expect(200);
    assert!(
        table.text.starts_with("member,from,to,what,score,spent,points,active_months,spent_score"),
        "{}",
        table.text
    );
    assert_eq!(table.text.lines().count(), 4);
    world.post("/v1/assessments", json!({})).send().await.expect(409).problem("assessment-open");
    // Whoever has moved meanwhile is left alone.
    assign(&world, "m1", "gold").await;
    world.post(&format!("/v1/assessments/{id}/run"), json!({})).send().await.expect(200);
    let done = until(&world, id, "done").await;
    assert_eq!((&done["done"], &done["skipped"]), (&json!(2), &json!(1)));
    assert_eq!(tier(&world, "m0").await["tier"], "silver");
    assert_eq!(tier(&world, "m0").await["history"][0]["by"], id);
    assert_eq!(tier(&world, "m1").await["tier"], "gold");
    for word in ["run", "stop", "dismiss"] {
        world.post(&format!("/v1/assessments/{id}/{word}"), json!({})).send().await.expect(409).problem("plan-decided");
    }
    world.get("/v1/assessments/nobody").send().await.expect(404).problem("unknown");
    world.get("/v1/assessments/nobody/lines").send().await.expect(404).problem("unknown");
    let future = json!({"as_of": "2030-01-01T00:00:00+08:00"});
    world.post("/v1/assessments", future).send().await.expect(422).problem("invalid-field");
}

#[tokio::test]
async fn a_plan_can_be_dismissed_and_a_new_one_made() {
    let world = World::new();
    spends(&world, "lin", "1", 260_000).await;
    let plan = proposed(&world).await;
    let id = plan["id"].as_str().unwrap();
    let gone = world.post(&format!("/v1/assessments/{id}/dismiss"), json!({})).send().await.expect(200).body;
    assert_eq!(gone["state"], "dismissed");
    assert_eq!(tier(&world, "lin").await["tier"], "ordinary");
    proposed(&world).await;
}

#[tokio::test]
async fn who_asked_for_a_plan_does_not_let_it_run() {
    let world = World::edited("rulebook", "tiers.yaml", "{ every: quarter }", "{ every: quarter, approval: true }");
    spends(&world, "lin", "1", 260_000).await;
    let plan = proposed(&world).await;
    let path = format!("/v1/assessments/{}/run", plan["id"].as_str().unwrap());
    world.post(&path, json!({})).send().await.expect(403).problem("approval-own");
    let other = world.client("other", &["tiers:assess"], None).await;
    world.post(&path, json!({})).token(Some(&other)).send().await.expect(200);
    until(&world, plan["id"].as_str().unwrap(), "done").await;
    // One whose date has come waits for somebody.
    clock(&world, "2026-07-01T00:00:00+08:00").await;
    let newest = world.get("/v1/assessments").send().await.expect(200).body["data"][0].clone();
    assert_eq!((&newest["automatic"], &newest["needs_approval"]), (&json!(true), &json!(true)));
}

// row TIER-16
// row MEM-06
#[tokio::test]
async fn what_is_missing_to_the_next_tier_is_told() {
    let world = World::new();
    spends(&world, "lin", "1", 100_000).await;
    let standing = tier(&world, "lin").await;
    assert_eq!(standing["score"]["total"], 80);
    let next = &standing["next"];
    assert_eq!((&next["tier"], &next["from"], &next["missing"]), (&json!("silver"), &json!(101), &json!(21)));
    // 21 of score are 525 yuan, or 525 points.
    assert_eq!((&next["by"][0]["of"], &next["by"][0]["amount"]), (&json!("spent"), &json!(52_500)));
    assert_eq!((&next["by"][1]["of"], &next["by"][1]["amount"]), (&json!("points"), &json!(525)));
    assert!(standing["benefits"].as_array().unwrap().iter().any(|row| row["id"] == "early_access"));
    assert_eq!(standing["next_assessment"], "2026-07-01T00:00:00+08:00");
    let refund = event("r-1", "order.refunded", "lin", json!({"order": "lin-1", "amount": 50_000}));
    world.post("/v1/events", refund).send().await.expect(200);
    assert_eq!(tier(&world, "lin").await["score"]["total"], 40, "what is refunded does not count");
    world.get("/v1/members/nobody/tier").send().await.expect(404).problem("member-unknown");
}

// row TIER-06
#[tokio::test]
async fn a_festival_lends_a_tier_for_a_month() {
    let world = World::edited("rulebook", "tiers.yaml", "  assessment: { every: quarter }\n", "");
    clock(&world, "2026-06-16T10:00:00+08:00").await;
    spends(&world, "lin", "1", 302_999).await;
    assert_eq!(tier(&world, "lin").await["tier"], "ordinary");
    spends(&world, "lin", "2", 1).await;
    let standing = tier(&world, "lin").await;
    assert_eq!((&standing["tier"], &standing["permanent"]["tier"]), (&json!("silver"), &json!("ordinary")));
    assert!(standing["temporary_until"].as_str().unwrap().starts_with("2026-07-16T10:00"));
    clock(&world, "2026-06-17T10:00:00+08:00").await;
    assert_eq!(spends(&world, "lin", "3", 10_000).await["awards"][0]["points"], 120, "with all its benefits");
    clock(&world, "2026-07-16T09:00:00+08:00").await;
    assert_eq!(tier(&world, "lin").await["tier"], "silver");
    clock(&world, "2026-07-17T00:00:00+08:00").await;
    let standing = tier(&world, "lin").await;
    assert_eq!((standing["tier"].as_str(), causes(&standing)), (Some("ordinary"), vec!["lent_over", "lent"]));
    // Nobody who has better is given worse.
    assign(&world, "lin", "gold").await;
    clock(&world, "2026-11-11T10:00:00+08:00").await;
    spends(&world, "lin", "4", 400_000).await;
    assert_eq!(tier(&world, "lin").await["tier"], "gold");
}

#[tokio::test]
async fn what_was_lent_for_a_purchase_goes_back_with_it() {
    let world = World::new();
    clock(&world, "2026-06-16T10:00:00+08:00").await;
    spends(&world, "lin", "1", 303_000).await;
    assert_eq!(tier(&world, "lin").await["tier"], "silver");
    let mut refund = event("r-1", "order.refunded", "lin", json!({"order": "lin-1", "amount": 100}));
    refund["time"] = json!("2026-06-16T10:00:00+08:00");
    world.post("/v1/events", refund).send().await.expect(200);
    assert_eq!(tier(&world, "lin").await["tier"], "ordinary");
}

// row TIER-07
#[tokio::test]
async fn points_collected_raise_a_tier_at_once() {
    let world = World::of("operations");
    spends(&world, "lin", "1", 60_000).await;
    assert_eq!(tier(&world, "lin").await["tier"], "bronze");
    spends(&world, "lin", "2", 10_000).await;
    let standing = tier(&world, "lin").await;
    assert_eq!((standing["tier"].as_str(), causes(&standing)), (Some("silver"), vec!["reached"]));
}

// row PROG-05
// row TIER-09
#[tokio::test]
async fn redeeming_makes_growth_value_grow_and_the_tier_with_it() {
    let world = World::of("ecosystem");
    world.member("lin").await;
    world.give("lin", 20_000).await;
    reward(&world, "tea", 9_990, json!({"kind": "coupon", "value": 9_990})).await;
    let growth = || async {
        let wallet = world.get("/v1/members/lin/wallet").send().await.expect(200).body;
        let units = wallet["units"].as_array().unwrap().clone();
        units.iter().find(|unit| unit["unit"] == "growth").map_or(0, |unit| unit["available"].as_i64().unwrap())
    };
    redeem(&world, "lin", "tea", json!({})).await.expect(201);
    assert_eq!((growth().await, tier(&world, "lin").await["tier"].clone()), (999, json!("member")));
    reward(&world, "bag", 200, json!({"kind": "coupon", "value": 200})).await;
    let made = redeem(&world, "lin", "bag", json!({})).await.expect(201).body;
    assert_eq!((growth().await, tier(&world, "lin").await["tier"].clone()), (1_019, json!("senior")));
    act(&world, &made, "cancel", json!({})).await.expect(200);
    assert_eq!(growth().await, 999, "what comes back does not count");
    let spend = json!({"unit": "growth", "points": 1, "reason": "x", "reference": "g"});
    world.post("/v1/members/lin/spend", spend).send().await.problem("unit-not-spendable");
}

// row TIER-20
// row PROG-12
#[tokio::test]
async fn the_board_says_who_rose_and_who_stayed() {
    let world = World::new();
    for number in 0..4 {
        spends(&world, &format!("m{number}"), "1", if number == 0 { 260_000 } else { 1_000 }).await;
    }
    assign(&world, "m3", "gold").await;
    world.member("never").await;
    clock(&world, "2026-07-01T00:00:00+08:00").await;
    let board = world.get("/v1/boards/tiers?days=7").send().await.expect(200).body;
    let of = |tier: usize| board["tiers"][tier].clone();
    assert_eq!((&of(0)["members"], &of(0)["before"], &of(0)["risen"]), (&json!(3), &json!(4), &json!(1)));
    assert_eq!((&of(1)["members"], &of(2)["members"]), (&json!(1), &json!(1)));
    assert_eq!(board["retention_rate"], 100);
    assert_eq!(board["upgrade_rate"], 20);
    let stage = |board: &Value, id: &str| {
        let stages = board["stages"].as_array().unwrap();
        stages.iter().find(|of| of["stage"] == id).unwrap()["members"].clone()
    };
    assert_eq!((stage(&board, "growing"), stage(&board, "new")), (json!(4), json!(1)));
    clock(&world, "2026-09-10T00:00:00+08:00").await;
    for number in 2..5 {
        spends(&world, "m1", &number.to_string(), 1_000).await;
    }
    let board = world.get("/v1/boards/tiers").send().await.expect(200).body;
    assert_eq!((stage(&board, "at-risk"), stage(&board, "active")), (json!(3), json!(1)));
    assert_eq!(tier(&world, "m1").await["stage"]["id"], "active");
    assert_eq!(tier(&world, "m2").await["stage"]["id"], "at-risk");
    clock(&world, "2027-07-01T00:00:00+08:00").await;
    assert_eq!(tier(&world, "m1").await["stage"]["id"], "dormant");
    assert_eq!(tier(&world, "m2").await["stage"]["id"], "lost");
    world.get("/v1/boards/tiers?days=0").send().await.problem("invalid-parameter");
}

// row TIER-10
#[tokio::test]
async fn members_see_what_each_tier_gets() {
    let world = World::new();
    let matrix = world.get("/v1/program/benefits").send().await.expect(200).body;
    assert_eq!(matrix["tiers"][1]["from"], 101);
    let row = |id: &str| matrix["rows"].as_array().unwrap().iter().find(|row| row["id"] == id).unwrap().clone();
    assert_eq!(
        (&row("discount")["file"], &row("discount")["cells"][2]["value"]["en"]),
        (&json!("prices.yaml"), &json!("20%"))
    );
    assert_eq!(row("steward")["cells"][2]["value"], Value::Null);
    let suite = row("room-upgrade");
    assert_eq!((&suite["cells"][1]["value"], suite["cells"][2]["value"].is_object()), (&Value::Null, true));
}

// row TIER-04
#[tokio::test]
async fn a_long_list_is_read_page_by_page_and_as_a_table() {
    let world = World::new();
    for number in 0..130 {
        spends(&world, &format!("m{number:03}"), "1", 260_000).await;
    }
    let plan = proposed(&world).await;
    let id = plan["id"].as_str().unwrap();
    assert_eq!(plan["lines"], 130);
    let (mut seen, mut pages, mut cursor) = (Vec::new(), Vec::new(), String::new());
    loop {
        let path = format!("/v1/assessments/{id}/lines?limit=70{cursor}");
        let page = world.get(&path).send().await.expect(200).body;
        let lines = page["data"].as_array().unwrap();
        pages.push(lines.len());
        seen.extend(lines.iter().map(|line| line["member"].as_str().unwrap().to_owned()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(pages, [70, 60], "a page goes on into the next slice");
    assert_eq!(seen, (0..130).map(|number| format!("m{number:03}")).collect::<Vec<_>>());
    let table = world.get(&format!("/v1/assessments/{id}/table")).send().await.expect(200);
    assert_eq!(table.header("content-type"), "text/csv; charset=utf-8");
    let members: Vec<&str> = table.text.lines().skip(1).map(|line| line.split(',').next().unwrap()).collect();
    assert_eq!(members, seen);
    // Far behind the last line there is nothing; what is no place of a list is told so.
    let at = |text: &str| URL_SAFE_NO_PAD.encode([b"\x01", text.as_bytes()].concat());
    let beyond = world.get(&format!("/v1/assessments/{id}/lines?cursor={}", at("9.0"))).send().await.expect(200).body;
    assert_eq!(beyond, json!({"data": [], "next_cursor": null}));
    for text in ["1", "1.x", "-1.0", "1.99999999999999999999999", "a.b"] {
        world.get(&format!("/v1/assessments/{id}/lines?cursor={}", at(text))).send().await.problem("invalid-parameter");
    }
}
