//! Texts with blanks: `您有 {points} 将于 {date} 到期`. A blank is a word in braces, a brace itself is written twice.
//!
//! How points, money and days look is fixed by what they are, not by the template, so that every message writes them
//! alike and all that can be wrong with a template is found when it is published.

use compact_str::CompactString;

/// A text with blanks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Template(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Blank(CompactString),
}

impl Template {
    /// Reads a text.
    ///
    /// # Errors
    /// A sentence on what is wrong, with the place.
    pub fn read(text: &str) -> Result<Template, String> {
        let mut pieces = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            plain.push_str(&rest[..at]);
            let (brace, after) = rest[at..].split_at(1);
            if let Some(further) = after.strip_prefix(brace) {
                plain.push_str(brace);
                rest = further;
                continue;
            }
            if brace == "}" {
                return Err("has a `}` without its `{`; a brace that is meant as such is written `}}`".to_owned());
            }
            let Some((name, further)) = after.split_once('}') else {
                return Err("has a `{` without its `}`; a brace that is meant as such is written `{{`".to_owned());
            };
            let name = name.trim();
            let is_word = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
            if !is_word {
                return Err(format!("has the blank `{{{name}}}`: a blank is a word such as {{points}}"));
            }
            if !plain.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut plain)));
            }
            pieces.push(Piece::Blank(CompactString::new(name)));
            rest = further;
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            pieces.push(Piece::Text(plain));
        }
        Ok(Template(pieces))
    }

    /// The names of its blanks.
    pub fn blanks(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Blank(name) => Some(name.as_str()),
            Piece::Text(_) => None,
        })
    }

    /// The text with its blanks filled; a blank without a value stays as it is written.
    pub fn fill(&self, mut value: impl FnMut(&str) -> Option<String>) -> String {
        let mut text = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(plain) => text.push_str(plain),
                Piece::Blank(name) => match value(name) {
                    Some(value) => text.push_str(&value),
                    None => {
                        text.push('{');
                        text.push_str(name);
                        text.push('}');
                    }
                },
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_are_filled_and_braces_stay() {
        let template = Template::read("{points} {{of}} { date }.").unwrap();
        assert_eq!(template.blanks().collect::<Vec<_>>(), ["points", "date"]);
        let filled = template.fill(|name| (name == "points").then(|| "1,200".to_owned()));
        assert_eq!(filled, "1,200 {of} {date}.");
    }

    #[test]
    fn what_is_no_blank_is_told() {
        for (text, told) in
            [("{", "without its `}`"), ("}", "without its `{`"), ("{}", "a blank is a word"), ("{A}", "{A}")]
        {
            let error = Template::read(text).unwrap_err();
            assert!(error.contains(told), "{text}: {error}");
        }
    }
}
