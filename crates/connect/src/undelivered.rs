//! Why a message did not arrive.

/// Why a message did not arrive.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Undelivered {
    /// Not this time.
    #[error("{0}")]
    Later(String),
    /// Not at all: trying again changes nothing.
    #[error("{0}")]
    Never(String),
    /// The address is not one any more.
    #[error("the address is gone")]
    Gone,
}

impl Undelivered {
    /// What an HTTP call came to.
    pub(crate) fn of(error: &ureq::Error) -> Undelivered {
        match error {
            ureq::Error::StatusCode(408 | 425 | 429) => Undelivered::Later(error.to_string()),
            ureq::Error::StatusCode(status) if (400..500).contains(status) => Undelivered::Never(error.to_string()),
            _ => Undelivered::Later(error.to_string()),
        }
    }
}
