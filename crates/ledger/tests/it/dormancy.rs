//! Points that nobody uses sleep, shrink, and come back in full with the first use.

use jifen_ledger::{Account, Cause, DormancyTerms, EntryKind, Lead, Round, Shrink, ShrinkOf, Validity};
use jifen_vocab::{Points, Timestamp};

use crate::world::{World, points, t};

fn terms(round: Round, of: ShrinkOf) -> DormancyTerms {
    let months = |months, round| Validity::Months { months, round };
    DormancyTerms {
        after: months(12, round),
        lead_days: 30,
        shrink: Some(Shrink { every: months(1, Round::None), per_mille: 100, of }),
        since: Timestamp::MIN,
    }
}

fn world(of: ShrinkOf) -> World {
    let mut world = World::at("2026-01-15 10:00");
    world.terms.dormancy = Some(terms(Round::EndOfMonth, of));
    world
}

fn drowsy(world: &World) -> Vec<String> {
    let show = |at| world.show(at);
    let told = world.out.drowsy.iter();
    told.map(|n| format!("{} asleep {} given {}", n.points, show(n.sleeps_at), show(n.given_at))).collect()
}

/// `available/dormant/shrunk`.
fn sums(world: &World) -> String {
    let (wallet, unit) = (&world.wallet, points());
    format!("{}/{}/{}", wallet.available(&unit), wallet.dormant(&unit), wallet.shrunk(&unit))
}

#[test]
fn points_unused_for_twelve_months_fall_asleep_after_a_notice() {
    // row EXP-11
    let mut world = world(ShrinkOf::Rest);
    world.earn(1000, "");
    world.log();
    world.go("2027-01-31T23:59:59.999+08:00");
    assert_eq!(sums(&world), "1000/0/0");
    assert_eq!(drowsy(&world), ["1000 asleep 2027-02-01 given 2027-01-02"]);
    world.go("2027-02-01");
    assert_eq!(sums(&world), "0/1000/0");
    assert_eq!(world.log(), ["sleep 1000 available>dormant =0 2027-02-01"]);
}

#[test]
fn they_shrink_by_a_tenth_of_the_rest_each_month() {
    // row EXP-12
    let mut world = world(ShrinkOf::Rest);
    world.earn(1005, "");
    world.go("2027-02-01");
    world.log();
    world.go("2027-05-01");
    // 1005 · 10 % = 100.5, 905 · 10 % = 90.5, 815 · 10 % = 81.5: each rounded down.
    assert_eq!(
        world.log(),
        [
            "shrink 100 dormant>shrunk =0 2027-03-01",
            "shrink 90 dormant>shrunk =0 2027-04-01",
            "shrink 81 dormant>shrunk =0 2027-05-01",
        ]
    );
    assert_eq!(sums(&world), "0/734/271");
    // Less than ten points have no tenth that is a point.
    world.go("2047-05-01");
    assert_eq!(sums(&world), "0/9/996");
}

#[test]
fn or_by_a_tenth_of_what_fell_asleep_until_nothing_is_left() {
    // row EXP-12
    let mut world = world(ShrinkOf::Whole);
    world.earn(1005, "");
    world.go("2027-12-01");
    assert_eq!(sums(&world), "0/5/1000");
    world.go("2028-06-01");
    assert_eq!(sums(&world), "0/0/1005");
}

#[test]
fn using_a_single_point_brings_all_of_them_back() {
    // row EXP-13
    let mut world = world(ShrinkOf::Rest);
    world.earn(1000, "");
    world.go("2027-04-01");
    assert_eq!(sums(&world), "0/810/190");
    world.log();
    world.spend(1).unwrap();
    assert_eq!(
        world.log(),
        [
            "wake 810 dormant>available =810 2027-04-01",
            "wake 190 shrunk>available =1000 2027-04-01",
            "spend 1 available>redeemed =999 2027-04-01",
        ]
    );
    // The twelve months begin anew.
    world.go("2028-04-30T23:59:59.999+08:00");
    assert_eq!(sums(&world), "999/0/0");
    world.go("2028-05-01");
    assert_eq!(sums(&world), "0/999/0");
}

#[test]
fn a_reservation_is_a_use_and_a_refusal_is_none() {
    // row EXP-13
    let mut world = world(ShrinkOf::Rest);
    world.earn(100, "");
    world.go("2027-03-01");
    assert_eq!(crate::world::short(&world.spend(101).unwrap_err()), "insufficient-points available=100 required=101");
    assert_eq!(sums(&world), "0/90/10");
    world.hold("h1", 60, "2027-03-02").unwrap();
    assert_eq!(sums(&world), "40/0/0");
    world.go("2027-03-02");
    assert_eq!(sums(&world), "100/0/0");
}

#[test]
fn a_use_takes_the_notice_back() {
    let mut world = world(ShrinkOf::Rest);
    world.earn(100, "");
    world.go("2027-01-20");
    assert_eq!(drowsy(&world).len(), 1);
    world.spend(1).unwrap();
    world.go("2027-02-01");
    assert_eq!(sums(&world), "99/0/0");
    world.go("2028-02-01");
    assert_eq!(drowsy(&world)[1], "99 asleep 2028-02-01 given 2028-01-02");
    assert_eq!(sums(&world), "0/99/0");
}

#[test]
fn what_is_earned_later_stays_awake_and_wakes_nothing() {
    let mut world = world(ShrinkOf::Rest);
    world.earn(100, "2029-01-01");
    world.go("2026-12-24");
    world.earn(40, "2030-01-01");
    world.go("2027-03-01");
    assert_eq!(sums(&world), "40/90/10");
    world.go("2028-01-01");
    assert_eq!(drowsy(&world)[1], "40 asleep 2028-01-01 given 2027-12-02");
}

#[test]
fn sleeping_points_keep_their_date_and_what_shrank_lapses_with_them() {
    // row EXP-11
    let mut world = world(ShrinkOf::Rest);
    world.earn(100, "2027-04-15");
    world.go("2027-04-01");
    world.log();
    world.go("2027-04-15");
    assert_eq!(world.log(), ["expire 81 dormant>expired =0 2027-04-15", "expire 19 shrunk>expired =0 2027-04-15"]);
    assert_eq!(world.wallet.lifetime(&points()).expired, Points::new(100));
}

#[test]
fn points_that_lapse_before_they_could_sleep_are_not_announced() {
    let mut world = world(ShrinkOf::Rest).notice(&[Lead::Days(30)], true);
    world.terms.dormancy = Some(terms(Round::EndOfMonth, ShrinkOf::Rest));
    world.earn(100, "2027-01-01");
    world.go("2027-06-01");
    assert!(drowsy(&world).is_empty());
    assert_eq!(sums(&world), "0/0/0");
}

#[test]
fn a_clock_that_jumps_gives_the_notice_its_days_all_the_same() {
    let mut world = world(ShrinkOf::Rest);
    world.terms.dormancy = None;
    world.earn(100, "");
    world.go("2029-06-10");
    // The terms are new: the member is told today, and nothing sleeps before the days are over.
    world.terms.dormancy = Some(DormancyTerms { since: t("2029-06-10"), ..terms(Round::EndOfMonth, ShrinkOf::Rest) });
    world.go("2029-06-11");
    assert_eq!(drowsy(&world), ["100 asleep 2029-07-11 given 2029-06-11"]);
    world.go("2029-07-10");
    assert_eq!(sums(&world), "100/0/0");
    world.go("2029-07-11");
    assert_eq!(sums(&world), "0/100/0");
}

#[test]
fn waking_repays_a_debt_first_and_a_spend_counts_with_it() {
    let mut world = world(ShrinkOf::Rest);
    let award = world.earn(50, "");
    world.earn(100, "2030-01-01");
    world.spend(150).unwrap();
    world.take_back(&[award.piece], 50, 0).unwrap();
    world.now = t("2026-01-16");
    assert_eq!(world.sums(), "0/0/0/50");
    let cause = Cause::default();
    world.grant(80, jifen_ledger::Dated::At(None), None).unwrap();
    assert_eq!(world.sums(), "30/0/0/0");
    world.go("2027-02-01");
    assert_eq!(sums(&world), "0/30/0");
    assert_eq!(world.desk(|ledger| ledger.wake(&points(), &cause)), Points::new(30));
    assert_eq!(world.desk(|ledger| ledger.wake(&points(), &cause)), Points::ZERO);
    assert_eq!(sums(&world), "30/0/0");
    let kinds = world.out.entries.iter().filter(|sealed| sealed.entry.kind == EntryKind::Wake);
    assert!(kinds.clone().all(|sealed| sealed.entry.to == Account::Available) && kinds.count() == 1);
}
