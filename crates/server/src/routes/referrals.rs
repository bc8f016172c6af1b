//! Friends: a member's code, who came by it, and what became of them.

use axum::http::Method;
use compact_str::CompactString;
use jifen_program::flows::{BindReferral, MakeInvitation};
use jifen_program::member::Member;
use jifen_program::members::Profile;
use jifen_program::referrals::{Referral as Stored, Referrer};
use jifen_vocab::MemberId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::members::{known_by, known_of};
use crate::app::App;
use crate::call::{Call, Reply, aside, unknown_member};
use crate::language::Said;
use crate::listing::{Listed, PageOf, newest};
use crate::operation::{Access, Answer, Answered, Body, BodyKind, Key, Operation};
use crate::parameters::{CURSOR, LIMIT, MEMBER_ID};
use crate::problems::{Problem, table};
use crate::scopes::Scope;
use crate::wire::Text;

/// The place of the referrer among the columns of referrals.
const REFERRER_COLUMN: usize = 0;

/// A member's invitation.
#[derive(Serialize, ToSchema)]
pub struct Invitation {
    /// The code that friends name.
    code: String,
    /// What a member sends to friends, with the code in it; nothing where invitations bring nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    share: Option<Text>,
    /// Where a friend joins, below the address of the member app; pages show it as a QR code.
    path: String,
}

/// The code of who brought a member.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewReferral {
    /// In any case, with or without dashes.
    #[schema(min_length = 1, max_length = 64)]
    code: String,
}

/// A member was bound to who brought them.
#[derive(Serialize, ToSchema)]
pub struct BoundReferral {
    /// Who brought them, masked.
    referrer: String,
    /// `bound`, or `refused` where it brings nothing.
    state: &'static str,
    /// Why it brings nothing: `same-device`, `same-payment`, `same-person`.
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<&'static str>,
    /// Until when the first order must come.
    #[schema(format = DateTime)]
    until: String,
}

/// Points of a unit.
#[derive(Serialize, ToSchema)]
pub struct UnitPoints {
    /// The unit.
    unit: String,
    /// How many.
    points: i64,
}

/// Who a member brought.
#[derive(Serialize, ToSchema)]
pub struct Referrals {
    /// The member's own code, once there is one.
    code: Option<String>,
    /// Who brought the member, masked.
    referrer: Option<String>,
    /// Friends who joined.
    invited: i64,
    /// Friends whose first order counts.
    completed: i64,
    /// What they brought.
    earned: Vec<UnitPoints>,
    /// The friends, newest first.
    data: Vec<Friend>,
    /// Where the next page starts; nothing on the last.
    next_cursor: Option<String>,
}

/// A friend.
#[derive(Serialize, ToSchema)]
pub struct Friend {
    /// The friend: the name's beginning where it is known, else the end of the identifier.
    friend: String,
    /// `bound`, `completed`, `refused` or `undone`.
    state: &'static str,
    /// Why it brings nothing, where that is so.
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<&'static str>,
    /// When they joined.
    #[schema(format = DateTime)]
    bound_at: String,
    /// Until when the first order must come.
    #[schema(format = DateTime)]
    until: String,
    /// When the first order came.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    completed_at: Option<String>,
    /// What it brought.
    earned: Vec<UnitPoints>,
}

async fn invite(call: Call) -> Answered {
    let member = call.member()?;
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| Problem::internal(error.to_string()))?;
    let (code, _) = call.submit(MakeInvitation { member, draw: u128::from_be_bytes(bytes) }).await?;
    let books = call.app.engine.books();
    let terms = books.at(call.app.engine.clock().now()).referrals.as_ref();
    let with_code = |text: &str| text.replace("{code}", &code);
    let share = terms.map(|terms| Text { zh: with_code(&terms.share.zh), en: with_code(&terms.share.en) });
    Reply::json(&Invitation { path: format!("/join?code={code}"), share, code })
}

async fn bind(call: Call) -> Answered {
    let member = call.member()?;
    let new: NewReferral = call.json()?;
    if new.code.is_empty() || new.code.len() > jifen_vocab::limits::ID_LEN_MAX {
        return Err(Problem::field("/code", "have 1 to 64 characters"));
    }
    let request = call.key()?;
    let (app, id) = (call.app.clone(), member.to_string());
    let personal = aside(move || known_of(&app, &id));
    let personal = personal.await?;
    let same_person = known_by(&call, personal).await?;
    let command = BindReferral { request, member, code: CompactString::from(new.code), same_person };
    let (bound, replayed) = call.submit(command).await?;
    let answer = BoundReferral {
        referrer: named(&call.app, &bound.referrer)?,
        state: bound.state.as_str(),
        refused: bound.refused.map(|why| why.as_str()),
        until: call.zone().rfc3339(bound.until),
    };
    Ok(Reply::json(&answer)?.replayed(replayed))
}

async fn list(call: Call) -> Answered {
    let member = call.member()?;
    let (app, wanted) = (call.app.clone(), PageOf::read(&call.query()?)?);
    let page = aside(move || page(&app, &member, wanted));
    Reply::json(&page.await?)
}

fn page(app: &App, member: &MemberId, wanted: PageOf) -> Result<Referrals, Problem> {
    let id = member.as_str();
    let Some(known) = app.engine.read::<Member>(id)? else { return Err(unknown_member(id)) };
    let referrer = app.engine.read::<Referrer>(id)?.unwrap_or_default();
    let Listed { records, next_cursor } = newest::<Stored>(app, Some((REFERRER_COLUMN, id)), wanted)?;
    let data = records.iter().map(|(_, stored)| friend(app, stored)).collect::<Result<_, _>>()?;
    let code = referrer.code.as_deref().and_then(jifen_program::vouchers::VoucherCode::typed);
    Ok(Referrals {
        code: code.map(|code| code.shown()),
        referrer: known.body.referrer.as_ref().map(|referrer| named(app, referrer)).transpose()?,
        invited: referrer.bound,
        completed: referrer.completed,
        earned: referrer.earned.iter().map(|(unit, points)| points_of(unit.as_str(), points.get())).collect(),
        data,
        next_cursor,
    })
}

fn points_of(unit: &str, points: i64) -> UnitPoints {
    UnitPoints { unit: unit.to_owned(), points }
}

fn friend(app: &App, stored: &Stored) -> Result<Friend, Problem> {
    let books = app.engine.books();
    let zone = &books.at(app.engine.clock().now()).zone;
    let mut earned = Referrer::default();
    stored.brought.iter().for_each(|award| earned.earn(&award.unit, award.points.get()));
    Ok(Friend {
        friend: named(app, &stored.friend)?,
        state: stored.state.as_str(),
        refused: stored.refused.map(|why| why.as_str()),
        bound_at: zone.rfc3339(stored.at),
        until: zone.rfc3339(stored.until),
        completed_at: stored.order.as_ref().map(|(_, at)| zone.rfc3339(*at)),
        earned: earned.earned.iter().map(|(unit, points)| points_of(unit.as_str(), points.get())).collect(),
    })
}

/// Another member as a member may see them: the name's beginning, else the end of the identifier.
fn named(app: &App, member: &MemberId) -> Result<String, Problem> {
    let has_profile = app.engine.read::<Profile>(member.as_str())?.is_some();
    let name = if has_profile { known_of(app, member.as_str())?.masked().name } else { None };
    let id = member.as_str();
    Ok(name.unwrap_or_else(|| format!("…{}", &id[id.len().saturating_sub(4)..])))
}

/// `POST /v1/members/{id}/invitation`
pub static INVITE: Operation = Operation {
    id: "invite_friends",
    method: Method::POST,
    path: "/v1/members/{id}/invitation",
    feature: "referrals",
    access: Access::ScopeOrSelf(Scope::MembersWrite),
    confirm: false,
    summary: Said { en: "A member's invitation", zh: "会员邀请码" },
    about: Said {
        en: "Makes the member's code, or gives the one there is. It cannot be guessed. Friends name it when they join, or soon afterwards and before their first order.",
        zh: "生成或返回会员的邀请码，无法猜测。好友在入会时，或入会后不久且首单之前填写。",
    },
    parameters: &[&MEMBER_ID],
    body: None,
    key: Key::None,
    answer: Answer::json::<Invitation>(
        200,
        Said { en: "The invitation.", zh: "邀请信息。" },
        r#"{"code": "0CR5M2-8V1XQZ-7TKB4H", "path": "/join?code=0CR5M2-8V1XQZ-7TKB4H"}"#,
    ),
    problems: &[&table::MEMBER_UNKNOWN],
    handler: |call| Box::pin(invite(call)),
};

/// `POST /v1/members/{id}/referrals`
pub static BIND: Operation = Operation {
    id: "name_referrer",
    method: Method::POST,
    path: "/v1/members/{id}/referrals",
    feature: "referrals",
    access: Access::ScopeOrSelf(Scope::MembersWrite),
    confirm: false,
    summary: Said { en: "Say who brought a member", zh: "填写邀请码" },
    about: Said {
        en: "Within the days of the rule book after joining and before the first order, once. Nobody brings themselves, and there are no circles. Who shares a device, a paying account or a telephone number with the inviter is bound to no effect. What it brings comes with the first order; it is taken back when that order is refunded.",
        zh: "入会后规定天数内、首单之前填写，仅一次。不得自邀或循环邀请；与邀请人同一设备、支付账户或手机号的，记录但不产生奖励。奖励随首单发放，首单退款则一并扣回。",
    },
    parameters: &[&MEMBER_ID],
    body: Some(Body { kinds: &[BodyKind::json::<NewReferral>(r#"{"code": "0CR5M2-8V1XQZ-7TKB4H"}"#)], required: true }),
    key: Key::Optional,
    answer: Answer::json::<BoundReferral>(
        200,
        Said { en: "Who brought the member, and what it counts for.", zh: "邀请人及认定结果。" },
        r#"{"referrer": "林*", "state": "bound", "until": "2026-09-08T12:00:00+08:00"}"#,
    ),
    problems: &[&table::MEMBER_UNKNOWN, &table::REFERRAL_REFUSED, &table::UNKNOWN],
    handler: |call| Box::pin(bind(call)),
};

/// `GET /v1/members/{id}/referrals`
pub static LIST: Operation = Operation {
    id: "list_referrals",
    method: Method::GET,
    path: "/v1/members/{id}/referrals",
    feature: "referrals",
    access: Access::ScopeOrSelf(Scope::MembersRead),
    confirm: false,
    summary: Said { en: "Who a member brought", zh: "邀请记录" },
    about: Said {
        en: "The member's code, the friends who came by it, where each stands, and what they brought. Friends are masked.",
        zh: "会员的邀请码、受邀好友、各自状态与所得积分。好友信息脱敏。",
    },
    parameters: &[&MEMBER_ID, &LIMIT, &CURSOR],
    body: None,
    key: Key::None,
    answer: Answer::json::<Referrals>(
        200,
        Said { en: "The friends.", zh: "邀请记录。" },
        r#"{"code": "0CR5M2-8V1XQZ-7TKB4H", "referrer": null, "invited": 1, "completed": 1,
            "earned": [{"unit": "points", "points": 250}],
            "data": [{"friend": "魏*", "state": "completed", "bound_at": "2026-06-10T12:00:00+08:00",
            "until": "2026-09-08T12:00:00+08:00", "completed_at": "2026-06-11T20:15:00+08:00",
            "earned": [{"unit": "points", "points": 250}]}], "next_cursor": null}"#,
    ),
    problems: &[&table::MEMBER_UNKNOWN],
    handler: |call| Box::pin(list(call)),
};
