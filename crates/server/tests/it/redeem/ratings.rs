//! Members say how content they are, and what is rated badly leaves the shelf.

use serde_json::{Value, json};

use super::{act, member, redeem, reward};
use crate::world::{Heard, World};

/// A member who redeemed a cup and was handed it.
async fn handed(world: &World, id: &str) -> Value {
    member(world, id, "ordinary", 500).await;
    let made = redeem(world, id, "cup", json!({})).await.expect(201).body;
    let code = made["vouchers"][0]["code"].as_str().unwrap();
    let used = json!({"store": "s319", "reference": format!("till-{id}")});
    world.post(&format!("/v1/vouchers/{code}/use"), used).send().await.expect(200);
    made
}

async fn rating(world: &World, made: &Value) -> Value {
    let path = format!("/v1/redemptions/{}/rating", made["id"].as_str().unwrap());
    world.get(&path).send().await.expect(200).body
}

/// What is answered to a second rating.
pub(crate) async fn refusal() -> Heard {
    let world = World::new();
    reward(&world, "cup", 100, json!({})).await;
    let made = handed(&world, "lin").await;
    act(&world, &made, "rating", json!({"stars": 5})).await.expect(200);
    act(&world, &made, "rating", json!({"stars": 1})).await
}

#[tokio::test]
async fn members_are_asked_once_when_it_was_handed_over() {
    // row RED-21
    let world = World::new();
    reward(&world, "cup", 100, json!({})).await;
    member(&world, "ada", "ordinary", 500).await;
    let waiting = redeem(&world, "ada", "cup", json!({})).await.expect(201).body;
    assert_eq!(rating(&world, &waiting).await["asked"], false);
    act(&world, &waiting, "rating", json!({"stars": 5})).await.problem("redemption-closed");
    let made = handed(&world, "lin").await;
    assert_eq!(rating(&world, &made).await["asked"], true);
    for wrong in [json!({"stars": 0}), json!({"stars": 6}), json!({"stars": 3, "about": ["<b>"]}), json!({})] {
        act(&world, &made, "rating", wrong).await.problem("invalid-field");
    }
    let other = world.post("/v1/members/ada/tokens", json!({})).send().await.expect(201).body;
    let path = format!("/v1/redemptions/{}/rating", made["id"].as_str().unwrap());
    world.post(&path, json!({"stars": 1})).token(other["token"].as_str()).send().await.problem("unknown");
    world.get(&path).token(other["token"].as_str()).send().await.problem("unknown");
    let said = act(&world, &made, "rating", json!({"stars": 4, "about": ["quality"]})).await.expect(200).body;
    assert_eq!((&said["asked"], &said["stars"], &said["about"]), (&json!(false), &json!(4), &json!(["quality"])));
    act(&world, &made, "rating", json!({"stars": 1})).await.problem("rated-already");
    assert_eq!(rating(&world, &made).await["stars"], 4);
}

#[tokio::test]
async fn what_is_rated_badly_leaves_the_shelf_until_it_is_mended() {
    // row CAT-30
    let world = World::new();
    reward(&world, "cup", 100, json!({})).await;
    let mut made = Vec::new();
    for n in 0..11 {
        made.push(handed(&world, &format!("m{n}")).await);
    }
    for (n, made) in made.iter().take(10).enumerate() {
        assert_eq!(world.get("/v1/rewards/cup").send().await.expect(200).body["retired"], false, "{n}");
        act(&world, made, "rating", json!({"stars": 2})).await.expect(200);
    }
    let shown = world.get("/v1/rewards/cup").send().await.expect(200).body;
    assert_eq!(shown["retired"], true);
    let audit = world.get("/v1/audit?action=rewards.withdraw").send().await.expect(200).body;
    assert_eq!((&audit["data"][0]["object"]["id"], &audit["data"][0]["after"]["ratings"]), (&json!("cup"), &json!(10)));
    // Mended and back, it is judged anew.
    let cup = json!({"name": "cup", "kind": "goods", "category": "daily", "points": 100, "retired": false});
    world.put("/v1/rewards/cup", cup).send().await.expect(200);
    act(&world, &made[10], "rating", json!({"stars": 1})).await.expect(200);
    assert_eq!(world.get("/v1/rewards/cup").send().await.expect(200).body["retired"], false);
}
