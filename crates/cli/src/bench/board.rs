//! A leaderboard with very many members: how long the own place and the first places take.

use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use compact_str::format_compact;
use jifen_engine::{place_of, top};
use jifen_program::SCHEMA;
use jifen_program::book::leaderboards::BoardPeriod;
use jifen_program::desk::Record;
use jifen_program::leaderboards::{COARSE, FINE, Score, dimensions_of};
use jifen_store::sqlite::SqliteStore;
use jifen_store::{Batch, Count, Key, Put, Store};
use jifen_vocab::{Day, MemberId, Zone};

use super::load;
use crate::failure::{Failure, Result};

/// The board's name.
const BOARD: &str = "bench";
/// Members written together.
const SLICE: u32 = 10_000;
/// Members whose place is asked for.
const ASKED: u32 = 2_000;
/// First places that are shown.
const FIRST: usize = 100;

/// What was measured, longest last.
pub(super) struct Places {
    /// Looking for a member's own place.
    pub(super) own: Vec<Duration>,
    /// Reading the first places.
    pub(super) first: Vec<Duration>,
}

/// Fills a board with so many members, then asks for places all over it.
pub(super) fn measure(dir: &Path, members: u32) -> Result<Places> {
    let store = SqliteStore::open(dir, SCHEMA)?;
    let day = Day::parse("2026-06-01").ok_or_else(|| Failure::new("no day"))?;
    for from in (0..members).step_by(SLICE as usize) {
        let scores = (from..members.min(from + SLICE)).map(|number| score(number, day)).collect::<Result<Vec<_>>>()?;
        store.commit(batch(&scores, day)?)?;
    }
    let mut places = Places { own: Vec::new(), first: Vec::new() };
    for number in (0..ASKED).map(|ask| ask.wrapping_mul(7_919) % members) {
        let score = score(number, day)?;
        let began = load::now();
        let place = place_of(&store, &score)?;
        places.own.push(began.elapsed());
        if !place.is_some_and(|place| (1..=i64::from(members)).contains(&place)) {
            return Err(Failure::new(format!("{} has the place {place:?} of {members}", score.member)));
        }
    }
    for _ in 0..ASKED {
        let began = load::now();
        let first = top(&store, BOARD, "", day, FIRST)?;
        places.first.push(began.elapsed());
        let best = first.first().map(|score| place_of(&store, score)).transpose()?.flatten();
        if best != Some(1) {
            return Err(Failure::new(format!("the first of the board has the place {best:?}")));
        }
    }
    places.own.sort_unstable();
    places.first.sort_unstable();
    Ok(places)
}

/// Of a sorted list, what so many thousandths stay within, in milliseconds.
#[expect(clippy::float_arithmetic, reason = "a time, not points or money")]
pub(super) fn within_ms(sorted: &[Duration], thousandths: usize) -> f64 {
    let place = (sorted.len() * thousandths).div_ceil(1_000).saturating_sub(1);
    sorted.get(place).map_or(0.0, |took| took.as_secs_f64() * 1_000.0)
}

/// Many have little, few have much.
fn score(number: u32, day: Day) -> Result<Score> {
    let member = MemberId::new(&format!("m{number:08}")).map_err(|error| Failure::new(error.to_string()))?;
    let mixed = u64::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let most = 20_i64 << ((mixed >> 60) & 15);
    let mut score = Score::new(BOARD, "", BoardPeriod::Month.days(day), &Zone::utc(), member);
    score.score = 1 + i64::try_from((mixed >> 20) & 0xff_ffff).unwrap_or(0) % most;
    score.reached = i64::try_from((mixed >> 8) & 0x7fff_ffff).unwrap_or(0) % score.length;
    Ok(score)
}

fn batch(scores: &[Score], day: Day) -> Result<Batch> {
    let of = dimensions_of(BOARD, "");
    let (mut puts, mut counts) = (Vec::with_capacity(scores.len()), Vec::with_capacity(2 * scores.len()));
    for score in scores {
        let mut body = Vec::with_capacity(128);
        score.write(&mut body).map_err(|error| Failure::new(error.to_string()))?;
        let key = Key { kind: Score::KIND, id: Score::id(BOARD, "", day, &score.member) };
        puts.push(Put { key, base: 0, due_at: None, columns: score.columns(), body: Bytes::from(body) });
        let Some(standing) = score.standing() else { continue };
        let cell = standing.cell().key();
        let count = |metric, dimensions| Count { metric, day, dimensions, add: 1 };
        counts.push(count(COARSE, format_compact!("{of}{}", &cell[..3])));
        counts.push(count(FINE, format_compact!("{of}{cell}")));
    }
    Ok(Batch { puts, counts, ..Batch::default() })
}
