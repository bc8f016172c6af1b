//! What a member agrees to, channel by channel.

use std::sync::Arc;

use axum::http::Method;
use jifen_program::book::messages::Purpose;
use jifen_program::member::Member;
use jifen_program::messages::{MessageSettings, SetConsents};
use jifen_vocab::{MemberId, MessageChannel};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::call::{Call, Reply, aside, unknown_member};
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Body, BodyKind, Key, Operation};
use crate::parameters::MEMBER_ID;
use crate::personal::personal_of;
use crate::problems::{Problem, table};
use crate::scopes::Scope;

/// What a member agrees to on a channel.
#[derive(Serialize, ToSchema)]
pub(super) struct ChannelSettings {
    /// `community`, `email`, `in_store`, `official_account`, `push`, `sms` or `web_push`.
    channel: &'static str,
    /// Whether it may bring offers.
    marketing: bool,
    /// Whether it may bring what concerns their points.
    service: bool,
    /// When they said so; nothing where it is what holds for everybody.
    #[schema(format = DateTime)]
    at: Option<String>,
}

/// A member's message settings.
#[derive(Serialize, ToSchema)]
#[schema(as = MessageSettings)]
pub(super) struct MessageSettingsAnswer {
    /// One for each channel.
    channels: Vec<ChannelSettings>,
    /// In which language messages leave the house: `zh` or `en`.
    language: &'static str,
    /// How many browsers show messages.
    browsers: usize,
    /// Our key for browsers that are to show messages; nothing where that is not possible.
    push_key: Option<String>,
}

/// What a member says.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewSettings {
    /// Channels that change.
    #[serde(default)]
    #[schema(max_items = 7)]
    channels: Vec<NewConsent>,
    /// `zh` or `en`.
    language: Option<String>,
}

/// What a member says about a channel.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewConsent {
    /// Which.
    channel: String,
    /// Whether it may bring offers.
    marketing: bool,
    /// Whether it may bring what concerns their points.
    service: bool,
}

/// The settings as they are.
pub(super) fn settings(app: &App, member: &MemberId) -> Result<MessageSettingsAnswer, Problem> {
    let id = member.as_str();
    if app.engine.read::<Member>(id)?.is_none() {
        return Err(unknown_member(id));
    }
    let stored = app.engine.read::<MessageSettings>(id)?.unwrap_or_default();
    let books = app.engine.books();
    let book = books.at(app.engine.clock().now());
    let channel = |channel: MessageChannel| {
        let said = stored.consents.iter().find(|consent| consent.channel == channel);
        ChannelSettings {
            channel: channel.as_str(),
            marketing: stored.allows(channel, Purpose::Marketing, &book.messages),
            service: stored.allows(channel, Purpose::Service, &book.messages),
            at: said.map(|said| book.zone.rfc3339(said.at)),
        }
    };
    Ok(MessageSettingsAnswer {
        channels: MessageChannel::ALL.map(channel).into(),
        language: if stored.english { "en" } else { "zh" },
        browsers: personal_of(app, id)?.browsers.len(),
        push_key: app.carriers.web_push.as_ref().map(|push| push.public_key()),
    })
}

async fn show_settings(call: Call) -> Answered {
    let (member, app) = (call.member()?, Arc::clone(&call.app));
    Reply::json(&aside(move || settings(&app, &member)).await?)
}

async fn change_settings(call: Call) -> Answered {
    let member = call.member()?;
    let new: NewSettings = call.json()?;
    let mut consents: Vec<(MessageChannel, bool, bool)> = Vec::new();
    for (place, consent) in new.channels.iter().enumerate() {
        let words = MessageChannel::ALL.map(MessageChannel::as_str).join(", ");
        let wrong = || Problem::field(format!("/channels/{place}/channel"), &format!("be one of {words}, each once"));
        let channel = MessageChannel::named(&consent.channel).ok_or_else(wrong)?;
        if consents.iter().any(|(known, ..)| *known == channel) {
            return Err(wrong());
        }
        consents.push((channel, consent.marketing, consent.service));
    }
    let english = match new.language.as_deref() {
        None => None,
        Some("zh") => Some(false),
        Some("en") => Some(true),
        Some(_) => return Err(Problem::field("/language", "be zh or en")),
    };
    let command = SetConsents { request: call.key()?, member: member.clone(), consents, english, by: call.by() };
    let (_, replayed) = call.submit(command).await?;
    let app = Arc::clone(&call.app);
    let shown = aside(move || settings(&app, &member)).await?;
    Ok(Reply::json(&shown)?.replayed(replayed))
}

pub(super) const SETTINGS_EXAMPLE: &str = r#"{"channels": [{"channel": "sms", "marketing": false, "service": true, "at": null}],
    "language": "zh", "browsers": 1, "push_key": "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8"}"#;

const ANSWER: Answer =
    Answer::json::<MessageSettingsAnswer>(200, Said { en: "The settings.", zh: "消息设置。" }, SETTINGS_EXAMPLE);

/// `GET /v1/members/{id}/message-settings`
pub static SHOW: Operation = Operation {
    id: "show_message_settings",
    method: Method::GET,
    path: "/v1/members/{id}/message-settings",
    feature: "messages",
    access: Access::ScopeOrSelf(Scope::MessagesRead),
    confirm: false,
    summary: Said { en: "Show what a member agrees to", zh: "查看消息设置" },
    about: Said {
        en: "By channel: offers need consent, what concerns their points can be declined. The inbox is always there.",
        zh: "按渠道列出：营销消息须经同意，服务消息可以拒收。站内消息始终可见。",
    },
    parameters: &[&MEMBER_ID],
    body: None,
    key: Key::None,
    answer: ANSWER,
    problems: &[&table::MEMBER_UNKNOWN],
    handler: |call| Box::pin(show_settings(call)),
};

/// `PUT /v1/members/{id}/message-settings`
pub static CHANGE: Operation = Operation {
    id: "change_message_settings",
    method: Method::PUT,
    path: "/v1/members/{id}/message-settings",
    feature: "messages",
    access: Access::ScopeOrSelf(Scope::MessagesWrite),
    confirm: false,
    summary: Said { en: "Change what a member agrees to", zh: "修改消息设置" },
    about: Said {
        en: "Channels that are not named stay as they are. Who agreed to what, and when, is written to the audit trail.",
        zh: "未列出的渠道保持不变。同意的内容和时间写入审计记录。",
    },
    parameters: &[&MEMBER_ID],
    body: Some(Body {
        kinds: &[BodyKind::json::<NewSettings>(
            r#"{"channels": [{"channel": "sms", "marketing": true, "service": true}], "language": "en"}"#,
        )],
        required: true,
    }),
    key: Key::Optional,
    answer: ANSWER,
    problems: &[&table::MEMBER_UNKNOWN],
    handler: |call| Box::pin(change_settings(call)),
};
