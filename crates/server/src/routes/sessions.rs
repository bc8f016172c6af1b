//! Sessions: who has signed in, what they may do, and until when.

use axum::http::{Method, header};
use jifen_program::flows::{ConfirmDevice, ConfirmSession, Entry, NewPassword, SetPassword, Shown};
use jifen_program::sessions::EndSession;
use jifen_program::staff::{Password, Staff};
use jifen_vocab::MemberId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::call::{Call, Reply};
use crate::callers::{Caller, CallerKind};
use crate::gate::cookies::{Ticket, set};
use crate::gate::{check_password, seconds_until, totp};
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Body, BodyKind, Key, Operation};
use crate::problems::{Problem, table};
use crate::scopes::ScopeName;
use crate::wire::Text;

/// Who has signed in, and what they may do.
#[derive(Serialize, ToSchema)]
#[schema(as = Session)]
pub struct SessionAnswer {
    /// What kind of caller: `staff`, `member`, `client` or `sandbox`.
    kind: &'static str,
    /// The identifier: of staff their login.
    id: String,
    /// What people call them.
    name: String,
    /// Roles of staff.
    roles: Vec<HeldRole>,
    /// What they may do.
    #[schema(value_type = Vec<ScopeName>)]
    scopes: Vec<&'static str>,
    /// What `X-CSRF-Token` must be on every change; nothing for tokens, which need none.
    csrf: Option<String>,
    /// Until when the second factor counts as fresh; nothing where sensitive operations ask for one.
    #[schema(format = DateTime)]
    confirmed_until: Option<String>,
    /// When it ends at the latest.
    #[schema(format = DateTime)]
    expires_at: Option<String>,
    /// Whether the password must be changed before anything else.
    must_change_password: bool,
    /// The program.
    program: SessionProgram,
    /// Whether this is a sandbox.
    sandbox: bool,
}

/// A role and where it holds.
#[derive(Serialize, ToSchema)]
pub struct HeldRole {
    /// The role.
    id: String,
    /// What people call it.
    name: Text,
    /// Where it holds, with everything that belongs to it; nothing for everywhere.
    place: Option<HeldPlace>,
}

/// A place of the organization.
#[derive(Serialize, ToSchema)]
pub struct HeldPlace {
    /// The place.
    id: String,
    /// What people call it.
    name: Text,
}

/// What pages need to know of the program.
#[derive(Serialize, ToSchema)]
pub struct SessionProgram {
    /// Its identifier.
    id: String,
    /// What people call it.
    name: Text,
    /// ISO 4217.
    currency: String,
    /// The IANA zone its days begin in.
    zone: String,
}

/// A code of the second factor.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ShownCode {
    /// Six digits, as the authenticator shows them.
    #[schema(min_length = 1, max_length = 20)]
    pub(super) code: String,
}

/// A change of one's own password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnPassword {
    /// The password until now.
    #[schema(max_length = 1000)]
    old: String,
    /// The password from now on: 10 to 200 characters.
    #[schema(min_length = 10, max_length = 200)]
    new: String,
}

/// The session of a caller, as pages read it.
pub fn describe(call: &Call, caller: &Caller) -> Result<SessionAnswer, Problem> {
    let app = &call.app;
    let books = app.engine.books();
    let book = books.at(app.engine.clock().now());
    let name = match caller.kind {
        CallerKind::Staff => app.engine.read::<Staff>(&caller.id)?.map(|staff| staff.name),
        CallerKind::Member => super::members::name_of(app, &caller.id)?,
        _ => None,
    };
    let sign_in = caller.sign_in.as_deref();
    let roles = sign_in.iter().flat_map(|sign_in| &sign_in.roles).filter_map(|at| {
        let role = book.organization.role(&at.role)?;
        let place = at.place.as_deref().and_then(|place| book.organization.place(place));
        let place = place.map(|place| HeldPlace { id: place.id.to_string(), name: (&place.name).into() });
        Some(HeldRole { id: role.id.to_string(), name: (&role.name).into(), place })
    });
    Ok(SessionAnswer {
        kind: caller.kind.as_str(),
        id: caller.id.to_string(),
        name: name.unwrap_or_else(|| caller.id.to_string()),
        roles: roles.collect(),
        scopes: caller.scopes.iter().map(|scope| scope.as_str()).collect(),
        csrf: sign_in.and_then(|sign_in| sign_in.csrf.as_ref()).map(ToString::to_string),
        confirmed_until: sign_in.and_then(|sign_in| sign_in.confirmed_until).map(|at| book.zone.rfc3339(at)),
        expires_at: sign_in.map(|sign_in| book.zone.rfc3339(sign_in.expires_at)),
        must_change_password: sign_in.is_some_and(|sign_in| sign_in.must_change_password),
        program: SessionProgram {
            id: book.id.clone(),
            name: (&book.name).into(),
            currency: book.currency.as_str().to_owned(),
            zone: book.zone.name().to_owned(),
        },
        sandbox: app.sandbox,
    })
}

/// The session that a ticket of a moment ago leads to, with its cookie.
pub fn opened(call: &Call, ticket: &Ticket, cookie: &str) -> Answered {
    let wall = call.app.wall.now();
    let caller = call.app.gate.people.find(&call.app.engine, ticket, wall)?;
    let caller = caller.ok_or_else(|| Problem::internal("a session that was opened is not there"))?;
    let ends_at = caller.sign_in.as_ref().map_or(wall, |sign_in| sign_in.expires_at);
    let seconds = i64::from(seconds_until(ends_at, wall));
    Ok(Reply::json(&describe(call, &caller)?)?.with(header::SET_COOKIE, set(&call.headers, cookie, seconds)))
}

/// The problem of whoever did not get in.
pub fn problem_of(entry: &Entry, call: &Call, wrong: &'static crate::problems::Row) -> Problem {
    match entry {
        Entry::Locked(until) => {
            let seconds = seconds_until(*until, call.app.wall.now());
            Problem::new(&table::ACCOUNT_LOCKED).number("seconds", i64::from(seconds)).retry_after(seconds)
        }
        _ => Problem::new(wrong),
    }
}

async fn show_session(call: Call) -> Answered {
    Reply::json(&describe(&call, &call.caller)?)
}

async fn sign_out(call: Call) -> Answered {
    if let Some(ticket) = Ticket::of(&call.headers) {
        call.submit(EndSession { holder: ticket.holder, token_sha256: Some(ticket.token_sha256) }).await?;
    }
    Ok(Reply::nothing().with(header::SET_COOKIE, set(&call.headers, "", 0)))
}

/// The ticket of staff, which what follows is about.
fn ticket_of_staff(call: &Call) -> Result<Ticket, Problem> {
    let ticket = Ticket::of(&call.headers).filter(|_| call.caller.kind == CallerKind::Staff);
    ticket.ok_or_else(|| Problem::new(&table::NOT_SIGNED_IN))
}

async fn confirm_session(call: Call) -> Answered {
    let shown: ShownCode = call.json()?;
    if call.caller.kind == CallerKind::Member {
        return confirm_device(&call, &shown.code).await;
    }
    let ticket = ticket_of_staff(&call)?;
    let wall = call.app.wall.now();
    let staff = call.app.engine.read::<Staff>(&call.caller.id)?;
    let sealed = staff.and_then(|staff| staff.factor).map(|factor| factor.sealed);
    let sealed = sealed.ok_or_else(|| Problem::new(&table::NOT_SIGNED_IN))?;
    let secret = call.app.gate.tokens.open(&call.caller.id, &sealed);
    let step = secret.and_then(|secret| totp::step_of(&secret, &shown.code, wall));
    let command = ConfirmSession {
        login: call.caller.id.clone(),
        token_sha256: ticket.token_sha256.clone(),
        shown: Shown { sealed, step },
        wall,
        by: call.by(),
    };
    match call.submit(command).await?.0 {
        Entry::Open => {
            let caller = call.app.gate.people.find(&call.app.engine, &ticket, wall)?;
            let caller = caller.ok_or_else(|| Problem::new(&table::UNAUTHORIZED))?;
            Reply::json(&describe(&call, &caller)?)
        }
        entry => Err(problem_of(&entry, &call, &table::CODE_WRONG)),
    }
}

/// A member shows a code that was sent to them a moment ago.
async fn confirm_device(call: &Call, code: &str) -> Answered {
    let presence = call.presence().ok_or_else(|| Problem::new(&table::NOT_SIGNED_IN))?;
    let member = MemberId::new(&call.caller.id).map_err(|error| Problem::internal(error.to_string()))?;
    call.knock(Some(member.as_str()))?;
    let hash = call.app.gate.tokens.code(member.as_str(), code);
    match call.submit(ConfirmDevice { member, hash, presence, by: call.by() }).await?.0 {
        Entry::Open => Reply::json(&describe(call, &call.caller)?),
        entry => Err(problem_of(&entry, call, &table::CODE_WRONG)),
    }
}

async fn change_password(call: Call) -> Answered {
    let passwords: OwnPassword = call.json()?;
    let ticket = ticket_of_staff(&call)?;
    let login = call.caller.id.clone();
    check_password("/new", &passwords.new, &login)?;
    if passwords.new == passwords.old {
        return Err(Problem::field("/new", "be another than the old one"));
    }
    let known = call.app.engine.read::<Staff>(&login)?.and_then(|staff| staff.password);
    let known = known.map(|password| password.hash);
    let is_right = call.app.gate.passwords.is_right(&passwords.old, known.as_deref()).await?;
    let hash = call.app.gate.passwords.hash(&passwords.new).await?;
    let command = SetPassword {
        login,
        new: NewPassword::Own { token_sha256: ticket.token_sha256, right_for: known.filter(|_| is_right) },
        password: Password { hash, one_time_until: None },
        wall: call.app.wall.now(),
        by: call.by(),
    };
    match call.submit(command).await?.0 {
        Entry::Open => Ok(Reply::nothing()),
        entry => Err(problem_of(&entry, &call, &table::SIGN_IN_FAILED)),
    }
}

pub(super) const EXAMPLE: &str = r#"{"kind": "staff", "id": "lin", "name": "Lin",
    "roles": [{"id": "owner", "name": {"zh": "系统管理员", "en": "Owner"}, "place": null}],
    "scopes": ["members:read"], "csrf": "TkHYXAhFhVjyL9UeOg0x2Cqt",
    "confirmed_until": "2026-06-18T20:20:00+08:00", "expires_at": "2026-06-19T08:15:00+08:00",
    "must_change_password": false, "program": {"id": "rulebook", "name": {"zh": "积分", "en": "Points"},
    "currency": "CNY", "zone": "Asia/Shanghai"}, "sandbox": false}"#;

/// `POST /v1/session/password`
pub static CHANGE_PASSWORD: Operation = Operation {
    id: "change_password",
    method: Method::POST,
    path: "/v1/session/password",
    feature: "sessions",
    access: Access::SignedIn,
    confirm: false,
    summary: Said { en: "Change one's own password", zh: "修改自己的密码" },
    about: Said {
        en: "Every other session of the same person ends. A wrong old password counts as a failed sign-in.",
        zh: "本人的其他会话随即结束。旧密码错误按登录失败计数。",
    },
    parameters: &[],
    body: Some(Body {
        kinds: &[BodyKind::json::<OwnPassword>(
            r#"{"old": "h3k7d-m2q9x-w8rta-p4vbc", "new": "a long sentence only I know"}"#,
        )],
        required: true,
    }),
    key: Key::None,
    answer: Answer::nothing(204, Said { en: "It is changed.", zh: "已修改。" }),
    problems: &[&table::ACCOUNT_LOCKED, &table::BUSY, &table::NOT_SIGNED_IN, &table::SIGN_IN_FAILED],
    handler: |call| Box::pin(change_password(call)),
};

/// `POST /v1/session/confirm`
pub static CONFIRM: Operation = Operation {
    id: "confirm_session",
    method: Method::POST,
    path: "/v1/session/confirm",
    feature: "sessions",
    access: Access::SignedIn,
    confirm: false,
    summary: Said { en: "Show the second factor again", zh: "再次二次验证" },
    about: Said {
        en: "For five minutes sensitive operations then ask for nothing more. A code counts once. Of a member it is the code that POST /v1/member-sign-in/codes sends: their device is then known.",
        zh: "此后五分钟内可执行敏感操作。每个验证码只能使用一次。会员使用 POST /v1/member-sign-in/codes 发送的验证码，其设备随即受信任。",
    },
    parameters: &[],
    body: Some(Body { kinds: &[BodyKind::json::<ShownCode>(r#"{"code": "492039"}"#)], required: true }),
    key: Key::None,
    answer: Answer::json::<SessionAnswer>(200, Said { en: "The session.", zh: "会话。" }, EXAMPLE),
    problems: &[&table::ACCOUNT_LOCKED, &table::CODE_WRONG, &table::NOT_SIGNED_IN],
    handler: |call| Box::pin(confirm_session(call)),
};

/// `GET /v1/session`
pub static SHOW: Operation = Operation {
    id: "show_session",
    method: Method::GET,
    path: "/v1/session",
    feature: "sessions",
    access: Access::SignedIn,
    confirm: false,
    summary: Said { en: "Who am I?", zh: "查看当前会话" },
    about: Said {
        en: "Whoever calls, with a session or a token: who it is, what it may do, and what pages need to begin.",
        zh: "当前会话或令牌的身份、权限，以及页面启动所需的信息。",
    },
    parameters: &[],
    body: None,
    key: Key::None,
    answer: Answer::json::<SessionAnswer>(200, Said { en: "The session.", zh: "会话。" }, EXAMPLE),
    problems: &[],
    handler: |call| Box::pin(show_session(call)),
};

/// `POST /v1/sign-out`
pub static SIGN_OUT: Operation = Operation {
    id: "sign_out",
    method: Method::POST,
    path: "/v1/sign-out",
    feature: "sessions",
    access: Access::SignedIn,
    confirm: false,
    summary: Said { en: "Sign out", zh: "退出登录" },
    about: Said { en: "The session ends at once.", zh: "会话立即结束。" },
    parameters: &[],
    body: None,
    key: Key::None,
    answer: Answer::nothing(204, Said { en: "It has ended.", zh: "已结束。" }),
    problems: &[],
    handler: |call| Box::pin(sign_out(call)),
};
