//! Friends: invited, bound, rewarded by their first order, and taken back with it.

use serde_json::{Value, json};

use crate::world::{Heard, World, event, order};

async fn send(world: &World, event: Value) -> Heard {
    world.post("/v1/events", event).send().await.expect(200)
}

/// A paid order that says on which device it was made and from which account it was paid.
fn order_with(id: &str, member: &str, more: Value) -> Value {
    let mut order = order(id, member, 4600);
    more.as_object().unwrap().iter().for_each(|(key, value)| order["data"][key] = value.clone());
    order
}

async fn enroll(world: &World, member: Value) -> Value {
    world.post("/v1/members", member).send().await.expect(201).body
}

async fn code(world: &World, member: &str) -> String {
    let invitation = world.ask("POST", &format!("/v1/members/{member}/invitation")).send().await.expect(200).body;
    invitation["code"].as_str().unwrap().to_owned()
}

async fn referrals(world: &World, member: &str) -> Value {
    world.get(&format!("/v1/members/{member}/referrals")).send().await.expect(200).body
}

// row SOC-01
#[tokio::test]
async fn a_friends_first_order_rewards_both_once() {
    let world = World::new();
    world.member("lin").await;
    enroll(&world, json!({"id": "wei", "name": "魏无羡", "referrer": "lin"})).await;
    assert_eq!(world.available("lin").await, 0, "joining alone brings nothing");
    let answer = send(&world, order("1", "wei", 4600)).await.body;
    let rules: Vec<&str> = answer["awards"].as_array().unwrap().iter().map(|a| a["rule"].as_str().unwrap()).collect();
    assert_eq!(rules, ["purchase-daily", "invited-first-order"]);
    assert_eq!((world.available("lin").await, world.available("wei").await), (250, 146));
    send(&world, order("2", "wei", 4600)).await;
    assert_eq!((world.available("lin").await, world.available("wei").await), (250, 192), "only the first order counts");
    let list = referrals(&world, "lin").await;
    assert_eq!((&list["invited"], &list["completed"]), (&json!(1), &json!(1)));
    assert_eq!(list["earned"], json!([{"unit": "points", "points": 250}]));
    assert_eq!((&list["data"][0]["friend"], &list["data"][0]["state"]), (&json!("魏*"), &json!("completed")));
    // Whoever was rewarded did nothing themselves.
    assert!(world.get("/v1/members/lin").send().await.expect(200).body["statistics"].get("last_active_at").is_none());
}

// row SOC-01
#[tokio::test]
async fn other_programs_reward_friends_in_their_own_way() {
    for (program, inviter, friend) in [("retention", 200, 246), ("operations", 100, 146), ("ecosystem", 100, 146)] {
        let world = World::of(program);
        world.member("lin").await;
        enroll(&world, json!({"id": "wei", "referrer": "lin"})).await;
        let paid = json!({"order": "1", "amount": 4600, "currency": "CNY"});
        send(&world, event("paid-1", "order.paid", "wei", paid)).await;
        assert_eq!((world.available("lin").await, world.available("wei").await), (inviter, friend), "{program}");
    }
}

// row SOC-01
#[tokio::test]
async fn a_refund_of_the_first_order_takes_back_what_both_got() {
    let world = World::new();
    world.member("lin").await;
    enroll(&world, json!({"id": "wei", "referrer": "lin"})).await;
    send(&world, order("1", "wei", 4600)).await;
    let part = event("back-1", "order.refunded", "wei", json!({"order": "1", "amount": 600}));
    send(&world, part).await;
    assert_eq!((world.available("lin").await, world.available("wei").await), (250, 140), "a part leaves it standing");
    let rest = event("back-2", "order.refunded", "wei", json!({"order": "1"}));
    send(&world, rest).await;
    assert_eq!((world.available("lin").await, world.available("wei").await), (0, 0));
    let list = referrals(&world, "lin").await;
    assert_eq!((&list["completed"], &list["data"][0]["state"]), (&json!(0), &json!("bound")));
    // Another order counts in its place; one that fails takes it back again.
    send(&world, order("2", "wei", 4600)).await;
    assert_eq!((world.available("lin").await, world.available("wei").await), (250, 146));
    send(&world, event("failed-2", "order.failed", "wei", json!({"order": "2"}))).await;
    assert_eq!((world.available("lin").await, world.available("wei").await), (0, 0));
    // Spent points become a debt, as those of a refunded order do.
    send(&world, order("3", "wei", 4600)).await;
    let spend = json!({"unit": "points", "points": 200, "reason": "gone", "reference": "s-1"});
    world.post("/v1/members/lin/spend", spend).send().await.expect(200);
    send(&world, event("back-3", "order.refunded", "wei", json!({"order": "3"}))).await;
    let wallet = world.get("/v1/members/lin/wallet").send().await.expect(200).body;
    let points = wallet["units"].as_array().unwrap().iter().find(|unit| unit["unit"] == "points").unwrap();
    assert_eq!((&points["available"], &points["debt"]), (&json!(0), &json!(200)));
}

// row SOC-01
#[tokio::test]
async fn friend_and_first_order_may_come_in_one_batch() {
    let world = World::new();
    world.member("lin").await;
    let joined = event("joined", "member.registered", "wei", json!({"referrer": "lin"}));
    let batch = json!([joined, order("1", "wei", 4600)]);
    let asked = world.post("/v1/events", batch).header("content-type", "application/cloudevents-batch+json");
    asked.send().await.expect(200);
    let clock = json!({"now": "2026-06-10T12:01:00+08:00"});
    world.post("/v1/sandbox/clock", clock).send().await.expect(200);
    assert_eq!((world.available("lin").await, world.available("wei").await), (250, 246), "one hundred for registering");
}

// row SOC-07
#[tokio::test]
async fn an_invitation_can_be_sent_as_it_is() {
    let world = World::new();
    world.member("lin").await;
    let invitation = world.ask("POST", "/v1/members/lin/invitation").send().await.expect(200).body;
    let code = invitation["code"].as_str().unwrap();
    for lang in ["zh", "en"] {
        assert!(invitation["share"][lang].as_str().unwrap().contains(code), "{invitation}");
    }
    assert_eq!(invitation["path"], format!("/join?code={code}"));
}

#[tokio::test]
async fn a_code_binds_a_friend_until_the_first_order() {
    let world = World::new();
    for member in ["lin", "wei", "he", "an"] {
        world.member(member).await;
    }
    let lins = code(&world, "lin").await;
    assert_eq!(code(&world, "lin").await, lins, "a member has one code");
    assert_eq!(lins.len(), 20);
    let bind = |member: &str, code: &str| world.post(&format!("/v1/members/{member}/referrals"), json!({"code": code}));
    bind("wei", "0CR5M2-8V1XQZ-7TKB4H").send().await.problem("unknown");
    bind("wei", "").send().await.problem("invalid-field");
    bind("nobody", &lins).send().await.problem("member-unknown");
    let bound = bind("wei", &lins.to_lowercase().replace('-', " ")).key("b-1").send().await.expect(200).body;
    assert_eq!(bound["state"], "bound");
    let why = |heard: Heard, why: &str| assert_eq!(heard.problem("referral-refused").body["why"], why);
    why(bind("wei", &lins).send().await, "brought-already");
    why(bind("lin", &lins).send().await, "oneself");
    send(&world, order("1", "he", 4600)).await;
    why(bind("he", &lins).send().await, "ordered-already");
    // Lin brought Wei: a circle would close.
    let weis = code(&world, "wei").await;
    why(bind("lin", &weis).send().await, "circle");
    let clock = json!({"now": "2026-06-18T12:00:00+08:00"});
    world.post("/v1/sandbox/clock", clock).send().await.expect(200);
    why(bind("an", &lins).send().await, "too-late");
    world.post("/v1/members", json!({"id": "zhu", "invitation": lins})).send().await.expect(201);
    world.post("/v1/members", json!({"id": "bo", "invitation": "X"})).send().await.problem("unknown");
    world.post("/v1/members", json!({"id": "bo", "referrer": "bo"})).send().await.problem("invalid-field");
    let list = referrals(&world, "lin").await;
    assert_eq!((&list["invited"], &list["code"]), (&json!(2), &json!(lins)));
    let friend = list["data"][0]["friend"].as_str().unwrap();
    assert!(friend.starts_with('…'), "{friend}");
}

// row SOC-01
#[tokio::test]
async fn nobody_is_rewarded_for_inviting_themselves() {
    let world = World::new();
    let same_device = json!({"device": "d-77"});
    let same_payer = json!({"payer": "alipay-1", "device": "d-80"});
    for (friend, more, why) in [("wei", same_device, "same-device"), ("he", same_payer, "same-payment")] {
        let inviter = format!("{friend}-inviter");
        world.member(&inviter).await;
        send(&world, order_with(&format!("{friend}-0"), &inviter, json!({"device": "d-77", "payer": "alipay-1"})))
            .await;
        enroll(&world, json!({"id": friend, "referrer": inviter})).await;
        let answer = send(&world, order_with(&format!("{friend}-1"), friend, more)).await.body;
        assert_eq!(answer["refusals"][0]["code"], "referral-refused");
        assert_eq!(answer["refusals"][0]["facts"]["why"], why);
        assert_eq!((world.available(&inviter).await, world.available(friend).await), (46, 46));
        let list = referrals(&world, &inviter).await;
        assert_eq!((&list["data"][0]["state"], &list["data"][0]["refused"]), (&json!("refused"), &json!(why)));
    }
    // The same person by telephone number, found though nothing kept tells it.
    enroll(&world, json!({"id": "an", "phone": "138 0013 8000"})).await;
    enroll(&world, json!({"id": "an-2", "phone": "+86 13800138000", "referrer": "an"})).await;
    send(&world, order("an-1", "an-2", 4600)).await;
    assert_eq!((world.available("an").await, world.available("an-2").await), (0, 46));
    assert_eq!(referrals(&world, "an").await["data"][0]["refused"], "same-person");
    // What devices and accounts are is kept nowhere.
    let member = world.app.engine.read::<jifen_program::member::Member>("wei").unwrap().unwrap();
    let stored = serde_json::to_string(&member.body).unwrap();
    assert!(!member.body.marks.is_empty() && !stored.contains("d-77") && !stored.contains("alipay"), "{stored}");
}

// row SOC-03
#[tokio::test]
async fn the_board_shows_conversion_chains_and_what_a_member_costs() {
    let world = World::of("retention");
    world.member("lin").await;
    for (friend, by) in [("wei", "lin"), ("he", "wei"), ("an", "wei"), ("bo", "lin")] {
        enroll(&world, json!({"id": friend, "referrer": by})).await;
    }
    for friend in ["wei", "he", "an"] {
        let paid = json!({"order": friend, "amount": 4600, "currency": "CNY"});
        send(&world, event(&format!("paid-{friend}"), "order.paid", friend, paid)).await;
    }
    send(&world, event("back", "order.refunded", "an", json!({"order": "an"}))).await;
    let board = world.get("/v1/boards/referrals?days=7").send().await.expect(200).body;
    assert_eq!(board["totals"], json!({"invited": 4, "completed": 3, "refused": 0, "undone": 1}));
    assert_eq!(board["conversion"], json!(50.0));
    assert_eq!(board["points"], json!([{"unit": "points", "points": 400}]));
    let costs: Vec<&Value> = board["references"].as_array().unwrap().iter().map(|r| &r["cost"]["amount"]).collect();
    assert_eq!(costs, [&json!(1200), &json!(3000)]);
    assert_eq!(board["depth"], json!([{"depth": 1, "members": 2}, {"depth": 2, "members": 2}]));
    assert!(board["cost_per_member"]["amount"].as_i64().unwrap() > 0, "{board}");
    world.get("/v1/boards/referrals?days=0").send().await.problem("invalid-parameter");
}

// row SOC-02
#[tokio::test]
async fn the_inviter_hears_of_the_first_redemption() {
    let world = World::new();
    world.member("lin").await;
    enroll(&world, json!({"id": "wei", "referrer": "lin"})).await;
    world.give("wei", 1000).await;
    let name = json!({"zh": "券", "en": "Coupon"});
    let reward = json!({"id": "cup", "name": name, "kind": "coupon", "category": "daily", "points": 100, "stock": 9});
    world.post("/v1/rewards", reward).send().await.expect(201);
    for expected in [7, 7] {
        let quote = json!({"member": "wei", "reward": "cup"});
        let quote = world.post("/v1/quotes", quote).send().await.expect(200).body["id"].clone();
        world.post("/v1/redemptions", json!({"quote": quote})).send().await.expect(201);
        let now = world.app.engine.clock().now().plus_millis(60_000);
        let clock = json!({"now": jifen_vocab::Zone::utc().rfc3339(now)});
        world.post("/v1/sandbox/clock", clock).send().await.expect(200);
        assert_eq!(world.available("lin").await, expected);
    }
}

#[tokio::test]
async fn what_the_program_raises_itself_is_not_taken_from_outside() {
    let world = World::new();
    for kind in ["referral.completed", "referral.welcomed", "member.birthday"] {
        let forged = event(kind, kind, "lin", json!({"amount": 4600}));
        let problem = world.post("/v1/events", forged).send().await.problem("invalid-field");
        assert_eq!(problem.body["errors"][0]["pointer"], "/type", "{}", problem.text);
    }
    let nobody = event("j-1", "referral.joined", "lin", json!({}));
    world.post("/v1/events", nobody).send().await.problem("invalid-field");
    let stranger = event("j-2", "referral.joined", "lin", json!({"referrer": "stranger"}));
    let answer = send(&world, stranger).await.body;
    assert_eq!(answer["refusals"][0]["code"], "member-unknown");
    world.member("wei").await;
    let wrong = event("j-3", "referral.joined", "he", json!({"invitation": "0CR5M2-8V1XQZ-7TKB4H"}));
    assert_eq!(send(&world, wrong).await.body["refusals"][0]["code"], "unknown");
    let joined = event("j-4", "referral.joined", "he", json!({"referrer": "wei"}));
    send(&world, joined).await;
    assert_eq!(referrals(&world, "wei").await["invited"], 1);
}
