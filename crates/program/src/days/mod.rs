//! Days: what was reported lately, as rules saw it, so that a rule book in the making can be tried on real days.
//!
//! Nouns: [`DayEvent`], what a judgment looked at; [`DayBlock`], those of one batch. A program says for how many days they
//! are kept (`events: { kept_days: 8 }`); then a block is emptied. They hold the member's identifier and nothing else
//! about the person: fields that could are left out when an event is noted.

use compact_str::{CompactString, format_compact};
use jifen_vocab::{EventSource, Kind, MemberId, TierId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use smallvec::SmallVec;

use crate::desk::Record;
use crate::events::{Event, EventBody, OrderLine, OrderPaid};

/// Fields of an event's data that may tell of a person, or say what the event says otherwise.
const LEFT_OUT: [&str; 18] = [
    "address",
    "amount",
    "birthday",
    "channel",
    "currency",
    "device",
    "discount",
    "email",
    "ip",
    "lines",
    "name",
    "order",
    "phone",
    "points_paid",
    "receiver",
    "shipping",
    "store",
    "text",
];

/// An event and what was known when it was judged.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DayEvent {
    /// Its id, with its source.
    #[serde(rename = "i")]
    pub id: CompactString,
    /// Who reported it.
    #[serde(rename = "s")]
    pub source: EventSource,
    /// Its type.
    #[serde(rename = "t")]
    pub kind: CompactString,
    /// The member.
    #[serde(rename = "m")]
    pub member: MemberId,
    /// Its time.
    pub at: Timestamp,
    /// Where it happened.
    #[serde(rename = "c", default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<CompactString>,
    /// In which shop.
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
    pub store: Option<CompactString>,
    /// The order, of a payment.
    #[serde(rename = "o", default, skip_serializing_if = "Option::is_none")]
    pub order: Option<Box<DayOrder>>,
    /// Other fields that rules may look at.
    #[serde(rename = "d", default, skip_serializing_if = "Option::is_none")]
    pub data: Option<Box<RawValue>>,
    /// The member as they were.
    #[serde(rename = "w")]
    pub who: DayMember,
    /// What was used of caps and budgets, by their names; what is not named was not used.
    #[serde(rename = "u", default, skip_serializing_if = "SmallVec::is_empty")]
    pub used: SmallVec<[(CompactString, i64); 4]>,
}

/// A paid order.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DayOrder {
    /// The order.
    #[serde(rename = "o")]
    pub order: jifen_vocab::OrderId,
    /// What was paid, in minor units.
    #[serde(rename = "a")]
    pub amount: i64,
    /// Taken off the lines' sum.
    #[serde(rename = "d", default, skip_serializing_if = "is_zero")]
    pub discount: i64,
    /// Added to the lines' sum.
    #[serde(rename = "s", default, skip_serializing_if = "is_zero")]
    pub shipping: i64,
    /// Paid with points.
    #[serde(rename = "p", default, skip_serializing_if = "is_zero")]
    pub points_paid: i64,
    /// Article, kind of goods, quantity and amount of each line.
    #[serde(rename = "l")]
    pub lines: SmallVec<[DayLine; 4]>,
}

/// Article, kind of goods, quantity and amount (minor units) of a line.
pub type DayLine = (Option<CompactString>, Option<CompactString>, i64, i64);

/// A member as they were when an event was judged.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DayMember {
    /// The tier.
    #[serde(rename = "t")]
    pub tier: TierId,
    /// Orders before.
    #[serde(rename = "o", default, skip_serializing_if = "is_zero")]
    pub orders: i64,
    /// Paid before, in minor units.
    #[serde(rename = "s", default, skip_serializing_if = "is_zero")]
    pub spent: i64,
    /// Days since they joined.
    #[serde(rename = "d", default, skip_serializing_if = "is_zero")]
    pub days: i64,
    /// Tags.
    #[serde(rename = "g", default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<CompactString>,
    /// Days since they last did something.
    #[serde(rename = "i", default, skip_serializing_if = "is_zero")]
    pub idle_days: i64,
    /// Their streaks, this event included, by name; what is not named is 0.
    #[serde(rename = "k", default, skip_serializing_if = "SmallVec::is_empty")]
    pub streaks: SmallVec<[(CompactString, i64); 1]>,
    /// The stage of the membership.
    #[serde(rename = "a", default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<crate::book::stages::Stage>,
    /// Badges held then.
    #[serde(rename = "b", default, skip_serializing_if = "Vec::is_empty")]
    pub badges: Vec<CompactString>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
fn is_zero(number: &i64) -> bool {
    *number == 0
}

impl DayEvent {
    /// Notes an event. Of an order's data only what the product understands is kept, unless rules look at more.
    pub fn of(
        event: &Event,
        at: Timestamp,
        who: DayMember,
        used: SmallVec<[(CompactString, i64); 4]>,
        looks_at_data: bool,
    ) -> Self {
        let order = match &event.body {
            EventBody::OrderPaid(paid) => Some(Box::new(DayOrder::of(paid))),
            _ => None,
        };
        let data = if order.is_none() || looks_at_data { others(&event.data) } else { None };
        DayEvent {
            id: event.id.clone(),
            source: event.source.clone(),
            kind: event.kind.clone(),
            member: event.member.clone(),
            at,
            channel: event.channel.clone(),
            store: event.store.clone(),
            order,
            data,
            who,
            used,
        }
    }

    /// What was used of a cap or budget.
    pub fn used(&self, name: &str) -> i64 {
        self.used.iter().find(|(known, _)| known == name).map_or(0, |(_, used)| *used)
    }
}

impl DayOrder {
    fn of(paid: &OrderPaid) -> Self {
        let line = |line: &OrderLine| (line.sku.clone(), line.category.clone(), line.quantity, line.amount);
        DayOrder {
            order: paid.order.clone(),
            amount: paid.amount,
            discount: paid.discount,
            shipping: paid.shipping,
            points_paid: paid.points_paid,
            lines: paid.lines.iter().map(line).collect(),
        }
    }

    /// The order as rules look at it.
    pub fn paid(&self) -> OrderPaid {
        let line = |(sku, category, quantity, amount): &(Option<CompactString>, Option<CompactString>, i64, i64)| {
            OrderLine { sku: sku.clone(), category: category.clone(), quantity: *quantity, amount: *amount }
        };
        OrderPaid {
            order: self.order.clone(),
            amount: self.amount,
            currency: None,
            discount: self.discount,
            shipping: self.shipping,
            points_paid: self.points_paid,
            lines: self.lines.iter().map(line).collect(),
        }
    }
}

/// Fields of an event's data besides those that are kept elsewhere or not at all.
fn others(data: &[u8]) -> Option<Box<RawValue>> {
    if data.is_empty() {
        return None;
    }
    let mut fields: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(data).ok()?;
    fields.retain(|name, _| !LEFT_OUT.contains(&name.as_str()));
    if fields.is_empty() { None } else { serde_json::value::to_raw_value(&fields).ok() }
}

/// Events that were judged together.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DayBlock {
    /// Schema version.
    pub v: u8,
    /// When it is emptied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// The events.
    pub events: Vec<DayEvent>,
}

/// Blocks, by the instant at which their events were judged.
pub static DAY_EVENTS: Kind =
    Kind { name: "day_events", columns: &[], alarmed: true, chained: false, immutable: false };

impl Record for DayBlock {
    const KIND: &'static Kind = &DAY_EVENTS;

    fn read(body: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(body)
    }

    fn write(&self, out: &mut Vec<u8>) -> Result<(), serde_json::Error> {
        serde_json::to_writer(out, self)
    }

    fn due_at(&self) -> Option<Timestamp> {
        self.until
    }
}

impl DayBlock {
    /// The id of a block: the instant, so that later blocks sort later, and a number that no other block of it has.
    pub fn id(at: Timestamp, number: u64) -> CompactString {
        format_compact!("{:015}-{number:016x}", at.as_millis().max(0))
    }

    /// An id that sorts before those of every block from that instant on.
    pub fn first_id(at: Timestamp) -> CompactString {
        format_compact!("{:015}", at.as_millis().max(0))
    }

    /// The body of a block, put together from events as they were noted.
    pub fn compose(until: Timestamp, notes: &[Vec<u8>]) -> Vec<u8> {
        let head = format!("{{\"v\":1,\"until\":{},\"events\":[", until.as_millis());
        let bytes = head.len() + notes.iter().map(|note| note.len() + 1).sum::<usize>() + 2;
        let mut body = Vec::with_capacity(bytes);
        body.extend_from_slice(head.as_bytes());
        for (place, note) in notes.iter().enumerate() {
            if place > 0 {
                body.push(b',');
            }
            body.extend_from_slice(note);
        }
        body.extend_from_slice(b"]}");
        body
    }

    /// What is left of a block when its time has come.
    pub fn emptied() -> Self {
        DayBlock { v: 1, until: None, events: Vec::new() }
    }
}
