//! Clearing: all available points of a unit are taken away from a member.

use axum::http::Method;
use jifen_program::clearing::Clear;
use jifen_program::flows::{Action, Done};
use jifen_vocab::UnitId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::approvals::{DRY_RUN, Outcome, Waiting, ask};
use crate::call::{Call, Reply};
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Body, BodyKind, Key, Operation};
use crate::parameters::MEMBER_ID;
use crate::problems::{Problem, table};
use crate::scopes::Scope;
use crate::wire::{Wallet, reason};

/// What is to be cleared.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewClearing {
    /// The unit.
    #[schema(value_type = String, min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9._:-]+$")]
    unit: UnitId,
    /// Why, in a person's words.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// What was cleared.
#[derive(Serialize, ToSchema)]
pub struct Clearing {
    /// Its identifier.
    id: String,
    /// Whose points.
    member: String,
    /// The unit.
    unit: String,
    /// How many were taken away.
    points: i64,
    /// The wallet afterwards.
    wallet: Wallet,
}

async fn clear_points(call: Call) -> Answered {
    let member = call.member()?;
    let new: NewClearing = call.json()?;
    reason(&new.reason)?;
    let clear = Clear { request: None, member, unit: new.unit, reason: new.reason.clone(), by: call.by() };
    let (cleared, replayed) = match ask(&call, Action::Clear(clear), &new.reason).await? {
        Outcome::Waits(reply) => return Ok(reply),
        Outcome::Done(Done::Clear(cleared), replayed) => (cleared, replayed),
        Outcome::Done(..) => return Err(Problem::internal("another action was carried out")),
    };
    let books = call.app.engine.books();
    let book = books.at(cleared.wallet.as_of);
    let clearing = Clearing {
        id: cleared.id.to_string(),
        member: cleared.member.to_string(),
        unit: cleared.unit.to_string(),
        points: cleared.points,
        wallet: Wallet::of(&cleared.wallet, book),
    };
    Ok(Reply::json(&clearing)?.replayed(replayed))
}

/// `POST /v1/members/{id}/clear`
pub static CLEAR: Operation = Operation {
    id: "clear_points",
    method: Method::POST,
    path: "/v1/members/{id}/clear",
    feature: "adjustments",
    access: Access::Scope(Scope::PointsClear),
    confirm: true,
    summary: Said { en: "Take all points away", zh: "清零积分" },
    about: Said {
        en: "All available points of a unit; pending and held points stay. Where the program says so, it takes a second person: then the answer is 202 with the approval, and nothing has changed yet.",
        zh: "清零某一积分单位的全部可用积分；待到账和预留的积分不受影响。按计划规定可能需要第二人审批：此时返回 202 和审批事项，尚未做任何改动。",
    },
    parameters: &[&MEMBER_ID, &DRY_RUN],
    body: Some(Body {
        kinds: &[BodyKind::json::<NewClearing>(r#"{"unit": "points", "reason": "Earned by forged orders"}"#)],
        required: true,
    }),
    key: Key::Required,
    answer: Answer::json::<Clearing>(200, Said { en: "What was taken away.", zh: "清零结果。" }, "")
        .or_waits::<Waiting>(),
    problems: &[&table::INSUFFICIENT_POINTS, &table::MEMBER_UNKNOWN, &table::UNIT_UNKNOWN],
    handler: |call| Box::pin(clear_points(call)),
};
