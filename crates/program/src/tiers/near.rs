//! How near the next tier is, and whether the member is to be told (NOTE-03).

use jifen_vocab::{TierId, Timestamp};
use serde::{Deserialize, Serialize};

use super::score::{roughly, score};
use crate::book::ascent::HUNDRED;
use crate::book::{RuleBook, Tier};
use crate::member::Member;

/// What a member was told last of a tier that came near.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Near {
    /// The tier.
    #[serde(rename = "t")]
    pub tier: TierId,
    /// The first day of the period in which it was told, in days since 1970-01-01.
    #[serde(rename = "d")]
    pub period: i32,
    /// The distance of the rule book that was told of.
    #[serde(rename = "m")]
    pub within: i64,
}

/// A tier that has come near.
#[derive(Debug, Clone)]
pub struct Coming<'b> {
    /// The tier.
    pub tier: &'b Tier,
    /// The score that is missing, rounded up.
    pub missing: i64,
    /// What is remembered once the member was told.
    pub near: Near,
}

/// The next tier, where it is nearer than a distance of the rule book of which the member was not told in this period.
/// Computed with every event of a member, so what is far is told from what is near without exact numbers.
pub fn coming<'b>(book: &'b RuleBook, member: &Member, now: Timestamp) -> Option<Coming<'b>> {
    let ascent = book.ascent.as_ref()?;
    let terms = ascent.progress.as_ref()?;
    let from = book.tier(member.base_tier().as_str());
    if from.from.is_none() && from.rank > 0 {
        return None;
    }
    let tier = book.tiers.iter().find(|tier| tier.rank > from.rank && tier.from.is_some())?;
    let bound = tier.from?.saturating_mul(HUNDRED);
    let furthest = terms.missing.first()?.saturating_mul(HUNDRED);
    let as_of = now.plus_millis(1);
    let rough = roughly(book, ascent, member, as_of);
    // Each part is rounded down by itself there, its rate as well, and all of them together here.
    let slack = 2 * ascent.parts.len() as i64;
    if rough >= bound || rough.saturating_add(slack) < bound.saturating_sub(furthest) {
        return None;
    }
    let missing = bound - score(book, member, as_of)?.hundredths;
    let is_within = |within: &&i64| missing <= within.saturating_mul(HUNDRED);
    let within = *terms.missing.iter().rev().find(is_within).filter(|_| missing > 0)?;
    let near = Near { tier: tier.id.clone(), period: terms.per.start_of(book.zone.day_of(now)).number(), within };
    let told = member.body.standing.as_ref().and_then(|standing| standing.near.as_ref());
    let is_told =
        told.is_some_and(|told| told.tier == near.tier && told.period == near.period && told.within <= near.within);
    (!is_told).then_some(Coming { tier, missing: missing.saturating_add(HUNDRED - 1) / HUNDRED, near })
}
