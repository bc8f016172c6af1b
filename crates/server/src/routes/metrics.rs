//! Metrics: operating figures for Prometheus.

use axum::http::Method;

use crate::call::{Call, Reply};
use crate::language::Said;
use crate::metrics::Others;
use crate::operation::{Access, Answer, Answered, Key, Operation};
use crate::scopes::Scope;

const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

async fn show_metrics(call: Call) -> Answered {
    let app = &call.app;
    let (reconciliation, spot) = (app.reconciliation(), app.spot_check());
    let late_ms = app.engine.alarms_late_ms().ok();
    let others = Others { waiting: app.engine.waiting(), late_ms, figures: app.engine.figures(), reconciliation, spot };
    Ok(Reply::text(CONTENT_TYPE, app.metrics.text(&others)))
}

/// `GET /metrics`
pub static SHOW: Operation = Operation {
    id: "show_metrics",
    method: Method::GET,
    path: "/metrics",
    feature: "metrics",
    access: Access::ScopeUnlessOpened(Scope::MetricsRead),
    confirm: false,
    summary: Said { en: "Operating figures", zh: "运行指标" },
    about: Said {
        en: "In the text form that Prometheus reads: requests by route and status, their latency, what waits, what was committed, and what the nightly comparison with the journal and the hourly spot check found.",
        zh: "Prometheus 文本格式：按路由和状态统计的请求、延迟、等待数量、提交情况，以及每晚对账和每小时抽查的结果。",
    },
    parameters: &[],
    body: None,
    key: Key::None,
    answer: Answer::text(CONTENT_TYPE, Said { en: "The figures.", zh: "指标。" }),
    problems: &[],
    handler: |call| Box::pin(show_metrics(call)),
};
