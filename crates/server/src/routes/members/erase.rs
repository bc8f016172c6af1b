//! A person is erased.

use axum::http::Method;
use jifen_program::flows::{Action, Done};
use jifen_program::members::Erase;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::call::{Call, Reply};
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Body, BodyKind, Key, Operation};
use crate::parameters::MEMBER_ID;
use crate::personal::destroy_key;
use crate::problems::{Problem, table};
use crate::routes::approvals::{Outcome, Waiting, ask};
use crate::scopes::Scope;
use crate::wire::reason;

/// Why a person is erased.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EraseReason {
    /// Why, in a person's words.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// That a person was erased.
#[derive(Serialize, ToSchema)]
pub(super) struct ErasedMember {
    /// The member, who is a pseudonym now.
    id: String,
    /// When.
    #[schema(format = DateTime)]
    erased_at: String,
}

async fn erase_member(call: Call) -> Answered {
    let id = call.member()?;
    let asked: EraseReason = call.json()?;
    reason(&asked.reason)?;
    let erase = Erase { request: None, member: id.as_str().into(), reason: asked.reason.clone(), by: call.by() };
    let (erasure, replayed) = match ask(&call, Action::Erase(erase), &asked.reason).await? {
        Outcome::Waits(reply) => return Ok(reply),
        Outcome::Done(Done::Erase(erasure), replayed) => (erasure, replayed),
        Outcome::Done(..) => return Err(Problem::internal("another action was carried out")),
    };
    destroy_key(&call, &erasure).await?;
    let erased = ErasedMember { id: id.to_string(), erased_at: call.zone().rfc3339(erasure.at) };
    Ok(Reply::json(&erased)?.replayed(replayed))
}

/// `POST /v1/members/{id}/erase`
pub static ERASE: Operation = Operation {
    id: "erase_member",
    method: Method::POST,
    path: "/v1/members/{id}/erase",
    feature: "members",
    access: Access::Scope(Scope::PersonalErase),
    confirm: true,
    summary: Said { en: "Erase a person", zh: "删除会员个人信息" },
    about: Said {
        en: "Name, number, address, birthday and tags are gone for good: the key they were encrypted with is destroyed, so that copies in backups cannot be read either. Entries stay, under the identifier alone. A backup that is brought back does not bring the person back. Where the program says so, it takes a second person: then the answer is 202 with the approval, and nothing has changed yet.",
        zh: "姓名、电话、邮箱、生日和标签永久删除：加密所用的密钥被销毁，备份中的副本也无法读取。积分明细仅以会员标识保留。恢复备份不会恢复该会员的个人信息。按计划规定可能需要第二人审批：此时返回 202 和审批事项，尚未做任何改动。",
    },
    parameters: &[&MEMBER_ID],
    body: Some(Body {
        kinds: &[BodyKind::json::<EraseReason>(r#"{"reason": "the member asked for it in writing"}"#)],
        required: true,
    }),
    key: Key::Optional,
    answer: Answer::json::<ErasedMember>(
        200,
        Said { en: "That it was done, and when.", zh: "已删除及其时间。" },
        r#"{"id": "lin", "erased_at": "2026-06-18T20:15:00+08:00"}"#,
    )
    .or_waits::<Waiting>(),
    problems: &[&table::MEMBER_ERASED, &table::MEMBER_UNKNOWN],
    handler: |call| Box::pin(erase_member(call)),
};
