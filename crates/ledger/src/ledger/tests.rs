use jifen_vocab::{MemberId, Points, Timestamp, UnitId, Zone};

use super::*;
use crate::fold::{Fold, StoredEntry};

#[test]
fn points_are_granted_spent_and_lapse() {
    let member = MemberId::new("m").unwrap();
    let unit = UnitId::new("points").unwrap();
    let zone = Zone::named("Asia/Shanghai").unwrap();
    let law = Law { zone: &zone, terms: &[] };
    let mut wallet = Wallet::default();
    let mut out = Outcome::default();
    let at = |text| Timestamp::parse_rfc3339(text).unwrap();
    let noon = at("2026-06-18T12:00:00+08:00");
    let mut ledger = Ledger::open(&mut wallet, &member, law, noon, &mut out);
    ledger
        .grant(Grant {
            unit: unit.clone(),
            points: Points::new(100),
            effective_at: noon,
            dated: Dated::At(Some(at("2027-01-01T00:00:00+08:00"))),
            release: None,
            kind: EntryKind::Earn,
            cause: Cause::default(),
        })
        .unwrap();
    ledger.spend(&unit, Points::new(30), Account::Redeemed, EntryKind::Spend, &Cause::default()).unwrap();
    settle(&mut wallet, &member, law, at("2027-02-01T00:00:00+08:00"), &mut out);
    assert_eq!(wallet.available(&unit), Points::ZERO);
    assert_eq!(out.lapsed.len(), 1);
    let mut fold = Fold::new();
    for sealed in &out.entries {
        fold.apply(StoredEntry { body: &sealed.body, hash: &sealed.hash }).unwrap();
    }
    fold.compare(&wallet).unwrap();
}
