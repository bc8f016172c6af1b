use std::collections::BTreeSet;

use compact_str::CompactString;
use jifen_vocab::Day;
use proptest::prelude::*;

use super::{DaysInARow, Marked};

/// The plain way: every day that counts, for ever.
#[derive(Default)]
struct Naive(BTreeSet<i32>);

impl Naive {
    fn ending(&self, day: i32) -> u32 {
        (0..).take_while(|back| self.0.contains(&(day - back))).count() as u32
    }

    fn length(&self, day: i32) -> u32 {
        if self.0.contains(&day) { self.ending(day) } else { self.ending(day - 1) }
    }

    fn best(&self) -> u32 {
        self.0.iter().map(|day| self.ending(*day)).max().unwrap_or(0)
    }
}

fn begun(day: i32) -> DaysInARow {
    DaysInARow::beginning(CompactString::const_new("sign_in"), Day::from_number(day))
}

proptest! {
    // row BEHV-01
    #[test]
    fn streaks_are_those_of_a_list_of_days(
        // Mostly the next day, sometimes a gap, sometimes a day that was forgotten.
        steps in prop::collection::vec(prop_oneof![6 => Just(1_i32), 2 => 0..4_i32, 1 => 0..45_i32, 2 => -30..0_i32], 1..200),
    ) {
        let start = 20_000;
        let (mut naive, mut days) = (Naive([start].into()), begun(start));
        let mut last = start;
        for step in steps {
            let day = last + step;
            let marked = days.mark(Day::from_number(day));
            prop_assert_eq!(marked, if naive.0.insert(day) { Marked::First } else { Marked::Again });
            last = last.max(day);
            prop_assert_eq!(days.last().number(), last);
            prop_assert_eq!(days.best(), naive.best());
            for back in -2..30 {
                let day = last - back;
                prop_assert_eq!(days.length(Day::from_number(day)), naive.length(day), "{} back", back);
                prop_assert_eq!(days.has(Day::from_number(day)), naive.0.contains(&day));
            }
            let written = serde_json::to_string(&days).unwrap();
            prop_assert!(written.len() < 60, "{}", written);
            prop_assert_eq!(&serde_json::from_str::<DaysInARow>(&written).unwrap(), &days);
        }
    }
}

#[test]
fn a_streak_is_told_until_the_day_after() {
    let mut days = begun(100);
    days.mark(Day::from_number(101));
    let lengths: Vec<u32> = (99..105).map(|day| days.length(Day::from_number(day))).collect();
    assert_eq!(lengths, [0, 1, 2, 2, 0, 0]);
}

#[test]
fn a_day_before_the_last_month_changes_nothing() {
    let mut days = begun(100);
    days.mark(Day::from_number(140));
    let before = days.clone();
    for day in [100, 101, 109] {
        assert_eq!(days.mark(Day::from_number(day)), Marked::TooOld);
    }
    assert_eq!(days, before);
    assert_eq!(days.mark(Day::from_number(110)), Marked::First);
}
