//! `jifen verify`: the whole journal is replayed and compared with every wallet, every hash and every sum.

use std::collections::BTreeMap;

use clap::Args;
use jifen_engine::{Found, Verdict, verify};
use serde::Serialize;

use crate::failure::{Failure, Result};
use crate::place::{self, StorePlace};
use crate::terminal::{self, grouped};

/// Proves every wallet from the journal: every entry, every hash, every sum.
#[derive(Args, Debug)]
#[command(after_long_help = "\
It reads every page of the files, then replays every entry of the journal: each must follow the one before it in its
member's chain and carry its hash, every wallet must be what its entries say, and every unit must sum to zero over all
accounts. Nothing is written. The store must not be served meanwhile.

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
#[derive(Serialize)]
struct Report<'a> {
    agrees: bool,
    entries: u64,
    members: u64,
    flaws: u64,
    first_flaws: Vec<Flaw<'a>>,
    units: BTreeMap<&'a str, Unit<'a>>,
}

#[derive(Serialize)]
struct Flaw<'a> {
    member: &'a str,
    entry: Option<u64>,
    what: &'a str,
}

/// A unit's accounts and their sum, which must be zero.
#[derive(Serialize)]
struct Unit<'a> {
    sum: i128,
    accounts: BTreeMap<&'a str, i128>,
}

impl Verify {
    pub(crate) fn run(&self) -> Result {
        let store = place::open_store(&self.place.dir()?)?;
        let census = store.census()?;
        let entries = census.get("journal").copied().unwrap_or(0);
        let members = census.get("member").copied().unwrap_or(0);
        let bar = terminal::bar(entries + members, "verifying");
        bar.tick();
        store.check()?;
        let verdict = verify(&store, |entries, members| bar.set_position(entries + members))?;
        bar.finish_and_clear();
        if self.json {
            terminal::json(&report(&verdict))?;
        } else {
            tell(&verdict);
        }
        if verdict.agrees() {
            return Ok(());
        }
        Err(Failure::new("the journal and the wallets do not agree")
            .hint("keep a copy of the folder as it is; `jifen restore` brings back the last backup that agreed"))
    }
}

fn report(verdict: &Verdict) -> Report<'_> {
    Report {
        agrees: verdict.agrees(),
        entries: verdict.entries,
        members: verdict.members,
        flaws: verdict.flaw_count,
        first_flaws: verdict.flaws.iter().map(flaw).collect(),
        units: verdict.totals.iter().map(|(unit, accounts)| (unit.as_str(), sums(accounts))).collect(),
    }
}

fn flaw(found: &Found) -> Flaw<'_> {
    Flaw { member: &found.member, entry: found.entry, what: &found.what }
}

fn sums(accounts: &[(&'static str, i128)]) -> Unit<'static> {
    let sum = accounts.iter().map(|(_, total)| total).sum();
    Unit { sum, accounts: accounts.iter().copied().collect() }
}

fn tell(verdict: &Verdict) {
    let count = |number: u64| grouped(i64::try_from(number).unwrap_or(i64::MAX));
    terminal::line(format!("{} entries of {} members", count(verdict.entries), count(verdict.members)));
    for (unit, accounts) in &verdict.totals {
        let sum: i128 = accounts.iter().map(|(_, total)| total).sum();
        terminal::line(format!("{unit}: all accounts sum to {sum}"));
        for (account, total) in accounts {
            terminal::line(format!("  {account:<12} {total}"));
        }
    }
    for flaw in &verdict.flaws {
        let entry = flaw.entry.map(|number| format!(", entry {number}")).unwrap_or_default();
        terminal::line(format!("flaw: member {}{entry}: {}", flaw.member, flaw.what));
    }
    let told = verdict.flaws.len() as u64;
    if verdict.flaw_count > told {
        terminal::line(format!("… and {} more flaws", count(verdict.flaw_count - told)));
    }
    terminal::line(if verdict.agrees() { "everything agrees" } else { "NOT everything agrees" });
}
