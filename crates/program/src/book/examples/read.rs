//! Examples as they are written.

use compact_str::CompactString;
use jifen_rules::RuleIndex;
use jifen_rules::document::{MapReader, Node, Problems, Source, closest};
use jifen_vocab::{Code, OrderId, Timestamp, limits};
use serde_json::Value;

use super::bills::{self, Billed};
use super::parts::{code, instant, line, money, rule, tier, value};
use super::redemptions::{self, Redeemed};
use super::standings::{self, Standing};
use crate::book::load::values;
use crate::book::stages::Stage;
use crate::book::{Name, RuleBook};
use crate::events::{OrderLine, OrderPaid};

/// The file of a bundle that holds its examples.
pub const FILE: &str = "examples.yaml";

/// Days in a row that an example may begin with.
const STREAK_MAX: i64 = 1_000;

/// An example.
pub(super) struct Example {
    pub(super) name: Name,
    pub(super) line: u32,
    pub(super) given: Given,
    pub(super) steps: Vec<Step>,
    pub(super) bills: Vec<Billed>,
    pub(super) standings: Vec<Standing>,
    pub(super) redemptions: Vec<Redeemed>,
}

/// What is known of the member before the first event.
#[derive(Default)]
pub(super) struct Given {
    /// The tier's rank.
    pub(super) tier: usize,
    pub(super) orders: i64,
    /// Minor units.
    pub(super) spent: i64,
    /// Days since the member joined.
    pub(super) days: i64,
    pub(super) tags: Vec<CompactString>,
    /// The stage of the membership, where it is not what the other figures say.
    pub(super) stage: Option<Stage>,
    pub(super) badges: Vec<CompactString>,
    /// Points that count in a cap already, in the period of the first event.
    pub(super) used: Vec<(CompactString, i64)>,
    /// Days since the member last did something.
    pub(super) idle_days: i64,
    /// Days in a row up to the day before the first event.
    pub(super) streaks: Vec<(CompactString, i32)>,
}

/// An event and what it should bring.
pub(super) struct Step {
    pub(super) kind: String,
    pub(super) at: Timestamp,
    pub(super) source: String,
    pub(super) channel: Option<String>,
    pub(super) store: Option<String>,
    /// The member's tier from here on, where it changed.
    pub(super) tier: Option<usize>,
    pub(super) paid: Option<OrderPaid>,
    pub(super) data: Value,
    /// Numbers that chances draw, in order; then zeros.
    pub(super) draws: Vec<u32>,
    pub(super) awards: Vec<Expected>,
    pub(super) refusals: Option<Vec<(Option<RuleIndex>, Code)>>,
    /// The tasks it should complete, in any order; whatever they may be where it does not say.
    pub(super) completes: Option<Vec<Completed>>,
}

/// A task that an event should complete, and what that gives.
pub(super) struct Completed {
    /// Its place.
    pub(super) task: usize,
    pub(super) points: Option<i64>,
    pub(super) badge: Option<String>,
    pub(super) gift: Option<String>,
}

/// An award as an example expects it; nothing is "whatever it may be".
pub(super) struct Expected {
    pub(super) rule: RuleIndex,
    pub(super) points: i64,
    pub(super) unit: Option<String>,
    pub(super) source: Option<String>,
    pub(super) expires_at: Option<When>,
    pub(super) available_at: Option<When>,
    pub(super) gift: Option<String>,
}

/// An instant, or one of the words that stand for none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum When {
    At(Timestamp),
    /// `never`: no expiry.
    Never,
    /// `at_once`: usable when it is earned.
    AtOnce,
    /// The event that points wait for.
    Event(String),
}

/// Reads all examples of a bundle; those with problems are left out.
pub(super) fn examples(book: &RuleBook, source: &Source, problems: &mut Problems) -> Vec<Example> {
    let Some(document) = source.document(FILE, problems) else { return Vec::new() };
    let Some(mut root) = document.root().map(problems) else { return Vec::new() };
    let list = root.require("examples", problems);
    root.finish(problems);
    let items = list.and_then(|list| list.list(problems)).unwrap_or_default();
    items.into_iter().filter_map(|item| example(book, item, problems)).collect()
}

fn example(book: &RuleBook, node: Node<'_>, problems: &mut Problems) -> Option<Example> {
    let before = problems.len();
    let mut map = node.map(problems)?;
    let name = values::name(&mut map, problems);
    let given = map.take("given").map_or_else(|| Some(Given::default()), |node| given(book, node, problems));
    let (events, bills, standings) = (map.take("events"), map.take("bills"), map.take("standings"));
    let redemptions = map.take("redemptions");
    if [events, bills, standings, redemptions].iter().all(Option::is_none) {
        problems.push(node.problem("needs `events`, `bills`, `standings` or `redemptions`"));
    }
    let events = events.and_then(|node| node.list(problems)).unwrap_or_default();
    let steps: Vec<Step> = events.into_iter().filter_map(|node| step(book, node, problems)).collect();
    let bills = bills.and_then(|node| node.list(problems)).unwrap_or_default();
    let bills = bills.into_iter().filter_map(|node| bills::bill(book, node, problems)).collect();
    let standings = standings.and_then(|node| node.list(problems)).unwrap_or_default();
    let standings = standings.into_iter().filter_map(|node| standings::standing(book, node, problems)).collect();
    let redemptions = redemptions.and_then(|node| node.list(problems)).unwrap_or_default();
    let redemptions =
        redemptions.into_iter().filter_map(|node| redemptions::redemption(book, node, problems)).collect();
    map.finish(problems);
    let line = node.line();
    (problems.len() == before).then_some(Example { name, line, given: given?, steps, bills, standings, redemptions })
}

fn given(book: &RuleBook, node: Node<'_>, problems: &mut Problems) -> Option<Given> {
    let mut map = node.map(problems)?;
    let tier = map.take("tier").map_or(Some(0), |node| tier(book, node, problems));
    let mut count = |key, problems: &mut Problems| {
        map.take(key).and_then(|node| node.integer_in(0..=limits::AMOUNT_MAX, problems)).unwrap_or(0)
    };
    let (orders, days, idle_days) = (count("orders", problems), count("days", problems), count("idle_days", problems));
    let spent = map.take("spent").and_then(|node| money(book, node, problems)).unwrap_or(0);
    let tags = map.take("tags").map(Node::one_or_many).unwrap_or_default();
    let tags = tags.into_iter().filter_map(|tag| tag.text(problems)).map(CompactString::new).collect();
    let stage = map.take("stage").and_then(|node| node.choice(Stage::WORDS, problems));
    let badges = map.take("badges").map(Node::one_or_many).unwrap_or_default();
    let badges = badges.into_iter().filter_map(|badge| badge.text(problems)).map(CompactString::new).collect();
    let mut used = Vec::new();
    for (key, value) in map.take("used").and_then(|node| node.entries(problems)).unwrap_or_default() {
        let caps = book.rules.caps();
        if !caps.iter().any(|cap| cap.key == key) {
            let suggestion = closest(key, caps.iter().map(|cap| cap.key.as_str()));
            problems.push(value.problem(format!("there is no cap `{key}`")).suggest(suggestion));
        }
        let points = value.integer_in(0..=limits::BALANCE_MAX, problems);
        used.extend(points.map(|points| (CompactString::new(key), points)));
    }
    let mut streaks = Vec::new();
    for (id, value) in map.take("streaks").and_then(|node| node.entries(problems)).unwrap_or_default() {
        if !book.streaks.iter().any(|streak| streak.id == id) {
            let suggestion = closest(id, book.streaks.iter().map(|streak| streak.id.as_str()));
            problems.push(value.problem(format!("there is no streak `{id}`")).suggest(suggestion));
        }
        let days = value.integer_in(0..=STREAK_MAX, problems).and_then(|days| i32::try_from(days).ok());
        streaks.extend(days.map(|days| (CompactString::new(id), days)));
    }
    map.finish(problems);
    Some(Given { tier: tier?, orders, spent, days, tags, badges, stage, used, idle_days, streaks })
}

fn step(book: &RuleBook, node: Node<'_>, problems: &mut Problems) -> Option<Step> {
    let mut map = node.map(problems)?;
    let kind = map.require("type", problems).and_then(|node| node.text(problems));
    let at = map.require("time", problems).and_then(|node| instant(&book.zone, node, problems));
    let tier = map.take("tier").map(|node| tier(book, node, problems));
    let mut text = |key, problems: &mut Problems| map.take(key).and_then(|node| node.text(problems)).map(str::to_owned);
    let (source, channel, store) = (text("source", problems), text("channel", problems), text("store", problems));
    let paid = paid(book, &mut map, problems);
    let data = map.take("data").map_or(Value::Null, value);
    let draws = map.take("draws").map(Node::one_or_many).unwrap_or_default();
    let draws = draws.into_iter().filter_map(|node| node.integer_in(0..=999_999, problems));
    let draws: Vec<u32> = draws.filter_map(|number| u32::try_from(number).ok()).collect();
    let awards = map.require("awards", problems).and_then(|node| node.list(problems)).unwrap_or_default();
    let awards = awards.into_iter().filter_map(|node| award(book, node, problems)).collect();
    let refusals = map.take("refusals").and_then(|node| node.list(problems));
    let refusals =
        refusals.map(|list| list.into_iter().filter_map(|node| refusal(book, node, problems)).collect::<Vec<_>>());
    let completes = map.take("completes").and_then(|node| node.list(problems));
    let completes = completes.map(|list| list.into_iter().filter_map(|node| completed(book, node, problems)).collect());
    map.finish(problems);
    Some(Step {
        kind: kind?.to_owned(),
        at: at?,
        source: source.unwrap_or_else(|| "/example".to_owned()),
        channel,
        store,
        tier: tier.flatten(),
        paid,
        data,
        draws,
        awards,
        refusals,
        completes,
    })
}

fn completed(book: &RuleBook, node: Node<'_>, problems: &mut Problems) -> Option<Completed> {
    let mut map = node.map(problems)?;
    let task = map.require("task", problems).and_then(|node| {
        let text = node.text(problems)?;
        let place = book.tasks.place(text);
        if place.is_none() {
            let suggestion = closest(text, book.tasks.tasks.iter().map(|task| task.id.as_str()));
            problems.push(node.problem(format!("there is no task `{text}`")).suggest(suggestion));
        }
        place
    });
    let points = map.take("points").and_then(|node| node.integer_in(0..=limits::AMOUNT_MAX, problems));
    let badge = map.take("badge").and_then(|node| node.text(problems)).map(str::to_owned);
    let gift = map.take("gift").and_then(|node| node.text(problems)).map(str::to_owned);
    map.finish(problems);
    Some(Completed { task: task?, points, badge, gift })
}

/// The order of an event: `amount`, `lines`, or both. What was paid is what the lines add up to unless it is written.
fn paid(book: &RuleBook, map: &mut MapReader<'_>, problems: &mut Problems) -> Option<OrderPaid> {
    let mut part = |key, problems: &mut Problems| map.take(key).and_then(|node| money(book, node, problems));
    let amount = part("amount", problems);
    let (discount, shipping) = (part("discount", problems).unwrap_or(0), part("shipping", problems).unwrap_or(0));
    let points_paid = part("points_paid", problems).unwrap_or(0);
    let lines = map.take("lines").and_then(|node| node.list(problems));
    let lines = lines.map(|list| list.into_iter().filter_map(|item| line(book, item, problems)).collect::<Vec<_>>());
    let gross: i64 = lines.iter().flatten().map(|line| line.amount).sum();
    let amount = match (&lines, amount) {
        (None, None) => return None,
        (_, Some(amount)) => amount,
        (Some(_), None) => gross + shipping - discount - points_paid,
    };
    let whole = OrderLine { sku: None, category: None, quantity: 1, amount: (amount - shipping).max(0) };
    Some(OrderPaid {
        order: OrderId::new("example").ok()?,
        amount,
        currency: Some(book.currency),
        discount,
        shipping,
        points_paid,
        lines: lines.unwrap_or_else(|| vec![whole]).into(),
    })
}

fn award(book: &RuleBook, node: Node<'_>, problems: &mut Problems) -> Option<Expected> {
    let mut map = node.map(problems)?;
    let rule = map.require("rule", problems).and_then(|node| rule(book, node, problems));
    let points = map.require("points", problems).and_then(|node| node.integer(problems));
    let mut text = |key, problems: &mut Problems| map.take(key).and_then(|node| node.text(problems)).map(str::to_owned);
    let (unit, source) = (text("unit", problems), text("source", problems));
    let expires_at = map.take("expires_at").and_then(|node| match node.scalar() {
        Some("never") => Some(When::Never),
        Some(text) if is_event(text) => Some(When::Event(text.to_owned())),
        _ => instant(&book.zone, node, problems).map(When::At),
    });
    let available_at = map.take("available_at").and_then(|node| match node.scalar() {
        Some("at_once") => Some(When::AtOnce),
        Some(text) if is_event(text) => Some(When::Event(text.to_owned())),
        _ => instant(&book.zone, node, problems).map(When::At),
    });
    let gift = map.take("gift").and_then(|node| node.text(problems)).map(str::to_owned);
    map.finish(problems);
    Some(Expected { rule: rule?, points: points?, unit, source, expires_at, available_at, gift })
}

/// Whether a word names an event, such as `order.completed`, rather than an instant.
fn is_event(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.contains('.')
}

fn refusal(book: &RuleBook, node: Node<'_>, problems: &mut Problems) -> Option<(Option<RuleIndex>, Code)> {
    let mut map = node.map(problems)?;
    let rule = map.take("rule").map(|node| rule(book, node, problems));
    let code = map.require("code", problems).and_then(|node| code(node, problems));
    map.finish(problems);
    Some((rule.map_or(Some(None), |rule| rule.map(Some))?, code?))
}
