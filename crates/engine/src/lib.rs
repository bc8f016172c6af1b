//! Load, decide, commit: the three beats, for many commands at once.
//!
//! Only this crate writes to a store. It knows no feature: what a command needs and decides is the program's business.
//! It has the clock, the alarms that wake records whose time has come, and the subscribers that read the journal.

mod alarm;
mod assessor;
mod batch;
mod changes;
mod clock;
mod days;
mod figures;
mod greeter;
mod hands;
mod herald;
mod job;
mod leaderboards;
mod pipeline;
mod publish;
mod reconcile;
mod seed;
mod spot;
mod subscriber;
mod verify;

use std::sync::{Arc, Mutex, PoisonError, RwLock};

use jifen_program::Books;
use jifen_program::audit::By;
use jifen_program::desk::{Command, Record};
use jifen_store::{Key, Row, Store, StoreError};
use jifen_vocab::{Refusal, Timestamp};
use tokio::sync::oneshot;

pub use changes::{Changed, Changes};
pub use clock::Clock;
pub use days::Walk;
pub use figures::Figures;
pub use job::Answered;
pub use leaderboards::{Boards, place_of, top};
pub use publish::{Files, OpenError, Opened, PublishError, compile, open_program, versions, withdrawals};
pub use reconcile::{Nightly, Reconciliation, reconcile};
pub use spot::{SpotCheck, spot_check};
pub use subscriber::{Subscriber, SubscriberError, Subscription};
pub use verify::{Found, Verdict, verify};

use job::Pending;
use pipeline::Pipeline;
use seed::Seeds;

/// Why a command got no answer. Nothing was changed by it, except where a variant says otherwise.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// Too many commands wait: try again in a moment.
    #[error("too many requests are waiting")]
    Busy,
    /// The engine has stopped.
    #[error("the service is stopping")]
    Stopped,
    /// The store failed; whether the change was made is unknown only if the machine failed with it. Sending the same
    /// key again is safe.
    #[error(transparent)]
    Store(#[from] Arc<StoreError>),
    /// A bug or damaged data.
    #[error("internal: {0}")]
    Fault(String),
}

impl From<jifen_program::desk::RecordFault> for EngineError {
    fn from(fault: jifen_program::desk::RecordFault) -> Self {
        EngineError::Fault(fault.to_string())
    }
}

/// Damaged data, or those of a newer build.
pub(crate) fn unreadable<R: Record>(id: &str, error: &serde_json::Error) -> EngineError {
    EngineError::Fault(format!("{}/{id} cannot be read: {error}", R::KIND.name))
}

/// Brings the answer to a command once it is durable.
pub type Receipt<T> = oneshot::Receiver<Result<Answered<T>, EngineError>>;

/// How an engine is set up.
#[derive(Debug, Clone)]
pub struct Options {
    /// Commands that may wait; beyond it, [`EngineError::Busy`].
    pub queue: usize,
    /// Commands decided and committed together at most.
    pub batch: usize,
    /// Commands that are worth deciding while another batch is going down. Fewer wait for it to land: each batch costs a
    /// flush, and small ones cost more in flushes than they gain in time.
    pub enough: usize,
    /// Whether batches are cut in halves by how long deciding and committing take. Runs that must repeat turn it off.
    pub halves: bool,
    /// Whether alarms run by themselves. A replay of the past turns them off: its clock is each event's own time.
    pub alarms: bool,
    /// Seeds that can be repeated, for simulations and tests; without it, nobody can guess them.
    pub seed: Option<u64>,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            queue: jifen_vocab::limits::QUEUE_COMMANDS_MAX,
            batch: jifen_vocab::limits::BATCH_COMMANDS_MAX,
            enough: 16,
            halves: true,
            alarms: true,
            seed: None,
        }
    }
}

impl Options {
    /// For runs that must repeat to the last answer: seeds of their own, no alarms, and no batch whose size hangs on how
    /// fast the machine is. From 256 waiting commands on, one batch is decided while another goes down.
    pub fn repeatable(seed: u64) -> Options {
        Options { enough: 256, halves: false, alarms: false, seed: Some(seed), ..Options::default() }
    }
}

/// The engine of one program on one store.
pub struct Engine {
    shared: Arc<Shared>,
    pipeline: Pipeline,
    alarm: Option<alarm::Alarm>,
    assessor: Option<assessor::Assessor>,
}

/// What threads of an engine share.
pub(crate) struct Shared {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clock: Arc<Clock>,
    pub(crate) seeds: Seeds,
    pub(crate) figures: figures::Counted,
    pub(crate) curious: changes::Curious,
    /// By which the cursors that this engine holds are told from those of others.
    pub(crate) holder: compact_str::CompactString,
    books: RwLock<Arc<Books>>,
    /// Held while they are read again, so that what is read last holds last.
    adopting: Mutex<()>,
}

impl Shared {
    pub(crate) fn books(&self) -> Arc<Books> {
        Arc::clone(&self.books.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn set_books(&self, books: Books) {
        *self.books.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(books);
    }
}

impl Engine {
    /// Starts an engine over an opened store and its rule books.
    pub fn start(store: Arc<dyn Store>, books: Books, clock: Arc<Clock>, options: &Options) -> Engine {
        let books = RwLock::new(Arc::new(books));
        let shared = Arc::new(Shared {
            store,
            clock,
            seeds: Seeds::new(options.seed),
            figures: figures::Counted::default(),
            curious: changes::Curious::default(),
            holder: subscriber::new_holder(),
            books,
            adopting: Mutex::default(),
        });
        publish::watch(&shared);
        let pipeline = Pipeline::start(Arc::clone(&shared), options);
        let hands = hands::Hands { shared: Arc::clone(&shared), queue: pipeline.sender() };
        let alarm = options.alarms.then(|| alarm::Alarm::start(hands.clone()));
        let assessor = options.alarms.then(|| assessor::Assessor::start(hands));
        Engine { shared, pipeline, alarm, assessor }
    }

    /// Judges a command and gives the answer once it is durable.
    ///
    /// # Errors
    /// [`EngineError`]; a business "no" is not one, it is part of [`Answered`].
    pub async fn submit<C: Command>(&self, command: C) -> Result<Answered<C::Outcome>, EngineError> {
        self.enqueue(command, None)?.await.unwrap_or(Err(EngineError::Stopped))
    }

    /// Puts a command in the queue; the receiver gets the answer once it is durable. `at` is the instant of the
    /// decision where it is not the clock's: a replay of the past.
    pub fn enqueue<C: Command>(&self, command: C, at: Option<Timestamp>) -> Result<Receipt<C::Outcome>, EngineError> {
        let (reply, answer) = oneshot::channel();
        self.pipeline.send(Box::new(Pending::new(command, at, self.shared.seeds.next(), reply)))?;
        Ok(answer)
    }

    /// Like [`Engine::submit`], from a thread that may wait: when the queue is full, it waits for room.
    pub fn submit_blocking<C: Command>(
        &self,
        command: C,
        at: Option<Timestamp>,
    ) -> Result<Answered<C::Outcome>, EngineError> {
        self.enqueue_blocking(command, at)?.blocking_recv().unwrap_or(Err(EngineError::Stopped))
    }

    /// Like [`Engine::enqueue`], from a thread that may wait for room in the queue.
    pub fn enqueue_blocking<C: Command>(
        &self,
        command: C,
        at: Option<Timestamp>,
    ) -> Result<Receipt<C::Outcome>, EngineError> {
        let (reply, answer) = oneshot::channel();
        self.pipeline.send_blocking(Box::new(Pending::new(command, at, self.shared.seeds.next(), reply)))?;
        Ok(answer)
    }

    /// Decides and throws the desk away: what would happen now. Chances are not drawn.
    pub fn dry_run<C: Command>(&self, command: &C) -> Result<Answered<C::Outcome>, EngineError> {
        batch::dry_run(&self.shared, command)
    }

    /// A record as last committed.
    pub fn read<R: Record>(&self, id: &str) -> Result<Option<R>, EngineError> {
        self.read_with::<R, R>(id, R::read)
    }

    /// What is read from the bytes of a record as last committed: for whoever needs less than the whole of it.
    pub fn read_with<R: Record, T>(
        &self,
        id: &str,
        read: impl FnOnce(&[u8]) -> Result<T, serde_json::Error>,
    ) -> Result<Option<T>, EngineError> {
        let rows = self.shared.store.load(&[Key::new(R::KIND, id)]).map_err(Arc::new)?;
        let Some(row) = rows.into_iter().next().flatten() else { return Ok(None) };
        read(&row.body).map(Some).map_err(|error| unreadable::<R>(id, &error))
    }

    /// Records as last committed, in the order of their ids: with one question to the store, which a database is thankful
    /// for. One that cannot be read leaves the others alone; where the store fails, it does for each.
    pub fn read_all<R: Record>(&self, ids: &[impl AsRef<str>]) -> Vec<Result<Option<R>, EngineError>> {
        let keys: Vec<Key> = ids.iter().map(|id| Key::new(R::KIND, id.as_ref())).collect();
        let rows = match self.shared.store.load(&keys) {
            Ok(rows) => rows,
            Err(error) => {
                let error = Arc::new(error);
                return ids.iter().map(|_| Err(EngineError::Store(Arc::clone(&error)))).collect();
            }
        };
        let read = |(key, row): (&Key, Option<Row>)| {
            let Some(row) = row else { return Ok(None) };
            R::read(&row.body).map(Some).map_err(|error| unreadable::<R>(&key.id, &error))
        };
        keys.iter().zip(rows).map(read).collect()
    }

    pub(crate) fn hands(&self) -> hands::Hands {
        hands::Hands { shared: Arc::clone(&self.shared), queue: self.pipeline.sender() }
    }

    /// The rule books in force.
    pub fn books(&self) -> Arc<Books> {
        self.shared.books()
    }

    /// The clock.
    pub fn clock(&self) -> &Arc<Clock> {
        &self.shared.clock
    }

    /// The store, for questions.
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.shared.store
    }

    /// Commands waiting right now.
    pub fn waiting(&self) -> usize {
        self.pipeline.waiting()
    }

    /// For how many milliseconds the earliest record has been due without having been woken; 0 where none is.
    pub fn alarms_late_ms(&self) -> Result<i64, EngineError> {
        let next = self.shared.store.next_due().map_err(Arc::new)?;
        let now = self.shared.clock.now();
        Ok(next.map_or(0, |next| now.as_millis().saturating_sub(next.as_millis()).max(0)))
    }

    /// What was committed since the start.
    pub fn figures(&self) -> Figures {
        self.shared.figures.now()
    }

    /// Moves a sandbox's time forward and settles all that fell due until then, in slices.
    ///
    /// # Errors
    /// [`EngineError::Fault`] with a sentence where the instant lies before the clock.
    pub fn advance_clock(&self, to: Timestamp, by: &By) -> Result<(), EngineError> {
        let hands = self.hands();
        // What is to be done before the leap is: the first period that is known begins before it.
        assessor::finish(&hands)?;
        self.submit_clock(to, by)?;
        alarm::settle_all(&hands)?;
        // What an assessment decides may fall due within the time that was leapt over.
        assessor::finish(&hands)?;
        alarm::settle_all(&hands)
    }

    fn submit_clock(&self, to: Timestamp, by: &By) -> Result<(), EngineError> {
        let clock = &self.shared.clock;
        if to < clock.now() {
            return Err(EngineError::Fault("time moves forward only".to_owned()));
        }
        let offset = clock.offset_to(to);
        let answered =
            self.submit_blocking(jifen_program::sandbox::MoveClock { offset_ms: offset, by: by.clone() }, None)?;
        match answered.result {
            Ok(_) => {
                clock.set_offset(offset);
                Ok(())
            }
            Err(refusal) => Err(EngineError::Fault(refused(&refusal))),
        }
    }

    /// Finishes what was accepted and stops.
    pub fn stop(mut self) {
        if let Some(alarm) = self.alarm.take() {
            alarm.stop();
        }
        if let Some(assessor) = self.assessor.take() {
            assessor.stop();
        }
        self.pipeline.stop();
    }
}

pub(crate) fn refused(refusal: &Refusal) -> String {
    format!("refused: {}", refusal.code.as_str())
}
