//! `jifen program`: a rule book as a folder of YAML: validate it, compare two, run its examples, publish it.

mod apply;
mod diff;
mod remote;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use jifen_program::book::examples::{self, ExampleResult};
use serde_json::json;

use crate::bundle;
use crate::failure::{Failure, Result};
use crate::terminal;

pub(crate) use apply::publish;

/// Validates, compares, tries and publishes rule books.
#[derive(Args, Debug)]
#[command(after_long_help = "\
A rule book is a folder of YAML files. A change goes like this: edit the folder, `check` it, `test` its examples, `diff`
it with what is in force, `apply` it.

Examples:
  jifen program check programs/rulebook
  jifen program test programs/rulebook
  jifen program diff programs/rulebook programs/retention
  jifen program apply programs/rulebook --data data --note \"double points in June\" --from 2026-06-01T00:00:00+08:00
  jifen program apply programs/rulebook --url https://points.example --note \"double points in June\"

Exit codes: 0 done (for `diff`: whether or not they differ), 1 it has mistakes or was refused, 2 wrong use.")]
pub(crate) struct ProgramCommand {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand, Debug)]
enum What {
    Apply(apply::Apply),
    Check(Check),
    Diff(diff::Diff),
    Test(Test),
}

/// Validates a rule book: each mistake with file, line and column
#[derive(Args, Debug)]
struct Check {
    /// The folder
    dir: PathBuf,
    /// Print one line of JSON
    #[arg(long)]
    json: bool,
}

/// Runs the examples a rule book carries
#[derive(Args, Debug)]
struct Test {
    /// The folder
    dir: PathBuf,
    /// Print one line of JSON
    #[arg(long)]
    json: bool,
}

impl ProgramCommand {
    pub(crate) fn run(&self) -> Result {
        match &self.what {
            What::Apply(apply) => apply.run(),
            What::Check(check) => check.run(),
            What::Diff(diff) => diff.run(),
            What::Test(test) => test.run(),
        }
    }
}

impl Check {
    fn run(&self) -> Result {
        let files = bundle::read(&self.dir)?;
        let (mistakes, warnings, rules) = match bundle::compile(&files) {
            Ok((book, warnings)) => (Vec::new(), warnings, book.rules.rules().len()),
            Err(mistakes) => (mistakes, Vec::new(), 0),
        };
        if self.json {
            let told = |problems: &[_]| problems.iter().map(bundle::as_json).collect::<Vec<_>>();
            let valid = mistakes.is_empty();
            terminal::json(&json!({
                "valid": valid, "rules": rules, "mistakes": told(&mistakes), "warnings": told(&warnings),
            }))?;
        } else {
            for warning in &warnings {
                terminal::remark(format!("warning: {}/{warning}", self.dir.display()));
            }
        }
        if !mistakes.is_empty() {
            return Err(bundle::mistakes(&self.dir, &mistakes));
        }
        if !self.json {
            terminal::line(format!("{}: no mistakes, {rules} earning rules", self.dir.display()));
        }
        Ok(())
    }
}

impl Test {
    fn run(&self) -> Result {
        let files = bundle::read(&self.dir)?;
        let (book, _) = bundle::compile(&files).map_err(|mistakes| bundle::mistakes(&self.dir, &mistakes))?;
        let results = examples::run(&book, &bundle::source(&files));
        let failed = results.iter().filter(|result| !result.ok).count();
        let passed = results.len() - failed;
        if self.json {
            let told: Vec<_> = results.iter().map(as_json).collect();
            terminal::json(&json!({ "passed": passed, "failed": failed, "examples": told }))?;
        } else {
            for result in results.iter().filter(|result| !result.ok) {
                terminal::line(format!("{}:{}: {}", result.file, result.line, result.name));
                terminal::line(format!("  expected: {}\n  got:      {}", result.expected, result.got));
            }
            terminal::line(format!("examples: {passed} passed, {failed} failed"));
        }
        if failed == 0 {
            return Ok(());
        }
        Err(Failure::new(format!("{failed} of {} examples do not hold", results.len()))
            .hint("either the rules are not what was meant, or the example is: correct one of them"))
    }
}

fn as_json(result: &ExampleResult) -> serde_json::Value {
    json!({
        "name": result.name, "ok": result.ok, "expected": result.expected, "got": result.got,
        "file": result.file, "line": result.line,
    })
}
