//! Orders of a file: one JSON object a line, each read as the event of a paid order.

use std::borrow::Cow;

use bytes::Bytes;
use compact_str::CompactString;
use jifen_vocab::{EventSource, MemberId, OrderId, StoreId, Timestamp, Zone, limits};
use serde::Deserialize;
use smallvec::SmallVec;
use xxhash_rust::xxh3::Xxh3;

use super::{Event, EventBody, OrderLine, OrderPaid};

/// What a file of orders is known as among the sources of events: the same order is the same event in every replay.
const SOURCE: EventSource = EventSource::from_static("/replay");

/// Where it happened, since a file of orders comes from shops.
const CHANNEL: &str = "store";

/// An order as the file has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written<'a> {
    #[serde(borrow)]
    order: Cow<'a, str>,
    #[serde(borrow)]
    member: Cow<'a, str>,
    #[serde(borrow, default)]
    store: Option<Cow<'a, str>>,
    #[serde(borrow)]
    time: Cow<'a, str>,
    #[serde(borrow)]
    lines: Vec<WrittenLine<'a>>,
}

/// Department, category, quantity, amount in minor units.
#[derive(Deserialize)]
struct WrittenLine<'a>(#[serde(borrow)] Cow<'a, str>, #[serde(borrow)] Cow<'a, str>, i64, i64);

/// Turns lines into events.
#[derive(Debug)]
pub struct OrderFile {
    zone: Zone,
    source: EventSource,
    kind: CompactString,
    channel: CompactString,
    shift_days: i32,
}

impl OrderFile {
    /// A reader of times in that zone, moved by so many days.
    pub fn new(zone: Zone, shift_days: i32) -> OrderFile {
        let (kind, channel) = (CompactString::const_new("order.paid"), CompactString::const_new(CHANNEL));
        OrderFile { zone, source: SOURCE, kind, channel, shift_days }
    }

    /// The event a line stands for, and its time. Its fingerprint covers what the line says, not when it is replayed
    /// to.
    ///
    /// # Errors
    /// A sentence about the field at fault.
    pub fn event(&self, line: &[u8]) -> Result<(Event, Timestamp), String> {
        let written: Written<'_> = serde_json::from_slice(line).map_err(|error| error.to_string())?;
        let order = OrderId::new(&written.order).map_err(|error| format!("`order` {error}"))?;
        let time = self.shifted(order_time(&written.time, &self.zone)?);
        let event = Event {
            id: CompactString::new(order.as_str()),
            source: self.source.clone(),
            kind: self.kind.clone(),
            member: MemberId::new(&written.member).map_err(|error| format!("`member` {error}"))?,
            time: Some(time),
            channel: Some(self.channel.clone()),
            store: store(written.store.as_deref())?,
            device: None,
            payer: None,
            marks: SmallVec::new(),
            body: EventBody::OrderPaid(Box::new(paid(order, &written.lines)?)),
            data: Bytes::copy_from_slice(line),
            fingerprint: fingerprint(&written),
        };
        Ok((event, time))
    }

    /// Whether a line is an order, and when it was: the instant, to compare, and as it is written.
    ///
    /// # Errors
    /// A sentence about the field at fault.
    pub fn check(&self, line: &[u8]) -> Result<(Timestamp, String), String> {
        let written: Written<'_> = serde_json::from_slice(line).map_err(|error| error.to_string())?;
        let order = OrderId::new(&written.order).map_err(|error| format!("`order` {error}"))?;
        MemberId::new(&written.member).map_err(|error| format!("`member` {error}"))?;
        store(written.store.as_deref())?;
        paid(order, &written.lines)?;
        Ok((order_time(&written.time, &self.zone)?, written.time.into_owned()))
    }

    fn shifted(&self, time: Timestamp) -> Timestamp {
        if self.shift_days == 0 {
            return time;
        }
        self.zone.same_time_on(self.zone.day_of(time).plus_days(self.shift_days), time)
    }
}

/// Reads a time with an offset, or a local one of that zone.
///
/// # Errors
/// A sentence with an example.
pub fn order_time(text: &str, zone: &Zone) -> Result<Timestamp, String> {
    let local = || zone.parse_local(text).filter(|_| text.len() >= "2017-01-01T12:30".len());
    Timestamp::parse_rfc3339(text)
        .or_else(local)
        .ok_or_else(|| format!("`time` must be like 2017-01-01T12:30:27, with an offset or without: {text:?}"))
}

fn store(named: Option<&str>) -> Result<Option<CompactString>, String> {
    let checked = named.map(|named| StoreId::new(named).map_err(|error| format!("`store` {error}"))).transpose()?;
    Ok(checked.map(|store| CompactString::new(store.as_str())))
}

fn paid(order: OrderId, written: &[WrittenLine<'_>]) -> Result<OrderPaid, String> {
    if written.len() > limits::ORDER_LINES_MAX {
        return Err(format!("`lines` may hold at most {}", limits::ORDER_LINES_MAX));
    }
    let mut lines = SmallVec::with_capacity(written.len());
    for (place, WrittenLine(_, category, quantity, amount)) in written.iter().enumerate() {
        let fits = |number: i64| (0..=limits::AMOUNT_MAX).contains(&number);
        if !fits(*quantity) || !fits(*amount) {
            return Err(format!("`lines[{place}]`: quantity and amount must lie between 0 and {}", limits::AMOUNT_MAX));
        }
        if category.len() > limits::ID_LEN_MAX * 2 {
            return Err(format!("`lines[{place}]`: the category has more than {} bytes", limits::ID_LEN_MAX * 2));
        }
        let category = Some(CompactString::new(category));
        lines.push(OrderLine { sku: None, category, quantity: *quantity, amount: *amount });
    }
    let amount: i64 = lines.iter().map(|line: &OrderLine| line.amount).sum();
    if amount > limits::AMOUNT_MAX {
        return Err(format!("`lines` add up to more than {}", limits::AMOUNT_MAX));
    }
    Ok(OrderPaid { order, amount, currency: None, discount: 0, shipping: 0, points_paid: 0, lines })
}

/// What the order says, whatever the spaces and the order of its fields.
fn fingerprint(order: &Written<'_>) -> [u8; 16] {
    let mut sum = Xxh3::new();
    let mut text = |text: &str| {
        sum.update(&(text.len() as u64).to_le_bytes());
        sum.update(text.as_bytes());
    };
    for field in [&*order.order, &*order.member, order.store.as_deref().unwrap_or_default(), &*order.time] {
        text(field);
    }
    for WrittenLine(department, category, ..) in &order.lines {
        text(department);
        text(category);
    }
    for WrittenLine(.., quantity, amount) in &order.lines {
        sum.update(&quantity.to_le_bytes());
        sum.update(&amount.to_le_bytes());
    }
    sum.digest128().to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = r#"{"order":"b1","member":"h900","store":"s330","time":"2017-01-01T11:53:26","lines":[["PASTRY","ROLLS",1,50],["GROCERY","SOUP",0,0]]}"#;

    fn reader(shift_days: i32) -> OrderFile {
        OrderFile::new(Zone::named("Asia/Shanghai").unwrap(), shift_days)
    }

    fn wrong(line: &str) -> String {
        reader(0).event(line.as_bytes()).unwrap_err()
    }

    #[test]
    fn a_line_is_a_paid_order_at_its_local_time() {
        let (event, time) = reader(0).event(LINE.as_bytes()).unwrap();
        assert_eq!(time, Timestamp::parse_rfc3339("2017-01-01T11:53:26+08:00").unwrap());
        assert_eq!((event.id.as_str(), event.member.as_str(), event.store.as_deref()), ("b1", "h900", Some("s330")));
        let EventBody::OrderPaid(paid) = event.body else { panic!("an order") };
        assert_eq!((paid.amount, paid.lines.len()), (50, 2));
        assert_eq!(paid.lines[1].category.as_deref(), Some("SOUP"));
    }

    #[test]
    fn moving_a_file_moves_time_and_nothing_else() {
        let (then, at) = reader(0).event(LINE.as_bytes()).unwrap();
        let (now, moved) = reader(7 * 450).event(LINE.as_bytes()).unwrap();
        assert_eq!(moved, Timestamp::parse_rfc3339("2025-08-17T11:53:26+08:00").unwrap());
        assert_ne!(at, moved);
        assert_eq!(then.fingerprint, now.fingerprint);
        assert_eq!(then.identity(), now.identity());
    }

    #[test]
    fn the_fingerprint_is_of_what_is_said() {
        let print = |line: &str| reader(0).event(line.as_bytes()).unwrap().0.fingerprint;
        assert_eq!(print(LINE), print(&LINE.replace("\":", "\" : ")));
        for (from, to) in [("b1", "b2"), ("ROLLS", "ROLL"), (",50]", ",51]"), ("PASTRY", "PASTR"), ("s330", "s331")] {
            assert_ne!(print(LINE), print(&LINE.replace(from, to)), "{to}");
        }
    }

    #[test]
    fn what_is_no_order_is_told() {
        assert!(wrong("{").contains("EOF"));
        assert!(wrong(&LINE.replace("\"store\"", "\"shop\"")).contains("unknown field `shop`"));
        assert!(wrong(&LINE.replace("b1", "")).starts_with("`order` must have 1 to 64"));
        assert!(wrong(&LINE.replace("h900", "h 9")).starts_with("`member` may hold only"));
        assert!(wrong(&LINE.replace(",50]", ",-1]")).starts_with("`lines[0]`: quantity and amount"));
        assert!(wrong(&LINE.replace(",50]", ",5.5]")).contains("floating point"));
        assert!(wrong(&LINE.replace("2017-01-01T11:53:26", "2017-01-01")).starts_with("`time` must be like"));
    }
}
