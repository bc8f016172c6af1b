//! Where messages of a sandbox go that has no mail server: they can be read, and go nowhere.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use jifen_vocab::Timestamp;

use crate::Message;

/// Messages that are kept; older ones go.
const KEPT_MAX: usize = 200;

/// A message and when it would have gone out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// When.
    pub at: Timestamp,
    /// The message.
    pub message: Message,
}

/// Messages that can be read.
#[derive(Debug, Default)]
pub struct Outbox(Mutex<VecDeque<Sent>>);

impl Outbox {
    /// Keeps a message.
    pub fn put(&self, message: Message, at: Timestamp) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT_MAX {
            kept.pop_back();
        }
        kept.push_front(Sent { at, message });
    }

    /// The messages, newest first.
    pub fn read(&self) -> Vec<Sent> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}
