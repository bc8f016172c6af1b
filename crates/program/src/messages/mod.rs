//! Messages: what members are told (NOTE-01 to NOTE-09).
//!
//! Nouns: [`Message`], what stands in a member's inbox, in both languages; [`Delivery`], how one leaves the house by one
//! route; [`MessageSettings`], what a member agreed to, and how much they got; [`Cause`], what happened. Whoever brings
//! something about that members are told of calls [`notify`] in the same decision: the message stands or falls with what
//! it tells of, so none is missed and none is sent twice. What it says is fixed then; only blanks that nobody who decides
//! can fill (the person's name, rewards they could have now) are filled when it is read or sent, so no personal data is
//! in it.
//!
//! A delivery is due at an instant like every record that waits; who carries it ([`Claim`]) holds it for a while, says
//! what came of it ([`Settle`]), and where the process dies, another one carries it again under the same name.
//! Refusals: of reading and settings, member-unknown; of trying again, unknown, delivery-not-failed; of sending by hand,
//! unknown, member-unknown, invalid-field.

mod cause;
mod delivery;
mod mailing;
mod settings;
mod tell;
#[cfg(test)]
mod tests;

use compact_str::CompactString;
use jifen_vocab::{Column, Kind, MemberId, Timestamp, Value};
use serde::{Deserialize, Serialize};
use smallvec::{SmallVec, smallvec};

use crate::book::{Books, Name};
use crate::desk::{Command, Desk, Keys, Loaded, Record, Stop, Touch};

pub use cause::{Cause, Fact, Facts};
pub use delivery::{
    Carried, Claim, Claimed, DELIVERY, Delivery, DeliveryState, LEASE_MS, ResendDelivery, Settle, Skipped, wake,
};
pub use mailing::{
    Audience, BeginMailing, DOCKET as MAILINGS, DecideMailing, MAILING, MAILING_DOCKET, MailSlice, Mailing,
    MailingDocket, MailingState, WORD_CHARS_MAX,
};
pub use settings::{ChannelConsent, MESSAGE_SETTINGS, MessageSettings, SetConsents};
pub use tell::{Who, notify, notify_at, sample};

/// A message in a member's inbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Schema version.
    pub v: u8,
    /// Whose inbox.
    pub member: MemberId,
    /// Its kind in the rule book.
    pub kind: CompactString,
    /// From when on it is shown.
    pub at: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// Whether it is shown over whatever page is open.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub popup: bool,
    /// What it is about.
    pub title: Name,
    /// What it says.
    pub text: Name,
    /// The same in a few words, where it differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub short: Option<Name>,
    /// Which page of the member app it leads to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<CompactString>,
    /// Whose texts it has, where a segment has its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segment: Option<CompactString>,
    /// Which way of sending it was tried on this member.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<CompactString>,
    /// Whether a person wrote words into it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_hand: bool,
    /// When it was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read: Option<Timestamp>,
}

/// Messages: listed by member, and by the member who has not read them.
pub static MESSAGE: Kind = Kind::records("message").listed_by(&[Column { name: "member" }, Column { name: "unread" }]);

impl Record for Message {
    const KIND: &'static Kind = &MESSAGE;

    fn read(body: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(body)
    }

    fn write(&self, out: &mut Vec<u8>) -> Result<(), serde_json::Error> {
        serde_json::to_writer(out, self)
    }

    fn columns(&self) -> SmallVec<[Value; 2]> {
        let member = Value::Text(CompactString::new(self.member.as_str()));
        let unread = if self.read.is_none() { member.clone() } else { Value::Null };
        smallvec![member, unread]
    }
}

impl Message {
    /// Whether the inbox shows it at that instant.
    pub fn is_shown(&self, now: Timestamp) -> bool {
        self.at <= now && now < self.until
    }
}

/// Notes that a member has read messages; those of others and those that are not there are left alone.
#[derive(Debug, Clone)]
pub struct MarkRead {
    /// Who.
    pub member: MemberId,
    /// Which.
    pub messages: Vec<CompactString>,
}

impl Command for MarkRead {
    type Outcome = u32;

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        self.messages.iter().for_each(|id| keys.want::<Message>(id));
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<u32, Stop> {
        let mut count = 0;
        for id in &self.messages {
            let Some(message) = desk.read::<Message>(id)? else { continue };
            if message.member != self.member || message.read.is_some() {
                continue;
            }
            let read = Message { read: Some(desk.now()), ..Message::clone(&message) };
            let day = desk.books().at(desk.now()).zone.day_of(desk.now());
            desk.count("messages", day, compact_str::format_compact!("{}|inbox|read", message.kind), 1);
            desk.write(id, read);
            count += 1;
        }
        Ok(count)
    }
}

/// Takes what persons wrote out of messages, and to whom deliveries went: the member was erased.
#[derive(Debug, Clone)]
pub struct Blank {
    /// Messages.
    pub messages: Vec<CompactString>,
    /// Deliveries.
    pub deliveries: Vec<CompactString>,
}

impl Command for Blank {
    type Outcome = ();

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        self.messages.iter().for_each(|id| keys.want::<Message>(id));
        self.deliveries.iter().for_each(|id| keys.want::<Delivery>(id));
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<(), Stop> {
        for id in &self.messages {
            let Some(message) = desk.read::<Message>(id)?.filter(|message| message.by_hand) else { continue };
            let blank = Message {
                title: Name::default(),
                text: Name::default(),
                short: None,
                until: message.at,
                ..Message::clone(&message)
            };
            desk.write(id, blank);
        }
        for id in &self.deliveries {
            let Some(delivery) = desk.read::<Delivery>(id)? else { continue };
            desk.write(id, Delivery::clone(&delivery).forgotten());
        }
        Ok(())
    }
}
