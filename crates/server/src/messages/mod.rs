//! Carries messages out of the house.
//!
//! What is to be carried stands in the store ([`Delivery`]) and comes up when its time has come, so nothing is lost when
//! a process ends. A dispatcher hands what is ready to a lane, one thread a channel, so that a mail server that hangs
//! stands in the way of mail alone. A lane takes a delivery in the store before it carries it, so of several processes
//! one does; were it to die between carrying and saying so, the next one carries it again under the same name, by which
//! mail servers and gateways know it.

mod lane;
mod words;

use std::collections::{BTreeSet, VecDeque};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Weak};
use std::thread;
use std::time::Duration;

use compact_str::{CompactString, format_compact};
use jifen_connect::Channel;
use jifen_engine::{Changed, Changes};
use jifen_program::desk::Record;
use jifen_program::messages::{DELIVERY, Delivery, DeliveryState};
use jifen_store::{Bound, Find, Key, Kind, Order, Value as Column};

use crate::app::App;
use lane::Lane;

pub(crate) use words::{Filled, fill};

/// How often the dispatcher looks for what is ready.
const LOOK: Duration = Duration::from_millis(200);
/// The same while more waits than is looked at together.
const LOOK_BUSY: Duration = Duration::from_millis(50);
/// Deliveries looked at together.
const SLICE: usize = 1_000;
/// Deliveries found with one question.
const FOUND_AT_ONCE: usize = 10_000;
/// Deliveries that wait before a lane, beyond which the rest is passed over until there is room.
const QUEUED_MAX: usize = 50_000;
/// Deliveries that wait in a lane.
const LANE_MAX: usize = 1_000;
/// The place of the state among the columns of deliveries.
const STATE_COLUMN: usize = 1;

static KINDS: [&Kind; 1] = [&DELIVERY];

struct Dispatcher {
    app: Weak<App>,
    changes: Arc<Changes>,
    /// What may be ready.
    waiting: BTreeSet<CompactString>,
    /// From where the store has more that is ready, where it was not read to the end.
    unread: Option<Bound>,
    lanes: Vec<Entry>,
}

/// Where deliveries enter a lane.
struct Entry {
    channel: Channel,
    lane: SyncSender<CompactString>,
    /// What the lane has no room for. Each lane has its own, so that one that stands still stops no other.
    queue: VecDeque<CompactString>,
    /// Whether deliveries were passed over for want of room: they are looked for again once there is some.
    passed_over: bool,
}

/// Starts the dispatcher and its lanes; they end with the app.
pub(crate) fn start(app: &Arc<App>) -> std::io::Result<()> {
    let holder = holder();
    let mut lanes = Vec::new();
    for channel in Channel::ALL {
        let (line, waiting) = sync_channel(LANE_MAX);
        let lane = Lane::new(app, channel, holder.clone());
        let name = format!("jifen-{}", channel.as_str());
        thread::Builder::new().name(name).spawn(move || lane.run(&waiting))?;
        lanes.push(Entry { channel, lane: line, queue: VecDeque::new(), passed_over: false });
    }
    let changes = app.engine.changes_of(&KINDS);
    let dispatcher = Dispatcher { app: Arc::downgrade(app), changes, waiting: BTreeSet::new(), unread: None, lanes };
    thread::Builder::new().name("jifen-messages".to_owned()).spawn(move || dispatcher.run()).map(drop)
}

/// A name for this process that no other has.
fn holder() -> CompactString {
    let random = || std::hash::BuildHasher::hash_one(&std::hash::RandomState::new(), std::process::id());
    format_compact!("{:016x}", random())
}

impl Dispatcher {
    fn run(mut self) {
        loop {
            thread::sleep(if self.waiting.len() < SLICE { LOOK } else { LOOK_BUSY });
            // Held for a moment only: a server that stops waits for nobody.
            let Some(app) = self.app.upgrade() else { return };
            if let Err(error) = self.look(&app) {
                tracing::warn!(%error, "messages will be looked at again");
                self.changes.forget();
            }
        }
    }

    fn look(&mut self, app: &App) -> Result<(), jifen_store::StoreError> {
        match self.changes.take() {
            Changed::All => self.unread = Some(Bound::Start),
            Changed::These(ids) => self.waiting.extend(ids),
        }
        if self.unread.is_none() && self.lanes.iter_mut().any(Entry::has_room_again) {
            self.unread = Some(Bound::Start);
        }
        if self.waiting.len() < SLICE
            && self.lanes.iter().any(Entry::has_room)
            && let Some(from) = self.unread.take()
        {
            self.find_ready(app, from)?;
        }
        let slice: Vec<CompactString> = self.waiting.iter().take(SLICE).cloned().collect();
        let keys: Vec<Key> = slice.iter().map(|id| Key { kind: &DELIVERY, id: id.clone() }).collect();
        let rows = app.engine.store().load(&keys)?;
        for (id, row) in slice.into_iter().zip(rows) {
            self.waiting.remove(&id);
            let delivery = row.and_then(|row| Delivery::read(&row.body).ok());
            let ready = delivery.filter(|delivery| delivery.state == DeliveryState::Ready);
            let channel = ready.and_then(|delivery| delivery.channel());
            if let Some(entry) = self.lanes.iter_mut().find(|entry| Some(entry.channel) == channel) {
                entry.take(id);
            }
        }
        self.lanes.iter_mut().for_each(Entry::hand_on);
        Ok(())
    }

    /// What is ready from there on, as much of it as is worth a question. The rest is asked for when little is left of
    /// this.
    fn find_ready(&mut self, app: &App, from: Bound) -> Result<(), jifen_store::StoreError> {
        let find = Find {
            kind: &DELIVERY,
            column: Some(STATE_COLUMN),
            equals: Some(Column::Text(CompactString::const_new(DeliveryState::Ready.as_str()))),
            order: Order::Ascending,
            from,
            limit: FOUND_AT_ONCE,
        };
        let page = app.engine.store().find(&find)?;
        self.waiting.extend(page.rows.into_iter().map(|(id, ..)| id));
        self.unread = page.next;
        Ok(())
    }
}

impl Entry {
    fn has_room(&self) -> bool {
        self.queue.len() < QUEUED_MAX
    }

    /// Whether what was passed over is to be looked for: there is room for a good part of it.
    fn has_room_again(&mut self) -> bool {
        let again = self.passed_over && self.queue.len() < QUEUED_MAX / 2;
        self.passed_over &= !again;
        again
    }

    fn take(&mut self, id: CompactString) {
        match self.has_room() {
            true => self.queue.push_back(id),
            false => self.passed_over = true,
        }
    }

    /// Puts into the lane what it has room for.
    fn hand_on(&mut self) {
        while let Some(id) = self.queue.pop_front() {
            if let Err(TrySendError::Full(id)) = self.lane.try_send(id) {
                self.queue.push_front(id);
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // One lane that stands still may hold up nobody else, however much is ready for it.
    #[test]
    fn what_a_full_lane_has_no_room_for_is_looked_for_again_once_it_has() {
        let (lane, taken) = sync_channel(LANE_MAX);
        let mut entry = Entry { channel: Channel::Email, lane, queue: VecDeque::new(), passed_over: false };
        (0..QUEUED_MAX + 5).for_each(|number| entry.take(format_compact!("{number}")));
        assert!(entry.queue.len() == QUEUED_MAX && !entry.has_room() && !entry.has_room_again());
        while entry.queue.len() >= QUEUED_MAX / 2 {
            entry.hand_on();
            assert_eq!(taken.try_iter().count(), LANE_MAX);
        }
        assert!(entry.has_room() && entry.has_room_again());
        assert!(!entry.has_room_again(), "once");
    }
}
