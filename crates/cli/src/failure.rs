//! What goes wrong, told so that a person can go on: what happened, what became of the data, what to do.

use std::fmt;

use jifen_engine::EngineError;
use jifen_server::personal::SealError;
use jifen_store::StoreError;

/// How a command ended badly.
#[derive(Debug)]
pub(crate) struct Failure {
    /// What happened.
    what: String,
    /// What became of the data; nothing where none was touched.
    data: Option<&'static str>,
    /// What to do about it.
    hint: Option<String>,
    /// 1 refused or failed, 2 wrong use.
    code: u8,
}

/// What a command gives.
pub(crate) type Result<T = ()> = std::result::Result<T, Failure>;

/// For commands that only read, or that stop before they write.
pub(crate) const NOTHING_CHANGED: &str = "Nothing was changed.";
/// For commands that were interrupted between two durable steps.
pub(crate) const NOTHING_LOST: &str = "Nothing was lost: what was confirmed is kept, and the rest was not begun.";

impl Failure {
    /// It was refused, or it failed.
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Failure { what: what.into(), data: None, hint: None, code: 1 }
    }

    /// The command was used in a way that it does not have.
    pub(crate) fn usage(what: impl Into<String>) -> Self {
        Failure { code: 2, ..Failure::new(what) }
    }

    /// Says what became of the data.
    pub(crate) fn data(mut self, sentence: &'static str) -> Self {
        self.data = Some(sentence);
        self
    }

    /// Says what to do.
    pub(crate) fn hint(mut self, sentence: impl Into<String>) -> Self {
        self.hint = Some(sentence.into());
        self
    }

    /// What happened, without the rest.
    pub(crate) fn what(&self) -> &str {
        &self.what
    }

    /// The exit code.
    pub(crate) fn code(&self) -> u8 {
        self.code
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.what)?;
        if let Some(data) = self.data {
            write!(f, "\n  {data}")?;
        }
        match &self.hint {
            Some(hint) => write!(f, "\n  hint: {hint}"),
            None => Ok(()),
        }
    }
}

/// Adds what was being done to an input or output error.
pub(crate) fn io(doing: impl fmt::Display) -> impl FnOnce(std::io::Error) -> Failure {
    move |error| Failure::new(format!("{doing}: {error}"))
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Failure::from(&error)
    }
}

impl From<&StoreError> for Failure {
    fn from(error: &StoreError) -> Self {
        let failure = Failure::new(error.to_string());
        match error {
            StoreError::InUse { .. } => failure.data(NOTHING_CHANGED).hint(
                "`jifen backup` and `jifen client` talk to the running server by themselves; stop it for the rest",
            ),
            StoreError::Foreign { .. } => failure
                .data(NOTHING_CHANGED)
                .hint("give another folder with --data, or bring this one back with `jifen restore` from a backup"),
            StoreError::TooNew { .. } => failure.data(NOTHING_CHANGED).hint("use a newer build of this program"),
            StoreError::Away { .. } => failure
                .data(NOTHING_LOST)
                .hint("check --database-url, and that the server runs and takes connections from here"),
            StoreError::Crowded { .. } => failure
                .data(NOTHING_LOST)
                .hint("stop what else uses it, or raise max_connections of the server; each `jifen serve` takes up to 10"),
            StoreError::Denied { .. } => failure.data(NOTHING_CHANGED).hint(
                "check user, password and database of --database-url; the user must own the schema or be let to create it",
            ),
            StoreError::ReadOnly { .. } => {
                failure.data(NOTHING_CHANGED).hint("give the address of the server that takes writes")
            }
            StoreError::Slow { .. } => failure.data(NOTHING_LOST).hint("see what keeps the database busy, then try again"),
            StoreError::Unsure { .. } => failure.hint("try the same again when the server is back: nothing is done twice"),
            StoreError::DiskFull => failure.data(NOTHING_LOST),
            StoreError::Conflict | StoreError::Broken(_) | StoreError::Failed { .. } => failure.data(NOTHING_LOST),
        }
    }
}

impl From<SealError> for Failure {
    fn from(error: SealError) -> Self {
        match error {
            SealError::Store(error) => Failure::from(error),
            other => Failure::new(other.to_string()).data(NOTHING_LOST),
        }
    }
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        match &error {
            EngineError::Store(store) => Failure::from(&**store),
            EngineError::Busy | EngineError::Stopped | EngineError::Fault(_) => {
                Failure::new(error.to_string()).data(NOTHING_LOST)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_says_what_happened_what_became_of_the_data_and_what_to_do() {
        let failure = Failure::new("the file is empty").data(NOTHING_CHANGED).hint("give another");
        assert_eq!(failure.to_string(), "error: the file is empty\n  Nothing was changed.\n  hint: give another");
        assert_eq!((failure.code(), Failure::usage("what?").code()), (1, 2));
    }
}
