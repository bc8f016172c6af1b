//! Plans of prices: what the rules propose, for a person to carry out or dismiss.

use std::sync::Arc;

use axum::http::Method;
use compact_str::CompactString;
use jifen_insight::{DaySums, Series, ShelfCounts};
use jifen_program::flows::{DecidePricePlan, MakePricePlan};
use jifen_program::pricing::{Change, PlanRule, PricePlan as Stored, ProgramSeen, Proposal, propose};
use jifen_vocab::Decimal;
use serde::Serialize;
use utoipa::ToSchema;

use super::rewards::seen;
use crate::app::App;
use crate::call::{Call, Reply, aside};
use crate::language::Said;
use crate::listing::{Listed, PageOf, newest};
use crate::operation::{Access, Answer, Answered, Key, Operation, Parameter};
use crate::parameters::{CURSOR, LIMIT};
use crate::problems::{Problem, table};
use crate::scopes::Scope;
use crate::wire::Text;

/// Days over which points issued and spent are compared.
const LATELY: u16 = 30;
/// Digits behind the point of factors and worths.
const SCALE: u8 = 6;

static PLAN_ID: Parameter = Parameter {
    name: "id",
    in_path: true,
    about: Said { en: "The plan.", zh: "方案。" },
    schema: r#"{"type": "string", "minLength": 1, "maxLength": 64}"#,
    example: "ppl_01h8v6k2c9r4t0q3m7x5z1b",
};

/// A plan of prices. It does not change any more once it is made.
#[derive(Serialize, ToSchema)]
pub struct PricePlan {
    /// The identifier.
    id: String,
    /// When it was made.
    #[schema(format = DateTime)]
    at: String,
    /// The date for which the rules made it by themselves.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date)]
    due_on: Option<String>,
    /// The version of the rule book that it follows.
    version: u32,
    /// `proposed`, `carried_out` or `dismissed`.
    state: &'static str,
    /// Who decided; `rule-book` where it carries prices out by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    decided_by: Option<String>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    decided_at: Option<String>,
    /// What is proposed.
    proposals: Vec<PriceProposal>,
}

/// What a rule proposes.
#[derive(Serialize, ToSchema)]
pub struct PriceProposal {
    /// For which reward; nothing where it is for the program.
    #[serde(skip_serializing_if = "Option::is_none")]
    reward: Option<String>,
    /// `budget`, `consumption`, `cost_share`, `evaluation`, `float`, `retire`, `satisfaction` or `surge`.
    rule: &'static str,
    /// `price`: the price moves to that factor; `supply`: so many pieces more are bought; `retire`: it is replaced;
    /// `worth`: a point becomes worth that, by a change of the rules.
    what: &'static str,
    /// Until now: a factor, or a worth in major units.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    /// From then on.
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    /// Pieces.
    #[serde(skip_serializing_if = "Option::is_none")]
    pieces: Option<i64>,
    /// Why, in a sentence.
    why: Text,
}

/// A page of plans.
#[derive(Serialize, ToSchema)]
pub struct PricePlanPage {
    /// The plans, newest first.
    data: Vec<PricePlan>,
    /// Where the next page starts; nothing on the last.
    next_cursor: Option<String>,
}

impl PriceProposal {
    fn of(proposal: &Proposal) -> PriceProposal {
        let exact = |millionths: i64| Decimal::new(millionths, SCALE).map(|number| number.to_string());
        let (what, from, to, pieces) = match proposal.change {
            Change::Price { from, to } => ("price", exact(from), exact(to), None),
            Change::Retire => ("retire", None, None, None),
            Change::Supply { pieces } => ("supply", None, None, Some(pieces)),
            Change::Worth { from, to } => ("worth", exact(from), exact(to), None),
        };
        PriceProposal {
            reward: proposal.reward.as_ref().map(ToString::to_string),
            rule: proposal.rule.as_str(),
            what,
            from,
            to,
            pieces,
            why: why(proposal),
        }
    }
}

fn why(proposal: &Proposal) -> Text {
    let back = matches!(proposal.change, Change::Price { to, .. } if to == 10_i64.pow(u32::from(SCALE)));
    let (zh, en) = match proposal.rule {
        _ if back => ("原因已消除，恢复原价。", "What made it so is over: the price goes back."),
        PlanRule::Budget => {
            ("本季度兑换成本 {f} 元，超出预算 {b} 元。", "Redemptions of this quarter cost {f}, the budget is {b}.")
        }
        PlanRule::Consumption => {
            ("近期积分消耗率 {f}%，低于 {b}%。", "{f}% of the points issued lately were spent, less than {b}%.")
        }
        PlanRule::CostShare => {
            ("高价值权益占兑换成本 {f}%，界限 {b}%。", "High-value rewards take {f}% of the cost, the bound is {b}%.")
        }
        PlanRule::Evaluation => (
            "询价后兑换的比例 {f}%，低于 {b}%，而效益良好。",
            "{f}% of those who asked for its price took it, less than {b}%, though it pays.",
        ),
        PlanRule::Float => ("按兑换行为、满意度、成本与竞品计算。", "By behavior, satisfaction, cost and competition."),
        PlanRule::Retire => ("连续数月兑换率过低。", "It was hardly taken for months."),
        PlanRule::Satisfaction => ("平均 {f} 星，低于 {b} 星。", "It has {f} stars on average, fewer than {b}."),
        PlanRule::Surge => {
            ("近期兑换量为此前的 {f}%，超过 {b}%。", "It was taken {f}% as often as before, more than {b}%.")
        }
    };
    // Stars are told as they are, everything else in hundredths.
    let places = if proposal.rule == PlanRule::Satisfaction { 4 } else { 2 };
    let written = |number: i64| Decimal::new(number, places).map(|number| number.to_string()).unwrap_or_default();
    let (found, bound) = (written(proposal.found), written(proposal.bound));
    let fill = |text: &str| text.replace("{f}", &found).replace("{b}", &bound);
    Text { zh: fill(zh), en: fill(en) }
}

fn answer(call: &Call, plan: &Stored) -> PricePlan {
    let zone = call.zone();
    PricePlan {
        id: plan.id.to_string(),
        at: zone.rfc3339(plan.at),
        due_on: plan.due.map(|day| day.to_string()),
        version: plan.version,
        state: plan.state.as_str(),
        decided_by: plan.decided.as_ref().map(|(by, _)| by.to_string()),
        decided_at: plan.decided.as_ref().map(|(_, at)| zone.rfc3339(*at)),
        proposals: plan.proposals.iter().map(PriceProposal::of).collect(),
    }
}

async fn make_plan(call: Call) -> Answered {
    let app = Arc::clone(&call.app);
    let proposals = aside(move || proposals(&app));
    let proposals = proposals.await?;
    let (plan, replayed) =
        call.submit(MakePricePlan { request: call.key()?, proposals, due: None, by: call.by() }).await?;
    Ok(Reply::json(&answer(&call, &plan))?.created(&format!("/v1/price-plans/{}", plan.id)).replayed(replayed))
}

/// What the rules propose now.
pub(crate) fn proposals(app: &App) -> Result<Vec<Proposal>, Problem> {
    let books = app.engine.books();
    let book = books.at(app.engine.clock().now());
    let today = book.zone.day_of(app.engine.clock().now());
    let store = app.engine.store().as_ref();
    let counts = ShelfCounts::read(store, today)?;
    let series = Series::read(store, book.default_unit.as_str(), today)?;
    let DaySums { issued, spent, .. } = series.over(today, LATELY);
    let unit = book.unit(book.default_unit.as_str());
    let worth = unit.and_then(|unit| Some((unit.value?, unit.band)));
    let program = ProgramSeen {
        issued,
        spent,
        worth: worth.map(|(value, band)| band.map_or((value, value, value), |(least, most)| (value, least, most))),
        guard: book.prices.guard,
    };
    // A unit without a band promises nothing, so nothing holds prices within it.
    let program = match worth {
        Some((_, None)) => ProgramSeen { worth: None, ..program },
        _ => program,
    };
    let rows = app.shelf.rows(&app.engine)?;
    let seen = seen(&rows, book, &counts, today);
    drop(rows);
    propose(&book.prices.plan, &program, &seen).ok_or_else(|| Problem::new(&table::AMOUNT_OUT_OF_RANGE))
}

async fn list_plans(call: Call) -> Answered {
    let (app, page) = (Arc::clone(&call.app), PageOf::read(&call.query()?)?);
    let Listed { records, next_cursor } = aside(move || newest::<Stored>(&app, None, page)).await?;
    let data = records.iter().map(|(_, plan)| answer(&call, plan)).collect();
    Reply::json(&PricePlanPage { data, next_cursor })
}

async fn show_plan(call: Call) -> Answered {
    let (app, id) = (Arc::clone(&call.app), CompactString::new(call.segment("id")));
    let unknown = || Problem::new(&table::UNKNOWN).word("price_plan", call.segment("id"));
    jifen_vocab::id::check(&id).map_err(|_| unknown())?;
    let found = aside(move || app.engine.read::<Stored>(&id));
    let found = found.await?;
    Reply::json(&answer(&call, &found.ok_or_else(unknown)?))
}

async fn decide(call: Call, carry_out: bool) -> Answered {
    let plan = CompactString::new(call.segment("id"));
    jifen_vocab::id::check(&plan).map_err(|_| Problem::new(&table::UNKNOWN).word("price_plan", &plan))?;
    let command = DecidePricePlan { request: call.key()?, plan, carry_out, by: call.by() };
    let (plan, replayed) = call.submit(command).await?;
    Ok(Reply::json(&answer(&call, &plan))?.replayed(replayed))
}

const THE_PLAN: Said = Said { en: "The plan.", zh: "方案。" };

/// `POST /v1/price-plans`
pub static MAKE: Operation = Operation {
    id: "make_price_plan",
    method: Method::POST,
    path: "/v1/price-plans",
    feature: "price-plans",
    access: Access::Scope(Scope::RewardsWrite),
    confirm: false,
    summary: Said { en: "Make a plan of prices", zh: "生成调价方案" },
    about: Said {
        en: "The rules under `plan` of `prices.yaml` look at budget, cost, points spent, satisfaction and demand, and propose. Prices move within the daily guard rail and the band of the unit. Where the rule book carries prices out by itself and nothing else is proposed, it is done at once. Where it says `every`, a plan is made by itself on the first day of each month, quarter or year.",
        zh: "按 `prices.yaml` 的 `plan` 规则，依据预算、成本、积分消耗、满意度与需求提出方案。价格变化受每日波动上限与积分价值区间约束。若规则允许自动执行且方案仅含价格调整，则立即执行。设有 `every` 时，每月、每季度或每年首日自动生成方案。",
    },
    parameters: &[],
    body: None,
    key: Key::Optional,
    answer: Answer::json::<PricePlan>(201, THE_PLAN, ""),
    problems: &[&table::AMOUNT_OUT_OF_RANGE],
    handler: |call| Box::pin(make_plan(call)),
};

/// `GET /v1/price-plans`
pub static LIST: Operation = Operation {
    id: "list_price_plans",
    method: Method::GET,
    path: "/v1/price-plans",
    feature: "price-plans",
    access: Access::Scope(Scope::RewardsRead),
    confirm: false,
    summary: Said { en: "List plans of prices", zh: "调价方案列表" },
    about: Said { en: "Newest first.", zh: "最新的在前。" },
    parameters: &[&CURSOR, &LIMIT],
    body: None,
    key: Key::None,
    answer: Answer::json::<PricePlanPage>(200, Said { en: "A page of plans.", zh: "一页方案。" }, ""),
    problems: &[],
    handler: |call| Box::pin(list_plans(call)),
};

/// `GET /v1/price-plans/{id}`
pub static SHOW: Operation = Operation {
    id: "show_price_plan",
    method: Method::GET,
    path: "/v1/price-plans/{id}",
    feature: "price-plans",
    access: Access::Scope(Scope::RewardsRead),
    confirm: false,
    summary: Said { en: "Show a plan of prices", zh: "查看调价方案" },
    about: Said { en: "With every proposal and why.", zh: "每项建议及其原因。" },
    parameters: &[&PLAN_ID],
    body: None,
    key: Key::None,
    answer: Answer::json::<PricePlan>(200, THE_PLAN, ""),
    problems: &[&table::UNKNOWN],
    handler: |call| Box::pin(show_plan(call)),
};

/// `POST /v1/price-plans/{id}/carry-out`
pub static CARRY_OUT: Operation = Operation {
    id: "carry_out_price_plan",
    method: Method::POST,
    path: "/v1/price-plans/{id}/carry-out",
    feature: "price-plans",
    access: Access::Scope(Scope::RewardsWrite),
    confirm: false,
    summary: Said { en: "Carry out a plan of prices", zh: "执行调价方案" },
    about: Said {
        en: "Prices begin to move within the daily guard rail, and what has had its time is taken off the shelf. Pieces are for somebody to buy, and the worth of a point changes with the rules.",
        zh: "价格在每日波动上限内开始调整，应替换的商品下架。补货由人员采购，积分价值通过规则变更调整。",
    },
    parameters: &[&PLAN_ID],
    body: None,
    key: Key::Optional,
    answer: Answer::json::<PricePlan>(200, THE_PLAN, ""),
    problems: &[&table::PLAN_DECIDED, &table::UNKNOWN],
    handler: |call| Box::pin(decide(call, true)),
};

/// `POST /v1/price-plans/{id}/dismiss`
pub static DISMISS: Operation = Operation {
    id: "dismiss_price_plan",
    method: Method::POST,
    path: "/v1/price-plans/{id}/dismiss",
    feature: "price-plans",
    access: Access::Scope(Scope::RewardsWrite),
    confirm: false,
    summary: Said { en: "Dismiss a plan of prices", zh: "驳回调价方案" },
    about: Said { en: "Nothing changes.", zh: "不作任何变更。" },
    parameters: &[&PLAN_ID],
    body: None,
    key: Key::Optional,
    answer: Answer::json::<PricePlan>(200, THE_PLAN, ""),
    problems: &[&table::PLAN_DECIDED, &table::UNKNOWN],
    handler: |call| Box::pin(decide(call, false)),
};
