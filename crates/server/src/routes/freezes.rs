//! Freezes: a wallet earns and does not spend, until the freeze is lifted or its time is over.

use axum::http::Method;
use jifen_program::flows::{Action, Done};
use jifen_program::freezes::{Freeze, Frozen, Unfreeze};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::approvals::{Outcome, Waiting, ask};
use crate::call::{Call, Reply};
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Body, BodyKind, Key, Operation};
use crate::parameters::MEMBER_ID;
use crate::problems::{Problem, table};
use crate::scopes::Scope;
use crate::wire::{instant, reason};

/// A freeze to be set.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFreeze {
    /// Why, in a person's words.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
    /// When it ends by itself; never unless it is given.
    #[schema(format = DateTime)]
    until: Option<String>,
}

/// A freeze to be lifted.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FreezeToLift {
    /// Why, in a person's words.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// Where a wallet stands.
#[derive(Serialize, ToSchema)]
pub struct FreezeState {
    /// Whose wallet.
    member: String,
    /// Whether it is frozen.
    frozen: bool,
    /// When that ends by itself.
    #[schema(format = DateTime)]
    until: Option<String>,
}

async fn freeze(call: Call) -> Answered {
    let member = call.member()?;
    let new: NewFreeze = call.json()?;
    reason(&new.reason)?;
    let until = instant("/until", new.until.as_deref())?;
    let command = Freeze { request: call.key()?, member, until, reason: new.reason, by: call.by() };
    let (frozen, replayed) = call.submit(command).await?;
    reply(&call, &frozen, replayed)
}

async fn unfreeze(call: Call) -> Answered {
    let member = call.member()?;
    let lift: FreezeToLift = call.json()?;
    reason(&lift.reason)?;
    let unfreeze = Unfreeze { request: None, member, reason: lift.reason.clone(), by: call.by() };
    match ask(&call, Action::Unfreeze(unfreeze), &lift.reason).await? {
        Outcome::Waits(reply) => Ok(reply),
        Outcome::Done(Done::Unfreeze(frozen), replayed) => reply(&call, &frozen, replayed),
        Outcome::Done(..) => Err(Problem::internal("another action was carried out")),
    }
}

fn reply(call: &Call, frozen: &Frozen, replayed: bool) -> Answered {
    let until = frozen.until.map(|until| call.zone().rfc3339(until));
    let state = FreezeState { member: frozen.member.to_string(), frozen: frozen.frozen, until };
    Ok(Reply::json(&state)?.replayed(replayed))
}

const STATE: Said = Said { en: "Where the wallet stands.", zh: "钱包状态。" };

/// `POST /v1/members/{id}/freeze`
pub static FREEZE: Operation = Operation {
    id: "freeze_wallet",
    method: Method::POST,
    path: "/v1/members/{id}/freeze",
    feature: "freezes",
    access: Access::Scope(Scope::WalletsFreeze),
    confirm: false,
    summary: Said { en: "Freeze a wallet", zh: "冻结钱包" },
    about: Said {
        en: "The wallet earns and does not spend. Points stay where they are and lapse on their own date; holds that were placed before can be captured. Another freeze replaces it.",
        zh: "冻结后可以获得积分但不能使用。积分照常到期；此前的预留仍可扣除。再次冻结将替换原冻结。",
    },
    parameters: &[&MEMBER_ID],
    body: Some(Body {
        kinds: &[BodyKind::json::<NewFreeze>(
            r#"{"reason": "Orders look forged", "until": "2026-07-01T00:00:00+08:00"}"#,
        )],
        required: true,
    }),
    key: Key::Optional,
    answer: Answer::json::<FreezeState>(
        200,
        STATE,
        r#"{"member": "lin", "frozen": true, "until": "2026-07-01T00:00:00+08:00"}"#,
    ),
    problems: &[&table::MEMBER_UNKNOWN],
    handler: |call| Box::pin(freeze(call)),
};

/// `POST /v1/members/{id}/unfreeze`
pub static UNFREEZE: Operation = Operation {
    id: "unfreeze_wallet",
    method: Method::POST,
    path: "/v1/members/{id}/unfreeze",
    feature: "freezes",
    access: Access::Scope(Scope::WalletsFreeze),
    confirm: true,
    summary: Said { en: "Lift a freeze", zh: "解除冻结" },
    about: Said {
        en: "Where the program says so, it takes a second person: then the answer is 202 with the approval, and nothing has changed yet.",
        zh: "按计划规定可能需要第二人审批：此时返回 202 和审批事项，尚未做任何改动。",
    },
    parameters: &[&MEMBER_ID],
    body: Some(Body {
        kinds: &[BodyKind::json::<FreezeToLift>(r#"{"reason": "The orders are real"}"#)],
        required: true,
    }),
    key: Key::Optional,
    answer: Answer::json::<FreezeState>(200, STATE, r#"{"member": "lin", "frozen": false, "until": null}"#)
        .or_waits::<Waiting>(),
    problems: &[&table::MEMBER_UNKNOWN, &table::WALLET_NOT_FROZEN],
    handler: |call| Box::pin(unfreeze(call)),
};
