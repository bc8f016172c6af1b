//! Members from another system.

use std::collections::HashSet;

use compact_str::{CompactString, format_compact};
use jifen_engine::Engine;
use jifen_ledger::MonthDay;
use jifen_program::RuleBook;
use jifen_program::desk::{REQUEST_KEY, Record, RequestKey};
use jifen_program::flows::Enroll;
use jifen_program::member::Member;
use jifen_server::personal::{Personal, Sealing};
use jifen_store::Key;
use jifen_vocab::{Day, MemberId, TierId, Timestamp, limits};

use super::CLIENT;
use super::table::{Column, Row, RowFault, Table};

pub(super) const COLUMNS: &[Column] = &[
    Column { name: "id", required: true },
    Column { name: "name", required: false },
    Column { name: "phone", required: false },
    Column { name: "email", required: false },
    Column { name: "birthday", required: false },
    Column { name: "tags", required: false },
    Column { name: "joined_at", required: false },
    Column { name: "tier", required: false },
    Column { name: "referrer", required: false },
];

/// Tags of one member.
const TAGS_MAX: usize = 50;

/// Reads every row, and gives the commands or all that is wrong.
pub(super) fn check(
    engine: &Engine,
    sealing: &Sealing<'_>,
    table: &Table,
) -> Result<Vec<(u64, Enroll)>, Vec<RowFault>> {
    let now = engine.clock().now();
    let books = engine.books();
    let check = Check { engine, sealing, book: books.at(now), now, fingerprint: table.fingerprint };
    let ids: HashSet<&str> = table.rows().filter_map(|row| row.field("id")).collect();
    let (mut commands, mut faults, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
    for row in table.rows() {
        match check.row(row, &ids, &mut seen) {
            Ok(command) => commands.push((row.line, command)),
            Err(what) => faults.push(RowFault { line: row.line, what }),
        }
    }
    if faults.is_empty() { Ok(commands) } else { Err(faults) }
}

struct Check<'a> {
    engine: &'a Engine,
    sealing: &'a Sealing<'a>,
    book: &'a RuleBook,
    now: Timestamp,
    fingerprint: u128,
}

impl Check<'_> {
    fn row<'r>(&self, row: Row<'r>, ids: &HashSet<&str>, seen: &mut HashSet<&'r str>) -> Result<Enroll, String> {
        let id = MemberId::new(row.required("id")?).map_err(|error| format!("`id` {error}"))?;
        if !seen.insert(row.required("id")?) {
            return Err(format!("the member {id} comes twice"));
        }
        let request = self.request(row);
        if self.exists(id.as_str())? && !self.holds(&request.identity().key())? {
            return Err(format!("the member {id} exists already"));
        }
        let personal = personal(row)?;
        let sealed = |personal| self.sealing.seal(id.as_str(), &personal).map_err(|error| error.to_string());
        let birthday = personal.birthday.and_then(|day| MonthDay::new(day.month(), day.day()));
        let profile = if personal.is_empty() { None } else { Some(sealed(personal)?) };
        Ok(Enroll {
            request: Some(request),
            joined_at: row.field("joined_at").map(|text| self.joined(text)).transpose()?,
            tags: tags(row)?,
            referrer: row.field("referrer").map(|text| self.referrer(text, &id, ids)).transpose()?,
            tier: row.field("tier").map(|text| self.tier(text)).transpose()?,
            invitation: None,
            same_person: Vec::new(),
            profile,
            birthday,
            id: Some(id),
        })
    }

    /// A row is known by the file's content and its line, which cover all that it says.
    fn request(&self, row: Row<'_>) -> RequestKey {
        RequestKey {
            client: CompactString::const_new(CLIENT),
            operation: "import-members",
            key: format_compact!("{:032x}:{}", self.fingerprint, row.line),
            fingerprint: self.fingerprint.to_be_bytes(),
        }
    }

    fn joined(&self, text: &str) -> Result<Timestamp, String> {
        let day = || Day::parse(text).map(|day| self.book.zone.start_of(day));
        let joined = Timestamp::parse_rfc3339(text).or_else(day);
        let joined = joined.ok_or("`joined_at` must be a day such as 2024-06-18, or RFC 3339 with an offset")?;
        if joined > self.now { Err("`joined_at` lies in the future".to_owned()) } else { Ok(joined) }
    }

    fn tier(&self, text: &str) -> Result<TierId, String> {
        let known = self.book.tiers.iter().find(|tier| tier.id.as_str() == text);
        let names = || self.book.tiers.iter().map(|tier| tier.id.as_str()).collect::<Vec<_>>().join(", ");
        known.map(|tier| tier.id.clone()).ok_or_else(|| format!("`tier` {text:?} is none of {}", names()))
    }

    fn referrer(&self, text: &str, id: &MemberId, ids: &HashSet<&str>) -> Result<MemberId, String> {
        let referrer = MemberId::new(text).map_err(|error| format!("`referrer` {error}"))?;
        if referrer == *id {
            return Err("`referrer` is the member itself".to_owned());
        }
        if !ids.contains(text) && !self.exists(text)? {
            return Err(format!("`referrer` {text:?} is no member, and is not in this file"));
        }
        Ok(referrer)
    }

    fn exists(&self, member: &str) -> Result<bool, String> {
        self.holds(&Key::new(Member::KIND, member))
    }

    fn holds(&self, key: &Key) -> Result<bool, String> {
        debug_assert!(key.kind == &REQUEST_KEY || key.kind == Member::KIND);
        let rows = self.engine.store().load(std::slice::from_ref(key)).map_err(|error| error.to_string())?;
        Ok(rows.iter().any(Option::is_some))
    }
}

fn personal(row: Row<'_>) -> Result<Personal, String> {
    let birthday =
        row.field("birthday").map(|text| Day::parse(text).ok_or("`birthday` must be a day such as 1990-06-18"));
    let text = |column| row.field(column).map(ToOwned::to_owned);
    let personal = Personal {
        name: text("name"),
        phone: text("phone"),
        email: text("email"),
        birthday: birthday.transpose()?,
        ..Personal::default()
    };
    personal.check().map_err(|problem| {
        let field = problem.pointer.as_deref().unwrap_or_default().trim_start_matches('/');
        let must = problem.facts.iter().find(|(name, _)| name == "must");
        let must = must.map_or("be valid", |(_, fact)| match fact {
            jifen_vocab::Fact::Word(word) => word.as_str(),
            jifen_vocab::Fact::Number(_) => "be valid",
        });
        format!("`{field}` must {must}")
    })?;
    Ok(personal)
}

fn tags(row: Row<'_>) -> Result<Vec<CompactString>, String> {
    let text = row.field("tags").unwrap_or_default();
    let tags: Vec<&str> = text.split(';').map(str::trim).filter(|tag| !tag.is_empty()).collect();
    if tags.len() > TAGS_MAX || tags.iter().any(|tag| tag.chars().count() > limits::ID_LEN_MAX) {
        return Err(format!("`tags` may hold {TAGS_MAX} words of {} characters", limits::ID_LEN_MAX));
    }
    Ok(tags.into_iter().map(CompactString::new).collect())
}
