//! Extensions: what is about to lapse, what can be done about it, and doing it.

use axum::http::Method;
use jifen_program::audit::ActorKind;
use jifen_program::extensions::{Coming, Extend, Extended, Gone, Offer, Outlook, Which, Why, outlook};
use jifen_program::member::Member;
use jifen_vocab::{Timestamp, UnitId, Zone};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::call::{Call, Reply, unknown_member};
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Body, BodyKind, Key, Operation, Parameter};
use crate::parameters::MEMBER_ID;
use crate::problems::{Problem, table};
use crate::scopes::Scope;
use crate::wire::{Wallet, instant};

static UNIT: Parameter = Parameter {
    name: "unit",
    in_path: false,
    about: Said {
        en: "The unit; the program's own unless it is given.", zh: "积分类型，默认为本计划的主要积分。"
    },
    schema: r#"{"type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[A-Za-z0-9._:-]+$"}"#,
    example: "points",
};

/// A later date to be had.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewExtension {
    /// The unit; the program's own unless it is given.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9._:-]+$")]
    unit: Option<UnitId>,
    /// When the points lapse that are to have a later date.
    #[schema(format = DateTime)]
    expires_at: Option<String>,
    /// When the points lapsed that are to come back; for customer service alone.
    #[schema(format = DateTime)]
    lapsed_at: Option<String>,
    /// By how many days; for customer service alone, as the rule book says unless it is given.
    #[schema(minimum = 1, maximum = 3660)]
    days: Option<u16>,
    /// Why, in a person's words; members need none.
    #[schema(min_length = 1, max_length = 500)]
    reason: Option<String>,
}

/// A later date that points have.
#[derive(Serialize, ToSchema)]
pub struct ExtensionMade {
    /// Its identifier.
    id: String,
    /// Whose points.
    member: String,
    /// The unit.
    unit: String,
    /// How many points have the later date.
    points: i64,
    /// How many it cost.
    fee: i64,
    /// When they lapsed before.
    #[schema(format = DateTime)]
    before: String,
    /// When they lapse now.
    #[schema(format = DateTime)]
    expires_at: String,
    /// The wallet afterwards.
    wallet: Wallet,
}

/// Whether points can have a later date.
#[derive(Serialize, ToSchema)]
pub struct ExtensionOffer {
    /// Whether they can.
    possible: bool,
    /// Why not: `above-ceiling`, `ask-service`, `not-offered`, `once`, `too-early`, `too-late`.
    why: Option<&'static str>,
    /// When they would lapse.
    #[schema(format = DateTime)]
    expires_at: Option<String>,
    /// How many points it costs.
    fee: i64,
}

/// Points that lapse together.
#[derive(Serialize, ToSchema)]
pub struct ComingLapse {
    /// When.
    #[schema(format = DateTime)]
    expires_at: String,
    /// How many; sleeping ones are among them, held ones are not.
    points: i64,
    /// When the member was told.
    #[schema(format = DateTime)]
    noticed_at: Option<String>,
    /// Whether they can have a later date.
    extension: ExtensionOffer,
}

/// Points that lapsed together.
#[derive(Serialize, ToSchema)]
pub struct PastLapse {
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// How many.
    points: i64,
    /// Whether they can come back.
    extension: ExtensionOffer,
}

/// What becomes of points unless something is done.
#[derive(Serialize, ToSchema)]
pub struct PointsOutlook {
    /// The unit.
    unit: String,
    /// Available points.
    balance: i64,
    /// Points that sleep.
    dormant: i64,
    /// Points that shrank while they slept.
    shrunk: i64,
    /// When more fall asleep unless some are used; nothing where the member was not told of any.
    #[schema(format = DateTime)]
    falls_asleep_at: Option<String>,
    /// What lapses, earliest first.
    data: Vec<ComingLapse>,
    /// What lapsed of late and is still remembered, newest first.
    lapsed: Vec<PastLapse>,
}

fn is_member(call: &Call) -> bool {
    call.by().actor.kind == ActorKind::Member
}

async fn show_outlook(call: Call) -> Answered {
    let id = call.member()?;
    let unit = call.query()?.get("unit").map(str::to_owned);
    let engine = &call.app.engine;
    let (books, now) = (engine.books(), engine.clock().now());
    let book = books.at(now);
    let unit = unit.unwrap_or_else(|| book.default_unit.to_string());
    let unit = book.unit(&unit).ok_or_else(|| Problem::new(&table::UNIT_UNKNOWN).word("unit", &unit))?;
    let member = engine.read::<Member>(id.as_str())?.ok_or_else(|| unknown_member(id.as_str()))?;
    let outlook = outlook(&member, &books, unit, now, is_member(&call));
    Reply::json(&PointsOutlook::of(outlook, &book.zone))
}

impl PointsOutlook {
    fn of(outlook: Outlook, zone: &Zone) -> Self {
        let time = |at: Timestamp| zone.rfc3339(at);
        let offer = |offer: Result<Offer, Why>| ExtensionOffer {
            possible: offer.is_ok(),
            why: offer.err().map(Why::as_str),
            expires_at: offer.ok().map(|offer| time(offer.expires_at)),
            fee: offer.map_or(0, |offer| offer.fee),
        };
        let coming = |coming: Coming| ComingLapse {
            expires_at: time(coming.expires_at),
            points: coming.points,
            noticed_at: coming.noticed_at.map(time),
            extension: offer(coming.extension),
        };
        let gone = |gone: Gone| PastLapse { at: time(gone.at), points: gone.points, extension: offer(gone.extension) };
        PointsOutlook {
            unit: outlook.unit.to_string(),
            balance: outlook.balance,
            dormant: outlook.dormant,
            shrunk: outlook.shrunk,
            falls_asleep_at: outlook.falls_asleep_at.map(time),
            data: outlook.coming.into_iter().map(coming).collect(),
            lapsed: outlook.gone.into_iter().map(gone).collect(),
        }
    }
}

async fn extend_points(call: Call) -> Answered {
    let member = call.member()?;
    let new: NewExtension = call.json()?;
    let expiring = instant("/expires_at", new.expires_at.as_deref())?;
    let lapsed = instant("/lapsed_at", new.lapsed_at.as_deref())?;
    let which = match (expiring, lapsed) {
        (Some(at), None) => Which::Expiring(at),
        (None, Some(at)) => Which::Lapsed(at),
        _ => return Err(Problem::field("/expires_at", "be there, or `lapsed_at` in its place")),
    };
    let command = Extend {
        request: call.key()?,
        member,
        unit: new.unit,
        which,
        days: new.days,
        reason: new.reason,
        by: call.by(),
    };
    let (extended, replayed) = call.submit(command).await?;
    Ok(Reply::json(&made(&call, &extended))?.replayed(replayed))
}

fn made(call: &Call, extended: &Extended) -> ExtensionMade {
    let books = call.app.engine.books();
    let book = books.at(extended.wallet.as_of);
    let (Which::Expiring(before) | Which::Lapsed(before)) = extended.which;
    ExtensionMade {
        id: extended.id.to_string(),
        member: extended.member.to_string(),
        unit: extended.unit.to_string(),
        points: extended.points,
        fee: extended.fee,
        before: book.zone.rfc3339(before),
        expires_at: book.zone.rfc3339(extended.expires_at),
        wallet: Wallet::of(&extended.wallet, book),
    }
}

/// `POST /v1/members/{id}/extensions`
pub static EXTEND: Operation = Operation {
    id: "extend_points",
    method: Method::POST,
    path: "/v1/members/{id}/extensions",
    feature: "extensions",
    access: Access::ScopeOrSelf(Scope::PointsAdjust),
    confirm: false,
    summary: Said { en: "Put a date off", zh: "延长有效期" },
    about: Said {
        en: "A member puts each date off once, by the days and for the fee that the rule book says. Customer service does it for a reason, up to the ceilings of the rule book, and brings back what lapsed a few days ago: `lapsed_at` in place of `expires_at`.",
        zh: "会员对每个失效日可延期一次，天数与所需积分按规则。客服须填写原因并受规则上限约束；刚失效的积分可用 `lapsed_at` 代替 `expires_at` 予以恢复。",
    },
    parameters: &[&MEMBER_ID],
    body: Some(Body {
        kinds: &[BodyKind::json::<NewExtension>(
            r#"{"expires_at": "2027-01-01T00:00:00+08:00", "reason": "was in hospital"}"#,
        )],
        required: true,
    }),
    key: Key::Optional,
    answer: Answer::json::<ExtensionMade>(200, Said { en: "What was done.", zh: "结果。" }, ""),
    problems: &[
        &table::EXTENSION_UNAVAILABLE,
        &table::INSUFFICIENT_POINTS,
        &table::LIMIT_EXCEEDED,
        &table::MEMBER_UNKNOWN,
        &table::UNIT_UNKNOWN,
        &table::WALLET_FROZEN,
    ],
    handler: |call| Box::pin(extend_points(call)),
};

/// `GET /v1/members/{id}/expiring`
pub static SHOW: Operation = Operation {
    id: "show_expiring_points",
    method: Method::GET,
    path: "/v1/members/{id}/expiring",
    feature: "extensions",
    access: Access::ScopeOrSelf(Scope::WalletsRead),
    confirm: false,
    summary: Said { en: "What becomes of points", zh: "查看即将失效与沉睡的积分" },
    about: Said {
        en: "What lapses when, what sleeps, what lapsed of late, and of each whether a later date can be had: for the member where the member asks, for customer service else.",
        zh: "各失效日的积分、沉睡积分、刚失效的积分，以及能否延期或恢复：会员本人查询时按会员规则，其他按客服权限。",
    },
    parameters: &[&MEMBER_ID, &UNIT],
    body: None,
    key: Key::None,
    answer: Answer::json::<PointsOutlook>(
        200,
        Said { en: "What becomes of them.", zh: "积分去向。" },
        r#"{"unit": "points", "balance": 320, "dormant": 0, "shrunk": 0, "falls_asleep_at": null, "data": [
            {"expires_at": "2027-01-01T00:00:00+08:00", "points": 320, "noticed_at": "2026-10-01T00:00:00+08:00",
            "extension": {"possible": true, "why": null, "expires_at": "2027-01-31T00:00:00+08:00", "fee": 0}}],
            "lapsed": []}"#,
    ),
    problems: &[&table::MEMBER_UNKNOWN, &table::UNIT_UNKNOWN],
    handler: |call| Box::pin(show_outlook(call)),
};
