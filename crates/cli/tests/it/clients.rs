//! API clients and their tokens, with and without a running server.

use crate::http::{Client, order};
use crate::run::{Server, run, words};

#[test]
fn a_token_works_at_once_within_its_scopes_and_ends_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(dir.path(), "data");
    let add = "client add tills --data data --scope events:write --source /test --json";
    let added = words(dir.path(), add).well().json();
    let (id, token) = (added["client"]["id"].as_str().unwrap(), added["token"].as_str().unwrap());
    let mut client = Client::open(server.address).unwrap().with_token(token);
    assert_eq!(client.event(&order("o1", "lin")).unwrap().status, 200);
    assert_eq!(client.get("/v1/members/lin/wallet").unwrap().status, 403);
    let elsewhere = order("o2", "lin").replace("/test", "/elsewhere");
    assert_eq!(client.event(&elsewhere).unwrap().status, 403);

    let listed = words(dir.path(), "client list --data data").well();
    assert!(listed.out.contains("tills") && listed.out.contains("events:write"), "{listed}");
    assert!(!listed.out.contains(token));
    run(dir.path(), ["client", "remove", id, "--data", "data"]).well();
    assert_eq!(client.event(&order("o3", "lin")).unwrap().status, 401);
    words(dir.path(), "client remove nobody --data data").refused(1, &["unknown"]);
}

#[test]
fn a_token_made_before_the_server_starts_is_known_to_it() {
    let dir = tempfile::tempdir().unwrap();
    drop(Server::start(dir.path(), "data"));
    let added = words(dir.path(), "client add all --data data --json").well().json();
    words(dir.path(), "client add x --data data --scope no:such").refused(2, &["events:write"]);
    let server = Server::start(dir.path(), "data");
    let mut client = Client::open(server.address).unwrap().with_token(added["token"].as_str().unwrap());
    assert_eq!(client.event(&order("o1", "lin")).unwrap().status, 200);
    assert_eq!(client.get("/v1/members/lin/wallet").unwrap().status, 200);
}
