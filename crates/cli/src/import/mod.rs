//! `jifen import`: members and opening balances from another system, rewards and their stock from tables.
//!
//! A file is checked wholly before anything is written; what is wrong is told row by row. What was written is known by
//! the file's content and the row, so that an import that was interrupted is finished by running it again, and one that
//! was finished brings nothing more.

mod balances;
mod members;
mod rewards;
mod stock;
mod table;

use std::collections::VecDeque;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use jifen_engine::{Answered, Engine, EngineError};
use jifen_program::desk::Command;
use jifen_server::personal::Vault;
use serde_json::{Value, json};
use tokio::sync::oneshot::Receiver;

use crate::control::{Brings, Progress, Request};
use crate::failure::{self, Failure, NOTHING_CHANGED, NOTHING_LOST, Result};
use crate::place::{self, Place, StorePlace, Use};
use crate::refusal;
use crate::seal;
use crate::terminal::{self, grouped};

use table::{RowFault, Table};

/// Row faults that are told one by one.
const TOLD_MAX: usize = 50;

/// Rows handed in whose answers are still out.
const IN_FLIGHT: usize = 4_000;

/// Who imports, as keys and entries name it.
const CLIENT: &str = "import";

/// Brings members and opening balances over from another system.
#[derive(Args, Debug)]
#[command(after_long_help = "\
A file is CSV in UTF-8 with a first line that names its columns, in any order. It is checked wholly before anything is
written, and what is wrong is told row by row. The same file again imports nothing more; an import that was interrupted
is finished by running it again. Where a server has the folder open, the command goes through it.

members: id, and if known: name, phone, email, birthday (1990-06-18), tags (separated by ;), joined_at (a day, or
RFC 3339 with an offset), tier (one of the program's), referrer (a member's id).

balances: member, unit, points, and if known: expires_at (a day, whose start it means; RFC 3339 with an offset; `never`;
without one the unit's validity counts from today), reference (yours, unique for ever: a row with a known reference is
not imported again, whatever file it is in).

rewards: what GET /v1/rewards.csv writes, with id, name_zh, name_en, kind, and if known: category, unit, points, value,
cash, cost (in minor units), stock, limited, hidden, retired (yes or no), tags, tiers, regions, stores (separated by ;),
weight. A reward that is there already is changed; what a table has no column for stays.

stock: reward, either add (what came; with a minus, what left) or stock (what was counted), and if known best_before.

Examples:
  jifen import members members.csv --data data
  jifen import balances balances.csv --data data --json

Exit codes: 0 done, 1 rows are wrong (nothing was written) or it failed, 2 wrong use.")]
pub(crate) struct Import {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand, Debug)]
enum What {
    /// Enrolls the members of a file
    Members(File),
    /// Gives members their opening balances
    Balances(File),
    /// Makes rewards and changes them
    Rewards(File),
    /// Counts what was delivered or found
    Stock(File),
}

#[derive(Args, Debug)]
struct File {
    /// The CSV file
    file: PathBuf,
    #[command(flatten)]
    place: StorePlace,
    /// Print one line of JSON
    #[arg(long)]
    json: bool,
}

/// What an import did.
#[derive(Debug, Default, PartialEq, Eq)]
struct Done {
    imported: u64,
    /// Rows that an earlier run had brought in.
    repeated: u64,
}

impl Import {
    pub(crate) fn run(&self) -> Result {
        match &self.what {
            What::Members(file) => file.run(Brings::Members),
            What::Balances(file) => file.run(Brings::Balances),
            What::Rewards(file) => file.run(Brings::Rewards),
            What::Stock(file) => file.run(Brings::Stock),
        }
    }
}

impl File {
    fn run(&self, brings: Brings) -> Result {
        let place = self.place.place()?;
        let file = std::path::absolute(&self.file).map_err(failure::io(format!("finding {}", self.file.display())))?;
        let bar = terminal::bar(0, "importing");
        let mut progress = |done, of| {
            bar.set_length(of);
            bar.set_position(done);
        };
        let request = Request::Import { brings, file: file.clone() };
        let done = match place.ask(&request, &mut progress)? {
            Some(done) => done,
            None => here(&place, brings, &file, &mut progress)?,
        };
        bar.finish_and_clear();
        if self.json {
            return terminal::json(&done);
        }
        let count = |name: &str| grouped(done[name].as_i64().unwrap_or(0));
        terminal::line(format!("{} rows imported, {} had been imported before", count("imported"), count("repeated")));
        Ok(())
    }
}

fn here(place: &Place, brings: Brings, file: &Path, progress: &mut Progress<'_>) -> Result<Value> {
    let key = seal::master_key(place.folder()?);
    let opened = place::open(place, None, Use::Once)?;
    let vault = place::vault(place, &opened.data, &key, seal::cipher()?)?;
    let done = carry_out(&opened.engine, &vault, brings, file, progress);
    opened.close();
    done
}

/// Checks a file and brings in what it holds.
pub(crate) fn carry_out(
    engine: &Engine,
    vault: &Vault,
    brings: Brings,
    file: &Path,
    progress: &mut Progress<'_>,
) -> Result<Value> {
    let done = match brings {
        Brings::Members => {
            let table = Table::read(file, members::COLUMNS)?;
            // Keys of a file with mistakes are not kept.
            let rows = vault
                .sealing(|sealing| members::check(engine, sealing, &table).map_err(|faults| wrong(file, &faults)))?;
            write(engine, rows, progress)?
        }
        Brings::Balances => {
            let table = Table::read(file, balances::COLUMNS)?;
            let rows = balances::check(engine, &table).map_err(|faults| wrong(file, &faults))?;
            write(engine, rows, progress)?
        }
        Brings::Rewards => {
            let table = Table::read(file, rewards::COLUMNS)?;
            let rows = rewards::check(engine, &table).map_err(|faults| wrong(file, &faults))?;
            write(engine, rows, progress)?
        }
        Brings::Stock => {
            let table = Table::read(file, stock::COLUMNS)?;
            let rows = stock::check(engine, &table).map_err(|faults| wrong(file, &faults))?;
            write(engine, rows, progress)?
        }
    };
    Ok(json!({ "imported": done.imported, "repeated": done.repeated }))
}

fn wrong(file: &Path, faults: &[RowFault]) -> Failure {
    let mut what = format!("{} rows of {} are wrong:", faults.len(), file.display());
    for fault in faults.iter().take(TOLD_MAX) {
        what.push_str(&format!("\n  line {}: {}", fault.line, fault.what));
    }
    if faults.len() > TOLD_MAX {
        what.push_str(&format!("\n  … and {} more", faults.len() - TOLD_MAX));
    }
    Failure::new(what).data(NOTHING_CHANGED).hint("correct the rows and run the same command again")
}

type Answer<T> = Receiver<std::result::Result<Answered<T>, EngineError>>;

/// Hands the rows to the engine, many at once.
fn write<C: Command>(engine: &Engine, rows: Vec<(u64, C)>, progress: &mut Progress<'_>) -> Result<Done> {
    let total = rows.len() as u64;
    let mut done = Done::default();
    let mut waiting: VecDeque<(u64, Answer<C::Outcome>)> = VecDeque::new();
    for (line, command) in rows {
        waiting.push_back((line, engine.enqueue_blocking(command, None)?));
        if waiting.len() >= IN_FLIGHT
            && let Some((line, answer)) = waiting.pop_front()
        {
            done.add(line, answer)?;
        }
        let counted = done.imported + done.repeated;
        if counted.is_multiple_of(1_000) && counted > 0 {
            progress(counted, total);
        }
    }
    for (line, answer) in waiting {
        done.add(line, answer)?;
    }
    progress(total, total);
    Ok(done)
}

impl Done {
    fn add<T>(&mut self, line: u64, answer: Answer<T>) -> Result {
        let answered = answer.blocking_recv().unwrap_or(Err(EngineError::Stopped))?;
        match (answered.result, answered.replayed) {
            (_, true) => self.repeated += 1,
            (Ok(_), false) => self.imported += 1,
            // It was checked; somebody else changed the member meanwhile.
            (Err(refused), false) => {
                let what = format!("line {line} was refused: {}", refusal::sentence(&refused));
                return Err(Failure::new(what)
                    .data(NOTHING_LOST)
                    .hint("run the same command again: it goes on from here"));
            }
        }
        Ok(())
    }
}
