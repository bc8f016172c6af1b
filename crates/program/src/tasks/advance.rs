//! What an event brings in tasks.

use compact_str::{CompactString, ToCompactString};
use jifen_rules::Facts;
use jifen_rules::cel::Condition;
use jifen_vocab::{Day, TaskShare, TierId};
use smallvec::SmallVec;

use super::{Progress, Run, StepRun};
use crate::book::tasks::{Field, Goal, Span, SpanDays, SumOf, Task, TaskStep, TaskTerms, Trigger};

/// Bytes of a value that is told from others by its beginning.
const VALUE_BYTES_MAX: usize = 64;

/// Who does it, as far as tasks ask.
#[derive(Debug, Clone, Copy)]
pub struct Doer<'a> {
    /// Words on the member.
    pub tags: &'a [CompactString],
    /// The tier at the event's time.
    pub tier: &'a TierId,
    /// The day the member joined.
    pub joined: Day,
    /// The day of the event.
    pub day: Day,
}

/// What an event brought.
#[derive(Debug, Default)]
pub struct Advanced {
    /// The tasks that were completed, by their place, and the window each time; a task may be there several times.
    pub completed: Vec<(u16, Day)>,
    /// The tasks of which something was done for the first time in a window.
    pub started: Vec<u16>,
    /// What was counted, for whoever may take it back.
    pub shares: Vec<TaskShare>,
}

/// Counts an event in every step that looks at it, and completes what is complete. `facts` are those that earning rules
/// see. The completions are not noted in the progress yet: whoever gives what they award does that.
pub fn advance(terms: &TaskTerms, progress: &mut Progress, facts: &Facts<'_>, doer: &Doer<'_>) -> Advanced {
    let mut advanced = Advanced::default();
    for &(place, step) in terms.steps_on(facts.event_type) {
        let task = &terms.tasks[usize::from(place)];
        if !task.is_open(facts.at, &facts.local, facts.store) || !task.is_for(doer.tags, doer.tier.as_str()) {
            continue;
        }
        let step = &task.steps[usize::from(step)];
        let Some(amount) = counted(step, facts) else { continue };
        count(terms, progress, place, step, amount, doer, &mut advanced);
    }
    advanced
}

/// Counts that a task was completed in the tasks that are made of it. Given for every completion, once it is noted.
pub fn signal(
    terms: &TaskTerms,
    progress: &mut Progress,
    completed: u16,
    facts: &Facts<'_>,
    doer: &Doer<'_>,
) -> Advanced {
    let mut advanced = Advanced::default();
    for (task, place) in terms.tasks.iter().zip(0_u16..).skip(usize::from(completed) + 1) {
        let is_open = task.is_open(facts.at, &facts.local, facts.store) && task.is_for(doer.tags, doer.tier.as_str());
        for step in task.steps.iter().filter(|step| is_open && step.on == Trigger::Task(completed)) {
            count(terms, progress, place, step, Amount::Number(1), doer, &mut advanced);
        }
    }
    advanced
}

/// What an event is worth in a step.
enum Amount {
    /// So often or so much.
    Number(i64),
    /// These values.
    Values(SmallVec<[CompactString; 4]>),
}

/// What an event is worth in a step; nothing where its condition does not hold.
fn counted(step: &TaskStep, facts: &Facts<'_>) -> Option<Amount> {
    let lines = matching(step.when.as_ref(), facts)?;
    let amount = match &step.goal {
        Goal::Times(_) | Goal::InARow(_) => 1,
        Goal::Sum(SumOf::OrderAmount, _) => facts.order?.amount,
        Goal::Sum(SumOf::LineAmount, _) => lines.iter().map(|&line| facts.lines[line].amount).sum(),
        Goal::Sum(SumOf::Data(path), _) => facts.data.find(path)?.as_i64()?,
        Goal::Different(field, _) => {
            let values = values(field, facts, &lines);
            return (!values.is_empty()).then_some(Amount::Values(values));
        }
    };
    (amount > 0).then_some(Amount::Number(amount))
}

/// The lines for which a condition holds: all of them where it does not look at single lines. Nothing where it holds
/// for none.
fn matching(when: Option<&Condition>, facts: &Facts<'_>) -> Option<SmallVec<[usize; 8]>> {
    let Some(condition) = when else { return Some((0..facts.lines.len()).collect()) };
    if !condition.mentions_line() {
        return condition.holds(facts, None).unwrap_or(false).then(|| (0..facts.lines.len()).collect());
    }
    let holds = |line: &usize| condition.holds(facts, Some(*line)).unwrap_or(false);
    let lines: SmallVec<[usize; 8]> = (0..facts.lines.len()).filter(holds).collect();
    (!lines.is_empty()).then_some(lines)
}

fn values(field: &Field, facts: &Facts<'_>, lines: &[usize]) -> SmallVec<[CompactString; 4]> {
    let mut values = SmallVec::new();
    let mut add = |text: &str| {
        let mut end = text.len().min(VALUE_BYTES_MAX);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let value = CompactString::new(&text[..end]);
        if !value.is_empty() && !values.contains(&value) {
            values.push(value);
        }
    };
    match field {
        Field::LineCategory => lines.iter().filter_map(|&line| facts.lines[line].category).for_each(add),
        Field::LineSku => lines.iter().filter_map(|&line| facts.lines[line].sku).for_each(add),
        Field::Day => add(facts.local.date()),
        Field::Store => facts.store.into_iter().for_each(add),
        Field::Data(path) => match facts.data.find(path) {
            Some(serde_json::Value::String(text)) => add(text),
            Some(serde_json::Value::Number(number)) => add(&number.to_compact_string()),
            _ => {}
        },
    }
    values
}

fn count(
    terms: &TaskTerms,
    progress: &mut Progress,
    place: u16,
    step: &TaskStep,
    amount: Amount,
    doer: &Doer<'_>,
    advanced: &mut Advanced,
) {
    let task = &terms.tasks[usize::from(place)];
    let Some(days) = task.span.days(doer.day, doer.joined) else { return };
    let found = progress.runs.iter().position(|run| run.task == task.id && run.from == days.from.number());
    let at = found.unwrap_or_else(|| {
        progress.runs.push(begun(task, days));
        progress.runs.len() - 1
    });
    let run = &mut progress.runs[at];
    let is_full = run.done.len() >= usize::from(task.times);
    let waits = task.ordered && !are_done_before(task, step, run);
    if is_full || waits {
        if found.is_none() {
            progress.runs.pop();
        }
        return;
    }
    if found.is_none() {
        advanced.started.push(place);
    }
    let mut share = TaskShare {
        task: task.id.clone(),
        step: step.id.clone(),
        from: run.from,
        day: doer.day.number(),
        number: 0,
        back: 0,
        money: matches!(step.goal, Goal::Sum(SumOf::OrderAmount | SumOf::LineAmount, _)),
        values: Vec::new(),
    };
    run.step_mut(step).add(step, task.span, doer.day, amount, &mut share);
    advanced.shares.push(share);
    let times = complete_times(task, run).min(usize::from(task.times));
    let noted = advanced.completed.iter().filter(|(done, from)| *done == place && *from == days.from).count();
    for _ in run.done.len() + noted..times {
        advanced.completed.push((place, days.from));
    }
}

fn begun(task: &Task, days: SpanDays) -> Run {
    Run {
        task: task.id.clone(),
        from: days.from.number(),
        until: days.until.map(Day::number),
        steps: Vec::new(),
        done: Vec::new(),
    }
}

/// Whether every step before this one is done, as often as this one is to be done next.
fn are_done_before(task: &Task, step: &TaskStep, run: &Run) -> bool {
    let before = task.steps.iter().take_while(|other| other.id != step.id);
    let mut before = before.map(|other| run.times_done(other));
    let own = run.times_done(step);
    before.all(|times| times > own)
}

/// How often a task is complete by what was done in a window.
pub(super) fn complete_times(task: &Task, run: &Run) -> usize {
    let least = task.steps.iter().map(|step| run.times_done(step)).min().unwrap_or(0);
    usize::try_from(least).unwrap_or(usize::MAX)
}

impl Run {
    /// What was done of a step.
    pub fn step(&self, id: &str) -> Option<&StepRun> {
        self.steps.iter().find(|step| step.step == id)
    }

    fn step_mut(&mut self, step: &TaskStep) -> &mut StepRun {
        let place = self.steps.iter().position(|known| known.step == step.id).unwrap_or_else(|| {
            self.steps.push(StepRun { step: step.id.clone(), ..StepRun::default() });
            self.steps.len() - 1
        });
        &mut self.steps[place]
    }

    /// How often a step's goal is reached.
    pub(super) fn times_done(&self, step: &TaskStep) -> i64 {
        let number = self.step(&step.id).map_or(0, |done| done.number);
        match &step.goal {
            Goal::Times(target) | Goal::Sum(_, target) => number / (*target).max(1),
            Goal::Different(_, target) | Goal::InARow(target) => i64::from(number >= *target),
        }
    }
}

impl StepRun {
    fn add(&mut self, step: &TaskStep, span: Span, day: Day, amount: Amount, share: &mut TaskShare) {
        match amount {
            Amount::Values(values) => {
                let target = usize::try_from(step.goal.target()).unwrap_or(usize::MAX);
                for value in values {
                    if self.values.len() < target && !self.values.contains(&value) {
                        self.values.push(value.clone());
                        share.values.push(value);
                    }
                }
                self.number = self.values.len() as i64;
            }
            Amount::Number(_) if matches!(step.goal, Goal::InARow(_)) => self.add_day(day.number()),
            Amount::Number(amount) => {
                share.number = amount;
                match span {
                    Span::Rolling(days) => self.roll(day.number(), i32::from(days), amount),
                    _ => self.number = self.number.saturating_add(amount),
                }
            }
        }
    }

    /// A day more in a row. A late event may close a gap before the row or be the day after its last.
    fn add_day(&mut self, day: i32) {
        let day_wide = i64::from(day);
        let Some(&(first, last)) = self.days.first() else {
            self.days.push((day, day_wide));
            self.number = self.number.max(1);
            return;
        };
        let row = if day_wide == last + 1 {
            (first, day_wide)
        } else if day == first - 1 {
            (day, last)
        } else if day_wide > last {
            (day, day_wide)
        } else {
            return;
        };
        self.days[0] = row;
        self.number = self.number.max(row.1 - i64::from(row.0) + 1);
    }

    /// An amount in a rolling window: what counts is the most there is within so many days.
    fn roll(&mut self, day: i32, width: i32, amount: i64) {
        match self.days.iter_mut().find(|(on, _)| *on == day) {
            Some((_, sum)) => *sum = sum.saturating_add(amount),
            None => self.days.push((day, amount)),
        }
        self.days.sort_unstable();
        self.number = self.most_within(width);
        let last = self.days.last().map_or(day, |(on, _)| *on);
        // Late events reach back some days, and the window they belong to reaches back further.
        self.days.retain(|(on, _)| *on > last - 2 * width);
    }

    /// The largest sum of so many days that follow each other, of those whose last is the newest.
    pub(super) fn most_within(&self, width: i32) -> i64 {
        let sums = self.days.iter().map(|(end, _)| {
            let within = self.days.iter().filter(|(on, _)| *on <= *end && *on > *end - width);
            within.fold(0_i64, |sum, (_, amount)| sum.saturating_add(*amount))
        });
        sums.max().unwrap_or(0)
    }
}
