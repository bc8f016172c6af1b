//! Standings of an example: the score of what a member did, and what an assessment makes of it.

use jifen_rules::document::{Node, Problems, closest};
use jifen_vocab::limits;

use super::parts;
use crate::book::RuleBook;
use crate::book::ascent::PartKind;
use crate::book::tasks::MeritKind;
use crate::book::tasks::TaskAward;
use crate::tiers::{Said, score_of, verdict};

/// What a member did, and where that leads.
pub(super) struct Standing {
    tier: usize,
    amounts: Vec<(PartKind, i64)>,
    said: Said,
    score: i64,
    becomes: usize,
}

/// Reads a standing.
pub(super) fn standing(book: &RuleBook, node: Node<'_>, problems: &mut Problems) -> Option<Standing> {
    let mut map = node.map(problems)?;
    let tier = map.take("tier").map_or(Some(0), |node| parts::tier(book, node, problems));
    let score = map.require("score", problems).and_then(|node| node.integer_in(0..=limits::AMOUNT_MAX, problems));
    let becomes = map.require("becomes", problems).and_then(|node| parts::tier(book, node, problems));
    let spent = map.take("spent").and_then(|node| parts::money(book, node, problems));
    let mut amounts: Vec<(PartKind, i64)> = spent.map(|spent| (PartKind::Spent, spent)).into_iter().collect();
    let mut count = |key, kind, problems: &mut Problems| {
        let amount = map.take(key).and_then(|node| node.integer_in(0..=limits::BALANCE_MAX, problems));
        amounts.extend(amount.map(|amount| (kind, amount)));
    };
    count("points", PartKind::Points, problems);
    count("active_months", PartKind::ActiveMonths, problems);
    count("orders", PartKind::Orders, problems);
    count("balance", PartKind::Balance, problems);
    let tasks = map.take("tasks").map(Node::one_or_many).unwrap_or_default();
    map.finish(problems);
    let mut said = Said::default();
    tasks.into_iter().for_each(|node| says(book, node, &mut said, problems));
    if book.ascent.is_none() {
        problems.push(node.problem("needs `ascent` in tiers.yaml: members have no score"));
    }
    Some(Standing { tier: tier?, amounts, said, score: score?, becomes: becomes? })
}

/// Adds what a completed task says for the tier.
fn says(book: &RuleBook, node: Node<'_>, said: &mut Said, problems: &mut Problems) {
    let Some(text) = node.text(problems) else { return };
    let Some(task) = book.tasks.place(text).map(|place| &book.tasks.tasks[place]) else {
        let suggestion = closest(text, book.tasks.tasks.iter().map(|task| task.id.as_str()));
        problems.push(node.problem(format!("there is no task `{text}`")).suggest(suggestion));
        return;
    };
    let mut says = false;
    for award in &task.awards {
        let TaskAward::Tier(kind) = award else { continue };
        (says, said.kept_by) = (true, Some(task.id.clone()));
        if *kind == MeritKind::Upgrade {
            said.upgrades += 1;
            said.raised_by = Some(task.id.clone());
        }
    }
    if !says {
        problems.push(node.problem("says nothing for the tier: its award is neither keep nor upgrade"));
    }
}

/// What an example says of a standing, and what the book makes of it, one line each.
pub(super) fn told(book: &RuleBook, standing: &Standing) -> (String, String) {
    let line = |score: i64, tier: &crate::book::Tier| format!("score {score}: {}", tier.id);
    let expected = book.tiers.get(standing.becomes).map(|tier| line(standing.score, tier)).unwrap_or_default();
    let got = book.ascent.as_ref().zip(book.tiers.get(standing.tier)).map(|(ascent, from)| {
        let amount = |kind| standing.amounts.iter().find(|(of, _)| *of == kind).map_or(0, |(_, amount)| *amount);
        let score = score_of(ascent, |part| amount(part.kind));
        line(score.whole(), verdict(book, from, &score, &standing.said).1)
    });
    (expected, got.unwrap_or_default())
}
