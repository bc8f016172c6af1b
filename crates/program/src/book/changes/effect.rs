//! What a change means for members: better, worse, or neither. In doubt it is worse: members are told before.

use jifen_vocab::Decimal;

use super::super::diff::Change;
use super::tell::{Named, Place};

/// What a change means for members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It can only be better for them.
    Better,
    /// It touches nothing that is theirs: labels, examples, who approves what.
    Neutral,
    /// It takes something from some of them, or may.
    Worse,
}

impl Effect {
    /// The word it is written with.
    pub const fn as_str(self) -> &'static str {
        match self {
            Effect::Better => "better",
            Effect::Neutral => "neutral",
            Effect::Worse => "worse",
        }
    }
}

/// Files that say how the program is run, not what members get.
const INTERNAL: [&str; 8] = [
    "boards.yaml",
    "examples.yaml",
    "local.yaml",
    "organization.yaml",
    "rights.yaml",
    "roles.yaml",
    "sources.yaml",
    "surveys.yaml",
];

/// Numbers of which more is better for members, by the last part of their place.
const MORE_IS_BETTER: [&str; 9] =
    ["by", "days", "earning_multiplier", "event_max", "grace_days", "late_days", "months", "percent", "points"];

/// Keys that members get nothing from and lose nothing by.
const NEUTRAL: [&str; 7] = ["ahead_minutes", "channels", "id", "industry", "kind", "name", "source"];

pub(super) fn of(change: &Change, before: &Named, after: &Named) -> Effect {
    let place = Place::of(&change.path);
    if INTERNAL.contains(&place.file) {
        return Effect::Neutral;
    }
    let was_off = before.is_off(&place);
    let is_off = after.is_off(&place);
    match (place.list, place.rest) {
        // A point's worth changes by the procedure alone, whichever way (PROG-03).
        (Some("units"), Some(rest)) if rest == "value" || rest.starts_with("value.") => Effect::Worse,
        (Some("rules" | "multipliers"), None) => whole_rule(change, was_off, is_off),
        (Some("rules" | "multipliers"), Some(_)) if was_off && is_off => Effect::Neutral,
        (Some("rules" | "multipliers"), Some("enabled")) => switched(was_off, is_off),
        (Some("caps"), None) if change.new.is_none() => Effect::Better,
        // Points that pay a part of more bills take nothing from anybody.
        (Some("conversions" | "coupons" | "tickets"), None) if change.old.is_none() => Effect::Better,
        (Some("units" | "channels" | "streaks"), None) if change.old.is_none() => Effect::Neutral,
        (_, None) if place.list.is_some() => Effect::Worse,
        (_, rest) => value(change, &place, rest.unwrap_or_default()),
    }
}

fn whole_rule(change: &Change, was_off: bool, is_off: bool) -> Effect {
    match (&change.old, &change.new) {
        (None, Some(_)) if is_off => Effect::Neutral,
        // It may apply instead of another that gives more.
        (None, Some(new)) if has_key(new, "exclusive") || lowers(new) => Effect::Worse,
        (None, Some(_)) => Effect::Better,
        (Some(_), None) if was_off => Effect::Neutral,
        (Some(old), None) if lowers(old) && !has_key(old, "exclusive") => Effect::Better,
        _ => Effect::Worse,
    }
}

/// Whether an entry, written in one line, has a key.
fn has_key(inline: &str, key: &str) -> bool {
    inline.contains(&format!(" {key}: "))
}

/// Whether a multiplier multiplies by less than one.
fn lowers(inline: &str) -> bool {
    let by = inline.split(" by: ").nth(1).and_then(|rest| number(rest.split([',', ' ']).next()?));
    by.is_some_and(|by| by < Decimal::ONE)
}

/// Whatever was switched on may be one that lowers or excludes: only switching on what is known to raise is better, and
/// that cannot be told from here.
fn switched(was_off: bool, is_off: bool) -> Effect {
    match (was_off, is_off) {
        (true, false) => Effect::Better,
        (false, true) => Effect::Worse,
        _ => Effect::Neutral,
    }
}

fn value(change: &Change, place: &Place<'_>, rest: &str) -> Effect {
    let key = rest.rsplit('.').next().unwrap_or_default();
    let key = key.split('[').next().unwrap_or_default();
    let first = rest.split(['.', '[']).next().unwrap_or_default();
    if NEUTRAL.contains(&first) || NEUTRAL.contains(&key) || rest.contains("name.") {
        return Effect::Neutral;
    }
    let (old, new) = (change.old.as_deref(), change.new.as_deref());
    match key {
        "until" if place.list.is_some() => longer(old, new, true),
        "from" if place.list.is_some() && rest == "from" => longer(old, new, false),
        "validity" => {
            if new == Some("forever") {
                Effect::Better
            } else {
                Effect::Worse
            }
        }
        "budget" | "cap" | "event_max" if new.is_none() => Effect::Better,
        "each" | "every" => grows(old, new, false),
        _ if place.list == Some("caps") && first == "points" => grows(old, new, true),
        _ if first == "validity" && new == Some("forever") => Effect::Better,
        _ if MORE_IS_BETTER.contains(&key) => grows(old, new, true),
        "notice_days" => grows(old, new, true),
        "announce" => Effect::Neutral,
        _ if place.file == "changes.yaml" && first == "transition" && old.is_none() => Effect::Better,
        _ => Effect::Worse,
    }
}

/// An end that comes later or not at all is better, as is a beginning that comes earlier.
fn longer(old: Option<&str>, new: Option<&str>, is_end: bool) -> Effect {
    match (old, new) {
        (Some(_), None) => Effect::Better,
        // Instants are written year first, so that later ones are greater as texts of one form.
        (Some(old), Some(new)) if old.len() == new.len() && (new > old) == is_end => Effect::Better,
        _ => Effect::Worse,
    }
}

fn grows(old: Option<&str>, new: Option<&str>, more_is_better: bool) -> Effect {
    match old.and_then(number).zip(new.and_then(number)) {
        Some((old, new)) if (new > old) == more_is_better && new != old => Effect::Better,
        Some((old, new)) if new == old => Effect::Neutral,
        _ => Effect::Worse,
    }
}

/// A number as bundles write it: `2%`, `1.00 CNY`, `1.5`.
fn number(text: &str) -> Option<Decimal> {
    let digits = text.trim().split(['%', ' ']).next()?;
    digits.parse().ok()
}
