//! Staff sign in: a password, then a code that changes with time.

use axum::http::{Method, header};
use compact_str::CompactString;
use jifen_connect::Channel;
use jifen_program::flows::{Entry, OfferFactor, ShowCode, ShowPassword, Shown};
use jifen_program::sessions::{Holder, Stage};
use jifen_program::staff::Staff;
use jifen_vocab::limits;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::sessions::{self, SessionAnswer, ShownCode, problem_of};
use crate::call::{Call, Reply};
use crate::gate::cookies::{Ticket, set};
use crate::gate::{session, totp};
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Body, BodyKind, Key, Operation};
use crate::problems::{Problem, table};

/// Where it begins.
pub(super) const OIDC: &str = "/v1/sign-in/oidc";

/// A login and a password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// The login.
    #[schema(max_length = 64)]
    login: String,
    /// The password.
    #[schema(max_length = 1000)]
    password: String,
}

/// What is to come next.
#[derive(Serialize, ToSchema)]
pub struct SignInState {
    /// `second_factor`: show a code. `enroll`: set up a second factor first.
    state: &'static str,
}

/// A second factor to be set up.
#[derive(Serialize, ToSchema)]
pub struct Enrollment {
    /// The secret, to be typed into an authenticator.
    secret: String,
    /// The same as an address that authenticators open.
    uri: String,
    /// The same as a picture, SVG.
    qr_svg: String,
}

/// In which ways people may sign in.
#[derive(Serialize, ToSchema)]
pub struct SignInOptions {
    /// Staff, with a password and a code.
    password: bool,
    /// Staff, through the company's own sign-in.
    oidc: Option<Provider>,
    /// Whether this is a sandbox.
    sandbox: bool,
    /// Where members can have a code sent to: `sms`, `email`.
    member_codes: Vec<&'static str>,
}

/// A company's own sign-in.
#[derive(Serialize, ToSchema)]
pub struct Provider {
    /// What people call it.
    name: String,
    /// Where it begins.
    url: &'static str,
}

async fn options(call: Call) -> Answered {
    let ways = [Channel::Sms, Channel::Email].into_iter().filter(|channel| call.app.post.reaches(*channel));
    Reply::json(&SignInOptions {
        password: true,
        oidc: call.app.provider.as_ref().map(|provider| Provider { name: provider.name().to_owned(), url: OIDC }),
        sandbox: call.app.sandbox,
        member_codes: ways.map(Channel::as_str).collect(),
    })
}

async fn sign_in(call: Call) -> Answered {
    let shown: Credentials = call.json()?;
    call.knock(Some(&shown.login))?;
    let app = &call.app;
    let is_login = jifen_vocab::id::check(&shown.login).is_ok();
    let staff = if is_login { app.engine.read::<Staff>(&shown.login)? } else { None };
    // Somebody who is locked out costs no hash.
    let locked = staff.as_ref().and_then(|staff| staff.lock.closed_until(app.wall.now()));
    if let Some(until) = locked {
        return Err(problem_of(&Entry::Locked(until), &call, &table::SIGN_IN_FAILED));
    }
    let known = staff.as_ref().and_then(|staff| staff.password.as_ref()).map(|password| password.hash.clone());
    let length = shown.password.chars().count();
    let is_right =
        length <= limits::PASSWORD_LEN_MAX && app.gate.passwords.is_right(&shown.password, known.as_deref()).await?;
    let wall = app.wall.now();
    if staff.is_none() {
        let locked = app.gate.strangers.fail(&shown.login, wall);
        let entry = locked.map_or(Entry::Wrong, Entry::Locked);
        return Err(problem_of(&entry, &call, &table::SIGN_IN_FAILED));
    }
    let login = CompactString::from(shown.login);
    let (ticket, cookie) = issue(&call, Holder::Staff(login.clone()))?;
    let right_for = known.filter(|_| is_right);
    let command = ShowPassword { login, right_for, opened: ticket.opened(), wall, by: call.by() };
    let state = match call.submit(command).await?.0 {
        entry @ (Entry::Factor | Entry::Enroll) => next(&entry),
        entry => return Err(problem_of(&entry, &call, &table::SIGN_IN_FAILED)),
    };
    let cookie = set(&call.headers, &cookie, limits::SIGN_IN_MINUTES * 60);
    Ok(Reply::json(&SignInState { state })?.with(header::SET_COOKIE, cookie))
}

/// What is to come next for somebody who is half-way in.
pub(super) const fn next(entry: &Entry) -> &'static str {
    if matches!(entry, Entry::Enroll) { "enroll" } else { "second_factor" }
}

/// A new ticket and its cookie.
pub(super) fn issue(call: &Call, holder: Holder) -> Result<(Ticket, String), Problem> {
    Ticket::issue(holder, &call.headers).map_err(|error| Problem::internal(error.to_string()))
}

/// Who is half-way in: their record and ticket.
fn half_way(call: &Call) -> Result<(Staff, Ticket), Problem> {
    let out = || Problem::new(&table::NOT_SIGNED_IN);
    let ticket = Ticket::of(&call.headers).ok_or_else(out)?;
    let Holder::Staff(login) = &ticket.holder else { return Err(out()) };
    let found = session(&call.app.engine, &ticket, call.app.wall.now(), Stage::HalfWay)?;
    found.filter(|session| session.agent == ticket.agent).ok_or_else(out)?;
    Ok((call.app.engine.read::<Staff>(login)?.ok_or_else(out)?, ticket))
}

async fn enroll_factor(call: Call) -> Answered {
    let (staff, ticket) = half_way(&call)?;
    if staff.factor.is_some() {
        return Err(Problem::new(&table::SECOND_FACTOR_REQUIRED));
    }
    let mut secret = [0; totp::SECRET_LEN];
    getrandom::fill(&mut secret).map_err(|error| Problem::internal(error.to_string()))?;
    let sealed = call.app.gate.tokens.seal(&staff.login, &secret).map_err(Problem::internal)?;
    let login = staff.login.clone();
    let command = OfferFactor { login, sealed, token_sha256: ticket.token_sha256, wall: call.app.wall.now() };
    call.submit(command).await?;
    let books = call.app.engine.books();
    let issuer = &books.at(call.app.engine.clock().now()).name.en;
    let uri = totp::uri(issuer, &staff.login, &secret);
    let picture = qrcode::QrCode::new(&uri).map_err(|error| Problem::internal(error.to_string()))?;
    let qr_svg = picture.render::<qrcode::render::svg::Color<'_>>().min_dimensions(192, 192).build();
    Reply::json(&Enrollment { secret: totp::base32(&secret), uri, qr_svg })
}

async fn show_factor(call: Call) -> Answered {
    let shown: ShownCode = call.json()?;
    let (staff, ticket) = half_way(&call)?;
    call.knock(Some(&staff.login))?;
    let wall = call.app.wall.now();
    let sealed = staff.factor.map(|factor| factor.sealed).or(staff.offered);
    let sealed = sealed.ok_or_else(|| Problem::new(&table::CODE_WRONG))?;
    let secret = call.app.gate.tokens.open(&staff.login, &sealed);
    let step = secret.and_then(|secret| totp::step_of(&secret, &shown.code, wall));
    let (next, cookie) = issue(&call, ticket.holder.clone())?;
    let command = ShowCode {
        login: staff.login,
        token_sha256: ticket.token_sha256,
        shown: Shown { sealed, step },
        opened: next.opened(),
        wall,
        by: call.by(),
    };
    match call.submit(command).await?.0 {
        Entry::Open => sessions::opened(&call, &next, &cookie),
        entry => Err(problem_of(&entry, &call, &table::CODE_WRONG)),
    }
}

/// `POST /v1/sign-in/enrollment`
pub static ENROLL: Operation = Operation {
    id: "enroll_second_factor",
    method: Method::POST,
    path: "/v1/sign-in/enrollment",
    feature: "sessions",
    access: Access::Open,
    confirm: false,
    summary: Said { en: "Set up a second factor", zh: "设置二次验证" },
    about: Said {
        en: "After a right password, for whoever has none yet. It counts from the first code that is shown.",
        zh: "密码正确且尚未设置二次验证时调用。提交首个验证码后生效。",
    },
    parameters: &[],
    body: None,
    key: Key::None,
    answer: Answer::json::<Enrollment>(200, Said { en: "The secret, three times.", zh: "密钥的三种形式。" }, ""),
    problems: &[&table::NOT_SIGNED_IN, &table::SECOND_FACTOR_REQUIRED, &table::UNKNOWN],
    handler: |call| Box::pin(enroll_factor(call)),
};

/// `GET /v1/sign-in/options`
pub static OPTIONS: Operation = Operation {
    id: "show_sign_in_options",
    method: Method::GET,
    path: "/v1/sign-in/options",
    feature: "sessions",
    access: Access::Open,
    confirm: false,
    summary: Said { en: "How can one sign in?", zh: "查看登录方式" },
    about: Said { en: "For the pages that people sign in on.", zh: "供登录页面使用。" },
    parameters: &[],
    body: None,
    key: Key::None,
    answer: Answer::json::<SignInOptions>(
        200,
        Said { en: "The ways.", zh: "登录方式。" },
        r#"{"password": true, "oidc": null, "sandbox": false, "member_codes": ["email"]}"#,
    ),
    problems: &[],
    handler: |call| Box::pin(options(call)),
};

/// `POST /v1/sign-in/second-factor`
pub static SECOND_FACTOR: Operation = Operation {
    id: "show_second_factor",
    method: Method::POST,
    path: "/v1/sign-in/second-factor",
    feature: "sessions",
    access: Access::Open,
    confirm: false,
    summary: Said { en: "Show the second factor", zh: "提交二次验证码" },
    about: Said {
        en: "After a right password. The session begins, under a new cookie. Five wrong codes lock the account for fifteen minutes.",
        zh: "密码正确后调用。会话由此开始并更换 Cookie。连续五次错误将锁定账号十五分钟。",
    },
    parameters: &[],
    body: Some(Body { kinds: &[BodyKind::json::<ShownCode>(r#"{"code": "492039"}"#)], required: true }),
    key: Key::None,
    answer: Answer::json::<SessionAnswer>(200, Said { en: "The session.", zh: "会话。" }, sessions::EXAMPLE),
    problems: &[&table::ACCOUNT_LOCKED, &table::CODE_WRONG, &table::NOT_SIGNED_IN, &table::UNKNOWN],
    handler: |call| Box::pin(show_factor(call)),
};

/// `POST /v1/sign-in`
pub static SIGN_IN: Operation = Operation {
    id: "sign_in",
    method: Method::POST,
    path: "/v1/sign-in",
    feature: "sessions",
    access: Access::Open,
    confirm: false,
    summary: Said { en: "Sign in with a password", zh: "密码登录" },
    about: Said {
        en: "The first of two steps, for staff. A login that nobody has is answered as a wrong password is. Five wrong ones lock the account for fifteen minutes.",
        zh: "员工登录的第一步。不存在的账号与密码错误的应答相同。连续五次错误将锁定账号十五分钟。",
    },
    parameters: &[],
    body: Some(Body {
        kinds: &[BodyKind::json::<Credentials>(r#"{"login": "lin", "password": "a long sentence only I know"}"#)],
        required: true,
    }),
    key: Key::None,
    answer: Answer::json::<SignInState>(
        200,
        Said { en: "What is to come next.", zh: "下一步。" },
        r#"{"state": "second_factor"}"#,
    ),
    problems: &[&table::ACCOUNT_LOCKED, &table::BUSY, &table::SIGN_IN_FAILED],
    handler: |call| Box::pin(sign_in(call)),
};
