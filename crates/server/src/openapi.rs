//! The OpenAPI document, made from the operations: what is documented is what happens.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

use crate::operation::{Access, CONFIRMED, Key, Operation, Shape};
use crate::problems::{Row, TABLE, TYPE_BASE, table};
use crate::scopes::{self, Scope};

/// Problem details (RFC 9457). Members besides these are facts: which limit was hit, how much is there.
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// What went wrong; branch on this. It leads to a page.
    r#type: String,
    /// The same for every occurrence.
    title: String,
    /// The status of the answer.
    status: u16,
    /// This occurrence, in a sentence.
    detail: String,
    /// The identifier of the request, to be given to support; also in the header `X-Request-Id`.
    instance: String,
    /// The field at fault, where one is.
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<Vec<FieldError>>,
}

/// A field at fault.
#[derive(Serialize, ToSchema)]
pub struct FieldError {
    /// JSON pointer to the field.
    pointer: String,
    /// The code of the problem.
    code: String,
    /// What is wrong with it.
    detail: String,
}

/// The OpenAPI 3.1 document, pretty and always the same for the same code.
pub fn openapi(operations: &[&Operation]) -> String {
    let mut text = serde_json::to_string_pretty(&document(operations)).unwrap_or_default();
    text.push('\n');
    text
}

/// The document as a value.
pub fn document(operations: &[&Operation]) -> Value {
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for operation in operations {
        let method = operation.method.as_str().to_ascii_lowercase();
        paths.entry(operation.path).or_default().insert(method, describe(operation));
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Jifen",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Member points, self-hosted.",
            "description": INTRODUCTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": tags(operations),
        "paths": paths,
        "components": {
            "schemas": schemas(operations),
            "headers": headers(),
            "responses": responses(),
            "securitySchemes": {"token": {
                "type": "http",
                "scheme": "bearer",
                "description": security(),
            }},
        },
    })
}

const INTRODUCTION: &str = "Shops and apps send what members do as CloudEvents; rules decide what it earns; members spend. \
Errors are problem details (RFC 9457): branch on `type`. Writes that change points take `Idempotency-Key` unless they \
carry a reference or an event's id; the same key with the same content gets the first answer again, marked \
`Idempotent-Replay: true`. Lists are paged by an opaque `cursor`. Instants are RFC 3339 with the offset of the program's \
zone, money is in minor units, points are whole numbers. Fields may be added; none changes its meaning.";

fn security() -> String {
    let mut text = "The token of an API client. What it may do:\n".to_owned();
    for scope in Scope::ALL {
        text.push_str(&format!("\n- `{}`: {}", scope.as_str(), scopes::about(*scope).en));
    }
    text
}

fn tags(operations: &[&Operation]) -> Value {
    let mut features: Vec<&str> = operations.iter().map(|operation| operation.feature).collect();
    features.dedup();
    features.into_iter().map(|feature| json!({"name": feature})).collect()
}

fn describe(operation: &Operation) -> Value {
    let mut about = json!({
        "operationId": operation.id,
        "tags": [operation.feature],
        "summary": operation.summary.en,
        "description": description(operation),
        "x-summary-zh": operation.summary.zh,
        "x-description-zh": operation.about.zh,
        "responses": answers(operation),
    });
    let parameters = parameters(operation);
    if !parameters.is_empty() {
        about["parameters"] = parameters.into();
    }
    if let Some(body) = &operation.body {
        let content: Map<String, Value> = body
            .kinds
            .iter()
            .map(|kind| {
                let schema = reference(&kind.shape);
                (kind.content_type.to_owned(), json!({"schema": schema, "example": example(kind.example)}))
            })
            .collect();
        about["requestBody"] = json!({"required": body.required, "content": content});
    }
    about["security"] = match operation.access {
        Access::Open => json!([]),
        _ => json!([{"token": []}]),
    };
    if let Some(scope) = operation.access.scope() {
        about["x-scope"] = json!(scope.as_str());
    }
    about
}

fn description(operation: &Operation) -> String {
    let mut text = operation.about.en.to_owned();
    let besides = operation.access.besides().en;
    match operation.access.scope() {
        Some(scope) => text.push_str(&format!("\n\nScope: `{}`{besides}.", scope.as_str())),
        None if operation.access == Access::SignedIn => text.push_str(&format!("\n\n{besides}")),
        None => {}
    }
    if operation.confirm {
        text.push_str(&format!("\n\n{}", CONFIRMED.en));
    }
    text
}

fn parameters(operation: &Operation) -> Vec<Value> {
    let mut parameters: Vec<Value> = operation
        .parameters
        .iter()
        .map(|parameter| {
            let schema = example(parameter.schema);
            let shown = match schema["type"].as_str() {
                Some("integer" | "boolean") => example(parameter.example),
                _ => json!(parameter.example),
            };
            json!({
                "name": parameter.name,
                "in": if parameter.in_path { "path" } else { "query" },
                "required": parameter.in_path,
                "description": parameter.about.en,
                "schema": schema,
                "example": shown,
            })
        })
        .collect();
    if operation.key != Key::None {
        parameters.push(json!({
            "name": "Idempotency-Key",
            "in": "header",
            "required": operation.key == Key::Required,
            "description": "Makes the call safe to send again: the same key with the same content gets the first answer.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
            "example": "5f8f1c1e-7a0c-4c5e-9a57-0a4c7e1f6b11",
        }));
    }
    parameters
}

/// Problems that an operation of its kind may always have, and its own.
pub fn problems_of(operation: &Operation) -> Vec<&'static Row> {
    let mut rows: Vec<&'static Row> = vec![&table::INTERNAL, &table::RATE_LIMITED];
    if operation.access != Access::Open {
        rows.extend([&table::FORBIDDEN, &table::UNAUTHORIZED]);
        if operation.writes() {
            rows.push(&table::CSRF_TOKEN_MISSING);
        }
    }
    if operation.confirm {
        rows.push(&table::SECOND_FACTOR_REQUIRED);
    }
    if operation.access != Access::Open || !operation.parameters.is_empty() {
        rows.push(&table::UNKNOWN_PARAMETER);
    }
    if operation.body.is_some() {
        rows.extend([
            &table::INVALID_FIELD,
            &table::MALFORMED_JSON,
            &table::PAYLOAD_TOO_LARGE,
            &table::REQUEST_TIMEOUT,
            &table::UNSUPPORTED_MEDIA_TYPE,
        ]);
    }
    if operation.parameters.iter().any(|parameter| !parameter.in_path) {
        rows.push(&table::INVALID_PARAMETER);
    }
    if operation.writes() {
        rows.extend([&table::BUSY, &table::STOPPING, &table::STORAGE_AWAY, &table::STORAGE_FULL]);
    }
    if operation.key != Key::None {
        rows.extend([&table::IDEMPOTENCY_CONFLICT, &table::IDEMPOTENCY_KEY_INVALID]);
    }
    if operation.key == Key::Required {
        rows.push(&table::IDEMPOTENCY_KEY_MISSING);
    }
    rows.extend(operation.problems);
    rows.sort_unstable_by_key(|row| row.code);
    rows.dedup();
    rows
}

fn answers(operation: &Operation) -> Value {
    let mut answers = Map::new();
    let answer = &operation.answer;
    let schema = answer.shape.as_ref().map_or_else(|| plain(answer.content_type), reference);
    let mut content = json!({"schema": schema});
    if !answer.example.is_empty() {
        content["example"] = example(answer.example);
    }
    let mut described = json!({"description": answer.about.en, "headers": headers_of(operation)});
    if !answer.content_type.is_empty() {
        described["content"] = json!({answer.content_type: content});
    }
    answers.insert(answer.status.to_string(), described);
    let mut by_status: BTreeMap<u16, Vec<&Row>> = BTreeMap::new();
    for row in problems_of(operation) {
        by_status.entry(row.status).or_default().push(row);
    }
    for (status, rows) in by_status {
        let description: Vec<String> = rows.iter().map(|row| format!("- `{}`: {}", row.code, row.when.en)).collect();
        let types: Vec<String> = rows.iter().map(|row| format!("{TYPE_BASE}{}", row.code)).collect();
        answers.insert(
            status.to_string(),
            json!({
                "description": description.join("\n"),
                "content": {"application/problem+json": {"schema": {
                    "allOf": [{"$ref": "#/components/schemas/Problem"}, {"properties": {"type": {"enum": types}}}],
                }}},
            }),
        );
    }
    if let Some(waits) = &answer.waits {
        answers.insert(
            "202".to_owned(),
            json!({
                "description": "It takes a second person, who has been asked: nothing has changed yet.",
                "headers": headers_of(operation),
                "content": {"application/json": {"schema": reference(waits)}},
            }),
        );
    }
    answers.insert("default".to_owned(), json!({"$ref": "#/components/responses/Problem"}));
    Value::Object(answers)
}

fn plain(content_type: &str) -> Value {
    let object = content_type == "application/json" || content_type.ends_with("+json");
    json!({"type": if object { "object" } else { "string" }})
}

fn headers_of(operation: &Operation) -> Value {
    let mut names = vec!["RateLimit", "RateLimit-Policy", "X-Request-Id"];
    if operation.key != Key::None || operation.feature == "events" {
        names.push("Idempotent-Replay");
    }
    let reference = |name: &str| (name.to_owned(), json!({"$ref": format!("#/components/headers/{name}")}));
    Value::Object(names.into_iter().map(reference).collect())
}

fn headers() -> Value {
    json!({
        "Idempotent-Replay": {
            "description": "`true` where this is the first answer to a request that came before.",
            "schema": {"type": "string"},
        },
        "RateLimit": {
            "description": "What is left: `r` requests now, all of them again in `t` seconds (draft-ietf-httpapi-ratelimit-headers-10).",
            "schema": {"type": "string"},
        },
        "RateLimit-Policy": {
            "description": "`q` requests in `w` seconds (draft-ietf-httpapi-ratelimit-headers-10).",
            "schema": {"type": "string"},
        },
        "X-Request-Id": {
            "description": "The identifier of the request, to be given to support.",
            "schema": {"type": "string"},
        },
    })
}

fn responses() -> Value {
    json!({"Problem": {
        "description": "Any other problem. Every problem has the headers of other answers.",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }})
}

fn reference(shape: &Shape) -> Value {
    let schema = json!({"$ref": format!("#/components/schemas/{}", (shape.name)())});
    if shape.list { json!({"type": "array", "maxItems": 1000, "items": schema}) } else { schema }
}

fn schemas(operations: &[&Operation]) -> BTreeMap<String, Value> {
    let mut all: Vec<(String, RefOr<Schema>)> = Vec::new();
    for operation in operations {
        let kinds = operation.body.iter().flat_map(|body| body.kinds);
        let shapes = kinds.map(|kind| &kind.shape).chain(&operation.answer.shape).chain(&operation.answer.waits);
        shapes.for_each(|shape| (shape.collect)(&mut all));
    }
    (Shape::of::<ProblemBody>().collect)(&mut all);
    let mut schemas: BTreeMap<String, Value> = BTreeMap::new();
    for (name, schema) in all {
        schemas.insert(name, serde_json::to_value(schema).unwrap_or_default());
    }
    if let Some(problem) = schemas.get_mut("Problem") {
        let types: Vec<String> = TABLE.iter().map(|row| format!("{TYPE_BASE}{}", row.code)).collect();
        problem["properties"]["type"]["enum"] = types.into();
        problem["additionalProperties"] = true.into();
    }
    schemas
}

/// An example or schema that stands in the code as text; a test reads every one.
fn example(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}
