//! Whole flows through the engine: purchases, refunds, states that flap, late events, lapses, pending points.

use jifen_program::Books;
use jifen_program::flows::{Notice, PublishFiles};
use jifen_program::reviews::Review;
use jifen_vocab::Code;

use crate::world::{DAY, World, about_order, at, order_paid};

fn codes(outcome: &jifen_program::flows::EventOutcome) -> Vec<Code> {
    outcome.refusals.iter().map(|refused| refused.refusal.code).collect()
}

// row EARN-18
// row REL-12
#[test]
fn an_order_counts_once_however_often_it_is_sent() {
    let world = World::new();
    let first = world.paid("o-1", "m1", 4600);
    assert!(!first.replayed);
    let again = world.paid("o-1", "m1", 4600);
    assert!(again.replayed, "the same event gives its first answer");
    assert_eq!(again.result, first.result);
    let other_event = world.event(&order_paid("e-2", "o-1", "m1", 4600, world.now)).result.unwrap();
    assert_eq!(codes(&other_event), [Code::OrderAlreadyCounted]);
    let conflict = world.event(&order_paid("o-1", "o-1", "m1", 4700, world.now)).result.unwrap_err();
    assert_eq!(conflict.code, Code::IdempotencyConflict);
    assert_eq!(world.available("m1"), 46);
    world.agrees();
}

#[test]
fn a_payment_that_flaps_awards_once() {
    let world = World::new();
    world.paid("o-1", "m1", 10_000);
    world.about("order.failed", "f-1", "m1", "o-1", "").result.unwrap();
    assert_eq!(world.available("m1"), 0);
    world.event(&order_paid("e-2", "o-1", "m1", 10_000, world.now)).result.unwrap();
    assert_eq!(world.available("m1"), 100);
    world.about("order.cancelled", "f-2", "m1", "o-1", "").result.unwrap();
    world.about("order.failed", "f-3", "m1", "o-1", "").result.unwrap();
    assert_eq!(world.available("m1"), 0);
    world.event(&order_paid("e-3", "o-1", "m1", 10_000, world.now)).result.unwrap();
    assert_eq!(world.available("m1"), 100);
    world.agrees();
}

#[test]
fn partial_refunds_add_up_to_the_award() {
    let world = World::new();
    world.paid("o-1", "m1", 9_900);
    for part in 0..3 {
        world.about("order.refunded", &format!("r-{part}"), "m1", "o-1", r#","amount":3300"#).result.unwrap();
    }
    assert_eq!(world.available("m1"), 0);
    let more = world.about("order.refunded", "r-9", "m1", "o-1", r#","amount":1"#).result.unwrap();
    assert_eq!(codes(&more), [Code::RefundExceedsOrder]);
    world.agrees();
}

#[test]
fn a_refund_after_spending_becomes_a_debt_that_the_next_points_repay() {
    let world = World::new();
    world.paid("o-1", "m1", 10_000);
    world.spend("m1", 80, "s-1").unwrap();
    let outcome = world.about("order.refunded", "r-1", "m1", "o-1", "").result.unwrap();
    assert_eq!((outcome.taken[0].points.get(), outcome.taken[0].debt.get()), (100, 80));
    assert_eq!((world.available("m1"), world.points("m1").debt.get()), (0, 80));
    world.paid("o-2", "m1", 20_000);
    assert_eq!((world.available("m1"), world.points("m1").debt.get()), (120, 0));
    world.agrees();
}

#[test]
fn points_that_lapsed_unspent_count_as_taken() {
    let mut world = World::new();
    world.paid("o-1", "m1", 10_000);
    world.paid("o-2", "m1", 5_000);
    world.spend("m1", 100, "s-1").unwrap();
    world.now = at("2027-01-02T09:00:00+08:00");
    let second = world.about("order.refunded", "r-2", "m1", "o-2", "").result.unwrap();
    assert_eq!((second.taken[0].lapsed.get(), second.taken[0].debt.get()), (50, 0), "the oldest went first");
    let first = world.about("order.refunded", "r-1", "m1", "o-1", "").result.unwrap();
    assert_eq!((first.taken[0].lapsed.get(), first.taken[0].debt.get()), (0, 100));
    world.agrees();
}

#[test]
fn held_points_that_lapse_later_count_as_taken_too() {
    let mut world = World::new();
    world.paid("o-1", "m1", 10_000);
    world.now = at("2026-12-31T20:00:00+08:00");
    let hold = world.hold("m1", 40).unwrap();
    world.now = at("2027-01-01T08:00:00+08:00");
    assert_eq!((world.points("m1").held.get(), world.points("m1").expired.get()), (40, 60));
    world.release(&hold).unwrap();
    assert_eq!(world.points("m1").expired.get(), 100, "released after its date, it lapses at once");
    let refund = world.about("order.refunded", "r-1", "m1", "o-1", "").result.unwrap();
    assert_eq!((refund.taken[0].lapsed.get(), refund.taken[0].debt.get()), (100, 0));
    world.agrees();
}

#[test]
fn a_refund_that_comes_before_its_order_waits_for_it() {
    let world = World::new();
    let early = world.about("order.refunded", "r-1", "m1", "o-1", r#","amount":2500"#).result.unwrap();
    assert_eq!(codes(&early), [Code::OrderParked]);
    world.paid("o-1", "m1", 10_000);
    assert_eq!(world.available("m1"), 75);
    world.agrees();
}

#[test]
fn a_refund_reverses_what_was_recorded_not_what_todays_rules_would_give() {
    let world = World::new();
    world.paid("o-1", "m1", 10_000);
    let mut files = crate::world::files();
    let earning = files.get_mut("earning.yaml").unwrap();
    *earning = earning.replace("points: 1, each", "points: 9, each");
    let command = PublishFiles { files, from: None, note: String::new(), by: by("test"), notice: Notice::Kept };
    world.engine.publish(command).unwrap();
    let books: std::sync::Arc<Books> = world.engine.books();
    assert_eq!(books.versions().len(), 2);
    world.about("order.refunded", "r-1", "m1", "o-1", r#","amount":5000"#).result.unwrap();
    assert_eq!(world.available("m1"), 50);
    world.agrees();
}

#[test]
fn pending_points_wait_for_their_event_and_are_cancelled_without_it() {
    let mut world = World::new();
    world.paid("o-1", "m1", 100_000);
    world.paid("o-2", "m2", 100_000);
    assert_eq!(world.unit_of("m1", "short").pending.get(), 50);
    world.now = world.now.plus_millis(14 * DAY);
    world.about("order.completed", "c-1", "m1", "o-1", "").result.unwrap();
    assert_eq!((world.unit_of("m1", "short").available.get(), world.unit_of("m1", "short").pending.get()), (50, 0));
    world.now = world.now.plus_millis(2 * DAY);
    assert_eq!((world.unit_of("m2", "short").available.get(), world.unit_of("m2", "short").pending.get()), (0, 0));
    world.agrees();
}

#[test]
fn pending_points_of_days_are_released_at_their_instant_however_late_anybody_looks() {
    let mut world = World::new();
    let json = about_order("visit.made", "v-1", "m1", "none", "", world.now);
    world.event(&json).result.unwrap();
    assert_eq!(world.unit_of("m1", "short").pending.get(), 10);
    world.now = world.now.plus_millis(7 * DAY);
    assert_eq!(world.unit_of("m1", "short").available.get(), 10);
    world.now = world.now.plus_millis(40 * DAY);
    assert_eq!(world.unit_of("m1", "short").expired.get(), 10);
}

#[test]
fn late_events_are_judged_by_the_caps_of_their_day() {
    let mut world = World::new();
    let yesterday = world.now;
    world.paid("o-1", "m1", 90_000);
    world.now = world.now.plus_millis(DAY);
    world.paid("o-2", "m1", 90_000);
    let late = world.event(&order_paid("o-3", "o-3", "m1", 90_000, yesterday)).result.unwrap();
    assert_eq!(late.awards[0].points.get(), 100, "900 of yesterday's 1,000 were used");
    assert_eq!(codes(&late), [Code::CapReached]);
    assert_eq!(world.available("m1"), 1_900);
    world.agrees();
}

#[test]
fn an_event_that_is_too_late_waits_for_a_person() {
    let world = World::new();
    world.paid("o-1", "m1", 1_000);
    let old = world.now.plus_millis(-31 * DAY);
    let late = world.event(&order_paid("o-2", "o-2", "m1", 1_000, old)).result.unwrap();
    assert_eq!(codes(&late), [Code::EventTooLate]);
    assert_eq!(world.available("m1"), 10);
    let id = late.refusals[0].refusal.facts.iter().find(|(name, _)| name == "review").unwrap().1.clone();
    let jifen_vocab::Fact::Word(id) = id else { panic!("the review has an id") };
    assert!(world.engine.read::<Review>(&id).unwrap().is_some());
    let accept = |accept| jifen_program::flows::ResolveReview { request: None, id: id.clone(), accept, by: by("boss") };
    let outcome = world.submit(accept(true)).result.unwrap().unwrap();
    assert_eq!(outcome.awards[0].points.get(), 10);
    assert_eq!(world.submit(accept(false)).result.unwrap_err().code, Code::ReviewDecided);
    assert_eq!(world.available("m1"), 20);
    world.agrees();
}

#[test]
fn an_event_from_the_future_is_not_judged_and_may_come_again() {
    let mut world = World::new();
    let soon = world.now.plus_millis(6 * 60_000);
    let json = order_paid("o-1", "o-1", "m1", 1_000, soon);
    assert_eq!(world.event(&json).result.unwrap_err().code, Code::EventTooFarAhead);
    world.now = world.now.plus_millis(2 * 60_000);
    assert_eq!(world.event(&json).result.unwrap().awards.len(), 1);
}

#[test]
fn a_budget_is_spent_to_the_point_and_gets_back_what_is_taken_back() {
    let world = World::new();
    let claim = |id: &str| world.event(&about_order("gift.claimed", id, id, "none", "", world.now)).result.unwrap();
    let points: Vec<i64> = ["a", "b", "c", "d", "e"]
        .iter()
        .map(|id| claim(id).awards.first().map_or(0, |award| award.points.get()))
        .collect();
    assert_eq!(points, [30, 30, 30, 10, 0]);
    assert_eq!(codes(&claim("f")), [Code::BudgetExhausted]);
}

#[test]
fn the_clock_may_jump_over_everything() {
    let mut world = World::new();
    world.paid("o-1", "m1", 50_000);
    let spend = world.spend("m1", 200, "s-1").unwrap();
    let hold = world.hold("m1", 100).unwrap();
    world.now = at("2027-06-01T00:00:00+08:00");
    assert_eq!((world.available("m1"), world.points("m1").held.get()), (0, 0));
    assert_eq!(world.capture(&hold, None).unwrap_err().code, Code::HoldNotOpen);
    assert_eq!(world.reverse(&spend, Some(50)).unwrap(), 150);
    assert_eq!(world.available("m1"), 50, "given back once, with grace");
    world.now = world.now.plus_millis(31 * DAY);
    assert_eq!(world.available("m1"), 0);
    world.reverse(&spend, None).unwrap();
    assert_eq!(world.available("m1"), 150, "these had not come back before");
    assert_eq!(world.reverse(&spend, None).unwrap_err().code, Code::AlreadyReversed);
    world.agrees();
}

// row REL-17
#[test]
fn twenty_spends_of_everything_at_once_succeed_once() {
    let world = World::new();
    world.paid("o-1", "m1", 10_000);
    let answers: Vec<_> = (0..20)
        .map(|n| world.engine.enqueue(crate::world::spend("m1", 100, &format!("s-{n}")), Some(world.now)).unwrap())
        .collect();
    let yes = answers.into_iter().map(|answer| answer.blocking_recv().unwrap().unwrap());
    assert_eq!(yes.filter(|answer| answer.result.is_ok()).count(), 1);
    assert_eq!(world.available("m1"), 0);
    world.agrees();
}

// row EARN-07
// row EARN-06
#[test]
fn a_new_tier_counts_at_once_and_makes_points_live_longer() {
    let mut world = World::new();
    world.paid("o-1", "m1", 10_000);
    assert_eq!(world.points("m1").expiring.len(), 1);
    let assign = |tier: &str| jifen_program::flows::AssignTier {
        request: None,
        member: jifen_vocab::MemberId::new("m1").unwrap(),
        tier: jifen_vocab::TierId::new(tier).unwrap(),
        reason: "turnover of the year".to_owned(),
        by: by("crm"),
    };
    world.submit(assign("gold")).result.unwrap();
    assert!(world.points("m1").expiring.is_empty(), "gold points never lapse, those held included");
    world.now = world.now.plus_millis(1_000);
    let outcome = world.paid("o-2", "m1", 10_000).result.unwrap();
    assert_eq!(outcome.awards[0].points.get(), 150);
    assert_eq!(outcome.awards[0].why.factors[0].from, "tier.gold");
    let before = world.event(&order_paid("o-3", "o-3", "m1", 10_000, world.now.plus_millis(-DAY))).result.unwrap();
    assert_eq!(before.awards[0].points.get(), 100, "a late event has the tier of its day");
    world.submit(assign("ordinary")).result.unwrap();
    world.now = at("2027-02-01T00:00:00+08:00");
    assert_eq!(world.available("m1"), 250, "a downgrade shortens no promise");
    assert_eq!(world.submit(assign("platinum")).result.unwrap_err().code, Code::InvalidField);
    world.agrees();
}

fn by(id: &str) -> jifen_program::audit::By {
    jifen_program::audit::By::new(jifen_program::audit::ActorKind::Client, id)
}
