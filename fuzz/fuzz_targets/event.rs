//! Any bytes as an event: reading never panics, and what is read has a stable identity. The corpus also runs in the
//! tests of jifen-program.
#![no_main]

use jifen_program::events::{fingerprint, parse};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(event) = parse(bytes) {
        let again = parse(bytes).expect("what was read once is read again");
        assert_eq!(event, again);
        assert_eq!(Ok(event.fingerprint), fingerprint(bytes).map_err(|_| ()));
    }
});
