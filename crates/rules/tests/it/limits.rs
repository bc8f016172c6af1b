//! What limits an award: caps, budgets, maxima, groups, once, chances.

use jifen_rules::document::{Document, Problems};
use jifen_rules::explain::{Lang, explain};
use jifen_rules::judge::{Missed, Odds};
use jifen_rules::{Draw, RuleIndex, RuleSet};
use serde_json::json;

use crate::world::{Event, TIERS, Used, book, names, refusals};

/// The caps of the rule book, and of decision 11 for diamond.
const TIER_CAPS: &str = "rules:
- { id: base, on: order.paid, award: { per: order.amount, points: 1 } }
- { id: free, on: gift.given, award: { points: 9999 }, source: campaign, capped: false }
caps:
- { id: earning, per: day, points: { ordinary: 1000, silver: 1500, gold: 2000, diamond: 3000 } }
- { id: earning-month, per: month, points: { ordinary: 5000, silver: 8000, gold: 12000, diamond: 20000 } }
";

#[test]
fn each_tier_has_its_caps_by_day_and_month() {
    // row LIM-01
    let set = book(TIER_CAPS);
    for ((tier, _), (day, month)) in TIERS.iter().zip([(1000, 5000), (1500, 8000), (2000, 12_000), (3000, 20_000)]) {
        let event = Event::paid(10_000_000).tier(tier);
        let judged = event.judged(&set);
        assert_eq!(judged.awards[0].points, day, "{tier}");
        assert_eq!(
            refusals(&set, &judged),
            [format!("base cap-reached cap=earning/day limit={day} used=0"),]
                .into_iter()
                .chain((day > month).then(String::new))
                .collect::<Vec<_>>()
        );
        // The month has less room than the day.
        let judged = event.judged_in(&set, &Used::cap("earning-month/month", month - 7));
        assert_eq!((judged.awards[0].points, judged.awards[0].why.trims.len()), (7, 2), "{tier}");
        // Nothing left is a refusal and no award.
        let judged = event.judged_in(&set, &Used::cap("earning/day", day));
        assert!(judged.awards.is_empty());
        assert_eq!(refusals(&set, &judged), [format!("base cap-reached cap=earning/day limit={day} used={day}")]);
    }
    assert_eq!(Event::of("gift.given").points(&set), 9999, "not counted in caps");
    let flat = book(
        "rules:\n- { id: base, on: order.paid, award: { per: order.amount, points: 1 } }
caps:\n- { id: all, per: day, points: 1000 }",
    );
    assert_eq!(TIERS.map(|(tier, _)| Event::paid(500_000).tier(tier).points(&flat)), [1000; 4]);
}

#[test]
fn a_trimmed_award_says_what_trimmed_it() {
    let set = book(TIER_CAPS);
    let judged = Event::paid(30_000).judged_in(&set, &Used::cap("earning/day", 880));
    let award = &judged.awards[0];
    assert_eq!((award.points, award.why.untrimmed), (120, Some(300)));
    assert_eq!(
        explain(&award.why, award.points, "Purchase", "points", Lang::En),
        "Purchase: 1 point for each 1.00 yuan of 300.00 yuan, gives 300 points; the daily limit of 1,000 left 120."
    );
    let keys: Vec<_> = award.counted.iter().map(|cap| set.cap(*cap).key.as_str()).collect();
    assert_eq!(keys, ["earning/day", "earning-month/month"]);
}

#[test]
fn awards_of_one_event_share_the_room() {
    let set = book(
        "rules:
- { id: a, on: order.paid, award: { points: 700 }, cap: { points: 500, per: day } }
- { id: b, on: order.paid, award: { points: 700 }, budget: { points: 5000, name: pot } }
- { id: c, on: order.paid, award: { points: 700 }, budget: { points: 5000, name: pot } }
- { id: d, on: order.paid, award: { points: 700 }, source: campaign }
caps:
- { id: shop, per: day, points: 1500, sources: [ purchase ] }",
    );
    let used = Used { budgets: [("pot".to_owned(), 710)].into(), ..Used::default() };
    let judged = Event::paid(1).judged_in(&set, &used);
    let points: Vec<_> = judged.awards.iter().map(|award| award.points).collect();
    assert_eq!(points, [500, 700, 10, 700], "the last one is of another source");
    assert_eq!(
        refusals(&set, &judged),
        [
            "a cap-reached cap=a/day limit=500 used=0",
            "c cap-reached cap=shop/day limit=1500 used=1200",
            "c budget-exhausted budget=pot left=10",
        ]
    );
}

#[test]
fn a_maximum_for_one_event_refuses_the_whole_award() {
    let set = book("rules:\n- { id: a, on: order.paid, award: { per: order.amount, points: 1 }, event_max: 500 }");
    assert_eq!(Event::paid(50_000).points(&set), 500);
    let judged = Event::paid(50_100).judged(&set);
    assert_eq!(
        (judged.awards.len(), refusals(&set, &judged)),
        (0, vec!["a event-maximum maximum=500 points=501".to_owned()])
    );
}

#[test]
fn once_is_once() {
    let set = book("rules:\n- { id: daily, on: member.signed_in, award: { points: 10 }, once: day }");
    let event = Event::of("member.signed_in");
    assert_eq!(event.points(&set), 10);
    let judged = event.judged_in(&set, &Used { earned: vec!["daily".to_owned()], ..Used::default() });
    assert_eq!((judged.awards.len(), refusals(&set, &judged)), (0, vec!["daily earned-already once=day".to_owned()]));
}

#[test]
fn of_an_exclusive_group_only_the_first_that_awards_applies() {
    let set = book(
        "rules:
- { id: small, on: order.paid, award: { points: 50 }, exclusive: bonus }
- { id: large, on: order.paid, award: { points: 200 }, exclusive: bonus, when: order.amount >= 100000, priority: 10 }
- { id: base, on: order.paid, award: { per: order.amount, points: 1 } }",
    );
    assert_eq!(Event::paid(10_000).points(&set), 150);
    let judged = Event::paid(100_000).judged(&set);
    assert_eq!(judged.awards.iter().map(|award| award.points).sum::<i64>(), 1200);
    assert_eq!(refusals(&set, &judged), ["small rule-excluded group=bonus by=large"]);
}

#[test]
fn a_chance_is_drawn_once_recorded_and_only_listed_in_a_dry_run() {
    let set = book(
        "rules:\n- { id: lucky, on: member.signed_in, award: { points: { from: 50, to: 200 }, chance: 10% }, source: lucky }",
    );
    let event = Event::of("member.signed_in");
    let rule = RuleIndex(0);
    assert_eq!(event.judged(&set).odds, [Odds { rule, chance_ppm: 100_000, from: 50, to: 200 }]);
    assert_eq!(event.drawn(&set, &[100_000]).missed, [Missed { rule, chance_ppm: 100_000, drawn: 100_000 }]);
    for (number, points) in [(0, 50), (99_999, 200), (50_000, 125)] {
        let judged = event.drawn(&set, &[number]);
        let award = &judged.awards[0];
        assert_eq!((award.points, award.why.drawn, award.why.chance_ppm), (points, Some(number), Some(100_000)));
    }
    // Every number of the range is as likely as any other, within one part of a million.
    let mut times = [0_u32; 151];
    for number in (0..100_000).step_by(7) {
        times[event.drawn(&set, &[number]).awards[0].points as usize - 50] += 1;
    }
    assert!(times.iter().all(|n| (93..=96).contains(n)), "{times:?}");
}

#[test]
fn a_dry_run_draws_nothing() {
    let set = book("rules:\n- { id: lucky, on: x, award: { points: 5, chance: 50% }, source: lucky, multiply: 3 }");
    let judged = Event::of("x").facts(|facts| set.judge(facts, &Used::default(), Draw::Odds));
    assert!(judged.awards.is_empty());
    assert_eq!(judged.odds, [Odds { rule: RuleIndex(0), chance_ppm: 500_000, from: 15, to: 15 }]);
    assert_eq!(Event::of("x").drawn(&set, &[499_999]).awards[0].points, 15);
}

#[test]
fn a_condition_without_a_value_does_not_hold_and_is_noted() {
    let set = book("rules:\n- { id: a, on: order.paid, when: store == 's319', award: { points: 5 } }");
    let judged = Event::paid(100).judged(&set);
    assert!(judged.awards.is_empty() && judged.refusals.is_empty());
    assert_eq!(judged.notes.len(), 1);
}

/// What is wrong with a rule book, each mistake with its place.
fn problems(text: &str) -> Vec<String> {
    let mut problems = Problems::new();
    let document = Document::parse("earning.yaml", text, &mut problems).unwrap();
    let found = RuleSet::compile(document.root(), &names()).unwrap_err();
    found.iter().map(|problem| format!("{} {}", problem.path, problem.message)).collect()
}

#[test]
fn a_rule_may_give_one_award_for_a_thing() {
    let set = book(
        "rules:\n- { id: liked, on: content.liked, award: { points: 50 }, once: { of: data.content }, source: content }",
    );
    let event = |data| Event { data, ..Event::of("content.liked") };
    assert_eq!(event(json!({"content": "c-1"})).points(&set), 50);
    let earned = Used { earned: vec!["liked".to_owned()], ..Used::default() };
    let judged = event(json!({"content": 7})).judged_in(&set, &earned);
    assert_eq!(refusals(&set, &judged), ["liked earned-already once=data.content"]);
    // What names nothing earns nothing, whatever was given before.
    for data in [json!({}), json!({"content": ""}), json!({"content": ["c-1"]})] {
        let judged = event(data).judged_in(&set, &earned);
        assert_eq!((judged.awards.len(), judged.refusals.len(), judged.notes.len()), (0, 0, 1));
    }
    for mistake in ["{ of: content }", "{ of: data. }", "{}", "month of data.content"] {
        let text = format!("rules:\n- {{ id: l, on: e, award: {{ points: 5 }}, once: {mistake}, source: content }}");
        assert!(problems(&text).iter().any(|problem| problem.contains("once")), "{mistake}");
    }
}

#[test]
fn a_rule_may_count_what_an_event_adds_to_a_day() {
    let set = book(
        "rules:\n- { id: steps, on: steps.recorded, award: { per: data.steps, every: 1000, points: 2 }, total: day, source: green }",
    );
    let event = Event { data: json!({"steps": 8_500}), ..Event::of("steps.recorded") };
    let after = |total: i64| Used { totals: [("steps".to_owned(), total)].into(), ..Used::default() };
    for (before, added) in [(0, 16), (6, 10), (15, 1)] {
        assert_eq!(event.judged_in(&set, &after(before)).awards[0].points, added);
    }
    for before in [16, 40] {
        let judged = event.judged_in(&set, &after(before));
        assert_eq!(refusals(&set, &judged), [format!("steps earned-already once=day total={before}")]);
    }
    let fixed = "rules:\n- { id: steps, on: steps.recorded, award: { points: 2 }, total: day, source: green }";
    assert!(problems(fixed)[0].contains("needs an award for a number in the event's data"));
}
