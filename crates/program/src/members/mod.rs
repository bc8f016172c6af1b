//! Members: amended, revealed, erased; they are enrolled by [`crate::flows::Enroll`].
//!
//! Personal data is a record of its own, sealed before it reaches this crate: nothing here can read it.
//! Refusals of amending, in order: member-unknown; member-erased; birthday-locked. Of revealing: member-unknown.

mod anniversary;
mod birthday;
mod erase;

use std::sync::Arc;

use compact_str::CompactString;
use jifen_ledger::MonthDay;
use jifen_vocab::{Code, Kind, Refusal, Timestamp};
use serde::{Deserialize, Serialize};

use crate::audit::{self, By, Line};
use crate::book::Books;
use crate::desk::{Command, Desk, Identity, Keys, Loaded, RequestKey, Stop, Touch, json_record};
use crate::member::Member;

pub use anniversary::{ANNIVERSARY, Anniversary, note_anniversary};
pub use birthday::{BIRTHDAY, Birthday};
pub use erase::{ERASURE, Erase, EraseAgain, Erasure, NoteForgotten};

/// A member's personal data, sealed under the member's own key. Base 64.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Schema version.
    pub v: u8,
    /// In version 1 the member's key, sealed under the master key. Since version 2 keys are not in the store: what is
    /// in it cannot be destroyed (decision 14).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// What it was sealed with, since version 2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cipher: Option<CompactString>,
    /// The fields, sealed; empty where the person was erased.
    pub sealed: String,
    /// When the person was erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erased: Option<Timestamp>,
}

impl Profile {
    /// Fields that were sealed with that cipher.
    pub fn sealed(cipher: &str, sealed: String) -> Profile {
        Profile { v: 2, key: None, cipher: Some(CompactString::new(cipher)), sealed, erased: None }
    }
}

/// Personal data, apart from points.
pub static PROFILE: Kind = Kind::records("profile");

json_record!(Profile, PROFILE);

/// Changes what is known of a member besides points. What is not given stays.
#[derive(Debug, Clone)]
pub struct Amend {
    /// The key it came with.
    pub request: Option<RequestKey>,
    /// Who changes it, to be audited; none where only the sealing changes and nobody's knowledge.
    pub by: Option<By>,
    /// The member.
    pub id: CompactString,
    /// Words operators put on members, instead of those there were.
    pub tags: Option<Vec<CompactString>>,
    /// Personal data, sealed, instead of what there was.
    pub profile: Option<Profile>,
    /// The birthday's month and day instead of what was known, or that nobody knows it.
    pub birthday: Option<Option<MonthDay>>,
    /// The names of the personal fields that changed.
    pub changed: Vec<&'static str>,
}

impl Command for Amend {
    type Outcome = ();

    fn identity(&self) -> Option<Identity> {
        self.request.as_ref().map(RequestKey::identity)
    }

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        keys.want::<Member>(&self.id);
        keys.want::<Profile>(&self.id);
        if self.birthday.is_some() {
            keys.want::<Birthday>(&self.id);
        }
        if self.by.is_some() {
            audit::want(keys);
        }
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<(), Stop> {
        let member = known(desk, &self.id)?;
        if desk.read::<Profile>(&self.id)?.is_some_and(|profile| profile.erased.is_some()) && self.profile.is_some() {
            return Err(Refusal::new(Code::MemberErased).word("member", &self.id).into());
        }
        if let Some(day) = self.birthday {
            birthday::change(desk, &self.id, day)?;
        }
        let tags = self.tags.as_ref().filter(|tags| **tags != member.body.tags);
        if let Some(by) = &self.by {
            let mut line = Line::new("members.change", "member", &self.id);
            if let Some(tags) = tags {
                line = line.before("tags", words(&member.body.tags)).after("tags", words(tags));
            }
            if !self.changed.is_empty() {
                line = line.after("personal", self.changed.clone());
            }
            audit::write(desk, by, line)?;
        }
        if let Some(tags) = tags {
            let mut member = Member::clone(&member);
            member.body.tags.clone_from(tags);
            member.note_due(&desk.books().at(desk.now()).law());
            desk.write(&self.id, member);
        }
        if let Some(profile) = &self.profile {
            desk.write(&self.id, profile.clone());
        }
        Ok(())
    }
}

/// Says that somebody was shown personal data: nothing but a line of the audit trail.
#[derive(Debug, Clone)]
pub struct Reveal {
    /// Who was shown.
    pub by: By,
    /// Whose data.
    pub id: CompactString,
    /// Why.
    pub reason: String,
}

impl Command for Reveal {
    type Outcome = ();

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        keys.want::<Member>(&self.id);
        audit::want(keys);
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<(), Stop> {
        known(desk, &self.id)?;
        audit::write(desk, &self.by, Line::new("members.reveal", "member", &self.id).because(&self.reason))?;
        Ok(())
    }
}

fn known(desk: &Desk<'_>, id: &str) -> Result<Arc<Member>, Stop> {
    let member = desk.read::<Member>(id)?;
    Ok(member.ok_or_else(|| Refusal::new(Code::MemberUnknown).word("member", id))?)
}

fn words(words: &[CompactString]) -> Vec<String> {
    words.iter().map(ToString::to_string).collect()
}
