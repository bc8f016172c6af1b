//! Deductions under any interleaving of tills, payments, refunds, failures and time: points are neither made nor lost,
//! and points and money together always cover the bill.
//!
//! The model is naive on purpose: after every step all that happened is added up again, member by member.

use compact_str::CompactString;
use jifen_program::deductions::{Bill, BillLine, Deduction, DeductionState, work_out};
use jifen_program::desk::Record;
use jifen_program::events::parse;
use jifen_program::flows::{Deduct, DeductionEnd, EndDeduction, EventOutcome, JudgeEvent, Wake};
use jifen_program::member::Member;
use jifen_program::orders::{OrderFact, OrderState};
use jifen_program::wallets::{UnitView, view_at};
use jifen_rules::document::Source;
use jifen_vocab::{Code, Key, MemberId, OrderId, Refusal, Timestamp};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::bundles::{book, load, source};
use crate::redeem::{GIVEN, MEMBERS, Shop};

const ORDERS: [&str; 4] = ["o-1", "o-2", "o-3", "o-4"];

fn bundle() -> Source {
    let deductions = "\
deductions:
  - { id: order, name: Orders, points: 100, off: 1.00 CNY, most: 30% }
coupons:
  - { id: off, name: Off, points: 500, off: 100.00 CNY, least: 1000.00 CNY, stackable: true }
";
    source("rulebook").with("deductions.yaml", deductions)
}

/// What the model knows: the till's own books.
#[derive(Default)]
struct Told {
    member: usize,
    earned: i64,
    taken: i64,
}

struct Till {
    shop: Shop,
    sent: u32,
    told: Vec<Told>,
}

impl Till {
    fn open() -> Till {
        Till { shop: Shop::over(load(&bundle())), sent: 0, told: Vec::new() }
    }

    fn deduct(&mut self, member: usize, order: usize, bill: Bill, confirm: bool) -> Result<Deduction, Refusal> {
        let (member, order) = (MemberId::new(MEMBERS[member]).unwrap(), OrderId::new(ORDERS[order]).unwrap());
        let operator = CompactString::const_new("till");
        let wall = self.shop.now;
        self.shop.run(&Deduct { request: None, member, order, bill, confirm, wall, operator })
    }

    fn end(&mut self, order: usize, how: DeductionEnd) -> Result<Deduction, Refusal> {
        let (order, operator) = (OrderId::new(ORDERS[order]).unwrap(), CompactString::const_new("till"));
        self.shop.run(&EndDeduction { request: None, order, how, operator })
    }

    fn send(&mut self, member: usize, kind: &str, data: &Value) -> Result<EventOutcome, Refusal> {
        self.sent += 1;
        let event = json!({"specversion": "1.0", "id": format!("e-{}", self.sent), "source": "/till", "type": kind,
            "subject": MEMBERS[member], "time": self.shop.books.at(self.shop.now).zone.rfc3339(self.shop.now), "data": data});
        let event = parse(event.to_string().as_bytes()).map_err(|_| Refusal::new(Code::InvalidField))?;
        let outcome = self.shop.run(&JudgeEvent { event, client: CompactString::const_new("till") })?;
        let earned = outcome.awards.iter().map(|award| award.points.get()).sum();
        let taken = outcome.taken.iter().map(|taken| taken.points.get()).sum();
        self.told.push(Told { member, earned, taken });
        Ok(outcome)
    }

    fn there(&self, order: usize) -> Option<Deduction> {
        self.shop.known::<Deduction>(ORDERS[order])
    }

    fn wait(&mut self, minutes: i64) {
        self.shop.now = self.shop.now.plus_millis(minutes * 60_000);
        for order in ORDERS {
            let due = self.shop.known::<Deduction>(order).and_then(|there| there.due_at());
            if due.is_some_and(|due| due <= self.shop.now) {
                self.shop.run(&Wake { key: Key::new(Deduction::KIND, order) }).unwrap();
            }
        }
    }

    fn points(&self, member: usize) -> UnitView {
        let stored: Member = self.shop.record(MEMBERS[member]);
        view_at(&stored, &self.shop.books, self.shop.now).units[0].clone()
    }

    /// Pays an order as an honest shop does, or one that lies about points by that much.
    fn pay(&mut self, member: usize, order: usize, lie: i64) -> Result<EventOutcome, Refusal> {
        let live = self.there(order).filter(|there| there.state_at(self.shop.now).is_live());
        let (bill, points) = live.map_or((10_000, 0), |there| (there.bill.amount, there.money));
        let points = (points + lie).max(0);
        let lines =
            json!([{"category": "daily", "amount": bill / 3}, {"category": "daily", "amount": bill - bill / 3}]);
        let data = json!({"order": ORDERS[order], "amount": bill - points, "points_paid": points, "lines": lines});
        self.send(member, "order.paid", &data)
    }

    fn check(&self) {
        for (place, id) in MEMBERS.into_iter().enumerate() {
            let told = self.told.iter().filter(|told| told.member == place);
            let earned: i64 = told.map(|told| told.earned - told.taken).sum();
            let mine = (0..ORDERS.len()).filter_map(|order| self.there(order)).filter(|it| it.member.as_str() == id);
            let (mut held, mut spent) = (0, 0);
            for there in mine {
                assert!(there.points >= there.money, "a point pays a fen at most, but for coupons");
                assert!(there.money <= there.bill.amount && there.returned <= there.points);
                match there.state_at(self.shop.now) {
                    DeductionState::Reserved => held += there.points,
                    DeductionState::Confirmed => spent += there.points - there.returned,
                    DeductionState::Canceled | DeductionState::Expired => {}
                }
            }
            let unit = self.points(place);
            assert_eq!(unit.held.get(), held, "{id}");
            let has = unit.available.get() + unit.pending.get() + unit.held.get() - unit.debt.get();
            assert_eq!(has, GIVEN + earned - spent, "{id}");
        }
        for order in 0..ORDERS.len() {
            self.check_order(order);
        }
    }

    /// Points and money cover the bill; what came back is the naive share of what was refunded.
    fn check_order(&self, order: usize) {
        let Some(fact) = self.shop.known::<OrderFact>(ORDERS[order]).filter(|fact| fact.state == OrderState::Paid)
        else {
            return;
        };
        let Some(deducted) = fact.deducted else { return };
        let there = self.there(order).unwrap();
        assert_eq!(there.state, DeductionState::Confirmed);
        assert_eq!(fact.amount + deducted.money, there.bill.amount);
        let refunded = &fact.refunded;
        if refunded.whole {
            assert_eq!(there.returned, there.points);
        } else if refunded.lines.is_empty() {
            let naive = i128::from(there.points) * i128::from(refunded.amount) / i128::from(fact.amount.max(1));
            assert_eq!(i128::from(there.returned), naive);
        }
    }
}

fn bill(amount: i64) -> Bill {
    Bill { amount, lines: Vec::new(), channel: None, store: None, coupon: None, points: None }
}

#[derive(Debug, Clone)]
enum Step {
    Deduct(usize, usize, i64, Option<i64>, bool),
    Confirm(usize),
    Cancel(usize),
    Pay(usize, usize, i64),
    RefundAmount(usize, usize, i64),
    RefundLine(usize, usize, u32),
    Refund(usize, usize),
    Fail(usize, usize),
    Wait(i64),
}

fn run(till: &mut Till, step: &Step) -> Result<(), Refusal> {
    match *step {
        Step::Deduct(member, order, amount, points, confirm) => {
            till.deduct(member, order, Bill { points, ..bill(amount) }, confirm).map(drop)
        }
        Step::Confirm(order) => till.end(order, DeductionEnd::Confirm).map(drop),
        Step::Cancel(order) => till.end(order, DeductionEnd::Cancel).map(drop),
        Step::Pay(member, order, lie) => till.pay(member, order, lie).map(drop),
        Step::RefundAmount(member, order, amount) => {
            till.send(member, "order.refunded", &json!({"order": ORDERS[order], "amount": amount})).map(drop)
        }
        Step::RefundLine(member, order, line) => {
            let data = json!({"order": ORDERS[order], "lines": [{"line": line}]});
            till.send(member, "order.refunded", &data).map(drop)
        }
        Step::Refund(member, order) => till.send(member, "order.refunded", &json!({"order": ORDERS[order]})).map(drop),
        Step::Fail(member, order) => till.send(member, "order.failed", &json!({"order": ORDERS[order]})).map(drop),
        Step::Wait(minutes) => {
            till.wait(minutes);
            Ok(())
        }
    }
}

fn steps() -> impl Strategy<Value = Step> {
    // Mostly the member whose order it is.
    let whose =
        || (0..ORDERS.len()).prop_flat_map(|order| (prop_oneof![9 => Just(order % 3), 1 => 0..3_usize], Just(order)));
    prop_oneof![
        6 => (whose(), 0..40_000_i64, proptest::option::of(1..3_000_i64), any::<bool>())
            .prop_map(|((member, order), amount, points, confirm)| Step::Deduct(member, order, amount, points, confirm)),
        3 => (0..ORDERS.len()).prop_map(Step::Confirm),
        2 => (0..ORDERS.len()).prop_map(Step::Cancel),
        6 => (whose(), prop_oneof![5 => Just(0), 1 => -50..50_i64]).prop_map(|((member, order), lie)| Step::Pay(member, order, lie)),
        3 => (whose(), 0..9_000_i64).prop_map(|((member, order), amount)| Step::RefundAmount(member, order, amount)),
        2 => (whose(), 0..2_u32).prop_map(|((member, order), line)| Step::RefundLine(member, order, line)),
        1 => whose().prop_map(|(member, order)| Step::Refund(member, order)),
        1 => whose().prop_map(|(member, order)| Step::Fail(member, order)),
        2 => prop_oneof![Just(0), Just(1), Just(29), Just(30), Just(60 * 24 * 3)].prop_map(Step::Wait),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn points_add_up_after_every_step(steps in prop::collection::vec(steps(), 1..50)) {
        let mut till = Till::open();
        till.check();
        for step in &steps {
            let _refused = run(&mut till, step);
            till.check();
        }
    }

    /// What points pay never goes beyond the bill, the share or the balance, and is never one fen less than it may be.
    #[test]
    fn a_bill_is_paid_as_far_as_it_may_be(
        lines in prop::collection::vec((0..3_usize, 0..200_000_i64), 1..6),
        extra in 0..5_000_i64,
        available in 0..300_000_i64,
    ) {
        let book = book("operations");
        let category = |place: usize| Some(CompactString::const_new(["goods", "catering", "beauty"][place]));
        let gross: i64 = lines.iter().map(|(_, amount)| amount).sum();
        prop_assume!(gross > 0);
        let bill = Bill {
            lines: lines.iter().map(|&(place, amount)| BillLine { category: category(place), amount }).collect(),
            channel: Some(CompactString::const_new("store")),
            ..bill(gross + extra)
        };
        let day = book.zone.day_of(Timestamp::parse_rfc3339("2026-06-10T12:00:00+08:00").unwrap());
        let Ok(parts) = work_out(&book, &bill, available, &[], day) else { return Ok(()) };
        let (points, money) = parts.iter().fold((0, 0), |(p, m), part| (p + part.points, m + part.money));
        prop_assert!(points <= available && money <= bill.amount && points == money);
        for part in &parts {
            let most = if part.id == "order" { 30 } else { 20 };
            prop_assert!(part.money * 100 <= part.base * most);
        }
        prop_assert!(parts.iter().map(|part| part.base).sum::<i64>() <= bill.amount);
        // With points enough, each part is as large as it may be.
        if points < available {
            for part in &parts {
                let most = if part.id == "order" { 30 } else { 20 };
                prop_assert_eq!(part.money, part.base * most / 100);
            }
        }
    }
}

#[test]
fn a_refund_in_parts_gives_back_every_point_once() {
    // row PAY-01
    let mut till = Till::open();
    let made = till.deduct(0, 0, bill(9_999), true).unwrap();
    assert_eq!((made.points, made.money, made.state), (2_999, 2_999, DeductionState::Confirmed));
    till.pay(0, 0, 0).unwrap();
    let earned: i64 = till.told.iter().map(|told| told.earned).sum();
    assert!(earned > 0);
    let mut back = 0;
    for _ in 0..7 {
        till.send(0, "order.refunded", &json!({"order": "o-1", "amount": 1_000})).unwrap();
        back += 1_000;
        assert_eq!(till.there(0).unwrap().returned, 2_999 * back / 7_000);
        till.check();
    }
    assert_eq!(till.points(0).available.get(), GIVEN, "all came back, and all that was earned is gone");
    till.send(0, "order.refunded", &json!({"order": "o-1"})).unwrap();
    assert_eq!(till.there(0).unwrap().returned, 2_999);
    till.check();
}

#[test]
fn what_an_order_reports_agrees_with_its_deduction() {
    let mut till = Till::open();
    till.deduct(0, 0, bill(10_000), false).unwrap();
    let lie = till.pay(0, 0, 1).unwrap_err();
    assert_eq!((lie.code, lie.pointer.as_deref()), (Code::OrderAmountsDisagree, Some("/data/points_paid")));
    let other = json!({"order": "o-1", "amount": 8_000, "points_paid": 3_000});
    assert_eq!(till.send(0, "order.paid", &other).unwrap_err().code, Code::OrderAmountsDisagree);
    till.deduct(0, 1, bill(10_000), false).unwrap();
    till.end(1, DeductionEnd::Cancel).unwrap();
    let ended = json!({"order": "o-2", "amount": 7_000, "points_paid": 3_000});
    assert_eq!(till.send(0, "order.paid", &ended).unwrap_err().code, Code::OrderAmountsDisagree);
    till.pay(0, 0, 0).unwrap();
    assert_eq!(till.there(0).unwrap().state, DeductionState::Confirmed);
    let late = till.end(0, DeductionEnd::Cancel).unwrap_err();
    assert_eq!(late.code, Code::DeductionClosed);
    let again = till.deduct(0, 0, bill(10_000), false).unwrap_err();
    assert_eq!(again.code, Code::OrderAlreadyCounted);
    till.check();
}

#[test]
fn an_order_without_a_deduction_may_have_been_paid_by_points_of_a_spend() {
    let mut till = Till::open();
    let spent = json!({"order": "o-2", "amount": 8_000, "points_paid": 500});
    till.send(0, "order.paid", &spent).unwrap();
    assert!(till.there(1).is_none());
}

#[test]
fn a_till_that_vanishes_keeps_no_points() {
    let mut till = Till::open();
    let made = till.deduct(0, 0, bill(10_000), false).unwrap();
    assert_eq!(till.deduct(0, 0, bill(10_000), false).unwrap(), made, "the same bill again");
    assert_eq!(till.deduct(0, 0, bill(10_001), false).unwrap_err().code, Code::DeductionExists);
    assert_eq!(till.deduct(1, 0, bill(10_000), false).unwrap_err().code, Code::OrderOfAnotherMember);
    till.shop.now = made.expires_at;
    assert_eq!(till.end(0, DeductionEnd::Confirm).unwrap_err().code, Code::DeductionClosed);
    till.wait(0);
    assert_eq!(till.there(0).unwrap().state, DeductionState::Expired);
    till.check();
    till.deduct(0, 0, bill(20_000), true).unwrap();
    till.check();
    till.send(0, "order.failed", &json!({"order": "o-1"})).unwrap();
    assert_eq!(till.there(0).unwrap().state, DeductionState::Canceled);
    assert_eq!(till.points(0).available.get(), GIVEN);
}

#[test]
fn points_that_lapsed_meanwhile_come_back_once_with_grace() {
    let mut till = Till::open();
    // An ordinary member's purchase points lapse with the year; they are the first to be spent.
    till.send(0, "order.paid", &json!({"order": "old", "amount": 100_000})).unwrap();
    let made = till.deduct(0, 0, Bill { points: Some(500), ..bill(10_000) }, true).unwrap();
    assert_eq!(made.points, 500);
    till.pay(0, 0, 0).unwrap();
    let mine = |till: &Till| till.points(0).available.get() - till.points(0).debt.get();
    let next_year = Timestamp::parse_rfc3339("2027-02-01T00:00:00+08:00").unwrap();
    till.shop.now = next_year;
    assert_eq!(mine(&till), GIVEN, "everything else has lapsed");
    till.send(0, "order.refunded", &json!({"order": "o-1", "amount": 4_750})).unwrap();
    assert_eq!((till.there(0).unwrap().returned, mine(&till)), (250, GIVEN + 250), "half, with days of grace");
    till.shop.now = next_year.plus_days(200);
    assert_eq!(mine(&till), GIVEN, "the grace is over");
    till.send(0, "order.refunded", &json!({"order": "o-1"})).unwrap();
    assert_eq!((till.there(0).unwrap().returned, mine(&till)), (500, GIVEN + 250), "the other half, once");
    till.send(0, "order.refunded", &json!({"order": "o-1"})).unwrap();
    assert_eq!(mine(&till), GIVEN + 250, "and no more");
    till.shop.now = next_year.plus_days(400);
    assert_eq!(mine(&till), GIVEN);
}

#[test]
fn a_coupon_and_a_share_of_the_rest() {
    // row PAY-06
    let mut till = Till::open();
    let with = Bill { coupon: Some(CompactString::const_new("off")), ..bill(100_000) };
    let made = till.deduct(0, 0, with.clone(), false).unwrap();
    let parts: Vec<(i64, i64)> = made.parts.iter().map(|part| (part.points, part.money)).collect();
    assert_eq!(parts, [(500, 10_000), (27_000, 27_000)], "30% of what is left");
    let small = Bill { amount: 99_999, ..with.clone() };
    assert_eq!(till.deduct(0, 1, small, false).unwrap_err().code, Code::DeductionUnavailable);
    let unknown = Bill { coupon: Some(CompactString::const_new("no")), ..with };
    assert_eq!(till.deduct(0, 1, unknown, false).unwrap_err().code, Code::DeductionUnavailable);
}
