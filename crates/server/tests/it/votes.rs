//! Votes: each member chooses once, and what wins becomes the draft of a reward.

use serde_json::{Value, json};

use crate::world::{Heard, World};

pub(crate) fn vote(id: &str) -> Value {
    json!({"id": id, "name": {"zh": "下一款杯子", "en": "The next mug"}, "until": "2026-06-17T12:00:00+08:00",
        "options": [{"id": "cat", "name": {"zh": "猫", "en": "Cat"}}, {"id": "dog", "name": {"zh": "狗", "en": "Dog"}}],
        "reward": {"kind": "goods", "category": "daily", "points": 800}})
}

pub(crate) async fn cast(world: &World, member: &str, vote: &str, option: &str) -> Heard {
    world.post(&format!("/v1/members/{member}/ballots"), json!({"vote": vote, "option": option})).send().await
}

async fn until(world: &World, now: &str) {
    world.post("/v1/sandbox/clock", json!({"now": now})).send().await.expect(200);
}

// row CAT-33
#[tokio::test]
async fn what_most_members_choose_becomes_the_draft_of_a_reward() {
    let world = World::new();
    for member in ["lin", "wei", "he"] {
        world.member(member).await;
    }
    let opened = world.post("/v1/votes", vote("mug")).send().await.expect(201);
    assert_eq!((opened.header("location"), &opened.body["state"]), ("/v1/votes/mug", &json!("open")));
    cast(&world, "lin", "mug", "dog").await.expect(200);
    cast(&world, "wei", "mug", "cat").await.expect(200);
    cast(&world, "he", "mug", "dog").await.expect(200);
    // A second ballot changes nothing, whatever it says.
    let again = cast(&world, "lin", "mug", "cat").await.problem("voted-already");
    assert_eq!(again.body["option"], "dog");
    cast(&world, "lin", "mug", "cow").await.problem("unknown");
    cast(&world, "nobody", "mug", "cat").await.problem("member-unknown");
    cast(&world, "lin", "no-such", "cat").await.problem("unknown");
    // Members see how it stands once it is over, and their own choice at once.
    let seen = world.get("/v1/members/lin/votes").send().await.expect(200).body["data"][0].clone();
    assert_eq!((&seen["own"], seen["options"][0].get("ballots")), (&json!("dog"), None));
    let all = world.get("/v1/votes").send().await.expect(200).body["data"][0].clone();
    assert_eq!((&all["options"][0]["ballots"], &all["options"][1]["ballots"]), (&json!(1), &json!(2)));
    until(&world, "2026-06-17T12:00:00+08:00").await;
    let over = world.get("/v1/votes").send().await.expect(200).body["data"][0].clone();
    assert_eq!(
        (&over["state"], &over["winner"], &over["reward"]),
        (&json!("closed"), &json!("dog"), &json!("mug.winner"))
    );
    let seen = world.get("/v1/members/lin/votes").send().await.expect(200).body["data"][0].clone();
    assert_eq!((&seen["winner"], &seen["options"][1]["ballots"], seen.get("reward")), (&json!("dog"), &json!(2), None));
    cast(&world, "lin", "mug", "cat").await.problem("vote-closed");
    // The draft waits until an operator puts it on the shelf.
    let draft = world.get("/v1/rewards/mug.winner").send().await.expect(200).body;
    assert_eq!((&draft["name"]["en"], &draft["points"], &draft["retired"]), (&json!("Dog"), &json!(800), &json!(true)));
    let shelf = world.get("/v1/rewards?member=lin").send().await.expect(200).body;
    assert_eq!(shelf["data"], json!([]));
    let trail = world.get("/v1/audit?action=votes.close").send().await.expect(200).body;
    assert_eq!(
        (&trail["data"][0]["actor"]["kind"], &trail["data"][0]["after"]["winner"]),
        (&json!("system"), &json!("dog"))
    );
}

#[tokio::test]
async fn a_vote_can_be_counted_early_and_nobody_may_be_its_winner() {
    let world = World::new();
    world.post("/v1/votes", vote("mug")).send().await.expect(201);
    world.post("/v1/votes", vote("mug")).send().await.problem("vote-exists");
    let closed = world.ask("POST", "/v1/votes/mug/close").send().await.expect(200).body;
    assert_eq!((&closed["state"], closed.get("winner"), closed.get("reward")), (&json!("closed"), None, None));
    world.ask("POST", "/v1/votes/mug/close").send().await.problem("vote-closed");
    world.ask("POST", "/v1/votes/other/close").send().await.problem("unknown");
    until(&world, "2026-06-18T12:00:00+08:00").await;
    let wrong = |change: &str, value: Value| {
        let mut wrong = vote("wrong");
        wrong["until"] = json!("2026-07-17T12:00:00+08:00");
        wrong[change] = value;
        world.post("/v1/votes", wrong).send()
    };
    let option = json!({"id": "cat", "name": "Cat"});
    for (field, value) in [
        ("until", json!("2026-06-17T12:00:00+08:00")),
        ("options", json!([option])),
        ("options", json!([option, option])),
        ("options", json!([option, {"id": "a b", "name": "Cat"}])),
        ("name", json!(" ")),
        ("reward", json!({"kind": "wish", "category": "daily", "points": 800})),
        ("reward", json!({"kind": "goods", "category": "daily", "points": 0})),
    ] {
        wrong(field, value).await.problem("invalid-field");
    }
}

// row SOC-04
#[tokio::test]
async fn taking_part_in_a_vote_brings_community_points() {
    let world = World::of("operations");
    world.member("lin").await;
    world.post("/v1/votes", vote("mug")).send().await.expect(201);
    cast(&world, "lin", "mug", "cat").await.expect(200);
    assert_eq!(world.available("lin").await, 5);
    for (id, kind, points) in [("1", "community.signed_in", 10), ("2", "community.content_shared", 30)] {
        world.post("/v1/events", crate::world::event(id, kind, "lin", json!({}))).send().await.expect(200);
        assert_eq!(world.available("lin").await, points);
    }
}

// row SOC-05
#[tokio::test]
async fn content_that_is_reposted_or_liked_by_many_brings_more() {
    let world = World::of("operations");
    let event =
        |id: &str, kind: &str, data: Value| world.post("/v1/events", crate::world::event(id, kind, "lin", data)).send();
    event("1", "content.reposted", json!({"content": "c-1"})).await.expect(200);
    assert_eq!(world.available("lin").await, 100);
    event("2", "content.liked", json!({"content": "c-1", "likes": 49})).await.expect(200);
    event("3", "content.liked", json!({"content": "c-1", "likes": 50})).await.expect(200);
    assert_eq!(world.available("lin").await, 150);
}
