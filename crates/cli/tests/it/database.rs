//! The data in a database: several servers, and commands beside them.

#[path = "../../../store/tests/it/postgres/server.rs"]
#[allow(dead_code, reason = "the tests of the store stop and start it as well")]
pub(crate) mod postgres;

use std::path::Path;

use postgres::SHARED;

use crate::http::{Client, order};
use crate::replay::ORDERS;
use crate::run::{Said, Server, rulebook, run, words};

fn command(dir: &Path, line: &str, url: &str) -> Said {
    run(dir, line.split_whitespace().chain(["--database-url", url]))
}

fn begin(dir: &Path, url: &str) -> Server {
    Server::start_with(dir, "keys", true, &["--database-url", url])
}

// row REL-17
#[test]
fn two_servers_of_one_database_are_one_program() {
    let dir = tempfile::tempdir().unwrap();
    let url = SHARED.fresh();
    let servers = [begin(dir.path(), &url), begin(dir.path(), &url)];
    std::thread::scope(|scope| {
        for (turn, server) in servers.iter().enumerate() {
            scope.spawn(move || {
                let mut client = Client::open(server.address).unwrap();
                for number in 0..40 {
                    // Half of the orders are sent to both, and all are of the same three members.
                    let name = if number % 2 == 0 { format!("both-{number}") } else { format!("{turn}-{number}") };
                    let answer = client.event(&order(&name, &format!("m{}", number % 3))).unwrap();
                    assert_eq!(answer.status, 200, "{:?}", answer.body);
                }
            });
        }
    });
    let wallets = |server: &Server| {
        let mut client = Client::open(server.address).unwrap();
        let mut wallet = |n| client.get(&format!("/v1/members/m{n}/wallet")).unwrap().body["units"].clone();
        [wallet(0), wallet(1), wallet(2)]
    };
    let shown = wallets(&servers[0]);
    assert_eq!(shown, wallets(&servers[1]));
    // Verified while both serve: twenty orders that both were sent, and twenty of each.
    let said = command(dir.path(), "verify --json", &url).well().json();
    assert_eq!((&said["agrees"], &said["entries"], &said["members"]), (&true.into(), &60.into(), &3.into()));
    assert_eq!(said["units"]["points"]["accounts"]["available"], 60);
    assert_eq!(command(dir.path(), "member show m0", &url).well().json()["wallet"]["units"], shown[0]);
    // Though they share a folder, each ends when it is told to.
    for server in servers {
        assert_eq!(server.stop(), 0);
    }
}

#[test]
fn what_one_process_changes_holds_in_the_others() {
    let dir = tempfile::tempdir().unwrap();
    let url = SHARED.fresh();
    let server = begin(dir.path(), &url);
    let added = command(dir.path(), "client add till --json", &url).well().json();
    let mut client = Client::open(server.address).unwrap().with_token(added["token"].as_str().unwrap());
    let mut until = |status: u16| {
        let began = std::time::Instant::now();
        while client.get("/v1/members/nobody/wallet").unwrap().status != status {
            assert!(began.elapsed().as_secs() < 20, "it is not answered {status}");
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    };
    until(404);
    let remove = format!("client remove {}", added["client"]["id"].as_str().unwrap());
    command(dir.path(), &remove, &url).well();
    until(401);
    assert_eq!(server.stop(), 0);
}

#[test]
fn the_past_is_brought_into_a_database_and_agrees() {
    let dir = tempfile::tempdir().unwrap();
    let url = SHARED.fresh();
    std::fs::write(dir.path().join("orders.ndjson"), ORDERS).unwrap();
    let line = format!("replay orders.ndjson --json --program {}", rulebook().display());
    let said = command(dir.path(), &line, &url).well().json();
    assert_eq!((&said["orders"], &said["points_awarded"]), (&3.into(), &105.into()));
    let first = command(dir.path(), "verify --json", &url).well().json();
    assert_eq!((&first["agrees"], &first["members"]), (&true.into(), &2.into()));
    // Again: nothing counts twice.
    assert_eq!(command(dir.path(), &line, &url).well().json()["repeated"], 3);
    assert_eq!(command(dir.path(), "verify --json", &url).well().json(), first);
}

#[test]
fn what_a_database_cannot_do_is_said() {
    let dir = tempfile::tempdir().unwrap();
    let url = SHARED.fresh();
    // Nothing is there yet, and nothing is begun without a rule book.
    command(dir.path(), "serve --data keys --listen 127.0.0.1:0", &url).refused(1, &["no rule book yet", "--program"]);
    command(dir.path(), "serve --listen 127.0.0.1:0", &url).refused(2, &["--data"]);
    command(dir.path(), "backup file.db", &url).refused(1, &["pg_dump", "Nothing was changed."]);
    let away = "postgres://jifen:s3cret@127.0.0.1:1/points?connect_timeout=1";
    let said = command(dir.path(), "verify", away).refused(1, &["127.0.0.1:1/points", "cannot be reached"]);
    assert!(!said.err.contains("s3cret"), "{said}");
    let said = command(dir.path(), "verify", "mysql://jifen:s3cret@db/points").refused(2, &["postgres://"]);
    assert!(!said.err.contains("s3cret"), "{said}");
    assert!(!words(dir.path(), "serve --help").well().out.contains("s3cret"));
}
