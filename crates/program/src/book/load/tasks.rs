//! `tasks.yaml`: tasks, badges and cards.

use std::collections::BTreeMap;

use compact_str::CompactString;
use jifen_rules::Names;
use jifen_rules::cel::{Condition, Scope};
use jifen_rules::document::{MapReader, Node, Problems, closest};
use jifen_rules::rule::{Window, read_condition, read_types};
use jifen_vocab::{RuleId, limits::AMOUNT_MAX};

use super::awards::Awards;
use super::values::{maps, unique};
use super::{limits, values};
use crate::book::ascent::Ascent;
use crate::book::gifts::Gift;
use crate::book::tasks::{
    Badge, BadgeKind, Card, CardSet, Field, Goal, Span, SumOf, Task, TaskKind, TaskStep, TaskTerms, Trigger,
};

/// Tasks, and badges: a member's progress in all of them is one record.
const TASKS_MAX: usize = 100;
/// Steps of a task.
const STEPS_MAX: usize = 20;
/// Different values that a step may ask for: a record keeps them.
const DIFFERENT_MAX: i64 = 100;
/// Days in a row that a step may ask for.
const ROW_MAX: i64 = 400;
/// Days of a rolling window: a record keeps each.
const ROLLING_MAX: i64 = 92;
/// Days since joining beyond which a slip is more likely.
const DAYS_MAX: i64 = 3_660;
/// Times a task can be completed in one window: a record keeps each.
const TIMES_MAX: i64 = 100;
/// Awards of a task.
const AWARDS_MAX: usize = 10;
/// Cards of a set.
const CARDS_MAX: usize = 30;
/// Parts of a path into an event's data.
const PATH_MAX: usize = 5;
/// The fields of an event's data that are looked at.
const DATA: &str = "data.";

/// Reads the file. `rules` are the identifiers of earning rules: what tasks give is booked beside what rules give.
pub(super) fn read(
    root: Node<'_>,
    names: &Names,
    ascent: Option<&Ascent>,
    gifts: &[Gift],
    rules: &[&str],
    problems: &mut Problems,
) -> TaskTerms {
    let Some(mut map) = root.map(problems) else { return TaskTerms::default() };
    let (tasks, badges, sets) = (map.take("tasks"), map.take("badges"), map.take("cards"));
    map.finish(problems);
    let mut terms = TaskTerms::default();
    let mut seen = Vec::new();
    for map in maps(badges, TASKS_MAX, problems) {
        terms.badges.extend(badge(map, &mut seen, problems));
    }
    let reader = Reader { names, ascent, gifts, scope: Scope::of(names), rules };
    let mut seen = Vec::new();
    for map in maps(sets, TASKS_MAX, problems) {
        let set = reader.set(map, &mut seen, problems);
        terms.sets.extend(set);
    }
    let mut seen = Vec::new();
    for map in maps(tasks, TASKS_MAX, problems) {
        let task = reader.task(map, &terms, &mut seen, problems);
        terms.tasks.extend(task);
    }
    index(&mut terms);
    terms
}

/// Which steps look at which types of event.
fn index(terms: &mut TaskTerms) {
    let mut by_type: BTreeMap<CompactString, Vec<(u16, u8)>> = BTreeMap::new();
    for (task, place) in terms.tasks.iter().zip(0_u16..) {
        for (step, number) in task.steps.iter().zip(0_u8..).filter(|_| task.enabled) {
            let Trigger::Events(types) = &step.on else { continue };
            for kind in types {
                by_type.entry(kind.clone()).or_default().push((place, number));
            }
        }
    }
    let mut drops: BTreeMap<CompactString, Vec<u16>> = BTreeMap::new();
    for (set, place) in terms.sets.iter().zip(0_u16..).filter(|(set, _)| set.enabled) {
        for kind in &set.on {
            drops.entry(kind.clone()).or_default().push(place);
        }
    }
    terms.by_type = by_type;
    terms.drops = drops;
}

fn checked(text: &str) -> Result<CompactString, jifen_vocab::id::InvalidId> {
    jifen_vocab::id::check(text).map(|()| CompactString::new(text))
}

pub(super) fn named(
    map: &mut MapReader<'_>,
    seen: &mut Vec<(String, u32)>,
    problems: &mut Problems,
) -> Option<CompactString> {
    let place = map.require("id", problems)?;
    let id = values::id(place, checked, problems)?;
    unique(seen, &id, place, problems);
    Some(id)
}

fn badge(mut map: MapReader<'_>, seen: &mut Vec<(String, u32)>, problems: &mut Problems) -> Option<Badge> {
    let id = named(&mut map, seen, problems);
    let name = values::name(&mut map, problems);
    let kind = map.take("kind").map_or(Some(BadgeKind::Badge), |node| node.choice(BadgeKind::WORDS, problems));
    let about = map.take("about").and_then(|node| values::both(node, limits::TERMS_CHARS_MAX, problems));
    let riddle = map.take("riddle").and_then(|node| values::both(node, limits::TERMS_CHARS_MAX, problems));
    let image = map.take("image").and_then(|node| {
        let text = node.text(problems)?;
        let fits = text.len() <= 500 && (text.starts_with('/') || text.starts_with("https://"));
        node.or_problem(fits.then(|| text.to_owned()), "must be the address of a picture: /… or https://…", problems)
    });
    let days = map.take("days").and_then(|node| values::count(node, 1..=DAYS_MAX, problems));
    map.finish(problems);
    Some(Badge { id: id?, name, kind: kind?, about, riddle, image, days })
}

struct Reader<'r> {
    names: &'r Names,
    ascent: Option<&'r Ascent>,
    gifts: &'r [Gift],
    scope: Scope,
    rules: &'r [&'r str],
}

impl Reader<'_> {
    fn set(&self, mut map: MapReader<'_>, seen: &mut Vec<(String, u32)>, problems: &mut Problems) -> Option<CardSet> {
        let place = map.node();
        let id = named(&mut map, seen, problems);
        let name = values::name(&mut map, problems);
        let enabled = map.take("enabled").map_or(Some(true), |node| node.boolean(problems));
        let on = map.require("on", problems).and_then(|node| read_types(node, problems));
        let when = self.condition(&mut map, problems);
        let window = Window::read(&mut map, self.names, problems);
        let day_max = map.take("day_max").map_or(Some(u16::MAX), |node| values::count(node, 1..=1_000, problems));
        let cards = map.require("cards", problems);
        map.finish(problems);
        let mut known = Vec::new();
        let cards: Vec<Card> =
            maps(cards, CARDS_MAX, problems).into_iter().filter_map(|map| card(map, &mut known, problems)).collect();
        let sum: u32 = cards.iter().map(|card| card.chance_ppm).sum();
        place.or_problem((sum <= 1_000_000).then_some(()), "has chances that add up to more than 100%", problems)?;
        let day_max = day_max?;
        Some(CardSet { id: id?, name, enabled: enabled?, on: on?, when: when?, window: window?, day_max, cards })
    }

    /// A condition about the event as a whole or its lines; nothing at all where it cannot be read.
    fn condition(&self, map: &mut MapReader<'_>, problems: &mut Problems) -> Option<Option<Condition>> {
        match map.take("when") {
            None => Some(None),
            Some(node) => read_condition(node, &self.scope, problems).map(Some),
        }
    }

    fn task(
        &self,
        mut map: MapReader<'_>,
        terms: &TaskTerms,
        seen: &mut Vec<(String, u32)>,
        problems: &mut Problems,
    ) -> Option<Task> {
        let place = map.node();
        let id = map.require("id", problems);
        if let Some((node, text)) = id.and_then(|node| Some((node, node.scalar()?))) {
            unique(seen, text, node, problems);
            if self.rules.contains(&text) {
                problems
                    .push(node.problem(format!("there is an earning rule `{text}`: what both give is booked apart")));
            }
        }
        let id = id.and_then(|node| values::id(node, RuleId::new, problems));
        let name = values::name(&mut map, problems);
        let about = map.take("about").and_then(|node| values::both(node, limits::TERMS_CHARS_MAX, problems));
        let kind = map.require("kind", problems).and_then(|node| node.choice(TaskKind::WORDS, problems));
        let enabled = map.take("enabled").map_or(Some(true), |node| node.boolean(problems));
        let span = map.require("within", problems).and_then(|node| span(node, problems));
        let window = Window::read(&mut map, self.names, problems);
        let members = map.take("members").map(Node::one_or_many).unwrap_or_default();
        let members = members.into_iter().filter_map(|node| values::id(node, checked, problems)).collect();
        let tiers = map.take("tiers").map(Node::one_or_many).unwrap_or_default();
        let tiers = tiers.into_iter().filter_map(|node| self.tier(node, problems)).collect();
        let ordered = map.take("ordered").map_or(Some(false), |node| node.boolean(problems));
        let times_at = map.take("times");
        let times = times_at.map_or(Some(1), |node| values::count(node, 1..=TIMES_MAX, problems));
        let steps_at = map.require("steps", problems);
        let awards = map.take("award").map(Node::one_or_many).unwrap_or_default();
        map.finish(problems);
        let mut known = Vec::new();
        let steps: Vec<TaskStep> = maps(steps_at, STEPS_MAX, problems)
            .into_iter()
            .filter_map(|map| self.step(map, terms, &mut known, problems))
            .collect();
        place.or_problem((awards.len() <= AWARDS_MAX).then_some(()), "has too many awards", problems)?;
        let gives = Awards { names: self.names, badges: &terms.badges, gifts: self.gifts, ascent: self.ascent };
        let awards = awards.into_iter().filter_map(|node| gives.read(node, problems)).collect();
        let (span, times) = (span?, times?);
        let counts = |step: &TaskStep| matches!(step.goal, Goal::Times(_) | Goal::Sum(..));
        if times > 1 && (matches!(span, Span::Rolling(_)) || !steps.iter().all(counts)) {
            let message = "goes only with steps that count times or sums, within a window that is not rolling";
            times_at.unwrap_or(place).or_problem(None::<()>, message, problems);
        }
        let in_rolling = |step: &TaskStep| matches!(step.goal, Goal::Times(_) | Goal::Sum(..));
        if matches!(span, Span::Rolling(_)) && !(steps.len() == 1 && steps.iter().all(in_rolling)) {
            place.or_problem(None::<()>, "a rolling window has one step, which counts times or a sum", problems);
        }
        steps_at?.or_problem((!steps.is_empty()).then_some(()), "needs a step", problems)?;
        Some(Task {
            id: id?,
            name,
            about,
            kind: kind?,
            enabled: enabled?,
            span,
            window: window?,
            members,
            tiers,
            ordered: ordered?,
            times,
            steps,
            awards,
        })
    }

    fn tier(&self, node: Node<'_>, problems: &mut Problems) -> Option<jifen_vocab::TierId> {
        let text = node.text(problems)?;
        let found = self.names.tiers.iter().find(|tier| tier.as_str() == text).cloned();
        if found.is_none() {
            let suggestion = closest(text, self.names.tiers.iter().map(|tier| tier.as_str()));
            problems.push(node.problem(format!("there is no tier `{text}`")).suggest(suggestion));
        }
        found
    }

    fn step(
        &self,
        mut map: MapReader<'_>,
        terms: &TaskTerms,
        seen: &mut Vec<(String, u32)>,
        problems: &mut Problems,
    ) -> Option<TaskStep> {
        let place = map.node();
        let id = named(&mut map, seen, problems);
        let name = values::name(&mut map, problems);
        let (on, task) = (map.take("on"), map.take("task"));
        let trigger = match (on, task) {
            (Some(node), None) => read_types(node, problems).map(Trigger::Events),
            (None, Some(node)) => earlier(node, terms, problems),
            _ => place.or_problem(None, "needs either `on` or `task`", problems),
        };
        let when_at = map.take("when");
        let when = self.condition(&mut map, problems);
        if let Some(node) = when_at.filter(|_| task.is_some()) {
            problems.push(node.problem("goes only with `on`: that a task is completed says nothing more"));
        }
        let goal = self.goal(&mut map, problems);
        map.finish(problems);
        let (when, goal) = (when?, goal?);
        let of_lines = matches!(
            goal,
            Goal::Times(_) | Goal::Sum(SumOf::LineAmount, _) | Goal::Different(Field::LineCategory | Field::LineSku, _)
        );
        if when.as_ref().is_some_and(Condition::mentions_line) && !of_lines {
            let message = "looks at single lines while the step counts something else: use `sum: line.amount` or \
                           `different: line.category`";
            when_at.unwrap_or(place).or_problem(None::<()>, message, problems)?;
        }
        if matches!(trigger, Some(Trigger::Task(_))) && !matches!(goal, Goal::Times(_)) {
            place.or_problem(None::<()>, "counts how many times a task is completed: use `times`", problems)?;
        }
        Some(TaskStep { id: id?, name, on: trigger?, when, goal })
    }

    fn goal(&self, map: &mut MapReader<'_>, problems: &mut Problems) -> Option<Goal> {
        let place = map.node();
        let (times, sum) = (map.take("times"), map.take("sum"));
        let (different, row) = (map.take("different"), map.take("in_a_row"));
        let reach = map.take("reach");
        if [times, sum, different, row].iter().flatten().count() > 1 {
            return place.or_problem(None, "needs only one of `times`, `sum`, `different` and `in_a_row`", problems);
        }
        if let Some(stray) = reach.filter(|_| sum.is_none() && different.is_none()) {
            problems.push(stray.problem("goes only with `sum` and `different`"));
        }
        if let Some(node) = sum {
            let of = sum_of(node, problems);
            let reach = node.or_problem(reach, "needs `reach`, the sum to be reached", problems)?;
            let least = match of.as_ref()? {
                SumOf::OrderAmount | SumOf::LineAmount => self.money(reach, problems),
                SumOf::Data(_) => reach.integer_in(1..=AMOUNT_MAX, problems),
            };
            return Some(Goal::Sum(of?, least?));
        }
        if let Some(node) = different {
            let field = field(node, problems);
            let reach = node.or_problem(reach, "needs `reach`, how many different ones", problems)?;
            return Some(Goal::Different(field?, reach.integer_in(1..=DIFFERENT_MAX, problems)?));
        }
        if let Some(node) = row {
            return node.integer_in(2..=ROW_MAX, problems).map(Goal::InARow);
        }
        times.map_or(Some(1), |node| node.integer_in(1..=AMOUNT_MAX, problems)).map(Goal::Times)
    }

    fn money(&self, node: Node<'_>, problems: &mut Problems) -> Option<i64> {
        let money = node.money(problems)?;
        let fits = money.currency == self.names.currency && (1..=AMOUNT_MAX).contains(&money.amount);
        let message = format!("must be an amount in {} above zero", self.names.currency);
        node.or_problem(fits.then_some(money.amount), &message, problems)
    }
}

/// The place of a task that stands before this one.
fn earlier(node: Node<'_>, terms: &TaskTerms, problems: &mut Problems) -> Option<Trigger> {
    let text = node.text(problems)?;
    let place = terms.place(text).and_then(|place| u16::try_from(place).ok());
    if place.is_none() {
        let suggestion = closest(text, terms.tasks.iter().map(|task| task.id.as_str()));
        problems.push(node.problem(format!("there is no task `{text}` before this one")).suggest(suggestion));
    }
    place.map(Trigger::Task)
}

fn span(node: Node<'_>, problems: &mut Problems) -> Option<Span> {
    const WORDS: [(&str, Span); 6] = [
        ("day", Span::Day),
        ("week", Span::Week),
        ("month", Span::Month),
        ("quarter", Span::Quarter),
        ("year", Span::Year),
        ("ever", Span::Ever),
    ];
    if !node.is_map() {
        return node.choice(&WORDS, problems);
    }
    let mut map = node.map(problems)?;
    let (rolling, joined) = (map.take("rolling_days"), map.take("days_since_joining"));
    map.finish(problems);
    match (rolling, joined) {
        (Some(node), None) => values::count(node, 2..=ROLLING_MAX, problems).map(Span::Rolling),
        (None, Some(node)) => values::count(node, 1..=DAYS_MAX, problems).map(Span::SinceJoining),
        _ => node.or_problem(None, "needs either `rolling_days` or `days_since_joining`", problems),
    }
}

pub(super) fn sum_of(node: Node<'_>, problems: &mut Problems) -> Option<SumOf> {
    match node.text(problems)? {
        "order.amount" => Some(SumOf::OrderAmount),
        "line.amount" => Some(SumOf::LineAmount),
        text => {
            let path = data_path(text).map(SumOf::Data);
            node.or_problem(
                path,
                "must be order.amount, line.amount or a number of the data, such as data.steps",
                problems,
            )
        }
    }
}

fn field(node: Node<'_>, problems: &mut Problems) -> Option<Field> {
    match node.text(problems)? {
        "line.category" => Some(Field::LineCategory),
        "line.sku" => Some(Field::LineSku),
        "local.date" => Some(Field::Day),
        "store" => Some(Field::Store),
        text => {
            let path = data_path(text).map(Field::Data);
            let message =
                "must be line.category, line.sku, local.date, store or a field of the data, such as data.card";
            node.or_problem(path, message, problems)
        }
    }
}

/// `data.a.b` as its parts.
fn data_path(text: &str) -> Option<Box<[CompactString]>> {
    let parts: Vec<&str> = text.strip_prefix(DATA)?.split('.').collect();
    let is_word = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let fits = parts.len() <= PATH_MAX && parts.iter().all(is_word);
    fits.then(|| parts.into_iter().map(CompactString::new).collect())
}

fn card(mut map: MapReader<'_>, seen: &mut Vec<(String, u32)>, problems: &mut Problems) -> Option<Card> {
    let id = named(&mut map, seen, problems);
    let name = values::name(&mut map, problems);
    let chance = map.require("chance", problems).and_then(|node| {
        let share = values::share(node, problems)?;
        let millionth = jifen_vocab::Ratio::whole(1_000_000);
        let ppm = share.ratio().checked_mul(millionth)?.round(jifen_vocab::Rounding::Floor)?;
        node.or_problem(u32::try_from(ppm).ok().filter(|ppm| *ppm > 0), "must be above zero", problems)
    });
    map.finish(problems);
    Some(Card { id: id?, name, chance_ppm: chance? })
}
