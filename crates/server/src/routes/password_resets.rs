//! Password resets: a letter with a link, for staff who forgot.

use axum::http::Method;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use compact_str::CompactString;
use jifen_connect::{Channel, Message};
use jifen_program::flows::{BeginReset, Entry, NewPassword, SetPassword};
use jifen_program::staff::{Password, Staff};
use jifen_vocab::limits;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::call::{Call, Reply, aside};
use crate::callers::{hash, hex};
use crate::gate::{check_password, staff_at};
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Body, BodyKind, Key, Operation, Parameter};
use crate::problems::{Problem, table};

static TOKEN: Parameter = Parameter {
    name: "token",
    in_path: true,
    about: Said { en: "What the letter's link ends in.", zh: "邮件链接末尾的令牌。" },
    schema: r#"{"type": "string", "minLength": 1, "maxLength": 300}"#,
    example: "bGlu.q8mC",
};

/// Who forgot their password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Forgotten {
    /// The login, or the address of electronic mail.
    #[schema(min_length = 1, max_length = 254)]
    login: String,
}

/// A password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChosenPassword {
    /// 10 to 200 characters.
    #[schema(min_length = 10, max_length = 200)]
    password: String,
}

/// Who has that login or address.
fn find(app: &App, typed: &str) -> Result<Option<Staff>, Problem> {
    if jifen_vocab::id::check(typed).is_ok() {
        return Ok(app.engine.read::<Staff>(typed)?);
    }
    Ok(staff_at(&app.engine, &typed.trim().to_lowercase())?.into_iter().next())
}

async fn ask_reset(call: Call) -> Answered {
    let forgotten: Forgotten = call.json()?;
    call.knock(Some(&forgotten.login))?;
    // What follows takes its time where there is somebody: nobody is to learn that from the answer.
    tokio::spawn(async move {
        if let Err(problem) = begin(&call, forgotten.login).await {
            let inner = problem.inner.as_deref().unwrap_or_default();
            tracing::error!(request = %call.request, code = problem.row.code, inner, "a reset could not begin");
        }
    });
    Ok(Reply::nothing().accepted())
}

async fn begin(call: &Call, typed: String) -> Result<(), Problem> {
    let app = call.app.clone();
    let staff = aside(move || find(&app, &typed)).await?;
    let Some((staff, email)) = staff.and_then(|staff| staff.email.clone().map(|email| (staff, email))) else {
        return Ok(());
    };
    let Some(base) = call.app.address_for_letters(&call.headers) else {
        tracing::warn!("a reset by mail needs --public-url: a link must not lead where a request says");
        return Ok(());
    };
    let mut random = [0; 32];
    getrandom::fill(&mut random).map_err(|error| Problem::internal(error.to_string()))?;
    let token = format!("{}.{}", BASE64.encode(staff.login.as_bytes()), BASE64.encode(random));
    let wall = call.app.wall.now();
    let command =
        BeginReset { login: staff.login.clone(), token_sha256: hex(&hash(&token)).into(), wall, by: call.by() };
    let (may, _) = call.submit(command).await?;
    if may {
        call.app.post.send(letter(&email, &base, &token), wall);
    }
    Ok(())
}

fn letter(email: &str, base: &str, token: &str) -> Message {
    let minutes = limits::RESET_MINUTES;
    let link = format!("{base}/console/reset/{token}");
    let text = format!(
        "请在 {minutes} 分钟内打开以下链接设置新密码；如非本人操作，请忽略本邮件。\n\
         Open this link within {minutes} minutes to choose a new password; if it was not you who asked, do nothing.\n\n\
         {link}\n"
    );
    let subject = "重置密码 · Choose a new password".to_owned();
    Message { channel: Channel::Email, to: email.to_owned(), subject, text }
}

async fn reset_password(call: Call) -> Answered {
    let chosen: ChosenPassword = call.json()?;
    call.knock(None)?;
    let ended = || Problem::new(&table::RESET_ENDED);
    let token = call.segment("token").to_owned();
    let login = token.split_once('.').and_then(|(login, _)| BASE64.decode(login).ok());
    let login = login.and_then(|login| String::from_utf8(login).ok()).ok_or_else(ended)?;
    jifen_vocab::id::check(&login).map_err(|_| ended())?;
    check_password("/password", &chosen.password, &login)?;
    let token_sha256 = CompactString::from(hex(&hash(&token)));
    let wall = call.app.wall.now();
    // A token that does not count costs no hash.
    let reset = call.app.engine.read::<Staff>(&login)?.and_then(|staff| staff.reset);
    reset.filter(|reset| reset.token_sha256 == token_sha256 && wall < reset.until).ok_or_else(ended)?;
    let hash = call.app.gate.passwords.hash(&chosen.password).await?;
    let command = SetPassword {
        login: login.into(),
        new: NewPassword::Letter { token_sha256 },
        password: Password { hash, one_time_until: None },
        wall,
        by: call.by(),
    };
    match call.submit(command).await?.0 {
        Entry::Open => Ok(Reply::nothing()),
        _ => Err(ended()),
    }
}

/// `POST /v1/password-resets`
pub static ASK: Operation = Operation {
    id: "ask_password_reset",
    method: Method::POST,
    path: "/v1/password-resets",
    feature: "sessions",
    access: Access::Open,
    confirm: false,
    summary: Said { en: "Forgot a password", zh: "忘记密码" },
    about: Said {
        en: "Sends staff a letter with a link that counts for half an hour. The answer is the same where nobody is.",
        zh: "向员工发送有效期半小时的重置链接。无论账号是否存在，应答相同。",
    },
    parameters: &[],
    body: Some(Body { kinds: &[BodyKind::json::<Forgotten>(r#"{"login": "lin"}"#)], required: true }),
    key: Key::None,
    answer: Answer::nothing(202, Said { en: "It was taken.", zh: "已受理。" }),
    problems: &[],
    handler: |call| Box::pin(ask_reset(call)),
};

/// `POST /v1/password-resets/{token}`
pub static RESET: Operation = Operation {
    id: "reset_password",
    method: Method::POST,
    path: "/v1/password-resets/{token}",
    feature: "sessions",
    access: Access::Open,
    confirm: false,
    summary: Said { en: "Choose a new password", zh: "设置新密码" },
    about: Said {
        en: "With the token of the letter, once. Sessions end; the second factor stays as it is.",
        zh: "使用邮件中的令牌，仅限一次。已有会话结束，二次验证保持不变。",
    },
    parameters: &[&TOKEN],
    body: Some(Body {
        kinds: &[BodyKind::json::<ChosenPassword>(r#"{"password": "a long sentence only I know"}"#)],
        required: true,
    }),
    key: Key::None,
    answer: Answer::nothing(204, Said { en: "It is changed.", zh: "已修改。" }),
    problems: &[&table::BUSY, &table::RESET_ENDED, &table::UNKNOWN],
    handler: |call| Box::pin(reset_password(call)),
};
