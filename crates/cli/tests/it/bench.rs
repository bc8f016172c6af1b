//! The load generator: what it says it did is what was done.

use crate::run::{Server, TOKEN, run, words};

#[test]
fn a_load_is_real_and_counted() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(dir.path(), "data");
    let url = format!("http://{}", server.address);
    let bench = |scenario: &str| {
        let load = ["--connections", "2", "--seconds", "1", "--members", "5", "--batch", "50", "--json"];
        run(dir.path(), [&["bench", scenario, "--url", &url, "--token", TOKEN], &load[..]].concat())
    };
    for scenario in ["batches", "orders", "wallets", "live"] {
        let said = bench(scenario).well().json();
        assert!(said["requests"].as_u64().unwrap() > 0 && said["errors"] == 0, "{scenario}: {said}");
    }
    assert_eq!(server.stop(), 0);
    let verified = words(dir.path(), "verify --data data --json").well().json();
    assert_eq!(verified["members"], 5);
    assert!(verified["entries"].as_u64().unwrap() > 0);
}

#[test]
fn requests_that_fail_make_the_run_fail() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(dir.path(), "data");
    let url = format!("http://{}", server.address);
    let load = ["--connections", "1", "--seconds", "1"];
    let said = run(dir.path(), [&["bench", "orders", "--url", &url, "--token", "wrong"], &load[..]].concat());
    said.refused(1, &["requests failed, the first: 401"]);
    drop(server);
    let gone = run(dir.path(), [&["bench", "live", "--url", &url, "--token", TOKEN], &load[..]].concat());
    gone.refused(1, &["connecting to"]);
}
