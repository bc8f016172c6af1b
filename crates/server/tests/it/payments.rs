//! The payment port against a provider that delays, repeats, lies and vanishes.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use jifen_cashier::{Cashier, Lie, Switches};
use jifen_connect::{PayProvider, PayState, Secrets};
use jifen_server::Options;
use jifen_server::payments::Pace;
use serde_json::{Value, json};

use crate::redeem::{act, clock, member, redeem, reward};
use crate::world::{Heard, World};

const SECRET: &str = "a secret of shop and provider";

pub(crate) struct Street {
    pub(crate) world: World,
    pub(crate) cashier: Arc<Cashier>,
}

/// A provider on a port of its own.
fn cashier() -> (Arc<Cashier>, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let cashier = Cashier::new(&address, Secrets::read(SECRET).unwrap());
    tokio::spawn(jifen_cashier::serve(listener, Arc::clone(&cashier)));
    (cashier, address)
}

fn connect(options: &mut Options, provider: &str, ours: &str) {
    let secrets = Secrets::read(SECRET).unwrap();
    options.payments = Some(PayProvider::new(provider, "shop", secrets, ours).unwrap());
    let ask = Duration::from_millis(300);
    options.payment_pace = Pace { look: Duration::from_millis(20), ask, pause: Duration::from_millis(30) };
}

impl Street {
    pub(crate) async fn open() -> Street {
        let (cashier, provider) = cashier();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let ours = format!("http://{}", listener.local_addr().unwrap());
        let world = World::with(|options| connect(options, &provider, &ours));
        listener.set_nonblocking(true).unwrap();
        let (listener, router) =
            (tokio::net::TcpListener::from_std(listener).unwrap(), jifen_server::router(world.app.clone()));
        tokio::spawn(async move { axum::serve(listener, router).await });
        member(&world, "lin", "ordinary", 2_000).await;
        reward(&world, "cup", 500, json!({"stock": 3})).await;
        Street { world, cashier }
    }

    /// A cup for points and two yuan, which waits for its money.
    async fn waiting(&self) -> String {
        let made = redeem(&self.world, "lin", "cup", json!({"cash": 200})).await.expect(201).body;
        assert_eq!(made["state"], "awaiting_payment");
        made["id"].as_str().unwrap().to_owned()
    }

    async fn payment(&self, id: &str) -> Value {
        self.world.get(&format!("/v1/redemptions/{id}/payment")).send().await.expect(200).body
    }

    pub(crate) async fn redemption(&self, id: &str) -> Value {
        self.world.get(&format!("/v1/redemptions/{id}")).send().await.expect(200).body
    }

    /// Waits until the payment stands so.
    async fn until(&self, id: &str, state: &str) -> Value {
        for _ in 0..500 {
            let payment = self.payment(id).await;
            if payment["state"] == state {
                return payment;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("the payment is {} and never becomes {state}", self.payment(id).await);
    }

    async fn until_refunded(&self, id: &str, amount: i64) {
        for _ in 0..500 {
            if self.payment(id).await["refunded"]["amount"] == amount {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("{} was never refunded: {}", amount, self.payment(id).await);
    }

    /// Movements of the member's points of that kind.
    async fn moved(&self, kind: &str) -> usize {
        let entries = self.world.get("/v1/members/lin/entries").send().await.expect(200).body;
        entries["data"].as_array().unwrap().iter().filter(|entry| entry["kind"] == kind).count()
    }
}

async fn pause(milliseconds: u64) {
    tokio::time::sleep(Duration::from_millis(milliseconds)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_back_confirms_however_often_it_comes() {
    // row INTG-03
    let street = Street::open().await;
    street.cashier.switch(Switches { repeat: 3, delay_ms: 10, ..Switches::default() });
    let id = street.waiting().await;
    assert_eq!(street.world.available("lin").await, 2_000 - 300, "held until the money comes");
    let open = street.until(&id, "open").await;
    assert!(open["pay_url"].as_str().unwrap().ends_with(&format!("/pay/{id}")));
    street.cashier.settle(&id, PayState::Paid).unwrap();
    street.until(&id, "paid").await;
    street.cashier.call_back(&id);
    pause(200).await;
    let made = street.redemption(&id).await;
    assert_eq!((&made["state"], made["vouchers"].as_array().unwrap().len()), (&json!("open"), 1));
    assert_eq!((street.moved("capture").await, street.world.available("lin").await), (1, 2_000 - 300));
    let gone = act(&street.world, &made, "cancel", json!({})).await.expect(200).body;
    assert_eq!(gone["cash_back"]["amount"], 200);
    street.until_refunded(&id, 200).await;
    assert_eq!(street.cashier.payment(&id).unwrap().refunded, 200, "the money goes back, once");
    assert_eq!(street.world.available("lin").await, 2_000);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_provider_that_lies_or_says_nothing_is_asked() {
    // row INTG-03
    let street = Street::open().await;
    for switches in [
        Switches { lie: Lie::Amount, ..Switches::default() },
        Switches { lie: Lie::Signature, ..Switches::default() },
        Switches { silent: true, ..Switches::default() },
    ] {
        street.cashier.switch(switches);
        let id = street.waiting().await;
        street.until(&id, "open").await;
        street.cashier.settle(&id, PayState::Paid).unwrap();
        pause(100).await;
        street.until(&id, "paid").await;
        let made = street.redemption(&id).await;
        assert_eq!((&made["state"], made["vouchers"].as_array().unwrap().len()), (&json!("open"), 1), "{switches:?}");
        act(&street.world, &made, "cancel", json!({})).await.expect(200);
        street.until_refunded(&id, 200).await;
    }
    assert_eq!(street.world.available("lin").await, 2_000);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn money_that_comes_too_late_goes_back() {
    let street = Street::open().await;
    let id = street.waiting().await;
    street.until(&id, "open").await;
    // The member pays, and the provider vanishes until time is over.
    street.cashier.switch(Switches { away: true, ..Switches::default() });
    street.cashier.settle(&id, PayState::Paid).unwrap();
    clock(&street.world, "2026-06-10T12:31:00+08:00").await;
    assert_eq!(
        (street.redemption(&id).await["state"].clone(), street.world.available("lin").await),
        (json!("expired"), 2_000)
    );
    street.cashier.switch(Switches::default());
    street.cashier.call_back(&id);
    street.until_refunded(&id, 200).await;
    street.cashier.call_back(&id);
    pause(200).await;
    let made = street.redemption(&id).await;
    assert_eq!((&made["state"], &made["vouchers"]), (&json!("expired"), &json!([])), "never the item");
    assert_eq!(street.cashier.payment(&id).unwrap().refunded, 200);
    assert_eq!((street.moved("capture").await, street.world.available("lin").await), (0, 2_000));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_nobody_pays_is_closed_with_the_provider() {
    let street = Street::open().await;
    let (failed, canceled) = (street.waiting().await, street.waiting().await);
    street.until(&failed, "open").await;
    street.cashier.settle(&failed, PayState::Failed).unwrap();
    street.until(&failed, "failed").await;
    assert_eq!(street.redemption(&failed).await["state"], "failed");
    street.until(&canceled, "open").await;
    act(&street.world, &json!({"id": canceled}), "cancel", json!({})).await.expect(200);
    for _ in 0..200 {
        if street.cashier.payment(&canceled).unwrap().state == PayState::Closed {
            break;
        }
        pause(20).await;
    }
    assert_eq!(street.cashier.payment(&canceled).unwrap().state, PayState::Closed);
    assert_eq!(street.world.available("lin").await, 2_000);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_that_nobody_could_be_told_of_is_told_after_a_restart() {
    let (cashier, provider) = cashier();
    let world = World::new();
    member(&world, "lin", "ordinary", 2_000).await;
    reward(&world, "cup", 500, json!({"stock": 3})).await;
    let made = redeem(&world, "lin", "cup", json!({"cash": 200})).await.expect(201).body;
    let id = made["id"].as_str().unwrap().to_owned();
    let world = World::over_same(world, |options| {
        options.sandbox_token = Some(crate::world::TOKEN.to_owned());
        connect(options, &provider, "http://127.0.0.1:9");
    });
    let street = Street { world, cashier };
    street.until(&id, "open").await;
    // No call-back can reach us: the provider is asked.
    street.cashier.settle(&id, PayState::Paid).unwrap();
    street.until(&id, "paid").await;
    assert_eq!(street.redemption(&id).await["state"], "open");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forged_old_and_foreign_call_backs_change_nothing() {
    let street = Street::open().await;
    street.cashier.switch(Switches { silent: true, ..Switches::default() });
    let id = street.waiting().await;
    street.until(&id, "open").await;
    let secrets = Secrets::read(SECRET).unwrap();
    let now = street.world.app.wall.now().as_millis() / 1_000;
    let told = |order: &str, amount: i64, currency: &str| json!({"order": order, "payment": "pp-1", "state": "paid", "amount": {"amount": amount, "currency": currency}});
    let send = async |name: &str, second: i64, body: Value, signature: Option<String>| -> Heard {
        let signed = signature.unwrap_or_else(|| secrets.sign(name, second, body.to_string().as_bytes()));
        let asked = street.world.post("/v1/payments/callback", body).token(None).header("webhook-id", name);
        asked.header("webhook-timestamp", &second.to_string()).header("webhook-signature", &signed).send().await
    };
    let good = told(&id, 200, "CNY");
    street.world.post("/v1/payments/callback", good.clone()).token(None).send().await.problem("signature-invalid");
    send("a", now, good.clone(), Some("v1,bm8=".to_owned())).await.problem("signature-invalid");
    send("a", now - 301, good.clone(), None).await.problem("signature-invalid");
    send("a", now + 400, good.clone(), None).await.problem("signature-invalid");
    send("b", now, told("nobody", 200, "CNY"), None).await.problem("unknown");
    send("c", now, told(&id, 200, "USD"), None).await.problem("currency-mismatch");
    send("d", now, told(&id, 199, "CNY"), None).await.problem("payment-mismatch");
    send("e", now, json!({"order": id}), None).await.problem("invalid-field");
    assert_eq!(street.redemption(&id).await["state"], "awaiting_payment");
    send("f", now, good.clone(), None).await.expect(204);
    send("f", now, good.clone(), None).await.expect(204);
    send("f", now, told(&id, 201, "CNY"), None).await.problem("idempotency-conflict");
    assert_eq!(street.redemption(&id).await["state"], "open");
    assert_eq!(street.moved("capture").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_member_sees_only_their_own_payment() {
    let street = Street::open().await;
    let id = street.waiting().await;
    street.world.member("wei").await;
    let path = format!("/v1/redemptions/{id}/payment");
    for (who, sees) in [("wei", false), ("lin", true)] {
        let issued = street.world.post(&format!("/v1/members/{who}/tokens"), json!({})).send().await.expect(201).body;
        let heard = street.world.get(&path).token(issued["token"].as_str()).send().await;
        if sees {
            assert_eq!(heard.expect(200).body["amount"]["amount"], 200);
        } else {
            heard.problem("unknown");
        }
    }
    street.world.get("/v1/redemptions/nothing/payment").send().await.problem("unknown");
}
