//! A refunded order takes its award back (decision 4): pending, own numbers, lapsed, others, debt.

use jifen_ledger::{Dated, DebtPolicy, Piece, Release, TakenBack, Wallet};
use jifen_vocab::Points;

use crate::world::{World, points, short, t};

fn taken(taken: TakenBack) -> [i64; 6] {
    [taken.pending, taken.own, taken.lapsed, taken.other, taken.debt, taken.clamped].map(Points::get)
}

#[test]
fn pending_points_go_first_then_own_then_others_then_debt() {
    let mut world = World::at("2026-06-01");
    world.earn(8, "");
    let own = world.earn(40, "2027-01-01");
    let later = world.grant(30, Dated::At(Some(t("2028-01-01"))), Some(Release::At(t("2026-07-01")))).unwrap();
    let award = [own.piece, later.piece];
    world.log();
    assert_eq!(taken(world.take_back(&award, 25, 0).unwrap()), [25, 0, 0, 0, 0, 0]);
    assert_eq!(taken(world.take_back(&award, 10, 0).unwrap()), [5, 5, 0, 0, 0, 0]);
    world.spend(20).unwrap();
    assert_eq!(taken(world.take_back(&award, 35, 0).unwrap()), [0, 15, 0, 8, 12, 0]);
    assert_eq!(world.sums(), "0/0/0/12");
    assert_eq!(
        world.log(),
        [
            "refund 25 pending>issued =48 2026-06-01",
            "refund 5 pending>issued =48 2026-06-01",
            "refund 5 available>issued =43 2026-06-01",
            "spend 20 available>redeemed =23 2026-06-01",
            "refund 15 available>issued =8 2026-06-01",
            "refund 8 available>issued =0 2026-06-01",
            "refund 12 debt>issued =0 2026-06-01",
        ]
    );
}

#[test]
fn the_orders_own_numbers_are_taken_even_from_a_shared_lot() {
    let mut world = World::at("2026-06-01");
    world.earn(10, "2027-01-01");
    let order = world.earn(20, "2027-01-01");
    world.earn(30, "2027-01-01");
    assert_eq!(taken(world.take_back(&[order.piece], 20, 0).unwrap()), [0, 20, 0, 0, 0, 0]);
    // The hole stays: spending goes around it.
    let pieces = world.spend(15).unwrap();
    assert_eq!(pieces.iter().map(|p| (p.lo, p.hi)).collect::<Vec<_>>(), [(0, 10), (30, 35)]);
}

#[test]
fn what_lapsed_unspent_counts_as_taken_once() {
    let mut world = World::at("2026-12-01");
    let other = world.earn(10, "2027-01-01");
    let order = world.earn(40, "2027-01-01");
    world.spend(20).unwrap();
    world.go("2027-01-01");
    world.earn(100, "");
    // Ten of the order's forty were spent, thirty lapsed.
    assert_eq!(taken(world.take_back(&[order.piece], 25, 0).unwrap()), [0, 0, 25, 0, 0, 0]);
    assert_eq!(taken(world.take_back(&[order.piece], 15, 25).unwrap()), [0, 0, 5, 10, 0, 0]);
    assert_eq!(world.sums(), "90/0/0/0");
    // Nothing of the other grant lapsed.
    assert_eq!(taken(world.take_back(&[other.piece], 10, 0).unwrap()), [0, 0, 0, 10, 0, 0]);
}

#[test]
fn held_points_are_not_taken() {
    let mut world = World::at("2026-12-01");
    let order = world.earn(40, "");
    world.hold("h1", 30, "").unwrap();
    assert_eq!(taken(world.take_back(&[order.piece], 40, 0).unwrap()), [0, 10, 0, 0, 30, 0]);
    assert_eq!(world.sums(), "0/0/30/30");
    // Released, they pay the debt.
    world.unhold("h1").unwrap();
    assert_eq!(world.sums(), "0/0/0/0");
}

#[test]
fn a_program_may_take_no_more_than_there_is() {
    let mut world = World::at("2026-12-01").debt(DebtPolicy::WithinBalance);
    let order = world.earn(40, "");
    world.spend(35).unwrap();
    assert_eq!(taken(world.take_back(&[order.piece], 40, 0).unwrap()), [0, 5, 0, 0, 0, 35]);
    assert_eq!(world.sums(), "0/0/0/0");
}

#[test]
fn a_program_may_take_only_pending_points() {
    let mut world = World::at("2026-12-01").debt(DebtPolicy::PendingOnly);
    let own = world.earn(40, "");
    let later = world.grant(30, Dated::At(None), Some(Release::At(t("2027-01-01")))).unwrap();
    assert_eq!(taken(world.take_back(&[own.piece, later.piece], 50, 0).unwrap()), [30, 0, 0, 0, 0, 20]);
    assert_eq!(world.sums(), "40/0/0/0");
}

#[test]
fn dormant_points_of_the_order_are_taken_too() {
    let json = r#"{"units":[{"u":"points","next":2,"debt":0,"earned":30,"spent":0,"expired":0,
        "lots":[{"i":1,"at":0,"n":30,"p":[[0,10,"a"],[10,30,"d"]]}]}],"seq":0,"head":"HEAD"}"#;
    let json = json.replace("HEAD", &"0".repeat(64));
    let mut wallet: Wallet = serde_json::from_str(&json).unwrap();
    let own = [Piece { lot: jifen_ledger::LotId(1), lo: 5, hi: 25, expires_at: None, grace: false }];
    let world = World::at("2026-12-01");
    let law = jifen_ledger::Law { zone: &world.zone, terms: &[] };
    let mut out = jifen_ledger::Outcome::default();
    let unit = points();
    let cause = jifen_ledger::Cause::default();
    let what = jifen_ledger::TakeBack {
        unit: &unit,
        points: Points::new(20),
        own: &own,
        lapsed: &[],
        lapsed_counted: Points::ZERO,
        cause: &cause,
    };
    let mut ledger = jifen_ledger::Ledger::open(&mut wallet, &world.member, law, world.now, &mut out);
    assert_eq!(taken(ledger.take_back(&what).unwrap()), [0, 20, 0, 0, 0, 0]);
    assert_eq!((wallet.available(&unit).get(), wallet.dormant(&unit).get()), (5, 5));
}

#[test]
fn partial_refunds_add_up_to_the_award() {
    let mut world = World::at("2026-12-01");
    let own = world.earn(46, "2027-01-01");
    let mut sum = 0;
    for part in [7, 11, 13, 15] {
        sum += taken(world.take_back(&[own.piece], part, 0).unwrap()).iter().sum::<i64>();
    }
    assert_eq!(sum, 46);
    assert_eq!(world.sums(), "0/0/0/0");
    assert_eq!(taken(world.take_back(&[own.piece], 0, 0).unwrap()), [0; 6]);
    let refusal = world.take_back(&[own.piece], -1, 0).unwrap_err();
    assert_eq!(short(&refusal), "amount-out-of-range points=-1 maximum=9007199254740991");
}

#[test]
fn a_debt_has_a_limit() {
    let mut world = World::at("2026-12-01");
    world.take_back(&[], jifen_vocab::limits::BALANCE_MAX, 0).unwrap();
    let refusal = world.take_back(&[], 1, 0).unwrap_err();
    assert_eq!(short(&refusal), "limit-exceeded limit=debt maximum=9007199254740991");
}
