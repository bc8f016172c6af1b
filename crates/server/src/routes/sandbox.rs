//! The sandbox's clock: where the server was started as a sandbox, time can be moved forward.

use axum::http::Method;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::call::{Call, Reply, aside};
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Body, BodyKind, Key, Operation};
use crate::problems::{Problem, table};
use crate::scopes::Scope;
use crate::wire::instant;

/// What time it is.
#[derive(Serialize, ToSchema)]
pub struct Clock {
    /// Now.
    #[schema(format = DateTime)]
    now: String,
}

/// What time it is to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTime {
    /// Now, from now on; not before what it is already.
    #[schema(format = DateTime)]
    now: String,
}

fn clock(call: &Call) -> Answered {
    let now = call.app.engine.clock().now();
    Reply::json(&Clock { now: call.zone().rfc3339(now) })
}

fn check_sandbox(call: &Call) -> Result<(), Problem> {
    if call.app.sandbox { Ok(()) } else { Err(Problem::new(&table::SANDBOX_OFF)) }
}

async fn show_clock(call: Call) -> Answered {
    check_sandbox(&call)?;
    clock(&call)
}

async fn move_clock(call: Call) -> Answered {
    check_sandbox(&call)?;
    let new: NewTime = call.json()?;
    let Some(to) = instant("/now", Some(&new.now))? else { return clock(&call) };
    let now = call.app.engine.clock().now();
    if to < now {
        return Err(Problem::new(&table::TIME_MOVES_FORWARD).word("now", &call.zone().rfc3339(now)).at("/now"));
    }
    let (app, by) = (call.app.clone(), call.by());
    let moved = aside(move || app.engine.advance_clock(to, &by));
    moved.await?;
    clock(&call)
}

/// Messages that would have gone out.
#[derive(Serialize, ToSchema)]
pub struct MessageList {
    /// The messages, newest first; two hundred at most.
    data: Vec<MessageAnswer>,
}

/// A message that would have gone out.
#[derive(Serialize, ToSchema)]
#[schema(as = Message)]
pub struct MessageAnswer {
    /// When, by the machine's clock.
    #[schema(format = DateTime)]
    at: String,
    /// To whom.
    to: String,
    /// `email` or `sms`.
    channel: &'static str,
    /// What it is about.
    subject: String,
    /// What it says.
    text: String,
}

async fn list_messages(call: Call) -> Answered {
    check_sandbox(&call)?;
    let zone = call.zone();
    let sent = call.app.post.outbox().map(jifen_connect::Outbox::read).unwrap_or_default();
    let data = sent.into_iter().map(|sent| MessageAnswer {
        at: zone.rfc3339(sent.at),
        to: sent.message.to,
        channel: sent.message.channel.as_str(),
        subject: sent.message.subject,
        text: sent.message.text,
    });
    Reply::json(&MessageList { data: data.collect() })
}

const EXAMPLE: &str = r#"{"now": "2029-01-01T12:00:00+08:00"}"#;

/// `GET /v1/sandbox/messages`
pub static MESSAGES: Operation = Operation {
    id: "list_messages",
    method: Method::GET,
    path: "/v1/sandbox/messages",
    feature: "sandbox",
    access: Access::Scope(Scope::Sandbox),
    confirm: false,
    summary: Said { en: "What would have gone out?", zh: "查看未发出的消息" },
    about: Said {
        en: "Only in a sandbox: codes and letters that nobody got, because no mail server or gateway is set up.",
        zh: "仅限沙箱：未配置邮件或短信通道时，验证码和邮件保存在此。",
    },
    parameters: &[],
    body: None,
    key: Key::None,
    answer: Answer::json::<MessageList>(200, Said { en: "The messages.", zh: "消息。" }, ""),
    problems: &[&table::SANDBOX_OFF],
    handler: |call| Box::pin(list_messages(call)),
};

/// `GET /v1/sandbox/clock`
pub static SHOW: Operation = Operation {
    id: "show_clock",
    method: Method::GET,
    path: "/v1/sandbox/clock",
    feature: "sandbox",
    access: Access::Scope(Scope::Sandbox),
    confirm: false,
    summary: Said { en: "What time is it?", zh: "查看时钟" },
    about: Said { en: "Only in a sandbox.", zh: "仅限沙箱。" },
    parameters: &[],
    body: None,
    key: Key::None,
    answer: Answer::json::<Clock>(200, Said { en: "The clock.", zh: "时钟。" }, EXAMPLE),
    problems: &[&table::SANDBOX_OFF],
    handler: |call| Box::pin(show_clock(call)),
};

/// `POST /v1/sandbox/clock`
pub static MOVE: Operation = Operation {
    id: "move_clock",
    method: Method::POST,
    path: "/v1/sandbox/clock",
    feature: "sandbox",
    access: Access::Scope(Scope::Sandbox),
    confirm: false,
    summary: Said { en: "Move time forward", zh: "向前调整时钟" },
    about: Said {
        en: "Only in a sandbox, and only forward; kept over restarts. Returns when everything that fell due until then is settled.",
        zh: "仅限沙箱，只能向前，重启后保留。到期事项全部结算后返回。",
    },
    parameters: &[],
    body: Some(Body { kinds: &[BodyKind::json::<NewTime>(EXAMPLE)], required: true }),
    key: Key::None,
    answer: Answer::json::<Clock>(200, Said { en: "The clock.", zh: "时钟。" }, EXAMPLE),
    problems: &[&table::SANDBOX_OFF, &table::TIME_MOVES_FORWARD],
    handler: |call| Box::pin(move_clock(call)),
};
