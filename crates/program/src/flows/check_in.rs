//! A member makes the day count in a streak by pressing a button.

use compact_str::CompactString;
use jifen_vocab::{Code, Refusal};

use super::event::JudgeEvent;
use super::outcome::EventOutcome;
use crate::book::Books;
use crate::book::streaks::Streak;
use crate::desk::{Command, Desk, Identity, Keys, Loaded, RequestKey, Stop, Touch};
use crate::member::Member;
use crate::wallets::unknown;

/// A member makes the day count in a streak by pressing a button.
#[derive(Debug, Clone)]
pub struct CheckIn {
    /// The key it came with.
    pub request: Option<RequestKey>,
    /// The streak.
    pub streak: CompactString,
    /// The event that this is.
    pub judge: JudgeEvent,
}

impl Command for CheckIn {
    type Outcome = EventOutcome;

    fn identity(&self) -> Option<Identity> {
        self.request.as_ref().map(RequestKey::identity)
    }

    fn touches(&self, books: &Books, loaded: &Loaded<'_>, keys: &mut Keys) -> Touch {
        self.judge.touches(books, loaded, keys)
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<EventOutcome, Stop> {
        let event = &self.judge.event;
        if desk.read::<Member>(event.member.as_str())?.is_none() {
            return Err(unknown(event.member.as_str()).into());
        }
        let book = desk.books().at(desk.now());
        let is_meant = |streak: &&Streak| streak.id == self.streak && streak.check_in && streak.is_fed_by(&event.kind);
        if !book.streaks.iter().any(|streak| is_meant(&streak)) {
            return Err(Refusal::new(Code::Unknown).at("/streak").word("streak", &self.streak).into());
        }
        self.judge.decide(desk)
    }
}
