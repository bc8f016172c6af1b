//! A year of the default program.

use jifen_sim::{Year, live};

// row EXP-05
// row EXP-09
// row EXP-11
#[test]
fn in_a_year_no_reminder_is_missed_or_doubled() {
    let report = live(Year { seed: 2026, members: 500, days: 365 }).unwrap_or_else(|what| panic!("{what}"));
    // A year in which nothing happens would prove nothing.
    assert!(report.done > 4_000 && report.refused * 2 < report.done, "{report:?}");
    assert!(report.lapses.0 > 300 && report.lapses.1 > 20, "{report:?}");
    assert!(report.expected > 300 && report.jumps > 2, "{report:?}");
}

#[test]
fn a_seed_lives_through_the_same_year_again() {
    let year = |seed| live(Year { seed, members: 40, days: 200 }).unwrap_or_else(|what| panic!("{what}"));
    let (first, again, other) = (year(7), year(7), year(8));
    assert_eq!(first, again);
    assert_ne!(first.journal, other.journal);
}
