//! Reading JSON with the field at fault named as a JSON pointer.

use std::borrow::Cow;

use jifen_vocab::{Code, Refusal, limits, mistake};
use serde::de::DeserializeOwned;

/// Why bytes are not an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Malformed {
    /// Not JSON, or not UTF-8: what the reader said, with line and column.
    Syntax(String),
    /// JSON, but a field is missing or not what it must be.
    Field(Refusal),
}

impl From<Refusal> for Malformed {
    fn from(refusal: Refusal) -> Self {
        Malformed::Field(refusal)
    }
}

/// Amounts and quantities: from nothing to the product's limit.
pub(super) fn in_range(amount: i64, pointer: impl Into<Cow<'static, str>>) -> Result<(), Refusal> {
    if (0..=limits::AMOUNT_MAX).contains(&amount) {
        return Ok(());
    }
    if amount < 0 {
        return Err(Refusal::field(pointer, "not be below zero"));
    }
    Err(Refusal::new(Code::AmountOutOfRange).at(pointer).number("limit", limits::AMOUNT_MAX))
}

/// Reads the data as that type; what it is not is told with its pointer.
pub(super) fn read<T: DeserializeOwned>(data: &str) -> Result<T, Malformed> {
    serde_json::from_str(data).map_err(|_| at_fault::<T>(data.as_bytes(), "/data"))
}

/// Reads once more, slowly, to find the field at fault.
pub(super) fn at_fault<T: DeserializeOwned>(json: &[u8], base: &str) -> Malformed {
    let reader = &mut serde_json::Deserializer::from_slice(json);
    let Err(error) = serde_path_to_error::deserialize::<_, T>(reader) else {
        return Malformed::Syntax("trailing characters".to_owned());
    };
    let (pointer, must) = mistake::at_fault(&error);
    Malformed::Field(Refusal::field(format!("{base}{pointer}"), &must))
}
