//! What holds for any rules, any event and any room.

use std::collections::BTreeMap;

use jifen_rules::{Draw, RuleSet};
use proptest::prelude::*;
use serde_json::json;

use crate::world::{Event, TIERS, Used, book};

/// An award formula over random numbers.
fn award() -> impl Strategy<Value = String> {
    let rate = (0_i64..5000, 0_u32..4)
        .prop_map(|(mantissa, scale)| jifen_vocab::Decimal::new(mantissa, scale as u8).unwrap().to_string());
    let per = prop::sample::select(vec!["order.amount", "line.amount"]);
    let round = prop::sample::select(vec!["floor", "half_up", "ceil"]);
    prop_oneof![
        (rate.clone(), 1_i64..500, per.clone(), round.clone()).prop_map(|(rate, each, per, round)| {
            format!("{{ per: {per}, points: {rate}, each: {}.{:02} CNY, round: {round} }}", each / 100, each % 100)
        }),
        (rate.clone(), 1_i64..1000).prop_map(|(rate, every)| format!("{{ per: order.amount, every: {every}.00 CNY, points: {rate} }}")),
        (rate.clone(), 1_i64..9).prop_map(|(rate, each)| format!("{{ per: line.quantity, points: {rate}, each: {each} }}")),
        (1_i64..300, per, round).prop_map(|(tenths, per, round)| {
            format!("{{ per: {per}, percent: {}.{}%, round: {round} }}", tenths / 10, tenths % 10)
        }),
        (rate.clone(), rate, 1_i64..500, any::<bool>()).prop_map(|(low, high, from, marginal)| {
            let mode = if marginal { "marginal" } else { "whole" };
            format!("{{ per: order.amount, mode: {mode}, steps: [ {{ from: 0.00 CNY, points: {low} }}, {{ from: {from}.00 CNY, points: {high} }} ] }}")
        }),
        (0_i64..5000).prop_map(|points| format!("{{ points: {points} }}")),
        (0_i64..50, 50_i64..500, 1_u32..100).prop_map(|(from, to, chance)| {
            format!("{{ points: {{ from: {from}, to: {to} }}, chance: {chance}% }}")
        }),
    ]
}

/// The other keys of a rule.
fn limits() -> impl Strategy<Value = String> {
    let multiply = prop_oneof![
        Just(String::new()),
        Just(", multiply: tier.earning_multiplier".to_owned()),
        (0_i64..40).prop_map(|tenths| format!(
            ", multiply: [ tier.earning_multiplier, {}.{} ]",
            tenths / 10,
            tenths % 10
        )),
    ];
    let cap = prop_oneof![
        Just(String::new()),
        (0_i64..3000).prop_map(|points| format!(", cap: {{ points: {points}, per: day }}")),
        (0_i64..3000, 0_i64..900).prop_map(|(points, gold)| {
            format!(", cap: [ {{ points: {points}, per: week }}, {{ points: {gold}, per: week, tier: gold }} ]")
        }),
    ];
    let budget = prop_oneof![
        Just(String::new()),
        Just(", budget: { points: 2000, name: shared }".to_owned()),
        (0_i64..3000).prop_map(|points| format!(", budget: {{ points: {points} }}")),
    ];
    let other = prop::sample::select(vec![
        "",
        ", event_max: 1500",
        ", exclusive: g",
        ", exclusive: g, priority: 7",
        ", capped: false",
        ", source: campaign",
        ", once: day",
    ]);
    (multiply, cap, budget, other).prop_map(|(multiply, cap, budget, other)| format!("{multiply}{cap}{budget}{other}"))
}

fn rules() -> impl Strategy<Value = RuleSet> {
    let rule = (award(), limits(), any::<bool>());
    (prop::collection::vec(rule, 1..6), 0_i64..4000).prop_map(|(rules, daily)| {
        let mut text = "rules:\n".to_owned();
        for (n, (award, limits, lines)) in rules.iter().enumerate() {
            let of_lines = *lines && award.contains("per: line.");
            let when = if of_lines { ", when: \"line.category == 'daily'\"" } else { "" };
            text.push_str(&format!("- {{ id: r{n}, on: order.paid, award: {award}{limits}{when} }}\n"));
        }
        text.push_str(&format!("multipliers:\n- {{ id: twice, by: 2, sources: purchase }}\ncaps:\n- {{ id: all, per: day, points: {daily} }}\n"));
        book(&text)
    })
}

fn event() -> impl Strategy<Value = Event> {
    let line = (prop::sample::select(vec!["daily", "appliance", ""]), 0_i64..20, 0_i64..500_000);
    (prop::collection::vec(line, 0..12), prop::sample::select(TIERS.to_vec()), 0_i64..1_000_000).prop_map(
        |(lines, (tier, _), alone)| {
            let event = Event::paid(alone).tier(tier);
            if lines.is_empty() { event } else { event.lines(&lines) }
        },
    )
}

fn used() -> impl Strategy<Value = Used> {
    let caps = prop::collection::btree_map(
        prop::sample::select(vec!["all/day", "r0/day", "r1/day", "r0/week", "r2/week"]),
        0_i64..4000,
        0..4,
    );
    let budgets = prop::collection::btree_map(prop::sample::select(vec!["shared", "r0", "r1"]), 0_i64..3000, 0..3);
    let owned =
        |map: BTreeMap<&'static str, i64>| map.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    (caps, budgets, any::<bool>()).prop_map(move |(caps, budgets, earned)| Used {
        caps: owned(caps),
        budgets: owned(budgets),
        earned: if earned { vec!["r0".to_owned()] } else { Vec::new() },
        totals: BTreeMap::new(),
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn awards_are_positive_shared_out_exactly_and_never_above_a_limit(
        set in rules(), event in event(), used in used(), number in 0_u32..1_000_000,
    ) {
        let judged = event.facts(|facts| set.judge(facts, &used, Draw::Numbers(&mut || number)));
        let tier = TIERS.iter().position(|(tier, _)| *tier == event.tier);
        for award in &judged.awards {
            prop_assert!(award.points > 0);
            let shared: i64 = award.lines.iter().map(|(_, points)| points).sum();
            prop_assert!(award.lines.is_empty() || shared == award.points);
            prop_assert!(award.lines.iter().all(|(line, points)| (*line as usize) < event.lines.len() && *points > 0));
            let trimmed = award.why.untrimmed.is_some();
            prop_assert_eq!(trimmed, !award.why.trims.is_empty());
            prop_assert!(award.why.untrimmed.is_none_or(|before| before > award.points));
            prop_assert!(set.rule(award.rule).event_max.is_none_or(|most| award.why.untrimmed.unwrap_or(award.points) <= most));
        }
        for (number, cap) in set.caps().iter().enumerate() {
            let counted = judged.awards.iter().filter(|award| award.counted.iter().any(|at| usize::from(at.0) == number));
            let sum: i64 = counted.map(|award| award.points).sum();
            let before = used.caps.get(cap.key.as_str()).copied().unwrap_or(0);
            prop_assert!(cap.limit(tier).is_none_or(|limit| sum <= (limit - before).max(0)), "{}", cap.key);
        }
        for (number, budget) in set.budgets().iter().enumerate() {
            let paid = judged.awards.iter().filter(|award| award.budget.is_some_and(|at| usize::from(at.0) == number));
            let left = used.budgets.get(budget.name.as_str()).copied().unwrap_or(budget.points);
            prop_assert!(paid.map(|award| award.points).sum::<i64>() <= left, "{}", budget.name);
        }
    }

    #[test]
    fn the_same_event_is_judged_the_same_and_a_dry_run_only_leaves_out_what_is_drawn(set in rules(), event in event(), used in used()) {
        let real = || event.facts(|facts| set.judge(facts, &used, Draw::Numbers(&mut || 999_999)));
        let dry = event.judged_in(&set, &used);
        prop_assert_eq!(&real(), &real());
        let drawn = |rule: jifen_rules::RuleIndex| set.rule(rule).award.chance_ppm.is_some();
        // No chance is certain, so the largest number misses them all.
        prop_assert!(!real().awards.iter().any(|award| drawn(award.rule)));
        prop_assert_eq!(real().awards, dry.awards);
        let odds: Vec<_> = dry.odds.iter().map(|odds| odds.rule).collect();
        let missed: Vec<_> = real().missed.iter().map(|missed| missed.rule).collect();
        prop_assert_eq!(odds, missed);
    }

    #[test]
    fn a_rate_is_the_exact_product_rounded_once(
        lines in prop::collection::vec((0_i64..20, 0_i64..10_000_000), 1..20),
        mantissa in 0_i64..100_000, scale in 0_u8..5, each in 1_i64..1000, tier in 0_usize..4,
    ) {
        let rate = jifen_vocab::Decimal::new(mantissa, scale).unwrap();
        let set = book(&format!(
            "rules:\n- {{ id: r, on: order.paid, award: {{ per: line.amount, points: {rate}, each: {}.{:02} CNY }}, multiply: tier.earning_multiplier }}",
            each / 100, each % 100,
        ));
        let lines: Vec<_> = lines.into_iter().map(|(quantity, amount)| ("x", quantity, amount)).collect();
        let event = Event::paid(0).lines(&lines).tier(TIERS[tier].0);
        // Tenths of the multiplier, all in whole numbers.
        let tenths = [10_i128, 12, 15, 20][tier];
        let sum: i128 = lines.iter().map(|(_, _, amount)| i128::from(*amount)).sum();
        let expected = sum * i128::from(mantissa) * tenths / (10_i128.pow(u32::from(scale)) * i128::from(each) * 10);
        let in_range = expected <= i128::from(jifen_vocab::limits::AMOUNT_MAX);
        prop_assert_eq!(i128::from(event.points(&set)), if in_range { expected } else { 0 });
    }

    #[test]
    fn no_numbers_however_large_make_it_panic(
        set in rules(), amounts in prop::collection::vec((any::<i64>(), any::<i64>()), 0..5), amount in any::<i64>(), number in any::<u32>(),
        steps in any::<i64>(),
    ) {
        let mut event = Event::paid(amount);
        event.lines = amounts.into_iter().map(|(quantity, amount)| ("daily", quantity, amount)).collect();
        event.streak = steps;
        event.data = json!({ "steps": steps });
        let used = Used { caps: [("all/day".to_owned(), steps)].into(), budgets: [("shared".to_owned(), amount)].into(), ..Used::default() };
        let judged = event.facts(|facts| set.judge(facts, &used, Draw::Numbers(&mut || number)));
        prop_assert!(judged.awards.iter().all(|award| award.points > 0));
    }
}
