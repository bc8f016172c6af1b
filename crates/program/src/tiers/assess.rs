//! What an assessment says of one member (TIER-04, TIER-05, TIER-08).

use jifen_vocab::{RuleId, TierId, Timestamp};

use super::{Said, Score, assessed_from, raised, score};
use crate::book::{RuleBook, Tier};
use crate::member::Member;
use crate::words::{serde_words, words};

words! {
    /// What an assessment does to a member.
    Turn {
        /// The tier is lost.
        Falls = "falls",
        /// Nothing.
        Keeps = "keeps",
        /// A better tier.
        Rises = "rises",
        /// A fall is announced.
        Warned = "warned",
    }
}

serde_words!(Turn);

/// What an assessment says of a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// What it does.
    pub turn: Turn,
    /// The tier that was reached before.
    pub from: TierId,
    /// The tier afterwards, or the one that is announced.
    pub to: TierId,
    /// The score.
    pub score: Score,
    /// The task that raises or keeps the tier, where the score alone would not.
    pub by: Option<RuleId>,
}

/// Assesses a member by what was done before that instant; nothing where the rule book has no scores. A tier that only
/// people assign is kept.
pub fn assess(book: &RuleBook, member: &Member, as_of: Timestamp) -> Option<Verdict> {
    assess_since(book, member, book.zone.start_of(assessed_from(book, as_of)), as_of)
}

/// Like [`assess`], with tasks that keep a tier counting from an instant on that is not the beginning of the period.
pub fn assess_since(book: &RuleBook, member: &Member, since: Timestamp, as_of: Timestamp) -> Option<Verdict> {
    let score = score(book, member, as_of)?;
    let from = book.tier(member.base_tier().as_str());
    let said = Said::of(member, since, as_of);
    let (turn, to, by) = match verdict(book, from, &score, &said) {
        (Turn::Falls | Turn::Warned, ..) if is_spared(book, member, as_of) => (Turn::Keeps, from, None),
        other => other,
    };
    Some(Verdict { turn, from: from.id.clone(), to: to.id.clone(), score, by: by.cloned() })
}

/// What a score makes of somebody in a tier, and what tasks say; with the task, where it is the task that decides.
pub fn verdict<'b, 's>(
    book: &'b RuleBook,
    from: &'b Tier,
    score: &Score,
    said: &'s Said,
) -> (Turn, &'b Tier, Option<&'s RuleId>) {
    let (turn, to) = by_score(book, from, score);
    let best = if turn == Turn::Rises { to.rank } else { from.rank };
    if let Some(to) = raised(book, from, said.upgrades).filter(|to| to.rank > best) {
        return (Turn::Rises, to, said.raised_by.as_ref());
    }
    match turn {
        Turn::Falls | Turn::Warned if said.kept_by.is_some() => (Turn::Keeps, from, said.kept_by.as_ref()),
        _ => (turn, to, None),
    }
}

fn by_score<'b>(book: &'b RuleBook, from: &'b Tier, score: &Score) -> (Turn, &'b Tier) {
    let notice_days = book.ascent.as_ref().map_or(0, |ascent| ascent.downgrade.notice_days);
    match reached(book, score) {
        _ if from.from.is_none() && from.rank > 0 => (Turn::Keeps, from),
        better if better.rank > from.rank => (Turn::Rises, better),
        _ if from.rank == 0 || score.reaches(line(from)) => (Turn::Keeps, from),
        _ if notice_days == 0 => (Turn::Falls, fallen_to(book, from, score)),
        _ => (Turn::Warned, fallen_to(book, from, score)),
    }
}

/// Whether a tier is kept though its line is not reached: it is young, or its fall is announced already.
fn is_spared(book: &RuleBook, member: &Member, as_of: Timestamp) -> bool {
    if member.warned().is_some() {
        return true;
    }
    let least = book.ascent.as_ref().map_or(0, |ascent| ascent.downgrade.least_months);
    let since = member.body.standing.as_ref().and_then(|standing| standing.since);
    let until = since.map(|since| book.zone.day_of(since).plus_months(i32::from(least)));
    least > 0 && until.is_some_and(|until| book.zone.day_of(as_of) < until)
}

/// The score below which a tier is lost.
fn line(tier: &Tier) -> i64 {
    tier.keep.or(tier.from).unwrap_or(0)
}

/// The best tier whose score is reached.
fn reached<'b>(book: &'b RuleBook, score: &Score) -> &'b Tier {
    let of = book.tiers.iter().rev().find(|tier| tier.from.is_some_and(|from| score.reaches(from)));
    of.unwrap_or(&book.tiers[0])
}

/// The tier that is left to somebody who loses one: the best below it whose line is reached.
pub fn fallen_to<'b>(book: &'b RuleBook, tier: &Tier, score: &Score) -> &'b Tier {
    let below = book.tiers.iter().rev().filter(|below| below.rank < tier.rank && below.from.is_some());
    let mut below = below.filter(|below| score.reaches(line(below)));
    below.next().unwrap_or(&book.tiers[0])
}
