//! Segments made ahead of their time, so that no commit waits while a file is filled and flushed.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use super::Log;
use super::segment::Segment;

/// Where a commit leaves its order for a segment.
pub(in crate::sqlite) struct Ahead(SyncSender<u64>);

/// The other end: who makes them.
pub(in crate::sqlite) struct Maker {
    orders: Receiver<u64>,
    dir: PathBuf,
    store: String,
}

impl Ahead {
    /// A maker of segments for a log, and where to order them.
    pub(in crate::sqlite) fn of(log: &Log) -> (Ahead, Maker) {
        // One order is open at a time.
        let (ahead, orders) = sync_channel(1);
        (Ahead(ahead), Maker { orders, dir: log.dir.clone(), store: log.store.clone() })
    }

    /// Orders what the log wants next, if anything. Without an answer it makes its segments itself.
    pub(in crate::sqlite) fn order(&self, log: &mut Log) {
        if let Some(size) = log.order()
            && self.0.try_send(size).is_err()
        {
            log.deliver(None);
        }
    }
}

impl Maker {
    /// Makes segments as they are ordered and gives them to the log that `with` reaches, until nobody orders any more.
    pub(in crate::sqlite) fn run(self, with: impl Fn(&mut dyn FnMut(&mut Log))) {
        for size in self.orders {
            let made = Segment::prepare(&self.dir, &self.store, size);
            if let Err(error) = &made {
                tracing::debug!(%error, "no segment of the log was made ahead; a commit makes it when it is needed");
            }
            let mut made = made.ok();
            with(&mut |log| log.deliver(made.take()));
        }
    }
}
