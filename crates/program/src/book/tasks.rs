//! Tasks, badges and cards (`tasks.yaml`): do this, so many times, within a window, in order or not, and get that.
//!
//! One definition serves tasks of a day or a week, growth tasks, challenges, packs, offers to some members, and badges:
//! they differ in their window and in what they award. What is declared here is compiled by type of event, so that an
//! event which no task looks at costs one look-up.

use std::collections::BTreeMap;

use compact_str::CompactString;
use jifen_rules::LocalTime;
use jifen_rules::cel::Condition;
use jifen_rules::rule::Window;
use jifen_vocab::{Day, RuleId, SourceLabel, TierId, Timestamp, UnitId, Zone};
use serde::{Deserialize, Serialize};

use super::name::Name;
use crate::words::words;

/// The type of the event that says that a card was collected; a draw of the program's own counts as one.
pub const CARD_COLLECTED: &str = "card.collected";

/// Everything `tasks.yaml` declares.
#[derive(Debug, Default)]
pub struct TaskTerms {
    /// Tasks; a pack stands behind the tasks it is made of.
    pub tasks: Vec<Task>,
    /// Badges, titles and frames.
    pub badges: Vec<Badge>,
    /// Cards that are collected.
    pub sets: Vec<CardSet>,
    /// The steps that look at a type of event: task and step, in the order of tasks.
    pub(super) by_type: BTreeMap<CompactString, Vec<(u16, u8)>>,
    /// The sets of which a type of event drops cards.
    pub(super) drops: BTreeMap<CompactString, Vec<u16>>,
}

/// A task.
#[derive(Debug)]
pub struct Task {
    /// Its identifier, unique among tasks and earning rules: what it gives is booked under it.
    pub id: RuleId,
    /// What people call it.
    pub name: Name,
    /// What is to be done, in words, where the name does not say it.
    pub about: Option<Name>,
    /// Where it is shown.
    pub kind: TaskKind,
    /// Whether it is in use.
    pub enabled: bool,
    /// The window within which its steps count.
    pub span: Span,
    /// When and where it can be worked on at all.
    pub window: Window,
    /// Only members with one of these words; all where there is none.
    pub members: Vec<CompactString>,
    /// Only members of these tiers; all where there is none.
    pub tiers: Vec<TierId>,
    /// Whether a step counts only after those before it.
    pub ordered: bool,
    /// How often it can be completed in one window.
    pub times: u16,
    /// What is to be done.
    pub steps: Vec<TaskStep>,
    /// What it gives.
    pub awards: Vec<TaskAward>,
}

words! {
    /// Where a task is shown.
    TaskKind {
        /// Earns a badge.
        Badge = "badge",
        /// A challenge or campaign.
        Challenge = "challenge",
        /// Every day.
        Daily = "daily",
        /// On the way up.
        Growth = "growth",
        /// For new members.
        Newcomer = "newcomer",
        /// An offer to some members.
        Offer = "offer",
        /// Several tasks together.
        Pack = "pack",
        /// Keeps or raises the tier.
        Upgrade = "upgrade",
        /// Every week.
        Weekly = "weekly",
    }
}

/// The window within which the steps of a task count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// A day.
    Day,
    /// A week, from Monday.
    Week,
    /// A month.
    Month,
    /// A quarter.
    Quarter,
    /// A year.
    Year,
    /// All time, as far as the task's own dates go.
    Ever,
    /// Any so many days that follow each other.
    Rolling(u16),
    /// So many days since the member joined, the day of joining being the first.
    SinceJoining(u16),
}

/// A window of a task: its first day and the day after its last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpanDays {
    /// The first day; that of 1970-01-01 where there is none.
    pub from: Day,
    /// The day after the last; none where there is no end.
    pub until: Option<Day>,
}

impl Span {
    /// The window a day lies in, of a member who joined that day; none where the day lies in no window.
    pub fn days(self, day: Day, joined: Day) -> Option<SpanDays> {
        let of = |from: Day, until: Day| Some(SpanDays { from, until: Some(until) });
        match self {
            Span::Day => of(day, day.plus_days(1)),
            Span::Week => of(day.start_of_week(), day.start_of_week().plus_days(7)),
            Span::Month => of(day.start_of_month(), day.start_of_month().plus_months(1)),
            Span::Quarter => of(day.start_of_quarter(), day.start_of_quarter().plus_months(3)),
            Span::Year => of(day.start_of_year(), day.start_of_year().plus_months(12)),
            Span::Ever | Span::Rolling(_) => Some(SpanDays { from: Day::from_number(0), until: None }),
            Span::SinceJoining(days) => {
                let until = joined.plus_days(i32::from(days));
                if day < until { of(joined, until) } else { None }
            }
        }
    }
}

/// A step of a task.
#[derive(Debug)]
pub struct TaskStep {
    /// Its identifier, unique in its task: progress is kept under it when the rule book changes (BEHV-20).
    pub id: CompactString,
    /// What people call it.
    pub name: Name,
    /// What it looks at.
    pub on: Trigger,
    /// What must hold; of the lines of an order where it mentions `line.…`.
    pub when: Option<Condition>,
    /// How much is to be done.
    pub goal: Goal,
}

/// What a step looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trigger {
    /// Events of these types.
    Events(Vec<CompactString>),
    /// That an earlier task is completed, by its place.
    Task(u16),
}

/// How much is to be done in a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Goal {
    /// So many times.
    Times(i64),
    /// A sum: of what, and how much.
    Sum(SumOf, i64),
    /// So many different values of a field.
    Different(Field, i64),
    /// So many days that follow each other.
    InARow(i64),
}

impl Goal {
    /// The number that is to be reached.
    pub fn target(&self) -> i64 {
        match self {
            Goal::Times(target) | Goal::Sum(_, target) | Goal::Different(_, target) | Goal::InARow(target) => *target,
        }
    }

    /// In what it counts, in a word.
    pub fn counts(&self) -> &'static str {
        match self {
            Goal::Times(_) => "times",
            Goal::Sum(SumOf::OrderAmount | SumOf::LineAmount, _) => "money",
            Goal::Sum(SumOf::Data(_), _) => "sum",
            Goal::Different(..) => "different",
            Goal::InARow(_) => "days_in_a_row",
        }
    }
}

/// What is summed up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SumOf {
    /// What the order paid, in minor units.
    OrderAmount,
    /// The amounts of the lines for which the condition holds, in minor units.
    LineAmount,
    /// A number of the event's data.
    Data(Box<[CompactString]>),
}

/// A field whose different values count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Field {
    /// The kinds of goods of the lines for which the condition holds.
    LineCategory,
    /// The articles of the lines for which the condition holds.
    LineSku,
    /// The day.
    Day,
    /// The shop.
    Store,
    /// A text or number of the event's data.
    Data(Box<[CompactString]>),
}

/// What a task or a place on a leaderboard gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TaskAward {
    /// Points of a unit, reported under a label.
    Points {
        /// The unit.
        unit: UnitId,
        /// How many.
        points: i64,
        /// The label.
        source: SourceLabel,
    },
    /// A badge, title or frame.
    Badge(CompactString),
    /// A reward of the shelf, by the name of the gift.
    Gift(CompactString),
    /// A word for the tier.
    Tier(MeritKind),
}

impl TaskAward {
    /// The gift it gives.
    pub const fn gift(&self) -> Option<&CompactString> {
        match self {
            TaskAward::Gift(gift) => Some(gift),
            TaskAward::Points { .. } | TaskAward::Badge(_) | TaskAward::Tier(_) => None,
        }
    }
}

/// What a task is worth to a tier (TIER-08).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MeritKind {
    /// The tier is kept at the assessment of that period.
    Keep,
    /// The next tier is reached.
    Upgrade,
}

impl MeritKind {
    /// The words they are written with.
    pub const WORDS: [(&'static str, MeritKind); 2] = [("keep", MeritKind::Keep), ("upgrade", MeritKind::Upgrade)];

    /// The word it is written with.
    pub fn as_str(self) -> &'static str {
        MeritKind::WORDS[self as usize].0
    }
}

/// A badge, title or frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Badge {
    /// Its identifier.
    pub id: CompactString,
    /// What people call it.
    pub name: Name,
    /// What it is.
    pub kind: BadgeKind,
    /// What it is for, in words.
    pub about: Option<Name>,
    /// What is shown instead of the name until it is earned; only then is it a secret.
    pub riddle: Option<Name>,
    /// The address of a picture.
    pub image: Option<String>,
    /// For how many days it is held; for ever where it does not say.
    pub days: Option<u16>,
}

impl Badge {
    /// Until when somebody holds it who is given it now.
    pub fn until(&self, from: Timestamp) -> Option<Timestamp> {
        self.days.map(|days| from.plus_days(i64::from(days)))
    }
}

words! {
    /// What a badge is.
    BadgeKind {
        /// A badge on the wall.
        Badge = "badge",
        /// A frame around the member's picture.
        Frame = "frame",
        /// A title beside the member's name.
        Title = "title",
    }
}

/// Cards that are collected, one by one, by chance.
#[derive(Debug)]
pub struct CardSet {
    /// Its identifier.
    pub id: CompactString,
    /// What people call it.
    pub name: Name,
    /// Whether it is in use.
    pub enabled: bool,
    /// The types of event that may drop a card.
    pub on: Vec<CompactString>,
    /// What must hold.
    pub when: Option<Condition>,
    /// When and where cards are dropped.
    pub window: Window,
    /// Draws a member has in one day.
    pub day_max: u16,
    /// The cards; their chances add up to at most one.
    pub cards: Vec<Card>,
}

/// A card of a set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// Its identifier in its set.
    pub id: CompactString,
    /// What people call it.
    pub name: Name,
    /// The chance of a draw to give it, in parts of a million.
    pub chance_ppm: u32,
}

impl CardSet {
    /// Whether cards are dropped at that instant in that shop.
    pub fn is_open(&self, at: Timestamp, local: &LocalTime, store: Option<&str>) -> bool {
        self.enabled && self.window.is_open(at, local, store)
    }

    /// The card that a number from 0 to 999,999 draws; none where luck fails.
    pub fn drawn(&self, number: u32) -> Option<&Card> {
        let mut below = 0;
        self.cards.iter().find(|card| {
            below += card.chance_ppm;
            number < below
        })
    }
}

impl Task {
    /// Whether it can be worked on at that instant in that shop.
    pub fn is_open(&self, at: Timestamp, local: &LocalTime, store: Option<&str>) -> bool {
        self.enabled && self.window.is_open(at, local, store)
    }

    /// Whether it is for a member of that tier with these words.
    pub fn is_for(&self, tags: &[CompactString], tier: &str) -> bool {
        let tagged = self.members.is_empty() || self.members.iter().any(|word| tags.contains(word));
        tagged && (self.tiers.is_empty() || self.tiers.iter().any(|known| known.as_str() == tier))
    }
}

impl TaskTerms {
    /// The steps that look at events of that type: task and step, in the order of tasks.
    pub fn steps_on(&self, event_type: &str) -> &[(u16, u8)] {
        if self.by_type.is_empty() {
            return &[];
        }
        self.by_type.get(event_type).map_or(&[], Vec::as_slice)
    }

    /// The sets of which events of that type drop cards.
    pub fn drops_on(&self, event_type: &str) -> &[u16] {
        if self.drops.is_empty() {
            return &[];
        }
        self.drops.get(event_type).map_or(&[], Vec::as_slice)
    }

    /// Whether events of that type are looked at at some time.
    pub fn has_any_on(&self, event_type: &str) -> bool {
        !self.steps_on(event_type).is_empty()
            || !self.drops_on(event_type).is_empty()
            || event_type == CARD_COLLECTED && !self.sets.is_empty()
    }

    /// Whether an event of that type, then and there, is looked at by anything in use.
    pub fn looks_at(&self, event_type: &str, at: Timestamp, zone: &Zone, store: Option<&str>) -> bool {
        if !self.has_any_on(event_type) {
            return false;
        }
        let (steps, drops) = (self.steps_on(event_type), self.drops_on(event_type));
        let local = LocalTime::at(zone, at);
        let collected = event_type == CARD_COLLECTED && self.sets.iter().any(|set| set.is_open(at, &local, store));
        collected
            || steps.iter().any(|(task, _)| self.tasks[usize::from(*task)].is_open(at, &local, store))
            || drops.iter().any(|set| self.sets[usize::from(*set)].is_open(at, &local, store))
    }

    /// The badge of that id.
    pub fn badge(&self, id: &str) -> Option<&Badge> {
        self.badges.iter().find(|badge| badge.id == id)
    }

    /// The place of the task of that id.
    pub fn place(&self, id: &str) -> Option<usize> {
        self.tasks.iter().position(|task| task.id.as_str() == id)
    }
}
