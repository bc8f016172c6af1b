//! How a message leaves the house by one route, and what came of it.
//!
//! A delivery waits until it is due, is ready, is held by whoever carries it, and ends as sent, failed or dropped. It
//! knows neither address nor number: who carries it finds them, and leaves them masked.

use compact_str::{CompactString, format_compact};
use jifen_vocab::{Code, Column, Kind, MemberId, MessageChannel, Refusal, Timestamp, Value};
use serde::{Deserialize, Serialize};
use smallvec::{SmallVec, smallvec};

use super::{Message, MessageSettings};
use crate::audit::{self, By, Line};
use crate::book::messages::{MessageKind, Purpose, Route};
use crate::book::{Books, RuleBook};
use crate::desk::{Command, Desk, Identity, Keys, Loaded, Record, RequestKey, Stop, Touch};

/// Milliseconds for which a delivery is held by who carries it; longer than any server may take.
pub const LEASE_MS: i64 = 120_000;

/// The most that the pause between two tries doubles.
const DOUBLINGS_MAX: u32 = 10;

/// Characters of what went wrong that are kept.
const ERROR_CHARS_MAX: usize = 200;

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// Its time has not come.
    Waiting,
    /// Somebody may carry it.
    Ready,
    /// Somebody carries it.
    Sending,
    /// It was taken.
    Sent,
    /// No channel took it.
    Failed,
    /// It was not to be sent: no consent, no address, or too late.
    Dropped,
}

impl DeliveryState {
    /// Every one.
    pub const ALL: [DeliveryState; 6] = [
        DeliveryState::Waiting,
        DeliveryState::Ready,
        DeliveryState::Sending,
        DeliveryState::Sent,
        DeliveryState::Failed,
        DeliveryState::Dropped,
    ];

    /// The word it is written with.
    pub const fn as_str(self) -> &'static str {
        match self {
            DeliveryState::Waiting => "waiting",
            DeliveryState::Ready => "ready",
            DeliveryState::Sending => "sending",
            DeliveryState::Sent => "sent",
            DeliveryState::Failed => "failed",
            DeliveryState::Dropped => "dropped",
        }
    }
}

/// A channel that did not carry it, and why: `no-consent`, `no-address`, `failed`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    /// The channel.
    pub channel: MessageChannel,
    /// Why.
    pub why: CompactString,
}

/// A message on its way out by one route.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// Schema version.
    pub v: u8,
    /// The message.
    pub message: CompactString,
    /// Its kind.
    pub kind: CompactString,
    /// To whom.
    pub member: MemberId,
    /// Whether it needs consent.
    pub marketing: bool,
    /// Whether neither quiet hours nor ceilings hold it back.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub urgent: bool,
    /// The channels, in the order they are tried.
    pub route: Route,
    /// The place in the route that is tried now.
    #[serde(default)]
    pub place: u8,
    /// Where it stands.
    pub state: DeliveryState,
    /// When that changes by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
    /// When it was made.
    pub made: Timestamp,
    /// After which it is not sent any more.
    pub until: Timestamp,
    /// Tries on this channel.
    #[serde(default)]
    pub tries: u8,
    /// Who carries it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<CompactString>,
    /// When it was taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent: Option<Timestamp>,
    /// Where it went, masked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<CompactString>,
    /// What went wrong last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<CompactString>,
    /// Channels that did not carry it.
    #[serde(default, skip_serializing_if = "SmallVec::is_empty")]
    pub skipped: SmallVec<[Skipped; 1]>,
}

/// Deliveries: listed by member and by state.
pub static DELIVERY: Kind = Kind {
    name: "delivery",
    columns: &[Column { name: "member" }, Column { name: "state" }],
    alarmed: true,
    chained: false,
    immutable: false,
};

impl Record for Delivery {
    const KIND: &'static Kind = &DELIVERY;

    fn read(body: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(body)
    }

    fn write(&self, out: &mut Vec<u8>) -> Result<(), serde_json::Error> {
        serde_json::to_writer(out, self)
    }

    fn due_at(&self) -> Option<Timestamp> {
        self.due
    }

    fn columns(&self) -> SmallVec<[Value; 2]> {
        let member = CompactString::new(self.member.as_str());
        smallvec![Value::Text(member), Value::Text(CompactString::const_new(self.state.as_str()))]
    }
}

impl Delivery {
    /// One that is to be carried between two instants.
    pub(super) fn waiting(
        message_id: &CompactString,
        message: &Message,
        kind: &MessageKind,
        route: Route,
        now: Timestamp,
        (due, until): (Timestamp, Timestamp),
    ) -> Delivery {
        let ready = due <= now;
        Delivery {
            v: 1,
            message: message_id.clone(),
            kind: kind.id.clone(),
            member: message.member.clone(),
            marketing: kind.purpose == Purpose::Marketing,
            urgent: kind.urgent,
            route,
            place: 0,
            state: if ready { DeliveryState::Ready } else { DeliveryState::Waiting },
            due: (!ready).then_some(due),
            made: now,
            until,
            tries: 0,
            holder: None,
            sent: None,
            to: None,
            error: None,
            skipped: SmallVec::new(),
        }
    }

    /// The channel that is tried now.
    pub fn channel(&self) -> Option<MessageChannel> {
        self.route.get(usize::from(self.place)).copied()
    }

    /// What is left of it when the member was erased.
    pub(super) fn forgotten(self) -> Delivery {
        let is_open = matches!(self.state, DeliveryState::Waiting | DeliveryState::Ready | DeliveryState::Sending);
        let state = if is_open { DeliveryState::Dropped } else { self.state };
        Delivery { to: None, error: None, state, due: None, holder: None, ..self }
    }

    fn wait(&mut self, until: Timestamp) {
        self.state = DeliveryState::Waiting;
        self.due = Some(until);
        self.holder = None;
    }

    fn end(&mut self, state: DeliveryState) {
        self.state = state;
        self.due = None;
        self.holder = None;
    }

    /// Goes on to the next channel; where there is none, it has failed if any was tried, and is dropped otherwise.
    fn go_on(&mut self, why: &'static str) {
        if let Some(channel) = self.channel() {
            self.skipped.push(Skipped { channel, why: CompactString::const_new(why) });
        }
        self.place = self.place.saturating_add(1);
        self.tries = 0;
        let has_failed = self.skipped.iter().any(|skipped| skipped.why == "failed");
        match (self.channel(), has_failed) {
            (Some(_), _) => self.end(DeliveryState::Ready),
            (None, true) => self.end(DeliveryState::Failed),
            (None, false) => self.end(DeliveryState::Dropped),
        }
    }

    fn count(&self, desk: &mut Desk<'_>, book: &RuleBook, what: &str) {
        let channel = self.channel().map_or("", MessageChannel::as_str);
        desk.count("messages", book.zone.day_of(desk.now()), format_compact!("{}|{channel}|{what}", self.kind), 1);
    }
}

/// Its time has come, or whoever carried it has not said anything for too long.
///
/// # Errors
/// A fault.
pub fn wake(desk: &mut Desk<'_>, id: &str) -> Result<(), Stop> {
    let Some(delivery) = desk.read::<Delivery>(id)? else { return Ok(()) };
    if delivery.due.is_none_or(|due| due > desk.now()) {
        return Ok(());
    }
    let mut delivery = Delivery::clone(&delivery);
    // Whoever carried it may have got it across, or not: that was a try.
    delivery.tries = delivery.tries.saturating_add(u8::from(delivery.state == DeliveryState::Sending));
    delivery.end(DeliveryState::Ready);
    desk.write(id, delivery);
    Ok(())
}

/// Somebody takes a delivery that is ready, to carry it by its channel.
#[derive(Debug, Clone)]
pub struct Claim {
    /// Which.
    pub delivery: CompactString,
    /// Whose, as the delivery says.
    pub member: MemberId,
    /// By which channel, as the delivery says.
    pub channel: MessageChannel,
    /// Who takes it.
    pub holder: CompactString,
    /// Whether the channel has an address of the member.
    pub is_reachable: bool,
}

/// Whether it is to be carried now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Claimed {
    /// By whoever asked.
    Yours,
    /// Not now, not by that channel, or by somebody else.
    No,
}

impl Command for Claim {
    type Outcome = Claimed;

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        keys.want::<Delivery>(&self.delivery);
        keys.want::<MessageSettings>(self.member.as_str());
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Claimed, Stop> {
        let Some(delivery) = desk.read::<Delivery>(&self.delivery)? else { return Ok(Claimed::No) };
        let fits = delivery.state == DeliveryState::Ready && delivery.channel() == Some(self.channel);
        if !fits || delivery.member != self.member {
            return Ok(Claimed::No);
        }
        let book = desk.books().at(desk.now());
        let settings = desk.read::<MessageSettings>(self.member.as_str())?;
        let mut settings = settings.map(|settings| MessageSettings::clone(&settings)).unwrap_or_default();
        let mut delivery = Delivery::clone(&delivery);
        let claimed = self.judge(&mut delivery, &mut settings, book, desk.now());
        if claimed == Claimed::Yours && delivery.tries == 0 {
            desk.write(self.member.as_str(), MessageSettings { v: 1, ..settings });
        }
        desk.write(&self.delivery, delivery);
        Ok(claimed)
    }
}

impl Claim {
    fn judge(
        &self,
        delivery: &mut Delivery,
        settings: &mut MessageSettings,
        book: &RuleBook,
        now: Timestamp,
    ) -> Claimed {
        let purpose = if delivery.marketing { Purpose::Marketing } else { Purpose::Service };
        let today = book.zone.day_of(now);
        if now >= delivery.until {
            delivery.error = Some(CompactString::const_new("too late"));
            delivery.end(if delivery.tries > 0 { DeliveryState::Failed } else { DeliveryState::Dropped });
            return Claimed::No;
        }
        let earliest_now = earliest(book, delivery.urgent, now);
        if earliest_now > now {
            delivery.wait(earliest_now);
            return Claimed::No;
        }
        if !settings.allows(self.channel, purpose, &book.messages) {
            delivery.go_on("no-consent");
            return Claimed::No;
        }
        if !self.is_reachable {
            delivery.go_on("no-address");
            return Claimed::No;
        }
        // What is tried again was counted when it was tried first.
        if delivery.tries == 0 && !delivery.urgent && settings.is_full(self.channel, today, &book.messages) {
            let tomorrow = book.zone.start_of(today.plus_days(1));
            delivery.wait(earliest(book, false, tomorrow));
            return Claimed::No;
        }
        if delivery.tries == 0 {
            settings.count(self.channel, today);
        }
        delivery.state = DeliveryState::Sending;
        delivery.due = Some(now.plus_millis(LEASE_MS));
        delivery.holder = Some(self.holder.clone());
        Claimed::Yours
    }
}

/// What came of carrying.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Carried {
    /// It was taken, at that address (masked).
    Sent(CompactString),
    /// Not this time, for that reason.
    NotYet(CompactString),
    /// Never by that channel, for that reason.
    Never(CompactString),
}

/// Who carried a delivery says what came of it. Says whether it was theirs to say.
#[derive(Debug, Clone)]
pub struct Settle {
    /// Which.
    pub delivery: CompactString,
    /// Who carried it.
    pub holder: CompactString,
    /// What came of it.
    pub carried: Carried,
}

impl Command for Settle {
    type Outcome = bool;

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        keys.want::<Delivery>(&self.delivery);
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<bool, Stop> {
        let Some(delivery) = desk.read::<Delivery>(&self.delivery)? else { return Ok(false) };
        let is_theirs = delivery.state == DeliveryState::Sending && delivery.holder.as_ref() == Some(&self.holder);
        if !is_theirs {
            return Ok(false);
        }
        let book = desk.books().at(desk.now());
        let mut delivery = Delivery::clone(&delivery);
        match &self.carried {
            Carried::Sent(to) => {
                delivery.to = Some(to.clone());
                delivery.sent = Some(desk.now());
                delivery.error = None;
                delivery.count(desk, book, "sent");
                delivery.end(DeliveryState::Sent);
            }
            Carried::NotYet(error) => {
                delivery.error = Some(shortened(error));
                delivery.tries = delivery.tries.saturating_add(1);
                let retry = book.messages.retry;
                if delivery.tries >= retry.times {
                    delivery.count(desk, book, "failed");
                    delivery.go_on("failed");
                } else {
                    let doublings = u32::from(delivery.tries - 1).min(DOUBLINGS_MAX);
                    let pause = retry.pause_ms.saturating_mul(1 << doublings);
                    delivery.wait(desk.now().plus_millis(pause));
                }
            }
            Carried::Never(error) => {
                delivery.error = Some(shortened(error));
                delivery.count(desk, book, "failed");
                delivery.go_on("failed");
            }
        }
        desk.write(&self.delivery, delivery);
        Ok(true)
    }
}

fn shortened(error: &str) -> CompactString {
    error.chars().filter(|letter| !letter.is_control()).take(ERROR_CHARS_MAX).collect()
}

/// Somebody has a delivery that failed tried again, by every channel of its route.
#[derive(Debug, Clone)]
pub struct ResendDelivery {
    /// The key it came with.
    pub request: Option<RequestKey>,
    /// Which.
    pub delivery: CompactString,
    /// Who asks.
    pub by: By,
}

impl Command for ResendDelivery {
    type Outcome = Delivery;

    fn identity(&self) -> Option<Identity> {
        self.request.as_ref().map(RequestKey::identity)
    }

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        keys.want::<Delivery>(&self.delivery);
        audit::want(keys);
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Delivery, Stop> {
        let unknown = || Refusal::new(Code::Unknown).word("delivery", &self.delivery);
        let delivery = desk.read::<Delivery>(&self.delivery)?.ok_or_else(unknown)?;
        if delivery.state != DeliveryState::Failed {
            let refusal = Refusal::new(Code::DeliveryNotFailed).word("state", delivery.state.as_str());
            return Err(refusal.word("delivery", &self.delivery).into());
        }
        let stale = i64::from(desk.books().at(desk.now()).messages.stale_hours) * 3_600_000;
        let mut delivery = Delivery {
            place: 0,
            tries: 0,
            skipped: SmallVec::new(),
            until: desk.now().plus_millis(stale),
            ..Delivery::clone(&delivery)
        };
        delivery.end(DeliveryState::Ready);
        desk.write(&self.delivery, delivery.clone());
        let line = Line::new("messages.retry", "delivery", &self.delivery).after("member", delivery.member.as_str());
        audit::write(desk, &self.by, line)?;
        Ok(delivery)
    }
}

/// From when on something may leave the house: at once, or when quiet hours are over.
pub(super) fn earliest(book: &RuleBook, urgent: bool, from: Timestamp) -> Timestamp {
    let Some(quiet) = book.messages.quiet.filter(|_| !urgent) else { return from };
    let (hour, minute) = book.zone.time_of(from);
    let now = u16::from(hour.unsigned_abs()) * 60 + u16::from(minute.unsigned_abs());
    match quiet.left(now) {
        None => from,
        Some(left) => {
            let until = from.as_millis() + i64::from(left) * 60_000;
            // On the minute.
            Timestamp::from_millis(until - until.rem_euclid(60_000))
        }
    }
}
