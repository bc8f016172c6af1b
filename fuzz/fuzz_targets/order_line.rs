//! Any bytes as a line of an order file: reading never panics, and what is read keeps its identity when the file is
//! moved in time. The corpus also runs in the tests of jifen-program.
#![no_main]

use jifen_program::events::OrderFile;
use jifen_vocab::Zone;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let (plain, moved) = (OrderFile::new(Zone::utc(), 0), OrderFile::new(Zone::utc(), 700));
    let read = plain.event(bytes);
    assert_eq!(plain.check(bytes).is_ok(), read.is_ok());
    if let Ok((event, _)) = read {
        let (again, _) = moved.event(bytes).expect("a moved file is read like the file");
        assert_eq!(event.identity(), again.identity());
    }
});
