//! A person sends a message to members: to some by name, or to all of some tiers.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::http::Method;
use compact_str::{CompactString, format_compact};
use jifen_program::audit::By;
use jifen_program::book::Name;
use jifen_program::desk::RequestKey;
use jifen_program::member::MEMBER;
use jifen_program::messages::{Mailed, SendByHand, WORD_CHARS_MAX};
use jifen_store::{Bound, Find, Order, Value as Column};
use jifen_vocab::{MemberId, TierId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::call::{Call, Reply, judged};
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Body, BodyKind, Key, Operation};
use crate::problems::{Problem, table};
use crate::scopes::Scope;
use crate::wire::NewText;

/// Members that are told in one commit, and that may be named in one request.
const SLICE: usize = 500;
/// The place of the tier among the columns of members.
const TIER_COLUMN: usize = 0;

/// A message to be sent.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewMailing {
    /// Its kind, one that a person sends.
    #[schema(value_type = String)]
    kind: CompactString,
    /// To these members.
    #[serde(default)]
    #[schema(value_type = Vec<String>, max_items = 500)]
    members: Vec<MemberId>,
    /// To all members of these tiers.
    #[serde(default)]
    #[schema(value_type = Vec<String>, max_items = 20)]
    tiers: Vec<TierId>,
    /// What is written into it, by the names of the kind's words.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, NewText>)]
    words: BTreeMap<CompactString, NewText>,
}

/// What was sent.
#[derive(Serialize, ToSchema)]
pub(super) struct Mailing {
    /// How many members were told.
    told: u32,
    /// How many the kind is not meant for.
    left_out: u32,
}

/// A mailing in slices, each of which is sent once however often the request comes.
struct Sender<'a> {
    app: &'a App,
    key: RequestKey,
    by: By,
    kind: CompactString,
    words: Vec<(CompactString, Name)>,
    mailing: Mailing,
}

impl Sender<'_> {
    /// Sends to members; gives the last one who was told the first time this slice was sent.
    fn slice(&mut self, name: &str, members: Vec<MemberId>) -> Result<(Option<MemberId>, bool), Problem> {
        let key = RequestKey { key: format_compact!("{}/{name}", self.key.key), ..self.key.clone() };
        let command = SendByHand {
            request: Some(key),
            kind: self.kind.clone(),
            members,
            words: self.words.clone(),
            by: self.by.clone(),
        };
        let (Mailed { told, left_out, last }, replayed) = judged(self.app.engine.submit_blocking(command, None)?)?;
        self.mailing.told += told;
        self.mailing.left_out += left_out;
        Ok((last, replayed))
    }

    fn tier(&mut self, tier: &TierId) -> Result<bool, Problem> {
        let value = Column::Text(CompactString::new(tier.as_str()));
        let (mut from, mut name, mut replayed) = (Bound::Start, format!("{tier}/"), false);
        loop {
            let equals = Some(value.clone());
            let find =
                Find { kind: &MEMBER, column: Some(TIER_COLUMN), equals, order: Order::Ascending, from, limit: SLICE };
            let found = self.app.engine.store().find(&find)?;
            let members = found.rows.iter().filter_map(|(id, ..)| MemberId::new(id).ok()).collect();
            let (last, again) = self.slice(&name, members)?;
            replayed |= again;
            let Some(last) = last else { return Ok(replayed) };
            name = format!("{tier}/{last}");
            from = Bound::After(value.clone(), last.as_str().into());
        }
    }
}

async fn send_by_hand(call: Call) -> Answered {
    let new: NewMailing = call.json()?;
    if new.members.len() > SLICE {
        return Err(Problem::field("/members", &format!("have at most {SLICE} items")));
    }
    if new.members.is_empty() == new.tiers.is_empty() {
        return Err(Problem::field("/members", "name members, or `tiers` must name tiers"));
    }
    let books = call.app.engine.books();
    let book = books.at(call.app.engine.clock().now());
    for (place, tier) in new.tiers.iter().enumerate() {
        if book.tiers.iter().all(|known| known.id != *tier) || new.tiers[..place].contains(tier) {
            return Err(Problem::field(format!("/tiers/{place}"), "be a tier of the program, each once"));
        }
    }
    let mut words = Vec::new();
    for (word, text) in new.words {
        let text = text.name("/words", WORD_CHARS_MAX)?;
        words.push((word, text));
    }
    let key = call.key()?.ok_or_else(|| Problem::new(&table::IDEMPOTENCY_KEY_MISSING))?;
    let (app, by, kind) = (Arc::clone(&call.app), call.by(), new.kind);
    let (mut members, tiers) = (new.members, new.tiers);
    members.sort();
    members.dedup();
    let sent = tokio::task::spawn_blocking(move || {
        let mailing = Mailing { told: 0, left_out: 0 };
        let mut sender = Sender { app: &app, key, by, kind, words, mailing };
        let mut replayed = false;
        if !members.is_empty() {
            replayed |= sender.slice("members", members)?.1;
        }
        for tier in &tiers {
            replayed |= sender.tier(tier)?;
        }
        Ok::<_, Problem>((sender.mailing, replayed))
    });
    let (mailing, replayed) = sent.await.map_err(|error| Problem::internal(error.to_string()))??;
    Ok(Reply::json(&mailing)?.replayed(replayed))
}

/// `POST /v1/mailings`
pub static SEND: Operation = Operation {
    id: "send_by_hand",
    method: Method::POST,
    path: "/v1/mailings",
    feature: "messages",
    access: Access::Scope(Scope::MessagesWrite),
    confirm: false,
    summary: Said { en: "Send a message to members", zh: "向会员发送消息" },
    about: Said {
        en: "An apology, thanks, a greeting, early access, the result of an appeal: a kind of `messages.yaml` with `on: hand`. To members by name, or to all of some tiers, five hundred at a time; were it interrupted, the same key goes on where it stopped and tells nobody twice.",
        zh: "致歉、感谢、问候、优先购、申诉结果等，使用 `messages.yaml` 中 `on: hand` 的消息类型。可指定会员，或发给某些等级的全部会员，每批五百人；中断后以同一幂等键重发即可继续，不会重复通知。",
    },
    parameters: &[],
    body: Some(Body {
        kinds: &[BodyKind::json::<NewMailing>(
            r#"{"kind": "apology", "members": ["lin"], "words": {"reason": {"zh": "系统升级", "en": "maintenance"}}}"#,
        )],
        required: true,
    }),
    key: Key::Required,
    answer: Answer::json::<Mailing>(
        200,
        Said { en: "What was sent.", zh: "发送结果。" },
        r#"{"told": 1, "left_out": 0}"#,
    ),
    problems: &[&table::MEMBER_UNKNOWN, &table::UNKNOWN],
    handler: |call| Box::pin(send_by_hand(call)),
};
