//! Any history does to a wallet what it does to a plain list of points.

use std::collections::BTreeMap;

use jifen_ledger::fold::{Fold, StoredEntry};
use jifen_ledger::{
    Account, Cause, Dated, DebtPolicy, DormancyTerms, EntryKind, Grant, Law, Lead, Ledger, NoticeTerms, Outcome, Piece,
    Pieces, Release, Round, Shrink, ShrinkOf, TakeBack, UnitTerms, Validity, Wallet, settle,
};
use jifen_vocab::{HoldId, MemberId, Points, Timestamp, UnitId, Zone};
use proptest::prelude::*;

use crate::model::{Day, Model, Moves, Name, Sleep, Wait};

#[derive(Debug, Clone)]
enum Op {
    Earn { amount: i64, life: Option<Day>, from_release: bool, waits: Waits, late: Day },
    Spend(i64),
    GiveBack { which: usize, amount: i64 },
    Hold { amount: i64, days: Day },
    Capture { which: usize, amount: i64 },
    Unhold { which: usize },
    Event(u8),
    Refund { which: usize, amount: i64 },
    AdjustDown(i64),
    Extend(Day),
    Wake,
    Jump(Day),
}

#[derive(Debug, Clone, Copy)]
enum Waits {
    No,
    Days(Day),
    Event { key: u8, days: Day },
}

fn op() -> impl Strategy<Value = Op> {
    let waits = prop_oneof![
        3 => Just(Waits::No),
        1 => (0..6_i64).prop_map(Waits::Days),
        1 => (0..2_u8, 1..8_i64).prop_map(|(key, days)| Waits::Event { key, days }),
    ];
    let life = prop_oneof![1 => Just(None), 5 => (1..12_i64).prop_map(Some)];
    let late = prop_oneof![4 => Just(0), 1 => 0..10_i64];
    prop_oneof![
        6 => (1..20_i64, life, any::<bool>(), waits, late)
            .prop_map(|(amount, life, from_release, waits, late)| Op::Earn { amount, life, from_release, waits, late }),
        4 => (1..30_i64).prop_map(Op::Spend),
        3 => (any::<usize>(), 1..20_i64).prop_map(|(which, amount)| Op::GiveBack { which, amount }),
        2 => (1..15_i64, 0..8_i64).prop_map(|(amount, days)| Op::Hold { amount, days }),
        2 => (any::<usize>(), 1..10_i64).prop_map(|(which, amount)| Op::Capture { which, amount }),
        1 => any::<usize>().prop_map(|which| Op::Unhold { which }),
        1 => (0..2_u8).prop_map(Op::Event),
        3 => (any::<usize>(), 1..20_i64).prop_map(|(which, amount)| Op::Refund { which, amount }),
        1 => (1..10_i64).prop_map(Op::AdjustDown),
        1 => (1..5_i64).prop_map(Op::Extend),
        1 => Just(Op::Wake),
        5 => (0..7_i64).prop_map(Op::Jump),
        1 => (7..700_i64).prop_map(Op::Jump),
    ]
}

type Program = (DebtPolicy, u16, Option<(u16, bool)>, Option<Sleep>);

fn program() -> impl Strategy<Value = Program> {
    let debt = prop_oneof![
        2 => Just(DebtPolicy::AllowNegative),
        1 => Just(DebtPolicy::WithinBalance),
        1 => Just(DebtPolicy::PendingOnly),
    ];
    let shrink = prop_oneof![Just(None), (50..=1000_i64, any::<bool>(), 1..5_i64).prop_map(Some)];
    let sleep = (1..9_i64, 0..5_i64, shrink);
    let sleep = sleep.prop_map(|(after, lead, shrink)| Sleep { after, lead: lead.min(after - 1), shrink });
    let sleep = prop_oneof![1 => Just(None), 2 => sleep.prop_map(Some)];
    (debt, 0..6_u16, prop_oneof![Just(None), (0..6_u16, any::<bool>()).prop_map(Some)], sleep)
}

fn at(day: Day) -> Timestamp {
    Timestamp::from_millis(1_780_272_000_000).plus_days(day)
}

fn day(at: Timestamp) -> Day {
    (at.as_millis() - 1_780_272_000_000) / 86_400_000
}

fn terms_of(sleep: Sleep) -> DormancyTerms {
    let days = |days: Day| Validity::Days { days: days as u16, round: Round::None };
    let shrink = sleep.shrink.map(|(per_mille, whole, every)| Shrink {
        every: days(every),
        per_mille: per_mille as u16,
        of: if whole { ShrinkOf::Whole } else { ShrinkOf::Rest },
    });
    DormancyTerms { after: days(sleep.after), lead_days: sleep.lead as u16, shrink, since: Timestamp::MIN }
}

fn names(pieces: &[Piece]) -> Vec<Name> {
    pieces.iter().flat_map(|piece| (piece.lo..piece.hi).map(|number| (piece.lot.0, number))).collect()
}

/// A wallet and the list of points, side by side.
struct Pair {
    wallet: Wallet,
    member: MemberId,
    zone: Zone,
    terms: Vec<UnitTerms>,
    unit: UnitId,
    out: Outcome,
    fold: Fold,
    /// Entries, notices of lapses and of sleep that have been compared.
    seen: (usize, usize, usize),
    model: Model,
    /// What can still be given back: pieces, and the same points.
    spends: Vec<(Pieces, Vec<usize>)>,
    /// The award, the same points, what was taken back, and what of that had lapsed.
    awards: Vec<(Piece, Vec<usize>, i64, i64)>,
}

impl Pair {
    fn new((debt, grace_days, notice, sleep): Program) -> Pair {
        let unit = UnitId::new("points").unwrap();
        let terms = notice.map(|(lead, required)| NoticeTerms {
            leads: vec![Lead::Days(lead)].into(),
            required,
            since: Timestamp::MIN,
        });
        let dormancy = sleep.map(terms_of);
        Pair {
            wallet: Wallet::default(),
            member: MemberId::new("m").unwrap(),
            zone: Zone::utc(),
            terms: vec![UnitTerms { unit: unit.clone(), debt, grace_days, notice: terms, dormancy }],
            unit,
            out: Outcome::default(),
            fold: Fold::new(),
            seen: (0, 0, 0),
            model: Model::new(debt, grace_days.into(), notice.map(|(lead, required)| (lead.into(), required)), sleep),
            spends: Vec::new(),
            awards: Vec::new(),
        }
    }

    fn desk<R>(&mut self, act: impl FnOnce(&mut Ledger<'_>) -> R) -> R {
        let law = Law { zone: &self.zone, terms: &self.terms };
        act(&mut Ledger::open(&mut self.wallet, &self.member, law, at(self.model.now), &mut self.out))
    }

    fn act(&mut self, op: &Op) {
        let now = self.model.now;
        let unit = self.unit.clone();
        let cause = Cause::default();
        match op {
            Op::Earn { amount, life, from_release, waits, late } => {
                self.earn(*amount, *life, *from_release, *waits, (now - late).max(0));
            }
            Op::Spend(amount) => {
                let points = Points::new(*amount);
                let (kind, to) = (EntryKind::Spend, Account::Redeemed);
                let found = self.desk(|ledger| ledger.spend(&unit, points, to, kind, &cause)).ok();
                let expired = |piece: &Piece| piece.expires_at.is_some_and(|date| date <= at(now));
                assert!(!found.iter().flatten().any(expired), "spent after its expiry");
                let expected = self.model.spend(*amount, kind, to);
                self.both_spent(found, expected);
            }
            Op::AdjustDown(amount) => {
                let found = self.desk(|ledger| ledger.adjust_down(&unit, Points::new(*amount), &cause)).ok();
                let expected = self.model.adjust_down(*amount);
                assert_eq!(found.map(|pieces| names(&pieces)), expected.map(|points| self.model.names(&points)));
            }
            Op::Hold { amount, days } => {
                let id = HoldId::new(&format!("h{}", self.model.holds())).unwrap();
                let until = Some(at(now + days));
                let found = self.desk(|ledger| ledger.hold(&unit, Points::new(*amount), &id, until, &cause));
                assert_eq!(found.is_ok(), self.model.hold(*amount, now + days));
            }
            Op::Capture { which, amount } if self.model.holds() > 0 => {
                let which = which % self.model.holds();
                let id = HoldId::new(&format!("h{which}")).unwrap();
                let points = Points::new(*amount);
                let found = self.desk(|ledger| ledger.capture(&id, points, Account::Redeemed, &cause)).ok();
                let expected = self.model.capture(which, *amount);
                self.both_spent(found, expected);
            }
            Op::Unhold { which } if self.model.holds() > 0 => {
                let which = which % self.model.holds();
                let id = HoldId::new(&format!("h{which}")).unwrap();
                let open = self.model.is_open(which);
                assert_eq!(self.desk(|ledger| ledger.unhold(&id, &cause)).is_ok(), open);
                if open {
                    self.model.unhold(which, now);
                    self.model.settle(now);
                }
            }
            Op::Event(key) => {
                let key_text = key.to_string();
                self.desk(|ledger| ledger.release_awaiting("done", Some(&key_text), at(now), &cause));
                self.model.event(*key);
            }
            Op::GiveBack { which, amount } if !self.spends.is_empty() => {
                let which = which % self.spends.len();
                self.give_back(which, *amount);
            }
            Op::Refund { which, amount } if !self.awards.is_empty() => {
                let which = which % self.awards.len();
                self.refund(which, *amount);
            }
            Op::Extend(days) => {
                self.desk(|ledger| {
                    ledger.extend(&unit, &cause, |lot| lot.expires_at().map(|date| date.plus_days(*days)))
                });
                self.model.extend(*days);
            }
            Op::Wake if !self.awards.is_empty() => {
                self.desk(|ledger| ledger.wake(&unit, &cause));
                self.model.wake();
            }
            Op::Jump(days) => self.jump(*days),
            Op::Capture { .. } | Op::Unhold { .. } | Op::GiveBack { .. } | Op::Refund { .. } | Op::Wake => {}
        }
    }

    fn both_spent(&mut self, found: Option<Pieces>, expected: Option<Vec<usize>>) {
        let expected_names = expected.as_ref().map(|points| self.model.names(points));
        assert_eq!(found.as_ref().map(|pieces| names(pieces)), expected_names);
        if let (Some(pieces), Some(points)) = (found, expected) {
            self.spends.push((pieces, points));
        }
    }

    fn earn(&mut self, amount: i64, life: Option<Day>, from_release: bool, waits: Waits, effective: Day) {
        let now = self.model.now;
        let wait = match waits {
            Waits::No => None,
            Waits::Days(days) => Some(Wait::At(effective + days)).filter(|_| days > 0),
            Waits::Event { key, days } => Some(Wait::Event { key, until: now + days }),
        };
        let release = match waits {
            Waits::No => None,
            Waits::Days(days) => Some(Release::At(at(effective + days))),
            Waits::Event { key, days } => {
                let key = Some(key.to_string().into());
                Some(Release::Awaiting { event: "done".into(), key, until: at(now + days) })
            }
        };
        let on_release = life.filter(|_| from_release);
        let dated = match on_release {
            Some(days) => Dated::OnRelease(Validity::Days { days: days as u16, round: Round::None }),
            None => Dated::At(life.map(|days| at(effective + days))),
        };
        let (expires, life_on_release) = match (on_release, wait) {
            (Some(days), Some(_)) => (None, Some(days)),
            _ => (life.map(|days| effective + days), None),
        };
        let grant = Grant {
            unit: self.unit.clone(),
            points: Points::new(amount),
            effective_at: at(effective),
            dated,
            release,
            kind: EntryKind::Earn,
            cause: Cause::default(),
        };
        let granted = self.desk(|ledger| ledger.grant(grant)).unwrap();
        let points = self.model.grant(&names(&[granted.piece]), effective, expires, life_on_release, wait);
        self.awards.push((granted.piece, points, 0, 0));
    }

    fn give_back(&mut self, which: usize, amount: i64) {
        let (pieces, points) = self.spends[which].clone();
        let unit = self.unit.clone();
        let cause = Cause::default();
        let from = Account::Redeemed;
        let found = self.desk(|ledger| ledger.give_back(&unit, &pieces, Points::new(amount), from, &cause));
        let stays = points.len() as i64 - amount;
        assert_eq!(found.is_ok(), stays >= 0);
        let Ok(back) = found else { return };
        let (left, returned) = points.split_at(stays as usize);
        self.model.give_back(returned, &names(&back.returned)).unwrap();
        assert_eq!(names(&back.left), self.model.names(left));
        self.spends[which] = (back.left, left.to_vec());
    }

    fn refund(&mut self, which: usize, amount: i64) {
        let (piece, points, taken_back, lapsed_counted) = self.awards[which].clone();
        let amount = amount.min(points.len() as i64 - taken_back);
        let lapsed: Vec<Piece> = self.out.lapsed.iter().flat_map(|lapsed| lapsed.pieces.iter().copied()).collect();
        let (unit, cause) = (self.unit.clone(), Cause::default());
        let what = TakeBack {
            unit: &unit,
            points: Points::new(amount),
            own: &[piece],
            lapsed: &lapsed,
            lapsed_counted: Points::new(lapsed_counted),
            cause: &cause,
        };
        let taken = self.desk(|ledger| ledger.take_back(&what)).unwrap();
        let found = [taken.pending, taken.own, taken.lapsed, taken.other, taken.debt, taken.clamped].map(Points::get);
        assert_eq!(found, self.model.take_back(&points, amount));
        assert_eq!(found.iter().sum::<i64>(), amount, "a refund is taken in full, or says what was let go");
        self.awards[which].2 += amount;
        self.awards[which].3 += taken.lapsed.get();
    }

    /// Settling in one jump and day by day comes to the same.
    fn jump(&mut self, days: Day) {
        let law = Law { zone: &self.zone, terms: &self.terms };
        let now = self.model.now;
        let mut stepwise = self.wallet.clone();
        let mut steps = Outcome::default();
        for day in now..=now + days {
            settle(&mut stepwise, &self.member, law, at(day), &mut steps);
        }
        let before = self.out.entries.len();
        let notices_before = self.out.notices.len();
        let drowsy_before = self.out.drowsy.len();
        let due = self.wallet.next_due(&law);
        settle(&mut self.wallet, &self.member, law, at(now + days), &mut self.out);
        let essence = |entries: &[jifen_ledger::Sealed]| {
            let of = |sealed: &jifen_ledger::Sealed| {
                let mut entry = sealed.entry.clone();
                entry.recorded_at = Timestamp::MIN;
                entry
            };
            entries.iter().map(of).collect::<Vec<_>>()
        };
        let new = essence(&self.out.entries[before..]);
        assert_eq!(new, essence(&steps.entries));
        assert_eq!(self.out.notices[notices_before..], steps.notices);
        assert_eq!(self.out.drowsy[drowsy_before..], steps.drowsy);
        let something = !new.is_empty() || !steps.notices.is_empty() || !steps.drowsy.is_empty();
        assert!(!something || due.is_some_and(|due| due <= at(now + days)), "next_due was {due:?}");
        let plain = |wallet: &Wallet| {
            let mut json = serde_json::to_value(wallet).unwrap();
            json["head"].take();
            json
        };
        assert_eq!(plain(&self.wallet), plain(&stepwise));
        self.model.settle(now + days);
    }

    fn compare(&mut self) {
        let unit = &self.unit;
        let (wallet, model) = (&self.wallet, &self.model);
        assert_eq!(wallet.available(unit).get(), model.count(Account::Available), "available");
        assert_eq!(wallet.pending(unit).get(), model.count(Account::Pending), "pending");
        assert_eq!(wallet.held(unit).get(), model.count(Account::Held), "held");
        assert_eq!(wallet.dormant(unit).get(), model.count(Account::Dormant), "dormant");
        assert_eq!(wallet.shrunk(unit).get(), model.count(Account::Shrunk), "shrunk");
        assert_eq!(wallet.debt(unit).get(), model.debt, "debt");
        let lifetime = wallet.lifetime(unit);
        assert_eq!((lifetime.earned.get(), lifetime.spent.get(), lifetime.expired.get()), model.lifetime());
        let lots = wallet.holding(unit).map(jifen_ledger::Holding::lots).unwrap_or_default();
        let lots: BTreeMap<_, _> =
            lots.iter().map(|lot| (lot.id().0, (lot.expires_at().map(day), lot.points().get()))).collect();
        assert_eq!(lots, model.lots());
        let law = Law { zone: &self.zone, terms: &self.terms };
        assert!(wallet.next_due(&law).is_none_or(|due| due > at(model.now)), "something is still due");
        let (entries, notices, drowsy) = self.seen;
        let mut moves = Moves::new();
        for sealed in &self.out.entries[entries..] {
            let entry = &sealed.entry;
            let key = (entry.kind.as_str().to_owned(), entry.from, entry.to, day(entry.effective_at));
            *moves.entry(key).or_default() += entry.points.get();
            self.fold.apply(StoredEntry { body: &sealed.body, hash: &sealed.hash }).unwrap();
        }
        assert_eq!(moves, model.moves);
        self.fold.compare(wallet).unwrap();
        for (_, of_unit) in self.fold.units() {
            assert_eq!(of_unit.accounts().map(|(_, points)| points).sum::<i64>(), 0);
        }
        let told = self.out.notices[notices..].iter();
        let told: Vec<_> = told.map(|n| (day(n.expires_at), day(n.given_at), n.points.get())).collect();
        assert_eq!(told, model.notices);
        let told = self.out.drowsy[drowsy..].iter();
        let told: Vec<_> = told.map(|n| (day(n.sleeps_at), day(n.given_at), n.points.get())).collect();
        assert_eq!(told, model.drowsy);
        self.seen = (self.out.entries.len(), self.out.notices.len(), self.out.drowsy.len());
        self.model.moves.clear();
        self.model.notices.clear();
        self.model.drowsy.clear();
        let json = serde_json::to_string(&self.wallet).unwrap();
        let read: Wallet = serde_json::from_str(&json).unwrap();
        assert_eq!(read, self.wallet, "{json}");
        self.wallet = read;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_history_does_what_it_does_to_a_list_of_points(terms in program(), ops in prop::collection::vec(op(), 1..40)) {
        let mut pair = Pair::new(terms);
        for op in &ops {
            pair.act(op);
            pair.compare();
        }
        pair.act(&Op::Jump(60));
        pair.compare();
    }
}
