//! Awards for things: a rule that gives one award for each review, say, remembers for which it gave it.

use compact_str::{CompactString, format_compact};
use jifen_rules::judge::thing;
use jifen_rules::{DataLookup, RuleIndex};
use jifen_vocab::{Kind, MemberId, RuleId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::book::RuleBook;
use crate::desk::json_record;

/// A rule gave a member its award for a thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Once {
    /// Schema version.
    pub v: u8,
    /// When.
    pub at: Timestamp,
}

/// Awards for things, by rule, member and thing.
pub static ONCE: Kind = Kind::facts("once");

json_record!(Once, ONCE);

/// Under which name it is kept that a rule gave a member its award for a thing.
fn once_id(rule: &RuleId, member: &MemberId, thing: &str) -> CompactString {
    format_compact!("{rule}/{member}/{thing}")
}

/// Rules on that type of event that give one award for a thing, each with the record of this event's thing. A rule whose
/// thing the event does not name has none.
pub fn once_ids<'a>(
    book: &'a RuleBook,
    event_type: &str,
    member: &'a MemberId,
    data: &'a dyn DataLookup,
) -> impl Iterator<Item = (RuleIndex, CompactString)> + 'a {
    book.rules.rules_on(event_type).iter().filter_map(move |index| {
        let rule = book.rules.rule(*index);
        let thing = thing(data, rule.once_for.as_deref()?).ok()?;
        Some((*index, once_id(&rule.id, member, &thing)))
    })
}
