//! Commands that reach a running server through its folder.

use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::http::{Client, earned, order};
use crate::run::{Server, rulebook, run, words};

#[test]
fn a_backup_is_taken_while_others_write_and_is_whole() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(dir.path(), "data");
    let mode = std::fs::metadata(dir.path().join("data/control.sock")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let mut client = Client::open(server.address).unwrap();
    for number in 0..50 {
        client.event(&order(&format!("before-{number}"), "lin")).unwrap();
    }
    let stop = Arc::new(AtomicBool::new(false));
    let writer = {
        let (stop, address) = (Arc::clone(&stop), server.address);
        std::thread::spawn(move || {
            let mut client = Client::open(address).unwrap();
            for number in (0..).take_while(|_| !stop.load(Ordering::Relaxed)) {
                client.event(&order(&format!("during-{number}"), "wang")).unwrap();
            }
        })
    };
    let said = words(dir.path(), "backup copy.db --data data --json").well().json();
    assert_eq!(said["served"], true);
    stop.store(true, Ordering::Relaxed);
    writer.join().unwrap();

    // The backup becomes a folder of its own while the server goes on.
    words(dir.path(), "restore copy.db --data restored").well();
    words(dir.path(), "verify --data restored").well();
    let shown = words(dir.path(), "member show lin --data restored --json").well().json();
    assert_eq!(shown["wallet"]["units"][0]["lifetime"]["earned"], 50);
    assert_eq!(shown["orders"].as_array().unwrap().len(), 50);
    assert_eq!(shown["orders"][0]["awards"][0]["points"], 1);
    assert_eq!(shown["tier_changes"], serde_json::json!([]));
    assert_eq!(earned(&mut client, "lin"), 50);

    std::fs::write(dir.path().join("letter.txt"), "dear reader").unwrap();
    words(dir.path(), "backup letter.txt --data data").refused(1, &["letter.txt"]);
    words(dir.path(), "restore letter.txt --data other").refused(1, &["letter.txt", "Nothing was changed."]);
    words(dir.path(), "restore letter.txt --data data").refused(1, &["letter.txt", "Nothing was changed."]);
    assert_eq!(earned(&mut client, "lin"), 50);
    assert_eq!(std::fs::read_to_string(dir.path().join("letter.txt")).unwrap(), "dear reader");
}

#[test]
fn a_backup_of_a_folder_that_nobody_serves_needs_no_server() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(dir.path(), "data");
    Client::open(server.address).unwrap().event(&order("o1", "lin")).unwrap();
    server.kill();
    let said = words(dir.path(), "backup copy.db --data data --json").well().json();
    assert_eq!(said["served"], false);
    words(dir.path(), "restore copy.db --data restored").well();
    words(dir.path(), "member show lin --data restored").well();
}

#[test]
fn a_server_goes_over_to_a_restored_store_and_the_former_one_is_kept() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(dir.path(), "data");
    let open = || Client::open(server.address).unwrap();
    open().event(&order("o1", "lin")).unwrap();
    words(dir.path(), "backup copy.db --data data").well();
    open().event(&order("o2", "lin")).unwrap();
    assert_eq!(earned(&mut open(), "lin"), 2);
    words(dir.path(), "restore copy.db --data data").well();
    // The same server, the same port, the same token, the state of the backup.
    assert_eq!(earned(&mut open(), "lin"), 1);
    assert!(!open().event(&order("o2", "lin")).unwrap().is_replayed());
    assert!(open().event(&order("o1", "lin")).unwrap().is_replayed());
    words(dir.path(), "verify --data data").well();
    assert_eq!(server.stop(), 0);
    let folders = std::fs::read_dir(dir.path().join("data")).unwrap().map(|entry| entry.unwrap().file_name());
    let kept = folders.map(|name| name.into_string().unwrap()).find(|name| name.starts_with("replaced-")).unwrap();
    let former = format!("data/{kept}");
    let shown = run(dir.path(), ["member", "show", "lin", "--data", &former]).well().json();
    assert_eq!(shown["wallet"]["units"][0]["lifetime"]["earned"], 2);
    // The same without a server.
    words(dir.path(), "restore copy.db --data data").well();
    let shown = words(dir.path(), "member show lin --data data").well().json();
    assert_eq!(shown["wallet"]["units"][0]["lifetime"]["earned"], 1);
}

#[test]
fn a_member_is_shown_by_the_running_server() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(dir.path(), "data");
    let mut client = Client::open(server.address).unwrap();
    client.event(&order("o1", "lin")).unwrap();
    let gold = r#"{"tier": "gold", "reason": "a friend of the house"}"#;
    assert_eq!(client.call("PUT", "/v1/members/lin/tier", "application/json", gold).unwrap().status, 200);
    let shown = words(dir.path(), "member show lin --data data").well().json();
    assert_eq!(shown["member"]["id"], "lin");
    assert_eq!(shown["member"]["tier"], "gold");
    assert_eq!(shown["tier_changes"][0]["before"], "ordinary");
    assert_eq!(shown["entries"][0]["kind"], "extend");
    assert_eq!(shown["entries"][1]["kind"], "earn");
    assert_eq!(shown["entries"][1]["cause"]["order"], "o1");
    words(dir.path(), "member show nobody --data data").refused(1, &["there is no member \"nobody\""]);
}

#[test]
fn a_rule_book_is_published_without_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(dir.path(), "data");
    let mut client = Client::open(server.address).unwrap();
    client.event(&order("o1", "lin")).unwrap();
    let book = dir.path().join("book");
    std::fs::create_dir(&book).unwrap();
    for file in std::fs::read_dir(rulebook()).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), book.join(file.file_name())).unwrap();
    }
    let earning = std::fs::read_to_string(book.join("earning.yaml")).unwrap();
    std::fs::write(book.join("earning.yaml"), earning.replace("percent: 1%", "percent: 2%")).unwrap();

    let changes =
        run(dir.path(), [std::ffi::OsStr::new("program"), "diff".as_ref(), rulebook().as_ref(), book.as_ref()]);
    assert!(changes.well().out.contains("earning.yaml"));
    let said = words(dir.path(), "program apply book --data data --note doubled --json").well().json();
    assert_eq!(said["version"], 2);
    client.event(&order("o2", "lin")).unwrap();
    assert_eq!(earned(&mut client, "lin"), 3);
    let versions = client.get("/v1/program/versions").unwrap();
    assert_eq!(versions.status, 200);
    assert!(versions.body.to_string().contains("doubled"), "{versions:?}");

    std::fs::write(book.join("earning.yaml"), "rules: [{ id: x, onn: y }]\n").unwrap();
    words(dir.path(), "program apply book --data data").refused(1, &["earning.yaml:1:", "Nothing was changed."]);
    client.event(&order("o3", "lin")).unwrap();
    assert_eq!(earned(&mut client, "lin"), 5);
    assert_eq!(server.stop(), 0);
    // Without a server the command publishes by itself.
    let program = rulebook().display().to_string();
    let apply = ["program", "apply", &program, "--data", "data", "--json"];
    // Back from 2% to 1% is to the members' disadvantage: that needs notice.
    run(dir.path(), apply).refused(1, &["notice-too-short", "Nothing was changed."]);
    let said = run(dir.path(), apply.iter().chain(&["--without-notice"])).well().json();
    assert_eq!(said["version"], 3);
}

// row SEC-05
#[test]
fn a_backup_of_a_running_server_takes_a_second_person() {
    let dir = tempfile::tempdir().unwrap();
    let backup = |file: &str| words(dir.path(), &format!("backup {file} --data data"));
    // Nobody of the staff is there yet: whoever has the machine is enough.
    let server = Server::start_as(dir.path(), "data", false);
    backup("first.db").well();
    words(dir.path(), "staff add lin --name Lin --role owner --data data").well();
    let refused = backup("second.db").refused(1, &["a second person", "apr_"]);
    let id = refused.err[refused.err.find("apr_").unwrap()..].split_whitespace().next().unwrap().to_owned();
    assert!(!dir.path().join("second.db").exists());
    backup("second.db").refused(1, &[&id]);
    server.stop();
    // A sandbox asks nobody.
    let server = Server::start(dir.path(), "data");
    backup("sandbox.db").well();
    let mut client = Client::open(server.address).unwrap();
    let approved = client.call("POST", &format!("/v1/approvals/{id}/approve"), "application/json", "{}").unwrap();
    assert_eq!((approved.status, &approved.body["state"]), (200, &"approved".into()));
    drop(client);
    server.stop();
    let server = Server::start_as(dir.path(), "data", false);
    backup("second.db").well();
    assert!(dir.path().join("second.db").exists());
    server.stop();
    let server = Server::start(dir.path(), "data");
    let trail = Client::open(server.address).unwrap().get("/v1/audit?action=data.access").unwrap().body;
    let lines: Vec<_> = trail["data"].as_array().unwrap().iter().map(|line| line["approval"].clone()).collect();
    assert_eq!(lines, [serde_json::json!(id), serde_json::Value::Null, serde_json::Value::Null]);
}

// row SEC-04
#[test]
fn a_rule_book_for_a_running_server_takes_a_second_person() {
    let dir = tempfile::tempdir().unwrap();
    let book = rulebook().display().to_string();
    let apply = |more: &[&str]| {
        let all = ["program", "apply", &book, "--data", "data", "--note", "once more"];
        run(dir.path(), all.iter().chain(more))
    };
    // Nobody of the staff is there yet: whoever has the machine is enough.
    let server = Server::start_as(dir.path(), "data", false);
    assert_eq!(apply(&["--json"]).well().json()["version"], 2);
    words(dir.path(), "staff add lin --name Lin --role owner --data data").well();
    let waits = apply(&["--json"]).well().json();
    assert_eq!(waits["approval"]["state"], "waiting", "{waits}");
    assert!(apply(&[]).well().out.contains("waits for a second person"));
    apply(&["--without-notice"]).refused(1, &["nobody can agree to break the period of notice"]);
    server.stop();
    let server = Server::start(dir.path(), "data");
    let mut client = Client::open(server.address).unwrap();
    let versions = client.get("/v1/program/versions").unwrap().body;
    assert_eq!(versions["data"].as_array().unwrap().len(), 2, "nothing was published that nobody agreed to");
    let path = format!("/v1/approvals/{}/approve", waits["approval"]["id"].as_str().unwrap());
    let approved = client.call("POST", &path, "application/json", "{}").unwrap();
    assert_eq!((approved.status, &approved.body["state"]), (200, &"approved".into()));
    let versions = client.get("/v1/program/versions").unwrap().body;
    assert_eq!(versions["data"].as_array().unwrap().len(), 3);
}

// row SEC-05
#[test]
fn a_backup_comes_back_into_a_running_server_with_a_second_person() {
    let dir = tempfile::tempdir().unwrap();
    let restore = || words(dir.path(), "restore copy.db --data data");
    let server = Server::start_as(dir.path(), "data", false);
    words(dir.path(), "backup copy.db --data data").well();
    words(dir.path(), "staff add lin --name Lin --role owner --data data").well();
    let refused = restore().refused(1, &["a second person", "apr_"]);
    let id = refused.err[refused.err.find("apr_").unwrap()..].split_whitespace().next().unwrap().to_owned();
    restore().refused(1, &[&id]);
    assert!(words(dir.path(), "staff list --data data").well().out.contains("lin"), "nothing was replaced");
    server.stop();
    let server = Server::start(dir.path(), "data");
    let mut client = Client::open(server.address).unwrap();
    let path = format!("/v1/approvals/{id}/approve");
    let approved = client.call("POST", &path, "application/json", "{}").unwrap();
    assert_eq!(approved.status, 200, "{approved:?}");
    drop(client);
    server.stop();
    let server = Server::start_as(dir.path(), "data", false);
    restore().well();
    assert!(!words(dir.path(), "staff list --data data").well().out.contains("lin"), "it is as it was");
    server.stop();
    let server = Server::start(dir.path(), "data");
    let trail = Client::open(server.address).unwrap().get("/v1/audit?action=data.restore").unwrap().body;
    assert_eq!(trail["data"][0]["object"]["id"], "copy.db", "{trail}");
}
