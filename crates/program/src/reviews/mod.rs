//! Reviews: events that came later than the program judges by itself wait for a person (decision 10), and so do those
//! that would bring more points than the rules give alone (LIM-22).

use compact_str::CompactString;
use jifen_vocab::{Column, Kind, MemberId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::desk::json_record;
use crate::events::{Event, Malformed, parse};

/// Where a review stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewState {
    /// Nobody has decided yet.
    Waiting,
    /// A person let the event count.
    Accepted,
    /// A person let it go.
    Dismissed,
}

impl ReviewState {
    /// The name as it is stored and written outside.
    pub const fn as_str(self) -> &'static str {
        match self {
            ReviewState::Waiting => "waiting",
            ReviewState::Accepted => "accepted",
            ReviewState::Dismissed => "dismissed",
        }
    }
}

/// Why an event waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewReason {
    /// It came later than the program judges by itself.
    #[default]
    Late,
    /// It would bring more points than the rules give alone (LIM-22).
    Large,
}

impl ReviewReason {
    /// The name as it is written outside.
    pub const fn as_str(self) -> &'static str {
        match self {
            ReviewReason::Late => "late",
            ReviewReason::Large => "large",
        }
    }
}

/// An event that waits for a person.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Review {
    /// Schema version.
    pub v: u8,
    /// Where it stands.
    pub state: ReviewState,
    /// Why it waits.
    #[serde(default)]
    pub reason: ReviewReason,
    /// Whose event.
    pub member: MemberId,
    /// The type of the event.
    pub kind: CompactString,
    /// When it happened.
    pub time: Timestamp,
    /// When it came.
    pub received_at: Timestamp,
    /// The event, as a CloudEvent.
    pub event: Box<RawValue>,
    /// Who decided: the credential.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<CompactString>,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<Timestamp>,
}

/// Reviews, listed by state.
pub static REVIEW: Kind = Kind::records("review").listed_by(&[Column { name: "state" }]);

json_record!(Review, REVIEW, |record| record.state.as_str());

impl Review {
    /// An event put aside.
    pub fn of(event: &Event, reason: ReviewReason, time: Timestamp, now: Timestamp) -> Result<Self, serde_json::Error> {
        let data = if event.data.is_empty() { "{}" } else { std::str::from_utf8(&event.data).unwrap_or("{}") };
        let json = serde_json::json!({
            "specversion": "1.0",
            "id": event.id,
            "source": event.source,
            "type": event.kind,
            "subject": event.member,
            "time": time.to_string(),
            "data": serde_json::from_str::<serde_json::Value>(data)?,
        });
        Ok(Review {
            v: 1,
            state: ReviewState::Waiting,
            reason,
            member: event.member.clone(),
            kind: event.kind.clone(),
            time,
            received_at: now,
            event: serde_json::value::to_raw_value(&json)?,
            decided_by: None,
            decided_at: None,
        })
    }

    /// The event again.
    pub fn reopen(&self) -> Result<Event, Malformed> {
        parse(self.event.get().as_bytes())
    }
}
