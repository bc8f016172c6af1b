//! Pieces come, lie, spoil and run short; the shelf is watched and its prices follow.

use std::time::Duration;

use jifen_program::Books;
use jifen_program::desk::{Command, Desk, Keys, Loaded, Stop, Touch};
use serde_json::{Value, json};

use super::{ask, clock, member, redeem, remaining, reward};
use crate::world::World;

async fn board(world: &World, query: &str) -> Value {
    world.get(&format!("/v1/boards/shelf?{query}")).send().await.expect(200).body
}

async fn flags(world: &World, id: &str) -> Vec<String> {
    let board = board(world, "limit=100").await;
    let doing = board["data"].as_array().unwrap().iter().find(|doing| doing["reward"] == id).unwrap();
    doing["flags"].as_array().unwrap().iter().map(|flag| flag.as_str().unwrap().to_owned()).collect()
}

async fn deliver(world: &World, id: &str, body: Value) -> Value {
    world.put(&format!("/v1/rewards/{id}/stock"), body).send().await.expect(200).body
}

async fn plan(world: &World) -> Value {
    world.post("/v1/price-plans", json!(null)).text("").send().await.expect(201).body
}

#[tokio::test]
async fn a_supplier_tells_stock_and_shelf_life_and_a_delivery_counts_once() {
    // rows CAT-23, INTG-04, OPER-02
    let world = World::of("retention");
    reward(&world, "milk", 10, json!({"stock": 10})).await;
    let body = json!({"add": 40, "best_before": "2026-07-05"});
    for _ in 0..2 {
        let sent = world.put("/v1/rewards/milk/stock", body.clone()).key("delivery-7");
        let milk = sent.send().await.expect(200).body;
        assert_eq!((&milk["stock"], &milk["best_before"]), (&json!(50), &json!("2026-07-05")));
    }
    world.put("/v1/rewards/milk/stock", json!({"add": 41})).key("delivery-7").send().await.expect(422);
    assert_eq!(deliver(&world, "milk", json!({"add": -5})).await["stock"], 45);
    assert_eq!(remaining(&world, "milk").await, 45, "the shelf shows it at once");
    assert!(flags(&world, "milk").await.contains(&"near_expiry".to_owned()));
    clock(&world, "2026-07-06T00:00:00+08:00").await;
    assert!(flags(&world, "milk").await.contains(&"expired".to_owned()));
    let put = |body: Value| world.put("/v1/rewards/milk/stock", body).send();
    for wrong in [
        json!({}),
        json!({"add": 1, "stock": 1}),
        json!({"stock": -1}),
        json!({"add": 2_000_000_000}),
        json!({"stock": 1, "best_before": "2020-01-01"}),
    ] {
        put(wrong).await.problem("invalid-field");
    }
    put(json!({"add": -46})).await.problem("stock-reserved");
    assert_eq!(remaining(&world, "milk").await, 45);
    reward(&world, "code", 10, json!({"kind": "digital"})).await;
    world.put("/v1/rewards/code/stock", json!({"add": 1})).send().await.problem("invalid-field");
    world.put("/v1/rewards/nothing/stock", json!({"add": 1})).send().await.problem("unknown");
    let trail = world.get("/v1/audit?action=rewards.stock").send().await.expect(200).body;
    assert_eq!(trail["data"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn the_mix_the_margin_and_what_is_new_stand_against_their_aims() {
    // rows CAT-02, CAT-27, CAT-31
    let world = World::of("retention");
    member(&world, "lin", "ordinary", 5_000).await;
    for (id, tag, cost) in
        [("snack", "essential", 500), ("tissue", "essential", 500), ("lamp", "hobby", 500), ("box", "surprise", 900)]
    {
        reward(&world, id, 100, json!({"tags": [tag], "value": 1000, "cost": cost})).await;
    }
    redeem(&world, "lin", "snack", json!({})).await.expect(201);
    redeem(&world, "lin", "box", json!({})).await.expect(201);
    let seen = board(&world, "").await;
    let mix: Vec<_> = seen["mix"]
        .as_array()
        .unwrap()
        .iter()
        .map(|part| (part["id"].clone(), part["share"].clone(), part["bound"].clone()))
        .collect();
    assert_eq!(mix[0], (json!("essential"), json!(50), json!(40)));
    assert_eq!(mix[2], (json!("surprise"), json!(25), json!(30)));
    // Two pieces of 10 yuan each that cost 14 together.
    assert_eq!((&seen["margin"]["share"], &seen["margin"]["least"]), (&json!(30), &json!(40)));
    assert_eq!((&seen["margin"]["average"]["amount"], &seen["margin"]["is_kept"]), (&json!(1000), &json!(false)));
    assert_eq!(flags(&world, "box").await, ["margin"]);
    assert_eq!(
        (&seen["refreshed"], &seen["refresh_by"], &seen["fresh"]),
        (&json!("2026-06-10"), &json!("2026-06-17"), &json!(4))
    );
}

#[tokio::test]
async fn what_lies_too_long_is_told_with_what_the_supplier_takes_back() {
    // rows CAT-25, CAT-26, INTG-04
    let world = World::of("retention");
    member(&world, "lin", "ordinary", 5_000).await;
    let supplier = json!({"name": "Qingmu", "return_days": 30, "return_percent": 80});
    let made = reward(&world, "tent", 10, json!({"stock": 30, "supplier": supplier})).await;
    assert_eq!(made["supplier"]["return_percent"], 80);
    reward(&world, "cup", 10, json!({"stock": 2})).await;
    redeem(&world, "lin", "tent", json!({})).await.expect(201);
    redeem(&world, "lin", "cup", json!({})).await.expect(201);
    let seen = board(&world, "").await;
    let find = |id: &str| seen["data"].as_array().unwrap().iter().find(|doing| doing["reward"] == id).unwrap().clone();
    assert_eq!((&find("tent")["turnover_days"], &find("tent")["return_until"]), (&json!(29), &json!("2026-07-10")));
    assert_eq!((&find("cup")["turnover_days"], &find("cup")["return_until"]), (&json!(1), &Value::Null));
    clock(&world, "2026-06-15T12:00:00+08:00").await;
    assert_eq!(flags(&world, "tent").await, ["slow"]);
    let only = board(&world, "flag=slow").await;
    assert_eq!(only["data"].as_array().unwrap().len(), 2);
    world.get("/v1/boards/shelf?flag=pretty").send().await.problem("invalid-parameter");
}

#[tokio::test]
async fn a_hot_reward_that_runs_short_is_noticed_and_a_kind_of_goods_that_takes_too_much() {
    // rows CAT-24, CAT-28
    let world = World::new();
    reward(&world, "phone", 100, json!({"stock": 20, "tags": ["near-expiry"]})).await;
    for place in 0..7 {
        let id = format!("m{place}");
        member(&world, &id, "gold", 2_000).await;
        redeem(&world, &id, "phone", json!({"quantity": 2})).await.expect(201);
    }
    assert_eq!(flags(&world, "phone").await, [""; 0]);
    clock(&world, "2026-06-17T12:00:00+08:00").await;
    redeem(&world, "m0", "phone", json!({"quantity": 5})).await.expect(201);
    assert_eq!(flags(&world, "phone").await, ["short", "low"]);
    let caps = board(&world, "").await["share_caps"].clone();
    assert_eq!((&caps[0]["id"], &caps[0]["share"], &caps[0]["bound"]), (&json!("near-expiry"), &json!(100), &json!(5)));
    assert_eq!(caps[0]["name"]["zh"], "临期食品");
    deliver(&world, "phone", json!({"add": 50})).await;
    assert_eq!(flags(&world, "phone").await, [""; 0], "replenished");
}

#[tokio::test]
async fn cheap_rewards_that_take_nearly_everything_are_reported() {
    // row CAT-39
    let world = World::of("innovation");
    member(&world, "lin", "ordinary", 20_000).await;
    reward(&world, "tissue", 100, json!({})).await;
    reward(&world, "trip", 900, json!({})).await;
    for _ in 0..4 {
        redeem(&world, "lin", "tissue", json!({})).await.expect(201);
    }
    assert_eq!(board(&world, "").await["low_value"], json!({"share": 100, "bound": 80, "dominates": true}));
    for _ in 0..2 {
        redeem(&world, "lin", "trip", json!({})).await.expect(201);
    }
    assert_eq!(board(&world, "").await["low_value"]["dominates"], false);
}

#[tokio::test]
async fn what_is_hardly_taken_for_three_months_becomes_cheaper_or_goes() {
    // row CAT-29
    let world = World::new();
    reward(&world, "vase", 1000, json!({"stock": 100})).await;
    member(&world, "lin", "ordinary", 5_000).await;
    clock(&world, "2026-09-01T00:00:00+08:00").await;
    assert_eq!(flags(&world, "vase").await, [""; 0], "it came in the course of June: not yet three months");
    clock(&world, "2026-10-01T00:00:00+08:00").await;
    assert_eq!(flags(&world, "vase").await, ["over"]);
    let made = plan(&world).await;
    assert_eq!(made["state"], "proposed", "an operator decides");
    let proposal = &made["proposals"][0];
    assert_eq!(
        (&proposal["rule"], &proposal["what"], &proposal["to"]),
        (&json!("retire"), &json!("price"), &json!("0.9"))
    );
    let points = async || ask(&world, "lin", "vase", json!({})).await.expect(200).body["points"].clone();
    assert_eq!(points().await, 1000);
    let path = format!("/v1/price-plans/{}", made["id"].as_str().unwrap());
    let done = world.post(&format!("{path}/carry-out"), json!(null)).text("").send().await.expect(200).body;
    assert_eq!((&done["state"], &done["decided_by"]), (&json!("carried_out"), &json!("sandbox")));
    assert_eq!(points().await, 900);
    let quote = ask(&world, "lin", "vase", json!({})).await.body;
    assert_eq!(quote["explanation"][1]["en"], "By plan, the price is 0.9 times: 900 points.");
    for again in ["carry-out", "dismiss"] {
        world.post(&format!("{path}/{again}"), json!(null)).text("").send().await.problem("plan-decided");
    }
    assert_eq!(world.get(&path).send().await.expect(200).body["proposals"], made["proposals"]);
    world.get("/v1/price-plans/nothing").send().await.problem("unknown");
    world.post("/v1/price-plans/nothing/dismiss", json!(null)).text("").send().await.problem("unknown");
    assert_eq!(world.get("/v1/price-plans").send().await.expect(200).body["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn dear_rewards_that_take_too_much_of_the_cost_rise_step_by_step_until_it_is_back() {
    // rows VAL-06, VAL-12, VAL-13
    let world = World::of("ecosystem");
    let cost = |fen: i64, more: i64| json!({"stock": more, "cost": fen, "value": fen * 2});
    reward(&world, "trip", 5000, cost(30_000_000, 100)).await;
    reward(&world, "tissue", 100, cost(50, 1000)).await;
    member(&world, "lin", "ordinary", 60_000).await;
    redeem(&world, "lin", "trip", json!({})).await.expect(201);
    redeem(&world, "lin", "tissue", json!({})).await.expect(201);
    let made = plan(&world).await;
    let find = |plan: &Value, reward: &str, what: &str| {
        plan["proposals"].as_array().unwrap().iter().find(|it| it["reward"] == reward && it["what"] == what).cloned()
    };
    let rise = find(&made, "trip", "price").unwrap();
    assert_eq!((&rise["rule"], &rise["to"]), (&json!("budget"), &json!("1.2")), "{rise}");
    assert_eq!(rise["why"]["en"], "Redemptions of this quarter cost 300000.5, the budget is 300000.");
    // More of what is cheap.
    assert_eq!(find(&made, "tissue", "supply").unwrap()["pieces"], 200);
    let path = format!("/v1/price-plans/{}/carry-out", made["id"].as_str().unwrap());
    world.post(&path, json!(null)).text("").send().await.expect(200);
    let points = async || ask(&world, "lin", "trip", json!({})).await.expect(200).body["points"].as_i64().unwrap();
    assert_eq!(points().await, 5500, "no more than a tenth a day");
    redeem(&world, "lin", "trip", json!({})).await.expect(201);
    clock(&world, "2026-06-11T12:00:00+08:00").await;
    assert_eq!(points().await, 6000);
    assert_eq!(find(&plan(&world).await, "trip", "price"), None, "it is where the rules want it");
    // A new quarter has its own budget, and nothing dear was taken in it.
    clock(&world, "2026-07-01T00:00:00+08:00").await;
    let back = find(&plan(&world).await, "trip", "price").unwrap();
    assert_eq!(
        (&back["to"], &back["why"]["en"]),
        (&json!("1"), &json!("What made it so is over: the price goes back."))
    );
}

#[tokio::test]
async fn a_sudden_demand_raises_the_price_and_the_worth_of_a_point_floats_in_its_band() {
    // rows VAL-05, VAL-10
    let world = World::of("ecosystem");
    reward(&world, "fan", 1000, json!({"value": 1500, "cost": 600})).await;
    for place in 0..5 {
        let id = format!("m{place}");
        member(&world, &id, "ordinary", 8_000).await;
        redeem(&world, &id, "fan", json!({"quantity": 5})).await.expect(201);
    }
    let made = plan(&world).await;
    let proposals = made["proposals"].as_array().unwrap();
    let surge = proposals.iter().find(|it| it["rule"] == "surge").unwrap();
    assert_eq!((&surge["reward"], &surge["to"]), (&json!("fan"), &json!("1.1")));
    let float = proposals.iter().find(|it| it["rule"] == "float").unwrap();
    assert_eq!((&float["what"], &float["from"]), (&json!("worth"), &json!("0.01")));
    // 25,000 of 40,000 points were spent: a little more than aimed for. Rewards cost 40% of their worth, aimed for 60%.
    assert_eq!(float["to"], "0.010125");
    let path = format!("/v1/price-plans/{}/dismiss", made["id"].as_str().unwrap());
    world.post(&path, json!(null)).text("").send().await.expect(200);
    assert_eq!(ask(&world, "m0", "fan", json!({})).await.body["points"], 1000, "dismissed");
}

#[tokio::test]
async fn where_few_points_are_spent_the_rule_book_lowers_prices_by_itself() {
    // row VAL-14
    let world = World::of("operations");
    reward(&world, "umbrella", 500, json!({})).await;
    member(&world, "lin", "ordinary", 10_000).await;
    let made = plan(&world).await;
    assert_eq!((&made["state"], &made["decided_by"]), (&json!("carried_out"), &json!("rule-book")));
    assert_eq!(made["proposals"][0]["why"]["en"], "0% of the points issued lately were spent, less than 30%.");
    assert_eq!(ask(&world, "lin", "umbrella", json!({})).await.body["points"], 450);
    redeem(&world, "lin", "umbrella", json!({"quantity": 10})).await.expect(201);
    assert_eq!(plan(&world).await["proposals"][0]["to"], "1", "enough is spent");
    assert_eq!(ask(&world, "lin", "umbrella", json!({})).await.body["points"], 500);
}

#[tokio::test]
async fn each_reward_is_judged_by_conversion_and_what_it_costs() {
    // row VAL-18
    let world = World::of("innovation");
    member(&world, "lin", "ordinary", 10_000).await;
    reward(&world, "salon", 500, json!({"kind": "experience", "value": 3000, "cost": 1000})).await;
    for _ in 0..51 {
        ask(&world, "lin", "salon", json!({})).await.expect(200);
    }
    redeem(&world, "lin", "salon", json!({})).await.expect(201);
    let doing = board(&world, "").await["data"][0].clone();
    assert_eq!((&doing["taken"], &doing["quotes"], &doing["conversion"]), (&json!(1), &json!(52), &json!(1.92)));
    assert_eq!((&doing["benefit"], &doing["stars"]), (&json!(300), &Value::Null));
    let proposal = plan(&world).await["proposals"][0].clone();
    assert_eq!((&proposal["rule"], &proposal["to"]), (&json!("evaluation"), &json!("0.9")));
}

/// Reviews of rewards, as they are counted.
struct Reviewed(&'static str, i64);

impl Command for Reviewed {
    type Outcome = ();

    fn touches(&self, _: &Books, _: &Loaded<'_>, _: &mut Keys) -> Touch {
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<(), Stop> {
        let today = desk.books().at(desk.now()).zone.day_of(desk.now());
        desk.count("reward_stars", today, self.0.into(), self.1);
        desk.count("reward_reviews", today, self.0.into(), 1);
        Ok(())
    }
}

async fn reviewed(world: &World, reward: &'static str, stars: i64) {
    for _ in 0..5 {
        world.app.engine.submit(Reviewed(reward, stars)).await.unwrap().result.unwrap();
    }
}

#[tokio::test]
async fn reviews_move_rewards_and_take_bad_ones_off_for_correction() {
    // row CAT-30
    let world = World::new();
    for id in ["cup", "lamp", "vase"] {
        reward(&world, id, 100, json!({})).await;
    }
    reward(&world, "first", 100, json!({"weight": 10})).await;
    reviewed(&world, "cup", 2).await;
    reviewed(&world, "lamp", 5).await;
    let order = async || {
        let shelf = world.get("/v1/rewards?sort=weight").send().await.expect(200).body;
        shelf["data"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(order().await, ["first", "lamp", "vase", "cup"]);
    let doing = board(&world, "flag=correct").await["data"].clone();
    assert_eq!((&doing[0]["reward"], &doing[0]["stars"], &doing[0]["reviews"]), (&json!("cup"), &json!(2), &json!(5)));
    let put =
        |retired: bool| json!({"name": "cup", "kind": "goods", "category": "daily", "points": 100, "retired": retired});
    world.put("/v1/rewards/cup", put(true)).send().await.expect(200);
    assert_eq!(order().await, ["first", "lamp", "vase"]);
    world.put("/v1/rewards/cup", put(false)).send().await.expect(200);
    assert_eq!(order().await, ["first", "lamp", "vase", "cup"]);
}

#[tokio::test]
async fn a_reward_that_disappoints_becomes_easier_to_get() {
    // row VAL-11
    let world = World::of("ecosystem");
    reward(&world, "salon", 1000, json!({"kind": "experience"})).await;
    reviewed(&world, "salon", 3).await;
    let made = plan(&world).await;
    let proposal = made["proposals"].as_array().unwrap().iter().find(|it| it["reward"] == "salon").unwrap();
    assert_eq!((&proposal["rule"], &proposal["to"]), (&json!("satisfaction"), &json!("0.9")));
    assert_eq!(proposal["why"]["en"], "It has 3 stars on average, fewer than 3.5.");
}

#[tokio::test]
async fn rewards_leave_as_a_table() {
    let world = World::new();
    reward(&world, "umbrella", 500, json!({"stock": 3, "tags": ["rain", "gift"], "name": "=Umbrella"})).await;
    let heard = world.get("/v1/rewards.csv").send().await.expect(200);
    assert_eq!(heard.header("content-type"), "text/csv; charset=utf-8");
    let mut lines = heard.text.lines();
    assert!(lines.next().unwrap().starts_with("id,name_zh,name_en,kind,category,unit,points"));
    assert_eq!(lines.next().unwrap(), "umbrella,'=Umbrella,'=Umbrella,goods,daily,,500,,,,3,,,rain;gift,,,,0,");
}

/// Plans that the rules made by themselves.
async fn due(world: &World, how_many: usize) -> Vec<Value> {
    for _ in 0..200 {
        let plans = world.get("/v1/price-plans").send().await.expect(200).body["data"].clone();
        let due: Vec<Value> =
            plans.as_array().unwrap().iter().filter(|plan| plan["due_on"] != Value::Null).cloned().collect();
        if due.len() >= how_many {
            return due;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("there are fewer than {how_many} plans");
}

#[tokio::test]
async fn a_plan_is_made_by_itself_on_the_first_of_each_month() {
    // row OPER-02
    let world = World::new();
    reward(&world, "cup", 500, json!({"stock": 5})).await;
    tokio::time::sleep(Duration::from_millis(700)).await;
    let before = world.get("/v1/price-plans").send().await.expect(200).body;
    assert_eq!(before["data"], json!([]), "none for a day before there was a program");
    clock(&world, "2026-07-01T00:00:00+08:00").await;
    let july = due(&world, 1).await;
    assert_eq!((july.len(), &july[0]["due_on"]), (1, &json!("2026-07-01")));
    assert_eq!((&july[0]["state"], &july[0]["decided_by"]), (&json!("dismissed"), &json!("rule-book")), "{}", july[0]);
    clock(&world, "2026-08-14T12:00:00+08:00").await;
    let august = due(&world, 2).await;
    assert_eq!(august[0]["due_on"], "2026-08-01", "newest first");
    // Once a month, also after a restart.
    let world = World::over_same(world, |options| options.sandbox_token = Some(crate::world::TOKEN.to_owned()));
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    assert_eq!(due(&world, 2).await.len(), 2);
}
