//! A row of the table of problems, and how it is written.

use crate::language::Said;

/// A problem: what it means and what the caller can do.
#[derive(Debug, PartialEq, Eq)]
pub struct Row {
    /// The last part of `type`.
    pub code: &'static str,
    /// The status of an answer with this problem.
    pub status: u16,
    /// The same for every occurrence.
    pub title: Said,
    /// When it comes.
    pub when: Said,
    /// What the caller can do.
    pub advice: Said,
    /// Sentences with blanks for facts; the first that can be filled is the answer's `detail`.
    pub detail: &'static [Said],
}

macro_rules! said {
    ([$en:literal, $zh:literal $(,)?]) => {
        Said { en: $en, zh: $zh }
    };
}

macro_rules! rows {
    ($($name:ident = $code:literal, $status:literal {
        title: $title:tt,
        when: $when:tt,
        advice: $advice:tt,
        detail: [$($detail:tt),* $(,)?] $(,)?
    })*) => {
        $(
            #[doc = concat!("`", $code, "`")]
            pub static $name: Row = Row {
                code: $code,
                status: $status,
                title: said!($title),
                when: said!($when),
                advice: said!($advice),
                detail: &[$(said!($detail)),*],
            };
        )*

        /// All of them, by code.
        pub static TABLE: &[&Row] = &[$(&$name),*];
    };
}

pub(super) use {rows, said};
