//! What is known of a person: changed, and shown in full to who says why.

use std::sync::Arc;

use axum::http::Method;
use compact_str::CompactString;
use jifen_ledger::MonthDay;
use jifen_program::member::Member;
use jifen_program::members::{Amend, Profile, Reveal};
use jifen_vocab::Day;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use super::{EXAMPLE, MemberAnswer, Sight, check_tags, find, month_day, personal};
use crate::app::App;
use crate::call::{Call, Reply, aside, unknown_member};
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Body, BodyKind, Key, Operation};
use crate::parameters::MEMBER_ID;
use crate::personal::Personal;
use crate::problems::{Problem, table};
use crate::scopes::Scope;
use crate::wire::reason;

/// What is to change of a member. A field that is left out stays, one that is `null` is forgotten.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MemberChange {
    /// The person's name.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 200)]
    name: Option<Option<String>>,
    /// Their telephone number.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 40)]
    phone: Option<Option<String>>,
    /// Their address of electronic mail.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 254)]
    email: Option<Option<String>>,
    /// The day they were born.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, format = Date)]
    birthday: Option<Option<Day>>,
    /// Words that rules and lists may look at, instead of those there were.
    #[schema(max_items = 50)]
    tags: Option<Vec<String>>,
}

/// Tells a field that is `null` from one that is not there.
fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(from).map(Some)
}

/// Why somebody looks.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RevealReason {
    /// Why, in a person's words; it is written to the audit trail.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// What is known about a person, in full.
#[derive(Serialize, ToSchema)]
pub(super) struct PersonalAnswer {
    /// The member.
    id: String,
    /// Their name.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// Their telephone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
    /// Their address of electronic mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    /// The day they were born.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    birthday: Option<Day>,
}

impl MemberChange {
    /// The personal fields afterwards, and the names of those that change.
    fn of(self, before: &Personal) -> (Personal, Vec<&'static str>) {
        let after = Personal {
            name: self.name.unwrap_or_else(|| before.name.clone()),
            phone: self.phone.unwrap_or_else(|| before.phone.clone()),
            email: self.email.unwrap_or_else(|| before.email.clone()),
            birthday: self.birthday.unwrap_or(before.birthday),
            browsers: before.browsers.clone(),
        };
        let differs = [
            ("name", after.name != before.name),
            ("phone", after.phone != before.phone),
            ("email", after.email != before.email),
            ("birthday", after.birthday != before.birthday),
        ];
        let changed = differs.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect();
        (after, changed)
    }
}

async fn change_member(call: Call) -> Answered {
    let id = call.member()?;
    let change: MemberChange = call.json()?;
    let request = call.key()?;
    check_tags(change.tags.as_deref().unwrap_or_default())?;
    let tags = change.tags.as_ref().map(|tags| tags.iter().map(CompactString::from).collect());
    // One change at a time: what is sealed is made from what was there.
    let _turn = call.app.amending.lock().await;
    let (app, member) = (Arc::clone(&call.app), id.to_string());
    let Resealed { profile, birthday, changed } = aside(move || reseal(&app, &member, change)).await?;
    let amend = Amend { request, by: Some(call.by()), id: id.as_str().into(), tags, profile, birthday, changed };
    let ((), replayed) = call.submit(amend).await?;
    let (app, member) = (Arc::clone(&call.app), id.to_string());
    aside(move || reindex(&app, &member)).await?;
    Ok(Reply::json(&find(&call, id.as_str())?)?.replayed(replayed))
}

/// What changes of personal data.
#[derive(Default)]
struct Resealed {
    /// The profile afterwards, where anything changes.
    profile: Option<Profile>,
    /// The birthday afterwards, where it changes.
    birthday: Option<Option<MonthDay>>,
    /// The names of the fields that change.
    changed: Vec<&'static str>,
}

/// What personal data becomes, sealed.
fn reseal(app: &App, member: &str, change: MemberChange) -> Result<Resealed, Problem> {
    if app.engine.read::<Member>(member)?.is_none() {
        return Err(unknown_member(member));
    }
    let before = app.engine.read::<Profile>(member)?;
    let is_erased = before.is_some_and(|profile| profile.erased.is_some());
    let (after, changed) = change.of(&personal(app, member, Sight::Clear)?);
    after.check()?;
    match changed.is_empty() {
        true => Ok(Resealed::default()),
        false if is_erased => Err(Problem::new(&table::MEMBER_ERASED).word("member", member)),
        false => {
            let birthday = changed.contains(&"birthday").then(|| after.birthday.and_then(month_day));
            Ok(Resealed { profile: Some(app.vault.seal(member, &after)?), birthday, changed })
        }
    }
}

/// Lets the member be found by the contacts the store has, and no other.
fn reindex(app: &App, member: &str) -> Result<(), Problem> {
    let now = personal(app, member, Sight::Clear)?;
    Ok(app.vault.sealing(|sealing| sealing.reindex(member, &now))?)
}

async fn reveal_personal(call: Call) -> Answered {
    let id = call.member()?;
    let asked: RevealReason = call.json()?;
    reason(&asked.reason)?;
    let reveal = Reveal { by: call.by(), id: id.as_str().into(), reason: asked.reason };
    // The line of the trail is durable before anything is shown.
    call.submit(reveal).await?;
    let seen = personal(&call.app, id.as_str(), Sight::Clear)?;
    Reply::json(&PersonalAnswer {
        id: id.to_string(),
        name: seen.name,
        phone: seen.phone,
        email: seen.email,
        birthday: seen.birthday,
    })
}

/// `PUT /v1/members/{id}`
pub static CHANGE: Operation = Operation {
    id: "change_member",
    method: Method::PUT,
    path: "/v1/members/{id}",
    feature: "members",
    access: Access::Scope(Scope::MembersWrite),
    confirm: false,
    summary: Said { en: "Change what is known of a member", zh: "修改会员资料" },
    about: Said {
        en: "A field that is left out stays, one that is `null` is forgotten. Personal data is encrypted anew. The audit trail names the fields that changed and not what they say. A birthday that was changed stays as it is for as long as the program says.",
        zh: "未提供的字段保持不变，值为 `null` 的字段会被清除。个人信息重新加密。审计记录只写明哪些字段有变动，不含内容。生日修改后，在方案规定的期限内不能再改。",
    },
    parameters: &[&MEMBER_ID],
    body: Some(Body {
        kinds: &[BodyKind::json::<MemberChange>(r#"{"phone": "138 0013 8000", "tags": ["vip"]}"#)],
        required: true,
    }),
    key: Key::Optional,
    answer: Answer::json::<MemberAnswer>(200, Said { en: "The member.", zh: "会员。" }, EXAMPLE),
    problems: &[&table::BIRTHDAY_LOCKED, &table::MEMBER_ERASED, &table::MEMBER_UNKNOWN],
    handler: |call| Box::pin(change_member(call)),
};

/// `POST /v1/members/{id}/personal`
pub static REVEAL: Operation = Operation {
    id: "reveal_personal",
    method: Method::POST,
    path: "/v1/members/{id}/personal",
    feature: "members",
    access: Access::Scope(Scope::PersonalRead),
    confirm: true,
    summary: Said { en: "Show a member's personal data in full", zh: "查看会员完整个人信息" },
    about: Said {
        en: "Who looked, at whom, when and why is written to the audit trail before anything is shown.",
        zh: "在显示之前，查看人、会员、时间和原因先写入审计记录。",
    },
    parameters: &[&MEMBER_ID],
    body: Some(Body {
        kinds: &[BodyKind::json::<RevealReason>(r#"{"reason": "the member asks where the parcel went"}"#)],
        required: true,
    }),
    key: Key::None,
    answer: Answer::json::<PersonalAnswer>(
        200,
        Said { en: "What is known.", zh: "个人信息。" },
        r#"{"id": "lin", "name": "林黛玉", "phone": "138 1234 5678"}"#,
    ),
    problems: &[&table::MEMBER_UNKNOWN],
    handler: |call| Box::pin(reveal_personal(call)),
};
