//! Rewards as a table: what `jifen import rewards` reads.

use axum::http::Method;
use jifen_program::rewards::Reward as Stored;
use jifen_program::stock::Stock;

use crate::call::{Call, Reply, aside};
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Key, Operation};
use crate::problems::Problem;
use crate::scopes::Scope;

/// The columns, in their order. Words of a list are separated by `;`.
const COLUMNS: [&str; 19] = [
    "id", "name_zh", "name_en", "kind", "category", "unit", "points", "value", "cash", "cost", "stock", "limited",
    "hidden", "tags", "tiers", "regions", "stores", "weight", "retired",
];

async fn write_table(call: Call) -> Answered {
    let app = call.app.clone();
    let written = aside(move || {
        let rows = app.shelf.rows(&app.engine)?;
        let mut writer = csv::Writer::from_writer(Vec::new());
        let fault = |error: csv::Error| Problem::internal(error.to_string());
        writer.write_record(COLUMNS).map_err(fault)?;
        for row in rows.values() {
            writer.write_record(record(&row.reward, &row.stock)).map_err(fault)?;
        }
        writer.into_inner().map_err(|error| Problem::internal(error.to_string()))
    });
    let bytes = written.await?;
    Ok(Reply::bytes("text/csv; charset=utf-8", bytes))
}

fn record(reward: &Stored, stock: &Stock) -> Vec<String> {
    let offer = &reward.offer;
    let number = |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
    let yes = |holds: bool| if holds { "yes".to_owned() } else { String::new() };
    let tiers: Vec<&str> = offer.tiers.iter().map(|tier| tier.as_str()).collect();
    vec![
        reward.id.to_string(),
        plain(&offer.name.zh),
        plain(&offer.name.en),
        offer.kind.as_str().to_owned(),
        offer.category.to_string(),
        offer.unit.as_ref().map(ToString::to_string).unwrap_or_default(),
        number(offer.points),
        number(offer.value),
        number(Some(offer.cash).filter(|cash| *cash > 0)),
        number(offer.cost),
        number(stock.on_hand),
        yes(offer.limited),
        yes(offer.hidden),
        plain(&offer.tags.join(";")),
        tiers.join(";"),
        plain(&offer.regions.join(";")),
        plain(&offer.stores.join(";")),
        offer.weight.to_string(),
        yes(offer.retired),
    ]
}

/// A text that a spreadsheet does not take for a formula.
fn plain(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

/// `GET /v1/rewards.csv`
pub static TABLE: Operation = Operation {
    id: "write_rewards_table",
    method: Method::GET,
    path: "/v1/rewards.csv",
    feature: "rewards",
    access: Access::Scope(Scope::RewardsWrite),
    confirm: false,
    summary: Said { en: "All rewards as a table", zh: "导出商品表" },
    about: Said {
        en: "CSV with a line a reward, hidden and withdrawn ones too: what `jifen import rewards` reads. Money is in minor units, words of a list are separated by `;`.",
        zh: "每个商品一行的 CSV，含隐藏与已下架商品，可由 `jifen import rewards` 读入。金额以分为单位，多个词用 `;` 分隔。",
    },
    parameters: &[],
    body: None,
    key: Key::None,
    answer: Answer::text("text/csv", Said { en: "The table.", zh: "商品表。" }),
    problems: &[],
    handler: |call| Box::pin(write_table(call)),
};
