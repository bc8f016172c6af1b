//! Judged answers are remembered under their key for ever, refusals included: one key never means no in the morning
//! and yes at night.

use jifen_vocab::{Refusal, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// A judged answer.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// The outcome, as the command wrote it.
    Yes(Box<RawValue>),
    /// The refusal.
    No(Refusal),
}

/// What is stored under a key. The kinds of such records are declared by the features whose commands have keys.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Remembered {
    /// Schema version.
    pub v: u8,
    /// Of the request's content.
    #[serde(rename = "fp", with = "hex16")]
    pub fingerprint: [u8; 16],
    /// When it was judged.
    pub at: Timestamp,
    /// The answer.
    #[serde(rename = "a")]
    pub answer: Answer,
}

impl Remembered {
    /// Writes an answer as it will be read, in one pass.
    ///
    /// # Errors
    /// What the outcome's own writing says.
    pub fn write<T: Serialize>(
        fingerprint: [u8; 16],
        at: Timestamp,
        result: &Result<T, Refusal>,
    ) -> Result<Vec<u8>, serde_json::Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "snake_case")]
        enum Given<'a, T> {
            Yes(&'a T),
            No(&'a Refusal),
        }
        #[derive(Serialize)]
        struct Written<'a, T> {
            v: u8,
            #[serde(rename = "fp", with = "hex16")]
            fingerprint: [u8; 16],
            at: Timestamp,
            #[serde(rename = "a")]
            answer: Given<'a, T>,
        }
        let answer = match result {
            Ok(outcome) => Given::Yes(outcome),
            Err(refusal) => Given::No(refusal),
        };
        let mut body = Vec::with_capacity(512);
        serde_json::to_writer(&mut body, &Written { v: 1, fingerprint, at, answer })?;
        Ok(body)
    }
}

/// Sixteen bytes as text, readable with the database's own tools.
mod hex16 {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8; 16], serializer: S) -> Result<S::Ok, S::Error> {
        let mut text = [0_u8; 32];
        for (pair, byte) in text.chunks_exact_mut(2).zip(bytes) {
            pair.copy_from_slice(&[digit(byte >> 4), digit(byte & 15)]);
        }
        serializer.serialize_str(std::str::from_utf8(&text).unwrap_or_default())
    }

    fn digit(value: u8) -> u8 {
        if value < 10 { b'0' + value } else { b'a' + value - 10 }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[u8; 16], D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        let value = u128::from_str_radix(&text, 16).map_err(Error::custom)?;
        Ok(value.to_be_bytes())
    }
}
