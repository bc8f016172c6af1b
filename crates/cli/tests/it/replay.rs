//! Replaying a file of orders: its form is checked before anything is written, and it can be moved in time.

use std::path::Path;

use crate::run::{Said, rulebook, run, words};

pub(crate) const ORDERS: &str = r#"{"order":"b1","member":"h1","store":"s1","time":"2017-01-01T12:00:00","lines":[["GROCERY","SOUP",1,549],["GROCERY","TEA",0,0]]}
{"order":"b2","member":"h2","store":"s1","time":"2017-01-02T23:59:59","lines":[["GROCERY","SOUP",2,10000]]}

{"order":"b3","member":"h1","time":"2017-01-04T09:30:00+08:00","lines":[]}
"#;

fn replay(dir: &Path, text: &str, more: &[&str]) -> Said {
    std::fs::write(dir.join("orders.ndjson"), text).unwrap();
    let program = rulebook().display().to_string();
    let mut arguments = vec!["replay", "orders.ndjson", "--data", "data", "--program", &program, "--json"];
    arguments.extend(more);
    run(dir, arguments)
}

#[test]
fn each_order_is_judged_at_its_own_time() {
    let dir = tempfile::tempdir().unwrap();
    let said = replay(dir.path(), ORDERS, &[]).well().json();
    assert_eq!((&said["orders"], &said["members"], &said["points_awarded"]), (&3.into(), &2.into(), &105.into()));
    let shown = words(dir.path(), "member show h1 --data data").well().json();
    assert_eq!(shown["entries"].as_array().unwrap().last().unwrap()["effective_at"], "2017-01-01T12:00:00+08:00");
    assert_eq!(shown["member"]["orders"], 2);
    let said = replay(dir.path(), ORDERS, &[]).well().json();
    assert_eq!((&said["points_awarded"], &said["repeated"]), (&0.into(), &3.into()));
}

#[test]
fn a_file_is_moved_by_full_weeks_to_end_before_a_day() {
    for (before, moved) in [
        // The last order was on a Wednesday; so it is after the move, and not on the day itself.
        ("2026-06-18", "2026-06-17T09:30:00+08:00"),
        ("2026-06-17", "2026-06-10T09:30:00+08:00"),
        ("2017-01-05", "2017-01-04T09:30:00+08:00"),
        ("2016-12-31", "2016-12-28T09:30:00+08:00"),
    ] {
        let dir = tempfile::tempdir().unwrap();
        replay(dir.path(), ORDERS, &["--shift-to", before]).well();
        let shown = words(dir.path(), "member show h1 --data data").well().json();
        assert_eq!(shown["member"]["active_at"], moved);
    }
}

#[test]
fn a_line_that_is_no_order_stops_the_file_before_anything_is_written() {
    let dir = tempfile::tempdir().unwrap();
    for (from, to, what) in [
        ("\"b3\"", "\"b 3\"", "orders.ndjson:4: `order` may hold only"),
        ("[]", "[[\"GROCERY\",\"SOUP\",1]]", "orders.ndjson:4: "),
        ("\"lines\":[]", "\"lines\":[", "orders.ndjson:4: expected value"),
        ("+08:00", "+8", "orders.ndjson:4: `time` must be like"),
        ("[]", "[[\"GROCERY\",\"SOUP\",1,-5]]", "orders.ndjson:4: `lines[0]`: quantity and amount must lie between"),
    ] {
        replay(dir.path(), &ORDERS.replace(from, to), &[]).refused(1, &[what, "Nothing was changed."]);
        assert!(!dir.path().join("data").exists());
    }
    let program = rulebook().display().to_string();
    let missing = run(dir.path(), ["replay", "missing.ndjson", "--data", "data", "--program", &program]);
    missing.refused(1, &["missing.ndjson"]);
    std::fs::write(dir.path().join("not.ndjson.zst"), "{}").unwrap();
    let packed = run(dir.path(), ["replay", "not.ndjson.zst", "--data", "data", "--program", &program]);
    packed.refused(1, &["not.ndjson.zst cannot be read", ".ndjson.zst"]);
    words(dir.path(), "replay orders.ndjson --data data --shift-to soon").refused(2, &["must be a day such as"]);
}

#[test]
fn another_order_of_the_same_number_is_refused_and_told() {
    let dir = tempfile::tempdir().unwrap();
    replay(dir.path(), ORDERS, &[]).well();
    let said = replay(dir.path(), &ORDERS.replace("2,10000", "2,20000"), &[]);
    said.refused(1, &["1 orders were refused", "line 2: idempotency-conflict"]);
    words(dir.path(), "verify --data data").well();
}
