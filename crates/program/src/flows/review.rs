//! A person decides about an event that came too late: let it count after all, at its own time, or let it go.

use compact_str::CompactString;
use jifen_vocab::{Code, Refusal};

use super::event;
use super::outcome::EventOutcome;
use crate::audit::{self, By, Line};
use crate::book::Books;
use crate::desk::{Command, Desk, Identity, Keys, Loaded, RequestKey, Stop, Touch};
use crate::reviews::{Review, ReviewState};

/// Decides about a late event.
#[derive(Debug, Clone)]
pub struct ResolveReview {
    /// The key it came with.
    pub request: Option<RequestKey>,
    /// Which review.
    pub id: CompactString,
    /// Whether the event is to count.
    pub accept: bool,
    /// Who decides.
    pub by: By,
}

impl Command for ResolveReview {
    /// What the event brought about; nothing where it was let go.
    type Outcome = Option<EventOutcome>;

    fn identity(&self) -> Option<Identity> {
        self.request.as_ref().map(RequestKey::identity)
    }

    fn touches(&self, books: &Books, loaded: &Loaded<'_>, keys: &mut Keys) -> Touch {
        audit::want(keys);
        if !loaded.has_asked::<Review>(&self.id) {
            keys.want::<Review>(&self.id);
            return Touch::Again;
        }
        let event = loaded.peek::<Review>(&self.id).and_then(|review| review.reopen().ok());
        event.map_or(Touch::Done, |event| event::touches(&event, books, loaded, keys))
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Option<EventOutcome>, Stop> {
        let unknown = || Refusal::new(Code::Unknown).word("review", &self.id);
        let review = desk.read::<Review>(&self.id)?.ok_or_else(unknown)?;
        if review.state != ReviewState::Waiting {
            return Err(Refusal::new(Code::ReviewDecided).word("state", review.state.as_str()).into());
        }
        let mut review = Review::clone(&review);
        let outcome = if self.accept {
            let event = review.reopen().map_err(|_| unknown())?;
            Some(event::judge(&event, self.by.id(), review.time, desk)?)
        } else {
            None
        };
        review.state = if self.accept { ReviewState::Accepted } else { ReviewState::Dismissed };
        review.decided_by = Some(self.by.id().clone());
        review.decided_at = Some(desk.now());
        let line = Line::new("reviews.decide", "review", &self.id).before("state", ReviewState::Waiting.as_str());
        let line = line.after("state", review.state.as_str()).after("member", review.member.as_str());
        desk.write(&self.id, review);
        audit::write(desk, &self.by, line)?;
        Ok(outcome)
    }
}
