//! The audit trail: every sensitive write leaves its line, found by who, what, to what and when; nothing changes it.

use axum::http::Method;
use jifen_server::router::OPERATIONS;
use serde_json::{Value, json};

use crate::world::World;

async fn lines(world: &World, query: &str) -> Vec<Value> {
    let page = world.get(&format!("/v1/audit{query}")).send().await.expect(200).body;
    page["data"].as_array().unwrap().clone()
}

fn actions(lines: &[Value]) -> Vec<&str> {
    lines.iter().map(|line| line["action"].as_str().unwrap()).collect()
}

// row SEC-06
#[tokio::test]
async fn every_sensitive_write_says_who_what_before_after_and_why() {
    let world = World::new();
    world.member("lin").await;
    let till = world.client("till", &["points:adjust"], None).await;
    let body = json!({"unit": "points", "points": 40, "reason": "a broken cup"});
    let adjusted =
        world.post("/v1/members/lin/adjustments", body.clone()).key("a").token(Some(&till)).send().await.expect(200);
    // The same request again and a refused one change nothing, and nothing is written.
    world.post("/v1/members/lin/adjustments", body).key("a").token(Some(&till)).send().await.expect(200);
    let too_much = json!({"unit": "points", "points": -41, "reason": "too much"});
    world.post("/v1/members/lin/adjustments", too_much).key("b").send().await.problem("insufficient-points");
    world.put("/v1/members/lin/tier", json!({"tier": "gold", "reason": "turnover"})).send().await.expect(200);
    world.post("/v1/sandbox/clock", json!({"now": "2026-06-11T12:00:00+08:00"})).send().await.expect(200);
    world.ask("DELETE", "/v1/clients/till").send().await.expect(200);

    let all = lines(&world, "").await;
    assert_eq!(
        actions(&all),
        ["clients.remove", "clock.move", "tiers.assign", "points.adjust", "clients.add", "program.publish"]
    );
    let line = &all[3];
    assert_eq!(line["number"], 3);
    assert_eq!(line["actor"], json!({"kind": "client", "id": "till", "name": "till"}));
    assert_eq!(line["object"], json!({"kind": "member", "id": "lin"}));
    assert_eq!(line["before"], json!({"available": 0}));
    assert_eq!((&line["after"]["available"], &line["after"]["points"]), (&json!(40), &json!(40)));
    assert_eq!(line["after"]["adjustment"], adjusted.body["id"]);
    assert_eq!(line["reason"], "a broken cup");
    assert_eq!(line["request"], adjusted.header("x-request-id"));
    assert!(line["at"].as_str().unwrap().starts_with("2026-06-10T12:"));
    assert_eq!((&all[2]["before"]["tier"], &all[2]["after"]["tier"]), (&json!("ordinary"), &json!("gold")));
    assert_eq!(all[2]["actor"]["kind"], "sandbox");
}

#[tokio::test]
async fn lines_are_found_by_who_what_to_what_and_when() {
    let world = World::new();
    for member in ["lin", "wei"] {
        world.member(member).await;
        world.give(member, 10).await;
        world
            .put(&format!("/v1/members/{member}/tier"), json!({"tier": "gold", "reason": "x"}))
            .send()
            .await
            .expect(200);
    }
    world.post("/v1/sandbox/clock", json!({"now": "2026-06-12T12:00:00+08:00"})).send().await.expect(200);
    world.give("lin", 20).await;

    assert_eq!(lines(&world, "").await.len(), 7);
    assert_eq!(actions(&lines(&world, "?object=member:wei").await), ["tiers.assign", "points.adjust"]);
    assert_eq!(lines(&world, "?action=points.adjust").await.len(), 3);
    assert_eq!(lines(&world, "?action=points.adjust&object=member:lin").await.len(), 2);
    assert_eq!(lines(&world, "?actor=sandbox:sandbox").await.len(), 6);
    assert_eq!(lines(&world, "?actor=staff:sandbox").await.len(), 0);
    let (noon, late) = ("2026-06-11T12:00:00%2B08:00", "2026-06-13T12:00:00%2B08:00");
    assert_eq!(lines(&world, &format!("?from={noon}")).await.len(), 1);
    assert_eq!(lines(&world, &format!("?to={noon}")).await.len(), 6);
    assert_eq!(lines(&world, &format!("?from={noon}&to={late}&action=points.adjust")).await.len(), 1);
    assert_eq!(lines(&world, &format!("?from={late}")).await.len(), 0);

    let mut numbers = Vec::new();
    let mut query = "?limit=2&object=member:lin".to_owned();
    loop {
        let page = world.get(&format!("/v1/audit{query}")).send().await.expect(200).body;
        numbers.extend(page["data"].as_array().unwrap().iter().map(|line| line["number"].as_u64().unwrap()));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        query = format!("?limit=2&object=member:lin&cursor={cursor}");
    }
    assert_eq!(numbers, [7, 3, 2]);
}

#[tokio::test]
async fn what_cannot_be_asked_is_said() {
    let world = World::new();
    for query in ["?actor=lin", "?object=lin", "?from=yesterday", "?to=2026-06-11", "?cursor=x", "?limit=0"] {
        world.get(&format!("/v1/audit{query}")).send().await.problem("invalid-parameter");
    }
    assert!(lines(&world, "?object=member:nobody").await.is_empty());
}

// row SEC-06
#[test]
fn nothing_changes_a_line() {
    let of_the_trail: Vec<_> = OPERATIONS.iter().filter(|operation| operation.path.starts_with("/v1/audit")).collect();
    assert_eq!(of_the_trail.len(), 1);
    assert_eq!(of_the_trail[0].method, Method::GET);
}

// row SEC-04
#[tokio::test]
async fn the_first_rule_book_is_in_the_trail() {
    let world = World::new();
    let lines = world.get("/v1/audit?action=program.publish").send().await.expect(200).body["data"].clone();
    assert_eq!(lines.as_array().unwrap().len(), 1, "{lines}");
    assert_eq!((&lines[0]["number"], &lines[0]["object"]), (&json!(1), &json!({"kind": "rule_book", "id": "1"})));
    assert_eq!((&lines[0]["actor"]["kind"], &lines[0]["after"]["author"]), (&json!("system"), &json!("seed")));
    let verdict = jifen_engine::verify(world.app.engine.store().as_ref(), |_, _| ()).unwrap();
    assert!(verdict.agrees(), "{verdict:?}");
}
