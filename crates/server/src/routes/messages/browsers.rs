//! Browsers that show messages (web push). Their addresses are personal data: sealed under the member's key, gone with it.

use std::sync::Arc;

use axum::http::Method;
use jifen_connect::Subscription;
use serde::Deserialize;
use utoipa::ToSchema;

use super::settings::{MessageSettingsAnswer, SETTINGS_EXAMPLE, settings};
use crate::call::{Call, Reply, aside};
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Body, BodyKind, Key, Operation};
use crate::parameters::MEMBER_ID;
use crate::personal::change_browsers;
use crate::problems::{Problem, table};
use crate::scopes::Scope;

/// Browsers of one member; the oldest gives way.
const BROWSERS_MAX: usize = 5;

/// What a browser gave when it was allowed to show messages.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewBrowser {
    /// Where its messages are left.
    #[schema(min_length = 1, max_length = 1000)]
    endpoint: String,
    /// When it ends by itself; the push service says so in time.
    #[serde(default, rename = "expirationTime")]
    #[schema(value_type = Option<f64>)]
    _expiration_time: Option<serde_json::Number>,
    /// Its keys.
    keys: BrowserKeys,
}

/// A browser's keys.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct BrowserKeys {
    /// Its public key, base64url.
    #[schema(max_length = 100)]
    p256dh: String,
    /// What it shares with us, base64url.
    #[schema(max_length = 40)]
    auth: String,
}

/// A browser that is to show no more messages.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OldBrowser {
    /// Where its messages are left.
    #[schema(min_length = 1, max_length = 1000)]
    endpoint: String,
}

async fn change_by(
    call: &Call,
    change: impl FnOnce(&mut Vec<Subscription>) + Send + 'static,
) -> Result<MessageSettingsAnswer, Problem> {
    let member = call.member()?;
    let _turn = call.app.amending.lock().await;
    let (app, by) = (Arc::clone(&call.app), call.by());
    let changed = aside(move || {
        change_browsers(&app, member.as_str(), Some(by), change)?;
        settings(&app, &member)
    });
    changed.await
}

async fn subscribe_browser(call: Call) -> Answered {
    let new: NewBrowser = call.json()?;
    let browser = Subscription { endpoint: new.endpoint, p256dh: new.keys.p256dh, auth: new.keys.auth };
    browser.check(call.app.sandbox).map_err(|(field, must)| {
        let pointer = if field == "endpoint" { "/endpoint".to_owned() } else { format!("/keys/{field}") };
        Problem::field(pointer, must)
    })?;
    let changed = change_by(&call, move |browsers| {
        browsers.retain(|known| known.endpoint != browser.endpoint);
        browsers.push(browser);
        let excess = browsers.len().saturating_sub(BROWSERS_MAX);
        browsers.drain(..excess);
    });
    Ok(Reply::json(&changed.await?)?.made())
}

async fn forget_browser(call: Call) -> Answered {
    let old: OldBrowser = call.json()?;
    let changed = change_by(&call, move |browsers| browsers.retain(|known| known.endpoint != old.endpoint));
    Reply::json(&changed.await?)
}

const SUBSCRIPTION: &str = r#"{"endpoint": "https://push.example.net/push/JzLQ3raZ", "keys":
    {"p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4", "auth": "BTBZMqHH6r4Tts7J_aSIgg"}}"#;

/// `POST /v1/members/{id}/browsers`
pub static SUBSCRIBE: Operation = Operation {
    id: "subscribe_browser",
    method: Method::POST,
    path: "/v1/members/{id}/browsers",
    feature: "messages",
    access: Access::ScopeOrSelf(Scope::MessagesWrite),
    confirm: false,
    summary: Said { en: "Let a browser show messages", zh: "开启浏览器通知" },
    about: Said {
        en: "What the browser's push manager gives, as it gives it. Five browsers at most; the oldest gives way.",
        zh: "提交浏览器推送管理器返回的订阅信息。最多五个浏览器，超出时替换最早的一个。",
    },
    parameters: &[&MEMBER_ID],
    body: Some(Body { kinds: &[BodyKind::json::<NewBrowser>(SUBSCRIPTION)], required: true }),
    key: Key::None,
    answer: Answer::json::<MessageSettingsAnswer>(
        201,
        Said { en: "The settings.", zh: "消息设置。" },
        SETTINGS_EXAMPLE,
    ),
    problems: &[&table::MEMBER_ERASED, &table::MEMBER_UNKNOWN],
    handler: |call| Box::pin(subscribe_browser(call)),
};

/// `POST /v1/members/{id}/browsers/forget`
pub static FORGET: Operation = Operation {
    id: "forget_browser",
    method: Method::POST,
    path: "/v1/members/{id}/browsers/forget",
    feature: "messages",
    access: Access::ScopeOrSelf(Scope::MessagesWrite),
    confirm: false,
    summary: Said { en: "Let a browser show no more messages", zh: "关闭浏览器通知" },
    about: Said { en: "One that is not known is forgotten already.", zh: "未登记的浏览器视为已关闭。" },
    parameters: &[&MEMBER_ID],
    body: Some(Body {
        kinds: &[BodyKind::json::<OldBrowser>(r#"{"endpoint": "https://push.example.net/push/JzLQ3raZ"}"#)],
        required: true,
    }),
    key: Key::None,
    answer: Answer::json::<MessageSettingsAnswer>(
        200,
        Said { en: "The settings.", zh: "消息设置。" },
        SETTINGS_EXAMPLE,
    ),
    problems: &[&table::MEMBER_ERASED, &table::MEMBER_UNKNOWN],
    handler: |call| Box::pin(forget_browser(call)),
};
