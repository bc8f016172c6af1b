//! A redeemed service gets a time.

use serde_json::{Value, json};

use super::{act, clock, member, redeem, reward};
use crate::world::World;

fn slot(id: &str, day: u32, places: i64) -> Value {
    json!({"id": id, "resource": "coach-li", "from": format!("2026-06-{day}T10:00:00+08:00"),
        "until": format!("2026-06-{day}T11:00:00+08:00"), "places": places})
}

async fn set(world: &World, slots: Value) -> crate::world::Heard {
    world.put("/v1/rewards/coach/slots", json!({"slots": slots})).send().await
}

/// A coach with times, and two who redeemed an hour.
async fn world() -> (World, Value, Value) {
    let world = World::new();
    reward(&world, "coach", 300, json!({"kind": "service", "category": "service"})).await;
    set(&world, json!([slot("sat", 13, 1), slot("sun", 14, 2)])).await.expect(200);
    let mut made = Vec::new();
    for id in ["ada", "lin"] {
        member(&world, id, "ordinary", 2_000).await;
        made.push(redeem(&world, id, "coach", json!({})).await.expect(201).body);
    }
    let lin = made.pop().unwrap();
    (world, made.pop().unwrap(), lin)
}

async fn free(world: &World, slot: &str) -> Value {
    let slots = world.get("/v1/rewards/coach/slots").send().await.expect(200).body;
    slots["data"].as_array().unwrap().iter().find(|listed| listed["id"] == slot).unwrap()["free"].clone()
}

/// What is answered to a time that is full, and to one that is too near.
pub(crate) async fn refusals() -> [crate::world::Heard; 2] {
    let (world, ada, lin) = world().await;
    act(&world, &ada, "booking", json!({"slot": "sat"})).await.expect(200);
    let full = act(&world, &lin, "booking", json!({"slot": "sat"})).await;
    clock(&world, "2026-06-13T09:00:00+08:00").await;
    [full, act(&world, &ada, "booking/cancel", json!({})).await]
}

#[tokio::test]
async fn a_time_is_booked_moved_given_up_and_had() {
    // row RED-18
    let (world, ada, lin) = world().await;
    let booked = act(&world, &ada, "booking", json!({"slot": "sat"})).await.expect(200).body;
    assert_eq!((&booked["state"], &booked["resource"]), (&json!("booked"), &json!("coach-li")));
    assert_eq!(booked["changeable_until"], "2026-06-12T10:00:00+08:00");
    assert_eq!(free(&world, "sat").await, 0);
    act(&world, &lin, "booking", json!({"slot": "sat"})).await.problem("slot-full");
    // Moved: the first time is free for somebody else.
    let moved = act(&world, &ada, "booking", json!({"slot": "sun"})).await.expect(200).body;
    assert_eq!((&moved["slot"], &moved["moved"]), (&json!("sun"), &json!(1)));
    act(&world, &lin, "booking", json!({"slot": "sat"})).await.expect(200);
    // Given up: the redemption stays, and another time can be booked.
    let given_up = act(&world, &lin, "booking/cancel", json!({})).await.expect(200).body;
    assert_eq!(given_up["state"], "canceled");
    assert_eq!(free(&world, "sat").await, 1);
    act(&world, &lin, "booking/cancel", json!({})).await.problem("booking-closed");
    act(&world, &lin, "booking", json!({"slot": "sat"})).await.expect(200);
    // A day before it is too late.
    clock(&world, "2026-06-12T10:00:00+08:00").await;
    act(&world, &lin, "booking/cancel", json!({})).await.problem("booking-closed");
    act(&world, &lin, "booking", json!({"slot": "sun"})).await.problem("booking-closed");
    // The service was given: the voucher is used and the redemption complete.
    let done = act(&world, &lin, "booking/end", json!({})).await.expect(200).body;
    assert_eq!(done["state"], "done");
    let path = format!("/v1/redemptions/{}", lin["id"].as_str().unwrap());
    let shown = world.get(&path).send().await.expect(200).body;
    assert_eq!((&shown["state"], &shown["vouchers"][0]["state"]), (&json!("fulfilled"), &json!("used")));
    let code = lin["vouchers"][0]["code"].as_str().unwrap();
    let used = json!({"store": "s319", "reference": "till-1"});
    world.post(&format!("/v1/vouchers/{code}/use"), used).send().await.problem("voucher-not-valid");
    assert_eq!(world.get(&format!("{path}/booking")).send().await.expect(200).body["state"], "done");
}

#[tokio::test]
async fn whoever_gives_a_service_sees_who_comes_and_who_came_this_week() {
    // row RED-18
    let (world, ada, lin) = world().await;
    let list = "/v1/rewards/coach/bookings";
    assert_eq!(world.get(list).send().await.expect(200).body["data"], json!([]));
    act(&world, &lin, "booking", json!({"slot": "sun"})).await.expect(200);
    act(&world, &ada, "booking", json!({"slot": "sat"})).await.expect(200);
    let listed = world.get(list).send().await.expect(200).body;
    let who: Vec<_> = listed["data"].as_array().unwrap().iter().map(|one| (&one["member"], &one["slot"])).collect();
    assert_eq!(who, [(&json!("ada"), &json!("sat")), (&json!("lin"), &json!("sun"))]);
    // A week after it is over, nobody looks for it here any more.
    clock(&world, "2026-06-20T12:00:00+08:00").await;
    let listed = world.get(list).send().await.expect(200).body;
    assert_eq!(listed["data"].as_array().unwrap().len(), 1);
    world.get("/v1/rewards/nothing/bookings").send().await.problem("unknown");
}

#[tokio::test]
async fn whoever_does_not_come_may_book_again_and_who_cancels_frees_the_time() {
    // row RED-18
    let (world, ada, lin) = world().await;
    act(&world, &ada, "booking", json!({"slot": "sat"})).await.expect(200);
    let missed = act(&world, &ada, "booking/end", json!({"missed": true})).await.expect(200).body;
    assert_eq!(missed["state"], "missed");
    act(&world, &ada, "booking", json!({"slot": "sun"})).await.expect(200);
    // A redemption that is canceled gives its time up.
    act(&world, &ada, "cancel", json!({})).await.expect(200);
    assert_eq!(free(&world, "sun").await, 2);
    act(&world, &ada, "booking", json!({"slot": "sun"})).await.problem("redemption-closed");
    // Times: over, unknown, badly said, of others.
    act(&world, &lin, "booking", json!({"slot": "mon"})).await.problem("unknown");
    act(&world, &lin, "booking", json!({"slot": "sat"})).await.problem("slot-full");
    act(&world, &lin, "booking", json!({"slot": "a b"})).await.problem("invalid-field");
    let other = world.post("/v1/members/ada/tokens", json!({})).send().await.expect(201).body;
    let path = format!("/v1/redemptions/{}/booking", lin["id"].as_str().unwrap());
    let token = other["token"].as_str();
    world.post(&path, json!({"slot": "sun"})).token(token).send().await.problem("unknown");
    world.get(&path).token(token).send().await.problem("unknown");
    clock(&world, "2026-06-14T10:00:00+08:00").await;
    act(&world, &lin, "booking", json!({"slot": "sun"})).await.problem("booking-closed");
    assert_eq!(world.get("/v1/rewards/coach/slots").send().await.expect(200).body["data"], json!([]));
}

#[tokio::test]
async fn who_has_booked_has_a_promise() {
    let (world, ada, _) = world().await;
    act(&world, &ada, "booking", json!({"slot": "sun"})).await.expect(200);
    set(&world, json!([slot("sun", 14, 0)])).await.problem("stock-reserved");
    set(&world, json!([slot("sun", 15, 2)])).await.problem("invalid-field");
    set(&world, json!([slot("sun", 14, 5), slot("sun", 14, 5)])).await.problem("invalid-field");
    set(&world, json!([])).await.problem("invalid-field");
    let backwards = json!([{"id": "x", "from": "2026-06-14T10:00:00Z", "until": "2026-06-14T09:00:00Z", "places": 1}]);
    set(&world, backwards).await.problem("invalid-field");
    set(&world, json!([slot("sun", 14, 5)])).await.expect(200);
    assert_eq!(free(&world, "sun").await, 4);
    world.put("/v1/rewards/nothing/slots", json!({"slots": [slot("x", 14, 1)]})).send().await.problem("unknown");
}
