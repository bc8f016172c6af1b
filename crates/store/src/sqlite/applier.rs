//! The thread that lets the tables follow the log.

use std::sync::Arc;
use std::time::Duration;

use super::Shared;
use super::fault::Fault;
use super::queue::Work;
use super::sealed::Sealed;
use super::tables::Tables;
use crate::StoreError;

/// The first and the longest pause before a failed chunk is tried again.
const PAUSES: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(2));
/// Without commits for so long, what was written is made durable, so that a start after a crash has little to do.
const IDLE: Duration = Duration::from_millis(500);

pub(super) struct Applier {
    shared: Arc<Shared>,
    tables: Tables,
    /// Bytes written since the last checkpoint.
    unflushed: usize,
    /// The newest batch that a power cut would leave in the tables.
    durable: u64,
}

impl Applier {
    pub(super) fn new(shared: Arc<Shared>, tables: Tables) -> Applier {
        Applier { shared, tables, unflushed: 0, durable: 0 }
    }

    /// Works until the store closes.
    pub(super) fn run(mut self) {
        let _alarm = Alarm(Arc::clone(&self.shared));
        let options = self.shared.options;
        loop {
            match self.shared.queue.next(options.chunk_bytes, options.linger, IDLE) {
                Work::Apply(chunk) => {
                    if !self.apply(&chunk) {
                        return;
                    }
                }
                Work::Idle => self.flush(false),
                Work::Close => break,
            }
        }
        self.flush(true);
    }

    /// Applies a chunk, however often that takes; no means that the store closes and the rest stays in the log.
    fn apply(&mut self, chunk: &[Arc<Sealed>]) -> bool {
        let mut pause = PAUSES.0;
        while let Err(error) = self.attempt(chunk) {
            tracing::warn!(%error, "the tables do not follow the log; trying again");
            self.shared.queue.stuck(Fault::of(&error));
            // Room may be made by letting go of what is durable already.
            self.flush(false);
            if self.shared.queue.pause(pause) {
                return false;
            }
            pause = (pause * 2).min(PAUSES.1);
        }
        self.unflushed += chunk.iter().map(|batch| batch.weight()).sum::<usize>();
        self.shared.overlays.let_go(self.tables.applied());
        self.shared.queue.done(self.tables.applied());
        if self.is_flush_due() {
            self.flush(false);
        }
        true
    }

    /// Enough was written to be moved into the tables' file; or so many pages that reading past them is slow, as where
    /// each record stands on a page of its own.
    fn is_flush_due(&self) -> bool {
        let options = &self.shared.options;
        self.unflushed >= options.checkpoint_bytes || self.tables.ahead_bytes() >= options.ahead_bytes_max
    }

    fn attempt(&mut self, chunk: &[Arc<Sealed>]) -> Result<(), StoreError> {
        #[cfg(test)]
        self.tables.limit_pages(self.shared.tables_pages_max.load(std::sync::atomic::Ordering::Relaxed));
        self.tables.apply(&self.shared.kinds, chunk)
    }

    /// Makes what was written durable, and then lets the log forget it.
    fn flush(&mut self, whole: bool) {
        if self.durable == self.tables.applied() && !whole {
            return;
        }
        match self.tables.checkpoint(whole) {
            Ok(true) => (self.unflushed, self.durable) = (0, self.tables.applied()),
            // Readers were in the way: after the next chunk again.
            Ok(false) => return,
            Err(error) => return report("flushing the tables", Err(error)),
        }
        let pruned = self.shared.writer().log.prune(self.durable);
        report("pruning the log", pruned);
    }
}

fn report(what: &'static str, result: Result<(), StoreError>) {
    if let Err(error) = result {
        tracing::warn!(%error, "{what} did not succeed; it is done again later");
    }
}

/// Tells everyone who waits when this thread dies of a bug, so that nobody waits for ever.
struct Alarm(Arc<Shared>);

impl Drop for Alarm {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.queue.stuck(Fault::Other("the thread that writes the tables has died".to_owned()));
        }
    }
}
