//! Vouchers at tills, and those that nobody uses.

use serde_json::json;

use super::{act, clock, member, redeem, remaining, reward};
use crate::world::{Heard, World};

async fn voucher(world: &World, points: i64, more: serde_json::Value) -> (serde_json::Value, String) {
    member(world, "lin", "ordinary", 5000).await;
    reward(world, "thing", points, more).await;
    let made = redeem(world, "lin", "thing", json!({})).await.expect(201).body;
    let code = made["vouchers"][0]["code"].as_str().unwrap().to_owned();
    (made, code)
}

async fn show(world: &World, code: &str, store: &str, reference: &str) -> Heard {
    world.post(&format!("/v1/vouchers/{code}/use"), json!({"store": store, "reference": reference})).send().await
}

#[tokio::test]
async fn a_voucher_is_used_once_also_when_the_network_repeats() {
    let world = World::new();
    let (made, code) = voucher(&world, 500, json!({"kind": "coupon"})).await;
    let first = show(&world, &code, "s1", "till-1").await.expect(200);
    let plain = code.to_lowercase().replace('-', "");
    let again = show(&world, &plain, "s1", "till-1").await.expect(200);
    assert!(again.is_replay());
    assert_eq!(again.body, first.body);
    assert_eq!(show(&world, &code, "s1", "till-2").await.problem("voucher-not-valid").body["state"], "used");
    show(&world, &code, "s2", "till-1").await.problem("idempotency-conflict");
    act(&world, &made, "cancel", json!({})).await.problem("redemption-closed");
    act(&world, &made, "return", json!({})).await.problem("redemption-closed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_tills_with_one_voucher_one_wins() {
    let world = std::sync::Arc::new(World::new());
    let (_, code) = voucher(&world, 500, json!({"kind": "coupon"})).await;
    let mut calls = tokio::task::JoinSet::new();
    for till in 0..20 {
        let (world, code) = (std::sync::Arc::clone(&world), code.clone());
        calls.spawn(async move { show(&world, &code, "s1", &format!("till-{till}")).await.status.as_u16() });
    }
    let answers = calls.join_all().await;
    assert_eq!(answers.iter().filter(|status| **status == 200).count(), 1);
    assert_eq!(answers.iter().filter(|status| **status == 409).count(), 19);
}

#[tokio::test]
async fn codes_that_nobody_issued_are_unknown() {
    let world = World::new();
    let (_, code) = voucher(&world, 500, json!({"kind": "coupon"})).await;
    let slip = if code.ends_with('0') { "1" } else { "0" };
    for wrong in ["nothing", "000000-000000-000000", &format!("{}{slip}", &code[..code.len() - 1])] {
        show(&world, wrong, "s1", "till-1").await.problem("unknown");
    }
    let heard = world.post(&format!("/v1/vouchers/{code}/use"), json!({"store": "s 1", "reference": "r"})).send().await;
    heard.problem("invalid-field");
    show(&world, &code, "s1", "till-1").await.expect(200);
}

#[tokio::test]
async fn vouchers_for_goods_last_thirty_days_and_others_ninety() {
    // row RED-08
    let world = World::new();
    member(&world, "lin", "gold", 5000).await;
    for (kind, until) in [("goods", "2026-07-10T12:"), ("service", "2026-09-08T12:"), ("coupon", "2026-09-08T12:")] {
        reward(&world, kind, 100, json!({"kind": kind})).await;
        let made = redeem(&world, "lin", kind, json!({})).await.expect(201).body;
        let expires = made["vouchers"][0]["expires_at"].as_str().unwrap();
        assert!(expires.starts_with(until), "{kind}: {expires}");
    }
}

#[tokio::test]
async fn a_voucher_that_lapses_gives_the_points_back_less_a_tenth() {
    // row RED-09
    let world = World::new();
    let (made, code) = voucher(&world, 1005, json!({"stock": 2})).await;
    assert_eq!((world.available("lin").await, remaining(&world, "thing").await), (3995, json!(1)));
    clock(&world, "2026-07-10T12:30:00+08:00").await;
    // A tenth of 1,005 is 100, rounded down: 905 come back.
    assert_eq!((world.available("lin").await, remaining(&world, "thing").await), (4900, json!(2)));
    assert_eq!(show(&world, &code, "s1", "till-1").await.problem("voucher-not-valid").body["state"], "lapsed");
    let path = format!("/v1/redemptions/{}", made["id"].as_str().unwrap());
    let shown = world.get(&path).send().await.expect(200).body;
    assert_eq!((&shown["state"], &shown["points_back"]), (&json!("expired"), &json!(905)));
    act(&world, &made, "cancel", json!({})).await.problem("redemption-closed");
    act(&world, &made, "return", json!({"defect": true})).await.problem("redemption-closed");
}

#[tokio::test]
async fn each_of_several_pieces_has_a_voucher_of_its_own() {
    let world = World::new();
    member(&world, "lin", "ordinary", 1000).await;
    reward(&world, "tea", 33, json!({"kind": "coupon", "points": 100})).await;
    let made = redeem(&world, "lin", "tea", json!({"quantity": 3})).await.expect(201).body;
    let codes: Vec<&str> =
        made["vouchers"].as_array().unwrap().iter().map(|voucher| voucher["code"].as_str().unwrap()).collect();
    show(&world, codes[0], "s1", "r-1").await.expect(200);
    act(&world, &made, "cancel", json!({})).await.problem("redemption-closed");
    clock(&world, "2026-09-09T12:00:00+08:00").await;
    // The two that were not used come back, each less a tenth.
    assert_eq!(world.available("lin").await, 700 + 90 + 90);
    let path = format!("/v1/redemptions/{}", made["id"].as_str().unwrap());
    assert_eq!(world.get(&path).send().await.body["state"], "fulfilled");
}

#[tokio::test]
async fn some_vouchers_are_for_some_shops() {
    // A shop of its own: pop-up and partner shops.
    let world = World::new();
    let (_, code) = voucher(&world, 500, json!({"stores": ["pop-up-1", "partner-7"]})).await;
    assert_eq!(show(&world, &code, "s1", "r-1").await.problem("voucher-not-valid").body["state"], "other_store");
    assert_eq!(show(&world, &code, "pop-up-1", "r-2").await.expect(200).body["name"]["en"], "thing");
}
