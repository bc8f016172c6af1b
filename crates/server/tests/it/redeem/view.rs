//! One reward as a member sees it.

use serde_json::json;

use super::{ask, clock, member, reward};
use crate::world::World;

#[tokio::test]
async fn a_member_sees_the_price_the_conditions_and_what_money_may_stand_for() {
    // rows CAT-18, MEM-02
    let world = World::new();
    member(&world, "lin", "silver", 600).await;
    reward(&world, "lamp", 1000, json!({"stock": 7, "value": {"amount": 1200, "currency": "CNY"}})).await;
    let seen = world.get("/v1/members/lin/rewards/lamp").send().await.expect(200).body;
    assert_eq!((&seen["points"], &seen["wallet"], &seen["remaining"]), (&json!(900), &json!(600), &json!(7)));
    assert_eq!(seen["affordable"], false);
    assert!(!seen["explanation"].as_array().unwrap().is_empty());
    let terms = &seen["terms"];
    assert_eq!(seen["cash_for_missing"]["amount"], 300, "300 points are missing");
    assert_eq!(terms["most_cash"]["amount"], 450, "half of the price, at 100 points a yuan");
    assert_eq!((&terms["points_max"], &terms["month_max"]), (&json!(5000), &json!(5)));
    assert_eq!((&terms["voucher_days"], &terms["voucher_fee"]), (&json!(30), &json!("0.1")));
    assert_eq!((&terms["return_days"], &terms["ship_hours"]), (&json!(7), &json!(24)));
    // The most that is shown is the most that a quote takes.
    let cash = |amount: i64| json!({"cash": {"amount": amount, "currency": "CNY"}});
    ask(&world, "lin", "lamp", cash(450)).await.expect(200);
    ask(&world, "lin", "lamp", cash(451)).await.problem("invalid-field");
    // A coupon is no thing that goes back.
    reward(&world, "coupon", 100, json!({"kind": "coupon"})).await;
    let coupon = world.get("/v1/members/lin/rewards/coupon").send().await.expect(200).body;
    assert_eq!((&coupon["terms"]["return_days"], &coupon["terms"]["voucher_days"]), (&json!(null), &json!(90)));
}

#[tokio::test]
async fn hidden_rewards_are_shown_to_whom_they_are_for() {
    // row CAT-16
    let world = World::new();
    member(&world, "lin", "gold", 0).await;
    member(&world, "wei", "ordinary", 0).await;
    reward(&world, "secret", 100, json!({"hidden": true, "tiers": ["gold"]})).await;
    reward(&world, "suite", 100, json!({"tiers": ["gold"]})).await;
    reward(&world, "gone", 100, json!({"retired": true})).await;
    let seen = world.get("/v1/members/lin/rewards/secret").send().await.expect(200).body;
    assert_eq!((&seen["hidden"], &seen["available"]), (&json!(true), &json!(true)));
    world.get("/v1/members/wei/rewards/secret").send().await.problem("unknown");
    // What is no secret says why it is not for them.
    let suite = world.get("/v1/members/wei/rewards/suite").send().await.expect(200).body;
    assert_eq!((&suite["available"], &suite["why"]), (&json!(false), &json!("tier")));
    world.get("/v1/members/lin/rewards/gone").send().await.problem("unknown");
    world.get("/v1/members/nobody/rewards/suite").send().await.problem("member-unknown");
}

#[tokio::test]
async fn gold_and_above_have_a_zone_of_their_own_and_birthdays_a_channel() {
    // rows MEM-14, MEM-15
    let world = World::new();
    world.post("/v1/members", json!({"id": "lin", "birthday": "1990-06-01"})).send().await.expect(201);
    member(&world, "wei", "gold", 0).await;
    member(&world, "min", "silver", 0).await;
    reward(&world, "co-brand", 500, json!({"limited": true})).await;
    reward(&world, "cake", 100, json!({"birthday_only": true})).await;
    reward(&world, "cup", 100, json!({})).await;
    let ids = async |query: &str| {
        let shelf = world.get(&format!("/v1/rewards?{query}")).send().await.expect(200).body;
        let ids = shelf["data"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned());
        (shelf["priority"].as_bool().unwrap(), shelf["birthday"].as_bool().unwrap(), ids.collect::<Vec<_>>())
    };
    assert_eq!(ids("member=wei&zone=priority").await, (true, false, vec!["co-brand".to_owned()]));
    for waiting in ["min", "lin"] {
        assert_eq!(ids(&format!("member={waiting}&zone=priority")).await.2, [""; 0]);
    }
    assert_eq!(ids("member=lin&zone=birthday").await, (false, true, vec!["cake".to_owned()]));
    assert_eq!(ids("member=wei&zone=birthday&sort=points").await.2, [""; 0]);
    clock(&world, "2026-07-01T12:00:00+08:00").await;
    assert_eq!(ids("member=lin&zone=birthday").await.2, [""; 0]);
    world.get("/v1/rewards?zone=elsewhere").send().await.problem("invalid-parameter");
}
