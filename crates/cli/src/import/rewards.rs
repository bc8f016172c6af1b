//! Rewards from a table, as `GET /v1/rewards.csv` writes it.

use std::collections::HashSet;

use compact_str::{CompactString, format_compact};
use jifen_engine::Engine;
use jifen_program::RuleBook;
use jifen_program::audit::By;
use jifen_program::book::Name;
use jifen_program::desk::{Command, RequestKey};
use jifen_program::flows::PutReward;
use jifen_program::rewards::{Offer, Reward, RewardKind};
use jifen_vocab::{RewardId, TierId, UnitId, limits};

use super::CLIENT;
use super::table::{Column, Row, RowFault, Table};
use crate::refusal;

pub(super) const COLUMNS: &[Column] = &[
    Column { name: "id", required: true },
    Column { name: "name_zh", required: true },
    Column { name: "name_en", required: true },
    Column { name: "kind", required: true },
    Column { name: "category", required: false },
    Column { name: "unit", required: false },
    Column { name: "points", required: false },
    Column { name: "value", required: false },
    Column { name: "cash", required: false },
    Column { name: "cost", required: false },
    Column { name: "stock", required: false },
    Column { name: "limited", required: false },
    Column { name: "hidden", required: false },
    Column { name: "tags", required: false },
    Column { name: "tiers", required: false },
    Column { name: "regions", required: false },
    Column { name: "stores", required: false },
    Column { name: "weight", required: false },
    Column { name: "retired", required: false },
];

/// Words of one list.
const WORDS_MAX: usize = 50;
/// Characters of a name.
const NAME_CHARS_MAX: usize = 100;

/// Reads every row, and gives the commands or all that is wrong. Each is tried before any is carried out.
pub(super) fn check(engine: &Engine, table: &Table) -> Result<Vec<(u64, PutReward)>, Vec<RowFault>> {
    let books = engine.books();
    let check = Check { engine, book: books.at(engine.clock().now()), fingerprint: table.fingerprint };
    let (mut commands, mut faults, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
    for row in table.rows() {
        let command = check.row(row).and_then(|command| {
            let fresh = seen.insert(row.required("id")?);
            if fresh { tried(engine, command) } else { Err("the reward comes twice".to_owned()) }
        });
        match command {
            Ok(command) => commands.push((row.line, command)),
            Err(what) => faults.push(RowFault { line: row.line, what }),
        }
    }
    if faults.is_empty() { Ok(commands) } else { Err(faults) }
}

/// The command, where it would be carried out.
pub(super) fn tried<C: Command>(engine: &Engine, command: C) -> Result<C, String> {
    let answered = engine.dry_run(&command).map_err(|error| error.to_string())?;
    // What was brought in before is not judged again.
    match answered.result {
        Err(refused) if !answered.replayed => Err(refusal::sentence(&refused)),
        _ => Ok(command),
    }
}

/// A row is known by the file's content and its line, which cover all that it says.
pub(super) fn request(operation: &'static str, fingerprint: u128, line: u64) -> RequestKey {
    RequestKey {
        client: CompactString::const_new(CLIENT),
        operation,
        key: format_compact!("{fingerprint:032x}:{line}"),
        fingerprint: fingerprint.to_be_bytes(),
    }
}

/// A whole number, where the column has one.
pub(super) fn number(row: Row<'_>, column: &'static str) -> Result<Option<i64>, String> {
    let read = |text: &str| text.parse().map_err(|_| format!("`{column}` must be a whole number, not {text:?}"));
    row.field(column).map(read).transpose()
}

struct Check<'a> {
    engine: &'a Engine,
    book: &'a RuleBook,
    fingerprint: u128,
}

impl Check<'_> {
    fn row(&self, row: Row<'_>) -> Result<PutReward, String> {
        let id = RewardId::new(row.required("id")?).map_err(|error| format!("`id` {error}"))?;
        let before = self.engine.read::<Reward>(id.as_str()).map_err(|error| error.to_string())?;
        let create = before.is_none();
        let name = Name { zh: name(row, "name_zh")?, en: name(row, "name_en")? };
        let there = before.map(|reward| reward.offer).unwrap_or_else(|| {
            let category = CompactString::new(&self.book.default_category);
            Offer::new(name.clone(), RewardKind::Goods, category)
        });
        let mut offer = Offer { name, kind: kind(row.required("kind")?)?, ..there };
        self.say(row, &mut offer)?;
        let stock = number(row, "stock")?;
        if stock.is_some_and(|stock| !(0..=jifen_program::stock::PIECES_MAX).contains(&stock)) {
            return Err("`stock` is out of range".to_owned());
        }
        let request = Some(request("import-rewards", self.fingerprint, row.line));
        Ok(PutReward { request, id: Some(id), create, offer, stock, by: By::command_line() })
    }

    /// What the table says of a reward. What it has no column for stays as it was.
    fn say(&self, row: Row<'_>, offer: &mut Offer) -> Result<(), String> {
        if row.has("category") {
            let category = row.field("category").unwrap_or(&self.book.default_category);
            jifen_vocab::id::check(category).map_err(|error| format!("`category` {error}"))?;
            offer.category = category.into();
        }
        if row.has("unit") {
            let unit = |text: &str| UnitId::new(text).map_err(|error| format!("`unit` {error}"));
            offer.unit = row.field("unit").map(unit).transpose()?;
        }
        for (column, field) in [("points", &mut offer.points), ("value", &mut offer.value), ("cost", &mut offer.cost)] {
            if row.has(column) {
                *field = number(row, column)?;
            }
        }
        if row.has("cash") {
            offer.cash = number(row, "cash")?.unwrap_or(0);
        }
        let switches =
            [("limited", &mut offer.limited), ("hidden", &mut offer.hidden), ("retired", &mut offer.retired)];
        for (column, field) in switches {
            if row.has(column) {
                *field = yes(row, column)?;
            }
        }
        let lists = [("tags", &mut offer.tags), ("regions", &mut offer.regions), ("stores", &mut offer.stores)];
        for (column, field) in lists {
            if row.has(column) {
                *field = words(row, column)?;
            }
        }
        if row.has("tiers") {
            offer.tiers = tiers(row)?;
        }
        if row.has("weight") {
            let weight = number(row, "weight")?.unwrap_or(0);
            offer.weight = i32::try_from(weight).map_err(|_| "`weight` is out of range")?;
        }
        Ok(())
    }
}

fn name(row: Row<'_>, column: &'static str) -> Result<String, String> {
    let text = row.required(column)?;
    // What was written so that a spreadsheet takes it for text.
    let text = text.strip_prefix('\'').filter(|text| text.starts_with(['=', '+', '-', '@'])).unwrap_or(text);
    if text.chars().count() > NAME_CHARS_MAX {
        return Err(format!("`{column}` has more than {NAME_CHARS_MAX} characters"));
    }
    Ok(text.to_owned())
}

fn kind(text: &str) -> Result<RewardKind, String> {
    let found = RewardKind::WORDS.iter().find(|(word, _)| *word == text).map(|(_, kind)| *kind);
    let words = || RewardKind::WORDS.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", ");
    found.ok_or_else(|| format!("`kind` {text:?} is none of {}", words()))
}

fn yes(row: Row<'_>, column: &'static str) -> Result<bool, String> {
    match row.field(column) {
        None | Some("no") => Ok(false),
        Some("yes") => Ok(true),
        Some(text) => Err(format!("`{column}` must be yes or no, not {text:?}")),
    }
}

fn words(row: Row<'_>, column: &'static str) -> Result<Vec<CompactString>, String> {
    let text = row.field(column).unwrap_or_default();
    let words: Vec<&str> = text.split(';').map(str::trim).filter(|word| !word.is_empty()).collect();
    if words.len() > WORDS_MAX || words.iter().any(|word| word.chars().count() > limits::ID_LEN_MAX) {
        return Err(format!("`{column}` may hold {WORDS_MAX} words of {} characters", limits::ID_LEN_MAX));
    }
    Ok(words.into_iter().map(CompactString::new).collect())
}

fn tiers(row: Row<'_>) -> Result<Vec<TierId>, String> {
    let tier = |word: CompactString| TierId::new(&word).map_err(|error| format!("`tiers` {error}"));
    words(row, "tiers")?.into_iter().map(tier).collect()
}
