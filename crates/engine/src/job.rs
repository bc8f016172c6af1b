//! A command in the queue, its type erased, with somebody waiting for its answer.

use std::sync::Arc;

use jifen_program::Books;
use jifen_program::desk::{
    Answer, Command, Desk, Draws, Identity, Keys, Left, Loaded, Records, Remembered, Stop, Touch,
};
use jifen_store::StoreError;
use jifen_vocab::{Code, Refusal, Timestamp};
use tokio::sync::oneshot;

use crate::EngineError;

/// A judged answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered<T> {
    /// The outcome, or the business "no".
    pub result: Result<T, Refusal>,
    /// Whether the same request had been judged before and this is its first answer.
    pub replayed: bool,
}

impl<T> Answered<T> {
    fn first(result: Result<T, Refusal>) -> Self {
        Answered { result, replayed: false }
    }
}

/// A command whose type nobody needs to know.
pub(crate) trait Job: Send {
    fn touches(&self, books: &Books, loaded: &Loaded<'_>, keys: &mut Keys) -> Touch;
    fn decide(&mut self, records: &mut Records, books: &Books, now: Timestamp) -> Left;
    /// The decision panicked: a bug in that one command.
    fn panicked(&mut self);
    fn answer(self: Box<Self>, committed: Result<(), Arc<StoreError>>);
}

type Reply<T> = oneshot::Sender<Result<Answered<T>, EngineError>>;

/// A command and who waits for it.
pub(crate) struct Pending<C: Command> {
    command: C,
    identity: Option<Identity>,
    at: Option<Timestamp>,
    seed: u64,
    reply: Reply<C::Outcome>,
    result: Option<Result<Answered<C::Outcome>, EngineError>>,
}

impl<C: Command> Pending<C> {
    pub(crate) fn new(command: C, at: Option<Timestamp>, seed: u64, reply: Reply<C::Outcome>) -> Self {
        let identity = command.identity();
        Pending { command, identity, at, seed, reply, result: None }
    }
}

impl<C: Command> Job for Pending<C> {
    fn touches(&self, books: &Books, loaded: &Loaded<'_>, keys: &mut Keys) -> Touch {
        if let Some(identity) = &self.identity {
            keys.want_key(identity.key());
        }
        self.command.touches(books, loaded, keys)
    }

    fn decide(&mut self, records: &mut Records, books: &Books, now: Timestamp) -> Left {
        let notes_since = books.at(now).notes_since(now);
        let sitting = Sitting { books, now: self.at.unwrap_or(now), draws: Draws::Seed(self.seed), notes_since };
        let mut left = Left::default();
        let judged = judge(&self.command, self.identity.as_ref(), records, sitting, &mut left);
        self.result = Some(judged);
        left
    }

    fn panicked(&mut self) {
        self.result = Some(Err(EngineError::Fault("a decision failed; it was undone".to_owned())));
    }

    fn answer(self: Box<Self>, committed: Result<(), Arc<StoreError>>) {
        let answer = match (committed, self.result) {
            (Err(error), _) => Err(EngineError::Store(error)),
            (Ok(()), Some(result)) => result,
            (Ok(()), None) => Err(EngineError::Fault("it was never decided".to_owned())),
        };
        // Whoever asked may have gone; what was decided stands.
        let _ = self.reply.send(answer);
    }
}

/// What a decision is taken with, besides records.
pub(crate) struct Sitting<'b> {
    pub(crate) books: &'b Books,
    pub(crate) now: Timestamp,
    pub(crate) draws: Draws,
    /// From when on events are noted.
    pub(crate) notes_since: Timestamp,
}

/// Gives the first answer again, or decides and remembers.
pub(crate) fn judge<C: Command>(
    command: &C,
    identity: Option<&Identity>,
    records: &mut Records,
    sitting: Sitting<'_>,
    left: &mut Left,
) -> Result<Answered<C::Outcome>, EngineError> {
    if let Some(identity) = identity
        && let Some(before) = records.remembered(identity.key())?
    {
        return again(identity, &before);
    }
    let Sitting { books, now, draws, notes_since } = sitting;
    let mut desk = Desk::new(records, books, now, draws).noting_since(notes_since);
    let result = match command.decide(&mut desk) {
        Ok(outcome) => {
            *left = desk.leave()?;
            Ok(outcome)
        }
        Err(Stop::Fault(fault)) => return Err(fault.into()),
        Err(Stop::Refused(refusal)) => Err(refusal),
    };
    if let Some(identity) = identity {
        remember(identity, &result, records, now)?;
    }
    Ok(Answered::first(result))
}

fn again<T: serde::de::DeserializeOwned>(identity: &Identity, before: &Remembered) -> Result<Answered<T>, EngineError> {
    if before.fingerprint != identity.fingerprint {
        let conflict = Refusal::new(Code::IdempotencyConflict).word("key", &identity.id);
        return Ok(Answered::first(Err(conflict)));
    }
    let result = match &before.answer {
        Answer::Yes(outcome) => Ok(serde_json::from_str(outcome.get()).map_err(|e| EngineError::Fault(e.to_string()))?),
        Answer::No(refusal) => Err(refusal.clone()),
    };
    Ok(Answered { result, replayed: true })
}

fn remember<T: serde::Serialize>(
    identity: &Identity,
    result: &Result<T, Refusal>,
    records: &mut Records,
    now: Timestamp,
) -> Result<(), EngineError> {
    if matches!(result, Err(refusal) if !refusal.code.is_judged()) {
        return Ok(());
    }
    let written = Remembered::write(identity.fingerprint, now, result);
    let body = written.map_err(|error| EngineError::Fault(error.to_string()))?;
    Ok(records.remember(identity.key(), body)?)
}
