//! The numbers of the requirements, each against the bundle of its document.

use jifen_ledger::Lead;
use jifen_program::RuleBook;
use jifen_program::book::{ChannelKind, Industry, diff};
use jifen_vocab::Timestamp;

use crate::bundles::{book, edited, holds, load, source};

/// One `order.paid` of ordinary goods at noon of a day.
fn order(tier: &str, day: &str, lines: &str, awards: &str) -> String {
    format!(
        "given: {{ tier: {tier}, orders: 5 }}\nevents:\n  - {{ type: order.paid, time: {day}T12:00:00+08:00, lines: [{lines}], awards: [{awards}] }}"
    )
}

#[test]
fn a_point_for_each_yuan() {
    // row EARN-01
    for (program, tier, rule) in [("retention", "member", "purchase"), ("operations", "bronze", "purchase-goods")] {
        let awards = format!("{{ rule: {rule}, points: 99 }}");
        holds(&book(program), &order(tier, "2026-03-05", "{ amount: 99.99 CNY }", &awards));
    }
}

#[test]
fn each_kind_of_goods_has_its_rebate() {
    // row EARN-02
    let book = book("rulebook");
    holds(
        &book,
        &order(
            "ordinary",
            "2026-03-05",
            "{ category: daily, amount: 100.00 CNY }",
            "{ rule: purchase-daily, points: 100 }",
        ),
    );
    let appliance = "{ rule: purchase-appliance, points: 300 }";
    holds(&book, &order("ordinary", "2026-03-05", "{ category: appliance, amount: 100.00 CNY }", appliance));
}

#[test]
fn services_return_two_percent() {
    // row EARN-03
    let book = book("operations");
    for category in ["catering", "beauty"] {
        let line = format!("{{ category: {category}, amount: 99.00 CNY }}");
        holds(&book, &order("bronze", "2026-03-05", &line, "{ rule: purchase-service, points: 198 }"));
    }
}

#[test]
fn each_full_hundred_brings_fifty() {
    // row EARN-04
    let book = book("operations");
    for (amount, bonus) in [("100.00", 50), ("199.99", 50), ("350.00", 150)] {
        let yuan = amount.split('.').next().unwrap();
        let awards = format!("{{ rule: purchase-goods, points: {yuan} }}, {{ rule: full-hundred, points: {bonus} }}");
        holds(&book, &order("bronze", "2026-03-05", &format!("{{ amount: {amount} CNY }}"), &awards));
    }
}

#[test]
fn from_two_hundred_on_the_rate_is_higher() {
    // row EARN-05
    let book = book("retention");
    for (amount, points) in [("199.99", 199), ("200.00", 300), ("500.00", 750)] {
        let awards = format!("{{ rule: purchase, points: {points} }}");
        holds(&book, &order("member", "2026-03-05", &format!("{{ amount: {amount} CNY }}"), &awards));
    }
}

#[test]
fn tiers_multiply_purchases_at_once() {
    // row EARN-06
    let book = book("rulebook");
    for (tier, points) in [("ordinary", 100), ("silver", 120), ("gold", 150), ("diamond", 200)] {
        let awards = format!("{{ rule: purchase-daily, points: {points} }}");
        holds(&book, &order(tier, "2026-03-05", "{ amount: 100.00 CNY }", &awards));
    }
    holds(
        &book,
        "given: { tier: silver }\nevents:\n\
         \x20 - { type: order.paid, time: 2026-03-05T12:00:00+08:00, amount: 100.00 CNY, awards: [{ rule: purchase-daily, points: 120 }] }\n\
         \x20 - { type: order.paid, time: 2026-03-05T12:00:01+08:00, tier: gold, amount: 100.00 CNY, awards: [{ rule: purchase-daily, points: 150 }] }",
    );
}

#[test]
fn big_orders_in_promotions_bring_two_hundred_more_for_every_tier() {
    // row EARN-08
    let book = book("rulebook");
    for (tier, points) in [("silver", 1200), ("gold", 1500), ("diamond", 2000)] {
        for day in ["2026-06-16", "2026-06-18", "2026-11-11", "2027-11-11"] {
            let bonus = ", { rule: promotion-big-order, points: 200, source: campaign }";
            let awards = format!("{{ rule: purchase-daily, points: {points} }}{bonus}");
            holds(&book, &order(tier, day, "{ amount: 1000.00 CNY }", &awards));
        }
        for day in ["2026-06-15", "2026-06-19", "2026-11-12"] {
            let awards = format!("{{ rule: purchase-daily, points: {points} }}");
            holds(&book, &order(tier, day, "{ amount: 1000.00 CNY }", &awards));
        }
    }
}

/// The default program with a campaign that an operator gave its days.
fn with_anniversary() -> RuleBook {
    let earning = "    by: 2\n    sources: [purchase]\n    group: double\n    enabled: false";
    let dated = "    by: 2\n    sources: [purchase]\n    group: double\n    from: 2026-06-17\n    until: 2026-06-30";
    load(&edited(&source("rulebook"), "earning.yaml", earning, dated))
}

#[test]
fn an_operator_dates_a_campaign_and_purchases_double() {
    // row EARN-09
    let book = with_anniversary();
    for (day, points) in [("2026-06-16", 100), ("2026-06-17", 200), ("2026-06-30", 200), ("2026-07-01", 100)] {
        let awards = format!("{{ rule: purchase-daily, points: {points} }}");
        holds(&book, &order("ordinary", day, "{ amount: 100.00 CNY }", &awards));
    }
    for name in ["rulebook", "operations", "ecosystem"] {
        let multipliers = crate::bundles::book(name);
        let ids: Vec<&str> = multipliers.rules.multipliers().iter().map(|multiplier| multiplier.id.as_str()).collect();
        assert!(ids.contains(&"double-points-day"), "{name}: {ids:?}");
    }
}

#[test]
fn rates_tiers_campaigns_and_bonuses_combine_on_one_order() {
    // row EARN-10
    let silver = "{ rule: purchase-daily, points: 1200 }, { rule: promotion-big-order, points: 200 }";
    holds(&book("rulebook"), &order("silver", "2026-06-18", "{ amount: 1000.00 CNY }", silver));
    let both = "{ category: daily, amount: 46.00 CNY }, { category: appliance, amount: 54.00 CNY }";
    let doubled = "{ rule: purchase-daily, points: 138 }, { rule: purchase-appliance, points: 486 }";
    holds(&with_anniversary(), &order("gold", "2026-06-18", both, doubled));
    let lines = "{ category: daily, amount: 460.00 CNY }, { category: appliance, amount: 540.00 CNY }";
    // 460 × 1 × 1.5 × 2, 540 × 3 × 1.5 × 2 up to the 2,000 of a gold day, and nothing left of it for the bonus.
    let awards = "{ rule: purchase-daily, points: 1380 }, { rule: purchase-appliance, points: 620 }";
    holds(&with_anniversary(), &order("gold", "2026-06-18", lines, awards));
}

#[test]
fn an_order_collected_in_a_shop_brings_fifty() {
    // row EARN-11
    holds(
        &book("rulebook"),
        "events:\n  - { type: order.collected, channel: pick-up, time: 2026-03-06T15:00:00+08:00, \
         awards: [{ rule: in-store-collected, points: 50, unit: points, source: in-store-experience }] }",
    );
}

#[test]
fn the_first_order_earns_twice() {
    // row EARN-13
    holds(
        &book("innovation"),
        "events:\n\
         \x20 - { type: order.paid, time: 2026-03-05T12:00:00+08:00, amount: 250.00 CNY, awards: [{ rule: purchase, points: 500 }] }\n\
         \x20 - { type: order.paid, time: 2026-03-05T12:00:01+08:00, amount: 250.00 CNY, awards: [{ rule: purchase, points: 250 }] }",
    );
}

#[test]
fn purchases_earn_on_every_channel() {
    // row EARN-17
    let book = book("rulebook");
    for channel in &book.channels {
        holds(
            &book,
            &format!(
                "events:\n  - {{ type: order.paid, channel: {}, time: 2026-03-05T12:00:00+08:00, amount: 7.00 CNY, \
                 awards: [{{ rule: purchase-daily, points: 7, available_at: at_once }}] }}",
                channel.id
            ),
        );
    }
}

#[test]
fn the_season_raises_and_lowers_what_purchases_earn() {
    // row EARN-22
    let source = source("operations");
    for (id, by, points) in [("season-raise", "1.5", 150), ("season-lower", "0.8", 80)] {
        let text = source.text("earning.yaml").unwrap();
        let at = text.find(&format!("id: {id}")).unwrap();
        let (before, after) = text.split_at(at);
        let book = load(
            &source
                .clone()
                .with("earning.yaml", before.to_owned() + &after.replacen("enabled: false", "enabled: true", 1)),
        );
        let awards = format!("{{ rule: purchase-goods, points: {points} }}, {{ rule: full-hundred, points: 50 }}");
        holds(&book, &order("bronze", "2026-03-05", "{ amount: 100.00 CNY }", &awards));
        assert!(after.contains(&format!("by: {by}")));
    }
}

#[test]
fn every_tier_has_its_caps() {
    // row LIM-01
    let book = book("rulebook");
    let caps = book.rules.caps();
    let limits = |key: &str| {
        let cap = caps.iter().find(|cap| cap.key == key).unwrap();
        (0..4).map(|tier| cap.limit(Some(tier)).unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(limits("earned/day"), [1000, 1500, 2000, 3000]);
    assert_eq!(limits("earned/month"), [5000, 8000, 12000, 20000]);
    for (tier, day) in [("ordinary", 1000), ("silver", 1500), ("gold", 2000), ("diamond", 3000)] {
        let awards = format!("{{ rule: purchase-appliance, points: {day} }}");
        holds(&book, &order(tier, "2026-03-05", "{ category: appliance, amount: 9999.00 CNY }", &awards));
    }
    for tier in ["member", "honored"] {
        let awards = "{ rule: purchase, points: 1000 }";
        holds(&crate::bundles::book("ecosystem"), &order(tier, "2026-03-05", "{ amount: 9999.00 CNY }", awards));
    }
    assert!(!crate::bundles::book("innovation").rules.caps().is_empty());
}

#[test]
fn points_of_a_year_are_cleared_as_the_next_begins() {
    // row EXP-01
    let book = book("rulebook");
    for day in ["2026-01-01", "2026-12-31"] {
        let awards = "{ rule: purchase-daily, points: 5, expires_at: 2027-01-01T00:00:00+08:00 }";
        holds(&book, &order("ordinary", day, "{ amount: 5.00 CNY }", awards));
    }
}

#[test]
fn points_roll_to_the_end_of_the_month() {
    // row EXP-02
    let book = book("operations");
    for day in ["2024-01-01", "2024-01-31"] {
        let awards = "{ rule: purchase-goods, points: 5, expires_at: 2024-08-01T00:00:00+08:00 }";
        holds(&book, &order("bronze", day, "{ amount: 5.00 CNY }", awards));
    }
}

#[test]
fn the_other_way_of_the_operation_plan_sweeps_each_year() {
    // row EXP-03
    let monthly = "validity: { months: 6, round: end_of_month }";
    let book = load(&edited(&source("operations"), "units.yaml", monthly, "validity: yearly_sweep"));
    for day in ["2024-01-01", "2024-12-31"] {
        let awards = "{ rule: purchase-goods, points: 5, expires_at: 2026-01-01T00:00:00+08:00 }";
        holds(&book, &order("bronze", day, "{ amount: 5.00 CNY }", awards));
    }
}

#[test]
fn tiers_keep_their_points_longer() {
    // row EXP-04
    let book = book("rulebook");
    let expiries = [
        ("ordinary", 5, "2027-01-01T00:00:00+08:00"),
        ("silver", 6, "2027-09-05T12:00:00+08:00"),
        ("gold", 7, "never"),
        ("diamond", 10, "never"),
    ];
    for (tier, points, expires_at) in expiries {
        let awards = format!("{{ rule: purchase-daily, points: {points}, expires_at: {expires_at} }}");
        holds(&book, &order(tier, "2026-03-05", "{ amount: 5.00 CNY }", &awards));
    }
}

#[test]
fn notices_come_on_the_first_of_october_and_thirty_days_before() {
    let book = book("rulebook");
    let notice = book.unit("points").unwrap().terms.notice.as_ref().unwrap();
    let lapse = Timestamp::parse_rfc3339("2027-01-01T00:00:00+08:00").unwrap();
    let given: Vec<String> =
        notice.leads.iter().map(|lead: &Lead| book.zone.rfc3339(lead.before(lapse, &book.zone))).collect();
    assert_eq!(given, ["2026-10-01T00:00:00+08:00", "2026-12-02T00:00:00+08:00"]);
    assert!(notice.required);
}

#[test]
fn short_validities_are_warned_about() {
    // row EXP-10
    let natural_year = "validity: { points: natural_year }";
    for (validity, warned) in [
        ("{ months: 3 }", true),
        ("{ days: 90, round: end_of_month }", true),
        ("{ dates: [03-31, 06-30, 09-30, 12-31] }", true),
        ("{ months: 4 }", false),
        ("natural_year", false),
    ] {
        let written = format!("validity: {{ points: {validity} }}");
        let source = edited(&source("rulebook"), "tiers.yaml", natural_year, &written);
        let (_, warnings) = RuleBook::load(1, &source).unwrap();
        let short = warnings.iter().find(|warning| warning.message.contains("three months or less"));
        assert_eq!(short.is_some(), warned, "{validity}: {warnings:?}");
        if let Some(short) = short {
            assert_eq!(
                (short.file.as_str(), short.line, short.path.as_str()),
                ("tiers.yaml", 6, "tiers.yaml:tiers[0].validity.points")
            );
            assert!(short.message.contains("masses") && short.message.contains("complain"), "{}", short.message);
        }
    }
}

#[test]
fn a_point_has_the_worth_of_its_document() {
    // row PROG-02
    for (name, value) in [("rulebook", "0.01"), ("ecosystem", "0.01"), ("operations", "0.01"), ("retention", "0.1")] {
        assert_eq!(book(name).unit("points").unwrap().value.unwrap().to_string(), value, "{name}");
    }
    let (from, to) = book("ecosystem").unit("points").unwrap().band.unwrap();
    assert_eq!((from.to_string(), to.to_string()), ("0.008".to_owned(), "0.015".to_owned()));
}

#[test]
fn a_change_of_worth_stands_out() {
    // row PROG-03
    let before = source("rulebook");
    let after = edited(&before, "units.yaml", "value: 0.01", "value: 0.008");
    let changes = diff::diff(&before, &after);
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].path, "units.yaml:units[points].value");
    assert!(changes[0].touches_worth());
    let other = edited(&before, "tiers.yaml", "earning_multiplier: 1.2", "earning_multiplier: 1.3");
    assert!(diff::diff(&before, &other).iter().all(|change| !change.touches_worth()));
}

#[test]
fn points_are_labeled_by_source() {
    // row PROG-04
    let labels = [
        "purchase",
        "campaign",
        "in-store-experience",
        "interaction",
        "sign-in",
        "surprise",
        "content",
        "invite",
        "invite-success",
        "newcomer",
        "learning",
        "birthday",
        "festival",
        "care",
        "social",
        "task",
        "charity",
        "green",
    ];
    for name in crate::bundles::ALL {
        let book = book(name);
        let known: Vec<&str> = book.sources.iter().map(|label| label.id.as_str()).collect();
        assert!(labels.iter().all(|label| known.contains(label)), "{name}: {known:?}");
        assert!(book.rules.rules().iter().all(|rule| known.contains(&rule.source.as_str())), "{name}");
    }
}

#[test]
fn foreign_units_are_there_and_not_spent() {
    // row PROG-08
    let book = book("ecosystem");
    for id in ["airline-miles", "ride-points", "coffee-cups", "platform-coins", "membership-days"] {
        let unit = book.unit(id).unwrap();
        assert!(unit.foreign && !unit.spendable, "{id}");
    }
    let growth = book.unit("growth").unwrap();
    assert!(!growth.foreign && !growth.spendable);
    assert!(crate::bundles::book("innovation").unit("partner-points").unwrap().foreign);
}

#[test]
fn every_channel_is_there() {
    // row PROG-10
    for name in crate::bundles::ALL {
        let book = book(name);
        for (word, kind) in ChannelKind::WORDS {
            assert!(book.channels.iter().any(|channel| channel.kind == *kind), "{name} lacks {word}");
        }
    }
}

#[test]
fn lines_of_business_have_their_presets() {
    // row PROG-11
    assert_eq!(book("rulebook").industry, [Industry::Retail, Industry::Appliances]);
    assert_eq!(
        book("operations").industry,
        [Industry::Retail, Industry::Services, Industry::Catering, Industry::Beauty]
    );
    let named: Vec<Industry> = crate::bundles::ALL.iter().flat_map(|name| book(name).industry).collect();
    for (word, industry) in Industry::WORDS {
        assert!(named.contains(industry), "no bundle is for {word}");
    }
}

#[test]
fn several_families_of_rules_are_active_at_once() {
    // row PROG-19
    let lines = "{ category: goods, amount: 60.00 CNY }, { category: beauty, amount: 40.00 CNY }";
    let awards = "{ rule: purchase-goods, points: 60 }, { rule: purchase-service, points: 80 }, { rule: full-hundred, points: 50 }";
    holds(&book("operations"), &order("bronze", "2026-03-05", lines, awards));
}
