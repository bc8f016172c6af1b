//! Spent points come back (decision 5).

use crate::world::{World, short, t};

#[test]
fn points_go_back_to_their_lots_last_taken_first() {
    let mut world = World::at("2026-06-18 12:00");
    world.earn(30, "2027-01-01");
    world.earn(30, "2028-01-01");
    let pieces = world.spend(40).unwrap();
    assert_eq!(world.dates(), "2028-01-01: 20");
    let first = world.give_back(&pieces, 15).unwrap();
    // The ten of the later lot first, then five of the lot that was gone because it was empty.
    assert_eq!(world.dates(), "2027-01-01: 5, 2028-01-01: 30");
    assert_eq!(first.left.iter().map(|p| (p.lot.0, p.lo, p.hi)).collect::<Vec<_>>(), [(1, 0, 25)]);
    let second = world.give_back(&first.left, 25).unwrap();
    assert!(second.left.is_empty());
    assert_eq!(world.dates(), "2027-01-01: 30, 2028-01-01: 30");
    assert_eq!(short(&world.give_back(&second.left, 1).unwrap_err()), "already-reversed available=0 required=1");
}

#[test]
fn the_same_points_do_not_come_back_twice() {
    let mut world = World::at("2026-06-18 12:00");
    world.earn(30, "2027-01-01");
    let pieces = world.spend(10).unwrap();
    world.give_back(&pieces, 10).unwrap();
    let before = world.wallet.clone();
    assert_eq!(short(&world.give_back(&pieces, 10).unwrap_err()), "already-reversed lot=1");
    let never_granted = jifen_ledger::Piece { lo: 30, hi: 35, ..pieces[0] };
    assert_eq!(short(&world.give_back(&[never_granted], 5).unwrap_err()), "already-reversed lot=1");
    let of_no_lot = jifen_ledger::Piece { lot: jifen_ledger::LotId(2), ..pieces[0] };
    assert_eq!(short(&world.give_back(&[of_no_lot], 5).unwrap_err()), "already-reversed lot=2");
    let twice = [pieces[0], pieces[0]];
    let spent = world.spend(10).unwrap();
    assert_eq!(spent, pieces);
    assert_eq!(short(&world.give_back(&twice, 20).unwrap_err()), "already-reversed lot=1");
    world.give_back(&spent, 10).unwrap();
    assert_eq!(world.wallet.available(&crate::world::points()), before.available(&crate::world::points()));
}

#[test]
fn a_lot_that_came_back_takes_no_more_grants() {
    // It does not know how long its strip had been; another grant must not use its numbers again.
    let mut world = World::at("2026-06-18 12:00");
    world.earn(10, "2027-01-01");
    let first = world.spend(5).unwrap();
    let second = world.spend(5).unwrap();
    world.give_back(&first, 5).unwrap();
    let granted = world.earn(3, "2027-01-01");
    assert_eq!((granted.piece.lot.0, granted.piece.lo), (2, 0));
    world.give_back(&second, 5).unwrap();
    let pieces = world.spend(11).unwrap();
    assert_eq!(pieces.iter().map(|p| (p.lot.0, p.lo, p.hi)).collect::<Vec<_>>(), [(1, 0, 10), (2, 0, 1)]);
}

#[test]
fn points_that_come_back_on_the_date_of_a_lot_with_held_points_have_lapsed() {
    let mut world = World::at("2026-12-01");
    world.earn(30, "2027-01-01");
    world.hold("h1", 10, "").unwrap();
    let spent = world.spend(20).unwrap();
    world.now = t("2027-01-01");
    world.give_back(&spent, 20).unwrap();
    assert_eq!(world.dates(), "2027-01-01: 10, 2027-01-31 grace: 20");
}

#[test]
fn a_lapsed_lot_comes_back_with_grace_once() {
    let mut world = World::at("2026-12-01");
    world.earn(30, "2027-01-01");
    let spent = world.spend(20).unwrap();
    world.now = t("2027-01-10 08:00");
    let back = world.give_back(&spent, 20).unwrap();
    assert_eq!(world.dates(), "2027-02-09 08:00 grace: 20");
    assert!(back.returned[0].grace);
    // Spent again out of grace and given back in time: home, with its date.
    let again = world.spend(20).unwrap();
    assert_eq!(world.dates(), "");
    world.give_back(&again, 20).unwrap();
    assert_eq!(world.dates(), "2027-02-09 08:00 grace: 20");
    // Spent again and given back too late: not twice.
    let again = world.spend(20).unwrap();
    world.now = t("2027-03-01");
    world.log();
    world.give_back(&again, 20).unwrap();
    assert_eq!(
        world.log(),
        ["reverse 20 redeemed>available =20 2027-03-01", "expire 20 available>expired =0 2027-03-01"]
    );
    // Only what lapsed of the lot that was earned is worth remembering for a refund.
    assert_eq!(world.out.lapsed.iter().map(|lapsed| lapsed.pieces[0].lot.0).collect::<Vec<_>>(), [1]);
    assert_eq!(world.dates(), "");
}

#[test]
fn the_instant_of_expiry_is_too_late() {
    for (now, dates) in [("2026-12-31T23:59:59.999+08:00", "2027-01-01: 20"), ("2027-01-01", "2027-01-31 grace: 20")] {
        let mut world = World::at("2026-12-01");
        world.earn(20, "2027-01-01");
        let spent = world.spend(20).unwrap();
        world.now = t(now);
        world.give_back(&spent, 20).unwrap();
        assert_eq!(world.dates(), dates);
    }
}

#[test]
fn grace_is_a_setting() {
    let mut world = World::at("2026-12-01");
    world.terms.grace_days = 0;
    world.earn(20, "2027-01-01");
    let spent = world.spend(20).unwrap();
    world.now = t("2027-01-10");
    world.give_back(&spent, 20).unwrap();
    assert_eq!(world.sums(), "0/0/0/0");
    assert_eq!(world.wallet.lifetime(&crate::world::points()).expired.get(), 20);
}

#[test]
fn pieces_of_several_lapsed_lots_share_one_grace() {
    let mut world = World::at("2026-06-01");
    world.earn(10, "2026-07-01");
    world.earn(10, "2026-08-01");
    world.earn(10, "2027-01-01");
    let spent = world.spend(25).unwrap();
    world.now = t("2026-09-01");
    let back = world.give_back(&spent, 25).unwrap();
    assert_eq!(world.dates(), "2026-10-01 grace: 20, 2027-01-01: 10");
    assert_eq!(back.returned.len(), 2);
}

#[test]
fn returned_points_repay_a_debt() {
    let mut world = World::at("2026-06-01");
    let award = world.earn(50, "");
    let spent = world.spend(50).unwrap();
    world.take_back(&[award.piece], 30, 0).unwrap();
    world.give_back(&spent, 40).unwrap();
    assert_eq!(world.sums(), "10/0/0/0");
}

#[test]
fn a_captured_hold_can_be_given_back() {
    let mut world = World::at("2026-12-31 12:00");
    world.earn(30, "2027-01-01");
    world.hold("h1", 30, "").unwrap();
    world.now = t("2027-01-02 12:00");
    // Part of the lot is still held past its date: what comes back is not mixed with it.
    let spent = world.capture("h1", 10).unwrap();
    world.give_back(&spent, 10).unwrap();
    assert_eq!(world.dates(), "2027-01-01: 20, 2027-02-01 12:00 grace: 10");
    assert_eq!(world.sums(), "10/0/20/0");
}
