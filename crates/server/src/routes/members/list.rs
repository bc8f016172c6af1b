//! The list of members, and finding one by what a person knows: the start of an identifier, or a whole telephone number
//! or address.

use axum::http::Method;
use compact_str::CompactString;
use jifen_program::desk::Record;
use jifen_program::member::{MEMBER, Member};
use jifen_program::wallets::view_at;
use jifen_store::{Bound, Find, Order, Value as Column};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Sight, frozen_now, personal};
use crate::app::App;
use crate::call::{Call, Parameters, Reply, aside};
use crate::cursor::IdCursor;
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Key, Operation, Parameter};
use crate::parameters::{CURSOR, LIMIT};
use crate::personal::Contact;
use crate::problems::Problem;
use crate::scopes::Scope;
use crate::wire::Amount;

/// Members looked at for one page at most; with a filter a page may be shorter than asked for and still have a next.
const SCAN_MAX: usize = 2_000;

/// Members read at once.
const SLICE: usize = 200;

/// The tier's place among the columns of members.
const TIER_COLUMN: usize = 0;

static QUERY: Parameter = Parameter {
    name: "query",
    in_path: false,
    about: Said {
        en: "The start of an identifier, or a whole telephone number or address of electronic mail.",
        zh: "会员标识的开头，或完整的手机号、邮箱。",
    },
    schema: r#"{"type": "string", "maxLength": 254}"#,
    example: "h90",
};

static TIER: Parameter = Parameter {
    name: "tier",
    in_path: false,
    about: Said { en: "Only members of this tier.", zh: "只看该等级的会员。" },
    schema: r#"{"type": "string", "minLength": 1, "maxLength": 64}"#,
    example: "gold",
};

static STATE: Parameter = Parameter {
    name: "state",
    in_path: false,
    about: Said {
        en: "Only members whose wallet is frozen, who owe points, or neither.",
        zh: "只看钱包冻结的、欠积分的，或两者都不是的会员。",
    },
    schema: r#"{"type": "string", "enum": ["frozen", "in_debt", "normal"]}"#,
    example: "frozen",
};

/// A page of members.
#[derive(Serialize, ToSchema)]
pub(super) struct MemberPage {
    /// The members, by identifier; whoever was found by a number or address first.
    data: Vec<MemberRow>,
    /// Where the next page starts; nothing on the last.
    next_cursor: Option<String>,
}

/// A member in a list. Personal fields are masked.
#[derive(Serialize, ToSchema)]
pub(super) struct MemberRow {
    /// The identifier.
    id: String,
    /// The name's beginning, such as `林*`.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// The telephone number without its middle, such as `138****5678`.
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
    /// The tier now.
    tier: String,
    /// Points of the program's main unit that can be spent.
    available: i64,
    /// What they are worth today; nothing where the unit has no value.
    #[serde(skip_serializing_if = "Option::is_none")]
    worth: Option<Amount>,
    /// When the membership began.
    #[schema(format = DateTime)]
    joined_at: String,
    /// When the member last did something.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    last_active_at: Option<String>,
    /// Whether the wallet is frozen.
    frozen: bool,
}

/// Which members are wanted.
struct Wanted {
    prefix: CompactString,
    contact: Option<Contact>,
    tier: Option<CompactString>,
    state: Option<State>,
    limit: usize,
    after: Option<CompactString>,
    sight: Sight,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Frozen,
    InDebt,
    Normal,
}

impl Wanted {
    fn read(call: &Call, query: &Parameters) -> Result<Wanted, Problem> {
        let text = query.get("query").unwrap_or_default().trim();
        let state = match query.get("state") {
            None => None,
            Some("frozen") => Some(State::Frozen),
            Some("in_debt") => Some(State::InDebt),
            Some("normal") => Some(State::Normal),
            Some(_) => return Err(Problem::parameter("state", "be frozen, in_debt or normal")),
        };
        let sight = match Sight::of(call, "") {
            Sight::Hidden => Sight::Hidden,
            // A list is for finding somebody: whoever may see all of one looks at that one.
            Sight::Masked | Sight::Clear => Sight::Masked,
        };
        Ok(Wanted {
            prefix: CompactString::new(text),
            // What cannot be seen is not found by either.
            contact: Contact::typed(text).filter(|_| sight != Sight::Hidden),
            tier: query.get("tier").map(CompactString::new),
            state,
            limit: query.limit()?,
            after: query.get("cursor").map(IdCursor::read).transpose()?.map(|cursor| cursor.0),
            sight,
        })
    }

    /// Whether there can be identifiers that begin with what was asked for.
    fn may_be_id(&self) -> bool {
        self.prefix.is_empty() || jifen_vocab::id::check(&self.prefix).is_ok()
    }

    fn from(&self) -> Bound {
        let before = self.after.clone().or_else(|| just_before(&self.prefix));
        let Some(before) = before else { return Bound::Start };
        Bound::After(self.tier.clone().map_or(Column::Null, Column::Text), before)
    }
}

/// The greatest text that sorts before everything that begins so: identifiers have no character as high as the last.
fn just_before(prefix: &str) -> Option<CompactString> {
    let last = prefix.bytes().last()?;
    let mut before = CompactString::new(&prefix[..prefix.len() - 1]);
    before.push(char::from(last - 1));
    before.push('\u{7f}');
    Some(before)
}

async fn list_members(call: Call) -> Answered {
    let query = call.query()?;
    let wanted = Wanted::read(&call, &query)?;
    let app = call.app.clone();
    let page = aside(move || page(&app, &wanted));
    Reply::json(&page.await?)
}

fn page(app: &App, wanted: &Wanted) -> Result<MemberPage, Problem> {
    let mut data = Vec::new();
    if let (Some(contact), None) = (&wanted.contact, &wanted.after) {
        for id in app.vault.find(&app.engine, contact)? {
            if let Some(member) = app.engine.read::<Member>(id.as_str())?.filter(|member| wanted.has(app, member)) {
                data.push(row(app, &member, wanted.sight)?);
            }
        }
    }
    if !wanted.may_be_id() {
        return Ok(MemberPage { data, next_cursor: None });
    }
    let (mut from, mut looked) = (wanted.from(), 0);
    loop {
        let find = Find {
            kind: &MEMBER,
            column: wanted.tier.as_ref().map(|_| TIER_COLUMN),
            equals: wanted.tier.clone().map(Column::Text),
            order: Order::Ascending,
            from,
            limit: SLICE.min(wanted.limit + 1),
        };
        let found = app.engine.store().find(&find)?;
        let mut last = None;
        for (id, _, stored) in &found.rows {
            if !id.starts_with(wanted.prefix.as_str()) {
                return Ok(MemberPage { data, next_cursor: None });
            }
            if data.len() >= wanted.limit || looked >= SCAN_MAX {
                return Ok(MemberPage { data, next_cursor: last.map(|id| IdCursor(id).write()) });
            }
            looked += 1;
            let member = Member::read(&stored.body)
                .map_err(|error| Problem::internal(format!("the member {id} cannot be read: {error}")))?;
            if wanted.has(app, &member) && data.iter().all(|row| row.id != id.as_str()) {
                data.push(row(app, &member, wanted.sight)?);
            }
            last = Some(id.clone());
        }
        match (found.next, last) {
            (Some(_), Some(id)) if data.len() >= wanted.limit || looked >= SCAN_MAX => {
                return Ok(MemberPage { data, next_cursor: Some(IdCursor(id).write()) });
            }
            (Some(next), _) => from = next,
            (None, _) => return Ok(MemberPage { data, next_cursor: None }),
        }
    }
}

impl Wanted {
    fn has(&self, app: &App, member: &Member) -> bool {
        if self.tier.as_ref().is_some_and(|tier| member.body.tier.as_str() != tier.as_str()) {
            return false;
        }
        let Some(state) = self.state else { return true };
        let now = app.engine.clock().now();
        let is_frozen = frozen_now(member, now).is_some();
        let owes = || view_at(member, &app.engine.books(), now).units.iter().any(|unit| unit.debt.is_positive());
        match state {
            State::Frozen => is_frozen,
            State::InDebt => owes(),
            State::Normal => !is_frozen && !owes(),
        }
    }
}

fn row(app: &App, member: &Member, sight: Sight) -> Result<MemberRow, Problem> {
    let (now, books) = (app.engine.clock().now(), app.engine.books());
    let (book, body) = (books.at(now), &member.body);
    let view = view_at(member, &books, now);
    let available = view.unit(&book.default_unit).map_or(0, |unit| unit.available.get());
    let personal = personal(app, body.id.as_str(), sight)?;
    Ok(MemberRow {
        id: body.id.to_string(),
        name: personal.name,
        phone: personal.phone,
        tier: body.tier.to_string(),
        available,
        worth: book.worth(&book.default_unit, available).map(Amount::from),
        joined_at: book.zone.rfc3339(body.joined),
        last_active_at: body.active.map(|at| book.zone.rfc3339(at)),
        frozen: frozen_now(member, now).is_some(),
    })
}

const EXAMPLE: &str = r#"{"data": [{"id": "h906", "name": "林*", "phone": "138****5678", "tier": "ordinary",
    "available": 4600, "worth": {"amount": 4600, "currency": "CNY"}, "joined_at": "2026-01-03T20:00:00+08:00",
    "last_active_at": "2026-06-18T20:15:00+08:00", "frozen": false}], "next_cursor": "AWg5MDY"}"#;

/// `GET /v1/members`
pub static LIST: Operation = Operation {
    id: "list_members",
    method: Method::GET,
    path: "/v1/members",
    feature: "members",
    access: Access::Scope(Scope::MembersRead),
    confirm: false,
    summary: Said { en: "List and find members", zh: "会员列表与查找" },
    about: Said {
        en: "By identifier. Personal fields are masked, and there for staff and for clients with `personal:read`; so is finding by a number or address, which must be whole. With a filter a page may be shorter than asked for; go on while there is a `next_cursor`.",
        zh: "按标识排列。个人信息脱敏显示，仅员工和具备 `personal:read` 权限的客户端可见；按手机号或邮箱查找同此，且须完整输入。使用筛选时一页可能较短，只要有 `next_cursor` 就可继续。",
    },
    parameters: &[&QUERY, &TIER, &STATE, &LIMIT, &CURSOR],
    body: None,
    key: Key::None,
    answer: Answer::json::<MemberPage>(200, Said { en: "A page of members.", zh: "一页会员。" }, EXAMPLE),
    problems: &[],
    handler: |call| Box::pin(list_members(call)),
};
