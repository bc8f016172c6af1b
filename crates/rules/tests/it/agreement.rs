//! Compiled conditions agree with the interpreter of the `cel` crate: random expressions over random events give the
//! same yes or no, and an error exactly where the interpreter has one.
//!
//! Where the two are meant to differ (see `jifen_rules::cel`), the generator stays away: numbers with a fraction are
//! only compared, whole numbers that no float holds are not compared with them, and two values of the event's data
//! are not added, nor lists compared.

use std::collections::HashMap;

use cel::{Context, Program, Value};
use jifen_rules::cel::{Condition, Scope};
use jifen_rules::{Facts, LineFacts, LocalTime, MemberFacts, OrderFacts, TierFacts};
use jifen_vocab::{Currency, Day, Decimal, Timestamp};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::json;

/// Stack of the thread that the interpreter runs on: its parser takes a great deal for every bracket.
const STACK_BYTES: usize = 1 << 30;

/// Writes random, mostly well-typed expressions, led by a list of bytes: fewer bytes, simpler expressions.
struct Writer<'b> {
    choices: std::slice::Iter<'b, u8>,
}

const TEXTS: [&str; 8] = ["''", "'app'", "\"daily\"", "'X-1'", "'会员'", "'a\\n\\'b'", "r'a\\d'", "'silver'"];
const INTS: [&str; 12] =
    ["0", "1", "2", "-1", "7", "100", "4600", "0x10", "9223372036854775807", "-9223372036854775808", "46", "8000"];
const SMALL_FRACTIONS: [&str; 5] = ["0.5", "-1.5", "4600.0", "1e3", "7.25"];
const INT_NAMES: [&str; 15] = [
    "order.amount",
    "order.discount",
    "order.points_paid",
    "member.orders",
    "member.spent",
    "member.days",
    "member.idle_days",
    "tier.rank",
    "local.year",
    "local.month",
    "local.weekday",
    "local.hour",
    "local.minute",
    "streak.sign_in",
    "streak.share",
];
const TEXT_NAMES: [&str; 10] = [
    "event.type",
    "event.source",
    "order.id",
    "order.currency",
    "member.id",
    "tier.id",
    "channel",
    "store",
    "local.date",
    "local.month_day",
];
const SCALARS: [&str; 9] = [
    "data.code",
    "data.steps",
    "data.ratio",
    "data.ok",
    "data.none",
    "data.gone",
    "data['nested'].deep",
    "data.nested.gone",
    "data.gone.deeper",
];
const HAS: [&str; 12] = [
    "order.id",
    "order.amount",
    "member.tags",
    "line.sku",
    "line.category",
    "line.amount",
    "data.code",
    "data.gone",
    "data.none",
    "data.nested.deep",
    "data.gone.deeper",
    "data.steps.deeper",
];
const COMPARE: [&str; 6] = ["==", "!=", "<", "<=", ">", ">="];

impl Writer<'_> {
    fn choose(&mut self, of: usize) -> usize {
        self.choices.next().map_or(0, |byte| usize::from(*byte) % of)
    }

    fn one(&mut self, of: &[&str]) -> String {
        of[self.choose(of.len())].to_owned()
    }

    fn boolean(&mut self, depth: u32, bound: &[&str]) -> String {
        if depth == 0 {
            return match self.choose(6) {
                0 => "true".to_owned(),
                1 => "false".to_owned(),
                2 => "data.ok".to_owned(),
                3 => "data.code".to_owned(),
                _ => format!("has({})", self.one(&HAS)),
            };
        }
        let d = depth - 1;
        match self.choose(24) {
            0 => self.boolean(0, bound),
            1 | 2 => format!("{} && {}", self.side(d, bound), self.side(d, bound)),
            3 | 4 => format!("{} || {}", self.side(d, bound), self.side(d, bound)),
            5 => format!("{} && {} && {}", self.side(d, bound), self.side(d, bound), self.side(d, bound)),
            6 => format!("{} || {} || {}", self.side(d, bound), self.side(d, bound), self.side(d, bound)),
            7 => format!("!{}", self.side(d, bound)),
            8 => format!("({} ? {} : {})", self.side(d, bound), self.boolean(d, bound), self.boolean(d, bound)),
            9 | 10 => format!("{} {} {}", self.int(d, bound), self.one(&COMPARE), self.int(d, bound)),
            11 => format!("{} {} {}", self.int_name(bound), self.one(&COMPARE), self.one(&SMALL_FRACTIONS)),
            12 => format!("{} {} {}", self.one(&SMALL_FRACTIONS), self.one(&COMPARE), self.int_name(bound)),
            13 => format!("{} {} {}", self.text(d, bound), self.one(&COMPARE), self.text(d, bound)),
            14 => format!("{} {} {}", self.dynamic(d), self.one(&COMPARE), self.scalar(d, bound)),
            15 => format!(
                "{} in {}",
                self.text(d, bound),
                self.one(&["member.tags", "member.badges", "['app', 'daily', '会员']", "[]", "data.list"])
            ),
            16 => format!("{} in {}", self.int(d, bound), self.one(&["[1, 2, 7]", "[4600]", "data.list", "data.ok"])),
            17 => {
                let list =
                    ["[1, 'X-1', true, null, 1.5]", "data.list", "member.tags", "['X-1']", "[8000]", "data.code"];
                format!("{} in {}", self.dynamic(0), self.one(&list))
            }
            18 => {
                let function = self.one(&["startsWith", "endsWith", "contains"]);
                format!("{}.{function}({})", self.text_target(d, bound), self.text(d, bound))
            }
            19 => format!("has({})", self.has(bound)),
            20 => self.over_lines(d, bound, &["exists", "all", "exists_one"]),
            21 => format!("({}) {} ({})", self.boolean(d, bound), self.one(&["==", "!="]), self.boolean(d, bound)),
            22 => format!("{} == {}", self.one(&["data.list", "data.nested", "null"]), self.dynamic(0)),
            _ => format!("{} {} {}", self.scalar(d, bound), self.one(&COMPARE), self.dynamic(d)),
        }
    }

    /// A side of a logical operator, in brackets.
    fn side(&mut self, depth: u32, bound: &[&str]) -> String {
        format!("({})", self.boolean(depth, bound))
    }

    fn has(&mut self, bound: &[&str]) -> String {
        match bound.last() {
            Some(name) if self.choose(2) == 1 => format!("{name}.{}", self.one(&["sku", "category", "amount"])),
            _ => self.one(&HAS),
        }
    }

    fn over_lines(&mut self, depth: u32, bound: &[&str], functions: &[&str]) -> String {
        let name = ["l", "m", "n", "l"][bound.len().min(3)];
        if bound.len() >= 3 {
            return "true".to_owned();
        }
        let inner: Vec<&str> = bound.iter().copied().chain([name]).collect();
        let function = self.one(functions);
        format!("lines.{function}({name}, {})", self.boolean(depth, &inner))
    }

    fn int_name(&mut self, bound: &[&str]) -> String {
        match (self.choose(4), bound.last()) {
            (1 | 2, Some(name)) => format!("{name}.{}", self.one(&["quantity", "amount"])),
            (1, None) => self.one(&["line.amount", "line.quantity"]),
            _ => self.one(&INT_NAMES),
        }
    }

    fn int(&mut self, depth: u32, bound: &[&str]) -> String {
        if depth == 0 {
            return if self.choose(2) == 0 { self.one(&INTS) } else { self.int_name(bound) };
        }
        let d = depth - 1;
        match self.choose(9) {
            0 => self.one(&INTS),
            1 | 2 => self.int_name(bound),
            3 | 4 => {
                format!("({} {} {})", self.int(d, bound), self.one(&["+", "-", "*", "/", "%"]), self.int(d, bound))
            }
            5 => format!("-({})", self.int(d, bound)),
            6 => format!("({} ? {} : {})", self.side(d, bound), self.int(d, bound), self.int(d, bound)),
            7 => match self.choose(6) {
                0 => "size(lines)".to_owned(),
                1 => "member.tags.size()".to_owned(),
                2 => format!("size({})", self.text(d, bound)),
                3 => format!("size({})", self.one(&["data.list", "data.code", "data.nested", "data.steps", "[1, 2]"])),
                _ => format!("{}.size()", self.over_lines(d, bound, &["filter"]).replace("true.size()", "'x'.size()")),
            },
            // Data beside a known number: a text or a fraction there is an error to both.
            _ => format!("({} {} {})", self.dynamic(0), self.one(&["-", "*", "/", "%"]), self.int(d, bound)),
        }
    }

    fn text(&mut self, depth: u32, bound: &[&str]) -> String {
        match (self.choose(5), bound.last()) {
            (0, _) => self.one(&TEXTS),
            (1, Some(name)) => format!("{name}.{}", self.one(&["sku", "category"])),
            (1, None) => self.one(&["line.sku", "line.category"]),
            (2, _) if depth > 0 => {
                let d = depth - 1;
                format!("({} ? {} : {})", self.side(d, bound), self.text(d, bound), self.text(d, bound))
            }
            _ => self.one(&TEXT_NAMES),
        }
    }

    fn text_target(&mut self, depth: u32, bound: &[&str]) -> String {
        if self.choose(3) == 1 { self.dynamic(0) } else { self.text(depth, bound) }
    }

    fn dynamic(&mut self, depth: u32) -> String {
        if depth > 0 && self.choose(6) == 1 {
            return format!("({} ? {} : {})", self.side(0, &[]), self.one(&SCALARS), self.one(&SCALARS));
        }
        self.one(&SCALARS)
    }

    /// Something that data can be compared with.
    fn scalar(&mut self, depth: u32, bound: &[&str]) -> String {
        match self.choose(7) {
            0 => self.one(&SCALARS),
            1 => self.one(&INTS[..8]),
            2 => self.one(&SMALL_FRACTIONS),
            3 => self.text(depth, bound),
            4 => self.one(&["null", "true", "false"]),
            5 => format!("({})", self.boolean(depth, bound)),
            _ => self.int_name(bound),
        }
    }
}

/// An event with random holes and values.
#[derive(Debug, Clone)]
struct World {
    order: Option<i64>,
    lines: Vec<(Option<&'static str>, Option<&'static str>, i64, i64)>,
    tags: Vec<&'static str>,
    number: i64,
    channel: Option<&'static str>,
    tier: &'static str,
    data: serde_json::Value,
    line: Option<usize>,
}

fn world() -> impl Strategy<Value = World> {
    let number = || prop::sample::select(vec![0, 1, 2, 7, 46, 100, 4600, 8000, -1, 1 << 52]);
    let word = || prop::option::of(prop::sample::select(vec!["", "app", "daily", "X-1", "会员", "silver"]));
    let line = (word(), word(), number(), number());
    let data = prop::sample::select(vec![
        json!({"code": "X-1", "steps": 8000, "ratio": 1.5, "ok": true, "none": null, "list": ["app", 7, "X-1", 1.5, null], "nested": {"deep": "daily"}}),
        json!({"code": 7, "steps": "many", "ratio": 4600.0, "ok": false, "none": null, "list": [], "nested": {"deep": -1}}),
        json!({"code": "会员", "steps": -1.5, "ratio": 2, "ok": "true", "nested": {"deep": null, "gone": 1}}),
        json!({}),
    ]);
    let tags = prop::collection::vec(prop::sample::select(vec!["app", "会员", "daily"]), 0..3);
    let parts =
        (prop::option::of(number()), prop::collection::vec(line, 0..4), tags, number(), word(), data, 0..5_usize);
    parts.prop_map(|(order, lines, tags, number, channel, data, line)| World {
        order,
        line: Some(line).filter(|line| *line < lines.len()),
        tier: ["ordinary", "silver"][lines.len() % 2],
        lines,
        tags,
        number,
        channel,
        data,
    })
}

impl World {
    fn local(&self) -> LocalTime {
        LocalTime::new(Day::parse("2026-06-18").unwrap(), 20, 15)
    }

    fn compiled(&self, condition: &Condition) -> Option<bool> {
        let line = |(sku, category, quantity, amount): &(_, _, i64, i64)| LineFacts {
            sku: *sku,
            category: *category,
            quantity: *quantity,
            amount: *amount,
        };
        let lines: Vec<LineFacts<'_>> = self.lines.iter().map(line).collect();
        let tags: Vec<_> = self.tags.iter().map(|tag| compact_str::CompactString::new(tag)).collect();
        let order = |amount| OrderFacts {
            id: "1001",
            amount,
            currency: Currency::CNY,
            discount: 7,
            shipping: 0,
            points_paid: 46,
        };
        let facts = Facts {
            event_type: "order.paid",
            event_source: "/shop",
            at: Timestamp::from_millis(0),
            local: self.local(),
            order: self.order.map(order),
            lines: &lines,
            member: MemberFacts {
                id: "h906",
                tags: &tags,
                badges: tags.get(1..).unwrap_or_default(),
                orders: self.number,
                spent: 100,
                days: 7,
                idle_days: 40,
                stage: "active",
            },
            tier: TierFacts { id: self.tier, rank: 1, earning_multiplier: Decimal::ONE },
            channel: self.channel,
            store: None,
            streaks: &[7, self.number],
            data: &self.data,
        };
        condition.holds(&facts, self.line).ok()
    }

    fn interpreted(&self, program: &Program) -> Option<bool> {
        let local = self.local();
        let line = |(sku, category, quantity, amount): &(Option<&str>, Option<&str>, i64, i64)| {
            let mut map = vec![("quantity", Value::Int(*quantity)), ("amount", Value::Int(*amount))];
            map.extend(sku.map(|sku| ("sku", Value::from(sku))));
            map.extend(category.map(|category| ("category", Value::from(category))));
            object(map)
        };
        let lines: Vec<Value> = self.lines.iter().map(line).collect();
        let order = self.order.map_or_else(Vec::new, |amount| {
            vec![
                ("id", Value::from("1001")),
                ("amount", Value::Int(amount)),
                ("currency", Value::from("CNY")),
                ("discount", Value::Int(7)),
                ("shipping", Value::Int(0)),
                ("points_paid", Value::Int(46)),
            ]
        });
        let tags: Vec<Value> = self.tags.iter().map(|tag| Value::from(*tag)).collect();
        let mut context = Context::default();
        let mut add = |name: &str, value: Value| context.add_variable_from_value(name, value);
        add("event", object(vec![("type", Value::from("order.paid")), ("source", Value::from("/shop"))]));
        add("order", object(order));
        if let Some(line) = self.line {
            add("line", lines[line].clone());
        }
        add("lines", Value::from(lines));
        add(
            "member",
            object(vec![
                ("id", Value::from("h906")),
                ("badges", Value::from(tags.get(1..).unwrap_or_default().to_vec())),
                ("tags", Value::from(tags)),
                ("orders", Value::Int(self.number)),
                ("spent", Value::Int(100)),
                ("days", Value::Int(7)),
                ("idle_days", Value::Int(40)),
            ]),
        );
        add("tier", object(vec![("id", Value::from(self.tier)), ("rank", Value::Int(1))]));
        if let Some(channel) = self.channel {
            add("channel", Value::from(channel));
        }
        add(
            "local",
            object(vec![
                ("year", Value::Int(2026)),
                ("month", Value::Int(6)),
                ("day", Value::Int(18)),
                ("weekday", Value::Int(4)),
                ("hour", Value::Int(20)),
                ("minute", Value::Int(15)),
                ("date", Value::from(local.date())),
                ("month_day", Value::from(local.month_day())),
            ]),
        );
        add("streak", object(vec![("sign_in", Value::Int(7)), ("share", Value::Int(self.number))]));
        add("data", of_json(&self.data));
        match program.execute(&context) {
            Ok(Value::Bool(value)) => Some(value),
            _ => None,
        }
    }
}

fn object(fields: Vec<(&str, Value)>) -> Value {
    Value::from(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<HashMap<String, Value>>())
}

fn of_json(value: &serde_json::Value) -> Value {
    match value {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(value) => Value::Bool(*value),
        serde_json::Value::Number(number) => {
            number.as_i64().map_or_else(|| Value::Float(number.as_f64().unwrap()), Value::Int)
        }
        serde_json::Value::String(text) => Value::from(text.as_str()),
        serde_json::Value::Array(items) => Value::from(items.iter().map(of_json).collect::<Vec<Value>>()),
        serde_json::Value::Object(map) => {
            object(map.iter().map(|(name, value)| (name.as_str(), of_json(value))).collect())
        }
    }
}

fn scope() -> Scope {
    Scope { streaks: vec!["sign_in".into(), "share".into()], tiers: Vec::new() }
}

#[test]
fn compiled_conditions_agree_with_the_interpreter() {
    let test = || {
        let cases = std::env::var("JIFEN_AGREEMENT_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(400);
        let outcomes = std::cell::RefCell::new(HashMap::<Option<bool>, u32>::new());
        let mut runner =
            TestRunner::new(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases) });
        let strategy = (prop::collection::vec(any::<u8>(), 0..60), prop::collection::vec(world(), 6));
        runner
            .run(&strategy, |(choices, worlds)| {
                let text = Writer { choices: choices.iter() }.boolean(3, &[]);
                let condition = Condition::compile(&text, &scope());
                let condition = condition.map_err(|error| TestCaseError::fail(format!("{text}\n{error}")))?;
                let program =
                    Program::compile(&text).map_err(|error| TestCaseError::fail(format!("{text}\n{error}")))?;
                for world in worlds {
                    let outcome = world.compiled(&condition);
                    *outcomes.borrow_mut().entry(outcome).or_default() += 1;
                    prop_assert_eq!(outcome, world.interpreted(&program), "{}\n{:?}", text, world);
                }
                Ok(())
            })
            .unwrap();
        // A generator that only ever met one outcome would prove little.
        let outcomes = outcomes.into_inner();
        let total: u32 = outcomes.values().sum();
        for outcome in [Some(true), Some(false), None] {
            assert!(outcomes.get(&outcome).is_some_and(|times| times * 20 > total), "{outcomes:?}");
        }
    };
    std::thread::Builder::new().stack_size(STACK_BYTES).spawn(test).unwrap().join().unwrap();
}
