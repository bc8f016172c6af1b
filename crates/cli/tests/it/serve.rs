//! Serving: hello, goodbye, and who else may use the folder.

use std::net::TcpListener;

use crate::http::{Client, order};
use crate::run::{Server, TOKEN, rulebook, run, words};

#[test]
fn a_server_says_where_it_is_and_its_token_and_stops_when_asked() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(dir.path(), "data");
    let address = server.address;
    assert_eq!(server.hello[1..], [format!("open: http://{address}/docs"), format!("token: {TOKEN}")]);
    let mut client = Client::open(address).unwrap();
    assert_eq!(client.get("/health/ready").unwrap().status, 200);
    assert_eq!(client.event(&order("o1", "lin")).unwrap().status, 200);
    assert_eq!(server.stop(), 0);
    assert!(!dir.path().join("data/control.sock").exists());
    // What was confirmed is there after the stop.
    let shown = words(dir.path(), "member show lin --data data").well().json();
    assert_eq!(shown["wallet"]["units"][0]["available"], 1);
}

#[test]
fn a_folder_is_used_by_one_process_at_a_time() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(dir.path(), "data");
    let program = rulebook().display().to_string();
    let second = run(dir.path(), ["serve", "--data", "data", "--listen", "127.0.0.1:0", "--program", &program]);
    second.refused(1, &["another process is using data", "Nothing was changed."]);
    words(dir.path(), "restore missing.db --data data").refused(1, &["Nothing was changed."]);
    words(dir.path(), "replay missing.ndjson --data data").refused(1, &["missing.ndjson"]);
    drop(server);
}

#[test]
fn a_command_stops_the_server_of_a_folder() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(dir.path(), "data");
    words(dir.path(), "stop --data data").well();
    assert_eq!(server.ended(), 0);
    words(dir.path(), "stop --data data").refused(1, &["nobody serves data"]);
}

#[test]
fn a_port_in_use_is_told_before_a_folder_is_made() {
    let dir = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let program = rulebook().display().to_string();
    let said = run(dir.path(), ["serve", "--data", "data", "--listen", &address, "--program", &program]);
    said.refused(1, &[&format!("listening on {address} is not possible"), "--listen"]);
    assert!(!dir.path().join("data").exists());
}

#[test]
fn an_empty_folder_needs_a_rule_book_without_mistakes() {
    let dir = tempfile::tempdir().unwrap();
    words(dir.path(), "serve --data data --listen 127.0.0.1:0").refused(1, &["--program"]);
    std::fs::create_dir(dir.path().join("book")).unwrap();
    std::fs::write(dir.path().join("book/program.yaml"), "id: x\nnmae: y\n").unwrap();
    words(dir.path(), "serve --data data --listen 127.0.0.1:0 --program book")
        .refused(1, &["program.yaml:2:1", "Nothing was changed."]);
    assert!(!dir.path().join("data/tables.sqlite").exists());
}

#[test]
fn a_sandbox_draws_its_own_token_and_only_a_sandbox_has_one() {
    use std::io::{BufRead, BufReader};
    use std::process::Stdio;
    let dir = tempfile::tempdir().unwrap();
    let program = rulebook().display().to_string();
    let serve = ["serve", "--data", "data", "--listen", "127.0.0.1:0", "--program", &program];
    let mut tokens = Vec::new();
    for _ in 0..2 {
        let mut child = crate::run::jifen(dir.path())
            .args(serve)
            .arg("--sandbox")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let token = lines.map(Result::unwrap).find_map(|line| line.strip_prefix("token: ").map(ToOwned::to_owned));
        tokens.push(token.unwrap());
        child.kill().unwrap();
        child.wait().unwrap();
    }
    assert_ne!(tokens[0], tokens[1]);
    assert!(tokens[0].len() >= 32);
}
