//! Confirmations: members say that they have read a version of the rules before it takes effect (COMP-04).
//!
//! Nouns: [`Confirmation`], a fact for each member and version, written once. Refusals: member-unknown, unknown.

use compact_str::{CompactString, format_compact};
use jifen_vocab::{Code, Kind, MemberId, Refusal, Timestamp};
use serde::{Deserialize, Serialize};

use crate::book::Books;
use crate::desk::{Command, Desk, Keys, Loaded, Stop, Touch, json_record};
use crate::member::Member;

/// That a member confirmed a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmation {
    /// Schema version.
    pub v: u8,
    /// The member.
    pub member: MemberId,
    /// The version of the rule book.
    pub version: u32,
    /// When.
    pub at: Timestamp,
}

/// Confirmations, by version and member.
pub static CONFIRMATION: Kind = Kind::facts("rule_confirmation");

json_record!(Confirmation, CONFIRMATION);

/// What confirmations are counted under, by version.
pub const CONFIRMED: &str = "rules_confirmed";

impl Confirmation {
    /// The record of a member and a version.
    pub fn id(member: &MemberId, version: u32) -> CompactString {
        format_compact!("{version:08} {member}")
    }
}

/// A member confirms a version. Again is no other than once.
#[derive(Debug, Clone)]
pub struct ConfirmRules {
    /// The member.
    pub member: MemberId,
    /// The version.
    pub version: u32,
}

impl Command for ConfirmRules {
    type Outcome = Confirmation;

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        keys.want::<Member>(self.member.as_str());
        keys.want::<Confirmation>(&Confirmation::id(&self.member, self.version));
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Confirmation, Stop> {
        if desk.read::<Member>(self.member.as_str())?.is_none() {
            return Err(Refusal::new(Code::MemberUnknown).word("member", self.member.as_str()).into());
        }
        if desk.books().version(self.version).is_none() {
            return Err(Refusal::new(Code::Unknown).word("version", &self.version.to_string()).into());
        }
        let id = Confirmation::id(&self.member, self.version);
        if let Some(before) = desk.read::<Confirmation>(&id)? {
            return Ok(Confirmation::clone(&before));
        }
        let confirmation = Confirmation { v: 1, member: self.member.clone(), version: self.version, at: desk.now() };
        desk.write(&id, confirmation.clone());
        let day = desk.books().at(desk.now()).zone.day_of(desk.now());
        desk.count(CONFIRMED, day, format_compact!("{}", self.version), 1);
        Ok(confirmation)
    }
}
