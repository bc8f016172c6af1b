//! The document and its page: whole, the same each time, and served to anyone.

use serde_json::Value;

use crate::world::World;

fn references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::Object(fields) => {
            found.extend(fields.get("$ref").and_then(Value::as_str));
            fields.values().for_each(|value| references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

#[test]
fn the_document_is_whole_and_always_the_same() {
    let document: Value = serde_json::from_str(&jifen_server::openapi()).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(jifen_server::openapi(), jifen_server::openapi());
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(found.len() > 50);
    for reference in found {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
}

#[test]
fn every_operation_is_described_with_examples_that_can_be_read() {
    for operation in jifen_server::router::OPERATIONS {
        assert!(!operation.summary.en.is_empty() && !operation.summary.zh.is_ascii(), "{}", operation.id);
        let bodies = operation.body.iter().flat_map(|body| body.kinds).map(|kind| kind.example);
        let schemas = operation.parameters.iter().map(|parameter| parameter.schema);
        let answer = Some(operation.answer.example).filter(|example| !example.is_empty());
        for text in bodies.chain(schemas).chain(answer) {
            serde_json::from_str::<Value>(text).unwrap_or_else(|error| panic!("{}: {error} in {text}", operation.id));
        }
        for name in operation.path.split('{').skip(1).map(|rest| rest.split('}').next().unwrap()) {
            assert!(operation.parameters.iter().any(|known| known.in_path && known.name == name), "{}", operation.id);
        }
    }
}

#[tokio::test]
async fn the_document_is_served_to_anyone() {
    let world = World::new();
    let served = world.get("/openapi.json").token(None).send().await.expect(200);
    assert_eq!(served.text, jifen_server::openapi());
}

#[tokio::test]
async fn the_page_needs_nothing_from_anywhere() {
    let world = World::new();
    let english = world.get("/docs").token(None).send().await.expect(200);
    let chinese = world.get("/docs").zh().token(None).send().await.expect(200);
    assert!(chinese.text.contains("lang=\"zh-CN\"") && chinese.text.contains("查看钱包"));
    assert_eq!(world.get("/docs?lang=en").zh().send().await.text, english.text);
    world.get("/docs?lang=fr").send().await.problem("invalid-parameter");
    assert!(english.header("content-security-policy").starts_with("default-src 'none'; style-src 'sha256-"));
    assert!(!english.text.contains("<script") && !english.text.contains(" style=") && !english.text.contains("src="));
    for operation in jifen_server::router::OPERATIONS {
        assert!(english.text.contains(&format!("id=\"{}\"", operation.id)), "{}", operation.id);
    }
    for row in jifen_server::problems::TABLE {
        assert!(english.text.contains(&format!("id=\"problem-{}\"", row.code)), "{}", row.code);
    }
}
