//! Quote, redeem, take back.

use serde_json::{Value, json};

use super::{act, ask, clock, member, pay, redeem, remaining, reward};
use crate::world::World;

#[tokio::test]
async fn two_steps_and_the_second_may_be_repeated() {
    // row RED-02
    let world = World::new();
    member(&world, "lin", "ordinary", 1000).await;
    reward(&world, "cup", 300, json!({"stock": 3})).await;
    let quote = ask(&world, "lin", "cup", json!({})).await.expect(200);
    assert_eq!((world.available("lin").await, remaining(&world, "cup").await), (1000, json!(3)), "it reserves nothing");
    let first = pay(&world, &quote).await.expect(201);
    let again = pay(&world, &quote).await.expect(201);
    assert!(again.is_replay());
    assert_eq!(again.body, first.body);
    assert_eq!((world.available("lin").await, remaining(&world, "cup").await), (700, json!(2)));
    let price = json!({"quote": quote.body["id"], "points": 1});
    world.post("/v1/redemptions", price).send().await.problem("invalid-field");
    let listed = world.get("/v1/members/lin/redemptions").send().await.expect(200).body;
    assert_eq!(listed["data"], json!([first.body]));
    let path = format!("/v1/redemptions/{}", first.body["id"].as_str().unwrap());
    assert_eq!(world.get(&path).send().await.expect(200).body, first.body);
}

#[tokio::test]
async fn a_quote_holds_its_minutes_and_no_longer() {
    let world = World::new();
    member(&world, "lin", "ordinary", 1000).await;
    reward(&world, "cup", 300, json!({})).await;
    let (kept, late) = (ask(&world, "lin", "cup", json!({})).await, ask(&world, "lin", "cup", json!({})).await);
    let dearer = json!({"name": "cup", "kind": "goods", "points": 600});
    world.put("/v1/rewards/cup", dearer).send().await.expect(200);
    clock(&world, "2026-06-10T12:14:00+08:00").await;
    assert_eq!(pay(&world, &kept).await.expect(201).body["points"], 300);
    clock(&world, "2026-06-10T12:16:00+08:00").await;
    pay(&world, &late).await.problem("quote-expired");
    assert!(pay(&world, &kept).await.expect(201).is_replay());
}

#[tokio::test]
async fn canceling_is_free_until_fulfillment_begins() {
    let world = World::new();
    member(&world, "lin", "ordinary", 1000).await;
    reward(&world, "cup", 300, json!({"stock": 3})).await;
    let made = redeem(&world, "lin", "cup", json!({"quantity": 2})).await.expect(201).body;
    let gone = act(&world, &made, "cancel", json!({"reason": "changed my mind"})).await.expect(200).body;
    assert_eq!((&gone["state"], &gone["points_back"]), (&json!("canceled"), &json!(600)));
    assert_eq!((world.available("lin").await, remaining(&world, "cup").await), (1000, json!(3)));
    act(&world, &made, "cancel", json!({})).await.problem("redemption-closed");
    act(&world, &made, "return", json!({})).await.problem("redemption-closed");
    let sent = redeem(&world, "lin", "cup", json!({"delivery": "ship"})).await.expect(201).body;
    assert_eq!(sent["vouchers"], json!([]));
    let way = act(&world, &sent, "send", json!({"tracking": "SF1"})).await.expect(200).body;
    assert_eq!((&way["state"], &way["tracking"]), (&json!("fulfilled"), &json!("SF1")));
    act(&world, &sent, "cancel", json!({})).await.problem("redemption-closed");
    act(&world, &sent, "send", json!({})).await.problem("redemption-closed");
}

#[tokio::test]
async fn goods_go_back_as_if_paid_in_cash_and_defects_always() {
    // rows RED-10, RED-11
    let world = World::new();
    member(&world, "lin", "gold", 2000).await;
    reward(&world, "cup", 100, json!({"stock": 9})).await;
    let mut made = Vec::new();
    for _ in 0..3 {
        let sent = redeem(&world, "lin", "cup", json!({"delivery": "ship"})).await.expect(201).body;
        act(&world, &sent, "send", json!({})).await.expect(200);
        made.push(sent);
    }
    clock(&world, "2026-06-17T11:00:00+08:00").await;
    let back = act(&world, &made[0], "return", json!({})).await.expect(200).body;
    assert_eq!((&back["state"], &back["points_back"]), (&json!("returned"), &json!(80)));
    assert_eq!(remaining(&world, "cup").await, 7);
    clock(&world, "2026-06-17T13:00:00+08:00").await;
    act(&world, &made[1], "return", json!({})).await.problem("redemption-closed");
    act(&world, &made[1], "return", json!({"defect": true, "reason": "broken"})).await.expect(200);
    // 5% for the trouble come on top.
    assert_eq!(world.available("lin").await, 1924);
    assert_eq!(remaining(&world, "cup").await, 7, "what is broken does not go back onto the shelf");
}

#[tokio::test]
async fn each_tier_has_its_limits() {
    // rows RED-04, RED-05
    let world = World::new();
    for (tier, most) in [("ordinary", 2000), ("silver", 5000), ("gold", 10_000), ("diamond", 20_000)] {
        member(&world, tier, tier, 0).await;
        // Sized so that the tier's own price is the limit, or just above it.
        let base = |points: i64| match tier {
            "ordinary" => points,
            "silver" => points * 10 / 9 + 1,
            "gold" => points * 10 / 8,
            _ => points * 11 / 7 + 1,
        };
        reward(&world, &format!("{tier}-most"), base(most), json!({})).await;
        reward(&world, &format!("{tier}-more"), base(most + 2), json!({})).await;
        let quote = ask(&world, tier, &format!("{tier}-most"), json!({})).await.expect(200).body;
        assert_eq!(quote["points"], most, "{tier}");
        let heard = ask(&world, tier, &format!("{tier}-more"), json!({})).await.problem("redemption-limit");
        assert_eq!((&heard.body["limit"], &heard.body["maximum"]), (&json!("points_max"), &json!(most)));
    }
    reward(&world, "pen", 10, json!({})).await;
    for (tier, times) in [("ordinary", 3), ("silver", 5), ("gold", 9)] {
        world.give(tier, 1000).await;
        for _ in 0..times {
            redeem(&world, tier, "pen", json!({})).await.expect(201);
        }
        let more = redeem(&world, tier, "pen", json!({})).await;
        if tier == "gold" {
            more.expect(201);
        } else {
            assert_eq!(more.problem("redemption-limit").body["limit"], "month_max", "{tier}");
        }
    }
    clock(&world, "2026-07-01T00:00:00+08:00").await;
    redeem(&world, "ordinary", "pen", json!({})).await.expect(201);
}

#[tokio::test]
async fn a_canceled_redemption_does_not_count() {
    // row RED-05
    let world = World::new();
    member(&world, "lin", "ordinary", 1000).await;
    reward(&world, "pen", 10, json!({})).await;
    for _ in 0..5 {
        let made = redeem(&world, "lin", "pen", json!({})).await.expect(201).body;
        act(&world, &made, "cancel", json!({})).await.expect(200);
    }
}

#[tokio::test]
async fn two_pieces_a_day() {
    // row RED-06
    let world = World::of("retention");
    world.member("lin").await;
    world.give("lin", 1000).await;
    reward(&world, "pen", 10, json!({})).await;
    redeem(&world, "lin", "pen", json!({"quantity": 2})).await.expect(201);
    let heard = redeem(&world, "lin", "pen", json!({})).await.problem("redemption-limit");
    assert_eq!((&heard.body["limit"], &heard.body["maximum"]), (&json!("day_max"), &json!(2)));
    clock(&world, "2026-06-11T00:00:00+08:00").await;
    redeem(&world, "lin", "pen", json!({})).await.expect(201);
}

#[tokio::test]
async fn a_hundred_points_are_enough_and_fewer_are_not() {
    // rows RED-01, RED-07
    let world = World::of("ecosystem");
    world.member("lin").await;
    world.give("lin", 100).await;
    reward(&world, "coupon", 100, json!({"kind": "coupon", "value": 1000})).await;
    reward(&world, "little", 99, json!({"kind": "coupon"})).await;
    assert_eq!(ask(&world, "lin", "little", json!({})).await.problem("redemption-limit").body["limit"], "least_points");
    redeem(&world, "lin", "coupon", json!({})).await.expect(201);
}

#[tokio::test]
async fn silver_and_above_are_shipped_within_a_day() {
    // rows RED-16, RED-19
    let world = World::new();
    reward(&world, "cup", 10, json!({})).await;
    for tier in ["ordinary", "silver", "gold", "diamond"] {
        member(&world, tier, tier, 100).await;
        let made = redeem(&world, tier, "cup", json!({"delivery": "ship"})).await.expect(201).body;
        match made["ship_by"].as_str() {
            Some(by) => assert!(tier != "ordinary" && by.starts_with("2026-06-11T12:"), "{by}"),
            None => assert_eq!(tier, "ordinary"),
        }
    }
}

#[tokio::test]
async fn a_large_redemption_of_a_diamond_member_wants_a_second_word() {
    // row RED-14
    let world = World::new();
    member(&world, "lin", "diamond", 40_000).await;
    reward(&world, "trip", 10_000, json!({"kind": "travel", "stock": 3})).await;
    reward(&world, "watch", 7_857, json!({"stock": 3})).await;
    assert_eq!(redeem(&world, "lin", "watch", json!({})).await.expect(201).body["state"], "open", "4,999 points");
    let first = redeem(&world, "lin", "trip", json!({})).await.expect(201).body;
    assert_eq!(
        (&first["state"], &first["vouchers"], &first["points"]),
        (&json!("to_confirm"), &json!([]), &json!(6363))
    );
    assert_eq!((world.available("lin").await, remaining(&world, "trip").await), (28_638, json!(2)));
    let second = redeem(&world, "lin", "trip", json!({})).await.expect(201).body;
    let held = world.get("/v1/rewards/trip").send().await.body;
    assert_eq!((&held["stock"], &held["reserved"]), (&json!(3), &json!(2)));
    let fewer = json!({"name": "trip", "kind": "travel", "points": 10_000, "stock": 1});
    world.put("/v1/rewards/trip", fewer).send().await.problem("stock-reserved");
    let open = act(&world, &first, "confirm", json!({})).await.expect(200).body;
    assert_eq!((&open["state"], open["vouchers"].as_array().unwrap().len()), (&json!("open"), 1));
    act(&world, &first, "confirm", json!({})).await.problem("redemption-closed");
    clock(&world, "2026-06-11T12:30:00+08:00").await;
    let path = format!("/v1/redemptions/{}", second["id"].as_str().unwrap());
    assert_eq!(world.get(&path).send().await.body["state"], "expired");
    act(&world, &second, "confirm", json!({})).await.problem("redemption-closed");
    assert_eq!((world.available("lin").await, remaining(&world, "trip").await), (28_638, json!(2)));
}

#[tokio::test]
async fn what_is_dear_can_be_revoked_for_a_day() {
    // row RED-13
    let world = World::of("ecosystem");
    world.member("lin").await;
    world.give("lin", 900_000).await;
    reward(&world, "tv", 50_100, json!({})).await;
    reward(&world, "radio", 50_000, json!({})).await;
    let mut sent = Vec::new();
    for what in ["tv", "radio", "tv"] {
        let made = redeem(&world, "lin", what, json!({"delivery": "ship"})).await.expect(201).body;
        act(&world, &made, "send", json!({})).await.expect(200);
        sent.push(made);
    }
    act(&world, &sent[0], "cancel", json!({})).await.expect(200);
    act(&world, &sent[1], "cancel", json!({})).await.problem("redemption-closed");
    clock(&world, "2026-06-11T12:30:00+08:00").await;
    act(&world, &sent[2], "cancel", json!({})).await.problem("redemption-closed");
}

async fn news(world: &World, made: &Value, state: &str, amount: i64, reference: &str) -> crate::world::Heard {
    let money = json!({"amount": amount, "currency": "CNY"});
    act(world, made, "payment", json!({"state": state, "amount": money, "reference": reference})).await
}

#[tokio::test]
async fn points_and_cash_wait_for_the_payment() {
    // rows PAY-05, INTG-03
    let world = World::new();
    member(&world, "lin", "gold", 700).await;
    reward(&world, "watch", 1000, json!({"stock": 4})).await;
    let short = ask(&world, "lin", "watch", json!({})).await.expect(200).body;
    assert_eq!((&short["points"], &short["missing"]), (&json!(800), &json!(100)));
    // row RED-20
    assert_eq!(short["cash_for_missing"], json!({"amount": 100, "currency": "CNY"}));
    ask(&world, "lin", "watch", json!({"cash": {"amount": 401, "currency": "CNY"}})).await.problem("invalid-field");
    ask(&world, "lin", "watch", json!({"cash": {"amount": 400, "currency": "USD"}})).await.problem("currency-mismatch");
    ask(&world, "lin", "watch", json!({"cash": -1})).await.problem("invalid-field");
    let made =
        redeem(&world, "lin", "watch", json!({"cash": {"amount": 400, "currency": "CNY"}})).await.expect(201).body;
    assert_eq!(
        (&made["state"], &made["points"], &made["cash"]["amount"]),
        (&json!("awaiting_payment"), &json!(400), &json!(400))
    );
    assert_eq!((world.available("lin").await, remaining(&world, "watch").await), (300, json!(3)));
    news(&world, &made, "paid", 399, "p-0").await.problem("payment-mismatch");
    let paid = news(&world, &made, "paid", 400, "p-1").await.expect(200);
    assert_eq!(paid.body["state"], "open");
    assert!(news(&world, &made, "paid", 400, "p-1").await.expect(200).is_replay());
    news(&world, &made, "failed", 400, "p-1").await.problem("idempotency-conflict");
    news(&world, &made, "paid", 400, "p-2").await.problem("redemption-closed");
    let back = act(&world, &made, "cancel", json!({})).await.expect(200).body;
    assert_eq!((&back["points_back"], &back["cash_back"]["amount"]), (&json!(400), &json!(400)));
    assert_eq!(world.available("lin").await, 700);
}

#[tokio::test]
async fn a_payment_that_fails_or_stays_away_sets_everything_free() {
    // row INTG-03
    let world = World::new();
    member(&world, "lin", "gold", 400).await;
    reward(&world, "watch", 1000, json!({"stock": 1})).await;
    let cash = json!({"cash": 400});
    let failed = redeem(&world, "lin", "watch", cash.clone()).await.expect(201).body;
    ask(&world, "lin", "watch", cash.clone()).await.problem("out-of-stock");
    assert_eq!(news(&world, &failed, "failed", 0, "p-1").await.expect(200).body["state"], "failed");
    let late = redeem(&world, "lin", "watch", cash.clone()).await.expect(201).body;
    clock(&world, "2026-06-10T12:40:00+08:00").await;
    news(&world, &late, "paid", 400, "p-2").await.problem("redemption-closed");
    assert_eq!((world.available("lin").await, remaining(&world, "watch").await), (400, json!(1)));
    let given_up = redeem(&world, "lin", "watch", cash).await.expect(201).body;
    act(&world, &given_up, "cancel", json!({})).await.expect(200);
    assert_eq!((world.available("lin").await, remaining(&world, "watch").await), (400, json!(1)));
    let till = world.client("till", &["redemptions:write"], None).await;
    let forged = world.post("/v1/redemptions/x/payment", json!({"state": "paid", "amount": 1, "reference": "p"}));
    forged.token(Some(&till)).send().await.problem("forbidden");
}

#[tokio::test]
async fn points_come_back_to_their_lots() {
    let world = World::new();
    member(&world, "lin", "gold", 0).await;
    for (points, until) in [(100, "2026-07-01T00:00:00+08:00"), (100, "2027-01-01T00:00:00+08:00")] {
        let body = json!({"unit": "points", "points": points, "reason": "x", "expires_at": until});
        world.post("/v1/members/lin/adjustments", body).key(until).send().await.expect(200);
    }
    let before = world.get("/v1/members/lin/wallet").send().await.body["units"].clone();
    reward(&world, "cup", 200, json!({})).await;
    let made = redeem(&world, "lin", "cup", json!({})).await.expect(201).body;
    act(&world, &made, "cancel", json!({})).await.expect(200);
    let after = world.get("/v1/members/lin/wallet").send().await.body["units"].clone();
    assert_eq!(before, after);
}

#[tokio::test]
async fn a_quote_is_paid_by_nobody_else_and_tells_nobody_else() {
    let world = World::new();
    member(&world, "lin", "ordinary", 600).await;
    member(&world, "wei", "ordinary", 600).await;
    reward(&world, "cup", 500, json!({})).await;
    let token = world.post("/v1/members/wei/tokens", json!({})).send().await.expect(201).body["token"].clone();
    let steal = async |quote: &Value| {
        world.post("/v1/redemptions", json!({"quote": quote})).token(token.as_str()).send().await.problem("unknown")
    };
    let quote = ask(&world, "lin", "cup", json!({})).await.expect(200);
    steal(&quote.body["id"]).await;
    let made = pay(&world, &quote).await.expect(201).body;
    // Nor is the answer given again to somebody else, with the code in it.
    let stolen = steal(&quote.body["id"]).await;
    assert!(!stolen.text.contains(made["vouchers"][0]["code"].as_str().unwrap()));
    // And what was refused to one tells another nothing about them.
    let second = ask(&world, "lin", "cup", json!({})).await.expect(200);
    pay(&world, &second).await.problem("insufficient-points");
    steal(&second.body["id"]).await;
    assert_eq!((world.available("lin").await, world.available("wei").await), (100, 600));
}

#[tokio::test]
async fn a_redemption_says_in_which_ways_it_can_be_taken_back_now() {
    // rows RED-10, RED-11
    let world = World::new();
    member(&world, "lin", "ordinary", 2_000).await;
    reward(&world, "cup", 500, json!({})).await;
    let ways = async |id: &Value| {
        let seen = world.get(&format!("/v1/redemptions/{}", id.as_str().unwrap())).send().await.expect(200).body;
        ["can_cancel", "can_return", "can_return_defective"].map(|way| seen[way].as_bool().unwrap())
    };
    let made = redeem(&world, "lin", "cup", json!({})).await.expect(201).body;
    assert_eq!(ways(&made["id"]).await, [true, true, true]);
    let code = made["vouchers"][0]["code"].as_str().unwrap();
    let used = json!({"store": "s319", "reference": "till-1"});
    world.post(&format!("/v1/vouchers/{code}/use"), used).send().await.expect(200);
    assert_eq!(ways(&made["id"]).await, [false, true, true]);
    act(&world, &made, "cancel", json!({})).await.problem("redemption-closed");
    clock(&world, "2026-06-18T12:00:00+08:00").await;
    assert_eq!(ways(&made["id"]).await, [false, false, true]);
    act(&world, &made, "return", json!({})).await.problem("redemption-closed");
    act(&world, &made, "return", json!({"defect": true})).await.expect(200);
    assert_eq!(ways(&made["id"]).await, [false; 3]);
}
