//! Looks once a day how much of all points sleeps, where the rule book asks for it (EXP-14). What follows is decided by
//! [`LookAtShare`]; members are told by the engine.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use jifen_insight::{Series, measure};
use jifen_program::RuleBook;
use jifen_program::book::boards::Measure;
use jifen_program::wake_ups::{DOCKET, LookAtShare, WakeUpDocket, watched};
use jifen_store::StoreError;
use jifen_vocab::Day;

use crate::app::App;
use crate::call::judged;
use crate::problems::Problem;

/// How often it is asked whether another day has come.
const LOOK: Duration = Duration::from_millis(500);

/// Starts the thread; it ends with the app.
pub(crate) fn start(app: &Arc<App>) -> std::io::Result<()> {
    let app = Arc::downgrade(app);
    let run = move || {
        loop {
            thread::sleep(LOOK);
            // Held for a moment only: a server that stops waits for nobody.
            let Some(app) = app.upgrade() else { return };
            if let Err(problem) = look(&app) {
                tracing::warn!(problem = problem.inner.as_deref(), "sleeping points will be looked at again");
            }
        }
    };
    thread::Builder::new().name("jifen-wake-ups".to_owned()).spawn(run).map(drop)
}

fn look(app: &App) -> Result<(), Problem> {
    let (books, now) = (app.engine.books(), app.engine.clock().now());
    let book = books.at(now);
    if book.wake_up.is_none() {
        return Ok(());
    }
    let day = book.zone.day_of(now);
    let docket = app.engine.read::<WakeUpDocket>(DOCKET)?;
    if docket.and_then(|docket| docket.looked).is_some_and(|looked| looked >= day) {
        return Ok(());
    }
    let share = dormant_share(app, book, day)?;
    judged(app.engine.submit_blocking(LookAtShare { day, share }, None)?).map(drop)
}

/// The share of the watched points that sleep, in hundredths of a percent; nothing where there are none or nobody watches.
pub(crate) fn dormant_share(app: &App, book: &RuleBook, day: Day) -> Result<Option<i64>, StoreError> {
    let Some(unit) = watched(book) else { return Ok(None) };
    let series = Series::read(app.engine.store().as_ref(), unit.as_str(), day)?;
    Ok(measure(Measure::DormantShare, &series, book, day, 1))
}
