//! Publishing: a draft becomes a version, at once or on a date; a version that is not in force yet is withdrawn.

use axum::http::Method;
use compact_str::CompactString;
use jifen_program::book::Sensitive;
use jifen_program::flows::{Action, Done, Publication, PublishDraft, WithdrawVersion};
use jifen_program::publishing::Version as Stored;
use serde::Deserialize;
use utoipa::ToSchema;

use super::approvals::{Outcome, Waiting, ask};
use super::book::{NUMBER, number_in_path, published};
use super::drafts::{DRAFT_ID, check_note, places, stored};
use super::program::Version;
use super::rehearsals::tried;
use crate::call::{Call, Reply};
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Body, BodyKind, Key, Operation};
use crate::problems::{Problem, table};
use crate::scopes::Scope;
use crate::wire::{instant, reason};

/// When a draft is to take effect, and why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PublicationRequest {
    /// The revision that was looked at; the newest unless it is given.
    revision: Option<u32>,
    /// Since when it is to be in force, RFC 3339 with offset; at once unless it is given.
    #[schema(format = DateTime)]
    from: Option<String>,
    /// Why.
    #[schema(max_length = 500)]
    note: String,
}

/// Why a version is withdrawn.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WithdrawalRequest {
    /// Why.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

async fn publish_draft(call: Call) -> Answered {
    let body: PublicationRequest = call.json()?;
    check_note(&body.note)?;
    let mut publication = publication(&call, &body)?;
    if waits_for_another(&call) {
        publication.tried = tried(&call).await?;
    }
    let publish = PublishDraft { request: None, publication, by: call.by() };
    let (outcome, replayed) = match ask(&call, Action::Publish(publish), &body.note).await? {
        Outcome::Waits(reply) => return Ok(reply),
        Outcome::Done(Done::Publish(published), replayed) => (published, replayed),
        Outcome::Done(..) => return Err(Problem::internal("another action was carried out")),
    };
    let location = format!("/v1/program/bundle?version={}", outcome.version);
    let version = version(&call, outcome.version).await?;
    Ok(Reply::json(&version)?.created(&location).replayed(replayed))
}

/// Whether somebody else has to agree, and is to see what it would change.
fn waits_for_another(call: &Call) -> bool {
    let books = call.app.engine.books();
    let terms = &books.at(call.app.engine.clock().now()).rights;
    !call.person().exempt && terms.approval(Sensitive::Publish).is_some()
}

fn publication(call: &Call, body: &PublicationRequest) -> Result<Publication, Problem> {
    let draft = stored(call)?;
    Ok(Publication {
        draft: CompactString::new(&draft.id),
        revision: body.revision.unwrap_or(draft.revision),
        from: instant("/from", body.from.as_deref())?,
        note: body.note.clone(),
        places: places(call),
        tried: None,
    })
}

async fn withdraw_version(call: Call) -> Answered {
    let body: WithdrawalRequest = call.json()?;
    reason(&body.reason)?;
    let number = number_in_path(&call)?;
    let command = WithdrawVersion { version: number, reason: body.reason, by: call.by() };
    call.submit(command).await?;
    Reply::json(&version(&call, number).await?)
}

async fn version(call: &Call, number: u32) -> Result<Version, Problem> {
    let stored: Stored = published(call, number)?;
    Version::of(stored, call).await
}

const PUBLICATION: &str = r#"{"from": "2026-07-01T00:00:00+08:00", "note": "The rates of July"}"#;

/// `POST /v1/program/drafts/{id}/publish`
pub static PUBLISH: Operation = Operation {
    id: "publish_draft",
    method: Method::POST,
    path: "/v1/program/drafts/{id}/publish",
    feature: "drafts",
    access: Access::Scope(Scope::ProgramPublish),
    confirm: true,
    summary: Said { en: "Publish a draft", zh: "发布草稿" },
    about: Said {
        en: "It becomes the next version, at once or from an instant on. What is to members' disadvantage takes effect no sooner than the program's period of notice; the change is announced on the rule page from now on. Where the program says so, it takes a second person: then the answer is 202 with the approval, and the draft waits.",
        zh: "成为下一版本，立即或在指定时间生效。对会员不利的变更不得早于公告期；发布后即在规则页公告。按计划规定可能需要第二人审批：此时返回 202 和审批事项，草稿处于待审批状态。",
    },
    parameters: &[&DRAFT_ID],
    body: Some(Body { kinds: &[BodyKind::json::<PublicationRequest>(PUBLICATION)], required: true }),
    key: Key::Optional,
    answer: Answer::json::<Version>(201, Said { en: "The version.", zh: "版本。" }, "").or_waits::<Waiting>(),
    problems: &[
        &table::DRAFT_CHANGED,
        &table::DRAFT_CLOSED,
        &table::NOTICE_TOO_SHORT,
        &table::OUTSIDE_GRANT,
        &table::RULE_BOOK_INVALID,
        &table::RULE_BOOK_PUBLISHED,
        &table::UNKNOWN,
    ],
    handler: |call| Box::pin(publish_draft(call)),
};

/// `POST /v1/program/versions/{version}/withdraw`
pub static WITHDRAW: Operation = Operation {
    id: "withdraw_version",
    method: Method::POST,
    path: "/v1/program/versions/{version}/withdraw",
    feature: "drafts",
    access: Access::Scope(Scope::ProgramPublish),
    confirm: true,
    summary: Said { en: "Withdraw a version", zh: "撤回版本" },
    about: Said {
        en: "Only before it takes effect. Its number is not given again.",
        zh: "仅限生效之前。版本号不再使用。",
    },
    parameters: &[&NUMBER],
    body: Some(Body {
        kinds: &[BodyKind::json::<WithdrawalRequest>(r#"{"reason": "The rates were not agreed"}"#)],
        required: true,
    }),
    key: Key::None,
    answer: Answer::json::<Version>(200, Said { en: "The version.", zh: "版本。" }, ""),
    problems: &[&table::UNKNOWN, &table::VERSION_IN_FORCE],
    handler: |call| Box::pin(withdraw_version(call)),
};
