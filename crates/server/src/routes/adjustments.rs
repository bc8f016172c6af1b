//! Adjustments: a person adds points or takes them away, for a reason.

use axum::http::Method;
use jifen_program::adjustments::{Adjust, Adjusted};
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
use crate::wire::{Wallet, instant, reason};

/// An adjustment to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAdjustment {
    /// The unit.
    #[schema(value_type = String, min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9._:-]+$")]
    unit: UnitId,
    /// How many points to add, or (below zero) to take away; not zero.
    #[schema(minimum = -900_000_000_000_i64, maximum = 900_000_000_000_i64)]
    points: i64,
    /// Why, in a person's words.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
    /// When added points lapse; by the unit's validity for this member unless it is given.
    #[schema(format = DateTime)]
    expires_at: Option<String>,
}

/// An adjustment that was made.
#[derive(Serialize, ToSchema)]
pub struct Adjustment {
    /// Its identifier.
    id: String,
    /// Whose points.
    member: String,
    /// The unit.
    unit: String,
    /// How many.
    points: i64,
    /// When added points lapse; nothing for never, or for points taken away.
    #[schema(format = DateTime)]
    expires_at: Option<String>,
    /// The wallet afterwards.
    wallet: Wallet,
}

async fn adjust_points(call: Call) -> Answered {
    let member = call.member()?;
    let new: NewAdjustment = call.json()?;
    reason(&new.reason)?;
    let adjust = Adjust {
        request: None,
        member,
        unit: new.unit,
        points: new.points,
        expires_at: instant("/expires_at", new.expires_at.as_deref())?,
        reason: new.reason.clone(),
        by: call.by(),
    };
    let (adjusted, replayed) = match ask(&call, Action::Grant(adjust), &new.reason).await? {
        Outcome::Waits(reply) => return Ok(reply),
        Outcome::Done(Done::Grant(adjusted), replayed) => (adjusted, replayed),
        Outcome::Done(..) => return Err(Problem::internal("another action was carried out")),
    };
    Ok(Reply::json(&answer(&call, &adjusted))?.replayed(replayed))
}

fn answer(call: &Call, adjusted: &Adjusted) -> Adjustment {
    let books = call.app.engine.books();
    let book = books.at(adjusted.wallet.as_of);
    Adjustment {
        id: adjusted.id.to_string(),
        member: adjusted.member.to_string(),
        unit: adjusted.unit.to_string(),
        points: adjusted.points,
        expires_at: adjusted.expires_at.map(|at| book.zone.rfc3339(at)),
        wallet: Wallet::of(&adjusted.wallet, book),
    }
}

/// `POST /v1/members/{id}/adjustments`
pub static ADJUST: Operation = Operation {
    id: "adjust_points",
    method: Method::POST,
    path: "/v1/members/{id}/adjustments",
    feature: "adjustments",
    access: Access::Scope(Scope::PointsAdjust),
    confirm: false,
    summary: Said { en: "Add points or take them away", zh: "手工增减积分" },
    about: Said {
        en: "Points below zero take available points away, and are refused where there are fewer. Not counted in earning limits. The reason is kept beside the journal. Above the ceilings of the program or of the caller's role it waits for a second person: 202 with the approval, and nothing has changed yet.",
        zh: "负数表示扣减可用积分，不足时拒绝。不计入获取上限。原因另行保存，不写入账本。超过计划或角色额度时须第二人审批：返回 202 和审批事项，尚未做任何改动。",
    },
    parameters: &[&MEMBER_ID, &DRY_RUN],
    body: Some(Body {
        kinds: &[BodyKind::json::<NewAdjustment>(r#"{"unit": "points", "points": 100, "reason": "goodwill"}"#)],
        required: true,
    }),
    key: Key::Required,
    answer: Answer::json::<Adjustment>(200, Said { en: "What was done.", zh: "结果。" }, "").or_waits::<Waiting>(),
    problems: &[
        &table::AMOUNT_OUT_OF_RANGE,
        &table::INSUFFICIENT_POINTS,
        &table::LIMIT_EXCEEDED,
        &table::MEMBER_UNKNOWN,
        &table::SECOND_FACTOR_REQUIRED,
        &table::UNIT_UNKNOWN,
    ],
    handler: |call| Box::pin(adjust_points(call)),
};
