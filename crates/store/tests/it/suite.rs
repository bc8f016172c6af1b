//! The contract of [`Store`], one check for each promise. Each check is given an empty store.

use jifen_store::{Batch, Bound, CounterRow, Find, Key, Kind, Order, Page, Store, StoreError, Stream, Value};
use jifen_vocab::Timestamp;

use crate::world::{MEMBER, REWARD, SEEN, VOUCHER, body, column, count, day, due, entry, key, load, put, puts};

type Check = fn(&dyn Store);

/// Runs every check; `with` makes an empty store and gives it to the check.
pub(crate) fn run(with: impl Fn(Check)) {
    let checks: &[Check] = &[
        records_come_back_as_they_were_put,
        many_records_are_loaded_at_once,
        a_stale_base_changes_nothing,
        what_was_only_read_must_not_have_changed,
        immutable_records_are_written_once,
        broken_batches_are_refused_whole,
        entries_are_numbered_without_gaps_and_linked,
        history_goes_back_from_any_entry,
        counters_add_up,
        counters_are_read_by_how_they_begin,
        records_are_found_by_column,
        records_are_listed_by_id,
        pages_join_up_without_gaps,
        alarms_come_earliest_first,
        an_empty_batch_is_nothing,
        odd_bodies_and_ids_survive,
    ];
    checks.iter().for_each(|check| with(*check));
}

fn records_come_back_as_they_were_put(store: &dyn Store) {
    assert_eq!(store.load(&[]).unwrap(), vec![]);
    assert_eq!(load(store, &MEMBER, "m1"), None);
    store.commit(puts(vec![due(put(&MEMBER, "m1", 0, "a"), 5), put(&REWARD, "m1", 0, "b")])).unwrap();
    store.commit(puts(vec![put(&MEMBER, "m1", 1, "c")])).unwrap();
    let rows = store.load(&[key(&REWARD, "m1"), key(&MEMBER, "none"), key(&MEMBER, "m1"), key(&MEMBER, "m1")]).unwrap();
    let reward = rows[0].as_ref().unwrap();
    assert_eq!((reward.version, reward.due_at, reward.tail, &reward.body), (1, None, 0, &body("b")));
    assert_eq!(rows[1], None);
    let member = rows[2].as_ref().unwrap();
    assert_eq!((member.version, member.due_at, member.tail, &member.body), (2, None, 0, &body("c")));
    assert_eq!(rows[2], rows[3]);
}

/// Of kinds of all sorts, known and unknown, some asked for twice, in no order.
fn many_records_are_loaded_at_once(store: &dyn Store) {
    let kinds = [&MEMBER, &REWARD, &SEEN];
    let ids = (0..600_usize).map(|number| (kinds[number % 3], format!("id-{}", number * 7_919 % 1_000)));
    let ids: Vec<(&'static Kind, String)> = ids.collect();
    let (known, unknown) = ids.split_at(400);
    store.commit(puts(known.iter().map(|(kind, id)| put(kind, id, 0, id)).collect())).unwrap();
    let mut asked: Vec<usize> = (0..known.len() + unknown.len()).chain(0..50).collect();
    asked.sort_by_key(|place| place * 7_907 % 1_009);
    let keys: Vec<Key> = asked.iter().map(|place| key(ids[*place].0, &ids[*place].1)).collect();
    let rows = store.load(&keys).unwrap();
    assert_eq!(rows.len(), keys.len());
    for (place, row) in asked.into_iter().zip(rows) {
        let stored = (place < known.len()).then(|| body(&ids[place].1));
        assert_eq!(row.map(|row| row.body), stored, "{:?}", ids[place].1);
    }
}

fn a_stale_base_changes_nothing(store: &dyn Store) {
    store.commit(puts(vec![put(&MEMBER, "m1", 0, "a")])).unwrap();
    for base in [0, 2, 7] {
        let mut batch = puts(vec![put(&REWARD, "r1", 0, "new"), put(&MEMBER, "m1", base, "b")]);
        batch.entries.push(entry("m1", 1));
        batch.counts.push(count("issued", day("2026-01-01"), "", 1));
        assert!(matches!(store.commit(batch), Err(StoreError::Conflict)), "base {base}");
    }
    assert!(matches!(store.commit(puts(vec![put(&MEMBER, "m2", 1, "b")])), Err(StoreError::Conflict)));
    assert_eq!(load(store, &MEMBER, "m1").unwrap().body, body("a"));
    assert_eq!(load(store, &REWARD, "r1"), None);
    assert_eq!(store.entries(Stream(0), 0, 10).unwrap(), vec![]);
    assert_eq!(store.counters("issued", day("2026-01-01"), day("2026-01-01")).unwrap(), vec![]);
    // Numbering is as if nothing had been tried.
    let mut batch = puts(vec![put(&MEMBER, "m1", 1, "b")]);
    batch.entries.push(entry("m1", 1));
    assert_eq!(store.commit(batch).unwrap().last_entry, 1);
}

fn what_was_only_read_must_not_have_changed(store: &dyn Store) {
    store.commit(puts(vec![put(&MEMBER, "m1", 0, "a"), put(&SEEN, "e1", 0, "a")])).unwrap();
    let reading = |reads: &[(&'static Kind, &str, u64)], id: &str| {
        let reads = reads.iter().map(|(kind, id, version)| (key(kind, id), *version)).collect();
        Batch { reads, ..puts(vec![put(&REWARD, id, 0, "new")]) }
    };
    for stale in [(&MEMBER, "m1", 0), (&MEMBER, "m1", 2), (&MEMBER, "m2", 1), (&SEEN, "e1", 0), (&SEEN, "e2", 1)] {
        let batch = reading(&[(&VOUCHER, "v1", 0), stale], "r1");
        assert!(matches!(store.commit(batch), Err(StoreError::Conflict)), "{stale:?}");
    }
    assert_eq!(load(store, &REWARD, "r1"), None);
    let all = [(&MEMBER, "m1", 1), (&MEMBER, "m2", 0), (&SEEN, "e1", 1), (&SEEN, "e2", 0), (&VOUCHER, "v1", 0)];
    store.commit(reading(&all, "r1")).unwrap();
    assert_eq!(load(store, &REWARD, "r1").unwrap().version, 1);
}

fn immutable_records_are_written_once(store: &dyn Store) {
    store.commit(puts(vec![put(&SEEN, "e1", 0, "first")])).unwrap();
    assert!(matches!(store.commit(puts(vec![put(&SEEN, "e1", 0, "again")])), Err(StoreError::Conflict)));
    assert!(matches!(store.commit(puts(vec![put(&SEEN, "e1", 1, "again")])), Err(StoreError::Broken(_))));
    let row = load(store, &SEEN, "e1").unwrap();
    assert_eq!((row.version, row.body), (1, body("first")));
}

fn broken_batches_are_refused_whole(store: &dyn Store) {
    let twice = puts(vec![put(&REWARD, "r", 0, "a"), put(&REWARD, "r", 0, "b")]);
    let mut unrelated = puts(vec![put(&MEMBER, "m1", 0, "a")]);
    unrelated.entries.push(entry("m2", 1));
    let mut gap = puts(vec![put(&MEMBER, "m1", 0, "a")]);
    gap.entries = vec![entry("m1", 1), entry("m1", 3)];
    let mut unchained = puts(vec![put(&REWARD, "r", 0, "a")]);
    unchained.entries = vec![jifen_store::Append { chain: key(&REWARD, "r"), ..entry("m1", 1) }];
    let mut columns = puts(vec![put(&MEMBER, "m1", 0, "a")]);
    columns.puts[0].columns.pop();
    let not_alarmed = puts(vec![due(put(&REWARD, "r", 0, "a"), 1)]);
    let nameless = puts(vec![put(&REWARD, "", 0, "a")]);
    let long = puts(vec![put(&REWARD, &"x".repeat(513), 0, "a")]);
    for batch in [twice, unrelated, gap, unchained, columns, not_alarmed, nameless, long] {
        let text = format!("{batch:?}");
        assert!(matches!(store.commit(batch), Err(StoreError::Broken(_))), "{text}");
    }
    assert_eq!(load(store, &MEMBER, "m1"), None);
    assert_eq!(load(store, &REWARD, "r"), None);
    store.commit(puts(vec![put(&REWARD, &"x".repeat(512), 0, "a")])).unwrap();
}

fn entries_are_numbered_without_gaps_and_linked(store: &dyn Store) {
    let mut batch = puts(vec![put(&MEMBER, "m1", 0, "a"), put(&MEMBER, "m2", 0, "a")]);
    batch.entries = vec![entry("m1", 1), entry("m2", 1), entry("m1", 2)];
    assert_eq!(store.commit(batch).unwrap().last_entry, 3);
    let mut batch = puts(vec![put(&MEMBER, "m1", 1, "b"), put(&MEMBER, "m3", 0, "b")]);
    batch.entries = vec![entry("m1", 3)];
    assert_eq!(store.commit(batch).unwrap().last_entry, 4);
    assert_eq!(load(store, &MEMBER, "m1").unwrap().tail, 4);
    assert_eq!(load(store, &MEMBER, "m2").unwrap().tail, 2);
    assert_eq!(load(store, &MEMBER, "m3").unwrap().tail, 0);
    let all = store.entries(Stream(0), 0, 10).unwrap();
    let links: Vec<_> = all.iter().map(|e| (e.number, e.chain.as_str(), e.seq, e.previous)).collect();
    assert_eq!(links, [(1, "m1", 1, 0), (2, "m2", 1, 0), (3, "m1", 2, 1), (4, "m1", 3, 3)]);
    assert_eq!((all[3].hash, &all[3].body), ([3; 32], &body("m1 3")));
    assert_eq!(store.entries(Stream(0), 1, 2).unwrap(), all[1..3]);
    assert_eq!(store.entries(Stream(0), 4, 2).unwrap(), []);
    assert_eq!(store.entries(Stream(0), u64::MAX, 2).unwrap(), []);
    assert_eq!(store.entries(Stream(0), 0, 0).unwrap(), []);
    assert_eq!(store.entries(Stream(1), 0, 10).unwrap(), []);
    // The record keeps its tail when it is written without an entry.
    store.commit(puts(vec![put(&MEMBER, "m2", 1, "c")])).unwrap();
    assert_eq!(load(store, &MEMBER, "m2").unwrap().tail, 2);
}

fn history_goes_back_from_any_entry(store: &dyn Store) {
    for round in 0..5 {
        let mut batch = puts(vec![put(&MEMBER, "m1", round, "a"), put(&MEMBER, "m2", round, "a")]);
        batch.entries = vec![entry("m1", round * 2 + 1), entry("m2", round + 1), entry("m1", round * 2 + 2)];
        store.commit(batch).unwrap();
    }
    let seqs = |newest, limit| -> Vec<u64> {
        store.history(Stream(0), newest, limit).unwrap().iter().map(|entry| entry.seq).collect()
    };
    let tail = load(store, &MEMBER, "m1").unwrap().tail;
    assert_eq!(tail, 15);
    assert_eq!(seqs(tail, 100), [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    assert_eq!(seqs(tail, 3), [10, 9, 8]);
    assert_eq!(seqs(5, 3), [2, 1]);
    assert_eq!(seqs(0, 3), Vec::<u64>::new());
    assert_eq!(seqs(99, 3), Vec::<u64>::new());
    assert_eq!(store.history(Stream(2), tail, 3).unwrap(), []);
}

fn counters_add_up(store: &dyn Store) {
    let (first, second) = (day("2026-01-01"), day("2026-01-02"));
    let batch = Batch {
        counts: vec![
            count("issued", first, "b", 5),
            count("issued", first, "a", 7),
            count("issued", first, "b", -2),
            count("issued", second, "a", i64::MAX),
            count("other", first, "a", 1),
        ],
        ..Batch::default()
    };
    store.commit(batch.clone()).unwrap();
    store.commit(batch).unwrap();
    let row = |day, dimensions: &str, value| CounterRow {
        metric: "issued".into(),
        day,
        dimensions: dimensions.into(),
        value,
    };
    let all = store.counters("issued", first, second).unwrap();
    assert_eq!(all, [row(first, "a", 14), row(first, "b", 6), row(second, "a", i64::MAX)]);
    assert_eq!(store.counters("issued", second, second).unwrap(), [row(second, "a", i64::MAX)]);
    assert_eq!(store.counters("none", first, second).unwrap(), []);
}

fn counters_are_read_by_how_they_begin(store: &dyn Store) {
    let (first, second) = (day("2026-01-01"), day("2026-01-02"));
    let dimensions = ["a", "a|", "a|1", "a|1\u{10ffff}x", "a|2", "a}", "A|1", "b", "\u{10ffff}", "\u{10ffff}a", "é|1"];
    let counts = dimensions.iter().map(|dimensions| count("placed", first, dimensions, 1));
    let others = [count("placed", second, "a|1", 5), count("other", first, "a|1", 5)];
    store.commit(Batch { counts: counts.chain(others).collect(), ..Batch::default() }).unwrap();
    for begin in ["", "a", "a|", "a|1", "a|1\u{10ffff}", "b", "c", "é", "\u{10ffff}", "\u{d7ff}", "a|1\u{0}"] {
        let found = store.counters_of("placed", first, begin).unwrap();
        let mut wanted: Vec<&str> = dimensions.into_iter().filter(|text| text.starts_with(begin)).collect();
        wanted.sort_unstable();
        let told: Vec<&str> = found.iter().map(|row| row.dimensions.as_str()).collect();
        assert_eq!(told, wanted, "{begin:?}");
        assert!(found.iter().all(|row| row.value == 1 && row.day == first), "{begin:?}");
    }
}

fn find(kind: &'static Kind, column: Option<usize>, equals: Option<Value>, order: Order) -> Find {
    Find { kind, column, equals, order, from: Bound::Start, limit: 100 }
}

fn ids(page: &Page) -> Vec<&str> {
    page.rows.iter().map(|(id, _, _)| id.as_str()).collect()
}

fn records_are_found_by_column(store: &dyn Store) {
    let text = |text: &str| Value::Text(text.into());
    let phone = |id, value| column(put(&MEMBER, id, 0, id), 0, value);
    let score = |id, value| column(put(&MEMBER, id, 0, id), 1, Value::Integer(value));
    store
        .commit(puts(vec![phone("b", text("2")), phone("a", text("2")), phone("c", text("10")), score("d", 2)]))
        .unwrap();
    store.commit(puts(vec![score("e", -1), score("f", 10), put(&MEMBER, "g", 0, "g")])).unwrap();
    let by = |column, equals, order| store.find(&find(&MEMBER, Some(column), equals, order)).unwrap();
    assert_eq!(ids(&by(0, Some(text("2")), Order::Ascending)), ["a", "b"]);
    assert_eq!(ids(&by(0, Some(text("2")), Order::Descending)), ["b", "a"]);
    assert_eq!(ids(&by(0, None, Order::Ascending)), ["c", "a", "b"]);
    assert_eq!(ids(&by(1, None, Order::Descending)), ["f", "d", "e"]);
    assert_eq!(ids(&by(1, Some(Value::Null), Order::Ascending)), [""; 0]);
    assert_eq!(ids(&by(0, Some(Value::Integer(2)), Order::Ascending)), [""; 0]);
    // A changed value is found at its new place only.
    store.commit(puts(vec![column(put(&MEMBER, "a", 1, "a2"), 0, text("3"))])).unwrap();
    assert_eq!(ids(&by(0, Some(text("2")), Order::Ascending)), ["b"]);
    let page = by(0, Some(text("3")), Order::Ascending);
    assert_eq!((page.rows[0].1.clone(), page.rows[0].2.body.clone(), page.next), (text("3"), body("a2"), None));
    store.commit(puts(vec![put(&MEMBER, "a", 2, "a3")])).unwrap();
    assert_eq!(ids(&by(0, None, Order::Ascending)), ["c", "b"]);
}

fn records_are_listed_by_id(store: &dyn Store) {
    store.commit(puts(vec![put(&SEEN, "b", 0, "b"), put(&SEEN, "a", 0, "a"), put(&REWARD, "x", 0, "x")])).unwrap();
    let page = store.find(&find(&SEEN, None, None, Order::Descending)).unwrap();
    assert_eq!(ids(&page), ["b", "a"]);
    assert_eq!(page.rows[0].1, Value::Null);
    let one = store.find(&find(&SEEN, None, Some(Value::Text("a".into())), Order::Ascending)).unwrap();
    assert_eq!(ids(&one), ["a"]);
    let none = store.find(&Find { limit: 0, ..find(&SEEN, None, None, Order::Ascending) }).unwrap();
    assert_eq!(none, Page { rows: vec![], next: None });
}

fn pages_join_up_without_gaps(store: &dyn Store) {
    let member = |n: i64| column(put(&MEMBER, &format!("m{n:02}"), 0, "x"), 1, Value::Integer(n % 3));
    store.commit(puts((0..20).map(member).collect())).unwrap();
    for (column, order) in
        [(Some(1), Order::Ascending), (Some(1), Order::Descending), (None, Order::Ascending), (None, Order::Descending)]
    {
        let all = store.find(&find(&MEMBER, column, None, order)).unwrap();
        assert_eq!((all.rows.len(), all.next), (20, None));
        let (mut joined, mut from, mut pages) = (Vec::new(), Bound::Start, 0);
        loop {
            let page = store.find(&Find { from, limit: 5, ..find(&MEMBER, column, None, order) }).unwrap();
            joined.extend(page.rows);
            pages += 1;
            let Some(next) = page.next else { break };
            from = next;
        }
        assert_eq!((joined, pages), (all.rows, 4), "{column:?} {order:?}");
    }
}

fn alarms_come_earliest_first(store: &dyn Store) {
    assert_eq!(store.next_due().unwrap(), None);
    store
        .commit(puts(vec![
            due(put(&MEMBER, "m1", 0, "a"), 30),
            due(put(&VOUCHER, "v1", 0, "a"), 10),
            put(&VOUCHER, "v2", 0, "a"),
            due(put(&MEMBER, "m2", 0, "a"), -20),
        ]))
        .unwrap();
    let due_at = |now, limit| -> Vec<(String, i64)> {
        let due = store.due(Timestamp::from_millis(now), limit).unwrap();
        // Whoever is alone is given everything that is due.
        assert_eq!(store.claim_due(Timestamp::from_millis(now), limit).unwrap(), due);
        due.into_iter().map(|(key, at)| (format!("{key:?}"), at.as_millis())).collect()
    };
    let entry = |key: &str, at: i64| (key.to_owned(), at);
    assert_eq!(store.next_due().unwrap(), Some(Timestamp::from_millis(-20)));
    assert_eq!(due_at(10, 10), [entry("member/m2", -20), entry("voucher/v1", 10)]);
    assert_eq!(due_at(100, 2), [entry("member/m2", -20), entry("voucher/v1", 10)]);
    assert_eq!(due_at(100, 10).len(), 3);
    assert_eq!(due_at(-21, 10), []);
    // Moved and switched off.
    store.commit(puts(vec![due(put(&MEMBER, "m2", 1, "b"), 40), put(&VOUCHER, "v1", 1, "b")])).unwrap();
    assert_eq!(due_at(100, 10), [entry("member/m1", 30), entry("member/m2", 40)]);
    store.commit(puts(vec![due(put(&MEMBER, "m2", 2, "c"), 40)])).unwrap();
    assert_eq!(store.next_due().unwrap(), Some(Timestamp::from_millis(30)));
}

fn an_empty_batch_is_nothing(store: &dyn Store) {
    assert_eq!(store.commit(Batch::default()).unwrap().last_entry, 0);
    let mut batch = puts(vec![put(&MEMBER, "m1", 0, "a")]);
    batch.entries = vec![entry("m1", 1)];
    store.commit(batch).unwrap();
    assert_eq!(store.commit(Batch::default()).unwrap().last_entry, 1);
}

fn odd_bodies_and_ids_survive(store: &dyn Store) {
    let odd = ["", "\0", "\u{1F600}", "a'b\"c", "\u{FEFF}x"];
    let bodies: [&[u8]; 4] = [b"", b"\xff\xfe not text", b"a\0b", "积分".as_bytes()];
    let mut batch = Batch::default();
    for (place, text) in odd.iter().enumerate() {
        let mut record = column(put(&MEMBER, &format!("id{text}"), 0, ""), 0, Value::Text((*text).into()));
        record.body = bodies[place % bodies.len()].to_vec().into();
        batch.puts.push(record);
    }
    let batch_again = batch.clone();
    store.commit(batch).unwrap();
    for put in batch_again.puts {
        assert_eq!(store.load(std::slice::from_ref(&put.key)).unwrap()[0].as_ref().unwrap().body, put.body);
        let page = store.find(&find(&MEMBER, Some(0), Some(put.columns[0].clone()), Order::Ascending)).unwrap();
        assert_eq!(ids(&page), [put.key.id.as_str()]);
        assert_eq!(page.rows[0].2.body, put.body);
    }
}
