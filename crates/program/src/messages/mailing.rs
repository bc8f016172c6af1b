//! A person sends a message: an apology, thanks, a greeting, early access, the result of an appeal (NOTE-04 to NOTE-06).
//!
//! To members by name it goes in the decision itself. To all of some tiers it is a plan: members are told slice by slice,
//! each in the commit that says how far it has come, so that it may be stopped, goes on after a restart, and tells nobody
//! twice. Refusals of sending, in order: unknown, invalid-field, member-unknown. Of stopping and going on: unknown,
//! plan-decided.

use std::sync::Arc;

use compact_str::CompactString;
use jifen_vocab::{Code, Kind, MemberId, Refusal, TierId, Timestamp};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::{Cause, tell::tell};
use crate::audit::{self, By, Line};
use crate::book::messages::{MessageKind, Trigger};
use crate::book::{Books, Name, RuleBook};
use crate::desk::{Command, Desk, Identity, Keys, Loaded, RequestKey, Stop, Touch, json_record};
use crate::member::Member;

/// Characters of a word that a person writes into a message.
pub const WORD_CHARS_MAX: usize = 200;

/// Mailings that may be on their way at the same time: the docket names them all.
const RUNNING_MAX: usize = 20;

/// To whom a mailing goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Audience {
    /// To these members.
    Members(Vec<MemberId>),
    /// To all members of these tiers.
    Tiers(Vec<TierId>),
}

/// Where a mailing stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailingState {
    /// Everybody was told.
    Done,
    /// Members are being told.
    Running,
    /// Somebody stopped it, or its kind is gone; it may go on.
    Stopped,
}

impl MailingState {
    /// The word it is written with.
    pub const fn as_str(self) -> &'static str {
        match self {
            MailingState::Done => "done",
            MailingState::Running => "running",
            MailingState::Stopped => "stopped",
        }
    }
}

/// A mailing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mailing {
    /// Schema version.
    pub v: u8,
    /// Its identifier.
    pub id: CompactString,
    /// The kind of message.
    pub kind: CompactString,
    /// To all of these tiers; to members by name where there are none.
    pub tiers: Vec<TierId>,
    /// What is written into it, until everybody was told: it may be about a person.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<(CompactString, Name)>,
    /// Where it stands.
    pub state: MailingState,
    /// Whether all members are gone through by identifier, and those of the tiers told: with several tiers whoever changes
    /// from one to another meanwhile is met once.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub whole: bool,
    /// Which of the tiers is being told; of a whole one, how many are behind it: none or all.
    pub place: usize,
    /// The last member who was looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<CompactString>,
    /// To how many members it went.
    pub told: i64,
    /// How many the kind is not meant for.
    pub left_out: i64,
    /// Who sends it.
    pub by: CompactString,
    /// When it began.
    pub at: Timestamp,
    /// When everybody was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Timestamp>,
}

/// Mailings, by identifier: later ones sort later.
pub static MAILING: Kind = Kind::records("mailing");

json_record!(Mailing, MAILING);

/// The mailings that are on their way.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct MailingDocket {
    /// Schema version.
    pub v: u8,
    /// Which, oldest first.
    pub running: Vec<CompactString>,
}

/// The one docket.
pub static MAILING_DOCKET: Kind = Kind::records("mailing_docket");

json_record!(MailingDocket, MAILING_DOCKET);

/// The id of the one docket.
pub const DOCKET: &str = "mailings";

impl Mailing {
    /// As it is answered and remembered: without what was written into it.
    fn told(&self) -> Mailing {
        Mailing { words: Vec::new(), ..self.clone() }
    }

    /// Whether it is for a member who is met now.
    fn is_for(&self, member: &Member) -> bool {
        !self.whole || self.tiers.contains(&member.body.tier)
    }

    /// Everybody was told.
    fn end(&mut self, now: Timestamp) {
        self.state = MailingState::Done;
        self.ended = Some(now);
        self.words.clear();
    }
}

/// Sends a message of a kind. Those whom the kind is not meant for are left out.
#[derive(Debug, Clone)]
pub struct BeginMailing {
    /// The key it came with.
    pub request: Option<RequestKey>,
    /// The kind.
    pub kind: CompactString,
    /// To whom.
    pub to: Audience,
    /// What is written into it.
    pub words: Vec<(CompactString, Name)>,
    /// Who sends it.
    pub by: By,
}

impl Command for BeginMailing {
    type Outcome = Mailing;

    fn identity(&self) -> Option<Identity> {
        self.request.as_ref().map(RequestKey::identity)
    }

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        match &self.to {
            Audience::Members(members) => members.iter().for_each(|member| keys.want::<Member>(member.as_str())),
            Audience::Tiers(_) => keys.want::<MailingDocket>(DOCKET),
        }
        audit::want(keys);
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Mailing, Stop> {
        let book = Arc::clone(desk.books().at(desk.now()));
        let kind = hand_kind(&book, &self.kind)?;
        let words = self.words_of(kind)?;
        let id = desk.new_id("mail");
        let mut mailing = Mailing {
            v: 1,
            id: id.clone(),
            kind: self.kind.clone(),
            tiers: Vec::new(),
            words: words.into_vec(),
            state: MailingState::Running,
            whole: false,
            place: 0,
            after: None,
            told: 0,
            left_out: 0,
            by: self.by.id().clone(),
            at: desk.now(),
            ended: None,
        };
        match &self.to {
            Audience::Members(members) => {
                mailing.tell(desk, &book, kind, members)?;
                mailing.end(desk.now());
            }
            Audience::Tiers(tiers) => {
                self.check_tiers(&book, tiers)?;
                mailing.tiers.clone_from(tiers);
                mailing.whole = tiers.len() > 1;
                enter(desk, &id)?;
            }
        }
        let line = Line::new("messages.send", "mailing", &id).after("kind", self.kind.as_str());
        let tiers: Vec<String> = mailing.tiers.iter().map(ToString::to_string).collect();
        let line = if tiers.is_empty() { line.after("told", mailing.told) } else { line.after("tiers", tiers) };
        audit::write(desk, &self.by, line)?;
        desk.write_new(&id, mailing.clone());
        Ok(mailing.told())
    }
}

impl BeginMailing {
    fn check_tiers(&self, book: &RuleBook, tiers: &[TierId]) -> Result<(), Refusal> {
        for (place, tier) in tiers.iter().enumerate() {
            if book.tiers.iter().all(|known| known.id != *tier) || tiers[..place].contains(tier) {
                return Err(Refusal::field(format!("/tiers/{place}"), "be a tier of the program, each once"));
            }
        }
        Ok(())
    }

    /// The words, where they are exactly those of the kind.
    fn words_of(&self, kind: &MessageKind) -> Result<SmallVec<[(CompactString, Name); 2]>, Refusal> {
        if let Some((stray, _)) = self.words.iter().find(|(word, _)| !kind.words.contains(word)) {
            return Err(Refusal::field(format!("/words/{stray}"), "be one of the kind's words"));
        }
        let find = |word: &CompactString| {
            let text = self.words.iter().find(|(name, _)| name == word).map(|(_, text)| text);
            let fits = |text: &&Name| {
                let len = |text: &str| (1..=WORD_CHARS_MAX).contains(&text.trim().chars().count());
                len(&text.zh) && len(&text.en)
            };
            let text = text.filter(fits).cloned();
            text.map(|text| (word.clone(), text))
                .ok_or_else(|| Refusal::field(format!("/words/{word}"), "have 1 to 200 characters in both languages"))
        };
        kind.words.iter().map(find).collect()
    }
}

impl Mailing {
    fn tell(
        &mut self,
        desk: &mut Desk<'_>,
        book: &RuleBook,
        kind: &MessageKind,
        members: &[MemberId],
    ) -> Result<(), Stop> {
        let facts = Cause::Hand { words: SmallVec::from_vec(self.words.clone()) }.facts();
        let mut bodies = Vec::with_capacity(members.len());
        for id in members {
            let member = desk.read::<Member>(id.as_str())?;
            bodies.push(member.ok_or_else(|| Refusal::new(Code::MemberUnknown).word("member", id.as_str()))?);
        }
        for member in bodies {
            if !self.is_for(&member) {
                continue;
            }
            let now = desk.now();
            match tell(desk, book, kind, &member.body, &facts, now) {
                Some(_) => self.told += 1,
                None => self.left_out += 1,
            }
        }
        Ok(())
    }
}

fn hand_kind<'b>(book: &'b RuleBook, id: &str) -> Result<&'b MessageKind, Refusal> {
    let kind = book.messages.kind(id).filter(|kind| kind.on == Trigger::Hand);
    kind.ok_or_else(|| {
        let known = book.messages.kinds.iter().filter(|kind| kind.on == Trigger::Hand).map(|kind| kind.id.as_str());
        let known: Vec<&str> = known.collect();
        Refusal::new(Code::Unknown).at("/kind").word("message", id).word("known", &known.join(", "))
    })
}

fn docket(desk: &Desk<'_>) -> Result<MailingDocket, Stop> {
    let docket = desk.read::<MailingDocket>(DOCKET)?;
    Ok(docket.map_or_else(|| MailingDocket { v: 1, running: Vec::new() }, |docket| MailingDocket::clone(&docket)))
}

/// A mailing is on its way.
fn enter(desk: &mut Desk<'_>, id: &CompactString) -> Result<(), Stop> {
    let mut docket = docket(desk)?;
    if docket.running.len() >= RUNNING_MAX {
        let refusal = Refusal::new(Code::LimitExceeded).word("limit", "mailings");
        return Err(refusal.number("maximum", RUNNING_MAX as i64).into());
    }
    docket.running.push(id.clone());
    desk.write(DOCKET, docket);
    Ok(())
}

/// It is not any more.
fn leave(desk: &mut Desk<'_>, id: &CompactString) -> Result<(), Stop> {
    let mut docket = docket(desk)?;
    docket.running.retain(|running| running != id);
    desk.write(DOCKET, docket);
    Ok(())
}

/// Tells the next members of a mailing.
#[derive(Debug, Clone)]
pub struct MailSlice {
    /// Which mailing.
    pub mailing: CompactString,
    /// Which of its tiers.
    pub place: usize,
    /// The last member who was looked at before these.
    pub after: Option<CompactString>,
    /// These members.
    pub members: Vec<MemberId>,
    /// The last member who was looked at, of them or not.
    pub until: Option<CompactString>,
    /// Whether there are no more.
    pub is_last: bool,
}

impl Command for MailSlice {
    type Outcome = ();

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        keys.want::<Mailing>(&self.mailing);
        keys.want::<MailingDocket>(DOCKET);
        self.members.iter().for_each(|member| keys.want::<Member>(member.as_str()));
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<(), Stop> {
        let Some(mailing) = desk.read::<Mailing>(&self.mailing)? else { return Ok(()) };
        // Another process has told them, or somebody has stopped it.
        let is_next = mailing.place == self.place && mailing.after == self.after;
        if mailing.state != MailingState::Running || !is_next {
            return Ok(());
        }
        let mut mailing = Mailing::clone(&mailing);
        let book = Arc::clone(desk.books().at(desk.now()));
        match hand_kind(&book, &mailing.kind) {
            Ok(kind) => mailing.tell(desk, &book, kind, &self.members)?,
            // The kind went with an earlier rule book; another may bring it back.
            Err(_) => {
                mailing.state = MailingState::Stopped;
                leave(desk, &self.mailing)?;
                desk.write(&self.mailing, mailing);
                return Ok(());
            }
        }
        mailing.after = self.until.clone().or(mailing.after);
        if self.is_last {
            mailing.place = if mailing.whole { mailing.tiers.len() } else { mailing.place + 1 };
            mailing.after = None;
        }
        if mailing.place >= mailing.tiers.len() {
            mailing.end(desk.now());
            leave(desk, &self.mailing)?;
        }
        desk.write(&self.mailing, mailing);
        Ok(())
    }
}

/// Stops a mailing, or lets it go on.
#[derive(Debug, Clone)]
pub struct DecideMailing {
    /// The key it came with.
    pub request: Option<RequestKey>,
    /// Which.
    pub mailing: CompactString,
    /// Whether it goes on.
    pub goes_on: bool,
    /// Who decides.
    pub by: By,
}

impl Command for DecideMailing {
    type Outcome = Mailing;

    fn identity(&self) -> Option<Identity> {
        self.request.as_ref().map(RequestKey::identity)
    }

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        keys.want::<Mailing>(&self.mailing);
        keys.want::<MailingDocket>(DOCKET);
        audit::want(keys);
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Mailing, Stop> {
        let unknown = || Refusal::new(Code::Unknown).word("mailing", &self.mailing);
        let mut mailing = Mailing::clone(&*desk.read::<Mailing>(&self.mailing)?.ok_or_else(unknown)?);
        let action = match (self.goes_on, mailing.state) {
            (true, MailingState::Stopped) => "messages.resume",
            (false, MailingState::Running) => "messages.stop",
            _ => return Err(Refusal::new(Code::PlanDecided).word("state", mailing.state.as_str()).into()),
        };
        if self.goes_on {
            enter(desk, &self.mailing)?;
            mailing.state = MailingState::Running;
        } else {
            leave(desk, &self.mailing)?;
            mailing.state = MailingState::Stopped;
        }
        audit::write(desk, &self.by, Line::new(action, "mailing", &self.mailing).after("told", mailing.told))?;
        desk.write(&self.mailing, mailing.clone());
        Ok(mailing.told())
    }
}
