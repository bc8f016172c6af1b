//! Conditions in the Common Expression Language: parsed and checked once, evaluated quickly.
//!
//! A [`Condition`] is compiled from its text against a [`Scope`] (the names a bundle declares). Unknown names, values
//! of the wrong kind and parts of the language that rules do not need are refused at once, with the place and, where
//! there is one, what was probably meant. Reading and evaluating agree with the interpreter of the `cel` crate (a
//! property test compares the two), with these intended differences:
//!
//! - a whole number and a float are compared exactly, where the interpreter rounds the number to a float first;
//! - floats are only compared, never computed with: points and money know no float;
//! - values of different kinds that are known beforehand (`tier.rank == "gold"`) are refused instead of never equal.

mod check;
mod lexer;
mod syntax;
mod tree;
pub(crate) mod variables;

#[cfg(test)]
mod tests;

pub use variables::{Type, VARIABLES, Variable};

use std::fmt;

use compact_str::CompactString;

use crate::Names;
use crate::facts::Facts;
use tree::{At, Bool, SLOTS};

/// Bytes of a condition.
pub const CONDITION_BYTES_MAX: usize = 2_048;

/// The names of a bundle that conditions may use.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    /// Streaks, in the order of their slots in [`Facts::streaks`].
    pub streaks: Vec<CompactString>,
    /// Tiers; a comparison of `tier.id` with anything else is refused. None at all: not checked.
    pub tiers: Vec<CompactString>,
}

impl Scope {
    /// What a bundle declares.
    pub fn of(names: &Names) -> Self {
        let tiers = names.tiers.iter().map(|tier| CompactString::new(tier.as_str())).collect();
        Scope { streaks: names.streaks.clone(), tiers }
    }
}

/// Why a condition could not be compiled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConditionError {
    /// Line within the text, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// What is wrong.
    pub message: String,
    /// What was probably meant.
    pub suggestion: Option<String>,
}

impl fmt::Display for ConditionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.column, self.message)
    }
}

impl std::error::Error for ConditionError {}

/// Why a condition has no value for an event. Rules treat it as "does not hold".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EvalError {
    /// Something that the condition mentions is not there.
    Missing,
    /// A field of the event's data is of another kind than the condition needs.
    WrongType,
    /// A number does not fit in 64 bits.
    Overflow,
    /// Divided by zero.
    DivisionByZero,
    /// The condition looks at a line, and none was given.
    NoLine,
}

impl fmt::Display for EvalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            EvalError::Missing => "a value that the condition mentions is missing",
            EvalError::WrongType => "a value is of another kind than the condition needs",
            EvalError::Overflow => "a number is out of range",
            EvalError::DivisionByZero => "division by zero",
            EvalError::NoLine => "the condition looks at a line and there is none",
        })
    }
}

impl std::error::Error for EvalError {}

/// A text that a condition compares a variable with, so that the bundle can be checked for words it does not declare.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// The variable's name in [`VARIABLES`]; lines of macros count as `line`, such as `line.category`.
    pub variable: &'static str,
    /// The text.
    pub text: CompactString,
    /// Line within the condition, from 1.
    pub line: u32,
    /// Column in characters, from 1; that of the list for texts in a list.
    pub column: u32,
}

/// A compiled condition.
#[derive(Debug)]
pub struct Condition {
    text: CompactString,
    root: Bool,
    line: bool,
    lines: bool,
    mentions: Vec<Mention>,
}

impl Condition {
    /// Parses, checks and compiles.
    pub fn compile(text: &str, scope: &Scope) -> Result<Condition, ConditionError> {
        let check::Checked { root, line, lines, mentions } = check::check(text, scope)?;
        Ok(Condition { text: CompactString::new(text), root, line, lines, mentions })
    }

    /// The text it was compiled from.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it mentions `line.…`: then it chooses lines instead of events.
    pub fn mentions_line(&self) -> bool {
        self.line
    }

    /// Whether it looks at all lines together (`lines.exists(…)`).
    pub fn mentions_lines(&self) -> bool {
        self.lines
    }

    /// The texts that variables are compared with (`==`, `!=`, `in […]`).
    pub fn mentions(&self) -> &[Mention] {
        &self.mentions
    }

    /// Whether it holds for the event, or for one line of it (counted from 0).
    pub fn holds(&self, facts: &Facts<'_>, line: Option<usize>) -> Result<bool, EvalError> {
        let mut lines = [None; SLOTS];
        lines[0] = line.and_then(|line| facts.lines.get(line));
        self.root.eval(&At { facts, lines })
    }
}
