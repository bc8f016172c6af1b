//! Wrong use and bad input: an exit code and a sentence each.

use std::fs;

use crate::run::{jifen, rulebook, run, words};

#[test]
fn wrong_use_is_exit_code_2() {
    let dir = tempfile::tempdir().unwrap();
    words(dir.path(), "").refused(2, &["Usage:"]);
    words(dir.path(), "sreve --data data").refused(2, &["serve"]);
    words(dir.path(), "serve --dta data").refused(2, &["--dta", "--data"]);
    words(dir.path(), "verify").refused(2, &["--data"]);
    words(dir.path(), "serve --data data --listen nowhere").refused(2, &["--listen"]);
    words(dir.path(), "bench orders").refused(2, &["--url"]);
    words(dir.path(), "bench orders --url ftp://x --token t").refused(2, &["--url must be like"]);
    words(dir.path(), "serve --data data --listen 127.0.0.1:0 --log-level loud").refused(2, &["--log-level loud"]);
    assert!(!dir.path().join("data").exists());
}

#[test]
fn help_teaches_and_is_no_failure() {
    let dir = tempfile::tempdir().unwrap();
    for command in ["serve", "replay", "verify", "program", "import", "member", "backup", "restore", "client", "bench"]
    {
        let said = run(dir.path(), [command, "--help"]).well();
        assert!(said.out.contains("Examples:") && said.out.contains("Exit codes:"), "{said}");
    }
    assert!(words(dir.path(), "--version").well().out.starts_with("jifen "));
    assert!(words(dir.path(), "completions bash").well().out.contains("complete"));
}

#[test]
fn the_document_of_the_api_is_printed() {
    let dir = tempfile::tempdir().unwrap();
    let said = words(dir.path(), "openapi").well();
    assert!(said.json()["openapi"].as_str().unwrap().starts_with("3.1"));
    assert!(said.json()["paths"]["/v1/events"]["post"].is_object());
}

#[test]
fn an_address_of_a_database_is_taken_wherever_it_comes_from_and_kept_to_itself() {
    let sentence = "the database 127.0.0.1:1/jifen cannot be reached";
    let url = "postgres://jifen:s3cr3t-word@127.0.0.1:1/jifen";
    let dir = tempfile::tempdir().unwrap();
    run(dir.path(), ["verify", "--data", "data", "--database-url", url]).refused(1, &[sentence]);
    run(dir.path(), ["verify", "--database-url", url]).refused(1, &[sentence]);
    let from_variable = jifen(dir.path()).args(["verify", "--data", "data"]).env("JIFEN_DATABASE_URL", url).output();
    let said = crate::run::Said::from(from_variable.unwrap()).refused(1, &[sentence]);
    assert!(!said.err.contains("s3cr3t-word"));
    fs::write(dir.path().join("jifen.toml"), format!("database_url = \"{url}\"\n")).unwrap();
    let said = words(dir.path(), "serve --data data --listen 127.0.0.1:0").refused(1, &[sentence]);
    assert!(!said.err.contains("s3cr3t-word"));
    assert!(!words(dir.path(), "serve --help").well().out.contains("s3cr3t-word"));
    assert!(!dir.path().join("data").exists());
}

#[test]
fn flags_win_over_variables_and_those_over_the_file() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("jifen.toml"), "data = \"from-file\"\n").unwrap();
    let verify = |flags: &[&str], variable: Option<&str>| {
        let mut command = jifen(dir.path());
        command.arg("verify").args(flags);
        if let Some(value) = variable {
            command.env("JIFEN_DATA", value);
        }
        crate::run::Said::from(command.output().unwrap())
    };
    verify(&[], None).refused(1, &["from-file holds no data"]);
    verify(&[], Some("from-variable")).refused(1, &["from-variable holds no data"]);
    verify(&["--data", "from-flag"], Some("from-variable")).refused(1, &["from-flag holds no data"]);
    fs::write(dir.path().join("other.toml"), "data = \"from-other\"\n").unwrap();
    verify(&["--config", "other.toml"], None).refused(1, &["from-other holds no data"]);
}

#[test]
fn a_mistake_in_the_file_of_settings_names_its_line() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("jifen.toml"), "data = \"x\"\nlsiten = \"127.0.0.1:1\"\n").unwrap();
    words(dir.path(), "verify").refused(2, &["jifen.toml:2: there is no setting `lsiten`"]);
    words(dir.path(), "verify --config missing.toml").refused(2, &["missing.toml cannot be read"]);
}

#[test]
fn files_that_are_not_ours_or_damaged_are_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    words(dir.path(), "verify --data nowhere").refused(1, &["nowhere holds no data of this program", "--data"]);
    assert!(!dir.path().join("nowhere").exists());

    fs::create_dir(dir.path().join("foreign")).unwrap();
    let foreign = rusqlite::Connection::open(dir.path().join("foreign/tables.sqlite")).unwrap();
    foreign.execute_batch("CREATE TABLE recipes (name TEXT); INSERT INTO recipes VALUES ('soup')").unwrap();
    drop(foreign);
    let before = fs::read(dir.path().join("foreign/tables.sqlite")).unwrap();
    let program = rulebook().display().to_string();
    for command in [
        vec!["verify", "--data", "foreign"],
        vec!["serve", "--data", "foreign", "--listen", "127.0.0.1:0", "--program", &program],
    ] {
        run(dir.path(), command).refused(1, &["foreign", "cannot be used", "Nothing was changed."]);
    }
    assert_eq!(fs::read(dir.path().join("foreign/tables.sqlite")).unwrap(), before);

    fs::create_dir(dir.path().join("torn")).unwrap();
    fs::write(dir.path().join("torn/tables.sqlite"), b"this was a database once").unwrap();
    words(dir.path(), "verify --data torn").refused(1, &["torn", "cannot be used"]);
}
