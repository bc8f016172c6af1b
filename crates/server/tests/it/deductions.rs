//! Points pay a part of a bill, from outside: tills reserve, confirm, cancel; orders and refunds follow.

use serde_json::{Value, json};

use crate::redeem::{clock, member, redeem, reward};
use crate::world::{Heard, World, event};

async fn deduct(world: &World, member: &str, order: &str, amount: i64, more: Value) -> Heard {
    let mut body = json!({"order": order, "amount": {"amount": amount, "currency": "CNY"}});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    world.post(&format!("/v1/members/{member}/deductions"), body).send().await
}

async fn end(world: &World, order: &str, how: &str) -> Heard {
    world.post(&format!("/v1/deductions/{order}/{how}"), json!({})).send().await
}

async fn show(world: &World, order: &str) -> Value {
    world.get(&format!("/v1/deductions/{order}")).send().await.expect(200).body
}

async fn tell(world: &World, id: &str, kind: &str, member: &str, data: Value) -> Heard {
    world.post("/v1/events", event(id, kind, member, data)).send().await
}

async fn open(program: &str, points: i64) -> World {
    let world = World::of(program);
    world.member("lin").await;
    world.give("lin", points).await;
    world
}

#[tokio::test]
async fn a_till_reserves_confirms_and_the_order_agrees() {
    // row PAY-01
    let world = open("operations", 50_000).await;
    let look = world.post("/v1/members/lin/deductions?dry_run=true", json!({"order": "t-1", "amount": 10_000}));
    let look = look.send().await.expect(200).body;
    assert_eq!((&look["points"], &look["money"]["amount"]), (&json!(3_000), &json!(3_000)));
    assert_eq!((&look["to_pay"]["amount"], &look["parts"][0]["most"]), (&json!(7_000), &json!("0.3")));
    world.get("/v1/deductions/t-1").send().await.problem("unknown");
    let made = deduct(&world, "lin", "t-1", 10_000, json!({})).await.expect(200).body;
    assert_eq!((&made["state"], world.available("lin").await), (&json!("reserved"), 47_000));
    assert_eq!(deduct(&world, "lin", "t-1", 10_000, json!({})).await.expect(200).body, made, "the same bill again");
    deduct(&world, "lin", "t-1", 9_000, json!({})).await.problem("deduction-exists");
    let paid = |points: i64| json!({"order": "t-1", "amount": 7_000, "points_paid": points});
    let lie = tell(&world, "e-1", "order.paid", "lin", paid(2_999)).await.problem("order-amounts-disagree");
    assert_eq!(lie.body["errors"][0]["pointer"], "/data/points_paid");
    tell(&world, "e-1", "order.paid", "lin", paid(3_000)).await.expect(200);
    assert_eq!(show(&world, "t-1").await["state"], "confirmed");
    end(&world, "t-1", "confirm").await.expect(200);
    assert_eq!(end(&world, "t-1", "cancel").await.problem("deduction-closed").body["state"], "paid");
    deduct(&world, "lin", "t-2", 4_999, json!({})).await.problem("deduction-unavailable");
    deduct(&world, "lin", "t-2", -1, json!({})).await.problem("invalid-field");
    deduct(&world, "lin", "t-2", 10_000, json!({"points": 0})).await.problem("invalid-field");
    let dollars = json!({"order": "t-2", "amount": {"amount": 10_000, "currency": "USD"}});
    world.post("/v1/members/lin/deductions", dollars).send().await.problem("currency-mismatch");
    let priced = json!({"order": "t-2", "amount": 10_000, "money": 10_000});
    world.post("/v1/members/lin/deductions", priced).send().await.problem("invalid-field");
}

#[tokio::test]
async fn refunds_give_points_back_by_their_share_and_take_earned_ones() {
    // row PAY-01
    let world = open("operations", 50_000).await;
    deduct(&world, "lin", "t-1", 10_000, json!({"confirm": true})).await.expect(200);
    let data = json!({"order": "t-1", "amount": 7_000, "points_paid": 3_000,
        "lines": [{"category": "goods", "amount": 3_333}, {"category": "goods", "amount": 6_667}]});
    tell(&world, "e-1", "order.paid", "lin", data).await.expect(200);
    assert!(world.available("lin").await > 47_000, "the order earned");
    let line = json!({"order": "t-1", "lines": [{"line": 0}]});
    tell(&world, "e-2", "order.refunded", "lin", line).await.expect(200);
    assert_eq!(show(&world, "t-1").await["points_back"], 3_000 * (7_000 * 3_333 / 10_000) / 7_000);
    tell(&world, "e-3", "order.refunded", "lin", json!({"order": "t-1"})).await.expect(200);
    assert_eq!(
        (show(&world, "t-1").await["points_back"].clone(), world.available("lin").await),
        (json!(3_000), 50_000)
    );
    let entries = world.get("/v1/members/lin/entries").send().await.expect(200).body;
    let back = entries["data"].as_array().unwrap().iter().find(|entry| entry["kind"] == "reverse").unwrap();
    assert_eq!((&back["cause"]["type"], &back["cause"]["order"]), (&json!("deduction"), &json!("t-1")));
}

#[tokio::test]
async fn nobody_confirms_and_the_points_are_free() {
    let world = open("operations", 50_000).await;
    deduct(&world, "lin", "t-1", 10_000, json!({})).await.expect(200);
    clock(&world, "2026-06-10T12:31:00+08:00").await;
    assert_eq!((show(&world, "t-1").await["state"].clone(), world.available("lin").await), (json!("expired"), 50_000));
    end(&world, "t-1", "confirm").await.problem("deduction-closed");
    deduct(&world, "lin", "t-1", 20_000, json!({})).await.expect(200);
    assert_eq!(end(&world, "t-1", "cancel").await.expect(200).body["state"], "canceled");
    assert_eq!(end(&world, "t-1", "cancel").await.expect(200).body["state"], "canceled", "a till may say it twice");
    assert_eq!(world.available("lin").await, 50_000);
    deduct(&world, "lin", "t-1", 20_000, json!({})).await.expect(200);
    let failed = tell(&world, "e-1", "order.failed", "lin", json!({"order": "t-1"})).await.expect(200);
    assert_eq!(failed.body["refusals"][0]["code"], "order-parked");
    assert_eq!((show(&world, "t-1").await["state"].clone(), world.available("lin").await), (json!("canceled"), 50_000));
}

#[tokio::test]
async fn services_in_a_shop_take_points_for_a_part_of_the_fee() {
    // row PAY-02
    let world = open("operations", 50_000).await;
    let nails = json!({"channel": "store", "lines": [{"category": "beauty", "amount": 20_000}]});
    let made = deduct(&world, "lin", "s-1", 20_000, nails.clone()).await.expect(200).body;
    assert_eq!((&made["parts"][0]["id"], &made["money"]["amount"]), (&json!("service"), &json!(4_000)));
    let mut online = nails;
    online["channel"] = json!("mall");
    let made = deduct(&world, "lin", "s-2", 20_000, online).await.expect(200).body;
    assert_eq!((&made["parts"][0]["id"], &made["money"]["amount"]), (&json!("order"), &json!(6_000)));
}

#[tokio::test]
async fn partner_supermarkets_take_a_tenth_at_once() {
    // row PAY-03
    let world = World::new();
    member(&world, "lin", "ordinary", 50_000).await;
    let bill = json!({"channel": "partner", "store": "partner-7", "confirm": true});
    let made = deduct(&world, "lin", "p-1", 30_000, bill.clone()).await.expect(200).body;
    assert_eq!((&made["state"], &made["money"]["amount"]), (&json!("confirmed"), &json!(3_000)));
    assert_eq!(world.available("lin").await, 47_000, "in real time");
    assert_eq!(deduct(&world, "lin", "p-1", 30_000, bill).await.expect(200).body, made, "and once");
    assert_eq!(world.available("lin").await, 47_000);
    let mall = deduct(&world, "lin", "m-1", 30_000, json!({"channel": "mall"})).await;
    assert_eq!(mall.problem("deduction-unavailable").body["why"], "nothing_fits");
}

#[tokio::test]
async fn points_are_spent_like_money_in_any_proportion() {
    // rows PAY-04, PAY-05
    let world = open("ecosystem", 2_000).await;
    let one = deduct(&world, "lin", "a-1", 3_000, json!({"points": 1, "confirm": true})).await.expect(200).body;
    assert_eq!(
        (&one["points"], &one["money"]["amount"], &one["to_pay"]["amount"]),
        (&json!(1), &json!(1), &json!(2_999))
    );
    let all = deduct(&world, "lin", "a-2", 1_500, json!({"confirm": true})).await.expect(200).body;
    assert_eq!((&all["points"], &all["to_pay"]["amount"]), (&json!(1_500), &json!(0)));
    tell(&world, "e-1", "order.paid", "lin", json!({"order": "a-2", "amount": 0, "points_paid": 1_500}))
        .await
        .expect(200);
    tell(&world, "e-2", "order.refunded", "lin", json!({"order": "a-2"})).await.expect(200);
    assert_eq!(show(&world, "a-2").await["points_back"], 1_500);
}

#[tokio::test]
async fn coupons_of_the_great_sales() {
    // row PAY-06
    let world = World::new();
    member(&world, "lin", "ordinary", 1_000).await;
    let coupon = json!({"coupon": "sale-618"});
    deduct(&world, "lin", "c-1", 99_999, coupon.clone()).await.problem("deduction-unavailable");
    let made = deduct(&world, "lin", "c-1", 100_000, coupon.clone()).await.expect(200).body;
    assert_eq!((&made["points"], &made["money"]["amount"]), (&json!(500), &json!(10_000)));
    clock(&world, "2026-06-19T00:00:00+08:00").await;
    let over = deduct(&world, "lin", "c-2", 100_000, coupon).await.problem("deduction-unavailable");
    assert_eq!(over.body["why"], "coupon_not_now");
    let poor = json!({"coupon": "sale-double-11"});
    clock(&world, "2026-11-05T00:00:00+08:00").await;
    member(&world, "wei", "ordinary", 499).await;
    deduct(&world, "wei", "c-3", 100_000, poor).await.problem("insufficient-points");
}

#[tokio::test]
async fn a_design_in_points_and_its_furniture_in_cash() {
    // row PAY-11
    let world = open("ecosystem", 500_000).await;
    let lines =
        json!({"lines": [{"category": "design", "amount": 80_000}, {"category": "furniture", "amount": 420_000}]});
    let made = deduct(&world, "lin", "f-1", 500_000, lines).await.expect(200).body;
    assert_eq!((&made["points"], &made["to_pay"]["amount"]), (&json!(80_000), &json!(420_000)));
    assert_eq!(made["parts"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn less_in_the_peak_season_and_more_in_the_quiet_one() {
    // row VAL-17
    let world = open("operations", 50_000).await;
    let usual = deduct(&world, "lin", "v-1", 10_000, json!({})).await.expect(200).body;
    clock(&world, "2026-11-15T12:00:00+08:00").await;
    let peak = deduct(&world, "lin", "v-2", 10_000, json!({})).await.expect(200).body;
    assert_eq!((&usual["money"]["amount"], &peak["money"]["amount"]), (&json!(3_000), &json!(1_500)));
    assert_eq!(peak["parts"][0]["season"]["en"], "peak season");
    clock(&world, "2027-03-15T12:00:00+08:00").await;
    world.give("lin", 20_000).await;
    let after = deduct(&world, "lin", "v-3", 10_000, json!({})).await.expect(200).body;
    assert_eq!(after["money"]["amount"], 3_000, "seasons have days of one year");
    let page = world.get("/v1/program/rules").send().await.expect(200).text;
    assert!(page.contains("旺季") || page.contains("peak season"), "nothing is hidden");
}

#[tokio::test]
async fn a_redeemed_coupon_an_item_and_points_in_one_purchase() {
    // rows RED-23, PAY-09
    let world = World::new();
    member(&world, "lin", "ordinary", 2_000).await;
    reward(&world, "off-20", 300, json!({"kind": "coupon"})).await;
    reward(&world, "umbrella", 500, json!({"stores": ["pop-up-1", "partner-7"], "stock": 2})).await;
    let coupon = redeem(&world, "lin", "off-20", json!({})).await.expect(201).body;
    let item = redeem(&world, "lin", "umbrella", json!({})).await.expect(201).body;
    let used = |made: &Value, store: &'static str, reference: &'static str| {
        let path = format!("/v1/vouchers/{}/use", made["vouchers"][0]["code"].as_str().unwrap());
        world.post(&path, json!({"store": store, "reference": reference})).send()
    };
    used(&item, "mall", "purchase-0").await.problem("voucher-not-valid");
    used(&coupon, "pop-up-1", "purchase-1").await.expect(200);
    used(&item, "pop-up-1", "purchase-1").await.expect(200);
    let bill = json!({"channel": "partner", "store": "pop-up-1", "confirm": true});
    deduct(&world, "lin", "purchase-1", 5_000, bill).await.expect(200);
    assert_eq!(world.available("lin").await, 2_000 - 300 - 500 - 500);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_tills_with_one_balance_nobody_gets_more_than_there_is() {
    let world = std::sync::Arc::new(open("operations", 5_000).await);
    let mut calls = tokio::task::JoinSet::new();
    for till in 0..40 {
        let world = std::sync::Arc::clone(&world);
        calls.spawn(async move {
            let order = format!("r-{}", till % 20);
            let made = deduct(&world, "lin", &order, 10_000, json!({"points": 1_000})).await;
            if made.status == 200 {
                let how = if till % 3 == 0 { "cancel" } else { "confirm" };
                end(&world, &order, how).await;
            }
        });
    }
    calls.join_all().await;
    let mut spent = 0;
    for order in 0..20 {
        let heard = world.get(&format!("/v1/deductions/r-{order}")).send().await;
        if heard.status == 200 && matches!(heard.body["state"].as_str().unwrap(), "confirmed" | "reserved") {
            spent += heard.body["points"].as_i64().unwrap();
        }
    }
    assert_eq!(world.available("lin").await, 5_000 - spent);
    assert!(spent <= 5_000);
}
