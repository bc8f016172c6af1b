//! Who may call what: every operation of the router, without a token, without its scope, and with it.

use jifen_server::operation::{Access, Operation};
use jifen_server::router::OPERATIONS;
use serde_json::json;

use crate::browser::Browser;
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
    for (place, operation) in OPERATIONS.iter().enumerate() {
        let Some(scope) = operation.access.scope() else {
            let heard = call(&world, operation, None).await;
            match operation.access {
                Access::SignedIn => drop(heard.problem("unauthorized")),
                _ => assert!(!matches!(heard.status.as_u16(), 401 | 500), "{} {}", operation.id, heard.text),
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

/// What stood in the way, where it was not the request itself.
fn stopped(heard: &Heard) -> Option<&str> {
    let code = heard.body["type"].as_str()?.rsplit('/').next()?;
    ["unauthorized", "forbidden", "csrf-token-missing", "second-factor-required"].into_iter().find(|stop| *stop == code)
}

// row PROG-16
// row SEC-03
#[tokio::test]
async fn staff_may_do_what_their_roles_allow_and_no_more() {
    let world = World::new();
    let roles = world.get("/v1/roles").send().await.expect(200).body;
    for role in roles["data"].as_array().unwrap() {
        let id = role["id"].as_str().unwrap();
        let browser = world.staff(id, id, None).await;
        let forged = Browser { csrf: String::new(), ..browser.clone() };
        let has = |scope: &str| role["scopes"].as_array().unwrap().iter().any(|given| given["id"] == scope);
        // Signing out comes last.
        for operation in OPERATIONS.iter().filter(|operation| operation.id != "sign_out") {
            let ask = |browser: &Browser| browser.dress(world.ask(operation.method.as_str(), &path(operation))).send();
            let expected = operation.access.scope().is_some_and(|scope| !has(scope.as_str())).then_some("forbidden");
            let heard = ask(&browser).await;
            assert_eq!(stopped(&heard), expected, "{id} {} {}", operation.id, heard.text);
            assert_ne!(heard.status.as_u16(), 500, "{id} {} {}", operation.id, heard.text);
            let guarded = operation.writes() && operation.access != Access::Open;
            if guarded && expected.is_none() {
                assert_eq!(stopped(&ask(&forged).await), Some("csrf-token-missing"), "{id} {}", operation.id);
            }
        }
        browser.dress(world.ask("POST", "/v1/sign-out")).send().await.expect(204);
        for operation in OPERATIONS.iter().filter(|operation| operation.access != Access::Open) {
            let heard = browser.dress(world.ask(operation.method.as_str(), &path(operation))).send().await;
            assert_eq!(stopped(&heard), Some("unauthorized"), "{id} {}", operation.id);
        }
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
