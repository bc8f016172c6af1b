//! Pools: partners' codes come in as a file, and members read those that their redemptions got.

use axum::http::Method;
use compact_str::CompactString;
use jifen_program::flows::{TakeCodesIn, TakenIn};
use jifen_program::pools::{CODE_LEN_MAX, CODES_MAX, Pool as Stored, PoolCode};
use jifen_program::redemptions::Redemption;
use jifen_program::rewards::Reward;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::schema::Type;
use utoipa::openapi::{ObjectBuilder, RefOr, Schema};

use super::bookings::reward_id;
use super::redemptions::{REDEMPTION_ID, owner, redemption_id};
use super::rewards::REWARD_ID;
use crate::call::{Call, Reply, text};
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Body, BodyKind, Key, Operation, Shape};
use crate::problems::{Problem, table};
use crate::scopes::Scope;

/// Bytes of a file of codes; longer ones come in parts.
const BYTES_MAX: usize = 4 * 1024 * 1024;

/// A file of codes: one a line, in the first column.
pub struct CodeFile;

impl utoipa::PartialSchema for CodeFile {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).into()
    }
}

impl ToSchema for CodeFile {}

/// What came in.
#[derive(Serialize, ToSchema)]
pub struct PoolImport {
    /// Codes that are new.
    added: u64,
    /// Codes that came in before.
    known: u64,
    /// Codes that are left.
    left: u64,
}

/// A reward's pool of codes.
#[derive(Serialize, ToSchema)]
pub struct Pool {
    /// Codes that came in.
    imported: u64,
    /// Codes that were given out.
    given: u64,
    /// Codes that are left.
    left: u64,
    /// Whether few are left: time to ask the partner for more.
    low: bool,
}

/// The partner's codes of a redemption.
#[derive(Serialize, ToSchema)]
pub struct PartnerCodes {
    /// One for each piece.
    codes: Vec<String>,
}

/// The codes of a file; a line that is none is named, and nothing comes in.
fn codes(file: &str) -> Result<Vec<CompactString>, Problem> {
    let mut codes = Vec::new();
    for (line, text) in file.trim_start_matches('\u{feff}').lines().enumerate() {
        let code = text.split(',').next().unwrap_or_default().trim().trim_matches('"');
        let is_heading = line == 0 && code.eq_ignore_ascii_case("code");
        if is_heading || text.trim().is_empty() {
            continue;
        }
        let is_plain = code.bytes().all(|byte| byte.is_ascii_graphic());
        if !is_plain || !(1..=CODE_LEN_MAX).contains(&code.len()) {
            let must = format!("have 1 to {CODE_LEN_MAX} letters, digits and signs, without spaces");
            return Err(Problem::field(format!("/{line}"), &must));
        }
        codes.push(CompactString::new(code));
    }
    if codes.is_empty() {
        return Err(Problem::field("", "have a code on each line"));
    }
    Ok(codes)
}

async fn take_in(call: Call) -> Answered {
    let reward = reward_id(&call)?;
    let codes = codes(text(&call.body)?)?;
    let mut all = TakenIn::default();
    // A part that came in before, because a file is sent again, is passed over code by code.
    for part in codes.chunks(CODES_MAX) {
        let (reward, codes) = (reward.clone(), part.to_vec());
        let (done, _) = call.submit(TakeCodesIn { request: None, reward, codes, by: call.by() }).await?;
        all = TakenIn { added: all.added + done.added, known: all.known + done.known, left: done.left };
    }
    Reply::json(&PoolImport { added: all.added, known: all.known, left: all.left })
}

async fn show_pool(call: Call) -> Answered {
    let reward = reward_id(&call)?;
    if call.app.engine.read::<Reward>(reward.as_str())?.is_none() {
        return Err(Problem::new(&table::UNKNOWN).word("reward", reward.as_str()));
    }
    let pool = call.app.engine.read::<Stored>(reward.as_str())?.unwrap_or_default();
    let books = call.app.engine.books();
    let least = books.at(call.app.engine.clock().now()).shelf.pool_low;
    let low = pool.is_low(least);
    Reply::json(&Pool { imported: pool.imported, given: pool.given, left: pool.left(), low })
}

async fn list_codes(call: Call) -> Answered {
    let (id, owner) = (redemption_id(&call)?, owner(&call)?);
    let redemption = call.app.engine.read::<Redemption>(id.as_str())?;
    let redemption = redemption.filter(|redemption| owner.is_none_or(|owner| owner == redemption.member));
    let redemption = redemption.ok_or_else(|| Problem::new(&table::UNKNOWN).word("redemption", id.as_str()))?;
    let mut codes = Vec::new();
    for number in redemption.pieces.iter().filter_map(|piece| piece.pooled) {
        let key = PoolCode::key(&redemption.reward, number);
        let code = call.app.engine.read::<PoolCode>(&key)?;
        let code = code.ok_or_else(|| Problem::internal(format!("the code {key} is not there")))?;
        codes.push(code.code.to_string());
    }
    Reply::json(&PartnerCodes { codes })
}

/// `POST /v1/rewards/{id}/codes`
pub static IMPORT: Operation = Operation {
    id: "import_codes",
    method: Method::POST,
    path: "/v1/rewards/{id}/codes",
    feature: "pools",
    access: Access::Scope(Scope::RewardsWrite),
    confirm: false,
    summary: Said { en: "Take a partner's codes in", zh: "导入合作方券码" },
    about: Said {
        en: "One code a line, in the first column. Codes that came in before are passed over, so that a file may be sent again; a line that is no code is named, and nothing of the file comes in. From then on the reward's stock is what is left, and each redeemed piece gets a code.",
        zh: "每行一个券码，取第一列。重复的券码自动跳过，文件可重复发送；任一行无效则整个文件不导入并指出该行。此后库存即为剩余券码数，每兑换一件发放一个。",
    },
    parameters: &[&REWARD_ID],
    body: Some(Body {
        kinds: &[BodyKind {
            content_type: "text/csv",
            bytes_max: BYTES_MAX,
            shape: Shape::of::<CodeFile>(),
            example: r#""COFFEE-0001\nCOFFEE-0002\n""#,
        }],
        required: true,
    }),
    key: Key::None,
    answer: Answer::json::<PoolImport>(
        200,
        Said { en: "What came in.", zh: "导入结果。" },
        r#"{"added": 2, "known": 0, "left": 2}"#,
    ),
    problems: &[&table::MALFORMED_JSON, &table::STOCK_RESERVED, &table::UNKNOWN],
    handler: |call| Box::pin(take_in(call)),
};

/// `GET /v1/redemptions/{id}/codes`
pub static LIST: Operation = Operation {
    id: "list_partner_codes",
    method: Method::GET,
    path: "/v1/redemptions/{id}/codes",
    feature: "pools",
    access: Access::ScopeOrMember(Scope::RedemptionsRead),
    confirm: false,
    summary: Said { en: "Read a partner's codes", zh: "查看合作方券码" },
    about: Said {
        en: "Of a redemption whose reward gives such codes; they are there at once and are used at the partner.",
        zh: "兑换后即时发放，在合作方处使用。",
    },
    parameters: &[&REDEMPTION_ID],
    body: None,
    key: Key::None,
    answer: Answer::json::<PartnerCodes>(200, Said { en: "The codes.", zh: "券码。" }, r#"{"codes": ["COFFEE-0001"]}"#),
    problems: &[&table::UNKNOWN],
    handler: |call| Box::pin(list_codes(call)),
};

/// `GET /v1/rewards/{id}/codes`
pub static SHOW: Operation = Operation {
    id: "show_pool",
    method: Method::GET,
    path: "/v1/rewards/{id}/codes",
    feature: "pools",
    access: Access::Scope(Scope::RewardsRead),
    confirm: false,
    summary: Said { en: "How many of a partner's codes are left?", zh: "查看剩余券码" },
    about: Said { en: "Not the codes themselves.", zh: "不含券码本身。" },
    parameters: &[&REWARD_ID],
    body: None,
    key: Key::None,
    answer: Answer::json::<Pool>(
        200,
        Said { en: "The pool.", zh: "券码池。" },
        r#"{"imported": 1000, "given": 950, "left": 50, "low": true}"#,
    ),
    problems: &[&table::UNKNOWN],
    handler: |call| Box::pin(show_pool(call)),
};
