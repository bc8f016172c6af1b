//! Runs seeds, each for a number of steps, until one raises the alarm or all have agreed.
//!
//! `jifen-sim SEED STEPS RUNS`: the first seed, the steps of each run, and how many seeds follow each other.

use std::io::Write;
use std::process::ExitCode;

use jifen_sim::{Plan, run};

const USE: &str = "usage: jifen-sim SEED STEPS RUNS (three numbers; RUNS 0 goes on until it is stopped)";

fn main() -> ExitCode {
    let numbers: Option<Vec<u64>> = std::env::args().skip(1).map(|word| word.parse().ok()).collect();
    match numbers.as_deref() {
        Some(&[seed, steps, runs]) => run_all(seed, usize::try_from(steps).unwrap_or(usize::MAX), runs),
        _ => {
            say(USE);
            ExitCode::from(2)
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
