//! The first look at a file of orders: every line has the form of an order, how many there are, when the last was.

use std::path::Path;

use jifen_program::events::OrderFile;
use jifen_vocab::Zone;

use crate::failure::Result;
use crate::terminal;

use super::lines::{Lines, Text, wrong_line};

/// What a file of orders holds.
#[derive(Default)]
pub(super) struct Survey {
    /// How many orders.
    pub(super) orders: u64,
    /// The latest time, as the file has it.
    pub(super) last: Option<String>,
    /// Its text, where it is not too long.
    pub(super) text: Option<Text>,
}

/// Reads the whole file; the first line that is no order is a failure that names it.
pub(super) fn survey(path: &Path) -> Result<Survey> {
    let size = std::fs::metadata(path).map_or(0, |file| file.len());
    let bar = terminal::bytes_bar(size, "checking");
    let watch = bar.clone();
    let mut lines = Lines::open(path, move |read| watch.inc(read))?;
    // Form and order do not depend on the zone, which only the store's program knows.
    let reader = OrderFile::new(Zone::utc(), 0);
    let mut survey = Survey::default();
    let mut latest = None;
    while let Some((number, line)) = lines.next()? {
        let (time, written) =
            reader.check(line).map_err(|what| wrong_line(&path.display().to_string(), number, &what))?;
        survey.orders += 1;
        if latest.is_none_or(|latest| time > latest) {
            latest = Some(time);
            survey.last = Some(written);
        }
    }
    bar.finish_and_clear();
    survey.text = lines.into_text();
    Ok(survey)
}
