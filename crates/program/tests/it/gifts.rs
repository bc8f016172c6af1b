//! Rewards of the shelf that rules and tasks give: in the decision that gives the points, out of the stock, once, and back
//! again where the cause is taken back.

use std::sync::Arc;

use compact_str::CompactString;
use jifen_program::desk::Record;
use jifen_program::events::parse;
use jifen_program::flows::{EventOutcome, JudgeEvent, Notice, PublishFiles, PutReward, UseVoucher, Wake};
use jifen_program::redemptions::{PieceState, Redemption, State};
use jifen_program::rewards::{Offer, RewardKind};
use jifen_program::stock::Stock;
use jifen_program::vouchers::{Voucher, VoucherCode};
use jifen_program::{RuleBook, audit::By};
use jifen_vocab::{Code, Key, RewardId, Timestamp};
use serde_json::{Value, json};

use crate::bundles::{book, load, source};
use crate::redeem::Shop;

/// Purchases of 100 yuan and more bring a cup; three purchases in a month a second one, without points.
fn generous() -> RuleBook {
    let source = source("ecosystem");
    let text = |file: &str| source.text(file).unwrap().to_owned();
    let rule = "rules:\n  - { id: large, name: L, on: order.paid, when: order.amount >= 10000, award: { points: 5 }, \
                source: purchase, gift: cup }\n";
    let task = "tasks:\n  - { id: three, name: T, kind: growth, within: month, steps: [{ id: buy, name: B, on: order.paid, \
                times: 3 }], award: { gift: cup } }\n";
    let earning = text("earning.yaml").replacen("rules:\n", rule, 1);
    let tasks = text("tasks.yaml").replacen("tasks:\n", task, 1);
    let rewards = text("rewards.yaml") + "  - { id: cup, name: { zh: 杯子, en: a cup }, reward: cup, days: 10 }\n";
    load(&source.clone().with("earning.yaml", earning).with("tasks.yaml", tasks).with("rewards.yaml", rewards))
}

fn stocked(book: RuleBook, reward: &str, stock: i64) -> Shop {
    let mut shop = Shop::over(book);
    put(&mut shop, reward, stock, |_| {});
    shop
}

fn put(shop: &mut Shop, reward: &str, stock: i64, change: impl FnOnce(&mut Offer)) {
    let id = RewardId::new(reward).unwrap();
    let create = shop.known::<Stock>(reward).is_none();
    let mut offer = Offer::new(Default::default(), RewardKind::Coupon, "other".into());
    offer.points = Some(100);
    change(&mut offer);
    let put = PutReward { request: None, id: Some(id), create, offer, stock: Some(stock), by: By::command_line() };
    shop.run(&put).unwrap();
}

fn tell(shop: &mut Shop, id: &str, kind: &str, data: &Value) -> EventOutcome {
    let at = shop.now;
    let body = json!({"specversion": "1.0", "id": id, "source": "/shop", "type": kind,
        "time": shop.books.at(at).zone.rfc3339(at), "subject": "lin", "data": data});
    let event = parse(body.to_string().as_bytes()).unwrap_or_else(|_| panic!("{body}"));
    shop.run(&JudgeEvent { event, client: CompactString::const_new("shop") }).unwrap()
}

fn buy(shop: &mut Shop, order: &str, fen: i64) -> EventOutcome {
    tell(shop, &format!("paid-{order}"), "order.paid", &json!({"order": order, "amount": fen}))
}

fn refund(shop: &mut Shop, id: &str, order: &str, fen: i64) -> EventOutcome {
    tell(shop, id, "order.refunded", &json!({"order": order, "amount": fen}))
}

fn left(shop: &Shop, reward: &str) -> i64 {
    shop.known::<Stock>(reward).unwrap().on_hand.unwrap()
}

fn state(shop: &Shop, outcome: &EventOutcome) -> (State, PieceState) {
    let made = shop.known::<Redemption>(outcome.gifts[0].redemption.as_str()).unwrap();
    (made.state, made.pieces[0].state)
}

fn use_at_till(shop: &mut Shop, outcome: &EventOutcome) {
    let code = VoucherCode::typed(outcome.gifts[0].code.as_deref().unwrap()).unwrap();
    let (store, reference) = (CompactString::const_new("s1"), CompactString::const_new("till-1"));
    shop.run(&UseVoucher { code, store, reference, fingerprint: [0; 16] }).unwrap();
}

#[test]
fn registering_brings_points_and_a_coupon() {
    // row BEHV-17
    let mut shop = stocked(book("ecosystem"), "free-shipping", 2);
    let outcome = tell(&mut shop, "hello", "member.registered", &json!({}));
    assert_eq!((outcome.awards[0].points.get(), outcome.gifts.len()), (500, 1));
    let given = &outcome.gifts[0];
    assert_eq!(
        (given.gift.as_str(), given.rule.as_str(), given.reward.as_str()),
        ("free-shipping", "registration", "free-shipping")
    );
    let made = shop.known::<Redemption>(given.redemption.as_str()).unwrap();
    assert_eq!((made.points, made.cash, made.quote.is_none(), made.state), (0, 0, true, State::Open));
    assert_eq!(made.gift.as_ref().unwrap().rule.as_str(), "registration");
    assert_eq!(left(&shop, "free-shipping"), 1);
    // Once for each member, and again for nobody who says hello twice.
    let again = tell(&mut shop, "hello-again", "member.registered", &json!({}));
    assert!(again.awards.is_empty() && again.gifts.is_empty());
    assert_eq!(left(&shop, "free-shipping"), 1);
    use_at_till(&mut shop, &outcome);
    assert_eq!(state(&shop, &outcome), (State::Fulfilled, PieceState::Used));
}

#[test]
fn where_none_is_left_the_points_come_all_the_same() {
    for why in ["empty", "retired", "sent only", "nobody made it"] {
        let mut shop = Shop::over(book("ecosystem"));
        match why {
            "empty" => put(&mut shop, "free-shipping", 0, |_| {}),
            "retired" => put(&mut shop, "free-shipping", 9, |offer| offer.retired = true),
            "sent only" => put(&mut shop, "free-shipping", 9, |offer| {
                offer.kind = RewardKind::Goods;
                offer.deliveries = vec!["ship".into()];
            }),
            _ => {}
        }
        let outcome = tell(&mut shop, "hello", "member.registered", &json!({}));
        assert_eq!((outcome.awards.len(), outcome.gifts.len()), (1, 0), "{why}");
        let expected = if why == "empty" { Code::OutOfStock } else { Code::RewardUnavailable };
        assert_eq!(outcome.refusals[0].refusal.code, expected, "{why}");
        assert_eq!(outcome.refusals[0].rule.as_ref().unwrap().as_str(), "registration");
    }
}

#[test]
fn a_gift_goes_back_with_the_last_of_its_award_unless_it_was_used() {
    let mut shop = stocked(generous(), "cup-of-tea", 0);
    let first = buy(&mut shop, "o1", 20_000);
    assert_eq!(left(&shop, "cup"), 19, "the cup is a reward of the shelf like any other");
    let part = refund(&mut shop, "r1", "o1", 10_000);
    assert!(part.gifts_back.is_empty());
    assert_eq!(state(&shop, &first), (State::Open, PieceState::Open));
    let rest = refund(&mut shop, "r2", "o1", 10_000);
    assert!(rest.gifts_back[0].taken);
    assert_eq!(state(&shop, &first), (State::Canceled, PieceState::Void));
    assert_eq!(left(&shop, "cup"), 20);
    let code = first.gifts[0].code.clone().unwrap();
    assert!(!shop.known::<Voucher>(&code).unwrap().open);
    // A used one stays used, and the answer says so.
    let second = buy(&mut shop, "o2", 10_000);
    use_at_till(&mut shop, &second);
    let back = refund(&mut shop, "r3", "o2", 10_000);
    assert_eq!((back.gifts_back.len(), back.gifts_back[0].taken), (1, false));
    assert_eq!(state(&shop, &second), (State::Fulfilled, PieceState::Used));
    assert_eq!(left(&shop, "cup"), 19);
}

#[test]
fn a_task_gives_without_points_and_takes_back_what_is_not_borne_out() {
    let mut shop = Shop::over(generous());
    assert!(buy(&mut shop, "a", 100).gifts.is_empty() && buy(&mut shop, "b", 100).gifts.is_empty());
    let third = buy(&mut shop, "c", 100);
    assert_eq!(third.gifts[0].rule.as_str(), "three");
    assert_eq!(left(&shop, "cup"), 19);
    let back = refund(&mut shop, "r", "a", 100);
    assert!(back.gifts_back[0].taken);
    assert_eq!((left(&shop, "cup"), state(&shop, &third).1), (20, PieceState::Void));
}

#[test]
fn what_nobody_used_lapses_on_its_own_day_and_costs_nothing() {
    let mut shop = Shop::over(generous());
    let outcome = buy(&mut shop, "o1", 10_000);
    let code = outcome.gifts[0].code.clone().unwrap();
    let expires_at = outcome.gifts[0].expires_at.unwrap();
    assert_eq!(expires_at, shop.now.plus_days(10));
    shop.now = Timestamp::from_millis(expires_at.as_millis());
    shop.run(&Wake { key: Key::new(Voucher::KIND, &code) }).unwrap();
    assert_eq!(state(&shop, &outcome), (State::Expired, PieceState::Lapsed));
    assert_eq!(left(&shop, "cup"), 20);
    // Nothing is left to be taken back, and nothing is put on the shelf twice.
    let back = refund(&mut shop, "r1", "o1", 10_000);
    assert!(!back.gifts_back[0].taken);
    assert_eq!(left(&shop, "cup"), 20);
}

#[test]
fn a_gift_of_a_reward_that_nobody_made_is_not_published() {
    let mut shop = Shop::over(book("ecosystem"));
    let files = |rewards: String| {
        let source = source("ecosystem").with("rewards.yaml", rewards);
        source.names().map(|name| (name.to_owned(), source.text(name).unwrap().to_owned())).collect()
    };
    let text = source("ecosystem").text("rewards.yaml").unwrap().to_owned();
    let publish = |shop: &mut Shop, rewards: String| {
        let (from, note, by) = (None, "a test".to_owned(), By::command_line());
        shop.run(&PublishFiles { files: files(rewards), from, note, by, notice: Notice::Waived })
    };
    let with_pen = text.clone() + "  - { id: pen, name: Pen, reward: silver-pen }\n";
    let refusal = publish(&mut shop, with_pen.clone()).unwrap_err();
    assert_eq!(refusal.code, Code::RuleBookInvalid);
    let told = format!("{refusal:?}");
    assert!(told.contains("gifts[1].reward: there is no reward `silver-pen` that is offered"), "{told}");
    put(&mut shop, "silver-pen", 3, |_| {});
    publish(&mut shop, with_pen).unwrap();
}

#[test]
fn events_that_bring_no_gift_ask_for_none() {
    let book = Arc::new(generous());
    let named = |kind: &str| book.gifts.on(kind).map(|gift| gift.id.to_string()).collect::<Vec<_>>();
    assert_eq!(named("order.paid"), ["cup"]);
    assert_eq!(named("member.registered"), ["free-shipping"]);
    assert_eq!(named("member.signed_in"), [""; 0]);
    assert_eq!(crate::bundles::book("rulebook").gifts.on("order.paid").count(), 0);
}
