//! Random commits and questions: each engine and the plain model agree, however often it is reopened.

use std::path::Path;
use std::time::Duration;

use jifen_store::memory::MemoryStore;
use jifen_store::sqlite::{Options, SqliteStore};
use jifen_store::{Batch, Bound, Find, Key, Kind, Order, Store, Stream, Value};
use jifen_vocab::{Day, Timestamp};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::postgres;
use crate::world::{MEMBER, SCHEMA, SEEN, VOUCHER, column, count, due, entry, key, load, put};

#[derive(Debug, Clone)]
enum Step {
    Commit {
        touched: Vec<Touch>,
        counts: Vec<(u8, u8, i64)>,
    },
    Find {
        kind: u8,
        column: Option<usize>,
        equals: Option<u8>,
        descending: bool,
        after: Option<(u8, u8)>,
        limit: usize,
    },
    Ask {
        now: i64,
        after: u64,
        newest: u64,
        limit: usize,
    },
    Settle,
    Reopen,
}

#[derive(Debug, Clone)]
struct Touch {
    kind: u8,
    id: u8,
    value: Option<u8>,
    due: Option<u8>,
    entries: u8,
    stale: bool,
}

fn touch() -> impl Strategy<Value = Touch> {
    let stale = prop::bool::weighted(0.02);
    (0..3_u8, 0..12_u8, any::<Option<u8>>(), prop::option::of(0..20_u8), 0..3_u8, stale)
        .prop_map(|(kind, id, value, due, entries, stale)| Touch { kind, id, value, due, entries, stale })
}

fn step() -> impl Strategy<Value = Step> {
    let commit = (vec(touch(), 0..8), vec((0..2_u8, 0..3_u8, -9..9_i64), 0..3))
        .prop_map(|(touched, counts)| Step::Commit { touched, counts });
    let find =
        (0..3_u8, prop::option::of(Just(0)), any::<Option<u8>>(), any::<bool>(), any::<Option<(u8, u8)>>(), 0..6_usize)
            .prop_map(|(kind, column, equals, descending, after, limit)| Step::Find {
                kind,
                column,
                equals,
                descending,
                after,
                limit,
            });
    let ask = (0..25_i64, 0..30_u64, 0..30_u64, 0..10_usize).prop_map(|(now, after, newest, limit)| Step::Ask {
        now,
        after,
        newest,
        limit,
    });
    prop_oneof![8 => commit, 4 => find, 4 => ask, 1 => Just(Step::Settle), 1 => Just(Step::Reopen)]
}

fn kind(place: u8) -> &'static Kind {
    [&MEMBER, &VOUCHER, &SEEN][usize::from(place)]
}

fn value(value: Option<u8>) -> Value {
    match value {
        None => Value::Null,
        Some(value) if value % 2 == 0 => Value::Integer(i64::from(value % 6)),
        Some(value) => Value::Text(["", "a", "b"][usize::from(value % 3)].into()),
    }
}

/// The batch that the touches ask for, as the model stands.
fn batch(model: &dyn Store, touched: &[Touch], counts: &[(u8, u8, i64)]) -> Batch {
    let mut batch = Batch::default();
    for touch in touched {
        let (kind, id) = (kind(touch.kind), format!("{}", touch.id));
        let row = load(model, kind, &id);
        let (base, tail) = row.map_or((0, 0), |row| (row.version, row.tail));
        if batch.puts.iter().any(|put| put.key == key(kind, &id)) || (kind.immutable && base > 0 && !touch.stale) {
            continue;
        }
        let base = if touch.stale && kind.immutable { 0 } else { base + u64::from(touch.stale) };
        let mut record = column(put(kind, &id, base, &format!("{touch:?}")), 0, value(touch.value));
        if let Some(at) = touch.due.filter(|_| kind.alarmed) {
            record = due(record, i64::from(at));
        }
        batch.puts.push(record);
        let seq = model.history(Stream(0), tail, 1).unwrap().first().map_or(0, |entry| entry.seq);
        if kind.chained {
            batch.entries.extend((0..u64::from(touch.entries)).map(|n| entry(&id, seq + n + 1)));
        }
    }
    let metric = |metric| if metric == 0 { "issued" } else { "spent" };
    batch.counts.extend(
        counts.iter().map(|(name, day, add)| count(metric(*name), Day::from_number(i32::from(*day)), "x", *add)),
    );
    batch
}

/// Alarms with the same instant may come in any order.
fn sorted(mut due: Vec<(Key, Timestamp)>) -> Vec<(Timestamp, Key)> {
    due.sort_by(|a, b| (a.1, &a.0).cmp(&(b.1, &b.0)));
    due.into_iter().map(|(key, at)| (at, key)).collect()
}

fn compare(store: &dyn Store, model: &dyn Store, step: &Step) {
    match step {
        Step::Commit { touched, counts } => {
            let batch = batch(model, touched, counts);
            let expected = model.commit(batch.clone());
            let keys: Vec<Key> = batch.puts.iter().map(|put| put.key.clone()).collect();
            match (store.commit(batch), expected) {
                (Ok(got), Ok(expected)) => assert_eq!(got, expected),
                (Err(got), Err(expected)) => assert_eq!(got.to_string(), expected.to_string()),
                (got, expected) => panic!("{got:?} instead of {expected:?}"),
            }
            assert_eq!(store.load(&keys).unwrap(), model.load(&keys).unwrap());
        }
        Step::Find { kind: place, column, equals, descending, after, limit } => {
            let order = if *descending { Order::Descending } else { Order::Ascending };
            let from =
                after.map_or(Bound::Start, |(v, id)| Bound::After(value(Some(v)), format!("{}", id % 12).into()));
            let equals = equals.map(|equal| match column {
                Some(_) => value(Some(equal)),
                None => Value::Text(format!("{}", equal % 12).into()),
            });
            let query = Find { kind: kind(*place), column: *column, equals, order, from, limit: *limit };
            assert_eq!(store.find(&query).unwrap(), model.find(&query).unwrap(), "{query:?}");
        }
        Step::Ask { now, after, newest, limit } => {
            let now = Timestamp::from_millis(*now);
            assert_eq!(sorted(store.due(now, 1_000).unwrap()), sorted(model.due(now, 1_000).unwrap()));
            let times = |store: &dyn Store| -> Vec<Timestamp> {
                store.due(now, *limit).unwrap().iter().map(|(_, at)| *at).collect()
            };
            assert_eq!(times(store), times(model));
            assert_eq!(store.next_due().unwrap(), model.next_due().unwrap());
            assert_eq!(
                store.entries(Stream(0), *after, *limit).unwrap(),
                model.entries(Stream(0), *after, *limit).unwrap()
            );
            assert_eq!(
                store.history(Stream(0), *newest, *limit).unwrap(),
                model.history(Stream(0), *newest, *limit).unwrap()
            );
            let (from, to) = (Day::from_number(0), Day::from_number(*limit as i32));
            assert_eq!(store.counters("issued", from, to).unwrap(), model.counters("issued", from, to).unwrap());
        }
        Step::Settle | Step::Reopen => {}
    }
}

/// Tiny sizes, so that everything that happens on large stores happens here.
fn open(dir: &Path, linger_ms: u64) -> SqliteStore {
    let options = Options {
        row_cache_bytes: 64 * 300,
        pending_bytes_max: 8 * 1024,
        chunk_bytes: 2 * 1024,
        checkpoint_bytes: 4 * 1024,
        linger: Duration::from_millis(linger_ms),
        ..Options::default()
    };
    SqliteStore::open_with(dir, SCHEMA, options).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_embedded_engine_and_the_model_agree(steps in vec(step(), 1..60), linger_ms in prop::sample::select(vec![0_u64, 2, 200])) {
        let dir = tempfile::tempdir().unwrap();
        let model = MemoryStore::new();
        let mut store = Some(open(dir.path(), linger_ms));
        for step in &steps {
            match step {
                Step::Reopen => {
                    drop(store.take());
                    store = Some(open(dir.path(), linger_ms));
                }
                Step::Settle => assert!(store.as_ref().unwrap().settle()),
                step => compare(store.as_ref().unwrap(), &model, step),
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn postgres_and_the_model_agree(steps in vec(step(), 1..40)) {
        let address = postgres::server::SHARED.fresh();
        let model = MemoryStore::new();
        let mut store = postgres::open(&address);
        for step in &steps {
            match step {
                Step::Reopen => store = postgres::open(&address),
                step => compare(&store, &model, step),
            }
        }
    }
}
