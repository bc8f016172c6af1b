//! Tickets: members appeal, dispute and suggest; staff answer. What is written is sealed under the member's key.

use axum::http::Method;
use compact_str::CompactString;
use jifen_program::book::tickets::AboutKind;
use jifen_program::desk::Record;
use jifen_program::flows::OpenTicket;
use jifen_program::member::Member;
use jifen_program::tickets::{About, AddToTicket, AnswerTicket, TICKET, Ticket as Stored, TicketResult};
use jifen_store::{Bound, Find, Order, Value as Column};
use jifen_vocab::{OrderId, SealedText, Timestamp, Zone};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::call::{Call, Reply, unknown_member};
use crate::cursor::IdCursor;
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Body, BodyKind, Key, Operation, Parameter};
use crate::parameters::{CURSOR, LIMIT, MEMBER_ID};
use crate::problems::{Problem, table};
use crate::scopes::Scope;
use crate::wire::Text;

/// The most tickets of a member's list.
const LIST_MAX: usize = 100;
/// Characters of an answer.
const ANSWER_CHARS_MAX: usize = 2_000;
/// The place of the member among the columns of tickets.
pub(crate) const MEMBER_COLUMN: usize = 0;
/// The place of where it stands.
const STATE_COLUMN: usize = 1;
/// What sealed words belong to.
const SEALED_AS: &str = "ticket";

static TICKET_ID: Parameter = Parameter {
    name: "ticket",
    in_path: true,
    about: Said { en: "The ticket.", zh: "申诉或意见的编号。" },
    schema: r#"{"type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[A-Za-z0-9._:-]+$"}"#,
    example: "tkt_1mwc546g5211v68xvqxzjg",
};

static STATE: Parameter = Parameter {
    name: "state",
    in_path: false,
    about: Said {
        en: "Only tickets in this state; `waiting` unless it is given.", zh: "处理状态，默认 `waiting`。"
    },
    schema: r#"{"type": "string", "enum": ["waiting", "answered", "closed"], "default": "waiting"}"#,
    example: "waiting",
};

/// What a ticket is about.
#[derive(Debug, Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TicketAbout {
    /// `entry`, `freeze`, `order` or `redemption`.
    of: String,
    /// Which: the entry's number, the order or the redemption; left out for a freeze.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 64)]
    id: Option<String>,
}

/// A ticket to be opened.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTicket {
    /// Its kind.
    #[schema(value_type = String, min_length = 1, max_length = 64)]
    kind: CompactString,
    /// What it is about, where the kind asks for it.
    about: Option<TicketAbout>,
    /// What is to be said. It is encrypted at rest.
    #[schema(min_length = 1, max_length = 4000)]
    text: String,
}

/// An answer to be given.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTicketAnswer {
    /// What is answered. It is encrypted at rest.
    #[schema(min_length = 1, max_length = 2000)]
    text: String,
    /// What came of it, which closes the ticket: `upheld`, `partly_upheld`, `declined` or `settled`.
    result: Option<String>,
}

/// A kind of ticket.
#[derive(Serialize, ToSchema)]
pub struct TicketKind {
    /// Its identifier.
    id: String,
    /// What people call it.
    name: Text,
    /// What it may be about; nothing is named where this is empty.
    about: Vec<&'static str>,
    /// Hours until somebody has answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    respond_hours: Option<u16>,
    /// Hours until it is settled.
    resolve_hours: u16,
}

/// A ticket.
#[derive(Serialize, ToSchema)]
pub struct Ticket {
    /// Its identifier.
    id: String,
    /// Whose.
    member: String,
    /// Its kind.
    kind: String,
    /// What people call the kind.
    name: Text,
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    about: Option<TicketAbout>,
    /// What the member wrote; nothing once the person was erased.
    text: Option<String>,
    /// `waiting`, `answered` or `closed`.
    state: &'static str,
    /// When it was opened.
    #[schema(format = DateTime)]
    opened_at: String,
    /// Until when somebody is to have answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    respond_by: Option<String>,
    /// Until when it is to be settled.
    #[schema(format = DateTime)]
    resolve_by: String,
    /// Whether a deadline has passed that nobody met.
    overdue: bool,
    /// What was answered, oldest first.
    answers: Vec<TicketAnswer>,
    /// What the member added, oldest first.
    added: Vec<TicketAddition>,
    /// What came of it: `upheld`, `partly_upheld`, `declined` or `settled`.
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<&'static str>,
    /// When it was closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    closed_at: Option<String>,
}

/// What a member added to a ticket.
#[derive(Serialize, ToSchema)]
pub struct TicketAddition {
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// After so many answers.
    after: usize,
    /// What; nothing once the person was erased.
    text: Option<String>,
}

/// A text to be added.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTicketText {
    /// What is to be said. It is encrypted at rest.
    #[schema(min_length = 1, max_length = 4000)]
    text: String,
}

/// An answer to a ticket.
#[derive(Serialize, ToSchema)]
pub struct TicketAnswer {
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// Who answered; members are not told.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    /// What; nothing once the person was erased.
    text: Option<String>,
}

/// What a member can turn to people with, and has.
#[derive(Serialize, ToSchema)]
pub struct MemberTickets {
    /// The kinds there are.
    kinds: Vec<TicketKind>,
    /// Tickets that may wait at the same time.
    most_open: u16,
    /// Characters of a text at most.
    text_chars: u16,
    /// The newest hundred, newest first.
    data: Vec<Ticket>,
}

/// A page of tickets.
#[derive(Serialize, ToSchema)]
pub struct TicketPage {
    /// The tickets, oldest first.
    data: Vec<Ticket>,
    /// Where the next page starts; nothing on the last.
    next_cursor: Option<String>,
}

/// Who looks at a ticket.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Looker {
    Member,
    Staff,
}

/// What is needed to show tickets.
struct Shown<'a> {
    app: &'a App,
    zone: Zone,
    now: Timestamp,
    looker: Looker,
}

impl<'a> Shown<'a> {
    fn to(app: &'a App, looker: Looker) -> Self {
        let now = app.engine.clock().now();
        Shown { app, zone: app.engine.books().at(now).zone.clone(), now, looker }
    }

    fn open(&self, ticket: &Stored, text: &SealedText) -> Result<Option<String>, Problem> {
        Ok(self.app.vault.open_text(ticket.member.as_str(), SEALED_AS, text)?)
    }

    fn ticket(&self, ticket: &Stored) -> Result<Ticket, Problem> {
        let instant = |at: Timestamp| self.zone.rfc3339(at);
        let mut answers = Vec::with_capacity(ticket.answers.len());
        for answer in &ticket.answers {
            let by = (self.looker == Looker::Staff).then(|| answer.by.to_string());
            answers.push(TicketAnswer { at: instant(answer.at), by, text: self.open(ticket, &answer.text)? });
        }
        let mut added = Vec::with_capacity(ticket.added.len());
        for text in &ticket.added {
            added.push(TicketAddition {
                at: instant(text.at),
                after: text.after,
                text: self.open(ticket, &text.text)?,
            });
        }
        Ok(Ticket {
            id: ticket.id.to_string(),
            member: ticket.member.to_string(),
            kind: ticket.kind.to_string(),
            name: Text::from(&ticket.name),
            about: ticket.about.as_ref().map(TicketAbout::of),
            text: self.open(ticket, &ticket.text)?,
            state: ticket.state(),
            opened_at: instant(ticket.at),
            respond_by: ticket.respond_by.map(instant),
            resolve_by: instant(ticket.resolve_by),
            overdue: ticket.is_overdue(self.now),
            answers,
            added,
            result: ticket.shut.map(|shut| shut.result.as_str()),
            closed_at: ticket.shut.map(|shut| instant(shut.at)),
        })
    }

    /// Tickets by one of their columns.
    fn listed(&self, column: usize, value: &str, order: Order, limit: usize, after: Option<IdCursor>) -> Listed {
        let value = Column::Text(CompactString::new(value));
        let from = after.map_or(Bound::Start, |IdCursor(after)| Bound::After(value.clone(), after));
        let find = Find { kind: &TICKET, column: Some(column), equals: Some(value), order, from, limit };
        let found = self.app.engine.store().find(&find)?;
        let mut tickets = Vec::with_capacity(found.rows.len());
        for (id, _, row) in &found.rows {
            let ticket = Stored::read(&row.body)
                .map_err(|error| Problem::internal(format!("the ticket {id} cannot be read: {error}")))?;
            tickets.push(self.ticket(&ticket)?);
        }
        let last = found.rows.last().filter(|_| found.next.is_some());
        Ok((tickets, last.map(|(id, ..)| IdCursor(id.clone()).write())))
    }
}

type Listed = Result<(Vec<Ticket>, Option<String>), Problem>;

impl TicketAbout {
    fn of(about: &About) -> TicketAbout {
        let id = match about {
            About::Entry(number) => Some(number.to_string()),
            About::Freeze => None,
            About::Order(order) => Some(order.to_string()),
            About::Redemption(id) => Some(id.to_string()),
        };
        TicketAbout { of: about.kind().as_str().to_owned(), id }
    }

    fn read(self) -> Result<About, Problem> {
        let known = AboutKind::WORDS.iter().find(|(word, _)| *word == self.of).map(|(_, kind)| *kind);
        let kind = known.ok_or_else(|| Problem::field("/about/of", "be entry, freeze, order or redemption"))?;
        let wrong = |must: &str| Problem::field("/about/id", must);
        let id = match (kind, self.id) {
            (AboutKind::Freeze, None) => return Ok(About::Freeze),
            (AboutKind::Freeze, Some(_)) => return Err(wrong("be left out")),
            (_, None) => return Err(wrong("be present")),
            (_, Some(id)) => id,
        };
        match kind {
            AboutKind::Entry => id.parse().map(About::Entry).map_err(|_| wrong("be the number of an entry")),
            AboutKind::Redemption => jifen_vocab::id::check(&id)
                .map(|()| About::Redemption(id.into()))
                .map_err(|error| wrong(&error.to_string())),
            _ => OrderId::new(&id).map(About::Order).map_err(|error| wrong(&error.to_string())),
        }
    }
}

/// Words that a person typed, where they have as many characters as they may.
fn typed(text: &str, most: usize) -> Result<String, Problem> {
    let text = text.trim();
    let is_plain = !text.chars().any(|c| c.is_control() && c != '\n' && c != '\t');
    match (1..=most).contains(&text.chars().count()) && is_plain {
        true => Ok(text.to_owned()),
        false => Err(Problem::field("/text", &format!("have 1 to {most} characters"))),
    }
}

async fn sealed(call: &Call, member: &str, text: String) -> Result<SealedText, Problem> {
    let member = member.to_owned();
    call.aside(move |app| Ok(app.vault.seal_text(&member, SEALED_AS, &text)?)).await
}

async fn shown(call: &Call, ticket: Stored, looker: Looker) -> Result<Ticket, Problem> {
    call.aside(move |app| Shown::to(app, looker).ticket(&ticket)).await
}

fn unknown(id: &str) -> Problem {
    Problem::new(&table::UNKNOWN).word("ticket", id)
}

/// The ticket of the path.
fn named(call: &Call) -> Result<CompactString, Problem> {
    let id = call.segment("ticket");
    jifen_vocab::id::check(id).map_err(|_| unknown(id))?;
    Ok(CompactString::new(id))
}

async fn open_ticket(call: Call) -> Answered {
    let member = call.member()?;
    let new: NewTicket = call.json()?;
    let engine = &call.app.engine;
    let most = engine.books().at(engine.clock().now()).tickets.text_chars;
    let text = typed(&new.text, usize::from(most).max(1))?;
    let about = new.about.map(TicketAbout::read).transpose()?;
    // Nobody gets a key who is no member.
    if engine.read::<Member>(member.as_str())?.is_none() {
        return Err(unknown_member(member.as_str()));
    }
    let text = sealed(&call, member.as_str(), text).await?;
    let command = OpenTicket { request: call.key()?, member, kind: new.kind, about, text, by: call.by() };
    let (ticket, replayed) = call.submit(command).await?;
    let location = format!("/v1/tickets/{}", ticket.id);
    Ok(Reply::json(&shown(&call, ticket, Looker::Member).await?)?.created(&location).replayed(replayed))
}

async fn add(call: Call) -> Answered {
    let (member, id) = (call.member()?, named(&call)?);
    let new: NewTicketText = call.json()?;
    let engine = &call.app.engine;
    let most = engine.books().at(engine.clock().now()).tickets.text_chars;
    let text = typed(&new.text, usize::from(most).max(1))?;
    // Nothing is sealed for a ticket that is not there, or is somebody else's.
    let is_theirs = engine.read::<Stored>(&id)?.is_some_and(|ticket| ticket.member == member);
    is_theirs.then_some(()).ok_or_else(|| unknown(&id))?;
    let text = sealed(&call, member.as_str(), text).await?;
    let command = AddToTicket { request: call.key()?, ticket: id, member, text, by: call.by() };
    let (ticket, replayed) = call.submit(command).await?;
    Ok(Reply::json(&shown(&call, ticket, Looker::Member).await?)?.replayed(replayed))
}

async fn list_of(call: Call) -> Answered {
    let member = call.member()?;
    let listed = call.aside(move |app| {
        if app.engine.read::<Member>(member.as_str())?.is_none() {
            return Err(unknown_member(member.as_str()));
        }
        let shown = Shown::to(app, Looker::Member);
        let (data, _) = shown.listed(MEMBER_COLUMN, member.as_str(), Order::Descending, LIST_MAX, None)?;
        let books = app.engine.books();
        let terms = &books.at(shown.now).tickets;
        let kind = |kind: &jifen_program::book::tickets::TicketKind| TicketKind {
            id: kind.id.to_string(),
            name: Text::from(&kind.name),
            about: kind.about.iter().map(|about| about.as_str()).collect(),
            respond_hours: kind.respond_hours,
            resolve_hours: kind.resolve_hours,
        };
        let kinds = terms.kinds.iter().map(kind).collect();
        Ok(MemberTickets { kinds, most_open: terms.most_open, text_chars: terms.text_chars, data })
    });
    Reply::json(&listed.await?)
}

async fn list(call: Call) -> Answered {
    let query = call.query()?;
    let limit = query.limit()?;
    let state = match query.get("state") {
        None => "waiting",
        Some(state @ ("waiting" | "answered" | "closed")) => state,
        Some(_) => return Err(Problem::parameter("state", "be waiting, answered or closed")),
    };
    let after = query.get("cursor").map(IdCursor::read).transpose()?;
    let state = state.to_owned();
    let listed = call
        .aside(move |app| Shown::to(app, Looker::Staff).listed(STATE_COLUMN, &state, Order::Ascending, limit, after));
    let (data, next_cursor) = listed.await?;
    Reply::json(&TicketPage { data, next_cursor })
}

async fn show(call: Call) -> Answered {
    let id = named(&call)?;
    let ticket = call.app.engine.read::<Stored>(&id)?.ok_or_else(|| unknown(&id))?;
    Reply::json(&shown(&call, ticket, Looker::Staff).await?)
}

async fn answer(call: Call) -> Answered {
    let id = named(&call)?;
    let new: NewTicketAnswer = call.json()?;
    let text = typed(&new.text, ANSWER_CHARS_MAX)?;
    let result = match &new.result {
        None => None,
        Some(word) => {
            let known = TicketResult::WORDS.iter().find(|(known, _)| known == word).map(|(_, result)| *result);
            let must = "be upheld, partly_upheld, declined or settled";
            Some(known.ok_or_else(|| Problem::field("/result", must))?)
        }
    };
    let ticket = call.app.engine.read::<Stored>(&id)?.ok_or_else(|| unknown(&id))?;
    let text = sealed(&call, ticket.member.as_str(), text).await?;
    let command = AnswerTicket { request: call.key()?, ticket: id, text, result, by: call.by() };
    let (ticket, replayed) = call.submit(command).await?;
    Ok(Reply::json(&shown(&call, ticket, Looker::Staff).await?)?.replayed(replayed))
}

const EXAMPLE: &str = r#"{"id": "tkt_1mwc546g5211v68xvqxzjg", "member": "lin", "kind": "dispute",
    "name": {"zh": "争议", "en": "Dispute"}, "about": {"of": "order", "id": "o-1"}, "text": "积分未到账", "state": "waiting",
    "opened_at": "2026-06-10T12:00:00+08:00", "respond_by": "2026-06-12T12:00:00+08:00",
    "resolve_by": "2026-06-13T12:00:00+08:00", "overdue": false, "answers": [], "added": []}"#;

const THE_TICKET: Said = Said { en: "The ticket.", zh: "申诉或意见。" };

/// `POST /v1/members/{id}/tickets`
pub static OPEN: Operation = Operation {
    id: "open_ticket",
    method: Method::POST,
    path: "/v1/members/{id}/tickets",
    feature: "tickets",
    access: Access::ScopeOrSelf(Scope::TicketsWrite),
    confirm: false,
    summary: Said { en: "Appeal, dispute or suggest", zh: "提交申诉、争议或建议" },
    about: Said {
        en: "Of a kind of `tickets.yaml`, about one of the things that the kind names: an entry, an order or a redemption of the member's own, or the freeze of the wallet. So many may wait at the same time as the rule book says. What is written is encrypted under the member's own key and gone when the person is erased.",
        zh: "类型见 `tickets.yaml`，须针对该类型所列的事项之一：本人的积分明细、订单、兑换或账户冻结。同时待处理的数量以规则为准。内容以会员自己的密钥加密，删除个人信息后不可读取。",
    },
    parameters: &[&MEMBER_ID],
    body: Some(Body {
        kinds: &[BodyKind::json::<NewTicket>(
            r#"{"kind": "dispute", "about": {"of": "order", "id": "o-1"}, "text": "积分未到账"}"#,
        )],
        required: true,
    }),
    key: Key::Optional,
    answer: Answer::json::<Ticket>(201, THE_TICKET, EXAMPLE),
    problems: &[&table::LIMIT_EXCEEDED, &table::MEMBER_ERASED, &table::MEMBER_UNKNOWN, &table::UNKNOWN],
    handler: |call| Box::pin(open_ticket(call)),
};

/// `POST /v1/members/{id}/tickets/{ticket}/texts`
pub static ADD: Operation = Operation {
    id: "add_to_ticket",
    method: Method::POST,
    path: "/v1/members/{id}/tickets/{ticket}/texts",
    feature: "tickets",
    access: Access::ScopeOrSelf(Scope::TicketsWrite),
    confirm: false,
    summary: Said { en: "Add to a ticket", zh: "补充申诉或意见" },
    about: Said {
        en: "As long as it is not closed, twenty times at most. What is there already stays as it is. After an answer the ticket waits again.",
        zh: "办结前可补充，最多二十次，已提交的内容不变。若已有答复，补充后重新等待处理。",
    },
    parameters: &[&MEMBER_ID, &TICKET_ID],
    body: Some(Body {
        kinds: &[BodyKind::json::<NewTicketText>(r#"{"text": "订单截图已上传"}"#)], required: true
    }),
    key: Key::Optional,
    answer: Answer::json::<Ticket>(200, THE_TICKET, EXAMPLE),
    problems: &[
        &table::LIMIT_EXCEEDED,
        &table::MEMBER_ERASED,
        &table::MEMBER_UNKNOWN,
        &table::TICKET_CLOSED,
        &table::UNKNOWN,
    ],
    handler: |call| Box::pin(add(call)),
};

/// `GET /v1/members/{id}/tickets`
pub static LIST_OF: Operation = Operation {
    id: "list_member_tickets",
    method: Method::GET,
    path: "/v1/members/{id}/tickets",
    feature: "tickets",
    access: Access::ScopeOrSelf(Scope::TicketsRead),
    confirm: false,
    summary: Said { en: "A member's tickets", zh: "会员的申诉与意见" },
    about: Said {
        en: "The newest hundred with their answers, and the kinds there are.",
        zh: "最近一百件及其答复，以及可提交的类型。",
    },
    parameters: &[&MEMBER_ID],
    body: None,
    key: Key::None,
    answer: Answer::json::<MemberTickets>(200, Said { en: "The tickets.", zh: "申诉与意见。" }, ""),
    problems: &[&table::MEMBER_UNKNOWN],
    handler: |call| Box::pin(list_of(call)),
};

/// `GET /v1/tickets`
pub static LIST: Operation = Operation {
    id: "list_tickets",
    method: Method::GET,
    path: "/v1/tickets",
    feature: "tickets",
    access: Access::Scope(Scope::TicketsRead),
    confirm: false,
    summary: Said { en: "List tickets", zh: "申诉与意见列表" },
    about: Said {
        en: "Oldest first; what waits unless it is said.", zh: "最早的在前，默认列出待处理的。"
    },
    parameters: &[&STATE, &LIMIT, &CURSOR],
    body: None,
    key: Key::None,
    answer: Answer::json::<TicketPage>(200, Said { en: "A page of tickets.", zh: "一页申诉与意见。" }, ""),
    problems: &[],
    handler: |call| Box::pin(list(call)),
};

/// `GET /v1/tickets/{ticket}`
pub static SHOW: Operation = Operation {
    id: "show_ticket",
    method: Method::GET,
    path: "/v1/tickets/{ticket}",
    feature: "tickets",
    access: Access::Scope(Scope::TicketsRead),
    confirm: false,
    summary: Said { en: "Show a ticket", zh: "查看申诉或意见" },
    about: Said { en: "With what was answered and by whom.", zh: "含答复及答复人。" },
    parameters: &[&TICKET_ID],
    body: None,
    key: Key::None,
    answer: Answer::json::<Ticket>(200, THE_TICKET, EXAMPLE),
    problems: &[&table::UNKNOWN],
    handler: |call| Box::pin(show(call)),
};

/// `POST /v1/tickets/{ticket}/answers`
pub static ANSWER: Operation = Operation {
    id: "answer_ticket",
    method: Method::POST,
    path: "/v1/tickets/{ticket}/answers",
    feature: "tickets",
    access: Access::Scope(Scope::TicketsWrite),
    confirm: false,
    summary: Said { en: "Answer a ticket", zh: "答复申诉或意见" },
    about: Said {
        en: "The member is told by the message kinds on `ticket_answered`. With `result` the ticket is closed; that of an appeal is told by the kinds on `appeal`. What follows from a result, such as lifting a freeze, is done by its own operation.",
        zh: "通过 `ticket_answered` 类消息告知会员。填写 `result` 即办结；申诉结果通过 `appeal` 类消息告知。后续处理（如解除冻结）另行操作。",
    },
    parameters: &[&TICKET_ID],
    body: Some(Body {
        kinds: &[BodyKind::json::<NewTicketAnswer>(r#"{"text": "已核实并补发。", "result": "upheld"}"#)],
        required: true,
    }),
    key: Key::Optional,
    answer: Answer::json::<Ticket>(200, THE_TICKET, EXAMPLE),
    problems: &[&table::LIMIT_EXCEEDED, &table::MEMBER_ERASED, &table::TICKET_CLOSED, &table::UNKNOWN],
    handler: |call| Box::pin(answer(call)),
};
