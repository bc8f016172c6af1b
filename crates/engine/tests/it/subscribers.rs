//! Subscribers under several processes: one at a time reads, another goes on when it dies.

use std::sync::{Arc, Mutex};

use jifen_engine::{Clock, Engine, Options, Subscriber, SubscriberError, open_program};
use jifen_program::events::parse;
use jifen_program::flows::JudgeEvent;
use jifen_store::memory::MemoryStore;
use jifen_store::{Entry, Store};

use crate::world::{files, order_paid, start};

/// Notes what it is handed, and by whom.
struct Noting {
    process: &'static str,
    noted: Arc<Mutex<Vec<(&'static str, u64)>>>,
    /// What happens while it deals with entries.
    meanwhile: Box<dyn FnMut() + Send>,
}

impl Subscriber for Noting {
    fn name(&self) -> &'static str {
        "noting"
    }

    fn handle(&mut self, entries: &[Entry]) -> Result<(), SubscriberError> {
        (self.meanwhile)();
        self.noted.lock().unwrap().extend(entries.iter().map(|entry| (self.process, entry.number)));
        Ok(())
    }
}

struct Processes {
    store: Arc<dyn Store>,
    clock: Arc<Clock>,
    noted: Arc<Mutex<Vec<(&'static str, u64)>>>,
}

impl Processes {
    fn new() -> Self {
        let clock = Arc::new(Clock::simulated(start()));
        Processes { store: Arc::new(MemoryStore::new()), clock, noted: Arc::default() }
    }

    fn begin(&self) -> Engine {
        let opened = open_program(self.store.as_ref(), Some(&files()), start()).unwrap();
        let options = Options { alarms: false, seed: Some(7), ..Options::default() };
        Engine::start(Arc::clone(&self.store), opened.books, Arc::clone(&self.clock), &options)
    }

    fn reader(&self, process: &'static str) -> Noting {
        Noting { process, noted: Arc::clone(&self.noted), meanwhile: Box::new(|| ()) }
    }

    fn noted(&self) -> Vec<(&'static str, u64)> {
        std::mem::take(&mut self.noted.lock().unwrap())
    }
}

fn pay(engine: &Engine, orders: std::ops::Range<u32>) {
    for n in orders {
        let json = order_paid(&format!("o-{n}"), &format!("o-{n}"), "m1", 1_000, start());
        let event = parse(json.as_bytes()).unwrap();
        engine.submit_blocking(JudgeEvent { event, client: "test".into() }, None).unwrap().result.unwrap();
    }
}

#[test]
fn one_process_reads_and_another_goes_on_when_it_is_gone() {
    let world = Processes::new();
    let (one, two) = (world.begin(), world.begin());
    let (mut first, mut second) = (world.reader("one"), world.reader("two"));
    pay(&one, 0..3);
    assert_eq!(one.feed(&mut first).unwrap(), 3);
    pay(&two, 3..5);
    assert_eq!(two.feed(&mut second).unwrap(), 0, "the first reads");
    assert_eq!(one.feed(&mut first).unwrap(), 2);
    pay(&two, 5..6);
    // The first is silent for so long that it counts as gone.
    world.clock.set(start().plus_millis(29_000));
    assert_eq!(two.feed(&mut second).unwrap(), 0);
    world.clock.set(start().plus_millis(31_000));
    assert_eq!(two.feed(&mut second).unwrap(), 1);
    assert_eq!(one.feed(&mut first).unwrap(), 0);
    assert_eq!(world.noted(), [("one", 1), ("one", 2), ("one", 3), ("one", 4), ("one", 5), ("two", 6)]);
}

#[test]
fn a_process_that_hung_moves_nothing_when_it_wakes() {
    let world = Processes::new();
    let (one, two) = (world.begin(), Arc::new(world.begin()));
    pay(&one, 0..2);
    let mut second = world.reader("two");
    let (clock, other) = (Arc::clone(&world.clock), Arc::clone(&two));
    // While the first deals with entries, its time runs out and the second takes over.
    let meanwhile = move || {
        clock.set(start().plus_millis(60_000));
        assert_eq!(other.feed(&mut second).unwrap(), 2);
    };
    let mut first = Noting { meanwhile: Box::new(meanwhile), ..world.reader("one") };
    let error = one.feed(&mut first).unwrap_err().to_string();
    assert!(error.contains("another process"), "{error}");
    assert_eq!(world.noted(), [("two", 1), ("two", 2), ("one", 1), ("one", 2)], "handed over twice, with its number");
    pay(&two, 2..3);
    let mut third = world.reader("two");
    assert_eq!(two.feed(&mut third).unwrap(), 1, "the cursor did not go back");
}
