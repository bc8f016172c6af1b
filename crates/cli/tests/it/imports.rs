//! Members and balances from another system: all rows or none, and never twice.

use std::path::Path;

use crate::http::Client;
use crate::run::{Said, Server, words};

const MEMBERS: &str = "id,name,phone,email,birthday,tags,joined_at,tier,referrer\n\
    lin,\"Lin, Anna\",13800000000,lin@example.com,1990-06-18,vip;tea,2020-01-02,gold,\n\
    wang,,,,,,,,lin\n";

const BALANCES: &str = "member,unit,points,expires_at,reference\n\
    lin,points,1200,2999-12-31,old-1\n\
    lin,points,300,never,old-2\n\
    wang,points,50,,\n";

fn import(dir: &Path, what: &str, text: &str) -> Said {
    std::fs::write(dir.join("file.csv"), text).unwrap();
    words(dir, &format!("import {what} file.csv --data data --json"))
}

fn available(dir: &Path, member: &str) -> i64 {
    let shown = words(dir, &format!("member show {member} --data data")).well().json();
    shown["wallet"]["units"][0]["available"].as_i64().unwrap()
}

fn begun() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    Server::start(dir.path(), "data").stop();
    dir
}

#[test]
fn members_and_balances_come_in_once() {
    let dir = begun();
    assert_eq!(import(dir.path(), "members", MEMBERS).well().json()["imported"], 2);
    assert_eq!(import(dir.path(), "members", MEMBERS).well().json()["repeated"], 2);
    assert_eq!(import(dir.path(), "balances", BALANCES).well().json()["imported"], 3);
    assert_eq!(import(dir.path(), "balances", BALANCES).well().json()["repeated"], 3);
    assert_eq!((available(dir.path(), "lin"), available(dir.path(), "wang")), (1_500, 50));
    let shown = words(dir.path(), "member show lin --data data").well().json();
    assert_eq!(shown["member"]["tier"], "gold");
    assert_eq!(shown["member"]["joined_at"], "2020-01-02T00:00:00+08:00");
    assert_eq!(shown["member"]["tags"], serde_json::json!(["vip", "tea"]));
    assert_eq!(shown["personal_data"], true);
    assert_eq!(shown["entries"][0]["kind"], "open");
    words(dir.path(), "verify --data data").well();
    // Personal data is nowhere to be read in the folder.
    let tables = std::fs::read(dir.path().join("data/tables.sqlite")).unwrap();
    let has = |needle: &[u8]| tables.windows(needle.len()).any(|bytes| bytes == needle);
    assert!(has(b"gold") && !has(b"13800000000") && !has(b"lin@example.com") && !has(b"Anna"));
}

const REWARDS: &str = "id,name_zh,name_en,kind,category,points,value,stock,tags,tiers,limited\n\
    umbrella,雨伞,Umbrella,goods,daily,500,3900,100,rain;gift,,\n\
    suite,套房,Suite,travel,,2000,,,,gold;diamond,yes\n";

#[test]
fn rewards_and_their_stock_come_from_tables_all_rows_or_none() {
    // row CAT-23
    let dir = begun();
    let wrong = "id,name_zh,name_en,kind,points,tiers\numbrella,伞,Umbrella,goods,500,\ncup,杯,Cup,house,5,\nbox,盒,Box,goods,5,platinum\n";
    import(dir.path(), "rewards", wrong).refused(1, &["line 3: `kind` \"house\"", "line 4: invalid-field at /tiers"]);
    import(dir.path(), "stock", "reward,add\numbrella,5\n").refused(1, &["line 2: unknown"]);
    assert_eq!(import(dir.path(), "rewards", REWARDS).well().json()["imported"], 2);
    assert_eq!(import(dir.path(), "rewards", REWARDS).well().json()["repeated"], 2);
    let dearer = "id,name_zh,name_en,kind,points\numbrella,雨伞,Umbrella,goods,600\n";
    assert_eq!(import(dir.path(), "rewards", dearer).well().json()["imported"], 1);
    let stock = "reward,add,stock,best_before\numbrella,20,,2999-12-31\n";
    assert_eq!(import(dir.path(), "stock", stock).well().json()["imported"], 1);
    assert_eq!(import(dir.path(), "stock", stock).well().json()["repeated"], 1, "a delivery counts once");
    let broken = "reward,add,stock\numbrella,-5,\nsuite,5,\numbrella,,3\n";
    import(dir.path(), "stock", broken)
        .refused(1, &["line 3: invalid-field at /add", "line 4: the reward comes twice"]);
    let server = Server::start(dir.path(), "data");
    let mut client = Client::open(server.address).unwrap();
    let shown = client.get("/v1/rewards/umbrella").unwrap().body;
    assert_eq!((&shown["points"], &shown["stock"], &shown["tags"][0]), (&600.into(), &120.into(), &"rain".into()));
    assert_eq!(shown["best_before"], "2999-12-31");
    server.stop();
}

#[test]
fn a_reference_counts_once_whatever_file_it_is_in() {
    let dir = begun();
    import(dir.path(), "members", MEMBERS).well();
    import(dir.path(), "balances", BALANCES).well();
    let other = "reference,points,unit,member,expires_at\nold-3,7,points,lin,\nold-2,300,points,lin,never\n";
    let said = import(dir.path(), "balances", other).well().json();
    assert_eq!((&said["imported"], &said["repeated"]), (&1.into(), &1.into()));
    assert_eq!(available(dir.path(), "lin"), 1_507);
    let changed = "member,unit,points,reference\nlin,points,301,old-2\n";
    import(dir.path(), "balances", changed)
        .refused(1, &["line 2: the reference was imported before, with something else"]);
}

#[test]
fn wrong_rows_are_told_line_by_line_and_nothing_is_written() {
    let dir = begun();
    let wrong = "id,email,birthday,joined_at,tier,referrer\n\
        good,,,,,\n\
        b d,,,,,\n\
        good,,,,,\n\
        c,nowhere,,,,\n\
        d,,18.6.1990,,,\n\
        e,,,2999-01-01,,\n\
        f,,,,copper,\n\
        g,,,,,stranger\n\
        ,x@y,,,,\n";
    import(dir.path(), "members", wrong).refused(
        1,
        &[
            "8 rows of",
            "line 3: `id` may hold only",
            "line 4: the member good comes twice",
            "line 5: `email` must be an address",
            "line 6: `birthday` must be a day",
            "line 7: `joined_at` lies in the future",
            "line 8: `tier` \"copper\" is none of",
            "line 9: `referrer` \"stranger\" is no member",
            "line 10: `id` is empty",
            "Nothing was changed.",
        ],
    );
    words(dir.path(), "member show good --data data").refused(1, &["there is no member"]);
    import(dir.path(), "members", MEMBERS).well();
    import(dir.path(), "members", "id\nnew\nlin\n").refused(1, &["1 rows of", "line 3: the member lin exists already"]);
    let wrong = "member,unit,points,expires_at,reference\n\
        lin,points,5,,r1\nnobody,points,5,,\nlin,miles,5,,\nlin,points,1.5,,\nlin,points,0,,\nlin,points,5,2001-01-01,\nlin,points,5,,r1\n";
    import(dir.path(), "balances", wrong).refused(
        1,
        &[
            "6 rows of",
            "line 3: there is no member nobody",
            "line 4: `unit` \"miles\" is none of",
            "line 5: `points` must be a whole number",
            "line 6: `points` must be a whole number",
            "line 7: `expires_at` does not lie in the future",
            "line 8: the reference r1 is on line 2 already",
        ],
    );
    assert_eq!(available(dir.path(), "lin"), 0);
    import(dir.path(), "members", "id,nmae\n").refused(1, &["there is no column \"nmae\""]);
    words(dir.path(), "import members missing.csv --data data").refused(1, &["missing.csv"]);
}

#[test]
fn a_running_server_imports_for_the_command() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(dir.path(), "data");
    assert_eq!(import(dir.path(), "members", MEMBERS).well().json()["imported"], 2);
    assert_eq!(import(dir.path(), "balances", BALANCES).well().json()["imported"], 3);
    import(dir.path(), "members", "id\nb d\n").refused(1, &["line 2: `id`"]);
    assert_eq!(available(dir.path(), "lin"), 1_500);
    let mut client = crate::http::Client::open(server.address).unwrap();
    assert_eq!(client.get("/v1/members/lin").unwrap().body["name"], "Lin, Anna");
}
