//! Subscribers read the journal in order, each at its own pace, each from where it left off.
//!
//! An entry is handed over at least once: the cursor moves after the subscriber has dealt with a slice. A subscriber
//! whose effect leaves the house says so by the entry's number, which never comes for another entry.
//!
//! Of several processes on one database, one at a time reads for a subscriber: it holds the cursor, and another goes on
//! when it has not moved it for a while. Only a process that hangs longer than that and then wakes can hand an entry over a
//! second time; its cursor is gone by then, and it says so.

use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use compact_str::{CompactString, format_compact};
use jifen_program::desk::{Cursor, MoveCursor, TakeCursor};
use jifen_store::{Entry, Stream};

use crate::Engine;
use crate::hands::Hands;
use crate::pipeline::spawn;

/// Entries handed over together.
const SLICE: usize = 500;

/// How long a subscriber that has read everything sleeps.
const IDLE: Duration = Duration::from_millis(200);

/// Milliseconds for which a process keeps a cursor that it does not move.
const LEASE_MS: i64 = 30_000;

/// What a subscriber could not do; it gets the same entries again.
pub type SubscriberError = Box<dyn std::error::Error + Send + Sync>;

/// Something that reads the journal.
pub trait Subscriber: Send {
    /// Its name, under which its cursor is kept. It never changes.
    fn name(&self) -> &'static str;

    /// Deals with entries that follow those of the last call.
    ///
    /// # Errors
    /// Whatever went wrong: the same entries come again after a pause.
    fn handle(&mut self, entries: &[Entry]) -> Result<(), SubscriberError>;
}

/// A subscriber at work, until it is dropped.
pub struct Subscription {
    stop: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Subscription {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Engine {
    /// Sets a subscriber to work on a thread of its own.
    pub fn subscribe(self: &Arc<Self>, mut subscriber: impl Subscriber + 'static) -> Subscription {
        let engine = Arc::clone(self);
        let (stop, stopped) = sync_channel::<()>(0);
        let thread = spawn(subscriber.name(), move || {
            let mut pause = Duration::ZERO;
            while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(pause) {
                pause = match engine.feed(&mut subscriber) {
                    Ok(0) => IDLE,
                    Ok(_) => Duration::ZERO,
                    Err(error) => {
                        tracing::warn!(subscriber = subscriber.name(), %error, "entries will be handed over again");
                        IDLE * 5
                    }
                };
            }
        });
        Subscription { stop: Some(stop), thread: Some(thread) }
    }

    /// Hands over one slice and moves the cursor. Gives how many entries there were; none where another process reads.
    ///
    /// # Errors
    /// What the subscriber or the engine says, or that another process has taken the cursor meanwhile; it stays then.
    pub fn feed(&self, subscriber: &mut dyn Subscriber) -> Result<usize, SubscriberError> {
        feed(&self.hands(), subscriber)
    }
}

/// See [`Engine::feed`].
pub(crate) fn feed(hands: &Hands, subscriber: &mut dyn Subscriber) -> Result<usize, SubscriberError> {
    let (shared, name) = (&hands.shared, subscriber.name());
    let cursor = hands.read::<Cursor>(name)?.unwrap_or_default();
    let (holder, lease_ms) = (shared.holder.clone(), LEASE_MS);
    if cursor.is_taken(&holder, shared.clock.now()) {
        return Ok(0);
    }
    if shared.store.entries(Stream(0), cursor.number, 1)?.is_empty() {
        return Ok(0);
    }
    let take = TakeCursor { subscriber: name.to_owned(), holder: holder.clone(), lease_ms };
    let Some(after) = hands.judged(take)? else { return Ok(0) };
    let entries = shared.store.entries(Stream(0), after, SLICE)?;
    let Some(last) = entries.last() else { return Ok(0) };
    subscriber.handle(&entries)?;
    let moved = MoveCursor { subscriber: name.to_owned(), number: last.number, holder, lease_ms };
    if !hands.judged(moved)? {
        return Err("another process reads for it meanwhile, and may deal with the same entries".into());
    }
    Ok(entries.len())
}

/// A name for this engine that no other has.
pub(crate) fn new_holder() -> CompactString {
    let random = || std::hash::BuildHasher::hash_one(&std::hash::RandomState::new(), std::process::id());
    format_compact!("{:016x}{:016x}", random(), random())
}
