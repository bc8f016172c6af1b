//! Votes: members choose what is made next (CAT-33). One member, one ballot; whatever wins becomes the draft of a reward.
//!
//! Nouns: [`Poll`], [`PollOption`], [`Ballot`]. Invariants: a ballot is cast once and not changed; the ballots of a poll
//! are as many as its options were chosen; what is over is over.

use compact_str::CompactString;
use jifen_vocab::{Column, Kind, MemberId, RewardId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::book::Name;
use crate::desk::{Record, json_record};

/// Options of a poll beyond which nobody reads them.
pub const OPTIONS_MAX: usize = 20;

/// What members can choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PollOption {
    /// Its identifier within the poll.
    pub id: CompactString,
    /// What people call it.
    pub name: Name,
    /// How many chose it.
    pub ballots: i64,
}

/// What the winner becomes: a reward that is not on the shelf until somebody puts it there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PollReward {
    /// The word for its kind, such as `goods`.
    pub kind: CompactString,
    /// The kind of goods.
    pub category: CompactString,
    /// The price in points it begins with.
    pub points: i64,
}

/// A poll.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Poll {
    /// Schema version.
    pub v: u8,
    /// Its identifier.
    pub id: CompactString,
    /// What is asked.
    pub name: Name,
    /// What can be chosen.
    pub options: Vec<PollOption>,
    /// From when on.
    pub from: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// What the winner becomes; nothing where the vote is only asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reward: Option<PollReward>,
    /// What came of it, once it is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<PollOutcome>,
}

/// What came of a poll.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PollOutcome {
    /// When it was counted.
    pub at: Timestamp,
    /// The option that was chosen most; of several the one that stands first. Nothing where nobody voted.
    pub winner: Option<CompactString>,
    /// The draft of a reward it became.
    pub reward: Option<RewardId>,
}

/// Polls.
pub static POLL: Kind = Kind { alarmed: true, ..Kind::records("poll") };

impl Record for Poll {
    const KIND: &'static Kind = &POLL;

    fn read(body: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(body)
    }

    fn write(&self, out: &mut Vec<u8>) -> Result<(), serde_json::Error> {
        serde_json::to_writer(out, self)
    }

    fn due_at(&self) -> Option<Timestamp> {
        Some(self.until).filter(|_| self.outcome.is_none())
    }
}

impl Poll {
    /// Where it stands, in a word.
    pub fn state(&self, now: Timestamp) -> &'static str {
        match (&self.outcome, now) {
            (Some(_), _) => "closed",
            (None, now) if now < self.from => "planned",
            (None, now) if now < self.until => "open",
            (None, _) => "closed",
        }
    }

    /// The option that was chosen most; of several the one that stands first.
    pub fn winner(&self) -> Option<&PollOption> {
        let most = self.options.iter().map(|option| option.ballots).max().filter(|most| *most > 0)?;
        self.options.iter().find(|option| option.ballots == most)
    }
}

/// A member's choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ballot {
    /// Schema version.
    pub v: u8,
    /// In which poll.
    pub poll: CompactString,
    /// Whose.
    pub member: MemberId,
    /// What they chose.
    pub option: CompactString,
    /// When.
    pub at: Timestamp,
}

/// Ballots, by poll and member; listed by poll.
pub static BALLOT: Kind = Kind::facts("ballot").listed_by(&[Column { name: "poll" }]);

json_record!(Ballot, BALLOT, |record| record.poll.as_str());

impl Ballot {
    /// The identifier of a member's ballot.
    pub fn id(poll: &str, member: &str) -> CompactString {
        compact_str::format_compact!("{poll}/{member}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_those_chosen_most_wins_and_nobody_without_ballots() {
        let option = |id: &str, ballots| PollOption { id: CompactString::new(id), name: Name::default(), ballots };
        let mut poll = Poll {
            v: 1,
            id: CompactString::new("next"),
            name: Name::default(),
            options: vec![option("a", 0), option("b", 0), option("c", 0)],
            from: Timestamp::from_millis(10),
            until: Timestamp::from_millis(20),
            reward: None,
            outcome: None,
        };
        assert_eq!(poll.winner(), None);
        poll.options[1].ballots = 2;
        poll.options[2].ballots = 2;
        assert_eq!(poll.winner().map(|option| option.id.as_str()), Some("b"));
        let states = [9, 10, 19, 20].map(|at| poll.state(Timestamp::from_millis(at)));
        assert_eq!(states, ["planned", "open", "open", "closed"]);
    }
}
