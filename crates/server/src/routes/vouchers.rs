//! Vouchers at a till: what a code is good for, and its use.

use axum::http::Method;
use jifen_program::flows::UseVoucher;
use jifen_program::redemptions::{PieceState, Redemption};
use jifen_program::rewards::Reward;
use jifen_program::vouchers::{Voucher as Stored, VoucherCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::call::{Call, Reply, aside};
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Body, BodyKind, Key, Operation, Parameter};
use crate::problems::{Problem, table};
use crate::scopes::Scope;
use crate::wire::Text;

pub(super) static CODE: Parameter = Parameter {
    name: "code",
    in_path: true,
    about: Said {
        en: "The code, in any case, with or without dashes.", zh: "券码，不区分大小写，可省略连字符。"
    },
    schema: r#"{"type": "string", "minLength": 1, "maxLength": 64}"#,
    example: "0CR5M2-8V1XQZ-7TKB4H",
};

/// Where a voucher is used.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewUse {
    /// The shop.
    #[schema(min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9._:-]+$")]
    pub(super) store: String,
    /// The caller's own name for it; the same one gets the first answer.
    #[schema(min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9._:-]+$")]
    pub(super) reference: String,
}

/// A voucher was used.
#[derive(Serialize, ToSchema)]
pub struct VoucherUse {
    /// The code.
    code: String,
    /// Its redemption.
    redemption: String,
    /// Whose it was.
    member: String,
    /// What it was good for.
    reward: String,
    /// What people call that.
    name: Text,
    /// The shop.
    store: String,
    /// The caller's reference.
    reference: String,
    /// When.
    #[schema(format = DateTime)]
    used_at: String,
}

/// What a code is good for.
#[derive(Serialize, ToSchema)]
pub struct VoucherAtTill {
    /// The code.
    code: String,
    /// `open`, `used`, `lapsed` or `void`.
    state: &'static str,
    /// Its redemption.
    redemption: String,
    /// Whose it is.
    member: String,
    /// What it is good for.
    reward: String,
    /// What people call that.
    name: Text,
    /// Shops that take it; any where none is named.
    stores: Vec<String>,
    /// When it lapses.
    #[schema(format = DateTime)]
    expires_at: String,
    /// The shop it was used in.
    used_store: Option<String>,
    /// The reference it was used under.
    used_reference: Option<String>,
    /// When it was used.
    #[schema(format = DateTime)]
    used_at: Option<String>,
}

/// The code of the address.
pub(super) fn code(call: &Call) -> Result<VoucherCode, Problem> {
    VoucherCode::typed(call.segment("code")).ok_or_else(|| unknown(call))
}

pub(super) fn unknown(call: &Call) -> Problem {
    Problem::new(&table::UNKNOWN).word("voucher", call.segment("code"))
}

async fn show_voucher(call: Call) -> Answered {
    let code = code(&call)?;
    let app = call.app.clone();
    let found = aside(move || at_till(&app, &code));
    let found = found.await?;
    Reply::json(&found.ok_or_else(|| unknown(&call))?)
}

fn at_till(app: &App, code: &VoucherCode) -> Result<Option<VoucherAtTill>, Problem> {
    let Some(voucher) = app.engine.read::<Stored>(code.as_str())? else { return Ok(None) };
    let Some(redemption) = app.engine.read::<Redemption>(voucher.redemption.as_str())? else { return Ok(None) };
    let Some(piece) = redemption.pieces.get(voucher.piece) else { return Ok(None) };
    let offer = app.engine.read::<Reward>(voucher.reward.as_str())?.map(|reward| reward.offer);
    let now = app.engine.clock().now();
    let books = app.engine.books();
    let zone = &books.at(now).zone;
    // The alarm that takes note of the lapse may come a moment later.
    let late = piece.state == PieceState::Open && now >= voucher.expires_at;
    let state = if late { PieceState::Lapsed } else { piece.state };
    let used = voucher.used.as_ref();
    Ok(Some(VoucherAtTill {
        code: code.shown(),
        state: state.as_str(),
        redemption: voucher.redemption.to_string(),
        member: voucher.member.to_string(),
        reward: voucher.reward.to_string(),
        name: offer.as_ref().map(|offer| Text::from(&offer.name)).unwrap_or_default(),
        stores: offer.iter().flat_map(|offer| &offer.stores).map(ToString::to_string).collect(),
        expires_at: zone.rfc3339(voucher.expires_at),
        used_store: used.map(|used| used.store.to_string()),
        used_reference: used.map(|used| used.reference.to_string()),
        used_at: used.map(|used| zone.rfc3339(used.at)),
    }))
}

/// The use that is asked for, by somebody who may in that shop.
pub(super) fn asked_use(call: &Call) -> Result<NewUse, Problem> {
    let new: NewUse = call.json()?;
    for (pointer, id) in [("/store", &new.store), ("/reference", &new.reference)] {
        jifen_vocab::id::check(id).map_err(|error| Problem::field(pointer, &error.to_string()))?;
    }
    let books = call.app.engine.books();
    let book = books.at(call.app.engine.clock().now());
    if !call.caller.may_at(Scope::VouchersUse, Some(&new.store), &book.organization) {
        return Err(Problem::new(&table::FORBIDDEN).word("scope", Scope::VouchersUse.as_str()));
    }
    Ok(new)
}

/// What is asked is the code and the shop, however the code was typed.
pub(super) fn print_of(code: &VoucherCode, new: &NewUse) -> Result<[u8; 16], Problem> {
    let asked = format!("[\"{}\",\"{}\"]", code.as_str(), new.store);
    jifen_program::events::fingerprint(asked.as_bytes()).map_err(|error| Problem::internal(error.to_string()))
}

async fn use_voucher(call: Call) -> Answered {
    let code = code(&call)?;
    let new = asked_use(&call)?;
    let books = call.app.engine.books();
    let book = books.at(call.app.engine.clock().now());
    let fingerprint = print_of(&code, &new)?;
    let command =
        UseVoucher { code: code.clone(), store: new.store.into(), reference: new.reference.into(), fingerprint };
    let (used, replayed) = call.submit(command).await?;
    let answer = VoucherUse {
        code: code.shown(),
        redemption: used.redemption.to_string(),
        member: used.member.to_string(),
        reward: used.reward.to_string(),
        name: Text::from(&used.name),
        store: used.store.to_string(),
        reference: used.reference.to_string(),
        used_at: book.zone.rfc3339(used.at),
    };
    Ok(Reply::json(&answer)?.replayed(replayed))
}

/// `POST /v1/vouchers/{code}/use`
pub static USE: Operation = Operation {
    id: "use_voucher",
    method: Method::POST,
    path: "/v1/vouchers/{code}/use",
    feature: "vouchers",
    access: Access::Scope(Scope::VouchersUse),
    confirm: false,
    summary: Said { en: "Use a voucher", zh: "核销券码" },
    about: Said {
        en: "Once. The same reference again gets the first answer, so that a till may repeat when the network fails; another reference is refused.",
        zh: "一券一用。网络中断时可用同一引用重发，得到首次结果；换一个引用则被拒绝。",
    },
    parameters: &[&CODE],
    body: Some(Body {
        kinds: &[BodyKind::json::<NewUse>(r#"{"store": "s319", "reference": "till-7-0001"}"#)],
        required: true,
    }),
    key: Key::None,
    answer: Answer::json::<VoucherUse>(200, Said { en: "It was used.", zh: "已核销。" }, ""),
    problems: &[&table::IDEMPOTENCY_CONFLICT, &table::UNKNOWN, &table::VOUCHER_NOT_VALID],
    handler: |call| Box::pin(use_voucher(call)),
};

/// `GET /v1/vouchers/{code}`
pub static SHOW: Operation = Operation {
    id: "show_voucher",
    method: Method::GET,
    path: "/v1/vouchers/{code}",
    feature: "vouchers",
    access: Access::Scope(Scope::VouchersUse),
    confirm: false,
    summary: Said { en: "Look at a voucher", zh: "查看券码" },
    about: Said {
        en: "What it is good for, until when and in which shops, and where and when it was used. Nothing is used by looking.",
        zh: "券码对应的商品、有效期、适用门店，以及已核销的门店与时间。查看不会核销。",
    },
    parameters: &[&CODE],
    body: None,
    key: Key::None,
    answer: Answer::json::<VoucherAtTill>(200, Said { en: "The voucher.", zh: "券码。" }, ""),
    problems: &[&table::UNKNOWN],
    handler: |call| Box::pin(show_voucher(call)),
};
