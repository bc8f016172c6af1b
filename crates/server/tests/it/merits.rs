//! What completed tasks say for a tier, and what members are told of tasks, badges and tiers that come near.

use serde_json::{Value, json};

use crate::assessments::{assign, causes, proposed, spends, tier, until};
use crate::redeem::clock;
use crate::world::{World, event, order};

async fn friend(world: &World, number: u32) {
    let friend = format!("friend-{number}");
    world.post("/v1/members", json!({"id": friend, "referrer": "lin"})).send().await.expect(201);
    let paid = order(&format!("{friend}-1"), &friend, 1_000);
    world.post("/v1/events", paid).send().await.expect(200);
}

/// What stands in a member's inbox, newest first.
pub(crate) async fn inbox(world: &World, member: &str) -> Vec<Value> {
    let path = format!("/v1/members/{member}/messages");
    world.get(&path).send().await.expect(200).body["data"].as_array().unwrap().clone()
}

/// Messages of a kind, newest first.
async fn told(world: &World, member: &str, kind: &str) -> Vec<Value> {
    inbox(world, member).await.into_iter().filter(|message| message["kind"] == kind).collect()
}

/// The lines of the newest assessment.
async fn lines(world: &World) -> Vec<Value> {
    let plans = world.get("/v1/assessments").send().await.expect(200).body;
    let path = format!("/v1/assessments/{}/lines", plans["data"][0]["id"].as_str().unwrap());
    world.get(&path).send().await.expect(200).body["data"].as_array().unwrap().clone()
}

// rows SOC-09, TIER-08
#[tokio::test]
async fn three_friends_raise_the_tier_at_once_and_ten_give_a_badge() {
    let world = World::of("operations");
    world.member("lin").await;
    friend(&world, 1).await;
    friend(&world, 2).await;
    assert_eq!(tier(&world, "lin").await["tier"], "bronze");
    friend(&world, 3).await;
    let standing = tier(&world, "lin").await;
    assert_eq!((standing["tier"].as_str(), causes(&standing)), (Some("silver"), vec!["merit"]));
    assert_eq!(standing["history"][0]["task"]["en"], "Invite and rise");
    assert_eq!((&standing["score"]["total"], &standing["merits"][0]["kind"]), (&json!(300), &json!("keep")));
    assert_eq!(told(&world, "lin", "tier-up").await[0]["title"]["en"], "You are Silver now");
    assert_eq!(told(&world, "lin", "task-done").await[0]["text"]["zh"], "您已完成邀请升级，获得升一级。");
    for number in 4..=10 {
        friend(&world, number).await;
    }
    let standing = tier(&world, "lin").await;
    assert_eq!((&standing["tier"], &standing["score"]["total"]), (&json!("silver"), &json!(1_000)));
    assert_eq!(told(&world, "lin", "badge-earned").await[0]["title"]["en"], "Badge earned: Connector");
    let badges = world.get("/v1/members/lin/badges").send().await.expect(200).body;
    let connector = badges["data"].as_array().unwrap().iter().find(|badge| badge["id"] == "connector").unwrap();
    assert_eq!(connector["held"], true);
}

async fn refund(world: &World, number: &str, fen: i64) {
    let data = json!({"order": format!("lin-{number}"), "amount": fen});
    let refund = event(&format!("refund-{number}"), "order.refunded", "lin", data);
    world.post("/v1/events", refund).send().await.expect(200);
}

// row TIER-08
#[tokio::test]
async fn a_tier_that_rose_by_a_task_ends_with_it_unless_something_else_bears_it_out() {
    let keep = "reach: 3000.00 CNY }\n    award: { tier: keep }";
    let raise = "reach: 300.00 CNY }\n    award: { tier: upgrade }";
    let world = World::edited("operations", "tasks.yaml", keep, raise);
    world.member("lin").await;
    spends(&world, "lin", "1", 30_000).await;
    let standing = tier(&world, "lin").await;
    assert_eq!((standing["tier"].as_str(), causes(&standing)), (Some("silver"), vec!["merit"]));
    refund(&world, "1", 100).await;
    let standing = tier(&world, "lin").await;
    assert_eq!((standing["tier"].as_str(), causes(&standing)), (Some("bronze"), vec!["taken_back", "merit"]));
    assert_eq!(standing["history"][0]["task"]["en"], "Keep your tier");
    // What is missing is bought again; then a person decides, and a refund takes nothing from that.
    spends(&world, "lin", "2", 100).await;
    assert_eq!(causes(&tier(&world, "lin").await), ["merit", "taken_back", "merit"]);
    assign(&world, "lin", "gold").await;
    refund(&world, "2", 100).await;
    assert_eq!(tier(&world, "lin").await["tier"], "gold");
}

// row TIER-08
#[tokio::test]
async fn what_a_task_raised_is_kept_in_its_quarter_and_judged_by_the_score_after_it() {
    let world = World::of("operations");
    world.member("lin").await;
    for number in 1..=3 {
        friend(&world, number).await;
    }
    clock(&world, "2026-07-01T09:00:00+08:00").await;
    let standing = tier(&world, "lin").await;
    assert_eq!((standing["tier"].as_str(), causes(&standing)), (Some("silver"), vec!["kept", "merit"]));
    let kept = &lines(&world).await[0];
    assert_eq!((&kept["what"], &kept["task"], &kept["score"]), (&json!("keeps"), &json!("invite-3"), &json!("300")));
    clock(&world, "2026-10-01T09:00:00+08:00").await;
    let standing = tier(&world, "lin").await;
    assert_eq!((&standing["notice"]["tier"], &standing["merits"]), (&json!("bronze"), &json!([])));
    assert_eq!(told(&world, "lin", "tier-at-risk").await.len(), 1);
}

// row TIER-08
#[tokio::test]
async fn a_quarter_s_spending_keeps_a_tier_that_the_score_would_lose() {
    let world = World::edited("operations", "tiers.yaml", "from: 5000", "from: 50000");
    for member in ["wen", "wu", "zhou"] {
        world.member(member).await;
        assign(&world, member, "gold").await;
    }
    spends(&world, "wen", "1", 300_000).await;
    spends(&world, "wu", "1", 299_999).await;
    spends(&world, "zhou", "1", 300_000).await;
    let merit = tier(&world, "wen").await["merits"][0].clone();
    assert_eq!((&merit["kind"], &merit["task"]), (&json!("keep"), &json!("keep-tier")));
    // A refund takes the task back, and with it what it says.
    let refund = event("r-1", "order.refunded", "zhou", json!({"order": "zhou-1", "amount": 1}));
    world.post("/v1/events", refund).send().await.expect(200);
    assert_eq!(tier(&world, "zhou").await["merits"], json!([]));
    clock(&world, "2026-07-01T09:00:00+08:00").await;
    let told: Vec<(Value, Value)> =
        lines(&world).await.iter().map(|line| (line["member"].clone(), line["what"].clone())).collect();
    let said = |member: &str, what: &str| (json!(member), json!(what));
    assert_eq!(told, [said("wen", "keeps"), said("wu", "warned"), said("zhou", "warned")]);
    let standing = tier(&world, "wen").await;
    assert_eq!((standing["tier"].as_str(), causes(&standing)), (Some("gold"), vec!["kept", "assigned"]));
    assert_eq!(standing["history"][0]["task"]["en"], "Keep your tier");
    let table = world.get("/v1/assessments").send().await.expect(200).body["data"][0]["id"].clone();
    let table = world.get(&format!("/v1/assessments/{}/table", table.as_str().unwrap())).send().await.expect(200);
    assert!(table.text.lines().nth(1).is_some_and(|line| line.ends_with(",keep-tier")), "{}", table.text);
    // The same task done before the fall comes spares the tier as well.
    spends(&world, "wu", "2", 300_000).await;
    clock(&world, "2026-08-01T09:00:00+08:00").await;
    let standing = tier(&world, "wu").await;
    assert_eq!((standing["tier"].as_str(), causes(&standing)), (Some("gold"), vec!["spared", "warned", "assigned"]));
    assert_eq!(standing["history"][0]["task"]["en"], "Keep your tier");
    assert_ne!(tier(&world, "zhou").await["tier"], "gold");
}

// row TIER-08
#[tokio::test]
async fn where_tiers_wait_for_the_assessment_so_does_what_a_task_says() {
    let world = World::edited("operations", "tiers.yaml", "upgrade: at_once", "upgrade: at_assessment");
    world.member("lin").await;
    for number in 1..=3 {
        friend(&world, number).await;
    }
    let standing = tier(&world, "lin").await;
    assert_eq!((&standing["tier"], &standing["merits"][0]["kind"]), (&json!("bronze"), &json!("upgrade")));
    let plan = proposed(&world).await;
    let line = &lines(&world).await[0];
    assert_eq!((&line["what"], &line["to"], &line["task"]), (&json!("rises"), &json!("silver"), &json!("invite-3")));
    let id = plan["id"].as_str().unwrap();
    world.post(&format!("/v1/assessments/{id}/run"), json!({})).send().await.expect(200);
    until(&world, id, "done").await;
    let standing = tier(&world, "lin").await;
    assert_eq!((standing["tier"].as_str(), causes(&standing)), (Some("silver"), vec!["merit"]));
    assert_eq!((&standing["history"][0]["by"], &standing["merits"][0]["kind"]), (&json!(id), &json!("keep")));
    // It counts once.
    proposed(&world).await;
    assert_eq!(lines(&world).await[0]["what"], "keeps");
}

// row NOTE-03
#[tokio::test]
async fn members_are_told_once_a_quarter_that_the_next_tier_is_near() {
    let world = World::new();
    let told = async || told(&world, "lin", "tier-progress").await;
    // 760 yuan and as many points make 60.8 of the 101 that silver takes.
    spends(&world, "lin", "1", 76_000).await;
    assert!(told().await.is_empty(), "40.2 are more than 40");
    spends(&world, "lin", "2", 1_000).await;
    let messages = told().await;
    assert_eq!(messages.len(), 1);
    // 61.6: 39.4 are missing, so 40 in whole ones.
    assert_eq!(messages[0]["title"]["zh"], "距银卡会员还差 40 分");
    assert_eq!(messages[0]["link"], "/tier");
    spends(&world, "lin", "3", 1_000).await;
    assert_eq!(told().await.len(), 1, "once a quarter");
    clock(&world, "2026-07-02T10:00:00+08:00").await;
    spends(&world, "lin", "4", 1_000).await;
    assert_eq!(told().await.len(), 2, "and again in the next");
    spends(&world, "lin", "5", 100_000).await;
    assert_eq!(told().await.len(), 2, "nothing is missing any more");
}
