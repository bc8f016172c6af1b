//! Devices that a member was seen with: what a theft looks like begins with one that nobody knows (SEC-10).

use compact_str::CompactString;
use jifen_vocab::{Timestamp, limits};
use serde::{Deserialize, Serialize};

use super::Sessions;

/// A device a member signed in with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    /// What tells it apart from others, hashed under a key.
    pub mark: CompactString,
    /// Since when it is known, by the machine's clock.
    pub first_at: Timestamp,
    /// Whether it is the member's beyond doubt: the first of all, or a fresh code was shown on it.
    pub trusted: bool,
}

/// The device that a request comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presence {
    /// What tells the device apart from others, hashed under a key; empty where the request names none.
    pub device: CompactString,
    /// The machine's clock.
    pub wall: Timestamp,
}

impl Sessions {
    /// Remembers a device; the first one is trusted, since there is nothing to compare it with. Says whether it was new.
    pub fn see(&mut self, mark: &str, wall: Timestamp) -> bool {
        if self.devices.iter().any(|device| device.mark == mark) {
            return false;
        }
        let surplus = (self.devices.len() + 1).saturating_sub(limits::DEVICES_MAX);
        let device = Device { mark: mark.into(), first_at: wall, trusted: self.devices.is_empty() };
        self.devices.drain(..surplus);
        self.devices.push(device);
        true
    }

    /// A fresh code was shown on a device.
    pub fn trust(&mut self, mark: &str, wall: Timestamp) {
        self.see(mark, wall);
        self.devices.iter_mut().filter(|device| device.mark == mark).for_each(|device| device.trusted = true);
    }

    /// Whether a device is too new to be trusted with much: seen first within these minutes, and no fresh code since. One
    /// that nobody remembers is new. A request that names none is from a new one, unless the member was never seen with
    /// any: then whoever made the token names no devices, and there is nothing to compare.
    pub fn is_fresh(&self, presence: &Presence, minutes: u16) -> bool {
        if presence.device.is_empty() {
            return !self.devices.is_empty();
        }
        let device = self.devices.iter().find(|device| device.mark == presence.device);
        device.is_none_or(|device| device.is_fresh(presence.wall, minutes))
    }

    /// Whether somebody was seen within these minutes on a device that is too new to be trusted with much.
    pub fn has_fresh(&self, wall: Timestamp, minutes: u16) -> bool {
        self.devices.iter().any(|device| device.is_fresh(wall, minutes))
    }
}

impl Device {
    fn is_fresh(&self, wall: Timestamp, minutes: u16) -> bool {
        !self.trusted && wall < self.first_at.plus_millis(i64::from(minutes) * 60_000)
    }
}
