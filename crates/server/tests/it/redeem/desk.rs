//! What those who keep the shelf and the desk look at: everything, by how it stands.

use serde_json::{Value, json};

use super::{act, clock, member, redeem, reward};
use crate::world::World;

fn ids(body: &Value) -> Vec<&str> {
    body["data"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect()
}

// row OPER-02
#[tokio::test]
async fn the_inventory_has_what_the_shelf_hides() {
    let world = World::new();
    member(&world, "lin", "gold", 5000).await;
    reward(&world, "cup", 100, json!({"stock": 20, "cost": {"amount": 900, "currency": "CNY"}})).await;
    reward(&world, "gone", 100, json!({"retired": true, "tags": ["Spring"]})).await;
    reward(&world, "secret", 100, json!({"hidden": true, "kind": "coupon", "name": {"zh": "雨伞", "en": "Umbrella"}}))
        .await;
    let listed = |query: &'static str| {
        let world = &world;
        async move { world.get(&format!("/v1/inventory{query}")).send().await.expect(200).body }
    };
    assert_eq!(ids(&world.get("/v1/rewards").send().await.body), ["cup"]);
    assert_eq!(ids(&listed("").await), ["cup", "gone", "secret"]);
    for (query, expected) in [
        ("?state=offered", vec!["cup", "secret"]),
        ("?state=hidden", vec!["secret"]),
        ("?state=retired", vec!["gone"]),
        ("?state=low", vec![]),
        ("?kind=coupon", vec!["secret"]),
        ("?query=umbr", vec!["secret"]),
        ("?query=SPRING", vec!["gone"]),
        ("?query=nothing", vec![]),
    ] {
        assert_eq!(ids(&listed(query).await), expected, "{query}");
    }
    // Page by page, without a gap.
    let first = listed("?limit=2").await;
    assert_eq!(ids(&first), ["cup", "gone"]);
    let next = format!("/v1/inventory?limit=2&cursor={}", first["next_cursor"].as_str().unwrap());
    let second = world.get(&next).send().await.expect(200).body;
    assert_eq!((ids(&second), &second["next_cursor"]), (vec!["secret"], &Value::Null));
    // Nineteen of twenty are taken: one left is less than a tenth.
    for _ in 0..3 {
        redeem(&world, "lin", "cup", json!({"quantity": 6})).await.expect(201);
    }
    redeem(&world, "lin", "cup", json!({})).await.expect(201);
    let cup = &listed("?state=low").await["data"][0];
    assert_eq!(
        (&cup["id"], &cup["supplied"], &cup["taken"], &cup["remaining"]),
        (&json!("cup"), &json!(20), &json!(19), &json!(1))
    );
    assert_eq!(cup["cost"]["amount"], 900);
    let reader = world.client("reader", &["rewards:read"], None).await;
    let seen = world.get("/v1/inventory?query=cup").token(Some(&reader)).send().await.expect(200).body;
    assert_eq!(seen["data"][0]["cost"], Value::Null);
    redeem(&world, "lin", "cup", json!({})).await.expect(201);
    assert_eq!(ids(&listed("?state=sold_out").await), ["cup"]);
    for wrong in ["state=gone", "kind=gone", "limit=0", "cursor=x"] {
        world.get(&format!("/v1/inventory?{wrong}")).send().await.problem("invalid-parameter");
    }
}

// row VAL-07
#[tokio::test]
async fn a_reward_says_what_it_costs_now_and_why() {
    let world = World::new();
    member(&world, "lin", "ordinary", 5000).await;
    reward(&world, "cup", 100, json!({"stock": 10})).await;
    let calm = world.get("/v1/rewards/cup").send().await.expect(200).body["now"].clone();
    assert_eq!((&calm["points"], &calm["cash"]["amount"]), (&json!(100), &json!(0)));
    redeem(&world, "lin", "cup", json!({"quantity": 10})).await.expect(201);
    let scarce = world.get("/v1/rewards/cup").send().await.expect(200).body["now"].clone();
    assert_eq!(scarce["points"], 120);
    assert!(scarce["explanation"].as_array().unwrap().iter().any(|step| step["zh"].as_str().unwrap().contains("1.2")));
}

// row OPER-02
#[tokio::test]
async fn the_desk_works_through_its_queue_by_deadline() {
    let world = World::new();
    member(&world, "lin", "silver", 4000).await;
    reward(&world, "cup", 100, json!({"name": {"zh": "杯子", "en": "Cup"}})).await;
    reward(&world, "ticket", 100, json!({"kind": "coupon"})).await;
    let mut made = Vec::new();
    for hour in 12..15 {
        clock(&world, &format!("2026-06-10T{hour}:30:00+08:00")).await;
        made.push(redeem(&world, "lin", "cup", json!({"delivery": "ship"})).await.expect(201).body);
    }
    let ticket = redeem(&world, "lin", "ticket", json!({})).await.expect(201).body;
    let queue = |query: String| {
        let world = &world;
        async move { world.get(&format!("/v1/redemptions?{query}")).send().await.expect(200).body }
    };
    let id = |body: &Value| body["id"].as_str().unwrap().to_owned();
    let first = queue("state=to_send&limit=2".to_owned()).await;
    assert_eq!(ids(&first), [id(&made[0]), id(&made[1])]);
    assert_eq!(first["data"][0]["name"], json!({"zh": "杯子", "en": "Cup"}));
    assert!(first["data"][0]["ship_by"].as_str().unwrap().starts_with("2026-06-11T12:30"));
    let cursor = first["next_cursor"].as_str().unwrap();
    // What was sent meanwhile leaves the queue; the page goes on from where it stood.
    act(&world, &made[1], "send", json!({"tracking": "SF1"})).await.expect(200);
    assert_eq!(ids(&queue(format!("state=to_send&limit=2&cursor={cursor}")).await), [id(&made[2])]);
    assert_eq!(ids(&queue("state=fulfilled".to_owned()).await), [id(&made[1])]);
    assert_eq!(ids(&queue("state=open".to_owned()).await), [id(&ticket)]);
    assert_eq!(ids(&queue("state=awaiting_payment".to_owned()).await), Vec::<&str>::new());
    act(&world, &ticket, "cancel", json!({})).await.expect(200);
    assert_eq!(ids(&queue("state=canceled".to_owned()).await), [id(&ticket)]);
    assert_eq!(queue(String::new()).await["data"].as_array().unwrap().len(), 4);
    for wrong in ["state=gone", "cursor=x", &format!("state=fulfilled&cursor={cursor}")] {
        world.get(&format!("/v1/redemptions?{wrong}")).send().await.problem("invalid-parameter");
    }
}

#[tokio::test]
async fn a_till_looks_before_it_uses_and_hears_where_a_used_one_went() {
    let world = World::new();
    member(&world, "lin", "ordinary", 5000).await;
    reward(&world, "cup", 100, json!({"stores": ["s1"]})).await;
    let made = redeem(&world, "lin", "cup", json!({})).await.expect(201).body;
    let code = made["vouchers"][0]["code"].as_str().unwrap().to_owned();
    let look = |code: String| {
        let world = &world;
        async move { world.get(&format!("/v1/vouchers/{code}")).send().await }
    };
    let open = look(code.to_lowercase()).await.expect(200).body;
    assert_eq!((&open["state"], &open["name"]["zh"], &open["stores"]), (&json!("open"), &json!("cup"), &json!(["s1"])));
    assert_eq!((&open["code"], &open["used_at"]), (&json!(code), &Value::Null));
    let used = world.post(&format!("/v1/vouchers/{code}/use"), json!({"store": "s1", "reference": "till-1"}));
    used.send().await.expect(200);
    let seen = look(code.clone()).await.expect(200).body;
    assert_eq!((&seen["state"], &seen["used_store"]), (&json!("used"), &json!("s1")));
    let again = world.post(&format!("/v1/vouchers/{code}/use"), json!({"store": "s1", "reference": "till-2"}));
    let refused = again.send().await.problem("voucher-not-valid");
    assert_eq!((&refused.body["store"], &refused.body["used_at"]), (&json!("s1"), &seen["used_at"]));
    assert!(refused.body["detail"].as_str().unwrap().contains("s1"));
    for wrong in ["nothing", "000000-000000-000000"] {
        look(wrong.to_owned()).await.problem("unknown");
    }
    let late = redeem(&world, "lin", "cup", json!({})).await.expect(201).body;
    clock(&world, "2026-07-20T12:00:00+08:00").await;
    let code = late["vouchers"][0]["code"].as_str().unwrap().to_owned();
    assert_eq!(look(code).await.expect(200).body["state"], "lapsed");
}
