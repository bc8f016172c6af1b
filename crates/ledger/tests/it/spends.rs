//! Points go: spend order, holds, freezes, negative adjustments.

use crate::world::{World, points, short, t};

#[test]
fn the_earliest_expiry_is_spent_first_and_never_last() {
    // Decision 3.
    let mut world = World::at("2026-06-18 12:00");
    world.earn(10, "");
    world.earn(20, "2028-01-01");
    world.earn(30, "2027-01-01");
    world.earn(5, "2028-01-01");
    let pieces = world.spend(52).unwrap();
    let taken: Vec<_> = pieces.iter().map(|p| (p.lot.0, p.lo, p.hi, p.expires_at)).collect();
    assert_eq!(taken, [(3, 0, 30, Some(t("2027-01-01"))), (2, 0, 22, Some(t("2028-01-01")))]);
    assert_eq!(world.dates(), "2028-01-01: 3, never: 10");
    world.spend(13).unwrap();
    assert_eq!(world.dates(), "");
}

#[test]
fn nobody_spends_more_than_there_is() {
    let mut world = World::at("2026-06-18 12:00");
    assert_eq!(short(&world.spend(1).unwrap_err()), "insufficient-points available=0 required=1");
    world.earn(10, "");
    world.hold("h1", 4, "").unwrap();
    let before = world.wallet.clone();
    assert_eq!(short(&world.spend(7).unwrap_err()), "insufficient-points available=6 required=7");
    assert_eq!(short(&world.adjust_down(7).unwrap_err()), "insufficient-points available=6 required=7");
    assert_eq!(short(&world.hold("h2", 7, "").unwrap_err()), "insufficient-points available=6 required=7");
    assert_eq!(short(&world.capture("h1", 5).unwrap_err()), "insufficient-points held=4 required=5");
    assert_eq!(short(&world.capture("h9", 5).unwrap_err()), "hold-not-open hold=h9");
    assert_eq!(short(&world.unhold("h9").unwrap_err()), "hold-not-open hold=h9");
    assert_eq!(short(&world.hold("h1", 1, "").unwrap_err()), "idempotency-conflict hold=h1");
    assert_eq!(short(&world.spend(0).unwrap_err()), "amount-out-of-range points=0 maximum=9007199254740991");
    assert_eq!(world.wallet, before);
    world.spend(6).unwrap();
}

#[test]
fn points_cannot_be_spent_to_the_members_own_accounts() {
    let mut world = World::at("2026-06-18 12:00");
    world.earn(10, "");
    let kind = jifen_ledger::EntryKind::Spend;
    for to in [jifen_ledger::Account::Held, jifen_ledger::Account::Debt, jifen_ledger::Account::Available] {
        let refusal = world.desk(|ledger| ledger.spend(&points(), 1.into(), to, kind, &Default::default()));
        assert_eq!(refusal.unwrap_err().code, jifen_vocab::Code::InvalidField);
    }
}

#[test]
fn lapsed_points_are_not_spent_however_late_anybody_looks() {
    let mut world = World::at("2026-06-18 12:00");
    world.earn(30, "2027-01-01");
    world.now = t("2026-12-31T23:59:59.999+08:00");
    world.spend(1).unwrap();
    world.now = t("2027-01-01");
    assert_eq!(short(&world.spend(1).unwrap_err()), "insufficient-points available=0 required=1");
}

#[test]
fn a_hold_is_captured_in_parts() {
    let mut world = World::at("2026-06-18 12:00");
    world.earn(10, "2027-01-01");
    world.earn(10, "");
    world.hold("h1", 15, "2026-06-19 12:00").unwrap();
    assert_eq!(world.wallet.hold(&crate::world::hold_id("h1")).unwrap().1.get(), 15);
    let first = world.capture("h1", 6).unwrap();
    assert_eq!((first[0].lot.0, first[0].lo, first[0].hi), (1, 0, 6));
    let second = world.capture("h1", 6).unwrap();
    assert_eq!(second.iter().map(|p| (p.lot.0, p.lo, p.hi)).collect::<Vec<_>>(), [(1, 6, 10), (2, 0, 2)]);
    world.log();
    world.go("2026-06-20");
    assert_eq!(world.log(), ["unhold 3 held>available =8 2026-06-19 12:00"]);
    assert!(world.wallet.holds().is_empty());
    assert_eq!(short(&world.capture("h1", 1).unwrap_err()), "hold-not-open hold=h1");
}

#[test]
fn a_hold_captured_to_the_last_point_is_over() {
    let mut world = World::at("2026-06-18 12:00");
    world.earn(10, "");
    world.hold("h1", 10, "2026-06-19 12:00").unwrap();
    world.capture("h1", 10).unwrap();
    assert!(world.wallet.holds().is_empty());
    assert_eq!(world.wallet.next_due(&jifen_ledger::Law { zone: &world.zone, terms: &[] }), None);
}

#[test]
fn two_holds_keep_their_points_apart() {
    let mut world = World::at("2026-06-18 12:00");
    world.earn(10, "");
    world.hold("h1", 3, "").unwrap();
    world.hold("h2", 4, "").unwrap();
    assert_eq!(world.unhold("h1").unwrap().iter().map(|p| (p.lo, p.hi)).collect::<Vec<_>>(), [(0, 3)]);
    assert_eq!(world.capture("h2", 4).unwrap().iter().map(|p| (p.lo, p.hi)).collect::<Vec<_>>(), [(3, 7)]);
    assert_eq!(world.sums(), "6/0/0/0");
}

#[test]
fn holds_wait_for_their_outcome_past_the_date() {
    // Decision 7: captured, they were spent in time; released after their date, they lapse at once.
    let mut world = World::at("2026-12-31 12:00");
    world.earn(30, "2027-01-01");
    world.hold("h1", 20, "").unwrap();
    world.log();
    world.go("2027-01-01");
    assert_eq!(world.sums(), "0/0/20/0");
    world.now = t("2027-01-02");
    world.capture("h1", 5).unwrap();
    world.now = t("2027-01-03");
    world.unhold("h1").unwrap();
    assert_eq!(
        world.log(),
        [
            "expire 10 available>expired =0 2027-01-01",
            "capture 5 held>redeemed =0 2027-01-02",
            "unhold 15 held>available =15 2027-01-03",
            "expire 15 available>expired =0 2027-01-03",
        ]
    );
    assert_eq!(world.dates(), "");
}

#[test]
fn a_hold_that_ends_by_itself_past_the_date_lapses_when_it_ends() {
    let mut world = World::at("2026-12-31 12:00");
    world.earn(30, "2027-01-01");
    world.hold("h1", 20, "2027-01-01 12:00").unwrap();
    world.log();
    world.go("2027-02-01");
    assert_eq!(
        world.log(),
        [
            "expire 10 available>expired =0 2027-01-01",
            "unhold 20 held>available =20 2027-01-01 12:00",
            "expire 20 available>expired =0 2027-01-01 12:00",
        ]
    );
    // One outcome speaks of a lot once.
    assert_eq!(world.out.lapsed.len(), 1);
    assert_eq!(world.out.lapsed[0].pieces.iter().map(|p| (p.lo, p.hi)).collect::<Vec<_>>(), [(20, 30), (0, 20)]);
}

#[test]
fn a_frozen_wallet_earns_and_does_not_spend() {
    let mut world = World::at("2026-12-25");
    world.earn(30, "2027-01-01");
    world.hold("h1", 5, "").unwrap();
    world.desk(|ledger| ledger.freeze(Some(t("2027-01-02"))));
    let until = t("2027-01-02").as_millis();
    assert_eq!(short(&world.spend(1).unwrap_err()), format!("wallet-frozen until={until}"));
    assert_eq!(short(&world.hold("h2", 1, "").unwrap_err()), format!("wallet-frozen until={until}"));
    world.earn(7, "");
    world.adjust_down(1).unwrap();
    world.capture("h1", 5).unwrap();
    // Frozen points expire on their own date (decision 7); the freeze ends by itself.
    world.go("2027-01-01");
    assert_eq!(world.sums(), "7/0/0/0");
    assert!(world.wallet.frozen().is_some());
    world.now = t("2027-01-05");
    world.spend(1).unwrap();
    assert_eq!(world.out.thawed_at, Some(t("2027-01-02")));
    world.desk(|ledger| ledger.freeze(None));
    assert_eq!(short(&world.spend(1).unwrap_err()), "wallet-frozen");
    assert!(world.desk(|ledger| ledger.unfreeze()));
    world.spend(1).unwrap();
}

#[test]
fn an_adjustment_takes_available_points() {
    let mut world = World::at("2026-12-25");
    world.earn(30, "");
    world.log();
    world.adjust_down(10).unwrap();
    assert_eq!(world.log(), ["adjust 10 available>forfeited =20 2026-12-25"]);
    let lifetime = world.wallet.lifetime(&points());
    assert_eq!((lifetime.earned.get(), lifetime.spent.get()), (30, 0));
}

#[test]
fn units_do_not_mix() {
    let mut world = World::at("2026-12-25");
    world.earn(30, "");
    let green = jifen_vocab::UnitId::new("green").unwrap();
    let cause = jifen_ledger::Cause::default();
    let grant = jifen_ledger::Grant {
        unit: green.clone(),
        points: 5.into(),
        effective_at: world.now,
        dated: jifen_ledger::Dated::At(None),
        release: None,
        kind: jifen_ledger::EntryKind::Earn,
        cause: cause.clone(),
    };
    world.desk(|ledger| ledger.grant(grant)).unwrap();
    world.spend(30).unwrap();
    assert_eq!(short(&world.spend(1).unwrap_err()), "insufficient-points available=0 required=1");
    let (to, kind) = (jifen_ledger::Account::Donated, jifen_ledger::EntryKind::Spend);
    world.desk(|ledger| ledger.spend(&green, 4.into(), to, kind, &cause)).unwrap();
    let balances: Vec<_> = world
        .wallet
        .holdings()
        .iter()
        .map(|h| (h.unit().as_str(), h.available().get(), h.lifetime().spent.get()))
        .collect();
    assert_eq!(balances, [("green", 1, 4), ("points", 0, 30)]);
}
