//! Connections: a pool of them, how they are set up, and going on after the server was away.

use std::time::{Duration, Instant};

use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Config, Row, Statement};

use super::address::Address;
use super::fault::{Doing, Fault};
use super::schema;
use super::tls::{self, Connector};
use crate::StoreError;

/// How every session is set up. All our statements go by a primary key or an index, on tables that may have grown a
/// thousandfold since their statistics were taken: plans that read whole tables are never what is wanted. What waits
/// too long is told to stop rather than kept for ever.
const SETTINGS: [(&str, &str); 9] = [
    ("statement_timeout", "30s"),
    ("lock_timeout", "15s"),
    ("idle_in_transaction_session_timeout", "60s"),
    ("enable_seqscan", "off"),
    ("enable_hashjoin", "off"),
    ("enable_mergejoin", "off"),
    ("plan_cache_mode", "force_generic_plan"),
    ("jit", "off"),
    // Durable on return, whatever the server's default is.
    ("synchronous_commit", "on"),
];

/// Whether the server was built with lz4, and is of a version that can use it.
const HAS_LZ4: &str = "SELECT EXISTS (SELECT FROM pg_settings
    WHERE name = 'default_toast_compression' AND 'lz4' = ANY(enumvals))";

/// How long to pause before another attempt: at first, and at most.
const PAUSE: Duration = Duration::from_millis(5);
const PAUSE_MAX: Duration = Duration::from_millis(200);

/// How connections to one schema are made.
#[derive(Clone)]
pub(super) struct Link {
    pub(super) config: Config,
    pub(super) tls: Connector,
    pub(super) server: String,
}

impl Link {
    pub(super) fn new(address: &Address) -> Result<Link, StoreError> {
        let tls = tls::connector(&address.trust)?;
        Ok(Link { config: address.config.clone(), tls, server: address.server() })
    }

    /// The same with every session in that schema, and with the server's quicker compression where it has one.
    fn within(&self, schema: &str, has_lz4: bool) -> Link {
        let given = self.config.get_options().unwrap_or_default();
        let quicker = has_lz4.then_some(("default_toast_compression", "lz4"));
        let settings = SETTINGS.iter().chain(&quicker);
        let settings: String = settings.map(|(name, value)| format!(" -c {name}={value}")).collect();
        let mut link = self.clone();
        link.config.options(format!("{given}{settings} -c search_path={schema}"));
        link
    }

    /// A session in the wanted schema, or in the first of its search path; with the link to more of them, and its name.
    pub(super) async fn enter(&self, wanted: Option<&str>) -> Result<(Link, String, Client), Fault> {
        let client = self.connect().await?;
        let schema = schema::name(&client, self, wanted).await?;
        // Blocks of events are some kilobytes: compressing them the old way costs more than storing them.
        let has_lz4 = client.query_one(HAS_LZ4, &[]).await.map_err(|error| self.doing("connecting").failed(error))?;
        let within = self.within(&schema, has_lz4.get(0));
        let client = within.connect().await?;
        Ok((within, schema, client))
    }

    /// A connection that no pool knows.
    async fn connect(&self) -> Result<Client, Fault> {
        let connected = self.config.connect(self.tls.clone()).await;
        let (client, connection) = connected.map_err(|error| self.doing("connecting").failed(error))?;
        tokio::spawn(connection);
        Ok(client)
    }

    pub(super) fn pool(&self, size: usize, patience: Duration) -> Result<Pool, StoreError> {
        let manager_config = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = Manager::from_config(self.config.clone(), self.tls.clone(), manager_config);
        let pool = Pool::builder(manager).max_size(size).runtime(Runtime::Tokio1).wait_timeout(Some(patience)).build();
        pool.map_err(|error| StoreError::Failed { context: "making a pool of connections", source: Box::new(error) })
    }

    pub(super) fn doing(&self, context: &'static str) -> Doing<'_> {
        Doing { server: &self.server, context }
    }
}

/// A statement and its parameters.
pub(super) struct Call<'a> {
    statement: Statement,
    params: Vec<&'a (dyn ToSql + Sync)>,
}

impl<'a> Call<'a> {
    pub(super) async fn new(
        client: &Object,
        sql: &str,
        params: Vec<&'a (dyn ToSql + Sync)>,
    ) -> Result<Call<'a>, tokio_postgres::Error> {
        Ok(Call { statement: client.prepare_cached(sql).await?, params })
    }
}

/// Sends statements one behind the other without waiting for answers in between. Gives the answer of each, or the
/// first failure; what follows a failure in a transaction fails as well, and its end undoes it.
pub(super) async fn pipelined(client: &Object, calls: &[Call<'_>]) -> Result<Vec<Vec<Row>>, tokio_postgres::Error> {
    let mut asked: Vec<_> =
        calls.iter().map(|call| (Box::pin(client.query(&call.statement, &call.params)), None)).collect();
    std::future::poll_fn(|context| {
        let mut pending = false;
        for (answer, answered) in &mut asked {
            if answered.is_none() {
                match answer.as_mut().poll(context) {
                    std::task::Poll::Ready(rows) => *answered = Some(rows),
                    std::task::Poll::Pending => pending = true,
                }
            }
        }
        if pending { std::task::Poll::Pending } else { std::task::Poll::Ready(()) }
    })
    .await;
    asked.into_iter().filter_map(|(_, answered)| answered).collect()
}

/// Tries until it does not fail for want of a connection, or patience is at its end.
pub(super) async fn patiently<T>(
    patience: Duration,
    mut attempt: impl AsyncFnMut() -> Result<T, Fault>,
) -> Result<T, StoreError> {
    let (until, mut pause) = (Instant::now() + patience, PAUSE);
    loop {
        match attempt().await {
            Ok(done) => return Ok(done),
            Err(Fault::Lost(_)) if Instant::now() < until => {
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(PAUSE_MAX);
            }
            Err(fault) => return Err(fault.into_error()),
        }
    }
}
