//! Everything about redemptions at once: members who ask, pay, cancel and repeat themselves, a provider whose call-backs
//! come late and again, forgers, and a clock that goes on meanwhile. However it ends: no point, piece or cent is made or
//! lost.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jifen_cashier::Switches;
use jifen_connect::PayState;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::payments::Street;
use crate::redeem::{act, ask, clock, member, reward};
use crate::world::{Heard, World};

/// Points that everybody begins with.
const POINTS: i64 = 3_000;
/// Pieces of what everybody wants: too few for all.
const PIECES: i64 = 14;
/// What a piece costs a gold member at least, and how much of that is money: minor units, of which one is a point.
const PRICE: i64 = 400;
const CASH: i64 = 200;
/// Members, and how often each of them tries.
const MEMBERS: usize = 6;
const ROUNDS: usize = 5;

/// What may stand in the way of a member who does nothing wrong.
const OBSTACLES: [&str; 6] = [
    "insufficient-points",
    "out-of-stock",
    "quote-expired",
    "redemption-closed",
    "redemption-limit",
    "reward-unavailable",
];

fn obstacle(heard: &Heard) -> &str {
    let problem = heard.body["type"].as_str().unwrap_or_default().rsplit('/').next().unwrap_or_default();
    OBSTACLES.into_iter().find(|known| *known == problem).unwrap_or_else(|| panic!("{}: {}", heard.call, heard.text))
}

/// Redeems by two connections that send the same request; both hear the same.
async fn redeem_twice(world: &World, quote: &Value, key: &str) -> Option<Value> {
    let once = || world.post("/v1/redemptions", json!({"quote": quote["id"]})).key(key).send();
    let (one, other) = tokio::join!(once(), once());
    assert_eq!(one.status, other.status, "{} and {}", one.text, other.text);
    if one.status == 201 {
        assert_eq!(one.body["id"], other.body["id"]);
        return Some(one.body);
    }
    obstacle(&one);
    None
}

/// What the money of a redemption goes through.
async fn try_once(street: Arc<Street>, who: usize, round: usize) -> Option<String> {
    let world = &street.world;
    let member = format!("m{who}");
    let quote = ask(world, &member, "umbrella", json!({"cash": CASH})).await;
    if quote.status != 200 {
        obstacle(&quote);
        return None;
    }
    let made = redeem_twice(world, &quote.body, &format!("{member}-{round}")).await?;
    assert_eq!((&made["points"], &made["cash"]), (&quote.body["points"], &quote.body["cash"]));
    assert!(made["cash"]["amount"] == CASH && made["points"].as_i64() >= Some(PRICE - CASH), "{made}");
    let id = made["id"].as_str().unwrap().to_owned();
    forge(world, &id).await;
    let cancel = async || {
        let heard = act(world, &made, "cancel", json!({})).await;
        if heard.status != 200 {
            obstacle(&heard);
        }
    };
    let settle = async |state: PayState| {
        for _ in 0..150 {
            if street.cashier.payment(&id).is_some() {
                street.cashier.settle(&id, state);
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    match (who + round) % 5 {
        // Paid at the moment it is canceled.
        0 => drop(tokio::join!(settle(PayState::Paid), cancel())),
        // Paid, told again and again, and canceled afterwards.
        1 => {
            settle(PayState::Paid).await;
            street.cashier.call_back(&id);
            cancel().await;
            street.cashier.call_back(&id);
        }
        // Canceled twice at once; the money comes nevertheless.
        2 => {
            tokio::join!(cancel(), cancel());
            settle(PayState::Paid).await;
        }
        // Nobody pays, or it fails.
        3 if round.is_multiple_of(2) => settle(PayState::Failed).await,
        3 => {}
        _ => settle(PayState::Paid).await,
    }
    Some(id)
}

/// Somebody says that it was paid who is not the provider.
async fn forge(world: &World, id: &str) {
    let told = json!({"order": id, "payment": "pp-0", "state": "paid", "amount": {"amount": CASH, "currency": "CNY"}});
    let second = (world.app.wall.now().as_millis() / 1_000).to_string();
    let forged = world.post("/v1/payments/callback", told).token(None).header("webhook-id", "forged");
    let forged = forged.header("webhook-timestamp", &second).header("webhook-signature", "v1,bm8=");
    forged.send().await.problem("signature-invalid");
}

/// Waits until nothing is under way any more: what came in for nothing has gone back.
async fn settled(street: &Street, ids: &[String]) -> BTreeMap<String, String> {
    let mut standing = BTreeMap::new();
    for _ in 0..400 {
        standing.clear();
        for id in ids {
            let state = street.redemption(id).await["state"].as_str().unwrap().to_owned();
            standing.insert(id.clone(), state);
        }
        let is_even = |(id, state): (&String, &String)| {
            let kept = if is_taken(state) { CASH } else { 0 };
            state != "awaiting_payment" && money_of(street, id) == kept
        };
        if standing.iter().all(is_even) {
            return standing;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let money: Vec<_> = ids.iter().map(|id| (id, &standing[id], money_of(street, id))).collect();
    panic!("money and goods never become even: {money:?}");
}

fn is_taken(state: &str) -> bool {
    matches!(state, "open" | "fulfilled")
}

/// What the provider has of a redemption's money, on our behalf.
fn money_of(street: &Street, id: &str) -> i64 {
    let payment = street.cashier.payment(id);
    payment.filter(|told| told.state == PayState::Paid).map_or(0, |told| told.amount.amount - told.refunded)
}

// rows INTG-03, CAT-19
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_is_made_or_lost_whoever_is_first() {
    let street = Arc::new(Street::open().await);
    street.cashier.switch(Switches { repeat: 2, delay_ms: 15, ..Switches::default() });
    reward(&street.world, "umbrella", 500, json!({"stock": PIECES})).await;
    for who in 0..MEMBERS {
        member(&street.world, &format!("m{who}"), "gold", POINTS).await;
    }
    let mut tries = JoinSet::new();
    for who in 0..MEMBERS {
        let street = Arc::clone(&street);
        tries.spawn(async move {
            let mut made = Vec::new();
            for round in 0..ROUNDS {
                made.extend(try_once(Arc::clone(&street), who, round).await);
            }
            made
        });
    }
    // Time goes on while they try: some quotes and some payments run out in the middle of everything.
    let clockwork = Arc::clone(&street);
    let clockwork = tokio::spawn(async move {
        for minute in [9, 18, 27, 36, 45] {
            tokio::time::sleep(Duration::from_millis(150)).await;
            clock(&clockwork.world, &format!("2026-06-10T12:{minute:02}:00+08:00")).await;
        }
    });
    let made: Vec<String> = tries.join_all().await.into_iter().flatten().collect();
    clockwork.await.unwrap();
    // What waits for money now gets none.
    clock(&street.world, "2026-06-10T14:00:00+08:00").await;
    assert!(made.len() >= 5, "hardly anything was tried: {made:?}");
    let standing = settled(&street, &made).await;
    // Late word of all of it, once more, changes nothing.
    for id in &made {
        street.cashier.call_back(id);
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(settled(&street, &made).await, standing);

    let world = &street.world;
    let mut taken = 0;
    for who in 0..MEMBERS {
        let member = format!("m{who}");
        let mut paid = 0;
        for id in made.iter().filter(|id| is_taken(&standing[*id])) {
            let redemption = street.redemption(id).await;
            if redemption["member"] == member.as_str() {
                paid += redemption["points"].as_i64().unwrap();
                taken += 1;
            }
        }
        assert_eq!(world.available(&member).await, POINTS - paid, "{member}");
        let wallet = world.get(&format!("/v1/members/{member}/wallet")).send().await.expect(200).body;
        assert!(wallet["units"].as_array().unwrap().iter().all(|unit| unit["held"] == 0), "{wallet}");
    }
    let shelf = world.get("/v1/rewards/umbrella").send().await.expect(200).body;
    assert_eq!((&shelf["stock"], &shelf["reserved"]), (&json!(PIECES - taken), &json!(0)), "{shelf}");
    let verdict = jifen_engine::verify(world.app.engine.store().as_ref(), |_, _| ()).unwrap();
    assert!(verdict.agrees(), "{verdict:?}");
}
