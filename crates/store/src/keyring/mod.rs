//! Keys of members and the index of their contacts: kept apart from the store, where deleting is deleting.
//!
//! Records cannot be taken back: they stand in the log, in backups, in free pages. So what must be destroyed when a
//! person is erased is kept in a place of its own, that no backup of the store holds: a small file beside the master
//! key for one machine, or a database of its own for several. What the keys open, and what a contact's hash stands for,
//! is the owner's business: here both are bytes.

mod file;
#[cfg(test)]
mod tests;

use std::path::Path;

use compact_str::CompactString;

use self::file::KeyFile;
use crate::StoreError;
use crate::postgres::{Address, KeyDatabase};

/// What the keys of members are kept in, open.
#[derive(Debug)]
pub struct Keyring(Engine);

#[derive(Debug)]
enum Engine {
    File(KeyFile),
    Database(Box<KeyDatabase>),
}

impl Keyring {
    /// Opens the file, or creates one that only the owner of the process may read.
    ///
    /// # Errors
    /// [`StoreError`]
    pub fn open(path: &Path) -> Result<Keyring, StoreError> {
        KeyFile::open(path).map(|file| Keyring(Engine::File(file)))
    }

    /// Opens the database at that address, and makes its tables where they are missing.
    ///
    /// # Errors
    /// [`StoreError::Foreign`] where the schema holds anything else, such as a store; otherwise as for
    /// [`PostgresStore::open`](crate::postgres::PostgresStore::open).
    pub fn open_database(address: &Address) -> Result<Keyring, StoreError> {
        KeyDatabase::open(address).map(|database| Keyring(Engine::Database(Box::new(database))))
    }

    /// Whether several machines can have it open at the same time.
    pub fn is_shared(&self) -> bool {
        matches!(self.0, Engine::Database(_))
    }

    /// Reads.
    ///
    /// # Errors
    /// What `query` gives, or [`StoreError`].
    pub fn read<T, E: From<StoreError>>(&self, query: impl FnOnce(&dyn Ring) -> Result<T, E>) -> Result<T, E> {
        match &self.0 {
            Engine::File(file) => query(&file.read()),
            Engine::Database(database) => query(&database.read()),
        }
    }

    /// Changes, all or nothing, durable on return; of several that change at once one waits for the other. An error of
    /// any kind leaves everything as it was.
    ///
    /// # Errors
    /// What `change` gives, or [`StoreError`].
    pub fn change<T, E: From<StoreError>>(&self, change: impl FnOnce(&dyn Ring) -> Result<T, E>) -> Result<T, E> {
        match &self.0 {
            Engine::File(file) => file.change(change),
            Engine::Database(database) => database.change(change),
        }
    }

    /// Brings what was deleted to its end. Of a file nothing of it is left, nor of the log beside it; in a database its
    /// room is free for what comes next, which is as far as a database goes.
    ///
    /// # Errors
    /// [`StoreError`]
    pub fn scour(&self) -> Result<(), StoreError> {
        match &self.0 {
            Engine::File(file) => file.scour(),
            Engine::Database(database) => database.scour(),
        }
    }
}

/// The content, within one reading or change. All methods fail with [`StoreError`].
#[expect(clippy::missing_errors_doc, reason = "said once for all")]
pub trait Ring {
    /// The sealed key of a member.
    fn key(&self, member: &str) -> Result<Option<Vec<u8>>, StoreError>;

    /// Keeps a member's sealed key, instead of the one there was.
    fn put_key(&self, member: &str, sealed: &[u8]) -> Result<(), StoreError>;

    /// Destroys a member's key. See [`Keyring::scour`].
    fn drop_key(&self, member: &str) -> Result<(), StoreError>;

    /// Members with a key, after that one, by name.
    fn members(&self, after: &str, limit: usize) -> Result<Vec<CompactString>, StoreError>;

    /// Members with that contact, by name.
    fn with_contact(&self, hash: &[u8]) -> Result<Vec<CompactString>, StoreError>;

    /// Hashes of a member's contacts, in their order.
    fn contacts(&self, member: &str) -> Result<Vec<Vec<u8>>, StoreError>;

    /// Adds a contact of a member.
    fn add_contact(&self, hash: &[u8], member: &str) -> Result<(), StoreError>;

    /// Forgets a member's contacts.
    fn drop_contacts(&self, member: &str) -> Result<(), StoreError>;

    /// A value by name.
    fn mark(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError>;

    /// Values whose names begin like that, after that name, by name.
    fn marks(&self, prefix: &str, after: &str, limit: usize) -> Result<Vec<(CompactString, Vec<u8>)>, StoreError>;

    /// Keeps a value by name.
    fn set_mark(&self, name: &str, value: &[u8]) -> Result<(), StoreError>;

    /// Forgets a value.
    fn drop_mark(&self, name: &str) -> Result<(), StoreError>;

    /// Destroys a member's key and forgets their contacts. See [`Keyring::scour`].
    fn destroy(&self, member: &str) -> Result<(), StoreError> {
        self.drop_contacts(member)?;
        self.drop_key(member)
    }
}
