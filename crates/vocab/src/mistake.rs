//! What a JSON reader says of a field, in words for who sent it: names of types are ours, not the caller's.

use serde_path_to_error::Segment;

/// Types as the reader names them, and what they are to who writes JSON.
const TYPES: &[(&str, &str)] = &[
    ("a borrowed string", "a string"),
    ("a map", "an object"),
    ("a sequence", "a list"),
    ("a boolean", "true or false"),
    ("bool", "true or false"),
    ("f64", "a number"),
    ("i32", "a whole number"),
    ("i64", "a whole number"),
    ("str", "a string"),
    ("u16", "a whole number from 0"),
    ("u32", "a whole number from 0"),
    ("u64", "a whole number from 0"),
    ("u8", "a whole number from 0"),
    ("unit", "null"),
    ("usize", "a whole number from 0"),
];

/// The JSON pointer of the field at fault, and what is wrong with it: a missing one is named itself and must "be present".
pub fn at_fault(error: &serde_path_to_error::Error<serde_json::Error>) -> (String, String) {
    let mut pointer = String::new();
    for segment in error.path() {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } => pointer.push_str(&format!("/{}", key.replace('~', "~0").replace('/', "~1"))),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    let said = plain(&error.inner().to_string());
    match said.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`')) {
        Some(name) => (format!("{pointer}/{name}"), "be present".to_owned()),
        None => (pointer, said),
    }
}

/// The reader's sentence without the place (a pointer says it better) and without names of Rust's types.
fn plain(message: &str) -> String {
    let said = message.rsplit_once(" at line ").map_or(message, |(said, _)| said);
    let Some((found, expected)) = said.rsplit_once(", expected ") else { return said.to_owned() };
    let found = match found {
        "invalid type: map" => "invalid type: object",
        "invalid type: sequence" => "invalid type: list",
        found => found,
    };
    if expected.starts_with("struct ") || expected.starts_with("internally tagged enum ") {
        return format!("{found}, expected an object");
    }
    let named = TYPES.iter().find(|(name, _)| *name == expected);
    format!("{found}, expected {}", named.map_or(expected, |(_, plain)| plain))
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn types_are_named_as_json_names_them() {
        let said = "invalid type: string \"46.00\", expected i64 at line 1 column 30";
        assert_eq!(plain(said), "invalid type: string \"46.00\", expected a whole number");
        assert_eq!(plain("invalid type: map, expected u32"), "invalid type: object, expected a whole number from 0");
        assert_eq!(plain("invalid type: null, expected struct Line"), "invalid type: null, expected an object");
        assert_eq!(plain("unknown field `a`, expected `b` or `c`"), "unknown field `a`, expected `b` or `c`");
        assert_eq!(plain("missing field `id`"), "missing field `id`");
    }
}
