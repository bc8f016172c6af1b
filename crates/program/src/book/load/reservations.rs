//! Clauses by which a company reserves the last word (COMP-06): they are refused wherever a bundle has a text. What may
//! change is said in `changes.yaml` and published in advance instead.
//!
//! The phrases are data, in `reservations.txt` beside this file. `…` stands for a few characters. Texts are compared
//! without spaces, quotes and case, so that a clause cannot hide behind them.

use jifen_rules::document::{Node, Problems, Source};

/// One phrase a line; lines that begin with `#` are remarks.
const PHRASES: &str = include_str!("reservations.txt");

/// Characters that `…` may stand for.
const BETWEEN_CHARS_MAX: usize = 16;

/// Refuses every text of a bundle that reserves the last word, file by file.
pub(super) fn check(source: &Source, problems: &mut Problems) {
    let phrases: Vec<Vec<String>> = phrases().map(|phrase| phrase.split('…').map(plain).collect()).collect();
    for name in source.names() {
        if let Some(document) = source.document(name, &mut Problems::new()) {
            visit(document.root(), &phrases, problems);
        }
    }
}

fn phrases() -> impl Iterator<Item = &'static str> {
    PHRASES.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn visit(node: Node<'_>, phrases: &[Vec<String>], problems: &mut Problems) {
    let ignored = &mut Problems::new();
    if node.is_map() {
        let entries = node.entries(ignored).unwrap_or_default();
        entries.into_iter().for_each(|(_, node)| visit(node, phrases, problems));
    } else if node.is_list() {
        node.list(ignored).unwrap_or_default().into_iter().for_each(|node| visit(node, phrases, problems));
    } else if let Some(text) = node.scalar() {
        let text = plain(text);
        if let Some(place) = phrases.iter().position(|phrase| holds(&text, phrase)) {
            let phrase = self::phrases().nth(place).unwrap_or_default();
            problems.push(node.problem(format!(
                "reserves the last word (“{phrase}”), which no rule text may: say in changes.yaml how changes are announced"
            )));
        }
    }
}

/// Whether the parts of a phrase stand in a text, one after the other.
fn holds(text: &str, parts: &[String]) -> bool {
    let Some((first, others)) = parts.split_first() else { return false };
    let starts = text.match_indices(first.as_str()).map(|(at, _)| &text[at + first.len()..]);
    starts.into_iter().any(|rest| follow(rest, others))
}

fn follow(rest: &str, parts: &[String]) -> bool {
    let Some((next, others)) = parts.split_first() else { return true };
    let near: usize = rest.chars().take(BETWEEN_CHARS_MAX).map(char::len_utf8).sum();
    rest.match_indices(next.as_str())
        .take_while(|(at, _)| *at <= near)
        .any(|(at, _)| follow(&rest[at + next.len()..], others))
}

/// A text without what a clause could hide behind.
fn plain(text: &str) -> String {
    let kept = text.chars().filter(|c| c.is_alphanumeric());
    kept.flat_map(char::to_lowercase).collect()
}
