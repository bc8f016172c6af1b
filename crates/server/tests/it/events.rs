//! Events: one at a time, in batches, dry.

use serde_json::{Value, json};

use crate::show;
use crate::world::{World, event, order};

const BATCH: &str = "application/cloudevents-batch+json";

// row EARN-10
#[tokio::test]
async fn a_purchase_says_what_it_earned_and_why() {
    let world = World::new();
    let lines = json!([{"sku": "t-1", "category": "daily", "quantity": 2, "amount": 1200},
        {"sku": "w-9", "category": "appliance", "quantity": 1, "amount": 3400}]);
    let data =
        json!({"order": "1001", "amount": 4600, "currency": "CNY", "channel": "app", "store": "s319", "lines": lines});
    let paid = event("o-1001", "order.paid", "lin", data);
    let answer = world.post("/v1/events", paid).send().await.expect(200);
    insta::assert_snapshot!(show::answer(&answer) + &show::effects(&world, "lin").await);
}

#[tokio::test]
async fn the_same_event_again_gets_the_first_answer() {
    let world = World::new();
    let first = world.post("/v1/events", order("1", "lin", 10_000)).send().await.expect(200);
    assert!(!first.is_replay());
    let again = world.post("/v1/events", order("1", "lin", 10_000)).send().await.expect(200);
    assert!(again.is_replay());
    assert_eq!(again.text, first.text);
    world.post("/v1/events", order("1", "lin", 10_001)).send().await.problem("idempotency-conflict");
    // Another event about the same order: answered, and nothing is awarded.
    let mut other = order("1", "lin", 10_000);
    other["id"] = json!("another");
    let other = world.post("/v1/events", other).send().await.expect(200);
    assert_eq!(other.body["awards"], json!([]));
    assert_eq!(other.body["refusals"][0]["code"], "order-already-counted");
    assert_eq!(world.available("lin").await, 100);
}

#[tokio::test]
async fn a_dry_run_changes_nothing() {
    let world = World::new();
    let dry = world.post("/v1/events?dry_run=true", order("1", "lin", 10_000)).send().await.expect(200);
    assert_eq!(dry.body["awards"][0]["points"], 100);
    world.get("/v1/members/lin").send().await.problem("member-unknown");
    let odds = world.post("/v1/events?dry_run=true", event("c-1", "test.chance", "lin", json!({}))).send().await;
    assert_eq!(odds.expect(200).body["odds"][0]["chance_ppm"], 500_000);
    let batch = world.post("/v1/events?dry_run=true", json!([order("1", "lin", 10_000), {}]));
    let batch = batch.header("content-type", BATCH).send().await.expect(200);
    assert_eq!(batch.body["results"][0]["answer"]["awards"][0]["points"], 100);
    assert_eq!(batch.body["results"][1]["status"], 422);
    let live = world.post("/v1/events", order("1", "lin", 10_000)).send().await.expect(200);
    assert!(!live.is_replay());
}

// row REL-12
#[tokio::test]
async fn a_batch_is_answered_event_by_event() {
    let world = World::new();
    let bad_time = event("b-2", "page.viewed", "lin", json!({}));
    let bad_time = {
        let mut event = bad_time;
        event["time"] = json!("soon");
        event
    };
    let twice = order("1", "lin", 10_000);
    let events = json!([twice, bad_time, "nonsense", twice, order("2", "wei", 5_000), {"specversion": "1.0"}]);
    let answer = world.post("/v1/events", events).header("content-type", BATCH).send().await.expect(200);
    insta::assert_snapshot!(show::answer(&answer));
    let again = world.post("/v1/events", json!([twice])).header("content-type", BATCH).send().await.expect(200);
    assert!(again.is_replay());
    let empty = world.post("/v1/events", json!([])).header("content-type", BATCH).send().await.expect(200);
    assert_eq!(empty.body, json!({"results": []}));
    world.post("/v1/events", json!({})).header("content-type", BATCH).send().await.problem("invalid-field");
}

#[tokio::test]
async fn a_thousand_events_at_once() {
    let world = World::new();
    let events: Vec<Value> = (0..1000).map(|n| order(&n.to_string(), &format!("m-{}", n % 7), 100)).collect();
    let answer = world.post("/v1/events", json!(events)).header("content-type", BATCH).send().await.expect(200);
    let results = answer.body["results"].as_array().unwrap();
    assert_eq!(results.len(), 1000);
    assert!(results.iter().all(|result| result["status"] == 200));
    assert_eq!(world.available("m-0").await, 143);
    let over: Vec<Value> = (0..1001).map(|n| order(&n.to_string(), "lin", 100)).collect();
    world.post("/v1/events", json!(over)).header("content-type", BATCH).send().await.problem("batch-too-long");
}

// row EARN-17
#[tokio::test]
async fn purchases_of_every_channel_earn_at_once() {
    let world = World::new();
    let program = world.get("/v1/program").send().await.expect(200).body;
    let channels = program["channels"].as_array().unwrap();
    assert!(channels.len() >= 10);
    for (place, channel) in channels.iter().enumerate() {
        let mut paid = order(&format!("c-{place}"), "lin", 1_000);
        paid["data"]["channel"] = channel["id"].clone();
        paid["source"] = json!(format!("/channel/{}", channel["id"].as_str().unwrap()));
        let answer = world.post("/v1/events", paid).send().await.expect(200);
        assert_eq!(answer.body["awards"][0]["points"], 10, "{channel}");
        assert_eq!(answer.body["wallet"]["units"][1]["available"], 10 * (place as i64 + 1));
    }
    assert_eq!(world.available("lin").await, 10 * channels.len() as i64);
}

#[tokio::test]
async fn an_event_that_comes_too_late_waits_for_a_person() {
    let world = World::new();
    world.member("lin").await;
    for id in ["late-1", "late-2"] {
        let mut late = order(id, "lin", 10_000);
        late["time"] = json!("2026-04-01T12:00:00+08:00");
        let answer = world.post("/v1/events", late).send().await.expect(200);
        assert_eq!(answer.body["refusals"][0]["code"], "event-too-late");
    }
    assert_eq!(world.available("lin").await, 0);
    let page = world.get("/v1/reviews?limit=1").send().await.expect(200);
    let cursor = page.body["next_cursor"].as_str().unwrap();
    let next = world.get(&format!("/v1/reviews?limit=1&cursor={cursor}")).send().await.expect(200);
    let id = |page: &crate::world::Heard| page.body["data"][0]["id"].as_str().unwrap().to_owned();
    let (first, second) = (id(&page), id(&next));
    assert_ne!(first, second);
    insta::assert_snapshot!(show::answer(&world.get("/v1/reviews").send().await));
    let accepted = world.ask("POST", &format!("/v1/reviews/{first}/accept")).key("k-1").send().await.expect(200);
    assert_eq!(accepted.body["answer"]["awards"][0]["points"], 100);
    world.ask("POST", &format!("/v1/reviews/{first}/dismiss")).key("k-2").send().await.problem("review-decided");
    world.ask("POST", &format!("/v1/reviews/{second}/dismiss")).key("k-3").send().await.expect(200);
    world.ask("POST", "/v1/reviews/nothing/accept").key("k-4").send().await.problem("unknown");
    assert_eq!(world.get("/v1/reviews").send().await.body["data"], json!([]));
    assert_eq!(world.get("/v1/reviews?state=accepted").send().await.body["data"][0]["decided_by"], "sandbox");
    assert_eq!(world.available("lin").await, 100);
}

/// From now on an event that brings more than a hundred points waits.
pub(crate) async fn with_little_room(world: &World) {
    let draft = crate::drafts::begin(world).await;
    crate::drafts::edit(world, &draft, "rights.yaml", "event: 10000", "event: 100").await.expect(200);
    world.post(&crate::drafts::path(&draft, "/publish"), json!({"note": "little room"})).send().await.expect(201);
}

// row LIM-22
#[tokio::test]
async fn a_large_award_waits_for_a_person_before_it_is_credited() {
    let world = World::new();
    with_little_room(&world).await;
    let send = |id: &str, member: &str, amount: i64| {
        let mut paid = order(id, member, amount);
        paid["time"] = json!("2026-06-10T12:01:00+08:00");
        world.post("/v1/events", paid).send()
    };
    // A hundred points are credited at once, one more is not; a member whom nobody knew yet is not enrolled by it.
    assert_eq!(send("1", "lin", 10_000).await.expect(200).body["awards"][0]["points"], 100);
    for (id, member) in [("2", "lin"), ("3", "new")] {
        let waits = send(id, member, 10_100).await.expect(200).body;
        assert_eq!(waits["awards"], json!([]));
        let refusal = &waits["refusals"][0];
        assert_eq!((&refusal["code"], &refusal["facts"]["points"]), (&json!("award-waiting"), &json!(101)));
    }
    assert_eq!(world.available("lin").await, 100);
    world.get("/v1/members/new").send().await.problem("member-unknown");
    // The same event again is the same answer; asking about its order finds none yet.
    assert_eq!(send("2", "lin", 10_100).await.expect(200).body["refusals"][0]["code"], "award-waiting");
    let reviews = world.get("/v1/reviews").send().await.expect(200).body["data"].clone();
    let of = |member: &str| {
        let review = reviews.as_array().unwrap().iter().find(|review| review["member"] == member).unwrap();
        assert_eq!(review["reason"], "large");
        format!("/v1/reviews/{}/accept", review["id"].as_str().unwrap())
    };
    for (key, member, points) in [("k-1", "lin", 201), ("k-2", "new", 101)] {
        world.ask("POST", &of(member)).key(key).send().await.expect(200);
        assert_eq!(world.available(member).await, points);
    }
    // A dry run says so, too.
    let paid = order("4", "lin", 50_000);
    let dry = world.post("/v1/events?dry_run=true", paid).send().await.expect(200).body;
    assert_eq!(dry["refusals"][0]["code"], "award-waiting");
}
