//! What runs beside the requests of a server, from its start on: everything that is done without being asked for.

use std::sync::Arc;

use jifen_program::clients::Client;
use jifen_program::desk::Record;

use crate::app::{App, Options, StartError};
use crate::operation::Operation;
use crate::personal::{SealError, forget};
use crate::{messages, payments, upkeep, wake_ups};

/// Opens the keys, reads the API clients and starts what works by itself, for an API of those operations.
///
/// # Errors
/// [`StartError`]
pub(crate) fn start(options: Options, operations: &'static [&'static Operation]) -> Result<Arc<App>, StartError> {
    let (restored, pace) = (options.restored, options.payment_pace);
    let app = App::open(options, operations)?;
    app.callers.reload(&app.engine)?;
    // It may block, and whoever opens may be a runtime's thread.
    let settle = || settle_personal(&app, restored);
    std::thread::scope(|scope| scope.spawn(settle).join()).unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
    let app = Arc::new(app);
    watch(&app);
    if let Some(provider) = &app.payments {
        payments::start(&app, Arc::clone(provider), pace).map_err(StartError::Thread)?;
    }
    messages::start(&app).map_err(StartError::Thread)?;
    upkeep::start(&app).map_err(StartError::Thread)?;
    wake_ups::start(&app).map_err(StartError::Thread)?;
    Ok(app)
}

/// Has clients that another process adds or removes known here as well.
fn watch(app: &Arc<App>) {
    let known = Arc::downgrade(app);
    let told = move || {
        if let Some(app) = known.upgrade()
            && let Err(error) = app.callers.reload(&app.engine)
        {
            tracing::error!(%error, "clients cannot be read again; those of before stay known");
        }
    };
    app.engine.store().watch(&[Client::KIND], Arc::new(told));
}

fn settle_personal(app: &App, restored: bool) -> Result<(), SealError> {
    if restored {
        app.vault.forget_index()?;
    }
    for member in app.vault.complete_erasures(&app.engine)? {
        forget(app, &member).map_err(|problem| SealError::Engine(problem.inner.unwrap_or_default()))?;
    }
    app.vault.adopt(&app.engine)
}
