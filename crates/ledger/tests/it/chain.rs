//! The member's chain of entries: what the fold notices.

use jifen_ledger::fold::{Flaw, Fold, StoredEntry, Totals};
use jifen_ledger::{Entry, Hash, Sealed, seal};

use crate::world::{World, t};

fn lived() -> World {
    let mut world = World::at("2026-06-01");
    let award = world.earn(100, "2027-01-01");
    let spent = world.spend(40).unwrap();
    world.hold("h1", 20, "").unwrap();
    world.give_back(&spent, 10).unwrap();
    world.take_back(&[award.piece], 60, 0).unwrap();
    world.now = t("2027-01-01");
    world.unhold("h1").unwrap();
    world
}

fn fold(entries: &[Sealed]) -> Result<Fold, Flaw> {
    let mut fold = Fold::new();
    for sealed in entries {
        fold.apply(StoredEntry { body: &sealed.body, hash: &sealed.hash })?;
    }
    Ok(fold)
}

/// Rewrites entries so that the chain holds again: what a clever forger would do.
fn reseal(entries: &mut [Sealed]) {
    let mut head = Hash::default();
    for sealed in entries {
        sealed.body = serde_json::to_vec(&sealed.entry).unwrap();
        head = seal(&head, &sealed.body);
        sealed.hash = head;
    }
}

#[test]
fn the_entries_prove_the_wallet() {
    let world = lived();
    let fold = fold(&world.out.entries).unwrap();
    fold.compare(&world.wallet).unwrap();
    assert_eq!(fold.seq(), world.wallet.seq());
    assert_eq!(fold.member(), Some(&world.member));
    let mut totals = Totals::default();
    totals.add(&fold);
    totals.add(&fold);
    assert!(totals.balance());
    let (unit, accounts) = totals.units().next().unwrap();
    assert_eq!(unit.as_str(), "points");
    assert_eq!(accounts.map(|(_, points)| points).sum::<i128>(), 0);
}

#[test]
fn a_stored_entry_is_its_json() {
    let world = lived();
    for sealed in &world.out.entries {
        let read: Entry = serde_json::from_slice(&sealed.body).unwrap();
        assert_eq!(read, sealed.entry);
    }
    let first = String::from_utf8(world.out.entries[0].body.clone()).unwrap();
    assert_eq!(
        first,
        r#"{"v":1,"m":"h906","n":1,"eff":1780243200000,"rec":1780243200000,"k":"earn","u":"points","from":"issued","to":"available","p":100,"l":[{"i":1,"a":0,"z":100,"x":1798732800000}],"bal":100,"c":{"by":"event"}}"#
    );
}

#[test]
fn any_changed_byte_breaks_the_chain() {
    // row TRUST-01
    let world = lived();
    for at in 0..world.out.entries.len() {
        for byte in 0..world.out.entries[at].body.len() {
            let mut entries = world.out.entries.clone();
            entries[at].body[byte] ^= 1;
            assert!(fold(&entries).is_err(), "entry {at}, byte {byte}");
        }
        let mut entries = world.out.entries.clone();
        entries[at].hash = Hash::default();
        assert_eq!(fold(&entries).unwrap_err(), Flaw::Chain { seq: at as u64 + 1 });
    }
}

#[test]
fn a_missing_or_repeated_or_swapped_entry_is_noticed() {
    // row TRUST-01
    let world = lived();
    for at in 0..world.out.entries.len() - 1 {
        let mut missing = world.out.entries.clone();
        missing.remove(at);
        assert!(fold(&missing).is_err());
        let mut twice = world.out.entries.clone();
        twice.insert(at, twice[at].clone());
        assert!(fold(&twice).is_err());
        let mut swapped = world.out.entries.clone();
        swapped.swap(at, at + 1);
        assert!(fold(&swapped).is_err());
    }
    let mut cut = world.out.entries.clone();
    cut.pop();
    assert_eq!(fold(&cut).unwrap().compare(&world.wallet), Err(Flaw::Head));
}

#[test]
fn a_forger_who_recomputes_the_chain_still_has_to_make_sense() {
    // row TRUST-01
    let world = lived();
    let forged = |forge: &dyn Fn(&mut Vec<Sealed>)| {
        let mut entries = world.out.entries.clone();
        forge(&mut entries);
        reseal(&mut entries);
        fold(&entries).and_then(|fold| fold.compare(&world.wallet)).unwrap_err()
    };
    // Entry 2 spends forty of the hundred.
    assert_eq!(forged(&|e| e[1].entry.points = 39.into()), Flaw::Movement { seq: 2 });
    assert_eq!(forged(&|e| e[1].entry.balance = 61.into()), Flaw::Balance { seq: 2, expected: 60, found: 61 });
    let lot = jifen_ledger::LotId(1);
    assert_eq!(
        forged(&|e| (e[1].entry.pieces[0].lo, e[1].entry.pieces[0].hi) = (90, 130)),
        Flaw::NotThere { seq: 2, lot }
    );
    assert_eq!(forged(&|e| e[1].entry.from = jifen_ledger::Account::Held), Flaw::NotThere { seq: 2, lot });
    assert_eq!(forged(&|e| e[1].entry.to = jifen_ledger::Account::Available), Flaw::Movement { seq: 2 });
    assert_eq!(forged(&|e| e[1].entry.pieces.clear()), Flaw::Movement { seq: 2 });
    let other = jifen_vocab::MemberId::new("x").unwrap();
    assert_eq!(forged(&|e| e[1].entry.member = other.clone()), Flaw::Member { seq: 2 });
    // Numbers that were granted before, and numbers that nobody was granted.
    let again = world.out.entries[0].clone();
    let grant_twice = |e: &mut Vec<Sealed>| {
        e.insert(1, again.clone());
        e.iter_mut().zip(1..).for_each(|(sealed, seq)| sealed.entry.seq = seq);
    };
    assert_eq!(forged(&grant_twice), Flaw::NotThere { seq: 2, lot });
    let unheard_of = |e: &mut Vec<Sealed>| (e[3].entry.pieces[0].lo, e[3].entry.pieces[0].hi) = (100, 110);
    assert_eq!(forged(&unheard_of), Flaw::NotThere { seq: 4, lot });
    // A change that is consistent in itself ends at another hash than the wallet.
    assert_eq!(forged(&|e| e[1].entry.effective_at = t("2026-05-01")), Flaw::Head);
}

#[test]
fn a_wallet_that_was_changed_is_noticed() {
    // row TRUST-01
    let mut world = World::at("2026-06-01");
    world.earn(100, "2027-01-01");
    world.spend(40).unwrap();
    let fold = fold(&world.out.entries).unwrap();
    let json = serde_json::to_string(&world.wallet).unwrap();
    for (from, to) in [
        ("[[40,100,", "[[39,100,"),
        ("[[40,100,\"a\"]]", "[[40,100,\"d\"]]"),
        ("\"spent\":40", "\"spent\":41"),
        ("\"debt\":0", "\"debt\":1"),
        ("\"seq\":2", "\"seq\":3"),
        ("1798732800000", "1798732800001"),
        ("[[40,100,\"a\"]]", "[[30,90,\"a\"]]"),
    ] {
        let changed = json.replace(from, to);
        assert_ne!(changed, json, "{from}");
        let wallet = serde_json::from_str(&changed).unwrap();
        assert!(fold.compare(&wallet).is_err(), "{from} → {to}");
    }
    let emptied = Fold::new().compare(&world.wallet);
    assert_eq!(emptied, Err(Flaw::Head));
}

#[test]
fn a_wallet_is_read_only_when_its_strips_make_sense() {
    let mut world = World::at("2026-06-01");
    world.earn(100, "2027-01-01");
    let json = serde_json::to_string(&world.wallet).unwrap();
    for parts in [
        "[[40,101,\"a\"]]",
        "[[-1,100,\"a\"]]",
        "[[5,5,\"a\"]]",
        "[[0,10,\"a\"],[9,20,\"a\"]]",
        "[[0,10]]",
        "[[0,10,\"p\"]]",
    ] {
        let changed = json.replace("[[0,100,\"a\"]]", parts);
        assert_ne!(changed, json);
        assert!(serde_json::from_str::<jifen_ledger::Wallet>(&changed).is_err(), "{parts}");
    }
}

#[test]
fn a_wallet_is_compact_and_readable() {
    let mut world = World::at("2026-06-01");
    world.earn(1200, "2027-01-01");
    world.spend(345).unwrap();
    let json = serde_json::to_string(&world.wallet).unwrap();
    let head = world.wallet.head().to_string();
    assert_eq!(
        json.replace(&head, "…"),
        r#"{"units":[{"u":"points","next":2,"debt":0,"lots":[{"i":1,"at":1780243200000,"x":1798732800000,"n":1200,"p":[[345,1200,"a"]]}],"earned":1200,"spent":345,"expired":0,"used":1780243200000}],"seq":2,"head":"…","settled":1780243200000}"#
    );
}
