use compact_str::CompactString;
use jifen_vocab::{Day, Timestamp};
use proptest::prelude::*;

use super::{Issued, Rush};
use crate::book::Name;
use crate::book::abuse::{Consequence, Pattern};

fn pattern(count: u16, seconds: u32) -> Pattern {
    Pattern {
        id: CompactString::const_new("p"),
        name: Name::default(),
        on: vec![CompactString::const_new("review.posted")],
        count,
        seconds,
        then: Consequence::Note,
    }
}

fn met(times: &[i64], pattern: &Pattern) -> Vec<bool> {
    let mut rush = Rush::new(CompactString::const_new("p"));
    times.iter().map(|at| rush.note(Timestamp::from_millis(*at), pattern)).collect()
}

#[test]
fn ten_in_less_than_a_minute_meet_it_and_it_begins_anew() {
    let ten = pattern(10, 60);
    let quick: Vec<i64> = (0..19).map(|n| n * 6_000).collect();
    let hits: Vec<usize> = met(&quick, &ten).iter().enumerate().filter(|(_, met)| **met).map(|(at, _)| at).collect();
    assert_eq!(hits, [9, 18]);
    let slow: Vec<i64> = (0..30).map(|n| n * 6_667).collect();
    assert!(!met(&slow, &ten).contains(&true));
}

#[test]
fn a_minute_apart_is_apart() {
    let two = pattern(2, 60);
    assert_eq!(met(&[0, 60_000, 119_999], &two), [false, false, true]);
}

#[test]
fn a_month_begins_with_nothing() {
    let day = |text: &str| Day::parse(text).unwrap();
    let issued = Issued::default().on(day("2026-06-29")).plus(40).plus(2);
    assert_eq!((issued.today, issued.month), (42, 42));
    let issued = issued.on(day("2026-06-30")).plus(8);
    assert_eq!((issued.today, issued.month), (8, 50));
    let issued = issued.on(day("2026-07-01")).plus(1);
    assert_eq!((issued.today, issued.month), (1, 1));
}

proptest! {
    #[test]
    fn what_is_remembered_is_bounded(times in prop::collection::vec(0..200_000_i64, 0..300), count in 2..20_u16) {
        let pattern = pattern(count, 60);
        let mut rush = Rush::new(CompactString::const_new("p"));
        for at in times {
            rush.note(Timestamp::from_millis(at), &pattern);
            prop_assert!(rush.1.len() < usize::from(count));
            prop_assert!(rush.1.is_sorted());
        }
    }
}
