//! Greetings: on a day that has a name, such as a festival, every member is greeted (OCC-05).
//!
//! Nouns: [`Greeting`], a day on which members are greeted one after the other, in slices; [`GreetingDocket`], which one
//! is open and up to which day all are done. A greeting goes on where it stood when the process stopped; nobody is greeted
//! twice. Days before the program began to greet are not made up for.

use compact_str::{CompactString, format_compact};
use jifen_vocab::{Day, Kind, Timestamp};
use serde::{Deserialize, Serialize};

use crate::desk::json_record;

/// Members greeted together: few enough that live requests are served between slices.
pub const SLICE_MEMBERS: usize = 100;

/// A day on which members are greeted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Greeting {
    /// Schema version.
    pub v: u8,
    /// Its identifier.
    pub id: CompactString,
    /// The named day of the rule book; nothing where nobody is greeted and anniversaries of members who joined before are
    /// noted.
    pub festival: CompactString,
    /// When.
    pub at: Timestamp,
    /// The last member who was looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<CompactString>,
    /// Members who were greeted.
    pub greeted: i64,
    /// Whether all were.
    pub done: bool,
}

/// Which greeting is open, and up to which day all are done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GreetingDocket {
    /// Schema version.
    pub v: u8,
    /// The one that is not done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open: Option<CompactString>,
    /// Until when days are dealt with.
    pub through: Timestamp,
    /// Whether members who joined before years were noticed have been looked for.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub noted: bool,
}

/// Greetings, by festival and day.
pub static GREETING: Kind = Kind::records("greeting");
/// What is open.
pub static GREETING_DOCKET: Kind = Kind::records("greeting_docket");

json_record!(Greeting, GREETING);
json_record!(GreetingDocket, GREETING_DOCKET);

/// The id of the one docket.
pub const DOCKET: &str = "greetings";

/// The identifier of the one round that notes anniversaries.
pub const NOTING: &str = "anniversaries";

/// The identifier of a festival's greeting on a day.
pub fn greeting_id(festival: &str, day: Day) -> CompactString {
    format_compact!("{festival}.{day}")
}
