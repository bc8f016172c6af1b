//! Theft of points is stopped (SEC-10): who has just signed in with a device that nobody knows and at once spends much
//! shows a fresh code first. A till does not know on which device a member showed who they are: there it is enough that
//! such a sign-in is recent. A refusal leaves no trace, so that it was refused is a command of its own: it writes the
//! trail, and sets the wallet aside for review where the rule book says so.

use jifen_vocab::{Code, MemberId, Refusal, Timestamp, UnitId};
use serde::{Deserialize, Serialize};

use crate::audit::{self, By, Line};
use crate::book::{Books, Guard};
use crate::desk::{Command, Desk, Keys, Loaded, Stop, Touch};
use crate::freezes::Freeze;
use crate::member::Member;
use crate::sessions::{self, Holder, Presence, Sessions};

/// The record that tells devices of a member apart.
pub(super) fn want(member: &MemberId, keys: &mut Keys) {
    keys.want::<Sessions>(&holder(member).key());
}

fn holder(member: &MemberId) -> Holder {
    Holder::Member(member.as_str().into())
}

/// From where points are spent.
pub(super) enum Whence<'a> {
    /// From the member's own device.
    Device(&'a Presence),
    /// At a till, at an instant of the machine's clock.
    Till(Timestamp),
}

impl Whence<'_> {
    fn is_fresh(&self, sessions: &Sessions, minutes: u16) -> bool {
        match self {
            Whence::Device(presence) => sessions.is_fresh(presence, minutes),
            Whence::Till(wall) => sessions.has_fresh(*wall, minutes),
        }
    }
}

/// Whether a member may spend that from there; `available` is what they have of the unit. Nothing is asked where a
/// program vouches for them.
///
/// # Errors
/// `device-unconfirmed`
pub(super) fn check(
    desk: &Desk<'_>,
    guard: Option<&Guard>,
    member: &MemberId,
    whence: Option<&Whence<'_>>,
    points: i64,
    available: i64,
) -> Result<(), Stop> {
    let (Some(guard), Some(whence)) = (guard, whence) else { return Ok(()) };
    if !guard.is_much(points, available) || !whence.is_fresh(&sessions::of(desk, &holder(member))?, guard.minutes) {
        return Ok(());
    }
    let refusal = Refusal::new(Code::DeviceUnconfirmed).number("points", points);
    Err(refusal.number("minutes", i64::from(guard.minutes)).into())
}

/// Notes that spending was held back.
#[derive(Debug, Clone)]
pub struct HoldBack {
    /// Whose points.
    pub member: MemberId,
    /// Of which unit.
    pub unit: UnitId,
    /// How many were to be spent.
    pub points: i64,
    /// By which request.
    pub by: By,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldBack {
    /// Until when the wallet waits for review; none where it does not.
    pub frozen_until: Option<Timestamp>,
}

impl Command for HoldBack {
    type Outcome = HeldBack;

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        keys.want::<Member>(self.member.as_str());
        audit::want(keys);
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<HeldBack, Stop> {
        let now = desk.now();
        let guard = desk.books().at(now).rights.guard;
        let freeze = guard.and_then(|guard| guard.freeze).filter(|freeze| self.points > freeze.points);
        let line = Line::new("spending.hold_back", "member", self.member.as_str());
        let line = line.after("points", self.points).after("unit", self.unit.as_str());
        audit::write(desk, &self.by, line.after("why", "a device not seen before"))?;
        let frozen_until = freeze.map(|freeze| now.plus_millis(i64::from(freeze.hours) * 3_600_000));
        if frozen_until.is_some() {
            let freeze = Freeze {
                request: None,
                member: self.member.clone(),
                until: frozen_until,
                reason: "much was to be spent from a device not seen before".to_owned(),
                by: By::system(),
            };
            freeze.decide(desk)?;
        }
        Ok(HeldBack { frozen_until })
    }
}

/// Remembers the device that a shop's app says a member is on.
#[derive(Debug, Clone)]
pub struct SeeDevice {
    /// Who.
    pub member: MemberId,
    /// On what, and when.
    pub presence: Presence,
}

impl Command for SeeDevice {
    type Outcome = ();

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        want(&self.member, keys);
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<(), Stop> {
        let holder = holder(&self.member);
        let mut sessions = sessions::of(desk, &holder)?;
        if sessions.see(&self.presence.device, self.presence.wall) {
            desk.write(&holder.key(), sessions);
        }
        Ok(())
    }
}
