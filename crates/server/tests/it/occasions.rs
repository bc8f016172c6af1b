//! Birthdays, and points for the trouble with broken goods.

use serde_json::json;

use crate::merits::inbox;
use crate::redeem::{ask, member, redeem, reward};
use crate::world::{World, event, order};

async fn until(world: &World, now: &str) {
    world.post("/v1/sandbox/clock", json!({"now": now})).send().await.expect(200);
}

async fn born(world: &World, id: &str, birthday: &str) {
    world.post("/v1/members", json!({"id": id, "birthday": birthday})).send().await.expect(201);
}

async fn earned(world: &World, id: &str) -> i64 {
    let wallet = world.get(&format!("/v1/members/{id}/wallet")).send().await.expect(200).body;
    let units = wallet["units"].as_array().unwrap();
    units.iter().find(|unit| unit["unit"] == "points").unwrap()["lifetime"]["earned"].as_i64().unwrap()
}

// row OCC-01
#[tokio::test]
async fn birthday_points_come_by_themselves_by_tier() {
    let world = World::new();
    let tiers = [("ordinary", 200), ("silver", 500), ("gold", 1000), ("diamond", 2000)];
    for (tier, _) in tiers {
        born(&world, tier, "1990-06-12").await;
        let assign = json!({"tier": tier, "reason": "a test"});
        world.put(&format!("/v1/members/{tier}/tier"), assign).send().await.expect(200);
    }
    let valued = json!({"id": "valued", "birthday": "1985-06-12", "tags": ["high-value"]});
    world.post("/v1/members", valued).send().await.expect(201);
    until(&world, "2026-06-12T07:59:59+08:00").await;
    assert_eq!(earned(&world, "gold").await, 0);
    until(&world, "2026-06-12T08:00:00+08:00").await;
    for (tier, points) in tiers {
        assert_eq!(earned(&world, tier).await, points, "{tier}");
    }
    assert_eq!(earned(&world, "valued").await, 2000);
    let entries = world.get("/v1/members/gold/entries").send().await.expect(200).body;
    let entry = entries["data"].as_array().unwrap().iter().find(|entry| entry["points"] == 1000).unwrap();
    assert_eq!(entry["cause"]["event_type"], "member.birthday", "{entry}");
    assert_eq!(entry["effective_at"], "2026-06-12T08:00:00+08:00");
    // A birthday is nothing that a member did.
    assert!(world.get("/v1/members/gold").send().await.expect(200).body["statistics"].get("last_active_at").is_none());
}

// row OCC-01
#[tokio::test]
async fn a_birthday_comes_once_a_year_however_the_clock_jumps() {
    let world = World::new();
    born(&world, "leap", "1992-02-29").await;
    born(&world, "summer", "1990-06-12").await;
    until(&world, "2029-06-11T00:00:00+08:00").await;
    let days = |id: &'static str| {
        let world = &world;
        async move {
            let entries = world.get(&format!("/v1/members/{id}/entries?limit=200")).send().await.expect(200).body;
            let gifts = entries["data"].as_array().unwrap().iter().filter(|entry| entry["kind"] == "earn");
            let days = gifts.map(|entry| entry["effective_at"].as_str().unwrap()[..10].to_owned());
            days.collect::<Vec<_>>()
        }
    };
    assert_eq!(days("leap").await, ["2029-02-28", "2028-02-29", "2027-02-28"]);
    assert_eq!(days("summer").await, ["2028-06-12", "2027-06-12", "2026-06-12"]);
    until(&world, "2029-06-12T09:00:00+08:00").await;
    assert_eq!(days("summer").await.len(), 4);
}

// row OCC-01
#[tokio::test]
async fn a_birthday_changed_the_day_before_brings_nothing_for_a_year() {
    let world = World::new();
    born(&world, "lin", "1990-12-01").await;
    let change = |day: &str| world.put("/v1/members/lin", json!({"birthday": day}));
    change("1990-06-11").send().await.expect(200);
    let refused = change("1990-06-12").send().await.problem("birthday-locked");
    assert_eq!(refused.body["until"], "2027-06-10T00:00:00+08:00", "{}", refused.text);
    assert_eq!(world.get("/v1/members/lin").send().await.body["birthday"], "1990-06-11");
    let trail = world.get("/v1/audit?object=member:lin").send().await.expect(200).body;
    assert_eq!(trail["data"][0]["after"]["personal"], json!(["birthday"]), "{trail}");
    // Other fields can be changed, and the year does not matter to points.
    world.put("/v1/members/lin", json!({"name": "Lin"})).send().await.expect(200);
    change("1991-06-11").send().await.expect(200);
    until(&world, "2027-06-10T00:00:00+08:00").await;
    assert_eq!(earned(&world, "lin").await, 0, "neither the new day nor the old one brings anything");
    until(&world, "2027-06-12T00:00:00+08:00").await;
    assert_eq!(earned(&world, "lin").await, 200);
}

// row OCC-01
#[tokio::test]
async fn a_birthday_that_is_said_late_counts_and_one_that_is_erased_does_not() {
    let world = World::new();
    world.member("late").await;
    world.put("/v1/members/late", json!({"birthday": "1990-06-12"})).send().await.expect(200);
    born(&world, "gone", "1990-06-12").await;
    let erase = json!({"reason": "the person asked for it"});
    world.post("/v1/members/gone/erase", erase).send().await.expect(200);
    let kept = world.app.engine.read::<jifen_program::members::Birthday>("late").unwrap().unwrap();
    let stored = serde_json::to_string(&kept).unwrap();
    assert!(!stored.contains("1990"), "the year is not kept: {stored}");
    until(&world, "2026-06-13T00:00:00+08:00").await;
    assert_eq!(earned(&world, "late").await, 200);
    let emptied = world.app.engine.read::<jifen_program::members::Birthday>("gone").unwrap().unwrap();
    assert_eq!(emptied, jifen_program::members::Birthday::emptied());
    assert_eq!(earned(&world, "gone").await, 0);
}

// row OCC-07
#[tokio::test]
async fn a_return_because_of_quality_brings_care_points_once_an_order() {
    let world = World::new();
    world.post("/v1/events", order("1", "lin", 50_000)).send().await.expect(200);
    let back = |id: &str, amount: i64, reason: &str| {
        let data = json!({"order": "1", "amount": amount, "reason": reason});
        world.post("/v1/events", event(id, "order.refunded", "lin", data))
    };
    let changed_mind = back("r-1", 10_000, "changed-mind").send().await.expect(200).body;
    assert_eq!(changed_mind["awards"], json!([]));
    let broken = back("r-2", 10_000, "quality").send().await.expect(200).body;
    assert_eq!((&broken["awards"][0]["points"], &broken["awards"][0]["source"]), (&json!(100), &json!("care")));
    back("r-3", 10_000, "quality").send().await.expect(200);
    let care: Vec<_> = inbox(&world, "lin").await.into_iter().filter(|message| message["kind"] == "care").collect();
    assert_eq!(care.len(), 1, "an apology, once");
    assert!(
        care[0]["text"]["zh"].as_str().unwrap().contains("我们深表歉意。退款之外，100 积分 已送到您的账户"),
        "{care:?}"
    );
    // 500 for the order, 300 of them taken back, 100 for the trouble.
    assert_eq!(world.available("lin").await, 300);
    let too_much = back("r-4", 90_000, "quality").send().await.expect(200).body;
    assert_eq!((&too_much["awards"], &too_much["refusals"][0]["code"]), (&json!([]), &json!("refund-exceeds-order")));
}

// rows OCC-02, OCC-03, OCC-04
#[tokio::test]
async fn birthday_gifts_are_there_for_the_month_and_only_then() {
    let world = World::new();
    born(&world, "june", "1990-06-30").await;
    born(&world, "july", "1990-07-01").await;
    for id in ["june", "july"] {
        world.give(id, 2_000).await;
    }
    // Limited gifts of the birthday channel; one is engraved as the member chooses, one is paid with points and cash.
    let engraved = json!({"birthday_only": true, "choices": [{"id": "engraving", "name": "Engraving",
        "options": [{"id": "name", "name": "Name"}, {"id": "date", "name": "Date"}]}]});
    reward(&world, "mug", 300, json!({"birthday_only": true, "limited": true, "stock": 5})).await;
    reward(&world, "pen", 500, engraved).await;
    let cake = json!({"birthday_only": true, "cash": 5_000, "kind": "service"});
    reward(&world, "cake", 400, cake).await;
    let channel = world.get("/v1/rewards?member=june&zone=birthday").send().await.expect(200).body;
    let ids: Vec<&str> = channel["data"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect();
    assert_eq!((ids.len(), ids.contains(&"pen"), ids.contains(&"cake")), (3, true, true));
    assert_eq!(world.get("/v1/rewards?member=july&zone=birthday").send().await.expect(200).body["data"], json!([]));
    let refused = ask(&world, "july", "pen", json!({"options": {"engraving": "name"}})).await;
    assert_eq!(refused.problem("reward-unavailable").body["why"], "birthday");
    redeem(&world, "june", "pen", json!({"options": {"engraving": "name"}})).await.expect(201);
    let cake = redeem(&world, "june", "cake", json!({})).await.expect(201).body;
    assert_eq!((&cake["state"], &cake["cash"]["amount"]), (&json!("awaiting_payment"), &json!(5_000)));
}

// row RED-15
#[tokio::test]
async fn a_reward_says_in_which_ways_it_comes_and_each_has_its_deadline() {
    let world = World::new();
    member(&world, "lin", "gold", 5_000).await;
    reward(&world, "pan", 100, json!({})).await;
    reward(&world, "fish", 100, json!({"same_day_until": 14, "deliveries": ["express"]})).await;
    reward(&world, "song", 100, json!({"kind": "digital"})).await;
    let ways = |id: &'static str| {
        let world = &world;
        async move { world.get(&format!("/v1/rewards/{id}")).send().await.expect(200).body["deliveries"].clone() }
    };
    assert_eq!(ways("pan").await, json!(["express", "pick_up", "ship"]));
    assert_eq!((ways("fish").await, ways("song").await), (json!(["express"]), json!(["electronic"])));
    let made = |reward: &'static str, way: &'static str| redeem(&world, "lin", reward, json!({"delivery": way}));
    let ship_by = |made: crate::world::Heard| made.expect(201).body["ship_by"].as_str().unwrap_or("").to_owned();
    assert!(ship_by(made("pan", "ship").await).starts_with("2026-06-11T12:00"), "a day, home");
    assert!(ship_by(made("pan", "express").await).starts_with("2026-06-10T16:00"), "four hours, within the city");
    assert!(ship_by(made("fish", "express").await).starts_with("2026-06-11T00:00"), "fresh, the same day");
    let at_once = made("song", "electronic").await.expect(201).body;
    assert!(at_once["vouchers"][0]["code"].is_string(), "{at_once}");
    let in_shop = made("pan", "pick_up").await.expect(201).body;
    assert!(
        in_shop["vouchers"][0]["code"].is_string() && in_shop.get("ship_by").is_none_or(serde_json::Value::is_null)
    );
    ask(&world, "lin", "fish", json!({"delivery": "ship"})).await.problem("invalid-field");
    let wrong = json!({"id": "ice", "name": "Ice", "kind": "goods", "category": "daily", "points": 9, "deliveries": ["electronic"]});
    world.post("/v1/rewards", wrong).send().await.problem("invalid-field");
}

#[tokio::test]
async fn festivals_are_told_with_their_next_dates() {
    let world = World::new();
    until(&world, "2026-09-01T12:00:00+08:00").await;
    let told = world.get("/v1/program/occasions").send().await.expect(200).body;
    assert_eq!(told["today"], "2026-09-01");
    assert_eq!(told["birthday"], json!({"leap_day": "02-28", "locked_days": 365, "hour": 8}));
    let days = told["days"].as_array().unwrap();
    let of = |id: &str| days.iter().find(|day| day["id"] == id).unwrap();
    assert_eq!(days[0]["id"], "mid-autumn", "the next to come is first");
    assert_eq!(of("mid-autumn")["next"], json!(["2026-09-25", "2027-09-15", "2028-10-03"]));
    assert_eq!(of("spring-festival")["next"][0], "2027-02-06");
    assert_eq!((&of("spring-festival")["follows"], &of("spring-festival")["on"]), (&json!("lunar"), &json!("01-01")));
    assert_eq!((&of("brand-day")["follows"], &of("brand-day")["next"][0]), (&json!("year"), &json!("2027-08-18")));
}

// row OCC-05
#[tokio::test]
async fn everybody_is_greeted_on_a_festival_once() {
    let moon = "rules:\n  - id: moon\n    name: { zh: 中秋礼, en: Moon }\n    on: festival.came\n    when: data.festival == \"mid-autumn\"\n    terms: { zh: 中秋节, en: Mid-Autumn }\n    award: { points: 15 }\n    source: festival\n";
    let world = World::edited("rulebook", "earning.yaml", "rules:\n", moon);
    for number in 0..3 {
        world.member(&format!("m{number}")).await;
    }
    let greeted = async |member: &str| {
        let messages = inbox(&world, member).await.into_iter().filter(|message| message["kind"] == "festival");
        messages.map(|message| message["title"]["en"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    // The fifteenth of the eighth month lies on 25 September; the company's own day was before it.
    until(&world, "2026-09-25T08:59:00+08:00").await;
    world.member("late").await;
    assert_eq!(greeted("m0").await, ["Happy Brand day"]);
    assert_eq!(earned(&world, "m0").await, 0);
    until(&world, "2026-09-25T09:00:00+08:00").await;
    for member in ["m0", "m1", "m2"] {
        assert_eq!(greeted(member).await, ["Happy Mid-Autumn Festival", "Happy Brand day"], "{member}");
        assert_eq!(earned(&world, member).await, 15, "{member}");
    }
    assert_eq!(greeted("late").await, ["Happy Mid-Autumn Festival"], "who was not there before");
    until(&world, "2026-09-26T09:00:00+08:00").await;
    assert_eq!(greeted("m0").await.len(), 2);
    // What the program notices itself is not taken from outside.
    let forged = event("f-1", "festival.came", "m0", json!({"festival": "mid-autumn"}));
    world.post("/v1/events", forged).send().await.expect(422);
}

// row OCC-05
#[tokio::test]
async fn a_full_year_of_membership_is_noticed() {
    let world = World::new();
    let old = json!({"id": "old", "joined_at": "2024-06-15T10:00:00+08:00"});
    world.post("/v1/members", old).send().await.expect(201);
    world.post("/v1/events", order("1", "new", 1_000)).send().await.expect(200);
    let gone = json!({"id": "gone", "joined_at": "2024-06-15T10:00:00+08:00"});
    world.post("/v1/members", gone).send().await.expect(201);
    let erase = json!({"reason": "the person asked for it"});
    world.post("/v1/members/gone/erase", erase).send().await.expect(200);
    let told = async |member: &str| {
        let messages = inbox(&world, member).await.into_iter().filter(|message| message["kind"] == "anniversary");
        messages.map(|message| message["title"]["zh"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    until(&world, "2026-06-15T08:59:00+08:00").await;
    assert!(told("old").await.is_empty());
    until(&world, "2026-06-15T09:00:00+08:00").await;
    assert_eq!(told("old").await, ["相伴 2 周年"]);
    until(&world, "2027-06-16T09:00:00+08:00").await;
    assert_eq!(told("old").await, ["相伴 3 周年"], "that of the year before is not shown any more");
    assert_eq!(told("new").await, ["相伴 1 周年"]);
    assert!(told("gone").await.is_empty());
}
