//! HTTP over the engine: routes, authentication, problem details, the OpenAPI document and its pages.
//!
//! Every operation is one value ([`operation::Operation`]) in its feature's file under [`routes`]; the router, the
//! checks before a handler, the document, the pages and the tests of authorization are made from it. Wire types live
//! here and are converted by hand: neither records nor outcomes go over the wire.

pub mod access;
pub mod app;
pub mod call;
pub mod callers;
mod cursor;
pub mod docs;
mod entrance;
mod explain;
pub mod gate;
pub mod language;
mod listing;
mod messages;
mod metrics;
mod names;
pub mod openapi;
pub mod operation;
mod pages;
pub mod parameters;
pub mod payments;
pub mod personal;
pub mod problems;
pub mod rate;
mod recent;
pub mod router;
pub mod routes;
pub mod scopes;
mod serving;
mod shelf;
mod start;
mod tls;
mod upkeep;
mod wake_ups;
pub mod wire;

pub use app::{App, Keys, Options, REQUESTS_PER_MINUTE, StartError};
pub use router::router;
pub use serving::{ServeError, open, serve, serve_app};
pub use tls::{Tls, TlsError};

/// The OpenAPI 3.1 document of every operation there is.
pub fn openapi() -> String {
    openapi::openapi(router::OPERATIONS)
}
