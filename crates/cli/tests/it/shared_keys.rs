//! Members' keys for several machines: each has a folder with the master key, and a database of its own holds the rest.

use std::path::Path;

use crate::database::postgres::SHARED;
use crate::http::Client;
use crate::run::{Said, Server, run};

const LIN: &str = r#"{"id": "lin", "name": "林黛玉", "phone": "13812345678"}"#;
const WEI: &str = r#"{"id": "wei", "name": "卫若兰", "phone": "13987654321"}"#;

/// A database for records and one for keys.
struct Databases {
    store: String,
    keys: String,
}

impl Databases {
    fn new() -> Databases {
        Databases { store: SHARED.fresh(), keys: SHARED.fresh() }
    }

    fn both(&self) -> [&str; 4] {
        ["--database-url", &self.store, "--keys-database-url", &self.keys]
    }

    /// A server on a machine with that folder.
    fn serve(&self, dir: &Path, data: &str) -> Server {
        Server::start_with(dir, data, true, &self.both())
    }

    fn command(&self, dir: &Path, line: &str) -> Said {
        run(dir, line.split_whitespace().chain(self.both()))
    }

    /// A command, or a server that does not come up, with keys in a folder.
    fn with_folder(&self, dir: &Path, line: &str) -> Said {
        run(dir, line.split_whitespace().chain(["--database-url", &self.store]))
    }
}

fn client(server: &Server) -> Client {
    Client::open(server.address).unwrap()
}

fn enroll(server: &Server, who: &str) {
    assert_eq!(client(server).call("POST", "/v1/members", "application/json", who).unwrap().status, 201);
}

fn phone(server: &Server, member: &str) -> String {
    client(server).get(&format!("/v1/members/{member}")).unwrap().body["phone"].as_str().unwrap_or("none").to_owned()
}

fn found(server: &Server, phone: &str) -> usize {
    client(server).get(&format!("/v1/members?query={phone}")).unwrap().body["data"].as_array().unwrap().len()
}

fn copy_master_key(dir: &Path, from: &str, to: &str) {
    std::fs::create_dir_all(dir.join(to).join("keys")).unwrap();
    let key = |data: &str| dir.join(data).join("keys/master.key");
    std::fs::copy(key(from), key(to)).unwrap();
}

// row SEC-01
#[test]
fn what_one_machine_seals_the_other_opens_and_what_one_erases_no_other_has() {
    let dir = tempfile::tempdir().unwrap();
    let databases = Databases::new();
    let first = databases.serve(dir.path(), "one");
    enroll(&first, LIN);
    // Without the master key another machine does not begin, and makes none.
    let serve = "serve --listen 127.0.0.1:0 --data two";
    databases.command(dir.path(), serve).refused(1, &["two/keys/master.key is missing", "copy the master key"]);
    assert!(!dir.path().join("two/keys/master.key").exists());
    copy_master_key(dir.path(), "one", "two");
    let second = databases.serve(dir.path(), "two");
    enroll(&second, WEI);
    assert_eq!((phone(&second, "lin"), phone(&first, "wei")), ("13812345678".into(), "13987654321".into()));
    assert_eq!((found(&second, "13812345678"), found(&first, "13987654321")), (1, 1));
    let why = r#"{"reason": "asked for in writing"}"#;
    let erased = client(&first).call("POST", "/v1/members/lin/erase", "application/json", why).unwrap();
    assert_eq!(erased.status, 200, "{erased:?}");
    assert_eq!((phone(&second, "lin"), found(&second, "13812345678")), ("none".into(), 0));
    let again = r#"{"phone": "13812345678"}"#;
    let kept = client(&second).call("PUT", "/v1/members/lin", "application/json", again).unwrap();
    assert!(kept.status == 409 || kept.status == 404, "nothing is kept about them again: {kept:?}");
    assert_eq!(first.stop(), 0);
    // The keys of an old copy lose whom the store says was erased.
    let schema = databases.keys.split_once("schema=").unwrap().1;
    SHARED.psql(&format!(
        "DELETE FROM {schema}.mark WHERE name LIKE 'erased/%'; INSERT INTO {schema}.member_key VALUES ('lin', '\\x00')"
    ));
    let third = databases.serve(dir.path(), "one");
    assert_eq!(SHARED.psql(&format!("SELECT count(*) FROM {schema}.member_key WHERE member = 'lin'")), "0");
    assert_eq!(phone(&third, "wei"), "13987654321");
    assert_eq!((second.stop(), third.stop()), (0, 0));
}

#[test]
fn a_new_master_key_reaches_servers_of_its_folder_at_once_and_others_with_its_file() {
    let dir = tempfile::tempdir().unwrap();
    let databases = Databases::new();
    let near = databases.serve(dir.path(), "one");
    copy_master_key(dir.path(), "one", "two");
    let far = databases.serve(dir.path(), "two");
    enroll(&near, LIN);
    let said = databases.command(dir.path(), "keys rotate --data one").well();
    assert!(said.err.contains("copy the new master key to the other machines"), "{said}");
    assert_eq!((phone(&near, "lin"), found(&near, "13812345678")), ("13812345678".into(), 1));
    // The other opens nothing and enrolls nobody under the former key, and goes on with the rest.
    let refused = client(&far).call("POST", "/v1/members", "application/json", WEI).unwrap();
    assert_eq!(refused.status, 500, "{refused:?}");
    assert_eq!(client(&far).get("/v1/members/lin/wallet").unwrap().status, 200);
    copy_master_key(dir.path(), "one", "two");
    enroll(&far, WEI);
    assert_eq!((phone(&far, "lin"), phone(&near, "wei")), ("13812345678".into(), "13987654321".into()));
    assert_eq!((near.stop(), far.stop()), (0, 0));
}

#[test]
fn other_keys_than_those_a_database_knows_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let databases = Databases::new();
    let begin = || Server::start_with(dir.path(), "one", true, &["--database-url", &databases.store]);
    let server = begin();
    enroll(&server, LIN);
    let serve = "serve --listen 127.0.0.1:0 --data";
    databases.with_folder(dir.path(), &format!("{serve} two")).refused(1, &["is missing", "copy the master key"]);
    copy_master_key(dir.path(), "one", "two");
    // The same master key over another file of members' keys is another keyring, and so is a database's.
    let other = &["other keys than the ones given", "jifen keys replace", "Nothing was changed."];
    databases.with_folder(dir.path(), &format!("{serve} two")).refused(1, other);
    databases.command(dir.path(), &format!("{serve} one")).refused(1, other);
    assert_eq!(phone(&server, "lin"), "13812345678");
    assert_eq!(server.stop(), 0);
    // Where the former keys are lost for good, others take their place, and only they.
    databases.with_folder(dir.path(), "keys replace --data two").well();
    databases.with_folder(dir.path(), &format!("{serve} one")).refused(1, other);
    let server = Server::start_with(dir.path(), "two", true, &["--database-url", &databases.store]);
    assert_eq!(phone(&server, "lin"), "none");
    assert_eq!(server.stop(), 0);
}

#[test]
fn keys_move_from_a_folder_to_a_database() {
    let dir = tempfile::tempdir().unwrap();
    let databases = Databases::new();
    let server = Server::start_with(dir.path(), "one", true, &["--database-url", &databases.store]);
    enroll(&server, LIN);
    enroll(&server, WEI);
    let why = r#"{"reason": "asked for in writing"}"#;
    client(&server).call("POST", "/v1/members/wei/erase", "application/json", why).unwrap();
    databases.with_folder(dir.path(), "keys move --data one").refused(2, &["--keys-database-url"]);
    let said = databases.command(dir.path(), "keys move --data one").well();
    assert!(said.err.contains("destroy DIR/keys/members.db"), "{said}");
    // Whoever still has the file open keeps nobody in it any more.
    let late = r#"{"id": "ada", "phone": "13700000000"}"#;
    let refused = client(&server).call("POST", "/v1/members", "application/json", late).unwrap();
    assert_eq!(refused.status, 500, "{refused:?}");
    assert_eq!(server.stop(), 0);
    let serve = "serve --listen 127.0.0.1:0 --data one";
    databases.with_folder(dir.path(), serve).refused(1, &["were moved to a database", "--keys-database-url"]);
    databases.command(dir.path(), "keys move --data one").refused(1, &["were moved to a database"]);
    let server = databases.serve(dir.path(), "one");
    assert_eq!((phone(&server, "lin"), found(&server, "13812345678")), ("13812345678".into(), 1));
    assert_eq!((phone(&server, "wei"), found(&server, "13987654321")), ("none".into(), 0));
    assert_eq!(server.stop(), 0);
}

#[test]
fn records_and_keys_are_kept_apart() {
    let dir = tempfile::tempdir().unwrap();
    let store = SHARED.fresh();
    let line = ["serve", "--data", "one", "--listen", "127.0.0.1:0", "--database-url", &store];
    let with = |keys: &str| run(dir.path(), line.iter().copied().chain(["--keys-database-url", keys]));
    with(&store).refused(2, &["same database and schema", "a database of their own"]);
    with("mysql://jifen:s3cret@db/keys").refused(2, &["--keys-database-url postgres://"]);
    let folder = ["serve", "--data", "one", "--keys-database-url", &store];
    run(dir.path(), folder).refused(2, &["goes with --database-url"]);
    assert!(!dir.path().join("one").exists());
}

#[test]
fn a_sandbox_in_a_database_tells_its_codes() {
    let dir = tempfile::tempdir().unwrap();
    let url = SHARED.fresh();
    let command = |line: &str| run(dir.path(), line.split_whitespace().chain(["--database-url", &url]));
    let server = Server::start_with(dir.path(), "keys", true, &["--database-url", &url]);
    let code = command("staff code lin --data keys").well().out;
    assert!(code.trim().len() == 6 && code.trim().bytes().all(|byte| byte.is_ascii_digit()), "{code}");
    command("staff code nobody --data keys").refused(1, &["no code for nobody"]);
    command("staff code lin").refused(2, &["--data"]);
    assert_eq!(server.stop(), 0);
    // From the day on which members are served, codes are told to nobody.
    let server = Server::start_with(dir.path(), "keys", false, &["--database-url", &url]);
    command("staff code lin --data keys").refused(1, &["in a sandbox only"]);
    assert_eq!(server.stop(), 0);
}
