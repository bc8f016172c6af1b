//! Hearing of what other processes wrote.

use std::future::poll_fn;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio_postgres::AsyncMessage;

use super::link::Link;
use crate::{Kind, Told};

/// How long to wait before listening again after the connection was lost.
const PAUSE: Duration = Duration::from_secs(1);

/// Kinds by their names, and who is told of them.
type Watched = (Vec<&'static str>, Told);

/// Who is to be told of which kinds.
#[derive(Clone, Default)]
pub(super) struct Watch {
    watched: Arc<RwLock<Vec<Watched>>>,
}

impl Watch {
    /// Adds somebody; whether they are the first.
    pub(super) fn add(&self, kinds: Vec<&'static str>, told: Told) -> bool {
        let mut watched = self.watched.write().unwrap_or_else(PoisonError::into_inner);
        watched.push((kinds, told));
        watched.len() == 1
    }

    /// What others are told after a commit with records of these kinds: of those that are watched, who wrote which.
    /// What is watched here is watched in every process of the program.
    pub(super) fn notices<'a>(&self, writer: &str, kinds: impl Iterator<Item = &'a Kind>) -> Vec<String> {
        let watched = self.watched.read().unwrap_or_else(PoisonError::into_inner);
        let is_watched = |kind: &&Kind| watched.iter().any(|(names, _)| names.contains(&kind.name));
        kinds.filter(is_watched).map(|kind| format!("{writer} {}", kind.name)).collect()
    }

    /// Listens until the store is closed. After a time without a connection anything may have happened.
    pub(super) async fn listen(self, link: Link, channel: String, writer: String) {
        loop {
            if let Err(error) = self.listen_once(&link, &channel, &writer).await {
                tracing::debug!(%error, "what other processes write is not heard of for a moment");
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn listen_once(&self, link: &Link, channel: &str, writer: &str) -> Result<(), tokio_postgres::Error> {
        let mut config = link.config.clone();
        config.application_name("jifen listening");
        let (client, mut connection) = config.connect(link.tls.clone()).await?;
        let (notices, mut heard) = tokio::sync::mpsc::unbounded_channel();
        let talk = async move {
            while let Some(message) = poll_fn(|context| connection.poll_message(context)).await {
                if let AsyncMessage::Notification(notice) = message? {
                    // Who hears it may be gone.
                    let _ = notices.send(notice.payload().to_owned());
                }
            }
            Ok::<_, tokio_postgres::Error>(())
        };
        let talking = tokio::spawn(talk);
        client.batch_execute(&format!("LISTEN {channel}")).await?;
        self.tell(|_| true);
        while let Some(notice) = heard.recv().await {
            if let Some((by, kind)) = notice.split_once(' ').filter(|(by, _)| *by != writer) {
                tracing::debug!(by, kind, "another process wrote");
                self.tell(|kinds| kinds.contains(&kind));
            }
        }
        talking.await.unwrap_or(Ok(()))
    }

    /// Tells those whose kinds are meant, on threads that may wait for the store.
    fn tell(&self, meant: impl Fn(&[&'static str]) -> bool) {
        let watched = self.watched.read().unwrap_or_else(PoisonError::into_inner);
        for (_, told) in watched.iter().filter(|(kinds, _)| meant(kinds)) {
            let told = Arc::clone(told);
            tokio::task::spawn_blocking(move || told());
        }
    }
}
