//! Tasks from their document to what is completed.

use compact_str::CompactString;
use jifen_rules::document::Source;
use jifen_rules::{Facts, LineFacts, LocalTime, MemberFacts, OrderFacts, TierFacts};
use jifen_vocab::{Currency, Day, Decimal, RuleId, TaskShare, TierId, Timestamp, Zone};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Completion, Doer, Progress, advance, shown, signal, take_back, unsignal};
use crate::book::RuleBook;

const TASKS: &str = r#"
badges:
  - { id: loyal, name: Loyal }
tasks:
  - id: browse
    name: Browse
    kind: weekly
    within: week
    steps:
      - { id: look, name: Look, on: page.viewed, different: data.category, reach: 3 }
    award: { points: 20, source: task }
  - id: spend
    name: Spend
    kind: offer
    within: { rolling_days: 30 }
    members: [at-risk]
    steps:
      - { id: pay, name: Pay, on: order.paid, sum: order.amount, reach: 1000.00 CNY }
    award: { points: 300, source: task }
  - id: invite
    name: Invite
    kind: growth
    within: ever
    times: 3
    steps:
      - { id: friend, name: Friend, on: referral.completed, times: 2 }
  - id: sign
    name: Sign in
    kind: badge
    within: ever
    steps:
      - { id: day, name: Day, on: member.signed_in, in_a_row: 3 }
    award: { badge: loyal }
  - id: quest
    name: Quest
    kind: challenge
    within: { days_since_joining: 7 }
    ordered: true
    steps:
      - { id: first, name: First, on: content.shared }
      - { id: then, name: Then, on: review.posted, when: data.stars >= 4 }
  - id: pack
    name: Pack
    kind: pack
    within: week
    steps:
      - { id: a, name: A, task: browse }
      - { id: b, name: B, task: quest }
    award: { points: 5, source: task }
  - id: appliances
    name: Appliances
    kind: challenge
    within: month
    steps:
      - { id: buy, name: Buy, on: order.paid, when: line.category == "appliance", sum: line.amount, reach: 100.00 CNY }
"#;

/// A small program with those tasks.
fn book(tasks: &str) -> RuleBook {
    let files = [
        (
            "program.yaml",
            "id: p\nname: P\nzone: Asia/Shanghai\ncurrency: CNY\nenroll_unknown: true\ncategories: { known: [daily, appliance], default: daily }\n",
        ),
        ("units.yaml", "units:\n  - { id: points, name: points, value: 0.01, validity: forever }\n"),
        ("tiers.yaml", "tiers:\n  - { id: member, name: Member }\n"),
        ("sources.yaml", "sources:\n  - { id: task, name: Task }\n"),
        ("earning.yaml", "rules: []\n"),
        ("tasks.yaml", tasks),
    ];
    let source = files.into_iter().fold(Source::new(), |source, (name, text)| source.with(name, text));
    RuleBook::load(1, &source).unwrap().0
}

/// A member at work.
struct World {
    book: RuleBook,
    progress: Progress,
    tags: Vec<CompactString>,
    tier: TierId,
    joined: Day,
    shares: Vec<TaskShare>,
}

impl World {
    fn new(tasks: &str) -> World {
        let tier = TierId::new("member").unwrap();
        let joined = day("2026-06-01");
        let tags = vec![CompactString::new("at-risk")];
        World { book: book(tasks), progress: Progress::new(), tags, tier, joined, shares: Vec::new() }
    }

    fn zone(&self) -> Zone {
        self.book.zone.clone()
    }

    /// An event; gives the tasks it completed.
    fn event(&mut self, kind: &str, on: &str, amount: i64, data: &Value) -> Vec<String> {
        let at = self.zone().start_of(day(on)).plus_millis(3_600_000);
        let order = OrderFacts { id: "o", amount, currency: Currency::CNY, discount: 0, shipping: 0, points_paid: 0 };
        let lines = [
            LineFacts { sku: None, category: Some("appliance"), quantity: 1, amount: amount / 2 },
            LineFacts { sku: None, category: Some("daily"), quantity: 1, amount: amount - amount / 2 },
        ];
        let is_order = kind == "order.paid";
        let facts = Facts {
            event_type: kind,
            event_source: "/t",
            at,
            local: LocalTime::at(&self.book.zone, at),
            order: is_order.then_some(order),
            lines: if is_order { &lines } else { &[] },
            member: MemberFacts {
                id: "m",
                tags: &self.tags,
                badges: &[],
                orders: 0,
                spent: 0,
                days: 0,
                idle_days: 0,
                stage: "",
            },
            tier: TierFacts { id: "member", rank: 0, earning_multiplier: Decimal::ONE },
            channel: None,
            store: None,
            streaks: &[],
            data,
        };
        let doer = Doer { tags: &self.tags, tier: &self.tier, joined: self.joined, day: day(on) };
        let advanced = advance(&self.book.tasks, &mut self.progress, &facts, &doer);
        self.shares = advanced.shares;
        let mut waiting = advanced.completed;
        let mut completed = Vec::new();
        while let Some((place, from)) = waiting.pop() {
            let id = self.book.tasks.tasks[usize::from(place)].id.clone();
            complete(&mut self.progress, &id, from, at);
            completed.push(id.to_string());
            waiting.extend(signal(&self.book.tasks, &mut self.progress, place, &facts, &doer).completed);
        }
        completed
    }

    fn number(&self, task: &str, step: &str) -> i64 {
        let mut runs = self.progress.runs.iter().filter(|run| run.task.as_str() == task);
        runs.next_back().and_then(|run| run.step(step)).map_or(0, |step| step.number)
    }
}

fn complete(progress: &mut Progress, id: &RuleId, from: Day, at: Timestamp) {
    let run = progress.runs.iter_mut().find(|run| run.task == *id && run.from == from.number()).unwrap();
    run.done.push(Completion::new(at));
}

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn nothing() -> Value {
    json!({})
}

// row BEHV-11
#[test]
fn three_different_categories_in_a_week() {
    let mut world = World::new(TASKS);
    let view = |category: &str| json!({ "category": category });
    assert!(world.event("page.viewed", "2026-06-08", 0, &view("tv")).is_empty());
    assert!(world.event("page.viewed", "2026-06-09", 0, &view("tv")).is_empty(), "the same one again counts once");
    assert!(world.event("page.viewed", "2026-06-10", 0, &view("tea")).is_empty());
    assert_eq!(world.event("page.viewed", "2026-06-14", 0, &view("toys")), ["browse"]);
    assert!(world.event("page.viewed", "2026-06-14", 0, &view("books")).is_empty(), "once a week");
    assert!(world.event("page.viewed", "2026-06-15", 0, &view("tv")).is_empty(), "a new week begins with nothing");
    assert!(world.event("page.viewed", "2026-06-15", 0, &view("tea")).is_empty());
    assert!(world.event("page.viewed", "2026-06-13", 0, &view("late")).is_empty(), "late, in its own week");
    assert_eq!(world.event("page.viewed", "2026-06-21", 0, &view("toys")), ["browse"]);
}

// row EARN-19
#[test]
fn a_thousand_within_any_thirty_days() {
    let mut world = World::new(TASKS);
    let spends = |world: &mut World, on: &str, amount: i64| {
        world.event("order.paid", on, amount, &nothing()).iter().any(|task| task == "spend")
    };
    assert!(!spends(&mut world, "2026-06-01", 60_000));
    assert!(!spends(&mut world, "2026-07-01", 39_000), "the first of June is 30 days ago");
    assert!(!spends(&mut world, "2026-07-10", 60_999), "one fen short");
    assert!(spends(&mut world, "2026-07-30", 1));
    assert!(!spends(&mut world, "2026-07-30", 200_000), "once");
    let mut other = World::new(TASKS);
    other.tags.clear();
    assert!(!spends(&mut other, "2026-06-01", 200_000), "an offer to others");
}

#[test]
fn a_task_may_be_completed_several_times() {
    let mut world = World::new(TASKS);
    let completed: usize = (0..9).map(|_| world.event("referral.completed", "2026-06-02", 0, &nothing()).len()).sum();
    assert_eq!(completed, 3);
    assert_eq!(world.progress.completed(&RuleId::new("invite").unwrap()), 3);
}

// row TIER-17
#[test]
fn days_in_a_row_heal_when_a_late_event_closes_the_gap() {
    let mut world = World::new(TASKS);
    assert!(world.event("member.signed_in", "2026-06-01", 0, &nothing()).is_empty());
    assert!(world.event("member.signed_in", "2026-06-01", 0, &nothing()).is_empty());
    assert!(world.event("member.signed_in", "2026-06-03", 0, &nothing()).is_empty());
    assert!(world.event("member.signed_in", "2026-06-04", 0, &nothing()).is_empty());
    assert_eq!(world.event("member.signed_in", "2026-06-02", 0, &nothing()), ["sign"], "the second of June, late");
}

#[test]
fn steps_in_order_within_days_of_joining() {
    let mut world = World::new(TASKS);
    let good = json!({ "stars": 5 });
    assert!(world.event("review.posted", "2026-06-02", 0, &good).is_empty(), "before its turn");
    assert!(world.event("content.shared", "2026-06-02", 0, &nothing()).is_empty());
    assert!(world.event("review.posted", "2026-06-03", 0, &json!({ "stars": 2 })).is_empty());
    assert_eq!(world.event("review.posted", "2026-06-07", 0, &good), ["quest"]);
    let mut late = World::new(TASKS);
    late.event("content.shared", "2026-06-07", 0, &nothing());
    assert!(late.event("review.posted", "2026-06-08", 0, &good).is_empty(), "the eighth day");
}

#[test]
fn a_pack_is_complete_with_its_tasks() {
    let mut world = World::new(TASKS);
    world.event("content.shared", "2026-06-02", 0, &nothing());
    assert_eq!(world.event("review.posted", "2026-06-02", 0, &json!({ "stars": 5 })), ["quest"]);
    world.event("page.viewed", "2026-06-03", 0, &json!({ "category": "a" }));
    world.event("page.viewed", "2026-06-03", 0, &json!({ "category": "b" }));
    assert_eq!(world.event("page.viewed", "2026-06-03", 0, &json!({ "category": "c" })), ["browse", "pack"]);
    let place = world.book.tasks.place("quest").unwrap();
    let undone = unsignal(&world.book.tasks, &mut world.progress, place as u16, day("2026-06-02"), world.joined);
    assert_eq!(undone.len(), 1, "without one of its tasks it is not complete");
}

#[test]
fn only_matching_lines_count_and_a_refund_takes_them_back() {
    let mut world = World::new(TASKS);
    assert_eq!(world.event("order.paid", "2026-06-02", 20_000, &nothing()), ["appliances"], "half of it is appliances");
    let mut share = world.shares.iter().find(|share| share.task.as_str() == "appliances").unwrap().clone();
    assert_eq!((share.number, share.money), (10_000, true));
    let terms = &world.book.tasks;
    let undone = take_back(terms, &mut world.progress, &mut share, (1, 20_000), false);
    assert!(undone.is_empty(), "half a fen of a line is nothing");
    let undone = take_back(terms, &mut world.progress, &mut share, (10_000, 20_000), false);
    assert_eq!(undone.len(), 1);
    assert_eq!(world.number("appliances", "buy"), 5_000);
    take_back(&world.book.tasks, &mut world.progress, &mut share, (20_000, 20_000), true);
    assert_eq!(world.number("appliances", "buy"), 0);
    take_back(&world.book.tasks, &mut world.progress, &mut share, (20_000, 20_000), true);
    assert_eq!(world.number("appliances", "buy"), 0, "what came back once does not come back twice");
}

// row BEHV-20
#[test]
fn a_smaller_goal_holds_from_the_next_event_on_and_progress_is_kept() {
    let mut world = World::new(TASKS);
    world.event("page.viewed", "2026-06-08", 0, &json!({ "category": "a" }));
    assert_eq!(world.number("browse", "look"), 1);
    world.book = book(&TASKS.replace("reach: 3", "reach: 2").replace("points: 20", "points: 40"));
    assert_eq!(world.event("page.viewed", "2026-06-09", 0, &json!({ "category": "b" })), ["browse"]);
}

#[test]
fn what_is_shown_is_the_window_of_today() {
    let mut world = World::new(TASKS);
    world.event("page.viewed", "2026-06-08", 0, &json!({ "category": "a" }));
    let zone = world.zone();
    let now = zone.start_of(day("2026-06-10"));
    let doer = Doer { tags: &world.tags, tier: &world.tier, joined: world.joined, day: day("2026-06-10") };
    let tasks = shown(&world.book.tasks, &world.progress, &doer, now, &zone);
    let ids: Vec<&str> = tasks.iter().map(|task| task.task.id.as_str()).collect();
    assert_eq!(ids, ["browse", "spend", "invite", "sign", "pack", "appliances"], "the seven days are over");
    assert_eq!((tasks[0].steps[0].done, tasks[0].steps[0].goal, tasks[0].is_done), (1, 3, false));
    assert_eq!(tasks[0].until, Some(zone.start_of(day("2026-06-15"))));
}

#[test]
fn windows_that_nothing_can_reach_are_forgotten_and_counted() {
    let mut world = World::new(TASKS);
    for category in ["a", "b", "c"] {
        world.event("page.viewed", "2026-06-08", 0, &json!({ "category": category }));
    }
    world.progress.forget(day("2026-07-15"));
    assert_eq!(world.progress.runs.len(), 2, "of the task and of the pack");
    world.progress.forget(day("2026-07-16"));
    assert!(world.progress.runs.is_empty());
    assert_eq!(world.progress.completed(&RuleId::new("browse").unwrap()), 1);
}

proptest! {
    /// Whatever comes in whatever order: no task more often than it may be, sums never below zero, and what all orders
    /// brought comes back to nothing when all are refunded.
    #[test]
    fn orders_that_all_come_back_leave_nothing(
        orders in prop::collection::vec((0..60_i32, 1..150_000_i64), 1..30),
        parts in prop::collection::vec(1..100_i64, 30),
    ) {
        let mut world = World::new(TASKS);
        let mut all = Vec::new();
        for (offset, amount) in &orders {
            let on = day("2026-06-01").plus_days(*offset).to_string();
            world.event("order.paid", &on, *amount, &nothing());
            all.extend(world.shares.drain(..).map(|share| (share, *amount)));
        }
        for run in &world.progress.runs {
            let task = &world.book.tasks.tasks[world.book.tasks.place(run.task.as_str()).unwrap()];
            prop_assert!(run.done.len() <= usize::from(task.times));
        }
        for (at, (share, amount)) in all.iter_mut().enumerate() {
            let part = *amount * parts[at % parts.len()] / 100;
            take_back(&world.book.tasks, &mut world.progress, share, (part, *amount), false);
            take_back(&world.book.tasks, &mut world.progress, share, (*amount, *amount), true);
        }
        for run in &world.progress.runs {
            prop_assert!(run.done.is_empty(), "{:?}", run);
            prop_assert!(run.steps.iter().all(|step| step.number == 0), "{:?}", run);
        }
    }
}
