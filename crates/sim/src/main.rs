//! Runs seeds, each for a number of steps, until one raises the alarm or all have agreed.
//!
//! `jifen-sim SEED STEPS RUNS`: the first seed, the steps of each run, and how many seeds follow each other.
//! `jifen-sim year SEED MEMBERS`: a year of the default program.

use std::io::Write;
use std::process::ExitCode;

use jifen_sim::{Plan, Year, live, run};

const USE: &str = "usage: jifen-sim SEED STEPS RUNS (three numbers; RUNS 0 goes on until it is stopped), or jifen-sim year SEED MEMBERS";

/// Days of the year, until the clock jumps.
const YEAR_DAYS: i64 = 365;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let [year, seed, members] = words.as_slice()
        && year == "year"
        && let (Ok(seed), Ok(members)) = (seed.parse(), members.parse())
    {
        return live_year(Year { seed, members, days: YEAR_DAYS });
    }
    let numbers: Option<Vec<u64>> = words.iter().map(|word| word.parse().ok()).collect();
    match numbers.as_deref() {
        Some(&[seed, steps, runs]) => run_all(seed, usize::try_from(steps).unwrap_or(usize::MAX), runs),
        _ => {
            say(USE);
            ExitCode::from(2)
        }
    }
}

fn live_year(year: Year) -> ExitCode {
    match live(year) {
        Ok(report) => {
            say(&format!("{year:?} agrees: {report:?}"));
            ExitCode::SUCCESS
        }
        Err(what) => {
            say(&format!("{year:?}: {what}"));
            ExitCode::FAILURE
        }
    }
}

fn run_all(first: u64, steps: usize, runs: u64) -> ExitCode {
    let last = if runs == 0 { u64::MAX } else { first.saturating_add(runs - 1) };
    for seed in first..=last {
        match run(&Plan::of(seed, steps)) {
            Ok(report) => say(&format!("seed {seed} agrees: {report:?}")),
            Err(alarm) => {
                say(&alarm.to_string());
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::SUCCESS
}

fn say(line: &str) {
    // Whoever reads it may have gone.
    let _ = writeln!(std::io::stdout(), "{line}");
}
