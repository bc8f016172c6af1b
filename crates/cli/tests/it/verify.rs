//! Verifying: whatever was changed behind Jifen's back is found, with member and entry.

use crate::http::{Client, order};
use crate::run::{Server, words};

fn filled() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(dir.path(), "data");
    let mut client = Client::open(server.address).unwrap();
    for number in 0..20 {
        client.event(&order(&format!("o{number}"), &format!("m{}", number % 3))).unwrap();
    }
    drop(client);
    assert_eq!(server.stop(), 0);
    // Once more, so that everything is in the tables.
    words(dir.path(), "verify --data data").well();
    dir
}

fn tamper(dir: &tempfile::TempDir, sql: &str) {
    let tables = rusqlite::Connection::open(dir.path().join("data/tables.sqlite")).unwrap();
    assert_eq!(tables.execute(sql, []).unwrap(), 1, "{sql}");
}

#[test]
fn a_sound_store_agrees_and_its_sums_are_zero() {
    let dir = filled();
    let said = words(dir.path(), "verify --data data --json").well().json();
    assert_eq!((&said["agrees"], &said["entries"], &said["members"]), (&true.into(), &20.into(), &3.into()));
    assert_eq!(said["units"]["points"]["sum"], 0);
    assert_eq!(said["units"]["points"]["accounts"]["available"], 20);
    assert!(words(dir.path(), "verify --data data").well().out.ends_with("everything agrees\n"));
}

#[test]
fn a_store_is_verified_while_it_is_served() {
    let dir = filled();
    let server = Server::start(dir.path(), "data");
    let mut client = Client::open(server.address).unwrap();
    client.event(&order("one-more", "m0")).unwrap();
    let said = words(dir.path(), "verify --data data --json").well().json();
    assert_eq!((&said["agrees"], &said["entries"]), (&true.into(), &21.into()));
    drop(client);
    assert_eq!(server.stop(), 0);
    // A stop leaves nothing to be done: the tables have everything.
    let tables = rusqlite::Connection::open(dir.path().join("data/tables.sqlite")).unwrap();
    let entries: i64 = tables.query_row("SELECT count(*) FROM entry", [], |row| row.get(0)).unwrap();
    assert_eq!(entries, 21);
}

// row TRUST-01
#[test]
fn a_changed_entry_is_found_by_its_hash() {
    let dir = filled();
    let (said, forged) = (r#""m":"m1","n":2,"#, r#""m":"m1","n":9,"#);
    tamper(
        &dir,
        &format!("UPDATE journal SET bodies = replace(bodies, '{said}', '{forged}') WHERE instr(bodies, '{said}')"),
    );
    let said = words(dir.path(), "verify --data data").refused(1, &["do not agree"]);
    assert!(said.out.contains("entry 5"), "{said}");
}

#[test]
fn a_changed_wallet_is_found_by_its_entries() {
    let dir = filled();
    tamper(&dir, "UPDATE member SET body = replace(body, '\"earned\":7', '\"earned\":8') WHERE id = 'm0'");
    let said = words(dir.path(), "verify --data data --json");
    assert_eq!(said.code, 1, "{said}");
    assert_eq!(said.json()["first_flaws"][0]["member"], "m0");
}

// row SEC-06
#[test]
fn a_changed_line_of_the_audit_trail_is_found() {
    let dir = filled();
    words(dir.path(), "member show m0 --data data").well();
    for name in ["first", "second", "third"] {
        words(dir.path(), &format!("client add {name} --scope events:write --data data")).well();
    }
    let sound = words(dir.path(), "verify --data data --json").well().json();
    // The rule book and the sandbox's three people came first.
    assert_eq!((&sound["audited"], &sound["audit_break"]), (&7.into(), &serde_json::Value::Null));
    tamper(&dir, "UPDATE audit SET body = replace(body, 'clients.add', 'clients.odd') WHERE id = '000000000006'");
    let said = words(dir.path(), "verify --data data").refused(1, &["audit trail"]);
    assert!(said.out.contains("flaw: audit trail: line 6 was changed"), "{said}");
}

#[test]
fn a_missing_entry_is_found() {
    let dir = filled();
    // Entries stand in blocks: the first of them is gone.
    tamper(&dir, "DELETE FROM journal WHERE number = 1");
    let said = words(dir.path(), "verify --data data --json").refused(1, &["do not agree"]);
    assert_ne!(said.json()["flaws"], 0, "{said}");
}

#[test]
fn damaged_pages_are_found() {
    use std::os::unix::fs::FileExt;
    let dir = filled();
    let tables = std::fs::File::options().write(true).open(dir.path().join("data/tables.sqlite")).unwrap();
    let pages = tables.metadata().unwrap().len() / 4096;
    for page in 2..pages {
        tables.write_all_at(&[0xA5; 64], page * 4096).unwrap();
    }
    drop(tables);
    words(dir.path(), "verify --data data").refused(1, &["tables.sqlite"]);
}
