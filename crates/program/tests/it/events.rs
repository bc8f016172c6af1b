//! No bytes make reading an event panic: the fuzz target's corpus, each file also cut and bent.

use std::path::PathBuf;

use jifen_program::events::{fingerprint, parse};

fn read(bytes: &[u8]) {
    if let Ok(event) = parse(bytes) {
        assert_eq!(parse(bytes).unwrap(), event);
        assert_eq!(fingerprint(bytes).unwrap(), event.fingerprint);
    }
}

#[test]
fn the_corpus_is_read_without_a_panic() {
    let corpus = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/event");
    let mut files = 0;
    let mut events = 0;
    for entry in std::fs::read_dir(corpus).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        files += 1;
        events += usize::from(parse(&bytes).is_ok());
        read(&bytes);
        for cut in (0..bytes.len()).step_by(7) {
            read(&bytes[..cut]);
            let mut bent = bytes.clone();
            bent[cut] = bent[cut].wrapping_add(1);
            read(&bent);
        }
    }
    assert!(files > 20 && events > 5, "{events} events in {files} files");
}
