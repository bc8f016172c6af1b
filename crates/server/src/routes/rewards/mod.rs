//! Rewards: what points buy, as operators make them and as members see them.

mod inventory;
mod kind;
mod makeup;
mod offer;
mod seen;
mod sheet;
mod shelf;
mod stock;
mod view;

use axum::http::Method;
use jifen_program::flows::{Held, Looker, PutReward, shown_price};
use jifen_program::pricing::{PriceDay, PriceHistory};
use jifen_program::rewards::Reward as Stored;
use jifen_program::stock::Stock;
use jifen_vocab::{Day, Money, RewardId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::call::{Call, Reply, aside};
use crate::explain::price_steps;
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Body, BodyKind, Key, Operation, Parameter};
use crate::problems::{Problem, table};
use crate::scopes::Scope;
use crate::wire::{Amount, Text};

pub use inventory::INVENTORY;
pub use offer::Reward;
use offer::RewardBody;
pub(crate) use seen::{items, seen};
pub use sheet::TABLE;
pub(crate) use shelf::yourself;
pub use shelf::{LIST, birth_month};
pub use stock::CHANGE_STOCK;
pub use view::SHOW as SHOW_MEMBERS;

pub(super) static REWARD_ID: Parameter = Parameter {
    name: "id",
    in_path: true,
    about: Said { en: "The reward.", zh: "商品。" },
    schema: r#"{"type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[A-Za-z0-9._:-]+$"}"#,
    example: "umbrella",
};

/// A reward with what the market did to its price.
#[derive(Serialize, ToSchema)]
pub struct RewardDetail {
    #[serde(flatten)]
    reward: Reward,
    /// What it costs somebody of the lowest tier now; nothing where that is beyond what can be computed.
    now: Option<PriceNow>,
    /// The market's factor on the days that changed it, oldest first.
    prices: Vec<PricePoint>,
}

/// What a reward costs now.
#[derive(Serialize, ToSchema)]
pub struct PriceNow {
    /// Points.
    points: i64,
    /// Money besides.
    cash: Amount,
    /// How the points came about, step by step.
    explanation: Vec<Text>,
}

/// The market's factor since a day.
#[derive(Serialize, ToSchema)]
pub struct PricePoint {
    /// The day.
    #[schema(value_type = String, format = Date)]
    day: Day,
    /// The price that was set, in points; 0 where it follows from the worth.
    points: i64,
    /// What it was multiplied by, in millionths.
    millionths: i64,
}

async fn create_reward(call: Call) -> Answered {
    let body: RewardBody = call.json()?;
    let held = put(&call, body.id.clone(), true, body).await?;
    let location = format!("/v1/rewards/{}", held.0.reward.id);
    Ok(Reply::json(&answer(&call, &held.0))?.created(&location).replayed(held.1))
}

async fn change_reward(call: Call) -> Answered {
    let id = reward_id(&call)?;
    let body: RewardBody = call.json()?;
    if body.id.as_ref().is_some_and(|named| *named != id) {
        return Err(Problem::field("/id", "be the one of the address"));
    }
    let (held, replayed) = put(&call, Some(id), false, body).await?;
    Ok(Reply::json(&answer(&call, &held))?.replayed(replayed))
}

async fn put(call: &Call, id: Option<RewardId>, create: bool, body: RewardBody) -> Result<(Held, bool), Problem> {
    let books = call.app.engine.books();
    let stock = body.stock()?;
    let offer = body.offer(books.at(call.app.engine.clock().now()))?;
    call.submit(PutReward { request: call.key()?, id, create, offer, stock, by: call.by() }).await
}

async fn show_reward(call: Call) -> Answered {
    let id = reward_id(&call)?;
    let app = call.app.clone();
    let found = aside(move || {
        let engine = &app.engine;
        let reward = engine.read::<Stored>(id.as_str())?.ok_or_else(|| unknown(id.as_str()))?;
        let stock = engine.read::<Stock>(id.as_str())?.unwrap_or_else(|| Stock::new(None, reward.created));
        let history = engine.read::<PriceHistory>(id.as_str())?.unwrap_or_else(PriceHistory::new);
        Ok::<_, Problem>((Held { reward, stock }, history))
    });
    let (held, history) = found.await?;
    let now = price_now(&call, &held, &history);
    Reply::json(&RewardDetail { reward: answer(&call, &held), now, prices: points_of(&history) })
}

/// What the market did, day by day.
fn points_of(history: &PriceHistory) -> Vec<PricePoint> {
    let days = history.days.iter();
    let point =
        |day: &PriceDay| PricePoint { day: Day::from_number(day.day), points: day.points, millionths: day.millionths };
    days.map(point).collect()
}

fn price_now(call: &Call, held: &Held, history: &PriceHistory) -> Option<PriceNow> {
    let now = call.app.engine.clock().now();
    let books = call.app.engine.books();
    let book = books.at(now);
    let price = shown_price(book, &held.reward, &held.stock, history, &Looker::anybody(book), 1, now)?;
    let cash = Amount::from(Money { amount: price.cash, currency: book.currency });
    Some(PriceNow { points: price.points, cash, explanation: price_steps(&price.steps) })
}

fn answer(call: &Call, held: &Held) -> Reward {
    let books = call.app.engine.books();
    let book = books.at(call.app.engine.clock().now());
    Reward::of(&held.reward, &held.stock, book, call.caller.may(Scope::RewardsWrite))
}

fn reward_id(call: &Call) -> Result<RewardId, Problem> {
    let id = call.segment("id");
    RewardId::new(id).map_err(|_| unknown(id))
}

fn unknown(id: &str) -> Problem {
    Problem::new(&table::UNKNOWN).word("reward", id)
}

const NEW: &str = r#"{"id": "umbrella", "name": {"zh": "雨伞", "en": "Umbrella"}, "kind": "goods", "category": "daily",
    "points": 500, "stock": 100}"#;

/// `POST /v1/rewards`
pub static CREATE: Operation = Operation {
    id: "create_reward",
    method: Method::POST,
    path: "/v1/rewards",
    feature: "rewards",
    access: Access::Scope(Scope::RewardsWrite),
    confirm: false,
    summary: Said { en: "Add a reward", zh: "新增兑换商品" },
    about: Said {
        en: "A reward says its points, or its worth, from which the points follow. Without `stock` it never runs out. `limited` rewards open to higher tiers first.",
        zh: "商品可标明积分，或只标价值由系统折算积分。不填 `stock` 即不限量。`limited` 的商品先向高等级会员开放。",
    },
    parameters: &[],
    body: Some(Body { kinds: &[BodyKind::json::<RewardBody>(NEW)], required: true }),
    key: Key::Optional,
    answer: Answer::json::<Reward>(201, Said { en: "The reward.", zh: "商品。" }, ""),
    problems: &[
        &table::CURRENCY_MISMATCH,
        &table::LIMIT_EXCEEDED,
        &table::REWARD_EXISTS,
        &table::UNIT_NOT_SPENDABLE,
        &table::UNIT_UNKNOWN,
    ],
    handler: |call| Box::pin(create_reward(call)),
};

/// `PUT /v1/rewards/{id}`
pub static CHANGE: Operation = Operation {
    id: "change_reward",
    method: Method::PUT,
    path: "/v1/rewards/{id}",
    feature: "rewards",
    access: Access::Scope(Scope::RewardsWrite),
    confirm: false,
    summary: Said { en: "Change a reward", zh: "修改兑换商品" },
    about: Said {
        en: "What is sent takes the place of what there was; only `stock` stays where it is left out. With `retired` it is no longer offered. Quotes that were given keep their price; a reward that is retired is not redeemed any more.",
        zh: "以提交内容替换原内容；未提交的 `stock` 保持不变。`retired` 为真即下架。已给出的报价价格不变；已下架的商品不能再兑换。",
    },
    parameters: &[&REWARD_ID],
    body: Some(Body {
        kinds: &[BodyKind::json::<RewardBody>(
            r#"{"name": "Umbrella", "kind": "goods", "category": "daily", "points": 450}"#,
        )],
        required: true,
    }),
    key: Key::Optional,
    answer: Answer::json::<Reward>(200, Said { en: "The reward.", zh: "商品。" }, ""),
    problems: &[
        &table::CURRENCY_MISMATCH,
        &table::STOCK_RESERVED,
        &table::UNIT_NOT_SPENDABLE,
        &table::UNIT_UNKNOWN,
        &table::UNKNOWN,
    ],
    handler: |call| Box::pin(change_reward(call)),
};

/// `GET /v1/rewards/{id}`
pub static SHOW: Operation = Operation {
    id: "show_reward",
    method: Method::GET,
    path: "/v1/rewards/{id}",
    feature: "rewards",
    access: Access::Scope(Scope::RewardsRead),
    confirm: false,
    summary: Said { en: "Show a reward", zh: "查看兑换商品" },
    about: Said {
        en: "As it was made, with its stock to the piece and what the market did to its price. What it costs is told to who may change it.",
        zh: "商品设置、准确库存与价格变化。成本仅对可修改商品的调用方可见。",
    },
    parameters: &[&REWARD_ID],
    body: None,
    key: Key::None,
    answer: Answer::json::<RewardDetail>(200, Said { en: "The reward.", zh: "商品。" }, ""),
    problems: &[&table::UNKNOWN],
    handler: |call| Box::pin(show_reward(call)),
};
