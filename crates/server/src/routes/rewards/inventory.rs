//! All rewards as they were made, for those who keep the shelf: hidden, withdrawn and sold-out ones too.

use axum::http::Method;
use compact_str::CompactString;
use jifen_program::RuleBook;
use jifen_program::rewards::{REWARD, Reward as Stored, RewardKind};
use jifen_program::stock::Stock;
use jifen_store::{Bound, Find, Order, Value as Column};
use serde::Serialize;
use utoipa::ToSchema;

use super::offer::Reward;
use crate::app::App;
use crate::call::{Call, Parameters, Reply, aside};
use crate::cursor::IdCursor;
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Key, Operation, Parameter};
use crate::parameters::{CURSOR, LIMIT};
use crate::problems::Problem;
use crate::scopes::Scope;

/// Rewards read at once.
const SLICE: usize = 200;

static KIND: Parameter = Parameter {
    name: "kind",
    in_path: false,
    about: Said { en: "Only rewards of this kind.", zh: "只看该类型。" },
    schema: r#"{"type": "string", "minLength": 1, "maxLength": 64}"#,
    example: "goods",
};

static QUERY: Parameter = Parameter {
    name: "query",
    in_path: false,
    about: Said {
        en: "Only what has these letters in its identifier, its names or its words.",
        zh: "编号、名称或标签中包含该文字。",
    },
    schema: r#"{"type": "string", "minLength": 1, "maxLength": 100}"#,
    example: "umbrella",
};

static STATE: Parameter = Parameter {
    name: "state",
    in_path: false,
    about: Said {
        en: "`offered`: on the shelf or hidden; `hidden`; `low`: few are left; `sold_out`; `retired`: no longer offered.",
        zh: "`offered`：在售（含隐藏）；`hidden`：隐藏；`low`：库存不足；`sold_out`：已兑完；`retired`：已下架。",
    },
    schema: r#"{"type": "string", "enum": ["offered", "hidden", "low", "sold_out", "retired"]}"#,
    example: "low",
};

/// A page of rewards as they were made.
#[derive(Serialize, ToSchema)]
pub(super) struct Inventory {
    /// The rewards.
    data: Vec<Reward>,
    /// Where the next page starts; nothing on the last.
    next_cursor: Option<String>,
}

/// Which rewards are asked for, by how they stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Offered,
    Hidden,
    Low,
    SoldOut,
    Retired,
}

impl Standing {
    const WORDS: [(&str, Standing); 5] = [
        ("offered", Standing::Offered),
        ("hidden", Standing::Hidden),
        ("low", Standing::Low),
        ("sold_out", Standing::SoldOut),
        ("retired", Standing::Retired),
    ];

    fn has(self, reward: &Stored, stock: &Stock, book: &RuleBook) -> bool {
        let offer = &reward.offer;
        match self {
            Standing::Retired => offer.retired,
            _ if offer.retired => false,
            Standing::Offered => true,
            Standing::Hidden => offer.hidden,
            Standing::Low => Reward::is_low(stock, book),
            Standing::SoldOut => stock.remaining() == Some(0),
        }
    }
}

struct Wanted {
    kind: Option<RewardKind>,
    /// In lower case.
    query: Option<String>,
    state: Option<Standing>,
    limit: usize,
    after: Option<CompactString>,
    with_cost: bool,
}

impl Wanted {
    fn read(call: &Call, query: &Parameters) -> Result<Wanted, Problem> {
        Ok(Wanted {
            kind: query.get("kind").map(|text| one_of("kind", RewardKind::WORDS, text)).transpose()?,
            query: query.get("query").map(str::to_lowercase),
            state: query.get("state").map(|text| one_of("state", &Standing::WORDS, text)).transpose()?,
            limit: query.limit()?,
            after: query.get("cursor").map(IdCursor::read).transpose()?.map(|cursor| cursor.0),
            with_cost: call.caller.may(Scope::RewardsWrite),
        })
    }

    fn has(&self, reward: &Stored) -> bool {
        let offer = &reward.offer;
        let texts = [reward.id.as_str(), &offer.name.zh, &offer.name.en].into_iter();
        let mut texts = texts.chain(offer.tags.iter().map(CompactString::as_str));
        self.kind.is_none_or(|kind| kind == offer.kind)
            && self.query.as_ref().is_none_or(|query| texts.any(|text| text.to_lowercase().contains(query)))
    }
}

/// The word's meaning.
pub(super) fn one_of<T: Copy>(name: &'static str, words: &[(&str, T)], text: &str) -> Result<T, Problem> {
    let found = words.iter().find(|(word, _)| *word == text).map(|(_, meaning)| *meaning);
    found.ok_or_else(|| {
        let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        Problem::parameter(name, &format!("be one of {}", words.join(", ")))
    })
}

async fn list_inventory(call: Call) -> Answered {
    let query = call.query()?;
    let wanted = Wanted::read(&call, &query)?;
    let app = call.app.clone();
    let page = aside(move || inventory(&app, &wanted));
    Reply::json(&page.await?)
}

fn inventory(app: &App, wanted: &Wanted) -> Result<Inventory, Problem> {
    let books = app.engine.books();
    let book = books.at(app.engine.clock().now());
    let mut data: Vec<Reward> = Vec::new();
    let mut last: Option<CompactString> = None;
    let mut from = wanted.after.clone().map_or(Bound::Start, |after| Bound::After(Column::Null, after));
    loop {
        let find = Find { kind: &REWARD, column: None, equals: None, order: Order::Ascending, from, limit: SLICE };
        let found = app.engine.store().find(&find)?;
        for (id, _, row) in &found.rows {
            let reward = jifen_program::rewards::read(&row.body)
                .map_err(|error| Problem::internal(format!("the reward {id} cannot be read: {error}")))?;
            if !wanted.has(&reward) {
                continue;
            }
            let stock = app.engine.read::<Stock>(id)?.unwrap_or_else(|| Stock::new(None, reward.created));
            if wanted.state.is_some_and(|state| !state.has(&reward, &stock, book)) {
                continue;
            }
            if data.len() == wanted.limit {
                return Ok(Inventory { data, next_cursor: last.map(|id| IdCursor(id).write()) });
            }
            data.push(Reward::of(&reward, &stock, book, wanted.with_cost));
            last = Some(id.clone());
        }
        match found.next {
            Some(next) => from = next,
            None => return Ok(Inventory { data, next_cursor: None }),
        }
    }
}

/// `GET /v1/inventory`
pub static INVENTORY: Operation = Operation {
    id: "list_inventory",
    method: Method::GET,
    path: "/v1/inventory",
    feature: "rewards",
    access: Access::Scope(Scope::RewardsRead),
    confirm: false,
    summary: Said { en: "List all rewards with their stock", zh: "查看全部商品与库存" },
    about: Said {
        en: "As they were made, hidden and withdrawn ones too, with their stock to the piece. Members look at the shelf instead.",
        zh: "全部商品设置与准确库存，包括隐藏和已下架的商品。会员请使用货架接口。",
    },
    parameters: &[&KIND, &QUERY, &STATE, &LIMIT, &CURSOR],
    body: None,
    key: Key::None,
    answer: Answer::json::<Inventory>(200, Said { en: "A page of rewards.", zh: "一页商品。" }, ""),
    problems: &[],
    handler: |call| Box::pin(list_inventory(call)),
};
