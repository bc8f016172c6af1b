//! Points buy things, from outside: the shelf, prices, redemptions, vouchers.

mod assortment;
pub(crate) mod bookings;
mod desk;
mod pools;
mod prices;
mod race;
pub(crate) mod ratings;
mod redemptions;
mod remedies;
mod shelf;
mod supply;
mod view;
mod vouchers;

use serde_json::{Value, json};

use crate::world::{Heard, World};

/// Adds a reward: goods for so many points, with more said.
pub(crate) async fn reward(world: &World, id: &str, points: i64, more: Value) -> Value {
    let mut body = json!({"id": id, "name": id, "kind": "goods", "category": "daily", "points": points});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    world.post("/v1/rewards", body).send().await.expect(201).body
}

/// A member of a tier with points.
pub(crate) async fn member(world: &World, id: &str, tier: &str, points: i64) {
    world.member(id).await;
    if tier != "ordinary" {
        let to = json!({"tier": tier, "reason": "a test"});
        world.put(&format!("/v1/members/{id}/tier"), to).send().await.expect(200);
    }
    if points > 0 {
        world.give(id, points).await;
    }
}

pub(crate) async fn ask(world: &World, member: &str, reward: &str, more: Value) -> Heard {
    let mut body = json!({"member": member, "reward": reward});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    world.post("/v1/quotes", body).send().await
}

pub(crate) async fn pay(world: &World, quote: &Heard) -> Heard {
    world.post("/v1/redemptions", json!({"quote": quote.body["id"]})).send().await
}

/// Quotes and redeems.
pub(crate) async fn redeem(world: &World, member: &str, reward: &str, more: Value) -> Heard {
    let quote = ask(world, member, reward, more).await.expect(200);
    pay(world, &quote).await
}

pub(crate) async fn act(world: &World, redemption: &Value, what: &str, body: Value) -> Heard {
    world.post(&format!("/v1/redemptions/{}/{what}", redemption["id"].as_str().unwrap()), body).send().await
}

pub(crate) async fn clock(world: &World, now: &str) {
    world.post("/v1/sandbox/clock", json!({"now": now})).send().await.expect(200);
}

pub(crate) async fn remaining(world: &World, reward: &str) -> Value {
    world.get(&format!("/v1/rewards/{reward}")).send().await.expect(200).body["remaining"].clone()
}
