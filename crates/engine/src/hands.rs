//! What a thread of the engine needs to read and to have commands judged, without the engine itself.

use std::sync::Arc;

use jifen_program::desk::{Command, Record};
use jifen_store::Key;
use tokio::sync::oneshot;

use crate::job::{Answered, Pending};
use crate::pipeline::Sender;
use crate::{EngineError, Receipt, Shared, unreadable};

/// Reads, and has commands judged.
#[derive(Clone)]
pub(crate) struct Hands {
    pub(crate) shared: Arc<Shared>,
    pub(crate) queue: Sender,
}

impl Hands {
    /// Puts a command in the queue, waiting for room in it; the receiver gets the answer.
    pub(crate) fn send<C: Command>(&self, command: C) -> Result<Receipt<C::Outcome>, EngineError> {
        let (reply, answer) = oneshot::channel();
        self.queue.send_blocking(Box::new(Pending::new(command, None, self.shared.seeds.next(), reply)))?;
        Ok(answer)
    }

    /// Has a command judged, and waits for its answer.
    pub(crate) fn submit<C: Command>(&self, command: C) -> Result<Answered<C::Outcome>, EngineError> {
        self.send(command)?.blocking_recv().unwrap_or(Err(EngineError::Stopped))
    }

    /// Has a command judged that is never refused.
    pub(crate) fn judged<C: Command>(&self, command: C) -> Result<C::Outcome, EngineError> {
        self.submit(command)?.result.map_err(|refusal| EngineError::Fault(crate::refused(&refusal)))
    }

    /// A record as last committed.
    pub(crate) fn read<R: Record>(&self, id: &str) -> Result<Option<R>, EngineError> {
        let rows = self.shared.store.load(&[Key::new(R::KIND, id)]).map_err(Arc::new)?;
        let Some(row) = rows.into_iter().next().flatten() else { return Ok(None) };
        R::read(&row.body).map(Some).map_err(|error| unreadable::<R>(id, &error))
    }
}
