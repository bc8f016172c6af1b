//! Tasks: what a member can do now and how far it is, the cards collected, and how tasks go over all members.

use std::collections::BTreeMap;

use axum::http::Method;
use jifen_program::RuleBook;
use jifen_program::book::tasks::{CardSet, Task as TaskTerms, TaskAward as Award};
use jifen_program::member::Member;
use jifen_program::tasks::{Doer, Progress, ShownTask, shown};
use jifen_vocab::{Day, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use super::reports::{FROM, TO, days};
use crate::call::{Call, Reply, aside, unknown_member};
use crate::explain::gift_name;
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Key, Operation};
use crate::parameters::MEMBER_ID;
use crate::problems::{Problem, table};
use crate::scopes::Scope;
use crate::wire::Text;

/// Tasks as a member sees them.
#[derive(Serialize, ToSchema)]
pub struct Tasks {
    /// In the order of the rule book.
    data: Vec<Task>,
}

/// A task as a member sees it.
#[derive(Serialize, ToSchema)]
pub struct Task {
    /// The identifier.
    id: String,
    /// What people call it.
    name: Text,
    /// What is to be done, in words, where the name does not say it.
    about: Option<Text>,
    /// Where it is shown: `badge`, `challenge`, `daily`, `growth`, `newcomer`, `offer`, `pack`, `upgrade`, `weekly`.
    kind: &'static str,
    /// When the window of today began; nothing where it has always been open.
    #[schema(format = DateTime)]
    from: Option<String>,
    /// When it ends; nothing where it does not.
    #[schema(format = DateTime)]
    until: Option<String>,
    /// `open`, or `done` where it is completed as often as it can be in this window.
    state: &'static str,
    /// Whether a step counts only after those before it.
    ordered: bool,
    /// How often it was ever completed.
    completed: u32,
    /// How often it can be completed in one window.
    times: u16,
    /// What is to be done.
    steps: Vec<TaskStep>,
    /// What it gives.
    awards: Vec<TaskAward>,
}

/// A step of a task.
#[derive(Serialize, ToSchema)]
pub struct TaskStep {
    /// The identifier.
    id: String,
    /// What people call it.
    name: Text,
    /// How much is done.
    done: i64,
    /// How much is to be done.
    goal: i64,
    /// In what it counts: `times`, `money` (minor units), `sum`, `different` things, `days_in_a_row`.
    counts: &'static str,
}

/// What a task or a place on a leaderboard gives.
#[derive(Serialize, ToSchema)]
pub struct TaskAward {
    /// `points`, `badge`, `gift` or `tier`.
    kind: &'static str,
    /// The unit of points.
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<String>,
    /// How many points.
    #[serde(skip_serializing_if = "Option::is_none")]
    points: Option<i64>,
    /// The badge; nothing of one that is hidden.
    #[serde(skip_serializing_if = "Option::is_none")]
    badge: Option<String>,
    /// The gift: a reward of the shelf.
    #[serde(skip_serializing_if = "Option::is_none")]
    gift: Option<String>,
    /// What people call the gift.
    #[serde(skip_serializing_if = "Option::is_none")]
    gift_name: Option<Text>,
    /// For the tier: `keep` or `upgrade`.
    #[serde(skip_serializing_if = "Option::is_none")]
    tier: Option<&'static str>,
}

/// Sets of cards as a member sees them.
#[derive(Serialize, ToSchema)]
pub struct Collections {
    /// In the order of the rule book.
    data: Vec<Collection>,
}

/// A set of cards.
#[derive(Serialize, ToSchema)]
pub struct Collection {
    /// The identifier.
    id: String,
    /// What people call it.
    name: Text,
    /// From when on cards are dropped.
    #[schema(format = DateTime)]
    from: Option<String>,
    /// Until when.
    #[schema(format = DateTime)]
    until: Option<String>,
    /// Draws of a member in one day; nothing where there is no bound.
    day_max: Option<u16>,
    /// Whether the member has each card.
    complete: bool,
    /// The cards.
    cards: Vec<CollectedCard>,
}

/// A card of a set.
#[derive(Serialize, ToSchema)]
pub struct CollectedCard {
    /// The identifier.
    id: String,
    /// What people call it.
    name: Text,
    /// How many of it the member has.
    held: u32,
    /// The chance of a draw to give it, in parts of a million.
    odds_ppm: u32,
}

/// How tasks go over all members.
#[derive(Serialize, ToSchema)]
pub struct TaskStatistics {
    /// In the order of the rule book in force.
    data: Vec<TaskStatistic>,
}

/// How a task goes over all members.
#[derive(Serialize, ToSchema)]
pub struct TaskStatistic {
    /// The task.
    task: String,
    /// What people call it.
    name: Text,
    /// Whether it is in use.
    enabled: bool,
    /// Windows in which somebody began it.
    started: i64,
    /// Times it was completed.
    completed: i64,
    /// Times that was taken back after a refund.
    taken_back: i64,
    /// Points it gave, unit by unit.
    points: Vec<TaskPoints>,
}

/// Points of a unit.
#[derive(Serialize, ToSchema)]
pub struct TaskPoints {
    /// The unit.
    unit: String,
    /// How many.
    points: i64,
}

/// A member and what they have done of tasks.
fn member_at_work(call: &Call) -> Result<(Member, Progress), Problem> {
    let id = call.member()?;
    let member = call.app.engine.read::<Member>(id.as_str())?.ok_or_else(|| unknown_member(id.as_str()))?;
    let progress = call.app.engine.read::<Progress>(id.as_str())?.unwrap_or_default();
    Ok((member, progress))
}

async fn list_tasks(call: Call) -> Answered {
    let (member, progress) = member_at_work(&call)?;
    let now = call.app.engine.clock().now();
    let books = call.app.engine.books();
    let book = books.at(now);
    let joined = book.zone.day_of(member.body.joined);
    let doer = Doer { tags: &member.body.tags, tier: &member.body.tier, joined, day: book.zone.day_of(now) };
    let tasks = shown(&book.tasks, &progress, &doer, now, &book.zone);
    Reply::json(&Tasks { data: tasks.iter().map(|task| Task::of(task, book)).collect() })
}

impl Task {
    fn of(shown: &ShownTask<'_>, book: &RuleBook) -> Task {
        let TaskTerms { id, name, about, kind, ordered, times, awards, .. } = shown.task;
        let instant = |at: Timestamp| book.zone.rfc3339(at);
        let steps = shown.steps.iter().map(|shown| TaskStep {
            id: shown.step.id.to_string(),
            name: Text::from(&shown.step.name),
            done: shown.done,
            goal: shown.goal,
            counts: shown.step.goal.counts(),
        });
        Task {
            id: id.to_string(),
            name: Text::from(name),
            about: about.as_ref().map(Text::from),
            kind: kind.as_str(),
            from: shown.from.map(instant),
            until: shown.until.map(instant),
            state: if shown.is_done { "done" } else { "open" },
            ordered: *ordered,
            completed: shown.completed,
            times: *times,
            steps: steps.collect(),
            awards: awards.iter().map(|award| TaskAward::of(award, book)).collect(),
        }
    }
}

impl TaskAward {
    pub(super) fn of(award: &Award, book: &RuleBook) -> TaskAward {
        let (gift, gift_name) = (award.gift().map(ToString::to_string), award.gift().map(|id| gift_name(id, book)));
        let mut wire = TaskAward { kind: "points", unit: None, points: None, badge: None, gift, gift_name, tier: None };
        match award {
            Award::Points { unit, points, .. } => {
                wire.unit = Some(unit.to_string());
                wire.points = Some(*points);
            }
            Award::Badge(badge) => {
                wire.kind = "badge";
                let is_secret = book.tasks.badge(badge).is_some_and(|badge| badge.riddle.is_some());
                wire.badge = (!is_secret).then(|| badge.to_string());
            }
            Award::Gift(_) => wire.kind = "gift",
            Award::Tier(kind) => {
                wire.kind = "tier";
                wire.tier = Some(kind.as_str());
            }
        }
        wire
    }
}

async fn list_collections(call: Call) -> Answered {
    let (_, progress) = member_at_work(&call)?;
    let books = call.app.engine.books();
    let book = books.at(call.app.engine.clock().now());
    let sets = book.tasks.sets.iter().filter(|set| set.enabled);
    Reply::json(&Collections { data: sets.map(|set| Collection::of(set, &progress, book)).collect() })
}

impl Collection {
    fn of(set: &CardSet, progress: &Progress, book: &RuleBook) -> Collection {
        let held = |card: &str| {
            let found = progress.cards.iter().find(|held| held.set == set.id && held.card == card);
            found.map_or(0, |held| held.number)
        };
        let cards = set.cards.iter().map(|card| CollectedCard {
            id: card.id.to_string(),
            name: Text::from(&card.name),
            held: held(&card.id),
            odds_ppm: card.chance_ppm,
        });
        Collection {
            id: set.id.to_string(),
            name: Text::from(&set.name),
            from: set.window.from.map(|at| book.zone.rfc3339(at)),
            until: set.window.until.map(|at| book.zone.rfc3339(at)),
            day_max: Some(set.day_max).filter(|most| *most < u16::MAX),
            complete: set.cards.iter().all(|card| held(&card.id) > 0),
            cards: cards.collect(),
        }
    }
}

async fn show_task_statistics(call: Call) -> Answered {
    let (from, to) = days(&call)?;
    let app = std::sync::Arc::clone(&call.app);
    let found = aside(move || statistics(&app, from, to));
    Reply::json(&found.await?)
}

fn statistics(app: &crate::app::App, from: Day, to: Day) -> Result<TaskStatistics, Problem> {
    let books = app.engine.books();
    let book = books.at(app.engine.clock().now());
    let counters = |metric: &str| app.engine.store().counters(metric, from, to).map_err(Problem::from);
    let mut counts: BTreeMap<String, i64> = BTreeMap::new();
    for row in counters("task")? {
        *counts.entry(row.dimensions.to_string()).or_default() += row.value;
    }
    let mut points: BTreeMap<(String, String), i64> = BTreeMap::new();
    for row in counters("rule")? {
        let Some((unit, rule)) = row.dimensions.split_once('|') else { continue };
        *points.entry((rule.to_owned(), unit.to_owned())).or_default() += row.value;
    }
    let data = book.tasks.tasks.iter().map(|task| {
        let id = task.id.to_string();
        let count = |what: &str| counts.get(&format!("{id}|{what}")).copied().unwrap_or(0);
        let given = points.iter().filter(|((rule, _), _)| *rule == id);
        let given = given.map(|((_, unit), points)| TaskPoints { unit: unit.clone(), points: *points });
        TaskStatistic {
            name: Text::from(&task.name),
            enabled: task.enabled,
            started: count("started"),
            completed: count("completed"),
            taken_back: count("taken_back"),
            points: given.collect(),
            task: id.clone(),
        }
    });
    Ok(TaskStatistics { data: data.collect() })
}

/// `GET /v1/members/{id}/tasks`
pub static LIST: Operation = Operation {
    id: "list_tasks",
    method: Method::GET,
    path: "/v1/members/{id}/tasks",
    feature: "tasks",
    access: Access::ScopeOrSelf(Scope::MembersRead),
    confirm: false,
    summary: Said { en: "List a member's tasks", zh: "查看会员的任务" },
    about: Said {
        en: "The tasks that are open for this member now, in the window of today, with how far each step is. Tasks for others are left out.",
        zh: "当前对该会员开放的任务及本期各步骤的进度；不面向该会员的任务不列出。",
    },
    parameters: &[&MEMBER_ID],
    body: None,
    key: Key::None,
    answer: Answer::json::<Tasks>(
        200,
        Said { en: "The tasks.", zh: "任务列表。" },
        r#"{"data": [{"id": "weekly-browse", "name": {"zh": "每周逛一逛", "en": "A look around each week"}, "about": null,
            "kind": "weekly", "from": "2026-06-15T00:00:00+08:00", "until": "2026-06-22T00:00:00+08:00", "state": "open",
            "ordered": false, "completed": 2, "times": 1, "steps": [{"id": "look", "name": {"zh": "浏览品类", "en": "look at kinds of goods"},
            "done": 1, "goal": 3, "counts": "different"}], "awards": [{"kind": "points", "unit": "points", "points": 20}]}]}"#,
    ),
    problems: &[&table::MEMBER_UNKNOWN],
    handler: |call| Box::pin(list_tasks(call)),
};

/// `GET /v1/members/{id}/collections`
pub static COLLECTIONS: Operation = Operation {
    id: "list_collections",
    method: Method::GET,
    path: "/v1/members/{id}/collections",
    feature: "tasks",
    access: Access::ScopeOrSelf(Scope::MembersRead),
    confirm: false,
    summary: Said { en: "List a member's cards", zh: "查看会员收集的卡片" },
    about: Said {
        en: "Sets of cards that are collected by chance: when they are dropped, the chance of each card, and how many of each the member has.",
        zh: "可收集的卡片：投放时间、每张卡的概率，以及会员持有的张数。",
    },
    parameters: &[&MEMBER_ID],
    body: None,
    key: Key::None,
    answer: Answer::json::<Collections>(
        200,
        Said { en: "The sets.", zh: "卡片集。" },
        r#"{"data": [{"id": "spring-festival", "name": {"zh": "春节福卡", "en": "Cards of Spring Festival"},
            "from": "2026-02-10T00:00:00+08:00", "until": "2026-03-04T00:00:00+08:00", "day_max": 3, "complete": false,
            "cards": [{"id": "fu", "name": {"zh": "福", "en": "fu"}, "held": 1, "odds_ppm": 200000}]}]}"#,
    ),
    problems: &[&table::MEMBER_UNKNOWN],
    handler: |call| Box::pin(list_collections(call)),
};

/// `GET /v1/tasks/statistics`
pub static STATISTICS: Operation = Operation {
    id: "show_task_statistics",
    method: Method::GET,
    path: "/v1/tasks/statistics",
    feature: "tasks",
    access: Access::Scope(Scope::ReportsRead),
    confirm: false,
    summary: Said { en: "Show how tasks go", zh: "查看任务统计" },
    about: Said {
        en: "For each task of the rule book in force: in how many windows somebody began it, how often it was completed and taken back after refunds, and the points it gave, over days of the events.",
        zh: "按任务统计所选日期内（以事件发生日计）的开始、完成、退款收回次数及发放的积分。",
    },
    parameters: &[&FROM, &TO],
    body: None,
    key: Key::None,
    answer: Answer::json::<TaskStatistics>(
        200,
        Said { en: "The tasks and their numbers.", zh: "任务及其统计。" },
        r#"{"data": [{"task": "weekly-browse", "name": {"zh": "每周逛一逛", "en": "A look around each week"}, "enabled": true,
            "started": 120, "completed": 45, "taken_back": 0, "points": [{"unit": "points", "points": 900}]}]}"#,
    ),
    problems: &[],
    handler: |call| Box::pin(show_task_statistics(call)),
};
