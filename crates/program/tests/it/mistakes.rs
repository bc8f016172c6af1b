//! What an operator reads about a broken bundle: the place, the mistake, what was probably meant.

use jifen_program::RuleBook;
use jifen_program::book::examples;
use jifen_rules::document::Source;

const PROGRAM: &str = "id: small\nname: Small\n";
const UNITS: &str = "units:\n  - { id: points, name: points, value: 0.01, validity: forever }\n";
const TIERS: &str =
    "tiers:\n  - { id: ordinary, name: Ordinary }\n  - { id: gold, name: Gold, earning_multiplier: 1.5 }\n";
const SOURCES: &str = "sources:\n  - { id: purchase, name: Purchase, events: order.paid }\n";
const EARNING: &str = "rules:\n  - { id: base, on: order.paid, award: { per: order.amount, points: 1 } }\n";

fn small() -> Source {
    Source::new()
        .with("program.yaml", PROGRAM)
        .with("units.yaml", UNITS)
        .with("tiers.yaml", TIERS)
        .with("sources.yaml", SOURCES)
        .with("earning.yaml", EARNING)
}

fn mistakes(source: &Source) -> Vec<String> {
    match RuleBook::load(1, source) {
        Ok(_) => Vec::new(),
        Err(problems) => problems.iter().map(ToString::to_string).collect(),
    }
}

fn warnings(source: &Source) -> Vec<String> {
    RuleBook::load(1, source).unwrap().1.iter().map(ToString::to_string).collect()
}

#[test]
fn a_small_bundle_has_the_defaults() {
    let (book, warnings) = RuleBook::load(3, &small()).unwrap();
    assert_eq!(warnings, []);
    assert_eq!((book.version, book.id.as_str(), book.name.zh.as_str()), (3, "small", "Small"));
    assert_eq!((book.zone.name(), book.currency.as_str(), book.enroll_unknown), ("Asia/Shanghai", "CNY", false));
    assert_eq!((book.late_days, book.ahead_minutes, book.hold_hours), (30, 5, 24));
    assert_eq!((book.category(Some("anything")), book.default_unit.as_str()), ("other", "points"));
    assert_eq!((book.earning.len(), book.rules.rules().len()), (1, 1));
    assert_eq!(book.tiers.iter().map(|tier| tier.rank).collect::<Vec<_>>(), [0, 1]);
}

#[test]
fn each_mistake_is_told_with_its_place() {
    let table: &[(&str, &str, &str)] = &[
        // boards.yaml
        (
            "boards.yaml",
            "reconciliation: { sample: 0 }\n",
            "boards.yaml:1:27: reconciliation.sample: must be from 1 to 50000",
        ),
        (
            "boards.yaml",
            "reconciliation: { tolerance: 2% }\n",
            "boards.yaml:1:30: reconciliation.tolerance: must be 0% to 1%, in steps of 0.0001%",
        ),
        (
            "boards.yaml",
            "reconciliation: { tolerance: 0.00001% }\n",
            "boards.yaml:1:30: reconciliation.tolerance: must be 0% to 1%, in steps of 0.0001%",
        ),
        // rewards.yaml: gifts
        (
            "rewards.yaml",
            "gifts:\n  - { id: g, name: G, reward: cup, dayz: 3 }\n",
            "rewards.yaml:2:36: gifts[0].dayz: is not a key that is known here (did you mean `days`?)",
        ),
        (
            "rewards.yaml",
            "gifts:\n  - { id: g, name: G, reward: cup }\n  - { id: g, name: H, reward: pen }\n",
            "rewards.yaml:3:11: gifts[1].id: there is `g` already, in line 2",
        ),
        (
            "earning.yaml",
            "rules:\n  - { id: base, on: order.paid, award: { points: 1 }, gift: cup }\n",
            "earning.yaml:2:61: rules[0].gift: there is no gift `cup` in rewards.yaml",
        ),
        (
            "tasks.yaml",
            "tasks:\n  - { id: t, name: T, kind: daily, within: day, steps: [{ id: s, name: S, on: a.b }], award: { gift: cup } }\n",
            "tasks.yaml:2:102: tasks[0].award.gift: there is no gift `cup` in rewards.yaml",
        ),
        (
            "tasks.yaml",
            "tasks:\n  - { id: t, name: T, kind: daily, within: day, steps: [{ id: s, name: S, on: a.b }], award: { gift: cup, badge: b } }\n",
            "tasks.yaml:2:94: tasks[0].award: needs exactly one of `points`, `badge`, `gift` and `tier`",
        ),
        // messages.yaml
        (
            "messages.yaml",
            "messages:\n  - { id: a, name: A, on: frozen, purpose: service, title: { zh: 甲, en: A }, text: { zh: \"{untill}\", en: A } }\n",
            "messages.yaml:2:90: messages[0].text.zh: has the blank {untill}, which nothing fills; there are name, rewards, program, until (did you mean `until`?)",
        ),
        (
            "messages.yaml",
            "messages:\n  - { id: a, name: A, on: frozen, purpose: service, title: { zh: 甲, en: A }, text: { zh: 甲, en: \"{until\" } }\n",
            "messages.yaml:2:97: messages[0].text.en: has a `{` without its `}`; a brace that is meant as such is written `{{`",
        ),
        (
            "messages.yaml",
            "messages:\n  - { id: a, name: A, on: frozen, purpose: service, title: 甲, text: { zh: 甲, en: A } }\n",
            "messages.yaml:2:60: messages[0].title: needs both languages: { zh: …, en: … }",
        ),
        (
            "messages.yaml",
            "messages:\n  - { id: a, name: A, on: frozen, purpose: service, words: [x], title: { zh: 甲, en: A }, text: { zh: 甲, en: A } }\n",
            "messages.yaml:2:60: messages[0].words: goes only with `on: hand`: nobody writes words into the others",
        ),
        (
            "messages.yaml",
            "messages:\n  - { id: a, name: A, on: frozen, purpose: service, send: [sms, sms], title: { zh: 甲, en: A }, text: { zh: 甲, en: A } }\n",
            "messages.yaml:2:65: messages[0].send[1]: names a channel a second time: members get a message once",
        ),
        (
            "messages.yaml",
            "quiet: { from: \"25:00\", until: \"08:00\" }\n",
            "messages.yaml:1:16: quiet.from: must be a time of day, such as \"22:00\"",
        ),
        // deductions.yaml
        (
            "deductions.yaml",
            "deductions:\n  - { id: a, name: A, points: 100, off: 0.00 CNY, most: 30% }\n",
            "deductions.yaml:2:41: deductions[0].off: must be above zero",
        ),
        (
            "deductions.yaml",
            "deductions:\n  - { id: a, name: A, points: 0, off: 1.00 CNY, most: 30% }\n",
            "deductions.yaml:2:31: deductions[0].points: must be from 1 to 900000000000",
        ),
        (
            "deductions.yaml",
            "coupons:\n  - { id: a, name: A, points: 1, off: 2.00 CNY, least: 1.00 CNY }\n",
            "deductions.yaml:2:56: coupons[0].least: must not be less than what the coupon takes off",
        ),
        // conversions.yaml
        (
            "conversions.yaml",
            "conversions:\n  - { id: a, name: A, points: 1, into: { unit: stars, points: 1 } }\n",
            "conversions.yaml:2:48: conversions[0].into.unit: there is no unit `stars`",
        ),
        (
            "conversions.yaml",
            "conversions:\n  - { id: a, name: A, points: 1, into: { charity: C, voucher: 1.00 CNY } }\n",
            "conversions.yaml:2:40: conversions[0].into: needs exactly one of `unit`, `charity` and `voucher`",
        ),
        // wake_up.yaml
        (
            "wake_up.yaml",
            "above: 30%\ndays: 7\nrest_days: 90\nbadge: none\n",
            "wake_up.yaml:4:8: badge: there is no badge `none` in tasks.yaml",
        ),
        // surveys.yaml and tickets.yaml
        (
            "surveys.yaml",
            "surveys:\n  - { id: a, name: A, from: 2026-06-02, until: 2026-06-01, questions: [{ id: q, text: Q, scale: 5 }] }\n",
            "surveys.yaml:2:5: surveys[0]: ends before it begins",
        ),
        (
            "surveys.yaml",
            "surveys:\n  - { id: a, name: A, from: 2026-06-02, until: 2026-06-02, questions: [{ id: q, text: Q }] }\n",
            "surveys.yaml:2:72: surveys[0].questions[0]: needs exactly one of `scale`, `one`, `several` and `chars`",
        ),
        (
            "tickets.yaml",
            "most_open: 1\ntext_chars: 9\ntickets:\n  - { id: a, name: A, respond_hours: 9, resolve_hours: 8 }\n",
            "tickets.yaml:4:38: tickets[0].respond_hours: must not be more than `resolve_hours`",
        ),
        // program.yaml
        ("program.yaml", "id: small\n", "program.yaml:1:1: needs `name`"),
        (
            "program.yaml",
            "id: small\nname: Small\nzonne: UTC\n",
            "program.yaml:3:1: zonne: is not a key that is known here (did you mean `zone`?)",
        ),
        ("program.yaml", "id: small\nname: { zh: 小 }\n", "program.yaml:2:7: name: needs `en`"),
        (
            "program.yaml",
            "id: small\nname: Small\nzone: Asia/Shangahi\n",
            "program.yaml:3:7: zone: must be an IANA time zone, such as Asia/Shanghai",
        ),
        (
            "program.yaml",
            "id: small\nname: Small\ncurrency: yuan\n",
            "program.yaml:3:11: currency: must be an ISO 4217 code of three capital letters, such as CNY",
        ),
        (
            "program.yaml",
            "id: small\nname: Small\nenroll_unknown: yes\n",
            "program.yaml:3:17: enroll_unknown: must be true or false",
        ),
        (
            "program.yaml",
            "id: small\nname: Small\nevents: { late_days: 31, ahead: 5 }\n",
            "program.yaml:3:22: events.late_days: must be from 0 to 30\nprogram.yaml:3:26: events.ahead: is not a key that is known here",
        ),
        (
            "program.yaml",
            "id: small\nname: Small\nholds: { hours: 0 }\n",
            "program.yaml:3:17: holds.hours: must be from 1 to 8784",
        ),
        (
            "program.yaml",
            "id: small\nname: Small\ndebt: allow-negative\n",
            "program.yaml:3:7: debt: must be one of allow_negative, within_balance, pending_only (did you mean `allow_negative`?)",
        ),
        (
            "program.yaml",
            "id: small\nname: Small\nindustry: [retial]\n",
            "program.yaml:3:12: industry[0]: must be one of airline, appliances, beauty, catering, education, ev_charging, hotel, retail, services, sports, travel (did you mean `retail`?)",
        ),
        (
            "program.yaml",
            "id: small\nname: Small\ncategories: { known: [daily, daily], default: dayly }\n",
            "program.yaml:3:30: categories.known[1]: there is `daily` already, in line 3\nprogram.yaml:3:47: categories.default: `dayly` is not among the known kinds of goods (did you mean `daily`?)",
        ),
        (
            "program.yaml",
            "id: small\nname: Small\nchannels:\n  - { id: a, name: A, kind: ap }\n  - { id: b, name: B, kind: web }\n  - { id: b, name: C, kind: web }\n",
            "program.yaml:4:29: channels[0].kind: must be one of app, community, kiosk, live_stream, mini_program, official_account, online_mall, partner, pick_up, pop_up, store, web (did you mean `app`?)\nprogram.yaml:6:11: channels[2].id: there is `b` already, in line 5",
        ),
        (
            "program.yaml",
            "id: [a\n",
            "program.yaml:2:1: is not valid YAML: while parsing a flow sequence, expected ',' or ']'",
        ),
        // units.yaml
        ("units.yaml", "units: []\n", "units.yaml:1:1: needs a unit"),
        (
            "units.yaml",
            "unit: []\n",
            "units.yaml:1:1: needs `units`\nunits.yaml:1:1: unit: is not a key that is known here (did you mean `units`?)",
        ),
        (
            "units.yaml",
            "units:\n  - { id: points, name: P, validity: forever }\n  - { id: points, name: Q, validity: forever }\n",
            "units.yaml:3:11: units[1].id: there is `points` already, in line 2",
        ),
        (
            "units.yaml",
            "units:\n  - { id: points, name: P, value: 0, validity: forever }\n",
            "units.yaml:2:35: units[0].value: must be more than 0: leave it out for a unit without a worth in money",
        ),
        (
            "units.yaml",
            "units:\n  - { id: points, name: P, value: 0.01 yuan, validity: forever }\n",
            "units.yaml:2:35: units[0].value: must be a decimal number, such as 1.5",
        ),
        (
            "units.yaml",
            "units:\n  - { id: points, name: P, value: { usual: 0.02, from: 0.008, to: 0.015 }, validity: forever }\n",
            "units.yaml:2:35: units[0].value: must go from the lowest to the highest, with the usual worth between them",
        ),
        (
            "units.yaml",
            "units:\n  - { id: miles, name: M, foreign: true, spendable: true, validity: forever }\n",
            "units.yaml:2:53: units[0].spendable: cannot be true: a foreign unit is spent where it is at home",
        ),
        (
            "units.yaml",
            "units:\n  - { id: points, name: P, validity: natural-year }\n",
            "units.yaml:2:38: units[0].validity: must be forever, natural_year, yearly_sweep or a map such as { months: 18 } (did you mean `natural_year`?)",
        ),
        ("units.yaml", "units:\n  - { id: points, name: P }\n", "units.yaml:2:5: units[0]: needs `validity`"),
        (
            "units.yaml",
            "units:\n  - { id: p, name: P, validity: forever, dormancy: { after: { months: 12 }, notice: 3mo } }\n",
            "units.yaml:2:85: units[0].dormancy.notice: must be a number of days, such as 30d",
        ),
        (
            "units.yaml",
            "units:\n  - { id: p, name: P, validity: forever, dormancy: { after: { days: 20 } } }\n",
            "units.yaml:2:52: units[0].dormancy: must let points stay awake for longer than the notice is given before",
        ),
        (
            "units.yaml",
            "units:\n  - { id: p, name: P, validity: forever, dormancy: { after: { until: 2030-01-01 } } }\n",
            "units.yaml:2:61: units[0].dormancy.after: must be a number of days or months, such as { months: 12 }",
        ),
        (
            "units.yaml",
            "units:\n  - { id: p, name: P, validity: forever, dormancy: { after: { months: 9 }, shrink: { by: 0%, every: { months: 1 } } } }\n",
            "units.yaml:2:90: units[0].dormancy.shrink.by: must be 0.1% to 100%",
        ),
        (
            "units.yaml",
            "units:\n  - { id: points, name: P, validity: { month: 18 } }\n",
            "units.yaml:2:38: units[0].validity: needs exactly one of `days`, `months`, `until` and `dates`\nunits.yaml:2:40: units[0].validity.month: is not a key that is known here (did you mean `months`?)",
        ),
        (
            "units.yaml",
            "units:\n  - { id: points, name: P, validity: { months: 18, days: 5 } }\n",
            "units.yaml:2:38: units[0].validity: needs exactly one of `days`, `months`, `until` and `dates`",
        ),
        (
            "units.yaml",
            "units:\n  - { id: points, name: P, validity: { until: 2026-12-31, round: end_of_day } }\n",
            "units.yaml:2:66: units[0].validity.round: goes only with `days` or `months`",
        ),
        (
            "units.yaml",
            "units:\n  - { id: points, name: P, validity: { months: 6, round: end_of_moth } }\n",
            "units.yaml:2:58: units[0].validity.round: must be one of none, end_of_day, end_of_month, end_of_quarter, end_of_year (did you mean `end_of_month`?)",
        ),
        (
            "units.yaml",
            "units:\n  - { id: points, name: P, validity: { dates: [03-31, 02-30] } }\n",
            "units.yaml:2:55: units[0].validity.dates[1]: must be a day of the year, such as 03-31",
        ),
        (
            "units.yaml",
            "units:\n  - { id: points, name: P, validity: forever, notice: { leads: [90], required: true } }\n",
            "units.yaml:2:65: units[0].notice.leads[0]: must be a number of days or months, such as 90d or 3mo",
        ),
        (
            "units.yaml",
            "units:\n  - { id: points, name: P, validity: forever, notice: { leads: [90d, 90d] } }\n",
            "units.yaml:2:70: units[0].notice.leads[1]: is there already",
        ),
        (
            "units.yaml",
            "units:\n  - { id: points, name: P, validity: forever, notice: { leads: [] } }\n",
            "units.yaml:2:64: units[0].notice.leads: must hold 1 to 6 spans, such as 90d",
        ),
        (
            "units.yaml",
            "units:\n  - { id: 积分, name: P, validity: forever }\n",
            "units.yaml:2:11: units[0].id: may hold only A-Z a-z 0-9 . _ : -",
        ),
        // tiers.yaml
        ("tiers.yaml", "tiers: []\n", "tiers.yaml:1:1: needs a tier: members without distinction are one tier"),
        (
            "tiers.yaml",
            "tiers:\n  - { id: gold, name: G, earning_multiplier: 1.5 }\n  - { id: silver, name: S, earning_multiplier: 1.2 }\n",
            "tiers.yaml:3:48: tiers[1].earning_multiplier: is less than 1.5 of `gold` before it: tiers are written lowest first",
        ),
        (
            "tiers.yaml",
            "tiers:\n  - { id: gold, name: G, earning_multiplier: -1 }\n",
            "tiers.yaml:2:46: tiers[0].earning_multiplier: must be from 0 to 100",
        ),
        (
            "tiers.yaml",
            "tiers:\n  - { id: gold, name: G, earning_multiplyer: 1 }\n",
            "tiers.yaml:2:26: tiers[0].earning_multiplyer: is not a key that is known here (did you mean `earning_multiplier`?)",
        ),
        (
            "tiers.yaml",
            "tiers:\n  - { id: gold, name: G, validity: { point: forever } }\n",
            "tiers.yaml:2:45: tiers[0].validity.point: there is no unit `point` (did you mean `points`?)",
        ),
        // sources.yaml
        (
            "sources.yaml",
            "sources:\n  - { id: purchase, name: P, events: order.paid }\n  - { id: other, name: O, events: [order.paid] }\n",
            "sources.yaml:3:36: sources[1].events[0]: `order.paid` is usually reported as `purchase` already",
        ),
        // earning.yaml
        (
            "earning.yaml",
            "rules:\n  - { id: base, on: order.paid, award: { per: order.amount, ponits: 1 } }\n",
            "earning.yaml:2:40: rules[0].award: needs `points`\nearning.yaml:2:61: rules[0].award.ponits: is not a key that is known here (did you mean `points`?)",
        ),
        (
            "earning.yaml",
            "rules:\n  - { id: base, on: order.paid, award: { points: 1 }, validty: forever }\n",
            "earning.yaml:2:55: rules[0].validty: is not a key that is known here (did you mean `validity`?)",
        ),
        (
            "earning.yaml",
            "rules:\n  - { id: base, on: order.paid, award: { points: 1 }, unit: point }\n",
            "earning.yaml:2:61: rules[0].unit: there is no unit `point` (did you mean `points`?)",
        ),
        (
            "earning.yaml",
            "rules:\n  - { id: base, on: order.paid, award: { points: 1 }, source: purchse }\n",
            "earning.yaml:2:63: rules[0].source: there is no source `purchse` (did you mean `purchase`?)",
        ),
        (
            "earning.yaml",
            "rules:\n  - { id: base, on: order.collected, award: { points: 1 } }\n",
            "earning.yaml:2:5: rules[0]: needs `source`, the label its points are reported under",
        ),
        (
            "earning.yaml",
            "rules:\n  - { id: base, on: order.paid, award: { points: 1 }, when: \"tier.id == 'glod'\" }\n",
            "earning.yaml:2:73: rules[0].when: there is no tier `glod` (did you mean `gold`?)",
        ),
        (
            "earning.yaml",
            "rules:\n  - id: base\n    on: order.paid\n    award: { points: 1 }\n    when: order.amuont > 5\n",
            "earning.yaml:5:11: rules[0].when: there is no variable `order.amuont` (did you mean `order.amount`?)",
        ),
        (
            "earning.yaml",
            "rules:\n  - { id: base, on: order.paid, award: { points: 1 } }\n  - { id: base, on: order.paid, award: { points: 2 } }\n",
            "earning.yaml:3:5: rules[1]: there is a rule `base` already, in line 2",
        ),
        (
            "earning.yaml",
            "rules:\n  - { id: base, on: order.paid, award: { points: 1 }, pending: { days: 7, until: 2026-12-01 } }\n",
            "earning.yaml:2:64: rules[0].pending: needs exactly one of `days`, `until` and `event`",
        ),
        (
            "earning.yaml",
            "rules:\n  - { id: base, on: order.paid, award: { points: 1 }, pending: { event: order.completed } }\n",
            "earning.yaml:2:64: rules[0].pending: needs `within`, after which points are cancelled, such as 15d",
        ),
        (
            "earning.yaml",
            "rules:\n  - { id: base, on: order.paid, award: { points: 1 }, pending: { event: order.completed, within: 3mo } }\n",
            "earning.yaml:2:98: rules[0].pending.within: must be a number of days, such as 15d",
        ),
        (
            "earning.yaml",
            "rules:\n  - { id: base, on: order.paid, award: { points: 1 }, pending: { days: 7, within: 15d } }\n",
            "earning.yaml:2:83: rules[0].pending.within: goes only with `event`",
        ),
        (
            "earning.yaml",
            "rules:\n  - { id: base, on: order.paid, award: { points: 1 }, pending: { days: 7 }, validity_from: relase }\n",
            "earning.yaml:2:92: rules[0].validity_from: must be one of grant, release (did you mean `release`?)",
        ),
        (
            "earning.yaml",
            "rules: []\nmultipliers:\n  - { id: x, by: 2, rules: [bse] }\n",
            "earning.yaml:3:29: multipliers[0].rules[0]: there is no rule `bse`",
        ),
        // caps.yaml and files
        (
            "caps.yaml",
            "caps:\n  - { id: earned, per: day, points: { ordinary: 1000, glod: 2000 } }\n",
            "caps.yaml:2:61: caps[0].points.glod: there is no tier `glod` (did you mean `gold`?)",
        ),
        (
            "caps.yaml",
            "caps:\n  - { id: earned, per: day, points: { ordinary: 1000 } }\n",
            "caps.yaml:2:37: caps[0].points: names no limit for the tier `gold`: give a number or `unlimited`",
        ),
        (
            "caps.yaml",
            "caps:\n  - { id: earned, per: dya, points: 1000 }\n",
            "caps.yaml:2:24: caps[0].per: must be one of day, week, month, year, ever (did you mean `day`?)",
        ),
        (
            "caps.yaml",
            "caps:\n  - { id: earned, per: day, points: 1000 }\n  - { id: earned, per: day, points: 2000 }\n",
            "caps.yaml:3:5: caps[1]: there is a cap `earned/day` already",
        ),
        ("cap.yaml", "caps: []\n", "cap.yaml:1:1: is not a file of a bundle (did you mean `caps.yaml`?)"),
        ("units.yaml", "units: &all []\n", "units.yaml:1:8: may not use anchors (`&name`)"),
        ("units.yaml", "", "units.yaml:1:1: is empty"),
    ];
    for (file, text, expected) in table {
        assert_eq!(mistakes(&small().with(*file, *text)), expected.split('\n').collect::<Vec<_>>(), "{text}");
    }
}

#[test]
fn everything_wrong_is_told_at_once_and_by_place() {
    let source = Source::new()
        .with("program.yaml", "id: small\nnam: Small\n")
        .with("units.yaml", "units:\n  - { id: points, name: P, value: -1 }\n")
        .with("tiers.yaml", "tiers:\n  - { name: Ordinary }\n")
        .with("earning.yaml", "rules:\n  - { id: base, on: order.paid, award: { per: order.amount } }\n");
    assert_eq!(
        mistakes(&source),
        [
            "program.yaml:1:1: needs `name`",
            "program.yaml:2:1: nam: is not a key that is known here (did you mean `name`?)",
            "sources.yaml:1:1: this file is missing: every rule book has it",
            "tiers.yaml:2:5: tiers[0]: needs `id`",
            "units.yaml:2:5: units[0]: needs `validity`",
            "units.yaml:2:35: units[0].value: must be more than 0: leave it out for a unit without a worth in money",
        ]
    );
}

#[test]
fn a_bundle_has_bounds() {
    let many = |key: &str, count: usize, entry: &dyn Fn(usize) -> String| {
        let entries: String = (0..count).map(|n| format!("  - {}\n", entry(n))).collect();
        format!("{key}:\n{entries}")
    };
    let units = many("units", 41, &|n| format!("{{ id: u{n}, name: U, validity: forever }}"));
    let told = mistakes(&small().with("units.yaml", units));
    assert_eq!(told[0], "units.yaml:2:3: units: holds 41 entries: at most 40 are possible");
    let tiers = many("tiers", 21, &|n| format!("{{ id: t{n}, name: T }}"));
    let told = mistakes(&small().with("tiers.yaml", tiers));
    assert_eq!(told, ["tiers.yaml:2:3: tiers: holds 21 entries: at most 20 are possible"]);
}

#[test]
fn conditions_may_name_only_what_is_declared() {
    let program = format!(
        "{PROGRAM}categories: {{ known: [daily, appliance], default: daily }}\nchannels:\n  - {{ id: app, name: App, kind: app }}\n"
    );
    let rule = |when: &str| {
        let earning =
            format!("rules:\n  - id: base\n    on: order.paid\n    award: {{ points: 1 }}\n    when: {when}\n");
        mistakes(&small().with("program.yaml", program.clone()).with("earning.yaml", earning))
    };
    assert_eq!(rule("line.category == \"appliance\" && channel == \"app\""), [""; 0]);
    assert_eq!(
        rule("line.category in [\"daily\", \"aplliance\"]"),
        ["earning.yaml:5:11: rules[0].when: there is no kind of goods `aplliance` (did you mean `appliance`?)"]
    );
    assert_eq!(
        rule("channel != \"ap\""),
        ["earning.yaml:5:11: rules[0].when: there is no channel `ap` (did you mean `app`?)"]
    );
}

#[test]
fn what_is_only_unwise_is_a_warning() {
    let table: &[(&str, &str, &str)] = &[
        (
            "units.yaml",
            "units:\n  - { id: points, name: P, validity: natural_year }\n",
            "units.yaml:2:5: units[0]: lapses without notice: `notice` tells members before",
        ),
        (
            "units.yaml",
            "units:\n  - { id: points, name: P, validity: { days: 92 }, notice: { leads: 30d } }\n",
            "units.yaml:2:38: units[0].validity: is three months or less: so short a validity makes points lapse in masses and members complain",
        ),
        (
            "tiers.yaml",
            "tiers:\n  - { id: ordinary, name: O }\n  - { id: gold, name: G, validity: { points: { months: 18 } } }\n",
            "tiers.yaml:3:11: tiers[1].id: keeps `points` for a shorter time than the tier below it",
        ),
        (
            "earning.yaml",
            "rules:\n  - { id: base, on: order.paid, award: { points: 1 }, validity_from: release }\n",
            "earning.yaml:2:70: rules[0].validity_from: changes nothing: the points of this rule can be used at once",
        ),
    ];
    for (file, text, expected) in table {
        assert_eq!(warnings(&small().with(*file, *text)), [*expected], "{text}");
    }
}

#[test]
fn examples_that_cannot_be_read_or_do_not_hold_are_told() {
    let (book, _) = RuleBook::load(1, &small()).unwrap();
    let run = |text: &str| examples::run(&book, &Source::new().with("examples.yaml", text));
    let event = "type: order.paid, time: 2026-03-05T12:00:00+08:00, amount: 5.00 CNY";
    let held =
        run(&format!("examples:\n  - name: A\n    events: [{{ {event}, awards: [{{ rule: base, points: 5 }}] }}]\n"));
    assert!(held.len() == 1 && held[0].ok, "{held:?}");
    let failed =
        run(&format!("examples:\n\n  - name: A\n    events: [{{ {event}, awards: [{{ rule: base, points: 6 }}] }}]\n"));
    assert_eq!((failed[0].ok, failed[0].file.as_str(), failed[0].line), (false, "examples.yaml", 3));
    assert_eq!(
        (failed[0].expected.as_str(), failed[0].got.as_str()),
        ("order.paid: base gives 6", "order.paid: base gives 5")
    );
    let nothing = run(&format!("examples:\n  - name: A\n    events: [{{ {event}, awards: [] }}]\n"));
    assert_eq!((nothing[0].expected.as_str(), nothing[0].ok), ("order.paid: nothing", false));
    let broken =
        run(&format!("examples:\n  - name: A\n    events: [{{ {event}, awards: [{{ rule: bas, point: 5 }}] }}]\n"));
    assert!(broken.iter().all(|result| !result.ok) && broken.len() == 3, "{broken:?}");
    assert!(
        broken.iter().any(|result| result.got.ends_with("there is no rule `bas` (did you mean `base`?)")),
        "{broken:?}"
    );
    assert_eq!(run("examples: []\n"), []);
}

#[test]
fn redemptions_of_examples_are_carried_out_and_compared() {
    let (book, _) = RuleBook::load(1, &crate::bundles::source("rulebook")).unwrap();
    let run = |redemption: &str| {
        let text = format!("examples:\n  - name: A\n    redemptions: [{{ {redemption} }}]\n");
        examples::run(&book, &Source::new().with("examples.yaml", text)).remove(0)
    };
    let cup = "available: 1000, reward: { kind: goods, category: daily, points: 500, stock: 1 }";
    let at = "time: 2026-06-10T12:00:00+08:00";
    let right = run(&format!("{cup}, steps: [{{ do: redeem, {at}, points: 500, available: 500, state: open }}]"));
    assert!(right.ok, "{right:?}");
    for (wrong, got) in [
        ("points: 499", "redeem: points 500"),
        ("available: 1000", "redeem: available 500"),
        ("state: canceled", "redeem: state open"),
        ("cash: 1.00 CNY", "redeem: cash 0.00 CNY"),
        ("points_back: 1", "redeem: points back 0"),
        ("refused: out-of-stock", "redeem: "),
    ] {
        let told = run(&format!("{cup}, steps: [{{ do: redeem, {at}, {wrong} }}]"));
        assert_eq!((told.ok, told.got.as_str()), (false, got), "{wrong}");
    }
    // What is refused that was not to be is told as well.
    let poor = "available: 0, reward: { kind: goods, category: daily, points: 500, stock: 1 }";
    let told = run(&format!("{poor}, steps: [{{ do: redeem, {at}, points: 500 }}]"));
    assert_eq!((told.ok, told.got.as_str()), (false, "redeem: refused: insufficient-points"));
    for (text, problem) in [
        (format!("{cup}, steps: [{{ do: use, {at} }}]"), "of which the first, and no other, is `redeem`"),
        (format!("{cup}, steps: []"), "of which the first, and no other, is `redeem`"),
        (
            format!("{cup}, steps: [{{ do: redeem, {at} }}, {{ do: wait, time: 2026-06-10T11:00:00+08:00 }}]"),
            "has steps that go back in time",
        ),
    ] {
        let told = run(&text);
        assert!(!told.ok && told.got.contains(problem), "{told:?}");
    }
}
