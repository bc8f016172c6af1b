//! Assessments of all members: a plan that somebody can look at, let run, stop and dismiss.

use std::sync::Arc;

use axum::http::Method;
use bytes::Bytes;
use compact_str::{CompactString, format_compact};
use jifen_program::assessments::{Assessment as Stored, Line, Slice, slice_id};
use jifen_program::book::ascent::PartKind;
use jifen_program::flows::{BeginAssessment, DecideAssessment, PlanWord};
use jifen_vocab::Decimal;
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;
use utoipa::ToSchema;

use crate::app::App;
use crate::call::{Call, Reply, aside};
use crate::cursor::IdCursor;
use crate::language::Said;
use crate::listing::{Listed, PageOf, newest};
use crate::operation::{Access, Answer, Answered, Body, BodyKind, Key, Operation, Parameter};
use crate::parameters::{CURSOR, LIMIT};
use crate::problems::{Problem, table};
use crate::scopes::Scope;
use crate::wire::instant;

/// Pieces of a table that are made before they are asked for.
const CHUNKS_AHEAD: usize = 4;

static ASSESSMENT_ID: Parameter = Parameter {
    name: "id",
    in_path: true,
    about: Said { en: "The assessment.", zh: "等级评定。" },
    schema: r#"{"type": "string", "minLength": 1, "maxLength": 64}"#,
    example: "asm_2026-10-01",
};

/// An assessment to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAssessment {
    /// What was done before this instant counts; now unless given.
    #[schema(format = DateTime)]
    as_of: Option<String>,
}

/// An assessment.
#[derive(Serialize, ToSchema)]
pub struct Assessment {
    /// The identifier.
    id: String,
    /// What was done before this instant counts.
    #[schema(format = DateTime)]
    as_of: String,
    /// When it was begun.
    #[schema(format = DateTime)]
    made_at: String,
    /// The version of the rule book that it follows.
    version: u32,
    /// Whether its date had come; else somebody asked for it.
    automatic: bool,
    /// Who asked for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    made_by: Option<String>,
    /// Whether somebody else must let it run.
    needs_approval: bool,
    /// `planning`, `proposed`, `running`, `stopped`, `done` or `dismissed`.
    state: &'static str,
    /// Members who were looked at.
    seen: i64,
    /// Members for whom something changes.
    lines: i64,
    /// Of these, how many are dealt with.
    done: i64,
    /// Of these, how many were left alone because they had moved meanwhile.
    skipped: i64,
    /// What becomes of the members of each tier.
    tally: Vec<AssessmentTally>,
    /// Who let it run or dismissed it; `rule-book` where it runs by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    decided_by: Option<String>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    decided_at: Option<String>,
}

/// What becomes of the members of a tier.
#[derive(Serialize, ToSchema)]
pub struct AssessmentTally {
    /// The tier before.
    tier: String,
    /// Members who keep it.
    kept: i64,
    /// Members who rise.
    risen: i64,
    /// Members whose fall is announced.
    warned: i64,
    /// Members who fall.
    fallen: i64,
}

/// A page of assessments.
#[derive(Serialize, ToSchema)]
pub struct AssessmentPage {
    /// The assessments, newest first.
    data: Vec<Assessment>,
    /// Where the next page starts; nothing on the last.
    next_cursor: Option<String>,
}

/// What an assessment does to a member.
#[derive(Serialize, ToSchema)]
pub struct AssessmentLine {
    /// Who.
    member: String,
    /// The tier before.
    from: String,
    /// The tier afterwards, or the one that is announced.
    to: String,
    /// `rises`, `falls`, `warned` or, where a task says so, `keeps`.
    what: &'static str,
    /// The score, to the hundredth.
    score: String,
    /// What it is made of.
    parts: Vec<AssessmentPart>,
    /// The task that raises or keeps the tier, where the score alone would not.
    #[serde(skip_serializing_if = "Option::is_none")]
    task: Option<String>,
}

/// A part of a score.
#[derive(Serialize, ToSchema)]
pub struct AssessmentPart {
    /// What it counts.
    of: &'static str,
    /// How much was counted: minor units of money, points, orders or months.
    amount: i64,
    /// Its score, to the hundredth.
    score: String,
}

/// A page of lines.
#[derive(Serialize, ToSchema)]
pub struct AssessmentLinePage {
    /// The lines, by member.
    data: Vec<AssessmentLine>,
    /// Where the next page starts; nothing on the last.
    next_cursor: Option<String>,
}

fn written(hundredths: i64) -> String {
    Decimal::new(hundredths, 2).map(|score| score.to_string()).unwrap_or_default()
}

fn answer(call: &Call, plan: &Stored) -> Assessment {
    let zone = call.zone();
    Assessment {
        id: plan.id.to_string(),
        as_of: zone.rfc3339(plan.as_of),
        made_at: zone.rfc3339(plan.at),
        version: plan.version,
        automatic: plan.by.is_none(),
        made_by: plan.by.as_ref().map(ToString::to_string),
        needs_approval: plan.approval,
        state: plan.state.as_str(),
        seen: plan.seen,
        lines: plan.lines,
        done: plan.done,
        skipped: plan.skipped,
        tally: plan
            .tally
            .iter()
            .map(|tally| AssessmentTally {
                tier: tally.tier.to_string(),
                kept: tally.kept,
                risen: tally.risen,
                warned: tally.warned,
                fallen: tally.fallen,
            })
            .collect(),
        decided_by: plan.decided.as_ref().map(|(by, _)| by.to_string()),
        decided_at: plan.decided.as_ref().map(|(_, at)| zone.rfc3339(*at)),
    }
}

impl AssessmentLine {
    fn of(line: &Line, kinds: &[PartKind]) -> AssessmentLine {
        let part = |(place, (amount, hundredths)): (usize, &(i64, i64))| AssessmentPart {
            of: kinds.get(place).map_or("", |kind| kind.as_str()),
            amount: *amount,
            score: written(*hundredths),
        };
        AssessmentLine {
            member: line.member.to_string(),
            from: line.from.to_string(),
            to: line.to.to_string(),
            what: line.turn.as_str(),
            score: written(line.score),
            parts: line.parts.iter().enumerate().map(part).collect(),
            task: line.by.as_ref().map(ToString::to_string),
        }
    }
}

async fn make(call: Call) -> Answered {
    let new: NewAssessment = call.json()?;
    let as_of = instant("/as_of", new.as_of.as_deref())?;
    let command = BeginAssessment { request: call.key()?, as_of, by: call.by() };
    let (plan, replayed) = call.submit(command).await?;
    Ok(Reply::json(&answer(&call, &plan))?.created(&format!("/v1/assessments/{}", plan.id)).replayed(replayed))
}

async fn list(call: Call) -> Answered {
    let (app, page) = (Arc::clone(&call.app), PageOf::read(&call.query()?)?);
    let Listed { records, next_cursor } = aside(move || newest::<Stored>(&app, None, page)).await?;
    let data = records.iter().map(|(_, plan)| answer(&call, plan)).collect();
    Reply::json(&AssessmentPage { data, next_cursor })
}

/// The identifier of the path, where it can be one.
fn named(call: &Call) -> Result<CompactString, Problem> {
    let id = CompactString::new(call.segment("id"));
    jifen_vocab::id::check(&id).map_err(|_| unknown(&id))?;
    Ok(id)
}

fn unknown(id: &str) -> Problem {
    Problem::new(&table::UNKNOWN).word("assessment", id)
}

fn find(app: &App, id: &str) -> Result<Stored, Problem> {
    app.engine.read::<Stored>(id)?.ok_or_else(|| unknown(id))
}

async fn show(call: Call) -> Answered {
    let (app, id) = (Arc::clone(&call.app), named(&call)?);
    let found = aside(move || find(&app, &id));
    let found = found.await?;
    Reply::json(&answer(&call, &found))
}

/// What the parts of a plan's scores count.
fn kinds(app: &App, plan: &Stored) -> Vec<PartKind> {
    let books = app.engine.books();
    let book = books.version(plan.version).map(|version| &version.book);
    let ascent = book.and_then(|book| book.ascent.as_ref());
    ascent.map(|ascent| ascent.parts.iter().map(|part| part.kind).collect()).unwrap_or_default()
}

/// A line of an assessment: the slice it stands in, and its place there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct LineAt {
    slice: u32,
    offset: usize,
}

impl LineAt {
    fn write(self) -> String {
        IdCursor(format_compact!("{}.{}", self.slice, self.offset)).write()
    }

    fn read(text: &str) -> Result<LineAt, Problem> {
        let wrong = || Problem::parameter("cursor", "be the next_cursor of an earlier page");
        let IdCursor(at) = IdCursor::read(text)?;
        let (slice, offset) = at.split_once('.').ok_or_else(wrong)?;
        let (slice, offset) = (slice.parse().map_err(|_| wrong())?, offset.parse().map_err(|_| wrong())?);
        Ok(LineAt { slice, offset })
    }
}

fn slice(app: &App, plan: &str, number: u32) -> Result<Slice, Problem> {
    let id = slice_id(plan, number);
    app.engine.read::<Slice>(&id)?.ok_or_else(|| Problem::internal(format!("assessment_slice/{id} is not there")))
}

/// So many lines from that one on, and where the next one stands. Only slices that have lines of the page are read.
fn lines(
    app: &App,
    plan: &Stored,
    from: LineAt,
    limit: usize,
) -> Result<(Vec<AssessmentLine>, Option<LineAt>), Problem> {
    let kinds = kinds(app, plan);
    let mut found = Vec::with_capacity(limit);
    let mut at = from;
    while at.slice < plan.slices && found.len() < limit {
        let slice = slice(app, &plan.id, at.slice)?;
        let rest = slice.lines.get(at.offset..).unwrap_or_default();
        let taken = &rest[..rest.len().min(limit - found.len())];
        found.extend(taken.iter().map(|line| AssessmentLine::of(line, &kinds)));
        at = match taken.len() < rest.len() {
            true => LineAt { offset: at.offset + taken.len(), ..at },
            false => LineAt { slice: at.slice + 1, offset: 0 },
        };
    }
    Ok((found, (at.slice < plan.slices).then_some(at)))
}

async fn list_lines(call: Call) -> Answered {
    let query = call.query()?;
    let limit = query.limit()?;
    let from = query.get("cursor").map(LineAt::read).transpose()?.unwrap_or(LineAt { slice: 0, offset: 0 });
    let (app, id) = (Arc::clone(&call.app), named(&call)?);
    let page = aside(move || {
        let plan = find(&app, &id)?;
        let (data, next) = lines(&app, &plan, from, limit)?;
        Ok::<_, Problem>(AssessmentLinePage { data, next_cursor: next.map(LineAt::write) })
    });
    Reply::json(&page.await?)
}

fn table_head(kinds: &[PartKind]) -> Result<Bytes, Problem> {
    let amounts = kinds.iter().map(|kind| kind.as_str().to_owned());
    let scores = kinds.iter().map(|kind| format!("{}_score", kind.as_str()));
    let head = ["member", "from", "to", "what", "score"].map(str::to_owned);
    table_rows([head.into_iter().chain(amounts).chain(scores).chain(["task".to_owned()]).collect()])
}

fn table_of(slice: &Slice, kinds: &[PartKind]) -> Result<Bytes, Problem> {
    table_rows(slice.lines.iter().map(|line| {
        let line = AssessmentLine::of(line, kinds);
        let amounts = line.parts.iter().map(|part| part.amount.to_string());
        let scores = line.parts.iter().map(|part| part.score.clone());
        let told = [line.member.clone(), line.from.clone(), line.to.clone(), line.what.to_owned(), line.score.clone()];
        let task = line.task.clone().unwrap_or_default();
        told.into_iter().chain(amounts).chain(scores).chain([task]).collect()
    }))
}

fn table_rows(rows: impl IntoIterator<Item = Vec<String>>) -> Result<Bytes, Problem> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).map_err(|error| Problem::internal(error.to_string()))?;
    }
    writer.into_inner().map(Bytes::from).map_err(|error| Problem::internal(error.to_string()))
}

async fn write_table(call: Call) -> Answered {
    let (app, id) = (Arc::clone(&call.app), named(&call)?);
    let begun = aside(move || {
        let plan = find(&app, &id)?;
        let kinds = kinds(&app, &plan);
        Ok::<_, Problem>((plan, kinds))
    });
    let (plan, kinds) = begun.await?;
    let (sender, bytes) = mpsc::channel(CHUNKS_AHEAD);
    let head = table_head(&kinds)?;
    tokio::spawn(flow(Arc::clone(&call.app), plan, kinds.into(), head, sender));
    Ok(Reply::flowing("text/csv; charset=utf-8", bytes))
}

/// Sends a table slice by slice, as quickly as it is taken.
async fn flow(
    app: Arc<App>,
    plan: Stored,
    kinds: Arc<[PartKind]>,
    head: Bytes,
    to: mpsc::Sender<Result<Bytes, String>>,
) {
    if to.send(Ok(head)).await.is_err() {
        return;
    }
    for number in 0..plan.slices {
        let (app, id, kinds) = (Arc::clone(&app), plan.id.clone(), Arc::clone(&kinds));
        let rows = aside(move || table_of(&slice(&app, &id, number)?, &kinds)).await;
        let rows = rows.map_err(|problem| problem.inner.unwrap_or_else(|| problem.row.code.to_owned()));
        if let Err(error) = &rows {
            tracing::error!(assessment = %plan.id, number, error, "a table ends before its time");
        }
        let is_last = rows.is_err();
        if to.send(rows).await.is_err() || is_last {
            return;
        }
    }
}

async fn decide(call: Call, word: PlanWord) -> Answered {
    let assessment = named(&call)?;
    let command = DecideAssessment { request: call.key()?, assessment, word, by: call.by() };
    let (plan, replayed) = call.submit(command).await?;
    Ok(Reply::json(&answer(&call, &plan))?.replayed(replayed))
}

const THE_ASSESSMENT: Said = Said { en: "The assessment.", zh: "等级评定。" };

/// `POST /v1/assessments`
pub static MAKE: Operation = Operation {
    id: "make_assessment",
    method: Method::POST,
    path: "/v1/assessments",
    feature: "assessments",
    access: Access::Scope(Scope::TiersAssess),
    confirm: false,
    summary: Said { en: "Assess all members", zh: "发起等级评定" },
    about: Said {
        en: "Every member's score is computed as of an instant, and a plan says who rises, who falls and who is told that they will. Nothing changes before it is let run. One assessment is open at a time. The rule book's own dates (`assessment` under `ascent` of tiers.yaml) make one by themselves.",
        zh: "按指定时刻计算全体会员的等级分，生成升级、降级与降级预告名单；执行前不作任何变更。同一时间只有一次评定。规则设定的评定日（tiers.yaml 的 `ascent.assessment`）自动发起。",
    },
    parameters: &[],
    body: Some(Body {
        kinds: &[BodyKind::json::<NewAssessment>(r#"{"as_of": "2026-10-01T00:00:00+08:00"}"#)],
        required: true,
    }),
    key: Key::Optional,
    answer: Answer::json::<Assessment>(201, THE_ASSESSMENT, ""),
    problems: &[&table::ASSESSMENT_OPEN, &table::NOT_ASSESSED],
    handler: |call| Box::pin(make(call)),
};

/// `GET /v1/assessments`
pub static LIST: Operation = Operation {
    id: "list_assessments",
    method: Method::GET,
    path: "/v1/assessments",
    feature: "assessments",
    access: Access::Scope(Scope::MembersRead),
    confirm: false,
    summary: Said { en: "List assessments", zh: "等级评定列表" },
    about: Said { en: "Newest first.", zh: "最新的在前。" },
    parameters: &[&CURSOR, &LIMIT],
    body: None,
    key: Key::None,
    answer: Answer::json::<AssessmentPage>(200, Said { en: "A page of assessments.", zh: "一页等级评定。" }, ""),
    problems: &[],
    handler: |call| Box::pin(list(call)),
};

/// `GET /v1/assessments/{id}`
pub static SHOW: Operation = Operation {
    id: "show_assessment",
    method: Method::GET,
    path: "/v1/assessments/{id}",
    feature: "assessments",
    access: Access::Scope(Scope::MembersRead),
    confirm: false,
    summary: Said { en: "Show an assessment", zh: "查看等级评定" },
    about: Said {
        en: "Where it stands, and what becomes of the members of each tier.",
        zh: "进度与各等级会员的升降情况。",
    },
    parameters: &[&ASSESSMENT_ID],
    body: None,
    key: Key::None,
    answer: Answer::json::<Assessment>(200, THE_ASSESSMENT, ""),
    problems: &[&table::UNKNOWN],
    handler: |call| Box::pin(show(call)),
};

/// `GET /v1/assessments/{id}/lines`
pub static LINES: Operation = Operation {
    id: "list_assessment_lines",
    method: Method::GET,
    path: "/v1/assessments/{id}/lines",
    feature: "assessments",
    access: Access::Scope(Scope::MembersRead),
    confirm: false,
    summary: Said { en: "What an assessment does to whom", zh: "等级评定名单" },
    about: Said {
        en: "Each member for whom something changes, with the score and its parts. Whoever keeps the tier is counted and not listed, unless it is a task that keeps it.",
        zh: "等级将变化的会员及其等级分构成；保级会员只计数，不列出；因任务保级的除外。",
    },
    parameters: &[&ASSESSMENT_ID, &CURSOR, &LIMIT],
    body: None,
    key: Key::None,
    answer: Answer::json::<AssessmentLinePage>(200, Said { en: "A page of lines.", zh: "一页名单。" }, ""),
    problems: &[&table::UNKNOWN],
    handler: |call| Box::pin(list_lines(call)),
};

/// `GET /v1/assessments/{id}/table`
pub static TABLE: Operation = Operation {
    id: "export_assessment",
    method: Method::GET,
    path: "/v1/assessments/{id}/table",
    feature: "assessments",
    access: Access::Scope(Scope::MembersRead),
    confirm: false,
    summary: Said { en: "An assessment as a table", zh: "导出等级评定名单" },
    about: Said {
        en: "CSV with a line a member for whom something changes. Money is in minor units.",
        zh: "每位等级变化的会员一行的 CSV，金额以分为单位。",
    },
    parameters: &[&ASSESSMENT_ID],
    body: None,
    key: Key::None,
    answer: Answer::text("text/csv", Said { en: "The table.", zh: "名单。" }),
    problems: &[&table::UNKNOWN],
    handler: |call| Box::pin(write_table(call)),
};

/// `POST /v1/assessments/{id}/run`
pub static RUN: Operation = Operation {
    id: "run_assessment",
    method: Method::POST,
    path: "/v1/assessments/{id}/run",
    feature: "assessments",
    access: Access::Scope(Scope::TiersAssess),
    confirm: false,
    summary: Said { en: "Let an assessment run", zh: "执行等级评定" },
    about: Said {
        en: "Members are dealt with slice by slice; it may be stopped and goes on where it stood. Whoever has moved since the plan was made is left alone. Where the rule book wants approval, whoever asked for it does not let it run.",
        zh: "分批执行，可随时停止并从断点继续；方案生成后等级已变化的会员跳过。规则要求审批时，发起人不得自行执行。",
    },
    parameters: &[&ASSESSMENT_ID],
    body: None,
    key: Key::Optional,
    answer: Answer::json::<Assessment>(200, THE_ASSESSMENT, ""),
    problems: &[&table::APPROVAL_OWN, &table::PLAN_DECIDED, &table::UNKNOWN],
    handler: |call| Box::pin(decide(call, PlanWord::Run)),
};

/// `POST /v1/assessments/{id}/stop`
pub static STOP: Operation = Operation {
    id: "stop_assessment",
    method: Method::POST,
    path: "/v1/assessments/{id}/stop",
    feature: "assessments",
    access: Access::Scope(Scope::TiersAssess),
    confirm: false,
    summary: Said { en: "Stop an assessment", zh: "停止等级评定" },
    about: Said {
        en: "After the slice that is being carried out. What is done stays.",
        zh: "当前批次完成后停止，已执行的不撤销。",
    },
    parameters: &[&ASSESSMENT_ID],
    body: None,
    key: Key::Optional,
    answer: Answer::json::<Assessment>(200, THE_ASSESSMENT, ""),
    problems: &[&table::PLAN_DECIDED, &table::UNKNOWN],
    handler: |call| Box::pin(decide(call, PlanWord::Stop)),
};

/// `POST /v1/assessments/{id}/dismiss`
pub static DISMISS: Operation = Operation {
    id: "dismiss_assessment",
    method: Method::POST,
    path: "/v1/assessments/{id}/dismiss",
    feature: "assessments",
    access: Access::Scope(Scope::TiersAssess),
    confirm: false,
    summary: Said { en: "Dismiss an assessment", zh: "驳回等级评定" },
    about: Said { en: "What is left of it is not carried out.", zh: "未执行的部分不再执行。" },
    parameters: &[&ASSESSMENT_ID],
    body: None,
    key: Key::Optional,
    answer: Answer::json::<Assessment>(200, THE_ASSESSMENT, ""),
    problems: &[&table::PLAN_DECIDED, &table::UNKNOWN],
    handler: |call| Box::pin(decide(call, PlanWord::Dismiss)),
};
