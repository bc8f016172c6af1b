//! Places by cells and counters, against plain sorting.

use std::collections::BTreeMap;

use compact_str::{CompactString, format_compact};
use proptest::prelude::*;

use super::{Standing, ahead};

fn standing() -> impl Strategy<Value = Standing> {
    let score = prop_oneof![1..40_i64, 1..2_000_i64, 1..5_000_000_i64, Just(300), Just(i64::MAX - 1)];
    let length = 604_800_000_i64;
    let reached = prop_oneof![0..length, 0..50_i64, Just(0), Just(length - 1)];
    (score, reached).prop_map(move |(score, reached)| Standing { score, reached, length })
}

fn rows(counters: &BTreeMap<CompactString, i64>) -> Vec<(CompactString, i64)> {
    counters.iter().map(|(key, number)| (key.clone(), *number)).collect()
}

proptest! {
    /// The order of keys and cells is that of points, then time.
    // row TIER-19
    #[test]
    fn more_points_first_then_whoever_was_there_first(a in standing(), b in standing()) {
        let plain = (b.score, a.reached).cmp(&(a.score, b.reached));
        prop_assert_eq!(a.key().cmp(&b.key()), plain);
        if plain.is_lt() {
            prop_assert!(a.cell() <= b.cell());
        }
    }

    /// A place found by counters is the place found by sorting everyone.
    // row TIER-19
    #[test]
    fn a_place_by_counters_is_the_place_by_sorting(all in prop::collection::vec(standing(), 1..200)) {
        let of = "b||";
        let (mut coarse, mut fine) = (BTreeMap::<CompactString, i64>::new(), BTreeMap::<CompactString, i64>::new());
        for standing in &all {
            let cell = standing.cell();
            *coarse.entry(format_compact!("{of}{:03x}", cell.coarse)).or_default() += 1;
            *fine.entry(format_compact!("{of}{}", cell.key())).or_default() += 1;
        }
        let mut sorted = all.clone();
        sorted.sort_by_key(|standing| (-standing.score, standing.reached));
        for standing in &all {
            let counters = ahead(standing.cell(), of, &rows(&coarse), &rows(&fine));
            let same_cell = all.iter().filter(|other| other.cell() == standing.cell() && other.key() < standing.key());
            let found = counters + same_cell.count() as i64;
            let plain = sorted.iter().position(|other| (other.score, other.reached) == (standing.score, standing.reached));
            prop_assert_eq!(found, plain.unwrap() as i64);
        }
    }
}
