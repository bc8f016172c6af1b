//! Drafts of the rule book: begun, edited by two operators, checked, compared, dropped.

use serde_json::{Value, json};

use crate::world::{Heard, World};

/// Begins a draft and gives it.
pub(crate) async fn begin(world: &World) -> Value {
    world.post("/v1/program/drafts", json!({"note": "a raise"})).send().await.expect(201).body
}

/// Saves a draft with one text replaced by another.
pub(crate) async fn edit(world: &World, draft: &Value, file: &str, from: &str, to: &str) -> Heard {
    save(world, draft, None, file, from, to).await
}

async fn save(world: &World, draft: &Value, token: Option<&str>, file: &str, from: &str, to: &str) -> Heard {
    let mut files = draft["files"].clone();
    let text = files[file].as_str().unwrap();
    assert!(text.contains(from), "{file} has no {from}");
    files[file] = json!(text.replacen(from, to, 1));
    let body = json!({"revision": draft["revision"], "files": files});
    let asked = world.put(&path(draft, ""), body);
    let asked = if token.is_some() { asked.token(token) } else { asked };
    asked.send().await
}

/// The address of a draft.
pub(crate) fn path(draft: &Value, end: &str) -> String {
    format!("/v1/program/drafts/{}{end}", draft["id"].as_str().unwrap())
}

#[tokio::test]
async fn a_draft_is_a_copy_that_changes_nothing_until_it_is_published() {
    let world = World::new();
    let bundle = world.get("/v1/program/bundle").send().await.expect(200).body;
    let draft = begin(&world).await;
    assert_eq!(draft["files"], bundle["files"]);
    assert_eq!(
        (&draft["base_version"], &draft["revision"], &draft["state"]),
        (&json!(1), &json!(1), &json!("editing"))
    );
    let saved = edit(&world, &draft, "earning.yaml", "percent: 1%", "percent: 2%").await.expect(200).body;
    assert_eq!(saved["revision"], 2);
    assert_eq!(world.get("/v1/program/bundle").send().await.body, bundle);
    let listed = world.get("/v1/program/drafts").send().await.expect(200).body;
    assert_eq!(listed["data"][0]["id"], draft["id"]);
    assert_eq!(listed["data"][0].get("files"), None);
    let dropped = world.ask("DELETE", &path(&draft, "")).send().await.expect(200).body;
    assert_eq!(dropped["state"], "dropped");
    edit(&world, &saved, "earning.yaml", "percent: 2%", "percent: 3%").await.problem("draft-closed");
    assert_eq!(world.get("/v1/program/drafts").send().await.body["data"], json!([]));
    let dropped = world.get("/v1/program/drafts?state=dropped").send().await.expect(200).body;
    assert_eq!(dropped["data"][0]["id"], draft["id"]);
}

// row OPER-01
#[tokio::test]
async fn two_operators_do_not_overwrite_each_other() {
    let world = World::new();
    let lin = world.client("lin", &["program:read", "program:write"], None).await;
    let wei = world.client("wei", &["program:read", "program:write"], None).await;
    let draft = begin(&world).await;
    let first = save(&world, &draft, Some(&lin), "earning.yaml", "percent: 1%", "percent: 2%").await.expect(200).body;
    let late = save(&world, &draft, Some(&wei), "earning.yaml", "percent: 3%", "percent: 4%").await;
    let late = late.problem("draft-changed").body;
    assert_eq!((&late["by"], &late["revision"], &late["at"]), (&json!("lin"), &json!(2), &first["updated_at"]));
    let now = world.get(&path(&draft, "")).send().await.expect(200).body;
    assert_eq!(now, first);
    let second = save(&world, &now, Some(&wei), "earning.yaml", "percent: 3%", "percent: 4%").await.expect(200).body;
    assert_eq!(
        (&second["revision"], &second["updated_by"], &second["author"]),
        (&json!(3), &json!("wei"), &json!("sandbox"))
    );
    let text = second["files"]["earning.yaml"].as_str().unwrap();
    assert!(text.contains("percent: 2%") && text.contains("percent: 4%"));
}

// row PROG-14
#[tokio::test]
async fn a_check_names_place_change_notice_and_examples() {
    let world = World::new();
    let draft = begin(&world).await;
    let clean = world.ask("POST", &path(&draft, "/check")).send().await.expect(200).body;
    assert_eq!((&clean["problems"], &clean["changes"]), (&json!([]), &json!([])));
    assert!(clean["examples"]["passed"].as_u64().unwrap() > 10);
    let saved = edit(&world, &draft, "earning.yaml", "percent: 1%", "percent: 2%").await.expect(200).body;
    let raised = world.ask("POST", &path(&draft, "/check")).send().await.expect(200).body;
    let change = &raised["changes"][0];
    assert_eq!(change["path"], "earning.yaml:rules[purchase-daily].award.percent");
    assert_eq!((&change["kind"], &change["effect"]), (&json!("changed"), &json!("better")));
    assert_eq!(change["text"]["zh"], "规则“日用品消费”的返积分比例由 1% 改为 2%");
    assert_eq!(change["text"]["en"], "The rate of rule “Daily goods” changes from 1% to 2%");
    assert_eq!(raised["notice"]["required_days"], 0);
    assert!(!raised["examples"]["failed"].as_array().unwrap().is_empty());
    edit(&world, &saved, "earning.yaml", "percent: 2%", "pecent: 2%").await.expect(200);
    let wrong = world.ask("POST", &path(&draft, "/check")).send().await.expect(200).body;
    let problem = &wrong["problems"][0];
    assert_eq!((&problem["file"], &problem["severity"]), (&json!("earning.yaml"), &json!("mistake")));
    assert!(problem["line"].as_u64().unwrap() > 1 && problem["column"].as_u64().unwrap() > 1);
    let suggested = wrong["problems"].as_array().unwrap().iter().any(|problem| problem["suggestion"] == "percent");
    assert!(suggested, "{wrong}");
}

#[tokio::test]
async fn what_is_no_rule_book_is_refused_with_its_place() {
    let world = World::new();
    let post = |files: Value| world.post("/v1/program/check", json!({"files": files})).send();
    assert_eq!(post(json!({})).await.problem("invalid-field").body["errors"][0]["pointer"], "/files");
    let outside = post(json!({"../key.yaml": ""})).await;
    assert_eq!(outside.expect(200).body["problems"][0]["severity"], "mistake");
    let odd = post(json!({"earning.txt": ""})).await.problem("invalid-field");
    assert_eq!(odd.body["errors"][0]["pointer"], "/files/earning.txt");
    let broken = post(json!({"earning.yaml": "rules: [", "program.yaml": "\u{0}"})).await.expect(200);
    assert!(broken.body["problems"].as_array().unwrap().len() >= 5, "{}", broken.text);
    for path in ["/v1/program/bundle?version=0", "/v1/program/bundle?version=x"] {
        world.get(path).send().await.problem("invalid-parameter");
    }
    for path in ["/v1/program/bundle?version=9", "/v1/program/versions/9/diff", "/v1/program/versions/x/diff"] {
        world.get(path).send().await.problem("unknown");
    }
    world.post("/v1/program/drafts", json!({"from_version": 9, "note": ""})).send().await.problem("invalid-field");
    let long = "x".repeat(501);
    world.post("/v1/program/drafts", json!({"note": long})).send().await.problem("invalid-field");
    world.get("/v1/program/drafts/none").send().await.problem("unknown");
    world.get("/v1/program/drafts?state=x").send().await.problem("invalid-parameter");
}

#[tokio::test]
async fn the_schema_is_served_as_it_is() {
    let world = World::new();
    let schema = world.get("/v1/program/schema").send().await.expect(200);
    assert_eq!(schema.header("content-type"), "application/schema+json");
    assert!(schema.body["$defs"]["earning"].is_object());
}

#[tokio::test]
async fn one_request_begins_one_draft() {
    let world = World::new();
    let ask = || world.post("/v1/program/drafts", json!({"note": ""})).key("d-1").send();
    let (first, again) = (ask().await.expect(201), ask().await.expect(201));
    assert_eq!(first.body, again.body);
    assert!(again.is_replay());
}
