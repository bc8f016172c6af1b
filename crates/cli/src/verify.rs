//! `jifen verify`: the whole journal is replayed and compared with every wallet, every hash and every sum.

use std::collections::BTreeMap;

use clap::Args;
use jifen_engine::{Found, Verdict, verify};
use jifen_store::Store;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::control::{Progress, Request};
use crate::failure::{Failure, Result};
use crate::place::{self, Data, StorePlace};
use crate::terminal::{self, grouped};

/// Proves every wallet from the journal: every entry, every hash, every sum.
#[derive(Args, Debug)]
#[command(after_long_help = "\
It reads every page of the files and replays every entry of the journal: each must follow the one before it in its
member's chain and carry its hash, every wallet must be what its entries say, and every unit must sum to zero over all
accounts. Every line of the audit trail must carry the hash of the one before. Nothing is written. Where a server has
the folder open, it does the same while it goes on serving.

Examples:
  jifen verify --data data
  jifen verify --data data --json | jq .agrees

Exit codes: 0 everything agrees, 1 something does not, or the data cannot be read, 2 wrong use.")]
pub(crate) struct Verify {
    #[command(flatten)]
    place: StorePlace,
    /// Print one line of JSON
    #[arg(long)]
    json: bool,
}

/// What was found, as programs read it.
#[derive(Serialize, Deserialize)]
struct Report {
    agrees: bool,
    entries: u64,
    members: u64,
    audited: u64,
    audit_break: Option<String>,
    flaws: u64,
    first_flaws: Vec<Flaw>,
    units: BTreeMap<String, Unit>,
}

#[derive(Serialize, Deserialize)]
struct Flaw {
    member: String,
    entry: Option<u64>,
    what: String,
}

/// A unit's accounts and their sum, which must be zero.
#[derive(Serialize, Deserialize)]
struct Unit {
    sum: i64,
    accounts: BTreeMap<String, i64>,
}

impl Verify {
    pub(crate) fn run(&self) -> Result {
        let place = self.place.place()?;
        let bar = terminal::bar(0, "verifying");
        bar.tick();
        let mut progress = |done, of| {
            bar.set_length(of);
            bar.set_position(done);
        };
        let found = match place.ask(&Request::Verify {}, &mut progress)? {
            Some(found) => found,
            None => carry_out(&place::open_store(&place)?, &mut progress)?,
        };
        bar.finish_and_clear();
        let report: Report = serde_json::from_value(found).map_err(|error| Failure::new(error.to_string()))?;
        if self.json {
            terminal::json(&report)?;
        } else {
            tell(&report);
        }
        if report.agrees {
            return Ok(());
        }
        Err(Failure::new("the journal, the wallets and the audit trail do not agree").hint(
            "keep a copy of the data as it is; `jifen restore` brings a folder back from the last backup that agreed",
        ))
    }
}

/// Verifies a store, served or not. The pages of a folder are checked beside the journal's replay: the one mostly waits
/// for the disk, the other computes.
pub(crate) fn carry_out(data: &Data, progress: &mut Progress<'_>) -> Result<Value> {
    let verdict = match data {
        Data::Database(store) => replay(&**store, store.count("journal")? + store.count("member")?, progress)?,
        Data::Folder(store) => std::thread::scope(|scope| {
            let checking = scope.spawn(|| store.check());
            let total = store.count("journal")? + store.count("member")?;
            let verdict = replay(&**store, total, progress);
            // Of damage that both met, the check says more.
            checking.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
            verdict
        })?,
    };
    serde_json::to_value(report(&verdict)).map_err(|error| Failure::new(error.to_string()))
}

fn replay(store: &dyn Store, total: u64, progress: &mut Progress<'_>) -> Result<Verdict> {
    Ok(verify(store, |entries, members| progress(entries + members, total))?)
}

fn report(verdict: &Verdict) -> Report {
    Report {
        agrees: verdict.agrees(),
        entries: verdict.entries,
        members: verdict.members,
        audited: verdict.audited,
        audit_break: verdict.audit_break.clone(),
        flaws: verdict.flaw_count,
        first_flaws: verdict.flaws.iter().map(flaw).collect(),
        units: verdict.totals.iter().map(|(unit, accounts)| (unit.clone(), sums(accounts))).collect(),
    }
}

fn flaw(found: &Found) -> Flaw {
    Flaw { member: found.member.clone(), entry: found.entry, what: found.what.clone() }
}

fn sums(accounts: &[(&'static str, i128)]) -> Unit {
    // What points of all members ever were fits by far; a sum that did not would not be taken for zero.
    let fitted = |total: i128| i64::try_from(total).unwrap_or(if total < 0 { i64::MIN } else { i64::MAX });
    let sum = fitted(accounts.iter().map(|(_, total)| total).sum());
    let accounts = accounts.iter().map(|(account, total)| ((*account).to_owned(), fitted(*total)));
    Unit { sum, accounts: accounts.collect() }
}

fn tell(report: &Report) {
    let count = |number: u64| grouped(i64::try_from(number).unwrap_or(i64::MAX));
    terminal::line(format!("{} entries of {} members", count(report.entries), count(report.members)));
    terminal::line(format!("{} lines of the audit trail", count(report.audited)));
    for (unit, Unit { sum, accounts }) in &report.units {
        terminal::line(format!("{unit}: all accounts sum to {sum}"));
        for (account, total) in accounts {
            terminal::line(format!("  {account:<12} {:>20}", grouped(*total)));
        }
    }
    for flaw in &report.first_flaws {
        let entry = flaw.entry.map(|number| format!(", entry {number}")).unwrap_or_default();
        terminal::line(format!("flaw: member {}{entry}: {}", flaw.member, flaw.what));
    }
    if let Some(what) = &report.audit_break {
        terminal::line(format!("flaw: audit trail: {what}"));
    }
    let told = report.first_flaws.len() as u64;
    if report.flaws > told {
        terminal::line(format!("… and {} more flaws", count(report.flaws - told)));
    }
    terminal::line(if report.agrees { "everything agrees" } else { "NOT everything agrees" });
}
