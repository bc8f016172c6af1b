//! Short notes that a store keeps about itself, beside its format: not for records, which the port is for.

use deadpool_postgres::Object;

use super::fault::Fault;
use super::{Inner, PostgresStore};
use crate::StoreError;

/// What a note is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Which keys of members the store's personal data is sealed with.
    Keyring,
    /// How those who served it last did so: as a sandbox, or for real members.
    Served,
}

impl Mark {
    const fn name(self) -> &'static str {
        match self {
            Mark::Keyring => "keyring",
            Mark::Served => "served",
        }
    }
}

impl PostgresStore {
    /// What is noted.
    ///
    /// # Errors
    /// What the database says; like those that follow.
    pub fn noted(&self, mark: Mark) -> Result<Option<String>, StoreError> {
        self.ask(|inner| inner.patiently(async |client: &Object| inner.noted(client, mark).await))
    }

    /// Notes it, instead of what was noted.
    ///
    /// # Errors
    /// What the database says.
    pub fn note(&self, mark: Mark, value: &str) -> Result<(), StoreError> {
        let sql = "INSERT INTO meta VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
        self.ask(|inner| inner.patiently(async |client: &Object| inner.write(client, sql, mark, value).await))
    }

    /// Notes it unless something was noted before, and gives what is noted now.
    ///
    /// # Errors
    /// What the database says.
    pub fn note_first(&self, mark: Mark, value: &str) -> Result<String, StoreError> {
        let sql = "INSERT INTO meta VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
        self.ask(|inner| inner.patiently(async |client: &Object| inner.write(client, sql, mark, value).await))?;
        Ok(self.noted(mark)?.unwrap_or_default())
    }
}

impl Inner {
    async fn noted(&self, client: &Object, mark: Mark) -> Result<Option<String>, Fault> {
        let sql = "SELECT value FROM meta WHERE name = $1";
        let row = client.query_opt(sql, &[&mark.name()]).await;
        Ok(row.map_err(|error| self.link.doing("reading a note").failed(error))?.map(|row| row.get(0)))
    }

    async fn write(&self, client: &Object, sql: &str, mark: Mark, value: &str) -> Result<(), Fault> {
        let done = client.execute(sql, &[&mark.name(), &value]).await;
        done.map(drop).map_err(|error| self.link.doing("writing a note").failed(error))
    }
}
