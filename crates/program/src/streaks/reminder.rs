//! When a member is reminded of a streak: in the morning of a day that brings more than the one before, and in the evening
//! of one that would end it.

use compact_str::{CompactString, format_compact};
use jifen_vocab::{Day, Kind, MemberId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::desk::json_record;

/// When a member is reminded of a streak; a record of its own, so that what counts no day knows nothing of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreakReminder {
    /// Schema version.
    pub v: u8,
    /// Whose.
    pub member: MemberId,
    /// The streak.
    pub streak: CompactString,
    /// When they are told that it ends; nothing once it is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// When they are told what the day brings; nothing once it is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub near: Option<Timestamp>,
}

/// Reminders, by member and streak.
pub static STREAK_REMINDER: Kind = Kind { alarmed: true, ..Kind::records("streak_reminder") };

json_record!(StreakReminder, STREAK_REMINDER, due | record | record.due());

impl StreakReminder {
    /// The identifier of a member's reminder of a streak.
    pub fn id(member: &str, streak: &str) -> CompactString {
        format_compact!("{member}/{streak}")
    }

    /// The reminders of the day after one that counts, each at its hour.
    pub fn after(
        day: Day,
        (ends, near): (Option<u8>, Option<u8>),
        zone: &jifen_vocab::Zone,
        member: &MemberId,
        streak: &CompactString,
    ) -> StreakReminder {
        let start = zone.start_of(day.plus_days(1));
        let at = |hour: u8| start.plus_millis(i64::from(hour) * 3_600_000);
        StreakReminder { v: 1, member: member.clone(), streak: streak.clone(), at: ends.map(at), near: near.map(at) }
    }

    /// When the next of them is due.
    pub fn due(&self) -> Option<Timestamp> {
        self.at.into_iter().chain(self.near).min()
    }
}
