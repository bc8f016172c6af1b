//! Health: whether the process lives, and whether it can serve.

use axum::http::Method;
use serde::Serialize;
use utoipa::ToSchema;

use crate::call::{Call, Reply};
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Key, Operation};
use crate::problems::{Problem, table};

/// How the service is.
#[derive(Serialize, ToSchema)]
pub struct Health {
    /// `live` or `ready`.
    status: &'static str,
    /// The version of the program.
    version: &'static str,
}

async fn check_live(_: Call) -> Answered {
    Reply::json(&Health { status: "live", version: env!("CARGO_PKG_VERSION") })
}

/// Ready is who can read the store; that costs one look at an index.
async fn check_ready(call: Call) -> Answered {
    let looked = call.aside(|app| Ok(app.engine.store().next_due()?)).await;
    looked.map_err(|problem| Problem { inner: problem.inner, ..Problem::new(&table::NOT_READY) })?;
    Reply::json(&Health { status: "ready", version: env!("CARGO_PKG_VERSION") })
}

/// `GET /health/live`
pub static LIVE: Operation = Operation {
    id: "check_live",
    method: Method::GET,
    path: "/health/live",
    feature: "health",
    access: Access::Open,
    confirm: false,
    summary: Said { en: "Does the process live?", zh: "进程是否存活" },
    about: Said {
        en: "Answers without looking at anything else. Restart the process when it does not.",
        zh: "不检查其他任何东西。没有应答时请重启进程。",
    },
    parameters: &[],
    body: None,
    key: Key::None,
    answer: Answer::json::<Health>(
        200,
        Said { en: "It does.", zh: "存活。" },
        r#"{"status": "live", "version": "0.1.0"}"#,
    ),
    problems: &[],
    handler: |call| Box::pin(check_live(call)),
};

/// `GET /health/ready`
pub static READY: Operation = Operation {
    id: "check_ready",
    method: Method::GET,
    path: "/health/ready",
    feature: "health",
    access: Access::Open,
    confirm: false,
    summary: Said { en: "Can it serve?", zh: "是否可以服务" },
    about: Said {
        en: "Looks at the store. Send requests elsewhere while it says no.",
        zh: "会检查存储。返回否定时请把请求发往别处。",
    },
    parameters: &[],
    body: None,
    key: Key::None,
    answer: Answer::json::<Health>(
        200,
        Said { en: "It can.", zh: "就绪。" },
        r#"{"status": "ready", "version": "0.1.0"}"#,
    ),
    problems: &[&table::NOT_READY],
    handler: |call| Box::pin(check_ready(call)),
};
