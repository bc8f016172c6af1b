//! What falls due, in the order of decision 6, each at its own instant.

use jifen_ledger::{Cause, Dated, Lead, Release, Round, Validity};
use jifen_vocab::Points;

use crate::world::{World, points, t};

#[test]
fn at_one_instant_release_comes_before_notice_before_expiry() {
    // Decision 6.
    let mut world = World::at("2026-12-01").notice(&[Lead::Days(0)], true);
    let date = t("2027-01-01");
    world.grant(10, Dated::At(Some(date)), Some(Release::At(date))).unwrap();
    world.earn(5, "2027-01-01");
    world.hold("h1", 5, "2027-01-01").unwrap();
    world.log();
    world.go("2027-01-01");
    assert_eq!(
        world.log(),
        [
            "release 10 pending>available =10 2027-01-01",
            "unhold 5 held>available =15 2027-01-01",
            "expire 15 available>expired =0 2027-01-01",
        ]
    );
    assert_eq!(world.notices(), ["2027-01-01: 15 given 2027-01-01"]);
}

#[test]
fn holds_that_end_on_the_date_lapse_together() {
    let mut world = World::at("2026-12-01");
    world.earn(10, "2027-01-01");
    world.hold("h1", 4, "2027-01-01").unwrap();
    world.hold("h2", 6, "2027-01-01").unwrap();
    world.log();
    world.go("2027-01-01");
    assert_eq!(
        world.log(),
        [
            "unhold 4 held>available =4 2027-01-01",
            "unhold 6 held>available =10 2027-01-01",
            "expire 10 available>expired =0 2027-01-01",
        ]
    );
}

#[test]
fn points_released_on_their_date_lapse_and_pay_no_debt() {
    let mut world = World::at("2026-12-01");
    world.take_back(&[], 8, 0).unwrap();
    world.grant(5, Dated::At(Some(t("2027-01-01"))), Some(Release::At(t("2027-01-01")))).unwrap();
    world.grant(3, Dated::At(Some(t("2027-01-02"))), Some(Release::At(t("2027-01-01")))).unwrap();
    world.go("2027-01-01");
    assert_eq!(world.sums(), "0/0/0/5");
}

#[test]
fn points_that_were_granted_after_their_date_lapse_when_granted() {
    let mut world = World::at("2027-02-01");
    world.grant_at(5, t("2027-01-10"), Dated::At(Some(t("2027-01-01"))), None).unwrap();
    assert_eq!(world.log(), ["earn 5 issued>available =5 2027-01-10", "expire 5 available>expired =0 2027-01-10"]);
}

#[test]
fn points_that_still_wait_lapse_on_their_date() {
    let mut world = World::at("2026-12-01");
    world.grant(10, Dated::At(Some(t("2027-01-01"))), Some(Release::At(t("2027-02-01")))).unwrap();
    world.log();
    world.go("2027-03-01");
    assert_eq!(world.log(), ["expire 10 pending>expired =0 2027-01-01"]);
}

#[test]
fn everything_is_recorded_at_the_instant_it_was_due() {
    let mut world = World::at("2026-01-05");
    for month in 2..=6 {
        world.earn(month, &format!("2026-{month:02}-01"));
    }
    world.log();
    world.go("2026-12-31");
    let log = world.log();
    assert_eq!(log.len(), 5);
    assert_eq!(log[0], "expire 2 available>expired =18 2026-02-01");
    assert_eq!(log[4], "expire 6 available>expired =0 2026-06-01");
    let recorded = world.out.entries.iter().skip(5).all(|sealed| sealed.entry.recorded_at == t("2026-12-31"));
    assert!(recorded);
}

#[test]
fn settling_twice_or_in_the_past_changes_nothing() {
    let mut world = World::at("2026-01-05");
    world.earn(10, "2026-02-01");
    world.go("2026-03-01");
    let settled = world.wallet.clone();
    world.go("2026-03-01");
    assert_eq!(world.wallet, settled);
    world.go("2026-01-01");
    assert_eq!(world.wallet, settled);
}

#[test]
fn an_upgrade_extends_points_already_held_and_a_downgrade_shortens_nothing() {
    // Decision 8.
    // row EXP-04
    let mut world = World::at("2026-06-15 12:00");
    world.earn(10, "2027-01-01");
    world.hold("h1", 4, "").unwrap();
    world.earn(3, "");
    world.now = t("2026-09-01");
    let zone = world.zone.clone();
    let silver = Validity::Months { months: 18, round: Round::None };
    let extended = world
        .desk(|ledger| ledger.extend(&points(), &Cause::default(), |lot| silver.expires_at(lot.earned_last(), &zone)));
    assert_eq!(extended, Points::new(10));
    assert_eq!(world.dates(), "2027-12-15 12:00: 10, never: 3");
    let ordinary = Validity::NaturalYear;
    let shortened = world.desk(|ledger| {
        ledger.extend(&points(), &Cause::default(), |lot| ordinary.expires_at(lot.earned_last(), &zone))
    });
    assert_eq!(shortened, Points::ZERO);
    assert_eq!(world.dates(), "2027-12-15 12:00: 10, never: 3");
    world.desk(|ledger| ledger.extend(&points(), &Cause::default(), |_| None));
    assert_eq!(world.dates(), "never: 10, never: 3");
    let kinds: Vec<_> = world.log().iter().filter(|line| line.starts_with("extend")).cloned().collect();
    assert_eq!(kinds, ["extend 10 available>available =9 2026-09-01"; 2]);
}

#[test]
fn a_better_validity_counts_from_the_last_grant_of_a_lot() {
    let mut world = World::at("2026-06-15 12:00");
    world.earn(10, "2027-01-01");
    world.now = t("2026-08-20 09:00");
    world.earn(10, "2027-01-01");
    let zone = world.zone.clone();
    let silver = Validity::Months { months: 18, round: Round::None };
    world.desk(|ledger| ledger.extend(&points(), &Cause::default(), |lot| silver.expires_at(lot.earned_last(), &zone)));
    assert_eq!(world.dates(), "2028-02-20 09:00: 20");
}

#[test]
fn of_lots_with_one_date_the_oldest_points_go_first() {
    // Decision 3, where an extension made two lots of one date.
    let mut world = World::at("2026-06-15 12:00");
    world.earn(1, "2027-01-01");
    world.earn(2, "2027-06-01");
    let later = t("2027-06-01");
    world.desk(|ledger| ledger.extend(&points(), &Cause::default(), |_| Some(later)));
    world.earn(3, "2027-06-01");
    let pieces = world.spend(6).unwrap();
    assert_eq!(pieces.iter().map(|p| (p.lot.0, p.lo, p.hi)).collect::<Vec<_>>(), [(1, 0, 1), (2, 0, 5)]);
}

#[test]
fn a_lot_that_moved_back_is_spent_in_its_new_place() {
    let mut world = World::at("2026-06-15 12:00");
    world.earn(10, "2027-01-01");
    world.earn(10, "2027-06-01");
    let first = t("2027-01-01");
    // EXP-08: the member keeps the points that the notice was about.
    world.desk(|ledger| {
        ledger.extend(&points(), &Cause::default(), |lot| match lot.expires_at() {
            Some(date) if date == first => Some(t("2027-12-01")),
            date => date,
        })
    });
    assert_eq!(world.spend(1).unwrap()[0].lot.0, 2);
    let expiring: Vec<_> = world.wallet.expiring(&points()).map(|(at, p)| (world.show(at), p.get())).collect();
    assert_eq!(expiring, [("2027-06-01".to_owned(), 9), ("2027-12-01".to_owned(), 10)]);
}

#[test]
fn a_wallet_that_lives_long_stays_small() {
    // Ten years of daily earning and spending, of every sort.
    let mut world = World::at("2026-01-01 10:00");
    let validity = Validity::Months { months: 12, round: Round::EndOfMonth };
    let mut largest = 0;
    for day in 0..3650_i64 {
        let now = t("2026-01-01 10:00").plus_days(day);
        let terms = [world.terms.clone()];
        let law = jifen_ledger::Law { zone: &world.zone, terms: &terms };
        let mut out = jifen_ledger::Outcome::default();
        let mut ledger = jifen_ledger::Ledger::open(&mut world.wallet, &world.member, law, now, &mut out);
        let release = (day % 3 == 0).then(|| Release::after_days(7, now, law.zone));
        let dated = Dated::At(validity.expires_at(now, law.zone));
        let grant = jifen_ledger::Grant {
            unit: points(),
            points: Points::new(10 + day % 7),
            effective_at: now,
            dated,
            release,
            kind: jifen_ledger::EntryKind::Earn,
            cause: Cause::default(),
        };
        let granted = ledger.grant(grant).unwrap();
        if day % 5 == 0 {
            let (to, kind) = (jifen_ledger::Account::Redeemed, jifen_ledger::EntryKind::Spend);
            let spent = ledger.spend(&points(), Points::new(30), to, kind, &Cause::default());
            if let (Ok(pieces), 0) = (spent, day % 10) {
                ledger.give_back(&points(), &pieces, Points::new(11), to, &Cause::default()).unwrap();
            }
        }
        if day % 11 == 0 {
            let what = jifen_ledger::TakeBack {
                unit: &points(),
                points: Points::new(9),
                own: &[granted.piece],
                lapsed: &[],
                lapsed_counted: Points::ZERO,
                cause: &Cause::default(),
            };
            ledger.take_back(&what).unwrap();
        }
        largest = largest.max(serde_json::to_vec(&world.wallet).unwrap().len());
    }
    assert!(largest < 4_000, "{largest} bytes");
}
