//! A member shows who they are at a kiosk, which redeems for them and for nobody else.

use serde_json::{Value, json};

use crate::redeem::{member, reward};
use crate::world::World;

async fn token_of(world: &World, member: &str) -> String {
    let issued = world.post(&format!("/v1/members/{member}/tokens"), json!({})).send().await.expect(201).body;
    issued["token"].as_str().unwrap().to_owned()
}

/// The card that a member's own app shows.
async fn card_of(world: &World, member: &str) -> Value {
    let token = token_of(world, member).await;
    let shown = world.ask("POST", &format!("/v1/members/{member}/cards")).token(Some(&token)).send().await;
    shown.expect(201).body["card"].clone()
}

// row PAY-07
// row PAY-08
// row MEM-18
#[tokio::test]
async fn a_kiosk_redeems_for_the_member_who_shows_a_card() {
    let world = World::new();
    let kiosk = world.client("kiosk", &["members:identify"], None).await;
    member(&world, "lin", "ordinary", 1_000).await;
    member(&world, "wei", "ordinary", 1_000).await;
    reward(&world, "cup", 500, json!({"stock": 5})).await;
    let shown = json!({"card": card_of(&world, "lin").await});
    let taken = world.post("/v1/cards/take", shown.clone()).token(Some(&kiosk)).send().await.expect(200).body;
    assert_eq!(taken["member"], "lin");
    let acting = taken["token"].as_str().unwrap().to_owned();
    let quote = json!({"member": "lin", "reward": "cup"});
    let quote = world.post("/v1/quotes", quote).token(Some(&acting)).send().await.expect(200).body;
    let redeemed = world.post("/v1/redemptions", json!({"quote": quote["id"]})).token(Some(&acting)).send().await;
    assert_eq!(redeemed.expect(201).body["vouchers"].as_array().unwrap().len(), 1);
    assert_eq!(world.available("lin").await, 500);
    // It is the member's token: others stay theirs.
    world.get("/v1/members/wei/wallet").token(Some(&acting)).send().await.problem("forbidden");
    // The card counted once.
    world.post("/v1/cards/take", shown).token(Some(&kiosk)).send().await.problem("code-wrong");
    // What the kiosk got ends with the kiosk's own access.
    world.ask("DELETE", "/v1/clients/kiosk").send().await.expect(200);
    world.get("/v1/members/lin/wallet").token(Some(&acting)).send().await.problem("unauthorized");
}

// row PAY-08
#[tokio::test]
async fn a_face_terminal_asks_for_the_card_of_whom_it_knows() {
    let world = World::new();
    world.member("lin").await;
    let terminal = world.client("faces", &["members:token"], None).await;
    let kiosk = world.client("kiosk", &["members:identify"], None).await;
    let card = world.ask("POST", "/v1/members/lin/cards").token(Some(&terminal)).send().await.expect(201).body;
    let shown = json!({"card": card["card"]});
    let taken = world.post("/v1/cards/take", shown).token(Some(&kiosk)).send().await.expect(200).body;
    assert_eq!(taken["member"], "lin");
    world.ask("POST", "/v1/members/nobody/cards").token(Some(&terminal)).send().await.problem("member-unknown");
}

#[tokio::test]
async fn a_card_is_no_token_and_counts_for_a_minute() {
    let world = World::new();
    world.member("lin").await;
    world.member("wei").await;
    let card = card_of(&world, "lin").await;
    let text = card.as_str().unwrap();
    world.get("/v1/members/lin/wallet").token(Some(text)).send().await.problem("unauthorized");
    let token = token_of(&world, "wei").await;
    world.ask("POST", "/v1/members/lin/cards").token(Some(&token)).send().await.problem("forbidden");
    world.post("/v1/cards/take", json!({"card": text})).token(Some(&token)).send().await.problem("forbidden");
    for wrong in ["x", "jfc_", "jfc_x.y", &token, &text[..text.len() - 2]] {
        world.post("/v1/cards/take", json!({"card": wrong})).send().await.problem("code-wrong");
    }
    world.post("/v1/cards/take", json!({"card": 7})).send().await.problem("invalid-field");
    let late = World::over_same(world, |options| {
        options.sandbox_token = Some(crate::world::TOKEN.to_owned());
        options.wall = jifen_engine::Clock::new(61_000);
    });
    late.post("/v1/cards/take", json!({"card": text})).send().await.problem("code-wrong");
}
