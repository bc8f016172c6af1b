//! How often a client may call.

use crate::world::World;

#[tokio::test]
async fn a_client_that_calls_too_often_waits() {
    let world = World::with(|options| options.requests_per_minute = 3);
    let token = world.client("till", &["members:read"], None).await;
    let call = || world.get("/v1/members/nobody").token(Some(&token)).send();
    for left in [2, 1, 0] {
        let answer = call().await.expect(404);
        assert_eq!(answer.header("ratelimit-policy"), "\"client\";q=3;w=60");
        assert!(answer.header("ratelimit").starts_with(&format!("\"client\";r={left};t=")), "{answer:?}");
    }
    let refused = call().await.problem("rate-limited");
    assert_eq!(refused.header("retry-after"), "20");
    for _ in 0..10 {
        world.get("/v1/members/nobody").send().await.expect(404);
    }
}

#[tokio::test]
async fn what_is_left_of_a_rate_survives_changes_of_other_clients() {
    let world = World::with(|options| options.requests_per_minute = 1);
    let token = world.client("till", &["members:read"], None).await;
    world.get("/v1/members/nobody").token(Some(&token)).send().await.expect(404);
    world.client("other", &["members:read"], None).await;
    world.get("/v1/members/nobody").token(Some(&token)).send().await.problem("rate-limited");
}
