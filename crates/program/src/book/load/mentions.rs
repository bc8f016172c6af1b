//! Words of the bundle that conditions mention as text: `line.category == "appliance"`, `channel in ["app", "web"]`.

use jifen_rules::document::{Node, Problems, closest};

/// Complains about texts that a condition compares a variable with and that are not declared. Where nothing is declared,
/// nothing is checked.
pub(super) fn check(
    node: Node<'_>,
    condition: &str,
    variable: &str,
    noun: &str,
    known: &[&str],
    problems: &mut Problems,
) {
    for word in compared(condition, variable).into_iter().filter(|_| !known.is_empty()) {
        if !known.contains(&word) {
            let suggestion = closest(word, known.iter().copied());
            problems.push(node.problem(format!("there is no {noun} `{word}`")).suggest(suggestion));
        }
    }
}

/// The texts that stand after `variable ==`, `variable !=` or `variable in […]`.
fn compared<'t>(condition: &'t str, variable: &str) -> Vec<&'t str> {
    let mut words = Vec::new();
    let mut rest = condition;
    while let Some(at) = rest.find(variable) {
        let before = rest[..at].chars().next_back();
        let after = rest[at + variable.len()..].trim_start();
        rest = &rest[at + variable.len()..];
        // `line.category` and `l.category` are meant, `data.channel` and `subcategory` are not.
        let of_data = condition[..condition.len() - rest.len() - variable.len()].ends_with("data.");
        if of_data || before.is_some_and(|c| c.is_alphanumeric() || c == '_' || matches!(c, '"' | '\'')) {
            continue;
        }
        if let Some(operand) = after.strip_prefix("==").or_else(|| after.strip_prefix("!=")) {
            words.extend(literal(operand.trim_start()).map(|(word, _)| word));
        } else if let Some(list) = after.strip_prefix("in").and_then(|list| list.trim_start().strip_prefix('[')) {
            words.extend(literals(list));
        }
    }
    words
}

/// The texts of a list up to its end or to the first thing that is not plain text.
fn literals(list: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = list.trim_start();
    while let Some((word, after)) = literal(rest) {
        words.push(word);
        rest = after.trim_start().strip_prefix(',').unwrap_or("").trim_start();
    }
    words
}

/// A quoted text without escapes, and what follows it.
fn literal(text: &str) -> Option<(&str, &str)> {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (word, after) = text[1..].split_once(quote)?;
    (!word.contains('\\')).then_some((word, after))
}

#[cfg(test)]
mod tests {
    use super::compared;

    #[test]
    fn texts_compared_with_a_variable_are_found() {
        assert_eq!(compared(r#"line.category == "daily""#, "category"), ["daily"]);
        assert_eq!(
            compared(r#"lines.exists(l, l.category in ["a", 'b'] || l.category!="c")"#, "category"),
            ["a", "b", "c"]
        );
        assert_eq!(
            compared(r#"data.channel == "x" && subchannel == "y" && channel in [store, "z"]"#, "channel"),
            [""; 0]
        );
        assert_eq!(compared(r#"order.amount > 5 && channel=="app""#, "channel"), ["app"]);
    }
}
