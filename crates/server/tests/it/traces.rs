//! Where points came from and what became of them.

use serde_json::{Value, json};

use crate::world::{World, event, order};

async fn trace(world: &World, number: u64) -> Value {
    world.get(&format!("/v1/members/lin/entries/{number}/trace")).send().await.expect(200).body
}

/// Points, order and entry of each origin.
fn from(trace: &Value) -> Vec<(i64, String, u64)> {
    let origin = |part: &Value| {
        let order = part["order"].as_str().unwrap_or("-").to_owned();
        (part["points"].as_i64().unwrap(), order, part["entry"].as_u64().unwrap())
    };
    trace["from"].as_array().unwrap().iter().map(origin).collect()
}

/// Points, state and entry of each fate.
fn to(trace: &Value) -> Vec<(i64, String, u64)> {
    let fate = |part: &Value| {
        (part["points"].as_i64().unwrap(), part["state"].as_str().unwrap().to_owned(), part["entry"].as_u64().unwrap())
    };
    trace["to"].as_array().unwrap().iter().map(fate).collect()
}

fn parts(parts: &[(i64, &str, u64)]) -> Vec<(i64, String, u64)> {
    parts.iter().map(|(points, word, entry)| (*points, (*word).to_owned(), *entry)).collect()
}

// row MEM-05
#[tokio::test]
async fn every_point_is_followed_both_ways() {
    let world = World::new();
    // 1: 46 points of order a. 2: 100 of order b.
    world.post("/v1/events", order("a", "lin", 4_600)).send().await.expect(200);
    world.post("/v1/events", order("b", "lin", 10_000)).send().await.expect(200);
    // 3: 60 are spent: all of a and 14 of b.
    let spend = json!({"unit": "points", "points": 60, "reason": "tea", "reference": "r-1"});
    let spent = world.post("/v1/members/lin/spend", spend).send().await.expect(200).body;
    let seen = trace(&world, 3).await;
    assert_eq!(from(&seen), parts(&[(46, "a", 1), (14, "b", 2)]));
    assert_eq!(to(&seen), parts(&[(60, "redeemed", 3)]));
    assert_eq!((&seen["entry"]["kind"], &seen["complete"]), (&json!("spend"), &json!(true)));
    assert_eq!(seen["from"][0]["rule"], "purchase-daily");
    assert_eq!(seen["from"][0]["event"], "paid-a");
    assert_eq!(seen["from"][0]["expires_at"], "2027-01-01T00:00:00+08:00");
    // 4: 20 of them come back.
    let back = json!({"points": 20, "reason": "cold"});
    let path = format!("/v1/spends/{}/reverse", spent["id"].as_str().unwrap());
    world.post(&path, back).key("v-1").send().await.expect(200);
    // 5: 10 are held.
    let hold = json!({"unit": "points", "points": 10, "reason": "till"});
    world.post("/v1/members/lin/holds", hold).key("h-1").send().await.expect(200);
    // 6: a third of order b is refunded.
    let refund = json!({"order": "b", "amount": 3_000, "reason": "x"});
    world.post("/v1/events", event("f-1", "order.refunded", "lin", refund)).send().await.expect(200);
    let given = trace(&world, 2).await;
    assert_eq!(from(&given), parts(&[(100, "b", 2)]), "an award is its own origin");
    let total: i64 = to(&given).iter().map(|(points, ..)| points).sum();
    assert_eq!(total, 100, "every point of it is somewhere: {given}");
    assert!(to(&given).contains(&(30, "issued".to_owned(), 6)), "{given}");
    let returned = trace(&world, 4).await;
    assert_eq!(from(&returned).iter().map(|(points, ..)| points).sum::<i64>(), 20);
    // 7: the year ends, and what is left lapses.
    world.post("/v1/sandbox/clock", json!({"now": "2027-01-02T00:00:00+08:00"})).send().await.expect(200);
    let given = trace(&world, 2).await;
    let states: Vec<String> = to(&given).into_iter().map(|(_, state, _)| state).collect();
    assert!(states.contains(&"expired".to_owned()) && !states.contains(&"available".to_owned()), "{given}");
    insta::assert_json_snapshot!(to(&trace(&world, 1).await));
}

#[tokio::test]
async fn what_is_not_there_is_not_traced() {
    let world = World::new();
    world.member("lin").await;
    world.give("lin", 10).await;
    for number in ["0", "2", "x", "-1", "99999999999999999999999"] {
        world.get(&format!("/v1/members/lin/entries/{number}/trace")).send().await.problem("unknown");
    }
    world.get("/v1/members/nobody/entries/1/trace").send().await.problem("member-unknown");
    let seen = trace(&world, 1).await;
    assert_eq!((from(&seen), to(&seen)), (parts(&[(10, "-", 1)]), parts(&[(10, "available", 1)])));
}
