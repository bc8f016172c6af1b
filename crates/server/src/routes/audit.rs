//! The audit trail: who did what, when and why.

use axum::http::Method;
use compact_str::CompactString;
use jifen_program::audit::{AUDIT, AuditHead, AuditLine, HEAD_ID};
use jifen_program::desk::Record;
use jifen_store::{Bound, Find, Order, Value as Column};
use jifen_vocab::{Timestamp, Zone};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::app::App;
use crate::call::{Call, Parameters, Reply, aside};
use crate::cursor::EntryCursor;
use crate::language::Said;
use crate::names::{Names, Who};
use crate::operation::{Access, Answer, Answered, Key, Operation, Parameter};
use crate::parameters::{CURSOR, LIMIT};
use crate::problems::Problem;
use crate::scopes::Scope;

/// Lines that are looked at for one page: where filters leave few, the page is short and has a cursor.
const LOOKED_AT_MAX: usize = 5_000;

/// Lines read from the store at once.
const SLICE: usize = 200;

static ACTOR: Parameter = Parameter {
    name: "actor",
    in_path: false,
    about: Said {
        en: "Only what this one did: kind and identifier, such as `staff:lin`.",
        zh: "操作人：类型与标识，例如 `staff:lin`。",
    },
    schema: r#"{"type": "string", "minLength": 1, "maxLength": 200}"#,
    example: "staff:lin",
};

static ACTION: Parameter = Parameter {
    name: "action",
    in_path: false,
    about: Said { en: "Only this action.", zh: "操作。" },
    schema: r#"{"type": "string", "minLength": 1, "maxLength": 200}"#,
    example: "points.adjust",
};

static OBJECT: Parameter = Parameter {
    name: "object",
    in_path: false,
    about: Said {
        en: "Only what was done to this: kind and identifier, such as `member:h906`.",
        zh: "操作对象：类型与标识，例如 `member:h906`。",
    },
    schema: r#"{"type": "string", "minLength": 1, "maxLength": 200}"#,
    example: "member:h906",
};

static FROM: Parameter = Parameter {
    name: "from",
    in_path: false,
    about: Said { en: "Only from this instant on.", zh: "起始时间。" },
    schema: r#"{"type": "string", "format": "date-time"}"#,
    example: "2026-06-18T00:00:00+08:00",
};

static TO: Parameter = Parameter {
    name: "to",
    in_path: false,
    about: Said { en: "Only before this instant.", zh: "截止时间（不含）。" },
    schema: r#"{"type": "string", "format": "date-time"}"#,
    example: "2026-06-19T00:00:00+08:00",
};

/// A page of the audit trail.
#[derive(Serialize, ToSchema)]
pub struct AuditPage {
    /// The lines, newest first.
    data: Vec<AuditEntry>,
    /// Where the next page starts; nothing on the last. A page may be short, or empty, and have one.
    next_cursor: Option<String>,
}

/// A line of the audit trail.
#[derive(Serialize, ToSchema)]
pub struct AuditEntry {
    /// Its number, from 1 without gaps.
    number: u64,
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// Who.
    actor: Who,
    /// What was done, such as `points.adjust`.
    action: String,
    /// To what.
    object: AuditObject,
    /// The fields that changed, as they were.
    #[schema(value_type = Object)]
    before: Map<String, Value>,
    /// The fields that changed, as they are.
    #[schema(value_type = Object)]
    after: Map<String, Value>,
    /// Why, in a person's words.
    reason: Option<String>,
    /// The approval it was done with.
    approval: Option<String>,
    /// The request, as its answer named it in `X-Request-Id`.
    request: Option<String>,
}

/// What it was done to.
#[derive(Serialize, ToSchema)]
pub struct AuditObject {
    /// What kind of thing, such as `member`.
    kind: String,
    /// Which.
    id: String,
}

/// What is asked for.
struct Wanted {
    actor: Option<CompactString>,
    action: Option<CompactString>,
    object: Option<CompactString>,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
    /// Only lines with a lower number.
    below: Option<u64>,
    limit: usize,
}

impl Wanted {
    fn read(query: &Parameters) -> Result<Wanted, Problem> {
        let text = |name: &str| query.get(name).map(CompactString::from);
        let keyed = |name: &str| match text(name) {
            Some(key) if !key.contains(':') => Err(Problem::parameter(name, "be a kind and an identifier: kind:id")),
            key => Ok(key),
        };
        let instant = |name: &str| {
            let wrong = || Problem::parameter(name, "be RFC 3339 with an offset, such as 2026-06-18T20:15:00+08:00");
            query.get(name).map(|text| Timestamp::parse_rfc3339(text).ok_or_else(wrong)).transpose()
        };
        let cursor = query.get("cursor").map(EntryCursor::read).transpose()?;
        Ok(Wanted {
            actor: keyed("actor")?,
            action: text("action"),
            object: keyed("object")?,
            from: instant("from")?,
            to: instant("to")?,
            below: cursor.map(|cursor| cursor.entry),
            limit: query.limit()?,
        })
    }

    /// The column that leaves the fewest lines, and its value.
    fn column(&self) -> Option<(usize, Column)> {
        let by = [(2, &self.object), (0, &self.actor), (1, &self.action)];
        by.into_iter().find_map(|(column, value)| Some((column, Column::Text(value.clone()?))))
    }

    fn takes(&self, line: &AuditLine) -> bool {
        let same = |wanted: &Option<CompactString>, found: &CompactString| {
            wanted.as_ref().is_none_or(|wanted| wanted == found)
        };
        same(&self.actor, &line.actor().key())
            && same(&self.action, &line.action)
            && same(&self.object, &line.object.key())
            && self.to.is_none_or(|to| line.at < to)
    }
}

async fn list_audit(call: Call) -> Answered {
    let wanted = Wanted::read(&call.query()?)?;
    let (app, zone) = (call.app.clone(), call.zone());
    let page = aside(move || page(&app, &zone, &wanted));
    Reply::json(&page.await?)
}

fn page(app: &App, zone: &Zone, wanted: &Wanted) -> Result<AuditPage, Problem> {
    let mut names = Names::new(app);
    let mut data = Vec::new();
    let newest = app.engine.read::<AuditHead>(HEAD_ID)?.map_or(0, |head| head.number);
    let mut below = wanted.below.unwrap_or(u64::MAX).min(newest + 1);
    if let Some(to) = wanted.to {
        below = below.min(first_not_before(app, newest, to)?);
    }
    let mut looked_at = 0;
    loop {
        let lines = slice(app, wanted, below)?;
        let is_last = lines.len() < SLICE;
        for line in lines {
            if wanted.from.is_some_and(|from| line.at < from) {
                return Ok(AuditPage { data, next_cursor: None });
            }
            if data.len() == wanted.limit || looked_at == LOOKED_AT_MAX {
                let cursor = EntryCursor { stream: 0, entry: below };
                return Ok(AuditPage { data, next_cursor: Some(cursor.write()) });
            }
            below = line.number;
            looked_at += 1;
            if wanted.takes(&line) {
                data.push(AuditEntry::of(line, zone, &mut names)?);
            }
        }
        if is_last {
            return Ok(AuditPage { data, next_cursor: None });
        }
    }
}

/// Lines below a number, newest first.
fn slice(app: &App, wanted: &Wanted, below: u64) -> Result<Vec<AuditLine>, Problem> {
    let (column, equals) = wanted.column().unzip();
    let from = Bound::After(equals.clone().unwrap_or(Column::Null), AuditLine::id(below));
    let find = Find { kind: &AUDIT, column, equals, order: Order::Descending, from, limit: SLICE };
    let page = app.engine.store().find(&find).map_err(|error| Problem::internal(error.to_string()))?;
    let read = |(id, _, row): (CompactString, Column, jifen_store::Row)| {
        AuditLine::read(&row.body).map_err(|error| Problem::internal(format!("audit line {id}: {error}")))
    };
    page.rows.into_iter().map(read).collect()
}

/// The number of the first line at that instant or later; one above the newest where there is none. Lines are in the
/// order of their instants, so a search by halves finds it.
fn first_not_before(app: &App, newest: u64, instant: Timestamp) -> Result<u64, Problem> {
    let (mut low, mut high) = (1, newest + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        match app.engine.read::<AuditLine>(&AuditLine::id(middle))? {
            Some(line) if line.at >= instant => high = middle,
            _ => low = middle + 1,
        }
    }
    Ok(low)
}

impl AuditEntry {
    fn of(line: AuditLine, zone: &Zone, names: &mut Names<'_>) -> Result<AuditEntry, Problem> {
        Ok(AuditEntry {
            number: line.number,
            at: zone.rfc3339(line.at),
            actor: names.who(line.actor())?,
            action: line.action.to_string(),
            object: AuditObject { kind: line.object.kind.to_string(), id: line.object.id.to_string() },
            before: line.before,
            after: line.after,
            reason: line.reason,
            approval: line.by.approval.map(|approval| approval.to_string()),
            request: line.by.request.map(|request| request.to_string()),
        })
    }
}

const EXAMPLE: &str = r#"{"data": [{"number": 7, "at": "2026-06-18T20:15:00+08:00", "actor": {"kind": "staff", "id": "lin",
    "name": null}, "action": "points.adjust", "object": {"kind": "member", "id": "h906"}, "before": {"available": 46},
    "after": {"available": 146, "points": 100, "unit": "points"}, "reason": "goodwill", "approval": null,
    "request": "req-5d1c0a1f-2a"}], "next_cursor": null}"#;

/// `GET /v1/audit`
pub static LIST: Operation = Operation {
    id: "list_audit",
    method: Method::GET,
    path: "/v1/audit",
    feature: "audit",
    access: Access::Scope(Scope::AuditRead),
    confirm: false,
    summary: Said { en: "Read the audit trail", zh: "查看审计记录" },
    about: Said {
        en: "Newest first. Lines are written with what they tell of, numbered without gaps and chained by their hashes; nothing changes them, and `jifen verify` proves it. They hold no personal data.",
        zh: "最新的在前。每条记录与其所述的变更同时写入，编号连续，以哈希相连，无法修改，可用 `jifen verify` 验证。不含个人信息。",
    },
    parameters: &[&ACTOR, &ACTION, &OBJECT, &FROM, &TO, &LIMIT, &CURSOR],
    body: None,
    key: Key::None,
    answer: Answer::json::<AuditPage>(200, Said { en: "A page of the trail.", zh: "一页审计记录。" }, EXAMPLE),
    problems: &[],
    handler: |call| Box::pin(list_audit(call)),
};
