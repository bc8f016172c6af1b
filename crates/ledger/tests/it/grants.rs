//! Points come in: at once, after a time, by a later event; they merge, and they repay debts.

use jifen_ledger::{Cause, Dated, EntryKind, Grant, Release, Round, Validity};
use jifen_vocab::{Points, limits};

use crate::world::{World, points, short, t};

fn awaiting(event: &str, key: Option<&str>, until: &str) -> Option<Release> {
    Some(Release::Awaiting { event: event.into(), key: key.map(Into::into), until: t(until) })
}

#[test]
fn grants_that_expire_together_share_a_lot() {
    let mut world = World::at("2026-06-18 12:00");
    let first = world.earn(100, "2027-01-01");
    let second = world.earn(50, "2027-01-01");
    assert_eq!((first.piece.lo, first.piece.hi), (0, 100));
    assert_eq!((second.piece.lo, second.piece.hi), (100, 150));
    assert_eq!(first.piece.lot, second.piece.lot);
    world.earn(7, "");
    world.earn(5, "2026-12-01");
    assert_eq!(world.dates(), "2026-12-01: 5, 2027-01-01: 150, never: 7");
    assert_eq!(world.sums(), "162/0/0/0");
}

#[test]
fn a_member_sees_where_points_came_from_and_went() {
    // row TRUST-02
    let mut world = World::at("2023-10-01 10:00");
    let bought = world.earn(100, "2024-01-01");
    world.now = t("2023-10-05 10:00");
    let redeemed = world.spend(80).unwrap();
    assert_eq!(
        world.log(),
        ["earn 100 issued>available =100 2023-10-01 10:00", "spend 80 available>redeemed =20 2023-10-05 10:00"]
    );
    let origin = redeemed[0].overlap(&bought.piece).unwrap();
    assert_eq!(origin.points(), Points::new(80));
    let changes: Vec<i64> = world.out.entries.iter().map(|sealed| sealed.entry.change().get()).collect();
    assert_eq!(changes, [100, -80]);
}

#[test]
fn one_account_covers_the_whole_chain() {
    // row PROG-01
    let mut world = World::at("2026-01-10 09:00");
    world.earn(100, "2027-01-01");
    world.grant(40, Dated::At(Some(t("2027-01-01"))), Some(Release::At(t("2026-01-17 09:00")))).unwrap();
    world.hold("h1", 30, "").unwrap();
    assert_eq!(world.sums(), "70/40/30/0");
    world.capture("h1", 10).unwrap();
    world.unhold("h1").unwrap();
    world.now = t("2026-02-01");
    world.spend(25).unwrap();
    world.go("2027-01-01");
    assert_eq!(world.sums(), "0/0/0/0");
    assert_eq!(
        world.log(),
        [
            "earn 100 issued>available =100 2026-01-10 09:00",
            "earn 40 issued>pending =100 2026-01-10 09:00",
            "hold 30 available>held =70 2026-01-10 09:00",
            "capture 10 held>redeemed =70 2026-01-10 09:00",
            "unhold 20 held>available =90 2026-01-10 09:00",
            "release 40 pending>available =130 2026-01-17 09:00",
            "spend 25 available>redeemed =105 2026-02-01",
            "expire 105 available>expired =0 2027-01-01",
        ]
    );
    let lifetime = world.wallet.lifetime(&points());
    assert_eq!((lifetime.earned.get(), lifetime.spent.get(), lifetime.expired.get()), (140, 35, 105));
}

#[test]
fn pending_points_become_available_on_their_date() {
    let mut world = World::at("2026-03-01 10:00");
    let release = Release::after_days(7, world.now, &world.zone);
    let granted = world.grant(10, Dated::At(None), Some(release.clone())).unwrap();
    world.grant(5, Dated::At(None), Some(release)).unwrap();
    assert_eq!(granted.available_at, Some(t("2026-03-08 10:00")));
    world.log();
    world.go("2026-03-08T09:59:59.999+08:00");
    assert_eq!(world.sums(), "0/15/0/0");
    world.go("2026-03-20");
    assert_eq!(world.log(), ["release 15 pending>available =15 2026-03-08 10:00"]);
}

#[test]
fn an_event_releases_what_waits_for_it() {
    let mut world = World::at("2026-03-01 10:00");
    for (amount, key) in [(10, Some("o1")), (20, Some("o2")), (30, None)] {
        let granted = world.grant(amount, Dated::At(None), awaiting("order.completed", key, "2026-04-01")).unwrap();
        assert_eq!(granted.available_at, None);
    }
    world.log();
    world.now = t("2026-03-05");
    let at = t("2026-03-04");
    let released = world.desk(|ledger| ledger.release_awaiting("order.completed", Some("o2"), at, &Cause::default()));
    assert_eq!(released.iter().map(|r| r.pieces[0].points().get()).collect::<Vec<_>>(), [20, 30]);
    assert_eq!(world.sums(), "50/10/0/0");
    let none = world.desk(|ledger| ledger.release_awaiting("order.paid", Some("o1"), at, &Cause::default()));
    assert!(none.is_empty());
    // What did not come in time is cancelled; the very instant is too late.
    world.go("2026-04-01");
    assert_eq!(
        world.log(),
        [
            "release 20 pending>available =20 2026-03-04",
            "release 30 pending>available =50 2026-03-04",
            "cancel 10 pending>issued =50 2026-04-01",
        ]
    );
    assert_eq!(world.wallet.lifetime(&points()).earned, Points::new(50));
}

#[test]
fn validity_may_count_from_the_release() {
    let mut world = World::at("2026-01-31 10:00");
    let validity = Validity::Months { months: 1, round: Round::None };
    let dated = Dated::OnRelease(validity);
    world.grant(10, dated.clone(), awaiting("order.completed", None, "2026-06-01")).unwrap();
    world.earn(1, "");
    assert_eq!(world.dates(), "never: 10, never: 1");
    world.now = t("2026-03-31 08:00");
    let now = world.now;
    world.desk(|ledger| ledger.release_awaiting("order.completed", None, now, &Cause::default()));
    assert_eq!(world.dates(), "2026-04-30 08:00: 10, never: 1");
    // Available at once: the release is the grant.
    let granted = world.grant(3, dated.clone(), None).unwrap();
    assert_eq!(granted.expires_at, Some(t("2026-04-30 08:00")));
    assert_eq!(world.dates(), "2026-04-30 08:00: 13, never: 1");
    // Two that wait for the same instant get one date, each in its own lot.
    let granted = world.grant(4, dated.clone(), Some(Release::At(t("2026-04-01")))).unwrap();
    assert_eq!(granted.expires_at, Some(t("2026-05-01")));
    world.grant(5, dated, Some(Release::At(t("2026-04-01")))).unwrap();
    world.go("2026-04-02");
    assert_eq!(world.dates(), "2026-04-30 08:00: 13, 2026-05-01: 4, 2026-05-01: 5, never: 1");
}

#[test]
fn late_points_are_given_and_lapse_at_their_own_instant() {
    // Decision 10.
    let mut world = World::at("2027-01-10");
    let earned = t("2026-12-30 18:00");
    let granted = world.grant_at(100, earned, Dated::At(Some(t("2027-01-01"))), None).unwrap();
    assert_eq!(granted.expires_at, Some(t("2027-01-01")));
    assert_eq!(
        world.log(),
        ["earn 100 issued>available =100 2026-12-30 18:00", "expire 100 available>expired =0 2027-01-01"]
    );
    assert_eq!(world.out.lapsed[0].pieces[0], granted.piece);
    // Pending, released and lapsed: all of it has happened by now.
    let release = Some(Release::At(t("2026-12-31")));
    world.grant_at(7, earned, Dated::At(Some(t("2027-01-01"))), release).unwrap();
    assert_eq!(
        world.log(),
        [
            "earn 7 issued>pending =0 2026-12-30 18:00",
            "release 7 pending>available =7 2026-12-31",
            "expire 7 available>expired =0 2027-01-01",
        ]
    );
}

#[test]
fn a_debt_is_repaid_when_points_become_available() {
    // Decision 4, and design: not when they are granted.
    let mut world = World::at("2026-03-01");
    let award = world.earn(100, "");
    world.spend(100).unwrap();
    world.take_back(&[award.piece], 60, 0).unwrap();
    assert_eq!(world.sums(), "0/0/0/60");
    world.log();
    world.grant(50, Dated::At(None), Some(Release::At(t("2026-03-08")))).unwrap();
    assert_eq!(world.sums(), "0/50/0/60");
    world.go("2026-03-09");
    assert_eq!(world.sums(), "0/0/0/10");
    world.earn(25, "");
    assert_eq!(world.sums(), "15/0/0/0");
    assert_eq!(
        world.log(),
        [
            "earn 50 issued>pending =0 2026-03-01",
            "release 50 pending>available =50 2026-03-08",
            "repay 50 available>debt =0 2026-03-08",
            "earn 25 issued>available =25 2026-03-09",
            "repay 10 available>debt =15 2026-03-09",
        ]
    );
}

#[test]
fn a_wallet_has_limits_and_says_which() {
    let mut world = World::at("2026-03-01");
    world.go("2026-03-01");
    let refused = |world: &mut World, amount| {
        let before = world.wallet.clone();
        let refusal = world.grant(amount, Dated::At(None), None).unwrap_err();
        assert_eq!(world.wallet, before);
        short(&refusal)
    };
    assert_eq!(refused(&mut world, 0), "amount-out-of-range points=0 maximum=9007199254740991");
    assert_eq!(refused(&mut world, -5), "amount-out-of-range points=-5 maximum=9007199254740991");
    world.earn(limits::BALANCE_MAX - 1, "");
    assert_eq!(refused(&mut world, 2), "limit-exceeded limit=balance maximum=9007199254740991");
    world.earn(1, "");
}

#[test]
fn lots_are_limited() {
    let mut world = World::at("2026-03-01");
    let now = world.now;
    world.desk(|ledger| {
        let grant = |minute: i64| Grant {
            unit: points(),
            points: Points::new(1),
            effective_at: now,
            dated: Dated::At(Some(now.plus_millis(60_000 * minute))),
            release: None,
            kind: EntryKind::Earn,
            cause: Cause::default(),
        };
        for minute in 1..=2000 {
            ledger.grant(grant(minute)).unwrap();
        }
        assert_eq!(short(&ledger.grant(grant(2001)).unwrap_err()), "limit-exceeded limit=lots maximum=2000");
        ledger.grant(grant(2000)).unwrap();
    });
    world.now = now.plus_days(1);
    world.desk(|_| ());
    assert_eq!(world.sums(), "561/0/0/0");
}

#[test]
fn a_strip_that_is_full_is_followed_by_another_lot() {
    let mut world = World::at("2026-03-01");
    world.earn(limits::BALANCE_MAX - 10, "");
    let award = world.earn(5, "");
    // What was refunded leaves room in the wallet, not in the strip.
    world.take_back(&[award.piece], 5, 0).unwrap();
    let next = world.earn(6, "");
    assert_eq!((next.piece.lot.0, next.piece.lo), (2, 0));
}
