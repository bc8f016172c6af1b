//! Serving: the socket, and a stop that finishes what was accepted.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use axum::serve::ListenerExt;
use tokio::net::TcpListener;

use crate::app::{App, Options, StartError};
use crate::router::router;

/// How long connections may take to finish once the server was told to stop.
const GRACE: Duration = Duration::from_secs(30);

/// Why serving ended early, or did not begin.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The server does not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The socket failed.
    #[error("the socket failed: {0}")]
    Socket(#[from] std::io::Error),
}

/// Serves on a bound socket until `shutdown` is done; see [`serve_app`]. To be called on a multi-threaded runtime.
///
/// # Errors
/// [`ServeError`]
pub async fn serve(
    listener: std::net::TcpListener,
    options: Options,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    let app = tokio::task::block_in_place(|| App::open(options))?;
    serve_app(listener, app, shutdown).await
}

/// Serves on a bound socket until `shutdown` is done; then takes no more connections, finishes what was accepted, and
/// stops the engine unless somebody else still holds the app. To be called on a multi-threaded runtime.
///
/// # Errors
/// [`ServeError`]
pub async fn serve_app(
    listener: std::net::TcpListener,
    app: Arc<App>,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    listener.set_nonblocking(true)?;
    let listener = TcpListener::from_std(listener)?.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection keeps its delay");
        }
    });
    let (stopping, mut stopped) = tokio::sync::watch::channel(false);
    let told = async move {
        shutdown.await;
        tracing::info!("stopping: no new connections, finishing what was accepted");
        let _ = stopping.send(true);
    };
    let serving = axum::serve(listener, router(Arc::clone(&app))).with_graceful_shutdown(told);
    let deadline = async {
        let _ = stopped.wait_for(|stopping| *stopping).await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        served = serving => served?,
        () = deadline => tracing::warn!("some connections did not finish in time"),
    }
    // A connection that did not finish has a handle of its own; the engine then stops with the last of them.
    tokio::task::block_in_place(|| {
        if let Some(app) = Arc::into_inner(app) {
            app.engine.stop();
        }
    });
    Ok(())
}
