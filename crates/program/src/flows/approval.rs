//! One mechanism for all that takes a second person: ask, then decide. What was agreed to is carried out in the same
//! commit as the agreement.

use compact_str::CompactString;
use jifen_vocab::{Code, Refusal, limits};
use serde::{Deserialize, Serialize};

use super::action::{Action, Done};
use crate::approvals::{Approval, ApprovalState, Person, Reason};
use crate::audit::{self, By, Line};
use crate::book::Books;
use crate::desk::{Command, Desk, Identity, Keys, Loaded, RecordFault, RequestKey, Stop, Touch};

/// Milliseconds of an hour.
const HOUR_MS: i64 = 3_600_000;

/// Does something that may take a second person, or asks for one.
#[derive(Debug, Clone)]
pub struct Ask {
    /// The key it came with.
    pub request: Option<RequestKey>,
    /// Who asks.
    pub person: Person,
    /// What for.
    pub action: Action,
    /// Why, in a person's words.
    pub reason: String,
}

/// What came of asking.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::large_enum_variant, reason = "the large one is the usual one")]
pub enum Asked {
    /// One person was enough.
    Done(Done),
    /// It waits for a second one.
    Waits(Box<Approval>),
}

impl Command for Ask {
    type Outcome = Asked;

    fn identity(&self) -> Option<Identity> {
        self.request.as_ref().map(RequestKey::identity)
    }

    fn touches(&self, books: &Books, loaded: &Loaded<'_>, keys: &mut Keys) -> Touch {
        audit::want(keys);
        self.action.touches(books, loaded, keys)
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Asked, Stop> {
        let because = self.action.reasons(desk, &self.person)?;
        if because.is_empty() {
            return self.action.carry_out(desk, false).map(Asked::Done);
        }
        // What could not be done even with an approval is refused at once.
        let would_be = desk.rehearse(|desk| self.action.carry_out(desk, false))??;
        self.action.set_aside(desk)?;
        let approval = self.approval(&would_be, because, desk)?;
        let id = approval.id.clone();
        desk.write_new(&id, approval.clone());
        let line = Line::new("approvals.ask", "approval", &id).after("state", approval.state.as_str());
        let line = line.after("action", approval.action.as_str()).after("object", approval.object.key().as_str());
        audit::write(desk, &self.person.by, line.because(&self.reason))?;
        Ok(Asked::Waits(Box::new(approval)))
    }
}

impl Ask {
    fn approval(&self, would_be: &Done, because: Vec<Reason>, desk: &mut Desk<'_>) -> Result<Approval, Stop> {
        let sensitive = self.action.sensitive();
        let hours = desk.books().at(desk.now()).rights.approval(sensitive).map_or(0, |terms| i64::from(terms.hours));
        Ok(Approval {
            v: 1,
            id: desk.new_id("apr"),
            action: CompactString::const_new(sensitive.as_str()),
            command: serde_json::value::to_raw_value(&self.action).map_err(|error| unwritable(&error))?,
            object: self.action.object(),
            impact: self.action.impact(would_be, desk),
            because,
            state: ApprovalState::Waiting,
            asked_by: self.person.by.actor.clone(),
            place: self.person.place(),
            asked_at: desk.now(),
            reason: self.reason.clone(),
            expires_at: desk.now().plus_millis(hours * HOUR_MS),
            decided_by: None,
            decided_at: None,
            note: None,
            failure: None,
            used_at: None,
        })
    }
}

/// What somebody says to a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// A second person agrees.
    Approve,
    /// A second person does not.
    Decline,
    /// The asker takes it back.
    Withdraw,
}

/// Decides about a question.
#[derive(Debug, Clone)]
pub struct DecideApproval {
    /// The key it came with.
    pub request: Option<RequestKey>,
    /// Which.
    pub id: CompactString,
    /// Who decides.
    pub person: Person,
    /// What they say.
    pub verdict: Verdict,
    /// And why.
    pub note: Option<String>,
}

/// What was decided.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Decided {
    /// The question as it stands now.
    pub approval: Approval,
    /// What it brought about, where it was agreed to and could be carried out.
    pub done: Option<Done>,
}

impl Command for DecideApproval {
    type Outcome = Decided;

    fn identity(&self) -> Option<Identity> {
        self.request.as_ref().map(RequestKey::identity)
    }

    fn touches(&self, books: &Books, loaded: &Loaded<'_>, keys: &mut Keys) -> Touch {
        audit::want(keys);
        if !loaded.has_asked::<Approval>(&self.id) {
            keys.want::<Approval>(&self.id);
            return Touch::Again;
        }
        let action = loaded.peek::<Approval>(&self.id).and_then(|approval| action_of(&approval).ok());
        action.map_or(Touch::Done, |action| action.touches(books, loaded, keys))
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Decided, Stop> {
        let unknown = || Refusal::new(Code::Unknown).word("approval", &self.id);
        let mut approval = Approval::clone(&*desk.read::<Approval>(&self.id)?.ok_or_else(unknown)?);
        approval.check_open(desk.now())?;
        self.check(&approval, desk)?;
        let action = action_of(&approval)?.approved(&self.id);
        let by = &self.person.by;
        let (state, done) = match self.verdict {
            Verdict::Approve => match desk.attempt(|desk| action.carry_out(desk, true))? {
                Ok(done) => (ApprovalState::Approved, Some(done)),
                Err(refusal) => {
                    approval.failure = Some(refusal);
                    (ApprovalState::Failed, None)
                }
            },
            Verdict::Decline => (ApprovalState::Declined, None),
            Verdict::Withdraw => (ApprovalState::Withdrawn, None),
        };
        if done.is_none() {
            action.let_go(desk)?;
        }
        approval.decide(state, &by.actor, self.note.as_deref(), desk.now());
        if matches!(done, Some(Done::DataAccess)) {
            // A permission holds from now on for as long as the question could have waited.
            approval.expires_at =
                desk.now().plus_millis(approval.expires_at.as_millis() - approval.asked_at.as_millis());
        }
        close(desk, &approval, by, self.note.as_deref())?;
        Ok(Decided { approval, done })
    }
}

impl DecideApproval {
    fn check(&self, approval: &Approval, desk: &Desk<'_>) -> Result<(), Refusal> {
        if self.verdict == Verdict::Withdraw {
            let is_asker = self.person.by.actor == approval.asked_by;
            return if is_asker { Ok(()) } else { Err(Refusal::new(Code::ApprovalRole)) };
        }
        approval.check_decider(&self.person, desk.books().at(desk.now()))?;
        let note = self.note.as_deref().unwrap_or_default().trim();
        if self.verdict == Verdict::Decline && note.is_empty() {
            return Err(Refusal::field("/note", "say why it is declined"));
        }
        if note.chars().count() > limits::REASON_LEN_MAX {
            return Err(Refusal::field("/note", "have at most 500 characters"));
        }
        Ok(())
    }
}

/// The command that was written down.
///
/// # Errors
/// A fault where this build does not know it: a newer one wrote it.
pub fn action_of(approval: &Approval) -> Result<Action, Stop> {
    Ok(serde_json::from_str(approval.command.get()).map_err(|error| {
        let key = jifen_vocab::Key::new(&crate::approvals::APPROVAL, &approval.id);
        RecordFault::Unreadable { key, reason: error.to_string() }
    })?)
}

/// Nobody decided in time.
pub(super) fn expire(desk: &mut Desk<'_>, id: &str) -> Result<(), Stop> {
    let Some(approval) = desk.read::<Approval>(id)? else { return Ok(()) };
    if approval.state != ApprovalState::Waiting || approval.expires_at > desk.now() {
        return Ok(());
    }
    let mut approval = Approval::clone(&approval);
    action_of(&approval)?.let_go(desk)?;
    let by = By::system();
    approval.decide(ApprovalState::Expired, &by.actor, None, approval.expires_at);
    approval.decided_by = None;
    close(desk, &approval, &by, None)
}

/// Names the records that running out needs.
pub(super) fn expiry_touches(books: &Books, loaded: &Loaded<'_>, id: &str, keys: &mut Keys) -> Touch {
    audit::want(keys);
    if !loaded.has_asked::<Approval>(id) {
        keys.want::<Approval>(id);
        return Touch::Again;
    }
    let action = loaded.peek::<Approval>(id).and_then(|approval| action_of(&approval).ok());
    action.map_or(Touch::Done, |action| action.touches(books, loaded, keys))
}

fn close(desk: &mut Desk<'_>, approval: &Approval, by: &By, note: Option<&str>) -> Result<(), Stop> {
    let action = match approval.state {
        ApprovalState::Approved | ApprovalState::Failed => "approvals.approve",
        ApprovalState::Declined => "approvals.decline",
        ApprovalState::Withdrawn => "approvals.withdraw",
        ApprovalState::Expired | ApprovalState::Waiting => "approvals.expire",
    };
    let line = Line::new(action, "approval", &approval.id).before("state", ApprovalState::Waiting.as_str());
    let line = line.after("state", approval.state.as_str()).after("object", approval.object.key().as_str());
    let line = line.after("action", approval.action.as_str());
    let line = match &approval.failure {
        Some(refusal) => line.after("refused", refusal.code.as_str()),
        None => line,
    };
    desk.write(&approval.id, approval.clone());
    audit::write(desk, by, line.because(note.unwrap_or_default()))?;
    Ok(())
}

fn unwritable(error: &serde_json::Error) -> RecordFault {
    let key = jifen_vocab::Key::new(&crate::approvals::APPROVAL, "new");
    RecordFault::Unreadable { key, reason: error.to_string() }
}

/// Makes use of a permission while it holds: the data access that was agreed to. Each use leaves its line.
#[derive(Debug, Clone)]
pub struct UsePermission {
    /// The approval.
    pub id: CompactString,
    /// Who makes use of it.
    pub by: By,
}

impl Command for UsePermission {
    type Outcome = ();

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        audit::want(keys);
        keys.want::<Approval>(&self.id);
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<(), Stop> {
        let unknown = || Refusal::new(Code::Unknown).word("approval", &self.id);
        let approval = desk.read::<Approval>(&self.id)?.ok_or_else(unknown)?;
        let is_usable = approval.state == ApprovalState::Approved
            && desk.now() < approval.expires_at
            && approval.asked_by == self.by.actor;
        if !is_usable {
            return Err(Refusal::new(Code::ApprovalDecided).word("state", approval.state.as_str()).into());
        }
        let mut approval = Approval::clone(&approval);
        approval.used_at = Some(desk.now());
        let by = By { approval: Some(self.id.clone()), ..self.by.clone() };
        let line = Line::new("data.access", &approval.object.kind, &approval.object.id).because(&approval.reason);
        desk.write(&self.id, approval);
        audit::write(desk, &by, line)?;
        Ok(())
    }
}
