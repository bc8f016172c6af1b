//! Serving: the socket, and a stop that finishes what was accepted.

use std::future::Future;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderValue, Response, header};
use axum::middleware::map_response;
use axum::{Extension, Router};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tower::Layer;

use crate::app::{App, Options, StartError};
use crate::gate::Peer;
use crate::router::{OPERATIONS, router};
use crate::start::start;
use crate::tls::Tls;

/// How long connections may take to finish once the server was told to stop.
const GRACE: Duration = Duration::from_secs(30);

/// How long a request's head may take to arrive, and how long a connection may be idle: longer than the balancers in
/// front, so that it is they who hang up.
const HEAD_TIME: Duration = Duration::from_secs(75);

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

/// Opens the keys and reads the API clients: what every request shares, with every operation there is.
///
/// # Errors
/// [`StartError`]
pub fn open(options: Options) -> Result<Arc<App>, StartError> {
    start(options, OPERATIONS)
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
    let app = tokio::task::block_in_place(|| open(options))?;
    serve_app(listener, app, None, shutdown).await
}

/// Serves on a bound socket, over HTTPS where there is a certificate, until `shutdown` is done; then takes no more
/// connections, finishes what was accepted, and stops the engine unless somebody goes on using the app. To be called on
/// a multi-threaded runtime.
///
/// # Errors
/// [`ServeError`]
pub async fn serve_app(
    listener: std::net::TcpListener,
    app: Arc<App>,
    tls: Option<Tls>,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    listener.set_nonblocking(true)?;
    let listener = TcpListener::from_std(listener)?;
    let connections = GracefulShutdown::new();
    {
        let router = match &tls {
            Some(_) => router(Arc::clone(&app)).layer(map_response(only_https)),
            None => router(Arc::clone(&app)),
        };
        let mut shutdown = pin!(shutdown);
        loop {
            tokio::select! {
                accepted = listener.accept() => match accepted {
                    Ok((stream, from)) => begin(stream, from, tls.as_ref(), &router, &connections),
                    Err(error) => pause(&error).await,
                },
                () = &mut shutdown => break,
            }
        }
    }
    drop(listener);
    tracing::info!("stopping: no new connections, finishing what was accepted");
    if tokio::time::timeout(GRACE, connections.shutdown()).await.is_err() {
        tracing::warn!("some connections did not finish in time");
    }
    // A connection that did not finish has a handle of its own; the engine then stops with the last of them.
    tokio::task::block_in_place(|| match app.alone() {
        Ok(app) => app.engine.stop(),
        Err(_) => tracing::warn!("something still uses the engine: it stops with it"),
    });
    Ok(())
}

/// For a year, browsers that saw this come by HTTPS only.
async fn only_https<B>(mut response: Response<B>) -> Response<B> {
    let a_year = HeaderValue::from_static("max-age=31536000");
    response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, a_year);
    response
}

/// The router, which is told where a connection comes from.
type Known = <Extension<Peer> as Layer<Router>>::Service;

fn begin(stream: TcpStream, from: SocketAddr, tls: Option<&Tls>, router: &Router, connections: &GracefulShutdown) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection keeps its delay");
    }
    let router = Extension(Peer(from.ip())).layer(router.clone());
    let watcher = connections.watcher();
    match tls.cloned() {
        None => drop(tokio::spawn(talk(stream, router, watcher))),
        Some(tls) => drop(tokio::spawn(async move {
            match tls.accept(stream).await {
                Ok(stream) => talk(stream, router, watcher).await,
                Err(error) => tracing::debug!(%error, "a connection was not encrypted"),
            }
        })),
    }
}

/// Answers what comes over a connection until it ends.
async fn talk<S>(stream: S, router: Known, watcher: Watcher)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD_TIME);
    let connection = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(%error, "a connection ended early");
    }
}

/// A connection that was gone before it was accepted is nobody's trouble; a machine out of handles needs a moment.
async fn pause(error: &std::io::Error) {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if !matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        tracing::error!(%error, "connections cannot be accepted right now");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
