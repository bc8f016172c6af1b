//! Problems: what a client is told when something did not work (RFC 9457).
//!
//! One table ([`table`]) has every problem there is: its code, status, title, when it comes and what the caller can
//! do. It makes the answers, the OpenAPI document and the page at `/docs`. Clients branch on `type`, never on `detail`.

mod row;
pub mod table;
#[cfg(test)]
mod tests;
mod wording;

use std::borrow::Cow;

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};
use jifen_engine::EngineError;
use jifen_program::events::Malformed;
use jifen_store::StoreError;
use jifen_vocab::{Code, Fact, Refusal};
use serde_json::{Map, Value, json};

use crate::language::Lang;
pub use row::Row;
pub use table::TABLE;

/// Says that an answer was given before.
pub const IDEMPOTENT_REPLAY: HeaderName = HeaderName::from_static("idempotent-replay");

/// Where the pages of problem types are.
pub const TYPE_BASE: &str = "https://jifen.dev/problems/";

/// A problem on its way to a client.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// Its row of the table.
    pub row: &'static Row,
    /// JSON pointer to the field at fault.
    pub pointer: Option<Cow<'static, str>>,
    /// Which limit, how much is there: members of the answer, and what `detail` is made from.
    pub facts: Vec<(Cow<'static, str>, Fact)>,
    /// Seconds after which trying again makes sense.
    pub retry_after: Option<u32>,
    /// For our eyes only: goes to the log, never to the client.
    pub inner: Option<String>,
    /// Whether it is the first answer to a key that comes again.
    pub replayed: bool,
}

impl Problem {
    /// A problem without facts.
    pub fn new(row: &'static Row) -> Self {
        let retry_after = matches!(row.status, 429 | 503).then_some(1);
        Problem { row, pointer: None, facts: Vec::new(), retry_after, inner: None, replayed: false }
    }

    /// A field of the body is not valid; `must` completes the sentence "the field must …".
    pub fn field(pointer: impl Into<Cow<'static, str>>, must: &str) -> Self {
        Problem::from(Refusal::field(pointer, must))
    }

    /// A query parameter is not valid; `must` completes the sentence "the parameter must …".
    pub fn parameter(name: &str, must: &str) -> Self {
        Problem::new(&table::INVALID_PARAMETER).word("parameter", name).word("must", must)
    }

    /// A fault of ours; the text goes to the log.
    pub fn internal(inner: impl Into<String>) -> Self {
        let mut problem = Problem::new(&table::INTERNAL);
        problem.inner = Some(inner.into());
        problem
    }

    /// Names the field at fault.
    #[must_use]
    pub fn at(mut self, pointer: impl Into<Cow<'static, str>>) -> Self {
        self.pointer = Some(pointer.into());
        self
    }

    /// Adds a number.
    #[must_use]
    pub fn number(mut self, name: &'static str, value: i64) -> Self {
        self.facts.push((Cow::Borrowed(name), Fact::Number(value)));
        self
    }

    /// Adds a word.
    #[must_use]
    pub fn word(mut self, name: &'static str, value: &str) -> Self {
        self.facts.push((Cow::Borrowed(name), Fact::Word(value.into())));
        self
    }

    /// Says after how many seconds trying again makes sense.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// The status of the answer.
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.row.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The body: `instance` is the id of the request, to be given to support.
    pub fn body(&self, lang: Lang, instance: &str) -> Value {
        let mut body = Map::new();
        for (name, fact) in &self.facts {
            body.insert(name.to_string(), fact_value(fact));
        }
        body.insert("type".into(), json!(format!("{TYPE_BASE}{}", self.row.code)));
        body.insert("title".into(), json!(self.row.title.in_lang(lang)));
        body.insert("status".into(), json!(self.row.status));
        body.insert("detail".into(), json!(wording::detail(self, lang)));
        body.insert("instance".into(), json!(instance));
        if let Some(pointer) = &self.pointer {
            let error = json!({"pointer": pointer, "code": self.row.code, "detail": wording::field(self, lang)});
            body.insert("errors".into(), json!([error]));
        }
        Value::Object(body)
    }

    /// The whole answer.
    pub fn into_response(self, lang: Lang, instance: &str) -> Response<Body> {
        let mut response = Response::new(Body::from(self.body(lang, instance).to_string()));
        *response.status_mut() = self.status();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(lang.tag()));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.row.status == 401 {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"jifen\""));
        }
        if self.replayed {
            headers.insert(IDEMPOTENT_REPLAY, HeaderValue::from_static("true"));
        }
        response
    }
}

/// What happened, in a sentence.
pub fn detail(problem: &Problem, lang: Lang) -> String {
    wording::detail(problem, lang)
}

/// A fact as JSON.
pub fn fact_value(fact: &Fact) -> Value {
    match fact {
        Fact::Number(number) => json!(number),
        Fact::Word(word) => json!(word.as_str()),
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let mut problem = Problem::new(table::of(refusal.code));
        problem.pointer = refusal.pointer;
        problem.facts = refusal.facts;
        problem
    }
}

impl From<Malformed> for Problem {
    fn from(malformed: Malformed) -> Self {
        match malformed {
            Malformed::Syntax(reason) => Problem::new(&table::MALFORMED_JSON).word("reason", &reason),
            // Of a whole event it is its size, of a field the number of items: neither is a judgment.
            Malformed::Field(refusal) if refusal.code == Code::LimitExceeded => {
                let row = if refusal.pointer.is_some() { &table::INVALID_FIELD } else { &table::PAYLOAD_TOO_LARGE };
                Problem { row, ..Problem::from(refusal) }
            }
            Malformed::Field(refusal) => refusal.into(),
        }
    }
}

impl From<EngineError> for Problem {
    fn from(error: EngineError) -> Self {
        let row = match &error {
            EngineError::Busy => &table::BUSY,
            EngineError::Stopped => &table::STOPPING,
            EngineError::Store(store) => of_store(store),
            EngineError::Fault(_) => &table::INTERNAL,
        };
        let mut problem = Problem::new(row);
        problem.inner = Some(error.to_string());
        problem
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        let mut problem = Problem::new(of_store(&error));
        problem.inner = Some(error.to_string());
        problem
    }
}

fn of_store(error: &StoreError) -> &'static Row {
    match error {
        StoreError::DiskFull => &table::STORAGE_FULL,
        StoreError::Conflict => &table::BUSY,
        StoreError::Away { .. }
        | StoreError::Crowded { .. }
        | StoreError::ReadOnly { .. }
        | StoreError::Slow { .. }
        | StoreError::Unsure { .. } => &table::STORAGE_AWAY,
        StoreError::Broken(_)
        | StoreError::Denied { .. }
        | StoreError::Failed { .. }
        | StoreError::Foreign { .. }
        | StoreError::InUse { .. }
        | StoreError::TooNew { .. } => &table::INTERNAL,
    }
}
