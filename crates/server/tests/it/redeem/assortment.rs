//! What a reward is made of, what keeps it away, and where it stands.

use serde_json::{Value, json};

use super::{act, ask, clock, member, pay, redeem, remaining, reward};
use crate::world::{World, order};

async fn shelf(world: &World, query: &str) -> Value {
    world.get(&format!("/v1/rewards?{query}")).send().await.expect(200).body
}

async fn ids(world: &World, query: &str) -> Vec<String> {
    let shelf = shelf(world, query).await;
    shelf["data"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn the_shelf_has_three_layers_by_points() {
    // rows CAT-01, CAT-03
    let world = World::new();
    for (id, points) in [("tissue", 100), ("umbrella", 500), ("backpack", 2000), ("vip-seat", 5000)] {
        reward(&world, id, points, json!({})).await;
    }
    reward(&world, "snack", 0, json!({"points": null, "value": 300})).await;
    let whole = shelf(&world, "").await;
    let layers: Vec<_> =
        whole["layers"].as_array().unwrap().iter().map(|layer| (&layer["id"], &layer["from"])).collect();
    assert_eq!(
        layers,
        [(&json!("essentials"), &json!(100)), (&json!("quality"), &json!(500)), (&json!("rare"), &json!(5000))]
    );
    assert_eq!(ids(&world, "layer=essentials").await, ["snack", "tissue"]);
    assert_eq!(ids(&world, "layer=quality&sort=points").await, ["umbrella", "backpack"]);
    assert_eq!(ids(&world, "layer=rare").await, ["vip-seat"]);
    assert_eq!(ids(&world, "layer=none").await, [""; 0]);
}

#[tokio::test]
async fn a_bundle_says_what_it_is_made_of_and_asks_what_is_to_be_chosen() {
    // rows CAT-14, CAT-15
    let world = World::new();
    member(&world, "lin", "gold", 5_000).await;
    let name = |text: &str| json!({"zh": text, "en": text});
    let bundle = json!({
        "kind": "bundle",
        "parts": [
            {"kind": "goods", "name": name("kit")},
            {"kind": "service", "name": name("course"), "pieces": 8},
            {"kind": "experience", "name": name("visit")},
        ],
        "choices": [
            {"id": "course", "name": name("course"), "options": [{"id": "yoga", "name": name("yoga")}, {"id": "run", "name": name("run")}]},
            {"id": "color", "name": name("color"), "options": [{"id": "red", "name": name("red")}]},
        ],
    });
    let made = reward(&world, "training", 1000, bundle).await;
    assert_eq!(made["parts"].as_array().unwrap().len(), 3);
    let seen = shelf(&world, "member=lin").await["data"][0].clone();
    assert_eq!(seen["parts"][1], json!({"kind": "service", "name": name("course"), "pieces": 8}));
    assert_eq!(seen["choices"][0]["options"][1]["id"], "run");
    for wrong in [
        json!({}),
        json!({"course": "yoga"}),
        json!({"course": "judo", "color": "red"}),
        json!({"course": "run", "color": "red", "size": "xl"}),
    ] {
        let heard = ask(&world, "lin", "training", json!({"options": wrong})).await.problem("invalid-field");
        assert_eq!(heard.body["errors"][0]["pointer"], "/options", "{}", heard.text);
    }
    let chosen = json!({"course": "run", "color": "red"});
    let quote = ask(&world, "lin", "training", json!({"options": chosen})).await.expect(200);
    assert_eq!(quote.body["options"], chosen);
    // Goods, service and experience come in one redemption.
    let redemption = pay(&world, &quote).await.expect(201).body;
    assert_eq!((&redemption["state"], &redemption["options"]), (&json!("open"), &chosen));
    // A bundle of what is no thing is a code.
    let music = json!({"kind": "bundle", "parts": [{"kind": "digital", "name": "music"}, {"kind": "coupon", "name": "coffee"}]});
    reward(&world, "evening", 100, music).await;
    assert_eq!(ask(&world, "lin", "evening", json!({})).await.expect(200).body["delivery"], "electronic");
}

#[tokio::test]
async fn rare_rewards_are_unlocked_by_what_a_member_did() {
    // row CAT-17
    let world = World::new();
    member(&world, "lin", "ordinary", 500).await;
    let unlock = json!({"unlock": {"when": "member.orders >= 2 && member.spent >= 50000", "terms": {"zh": "两单满 500 元", "en": "Two orders, 500 yuan in all"}}});
    reward(&world, "figurine", 100, unlock).await;
    let seen = shelf(&world, "member=lin").await["data"][0].clone();
    assert_eq!((&seen["available"], &seen["why"]), (&json!(false), &json!("locked")));
    assert_eq!(seen["unlocked_by"]["en"], "Two orders, 500 yuan in all");
    assert_eq!(seen.get("unlock"), None, "the condition itself is the operator's");
    assert_eq!(ask(&world, "lin", "figurine", json!({})).await.problem("reward-unavailable").body["why"], "locked");
    for id in ["1", "2"] {
        world
            .post("/v1/events", order(id, "lin", 30_000))
            .header("content-type", "application/cloudevents+json")
            .send()
            .await
            .expect(200);
    }
    assert_eq!(shelf(&world, "member=lin").await["data"][0]["available"], true);
    ask(&world, "lin", "figurine", json!({})).await.expect(200);
    assert_eq!(shelf(&world, "").await["data"][0]["why"], "locked", "nobody in particular has done nothing");
}

#[tokio::test]
async fn an_upgrade_opens_the_window_of_the_new_tier_at_once() {
    // row CAT-21
    let world = World::new();
    reward(&world, "co-brand", 500, json!({"limited": true})).await;
    member(&world, "lin", "ordinary", 0).await;
    assert_eq!(ask(&world, "lin", "co-brand", json!({})).await.problem("reward-unavailable").body["why"], "not_yet");
    let up = json!({"tier": "gold", "reason": "reached"});
    world.put("/v1/members/lin/tier", up).send().await.expect(200);
    ask(&world, "lin", "co-brand", json!({})).await.expect(200);
}

#[tokio::test]
async fn a_gold_member_moves_up_to_the_executive_suite() {
    // row TIER-13
    let world = World::new();
    // A fifth off for gold: 2,000 points. What is chosen is the way up, for a night that is booked.
    let up = json!([{"id": "room", "name": {"zh": "升房", "en": "Upgrade"}, "options": [
        {"id": "executive", "name": {"zh": "标准间升级行政套房", "en": "Standard room to executive suite"}},
        {"id": "view", "name": {"zh": "标准间升级景观房", "en": "Standard room to a room with a view"}}]}]);
    let night = json!({"least": 1, "most": 60});
    let more = json!({"kind": "travel", "tiers": ["gold", "diamond"], "choices": up, "booking": night});
    reward(&world, "executive-suite", 2500, more).await;
    let asked = || json!({"options": {"room": "executive"}, "day": "2026-06-20"});
    member(&world, "lin", "gold", 2000).await;
    member(&world, "wei", "silver", 9000).await;
    let redemption = redeem(&world, "lin", "executive-suite", asked()).await.expect(201).body;
    assert_eq!((&redemption["points"], &redemption["state"]), (&json!(2000), &json!("open")));
    assert_eq!(redemption["day"], "2026-06-20");
    assert!(redemption["vouchers"][0]["code"].is_string(), "what the hotel is shown");
    assert_eq!(ask(&world, "wei", "executive-suite", asked()).await.problem("reward-unavailable").body["why"], "tier");
}

#[tokio::test]
async fn a_diamond_member_books_the_brand_experience() {
    // row TIER-12
    let world = World::new();
    let ways = json!([{"id": "trip", "name": {"zh": "体验", "en": "Experience"}, "options": [
        {"id": "factory", "name": {"zh": "工厂参观", "en": "A visit to the factory"}},
        {"id": "designer", "name": {"zh": "设计师见面会", "en": "A meeting with a designer"}}]}]);
    // Neither 30% off nor points that count for a tenth more move a fixed price.
    let trip = json!({"kind": "experience", "tiers": ["diamond"], "choices": ways, "fixed": true});
    reward(&world, "brand-experience", 10_000, trip).await;
    let unsaid = json!({"name": "Trip", "kind": "experience", "value": 1_000, "fixed": true});
    world.post("/v1/rewards", unsaid).send().await.problem("invalid-field");
    let slots = json!({"slots": [{"id": "june", "resource": "factory", "from": "2026-06-20T09:00:00+08:00",
        "until": "2026-06-20T17:00:00+08:00", "places": 1}]});
    world.put("/v1/rewards/brand-experience/slots", slots).send().await.expect(200);
    for (id, tier) in [("lin", "diamond"), ("wei", "diamond"), ("ada", "gold")] {
        member(&world, id, tier, 12_000).await;
    }
    let factory = || json!({"options": {"trip": "factory"}});
    let refused = ask(&world, "ada", "brand-experience", factory()).await.problem("reward-unavailable");
    assert_eq!(refused.body["why"], "tier");
    let priced = ask(&world, "lin", "brand-experience", factory()).await.expect(200).body;
    assert_eq!((&priced["points"], priced["explanation"].as_array().unwrap().len()), (&json!(10_000), 1));
    let made = redeem(&world, "lin", "brand-experience", factory()).await.expect(201).body;
    assert_eq!((&made["points"], &made["state"]), (&json!(10_000), &json!("to_confirm")));
    act(&world, &made, "booking", json!({"slot": "june"})).await.problem("redemption-closed");
    act(&world, &made, "confirm", json!({})).await.expect(200);
    let booked = act(&world, &made, "booking", json!({"slot": "june"})).await.expect(200).body;
    assert_eq!((&booked["state"], &booked["slot"]), (&json!("booked"), &json!("june")));
    assert_eq!(world.available("lin").await, 2_000);
    let designer = json!({"options": {"trip": "designer"}});
    let second = redeem(&world, "wei", "brand-experience", designer).await.expect(201).body;
    act(&world, &second, "confirm", json!({})).await.expect(200);
    act(&world, &second, "booking", json!({"slot": "june"})).await.problem("slot-full");
    let matrix = world.get("/v1/program/benefits").send().await.expect(200).body;
    let row = matrix["rows"].as_array().unwrap().iter().find(|row| row["id"] == "brand-experience").unwrap().clone();
    assert_eq!((&row["cells"][2]["value"], row["cells"][3]["value"].is_object()), (&Value::Null, true));
}

#[tokio::test]
async fn coupons_name_their_brand_and_what_is_to_be_shared_and_rewards_have_pictures() {
    // row CAT-12
    let world = World::new();
    let more = json!({
        "kind": "coupon", "brand": "Qingmu", "sharing": {"zh": "分享后生效", "en": "Valid once shared"},
        "images": [{"url": "https://img.example/c.png", "alt": {"zh": "券", "en": "A coupon"}}],
    });
    reward(&world, "free-order", 900, more).await;
    let seen = shelf(&world, "").await["data"][0].clone();
    assert_eq!((&seen["brand"], &seen["sharing"]["en"]), (&json!("Qingmu"), &json!("Valid once shared")));
    assert_eq!(seen["images"][0]["alt"]["en"], "A coupon");
}

#[tokio::test]
async fn booked_rewards_have_their_days_and_what_is_gone_for_good_is_not_listed() {
    // row CAT-37
    let world = World::new();
    member(&world, "lin", "gold", 9_000).await;
    reward(
        &world,
        "flight",
        1000,
        json!({"kind": "travel", "booking": {"least": 7, "most": 30}, "stock": 1, "last": true}),
    )
    .await;
    for day in [Value::Null, json!("2026-06-16"), json!("2026-07-11")] {
        let heard = ask(&world, "lin", "flight", json!({"day": day})).await.problem("invalid-field");
        assert_eq!(heard.body["errors"][0]["pointer"], "/day", "{}", heard.text);
    }
    assert_eq!(ids(&world, "").await, ["flight"]);
    let redemption = redeem(&world, "lin", "flight", json!({"day": "2026-06-17"})).await.expect(201).body;
    assert_eq!(redemption["day"], "2026-06-17");
    assert_eq!(remaining(&world, "flight").await, 0);
    assert_eq!(ids(&world, "").await, [""; 0], "no more of it will come");
    reward(&world, "cup", 100, json!({})).await;
    ask(&world, "lin", "cup", json!({"day": "2026-06-17"})).await.problem("invalid-field");
}

#[tokio::test]
async fn what_spoils_is_sent_the_day_it_was_ordered() {
    // row CAT-34
    let world = World::new();
    member(&world, "lin", "gold", 9_000).await;
    reward(&world, "cherries", 500, json!({"same_day_until": 14})).await;
    let noon = redeem(&world, "lin", "cherries", json!({"delivery": "express"})).await.expect(201).body;
    assert!(noon["ship_by"].as_str().unwrap().starts_with("2026-06-11T00:00:00"), "{noon}");
    clock(&world, "2026-06-10T14:00:00+08:00").await;
    let late = redeem(&world, "lin", "cherries", json!({"delivery": "express"})).await.expect(201).body;
    assert!(late["ship_by"].as_str().unwrap().starts_with("2026-06-12T00:00:00"), "{late}");
    // Bought ahead as a voucher, it is picked up the day it is fresh.
    let voucher = redeem(&world, "lin", "cherries", json!({})).await.expect(201).body;
    assert_eq!((voucher["vouchers"].as_array().unwrap().len(), &voucher["ship_by"]), (1, &Value::Null));
}

#[tokio::test]
async fn each_month_has_its_shelf() {
    // row CAT-32
    let world = World::of("operations");
    reward(&world, "tent", 900, json!({"tags": ["spring-outing"]})).await;
    reward(&world, "fan", 900, json!({"tags": ["summer"]})).await;
    let june = shelf(&world, "").await;
    assert_eq!(june["themes"][0]["id"], "summer");
    assert_eq!(ids(&world, "theme=summer").await, ["fan"]);
    assert_eq!(ids(&world, "theme=spring-outing").await, [""; 0]);
    clock(&world, "2027-03-01T00:00:00+08:00").await;
    assert_eq!(ids(&world, "theme=spring-outing").await, ["tent"]);
    assert_eq!(shelf(&world, "").await["themes"][0]["name"]["en"], "Spring outing");
}

#[tokio::test]
async fn a_point_has_several_anchors_with_a_combined_worth() {
    // row VAL-22
    let world = World::of("innovation");
    for (id, category) in [("cup", "daily"), ("dinner", "catering"), ("cleaning", "services"), ("other", "else")] {
        reward(&world, id, 0, json!({"points": null, "value": 1200, "category": category})).await;
    }
    let whole = shelf(&world, "").await;
    // 50% of 0.01, 30% of 0.012, 20% of 0.008.
    assert_eq!(whole["anchors"]["combined"], "0.0102");
    let points: Vec<_> = whole["data"].as_array().unwrap().iter().map(|item| (&item["id"], &item["points"])).collect();
    // Dinner is 1,000 points at 0.012, and in the season of promotions points count 1.2 times in catering.
    let expected = [("cleaning", 1500), ("cup", 1200), ("dinner", 833), ("other", 1200)];
    assert_eq!(points.len(), 4);
    for ((id, points), (expected_id, expected_points)) in points.into_iter().zip(expected) {
        assert_eq!((id, points), (&json!(expected_id), &json!(expected_points)));
    }
}

#[tokio::test]
async fn a_hot_reward_is_not_opened_before_there_is_capacity_for_it() {
    // row REL-18
    let world = World::new();
    let body = |expected: i64, hidden: bool| json!({"id": "phone", "name": "Phone", "kind": "goods", "points": 9000, "per_second": expected, "hidden": hidden});
    let heard = world.post("/v1/rewards", body(50_000, false)).send().await.problem("invalid-field");
    assert_eq!(heard.body["errors"][0]["pointer"], "/per_second");
    // It may be prepared where nobody sees it, and opened once the figure fits.
    world.post("/v1/rewards", body(50_000, true)).send().await.expect(201);
    let open = |expected: i64| json!({"name": "Phone", "kind": "goods", "points": 9000, "per_second": expected});
    world.put("/v1/rewards/phone", open(50_000)).send().await.problem("invalid-field");
    world.put("/v1/rewards/phone", open(9_000)).send().await.expect(200);
}

#[tokio::test]
async fn wrong_makings_are_refused_and_change_nothing() {
    let world = World::new();
    let put = |field: &'static str, value: Value| {
        let mut body = json!({"id": "cup", "name": "Cup", "kind": "goods", "points": 500});
        body[field] = value;
        world.post("/v1/rewards", body).send()
    };
    let option = json!({"id": "a", "name": "A"});
    let wrong = [
        ("images", json!([{"url": "javascript:alert(1)", "alt": "x"}]), "/images"),
        ("images", json!([{"url": "//evil.example/x", "alt": "x"}]), "/images"),
        ("brand", json!(""), "/brand"),
        ("parts", json!([{"kind": "goods", "name": "x", "pieces": 0}]), "/parts"),
        ("choices", json!([{"id": "c", "name": "C", "options": []}]), "/choices"),
        ("choices", json!([{"id": "c", "name": "C", "options": [option, option]}]), "/choices"),
        ("unlock", json!({"when": "member.orders >", "terms": "x"}), "/unlock/when"),
        ("unlock", json!({"when": "line.amount > 5", "terms": "x"}), "/unlock/when"),
        ("booking", json!({"least": 9, "most": 3}), "/booking"),
        ("supplier", json!({"name": "S", "return_days": 9, "return_percent": 101}), "/supplier"),
        ("same_day_until", json!(25), "/same_day_until"),
        ("weight", json!(5000), "/weight"),
        ("per_second", json!(-1), "/per_second"),
    ];
    for (field, value, pointer) in wrong {
        let heard = put(field, value).await.problem("invalid-field");
        assert_eq!(heard.body["errors"][0]["pointer"], pointer, "{}", heard.text);
    }
    world.get("/v1/rewards/cup").send().await.problem("unknown");
    for wrong in ["sort=best", "zone=x"] {
        world.get(&format!("/v1/rewards?{wrong}")).send().await.problem("invalid-parameter");
    }
}
