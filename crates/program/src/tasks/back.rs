//! What a refund takes back of tasks.

use jifen_vocab::{Day, TaskShare};

use super::advance::complete_times;
use super::{Completion, Progress};
use crate::book::tasks::{Goal, Span, TaskTerms, Trigger};

/// Takes back a part of what an order brought: `refunded` of `amount` so far, or all of it. The completions that are no
/// longer borne out come back, newest first, each with the place of its task; whoever gave what they awarded takes that
/// back. A window that is forgotten, a task that is gone from the book and days in a row stay as they are.
pub fn take_back(
    terms: &TaskTerms,
    progress: &mut Progress,
    share: &mut TaskShare,
    (refunded, amount): (i64, i64),
    whole: bool,
) -> Vec<(u16, Completion)> {
    let due = match (whole, share.money) {
        (true, _) => share.number,
        (false, true) => part(share.number, refunded, amount),
        (false, false) => 0,
    };
    let number = (due - share.back).max(0);
    share.back = share.back.max(due);
    let place = terms.place(share.task.as_str());
    let run = progress.runs.iter_mut().find(|run| run.task == share.task && run.from == share.from);
    let (Some(place), Some(run)) = (place, run) else { return Vec::new() };
    let task = &terms.tasks[place];
    let Some(step) = task.steps.iter().find(|step| step.id == share.step) else { return Vec::new() };
    let Some(done) = run.steps.iter_mut().find(|known| known.step == share.step) else { return Vec::new() };
    match (&step.goal, task.span) {
        (Goal::InARow(_), _) => return Vec::new(),
        (Goal::Different(..), _) => {
            if whole {
                done.values.retain(|value| !share.values.contains(value));
                done.number = done.values.len() as i64;
                share.values.clear();
            }
        }
        (_, Span::Rolling(width)) => {
            if let Some((_, sum)) = done.days.iter_mut().find(|(day, _)| *day == share.day) {
                *sum = (*sum - number).max(0);
            }
            done.days.retain(|(_, sum)| *sum > 0);
            done.number = done.most_within(i32::from(width));
        }
        _ => done.number = (done.number - number).max(0),
    }
    let times = complete_times(task, run);
    let over = run.done.len().saturating_sub(times);
    let place = u16::try_from(place).unwrap_or(u16::MAX);
    (0..over).filter_map(|_| run.done.pop()).map(|completion| (place, completion)).collect()
}

/// A completion came back on which others build: they count one less in the window of the day it counted on. Gives the
/// completions that are no longer borne out.
pub fn unsignal(
    terms: &TaskTerms,
    progress: &mut Progress,
    place: u16,
    day: Day,
    joined: Day,
) -> Vec<(u16, Completion)> {
    let mut undone = Vec::new();
    for (task, at) in terms.tasks.iter().zip(0_u16..).skip(usize::from(place) + 1) {
        let Some(days) = task.span.days(day, joined) else { continue };
        let run = progress.runs.iter_mut().find(|run| run.task == task.id && run.from == days.from.number());
        let Some(run) = run else { continue };
        for step in task.steps.iter().filter(|step| step.on == Trigger::Task(place)) {
            if let Some(done) = run.steps.iter_mut().find(|known| known.step == step.id) {
                done.number = (done.number - 1).max(0);
            }
        }
        let over = run.done.len().saturating_sub(complete_times(task, run));
        undone.extend((0..over).filter_map(|_| run.done.pop()).map(|completion| (at, completion)));
    }
    undone
}

/// `floor(value × part ÷ whole)`, exactly.
fn part(value: i64, part: i64, whole: i64) -> i64 {
    let exact = i128::from(value) * i128::from(part.clamp(0, whole.max(0))) / i128::from(whole.max(1));
    i64::try_from(exact).unwrap_or(value)
}
