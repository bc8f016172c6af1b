//! The kinds of messages of the rule book in force, with what they would say.

use axum::http::Method;
use jifen_program::RuleBook;
use jifen_program::book::messages::{Copy, MessageKind as Kind};
use jifen_program::messages::sample;
use jifen_vocab::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::call::{Call, Reply};
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Key, Operation};
use crate::scopes::Scope;
use crate::wire::Text;

/// What a message would say, with facts made up; the blanks `{name}` and `{rewards}` are filled for each member.
#[derive(Serialize, ToSchema)]
pub(super) struct SampleTexts {
    /// What it is about.
    title: Text,
    /// What it says.
    text: Text,
    /// The same in a few words, where it differs.
    short: Option<Text>,
}

/// Other texts for some members.
#[derive(Serialize, ToSchema)]
pub(super) struct MessageSegment {
    /// Its identifier.
    id: String,
    /// Who is meant.
    when: String,
    /// Their texts.
    texts: SampleTexts,
}

/// A way of sending it that is tried on a share of the members.
#[derive(Serialize, ToSchema)]
pub(super) struct MessageVariant {
    /// Its identifier.
    id: String,
    /// The share in per cent.
    share: u8,
    /// Seconds after what happened.
    after_seconds: i64,
    /// Its texts.
    texts: SampleTexts,
}

/// A kind of message.
#[derive(Serialize, ToSchema)]
pub(super) struct MessageKind {
    /// Its identifier.
    id: String,
    /// What operators call it.
    name: Text,
    /// What it is sent on; `hand` for those a person sends.
    on: &'static str,
    /// Of whom it must hold.
    when: Option<String>,
    /// `marketing` or `service`.
    purpose: &'static str,
    /// Whether neither quiet hours nor ceilings hold it back.
    urgent: bool,
    /// `inbox` or `popup`.
    show: &'static str,
    /// Seconds after what happened.
    after_seconds: i64,
    /// How it leaves the house: each route once, by the first channel that works.
    send: Vec<Vec<&'static str>>,
    /// Words that a person who sends it writes into it.
    words: Vec<String>,
    /// Its texts.
    texts: SampleTexts,
    /// Other texts for some members.
    segments: Vec<MessageSegment>,
    /// Ways that are tried.
    variants: Vec<MessageVariant>,
}

/// The kinds of messages.
#[derive(Serialize, ToSchema)]
pub(super) struct MessageKinds {
    /// The kinds.
    data: Vec<MessageKind>,
}

fn texts(book: &RuleBook, kind: &Kind, copy: &Copy, now: Timestamp) -> SampleTexts {
    let (title, text, short) = sample(book, kind, copy, now);
    SampleTexts { title: Text::from(&title), text: Text::from(&text), short: short.as_ref().map(Text::from) }
}

impl MessageKind {
    fn of(book: &RuleBook, kind: &Kind, now: Timestamp) -> MessageKind {
        let segments = kind.segments.iter().map(|segment| MessageSegment {
            id: segment.id.to_string(),
            when: segment.when.text().to_owned(),
            texts: texts(book, kind, &segment.copy, now),
        });
        let variants = kind.variants.iter().map(|variant| MessageVariant {
            id: variant.id.to_string(),
            share: variant.share,
            after_seconds: variant.after_ms.unwrap_or(kind.after_ms) / 1_000,
            texts: texts(book, kind, &variant.copy, now),
        });
        MessageKind {
            id: kind.id.to_string(),
            name: Text::from(&kind.name),
            on: kind.on.as_str(),
            when: kind.when.as_ref().map(|when| when.text().to_owned()),
            purpose: kind.purpose.as_str(),
            urgent: kind.urgent,
            show: kind.shown.as_str(),
            after_seconds: kind.after_ms / 1_000,
            send: kind.send.iter().map(|route| route.iter().map(|channel| channel.as_str()).collect()).collect(),
            words: kind.words.iter().map(ToString::to_string).collect(),
            texts: texts(book, kind, &kind.copy, now),
            segments: segments.collect(),
            variants: variants.collect(),
        }
    }
}

async fn list_message_kinds(call: Call) -> Answered {
    let (now, books) = (call.app.engine.clock().now(), call.app.engine.books());
    let book = books.at(now);
    Reply::json(&MessageKinds {
        data: book.messages.kinds.iter().map(|kind| MessageKind::of(book, kind, now)).collect(),
    })
}

/// `GET /v1/message-kinds`
pub static LIST: Operation = Operation {
    id: "list_message_kinds",
    method: Method::GET,
    path: "/v1/message-kinds",
    feature: "messages",
    access: Access::Scope(Scope::MessagesRead),
    confirm: false,
    summary: Said { en: "What are members told?", zh: "查看消息模板" },
    about: Said {
        en: "The kinds of messages of the rule book in force, with what they would say about facts made up.",
        zh: "当前规则中的消息类型，附示例数据生成的预览。",
    },
    parameters: &[],
    body: None,
    key: Key::None,
    answer: Answer::json::<MessageKinds>(200, Said { en: "The kinds.", zh: "消息类型。" }, ""),
    problems: &[],
    handler: |call| Box::pin(list_message_kinds(call)),
};
