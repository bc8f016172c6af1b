//! Traces: where the points of an entry came from, and what became of them, point by point.

use std::sync::Arc;

use axum::http::Method;
use jifen_ledger::{Entry as Stored, Part, Trace};
use jifen_program::Books;
use serde::Serialize;
use utoipa::ToSchema;

use super::entries::{Entry, read, settled_tail, wire};
use crate::app::App;
use crate::call::{Call, Reply, aside};
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Key, Operation, Parameter};
use crate::parameters::MEMBER_ID;
use crate::problems::{Problem, table};
use crate::scopes::Scope;

/// Entries looked at for one trace at most.
const SCAN_MAX: usize = 20_000;

/// Entries read from the store at once.
const SLICE: usize = 500;

static NUMBER: Parameter = Parameter {
    name: "number",
    in_path: true,
    about: Said { en: "The entry's place in the member's history.", zh: "该明细在会员历史中的序号。" },
    schema: r#"{"type": "integer", "minimum": 1}"#,
    example: "2",
};

/// Where the points of an entry came from, and what became of them.
#[derive(Serialize, ToSchema)]
#[schema(as = Trace)]
pub struct TraceAnswer {
    /// The entry.
    entry: Entry,
    /// Where its points came from, earliest first.
    from: Vec<TraceOrigin>,
    /// What became of them, earliest first.
    to: Vec<TraceFate>,
    /// Whether the history was followed to its end: a very long one is not.
    complete: bool,
}

/// Points that were given together.
#[derive(Serialize, ToSchema)]
pub struct TraceOrigin {
    /// How many of the entry's points.
    points: i64,
    /// When they were earned.
    #[schema(format = DateTime)]
    earned_at: String,
    /// When they lapse, or would have; nothing for never.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    expires_at: Option<String>,
    /// The label of source.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    /// The rule that awarded them.
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<String>,
    /// The order they were earned with.
    #[serde(skip_serializing_if = "Option::is_none")]
    order: Option<String>,
    /// The event that brought them.
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<String>,
    /// The entry that gave them.
    entry: u64,
    /// That entry in a sentence.
    explanation: crate::wire::Text,
}

/// Points with one fate.
#[derive(Serialize, ToSchema)]
pub struct TraceFate {
    /// How many of the entry's points.
    points: i64,
    /// The state or account they are in: `available`, `pending`, `held`, `dormant`, `redeemed`, `expired`,
    /// `forfeited`, `issued` (taken back), `debt` (repaid with it) and others.
    state: &'static str,
    /// Since when.
    #[schema(format = DateTime)]
    at: String,
    /// The entry that brought them there.
    entry: u64,
}

async fn trace_entry(call: Call) -> Answered {
    let id = call.member()?;
    let text = call.segment("number");
    let unknown = || Problem::new(&table::UNKNOWN).word("entry", text);
    let number: u64 = text.parse().ok().filter(|number| *number > 0).ok_or_else(unknown)?;
    let newest = settled_tail(&call, id.as_str()).await?;
    let app = Arc::clone(&call.app);
    let traced = aside(move || follow(&app, newest, number));
    let traced = traced.await?;
    Reply::json(&traced.ok_or_else(unknown)?)
}

/// Follows a chain back from its newest entry: past the entry asked for, and on until every origin is met.
fn follow(app: &App, newest: u64, number: u64) -> Result<Option<TraceAnswer>, Problem> {
    let (mut next, mut looked) = (newest, 0);
    let mut later: Vec<Stored> = Vec::new();
    let mut found: Option<(Stored, Trace)> = None;
    let mut origins: Vec<Stored> = Vec::new();
    while next > 0 && looked < SCAN_MAX && !found.as_ref().is_some_and(|(_, trace)| trace.is_complete()) {
        for row in app.engine.store().history(jifen_store::Stream::default(), next, SLICE)? {
            (next, looked) = (row.previous, looked + 1);
            let entry = read(&row)?;
            match &mut found {
                None if entry.seq == number => {
                    let trace = Trace::begin(&entry, &later);
                    origins.push(entry.clone());
                    found = Some((entry, trace));
                }
                None => later.push(entry),
                Some((_, trace)) if !trace.is_complete() => {
                    trace.look_at(&entry);
                    origins.push(entry);
                }
                Some(_) => break,
            }
        }
    }
    let Some((entry, trace)) = found else { return Ok(None) };
    let books = app.engine.books();
    let told = wire(app, std::slice::from_ref(&entry))?.pop();
    let Some(told) = told else { return Ok(None) };
    let zone = &books.at(entry.recorded_at).zone;
    let origin = |part: &Part| {
        let given = origins.iter().find(|entry| entry.seq == part.seq)?;
        Some(TraceOrigin::of(part, given, &books))
    };
    let fate = |part: &Part| TraceFate {
        points: part.points,
        state: part.account.as_str(),
        at: zone.rfc3339(part.at),
        entry: part.seq,
    };
    Ok(Some(TraceAnswer {
        entry: told,
        from: trace.from().iter().rev().filter_map(origin).collect(),
        to: trace.to().iter().map(fate).collect(),
        complete: trace.is_complete(),
    }))
}

impl TraceOrigin {
    fn of(part: &Part, given: &Stored, books: &Books) -> TraceOrigin {
        let (zone, cause) = (&books.at(given.recorded_at).zone, &given.cause);
        TraceOrigin {
            points: part.points,
            earned_at: zone.rfc3339(given.effective_at),
            expires_at: part.expires_at.map(|at| zone.rfc3339(at)),
            source: cause.label.as_ref().map(ToString::to_string),
            rule: cause.rule.as_ref().map(ToString::to_string),
            order: cause.order.as_ref().map(ToString::to_string),
            event: cause.event_type.as_ref().and(cause.id.as_ref()).map(ToString::to_string),
            entry: given.seq,
            explanation: crate::explain::entry(given, books),
        }
    }
}

/// `GET /v1/members/{id}/entries/{number}/trace`
pub static TRACE: Operation = Operation {
    id: "trace_entry",
    method: Method::GET,
    path: "/v1/members/{id}/entries/{number}/trace",
    feature: "entries",
    access: Access::ScopeOrSelf(Scope::WalletsRead),
    confirm: false,
    summary: Said { en: "Trace the points of an entry", zh: "积分溯源" },
    about: Said {
        en: "Points are numbered, so this is exact: from which purchases the points of a spend came, and what became of each point of an award.",
        zh: "每个积分都有编号，因此结果精确：一笔使用的积分来自哪些消费，一次奖励的每个积分后来去了哪里。",
    },
    parameters: &[&MEMBER_ID, &NUMBER],
    body: None,
    key: Key::None,
    answer: Answer::json::<TraceAnswer>(200, Said { en: "The trace.", zh: "溯源结果。" }, EXAMPLE),
    problems: &[&table::MEMBER_UNKNOWN, &table::UNKNOWN],
    handler: |call| Box::pin(trace_entry(call)),
};

const EXAMPLE: &str = r#"{"entry": {"number": 2, "effective_at": "2026-06-19T09:00:00+08:00",
    "recorded_at": "2026-06-19T09:00:00+08:00", "kind": "spend", "unit": "points", "points": -40, "amount": 40,
    "from": "available", "to": "redeemed", "balance": 15,
    "cause": {"type": "spend", "id": "spd_0rkf3c2gq1a2b3c4d5e6f7", "operator": "till", "reason": "a coffee", "reference": "till-7-0001"},
    "explanation": {"zh": "使用了 40 积分。", "en": "40 points were spent."}},
    "from": [{"points": 40, "earned_at": "2026-06-18T20:15:00+08:00", "expires_at": "2027-01-01T00:00:00+08:00",
        "source": "purchase", "rule": "purchase-daily", "order": "1001", "event": "o-1001", "entry": 1,
        "explanation": {"zh": "日用品消费：得55积分。", "en": "Daily goods: gives 55 points."}}],
    "to": [{"points": 40, "state": "redeemed", "at": "2026-06-19T09:00:00+08:00", "entry": 2}], "complete": true}"#;
