//! Who may call what: every operation of the router, without a token, without its scope, and with it.

use jifen_server::operation::{Access, Operation};
use jifen_server::router::operations;
use serde_json::json;

use crate::world::{Heard, World, event};

fn path(operation: &Operation) -> String {
    let in_path = operation.parameters.iter().filter(|parameter| parameter.in_path);
    in_path
        .fold(operation.path.to_owned(), |path, parameter| path.replace(&format!("{{{}}}", parameter.name), "nobody"))
}

async fn call(world: &World, operation: &Operation, token: Option<&str>) -> Heard {
    world.ask(operation.method.as_str(), &path(operation)).token(token).send().await
}

#[tokio::test]
async fn every_operation_asks_for_its_scope() {
    let world = World::new();
    let stranger = world.client("stranger", &["events:write"], None).await;
    let other = world.client("other", &["metrics:read"], None).await;
    for (place, operation) in operations().enumerate() {
        let Some(scope) = operation.access.scope() else {
            match operation.access {
                Access::SignedIn => call(&world, operation, None).await.expect(401).problem("unauthorized"),
                _ => call(&world, operation, None).await.expect(200),
            };
            continue;
        };
        call(&world, operation, None).await.expect(401).problem("unauthorized");
        call(&world, operation, Some("no-such-token")).await.expect(401);
        let lacking = if scope.as_str() == "events:write" { &other } else { &stranger };
        let refused = call(&world, operation, Some(lacking)).await.expect(403).problem("forbidden");
        assert_eq!(refused.body["scope"], scope.as_str());
        let token = world.client(&format!("only-{place}"), &[scope.as_str()], None).await;
        let answer = call(&world, operation, Some(&token)).await;
        assert!(!matches!(answer.status.as_u16(), 401 | 403 | 500), "{} {}", operation.id, answer.text);
    }
}

#[tokio::test]
async fn a_client_sends_only_its_own_sources() {
    let world = World::new();
    let till = world.client("till", &["events:write"], Some(&["/shop"])).await;
    let ours = world.post("/v1/events", event("e-1", "page.viewed", "lin", json!({}))).token(Some(&till)).send().await;
    ours.expect(200);
    let mut theirs = event("e-2", "page.viewed", "lin", json!({}));
    theirs["source"] = json!("/elsewhere");
    world.post("/v1/events", theirs.clone()).token(Some(&till)).send().await.problem("source-not-allowed");
    let both = json!([event("e-3", "page.viewed", "lin", json!({})), theirs]);
    let batch = world.post("/v1/events", both).header("content-type", "application/cloudevents-batch+json");
    let results = batch.token(Some(&till)).send().await.expect(200).body["results"].clone();
    assert_eq!((results[0]["status"].as_u64(), results[1]["status"].as_u64()), (Some(200), Some(403)));
}

#[tokio::test]
async fn clients_come_and_go_at_once() {
    let world = World::new();
    let token = world.client("till", &["members:read", "clients:write"], None).await;
    world.get("/v1/members/nobody").token(Some(&token)).send().await.expect(404);
    let more = json!({"name": "more", "scopes": ["members:write"]});
    world.post("/v1/clients", more).token(Some(&token)).send().await.problem("forbidden");
    let again = json!({"id": "till", "name": "till", "scopes": ["members:read"]});
    world.post("/v1/clients", again).send().await.problem("invalid-field");
    let listed = world.get("/v1/clients").send().await.expect(200);
    assert_eq!(listed.body["data"][0]["id"], "till");
    assert!(!listed.text.contains(&token) && !listed.text.contains("sha256"));
    world.ask("DELETE", "/v1/clients/till").send().await.expect(200);
    world.get("/v1/members/nobody").token(Some(&token)).send().await.expect(401);
    assert_eq!(world.get("/v1/clients").send().await.body["data"][0]["active"], false);
}

#[tokio::test]
async fn metrics_can_be_opened() {
    let closed = World::new();
    closed.get("/metrics").token(None).send().await.expect(401);
    let open = World::with(|options| options.open_metrics = true);
    let text = open.get("/metrics").token(None).send().await.expect(200).text;
    assert!(text.contains("jifen_commands_waiting 0"), "{text}");
    assert!(text.contains("\njifen_entries_committed_total 0\n"), "{text}");
    open.member("lin").await;
    open.give("lin", 5).await;
    let text = open.get("/metrics").token(None).send().await.expect(200).text;
    assert!(text.contains("\njifen_entries_committed_total 1\n"), "{text}");
    assert!(text.contains("\njifen_commands_committed_total 2\n"), "{text}");
}

#[tokio::test]
async fn the_clock_moves_only_in_a_sandbox() {
    let world = World::with(|options| options.sandbox_token = None);
    world.get("/v1/sandbox/clock").send().await.problem("unauthorized");
}
