use jifen_program::RuleBook;
use jifen_program::book::page::{Lang, Page};
use jifen_rules::document::Source;

use crate::bundles::{ALL, book, edited, load, source};

fn section(page: &Page, heading: &str) -> Vec<String> {
    let section = page.sections.iter().find(|section| section.heading == heading).unwrap();
    section.sentences.iter().map(jifen_program::book::page::Sentence::text).collect()
}

#[test]
fn the_default_program_reads_in_both_languages() {
    let book = book("rulebook");
    let en = book.rule_page(Lang::En);
    assert_eq!(en.title, "Rules of Members' points, version 1");
    let earning = section(&en, "Earning");
    assert_eq!(
        earning[..4],
        [
            "Daily goods: 1 point for each yuan; for daily goods and everything else that no other rule names; times the multiplier of the member's tier.",
            "Appliances: 3 points for each yuan; for appliances; times the multiplier of the member's tier.",
            "Promotion bonus for big orders: 200 points; for orders of at least 1,000 yuan in promotion periods; every year on 06-16 to 06-18 and 11-11.",
            "Collected in a shop: 50 points.",
        ]
    );
    for sentence in [
        "A friend's first order: 200 points; for a friend whom you brought and whose first order counts.",
        "Birthday of an ordinary member: 200 points; for ordinary members; once a year; not together with Birthday of a high-value member, Birthday of a diamond member, Birthday of a gold member, Birthday of a silver member.",
        "Birthdays: once a year, on the day and by itself; for members born on 29 February it is 28 February in other years; a birthday that was changed stays for 365 days and brings nothing meanwhile.",
        "Inviting friends: a friend names your code within 7 days of joining and before the first order, and orders for the first time within 90 days, not with the same device, the same paying account, the same telephone number or address as you, what both got for it is taken back when that order is refunded.",
    ] {
        assert!(earning.iter().any(|told| told == sentence), "{sentence}");
    }
    assert_eq!(
        section(&en, "Validity"),
        [
            "points (Ordinary): lapse as the year after they were earned begins.",
            "points (Silver): lapse 18 months after they were earned.",
            "points (Gold): never lapse.",
            "points (Diamond): never lapse.",
            "points that will lapse are announced 3 months and 30 days before; without notice none lapse.",
            "points that are not used for 12 months fall asleep, at the end of that month; members are told 30 days before, and without notice none do.",
            "While they sleep they shrink every month by 10% of what is left.",
            "Using a single one brings all points back, with what they shrank by; sleep does not change their date.",
        ]
    );
    let zh = book.rule_page(Lang::Zh);
    assert_eq!(zh.title, "会员积分计划规则（第 1 版）");
    assert_eq!(section(&zh, "获取积分")[1], "家电消费：每1元得 3 积分；适用于：家电；按会员等级倍率。");
    let limits = section(&zh, "等级与上限");
    assert_eq!(limits[4], "每日最多获取积分（“运动步数”）：20。");
    let (all, but) = limits[5].split_once("“高价值会员生日积分”").unwrap();
    assert_eq!(all, "每日最多获取积分（所有来源合计，");
    assert!(but.ends_with("除外）：普通会员 1000，银卡会员 1500，金卡会员 2000，钻石会员 3000。"), "{but}");
    assert_eq!(limits[7], "频繁评价：60 秒内达到 10 次，积分冻结 24 小时，期间可获得积分、不能使用，到期自动解除。");
    assert!(zh.to_text().starts_with("会员积分计划规则（第 1 版）\n\n积分\n积分：每单位价值0.01元。\n"));
}

#[test]
fn what_is_switched_off_is_not_on_the_page_and_what_is_switched_on_is() {
    let page = book("rulebook").rule_page(Lang::En);
    let woken = "Double points for coming back: times 2 for Daily goods, Appliances; for holders of Welcome back; of \
                 several such campaigns the largest applies.";
    assert_eq!(section(&page, "Campaigns"), [woken]);
    let off = "    by: 2\n    sources: [purchase]\n    group: double\n    enabled: false";
    let on = "    by: 2\n    sources: [purchase]\n    group: double\n    from: 2026-06-17\n    until: 2026-06-30";
    let page = load(&edited(&source("rulebook"), "earning.yaml", off, on)).rule_page(Lang::En);
    assert_eq!(
        section(&page, "Campaigns"),
        [
            "Anniversary double points: times 2 for Daily goods, Appliances; from 2026-06-17T00:00:00+08:00, before 2026-07-01T00:00:00+08:00; of several such campaigns the largest applies.",
            woken,
        ]
    );
}

#[test]
fn nothing_that_a_rule_says_is_hidden() {
    let rule = "rules:\n\
        \x20 - id: lucky\n    name: Lucky\n    on: order.paid\n    award: { points: { from: 50, to: 500 }, chance: 12.5%, round: ceil }\n\
        \x20   when: order.amount > 5\n    multiply: [{ by: 3, name: tripled, when: member.orders == 0 }]\n    once: week\n\
        \x20   event_max: 700\n    budget: { points: 9000 }\n    exclusive: luck\n    until: 2026-12-31\n    source: surprise\n\
        \x20   pending: { event: order.completed, within: 15d }\n    validity: { days: 200, round: end_of_quarter }\n    validity_from: release\n\
        \x20   cap: { points: 800, per: month }\n\
        \x20 - { id: luckier, name: Luckier, on: order.paid, exclusive: luck, source: surprise, award: { per: line.quantity, points: 2, each: 3 } }\n";
    let bundle = source("rulebook").with("earning.yaml", rule);
    let page = load(&bundle).rule_page(Lang::En);
    assert_eq!(
        section(&page, "Earning")[..2],
        [
            "Lucky: with a chance of 12.5%, 50 to 500 points, rounded up; if order.amount > 5; before 2027-01-01T00:00:00+08:00; \
             times 3 (tripled, if member.orders == 0); once a week; more than 700 at once is refused; while a budget of 9000 lasts; \
             not together with Luckier; usable after order.completed, canceled if that does not come within 15 days; \
             lapse 200 days after they were earned, at the end of that quarter; counted from when they can be used.",
            "Luckier: 2 points for each 3 articles; not together with Lucky.",
        ]
    );
    assert_eq!(section(&page, "Tiers and limits")[4], "At most so many points a month (Lucky): 800.");
}

#[test]
fn every_bundle_has_a_page_without_markup_in_its_language() {
    for name in ALL {
        for lang in [Lang::Zh, Lang::En] {
            let text = book(name).rule_page(lang).to_text();
            assert!(!text.contains(['<', '>', '*', '#', '`']), "{text}");
            assert!(lang == Lang::Zh || text.is_ascii(), "{text}");
        }
    }
    let minimal: Source = source("retention").with("earning.yaml", "rules: []\n");
    let (book, _) = RuleBook::load(7, &minimal).unwrap();
    assert!(book.rule_page(Lang::Zh).sections.iter().all(|section| !section.sentences.is_empty()));
}
