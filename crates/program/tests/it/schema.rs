//! `programs/schema.json` and the loader know the same keys.
//!
//! Three tests close the circle: the schema accepts every bundle; a bundle that uses every key of the schema loads; and
//! every key that the loader's source asks for is a property of the schema.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use jifen_program::RuleBook;
use jifen_program::book::boards::Measure;
use jifen_program::book::messages::Trigger;
use jifen_program::book::{ChannelKind, Industry, PlaceKind, Sensitive, examples};
use jifen_rules::Period;
use jifen_rules::document::{Node, Problems, Source};
use jifen_vocab::{MessageChannel, Scope};
use serde_json::{Map, Value};

use crate::bundles::{ALL, folder, source};

fn schema() -> Value {
    serde_json::from_str(&std::fs::read_to_string(folder().join("schema.json")).unwrap()).unwrap()
}

/// A document as JSON: what looks like a number or a truth value is one.
fn json(node: Node<'_>) -> Value {
    let mut ignored = Problems::new();
    if node.is_map() {
        let entries = node.entries(&mut ignored).unwrap();
        return entries.into_iter().map(|(key, node)| (key.to_owned(), json(node))).collect();
    }
    if node.is_list() {
        return node.list(&mut ignored).unwrap().into_iter().map(json).collect();
    }
    let text = node.scalar().unwrap();
    let literal = text == "true" || text == "false" || node.decimal(&mut ignored).is_some();
    if literal { serde_json::from_str(text).unwrap() } else { Value::from(text) }
}

fn bundle_json(bundle: &Source) -> Value {
    let mut problems = Problems::new();
    bundle.names().map(|name| (name.to_owned(), json(bundle.document(name, &mut problems).unwrap().root()))).collect()
}

/// The part of JSON Schema that the file uses; anything else fails, so that nothing is believed to be checked.
struct Checker<'s> {
    root: &'s Value,
    /// Properties that were met: the address of the map that declares them, and the key.
    met: BTreeSet<(usize, String)>,
}

impl Checker<'_> {
    fn check(&mut self, schema: &Value, value: &Value, path: &str) -> Result<(), String> {
        for (keyword, rule) in schema.as_object().unwrap() {
            self.keyword(keyword, rule, schema, value, path)?;
        }
        Ok(())
    }

    fn keyword(
        &mut self,
        keyword: &str,
        rule: &Value,
        schema: &Value,
        value: &Value,
        path: &str,
    ) -> Result<(), String> {
        let fail = |what: &str| Err(format!("{path}: {what}, but is {value}"));
        let number = || value.as_f64().zip(rule.as_f64());
        let length = || value.as_array().map(|items| items.len() as u64).zip(rule.as_u64());
        match keyword {
            "$schema" | "$defs" | "title" | "description" | "additionalProperties" | "pattern" | "maxLength" => Ok(()),
            "$ref" => {
                let name = rule.as_str().unwrap().strip_prefix("#/$defs/").unwrap();
                self.check(&self.root["$defs"][name], value, path)
            }
            "type" if !is_type(rule.as_str().unwrap(), value) => fail(&format!("must be of type {rule}")),
            "type" => Ok(()),
            "enum" if !rule.as_array().unwrap().contains(value) => fail(&format!("must be one of {rule}")),
            "enum" => Ok(()),
            "minimum" if number().is_some_and(|(value, bound)| value < bound) => fail("is too small"),
            "exclusiveMinimum" if number().is_some_and(|(value, bound)| value <= bound) => fail("is too small"),
            "maximum" if number().is_some_and(|(value, bound)| value > bound) => fail("is too large"),
            "minItems" if length().is_some_and(|(length, bound)| length < bound) => fail("is too short"),
            "maxItems" if length().is_some_and(|(length, bound)| length > bound) => fail("is too long"),
            "minimum" | "exclusiveMinimum" | "maximum" | "minItems" | "maxItems" => Ok(()),
            "anyOf" | "oneOf" => self.any(rule.as_array().unwrap(), value, path),
            "items" => {
                let items = value.as_array().into_iter().flatten().enumerate();
                items.into_iter().try_for_each(|(at, item)| self.check(rule, item, &format!("{path}[{at}]")))
            }
            "required" => {
                let missing = rule.as_array().unwrap().iter().find(|key| value.get(key.as_str().unwrap()).is_none());
                missing.map_or(Ok(()), |key| fail(&format!("needs {key}")))
            }
            "properties" => self.properties(rule, &schema["additionalProperties"], value, path),
            _ => panic!("{path}: the keyword {keyword} is not known to this test"),
        }
        .and_then(|()| match (keyword, schema.get("properties"), rule) {
            ("additionalProperties", None, Value::Object(_)) => self.properties(&Value::Null, rule, value, path),
            _ => Ok(()),
        })
    }

    fn any(&mut self, choices: &[Value], value: &Value, path: &str) -> Result<(), String> {
        let mut reasons = Vec::new();
        for choice in choices {
            let before = self.met.clone();
            match self.check(choice, value, path) {
                Ok(()) => return Ok(()),
                Err(reason) => reasons.push(reason),
            }
            self.met = before;
        }
        Err(reasons.join(" / "))
    }

    fn properties(&mut self, known: &Value, other: &Value, value: &Value, path: &str) -> Result<(), String> {
        let Some(entries) = value.as_object() else { return Ok(()) };
        for (key, value) in entries {
            let path = format!("{path}.{key}");
            match known.get(key) {
                Some(schema) => {
                    self.met.insert((std::ptr::from_ref(known).addr(), key.clone()));
                    self.check(schema, value, &path)?;
                }
                None if other == &Value::Bool(false) => return Err(format!("{path}: is not a property")),
                None => self.check(other, value, &path)?,
            }
        }
        Ok(())
    }
}

fn is_type(name: &str, value: &Value) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        // Nobody quotes a name that looks like a number.
        "string" => value.is_string() || value.is_number(),
        "integer" => value.is_i64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        _ => panic!("the type {name} is not known to this test"),
    }
}

/// Every map of properties below a schema: where it stands, and its address.
fn each_properties<'s>(schema: &'s Value, path: &str) -> Vec<(String, &'s Map<String, Value>, usize)> {
    let below = |key: &str, value: &'s Value| each_properties(value, &format!("{path}/{key}"));
    match schema {
        Value::Object(map) => {
            let own = map
                .get("properties")
                .map(|known| (path.to_owned(), known.as_object().unwrap(), std::ptr::from_ref(known).addr()));
            own.into_iter().chain(map.iter().flat_map(|(key, value)| below(key, value))).collect()
        }
        Value::Array(items) => items.iter().enumerate().flat_map(|(at, value)| below(&at.to_string(), value)).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn the_schema_accepts_every_bundle() {
    let schema = schema();
    for name in ALL {
        let mut checker = Checker { root: &schema, met: BTreeSet::new() };
        checker.check(&schema, &bundle_json(&source(name)), name).unwrap();
    }
}

#[test]
fn the_schema_refuses_what_nobody_knows() {
    let schema = schema();
    for (file, from, to) in [
        ("earning.yaml", "    on: order.paid", "    onn: order.paid"),
        ("units.yaml", "validity: natural_year", "validity: { month: 3 }"),
        ("tiers.yaml", "earning_multiplier: 1.2", "earning_multiplier: 1.2\n    rank: 1"),
        ("program.yaml", "kind: kiosk", "kind: booth"),
        ("caps.yaml", "per: day", "per: dya"),
        ("roles.yaml", "- points:clear", "- points:clean"),
        ("rights.yaml", "unfreeze:", "defrost:"),
        ("organization.yaml", "kind: district", "kind: disctrict"),
        ("boards.yaml", "measure: issue_jump", "measure: issue_junp"),
        ("boards.yaml", "sample: 1000", "samples: 1000"),
        ("prices.yaml", "birthday: 1.2", "birthday: 0"),
        ("deductions.yaml", "most: 10%", "mots: 10%"),
        ("rewards.yaml", "fee: 10%", "fees: 10%"),
        ("messages.yaml", "on: frozen", "on: froze"),
        ("surveys.yaml", "scale: 5", "scales: 5"),
        ("tickets.yaml", "resolve_hours: 48", "resolve_hours: 0"),
    ] {
        let bundle = crate::bundles::edited(&source("rulebook"), file, from, to);
        let mut checker = Checker { root: &schema, met: BTreeSet::new() };
        assert!(checker.check(&schema, &bundle_json(&bundle), "rulebook").is_err(), "{to}");
        assert!(RuleBook::load(1, &bundle).is_err(), "{to}");
    }
}

#[test]
fn every_property_of_the_schema_is_known_to_the_loader() {
    let schema = schema();
    let full = full();
    match RuleBook::load(1, &full) {
        Ok((book, _)) => assert_eq!(examples::check(&book, &full), []),
        Err(problems) => panic!("{}", problems.iter().map(|problem| format!("{problem}\n")).collect::<String>()),
    }
    let mut checker = Checker { root: &schema, met: BTreeSet::new() };
    checker.check(&schema, &bundle_json(&full), "full").unwrap();
    // A score is read in one of two ways.
    let weighted = crate::bundles::edited(&full, "tiers.yaml", "reading: linear", "reading: weighted\n  out_of: 1000");
    let linear = "    - { of: spent, name: S, each: 1000.00 CNY, score: 40 }
    - { of: points, unit: points, each: 1000, score: 40 }
    - { of: active_months, name: A, unit: points, days: 20, each: 1, score: 20, most: 20 }\n  upgrade";
    let shares = "    - { of: points, name: P, unit: points, full: 10000, weight: 80% }
    - { of: active_months, name: A, unit: points, days: 20, full: 12, weight: 20% }
    - { of: spent, full: 1.00 CNY, weight: 0% }\n  upgrade";
    let weighted = crate::bundles::edited(&weighted, "tiers.yaml", linear, shares);
    let weighted = crate::bundles::edited(
        &weighted,
        "tiers.yaml",
        "  temporary: { during: [11-11], reach: 120%, months: 1 }\n",
        "",
    );
    RuleBook::load(1, &weighted).unwrap();
    checker.check(&schema, &bundle_json(&weighted), "weighted").unwrap();
    let mut unused = Vec::new();
    for (path, properties, address) in each_properties(&schema, "#") {
        let new = properties.keys().filter(|key| !checker.met.contains(&(address, (*key).clone())));
        unused.extend(new.map(|key| format!("{path}/{key}")));
    }
    // Ladders climb streaks, and no bundle declares one yet.
    unused.retain(|path| !path.starts_with("#/$defs/award/anyOf/5"));
    assert_eq!(unused, [""; 0], "properties that the full bundle of this test does not use");
}

#[test]
fn every_key_that_the_loader_asks_for_is_in_the_schema() {
    let schema = schema();
    let known: BTreeSet<String> =
        each_properties(&schema, "#").into_iter().flat_map(|(_, properties, _)| properties.keys().cloned()).collect();
    let crates = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let folders = ["program/src/book/load", "program/src/book/examples", "rules/src/rule", "rules/src/formula"];
    let mut asked = BTreeSet::new();
    for folder in folders {
        for entry in std::fs::read_dir(crates.join(folder)).unwrap() {
            collect(&entry.unwrap().path(), &mut asked);
        }
    }
    assert!(asked.len() > 60, "{asked:?}");
    // Lists of files and of rules are read by key as well.
    let missing: Vec<&String> = asked.difference(&known).collect();
    assert!(missing.is_empty(), "asked for and not in the schema: {missing:?}");
}

/// The keys in `take("…")`, `require("…"` and in the short closures that stand for them.
fn collect(path: &Path, asked: &mut BTreeSet<String>) {
    if path.extension().is_none_or(|extension| extension != "rs") || path.ends_with("tests.rs") {
        return;
    }
    let text = std::fs::read_to_string(path).unwrap();
    for opening in ["take(\"", "require(\"", "part(\"", "count(\"", "text(\"", "only_list(root, \""] {
        for (at, _) in text.match_indices(opening) {
            asked.extend(text[at + opening.len()..].split('"').next().map(str::to_owned));
        }
    }
}

#[test]
fn words_are_the_same_in_both() {
    let schema = schema();
    let words = |value: &Value| -> Vec<String> {
        value["enum"].as_array().unwrap().iter().map(|word| word.as_str().unwrap().to_owned()).collect()
    };
    let of = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let defs = &schema["$defs"];
    assert_eq!(words(&defs["industry"]), of(&Industry::WORDS.iter().map(|(word, _)| *word).collect::<Vec<_>>()));
    assert_eq!(words(&defs["period"]), of(&Period::WORDS.iter().map(|(word, _)| *word).collect::<Vec<_>>()));
    let measures: Vec<&str> = Measure::WORDS.iter().map(|(word, _)| *word).collect();
    for def in ["alert", "kpi"] {
        assert_eq!(words(&defs[def]["properties"]["measure"]), of(&measures));
    }
    let scopes: Vec<&str> = Scope::ALL.iter().map(|scope| scope.as_str()).collect();
    assert_eq!(words(&defs["role"]["properties"]["scopes"]["anyOf"][1]["items"]), of(&scopes));
    assert_eq!(
        words(&defs["place"]["properties"]["kind"]),
        of(&PlaceKind::WORDS.iter().map(|(word, _)| *word).collect::<Vec<_>>())
    );
    let sensitive = defs["rights"]["properties"]["approvals"]["properties"].as_object().unwrap();
    assert!(sensitive.keys().eq(Sensitive::WORDS.iter().map(|(word, _)| word)));
    let message = &defs["message"]["properties"];
    assert_eq!(words(&message["on"]), of(&Trigger::WORDS.iter().map(|(word, _)| *word).collect::<Vec<_>>()));
    assert_eq!(
        words(&defs["messages"]["properties"]["ceilings"]["items"]["properties"]["channel"]),
        of(&MessageChannel::ALL.map(MessageChannel::as_str))
    );
    let kinds = &defs["channel"]["properties"]["kind"];
    assert_eq!(words(kinds), of(&ChannelKind::WORDS.iter().map(|(word, _)| *word).collect::<Vec<_>>()));
}

/// A bundle that uses every key there is, each in every form.
fn full() -> Source {
    let program = "\
id: full
name: { zh: 全, en: Full }
industry: [retail]
zone: Asia/Shanghai
currency: CNY
enroll_unknown: true
events: { late_days: 30, ahead_minutes: 5, kept_days: 8 }
holds: { hours: 24 }
history: { years: 2 }
debt: within_balance
categories: { known: [daily], default: daily }
channels: [{ id: app, name: App, kind: app }]
";
    let units = "\
units:
  - id: points
    name: Points
    value: { usual: 0.01, from: 0.008, to: 0.015 }
    spendable: true
    foreign: false
    debt: pending_only
    grace_days: 10
    validity: { days: 200, round: end_of_day }
    notice: { leads: [90d, 1mo], required: true }
    extension: { days: 30, member: { within: 90d, fee: 5% }, staff: { days: 60, lapsed: 30d, most: 500 } }
    dormancy:
      after: { months: 3, round: end_of_month }
      notice: 20d
      shrink: { by: 10%, every: { days: 30, round: end_of_day }, of: whole }
  - { id: miles, name: Miles, foreign: true, validity: { months: 12, round: end_of_month } }
";
    let conversions = "\
unit: points
conversions:
  - { id: own, name: Own, points: 10, into: { unit: points, points: 9 } }
  - { id: gift, name: Gift, points: 1, into: { charity: { zh: 善, en: Good } } }
  - { id: cash, name: Cash, points: 100, into: { voucher: 1.00 CNY, days: 30 }, badge: b }
";
    let tiers = "\
tiers:
  - { id: ordinary, name: O, earning_multiplier: 1, validity: { points: { until: 2030-12-31 }, miles: { dates: [03-31] } } }
  - { id: gold, name: G, from: 100, keep: 80 }
ascent:
  reading: linear
  months: 12
  activity: [member.signed_in]
  parts:
    - { of: spent, name: S, each: 1000.00 CNY, score: 40 }
    - { of: points, unit: points, each: 1000, score: 40 }
    - { of: active_months, name: A, unit: points, days: 20, each: 1, score: 20, most: 20 }
  upgrade: at_once
  assessment: { every: quarter, approval: true }
  downgrade: { notice_days: 30, least_months: 3 }
  temporary: { during: [11-11], reach: 120%, months: 1 }
  progress: { missing: 40, per: quarter }
growth: { unit: miles, of: points, each: 10, gives: 1 }
benefits:
  - { id: service, name: Service, tiers: { gold: first in line } }
";
    let stages = "\
stages:
  - { id: lost, name: Lost, idle_days: 365 }
  - { id: mature, days: 365, orders: 6, spent: 100.00 CNY }
  - { id: new }
";
    let sources = "sources: [{ id: purchase, name: P, events: [order.paid] }]\n";
    let earning = "\
rules:
  - id: all
    name: All
    on: [order.paid]
    when: order.amount > 0
    terms: { zh: 全部, en: everything }
    award: { per: order.amount, points: 1, each: 1.00 CNY, round: floor, chance: 50% }
    gift: g
    multiply: [tier.earning_multiplier, { by: 2, name: twice, when: member.orders == 0 }]
    unit: points
    source: purchase
    once: day
    cap: { points: 10, per: day, tier: ordinary }
    event_max: 100
    budget: { points: 1000, name: all }
    from: 2026-01-01
    until: 2026-12-31
    during: 11-11
    place: group
    priority: 1
    exclusive: one
    capped: true
    enabled: true
    validity: forever
    validity_from: release
    pending: { event: order.completed, within: 15d }
  - { id: percent, on: order.paid, award: { per: line.amount, percent: 2%, round: ceil, chance: 1% }, pending: { days: 7 } }
  - { id: every, on: order.paid, award: { per: line.quantity, every: 3, points: 5, round: half_up, chance: 1% }, pending: { until: 2026-12-01 } }
  - id: steps
    on: order.paid
    award: { per: order.amount, each: 1.00 CNY, steps: [{ from: 0.00 CNY, points: 1 }], mode: marginal, round: floor, chance: 1% }
  - { id: walked, on: steps.recorded, award: { per: data.steps, points: 1 }, total: day, source: purchase }
  - { id: liked, on: content.liked, award: { points: 1 }, once: { of: data.content }, source: purchase }
  - { id: range, on: order.paid, award: { points: { from: 1, to: 2 }, round: floor, chance: 10% } }
multipliers:
  - { id: by-source, name: S, by: 2, sources: [purchase], when: order.amount > 0, from: 2026-01-01, until: 2026-12-31, during: [11-11], place: group, group: one, enabled: true }
  - { id: by-rule, by: 2, rules: [all] }
";
    let caps =
        "caps: [{ id: earned, unit: points, per: day, points: { ordinary: 1000, gold: 2000 }, sources: [purchase] }]\n";
    let changes = "\
notice_days: 30
improvements_at_once: true
confirmation: true
announce: [in_app, push, sms, email]
transition:
  earning: { version: 7, joined_before: 2026-08-01, until: 2026-12-31 }
  redeem: { units: [miles], until: 2026-12-31 }
";
    let local = "\
multiplier_max: 2
points_max: 200
month_budget: 50000
days_max: 31
";
    let boards = "\
alerts:
  - { id: a, name: A, measure: active_share, days: 30, below: 70%, level: info, advice: Look }
  - { id: b, name: B, measure: issue_jump, days: 30, above: 300%, level: stop, advice: { zh: 看, en: Look } }
budgets_above: 90%
reconciliation: { sample: 1000, tolerance: 0.01% }
kpis:
  - id: k
    name: K
    measure: cost_rate
    days: 30
    start: 5%
    target: 3%
    markers: [{ quarter: 2026-Q1, name: Q }]
";
    let examples = "\
examples:
  - name: All
    given: { tier: ordinary, orders: 1, spent: 1.00 CNY, days: 3, tags: [new], badges: [b], stage: new, used: { earned/day: 5 }, idle_days: 9, streaks: { daily: 2 } }
    events:
      - type: order.paid
        time: 2026-03-05T12:00:00+08:00
        source: /shop
        channel: app
        store: s1
        tier: ordinary
        amount: 9.00 CNY
        discount: 1.00 CNY
        shipping: 1.00 CNY
        points_paid: 1.00 CNY
        lines: [{ sku: a, category: daily, quantity: 1, amount: 10.00 CNY }]
        data: { a: 1 }
        draws: [5]
        awards: [{ rule: all, points: 1, unit: points, source: purchase, gift: g, expires_at: never, available_at: order.completed }]
        refusals: [{ rule: all, code: cap-reached }]
        completes: [{ task: t, points: 5, badge: b, gift: g }]
    bills:
      - time: 2026-06-05
        amount: 1000.00 CNY
        lines: [{ category: daily, amount: 1000.00 CNY }]
        channel: app
        store: s1
        coupon: c
        points_max: 900
        available: 1000
        deducts: { points: 900, money: 104.00 CNY }
      - { time: 2026-06-05, amount: 1.00 CNY, available: 0, badges: b, refused: deduction-unavailable }
      - { time: 2026-06-05, amount: 1.00 CNY, available: 0, badges: [b], refused: deduction-unavailable }
    standings:
      - { tier: gold, spent: 1000.00 CNY, points: 1000, active_months: 1, orders: 1, balance: 1, tasks: t, score: 100, becomes: gold }
    redemptions:
      - tier: gold
        available: 1000
        reward: { kind: goods, category: daily, points: 500, value: 5.00 CNY, cash: 1.00 CNY, cost: 2.00 CNY, stock: 3, tags: [new] }
        quantity: 1
        cash: 1.00 CNY
        birthday: true
        delivery: pick_up
        steps:
          - { do: redeem, time: 2026-06-05, points: 400, cash: 2.00 CNY, available: 600, state: awaiting_payment }
          - { do: cancel, time: 2026-06-05, points_back: 0, cash_back: 0.00 CNY, refused: unknown }
";
    let messages = "\
quiet: { from: \"22:00\", until: \"08:00\" }
ceilings: [{ channel: sms, per: week, most: 2 }]
retry: { times: 3, pause: 1min }
stale_hours: 24
marketing_by_default: false
messages:
  - id: note
    name: N
    on: hand
    when: member.orders > 0
    terms: { zh: 老会员, en: members who bought }
    purpose: marketing
    urgent: false
    show: popup
    after: 3s
    keep_days: 10
    link: /rewards
    words: [reason]
    send: [[push, web_push], sms]
    title: { zh: 题, en: T }
    text: { zh: \"{reason}\", en: \"{name}, {reason}\" }
    short: { zh: 短, en: S }
    segments:
      - { id: few, when: member.orders < 2, title: { zh: 题, en: T }, text: { zh: 文, en: X }, short: { zh: 短, en: S } }
    variants:
      - { id: a, share: 40%, after: 1h, title: { zh: 题, en: T }, text: { zh: 文, en: X }, short: { zh: 短, en: S } }
      - { id: b, share: 60% }
";
    let organization = "\
places: [{ id: group, name: G, kind: group }, { id: s1, name: S, kind: store, parent: group }]
";
    let rights = "\
grants:
  each: 100
  event: 100
  member_day: 100
  unusual: { times: 10, of_last: 20, above: 50 }
  roles: { reader: { each: 1, day: 2 } }
tiers: { rank: 1 }
approvals:
  assign_tier: { by: [owner], hours: 24 }
  clear: { by: [owner], hours: 24 }
  data_access: { by: [owner], hours: 24 }
  erase: { by: [owner], hours: 24 }
  grant: { by: [owner], hours: 24 }
  publish: { by: [owner], hours: 24 }
  unfreeze: { by: [owner], hours: 24 }
guard: { minutes: 60, points: 1000, share: 80%, freeze: { points: 5000, hours: 72 } }
";
    let roles = "\
roles:
  - { id: owner, name: O, about: All, scopes: all }
  - { id: reader, name: R, about: Reads, scopes: [program:read] }
";
    let prices = "\
categories: { daily: 1, digital: 0.8 }
anchors: [{ id: goods, name: G, categories: [daily], value: 0.01, share: 100% }]
plan:
  carried_out_by: itself
  every: month
  high_from: 5000
  low_below: 500
  budget: { quarter: 100.00 CNY, rise: 20%, supply: 20% }
  cost_share: { above: 40%, back_to: 25%, rise: 20%, supply: 20% }
  consumption: { below: 30%, fall: 10% }
  satisfaction: { below: 3.5, least: 5, fall: 10% }
  surge: { days: 7, above: 2, least: 20, answer: rise, by: 10% }
  retire_fall: 10%
  evaluation: { least_quotes: 50, conversion_below: 10%, benefit_above: 1.5, fall: 10% }
  float:
    consumption: 60%
    stars: 4
    cost: 60%
    competition: 0.01
    weights: { behavior: 10%, satisfaction: 5%, cost: 5%, competition: 5% }
discounts: { ordinary: 5% }
bonuses: { ordinary: 1% }
birthday: 1.2
guard: 10%
scarcity: { below: 10%, by: 1.2 }
take_up: { above: 80%, rise: 20% }
overstock: { above: 90%, days: 30, fall: 10% }
weights:
  - { id: w, name: W, by: 3, during: [11-11], from: 2026-01-01, until: 2026-12-31, weekdays: [sat], categories: [daily], except_tags: [new] }
";
    let deductions = "\
unit: points
minutes: 30
deductions:
  - id: d
    name: D
    points: 100
    off: 1.00 CNY
    most: 30%
    least: 50.00 CNY
    channels: [app]
    stores: [s1]
    categories: [daily]
    seasons: [{ id: peak, name: P, most: 10%, from: 2026-11-01, until: 2026-11-30 }]
    for_badge: { badge: b, off: 2.00 CNY }
coupons:
  - { id: c, name: C, points: 500, off: 100.00 CNY, least: 1000.00 CNY, from: 2026-06-01, until: 2026-06-18, stackable: true }
";
    let rewards = "\
gifts: [{ id: g, name: G, reward: cup, days: 30 }]
quote_minutes: 15
assortment:
  layers: [{ id: low, name: L, from: 1, to: 9 }, { id: high, name: H, from: 10 }]
  mix: [{ id: essential, name: E, tag: essential, share: 40% }]
  share_caps: [{ of: near-expiry, name: N, most: 5% }]
  themes: [{ id: spring, name: S, months: [3], during: [11-11], tag: spring }]
  margin: { least: 40%, value: 10.00 CNY }
  low_value: { below: 500, share: 80% }
  retire: { below: 10%, months: 3 }
  refresh_days: 7
  turnover_days: 3
  low_stock: 10%
  near_expiry_days: 30
  shortage: { days: 7, fall: 50%, hot: 10 }
  reviews: { least: 5, stars: 3 }
  capacity_per_second: 100
least_points: 100
points_max: { ordinary: 2000 }
month_max: { ordinary: 3 }
day_max: 2
early_access_hours: { ordinary: 72 }
ship_hours: { ordinary: 24 }
express_hours: 4
return_days: 7
vouchers: { goods_days: 30, other_days: 90, fee: 10% }
revocation: { above: 500.00 CNY, hours: 24 }
confirmation: { tiers: [ordinary], above: 5000, hours: 24 }
payment: { most: 50%, minutes: 30 }
ratings: { least: 10, below_tenths: 25 }
bookings: { change_hours: 24 }
pool_low: 100
defects: { compensation: 5%, exchange_hours: 48 }
free_pick_up: [ordinary]
";
    let occasions = "\
birthday: { leap_day: 03-01, locked_days: 365, hour: 8 }
anniversary: { hour: 9 }
days:
  - { id: spring-festival, name: S, lunar: 01-01, greet: 9 }
  - { id: brand-day, name: B, on: 08-18 }
  - { id: sale, name: S, dates: [2026-06-18] }
";
    let referrals = "\
bind_days: 7
order_days: 90
least: 1.00 CNY
apart: [device, payment, person]
share: Join with {code}
references: [{ name: Trade, cost: 30.00 CNY }]
";
    let streaks = "streaks: [{ id: daily, name: D, on: [order.paid], cycle: 7, check_in: false, remind: { hour: 20, from: 7 }, near: { hour: 9 } }]\n";
    let abuse = "\
patterns: [{ id: rush, name: R, on: order.paid, count: 3, seconds: 60, freeze_hours: 24 }]
issuance: [{ unit: points, per: day, points: 1000, stops: true }]
";
    let surveys = "\
surveys:
  - id: s
    name: S
    from: 2026-06-01
    until: 2026-06-30
    when: member.orders > 0
    terms: { zh: 买过的会员, en: members who bought }
    questions:
      - { id: a, text: A, scale: 5 }
      - { id: b, text: B, one: [{ id: x, name: X }, { id: y, name: Y }], optional: true }
      - { id: c, text: C, several: [{ id: x, name: X }, { id: y, name: Y }] }
      - { id: d, text: D, chars: 100 }
";
    let tickets = "\
most_open: 3
text_chars: 200
tickets:
  - { id: appeal, name: A, about: [freeze, entry], respond_hours: 24, resolve_hours: 48, appeal: true }
";
    let tasks = "\
badges:
  - { id: b, name: B, kind: title, about: A, riddle: R, image: /b.png, days: 30 }
cards:
  - id: c
    name: C
    enabled: true
    on: [order.paid]
    when: order.amount > 0
    from: 2026-01-01
    until: 2026-12-31
    during: 02-10..03-03
    place: group
    day_max: 3
    cards: [{ id: one, name: One, chance: 50% }]
tasks:
  - id: t
    name: T
    about: A
    kind: challenge
    enabled: true
    within: month
    from: 2026-01-01
    until: 2026-12-31
    during: 11-11
    place: group
    members: [new]
    tiers: [ordinary]
    ordered: true
    times: 2
    steps:
      - { id: a, name: A, on: order.paid, when: order.amount > 0, sum: order.amount, reach: 10.00 CNY }
      - { id: b, name: B, on: order.paid, times: 2 }
    award: [{ points: 5, unit: points, source: purchase }, { badge: b }, { gift: g }, { tier: keep }]
  - { id: r, name: R, kind: offer, within: { rolling_days: 30 }, steps: [{ id: a, name: A, on: a.b, sum: data.n, reach: 3 }] }
  - id: p
    name: P
    kind: pack
    within: { days_since_joining: 7 }
    steps:
      - { id: a, name: A, task: t }
      - { id: b, name: B, on: a.b, different: data.x, reach: 3 }
      - { id: c, name: C, on: a.b, in_a_row: 3 }
";
    let leaderboards = "\
leaderboards:
  - id: steps
    name: S
    enabled: true
    on: steps.recorded
    when: data.steps > 0
    sum: data.steps
    period: week
    top: 5
    prizes: [{ from: 1, to: 3, award: { badge: b } }]
    prizes_after_hours: 12
  - { id: earned, name: E, earned: points, period: month, by_store: true }
  - { id: spent, name: S, spent: points, period: season }
";
    let files = [
        ("abuse.yaml", abuse),
        ("occasions.yaml", occasions),
        ("referrals.yaml", referrals),
        ("streaks.yaml", streaks),
        ("program.yaml", program),
        ("units.yaml", units),
        ("stages.yaml", stages),
        ("tiers.yaml", tiers),
        ("sources.yaml", sources),
        ("earning.yaml", earning),
        ("caps.yaml", caps),
        ("boards.yaml", boards),
        ("changes.yaml", changes),
        ("examples.yaml", examples),
        ("local.yaml", local),
        ("messages.yaml", messages),
        ("organization.yaml", organization),
        ("rights.yaml", rights),
        ("conversions.yaml", conversions),
        ("deductions.yaml", deductions),
        ("prices.yaml", prices),
        ("rewards.yaml", rewards),
        ("roles.yaml", roles),
        ("surveys.yaml", surveys),
        ("tasks.yaml", tasks),
        ("tickets.yaml", tickets),
        ("wake_up.yaml", "unit: points\nabove: 30%\ndays: 7\nrest_days: 90\nbadge: b\n"),
        ("leaderboards.yaml", leaderboards),
    ];
    files.into_iter().fold(Source::new(), |bundle, (file, text)| bundle.with(file, text))
}
