//! The schema: made once however many begin together, never another program's, never a newer build's.

use jifen_store::postgres::{Address, PostgresStore};
use jifen_store::{Column, Kind, Schema, Store, StoreError};

use super::open;
use super::server::SHARED;
use crate::world::{MEMBER, REWARD, SCHEMA, column, load, put, puts};

fn open_with(address: &str, schema: Schema) -> Result<PostgresStore, StoreError> {
    PostgresStore::open(&address.parse::<Address>().unwrap(), schema)
}

fn name(address: &str) -> &str {
    address.split_once("schema=").unwrap().1
}

/// What is in the schema, in words that do not change with PostgreSQL's version.
const DESCRIBE: &str = "
    SELECT line FROM (SELECT 'column ' || table_name || '.' || column_name || ' ' || data_type || coalesce(' collate ' || collation_name, '')
        || CASE is_nullable WHEN 'NO' THEN ' not null' ELSE '' END || coalesce(' default ' || column_default, '')
    FROM information_schema.columns WHERE table_schema = 'NAME'
    UNION ALL SELECT 'index ' || replace(indexdef, 'NAME.', '') FROM pg_indexes WHERE schemaname = 'NAME'
    UNION ALL SELECT 'function ' || proname || '(' || pg_get_function_arguments(oid) || ')' FROM pg_proc
        WHERE pronamespace = 'NAME'::regnamespace
    UNION ALL SELECT 'meta ' || name || ' ' || value FROM \"NAME\".meta WHERE name NOT IN ('store', 'kinds')
    ) AS lines (line) ORDER BY line COLLATE \"C\"";

#[test]
fn the_schema_is_what_it_was() {
    let address = SHARED.fresh();
    drop(open(&address));
    let found = SHARED.psql(&DESCRIBE.replace("NAME", name(&address)));
    let kept = include_str!("schema.txt");
    assert_eq!(found.trim(), kept.trim(), "a change of the schema is a new step, and then a new schema.txt:\n{found}");
}

// row REL-17
#[test]
fn a_schema_of_the_first_step_is_brought_up_while_its_build_goes_on() {
    let address = SHARED.fresh();
    let before = open(&address);
    before.commit(puts(vec![put(&REWARD, "r", 0, "a")])).unwrap();
    let schema = name(&address);
    SHARED.psql(&format!(
        "DROP FUNCTION {schema}.jifen_hold_shares; DROP TABLE {schema}.due_shares, {schema}.due_workers;
         UPDATE {schema}.meta SET value = '1' WHERE name = 'steps'"
    ));
    let after = open(&address);
    let found = SHARED.psql(&DESCRIBE.replace("NAME", schema));
    assert_eq!(found.trim(), include_str!("schema.txt").trim());
    after.commit(puts(vec![put(&REWARD, "r", 1, "b")])).unwrap();
    before.commit(puts(vec![put(&REWARD, "r", 2, "c")])).unwrap();
    assert_eq!(load(&after, &REWARD, "r").unwrap().version, 3);
}

#[test]
fn those_who_begin_together_make_it_once() {
    let address = SHARED.fresh();
    std::thread::scope(|scope| {
        let opened: Vec<_> = (0..4).map(|_| scope.spawn(|| open_with(&address, SCHEMA).map(drop))).collect();
        opened.into_iter().for_each(|opened| opened.join().unwrap().unwrap());
    });
    let store = open(&address);
    store.commit(puts(vec![put(&REWARD, "r", 0, "a")])).unwrap();
    drop(store);
    assert_eq!(load(&open(&address), &REWARD, "r").unwrap().version, 1);
}

#[test]
fn another_programs_tables_are_left_alone() {
    let address = SHARED.fresh();
    let schema = name(&address);
    for table in ["CREATE TABLE NAME.orders (id int)", "CREATE TABLE NAME.meta (name text, value text)"] {
        let theirs = table.replace("NAME", schema);
        SHARED.psql(&format!("DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}; {theirs}"));
        let before =
            SHARED.psql(&format!("SELECT count(*) FROM pg_class WHERE relnamespace = '{schema}'::regnamespace"));
        let error = open_with(&address, SCHEMA).err().unwrap();
        assert!(matches!(error, StoreError::Foreign { .. }), "{error:?}");
        assert!(error.to_string().contains("another program"), "{error}");
        let after =
            SHARED.psql(&format!("SELECT count(*) FROM pg_class WHERE relnamespace = '{schema}'::regnamespace"));
        assert_eq!(before, after);
    }
}

#[test]
fn a_newer_build_shuts_this_one_out_at_once() {
    let address = SHARED.fresh();
    let store = open(&address);
    store.commit(puts(vec![put(&REWARD, "r", 0, "a")])).unwrap();
    SHARED.psql(&format!("UPDATE {}.meta SET value = '9' WHERE name = 'oldest_writer'", name(&address)));
    // The one that runs writes nothing more and still answers; a new one does not begin.
    let error = store.commit(puts(vec![put(&REWARD, "r", 1, "b")])).unwrap_err();
    assert!(matches!(error, StoreError::TooNew { needed: 9, .. }), "{error:?}");
    assert_eq!(load(&store, &REWARD, "r").unwrap().version, 1);
    let error = open_with(&address, SCHEMA).err().unwrap();
    assert!(matches!(error, StoreError::TooNew { needed: 9, .. }), "{error:?}");
}

#[test]
fn damaged_notes_are_not_taken_for_a_beginning() {
    for damage in
        ["DELETE FROM NAME.meta WHERE name = 'steps'", "UPDATE NAME.meta SET value = 'x' WHERE name = 'steps'"]
    {
        let address = SHARED.fresh();
        drop(open(&address));
        SHARED.psql(&damage.replace("NAME", name(&address)));
        let error = open_with(&address, SCHEMA).err().unwrap();
        assert!(error.to_string().contains("does not say its steps"), "{error}");
    }
}

static MEMBER_AS_IT_WAS: Kind = Kind { columns: &[Column { name: "phone" }], alarmed: false, ..member() };
const fn member() -> Kind {
    Kind { name: "member", columns: &[], alarmed: true, chained: true, immutable: false }
}
pub(super) static OLDER: Schema = &[&MEMBER_AS_IT_WAS];

#[test]
fn kinds_may_be_declared_with_more_while_the_build_before_goes_on() {
    let address = SHARED.fresh();
    let older = open_with(&address, OLDER).unwrap();
    older.commit(puts(vec![put(&MEMBER_AS_IT_WAS, "m", 0, "old")])).unwrap();
    let newer = open(&address);
    assert_eq!(load(&newer, &MEMBER, "m").unwrap().version, 1);
    newer.commit(puts(vec![column(put(&MEMBER, "m", 1, "new"), 1, jifen_store::Value::Integer(3))])).unwrap();
    older.commit(puts(vec![put(&MEMBER_AS_IT_WAS, "m", 2, "old again")])).unwrap();
    assert_eq!(load(&newer, &MEMBER, "m").unwrap().version, 3);
}

#[test]
fn without_a_schema_it_is_the_first_of_the_search_path() {
    SHARED.psql("CREATE DATABASE plain");
    let address = SHARED.database().replace("/postgres", "/plain");
    open_with(&address, SCHEMA).unwrap().commit(puts(vec![put(&REWARD, "r", 0, "a")])).unwrap();
    assert_eq!(
        load(&open_with(&format!("{address}?schema=public"), SCHEMA).unwrap(), &REWARD, "r").unwrap().version,
        1
    );
    let error = open_with(&format!("{address}?options=-c%20search_path%3Dmissing"), SCHEMA).err().unwrap();
    assert!(error.to_string().contains("schema"), "{error}");
}
