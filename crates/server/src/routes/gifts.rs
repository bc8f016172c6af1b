//! Gifts: rewards of the shelf that rules and tasks give, how many are left of each, and how often one was missing.

use std::collections::BTreeMap;

use axum::http::Method;
use jifen_program::RuleBook;
use jifen_program::book::gifts::Gift as Terms;
use jifen_program::book::givers;
use jifen_program::rewards::Reward;
use jifen_program::stock::Stock;
use jifen_vocab::{Day, GiftBack, GiftGiven};
use serde::Serialize;
use utoipa::ToSchema;

use super::reports::{FROM, TO, days};
use crate::app::App;
use crate::call::{Call, Reply, aside};
use crate::explain::gift_name;
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Key, Operation};
use crate::problems::Problem;
use crate::scopes::Scope;
use crate::wire::Text;

/// The gifts of the rule book in force.
#[derive(Serialize, ToSchema)]
pub struct Gifts {
    /// In the order of the rule book.
    data: Vec<Gift>,
}

/// A reward of the shelf that rules and tasks give.
#[derive(Serialize, ToSchema)]
pub struct Gift {
    /// The identifier.
    id: String,
    /// What people call it.
    name: Text,
    /// The reward.
    reward: String,
    /// `ready`; `empty` where none is left; `retired` where the reward is no longer offered; `missing` where nobody made it.
    state: &'static str,
    /// Pieces that are left; nothing where it never runs out.
    left: Option<i64>,
    /// Days for which its voucher is valid; nothing where vouchers in general say so.
    days: Option<u16>,
    /// The rules and tasks that give it.
    by: Vec<GiftGiver>,
    /// How many were given in these days.
    given: i64,
    /// How often there was none to give in these days: the points came all the same.
    missed: i64,
    /// How many were canceled in these days, because what brought them was taken back.
    canceled: i64,
}

/// A rule or task that gives something.
#[derive(Serialize, ToSchema)]
pub struct GiftGiver {
    /// The identifier.
    id: String,
    /// What people call it.
    name: Text,
}

/// A gift that came with an event.
#[derive(Serialize, ToSchema)]
pub struct GiftCame {
    /// The gift.
    gift: String,
    /// What people call it.
    name: Text,
    /// The reward.
    reward: String,
    /// The rule or task that gave it.
    rule: String,
    /// Where it stands among what the member redeemed; its voucher is there.
    redemption: String,
    /// When its voucher lapses; nothing of a partner's code.
    #[schema(format = DateTime)]
    expires_at: Option<String>,
}

/// A gift whose cause was taken back.
#[derive(Serialize, ToSchema)]
pub struct GiftWent {
    /// The gift.
    gift: String,
    /// What people call it.
    name: Text,
    /// Where it stands among what the member redeemed.
    redemption: String,
    /// Whether it was canceled: what was used stays used.
    canceled: bool,
}

impl GiftCame {
    pub(super) fn of(given: &GiftGiven, book: &RuleBook) -> GiftCame {
        GiftCame {
            gift: given.gift.to_string(),
            name: gift_name(&given.gift, book),
            reward: given.reward.to_string(),
            rule: given.rule.to_string(),
            redemption: given.redemption.to_string(),
            expires_at: given.expires_at.map(|at| book.zone.rfc3339(at)),
        }
    }
}

impl GiftWent {
    pub(super) fn of(back: &GiftBack, book: &RuleBook) -> GiftWent {
        GiftWent {
            gift: back.gift.to_string(),
            name: gift_name(&back.gift, book),
            redemption: back.redemption.to_string(),
            canceled: back.taken,
        }
    }
}

async fn list_gifts(call: Call) -> Answered {
    let (from, to) = days(&call)?;
    let app = std::sync::Arc::clone(&call.app);
    let found = aside(move || gifts(&app, from, to));
    Reply::json(&found.await?)
}

fn gifts(app: &App, from: Day, to: Day) -> Result<Gifts, Problem> {
    let books = app.engine.books();
    let book = books.at(app.engine.clock().now());
    let mut counts: BTreeMap<String, i64> = BTreeMap::new();
    for row in app.engine.store().counters("gift", from, to)? {
        *counts.entry(row.dimensions.to_string()).or_default() += row.value;
    }
    let gift = |terms: &Terms| Gift::of(terms, app, book, &counts);
    Ok(Gifts { data: book.gifts.gifts.iter().map(gift).collect::<Result<_, _>>()? })
}

impl Gift {
    fn of(terms: &Terms, app: &App, book: &RuleBook, counts: &BTreeMap<String, i64>) -> Result<Gift, Problem> {
        let reward = app.engine.read::<Reward>(terms.reward.as_str())?;
        let stock = app.engine.read::<Stock>(terms.reward.as_str())?;
        let left = stock.and_then(|stock| stock.remaining());
        let count = |what: &str| counts.get(&format!("{}|{what}", terms.id)).copied().unwrap_or(0);
        let state = match reward {
            None => "missing",
            Some(reward) if reward.offer.retired => "retired",
            Some(_) if left.is_some_and(|left| left <= 0) => "empty",
            Some(_) => "ready",
        };
        let by = givers(book, terms).map(|(id, name)| GiftGiver { id: id.to_string(), name: Text::from(&name) });
        Ok(Gift {
            id: terms.id.to_string(),
            name: Text::from(&terms.name),
            reward: terms.reward.to_string(),
            state,
            left,
            days: terms.days,
            by: by.collect(),
            given: count("given"),
            missed: count("missed"),
            canceled: count("canceled"),
        })
    }
}

/// `GET /v1/gifts`
pub static LIST: Operation = Operation {
    id: "list_gifts",
    method: Method::GET,
    path: "/v1/gifts",
    feature: "gifts",
    access: Access::Scope(Scope::RewardsRead),
    confirm: false,
    summary: Said { en: "List gifts", zh: "查看赠礼" },
    about: Said {
        en: "Rewards of the shelf that rules and tasks of the rule book in force give: what is left of each, by whom it is given, and how often it was given, missing and canceled in these days.",
        zh: "现行规则与任务赠送的权益：库存、由何规则或任务赠送，以及所选日期内的赠送、缺货与作废次数。",
    },
    parameters: &[&FROM, &TO],
    body: None,
    key: Key::None,
    answer: Answer::json::<Gifts>(
        200,
        Said { en: "The gifts.", zh: "赠礼列表。" },
        r#"{"data": [{"id": "free-shipping", "name": {"zh": "首单包邮券", "en": "free shipping of the first order"},
            "reward": "free-shipping", "state": "ready", "left": 480, "days": null, "by": [{"id": "registration",
            "name": {"zh": "注册有礼", "en": "Registration"}}], "given": 20, "missed": 0, "canceled": 1}]}"#,
    ),
    problems: &[],
    handler: |call| Box::pin(list_gifts(call)),
};
