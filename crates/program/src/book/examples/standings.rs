//! Standings of an example: the score of what a member did, and what an assessment makes of it.

use jifen_rules::document::{Node, Problems};
use jifen_vocab::limits;

use super::read;
use crate::book::RuleBook;
use crate::book::ascent::PartKind;
use crate::tiers::{score_of, verdict};

/// What a member did, and where that leads.
pub(super) struct Standing {
    tier: usize,
    amounts: Vec<(PartKind, i64)>,
    score: i64,
    becomes: usize,
}

/// Reads a standing.
pub(super) fn standing(book: &RuleBook, node: Node<'_>, problems: &mut Problems) -> Option<Standing> {
    let mut map = node.map(problems)?;
    let tier = map.take("tier").map_or(Some(0), |node| read::tier(book, node, problems));
    let score = map.require("score", problems).and_then(|node| node.integer_in(0..=limits::AMOUNT_MAX, problems));
    let becomes = map.require("becomes", problems).and_then(|node| read::tier(book, node, problems));
    let spent = map.take("spent").and_then(|node| read::money(book, node, problems));
    let mut amounts: Vec<(PartKind, i64)> = spent.map(|spent| (PartKind::Spent, spent)).into_iter().collect();
    let mut count = |key, kind, problems: &mut Problems| {
        let amount = map.take(key).and_then(|node| node.integer_in(0..=limits::BALANCE_MAX, problems));
        amounts.extend(amount.map(|amount| (kind, amount)));
    };
    count("points", PartKind::Points, problems);
    count("active_months", PartKind::ActiveMonths, problems);
    count("orders", PartKind::Orders, problems);
    count("balance", PartKind::Balance, problems);
    map.finish(problems);
    if book.ascent.is_none() {
        problems.push(node.problem("needs `ascent` in tiers.yaml: members have no score"));
    }
    Some(Standing { tier: tier?, amounts, score: score?, becomes: becomes? })
}

/// What an example says of a standing, and what the book makes of it, one line each.
pub(super) fn told(book: &RuleBook, standing: &Standing) -> (String, String) {
    let line = |score: i64, tier: &crate::book::Tier| format!("score {score}: {}", tier.id);
    let expected = book.tiers.get(standing.becomes).map(|tier| line(standing.score, tier)).unwrap_or_default();
    let got = book.ascent.as_ref().zip(book.tiers.get(standing.tier)).map(|(ascent, from)| {
        let amount = |kind| standing.amounts.iter().find(|(of, _)| *of == kind).map_or(0, |(_, amount)| *amount);
        let score = score_of(ascent, |part| amount(part.kind));
        line(score.whole(), verdict(book, from, &score).1)
    });
    (expected, got.unwrap_or_default())
}
