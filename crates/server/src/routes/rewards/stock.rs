//! Pieces of a reward as its supplier or a count tells them.

use axum::http::Method;
use jifen_program::flows::{Supply, SupplyChange};
use jifen_vocab::Day;
use serde::Deserialize;
use utoipa::ToSchema;

use super::offer::Reward;
use super::{REWARD_ID, answer, reward_id};
use crate::call::{Call, Reply};
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Body, BodyKind, Key, Operation};
use crate::problems::{Problem, table};
use crate::scopes::Scope;

/// How the pieces of a reward change: by so many, or to so many.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StockChange {
    /// So many come; with a minus, so many leave otherwise than to members.
    #[schema(minimum = -1_000_000_000, maximum = 1_000_000_000)]
    add: Option<i64>,
    /// So many are there, reserved ones included.
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    stock: Option<i64>,
    /// The last day on which the pieces are good; it stays unless it is given.
    #[schema(value_type = Option<String>, format = Date)]
    best_before: Option<Day>,
}

async fn change_stock(call: Call) -> Answered {
    let reward = reward_id(&call)?;
    let body: StockChange = call.json()?;
    let change = match (body.add, body.stock) {
        (Some(pieces), None) => SupplyChange::Add(pieces),
        (None, Some(pieces)) => SupplyChange::Set(pieces),
        _ => return Err(Problem::field("/stock", "be there or `add`, and not both")),
    };
    let supply = Supply { request: call.key()?, reward, change, best_before: body.best_before, by: call.by() };
    let (held, replayed) = call.submit(supply).await?;
    Ok(Reply::json::<Reward>(&answer(&call, &held))?.replayed(replayed))
}

/// `PUT /v1/rewards/{id}/stock`
pub static CHANGE_STOCK: Operation = Operation {
    id: "change_stock",
    method: Method::PUT,
    path: "/v1/rewards/{id}/stock",
    feature: "rewards",
    access: Access::Scope(Scope::RewardsWrite),
    confirm: false,
    summary: Said { en: "Change the stock of a reward", zh: "更新商品库存" },
    about: Said {
        en: "For suppliers and warehouses: `add` what was delivered or, with a minus, what broke or went back; or `stock` after a count. With an idempotency key a delivery counts once, however often it is sent. Reserved pieces stay.",
        zh: "供应商与仓库用：`add` 为到货数量，负数为报损或退回；`stock` 为盘点数量。附幂等键时，同一批到货无论发送几次只计一次。已预留的库存不受影响。",
    },
    parameters: &[&REWARD_ID],
    body: Some(Body {
        kinds: &[BodyKind::json::<StockChange>(r#"{"add": 200, "best_before": "2027-03-31"}"#)],
        required: true,
    }),
    key: Key::Optional,
    answer: Answer::json::<Reward>(200, Said { en: "The reward.", zh: "商品。" }, ""),
    problems: &[&table::STOCK_RESERVED, &table::UNKNOWN],
    handler: |call| Box::pin(change_stock(call)),
};
