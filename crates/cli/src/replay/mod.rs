//! `jifen replay`: a file of orders goes through the same path as live events, each at its own time.
//!
//! The whole file is read once before anything is written, so that a line that is no order stops it with nothing done.
//! Then orders are fed to the engine as fast as it decides, many in flight, so that its batches are full. An order is
//! the same event in every replay: what was replayed before is answered again and awards nothing.

mod feed;
mod lines;
mod survey;

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use jifen_program::events::{OrderFile, order_time};
use jifen_vocab::{Day, Zone};
use serde::Serialize;

use crate::failure::{Failure, NOTHING_CHANGED, Result};
use crate::place::{self, StorePlace};
use crate::terminal::{self, grouped};

use feed::Fed;
use survey::Survey;

/// Feeds a file of orders through the same path as live events, each at its own time.
#[derive(Args, Debug)]
#[command(after_long_help = "\
The file holds one JSON object a line, in the order of time, plain (.ndjson) or compressed with zstd (.ndjson.zst):

  {\"order\":\"b1\",\"member\":\"h906\",\"store\":\"s319\",\"time\":\"2017-01-01T12:30:27\",
   \"lines\":[[\"GROCERY\",\"FRZN MEAT/MEAT DINNERS\",1,549]]}

A line of an order is department, category, quantity, amount in minor units; zero is valid in both. A time without an
offset is in the program's zone. The order's time is now while it is judged; an order that stands after a later one is
judged as a late event.

The same file again awards nothing more, shifted or not.

Examples:
  jifen replay orders.ndjson.zst --data data --program programs/rulebook
  jifen replay orders.ndjson --data data --program programs/rulebook --shift-to 2026-06-18 --json

Exit codes: 0 all orders are in, 1 a line is no order (nothing was written), orders were refused, or it failed,
2 wrong use.")]
pub(crate) struct Replay {
    /// The orders: .ndjson or .ndjson.zst
    file: PathBuf,
    #[command(flatten)]
    place: StorePlace,
    /// The rule book that an empty store begins with
    #[arg(long, env = "JIFEN_PROGRAM", value_name = "DIR")]
    program: Option<PathBuf>,
    /// Print one line of JSON: orders, members, points_awarded, seconds
    #[arg(long)]
    json: bool,
    /// Move the whole file by full weeks so that it ends before this day, such as 2026-06-18
    #[arg(long, value_name = "DATE", value_parser = day)]
    shift_to: Option<Day>,
}

fn day(text: &str) -> std::result::Result<Day, String> {
    Day::parse(text).ok_or_else(|| "must be a day such as 2026-06-18".to_owned())
}

/// What a replay did, as programs read it.
#[derive(Serialize)]
struct Report {
    orders: u64,
    members: usize,
    points_awarded: i64,
    seconds: f64,
    /// Orders that an earlier replay had brought in.
    repeated: u64,
    /// Orders that the program refused.
    refused: u64,
}

impl Replay {
    pub(crate) fn run(&self) -> Result {
        let began = now();
        // The file is looked at before the store is opened, and again while it is fed: it may be larger than memory.
        let survey = survey::survey(&self.file)?;
        let opened = place::open(&self.place.place()?, self.program.as_deref(), place::Use::Replay)?;
        let zone = opened.zone();
        let reader = OrderFile::new(zone.clone(), self.shift_days(&survey, &zone)?);
        let fed = feed::feed(&opened.engine, &self.file, &reader, survey);
        opened.close();
        self.report(&fed?, began.elapsed().as_secs_f64())
    }

    /// By how many days, in full weeks, the file is moved.
    fn shift_days(&self, survey: &Survey, zone: &Zone) -> Result<i32> {
        let Some(before) = self.shift_to else { return Ok(0) };
        let Some(last) = &survey.last else { return Ok(0) };
        let last = order_time(last, zone).map_err(|what| Failure::new(what).data(NOTHING_CHANGED))?;
        Ok((before.number() - 1 - zone.day_of(last).number()).div_euclid(7) * 7)
    }

    fn report(&self, fed: &Fed, seconds: f64) -> Result {
        let report = Report {
            orders: fed.orders,
            members: fed.members.len(),
            points_awarded: fed.points(),
            seconds: round_ms(seconds),
            repeated: fed.repeated,
            refused: fed.refused,
        };
        if self.json {
            terminal::json(&report)?;
        } else {
            tell(&report, fed);
        }
        if fed.refused == 0 {
            return Ok(());
        }
        let refused = grouped(i64::try_from(fed.refused).unwrap_or(i64::MAX));
        Err(Failure::new(format!("{refused} orders were refused, the first: {}", fed.first_refused.join("; ")))
            .hint("the others are in; correct these or the program, and replay the same file again"))
    }
}

fn tell(report: &Report, fed: &Fed) {
    let count = |number: u64| grouped(i64::try_from(number).unwrap_or(i64::MAX));
    let members = count(report.members as u64);
    terminal::line(format!("{} orders of {members} members in {:.1} s", count(report.orders), report.seconds));
    for (unit, points) in &fed.awarded {
        terminal::line(format!("{} points awarded in {unit}", grouped(*points)));
    }
    if report.repeated > 0 {
        terminal::line(format!("{} of the orders had come before and awarded nothing more", count(report.repeated)));
    }
}

#[expect(clippy::float_arithmetic, reason = "seconds on a stopwatch, not points or money")]
fn round_ms(seconds: f64) -> f64 {
    (seconds * 1000.0).round() / 1000.0
}

#[allow(clippy::disallowed_methods, reason = "a stopwatch for people")]
fn now() -> Instant {
    Instant::now()
}
