//! Identifiers: short strings given by clients or made by the program, one type a noun so that they cannot be mixed.

use std::fmt;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use crate::limits;

/// Why a string is not an identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvalidId {
    /// Empty, or longer than [`limits::ID_LEN_MAX`] characters.
    Length,
    /// Holds a character outside `A-Z a-z 0-9 . _ : -`.
    Character,
}

impl fmt::Display for InvalidId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            InvalidId::Length => write!(f, "must have 1 to {} characters", limits::ID_LEN_MAX),
            InvalidId::Character => f.write_str("may hold only A-Z a-z 0-9 . _ : -"),
        }
    }
}

impl std::error::Error for InvalidId {}

/// Checks the form of an identifier given by a client: 1 to 64 of `A-Z a-z 0-9 . _ : -`.
pub fn check(text: &str) -> Result<(), InvalidId> {
    if text.is_empty() || text.len() > limits::ID_LEN_MAX {
        return Err(InvalidId::Length);
    }
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b':' | b'-');
    if text.bytes().all(allowed) { Ok(()) } else { Err(InvalidId::Character) }
}

macro_rules! identifiers {
    ($($(#[$doc:meta])* $name:ident,)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(CompactString);

        impl $name {
            /// Checks the form and makes the identifier.
            pub fn new(text: &str) -> Result<Self, InvalidId> {
                check(text)?;
                Ok(Self(CompactString::new(text)))
            }

            /// The identifier as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = CompactString::deserialize(deserializer)?;
                check(&text).map_err(serde::de::Error::custom)?;
                Ok(Self(text))
            }
        }
    )*};
}

identifiers! {
    /// A kind of goods that rules name, such as `daily` or `appliance`.
    CategoryId,
    /// Where something happened: an app, a mini-program, a shop.
    ChannelId,
    /// A reservation of points.
    HoldId,
    /// A member of the program.
    MemberId,
    /// An order, unique in the program.
    OrderId,
    /// An earning rule of the rule book.
    RuleId,
    /// The label under which points are reported by source (PROG-04), such as `purchase` or `sign-in`.
    SourceLabel,
    /// A price that holds for some minutes.
    QuoteId,
    /// Points that became a reward, or are about to.
    RedemptionId,
    /// Something that points buy.
    RewardId,
    /// A spend, which can be given back.
    SpendId,
    /// A shop, or any place in the organization.
    StoreId,
    /// A tier of the program.
    TierId,
    /// A kind of points.
    UnitId,
}

/// The `source` of a CloudEvent: a URI reference of at most [`limits::EVENT_SOURCE_LEN_MAX`] printable characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct EventSource(CompactString);

impl EventSource {
    /// A source that is named in code; whoever writes it there keeps to the form.
    pub const fn from_static(text: &'static str) -> Self {
        Self(CompactString::const_new(text))
    }

    /// Checks the form and makes the source.
    pub fn new(text: &str) -> Result<Self, InvalidId> {
        if text.is_empty() || text.len() > limits::EVENT_SOURCE_LEN_MAX {
            return Err(InvalidId::Length);
        }
        if text.bytes().all(|b| b.is_ascii_graphic()) {
            Ok(Self(CompactString::new(text)))
        } else {
            Err(InvalidId::Character)
        }
    }

    /// The source as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for EventSource {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = CompactString::deserialize(deserializer)?;
        EventSource::new(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_is_1_to_64_plain_characters() {
        assert!(MemberId::new("h906").is_ok());
        assert!(MemberId::new("A.b_c:d-9").is_ok());
        assert!(MemberId::new(&"x".repeat(64)).is_ok());
        assert_eq!(MemberId::new(""), Err(InvalidId::Length));
        assert_eq!(MemberId::new(&"x".repeat(65)), Err(InvalidId::Length));
        assert_eq!(MemberId::new("a b"), Err(InvalidId::Character));
        assert_eq!(MemberId::new("会员"), Err(InvalidId::Character));
        assert!(serde_json::from_str::<MemberId>("\"a/b\"").is_err());
    }
}
