//! Codes of a partner come in as a file; each redeemed piece gets one.

use std::time::Duration;

use serde_json::{Value, json};

use super::{ask, member, pay, redeem, remaining, reward};
use crate::world::{Heard, World};

async fn bring(world: &World, file: &str) -> Heard {
    let asked = world.post("/v1/rewards/coffee/codes", json!({})).header("content-type", "text/csv");
    asked.text(file.to_owned()).send().await
}

async fn codes(world: &World, made: &Value) -> Value {
    let path = format!("/v1/redemptions/{}/codes", made["id"].as_str().unwrap());
    world.get(&path).send().await.expect(200).body["codes"].clone()
}

#[tokio::test]
async fn each_piece_gets_a_code_and_no_code_is_given_twice() {
    // row CAT-05
    let world = World::new();
    reward(&world, "coffee", 100, json!({"kind": "coupon"})).await;
    let file: String = (0..1_500).map(|n| format!("COFFEE-{n}\n")).collect();
    let brought = bring(&world, &format!("\u{feff}code\n{file}")).await.expect(200).body;
    assert_eq!(brought, json!({"added": 1_500, "known": 0, "left": 1_500}));
    // The same file again brings nothing, and what is new of another comes.
    let again = bring(&world, &format!("{file}COFFEE-new,ignored\nCOFFEE-new\n")).await.expect(200).body;
    assert_eq!(again, json!({"added": 1, "known": 1_501, "left": 1_501}));
    assert_eq!(remaining(&world, "coffee").await, 1_501);
    member(&world, "lin", "ordinary", 1_000).await;
    let made = redeem(&world, "lin", "coffee", json!({"quantity": 2})).await.expect(201).body;
    assert_eq!((&made["state"], &made["vouchers"]), (&json!("fulfilled"), &json!([])));
    assert_eq!(codes(&world, &made).await, json!(["COFFEE-0", "COFFEE-1"]));
    let more = redeem(&world, "lin", "coffee", json!({})).await.expect(201).body;
    assert_eq!(codes(&world, &more).await, json!(["COFFEE-2"]));
    let pool = world.get("/v1/rewards/coffee/codes").send().await.expect(200);
    assert_eq!(pool.body, json!({"imported": 1_501, "given": 3, "left": 1_498, "low": false}));
    assert!(!pool.text.contains("COFFEE"));
    member(&world, "ada", "ordinary", 0).await;
    let other = world.post("/v1/members/ada/tokens", json!({})).send().await.expect(201).body;
    let path = format!("/v1/redemptions/{}/codes", made["id"].as_str().unwrap());
    world.get(&path).token(other["token"].as_str()).send().await.problem("unknown");
}

#[tokio::test]
async fn an_empty_pool_gives_nothing_and_a_bad_file_brings_nothing() {
    let world = World::new();
    reward(&world, "coffee", 100, json!({"kind": "coupon"})).await;
    member(&world, "lin", "ordinary", 1_000).await;
    for wrong in ["", "code\n", "A-1\nA 2\n", "A-1\n券\n", &format!("A-1\n{}\n", "x".repeat(101))] {
        bring(&world, wrong).await.problem("invalid-field");
    }
    let none = world.get("/v1/rewards/coffee/codes").send().await.expect(200).body;
    assert_eq!((&none["imported"], &none["low"]), (&json!(0), &json!(false)));
    bring(&world, "A-1\n").await.expect(200);
    assert_eq!(world.get("/v1/rewards/coffee/codes").send().await.expect(200).body["low"], true);
    let quote = ask(&world, "lin", "coffee", json!({})).await.expect(200);
    let late = ask(&world, "lin", "coffee", json!({})).await.expect(200);
    pay(&world, &quote).await.expect(201);
    pay(&world, &late).await.problem("out-of-stock");
    assert_eq!(world.available("lin").await, 1_000 - quote.body["points"].as_i64().unwrap());
    let nothing = world.post("/v1/rewards/nothing/codes", json!({})).header("content-type", "text/csv");
    nothing.text("A-1\n").send().await.problem("unknown");
}

/// What the staff was told by mail.
async fn mails(world: &World) -> Vec<Value> {
    let told = world.get("/v1/sandbox/messages").send().await.expect(200).body["data"].clone();
    told.as_array().unwrap().iter().filter(|told| told["channel"] == "email").cloned().collect()
}

async fn told(world: &World, how_many: usize) -> Vec<Value> {
    for _ in 0..200 {
        let mails = mails(world).await;
        if mails.len() >= how_many {
            return mails;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("nobody was told: {:?}", mails(world).await);
}

#[tokio::test]
async fn operators_are_told_once_that_few_codes_are_left() {
    // row CAT-05
    let world = World::new();
    for (login, role) in [("ops", "operator"), ("till", "store-staff")] {
        let body = json!({"login": login, "name": login, "email": format!("{login}@example.com"),
            "roles": [{"role": role, "place": null}]});
        world.post("/v1/staff", body).send().await.expect(201);
    }
    reward(&world, "coffee", 100, json!({"kind": "coupon"})).await;
    let file = |from: u32, to: u32| (from..to).map(|n| format!("COFFEE-{n}\n")).collect::<String>();
    bring(&world, &file(0, 101)).await.expect(200);
    member(&world, "lin", "gold", 1_000).await;
    redeem(&world, "lin", "coffee", json!({})).await.expect(201);
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    assert_eq!(mails(&world).await.len(), 0, "a hundred are enough");
    redeem(&world, "lin", "coffee", json!({})).await.expect(201);
    let first = told(&world, 1).await;
    assert_eq!((first.len(), &first[0]["to"]), (1, &json!("ops@example.com")));
    assert!(first[0]["text"].as_str().unwrap().contains("99 codes of coffee"), "{}", first[0]["text"]);
    let lines = world.get("/v1/audit?action=pools.run_low").send().await.expect(200).body["data"].clone();
    assert_eq!((lines.as_array().unwrap().len(), &lines[0]["after"]["left"]), (1, &json!(99)));
    // Fewer still are no news; that more came and went is.
    redeem(&world, "lin", "coffee", json!({})).await.expect(201);
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    assert_eq!(mails(&world).await.len(), 1);
    bring(&world, &file(200, 202)).await.expect(200);
    redeem(&world, "lin", "coffee", json!({})).await.expect(201);
    assert_eq!(told(&world, 2).await.len(), 2);
}
