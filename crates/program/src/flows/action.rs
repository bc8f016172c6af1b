//! Actions that may take a second person: each is an exact command, written down when it is asked for.

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use super::publish::{PublishDraft, Published};
use super::tier::{AssignTier, Assigned};
use crate::adjustments::{Adjust, Adjusted, Beyond};
use crate::approvals::{Impact, Person, Reason};
use crate::audit::{self, By, Line, Object};
use crate::book::{Books, Sensitive};
use crate::clearing::{Clear, Cleared};
use crate::desk::{Command, Desk, Keys, Loaded, Stop, Touch};
use crate::drafts::{Draft, DraftState};
use crate::freezes::{Frozen, Unfreeze};
use crate::members::{Erase, Erasure};

/// What may take a second person.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Action {
    /// A member is put into a tier by hand.
    AssignTier(AssignTier),
    /// All available points of a unit are taken away.
    Clear(Clear),
    /// Data of all members leaves the server.
    DataAccess(DataAccess),
    /// A person is erased.
    Erase(Erase),
    /// Points are added or taken away by hand.
    Grant(Adjust),
    /// A draft becomes a version of the rule book.
    Publish(PublishDraft),
    /// A freeze is lifted.
    Unfreeze(Unfreeze),
}

/// Data of all members leaves the server. Agreeing permits it for as long as the program says; the server's own machine
/// then does it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataAccess {
    /// What is to be done: `backup`.
    pub what: CompactString,
    /// Who asks.
    pub by: By,
}

/// What an action brought about.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Done {
    /// The member is in the tier.
    AssignTier(Assigned),
    /// Points were taken away.
    Clear(Cleared),
    /// It may be done.
    DataAccess,
    /// The person was erased. Whoever keeps their key destroys it.
    Erase(Erasure),
    /// Points were added or taken away.
    Grant(Adjusted),
    /// The draft became a version.
    Publish(Published),
    /// The freeze is lifted.
    Unfreeze(Frozen),
}

impl DataAccess {
    /// Where nobody was asked, it is done now; what was asked for leaves its line when it is made use of.
    fn carry_out(&self, desk: &mut Desk<'_>, waited: bool) -> Result<Done, Stop> {
        if !waited {
            audit::write(desk, &self.by, Line::new("data.access", "data", &self.what))?;
        }
        Ok(Done::DataAccess)
    }
}

impl Action {
    /// What `rights.yaml` calls it.
    pub const fn sensitive(&self) -> Sensitive {
        match self {
            Action::AssignTier(_) => Sensitive::AssignTier,
            Action::Clear(_) => Sensitive::Clear,
            Action::DataAccess(_) => Sensitive::DataAccess,
            Action::Erase(_) => Sensitive::Erase,
            Action::Grant(_) => Sensitive::Grant,
            Action::Publish(_) => Sensitive::Publish,
            Action::Unfreeze(_) => Sensitive::Unfreeze,
        }
    }

    /// To what it is done.
    pub fn object(&self) -> Object {
        let (kind, id) = match self {
            Action::AssignTier(assign) => ("member", assign.member.as_str()),
            Action::Clear(clear) => ("member", clear.member.as_str()),
            Action::DataAccess(access) => ("data", access.what.as_str()),
            Action::Erase(erase) => ("member", erase.member.as_str()),
            Action::Grant(adjust) => ("member", adjust.member.as_str()),
            Action::Publish(publish) => ("draft", publish.publication.draft.as_str()),
            Action::Unfreeze(unfreeze) => ("member", unfreeze.member.as_str()),
        };
        Object { kind: CompactString::new(kind), id: CompactString::new(id) }
    }

    /// Names the records it needs.
    pub(super) fn touches(&self, books: &Books, loaded: &Loaded<'_>, keys: &mut Keys) -> Touch {
        match self {
            Action::AssignTier(assign) => assign.touches(books, loaded, keys),
            Action::Clear(clear) => clear.touches(books, loaded, keys),
            Action::DataAccess(_) => Touch::Done,
            Action::Erase(erase) => erase.touches(books, loaded, keys),
            Action::Grant(adjust) => adjust.touches(books, loaded, keys),
            Action::Publish(publish) => publish.touches(books, loaded, keys),
            Action::Unfreeze(unfreeze) => unfreeze.touches(books, loaded, keys),
        }
    }

    /// Why one person is not enough for it; nothing where one is.
    pub(super) fn reasons(&self, desk: &Desk<'_>, person: &Person) -> Result<Vec<Reason>, Stop> {
        let book = desk.books().at(desk.now());
        if person.exempt || book.rights.approval(self.sensitive()).is_none() {
            return Ok(Vec::new());
        }
        let reason = |beyond: Beyond| Reason {
            rule: CompactString::const_new(beyond.rule),
            maximum: Some(beyond.maximum),
            value: Some(beyond.value),
        };
        match self {
            Action::AssignTier(assign) => Ok(assign.beyond(desk)?.into_iter().map(reason).collect()),
            Action::Grant(adjust) => Ok(adjust.beyond(desk, &person.roles)?.into_iter().map(reason).collect()),
            _ => Ok(vec![Reason { rule: CompactString::const_new("always"), maximum: None, value: None }]),
        }
    }

    /// Carries it out. `waited` says that it was waiting for the approval that now came.
    pub(super) fn carry_out(&self, desk: &mut Desk<'_>, waited: bool) -> Result<Done, Stop> {
        match self {
            Action::AssignTier(assign) => assign.decide(desk).map(Done::AssignTier),
            Action::Clear(clear) => clear.decide(desk).map(Done::Clear),
            Action::DataAccess(access) => access.carry_out(desk, waited),
            Action::Erase(erase) => erase.decide(desk).map(Done::Erase),
            Action::Grant(adjust) => adjust.decide(desk).map(Done::Grant),
            Action::Publish(publish) => publish.publication.carry_out(desk, &publish.by, waited).map(Done::Publish),
            Action::Unfreeze(unfreeze) => unfreeze.decide(desk).map(Done::Unfreeze),
        }
    }

    /// Who does it: the asker, with the approval it is done with.
    fn by_mut(&mut self) -> &mut By {
        match self {
            Action::AssignTier(assign) => &mut assign.by,
            Action::Clear(clear) => &mut clear.by,
            Action::DataAccess(access) => &mut access.by,
            Action::Erase(erase) => &mut erase.by,
            Action::Grant(adjust) => &mut adjust.by,
            Action::Publish(publish) => &mut publish.by,
            Action::Unfreeze(unfreeze) => &mut unfreeze.by,
        }
    }

    /// The same, done with that approval.
    pub(super) fn approved(mut self, approval: &CompactString) -> Action {
        self.by_mut().approval = Some(approval.clone());
        self
    }

    /// Whom and what it touches, by what it would bring about.
    pub(super) fn impact(&self, done: &Done, desk: &Desk<'_>) -> Option<Impact> {
        let (unit, points) = match done {
            Done::Clear(cleared) => (&cleared.unit, -cleared.points),
            Done::Grant(adjusted) => (&adjusted.unit, adjusted.points),
            Done::AssignTier(_) | Done::Erase(_) => return Some(Impact { members: 1, points: 0, money: None }),
            Done::Publish(_) => return self.tried(),
            Done::DataAccess | Done::Unfreeze(_) => return None,
        };
        let book = desk.books().at(desk.now());
        let money = book.worth(unit, points).map(|money| money.amount);
        Some(Impact { members: 1, points, money })
    }

    /// What a draft would have changed on the day it was tried on.
    fn tried(&self) -> Option<Impact> {
        let Action::Publish(publish) = self else { return None };
        let tried = publish.publication.tried?;
        Some(Impact { members: tried.members, points: tried.points, money: Some(tried.money) })
    }

    /// It has been asked for: whatever must not change meanwhile is set aside.
    pub(super) fn set_aside(&self, desk: &mut Desk<'_>) -> Result<(), Stop> {
        self.move_draft(DraftState::Editing, DraftState::Waiting, desk)
    }

    /// It will not be done: what was set aside is let go.
    pub(super) fn let_go(&self, desk: &mut Desk<'_>) -> Result<(), Stop> {
        self.move_draft(DraftState::Waiting, DraftState::Editing, desk)
    }

    fn move_draft(&self, from: DraftState, to: DraftState, desk: &mut Desk<'_>) -> Result<(), Stop> {
        let Action::Publish(PublishDraft { publication, by, .. }) = self else { return Ok(()) };
        let draft = desk.read::<Draft>(&publication.draft)?.filter(|draft| draft.state == from);
        if let Some(draft) = draft {
            desk.write(&draft.id, draft.moved_to(to, by.id(), desk.now()));
        }
        Ok(())
    }
}
