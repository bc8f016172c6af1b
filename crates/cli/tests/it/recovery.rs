//! Archives and drills: any instant comes back, and somebody has seen that it does.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use jifen_vocab::Timestamp;

use crate::http::{Client, order};
use crate::run::{Server, jifen, words};

fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap())
}

fn send(server: &Server, orders: std::ops::Range<u32>) {
    let mut client = Client::open(server.address).unwrap();
    for number in orders {
        let answer = client.event(&order(&format!("o-{number}"), &format!("m{}", number % 5))).unwrap();
        assert_eq!(answer.status, 200, "{answer:?}");
    }
}

/// Files of batches in an archive.
fn shipped(archive: &Path) -> usize {
    let files = std::fs::read_dir(archive).into_iter().flatten().flatten();
    files.filter(|file| file.path().extension().is_some_and(|ending| ending == "ship")).count()
}

fn wait_for(what: &str, mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < Duration::from_secs(60), "{what} does not come");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn available(dir: &Path, data: &str) -> i64 {
    let said = words(dir, &format!("verify --json --data {data}")).well().json();
    assert_eq!(said["agrees"], true, "{said}");
    said["units"]["points"]["accounts"]["available"].as_i64().unwrap()
}

// row REL-08
// row REL-09
#[test]
fn an_archive_follows_a_server_and_brings_any_instant_back() {
    let dir = tempfile::tempdir().unwrap();
    let archive = dir.path().join("archive");
    words(dir.path(), "backup --follow archive --data data").refused(1, &["nobody serves"]);
    let server = Server::start(dir.path(), "data");
    send(&server, 0..30);
    let mut following = jifen(dir.path());
    following.args(["backup", "--follow", "archive", "--every", "1", "--data", "data"]);
    let mut following = following.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    wait_for("the first copy", || {
        std::fs::read_dir(&archive)
            .is_ok_and(|files| files.flatten().any(|file| file.path().extension().is_some_and(|it| it == "db")))
    });
    send(&server, 30..50);
    wait_for("the first delivery", || shipped(&archive) > 0);
    // Everything of the first fifty is there by now, unless a delivery cut them in two.
    let before = shipped(&archive);
    std::thread::sleep(Duration::from_millis(2_500));
    let between = now();
    let settled = shipped(&archive);
    assert!(settled - before <= 1, "twenty orders came in more than two deliveries");
    send(&server, 50..90);
    wait_for("the next delivery", || shipped(&archive) > settled);
    std::thread::sleep(Duration::from_millis(2_500));
    following.kill().unwrap();
    following.wait().unwrap();

    words(dir.path(), "restore archive --data last").well();
    assert_eq!(available(dir.path(), "last"), 90);
    words(dir.path(), &format!("restore archive --at {between} --data between")).well();
    assert_eq!(available(dir.path(), "between"), 50);
    words(dir.path(), "restore archive --at 2020-01-01T00:00:00Z --data never").refused(1, &["begins later"]);
    words(dir.path(), "restore archive --at yesterday --data never").refused(2, &["not an instant"]);

    // The running server goes back to that instant, too.
    send(&server, 90..95);
    words(dir.path(), &format!("restore archive --at {between} --data data")).well();
    let shown = words(dir.path(), "verify --json --data data").well().json();
    assert_eq!(shown["units"]["points"]["accounts"]["available"], 50);
    send(&server, 200..201);
    assert_eq!(server.stop(), 0);
}

// row REL-09
// row REL-10
#[test]
fn a_drill_brings_the_newest_backup_back_proves_it_and_leaves_a_line() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(dir.path(), "data");
    send(&server, 0..10);
    std::fs::create_dir(dir.path().join("backups")).unwrap();
    words(dir.path(), "backup backups/one.db --data data").well();
    send(&server, 10..25);
    std::thread::sleep(Duration::from_millis(20));
    words(dir.path(), "backup backups/two.db --data data").well();
    let audited = |dir: &Path| words(dir, "verify --json --data data").well().json()["audited"].as_u64().unwrap();
    let before = audited(dir.path());
    let said = words(dir.path(), "drill backups --data data --json").well().json();
    assert!(said["backup"].as_str().unwrap().ends_with("two.db"), "{said}");
    assert_eq!((&said["agrees"], &said["entries"], &said["noted"]), (&true.into(), &25.into(), &true.into()));
    assert!(said["restore_ms"].as_u64().unwrap() < 60_000, "{said}");
    assert_eq!(audited(dir.path()), before + 1, "the audit trail tells of the drill");

    // What is cut off is found before it is needed, and nothing stays behind.
    let whole = std::fs::read(dir.path().join("backups/two.db")).unwrap();
    std::fs::write(dir.path().join("backups/two.db"), &whole[..whole.len() / 2]).unwrap();
    std::fs::create_dir(dir.path().join("scratch")).unwrap();
    words(dir.path(), "drill backups/two.db --scratch scratch").refused(1, &["two.db", "cut short"]);
    assert_eq!(std::fs::read_dir(dir.path().join("scratch")).unwrap().count(), 0);
    let said = words(dir.path(), "drill nowhere.db").refused(1, &["there is no backup nowhere.db", "archive"]);
    assert!(!said.err.contains("--data"), "{said}");
    words(dir.path(), "drill scratch").refused(1, &["holds no backups"]);
    words(dir.path(), "drill backups/one.db --within 0").refused(1, &["are allowed"]);
    assert_eq!(server.stop(), 0);
}
