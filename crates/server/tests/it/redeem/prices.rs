//! What a reward costs whom, when.

use serde_json::{Value, json};

use super::{ask, clock, member, redeem, reward};
use crate::world::World;

async fn points(world: &World, who: &str, what: &str) -> i64 {
    ask(world, who, what, json!({})).await.expect(200).body["points"].as_i64().unwrap()
}

#[tokio::test]
async fn each_tier_has_its_discount_and_diamond_a_bonus() {
    // rows VAL-04, TIER-10
    let world = World::new();
    reward(&world, "kettle", 1000, json!({})).await;
    for (tier, price) in [("ordinary", 1000), ("silver", 900), ("gold", 800), ("diamond", 636)] {
        member(&world, tier, tier, 0).await;
        assert_eq!(points(&world, tier, "kettle").await, price, "{tier}");
    }
    let quote = ask(&world, "diamond", "kettle", json!({})).await.body;
    let steps: Vec<&str> =
        quote["explanation"].as_array().unwrap().iter().map(|step| step["en"].as_str().unwrap()).collect();
    assert_eq!(
        steps,
        [
            "It is priced at 1000 points.",
            "The tier saves 30%: 700 points.",
            "The tier's points count 10% more: 636 points."
        ]
    );
}

#[tokio::test]
async fn a_kind_of_goods_has_its_coefficient_unless_points_are_set() {
    // rows VAL-01, VAL-02
    let world = World::new();
    member(&world, "lin", "ordinary", 0).await;
    let worth = |category: &str| json!({"points": null, "value": 800, "category": category});
    reward(&world, "tissue", 0, worth("daily")).await;
    reward(&world, "cable", 0, worth("digital")).await;
    // 8 yuan of daily goods are 800 points; of digital goods, where 100 points are 0.8 yuan, a thousand.
    assert_eq!(points(&world, "lin", "tissue").await, 800);
    assert_eq!(points(&world, "lin", "cable").await, 1000);
    reward(&world, "hotel-voucher", 1000, json!({"value": {"amount": 5000, "currency": "CNY"}, "kind": "travel"}))
        .await;
    assert_eq!(points(&world, "lin", "hotel-voucher").await, 1000);
}

#[tokio::test]
async fn points_count_for_more_in_the_month_of_the_birthday() {
    // row VAL-03
    let world = World::new();
    reward(&world, "cake", 1200, json!({})).await;
    for (id, birthday) in [("june", "1990-06-30"), ("july", "1990-07-01")] {
        world.post("/v1/members", json!({"id": id, "birthday": birthday})).send().await.expect(201);
    }
    assert_eq!((points(&world, "june", "cake").await, points(&world, "july", "cake").await), (1000, 1200));
}

#[tokio::test]
async fn few_pieces_left_make_it_dearer_at_once() {
    // rows VAL-07, CAT-18
    let world = World::new();
    member(&world, "wei", "gold", 100_000).await;
    reward(&world, "lamp", 100, json!({"stock": 100})).await;
    for _ in 0..9 {
        redeem(&world, "wei", "lamp", json!({"quantity": 10})).await.expect(201);
    }
    member(&world, "lin", "ordinary", 1000).await;
    // 10 of 100 are left: not below a tenth; nine tenths were taken, which the guard rail lets raise by a tenth a day.
    assert_eq!(points(&world, "lin", "lamp").await, 110);
    redeem(&world, "lin", "lamp", json!({})).await.expect(201);
    assert_eq!(points(&world, "lin", "lamp").await, 120);
    let shown = world.get("/v1/rewards?member=lin").send().await.expect(200).body;
    assert_eq!((&shown["data"][0]["points"], &shown["data"][0]["remaining"]), (&json!(120), &json!(9)));
}

#[tokio::test]
async fn a_high_take_up_raises_the_price_by_a_tenth_a_day() {
    // rows VAL-06, VAL-08
    let world = World::new();
    member(&world, "wei", "gold", 100_000).await;
    member(&world, "lin", "ordinary", 1000).await;
    reward(&world, "lamp", 100, json!({"stock": 100})).await;
    for _ in 0..8 {
        redeem(&world, "wei", "lamp", json!({"quantity": 10})).await.expect(201);
    }
    assert_eq!(points(&world, "lin", "lamp").await, 100, "four fifths are not more than four fifths");
    redeem(&world, "wei", "lamp", json!({})).await.expect(201);
    assert_eq!(points(&world, "lin", "lamp").await, 110);
    clock(&world, "2026-06-11T12:00:00+08:00").await;
    assert_eq!(points(&world, "lin", "lamp").await, 120, "20% in all, and no more");
    redeem(&world, "wei", "lamp", json!({})).await.expect(201);
    let prices = world.get("/v1/rewards/lamp").send().await.expect(200).body["prices"].clone();
    assert_eq!(
        prices,
        json!([
            {"day": "2026-06-10", "points": 100, "millionths": 1_100_000},
            {"day": "2026-06-11", "points": 100, "millionths": 1_200_000}
        ])
    );
}

#[tokio::test]
async fn what_a_point_is_worth_is_told_and_ranked() {
    // rows VAL-21, MEM-02
    let world = World::new();
    member(&world, "lin", "ordinary", 600).await;
    reward(&world, "cup", 500, json!({"value": 500})).await;
    reward(&world, "ticket", 1000, json!({"value": 5000, "kind": "experience"})).await;
    reward(&world, "secret", 10, json!({})).await;
    let shelf = world.get("/v1/rewards?member=lin&sort=value").send().await.expect(200).body;
    assert_eq!((&shelf["point_worth"], &shelf["available"]), (&json!("0.01"), &json!(600)));
    let seen: Vec<(Value, Value, Value)> = shelf["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| (item["id"].clone(), item["point_buys"].clone(), item["rank"].clone()))
        .collect();
    assert_eq!(json!(seen), json!([["ticket", "0.05", 1], ["cup", "0.01", 2], ["secret", null, null]]));
}

#[tokio::test]
async fn the_weekend_track_counts_points_three_times() {
    // row VAL-15
    let world = World::of("retention");
    reward(&world, "snack", 300, json!({})).await;
    world.member("lin").await;
    assert_eq!(points(&world, "lin", "snack").await, 300);
    clock(&world, "2026-06-13T00:00:00+08:00").await;
    assert_eq!(points(&world, "lin", "snack").await, 100);
    clock(&world, "2026-06-15T00:00:00+08:00").await;
    assert_eq!(points(&world, "lin", "snack").await, 300);
}

#[tokio::test]
async fn a_season_lifts_its_goods_and_a_co_brand_lowers_the_rest() {
    // row VAL-16
    let world = World::of("innovation");
    world.member("lin").await;
    reward(&world, "meal", 1200, json!({"category": "catering", "kind": "coupon"})).await;
    reward(&world, "mug", 900, json!({"tags": ["co-brand"]})).await;
    reward(&world, "pen", 900, json!({})).await;
    assert_eq!(points(&world, "lin", "meal").await, 1000);
    assert_eq!(points(&world, "lin", "pen").await, 900);
    clock(&world, "2026-09-10T00:00:00+08:00").await;
    assert_eq!(points(&world, "lin", "meal").await, 1333);
    assert_eq!((points(&world, "lin", "mug").await, points(&world, "lin", "pen").await), (900, 1000));
}

#[tokio::test]
async fn what_piles_up_becomes_cheaper() {
    // row VAL-09
    let world = World::of("ecosystem");
    world.member("lin").await;
    reward(&world, "towel", 200, json!({"stock": 50})).await;
    clock(&world, "2026-07-09T12:00:00+08:00").await;
    assert_eq!(points(&world, "lin", "towel").await, 200);
    clock(&world, "2026-07-10T12:00:00+08:00").await;
    assert_eq!(points(&world, "lin", "towel").await, 180);
}
