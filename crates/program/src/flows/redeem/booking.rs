//! A redeemed service gets a time, another one, or none; then it was given, or nobody came (RED-18).
//!
//! Refusals of booking, in order: unknown; redemption-closed; booking-closed; slot-full. Of what ends one: unknown;
//! booking-closed.

use std::collections::BTreeSet;

use compact_str::CompactString;
use jifen_vocab::{Code, MemberId, RedemptionId, Refusal, RewardId, Timestamp};
use serde::{Deserialize, Serialize};

use super::hand_over::{closed, known};
use super::pay::owned;
use super::till::finish;
use crate::audit::{self, By, Line};
use crate::book::Books;
use crate::bookings::{Booking, BookingState, Slot};
use crate::desk::{Command, Desk, Identity, Keys, Loaded, RequestKey, Stop, Touch};
use crate::redemptions::{PieceState, Redemption, State};
use crate::rewards::Reward;
use crate::vouchers::Voucher;

/// Says when a reward can be had. Slots that are not named stay as they are.
#[derive(Debug, Clone)]
pub struct SetSlots {
    /// The key it came with.
    pub request: Option<RequestKey>,
    /// Of which reward.
    pub reward: RewardId,
    /// The slots; what is taken of them stays.
    pub slots: Vec<Slot>,
    /// Who.
    pub by: By,
}

/// How many slots were set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlotsSet {
    /// How many.
    pub slots: usize,
}

impl Command for SetSlots {
    type Outcome = SlotsSet;

    fn identity(&self) -> Option<Identity> {
        self.request.as_ref().map(RequestKey::identity)
    }

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        keys.want::<Reward>(self.reward.as_str());
        self.slots.iter().for_each(|slot| keys.want::<Slot>(&Slot::key(&self.reward, &slot.id)));
        audit::want(keys);
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<SlotsSet, Stop> {
        let unknown = || Refusal::new(Code::Unknown).word("reward", self.reward.as_str());
        desk.read::<Reward>(self.reward.as_str())?.ok_or_else(unknown)?;
        let mut seen = BTreeSet::new();
        for (place, slot) in self.slots.iter().enumerate() {
            if !seen.insert(&slot.id) {
                return Err(Refusal::field(format!("/slots/{place}/id"), "be given once").into());
            }
            let key = Slot::key(&self.reward, &slot.id);
            let before = desk.read::<Slot>(&key)?;
            let taken = before.as_ref().map_or(0, |before| before.taken);
            if slot.places < taken {
                let refusal = Refusal::new(Code::StockReserved).at(format!("/slots/{place}/places"));
                return Err(refusal.number("asked", slot.places).number("reserved", taken).into());
            }
            // Who has booked a time has a promise.
            let moves = before.is_some_and(|before| (before.from, before.until) != (slot.from, slot.until));
            if moves && taken > 0 {
                return Err(Refusal::field(format!("/slots/{place}/from"), "stay while somebody has booked it").into());
            }
            desk.write(&key, Slot { taken, ..slot.clone() });
        }
        let line = Line::new("bookings.slots", "reward", self.reward.as_str()).after("slots", self.slots.len());
        audit::write(desk, &self.by, line)?;
        Ok(SlotsSet { slots: self.slots.len() })
    }
}

/// Books a time for a redemption, or another one.
#[derive(Debug, Clone)]
pub struct Book {
    /// The key it came with.
    pub request: Option<RequestKey>,
    /// For which redemption.
    pub redemption: RedemptionId,
    /// Whose it must be, where a member asks.
    pub owner: Option<MemberId>,
    /// At which time.
    pub slot: CompactString,
}

/// Names a redemption, its booking, and the slot that holds.
fn want(id: &RedemptionId, loaded: &Loaded<'_>, keys: &mut Keys) -> Touch {
    if !loaded.has_asked::<Redemption>(id.as_str()) {
        keys.want::<Redemption>(id.as_str());
        keys.want::<Booking>(id.as_str());
        return Touch::Again;
    }
    want_slot(id, loaded, keys);
    Touch::Done
}

/// Names the slot that a redemption has booked, once its booking was asked for.
pub(super) fn want_slot(id: &RedemptionId, loaded: &Loaded<'_>, keys: &mut Keys) {
    if let Some(booking) = loaded.peek::<Booking>(id.as_str()) {
        keys.want::<Slot>(&Slot::key(&booking.reward, &booking.slot));
    }
}

impl Command for Book {
    type Outcome = Booking;

    fn identity(&self) -> Option<Identity> {
        self.request.as_ref().map(RequestKey::identity)
    }

    fn touches(&self, _: &Books, loaded: &Loaded<'_>, keys: &mut Keys) -> Touch {
        if let Some(redemption) = loaded.peek::<Redemption>(self.redemption.as_str()) {
            keys.want::<Slot>(&Slot::key(&redemption.reward, &self.slot));
        }
        want(&self.redemption, loaded, keys)
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Booking, Stop> {
        let redemption = owned(desk, &self.redemption, self.owner.as_ref())?;
        let key = Slot::key(&redemption.reward, &self.slot);
        let unknown = || Refusal::new(Code::Unknown).at("/slot").word("slot", &self.slot);
        let now = desk.now();
        if redemption.state != State::Open {
            return Err(closed(&redemption).into());
        }
        let before = desk.read::<Booking>(self.redemption.as_str())?;
        let before = before.filter(|booking| booking.state == BookingState::Booked);
        if let Some(before) = &before {
            check_in_time(desk, before, now)?;
            give_up(desk, before)?;
        }
        let mut slot = Slot::clone(&*desk.read::<Slot>(&key)?.ok_or_else(unknown)?);
        let lapses = redemption.pieces.iter().filter_map(|piece| piece.expires_at).min();
        if slot.from <= now || lapses.is_some_and(|lapses| slot.from >= lapses) {
            let refusal = Refusal::new(Code::BookingClosed).word("slot", &slot.id);
            return Err(refusal.word("why", if slot.from <= now { "over" } else { "voucher_lapses" }).into());
        }
        slot.take(redemption.quantity)?;
        let booking = Booking {
            v: 1,
            redemption: redemption.id.clone(),
            member: redemption.member.clone(),
            reward: redemption.reward.clone(),
            slot: slot.id.clone(),
            resource: slot.resource.clone(),
            from: slot.from,
            until: slot.until,
            places: redemption.quantity,
            state: BookingState::Booked,
            moved: before.map_or(0, |before| before.moved + 1),
            at: now,
        };
        desk.write(&key, slot);
        desk.write(self.redemption.as_str(), booking.clone());
        Ok(booking)
    }
}

/// Until when a booking may be changed (RED-18).
fn check_in_time(desk: &Desk<'_>, booking: &Booking, now: Timestamp) -> Result<(), Refusal> {
    let hours = desk.books().at(now).shelf.booking_change_hours;
    let until = booking.from.plus_millis(-i64::from(hours) * 3_600_000);
    if now < until {
        return Ok(());
    }
    let refusal = Refusal::new(Code::BookingClosed).word("slot", &booking.slot);
    Err(refusal.word("why", "too_late").number("hours", i64::from(hours)))
}

/// The places of a booking are free again.
fn give_up(desk: &mut Desk<'_>, booking: &Booking) -> Result<(), Stop> {
    let key = Slot::key(&booking.reward, &booking.slot);
    if let Some(slot) = desk.read::<Slot>(&key)? {
        let mut slot = Slot::clone(&slot);
        slot.taken = (slot.taken - booking.places).max(0);
        desk.write(&key, slot);
    }
    Ok(())
}

/// A redemption was taken back: its time is free again.
pub(super) fn release(desk: &mut Desk<'_>, redemption: &RedemptionId) -> Result<(), Stop> {
    let booking = desk.read::<Booking>(redemption.as_str())?;
    let Some(booking) = booking.filter(|booking| booking.state == BookingState::Booked) else { return Ok(()) };
    give_up(desk, &booking)?;
    let at = desk.now();
    desk.write(redemption.as_str(), Booking { state: BookingState::Canceled, at, ..Booking::clone(&booking) });
    Ok(())
}

/// How a booking ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BookingEnd {
    /// It is given up in time.
    Cancel,
    /// The service was given.
    Done,
    /// Nobody came.
    Missed,
}

/// Ends a booking.
#[derive(Debug, Clone)]
pub struct EndBooking {
    /// The key it came with.
    pub request: Option<RequestKey>,
    /// Of which redemption.
    pub redemption: RedemptionId,
    /// Whose it must be, where a member asks.
    pub owner: Option<MemberId>,
    /// How.
    pub how: BookingEnd,
}

impl Command for EndBooking {
    type Outcome = Booking;

    fn identity(&self) -> Option<Identity> {
        self.request.as_ref().map(RequestKey::identity)
    }

    fn touches(&self, _: &Books, loaded: &Loaded<'_>, keys: &mut Keys) -> Touch {
        if let Some(redemption) = loaded.peek::<Redemption>(self.redemption.as_str()) {
            let codes = redemption.pieces.iter().filter_map(|piece| piece.code.as_ref());
            codes.for_each(|code| keys.want::<Voucher>(code));
        }
        want(&self.redemption, loaded, keys)
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Booking, Stop> {
        owned(desk, &self.redemption, self.owner.as_ref())?;
        let booking = desk.read::<Booking>(self.redemption.as_str())?;
        let unknown = || Refusal::new(Code::Unknown).word("booking", self.redemption.as_str());
        let booking = Booking::clone(&*booking.ok_or_else(unknown)?);
        if booking.state != BookingState::Booked {
            let refusal = Refusal::new(Code::BookingClosed).word("slot", &booking.slot);
            return Err(refusal.word("why", booking.state.as_str()).into());
        }
        let now = desk.now();
        match self.how {
            BookingEnd::Cancel => {
                check_in_time(desk, &booking, now)?;
                release(desk, &self.redemption)?;
            }
            BookingEnd::Done => serve(desk, &self.redemption)?,
            BookingEnd::Missed => {}
        }
        let state = match self.how {
            BookingEnd::Cancel => BookingState::Canceled,
            BookingEnd::Done => BookingState::Done,
            BookingEnd::Missed => BookingState::Missed,
        };
        let booking = Booking { state, at: now, ..booking };
        desk.write(self.redemption.as_str(), booking.clone());
        Ok(booking)
    }
}

/// What was booked was given: its vouchers are used.
fn serve(desk: &mut Desk<'_>, id: &RedemptionId) -> Result<(), Stop> {
    let mut redemption = known(desk, id)?;
    let now = desk.now();
    for piece in redemption.pieces.iter_mut().filter(|piece| piece.state == PieceState::Open) {
        piece.state = PieceState::Used;
        if let Some(code) = &piece.code
            && let Some(voucher) = desk.read::<Voucher>(code)?
        {
            desk.write(code, Voucher { open: false, ..Voucher::clone(&voucher) });
        }
    }
    redemption.handed_at = redemption.handed_at.or(Some(now));
    finish(&mut redemption);
    desk.write(id.as_str(), redemption);
    Ok(())
}
