//! Leaderboards (`leaderboards.yaml`): who earned, spent or did the most in a period, and what the first places get.

use std::collections::BTreeMap;

use compact_str::CompactString;
use jifen_rules::cel::Condition;
use jifen_vocab::{Day, Timestamp, UnitId, Zone};

use super::name::Name;
use super::tasks::{SumOf, TaskAward};
use crate::words::words;

/// Everything `leaderboards.yaml` declares.
#[derive(Debug, Default)]
pub struct Leaderboards {
    /// In the order written.
    pub boards: Vec<Leaderboard>,
    /// The boards that look at a type of event.
    pub(super) by_type: BTreeMap<CompactString, Vec<u16>>,
}

/// A leaderboard.
#[derive(Debug)]
pub struct Leaderboard {
    /// Its identifier.
    pub id: CompactString,
    /// What people call it.
    pub name: Name,
    /// Whether it is in use.
    pub enabled: bool,
    /// What is counted.
    pub by: ScoreBy,
    /// The period it begins anew with.
    pub period: BoardPeriod,
    /// Whether each shop has one of its own.
    pub by_store: bool,
    /// How many places everyone sees.
    pub top: u16,
    /// What places get when the period is over.
    pub prizes: Vec<Prize>,
    /// Hours after the end of a period before its prizes are given, for events that come late.
    pub prizes_after_hours: u16,
}

/// What a leaderboard counts.
#[derive(Debug)]
pub enum ScoreBy {
    /// Points of a unit that were earned, those taken back taken off.
    Earned(UnitId),
    /// Points of a unit that were spent, those given back taken off.
    Spent(UnitId),
    /// What events report.
    Event {
        /// Their types.
        on: Vec<CompactString>,
        /// What must hold.
        when: Option<Condition>,
        /// What is summed up.
        sum: SumOf,
    },
}

words! {
    /// The period a leaderboard begins anew with.
    BoardPeriod {
        /// A day.
        Day = "day",
        /// A week, from Monday.
        Week = "week",
        /// A month.
        Month = "month",
        /// A quarter.
        Season = "season",
    }
}

/// What places get.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prize {
    /// The first place that gets it, from 1.
    pub from: u16,
    /// The last.
    pub to: u16,
    /// What it gives.
    pub awards: Vec<TaskAward>,
}

/// A period of a leaderboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BoardDays {
    /// Its first day.
    pub from: Day,
    /// The day after its last.
    pub until: Day,
}

impl BoardPeriod {
    /// The period a day lies in.
    pub fn days(self, day: Day) -> BoardDays {
        let (from, until) = match self {
            BoardPeriod::Day => (day, day.plus_days(1)),
            BoardPeriod::Week => (day.start_of_week(), day.start_of_week().plus_days(7)),
            BoardPeriod::Month => (day.start_of_month(), day.start_of_month().plus_months(1)),
            BoardPeriod::Season => (day.start_of_quarter(), day.start_of_quarter().plus_months(3)),
        };
        BoardDays { from, until }
    }
}

impl BoardDays {
    /// When it begins.
    pub fn start(self, zone: &Zone) -> Timestamp {
        zone.start_of(self.from)
    }

    /// When it is over.
    pub fn end(self, zone: &Zone) -> Timestamp {
        zone.start_of(self.until)
    }
}

impl Leaderboard {
    /// The last place that gets something.
    pub fn places(&self) -> u16 {
        self.prizes.iter().map(|prize| prize.to).max().unwrap_or(0)
    }

    /// The word for what it counts.
    pub fn counts(&self) -> &'static str {
        match self.by {
            ScoreBy::Earned(_) => "earned",
            ScoreBy::Spent(_) => "spent",
            ScoreBy::Event { .. } => "event",
        }
    }

    /// The unit it counts points of.
    pub fn unit(&self) -> Option<&UnitId> {
        match &self.by {
            ScoreBy::Earned(unit) | ScoreBy::Spent(unit) => Some(unit),
            ScoreBy::Event { .. } => None,
        }
    }
}

impl Leaderboards {
    /// The boards that look at events of that type.
    pub fn boards_on(&self, event_type: &str) -> impl Iterator<Item = &Leaderboard> {
        let places = if self.by_type.is_empty() { None } else { self.by_type.get(event_type) };
        places.into_iter().flatten().map(|place| &self.boards[usize::from(*place)])
    }

    /// The boards in use that count points as the journal has them.
    pub fn of_journal(&self) -> impl Iterator<Item = &Leaderboard> {
        self.boards.iter().filter(|board| board.enabled && board.unit().is_some())
    }

    /// The board of that id.
    pub fn board(&self, id: &str) -> Option<&Leaderboard> {
        self.boards.iter().find(|board| board.id == id)
    }
}
