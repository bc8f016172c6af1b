//! How texts and values of columns are spelled in PostgreSQL, so that bytes keep their order and nothing is lost.
//!
//! A text of PostgreSQL holds no byte 0, ours may. Bytes 0 and 1 are spelled as two bytes; everything else is as it
//! is, and the order of bytes stays the order of spellings. A column of ours holds numbers as well as texts, numbers
//! first; it is one text column of theirs.

use std::borrow::Cow;

use compact_str::CompactString;

use crate::{StoreError, Value};

const ESCAPE: char = '\u{1}';

/// A text as it is stored.
pub(super) fn text(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| byte > 1) {
        return Cow::Borrowed(text);
    }
    let mut spelled = String::with_capacity(text.len() + 4);
    for char in text.chars() {
        match char {
            '\0' => spelled.extend([ESCAPE, '\u{1}']),
            ESCAPE => spelled.extend([ESCAPE, '\u{2}']),
            other => spelled.push(other),
        }
    }
    Cow::Owned(spelled)
}

/// The text that is stored so.
pub(super) fn read_text(spelled: &str) -> CompactString {
    if !spelled.contains(ESCAPE) {
        return CompactString::new(spelled);
    }
    let mut chars = spelled.chars();
    let mut text = CompactString::default();
    while let Some(char) = chars.next() {
        match char {
            ESCAPE if chars.next() == Some('\u{1}') => text.push('\0'),
            other => text.push(other),
        }
    }
    text
}

/// The first text, in the order of bytes, behind all that begin like that; none where there is no such text.
pub(super) fn beyond(begin: &str) -> Option<String> {
    let mut beyond = begin.to_owned();
    while let Some(last) = beyond.pop() {
        // Ranges of characters leave out what is none.
        if let Some(next) = (last..=char::MAX).nth(1) {
            beyond.push(next);
            return Some(beyond);
        }
    }
    None
}

/// A column's value as it is stored: `t` and the text, `i` and the number in 19 digits, or for negative numbers `h`
/// and the distance from the smallest.
pub(super) fn value(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::Integer(number @ 0..) => Some(format!("i{number:019}")),
        Value::Integer(number) => Some(format!("h{:019}", number.abs_diff(i64::MIN))),
        Value::Text(words) => Some(format!("t{}", text(words))),
    }
}

/// The value that is stored so.
pub(super) fn read_value(spelled: &str) -> Result<Value, StoreError> {
    let broken = || StoreError::Broken(format!("a column holds {spelled:?}"));
    let (form, rest) = spelled.split_at_checked(1).ok_or_else(broken)?;
    match form {
        "t" => Ok(Value::Text(read_text(rest))),
        "i" => rest.parse().map(Value::Integer).map_err(|_| broken()),
        "h" => {
            let distance: u64 = rest.parse().map_err(|_| broken())?;
            i64::MIN.checked_add_unsigned(distance).map(Value::Integer).ok_or_else(broken)
        }
        _ => Err(broken()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_text() -> impl Strategy<Value = CompactString> {
        let char = prop_oneof![Just('\0'), Just('\u{1}'), Just('\u{2}'), Just('a'), any::<char>()];
        proptest::collection::vec(char, 0..8).prop_map(|chars| chars.into_iter().collect())
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let number = prop_oneof![Just(0), Just(-1), Just(i64::MAX), Just(i64::MIN), any::<i64>(), -3..3_i64];
        prop_oneof![number.prop_map(Value::Integer), any_text().prop_map(Value::Text)]
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn texts_come_back_and_keep_their_order(one in any_text(), other in any_text()) {
            prop_assert_eq!(read_text(&text(&one)), one.clone());
            prop_assert!(!text(&one).contains('\0'));
            prop_assert_eq!(text(&one).cmp(&text(&other)), one.cmp(&other));
        }

        #[test]
        fn values_come_back_and_keep_their_order(one in any_value(), other in any_value()) {
            let (a, b) = (value(&one).unwrap_or_default(), value(&other).unwrap_or_default());
            prop_assert_eq!(read_value(&a).ok(), Some(one.clone()));
            prop_assert_eq!(a.cmp(&b), one.cmp(&other));
        }
    }

    #[test]
    fn what_nobody_wrote_is_not_taken_for_a_value() {
        for spelled in ["", "x1", "i", "iabc", "h99999999999999999999", "é"] {
            assert!(matches!(read_value(spelled), Err(StoreError::Broken(_))), "{spelled:?}");
        }
    }
}
