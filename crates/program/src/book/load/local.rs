//! `local.yaml`: what places may do on their own (PROG-17).

use jifen_rules::document::{Node, Problems};
use jifen_vocab::limits as bounds;

use crate::book::LocalTerms;

/// Days beyond which a slip is more likely: a year.
const DAYS_MAX: i64 = 366;

/// Reads the file.
pub(super) fn read(root: Node<'_>, problems: &mut Problems) -> Option<LocalTerms> {
    let mut map = root.map(problems)?;
    let factor = map.require("multiplier_max", problems).and_then(|node| node.decimal(problems));
    let mut number = |key: &'static str, most: i64, problems: &mut Problems| {
        map.require(key, problems).and_then(|node| node.integer_in(1..=most, problems))
    };
    let points_max = number("points_max", bounds::AMOUNT_MAX, problems);
    let month_budget = number("month_budget", bounds::AMOUNT_MAX, problems);
    let days_max = number("days_max", DAYS_MAX, problems);
    map.finish(problems);
    Some(LocalTerms {
        multiplier_max: factor?,
        points_max: points_max?,
        month_budget: month_budget?,
        days_max: i32::try_from(days_max?).ok()?,
    })
}
