//! Members: enrolled here, seen here. Rewards for joining come from events.

mod change;
mod erase;
mod list;

use std::sync::Arc;

use axum::http::Method;
use base64::Engine as _;
use jifen_ledger::{Freeze, MonthDay};
use jifen_program::flows::Enroll;
use jifen_program::member::Member;
use jifen_program::members::Profile;
use jifen_vocab::{Day, MemberId, Money, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::call::{Call, Reply, aside, unknown_member};
use crate::callers::CallerKind;
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Body, BodyKind, Key, Operation};
use crate::parameters::MEMBER_ID;
use crate::personal::{Personal, personal_of};
use crate::problems::{Problem, table};
use crate::scopes::Scope;
use crate::wire::{Amount, instant};

pub use change::{CHANGE, REVEAL};
pub use erase::ERASE;
pub use list::LIST;

/// Words on a member.
const TAGS_MAX: usize = 50;

/// A member to be enrolled.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMember {
    /// The identifier: 1 to 64 of `A-Z a-z 0-9 . _ : -`; a new one unless it is given.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9._:-]+$")]
    id: Option<MemberId>,
    /// The person's name. Personal data is encrypted at rest.
    #[schema(max_length = 200)]
    name: Option<String>,
    /// Their telephone number.
    #[schema(max_length = 40)]
    phone: Option<String>,
    /// Their address of electronic mail.
    #[schema(max_length = 254)]
    email: Option<String>,
    /// The day they were born.
    #[schema(value_type = Option<String>, format = Date)]
    birthday: Option<Day>,
    /// Words that rules and lists may look at.
    #[serde(default)]
    #[schema(max_items = 50)]
    tags: Vec<String>,
    /// When the membership began; now unless it is given, and never later.
    #[schema(format = DateTime)]
    joined_at: Option<String>,
    /// The member who brought them. Whoever is no member is noted and gets nothing for it.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9._:-]+$")]
    referrer: Option<MemberId>,
    /// The code of the member who brought them, instead of `referrer`.
    #[schema(min_length = 1, max_length = 64)]
    invitation: Option<String>,
}

/// A member.
#[derive(Serialize, ToSchema)]
#[schema(as = Member)]
pub struct MemberAnswer {
    /// The identifier.
    id: String,
    /// The tier now.
    tier: String,
    /// When the membership began.
    #[schema(format = DateTime)]
    joined_at: String,
    /// Words that rules and lists may look at.
    tags: Vec<String>,
    /// The member who brought them.
    #[serde(skip_serializing_if = "Option::is_none")]
    referrer: Option<String>,
    /// Plain counts.
    statistics: Statistics,
    /// What is the matter with the membership.
    states: States,
    /// How the personal fields that follow are shown: `clear`, `masked` (`POST …/personal` shows them), `hidden` for who
    /// may not see them, `erased` where nothing is kept any more.
    personal: &'static str,
    /// The person's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// Their telephone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
    /// Their address of electronic mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    /// The day they were born.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    birthday: Option<Day>,
}

/// Plain counts about a member.
#[derive(Serialize, ToSchema)]
#[schema(as = MemberStatistics)]
pub struct Statistics {
    /// Orders that counted.
    orders: i64,
    /// What they paid.
    spent: Amount,
    /// When the member last did something.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    last_active_at: Option<String>,
}

/// What is the matter with a membership.
#[derive(Serialize, ToSchema)]
#[schema(as = MemberStates)]
pub struct States {
    /// Whether the wallet is frozen: it earns and does not spend.
    frozen: bool,
    /// When the freeze ends by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    frozen_until: Option<String>,
    /// Whether points are owed.
    in_debt: bool,
}

async fn enroll_member(call: Call) -> Answered {
    let new: NewMember = call.json()?;
    let request = call.key()?;
    check_tags(&new.tags)?;
    let joined_at = instant("/joined_at", new.joined_at.as_deref())?;
    let personal =
        Personal { name: new.name, phone: new.phone, email: new.email, birthday: new.birthday, ..Personal::default() };
    personal.check()?;
    if new.referrer.is_some() && new.invitation.is_some() {
        return Err(Problem::field("/invitation", "not stand beside a referrer"));
    }
    if new.invitation.as_ref().is_some_and(|code| code.is_empty() || code.len() > jifen_vocab::limits::ID_LEN_MAX) {
        return Err(Problem::field("/invitation", "have 1 to 64 characters"));
    }
    let is_brought = new.referrer.is_some() || new.invitation.is_some();
    let same_person = if is_brought { known_by(&call, personal.clone()).await? } else { Vec::new() };
    let birthday = personal.birthday.and_then(month_day);
    let id = match new.id {
        Some(id) => id,
        None => new_id()?,
    };
    let profile = sealed(&call, &id, personal).await?;
    let command = Enroll {
        request,
        id: Some(id),
        joined_at,
        tags: new.tags.iter().map(Into::into).collect(),
        referrer: new.referrer,
        invitation: new.invitation.map(Into::into),
        same_person,
        tier: None,
        profile,
        birthday,
    };
    let (enrolled, replayed) = call.submit(command).await?;
    let answer = find(&call, enrolled.id.as_str())?;
    Ok(Reply::json(&answer)?.created(&format!("/v1/members/{}", enrolled.id)).replayed(replayed))
}

/// Month and day of a birthday: all that points need of it.
fn month_day(birthday: Day) -> Option<MonthDay> {
    MonthDay::new(birthday.month(), birthday.day())
}

/// Members who are known by the same telephone number or address.
pub(super) async fn known_by(call: &Call, personal: Personal) -> Result<Vec<MemberId>, Problem> {
    let app = Arc::clone(&call.app);
    let found = aside(move || {
        let mut known = Vec::new();
        for contact in personal.contacts() {
            known.extend(app.vault.find(&app.engine, &contact)?);
        }
        Ok::<_, Problem>(known)
    });
    found.await
}

/// What is known about a person, to compare and not to show.
pub(super) fn known_of(app: &App, member: &str) -> Result<Personal, Problem> {
    personal(app, member, Sight::Clear)
}

/// Keys are written to a file of their own before the record is: off the runtime's threads.
async fn sealed(call: &Call, id: &MemberId, personal: Personal) -> Result<Option<Profile>, Problem> {
    if personal.is_empty() {
        return Ok(None);
    }
    let (app, id) = (Arc::clone(&call.app), id.clone());
    aside(move || app.vault.seal(id.as_str(), &personal)).await.map(Some)
}

fn check_tags(tags: &[String]) -> Result<(), Problem> {
    if tags.len() > TAGS_MAX {
        return Err(Problem::field("/tags", &format!("have at most {TAGS_MAX} words")));
    }
    for (place, tag) in tags.iter().enumerate() {
        let length = tag.chars().count();
        if length == 0 || length > jifen_vocab::limits::ID_LEN_MAX || tag.chars().any(char::is_control) {
            return Err(Problem::field(format!("/tags/{place}"), "have 1 to 64 characters"));
        }
    }
    Ok(())
}

/// Personal data is bound to its member, so the identifier must be there before it is sealed.
fn new_id() -> Result<MemberId, Problem> {
    let failed = |error: String| Problem::internal(error);
    let mut random = [0; 15];
    getrandom::fill(&mut random).map_err(|error| failed(error.to_string()))?;
    let text = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(random);
    MemberId::new(&format!("mem_{text}")).map_err(|error| failed(error.to_string()))
}

async fn show_member(call: Call) -> Answered {
    let id = call.member()?;
    Reply::json(&find(&call, id.as_str())?)
}

/// How much of personal data somebody sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sight {
    /// All of it.
    Clear,
    /// That it is there.
    Masked,
    /// Nothing.
    Hidden,
}

impl Sight {
    /// What a caller sees of that member. Staff see everything only where they say why; see [`REVEAL`].
    fn of(call: &Call, member: &str) -> Sight {
        let caller = &call.caller;
        match caller.kind {
            CallerKind::Member if caller.id == member => Sight::Clear,
            CallerKind::Staff => Sight::Masked,
            _ if caller.may(Scope::PersonalRead) => Sight::Clear,
            _ => Sight::Hidden,
        }
    }
}

fn find(call: &Call, id: &str) -> Result<MemberAnswer, Problem> {
    let app = &call.app;
    let member = app.engine.read::<Member>(id)?.ok_or_else(|| unknown_member(id))?;
    let sight = Sight::of(call, id);
    let profile = app.engine.read::<Profile>(id)?;
    let seen = match (sight, profile.is_some_and(|profile| profile.erased.is_some())) {
        (_, true) => "erased",
        (Sight::Clear, _) => "clear",
        (Sight::Masked, _) => "masked",
        (Sight::Hidden, _) => "hidden",
    };
    Ok(answer(app, &member, personal(app, id, sight)?, seen))
}

/// The member's name, for themselves.
pub(super) fn name_of(app: &App, id: &str) -> Result<Option<String>, Problem> {
    Ok(personal(app, id, Sight::Clear)?.name)
}

/// What is known about a person, as far as somebody sees it.
fn personal(app: &App, id: &str, sight: Sight) -> Result<Personal, Problem> {
    if sight == Sight::Hidden {
        return Ok(Personal::default());
    }
    let personal = personal_of(app, id)?;
    Ok(if sight == Sight::Clear { personal } else { personal.masked() })
}

/// The freeze of a wallet, where there is one now.
fn frozen_now(member: &Member, now: Timestamp) -> Option<Freeze> {
    member.body.wallet.frozen().filter(|freeze| freeze.until.is_none_or(|until| until > now))
}

fn answer(app: &App, member: &Member, personal: Personal, seen: &'static str) -> MemberAnswer {
    let now = app.engine.clock().now();
    let books = app.engine.books();
    let book = books.at(now);
    let body = &member.body;
    let frozen = frozen_now(member, now);
    let view = jifen_program::wallets::view_at(member, &books, now);
    MemberAnswer {
        id: body.id.as_str().to_owned(),
        tier: body.tier.as_str().to_owned(),
        joined_at: book.zone.rfc3339(body.joined),
        tags: body.tags.iter().map(ToString::to_string).collect(),
        referrer: body.referrer.as_ref().map(ToString::to_string),
        statistics: Statistics {
            orders: body.orders,
            spent: Money { amount: body.spent, currency: book.currency }.into(),
            last_active_at: body.active.map(|at| book.zone.rfc3339(at)),
        },
        states: States {
            frozen: frozen.is_some(),
            frozen_until: frozen.and_then(|freeze| freeze.until).map(|until| book.zone.rfc3339(until)),
            in_debt: view.units.iter().any(|unit| unit.debt.is_positive()),
        },
        personal: seen,
        name: personal.name,
        phone: personal.phone,
        email: personal.email,
        birthday: personal.birthday,
    }
}

const EXAMPLE: &str = r#"{"id": "lin", "tier": "ordinary", "joined_at": "2026-06-18T20:00:00+08:00", "tags": [],
    "statistics": {"orders": 0, "spent": {"amount": 0, "currency": "CNY"}},
    "states": {"frozen": false, "in_debt": false}, "personal": "masked", "name": "林*"}"#;

/// `POST /v1/members`
pub static ENROLL: Operation = Operation {
    id: "enroll_member",
    method: Method::POST,
    path: "/v1/members",
    feature: "members",
    access: Access::Scope(Scope::MembersWrite),
    confirm: false,
    summary: Said { en: "Enroll a member", zh: "登记会员" },
    about: Said {
        en: "Enrolling gives nothing by itself; rewards come from events. An identifier that exists is refused. Personal data is encrypted at rest and shown only to callers with the scope `personal:read`.",
        zh: "登记本身不产生奖励，奖励来自事件。已存在的标识会被拒绝。个人信息加密存储，只有具备 `personal:read` 权限的调用方可见。",
    },
    parameters: &[],
    body: Some(Body { kinds: &[BodyKind::json::<NewMember>(r#"{"id": "lin", "name": "Lin"}"#)], required: true }),
    key: Key::Optional,
    answer: Answer::json::<MemberAnswer>(201, Said { en: "The member.", zh: "会员。" }, EXAMPLE),
    problems: &[&table::MEMBER_ERASED, &table::MEMBER_EXISTS, &table::UNKNOWN],
    handler: |call| Box::pin(enroll_member(call)),
};

/// `GET /v1/members/{id}`
pub static SHOW: Operation = Operation {
    id: "show_member",
    method: Method::GET,
    path: "/v1/members/{id}",
    feature: "members",
    access: Access::ScopeOrSelf(Scope::MembersRead),
    confirm: false,
    summary: Said { en: "Show a member", zh: "查看会员" },
    about: Said {
        en: "Tier, statistics and states. Members see their own personal fields, API clients with the scope `personal:read` those of all; staff see them masked.",
        zh: "等级、统计与状态。会员可见本人的个人信息，具备 `personal:read` 权限的客户端可见全部会员的个人信息，员工所见为脱敏信息。",
    },
    parameters: &[&MEMBER_ID],
    body: None,
    key: Key::None,
    answer: Answer::json::<MemberAnswer>(200, Said { en: "The member.", zh: "会员。" }, EXAMPLE),
    problems: &[&table::MEMBER_UNKNOWN],
    handler: |call| Box::pin(show_member(call)),
};
