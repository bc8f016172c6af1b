//! Entries: how a wallet came to be what it is, newest first, each with its reason. Nothing is ever left out or
//! forgotten: years later the first entry is still there.

use std::sync::Arc;

use axum::http::Method;
use jifen_ledger::{CauseKind, Entry as Stored, EntryKind};
use jifen_program::Books;
use jifen_program::adjustments::Adjustment;
use jifen_program::desk::Record;
use jifen_program::flows::Wake;
use jifen_program::holds::HoldFact;
use jifen_program::member::MEMBER;
use jifen_program::spends::SpendFact;
use jifen_store::{Entry as Row, Key as Address, Store, Stream};
use jifen_vocab::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::call::{Call, Reply, aside, unknown_member};
use crate::callers::CallerKind;
use crate::cursor::EntryCursor;
use crate::explain;
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Key, Operation, Parameter};
use crate::parameters::{CURSOR, LIMIT, MEMBER_ID};
use crate::problems::{Problem, table};
use crate::scopes::Scope;
use crate::wire::Text;

/// Entries looked at for one page at most; with a filter a page may be shorter than asked for and still have a next.
const SCAN_MAX: usize = 1_000;

/// Entries read from the store at once.
const SLICE: usize = 200;

static UNIT: Parameter = Parameter {
    name: "unit",
    in_path: false,
    about: Said { en: "Only entries of this unit.", zh: "只看这种积分的明细。" },
    schema: r#"{"type": "string", "minLength": 1, "maxLength": 64}"#,
    example: "points",
};

/// A page of entries.
#[derive(Serialize, ToSchema)]
pub struct EntryPage {
    /// The entries, newest first.
    data: Vec<Entry>,
    /// Where the next page starts; nothing on the last.
    next_cursor: Option<String>,
}

/// A movement of points.
#[derive(Serialize, ToSchema)]
pub struct Entry {
    /// Its place in the member's history, from 1.
    number: u64,
    /// Since when it counts.
    #[schema(format = DateTime)]
    effective_at: String,
    /// When it was decided.
    #[schema(format = DateTime)]
    recorded_at: String,
    /// What it is: `earn`, `release`, `cancel`, `spend`, `hold`, `capture`, `unhold`, `reverse`, `refund`, `expire`,
    /// `adjust`, `repay`, `extend`, `open`.
    kind: &'static str,
    /// The unit.
    unit: String,
    /// The change of available points.
    points: i64,
    /// The points that moved.
    amount: i64,
    /// The state or account they left.
    from: &'static str,
    /// The state or account they entered.
    to: &'static str,
    /// Available points afterwards.
    balance: i64,
    /// What brought it about.
    cause: Cause,
    /// In a sentence that can be read aloud.
    explanation: Text,
}

/// What brought an entry about.
#[derive(Serialize, ToSchema)]
#[schema(as = EntryCause)]
pub struct Cause {
    /// What it was: `event`, `spend`, `hold`, `adjustment`, `import`, `redemption`, `time`.
    r#type: &'static str,
    /// Its identifier.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    /// The `source` of the event.
    #[serde(skip_serializing_if = "Option::is_none")]
    event_source: Option<String>,
    /// The type of the event.
    #[serde(skip_serializing_if = "Option::is_none")]
    event_type: Option<String>,
    /// The order.
    #[serde(skip_serializing_if = "Option::is_none")]
    order: Option<String>,
    /// The rule that awarded.
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<String>,
    /// The version of the rule book that judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_version: Option<u32>,
    /// The label of source.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    /// The API client or operator.
    #[serde(skip_serializing_if = "Option::is_none")]
    operator: Option<String>,
    /// Where it happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<String>,
    /// When the member was told that the points would lapse.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    noticed_at: Option<String>,
    /// For what, in the words of who asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// The caller's reference of a spend.
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
}

async fn list_entries(call: Call) -> Answered {
    let id = call.member()?;
    let query = call.query()?;
    let limit = query.limit()?;
    let cursor = query.get("cursor").map(EntryCursor::read).transpose()?;
    let unit = query.get("unit").map(str::to_owned);
    check_unit(&call.app, unit.as_deref())?;
    let newest = settled_tail(&call, id.as_str()).await?;
    let newest = cursor.map_or(newest, |cursor| cursor.entry);
    let since = since(&call);
    let app = Arc::clone(&call.app);
    let page = aside(move || {
        let wanted = Wanted { member: id.as_str(), unit: unit.as_deref(), since, limit };
        let (entries, next) = wanted.scan(app.engine.store().as_ref(), newest)?;
        Ok::<_, Problem>(EntryPage { data: wire(&app, &entries)?, next_cursor: next.map(EntryCursor::write) })
    });
    Reply::json(&page.await?)
}

fn check_unit(app: &App, unit: Option<&str>) -> Result<(), Problem> {
    let Some(unit) = unit else { return Ok(()) };
    let books = app.engine.books();
    let known = books.versions().iter().any(|version| version.book.unit(unit).is_some());
    if known { Ok(()) } else { Err(Problem::new(&table::UNIT_UNKNOWN).word("unit", unit)) }
}

/// The number of the member's newest entry, after everything that fell due until now has been written: what a wallet
/// shows and what entries say must agree.
pub(super) async fn settled_tail(call: &Call, id: &str) -> Result<u64, Problem> {
    let engine = &call.app.engine;
    let key = Address::new(&MEMBER, id);
    let load = || Ok::<_, Problem>(engine.store().load(std::slice::from_ref(&key))?.into_iter().next().flatten());
    let row = load()?.ok_or_else(|| unknown_member(id))?;
    if row.due_at.is_none_or(|due| due > engine.clock().now()) {
        return Ok(row.tail);
    }
    call.submit(Wake { key: key.clone() }).await?;
    Ok(load()?.map_or(0, |row| row.tail))
}

/// How far back the caller looks: members as far as their program says.
fn since(call: &Call) -> Option<Timestamp> {
    let now = call.app.engine.clock().now();
    let books = call.app.engine.books();
    let book = books.at(now);
    let years = book.history_years.filter(|_| call.caller.kind == CallerKind::Member)?;
    let day = book.zone.day_of(now).plus_months(-12 * i32::from(years));
    Some(book.zone.start_of(day))
}

/// Which entries are wanted.
struct Wanted<'a> {
    member: &'a str,
    unit: Option<&'a str>,
    since: Option<Timestamp>,
    limit: usize,
}

impl Wanted<'_> {
    /// Entries from a number backward, and where to go on.
    fn scan(&self, store: &dyn Store, newest: u64) -> Result<(Vec<Stored>, Option<EntryCursor>), Problem> {
        let Wanted { member, unit, since, limit } = *self;
        let mut found = Vec::new();
        let mut next = newest;
        let mut looked = 0;
        while next > 0 && looked < SCAN_MAX {
            let slice = store.history(Stream::default(), next, SLICE.min(limit + 1))?;
            if slice.is_empty() {
                return Ok((found, None));
            }
            for row in slice {
                if row.chain != member {
                    return Err(Problem::parameter("cursor", "be the next_cursor of an earlier page of this member"));
                }
                if found.len() == limit {
                    return Ok((found, Some(EntryCursor { stream: 0, entry: row.number })));
                }
                looked += 1;
                next = row.previous;
                let entry = read(&row)?;
                if since.is_some_and(|since| entry.recorded_at < since) {
                    return Ok((found, None));
                }
                if unit.is_none_or(|unit| entry.unit.as_str() == unit) {
                    found.push(entry);
                }
            }
        }
        Ok((found, (next > 0).then_some(EntryCursor { stream: 0, entry: next })))
    }
}

pub(super) fn read(row: &Row) -> Result<Stored, Problem> {
    serde_json::from_slice(&row.body)
        .map_err(|error| Problem::internal(format!("the entry {} cannot be read: {error}", row.number)))
}

pub(super) fn wire(app: &App, entries: &[Stored]) -> Result<Vec<Entry>, Problem> {
    let books = app.engine.books();
    let notes = notes(app.engine.store().as_ref(), entries)?;
    Ok(entries.iter().zip(notes).map(|(entry, note)| Entry::of(entry, note, &books)).collect())
}

/// What people typed about an entry: kept beside the journal, which has no free text.
#[derive(Debug, Clone, Default)]
struct Note {
    reason: Option<String>,
    reference: Option<String>,
}

fn notes(store: &dyn Store, entries: &[Stored]) -> Result<Vec<Note>, Problem> {
    let address = |entry: &Stored| {
        let kind = match entry.cause.by {
            CauseKind::Spend => SpendFact::KIND,
            CauseKind::Hold => HoldFact::KIND,
            CauseKind::Adjustment => Adjustment::KIND,
            _ => return None,
        };
        Some(Address { kind, id: entry.cause.id.clone()? })
    };
    let mut wanted: Vec<Address> = entries.iter().filter_map(address).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let rows = store.load(&wanted)?;
    let note = |entry: &Stored| {
        let place = wanted.binary_search(&address(entry)?).ok()?;
        note_of(entry, &rows[place].as_ref()?.body)
    };
    Ok(entries.iter().map(|entry| note(entry).unwrap_or_default()).collect())
}

fn note_of(entry: &Stored, body: &[u8]) -> Option<Note> {
    let reason = |reason: String| Note { reason: Some(reason), reference: None };
    match entry.cause.by {
        CauseKind::Spend => {
            let fact = SpendFact::read(body).ok()?;
            let reason = match entry.kind {
                EntryKind::Reverse => fact.reversals.into_iter().find(|(at, ..)| *at == entry.recorded_at)?.2,
                _ => fact.reason,
            };
            Some(Note { reason: Some(reason), reference: Some(fact.reference.to_string()) })
        }
        CauseKind::Hold => HoldFact::read(body).ok().map(|fact| reason(fact.reason)),
        CauseKind::Adjustment => Adjustment::read(body).ok().map(|fact| reason(fact.reason)),
        _ => None,
    }
}

impl Entry {
    fn of(entry: &Stored, note: Note, books: &Books) -> Entry {
        let zone = &books.at(entry.recorded_at).zone;
        let cause = &entry.cause;
        let text = |text: &compact_str::CompactString| text.to_string();
        Entry {
            number: entry.seq,
            effective_at: zone.rfc3339(entry.effective_at),
            recorded_at: zone.rfc3339(entry.recorded_at),
            kind: entry.kind.as_str(),
            unit: entry.unit.to_string(),
            points: entry.change().get(),
            amount: entry.points.get(),
            from: entry.from.as_str(),
            to: entry.to.as_str(),
            balance: entry.balance.get(),
            cause: Cause {
                r#type: cause_type(cause.by),
                id: cause.id.as_ref().map(text),
                event_source: cause.event_source.as_ref().map(text),
                event_type: cause.event_type.as_ref().map(text),
                order: cause.order.as_ref().map(ToString::to_string),
                rule: cause.rule.as_ref().map(ToString::to_string),
                rule_version: cause.version,
                source: cause.label.as_ref().map(ToString::to_string),
                operator: cause.operator.as_ref().map(text),
                place: cause.place.as_ref().map(text),
                noticed_at: cause.noticed_at.map(|at| zone.rfc3339(at)),
                reason: note.reason,
                reference: note.reference,
            },
            explanation: explain::entry(entry, books),
        }
    }
}

fn cause_type(by: CauseKind) -> &'static str {
    match by {
        CauseKind::Time => "time",
        CauseKind::Event => "event",
        CauseKind::Spend => "spend",
        CauseKind::Hold => "hold",
        CauseKind::Adjustment => "adjustment",
        CauseKind::Import => "import",
        CauseKind::Redemption => "redemption",
        CauseKind::Conversion => "conversion",
        CauseKind::Deduction => "deduction",
    }
}

/// `GET /v1/members/{id}/entries`
pub static LIST: Operation = Operation {
    id: "list_entries",
    method: Method::GET,
    path: "/v1/members/{id}/entries",
    feature: "entries",
    access: Access::ScopeOrSelf(Scope::WalletsRead),
    confirm: false,
    summary: Said { en: "List a wallet's entries", zh: "查看积分明细" },
    about: Said {
        en: "Newest first, kept for ever. `points` is the change of available points, `amount` what moved. Every entry says what brought it about, in fields and in a sentence. Members look back as many years as their program says. With `unit` a page may be shorter than asked for; go on while there is a `next_cursor`.",
        zh: "从新到旧，永久保存。`points` 为可用积分的变化，`amount` 为移动的积分。每条明细以字段和一句话说明缘由。会员本人可回看的年数由计划规定。使用 `unit` 时一页可能较短，只要有 `next_cursor` 就可继续。",
    },
    parameters: &[&MEMBER_ID, &UNIT, &LIMIT, &CURSOR],
    body: None,
    key: Key::None,
    answer: Answer::json::<EntryPage>(200, Said { en: "A page of entries.", zh: "一页明细。" }, EXAMPLE),
    problems: &[&table::MEMBER_UNKNOWN, &table::UNIT_UNKNOWN],
    handler: |call| Box::pin(list_entries(call)),
};

const EXAMPLE: &str = r#"{"data": [{"number": 2, "effective_at": "2026-06-19T09:00:00+08:00",
    "recorded_at": "2026-06-19T09:00:00+08:00", "kind": "spend", "unit": "points", "points": -40, "amount": 40,
    "from": "available", "to": "redeemed", "balance": 15,
    "cause": {"type": "spend", "id": "spd_0rkf3c2gq1a2b3c4d5e6f7", "operator": "till", "reason": "a coffee", "reference": "till-7-0001"},
    "explanation": {"zh": "使用了 40 积分。", "en": "40 points were spent."}}], "next_cursor": "AQAAAAAAAAAAAAE"}"#;
