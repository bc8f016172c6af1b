//! Notices that points will lapse (EXP-09) or fall asleep (EXP-11): the proof that one was given before they did.

use compact_str::format_compact;
use jifen_ledger::{Drowsy, Notice};
use jifen_vocab::{Column, Kind, Points, Timestamp, UnitId};
use serde::{Deserialize, Serialize};

use crate::desk::{Desk, json_record};

/// A notice in a member's inbox, which always counts as given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeGiven {
    /// Schema version.
    pub v: u8,
    /// Whose inbox.
    pub member: String,
    /// The unit.
    pub unit: UnitId,
    /// When the points lapse, or fall asleep.
    pub expires_at: Timestamp,
    /// When the notice was given.
    pub given_at: Timestamp,
    /// How many points lapse or fall asleep then, as it was when the notice was given.
    pub points: Points,
    /// Whether they fall asleep then instead of lapsing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sleeps: bool,
}

/// Notices, listed by member.
pub static NOTICE: Kind = Kind::facts("notice").listed_by(&[Column { name: "member" }]);

json_record!(NoticeGiven, NOTICE, |record| record.member.as_str());

pub(super) fn write(desk: &mut Desk<'_>, member: &str, notices: &[Notice]) {
    for notice in notices {
        // A date is noticed once for each lead, and leads fall due at different instants.
        let (date, given) = (notice.expires_at.as_millis(), notice.given_at.as_millis());
        let id = format_compact!("{member}/{}/{date}/{given}", notice.unit);
        let given = NoticeGiven {
            v: 1,
            member: member.to_owned(),
            unit: notice.unit.clone(),
            expires_at: notice.expires_at,
            given_at: notice.given_at,
            points: notice.points,
            sleeps: false,
        };
        desk.write_new(&id, given);
    }
}

pub(super) fn write_drowsy(desk: &mut Desk<'_>, member: &str, notices: &[Drowsy]) {
    for notice in notices {
        let (date, given) = (notice.sleeps_at.as_millis(), notice.given_at.as_millis());
        let id = format_compact!("{member}/{}/z{date}/{given}", notice.unit);
        let given = NoticeGiven {
            v: 1,
            member: member.to_owned(),
            unit: notice.unit.clone(),
            expires_at: notice.sleeps_at,
            given_at: notice.given_at,
            points: notice.points,
            sleeps: true,
        };
        desk.write_new(&id, given);
    }
}
