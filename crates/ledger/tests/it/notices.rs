//! Nothing lapses without notice where the program says so (EXP-09).

use jifen_ledger::{Lead, NoticeTerms};
use jifen_vocab::Timestamp;

use crate::world::{World, t};

const QUARTER: Lead = Lead::Months(3);
const MONTH: Lead = Lead::Days(30);

#[test]
fn each_lead_is_given_once_for_a_date() {
    let mut world = World::at("2026-06-01").notice(&[QUARTER, MONTH], true);
    world.earn(50, "2027-01-01");
    world.earn(20, "2027-01-01");
    world.earn(9, "");
    world.go("2026-09-30T23:59:59.999+08:00");
    assert!(world.notices().is_empty());
    world.go("2026-10-01");
    assert_eq!(world.notices(), ["2027-01-01: 70 given 2026-10-01"]);
    // Later grants to the same date are covered.
    world.earn(5, "2027-01-01");
    world.go("2026-12-31");
    assert_eq!(world.notices(), ["2027-01-01: 70 given 2026-10-01", "2027-01-01: 75 given 2026-12-02"]);
    world.log();
    world.go("2027-01-01");
    assert_eq!(world.log(), ["expire 75 available>expired =9 2027-01-01"]);
    let last = &world.out.entries.last().unwrap().entry;
    assert_eq!(last.cause.noticed_at, Some(t("2026-10-01")));
    assert!(!serde_json::to_string(&world.wallet).unwrap().contains("notices"));
}

#[test]
fn in_a_jump_of_the_clock_the_notice_comes_before_the_lapse() {
    // row EXP-09
    let mut world = World::at("2026-06-01").notice(&[QUARTER, MONTH], true);
    world.earn(50, "2027-01-01");
    world.log();
    world.go("2027-06-01");
    assert_eq!(world.notices(), ["2027-01-01: 50 given 2026-10-01", "2027-01-01: 50 given 2026-12-02"]);
    assert_eq!(world.log(), ["expire 50 available>expired =0 2027-01-01"]);
    assert_eq!(world.out.entries.last().unwrap().entry.cause.noticed_at, Some(t("2026-10-01")));
}

#[test]
fn points_granted_within_the_lead_are_noticed_at_once() {
    let mut world = World::at("2026-12-20 09:00").notice(&[QUARTER, MONTH], true);
    world.earn(50, "2027-01-01");
    assert_eq!(world.notices(), ["2027-01-01: 50 given 2026-12-20 09:00"]);
    world.now = t("2026-12-21");
    world.earn(5, "2027-01-01");
    assert_eq!(world.notices().len(), 1);
    // Emptied and earned again: the date has been named.
    world.spend(55).unwrap();
    world.now = t("2026-12-22");
    world.earn(5, "2027-01-01");
    assert_eq!(world.notices().len(), 1);
    world.go("2027-01-01");
    assert_eq!(world.sums(), "0/0/0/0");
}

#[test]
fn without_a_notice_in_time_points_stay_and_lapse_when_it_is_given() {
    // row EXP-09
    let mut world = World::at("2026-06-01");
    world.earn(50, "2026-12-31");
    world.earn(7, "2027-01-02");
    world.go("2026-12-30");
    // The program demands notice from 1 January on: the first lot is gone by its old terms, the second had no notice.
    world.go("2027-01-01");
    world.terms.notice = Some(NoticeTerms { leads: vec![QUARTER].into(), required: true, since: t("2027-01-01") });
    world.log();
    world.go("2027-01-05");
    assert_eq!(world.notices(), ["2027-01-02: 7 given 2027-01-05"]);
    assert_eq!(world.log(), ["expire 7 available>expired =0 2027-01-05"]);
    assert_eq!(world.out.entries.last().unwrap().entry.cause.noticed_at, Some(t("2027-01-05")));
}

#[test]
fn new_terms_are_noticed_from_the_day_they_hold() {
    let mut world = World::at("2026-06-01");
    world.earn(50, "2027-01-01");
    // Nobody looked at this wallet since; the terms hold from 1 November.
    let since = t("2026-11-01");
    world.terms.notice = Some(NoticeTerms { leads: vec![QUARTER].into(), required: true, since });
    world.go("2027-02-01");
    assert_eq!(world.notices(), ["2027-01-01: 50 given 2026-11-01"]);
}

#[test]
fn a_program_may_tell_without_having_to() {
    let mut world = World::at("2026-06-01").notice(&[MONTH], false);
    world.earn(50, "2027-01-01");
    world.go("2027-01-01");
    assert_eq!(world.notices(), ["2027-01-01: 50 given 2026-12-02"]);
    assert_eq!(world.sums(), "0/0/0/0");
    // Late points lapse by themselves.
    world.now = t("2027-02-01");
    let late = t("2026-12-30");
    world.grant_at(5, late, jifen_ledger::Dated::At(Some(t("2027-01-01"))), None).unwrap();
    assert_eq!(world.sums(), "0/0/0/0");
    assert_eq!(world.notices().len(), 1);
}

#[test]
fn late_points_lapse_with_their_notice() {
    // row EXP-09
    let mut world = World::at("2027-02-01").notice(&[MONTH], true);
    world.grant_at(5, t("2026-12-30"), jifen_ledger::Dated::At(Some(t("2027-01-01"))), None).unwrap();
    assert_eq!(world.notices(), ["2027-01-01: 5 given 2027-02-01"]);
    assert_eq!(world.log(), ["earn 5 issued>available =5 2026-12-30", "expire 5 available>expired =0 2027-02-01"]);
}

#[test]
fn points_that_come_back_after_their_date_are_noticed_and_lapse() {
    let mut world = World::at("2026-06-01").notice(&[QUARTER], true);
    world.earn(50, "2027-01-01");
    world.hold("h1", 50, "").unwrap();
    world.go("2027-01-05");
    assert_eq!(world.notices(), ["2027-01-01: 50 given 2026-10-01"]);
    world.unhold("h1").unwrap();
    assert_eq!(world.sums(), "0/0/0/0");
    assert_eq!(world.notices().len(), 1);
    assert_eq!(world.out.entries.last().unwrap().entry.cause.noticed_at, Some(t("2026-10-01")));
}

#[test]
fn the_next_due_instant_is_the_next_that_matters() {
    let mut world = World::at("2026-06-01").notice(&[QUARTER, MONTH], true);
    world.earn(50, "2027-01-01");
    world.earn(5, "2028-01-01");
    world.hold("h1", 2, "2026-06-02").unwrap();
    let mut seen = Vec::new();
    loop {
        let terms = [world.terms.clone()];
        let law = jifen_ledger::Law { zone: &world.zone, terms: &terms };
        let Some(due) = world.wallet.next_due(&law) else { break };
        seen.push(world.show(due));
        world.now = due;
        world.desk(|_| ());
    }
    assert_eq!(
        seen,
        ["2026-06-02", "2026-10-01", "2026-12-02", "2027-01-01", "2027-10-01", "2027-12-02", "2028-01-01"]
    );
    assert!(world.out.notices.iter().all(|notice| notice.given_at > Timestamp::MIN));
}
