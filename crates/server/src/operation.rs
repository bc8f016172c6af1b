//! An operation of the API: one value that the router, the checks before a handler, the OpenAPI document, the pages
//! and the authorization matrix are made from. What is documented is what happens.

use std::borrow::Cow;
use std::future::Future;
use std::pin::Pin;

use axum::http::Method;
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

pub use crate::access::{Access, CONFIRMED};
use crate::call::{Call, Reply};
use crate::language::Said;
use crate::problems::{Problem, Row};

/// What a handler gives.
pub type Answered = Result<Reply, Problem>;

/// A handler, its type erased.
pub type Handler = fn(Call) -> Pin<Box<dyn Future<Output = Answered> + Send>>;

/// An operation of the API.
pub struct Operation {
    /// Its name in the document and in logs: verb, then resource.
    pub id: &'static str,
    /// The method.
    pub method: Method,
    /// The path, with `{names}`.
    pub path: &'static str,
    /// The feature it belongs to.
    pub feature: &'static str,
    /// Who may call.
    pub access: Access,
    /// Whether it is sensitive: staff show a second factor again before it, unless they just did (SEC-04).
    pub confirm: bool,
    /// What it does, in a few words.
    pub summary: Said,
    /// What one must know to use it.
    pub about: Said,
    /// Parameters in path and query; others are refused.
    pub parameters: &'static [&'static Parameter],
    /// What it reads.
    pub body: Option<Body>,
    /// Whether it takes `Idempotency-Key`.
    pub key: Key,
    /// What it answers when all is well.
    pub answer: Answer,
    /// Problems besides those that any operation of its kind may have.
    pub problems: &'static [&'static Row],
    /// Does the work.
    pub handler: Handler,
}

/// Whether a call takes `Idempotency-Key`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// It changes nothing, or is protected by an id or reference of its own.
    None,
    /// It may be left out.
    Optional,
    /// It must be there.
    Required,
}

/// A parameter in path or query.
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// Whether it is part of the path, else of the query.
    pub in_path: bool,
    /// What it is for.
    pub about: Said,
    /// Its JSON schema.
    pub schema: &'static str,
    /// An example.
    pub example: &'static str,
}

/// What an operation reads.
pub struct Body {
    /// One for each content type.
    pub kinds: &'static [BodyKind],
    /// Whether there must be a body.
    pub required: bool,
}

/// Bytes of a body unless an operation says otherwise.
pub const BYTES_MAX: usize = 64 * 1024;

impl BodyKind {
    /// JSON of that type.
    pub const fn json<T: ToSchema>(example: &'static str) -> BodyKind {
        BodyKind { content_type: "application/json", bytes_max: BYTES_MAX, shape: Shape::of::<T>(), example }
    }
}

impl Answer {
    /// JSON of that type.
    pub const fn json<T: ToSchema>(status: u16, about: Said, example: &'static str) -> Answer {
        Answer { status, about, content_type: "application/json", shape: Some(Shape::of::<T>()), example, waits: None }
    }

    /// The same, or 202 with that where it takes a second person (LIM-22).
    #[must_use]
    pub const fn or_waits<T: ToSchema>(self) -> Answer {
        Answer { waits: Some(Shape::of::<T>()), ..self }
    }

    /// No content.
    pub const fn nothing(status: u16, about: Said) -> Answer {
        Answer { status, about, content_type: "", shape: None, example: "", waits: None }
    }

    /// A text.
    pub const fn text(content_type: &'static str, about: Said) -> Answer {
        Answer { status: 200, about, content_type, shape: None, example: "", waits: None }
    }
}

/// A body of one content type.
pub struct BodyKind {
    /// The content type.
    pub content_type: &'static str,
    /// Bytes at most.
    pub bytes_max: usize,
    /// Its schema.
    pub shape: Shape,
    /// An example, JSON.
    pub example: &'static str,
}

/// What an operation answers.
pub struct Answer {
    /// The status.
    pub status: u16,
    /// What it is.
    pub about: Said,
    /// The content type; empty where there is no content.
    pub content_type: &'static str,
    /// Its schema; none for text.
    pub shape: Option<Shape>,
    /// An example, JSON; empty for none.
    pub example: &'static str,
    /// What it answers with 202 instead where it takes a second person.
    pub waits: Option<Shape>,
}

/// A schema and the schemas it refers to.
#[derive(Clone, Copy)]
pub struct Shape {
    /// Its name among the components.
    pub name: fn() -> Cow<'static, str>,
    /// Adds it and what it refers to.
    pub collect: fn(&mut Vec<(String, RefOr<Schema>)>),
    /// Whether it is a list of it.
    pub list: bool,
}

impl Shape {
    /// The schema of a wire type.
    pub const fn of<T: ToSchema>() -> Shape {
        Shape { name: T::name, collect: collect::<T>, list: false }
    }

    /// The schema of a list of a wire type.
    pub const fn list_of<T: ToSchema>() -> Shape {
        Shape { list: true, ..Shape::of::<T>() }
    }
}

fn collect<T: ToSchema>(schemas: &mut Vec<(String, RefOr<Schema>)>) {
    schemas.push((T::name().into_owned(), T::schema()));
    T::schemas(schemas);
}

impl Operation {
    /// Whether it changes points or records.
    pub fn writes(&self) -> bool {
        self.method != Method::GET
    }
}
