//! Vouchers at a till.

use axum::http::Method;
use jifen_program::flows::UseVoucher;
use jifen_program::vouchers::VoucherCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::call::{Call, Reply};
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Body, BodyKind, Key, Operation, Parameter};
use crate::problems::{Problem, table};
use crate::scopes::Scope;
use crate::wire::Text;

static CODE: Parameter = Parameter {
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
    store: String,
    /// The caller's own name for it; the same one gets the first answer.
    #[schema(min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9._:-]+$")]
    reference: String,
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

async fn use_voucher(call: Call) -> Answered {
    let text = call.segment("code");
    let unknown = || Problem::new(&table::UNKNOWN).word("voucher", text);
    let code = VoucherCode::typed(text).ok_or_else(unknown)?;
    let new: NewUse = call.json()?;
    for (pointer, id) in [("/store", &new.store), ("/reference", &new.reference)] {
        jifen_vocab::id::check(id).map_err(|error| Problem::field(pointer, &error.to_string()))?;
    }
    let books = call.app.engine.books();
    let book = books.at(call.app.engine.clock().now());
    if !call.caller.may_at(Scope::VouchersUse, Some(&new.store), &book.organization) {
        return Err(Problem::new(&table::FORBIDDEN).word("scope", Scope::VouchersUse.as_str()));
    }
    // What is asked is the code and the shop, however the code was typed.
    let asked = format!("[\"{}\",\"{}\"]", code.as_str(), new.store);
    let fingerprint = jifen_program::events::fingerprint(asked.as_bytes());
    let command = UseVoucher {
        code: code.clone(),
        store: new.store.into(),
        reference: new.reference.into(),
        fingerprint: fingerprint.map_err(|error| Problem::internal(error.to_string()))?,
    };
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
