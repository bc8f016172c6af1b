//! Bookings: times at which a redeemed service can be had, and which of them a redemption has.

use axum::http::Method;
use compact_str::CompactString;
use jifen_program::bookings::{Booking as Stored, PLACES_MAX, SLOTS_MAX, Slot as StoredSlot};
use jifen_program::desk::Record;
use jifen_program::flows::{Book, BookingEnd, EndBooking, SetSlots};
use jifen_program::redemptions::Redemption;
use jifen_program::rewards::Reward;
use jifen_store::Order;
use jifen_vocab::{RewardId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::redemptions::{REDEMPTION_ID, optional, owner, redemption_id};
use super::rewards::REWARD_ID;
use crate::app::App;
use crate::call::{Call, Reply};
use crate::language::Said;
use crate::listing::{PageOf, in_order};
use crate::operation::{Access, Answer, Answered, Body, BodyKind, Key, Operation};
use crate::problems::{Problem, table};
use crate::scopes::Scope;

/// Slots of a reward that are read at once.
const LISTED_MAX: usize = 2_000;
/// Milliseconds for which a booking is still listed once it is over.
const SHOWN_AFTER_MS: i64 = 7 * 86_400_000;

/// Times at which a reward can be had.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSlots {
    /// The times; those that are not named stay.
    #[schema(max_items = 200)]
    slots: Vec<NewSlot>,
}

/// A time.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSlot {
    /// Which, among the reward's.
    #[schema(min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9._:-]+$")]
    id: String,
    /// Who or what is booked: a coach, a room.
    #[schema(min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9._:-]+$")]
    resource: Option<String>,
    /// When it begins.
    #[schema(format = DateTime)]
    from: String,
    /// When it ends.
    #[schema(format = DateTime)]
    until: String,
    /// How many can have it.
    #[schema(minimum = 0, maximum = 1_000_000)]
    places: i64,
}

/// A time at which a reward can be had.
#[derive(Serialize, ToSchema)]
pub struct Slot {
    /// Which.
    id: String,
    /// Who or what is booked.
    resource: Option<String>,
    /// When it begins.
    #[schema(format = DateTime)]
    from: String,
    /// When it ends.
    #[schema(format = DateTime)]
    until: String,
    /// How many can have it.
    places: i64,
    /// How many still can.
    free: i64,
}

/// Times at which a reward can be had.
#[derive(Serialize, ToSchema)]
pub struct SlotList {
    /// Those to come, earliest first.
    data: Vec<Slot>,
}

/// The time that is wanted.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBooking {
    /// Which.
    #[schema(min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9._:-]+$")]
    slot: String,
}

/// Nothing to say: the redemption is named by the address.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBookingCancellation {}

/// What came of a booked time.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBookingEnd {
    /// Whether nobody came; else the service was given.
    #[serde(default)]
    missed: bool,
}

/// The time that a redemption has.
#[derive(Serialize, ToSchema)]
pub struct Booking {
    /// The redemption.
    redemption: String,
    /// Whose.
    member: String,
    /// What for.
    reward: String,
    /// `booked`, `done`, `missed` or `canceled`.
    state: &'static str,
    /// Which time.
    slot: String,
    /// With whom or where.
    resource: Option<String>,
    /// When it begins.
    #[schema(format = DateTime)]
    from: String,
    /// When it ends.
    #[schema(format = DateTime)]
    until: String,
    /// Places it holds.
    places: i64,
    /// How often it was moved.
    moved: i64,
    /// Until when it can be moved or given up.
    #[schema(format = DateTime)]
    changeable_until: String,
}

/// Bookings of a reward.
#[derive(Serialize, ToSchema)]
pub struct BookingList {
    /// Those to come and those of the last seven days, earliest first.
    data: Vec<Booking>,
}

fn answer(call: &Call, stored: &Stored) -> Booking {
    let books = call.app.engine.books();
    let book = books.at(call.app.engine.clock().now());
    let hours = i64::from(book.shelf.booking_change_hours);
    Booking {
        redemption: stored.redemption.to_string(),
        member: stored.member.to_string(),
        reward: stored.reward.to_string(),
        state: stored.state.as_str(),
        slot: stored.slot.to_string(),
        resource: stored.resource.as_ref().map(ToString::to_string),
        from: book.zone.rfc3339(stored.from),
        until: book.zone.rfc3339(stored.until),
        places: stored.places,
        moved: stored.moved,
        changeable_until: book.zone.rfc3339(stored.from.plus_millis(-hours * 3_600_000)),
    }
}

/// The reward that the path names.
pub(super) fn reward_id(call: &Call) -> Result<RewardId, Problem> {
    let id = call.segment("id");
    RewardId::new(id).map_err(|_| Problem::new(&table::UNKNOWN).word("reward", id))
}

fn slot(new: NewSlot, place: usize, reward: &RewardId) -> Result<StoredSlot, Problem> {
    let at = |field: &str| format!("/slots/{place}/{field}");
    jifen_vocab::id::check(&new.id).map_err(|error| Problem::field(at("id"), &error.to_string()))?;
    if let Some(resource) = &new.resource {
        jifen_vocab::id::check(resource).map_err(|error| Problem::field(at("resource"), &error.to_string()))?;
    }
    let read = |field: &str, text: &str| Timestamp::parse_rfc3339(text).ok_or_else(|| instant_problem(at(field)));
    let (from, until) = (read("from", &new.from)?, read("until", &new.until)?);
    if until <= from {
        return Err(Problem::field(at("until"), "lie after from"));
    }
    if !(0..=PLACES_MAX).contains(&new.places) {
        return Err(Problem::field(at("places"), &format!("be from 0 to {PLACES_MAX}")));
    }
    Ok(StoredSlot {
        v: 1,
        reward: reward.clone(),
        id: new.id.into(),
        resource: new.resource.map(CompactString::from),
        from,
        until,
        places: new.places,
        taken: 0,
    })
}

fn instant_problem(pointer: String) -> Problem {
    Problem::field(pointer, "be an instant such as 2026-06-18T20:15:00+08:00")
}

async fn set_slots(call: Call) -> Answered {
    let new: NewSlots = call.json()?;
    let reward = reward_id(&call)?;
    if !(1..=SLOTS_MAX).contains(&new.slots.len()) {
        return Err(Problem::field("/slots", &format!("have 1 to {SLOTS_MAX} items")));
    }
    let slots = new.slots.into_iter().enumerate().map(|(place, new)| slot(new, place, &reward));
    let slots = slots.collect::<Result<Vec<_>, _>>()?;
    let command = SetSlots { request: call.key()?, reward: reward.clone(), slots, by: call.by() };
    let (_, replayed) = call.submit(command).await?;
    Ok(Reply::json(&slots_of(&call, &reward).await?)?.replayed(replayed))
}

async fn list_slots(call: Call) -> Answered {
    let reward = reward_id(&call)?;
    if call.app.engine.read::<Reward>(reward.as_str())?.is_none() {
        return Err(Problem::new(&table::UNKNOWN).word("reward", reward.as_str()));
    }
    Reply::json(&slots_of(&call, &reward).await?)
}

/// Times of a reward that are to come, earliest first.
/// Records of a reward, which is the first of their columns, in the order of their ids.
fn of_reward<R: Record>(app: &App, reward: &RewardId, order: Order) -> Result<Vec<R>, Problem> {
    let listed = in_order::<R>(app, Some((0, reward.as_str())), order, PageOf::first(LISTED_MAX))?;
    Ok(listed.records.into_iter().map(|(_, record)| record).collect())
}

async fn slots_of(call: &Call, reward: &RewardId) -> Result<SlotList, Problem> {
    let (reward, zone) = (reward.clone(), call.zone());
    let listed = call.aside(move |app| {
        let now = app.engine.clock().now();
        let mut slots: Vec<StoredSlot> = of_reward(app, &reward, Order::Ascending)?;
        slots.retain(|slot| slot.from > now);
        slots.sort_by(|one, other| (one.from, &one.id).cmp(&(other.from, &other.id)));
        Ok(slots)
    });
    let listed = listed.await?;
    let shown = |slot: StoredSlot| Slot {
        id: slot.id.to_string(),
        resource: slot.resource.map(Into::into),
        from: zone.rfc3339(slot.from),
        until: zone.rfc3339(slot.until),
        places: slot.places,
        free: slot.places - slot.taken,
    };
    Ok(SlotList { data: listed.into_iter().map(shown).collect() })
}

async fn list_bookings(call: Call) -> Answered {
    let reward = reward_id(&call)?;
    if call.app.engine.read::<Reward>(reward.as_str())?.is_none() {
        return Err(Problem::new(&table::UNKNOWN).word("reward", reward.as_str()));
    }
    let listed = call.aside(move |app| {
        let since = app.engine.clock().now().plus_millis(-SHOWN_AFTER_MS);
        // The latest redemptions: who books books soon after.
        let mut bookings: Vec<Stored> = of_reward(app, &reward, Order::Descending)?;
        bookings.retain(|booking| booking.until > since);
        bookings.sort_by(|one, other| (one.from, &one.redemption).cmp(&(other.from, &other.redemption)));
        Ok(bookings)
    });
    let listed = listed.await?;
    Reply::json(&BookingList { data: listed.iter().map(|booking| answer(&call, booking)).collect() })
}

async fn book(call: Call) -> Answered {
    let new: NewBooking = call.json()?;
    jifen_vocab::id::check(&new.slot).map_err(|error| Problem::field("/slot", &error.to_string()))?;
    let (redemption, owner) = (redemption_id(&call)?, owner(&call)?);
    let command = Book { request: call.key()?, redemption, owner, slot: new.slot.into() };
    let (stored, replayed) = call.submit(command).await?;
    Ok(Reply::json(&answer(&call, &stored))?.replayed(replayed))
}

async fn end(call: Call, how: BookingEnd) -> Answered {
    let (redemption, owner) = (redemption_id(&call)?, owner(&call)?);
    let (stored, replayed) = call.submit(EndBooking { request: call.key()?, redemption, owner, how }).await?;
    Ok(Reply::json(&answer(&call, &stored))?.replayed(replayed))
}

async fn cancel_booking(call: Call) -> Answered {
    let NewBookingCancellation {} = optional(&call)?;
    end(call, BookingEnd::Cancel).await
}

async fn end_booking(call: Call) -> Answered {
    let new: NewBookingEnd = optional(&call)?;
    end(call, if new.missed { BookingEnd::Missed } else { BookingEnd::Done }).await
}

async fn show_booking(call: Call) -> Answered {
    let (id, owner) = (redemption_id(&call)?, owner(&call)?);
    let unknown = || Problem::new(&table::UNKNOWN).word("booking", id.as_str());
    let redemption = call.app.engine.read::<Redemption>(id.as_str())?.ok_or_else(unknown)?;
    if owner.is_some_and(|owner| owner != redemption.member) {
        return Err(unknown());
    }
    let booking = call.app.engine.read::<Stored>(id.as_str())?.ok_or_else(unknown)?;
    Reply::json(&answer(&call, &booking))
}

const ANSWER: Answer = Answer::json::<Booking>(
    200,
    Said { en: "The booking.", zh: "预约。" },
    r#"{"redemption": "rdm_0rkf3c2gq1a2b3c4d5e6f7", "member": "lin", "reward": "coach", "state": "booked", "slot": "mon-10",
    "resource": "coach-li", "from": "2026-06-22T10:00:00+08:00", "until": "2026-06-22T11:00:00+08:00", "places": 1,
    "moved": 0, "changeable_until": "2026-06-21T10:00:00+08:00"}"#,
);

const SLOTS: Answer = Answer::json::<SlotList>(
    200,
    Said { en: "The times to come.", zh: "可预约的时段。" },
    r#"{"data": [{"id": "mon-10", "resource": "coach-li", "from": "2026-06-22T10:00:00+08:00",
    "until": "2026-06-22T11:00:00+08:00", "places": 4, "free": 3}]}"#,
);

/// `POST /v1/redemptions/{id}/booking`
pub static BOOK: Operation = Operation {
    id: "book_slot",
    method: Method::POST,
    path: "/v1/redemptions/{id}/booking",
    feature: "bookings",
    access: Access::ScopeOrMember(Scope::RedemptionsWrite),
    confirm: false,
    summary: Said { en: "Book a time, or another one", zh: "预约或改约" },
    about: Said {
        en: "Each piece takes a place. A time that was booked before is free again; it can be changed until the hours that the program names, and must begin before the voucher lapses.",
        zh: "每件占用一个名额。改约后原时段释放；须在方案规定的提前时间之前操作，且时段须在券码有效期内。",
    },
    parameters: &[&REDEMPTION_ID],
    body: Some(Body { kinds: &[BodyKind::json::<NewBooking>(r#"{"slot": "mon-10"}"#)], required: true }),
    key: Key::Optional,
    answer: ANSWER,
    problems: &[&table::BOOKING_CLOSED, &table::REDEMPTION_CLOSED, &table::SLOT_FULL, &table::UNKNOWN],
    handler: |call| Box::pin(book(call)),
};

/// `POST /v1/redemptions/{id}/booking/cancel`
pub static CANCEL: Operation = Operation {
    id: "cancel_booking",
    method: Method::POST,
    path: "/v1/redemptions/{id}/booking/cancel",
    feature: "bookings",
    access: Access::ScopeOrMember(Scope::RedemptionsWrite),
    confirm: false,
    summary: Said { en: "Give up a time", zh: "取消预约" },
    about: Said {
        en: "The redemption stays: another time can be booked.",
        zh: "仅取消时段，兑换仍然有效，可重新预约。",
    },
    parameters: &[&REDEMPTION_ID],
    body: Some(Body { kinds: &[BodyKind::json::<NewBookingCancellation>("{}")], required: false }),
    key: Key::Optional,
    answer: ANSWER,
    problems: &[&table::BOOKING_CLOSED, &table::UNKNOWN],
    handler: |call| Box::pin(cancel_booking(call)),
};

/// `POST /v1/redemptions/{id}/booking/end`
pub static END: Operation = Operation {
    id: "end_booking",
    method: Method::POST,
    path: "/v1/redemptions/{id}/booking/end",
    feature: "bookings",
    access: Access::Scope(Scope::VouchersUse),
    confirm: false,
    summary: Said { en: "The service was given, or nobody came", zh: "登记服务完成或未到" },
    about: Said {
        en: "For whoever gives the service. Once it was given, its vouchers are used; whoever did not come may book again while their voucher lives.",
        zh: "由服务方登记。完成后券码即核销；未到者在券码有效期内可重新预约。",
    },
    parameters: &[&REDEMPTION_ID],
    body: Some(Body { kinds: &[BodyKind::json::<NewBookingEnd>(r#"{"missed": false}"#)], required: false }),
    key: Key::Optional,
    answer: ANSWER,
    problems: &[&table::BOOKING_CLOSED, &table::UNKNOWN],
    handler: |call| Box::pin(end_booking(call)),
};

/// `GET /v1/redemptions/{id}/booking`
pub static SHOW: Operation = Operation {
    id: "show_booking",
    method: Method::GET,
    path: "/v1/redemptions/{id}/booking",
    feature: "bookings",
    access: Access::ScopeOrMember(Scope::RedemptionsRead),
    confirm: false,
    summary: Said { en: "Which time does a redemption have?", zh: "查看预约" },
    about: Said { en: "And where it stands.", zh: "含当前状态。" },
    parameters: &[&REDEMPTION_ID],
    body: None,
    key: Key::None,
    answer: ANSWER,
    problems: &[&table::UNKNOWN],
    handler: |call| Box::pin(show_booking(call)),
};

/// `PUT /v1/rewards/{id}/slots`
pub static SET_SLOTS: Operation = Operation {
    id: "set_slots",
    method: Method::PUT,
    path: "/v1/rewards/{id}/slots",
    feature: "bookings",
    access: Access::Scope(Scope::RewardsWrite),
    confirm: false,
    summary: Said { en: "Say when a service can be had", zh: "设置可预约时段" },
    about: Said {
        en: "Times that are not named stay as they are. None is moved while somebody has booked it, nor has fewer places than are taken.",
        zh: "未列出的时段保持不变。已有人预约的时段不能改时间，名额不能少于已预约数。",
    },
    parameters: &[&REWARD_ID],
    body: Some(Body {
        kinds: &[BodyKind::json::<NewSlots>(
            r#"{"slots": [{"id": "mon-10", "resource": "coach-li", "from": "2026-06-22T10:00:00+08:00",
            "until": "2026-06-22T11:00:00+08:00", "places": 4}]}"#,
        )],
        required: true,
    }),
    key: Key::Optional,
    answer: SLOTS,
    problems: &[&table::STOCK_RESERVED, &table::UNKNOWN],
    handler: |call| Box::pin(set_slots(call)),
};

/// `GET /v1/rewards/{id}/bookings`
pub static LIST: Operation = Operation {
    id: "list_bookings",
    method: Method::GET,
    path: "/v1/rewards/{id}/bookings",
    feature: "bookings",
    access: Access::Scope(Scope::RedemptionsRead),
    confirm: false,
    summary: Said { en: "Who has booked a service?", zh: "查看预约名单" },
    about: Said {
        en: "Bookings to come and those of the last seven days, earliest first, whatever became of them.",
        zh: "未来及最近七天的预约，按时间先后排列，含各种状态。",
    },
    parameters: &[&REWARD_ID],
    body: None,
    key: Key::None,
    answer: Answer::json::<BookingList>(200, Said { en: "The bookings.", zh: "预约名单。" }, ""),
    problems: &[&table::UNKNOWN],
    handler: |call| Box::pin(list_bookings(call)),
};

/// `GET /v1/rewards/{id}/slots`
pub static LIST_SLOTS: Operation = Operation {
    id: "list_slots",
    method: Method::GET,
    path: "/v1/rewards/{id}/slots",
    feature: "bookings",
    access: Access::ScopeOrMember(Scope::RewardsRead),
    confirm: false,
    summary: Said { en: "When can a service be had?", zh: "查看可预约时段" },
    about: Said { en: "Times to come, with how many places are free.", zh: "未来的时段及剩余名额。" },
    parameters: &[&REWARD_ID],
    body: None,
    key: Key::None,
    answer: SLOTS,
    problems: &[&table::UNKNOWN],
    handler: |call| Box::pin(list_slots(call)),
};
