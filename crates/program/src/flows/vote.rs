//! Members vote, and what wins becomes the draft of a reward (CAT-33).
//!
//! Refusals of making a poll, in order: invalid-field, unknown kind; poll-exists. Of voting: unknown; member-unknown;
//! vote-closed; unknown option; voted-already. Of counting: unknown; vote-closed.

use compact_str::CompactString;
use jifen_vocab::{Code, MemberId, Refusal, RewardId, Timestamp, limits};
use serde_json::json;

use super::raise::{raise, want_raised};
use crate::audit::{self, By, Line};
use crate::book::{Books, Name};
use crate::desk::{Command, Desk, Identity, Keys, Loaded, RequestKey, Stop, Touch};
use crate::events::Event;
use crate::member::Member;
use crate::pricing::PriceHistory;
use crate::rewards::{Offer, Reward, RewardKind};
use crate::stock::Stock;
use crate::votes::{Ballot, OPTIONS_MAX, Poll, PollOption, PollOutcome, PollReward};
use crate::wallets::unknown;

/// A member voted.
const CAST: &str = "vote.cast";

/// Asks members to choose.
#[derive(Debug, Clone)]
pub struct MakePoll {
    /// The key it came with.
    pub request: Option<RequestKey>,
    /// Its identifier; a new one where it does not say.
    pub id: Option<CompactString>,
    /// What is asked.
    pub name: Name,
    /// What can be chosen: identifiers and names.
    pub options: Vec<(CompactString, Name)>,
    /// From when on; now where it does not say.
    pub from: Option<Timestamp>,
    /// Until when.
    pub until: Timestamp,
    /// What the winner becomes.
    pub reward: Option<PollReward>,
    /// Who asks.
    pub by: By,
}

impl Command for MakePoll {
    type Outcome = Poll;

    fn identity(&self) -> Option<Identity> {
        self.request.as_ref().map(RequestKey::identity)
    }

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        self.id.iter().for_each(|id| keys.want::<Poll>(id));
        audit::want(keys);
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Poll, Stop> {
        let now = desk.now();
        self.check(now)?;
        let id = match &self.id {
            Some(id) if desk.read::<Poll>(id)?.is_some() => {
                return Err(Refusal::new(Code::VoteExists).word("vote", id).into());
            }
            Some(id) => id.clone(),
            None => desk.new_id("vote"),
        };
        let options = self.options.iter();
        let poll = Poll {
            v: 1,
            id: id.clone(),
            name: self.name.clone(),
            options: options.map(|(id, name)| PollOption { id: id.clone(), name: name.clone(), ballots: 0 }).collect(),
            from: self.from.unwrap_or(now),
            until: self.until,
            reward: self.reward.clone(),
            outcome: None,
        };
        let line = Line::new("votes.open", "vote", &id).after("options", self.options.len());
        audit::write(desk, &self.by, line.after("until", self.until.as_millis()))?;
        desk.write_new(&id, poll.clone());
        Ok(poll)
    }
}

impl MakePoll {
    fn check(&self, now: Timestamp) -> Result<(), Refusal> {
        if self.until <= self.from.unwrap_or(now) || self.until <= now {
            return Err(Refusal::field("/until", "lie ahead and after from"));
        }
        if !(2..=OPTIONS_MAX).contains(&self.options.len()) {
            return Err(Refusal::field("/options", &format!("be from 2 to {OPTIONS_MAX}")));
        }
        for (place, (id, _)) in self.options.iter().enumerate() {
            if self.options[..place].iter().any(|(other, _)| other == id) {
                return Err(Refusal::field(format!("/options/{place}/id"), "not be there already"));
            }
        }
        let Some(reward) = &self.reward else { return Ok(()) };
        if RewardKind::WORDS.iter().all(|(word, _)| *word != reward.kind) {
            let words: Vec<&str> = RewardKind::WORDS.iter().map(|(word, _)| *word).collect();
            return Err(Refusal::field("/reward/kind", &format!("be one of {}", words.join(", "))));
        }
        if !(1..=limits::AMOUNT_MAX).contains(&reward.points) {
            return Err(Refusal::field("/reward/points", "be above zero"));
        }
        Ok(())
    }
}

/// A member chooses.
#[derive(Debug, Clone)]
pub struct CastBallot {
    /// The key it came with.
    pub request: Option<RequestKey>,
    /// Who.
    pub member: MemberId,
    /// In which poll.
    pub poll: CompactString,
    /// Which option.
    pub option: CompactString,
}

impl Command for CastBallot {
    type Outcome = Ballot;

    fn identity(&self) -> Option<Identity> {
        self.request.as_ref().map(RequestKey::identity)
    }

    fn touches(&self, books: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        keys.want::<Poll>(&self.poll);
        keys.want::<Member>(self.member.as_str());
        keys.want::<Ballot>(&Ballot::id(&self.poll, self.member.as_str()));
        want_raised(CAST, &[self.member.as_str()], books, keys);
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Ballot, Stop> {
        let mut poll = known(desk, &self.poll)?;
        if desk.read::<Member>(self.member.as_str())?.is_none() {
            return Err(unknown(self.member.as_str()).into());
        }
        let now = desk.now();
        if poll.state(now) != "open" {
            return Err(closed(&poll, now).into());
        }
        let Some(option) = poll.options.iter_mut().find(|option| option.id == self.option) else {
            return Err(Refusal::new(Code::Unknown).at("/option").word("option", &self.option).into());
        };
        let id = Ballot::id(&self.poll, self.member.as_str());
        if let Some(before) = desk.read::<Ballot>(&id)? {
            return Err(Refusal::new(Code::VotedAlready).word("option", &before.option).into());
        }
        option.ballots += 1;
        let ballot =
            Ballot { v: 1, poll: self.poll.clone(), member: self.member.clone(), option: self.option.clone(), at: now };
        desk.write(&id, ballot.clone());
        desk.write(&self.poll, poll);
        let data = json!({"vote": self.poll.as_str(), "option": self.option.as_str()});
        let name = compact_str::format_compact!("{CAST}:{}", self.poll);
        raise(&Event::raised(CAST, name, &self.member, now, &data), now, desk)?;
        Ok(ballot)
    }
}

/// Counts a poll before its time is over.
#[derive(Debug, Clone)]
pub struct ClosePoll {
    /// The key it came with.
    pub request: Option<RequestKey>,
    /// Which.
    pub poll: CompactString,
    /// Who asks.
    pub by: By,
}

impl Command for ClosePoll {
    type Outcome = Poll;

    fn identity(&self) -> Option<Identity> {
        self.request.as_ref().map(RequestKey::identity)
    }

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        want(&self.poll, keys)
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Poll, Stop> {
        let poll = known(desk, &self.poll)?;
        let now = desk.now();
        if poll.outcome.is_some() {
            return Err(closed(&poll, now).into());
        }
        count(desk, poll, &self.by)
    }
}

/// Names what counting works on.
pub(super) fn want(poll: &str, keys: &mut Keys) -> Touch {
    keys.want::<Poll>(poll);
    keys.want::<Reward>(&draft_id(poll));
    audit::want(keys);
    Touch::Done
}

/// The time of a poll is over.
pub(super) fn run_out(desk: &mut Desk<'_>, poll: &str) -> Result<(), Stop> {
    let Some(poll) = desk.read::<Poll>(poll)? else { return Ok(()) };
    if poll.outcome.is_some() || desk.now() < poll.until {
        return Ok(());
    }
    count(desk, Poll::clone(&poll), &By::system()).map(drop)
}

fn draft_id(poll: &str) -> CompactString {
    let id = compact_str::format_compact!("{poll}.winner");
    // What would be too long for an identifier loses its beginning: endings are what tells new ones apart.
    CompactString::new(&id[id.len().saturating_sub(limits::ID_LEN_MAX)..])
}

fn count(desk: &mut Desk<'_>, mut poll: Poll, by: &By) -> Result<Poll, Stop> {
    let now = desk.now();
    let winner = poll.winner().cloned();
    let mut draft = None;
    if let (Some(winner), Some(reward)) = (&winner, &poll.reward) {
        draft = make_draft(desk, &poll.id, winner, reward)?;
    }
    let line = Line::new("votes.close", "vote", &poll.id);
    let line = line.after("winner", winner.as_ref().map(|winner| winner.id.to_string()));
    audit::write(desk, by, line.after("reward", draft.as_ref().map(ToString::to_string)))?;
    poll.outcome = Some(PollOutcome { at: now, winner: winner.map(|winner| winner.id), reward: draft });
    desk.write(&poll.id, poll.clone());
    Ok(poll)
}

/// The winner as a reward that nobody sees until an operator puts it on the shelf.
fn make_draft(
    desk: &mut Desk<'_>,
    poll: &str,
    winner: &PollOption,
    reward: &PollReward,
) -> Result<Option<RewardId>, Stop> {
    let id = draft_id(poll);
    let kind = RewardKind::WORDS.iter().find(|(word, _)| *word == reward.kind).map(|(_, kind)| *kind);
    let (Some(kind), Ok(id)) = (kind, RewardId::new(&id)) else { return Ok(None) };
    if desk.read::<Reward>(id.as_str())?.is_some() {
        return Ok(None);
    }
    let now = desk.now();
    let mut offer = Offer::new(winner.name.clone(), kind, reward.category.clone());
    offer.points = Some(reward.points);
    (offer.retired, offer.tags) = (true, vec![CompactString::const_new("co-created")]);
    desk.write(id.as_str(), Reward { v: 1, id: id.clone(), offer, created: now, changed: now });
    desk.write_new(id.as_str(), Stock::new(None, now));
    desk.write_new(id.as_str(), PriceHistory::new());
    Ok(Some(id))
}

fn known(desk: &Desk<'_>, id: &str) -> Result<Poll, Stop> {
    let unknown = || Refusal::new(Code::Unknown).word("vote", id);
    Ok(Poll::clone(&*desk.read::<Poll>(id)?.ok_or_else(unknown)?))
}

fn closed(poll: &Poll, now: Timestamp) -> Refusal {
    Refusal::new(Code::VoteClosed).word("vote", &poll.id).word("state", poll.state(now))
}
