//! Spends: points that buy something, and their way back.

use axum::http::Method;
use jifen_program::spends::{Reverse, Reversed, Spend as SpendPoints, Spent};
use jifen_vocab::UnitId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::call::{Call, Reply};
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Body, BodyKind, Key, Operation, Parameter};
use crate::parameters::MEMBER_ID;
use crate::problems::{Problem, table};
use crate::scopes::Scope;
use crate::wire::{Wallet, reason};

static SPEND_ID: Parameter = Parameter {
    name: "id",
    in_path: true,
    about: Said { en: "The spend.", zh: "消费。" },
    schema: r#"{"type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[A-Za-z0-9._:-]+$"}"#,
    example: "spd_0rkf3c2gq1a2b3c4d5e6f7",
};

/// Points to be spent.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSpend {
    /// The unit.
    #[schema(value_type = String, min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9._:-]+$")]
    unit: UnitId,
    /// How many.
    #[schema(minimum = 1, maximum = 900_000_000_000_i64)]
    points: i64,
    /// For what, in the caller's words.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
    /// The caller's own name for this spend, unique in the program for ever: 1 to 64 of `A-Z a-z 0-9 . _ : -`.
    #[schema(min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9._:-]+$")]
    reference: String,
}

/// A spend.
#[derive(Serialize, ToSchema)]
pub struct Spend {
    /// Its identifier, to give it back.
    id: String,
    /// Whose points.
    member: String,
    /// The unit.
    unit: String,
    /// How many.
    points: i64,
    /// The caller's reference.
    reference: String,
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// The wallet afterwards.
    wallet: Wallet,
}

/// How much of a spend to give back.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewReversal {
    /// How many points; all that are left unless it is given.
    #[schema(minimum = 1, maximum = 900_000_000_000_i64)]
    points: Option<i64>,
    /// Why, in the caller's words.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// What was given back.
#[derive(Serialize, ToSchema)]
pub struct Reversal {
    /// The spend.
    spend: String,
    /// Whose points.
    member: String,
    /// The unit.
    unit: String,
    /// How many came back now.
    points: i64,
    /// How many can still come back.
    left: i64,
    /// The wallet afterwards.
    wallet: Wallet,
}

async fn spend_points(call: Call) -> Answered {
    let member = call.member()?;
    let new: NewSpend = call.json()?;
    reason(&new.reason)?;
    jifen_vocab::id::check(&new.reference).map_err(|error| Problem::field("/reference", &error.to_string()))?;
    let command = SpendPoints {
        fingerprint: call.fingerprint()?,
        member,
        unit: new.unit,
        points: new.points,
        reason: new.reason,
        reference: new.reference.into(),
        operator: call.caller.id.clone(),
    };
    let (spent, replayed) = call.submit(command).await?;
    Ok(Reply::json(&spend(&call, &spent))?.replayed(replayed))
}

fn spend(call: &Call, spent: &Spent) -> Spend {
    let books = call.app.engine.books();
    let book = books.at(spent.at);
    Spend {
        id: spent.id.to_string(),
        member: spent.member.to_string(),
        unit: spent.unit.to_string(),
        points: spent.points,
        reference: spent.reference.to_string(),
        at: book.zone.rfc3339(spent.at),
        wallet: Wallet::of(&spent.wallet, book),
    }
}

async fn reverse_spend(call: Call) -> Answered {
    let id = call.spend()?;
    let new: NewReversal = call.json()?;
    reason(&new.reason)?;
    let command = Reverse {
        request: call.key()?,
        spend: id,
        points: new.points,
        reason: new.reason,
        operator: call.caller.id.clone(),
    };
    let (reversed, replayed) = call.submit(command).await?;
    Ok(Reply::json(&reversal(&call, &reversed))?.replayed(replayed))
}

fn reversal(call: &Call, reversed: &Reversed) -> Reversal {
    let books = call.app.engine.books();
    let book = books.at(reversed.wallet.as_of);
    Reversal {
        spend: reversed.spend.to_string(),
        member: reversed.member.to_string(),
        unit: reversed.unit.to_string(),
        points: reversed.points,
        left: reversed.left,
        wallet: Wallet::of(&reversed.wallet, book),
    }
}

/// `POST /v1/members/{id}/spend`
pub static SPEND: Operation = Operation {
    id: "spend_points",
    method: Method::POST,
    path: "/v1/members/{id}/spend",
    feature: "spends",
    access: Access::Scope(Scope::PointsSpend),
    confirm: false,
    summary: Said { en: "Spend points", zh: "使用积分" },
    about: Said {
        en: "Points that lapse first go first. The reference works once: the same request again gets the first answer (`Idempotent-Replay: true`), the same reference with other content is refused. A refusal is remembered too; try again with a new reference.",
        zh: "先到期的积分先用。引用只生效一次：重发同一请求得到原结果（`Idempotent-Replay: true`），同一引用而内容不同会被拒绝。被拒绝的结果同样会被记住，重试请使用新的引用。",
    },
    parameters: &[&MEMBER_ID],
    body: Some(Body {
        kinds: &[BodyKind::json::<NewSpend>(
            r#"{"unit": "points", "points": 40, "reason": "a coffee", "reference": "till-7-0001"}"#,
        )],
        required: true,
    }),
    key: Key::Optional,
    answer: Answer::json::<Spend>(200, Said { en: "The spend.", zh: "消费。" }, ""),
    problems: &[
        &table::AMOUNT_OUT_OF_RANGE,
        &table::IDEMPOTENCY_CONFLICT,
        &table::INSUFFICIENT_POINTS,
        &table::MEMBER_UNKNOWN,
        &table::UNIT_NOT_SPENDABLE,
        &table::UNIT_UNKNOWN,
        &table::WALLET_FROZEN,
    ],
    handler: |call| Box::pin(spend_points(call)),
};

/// `POST /v1/spends/{id}/reverse`
pub static REVERSE: Operation = Operation {
    id: "reverse_spend",
    method: Method::POST,
    path: "/v1/spends/{id}/reverse",
    feature: "spends",
    access: Access::Scope(Scope::PointsSpend),
    confirm: false,
    summary: Said { en: "Give a spend back", zh: "退还消费" },
    about: Said {
        en: "Wholly or in part. Points return to where they came from with their dates of expiry; what has lapsed meanwhile comes back once with a period of grace.",
        zh: "可全部或部分退还。积分按原有效期退回；期间已过期的给予一次宽限期。",
    },
    parameters: &[&SPEND_ID],
    body: Some(Body {
        kinds: &[BodyKind::json::<NewReversal>(r#"{"points": 20, "reason": "it was cold"}"#)],
        required: true,
    }),
    key: Key::Required,
    answer: Answer::json::<Reversal>(200, Said { en: "What was given back.", zh: "退还结果。" }, ""),
    problems: &[&table::ALREADY_REVERSED, &table::AMOUNT_OUT_OF_RANGE, &table::UNKNOWN],
    handler: |call| Box::pin(reverse_spend(call)),
};
