//! What a condition is compiled to: trees whose types were checked and whose names are fields already. Evaluation
//! allocates nothing and looks nothing up by name, except in the event's data.

use std::cmp::Ordering;

use compact_str::CompactString;
use serde_json::Value;

use super::EvalError;
use super::variables::{IntField, LineField, TextField, WordsField};
use crate::facts::{Facts, LineFacts, OrderFacts};

/// Lines that can be looked at together: `line` and the variables of `lines.exists(…)` inside each other.
pub(super) const SLOTS: usize = 5;

type Result<T> = std::result::Result<T, EvalError>;

/// The facts, and the lines that are being looked at: slot 0 is `line`.
#[derive(Clone, Copy)]
pub(super) struct At<'x> {
    pub(super) facts: &'x Facts<'x>,
    pub(super) lines: [Option<&'x LineFacts<'x>>; SLOTS],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compare {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Compare {
    fn of(self, ordering: Ordering) -> bool {
        match self {
            Compare::Equal => ordering.is_eq(),
            Compare::NotEqual => ordering.is_ne(),
            Compare::Less => ordering.is_lt(),
            Compare::LessOrEqual => ordering.is_le(),
            Compare::Greater => ordering.is_gt(),
            Compare::GreaterOrEqual => ordering.is_ge(),
        }
    }

    /// The same comparison with its sides exchanged.
    pub(super) fn flipped(self) -> Compare {
        match self {
            Compare::Less => Compare::Greater,
            Compare::LessOrEqual => Compare::GreaterOrEqual,
            Compare::Greater => Compare::Less,
            Compare::GreaterOrEqual => Compare::LessOrEqual,
            same => same,
        }
    }

    pub(super) fn is_equality(self) -> bool {
        matches!(self, Compare::Equal | Compare::NotEqual)
    }
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Search {
    StartsWith,
    EndsWith,
    Contains,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

/// Whether something is there, for `has(…)`.
#[derive(Debug)]
pub(super) enum Presence {
    Data(Box<[CompactString]>),
    Order,
    Sku(u8),
    Category(u8),
    Line(u8),
}

#[derive(Debug)]
pub(super) enum Bool {
    Const(bool),
    Not(Box<Bool>),
    And(Box<[Bool]>),
    Or(Box<[Bool]>),
    If(Box<[Bool; 3]>),
    Same(Box<[Bool; 2]>, Compare),
    CompareInt(Compare, Int, Int),
    /// A whole number and a constant with a fraction; never rounded.
    CompareFraction(Compare, Int, f64),
    CompareText(Compare, Text, Text),
    CompareDynamic(Compare, Box<[Dynamic; 2]>),
    /// The constants are sorted.
    TextIn(Text, Box<[CompactString]>),
    /// The constants are sorted.
    IntIn(Int, Box<[i64]>),
    Tagged(WordsField, Text),
    DynamicIn(Box<Dynamic>, Box<[Constant]>),
    DynamicTagged(WordsField, Box<Dynamic>),
    InDynamic(Box<[Dynamic; 2]>),
    Search(Search, Text, Text),
    Has(Presence),
    Exists(u8, Box<Bool>),
    All(u8, Box<Bool>),
    ExactlyOne(u8, Box<Bool>),
    Dynamic(Box<Dynamic>),
}

#[derive(Debug)]
pub(super) enum Int {
    Const(i64),
    Field(IntField),
    Line(u8, LineField),
    Streak(usize),
    Negate(Box<Int>),
    Arithmetic(Arithmetic, Box<[Int; 2]>),
    If(Box<(Bool, Int, Int)>),
    SizeOfText(Box<Text>),
    SizeOfDynamic(Box<Dynamic>),
    Words(WordsField),
    Lines,
    CountLines(u8, Box<Bool>),
    Dynamic(Box<Dynamic>),
}

#[derive(Debug)]
pub(super) enum Text {
    Const(CompactString),
    Field(TextField),
    Line(u8, LineField),
    If(Box<(Bool, Text, Text)>),
    Dynamic(Box<Dynamic>),
}

/// A value whose type is known only at evaluation, or one that is compared with such a value.
#[derive(Debug)]
pub(super) enum Dynamic {
    Data(Box<[CompactString]>),
    Bool(Bool),
    Int(Int),
    Text(Text),
    Fraction(f64),
    Null,
    If(Box<(Bool, Dynamic, Dynamic)>),
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Constant {
    Null,
    Bool(bool),
    Int(i64),
    Fraction(f64),
    Text(CompactString),
}

impl Constant {
    fn value(&self) -> Held<'_> {
        match self {
            Constant::Null => Held::Null,
            Constant::Bool(value) => Held::Bool(*value),
            Constant::Int(value) => Held::Int(*value),
            Constant::Fraction(value) => Held::Fraction(*value),
            Constant::Text(value) => Held::Text(value),
        }
    }
}

/// A value found at evaluation.
#[derive(Debug, Clone, Copy)]
enum Held<'x> {
    Null,
    Bool(bool),
    Int(i64),
    Fraction(f64),
    Text(&'x str),
    Other(&'x Value),
}

impl<'x> Held<'x> {
    fn from_json(value: &'x Value) -> Result<Self> {
        Ok(match value {
            Value::Null => Held::Null,
            Value::Bool(value) => Held::Bool(*value),
            Value::String(text) => Held::Text(text),
            Value::Number(number) => match (number.as_i64(), number.as_f64()) {
                (Some(whole), _) => Held::Int(whole),
                (None, Some(fraction)) if !number.is_u64() => Held::Fraction(fraction),
                _ => return Err(EvalError::Overflow),
            },
            Value::Array(_) | Value::Object(_) => Held::Other(value),
        })
    }

    /// Order between values that have one; nothing between different kinds.
    fn order(self, other: Held<'_>) -> Option<Ordering> {
        match (self, other) {
            (Held::Bool(a), Held::Bool(b)) => Some(a.cmp(&b)),
            (Held::Int(a), Held::Int(b)) => Some(a.cmp(&b)),
            (Held::Int(a), Held::Fraction(b)) => exact_order(a, b),
            (Held::Fraction(a), Held::Int(b)) => exact_order(b, a).map(Ordering::reverse),
            (Held::Fraction(a), Held::Fraction(b)) => a.partial_cmp(&b),
            (Held::Text(a), Held::Text(b)) => Some(a.cmp(b)),
            _ => None,
        }
    }

    fn equals(self, other: Held<'_>) -> Result<bool> {
        match (self, other) {
            (Held::Null, Held::Null) => Ok(true),
            (Held::Other(_), Held::Other(_)) => Err(EvalError::WrongType),
            _ => Ok(self.order(other).is_some_and(Ordering::is_eq)),
        }
    }
}

/// Order between a whole number and a float, without rounding the whole number.
fn exact_order(whole: i64, fraction: f64) -> Option<Ordering> {
    if fraction.is_nan() {
        return None;
    }
    // 2^63 and -2^63 are exact as floats; between them the float's whole part fits in 64 bits.
    if fraction >= 9_223_372_036_854_775_808.0 {
        return Some(Ordering::Less);
    }
    if fraction < -9_223_372_036_854_775_808.0 {
        return Some(Ordering::Greater);
    }
    let floor = fraction.floor();
    let by_whole = whole.cmp(&(floor as i64));
    let has_rest = fraction > floor;
    Some(if by_whole.is_eq() && has_rest { Ordering::Less } else { by_whole })
}

impl<'x> At<'x> {
    fn line(&self, slot: u8) -> Result<&'x LineFacts<'x>> {
        self.lines[usize::from(slot)].ok_or(EvalError::NoLine)
    }

    fn order(&self) -> Result<&'x OrderFacts<'x>> {
        self.facts.order.as_ref().ok_or(EvalError::Missing)
    }

    fn with_line(&self, slot: u8, line: &'x LineFacts<'x>) -> At<'x> {
        let mut inner = *self;
        inner.lines[usize::from(slot)] = Some(line);
        inner
    }
}

impl Bool {
    pub(super) fn eval(&self, at: &At<'_>) -> Result<bool> {
        match self {
            Bool::Const(value) => Ok(*value),
            Bool::Not(inner) => Ok(!inner.eval(at)?),
            Bool::And(sides) => decided(sides, false, at),
            Bool::Or(sides) => decided(sides, true, at),
            Bool::If(parts) => {
                if parts[0].eval(at)? {
                    parts[1].eval(at)
                } else {
                    parts[2].eval(at)
                }
            }
            Bool::Same(sides, compare) => Ok(compare.of(sides[0].eval(at)?.cmp(&sides[1].eval(at)?))),
            Bool::CompareInt(compare, a, b) => Ok(compare.of(a.eval(at)?.cmp(&b.eval(at)?))),
            Bool::CompareFraction(compare, a, b) => {
                exact_order(a.eval(at)?, *b).map(|order| compare.of(order)).ok_or(EvalError::WrongType)
            }
            Bool::CompareText(compare, a, b) => {
                let (a, b) = (a.eval(at)?, b.eval(at)?);
                Ok(match compare {
                    Compare::Equal => a == b,
                    Compare::NotEqual => a != b,
                    _ => compare.of(a.cmp(b)),
                })
            }
            Bool::CompareDynamic(compare, sides) => compare_held(*compare, sides[0].eval(at)?, sides[1].eval(at)?),
            Bool::TextIn(text, set) => {
                let text = text.eval(at)?;
                Ok(set.binary_search_by(|entry| entry.as_str().cmp(text)).is_ok())
            }
            Bool::IntIn(number, set) => number.eval(at).map(|number| set.binary_search(&number).is_ok()),
            Bool::Tagged(field, text) => text.eval(at).map(|text| words(*field, at).iter().any(|word| word == text)),
            Bool::DynamicTagged(field, value) => Ok(match value.eval(at)? {
                Held::Text(text) => words(*field, at).iter().any(|word| word == text),
                _ => false,
            }),
            Bool::DynamicIn(value, set) => {
                let value = value.eval(at)?;
                set.iter().try_fold(false, |found, entry| Ok(found || value.equals(entry.value())?))
            }
            Bool::InDynamic(sides) => held_within(sides[0].eval(at)?, sides[1].eval(at)?),
            Bool::Search(search, text, part) => {
                let (text, part) = (text.eval(at)?, part.eval(at)?);
                Ok(match search {
                    Search::StartsWith => text.starts_with(part),
                    Search::EndsWith => text.ends_with(part),
                    Search::Contains => text.contains(part),
                })
            }
            Bool::Has(presence) => presence.eval(at),
            Bool::Exists(slot, body) => fold(*slot, body, true, at),
            Bool::All(slot, body) => fold(*slot, body, false, at),
            Bool::ExactlyOne(slot, body) => Ok(count(*slot, body, at)? == 1),
            Bool::Dynamic(value) => match value.eval(at)? {
                Held::Bool(value) => Ok(value),
                _ => Err(EvalError::WrongType),
            },
        }
    }
}

/// `&&` and `||`: one deciding side (`false` for and, `true` for or) outweighs errors of the others.
fn decided(sides: &[Bool], deciding: bool, at: &At<'_>) -> Result<bool> {
    let mut error = None;
    for side in sides {
        match side.eval(at) {
            Ok(value) if value == deciding => return Ok(deciding),
            Ok(_) => {}
            Err(one) => error = Some(one),
        }
    }
    error.map_or(Ok(!deciding), Err)
}

/// `exists` and `all`: a deciding line outweighs errors of other lines.
fn fold(slot: u8, body: &Bool, deciding: bool, at: &At<'_>) -> Result<bool> {
    let mut error = None;
    for line in at.facts.lines {
        match body.eval(&at.with_line(slot, line)) {
            Ok(value) if value == deciding => return Ok(deciding),
            Ok(_) => {}
            Err(one) => error = Some(one),
        }
    }
    error.map_or(Ok(!deciding), Err)
}

fn count(slot: u8, body: &Bool, at: &At<'_>) -> Result<i64> {
    at.facts.lines.iter().try_fold(0, |sum, line| Ok(sum + i64::from(body.eval(&at.with_line(slot, line))?)))
}

fn compare_held(compare: Compare, a: Held<'_>, b: Held<'_>) -> Result<bool> {
    match compare {
        Compare::Equal => a.equals(b),
        Compare::NotEqual => a.equals(b).map(|equal| !equal),
        _ => a.order(b).map(|order| compare.of(order)).ok_or(EvalError::WrongType),
    }
}

fn held_within(value: Held<'_>, container: Held<'_>) -> Result<bool> {
    match (value, container) {
        (_, Held::Other(Value::Array(items))) => {
            items.iter().try_fold(false, |found, item| Ok(found || value.equals(Held::from_json(item)?)?))
        }
        (Held::Text(key), Held::Other(Value::Object(map))) => Ok(map.contains_key(key)),
        _ => Err(EvalError::WrongType),
    }
}

impl Presence {
    fn eval(&self, at: &At<'_>) -> Result<bool> {
        match self {
            Presence::Data(path) => {
                // Like the language says: what stands before the last step must be there, and be a map.
                let (last, before) = path.split_last().ok_or(EvalError::Missing)?;
                if before.is_empty() {
                    return Ok(at.facts.data.find(std::slice::from_ref(last)).is_some());
                }
                match at.facts.data.find(before) {
                    Some(Value::Object(map)) => Ok(map.contains_key(last.as_str())),
                    Some(_) => Err(EvalError::WrongType),
                    None => Err(EvalError::Missing),
                }
            }
            Presence::Order => Ok(at.facts.order.is_some()),
            Presence::Sku(slot) => at.line(*slot).map(|line| line.sku.is_some()),
            Presence::Category(slot) => at.line(*slot).map(|line| line.category.is_some()),
            Presence::Line(slot) => at.line(*slot).map(|_| true),
        }
    }
}

impl Int {
    fn eval(&self, at: &At<'_>) -> Result<i64> {
        match self {
            Int::Const(value) => Ok(*value),
            Int::Field(field) => int_field(*field, at),
            Int::Line(slot, field) => {
                let line = at.line(*slot)?;
                Ok(if *field == LineField::Quantity { line.quantity } else { line.amount })
            }
            Int::Streak(slot) => Ok(at.facts.streaks.get(*slot).copied().unwrap_or(0)),
            Int::Negate(inner) => inner.eval(at)?.checked_neg().ok_or(EvalError::Overflow),
            Int::Arithmetic(operation, sides) => compute(*operation, sides[0].eval(at)?, sides[1].eval(at)?),
            Int::If(parts) => {
                if parts.0.eval(at)? {
                    parts.1.eval(at)
                } else {
                    parts.2.eval(at)
                }
            }
            Int::SizeOfText(text) => text.eval(at).map(characters),
            Int::SizeOfDynamic(value) => match value.eval(at)? {
                Held::Text(text) => Ok(characters(text)),
                Held::Other(Value::Array(items)) => Ok(items.len() as i64),
                Held::Other(Value::Object(map)) => Ok(map.len() as i64),
                _ => Err(EvalError::WrongType),
            },
            Int::Words(field) => Ok(words(*field, at).len() as i64),
            Int::Lines => Ok(at.facts.lines.len() as i64),
            Int::CountLines(slot, body) => count(*slot, body, at),
            Int::Dynamic(value) => match value.eval(at)? {
                Held::Int(value) => Ok(value),
                _ => Err(EvalError::WrongType),
            },
        }
    }
}

fn characters(text: &str) -> i64 {
    text.chars().count() as i64
}

fn compute(operation: Arithmetic, a: i64, b: i64) -> Result<i64> {
    if b == 0 && matches!(operation, Arithmetic::Divide | Arithmetic::Remainder) {
        return Err(EvalError::DivisionByZero);
    }
    let result = match operation {
        Arithmetic::Add => a.checked_add(b),
        Arithmetic::Subtract => a.checked_sub(b),
        Arithmetic::Multiply => a.checked_mul(b),
        Arithmetic::Divide => a.checked_div(b),
        Arithmetic::Remainder => a.checked_rem(b),
    };
    result.ok_or(EvalError::Overflow)
}

fn words<'a>(field: WordsField, at: &At<'a>) -> &'a [CompactString] {
    match field {
        WordsField::Badges => at.facts.member.badges,
        WordsField::Tags => at.facts.member.tags,
    }
}

fn int_field(field: IntField, at: &At<'_>) -> Result<i64> {
    let local = &at.facts.local;
    Ok(match field {
        IntField::OrderAmount => at.order()?.amount,
        IntField::OrderDiscount => at.order()?.discount,
        IntField::OrderShipping => at.order()?.shipping,
        IntField::OrderPointsPaid => at.order()?.points_paid,
        IntField::MemberOrders => at.facts.member.orders,
        IntField::MemberSpent => at.facts.member.spent,
        IntField::MemberDays => at.facts.member.days,
        IntField::MemberIdleDays => at.facts.member.idle_days,
        IntField::TierRank => at.facts.tier.rank,
        IntField::Year => i64::from(local.day.year()),
        IntField::Month => i64::from(local.day.month()),
        IntField::Day => i64::from(local.day.day()),
        IntField::Weekday => i64::from(local.day.weekday()),
        IntField::Hour => i64::from(local.hour),
        IntField::Minute => i64::from(local.minute),
    })
}

impl Text {
    fn eval<'x>(&'x self, at: &'x At<'x>) -> Result<&'x str> {
        match self {
            Text::Const(text) => Ok(text),
            Text::Field(field) => text_field(*field, at),
            Text::Line(slot, field) => {
                let line = at.line(*slot)?;
                let text = if *field == LineField::Sku { line.sku } else { line.category };
                text.ok_or(EvalError::Missing)
            }
            Text::If(parts) => {
                if parts.0.eval(at)? {
                    parts.1.eval(at)
                } else {
                    parts.2.eval(at)
                }
            }
            Text::Dynamic(value) => match value.eval(at)? {
                Held::Text(text) => Ok(text),
                _ => Err(EvalError::WrongType),
            },
        }
    }
}

fn text_field<'x>(field: TextField, at: &'x At<'x>) -> Result<&'x str> {
    let facts = at.facts;
    match field {
        TextField::EventType => Ok(facts.event_type),
        TextField::EventSource => Ok(facts.event_source),
        TextField::OrderId => at.order().map(|order| order.id),
        TextField::OrderCurrency => at.order().map(|order| order.currency.as_str()),
        TextField::MemberId => Ok(facts.member.id),
        TextField::MemberStage => Ok(facts.member.stage),
        TextField::TierId => Ok(facts.tier.id),
        TextField::Channel => facts.channel.ok_or(EvalError::Missing),
        TextField::Store => facts.store.ok_or(EvalError::Missing),
        TextField::Date => Ok(facts.local.date()),
        TextField::MonthDay => Ok(facts.local.month_day()),
    }
}

impl Dynamic {
    fn eval<'x>(&'x self, at: &'x At<'x>) -> Result<Held<'x>> {
        match self {
            Dynamic::Data(path) => Held::from_json(at.facts.data.find(path).ok_or(EvalError::Missing)?),
            Dynamic::Bool(value) => value.eval(at).map(Held::Bool),
            Dynamic::Int(value) => value.eval(at).map(Held::Int),
            Dynamic::Text(value) => value.eval(at).map(Held::Text),
            Dynamic::Fraction(value) => Ok(Held::Fraction(*value)),
            Dynamic::Null => Ok(Held::Null),
            Dynamic::If(parts) => {
                if parts.0.eval(at)? {
                    parts.1.eval(at)
                } else {
                    parts.2.eval(at)
                }
            }
        }
    }
}
