//! From the bytes of a CloudEvent to an [`Event`]: form only, with the field at fault named as a JSON pointer.

use std::borrow::Cow;

use bytes::Bytes;
use compact_str::CompactString;
use jifen_vocab::{
    Code, Currency, EventSource, LineRefund, MemberId, OrderId, RefundRequest, Refusal, Timestamp, limits,
};
use serde::Deserialize;
use serde_json::value::RawValue;
use smallvec::SmallVec;

use super::reading::{Malformed, at_fault, in_range, read};
use super::{BroughtBy, Event, EventBody, OrderLine, OrderPaid, RAISED, behavior, fingerprint};

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    specversion: Cow<'a, str>,
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow)]
    source: Cow<'a, str>,
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
    #[serde(borrow, default)]
    subject: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    time: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    data: Option<&'a RawValue>,
}

/// Reads one CloudEvent in JSON.
///
/// # Errors
/// [`Malformed::Syntax`] for what is not JSON; [`Malformed::Field`] with the pointer of the first field at fault.
pub fn parse(json: &[u8]) -> Result<Event, Malformed> {
    if json.len() > limits::EVENT_BYTES_MAX {
        let limit = limits::EVENT_BYTES_MAX as i64;
        return Err(Refusal::new(Code::LimitExceeded).number("bytes", json.len() as i64).number("limit", limit).into());
    }
    let fingerprint = fingerprint(json).map_err(|error| Malformed::Syntax(error.to_string()))?;
    let envelope: Envelope<'_> = serde_json::from_slice(json).map_err(|_| at_fault::<OwnedEnvelope>(json, ""))?;
    if envelope.specversion != "1.0" {
        return Err(Refusal::field("/specversion", "be \"1.0\"").into());
    }
    let kind = event_type(&envelope.kind)?;
    let data = envelope.data.map_or("", RawValue::get);
    if !matches!(data.as_bytes().first(), None | Some(b'{')) {
        return Err(Refusal::field("/data", "be an object").into());
    }
    let (place, body) = body(&kind, data)?;
    Ok(Event {
        id: identifier(&envelope.id, "/id")?,
        source: EventSource::new(&envelope.source)
            .map_err(|error| Refusal::field("/source", &format!("be a URI reference: {error}")))?,
        member: member(envelope.subject.as_deref())?,
        time: envelope.time.as_deref().map(time).transpose()?,
        channel: place.channel,
        store: place.store,
        device: place.device,
        payer: place.payer,
        marks: SmallVec::new(),
        body,
        kind,
        data: Bytes::copy_from_slice(data.as_bytes()),
        fingerprint,
    })
}

fn member(subject: Option<&str>) -> Result<MemberId, Refusal> {
    let subject = subject.ok_or_else(|| Refusal::field("/subject", "name the member"))?;
    MemberId::new(subject).map_err(|error| Refusal::field("/subject", &error.to_string()))
}

fn identifier(text: &str, pointer: &'static str) -> Result<CompactString, Refusal> {
    jifen_vocab::id::check(text).map_err(|error| Refusal::field(pointer, &error.to_string()))?;
    Ok(CompactString::new(text))
}

fn event_type(text: &str) -> Result<CompactString, Refusal> {
    if RAISED.contains(&text) {
        return Err(Refusal::field("/type", "be one that happens outside: the program raises these itself"));
    }
    identifier(text, "/type")
}

fn time(text: &str) -> Result<Timestamp, Refusal> {
    Timestamp::parse_rfc3339(text)
        .ok_or_else(|| Refusal::field("/time", "be RFC 3339 with an offset, such as 2026-06-18T20:15:00+08:00"))
}

/// What the data says: where it happened, and what its type demands.
fn body(kind: &str, data: &str) -> Result<(Place, EventBody), Malformed> {
    // Most events are this one, so its data is read once for both.
    if kind == "order.paid" && !data.is_empty() {
        let paid = read::<PaidData>(data)?;
        let place = Place {
            channel: paid.channel.clone(),
            store: paid.store.clone(),
            device: paid.device.clone(),
            payer: paid.payer.clone(),
        };
        return Ok((place, EventBody::OrderPaid(Box::new(paid.check()?))));
    }
    let place = if data.is_empty() { Place::default() } else { read(data)? };
    Ok((place, other_body(kind, data)?))
}

fn other_body(kind: &str, data: &str) -> Result<EventBody, Malformed> {
    match kind {
        "order.paid" | "order.refunded" | "order.failed" | "order.cancelled" | "order.completed"
        | "order.collected"
            if data.is_empty() =>
        {
            Err(Refusal::field("/data", "be an object").into())
        }
        "order.refunded" => {
            let refunded = read::<RefundedData>(data)?;
            Ok(EventBody::OrderRefunded { order: order_id(&refunded.order)?, request: refunded.request()? })
        }
        "order.failed" | "order.cancelled" => {
            Ok(EventBody::OrderUndone { order: order_id(&read::<OrderOnly>(data)?.order)? })
        }
        "order.completed" | "order.collected" => {
            Ok(EventBody::OrderProgressed { order: order_id(&read::<OrderOnly>(data)?.order)? })
        }
        "member.registered" => {
            let registered = if data.is_empty() { Registered::default() } else { read::<Registered>(data)? };
            Ok(EventBody::MemberRegistered { brought_by: registered.brought_by()? })
        }
        "referral.joined" => {
            let joined = if data.is_empty() { Registered::default() } else { read::<Registered>(data)? };
            let missing =
                || Refusal::field("/data/referrer", "name who brought the member, or /data/invitation a code");
            Ok(EventBody::ReferralJoined { brought_by: joined.brought_by()?.ok_or_else(missing)? })
        }
        _ => behavior::check(kind, data).map(|()| EventBody::Other),
    }
}

fn order_id(text: &str) -> Result<OrderId, Refusal> {
    OrderId::new(text).map_err(|error| Refusal::field("/data/order", &error.to_string()))
}

/// Where anything may say it happened.
#[derive(Deserialize, Default)]
struct Place {
    #[serde(default)]
    channel: Option<CompactString>,
    #[serde(default)]
    store: Option<CompactString>,
    #[serde(default)]
    device: Option<CompactString>,
    #[serde(default)]
    payer: Option<CompactString>,
}

#[derive(Deserialize)]
struct OrderOnly {
    order: CompactString,
}

#[derive(Deserialize, Default)]
struct Registered {
    #[serde(default)]
    referrer: Option<CompactString>,
    #[serde(default)]
    invitation: Option<CompactString>,
}

impl Registered {
    fn brought_by(self) -> Result<Option<BroughtBy>, Refusal> {
        match (self.referrer, self.invitation) {
            (None, None) => Ok(None),
            (Some(referrer), None) => {
                let referrer = MemberId::new(&referrer);
                let referrer = referrer.map_err(|error| Refusal::field("/data/referrer", &error.to_string()))?;
                Ok(Some(BroughtBy::Member(referrer)))
            }
            (None, Some(code)) if code.len() <= limits::ID_LEN_MAX => Ok(Some(BroughtBy::Code(code))),
            (None, Some(_)) => {
                Err(Refusal::field("/data/invitation", &format!("have at most {} characters", limits::ID_LEN_MAX)))
            }
            (Some(_), Some(_)) => Err(Refusal::field("/data/invitation", "not stand beside a referrer")),
        }
    }
}

#[derive(Deserialize)]
struct PaidData {
    #[serde(default)]
    channel: Option<CompactString>,
    #[serde(default)]
    store: Option<CompactString>,
    #[serde(default)]
    device: Option<CompactString>,
    #[serde(default)]
    payer: Option<CompactString>,
    order: CompactString,
    amount: i64,
    #[serde(default)]
    currency: Option<CompactString>,
    #[serde(default)]
    discount: i64,
    #[serde(default)]
    shipping: i64,
    #[serde(default)]
    points_paid: i64,
    #[serde(default)]
    lines: Option<SmallVec<[LineData; 8]>>,
}

#[derive(Deserialize)]
struct LineData {
    #[serde(default)]
    sku: Option<CompactString>,
    #[serde(default)]
    category: Option<CompactString>,
    #[serde(default = "one")]
    quantity: i64,
    amount: i64,
}

fn one() -> i64 {
    1
}

#[derive(Deserialize)]
struct RefundedData {
    order: CompactString,
    #[serde(default)]
    amount: Option<i64>,
    #[serde(default)]
    lines: Option<Vec<LineRefund>>,
}

impl PaidData {
    fn check(self) -> Result<OrderPaid, Refusal> {
        let currency = self
            .currency
            .map(|code| Currency::new(&code).map_err(|error| Refusal::field("/data/currency", &error.to_string())));
        let amounts = [
            ("/data/amount", self.amount),
            ("/data/discount", self.discount),
            ("/data/shipping", self.shipping),
            ("/data/points_paid", self.points_paid),
        ];
        for (pointer, amount) in amounts {
            in_range(amount, pointer)?;
        }
        let mut paid = OrderPaid {
            order: order_id(&self.order)?,
            amount: self.amount,
            currency: currency.transpose()?,
            discount: self.discount,
            shipping: self.shipping,
            points_paid: self.points_paid,
            lines: SmallVec::new(),
        };
        match self.lines {
            None => {
                let amount = paid.amount - paid.shipping;
                let goods = amount.max(0);
                paid.lines.push(OrderLine { sku: None, category: None, quantity: 1, amount: goods });
            }
            Some(lines) => paid.lines = check_lines(lines, &paid)?,
        }
        Ok(paid)
    }
}

fn check_lines(lines: SmallVec<[LineData; 8]>, paid: &OrderPaid) -> Result<SmallVec<[OrderLine; 8]>, Refusal> {
    if lines.len() > limits::ORDER_LINES_MAX {
        let limit = limits::ORDER_LINES_MAX as i64;
        return Err(Refusal::new(Code::LimitExceeded).at("/data/lines").number("limit", limit));
    }
    for (index, line) in lines.iter().enumerate() {
        in_range(line.amount, format!("/data/lines/{index}/amount"))?;
        in_range(line.quantity, format!("/data/lines/{index}/quantity"))?;
        for (name, text) in [("sku", &line.sku), ("category", &line.category)] {
            if text.as_ref().is_some_and(|text| text.len() > limits::ID_LEN_MAX * 2) {
                let must = format!("have at most {} bytes", limits::ID_LEN_MAX * 2);
                return Err(Refusal::field(format!("/data/lines/{index}/{name}"), &must));
            }
        }
    }
    // Sums fit: a thousand lines of the largest amount do (see `limits`).
    let sum: i64 = lines.iter().map(|line| line.amount).sum();
    let explained = sum + paid.shipping - paid.discount - paid.points_paid;
    if explained != paid.amount {
        return Err(Refusal::new(Code::OrderAmountsDisagree)
            .at("/data/amount")
            .number("amount", paid.amount)
            .number("lines", sum)
            .number("explained", explained));
    }
    let line = |line: LineData| OrderLine {
        sku: line.sku,
        category: line.category,
        quantity: line.quantity,
        amount: line.amount,
    };
    Ok(lines.into_iter().map(line).collect())
}

impl RefundedData {
    fn request(self) -> Result<RefundRequest, Refusal> {
        match (self.amount, self.lines) {
            (Some(_), Some(_)) => Err(Refusal::field("/data", "name an amount or lines, not both")),
            (Some(amount), None) => {
                in_range(amount, "/data/amount")?;
                Ok(RefundRequest::Amount(amount))
            }
            (None, Some(lines)) if lines.is_empty() => Err(Refusal::field("/data/lines", "name at least one line")),
            (None, Some(lines)) => {
                for (index, line) in lines.iter().enumerate() {
                    in_range(line.amount.unwrap_or(0), format!("/data/lines/{index}/amount"))?;
                }
                Ok(RefundRequest::Lines(lines))
            }
            (None, None) => Ok(RefundRequest::Whole),
        }
    }
}

#[derive(Deserialize)]
struct OwnedEnvelope {
    #[serde(rename = "specversion")]
    _specversion: String,
    #[serde(rename = "id")]
    _id: String,
    #[serde(rename = "source")]
    _source: String,
    #[serde(rename = "type")]
    _kind: String,
    #[serde(default, rename = "subject")]
    _subject: Option<String>,
    #[serde(default, rename = "time")]
    _time: Option<String>,
    #[serde(default, rename = "data")]
    _data: Option<Box<RawValue>>,
}
