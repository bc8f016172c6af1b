//! What holds for any request: its form, its limits, its keys.

use axum::body::Body;
use serde_json::{Value, json};

use crate::world::{World, event, order};

#[tokio::test]
async fn one_key_gives_one_answer() {
    let world = World::new();
    world.member("lin").await;
    let body = json!({"unit": "points", "points": 10, "reason": "sorry"});
    let path = "/v1/members/lin/adjustments";
    let first = world.post(path, body.clone()).key("k-1").send().await.expect(200);
    assert!(!first.is_replay());
    // The order of fields and spaces are not content.
    let same = "{ \"reason\": \"sorry\",  \"points\": 10, \"unit\": \"points\" }";
    let again = world.post(path, Value::Null).text(same).key("k-1").send().await.expect(200);
    assert!(again.is_replay());
    assert_eq!(again.body, first.body);
    let other = json!({"unit": "points", "points": 11, "reason": "sorry"});
    world.post(path, other).key("k-1").send().await.problem("idempotency-conflict");
    world.member("wei").await;
    world.post("/v1/members/wei/adjustments", body.clone()).key("k-1").send().await.problem("idempotency-conflict");
    let till = world.client("till", &["points:adjust"], None).await;
    let theirs = world.post(path, body).key("k-1").token(Some(&till)).send().await.expect(200);
    assert!(!theirs.is_replay(), "keys belong to their client");
    assert_eq!(world.available("lin").await, 20);
}

#[tokio::test]
async fn a_refusal_is_remembered_and_what_could_not_be_judged_is_not() {
    let world = World::new();
    let path = "/v1/members/lin/holds";
    let body = json!({"unit": "points", "points": 10, "reason": "checkout"});
    world.post(path, body.clone()).key("k-1").send().await.problem("member-unknown");
    world.member("lin").await;
    let no = world.post(path, body.clone()).key("k-1").send().await.problem("insufficient-points");
    assert!(!no.is_replay());
    world.give("lin", 100).await;
    let still_no = world.post(path, body.clone()).key("k-1").send().await.problem("insufficient-points");
    assert!(still_no.is_replay());
    assert_eq!(still_no.body["available"], 0);
    world.post(path, body).key("k-2").send().await.expect(200);
}

// row REL-12
#[tokio::test]
async fn one_key_from_fifty_connections_at_once_counts_once() {
    let world = std::sync::Arc::new(World::new());
    world.member("lin").await;
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let world = std::sync::Arc::clone(&world);
        calls.spawn(async move {
            let adjusted = json!({"unit": "points", "points": 10, "reason": "sorry"});
            let adjusted = world.post("/v1/members/lin/adjustments", adjusted).key("k-1").send().await.expect(200);
            let paid = world.post("/v1/events", order("1", "lin", 10_000)).send().await.expect(200);
            (adjusted.is_replay(), adjusted.body, paid.is_replay(), paid.body)
        });
    }
    let answers = calls.join_all().await;
    assert_eq!(answers.iter().filter(|answer| !answer.0).count(), 1);
    assert_eq!(answers.iter().filter(|answer| !answer.2).count(), 1);
    assert!(answers.iter().all(|answer| answer.1 == answers[0].1 && answer.3 == answers[0].3));
    assert_eq!(world.available("lin").await, 110);
}

// row REL-17
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_twenty_spends_at_once_that_the_balance_allows_once_one_succeeds() {
    let world = std::sync::Arc::new(World::new());
    world.member("lin").await;
    world.give("lin", 100).await;
    let mut calls = tokio::task::JoinSet::new();
    for till in 0..20 {
        let world = std::sync::Arc::clone(&world);
        calls.spawn(async move {
            let body =
                json!({"unit": "points", "points": 100, "reason": "a kettle", "reference": format!("till-{till}")});
            world.post("/v1/members/lin/spend", body).send().await.status.as_u16()
        });
    }
    let mut statuses = calls.join_all().await;
    statuses.sort_unstable();
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1);
    assert_eq!(statuses.iter().filter(|status| **status == 409).count(), 19);
    assert_eq!(world.available("lin").await, 0);
}

#[tokio::test]
async fn bodies_have_limits() {
    let world = World::new();
    let long = format!("{{\"id\": \"{}\"}}", "x".repeat(70_000));
    let refused = world.post("/v1/members", Value::Null).text(long).send().await.problem("payload-too-large");
    assert_eq!(refused.body["limit"], 65_536);
    // One that announces too much is not read at all.
    let announced = world.post("/v1/members", Value::Null).header("content-length", "9999999999");
    announced.text(Body::from_stream(Never)).send().await.problem("payload-too-large");
    // Not read to its end either: what is wrong there is never met.
    let million = format!("[{},what", vec!["{}"; 1_000_000].join(","));
    let batch = world.post("/v1/events", Value::Null).header("content-type", "application/cloudevents-batch+json");
    let refused = batch.text(million).send().await.problem("batch-too-long");
    assert_eq!(refused.body["limit"], 1000);
}

/// A body of which nothing ever comes.
pub(crate) struct Never;

impl futures_core::Stream for Never {
    type Item = Result<bytes::Bytes, std::io::Error>;

    fn poll_next(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        std::task::Poll::Pending
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_that_does_not_come_is_not_waited_for_long() {
    let world = World::new();
    let slow = world.post("/v1/members", Value::Null).header("transfer-encoding", "chunked");
    slow.text(Body::from_stream(Never)).send().await.problem("request-timeout");
}

#[tokio::test]
async fn fields_at_fault_are_named() {
    let world = World::new();
    world.member("lin").await;
    for (path, body, pointer) in [
        ("/v1/members", r#"{"id": "a b"}"#, "/id"),
        ("/v1/members", r#"{"name": 5}"#, "/name"),
        ("/v1/members", r#"{"nmae": "Lin"}"#, "/nmae"),
        ("/v1/members", r#"{"birthday": "1990-02-30"}"#, "/birthday"),
        ("/v1/members", r#"{"email": "nowhere"}"#, "/email"),
        ("/v1/members", r#"{"name": ""}"#, "/name"),
        ("/v1/members", r#"{"tags": ["a", ""]}"#, "/tags/1"),
        ("/v1/members", r#"{"joined_at": "yesterday"}"#, "/joined_at"),
        ("/v1/members", r#"{"joined_at": "2999-01-01T00:00:00Z"}"#, "/joined_at"),
        ("/v1/members/lin/adjustments", r#"{"unit": "points", "points": 0, "reason": "x"}"#, "/points"),
        ("/v1/members/lin/adjustments", r#"{"unit": "points", "points": 1.5, "reason": "x"}"#, "/points"),
        ("/v1/members/lin/adjustments", r#"{"unit": "points", "points": "1", "reason": "x"}"#, "/points"),
        ("/v1/members/lin/adjustments", r#"{"unit": "points", "points": 1, "reason": " "}"#, "/reason"),
        ("/v1/members/lin/adjustments", r#"{"unit": "points", "points": 1}"#, "/reason"),
        (
            "/v1/members/lin/spend",
            r#"{"unit": "points", "points": 1, "reason": "x", "reference": "a b"}"#,
            "/reference",
        ),
        ("/v1/members/lin/holds", r#"{"unit": "points", "points": -1, "reason": "x"}"#, "/points"),
        (
            "/v1/members/lin/holds",
            r#"{"unit": "points", "points": 1, "reason": "x", "expires_at": "2020-01-01T00:00:00Z"}"#,
            "/expires_at",
        ),
    ] {
        let answer = world.post(path, Value::Null).text(body).key("k").send().await.problem("invalid-field");
        assert_eq!(answer.body["errors"][0]["pointer"], pointer, "{body} {}", answer.text);
    }
}

#[tokio::test]
async fn what_is_not_json_is_400() {
    let world = World::new();
    let bodies: [&'static [u8]; 6] = [b"", b"{", b"{\"id\": \"\xff\"}", b"{}{}", b"nul", b"\"\\ud800\""];
    for body in bodies {
        let answer = world.post("/v1/members", Value::Null).text(body).send().await;
        let status = answer.status.as_u16();
        assert!(matches!(status, 400 | 422), "{body:?} {}", answer.text);
        if body != b"\"\\ud800\"" {
            answer.problem("malformed-json");
        }
    }
    for body in ["[]", "5", "null", "\"x\""] {
        let refused = world.post("/v1/events", Value::Null).text(body).send().await.problem("invalid-field");
        assert_eq!(refused.body["detail"], "The body must be an object.");
        let refused = world.post("/v1/members", Value::Null).text(body).send().await.problem("invalid-field");
        assert!(!refused.text.contains("NewMember"), "{}", refused.text);
    }
    let deep = "[".repeat(100_000);
    world.post("/v1/events", Value::Null).text(deep).send().await.problem("malformed-json");
    world
        .post("/v1/members", json!({}))
        .header("content-type", "text/plain")
        .send()
        .await
        .problem("unsupported-media-type");
    world
        .post("/v1/members", json!({}))
        .header("content-type", "Application/JSON; charset=utf-8")
        .send()
        .await
        .expect(201);
}

#[tokio::test]
async fn addresses_and_parameters_are_checked() {
    let world = World::new();
    world.member("lin").await;
    world.get("/v1/nothing").send().await.problem("not-found");
    let refused = world.ask("PATCH", "/v1/members/lin/wallet").send().await.problem("method-not-allowed");
    assert_eq!(refused.header("allow"), "GET,HEAD");
    world.get("/v1/members/%00").send().await.problem("member-unknown");
    world.get("/v1/members/%ff").send().await.problem("not-found");
    world.get("/v1/members/lin?verbose=1").send().await.problem("unknown-parameter");
    for query in ["limit=0", "limit=201", "limit=x", "limit=5&limit=5", "cursor=nonsense"] {
        world.get(&format!("/v1/members/lin/entries?{query}")).send().await.problem("invalid-parameter");
    }
    world.post("/v1/events?dry_run=maybe", order("1", "lin", 1)).send().await.problem("invalid-parameter");
    world.get("/v1/program/rules?at=someday").send().await.problem("invalid-parameter");
}

#[tokio::test]
async fn problems_speak_the_caller_s_language() {
    let world = World::new();
    world.member("lin").await;
    world.give("lin", 5).await;
    let body = json!({"unit": "points", "points": 100, "reason": "x", "reference": "r-1"});
    let english = world.post("/v1/members/lin/spend", body.clone()).send().await.problem("insufficient-points");
    assert_eq!(english.body["title"], "Not enough points");
    assert_eq!(english.body["detail"], "The wallet has 5 available points and 100 were asked for.");
    assert_eq!((english.body["available"].as_i64(), english.body["required"].as_i64()), (Some(5), Some(100)));
    let chinese = world.post("/v1/members/lin/spend", body).zh().send().await.problem("insufficient-points");
    assert_eq!(chinese.body["title"], "积分不足");
    assert_eq!(chinese.body["detail"], "可用积分 5，需要 100。");
    assert_eq!(chinese.header("content-language"), "zh-CN");
}

#[tokio::test]
async fn answers_are_not_kept_by_others_and_carry_their_id() {
    let world = World::new();
    let first = world.get("/health/live?t=1").token(None).send().await.expect(200);
    let second = world.get("/v1/nothing").send().await;
    assert_ne!(first.header("x-request-id"), second.header("x-request-id"));
    assert_eq!(first.header("cache-control"), "no-store");
    assert_eq!(first.header("x-content-type-options"), "nosniff");
    for answer in [first, second] {
        assert_eq!(answer.header("ratelimit-policy"), "\"client\";q=60000;w=60");
        assert_eq!(answer.header("ratelimit"), "\"client\";r=60000;t=0");
    }
}

#[tokio::test]
async fn keys_have_a_form() {
    let world = World::new();
    world.member("lin").await;
    let body = json!({"unit": "points", "points": 1, "reason": "x"});
    let path = "/v1/members/lin/adjustments";
    world.post(path, body.clone()).send().await.problem("idempotency-key-missing");
    world.post(path, body.clone()).key("").send().await.problem("idempotency-key-invalid");
    world.post(path, body.clone()).key(&"x".repeat(256)).send().await.problem("idempotency-key-invalid");
    world.post(path, body).key(&"x".repeat(255)).send().await.expect(200);
    world.post("/v1/events", event("e-1", "page.viewed", "lin", json!({}))).key("ignored").send().await.expect(200);
}

#[tokio::test]
async fn values_in_paths_are_decoded() {
    let world = World::new();
    world.member("a:b").await;
    world.get("/v1/members/a%3Ab").send().await.expect(200);
    world.get("/v1/members/%61:b/wallet").send().await.expect(200);
    for path in ["/v1/members/a%", "/v1/members/%E7%A7%AF/wallet", "/v1/members/a%2Fb", "/v1/members/%00"] {
        world.get(path).send().await.problem("member-unknown");
    }
    world.get("/v1/members/%FF").send().await.problem("not-found");
}
