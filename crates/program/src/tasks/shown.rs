//! Tasks as a member sees them.

use jifen_rules::LocalTime;
use jifen_vocab::{Timestamp, Zone};

use super::{Doer, Progress};
use crate::book::tasks::{Span, Task, TaskStep, TaskTerms};

/// A task as a member sees it now.
#[derive(Debug)]
pub struct ShownTask<'b> {
    /// The task.
    pub task: &'b Task,
    /// When the window of today begins; none where it has always been open.
    pub from: Option<Timestamp>,
    /// When it ends; none where it does not.
    pub until: Option<Timestamp>,
    /// Whether it is completed as often as it can be in this window.
    pub is_done: bool,
    /// How often it was ever completed.
    pub completed: u32,
    /// Its steps.
    pub steps: Vec<ShownStep<'b>>,
}

/// A step as a member sees it now.
#[derive(Debug)]
pub struct ShownStep<'b> {
    /// The step.
    pub step: &'b TaskStep,
    /// How much is done, of the round that is under way.
    pub done: i64,
    /// How much is to be done.
    pub goal: i64,
}

/// The tasks there are now for a member, in the order of the rule book.
pub fn shown<'b>(
    terms: &'b TaskTerms,
    progress: &Progress,
    doer: &Doer<'_>,
    now: Timestamp,
    zone: &Zone,
) -> Vec<ShownTask<'b>> {
    let local = LocalTime::at(zone, now);
    // A task of one place is shown everywhere: where it counts, its text says.
    let here = |task: &Task| task.window.place.is_some() || task.is_open(now, &local, None);
    let open = terms.tasks.iter().filter(|task| task.enabled && here(task));
    let tasks = open.filter(|task| task.is_for(doer.tags, doer.tier.as_str()));
    tasks.filter_map(|task| shown_task(task, progress, doer, zone)).collect()
}

fn shown_task<'b>(task: &'b Task, progress: &Progress, doer: &Doer<'_>, zone: &Zone) -> Option<ShownTask<'b>> {
    let days = task.span.days(doer.day, doer.joined)?;
    let run = progress.run(task.id.as_str(), days.from);
    let rounds = run.map_or(0, |run| run.done.len());
    let is_done = rounds >= usize::from(task.times);
    // Of a round that is over, the last one is shown as it ended.
    let behind = i64::try_from(if is_done { rounds - 1 } else { rounds }).unwrap_or(0);
    let step = |step: &'b TaskStep| {
        let goal = step.goal.target();
        let number = run.and_then(|run| run.step(&step.id)).map_or(0, |done| match task.span {
            Span::Rolling(width) if !is_done => done.within(doer.day.number(), i32::from(width)),
            _ => done.number,
        });
        ShownStep { step, done: (number - behind.saturating_mul(goal)).clamp(0, goal), goal }
    };
    let bound = |ours: Option<Timestamp>, of_window: Option<Timestamp>, later: bool| match (ours, of_window) {
        (Some(ours), Some(other)) => Some(if later { ours.max(other) } else { ours.min(other) }),
        (ours, other) => ours.or(other),
    };
    Some(ShownTask {
        task,
        from: bound(days.until.map(|_| zone.start_of(days.from)), task.window.from, true),
        until: bound(days.until.map(|until| zone.start_of(until)), task.window.until, false),
        is_done,
        completed: progress.completed(&task.id),
        steps: task.steps.iter().map(step).collect(),
    })
}

impl super::StepRun {
    /// The sum of the days of a rolling window that ends that day.
    fn within(&self, day: i32, width: i32) -> i64 {
        let within = self.days.iter().filter(|(on, _)| *on <= day && *on > day - width);
        within.fold(0_i64, |sum, (_, amount)| sum.saturating_add(*amount))
    }
}
