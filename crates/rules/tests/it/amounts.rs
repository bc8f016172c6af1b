//! How much is earned: the numbers of the planning documents.

use jifen_rules::explain::{Lang, arithmetic, explain};
use serde_json::json;

use crate::world::{Event, book, refusals};

#[test]
fn one_yuan_earns_one_point() {
    // row EARN-01
    let set = book("rules:\n- { id: base, on: order.paid, award: { per: order.amount, points: 1, each: 1.00 CNY } }");
    assert_eq!(Event::paid(50_000).points(&set), 500);
    assert_eq!(Event::paid(4_699).points(&set), 46, "rounded down once, at the end");
    assert!(Event::paid(0).judged(&set).awards.is_empty());
}

/// Daily goods earn 1%, appliances 3%; goods that no rule names earn like daily goods.
const REBATES: &str = "rules:
- id: daily
  on: order.paid
  when: '!has(line.category) || line.category != \"appliance\"'
  award: { per: line.amount, percent: 1% }
- id: appliance
  on: order.paid
  when: line.category == 'appliance'
  award: { per: line.amount, percent: 3% }
";

#[test]
fn categories_have_rebates_of_their_own() {
    // row EARN-02
    let set = book(REBATES);
    let event = Event::paid(0).lines(&[("daily", 2, 1200), ("appliance", 1, 3400), ("tissue", 1, 199)]);
    let judged = event.judged(&set);
    // 1% of 13.99 yuan at 0.01 yuan a point is 13.99 points; 3% of 34.00 yuan is 102.
    let awards: Vec<_> = judged.awards.iter().map(|award| (award.points, award.lines.to_vec())).collect();
    assert_eq!(awards, [(13, vec![(0, 11), (2, 2)]), (102, vec![(1, 102)])]);
    assert_eq!(arithmetic(&judged.awards[1].why, 102, Lang::En), "34.00 yuan × 3 pts = 102");
    // A category that is missing and one that is unknown both earn.
    assert_eq!(Event::paid(0).lines(&[("", 1, 10_000)]).points(&set), 100);
}

#[test]
fn a_service_gives_two_percent_back() {
    // row EARN-03
    // row PROG-11
    let set = book("rules:\n- { id: service, on: order.paid, award: { per: order.amount, percent: 2% } }");
    assert_eq!(Event::paid(10_000).points(&set), 200, "2% of 100 yuan at 0.01 yuan a point");
    let retail =
        book("rules:\n- { id: retail, on: order.paid, award: { per: order.amount, points: 1, each: 1.00 CNY } }");
    let appliances = book("rules:\n- { id: big, on: order.paid, award: { per: order.amount, percent: 3% } }");
    assert_eq!((Event::paid(10_000).points(&retail), Event::paid(10_000).points(&appliances)), (100, 300));
}

#[test]
fn each_full_hundred_yuan_adds_fifty_points() {
    // row EARN-04
    let set =
        book("rules:\n- { id: full, on: order.paid, award: { per: order.amount, every: 100.00 CNY, points: 50 } }");
    for (fen, points) in [(9_999, 0), (10_000, 50), (19_999, 50), (20_000, 100), (125_000, 600)] {
        assert_eq!(Event::paid(fen).points(&set), points, "{fen}");
    }
    let award = &Event::paid(125_000).judged(&set).awards[0];
    assert_eq!(arithmetic(&award.why, award.points, Lang::Zh), "12个满100.00元 × 50分 = 600");
}

#[test]
fn reaching_two_hundred_yuan_raises_the_rate() {
    // row EARN-05
    let steps = "steps: [ { from: 0.00 CNY, points: 1 }, { from: 200.00 CNY, points: 1.5 } ], each: 1.00 CNY";
    let whole = book(&format!("rules:\n- {{ id: step, on: order.paid, award: {{ per: order.amount, {steps} }} }}"));
    for (fen, points) in [(19_900, 199), (19_999, 199), (20_000, 300), (20_100, 301), (30_000, 450)] {
        assert_eq!(Event::paid(fen).points(&whole), points, "{fen}");
    }
    let marginal = book(&format!(
        "rules:\n- {{ id: step, on: order.paid, award: {{ per: order.amount, mode: marginal, {steps} }} }}"
    ));
    for (fen, points) in [(19_999, 199), (20_000, 200), (25_000, 275), (20_099, 201)] {
        assert_eq!(Event::paid(fen).points(&marginal), points, "{fen}");
    }
}

#[test]
fn the_tier_multiplies() {
    // row EARN-06
    let set = book(
        "rules:
- { id: base, on: order.paid, award: { per: order.amount, points: 1, each: 1.00 CNY }, multiply: tier.earning_multiplier }",
    );
    let earned = ["ordinary", "silver", "gold", "diamond"].map(|tier| Event::paid(10_000).tier(tier).points(&set));
    assert_eq!(earned, [100, 120, 150, 200]);
    let award = &Event::paid(4_600).tier("silver").judged(&set).awards[0];
    assert_eq!(award.points, 55);
    assert_eq!(arithmetic(&award.why, award.points, Lang::En), "46.00 yuan × 1 pt × 1.2 (silver) = 55");
}

#[test]
fn a_carnival_adds_two_hundred_to_orders_of_a_thousand_yuan() {
    // row EARN-08
    let set = book(
        "rules:
- { id: base, on: order.paid, award: { per: order.amount, points: 1, each: 1.00 CNY }, multiply: tier.earning_multiplier }
- id: carnival
  on: order.paid
  when: order.amount >= 100000
  during: [ '06-16..06-18', '11-11' ]
  award: { points: 200 }
  source: campaign",
    );
    let at = |fen, tier, day| Event::paid(fen).tier(tier).at(day).points(&set);
    for (tier, base) in [("ordinary", 1000), ("silver", 1200), ("gold", 1500), ("diamond", 2000)] {
        assert_eq!(at(100_000, tier, "2026-06-18T23:59:59+08:00"), base + 200, "{tier}");
        assert_eq!(at(100_000, tier, "2026-06-19T00:00:00+08:00"), base, "{tier}");
    }
    assert_eq!(at(99_999, "ordinary", "2026-11-11T00:00:00+08:00"), 999);
    assert_eq!(at(100_000, "ordinary", "2026-11-11T00:00:00+08:00"), 1200);
}

#[test]
fn multiplier_campaigns_double_and_do_not_pile_up_within_a_group() {
    // row EARN-09
    let set = book(
        "rules:
- { id: base, on: order.paid, award: { per: order.amount, points: 1, each: 1.00 CNY } }
- { id: sign-in, on: member.signed_in, award: { points: 10 } }
multipliers:
- { id: anniversary, by: 2, sources: [ purchase ], from: 2026-05-01, until: 2026-05-03, group: festivals }
- { id: spring-festival, by: 2.5, sources: purchase, from: 2026-05-03, until: 2026-05-09, group: festivals }
- { id: wake-up, by: 2, rules: [ base ], when: \"'sleeping' in member.tags\" }
- { id: off, by: 9, rules: [ base ], enabled: false }",
    );
    let at = |day| Event::paid(10_000).at(day);
    assert_eq!(at("2026-05-01T09:00:00+08:00").points(&set), 200);
    assert_eq!(at("2026-05-03T09:00:00+08:00").points(&set), 250, "of a group only the largest applies");
    assert_eq!(at("2026-05-10T09:00:00+08:00").points(&set), 100);
    let mut sleeper = at("2026-05-01T09:00:00+08:00");
    sleeper.tags = vec!["sleeping".into()];
    assert_eq!(sleeper.points(&set), 400, "others multiply");
    let names: Vec<_> = sleeper.judged(&set).awards[0].why.factors.iter().map(|f| f.from.to_string()).collect();
    assert_eq!(names, ["wake-up", "anniversary"]);
    let signed_in = Event { kind: "member.signed_in", ..at("2026-05-01T09:00:00+08:00") };
    assert_eq!(signed_in.points(&set), 10, "only purchases are doubled");
}

#[test]
fn base_rate_modifiers_and_add_ons_combine_on_one_order_and_every_step_is_told() {
    // row EARN-10
    let set = book(
        "rules:
- id: base
  name: { zh: 购物, en: Purchase }
  on: order.paid
  award: { per: order.amount, points: 1, each: 1.00 CNY }
  multiply: tier.earning_multiplier
- { id: in-store, on: order.paid, when: channel == 'store', award: { points: 50 }, source: store }
multipliers:
- { id: double-day, by: 2, sources: purchase }",
    );
    let mut event = Event::paid(4_600).tier("silver");
    event.channel = Some("store");
    let judged = event.judged(&set);
    let points: Vec<_> = judged.awards.iter().map(|award| award.points).collect();
    assert_eq!(points, [110, 50], "46 × 1 × 1.2 × 2 = 110.4, rounded once");
    let award = &judged.awards[0];
    let rule = set.rule(award.rule);
    assert_eq!(
        arithmetic(&award.why, award.points, Lang::En),
        "46.00 yuan × 1 pt × 1.2 (silver) × 2 (double-day) = 110"
    );
    assert_eq!(
        explain(&award.why, award.points, &rule.name.zh, "积分", Lang::Zh),
        "购物：消费46.00元，每1.00元得1积分，再乘以1.2（silver），再乘以2（double-day），得110积分。"
    );
}

#[test]
fn the_first_order_earns_double() {
    // row EARN-13
    let set = book(
        "rules:
- id: base
  on: order.paid
  award: { per: order.amount, points: 1, each: 1.00 CNY }
  multiply: [ tier.earning_multiplier, { by: 2, name: first-order, when: member.orders == 0 } ]",
    );
    let first = Event { orders: 0, ..Event::paid(10_000) };
    assert_eq!((first.points(&set), Event::paid(10_000).points(&set)), (200, 100));
}

#[test]
fn every_channel_earns_unless_a_rule_says_otherwise() {
    // row EARN-17
    let set = book("rules:\n- { id: base, on: order.paid, award: { per: order.amount, points: 1 } }");
    for channel in [Some("app"), Some("mini-program"), Some("store"), Some("live"), None] {
        assert_eq!(Event { channel, ..Event::paid(10_000) }.points(&set), 100, "{channel:?}");
    }
}

#[test]
fn only_a_paid_order_earns_and_from_its_amount_and_goods() {
    // row EARN-18
    let set = book(REBATES);
    let paid = Event::paid(0).lines(&[("daily", 1, 10_000)]);
    assert_eq!(paid.points(&set), 100);
    for kind in ["order.placed", "order.failed", "order.cancelled", "order.completed"] {
        assert!(Event { kind, ..paid.clone() }.judged(&set).awards.is_empty(), "{kind}");
    }
}

#[test]
fn a_season_raises_or_lowers_the_rate_for_a_while() {
    // row EARN-22
    let set = book(
        "rules:
- { id: base, on: order.paid, award: { per: order.amount, points: 1 } }
multipliers:
- { id: peak, by: 0.8, sources: purchase, from: 2026-11-01, until: 2026-11-30 }
- { id: push, by: 1.5, sources: purchase, from: 2027-02-01, until: 2027-02-28 }",
    );
    let on = |day| Event::paid(10_000).at(day).points(&set);
    assert_eq!(on("2026-11-15T12:00:00+08:00"), 80);
    assert_eq!(on("2027-02-15T12:00:00+08:00"), 150);
    assert_eq!(on("2026-12-15T12:00:00+08:00"), 100);
}

#[test]
fn points_carry_the_label_of_their_source() {
    // row PROG-04
    let set = book(
        "rules:
- { id: base, on: order.paid, award: { per: order.amount, points: 1 } }
- { id: gift, on: order.paid, award: { points: 5 }, source: campaign }
- { id: liked, on: content.liked, award: { points: 2 }, source: content }",
    );
    let labels = |event: Event| -> Vec<String> {
        event.judged(&set).awards.iter().map(|award| set.rule(award.rule).source.to_string()).collect()
    };
    assert_eq!(labels(Event::paid(10_000)), ["purchase", "campaign"]);
    assert_eq!(labels(Event::of("content.liked")), ["content"]);
}

#[test]
fn several_families_of_rules_are_active_at_once() {
    // row PROG-19
    let set = book(
        "rules:
- { id: base, on: order.paid, award: { per: order.amount, points: 1 } }
- { id: growth, on: order.paid, award: { per: order.amount, points: 2 }, unit: growth }
- { id: ladder, on: member.signed_in, award: { ladder: { by: streak.sign_in, steps: { 1: 10, 3: 15, 7: 50 } } }, once: day }
- { id: steps, on: steps.recorded, award: { per: data.steps, points: 1, each: 1000 }, source: green }
- { id: task, on: task.completed, award: { points: 5 }, unit: task, source: task }",
    );
    let judged = Event::paid(10_000).judged(&set);
    let units: Vec<_> =
        judged.awards.iter().map(|award| (set.rule(award.rule).unit.to_string(), award.points)).collect();
    assert_eq!(units, [("points".to_owned(), 100), ("growth".to_owned(), 200)]);
    let sign_in = |streak| Event { streak, ..Event::of("member.signed_in") }.points(&set);
    assert_eq!([0, 1, 2, 3, 6, 7, 30].map(sign_in), [0, 10, 10, 15, 15, 50, 50]);
    let walked = Event { data: json!({"steps": 8500}), ..Event::of("steps.recorded") };
    assert_eq!(walked.points(&set), 8);
    assert_eq!(Event::of("task.completed").points(&set), 5);
    assert_eq!(
        Event::of("steps.recorded").judged(&set).notes.len(),
        1,
        "without its field the rule is silent, and noted"
    );
}

#[test]
fn lines_are_summed_exactly_and_rounded_once_for_the_order() {
    let per_line =
        "rules:\n- { id: r, on: order.paid, award: { per: line.amount, points: 1, each: 1.00 CNY, round: ROUND } }";
    let event = Event::paid(0).lines(&[("a", 1, 50), ("b", 1, 50), ("c", 1, 60)]);
    for (round, points) in [("floor", 1), ("half_up", 2), ("ceil", 2)] {
        let set = book(&per_line.replace("ROUND", round));
        let judged = event.judged(&set);
        assert_eq!(judged.awards[0].points, points, "{round}");
        assert_eq!(judged.awards[0].lines.iter().map(|(_, share)| share).sum::<i64>(), points);
    }
    let quantity = book(
        "rules:\n- { id: r, on: order.paid, award: { per: line.quantity, points: 5 }, when: line.category == 'tissue' }",
    );
    let judged = Event::paid(0).lines(&[("tissue", 2, 100), ("x", 9, 100), ("tissue", 1, 900)]).judged(&quantity);
    assert_eq!((judged.awards[0].points, judged.awards[0].lines.to_vec()), (15, vec![(0, 10), (2, 5)]));
}

#[test]
fn a_share_in_percent_is_exact_at_any_value_of_a_point() {
    // 2% at 0.03 yuan a point is two points for each three yuan: no decimal rate, and still exact.
    let mut names = crate::world::names();
    names.units[0].value = Some(crate::world::decimal("0.03"));
    let text = "rules:\n- { id: r, on: order.paid, award: { per: order.amount, percent: 2% } }";
    let mut problems = jifen_rules::document::Problems::new();
    let document = jifen_rules::document::Document::parse("e.yaml", text, &mut problems).unwrap();
    let set = jifen_rules::RuleSet::compile(document.root(), &names).unwrap();
    for (fen, points) in [(300, 2), (299, 1), (150, 1), (149, 0), (30_000, 200)] {
        assert_eq!(Event::paid(fen).points(&set), points, "{fen}");
    }
}

#[test]
fn absurd_amounts_are_refused_and_never_wrap() {
    let set = book(
        "rules:
- { id: huge, on: order.paid, award: { per: order.amount, points: 900000000000, each: 0.01 CNY }, multiply: [ 1000, 1000, 1000 ] }
- { id: lines, on: order.paid, award: { per: line.amount, points: 1 } }
- { id: data, on: order.paid, award: { per: data.n, points: 1000 } }",
    );
    let mut event = Event::paid(0).lines(&[("a", 1, i64::MAX), ("b", 1, 0)]);
    event.data = json!({"n": -5});
    assert_eq!(
        refusals(&set, &event.judged(&set)),
        ["huge amount-out-of-range", "lines amount-out-of-range", "data amount-out-of-range"]
    );
    event.lines[1].2 = -1;
    event.amount = Some(-1);
    assert_eq!(refusals(&set, &event.judged(&set)).len(), 3, "negative amounts earn nothing and take nothing away");
}
