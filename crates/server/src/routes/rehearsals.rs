//! Dry runs: a draft is tried on the real events of a day.

use axum::http::Method;
use jifen_engine::Walk;
use jifen_program::RuleBook;
use jifen_program::days::DayEvent;
use jifen_program::flows::{LimitKind, Rehearsal, Rehearser, Tried};
use jifen_rules::document::Source;
use jifen_vocab::{Day, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::book::source;
use super::drafts::{DRAFT_ID, stored};
use crate::app::App;
use crate::call::{Call, Reply, aside};
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Body, BodyKind, Key, Operation};
use crate::problems::{Problem, table};
use crate::scopes::Scope;
use crate::wire::Text;

/// Events that one dry run judges at most: some seconds of work.
const EVENTS_MAX: u64 = 500_000;

/// Which day a draft is tried on.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DryRunRequest {
    /// The day, such as `2026-06-17`; yesterday unless it is given.
    #[schema(format = Date)]
    day: Option<String>,
}

/// What a day's events would have earned under a draft.
#[derive(Serialize, ToSchema)]
pub struct DryRun {
    /// The day.
    #[schema(format = Date)]
    day: String,
    /// The day as which they were judged: where the draft brings something that begins later, the day it begins.
    #[schema(format = Date)]
    judged_as: String,
    /// Events that were judged.
    events: u64,
    /// Events that would have earned something else.
    changed: u64,
    /// Members they are of.
    members: usize,
    /// Whether the day had more events than a dry run judges.
    truncated: bool,
    /// The unit of the points below: the program's first.
    unit: String,
    /// Under the rules in force.
    before: DryRunSum,
    /// Under the draft.
    after: DryRunSum,
    /// What the draft would give more, or less.
    difference: DryRunSum,
    /// Rule by rule.
    rules: Vec<DryRunRule>,
    /// Budgets, caps and maxima that stopped awards under either.
    overruns: Vec<DryRunOverrun>,
    /// Some of the events that would have earned something else.
    samples: Vec<DryRunSample>,
}

/// Points and what all units are worth together.
#[derive(Serialize, ToSchema)]
pub struct DryRunSum {
    /// Points of the program's first unit.
    points: i64,
    /// What the points of all units are worth.
    value: DryRunMoney,
}

/// An amount of money.
#[derive(Serialize, ToSchema)]
pub struct DryRunMoney {
    /// In minor units.
    amount: i64,
    /// The currency, ISO 4217.
    currency: String,
}

/// A rule's points.
#[derive(Serialize, ToSchema)]
pub struct DryRunRule {
    /// The rule.
    rule: String,
    /// What people call it.
    name: Text,
    /// The unit of its points.
    unit: String,
    /// Under the rules in force.
    before: i64,
    /// Under the draft.
    after: i64,
}

/// A limit that stopped awards.
#[derive(Serialize, ToSchema)]
pub struct DryRunOverrun {
    /// `budget`, `cap` or `event_max`.
    kind: &'static str,
    /// Which: the name of the budget or cap, or the rule.
    id: String,
    /// How many awards it trimmed or refused under the rules in force.
    before: u64,
    /// How many under the draft.
    after: u64,
}

/// An event that would have earned something else.
#[derive(Serialize, ToSchema)]
pub struct DryRunSample {
    /// The member.
    member: String,
    /// The event.
    event: String,
    /// Its type.
    event_type: String,
    /// What it earned, unit by unit.
    before: Vec<DryRunPoints>,
    /// What it would have earned.
    after: Vec<DryRunPoints>,
}

/// Points of a unit.
#[derive(Serialize, ToSchema)]
pub struct DryRunPoints {
    /// The unit.
    unit: String,
    /// How many.
    points: i64,
}

async fn dry_run_draft(call: Call) -> Answered {
    let request: DryRunRequest = if call.body.is_empty() { DryRunRequest::default() } else { call.json()? };
    let draft = stored(&call)?;
    let books = call.app.engine.books();
    let now = call.app.engine.clock().now();
    let book = books.at(now).clone();
    let today = book.zone.day_of(now);
    let day = match &request.day {
        None => today.plus_days(-1),
        Some(text) => day(text, today)?,
    };
    let after = load(books.newest() + 1, &source(&draft.files))?;
    let app = call.app.clone();
    let run = aside(move || {
        let (judged_as, found, truncated) = rehearse(&app, day, &book, &after)?;
        Ok::<_, Problem>(DryRun::of(found, [day, judged_as], truncated, &book, &after))
    });
    Reply::json(&run.await?)
}

/// Judges a day's events by both books: as which day, what was found, and whether there were too many.
fn rehearse(app: &App, day: Day, book: &RuleBook, after: &RuleBook) -> Result<(Day, Rehearsal, bool), Problem> {
    let judged_as = judged_as(day, book, after);
    let moved = book.zone.start_of(judged_as).as_millis() - book.zone.start_of(day).as_millis();
    let mut rehearser = Rehearser::new(book, after);
    let (from, to) = (book.zone.start_of(day), book.zone.start_of(day.plus_days(1)));
    let (mut seen, mut truncated) = (0_u64, false);
    app.engine.day_events(from, to, |event| {
        if seen == EVENTS_MAX {
            truncated = true;
            return Walk::Stop;
        }
        seen += 1;
        rehearser.judge(&DayEvent { at: event.at.plus_millis(moved), ..event.clone() });
        Walk::On
    })?;
    Ok((judged_as, rehearser.finish(), truncated))
}

/// What the draft of the path would have changed yesterday; nothing where it cannot be compiled, which publishing says.
pub(super) async fn tried(call: &Call) -> Result<Option<Tried>, Problem> {
    let draft = stored(call)?;
    let books = call.app.engine.books();
    let book = books.at(call.app.engine.clock().now()).clone();
    let Ok(after) = load(books.newest() + 1, &source(&draft.files)) else { return Ok(None) };
    let day = book.zone.day_of(call.app.engine.clock().now()).plus_days(-1);
    let app = call.app.clone();
    let run = aside(move || {
        let (_, found, _) = rehearse(&app, day, &book, &after)?;
        let (points_before, points_after) = found.points(&book.default_unit);
        let (worth_before, worth_after) = found.worth(&book, &after);
        Ok::<_, Problem>(Tried {
            day,
            events: found.events,
            changed: found.changed,
            members: i64::try_from(found.members.len()).unwrap_or(i64::MAX),
            points: points_after - points_before,
            money: worth_after - worth_before,
        })
    });
    run.await.map(Some)
}

/// The day as which a day's events are judged. A change that only begins later would show nothing on a day that is past:
/// the events are judged as if they happened when the first such change begins.
fn judged_as(day: Day, before: &RuleBook, after: &RuleBook) -> Day {
    fn begins(book: &RuleBook) -> impl Iterator<Item = (&str, Timestamp)> {
        let rules = book.rules.rules().iter().map(|rule| (rule.id.as_str(), rule.window.from));
        let campaigns = book.rules.multipliers().iter().map(|campaign| (campaign.id.as_str(), campaign.window.from));
        rules.chain(campaigns).filter_map(|(id, from)| Some((id, from?)))
    }
    let end = before.zone.start_of(day.plus_days(1));
    let first = begins(after).filter(|fresh| fresh.1 >= end && !begins(before).any(|known| known == *fresh));
    first.map(|(_, from)| from).min().map_or(day, |from| before.zone.day_of(from))
}

fn day(text: &str, today: Day) -> Result<Day, Problem> {
    let day = Day::parse(text).filter(|day| *day <= today);
    day.ok_or_else(|| Problem::field("/day", "be a day that has begun, such as 2026-06-17"))
}

fn load(version: u32, source: &Source) -> Result<RuleBook, Problem> {
    match RuleBook::load(version, source) {
        Ok((book, _)) => Ok(book),
        Err(mistakes) => {
            let first = mistakes.first().map(ToString::to_string).unwrap_or_default();
            let problem = Problem::new(&table::RULE_BOOK_INVALID).number("mistakes", mistakes.len() as i64);
            Err(problem.word("first", &first))
        }
    }
}

impl DryRun {
    fn of(found: Rehearsal, [day, judged_as]: [Day; 2], truncated: bool, before: &RuleBook, after: &RuleBook) -> Self {
        let unit = &before.default_unit;
        let (points_before, points_after) = found.points(unit);
        let (worth_before, worth_after) = found.worth(before, after);
        let sum = |points: i64, amount: i64| DryRunSum {
            points,
            value: DryRunMoney { amount, currency: before.currency.as_str().to_owned() },
        };
        let listed = |points: Vec<(jifen_vocab::UnitId, i64)>| {
            points.into_iter().map(|(unit, points)| DryRunPoints { unit: unit.to_string(), points }).collect()
        };
        DryRun {
            day: day.to_string(),
            judged_as: judged_as.to_string(),
            events: found.events,
            changed: found.changed,
            members: found.members.len(),
            truncated,
            unit: unit.to_string(),
            before: sum(points_before, worth_before),
            after: sum(points_after, worth_after),
            difference: sum(points_after - points_before, worth_after - worth_before),
            rules: found
                .rules
                .into_iter()
                .map(|(rule, sum)| DryRunRule {
                    rule: rule.to_string(),
                    name: Text::from(&sum.name),
                    unit: sum.unit.to_string(),
                    before: sum.before,
                    after: sum.after,
                })
                .collect(),
            overruns: found
                .limits
                .into_iter()
                .map(|((kind, id), sum)| DryRunOverrun {
                    kind: word(kind),
                    id: id.to_string(),
                    before: sum.before,
                    after: sum.after,
                })
                .collect(),
            samples: found
                .samples
                .into_iter()
                .map(|sample| DryRunSample {
                    member: sample.member.to_string(),
                    event: sample.event.to_string(),
                    event_type: sample.kind.to_string(),
                    before: listed(sample.before),
                    after: listed(sample.after),
                })
                .collect(),
        }
    }
}

fn word(kind: LimitKind) -> &'static str {
    match kind {
        LimitKind::Budget => "budget",
        LimitKind::Cap => "cap",
        LimitKind::Event => "event_max",
    }
}

/// `POST /v1/program/drafts/{id}/dry-run`
pub static DRY_RUN: Operation = Operation {
    id: "dry_run_draft",
    method: Method::POST,
    path: "/v1/program/drafts/{id}/dry-run",
    feature: "drafts",
    access: Access::Scope(Scope::ProgramRead),
    confirm: false,
    summary: Said { en: "Try a draft on a real day", zh: "用真实数据试算草稿" },
    about: Said {
        en: "Judges the events of a day by the rules in force and by the draft, with what members had used of their limits then, and tells the difference in points and money. Where the draft brings rules or campaigns that begin later, the events are judged as if they happened on the first such day. Changes nothing.",
        zh: "以当前规则和草稿分别计算某一天的真实事件（含当时的上限使用情况），给出积分与金额的差异。草案中有以后才开始的规则或活动时，按其开始之日计算。不做任何改动。",
    },
    parameters: &[&DRAFT_ID],
    body: Some(Body { kinds: &[BodyKind::json::<DryRunRequest>(r#"{"day": "2026-06-17"}"#)], required: false }),
    key: Key::None,
    answer: Answer::json::<DryRun>(200, Said { en: "The difference.", zh: "差异。" }, ""),
    problems: &[&table::RULE_BOOK_INVALID, &table::UNKNOWN],
    handler: |call| Box::pin(dry_run_draft(call)),
};
