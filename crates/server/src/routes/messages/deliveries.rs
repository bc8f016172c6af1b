//! What left the house, and what could not.

use std::sync::Arc;

use axum::http::Method;
use compact_str::CompactString;
use jifen_program::messages::{Delivery as Stored, DeliveryState, ResendDelivery};
use jifen_vocab::{MessageChannel, Zone};
use serde::Serialize;
use utoipa::ToSchema;

use crate::call::{Call, Parameters, Reply, aside};
use crate::language::Said;
use crate::listing::{Listed, PageOf, newest};
use crate::operation::{Access, Answer, Answered, Key, Operation, Parameter};
use crate::parameters::{CURSOR, LIMIT};
use crate::problems::{Problem, table};
use crate::scopes::Scope;

/// The places of the member and of the state among the columns of deliveries.
const MEMBER_COLUMN: usize = 0;
const STATE_COLUMN: usize = 1;

static DELIVERY_ID: Parameter = Parameter {
    name: "id",
    in_path: true,
    about: Said { en: "The delivery.", zh: "投递。" },
    schema: r#"{"type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[A-Za-z0-9._:-]+$"}"#,
    example: "msg_0rkf3c2gq1a2b3c4d5e6f7-0",
};

static STATE: Parameter = Parameter {
    name: "state",
    in_path: false,
    about: Said {
        en: "Only those that stand there; `failed` are the dead letters.",
        zh: "只看该状态；`failed` 为投递失败。",
    },
    schema: r#"{"type": "string", "enum": ["waiting", "ready", "sending", "sent", "failed", "dropped"]}"#,
    example: "failed",
};

static MEMBER: Parameter = Parameter {
    name: "member",
    in_path: false,
    about: Said {
        en: "Only those to this member; not together with `state`.",
        zh: "只看该会员；不能与 `state` 同时使用。",
    },
    schema: r#"{"type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[A-Za-z0-9._:-]+$"}"#,
    example: "lin",
};

/// A channel that did not carry it.
#[derive(Serialize, ToSchema)]
pub(super) struct SkippedChannel {
    /// The channel.
    channel: &'static str,
    /// `no-consent`, `no-address` or `failed`.
    why: String,
}

/// A message on its way out.
#[derive(Serialize, ToSchema)]
#[schema(as = MessageDelivery)]
pub(super) struct Delivery {
    /// Its identifier.
    id: String,
    /// The message.
    message: String,
    /// Its kind in the rule book.
    kind: String,
    /// To whom.
    member: String,
    /// `waiting`, `ready`, `sending`, `sent`, `failed` or `dropped`.
    state: &'static str,
    /// The channels, in the order they are tried.
    route: Vec<&'static str>,
    /// The one that is tried now, or that carried it.
    channel: Option<&'static str>,
    /// Tries on it that failed.
    tries: u8,
    /// When it was made.
    #[schema(format = DateTime)]
    made_at: String,
    /// When it is tried, or tried again.
    #[schema(format = DateTime)]
    due_at: Option<String>,
    /// When it was taken.
    #[schema(format = DateTime)]
    sent_at: Option<String>,
    /// Where it went, masked.
    to: Option<String>,
    /// What went wrong last.
    error: Option<String>,
    /// Channels that did not carry it.
    skipped: Vec<SkippedChannel>,
}

/// A page of deliveries.
#[derive(Serialize, ToSchema)]
#[schema(as = MessageDeliveryPage)]
pub(super) struct DeliveryPage {
    /// The deliveries, newest first.
    data: Vec<Delivery>,
    /// Where the next page starts, where there is one.
    next_cursor: Option<String>,
}

impl Delivery {
    fn of(id: &str, stored: &Stored, zone: &Zone) -> Delivery {
        let skipped = |skipped: &jifen_program::messages::Skipped| SkippedChannel {
            channel: skipped.channel.as_str(),
            why: skipped.why.to_string(),
        };
        Delivery {
            id: id.to_owned(),
            message: stored.message.to_string(),
            kind: stored.kind.to_string(),
            member: stored.member.to_string(),
            state: stored.state.as_str(),
            route: stored.route.iter().map(|channel| channel.as_str()).collect(),
            channel: stored.channel().map(MessageChannel::as_str),
            tries: stored.tries,
            made_at: zone.rfc3339(stored.made),
            due_at: stored.due.map(|due| zone.rfc3339(due)),
            sent_at: stored.sent.map(|sent| zone.rfc3339(sent)),
            to: stored.to.as_ref().map(ToString::to_string),
            error: stored.error.as_ref().map(ToString::to_string),
            skipped: stored.skipped.iter().map(skipped).collect(),
        }
    }
}

/// By which column, and what stands there.
fn wanted(query: &Parameters) -> Result<Option<(usize, CompactString)>, Problem> {
    match (query.get("state"), query.get("member")) {
        (Some(_), Some(_)) => Err(Problem::parameter("member", "not come together with `state`")),
        (None, None) => Ok(None),
        (None, Some(member)) => Ok(Some((MEMBER_COLUMN, CompactString::new(member)))),
        (Some(state), None) => {
            let known = DeliveryState::ALL.map(DeliveryState::as_str);
            let is_known = known.contains(&state);
            let wrong = || Problem::parameter("state", &format!("be one of {}", known.join(", ")));
            is_known.then(|| Some((STATE_COLUMN, CompactString::new(state)))).ok_or_else(wrong)
        }
    }
}

async fn list_deliveries(call: Call) -> Answered {
    let query = call.query()?;
    let (with, page) = (wanted(&query)?, PageOf::read(&query)?);
    let (app, zone) = (Arc::clone(&call.app), call.zone());
    let found = aside(move || {
        let with = with.as_ref().map(|(column, text)| (*column, text.as_str()));
        newest::<Stored>(&app, with, page)
    });
    let Listed { records, next_cursor } = found.await?;
    let data = records.iter().map(|(id, delivery)| Delivery::of(id, delivery, &zone)).collect();
    Reply::json(&DeliveryPage { data, next_cursor })
}

async fn retry_delivery(call: Call) -> Answered {
    let id = CompactString::new(call.segment("id"));
    let command = ResendDelivery { request: call.key()?, delivery: id.clone(), by: call.by() };
    let (delivery, replayed) = call.submit(command).await?;
    Ok(Reply::json(&Delivery::of(&id, &delivery, &call.zone()))?.replayed(replayed))
}

const EXAMPLE: &str = r#"{"id": "msg_0rkf3c2gq1a2b3c4d5e6f7-0", "message": "msg_0rkf3c2gq1a2b3c4d5e6f7", "kind": "points-lapsing",
    "member": "lin", "state": "ready", "route": ["push", "web_push"], "channel": "push", "tries": 0,
    "made_at": "2026-10-01T00:00:00+08:00", "due_at": null, "sent_at": null, "to": null, "error": "http status: 500",
    "skipped": []}"#;

/// `GET /v1/deliveries`
pub static LIST: Operation = Operation {
    id: "list_deliveries",
    method: Method::GET,
    path: "/v1/deliveries",
    feature: "messages",
    access: Access::Scope(Scope::MessagesRead),
    confirm: false,
    summary: Said { en: "What left the house?", zh: "查看消息投递" },
    about: Said {
        en: "Newest first. Addresses are masked. `failed` are those that no channel took; `dropped` those that were not to be sent: no consent, no address, or too late.",
        zh: "从新到旧，地址脱敏显示。`failed` 为所有渠道均未送达；`dropped` 为按规则不予发送（未同意、无联系方式或已过时）。",
    },
    parameters: &[&STATE, &MEMBER, &LIMIT, &CURSOR],
    body: None,
    key: Key::None,
    answer: Answer::json::<DeliveryPage>(200, Said { en: "A page of deliveries.", zh: "一页投递记录。" }, ""),
    problems: &[],
    handler: |call| Box::pin(list_deliveries(call)),
};

/// `POST /v1/deliveries/{id}/retry`
pub static RETRY: Operation = Operation {
    id: "retry_delivery",
    method: Method::POST,
    path: "/v1/deliveries/{id}/retry",
    feature: "messages",
    access: Access::Scope(Scope::MessagesWrite),
    confirm: false,
    summary: Said { en: "Try a failed delivery again", zh: "重试失败的投递" },
    about: Said {
        en: "By every channel of its route, from the first one on.", zh: "从第一个渠道开始重新尝试。"
    },
    parameters: &[&DELIVERY_ID],
    body: None,
    key: Key::Optional,
    answer: Answer::json::<Delivery>(200, Said { en: "The delivery.", zh: "投递。" }, EXAMPLE),
    problems: &[&table::DELIVERY_NOT_FAILED, &table::UNKNOWN],
    handler: |call| Box::pin(retry_delivery(call)),
};
