//! Redemptions under any interleaving: points are neither made nor lost, no piece is taken twice, and points and money
//! together always cover the price.
//!
//! The model is naive on purpose: after every step all that happened is added up again, member by member and reward by
//! reward, and compared with wallets and stock.

use std::sync::Arc;

use compact_str::CompactString;
use jifen_program::adjustments::Adjust;
use jifen_program::audit::By;
use jifen_program::book::Name;
use jifen_program::desk::{Command, Desk, Draws, Keys, Loaded, Record, Records, Stop, Touch};
use jifen_program::flows::{
    AskQuote, AssignTier, Enroll, HearPayment, PaymentNews, ProviderSaid, PutReward, Redeem, SendOut, SettlePayment,
    TakeBackHow, UndoRedemption, UseVoucher, Wake,
};
use jifen_program::member::Member;
use jifen_program::payments::{Payment, PaymentState, Todo};
use jifen_program::quotes::Delivery;
use jifen_program::redemptions::{PIECES_MAX, PieceState, Redemption, State};
use jifen_program::rewards::{Offer, RewardKind};
use jifen_program::stock::Stock;
use jifen_program::vouchers::{Voucher, VoucherCode};
use jifen_program::wallets::view_at;
use jifen_program::{Books, RuleBook};
use jifen_vocab::{Chosen, Key, MemberId, Refusal, RewardId, TierId, Timestamp, UnitId};
use proptest::prelude::*;

use crate::bundles::{edited, load, source};

pub(crate) const MEMBERS: [&str; 3] = ["lin", "wei", "he"];
const REWARDS: [&str; 3] = ["cup", "coupon", "lamp"];
pub(crate) const GIVEN: i64 = 50_000;

/// Commands decided one by one over records in memory.
pub(crate) struct Shop {
    records: Records,
    pub(crate) books: Books,
    pub(crate) now: Timestamp,
    drawn: u64,
    made: Vec<Redemption>,
    /// Pieces that were put on each shelf, and those that came back broken.
    supplied: [i64; 3],
    broken: [i64; 3],
}

impl Shop {
    fn open() -> Shop {
        // Monthly counts are tested elsewhere; here they would end each run after a few steps.
        let book = edited(&source("rulebook"), "rewards.yaml", "month_max: { ordinary: 3, silver: 5 }", "");
        Shop::over(load(&book))
    }

    pub(crate) fn over(book: RuleBook) -> Shop {
        let mut shop = Shop {
            records: Records::new(),
            books: Books::first(Arc::new(book)),
            now: Timestamp::parse_rfc3339("2026-06-10T12:00:00+08:00").unwrap(),
            drawn: 0,
            made: Vec::new(),
            supplied: [20; 3],
            broken: [0; 3],
        };
        let tiers = &shop.books.at(shop.now).tiers;
        let places = [0, 2, 3].map(|place: usize| tiers[place.min(tiers.len() - 1)].id.clone());
        for (id, tier) in MEMBERS.into_iter().zip(places) {
            shop.enroll(id, tier.as_str());
        }
        let kinds = [RewardKind::Goods, RewardKind::Coupon, RewardKind::Goods];
        for ((id, kind), points) in REWARDS.into_iter().zip(kinds).zip([300, 1001, 7_999]) {
            shop.put(id, true, offer(kind, points), Some(20)).unwrap();
        }
        shop
    }

    fn enroll(&mut self, id: &str, tier: &str) {
        let member = MemberId::new(id).unwrap();
        let enroll = Enroll {
            request: None,
            id: Some(member.clone()),
            joined_at: None,
            tags: Vec::new(),
            referrer: None,
            invitation: None,
            same_person: Vec::new(),
            tier: None,
            profile: None,
            birthday: None,
        };
        self.run(&enroll).unwrap();
        let by = By::command_line();
        let tier = TierId::new(tier).unwrap();
        let reason = "a test".to_owned();
        let assign = AssignTier { request: None, member: member.clone(), tier, reason: reason.clone(), by: by.clone() };
        self.run(&assign).unwrap();
        let expires_at = Timestamp::parse_rfc3339("2099-01-01T00:00:00+08:00");
        let unit = UnitId::new("points").unwrap();
        let adjust = Adjust { request: None, member, unit, points: GIVEN, reason, expires_at, by };
        self.run(&adjust).unwrap();
    }

    fn put(&mut self, id: &str, create: bool, offer: Offer, stock: Option<i64>) -> Result<(), Refusal> {
        let id = Some(RewardId::new(id).unwrap());
        self.run(&PutReward { request: None, id, create, offer, stock, by: By::command_line() }).map(|_| ())
    }

    pub(crate) fn run<C: Command>(&mut self, command: &C) -> Result<C::Outcome, Refusal> {
        for _ in 0..3 {
            let mut keys = Keys::default();
            let touch = command.touches(&self.books, &Loaded::new(&self.records), &mut keys);
            for key in keys.drain().collect::<Vec<_>>() {
                if !self.records.holds(&key) {
                    self.records.insert(key, None);
                }
            }
            if touch == Touch::Done {
                break;
            }
        }
        self.drawn += 1;
        let mut desk = Desk::new(&mut self.records, &self.books, self.now, Draws::Seed(self.drawn));
        match command.decide(&mut desk) {
            Ok(outcome) => {
                desk.leave().unwrap();
                Ok(outcome)
            }
            Err(Stop::Refused(refusal)) => Err(refusal),
            Err(Stop::Fault(fault)) => panic!("{fault}"),
        }
    }

    fn draws(&self) -> Box<[u128]> {
        let seed = u128::from(self.drawn + 1);
        (0..PIECES_MAX as u128)
            .map(|n| (seed * 1_000 + n).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835))
            .collect()
    }

    fn redeem(&mut self, member: usize, reward: usize, quantity: i64, cash: i64, sent: bool) -> Result<(), Refusal> {
        let sent = sent && REWARDS[reward] != "coupon";
        let ask = AskQuote {
            request: None,
            member: MemberId::new(MEMBERS[member]).unwrap(),
            reward: RewardId::new(REWARDS[reward]).unwrap(),
            quantity,
            cash,
            delivery: sent.then_some(Delivery::Ship),
            birth_month: Some(6),
            chosen: Chosen::default(),
        };
        let quote = self.run(&ask)?.quote;
        // A point is worth a fen: points and money together cover the last step of the price.
        let price = quote.steps.last().unwrap().points;
        assert!(quote.points + quote.cash >= price, "{quote:?}");
        let redeem = Redeem {
            quote: quote.id,
            owner: None,
            presence: None,
            draws: self.draws(),
            fingerprint: [0; 16],
            operator: CompactString::const_new("test"),
        };
        let made = self.run(&redeem)?;
        self.made.push(made);
        Ok(())
    }

    fn step(&mut self, step: &Step) -> Result<(), Refusal> {
        let operator = CompactString::const_new("test");
        let pick = |at: usize, made: &[Redemption]| made.get(at % made.len().max(1)).cloned();
        match *step {
            Step::Redeem(member, reward, quantity, cash, sent) => self.redeem(member, reward, quantity, cash, sent),
            Step::Pay(at, good) => {
                let Some(made) = pick(at, &self.made) else { return Ok(()) };
                let news = if good { PaymentNews::Paid(made.cash) } else { PaymentNews::Failed };
                let reference = CompactString::from(format!("pay-{}", self.drawn));
                let (redemption, draws) = (made.id, self.draws());
                let pay = SettlePayment { redemption, reference, news, draws, fingerprint: [0; 16], operator };
                self.run(&pay).map(|_| ())
            }
            Step::Hear(at, lie, good, name) => {
                let Some(made) = pick(at, &self.made) else { return Ok(()) };
                let provider = CompactString::from(format!("pp-{}", made.id));
                let said =
                    if good { ProviderSaid::Paid { provider, amount: made.cash + lie } } else { ProviderSaid::Failed };
                let notice = Some((CompactString::from(format!("cb-{name}")), [0; 16]));
                self.run(&HearPayment { redemption: made.id, notice, said, draws: self.draws(), operator }).map(|_| ())
            }
            Step::Undo(at, how) => {
                let Some(made) = pick(at, &self.made) else { return Ok(()) };
                let before = self.record::<Redemption>(made.id.as_str());
                let undo =
                    UndoRedemption { request: None, redemption: made.id, owner: None, how, reason: None, operator };
                self.run(&undo)?;
                if matches!(how, TakeBackHow::Return { defect: true, .. } | TakeBackHow::Exchange { .. }) {
                    let place = REWARDS.iter().position(|id| *id == made.reward.as_str()).unwrap();
                    self.broken[place] += before.count(PieceState::Open) + before.count(PieceState::Used);
                }
                Ok(())
            }
            Step::Send(at) => {
                let Some(made) = pick(at, &self.made) else { return Ok(()) };
                self.run(&SendOut { request: None, redemption: made.id, tracking: None }).map(|_| ())
            }
            Step::Use(at, piece) => {
                let Some(made) = pick(at, &self.made) else { return Ok(()) };
                let made = self.record::<Redemption>(made.id.as_str());
                let code = made.pieces.get(piece % made.pieces.len().max(1)).and_then(|piece| piece.code.clone());
                let Some(code) = code else { return Ok(()) };
                let reference = CompactString::from(format!("till-{}", self.drawn));
                let code = VoucherCode::typed(&code).unwrap();
                let store = CompactString::const_new("s1");
                self.run(&UseVoucher { code, store, reference, fingerprint: [0; 16] }).map(|_| ())
            }
            Step::Wait(hours) => {
                self.now = self.now.plus_millis(hours * 3_600_000);
                self.wake();
                Ok(())
            }
            Step::Stock(reward, pieces) => {
                let kind = if REWARDS[reward] == "coupon" { RewardKind::Coupon } else { RewardKind::Goods };
                let before = self.record::<Stock>(REWARDS[reward]).on_hand.unwrap();
                let points = [300, 1001, 7_999][reward];
                self.put(REWARDS[reward], false, offer(kind, points), Some(pieces))?;
                self.supplied[reward] += pieces - before;
                Ok(())
            }
        }
    }

    /// Wakes what fell due, as the alarm does.
    fn wake(&mut self) {
        for made in self.made.clone() {
            let made = self.record::<Redemption>(made.id.as_str());
            if made.due_at().is_some_and(|due| due <= self.now) {
                self.run(&Wake { key: Key::new(Redemption::KIND, made.id.as_str()) }).unwrap();
            }
            for code in made.pieces.iter().filter_map(|piece| piece.code.as_deref()) {
                if self.record::<Voucher>(code).due_at().is_some_and(|due| due <= self.now) {
                    self.run(&Wake { key: Key::new(Voucher::KIND, code) }).unwrap();
                }
            }
        }
    }

    pub(crate) fn record<R: Record + Clone>(&self, id: &str) -> R {
        R::clone(&self.records.get::<R>(id).unwrap().unwrap())
    }

    /// The record, where there is one.
    pub(crate) fn known<R: Record + Clone>(&self, id: &str) -> Option<R> {
        self.records.peek::<R>(id).map(|record| R::clone(&record))
    }

    /// Money that the provider took is kept for the pieces that the member keeps, and for nothing else.
    fn check_money(&self, made: &Redemption) {
        let Some(payment) = self.known::<Payment>(made.id.as_str()) else { return };
        assert!(payment.owed <= payment.amount && payment.amount == made.cash);
        let paid_to_provider = made.payment.as_ref().is_some_and(|payment| payment.starts_with("pp-"));
        let kept = if paid_to_provider { made.cash - made.cash_back } else { 0 };
        if payment.state == PaymentState::Paid {
            assert_eq!(payment.amount - payment.owed, kept, "{made:?} {payment:?}");
        } else {
            assert!(!paid_to_provider, "{made:?} {payment:?}");
        }
        if made.cash > 0 && !made.pieces.is_empty() {
            assert!(made.payment.is_some(), "nothing is handed over before its money came");
        }
        assert_eq!(payment.todo() == Some(Todo::Ask), payment.state == PaymentState::Open);
        let is_waited_for = made.state == State::AwaitingPayment;
        assert_eq!(is_waited_for, payment.state == PaymentState::ToCreate, "{made:?} {payment:?}");
    }

    /// Adds everything up again.
    fn check(&self) {
        let made: Vec<Redemption> = self.made.iter().map(|made| self.record(made.id.as_str())).collect();
        for id in MEMBERS {
            let mine = || made.iter().filter(|made| made.member.as_str() == id);
            let held: i64 = mine().filter(|made| made.state.is_waiting()).map(|made| made.points).sum();
            let spent: i64 =
                mine().filter(|made| !made.pieces.is_empty()).map(|made| made.points - made.returned).sum();
            let member: Member = self.record(id);
            let wallet = view_at(&member, &self.books, self.now);
            let unit = &wallet.units[0];
            let remedies = mine().filter_map(|made| made.remedy.as_ref());
            let trouble: i64 = remedies.map(|remedy| remedy.compensation).sum();
            // What was given for trouble lives as long as other points; the first ones outlive the test.
            let lapsed = unit.expired.get();
            assert!(lapsed <= trouble, "{id}: {lapsed} points lapsed of {trouble}");
            let available = GIVEN - held - spent + trouble - lapsed;
            // Points that nobody uses for long fall asleep, and a redemption brings them back.
            assert_eq!((unit.held.get(), unit.usable().get()), (held, available), "{id}: {made:#?}");
            for made in mine() {
                check_one(made);
                self.check_money(made);
            }
        }
        for (place, id) in REWARDS.into_iter().enumerate() {
            let of = || made.iter().filter(|made| made.reward.as_str() == id);
            let stock: Stock = self.record(id);
            let reserved: i64 = of().filter(|made| made.state.is_waiting()).map(|made| made.quantity).sum();
            let out: i64 = of().map(|made| made.count(PieceState::Open) + made.count(PieceState::Used)).sum();
            let on_hand = self.supplied[place] - self.broken[place] - out;
            assert_eq!((stock.on_hand, stock.reserved), (Some(on_hand), reserved), "{id}");
            assert!(stock.remaining().unwrap() >= 0);
        }
    }
}

/// What holds for any redemption: its pieces are worth what was paid, and only what was given up came back.
fn check_one(made: &Redemption) {
    assert!(
        matches!(made.state, State::AwaitingPayment | State::ToConfirm)
            || made.waits_until.is_none()
            || made.pieces.is_empty()
    );
    if made.pieces.is_empty() {
        assert_eq!(made.returned, 0);
        return;
    }
    assert_eq!(made.pieces.iter().map(|piece| piece.points).sum::<i64>(), made.points);
    let of = |state| made.pieces.iter().filter(move |piece| piece.state == state).map(|piece| piece.points);
    let lapsed: i64 = of(PieceState::Lapsed).map(|points| points - points / 10).sum();
    assert_eq!(made.returned, of(PieceState::Void).sum::<i64>() + lapsed, "{made:?}");
    assert_eq!(jifen_ledger::points_of(&made.left).get(), made.points - made.returned);
}

fn offer(kind: RewardKind, points: i64) -> Offer {
    let name = Name { zh: "物".to_owned(), en: "thing".to_owned() };
    Offer { points: Some(points), ..Offer::new(name, kind, CompactString::const_new("daily")) }
}

#[derive(Debug, Clone)]
enum Step {
    Redeem(usize, usize, i64, i64, bool),
    Pay(usize, bool),
    Hear(usize, i64, bool, usize),
    Undo(usize, TakeBackHow),
    Send(usize),
    Use(usize, usize),
    Wait(i64),
    Stock(usize, i64),
}

fn steps() -> impl Strategy<Value = Step> {
    let how = prop_oneof![
        Just(TakeBackHow::Cancel),
        Just(TakeBackHow::Return { defect: false, pick_up: true }),
        Just(TakeBackHow::Return { defect: true, pick_up: false }),
        Just(TakeBackHow::Exchange { pick_up: true })
    ];
    let cash = prop_oneof![3 => Just(0), 1 => 1..400_i64];
    prop_oneof![
        8 => (0..3_usize, 0..3_usize, 1..4_i64, cash, any::<bool>())
            .prop_map(|(member, reward, quantity, cash, sent)| Step::Redeem(member, reward, quantity, cash, sent)),
        2 => (any::<usize>(), prop::bool::weighted(0.8)).prop_map(|(at, good)| Step::Pay(at, good)),
        4 => (any::<usize>(), prop_oneof![4 => Just(0), 1 => -1..2_i64], prop::bool::weighted(0.8), 0..9_usize)
            .prop_map(|(at, lie, good, name)| Step::Hear(at, lie, good, name)),
        3 => (any::<usize>(), how).prop_map(|(at, how)| Step::Undo(at, how)),
        2 => any::<usize>().prop_map(Step::Send),
        3 => (any::<usize>(), any::<usize>()).prop_map(|(at, piece)| Step::Use(at, piece)),
        3 => prop_oneof![Just(0), Just(1), Just(25), Just(24 * 31), Just(24 * 91)].prop_map(Step::Wait),
        1 => (0..3_usize, 0..30_i64).prop_map(|(reward, pieces)| Step::Stock(reward, pieces)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn points_and_pieces_add_up_after_every_step(steps in prop::collection::vec(steps(), 1..60)) {
        // row CAT-19
        let mut shop = Shop::open();
        shop.check();
        for step in &steps {
            let _refused = shop.step(step);
            shop.check();
        }
    }
}

#[test]
fn the_steps_of_the_model_do_happen() {
    let mut shop = Shop::open();
    for step in [
        Step::Redeem(1, 0, 2, 0, true),
        Step::Send(0),
        Step::Redeem(1, 1, 3, 100, false),
        Step::Pay(1, true),
        Step::Use(1, 0),
        Step::Redeem(0, 0, 1, 50, false),
        Step::Pay(2, false),
        Step::Undo(0, TakeBackHow::Return { defect: true, pick_up: false }),
        Step::Redeem(1, 2, 1, 0, false),
        Step::Undo(3, TakeBackHow::Cancel),
        Step::Redeem(2, 2, 1, 0, false),
        Step::Wait(24 * 91),
        Step::Stock(0, 7),
    ] {
        shop.step(&step).unwrap_or_else(|refusal| panic!("{step:?}: {refusal:?}"));
        shop.check();
    }
    let states: Vec<State> = shop.made.iter().map(|made| shop.record::<Redemption>(made.id.as_str()).state).collect();
    assert_eq!(states[..4], [State::Returned, State::Fulfilled, State::Failed, State::Canceled]);
    assert_eq!(states[4], State::Expired);
}
