//! Boards: what happened day by day, where points stand, what needs somebody, how far the goals are. Everything comes
//! from counters that are kept while things happen, so that it may be asked for every few seconds.

mod referrals;
mod shelf;
mod tiers;

use std::sync::Arc;

use axum::http::Method;
use bytes::Bytes;
use jifen_insight::{Alert, Board, Kpi, Series, Share, Watched, overview};
use jifen_program::RuleBook;
use jifen_program::earning::Budget;
use jifen_vocab::{Day, Timestamp, UnitId};
use serde::Serialize;
use serde_json::Number;
use utoipa::ToSchema;

use crate::app::App;
use crate::call::{Call, Reply, aside};
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Key, Operation, Parameter};
use crate::problems::{Problem, table};
use crate::scopes::Scope;
use crate::wire::{Amount, Text};

pub use referrals::REFERRALS;
pub use shelf::SHELF;
pub use tiers::TIERS;

/// Days of one board: a year and a day more.
const DAYS_MAX: u16 = 366;

/// Days of a board that names none.
const DAYS_DEFAULT: u16 = 30;

static UNIT: Parameter = Parameter {
    name: "unit",
    in_path: false,
    about: Said {
        en: "The unit; the program's main one unless given.", zh: "积分类型，默认为本计划的主要类型。"
    },
    schema: r#"{"type": "string", "minLength": 1, "maxLength": 64}"#,
    example: "points",
};

static DAYS: Parameter = Parameter {
    name: "days",
    in_path: false,
    about: Said { en: "How many days up to today.", zh: "截至今天的天数。" },
    schema: r#"{"type": "integer", "minimum": 1, "maximum": 366, "default": 30}"#,
    example: "30",
};

/// The overview.
#[derive(Serialize, ToSchema)]
pub struct Overview {
    /// When it was made.
    #[schema(format = DateTime)]
    as_of: String,
    /// The unit.
    unit: String,
    /// What a point is worth today, in major units of the currency, exactly; nothing for units without a value.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    /// Sums over the days, and what stands at their end.
    totals: BoardTotals,
    /// Each day, oldest first.
    days: Vec<BoardDay>,
    /// Members by tier, lowest first.
    tiers: Vec<BoardTier>,
    /// Points awarded by rule over the days, most first.
    rules: Vec<BoardRule>,
    /// Points awarded by source over the days, most first.
    sources: Vec<BoardSource>,
    /// What needs somebody, the most pressing first.
    alerts: Vec<BoardAlert>,
    /// Goals of the rule book.
    kpis: Vec<BoardKpi>,
}

/// Sums over the days of a board, and what stands at their end.
#[derive(Serialize, ToSchema)]
pub struct BoardTotals {
    /// Points issued, those taken back taken off.
    issued: i64,
    /// Points spent, those given back taken off.
    spent: i64,
    /// Points lapsed.
    expired: i64,
    /// Points in members' hands, in whatever state.
    outstanding: i64,
    /// What they are worth today.
    #[serde(skip_serializing_if = "Option::is_none")]
    outstanding_value: Option<Amount>,
    /// Members there are.
    members: i64,
    /// Members who did something in these days.
    active_members: i64,
    /// Orders that counted.
    orders: i64,
}

/// One day of a board.
#[derive(Serialize, ToSchema)]
pub struct BoardDay {
    /// The program's day.
    #[schema(value_type = String, format = Date)]
    day: Day,
    /// Points issued.
    issued: i64,
    /// Points spent.
    spent: i64,
    /// Points lapsed.
    expired: i64,
    /// Orders that counted.
    orders: i64,
    /// Members who did something that day.
    active_members: i64,
}

/// Members of a tier.
#[derive(Serialize, ToSchema)]
pub struct BoardTier {
    /// The tier.
    tier: String,
    /// What people call it.
    name: Text,
    /// How many.
    members: i64,
}

/// Points of a rule.
#[derive(Serialize, ToSchema)]
pub struct BoardRule {
    /// The rule.
    rule: String,
    /// What people call it.
    name: Text,
    /// How many points it gave.
    points: i64,
}

/// Points of a source.
#[derive(Serialize, ToSchema)]
pub struct BoardSource {
    /// The label.
    source: String,
    /// What people call it.
    name: Text,
    /// How many points were given under it.
    points: i64,
}

/// Something somebody should look at.
#[derive(Serialize, ToSchema)]
pub struct BoardAlert {
    /// The identifier: of the rule book, `budget.…`, `reconciliation` or `spot-check`.
    id: String,
    /// How pressing it is: `info`, `warn`, `stop`.
    level: &'static str,
    /// In a few words.
    title: Text,
    /// What was found, the threshold, and what to do.
    detail: Text,
    /// Since which day it stands, as far as it was followed back.
    #[schema(value_type = String, format = Date)]
    since: Day,
}

/// A goal and how far it is.
#[derive(Serialize, ToSchema)]
pub struct BoardKpi {
    /// The identifier.
    id: String,
    /// What people call it.
    name: Text,
    /// Where it stands; nothing where there is nothing to measure by yet.
    #[schema(value_type = Option<f64>)]
    value: Option<Number>,
    /// What is aimed for.
    #[schema(value_type = f64)]
    target: Number,
    /// What both are: `percent`.
    unit: &'static str,
    /// How much of the way from where it began is done, from 0 to 100.
    progress: u8,
    /// What quarters stand under.
    markers: Vec<BoardMarker>,
}

/// What a quarter stands under.
#[derive(Serialize, ToSchema)]
pub struct BoardMarker {
    /// The quarter, such as `2026-Q1`.
    quarter: String,
    /// Its theme.
    name: Text,
}

async fn show_overview(call: Call) -> Answered {
    let query = call.query()?;
    let days = days(query.get("days"))?;
    let books = call.app.engine.books();
    let now = call.app.engine.clock().now();
    let unit = unit(books.at(now), query.get("unit"))?;
    if let Some(board) = call.app.boards.get(&unit, days) {
        return Ok(Reply::json_written(&board));
    }
    let app = Arc::clone(&call.app);
    let board = aside(move || {
        let made = make(&app, &unit, days, now)?;
        let board = Bytes::from(serde_json::to_vec(&made).map_err(|error| Problem::internal(error.to_string()))?);
        // A sandbox may move its clock between one question and the next.
        if !app.sandbox {
            app.boards.keep(unit, days, board.clone());
        }
        Ok::<_, Problem>(board)
    });
    Ok(Reply::json_written(&board.await?))
}

fn days(text: Option<&str>) -> Result<u16, Problem> {
    let Some(text) = text else { return Ok(DAYS_DEFAULT) };
    let days = text.parse().ok().filter(|days| (1..=DAYS_MAX).contains(days));
    days.ok_or_else(|| Problem::parameter("days", &format!("be a number from 1 to {DAYS_MAX}")))
}

fn unit(book: &RuleBook, asked: Option<&str>) -> Result<UnitId, Problem> {
    let Some(asked) = asked else { return Ok(book.default_unit.clone()) };
    let unknown = || Problem::new(&table::UNIT_UNKNOWN).word("unit", asked);
    book.unit(asked).map(|unit| unit.id.clone()).ok_or_else(unknown)
}

fn make(app: &App, unit: &UnitId, days: u16, now: Timestamp) -> Result<Overview, Problem> {
    let books = app.engine.books();
    let book = books.at(now);
    let today = book.zone.day_of(now);
    let series = Series::read(app.engine.store().as_ref(), unit.as_str(), today)?;
    let board = overview(book, unit, &series, &watched(app, book)?, today, days);
    Ok(Overview::of(&board, book, unit, now))
}

fn watched(app: &App, book: &RuleBook) -> Result<Watched, Problem> {
    let mut budgets = Vec::new();
    for budget in book.rules.budgets() {
        let spent = app.engine.read::<Budget>(&budget.name)?.map_or(0, |given| given.spent);
        budgets.push((budget.name.to_string(), spent, budget.points));
    }
    let disagreement = app.reconciliation().filter(jifen_engine::Reconciliation::is_alarming);
    let disagreement = disagreement.map(|found| (book.zone.day_of(found.at), found.differing_ppm()));
    let doubts = app.spot_check().filter(jifen_engine::SpotCheck::is_alarming);
    let doubts = doubts.map(|found| (book.zone.day_of(found.at), found.flaw_count, found.entries));
    Ok(Watched { budgets, disagreement, doubts })
}

impl Overview {
    fn of(board: &Board, book: &RuleBook, unit: &UnitId, now: Timestamp) -> Overview {
        let totals = &board.totals;
        let text = |share: &Share| Text::from(&share.name);
        Overview {
            as_of: book.zone.rfc3339(now),
            unit: unit.to_string(),
            value: book.unit(unit.as_str()).and_then(|unit| unit.value).map(|value| value.to_string()),
            totals: BoardTotals {
                issued: totals.issued,
                spent: totals.spent,
                expired: totals.expired,
                outstanding: totals.outstanding,
                outstanding_value: totals.outstanding_value.map(Amount::from),
                members: totals.members,
                active_members: totals.active_members,
                orders: totals.orders,
            },
            days: board
                .days
                .iter()
                .map(|(day, sums)| BoardDay {
                    day: *day,
                    issued: sums.issued,
                    spent: sums.spent,
                    expired: sums.expired,
                    orders: sums.orders,
                    active_members: sums.active,
                })
                .collect(),
            tiers: board
                .tiers
                .iter()
                .map(|tier| BoardTier { tier: tier.id.to_string(), name: text(tier), members: tier.count })
                .collect(),
            rules: board
                .rules
                .iter()
                .map(|rule| BoardRule { rule: rule.id.to_string(), name: text(rule), points: rule.count })
                .collect(),
            sources: board
                .sources
                .iter()
                .map(|source| BoardSource { source: source.id.to_string(), name: text(source), points: source.count })
                .collect(),
            alerts: board.alerts.iter().map(BoardAlert::of).collect(),
            kpis: board.kpis.iter().map(BoardKpi::of).collect(),
        }
    }
}

impl BoardAlert {
    fn of(alert: &Alert) -> BoardAlert {
        BoardAlert {
            id: alert.id.clone(),
            level: alert.level.as_str(),
            title: Text::from(&alert.title),
            detail: Text::from(&alert.detail),
            since: alert.since,
        }
    }
}

impl BoardKpi {
    fn of(kpi: &Kpi) -> BoardKpi {
        BoardKpi {
            id: kpi.id.to_string(),
            name: Text::from(&kpi.name),
            value: kpi.value.map(percent),
            target: percent(kpi.target),
            unit: "percent",
            progress: kpi.progress,
            markers: kpi
                .markers
                .iter()
                .map(|marker| BoardMarker { quarter: marker.quarter.to_string(), name: Text::from(&marker.name) })
                .collect(),
        }
    }
}

/// Hundredths of a percent as a number of percent, read from its digits: nothing is computed in floats.
fn percent(hundredths: i64) -> Number {
    let sign = if hundredths < 0 { "-" } else { "" };
    let (whole, rest) = (hundredths.unsigned_abs() / 100, hundredths.unsigned_abs() % 100);
    let text = if rest == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{rest:02}") };
    text.parse().unwrap_or_else(|_| Number::from(0))
}

const EXAMPLE: &str = r#"{"as_of": "2026-06-18T20:15:00+08:00", "unit": "points", "value": "0.01",
    "totals": {"issued": 46000, "spent": 8000, "expired": 0, "outstanding": 38000,
        "outstanding_value": {"amount": 38000, "currency": "CNY"}, "members": 1200, "active_members": 340, "orders": 510},
    "days": [{"day": "2026-06-18", "issued": 46000, "spent": 8000, "expired": 0, "orders": 510, "active_members": 340}],
    "tiers": [{"tier": "ordinary", "name": {"zh": "普通会员", "en": "Ordinary"}, "members": 1200}],
    "rules": [{"rule": "purchase-daily", "name": {"zh": "日用品消费", "en": "Daily goods"}, "points": 46000}],
    "sources": [{"source": "purchase", "name": {"zh": "消费", "en": "Purchases"}, "points": 46000}],
    "alerts": [{"id": "consumption", "level": "warn", "title": {"zh": "积分使用率偏低", "en": "Few points are spent"},
        "detail": {"zh": "积分使用率：17.39%（30 天），低于 30%。", "en": "consumption rate: 17.39% over 30 days, below 30%."},
        "since": "2026-06-12"}],
    "kpis": [{"id": "retention", "name": {"zh": "会员留存率", "en": "Retention"}, "value": 55, "target": 65,
        "unit": "percent", "progress": 50, "markers": [{"quarter": "2026-Q1", "name": {"zh": "一季度主题", "en": "Theme of the first quarter"}}]}]}"#;

/// `GET /v1/boards/overview`
pub static OVERVIEW: Operation = Operation {
    id: "show_overview",
    method: Method::GET,
    path: "/v1/boards/overview",
    feature: "boards",
    access: Access::Scope(Scope::BoardsRead),
    confirm: false,
    summary: Said { en: "The overview of the program", zh: "运营总览" },
    about: Said {
        en: "What happened day by day, points in members' hands and their worth, members by tier, points by rule and source, alerts and goals. Made from sums that are kept while things happen: it may be asked for every few seconds. An alert of the rule book is judged for days that are over, once there are as many days as it looks at.",
        zh: "每日情况、会员手中的积分及其价值、各等级会员数、各规则与来源的发放、预警与目标。数据在业务发生时即已汇总，可每隔几秒查询一次。规则中的预警以已结束的日期判断，且需积累足够的天数。",
    },
    parameters: &[&UNIT, &DAYS],
    body: None,
    key: Key::None,
    answer: Answer::json::<Overview>(200, Said { en: "The overview.", zh: "总览。" }, EXAMPLE),
    problems: &[&table::UNIT_UNKNOWN],
    handler: |call| Box::pin(show_overview(call)),
};
