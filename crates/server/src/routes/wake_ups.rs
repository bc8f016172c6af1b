//! Wake-ups: members whose points sleep are told, and get reasons to come back.

use axum::http::Method;
use compact_str::CompactString;
use jifen_program::book::page::{percent, percentage};
use jifen_program::member::CAME_BACK;
use jifen_program::wake_ups::{BeginWakeUp, StopWakeUp, WakeUp as Stored, watched};
use jifen_vocab::Zone;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::call::{Call, Reply};
use crate::language::Said;
use crate::listing::{Listed, PageOf, newest};
use crate::operation::{Access, Answer, Answered, Key, Operation, Parameter};
use crate::parameters::{CURSOR, LIMIT};
use crate::problems::{Problem, table};
use crate::scopes::Scope;
use crate::wake_ups::dormant_share;

static WAKE_UP_ID: Parameter = Parameter {
    name: "wake_up",
    in_path: true,
    about: Said { en: "The wake-up.", zh: "唤醒的编号。" },
    schema: r#"{"type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[A-Za-z0-9._:-]+$"}"#,
    example: "wake_1mwc546g5211v68xvqxzjg",
};

/// What the rule book says about wake-ups.
#[derive(Serialize, ToSchema)]
pub struct WakeUpPlan {
    /// The unit that is watched.
    unit: String,
    /// It starts when a larger share of all points than this sleeps, in percent.
    above: String,
    /// Days for which members have what it switches on.
    days: u16,
    /// Days for which it does not start by itself again.
    rest_days: u16,
    /// What members get who are woken.
    #[serde(skip_serializing_if = "Option::is_none")]
    badge: Option<String>,
}

/// A wake-up.
#[derive(Serialize, ToSchema)]
pub struct WakeUp {
    /// Its identifier.
    id: String,
    /// `running`, `stopped` or `done`.
    state: &'static str,
    /// When it started.
    #[schema(format = DateTime)]
    started_at: String,
    /// Until when members have what it switched on.
    #[schema(format = DateTime)]
    until: String,
    /// The share of the points that slept then, in percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    share: Option<String>,
    /// Whether it started by itself.
    automatic: bool,
    /// Who started it.
    #[serde(skip_serializing_if = "Option::is_none")]
    started_by: Option<String>,
    /// How many members were looked at.
    seen: i64,
    /// How many have points that sleep, and were told.
    addressed: i64,
    /// How many of them came back until it was over.
    came_back: i64,
    /// When everybody was told, or it was stopped.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    ended_at: Option<String>,
}

/// Wake-ups, and what the rule book says about them.
#[derive(Serialize, ToSchema)]
pub struct WakeUpPage {
    /// What the rule book says; nothing where it does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    plan: Option<WakeUpPlan>,
    /// The share of the points that sleep today, in percent; nothing where nobody watches or there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    share: Option<String>,
    /// The wake-ups, newest first.
    data: Vec<WakeUp>,
    /// Where the next page starts; nothing on the last.
    next_cursor: Option<String>,
}

impl WakeUp {
    fn of(app: &App, stored: &Stored, zone: &Zone) -> Result<WakeUp, Problem> {
        let (from, to) = (zone.day_of(stored.at), zone.day_of(stored.until));
        let counts = app.engine.store().counters(CAME_BACK, from, to)?;
        let came_back = counts.iter().filter(|row| row.dimensions == stored.id).map(|row| row.value).sum();
        Ok(WakeUp {
            id: stored.id.to_string(),
            state: stored.state.as_str(),
            started_at: zone.rfc3339(stored.at),
            until: zone.rfc3339(stored.until),
            share: stored.share.map(percent),
            automatic: stored.by.is_none(),
            started_by: stored.by.as_ref().map(ToString::to_string),
            seen: stored.seen,
            addressed: stored.addressed,
            came_back,
            ended_at: stored.ended.map(|at| zone.rfc3339(at)),
        })
    }
}

async fn list(call: Call) -> Answered {
    let page = PageOf::read(&call.query()?)?;
    let page = call.aside(move |app| {
        let (books, now) = (app.engine.books(), app.engine.clock().now());
        let book = books.at(now);
        let Listed { records, next_cursor } = newest::<Stored>(app, None, page)?;
        let data = records.iter().map(|(_, stored)| WakeUp::of(app, stored, &book.zone));
        let data = data.collect::<Result<Vec<_>, Problem>>()?;
        let plan = book.wake_up.as_ref().zip(watched(book)).map(|(terms, unit)| WakeUpPlan {
            unit: unit.to_string(),
            above: percentage(terms.above),
            days: terms.days,
            rest_days: terms.rest_days,
            badge: terms.badge.as_ref().map(ToString::to_string),
        });
        let share = dormant_share(app, book, book.zone.day_of(now))?.map(percent);
        Ok(WakeUpPage { plan, share, data, next_cursor })
    });
    Reply::json(&page.await?)
}

async fn shown(call: &Call, stored: Stored) -> Result<WakeUp, Problem> {
    let zone = call.zone();
    call.aside(move |app| WakeUp::of(app, &stored, &zone)).await
}

async fn begin(call: Call) -> Answered {
    let share = call.aside(|app| {
        let (books, now) = (app.engine.books(), app.engine.clock().now());
        let book = books.at(now);
        Ok(dormant_share(app, book, book.zone.day_of(now))?)
    });
    let command = BeginWakeUp { request: call.key()?, share: share.await?, by: call.by() };
    let (stored, replayed) = call.submit(command).await?;
    Ok(Reply::json(&shown(&call, stored).await?)?.made().replayed(replayed))
}

async fn stop(call: Call) -> Answered {
    let id = call.segment("wake_up");
    jifen_vocab::id::check(id).map_err(|_| Problem::new(&table::UNKNOWN).word("wake_up", id))?;
    let command = StopWakeUp { request: call.key()?, wake_up: CompactString::new(id), by: call.by() };
    let (stored, replayed) = call.submit(command).await?;
    Ok(Reply::json(&shown(&call, stored).await?)?.replayed(replayed))
}

const EXAMPLE: &str = r#"{"id": "wake_1mwc546g5211v68xvqxzjg", "state": "running", "started_at": "2026-06-10T00:00:05+08:00",
    "until": "2026-06-17T00:00:05+08:00", "share": "31.25%", "automatic": true, "seen": 500, "addressed": 120, "came_back": 7}"#;

const THE_WAKE_UP: Said = Said { en: "The wake-up.", zh: "唤醒。" };

/// `GET /v1/wake-ups`
pub static LIST: Operation = Operation {
    id: "list_wake_ups",
    method: Method::GET,
    path: "/v1/wake-ups",
    feature: "wake-ups",
    access: Access::Scope(Scope::MessagesRead),
    confirm: false,
    summary: Said { en: "List wake-ups", zh: "唤醒列表" },
    about: Said {
        en: "Newest first, with how many members were told and came back; and what `wake_up.yaml` says, beside the share of the points that sleep today.",
        zh: "最新的在前，含已通知和已回归的人数；并列出 `wake_up.yaml` 的设定与当前沉睡积分占比。",
    },
    parameters: &[&LIMIT, &CURSOR],
    body: None,
    key: Key::None,
    answer: Answer::json::<WakeUpPage>(200, Said { en: "A page of wake-ups.", zh: "一页唤醒。" }, ""),
    problems: &[],
    handler: |call| Box::pin(list(call)),
};

/// `POST /v1/wake-ups`
pub static BEGIN: Operation = Operation {
    id: "begin_wake_up",
    method: Method::POST,
    path: "/v1/wake-ups",
    feature: "wake-ups",
    access: Access::Scope(Scope::MessagesWrite),
    confirm: false,
    summary: Said { en: "Wake members whose points sleep", zh: "唤醒沉睡积分" },
    about: Said {
        en: "All members are gone through in slices. Whoever has points that sleep gets the plan's badge, by which campaigns, conversions and deductions are switched on for them, and the messages on `wake_up`. It starts by itself when the share of sleeping points is above what `wake_up.yaml` says.",
        zh: "分批遍历全体会员：有沉睡积分的会员获得计划所设的徽章（据此享受活动倍率、转换与抵扣）并收到 `wake_up` 类消息。沉睡占比超过 `wake_up.yaml` 的设定时自动开始。",
    },
    parameters: &[],
    body: None,
    key: Key::Optional,
    answer: Answer::json::<WakeUp>(201, THE_WAKE_UP, EXAMPLE),
    problems: &[&table::UNKNOWN, &table::WAKE_UP_OPEN],
    handler: |call| Box::pin(begin(call)),
};

/// `POST /v1/wake-ups/{wake_up}/stop`
pub static STOP: Operation = Operation {
    id: "stop_wake_up",
    method: Method::POST,
    path: "/v1/wake-ups/{wake_up}/stop",
    feature: "wake-ups",
    access: Access::Scope(Scope::MessagesWrite),
    confirm: false,
    summary: Said { en: "Stop a wake-up", zh: "停止唤醒" },
    about: Said {
        en: "Nobody more is told. Whoever was told keeps what they were given until it would have been over.",
        zh: "不再通知更多会员；已通知的会员所获权益保留至原定结束时间。",
    },
    parameters: &[&WAKE_UP_ID],
    body: None,
    key: Key::Optional,
    answer: Answer::json::<WakeUp>(200, THE_WAKE_UP, EXAMPLE),
    problems: &[&table::PLAN_DECIDED, &table::UNKNOWN],
    handler: |call| Box::pin(stop(call)),
};
