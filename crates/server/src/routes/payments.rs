//! Payments: the money of a redemption. The provider's signed call-backs come in here; members see where they pay.

use axum::http::Method;
use compact_str::CompactString;
use jifen_connect::{ID_HEADER, PayState, SIGNATURE_HEADER, Signed, TIMESTAMP_HEADER, Told};
use jifen_program::payments::{Payment as Stored, PaymentState};
use jifen_vocab::{Money, RedemptionId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::redemptions::{REDEMPTION_ID, mine, unknown};
use crate::call::{Call, Reply};
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Body, BodyKind, Key, Operation};
use crate::payments::{OtherCurrency, heard, said};
use crate::problems::{Problem, table};
use crate::scopes::Scope;
use crate::wire::Amount;

/// Characters of a call-back's name.
const NAME_LEN_MAX: usize = 128;

/// A payment as its provider tells it.
#[derive(Deserialize, ToSchema)]
pub struct PaymentNotice {
    /// The redemption, by which the provider knows the payment.
    #[schema(min_length = 1, max_length = 64)]
    order: String,
    /// The provider's name for it.
    #[schema(min_length = 1, max_length = 64)]
    payment: String,
    /// Where it stands.
    state: NoticeState,
    /// How much.
    amount: NoticeAmount,
    /// Minor units that went back in all.
    #[serde(default)]
    refunded: i64,
}

/// Money as a provider tells it.
#[derive(Deserialize, ToSchema)]
pub struct NoticeAmount {
    /// Minor units.
    amount: i64,
    /// ISO 4217.
    #[schema(min_length = 3, max_length = 3)]
    currency: String,
}

/// Where a payment stands with its provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NoticeState {
    /// No money is taken any more, and none came.
    Closed,
    /// It failed.
    Failed,
    /// It waits for the member.
    Open,
    /// The money came.
    Paid,
}

/// The money of a redemption.
#[derive(Serialize, ToSchema)]
pub struct Payment {
    /// The redemption.
    redemption: String,
    /// `preparing`, `open`, `paid`, `failed` or `closed`.
    state: &'static str,
    /// How much.
    amount: Amount,
    /// Where the member pays, while it is open.
    pay_url: Option<String>,
    /// Money that is to go back in all.
    to_refund: Amount,
    /// Money that went back.
    refunded: Amount,
}

impl From<PaymentNotice> for Told {
    fn from(notice: PaymentNotice) -> Self {
        let state = match notice.state {
            NoticeState::Closed => PayState::Closed,
            NoticeState::Failed => PayState::Failed,
            NoticeState::Open => PayState::Open,
            NoticeState::Paid => PayState::Paid,
        };
        let amount = jifen_connect::PayAmount { amount: notice.amount.amount, currency: notice.amount.currency };
        let (order, payment, refunded) = (notice.order, notice.payment, notice.refunded);
        Told { order, payment, state, amount, refunded, url: None }
    }
}

/// Believes a call-back, and gives its name; nobody else may speak of payments here.
fn believed(call: &Call) -> Result<CompactString, Problem> {
    let header = |name| call.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (id, timestamp, signatures) = (header(ID_HEADER), header(TIMESTAMP_HEADER), header(SIGNATURE_HEADER));
    let not_believed = |why: &str| Problem::new(&table::SIGNATURE_INVALID).word("reason", why);
    let provider = call.app.payments.as_ref().ok_or_else(|| not_believed("there is no payment provider here"))?;
    let signed = Signed { id, timestamp, signatures, body: &call.body };
    let second = call.app.wall.now().as_millis() / 1_000;
    provider.secrets().verify(&signed, second).map_err(|error| not_believed(&error.to_string()))?;
    if id.len() > NAME_LEN_MAX {
        return Err(not_believed("the name of a call-back is too long"));
    }
    Ok(CompactString::new(id))
}

async fn hear_payment(call: Call) -> Answered {
    let name = believed(&call)?;
    let told = Told::from(call.json::<PaymentNotice>()?);
    let redemption = RedemptionId::new(&told.order).map_err(|_| unknown(&told.order))?;
    let currency = call.app.engine.books().at(call.app.engine.clock().now()).currency;
    let said = said(&told, currency).map_err(|OtherCurrency| {
        Problem::new(&table::CURRENCY_MISMATCH).at("/amount/currency").word("currency", currency.as_str())
    })?;
    if let Some(said) = said {
        call.submit(heard(redemption, (name, call.fingerprint()?), said)?).await?;
    }
    Ok(Reply::nothing())
}

async fn show_payment(call: Call) -> Answered {
    let found = mine(&call, |stored: &Stored| &stored.member).await?;
    let books = call.app.engine.books();
    let currency = books.at(found.at).currency;
    let money = |amount: i64| Amount::from(Money { amount, currency });
    let is_open = found.state == PaymentState::Open;
    Reply::json(&Payment {
        redemption: found.redemption.to_string(),
        state: match found.state {
            PaymentState::ToCreate => "preparing",
            PaymentState::ToClose => PaymentState::Closed.as_str(),
            state => state.as_str(),
        },
        amount: money(found.amount),
        pay_url: found.url.filter(|url| is_open && !url.is_empty()),
        to_refund: money(found.owed),
        refunded: money(found.refunded),
    })
}

/// `POST /v1/payments/callback`
pub static HEAR: Operation = Operation {
    id: "hear_payment",
    method: Method::POST,
    path: "/v1/payments/callback",
    feature: "payments",
    access: Access::Open,
    confirm: false,
    summary: Said { en: "Hear of a payment", zh: "接收支付回调" },
    about: Said {
        en: "By the payment provider only: signed by the Standard Webhooks scheme (`webhook-id`, `webhook-timestamp`, `webhook-signature`), at most five minutes old. The same call-back again changes nothing. Money that comes when nobody waits for it any more goes back.",
        zh: "仅供支付方调用：按 Standard Webhooks 方式签名（`webhook-id`、`webhook-timestamp`、`webhook-signature`），五分钟内有效。重复回调不产生变化。逾期到账的款项自动原路退回。",
    },
    parameters: &[],
    body: Some(Body {
        kinds: &[BodyKind::json::<PaymentNotice>(
            r#"{"order": "rdm_0rkf3c2gq1a2b3c4d5e6f7", "payment": "pp-1", "state": "paid", "amount": {"amount": 2500, "currency": "CNY"}}"#,
        )],
        required: true,
    }),
    key: Key::None,
    answer: Answer::nothing(204, Said { en: "It was heard.", zh: "已收到。" }),
    problems: &[
        &table::CURRENCY_MISMATCH,
        &table::HOLD_NOT_OPEN,
        &table::IDEMPOTENCY_CONFLICT,
        &table::LIMIT_EXCEEDED,
        &table::PAYMENT_MISMATCH,
        &table::SIGNATURE_INVALID,
        &table::UNKNOWN,
    ],
    handler: |call| Box::pin(hear_payment(call)),
};

/// `GET /v1/redemptions/{id}/payment`
pub static SHOW: Operation = Operation {
    id: "show_payment",
    method: Method::GET,
    path: "/v1/redemptions/{id}/payment",
    feature: "payments",
    access: Access::ScopeOrMember(Scope::RedemptionsRead),
    confirm: false,
    summary: Said { en: "Show the payment of a redemption", zh: "查看兑换的支付" },
    about: Said {
        en: "Where the member pays, and whether the money came. Members see their own.",
        zh: "支付入口与到账状态。会员只能查看本人的支付。",
    },
    parameters: &[&REDEMPTION_ID],
    body: None,
    key: Key::None,
    answer: Answer::json::<Payment>(200, Said { en: "The payment.", zh: "支付。" }, ""),
    problems: &[&table::UNKNOWN],
    handler: |call| Box::pin(show_payment(call)),
};
