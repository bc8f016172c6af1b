//! What is done about redemptions that come back: broken ones, and those that are picked up.

use serde_json::{Value, json};

use super::{act, clock, member, redeem, remaining, reward};
use crate::world::World;

/// A member of a tier who was sent a pot.
async fn sent(world: &World, id: &str, tier: &str) -> Value {
    member(world, id, tier, 3_000).await;
    let made = redeem(world, id, "pot", json!({"delivery": "ship"})).await.expect(201).body;
    act(world, &made, "send", json!({"tracking": "SF-1"})).await.expect(200);
    made
}

async fn world() -> World {
    let world = World::new();
    reward(&world, "pot", 1_000, json!({"stock": 10})).await;
    world
}

#[tokio::test]
async fn a_broken_one_gives_the_points_back_at_once_and_some_for_the_trouble() {
    // rows RED-11, RED-12
    let world = world().await;
    let made = sent(&world, "lin", "ordinary").await;
    let paid = made["points"].as_i64().unwrap();
    // Long after goods can be returned otherwise.
    clock(&world, "2026-07-10T12:00:00+08:00").await;
    act(&world, &made, "return", json!({})).await.problem("redemption-closed");
    let back = act(&world, &made, "return", json!({"defect": true})).await.expect(200).body;
    assert_eq!((&back["state"], &back["points_back"]), (&json!("returned"), &json!(paid)));
    let trouble = paid * 5 / 100;
    assert_eq!(back["remedy"], json!({"compensation": trouble, "exchange_by": null, "pick_up": null}));
    assert_eq!(world.available("lin").await, 3_000 + trouble);
    // What is broken does not go onto the shelf.
    assert_eq!(remaining(&world, "pot").await, 9);
    act(&world, &made, "return", json!({"defect": true})).await.problem("redemption-closed");
}

#[tokio::test]
async fn a_broken_one_is_exchanged_within_two_days() {
    // row RED-12
    let world = world().await;
    let made = sent(&world, "lin", "ordinary").await;
    let paid = made["points"].as_i64().unwrap();
    act(&world, &made, "return", json!({"exchange": true})).await.problem("invalid-field");
    let another = act(&world, &made, "return", json!({"defect": true, "exchange": true})).await.expect(200).body;
    assert_eq!((&another["state"], &another["points_back"]), (&json!("open"), &json!(0)));
    assert_eq!(&another["remedy"]["exchange_by"], &another["ship_by"]);
    assert!(another["ship_by"].as_str().unwrap().starts_with("2026-06-12T12:00:00"));
    assert_eq!(world.available("lin").await, 3_000 - paid + paid * 5 / 100);
    assert_eq!(remaining(&world, "pot").await, 8);
    act(&world, &made, "send", json!({"tracking": "SF-2"})).await.expect(200);
    // The second is broken as well: points for the trouble are given once.
    let back = act(&world, &made, "return", json!({"defect": true})).await.expect(200).body;
    assert_eq!(back["points_back"], paid);
    assert_eq!(world.available("lin").await, 3_000 + paid * 5 / 100);
}

#[tokio::test]
async fn members_get_their_own_points_back_on_their_word_and_no_more() {
    // row RED-11
    let world = world().await;
    let made = sent(&world, "lin", "ordinary").await;
    let token = world.post("/v1/members/lin/tokens", json!({})).send().await.expect(201).body;
    let path = format!("/v1/redemptions/{}/return", made["id"].as_str().unwrap());
    let asked = world.post(&path, json!({"defect": true})).token(token["token"].as_str());
    let back = asked.send().await.expect(200).body;
    assert_eq!((&back["points_back"], &back["remedy"]), (&made["points"], &json!(null)));
    assert_eq!(world.available("lin").await, 3_000);
}

#[tokio::test]
async fn diamond_members_have_returns_picked_up_for_nothing() {
    // row RED-17
    let world = world().await;
    for (id, tier, pick_up) in [("lin", "diamond", "free"), ("ada", "gold", "paid")] {
        let made = sent(&world, id, tier).await;
        let back = act(&world, &made, "return", json!({"pick_up": true})).await.expect(200).body;
        assert_eq!((&back["state"], &back["remedy"]["pick_up"]), (&json!("returned"), &json!(pick_up)));
    }
}
