//! What SQLite complains about, in the port's words.

use std::io::ErrorKind;
use std::path::Path;

use rusqlite::ErrorCode;

use crate::StoreError;

/// Says what a failure means: a full disk, a damaged file, or something technical.
pub(crate) fn failed(context: &'static str, path: &Path) -> impl Fn(rusqlite::Error) -> StoreError {
    let path = path.to_owned();
    move |error| match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => StoreError::DiskFull,
        Some(ErrorCode::NotADatabase) => foreign(&path, "it is not a database, or its beginning is damaged"),
        Some(ErrorCode::DatabaseCorrupt) => {
            foreign(&path, "it is damaged or cut short: restore a backup, or copy the file back whole")
        }
        _ => StoreError::Failed { context, source: Box::new(error) },
    }
}

/// A failure of the file system.
pub(super) fn failed_io(context: &'static str) -> impl Fn(std::io::Error) -> StoreError {
    move |error| match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => StoreError::DiskFull,
        _ => StoreError::Failed { context, source: Box::new(error) },
    }
}

/// A file or folder that cannot be used, and why.
pub(super) fn foreign(path: &Path, reason: impl Into<String>) -> StoreError {
    StoreError::Foreign { path: path.display().to_string(), reason: reason.into() }
}

/// A failure that several callers are told of.
#[derive(Debug, Clone)]
pub(super) enum Fault {
    /// The disk is full.
    Full,
    /// Anything else, in words.
    Other(String),
}

impl Fault {
    /// The failure to be told again.
    pub(super) fn of(error: &StoreError) -> Fault {
        match error {
            StoreError::DiskFull => Fault::Full,
            other => Fault::Other(other.to_string()),
        }
    }

    /// The failure as an answer to a caller.
    pub(super) fn error(&self, context: &'static str) -> StoreError {
        match self {
            Fault::Full => StoreError::DiskFull,
            Fault::Other(words) => StoreError::Failed { context, source: words.clone().into() },
        }
    }
}
