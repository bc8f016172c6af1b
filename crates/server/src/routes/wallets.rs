//! Wallets: what a member has, settled to now.

use axum::http::Method;
use jifen_program::member::Member;
use jifen_program::wallets::read_view;

use crate::call::{Call, Reply, unknown_member};
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Key, Operation};
use crate::parameters::MEMBER_ID;
use crate::problems::table;
use crate::scopes::Scope;
use crate::wire::Wallet;

/// One record by its key, read where we are: a hop to another thread would cost more than the read.
async fn show_wallet(call: Call) -> Answered {
    let id = call.member()?;
    let engine = &call.app.engine;
    let (books, now) = (engine.books(), engine.clock().now());
    let view = engine.read_with::<Member, _>(id.as_str(), |body| read_view(body, &books, now))?;
    let view = view.ok_or_else(|| unknown_member(id.as_str()))?;
    Reply::json(&Wallet::of(&view, books.at(now)))
}

/// An example of a wallet.
pub const EXAMPLE: &str = r#"{"as_of": "2026-06-18T20:15:00+08:00", "units": [{"unit": "points", "available": 55,
    "pending": 0, "held": 0, "dormant": 0, "debt": 0, "expiring": [{"at": "2027-12-31T23:59:59+08:00", "points": 55}],
    "lifetime": {"earned": 55, "spent": 0, "expired": 0}}]}"#;

/// `GET /v1/members/{id}/wallet`
pub static SHOW: Operation = Operation {
    id: "show_wallet",
    method: Method::GET,
    path: "/v1/members/{id}/wallet",
    feature: "wallets",
    access: Access::ScopeOrSelf(Scope::WalletsRead),
    confirm: false,
    summary: Said { en: "Show a wallet", zh: "查看钱包" },
    about: Said {
        en: "Settled to now: a point that has lapsed is not in it, however late anything runs. Every unit of the program is listed, also those the member never had.",
        zh: "结算到当前时刻：已过期的积分不会出现。列出本计划的全部积分类型，包括会员从未获得的。",
    },
    parameters: &[&MEMBER_ID],
    body: None,
    key: Key::None,
    answer: Answer::json::<Wallet>(200, Said { en: "The wallet.", zh: "钱包。" }, EXAMPLE),
    problems: &[&table::MEMBER_UNKNOWN],
    handler: |call| Box::pin(show_wallet(call)),
};
