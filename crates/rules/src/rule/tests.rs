//! How rules are read and how they complain.

use compact_str::CompactString;
use jifen_vocab::{Currency, SourceLabel, TierId, UnitId, Zone};

use super::*;
use crate::document::Document;
use crate::{DayOf, NamedDay, UnitName};

pub(crate) fn names() -> Names {
    let unit = |id: &str, value: Option<&str>| UnitName {
        id: UnitId::new(id).unwrap(),
        value: value.map(|value| value.parse().unwrap()),
    };
    let label = |name: &str| SourceLabel::new(name).unwrap();
    Names {
        zone: Zone::named("Asia/Shanghai").unwrap(),
        currency: Currency::CNY,
        units: vec![unit("points", Some("0.01")), unit("growth", None)],
        default_unit: UnitId::new("points").unwrap(),
        tiers: ["ordinary", "silver", "gold"].map(|tier| TierId::new(tier).unwrap()).into(),
        sources: ["purchase", "campaign", "sign-in", "lucky"].map(label).into(),
        source_of: [("order.paid".to_owned(), label("purchase")), ("member.signed_in".to_owned(), label("sign-in"))]
            .into(),
        streaks: vec![CompactString::new("sign_in")],
        places: Vec::new(),
        days: vec![
            NamedDay {
                id: CompactString::new("spring-festival"),
                on: DayOf::Lunar(jifen_vocab::LunarDay::new(1, 1).unwrap()),
            },
            NamedDay { id: CompactString::new("brand-day"), on: DayOf::Year(2, 29) },
        ],
    }
}

pub(crate) fn compile(text: &str) -> Result<RuleSet, Vec<Problem>> {
    let mut problems = Problems::new();
    let document = Document::parse("earning.yaml", text, &mut problems).expect("a document");
    assert!(problems.is_empty(), "{problems:?}");
    RuleSet::compile(document.root(), &names())
}

/// The complaints as `line:column place: message -> suggestion`.
fn complaints(text: &str) -> Vec<String> {
    let shown = |problem: Problem| {
        let suggestion = problem.suggestion.map(|s| format!(" -> {s}")).unwrap_or_default();
        let place = problem.path.trim_start_matches("earning.yaml:");
        format!("{}:{} {place}: {}{suggestion}", problem.line, problem.column, problem.message)
    };
    compile(text).expect_err("problems").into_iter().map(shown).collect()
}

/// The complaints about a single rule written in one line after `- `.
fn complaint(rule: &str) -> String {
    let all = complaints(&format!("rules:\n- {{ id: r, on: order.paid, {rule} }}"));
    assert_eq!(all.len(), 1, "{all:?}");
    all[0].split_once(' ').unwrap().1.trim_start_matches("rules[0]").trim_start_matches('.').to_owned()
}

#[test]
fn a_whole_rule_is_read() {
    let set = compile(
        "rules:
- id: purchase-appliance
  name: { zh: 家电返利, en: Appliances }
  on: [ order.paid, order.completed ]
  when: line.category == 'appliance'
  award: { per: line.amount, points: 3, each: 1.00 CNY, round: half_up }
  multiply: [ tier.earning_multiplier, 2, { by: 1.5, name: first-order, when: member.orders == 0 } ]
  source: purchase
  once: month
  cap: [ { points: 100, per: day }, { points: 50, per: day, tier: ordinary }, { points: 900, per: year } ]
  event_max: 1000
  budget: { points: 100000, name: spring }
  from: 2026-01-01
  until: 2026-12-31T20:00:00+08:00
  during: [ '12-30..01-02', '06-18' ]
  priority: 5
  exclusive: appliances
  capped: false
- { id: off, on: order.paid, enabled: false, award: { points: 1 } }
",
    )
    .unwrap();
    let rule = &set.rules()[0];
    assert_eq!((rule.name.zh.as_str(), rule.source.as_str(), rule.unit.as_str()), ("家电返利", "purchase", "points"));
    assert_eq!((rule.once, rule.event_max, rule.priority), (Some(Period::Month), Some(1000), 5));
    let caps: Vec<_> =
        set.caps().iter().map(|cap| (cap.key.as_str(), cap.limit(Some(0)), cap.limit(Some(2)))).collect();
    let expected = [("purchase-appliance/day", Some(50), Some(100)), ("purchase-appliance/year", Some(900), Some(900))];
    assert_eq!(caps, expected, "several caps of a period are one, the smallest that a tier meets");
    assert_eq!(set.rules_on("order.paid"), [RuleIndex(0)], "a rule that is off is not judged");
    assert_eq!(set.rules_on("order.completed"), [RuleIndex(0)]);
    assert!(set.rules_on("order.refunded").is_empty());
    assert_eq!(set.budget(rule.budget().unwrap()).name, "spring");
}

#[test]
fn mistakes_are_collected_with_their_places_and_suggestions() {
    let text = "rules:
- id: a
  on: order.paid
  when: line.categry == 'x'
  award: { per: line.amuont, points: 3 }
  multipy: 2
- id: b
  on: order.paid
  source: purchse
  unit: pints
  award: { percent: 2% }
multipliers:
- { id: m, by: 2, rules: [ c ] }
caps:
- { id: day, per: dya, points: { ordinary: 1000, slver: 1500 } }
";
    assert_eq!(
        complaints(text),
        [
            "4:9 rules[0].when: there is no variable `line.categry` -> line.category",
            "5:17 rules[0].award.per: must be order.amount, line.amount, line.quantity or data.<field> -> line.amount",
            "6:3 rules[0].multipy: is not a key that is known here -> multiply",
            "9:11 rules[1].source: there is no source `purchse` -> purchase",
            "10:9 rules[1].unit: there is no unit `pints` -> points",
            "11:21 rules[1].award.percent: `percent` needs `per` beside it",
            "15:19 caps[0].per: must be one of day, week, month, year, ever -> day",
            "15:57 caps[0].points.slver: there is no tier `slver` -> silver",
        ]
    );
}

#[test]
fn each_mistake_has_its_words() {
    let table = [
        (
            "when: line.amount > 0, award: { per: order.amount, points: 1 }",
            "when: looks at single lines while the award counts the whole: use `per: line.amount` or lines.exists(…)",
        ),
        (
            "award: { points: 1 }, multiply: { by: 2, when: line.amount > 1 }",
            "multiply.when: multiplies the whole award and may not look at single lines: make it a rule of its own",
        ),
        (
            "award: { per: order.amount, points: 1, each: 1.00 USD }",
            "award.each: must be in the program's currency, CNY",
        ),
        ("award: { per: order.amount, points: 1, each: 0.00 CNY }", "award.each: must be more than 0"),
        ("award: { per: order.amount, points: -1 }", "award.points: may not be negative"),
        ("award: { per: order.amount, percent: 2%, unit: x }", "award.unit: is not a key that is known here"),
        (
            "unit: growth, award: { per: order.amount, percent: 2% }",
            "award.percent: needs a unit whose points have a value in money",
        ),
        (
            "award: { per: line.quantity, percent: 2% }",
            "award.percent: is a share of an amount: `per` must be order.amount or line.amount",
        ),
        (
            "award: { points: 5, chance: 0% }",
            "award.chance: must be more than 0% and at most 100%, in steps of 0.0001%",
        ),
        ("award: { points: { from: 5, to: 1 } }", "award.points: must go from the smaller number to the larger"),
        (
            "award: { per: order.amount, steps: [ { from: 5.00 CNY, points: 1 }, { from: 1.00 CNY, points: 2 } ] }",
            "award.steps[1]: must begin above the step before it",
        ),
        (
            "award: { ladder: { by: streak.signin, steps: { 1: 10 } } }",
            "award.ladder.by: there is no streak `streak.signin` -> streak.sign_in",
        ),
        ("award: { points: 1 }, multiply: tier.multiplier", "multiply: must be a number or tier.earning_multiplier"),
        ("award: { points: 1 }, from: 2026-06-18, until: 2026-06-17", ": ends before it begins"),
        ("award: { points: 1 }, during: 02-30", "during: must be days of the year, such as 11-11 or 06-16..06-18"),
        (
            "award: { points: 1 }, during: spring-festval-7..spring-festival+7",
            "during: there is no day `spring-festval-7` in occasions.yaml -> spring-festival",
        ),
        (
            "award: { points: 1 }, during: spring-festval",
            "during: there is no day `spring-festval` in occasions.yaml -> spring-festival",
        ),
        ("award: { points: 1 }, during: spring-festival+7..spring-festival-7", "during: ends before it begins"),
        ("award: { points: 1 }, during: spring-festival..brand-day", "during: begins and ends around different days"),
        ("award: { points: 1 }, during: brand-day+61", "during: reaches more than 60 days from the day"),
        (
            "award: { points: 1 }, cap: { points: 5, per: day, tier: golden }",
            "cap.tier: there is no tier `golden` -> gold",
        ),
        ("award: { points: 1 }, once: weekk", "once: must be one of day, week, month, year, ever -> week"),
        ("award: { points: 1.5 }", "award.points: must be a whole number, such as 50"),
    ];
    for (rule, expected) in table {
        let said = complaint(rule);
        let said = said.strip_prefix(": ").map_or(said.clone(), |rest| format!(": {rest}"));
        assert_eq!(said, expected, "{rule}");
    }
}

#[test]
fn references_must_lead_somewhere_and_names_be_given_once() {
    let rules = "rules:\n- { id: base, on: order.paid, award: { points: 1 }, budget: { points: 5, name: b } }\n";
    let with = |more: &str| complaints(&format!("{rules}{more}"));
    assert_eq!(
        with("multipliers:\n- { id: m, by: 2, rules: [ bsae ] }"),
        ["4:28 multipliers[0].rules[0]: there is no rule `bsae` -> base"]
    );
    assert_eq!(
        with("- { id: base, on: x, source: lucky, award: { points: 1 } }"),
        ["3:3 rules[1]: there is a rule `base` already, in line 2"]
    );
    assert_eq!(
        with("- { id: c, on: order.paid, award: { points: 1 }, budget: { points: 6, name: b } }"),
        ["3:58 rules[1].budget: shares the budget `b`, which holds 5 points elsewhere"]
    );
    assert_eq!(
        with("caps:\n- { id: c, per: day, points: { ordinary: 1, silver: unlimited } }"),
        ["4:30 caps[0].points: names no limit for the tier `gold`: give a number or `unlimited`"]
    );
    assert_eq!(
        with("- { id: c, on: y, award: { points: 1 } }"),
        ["3:3 rules[1]: needs `source`, the label its points are reported under"]
    );
    assert_eq!(with("multipliers:\n- { id: m, by: 2 }"), ["4:3 multipliers[0]: needs either `sources` or `rules`"]);
}

#[test]
fn a_window_is_open_from_its_first_to_its_last_moment() {
    let set = compile(
        "rules:
- { id: a, on: order.paid, award: { points: 1 }, from: 2026-06-16, until: 2026-06-18 }
- { id: b, on: order.paid, award: { points: 1 }, during: '12-30..01-02' }",
    )
    .unwrap();
    let zone = Zone::named("Asia/Shanghai").unwrap();
    let open = |rule: usize, text: &str| {
        let at = jifen_vocab::Timestamp::parse_rfc3339(text).unwrap();
        set.rules()[rule].window.is_open(at, &crate::LocalTime::at(&zone, at), None)
    };
    assert!(!open(0, "2026-06-15T23:59:59.999+08:00") && open(0, "2026-06-16T00:00:00+08:00"));
    assert!(open(0, "2026-06-18T23:59:59.999+08:00") && !open(0, "2026-06-19T00:00:00+08:00"));
    assert!(open(1, "2026-12-30T00:00:00+08:00") && open(1, "2027-01-02T23:59:59+08:00"));
    assert!(!open(1, "2027-01-03T00:00:00+08:00") && !open(1, "2026-12-29T23:59:59+08:00"));
}

// row OCC-05
#[test]
fn a_window_is_open_around_a_festival() {
    let set = compile(
        "rules:
- { id: a, on: order.paid, award: { points: 1 }, during: spring-festival-7..spring-festival+7 }
- { id: b, on: order.paid, award: { points: 1 }, during: [ brand-day, 11-11, spring-festival-1 ] }",
    )
    .unwrap();
    let open = |rule: usize, day: &str| {
        let local = crate::LocalTime::new(jifen_vocab::Day::parse(day).unwrap(), 12, 0);
        set.rules()[rule].window.is_open(jifen_vocab::Timestamp::from_millis(0), &local, None)
    };
    // In 2026 the Spring Festival is on 17 February, in 2027 on the 6th.
    assert!(!open(0, "2026-02-09") && open(0, "2026-02-10") && open(0, "2026-02-24") && !open(0, "2026-02-25"));
    assert!(!open(0, "2027-01-29") && open(0, "2027-01-30") && open(0, "2027-02-13") && !open(0, "2027-02-14"));
    assert!(open(1, "2028-02-29") && !open(1, "2027-02-28") && !open(1, "2027-03-01"));
    assert!(open(1, "2026-11-11") && open(1, "2026-02-16") && !open(1, "2026-02-17"));
}
