//! Feeds orders to the engine, many in flight, and adds up what the answers say.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::path::Path;

use compact_str::CompactString;
use jifen_engine::{Answered, Engine, EngineError};
use jifen_program::events::OrderFile;
use jifen_program::flows::{EventOutcome, JudgeEvent};
use jifen_vocab::Timestamp;
use tokio::sync::oneshot::Receiver;

use crate::failure::{Failure, NOTHING_LOST, Result};
use crate::terminal;

use super::lines::{Lines, wrong_line};
use super::survey::Survey;

/// Orders handed in whose answers are still out: enough for a batch that is decided, one that goes down, and more to
/// fill the next.
const IN_FLIGHT: usize = 6_000;

/// Who reports the orders.
const CLIENT: &str = "replay";

/// Refused orders that are told one by one.
const TOLD_MAX: usize = 3;

type Answer = Receiver<std::result::Result<Answered<EventOutcome>, EngineError>>;

/// What a replay did.
#[derive(Debug, Default)]
pub(super) struct Fed {
    pub(super) orders: u64,
    pub(super) members: HashSet<CompactString>,
    /// Points by unit, of orders that came for the first time.
    pub(super) awarded: BTreeMap<String, i64>,
    pub(super) repeated: u64,
    pub(super) refused: u64,
    pub(super) first_refused: Vec<String>,
    spendable: HashSet<String>,
}

impl Fed {
    /// Points of every unit that members can spend here.
    pub(super) fn points(&self) -> i64 {
        self.awarded.iter().filter(|(unit, _)| self.spendable.contains(*unit)).map(|(_, points)| points).sum()
    }

    fn add(&mut self, number: u64, answer: Answer) -> Result {
        let answered = answer.blocking_recv().unwrap_or(Err(EngineError::Stopped)).map_err(Failure::from)?;
        if answered.replayed {
            self.repeated += 1;
            return Ok(());
        }
        match answered.result {
            Ok(outcome) => self.count(&outcome),
            Err(refusal) => {
                self.refused += 1;
                if self.first_refused.len() < TOLD_MAX {
                    self.first_refused.push(format!("line {number}: {}", refusal.code.as_str()));
                }
            }
        }
        Ok(())
    }

    fn count(&mut self, outcome: &EventOutcome) {
        for award in &outcome.awards {
            let sum = match self.awarded.get_mut(award.unit.as_str()) {
                Some(sum) => sum,
                None => self.awarded.entry(award.unit.as_str().to_owned()).or_default(),
            };
            *sum = sum.saturating_add(award.points.get());
        }
    }
}

/// Feeds the whole file.
pub(super) fn feed(engine: &Engine, path: &Path, reader: &OrderFile, survey: Survey) -> Result<Fed> {
    let bar = terminal::bar(survey.orders, "replaying");
    let units = engine.books().versions().last().map(|version| version.book.units.clone()).unwrap_or_default();
    let spendable =
        units.iter().filter(|unit| unit.spendable && !unit.foreign).map(|unit| unit.id.to_string()).collect();
    let mut fed = Fed { spendable, ..Fed::default() };
    let mut waiting: VecDeque<(u64, Answer)> = VecDeque::with_capacity(IN_FLIGHT);
    let mut lines = Lines::again(path, survey.text)?;
    let mut clock = Timestamp::MIN;
    while let Some((number, line)) = lines.next()? {
        let read = reader.event(line).map_err(|what| wrong_line(&path.display().to_string(), number, &what));
        let (event, time) = read.map_err(|failure| failure.data(NOTHING_LOST))?;
        clock = clock.max(time);
        fed.orders += 1;
        if !fed.members.contains(event.member.as_str()) {
            fed.members.insert(CompactString::new(event.member.as_str()));
        }
        let client = CompactString::const_new(CLIENT);
        waiting.push_back((number, engine.enqueue_blocking(JudgeEvent { event, client }, Some(clock))?));
        if waiting.len() >= IN_FLIGHT
            && let Some((number, answer)) = waiting.pop_front()
        {
            fed.add(number, answer)?;
        }
        if fed.orders.is_multiple_of(1_000) {
            bar.set_position(fed.orders);
        }
    }
    for (number, answer) in waiting {
        fed.add(number, answer)?;
    }
    bar.finish_and_clear();
    Ok(fed)
}
