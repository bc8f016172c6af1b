//! What a change of the rules means for members: how long before they are told, in which words, and which clauses no
//! rule text may hold.

use jifen_program::RuleBook;
use jifen_program::book::changes::{Effect, Told, told};
use jifen_rules::document::Source;
use jifen_vocab::Timestamp;

use crate::bundles::{book, edited, source};

fn changes(file: &str, from: &str, to: &str) -> Vec<Told> {
    let old = source("rulebook");
    told(&old, &edited(&old, file, from, to))
}

#[track_caller]
fn effect(file: &str, from: &str, to: &str) -> Effect {
    let changes = changes(file, from, to);
    assert_eq!(changes.len(), 1, "{changes:#?}");
    changes[0].effect
}

#[test]
fn what_gives_more_is_better_and_what_may_give_less_is_worse() {
    let better = [
        ("earning.yaml", "percent: 1%", "percent: 2%"),
        ("earning.yaml", "award: { points: 50 }", "award: { points: 60 }"),
        ("earning.yaml", "    group: double\n    enabled: false", "    group: double\n    enabled: true"),
        ("tiers.yaml", "earning_multiplier: 1.2", "earning_multiplier: 1.25"),
        ("tiers.yaml", "{ months: 18 }", "{ months: 24 }"),
        ("tiers.yaml", "{ points: natural_year }", "{ points: forever }"),
        ("caps.yaml", "ordinary: 1000", "ordinary: 1200"),
        ("units.yaml", "grace_days: 30", "grace_days: 31"),
        ("changes.yaml", "notice_days: 30", "notice_days: 45"),
        (
            "earning.yaml",
            "multipliers:",
            "multipliers:\n  - { id: more, by: 2, rules: [purchase-daily], from: 2026-06-01, until: 2026-06-07 }\n",
        ),
    ];
    for (file, from, to) in better {
        assert_eq!(effect(file, from, to), Effect::Better, "{to}");
        if !from.ends_with(':') {
            let back = {
                let new = edited(&source("rulebook"), file, from, to);
                told(&new, &source("rulebook"))
            };
            assert_eq!(back[0].effect, Effect::Worse, "back from {to}");
        }
    }
    let worse = [
        ("earning.yaml", "when: order.amount >= 100000", "when: order.amount >= 90000"),
        ("earning.yaml", "award: { points: 200 }", "award: { points: 200, chance: 50% }"),
        ("units.yaml", "value: 0.01", "value: 0.02"),
        ("units.yaml", "required: true", "required: false"),
        ("program.yaml", "debt: allow_negative", "debt: within_balance"),
        ("tiers.yaml", "{ months: 18 }", "natural_year"),
        ("earning.yaml", "multipliers:", "multipliers:\n  - { id: less, by: 0.5, rules: [purchase-daily] }\n"),
    ];
    for (file, from, to) in worse {
        assert_eq!(effect(file, from, to), Effect::Worse, "{to}");
    }
    let neutral = [
        ("earning.yaml", "zh: 日用品消费", "zh: 日用品购物"),
        ("sources.yaml", "zh: 消费积分", "zh: 购物积分"),
        (
            "earning.yaml",
            "    by: 2\n    sources: [purchase]\n    group: double\n    enabled: false",
            "    by: 3\n    sources: [purchase]\n    group: double\n    enabled: false",
        ),
        ("examples.yaml", "points: 500", "points: 501"),
    ];
    for (file, from, to) in neutral {
        assert_eq!(effect(file, from, to), Effect::Neutral, "{to}");
    }
}

#[test]
fn a_rule_that_goes_is_worse_unless_nobody_had_it() {
    let old = source("rulebook");
    let text = old.text("earning.yaml").unwrap();
    let (rules, multipliers) = text.split_once("\n# Campaigns double").unwrap();
    let (before, rest) = rules.split_once("\n  # An order bought on line").unwrap();
    let after = rest.split_once("    source: in-store-experience\n").unwrap().1;
    let kept = format!("{before}\n{after}");
    let without = old.clone().with("earning.yaml", format!("{kept}\n# Campaigns double{multipliers}"));
    let gone = told(&old, &without);
    assert_eq!((gone.len(), gone[0].effect), (1, Effect::Worse));
    assert_eq!(gone[0].text.zh, "取消规则“到店核销”");
    assert_eq!(gone[0].text.en, "Rule “Collected in a shop” is dropped");
    let back = told(&without, &old);
    assert_eq!((back[0].effect, back[0].text.zh.as_str()), (Effect::Better, "新增规则“到店核销”"));
    let (_, woken) = multipliers.split_once("  # Members who are woken").unwrap();
    let off = old.clone().with("earning.yaml", format!("{rules}\nmultipliers:\n  # Members who are woken{woken}"));
    assert!(told(&old, &off).iter().all(|told| told.effect == Effect::Neutral));
}

// row COMP-04
#[test]
fn the_period_of_notice_is_the_programs() {
    let now = Timestamp::parse_rfc3339("2026-06-10T12:00:00+08:00").unwrap();
    let worse = changes("earning.yaml", "percent: 3%", "percent: 2%");
    let better = changes("earning.yaml", "percent: 3%", "percent: 4%");
    for (name, days, until) in
        [("rulebook", 30, "2026-07-10T12:00:00+08:00"), ("operations", 15, "2026-06-25T12:00:00+08:00")]
    {
        let book = book(name);
        let notice = book.changes.notice(&worse, now, &book.zone);
        assert_eq!((notice.days, book.zone.rfc3339(notice.earliest_from).as_str()), (days, until), "{name}");
        let notice = book.changes.notice(&better, now, &book.zone);
        assert_eq!((notice.days, notice.earliest_from), (0, now), "{name}");
    }
    let strict =
        edited(&source("rulebook"), "changes.yaml", "improvements_at_once: true", "improvements_at_once: false");
    let strict = crate::bundles::load(&strict);
    assert_eq!(strict.changes.notice(&better, now, &strict.zone).days, 30);
    assert_eq!(strict.changes.notice(&[], now, &strict.zone).days, 0);
}

fn refused(bundle: &Source) -> Vec<String> {
    let problems = RuleBook::load(1, bundle).err().unwrap_or_default();
    problems
        .iter()
        .map(|problem| format!("{}:{}:{} {}", problem.file, problem.line, problem.column, problem.message))
        .collect()
}

// row COMP-06
#[test]
fn no_text_reserves_the_last_word() {
    let bundle = source("rulebook");
    for clause in [
        "本活动最终解释权归商家所有",
        "最 终 解 释 权",
        "活动解释权，归本公司。",
        "解释权由本公司所有",
        "本公司保留随时修改规则的权利",
        "规则如有变动，恕不另行通知",
        "The final right of interpretation rests with us",
        "We Reserve the Right to change this",
        "at our sole  discretion",
    ] {
        let edited = edited(&bundle, "earning.yaml", "zh: 日用品及其他未单列的商品", &format!("zh: \"{clause}\""));
        let found = refused(&edited);
        assert_eq!(found.len(), 1, "{clause}: {found:?}");
        assert!(found[0].starts_with("earning.yaml:8:18 reserves the last word"), "{found:?}");
    }
    let name = edited(&bundle, "tiers.yaml", "zh: 普通会员", "zh: 普通会员（最终解释权归我们）");
    assert_eq!(refused(&name).len(), 1);
    let harmless = edited(&bundle, "earning.yaml", "zh: 日用品及其他未单列的商品", "zh: 权利义务见说明，解释见客服");
    assert_eq!(refused(&harmless), [""; 0]);
}

#[test]
fn what_is_promised_about_changes_is_checked() {
    let bundle = source("rulebook");
    let wrong = |to: &str| refused(&bundle.clone().with("changes.yaml", to));
    assert_eq!(wrong("{}"), ["changes.yaml:1:1 needs `notice_days`"]);
    assert_eq!(wrong("notice_days: 400").len(), 1);
    assert_eq!(
        wrong("notice_days: 30\nannounce: [push]")[0],
        "changes.yaml:2:11 needs `in_app`: members find every change on the rule page"
    );
    assert_eq!(wrong("notice_days: 30\nannounce: [in_app, in_app]").len(), 1);
    assert_eq!(wrong("notice_days: 30\nnotice: 1").len(), 1);
}
