//! The alarm loop: wakes records whose time has come. There are no nightly sweeps; a record that is late is settled
//! by the next command that touches it, and this loop only makes sure that one comes.

use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use jifen_program::flows::Wake;
use jifen_store::Key;
use jifen_vocab::Timestamp;
use tokio::sync::oneshot;

use crate::job::{Answered, Pending};
use crate::pipeline::{self, Sender};
use crate::{EngineError, Shared};

/// Records woken together: few enough that live requests are served between slices.
const SLICE: usize = 500;

/// How often the loop looks for work.
const LOOK: Duration = Duration::from_millis(500);

/// The alarm loop's thread.
pub(crate) struct Alarm {
    stop: SyncSender<()>,
    thread: JoinHandle<()>,
}

impl Alarm {
    pub(crate) fn start(shared: Arc<Shared>, queue: Sender) -> Self {
        let (stop, stopped) = sync_channel(1);
        let thread = pipeline::spawn("alarm", move || {
            while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(LOOK) {
                match wake_slice(&shared, &queue) {
                    Ok(_) => {}
                    Err(EngineError::Stopped) => break,
                    Err(error) => tracing::warn!(%error, "alarms will be tried again"),
                }
            }
        });
        Alarm { stop, thread }
    }

    pub(crate) fn stop(self) {
        let _ = self.stop.send(());
        let _ = self.thread.join();
    }
}

/// Wakes what fell due, slice by slice, until nothing is left.
pub(crate) fn settle_all(shared: &Arc<Shared>, queue: &Sender) -> Result<(), EngineError> {
    let mut before = Vec::new();
    loop {
        let woken = wake_slice(shared, queue)?;
        if woken.is_empty() {
            return Ok(());
        }
        if woken == before {
            return Err(EngineError::Fault(format!("{:?} stays due though it was woken", woken[0].0)));
        }
        before = woken;
    }
}

/// Wakes one slice and waits for it. Gives which records were woken, and when they had been due.
fn wake_slice(shared: &Arc<Shared>, queue: &Sender) -> Result<Vec<(Key, Timestamp)>, EngineError> {
    let now = shared.clock.now();
    let next = shared.store.next_due().map_err(Arc::new)?;
    if next.is_none_or(|next| next > now) {
        return Ok(Vec::new());
    }
    let due = shared.store.due(now, SLICE).map_err(Arc::new)?;
    let mut woken: Vec<oneshot::Receiver<Result<Answered<()>, EngineError>>> = Vec::with_capacity(due.len());
    for (key, _) in &due {
        let (reply, answer) = oneshot::channel();
        queue.send_blocking(Box::new(Pending::new(Wake { key: key.clone() }, None, shared.seeds.next(), reply)))?;
        woken.push(answer);
    }
    for answer in woken {
        answer.blocking_recv().unwrap_or(Err(EngineError::Stopped))?;
    }
    Ok(due)
}
