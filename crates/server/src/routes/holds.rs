//! Holds: points set aside, then captured (also in parts) or set free.

use axum::http::Method;
use jifen_program::holds::{CaptureHold, HoldView, PlaceHold, ReleaseHold};
use jifen_vocab::UnitId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::call::{Call, Reply};
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Body, BodyKind, Key, Operation, Parameter};
use crate::parameters::MEMBER_ID;
use crate::problems::table;
use crate::scopes::Scope;
use crate::wire::{Wallet, instant, reason};

static HOLD_ID: Parameter = Parameter {
    name: "id",
    in_path: true,
    about: Said { en: "The hold.", zh: "预留。" },
    schema: r#"{"type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[A-Za-z0-9._:-]+$"}"#,
    example: "hld_0rkf3c2gq1a2b3c4d5e6f7",
};

/// Points to be set aside.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewHold {
    /// The unit.
    #[schema(value_type = String, min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9._:-]+$")]
    unit: UnitId,
    /// How many.
    #[schema(minimum = 1, maximum = 900_000_000_000_i64)]
    points: i64,
    /// For what, in the caller's words.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
    /// When what is left is set free; 24 hours from now unless the program or this says otherwise.
    #[schema(format = DateTime)]
    expires_at: Option<String>,
}

/// How much of a hold to capture.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Capture {
    /// How many points; all that are held unless it is given. The rest stays held.
    #[schema(minimum = 1, maximum = 900_000_000_000_i64)]
    points: Option<i64>,
}

/// Nothing to say: the hold is named by the address.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Release {}

/// Where a hold stands.
#[derive(Serialize, ToSchema)]
pub struct Hold {
    /// Its identifier.
    id: String,
    /// Whose points.
    member: String,
    /// The unit.
    unit: String,
    /// Points that were set aside.
    points: i64,
    /// Points still held.
    held: i64,
    /// Points captured so far.
    captured: i64,
    /// When what is left is set free.
    #[schema(format = DateTime)]
    expires_at: String,
    /// The wallet afterwards.
    wallet: Wallet,
}

async fn place_hold(call: Call) -> Answered {
    let member = call.member()?;
    let new: NewHold = call.json()?;
    reason(&new.reason)?;
    let command = PlaceHold {
        request: call.key()?,
        member,
        unit: new.unit,
        points: new.points,
        expires_at: instant("/expires_at", new.expires_at.as_deref())?,
        reason: new.reason,
        operator: call.caller.id.clone(),
    };
    let (view, replayed) = call.submit(command).await?;
    Ok(Reply::json(&answer(&call, &view))?.replayed(replayed))
}

async fn capture_hold(call: Call) -> Answered {
    let hold = call.hold()?;
    let points = if call.body.is_empty() { None } else { call.json::<Capture>()?.points };
    let command = CaptureHold { request: call.key()?, hold, points, operator: call.caller.id.clone() };
    let (view, replayed) = call.submit(command).await?;
    Ok(Reply::json(&answer(&call, &view))?.replayed(replayed))
}

async fn release_hold(call: Call) -> Answered {
    let hold = call.hold()?;
    if !call.body.is_empty() {
        call.json::<Release>()?;
    }
    let command = ReleaseHold { request: call.key()?, hold, operator: call.caller.id.clone() };
    let (view, replayed) = call.submit(command).await?;
    Ok(Reply::json(&answer(&call, &view))?.replayed(replayed))
}

fn answer(call: &Call, view: &HoldView) -> Hold {
    let books = call.app.engine.books();
    let book = books.at(view.wallet.as_of);
    Hold {
        id: view.id.to_string(),
        member: view.member.to_string(),
        unit: view.unit.to_string(),
        points: view.points,
        held: view.held,
        captured: view.captured,
        expires_at: book.zone.rfc3339(view.expires_at),
        wallet: Wallet::of(&view.wallet, book),
    }
}

/// `POST /v1/members/{id}/holds`
pub static PLACE: Operation = Operation {
    id: "place_hold",
    method: Method::POST,
    path: "/v1/members/{id}/holds",
    feature: "holds",
    access: Access::Scope(Scope::PointsHold),
    confirm: false,
    summary: Said { en: "Set points aside", zh: "预留积分" },
    about: Said {
        en: "Held points cannot be spent by anything else. What is neither captured nor released is set free when the hold runs out; what has lapsed by then lapses at once.",
        zh: "预留的积分不能用于其他用途。未扣除也未释放的部分到期自动释放；届时已过有效期的立即失效。",
    },
    parameters: &[&MEMBER_ID],
    body: Some(Body {
        kinds: &[BodyKind::json::<NewHold>(r#"{"unit": "points", "points": 30, "reason": "checkout"}"#)],
        required: true,
    }),
    key: Key::Required,
    answer: Answer::json::<Hold>(200, Said { en: "The hold.", zh: "预留。" }, ""),
    problems: &[
        &table::AMOUNT_OUT_OF_RANGE,
        &table::INSUFFICIENT_POINTS,
        &table::LIMIT_EXCEEDED,
        &table::MEMBER_UNKNOWN,
        &table::UNIT_NOT_SPENDABLE,
        &table::UNIT_UNKNOWN,
        &table::WALLET_FROZEN,
    ],
    handler: |call| Box::pin(place_hold(call)),
};

/// `POST /v1/holds/{id}/capture`
pub static CAPTURE: Operation = Operation {
    id: "capture_hold",
    method: Method::POST,
    path: "/v1/holds/{id}/capture",
    feature: "holds",
    access: Access::Scope(Scope::PointsHold),
    confirm: false,
    summary: Said { en: "Spend held points", zh: "扣除预留积分" },
    about: Said {
        en: "May come in parts; the rest stays held until it is captured, released or runs out. Without a body, everything is captured.",
        zh: "可以分多次扣除，其余继续预留，直到扣除、释放或到期。不带内容时全部扣除。",
    },
    parameters: &[&HOLD_ID],
    body: Some(Body { kinds: &[BodyKind::json::<Capture>(r#"{"points": 10}"#)], required: false }),
    key: Key::Required,
    answer: Answer::json::<Hold>(200, Said { en: "The hold.", zh: "预留。" }, ""),
    problems: &[&table::AMOUNT_OUT_OF_RANGE, &table::HOLD_NOT_OPEN, &table::INSUFFICIENT_POINTS, &table::UNKNOWN],
    handler: |call| Box::pin(capture_hold(call)),
};

/// `POST /v1/holds/{id}/release`
pub static RELEASE: Operation = Operation {
    id: "release_hold",
    method: Method::POST,
    path: "/v1/holds/{id}/release",
    feature: "holds",
    access: Access::Scope(Scope::PointsHold),
    confirm: false,
    summary: Said { en: "Set held points free", zh: "释放预留积分" },
    about: Said {
        en: "What is still held can be spent again. A hold ends once.",
        zh: "仍在预留中的积分可以再次使用。预留只结束一次。",
    },
    parameters: &[&HOLD_ID],
    body: Some(Body { kinds: &[BodyKind::json::<Release>("{}")], required: false }),
    key: Key::Required,
    answer: Answer::json::<Hold>(200, Said { en: "The hold.", zh: "预留。" }, ""),
    problems: &[&table::HOLD_NOT_OPEN, &table::UNKNOWN],
    handler: |call| Box::pin(release_hold(call)),
};
