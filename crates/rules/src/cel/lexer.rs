//! From the text of a condition to words: numbers, texts, names, signs, each with its place.

use compact_str::CompactString;

/// What is wrong with the text, and where (byte offset).
#[derive(Debug)]
pub(super) struct SyntaxError {
    pub(super) at: u32,
    pub(super) message: String,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// Kept without sign: the smallest number has no positive counterpart.
    Int(u64),
    Fraction(f64),
    Text(CompactString),
    Name(CompactString),
    /// A sign of one or two characters.
    Sign(&'static str),
    End,
}

/// Signs, longer ones first.
const SIGNS: [&str; 24] = [
    "&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "+", "-", "*", "/", "%", "?", ":", "(", ")", "[", "]", "{", "}",
    ",", ".",
];

/// All words of a text with the byte offset at which each begins; the last is [`Token::End`].
pub(super) fn tokens(text: &str) -> Result<Vec<(Token, u32)>, SyntaxError> {
    let mut lexer = Lexer { text, at: 0 };
    let mut tokens = Vec::new();
    loop {
        lexer.skip_blanks();
        let start = lexer.at as u32;
        let token = lexer.token()?;
        let end = token == Token::End;
        tokens.push((token, start));
        if end {
            return Ok(tokens);
        }
    }
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Lexer<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn error(&self, at: usize, message: impl Into<String>) -> SyntaxError {
        SyntaxError { at: at as u32, message: message.into() }
    }

    /// Blanks, line ends and comments (`// …`).
    fn skip_blanks(&mut self) {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start_matches([' ', '\t', '\n', '\r', '\u{c}']);
            self.at += rest.len() - trimmed.len();
            if !trimmed.starts_with("//") {
                return;
            }
            self.at += trimmed.find('\n').unwrap_or(trimmed.len());
        }
    }

    fn token(&mut self) -> Result<Token, SyntaxError> {
        let rest = self.rest();
        let mut characters = rest.chars();
        let (Some(first), second) = (characters.next(), characters.next()) else { return Ok(Token::End) };
        let digit_follows = second.is_some_and(|second| second.is_ascii_digit());
        match first {
            '"' | '\'' => self.quoted(false),
            'r' | 'R' if matches!(second, Some('"' | '\'')) => {
                self.at += 1;
                self.quoted(true)
            }
            '0'..='9' => self.number(),
            '.' if digit_follows => self.number(),
            'a'..='z' | 'A'..='Z' | '_' => Ok(self.name()),
            _ => match SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
                Some(sign) => {
                    self.at += sign.len();
                    Ok(Token::Sign(sign))
                }
                None if first == '=' => Err(self.error(self.at, "to compare, write `==`")),
                None if first == '&' || first == '|' => Err(self.error(self.at, format!("write `{first}{first}`"))),
                None => Err(self.error(self.at, format!("does not expect `{first}`"))),
            },
        }
    }

    fn name(&mut self) -> Token {
        let rest = self.rest();
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        self.at += end;
        Token::Name(CompactString::new(&rest[..end]))
    }

    fn number(&mut self) -> Result<Token, SyntaxError> {
        let (start, rest) = (self.at, self.rest());
        if let Some(hex) = rest.strip_prefix("0x").or_else(|| rest.strip_prefix("0X")) {
            let digits = &hex[..hex.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(hex.len())];
            self.at += 2 + digits.len();
            let value = u64::from_str_radix(digits, 16).map_err(|_| self.error(start, "is not a number"))?;
            return self.end_of_number(start, Token::Int(value));
        }
        let digits = |from: usize| rest[from..].bytes().take_while(u8::is_ascii_digit).count();
        let mut end = digits(0);
        let mut fraction = false;
        if rest[end..].starts_with('.') && digits(end + 1) > 0 {
            end += 1 + digits(end + 1);
            fraction = true;
        }
        if rest[end..].starts_with(['e', 'E']) {
            let sign = usize::from(rest[end + 1..].starts_with(['+', '-']));
            let power = digits(end + 1 + sign);
            if power > 0 {
                end += 1 + sign + power;
                fraction = true;
            }
        }
        self.at += end;
        let number = &rest[..end];
        let token = if fraction {
            number.parse().ok().filter(|value: &f64| value.is_finite()).map(Token::Fraction)
        } else {
            number.parse().ok().map(Token::Int)
        };
        let token = token.ok_or_else(|| self.error(start, "is a number out of range"))?;
        self.end_of_number(start, token)
    }

    fn end_of_number(&self, start: usize, token: Token) -> Result<Token, SyntaxError> {
        match self.rest().chars().next() {
            Some('u' | 'U') => Err(self.error(start, "unsigned numbers are not needed: leave the `u` away")),
            Some(c) if c.is_ascii_alphanumeric() || c == '_' => {
                Err(self.error(start, "is neither a number nor a name"))
            }
            _ => Ok(token),
        }
    }

    /// A text in single or double quotes, or three of either; raw ones know no escapes.
    fn quoted(&mut self, raw: bool) -> Result<Token, SyntaxError> {
        let start = self.at;
        let rest = self.rest();
        let quote = if rest.starts_with("\"\"\"") || rest.starts_with("'''") { &rest[..3] } else { &rest[..1] };
        self.at += quote.len();
        let mut text = CompactString::default();
        loop {
            let rest = self.rest();
            if rest.starts_with(quote) {
                self.at += quote.len();
                return Ok(Token::Text(text));
            }
            let Some(character) = rest.chars().next() else {
                return Err(self.error(start, "is a text without an end"));
            };
            if quote.len() == 1 && (character == '\n' || character == '\r') {
                return Err(self.error(start, "is a text without an end"));
            }
            self.at += character.len_utf8();
            let character = if character == '\\' && !raw { self.escaped()? } else { character };
            text.push(character);
        }
    }

    /// What stands after a backslash.
    fn escaped(&mut self) -> Result<char, SyntaxError> {
        let at = self.at - 1;
        let rest = self.rest();
        let unknown = || self.error(at, "is an unknown escape in a text");
        let first = rest.chars().next().ok_or_else(unknown)?;
        let (digits, radix, skip) = match first {
            'x' | 'X' => (2, 16, 1),
            'u' => (4, 16, 1),
            'U' => (8, 16, 1),
            '0'..='3' => (3, 8, 0),
            _ => {
                let plain = [
                    ('n', '\n'),
                    ('t', '\t'),
                    ('r', '\r'),
                    ('a', '\u{7}'),
                    ('b', '\u{8}'),
                    ('f', '\u{c}'),
                    ('v', '\u{b}'),
                ];
                let same = matches!(first, '\\' | '"' | '\'' | '`' | '?').then_some(first);
                let found = plain.iter().find(|(name, _)| *name == first).map(|(_, meant)| *meant).or(same);
                let meant = found.ok_or_else(unknown)?;
                self.at += 1;
                return Ok(meant);
            }
        };
        let number = rest.get(skip..skip + digits).filter(|number| number.bytes().all(|b| b.is_ascii_hexdigit()));
        let code = number.and_then(|number| u32::from_str_radix(number, radix).ok());
        let meant = code.and_then(char::from_u32).ok_or_else(unknown)?;
        self.at += skip + digits;
        Ok(meant)
    }
}
