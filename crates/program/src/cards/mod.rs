//! Cards: what members show to say who they are at a counter or kiosk (PAY-08, MEM-18). A card is signed and counts for
//! a minute; here is that it counts once.
//!
//! Nouns: [`TakenCard`], a fact for each card that somebody took. Refusals: member-unknown.

use compact_str::CompactString;
use jifen_vocab::{Code, Kind, MemberId, Refusal, Timestamp};
use serde::{Deserialize, Serialize};

use crate::book::Books;
use crate::desk::{Command, Desk, Keys, Loaded, Stop, Touch, json_record};
use crate::member::Member;

/// That a card was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenCard {
    /// Schema version.
    pub v: u8,
    /// Whose it was.
    pub member: MemberId,
    /// The credential that took it.
    pub by: CompactString,
    /// When.
    pub at: Timestamp,
}

/// Cards that were taken, by the number that was drawn for them.
pub static CARD: Kind = Kind::facts("card");

json_record!(TakenCard, CARD);

/// Takes a card that was shown; whoever asks has looked at its signature and time.
#[derive(Debug, Clone)]
pub struct TakeCard {
    /// The number that was drawn for it.
    pub card: CompactString,
    /// Whose it is.
    pub member: MemberId,
    /// The credential that takes it.
    pub by: CompactString,
}

impl Command for TakeCard {
    /// Whether it counted: a card does so once.
    type Outcome = bool;

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        keys.want::<Member>(self.member.as_str());
        keys.want::<TakenCard>(&self.card);
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<bool, Stop> {
        if desk.read::<Member>(self.member.as_str())?.is_none() {
            return Err(Refusal::new(Code::MemberUnknown).word("member", self.member.as_str()).into());
        }
        if desk.read::<TakenCard>(&self.card)?.is_some() {
            return Ok(false);
        }
        let taken = TakenCard { v: 1, member: self.member.clone(), by: self.by.clone(), at: desk.now() };
        desk.write(&self.card, taken);
        Ok(true)
    }
}
