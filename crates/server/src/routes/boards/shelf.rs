//! The shelf as a whole, for those who keep it.

use std::sync::Arc;

use axum::http::Method;
use jifen_insight::{Doing, MarginSeen, Part, ShelfBoard as Board, ShelfCounts, shelf};
use jifen_program::RuleBook;
use jifen_vocab::{Day, Money};
use serde::Serialize;
use serde_json::Number;
use utoipa::ToSchema;

use super::percent;
use crate::app::App;
use crate::call::{Call, Reply, aside};
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Key, Operation, Parameter};
use crate::parameters::LIMIT;
use crate::problems::Problem;
use crate::routes::rewards::items;
use crate::scopes::Scope;
use crate::wire::{Amount, Text};

static FLAG: Parameter = Parameter {
    name: "flag",
    in_path: false,
    about: Said {
        en: "Only rewards with this flag: `correct`, `expired`, `low`, `margin`, `near_expiry`, `over`, `short` or `slow`.",
        zh: "只看带有该提示的商品。",
    },
    schema: r#"{"type": "string", "enum": ["correct", "expired", "low", "margin", "near_expiry", "over", "short", "slow"]}"#,
    example: "low",
};

/// The words of [`FLAG`].
const FLAGS: [&str; 8] = ["correct", "expired", "low", "margin", "near_expiry", "over", "short", "slow"];

/// The shelf as a whole.
#[derive(Serialize, ToSchema)]
pub(super) struct ShelfBoard {
    /// When it was made.
    #[schema(format = DateTime)]
    as_of: String,
    /// Rewards on the shelf, hidden ones included.
    rewards: i64,
    /// By layer of price.
    layers: Vec<ShelfShare>,
    /// Against the mix that is aimed for.
    mix: Vec<ShelfShare>,
    /// Against the most that kinds of goods may take.
    share_caps: Vec<ShelfShare>,
    /// The margin of what was taken in 30 days.
    #[serde(skip_serializing_if = "Option::is_none")]
    margin: Option<ShelfMargin>,
    /// The part that cheap rewards have in what was taken in 30 days.
    #[serde(skip_serializing_if = "Option::is_none")]
    low_value: Option<LowValueShare>,
    /// The day on which something new came last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    refreshed: Option<Day>,
    /// By which day something is to come.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    refresh_by: Option<Day>,
    /// Rewards that came in 30 days.
    fresh: i64,
    /// How each reward does: those with flags first, then what is taken most.
    data: Vec<RewardDoing>,
}

/// A part of the shelf against what it is to be.
#[derive(Serialize, ToSchema)]
struct ShelfShare {
    /// The identifier.
    id: String,
    /// What people call it.
    name: Text,
    /// Rewards that belong to it.
    rewards: i64,
    /// Their share of the shelf, in percent.
    #[schema(value_type = f64)]
    share: Number,
    /// What is aimed for, or the most there may be, in percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<f64>)]
    bound: Option<Number>,
}

/// The margin of what was taken.
#[derive(Serialize, ToSchema)]
struct ShelfMargin {
    /// The share of the worth that was not the cost, in percent.
    #[schema(value_type = Option<f64>)]
    share: Option<Number>,
    /// The least it is to be, in percent.
    #[schema(value_type = f64)]
    least: Number,
    /// What the average piece was worth.
    average: Option<Amount>,
    /// The average at which it is meant.
    meant_at: Amount,
    /// Whether it is kept; nothing where nothing was taken.
    is_kept: Option<bool>,
}

/// The part that cheap rewards have.
#[derive(Serialize, ToSchema)]
struct LowValueShare {
    /// In percent.
    #[schema(value_type = f64)]
    share: Number,
    /// From here on it is too much, in percent.
    #[schema(value_type = f64)]
    bound: Number,
    /// Whether it is too much.
    dominates: bool,
}

/// How a reward does.
#[derive(Serialize, ToSchema)]
struct RewardDoing {
    /// The reward.
    reward: String,
    /// What people call it.
    name: Text,
    /// Its price before anything counts for or against it.
    points: i64,
    /// Pieces taken in 30 days.
    taken: i64,
    /// Times its price was asked for in 30 days.
    quotes: i64,
    /// Of those who asked for its price, who took it, in percent.
    #[schema(value_type = Option<f64>)]
    conversion: Option<Number>,
    /// Average stars.
    #[schema(value_type = Option<f64>)]
    stars: Option<Number>,
    /// Reviews.
    reviews: i64,
    /// The share of its worth that is not its cost, in percent.
    #[schema(value_type = Option<f64>)]
    margin: Option<Number>,
    /// Its worth by its cost, in percent.
    #[schema(value_type = Option<f64>)]
    benefit: Option<Number>,
    /// Pieces that can be taken; nothing where it never runs out.
    remaining: Option<i64>,
    /// Days in which they will be taken, as it goes.
    turnover_days: Option<i64>,
    /// The last day on which they are good.
    #[schema(value_type = Option<String>, format = Date)]
    best_before: Option<Day>,
    /// Until when its supplier takes them back.
    #[schema(value_type = Option<String>, format = Date)]
    return_until: Option<Day>,
    /// What somebody should see to: `correct`, `expired`, `low`, `margin`, `near_expiry`, `over`, `short`, `slow`.
    flags: Vec<&'static str>,
}

impl ShelfShare {
    fn of(part: &Part) -> ShelfShare {
        ShelfShare {
            id: part.id.to_string(),
            name: Text::from(&part.name),
            rewards: part.rewards,
            share: percent(part.share),
            bound: part.bound.map(percent),
        }
    }
}

impl ShelfMargin {
    fn of(seen: MarginSeen, money: impl Fn(i64) -> Amount) -> ShelfMargin {
        ShelfMargin {
            share: seen.share.map(percent),
            least: percent(seen.least),
            average: seen.average.map(&money),
            meant_at: money(seen.meant_at),
            is_kept: seen.share.map(|share| share >= seen.least),
        }
    }
}

impl RewardDoing {
    fn of(doing: &Doing) -> RewardDoing {
        RewardDoing {
            reward: doing.item.id.to_string(),
            name: Text::from(&doing.item.name),
            points: doing.item.points,
            taken: doing.taken,
            quotes: doing.quotes,
            conversion: doing.conversion.map(percent),
            stars: doing.stars.map(percent),
            reviews: doing.reviews,
            margin: doing.margin.map(percent),
            benefit: doing.benefit.map(percent),
            remaining: doing.item.remaining,
            turnover_days: doing.turnover_days,
            best_before: doing.item.best_before,
            return_until: doing.return_until,
            flags: doing.flags.iter().map(|flag| flag.as_str()).collect(),
        }
    }
}

async fn show_shelf(call: Call) -> Answered {
    let query = call.query()?;
    let limit = query.limit()?;
    let flag = query.get("flag").map(str::to_owned);
    if flag.as_deref().is_some_and(|flag| !FLAGS.contains(&flag)) {
        return Err(Problem::parameter("flag", &format!("be one of {}", FLAGS.join(", "))));
    }
    let app = Arc::clone(&call.app);
    let board = aside(move || make(&app, flag.as_deref(), limit));
    Reply::json(&board.await?)
}

fn make(app: &App, flag: Option<&str>, limit: usize) -> Result<ShelfBoard, Problem> {
    let (books, now) = (app.engine.books(), app.engine.clock().now());
    let book = books.at(now);
    let today = book.zone.day_of(now);
    let counts = ShelfCounts::read(app.engine.store().as_ref(), today)?;
    let rows = app.shelf.rows(&app.engine)?;
    let items = items(&rows, book);
    drop(rows);
    let board = shelf(&book.shelf.assortment, items, &counts, today);
    Ok(written(&board, book, book.zone.rfc3339(now), flag, limit))
}

fn written(board: &Board, book: &RuleBook, as_of: String, flag: Option<&str>, limit: usize) -> ShelfBoard {
    let money = |amount: i64| Amount::from(Money { amount, currency: book.currency });
    let parts = |parts: &[Part]| parts.iter().map(ShelfShare::of).collect();
    let wanted = |doing: &&Doing| flag.is_none_or(|flag| doing.flags.iter().any(|there| there.as_str() == flag));
    ShelfBoard {
        as_of,
        rewards: board.rewards,
        layers: parts(&board.layers),
        mix: parts(&board.mix),
        share_caps: parts(&board.share_caps),
        margin: board.margin.map(|margin| ShelfMargin::of(margin, money)),
        low_value: board.low_value.map(|(share, bound)| LowValueShare {
            share: percent(share),
            bound: percent(bound),
            dominates: share >= bound,
        }),
        refreshed: board.refresh.0,
        refresh_by: board.refresh.1,
        fresh: board.fresh,
        data: board.doings.iter().filter(wanted).take(limit).map(RewardDoing::of).collect(),
    }
}

/// `GET /v1/boards/shelf`
pub static SHELF: Operation = Operation {
    id: "show_shelf_board",
    method: Method::GET,
    path: "/v1/boards/shelf",
    feature: "boards",
    access: Access::Scope(Scope::BoardsRead),
    confirm: false,
    summary: Said { en: "The shelf as a whole", zh: "货架总览" },
    about: Said {
        en: "What stands on the shelf against the mix, the caps, the margin and the dates that `assortment` of `rewards.yaml` names; how each reward converts, pleases and pays; and what somebody should see to: low stock, a short hot reward, pieces that spoil, what lies too long and may go back, what members do not like, what has had its time.",
        zh: "对照 `rewards.yaml` 的 `assortment` 查看商品结构、占比上限、毛利与上新日期；每个商品的转化、满意度与成本效益；以及需处理事项：低库存、热门缺货、临期、滞销可退、差评整改、应替换商品。",
    },
    parameters: &[&FLAG, &LIMIT],
    body: None,
    key: Key::None,
    answer: Answer::json::<ShelfBoard>(200, Said { en: "The board.", zh: "货架总览。" }, ""),
    problems: &[],
    handler: |call| Box::pin(show_shelf(call)),
};
