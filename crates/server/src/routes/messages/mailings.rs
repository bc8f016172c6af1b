//! A person sends a message to members: to some by name, or to all of some tiers.

use std::collections::BTreeMap;

use axum::http::Method;
use compact_str::CompactString;
use jifen_program::messages::{Audience, BeginMailing, DecideMailing, Mailing as Stored, WORD_CHARS_MAX};
use jifen_vocab::{MemberId, TierId, Zone};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::call::{Call, Reply};
use crate::language::Said;
use crate::listing::{Listed, PageOf, newest};
use crate::operation::{Access, Answer, Answered, Body, BodyKind, Key, Operation, Parameter};
use crate::parameters::{CURSOR, LIMIT};
use crate::problems::{Problem, table};
use crate::scopes::Scope;
use crate::wire::NewText;

/// Members that may be named in one request.
const MEMBERS_MAX: usize = 500;

static MAILING_ID: Parameter = Parameter {
    name: "mailing",
    in_path: true,
    about: Said { en: "The mailing.", zh: "群发的编号。" },
    schema: r#"{"type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[A-Za-z0-9._:-]+$"}"#,
    example: "mail_1mwc546g5211v68xvqxzjg",
};

/// A message to be sent.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewMailing {
    /// Its kind, one that a person sends.
    #[schema(value_type = String)]
    kind: CompactString,
    /// To these members.
    #[serde(default)]
    #[schema(value_type = Vec<String>, max_items = 500)]
    members: Vec<MemberId>,
    /// To all members of these tiers.
    #[serde(default)]
    #[schema(value_type = Vec<String>, max_items = 20)]
    tiers: Vec<TierId>,
    /// What is written into it, by the names of the kind's words.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, NewText>)]
    words: BTreeMap<CompactString, NewText>,
}

/// A mailing.
#[derive(Serialize, ToSchema)]
pub(super) struct Mailing {
    /// Its identifier.
    id: String,
    /// The kind of message.
    kind: String,
    /// `running`, `stopped` or `done`.
    state: &'static str,
    /// To all members of these tiers; to members by name where there are none.
    tiers: Vec<String>,
    /// How many members were told so far.
    told: i64,
    /// How many the kind is not meant for.
    left_out: i64,
    /// When it began.
    #[schema(format = DateTime)]
    started_at: String,
    /// Who sends it.
    started_by: String,
    /// When everybody was told.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    ended_at: Option<String>,
}

/// A page of mailings.
#[derive(Serialize, ToSchema)]
pub(super) struct MailingPage {
    /// The mailings, newest first.
    data: Vec<Mailing>,
    /// Where the next page starts; nothing on the last.
    next_cursor: Option<String>,
}

impl Mailing {
    fn of(stored: &Stored, zone: &Zone) -> Mailing {
        Mailing {
            id: stored.id.to_string(),
            kind: stored.kind.to_string(),
            state: stored.state.as_str(),
            tiers: stored.tiers.iter().map(ToString::to_string).collect(),
            told: stored.told,
            left_out: stored.left_out,
            started_at: zone.rfc3339(stored.at),
            started_by: stored.by.to_string(),
            ended_at: stored.ended.map(|at| zone.rfc3339(at)),
        }
    }
}

async fn send_by_hand(call: Call) -> Answered {
    let new: NewMailing = call.json()?;
    if new.members.len() > MEMBERS_MAX {
        return Err(Problem::field("/members", &format!("have at most {MEMBERS_MAX} items")));
    }
    let to = match (new.members.is_empty(), new.tiers.is_empty()) {
        (false, true) => {
            let mut members = new.members;
            members.sort();
            members.dedup();
            Audience::Members(members)
        }
        (true, false) => Audience::Tiers(new.tiers),
        _ => return Err(Problem::field("/members", "name members, or `tiers` must name tiers")),
    };
    let mut words = Vec::new();
    for (word, text) in new.words {
        words.push((word, text.name("/words", WORD_CHARS_MAX)?));
    }
    let command = BeginMailing { request: call.key()?, kind: new.kind, to, words, by: call.by() };
    let (stored, replayed) = call.submit(command).await?;
    let location = format!("/v1/mailings/{}", stored.id);
    Ok(Reply::json(&Mailing::of(&stored, &call.zone()))?.created(&location).replayed(replayed))
}

async fn list(call: Call) -> Answered {
    let page = PageOf::read(&call.query()?)?;
    let Listed { records, next_cursor } = call.aside(move |app| newest::<Stored>(app, None, page)).await?;
    let zone = call.zone();
    let data = records.iter().map(|(_, stored)| Mailing::of(stored, &zone)).collect();
    Reply::json(&MailingPage { data, next_cursor })
}

/// The mailing of the path.
fn named(call: &Call) -> Result<CompactString, Problem> {
    let id = call.segment("mailing");
    jifen_vocab::id::check(id).map_err(|_| unknown(id))?;
    Ok(CompactString::new(id))
}

fn unknown(id: &str) -> Problem {
    Problem::new(&table::UNKNOWN).word("mailing", id)
}

async fn show(call: Call) -> Answered {
    let id = named(&call)?;
    let stored = call.app.engine.read::<Stored>(&id)?.ok_or_else(|| unknown(&id))?;
    Reply::json(&Mailing::of(&stored, &call.zone()))
}

async fn decide(call: Call, goes_on: bool) -> Answered {
    let mailing = named(&call)?;
    let command = DecideMailing { request: call.key()?, mailing, goes_on, by: call.by() };
    let (stored, replayed) = call.submit(command).await?;
    Ok(Reply::json(&Mailing::of(&stored, &call.zone()))?.replayed(replayed))
}

const EXAMPLE: &str = r#"{"id": "mail_1mwc546g5211v68xvqxzjg", "kind": "apology", "state": "done", "tiers": [], "told": 1,
    "left_out": 0, "started_at": "2026-06-10T12:00:00+08:00", "started_by": "ada", "ended_at": "2026-06-10T12:00:00+08:00"}"#;

const THE_MAILING: Said = Said { en: "The mailing.", zh: "群发。" };

/// `POST /v1/mailings`
pub static SEND: Operation = Operation {
    id: "send_by_hand",
    method: Method::POST,
    path: "/v1/mailings",
    feature: "messages",
    access: Access::Scope(Scope::MessagesWrite),
    confirm: false,
    summary: Said { en: "Send a message to members", zh: "向会员发送消息" },
    about: Said {
        en: "An apology, thanks, a greeting, early access, the result of an appeal: a kind of `messages.yaml` with `on: hand`. Members by name are told at once. All of some tiers are told slice by slice after the answer: it may be stopped, goes on after a restart, and tells nobody twice.",
        zh: "致歉、感谢、问候、优先购、申诉结果等，使用 `messages.yaml` 中 `on: hand` 的消息类型。指定会员立即送达；按等级群发在应答后分批进行，可停止、可在重启后继续，不会重复通知。",
    },
    parameters: &[],
    body: Some(Body {
        kinds: &[BodyKind::json::<NewMailing>(
            r#"{"kind": "apology", "members": ["lin"], "words": {"reason": {"zh": "系统升级", "en": "maintenance"}}}"#,
        )],
        required: true,
    }),
    key: Key::Required,
    answer: Answer::json::<Mailing>(201, THE_MAILING, EXAMPLE),
    problems: &[&table::LIMIT_EXCEEDED, &table::MEMBER_UNKNOWN, &table::UNKNOWN],
    handler: |call| Box::pin(send_by_hand(call)),
};

/// `GET /v1/mailings`
pub static LIST: Operation = Operation {
    id: "list_mailings",
    method: Method::GET,
    path: "/v1/mailings",
    feature: "messages",
    access: Access::Scope(Scope::MessagesRead),
    confirm: false,
    summary: Said { en: "List mailings", zh: "群发列表" },
    about: Said { en: "Newest first, with how far each has come.", zh: "最新的在前，含进度。" },
    parameters: &[&LIMIT, &CURSOR],
    body: None,
    key: Key::None,
    answer: Answer::json::<MailingPage>(200, Said { en: "A page of mailings.", zh: "一页群发。" }, ""),
    problems: &[],
    handler: |call| Box::pin(list(call)),
};

/// `GET /v1/mailings/{mailing}`
pub static SHOW: Operation = Operation {
    id: "show_mailing",
    method: Method::GET,
    path: "/v1/mailings/{mailing}",
    feature: "messages",
    access: Access::Scope(Scope::MessagesRead),
    confirm: false,
    summary: Said { en: "Show a mailing", zh: "查看群发" },
    about: Said { en: "How far it has come.", zh: "查看进度。" },
    parameters: &[&MAILING_ID],
    body: None,
    key: Key::None,
    answer: Answer::json::<Mailing>(200, THE_MAILING, EXAMPLE),
    problems: &[&table::UNKNOWN],
    handler: |call| Box::pin(show(call)),
};

/// `POST /v1/mailings/{mailing}/stop`
pub static STOP: Operation = Operation {
    id: "stop_mailing",
    method: Method::POST,
    path: "/v1/mailings/{mailing}/stop",
    feature: "messages",
    access: Access::Scope(Scope::MessagesWrite),
    confirm: false,
    summary: Said { en: "Stop a mailing", zh: "停止群发" },
    about: Said {
        en: "After the slice that is on its way. Whoever was told was told.",
        zh: "当前批次完成后停止，已送达的不撤回。",
    },
    parameters: &[&MAILING_ID],
    body: None,
    key: Key::Optional,
    answer: Answer::json::<Mailing>(200, THE_MAILING, EXAMPLE),
    problems: &[&table::PLAN_DECIDED, &table::UNKNOWN],
    handler: |call| Box::pin(decide(call, false)),
};

/// `POST /v1/mailings/{mailing}/resume`
pub static RESUME: Operation = Operation {
    id: "resume_mailing",
    method: Method::POST,
    path: "/v1/mailings/{mailing}/resume",
    feature: "messages",
    access: Access::Scope(Scope::MessagesWrite),
    confirm: false,
    summary: Said { en: "Let a mailing go on", zh: "继续群发" },
    about: Said { en: "Where it stopped: nobody is told twice.", zh: "从停止处继续，不会重复通知。" },
    parameters: &[&MAILING_ID],
    body: None,
    key: Key::Optional,
    answer: Answer::json::<Mailing>(200, THE_MAILING, EXAMPLE),
    problems: &[&table::LIMIT_EXCEEDED, &table::PLAN_DECIDED, &table::UNKNOWN],
    handler: |call| Box::pin(decide(call, true)),
};
