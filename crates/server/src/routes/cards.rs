//! Cards: a member shows who they are at a counter or kiosk, as a picture, over NFC or through a face terminal, and the
//! counter acts for them for some minutes. A card is signed, counts for a minute and once.

use axum::http::Method;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use jifen_program::cards::TakeCard;
use jifen_program::member::Member;
use jifen_vocab::{MemberId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::call::{Call, Reply, unknown_member};
use crate::gate::tokens::Claims;
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Body, BodyKind, Key, Operation};
use crate::parameters::MEMBER_ID;
use crate::problems::{Problem, table};
use crate::scopes::Scope;

/// How cards begin, so that whoever reads one knows what it is.
const PREFIX: &str = "jfc_";
/// What a card is signed for.
const PURPOSE: &str = "card";
/// Seconds for which a card counts.
const CARD_SECONDS: i64 = 60;
/// Seconds for which a counter acts for a member.
const COUNTER_SECONDS: i64 = 300;

/// A card.
#[derive(Serialize, ToSchema)]
pub struct Card {
    /// What is shown: a text for a picture or an NFC tag.
    card: String,
    /// Until when it counts.
    #[schema(format = DateTime)]
    expires_at: String,
}

/// A card that was shown.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ShownCard {
    /// What was read.
    #[schema(min_length = 1, max_length = 400)]
    card: String,
}

/// Whose card it was, and a token to act for them.
#[derive(Serialize, ToSchema)]
pub struct TakenCard {
    /// The member.
    member: String,
    /// To be sent as `Authorization: Bearer …` while the member stands there.
    token: String,
    /// Until when.
    #[schema(format = DateTime)]
    expires_at: String,
}

async fn show_card(call: Call) -> Answered {
    let member = call.member()?;
    if call.app.engine.read::<Member>(member.as_str())?.is_none() {
        return Err(unknown_member(member.as_str()));
    }
    let mut random = [0; 12];
    getrandom::fill(&mut random).map_err(|error| Problem::internal(error.to_string()))?;
    let until = call.app.wall.now().plus_millis(CARD_SECONDS * 1_000);
    let text = format!("{}|{}|{member}", until.as_millis(), BASE64.encode(random));
    let note = call.app.gate.tokens.note(PURPOSE, &text).map_err(Problem::internal)?;
    let card = format!("{PREFIX}{note}");
    Ok(Reply::json(&Card { card, expires_at: call.zone().rfc3339(until) })?.made())
}

/// The number and the member of a card that still counts.
fn read(call: &Call, card: &str) -> Option<(String, MemberId)> {
    let text = call.app.gate.tokens.read_note(PURPOSE, card.trim().strip_prefix(PREFIX)?)?;
    let mut parts = text.splitn(3, '|');
    let (until, number, member) = (parts.next()?, parts.next()?, parts.next()?);
    let until = Timestamp::from_millis(until.parse().ok()?);
    (call.app.wall.now() < until).then_some(())?;
    Some((number.to_owned(), MemberId::new(member).ok()?))
}

async fn take_card(call: Call) -> Answered {
    let shown: ShownCard = call.json()?;
    let wrong = || Problem::new(&table::CODE_WRONG);
    let (number, member) = read(&call, &shown.card).ok_or_else(wrong)?;
    let by = call.caller.id.clone();
    let command = TakeCard { card: number.into(), member: member.clone(), by: by.clone() };
    let (counted, _) = call.submit(command).await?;
    if !counted {
        return Err(wrong());
    }
    let until = call.app.wall.now().plus_millis(COUNTER_SECONDS * 1_000);
    let token = call.app.gate.tokens.sign(&Claims::Member { member: member.clone(), issuer: by, device: None, until });
    Reply::json(&TakenCard { member: member.to_string(), token, expires_at: call.zone().rfc3339(until) })
}

/// `POST /v1/members/{id}/cards`
pub static SHOW: Operation = Operation {
    id: "show_card",
    method: Method::POST,
    path: "/v1/members/{id}/cards",
    feature: "cards",
    access: Access::ScopeOrSelf(Scope::MembersToken),
    confirm: false,
    summary: Said { en: "Show who one is", zh: "生成会员码" },
    about: Said {
        en: "A text to be shown at a counter or kiosk as a picture or over NFC. It counts for a minute and once. A system that knows the member by other means, such as a face terminal, asks for it on their behalf.",
        zh: "用于在柜台或自助机出示的会员码（二维码或 NFC），一分钟内有效，只能使用一次。以其他方式识别会员的系统（如刷脸终端）可代为获取。",
    },
    parameters: &[&MEMBER_ID],
    body: None,
    key: Key::None,
    answer: Answer::json::<Card>(
        201,
        Said { en: "The card.", zh: "会员码。" },
        r#"{"card": "jfc_…", "expires_at": "2026-06-18T20:16:00+08:00"}"#,
    ),
    problems: &[&table::MEMBER_UNKNOWN],
    handler: |call| Box::pin(show_card(call)),
};

/// `POST /v1/cards/take`
pub static TAKE: Operation = Operation {
    id: "take_card",
    method: Method::POST,
    path: "/v1/cards/take",
    feature: "cards",
    access: Access::Scope(Scope::MembersIdentify),
    confirm: false,
    summary: Said { en: "Take a card that was shown", zh: "识别会员码" },
    about: Said {
        en: "Whose it is, and a token for five minutes with which the counter acts for that member. It ends with the access of the API client that took the card.",
        zh: "返回会员及五分钟有效的令牌，柜台或自助机凭此为该会员办理。识别会员码的 API 客户端停用后令牌随即失效。",
    },
    parameters: &[],
    body: Some(Body { kinds: &[BodyKind::json::<ShownCard>(r#"{"card": "jfc_…"}"#)], required: true }),
    key: Key::None,
    answer: Answer::json::<TakenCard>(
        200,
        Said { en: "Whose card it was.", zh: "会员与令牌。" },
        r#"{"member": "lin", "token": "jfm_…", "expires_at": "2026-06-18T20:20:00+08:00"}"#,
    ),
    problems: &[&table::CODE_WRONG, &table::MEMBER_UNKNOWN],
    handler: |call| Box::pin(take_card(call)),
};
