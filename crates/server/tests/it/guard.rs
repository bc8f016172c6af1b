//! Points are not stolen: much that is spent at once from a device that nobody knows is held back.

use jifen_engine::Clock;
use serde_json::{Value, json};

use crate::member_sign_in::{code_in, message};
use crate::redeem::{ask, member, reward};
use crate::world::{Heard, World};

/// A token of the member's app on that device.
async fn on(world: &World, device: &str) -> String {
    let body = json!({"ttl_seconds": 86_400, "device": device});
    let answer = world.post("/v1/members/lin/tokens", body).send().await.expect(201);
    answer.body["token"].as_str().unwrap().to_owned()
}

async fn pay(world: &World, token: &str, quote: &Value) -> Heard {
    world.post("/v1/redemptions", json!({"quote": quote["id"]})).token(Some(token)).send().await
}

async fn audit(world: &World, action: &str) -> Value {
    world.get(&format!("/v1/audit?action={action}")).send().await.expect(200).body["data"].clone()
}

/// Lin, who has points and a telephone, and was seen with one device.
async fn world() -> World {
    let world = World::new();
    world.post("/v1/members", json!({"id": "lin", "phone": "138 0013 8000"})).send().await.expect(201);
    let diamond = json!({"tier": "diamond", "reason": "a test"});
    world.put("/v1/members/lin/tier", diamond).send().await.expect(200);
    world.give("lin", 8_000).await;
    // The news of the tier is out before anything else is told.
    message(&world, 1).await;
    for (id, points) in [("cup", 100), ("pan", 2_000), ("robot", 9_000)] {
        reward(&world, id, points, json!({})).await;
    }
    on(&world, "phone-1").await;
    world
}

async fn quote(world: &World, reward: &str) -> Value {
    ask(world, "lin", reward, json!({})).await.expect(200).body
}

/// What is answered to much that is spent from an unknown device.
pub(crate) async fn refusal() -> Heard {
    let world = world().await;
    let unknown = on(&world, "phone-2").await;
    pay(&world, &unknown, &quote(&world, "pan").await).await
}

// row SEC-10
#[tokio::test]
async fn much_spent_from_an_unknown_device_asks_for_a_fresh_code() {
    let world = world().await;
    let (known, unknown) = (on(&world, "phone-1").await, on(&world, "phone-2").await);
    let dear = quote(&world, "pan").await;
    let refused = pay(&world, &unknown, &dear).await.problem("device-unconfirmed");
    assert_eq!((&refused.body["points"], &refused.body["minutes"]), (&dear["points"], &json!(60)));
    assert!(dear["points"].as_i64() > Some(1_000));
    assert_eq!(world.available("lin").await, 8_000);
    // It is in the trail, and the member is told.
    let lines = audit(&world, "spending.hold_back").await;
    assert_eq!((&lines[0]["object"]["id"], &lines[0]["after"]["points"]), (&json!("lin"), &dear["points"]));
    let told = message(&world, 2).await;
    assert_eq!((&told["channel"], &told["to"]), (&json!("sms"), &json!("+8613800138000")));
    assert!(told["text"].as_str().unwrap().contains("device that we have not seen before"));
    // Little is not held back, nor is anything on the device that is known.
    pay(&world, &unknown, &quote(&world, "cup").await).await.expect(201);
    pay(&world, &known, &quote(&world, "pan").await).await.expect(201);
    // The code that goes to the member opens the new one, for the same quote.
    let confirm = |code: &str| world.post("/v1/session/confirm", json!({"code": code})).token(Some(&unknown)).send();
    confirm("000000").await.problem("code-wrong");
    world.post("/v1/member-sign-in/codes", json!({"phone": "13800138000"})).token(None).send().await.expect(202);
    let sent = message(&world, 3).await;
    confirm(&code_in(&sent)).await.expect(200);
    pay(&world, &unknown, &dear).await.expect(201);
    assert_eq!(audit(&world, "sign_in.confirm_device").await[0]["object"]["id"], "lin");
}

// row SEC-10
#[tokio::test]
async fn very_much_sets_the_wallet_aside_for_review() {
    let world = world().await;
    let unknown = on(&world, "phone-2").await;
    pay(&world, &unknown, &quote(&world, "robot").await).await.problem("device-unconfirmed");
    let frozen = audit(&world, "wallets.freeze").await;
    assert_eq!((&frozen[0]["actor"]["kind"], &frozen[0]["object"]["id"]), (&json!("system"), &json!("lin")));
    pay(&world, &unknown, &quote(&world, "cup").await).await.problem("wallet-frozen");
    assert_eq!(world.available("lin").await, 8_000);
}

/// A till lets points pay a part of a bill of so many yuan; a tenth of it at most.
async fn deduct(world: &World, order: &str, yuan: i64, query: &str) -> Heard {
    let body = json!({"order": order, "amount": yuan * 100, "channel": "partner", "confirm": true});
    world.post(&format!("/v1/members/lin/deductions{query}"), body).send().await
}

// row SEC-10
#[tokio::test]
async fn much_that_pays_at_a_till_waits_while_an_unknown_device_is_signed_in() {
    let world = world().await;
    deduct(&world, "before", 200, "").await.expect(200);
    let unknown = on(&world, "phone-2").await;
    deduct(&world, "look", 200, "?dry_run=true").await.problem("device-unconfirmed");
    assert!(audit(&world, "spending.hold_back").await.as_array().unwrap().is_empty(), "a look is no attempt");
    let refused = deduct(&world, "much", 200, "").await.problem("device-unconfirmed");
    assert_eq!((&refused.body["points"], &refused.body["minutes"]), (&json!(2_000), &json!(60)));
    assert_eq!(world.available("lin").await, 6_000);
    let lines = audit(&world, "spending.hold_back").await;
    assert_eq!((&lines[0]["object"]["id"], &lines[0]["after"]["points"]), (&json!("lin"), &json!(2_000)));
    let told = message(&world, 2).await;
    assert!(told["text"].as_str().unwrap().contains("device that we have not seen before"));
    // Little pays all the same. Once a fresh code was shown on that device, much does too.
    deduct(&world, "little", 50, "").await.expect(200);
    world.post("/v1/member-sign-in/codes", json!({"phone": "13800138000"})).token(None).send().await.expect(202);
    let code = code_in(&message(&world, 3).await);
    world.post("/v1/session/confirm", json!({"code": code})).token(Some(&unknown)).send().await.expect(200);
    deduct(&world, "much", 200, "").await.expect(200);
    assert_eq!(world.available("lin").await, 3_500);
}

// row SEC-10
#[tokio::test]
async fn very_much_at_a_till_sets_the_wallet_aside_for_review() {
    let world = world().await;
    on(&world, "phone-2").await;
    deduct(&world, "all", 900, "").await.problem("device-unconfirmed");
    assert_eq!(audit(&world, "wallets.freeze").await[0]["object"]["id"], "lin");
    deduct(&world, "little", 50, "").await.problem("wallet-frozen");
    assert_eq!(world.available("lin").await, 8_000);
}

// row SEC-10
#[tokio::test]
async fn a_device_is_new_for_an_hour() {
    let mut world = world().await;
    let unknown = on(&world, "phone-2").await;
    let most = quote(&world, "pan").await;
    pay(&world, &unknown, &most).await.problem("device-unconfirmed");
    world = World::over_same(world, |options| {
        options.sandbox_token = Some(crate::world::TOKEN.to_owned());
        options.wall = Clock::new(61 * 60_000);
    });
    pay(&world, &unknown, &most).await.expect(201);
    let wrong = json!({"device": " "});
    world.post("/v1/members/lin/tokens", wrong).send().await.expect(422).problem("invalid-field");
}

// row SEC-10
#[tokio::test]
async fn a_token_that_names_no_device_is_not_trusted_with_much_once_devices_are_known() {
    let world = world().await;
    let unnamed = async |member: &str| {
        let answer = world.post(&format!("/v1/members/{member}/tokens"), json!({})).send().await.expect(201);
        answer.body["token"].as_str().unwrap().to_owned()
    };
    let token = unnamed("lin").await;
    pay(&world, &token, &quote(&world, "pan").await).await.problem("device-unconfirmed");
    pay(&world, &token, &quote(&world, "cup").await).await.expect(201);
    // Of somebody who was never seen with a device nothing can be compared.
    member(&world, "wei", "diamond", 8_000).await;
    let dear = ask(&world, "wei", "pan", json!({})).await.expect(200).body;
    pay(&world, &unnamed("wei").await, &dear).await.expect(201);
    // A program that redeems for a member vouches for them.
    world.post("/v1/redemptions", json!({"quote": quote(&world, "pan").await["id"]})).send().await.expect(201);
}
