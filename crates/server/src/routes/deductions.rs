//! Deductions: points pay a part of a bill. Tills reserve, confirm and cancel them.

use axum::http::Method;
use compact_str::CompactString;
use jifen_program::RuleBook;
use jifen_program::deductions::{Bill, BillLine, Deduction as Stored, Part as StoredPart};
use jifen_program::flows::{Deduct, DeductionEnd, EndDeduction};
use jifen_vocab::{Money, OrderId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::guard;
use crate::call::{Call, Reply, aside, judged};
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Body, BodyKind, Key, Operation, Parameter};
use crate::parameters::MEMBER_ID;
use crate::problems::{Problem, table};
use crate::scopes::Scope;
use crate::wire::{Amount, NewAmount, Text};

static ORDER: Parameter = Parameter {
    name: "order",
    in_path: true,
    about: Said { en: "The order that the bill is for.", zh: "账单所属的订单。" },
    schema: r#"{"type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[A-Za-z0-9._:-]+$"}"#,
    example: "till-7-1001",
};

static DRY_RUN: Parameter = Parameter {
    name: "dry_run",
    in_path: false,
    about: Said {
        en: "Says what points may pay, and why, and reserves nothing.",
        zh: "只说明可抵扣多少及原因，不预留积分。",
    },
    schema: r#"{"type": "boolean", "default": false}"#,
    example: "true",
};

/// A bill, before points pay any of it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDeduction {
    /// The order that the bill is for; it has one deduction that counts.
    #[schema(value_type = String, min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9._:-]+$")]
    order: OrderId,
    /// What is to be paid in all.
    amount: NewAmount,
    /// What it is for, where that matters.
    #[serde(default)]
    #[schema(max_items = 1000)]
    lines: Vec<NewBillLine>,
    /// On which channel.
    #[schema(min_length = 1, max_length = 64)]
    channel: Option<String>,
    /// In which shop.
    #[schema(min_length = 1, max_length = 64)]
    store: Option<String>,
    /// A coupon of the rule book: so much off for so many points.
    #[schema(min_length = 1, max_length = 64)]
    coupon: Option<String>,
    /// Points the member wants to use at most; all that may be used where it does not say.
    #[schema(minimum = 1, maximum = 900_000_000_000_i64)]
    points: Option<i64>,
    /// Whether the points are spent at once, and not only reserved.
    #[serde(default)]
    confirm: bool,
}

/// A line of a bill.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBillLine {
    /// The kind of goods.
    #[schema(min_length = 1, max_length = 128)]
    category: Option<String>,
    /// What it costs. Discounts and shipping weigh on all lines alike.
    amount: NewAmount,
}

/// Nothing to say: the deduction is named by the address.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EndOfDeduction {}

/// What one rule or coupon of the book allows, and why so much.
#[derive(Serialize, ToSchema)]
pub struct DeductionPart {
    /// The rule or coupon.
    id: String,
    /// What people call it.
    name: Text,
    /// The money it looks at; for a coupon, the least bill.
    base: Amount,
    /// The largest part of that, such as `0.3`; nothing for a coupon.
    most: Option<String>,
    /// The season that says so.
    season: Option<Text>,
    /// Points.
    points: i64,
    /// Money they stand for.
    money: Amount,
}

/// A deduction.
#[derive(Serialize, ToSchema)]
pub struct Deduction {
    /// The order, which names it.
    order: String,
    /// Whose points.
    member: String,
    /// `reserved`, `confirmed`, `canceled` or `expired`.
    state: &'static str,
    /// The unit.
    unit: String,
    /// Points in all.
    points: i64,
    /// Money they stand for: what `order.paid` reports as `points_paid`.
    money: Amount,
    /// What is left to be paid in money.
    to_pay: Amount,
    /// Where points and money come from.
    parts: Vec<DeductionPart>,
    /// Points that came back.
    points_back: i64,
    /// When it was made.
    #[schema(format = DateTime)]
    at: String,
    /// When a reservation ends.
    #[schema(format = DateTime)]
    expires_at: String,
}

impl Deduction {
    fn of(stored: &Stored, call: &Call) -> Deduction {
        let books = call.app.engine.books();
        let book = books.at(stored.at);
        let money = |amount: i64| Amount::from(Money { amount, currency: book.currency });
        Deduction {
            order: stored.order.to_string(),
            member: stored.member.to_string(),
            state: stored.state_at(call.app.engine.clock().now()).as_str(),
            unit: stored.unit.to_string(),
            points: stored.points,
            money: money(stored.money),
            to_pay: money(stored.bill.amount - stored.money),
            parts: stored.parts.iter().map(|part| DeductionPart::of(part, book)).collect(),
            points_back: stored.returned,
            at: book.zone.rfc3339(stored.at),
            expires_at: book.zone.rfc3339(stored.expires_at),
        }
    }
}

impl DeductionPart {
    fn of(part: &StoredPart, book: &RuleBook) -> DeductionPart {
        let money = |amount: i64| Amount::from(Money { amount, currency: book.currency });
        DeductionPart {
            id: part.id.to_string(),
            name: Text::from(&part.name),
            base: money(part.base),
            most: part.most.map(|most| most.to_string()),
            season: part.season.as_ref().map(Text::from),
            points: part.points,
            money: money(part.money),
        }
    }
}

impl NewDeduction {
    fn bill(self, call: &Call) -> Result<(OrderId, Bill, bool), Problem> {
        let books = call.app.engine.books();
        let currency = books.at(call.app.engine.clock().now()).currency;
        let mut lines = Vec::with_capacity(self.lines.len());
        for line in self.lines {
            let category = word("/lines", line.category, 128)?;
            lines.push(BillLine { category, amount: line.amount.minor("/lines", currency)? });
        }
        let bill = Bill {
            amount: self.amount.minor("/amount", currency)?,
            lines,
            channel: word("/channel", self.channel, 64)?,
            store: word("/store", self.store, 64)?,
            coupon: word("/coupon", self.coupon, 64)?,
            points: self.points,
        };
        Ok((self.order, bill, self.confirm))
    }
}

fn word(pointer: &'static str, text: Option<String>, bytes_max: usize) -> Result<Option<CompactString>, Problem> {
    match text {
        Some(text) if text.is_empty() || text.len() > bytes_max => {
            Err(Problem::field(pointer, &format!("have 1 to {bytes_max} bytes")))
        }
        text => Ok(text.map(CompactString::from)),
    }
}

async fn deduct(call: Call) -> Answered {
    let (member, is_dry) = (call.member()?, call.query()?.flag("dry_run")?);
    let (order, bill, confirm) = call.json::<NewDeduction>()?.bill(&call)?;
    let request = if is_dry { None } else { call.key()? };
    let wall = call.app.wall.now();
    let command =
        Deduct { request, member: member.clone(), order, bill, confirm, wall, operator: call.caller.id.clone() };
    if is_dry {
        let (stored, _) = judged(call.app.engine.dry_run(&command)?)?;
        return Reply::json(&Deduction::of(&stored, &call));
    }
    let answered = call.submit(command).await;
    if let Err(problem) = &answered {
        let books = call.app.engine.books();
        guard::note(&call, &member, books.at(call.app.engine.clock().now()).deduction_unit(), problem).await;
    }
    let (stored, replayed) = answered?;
    Ok(Reply::json(&Deduction::of(&stored, &call))?.replayed(replayed))
}

fn order_of(call: &Call) -> Result<OrderId, Problem> {
    let order = call.segment("order");
    OrderId::new(order).map_err(|_| unknown(order))
}

fn unknown(order: &str) -> Problem {
    Problem::new(&table::UNKNOWN).word("deduction", order)
}

async fn end(call: Call, how: DeductionEnd) -> Answered {
    let order = order_of(&call)?;
    if !call.body.is_empty() {
        call.json::<EndOfDeduction>()?;
    }
    let command = EndDeduction { request: call.key()?, order, how, operator: call.caller.id.clone() };
    let (stored, replayed) = call.submit(command).await?;
    Ok(Reply::json(&Deduction::of(&stored, &call))?.replayed(replayed))
}

async fn show_deduction(call: Call) -> Answered {
    let order = order_of(&call)?;
    let app = call.app.clone();
    let found = aside(move || app.engine.read::<Stored>(order.as_str())?.ok_or_else(|| unknown(order.as_str())));
    let found = found.await?;
    Reply::json(&Deduction::of(&found, &call))
}

const EXAMPLE: &str = r#"{"order": "till-7-1001", "member": "lin", "state": "reserved", "unit": "points", "points": 3000,
    "money": {"amount": 3000, "currency": "CNY"}, "to_pay": {"amount": 7000, "currency": "CNY"},
    "parts": [{"id": "order", "name": {"zh": "订单抵扣", "en": "Orders"}, "base": {"amount": 10000, "currency": "CNY"},
    "most": "0.3", "season": null, "points": 3000, "money": {"amount": 3000, "currency": "CNY"}}], "points_back": 0,
    "at": "2026-06-18T20:00:00+08:00", "expires_at": "2026-06-18T20:30:00+08:00"}"#;

const ANSWER: Answer = Answer::json::<Deduction>(200, Said { en: "The deduction.", zh: "抵扣。" }, EXAMPLE);

/// `POST /v1/members/{id}/deductions`
pub static DEDUCT: Operation = Operation {
    id: "deduct",
    method: Method::POST,
    path: "/v1/members/{id}/deductions",
    feature: "deductions",
    access: Access::Scope(Scope::PointsSpend),
    confirm: false,
    summary: Said { en: "Pay a part of a bill with points", zh: "用积分抵扣账单" },
    about: Said {
        en: "Works out how much of the bill points may pay, and why, and reserves as many for the till; with `confirm` they are spent at once. The same bill of the same order again gets the deduction as it stands. What nobody confirms in time is free again. Much is held back while the member signed in just now on a device not seen before, until a fresh code is shown on it. Report `money` as `points_paid` of `order.paid`: the two must agree; a reservation is confirmed by it. Refunds of the order give points back by their share.",
        zh: "计算账单可用积分抵扣的金额及原因，并为收银预留积分；带 `confirm` 时立即扣除。同一订单的同一账单重复提交得到当前的抵扣。超时未确认则自动释放。会员刚在未使用过的设备登录时，大额抵扣须先在该设备上输入新的验证码。上报 `order.paid` 时 `points_paid` 须等于 `money`，预留的积分随之确认扣除。订单退款按比例退回积分。",
    },
    parameters: &[&MEMBER_ID, &DRY_RUN],
    body: Some(Body {
        kinds: &[BodyKind::json::<NewDeduction>(
            r#"{"order": "till-7-1001", "amount": {"amount": 10000, "currency": "CNY"}, "store": "s319"}"#,
        )],
        required: true,
    }),
    key: Key::Optional,
    answer: ANSWER,
    problems: &[
        &table::AMOUNT_OUT_OF_RANGE,
        &table::CURRENCY_MISMATCH,
        &table::DEDUCTION_CLOSED,
        &table::DEDUCTION_EXISTS,
        &table::DEDUCTION_UNAVAILABLE,
        &table::DEVICE_UNCONFIRMED,
        &table::HOLD_NOT_OPEN,
        &table::INSUFFICIENT_POINTS,
        &table::LIMIT_EXCEEDED,
        &table::MEMBER_UNKNOWN,
        &table::ORDER_ALREADY_COUNTED,
        &table::ORDER_OF_ANOTHER_MEMBER,
        &table::UNIT_NOT_SPENDABLE,
        &table::UNIT_UNKNOWN,
        &table::WALLET_FROZEN,
    ],
    handler: |call| Box::pin(deduct(call)),
};

/// `POST /v1/deductions/{order}/confirm`
pub static CONFIRM: Operation = Operation {
    id: "confirm_deduction",
    method: Method::POST,
    path: "/v1/deductions/{order}/confirm",
    feature: "deductions",
    access: Access::Scope(Scope::PointsSpend),
    confirm: false,
    summary: Said { en: "Spend the points of a deduction", zh: "确认抵扣" },
    about: Said {
        en: "The bill is paid: the reserved points are spent. Saying it again changes nothing.",
        zh: "账单已支付，扣除预留的积分。重复确认不产生变化。",
    },
    parameters: &[&ORDER],
    body: Some(Body { kinds: &[BodyKind::json::<EndOfDeduction>("{}")], required: false }),
    key: Key::Optional,
    answer: ANSWER,
    problems: &[&table::DEDUCTION_CLOSED, &table::HOLD_NOT_OPEN, &table::LIMIT_EXCEEDED, &table::UNKNOWN],
    handler: |call| Box::pin(end(call, DeductionEnd::Confirm)),
};

/// `POST /v1/deductions/{order}/cancel`
pub static CANCEL: Operation = Operation {
    id: "cancel_deduction",
    method: Method::POST,
    path: "/v1/deductions/{order}/cancel",
    feature: "deductions",
    access: Access::Scope(Scope::PointsSpend),
    confirm: false,
    summary: Said { en: "Take a deduction back", zh: "取消抵扣" },
    about: Said {
        en: "Until `order.paid` has come: points return to where they came from. After that, refunds of the order give them back. Saying it again changes nothing.",
        zh: "仅限 `order.paid` 到达之前，积分退回原处；之后通过订单退款退回。重复取消不产生变化。",
    },
    parameters: &[&ORDER],
    body: Some(Body { kinds: &[BodyKind::json::<EndOfDeduction>("{}")], required: false }),
    key: Key::Optional,
    answer: ANSWER,
    problems: &[&table::DEDUCTION_CLOSED, &table::LIMIT_EXCEEDED, &table::UNKNOWN],
    handler: |call| Box::pin(end(call, DeductionEnd::Cancel)),
};

/// `GET /v1/deductions/{order}`
pub static SHOW: Operation = Operation {
    id: "show_deduction",
    method: Method::GET,
    path: "/v1/deductions/{order}",
    feature: "deductions",
    access: Access::Scope(Scope::WalletsRead),
    confirm: false,
    summary: Said { en: "Show a deduction", zh: "查看抵扣" },
    about: Said { en: "Where it stands, and what came back.", zh: "抵扣状态与已退回的积分。" },
    parameters: &[&ORDER],
    body: None,
    key: Key::None,
    answer: ANSWER,
    problems: &[&table::UNKNOWN],
    handler: |call| Box::pin(show_deduction(call)),
};
