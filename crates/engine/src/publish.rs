//! Rule books in the store: a bundle seeds an empty one; from then on the store's versions rule.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use jifen_program::audit::By;
use jifen_program::desk::Record;
use jifen_program::publishing::{Publish, Version};
use jifen_program::sandbox::{CLOCK_ID, ClockOffset};
use jifen_program::{Books, RuleBook};
use jifen_rules::document::{Problem, Source};
use jifen_store::{Batch, Bound, Find, Key, Order, Put, Store, StoreError};
use jifen_vocab::{Timestamp, limits};

use crate::{Engine, EngineError, refused};

/// A bundle's files by name.
pub type Files = BTreeMap<String, String>;

/// What a store says about its program.
pub struct Opened {
    /// Every version of the rule book.
    pub books: Books,
    /// How far a sandbox had moved the clock.
    pub clock_offset_ms: i64,
    /// Whether the store was empty and has been seeded just now.
    pub seeded: bool,
}

/// Why a store's program cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The store is empty and no bundle was named.
    #[error("the store has no rule book yet: name a bundle to begin with")]
    Empty,
    /// The bundle has mistakes.
    #[error("the bundle has {} mistakes", .0.len())]
    Bundle(Vec<Problem>),
    /// A published version cannot be read any more.
    #[error("version {version} of the rule book cannot be read: {reason}")]
    Version {
        /// Its number.
        version: u32,
        /// What is wrong.
        reason: String,
    },
}

/// Compiles a bundle's files.
///
/// # Errors
/// The mistakes, each with file, line and column.
pub fn compile(version: u32, files: &Files) -> Result<(RuleBook, Vec<Problem>), Vec<Problem>> {
    let source = files.iter().fold(Source::new(), |source, (name, text)| source.with(name.as_str(), text.as_str()));
    RuleBook::load(version, &source)
}

/// Reads every version of the rule book, and seeds an empty store with a bundle.
///
/// # Errors
/// [`OpenError`]; a store that cannot be opened is left as it was.
pub fn open_program(store: &dyn Store, seed: Option<&Files>, now: Timestamp) -> Result<Opened, OpenError> {
    let clock = load::<ClockOffset>(store, CLOCK_ID)?;
    let clock_offset_ms = clock.map_or(0, |clock| clock.offset_ms);
    let versions = versions(store)?;
    if versions.is_empty() {
        let files = seed.ok_or(OpenError::Empty)?;
        let books = plant(store, files, now)?;
        return Ok(Opened { books, clock_offset_ms, seeded: true });
    }
    let mut books: Option<Books> = None;
    for version in versions {
        let book = compile(version.version, &version.files).map_err(|problems| OpenError::Version {
            version: version.version,
            reason: problems.first().map(ToString::to_string).unwrap_or_default(),
        })?;
        let book = Arc::new(book.0);
        books = Some(match books {
            None => Books::first(book),
            Some(books) => books.with(version.from, book),
        });
    }
    let books = books.ok_or(OpenError::Empty)?;
    Ok(Opened { books, clock_offset_ms, seeded: false })
}

/// Every published version, oldest first.
///
/// # Errors
/// What the store says, or that a version cannot be read.
pub fn versions(store: &dyn Store) -> Result<Vec<Version>, OpenError> {
    let mut versions = Vec::new();
    let mut from = Bound::Start;
    loop {
        let query = Find {
            kind: Version::KIND,
            column: None,
            equals: None,
            order: Order::Ascending,
            from,
            limit: limits::PAGE_MAX,
        };
        let page = store.find(&query)?;
        for (id, _, row) in page.rows {
            let version = Version::read(&row.body).map_err(|error| OpenError::Version {
                version: id.parse().unwrap_or_default(),
                reason: error.to_string(),
            })?;
            versions.push(version);
        }
        match page.next {
            Some(next) => from = next,
            None => return Ok(versions),
        }
    }
}

fn load<R: Record>(store: &dyn Store, id: &str) -> Result<Option<R>, StoreError> {
    let row = store.load(&[Key::new(R::KIND, id)])?.into_iter().next().flatten();
    let read = row.map(|row| R::read(&row.body)).transpose();
    read.map_err(|error| StoreError::Broken(format!("{}/{id}: {error}", R::KIND.name)))
}

fn plant(store: &dyn Store, files: &Files, now: Timestamp) -> Result<Books, OpenError> {
    let (book, _) = compile(1, files).map_err(OpenError::Bundle)?;
    let version = Version {
        v: 1,
        version: 1,
        from: Timestamp::MIN,
        published_at: now,
        author: "seed".into(),
        note: String::new(),
        files: files.clone(),
    };
    let mut body = Vec::new();
    version.write(&mut body).map_err(|error| StoreError::Broken(error.to_string()))?;
    let put = Put {
        key: Key { kind: Version::KIND, id: Version::id(1) },
        base: 0,
        due_at: None,
        columns: version.columns(),
        body: Bytes::from(body),
    };
    store.commit(Batch { puts: vec![put], ..Batch::default() })?;
    Ok(Books::first(Arc::new(book)))
}

/// Why a bundle was not published.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// It has mistakes.
    #[error("the bundle has {} mistakes", .0.len())]
    Bundle(Vec<Problem>),
    /// It was refused, or the engine failed.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

impl Engine {
    /// Publishes a bundle as the next version, in force from `from` or from now on.
    ///
    /// # Errors
    /// [`PublishError`]; what is in force stays in force then.
    pub fn publish(
        &self,
        files: Files,
        from: Option<Timestamp>,
        by: &By,
        note: &str,
    ) -> Result<(Version, Vec<Problem>), PublishError> {
        let newest = self.books().versions().iter().map(|version| version.book.version).max().unwrap_or(0);
        let (book, warnings) = compile(newest + 1, &files).map_err(PublishError::Bundle)?;
        let command = Publish { version: newest + 1, from, by: by.clone(), note: note.to_owned(), files };
        let published = self.submit_blocking(command, None)?;
        let version = published.result.map_err(|refusal| EngineError::Fault(refused(&refusal)))?;
        self.shared.set_books(self.books().with(version.from, Arc::new(book)));
        Ok((version, warnings))
    }
}
