//! Many want the last pieces.

use std::sync::Arc;

use serde_json::json;

use super::{ask, pay, remaining, reward};
use crate::world::World;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_hundred_clients_for_the_last_five_pieces_leave_exactly_five() {
    // rows CAT-19, CAT-18
    let world = Arc::new(World::new());
    reward(&world, "last", 100, json!({"stock": 5})).await;
    let mut calls = tokio::task::JoinSet::new();
    for number in 0..200 {
        let world = Arc::clone(&world);
        calls.spawn(async move {
            let id = format!("m{number}");
            world.member(&id).await;
            world.give(&id, 100).await;
            let quote = ask(&world, &id, "last", json!({})).await;
            if quote.status == 409 {
                quote.problem("out-of-stock");
                return (false, world.available(&id).await);
            }
            let heard = pay(&world, &quote.expect(200)).await;
            let took = heard.status == 201;
            if !took {
                heard.problem("out-of-stock");
            }
            (took, world.available(&id).await)
        });
    }
    let answers = calls.join_all().await;
    assert_eq!(answers.iter().filter(|(took, _)| *took).count(), 5);
    assert!(answers.iter().all(|(took, left)| *left == if *took { 0 } else { 100 }));
    assert_eq!(remaining(&world, "last").await, 0);
    let shown = world.get("/v1/rewards/last").send().await.expect(200).body;
    assert_eq!((&shown["stock"], &shown["reserved"], &shown["taken"]), (&json!(0), &json!(0), &json!(5)));
}
