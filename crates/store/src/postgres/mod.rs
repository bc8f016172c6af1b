//! The engine for several processes: everything is in PostgreSQL, any number of stores may be open on one schema.
//!
//! Nothing is answered from memory that another process may have outdated. A batch is one transaction, sent in one
//! piece; versions are compared under locks taken in one order everywhere, so that of two that decided over the same
//! record one goes down and the other is decided again. The port is synchronous: the store owns a thread that talks to
//! the server, and callers wait for it, on a thread of tokio's without keeping its tasks waiting.
//!
//! When the server goes away and comes back, callers only wait. A commit whose end was not heard is asked after: each
//! attempt leaves a mark in its own transaction, so it is known whether it went down, and one that did not is given up
//! before it is sent again.

mod address;
mod commit;
mod fault;
mod keys;
mod link;
mod marks;
mod reads;
mod schema;
mod spelling;
mod tables;
mod tls;
mod watch;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use deadpool_postgres::{Object, Pool};
use jifen_vocab::{Day, Timestamp};
use tokio::runtime::{Builder, Handle, Runtime, RuntimeFlavor};

pub use self::address::Address;
use self::commit::Arrays;
use self::fault::Fault;
pub(crate) use self::keys::KeyDatabase;
use self::link::{Link, patiently};
pub use self::marks::Mark;
use self::tables::Tables;
use self::watch::Watch;
use crate::{
    Batch, Committed, CounterRow, Entry, EntryNumber, Find, Key, Kind, Page, Row, Schema, Store, StoreError, Stream,
    Told,
};

/// Shards of counters: as many processes can add to the same counter without waiting for each other.
const SHARDS: u64 = 16;

/// How the engine uses its server.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Connections for questions; one more is for commits, and one for hearing of other processes.
    pub connections: usize,
    /// How long a commit waits for a server that is away, before its caller is told.
    pub commit_patience: Duration,
    /// How long a question waits for a server that is away, before its caller is told.
    pub read_patience: Duration,
    /// After how long without a sign others wake what this process was to wake. Looking for what is due is a sign.
    pub share_lease: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            connections: 8,
            commit_patience: Duration::from_secs(20),
            read_patience: Duration::from_secs(5),
            share_lease: Duration::from_secs(15),
        }
    }
}

/// Records and journal in a schema of a PostgreSQL database.
pub struct PostgresStore {
    inner: Arc<Inner>,
    /// Ends with the store.
    runtime: Option<Runtime>,
}

/// What the thread that talks to the server works with.
struct Inner {
    link: Link,
    tables: Tables,
    options: Options,
    readers: Pool,
    /// One connection.
    writers: Pool,
    /// Who this store is among those that write to the schema.
    writer: String,
    shard: i16,
    /// The newest attempt to commit; held while one goes down.
    attempt: tokio::sync::Mutex<i64>,
    watch: Watch,
    /// The channel on which processes tell each other what they wrote.
    channel: String,
    journal: Option<String>,
    due: Option<String>,
    due_in: Option<String>,
    next_due: Option<String>,
}

impl PostgresStore {
    /// Opens the store at an address, and makes its tables where they are missing.
    ///
    /// # Errors
    /// [`StoreError::Away`], [`StoreError::Crowded`] and [`StoreError::Denied`] where no connection comes about,
    /// [`StoreError::Foreign`] where the schema is another program's, [`StoreError::TooNew`] where a newer build must
    /// write it, [`StoreError::ReadOnly`].
    pub fn open(address: &Address, schema: Schema) -> Result<PostgresStore, StoreError> {
        PostgresStore::open_with(address, schema, Options::default())
    }

    /// Opens the store with other options than the default ones.
    ///
    /// # Errors
    /// As for [`PostgresStore::open`].
    pub fn open_with(address: &Address, schema: Schema, options: Options) -> Result<PostgresStore, StoreError> {
        let tables = Tables::new(schema)?;
        let link = Link::new(address)?;
        let runtime = runtime("jifen-postgres")?;
        let wanted = address.schema.clone();
        let inner = wait(runtime.handle(), || Inner::open(link, tables, options, wanted))?;
        Ok(PostgresStore { inner: Arc::new(inner), runtime: Some(runtime) })
    }

    /// How many records each table has, and entries under `journal`. It counts them.
    ///
    /// # Errors
    /// What the database says.
    pub fn census(&self) -> Result<HashMap<&'static str, u64>, StoreError> {
        self.ask(|inner| inner.patiently(async |client: &Object| inner.census(client).await))
    }

    /// How many records of a kind there are, or entries under `journal`. It counts them.
    ///
    /// # Errors
    /// What the database says.
    pub fn count(&self, name: &str) -> Result<u64, StoreError> {
        self.ask(|inner| inner.patiently(async |client: &Object| inner.count(client, name).await))
    }

    /// Carries out what `work` makes of the store, and waits for it.
    fn ask<'a, T: Send, F: Future<Output = Result<T, StoreError>>>(
        &'a self,
        work: impl FnOnce(&'a Inner) -> F + Send,
    ) -> Result<T, StoreError> {
        let Some(runtime) = &self.runtime else { return Err(ended()) };
        wait(runtime.handle(), || work(&self.inner))
    }
}

impl Drop for PostgresStore {
    fn drop(&mut self) {
        // Nobody waits for anything any more: what was committed is durable.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// A thread of its own to talk to a server.
fn runtime(name: &str) -> Result<Runtime, StoreError> {
    let runtime = Builder::new_multi_thread().worker_threads(1).thread_name(name).enable_all().build();
    runtime.map_err(|error| StoreError::Failed { context: "starting a thread", source: Box::new(error) })
}

/// Carries out what `work` makes, on this thread, while the store's thread talks to the server. A thread that serves
/// tokio's tasks lets another take them meanwhile; where it cannot, a thread of its own waits.
fn wait<T: Send, F: Future<Output = Result<T, StoreError>>>(
    handle: &Handle,
    work: impl FnOnce() -> F + Send,
) -> Result<T, StoreError> {
    match Handle::try_current().map(|here| here.runtime_flavor()) {
        Err(_) => handle.block_on(work()),
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(|| handle.block_on(work())),
        Ok(_) => {
            let alone = || std::thread::scope(|scope| scope.spawn(|| handle.block_on(work())).join());
            alone().unwrap_or_else(|_| Err(ended()))
        }
    }
}

fn ended() -> StoreError {
    StoreError::Broken("the store's thread has ended".to_owned())
}

impl Inner {
    async fn open(link: Link, tables: Tables, options: Options, wanted: Option<String>) -> Result<Inner, StoreError> {
        let (link, schema) =
            patiently(options.read_patience, async || begin(&link, &tables, wanted.as_deref()).await).await?;
        let writer = schema::new_identity();
        let shard = u64::from_str_radix(&writer[..8], 16).unwrap_or_default() % SHARDS;
        let readers = link.pool(options.connections, options.read_patience)?;
        let writers = link.pool(1, options.commit_patience)?;
        Ok(Inner {
            journal: tables.journal(),
            due: tables.due(),
            due_in: tables.due_in(),
            next_due: tables.next_due(),
            channel: format!("jifen_{schema}"),
            watch: Watch::default(),
            attempt: tokio::sync::Mutex::new(0),
            shard: shard as i16,
            link,
            tables,
            options,
            readers,
            writers,
            writer,
        })
    }

    /// Asks on a connection of its own, again on another where the connection is lost.
    async fn patiently<T>(&self, question: impl AsyncFn(&Object) -> Result<T, Fault>) -> Result<T, StoreError> {
        let attempt = async || {
            let client = self.readers.get().await.map_err(|error| self.link.doing("connecting").pool(error))?;
            question(&client).await
        };
        patiently(self.options.read_patience, attempt).await
    }

    async fn commit(&self, batch: Batch) -> Result<Committed, StoreError> {
        let arrays = Arrays::of(&batch, &self.tables)?;
        if arrays.is_empty() {
            return self.patiently(async |client: &Object| self.newest(client).await).await;
        }
        let mut attempt = self.attempt.lock().await;
        let until = Instant::now() + self.options.commit_patience;
        loop {
            *attempt += 1;
            let lost = match self.send(&arrays, *attempt).await {
                Ok(committed) => return Ok(committed),
                Err(Fault::Stands(error)) => return Err(error),
                Err(Fault::Lost(error)) => error,
            };
            let left = until.saturating_duration_since(Instant::now());
            match patiently(left, async || self.give_up(*attempt, arrays.has_entries()).await).await {
                Ok(Some(committed)) => return Ok(committed),
                Ok(None) if until > Instant::now() => tracing::warn!(%lost, "a batch is sent again"),
                Ok(None) => return Err(lost),
                Err(error) => {
                    tracing::error!(%error, "the end of a commit was not heard");
                    return Err(StoreError::Unsure { server: self.link.server.clone() });
                }
            }
        }
    }

    async fn writer(&self) -> Result<Object, Fault> {
        self.writers.get().await.map_err(|error| self.link.doing("connecting").pool(error))
    }

    async fn send(&self, arrays: &Arrays<'_>, attempt: i64) -> Result<Committed, Fault> {
        let client = self.writer().await?;
        arrays.send(&client, self, attempt).await
    }

    /// What became of an attempt whose end was not heard; one that did not go down will not.
    async fn give_up(&self, attempt: i64, has_entries: bool) -> Result<Option<Committed>, Fault> {
        let client = self.writer().await?;
        let failed = |error| self.link.doing("asking after a commit").failed(error);
        let sql = "SELECT committed, newest FROM jifen_give_up($1, $2)";
        let row = client.query_one(sql, &[&self.writer, &attempt]).await.map_err(failed)?;
        match (row.get::<_, bool>(0), has_entries) {
            (false, _) => Ok(None),
            (true, true) => Ok(Some(Committed { last_entry: row.get::<_, i64>(1) as u64 })),
            (true, false) => self.newest(&client).await.map(Some),
        }
    }

    async fn newest(&self, client: &Object) -> Result<Committed, Fault> {
        let failed = |error| self.link.doing("reading the journal").failed(error);
        let row = client.query_one(tables::NEWEST, &[]).await.map_err(failed)?;
        Ok(Committed { last_entry: row.get::<_, i64>(0) as u64 })
    }
}

/// Brings the schema up to date and gives the link whose sessions are in it, and its name.
async fn begin(link: &Link, tables: &Tables, wanted: Option<&str>) -> Result<(Link, String), Fault> {
    let (within, schema, mut client) = link.enter(wanted).await?;
    schema::prepare(&mut client, &within, &schema, tables).await?;
    Ok((within, schema))
}

impl Store for PostgresStore {
    fn load(&self, keys: &[Key]) -> Result<Vec<Option<Row>>, StoreError> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        self.ask(|inner| inner.patiently(async |client: &Object| inner.load(client, keys).await))
    }

    fn commit(&self, batch: Batch) -> Result<Committed, StoreError> {
        self.ask(|inner| inner.commit(batch))
    }

    fn find(&self, query: &Find) -> Result<Page, StoreError> {
        self.ask(|inner| inner.patiently(async |client: &Object| inner.find(client, query).await))
    }

    fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<(Key, Timestamp)>, StoreError> {
        self.ask(|inner| inner.patiently(async |client: &Object| inner.due(client, now, limit).await))
    }

    fn claim_due(&self, now: Timestamp, limit: usize) -> Result<Vec<(Key, Timestamp)>, StoreError> {
        self.ask(|inner| inner.patiently(async |client: &Object| inner.claim_due(client, now, limit).await))
    }

    fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        self.ask(|inner| inner.patiently(async |client: &Object| inner.next_due(client).await))
    }

    fn entries(&self, stream: Stream, after: EntryNumber, limit: usize) -> Result<Vec<Entry>, StoreError> {
        self.ask(|inner| inner.patiently(async |client: &Object| inner.entries(client, stream, after, limit).await))
    }

    fn history(&self, stream: Stream, newest: EntryNumber, limit: usize) -> Result<Vec<Entry>, StoreError> {
        self.ask(|inner| inner.patiently(async |client: &Object| inner.history(client, stream, newest, limit).await))
    }

    fn counters(&self, metric: &str, from: Day, to: Day) -> Result<Vec<CounterRow>, StoreError> {
        self.ask(|inner| inner.patiently(async |client: &Object| inner.counters(client, metric, from, to).await))
    }

    fn counters_of(&self, metric: &str, day: Day, dimensions: &str) -> Result<Vec<CounterRow>, StoreError> {
        self.ask(|inner| {
            inner.patiently(async |client: &Object| inner.counters_of(client, metric, day, dimensions).await)
        })
    }

    fn is_shared(&self) -> bool {
        true
    }

    fn watch(&self, kinds: &[&'static Kind], told: Told) {
        let Some(runtime) = &self.runtime else { return };
        let kinds = kinds.iter().map(|kind| kind.name).collect();
        if self.inner.watch.add(kinds, told) {
            let (link, channel, writer) =
                (self.inner.link.clone(), self.inner.channel.clone(), self.inner.writer.clone());
            runtime.spawn(self.inner.watch.clone().listen(link, channel, writer));
        }
    }
}
