//! How long it takes to judge an order of ten lines by ten rules: `cargo run --release -p jifen-rules --example
//! judge_speed`. No more than two microseconds are wanted.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::float_arithmetic,
    reason = "a measurement, not a part of the product"
)]
#![expect(clippy::disallowed_methods, reason = "a measurement looks at the clock")]

use std::hint::black_box;
use std::time::Instant;

use jifen_rules::document::{Document, Problems};
use jifen_rules::judge::FreshRoom;
use jifen_rules::{
    Draw, Facts, LineFacts, LocalTime, MemberFacts, Names, NoData, OrderFacts, RuleSet, TierFacts, UnitName,
};
use jifen_vocab::{Currency, SourceLabel, TierId, Timestamp, UnitId, Zone};

const RULES: &str = "rules:
- { id: daily, on: order.paid, when: 'line.category != \"appliance\"', award: { per: line.amount, percent: 1% }, multiply: tier.earning_multiplier }
- { id: appliance, on: order.paid, when: line.category == 'appliance', award: { per: line.amount, percent: 3% }, multiply: tier.earning_multiplier }
- { id: big, on: order.paid, when: \"order.amount >= 100000 && local.month_day in ['06-18', '11-11']\", award: { points: 200 } }
- { id: full, on: order.paid, when: order.amount >= 1000000, award: { per: order.amount, every: 100.00 CNY, points: 50 } }
- { id: first, on: order.paid, when: member.orders == 0, award: { per: order.amount, points: 1 } }
- { id: store, on: order.paid, when: channel == 'store', award: { points: 50 } }
- { id: vip, on: order.paid, when: \"'vip' in member.tags && tier.rank >= 2\", award: { points: 20 } }
- { id: set, on: order.paid, when: 'lines.exists(l, l.category == \"pen\") && lines.exists(l, l.category == \"ink\")', award: { points: 30 } }
- { id: night, on: order.paid, when: local.hour >= 22 || local.hour < 6, award: { points: 5 } }
- { id: tissue, on: order.paid, when: 'line.category in [\"tissue\", \"paper\"] && line.quantity >= 10', award: { per: line.quantity, points: 1 } }
multipliers:
- { id: double, by: 2, sources: purchase, during: '06-16..06-18' }
caps:
- { id: day, per: day, points: { ordinary: 1000, silver: 1500 } }
- { id: month, per: month, points: { ordinary: 5000, silver: 8000 } }
";

fn main() {
    let tiers = ["ordinary", "silver"].map(|tier| TierId::new(tier).unwrap());
    let purchase = SourceLabel::new("purchase").unwrap();
    let names = Names {
        zone: Zone::named("Asia/Shanghai").unwrap(),
        currency: Currency::CNY,
        units: vec![UnitName { id: UnitId::new("points").unwrap(), value: "0.01".parse().ok() }],
        default_unit: UnitId::new("points").unwrap(),
        tiers: tiers.into(),
        sources: vec![purchase.clone()],
        source_of: [("order.paid".to_owned(), purchase)].into(),
        streaks: Vec::new(),
        places: Vec::new(),
        days: Vec::new(),
    };
    let mut problems = Problems::new();
    let document = Document::parse("earning.yaml", RULES, &mut problems).unwrap();
    let set = RuleSet::compile(document.root(), &names).unwrap();
    let line = |n: i64| LineFacts {
        sku: None,
        category: Some(["daily", "snacks", "appliance", "tissue"][n as usize % 4]),
        quantity: n,
        amount: 1234 + n,
    };
    let lines: Vec<_> = (1..=10).map(line).collect();
    let at = Timestamp::parse_rfc3339("2026-06-18T20:15:00+08:00").unwrap();
    let facts = Facts {
        event_type: "order.paid",
        event_source: "/shop",
        at,
        local: LocalTime::at(&names.zone, at),
        order: Some(OrderFacts {
            id: "1001",
            amount: lines.iter().map(|line| line.amount).sum(),
            currency: Currency::CNY,
            discount: 0,
            shipping: 0,
            points_paid: 0,
        }),
        lines: &lines,
        member: MemberFacts {
            id: "h906",
            tags: &[],
            badges: &[],
            orders: 3,
            spent: 0,
            days: 9,
            idle_days: 0,
            stage: "",
        },
        tier: TierFacts { id: "silver", rank: 1, earning_multiplier: "1.2".parse().unwrap() },
        channel: Some("app"),
        store: None,
        streaks: &[],
        data: &NoData,
    };
    let awards = set.judge(&facts, &FreshRoom, Draw::Odds).awards.len();
    let rounds = 200_000;
    let mut best = f64::MAX;
    for _ in 0..5 {
        let begin = Instant::now();
        for _ in 0..rounds {
            black_box(set.judge(black_box(&facts), &FreshRoom, Draw::Odds));
        }
        best = best.min(begin.elapsed().as_secs_f64());
    }
    println!("{awards} awards; best of 5: {:.0} ns an order", best * 1e9 / f64::from(rounds));
    // The part that is done once an event.
    let begin = Instant::now();
    for _ in 0..rounds {
        black_box(LocalTime::at(&names.zone, black_box(at)));
    }
    println!("local time: {:.0} ns", begin.elapsed().as_secs_f64() * 1e9 / f64::from(rounds));
}
