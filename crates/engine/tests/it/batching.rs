//! How commands are cut into batches changes nothing; repeating them changes nothing more.

use std::sync::Arc;

use jifen_program::events::parse;
use jifen_program::flows::JudgeEvent;
use jifen_store::Store;
use jifen_store::memory::MemoryStore;

use crate::world::{World, about_order, dump, order_paid, spend, start};

/// A mix of commands about few members, so that they meet within a batch.
fn run(batch: usize, times: usize) -> Vec<String> {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let world = World::over(Arc::clone(&store), batch);
    for _ in 0..times {
        let mut events = Vec::new();
        let mut spends = Vec::new();
        for number in 0..120_i64 {
            let member = format!("m{}", number % 3);
            let (order, time) = (format!("o-{number}"), start().plus_millis(number * 1_000));
            let json = match number % 4 {
                3 => {
                    let order = format!("o-{}", number - 3);
                    about_order("order.refunded", &format!("r-{number}"), &member, &order, r#","amount":70"#, time)
                }
                _ => order_paid(&order, &order, &member, 500 + number * 13, time),
            };
            let event = parse(json.as_bytes()).unwrap();
            let command = JudgeEvent { event, client: "test".into() };
            events.push(world.engine.enqueue_blocking(command, Some(time)).unwrap());
            let spend = spend(&member, 1 + number % 7, &format!("s-{number}"));
            spends.push(world.engine.enqueue_blocking(spend, Some(time)).unwrap());
        }
        for answer in events {
            answer.blocking_recv().unwrap().unwrap();
        }
        for answer in spends {
            answer.blocking_recv().unwrap().unwrap();
        }
    }
    world.agrees();
    let mut all = dump(store.as_ref());
    all.extend(world.journal().iter().map(|entry| format!("{} {:x?}", entry.chain, entry.hash)));
    all
}

#[test]
fn batches_of_any_size_give_the_same_records_and_hashes() {
    let one_by_one = run(1, 1);
    assert_eq!(one_by_one, run(7, 1));
    assert_eq!(one_by_one, run(1_000, 1));
}

// row REL-12
#[test]
fn repeating_every_command_changes_nothing_more() {
    assert_eq!(run(50, 1), run(50, 2));
}
