//! Years of membership: when the next one is full. A record of its own, so that what happens every day knows nothing of it.

use jifen_vocab::{Kind, MemberId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::book::RuleBook;
use crate::desk::{Desk, json_record};

/// When a member's next year is full.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Anniversary {
    /// Schema version.
    pub v: u8,
    /// How many years are full then, and when that is noticed; nothing where the rule book does not notice it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<(u16, Timestamp)>,
}

/// Anniversaries, by member.
pub static ANNIVERSARY: Kind = Kind { alarmed: true, ..Kind::records("anniversary") };

json_record!(Anniversary, ANNIVERSARY, due | record | record.next.map(|(_, at)| at));

impl Anniversary {
    /// The first one after an instant of somebody who joined then.
    pub fn after(joined: Timestamp, after: Timestamp, book: &RuleBook) -> Anniversary {
        let next = book.occasions.anniversary.and_then(|terms| terms.next(joined, after, &book.zone));
        Anniversary { v: 1, next }
    }
}

/// Notes when the first year of a member who joined then is full.
pub fn note_anniversary(desk: &mut Desk<'_>, member: &MemberId, joined: Timestamp) {
    let book = desk.books().at(desk.now()).clone();
    if book.occasions.anniversary.is_some() {
        desk.write_new(member.as_str(), Anniversary::after(joined, desk.now(), &book));
    }
}
