//! No bytes make reading an event or a line of an order file panic: the fuzz targets' corpora, each file also cut and
//! bent.

use std::path::PathBuf;

use jifen_program::events::{OrderFile, fingerprint, parse};
use jifen_vocab::Zone;

fn event(bytes: &[u8]) -> bool {
    let Ok(event) = parse(bytes) else { return false };
    assert_eq!(parse(bytes).unwrap(), event);
    assert_eq!(fingerprint(bytes).unwrap(), event.fingerprint);
    true
}

fn order_line(bytes: &[u8]) -> bool {
    let (plain, moved) = (OrderFile::new(Zone::utc(), 0), OrderFile::new(Zone::utc(), 700));
    let read = plain.event(bytes);
    assert_eq!(plain.check(bytes).is_ok(), read.is_ok());
    let Ok((event, _)) = read else { return false };
    assert_eq!(moved.event(bytes).unwrap().0.identity(), event.identity());
    true
}

/// Reads every file of a corpus, cut and bent at every seventh byte; gives how many files there are and how many of
/// them can be read.
fn run(target: &str, read: fn(&[u8]) -> bool) -> (usize, usize) {
    let corpus = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(target);
    let (mut files, mut good) = (0, 0);
    for entry in std::fs::read_dir(corpus).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        files += 1;
        good += usize::from(read(&bytes));
        for cut in (0..bytes.len()).step_by(7) {
            read(&bytes[..cut]);
            let mut bent = bytes.clone();
            bent[cut] = bent[cut].wrapping_add(1);
            read(&bent);
        }
    }
    (files, good)
}

#[test]
fn events_are_read_without_a_panic() {
    let (files, good) = run("event", event);
    assert!(files > 20 && good > 5, "{good} of {files}");
}

#[test]
fn lines_of_order_files_are_read_without_a_panic() {
    let (files, good) = run("order_line", order_line);
    assert!(files > 15 && good > 3, "{good} of {files}");
}
