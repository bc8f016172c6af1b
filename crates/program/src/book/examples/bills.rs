//! Bills of an example: what points pay of each, for a member who has so many.

use compact_str::CompactString;
use jifen_rules::document::{Node, Problems};
use jifen_vocab::{Code, Money, Timestamp, limits};

use super::parts;
use crate::book::RuleBook;
use crate::deductions::{Bill, BillLine, work_out};

/// A bill, and what points should pay of it.
pub(super) struct Billed {
    at: Timestamp,
    available: i64,
    badges: Vec<CompactString>,
    bill: Bill,
    expected: Paid,
}

/// What points pay.
enum Paid {
    /// So many points for so much money, in minor units.
    Some { points: i64, money: i64 },
    /// Nothing.
    Nothing(Code),
}

/// Reads a bill.
pub(super) fn bill(book: &RuleBook, node: Node<'_>, problems: &mut Problems) -> Option<Billed> {
    let mut map = node.map(problems)?;
    let at = map.require("time", problems).and_then(|node| parts::instant(&book.zone, node, problems));
    let amount = map.require("amount", problems).and_then(|node| parts::money(book, node, problems));
    let available = map.require("available", problems);
    let available = available.and_then(|node| node.integer_in(0..=limits::BALANCE_MAX, problems));
    let lines = map.take("lines").and_then(|node| node.list(problems)).unwrap_or_default();
    let lines = lines.into_iter().filter_map(|node| parts::line(book, node, problems));
    let lines = lines.map(|line| BillLine { category: line.category, amount: line.amount }).collect();
    let mut text =
        |key, problems: &mut Problems| map.take(key).and_then(|node| node.text(problems)).map(CompactString::new);
    let (channel, store, coupon) = (text("channel", problems), text("store", problems), text("coupon", problems));
    let points = map.take("points_max").and_then(|node| node.integer_in(1..=limits::AMOUNT_MAX, problems));
    let badges = map.take("badges").map(Node::one_or_many).unwrap_or_default();
    let badges = badges.into_iter().filter_map(|node| node.text(problems)).map(CompactString::new).collect();
    let deducts = map.take("deducts").map(|node| deducts(book, node, problems));
    let refused = map.take("refused").map(|node| parts::code(node, problems));
    map.finish(problems);
    let expected = match (deducts, refused) {
        (Some(paid), None) => paid,
        (None, Some(code)) => code.map(Paid::Nothing),
        _ => node.or_problem(None, "needs either `deducts` or `refused`", problems),
    };
    let bill = Bill { amount: amount?, lines, channel, store, coupon, points };
    Some(Billed { at: at?, available: available?, badges, bill, expected: expected? })
}

fn deducts(book: &RuleBook, node: Node<'_>, problems: &mut Problems) -> Option<Paid> {
    let mut map = node.map(problems)?;
    let points = map.require("points", problems).and_then(|node| node.integer_in(1..=limits::AMOUNT_MAX, problems));
    let money = map.require("money", problems).and_then(|node| parts::money(book, node, problems));
    map.finish(problems);
    Some(Paid::Some { points: points?, money: money? })
}

/// What an example says of a bill, and what the book gives, one line each.
pub(super) fn told(book: &RuleBook, billed: &Billed) -> (String, String) {
    let day = book.zone.day_of(billed.at);
    let got = match work_out(book, &billed.bill, billed.available, &billed.badges, day) {
        Ok(parts) => Paid::Some {
            points: parts.iter().map(|part| part.points).sum(),
            money: parts.iter().map(|part| part.money).sum(),
        },
        Err(refusal) => Paid::Nothing(refusal.code),
    };
    let money = |amount: i64| Money { amount, currency: book.currency };
    let line = |paid: &Paid| match paid {
        Paid::Some { points, money: paid } => {
            format!("bill of {}: {points} points pay {}", money(billed.bill.amount), money(*paid))
        }
        Paid::Nothing(code) => format!("bill of {}: {}", money(billed.bill.amount), code.as_str()),
    };
    (line(&billed.expected), line(&got))
}
