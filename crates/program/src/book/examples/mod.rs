//! Examples that a bundle carries: a member, some events, and what the rules should give. `jifen program test` runs them.
//!
//! ```yaml
//! examples:
//!   - name: { zh: 银卡会员买日用品, en: A silver member buys daily goods }
//!     given: { tier: silver, orders: 3 }
//!     events:
//!       - type: order.paid
//!         time: 2026-05-10T12:00:00+08:00
//!         lines: [ { category: daily, amount: 46.00 CNY } ]
//!         awards: [ { rule: purchase-daily, points: 55, expires_at: 2027-11-10T12:00:00+08:00 } ]
//! ```
//!
//! An example may have `bills` as well: what points pay of each, for a member who has `available` points; and `standings`:
//! the score of what a member of a tier did, and the tier that an assessment makes of it; and `redemptions`: a member with
//! points takes a reward, pays money, uses or returns it, or lets it lapse, step by step, by the commands of the service.
//!
//! ```yaml
//!     redemptions:
//!       - available: 1000
//!         reward: { kind: coupon, category: daily, points: 500 }
//!         steps:
//!           - { do: redeem, time: 2026-06-10T12:00:00+08:00, points: 500, state: open, available: 500 }
//!           - { do: wait, time: 2026-10-01T00:00:00+08:00, state: expired, points_back: 450, available: 950 }
//! ```
//!
//! Rules judge here as they do in service, for a member of whom only what is `given` is known. Events of one example
//! follow each other: what they earn counts in caps, what they pay counts as orders. An award must be named with its
//! points; its unit, label, validity and when it can be used are compared where they are written. Refusals are compared
//! where `refusals` is written.

mod bills;
mod parts;
mod read;
mod redemptions;
mod replay;
mod standings;

use std::sync::Arc;

use jifen_rules::document::{Problem, Problems, Source};

use super::RuleBook;

pub use read::FILE;
pub use replay::ExampleResult;

/// Runs the examples of a bundle against its rules. An example that cannot be read has failed: what is wrong with it is
/// what was got.
pub fn run(book: &RuleBook, source: &Source) -> Vec<ExampleResult> {
    let mut problems = Problems::new();
    let examples = read::examples(book, source, &mut problems);
    let mut results: Vec<ExampleResult> = problems.iter().map(unreadable).collect();
    // Commands decide by a book that is shared, as in service.
    let shared = examples.iter().any(|example| !example.redemptions.is_empty());
    let shared = shared.then(|| RuleBook::load(book.version, &book.source).ok()).flatten();
    let shared = shared.map(|(book, _)| Arc::new(book));
    results.extend(examples.iter().map(|example| replay::run(book, shared.as_ref(), example)));
    results.sort_by_key(|result| result.line);
    results
}

/// What is wrong with the examples themselves, whether or not they hold.
pub fn check(book: &RuleBook, source: &Source) -> Vec<Problem> {
    let mut problems = Problems::new();
    read::examples(book, source, &mut problems);
    problems.into_vec()
}

fn unreadable(problem: &Problem) -> ExampleResult {
    ExampleResult {
        name: problem.path.clone(),
        name_zh: problem.path.clone(),
        ok: false,
        expected: "an example that can be read".to_owned(),
        got: problem.to_string(),
        file: problem.file.clone(),
        line: problem.line,
    }
}
