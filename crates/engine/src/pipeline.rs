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
    done: SyncSender<Landing>,
}

/// How long a batch took to go down, or that it did not.
type Landing = Result<Duration, Failed>;

/// A batch that did not go down. Jobs come back only where deciding again can help.
struct Failed {
    again: Vec<Box<dyn Job>>,
}

/// The batch that is going down while the next is decided.
struct InFlight {
    overlay: Overlay,
    done: Receiver<Landing>,
    landed: Option<Landing>,
}

/// How often a command that lost a race is decided again before its caller is told.
const RACES_MAX: usize = 8;

/// How often a batch of several is, before it is cut in halves.
const RACES_OF_MANY_MAX: usize = 4;

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
            enough: options.enough,
            halves: options.halves,
            to_committer,
            in_flight: None,
            a_decision_took: Duration::ZERO,
            landing_took: Duration::ZERO,
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
    halves: bool,
    to_committer: SyncSender<Decided>,
    in_flight: Option<InFlight>,
    /// Of the last batch, what one command took of the time in which it was decided.
    a_decision_took: Duration,
    /// How long the last batch took to go down.
    landing_took: Duration,
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

    /// What is decided next. While another batch is going down and little waits, it waits for that to land: commands
    /// gather in the queue meanwhile, and nobody has to wake this thread for each of them. Empty where the batch in
    /// flight must be looked at.
    fn collect(&mut self) -> (Vec<Box<dyn Job>>, bool) {
        if self.waiting.load(Ordering::Relaxed) < self.enough {
            self.wait_for_landing();
        }
        if self.has_failed() {
            return (Vec::new(), false);
        }
        let mut jobs = Vec::new();
        let mut next = self.inbox.recv().map_err(|_| TryRecvError::Disconnected);
        let share = self.share();
        let stop = loop {
            match next {
                Ok(Message::Job(job)) => jobs.push(job),
                Ok(Message::Stop) | Err(TryRecvError::Disconnected) => break true,
                Err(TryRecvError::Empty) => break false,
            }
            if jobs.len() >= share {
                break false;
            }
            next = self.inbox.try_recv();
        };
        if stop {
            jobs.extend(self.rest());
        }
        self.waiting.fetch_sub(jobs.len(), Ordering::Relaxed);
        (jobs, stop)
    }

    /// How many of those who wait are taken.
    fn share(&self) -> usize {
        let waiting = self.waiting.load(Ordering::Relaxed);
        let halves = self.halves && waiting >= 2 * self.enough;
        if halves { self.batch.min(share(waiting, self.a_decision_took, self.landing_took)) } else { self.batch }
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
        let began = Instant::now();
        let mut decided = self.decide(&mut jobs, overlay);
        self.a_decision_took = began.elapsed() / u32::try_from(jobs.len()).unwrap_or(u32::MAX).max(1);
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

    /// Carries out a batch that lost a race. One that loses again and again is cut in halves: who wants a record that
    /// others race for keeps nobody waiting who does not.
    fn carry_out_alone(&self, mut jobs: Vec<Box<dyn Job>>) {
        let races = if jobs.len() > 1 { RACES_OF_MANY_MAX } else { RACES_MAX };
        for _ in 0..races {
            let gathered = batch::decide(&self.shared, &mut jobs, &Overlay::default());
            let committed = gathered.and_then(|gathered| commit(&self.shared, gathered, jobs.len()));
            if !matches!(committed, Err(StoreError::Conflict)) {
                return answer_all(jobs, &committed.map(drop).map_err(Arc::new));
            }
        }
        if jobs.len() < 2 {
            return answer_all(jobs, &Err(Arc::new(StoreError::Conflict)));
        }
        let rest = jobs.split_off(jobs.len() / 2);
        self.carry_out_alone(jobs);
        self.carry_out_alone(rest);
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
            Ok(Ok(took)) => {
                self.landing_took = took;
                None
            }
            Ok(Err(failed)) => Some(failed.again),
            Err(_) => Some(Vec::new()),
        }
    }
}

/// The share of many who wait that a batch takes. Where batches go down faster than all of them are decided, half: while
/// one half goes down and is answered, the other is decided, and nobody stands idle. Where they go down slowly, all of
/// them: two halves one after the other would take longer than the whole.
fn share(waiting: usize, a_decision: Duration, landing: Duration) -> usize {
    let all = a_decision.saturating_mul(u32::try_from(waiting).unwrap_or(u32::MAX));
    if landing < all { waiting / 2 } else { waiting }
}

fn commit_all(shared: &Shared, decided: &Receiver<Decided>) {
    for Decided { gathered, jobs, done } in decided {
        let landed = match commit(shared, gathered, jobs.len()) {
            Ok(took) => {
                // Answers first: who gets one may have the next request ready for the batch that is being collected.
                answer_all(jobs, &Ok(()));
                Ok(took)
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

/// Commits a batch of so many commands, counts it, and says how long it took. One that changes nothing does not trouble
/// the store. Versions of the rule book that came or went hold before anybody is answered.
fn commit(shared: &Shared, gathered: Gathered, commands: usize) -> Result<Duration, StoreError> {
    let Gathered { batch, changes_books } = gathered;
    let nothing = batch.puts.is_empty() && batch.entries.is_empty() && batch.counts.is_empty();
    let (entries, began) = (batch.entries.len(), Instant::now());
    let changed = shared.curious.of(&batch.puts);
    let committed = if nothing { Ok(()) } else { shared.store.commit(batch).map(|_| ()) };
    let took = began.elapsed();
    match &committed {
        Ok(()) => {
            shared.figures.committed(commands, entries, took);
            shared.curious.tell(&changed);
            if changes_books {
                shared.adopt_books();
            }
        }
        // A lost race is decided again.
        Err(StoreError::Conflict) => {}
        Err(_) => shared.figures.failed(),
    }
    committed.map(|()| took)
}

fn answer_all(jobs: Vec<Box<dyn Job>>, committed: &Result<(), Arc<StoreError>>) {
    for job in jobs {
        job.answer(committed.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_is_taken_where_the_disk_is_faster_than_deciding() {
        let (a_decision, fast, slow) =
            (Duration::from_micros(25), Duration::from_micros(400), Duration::from_millis(5));
        assert_eq!(share(64, a_decision, fast), 32);
        assert_eq!(share(64, a_decision, slow), 64);
        // Five milliseconds are little beside so many.
        assert_eq!(share(400, a_decision, slow), 200);
    }
}
