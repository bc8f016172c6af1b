//! Leaderboards: the score of each member in each period, so kept that the first places and anyone's own place are
//! found without looking at everyone.
//!
//! Nouns: [`Score`], [`Standing`], [`Cell`], [`PrizePlan`]. A board is read in the order of a column: more points first,
//! of equal ones whoever reached them first. Beside each score two counters say how many members there are in its cell:
//! a coarse one (the score to one part in sixty-four) and a fine one within it (the rest of the score, then the time).
//! A place is the sum of the counters before it and the few scores within the own fine cell, however many members there
//! are. Both are written in the commit of the score itself.

#[cfg(test)]
mod tests;

use compact_str::{CompactString, format_compact};
use jifen_vocab::{Column, Day, Kind, MemberId, Timestamp, Value, Zone};
use serde::{Deserialize, Serialize};
use smallvec::{SmallVec, smallvec};

use crate::book::leaderboards::{BoardDays, Leaderboard};
use crate::desk::{Desk, Record, json_record};

/// Counts members by coarse cell, on the first day of the period.
pub const COARSE: &str = "score";
/// Counts members by fine cell, on the first day of the period.
pub const FINE: &str = "score_cell";

/// Bits of a score that a coarse cell tells apart.
const COARSE_BITS: u32 = 6;
/// Bits of what is left that a fine cell tells apart.
const FINE_BITS: u32 = 10;
/// Bits by which a fine cell knows the time within the period.
const TIME_BITS: u32 = 20;

/// What a member has on a board in a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Score {
    /// Schema version.
    pub v: u8,
    /// The board.
    #[serde(rename = "b")]
    pub board: CompactString,
    /// The shop, of a board that each shop has; empty for the program's.
    #[serde(rename = "p", default, skip_serializing_if = "CompactString::is_empty")]
    pub place: CompactString,
    /// The first day of the period.
    #[serde(rename = "f")]
    pub from: i32,
    /// Milliseconds of the period.
    #[serde(rename = "l")]
    pub length: i64,
    /// Who.
    #[serde(rename = "m")]
    pub member: MemberId,
    /// How much; only what is above zero has a place.
    #[serde(rename = "s")]
    pub score: i64,
    /// Milliseconds into the period at which it was reached.
    #[serde(rename = "r")]
    pub reached: i64,
    /// The newest entry of the member's chain that was counted, for boards that count the journal.
    #[serde(rename = "e", default)]
    pub through: u64,
}

/// Scores, listed in the order of their boards.
pub static SCORE: Kind = Kind::records("score").listed_by(&[Column { name: "standing" }]);

impl Record for Score {
    const KIND: &'static Kind = &SCORE;

    fn read(body: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(body)
    }

    fn write(&self, out: &mut Vec<u8>) -> Result<(), serde_json::Error> {
        serde_json::to_writer(out, self)
    }

    fn columns(&self) -> SmallVec<[Value; 2]> {
        match self.standing() {
            Some(standing) => smallvec![Value::Text(format_compact!("{}{}", self.list(), standing.key()))],
            None => smallvec![Value::Null],
        }
    }
}

/// A score and when it was reached: what decides on a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Above zero.
    pub score: i64,
    /// Milliseconds into the period.
    pub reached: i64,
    /// Milliseconds of the period.
    pub length: i64,
}

/// Where a standing lies among all that can be: lower ones are further in front.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    /// The coarse cell.
    pub coarse: u16,
    /// The fine cell within it.
    pub fine: u16,
}

impl Standing {
    /// Its cell. In the order of cells are the standings: more points first, then whoever was there first.
    pub fn cell(self) -> Cell {
        let score = self.score.max(1).unsigned_abs();
        let shift = score.ilog2().saturating_sub(COARSE_BITS);
        let coarse = u64::from(shift << COARSE_BITS) + (score >> shift);
        // Of what the coarse cell does not say: less is further behind, and so is later.
        let below = (1_u64 << shift) - 1 - (score & ((1_u64 << shift) - 1));
        let length = u128::from(self.length.max(1).unsigned_abs());
        let time = u128::from(self.reached.max(0).unsigned_abs()) * (1 << TIME_BITS) / length;
        let rest = u128::from(below) << TIME_BITS | time.min((1 << TIME_BITS) - 1);
        let fine = rest >> (shift + TIME_BITS - FINE_BITS);
        Cell { coarse: 0xfff - (coarse & 0xfff) as u16, fine: (fine & 0x3ff) as u16 }
    }

    /// A text by whose order standings are sorted: the cell, the score, the time.
    fn key(self) -> CompactString {
        let Cell { coarse, fine } = self.cell();
        let below = i64::MAX - self.score.max(0);
        format_compact!("{coarse:03x}{fine:03x}{below:016x}{:012x}", self.reached.max(0))
    }
}

impl Cell {
    /// The text that the keys of its standings begin with.
    pub fn key(self) -> CompactString {
        format_compact!("{:03x}{:03x}", self.coarse, self.fine)
    }
}

impl Score {
    /// Nothing yet.
    pub fn new(board: &str, place: &str, days: BoardDays, zone: &Zone, member: MemberId) -> Score {
        let length = days.end(zone).as_millis() - days.start(zone).as_millis();
        Score {
            v: 1,
            board: CompactString::new(board),
            place: CompactString::new(place),
            from: days.from.number(),
            length,
            member,
            score: 0,
            reached: 0,
            through: 0,
        }
    }

    /// The id of a member's score.
    pub fn id(board: &str, place: &str, from: Day, member: &MemberId) -> CompactString {
        format_compact!("{board}|{place}|{}|{member}", from.number())
    }

    /// What the places of a board and period begin with, in the column they are listed by.
    pub fn list_of(board: &str, place: &str, from: Day) -> CompactString {
        format_compact!("{board}|{place}|{}|", from.number())
    }

    fn list(&self) -> CompactString {
        Score::list_of(&self.board, &self.place, Day::from_number(self.from))
    }

    /// What decides on its place; none where it has none.
    pub fn standing(&self) -> Option<Standing> {
        let Score { score, reached, length, .. } = *self;
        (score > 0).then_some(Standing { score, reached, length })
    }

    /// Adds to it, at that instant of the period that begins at `start`. What takes away leaves the time as it was.
    pub fn add(&mut self, amount: i64, at: Timestamp, start: Timestamp) {
        let rises = amount > 0;
        self.score = self.score.saturating_add(amount);
        if rises {
            self.reached = self.reached.max(at.as_millis() - start.as_millis()).clamp(0, self.length.max(1) - 1);
        }
    }
}

/// Writes a score that has changed, and moves it from cell to cell.
pub fn write(desk: &mut Desk<'_>, before: Option<&Score>, score: Score) {
    let day = Day::from_number(score.from);
    let cells = [(before.and_then(Score::standing), -1), (score.standing(), 1)];
    for (standing, add) in cells {
        let Some(cell) = standing.map(Standing::cell) else { continue };
        let list = format_compact!("{}|{}|{:03x}", score.board, score.place, cell.coarse);
        desk.count(FINE, day, format_compact!("{list}{:03x}", cell.fine), add);
        desk.count(COARSE, day, list, add);
    }
    let id = Score::id(&score.board, &score.place, day, &score.member);
    desk.write(&id, score);
}

/// Who gets what of a period that is over: written down once, then given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrizePlan {
    /// Schema version.
    pub v: u8,
    /// The board.
    pub board: CompactString,
    /// The first day of the period.
    pub from: Day,
    /// The day after its last.
    pub until: Day,
    /// When it was made.
    pub made: Timestamp,
    /// The version of the rule book by which prizes are given.
    pub version: u32,
    /// The places that get something, the first one first.
    pub winners: Vec<Winner>,
}

/// A place that gets something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Winner {
    /// The place, from 1.
    pub place: u16,
    /// Who.
    pub member: MemberId,
    /// The score at the end.
    pub score: i64,
}

/// Prize plans, by board and period.
pub static PRIZE_PLAN: Kind = Kind::facts("prize_plan");

json_record!(PrizePlan, PRIZE_PLAN);

/// The id of a prize plan.
pub fn plan_id(board: &str, from: Day) -> CompactString {
    format_compact!("{board}|{}", from.number())
}

/// That a winner was given the prize.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrizeGiven {
    /// Schema version.
    pub v: u8,
    /// Who.
    pub member: MemberId,
    /// When.
    pub at: Timestamp,
}

/// Prizes that were given, by board, period and place.
pub static PRIZE_GIVEN: Kind = Kind::facts("prize_given");

json_record!(PrizeGiven, PRIZE_GIVEN);

/// The id of a prize that was given.
pub fn prize_id(board: &str, from: Day, place: u16) -> CompactString {
    format_compact!("{board}|{}|{place}", from.number())
}

/// How many have what is in front, of counters of a period: those of the coarse cells, and those of the fine cells
/// within the own coarse one; `of` is what the dimensions of the board begin with.
pub fn ahead(cell: Cell, of: &str, coarse: &[(CompactString, i64)], fine: &[(CompactString, i64)]) -> i64 {
    let own = cell.key();
    let key = |dimensions: &CompactString| dimensions.strip_prefix(of).map(CompactString::new);
    let coarser = coarse.iter().filter(|(dimensions, _)| key(dimensions).is_some_and(|key| key.as_str() < &own[..3]));
    let finer = fine
        .iter()
        .filter(|(dimensions, _)| key(dimensions).is_some_and(|key| key.starts_with(&own[..3]) && key < own));
    coarser.chain(finer).map(|(_, number)| number).sum()
}

/// What the dimensions of a board's counters begin with.
pub fn dimensions_of(board: &str, place: &str) -> CompactString {
    format_compact!("{board}|{place}|")
}

/// The period of a board that an instant lies in.
pub fn period_at(board: &Leaderboard, at: Timestamp, zone: &Zone) -> BoardDays {
    board.period.days(zone.day_of(at))
}
