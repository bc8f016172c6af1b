//! Rewards of the shelf that rules give, over HTTP: what shops, members and operators see of them.

use serde_json::{Value, json};

use crate::drafts::{begin, edit, path};
use crate::world::{World, event};

pub(crate) async fn coupon(world: &World, id: &str, stock: i64) {
    let body = json!({"id": id, "name": {"zh": "包邮券", "en": "Free shipping"}, "kind": "coupon", "category": "other",
        "points": 300, "hidden": true, "stock": stock});
    world.post("/v1/rewards", body).send().await.expect(201);
}

async fn register(world: &World, member: &str) -> Value {
    let event = event(&format!("hello-{member}"), "member.registered", member, json!({}));
    world.post("/v1/events", event).send().await.expect(200).body
}

async fn gift(world: &World) -> Value {
    world.get("/v1/gifts").send().await.expect(200).body["data"][0].clone()
}

#[tokio::test]
async fn a_newcomer_finds_points_and_a_coupon() {
    // row BEHV-17
    let world = World::of("ecosystem");
    coupon(&world, "free-shipping", 1).await;
    let answer = register(&world, "lin").await;
    assert_eq!(answer["awards"][0]["points"], 500);
    assert_eq!(
        (&answer["gifts"][0]["gift"], &answer["gifts"][0]["rule"]),
        (&json!("free-shipping"), &json!("registration"))
    );
    assert_eq!(answer["outcome"]["zh"], "获得：注册有礼 500 积分，首单包邮券。");
    assert_eq!(register(&world, "lin").await, answer, "said twice, given once");
    // Among what the member redeemed, with a voucher; a shop takes it once.
    let mine = world.get("/v1/members/lin/redemptions").send().await.expect(200).body["data"][0].clone();
    assert_eq!(
        (&mine["id"], &mine["points"], &mine["quote"]),
        (&answer["gifts"][0]["redemption"], &json!(0), &json!(null))
    );
    assert_eq!((&mine["gift"]["rule"], &mine["gift"]["by"]["en"]), (&json!("registration"), &json!("Registration")));
    assert_eq!((&mine["can_cancel"], &mine["can_return"]), (&json!(false), &json!(false)));
    let code = mine["vouchers"][0]["code"].as_str().unwrap();
    let cancel = format!("/v1/redemptions/{}/cancel", mine["id"].as_str().unwrap());
    world.post(&cancel, json!({})).send().await.problem("redemption-closed");
    world
        .post(&format!("/v1/vouchers/{code}/use"), json!({"store": "s1", "reference": "t-1"}))
        .send()
        .await
        .expect(200);
    // The message that tells of it.
    let inbox = world.get("/v1/members/lin/messages").send().await.expect(200).body;
    let texts = inbox["data"].to_string();
    assert!(texts.contains("首单包邮券已存入您的兑换记录"), "{texts}");
    // The next one comes too late for the coupon: the points come, the answer says so, and operators see it.
    let late = register(&world, "wei").await;
    assert_eq!(late["awards"][0]["points"], 500);
    assert_eq!(
        (&late["refusals"][0]["code"], &late["refusals"][0]["facts"]["gift"]),
        (&json!("out-of-stock"), &json!("free-shipping"))
    );
    let seen = gift(&world).await;
    assert_eq!(
        (&seen["state"], &seen["left"], &seen["given"], &seen["missed"]),
        (&json!("empty"), &json!(0), &json!(1), &json!(1))
    );
    assert_eq!(seen["by"][0]["id"], "registration");
    let rules = world.get("/v1/program/rules").send().await.expect(200).text;
    assert!(rules.contains("另赠“首单包邮券”") && rules.contains("free shipping of the first order"), "{rules}");
}

#[tokio::test]
async fn a_gift_that_is_not_on_the_shelf_is_a_mistake_with_its_place() {
    let world = World::of("ecosystem");
    assert_eq!(gift(&world).await["state"], "missing");
    let draft = begin(&world).await;
    let more = "gifts:\n  - { id: pen, name: Pen, reward: silver-pen }\n";
    let saved = edit(&world, &draft, "rewards.yaml", "gifts:\n", more).await.expect(200).body;
    let checked = world.post(&path(&draft, "/check"), json!({})).send().await.expect(200).body;
    let problems = checked["problems"].as_array().unwrap();
    let of = |severity: &str| problems.iter().find(|problem| problem["severity"] == severity).unwrap();
    let mistake = of("mistake");
    assert_eq!((&mistake["file"], &mistake["path"]), (&json!("rewards.yaml"), &json!("rewards.yaml:gifts[0].reward")));
    assert!(mistake["message"].as_str().unwrap().contains("silver-pen"), "{mistake}");
    // What is in force already is only warned of: a reward that left the shelf stops no change of something else.
    assert!(of("warning")["message"].as_str().unwrap().contains("free-shipping"), "{checked}");
    let publish = || {
        let body = json!({"revision": saved["revision"], "note": "a pen"});
        world.post(&path(&draft, "/publish"), body)
    };
    let refused = publish().send().await.problem("rule-book-invalid");
    assert!(refused.text.contains("silver-pen"), "{}", refused.text);
    coupon(&world, "silver-pen", 5).await;
    // Once it is there, only the period of notice is left to keep.
    publish().send().await.problem("notice-too-short");
    world.get("/v1/gifts?from=yesterday").send().await.problem("invalid-parameter");
}
