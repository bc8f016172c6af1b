//! A streak that ends tonight unless something is done: when its member is reminded.

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
    /// When; nothing once it is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
}

/// Reminders, by member and streak.
pub static STREAK_REMINDER: Kind = Kind { alarmed: true, ..Kind::records("streak_reminder") };

json_record!(StreakReminder, STREAK_REMINDER, due | record | record.at);

impl StreakReminder {
    /// The identifier of a member's reminder of a streak.
    pub fn id(member: &str, streak: &str) -> CompactString {
        format_compact!("{member}/{streak}")
    }

    /// A reminder at that hour of the day after one that counts.
    pub fn after(
        day: Day,
        hour: u8,
        zone: &jifen_vocab::Zone,
        member: &MemberId,
        streak: &CompactString,
    ) -> StreakReminder {
        let at = zone.start_of(day.plus_days(1)).plus_millis(i64::from(hour) * 3_600_000);
        StreakReminder { v: 1, member: member.clone(), streak: streak.clone(), at: Some(at) }
    }
}
