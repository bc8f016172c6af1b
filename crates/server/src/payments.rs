//! Talks to the payment provider about what is still to be done: payments to be created, asked for, closed, refunded.
//!
//! What is to be done stands in the store ([`Todo`]), so nothing is lost when a process ends; everything may be done
//! twice, so several processes may do it. What fails is tried again after a pause that grows.

use std::collections::HashMap;
use std::sync::{Arc, Weak};
use std::thread;
use std::time::{Duration, Instant};

use compact_str::CompactString;
use jifen_connect::{PayAmount, PayError, PayProvider, PayState, Told};
use jifen_engine::EngineError;
use jifen_program::desk::Record;
use jifen_program::flows::{HearPayment, ProviderSaid};
use jifen_program::payments::{PAYMENT, Payment, Todo};
use jifen_store::{Bound, Find, Order, Value as Column};
use jifen_vocab::{Currency, RedemptionId};

use crate::app::App;

pub use crate::app::Pace;
use crate::routes::redemptions::draws;

/// Who says so, in the journal.
const OPERATOR: &str = "payment-provider";
/// Payments looked at together.
const SLICE: usize = 100;
/// The longest pause between two tries.
const PAUSE_MAX: Duration = Duration::from_secs(300);

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error(transparent)]
    Provider(#[from] PayError),
    #[error(transparent)]
    Engine(#[from] EngineError),
    #[error("the store cannot be read: {0}")]
    Store(#[from] jifen_store::StoreError),
    #[error("{0}")]
    Refused(&'static str),
    #[error("{0}")]
    Broken(String),
}

/// A payment and what is to be done: the key of a pause.
type Task = (CompactString, Todo);

struct Worker {
    app: Weak<App>,
    provider: Arc<PayProvider>,
    pace: Pace,
    /// Not before then, and how often it failed.
    waits: HashMap<Task, (Instant, u32)>,
}

/// Starts the worker; it ends with the app.
pub(crate) fn start(app: &Arc<App>, provider: Arc<PayProvider>, pace: Pace) -> std::io::Result<()> {
    let worker = Worker { app: Arc::downgrade(app), provider, pace, waits: HashMap::new() };
    thread::Builder::new().name("jifen-payments".to_owned()).spawn(move || worker.run()).map(drop)
}

impl Worker {
    fn run(mut self) {
        loop {
            thread::sleep(self.pace.look);
            let found = {
                // Held for a moment only: a server that stops waits for nobody.
                let Some(app) = self.app.upgrade() else { return };
                self.find(&app)
            };
            let due = match found {
                Ok(due) => due,
                Err(error) => {
                    tracing::warn!(%error, "payments will be looked at again");
                    continue;
                }
            };
            self.waits.retain(|task, _| due.iter().any(|(todo, payment)| *task == key(payment, *todo)));
            for (todo, payment) in due {
                self.attempt(todo, &payment);
            }
        }
    }

    fn find(&self, app: &App) -> Result<Vec<(Todo, Payment)>, Trouble> {
        let mut due = Vec::new();
        for todo in Todo::ALL {
            let find = Find {
                kind: &PAYMENT,
                column: Some(0),
                equals: Some(Column::Text(CompactString::const_new(todo.as_str()))),
                order: Order::Ascending,
                from: Bound::Start,
                limit: SLICE,
            };
            for (id, _, row) in app.engine.store().find(&find)?.rows {
                let payment = Payment::read(&row.body)
                    .map_err(|error| Trouble::Broken(format!("the payment {id} cannot be read: {error}")))?;
                due.push((todo, payment));
            }
        }
        Ok(due)
    }

    fn attempt(&mut self, todo: Todo, payment: &Payment) {
        let (task, now) = (key(payment, todo), Instant::now());
        let before = self.waits.get(&task).copied();
        if before.is_some_and(|(until, _)| now < until) {
            return;
        }
        // A payment that was created just now is paid by people, who take a while.
        if todo == Todo::Ask && before.is_none() {
            self.waits.insert(task, (now + self.pace.ask, 0));
            return;
        }
        let tries = before.map_or(0, |(_, tries)| tries);
        match self.carry_out(todo, payment) {
            Ok(()) if todo == Todo::Ask => drop(self.waits.insert(task, (now + self.pace.ask, 0))),
            Ok(()) => drop(self.waits.remove(&task)),
            Err(error) => {
                let payment = payment.redemption.as_str();
                tracing::warn!(%error, payment, todo = todo.as_str(), "the payment provider will be asked again");
                let pause = self.pace.pause.saturating_mul(2_u32.saturating_pow(tries.min(16))).min(PAUSE_MAX);
                self.waits.insert(task, (now + pause, tries + 1));
            }
        }
    }

    fn carry_out(&self, todo: Todo, payment: &Payment) -> Result<(), Trouble> {
        let (order, second, currency) = (payment.redemption.as_str(), self.second()?, self.currency()?);
        let money = |amount: i64| PayAmount { amount, currency: currency.as_str().to_owned() };
        match todo {
            Todo::Create => {
                let told = self.provider.create(order, money(payment.amount), second)?;
                let (provider, url) = (CompactString::from(told.payment.clone()), told.url.clone());
                self.note(payment, ProviderSaid::Created { provider, url: url.unwrap_or_default() })?;
                self.hear(payment, &told)
            }
            Todo::Ask => match self.provider.ask(order, second)? {
                Some(told) => self.hear(payment, &told),
                None => Err(Trouble::Refused("the provider does not know the payment")),
            },
            Todo::Close => match self.provider.close(order, second)? {
                Some(told) => self.hear(payment, &told),
                None => self.note(payment, ProviderSaid::Closed),
            },
            Todo::Refund => {
                // What has gone back already is asked first and names the refund, so that none is sent twice.
                let gone = self.provider.ask(order, second)?.map_or(0, |told| told.refunded);
                let left = payment.owed - gone;
                if left > 0 {
                    let told = self.provider.refund(order, &format!("{order}-{gone}"), money(left), second)?;
                    return self.note(payment, ProviderSaid::Refunded(told.refunded));
                }
                self.note(payment, ProviderSaid::Refunded(gone))
            }
        }
    }

    /// Notes what the provider said of a payment when it was asked.
    fn hear(&self, payment: &Payment, told: &Told) -> Result<(), Trouble> {
        match said(told, self.currency()?) {
            Ok(Some(said)) => self.note(payment, said),
            Ok(None) => Ok(()),
            Err(OtherCurrency) => Err(Trouble::Refused("it was paid in another currency")),
        }
    }

    fn note(&self, payment: &Payment, said: ProviderSaid) -> Result<(), Trouble> {
        let Some(app) = self.app.upgrade() else { return Err(Trouble::Refused("the server is stopping")) };
        let draws = draws().map_err(|_| Trouble::Refused("the operating system gives no random numbers"))?;
        let (redemption, operator) = (payment.redemption.clone(), CompactString::const_new(OPERATOR));
        let command = HearPayment { redemption, notice: None, said, draws, operator };
        match app.engine.submit_blocking(command, None)?.result {
            Ok(_) => Ok(()),
            Err(refusal) => Err(Trouble::Refused(refusal.code.as_str())),
        }
    }

    fn second(&self) -> Result<i64, Trouble> {
        let app = self.app.upgrade().ok_or(Trouble::Refused("the server is stopping"))?;
        Ok(app.wall.now().as_millis() / 1_000)
    }

    fn currency(&self) -> Result<Currency, Trouble> {
        let app = self.app.upgrade().ok_or(Trouble::Refused("the server is stopping"))?;
        Ok(app.engine.books().at(app.engine.clock().now()).currency)
    }
}

fn key(payment: &Payment, todo: Todo) -> Task {
    (CompactString::new(payment.redemption.as_str()), todo)
}

/// It was paid in another currency than the program's.
#[derive(Debug)]
pub(crate) struct OtherCurrency;

/// What a provider's word means for us; nothing where it says that nothing has happened.
pub(crate) fn said(told: &Told, currency: Currency) -> Result<Option<ProviderSaid>, OtherCurrency> {
    Ok(match told.state {
        PayState::Open => None,
        PayState::Closed => Some(ProviderSaid::Closed),
        PayState::Failed => Some(ProviderSaid::Failed),
        PayState::Paid if told.amount.currency != currency.as_str() => return Err(OtherCurrency),
        PayState::Paid => {
            let provider = CompactString::new(&told.payment);
            Some(ProviderSaid::Paid { provider, amount: told.amount.amount })
        }
    })
}

/// A call-back as a command.
pub(crate) fn heard(
    redemption: RedemptionId,
    notice: (CompactString, [u8; 16]),
    said: ProviderSaid,
) -> Result<HearPayment, crate::problems::Problem> {
    let operator = CompactString::const_new(OPERATOR);
    Ok(HearPayment { redemption, notice: Some(notice), said, draws: draws()?, operator })
}
