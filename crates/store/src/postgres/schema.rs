//! The schema: made where it is missing, brought up to date where it is older, left alone where it is another's.
//!
//! One transaction under one lock does all of it, so it is done whole or not at all, and of processes that start
//! together one does it. Steps only add: processes of the build before go on working meanwhile. A step that they could
//! not bear raises `oldest_writer`, which every commit looks at.

use std::hash::BuildHasher;

use tokio_postgres::{Client, Transaction};

use super::fault::Fault;
use super::link::Link;
use super::tables::Tables;
use super::{address, keys};
use crate::StoreError;

/// What this build writes.
pub(super) const FORMAT: u32 = 1;
/// The oldest format whose builds may write what this build writes.
pub(super) const OLDEST_WRITER: u32 = 1;

/// The steps that made what is there what it is, oldest first. A step that was released never changes.
const STEPS: [&str; 2] = [include_str!("steps/0001-begin.sql"), include_str!("steps/0002-shares.sql")];

/// Under which number the lock is taken that schemas are changed under.
const LOCK: i64 = 0x4A46_5343;

/// The schema a session is in, or the first of its search path.
pub(super) async fn name(client: &Client, link: &Link, wanted: Option<&str>) -> Result<String, Fault> {
    if let Some(wanted) = wanted {
        return Ok(wanted.to_owned());
    }
    let doing = link.doing("asking for the schema");
    let row = client.query_one("SELECT current_schema()::text", &[]).await.map_err(|error| doing.failed(error))?;
    let name: Option<String> = row.get(0);
    let name = name.ok_or_else(|| foreign(link, "its search path names no schema that exists; give ?schema=NAME"))?;
    address::plain(&name)?;
    Ok(name)
}

/// Brings the schema up to date.
pub(super) async fn prepare(client: &mut Client, link: &Link, schema: &str, tables: &Tables) -> Result<(), Fault> {
    let doing = link.doing("preparing the schema");
    let failed = |error| doing.failed(error);
    let tx = client.transaction().await.map_err(failed)?;
    // Large tables may get an index.
    tx.batch_execute("SET LOCAL statement_timeout = 0").await.map_err(failed)?;
    enter(&tx, schema).await.map_err(failed)?;
    let done = steps_done(&tx, link, schema).await?;
    let steps = STEPS.iter().zip(1_i64..).filter(|(_, number)| *number > done);
    for (step, number) in steps {
        tx.batch_execute(step).await.map_err(failed)?;
        note(&tx, "steps", &number.to_string()).await.map_err(failed)?;
        if number == 1 {
            note(&tx, "product", "jifen").await.map_err(failed)?;
            note(&tx, "store", &new_identity()).await.map_err(failed)?;
            note(&tx, "oldest_writer", &OLDEST_WRITER.to_string()).await.map_err(failed)?;
        }
    }
    raise_oldest_writer(&tx, link).await?;
    create_kinds(&tx, tables).await.map_err(failed)?;
    tx.commit().await.map_err(failed)
}

/// Makes the schema where it is missing, and keeps others from changing it until the transaction ends.
pub(super) async fn enter(tx: &Transaction<'_>, schema: &str) -> Result<(), tokio_postgres::Error> {
    tx.execute("SELECT pg_advisory_xact_lock($1, hashtext($2))", &[&(LOCK as i32), &schema]).await?;
    let there = tx.query_one("SELECT to_regnamespace($1) IS NOT NULL", &[&schema]).await?;
    if !there.get::<_, bool>(0) {
        tx.batch_execute(&format!("CREATE SCHEMA {schema}")).await?;
    }
    Ok(())
}

/// How many tables the schema has, and which product says that they are its own.
pub(super) async fn owner(tx: &Transaction<'_>, schema: &str) -> Result<(i64, Option<String>), tokio_postgres::Error> {
    // Tables that belong to an extension are nobody's.
    let others = "SELECT coalesce(bool_or(relname = 'meta'), false), count(*) FROM pg_class c
        WHERE relnamespace = to_regnamespace($1) AND relkind IN ('r', 'p')
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')";
    let row = tx.query_one(others, &[&schema]).await?;
    let (has_meta, tables): (bool, i64) = (row.get(0), row.get(1));
    let columns = "SELECT count(*) FROM information_schema.columns
        WHERE table_schema = $1 AND table_name = 'meta' AND column_name IN ('name', 'value') AND data_type = 'text'";
    let is_readable = has_meta && tx.query_one(columns, &[&schema]).await?.get::<_, i64>(0) == 2;
    Ok((tables, if is_readable { read(tx, "product").await? } else { None }))
}

/// How many of our steps the schema has seen.
async fn steps_done(tx: &Transaction<'_>, link: &Link, schema: &str) -> Result<i64, Fault> {
    let doing = link.doing("reading the schema");
    let failed = |error| doing.failed(error);
    let (tables, product) = owner(tx, schema).await.map_err(failed)?;
    if tables == 0 {
        return Ok(0);
    }
    match product.as_deref() {
        Some("jifen") => {}
        Some(keys::PRODUCT) => return Err(foreign(link, &keys::apart(schema, "the keys of members"))),
        _ => return Err(others(link, schema)),
    }
    let damaged = |name: &str| foreign(link, &format!("its schema {schema} does not say its {name}: it is damaged"));
    let number = |name: &'static str, value: Option<String>| {
        value.and_then(|value| value.parse::<i64>().ok()).ok_or_else(|| damaged(name))
    };
    let oldest_writer = number("oldest_writer", read(tx, "oldest_writer").await.map_err(failed)?)?;
    if oldest_writer > i64::from(FORMAT) {
        let needed = u32::try_from(oldest_writer).unwrap_or(u32::MAX);
        return Err(StoreError::TooNew { needed, ours: FORMAT }.into());
    }
    number("steps", read(tx, "steps").await.map_err(failed)?)
}

/// Shuts out builds that could not bear what this one writes. The lock waits for commits that are going down, and those
/// that come after it see what is written here.
async fn raise_oldest_writer(tx: &Transaction<'_>, link: &Link) -> Result<(), Fault> {
    let doing = link.doing("raising the oldest writer");
    let failed = |error| doing.failed(error);
    let now = read(tx, "oldest_writer").await.map_err(failed)?;
    if now.and_then(|now| now.parse::<u32>().ok()).is_some_and(|now| now >= OLDEST_WRITER) {
        return Ok(());
    }
    tx.batch_execute("LOCK TABLE writers IN EXCLUSIVE MODE").await.map_err(failed)?;
    note(tx, "oldest_writer", &OLDEST_WRITER.to_string()).await.map_err(failed)
}

/// Tables, columns and indexes of kinds that are not there yet. Nothing is touched, and nobody waits, where the same
/// kinds were there before.
async fn create_kinds(tx: &Transaction<'_>, tables: &Tables) -> Result<(), tokio_postgres::Error> {
    let sql = tables.create();
    let row = tx.query_one("SELECT md5($1)", &[&sql]).await?;
    let fingerprint: String = row.get(0);
    if read(tx, "kinds").await?.as_ref() == Some(&fingerprint) {
        return Ok(());
    }
    tx.batch_execute(&sql).await?;
    note(tx, "kinds", &fingerprint).await
}

pub(super) async fn read(tx: &Transaction<'_>, name: &str) -> Result<Option<String>, tokio_postgres::Error> {
    let row = tx.query_opt("SELECT value FROM meta WHERE name = $1", &[&name]).await?;
    Ok(row.map(|row| row.get(0)))
}

pub(super) async fn note(tx: &Transaction<'_>, name: &str, value: &str) -> Result<(), tokio_postgres::Error> {
    let sql = "INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    tx.execute(sql, &[&name, &value]).await.map(|_| ())
}

/// A name nobody else has.
pub(super) fn new_identity() -> String {
    let random = || std::hash::RandomState::new().hash_one(std::process::id());
    format!("{:016x}{:016x}", random(), random())
}

/// What stands in the schema is another program's.
pub(super) fn others(link: &Link, schema: &str) -> Fault {
    foreign(link, &format!("its schema {schema} holds tables of another program; give ?schema=NAME"))
}

pub(super) fn foreign(link: &Link, reason: &str) -> Fault {
    let path = format!("the database {}", link.server);
    Fault::Stands(StoreError::Foreign { path, reason: reason.to_owned() })
}
