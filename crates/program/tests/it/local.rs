//! Places adapt benefits of their own within what they were granted, and rules of a place hold at its stores.

use jifen_program::RuleBook;
use jifen_program::book::local::beyond;
use jifen_rules::document::Source;

use crate::bundles::{edited, holds, load, source};

const RULE: &str = "rules:
  - id: tea
    name: { zh: 到店茶点, en: Tea in the shop }
    on: order.collected
    award: { points: 20 }
    budget: { points: 1000 }
    source: in-store-experience
    place: store-pudong-1
    from: 2026-06-01
    until: 2026-06-20
";

fn with(rule: &str) -> Source {
    edited(&source("rulebook"), "earning.yaml", "rules:\n", rule)
}

fn told(after: &Source) -> Vec<String> {
    let before = load(&source("rulebook"));
    let after = load(after);
    let found = beyond(&before, &after, &["pudong".into()]);
    found.iter().map(|problem| format!("{} {}", problem.path, problem.message)).collect()
}

// row PROG-17
#[test]
fn a_rule_of_a_place_holds_at_its_stores_only() {
    let district = RULE.replace("store-pudong-1", "pudong");
    let book = load(&with(&district));
    for (store, points) in
        [("store-pudong-1", true), ("store-pudong-2", true), ("store-hangzhou-1", false), ("s9", false)]
    {
        let award = if points { "{ rule: tea, points: 20 }, " } else { "" };
        holds(
            &book,
            &format!(
                "events: [{{ type: order.collected, time: 2026-06-05T10:00:00+08:00, store: {store}, awards: [{award}{{ rule: in-store-collected, points: 50 }}] }}]"
            ),
        );
    }
    holds(
        &book,
        "events: [{ type: order.collected, time: 2026-06-05T10:00:00+08:00, awards: [{ rule: in-store-collected, points: 50 }] }]",
    );
    let unknown = RuleBook::load(1, &with(&RULE.replace("store-pudong-1", "pudong1"))).err().unwrap();
    assert_eq!(unknown[0].message, "there is no place `pudong1` in organization.yaml");
    assert!(book.rule_page(jifen_program::book::page::Lang::Zh).to_text().contains("仅限浦东新区"));
}

// row PROG-17
#[test]
fn a_place_changes_only_rules_of_its_own_and_within_what_was_granted() {
    assert_eq!(told(&with(RULE)), [""; 0]);
    let double = "multipliers:\n  - { id: tea-double, by: 2, rules: [in-store-collected], place: store-pudong-2, from: 2026-06-01, until: 2026-06-07 }\n";
    assert_eq!(told(&edited(&source("rulebook"), "earning.yaml", "multipliers:\n", double)), [""; 0]);
    let table = [
        (
            RULE.replace("store-pudong-1", "store-hangzhou-1"),
            "earning.yaml:rules[tea].place is not of your place: a place changes only rules of its own",
        ),
        (
            RULE.replace("    place: store-pudong-1\n", ""),
            "earning.yaml:rules[tea].place is not of your place: a place changes only rules of its own",
        ),
        (
            RULE.replace("points: 20", "points: 201"),
            "earning.yaml:rules[tea].award must be a number of points up to 200, not multiplied",
        ),
        (
            RULE.replace("    budget: { points: 1000 }\n", ""),
            "earning.yaml:rules[tea].budget is needed for rules of a place",
        ),
        (
            RULE.replace("points: 1000", "points: 50001"),
            "earning.yaml:rules[tea].budget makes 50001 points of the place in one month; 50000 are granted",
        ),
        (
            RULE.replace("    until: 2026-06-20\n", ""),
            "earning.yaml:rules[tea].until needs `from` and `until`, at most 31 days apart",
        ),
        (
            RULE.replace("2026-06-20", "2026-07-02"),
            "earning.yaml:rules[tea].until needs `from` and `until`, at most 31 days apart",
        ),
        (
            RULE.replace("    place:", "    exclusive: one\n    place:"),
            "earning.yaml:rules[tea].exclusive is the company's to decide",
        ),
        (
            RULE.replace("    place:", "    capped: false\n    place:"),
            "earning.yaml:rules[tea].capped is the company's to decide",
        ),
        (
            RULE.replace("    place:", "    validity: forever\n    place:"),
            "earning.yaml:rules[tea].validity is the company's to decide",
        ),
    ];
    for (rule, expected) in table {
        assert_eq!(told(&with(&rule)), [expected], "{rule}");
    }
    assert_eq!(told(&with(&RULE.replace("2026-06-20", "2026-07-01"))), [""; 0]);
    let triple = double.replace("by: 2", "by: 3");
    assert_eq!(
        told(&edited(&source("rulebook"), "earning.yaml", "multipliers:\n", &triple)),
        ["earning.yaml:multipliers[tea-double].by must be from 1 to 2"]
    );
}

// row PROG-17
#[test]
fn what_is_the_companys_stays_the_companys() {
    let rulebook = source("rulebook");
    for (file, from, to, path) in [
        ("earning.yaml", "percent: 1%", "percent: 2%", "earning.yaml:rules[purchase-daily].place"),
        (
            "tiers.yaml",
            "earning_multiplier: 1.2",
            "earning_multiplier: 1.3",
            "tiers.yaml:tiers[silver].earning_multiplier",
        ),
        ("local.yaml", "points_max: 200", "points_max: 20000", "local.yaml:points_max"),
    ] {
        let found = told(&edited(&rulebook, file, from, to));
        assert!(found.len() == 1 && found[0].starts_with(path), "{found:?}");
    }
    // Nobody grants themselves more in the same change.
    let more = edited(
        &with(&RULE.replace("points: 20 }", "points: 900 }")),
        "local.yaml",
        "points_max: 200",
        "points_max: 20000",
    );
    assert_eq!(told(&more).len(), 2);
    // Where a program says nothing, places may do nothing on their own.
    let mut silent = Source::new();
    for name in rulebook.names().filter(|name| *name != "local.yaml") {
        silent.insert(name, rulebook.text(name).unwrap());
    }
    let before = load(&silent);
    let after = load(&edited(&silent, "earning.yaml", "rules:\n", RULE));
    assert_eq!(beyond(&before, &after, &["pudong".into()]).len(), 1);
}
