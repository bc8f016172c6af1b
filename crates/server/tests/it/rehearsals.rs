//! A draft is tried on a real day: points, money, rules, limits, one difference at a time.

use serde_json::{Value, json};

use crate::drafts::{begin, edit, path};
use crate::world::{World, event, order};

async fn day(world: &World) {
    for (id, member, amount) in [("1", "lin", 10_000), ("2", "lin", 95_000), ("3", "wei", 4_600)] {
        world.post("/v1/events", order(id, member, amount)).send().await.expect(200);
    }
    world
        .post("/v1/events", event("v-1", "page.viewed", "lin", json!({"page": "p-1", "ip": "203.0.113.9"})))
        .send()
        .await
        .expect(200);
    world.post("/v1/sandbox/clock", json!({"now": "2026-06-11T09:00:00+08:00"})).send().await.expect(200);
}

async fn tried(world: &World, draft: &Value, body: Value) -> Value {
    world.post(&path(draft, "/dry-run"), body).send().await.expect(200).body
}

// row PROG-14
#[tokio::test]
async fn yesterday_under_a_raise_is_told_in_points_and_money() {
    let world = World::new();
    day(&world).await;
    let draft = begin(&world).await;
    let same = tried(&world, &draft, json!({})).await;
    assert_eq!((&same["day"], &same["events"], &same["members"]), (&json!("2026-06-10"), &json!(4), &json!(2)));
    // Lin earned 100 and, of 950, what the day's cap of 1,000 left; wei earned 46.
    assert_eq!((&same["before"]["points"], &same["changed"]), (&json!(1046), &json!(0)));
    assert_eq!(same["before"], same["after"]);
    let raised = edit(&world, &draft, "earning.yaml", "percent: 1%", "percent: 2%").await.expect(200).body;
    let found = tried(&world, &raised, json!({"day": "2026-06-10"})).await;
    // 200, then 800 of 1,900 because of the cap, and 92.
    assert_eq!(found["after"], json!({"points": 1092, "value": {"amount": 1092, "currency": "CNY"}}));
    assert_eq!(found["difference"], json!({"points": 46, "value": {"amount": 46, "currency": "CNY"}}));
    assert_eq!(
        found["rules"][0],
        json!({"rule": "purchase-daily", "name": {"zh": "日用品消费", "en": "Daily goods"}, "unit": "points", "before": 1046, "after": 1092})
    );
    assert_eq!(found["overruns"], json!([{"kind": "cap", "id": "earned/day", "before": 1, "after": 1}]));
    let samples: Vec<(&str, i64, i64)> = found["samples"]
        .as_array()
        .unwrap()
        .iter()
        .map(|sample| {
            let points = |side: &str| sample[side][0]["points"].as_i64().unwrap();
            (sample["event"].as_str().unwrap(), points("before"), points("after"))
        })
        .collect();
    assert_eq!(samples, [("paid-1", 100, 200), ("paid-2", 900, 800), ("paid-3", 46, 92)]);
    let wallet = world.available("lin").await;
    assert_eq!(wallet, 1000, "a dry run changes nothing");
}

// row PROG-14
#[tokio::test]
async fn a_new_rule_is_tried_on_events_that_earned_nothing_and_its_budget_runs_dry() {
    let world = World::new();
    day(&world).await;
    let draft = begin(&world).await;
    let rule = "rules:\n  - id: reading\n    name: { zh: 阅读, en: Reading }\n    on: page.viewed\n    when: data.page == \"p-1\"\n    award: { points: 30 }\n    budget: { name: reading, points: 20 }\n    source: interaction\n";
    let draft = edit(&world, &draft, "earning.yaml", "rules:\n", rule).await.expect(200).body;
    let found = tried(&world, &draft, json!({})).await;
    let reading = found["rules"].as_array().unwrap().iter().find(|rule| rule["rule"] == "reading").unwrap();
    assert_eq!((&reading["before"], &reading["after"]), (&json!(0), &json!(20)));
    let dry = found["overruns"].as_array().unwrap().iter().find(|limit| limit["kind"] == "budget").unwrap();
    assert_eq!(dry, &json!({"kind": "budget", "id": "reading", "before": 0, "after": 1}));
}

// row PROG-14
#[tokio::test]
async fn a_change_that_begins_later_is_tried_as_if_the_day_were_its_first() {
    let world = World::new();
    day(&world).await;
    let draft = begin(&world).await;
    let week = "multipliers:\n  - { id: week, name: 双倍周, by: 2, rules: [purchase-daily], from: 2026-07-01, until: 2026-07-07 }\n";
    let draft = edit(&world, &draft, "earning.yaml", "multipliers:\n", week).await.expect(200).body;
    let found = tried(&world, &draft, json!({})).await;
    assert_eq!((&found["day"], &found["judged_as"]), (&json!("2026-06-10"), &json!("2026-07-01")));
    assert_eq!(found["difference"]["points"], 46);
    let same = begin(&world).await;
    assert_eq!(tried(&world, &same, json!({})).await["judged_as"], "2026-06-10");
}

#[tokio::test]
async fn a_day_that_is_not_there_and_a_draft_with_mistakes_are_told() {
    let world = World::new();
    let draft = begin(&world).await;
    let ask = |body: Value| world.post(&path(&draft, "/dry-run"), body).send();
    assert_eq!(ask(json!({"day": "2020-01-01"})).await.expect(200).body["events"], 0);
    ask(json!({"day": "2026-06-11"})).await.problem("invalid-field");
    ask(json!({"day": "yesterday"})).await.problem("invalid-field");
    edit(&world, &draft, "earning.yaml", "percent: 1%", "percent: x").await.expect(200);
    ask(json!({})).await.problem("rule-book-invalid");
    world.post("/v1/program/drafts/none/dry-run", json!({})).send().await.problem("unknown");
}

#[tokio::test]
async fn days_are_kept_for_a_while_and_without_anything_personal() {
    let world = World::new();
    day(&world).await;
    let kept = |world: &World| {
        let (mut seen, all) = (Vec::new(), (jifen_vocab::Timestamp::MIN, jifen_vocab::Timestamp::MAX));
        let engine = &world.app.engine;
        engine
            .day_events(all.0, all.1, |event| {
                seen.push(serde_json::to_string(event).unwrap());
                jifen_engine::Walk::On
            })
            .unwrap();
        seen
    };
    let seen = kept(&world);
    assert_eq!(seen.len(), 4);
    assert!(seen.iter().all(|event| !event.contains("203.0.113.9") && !event.contains("\"ip\"")), "{seen:?}");
    assert!(seen[3].contains("\"page\":\"p-1\""), "{}", seen[3]);
    world.post("/v1/sandbox/clock", json!({"now": "2026-06-18T11:00:00+08:00"})).send().await.expect(200);
    assert_eq!(kept(&world).len(), 4);
    world.post("/v1/sandbox/clock", json!({"now": "2026-06-18T13:00:00+08:00"})).send().await.expect(200);
    assert_eq!(kept(&world), [""; 0]);
}
