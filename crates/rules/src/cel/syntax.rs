//! The grammar of conditions: from words to expressions that know their places.
//!
//! The `cel` crate has a parser too, and its interpreter is what conditions are tested against. For production it asks
//! too much: a dozen brackets inside each other overflow a thread's usual stack, which ends the process. This one
//! takes a bounded, small stack, and knows nothing that conditions do not need.

use compact_str::CompactString;

use super::lexer::{SyntaxError, Token, tokens};

/// Expressions inside brackets, branches and signs inside each other.
pub(super) const NESTING_MAX: u32 = 32;
/// Operators in a row that are worked off from the left, such as `a + b + c`.
const CHAIN_MAX: usize = 64;

/// An expression and where it begins (byte offset).
#[derive(Debug)]
pub(super) struct Expr {
    pub(super) at: u32,
    pub(super) kind: Kind,
}

#[derive(Debug)]
pub(super) enum Kind {
    Null,
    Bool(bool),
    Int(i64),
    Fraction(f64),
    Text(CompactString),
    Name(CompactString),
    /// A field, by its name or by `["name"]`.
    Select(Box<Expr>, CompactString),
    Call(Option<Box<Expr>>, CompactString, Vec<Expr>),
    List(Vec<Expr>),
    Not(Box<Expr>),
    Negate(Box<Expr>),
    And(Vec<Expr>),
    Or(Vec<Expr>),
    Binary(&'static str, Box<[Expr; 2]>),
    If(Box<[Expr; 3]>),
}

type Parsed = Result<Expr, SyntaxError>;

/// Parses a whole condition.
pub(super) fn parse(text: &str) -> Parsed {
    let mut parser = Parser { tokens: tokens(text)?, at: 0, depth: 0 };
    let expression = parser.expression()?;
    match parser.peek() {
        Token::End => Ok(expression),
        _ => Err(parser.unexpected("an operator")),
    }
}

struct Parser {
    tokens: Vec<(Token, u32)>,
    at: usize,
    depth: u32,
}

impl Parser {
    fn peek(&self) -> &Token {
        &self.tokens[self.at].0
    }

    fn place(&self) -> u32 {
        self.tokens[self.at].1
    }

    fn next(&mut self) -> Token {
        let token = self.tokens[self.at].0.clone();
        if self.at + 1 < self.tokens.len() {
            self.at += 1;
        }
        token
    }

    fn takes(&mut self, sign: &str) -> bool {
        let found = matches!(self.peek(), Token::Sign(found) if *found == sign);
        if found {
            self.at += 1;
        }
        found
    }

    /// The sign that comes next, if it is one of these.
    fn takes_one_of(&mut self, signs: &[&'static str]) -> Option<&'static str> {
        let found = match self.peek() {
            Token::Sign(sign) => signs.iter().find(|one| *one == sign).copied(),
            Token::Name(name) if name == "in" => signs.iter().find(|one| **one == "in").copied(),
            _ => None,
        };
        if found.is_some() {
            self.at += 1;
        }
        found
    }

    fn expect(&mut self, sign: &'static str) -> Result<(), SyntaxError> {
        if self.takes(sign) { Ok(()) } else { Err(self.unexpected(&format!("`{sign}`"))) }
    }

    fn unexpected(&self, wanted: &str) -> SyntaxError {
        let found = match self.peek() {
            Token::End => "the end".to_owned(),
            Token::Int(value) => format!("`{value}`"),
            Token::Fraction(value) => format!("`{value}`"),
            Token::Text(_) => "a text".to_owned(),
            Token::Name(name) => format!("`{name}`"),
            Token::Sign(sign) => format!("`{sign}`"),
        };
        self.error(format!("expects {wanted}, not {found}"))
    }

    fn error(&self, message: impl Into<String>) -> SyntaxError {
        SyntaxError { at: self.place(), message: message.into() }
    }

    /// Goes one level deeper, and back.
    fn deeper(&mut self, parse: impl FnOnce(&mut Self) -> Parsed) -> Parsed {
        if self.depth == NESTING_MAX {
            return Err(self.error("is nested too deeply"));
        }
        self.depth += 1;
        let parsed = parse(self);
        self.depth -= 1;
        parsed
    }

    fn expression(&mut self) -> Parsed {
        self.deeper(|parser| {
            let condition = parser.any()?;
            if !parser.takes("?") {
                return Ok(condition);
            }
            let yes = parser.any()?;
            parser.expect(":")?;
            let no = parser.expression()?;
            Ok(Expr { at: condition.at, kind: Kind::If(Box::new([condition, yes, no])) })
        })
    }

    fn any(&mut self) -> Parsed {
        let mut sides = vec![self.all()?];
        while self.takes("||") {
            sides.push(self.all()?);
        }
        Ok(one_or(sides, Kind::Or))
    }

    fn all(&mut self) -> Parsed {
        let mut sides = vec![self.relation()?];
        while self.takes("&&") {
            sides.push(self.relation()?);
        }
        Ok(one_or(sides, Kind::And))
    }

    fn relation(&mut self) -> Parsed {
        self.chain(&["==", "!=", "<=", ">=", "<", ">", "in"], Parser::sum)
    }

    fn sum(&mut self) -> Parsed {
        self.chain(&["+", "-"], Parser::product)
    }

    fn product(&mut self) -> Parsed {
        self.chain(&["*", "/", "%"], Parser::unary)
    }

    /// Operators of one rank, worked off from the left.
    fn chain(&mut self, operators: &[&'static str], side: fn(&mut Self) -> Parsed) -> Parsed {
        let mut left = side(self)?;
        let mut length = 0;
        while let Some(operator) = self.takes_one_of(operators) {
            length += 1;
            if length > CHAIN_MAX {
                return Err(self.error(format!("has more than {CHAIN_MAX} operators in a row")));
            }
            let right = side(self)?;
            left = Expr { at: left.at, kind: Kind::Binary(operator, Box::new([left, right])) };
        }
        Ok(left)
    }

    fn unary(&mut self) -> Parsed {
        let at = self.place();
        if self.takes("!") {
            // Either all signs are `!` or all are `-`, as in the language.
            let inner = self
                .deeper(|parser| if parser.peek() == &Token::Sign("!") { parser.unary() } else { parser.member() })?;
            return Ok(Expr { at, kind: Kind::Not(Box::new(inner)) });
        }
        if self.peek() == &Token::Sign("-") && !self.is_number_at(self.at + 1) {
            self.at += 1;
            let inner = self
                .deeper(|parser| if parser.peek() == &Token::Sign("-") { parser.unary() } else { parser.member() })?;
            return Ok(Expr { at, kind: Kind::Negate(Box::new(inner)) });
        }
        self.member()
    }

    fn is_number_at(&self, at: usize) -> bool {
        matches!(self.tokens.get(at), Some((Token::Int(_) | Token::Fraction(_), _)))
    }

    /// A value and what is selected of it or called on it.
    fn member(&mut self) -> Parsed {
        let mut value = self.primary()?;
        let mut length = 0;
        loop {
            length += 1;
            if length > CHAIN_MAX {
                return Err(self.error(format!("has more than {CHAIN_MAX} fields in a row")));
            }
            let at = value.at;
            if self.takes(".") {
                let name = self.name()?;
                value = if self.takes("(") {
                    let arguments = self.list_until(")")?;
                    Expr { at, kind: Kind::Call(Some(Box::new(value)), name, arguments) }
                } else {
                    Expr { at, kind: Kind::Select(Box::new(value), name) }
                };
            } else if self.takes("[") {
                let Token::Text(name) = self.next() else {
                    self.at = self.at.saturating_sub(1);
                    return Err(self.unexpected("a text: fields are named"));
                };
                self.expect("]")?;
                value = Expr { at, kind: Kind::Select(Box::new(value), name) };
            } else {
                return Ok(value);
            }
        }
    }

    fn name(&mut self) -> Result<CompactString, SyntaxError> {
        match self.peek() {
            Token::Name(name) if name != "in" => {
                let name = name.clone();
                self.at += 1;
                Ok(name)
            }
            _ => Err(self.unexpected("a name")),
        }
    }

    fn list_until(&mut self, end: &'static str) -> Result<Vec<Expr>, SyntaxError> {
        let mut items = Vec::new();
        while !self.takes(end) {
            items.push(self.expression()?);
            if !self.takes(",") {
                self.expect(end)?;
                break;
            }
        }
        Ok(items)
    }

    fn primary(&mut self) -> Parsed {
        let at = self.place();
        let negative = self.takes("-");
        let kind = match self.peek().clone() {
            Token::Int(value) => {
                let value = i128::from(value) * if negative { -1 } else { 1 };
                Kind::Int(i64::try_from(value).map_err(|_| self.error("is a number out of range"))?)
            }
            Token::Fraction(value) => Kind::Fraction(if negative { value.copysign(-1.0) } else { value }),
            Token::Text(text) => Kind::Text(text),
            Token::Name(name) => match name.as_str() {
                "true" => Kind::Bool(true),
                "false" => Kind::Bool(false),
                "null" => Kind::Null,
                "in" => return Err(self.unexpected("a value")),
                _ => return self.name_or_call(),
            },
            Token::Sign("(") => {
                self.at += 1;
                let inner = self.expression()?;
                self.expect(")")?;
                return Ok(inner);
            }
            Token::Sign("[") => {
                self.at += 1;
                return Ok(Expr { at, kind: Kind::List(self.list_until("]")?) });
            }
            Token::Sign("{") => return Err(self.error("maps are not part of conditions")),
            Token::Sign(_) | Token::End => return Err(self.unexpected("a value")),
        };
        self.at += 1;
        Ok(Expr { at, kind })
    }

    fn name_or_call(&mut self) -> Parsed {
        let at = self.place();
        let name = self.name()?;
        if self.takes("(") {
            let arguments = self.list_until(")")?;
            return Ok(Expr { at, kind: Kind::Call(None, name, arguments) });
        }
        Ok(Expr { at, kind: Kind::Name(name) })
    }
}

fn one_or(mut sides: Vec<Expr>, make: fn(Vec<Expr>) -> Kind) -> Expr {
    match sides.len() {
        1 => sides.swap_remove(0),
        _ => Expr { at: sides[0].at, kind: make(sides) },
    }
}
