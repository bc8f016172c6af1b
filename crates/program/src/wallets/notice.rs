//! Notices that points will lapse (EXP-09): the proof that one was given before anything lapsed.

use compact_str::format_compact;
use jifen_ledger::Notice;
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
    /// When the points lapse.
    pub expires_at: Timestamp,
    /// When the notice was given.
    pub given_at: Timestamp,
    /// How many points lapse then, as it was when the notice was given.
    pub points: Points,
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
        };
        desk.write_new(&id, given);
    }
}
