//! How rules change: what a difference means for members, how long before it takes effect they are told, and the
//! difference in plain words.
//!
//! A program says in `changes.yaml` how many days members are told before (COMP-04). What can only be better for them
//! may come at once, if the program says so; what touches nothing of theirs always may. In doubt a change counts as one
//! that members must be told of.

mod effect;
mod tell;

use jifen_rules::document::Source;
use jifen_vocab::{Day, Timestamp, UnitId, Zone};

use super::Name;
use super::diff::{self, Change};

pub use effect::Effect;

/// What a program promises about changes of its rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeTerms {
    /// Days that members are told before a change takes effect.
    pub notice_days: u16,
    /// Whether what can only be better for members may come at once.
    pub improvements_at_once: bool,
    /// Whether members are asked to confirm a change before it takes effect.
    pub confirmation: bool,
    /// By which ways changes are announced.
    pub announce: Vec<Announce>,
    /// What earlier members keep for a while when rules change (COMP-05).
    pub transition: Transition,
}

/// What earlier members keep for a while when rules change.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Transition {
    /// They earn by the rules of an earlier version.
    pub earning: Option<KeptEarning>,
    /// Units that are no longer spent may still be.
    pub redeem: Option<KeptSpending>,
}

/// Members who were there before earn by the rules of an earlier version, with its validity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptEarning {
    /// That version.
    pub version: u32,
    /// Members who joined before this day.
    pub joined_before: Day,
    /// Until the end of this day.
    pub until: Day,
}

/// Units that are spent no longer may still be spent for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptSpending {
    /// The units.
    pub units: Vec<UnitId>,
    /// Until the end of this day.
    pub until: Day,
}

impl KeptEarning {
    /// Whether a member who joined then earns by the earlier version on that day.
    pub fn holds(&self, joined: Day, day: Day) -> bool {
        joined < self.joined_before && day <= self.until
    }
}

crate::words::words! {
    /// A way by which a change is announced.
    Announce {
        /// By e-mail.
        Email = "email",
        /// On the rule page and in the member's inbox; always counts as given.
        InApp = "in_app",
        /// To the member's phone.
        Push = "push",
        /// By text message.
        Sms = "sms",
    }
}

impl Default for ChangeTerms {
    /// Of a program that promises nothing.
    fn default() -> Self {
        ChangeTerms {
            notice_days: 0,
            improvements_at_once: true,
            confirmation: false,
            announce: vec![Announce::InApp],
            transition: Transition::default(),
        }
    }
}

/// A difference, told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The difference.
    pub change: Change,
    /// What it means for members.
    pub effect: Effect,
    /// In plain words.
    pub text: Name,
}

/// How long before members must be told of some changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoticePeriod {
    /// Days; 0 where the changes may come at once.
    pub days: u16,
    /// The earliest instant at which the changes may take effect.
    pub earliest_from: Timestamp,
}

/// Every difference between two bundles, told.
pub fn told(old: &Source, new: &Source) -> Vec<Told> {
    let (before, after) = (tell::Named::of(old), tell::Named::of(new));
    let tell = |change: Change| {
        let effect = effect::of(&change, &before, &after);
        Told { text: tell::text(&change, &before, &after), effect, change }
    };
    diff::diff(old, new).into_iter().map(tell).collect()
}

impl ChangeTerms {
    /// How long before members must be told of these changes when they are published now.
    pub fn notice(&self, changes: &[Told], now: Timestamp, zone: &Zone) -> NoticePeriod {
        let worse = changes.iter().any(|told| told.effect == Effect::Worse);
        let better = changes.iter().any(|told| told.effect == Effect::Better);
        let days = if worse || (better && !self.improvements_at_once) { self.notice_days } else { 0 };
        let earliest_from = match days {
            0 => now,
            days => zone.same_time_on(zone.day_of(now).plus_days(i32::from(days)), now),
        };
        NoticePeriod { days, earliest_from }
    }
}
