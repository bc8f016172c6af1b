//! What shops call, and the pages that people see.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use bytes::Bytes;
use jifen_connect::{ID_HEADER, PayCall, PayState, SIGNATURE_HEADER, Signed, TIMESTAMP_HEADER, Told};

use crate::{Cashier, Lie, Switches, page, second};

/// Everything the provider answers.
pub fn router(cashier: Arc<Cashier>) -> Router {
    Router::new()
        .route("/", get(overview))
        .route("/switches", post(switch))
        .route("/pay/{order}", get(pay_page))
        .route("/pay/{order}/{outcome}", post(pay))
        .route("/payments", post(create))
        .route("/payments/query", post(query))
        .route("/payments/close", post(close))
        .route("/payments/refund", post(refund))
        .with_state(cashier)
}

type Shared = State<Arc<Cashier>>;

async fn create(State(cashier): Shared, headers: HeaderMap, body: Bytes) -> Response {
    let made = heard(&cashier, &headers, &body).map(|call| cashier.create(call));
    answer(made.map(|made| made.ok_or(StatusCode::UNPROCESSABLE_ENTITY)))
}

async fn query(State(cashier): Shared, headers: HeaderMap, body: Bytes) -> Response {
    let found = heard(&cashier, &headers, &body).map(|call| cashier.payment(&call.order));
    answer(found.map(|found| found.ok_or(StatusCode::NOT_FOUND)))
}

async fn close(State(cashier): Shared, headers: HeaderMap, body: Bytes) -> Response {
    let closed = heard(&cashier, &headers, &body).map(|call| cashier.close(&call.order));
    answer(closed.map(|closed| closed.ok_or(StatusCode::NOT_FOUND)))
}

async fn refund(State(cashier): Shared, headers: HeaderMap, body: Bytes) -> Response {
    let done = heard(&cashier, &headers, &body).map(|call| cashier.refund(&call));
    answer(done.map(|done| done.ok_or(StatusCode::NOT_FOUND)))
}

/// A call that is believed.
fn heard(cashier: &Cashier, headers: &HeaderMap, body: &Bytes) -> Result<PayCall, StatusCode> {
    if cashier.switches().away {
        return Err(StatusCode::SERVICE_UNAVAILABLE);
    }
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (id, timestamp, signatures) = (header(ID_HEADER), header(TIMESTAMP_HEADER), header(SIGNATURE_HEADER));
    let signed = Signed { id, timestamp, signatures, body };
    cashier.secrets.verify(&signed, second()).map_err(|_| StatusCode::UNAUTHORIZED)?;
    serde_json::from_slice(body).map_err(|_| StatusCode::UNPROCESSABLE_ENTITY)
}

fn answer(told: Result<Result<Told, StatusCode>, StatusCode>) -> Response {
    match told.and_then(|told| told) {
        Ok(told) => axum::Json(told).into_response(),
        Err(status) => status.into_response(),
    }
}

async fn overview(State(cashier): Shared) -> Html<String> {
    Html(page::overview(&cashier.payments(), cashier.switches()))
}

async fn pay_page(State(cashier): Shared, Path(order): Path<String>) -> Response {
    match cashier.payment(&order) {
        Some(told) => Html(page::pay(&told)).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn pay(State(cashier): Shared, Path((order, outcome)): Path<(String, String)>) -> Response {
    let state = match outcome.as_str() {
        "paid" => PayState::Paid,
        "failed" => PayState::Failed,
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    match cashier.settle(&order, state) {
        Some(back) => Redirect::to(&back).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn switch(State(cashier): Shared, body: Bytes) -> Redirect {
    let mut switches = Switches::default();
    for (name, value) in form_urlencoded::parse(&body) {
        match (&*name, &*value) {
            ("delay_ms", number) => switches.delay_ms = number.parse().unwrap_or(0),
            ("repeat", number) => switches.repeat = number.parse().unwrap_or(0).min(100),
            ("lie", "amount") => switches.lie = Lie::Amount,
            ("lie", "signature") => switches.lie = Lie::Signature,
            ("silent", _) => switches.silent = true,
            ("away", _) => switches.away = true,
            _ => {}
        }
    }
    cashier.switch(switches);
    Redirect::to("/")
}
