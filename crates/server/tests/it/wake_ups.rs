//! Members whose points sleep are told, and given reasons to come back.

use std::time::Duration;

use serde_json::{Value, json};

use crate::messages::until;
use crate::world::{World, event, order};

async fn move_to(world: &World, now: &str) {
    world.post("/v1/sandbox/clock", json!({"now": now})).send().await.expect(200);
}

/// Points that outlive the day on which they fall asleep.
async fn lasting(world: &World, member: &str, points: i64) {
    let body = json!({
        "unit": "points", "points": points, "reason": "to sleep", "expires_at": "2029-01-01T00:00:00+08:00",
    });
    let key = format!("lasting-{member}");
    world.post(&format!("/v1/members/{member}/adjustments"), body).key(&key).send().await.expect(200);
}

async fn wake_ups(world: &World) -> Value {
    world.get("/v1/wake-ups").send().await.expect(200).body
}

/// The first wake-up, once it is done.
async fn done(world: &World) -> Value {
    until(async || Some(wake_ups(world).await["data"][0].clone()).filter(|it| it["state"] == "done")).await
}

async fn told(world: &World, member: &str) -> Vec<Value> {
    let page = world.get(&format!("/v1/members/{member}/messages")).send().await.expect(200).body;
    page["data"].as_array().unwrap().iter().filter(|message| message["kind"] == "wake-up").cloned().collect()
}

fn paid(id: &str, member: &str, at: &str) -> Value {
    let mut order = order(id, member, 10_000);
    order["time"] = json!(at);
    order
}

/// A world of the ecosystem plan: a third of all points falls asleep on 1 January 2027.
async fn drowsy() -> World {
    let world = World::of("ecosystem");
    for member in ["ada", "lin", "wei"] {
        world.member(member).await;
    }
    world.put("/v1/members/wei", json!({"tags": ["charity"]})).send().await.expect(200);
    lasting(&world, "lin", 600).await;
    lasting(&world, "wei", 400).await;
    move_to(&world, "2026-12-30T09:00:00+08:00").await;
    lasting(&world, "ada", 2_000).await;
    world
}

// rows EXP-14, EXP-16
#[tokio::test]
async fn when_too_many_points_sleep_a_wake_up_starts_by_itself() {
    let world = drowsy().await;
    let before = wake_ups(&world).await;
    assert_eq!(
        (&before["plan"]["above"], &before["share"], &before["data"]),
        (&json!("30%"), &json!("0%"), &json!([]))
    );
    move_to(&world, "2027-01-01T09:00:00+08:00").await;
    let wake_up = done(&world).await;
    assert_eq!((&wake_up["share"], &wake_up["automatic"]), (&json!("33.33%"), &json!(true)));
    assert_eq!((&wake_up["seen"], &wake_up["addressed"], &wake_up["came_back"]), (&json!(3), &json!(2), &json!(0)));
    // Each is told what suits them; whoever is awake is left alone.
    assert_eq!(told(&world, "ada").await, Vec::<Value>::new());
    let [lin, wei] = [told(&world, "lin").await, told(&world, "wei").await];
    assert!(lin[0]["text"]["zh"].as_str().unwrap().contains("双倍积分"), "{lin:?}");
    assert_eq!(wei[0]["title"]["zh"], "用400 积分做一件好事");
    // The way that the wake-up opens, and double points, are for those who were told.
    let ways = async |member: &str| {
        let ways = world.get(&format!("/v1/members/{member}/conversion-ways")).send().await.expect(200).body;
        ways["data"].as_array().unwrap().iter().any(|way| way["id"] == "to-growth-comeback")
    };
    assert_eq!((ways("lin").await, ways("ada").await), (true, false));
    let shut = json!({"conversion": "to-growth-comeback", "points": 1});
    world.post("/v1/members/ada/conversions", shut).key("c-0").send().await.problem("unknown");
    let earned = async |id: &str, member: &str, at: &str| {
        let sent = world.post("/v1/events", paid(id, member, at)).send().await.expect(200).body;
        sent["awards"][0]["points"].as_i64().unwrap()
    };
    let now = "2027-01-01T09:00:00+08:00";
    assert_eq!((earned("o-1", "lin", now).await, earned("o-2", "ada", now).await), (200, 100));
    let give = json!({"conversion": "to-charity", "points": 100});
    let gift = world.post("/v1/members/wei/conversions", give).key("c-1").send().await.expect(200).body;
    assert!(gift["certificate"].is_string());
    let grown = json!({"conversion": "to-growth-comeback", "points": 100});
    let grown = world.post("/v1/members/lin/conversions", grown).key("c-2").send().await.expect(200).body;
    assert_eq!(grown["into_points"], 200);
    assert_eq!(wake_ups(&world).await["data"][0]["came_back"], 2);
    let trail = world.get("/v1/audit?action=wake_ups.begin").send().await.expect(200).body;
    assert_eq!(
        (&trail["data"][0]["actor"]["kind"], &trail["data"][0]["after"]["share"]),
        (&json!("system"), &json!(3_333))
    );
    // A week later it is over.
    move_to(&world, "2027-01-08T09:30:00+08:00").await;
    assert_eq!(earned("o-3", "lin", "2027-01-08T09:30:00+08:00").await, 100);
    assert!(!ways("lin").await);
    let verdict = jifen_engine::verify(world.app.engine.store().as_ref(), |_, _| ()).unwrap();
    assert!(verdict.agrees(), "{verdict:?}");
}

// row EXP-14
#[tokio::test]
async fn it_rests_between_two_and_people_may_start_and_stop_it() {
    let world = drowsy().await;
    move_to(&world, "2027-01-01T09:00:00+08:00").await;
    done(&world).await;
    // The share is as high the next day, and for three months nothing starts by itself.
    move_to(&world, "2027-01-02T09:00:00+08:00").await;
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    assert_eq!(wake_ups(&world).await["data"].as_array().unwrap().len(), 1);
    let begun = world.ask("POST", "/v1/wake-ups").key("w-1").send().await.expect(201).body;
    assert_eq!((&begun["automatic"], &begun["started_by"].is_string()), (&json!(false), &true));
    let again = world.ask("POST", "/v1/wake-ups").key("w-1").send().await.expect(201);
    assert!(again.is_replay() && again.body["id"] == begun["id"]);
    done(&world).await;
    assert_eq!(told(&world, "lin").await.len(), 2, "a person wanted it");
    let path = format!("/v1/wake-ups/{}/stop", begun["id"].as_str().unwrap());
    world.ask("POST", &path).send().await.problem("plan-decided");
    world.ask("POST", "/v1/wake-ups/none/stop").send().await.problem("unknown");
    // After the rest it starts by itself again.
    move_to(&world, "2027-04-03T09:00:00+08:00").await;
    until(async || (wake_ups(&world).await["data"].as_array().unwrap().len() == 3).then_some(())).await;
    let other = World::of("retention");
    other.ask("POST", "/v1/wake-ups").send().await.problem("unknown");
    assert_eq!(other.get("/v1/wake-ups").send().await.expect(200).body, json!({"data": [], "next_cursor": null}));
}

// row EXP-16
#[tokio::test]
async fn the_text_message_tells_of_the_coupon_and_the_double_points() {
    let world = World::new();
    world.post("/v1/members", json!({"id": "lin", "phone": "138 1234 5678"})).send().await.expect(201);
    let tier = json!({"tier": "gold", "reason": "a good customer"});
    world.put("/v1/members/lin/tier", tier).send().await.expect(200);
    let agree = json!({"channels": [{"channel": "sms", "marketing": true, "service": true}], "language": "zh"});
    world.put("/v1/members/lin/message-settings", agree).send().await.expect(200);
    world.give("lin", 6_000).await;
    // Twelve months without a use: everything sleeps, and the wake-up of the day finds it.
    move_to(&world, "2027-07-01T09:00:00+08:00").await;
    let wake_up = done(&world).await;
    assert_eq!((&wake_up["share"], &wake_up["addressed"]), (&json!("100%"), &json!(1)));
    let offer = "您的 6,000 积分 即将到期：5,000 积分兑 50 元券，2027年7月8日前双倍积分。";
    until(async || {
        let sent = world.get("/v1/sandbox/messages").send().await.expect(200).body;
        let texts: Vec<String> = sent["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["text"].as_str().unwrap_or_default().into())
            .collect();
        texts.iter().any(|text| text.contains(offer)).then_some(())
    })
    .await;
    // The coupon brings all points back, and the order earns double.
    let bill = json!({"order": "o-1", "amount": 6_000, "coupon": "fifty-yuan", "confirm": true});
    let deducted = world.post("/v1/members/lin/deductions", bill).key("d-1").send().await.expect(200).body;
    assert_eq!((&deducted["points"], &deducted["money"]["amount"]), (&json!(5_000), &json!(5_000)));
    assert_eq!(world.available("lin").await, 1_000);
    assert_eq!(wake_ups(&world).await["data"][0]["came_back"], 1);
    let sent = world.post("/v1/events", paid("o-2", "lin", "2027-07-01T09:00:00+08:00")).send().await.expect(200).body;
    let award = &sent["awards"][0];
    // 100 yuan at 1%, 1.5 times as a gold member, doubled.
    assert_eq!(award["points"], 300, "{sent}");
}

// rows EXP-16, BEHV-16
#[tokio::test]
async fn who_comes_back_after_a_year_gets_points_and_three_days_of_double_worth() {
    let world = World::of("operations");
    for member in ["lin", "wei"] {
        world.member(member).await;
        world.post("/v1/events", order(&format!("first-{member}"), member, 100)).send().await.expect(200);
    }
    move_to(&world, "2027-06-20T09:00:00+08:00").await;
    let at = |event: Value, time: &str| {
        let mut event = event;
        event["time"] = json!(time);
        event
    };
    let now = "2027-06-20T09:00:00+08:00";
    world.post("/v1/events", at(event("s-1", "member.signed_in", "wei", json!({})), now)).send().await.expect(200);
    // The invitation goes to all and reaches those who did nothing for a year.
    let mailing = json!({"kind": "come-back", "tiers": ["bronze"]});
    let sent = world.post("/v1/mailings", mailing).key("m-1").send().await.expect(201);
    let path = sent.header("location").to_owned();
    let ended = until(async || {
        Some(world.get(&path).send().await.expect(200).body).filter(|mailing| mailing["state"] == "done")
    })
    .await;
    assert_eq!((&ended["told"], &ended["left_out"]), (&json!(1), &json!(1)));
    for member in ["lin", "wei"] {
        let body = json!({"unit": "points", "points": 1_000, "reason": "to pay with"});
        let key = format!("give-{member}");
        world.post(&format!("/v1/members/{member}/adjustments"), body).key(&key).send().await.expect(200);
    }
    let log_in = |member: &str| at(event(&format!("l-{member}"), "member.logged_in", member, json!({})), now);
    let lin = world.post("/v1/events", log_in("lin")).send().await.expect(200).body;
    assert_eq!(lin["awards"][0]["points"], 50, "{lin}");
    let wei = world.post("/v1/events", log_in("wei")).send().await.expect(200).body;
    assert_eq!(wei["awards"], json!([]));
    let pays = async |member: &str, order: &str| {
        let bill = json!({"order": order, "amount": 10_000, "points": 1_000});
        let reserved =
            world.post(&format!("/v1/members/{member}/deductions"), bill).key(order).send().await.expect(200).body;
        world.post(&format!("/v1/deductions/{order}/cancel"), json!({})).send().await.expect(200);
        reserved["money"]["amount"].as_i64().unwrap()
    };
    assert_eq!((pays("lin", "o-1").await, pays("wei", "o-2").await), (2_000, 1_000));
    move_to(&world, "2027-06-23T08:59:59+08:00").await;
    assert_eq!(pays("lin", "o-3").await, 2_000);
    move_to(&world, "2027-06-23T09:00:00+08:00").await;
    assert_eq!(pays("lin", "o-4").await, 1_000, "three days are over");
}
