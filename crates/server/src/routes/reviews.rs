//! Reviews: events that came later than the program judges by itself wait for a person.

use axum::http::Method;
use compact_str::CompactString;
use jifen_program::desk::Record;
use jifen_program::flows::ResolveReview;
use jifen_program::reviews::{REVIEW, Review as Stored, ReviewState};
use jifen_store::{Bound, Find, Order, Value as Column};
use jifen_vocab::Zone;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::events::EventAnswer;
use crate::call::{Call, Reply, aside};
use crate::cursor::IdCursor;
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Key, Operation, Parameter};
use crate::parameters::{CURSOR, LIMIT};
use crate::problems::{Problem, table};
use crate::scopes::Scope;

static REVIEW_ID: Parameter = Parameter {
    name: "id",
    in_path: true,
    about: Said { en: "The review.", zh: "审核事项。" },
    schema: r#"{"type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[A-Za-z0-9._:-]+$"}"#,
    example: "rev_0rkf3c2gq1a2b3c4d5e6f7",
};

static STATE: Parameter = Parameter {
    name: "state",
    in_path: false,
    about: Said {
        en: "Only reviews in this state; `waiting` unless it is given.", zh: "审核状态，默认 `waiting`。"
    },
    schema: r#"{"type": "string", "enum": ["waiting", "accepted", "dismissed"], "default": "waiting"}"#,
    example: "waiting",
};

/// A page of reviews.
#[derive(Serialize, ToSchema)]
pub struct ReviewPage {
    /// The reviews, oldest first.
    data: Vec<Review>,
    /// Where the next page starts; nothing on the last.
    next_cursor: Option<String>,
}

/// An event that waits for a person.
#[derive(Serialize, ToSchema)]
pub struct Review {
    /// Its identifier.
    id: String,
    /// Where it stands: `waiting`, `accepted`, `dismissed`.
    state: &'static str,
    /// Why it waits: `late`, or `large` where it would bring more points than the rules give alone.
    reason: &'static str,
    /// Whose event.
    member: String,
    /// The type of the event.
    event_type: String,
    /// When it happened.
    #[schema(format = DateTime)]
    time: String,
    /// When it came.
    #[schema(format = DateTime)]
    received_at: String,
    /// The event, as a CloudEvent.
    #[schema(value_type = Object)]
    event: Box<RawValue>,
    /// Who decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    decided_by: Option<String>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    decided_at: Option<String>,
}

/// A decision about a late event.
#[derive(Serialize, ToSchema)]
pub struct Decision {
    /// Where the review stands now.
    state: &'static str,
    /// What the event brought about, where it was accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<EventAnswer>,
}

async fn list_reviews(call: Call) -> Answered {
    let query = call.query()?;
    let limit = query.limit()?;
    let state = match query.get("state") {
        None => "waiting",
        Some(state @ ("waiting" | "accepted" | "dismissed")) => state,
        Some(_) => return Err(Problem::parameter("state", "be waiting, accepted or dismissed")),
    };
    let state = Column::Text(CompactString::new(state));
    let cursor = query.get("cursor").map(IdCursor::read).transpose()?;
    let from = cursor.map_or(Bound::Start, |cursor| Bound::After(state.clone(), cursor.0));
    let find = Find { kind: &REVIEW, column: Some(0), equals: Some(state), order: Order::Ascending, from, limit };
    let (app, zone) = (call.app.clone(), call.zone());
    let page = aside(move || {
        let page = app.engine.store().find(&find)?;
        let read = |(id, _, row): &(CompactString, Column, jifen_store::Row)| {
            let review = Stored::read(&row.body).map_err(|error| Problem::internal(format!("review {id}: {error}")))?;
            Ok(Review::of(id, review, &zone))
        };
        let data = page.rows.iter().map(read).collect::<Result<_, Problem>>()?;
        let next_cursor = match page.next {
            Some(Bound::After(_, id)) => Some(IdCursor(id).write()),
            _ => None,
        };
        Ok::<_, Problem>(ReviewPage { data, next_cursor })
    });
    Reply::json(&page.await?)
}

impl Review {
    fn of(id: &str, review: Stored, zone: &Zone) -> Review {
        Review {
            id: id.to_owned(),
            state: review.state.as_str(),
            reason: review.reason.as_str(),
            member: review.member.to_string(),
            event_type: review.kind.to_string(),
            time: zone.rfc3339(review.time),
            received_at: zone.rfc3339(review.received_at),
            event: review.event,
            decided_by: review.decided_by.map(|who| who.to_string()),
            decided_at: review.decided_at.map(|at| zone.rfc3339(at)),
        }
    }
}

async fn decide(call: Call, accept: bool) -> Answered {
    let id = call.segment("id");
    if jifen_vocab::id::check(id).is_err() {
        return Err(Problem::new(&table::UNKNOWN).word("review", id));
    }
    let command = ResolveReview { request: call.key()?, id: CompactString::new(id), accept, by: call.by() };
    let (outcome, replayed) = call.submit(command).await?;
    let books = call.app.engine.books();
    let state = if accept { ReviewState::Accepted } else { ReviewState::Dismissed };
    let answer = outcome.map(|outcome| EventAnswer::of(&outcome, &books));
    Ok(Reply::json(&Decision { state: state.as_str(), answer })?.replayed(replayed))
}

const EXAMPLE: &str = r#"{"data": [{"id": "rev_0rkf3c2gq1a2b3c4d5e6f7", "state": "waiting", "reason": "late", "member": "lin",
    "event_type": "order.paid", "time": "2026-05-01T12:00:00+08:00", "received_at": "2026-06-18T20:15:00+08:00",
    "event": {"specversion": "1.0", "id": "o-900", "source": "/shop/online", "type": "order.paid", "subject": "lin",
    "time": "2026-05-01T04:00:00Z", "data": {"order": "900", "amount": 4600}}}], "next_cursor": null}"#;

/// `GET /v1/reviews`
pub static LIST: Operation = Operation {
    id: "list_reviews",
    method: Method::GET,
    path: "/v1/reviews",
    feature: "reviews",
    access: Access::Scope(Scope::ReviewsRead),
    confirm: false,
    summary: Said { en: "List events that wait", zh: "查看待审核事件" },
    about: Said {
        en: "Events older than the program judges by itself wait here for a person, and so do those that would bring more points than the rules give alone.",
        zh: "超过期限的事件，以及积分超过可直接入账上限的事件，在此等待人工审核。",
    },
    parameters: &[&STATE, &LIMIT, &CURSOR],
    body: None,
    key: Key::None,
    answer: Answer::json::<ReviewPage>(200, Said { en: "A page of reviews.", zh: "一页审核事项。" }, EXAMPLE),
    problems: &[],
    handler: |call| Box::pin(list_reviews(call)),
};

/// `POST /v1/reviews/{id}/accept`
pub static ACCEPT: Operation = Operation {
    id: "accept_review",
    method: Method::POST,
    path: "/v1/reviews/{id}/accept",
    feature: "reviews",
    access: Access::Scope(Scope::ReviewsWrite),
    confirm: false,
    summary: Said { en: "Let an event count", zh: "采纳事件" },
    about: Said {
        en: "It is judged at its own time, by the rules of its day.", zh: "按事件发生当日的规则判断。"
    },
    parameters: &[&REVIEW_ID],
    body: None,
    key: Key::Required,
    answer: Answer::json::<Decision>(200, Said { en: "What it brought about.", zh: "产生的结果。" }, ""),
    problems: &[&table::REVIEW_DECIDED, &table::UNKNOWN],
    handler: |call| Box::pin(decide(call, true)),
};

/// `POST /v1/reviews/{id}/dismiss`
pub static DISMISS: Operation = Operation {
    id: "dismiss_review",
    method: Method::POST,
    path: "/v1/reviews/{id}/dismiss",
    feature: "reviews",
    access: Access::Scope(Scope::ReviewsWrite),
    confirm: false,
    summary: Said { en: "Let an event go", zh: "忽略事件" },
    about: Said { en: "It brings nothing about.", zh: "不产生任何结果。" },
    parameters: &[&REVIEW_ID],
    body: None,
    key: Key::Required,
    answer: Answer::json::<Decision>(200, Said { en: "The decision.", zh: "审核结果。" }, r#"{"state": "dismissed"}"#),
    problems: &[&table::REVIEW_DECIDED, &table::UNKNOWN],
    handler: |call| Box::pin(decide(call, false)),
};
