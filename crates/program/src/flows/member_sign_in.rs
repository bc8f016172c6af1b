//! Members sign in directly: a code is sent to where they can be reached, and shown.

use compact_str::CompactString;
use jifen_vocab::{MemberId, Timestamp, limits};

use super::sign_in::Entry;
use crate::audit::{self, By, Line};
use crate::book::Books;
use crate::codes::Codes;
use crate::desk::{Command, Desk, Keys, Loaded, Stop, Touch};
use crate::sessions::{self, Holder, Opened, Session, Sessions, Stage};

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
    /// The machine's clock.
    pub wall: Timestamp,
    /// By which request.
    pub by: By,
}

impl Command for ShowMemberCode {
    type Outcome = Entry;

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        keys.want::<Codes>(self.member.as_str());
        keys.want::<Sessions>(&Holder::Member(self.member.as_str().into()).key());
        audit::want(keys);
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Entry, Stop> {
        let mut codes = codes(desk, &self.member)?;
        if let Some(until) = codes.closed_until(self.wall) {
            return Ok(Entry::Locked(until));
        }
        let is_right = codes.show(&self.hash, self.wall);
        let locked = codes.closed_until(self.wall);
        desk.write(self.member.as_str(), codes);
        if let Some(until) = locked {
            let line = Line::new("sign_in.fail", "member", self.member.as_str()).after("wrong", "code");
            audit::write(desk, &self.by, line.after("locked_minutes", limits::LOCK_MINUTES))?;
            return Ok(Entry::Locked(until));
        }
        if !is_right {
            return Ok(Entry::Wrong);
        }
        let holder = Holder::Member(self.member.as_str().into());
        let mut sessions = sessions::of(desk, &holder)?;
        sessions.add(Session::new(&holder, self.opened.clone(), Stage::Open, self.wall), self.wall);
        desk.write(&holder.key(), sessions);
        Ok(Entry::Open)
    }
}
