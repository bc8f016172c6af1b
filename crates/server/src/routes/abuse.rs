//! Abuse: what was done too often in too short a time, for people to look at.

use axum::http::Method;
use compact_str::CompactString;
use jifen_program::RuleBook;
use jifen_program::abuse::AbuseHit as Stored;
use serde::Serialize;
use utoipa::ToSchema;

use crate::call::{Call, Reply, aside};
use crate::language::Said;
use crate::listing::{Listed, PageOf, newest};
use crate::operation::{Access, Answer, Answered, Key, Operation, Parameter};
use crate::parameters::{CURSOR, LIMIT};
use crate::problems::Problem;
use crate::scopes::Scope;
use crate::wire::Text;

/// The places of the member and of the pattern among the columns of hits.
const MEMBER_COLUMN: usize = 0;
const PATTERN_COLUMN: usize = 1;

static MEMBER: Parameter = Parameter {
    name: "member",
    in_path: false,
    about: Said { en: "Only of this member.", zh: "仅此会员。" },
    schema: r#"{"type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[A-Za-z0-9._:-]+$"}"#,
    example: "lin",
};

static PATTERN: Parameter = Parameter {
    name: "pattern",
    in_path: false,
    about: Said {
        en: "Only of this pattern of the rule book; `member` goes before it.",
        zh: "仅此异常模式；同时指定 `member` 时以会员为准。",
    },
    schema: r#"{"type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[A-Za-z0-9._:-]+$"}"#,
    example: "review-rush",
};

/// A page of what was met.
#[derive(Serialize, ToSchema)]
pub struct AbuseHitPage {
    /// What was met, the newest first.
    data: Vec<AbuseHit>,
    /// Where the next page starts; nothing on the last.
    next_cursor: Option<String>,
}

/// A pattern of abuse that a member met.
#[derive(Serialize, ToSchema)]
pub struct AbuseHit {
    /// Its identifier.
    id: String,
    /// Who.
    member: String,
    /// The pattern.
    pattern: String,
    /// What people call it.
    name: Text,
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// Events that met it.
    events: u16,
    /// The event that met it last.
    event: String,
    /// What followed: `note`, or `freeze`.
    consequence: &'static str,
    /// Until when the wallet was frozen by it.
    #[schema(format = DateTime)]
    frozen_until: Option<String>,
}

async fn list_abuse(call: Call) -> Answered {
    let query = call.query()?;
    let wanted = PageOf::read(&query)?;
    let with = match (query.get("member"), query.get("pattern")) {
        (Some(member), _) => Some((MEMBER_COLUMN, CompactString::new(member))),
        (None, pattern) => pattern.map(|pattern| (PATTERN_COLUMN, CompactString::new(pattern))),
    };
    let app = call.app.clone();
    let page = aside(move || {
        let books = app.engine.books();
        let book = books.at(app.engine.clock().now());
        let with = with.as_ref().map(|(column, text)| (*column, text.as_str()));
        let Listed { records, next_cursor } = newest::<Stored>(&app, with, wanted)?;
        let data = records.iter().map(|(id, hit)| AbuseHit::of(id, hit, book)).collect();
        Ok::<_, Problem>(AbuseHitPage { data, next_cursor })
    });
    Reply::json(&page.await?)
}

impl AbuseHit {
    fn of(id: &str, hit: &Stored, book: &RuleBook) -> AbuseHit {
        let known = book.abuse.patterns.iter().find(|pattern| pattern.id == hit.pattern);
        let unnamed = || Text { zh: hit.pattern.to_string(), en: hit.pattern.to_string() };
        AbuseHit {
            id: id.to_owned(),
            member: hit.member.to_string(),
            pattern: hit.pattern.to_string(),
            name: known.map_or_else(unnamed, |pattern| Text::from(&pattern.name)),
            at: book.zone.rfc3339(hit.at),
            events: hit.events,
            event: hit.event.to_string(),
            consequence: if hit.frozen_until.is_some() { "freeze" } else { "note" },
            frozen_until: hit.frozen_until.map(|until| book.zone.rfc3339(until)),
        }
    }
}

/// `GET /v1/abuse-hits`
pub static LIST: Operation = Operation {
    id: "list_abuse_hits",
    method: Method::GET,
    path: "/v1/abuse-hits",
    feature: "abuse",
    access: Access::Scope(Scope::ReviewsRead),
    confirm: false,
    summary: Said { en: "List what was done too often in too short a time", zh: "列出异常行为" },
    about: Said {
        en: "The patterns stand in the rule book. What freezes a wallet does so at once and ends by itself; the member is told.",
        zh: "异常模式由规则设定。触发冻结的立即生效、到期自动解除，并通知会员。",
    },
    parameters: &[&MEMBER, &PATTERN, &LIMIT, &CURSOR],
    body: None,
    key: Key::None,
    answer: Answer::json::<AbuseHitPage>(
        200,
        Said { en: "What was met, the newest first.", zh: "异常行为，最新的在前。" },
        r#"{"data": [{"id": "abu_0rkf3c2gq1a2b3c4d5e6f7", "member": "lin", "pattern": "review-rush",
            "name": {"zh": "频繁评价", "en": "Reviews in quick succession"}, "at": "2026-06-18T20:15:00+08:00",
            "events": 10, "event": "r-10", "consequence": "freeze", "frozen_until": "2026-06-19T20:15:00+08:00"}],
            "next_cursor": null}"#,
    ),
    problems: &[],
    handler: |call| Box::pin(list_abuse(call)),
};
