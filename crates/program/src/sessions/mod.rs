//! Sessions: who has signed in, since when and until when. Staff and members have them; programs have tokens.
//!
//! A person's sessions are one record, so that they are few, and all end at once when a password changes. What a browser
//! holds is random; only its hash comes here. Sessions go by the machine's clock, which is an argument: a sandbox whose
//! own clock jumps ends nobody's session.

mod devices;

use compact_str::{CompactString, format_compact};
use jifen_vocab::{Kind, Timestamp, limits};
use serde::{Deserialize, Serialize};

pub use devices::{Device, Presence};

use crate::audit::{self, By, Line};
use crate::book::Books;
use crate::desk::{Command, Desk, Keys, Loaded, Stop, Touch, json_record};

/// Whose sessions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum Holder {
    /// A member's.
    Member(CompactString),
    /// A person's of the staff, by login.
    Staff(CompactString),
}

impl Holder {
    /// The id of the record with their sessions: `staff:lin`.
    pub fn key(&self) -> CompactString {
        match self {
            Holder::Member(id) => format_compact!("member:{id}"),
            Holder::Staff(login) => format_compact!("staff:{login}"),
        }
    }

    /// Kind and identifier.
    fn named(&self) -> (&'static str, &str) {
        match self {
            Holder::Member(id) => ("member", id),
            Holder::Staff(login) => ("staff", login),
        }
    }

    /// Whose record it is.
    pub fn of_key(key: &str) -> Option<Holder> {
        let (kind, id) = key.split_once(':')?;
        match kind {
            "member" => Some(Holder::Member(id.into())),
            "staff" => Some(Holder::Staff(id.into())),
            _ => None,
        }
    }

    /// Milliseconds for which a session lasts unused, and in any case.
    const fn lasts(&self) -> (i64, i64) {
        const MINUTE: i64 = 60_000;
        match self {
            Holder::Member(_) => {
                (limits::MEMBER_IDLE_DAYS * 1_440 * MINUTE, limits::MEMBER_SESSION_DAYS * 1_440 * MINUTE)
            }
            Holder::Staff(_) => (limits::STAFF_IDLE_MINUTES * MINUTE, limits::STAFF_SESSION_HOURS * 60 * MINUTE),
        }
    }
}

/// How far a session has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The password was right; the second factor is to come. It allows nothing else.
    HalfWay,
    /// Signed in.
    Open,
}

/// A session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// SHA-256 of what the browser holds, in hexadecimal.
    pub token_sha256: CompactString,
    /// How far it has come.
    pub stage: Stage,
    /// Since when.
    pub opened_at: Timestamp,
    /// When it was last used, within a minute.
    pub seen_at: Timestamp,
    /// When it ends if nobody uses it.
    pub idle_at: Timestamp,
    /// When it ends in any case.
    pub ends_at: Timestamp,
    /// When the second factor was last shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed_at: Option<Timestamp>,
    /// What tells the browser apart from others: a hash of how it names itself.
    pub agent: CompactString,
    /// The device it began on, hashed under a key; none for staff.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<CompactString>,
}

impl Session {
    /// A session of somebody who was let in that far.
    pub fn new(holder: &Holder, opened: Opened, stage: Stage, wall: Timestamp) -> Session {
        let (idle, whole) = holder.lasts();
        let whole = if stage == Stage::HalfWay { limits::SIGN_IN_MINUTES * 60_000 } else { whole };
        let ends_at = wall.plus_millis(whole);
        Session {
            token_sha256: opened.token_sha256,
            stage,
            opened_at: wall,
            seen_at: wall,
            idle_at: wall.plus_millis(idle).min(ends_at),
            ends_at,
            confirmed_at: None,
            agent: opened.agent,
            device: None,
        }
    }

    /// Whether it holds at that instant.
    pub fn holds(&self, wall: Timestamp) -> bool {
        wall < self.idle_at && wall < self.ends_at
    }

    /// Until when the second factor counts as fresh; none where it does not.
    pub fn confirmed_until(&self, wall: Timestamp) -> Option<Timestamp> {
        let until = self.confirmed_at?.plus_millis(limits::CONFIRMED_MINUTES * 60_000);
        (wall < until).then_some(until)
    }
}

/// What a new session is known by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    /// SHA-256 of what the browser will hold, in hexadecimal.
    pub token_sha256: CompactString,
    /// A hash of how the browser names itself.
    pub agent: CompactString,
}

/// A person's sessions.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Sessions {
    /// Schema version.
    pub v: u8,
    /// Oldest first.
    pub list: Vec<Session>,
    /// Browsers that were signed in with before, newest last, so that a new one is noticed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub agents: Vec<CompactString>,
    /// Devices that a member was seen with, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub devices: Vec<Device>,
}

/// Sessions, by whose they are.
pub static SESSIONS: Kind = Kind::records("sessions");

json_record!(Sessions, SESSIONS);

impl Sessions {
    /// The session with that token that holds at that instant.
    pub fn find(&self, token_sha256: &str, wall: Timestamp) -> Option<&Session> {
        self.list.iter().find(|session| session.token_sha256 == token_sha256 && session.holds(wall))
    }

    /// Adds a session; those that have ended go, and the oldest where there are too many. Says whether the browser is
    /// one that was not signed in with before.
    pub fn add(&mut self, session: Session, wall: Timestamp) -> bool {
        self.list.retain(|session| session.holds(wall));
        let surplus = (self.list.len() + 1).saturating_sub(limits::SESSIONS_MAX);
        self.list.drain(..surplus);
        let is_new = !self.agents.contains(&session.agent);
        if session.stage == Stage::Open {
            self.agents.retain(|agent| *agent != session.agent);
            let surplus = (self.agents.len() + 1).saturating_sub(limits::SESSIONS_MAX);
            self.agents.drain(..surplus);
            self.agents.push(session.agent.clone());
        }
        self.list.push(session);
        is_new
    }

    /// Ends the session with that token.
    pub fn end(&mut self, token_sha256: &str) {
        self.list.retain(|session| session.token_sha256 != token_sha256);
    }
}

/// Reads a person's sessions at the desk; nobody has none yet.
pub(crate) fn of(desk: &Desk<'_>, holder: &Holder) -> Result<Sessions, Stop> {
    let sessions = desk.read::<Sessions>(&holder.key())?;
    Ok(sessions.map_or_else(|| Sessions { v: 1, ..Sessions::default() }, |sessions| Sessions::clone(&sessions)))
}

/// Notes that a session is in use.
#[derive(Debug, Clone)]
pub struct TouchSession {
    /// Whose it is.
    pub holder: Holder,
    /// Which.
    pub token_sha256: CompactString,
    /// The machine's clock.
    pub wall: Timestamp,
}

impl Command for TouchSession {
    type Outcome = ();

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        keys.want::<Sessions>(&self.holder.key());
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<(), Stop> {
        let mut sessions = of(desk, &self.holder)?;
        let (idle, _) = self.holder.lasts();
        let found = sessions.list.iter_mut().find(|session| session.token_sha256 == self.token_sha256);
        let Some(session) = found.filter(|session| session.holds(self.wall) && session.seen_at < self.wall) else {
            return Ok(());
        };
        session.seen_at = self.wall;
        session.idle_at = self.wall.plus_millis(idle).min(session.ends_at);
        desk.write(&self.holder.key(), sessions);
        Ok(())
    }
}

/// Ends a session, or all of a person's.
#[derive(Debug, Clone)]
pub struct EndSession {
    /// Whose it is.
    pub holder: Holder,
    /// Which; all where it does not say.
    pub token_sha256: Option<CompactString>,
}

impl Command for EndSession {
    type Outcome = ();

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        keys.want::<Sessions>(&self.holder.key());
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<(), Stop> {
        let mut sessions = of(desk, &self.holder)?;
        match &self.token_sha256 {
            Some(token) => sessions.end(token),
            None => sessions.list.clear(),
        }
        desk.write(&self.holder.key(), sessions);
        Ok(())
    }
}

/// Ends a session that another browser used: its cookie was stolen, and whoever looks at the trail is to know.
#[derive(Debug, Clone)]
pub struct EndStolenSession {
    /// Whose it is.
    pub holder: Holder,
    /// Which.
    pub token_sha256: CompactString,
}

impl Command for EndStolenSession {
    type Outcome = ();

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        keys.want::<Sessions>(&self.holder.key());
        audit::want(keys);
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<(), Stop> {
        let mut sessions = of(desk, &self.holder)?;
        let before = sessions.list.len();
        sessions.end(&self.token_sha256);
        // Many requests of one page may notice it at once.
        if sessions.list.len() == before {
            return Ok(());
        }
        desk.write(&self.holder.key(), sessions);
        let (kind, id) = self.holder.named();
        let line = Line::new("session.stolen", kind, id).after("ended", "another browser used it");
        audit::write(desk, &By::system(), line).map(drop)
    }
}

#[cfg(test)]
mod tests;
