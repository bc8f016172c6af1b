//! Personal data on the command line: keys, erasures and backups, and who is listened to.

use crate::http::Client;
use crate::run::{Server, rulebook, run, words};

const LIN: &str = r#"{"id": "lin", "name": "林黛玉", "phone": "13812345678"}"#;

fn enroll(client: &mut Client) {
    assert_eq!(client.call("POST", "/v1/members", "application/json", LIN).unwrap().status, 201);
}

fn personal(client: &mut Client) -> String {
    let member = client.get("/v1/members/lin").unwrap();
    assert_eq!(member.status, 200, "{member:?}");
    format!("{} {}", member.body["personal"].as_str().unwrap(), member.body["name"])
}

#[test]
fn a_backup_from_before_an_erasure_does_not_bring_the_person_back() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(dir.path(), "data");
    let open = || Client::open(server.address).unwrap();
    enroll(&mut open());
    words(dir.path(), "backup copy.db --data data").well();
    assert_eq!(personal(&mut open()), "clear \"林黛玉\"");
    let why = r#"{"reason": "asked for in writing"}"#;
    assert_eq!(open().call("POST", "/v1/members/lin/erase", "application/json", why).unwrap().status, 200);
    // The server goes over to the old store, and erases again before it answers anybody.
    words(dir.path(), "restore copy.db --data data").well();
    assert_eq!(personal(&mut open()), "erased null");
    assert_eq!(server.stop(), 0);
    // The same without a server, and with a folder of its own for the store, beside the keys.
    words(dir.path(), "restore copy.db --data data").well();
    let server = Server::start(dir.path(), "data");
    assert_eq!(personal(&mut Client::open(server.address).unwrap()), "erased null");
    for file in ["data/keys/members.db", "copy.db"] {
        let bytes = std::fs::read(dir.path().join(file)).unwrap();
        assert!(!bytes.windows(11).any(|window| window == b"13812345678"), "{file}");
    }
}

#[test]
fn a_new_master_key_is_made_while_serving_and_without_a_server() {
    let dir = tempfile::tempdir().unwrap();
    let key = || std::fs::read_to_string(dir.path().join("data/keys/master.key")).unwrap();
    let server = Server::start(dir.path(), "data");
    enroll(&mut Client::open(server.address).unwrap());
    let first = key();
    assert_eq!(words(dir.path(), "keys rotate --data data --json").well().json()["members"], 1);
    let second = key();
    assert_ne!(first, second);
    let found = |server: &Server| {
        let found = Client::open(server.address).unwrap().get("/v1/members?query=13812345678").unwrap();
        found.body["data"][0]["id"].as_str().map(str::to_owned)
    };
    assert_eq!(found(&server).as_deref(), Some("lin"));
    assert_eq!(server.stop(), 0);
    words(dir.path(), "keys rotate --data data").well();
    assert_ne!(key(), second);
    let server = Server::start(dir.path(), "data");
    assert_eq!(found(&server).as_deref(), Some("lin"));
    assert_eq!(personal(&mut Client::open(server.address).unwrap()), "clear \"林黛玉\"");
}

// row SEC-01
#[test]
fn other_machines_are_not_served_in_the_open() {
    let dir = tempfile::tempdir().unwrap();
    let program = rulebook();
    let serve = |more: &[&str]| {
        let place = ["serve", "--data", "data", "--program", program.to_str().unwrap(), "--listen", "0.0.0.0:0"];
        run(dir.path(), place.iter().chain(more))
    };
    serve(&[]).refused(1, &["HTTPS is off", "--tls-cert", "Nothing was changed."]);
    serve(&["--tls-cert", "cert.pem"]).refused(2, &["--tls-key"]);
    serve(&["--tls-cert", "cert.pem", "--tls-key", "key.pem"])
        .refused(1, &["cert.pem cannot be used as a certificate"]);
    serve(&["--cipher", "rot13"]).refused(2, &["aes-256-gcm or sm4-gcm"]);
    assert!(!dir.path().join("data").exists(), "nothing was made");
}
