//! Keys of members in a database of their own, for several machines.
//!
//! Whoever changes something waits for whoever else does, as with the file: so no member gets two keys, and a new
//! master key comes between two changes, never into one.

use std::time::Duration;

use compact_str::CompactString;
use deadpool_postgres::{Object, Pool};
use tokio::runtime::Runtime;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Row};

use super::fault::Fault;
use super::link::{Link, patiently};
use super::{Address, ended, runtime, schema, wait};
use crate::StoreError;
use crate::keyring::Ring;

/// What the schema says it belongs to.
pub(super) const PRODUCT: &str = "jifen keys";

/// What this build writes.
const FORMAT: u32 = 1;

/// Connections: seals wait for each other, readers do not.
const CONNECTIONS: usize = 4;

/// How long anything waits for a server that is away, before its caller is told.
const PATIENCE: Duration = Duration::from_secs(5);

/// Under which number those wait for each other who change something.
const LOCK: i32 = 0x4A46_4B59;

const TABLES: &str = r#"
    CREATE TABLE meta (name text PRIMARY KEY, value text NOT NULL);
    CREATE TABLE member_key (member text COLLATE "C" PRIMARY KEY, sealed bytea NOT NULL);
    CREATE TABLE contact (hash bytea NOT NULL, member text COLLATE "C" NOT NULL, PRIMARY KEY (hash, member));
    CREATE INDEX contact_member ON contact (member);
    CREATE TABLE mark (name text COLLATE "C" PRIMARY KEY, value bytea NOT NULL);
"#;

/// Why a store and keys do not stand in one schema.
pub(super) fn apart(schema: &str, holds: &str) -> String {
    format!(
        "its schema {schema} holds {holds}: records and keys are kept in two databases, so that no backup of one holds \
         the other"
    )
}

/// The database, open.
pub(crate) struct KeyDatabase {
    link: Link,
    pool: Pool,
    /// Ends with it.
    runtime: Option<Runtime>,
}

impl std::fmt::Debug for KeyDatabase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeyDatabase").field("server", &self.link.server).finish_non_exhaustive()
    }
}

impl Drop for KeyDatabase {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl KeyDatabase {
    /// Opens the database, and makes its tables where they are missing.
    pub(crate) fn open(address: &Address) -> Result<KeyDatabase, StoreError> {
        let link = Link::new(address)?;
        let runtime = runtime("jifen-keys")?;
        let begin = async || {
            let (within, schema, mut client) = link.enter(address.schema.as_deref()).await?;
            prepare(&mut client, &within, &schema).await?;
            Ok(within)
        };
        let link = wait(runtime.handle(), || patiently(PATIENCE, begin))?;
        let pool = link.pool(CONNECTIONS, PATIENCE)?;
        Ok(KeyDatabase { link, pool, runtime: Some(runtime) })
    }

    /// The content, to read. Each question is one of its own.
    pub(crate) fn read(&self) -> impl Ring + '_ {
        Session { keys: self, change: None }
    }

    /// Changes, all or nothing, durable on return.
    pub(crate) fn change<T, E: From<StoreError>>(
        &self,
        change: impl FnOnce(&dyn Ring) -> Result<T, E>,
    ) -> Result<T, E> {
        let session = Session { keys: self, change: Some(Change(Some(self.begin()?))) };
        match change(&session) {
            Ok(answer) => session.end("COMMIT").map(|()| answer).map_err(E::from),
            Err(error) => {
                // Where that fails, the connection goes and the server undoes it.
                let _ = session.end("ROLLBACK");
                Err(error)
            }
        }
    }

    /// Frees the room of what was deleted.
    pub(crate) fn scour(&self) -> Result<(), StoreError> {
        self.patiently(async |client: &Object| {
            let failed = |error| self.link.doing("freeing deleted keys").failed(error);
            client.batch_execute("SET statement_timeout = 0").await.map_err(failed)?;
            let done = client.batch_execute("VACUUM member_key").await;
            let done = if done.is_ok() { client.batch_execute("VACUUM contact").await } else { done };
            let reset = client.batch_execute("SET statement_timeout = '30s'").await;
            done.and(reset).map_err(failed)
        })
    }

    /// A connection in a transaction that nobody else changes anything beside.
    fn begin(&self) -> Result<Object, StoreError> {
        self.ask(async || {
            patiently(PATIENCE, async || {
                let client = self.connected().await?;
                let begun = client.batch_execute(&format!("BEGIN; SELECT pg_advisory_xact_lock({LOCK}, 0)")).await;
                match begun {
                    Ok(()) => Ok(client),
                    Err(error) => {
                        drop(Object::take(client));
                        Err(self.link.doing("changing the keys of members").failed(error))
                    }
                }
            })
            .await
        })
    }

    async fn connected(&self) -> Result<Object, Fault> {
        self.pool.get().await.map_err(|error| self.link.doing("connecting to the keys of members").pool(error))
    }

    fn patiently<T: Send>(&self, question: impl AsyncFn(&Object) -> Result<T, Fault> + Sync) -> Result<T, StoreError> {
        self.ask(async || patiently(PATIENCE, async || question(&self.connected().await?).await).await)
    }

    fn ask<'k, T: Send, F: Future<Output = Result<T, StoreError>>>(
        &'k self,
        work: impl FnOnce() -> F + Send + 'k,
    ) -> Result<T, StoreError> {
        let runtime = self.runtime.as_ref().ok_or_else(ended)?;
        wait(runtime.handle(), work)
    }
}

/// A connection within a change. Where the change does not come to its end, the connection goes with it.
struct Change(Option<Object>);

impl Drop for Change {
    fn drop(&mut self) {
        if let Some(client) = self.0.take() {
            drop(Object::take(client));
        }
    }
}

/// The content, within one reading or change.
struct Session<'k> {
    keys: &'k KeyDatabase,
    change: Option<Change>,
}

type Values<'a> = [&'a (dyn ToSql + Sync)];

impl Session<'_> {
    fn rows(&self, sql: &str, values: &Values<'_>) -> Result<Vec<Row>, StoreError> {
        let query = async |client: &Object| {
            let failed = |error| self.keys.link.doing("reading the keys of members").failed(error);
            let statement = client.prepare_cached(sql).await.map_err(failed)?;
            client.query(&statement, values).await.map_err(failed)
        };
        match self.change.as_ref().and_then(|change| change.0.as_ref()) {
            Some(client) => self.keys.ask(async || query(client).await.map_err(Fault::into_error)),
            None => self.keys.patiently(query),
        }
    }

    fn run(&self, sql: &str, values: &Values<'_>) -> Result<(), StoreError> {
        self.rows(sql, values).map(drop)
    }

    fn one(&self, sql: &str, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.rows(sql, &[&name])?.first().map(|row| row.get(0)))
    }

    fn end(mut self, how: &str) -> Result<(), StoreError> {
        let Some(client) = self.change.as_mut().and_then(|change| change.0.take()) else { return Ok(()) };
        self.keys.ask(async || match client.batch_execute(how).await {
            Ok(()) => Ok(()),
            Err(error) => {
                drop(Object::take(client));
                Err(self.keys.link.doing("changing the keys of members").failed(error).into_error())
            }
        })
    }
}

impl Ring for Session<'_> {
    fn key(&self, member: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.one("SELECT sealed FROM member_key WHERE member = $1", member)
    }

    fn put_key(&self, member: &str, sealed: &[u8]) -> Result<(), StoreError> {
        let sql = "INSERT INTO member_key VALUES ($1, $2) ON CONFLICT (member) DO UPDATE SET sealed = excluded.sealed";
        self.run(sql, &[&member, &sealed])
    }

    fn drop_key(&self, member: &str) -> Result<(), StoreError> {
        self.run("DELETE FROM member_key WHERE member = $1", &[&member])
    }

    fn members(&self, after: &str, limit: usize) -> Result<Vec<CompactString>, StoreError> {
        let sql = "SELECT member FROM member_key WHERE member > $1 ORDER BY member LIMIT $2";
        Ok(self.rows(sql, &[&after, &(limit as i64)])?.iter().map(text).collect())
    }

    fn with_contact(&self, hash: &[u8]) -> Result<Vec<CompactString>, StoreError> {
        let sql = "SELECT member FROM contact WHERE hash = $1 ORDER BY member";
        Ok(self.rows(sql, &[&hash])?.iter().map(text).collect())
    }

    fn contacts(&self, member: &str) -> Result<Vec<Vec<u8>>, StoreError> {
        let sql = "SELECT hash FROM contact WHERE member = $1 ORDER BY hash";
        Ok(self.rows(sql, &[&member])?.iter().map(|row| row.get(0)).collect())
    }

    fn add_contact(&self, hash: &[u8], member: &str) -> Result<(), StoreError> {
        self.run("INSERT INTO contact VALUES ($1, $2) ON CONFLICT DO NOTHING", &[&hash, &member])
    }

    fn drop_contacts(&self, member: &str) -> Result<(), StoreError> {
        self.run("DELETE FROM contact WHERE member = $1", &[&member])
    }

    fn mark(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.one("SELECT value FROM mark WHERE name = $1", name)
    }

    fn marks(&self, prefix: &str, after: &str, limit: usize) -> Result<Vec<(CompactString, Vec<u8>)>, StoreError> {
        let sql = "SELECT name, value FROM mark WHERE name > $1 AND name >= $2 AND starts_with(name, $2)
            ORDER BY name LIMIT $3";
        let rows = self.rows(sql, &[&after, &prefix, &(limit as i64)])?;
        Ok(rows.iter().map(|row| (text(row), row.get(1))).collect())
    }

    fn set_mark(&self, name: &str, value: &[u8]) -> Result<(), StoreError> {
        let sql = "INSERT INTO mark VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
        self.run(sql, &[&name, &value])
    }

    fn drop_mark(&self, name: &str) -> Result<(), StoreError> {
        self.run("DELETE FROM mark WHERE name = $1", &[&name])
    }
}

fn text(row: &Row) -> CompactString {
    row.get::<_, &str>(0).into()
}

/// Makes the tables where they are missing, in one transaction under one lock.
async fn prepare(client: &mut Client, link: &Link, schema: &str) -> Result<(), Fault> {
    let doing = link.doing("preparing the keys of members");
    let failed = |error| doing.failed(error);
    let tx = client.transaction().await.map_err(failed)?;
    schema::enter(&tx, schema).await.map_err(failed)?;
    let (tables, product) = schema::owner(&tx, schema).await.map_err(failed)?;
    if tables == 0 {
        tx.batch_execute(TABLES).await.map_err(failed)?;
        schema::note(&tx, "product", PRODUCT).await.map_err(failed)?;
        schema::note(&tx, "format", &FORMAT.to_string()).await.map_err(failed)?;
        return tx.commit().await.map_err(failed);
    }
    match product.as_deref() {
        Some(PRODUCT) => {}
        Some("jifen") => return Err(schema::foreign(link, &apart(schema, "the store"))),
        _ => return Err(schema::others(link, schema)),
    }
    let format = schema::read(&tx, "format").await.map_err(failed)?;
    match format.and_then(|format| format.parse::<u32>().ok()) {
        Some(FORMAT) => tx.commit().await.map_err(failed),
        Some(needed) => Err(StoreError::TooNew { needed, ours: FORMAT }.into()),
        None => Err(schema::foreign(link, &format!("its schema {schema} does not say its format: it is damaged"))),
    }
}
