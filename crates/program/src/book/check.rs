//! A bundle looked at before it is published: what is wrong with it, what it changes, when it may take effect, and
//! whether its examples hold.

use jifen_rules::document::{Problem, Source};
use jifen_vocab::Timestamp;

use super::RuleBook;
use super::changes::{self, NoticePeriod, Told};
use super::examples::{self, ExampleResult};

/// What was found.
#[derive(Debug)]
pub struct Checked {
    /// What is wrong: it cannot be published before this is mended.
    pub mistakes: Vec<Problem>,
    /// What is only unwise.
    pub warnings: Vec<Problem>,
    /// What it changes.
    pub changes: Vec<Told>,
    /// When it may take effect.
    pub notice: NoticePeriod,
    /// What its examples give; nothing where it has mistakes.
    pub examples: Vec<ExampleResult>,
    /// The book, where it has no mistakes.
    pub book: Option<RuleBook>,
}

/// Looks at a bundle that is to follow `before`, whose text is `old`.
pub fn check(before: &RuleBook, old: &Source, new: &Source, now: Timestamp) -> Checked {
    let changes = changes::told(old, new);
    let notice = before.changes.notice(&changes, now, &before.zone);
    match RuleBook::load(before.version + 1, new) {
        Ok((book, warnings)) => {
            let examples = examples::run(&book, new);
            Checked { mistakes: Vec::new(), warnings, changes, notice, examples, book: Some(book) }
        }
        Err(mistakes) => Checked { mistakes, warnings: Vec::new(), changes, notice, examples: Vec::new(), book: None },
    }
}
