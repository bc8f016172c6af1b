//! The alarm loop: wakes records whose time has come. There are no nightly sweeps; a record that is late is settled
//! by the next command that touches it, and this loop only makes sure that one comes.

use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use jifen_program::flows::Wake;
use jifen_store::{Key, Store, StoreError};
use jifen_vocab::Timestamp;

use crate::hands::Hands;
use crate::{EngineError, Receipt, Shared, pipeline};

/// Records woken together: few enough that live requests are served between slices.
const SLICE: usize = 250;

/// Records that are looked for together. On New Year's Eve a million are due: looking for each slice anew would cost more
/// than waking it.
const LIST: usize = 5_000;

/// How often the loop looks for work.
const LOOK: Duration = Duration::from_millis(500);

/// The alarm loop's thread.
pub(crate) struct Alarm {
    stop: SyncSender<()>,
    thread: JoinHandle<()>,
}

impl Alarm {
    pub(crate) fn start(hands: Hands) -> Self {
        let (stop, stopped) = sync_channel(1);
        let thread = pipeline::spawn("alarm", move || {
            let mut list = List::default();
            let mut pause = LOOK;
            while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(pause) {
                pause = match list.wake_slice(&hands) {
                    Ok(true) => Duration::ZERO,
                    Ok(false) => LOOK,
                    Err(EngineError::Stopped) => break,
                    Err(error) => {
                        tracing::warn!(%error, "alarms will be tried again");
                        list = List::default();
                        LOOK
                    }
                };
            }
        });
        Alarm { stop, thread }
    }

    pub(crate) fn stop(self) {
        let _ = self.stop.send(());
        let _ = self.thread.join();
    }
}

/// Records that were due when the loop last looked, and how many of them have been woken.
#[derive(Default)]
struct List {
    due: Vec<(Key, Timestamp)>,
    woken: usize,
}

impl List {
    /// Wakes the next slice and waits for it, so that live requests are served between two; whether there is more to do
    /// at once.
    fn wake_slice(&mut self, hands: &Hands) -> Result<bool, EngineError> {
        if self.woken == self.due.len() {
            // What another process of the same store has taken upon itself is left to it.
            let before =
                std::mem::replace(&mut self.due, due(&hands.shared, |store, now, limit| store.claim_due(now, limit))?);
            self.woken = 0;
            if !before.is_empty() && before.first() == self.due.first() {
                // It stays due though it was woken: whatever the reason, it can wait as long as anything else.
                return Ok(false);
            }
        }
        let slice = &self.due[self.woken..self.due.len().min(self.woken + SLICE)];
        wake(slice, hands)?;
        self.woken += slice.len();
        Ok(self.woken < self.due.len() || self.due.len() == LIST)
    }
}

/// Wakes what fell due, slice by slice, until nothing is left.
pub(crate) fn settle_all(hands: &Hands) -> Result<(), EngineError> {
    let mut before = Vec::new();
    loop {
        let due = due(&hands.shared, |store, now, limit| store.due(now, limit))?;
        if due.is_empty() {
            return Ok(());
        }
        if due == before {
            return Err(EngineError::Fault(format!("{:?} stays due though it was woken", due[0].0)));
        }
        due.chunks(SLICE).try_for_each(|slice| wake(slice, hands))?;
        before = due;
    }
}

/// How a store is asked for what is due.
type Ask = for<'a> fn(&'a (dyn Store + 'static), Timestamp, usize) -> Result<Vec<(Key, Timestamp)>, StoreError>;

/// Records whose time has come, and when it came, earliest first.
fn due(shared: &Shared, ask: Ask) -> Result<Vec<(Key, Timestamp)>, EngineError> {
    let now = shared.clock.now();
    let next = shared.store.next_due().map_err(Arc::new)?;
    if next.is_none_or(|next| next > now) {
        return Ok(Vec::new());
    }
    Ok(ask(&*shared.store, now, LIST).map_err(Arc::new)?)
}

/// Wakes records and waits for them.
fn wake(due: &[(Key, Timestamp)], hands: &Hands) -> Result<(), EngineError> {
    let woken = due.iter().map(|(key, _)| hands.send(Wake { key: key.clone() }));
    let woken: Vec<Receipt<()>> = woken.collect::<Result<_, _>>()?;
    for answer in woken {
        answer.blocking_recv().unwrap_or(Err(EngineError::Stopped))?;
    }
    Ok(())
}
