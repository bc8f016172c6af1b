//! A person is erased: nothing that tells who they are is kept, and the journal keeps its pseudonymous entries
//! (decision 14).
//!
//! The profile becomes a tombstone and words that operators put on the member go. The member's key is destroyed by
//! whoever keeps keys, once this is durable: an [`Erasure`] says that it must be, for ever. A store that an old backup
//! brought back gets its erasures again.
//! Refusals, in order: member-unknown, member-erased, invalid-field.

use compact_str::CompactString;
use jifen_vocab::{Code, Column, Kind, Refusal, Timestamp, limits};
use serde::{Deserialize, Serialize};

use super::{Anniversary, Birthday, Profile, known};
use crate::audit::{self, By, Line};
use crate::book::Books;
use crate::desk::{Command, Desk, Identity, Keys, Loaded, RequestKey, Stop, Touch, json_record};
use crate::member::Member;

/// Erases a person.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Erase {
    /// The key it came with.
    #[serde(skip)]
    pub request: Option<RequestKey>,
    /// Whose data.
    pub member: CompactString,
    /// Why, in a person's words.
    pub reason: String,
    /// Who erases.
    pub by: By,
}

/// That a person was erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erasure {
    /// Schema version.
    pub v: u8,
    /// Whose data.
    pub member: CompactString,
    /// When.
    pub at: Timestamp,
    /// Whether what persons wrote to them and for them is gone as well; until then it is still to be done.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub forgotten: bool,
}

/// Erasures, by member.
pub static ERASURE: Kind = Kind::records("erasure").listed_by(&[Column { name: "member" }]);

json_record!(Erasure, ERASURE, |record| record.member.as_str());

impl Command for Erase {
    type Outcome = Erasure;

    fn identity(&self) -> Option<Identity> {
        self.request.as_ref().map(RequestKey::identity)
    }

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        want(&self.member, keys);
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Erasure, Stop> {
        known(desk, &self.member)?;
        if desk.read::<Erasure>(&self.member)?.is_some() {
            return Err(Refusal::new(Code::MemberErased).word("member", &self.member).into());
        }
        if self.reason.trim().is_empty() || self.reason.chars().count() > limits::REASON_LEN_MAX {
            return Err(Refusal::field("/reason", "have 1 to 500 characters").into());
        }
        let at = desk.now();
        erase(desk, &self.member, at, &self.by, &self.reason)
    }
}

/// Erases a person again whom the store has forgotten to have erased: an old backup was brought back. The member may
/// not be there at all.
#[derive(Debug, Clone)]
pub struct EraseAgain {
    /// Whose data.
    pub member: CompactString,
    /// When they were erased.
    pub at: Timestamp,
}

impl Command for EraseAgain {
    type Outcome = Erasure;

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        want(&self.member, keys);
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Erasure, Stop> {
        match desk.read::<Erasure>(&self.member)? {
            Some(erasure) => Ok(Erasure::clone(&erasure)),
            None => erase(desk, &self.member, self.at, &By::system(), "the store was restored"),
        }
    }
}

/// Notes that everything is gone which persons wrote to somebody who was erased.
#[derive(Debug, Clone)]
pub struct NoteForgotten {
    /// Whose data.
    pub member: CompactString,
}

impl Command for NoteForgotten {
    type Outcome = ();

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        keys.want::<Erasure>(&self.member);
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<(), Stop> {
        let Some(erasure) = desk.read::<Erasure>(&self.member)?.filter(|erasure| !erasure.forgotten) else {
            return Ok(());
        };
        desk.write(&self.member, Erasure { forgotten: true, ..Erasure::clone(&erasure) });
        Ok(())
    }
}

fn want(member: &str, keys: &mut Keys) {
    keys.want::<Member>(member);
    keys.want::<Profile>(member);
    keys.want::<Anniversary>(member);
    keys.want::<Birthday>(member);
    keys.want::<Erasure>(member);
    audit::want(keys);
}

fn erase(desk: &mut Desk<'_>, id: &CompactString, at: Timestamp, by: &By, reason: &str) -> Result<Erasure, Stop> {
    if let Some(member) = desk.read::<Member>(id)?.filter(|member| !member.body.tags.is_empty()) {
        let mut member = Member::clone(&member);
        member.body.tags.clear();
        member.note_due(&desk.books().at(desk.now()).law());
        desk.write(id, member);
    }
    desk.write(id, Profile { v: 2, key: None, cipher: None, sealed: String::new(), erased: Some(at) });
    if desk.read::<Anniversary>(id)?.is_some() {
        desk.write(id, Anniversary { v: 1, next: None });
    }
    if desk.read::<Birthday>(id)?.is_some() {
        desk.write(id, Birthday::emptied());
    }
    let erasure = Erasure { v: 1, member: id.clone(), at, forgotten: false };
    desk.write(id, erasure.clone());
    audit::write(desk, by, Line::new("members.erase", "member", id).because(reason))?;
    Ok(erasure)
}
