//! What people and programs see: lines on standard output, progress on standard error.

use std::io::{self, Write};

use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use crate::failure::{Failure, Result};

/// Prints a line on standard output. Nobody listening (`| head`) is no failure.
pub(crate) fn line(text: impl std::fmt::Display) {
    let _ = writeln!(io::stdout().lock(), "{text}");
}

/// Prints a remark for people on standard error, apart from what programs read.
pub(crate) fn remark(text: impl std::fmt::Display) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Prints a value as one line of JSON.
pub(crate) fn json(value: &impl Serialize) -> Result {
    let text = serde_json::to_string(value).map_err(|error| Failure::new(format!("writing JSON: {error}")))?;
    line(text);
    Ok(())
}

/// Prints a value as JSON that people can read.
pub(crate) fn pretty(value: &impl Serialize) -> Result {
    let text = serde_json::to_string_pretty(value).map_err(|error| Failure::new(format!("writing JSON: {error}")))?;
    line(text);
    Ok(())
}

/// A bar on standard error; it draws nothing where that is no terminal.
pub(crate) fn bar(total: u64, doing: &'static str) -> ProgressBar {
    let bar = ProgressBar::new(total).with_message(doing);
    let style = ProgressStyle::with_template("{msg:>12} {wide_bar} {human_pos} of {human_len}, {per_sec}, {eta} left");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}

/// A bar of bytes of a file.
pub(crate) fn bytes_bar(total: u64, doing: &'static str) -> ProgressBar {
    let bar = ProgressBar::new(total).with_message(doing);
    let style = ProgressStyle::with_template("{msg:>12} {wide_bar} {bytes} of {total_bytes}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}

/// A number with its thousands apart: `155,848`.
pub(crate) fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if number < 0 {
        text.push('-');
    }
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn thousands_stand_apart() {
        let written = [0, 999, 1_000, 155_848, -1_000_000, i64::MIN].map(grouped);
        assert_eq!(written, ["0", "999", "1,000", "155,848", "-1,000,000", "-9,223,372,036,854,775,808"]);
    }
}
