//! Tasks: what a member has done of them, and when one is completed.
//!
//! Nouns: [`Progress`], [`Run`], [`StepRun`], [`Completion`]. [`advance`] is a pure state machine over
//! one event; giving what a completed task awards is the business of the flow that calls it. Invariants:
//!
//! - an event counts in a step at most once, in the window its own time lies in, however late it comes;
//! - a task is completed as often as its steps say and never more often than it may be in one window;
//! - what an order brought is known ([`jifen_vocab::TaskShare`]), so that its refund takes it back, and with it the award where the
//!   goal is no longer reached;
//! - progress is kept when the rule book changes; the next look judges by the goals of the book of that event (BEHV-20).

mod advance;
mod back;
mod shown;
#[cfg(test)]
mod tests;

use compact_str::CompactString;
use jifen_ledger::Piece;
use jifen_vocab::{Day, GiftGiven, Kind, Points, RuleId, Timestamp, UnitId, limits};
use serde::{Deserialize, Serialize};

use crate::desk::json_record;

pub use advance::{Advanced, Doer, advance, signal};
pub use back::{take_back, unsignal};
pub use shown::{ShownStep, ShownTask, shown};

/// A member's progress in all tasks, and the cards collected.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Progress {
    /// Schema version.
    pub v: u8,
    /// Windows of tasks in which something was done.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub runs: Vec<Run>,
    /// Cards collected, by set.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cards: Vec<CardHeld>,
    /// Draws of the last day on which there were some: the set, the day, how many.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub draws: Vec<(CompactString, i32, u16)>,
    /// How often tasks were completed in windows that are forgotten.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub past: Vec<(RuleId, u32)>,
}

/// A window of a task in which something was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// The task.
    #[serde(rename = "t")]
    pub task: RuleId,
    /// The first day of the window.
    #[serde(rename = "f")]
    pub from: i32,
    /// The day after its last; none where there is no end.
    #[serde(rename = "u", default, skip_serializing_if = "Option::is_none")]
    pub until: Option<i32>,
    /// What was done of each step, by its identifier.
    #[serde(rename = "s", default)]
    pub steps: Vec<StepRun>,
    /// Each time it was completed, with what that gave.
    #[serde(rename = "d", default, skip_serializing_if = "Vec::is_empty")]
    pub done: Vec<Completion>,
}

/// What was done of a step.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct StepRun {
    /// The step.
    #[serde(rename = "i")]
    pub step: CompactString,
    /// How often, how much, or how many days in a row at best.
    #[serde(rename = "n", default)]
    pub number: i64,
    /// The different values so far.
    #[serde(rename = "v", default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<CompactString>,
    /// In a rolling window: how much on each of its days. In a row: the days of the row that goes on, the first and the
    /// last.
    #[serde(rename = "d", default, skip_serializing_if = "Vec::is_empty")]
    pub days: Vec<(i32, i64)>,
}

/// A time that a task was completed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Completion {
    /// When.
    pub at: Timestamp,
    /// The points it gave.
    #[serde(rename = "p", default, skip_serializing_if = "Vec::is_empty")]
    pub points: Vec<PointsGiven>,
    /// The badges that the member did not hold before.
    #[serde(rename = "b", default, skip_serializing_if = "Vec::is_empty")]
    pub badges: Vec<CompactString>,
    /// The rewards of the shelf it gave.
    #[serde(rename = "g", default, skip_serializing_if = "Vec::is_empty")]
    pub gifts: Vec<GiftGiven>,
}

impl Completion {
    /// At that instant, with nothing given yet.
    pub fn new(at: Timestamp) -> Completion {
        Completion { at, points: Vec::new(), badges: Vec::new(), gifts: Vec::new() }
    }
}

/// Points that a completed task gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PointsGiven {
    /// The unit.
    #[serde(rename = "u")]
    pub unit: UnitId,
    /// How many.
    #[serde(rename = "p")]
    pub points: Points,
    /// The version of the rule book.
    #[serde(rename = "v")]
    pub version: u32,
    /// Which points.
    #[serde(rename = "pc")]
    pub piece: Piece,
}

/// Cards of a set that a member has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardHeld {
    /// The set.
    #[serde(rename = "s")]
    pub set: CompactString,
    /// The card.
    #[serde(rename = "c")]
    pub card: CompactString,
    /// How many of it.
    #[serde(rename = "n")]
    pub number: u32,
}

/// Progress, by member.
pub static PROGRESS: Kind = Kind::records("progress");

json_record!(Progress, PROGRESS);

impl Progress {
    /// Nothing done yet.
    pub fn new() -> Progress {
        Progress { v: 1, ..Progress::default() }
    }

    /// The window of a task that begins that day.
    pub fn run(&self, task: &str, from: Day) -> Option<&Run> {
        self.runs.iter().find(|run| run.task.as_str() == task && run.from == from.number())
    }

    /// How often a task was ever completed.
    pub fn completed(&self, task: &RuleId) -> u32 {
        let past = self.past.iter().find(|(id, _)| id == task).map_or(0, |(_, times)| *times);
        let runs = self.runs.iter().filter(|run| run.task == *task);
        runs.fold(past, |sum, run| sum.saturating_add(run.done.len() as u32))
    }

    /// A card more. Whether it is the first of its kind.
    pub fn collect(&mut self, set: &str, card: &str) -> bool {
        let place = self.cards.iter_mut().find(|held| held.set == set && held.card == card);
        match place {
            Some(held) => {
                held.number = held.number.saturating_add(1);
                false
            }
            None => {
                self.cards.push(CardHeld { set: CompactString::new(set), card: CompactString::new(card), number: 1 });
                true
            }
        }
    }

    /// Draws of a set on a day.
    pub fn draws_on(&self, set: &str, day: Day) -> u16 {
        let found = self.draws.iter().find(|(id, on, _)| id == set && *on == day.number());
        found.map_or(0, |(.., number)| *number)
    }

    /// One draw more of a set on a day.
    pub fn count_draw(&mut self, set: &str, day: Day) {
        match self.draws.iter_mut().find(|(id, on, _)| id == set && *on == day.number()) {
            Some((.., number)) => *number = number.saturating_add(1),
            None => self.draws.push((CompactString::new(set), day.number(), 1)),
        }
        let horizon = day.number() - limits::HISTORY_DAYS;
        self.draws.retain(|(_, on, _)| *on >= horizon);
    }

    /// Forgets windows that no late event and no refund can fall into any more: those that ended before the days that
    /// late events reach back.
    pub fn forget(&mut self, today: Day) {
        let horizon = today.number() - limits::HISTORY_DAYS;
        let is_past = |run: &Run| run.until.is_some_and(|until| until <= horizon);
        for run in self.runs.iter().filter(|run| is_past(run) && !run.done.is_empty()) {
            let times = run.done.len() as u32;
            match self.past.iter_mut().find(|(id, _)| *id == run.task) {
                Some((_, past)) => *past = past.saturating_add(times),
                None => self.past.push((run.task.clone(), times)),
            }
        }
        self.runs.retain(|run| !is_past(run));
    }
}
