//! Messages: a member's inbox.

mod browsers;
mod deliveries;
mod kinds;
mod mailings;
mod settings;

use std::sync::Arc;

use axum::http::Method;
use compact_str::CompactString;
use jifen_program::member::Member;
use jifen_program::messages::{MarkRead, Message as Stored};
use jifen_vocab::{MemberId, limits};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::call::{Call, Reply, aside, unknown_member};
use crate::language::Said;
use crate::listing::{Listed, PageOf, newest};
use crate::messages::fill;
use crate::operation::{Access, Answer, Answered, Body, BodyKind, Key, Operation, Parameter};
use crate::parameters::{CURSOR, LIMIT, MEMBER_ID};
use crate::personal::personal_of;
use crate::problems::{Problem, table};
use crate::scopes::Scope;
use crate::wire::Text;

pub use browsers::{FORGET as FORGET_BROWSER, SUBSCRIBE as SUBSCRIBE_BROWSER};
pub use deliveries::{LIST as LIST_DELIVERIES, RETRY as RETRY_DELIVERY};
pub use kinds::LIST as LIST_KINDS;
pub use mailings::{
    LIST as LIST_MAILINGS, RESUME as RESUME_MAILING, SEND as SEND_BY_HAND, SHOW as SHOW_MAILING, STOP as STOP_MAILING,
};
pub use settings::{CHANGE as CHANGE_SETTINGS, SHOW as SHOW_SETTINGS};

/// The places of the member and of the member who has not read it among the columns of messages.
const MEMBER_COLUMN: usize = 0;
const UNREAD_COLUMN: usize = 1;

/// Unread messages that are counted; above it there are "more".
const COUNTED_MAX: usize = 99;

static UNREAD: Parameter = Parameter {
    name: "unread",
    in_path: false,
    about: Said { en: "Only what was not read yet.", zh: "只看未读。" },
    schema: r#"{"type": "boolean", "default": false}"#,
    example: "true",
};

/// A message in a member's inbox.
#[derive(Serialize, ToSchema)]
#[schema(as = InboxMessage)]
pub struct MessageAnswer {
    /// Its identifier.
    id: String,
    /// Its kind in the rule book.
    kind: String,
    /// `popup` is shown over whatever page is open, once; `inbox` waits in the inbox.
    #[schema(value_type = String, example = "inbox")]
    show: &'static str,
    /// Since when it is there.
    #[schema(format = DateTime)]
    at: String,
    /// Until when.
    #[schema(format = DateTime)]
    expires_at: String,
    /// What it is about.
    title: Text,
    /// What it says.
    text: Text,
    /// Which page of the member app it leads to.
    link: Option<String>,
    /// When it was read.
    #[schema(format = DateTime)]
    read_at: Option<String>,
}

/// A page of messages.
#[derive(Serialize, ToSchema)]
#[schema(as = InboxPage)]
pub struct MessagePage {
    /// The messages, newest first; a page may have fewer than its limit where some are not shown any more.
    data: Vec<MessageAnswer>,
    /// Where the next page starts, where there is one.
    next_cursor: Option<String>,
}

/// How many messages wait.
#[derive(Serialize, ToSchema)]
pub struct UnreadCount {
    /// Messages that were not read yet.
    unread: usize,
    /// Whether there are even more.
    more: bool,
}

/// Messages that were read.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadMessages {
    /// Which.
    #[serde(default)]
    #[schema(value_type = Vec<String>, max_items = 200)]
    messages: Vec<CompactString>,
    /// All of them.
    #[serde(default)]
    all: bool,
}

/// What was marked.
#[derive(Serialize, ToSchema)]
pub struct ReadCount {
    /// Messages that had not been read before.
    read: u32,
}

async fn list_inbox(call: Call) -> Answered {
    let member = call.member()?;
    let query = call.query()?;
    let column = if query.flag("unread")? { UNREAD_COLUMN } else { MEMBER_COLUMN };
    let (app, wanted) = (Arc::clone(&call.app), PageOf::read(&query)?);
    Reply::json(&aside(move || inbox(&app, &member, column, wanted)).await?)
}

fn inbox(app: &App, id: &MemberId, column: usize, wanted: PageOf) -> Result<MessagePage, Problem> {
    let member = app.engine.read::<Member>(id.as_str())?.ok_or_else(|| unknown_member(id.as_str()))?;
    let Listed { records, next_cursor } = newest::<Stored>(app, Some((column, id.as_str())), wanted)?;
    let personal = personal_of(app, id.as_str())?;
    let (now, books) = (app.engine.clock().now(), app.engine.books());
    let zone = &books.at(now).zone;
    let mut data = Vec::with_capacity(records.len());
    for (id, message) in records {
        if !message.is_shown(now) {
            continue;
        }
        let filled = fill(app, &member, &personal, &message)?;
        data.push(MessageAnswer {
            id: id.to_string(),
            kind: message.kind.to_string(),
            show: if message.popup { "popup" } else { "inbox" },
            at: zone.rfc3339(message.at),
            expires_at: zone.rfc3339(message.until),
            title: Text::from(&filled.title),
            text: Text::from(&filled.text),
            link: message.link.map(String::from),
            read_at: message.read.map(|at| zone.rfc3339(at)),
        });
    }
    Ok(MessagePage { data, next_cursor })
}

async fn count_unread(call: Call) -> Answered {
    let member = call.member()?;
    let app = Arc::clone(&call.app);
    let counted = aside(move || {
        if app.engine.read::<Member>(member.as_str())?.is_none() {
            return Err(unknown_member(member.as_str()));
        }
        let found = newest::<Stored>(&app, Some((UNREAD_COLUMN, member.as_str())), PageOf::first(COUNTED_MAX + 1))?;
        let now = app.engine.clock().now();
        let unread = found.records.iter().filter(|(_, message)| message.is_shown(now)).count();
        Ok::<_, Problem>(UnreadCount { unread: unread.min(COUNTED_MAX), more: unread > COUNTED_MAX })
    });
    Reply::json(&counted.await?)
}

async fn read_messages(call: Call) -> Answered {
    let member = call.member()?;
    let read: ReadMessages = call.json()?;
    if read.messages.len() > limits::PAGE_MAX {
        return Err(Problem::field("/messages", &format!("have at most {} items", limits::PAGE_MAX)));
    }
    if read.messages.is_empty() && !read.all {
        return Err(Problem::field("/messages", "name what was read, unless `all` is true"));
    }
    if call.app.engine.read::<Member>(member.as_str())?.is_none() {
        return Err(unknown_member(member.as_str()));
    }
    let mut messages = read.messages;
    let mut count = 0;
    loop {
        if read.all {
            messages = unread(&call, &member).await?;
        }
        let last = messages.len() < limits::PAGE_MAX;
        let (marked, _) =
            call.submit(MarkRead { member: member.clone(), messages: std::mem::take(&mut messages) }).await?;
        count += marked;
        if last || !read.all || marked == 0 {
            return Reply::json(&ReadCount { read: count });
        }
    }
}

/// Messages that are there and were not read; what comes later is not read either.
async fn unread(call: &Call, member: &MemberId) -> Result<Vec<CompactString>, Problem> {
    let (app, member) = (Arc::clone(&call.app), member.clone());
    let found = aside(move || {
        let now = app.engine.clock().now();
        let found = newest::<Stored>(&app, Some((UNREAD_COLUMN, member.as_str())), PageOf::first(limits::PAGE_MAX))?;
        let there = found.records.into_iter().filter(|(_, message)| message.at <= now);
        Ok::<_, Problem>(there.map(|(id, _)| id).collect())
    });
    found.await
}

/// `GET /v1/members/{id}/messages`
pub static LIST: Operation = Operation {
    id: "list_inbox",
    method: Method::GET,
    path: "/v1/members/{id}/messages",
    feature: "messages",
    access: Access::ScopeOrSelf(Scope::MessagesRead),
    confirm: false,
    summary: Said { en: "Show a member's inbox", zh: "查看会员消息" },
    about: Said {
        en: "Newest first, in both languages. What is over is not shown any more.",
        zh: "从新到旧，中英双语。已过期的消息不再显示。",
    },
    parameters: &[&MEMBER_ID, &UNREAD, &LIMIT, &CURSOR],
    body: None,
    key: Key::None,
    answer: Answer::json::<MessagePage>(
        200,
        Said { en: "A page of messages.", zh: "一页消息。" },
        r#"{"data": [{"id": "msg_0rkf3c2gq1a2b3c4d5e6f7", "kind": "points-lapsing", "show": "popup",
            "at": "2026-10-01T00:00:00+08:00", "expires_at": "2027-03-30T00:00:00+08:00",
            "title": {"zh": "1,200 积分将于2027年1月1日到期", "en": "1,200 points lapse on 2027-01-01"},
            "text": {"zh": "林黛玉您好……", "en": "Dear Lin …"}, "link": "/rewards", "read_at": null}], "next_cursor": null}"#,
    ),
    problems: &[&table::MEMBER_UNKNOWN],
    handler: |call| Box::pin(list_inbox(call)),
};

/// `GET /v1/members/{id}/messages/count`
pub static COUNT: Operation = Operation {
    id: "count_unread",
    method: Method::GET,
    path: "/v1/members/{id}/messages/count",
    feature: "messages",
    access: Access::ScopeOrSelf(Scope::MessagesRead),
    confirm: false,
    summary: Said { en: "How many messages wait?", zh: "查看未读消息数" },
    about: Said {
        en: "Up to 99; `more` says whether there are others.", zh: "最多计 99 条；更多时 `more` 为真。"
    },
    parameters: &[&MEMBER_ID],
    body: None,
    key: Key::None,
    answer: Answer::json::<UnreadCount>(
        200,
        Said { en: "How many.", zh: "未读数。" },
        r#"{"unread": 2, "more": false}"#,
    ),
    problems: &[&table::MEMBER_UNKNOWN],
    handler: |call| Box::pin(count_unread(call)),
};

/// `POST /v1/members/{id}/messages/read`
pub static READ: Operation = Operation {
    id: "read_messages",
    method: Method::POST,
    path: "/v1/members/{id}/messages/read",
    feature: "messages",
    access: Access::ScopeOrSelf(Scope::MessagesWrite),
    confirm: false,
    summary: Said { en: "Mark messages as read", zh: "标记消息为已读" },
    about: Said {
        en: "Those named, or all. What is not there or not theirs is left alone.",
        zh: "标记指定消息或全部消息。不存在或不属于该会员的消息不受影响。",
    },
    parameters: &[&MEMBER_ID],
    body: Some(Body {
        kinds: &[BodyKind::json::<ReadMessages>(r#"{"messages": ["msg_0rkf3c2gq1a2b3c4d5e6f7"]}"#)],
        required: true,
    }),
    key: Key::None,
    answer: Answer::json::<ReadCount>(200, Said { en: "How many were marked.", zh: "标记的条数。" }, r#"{"read": 1}"#),
    problems: &[&table::MEMBER_UNKNOWN],
    handler: |call| Box::pin(read_messages(call)),
};
