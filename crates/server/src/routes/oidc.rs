//! Staff sign in at their company's own sign-in (OpenID Connect), and come back as who they are there.
//!
//! What must come back with them waits in a cookie, sealed, for ten minutes: nothing is kept here of those who never
//! return. Nobody is added to the staff this way.

use axum::http::{HeaderMap, Method, header};
use compact_str::CompactString;
use jifen_connect::{Proven, ProviderError};
use jifen_program::flows::{ComeFromProvider, Entry};
use jifen_program::sessions::Holder;
use jifen_program::staff::Staff;
use jifen_vocab::{Timestamp, limits};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use super::sessions::{opened, problem_of};
use super::sign_in::{OIDC, issue, next};
use crate::app::App;
use crate::call::{Call, Reply, aside};
use crate::gate::cookies::{sent, set, set_for_return};
use crate::gate::staff_at;
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Key, Operation, Parameter};
use crate::problems::{Problem, table};

/// The cookie of somebody on their way.
const COOKIE: &str = "jifen_away";

/// What the cookie is sealed for.
const PURPOSE: &str = "sign-in at the provider";

/// What somebody left with.
#[derive(Serialize, Deserialize)]
struct Away {
    state: String,
    nonce: String,
    verifier: String,
    until: Timestamp,
}

static CODE: Parameter = Parameter {
    name: "code",
    in_path: false,
    about: Said { en: "What the provider gives for the token.", zh: "企业登录签发的授权码。" },
    schema: r#"{"type": "string", "maxLength": 4096}"#,
    example: "SplxlOBeZQQYbYS6WxSbIA",
};

static STATE: Parameter = Parameter {
    name: "state",
    in_path: false,
    about: Said { en: "What the sign-in began with.", zh: "登录发起时的状态值。" },
    schema: r#"{"type": "string", "maxLength": 4096}"#,
    example: "af0ifjsldkj",
};

fn invalid() -> Problem {
    Problem::new(&table::PROVIDER_ANSWER_INVALID)
}

fn return_to(call: &Call) -> String {
    format!("{}{OIDC}/callback", call.app.address(&call.headers))
}

/// Asks the provider something, which may take its time.
async fn ask<T: Send + 'static>(
    call: &Call,
    question: impl FnOnce(&jifen_connect::Provider, &str) -> Result<T, ProviderError> + Send + 'static,
) -> Result<T, Problem> {
    let provider = call.app.provider.clone();
    let provider = provider.ok_or_else(|| Problem::new(&table::NOT_FOUND).word("path", call.uri.path()))?;
    let return_to = return_to(call);
    // What the provider says is no problem of ours yet.
    let answer = aside(move || Ok::<_, Problem>(question(&provider, &return_to))).await?;
    answer.map_err(|error| {
        tracing::warn!(request = %call.request, %error, "a sign-in at the provider failed");
        match error {
            ProviderError::Invalid(_) => invalid(),
            ProviderError::Away(_) | ProviderError::Setting(_) => Problem::new(&table::PROVIDER_AWAY),
        }
    })
}

async fn depart(call: Call) -> Answered {
    call.knock(None)?;
    let departure = match ask(&call, jifen_connect::Provider::depart).await {
        Ok(departure) => departure,
        Err(problem) => return as_page(&call.headers, problem),
    };
    let until = call.app.wall.now().plus_millis(limits::SIGN_IN_MINUTES * 60_000);
    let away = Away { state: departure.state, nonce: departure.nonce, verifier: departure.verifier, until };
    let away = serde_json::to_string(&away).map_err(|error| Problem::internal(error.to_string()))?;
    let note = call.app.gate.tokens.note(PURPOSE, &away).map_err(Problem::internal)?;
    let cookie = set_for_return(&call.headers, COOKIE, &note, OIDC, limits::SIGN_IN_MINUTES * 60);
    Ok(Reply::redirect(&departure.url)?.with(header::SET_COOKIE, cookie))
}

async fn arrive(call: Call) -> Answered {
    call.knock(None)?;
    let arrived = come_in(&call).await;
    let reply = arrived.or_else(|problem| as_page(&call.headers, problem))?;
    Ok(reply.with(header::SET_COOKIE, set_for_return(&call.headers, COOKIE, "", OIDC, 0)))
}

async fn come_in(call: &Call) -> Answered {
    let (away, code) = match call.app.provider {
        Some(_) => brought(call).ok_or_else(invalid)?,
        None => return Err(Problem::new(&table::NOT_FOUND).word("path", call.uri.path())),
    };
    let arrive = move |provider: &jifen_connect::Provider, return_to: &str| {
        provider.arrive(return_to, &code, &away.nonce, &away.verifier)
    };
    let proven = ask(call, arrive).await?;
    let second_factor = proven.second_factor;
    let app = call.app.clone();
    let staff = aside(move || found(&app, &proven)).await?;
    let unknown = || Problem::new(&table::PROVIDER_PERSON_UNKNOWN);
    let login = staff.ok_or_else(unknown)?.login;
    let (ticket, cookie) = issue(call, Holder::Staff(login.clone()))?;
    let (opens, wall) = (ticket.opened(), call.app.wall.now());
    let command = ComeFromProvider { login, second_factor, opened: opens, wall, by: call.by() };
    match call.submit(command).await?.0 {
        Entry::Open => opened(call, &ticket, &cookie)?.going_to("/console"),
        entry @ (Entry::Factor | Entry::Enroll) => {
            let cookie = set(&call.headers, &cookie, limits::SIGN_IN_MINUTES * 60);
            Ok(Reply::redirect(&format!("/console?next={}", next(&entry)))?.with(header::SET_COOKIE, cookie))
        }
        Entry::Wrong => Err(unknown()),
        entry @ Entry::Locked(_) => Err(problem_of(&entry, call, &table::SIGN_IN_FAILED)),
    }
}

/// What somebody left with, and the code they bring, where both belong together.
fn brought(call: &Call) -> Option<(Away, String)> {
    let query = call.uri.query().unwrap_or_default();
    let value = |name: &str| {
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        pairs.find(|(found, _)| found == name).map(|(_, value)| value.into_owned())
    };
    let note = call.app.gate.tokens.read_note(PURPOSE, sent(&call.headers, COOKIE)?)?;
    let away: Away = serde_json::from_str(&note).ok()?;
    let is_theirs = bool::from(value("state")?.as_bytes().ct_eq(away.state.as_bytes()));
    (is_theirs && call.app.wall.now() < away.until).then_some((away, value("code")?))
}

/// Who of the staff it is: nobody where it could be several.
fn found(app: &App, proven: &Proven) -> Result<Option<Staff>, Problem> {
    if let Some(login) = &proven.login {
        let login = CompactString::from(login.as_str());
        let is_login = jifen_vocab::id::check(&login).is_ok();
        return Ok(if is_login { app.engine.read::<Staff>(&login)? } else { None });
    }
    let Some(email) = &proven.email else { return Ok(None) };
    let mut found = staff_at(&app.engine, email)?;
    Ok(if found.len() == 1 { found.pop() } else { None })
}

/// A person in a browser is led back to the page they began on, which says what happened.
fn as_page(headers: &HeaderMap, problem: Problem) -> Answered {
    let wanted = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    if !wanted.contains("text/html") {
        return Err(problem);
    }
    Reply::redirect(&format!("/console?problem={}", problem.row.code))
}

/// `GET /v1/sign-in/oidc/callback`
pub static ARRIVE: Operation = Operation {
    id: "come_from_provider",
    method: Method::GET,
    path: "/v1/sign-in/oidc/callback",
    feature: "sessions",
    access: Access::Open,
    confirm: false,
    summary: Said { en: "Come back from the company's own sign-in", zh: "企业登录返回" },
    about: Said {
        en: "Where the provider sends people back to, and what is registered there. The session begins, or the second factor is asked for where the provider's does not count. Who is not on the staff is not added.",
        zh: "企业登录完成后的回跳地址，须在企业登录服务中登记。会话由此开始；若其二次验证不被认可，则继续本系统的二次验证。未登记的人员不会自动添加。",
    },
    parameters: &[&CODE, &STATE],
    body: None,
    key: Key::None,
    answer: Answer::nothing(302, Said { en: "To the console.", zh: "跳转至管理后台。" }),
    problems: &[
        &table::ACCOUNT_LOCKED,
        &table::NOT_FOUND,
        &table::PROVIDER_ANSWER_INVALID,
        &table::PROVIDER_AWAY,
        &table::PROVIDER_PERSON_UNKNOWN,
    ],
    handler: |call| Box::pin(arrive(call)),
};

/// `GET /v1/sign-in/oidc`
pub static DEPART: Operation = Operation {
    id: "go_to_provider",
    method: Method::GET,
    path: OIDC,
    feature: "sessions",
    access: Access::Open,
    confirm: false,
    summary: Said { en: "Sign in at the company's own sign-in", zh: "企业登录" },
    about: Said {
        en: "For browsers: leads to the provider that the server is set up with. Whoever comes back within ten minutes goes on.",
        zh: "供浏览器使用：跳转至服务器所配置的企业登录，十分钟内返回有效。",
    },
    parameters: &[],
    body: None,
    key: Key::None,
    answer: Answer::nothing(302, Said { en: "To the provider.", zh: "跳转至企业登录。" }),
    problems: &[&table::NOT_FOUND, &table::PROVIDER_AWAY],
    handler: |call| Box::pin(depart(call)),
};
