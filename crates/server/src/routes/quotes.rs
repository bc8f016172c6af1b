//! Quotes: a price that holds for some minutes, and reserves nothing.

use std::collections::BTreeMap;

use axum::http::Method;
use compact_str::CompactString;
use jifen_program::flows::{AskQuote, Quoted};
use jifen_program::quotes::Delivery;
use jifen_vocab::{Chosen, Day, MemberId, Money, RewardId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::rewards::birth_month;
use crate::call::{Call, Reply, aside};
use crate::explain::price_steps;
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Body, BodyKind, Key, Operation};
use crate::problems::table;
use crate::scopes::Scope;
use crate::wire::{self, Amount, NewAmount, Text};

/// What is to be priced.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewQuote {
    /// For whom.
    #[schema(value_type = String, min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9._:-]+$")]
    member: MemberId,
    /// Of what.
    #[schema(value_type = String, min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9._:-]+$")]
    reward: RewardId,
    /// Pieces; one unless it is given.
    #[schema(minimum = 1, maximum = 20)]
    quantity: Option<i64>,
    /// Money that is to stand for points.
    cash: Option<NewAmount>,
    /// The option of each choice that the reward gives.
    #[serde(default)]
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    options: BTreeMap<CompactString, CompactString>,
    /// The day it is booked for.
    #[schema(value_type = Option<String>, format = Date)]
    day: Option<Day>,
    /// How it is to come: goods are picked up in a shop unless they are to be sent, everything else is electronic.
    delivery: Option<DeliveryName>,
}

/// How a reward comes to a member.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Delivery)]
pub enum DeliveryName {
    /// As a code, at once.
    Electronic,
    /// By courier within the city.
    Express,
    /// Handed over in a shop.
    PickUp,
    /// Sent home.
    Ship,
}

impl DeliveryName {
    fn stored(self) -> Delivery {
        match self {
            DeliveryName::Electronic => Delivery::Electronic,
            DeliveryName::Express => Delivery::Express,
            DeliveryName::PickUp => Delivery::PickUp,
            DeliveryName::Ship => Delivery::Ship,
        }
    }
}

/// A price.
#[derive(Serialize, ToSchema)]
pub struct Quote {
    /// The identifier, to redeem it.
    id: String,
    /// For whom.
    member: String,
    /// Of what.
    reward: String,
    /// Pieces.
    quantity: i64,
    /// The unit.
    unit: String,
    /// Points to pay.
    points: i64,
    /// Money to pay.
    cash: Amount,
    /// How it comes to the member.
    delivery: &'static str,
    #[serde(flatten)]
    chosen: wire::Chosen,
    /// How the points came about, step by step, before money stood for some of them.
    explanation: Vec<Text>,
    /// Until when the price holds.
    #[schema(format = DateTime)]
    expires_at: String,
    /// Points the member has.
    available: i64,
    /// Points that are missing.
    missing: i64,
    /// Money that would make up for them; nothing where none are missing or money may not stand for so many.
    #[serde(skip_serializing_if = "Option::is_none")]
    cash_for_missing: Option<Amount>,
}

async fn ask_quote(call: Call) -> Answered {
    let new: NewQuote = call.json()?;
    super::rewards::yourself(&call, Some(new.member.clone()))?;
    let books = call.app.engine.books();
    let currency = books.at(call.app.engine.clock().now()).currency;
    let cash = new.cash.map(|cash| cash.minor("/cash", currency)).transpose()?;
    let (app, member) = (call.app.clone(), new.member.clone());
    let birth_month = aside(move || birth_month(&app, member.as_str()));
    let command = AskQuote {
        request: call.key()?,
        member: new.member,
        reward: new.reward,
        quantity: new.quantity.unwrap_or(1),
        cash: cash.unwrap_or(0),
        delivery: new.delivery.map(DeliveryName::stored),
        chosen: Chosen { options: new.options, day: new.day },
        birth_month: birth_month.await?,
    };
    let (quoted, replayed) = call.submit(command).await?;
    Ok(Reply::json(&answer(&call, &quoted))?.replayed(replayed))
}

fn answer(call: &Call, quoted: &Quoted) -> Quote {
    let books = call.app.engine.books();
    let quote = &quoted.quote;
    let book = books.at(quote.at);
    let money = |amount: i64| Amount::from(Money { amount, currency: book.currency });
    Quote {
        id: quote.id.to_string(),
        member: quote.member.to_string(),
        reward: quote.reward.to_string(),
        quantity: quote.quantity,
        unit: quote.unit.to_string(),
        points: quote.points,
        cash: money(quote.cash),
        delivery: quote.delivery.as_str(),
        chosen: wire::Chosen::from(&quote.chosen),
        explanation: price_steps(&quote.steps),
        expires_at: book.zone.rfc3339(quote.expires_at),
        available: quoted.available,
        missing: (quote.points - quoted.available).max(0),
        cash_for_missing: quoted.cash_for_missing.map(money),
    }
}

/// `POST /v1/quotes`
pub static ASK: Operation = Operation {
    id: "ask_quote",
    method: Method::POST,
    path: "/v1/quotes",
    feature: "quotes",
    access: Access::ScopeOrMember(Scope::RedemptionsWrite),
    confirm: false,
    summary: Said { en: "Ask for a price", zh: "询价" },
    about: Said {
        en: "What a reward costs this member now: by tier, birthday, season and stock. The price holds until `expires_at`; nothing is reserved. With `cash`, money stands for a part of the points, as far as the program allows.",
        zh: "该会员此刻的兑换价，随等级、生日、季节与库存而定。报价在 `expires_at` 前有效，不预留库存。填写 `cash` 时，在方案允许的范围内以现金抵扣部分积分。",
    },
    parameters: &[],
    body: Some(Body {
        kinds: &[BodyKind::json::<NewQuote>(r#"{"member": "lin", "reward": "umbrella"}"#)],
        required: true,
    }),
    key: Key::Optional,
    answer: Answer::json::<Quote>(200, Said { en: "The price.", zh: "报价。" }, ""),
    problems: &[
        &table::AMOUNT_OUT_OF_RANGE,
        &table::CURRENCY_MISMATCH,
        &table::LIMIT_EXCEEDED,
        &table::MEMBER_UNKNOWN,
        &table::OUT_OF_STOCK,
        &table::REDEMPTION_LIMIT,
        &table::REWARD_UNAVAILABLE,
        &table::UNKNOWN,
    ],
    handler: |call| Box::pin(ask_quote(call)),
};
