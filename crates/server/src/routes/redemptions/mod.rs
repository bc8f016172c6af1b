//! Redemptions: a quoted price is paid; what was redeemed is confirmed, sent, canceled or returned.

mod queue;

use axum::http::Method;
use compact_str::CompactString;
use jifen_program::RuleBook;
use jifen_program::flows::{
    CodeDraws, ConfirmRedemption, PaymentNews, Redeem, SendOut, SettlePayment, TakeBackHow, UndoRedemption, WaysBack,
};
use jifen_program::quotes::Quote;
use jifen_program::redemptions::{PIECES_MAX, Redemption as Stored};
use jifen_program::rewards::Reward;
use jifen_program::vouchers::VoucherCode;
use jifen_vocab::{Code, MemberId, Money, QuoteId, RedemptionId, Refusal};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::guard;
use crate::app::App;
use crate::call::{Call, Reply, aside, unknown_member};
use crate::callers::CallerKind;
use crate::explain;
use crate::language::Said;
use crate::listing::{Listed, PageOf, newest};
use crate::operation::{Access, Answer, Answered, Body, BodyKind, Key, Operation, Parameter};
use crate::parameters::{CURSOR, LIMIT, MEMBER_ID};
use crate::problems::{Problem, Row, table};
use crate::scopes::Scope;
use crate::wire::{Amount, Chosen, NewAmount, Text, reason};

pub use queue::LIST_ALL;

/// The member's place among the columns of redemptions.
const MEMBER_COLUMN: usize = 0;
/// Characters of what a parcel is followed by.
const TRACKING_LEN_MAX: usize = 100;

pub(crate) static REDEMPTION_ID: Parameter = Parameter {
    name: "id",
    in_path: true,
    about: Said { en: "The redemption.", zh: "兑换。" },
    schema: r#"{"type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[A-Za-z0-9._:-]+$"}"#,
    example: "rdm_0rkf3c2gq1a2b3c4d5e6f7",
};

/// What is redeemed: the price is the quote's, whatever else is sent.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRedemption {
    /// The quote.
    #[schema(value_type = String, min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9._:-]+$")]
    quote: QuoteId,
}

/// Why a redemption is canceled.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCancellation {
    /// In the caller's words.
    #[schema(min_length = 1, max_length = 500)]
    reason: Option<String>,
}

/// Why a redemption is returned.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewReturn {
    /// In the caller's words.
    #[schema(min_length = 1, max_length = 500)]
    reason: Option<String>,
    /// Whether it is broken: anything goes back then, without waiting, and not onto the shelf.
    #[serde(default)]
    defect: bool,
    /// Whether another one is to come instead of the points, where it was sent and is broken.
    #[serde(default)]
    exchange: bool,
    /// Whether it is to be picked up at the door.
    #[serde(default)]
    pick_up: bool,
}

/// Nothing to say: the redemption is named by the address.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewConfirmation {}

/// That a redemption is on its way.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewShipment {
    /// By which its way can be followed.
    #[schema(min_length = 1, max_length = 100)]
    tracking: Option<String>,
}

/// News of a payment.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPayment {
    /// What came of it.
    state: PaymentState,
    /// What was paid, where it was.
    amount: Option<NewAmount>,
    /// The payment system's own name for it; the same one gets the first answer.
    #[schema(min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9._:-]+$")]
    reference: String,
}

/// What came of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PaymentState {
    /// It failed.
    Failed,
    /// It was paid.
    Paid,
}

/// A voucher.
#[derive(Serialize, ToSchema)]
pub struct Voucher {
    /// The code.
    code: String,
    /// `open`, `used`, `lapsed` or `void`.
    state: &'static str,
    /// Points that were paid for it.
    points: i64,
    /// When it lapses.
    #[schema(format = DateTime)]
    expires_at: String,
}

/// A redemption.
#[derive(Serialize, ToSchema)]
pub struct Redemption {
    /// The identifier.
    id: String,
    /// What people call the reward.
    name: Text,
    /// `open`, `fulfilled`, `awaiting_payment`, `to_confirm`, `canceled`, `returned`, `expired` or `failed`.
    state: &'static str,
    /// Whose points.
    member: String,
    /// What for.
    reward: String,
    /// The quote; nothing of what was given.
    quote: Option<String>,
    /// What gave it, where nobody paid for it.
    gift: Option<RedemptionGift>,
    /// Pieces.
    quantity: i64,
    /// The unit.
    unit: String,
    /// Points.
    points: i64,
    /// Money.
    cash: Amount,
    /// Points that came back.
    points_back: i64,
    /// Money that is to go back.
    cash_back: Amount,
    /// How it comes to the member.
    delivery: String,
    /// When it was made.
    #[schema(format = DateTime)]
    at: String,
    /// Until when it waits for a payment or the member's second word.
    #[schema(format = DateTime)]
    waits_until: Option<String>,
    /// When it is to be on its way.
    #[schema(format = DateTime)]
    ship_by: Option<String>,
    /// When it was handed over or sent.
    #[schema(format = DateTime)]
    handed_at: Option<String>,
    /// By which its way can be followed.
    tracking: Option<String>,
    /// Whether it can be canceled now.
    can_cancel: bool,
    /// Whether it can be returned now without a reason.
    can_return: bool,
    /// Whether it can be returned now because it is broken.
    can_return_defective: bool,
    /// Whether another one can come because it is broken, now.
    can_exchange: bool,
    #[serde(flatten)]
    chosen: Chosen,
    /// The vouchers.
    vouchers: Vec<Voucher>,
    /// What is done about it where it came back.
    remedy: Option<Remedy>,
}

/// What gave a reward that nobody paid for.
#[derive(Serialize, ToSchema)]
pub struct RedemptionGift {
    /// The gift.
    id: String,
    /// What people call it.
    name: Text,
    /// The rule or task that gave it.
    rule: String,
    /// What people call that.
    by: Text,
}

/// What is done about a redemption that comes back.
#[derive(Serialize, ToSchema)]
pub struct Remedy {
    /// Points given for the trouble.
    compensation: i64,
    /// By when another one is on its way; nothing where none comes.
    #[schema(format = DateTime)]
    exchange_by: Option<String>,
    /// `free` or `paid` where it is picked up at the door.
    pick_up: Option<&'static str>,
}

/// A page of redemptions.
#[derive(Serialize, ToSchema)]
pub struct RedemptionPage {
    /// The redemptions, newest first.
    data: Vec<Redemption>,
    /// Where the next page starts; nothing on the last.
    next_cursor: Option<String>,
}

impl Redemption {
    /// With the name that the reward has by now.
    fn read(stored: &Stored, app: &App) -> Result<Redemption, Problem> {
        let reward = app.engine.read::<Reward>(stored.reward.as_str())?;
        let name = reward.map(|reward| Text::from(&reward.offer.name)).unwrap_or_default();
        let (books, now) = (app.engine.books(), app.engine.clock().now());
        let ways = WaysBack::of(stored, books.at(now), now);
        Ok(Redemption::of(stored, name, ways, books.at(stored.at)))
    }

    fn of(stored: &Stored, name: Text, ways: WaysBack, book: &RuleBook) -> Redemption {
        let money = |amount: i64| Amount::from(Money { amount, currency: book.currency });
        let zone = &book.zone;
        let vouchers = stored.pieces.iter().filter_map(|piece| {
            let code = VoucherCode::typed(piece.code.as_ref()?)?;
            Some(Voucher {
                code: code.shown(),
                state: piece.state.as_str(),
                points: piece.points,
                expires_at: zone.rfc3339(piece.expires_at?),
            })
        });
        Redemption {
            id: stored.id.to_string(),
            name,
            state: stored.state.as_str(),
            member: stored.member.to_string(),
            reward: stored.reward.to_string(),
            quote: stored.quote.as_ref().map(ToString::to_string),
            gift: stored.gift.as_ref().map(|given| RedemptionGift {
                id: given.id.to_string(),
                name: explain::gift_name(&given.id, book),
                rule: given.rule.to_string(),
                by: explain::task_name(given.rule.as_str(), book),
            }),
            quantity: stored.quantity,
            unit: stored.unit.to_string(),
            points: stored.points,
            cash: money(stored.cash),
            points_back: stored.returned,
            cash_back: money(stored.cash_back),
            delivery: stored.delivery.to_string(),
            at: zone.rfc3339(stored.at),
            waits_until: stored.waits_until.map(|at| zone.rfc3339(at)),
            ship_by: stored.ship_by.map(|at| zone.rfc3339(at)),
            handed_at: stored.handed_at.map(|at| zone.rfc3339(at)),
            tracking: stored.tracking.clone(),
            can_cancel: ways.cancel,
            can_return: ways.give_back,
            can_return_defective: ways.defect,
            can_exchange: ways.exchange,
            chosen: Chosen::from(&stored.chosen),
            vouchers: vouchers.collect(),
            remedy: stored.remedy.as_ref().map(|remedy| Remedy {
                compensation: remedy.compensation,
                exchange_by: remedy.exchange_by.map(|at| zone.rfc3339(at)),
                pick_up: remedy.free_pick_up.map(|free| if free { "free" } else { "paid" }),
            }),
        }
    }
}

fn answer(call: &Call, stored: &Stored) -> Result<Redemption, Problem> {
    Redemption::read(stored, &call.app)
}

/// Random numbers for the codes of vouchers.
pub(crate) fn draws() -> Result<CodeDraws, Problem> {
    // One question to the operating system for all of them.
    let mut bytes = [[0; 16]; PIECES_MAX as usize];
    getrandom::fill(bytes.as_flattened_mut()).map_err(|error| Problem::internal(error.to_string()))?;
    Ok(bytes.into_iter().map(u128::from_le_bytes).collect())
}

/// Whose it must be: a member asks only about their own.
pub(super) fn owner(call: &Call) -> Result<Option<MemberId>, Problem> {
    if call.caller.kind != CallerKind::Member {
        return Ok(None);
    }
    MemberId::new(&call.caller.id).map(Some).map_err(|error| Problem::internal(error.to_string()))
}

pub(super) fn redemption_id(call: &Call) -> Result<RedemptionId, Problem> {
    let id = call.segment("id");
    RedemptionId::new(id).map_err(|_| unknown(id))
}

pub(crate) fn unknown(id: &str) -> Problem {
    Problem::new(&table::UNKNOWN).word("redemption", id)
}

fn unknown_quote(id: &QuoteId) -> Problem {
    Problem::from(Refusal::new(Code::Unknown).at("/quote").word("quote", id.as_str()))
}

/// A body that may be left out.
pub(super) fn optional<T: serde::de::DeserializeOwned + Default>(call: &Call) -> Result<T, Problem> {
    if call.body.is_empty() { Ok(T::default()) } else { call.json() }
}

async fn redeem(call: Call) -> Answered {
    let new: NewRedemption = call.json()?;
    let owner = owner(&call)?;
    // An answer that was given before is given again without being decided: first whose quote it is.
    if let Some(owner) = &owner {
        let quote = call.app.engine.read::<Quote>(new.quote.as_str())?;
        let theirs = quote.is_some_and(|quote| quote.member == *owner);
        theirs.then_some(()).ok_or_else(|| unknown_quote(&new.quote))?;
    }
    let command = Redeem {
        quote: new.quote,
        owner,
        presence: call.spends_from(),
        draws: draws()?,
        fingerprint: call.fingerprint()?,
        operator: call.caller.id.clone(),
    };
    let quote = command.quote.clone();
    let answered = call.submit(command).await;
    if let Err(problem) = &answered
        && let Some(quote) = call.app.engine.read::<Quote>(quote.as_str())?
    {
        guard::note(&call, &quote.member, &quote.unit, problem).await;
    }
    let (stored, replayed) = answered?;
    let location = format!("/v1/redemptions/{}", stored.id);
    Ok(Reply::json(&answer(&call, &stored)?)?.created(&location).replayed(replayed))
}

async fn undo(call: Call, how: TakeBackHow, why: Option<String>) -> Answered {
    if let Some(why) = &why {
        reason(why)?;
    }
    let command = UndoRedemption {
        request: call.key()?,
        redemption: redemption_id(&call)?,
        owner: owner(&call)?,
        how,
        reason: why,
        operator: call.caller.id.clone(),
    };
    let (stored, replayed) = call.submit(command).await?;
    Ok(Reply::json(&answer(&call, &stored)?)?.replayed(replayed))
}

async fn cancel_redemption(call: Call) -> Answered {
    let new: NewCancellation = optional(&call)?;
    undo(call, TakeBackHow::Cancel, new.reason).await
}

async fn return_redemption(call: Call) -> Answered {
    let new: NewReturn = optional(&call)?;
    if new.exchange && !new.defect {
        return Err(Problem::field("/exchange", "be false where it is not broken"));
    }
    let pick_up = new.pick_up;
    let how = match new.exchange {
        true => TakeBackHow::Exchange { pick_up },
        false => TakeBackHow::Return { defect: new.defect, pick_up },
    };
    undo(call, how, new.reason).await
}

async fn confirm_redemption(call: Call) -> Answered {
    let NewConfirmation {} = optional(&call)?;
    let command = ConfirmRedemption {
        request: call.key()?,
        redemption: redemption_id(&call)?,
        owner: owner(&call)?,
        draws: draws()?,
        operator: call.caller.id.clone(),
    };
    let (stored, replayed) = call.submit(command).await?;
    Ok(Reply::json(&answer(&call, &stored)?)?.replayed(replayed))
}

async fn send_redemption(call: Call) -> Answered {
    let new: NewShipment = optional(&call)?;
    let fits = |text: &String| !text.trim().is_empty() && text.chars().count() <= TRACKING_LEN_MAX;
    if new.tracking.as_ref().is_some_and(|text| !fits(text)) {
        return Err(Problem::field("/tracking", &format!("have 1 to {TRACKING_LEN_MAX} characters")));
    }
    let command = SendOut { request: call.key()?, redemption: redemption_id(&call)?, tracking: new.tracking };
    let (stored, replayed) = call.submit(command).await?;
    Ok(Reply::json(&answer(&call, &stored)?)?.replayed(replayed))
}

async fn settle_payment(call: Call) -> Answered {
    let redemption = redemption_id(&call)?;
    let new: NewPayment = call.json()?;
    jifen_vocab::id::check(&new.reference).map_err(|error| Problem::field("/reference", &error.to_string()))?;
    let books = call.app.engine.books();
    let currency = books.at(call.app.engine.clock().now()).currency;
    let amount = new.amount.map(|amount| amount.minor("/amount", currency)).transpose()?;
    let news = match (new.state, amount) {
        (PaymentState::Failed, _) => PaymentNews::Failed,
        (PaymentState::Paid, Some(amount)) => PaymentNews::Paid(amount),
        (PaymentState::Paid, None) => return Err(Problem::field("/amount", "be present")),
    };
    let command = SettlePayment {
        redemption,
        reference: CompactString::from(new.reference),
        news,
        draws: draws()?,
        fingerprint: call.fingerprint()?,
        operator: call.caller.id.clone(),
    };
    let (stored, replayed) = call.submit(command).await?;
    Ok(Reply::json(&answer(&call, &stored)?)?.replayed(replayed))
}

/// What the store has under the redemption that the path names; a member sees only what is theirs.
pub(crate) async fn mine<R: jifen_program::desk::Record>(
    call: &Call,
    member: fn(&R) -> &MemberId,
) -> Result<R, Problem> {
    let (id, owner, app) = (redemption_id(call)?, owner(call)?, call.app.clone());
    let found = aside(move || {
        let found = app.engine.read::<R>(id.as_str())?;
        let seen = found.filter(|found| owner.is_none_or(|owner| owner == *member(found)));
        seen.ok_or_else(|| unknown(id.as_str()))
    });
    found.await
}

async fn show_redemption(call: Call) -> Answered {
    let found = mine(&call, |stored: &Stored| &stored.member).await?;
    Reply::json(&answer(&call, &found)?)
}

async fn list_redemptions(call: Call) -> Answered {
    let member = call.member()?;
    let (app, wanted) = (call.app.clone(), PageOf::read(&call.query()?)?);
    let page = aside(move || {
        if app.engine.read::<jifen_program::member::Member>(member.as_str())?.is_none() {
            return Err(unknown_member(member.as_str()));
        }
        let Listed { records, next_cursor } = newest(&app, Some((MEMBER_COLUMN, member.as_str())), wanted)?;
        let data = records.iter().map(|(_, stored)| Redemption::read(stored, &app)).collect::<Result<_, _>>()?;
        Ok::<_, Problem>(RedemptionPage { data, next_cursor })
    });
    Reply::json(&page.await?)
}

const EXAMPLE: &str = r#"{"id": "rdm_0rkf3c2gq1a2b3c4d5e6f7", "name": {"zh": "雨伞", "en": "Umbrella"}, "state": "open", "member": "lin", "reward": "umbrella",
    "quote": "quo_0rkf3c2gq1a2b3c4d5e6f7", "quantity": 1, "unit": "points", "points": 500,
    "cash": {"amount": 0, "currency": "CNY"}, "points_back": 0, "cash_back": {"amount": 0, "currency": "CNY"},
    "delivery": "pick_up", "at": "2026-06-18T20:00:00+08:00", "waits_until": null, "ship_by": null, "handed_at": null,
    "tracking": null, "can_cancel": true, "can_return": true, "can_return_defective": true, "vouchers": [{"code": "0CR5M2-8V1XQZ-7TKB4H", "state": "open", "points": 500,
    "expires_at": "2026-07-18T20:00:00+08:00"}], "can_exchange": false, "remedy": null}"#;

const ANSWER: Answer = Answer::json::<Redemption>(200, Said { en: "The redemption.", zh: "兑换。" }, EXAMPLE);

/// `POST /v1/redemptions`
pub static REDEEM: Operation = Operation {
    id: "redeem",
    method: Method::POST,
    path: "/v1/redemptions",
    feature: "redemptions",
    access: Access::ScopeOrMember(Scope::RedemptionsWrite),
    confirm: false,
    summary: Said { en: "Redeem", zh: "兑换" },
    about: Said {
        en: "Pays a quote. The same quote again gets the first answer. Where money is to be paid, points and pieces are reserved until news of the payment comes (`awaiting_payment`); large redemptions of some tiers wait for a second word (`to_confirm`).",
        zh: "按报价兑换。同一报价重复提交得到首次结果。需付现金时，积分与库存预留至支付结果到达（`awaiting_payment`）；部分等级的大额兑换需再次确认（`to_confirm`）。",
    },
    parameters: &[],
    body: Some(Body {
        kinds: &[BodyKind::json::<NewRedemption>(r#"{"quote": "quo_0rkf3c2gq1a2b3c4d5e6f7"}"#)],
        required: true,
    }),
    key: Key::Optional,
    answer: Answer::json::<Redemption>(201, Said { en: "The redemption.", zh: "兑换。" }, EXAMPLE),
    problems: &[
        &table::DEVICE_UNCONFIRMED,
        &table::INSUFFICIENT_POINTS,
        &table::LIMIT_EXCEEDED,
        &table::OUT_OF_STOCK,
        &table::QUOTE_EXPIRED,
        &table::REDEMPTION_LIMIT,
        &table::REWARD_UNAVAILABLE,
        &table::UNKNOWN,
        &table::WALLET_FROZEN,
    ],
    handler: |call| Box::pin(redeem(call)),
};

/// What taking back may refuse.
const CLOSED: &[&Row] = &[&table::ALREADY_REVERSED, &table::LIMIT_EXCEEDED, &table::REDEMPTION_CLOSED, &table::UNKNOWN];

/// `POST /v1/redemptions/{id}/cancel`
pub static CANCEL: Operation = Operation {
    id: "cancel_redemption",
    method: Method::POST,
    path: "/v1/redemptions/{id}/cancel",
    feature: "redemptions",
    access: Access::ScopeOrMember(Scope::RedemptionsWrite),
    confirm: false,
    summary: Said { en: "Cancel a redemption", zh: "取消兑换" },
    about: Said {
        en: "Free until fulfillment begins: points go back to the lots they came from, pieces back onto the shelf. Where the program says so, dear ones can be revoked for some hours though they are on their way.",
        zh: "履约开始前可免费取消：积分退回原批次，库存退回货架。方案另有规定时，高价值权益在数小时内即使已发出也可撤销。",
    },
    parameters: &[&REDEMPTION_ID],
    body: Some(Body {
        kinds: &[BodyKind::json::<NewCancellation>(r#"{"reason": "changed my mind"}"#)],
        required: false,
    }),
    key: Key::Optional,
    answer: ANSWER,
    problems: CLOSED,
    handler: |call| Box::pin(cancel_redemption(call)),
};

/// `POST /v1/redemptions/{id}/return`
pub static RETURN: Operation = Operation {
    id: "return_redemption",
    method: Method::POST,
    path: "/v1/redemptions/{id}/return",
    feature: "redemptions",
    access: Access::ScopeOrMember(Scope::RedemptionsWrite),
    confirm: false,
    summary: Said { en: "Return what was redeemed", zh: "退回兑换商品" },
    about: Said {
        en: "As goods that were paid in cash go back, within the program's days. With `defect` anything goes back at once, or with `exchange` another one comes; where the company says that it was broken, points are given for the trouble. A door pick-up is free for the tiers that the program names. Points return to the lots they came from; those that have lapsed meanwhile get their days of grace.",
        zh: "在方案规定的天数内，与现金购买同样办理退货。`defect` 为真即质量问题，直接退回，或以 `exchange` 换货；由公司确认的质量问题另有补偿积分。方案指定等级免费上门取件。积分退回原批次；其间已过期的给予宽限期。",
    },
    parameters: &[&REDEMPTION_ID],
    body: Some(Body {
        kinds: &[BodyKind::json::<NewReturn>(r#"{"reason": "broken", "defect": true}"#)],
        required: false,
    }),
    key: Key::Optional,
    answer: ANSWER,
    problems: &[
        &table::ALREADY_REVERSED,
        &table::LIMIT_EXCEEDED,
        &table::OUT_OF_STOCK,
        &table::REDEMPTION_CLOSED,
        &table::UNKNOWN,
    ],
    handler: |call| Box::pin(return_redemption(call)),
};

/// `POST /v1/redemptions/{id}/confirm`
pub static CONFIRM: Operation = Operation {
    id: "confirm_redemption",
    method: Method::POST,
    path: "/v1/redemptions/{id}/confirm",
    feature: "redemptions",
    access: Access::ScopeOrMember(Scope::RedemptionsWrite),
    confirm: false,
    summary: Said { en: "Confirm a large redemption", zh: "确认大额兑换" },
    about: Said {
        en: "A redemption that is `to_confirm` holds its points until the member says it again; without that they are free again at `waits_until`.",
        zh: "`to_confirm` 状态的兑换会预留积分，待会员再次确认；到 `waits_until` 仍未确认则自动释放。",
    },
    parameters: &[&REDEMPTION_ID],
    body: Some(Body { kinds: &[BodyKind::json::<NewConfirmation>("{}")], required: false }),
    key: Key::Optional,
    answer: ANSWER,
    problems: &[&table::HOLD_NOT_OPEN, &table::LIMIT_EXCEEDED, &table::REDEMPTION_CLOSED, &table::UNKNOWN],
    handler: |call| Box::pin(confirm_redemption(call)),
};

/// `POST /v1/redemptions/{id}/send`
pub static SEND: Operation = Operation {
    id: "send_redemption",
    method: Method::POST,
    path: "/v1/redemptions/{id}/send",
    feature: "redemptions",
    access: Access::Scope(Scope::RedemptionsWrite),
    confirm: false,
    summary: Said { en: "Say that it is on its way", zh: "登记发货" },
    about: Said {
        en: "Of redemptions that are sent. From now on it is returned rather than canceled.",
        zh: "适用于配送的兑换。登记后只能退回，不能取消。",
    },
    parameters: &[&REDEMPTION_ID],
    body: Some(Body { kinds: &[BodyKind::json::<NewShipment>(r#"{"tracking": "SF1234567890"}"#)], required: false }),
    key: Key::Optional,
    answer: ANSWER,
    problems: &[&table::REDEMPTION_CLOSED, &table::UNKNOWN],
    handler: |call| Box::pin(send_redemption(call)),
};

/// `POST /v1/redemptions/{id}/payment`
pub static PAY: Operation = Operation {
    id: "settle_payment",
    method: Method::POST,
    path: "/v1/redemptions/{id}/payment",
    feature: "redemptions",
    access: Access::Scope(Scope::PaymentsWrite),
    confirm: false,
    summary: Said { en: "Report a payment", zh: "上报支付结果" },
    about: Said {
        en: "By the payment system only. The same reference again gets the first answer. What was paid must be what is to be paid; a payment that comes too late is refused and must be given back.",
        zh: "仅供支付系统调用。同一引用重复上报得到首次结果。金额须与应付一致；逾期的支付会被拒绝，须原路退回。",
    },
    parameters: &[&REDEMPTION_ID],
    body: Some(Body {
        kinds: &[BodyKind::json::<NewPayment>(
            r#"{"state": "paid", "amount": {"amount": 2500, "currency": "CNY"}, "reference": "pay-77"}"#,
        )],
        required: true,
    }),
    key: Key::None,
    answer: ANSWER,
    problems: &[
        &table::CURRENCY_MISMATCH,
        &table::HOLD_NOT_OPEN,
        &table::IDEMPOTENCY_CONFLICT,
        &table::LIMIT_EXCEEDED,
        &table::PAYMENT_MISMATCH,
        &table::REDEMPTION_CLOSED,
        &table::UNKNOWN,
    ],
    handler: |call| Box::pin(settle_payment(call)),
};

/// `GET /v1/redemptions/{id}`
pub static SHOW: Operation = Operation {
    id: "show_redemption",
    method: Method::GET,
    path: "/v1/redemptions/{id}",
    feature: "redemptions",
    access: Access::ScopeOrMember(Scope::RedemptionsRead),
    confirm: false,
    summary: Said { en: "Show a redemption", zh: "查看兑换" },
    about: Said {
        en: "Where it stands, its vouchers, when it is to be on its way. Members see their own.",
        zh: "状态、券码与发货时限。会员只能查看本人的兑换。",
    },
    parameters: &[&REDEMPTION_ID],
    body: None,
    key: Key::None,
    answer: ANSWER,
    problems: &[&table::UNKNOWN],
    handler: |call| Box::pin(show_redemption(call)),
};

/// `GET /v1/members/{id}/redemptions`
pub static LIST: Operation = Operation {
    id: "list_redemptions",
    method: Method::GET,
    path: "/v1/members/{id}/redemptions",
    feature: "redemptions",
    access: Access::ScopeOrSelf(Scope::RedemptionsRead),
    confirm: false,
    summary: Said { en: "List a member's redemptions", zh: "查看会员的兑换记录" },
    about: Said { en: "Newest first.", zh: "从新到旧。" },
    parameters: &[&MEMBER_ID, &LIMIT, &CURSOR],
    body: None,
    key: Key::None,
    answer: Answer::json::<RedemptionPage>(200, Said { en: "A page of redemptions.", zh: "一页兑换记录。" }, ""),
    problems: &[&table::MEMBER_UNKNOWN],
    handler: |call| Box::pin(list_redemptions(call)),
};
