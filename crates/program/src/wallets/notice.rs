//! Notices that points will lapse (EXP-09): the proof that one was given before anything lapsed.

use compact_str::format_compact;
use jifen_ledger::Notice;
use jifen_vocab::{Column, Kind, Points, Timestamp, UnitId, Value};
use serde::{Deserialize, Serialize};
use smallvec::{SmallVec, smallvec};

use crate::desk::{Desk, Record};

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
pub static NOTICE: Kind =
    Kind { name: "notice", columns: &[Column { name: "member" }], alarmed: false, chained: false, immutable: true };

impl Record for NoticeGiven {
    const KIND: &'static Kind = &NOTICE;

    fn read(body: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(body)
    }

    fn write(&self, out: &mut Vec<u8>) -> Result<(), serde_json::Error> {
        serde_json::to_writer(out, self)
    }

    fn columns(&self) -> SmallVec<[Value; 2]> {
        smallvec![Value::Text(self.member.as_str().into())]
    }
}

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
