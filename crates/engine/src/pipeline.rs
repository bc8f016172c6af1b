//! Two threads: one decides, one commits. While a batch goes down, the next is decided on top of it; nobody is
//! answered before their own batch is durable, and a batch decided on top of one that failed is decided again.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use jifen_store::StoreError;

use crate::batch::{self, Gathered, Overlay};
use crate::job::Job;
use crate::{EngineError, Options, Shared};

/// Where commands wait.
#[derive(Clone)]
pub(crate) struct Sender {
    queue: SyncSender<Message>,
    waiting: Arc<AtomicUsize>,
    stopping: Arc<AtomicBool>,
}

enum Message {
    Job(Box<dyn Job>),
    Stop,
}

impl Sender {
    pub(crate) fn send(&self, job: Box<dyn Job>) -> Result<(), EngineError> {
        self.open()?;
        self.waiting.fetch_add(1, Ordering::Relaxed);
        self.queue.try_send(Message::Job(job)).map_err(|error| {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            match error {
                TrySendError::Full(_) => EngineError::Busy,
                TrySendError::Disconnected(_) => EngineError::Stopped,
            }
        })
    }

    pub(crate) fn send_blocking(&self, job: Box<dyn Job>) -> Result<(), EngineError> {
        self.open()?;
        self.waiting.fetch_add(1, Ordering::Relaxed);
        self.queue.send(Message::Job(job)).map_err(|_| EngineError::Stopped)
    }

    fn open(&self) -> Result<(), EngineError> {
        if self.stopping.load(Ordering::Acquire) { Err(EngineError::Stopped) } else { Ok(()) }
    }
}

/// The two threads and their queue.
pub(crate) struct Pipeline {
    sender: Sender,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

/// A decided batch on its way to the committer.
struct Decided {
    gathered: Gathered,
    jobs: Vec<Box<dyn Job>>,
    done: SyncSender<Result<(), Failed>>,
}

/// A batch that did not go down. Jobs come back only where deciding again can help.
struct Failed {
    again: Vec<Box<dyn Job>>,
}

/// The batch that is going down while the next is decided.
struct InFlight {
    overlay: Overlay,
    done: Receiver<Result<(), Failed>>,
    landed: Option<Result<(), Failed>>,
}

/// Commands that are worth deciding while another batch is going down into a folder. Fewer wait for it to land: each
/// batch costs a flush, and small ones cost more in flushes than they gain in time.
const ENOUGH: usize = 256;

/// The same for a database, which is a journey away: a batch of it takes longer to go down than to decide, and another
/// processor does the work meanwhile.
const ENOUGH_SHARED: usize = BUSY;

/// Commands of a batch from which on many are asking at once, so that it pays to gather for a moment.
const BUSY: usize = 8;

/// How long to gather then: a fraction of what a flush takes.
const GATHER: Duration = Duration::from_micros(150);

/// How often a batch that lost a race is decided again before its callers are told.
const RACES_MAX: usize = 8;

impl Pipeline {
    pub(crate) fn start(shared: Arc<Shared>, options: &Options) -> Self {
        let (queue, inbox) = sync_channel(options.queue);
        let sender = Sender { queue, waiting: Arc::default(), stopping: Arc::default() };
        let (to_committer, decided) = sync_channel::<Decided>(1);
        let decider = Decider {
            shared: Arc::clone(&shared),
            inbox,
            waiting: Arc::clone(&sender.waiting),
            batch: options.batch,
            enough: if shared.store.is_shared() { ENOUGH_SHARED } else { ENOUGH },
            to_committer,
            in_flight: None,
            last_batch: 0,
            races: 0,
        };
        let threads =
            vec![spawn("decide", move || decider.run()), spawn("commit", move || commit_all(&shared, &decided))];
        Pipeline { sender, threads: Mutex::new(threads) }
    }

    pub(crate) fn sender(&self) -> Sender {
        self.sender.clone()
    }

    pub(crate) fn waiting(&self) -> usize {
        self.sender.waiting.load(Ordering::Relaxed)
    }

    pub(crate) fn send(&self, job: Box<dyn Job>) -> Result<(), EngineError> {
        self.sender.send(job)
    }

    pub(crate) fn send_blocking(&self, job: Box<dyn Job>) -> Result<(), EngineError> {
        self.sender.send_blocking(job)
    }

    /// Takes nothing more, finishes what was accepted, and ends both threads.
    pub(crate) fn stop(&self) {
        if !self.sender.stopping.swap(true, Ordering::AcqRel) {
            let _ = self.sender.queue.send(Message::Stop);
        }
        let threads = std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        for thread in threads {
            let _ = thread.join();
        }
    }
}

impl Drop for Pipeline {
    fn drop(&mut self) {
        self.stop();
    }
}

pub(crate) fn spawn(name: &str, run: impl FnOnce() + Send + 'static) -> JoinHandle<()> {
    let builder = std::thread::Builder::new().name(format!("jifen-{name}"));
    builder.spawn(run).unwrap_or_else(|error| panic!("the thread {name} cannot be started: {error}"))
}

struct Decider {
    shared: Arc<Shared>,
    inbox: Receiver<Message>,
    waiting: Arc<AtomicUsize>,
    batch: usize,
    enough: usize,
    to_committer: SyncSender<Decided>,
    in_flight: Option<InFlight>,
    last_batch: usize,
    races: usize,
}

impl Decider {
    fn run(mut self) {
        loop {
            let (jobs, stop) = self.collect();
            if !jobs.is_empty() {
                self.carry_out(jobs);
            } else if !stop {
                self.run_again();
            }
            if stop {
                break;
            }
        }
        self.run_again();
    }

    /// Waits for the batch in flight; if it lost a race, it is decided again.
    fn run_again(&mut self) {
        let again = self.land_is_failure().unwrap_or_default();
        if !again.is_empty() {
            self.carry_out_alone(again);
        }
    }

    /// Everything that waits, up to a full batch. While another batch is going down and little waits, it waits for that
    /// to land: commands gather in the queue meanwhile, and nobody has to wake this thread for each of them. Empty
    /// where the batch in flight must be looked at.
    fn collect(&mut self) -> (Vec<Box<dyn Job>>, bool) {
        if self.waiting.load(Ordering::Relaxed) < self.enough {
            self.wait_for_landing();
        }
        if self.has_failed() {
            return (Vec::new(), false);
        }
        let mut jobs = Vec::new();
        let mut next = self.inbox.recv().map_err(|_| TryRecvError::Disconnected);
        if self.last_batch >= BUSY {
            // Whoever was just answered is about to ask again: a flush for each of them would cost more.
            std::thread::sleep(GATHER);
        }
        let stop = loop {
            match next {
                Ok(Message::Job(job)) => jobs.push(job),
                Ok(Message::Stop) | Err(TryRecvError::Disconnected) => break true,
                Err(TryRecvError::Empty) => break false,
            }
            if jobs.len() >= self.batch {
                break false;
            }
            next = self.inbox.try_recv();
        };
        if stop {
            jobs.extend(self.rest());
        }
        self.last_batch = jobs.len();
        self.waiting.fetch_sub(jobs.len(), Ordering::Relaxed);
        (jobs, stop)
    }

    fn wait_for_landing(&mut self) {
        let Some(flight) = &mut self.in_flight else { return };
        if flight.landed.is_none() {
            flight.landed = Some(flight.done.recv().unwrap_or(Err(Failed { again: Vec::new() })));
        }
    }

    /// Whether nothing is going down any more.
    fn has_landed(&mut self) -> bool {
        let Some(flight) = &mut self.in_flight else { return true };
        if flight.landed.is_none() {
            flight.landed = match flight.done.try_recv() {
                Ok(landed) => Some(landed),
                Err(TryRecvError::Empty) => None,
                Err(TryRecvError::Disconnected) => Some(Err(Failed { again: Vec::new() })),
            };
        }
        flight.landed.is_some()
    }

    /// Whether the batch in flight has landed badly.
    fn has_failed(&mut self) -> bool {
        self.has_landed() && self.in_flight.as_ref().is_some_and(|flight| matches!(flight.landed, Some(Err(_))))
    }

    /// What came in before the stop was seen.
    fn rest(&self) -> Vec<Box<dyn Job>> {
        let job = |message| match message {
            Message::Job(job) => Some(job),
            Message::Stop => None,
        };
        self.inbox.try_iter().filter_map(job).collect()
    }

    /// Decides a batch, on top of the one in flight if that is still going down, and sends it after it.
    fn carry_out(&mut self, mut jobs: Vec<Box<dyn Job>>) {
        if self.has_landed() {
            self.run_again();
        }
        let nothing = Overlay::default();
        let overlay = self.in_flight.as_ref().map_or(&nothing, |flight| &flight.overlay);
        let mut decided = self.decide(&mut jobs, overlay);
        if let Some(again) = self.land_is_failure() {
            // The ground this batch stood on is gone: what lost the race comes first, then this batch, anew.
            if !again.is_empty() {
                self.carry_out_alone(again);
            }
            decided = self.decide(&mut jobs, &nothing);
        }
        match decided {
            Ok((gathered, overlay)) => self.send_down(gathered, overlay, jobs),
            Err(error) => answer_all(jobs, &Err(Arc::new(error))),
        }
    }

    /// Decides a batch. What the next one stands on is made while there is time: before the batch in flight lands.
    fn decide(&self, jobs: &mut [Box<dyn Job>], ground: &Overlay) -> Result<(Gathered, Overlay), StoreError> {
        let gathered = batch::decide(&self.shared, jobs, ground)?;
        let overlay = Overlay::of(&gathered.batch);
        Ok((gathered, overlay))
    }

    fn carry_out_alone(&mut self, mut jobs: Vec<Box<dyn Job>>) {
        self.races += 1;
        let result = batch::decide(&self.shared, &mut jobs, &Overlay::default());
        let committed = result.and_then(|gathered| commit(&self.shared, gathered, jobs.len()));
        match committed {
            Err(StoreError::Conflict) if self.races < RACES_MAX => self.carry_out_alone(jobs),
            other => {
                self.races = 0;
                answer_all(jobs, &other.map_err(Arc::new));
            }
        }
    }

    fn send_down(&mut self, gathered: Gathered, overlay: Overlay, jobs: Vec<Box<dyn Job>>) {
        let (done, landed) = sync_channel(1);
        match self.to_committer.send(Decided { gathered, jobs, done }) {
            Ok(()) => self.in_flight = Some(InFlight { overlay, done: landed, landed: None }),
            Err(unsent) => answer_all(unsent.0.jobs, &Err(Arc::new(StoreError::Broken("the committer ended".into())))),
        }
    }

    /// Waits for the batch in flight. Nothing when it went down (or there was none); else what must be decided again.
    fn land_is_failure(&mut self) -> Option<Vec<Box<dyn Job>>> {
        let flight = self.in_flight.take()?;
        let landed = flight.landed.map_or_else(|| flight.done.recv(), Ok);
        match landed {
            Ok(Ok(())) => None,
            Ok(Err(failed)) => Some(failed.again),
            Err(_) => Some(Vec::new()),
        }
    }
}

fn commit_all(shared: &Shared, decided: &Receiver<Decided>) {
    for Decided { gathered, jobs, done } in decided {
        let landed = match commit(shared, gathered, jobs.len()) {
            Ok(()) => {
                // Answers first: who gets one may have the next request ready for the batch that is being collected.
                answer_all(jobs, &Ok(()));
                Ok(())
            }
            Err(StoreError::Conflict) => Err(Failed { again: jobs }),
            Err(error) => {
                tracing::error!(%error, "a batch could not be committed; nothing of it was kept");
                answer_all(jobs, &Err(Arc::new(error)));
                Err(Failed { again: Vec::new() })
            }
        };
        let _ = done.send(landed);
    }
}

/// Commits a batch of so many commands, and counts it. One that changes nothing does not trouble the store. Versions of
/// the rule book that came or went hold before anybody is answered.
fn commit(shared: &Shared, gathered: Gathered, commands: usize) -> Result<(), StoreError> {
    let Gathered { batch, changes_books } = gathered;
    let nothing = batch.puts.is_empty() && batch.entries.is_empty() && batch.counts.is_empty();
    let (entries, began) = (batch.entries.len(), Instant::now());
    let changed = shared.curious.of(&batch.puts);
    let committed = if nothing { Ok(()) } else { shared.store.commit(batch).map(|_| ()) };
    match &committed {
        Ok(()) => {
            shared.figures.committed(commands, entries, began.elapsed());
            shared.curious.tell(&changed);
            if changes_books {
                shared.adopt_books();
            }
        }
        // A lost race is decided again.
        Err(StoreError::Conflict) => {}
        Err(_) => shared.figures.failed(),
    }
    committed
}

fn answer_all(jobs: Vec<Box<dyn Job>>, committed: &Result<(), Arc<StoreError>>) {
    for job in jobs {
        job.answer(committed.clone());
    }
}
