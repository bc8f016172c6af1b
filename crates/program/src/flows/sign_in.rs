//! Staff sign in: a password, then a code of the second factor, then a session (SEC-08).
//!
//! What was shown is compared before it comes here, because hashing a password takes time and opening a sealed secret
//! takes a key; here it is judged. Wrong ones are counted, so they are answers and not refusals, which would leave no
//! trace. A lock is looked at before anything else: guesses sent at once count one after the other.

use compact_str::CompactString;
use jifen_vocab::{Code, Refusal, Timestamp, limits};
use serde::{Deserialize, Serialize};

use crate::audit::{self, By, Line};
use crate::book::Books;
use crate::desk::{Command, Desk, Keys, Loaded, Stop, Touch};
use crate::sessions::{self, Holder, Opened, Session, Sessions, Stage};
use crate::staff::{self, Factor, Password, Reset, Staff};

/// How far somebody got.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    /// Signed in.
    Open,
    /// The second factor is to be shown.
    Factor,
    /// A second factor is to be set up first.
    Enroll,
    /// What was shown is not right.
    Wrong,
    /// Nobody gets in until then.
    Locked(Timestamp),
}

/// What every step needs: the person, their sessions, the trail.
fn want(login: &str, keys: &mut Keys) -> Touch {
    keys.want::<Staff>(login);
    keys.want::<Sessions>(&Holder::Staff(login.into()).key());
    audit::want(keys);
    Touch::Done
}

/// Counts a wrong password or code.
fn wrong(desk: &mut Desk<'_>, mut staff: Staff, what: &'static str, wall: Timestamp, by: &By) -> Result<Entry, Stop> {
    let locks = staff.lock.fail(wall);
    let mut line = Line::new("sign_in.fail", "staff", &staff.login).after("wrong", what);
    if locks {
        line = line.after("locked_minutes", limits::LOCK_MINUTES);
        // Whoever has the password and guesses codes starts over.
        let holder = Holder::Staff(staff.login.clone());
        let mut sessions = sessions::of(desk, &holder)?;
        sessions.list.retain(|session| session.stage == Stage::Open);
        desk.write(&holder.key(), sessions);
    }
    let entry = staff.lock.closed_until(wall).map_or(Entry::Wrong, Entry::Locked);
    let login = staff.login.clone();
    desk.write(&login, staff);
    audit::write(desk, by, line)?;
    Ok(entry)
}

/// A password was shown.
#[derive(Debug, Clone)]
pub struct ShowPassword {
    /// By whom.
    pub login: CompactString,
    /// The hash that it was right for; none where it was wrong.
    pub right_for: Option<String>,
    /// The session that begins.
    pub opened: Opened,
    /// The machine's clock.
    pub wall: Timestamp,
    /// By which request.
    pub by: By,
}

impl Command for ShowPassword {
    type Outcome = Entry;

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        want(&self.login, keys)
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Entry, Stop> {
        let staff = staff::of(desk, &self.login)?;
        if let Some(until) = staff.lock.closed_until(self.wall) {
            return Ok(Entry::Locked(until));
        }
        let known = staff.password.as_ref().filter(|password| staff.active && password.counts(self.wall));
        if known.is_none_or(|password| Some(&password.hash) != self.right_for.as_ref()) {
            return wrong(desk, staff, "password", self.wall, &self.by);
        }
        let holder = Holder::Staff(self.login.clone());
        let mut sessions = sessions::of(desk, &holder)?;
        sessions.add(Session::new(&holder, self.opened.clone(), Stage::HalfWay, self.wall), self.wall);
        desk.write(&holder.key(), sessions);
        Ok(if staff.factor.is_some() { Entry::Factor } else { Entry::Enroll })
    }
}

/// Keeps the secret of a second factor that somebody who is half-way in was offered.
#[derive(Debug, Clone)]
pub struct OfferFactor {
    /// To whom.
    pub login: CompactString,
    /// The secret, sealed.
    pub sealed: CompactString,
    /// The half-way session.
    pub token_sha256: CompactString,
    /// The machine's clock.
    pub wall: Timestamp,
}

impl Command for OfferFactor {
    type Outcome = ();

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        want(&self.login, keys)
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<(), Stop> {
        let mut staff = staff::of(desk, &self.login)?;
        let sessions = sessions::of(desk, &Holder::Staff(self.login.clone()))?;
        if sessions.find(&self.token_sha256, self.wall).is_none() || staff.factor.is_some() {
            return Err(Refusal::new(Code::Unknown).word("staff", &self.login).into());
        }
        staff.offered = Some(self.sealed.clone());
        desk.write(&self.login, staff);
        Ok(())
    }
}

/// What a code of the second factor turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The sealed secret it was compared with.
    pub sealed: CompactString,
    /// The step it is the code of; none where it is wrong.
    pub step: Option<u64>,
}

/// A code was shown to get from half-way in to a session.
#[derive(Debug, Clone)]
pub struct ShowCode {
    /// By whom.
    pub login: CompactString,
    /// The half-way session.
    pub token_sha256: CompactString,
    /// What the code is.
    pub shown: Shown,
    /// The session that begins: another token, so that one from before signing in is worth nothing.
    pub opened: Opened,
    /// The machine's clock.
    pub wall: Timestamp,
    /// By which request.
    pub by: By,
}

impl Command for ShowCode {
    type Outcome = Entry;

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        want(&self.login, keys)
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Entry, Stop> {
        let staff = staff::of(desk, &self.login)?;
        if let Some(until) = staff.lock.closed_until(self.wall) {
            return Ok(Entry::Locked(until));
        }
        let holder = Holder::Staff(self.login.clone());
        let mut sessions = sessions::of(desk, &holder)?;
        if sessions.find(&self.token_sha256, self.wall).is_none() || !staff.active {
            return Err(Refusal::new(Code::Unknown).word("staff", &self.login).into());
        }
        let Some(factor) = counted(&staff, &self.shown) else {
            return wrong(desk, staff, "second factor", self.wall, &self.by);
        };
        let mut staff = staff;
        let is_first = staff.factor.is_none();
        staff.factor = Some(factor);
        staff.offered = None;
        staff.lock = staff::Lock::default();
        sessions.end(&self.token_sha256);
        let opened = Session::new(&holder, self.opened.clone(), Stage::Open, self.wall);
        let is_new = sessions.add(Session { confirmed_at: Some(self.wall), ..opened }, self.wall);
        desk.write(&holder.key(), sessions);
        desk.write(&self.login, staff);
        let line = Line::new("sign_in.open", "staff", &self.login).after("new_browser", is_new);
        let line = if is_first { line.after("second_factor", "set up") } else { line };
        audit::write(desk, &self.by, line)?;
        Ok(Entry::Open)
    }
}

/// The second factor with the code counted, where it is right: for this secret, and newer than any that was shown.
fn counted(staff: &Staff, shown: &Shown) -> Option<Factor> {
    let step = shown.step?;
    let known = staff.factor.as_ref().map(|factor| (&factor.sealed, factor.step));
    let (sealed, before) = known.or(staff.offered.as_ref().map(|offered| (offered, 0)))?;
    (*sealed == shown.sealed && step > before).then(|| Factor { sealed: sealed.clone(), step })
}

/// A code was shown again, before something sensitive.
#[derive(Debug, Clone)]
pub struct ConfirmSession {
    /// By whom.
    pub login: CompactString,
    /// The session.
    pub token_sha256: CompactString,
    /// What the code is.
    pub shown: Shown,
    /// The machine's clock.
    pub wall: Timestamp,
    /// By which request.
    pub by: By,
}

impl Command for ConfirmSession {
    type Outcome = Entry;

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        want(&self.login, keys)
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Entry, Stop> {
        let mut staff = staff::of(desk, &self.login)?;
        if let Some(until) = staff.lock.closed_until(self.wall) {
            return Ok(Entry::Locked(until));
        }
        let factor = counted(&staff, &self.shown).filter(|_| staff.factor.is_some());
        let Some(factor) = factor else { return wrong(desk, staff, "second factor", self.wall, &self.by) };
        let holder = Holder::Staff(self.login.clone());
        let mut sessions = sessions::of(desk, &holder)?;
        let session = sessions.list.iter_mut().find(|session| session.token_sha256 == self.token_sha256);
        let unknown = || Refusal::new(Code::Unknown).word("staff", &self.login);
        session.ok_or_else(unknown)?.confirmed_at = Some(self.wall);
        staff.factor = Some(factor);
        staff.lock = staff::Lock::default();
        desk.write(&holder.key(), sessions);
        desk.write(&self.login, staff);
        audit::write(desk, &self.by, Line::new("sign_in.confirm", "staff", &self.login))?;
        Ok(Entry::Open)
    }
}

/// Who gives somebody another password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewPassword {
    /// They themselves, who showed the old one; their session goes on, others end.
    Own {
        /// The session that goes on.
        token_sha256: CompactString,
        /// The hash that the old one was right for; none where it was wrong.
        right_for: Option<String>,
    },
    /// Whoever got the letter that was sent for it. The second factor stays as it is.
    Letter {
        /// SHA-256 of what the letter holds, in hexadecimal.
        token_sha256: CompactString,
    },
    /// Somebody who may: a one-time password, and the second factor is to be set up anew.
    Anew,
}

/// Gives somebody another password; sessions end.
#[derive(Debug, Clone)]
pub struct SetPassword {
    /// Whose.
    pub login: CompactString,
    /// How it came about.
    pub new: NewPassword,
    /// The password, hashed.
    pub password: Password,
    /// The machine's clock.
    pub wall: Timestamp,
    /// Who sets it.
    pub by: By,
}

impl Command for SetPassword {
    type Outcome = Entry;

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        want(&self.login, keys)
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Entry, Stop> {
        let mut staff = staff::of(desk, &self.login)?;
        let holder = Holder::Staff(self.login.clone());
        let mut sessions = sessions::of(desk, &holder)?;
        let action = match &self.new {
            NewPassword::Own { token_sha256, right_for } => {
                if let Some(until) = staff.lock.closed_until(self.wall) {
                    return Ok(Entry::Locked(until));
                }
                if staff.password.as_ref().is_none_or(|known| Some(&known.hash) != right_for.as_ref()) {
                    return wrong(desk, staff, "password", self.wall, &self.by);
                }
                sessions.list.retain(|session| session.token_sha256 == *token_sha256);
                "staff.password"
            }
            NewPassword::Letter { token_sha256 } => {
                let is_right = |reset: &Reset| reset.token_sha256 == *token_sha256 && self.wall < reset.until;
                if !staff.active || !staff.reset.as_ref().is_some_and(is_right) {
                    return Ok(Entry::Wrong);
                }
                sessions.list.clear();
                "staff.password_by_mail"
            }
            NewPassword::Anew => {
                sessions.list.clear();
                staff.factor = None;
                staff.offered = None;
                "staff.reset"
            }
        };
        staff.password = Some(self.password.clone());
        staff.reset = None;
        staff.lock = staff::Lock::default();
        desk.write(&self.login, staff);
        desk.write(&holder.key(), sessions);
        audit::write(desk, &self.by, Line::new(action, "staff", &self.login))?;
        Ok(Entry::Open)
    }
}

/// Notes that a letter with a password reset was sent.
#[derive(Debug, Clone)]
pub struct BeginReset {
    /// Whose.
    pub login: CompactString,
    /// SHA-256 of what the letter holds, in hexadecimal.
    pub token_sha256: CompactString,
    /// The machine's clock.
    pub wall: Timestamp,
    /// By which request.
    pub by: By,
}

impl Command for BeginReset {
    /// Whether a letter may be sent: not another one within a minute of the last.
    type Outcome = bool;

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        want(&self.login, keys)
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<bool, Stop> {
        let mut staff = staff::of(desk, &self.login)?;
        let until = self.wall.plus_millis(limits::RESET_MINUTES * 60_000);
        let pause = limits::CODE_PAUSE_SECONDS * 1_000;
        let is_soon = staff.reset.as_ref().is_some_and(|reset| until < reset.until.plus_millis(pause));
        if is_soon || !staff.active || staff.password.is_none() {
            return Ok(false);
        }
        staff.reset = Some(Reset { token_sha256: self.token_sha256.clone(), until });
        desk.write(&self.login, staff);
        audit::write(desk, &self.by, Line::new("staff.reset_asked", "staff", &self.login))?;
        Ok(true)
    }
}
