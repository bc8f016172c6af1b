//! What PostgreSQL complains about, in the port's words.

use std::error::Error as _;
use std::io::ErrorKind;

use deadpool_postgres::{HookError, PoolError};
use tokio_postgres::Error;
use tokio_postgres::error::{DbError, SqlState};

use crate::StoreError;

/// Raised by our own functions in the database: a record has another version than it was loaded with.
pub(super) const CONFLICT: &str = "JF001";
/// Raised by our own functions: a newer build lets this one write no more. The message is the format it asks for.
pub(super) const TOO_NEW: &str = "JF002";
/// Raised by our own functions: this attempt has been given up, another took its place.
pub(super) const GIVEN_UP: &str = "JF003";

/// A failure, and whether it may pass.
#[derive(Debug)]
pub(super) enum Fault {
    /// The connection is gone, or none came about: another may.
    Lost(StoreError),
    /// It would be the same on another connection.
    Stands(StoreError),
}

impl Fault {
    pub(super) fn into_error(self) -> StoreError {
        match self {
            Fault::Lost(error) | Fault::Stands(error) => error,
        }
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Fault::Stands(error)
    }
}

/// Says what failures of one server mean while something is done.
#[derive(Debug, Clone)]
pub(super) struct Doing<'a> {
    pub(super) server: &'a str,
    pub(super) context: &'static str,
}

impl Doing<'_> {
    pub(super) fn pool(&self, error: PoolError) -> Fault {
        match error {
            PoolError::Backend(error) | PoolError::PostCreateHook(HookError::Backend(error)) => self.failed(error),
            PoolError::Timeout(_) => Fault::Lost(self.away("no connection came about in time")),
            other => Fault::Lost(self.away(&other.to_string())),
        }
    }

    pub(super) fn failed(&self, error: Error) -> Fault {
        if let Some(said) = error.as_db_error() {
            return self.said(&said.clone(), error);
        }
        let source = error.source().map(ToString::to_string).unwrap_or_default();
        let io = error.source().and_then(|source| source.downcast_ref::<std::io::Error>());
        // What encryption objects to comes wrapped as invalid data; it would object again.
        if io.is_some_and(|io| io.kind() == ErrorKind::InvalidData) {
            return Fault::Stands(self.denied(&format!("no secure connection: {source}")));
        }
        if error.is_closed() || io.is_some() {
            let reason = if source.is_empty() { error.to_string() } else { source };
            return Fault::Lost(self.away(&reason));
        }
        let words = error.to_string();
        if words.starts_with("error connecting") || words.starts_with("error communicating") {
            return Fault::Lost(self.away(&words));
        }
        if words.contains("TLS") || words.contains("authentication") || words.contains("configuration") {
            return Fault::Stands(self.denied(&join(&words, &source)));
        }
        Fault::Stands(StoreError::Failed { context: self.context, source: Box::new(error) })
    }

    fn said(&self, said: &DbError, error: Error) -> Fault {
        let code = said.code();
        let server = self.server.to_owned();
        match code.code() {
            CONFLICT => return Fault::Stands(StoreError::Conflict),
            TOO_NEW => {
                let needed = said.message().parse().unwrap_or(u32::MAX);
                return Fault::Stands(StoreError::TooNew { needed, ours: super::schema::FORMAT });
            }
            GIVEN_UP => return Fault::Stands(StoreError::Broken("an attempt came after its successor".to_owned())),
            _ => {}
        }
        // Two that wait for each other, or lost a race in another way: deciding again settles it.
        if [SqlState::T_R_DEADLOCK_DETECTED, SqlState::T_R_SERIALIZATION_FAILURE, SqlState::UNIQUE_VIOLATION]
            .contains(code)
        {
            return Fault::Stands(StoreError::Conflict);
        }
        if [SqlState::QUERY_CANCELED, SqlState::LOCK_NOT_AVAILABLE].contains(code) {
            return Fault::Stands(StoreError::Slow { context: self.context });
        }
        if *code == SqlState::DISK_FULL {
            return Fault::Stands(StoreError::DiskFull);
        }
        if *code == SqlState::TOO_MANY_CONNECTIONS {
            return Fault::Lost(StoreError::Crowded { server });
        }
        if *code == SqlState::READ_ONLY_SQL_TRANSACTION {
            return Fault::Stands(StoreError::ReadOnly { server });
        }
        // 57P01…57P05: it shuts down, crashed, starts, was dropped, or found us idle. 08: the connection.
        if code.code().starts_with("57P") || code.code().starts_with("08") {
            return Fault::Lost(self.away(said.message()));
        }
        let refused = [
            SqlState::INSUFFICIENT_PRIVILEGE,
            SqlState::INVALID_CATALOG_NAME,
            SqlState::INVALID_PASSWORD,
            SqlState::INVALID_AUTHORIZATION_SPECIFICATION,
        ];
        if refused.contains(code) {
            return Fault::Stands(self.denied(said.message()));
        }
        Fault::Stands(StoreError::Failed { context: self.context, source: Box::new(error) })
    }

    fn away(&self, reason: &str) -> StoreError {
        StoreError::Away { server: self.server.to_owned(), reason: reason.to_owned() }
    }

    fn denied(&self, reason: &str) -> StoreError {
        StoreError::Denied { server: self.server.to_owned(), reason: reason.to_owned() }
    }
}

fn join(words: &str, source: &str) -> String {
    if source.is_empty() || words.contains(source) { words.to_owned() } else { format!("{words}: {source}") }
}
