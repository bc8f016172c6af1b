//! Nodes of a document and the readers of single values.

use std::ops::Range;

use jifen_vocab::{Currency, Day, Decimal, Money};

use super::{MapReader, Problem, Problems};

/// One file, read into nodes.
#[derive(Debug, Clone)]
pub struct Document {
    pub(super) file: String,
    pub(super) nodes: Vec<NodeData>,
    /// Children of all lists and maps; each holds a range of it.
    pub(super) children: Vec<Child>,
}

#[derive(Debug, Clone)]
pub(super) struct NodeData {
    pub(super) line: u32,
    pub(super) column: u32,
    /// The list or map this node stands in, and its place there.
    pub(super) parent: Option<(u32, Step)>,
    pub(super) content: Content,
}

#[derive(Debug, Clone)]
pub(super) enum Step {
    Key(String),
    Item(u32),
}

#[derive(Debug, Clone)]
pub(super) enum Content {
    Scalar { text: String, plain: bool, block: bool },
    List(Range<u32>),
    Map(Range<u32>),
}

/// A child of a list (without key) or of a map (with key and the key's place).
#[derive(Debug, Clone)]
pub(super) struct Child {
    pub(super) key: Option<(String, u32, u32)>,
    pub(super) node: u32,
}

/// A place in a document: a scalar, a list or a map.
///
/// The readers return nothing where the value is not of the kind asked for, and say so in `problems`.
#[derive(Debug, Clone, Copy)]
pub struct Node<'a> {
    pub(super) document: &'a Document,
    pub(super) index: u32,
}

impl Document {
    /// The name of the file within the bundle.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The outermost node.
    pub fn root(&self) -> Node<'_> {
        Node { document: self, index: 0 }
    }
}

impl<'a> Node<'a> {
    /// The file within the bundle.
    pub fn file(self) -> &'a str {
        &self.document.file
    }

    /// Line, from 1.
    pub fn line(self) -> u32 {
        self.data().line
    }

    /// Column in characters, from 1.
    pub fn column(self) -> u32 {
        self.data().column
    }

    /// The place by names, such as `earning.yaml:rules[3].award.per`.
    pub fn path(self) -> String {
        let mut steps = Vec::new();
        let mut at = self.data();
        while let Some((parent, step)) = &at.parent {
            steps.push(step);
            at = &self.document.nodes[*parent as usize];
        }
        let mut path = format!("{}:", self.document.file);
        for (n, step) in steps.into_iter().rev().enumerate() {
            match step {
                Step::Key(key) if n == 0 => path.push_str(key),
                Step::Key(key) => path.extend([".", key]),
                Step::Item(item) => path.push_str(&format!("[{item}]")),
            }
        }
        path
    }

    /// A problem at this place; `message` is a sentence without its subject.
    pub fn problem(self, message: impl Into<String>) -> Problem {
        Problem {
            file: self.document.file.clone(),
            line: self.line(),
            column: self.column(),
            path: self.path(),
            message: message.into(),
            suggestion: None,
        }
    }

    /// Whether nothing was written here (`key:` or `null`).
    pub fn is_null(self) -> bool {
        matches!(&self.data().content, Content::Scalar { text, plain: true, .. } if matches!(text.as_str(), "" | "~" | "null"))
    }

    /// Whether this is a map.
    pub fn is_map(self) -> bool {
        matches!(self.data().content, Content::Map(_))
    }

    /// Whether this is a list.
    pub fn is_list(self) -> bool {
        matches!(self.data().content, Content::List(_))
    }

    /// The scalar as it was written, without any judgment of its kind; nothing for lists and maps.
    pub fn scalar(self) -> Option<&'a str> {
        match &self.data().content {
            Content::Scalar { text, .. } => Some(text),
            Content::List(_) | Content::Map(_) => None,
        }
    }

    /// Text that is not empty.
    pub fn text(self, problems: &mut Problems) -> Option<&'a str> {
        let text = self.scalar().filter(|text| !text.trim().is_empty() && !self.is_null());
        self.or_problem(text, "must be text", problems)
    }

    /// A whole number of 64 bits.
    pub fn integer(self, problems: &mut Problems) -> Option<i64> {
        let digits =
            |text: &&str| text.strip_prefix('-').unwrap_or(text).bytes().all(|b| b.is_ascii_digit() || b == b'_');
        let value = self.plain().filter(digits).and_then(|text| text.replace('_', "").parse().ok());
        self.or_problem(value, "must be a whole number, such as 50", problems)
    }

    /// A whole number within bounds (both included).
    pub fn integer_in(self, range: std::ops::RangeInclusive<i64>, problems: &mut Problems) -> Option<i64> {
        let value = self.integer(problems)?;
        let message = format!("must be from {} to {}", range.start(), range.end());
        self.or_problem(Some(value).filter(|value| range.contains(value)), &message, problems)
    }

    /// `true` or `false`.
    pub fn boolean(self, problems: &mut Problems) -> Option<bool> {
        let value = match self.plain() {
            Some("true") => Some(true),
            Some("false") => Some(false),
            _ => None,
        };
        self.or_problem(value, "must be true or false", problems)
    }

    /// An exact decimal number, quoted or not.
    pub fn decimal(self, problems: &mut Problems) -> Option<Decimal> {
        let value = self.scalar().and_then(|text| text.parse().ok());
        self.or_problem(value, "must be a decimal number, such as 1.5", problems)
    }

    /// A percentage such as `2%`, as the fraction 0.02.
    pub fn percent(self, problems: &mut Problems) -> Option<Decimal> {
        let number = self.scalar().and_then(|text| text.strip_suffix('%'));
        let value = number.and_then(|number| number.trim_end().parse().ok()).and_then(hundredth);
        self.or_problem(value, "must be a percentage, such as 2%", problems)
    }

    /// Money in major units such as `1.00 CNY`, exactly; more digits than the currency has are refused.
    pub fn money(self, problems: &mut Problems) -> Option<Money> {
        let value = self.scalar().and_then(read_money);
        self.or_problem(value, "must be an amount of money, such as 1.00 CNY", problems)
    }

    /// A day such as `2026-06-18`.
    pub fn day(self, problems: &mut Problems) -> Option<Day> {
        let value = self.scalar().and_then(Day::parse);
        self.or_problem(value, "must be a day, such as 2026-06-18", problems)
    }

    /// The items of a list.
    pub fn list(self, problems: &mut Problems) -> Option<Vec<Node<'a>>> {
        let items = match &self.data().content {
            Content::List(range) => Some(self.children(range).iter().map(|child| self.at(child.node)).collect()),
            _ => None,
        };
        self.or_problem(items, "must be a list", problems)
    }

    /// The items of a list, or the one thing that stands here instead of a list.
    pub fn one_or_many(self) -> Vec<Node<'a>> {
        match &self.data().content {
            Content::List(range) => self.children(range).iter().map(|child| self.at(child.node)).collect(),
            _ => vec![self],
        }
    }

    /// A map of known keys.
    pub fn map(self, problems: &mut Problems) -> Option<MapReader<'a>> {
        let map = self.is_map().then(|| MapReader::new(self));
        self.or_problem(map, "must be a map of keys and values", problems)
    }

    /// A map whose keys are names the bundle chose: each key with its value, in the order written.
    pub fn entries(self, problems: &mut Problems) -> Option<Vec<(&'a str, Node<'a>)>> {
        let entries = self.is_map().then(|| self.pairs().collect());
        self.or_problem(entries, "must be a map of keys and values", problems)
    }

    /// One of some words, such as `floor`, `half_up` or `ceil`.
    pub fn choice<T: Clone>(self, choices: &[(&str, T)], problems: &mut Problems) -> Option<T> {
        let text = self.text(problems)?;
        if let Some((_, value)) = choices.iter().find(|(word, _)| *word == text) {
            return Some(value.clone());
        }
        let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
        let suggestion = super::closest(text, words.iter().copied());
        problems.push(self.problem(format!("must be one of {}", words.join(", "))).suggest(suggestion));
        None
    }

    /// Passes a value through; says what was expected where there is none.
    pub fn or_problem<T>(self, value: Option<T>, message: &str, problems: &mut Problems) -> Option<T> {
        if value.is_none() {
            problems.push(self.problem(message));
        }
        value
    }

    /// Line and column of a place inside this scalar, counted from its first character (both from 1).
    pub(crate) fn place_within(self, line: u32, column: u32) -> (u32, u32) {
        match &self.data().content {
            Content::Scalar { block: false, plain, .. } if line == 1 => {
                (self.line(), self.column() + column - 1 + u32::from(!plain))
            }
            Content::Scalar { block: true, .. } => (self.line() + line, column),
            _ => (self.line(), self.column()),
        }
    }

    pub(super) fn pairs(self) -> impl Iterator<Item = (&'a str, Node<'a>)> {
        let range = match &self.data().content {
            Content::Map(range) => range.clone(),
            _ => 0..0,
        };
        let pair = move |child: &'a Child| child.key.as_ref().map(|(key, _, _)| (key.as_str(), self.at(child.node)));
        self.children(&range).iter().filter_map(pair)
    }

    pub(super) fn key_place(self, wanted: &str) -> Option<(u32, u32)> {
        let Content::Map(range) = &self.data().content else { return None };
        let keys = self.children(range).iter().filter_map(|child| child.key.as_ref());
        keys.filter(|(key, _, _)| key == wanted).map(|(_, line, column)| (*line, *column)).next()
    }

    fn plain(self) -> Option<&'a str> {
        match &self.data().content {
            Content::Scalar { text, plain: true, .. } => Some(text),
            _ => None,
        }
    }

    fn data(self) -> &'a NodeData {
        &self.document.nodes[self.index as usize]
    }

    fn at(self, index: u32) -> Node<'a> {
        Node { document: self.document, index }
    }

    fn children(self, range: &Range<u32>) -> &'a [Child] {
        &self.document.children[range.start as usize..range.end as usize]
    }
}

/// The hundredth part of a number, exactly.
fn hundredth(value: Decimal) -> Option<Decimal> {
    let text = value.to_string();
    let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |rest| ("-", rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let padded = format!("{whole:0>3}");
    let (whole, hundredths) = padded.split_at(padded.len() - 2);
    let shifted = format!("{sign}{whole}.{hundredths}{fraction}");
    shifted.trim_end_matches('0').trim_end_matches('.').parse().ok()
}

/// Reads `1.00 CNY`: a decimal in major units and a currency, exactly in minor units.
fn read_money(text: &str) -> Option<Money> {
    let (number, code) = text.split_once(' ')?;
    let currency = Currency::new(code.trim_start()).ok()?;
    let (sign, digits) = number.strip_prefix('-').map_or((1, number), |rest| (-1, rest));
    number.parse::<Decimal>().ok()?;
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let width = usize::from(currency.digits());
    if fraction.len() > width {
        return None;
    }
    let minor: i64 = format!("{whole}{fraction:0<width$}").parse().ok()?;
    Some(Money { amount: sign * minor, currency })
}
