//! Tiers and stages: how many members stand where, how many rose, how many kept their tier (TIER-20, PROG-12).

use std::collections::BTreeMap;

use compact_str::CompactString;
use jifen_program::RuleBook;
use jifen_program::book::stages::{Stage, aged};
use jifen_store::{Store, StoreError};
use jifen_vocab::Day;

use crate::measure::share;

/// What was counted of tiers and stages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TierCounts {
    /// Members who came into a tier, or (below zero) left it, by day.
    moves: BTreeMap<(i32, CompactString), i64>,
    /// Members who rose or fell for good, by day and the tier before.
    steps: BTreeMap<(i32, CompactString), i64>,
    /// Members by the last day they did something, and the stage they were in.
    seen: BTreeMap<(i32, CompactString), i64>,
    members: i64,
}

/// A tier over a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TierDoing {
    /// The tier.
    pub id: CompactString,
    /// Members at the end.
    pub members: i64,
    /// Members at the beginning.
    pub before: i64,
    /// Members of it who rose.
    pub risen: i64,
    /// Members of it who fell.
    pub fallen: i64,
    /// Of those at the beginning, who did not fall, in hundredths of a percent; nothing where there was nobody.
    pub retention: Option<i64>,
}

/// The board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TierBoard {
    /// Each tier of the rule book, lowest first.
    pub tiers: Vec<TierDoing>,
    /// Of those who could rise at the beginning, who did, in hundredths of a percent.
    pub upgrade_rate: Option<i64>,
    /// Of those who could fall at the beginning, who did not.
    pub retention_rate: Option<i64>,
    /// Members by stage, in the order of the rule book.
    pub stages: Vec<(Stage, i64)>,
}

impl TierCounts {
    /// Reads what was counted until that day, that day included.
    ///
    /// # Errors
    /// What the store says.
    pub fn read(store: &dyn Store, until: Day) -> Result<TierCounts, StoreError> {
        let mut counts = TierCounts::default();
        let from = Day::from_number(0);
        for metric in ["members", "tier_moves"] {
            for row in store.counters(metric, from, until)? {
                counts.members += if metric == "members" { row.value } else { 0 };
                *counts.moves.entry((row.day.number(), row.dimensions)).or_default() += row.value;
            }
        }
        for row in store.counters("tier_steps", from, until)? {
            *counts.steps.entry((row.day.number(), row.dimensions)).or_default() += row.value;
        }
        for row in store.counters("last_active", from, until)? {
            *counts.seen.entry((row.day.number(), row.dimensions)).or_default() += row.value;
        }
        Ok(counts)
    }

    fn standing(&self, tier: &str, until: i32) -> i64 {
        self.moves.iter().filter(|((day, of), _)| *day <= until && of == tier).map(|(_, value)| value).sum()
    }

    fn stepped(&self, step: &str, tier: &str, from: i32, until: i32) -> i64 {
        let is = |dimensions: &str| dimensions.split_once('|') == Some((step, tier));
        let within = self.steps.iter().filter(|((day, of), _)| (from..=until).contains(day) && is(of));
        within.map(|(_, value)| value).sum()
    }

    /// The board of so many days up to today.
    pub fn board(&self, book: &RuleBook, today: Day, days: u16) -> TierBoard {
        let (until, first) = (today.number(), today.number() - i32::from(days) + 1);
        let doing = |tier: &jifen_program::book::Tier| {
            let id = tier.id.as_str();
            let (before, fallen) = (self.standing(id, first - 1), self.stepped("down", id, first, until));
            TierDoing {
                id: CompactString::new(id),
                members: self.standing(id, until),
                before,
                risen: self.stepped("up", id, first, until),
                fallen,
                retention: share((before - fallen).max(0), before),
            }
        };
        let tiers: Vec<TierDoing> = book.tiers.iter().map(doing).collect();
        let sum = |tiers: &[TierDoing], of: fn(&TierDoing) -> i64| tiers.iter().map(of).sum::<i64>();
        let (could_rise, could_fall) = match tiers.as_slice() {
            [] => (&tiers[..], &tiers[..]),
            all => (&all[..all.len() - 1], &all[1..]),
        };
        let begun = sum(could_fall, |tier| tier.before);
        TierBoard {
            upgrade_rate: share(sum(could_rise, |tier| tier.risen), sum(could_rise, |tier| tier.before)),
            retention_rate: share((begun - sum(could_fall, |tier| tier.fallen)).max(0), begun),
            stages: self.stages(book, today),
            tiers,
        }
    }

    /// Members by stage. Whoever has never done anything is in the last one: they may come yet.
    fn stages(&self, book: &RuleBook, today: Day) -> Vec<(Stage, i64)> {
        let Some(last) = book.stages.last() else { return Vec::new() };
        let mut counted: Vec<(Stage, i64)> = book.stages.iter().map(|rule| (rule.stage, 0)).collect();
        let mut add = |stage: Stage, members: i64| {
            if let Some((_, sum)) = counted.iter_mut().find(|(of, _)| *of == stage) {
                *sum += members;
            }
        };
        let mut seen = 0;
        for ((day, name), members) in &self.seen {
            let then = Stage::named(name).unwrap_or(last.stage);
            add(aged(&book.stages, then, i64::from(today.number() - day)), *members);
            seen += members;
        }
        add(last.stage, (self.members - seen).max(0));
        counted
    }
}
