//! Events: what shops and apps report, as CloudEvents 1.0.
//!
//! Nouns: [`Event`], [`EventBody`], [`OrderPaid`]. [`parse`] checks form; whether an event counts is decided by the
//! flows. `(source, id)` is the event's identity for ever.

mod behavior;
mod fingerprint;
mod marks;
mod order_file;
mod parse;
mod reading;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use compact_str::CompactString;
use jifen_vocab::{Currency, EventSource, Kind, MemberId, OrderId, RefundRequest, Timestamp};
use smallvec::SmallVec;

use crate::desk::Identity;

pub use fingerprint::fingerprint;
pub use marks::{Mark, MarkOf, Marker};
pub use order_file::{OrderFile, order_time};
pub use parse::parse;
pub use reading::Malformed;

/// A business fact that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Unique in its source.
    pub id: CompactString,
    /// Who reports it.
    pub source: EventSource,
    /// The type, such as `order.paid`.
    pub kind: CompactString,
    /// The member it is about.
    pub member: MemberId,
    /// When it happened; when it came in, if it does not say.
    pub time: Option<Timestamp>,
    /// Where it happened.
    pub channel: Option<CompactString>,
    /// In which shop.
    pub store: Option<CompactString>,
    /// On which device, in the sender's words.
    pub device: Option<CompactString>,
    /// From which account an order is paid, in the sender's words.
    pub payer: Option<CompactString>,
    /// What tells device and account apart; made by who has the key.
    pub marks: SmallVec<[Mark; 2]>,
    /// What the product understands of it.
    pub body: EventBody,
    /// The event's data as it came, for rules that look at other fields: a JSON object, or nothing.
    pub data: Bytes,
    /// Of the whole content.
    pub fingerprint: [u8; 16],
}

/// What the product understands of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventBody {
    /// `order.paid`
    OrderPaid(Box<OrderPaid>),
    /// `order.refunded`
    OrderRefunded {
        /// The order.
        order: OrderId,
        /// How much of it.
        request: RefundRequest,
    },
    /// `order.failed`, `order.cancelled`: the payment is undone.
    OrderUndone {
        /// The order.
        order: OrderId,
    },
    /// `order.completed`, `order.collected`: something happened to an order.
    OrderProgressed {
        /// The order.
        order: OrderId,
    },
    /// `member.registered`: always enrolls.
    MemberRegistered {
        /// Who brought the member.
        brought_by: Option<BroughtBy>,
    },
    /// `referral.joined`: the member says who brought them.
    ReferralJoined {
        /// Who brought the member.
        brought_by: BroughtBy,
    },
    /// Any other type: judged by the rules that name it.
    Other,
}

/// Who brought a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BroughtBy {
    /// That member.
    Member(MemberId),
    /// Whoever has that code.
    Code(CompactString),
}

/// A paid order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderPaid {
    /// The order, unique in the program.
    pub order: OrderId,
    /// What was paid, in minor units.
    pub amount: i64,
    /// The currency of all amounts; the program's, if the event does not say.
    pub currency: Option<Currency>,
    /// Taken off the lines' sum.
    pub discount: i64,
    /// Added to the lines' sum.
    pub shipping: i64,
    /// The part of the lines' sum that was paid with points, in minor units.
    pub points_paid: i64,
    /// What was bought.
    pub lines: SmallVec<[OrderLine; 8]>,
}

/// A line of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderLine {
    /// The article.
    pub sku: Option<CompactString>,
    /// The kind of goods, by the shop's word.
    pub category: Option<CompactString>,
    /// How many; zero is valid.
    pub quantity: i64,
    /// Minor units; zero is valid.
    pub amount: i64,
}

/// Remembered answers to events, by source and id.
pub static EVENT_KEY: Kind = Kind::facts("event_key");

/// Types of events that the product itself raises: from outside they are not taken.
pub const RAISED: [&str; 10] = [
    "festival.came",
    "member.anniversary",
    "member.birthday",
    "referral.bound",
    "referral.completed",
    "referral.redeemed",
    "referral.undone",
    "referral.welcomed",
    "survey.answered",
    "vote.cast",
];

/// Where the product's own events come from.
pub const OWN_SOURCE: EventSource = EventSource::from_static("/jifen");

impl Event {
    /// An event that the product itself raises for a member.
    pub fn raised(
        kind: &'static str,
        id: CompactString,
        member: &MemberId,
        at: Timestamp,
        data: &serde_json::Value,
    ) -> Event {
        Event {
            id,
            source: OWN_SOURCE,
            kind: CompactString::const_new(kind),
            member: member.clone(),
            time: Some(at),
            channel: None,
            store: None,
            device: None,
            payer: None,
            marks: SmallVec::new(),
            body: EventBody::Other,
            data: Bytes::from(data.to_string()),
            fingerprint: [0; 16],
        }
    }

    /// Under which key the answer is remembered.
    pub fn identity(&self) -> Identity {
        let mut id = CompactString::with_capacity(self.source.as_str().len() + 1 + self.id.len());
        id.push_str(self.source.as_str());
        id.push(' ');
        id.push_str(&self.id);
        Identity { kind: &EVENT_KEY, id, fingerprint: self.fingerprint }
    }

    /// The order it is about.
    pub fn order(&self) -> Option<&OrderId> {
        match &self.body {
            EventBody::OrderPaid(paid) => Some(&paid.order),
            EventBody::OrderRefunded { order, .. }
            | EventBody::OrderUndone { order }
            | EventBody::OrderProgressed { order } => Some(order),
            EventBody::MemberRegistered { .. } | EventBody::ReferralJoined { .. } | EventBody::Other => None,
        }
    }
}
