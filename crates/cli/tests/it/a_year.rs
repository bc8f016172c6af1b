//! A year of real purchases: what Jifen awards is what a few lines of plain arithmetic say, member by member, and the
//! same file again awards nothing more.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;

use jifen_program::SCHEMA;
use jifen_program::desk::Record;
use jifen_program::member::Member;
use jifen_store::sqlite::SqliteStore;
use jifen_store::{Bound, Find, Order, Store};
use jifen_vocab::UnitId;
use serde_json::Value;

use crate::run::{root, rulebook, run};

fn orders() -> PathBuf {
    root().join("datasets/complete-journey/complete-journey-orders.ndjson.zst")
}

/// One point a yuan, at most 1,000 a day and 5,000 a month: the sums by member, and the amount of everything.
fn expected() -> (BTreeMap<String, i64>, i64) {
    let file = ruzstd::decoding::StreamingDecoder::new(BufReader::new(File::open(orders()).unwrap())).unwrap();
    let (mut days, mut months) = (BTreeMap::<String, i64>::new(), BTreeMap::<String, i64>::new());
    let (mut members, mut amounts) = (BTreeMap::<String, i64>::new(), 0);
    for line in BufReader::new(file).lines() {
        let order: Value = serde_json::from_str(&line.unwrap()).unwrap();
        let amount: i64 = order["lines"].as_array().unwrap().iter().map(|line| line[3].as_i64().unwrap()).sum();
        let (member, time) = (order["member"].as_str().unwrap(), order["time"].as_str().unwrap());
        let day = days.entry(format!("{member} {}", &time[..10])).or_default();
        let month = months.entry(format!("{member} {}", &time[..7])).or_default();
        let points = (amount / 100).min(1_000 - *day).min(5_000 - *month);
        *day += points;
        *month += points;
        *members.entry(member.to_owned()).or_default() += points;
        amounts += amount;
    }
    (members, amounts)
}

/// What every wallet says was earned.
fn awarded(data: &std::path::Path) -> BTreeMap<String, i64> {
    let store = SqliteStore::open(data, SCHEMA).unwrap();
    let points = UnitId::new("points").unwrap();
    let (mut members, mut from) = (BTreeMap::new(), Bound::Start);
    loop {
        let find = Find { kind: Member::KIND, column: None, equals: None, order: Order::Ascending, from, limit: 1_000 };
        let page = store.find(&find).unwrap();
        for (id, _, row) in page.rows {
            let member = Member::read(&row.body).unwrap();
            let earned = member.body.wallet.holding(&points).map_or(0, |holding| holding.lifetime().earned.get());
            members.insert(id.to_string(), earned);
        }
        match page.next {
            Some(next) => from = next,
            None => return members,
        }
    }
}

// row EARN-02
// row EARN-18
// row LIM-01
// row REL-12
#[test]
fn a_year_of_orders_earns_what_arithmetic_says_and_only_once() {
    let dir = tempfile::tempdir().unwrap();
    let replay = |more: &[&str]| {
        let mut arguments = vec!["replay".into(), orders().into_os_string()];
        arguments.extend(["--data", "data", "--json", "--program"].map(Into::into));
        arguments.push(rulebook().into_os_string());
        arguments.extend(more.iter().map(Into::into));
        run(dir.path(), arguments).well().json()
    };
    let (expected, amounts) = expected();
    assert_eq!(amounts, 459_603_958);
    let total: i64 = expected.values().sum();

    let first = replay(&[]);
    assert_eq!((&first["orders"], &first["members"]), (&Value::from(155_848), &Value::from(2_469)));
    assert_eq!(first["points_awarded"], total);
    assert_eq!(awarded(&dir.path().join("data")), expected);

    let again = replay(&["--shift-to", "2026-06-18"]);
    assert_eq!((&again["orders"], &again["points_awarded"]), (&Value::from(155_848), &Value::from(0)));
    assert_eq!(awarded(&dir.path().join("data")), expected);

    let verified = run(dir.path(), ["verify", "--data", "data", "--json"]).well().json();
    assert_eq!(verified["agrees"], true);
    assert_eq!(verified["units"]["points"]["sum"], 0);
    assert_eq!(verified["units"]["points"]["accounts"]["issued"], -total);
}
