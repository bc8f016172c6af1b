//! A refusal as one line of text.

use std::fmt::Write;

use jifen_vocab::{Fact, Refusal};

/// Its code, the field at fault and its facts: `insufficient-points (available 320, required 500)`.
pub(crate) fn sentence(refusal: &Refusal) -> String {
    let mut text = refusal.code.as_str().to_owned();
    if let Some(pointer) = &refusal.pointer {
        let _ = write!(text, " at {pointer}");
    }
    let facts: Vec<String> = refusal.facts.iter().map(|(name, fact)| format!("{name} {}", written(fact))).collect();
    if !facts.is_empty() {
        let _ = write!(text, " ({})", facts.join(", "));
    }
    text
}

fn written(fact: &Fact) -> String {
    match fact {
        Fact::Number(number) => number.to_string(),
        Fact::Word(word) => word.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_code_field_and_facts() {
        let refusal = Refusal::field("/points", "not be zero").number("limit", 5);
        assert_eq!(sentence(&refusal), "invalid-field at /points (must not be zero, limit 5)");
    }
}
