//! The load generator: what it says it did is what was done.

use crate::run::{Server, TOKEN, run, words};

// row REL-02
#[test]
fn a_load_is_real_and_counted() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(dir.path(), "data");
    let url = format!("http://{}", server.address);
    let bench = |scenario: &str| {
        let load = ["--connections", "2", "--seconds", "1", "--members", "5", "--batch", "50", "--json"];
        run(dir.path(), [&["bench", scenario, "--url", &url, "--token", TOKEN], &load[..]].concat())
    };
    for scenario in ["batches", "orders", "wallets", "shelf", "hot-item", "live"] {
        let said = bench(scenario).well().json();
        assert!(said["requests"].as_u64().unwrap() > 0 && said["errors"] == 0, "{scenario}: {said}");
        // A hundred thousand a day, all within an hour of it.
        assert!(scenario != "orders" || said["requests_per_second"].as_f64().unwrap() > 100_000.0 / 3_600.0, "{said}");
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

// row OPS-09
// row REL-05
#[test]
fn a_hot_item_is_stormed_and_sold_to_the_last_piece_once() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(dir.path(), "data");
    let url = format!("http://{}", server.address);
    let scene = ["bench", "--scenario", "hot-item", "--stock", "40", "--url", &url, "--token", TOKEN];
    let load = ["--connections", "20", "--seconds", "6", "--members", "300", "--json", "--report", "report.html"];
    let said = run(dir.path(), [&scene[..], &load[..]].concat()).well().json();
    let phases = said["phases"].as_array().unwrap();
    let demands: Vec<i64> = phases.iter().map(|phase| phase["demand_percent"].as_i64().unwrap()).collect();
    assert_eq!(demands, [100, 1_000, 100], "ten times the ordinary demand: {said}");
    assert!(phases.iter().all(|phase| phase["done"].as_u64().unwrap() > 0 && phase["failed"] == 0), "{said}");
    assert!(phases[1]["refused"].as_u64().unwrap() > 0, "more was wanted than there was: {said}");
    assert_eq!(said["hot_item"], serde_json::json!({ "stock": 40, "redeemed": 40, "remaining": 0 }));
    let report = std::fs::read_to_string(dir.path().join("report.html")).unwrap();
    assert!(report.contains("Of 40 pieces 40 were redeemed, 0 are left.") && report.matches("<svg").count() == 3);

    // With a limit that nobody can keep, the overload is found and told.
    let strict = ["--connections", "10", "--seconds", "4", "--members", "100", "--limit-ms", "0", "--json"];
    let scene = ["bench", "--scenario", "new-year", "--url", &url, "--token", TOKEN];
    let said = run(dir.path(), [&scene[..], &strict[..]].concat()).well().json();
    assert!(said["phases"].as_array().unwrap().iter().all(|phase| phase["overloaded"] == true), "{said}");
    let both = ["bench", "orders", "--scenario", "mixed", "--url", &url, "--token", TOKEN];
    run(dir.path(), both).refused(2, &["cannot be used with"]);
    assert_eq!(server.stop(), 0);
    assert_eq!(words(dir.path(), "verify --data data --json").well().json()["agrees"], true);
}
