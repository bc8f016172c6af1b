//! Confirmations: members confirm the rules that are to come.

use axum::http::Method;
use jifen_program::confirmations::{ConfirmRules, Confirmation as Stored};
use jifen_program::member::Member;
use jifen_vocab::Zone;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::call::{Call, Reply, aside, unknown_member};
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Body, BodyKind, Key, Operation};
use crate::parameters::MEMBER_ID;
use crate::problems::{Problem, table};
use crate::scopes::Scope;

/// What a member confirms.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RulesToConfirm {
    /// The version of the rule book.
    #[schema(minimum = 1)]
    version: u32,
}

/// That a member confirmed a version of the rules.
#[derive(Serialize, ToSchema)]
pub struct RuleConfirmation {
    /// The version.
    version: u32,
    /// When.
    #[schema(format = DateTime)]
    confirmed_at: String,
}

/// Versions that a member confirmed.
#[derive(Serialize, ToSchema)]
pub struct RuleConfirmationList {
    /// The confirmations, newest version first.
    data: Vec<RuleConfirmation>,
}

async fn confirm_rules(call: Call) -> Answered {
    let body: RulesToConfirm = call.json()?;
    let command = ConfirmRules { member: call.member()?, version: body.version };
    let (confirmation, _) = call.submit(command).await?;
    Reply::json(&RuleConfirmation::of(&confirmation, &call.zone()))
}

async fn list_confirmations(call: Call) -> Answered {
    let member = call.member()?;
    let (app, zone) = (call.app.clone(), call.zone());
    let data = aside(move || {
        if app.engine.read::<Member>(member.as_str())?.is_none() {
            return Err(unknown_member(member.as_str()));
        }
        let mut data = Vec::new();
        for version in (1..=app.engine.books().newest()).rev() {
            let found = app.engine.read::<Stored>(&Stored::id(&member, version))?;
            data.extend(found.map(|found| RuleConfirmation::of(&found, &zone)));
        }
        Ok::<_, Problem>(data)
    });
    let data = data.await?;
    Reply::json(&RuleConfirmationList { data })
}

impl RuleConfirmation {
    fn of(confirmation: &Stored, zone: &Zone) -> Self {
        RuleConfirmation { version: confirmation.version, confirmed_at: zone.rfc3339(confirmation.at) }
    }
}

/// `POST /v1/members/{id}/rule-confirmations`
pub static CONFIRM: Operation = Operation {
    id: "confirm_rules",
    method: Method::POST,
    path: "/v1/members/{id}/rule-confirmations",
    feature: "confirmations",
    access: Access::ScopeOrSelf(Scope::MembersWrite),
    confirm: false,
    summary: Said { en: "Confirm a version of the rules", zh: "确认规则版本" },
    about: Said {
        en: "A member says that they have read a version that is to come or in force. Again is no other than once.",
        zh: "会员确认已阅读即将生效或已生效的规则版本。重复确认与一次相同。",
    },
    parameters: &[&MEMBER_ID],
    body: Some(Body { kinds: &[BodyKind::json::<RulesToConfirm>(r#"{"version": 2}"#)], required: true }),
    key: Key::None,
    answer: Answer::json::<RuleConfirmation>(
        200,
        Said { en: "The confirmation.", zh: "确认记录。" },
        r#"{"version": 2, "confirmed_at": "2026-06-10T12:00:00+08:00"}"#,
    ),
    problems: &[&table::MEMBER_UNKNOWN, &table::UNKNOWN],
    handler: |call| Box::pin(confirm_rules(call)),
};

/// `GET /v1/members/{id}/rule-confirmations`
pub static LIST: Operation = Operation {
    id: "list_rule_confirmations",
    method: Method::GET,
    path: "/v1/members/{id}/rule-confirmations",
    feature: "confirmations",
    access: Access::ScopeOrSelf(Scope::MembersRead),
    confirm: false,
    summary: Said { en: "List what a member confirmed", zh: "查看会员确认的规则" },
    about: Said {
        en: "Which versions of the rules the member confirmed, and when.",
        zh: "会员确认过的规则版本及时间。",
    },
    parameters: &[&MEMBER_ID],
    body: None,
    key: Key::None,
    answer: Answer::json::<RuleConfirmationList>(200, Said { en: "The confirmations.", zh: "确认记录。" }, ""),
    problems: &[&table::MEMBER_UNKNOWN],
    handler: |call| Box::pin(list_confirmations(call)),
};
