//! The OpenAPI document, and the page that shows it to people.

use std::sync::OnceLock;

use axum::http::{HeaderName, HeaderValue, Method, header};

use crate::call::{Call, Reply};
use crate::docs;
use crate::language::{Lang, Said};
use crate::openapi::openapi;
use crate::operation::{Access, Answer, Answered, Key, Operation, Parameter};
use crate::problems::Problem;

static DOCUMENT: OnceLock<String> = OnceLock::new();
static PAGE_EN: OnceLock<docs::Page> = OnceLock::new();
static PAGE_ZH: OnceLock<docs::Page> = OnceLock::new();

static LANG: Parameter = Parameter {
    name: "lang",
    in_path: false,
    about: Said {
        en: "The language; by Accept-Language unless it is given.", zh: "语言，默认按 Accept-Language。"
    },
    schema: r#"{"type": "string", "enum": ["en", "zh"]}"#,
    example: "zh",
};

async fn show_openapi(call: Call) -> Answered {
    let document = DOCUMENT.get_or_init(|| openapi(call.app.operations));
    Ok(Reply::text("application/json", document.as_str())
        .with(header::CACHE_CONTROL, HeaderValue::from_static("no-cache")))
}

async fn show_docs(call: Call) -> Answered {
    let query = call.query()?;
    let lang = match query.get("lang") {
        None => Lang::of(&call.headers),
        Some("zh") => Lang::Zh,
        Some("en") => Lang::En,
        Some(_) => return Err(Problem::parameter("lang", "be en or zh")),
    };
    let page = match lang {
        Lang::En => &PAGE_EN,
        Lang::Zh => &PAGE_ZH,
    };
    let page = page.get_or_init(|| docs::page(call.app.operations, lang));
    let policy = HeaderValue::from_str(&page.policy).map_err(|error| Problem::internal(error.to_string()))?;
    Ok(Reply::text("text/html; charset=utf-8", page.html.as_str())
        .with(header::CONTENT_SECURITY_POLICY, policy)
        .with(header::CONTENT_LANGUAGE, HeaderValue::from_static(lang.tag()))
        .with(header::VARY, HeaderValue::from_static("accept-language"))
        .with(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"))
        .with(HeaderName::from_static("x-frame-options"), HeaderValue::from_static("DENY"))
        .with(header::CACHE_CONTROL, HeaderValue::from_static("no-cache")))
}

/// `GET /openapi.json`
pub static OPENAPI: Operation = Operation {
    id: "show_openapi",
    method: Method::GET,
    path: "/openapi.json",
    feature: "docs",
    access: Access::Open,
    confirm: false,
    summary: Said { en: "The OpenAPI document", zh: "OpenAPI 文档" },
    about: Said { en: "This document, made from the code that answers.", zh: "由应答代码生成的本文档。" },
    parameters: &[],
    body: None,
    key: Key::None,
    answer: Answer {
        status: 200,
        about: Said { en: "OpenAPI 3.1.", zh: "OpenAPI 3.1。" },
        content_type: "application/json",
        shape: None,
        example: "",
        waits: None,
    },
    problems: &[],
    handler: |call| Box::pin(show_openapi(call)),
};

/// `GET /docs`
pub static PAGE: Operation = Operation {
    id: "show_docs",
    method: Method::GET,
    path: "/docs",
    feature: "docs",
    access: Access::Open,
    confirm: false,
    summary: Said { en: "The document, readable", zh: "可阅读的文档" },
    about: Said {
        en: "Every call with examples, in English or Chinese.", zh: "每个调用及示例，中文或英文。"
    },
    parameters: &[&LANG],
    body: None,
    key: Key::None,
    answer: Answer::text("text/html; charset=utf-8", Said { en: "The page.", zh: "页面。" }),
    problems: &[],
    handler: |call| Box::pin(show_docs(call)),
};
