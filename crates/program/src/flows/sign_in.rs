//! Staff sign in: a password, then a code of the second factor, then a session (SEC-08). Or they come from the company's
//! own sign-in, which stands for the password and, where settings say so, for the code.
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

/// Somebody at the door: who it claims to be, with their sessions.
struct Door<'a> {
    staff: Staff,
    holder: Holder,
    sessions: Sessions,
    wall: Timestamp,
    by: &'a By,
}

impl<'a> Door<'a> {
    fn of(desk: &Desk<'_>, login: &str, wall: Timestamp, by: &'a By) -> Result<Door<'a>, Stop> {
        let holder = Holder::Staff(login.into());
        Ok(Door { staff: staff::of(desk, login)?, sessions: sessions::of(desk, &holder)?, holder, wall, by })
    }

    /// That nobody gets in, where that is so.
    fn locked(&self) -> Option<Entry> {
        self.staff.lock.closed_until(self.wall).map(Entry::Locked)
    }

    fn unknown(&self) -> Stop {
        Refusal::new(Code::Unknown).word("staff", &self.staff.login).into()
    }

    fn line(&self, action: &'static str) -> Line {
        Line::new(action, "staff", &self.staff.login)
    }

    /// Counts a wrong password or code.
    fn wrong(mut self, desk: &mut Desk<'_>, what: &'static str) -> Result<Entry, Stop> {
        let locks = self.staff.lock.fail(self.wall);
        let mut line = self.line("sign_in.fail").after("wrong", what);
        if locks {
            line = line.after("locked_minutes", limits::LOCK_MINUTES);
            // Whoever has the password and guesses codes starts over.
            self.sessions.list.retain(|session| session.stage == Stage::Open);
            desk.write(&self.holder.key(), self.sessions.clone());
        }
        let entry = self.locked().unwrap_or(Entry::Wrong);
        audit::write(desk, self.by, line)?;
        let login = self.staff.login.clone();
        desk.write(&login, self.staff);
        Ok(entry)
    }

    /// Begins a session that allows nothing but showing the second factor.
    fn half_way(&mut self, desk: &mut Desk<'_>, opened: &Opened) -> Entry {
        let session = Session::new(&self.holder, opened.clone(), Stage::HalfWay, self.wall);
        self.sessions.add(session, self.wall);
        desk.write(&self.holder.key(), self.sessions.clone());
        if self.staff.factor.is_some() { Entry::Factor } else { Entry::Enroll }
    }

    /// Begins a session with a fresh second factor; the line that says so.
    fn open(&mut self, opened: &Opened) -> Line {
        let session = Session::new(&self.holder, opened.clone(), Stage::Open, self.wall);
        let is_new = self.sessions.add(Session { confirmed_at: Some(self.wall), ..session }, self.wall);
        self.line("sign_in.open").after("new_browser", is_new)
    }

    /// Somebody showed who they are: what went wrong before is forgotten, and what happened is written down.
    fn passed(mut self, desk: &mut Desk<'_>, line: Line) -> Result<Entry, Stop> {
        self.staff.lock = staff::Lock::default();
        audit::write(desk, self.by, line)?;
        desk.write(&self.holder.key(), self.sessions);
        let login = self.staff.login.clone();
        desk.write(&login, self.staff);
        Ok(Entry::Open)
    }
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
        let mut door = Door::of(desk, &self.login, self.wall, &self.by)?;
        if let Some(locked) = door.locked() {
            return Ok(locked);
        }
        let known = door.staff.password.as_ref().filter(|password| door.staff.active && password.counts(self.wall));
        if known.is_none_or(|password| Some(&password.hash) != self.right_for.as_ref()) {
            return door.wrong(desk, "password");
        }
        Ok(door.half_way(desk, &self.opened))
    }
}

/// Somebody proved at the company's own sign-in who they are.
#[derive(Debug, Clone)]
pub struct ComeFromProvider {
    /// Who.
    pub login: CompactString,
    /// Whether they showed a second factor there that counts here.
    pub second_factor: bool,
    /// The session that begins.
    pub opened: Opened,
    /// The machine's clock.
    pub wall: Timestamp,
    /// By which request.
    pub by: By,
}

impl Command for ComeFromProvider {
    type Outcome = Entry;

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        want(&self.login, keys)
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Entry, Stop> {
        let mut door = Door::of(desk, &self.login, self.wall, &self.by)?;
        if let Some(locked) = door.locked() {
            return Ok(locked);
        }
        if !door.staff.active {
            audit::write(desk, &self.by, door.line("sign_in.fail").after("wrong", "not active"))?;
            return Ok(Entry::Wrong);
        }
        // A one-time password was for getting in the first time. Whoever comes this way does not need it, and somebody
        // else knows it.
        door.staff.password = door.staff.password.take().filter(|password| password.one_time_until.is_none());
        if self.second_factor {
            let line = door.open(&self.opened).after("through", "provider");
            return door.passed(desk, line);
        }
        let entry = door.half_way(desk, &self.opened);
        audit::write(desk, &self.by, door.line("sign_in.provider"))?;
        let login = door.staff.login.clone();
        desk.write(&login, door.staff);
        Ok(entry)
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
        let mut door = Door::of(desk, &self.login, self.wall, &self.by)?;
        if let Some(locked) = door.locked() {
            return Ok(locked);
        }
        if door.sessions.find(&self.token_sha256, self.wall).is_none() || !door.staff.active {
            return Err(door.unknown());
        }
        let Some(factor) = counted(&door.staff, &self.shown) else {
            return door.wrong(desk, "second factor");
        };
        let is_first = door.staff.factor.replace(factor).is_none();
        door.staff.offered = None;
        door.sessions.end(&self.token_sha256);
        let line = door.open(&self.opened);
        let line = if is_first { line.after("second_factor", "set up") } else { line };
        door.passed(desk, line)
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
        let mut door = Door::of(desk, &self.login, self.wall, &self.by)?;
        if let Some(locked) = door.locked() {
            return Ok(locked);
        }
        let factor = counted(&door.staff, &self.shown).filter(|_| door.staff.factor.is_some());
        let Some(factor) = factor else { return door.wrong(desk, "second factor") };
        let mut sessions = door.sessions.list.iter_mut();
        let Some(session) = sessions.find(|session| session.token_sha256 == self.token_sha256) else {
            return Err(door.unknown());
        };
        session.confirmed_at = Some(self.wall);
        door.staff.factor = Some(factor);
        let line = door.line("sign_in.confirm");
        door.passed(desk, line)
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
        let mut door = Door::of(desk, &self.login, self.wall, &self.by)?;
        let action = match &self.new {
            NewPassword::Own { token_sha256, right_for } => {
                if let Some(locked) = door.locked() {
                    return Ok(locked);
                }
                if door.staff.password.as_ref().is_none_or(|known| Some(&known.hash) != right_for.as_ref()) {
                    return door.wrong(desk, "password");
                }
                door.sessions.list.retain(|session| session.token_sha256 == *token_sha256);
                "staff.password"
            }
            NewPassword::Letter { token_sha256 } => {
                let is_right = |reset: &Reset| reset.token_sha256 == *token_sha256 && self.wall < reset.until;
                if !door.staff.active || !door.staff.reset.as_ref().is_some_and(is_right) {
                    return Ok(Entry::Wrong);
                }
                door.sessions.list.clear();
                "staff.password_by_mail"
            }
            NewPassword::Anew => {
                door.sessions.list.clear();
                door.staff.factor = None;
                door.staff.offered = None;
                "staff.reset"
            }
        };
        door.staff.password = Some(self.password.clone());
        door.staff.reset = None;
        let line = door.line(action);
        door.passed(desk, line)
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
