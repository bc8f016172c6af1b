//! Events: what shops and apps report, one at a time or a thousand.

mod answer;
mod batch;
mod schema;

use std::sync::Arc;

use axum::http::Method;
use jifen_engine::Answered as Judged;
use jifen_program::events::{Event, parse};
use jifen_program::flows::{EventOutcome, JudgeEvent};
use jifen_vocab::{Timestamp, limits};

use crate::app::App;
use crate::call::{self, Call, Reply, judged};
use crate::callers::Caller;
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Body, BodyKind, Key, Operation, Parameter, Shape};
use crate::problems::{Problem, table};
use crate::scopes::Scope;
pub(super) use answer::EXAMPLE;
pub use answer::{Award, EventAnswer, EventRefusal, Odds, TakenBack};
pub use batch::{BatchAnswer, BatchResult};
pub use schema::CloudEvent;

const BATCH: &str = "application/cloudevents-batch+json";

static DRY_RUN: Parameter = Parameter {
    name: "dry_run",
    in_path: false,
    about: Said {
        en: "Decides and changes nothing: what would happen now. Chances are shown as odds and not drawn.",
        zh: "只判断，不改动：现在会发生什么。随机奖励只显示概率，不抽取。",
    },
    schema: r#"{"type": "boolean", "default": false}"#,
    example: "true",
};

async fn send_events(call: Call) -> Answered {
    let is_dry = call.query()?.flag("dry_run")?;
    let is_batch = call.headers.get(axum::http::header::CONTENT_TYPE).is_some_and(|value| {
        let essence = value.to_str().unwrap_or_default().split(';').next().unwrap_or_default();
        essence.trim().eq_ignore_ascii_case(BATCH)
    });
    if is_batch { batch::send(call, is_dry).await } else { send_one(call, is_dry).await }
}

async fn send_one(call: Call, is_dry: bool) -> Answered {
    let command = command(&call.app, &call.caller, &call.body, call.app.engine.clock().now())?;
    let answered = match is_dry {
        true => call.app.engine.dry_run(&command)?,
        false => call.app.engine.submit(command).await?,
    };
    if !is_dry {
        call.app.metrics.judged(u64::from(!answered.replayed), u64::from(answered.replayed));
    }
    let (outcome, replayed) = judged(answered)?;
    Ok(Reply::json(&EventAnswer::of(&outcome, &call.app.engine.books()))?.replayed(replayed))
}

/// Reads one event that the caller may send; one that does not say when it happened happened now.
fn command(app: &App, caller: &Arc<Caller>, json: &[u8], now: Timestamp) -> Result<JudgeEvent, Problem> {
    call::check_object(json)?;
    let mut event: Event = parse(json)?;
    app.marker.mark(&mut event);
    event.time.get_or_insert(now);
    if !caller.may_send(&event.source) {
        return Err(Problem::new(&table::SOURCE_NOT_ALLOWED).word("source", event.source.as_str()).at("/source"));
    }
    Ok(JudgeEvent { event, client: caller.id.clone() })
}

/// A judged event as an answer or a problem.
fn answer(app: &App, judged_event: Judged<EventOutcome>) -> Result<(EventAnswer, bool), Problem> {
    let (outcome, replayed) = judged(judged_event)?;
    Ok((EventAnswer::of(&outcome, &app.engine.books()), replayed))
}

/// `POST /v1/events`
pub static SEND: Operation = Operation {
    id: "send_events",
    method: Method::POST,
    path: "/v1/events",
    feature: "events",
    access: Access::Scope(Scope::EventsWrite),
    confirm: false,
    summary: Said { en: "Report an event, or up to 1,000", zh: "上报事件（单个或最多 1,000 个）" },
    about: Said {
        en: "CloudEvents 1.0 in JSON; `subject` is the member, `time` when it happened. `source` and `id` name an event for ever: the same one again gets the first answer (`Idempotent-Replay: true`), with other content it is refused. What the rules refuse is part of the answer; what could not be judged is a problem, and the same event may come again. A batch is answered event by event, in order: one bad event harms no other.",
        zh: "CloudEvents 1.0 JSON 格式；`subject` 为会员，`time` 为发生时间。`source` 与 `id` 永久标识一个事件：重发得到原结果（`Idempotent-Replay: true`），内容不同则拒绝。规则的拒绝包含在结果中；无法判断的事件返回问题说明，可再次发送。批次按顺序逐个给出结果，一个错误事件不影响其他事件。",
    },
    parameters: &[&DRY_RUN],
    body: Some(Body {
        kinds: &[
            BodyKind {
                content_type: "application/cloudevents+json",
                bytes_max: limits::EVENT_BYTES_MAX,
                shape: Shape::of::<CloudEvent>(),
                example: schema::EXAMPLE,
            },
            BodyKind {
                content_type: "application/json",
                bytes_max: limits::EVENT_BYTES_MAX,
                shape: Shape::of::<CloudEvent>(),
                example: schema::EXAMPLE,
            },
            BodyKind {
                content_type: BATCH,
                bytes_max: limits::BODY_BYTES_MAX,
                shape: Shape::list_of::<CloudEvent>(),
                example: schema::BATCH_EXAMPLE,
            },
        ],
        required: true,
    }),
    key: Key::None,
    answer: Answer {
        status: 200,
        about: Said {
            en: "What the event brought about; for a batch, the result of each.",
            zh: "事件产生的结果；批次则为每个事件的结果。",
        },
        content_type: "application/json",
        shape: Some(Shape::of::<EventsAnswer>()),
        example: answer::EXAMPLE,
        waits: None,
    },
    problems: &[
        &table::AMOUNT_OUT_OF_RANGE,
        &table::BATCH_TOO_LONG,
        &table::CURRENCY_MISMATCH,
        &table::EVENT_TOO_FAR_AHEAD,
        &table::IDEMPOTENCY_CONFLICT,
        &table::LIMIT_EXCEEDED,
        &table::MEMBER_UNKNOWN,
        &table::ORDER_AMOUNTS_DISAGREE,
        &table::REFUND_EXCEEDS_ORDER,
        &table::SOURCE_NOT_ALLOWED,
        &table::UNKNOWN,
    ],
    handler: |call| Box::pin(send_events(call)),
};

/// What one event or each of a batch brought about.
#[derive(utoipa::ToSchema)]
#[schema(as = EventsAnswer)]
#[serde(untagged)]
pub enum EventsAnswer {
    /// Of one event.
    One(Box<EventAnswer>),
    /// Of a batch.
    Batch(BatchAnswer),
}
