//! Refunds by amount, by line and both: the parts always add up to the award.

use jifen_ledger::{LotId, Piece};
use jifen_vocab::{LineRefund, MemberId, OrderId, Points, RefundRequest, RuleId, Timestamp, UnitId};
use proptest::prelude::*;
use smallvec::SmallVec;

use super::*;

fn order(amount: i64, lines: &[i64], awards: Vec<OrderAward>) -> OrderFact {
    let mut fact =
        OrderFact::expected(OrderId::new("o1").unwrap(), MemberId::new("m1").unwrap(), Timestamp::from_millis(0));
    fact.state = OrderState::Paid;
    fact.amount = amount;
    fact.lines = SmallVec::from_slice(lines);
    fact.awards = awards;
    fact
}

fn award(points: i64, lines: &[(u32, i64)]) -> OrderAward {
    OrderAward {
        unit: UnitId::new("points").unwrap(),
        rule: RuleId::new("r").unwrap(),
        version: 1,
        points: Points::new(points),
        lines: lines.to_vec(),
        piece: Piece { lot: LotId(1), lo: 0, hi: points, expires_at: None, grace: false },
        taken: Points::ZERO,
        lapsed: Points::ZERO,
        budget: None,
        gift: None,
    }
}

fn line(line: u32, amount: Option<i64>) -> RefundRequest {
    RefundRequest::Lines(vec![LineRefund { line, amount }])
}

#[test]
fn a_refund_by_amount_takes_the_floor_of_its_share() {
    let fact = order(4600, &[1200, 3400], vec![award(46, &[(0, 12), (1, 34)])]);
    let refunded = fact.refund(&RefundRequest::Amount(1000)).unwrap();
    assert_eq!(fact.due_back(&fact.awards[0], &refunded), Points::new(10));
}

#[test]
fn a_refund_by_line_takes_what_that_line_earned() {
    let fact = order(4600, &[1200, 3400], vec![award(12, &[(0, 12)]), award(102, &[(1, 102)])]);
    let refunded = fact.refund(&line(1, None)).unwrap();
    assert_eq!(fact.due_back(&fact.awards[0], &refunded), Points::ZERO);
    assert_eq!(fact.due_back(&fact.awards[1], &refunded), Points::new(102));
    let half = fact.refund(&line(1, Some(1700))).unwrap();
    assert_eq!(fact.due_back(&fact.awards[1], &half), Points::new(51));
}

#[test]
fn more_than_the_order_is_refused_and_says_how_much_is_left() {
    let mut fact = order(4600, &[1200, 3400], vec![award(46, &[(0, 12), (1, 34)])]);
    fact.refunded = fact.refund(&RefundRequest::Amount(4000)).unwrap();
    let refusal = fact.refund(&RefundRequest::Amount(601)).unwrap_err();
    assert_eq!(refusal.pointer.as_deref(), Some("/data/amount"));
    assert!(fact.refund(&line(0, None)).is_err(), "only 600 are left of the order");
    assert!(fact.refund(&line(2, None)).is_err(), "there is no third line");
    assert!(fact.refund(&RefundRequest::Whole).unwrap().whole);
    fact.refunded.whole = true;
    assert!(fact.refund(&RefundRequest::Whole).is_err());
}

#[test]
fn an_order_of_zero_can_be_refunded_once() {
    let mut fact = order(0, &[0], vec![award(50, &[])]);
    fact.refunded = fact.refund(&line(0, None)).unwrap();
    assert!(fact.refunded.whole);
    assert_eq!(fact.due_back(&fact.awards[0], &fact.refunded), Points::new(50));
    assert!(fact.refund(&line(0, None)).is_err());
}

#[test]
fn a_discount_weighs_on_all_lines_alike() {
    let fact = order(4000, &[2000, 3000], vec![award(40, &[(0, 16), (1, 24)])]);
    let refunded = fact.refund(&line(0, None)).unwrap();
    assert_eq!(fact.due_back(&fact.awards[0], &refunded), Points::new(16));
    assert!(
        fact.refund(&RefundRequest::Lines(vec![
            LineRefund { line: 0, amount: None },
            LineRefund { line: 1, amount: None },
        ]))
        .unwrap()
        .whole
    );
}

proptest! {
    /// Whatever the order of partial refunds, what is due back only grows, never exceeds the award, and is the whole
    /// award once everything was refunded.
    #[test]
    fn parts_add_up_to_the_award(
        lines in prop::collection::vec(0_i64..5000, 1..6),
        points in 0_i64..10_000,
        steps in prop::collection::vec((any::<bool>(), 0_u32..6, 0_i64..3000), 0..12),
        discount in 0_i64..3000,
    ) {
        let gross: i64 = lines.iter().sum();
        let each = points / lines.len() as i64;
        let rest = points - each * lines.len() as i64;
        let apportioned: Vec<(u32, i64)> =
            (0..lines.len() as u32).map(|line| (line, each + if line == 0 { rest } else { 0 })).collect();
        let mut fact = order((gross - discount).max(0), &lines, vec![award(points, &apportioned)]);
        let mut due = Points::ZERO;
        for (by_line, index, amount) in steps {
            let request = if by_line { line(index, Some(amount)) } else { RefundRequest::Amount(amount) };
            let Ok(after) = fact.refund(&request) else { continue };
            let now = fact.due_back(&fact.awards[0], &after);
            prop_assert!(now >= due && now <= Points::new(points), "{now} after {due}");
            due = now;
            fact.refunded = after;
        }
        if let Ok(after) = fact.refund(&RefundRequest::Whole) {
            prop_assert_eq!(fact.due_back(&fact.awards[0], &after), Points::new(points));
        }
    }
}
