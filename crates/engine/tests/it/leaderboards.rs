//! A member's own place, found by counters and a column, is the place found by sorting everyone.

use compact_str::{CompactString, format_compact};
use jifen_engine::{place_of, top};
use jifen_program::book::leaderboards::BoardPeriod;
use jifen_program::desk::Record;
use jifen_program::leaderboards::{COARSE, FINE, SCORE, Score};
use jifen_store::memory::MemoryStore;
use jifen_store::{Batch, Count, Key, Put, Store};
use jifen_vocab::{Day, MemberId, Timestamp, Zone};
use proptest::prelude::*;

/// Writes scores as commands write them: each with its two counters.
fn store_of(scores: &[Score]) -> MemoryStore {
    let store = MemoryStore::new();
    let mut batch = Batch::default();
    for score in scores {
        let mut body = Vec::new();
        score.write(&mut body).unwrap();
        let day = Day::from_number(score.from);
        let id = Score::id(&score.board, &score.place, day, &score.member);
        let key = Key { kind: &SCORE, id };
        batch.puts.push(Put { key, base: 0, due_at: None, columns: score.columns(), body: body.into() });
        let Some(standing) = score.standing() else { continue };
        let list = format_compact!("{}|{}|", score.board, score.place);
        let cell = standing.cell().key();
        for (metric, end) in [(COARSE, &cell[..3]), (FINE, &cell[..])] {
            let dimensions: CompactString = format_compact!("{list}{end}");
            batch.counts.push(Count { metric, day, dimensions, add: 1 });
        }
    }
    store.commit(batch).unwrap();
    store
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    // row TIER-19
    // row BEHV-15
    #[test]
    fn own_places_are_those_of_sorting(
        all in prop::collection::vec((prop_oneof![0..5_i64, 0..400_i64, 0..900_000_i64], 0..604_800_000_i64), 1..120),
    ) {
        let zone = Zone::utc();
        let days = BoardPeriod::Week.days(Day::parse("2026-06-10").unwrap());
        let start = days.start(&zone);
        let score = |(number, (points, reached)): (usize, &(i64, i64))| {
            let member = MemberId::new(&format!("m{number:03}")).unwrap();
            // Another board and another shop beside it are other lists.
            let mut score = Score::new("steps", "", days, &zone, member);
            score.add(*points, Timestamp::from_millis(start.as_millis() + reached), start);
            score
        };
        let scores: Vec<Score> = all.iter().enumerate().map(score).collect();
        let others = scores.iter().map(|score| Score { board: "steps2".into(), ..score.clone() });
        let shops = scores.iter().map(|score| Score { place: "s1".into(), ..score.clone() });
        let everything: Vec<Score> = scores.iter().cloned().chain(others).chain(shops).collect();
        let store = store_of(&everything);
        let mut sorted: Vec<&Score> = scores.iter().filter(|score| score.score > 0).collect();
        sorted.sort_by(|a, b| (b.score, a.reached, a.member.as_str()).cmp(&(a.score, b.reached, b.member.as_str())));
        let first = top(&store, "steps", "", days.from, 10).unwrap();
        prop_assert!(first.iter().eq(sorted.iter().copied().take(10)));
        for (index, score) in sorted.iter().enumerate() {
            prop_assert_eq!(place_of(&store, score).unwrap(), Some(index as i64 + 1));
        }
        for score in scores.iter().filter(|score| score.score == 0) {
            prop_assert_eq!(place_of(&store, score).unwrap(), None);
        }
    }
}
