//! From the parsed expression to a typed tree: names become fields, kinds are checked, constants are prepared.

use cel::common::ast::{ComprehensionExpr, Expr, IdedExpr, LiteralValue, SelectExpr, SourceInfo, operators};
use compact_str::CompactString;

use super::tree::{Arithmetic, Bool, Compare, Constant, Dynamic, Int, Presence, SLOTS, Search, Text};
use super::variables::{self, Field, LineField, TextField, VARIABLES};
use super::{CONDITION_BYTES_MAX, ConditionError, Scope};
use crate::document::closest;

/// Expressions inside each other; the parser's own bound is on rules of its grammar.
const NESTING_MAX: u32 = 96;

/// A compiled condition and what it looks at.
pub(super) struct Checked {
    pub(super) root: Bool,
    pub(super) line: bool,
    pub(super) lines: bool,
}

/// Parses, checks and compiles.
pub(super) fn check(text: &str, scope: &Scope) -> Result<Checked, ConditionError> {
    if text.len() > CONDITION_BYTES_MAX {
        let message = format!("the condition is longer than {CONDITION_BYTES_MAX} bytes");
        return Err(ConditionError { line: 1, column: 1, message, suggestion: None });
    }
    let parser = cel::parser::Parser::new().max_recursion_depth(NESTING_MAX as u16);
    let (expression, places) = parser.parse_with_source_info(text).map_err(|errors| syntax_error(&errors))?;
    let mut checker = Checker { scope, places, bound: Vec::new(), line: false, lines: false, depth: 0 };
    let root = checker.typed(&expression)?;
    let root = checker.as_bool(root, &expression)?;
    Ok(Checked { root, line: checker.line, lines: checker.lines })
}

fn syntax_error(errors: &cel::ParseErrors) -> ConditionError {
    let (place, message) = match errors.errors.first() {
        Some(error) => (error.pos, error.msg.clone()),
        None => ((1, 1), "is not an expression".to_owned()),
    };
    let number = |value: isize| u32::try_from(value.max(1)).unwrap_or(1);
    ConditionError { line: number(place.0), column: number(place.1), message, suggestion: None }
}

/// An expression whose kind is known.
enum Typed {
    Bool(Bool),
    Int(Int),
    Text(Text),
    Dynamic(Dynamic),
    Fraction(f64),
    Null,
    Tags,
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
            Typed::Tags | Typed::List(_) => "a list",
            Typed::Lines | Typed::Filtered(..) => "a list of lines",
        }
    }
}

type Checks<T> = Result<T, ConditionError>;

struct Checker<'s> {
    scope: &'s Scope,
    places: SourceInfo,
    /// Variables of macros, from the outside in; the n-th looks at the line in slot n + 1.
    bound: Vec<String>,
    line: bool,
    lines: bool,
    depth: u32,
}

impl Checker<'_> {
    fn error(&self, at: &IdedExpr, message: impl Into<String>) -> ConditionError {
        self.error_with(at, message, None)
    }

    fn error_with(&self, at: &IdedExpr, message: impl Into<String>, suggestion: Option<String>) -> ConditionError {
        let offset = self.places.offset_for(leftmost(at).id).map_or(0, |(start, _)| start as usize);
        let (line, column) = place(&self.places.source, offset);
        ConditionError { line, column, message: message.into(), suggestion }
    }

    fn typed(&mut self, expr: &IdedExpr) -> Checks<Typed> {
        self.depth += 1;
        if self.depth > NESTING_MAX {
            return Err(self.error(expr, "is nested too deeply"));
        }
        let typed = match &expr.expr {
            Expr::Literal(literal) => self.literal(literal, expr),
            Expr::Ident(_) => self.name(expr),
            Expr::Select(select) if select.test => self.presence(select, expr),
            Expr::Select(_) => self.name(expr),
            Expr::Call(call) => match (&call.target, call.args.as_slice()) {
                (None, [a]) => self.unary(&call.func_name, a, expr),
                (None, [_, _]) if call.func_name == operators::INDEX => self.name(expr),
                (None, [a, b]) => self.binary(&call.func_name, a, b, expr),
                (None, [a, b, c]) if call.func_name == operators::CONDITIONAL => self.conditional(a, b, c, expr),
                (Some(target), args) => self.method(target, &call.func_name, args, expr),
                _ => Err(self.unknown_function(&call.func_name, expr)),
            },
            Expr::List(list) if list.optional_indices.is_empty() => self.list(&list.elements),
            Expr::Comprehension(comprehension) => self.comprehension(comprehension, expr),
            Expr::List(_) | Expr::Map(_) | Expr::Struct(_) | Expr::Unspecified => {
                Err(self.error(expr, "maps, messages and optional values are not part of conditions"))
            }
        };
        self.depth -= 1;
        typed
    }

    fn literal(&self, literal: &LiteralValue, expr: &IdedExpr) -> Checks<Typed> {
        Ok(match literal {
            LiteralValue::Boolean(value) => Typed::Bool(Bool::Const(*value.inner())),
            LiteralValue::Int(value) => Typed::Int(Int::Const(*value.inner())),
            LiteralValue::String(value) => Typed::Text(Text::Const(CompactString::new(value.inner()))),
            LiteralValue::Double(value) if value.inner().is_finite() => Typed::Fraction(*value.inner()),
            LiteralValue::Null => Typed::Null,
            LiteralValue::Double(_) => return Err(self.error(expr, "is not a finite number")),
            LiteralValue::UInt(_) => {
                return Err(self.error(expr, "unsigned numbers are not needed: leave the `u` away"));
            }
            LiteralValue::Bytes(_) => return Err(self.error(expr, "bytes are not part of conditions")),
        })
    }

    fn list(&mut self, elements: &[IdedExpr]) -> Checks<Typed> {
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
    fn name(&mut self, expr: &IdedExpr) -> Checks<Typed> {
        let Some(path) = spelled(expr) else {
            return Err(self.error(expr, "only variables and `data` have fields"));
        };
        let root = path[0].as_str();
        if let Some(slot) = self.bound.iter().rposition(|name| name == root) {
            return self.line_name(&path[1..], slot as u8 + 1, expr);
        }
        let fixed = match path.as_slice() {
            [data, rest @ ..] if data == "data" && !rest.is_empty() => {
                return Ok(Typed::Dynamic(Dynamic::Data(rest.iter().map(CompactString::new).collect())));
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
            Field::Tags => Ok(Typed::Tags),
            Field::Lines => {
                self.lines = true;
                Ok(Typed::Lines)
            }
            Field::Streak | Field::Data => {
                Err(self.error(expr, format!("`{root}` needs a name after it, such as `{root}.name`")))
            }
        }
    }

    fn line_name(&mut self, rest: &[String], slot: u8, expr: &IdedExpr) -> Checks<Typed> {
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

    fn streak(&mut self, name: &str, expr: &IdedExpr) -> Checks<Typed> {
        match self.scope.streaks.iter().position(|streak| streak == name) {
            Some(slot) => Ok(Typed::Int(Int::Streak(slot))),
            None => {
                let near = closest(name, self.scope.streaks.iter().map(CompactString::as_str));
                let suggestion = near.map(|name| format!("streak.{name}"));
                Err(self.error_with(expr, format!("there is no streak `{name}`"), suggestion))
            }
        }
    }

    fn unknown_name(&self, path: &[String], expr: &IdedExpr) -> ConditionError {
        let name = path.join(".");
        let suggestion = closest(&name, VARIABLES.iter().map(|variable| variable.name));
        self.error_with(expr, format!("there is no variable `{name}`"), suggestion)
    }

    fn presence(&mut self, select: &SelectExpr, expr: &IdedExpr) -> Checks<Typed> {
        let Some(mut path) = spelled(&select.operand) else {
            return Err(self.error(expr, "has(…) takes a variable such as data.code"));
        };
        path.push(select.field.clone());
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
            let path = path[1..].iter().map(CompactString::new).collect();
            return Ok(Typed::Bool(Bool::Has(Presence::Data(path))));
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

    fn unary(&mut self, operator: &str, a: &IdedExpr, expr: &IdedExpr) -> Checks<Typed> {
        match operator {
            operators::LOGICAL_NOT => {
                let inner = self.bool_of(a)?;
                Ok(Typed::Bool(Bool::Not(Box::new(inner))))
            }
            operators::NEGATE => match self.typed(a)? {
                Typed::Int(Int::Const(value)) if value != i64::MIN => Ok(Typed::Int(Int::Const(-value))),
                Typed::Fraction(value) => Ok(Typed::Fraction(-value)),
                other => Ok(Typed::Int(Int::Negate(Box::new(self.as_int(other, a)?)))),
            },
            "size" => self.size(a),
            "has" => Err(self.error(expr, "has(…) takes a variable such as data.code")),
            _ => Err(self.unknown_function(operator, expr)),
        }
    }

    fn binary(&mut self, operator: &str, a: &IdedExpr, b: &IdedExpr, expr: &IdedExpr) -> Checks<Typed> {
        let arithmetic = match operator {
            operators::LOGICAL_AND => {
                return Ok(Typed::Bool(Bool::And(Box::new([self.bool_of(a)?, self.bool_of(b)?]))));
            }
            operators::LOGICAL_OR => return Ok(Typed::Bool(Bool::Or(Box::new([self.bool_of(a)?, self.bool_of(b)?])))),
            operators::EQUALS => return self.compare(Compare::Equal, a, b, expr),
            operators::NOT_EQUALS => return self.compare(Compare::NotEqual, a, b, expr),
            operators::LESS => return self.compare(Compare::Less, a, b, expr),
            operators::LESS_EQUALS => return self.compare(Compare::LessOrEqual, a, b, expr),
            operators::GREATER => return self.compare(Compare::Greater, a, b, expr),
            operators::GREATER_EQUALS => return self.compare(Compare::GreaterOrEqual, a, b, expr),
            operators::IN => return self.within(a, b, expr),
            operators::ADD => Arithmetic::Add,
            operators::SUBSTRACT => Arithmetic::Subtract,
            operators::MULTIPLY => Arithmetic::Multiply,
            operators::DIVIDE => Arithmetic::Divide,
            operators::MODULO => Arithmetic::Remainder,
            _ => return Err(self.unknown_function(operator, expr)),
        };
        let (left, right) = (self.typed(a)?, self.typed(b)?);
        let sides = [self.as_int(left, a)?, self.as_int(right, b)?];
        Ok(Typed::Int(Int::Arithmetic(arithmetic, Box::new(sides))))
    }

    fn compare(&mut self, compare: Compare, a: &IdedExpr, b: &IdedExpr, expr: &IdedExpr) -> Checks<Typed> {
        let compared = match (self.typed(a)?, self.typed(b)?) {
            (Typed::Int(a), Typed::Int(b)) => Bool::CompareInt(compare, a, b),
            (Typed::Int(a), Typed::Fraction(b)) => Bool::CompareFraction(compare, a, b),
            (Typed::Fraction(a), Typed::Int(b)) => Bool::CompareFraction(compare.flipped(), b, a),
            (Typed::Text(left), Typed::Text(right)) => {
                self.check_tier(&left, &right, b)?;
                self.check_tier(&right, &left, a)?;
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

    fn within(&mut self, a: &IdedExpr, b: &IdedExpr, expr: &IdedExpr) -> Checks<Typed> {
        let within = match (self.typed(a)?, self.typed(b)?) {
            (Typed::Text(text), Typed::Tags) => Bool::Tagged(text),
            (Typed::Dynamic(value), Typed::Tags) => Bool::DynamicTagged(Box::new(value)),
            (Typed::Text(text), Typed::List(list)) if list.iter().all(|c| matches!(c, Constant::Text(_))) => {
                for constant in &list {
                    if let Constant::Text(name) = constant {
                        self.check_tier(&text, &Text::Const(name.clone()), b)?;
                    }
                }
                Bool::TextIn(text, sorted(list.into_iter().filter_map(text_of)))
            }
            (Typed::Int(number), Typed::List(list)) if list.iter().all(|c| matches!(c, Constant::Int(_))) => {
                Bool::IntIn(number, sorted(list.into_iter().filter_map(int_of)))
            }
            (Typed::Dynamic(value), Typed::List(list)) => Bool::DynamicIn(Box::new(value), list.into()),
            (left, Typed::Dynamic(list)) => Bool::InDynamic(Box::new([self.as_dynamic(left, a)?, list])),
            (left, right) => {
                return Err(self.error(expr, format!("asks whether {} is in {}", left.kind(), right.kind())));
            }
        };
        Ok(Typed::Bool(within))
    }

    fn conditional(&mut self, a: &IdedExpr, b: &IdedExpr, c: &IdedExpr, expr: &IdedExpr) -> Checks<Typed> {
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

    fn method(&mut self, target: &IdedExpr, name: &str, args: &[IdedExpr], expr: &IdedExpr) -> Checks<Typed> {
        let search = match (name, args) {
            ("size", []) => return self.size(target),
            ("startsWith", [_]) => Search::StartsWith,
            ("endsWith", [_]) => Search::EndsWith,
            ("contains", [_]) => Search::Contains,
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

    fn size(&mut self, of: &IdedExpr) -> Checks<Typed> {
        Ok(Typed::Int(match self.typed(of)? {
            Typed::Text(text) => Int::SizeOfText(Box::new(text)),
            Typed::Tags => Int::Tags,
            Typed::Lines => Int::Lines,
            Typed::Filtered(slot, body) => Int::CountLines(slot, Box::new(body)),
            Typed::List(list) => Int::Const(list.len() as i64),
            Typed::Dynamic(value) => Int::SizeOfDynamic(Box::new(value)),
            other => return Err(self.error(of, format!("{} has no size", other.kind()))),
        }))
    }

    fn comprehension(&mut self, loop_: &ComprehensionExpr, expr: &IdedExpr) -> Checks<Typed> {
        if !matches!(self.typed(&loop_.iter_range)?, Typed::Lines) {
            return Err(self.error(&loop_.iter_range, "exists, all, exists_one and filter work over `lines`"));
        }
        let Some((shape, body)) = Macro::of(loop_) else {
            return Err(self.error(expr, "of the macros only has, exists, all, exists_one and filter are known"));
        };
        if self.bound.len() + 1 >= SLOTS {
            return Err(self.error(expr, format!("more than {} loops inside each other", SLOTS - 1)));
        }
        self.bound.push(loop_.iter_var.clone());
        let body = self.bool_of(body);
        self.bound.pop();
        let (slot, body) = (self.bound.len() as u8 + 1, body?);
        Ok(match shape {
            Macro::Exists => Typed::Bool(Bool::Exists(slot, Box::new(body))),
            Macro::All => Typed::Bool(Bool::All(slot, Box::new(body))),
            Macro::ExistsOne => Typed::Bool(Bool::ExactlyOne(slot, Box::new(body))),
            Macro::Filter => Typed::Filtered(slot, body),
        })
    }

    fn unknown_function(&self, name: &str, expr: &IdedExpr) -> ConditionError {
        let known = ["size", "startsWith", "endsWith", "contains", "exists", "exists_one", "all", "filter", "has"];
        self.error_with(expr, format!("`{name}` is not a function of conditions"), closest(name, known))
    }

    // ---- kinds ----

    fn bool_of(&mut self, expr: &IdedExpr) -> Checks<Bool> {
        let typed = self.typed(expr)?;
        self.as_bool(typed, expr)
    }

    fn as_bool(&self, typed: Typed, expr: &IdedExpr) -> Checks<Bool> {
        match typed {
            Typed::Bool(value) => Ok(value),
            Typed::Dynamic(value) => Ok(Bool::Dynamic(Box::new(value))),
            other => Err(self.error(expr, format!("must be true or false, not {}", other.kind()))),
        }
    }

    fn as_int(&self, typed: Typed, expr: &IdedExpr) -> Checks<Int> {
        match typed {
            Typed::Int(value) => Ok(value),
            Typed::Dynamic(value) => Ok(Int::Dynamic(Box::new(value))),
            Typed::Fraction(_) => {
                Err(self.error(expr, "is computed with whole numbers only (amounts are in minor units)"))
            }
            other => Err(self.error(expr, format!("must be a whole number, not {}", other.kind()))),
        }
    }

    fn as_text(&self, typed: Typed, expr: &IdedExpr) -> Checks<Text> {
        match typed {
            Typed::Text(value) => Ok(value),
            Typed::Dynamic(value) => Ok(Text::Dynamic(Box::new(value))),
            other => Err(self.error(expr, format!("must be text, not {}", other.kind()))),
        }
    }

    fn as_dynamic(&self, typed: Typed, expr: &IdedExpr) -> Checks<Dynamic> {
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

    /// A tier that does not exist is a slip of the pen, not a condition that never holds.
    fn check_tier(&self, field: &Text, constant: &Text, expr: &IdedExpr) -> Checks<()> {
        let (Text::Field(TextField::TierId), Text::Const(name)) = (field, constant) else { return Ok(()) };
        if self.scope.tiers.is_empty() || self.scope.tiers.contains(name) {
            return Ok(());
        }
        let suggestion = closest(name, self.scope.tiers.iter().map(CompactString::as_str));
        Err(self.error_with(expr, format!("there is no tier `{name}`"), suggestion))
    }
}

/// The macros over lines, recognized by what the parser makes of them.
enum Macro {
    Exists,
    All,
    ExistsOne,
    Filter,
}

impl Macro {
    /// Which macro it is, and the expression over one line.
    fn of(loop_: &ComprehensionExpr) -> Option<(Macro, &IdedExpr)> {
        let Expr::Call(step) = &loop_.loop_step.expr else { return None };
        match (step.func_name.as_str(), step.args.as_slice(), &loop_.accu_init.expr) {
            (operators::LOGICAL_OR, [_, body], Expr::Literal(LiteralValue::Boolean(_))) => Some((Macro::Exists, body)),
            (operators::LOGICAL_AND, [_, body], Expr::Literal(LiteralValue::Boolean(_))) => Some((Macro::All, body)),
            (operators::CONDITIONAL, [body, _, _], Expr::Literal(LiteralValue::Int(_))) => {
                Some((Macro::ExistsOne, body))
            }
            (operators::CONDITIONAL, [body, kept, _], Expr::List(_)) if keeps(kept, &loop_.iter_var) => {
                Some((Macro::Filter, body))
            }
            _ => None,
        }
    }
}

/// Whether a loop step adds the element itself: `filter` does, `map` with a condition need not.
fn keeps(step: &IdedExpr, variable: &str) -> bool {
    let Expr::Call(add) = &step.expr else { return false };
    let [_, list] = add.args.as_slice() else { return false };
    let Expr::List(list) = &list.expr else { return false };
    matches!(list.elements.as_slice(), [IdedExpr { expr: Expr::Ident(name), .. }] if name == variable)
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

fn int_of(constant: Constant) -> Option<i64> {
    match constant {
        Constant::Int(value) => Some(value),
        _ => None,
    }
}

/// The name that an expression spells: `a.b`, or `a["b"]`.
fn spelled(expr: &IdedExpr) -> Option<Vec<String>> {
    let mut steps = Vec::new();
    let mut at = expr;
    loop {
        match &at.expr {
            Expr::Ident(name) => {
                steps.push(name.clone());
                steps.reverse();
                return Some(steps);
            }
            Expr::Select(select) if !select.test => {
                steps.push(select.field.clone());
                at = &select.operand;
            }
            Expr::Call(call) if call.func_name == operators::INDEX => {
                let [inner, index] = call.args.as_slice() else { return None };
                let Expr::Literal(LiteralValue::String(step)) = &index.expr else { return None };
                steps.push(step.inner().to_owned());
                at = inner;
            }
            _ => return None,
        }
    }
}

/// Where an expression begins: operators and calls are recorded at their sign.
fn leftmost(expr: &IdedExpr) -> &IdedExpr {
    let mut at = expr;
    loop {
        at = match &at.expr {
            Expr::Select(select) if !select.test => &select.operand,
            Expr::Call(call) if call.func_name == operators::INDEX && !call.args.is_empty() => &call.args[0],
            _ => return at,
        };
    }
}

/// Line and column (both from 1, in characters) of an offset counted in characters.
fn place(text: &str, offset: usize) -> (u32, u32) {
    let before = text.chars().take(offset);
    let (mut line, mut column) = (1, 1);
    for character in before {
        (line, column) = if character == '\n' { (line + 1, 1) } else { (line, column + 1) };
    }
    (line, column)
}
