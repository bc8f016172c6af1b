//! Scores and assessments: the numbers of the documents, and a member's record against everything that happened.

use std::sync::LazyLock;

use jifen_program::RuleBook;
use jifen_program::book::ascent::PartKind;
use jifen_program::member::Member;
use jifen_program::tiers::{Turn, assess, month_of, note_month, score, score_of};
use jifen_vocab::{Day, MemberId, TierId, Timestamp};
use proptest::prelude::*;

use crate::bundles::{book, edited, load, source};

fn at(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).unwrap()
}

fn member(tier: &str) -> Member {
    Member::new(MemberId::new("lin").unwrap(), at("2025-01-01T00:00:00+08:00"), TierId::new(tier).unwrap())
}

/// A member who spent and earned so much this month.
fn who(book: &RuleBook, tier: &str, yuan: i64, points: i64) -> Member {
    let mut member = member(tier);
    let kept = book.ascent.as_ref().unwrap().months_kept();
    note_month(&mut member.body.months, Day::new(2026, 5, 10).unwrap(), kept, |sums| {
        sums.spent = yuan * 100;
        sums.points = points;
    });
    member
}

fn verdict(book: &RuleBook, tier: &str, yuan: i64, points: i64) -> (i64, Turn, String) {
    let verdict = assess(book, &who(book, tier, yuan, points), at("2026-06-10T00:00:00+08:00")).unwrap();
    (verdict.score.whole(), verdict.turn, verdict.to.to_string())
}

#[test]
fn tiers_are_reached_by_score() {
    // row TIER-01
    // row TIER-02
    let book = book("rulebook");
    for (yuan, points, score, tier) in [
        (1_000, 1_000, 80, "ordinary"),
        (2_500, 0, 100, "ordinary"),
        (2_525, 0, 101, "silver"),
        (5_000, 2_500, 300, "silver"),
        (5_000, 2_525, 301, "gold"),
        (10_000, 5_000, 600, "gold"),
        (10_000, 5_025, 601, "diamond"),
    ] {
        let (found, turn, to) = verdict(&book, "ordinary", yuan, points);
        assert_eq!((found, to.as_str()), (score, tier), "{yuan} yuan, {points} points");
        assert_eq!(turn == Turn::Rises, tier != "ordinary");
    }
    let mut active = who(&book, "ordinary", 1_000, 1_000);
    for day in 1..=19 {
        note_month(&mut active.body.months, Day::new(2026, 5, day).unwrap(), 14, |sums| {
            sums.active_on(Day::new(2026, 5, day).unwrap())
        });
    }
    let now = at("2026-06-10T00:00:00+08:00");
    assert_eq!(score(&book, &active, now).unwrap().whole(), 80, "nineteen days are no active month");
    note_month(&mut active.body.months, Day::new(2026, 5, 20).unwrap(), 14, |sums| {
        sums.active_on(Day::new(2026, 5, 20).unwrap())
    });
    note_month(&mut active.body.months, Day::new(2026, 5, 20).unwrap(), 14, |sums| {
        sums.active_on(Day::new(2026, 5, 20).unwrap())
    });
    assert_eq!(score(&book, &active, now).unwrap().whole(), 100);
}

#[test]
fn the_same_plan_can_be_read_in_two_ways() {
    // row TIER-03
    let linear = book("rulebook");
    assert_eq!(verdict(&linear, "ordinary", 20_000, 0).0, 800);
    let text = source("rulebook").text("tiers.yaml").unwrap().to_owned();
    let (head, rest) = text.split_once("  reading: linear\n").unwrap();
    let (_, rest) = rest.split_once("  months: 12\n").unwrap();
    let (activity, rest) = rest.split_once("  parts:\n").unwrap();
    let (_, rest) = rest.split_once("  upgrade:").unwrap();
    let rest = rest.lines().filter(|line| !line.contains("temporary:")).map(|line| format!("{line}\n"));
    let parts = "  parts:\n    - { of: spent, full: 10000.00 CNY, weight: 40% }\n    - { of: points, full: 10000, weight: 40% }\n    \
                 - { of: active_months, days: 20, full: 12, weight: 20% }\n  upgrade:";
    let weighted = format!(
        "{head}  reading: weighted\n  out_of: 1000\n  months: 12\n{activity}{parts}{}",
        rest.collect::<String>()
    );
    let weighted = load(&source("rulebook").with("tiers.yaml", weighted));
    assert_eq!(verdict(&weighted, "ordinary", 20_000, 0).0, 400, "spending weighs 40% and no more");
    assert_eq!(verdict(&weighted, "ordinary", 5_000, 5_000).0, 400);
    let one =
        score_of(weighted.ascent.as_ref().unwrap(), |part| if part.kind == PartKind::ActiveMonths { 12 } else { 0 });
    assert_eq!(one.whole(), 200);
}

#[test]
fn a_tier_is_kept_above_its_line() {
    // row TIER-05
    let book = book("rulebook");
    for (tier, yuan, kept) in [("silver", 2_000, 80), ("gold", 6_000, 240), ("diamond", 12_000, 480)] {
        assert_eq!(verdict(&book, tier, yuan, 0), (kept, Turn::Keeps, tier.to_owned()));
        let (score, turn, to) = verdict(&book, tier, yuan - 1, 0);
        assert_eq!((score, turn), (kept - 1, Turn::Warned));
        assert_ne!(to, tier);
    }
    // From diamond straight to what the score still keeps.
    assert_eq!(verdict(&book, "diamond", 2_500, 0).2, "silver");
    assert_eq!(verdict(&book, "diamond", 100, 0).2, "ordinary");
}

#[test]
fn a_scheme_by_points_collected() {
    // row TIER-07
    let book = book("operations");
    let names: Vec<&str> = book.tiers.iter().map(|tier| tier.id.as_str()).collect();
    assert_eq!(names, ["bronze", "silver", "gold"]);
    let of = |points| score_of(book.ascent.as_ref().unwrap(), |_| points);
    assert!(!of(999).reaches(book.tiers[1].from.unwrap()) && of(1_000).reaches(book.tiers[1].from.unwrap()));
    let matrix = book.benefit_matrix();
    for benefit in ["free-shipping", "exclusive-discount"] {
        let row = matrix.iter().find(|row| row.id == benefit).unwrap();
        assert!(row.cells[2].is_some() && row.cells[1].is_none(), "{benefit} is for gold");
    }
}

#[test]
fn a_festivals_standard_is_a_fifth_above() {
    // row TIER-06
    let book = book("rulebook");
    let terms = book.ascent.as_ref().unwrap().temporary.clone().unwrap();
    let standard = |tier: &str| terms.standards.iter().find(|(of, _)| of.as_str() == tier).unwrap().1;
    // 101 of score are 2,525 yuan of spending alone; 120% of them are 3,030.
    assert_eq!((standard("silver"), standard("gold"), standard("diamond")), (303_000, 903_000, 1_803_000));
    let festival = |text: &str| book.ascent.as_ref().unwrap().festival(Day::parse(text).unwrap());
    assert_eq!(festival("2026-06-18"), Day::parse("2026-06-16"));
    assert_eq!(festival("2026-11-11"), Day::parse("2026-11-11"));
    assert_eq!(festival("2026-06-19"), None);
    // A festival of the traditional calendar has its name here as it has in rules.
    let named = "during: [spring-festival-3..spring-festival+3]";
    let named = load(&edited(&source("rulebook"), "tiers.yaml", "during: [\"06-16..06-18\", \"11-11\"]", named));
    let festival = |text: &str| named.ascent.as_ref().unwrap().festival(Day::parse(text).unwrap());
    assert_eq!(festival("2027-02-09"), Day::parse("2027-02-03"), "the first of the first month lies on 6 February");
    assert_eq!((festival("2027-02-10"), festival("2026-06-18")), (None, None));
    let page = named.rule_page(jifen_program::book::page::Lang::En).to_text();
    assert!(page.contains("from 3 days before to 3 days after Spring Festival"), "{page}");
}

#[test]
fn the_matrix_holds_what_tells_tiers_apart() {
    // row TIER-10
    // row TIER-11
    // row TIER-14
    // row TIER-15
    let book = book("rulebook");
    let matrix = book.benefit_matrix();
    let cell = |row: &str, tier: usize| {
        let row = matrix.iter().find(|of| of.id == row).unwrap_or_else(|| panic!("{row}"));
        row.cells[tier].as_ref().map(|told| told.en.clone())
    };
    assert_eq!(cell("discount", 3).as_deref(), Some("30%"));
    assert_eq!(cell("cap.earned/day", 1).as_deref(), Some("1500"));
    assert_eq!(cell("early_access", 1).as_deref(), Some("after 24 hours"));
    assert_eq!(cell("early_access", 3).as_deref(), Some("at once"));
    assert_eq!(cell("ship_hours", 0), None);
    assert!(cell("validity", 2).is_some() && cell("service", 3).is_some());
    assert!(cell("community", 2).is_some() && cell("community", 1).is_none());
    assert!(cell("steward", 3).is_some() && cell("steward", 2).is_none());
    assert!(cell("black-card", 3).is_some());
    // What is said in the editor is what the matrix shows.
    let edited = load(&edited(&source("rulebook"), "prices.yaml", "diamond: 30%", "diamond: 35%"));
    let row = edited.benefit_matrix().into_iter().find(|row| row.id == "discount").unwrap();
    assert_eq!(row.cells[3].as_ref().unwrap().en, "35%");
}

#[test]
fn nothing_about_tiers_is_hidden_from_members() {
    let page = book("rulebook").rule_page(jifen_program::book::page::Lang::Zh).to_text();
    for told in ["每 1000元 计 40 分", "满 101 分", "低于 480 分降级", "提前 30 天通知", "3030元", "积分管家：钻石会员"]
    {
        assert!(page.contains(told), "{told} in\n{page}");
    }
}

static BOOK: LazyLock<RuleBook> = LazyLock::new(|| book("rulebook"));

/// What may happen in a month.
#[derive(Debug, Clone, Copy)]
enum Deed {
    Paid(i64, i64),
    Refunded(i64, i64),
    Active,
}

fn deeds() -> impl Strategy<Value = Vec<(i32, Deed)>> {
    let deed = prop_oneof![
        (1..500_000_i64, 0..5_000_i64).prop_map(|(money, points)| Deed::Paid(money, points)),
        (1..50_000_i64, 0..500_i64).prop_map(|(money, points)| Deed::Refunded(money, points)),
        Just(Deed::Active),
    ];
    // Days of three years, in the order they come, a few of them late.
    prop::collection::vec((0..1_000_i32, deed), 0..300).prop_map(|mut deeds| {
        deeds.sort_by_key(|(day, _)| *day / 20);
        deeds
    })
}

proptest! {
    #[test]
    fn the_record_agrees_with_everything_that_happened(deeds in deeds(), looked in 0..60_i32) {
        let book = &*BOOK;
        let ascent = book.ascent.as_ref().unwrap();
        let first = Day::new(2024, 1, 1).unwrap();
        let mut member = member("ordinary");
        for (day, deed) in &deeds {
            let day = first.plus_days(*day);
            note_month(&mut member.body.months, day, ascent.months_kept(), |sums| match deed {
                Deed::Paid(money, points) => {
                    sums.spent += money;
                    sums.points += points;
                    sums.orders += 1;
                }
                Deed::Refunded(money, points) => {
                    sums.spent -= money;
                    sums.points -= points;
                }
                Deed::Active => sums.active_on(day),
            });
        }
        prop_assert!(member.body.months.len() <= usize::from(ascent.months_kept()));
        prop_assert!(member.body.months.windows(2).all(|pair| pair[0].month > pair[1].month));
        // As of the beginning of any month that the record still reaches.
        let newest = member.body.months.first().map_or(month_of(first), |sums| sums.month);
        let as_of = newest + 1 - looked % 3;
        let month = |month: i32| Day::new((month.div_euclid(12)) as i16, (month.rem_euclid(12) + 1) as i8, 1).unwrap();
        let found = score(book, &member, book.zone.start_of(month(as_of))).unwrap();
        let within = |day: i32| (as_of - 12..as_of).contains(&month_of(first.plus_days(day)));
        let (mut spent, mut points) = (0_i64, 0_i64);
        let mut days = std::collections::BTreeMap::<i32, std::collections::BTreeSet<i32>>::new();
        for (day, deed) in deeds.iter().filter(|(day, _)| within(*day)) {
            match deed {
                Deed::Paid(money, earned) => (spent, points) = (spent + money, points + earned),
                Deed::Refunded(money, taken) => (spent, points) = (spent - money, points - taken),
                Deed::Active => {
                    days.entry(month_of(first.plus_days(*day))).or_default().insert(*day);
                }
            }
        }
        let active = if days.values().any(|days| days.len() >= 20) { 2_000 } else { 0 };
        let (spent, points) = (spent.max(0), points.max(0));
        prop_assert_eq!(found.hundredths, (spent * 4 + points * 400) / 100 + active);
    }

    #[test]
    fn more_never_scores_less(spent in 0..10_000_000_i64, points in 0..1_000_000_i64, more in 0..1_000_000_i64) {
        let ascent = BOOK.ascent.as_ref().unwrap();
        let of = |spent: i64| score_of(ascent, |part| match part.kind {
            PartKind::Spent => spent,
            PartKind::Points => points,
            _ => 0,
        });
        prop_assert!(of(spent + more).hundredths >= of(spent).hundredths);
        // What is said to be missing is exactly what is missing.
        let part = &ascent.parts[0];
        if let Some(needed) = part.needed(spent, 10_100 - of(spent).hundredths).filter(|needed| *needed > 0) {
            prop_assert!(of(spent + needed).reaches(101));
            prop_assert!(!of(spent + needed - 1).reaches(101));
        }
    }
}
