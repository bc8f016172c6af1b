//! Staff from the command line, with and without a running server.

use crate::run::{Server, words};

#[test]
fn staff_are_added_listed_and_let_in_again() {
    let dir = tempfile::tempdir().unwrap();
    drop(Server::start_as(dir.path(), "data", false));
    let add = "staff add ada --name Ada --email ada@example.com --role customer-service --place shanghai --data data";
    let added = words(dir.path(), &format!("{add} --json")).well().json();
    assert_eq!(added["login"], "ada");
    words(dir.path(), &format!("{add} --json")).refused(1, &["must not be in use"]);
    words(dir.path(), "staff add x --name X --role king --data data").refused(1, &["one of the rule book's roles"]);
    words(dir.path(), "staff add x!y --name X --role owner --data data").refused(2, &["LOGIN"]);
    let server = Server::start_as(dir.path(), "data", false);
    let listed = words(dir.path(), "staff list --data data").well();
    assert!(listed.out.contains("ada  active  Ada  customer-service@shanghai"), "{listed}");
    let again = words(dir.path(), "staff reset ada --data data --json").well().json();
    assert_ne!(again["one_time_password"], added["one_time_password"]);
    words(dir.path(), "staff reset nobody --data data").refused(1, &["unknown"]);
    // Codes of real people are told to nobody.
    words(dir.path(), "staff code ada --data data").refused(1, &["in a sandbox only"]);
    drop(server);
    words(dir.path(), "staff code ada --data data").refused(1, &["nobody serves"]);
}

#[test]
fn a_sandbox_begins_with_people_to_try_things_out_with() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(dir.path(), "data");
    let listed = words(dir.path(), "staff list --data data --json").well().json();
    let logins: Vec<&str> = listed.as_array().unwrap().iter().map(|one| one["login"].as_str().unwrap()).collect();
    assert_eq!(logins, ["he", "lin", "wei"]);
    let code = words(dir.path(), "staff code lin --data data").well().out;
    assert!(code.trim().len() == 6 && code.trim().bytes().all(|byte| byte.is_ascii_digit()), "{code}");
    words(dir.path(), "staff code nobody --data data").refused(1, &["no code"]);
    drop(server);
}
