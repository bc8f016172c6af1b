//! From an expression to a typed tree: names become fields, kinds are checked, constants are prepared.

use compact_str::CompactString;

use super::syntax::{self, Expr, Kind};
use super::tree::{Arithmetic, Bool, Compare, Constant, Dynamic, Int, Presence, SLOTS, Search, Text};
use super::variables::{self, Field, LineField, TextField, VARIABLES, WordsField};
use super::{CONDITION_BYTES_MAX, ConditionError, Mention, Scope};
use crate::document::closest;

/// A compiled condition and what it looks at.
pub(super) struct Checked {
    pub(super) root: Bool,
    pub(super) line: bool,
    pub(super) lines: bool,
    pub(super) mentions: Vec<Mention>,
}

/// Parses, checks and compiles.
pub(super) fn check(text: &str, scope: &Scope) -> Result<Checked, ConditionError> {
    if text.len() > CONDITION_BYTES_MAX {
        let message = format!("the condition is longer than {CONDITION_BYTES_MAX} bytes");
        return Err(ConditionError { line: 1, column: 1, message, suggestion: None });
    }
    let expression = syntax::parse(text).map_err(|error| {
        let (line, column) = place(text, error.at);
        ConditionError { line, column, message: error.message, suggestion: None }
    })?;
    let mut checker = Checker { scope, text, bound: Vec::new(), line: false, lines: false, mentions: Vec::new() };
    let root = checker.bool_of(&expression)?;
    Ok(Checked { root, line: checker.line, lines: checker.lines, mentions: checker.mentions })
}

/// An expression whose kind is known.
enum Typed {
    Bool(Bool),
    Int(Int),
    Text(Text),
    Dynamic(Dynamic),
    Fraction(f64),
    Null,
    Words(WordsField),
    Lines,
    Filtered(u8, Bool),
    List(Vec<Constant>),
}

impl Typed {
    fn kind(&self) -> &'static str {
        match self {
            Typed::Bool(_) => "true or false",
            Typed::Int(_) => "a whole number",
            Typed::Text(_) => "text",
            Typed::Dynamic(_) => "a field of the event's data",
            Typed::Fraction(_) => "a number with a fraction",
            Typed::Null => "null",
            Typed::Words(_) | Typed::List(_) => "a list",
            Typed::Lines | Typed::Filtered(..) => "a list of lines",
        }
    }
}

type Checks<T> = Result<T, ConditionError>;

struct Checker<'s> {
    scope: &'s Scope,
    text: &'s str,
    /// Variables of macros, from the outside in; the n-th looks at the line in slot n + 1.
    bound: Vec<CompactString>,
    line: bool,
    lines: bool,
    mentions: Vec<Mention>,
}

impl Checker<'_> {
    fn error(&self, at: &Expr, message: impl Into<String>) -> ConditionError {
        self.error_with(at, message, None)
    }

    fn error_with(&self, at: &Expr, message: impl Into<String>, suggestion: Option<String>) -> ConditionError {
        let (line, column) = place(self.text, at.at);
        ConditionError { line, column, message: message.into(), suggestion }
    }

    fn typed(&mut self, expr: &Expr) -> Checks<Typed> {
        match &expr.kind {
            Kind::Null => Ok(Typed::Null),
            Kind::Bool(value) => Ok(Typed::Bool(Bool::Const(*value))),
            Kind::Int(value) => Ok(Typed::Int(Int::Const(*value))),
            Kind::Fraction(value) => Ok(Typed::Fraction(*value)),
            Kind::Text(text) => Ok(Typed::Text(Text::Const(text.clone()))),
            Kind::Name(_) | Kind::Select(..) => self.name(expr),
            Kind::List(elements) => self.list(elements),
            Kind::Not(inner) => Ok(Typed::Bool(Bool::Not(Box::new(self.bool_of(inner)?)))),
            Kind::Negate(inner) => match self.typed(inner)? {
                Typed::Fraction(value) if value.is_sign_positive() => Ok(Typed::Fraction(value.copysign(-1.0))),
                other => Ok(Typed::Int(Int::Negate(Box::new(self.as_int(other, inner)?)))),
            },
            Kind::And(sides) => Ok(Typed::Bool(Bool::And(self.bools_of(sides)?))),
            Kind::Or(sides) => Ok(Typed::Bool(Bool::Or(self.bools_of(sides)?))),
            Kind::Binary(operator, sides) => self.binary(operator, &sides[0], &sides[1], expr),
            Kind::If(parts) => self.conditional(&parts[0], &parts[1], &parts[2], expr),
            Kind::Call(None, name, args) => self.function(name, args, expr),
            Kind::Call(Some(target), name, args) => self.method(target, name, args, expr),
        }
    }

    fn list(&mut self, elements: &[Expr]) -> Checks<Typed> {
        let mut constants = Vec::with_capacity(elements.len());
        for element in elements {
            let constant = match self.typed(element)? {
                Typed::Bool(Bool::Const(value)) => Constant::Bool(value),
                Typed::Int(Int::Const(value)) => Constant::Int(value),
                Typed::Text(Text::Const(text)) => Constant::Text(text),
                Typed::Fraction(value) => Constant::Fraction(value),
                Typed::Null => Constant::Null,
                _ => return Err(self.error(element, "a list may hold only constants")),
            };
            constants.push(constant);
        }
        Ok(Typed::List(constants))
    }

    // ---- names ----

    /// A name of the table, a line of a macro, or a path into the data.
    fn name(&mut self, expr: &Expr) -> Checks<Typed> {
        let Some(path) = spelled(expr) else {
            return Err(self.error(expr, "only variables and `data` have fields"));
        };
        let root = path[0].as_str();
        if let Some(slot) = self.bound.iter().rposition(|name| name == root) {
            return self.line_name(&path[1..], slot as u8 + 1, expr);
        }
        let fixed = match path.as_slice() {
            [data, rest @ ..] if data == "data" && !rest.is_empty() => {
                return Ok(Typed::Dynamic(Dynamic::Data(rest.into())));
            }
            [streak, name] if streak == "streak" => return self.streak(name, expr),
            _ => variables::find(&path.join(".")),
        };
        let Some(variable) = fixed else { return Err(self.unknown_name(&path, expr)) };
        match variable.field {
            Field::Int(field) => Ok(Typed::Int(Int::Field(field))),
            Field::Text(field) => Ok(Typed::Text(Text::Field(field))),
            Field::Line(field) => {
                self.line = true;
                Ok(line_field(field, 0))
            }
            Field::Words(field) => Ok(Typed::Words(field)),
            Field::Lines => {
                self.lines = true;
                Ok(Typed::Lines)
            }
            Field::Streak | Field::Data => {
                Err(self.error(expr, format!("`{root}` needs a name after it, such as `{root}.name`")))
            }
        }
    }

    fn line_name(&mut self, rest: &[CompactString], slot: u8, expr: &Expr) -> Checks<Typed> {
        let fields = [
            ("sku", LineField::Sku),
            ("category", LineField::Category),
            ("quantity", LineField::Quantity),
            ("amount", LineField::Amount),
        ];
        let found = match rest {
            [name] => fields.iter().find(|(field, _)| field == name).ok_or(name.as_str()),
            _ => Err(""),
        };
        match found {
            Ok((_, field)) => Ok(line_field(*field, slot)),
            Err(wrong) => {
                let suggestion = closest(wrong, fields.iter().map(|(name, _)| *name));
                Err(self.error_with(expr, "a line has sku, category, quantity and amount", suggestion))
            }
        }
    }

    fn streak(&mut self, name: &str, expr: &Expr) -> Checks<Typed> {
        match self.scope.streaks.iter().position(|streak| streak == name) {
            Some(slot) => Ok(Typed::Int(Int::Streak(slot))),
            None => {
                let near = closest(name, self.scope.streaks.iter().map(CompactString::as_str));
                let suggestion = near.map(|name| format!("streak.{name}"));
                Err(self.error_with(expr, format!("there is no streak `{name}`"), suggestion))
            }
        }
    }

    fn unknown_name(&self, path: &[CompactString], expr: &Expr) -> ConditionError {
        let name = path.join(".");
        let suggestion = closest(&name, VARIABLES.iter().map(|variable| variable.name));
        self.error_with(expr, format!("there is no variable `{name}`"), suggestion)
    }

    /// `has(a.b)`.
    fn presence(&mut self, of: &Expr, expr: &Expr) -> Checks<Typed> {
        let Some(path) = spelled(of).filter(|path| path.len() > 1) else {
            return Err(self.error(expr, "has(…) takes a field such as data.code"));
        };
        let root = path[0].as_str();
        if let Some(slot) = self.bound.iter().rposition(|name| name == root) {
            let slot = slot as u8 + 1;
            return match self.line_name(&path[1..], slot, expr)? {
                Typed::Text(Text::Line(_, LineField::Sku)) => Ok(Typed::Bool(Bool::Has(Presence::Sku(slot)))),
                Typed::Text(_) => Ok(Typed::Bool(Bool::Has(Presence::Category(slot)))),
                _ => Ok(Typed::Bool(Bool::Has(Presence::Line(slot)))),
            };
        }
        if root == "data" {
            return Ok(Typed::Bool(Bool::Has(Presence::Data(path[1..].into()))));
        }
        let name = path.join(".");
        let Some(variable) = variables::find(&name) else { return Err(self.unknown_name(&path, expr)) };
        let presence = match variable.field {
            Field::Line(field) => {
                self.line = true;
                match field {
                    LineField::Sku => Presence::Sku(0),
                    LineField::Category => Presence::Category(0),
                    LineField::Quantity | LineField::Amount => Presence::Line(0),
                }
            }
            _ if root == "order" => Presence::Order,
            _ => return Ok(Typed::Bool(Bool::Const(true))),
        };
        Ok(Typed::Bool(Bool::Has(presence)))
    }

    // ---- operators ----

    fn binary(&mut self, operator: &str, a: &Expr, b: &Expr, expr: &Expr) -> Checks<Typed> {
        let arithmetic = match operator {
            "==" => return self.compare(Compare::Equal, a, b, expr),
            "!=" => return self.compare(Compare::NotEqual, a, b, expr),
            "<" => return self.compare(Compare::Less, a, b, expr),
            "<=" => return self.compare(Compare::LessOrEqual, a, b, expr),
            ">" => return self.compare(Compare::Greater, a, b, expr),
            ">=" => return self.compare(Compare::GreaterOrEqual, a, b, expr),
            "in" => return self.within(a, b, expr),
            "+" => Arithmetic::Add,
            "-" => Arithmetic::Subtract,
            "*" => Arithmetic::Multiply,
            "/" => Arithmetic::Divide,
            _ => Arithmetic::Remainder,
        };
        let (left, right) = (self.typed(a)?, self.typed(b)?);
        let sides = [self.as_int(left, a)?, self.as_int(right, b)?];
        Ok(Typed::Int(Int::Arithmetic(arithmetic, Box::new(sides))))
    }

    fn compare(&mut self, compare: Compare, a: &Expr, b: &Expr, expr: &Expr) -> Checks<Typed> {
        let compared = match (self.typed(a)?, self.typed(b)?) {
            (Typed::Int(a), Typed::Int(b)) => Bool::CompareInt(compare, a, b),
            (Typed::Int(a), Typed::Fraction(b)) => Bool::CompareFraction(compare, a, b),
            (Typed::Fraction(a), Typed::Int(b)) => Bool::CompareFraction(compare.flipped(), b, a),
            (Typed::Text(left), Typed::Text(right)) => {
                self.mention(&left, &right, b)?;
                self.mention(&right, &left, a)?;
                Bool::CompareText(compare, left, right)
            }
            (Typed::Bool(a), Typed::Bool(b)) if compare.is_equality() => Bool::Same(Box::new([a, b]), compare),
            (left, right) if is_dynamic(&left) || is_dynamic(&right) => {
                let sides = [self.as_dynamic(left, a)?, self.as_dynamic(right, b)?];
                Bool::CompareDynamic(compare, Box::new(sides))
            }
            (left, right) => {
                return Err(self.error(expr, format!("compares {} with {}", left.kind(), right.kind())));
            }
        };
        Ok(Typed::Bool(compared))
    }

    fn within(&mut self, a: &Expr, b: &Expr, expr: &Expr) -> Checks<Typed> {
        let within = match (self.typed(a)?, self.typed(b)?) {
            (Typed::Text(text), Typed::Words(field)) => Bool::Tagged(field, text),
            (Typed::Dynamic(value), Typed::Words(field)) => Bool::DynamicTagged(field, Box::new(value)),
            (Typed::Text(text), Typed::List(list)) if list.iter().all(|c| matches!(c, Constant::Text(_))) => {
                for constant in &list {
                    if let Constant::Text(name) = constant {
                        self.mention(&text, &Text::Const(name.clone()), b)?;
                    }
                }
                Bool::TextIn(text, sorted(list.into_iter().filter_map(text_of)))
            }
            (Typed::Int(number), Typed::List(list)) if list.iter().all(|c| matches!(c, Constant::Int(_))) => {
                Bool::IntIn(number, sorted(list.iter().filter_map(int_of)))
            }
            (Typed::Dynamic(value), Typed::List(list)) => Bool::DynamicIn(Box::new(value), list.into()),
            (left, Typed::Dynamic(list)) => Bool::InDynamic(Box::new([self.as_dynamic(left, a)?, list])),
            (left, right) => {
                return Err(self.error(expr, format!("asks whether {} is in {}", left.kind(), right.kind())));
            }
        };
        Ok(Typed::Bool(within))
    }

    fn conditional(&mut self, a: &Expr, b: &Expr, c: &Expr, expr: &Expr) -> Checks<Typed> {
        let condition = self.bool_of(a)?;
        Ok(match (self.typed(b)?, self.typed(c)?) {
            (Typed::Bool(yes), Typed::Bool(no)) => Typed::Bool(Bool::If(Box::new([condition, yes, no]))),
            (Typed::Int(yes), Typed::Int(no)) => Typed::Int(Int::If(Box::new((condition, yes, no)))),
            (Typed::Text(yes), Typed::Text(no)) => Typed::Text(Text::If(Box::new((condition, yes, no)))),
            (yes, no) if is_dynamic(&yes) || is_dynamic(&no) => {
                let (yes, no) = (self.as_dynamic(yes, b)?, self.as_dynamic(no, c)?);
                Typed::Dynamic(Dynamic::If(Box::new((condition, yes, no))))
            }
            (yes, no) => return Err(self.error(expr, format!("is either {} or {}", yes.kind(), no.kind()))),
        })
    }

    // ---- functions and macros ----

    fn function(&mut self, name: &str, args: &[Expr], expr: &Expr) -> Checks<Typed> {
        match (name, args) {
            ("size", [of]) => self.size(of),
            ("has", [of]) => self.presence(of, expr),
            _ => Err(self.unknown_function(name, expr)),
        }
    }

    fn method(&mut self, target: &Expr, name: &str, args: &[Expr], expr: &Expr) -> Checks<Typed> {
        let search = match (name, args) {
            ("size", []) => return self.size(target),
            ("startsWith", [_]) => Search::StartsWith,
            ("endsWith", [_]) => Search::EndsWith,
            ("contains", [_]) => Search::Contains,
            ("exists" | "all" | "exists_one" | "filter", [variable, body]) => {
                return self.over_lines(target, name, variable, body, expr);
            }
            ("matches", _) => {
                return Err(
                    self.error(expr, "patterns are not part of conditions: use startsWith, endsWith or contains")
                );
            }
            _ => return Err(self.unknown_function(name, expr)),
        };
        let (text, part) = (self.typed(target)?, self.typed(&args[0])?);
        let (text, part) = (self.as_text(text, target)?, self.as_text(part, &args[0])?);
        Ok(Typed::Bool(Bool::Search(search, text, part)))
    }

    fn size(&mut self, of: &Expr) -> Checks<Typed> {
        Ok(Typed::Int(match self.typed(of)? {
            Typed::Text(text) => Int::SizeOfText(Box::new(text)),
            Typed::Words(field) => Int::Words(field),
            Typed::Lines => Int::Lines,
            Typed::Filtered(slot, body) => Int::CountLines(slot, Box::new(body)),
            Typed::List(list) => Int::Const(list.len() as i64),
            Typed::Dynamic(value) => Int::SizeOfDynamic(Box::new(value)),
            other => return Err(self.error(of, format!("{} has no size", other.kind()))),
        }))
    }

    /// The macros over lines.
    fn over_lines(&mut self, over: &Expr, name: &str, variable: &Expr, body: &Expr, expr: &Expr) -> Checks<Typed> {
        if !matches!(self.typed(over)?, Typed::Lines) {
            return Err(self.error(over, format!("`{name}` works over `lines`")));
        }
        let Kind::Name(variable_name) = &variable.kind else {
            return Err(self.error(variable, "must be a name for the line"));
        };
        if self.bound.len() + 1 >= SLOTS {
            return Err(self.error(expr, format!("more than {} loops inside each other", SLOTS - 1)));
        }
        self.bound.push(variable_name.clone());
        let body = self.bool_of(body);
        self.bound.pop();
        let (slot, body) = (self.bound.len() as u8 + 1, body?);
        Ok(match name {
            "exists" => Typed::Bool(Bool::Exists(slot, Box::new(body))),
            "all" => Typed::Bool(Bool::All(slot, Box::new(body))),
            "exists_one" => Typed::Bool(Bool::ExactlyOne(slot, Box::new(body))),
            _ => Typed::Filtered(slot, body),
        })
    }

    fn unknown_function(&self, name: &str, expr: &Expr) -> ConditionError {
        let known = ["size", "startsWith", "endsWith", "contains", "exists", "exists_one", "all", "filter", "has"];
        self.error_with(expr, format!("`{name}` is not a function of conditions"), closest(name, known))
    }

    // ---- kinds ----

    fn bool_of(&mut self, expr: &Expr) -> Checks<Bool> {
        let typed = self.typed(expr)?;
        self.as_bool(typed, expr)
    }

    fn bools_of(&mut self, sides: &[Expr]) -> Checks<Box<[Bool]>> {
        sides.iter().map(|side| self.bool_of(side)).collect()
    }

    fn as_bool(&self, typed: Typed, expr: &Expr) -> Checks<Bool> {
        match typed {
            Typed::Bool(value) => Ok(value),
            Typed::Dynamic(value) => Ok(Bool::Dynamic(Box::new(value))),
            other => Err(self.error(expr, format!("must be true or false, not {}", other.kind()))),
        }
    }

    fn as_int(&self, typed: Typed, expr: &Expr) -> Checks<Int> {
        match typed {
            Typed::Int(value) => Ok(value),
            Typed::Dynamic(value) => Ok(Int::Dynamic(Box::new(value))),
            Typed::Fraction(_) => {
                Err(self.error(expr, "is computed with whole numbers only (amounts are in minor units)"))
            }
            other => Err(self.error(expr, format!("must be a whole number, not {}", other.kind()))),
        }
    }

    fn as_text(&self, typed: Typed, expr: &Expr) -> Checks<Text> {
        match typed {
            Typed::Text(value) => Ok(value),
            Typed::Dynamic(value) => Ok(Text::Dynamic(Box::new(value))),
            other => Err(self.error(expr, format!("must be text, not {}", other.kind()))),
        }
    }

    fn as_dynamic(&self, typed: Typed, expr: &Expr) -> Checks<Dynamic> {
        Ok(match typed {
            Typed::Dynamic(value) => value,
            Typed::Bool(value) => Dynamic::Bool(value),
            Typed::Int(value) => Dynamic::Int(value),
            Typed::Text(value) => Dynamic::Text(value),
            Typed::Fraction(value) => Dynamic::Fraction(value),
            Typed::Null => Dynamic::Null,
            other => return Err(self.error(expr, format!("{} cannot be compared", other.kind()))),
        })
    }

    /// Notes a text that a variable is compared with. A tier that does not exist is a slip of the pen, not a condition
    /// that never holds.
    fn mention(&mut self, field: &Text, constant: &Text, expr: &Expr) -> Checks<()> {
        let Text::Const(name) = constant else { return Ok(()) };
        let field = match field {
            Text::Field(field) => Field::Text(*field),
            Text::Line(_, field) => Field::Line(*field),
            Text::Const(_) | Text::If(_) | Text::Dynamic(_) => return Ok(()),
        };
        let Some(variable) = VARIABLES.iter().find(|variable| variable.field == field) else { return Ok(()) };
        let (line, column) = place(self.text, expr.at);
        self.mentions.push(Mention { variable: variable.name, text: name.clone(), line, column });
        if field != Field::Text(TextField::TierId) || self.scope.tiers.is_empty() || self.scope.tiers.contains(name) {
            return Ok(());
        }
        let suggestion = closest(name, self.scope.tiers.iter().map(CompactString::as_str));
        Err(self.error_with(expr, format!("there is no tier `{name}`"), suggestion))
    }
}

fn line_field(field: LineField, slot: u8) -> Typed {
    match field {
        LineField::Sku | LineField::Category => Typed::Text(Text::Line(slot, field)),
        LineField::Quantity | LineField::Amount => Typed::Int(Int::Line(slot, field)),
    }
}

fn is_dynamic(typed: &Typed) -> bool {
    matches!(typed, Typed::Dynamic(_))
}

fn sorted<T: Ord>(values: impl Iterator<Item = T>) -> Box<[T]> {
    let mut values: Vec<T> = values.collect();
    values.sort();
    values.dedup();
    values.into()
}

fn text_of(constant: Constant) -> Option<CompactString> {
    match constant {
        Constant::Text(text) => Some(text),
        _ => None,
    }
}

fn int_of(constant: &Constant) -> Option<i64> {
    match constant {
        Constant::Int(value) => Some(*value),
        _ => None,
    }
}

/// The name that an expression spells: `a.b`, or `a["b"]`.
fn spelled(expr: &Expr) -> Option<Vec<CompactString>> {
    let mut steps = Vec::new();
    let mut at = expr;
    loop {
        match &at.kind {
            Kind::Name(name) => {
                steps.push(name.clone());
                steps.reverse();
                return Some(steps);
            }
            Kind::Select(inner, field) => {
                steps.push(field.clone());
                at = inner;
            }
            _ => return None,
        }
    }
}

/// Line and column (both from 1, in characters) of an offset counted in bytes.
fn place(text: &str, offset: u32) -> (u32, u32) {
    let before = text.char_indices().take_while(|(at, _)| *at < offset as usize);
    let step = |(line, column), (_, character)| if character == '\n' { (line + 1, 1) } else { (line, column + 1) };
    before.fold((1, 1), step)
}
