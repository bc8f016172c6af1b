//! Members sign in directly: a code is sent to where they can be reached, and shown.

use compact_str::CompactString;
use jifen_vocab::{MemberId, Timestamp, limits};

use super::sign_in::Entry;
use crate::audit::{self, By, Line};
use crate::book::Books;
use crate::codes::Codes;
use crate::desk::{Command, Desk, Keys, Loaded, Stop, Touch};
use crate::sessions::{self, Holder, Opened, Presence, Session, Sessions, Stage};

fn codes(desk: &Desk<'_>, member: &MemberId) -> Result<Codes, Stop> {
    Ok(desk.read::<Codes>(member.as_str())?.map_or_else(Codes::default, |codes| Codes::clone(&codes)))
}

/// Keeps a code that is about to be sent to a member.
#[derive(Debug, Clone)]
pub struct SendCode {
    /// To whom.
    pub member: MemberId,
    /// The code, hashed under a key.
    pub hash: CompactString,
    /// The machine's clock.
    pub wall: Timestamp,
}

impl Command for SendCode {
    /// Whether it may be sent.
    type Outcome = bool;

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        keys.want::<Codes>(self.member.as_str());
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<bool, Stop> {
        let mut codes = codes(desk, &self.member)?;
        let may = codes.send(self.hash.clone(), self.wall);
        if may {
            desk.write(self.member.as_str(), codes);
        }
        Ok(may)
    }
}

/// A member shows the code that was sent.
#[derive(Debug, Clone)]
pub struct ShowMemberCode {
    /// Who.
    pub member: MemberId,
    /// The code, hashed under a key.
    pub hash: CompactString,
    /// The session that begins.
    pub opened: Opened,
    /// The device, hashed under a key.
    pub device: CompactString,
    /// The machine's clock.
    pub wall: Timestamp,
    /// By which request.
    pub by: By,
}

impl Command for ShowMemberCode {
    type Outcome = Entry;

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        want(&self.member, keys)
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Entry, Stop> {
        if let Some(entry) = shown(desk, &self.member, &self.hash, self.wall, &self.by)? {
            return Ok(entry);
        }
        let holder = Holder::Member(self.member.as_str().into());
        let mut sessions = sessions::of(desk, &holder)?;
        let session = Session::new(&holder, self.opened.clone(), Stage::Open, self.wall);
        sessions.add(Session { device: Some(self.device.clone()), ..session }, self.wall);
        if sessions.see(&self.device, self.wall) {
            audit::write(desk, &self.by, Line::new("sign_in.new_device", "member", self.member.as_str()))?;
        }
        desk.write(&holder.key(), sessions);
        Ok(Entry::Open)
    }
}

/// A member shows a fresh code on a device that was not seen before, so that much can be spent from it (SEC-10).
#[derive(Debug, Clone)]
pub struct ConfirmDevice {
    /// Who.
    pub member: MemberId,
    /// The code, hashed under a key.
    pub hash: CompactString,
    /// The device, and the machine's clock.
    pub presence: Presence,
    /// By which request.
    pub by: By,
}

impl Command for ConfirmDevice {
    type Outcome = Entry;

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        want(&self.member, keys)
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Entry, Stop> {
        let Presence { device, wall } = &self.presence;
        if let Some(entry) = shown(desk, &self.member, &self.hash, *wall, &self.by)? {
            return Ok(entry);
        }
        let holder = Holder::Member(self.member.as_str().into());
        let mut sessions = sessions::of(desk, &holder)?;
        sessions.trust(device, *wall);
        desk.write(&holder.key(), sessions);
        audit::write(desk, &self.by, Line::new("sign_in.confirm_device", "member", self.member.as_str()))?;
        Ok(Entry::Open)
    }
}

fn want(member: &MemberId, keys: &mut Keys) -> Touch {
    keys.want::<Codes>(member.as_str());
    keys.want::<Sessions>(&Holder::Member(member.as_str().into()).key());
    audit::want(keys);
    Touch::Done
}

/// Compares a code with the one that was sent; how it ends where it is not right.
fn shown(
    desk: &mut Desk<'_>,
    member: &MemberId,
    hash: &CompactString,
    wall: Timestamp,
    by: &By,
) -> Result<Option<Entry>, Stop> {
    let mut codes = codes(desk, member)?;
    if let Some(until) = codes.closed_until(wall) {
        return Ok(Some(Entry::Locked(until)));
    }
    let is_right = codes.show(hash, wall);
    let locked = codes.closed_until(wall);
    desk.write(member.as_str(), codes);
    if let Some(until) = locked {
        let line = Line::new("sign_in.fail", "member", member.as_str()).after("wrong", "code");
        audit::write(desk, by, line.after("locked_minutes", limits::LOCK_MINUTES))?;
        return Ok(Some(Entry::Locked(until)));
    }
    Ok((!is_right).then_some(Entry::Wrong))
}
