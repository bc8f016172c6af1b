//! A batch: every event is put in the queue before the first answer is awaited, so that the engine commits them
//! together.

use std::fmt;

use jifen_engine::{Answered as Judged, EngineError};
use jifen_program::flows::{EventOutcome, JudgeEvent};
use jifen_vocab::limits;
use serde::de::{Deserializer, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use tokio::sync::oneshot;
use utoipa::ToSchema;

use super::{EventAnswer, answer, command};
use crate::call::{Call, Reply, text};
use crate::language::Lang;
use crate::operation::Answered;
use crate::problems::{Problem, table};

/// What each event of a batch brought about, in their order.
#[derive(Serialize, ToSchema)]
pub struct BatchAnswer {
    /// One for each event.
    results: Vec<BatchResult>,
}

/// What one event of a batch brought about.
#[derive(Serialize, ToSchema)]
pub struct BatchResult {
    /// The status it would have had alone.
    status: u16,
    /// Whether it had been judged before and this is its first answer.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    replayed: bool,
    /// What it brought about.
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<EventAnswer>,
    /// Why it could not be judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<crate::openapi::ProblemBody>)]
    problem: Option<Value>,
}

type Waiting = oneshot::Receiver<Result<Judged<EventOutcome>, EngineError>>;

pub(super) async fn send(call: Call, is_dry: bool) -> Answered {
    let events = split(&call.body)?;
    let now = call.app.engine.clock().now();
    let commands: Vec<Result<JudgeEvent, Problem>> =
        events.iter().map(|event| command(&call.app, &call.caller, event.get().as_bytes(), now)).collect();
    let results = if is_dry { dry_run(&call, commands).await? } else { submit(&call, commands).await };
    let lang = Lang::of(&call.headers);
    let results: Vec<BatchResult> = results.into_iter().map(|result| BatchResult::of(&call, lang, result)).collect();
    if !is_dry {
        let again = results.iter().filter(|result| result.replayed).count() as u64;
        let first = results.iter().filter(|result| result.status == 200 && !result.replayed).count() as u64;
        call.app.metrics.judged(first, again);
    }
    let all_replayed = !results.is_empty() && results.iter().all(|result| result.replayed);
    Ok(Reply::json(&BatchAnswer { results })?.replayed(all_replayed))
}

type ResultOfOne = Result<(EventAnswer, bool), Problem>;

async fn submit(call: &Call, commands: Vec<Result<JudgeEvent, Problem>>) -> Vec<ResultOfOne> {
    let engine = &call.app.engine;
    let enqueue = |command| engine.enqueue(command, None).map_err(Problem::from);
    let waiting: Vec<Result<Waiting, Problem>> =
        commands.into_iter().map(|command| command.and_then(enqueue)).collect();
    let mut results = Vec::with_capacity(waiting.len());
    for one in waiting {
        results.push(match one {
            Ok(receiver) => match receiver.await.unwrap_or(Err(EngineError::Stopped)) {
                Ok(judged) => answer(&call.app, judged),
                Err(error) => Err(error.into()),
            },
            Err(problem) => Err(problem),
        });
    }
    results
}

/// Each event is decided over what is stored: a dry run of a batch does not see its own earlier events.
async fn dry_run(call: &Call, commands: Vec<Result<JudgeEvent, Problem>>) -> Result<Vec<ResultOfOne>, Problem> {
    let all = call.aside(move |app| {
        let run = |command: JudgeEvent| {
            let judged = app.engine.dry_run(&command).map_err(Problem::from)?;
            answer(app, judged)
        };
        Ok(commands.into_iter().map(|command| command.and_then(run)).collect())
    });
    all.await
}

impl BatchResult {
    fn of(call: &Call, lang: Lang, result: ResultOfOne) -> BatchResult {
        match result {
            Ok((answer, replayed)) => BatchResult { status: 200, replayed, answer: Some(answer), problem: None },
            Err(problem) => BatchResult {
                status: problem.row.status,
                replayed: problem.replayed,
                answer: None,
                problem: Some(problem.body(lang, &call.request)),
            },
        }
    }
}

/// Splits a batch into its events without reading them; stops at the first one too many.
fn split(body: &[u8]) -> Result<Vec<&RawValue>, Problem> {
    let text = text(body)?;
    match serde_json::from_str::<Events<'_>>(text) {
        Ok(events) => Ok(events.0),
        Err(error) if error.to_string().starts_with(TOO_MANY) => {
            Err(Problem::new(&table::BATCH_TOO_LONG).number("limit", limits::EVENT_BATCH_MAX as i64))
        }
        Err(error) if error.is_data() => Err(Problem::field("", "be an array of events")),
        Err(error) => Err(Problem::new(&table::MALFORMED_JSON).word("reason", &error.to_string())),
    }
}

const TOO_MANY: &str = "too many events";

struct Events<'a>(Vec<&'a RawValue>);

impl<'de> Deserialize<'de> for Events<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Bounded)
    }
}

struct Bounded;

impl<'de> Visitor<'de> for Bounded {
    type Value = Events<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of events")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Events<'de>, A::Error> {
        let mut events = Vec::new();
        while let Some(event) = items.next_element::<&RawValue>()? {
            if events.len() == limits::EVENT_BATCH_MAX {
                return Err(serde::de::Error::custom(TOO_MANY));
            }
            events.push(event);
        }
        Ok(Events(events))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_counted_before_it_is_read() {
        let many = |count: usize| format!("[{}]", vec!["{}"; count].join(","));
        assert_eq!(split(many(1000).as_bytes()).unwrap().len(), 1000);
        assert_eq!(split(many(1001).as_bytes()).unwrap_err().row, &table::BATCH_TOO_LONG);
        assert_eq!(split(b"[").unwrap_err().row, &table::MALFORMED_JSON);
        assert_eq!(split(b"{}").unwrap_err().row, &table::INVALID_FIELD);
        assert_eq!(split(b"\xff").unwrap_err().row, &table::MALFORMED_JSON);
        assert!(split(b"[]").unwrap().is_empty());
    }
}
