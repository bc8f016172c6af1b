//! Rule books on the command line.

use crate::run::{Server, TOKEN, root, rulebook, run, words};

#[test]
fn every_bundle_of_the_house_is_valid_and_its_examples_hold() {
    for bundle in std::fs::read_dir(root().join("programs")).unwrap() {
        let bundle = bundle.unwrap().path();
        if !bundle.is_dir() {
            continue;
        }
        for what in ["check", "test"] {
            let said = run(&root(), ["program".as_ref(), what.as_ref(), bundle.as_os_str(), "--json".as_ref()]).well();
            let json = said.json();
            assert!(json["valid"] == true || json["passed"].as_u64().unwrap() > 0, "{said}");
        }
    }
}

#[test]
fn mistakes_are_told_with_file_line_and_column() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("book")).unwrap();
    std::fs::write(dir.path().join("book/program.yaml"), "id: x\nzoen: Asia/Shanghai\n").unwrap();
    words(dir.path(), "program check book").refused(1, &["program.yaml:2:1", "zoen", "did you mean `zone`?"]);
    let said = words(dir.path(), "program check book --json");
    assert_eq!(said.code, 1);
    assert_eq!(said.json()["valid"], false);
    words(dir.path(), "program check nowhere").refused(1, &["there is no folder nowhere"]);
    std::fs::create_dir(dir.path().join("empty")).unwrap();
    words(dir.path(), "program test empty").refused(1, &["holds no .yaml file"]);
}

#[test]
fn two_rule_books_are_compared_by_what_they_say() {
    let (a, b) = (root().join("programs/rulebook"), root().join("programs/retention"));
    let same = run(&root(), ["program".as_ref(), "diff".as_ref(), a.as_os_str(), a.as_os_str()]).well();
    assert_eq!(same.out, "no difference\n");
    let other =
        run(&root(), ["program".as_ref(), "diff".as_ref(), a.as_os_str(), b.as_os_str(), "--json".as_ref()]).well();
    let changes = other.json();
    assert!(changes["changes"].as_array().unwrap().iter().any(|change| change["path"] == "program.yaml:id"), "{other}");
}

#[test]
fn a_rule_book_is_published_on_a_server_elsewhere() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(dir.path(), "data");
    let url = format!("http://{}", server.address);
    let book = rulebook().display().to_string();
    let apply = |url: &str, token: &str| {
        run(dir.path(), ["program", "apply", &book, "--url", url, "--token", token, "--note", "once more", "--json"])
    };
    let version = apply(&url, TOKEN).well().json();
    assert_eq!(version["version"], 2);
    // Somebody who is no sandbox waits for a colleague, and is told so.
    let add = "client add editor --data data --json --scope program:read --scope program:write --scope program:publish";
    let added = words(dir.path(), add).well().json();
    let waits = apply(&url, added["token"].as_str().unwrap()).well().json();
    assert_eq!(waits["approval"]["state"], "waiting", "{waits}");
    apply(&url, "not-a-token").refused(1, &["not published", "Nothing was changed."]);
    apply("http://127.0.0.1:9", TOKEN).refused(1, &["cannot be asked"]);
    apply("points.example", TOKEN).refused(2, &["--url"]);
    run(dir.path(), ["program", "apply", &book, "--url", &url]).refused(2, &["wants a token"]);
    drop(server);
}
