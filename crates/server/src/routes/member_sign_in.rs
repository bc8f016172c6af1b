//! Members sign in: with a code that is sent to them, or with a token that a shop's backend asks for.

use axum::http::Method;
use compact_str::CompactString;
use jifen_connect::{Channel, Message};
use jifen_program::flows::{Entry, SeeDevice, SendCode, ShowMemberCode};
use jifen_program::member::Member;
use jifen_program::sessions::{Holder, Presence};
use jifen_vocab::{MemberId, limits};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::sessions::{self, SessionAnswer, problem_of};
use super::sign_in::issue;
use crate::app::App;
use crate::call::{Call, Reply, aside, unknown_member};
use crate::gate::tokens::Claims;
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Body, BodyKind, Key, Operation};
use crate::parameters::MEMBER_ID;
use crate::personal::Contact;
use crate::problems::{Problem, table};
use crate::scopes::Scope;

/// Seconds for which a member's token counts unless it says otherwise.
const TOKEN_SECONDS: u32 = 3_600;

/// Characters of a device's mark.
const DEVICE_LEN_MAX: usize = 100;

/// Where a code is to be sent: one of the two.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CodeAddress {
    /// The member's telephone number.
    #[serde(default)]
    #[schema(max_length = 40)]
    phone: Option<String>,
    /// The member's address of electronic mail.
    #[serde(default)]
    #[schema(max_length = 254)]
    email: Option<String>,
}

/// A code, and where it was sent.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MemberCode {
    /// The member's telephone number.
    #[serde(default)]
    #[schema(max_length = 40)]
    phone: Option<String>,
    /// The member's address of electronic mail.
    #[serde(default)]
    #[schema(max_length = 254)]
    email: Option<String>,
    /// The code that came.
    #[schema(min_length = 1, max_length = 20)]
    code: String,
    /// What tells this device apart from the member's others: any text of the app's own that stays the same. A browser
    /// that gives none is told apart by how it names itself.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 100)]
    device: Option<String>,
}

/// For how long a token is to count.
#[derive(Deserialize, Default, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMemberToken {
    /// Seconds, up to a day; an hour unless it says otherwise.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 86_400)]
    ttl_seconds: Option<u32>,
    /// What tells the member's device apart from others: with it, much that is spent from a new one asks for a code.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 100)]
    device: Option<String>,
}

/// A member's token.
#[derive(Serialize, ToSchema)]
pub struct MemberToken {
    /// To be sent as `Authorization: Bearer …` by the member's own app.
    token: String,
    /// Until when.
    #[schema(format = DateTime)]
    expires_at: String,
}

/// What was given to be reached by.
fn contact(phone: Option<&str>, email: Option<&str>) -> Result<(Contact, Channel), Problem> {
    match (phone, email) {
        (Some(phone), None) => Ok((Contact::phone(phone)?, Channel::Sms)),
        (None, Some(email)) => Ok((Contact::email(email)?, Channel::Email)),
        _ => Err(Problem::field("/phone", "be given, or else the e-mail, and not both")),
    }
}

/// The member who can be reached there. Where several share it, the one who was active last.
fn find(app: &App, contact: &Contact) -> Result<Option<MemberId>, Problem> {
    let mut found: Option<(Member, MemberId)> = None;
    for id in app.vault.find(&app.engine, contact)? {
        let Some(member) = app.engine.read::<Member>(id.as_str())? else { continue };
        if found.as_ref().is_none_or(|(other, _)| other.body.active < member.body.active) {
            found = Some((member, id));
        }
    }
    Ok(found.map(|(_, id)| id))
}

async fn found(call: &Call, contact: Contact) -> Result<Option<MemberId>, Problem> {
    let app = call.app.clone();
    aside(move || find(&app, &contact)).await
}

async fn send_code(call: Call) -> Answered {
    let address: CodeAddress = call.json()?;
    let (contact, channel) = contact(address.phone.as_deref(), address.email.as_deref())?;
    call.knock(Some(contact.as_str()))?;
    // What follows takes its time where there is somebody: nobody is to learn that from the answer.
    tokio::spawn(async move {
        if let Err(problem) = send(&call, contact, channel).await {
            let inner = problem.inner.as_deref().unwrap_or_default();
            tracing::error!(request = %call.request, code = problem.row.code, inner, "a code could not be sent");
        }
    });
    Ok(Reply::nothing().accepted())
}

async fn send(call: &Call, contact: Contact, channel: Channel) -> Result<(), Problem> {
    let to = contact.as_str().to_owned();
    let Some(member) = found(call, contact).await? else { return Ok(()) };
    let code = six_digits().map_err(|error| Problem::internal(error.to_string()))?;
    let wall = call.app.wall.now();
    let hash = call.app.gate.tokens.code(member.as_str(), &code);
    let (may, _) = call.submit(SendCode { member, hash, wall }).await?;
    if may {
        call.app.post.send(code_message(channel, to, &code), wall);
    }
    Ok(())
}

fn code_message(channel: Channel, to: String, code: &str) -> Message {
    let minutes = limits::CODE_MINUTES;
    let text = format!(
        "登录验证码 {code}，{minutes} 分钟内有效，请勿告知他人。\n\
         Your code is {code}. It counts for {minutes} minutes; tell it to nobody."
    );
    Message { channel, to, subject: "登录验证码 · Your sign-in code".to_owned(), text }
}

/// Six digits, each as likely as any other.
fn six_digits() -> Result<String, getrandom::Error> {
    const ALL: u32 = u32::MAX / 1_000_000 * 1_000_000;
    loop {
        let number = getrandom::u32()?;
        if number < ALL {
            return Ok(format!("{:06}", number % 1_000_000));
        }
    }
}

async fn sign_in(call: Call) -> Answered {
    let shown: MemberCode = call.json()?;
    let (contact, _) = contact(shown.phone.as_deref(), shown.email.as_deref())?;
    call.knock(Some(contact.as_str()))?;
    let said = device(shown.device.as_deref())?;
    let wall = call.app.wall.now();
    let whose = contact.as_str().to_owned();
    let Some(member) = found(&call, contact).await? else {
        let locked = call.app.gate.strangers.fail(&whose, wall);
        let entry = locked.map_or(Entry::Wrong, Entry::Locked);
        return Err(problem_of(&entry, &call, &table::CODE_WRONG));
    };
    let (ticket, cookie) = issue(&call, Holder::Member(member.as_str().into()))?;
    let hash: CompactString = call.app.gate.tokens.code(member.as_str(), &shown.code);
    let device = call.app.gate.tokens.device(member.as_str(), said.unwrap_or(&ticket.agent));
    let command = ShowMemberCode { member, hash, opened: ticket.opened(), device, wall, by: call.by() };
    match call.submit(command).await?.0 {
        Entry::Open => sessions::opened(&call, &ticket, &cookie),
        entry => Err(problem_of(&entry, &call, &table::CODE_WRONG)),
    }
}

/// A device, as an app names it.
fn device(said: Option<&str>) -> Result<Option<&str>, Problem> {
    let fits = |said: &str| !said.trim().is_empty() && said.chars().count() <= DEVICE_LEN_MAX;
    match said {
        Some(said) if !fits(said) => Err(Problem::field("/device", &format!("have 1 to {DEVICE_LEN_MAX} characters"))),
        said => Ok(said),
    }
}

async fn issue_token(call: Call) -> Answered {
    let member = call.member()?;
    let new: NewMemberToken = if call.body.is_empty() { NewMemberToken::default() } else { call.json()? };
    let seconds = new.ttl_seconds.unwrap_or(TOKEN_SECONDS);
    if !(1..=limits::MEMBER_TOKEN_SECONDS_MAX).contains(&seconds) {
        let must = format!("be from 1 to {}", limits::MEMBER_TOKEN_SECONDS_MAX);
        return Err(Problem::field("/ttl_seconds", &must));
    }
    if call.app.engine.read::<Member>(member.as_str())?.is_none() {
        return Err(unknown_member(member.as_str()));
    }
    let until = call.app.wall.now().plus_millis(i64::from(seconds) * 1_000);
    let said = device(new.device.as_deref())?;
    let device = said.map(|said| call.app.gate.tokens.device(member.as_str(), said));
    if let Some(device) = device.clone() {
        let presence = Presence { device, wall: call.app.wall.now() };
        call.submit(SeeDevice { member: member.clone(), presence }).await?;
    }
    let token = call.app.gate.tokens.sign(&Claims::Member { member, issuer: call.caller.id.clone(), device, until });
    let answer = MemberToken { token, expires_at: call.zone().rfc3339(until) };
    Ok(Reply::json(&answer)?.made())
}

/// `POST /v1/members/{id}/tokens`
pub static ISSUE: Operation = Operation {
    id: "issue_member_token",
    method: Method::POST,
    path: "/v1/members/{id}/tokens",
    feature: "sessions",
    access: Access::Scope(Scope::MembersToken),
    confirm: false,
    summary: Said { en: "Let a member in", zh: "签发会员令牌" },
    about: Said {
        en: "For the backend of a shop or app that knows its members: a short-lived token with which this member sees their own points and nothing else. It ends with the access of the API client that asked for it.",
        zh: "供已识别会员身份的门店或应用后端使用：签发短期令牌，会员凭此只能查看自己的积分。签发令牌的 API 客户端停用后令牌随即失效。",
    },
    parameters: &[&MEMBER_ID],
    body: Some(Body { kinds: &[BodyKind::json::<NewMemberToken>(r#"{"ttl_seconds": 3600}"#)], required: false }),
    key: Key::None,
    answer: Answer::json::<MemberToken>(
        201,
        Said { en: "The token.", zh: "令牌。" },
        r#"{"token": "jfm_…", "expires_at": "2026-06-18T21:15:00+08:00"}"#,
    ),
    problems: &[&table::MEMBER_UNKNOWN],
    handler: |call| Box::pin(issue_token(call)),
};

/// `POST /v1/member-sign-in/codes`
pub static SEND: Operation = Operation {
    id: "send_member_code",
    method: Method::POST,
    path: "/v1/member-sign-in/codes",
    feature: "sessions",
    access: Access::Open,
    confirm: false,
    summary: Said { en: "Send a member a code", zh: "发送会员验证码" },
    about: Said {
        en: "To a telephone or an address that a member is known by. The answer is the same where nobody is. One a minute, ten a day.",
        zh: "发送到会员登记的手机或邮箱。无论是否存在该会员，应答相同。每分钟一次，每天十次。",
    },
    parameters: &[],
    body: Some(Body { kinds: &[BodyKind::json::<CodeAddress>(r#"{"phone": "138 0013 8000"}"#)], required: true }),
    key: Key::None,
    answer: Answer::nothing(202, Said { en: "It was taken.", zh: "已受理。" }),
    problems: &[],
    handler: |call| Box::pin(send_code(call)),
};

/// `POST /v1/member-sign-in`
pub static SIGN_IN: Operation = Operation {
    id: "sign_in_member",
    method: Method::POST,
    path: "/v1/member-sign-in",
    feature: "sessions",
    access: Access::Open,
    confirm: false,
    summary: Said { en: "Sign a member in", zh: "会员登录" },
    about: Said {
        en: "With the code that was sent. Where several members share a number, the one who was active last. Five wrong codes lock for fifteen minutes.",
        zh: "使用收到的验证码。多名会员共用号码时，登录最近活跃的会员。连续五次错误将锁定十五分钟。",
    },
    parameters: &[],
    body: Some(Body {
        kinds: &[BodyKind::json::<MemberCode>(r#"{"phone": "138 0013 8000", "code": "492039"}"#)],
        required: true,
    }),
    key: Key::None,
    answer: Answer::json::<SessionAnswer>(200, Said { en: "The session.", zh: "会话。" }, sessions::EXAMPLE),
    problems: &[&table::ACCOUNT_LOCKED, &table::CODE_WRONG],
    handler: |call| Box::pin(sign_in(call)),
};
