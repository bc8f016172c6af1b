//! Reports: sums that are kept while points move, so that nothing is scanned when somebody asks.

use axum::http::Method;
use jifen_store::CounterRow;
use jifen_vocab::Day;
use serde::Serialize;
use utoipa::ToSchema;

use crate::call::{Call, Reply, aside};
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Key, Operation, Parameter};
use crate::problems::Problem;
use crate::scopes::Scope;

/// Days of one report: a year and a day more.
const DAYS_MAX: i32 = 366;

/// Days of a report that names none.
const DAYS_DEFAULT: i32 = 30;

pub(super) static FROM: Parameter = Parameter {
    name: "from",
    in_path: false,
    about: Said {
        en: "The first day; thirty days before the last unless given.",
        zh: "起始日，默认为截止日前 30 天。",
    },
    schema: r#"{"type": "string", "format": "date"}"#,
    example: "2026-06-01",
};

pub(super) static TO: Parameter = Parameter {
    name: "to",
    in_path: false,
    about: Said {
        en: "The last day; today unless given. At most 366 days.", zh: "截止日，默认今天，最多 366 天。"
    },
    schema: r#"{"type": "string", "format": "date"}"#,
    example: "2026-06-30",
};

/// Points that moved, by day, unit, kind and source.
#[derive(Serialize, ToSchema)]
pub struct PointsReport {
    /// The first day.
    #[schema(value_type = String, format = Date)]
    from: Day,
    /// The last day.
    #[schema(value_type = String, format = Date)]
    to: Day,
    /// One row for each day, unit, kind and source that has any.
    data: Vec<PointsMoved>,
}

/// Points that moved on one day.
#[derive(Serialize, ToSchema)]
pub struct PointsMoved {
    /// The program's day on which they count.
    #[schema(value_type = String, format = Date)]
    day: Day,
    /// The unit.
    unit: String,
    /// Why they moved, such as `earn`, `spend`, `expire`.
    kind: String,
    /// The label they were earned under, such as `purchase`; empty where points were not earned by a rule.
    source: String,
    /// How many.
    points: i64,
}

impl PointsMoved {
    fn of(row: &CounterRow) -> PointsMoved {
        let mut parts = row.dimensions.splitn(3, '|').map(str::to_owned);
        let mut part = || parts.next().unwrap_or_default();
        PointsMoved { day: row.day, unit: part(), kind: part(), source: part(), points: row.value }
    }
}

fn day(text: Option<&str>, name: &'static str) -> Result<Option<Day>, Problem> {
    let read = |text| Day::parse(text).ok_or_else(|| Problem::parameter(name, "be a day such as 2026-06-18"));
    text.map(read).transpose()
}

/// The days a report asks for.
pub(super) fn days(call: &Call) -> Result<(Day, Day), Problem> {
    let query = call.query()?;
    let today = call.zone().day_of(call.app.engine.clock().now());
    let to = day(query.get("to"), "to")?.unwrap_or(today);
    let from = day(query.get("from"), "from")?.unwrap_or(to.plus_days(-DAYS_DEFAULT));
    if from > to || to.number() - from.number() > DAYS_MAX {
        return Err(Problem::parameter("from", "lie before `to`, at most 366 days"));
    }
    Ok((from, to))
}

async fn points(call: Call) -> Answered {
    let (from, to) = days(&call)?;
    let app = call.app.clone();
    let rows = aside(move || app.engine.store().counters("points", from, to));
    let rows = rows.await?;
    Reply::json(&PointsReport { from, to, data: rows.iter().map(PointsMoved::of).collect() })
}

const EXAMPLE: &str = r#"{"from": "2026-06-17", "to": "2026-06-18", "data": [
    {"day": "2026-06-18", "unit": "points", "kind": "earn", "source": "purchase", "points": 46000},
    {"day": "2026-06-18", "unit": "points", "kind": "spend", "source": "", "points": 8000}]}"#;

/// `GET /v1/reports/points`
pub static POINTS: Operation = Operation {
    id: "report_points",
    method: Method::GET,
    path: "/v1/reports/points",
    feature: "reports",
    access: Access::Scope(Scope::ReportsRead),
    confirm: false,
    summary: Said { en: "Points by day, kind and source", zh: "按日期、类型和来源统计积分" },
    about: Said {
        en: "What was earned (by source), spent, lapsed and otherwise moved, summed while it happened.",
        zh: "各来源的发放以及使用、失效等变动，发生时即已汇总。",
    },
    parameters: &[&FROM, &TO],
    body: None,
    key: Key::None,
    answer: Answer::json::<PointsReport>(200, Said { en: "The sums.", zh: "汇总。" }, EXAMPLE),
    problems: &[],
    handler: |call| Box::pin(points(call)),
};
