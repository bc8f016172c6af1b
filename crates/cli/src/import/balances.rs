//! Opening balances from another system.

use std::collections::HashMap;

use compact_str::{CompactString, format_compact};
use jifen_engine::Engine;
use jifen_program::RuleBook;
use jifen_program::desk::{Record, Remembered, RequestKey};
use jifen_program::member::Member;
use jifen_program::openings::{Lasts, OpenBalance};
use jifen_store::Key;
use jifen_vocab::{Day, MemberId, Points, Timestamp, UnitId, limits};
use xxhash_rust::xxh3::xxh3_128;

use super::CLIENT;
use super::table::{Column, Row, RowFault, Table};

pub(super) const COLUMNS: &[Column] = &[
    Column { name: "member", required: true },
    Column { name: "unit", required: true },
    Column { name: "points", required: true },
    Column { name: "expires_at", required: false },
    Column { name: "reference", required: false },
];

/// Reads every row, and gives the commands or all that is wrong.
pub(super) fn check(engine: &Engine, table: &Table) -> Result<Vec<(u64, OpenBalance)>, Vec<RowFault>> {
    let now = engine.clock().now();
    let books = engine.books();
    let check = Check { engine, book: books.at(now), now, fingerprint: table.fingerprint };
    let (mut commands, mut faults, mut references) = (Vec::new(), Vec::new(), HashMap::new());
    for row in table.rows() {
        match check.row(row, &mut references) {
            Ok(command) => commands.push((row.line, command)),
            Err(what) => faults.push(RowFault { line: row.line, what }),
        }
    }
    if faults.is_empty() { Ok(commands) } else { Err(faults) }
}

struct Check<'a> {
    engine: &'a Engine,
    book: &'a RuleBook,
    now: Timestamp,
    fingerprint: u128,
}

impl Check<'_> {
    fn row<'r>(&self, row: Row<'r>, references: &mut HashMap<&'r str, u64>) -> Result<OpenBalance, String> {
        let member = MemberId::new(row.required("member")?).map_err(|error| format!("`member` {error}"))?;
        let unit = self.unit(row.required("unit")?)?;
        let points = points(row.required("points")?)?;
        let lasts = row.field("expires_at").map_or(Ok(Lasts::ByTheBook), |text| self.lasts(text))?;
        if let Some(reference) = row.field("reference") {
            jifen_vocab::id::check(reference).map_err(|error| format!("`reference` {error}"))?;
            if let Some(line) = references.insert(reference, row.line) {
                return Err(format!("the reference {reference} is on line {line} already"));
            }
        }
        let request = self.request(row);
        let remembered = self.remembered(&request)?;
        if remembered.as_ref().is_some_and(|before| before.fingerprint != request.fingerprint) {
            return Err("the reference was imported before, with something else".to_owned());
        }
        if !self.exists(member.as_str())? {
            return Err(format!("there is no member {member}: import members first"));
        }
        // Of a row that is in already, the date may lie in the past by now.
        if let (Lasts::Until(at), None) = (lasts, &remembered)
            && at <= self.now
        {
            return Err("`expires_at` does not lie in the future".to_owned());
        }
        let reference = row.field("reference").map(CompactString::new);
        let operator = CompactString::const_new(CLIENT);
        Ok(OpenBalance { request, member, unit, points, lasts, reference, operator })
    }

    /// A row is known by its reference, else by the file's content and its line.
    fn request(&self, row: Row<'_>) -> RequestKey {
        let client = CompactString::const_new(CLIENT);
        let Some(reference) = row.field("reference") else {
            let key = format_compact!("{:032x}:{}", self.fingerprint, row.line);
            let fingerprint = self.fingerprint.to_be_bytes();
            return RequestKey { client, operation: "import-balances", key, fingerprint };
        };
        let said = ["member", "unit", "points", "expires_at"].map(|column| row.field(column).unwrap_or_default());
        RequestKey {
            client,
            operation: "import-balance",
            key: reference.into(),
            // No field can hold the separator: each has been checked.
            fingerprint: xxh3_128(said.join("\n").as_bytes()).to_be_bytes(),
        }
    }

    fn remembered(&self, request: &RequestKey) -> Result<Option<Remembered>, String> {
        let row = self.load(&request.identity().key())?;
        row.map(|body| serde_json::from_slice(&body).map_err(|error| error.to_string())).transpose()
    }

    fn exists(&self, member: &str) -> Result<bool, String> {
        Ok(self.load(&Key::new(Member::KIND, member))?.is_some())
    }

    fn load(&self, key: &Key) -> Result<Option<bytes::Bytes>, String> {
        let rows = self.engine.store().load(std::slice::from_ref(key)).map_err(|error| error.to_string())?;
        Ok(rows.into_iter().next().flatten().map(|row| row.body))
    }

    fn unit(&self, text: &str) -> Result<UnitId, String> {
        let known = || self.book.units.iter().map(|unit| unit.id.as_str()).collect::<Vec<_>>().join(", ");
        let unit = self.book.unit(text).ok_or_else(|| format!("`unit` {text:?} is none of {}", known()))?;
        Ok(unit.id.clone())
    }

    fn lasts(&self, text: &str) -> Result<Lasts, String> {
        if text == "never" {
            return Ok(Lasts::Forever);
        }
        let day = || Day::parse(text).map(|day| self.book.zone.start_of(day));
        let at = Timestamp::parse_rfc3339(text).or_else(day);
        at.map(Lasts::Until).ok_or_else(|| "`expires_at` must be a day, RFC 3339 with an offset, or `never`".to_owned())
    }
}

fn points(text: &str) -> Result<Points, String> {
    let points: Option<i64> = text.parse().ok().filter(|points| (1..=limits::AMOUNT_MAX).contains(points));
    points.map(Points::new).ok_or_else(|| format!("`points` must be a whole number from 1 to {}", limits::AMOUNT_MAX))
}
