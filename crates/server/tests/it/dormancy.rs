//! Points that nobody uses: told, asleep, shrunk, and back with the first use.

use serde_json::{Value, json};

use crate::drafts::{begin, edit};
use crate::publishing::publish;
use crate::world::World;

async fn move_to(world: &World, now: &str) {
    world.post("/v1/sandbox/clock", json!({"now": now})).send().await.expect(200);
}

/// A gold member, whose points never lapse, with some.
async fn gold(world: &World, member: &str, points: i64) {
    world.member(member).await;
    let tier = json!({"tier": "gold", "reason": "a good customer"});
    world.put(&format!("/v1/members/{member}/tier"), tier).send().await.expect(200);
    world.give(member, points).await;
}

/// Available, dormant and shrunk points.
async fn sums(world: &World, member: &str) -> [i64; 3] {
    let wallet = world.get(&format!("/v1/members/{member}/wallet")).send().await.expect(200).body;
    let units = wallet["units"].as_array().unwrap();
    let points = units.iter().find(|unit| unit["unit"] == "points").unwrap();
    ["available", "dormant", "shrunk"].map(|state| points[state].as_i64().unwrap_or(0))
}

async fn entries(world: &World, member: &str) -> Vec<Value> {
    let page = world.get(&format!("/v1/members/{member}/entries")).send().await.expect(200).body;
    page["data"].as_array().unwrap().clone()
}

// row EXP-11
// row EXP-12
// row EXP-13
#[tokio::test]
async fn unused_points_sleep_shrink_and_come_back_with_a_single_one() {
    let world = World::new();
    gold(&world, "lin", 1_000).await;
    move_to(&world, "2027-06-30T23:59:59+08:00").await;
    assert_eq!(sums(&world, "lin").await, [1_000, 0, 0]);
    // Twelve months after 10 June 2026, with the end of the month.
    move_to(&world, "2027-07-01T00:00:01+08:00").await;
    assert_eq!(sums(&world, "lin").await, [0, 1_000, 0]);
    move_to(&world, "2027-09-02T12:00:00+08:00").await;
    assert_eq!(sums(&world, "lin").await, [0, 810, 190]);
    let told = entries(&world, "lin").await;
    let sentences: Vec<&str> = told.iter().map(|entry| entry["explanation"]["en"].as_str().unwrap()).collect();
    assert_eq!(
        sentences[..3],
        [
            "Sleeping points shrank by 90. Using any brings all of them back.",
            "Sleeping points shrank by 100. Using any brings all of them back.",
            "1000 points fell asleep: nobody used them. Using any brings them back.",
        ]
    );
    let spend = json!({"unit": "points", "points": 1, "reason": "a sweet", "reference": "sweet-1"});
    world.post("/v1/members/lin/spend", spend).send().await.expect(200);
    assert_eq!(sums(&world, "lin").await, [999, 0, 0]);
    let verdict = jifen_engine::verify(world.app.engine.store().as_ref(), |_, _| ()).unwrap();
    assert!(verdict.agrees(), "{verdict:?}");
}

// row EXP-13
#[tokio::test]
async fn a_reward_can_be_had_with_points_that_sleep() {
    let world = World::new();
    gold(&world, "lin", 1_000).await;
    move_to(&world, "2027-08-02T12:00:00+08:00").await;
    assert_eq!(sums(&world, "lin").await, [0, 900, 100]);
    let hold = json!({"unit": "points", "points": 1_000, "reason": "at the till"});
    world.post("/v1/members/lin/holds", hold).key("h-1").send().await.expect(200);
    let too_many = json!({"unit": "points", "points": 1, "reason": "more", "reference": "more"});
    world.post("/v1/members/lin/spend", too_many).send().await.problem("insufficient-points");
}

// row EXP-05
// row EXP-09
// row EXP-11
#[tokio::test]
async fn nothing_sleeps_or_lapses_without_a_notice_before() {
    let world = World::new();
    gold(&world, "lin", 1_000).await;
    world.member("he").await;
    world.give("he", 300).await;
    // The clock jumps over everything: the notices stand in the store all the same, each before what it announced.
    move_to(&world, "2027-08-01T00:00:01+08:00").await;
    let kind = &jifen_program::wallets::NOTICE;
    let of = |member: &str| {
        let find = jifen_store::Find {
            kind,
            column: Some(0),
            equals: Some(jifen_vocab::Value::Text(member.into())),
            order: jifen_store::Order::Ascending,
            from: jifen_store::Bound::Start,
            limit: 10,
        };
        let found = world.app.engine.store().find(&find).unwrap().rows;
        let read = |body: &[u8]| serde_json::from_slice::<jifen_program::wallets::NoticeGiven>(body).unwrap();
        let zone = jifen_vocab::Zone::named("Asia/Shanghai").unwrap();
        let told = move |notice: jifen_program::wallets::NoticeGiven| {
            let (date, given) = (zone.day_of(notice.expires_at), zone.day_of(notice.given_at));
            format!("{} {} {date} told {given}", notice.points, if notice.sleeps { "sleep" } else { "lapse" })
        };
        let mut told: Vec<String> = found.iter().map(|(_, _, row)| told(read(&row.body))).collect();
        told.sort();
        told
    };
    assert_eq!(of("lin"), ["1000 sleep 2027-07-01 told 2027-06-01"]);
    assert_eq!(of("he"), ["300 lapse 2027-01-01 told 2026-10-01", "300 lapse 2027-01-01 told 2026-12-02"]);
    let lapse = &entries(&world, "he").await[0];
    assert_eq!((lapse["kind"].as_str(), lapse["points"].as_i64()), (Some("expire"), Some(-300)), "{lapse}");
}

// row EXP-18
#[tokio::test]
async fn when_rules_change_historic_points_are_settled_by_themselves_after_a_notice() {
    let world = World::new();
    gold(&world, "lin", 1_000).await;
    let draft = begin(&world).await;
    let draft =
        edit(&world, &draft, "units.yaml", "after: { months: 12,", "after: { months: 2,").await.expect(200).body;
    publish(&world, &draft, Some("2026-10-01T00:00:00+08:00")).await.expect(201);
    // By the new rules they would have slept since September. The member is told as these take effect, and the thirty days
    // between are the member's.
    move_to(&world, "2026-10-30T23:59:59+08:00").await;
    assert_eq!(sums(&world, "lin").await, [1_000, 0, 0]);
    let told = world.get("/v1/members/lin/expiring").send().await.expect(200).body;
    assert_eq!(told["falls_asleep_at"], "2026-10-31T00:00:00+08:00");
    move_to(&world, "2026-10-31T00:00:01+08:00").await;
    assert_eq!(sums(&world, "lin").await, [0, 1_000, 0]);
    assert_eq!(entries(&world, "lin").await[0]["effective_at"], "2026-10-31T00:00:00+08:00");
}
