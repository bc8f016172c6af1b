//! Rule books in the store: a bundle seeds an empty one; from then on the store's versions rule.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};

use bytes::Bytes;
use compact_str::CompactString;
use jifen_program::audit::{self, AuditLine, By, HEAD_ID, Line};
use jifen_program::clients::Client;
use jifen_program::desk::Record;
use jifen_program::flows::{PublishFiles, Published};
use jifen_program::publishing::{Version, Withdrawal};
use jifen_program::sandbox::{CLOCK_ID, ClockOffset};
use jifen_program::{Books, RuleBook};
use jifen_rules::document::{Problem, Source};
use jifen_store::{Batch, Bound, Find, Key, Order, Put, Store, StoreError};
use jifen_vocab::{Refusal, Timestamp, limits};

use crate::{Engine, EngineError, Shared, refused};

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
    let books = stack(versions, &withdrawn(store)?, None)?;
    Ok(Opened { books, clock_offset_ms, seeded: false })
}

/// Versions on top of each other, without those that were withdrawn; what is known already is not compiled again.
fn stack(versions: Vec<Version>, withdrawn: &[u32], known: Option<&Books>) -> Result<Books, OpenError> {
    let mut books: Option<Books> = None;
    for version in versions {
        let is_withdrawn = withdrawn.contains(&version.version);
        let number = version.version;
        books = match books {
            Some(books) if is_withdrawn => Some(books.with_withdrawn(number)),
            None => Some(Books::first(read_book(&version, known)?)),
            Some(books) => Some(books.with(version.from, read_book(&version, known)?)),
        };
    }
    books.ok_or(OpenError::Empty)
}

fn read_book(version: &Version, known: Option<&Books>) -> Result<Arc<RuleBook>, OpenError> {
    if let Some(known) = known.and_then(|books| books.version(version.version)) {
        return Ok(Arc::clone(&known.book));
    }
    let compiled = compile(version.version, &version.files).map_err(|problems| OpenError::Version {
        version: version.version,
        reason: problems.first().map(ToString::to_string).unwrap_or_default(),
    });
    Ok(Arc::new(compiled?.0))
}

/// Every published version, oldest first, those that were withdrawn included.
///
/// # Errors
/// What the store says, or that a version cannot be read.
pub fn versions(store: &dyn Store) -> Result<Vec<Version>, OpenError> {
    all(store)
}

/// Every withdrawal of a version, by the number of the version.
///
/// # Errors
/// What the store says, or that a withdrawal cannot be read.
pub fn withdrawals(store: &dyn Store) -> Result<Vec<Withdrawal>, OpenError> {
    all(store)
}

fn withdrawn(store: &dyn Store) -> Result<Vec<u32>, OpenError> {
    Ok(withdrawals(store)?.into_iter().map(|withdrawal| withdrawal.version).collect())
}

/// Every record of a kind whose ids are numbers of versions.
fn all<R: Record>(store: &dyn Store) -> Result<Vec<R>, OpenError> {
    let mut found = Vec::new();
    let mut from = Bound::Start;
    loop {
        let query =
            Find { kind: R::KIND, column: None, equals: None, order: Order::Ascending, from, limit: limits::PAGE_MAX };
        let page = store.find(&query)?;
        for (id, _, row) in page.rows {
            let record = R::read(&row.body).map_err(|error| OpenError::Version {
                version: id.parse().unwrap_or_default(),
                reason: error.to_string(),
            })?;
            found.push(record);
        }
        match page.next {
            Some(next) => from = next,
            None => return Ok(found),
        }
    }
}

/// Has what other processes publish, withdraw, or do to a sandbox's clock hold here as well.
pub(crate) fn watch(shared: &Arc<Shared>) {
    let engine = Arc::downgrade(shared);
    let told = move || {
        if let Some(shared) = engine.upgrade() {
            shared.adopt_books();
            shared.adopt_clock();
        }
    };
    // A process without a server knows no clients by heart, and tells those that do.
    shared.store.watch(&[Client::KIND], Arc::new(|| {}));
    shared.store.watch(&[Version::KIND, Withdrawal::KIND, ClockOffset::KIND], Arc::new(told));
}

impl Shared {
    fn adopt_clock(&self) {
        match load::<ClockOffset>(self.store.as_ref(), CLOCK_ID) {
            Ok(Some(clock)) => self.clock.set_offset(clock.offset_ms),
            Ok(None) => {}
            Err(error) => tracing::error!(%error, "the sandbox's clock cannot be read again"),
        }
    }

    /// Takes up versions that came and lets go of those that were withdrawn.
    pub(crate) fn adopt_books(&self) {
        let _alone = self.adopting.lock().unwrap_or_else(PoisonError::into_inner);
        let store = self.store.as_ref();
        let read = versions(store).and_then(|versions| stack(versions, &withdrawn(store)?, Some(&self.books())));
        match read {
            Ok(books) => self.set_books(books),
            Err(error) => tracing::error!(%error, "the rule books cannot be read again; those of before stay in force"),
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
        draft: None,
        files: files.clone(),
    };
    let line = Line::new("program.publish", "rule_book", "1").after("author", version.author.as_str());
    let line = audit::first(now, &By::system(), line);
    let (line, head) = line.map_err(|error| StoreError::Broken(error.to_string()))?;
    let puts = vec![
        fresh(Version::id(1), &version)?,
        fresh(AuditLine::id(head.number), &line)?,
        fresh(CompactString::const_new(HEAD_ID), &head)?,
    ];
    store.commit(Batch { puts, ..Batch::default() })?;
    Ok(Books::first(Arc::new(book)))
}

/// A record that is not there yet.
fn fresh<R: Record>(id: CompactString, record: &R) -> Result<Put, StoreError> {
    let mut body = Vec::new();
    record.write(&mut body).map_err(|error| StoreError::Broken(error.to_string()))?;
    let (key, columns) = (Key { kind: R::KIND, id }, record.columns());
    Ok(Put { key, base: 0, due_at: record.due_at(), columns, body: Bytes::from(body) })
}

/// Why a bundle was not published.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// It has mistakes.
    #[error("the bundle has {} mistakes", .0.len())]
    Bundle(Vec<Problem>),
    /// It was refused.
    #[error("{}", refused(.0))]
    Refused(Refusal),
    /// The engine failed.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

impl Engine {
    /// Publishes a bundle as the next version, and says what is unwise about it.
    ///
    /// # Errors
    /// [`PublishError`]; what is in force stays in force then.
    pub fn publish(&self, command: PublishFiles) -> Result<(Published, Vec<Problem>), PublishError> {
        let next = self.books().newest() + 1;
        let (_, warnings) = compile(next, &command.files).map_err(PublishError::Bundle)?;
        let published = self.submit_blocking(command, None)?;
        Ok((published.result.map_err(PublishError::Refused)?, warnings))
    }
}
