//! Running an example: the rules judge its events one after the other, and what they gave is compared.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use compact_str::CompactString;
use jifen_rules::judge::{Refused, thing};
use jifen_rules::rule::{Budget, Cap};
use jifen_rules::{Award, Draw, Facts, Judged, LocalTime, MemberFacts, Period, Room, Rule, RuleIndex};
use jifen_vocab::{Code, Day, Timestamp};

use super::read::{Example, Expected, FILE, Given, Step, When};
use super::{bills, redemptions, standings};
use crate::book::stages::{self, Stage};
use crate::book::streaks::Streak;
use crate::book::tasks::TaskAward;
use crate::book::{Pending, RuleBook};
use crate::earning::{in_full, lines_paid, order_facts, tier_facts};
use crate::streaks::{Days, mark};
use crate::tasks::{self, Completion, Doer, Progress};

/// What came of an example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExampleResult {
    /// Its name, in English.
    pub name: String,
    /// Its name, in Chinese.
    pub name_zh: String,
    /// Whether the rules gave what it says.
    pub ok: bool,
    /// What it says, one line an event.
    pub expected: String,
    /// What the rules gave, one line an event.
    pub got: String,
    /// The file within the bundle.
    pub file: String,
    /// The line it begins in, from 1.
    pub line: u32,
}

/// Runs one example.
pub(super) fn run(book: &RuleBook, shared: Option<&Arc<RuleBook>>, example: &Example) -> ExampleResult {
    let mut member = Member::new(book, example);
    let (mut expected, mut got) = (Vec::new(), Vec::new());
    for step in &example.steps {
        let (judged, completed) = member.judge(book, step);
        expected.push(told_expected(book, step) + &told_tasks(book, step));
        got.push(told_judged(book, step, member.tier, &judged) + &told_completed(book, step, &completed));
        member.keep(book, step, &judged);
    }
    for billed in &example.bills {
        let (said, given) = bills::told(book, billed);
        expected.push(said);
        got.push(given);
    }
    for standing in &example.standings {
        let (said, made) = standings::told(book, standing);
        expected.push(said);
        got.push(made);
    }
    for redeemed in &example.redemptions {
        let unread = || ("a rule book that can be read".to_owned(), "none".to_owned());
        let (said, came) = shared.map_or_else(unread, |book| redemptions::told(book, redeemed));
        expected.push(said);
        got.push(came);
    }
    let (expected, got) = (expected.join("\n"), got.join("\n"));
    ExampleResult {
        name: example.name.en.clone(),
        name_zh: example.name.zh.clone(),
        ok: expected == got,
        expected,
        got,
        file: FILE.to_owned(),
        line: example.line,
    }
}

/// The member of an example, as far as rules look at members.
struct Member<'e> {
    given: &'e Given,
    tier: usize,
    orders: i64,
    spent: i64,
    used: Used,
    streaks: Days,
    /// The day of the event before.
    active: Option<Day>,
    badges: Vec<CompactString>,
    progress: Progress,
    /// The day the member joined, so many days before the first event.
    joined: Day,
}

/// What was used of caps and budgets.
#[derive(Default)]
struct Used {
    today: Option<Day>,
    caps: BTreeMap<(CompactString, Option<Day>), i64>,
    earned: BTreeMap<CompactString, Option<Day>>,
    budgets: BTreeMap<CompactString, i64>,
    totals: BTreeMap<(CompactString, Option<Day>), i64>,
    /// Awards for things: rule and thing.
    things: BTreeSet<(CompactString, CompactString)>,
    /// Rules that gave their award for the thing that the event at hand is about.
    given_for: BTreeSet<CompactString>,
}

/// The rule and the thing that an event is about, where the rule gives one award for it.
fn about(rule: &Rule, step: &Step) -> Option<(CompactString, CompactString)> {
    let thing = thing(&step.data, rule.once_for.as_deref()?).ok()?;
    Some((CompactString::new(rule.id.as_str()), thing))
}

/// The first day of the period a day lies in; none for all time.
fn start_of(per: Period, day: Option<Day>) -> Option<Day> {
    let day = day?;
    match per {
        Period::Day => Some(day),
        Period::Week => Some(day.start_of_week()),
        Period::Month => Some(day.start_of_month()),
        Period::Year => Some(day.start_of_year()),
        Period::Ever => None,
    }
}

impl Room for Used {
    fn used(&self, cap: &Cap) -> i64 {
        self.caps.get(&(cap.key.clone(), start_of(cap.per, self.today))).copied().unwrap_or(0)
    }

    fn left(&self, budget: &Budget) -> i64 {
        budget.points.saturating_sub(self.budgets.get(&budget.name).copied().unwrap_or(0))
    }

    fn total(&self, rule: &Rule) -> i64 {
        let of = |per| self.totals.get(&(CompactString::new(rule.id.as_str()), start_of(per, self.today)));
        rule.total.and_then(of).copied().unwrap_or(0)
    }

    fn earned(&self, rule: &Rule) -> bool {
        if rule.once_for.is_some() {
            return self.given_for.contains(rule.id.as_str());
        }
        let Some((per, last)) = rule.once.zip(self.earned.get(rule.id.as_str())) else { return false };
        *last == start_of(per, self.today)
    }
}

impl<'e> Member<'e> {
    fn new(book: &RuleBook, example: &'e Example) -> Self {
        let given = &example.given;
        let mut used = Used::default();
        let first = example.steps.first().map(|step| book.zone.day_of(step.at));
        for (key, points) in &given.used {
            if let Some(cap) = book.rules.caps().iter().find(|cap| cap.key == *key) {
                used.caps.insert((key.clone(), start_of(cap.per, first)), *points);
            }
        }
        let mut streaks = Days::new();
        for (id, length) in given.streaks.iter().filter(|(_, length)| *length > 0) {
            let days = first.map(|first| (1..=*length).rev().map(move |back| first.plus_days(-back)));
            for day in days.into_iter().flatten() {
                mark(&mut streaks, id, day);
            }
        }
        let days = i32::try_from(given.days).unwrap_or(i32::MAX);
        let joined = first.unwrap_or_else(|| Day::from_number(0)).plus_days(-days);
        let badges = given.badges.clone();
        let progress = Progress::new();
        Member {
            given,
            tier: given.tier,
            orders: given.orders,
            spent: given.spent,
            used,
            streaks,
            active: None,
            badges,
            progress,
            joined,
        }
    }

    fn judge(&mut self, book: &RuleBook, step: &Step) -> (Judged, Vec<usize>) {
        self.tier = step.tier.unwrap_or(self.tier);
        let day = book.zone.day_of(step.at);
        self.used.today = Some(day);
        self.used.given_for = self.given_for(book, step);
        let streaks = self.streaks_on(book, &step.kind, day);
        let idle_days = self.active.map_or(self.given.idle_days, |active| i64::from(day.number() - active.number()));
        self.active = Some(day);
        let tier = &book.tiers[self.tier];
        let lines = step.paid.as_ref().map(|paid| lines_paid(book, paid)).unwrap_or_default();
        let order = step.paid.as_ref().map(|paid| order_facts(book, paid));
        let badges = self.badges.clone();
        let facts = Facts {
            event_type: &step.kind,
            event_source: &step.source,
            at: step.at,
            local: LocalTime::at(&book.zone, step.at),
            order,
            lines: &lines,
            member: MemberFacts {
                id: "example",
                tags: &self.given.tags,
                badges: &badges,
                orders: self.orders,
                spent: self.spent,
                days: self.given.days,
                idle_days: idle_days.max(0),
                stage: self.stage(book, idle_days.max(0)),
            },
            tier: tier_facts(tier),
            channel: step.channel.as_deref(),
            store: step.store.as_deref(),
            streaks: &streaks,
            data: &step.data,
        };
        let mut draws = step.draws.iter().copied();
        let judged = book.rules.judge(&facts, &self.used, Draw::Numbers(&mut || draws.next().unwrap_or(0)));
        (judged, self.work(book, step, &facts))
    }

    /// Counts an event in tasks; gives the tasks it completed.
    fn work(&mut self, book: &RuleBook, step: &Step, facts: &Facts<'_>) -> Vec<usize> {
        let terms = &book.tasks;
        let (tier, day) = (&book.tiers[self.tier].id, book.zone.day_of(step.at));
        let doer = Doer { tags: &self.given.tags, tier, joined: self.joined, day };
        let mut waiting = tasks::advance(terms, &mut self.progress, facts, &doer).completed;
        let mut completed = Vec::new();
        while let Some((place, from)) = waiting.pop() {
            let task = &terms.tasks[usize::from(place)];
            let run = self.progress.runs.iter_mut().find(|run| run.task == task.id && run.from == from.number());
            if let Some(run) = run {
                run.done.push(Completion::new(step.at));
            }
            for award in &task.awards {
                let TaskAward::Badge(badge) = award else { continue };
                if !self.badges.contains(badge) {
                    self.badges.push(badge.clone());
                }
            }
            completed.push(usize::from(place));
            waiting.extend(tasks::signal(terms, &mut self.progress, place, facts, &doer).completed);
        }
        completed
    }

    /// Rules that gave their award for the thing that an event is about.
    fn given_for(&self, book: &RuleBook, step: &Step) -> BTreeSet<CompactString> {
        let rules = book.rules.rules_on(&step.kind).iter().map(|index| book.rules.rule(*index));
        let ids = rules.filter_map(|rule| about(rule, step));
        ids.filter(|thing| self.used.things.contains(thing)).map(|(rule, _)| rule).collect()
    }

    /// The streaks with the event's day counted, in the order of the book.
    fn streaks_on(&mut self, book: &RuleBook, kind: &str, day: Day) -> Vec<i64> {
        for streak in book.streaks.iter().filter(|streak| streak.is_fed_by(kind)) {
            mark(&mut self.streaks, &streak.id, day);
        }
        let length = |streak: &Streak| streak.days_of(&self.streaks).map_or(0, |days| streak.shown(days.length(day)));
        book.streaks.iter().map(length).collect()
    }

    /// The stage of the membership: what is given, else what orders and days say of somebody who comes today.
    fn stage(&self, book: &RuleBook, idle_days: i64) -> &'static str {
        let seen = stages::Seen { idle_days, days: self.given.days, orders: self.orders, spent: self.spent };
        let told = stages::stage_of(&book.stages, &seen).map(|rule| rule.stage);
        self.given.stage.or(told).map_or("", Stage::as_str)
    }

    /// Remembers what the next event of the example builds upon.
    fn keep(&mut self, book: &RuleBook, step: &Step, judged: &Judged) {
        for award in &judged.awards {
            for cap in &award.counted {
                let cap = book.rules.cap(*cap);
                *self.used.caps.entry((cap.key.clone(), start_of(cap.per, self.used.today))).or_default() +=
                    award.points;
            }
            let rule = book.rules.rule(award.rule);
            if let Some(per) = rule.once {
                let start = start_of(per, self.used.today);
                self.used.earned.insert(CompactString::new(rule.id.as_str()), start);
            }
            if let Some(per) = rule.total {
                let place = (CompactString::new(rule.id.as_str()), start_of(per, self.used.today));
                *self.used.totals.entry(place).or_default() += in_full(award);
            }
            self.used.things.extend(about(rule, step));
            if let Some(budget) = award.budget {
                *self.used.budgets.entry(book.rules.budget(budget).name.clone()).or_default() += award.points;
            }
        }
        for rule in judged.missed.iter().map(|missed| book.rules.rule(missed.rule)).filter(|rule| rule.once.is_some()) {
            let start = rule.once.and_then(|per| start_of(per, self.used.today));
            self.used.earned.insert(CompactString::new(rule.id.as_str()), start);
        }
        if let Some(paid) = step.paid.as_ref().filter(|_| step.kind == "order.paid") {
            self.orders += 1;
            self.spent += paid.amount;
        }
    }
}

fn told_expected(book: &RuleBook, step: &Step) -> String {
    let awards = step.awards.iter().map(|award| {
        let mut told = told_award(book, award.rule, award.points);
        told.extend(award.unit.iter().map(|unit| format!("unit {unit}")));
        told.extend(award.source.iter().map(|source| format!("source {source}")));
        told.extend(award.available_at.iter().map(|when| told_when("available", when, book)));
        told.extend(award.expires_at.iter().map(|when| told_when("expires", when, book)));
        told.extend(award.gift.iter().map(|gift| format!("gift {gift}")));
        told.join(", ")
    });
    let refusals = step.refusals.iter().flatten().map(|(rule, code)| told_refusal(book, *rule, *code));
    told_step(step, awards.collect(), refusals.collect())
}

/// The tasks an example expects to be completed.
fn told_tasks(book: &RuleBook, step: &Step) -> String {
    let expected = step.completes.iter().flatten();
    let told = expected.map(|completed| {
        let mut told = format!("; completes {}", book.tasks.tasks[completed.task].id);
        told.extend(completed.points.map(|points| format!(" for {points}")));
        told.extend(completed.badge.iter().chain(&completed.gift).map(|given| format!(" and {given}")));
        told
    });
    sorted(told)
}

/// The tasks that were completed, with as much detail as the example asks for; nothing where it does not ask.
fn told_completed(book: &RuleBook, step: &Step, completed: &[usize]) -> String {
    let Some(expected) = &step.completes else { return String::new() };
    let told = completed.iter().map(|place| {
        let task = &book.tasks.tasks[*place];
        let asked = expected.iter().find(|expected| expected.task == *place);
        let points = task.awards.iter().filter_map(|award| match award {
            TaskAward::Points { points, .. } => Some(*points),
            TaskAward::Badge(_) | TaskAward::Gift(_) | TaskAward::Tier(_) => None,
        });
        let badge = task.awards.iter().find_map(|award| match award {
            TaskAward::Badge(badge) => Some(badge),
            TaskAward::Points { .. } | TaskAward::Gift(_) | TaskAward::Tier(_) => None,
        });
        let mut told = format!("; completes {}", task.id);
        if asked.is_some_and(|asked| asked.points.is_some()) {
            told.push_str(&format!(" for {}", points.sum::<i64>()));
        }
        if asked.is_some_and(|asked| asked.badge.is_some()) {
            told.extend(badge.map(|badge| format!(" and {badge}")));
        }
        if asked.is_some_and(|asked| asked.gift.is_some()) {
            told.extend(task.awards.iter().find_map(TaskAward::gift).map(|gift| format!(" and {gift}")));
        }
        told
    });
    sorted(told)
}

fn sorted(told: impl Iterator<Item = String>) -> String {
    let mut told: Vec<String> = told.collect();
    told.sort_unstable();
    told.concat()
}

/// What was given, with as much detail as the example asks for.
fn told_judged(book: &RuleBook, step: &Step, tier: usize, judged: &Judged) -> String {
    let awards = judged.awards.iter().map(|award| {
        let asked = step.awards.iter().find(|expected| expected.rule == award.rule);
        told_given(book, step.at, tier, award, asked).join(", ")
    });
    let told = |refused: &Refused| told_refusal(book, Some(refused.rule), refused.refusal.code);
    let refusals = judged.refusals.iter().filter(|_| step.refusals.is_some()).map(told);
    // A refusal that is expected of no rule in particular may come from any.
    let loose: Vec<Code> =
        step.refusals.iter().flatten().filter(|(rule, _)| rule.is_none()).map(|(_, code)| *code).collect();
    let refusals = refusals.zip(&judged.refusals).map(|(told, refused)| {
        if loose.contains(&refused.refusal.code) { told_refusal(book, None, refused.refusal.code) } else { told }
    });
    told_step(step, awards.collect(), refusals.collect())
}

fn told_given(book: &RuleBook, at: Timestamp, tier: usize, award: &Award, asked: Option<&Expected>) -> Vec<String> {
    let rule = book.rules.rule(award.rule);
    let mut told = told_award(book, award.rule, award.points);
    let Some(asked) = asked else { return told };
    told.extend(asked.unit.iter().map(|_| format!("unit {}", rule.unit)));
    told.extend(asked.source.iter().map(|_| format!("source {}", rule.source)));
    let available = available_at(book, award.rule, at);
    told.extend(asked.available_at.iter().map(|_| told_when("available", &available, book)));
    let expires = expires_at(book, award.rule, tier, at, &available);
    told.extend(asked.expires_at.iter().map(|_| told_when("expires", &expires, book)));
    let gift = book.earning.get(award.rule.0 as usize).and_then(|earning| earning.gift.as_ref());
    told.extend(asked.gift.iter().zip(gift).map(|(_, gift)| format!("gift {gift}")));
    told
}

fn available_at(book: &RuleBook, rule: RuleIndex, at: Timestamp) -> When {
    match book.earning.get(rule.0 as usize).and_then(|earning| earning.pending.as_ref()) {
        None => When::AtOnce,
        Some(Pending::Until { event, .. }) => When::Event(event.clone()),
        Some(pending) => pending.release_at(at, &book.zone).map_or(When::AtOnce, When::At),
    }
}

fn expires_at(book: &RuleBook, rule: RuleIndex, tier: usize, at: Timestamp, available: &When) -> When {
    let from_release = book.earning.get(rule.0 as usize).is_some_and(|earning| earning.from_release);
    let from = match available {
        When::At(released) if from_release => *released,
        When::Event(_) if from_release => return available.clone(),
        _ => at,
    };
    let validity = book.earned_validity(rule, &book.tiers[tier]);
    validity.expires_at(from, &book.zone).map_or(When::Never, When::At)
}

fn told_award(book: &RuleBook, rule: RuleIndex, points: i64) -> Vec<String> {
    vec![format!("{} gives {points}", book.rules.rule(rule).id)]
}

fn told_refusal(book: &RuleBook, rule: Option<RuleIndex>, code: Code) -> String {
    match rule {
        Some(rule) => format!("{} refused: {}", book.rules.rule(rule).id, code.as_str()),
        None => format!("refused: {}", code.as_str()),
    }
}

fn told_when(word: &str, when: &When, book: &RuleBook) -> String {
    match when {
        When::At(at) => format!("{word} {}", book.zone.rfc3339(*at)),
        When::Never => format!("{word} never"),
        When::AtOnce => format!("{word} at once"),
        When::Event(event) => format!("{word} with {event}"),
    }
}

/// One line for an event; the order of awards does not matter.
fn told_step(step: &Step, mut awards: Vec<String>, mut refusals: Vec<String>) -> String {
    awards.sort_unstable();
    refusals.sort_unstable();
    if awards.is_empty() {
        awards.push("nothing".to_owned());
    }
    awards.extend(refusals);
    format!("{}: {}", step.kind, awards.join("; "))
}
